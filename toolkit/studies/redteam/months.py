"""The honest two months a plan is tried on: each person's inquiries and orders, and the rows `pay` takes of them.

Nothing here is drawn: a position is what was given, or a person's own usual month twice over. What of a position is
derived (profit, reply time) is the same sum for the honest months and for every plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
THIS, NEXT = "2024-05", "2024-06"
"""The two months where none are given: in one quarter, the second its last."""
FIELDS = ("inquiries", "buyers", "orders", "sales", "receptions", "seconds")
"""What a plan moves of a person's month; sales in minor units, seconds in all."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order: the day it was paid, its sales in minor units, and the inquiry it came from."""

    day: int
    sales: int
    inquiry: str


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """One person's month: number of inquiries, with and without order, and the orders."""

    inquiries: int
    orders: tuple[Order, ...]

    @property
    def buyers(self) -> int:
        """Number of inquiries with an order."""
        return len({order.inquiry for order in self.orders})

    @property
    def idle(self) -> int:
        """Number of inquiries without an order."""
        return max(self.inquiries - self.buyers, 0)

    @property
    def sales(self) -> int:
        """Sum of the orders, minor units."""
        return sum(order.sales for order in self.orders)


@dataclass(frozen=True, slots=True)
class Person:
    """One person's two months.

    Parameters
    ----------
    name : a position, no person's name where it is shared.
    this, next : the months on both sides of the month's end.
    seconds : average reply time, both months.
    more : what else the rows of a person hold, the same in both months: role, shop, other measures.
    """

    name: str
    this: PersonMonth
    next: PersonMonth
    seconds: int = 30
    more: Mapping[str, object] = field(default_factory=dict)

    def month(self, at: int) -> PersonMonth:
        """Return one of the two months."""
        return (self.this, self.next)[at]


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """People in two months; the first makes the plan, the second is the colleague.

    Parameters
    ----------
    months : the two, YYYY-MM.
    before : rows of earlier months, which stay as they are; None where there are none.
    margin : profit as parts in 100 of the sales, for schemes that pay on profit.
    """

    people: tuple[Person, ...]
    months: tuple[str, str] = (THIS, NEXT)
    before: pd.DataFrame | None = None
    margin: int = 20

    @property
    def mean_order(self) -> int:
        """Mean sales of an order of who makes the plan, minor units."""
        orders = [*self.people[0].this.orders, *self.people[0].next.orders]
        return sum(o.sales for o in orders) // len(orders) if orders else 0

    def figures(self) -> Ints:
        """Return the honest figures, int64 (people, 2 months, FIELDS)."""
        rows = [[_figures(person, person.month(at)) for at in (0, 1)] for person in self.people]
        return np.array(rows, np.int64).reshape(len(self.people), 2, len(FIELDS))

    def rows(self) -> pd.DataFrame:
        """Return the rows of both months in memory form, months first, with honest figures."""
        honest = self.figures()
        texts = [
            {"month": month, "agent": person.name, "role": "agent", "shop": "S", "team": "T", **person.more}
            for month in self.months
            for person in self.people
        ]
        table = pd.DataFrame(texts)
        flat = honest.transpose(1, 0, 2).reshape(1, -1, len(FIELDS))
        for name, values in columns(flat, self.margin).items():
            table[name] = pd.array(values[0], dtype="Int64")
        # what came in by itself and no act moves: inquiries as they were assigned
        table["consultations"] = pd.array(flat[0, :, 0], dtype="Int64")
        return table if self.before is None else pd.concat([self.before, table], ignore_index=True)


def _figures(person: Person, month: PersonMonth) -> tuple[int, ...]:
    n = month.inquiries
    return n, month.buyers, len(month.orders), month.sales, n, n * person.seconds


def columns(figures: Ints, margin: int) -> dict[str, Ints]:
    """Return the measure columns of figures (plans, rows, FIELDS), each (plans, rows); money in minor units."""
    at = {name: figures[..., i] for i, name in enumerate(FIELDS)}
    profit = at["sales"] * margin // 100
    met = np.maximum(at["receptions"], 1)
    return {
        **{name: at[name] for name in ("inquiries", "buyers", "orders", "sales", "receptions")},
        "customers": at["buyers"],
        "deals": at["orders"],
        "gross_sales": at["sales"],
        **dict.fromkeys(("profit", "net_profit", "gross_profit"), profit),
        "reply_seconds": (2 * at["seconds"] + met) // (2 * met),
    }


def even_month(inquiries: int, buyers: int, sales: Sequence[int], key: str = "this") -> PersonMonth:
    """Return a month of one order a buyer, prices given in turn, minor units, days spread over the month."""
    orders = [Order(1 + 30 * i // max(buyers, 1), sales[i % len(sales)], f"{key}-{i}") for i in range(buyers)]
    return PersonMonth(inquiries, tuple(orders))
