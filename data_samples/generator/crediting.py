"""Whose order is it: the crediting rules, worked out order by order.

The rules (`toolkit`'s normative text, implemented here a second time and by other means): an order belongs to the
customer's last human inquiry in the same shop at most three days before the order was made; if there was none, to the
last one before it was paid, as a reminder. An explicit account comes first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from data_samples.generator.calendar import DAY, day_of
from data_samples.generator.company import Company
from data_samples.generator.events import Books, Inquiry, Order

WINDOW = 3 * DAY
CONVERSION = 7 * DAY


@dataclass(frozen=True, slots=True)
class Judging:
    """By which moment an order is judged, and which inquiry in the window has it."""

    by: str = "order_first"  # order_time | payment_time | order_first
    pick: str = "last"  # last | first


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose an order is: `agent` is blank for silent and untraceable ones; `inquiry` is what it followed."""

    order: Order
    status: str
    agent: str = ""
    account: str = ""
    inquiry: Inquiry | None = None


def credit_orders(company: Company, books: Books, judging: Judging = Judging()) -> list[Credit]:
    """Return the credit of every paid order."""
    asked = _by_customer(books.inquiries)
    return [_credit(company, o, asked[o.shop, o.customer], judging) for o in books.orders if o.paid is not None]


def _by_customer(inquiries: Iterable[Inquiry]) -> defaultdict[tuple[str, str], list[Inquiry]]:
    asked = defaultdict(list)
    for q in sorted(inquiries, key=lambda q: (q.at, q.id)):
        if q.human:
            asked[q.shop, q.customer].append(q)
    return asked


def _credit(company: Company, o: Order, asked: list[Inquiry], judging: Judging) -> Credit:
    moment = o.paid if judging.by == "payment_time" else o.created
    if o.account:
        status = "offline" if o.offline else "reminder" if o.reminder else "inquiry"
        return Credit(o, status, company.holder(o.account, day_of(moment)), o.account)
    found = _search(asked, moment - WINDOW, moment, judging.pick) if o.customer else None
    status = "inquiry"
    if found is None and o.customer and judging.by == "order_first":
        found, status = _search(asked, o.created + 1, o.paid, "last"), "reminder"
    if o.offline and found is None:
        return Credit(o, "untraceable")
    if not o.customer:
        return Credit(o, "untraceable")
    if found is None:
        return Credit(o, "silent")
    if not found.account:
        return Credit(o, "untraceable")
    agent = company.holder(found.account, day_of(found.at))
    return Credit(o, "offline" if o.offline else status, agent, found.account, found)


def _search(asked: list[Inquiry], first: int, last: int, pick: str) -> Inquiry | None:
    """Return the last (or first) inquiry with first <= moment <= last; `asked` is in the order of time and id."""
    low = bisect_left(asked, first, key=lambda q: q.at)
    high = bisect_right(asked, last, key=lambda q: q.at)
    if low >= high:
        return None
    return asked[high - 1] if pick == "last" else asked[low]
