"""The rules' side of the reconciliation: what some schemes give for some measures, by agent and payroll item.

A payroll item stands for components, named ``scheme.component``; rows that belong to no component (limits, funds,
guarantees, rounding, corrections and recoveries of these) are named by their step, ``scheme.limit``. Amounts are
integer minor units.  What corrects earlier months goes with its component, or is an item of its own where one stands
for ``scheme.correction``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import round_to_step
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.rules.explain.ledger_text import block_words
from toolkit.rules.formula.expressions import calls
from toolkit.rules.scheme.document import Cap, Fund
from toolkit.rules.scheme.scheme import formulas
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay
from toolkit.studies.reconcile.pay_run import BASE_PAY

if TYPE_CHECKING:
    from toolkit.rules.explain.ledger_text import RowWords
    from toolkit.rules.pay.ledger import Block, LedgerRows
    from toolkit.rules.scheme.scheme import Scheme

CORRECTION = "correction"
STEPS = ("limit", "fund", "guarantee", "rounding", "adjustment", "recovery", CORRECTION)
_CORRECTING = ("adjustment", "clawback")
Key = tuple[str, str]  # agent, item


@dataclass(frozen=True, slots=True)
class PaymentCase:
    """Everything by which a month's payroll is judged.

    Parameters
    ----------
    month : the month earned.
    schemes : all versions; each month is paid by those in force in it.
    measures : in the in-memory form, the month and what is known of the months around it.
    items : payroll item to the ``scheme.component`` names it pays.
    alternatives : measures of the month under other rules of crediting, each with its name; looked at only where
        payroll differs from the rules.
    orders : orders of the month that may stand with the wrong agent: order_id, shop, agent (blank for nobody), credit
        (inquiry, reminder, offline, ...), amount (net, minor units), and optionally `others`, tuples of the agents the
        customer also asked; None when orders are not known.
    roster : rows of the table `assignments`, by which payees are known; None when there is none.
    tables : what a month is paid from beside its measures.
    books : by month, the ledger rows of closed months; what was due for them is what these say.
    first : the first month paid here, ``YYYY-MM``, where one is said: what was due before it is not known.
    """

    month: Month
    schemes: tuple[Scheme, ...]
    measures: pd.DataFrame
    items: Mapping[str, tuple[str, ...]]
    alternatives: Iterable[tuple[Text, pd.DataFrame]] = ()
    orders: pd.DataFrame | None = None
    roster: pd.DataFrame | None = None
    tables: SettlementTables = field(default_factory=SettlementTables)
    books: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    first: str = ""

    def in_force(self, month: Month) -> tuple[Scheme, ...]:
        """Return the schemes that hold on some day of `month`; none before the first month paid here."""
        if str(month) < self.first:
            return ()
        return tuple(s for s in self.schemes if s.in_force.touches(month.start, month.last_day))


@dataclass(frozen=True)
class AmountsDue:
    """What rules give.

    Parameters
    ----------
    ledger : what the schemes pay; of a closed month the rows of its book, with their sentences.
    items : component name to payroll item.
    """

    ledger: LedgerRows | pd.DataFrame
    items: Mapping[str, str]

    @cached_property
    def rows(self) -> list[tuple[str, str, Fraction, int]]:
        """Ledger rows of people: agent, name of the component, amount in major units, place in the ledger."""
        return [
            (agent, self._name(scheme, what, late), amount, place)
            for agent, scheme, what, late, amount, place in self._rows
        ]

    def _name(self, scheme: str, what: str, late: bool) -> str:
        apart = f"{scheme}.{CORRECTION}"
        return apart if late and apart in self.items else f"{scheme}.{what}"

    @cached_property
    def _rows(self) -> list[tuple[str, str, str, bool, Fraction, int]]:
        """Return agent, scheme, component or step, whether the row corrects an earlier month, amount, place."""
        found: list[tuple[str, str, str, bool, Fraction, int]] = []
        if isinstance(self.ledger, pd.DataFrame):
            late = self.ledger["step"].isin(_CORRECTING) & (self.ledger["origin_month"] != self.ledger["month"])
            columns = [self.ledger[c] for c in ("agent", "scheme", "component", "step", "amount")]
            for place, (agent, scheme, component, step, minor, is_late) in enumerate(zip(*columns, late, strict=True)):
                if agent:
                    found.append((agent, scheme, component or step, is_late, Fraction(minor) / 100, place))
            return found
        first = 0
        for part in self.ledger.parts:
            for block in part.blocks:
                amounts = block.amount.spread(block.n).values()
                late_rows = self._late(block)
                for place, (person, amount) in enumerate(zip(block.person.tolist(), amounts, strict=True), first):
                    if person >= 0:
                        row = part.scheme.id, block.component or block.step, late_rows[place - first]
                        found.append((part.agent_of(person), *row, amount or Fraction(0), place))
                first += block.n
        return found

    def _late(self, block: Block) -> list[bool]:
        if block.origin is None or block.step not in _CORRECTING or isinstance(self.ledger, pd.DataFrame):
            return [False] * block.n
        names = [*block.origin.names, ""]
        return [names[code] != self.ledger.month for code in np.broadcast_to(block.origin.codes, block.n)]

    @cached_property
    def corrections(self) -> dict[Key, int]:
        """What of the amounts corrects earlier months, by agent and item."""
        sums: dict[Key, Fraction] = {}
        for agent, scheme, what, late, amount, _ in self._rows:
            name = self._name(scheme, what, late)
            if late and amount and name in self.items:
                key = agent, self.items[name]
                sums[key] = sums.get(key, Fraction(0)) + amount
        return {key: _minor(amount) for key, amount in sums.items()}

    @cached_property
    def amounts(self) -> dict[Key, int]:
        """What is due, 0 included, by agent and item."""
        sums: dict[Key, Fraction] = {}
        for agent, name, amount, _ in self.rows:
            if name in self.items:
                key = agent, self.items[name]
                sums[key] = sums[key] + amount if key in sums else amount
        return {key: _minor(amount) for key, amount in sums.items()}

    @cached_property
    def _places(self) -> dict[Key, list[int]]:
        places: dict[Key, list[int]] = {}
        for agent, name, _, place in self.rows:
            if name in self.items:
                places.setdefault((agent, self.items[name]), []).append(place)
        return places

    def parts(self, key: Key) -> list[int]:
        """Return the amounts an item is made of, 0 left out, minor units."""
        agent, item = key
        amounts = (a for who, name, a, _ in self.rows if who == agent and self.items.get(name) == item)
        return [_minor(amount) for amount in amounts if amount]

    def sentences(self, key: Key, lang: Lang) -> list[str]:
        """Return the sentences of the rows behind one amount; only these are made."""
        return [self._sentence(place, lang) for place in self._places.get(key, [])]

    @cached_property
    def _words(self) -> dict[tuple[int, Lang], RowWords]:
        return {}

    def _sentence(self, place: int, lang: Lang) -> str:
        if isinstance(self.ledger, pd.DataFrame):
            return str(self.ledger[f"sentence_{lang}"].iloc[place])
        for at, block in enumerate(block for part in self.ledger.parts for block in part.blocks):
            if place < block.n:
                if (at, lang) not in self._words:
                    self._words[at, lang] = block_words(block.facts, lang)
                return self._words[at, lang](place)
            place -= block.n
        raise IndexError(place)

    def without_item(self) -> dict[str, tuple[int, int]]:
        """Return the number of people and minor units due by component that no item stands for."""
        lost: dict[str, dict[str, Fraction]] = {}
        for agent, name, amount, _ in self.rows:
            if amount and name not in self.items:
                people = lost.setdefault(name, {})
                people[agent] = people.get(agent, Fraction(0)) + amount
        return {name: (len(people), _minor(sum(people.values()))) for name, people in lost.items()}


def _minor(amount: Fraction | int) -> int:
    """Return minor units; an amount that only its agent's total makes whole is rounded."""
    minor = amount * 100
    return int(minor) if minor.denominator == 1 else round_to_step(Fraction(minor))


def pay_items(case: PaymentCase, schemes: Collection[Scheme], measures: pd.DataFrame, month: Month) -> AmountsDue:
    """Pay `month` of `measures` by those of `schemes` that are in force, and give the amounts their payroll items."""
    if all(map(_by_month, schemes)):
        measures = measures[measures["month"] == str(month)]
    return AmountsDue(pay(tuple(schemes), measures, month=str(month), **_tables(case, month)), _by_name(case))


def due_for(case: PaymentCase, month: Month) -> AmountsDue:
    """Return what is due for a month: as its book has it where it is closed, else as the rules give it now.

    After closed months, or opening balances, that is with what these leave to it, by all versions of the schemes.
    """
    if str(month) in case.books:
        return AmountsDue(case.books[str(month)], _by_name(case))
    if case.books or case.tables.get("ledger") is not None:
        return AmountsDue(pay(case.schemes, case.measures, month=str(month), **_tables(case, month)), _by_name(case))
    return pay_items(case, case.in_force(month), case.measures, month)


def _tables(case: PaymentCase, month: Month) -> SettlementTables:
    """Return the tables beside the measures as a month reads them: of the ledger what was paid before it."""
    ledger = case.tables.get("ledger")
    if ledger is None:
        return case.tables
    return SettlementTables({**case.tables, "ledger": ledger[ledger["month"] < str(month)]})


def _by_name(case: PaymentCase) -> dict[str, str]:
    return {name: item for item, names in case.items.items() for name in names}


def _by_month(scheme: Scheme) -> bool:
    """Say whether a month is paid by itself: no longer period, no history."""
    yearly = any(isinstance(limit, Cap) and limit.period == "year" for limit in scheme.limits)
    longer = any(scheme.period(c) != "month" or c.accumulate for c in scheme.components)
    return not (yearly or longer or _looks_back(scheme, "record", "best", "streak", "to_date"))


def _looks_back(scheme: Scheme, *functions: str) -> bool:
    written = (scheme.document, *scheme.document.define.values())
    return any(calls(f.node, *functions) for part in written for f in formulas(part))


def names_of(schemes: Collection[Scheme]) -> list[str]:
    """Return what a payroll item may stand for, each name once."""
    return list(dict.fromkeys(name for s in schemes for name in _names(s)))


def _names(scheme: Scheme) -> Iterator[str]:
    yield from (f"{scheme.id}.{c.id}" for c in scheme.components)
    yield from (f"{scheme.id}.{step}" for step in STEPS)


def check_items(schemes: Collection[Scheme], items: Mapping[str, tuple[str, ...]]) -> None:
    """Check that every item stands for components that exist, and no component for two items.

    Raises
    ------
    UsageError
        If not.
    """
    known, taken = [*names_of(schemes), BASE_PAY], dict[str, str]()
    for item, names in items.items():
        for name in names:
            if name not in known:
                message = Text(
                    f"the payroll item {item!r} stands for {name!r}; there are {', '.join(known)}",
                    f"工资项目 {item!r} 对应 {name!r}，但没有它；现有 {'、'.join(known)}",
                )
                raise UsageError(message)
            if name != BASE_PAY and taken.setdefault(name, item) != item:
                message = Text(
                    f"{name!r} stands under two payroll items, {taken[name]!r} and {item!r}; keep one",
                    f"{name!r} 对应了两个工资项目：{taken[name]!r} 和 {item!r}；只能留一个",
                )
                raise UsageError(message)


def stands_alone(scheme: Scheme) -> bool:
    """Say whether what an agent gets depends on his own rows only, so that others need not be paid with him."""
    together = any(c.level != "self" or c.rank or c.share or (c.score and c.score.forced) for c in scheme.components)
    funds = any(isinstance(limit, Fund) for limit in scheme.limits)
    return not (together or funds or _looks_back(scheme, "record", "best", "mean", "sum"))


def narrow(case: PaymentCase, agents: Collection[str]) -> PaymentCase:
    """Return the case with the rows of `agents` only, where that changes nothing for them."""
    if not all(stands_alone(scheme) for scheme in case.schemes):
        return case
    alternatives = tuple((name, table[table["agent"].isin(list(agents))]) for name, table in case.alternatives)
    measures = case.measures[case.measures["agent"].isin(list(agents))]
    return replace(case, measures=measures, alternatives=alternatives)
