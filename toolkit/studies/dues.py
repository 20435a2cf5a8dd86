"""The rules' side of the reconciliation: what some schemes give for some measures, by agent and payroll item.

A payroll item stands for components, named ``scheme.component``; rows that belong to no component (limits, funds,
guarantees, rounding) are named by their step, ``scheme.limit``. Amounts are integer minor units.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.rules import pay
from toolkit.rules.document import Fund
from toolkit.rules.expressions import calls
from toolkit.rules.scheme import formulas

if TYPE_CHECKING:
    from toolkit.rules import LedgerRows, Scheme

STEPS = ("limit", "fund", "guarantee", "rounding")
Key = tuple[str, str]  # agent, item


@dataclass(frozen=True, slots=True)
class PayCase:
    """Everything by which a month's payroll is judged.

    Parameters
    ----------
    month : the month earned.
    schemes : all versions; each month is paid by those in force in it.
    measures : in the in-memory form, the month and what is known of the months around it.
    items : payroll item to the ``scheme.component`` names it pays.
    alternatives : measures of the month under other rules of crediting, each with its name.
    orders : orders of the month that may stand with the wrong agent: order_id, shop, agent (blank for nobody), credit
        (inquiry, reminder, offline, ...), amount (net, minor units), and optionally `others`, tuples of the agents the
        customer also asked; None when orders are not known.
    """

    month: Month
    schemes: tuple[Scheme, ...]
    measures: pd.DataFrame
    items: Mapping[str, tuple[str, ...]]
    alternatives: tuple[tuple[Text, pd.DataFrame], ...] = ()
    orders: pd.DataFrame | None = None

    def in_force(self, month: Month) -> tuple[Scheme, ...]:
        """Return the schemes that hold on some day of `month`."""
        return tuple(s for s in self.schemes if s.in_force.touches(month.start, month.last_day))


@dataclass(frozen=True)
class Dues:
    """What rules give.

    Parameters
    ----------
    ledger : what the schemes pay.
    items : component name to payroll item.
    """

    ledger: LedgerRows
    items: Mapping[str, str]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Ledger rows of people: agent, amount, name of the component, item (missing where none is mapped), place."""
        table = self.ledger.table
        name = table["scheme"] + "." + table["component"].where(table["component"] != "", table["step"])
        rows = table[["agent", "amount"]].assign(name=name, item=name.map(self.items), place=range(len(table)))
        return rows[table["agent"].fillna("") != ""]

    @cached_property
    def amounts(self) -> dict[Key, int]:
        """What is due, 0 included, by agent and item."""
        sums = self.rows.groupby(["agent", "item"], sort=False)["amount"].sum()
        return {(str(agent), str(item)): _whole(amount) for (agent, item), amount in sums.items()}

    @cached_property
    def _places(self) -> dict[Key, list[int]]:
        places: dict[Key, list[int]] = {}
        named = self.rows.dropna(subset=["item"])
        for agent, item, place in zip(named["agent"], named["item"], named["place"], strict=True):
            places.setdefault((agent, item), []).append(place)
        return places

    def sentences(self, key: Key, lang: Lang) -> list[str]:
        """Return the traces of the rows behind one amount."""
        return [_trace(self.ledger, place, lang) for place in self._places.get(key, [])]

    def without_item(self) -> dict[str, tuple[int, int]]:
        """Return the number of people and minor units due by component that no item stands for."""
        lost = self.rows[self.rows["item"].isna() & (self.rows["amount"] != 0)].groupby("name")
        return {str(name): (rows["agent"].nunique(), _whole(rows["amount"].sum())) for name, rows in lost}


def _trace(ledger: LedgerRows, place: int, lang: Lang) -> str:
    """Return the sentence of one row; only this one is made."""
    for block in (block for part in ledger.parts for block in part.blocks):
        if place < block.n:
            return block.explain(place, lang)
        place -= block.n
    return ""


def _whole(amount: Fraction | Decimal | int) -> int:
    """Round an amount that only its agent's total makes whole."""
    return round_to_step(Fraction(amount))


def pay_items(case: PayCase, schemes: Collection[Scheme], measures: pd.DataFrame, month: Month) -> Dues:
    """Pay `month` of `measures` by those of `schemes` that are in force, and give the amounts their payroll items."""
    ledger = pay(tuple(schemes), measures, month=str(month))
    return Dues(ledger, {name: item for item, names in case.items.items() for name in names})


def names_of(schemes: Collection[Scheme]) -> list[str]:
    """Return what a payroll item may stand for, each name once."""
    return list(dict.fromkeys(name for s in schemes for name in _names(s)))


def _names(scheme: Scheme) -> Iterator[str]:
    yield from (f"{scheme.id}.{c.id}" for c in scheme.components)
    yield from (f"{scheme.id}.{step}" for step in STEPS)


def check_items(case: PayCase) -> None:
    """Check that every item stands for components that exist, and no component for two items.

    Raises
    ------
    UsageError
        If not.
    """
    known, taken = names_of(case.schemes), dict[str, str]()
    for item, names in case.items.items():
        for name in names:
            if name not in known:
                raise UsageError(f"the payroll item {item!r} stands for {name!r}; there are {', '.join(known)}")
            if taken.setdefault(name, item) != item:
                raise UsageError(f"{name!r} stands under two payroll items, {taken[name]!r} and {item!r}; keep one")


def stands_alone(scheme: Scheme) -> bool:
    """Say whether what an agent gets depends on his own rows only, so that others need not be paid with him."""
    together = any(c.level != "self" or c.rank or c.share or (c.score and c.score.forced) for c in scheme.components)
    funds = any(isinstance(limit, Fund) for limit in scheme.limits)
    written = (scheme.document, *scheme.document.define.values())
    history = any(calls(f.node, "record", "best") for part in written for f in formulas(part))
    return not (together or funds or history)


def narrow(case: PayCase, agents: Collection[str]) -> PayCase:
    """Return the case with the rows of `agents` only, where that changes nothing for them."""
    if not all(stands_alone(scheme) for scheme in case.schemes):
        return case
    alternatives = tuple((name, table[table["agent"].isin(list(agents))]) for name, table in case.alternatives)
    measures = case.measures[case.measures["agent"].isin(list(agents))]
    return replace(case, measures=measures, alternatives=alternatives)
