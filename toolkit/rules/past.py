"""What earlier months paid, as later months read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.rules.scheme import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The ledger of earlier months, for one scheme id.

    Parameters
    ----------
    rows : month, agent, component, step, amount (minor units, exact), of earlier months only.
    """

    rows: pd.DataFrame

    @classmethod
    def of(cls, ledger: pd.DataFrame | None, scheme: Scheme, month: str) -> Past:
        """Return the earlier rows of a scheme.

        Raises
        ------
        InputError
            If the ledger has rows of the payment month already.
        """
        names = ["month", "agent", "component", "step", "amount", "scope"]
        if ledger is None or not len(ledger):
            return cls(pd.DataFrame({name: [] for name in names}))
        absent = [name for name in names[:5] if name not in ledger.columns]
        if absent:
            problems = [Problem("ledger", f"the column {name!r} is missing", code="missing-column") for name in absent]
            raise InputError(problems)
        own = ledger if "scheme" not in ledger.columns else ledger[ledger["scheme"].isin([scheme.id, ""])]
        if (own["month"] == month).any():
            message = f"the ledger already pays {month} for the scheme {scheme.id!r}"
            raise InputError([Problem("ledger", message, fix="leave its rows out", code="ledger-month")])
        kept = own[own["month"] < month]
        return cls(kept.reindex(columns=names))

    def sums(self, months: Iterable[str], steps: Iterable[str], component: str | None = None) -> dict[str, Fraction]:
        """Return what each agent was paid in some months and steps, in major units."""
        rows = self.rows[self.rows["month"].isin(list(months)) & self.rows["step"].isin(list(steps))]
        if component is not None:
            rows = rows[rows["component"] == component]
        totals: dict[str, Fraction] = {}
        for agent, amount in zip(rows["agent"], rows["amount"], strict=True):
            totals[_text(agent)] = totals.get(_text(agent), Fraction(0)) + Fraction(amount) / 100
        return totals

    def scoped(self, months: Iterable[str], steps: Iterable[str], component: str) -> dict[tuple[str, str], Fraction]:
        """Return what the rows of some steps of one component add up to, by agent and scope, in major units."""
        rows = self.rows[self.rows["month"].isin(list(months)) & self.rows["step"].isin(list(steps))]
        rows = rows[rows["component"] == component]
        totals: dict[tuple[str, str], Fraction] = {}
        for agent, scope, amount in zip(rows["agent"], rows["scope"], rows["amount"], strict=True):
            key = (_text(agent), _text(scope))
            totals[key] = totals.get(key, Fraction(0)) + Fraction(amount) / 100
        return totals


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
