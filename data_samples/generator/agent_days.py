"""What the vendor's reports say of an account's day: drawn for the early months, counted from the books later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

import numpy as np

from data_samples.generator import company as people
from data_samples.generator import rota
from data_samples.generator.calendar import day_of, stream
from data_samples.generator.company import MEDIAN_ORDER_FEN, SHOPS, Company
from data_samples.generator.crediting import Credit
from data_samples.generator.events import Books
from data_samples.generator.gaming import SMALL_ORDER, next_edge
from data_samples.generator.measures import converts, netted, unit_of
from data_samples.generator.rota import Duty

MEAN_TO_MEDIAN = 1.35  # of an order's value, so that drawn months join on to counted ones


@dataclass(slots=True)
class AgentDay:
    """One row of a daily report; money in fen, `ratings` from very satisfied to very dissatisfied."""

    day: date
    shop: int
    account: str
    consultations: int = 0
    receptions: int = 0
    inquiries: int = 0
    buyers: int = 0
    paying: int = 0
    orders: int = 0
    units: int = 0
    sales: int = 0
    refunds: int = 0
    first_reply: int = 0
    reply: int = 0
    handling: int = 0
    ratings: tuple[int, ...] = (0, 0, 0, 0, 0)


def drawn_days(seed: int, duties: list[Duty], volume: float) -> list[AgentDay]:
    """Return a row for each duty, drawn from the same chances as the order-level months."""
    draw = stream(seed, "agent days")
    rows = [_drawn(duty, int(draw.poisson(duty.expected * volume)), draw) for duty in duties]
    _push_over_edges(draw, [(r, d) for r, d in zip(rows, duties, strict=True) if d.agent == people.GAMER])
    return rows


def _drawn(duty: Duty, n: int, draw: np.random.Generator) -> AgentDay:
    row = AgentDay(duty.day, duty.shop, duty.account, inquiries=n)
    if not n:
        return row
    _serve(row, draw)
    logit = duty.logit + rota.overload_logit(row.receptions) + rota.CHANNEL_LOGIT
    row.buyers = int(draw.binomial(n, rota.channel_mix(duty) @ rota.buying_chance(logit)))
    row.paying = row.buyers
    row.orders = row.buyers + int(draw.binomial(row.buyers, 0.04))
    row.units = row.orders + int(draw.binomial(row.orders, 0.3))
    mean = MEDIAN_ORDER_FEN[duty.shop] * MEAN_TO_MEDIAN
    row.sales = int(draw.gamma(row.orders * 2.2, mean / 2.2)) if row.orders else 0
    row.refunds = int(row.sales * draw.beta(1, 24))
    return row


def _serve(row: AgentDay, draw: np.random.Generator) -> None:
    """Fill in what goes with the number of inquiries: receptions, replies, ratings."""
    n = row.inquiries
    row.receptions = n + int(draw.poisson(n * (rota.RECEPTIONS_PER_INQUIRY - 1)))
    row.consultations = row.receptions + int(draw.binomial(row.receptions, 0.04))
    row.reply = int(18 + row.receptions * 0.12 + draw.gamma(4, 2))
    row.first_reply, row.handling = int(row.reply * 0.4) + 1, int(draw.normal(430, 60))
    rated = int(draw.binomial(row.receptions, 0.22))
    row.ratings = tuple(int(k) for k in draw.multinomial(rated, (0.62, 0.24, 0.08, 0.04, 0.02)))


def _push_over_edges(draw: np.random.Generator, mine: list[tuple[AgentDay, Duty]]) -> None:
    """Lift the gamer's months to just above the next edge by small orders on the last days."""
    months: dict[str, list[AgentDay]] = defaultdict(list)
    for row, _ in mine:
        months[row.day.isoformat()[:7]].append(row)
    for rows in months.values():
        n, k = sum(r.inquiries for r in rows), sum(r.buyers for r in rows)
        edge = next_edge(Fraction(k, n)) if n else None
        lack = ceil(edge * n) - k + int(draw.integers(0, 2)) if edge else 0
        for row in sorted(rows, key=lambda r: r.day)[:-6:-1]:
            more = min(lack, row.inquiries - row.buyers)
            row.buyers, row.paying, row.orders = row.buyers + more, row.paying + more, row.orders + more
            row.units, row.sales, lack = row.units + more, row.sales + more * SMALL_ORDER, lack - more


def counted_days(seed: int, company: Company, books: Books, credits: list[Credit]) -> list[AgentDay]:
    """Return the rows that agree with the order-level books, in the order of day, shop and account.

    A customer who reached one person under two accounts on a day stands under the first; an order stands on the
    day it was paid, net refunds likewise.
    """
    rows: dict[tuple[date, str], AgentDay] = {}
    paying = set()
    bought = {unit_of(company, c.inquiry) for c in credits if converts(c)}
    for unit, account in _units(company, books):
        row = _row(rows, unit[3], unit[0], account)
        row.inquiries += 1
        row.buyers += unit in bought
    back = netted(books.refunds, {c.order.id: c.order.paid for c in credits})
    for c in credits:
        if c.status == "inquiry" and c.agent:
            day = day_of(c.order.paid)
            row = _row(rows, day, c.order.shop, c.account)
            row.orders, row.units = row.orders + 1, row.units + sum(units for _, units, _ in c.order.lines)
            row.sales, row.refunds = row.sales + c.order.amount, row.refunds + back.get(c.order.id, 0)
            row.paying += (day, c.account, c.order.customer) not in paying
            paying.add((day, c.account, c.order.customer))
    return _served(seed, rows)


def _units(company: Company, books: Books) -> Iterator[tuple[tuple, str]]:
    seen = set()
    for q in books.inquiries:
        unit = unit_of(company, q) if q.human and q.account else None
        if unit and unit not in seen:
            seen.add(unit)
            yield unit, q.account


def _row(rows: dict[tuple[date, str], AgentDay], day: date, shop: str, account: str) -> AgentDay:
    return rows.setdefault((day, account), AgentDay(day, SHOPS.index(shop), account))


def _served(seed: int, rows: dict[tuple[date, str], AgentDay]) -> list[AgentDay]:
    draw = stream(seed, "served")
    out = sorted(rows.values(), key=lambda r: (r.day, r.shop, r.account))
    for row in out:
        if row.inquiries:
            _serve(row, draw)
    return out


def with_roster(company: Company, rows: Iterable[AgentDay]) -> list[AgentDay]:
    """Return the rows and, as the vendor does, a row of zeros for each account of a shop that had nothing that day."""
    rows = list(rows)
    seen = {(r.day, r.account) for r in rows}
    idle = [
        AgentDay(day, SHOPS.index(h.shop), h.account)
        for day, shop in sorted({(r.day, r.shop) for r in rows})
        for held in company.holdings.values()
        for h in held
        if h.covers(day) and SHOPS[shop] == h.shop and (day, h.account) not in seen
    ]
    return sorted(rows + idle, key=lambda r: (r.day, r.shop, r.account))
