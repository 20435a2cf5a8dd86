"""The planted manipulations of the order-level months: the edge gamer and the refund trick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np

from data_samples.generator import company as people
from data_samples.generator.calendar import DAY, day_of, last_day, month_of, seconds, stream
from data_samples.generator.company import Company
from data_samples.generator.crediting import credit_orders
from data_samples.generator.events import FILES_TAKEN, Books, Inquiry, Order, Refund
from data_samples.generator.measures import Month, measure, settlement, unit_of
from data_samples.generator.scheme import CURRENT

SMALL_ORDER = 990  # fen
REACH = Fraction(5, 100)  # nobody bends a month that is further from the next edge
SPLIT_ORDERS, SPLIT_INTO = 8, 3


@dataclass(frozen=True, slots=True)
class Bent:
    """What was done to one agent's month: from so many buyers to so many, where the edge asks for `needed`."""

    agent: str
    month: str
    edge: Fraction
    inquiries: int
    honest: int
    needed: int
    orders: tuple[str, ...]


def next_edge(conversion: Fraction) -> Fraction | None:
    """Return the next edge above a conversion, None where it is out of reach."""
    above = [edge for edge, _ in CURRENT.tiers if conversion < edge <= conversion + REACH]
    return min(above, default=None)


def number(orders: list[Order], first: int = 0) -> list[Order]:
    """Give ids like the platform's, 19 digits, to orders in the order of time."""
    return [replace(o, id=f"24{o.created:010d}{k:07d}") for k, o in enumerate(sorted(orders, key=_time), first)]


def _time(o: Order) -> tuple[int, str]:
    return o.created, o.customer


def bend(seed: int, company: Company, books: Books, months: list[str]) -> tuple[Books, list[Bent]]:
    """Return the books with the manipulations in them, and the list of what was done."""
    draw, done = stream(seed, "gaming"), []
    for agent in (people.GAMER, people.REFUND_TRICK):
        credits = credit_orders(company, books)
        measured = measure(company, books, credits)
        bought = {unit_of(company, c.inquiry) for c in credits if c.inquiry}
        for month in months:
            books, bent = _push(draw, company, books, (agent, month, measured[month]), bought)
            done += bent
    return replace(books, orders=tuple(_split(draw, company, books))), done


def _push(
    draw: np.random.Generator, company: Company, books: Books, case: tuple[str, str, Month], bought: set
) -> tuple[Books, list[Bent]]:
    agent, month, measured = case
    parts = list(measured.of(agent).values())
    edge = next_edge(parts[0].conversion) if len(parts) == 1 and parts[0].conversion else None
    if edge is None:
        return books, []
    n, honest = parts[0].inquiries, parts[0].buyers
    needed = ceil(edge * n)
    beyond, make = (0, _small_order) if agent == people.GAMER else (6, _order_to_return)
    wanted = needed + beyond + int(draw.integers(0, 2)) - honest
    idle = list(_idle(company, books, agent, month, bought))[:wanted]
    orders = number([make(draw, q) for q in idle], len(books.orders))
    refunds = tuple(_returned(draw, o, month) for o in orders if agent == people.REFUND_TRICK)
    refunds = tuple(r for r in refunds if r.at < FILES_TAKEN)
    books = replace(books, orders=books.orders + tuple(orders), refunds=books.refunds + refunds)
    return books, [Bent(agent, month, edge, n, honest, needed, tuple(o.id for o in orders))]


def _idle(company: Company, books: Books, agent: str, month: str, bought: set) -> Iterator[Inquiry]:
    """Yield the agent's latest inquiries of the month whose customers asked once and did not buy."""
    last = seconds(last_day(month)) + DAY
    times = Counter(q.customer for q in books.inquiries)
    buying = {o.customer for o in books.orders}
    for q in reversed(books.inquiries):
        if q.at < last - 6 * 3600 and month_of(q.at) == month and q.human and times[q.customer] == 1:
            unit = unit_of(company, q) if q.account else None
            if unit and unit[2] == agent and unit not in bought and q.customer not in buying:
                yield q


def _small_order(draw: np.random.Generator, q: Inquiry) -> Order:
    created = q.at + int(draw.integers(300, 5400))
    return Order("", created, created + 40, None, q.shop, q.customer, ((q.product, 1, SMALL_ORDER),))


def _order_to_return(draw: np.random.Generator, q: Inquiry) -> Order:
    created, price = q.at + int(draw.integers(300, 5400)), int(draw.integers(8_000, 30_000))
    return Order("", created, created + 40, None, q.shop, q.customer, ((q.product, 1, price),))


def _returned(draw: np.random.Generator, o: Order, month: str) -> Refund:
    return Refund(o.id, settlement(month) + int(draw.uniform(1.3, 3.5) * DAY), o.amount, "return", "七天无理由")


def _split(draw: np.random.Generator, company: Company, books: Books) -> list[Order]:
    """Return the orders, some of the gamer's larger ones placed as several small ones minutes apart."""
    mine = {q.customer for q in books.inquiries if company.holder(q.account, day_of(q.at)) == people.GAMER}
    whole = [o for o in books.orders if o.customer in mine and o.amount > 9_000 and o.paid and len(o.lines) == 1]
    kept = {whole[int(k)].id for k in draw.choice(len(whole), min(SPLIT_ORDERS, len(whole)), replace=False)}
    out = [o for o in books.orders if o.id not in kept]
    pieces = [p for o in books.orders if o.id in kept for p in _pieces(o)]
    return sorted(out + number(pieces, len(books.orders)), key=lambda o: (o.created, o.id))


def _pieces(o: Order) -> list[Order]:
    product, total = o.lines[0][0], o.amount
    sizes = [total // SPLIT_INTO] * (SPLIT_INTO - 1) + [total - total // SPLIT_INTO * (SPLIT_INTO - 1)]
    return [
        replace(o, created=o.created + 60 * k, paid=o.paid + 60 * k, lines=((product, 1, size),))
        for k, size in enumerate(sizes)
    ]
