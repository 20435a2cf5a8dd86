"""What happened in the order-level months: customers ask, some buy, some pay late, some send it back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data_samples.generator import company as people
from data_samples.generator import rota
from data_samples.generator.calendar import DAY, TAKEN_ON, seconds, stream
from data_samples.generator.company import MEDIAN_ORDER_FEN, SHOPS, Company
from data_samples.generator.rota import Duty

PRODUCTS = (
    ("碎花连衣裙", "针织开衫", "阔腿裤", "羊毛大衣", "真丝围巾"),
    ("蓝牙耳机", "手机壳", "快充插头", "机械键盘", "移动电源"),
    ("香薰蜡烛", "收纳箱", "四件套", "台灯", "懒人沙发"),
)
REPEAT_SHARE = 0.12  # inquiries of customers who asked a while before
SHARED_SHARE = 0.25  # of the sharers' inquiries come in under the shared account
FILES_TAKEN = seconds(TAKEN_ON)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One customer who asked."""

    id: str
    at: int
    shop: str
    account: str
    customer: str
    channel: str
    product: str
    human: bool
    first_reply: int
    average_reply: int
    buys: float  # chance; not exported


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `lines` are product, units, fen a unit. Later facts than the files' day are already cut off."""

    id: str
    created: int
    paid: int | None
    confirmed: int | None
    shop: str
    customer: str
    lines: tuple[tuple[str, int, int], ...]
    account: str = ""
    offline: bool = False
    reminder: bool = False
    note: str = ""

    @property
    def amount(self) -> int:
        """Sum of the lines, in fen."""
        return sum(units * price for _, units, price in self.lines)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money sent back for an order."""

    order: str
    at: int
    amount: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Books:
    """The order-level facts, each in the order of its time."""

    inquiries: tuple[Inquiry, ...]
    orders: tuple[Order, ...]
    refunds: tuple[Refund, ...]


def ask(seed: int, company: Company, duties: list[Duty], volume: float) -> list[Inquiry]:
    """Return the inquiries of all duties in the order of time."""
    draw = stream(seed, "inquiries")
    counts = draw.poisson([d.expected * volume for d in duties])
    asked = [inquiry for duty, n in zip(duties, counts, strict=True) for inquiry in _asked_on(duty, int(n), draw)]
    asked.sort(key=lambda q: q.at)
    return _number(_with_repeats(asked, draw))


def _asked_on(duty: Duty, n: int, draw: np.random.Generator) -> list[Inquiry]:
    start, end = (int(h * 3600) for h in rota.HOURS[duty.shift])
    at = seconds(duty.day) + start + (draw.beta(1.6, 1.6, n) * (end - start)).astype(int)
    channel = draw.choice(3, n, p=rota.channel_mix(duty))
    load = rota.overload_logit(n * rota.RECEPTIONS_PER_INQUIRY)
    chance = rota.buying_chance(duty.logit + rota.CHANNEL_LOGIT[channel] + load)
    reply = np.maximum(2, draw.lognormal(3.1 + n / 300, 0.5, (n, 2))).astype(int)
    product, served, shared = draw.integers(0, 5, n), draw.random(n), draw.random(n)
    accounts = _accounts(duty, shared)
    return [
        Inquiry(
            id="",
            at=int(at[k]),
            shop=SHOPS[duty.shop],
            account=accounts[k] if served[k] > 0.05 else "",
            customer="",
            channel=rota.CHANNELS[channel[k]],
            product=PRODUCTS[duty.shop][product[k]],
            human=bool(served[k] > 0.05 or served[k] < 0.0003),  # a few human ones lost their account
            first_reply=int(reply[k, 0]),
            average_reply=int(reply[k, 1]),
            buys=float(chance[k]),
        )
        for k in range(n)
    ]


def _accounts(duty: Duty, shared: np.ndarray) -> list[str]:
    """Return the account of each inquiry: whoever holds the shared account uses it for a part of the work."""
    before = duty.day < people.HANDOVER_DAY
    if duty.agent != people.SHARERS[0 if before else 1]:
        return [duty.account] * len(shared)
    return [people.SHARED_ACCOUNT if u < SHARED_SHARE else duty.account for u in shared]


def _with_repeats(asked: list[Inquiry], draw: np.random.Generator) -> list[Inquiry]:
    """Give every inquiry its customer: mostly a new one, else one who asked in the same shop hours or days before.

    A customer keeps the channel by which they came first.
    """
    u, back = draw.random(len(asked)), draw.geometric(1 / 150, len(asked))
    past: dict[str, list[tuple[str, str]]] = {shop: [] for shop in SHOPS}
    out = []
    for k, inquiry in enumerate(asked):
        seen = past[inquiry.shop]
        if u[k] < REPEAT_SHARE and back[k] <= len(seen):
            customer, channel = seen[-back[k]]
        else:
            customer, channel = f"tb{k:06d}", inquiry.channel
        seen.append((customer, channel))
        out.append(replace(inquiry, customer=customer, channel=channel))
    return out


def _number(asked: list[Inquiry]) -> list[Inquiry]:
    return [replace(q, id=f"Q{k:06d}") for k, q in enumerate(asked, 1)]


def buy(seed: int, inquiries: list[Inquiry]) -> list[Order]:
    """Return the orders that follow inquiries."""
    draw = stream(seed, "orders")
    u, wait = draw.random(len(inquiries)), _waits(draw, len(inquiries))
    orders = []
    for k, q in enumerate(inquiries):
        created = q.at + int(wait[k])
        if u[k] * 0.94 < q.buys and created < FILES_TAKEN:  # 6 of 100 are never paid or come too late to convert
            orders.append(place(draw, q.shop, q.customer, created, q.product))
    return orders


def _waits(draw: np.random.Generator, n: int) -> np.ndarray:
    """Return seconds from inquiry to order: mostly minutes, sometimes days, seldom beyond the window of 3 days."""
    kind = draw.choice(4, n, p=(0.72, 0.23, 0.04, 0.01))
    soon, later = draw.lognormal(6.5, 0.9, n), draw.uniform(1 / 24, 1.2, n) * DAY
    return np.select([kind == 0, kind == 1, kind == 2], [soon, later, draw.uniform(1.2, 3, n) * DAY],
                     draw.uniform(3, 5.5, n) * DAY)  # fmt: skip


def place(draw: np.random.Generator, shop: str, customer: str, created: int, product: str) -> Order:
    """Return one order of a customer, paid sooner or later or not at all."""
    kind, paid = draw.random(), created + int(draw.lognormal(4.5, 0.8))
    if kind > 0.84:
        paid = created + int(draw.uniform(0.01, 1.5) * DAY if kind < 0.94 else draw.uniform(1.5, 7.2) * DAY)
    if kind > 0.97 or paid >= FILES_TAKEN:
        paid = None
    done = None if paid is None else paid + int(draw.uniform(4, 13) * DAY)
    confirmed = done if done is not None and done < FILES_TAKEN else None
    return Order("", created, paid, confirmed, shop, customer, _lines(draw, SHOPS.index(shop), product))


def _lines(draw: np.random.Generator, shop: int, product: str) -> tuple[tuple[str, int, int], ...]:
    n = 1 + int(draw.random() < 0.16)
    names = [product, PRODUCTS[shop][int(draw.integers(0, 5))]][:n]
    prices = np.maximum(990, draw.lognormal(np.log(MEDIAN_ORDER_FEN[shop] * 0.9), 0.55, n)).astype(int)
    units = 1 + (draw.random(n) < 0.14) + (draw.random(n) < 0.03)
    return tuple((name, int(k), int(p)) for name, k, p in zip(names, units, prices, strict=True))
