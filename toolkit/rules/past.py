"""What earlier months paid, as later months read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.rules.entries import Entry
from toolkit.rules.ledger import STATUSES

NEEDED = ("month", "agent", "component", "step", "amount")
_TEXTS = ("month", "origin_month", "agent", "component", "step", "status", "scope")
_MONEY = ("base", "by_value", "before_limits", "amount", "owed")
_NOTHING = pd.DataFrame({name: [] for name in (*_TEXTS, *_MONEY)})
ADJUSTMENT = "adjustment"


class PastRow(NamedTuple):
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

    @property
    def is_manual(self) -> bool:
        """Whether this is an amount entered by hand: unlike a correction, it recomputed nothing."""
        return self.step == ADJUSTMENT and self.before_limits is None


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The ledger of earlier months, for one scheme id.

    Parameters
    ----------
    rows : the columns of `PastRow` in memory form (money in minor units), of earlier months only.
    known : the row at each place of the index of `rows`, read once.
    """

    rows: pd.DataFrame
    known: Sequence[PastRow]

    @classmethod
    def of(cls, ledger: pd.DataFrame | None, scheme_id: str, month: str) -> Past:
        """Return the earlier rows of a scheme.

        Raises
        ------
        InputError
            If a needed column is missing, or the ledger has rows of the payment month already.
        """
        if ledger is None or not len(ledger):
            return cls(_NOTHING, ())
        absent = [name for name in NEEDED if name not in ledger.columns]
        if absent:
            problems = [Problem("ledger", f"the column {name!r} is missing", code="missing-column") for name in absent]
            raise InputError(problems)
        own = ledger if "scheme" not in ledger.columns else ledger[ledger["scheme"].isin([scheme_id, ""])]
        if (own["month"] == month).any():
            message = f"the ledger already pays {month} for the scheme {scheme_id!r}"
            raise InputError([Problem("ledger", message, fix="leave its rows out", code="ledger-month")])
        kept = own[own["month"] < month]
        rows = kept.reindex(columns=[*_TEXTS, *_MONEY]).reset_index(drop=True)
        for name in _TEXTS:  # files leave blank what is "" in memory
            rows[name] = rows[name].fillna("")
        rows["origin_month"] = rows["origin_month"].where(rows["origin_month"] != "", rows["month"])
        return cls(rows, _records(rows))

    def before(self, month: str) -> Past:
        """Return what a recomputed month reads: earlier months' rows, and all corrections of earlier months."""
        rows = self.rows
        known = (rows["month"] < month) | ((rows["step"] == ADJUSTMENT) & (rows["origin_month"] < month))
        return Past(rows[known], self.known)

    def with_entries(self, entries: Sequence[Entry], month: str) -> Past:
        """Return the past with rows of this run after it."""
        if not entries:
            return self
        found = pd.DataFrame([_values(entry, month) for entry in entries], columns=self.rows.columns)
        found.index = pd.RangeIndex(len(self.known), len(self.known) + len(found))
        return Past(pd.concat([self.rows, found]), [*self.known, *_records(found)])

    def records(self, steps: Iterable[str], agents: Iterable[str] | None = None) -> list[PastRow]:
        """Return the rows of some steps (of some agents), in the order of the ledger."""
        if not len(self.rows):
            return []
        rows = self.rows[self.rows["step"].isin(list(steps))]
        if agents is not None:
            rows = rows[rows["agent"].isin(list(agents))]
        return [self.known[at] for at in rows.index]

    def for_month(self, month: str, steps: Iterable[str]) -> list[PastRow]:
        """Return the rows of some steps that go back to a month, corrections among them."""
        rows = self.rows[(self.rows["origin_month"] == month) & self.rows["step"].isin(list(steps))]
        return [self.known[at] for at in rows.index]

    def sums(self, months: Iterable[str], steps: Iterable[str], component: str | None = None) -> dict[str, Fraction]:
        """Return what each agent was paid for some months in some steps, in major units."""
        totals: dict[str, Fraction] = {}
        for (agent, _), amount in self._added(months, steps, component).items():
            totals[agent] = totals.get(agent, Fraction(0)) + amount
        return totals

    def scoped(self, months: Iterable[str], steps: Iterable[str], component: str) -> dict[tuple[str, str], Fraction]:
        """Return what the rows of some steps of one component add up to, by agent and scope, in major units."""
        return self._added(months, steps, component)

    def _added(
        self, months: Iterable[str], steps: Iterable[str], component: str | None
    ) -> dict[tuple[str, str], Fraction]:
        """Add up rows by the month they go back to; amounts entered by hand do not count."""
        rows = self.rows[self.rows["origin_month"].isin(list(months)) & self.rows["step"].isin(list(steps))]
        rows = rows[(rows["step"] != ADJUSTMENT) | rows["before_limits"].notna()]
        if component is not None:
            rows = rows[rows["component"] == component]
        totals: dict[tuple[str, str], Fraction] = {}
        for row in (self.known[at] for at in rows.index):
            key = (row.agent, row.scope)
            totals[key] = totals.get(key, Fraction(0)) + row.amount
        return totals


def _records(rows: pd.DataFrame) -> list[PastRow]:
    texts = [[_text(value) for value in rows[name]] for name in _TEXTS]
    money = [[_major(value) for value in rows[name]] for name in _MONEY]
    money[3:] = [[value or Fraction(0) for value in column] for column in money[3:]]
    return [PastRow(*values) for values in zip(*texts, *money, strict=True)]


def _values(entry: Entry, month: str) -> list[Any]:
    texts = [month, entry.origin, entry.agent, entry.component, entry.step, STATUSES[entry.status], entry.scope]
    numbers = [*(entry.numbers.get(name) for name in _MONEY[:3]), entry.amount, entry.owed]
    return [*texts, *(None if value is None else value * 100 for value in numbers)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _major(value: Any) -> Fraction | None:
    if value is None or value is pd.NA or value != value:
        return None
    return Fraction(value) / 100 if isinstance(value, (Decimal, Fraction)) else Fraction(int(value), 100)
