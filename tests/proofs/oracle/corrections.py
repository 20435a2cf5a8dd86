"""Step 12: closed months computed again, and what people write into the ledger by hand."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.views import Book, OracleError

IN_MONTH = ("component", "limit", "fund", "guarantee", "rounding")
Adjustment = dict[str, Any]


def approved(adjustment: Adjustment) -> bool:
    """Whether somebody approved it who neither wrote it nor is paid by it."""
    return adjustment["approved_by"] not in (None, adjustment["author"], adjustment["agent"])


def adjusted(book: Book, changes: Iterable[Adjustment]) -> Book:
    """The measures as approved adjustments change them."""
    changes = [change for change in changes if approved(change)]
    if not changes:
        return book
    rows = [dict(row) for rows in book.months.values() for row in rows]
    for change in changes:
        mine = [row for row in rows if (row["month"], row["agent"]) == (change["origin_month"], change["agent"])]
        if "value" in change and len(mine) > 1:
            raise OracleError("a value for several rows")
        for row in mine:
            old = row[change["measure"]]
            row[change["measure"]] = (
                change["value"] if "value" in change else None if old is None else (old * change["factor"])
            )
    return Book(rows)


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
        key = (row.agent, row.component, "" if row.agent else row.scope)
        found[key] = found.get(key, Fraction(0)) + getattr(row, column)
    return found


def by_hand(month: str, adjustments: Iterable[Adjustment], paid: Any) -> list[Any]:
    """The approved money rows entered in `month`."""
    return [
        paid(month, a["agent"], a["component"], "adjustment", a["amount"], origin=a["origin_month"], manual=True)
        for a in adjustments
        if a.get("component") and a["month"] == month and approved(a)
    ]
