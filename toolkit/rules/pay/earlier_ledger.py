"""What earlier months paid, as later months read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias, TypeVar

import pandas as pd

from toolkit.core.errors import InputError, Problem, missing_column
from toolkit.core.text import Text
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.pay.ledger import STATUSES, Block, Entry, minor_units
from toolkit.rules.pay.measures import MeasureColumns, payee_in

NEEDED = ("month", "agent", "component", "step", "amount")
_KEYS = ("month", "origin_month", "component", "step")
_TEXTS = ("agent", "scope", "status")
_MONEY = ("base", "by_value", "before_limits", "amount", "owed")
ADJUSTMENT = "adjustment"
OPENING = "opening"
"""Status of rows that were brought from before the first month: what they stand for is never paid again."""
MEASURE, EARNED, WITHHELD, DEFERRED, OWED = "measure", "earned", "withheld", "deferred", "owed"
KINDS: Mapping[str, str] = {
    MEASURE: "指标",
    EARNED: "已计",
    WITHHELD: "限额未发",
    DEFERRED: "递延",
    OWED: "待扣回",
}
"""Kinds of opening balances, with their Chinese names; `rules.settle.opening` says what each is."""
T = TypeVar("T")
Minor: TypeAlias = int | Fraction  # minor units: whole as a rule, parts of one where a scheme rounds totals


class EarlierRow(NamedTuple):
    """One earlier row; money in major units, `base`, `by_value` and `before_limits` None where blank."""

    month: str
    origin: str
    agent: str
    component: str
    step: str
    status: str
    scope: str
    base: Fraction | None
    by_value: Fraction | None
    before_limits: Fraction | None
    amount: Fraction
    owed: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class EarlierGroup:
    """Earlier rows that agree in payment month, month of origin, component and step; columns in minor units.

    Parameters
    ----------
    is_manual : whether these are amounts entered by hand: unlike corrections, they recomputed nothing.
    behind : ``base, by_value, before_limits`` of each row, as the ledger has them.
    """

    month: str
    origin: str
    component: str
    step: str
    is_manual: bool
    agents: Sequence[str]
    scopes: Sequence[str]
    statuses: Sequence[str]
    amounts: Sequence[Minor]
    owed: Sequence[Minor]
    behind: Sequence[Sequence[Any]]

    @property
    def is_opening(self) -> bool:
        """Whether these are balances brought from before the first month."""
        return OPENING in self.statuses

    def row(self, at: int) -> EarlierRow:
        """Return one row."""
        keys = (self.month, self.origin, self.agents[at], self.component, self.step, self.statuses[at], self.scopes[at])
        base, by_value, before_limits = (_major(column[at]) for column in self.behind)
        amount, owed = Fraction(self.amounts[at], 100), Fraction(self.owed[at], 100)
        return EarlierRow(*keys, base, by_value, before_limits, amount, owed)


@dataclass(frozen=True, slots=True, eq=False)
class EarlierLedger:
    """The ledger of earlier months, for one scheme id: its rows, the earliest payment month first."""

    groups: tuple[EarlierGroup, ...] = ()

    @classmethod
    def of(cls, ledger: pd.DataFrame | None, scheme_id: str, month: str) -> EarlierLedger:
        """Return the earlier rows of a scheme.

        Raises
        ------
        InputError
            If a needed column is missing, or the ledger has rows of the payment month already.
        """
        if ledger is None or not len(ledger):
            return cls()
        absent = [name for name in NEEDED if name not in ledger.columns]
        if absent:
            problems = [missing_column("ledger", name) for name in absent]
            raise InputError(problems)
        own = ledger if "scheme" not in ledger.columns else ledger[ledger["scheme"].isin([scheme_id, ""])]
        if (own["month"] == month).any():
            message = Text(f"the ledger already pays {month} for {scheme_id!r}", f"台账已发过 {scheme_id!r} 的 {month}")
            fix = Text("leave its rows out", "去掉该月的行")
            raise InputError([Problem("ledger", message, fix=fix, code="ledger-month")])
        kept = own[own["month"] < month]
        rows = kept.reindex(columns=[*_KEYS, *_TEXTS, *_MONEY]).reset_index(drop=True)
        for name in (*_KEYS, *_TEXTS):  # files leave blank what is "" in memory
            rows[name] = rows[name].fillna("")
        rows["origin_month"] = rows["origin_month"].where(rows["origin_month"] != "", rows["month"])
        return cls(tuple(sorted(_groups(rows), key=lambda group: group.month)))

    @property
    def months(self) -> list[str]:
        """The payment months, the earliest first."""
        return sorted({group.month for group in self.groups})

    def without(self, months: Collection[str]) -> EarlierLedger:
        """Return the past without the rows of some payment months."""
        return self._only(lambda group: group.month not in months)

    def before(self, month: str) -> EarlierLedger:
        """Return what a recomputed month reads: earlier months' rows, and all corrections of earlier months."""
        return self._only(lambda g: g.month < month or (g.step == ADJUSTMENT and g.origin < month))

    def _only(self, which: Callable[[EarlierGroup], bool]) -> EarlierLedger:
        return EarlierLedger(tuple(group for group in self.groups if which(group)))

    def with_entries(self, entries: Sequence[Entry], month: str) -> EarlierLedger:
        """Return the past with rows of this run after it."""
        return replace(self, groups=(*self.groups, *_of_entries(entries, month))) if entries else self

    def with_blocks(self, blocks: Iterable[Block], cells: MeasureColumns, month: str) -> EarlierLedger:
        """Return the past with the rows of a payment month after it; the base of a component's rows is left out."""
        names = {person: payee for payee, person in cells.payees().items()}
        return replace(self, groups=(*self.groups, *(g for block in blocks for g in _of_block(block, names, month))))

    def of_each(self, runs: int) -> EarlierLedger:
        """Return the past as each of several replicates has it."""
        if runs == 1:
            return self
        return EarlierLedger(tuple(_of_each(group, runs) for group in self.groups))

    def of_steps(self, steps: Collection[str]) -> list[EarlierGroup]:
        """Return the rows of some steps."""
        return [group for group in self.groups if group.step in steps]

    def for_month(self, month: str, steps: Collection[str]) -> list[EarlierGroup]:
        """Return the rows of some steps that go back to a month, corrections among them."""
        return [group for group in self.of_steps(steps) if group.origin == month]

    def records(self, steps: Collection[str], agents: Collection[str]) -> Iterator[EarlierRow]:
        """Return the rows of some steps and agents, in the order of the ledger."""
        for group in self.of_steps(steps):
            yield from (group.row(i) for i, agent in enumerate(group.agents) if agent in agents)

    def sums(self, months: Iterable[str], steps: Iterable[str], component: str | None = None) -> dict[str, Fraction]:
        """Return what each agent was paid for some months in some steps, in major units."""
        totals: dict[str, Minor] = {}
        for group in self._counted(months, steps, component):
            for agent, amount in zip(group.agents, group.amounts, strict=True):
                totals[agent] = totals.get(agent, 0) + amount
        return {agent: Fraction(total, 100) for agent, total in totals.items()}

    def scoped(self, months: Iterable[str], steps: Iterable[str], component: str) -> dict[tuple[str, str], Fraction]:
        """Return what the rows of some steps of one component add up to, by agent and scope, in major units."""
        totals: dict[tuple[str, str], Minor] = {}
        for group in self._counted(months, steps, component):
            for *key, amount in zip(group.agents, group.scopes, group.amounts, strict=True):
                agent, scope = key
                totals[agent, scope] = totals.get((agent, scope), 0) + amount
        return {key: Fraction(total, 100) for key, total in totals.items()}

    def _counted(self, months: Iterable[str], steps: Iterable[str], component: str | None) -> list[EarlierGroup]:
        """Return the rows to add up, by the month they go back to; amounts entered by hand do not count."""
        origins, steps = set(months), set(steps)
        return [
            group
            for group in self.groups
            if group.origin in origins
            and group.step in steps
            and not group.is_manual
            and (component is None or group.component == component)
        ]


def _groups(rows: pd.DataFrame) -> Iterator[EarlierGroup]:
    """Read the rows of a ledger."""
    texts = [rows[name].to_numpy(object) for name in _TEXTS]
    behind = [rows[name].to_numpy(object) for name in _MONEY[:3]]
    money = [rows[name].to_numpy(object) for name in _MONEY[3:]]
    by_hand = (rows["step"] == ADJUSTMENT) & rows["before_limits"].isna()
    keys = [*(rows[name] for name in _KEYS), by_hand]
    places: dict[Any, Any] = rows.groupby(keys, sort=False).indices
    for (month, origin, component, step, is_manual), at in places.items():
        agents, scopes, statuses = (column[at].tolist() for column in texts)
        amounts, owed = ([minor(value) for value in column[at].tolist()] for column in money)
        numbers = [column[at].tolist() for column in behind]
        yield EarlierGroup(month, origin, component, step, is_manual, agents, scopes, statuses, amounts, owed, numbers)


def _of_entries(entries: Sequence[Entry], month: str) -> Iterator[EarlierGroup]:
    """Read rows of this run; what recomputed something says what it came to."""

    def key(entry: Entry) -> tuple[str, str, str, bool]:
        by_hand = entry.step == ADJUSTMENT and "before_limits" not in entry.numbers
        return entry.origin, entry.component, entry.step, by_hand

    for (origin, component, step, is_manual), found in groupby(sorted(entries, key=key), key):
        rows = list(found)
        agents, scopes = [row.agent for row in rows], [row.scope for row in rows]
        statuses = [STATUSES[row.status] for row in rows]
        amounts, owed = [minor(row.amount * 100) for row in rows], [minor(row.owed * 100) for row in rows]
        numbers = [[_hundredfold(row.numbers.get(name)) for row in rows] for name in _MONEY[:3]]
        yield EarlierGroup(month, origin, component, step, is_manual, agents, scopes, statuses, amounts, owed, numbers)


def _of_block(block: Block, names: Mapping[int, str], month: str) -> Iterator[EarlierGroup]:
    """Read a block of a payment month, apart by the month its rows go back to."""
    agents = [names[person] for person in block.person.tolist()]
    scopes = [""] * block.n if block.scope is None else [scope or "" for scope in block.scope.values(block.n)]
    statuses = [STATUSES[status] for status in block.status.tolist()]
    amounts = [minor(value) for value in minor_units(block.amount.spread(block.n)).tolist()]
    owed = [0] * block.n if block.owed is None else [minor((v or 0) * 100) for v in block.owed.spread(block.n).values()]
    found = {} if callable(block.numbers) else block.numbers
    numbers = [_memory(*found[name], block.n) if name in found else [None] * block.n for name in _MONEY[:3]]
    origins = (
        [month] * block.n if block.origin is None else [origin or month for origin in block.origin.values(block.n)]
    )
    for origin in dict.fromkeys(origins):
        at = [i for i, one in enumerate(origins) if one == origin]

        def mine(column: Sequence[T], at: Sequence[int] = at) -> list[T]:
            return [column[i] for i in at]

        behind = [mine(column) for column in numbers]
        keys = (month, origin, block.component, block.step, False)
        yield EarlierGroup(*keys, mine(agents), mine(scopes), mine(statuses), mine(amounts), mine(owed), behind)


def _memory(column: Exact, kind: AnyKind, n: int) -> list[Fraction | None]:
    values = column.spread(n).values()
    return [_hundredfold(value) for value in values] if kind == "money" else values


def _of_each(group: EarlierGroup, runs: int) -> EarlierGroup:
    return replace(
        group,
        agents=[payee_in(agent, run, runs) for run in range(runs) for agent in group.agents],
        scopes=[*group.scopes] * runs,
        statuses=[*group.statuses] * runs,
        amounts=[*group.amounts] * runs,
        owed=[*group.owed] * runs,
        behind=[[*column] * runs for column in group.behind],
    )


def _hundredfold(value: Fraction | None) -> Fraction | None:
    return None if value is None else value * 100


def minor(value: Any) -> Minor:
    """Return an amount in minor units; blank is nothing."""
    if isinstance(value, int):
        return value
    if _is_blank(value):
        return 0
    exact = Fraction(value) if isinstance(value, (Decimal, Fraction)) else Fraction(int(value))
    return exact.numerator if exact.denominator == 1 else exact


def _major(value: Any) -> Fraction | None:
    if isinstance(value, (Decimal, Fraction)) and value == value:
        return Fraction(value) / 100
    return None if _is_blank(value) else Fraction(int(value), 100)


def _is_blank(value: Any) -> bool:
    return value is None or value is pd.NA or value != value
