"""What could explain a wrong amount: used to plant only errors whose class the books decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from data_samples.generator.calendar import month_of, shift_month
from data_samples.generator.company import Company
from data_samples.generator.crediting import Credit, Judging, credit_orders
from data_samples.generator.events import Books
from data_samples.generator.measures import Month, Part, measure, netted
from data_samples.generator.scheme import CURRENT, ITEMS, pay, rate_at, round_fen

CLASSES = (
    "DUPLICATE", "DUE_NOT_PAID", "PAID_NOT_DUE", "TIMING", "CREDIT", "BASE", "RATE", "ROUNDING", "UNEXPLAINED",
)  # fmt: skip
COMMISSION, REMINDER, BONUS = ITEMS
JUDGINGS = (Judging("order_time"), Judging("payment_time"), Judging("order_first", "first"))
THOUSAND = 1000  # all rates are whole thousandths
BAND = 1  # fen
BASES: dict[str, Callable[[Part], int]] = {
    "inquiry sales": lambda p: p.sales,
    "gross of refunds": lambda p: p.gross,
    "refunds": lambda p: p.refunds,
    "reminder sales": lambda p: p.reminder,
    "offline sales": lambda p: p.offline,
}


@dataclass(frozen=True, slots=True)
class Earned:
    """One credited order of the month with what is left of its amount after refunds."""

    credit: Credit
    net: int


@dataclass(frozen=True, slots=True)
class Case:
    """A month of books with everything a wrong amount may have come from."""

    month: str
    months: dict[str, Month]
    judged: tuple[Month, ...]
    earned: tuple[Earned, ...]
    sizes: np.ndarray  # net and gross amounts of all orders, in fen

    def parts(self, agent: str, month: str = "") -> list[Part]:
        """Return the agent's parts of a month, of this one by default."""
        month = month or self.month
        return list(self.months[month].of(agent).values()) if month in self.months else []

    def due(self, agent: str, item: str, month: str = "") -> int:
        """Return what the rules give."""
        return pay(self.parts(agent, month))[item]

    def fits(self, agent: str, item: str, paid: int) -> tuple[str, ...]:
        """Return the classes from TIMING on that explain an amount, in the order of decision."""
        amounts = {
            "TIMING": {self.due(agent, item, shift_month(self.month, k)) for k in (-1, 1)} - {0},
            "CREDIT": {pay(m.of(agent).values())[item] for m in self.judged},
            "BASE": set(self.other_bases(agent, item).values()),
            "RATE": set(self.other_rates(agent).values()) if item == COMMISSION else set(),
        }
        found = {name for name, values in amounts.items() if paid in values}
        found |= {"CREDIT"} if self.moved_order(agent, item, paid) else set()
        found |= {"ROUNDING"} if abs(paid - self.due(agent, item)) <= BAND else set()
        return tuple(name for name in CLASSES if name in found) or ("UNEXPLAINED",)

    def other_bases(self, agent: str, item: str) -> dict[str, int]:
        """Return the pay at the right rate on another measure of money, or on one besides the right one."""
        parts = self.parts(agent)
        own = "inquiry sales" if item == COMMISSION else "reminder sales"
        bases = {name: (name,) for name in BASES if name != own}
        bases |= {f"{name} as well": (name, own) for name in BASES if name != own}
        bases["all sales"] = ("inquiry sales", "reminder sales", "offline sales")
        out = {}
        for name, columns in bases.items():
            sums = [sum(BASES[c](p) for c in columns) for p in parts]
            pairs = zip(sums, rates(parts, item), strict=True)
            out[name] = round_fen(sum((base * rate for base, rate in pairs), Fraction()))
        if item == COMMISSION and len(parts) > 1:
            n, k = sum(p.inquiries for p in parts), sum(p.buyers for p in parts)
            out["pooled instead of by spell"] = round_fen(sum(p.sales for p in parts) * rate_at(Fraction(k, n)))
        return out

    def other_rates(self, agent: str) -> dict[str, int]:
        """Return the pay on the right base at the rate of each other tier."""
        parts = self.parts(agent)
        own = set(rates(parts, COMMISSION))
        sales = sum(p.sales for p in parts)
        return {f"{float(rate * 100):g}%": round_fen(sales * rate) for _, rate in CURRENT.tiers if {rate} != own}

    def moved_order(self, agent: str, item: str, paid: int) -> bool:
        """Say whether one order more or less, with or without its buyer, gives the amount within the band."""
        parts = self.parts(agent)
        if item == BONUS:
            return False
        right = sum((base_of(p, item) * r for p, r in zip(parts, rates(parts, item), strict=True)), Fraction())
        pairs = {(right, r) for r in rates(parts, item)}
        if item == COMMISSION and len(parts) == 1 and parts[0].inquiries:
            p = parts[0]
            near = {rate_at(Fraction(max(p.buyers + k, 0), p.inquiries)) for k in (-1, 1)}
            pairs |= {(p.sales * r, r) for r in near}
        sizes = np.concatenate([self.sizes, -self.sizes])
        return any(bool(np.any(np.abs(moved(sum_, r, sizes) - paid) <= BAND)) for sum_, r in pairs)


def moved(right: Fraction, rate: Fraction, sizes: np.ndarray) -> np.ndarray:
    """Return the rounded pay, in fen, after the base moved by each of the sizes."""
    return (int(right * THOUSAND) + int(rate * THOUSAND) * sizes + THOUSAND // 2) // THOUSAND


def base_of(part: Part, item: str) -> int:
    """Return the base of an item."""
    return part.sales if item == COMMISSION else part.reminder


def rates(parts: Iterable[Part], item: str) -> list[Fraction]:
    """Return the rate of each part; 0 where the part has no conversion and so no tier."""
    if item == REMINDER:
        return [CURRENT.reminder for _ in parts]
    return [Fraction(0) if p.conversion is None else rate_at(p.conversion) for p in parts]


def open_case(company: Company, books: Books, credits: list[Credit], months: dict[str, Month], month: str) -> Case:
    """Return the case of a month."""
    judged = tuple(measure(company, books, credit_orders(company, books, j))[month] for j in JUDGINGS)
    back = netted(books.refunds, {c.order.id: c.order.paid for c in credits})
    earned = tuple(
        Earned(c, c.order.amount - back.get(c.order.id, 0)) for c in credits if month_of(c.order.paid) == month
    )
    sizes = np.unique([n for e in earned for n in (e.net, e.credit.order.amount) if n])
    return Case(month, months, judged, earned, sizes)
