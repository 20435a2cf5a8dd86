"""What a scheme pays in a month that depends on what the months before paid: to date, in a row, held back, owed.

The months before are paid by the same scheme first, so that two schemes are compared as if each had always held.
"""

from __future__ import annotations

import pandas as pd

from toolkit.core.period import Month
from toolkit.rules.pay.periods import span_around
from toolkit.rules.scheme.document import Cap, Component, Guarantee
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay

LOOK_BACK = 12
"""Months before the one paid that streaks, what was held back and what is owed are followed from."""


def first_month(scheme: Scheme, measures: pd.DataFrame, month: str) -> str:
    """Return the first month of the measures whose pay the pay of `month` depends on; `month` where there is none."""
    starts = [start for component in scheme.components for start in _starts(scheme, component, Month.parse(month))]
    for limit in scheme.limits:
        if isinstance(limit, Cap) and limit.period == "year":
            starts.append(f"{month[:4]}-01")
        if (isinstance(limit, Cap) and limit.carry) or (isinstance(limit, Guarantee) and limit.recoverable):
            starts.append(_back(month))
    there = sorted(set(measures["month"]))
    return min((m for m in there if m >= min(starts, default=month)), default=month)


def _starts(scheme: Scheme, component: Component, month: Month) -> list[str]:
    """Return the months from which a component's own earlier rows count."""
    found = []
    span = span_around(scheme, component, month) if component.accumulate else None
    if span is not None:
        found.append(str(span.first))
    if component.id in scheme.streaked or component.defer or component.carry:
        found.append(_back(str(month)))
    return found


def _back(month: str) -> str:
    return str(Month.parse(month).shift(-LOOK_BACK))


def paid_in(scheme: Scheme, measures: pd.DataFrame, months: tuple[str, str]) -> dict[tuple[str, str], int]:
    """Return what a scheme pays in the last of the months, minor units by (agent, "") and, of nobody, by ("", group).

    Parameters
    ----------
    months : first and last month; those before the last are paid for what they leave behind.
    """
    first, last = months
    ledger: pd.DataFrame | None = None
    for month in sorted({m for m in measures["month"] if first <= m < last}):
        rows = pay(scheme, measures[measures["month"] <= month], month=month, ledger=ledger).table
        ledger = rows if ledger is None else pd.concat([ledger, rows], ignore_index=True)
    table = pay(scheme, measures[measures["month"] <= last], month=last, ledger=ledger).table
    groups = table["scope"].where(table["agent"] == "", "")
    paid: dict[tuple[str, str], int] = {}
    for agent, group, amount in zip(table["agent"], groups, table["amount"], strict=True):
        paid[agent, group] = paid.get((agent, group), 0) + amount
    return {payee: int(amount) for payee, amount in paid.items()}
