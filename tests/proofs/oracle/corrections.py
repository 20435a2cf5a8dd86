"""Step 12: closed months computed again, and what people write into the ledger by hand."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.limits import CARRIED
from tests.proofs.oracle.views import Book, OracleError

IN_MONTH = ("component", "limit", "fund", "guarantee", "rounding")
WHERE = ("shop", "team", "channel")
Adjustment = dict[str, Any]


def approved(adjustment: Adjustment) -> bool:
    """Whether somebody approved it who neither wrote it nor is paid by it."""
    return adjustment["approved_by"] not in (None, adjustment["author"], adjustment["agent"])


def adjusted(book: Book, changes: Iterable[Adjustment]) -> Book:
    """The measures as approved adjustments change them."""
    changes = [change for change in changes if approved(change)]
    if not changes:
        return book
    months = dict(book.months)
    for change in changes:
        rows = months.get(change["origin_month"], [])
        hit = {i for i, row in enumerate(rows) if _is_changed(row, change)}
        if "value" in change and len(hit) > 1:
            raise OracleError("a value for several rows")
        months[change["origin_month"]] = [_changed(row, change) if i in hit else row for i, row in enumerate(rows)]
    return Book(row for rows in months.values() for row in rows)


def _is_changed(row: dict[str, Any], change: Adjustment) -> bool:
    return row["agent"] == change["agent"] and all(change.get(word) in (None, row.get(word)) for word in WHERE)


def _changed(row: dict[str, Any], change: Adjustment) -> dict[str, Any]:
    old = row[change["measure"]]
    if "value" in change:
        return row | {change["measure"]: change["value"]}
    return row | {change["measure"]: None if old is None else old * change["factor"]}


def correction(month: str, origin: str, now: list[Any], past: list[Any], paid: Any) -> list[Any]:
    """One row an agent and component where `origin` would pay something else `now` than the ledger holds."""
    before = [row for row in past if _is_of(row, origin)]
    now = [row for row in now if row.step in IN_MONTH]
    values = {row.agent: row.by for row in now if row.owed}
    out = [
        paid(month, agent, component, "adjustment", gap, scope=scope, origin=origin)
        for (agent, component, scope), gap in _gaps(now, before, "amount")
    ]
    for (agent, _, _), gap in _gaps(now, before, "owed"):
        out.append(paid(month, agent, "", "adjustment", Fraction(0), by=values.get(agent), origin=origin, owed=gap))
    return out


def _is_of(row: Any, origin: str) -> bool:
    """Whether a row of the ledger is what `origin` has been paid so far, or its guarantee's receivable."""
    if row.step == "adjustment":
        return row.origin == origin and not row.manual
    return row.step in IN_MONTH and row.month == origin


def _gaps(now: list[Any], before: list[Any], column: str) -> list[tuple[tuple[str, str, str], Fraction]]:
    gap = _sums(now, column)
    for key, value in _sums(before, column).items():
        gap[key] = gap.get(key, Fraction(0)) - value
    return [(key, value) for key, value in sorted(gap.items()) if value]


def _sums(rows: list[Any], column: str) -> dict[tuple[str, str, str], Fraction]:
    found: dict[tuple[str, str, str], Fraction] = {}
    for row in rows:
        value = getattr(row, column)
        if value:
            key = (row.agent, row.component, row.scope if row.scope.startswith(CARRIED) or not row.agent else "")
            found[key] = found[key] + value if key in found else value
    return found


def by_hand(month: str, adjustments: Iterable[Adjustment], own: set[str], paid: Any) -> list[Any]:
    """The approved money rows of a scheme's `own` components entered in `month`."""
    return [
        paid(month, a["agent"], a["component"], "adjustment", a["amount"], origin=a["origin_month"], manual=True)
        for a in adjustments
        if a.get("component") in own and a["month"] == month and approved(a)
    ]
