"""Tier tables, exactly as the text defines the four modes."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from tests.proofs.oracle.rule import Table
from tests.proofs.oracle.views import View


class Read(NamedTuple):
    """What a table gives: `value` is the rate, amount or points; in marginal mode the whole pay."""

    value: Any
    by: Any
    tier_from: Any = None
    on_edge: bool = False


def by_of(table: Table, view: Any, base: Any) -> Any:
    """The value a table is entered with."""
    if table.by_value is None:
        return base
    if not table.mean:
        return table.by_value(view)
    members: dict[str, list[Any]] = {}
    for row in view.rows:
        members.setdefault(row["agent"], []).append(row)
    values = [table.by_value(View(view.run, rows, rows, view.months)) for rows in members.values()]
    known = [value for value in values if value is not None]
    return Fraction(sum(known)) / len(known) if known else None


def looked_up(table: Table, view: Any, base: Any) -> Read | None:
    """The table as a view enters it."""
    return read(table, view, by_of(table, view, base), view)


def read(table: Table, view: Any, by: Any, target_view: Any) -> Read | None:
    """The table at `by`; None is no value."""
    if by is None:
        return None
    scale = Fraction(1)
    if table.target is not None:
        scale = target_view.get(table.target)
        if scale is None or scale <= 0:
            return None
    edges = [None if start is None else start(view) for start, _, _ in table.tiers]
    if any(edge is None and start is not None for edge, (start, _, _) in zip(edges, table.tiers, strict=True)):
        return None
    if table.target is not None:
        edges = [None if edge is None else edge * scale for edge in edges]
    on_edge = by in edges
    found = {"slab": _slab, "cumulative": _cumulative, "marginal": _marginal, "interpolated": _interpolated}
    value, start = found[table.mode](table, edges, by, view)
    if isinstance(value, Read):  # of a table in the tier that is reached
        return value._replace(by=by, tier_from=start, on_edge=on_edge or value.on_edge)
    return None if value is None else Read(value, by, start, on_edge)


def _reached(table: Table, edges: list[Any], by: Any) -> list[int]:
    hit = []
    for i, (edge, (_, _, bound)) in enumerate(zip(edges, table.tiers, strict=True)):
        if edge is None or by > edge or (by == edge and bound == "at_or_above"):
            hit.append(i)
    return hit


def _slab(table: Table, edges: list[Any], by: Any, view: Any) -> tuple[Any, Any]:
    hit = _reached(table, edges, by)
    if not hit:
        return table.below(view), None
    value = table.tiers[hit[-1]][1]
    return looked_up(value, view, None) if isinstance(value, Table) else value(view), edges[hit[-1]]


def _cumulative(table: Table, edges: list[Any], by: Any, view: Any) -> tuple[Any, Any]:
    hit = _reached(table, edges, by)
    if not hit:
        return table.below(view), None
    values = [table.tiers[i][1](view) for i in hit]
    return (None if None in values else sum(values)), edges[hit[-1]]


def _interpolated(table: Table, edges: list[Any], by: Any, view: Any) -> tuple[Any, Any]:
    if by < edges[0]:
        return table.below(view), None
    values = [value(view) for _, value, _ in table.tiers]
    if None in values:
        return None, None
    for i in range(len(edges) - 1):
        if by < edges[i + 1]:
            part = Fraction(by - edges[i]) / (edges[i + 1] - edges[i])
            return values[i] + part * (values[i + 1] - values[i]), edges[i]
    return values[-1], edges[-1]


def _marginal(table: Table, edges: list[Any], by: Any, view: Any) -> tuple[Any, Any]:
    """The pay itself: each part of `by` above 0 at the rate of the tier it lies in.

    Of the retroactive tiers reached the highest pays what lies below it, too.
    """
    rates = [rate(view) for _, rate, _ in table.tiers]
    if None in rates:
        return None, None
    hit = _reached(table, edges, by)
    back = [i for i in hit if table.retroactive[i] and edges[i] is not None and _has_begun(table, edges[i], by)]
    total, measured = Fraction(0), _units if table.each_unit else _length
    for i, rate in enumerate(rates):
        low = edges[i]
        high = edges[i + 1] if i + 1 < len(edges) else None
        if back and i < back[-1]:
            continue
        total += rate * measured(None if back and i == back[-1] else low, high, by)
    return total, edges[hit[-1]] if hit else None


def _has_begun(table: Table, edge: Any, by: Any) -> bool:
    """Whether a count has reached the first whole unit of a tier."""
    return not table.each_unit or floor(by) >= max(1, ceil(edge))


def _length(low: Any, high: Any, by: Any) -> Any:
    """How much of [0, by] lies in [low, high)."""
    start = max(0, low) if low is not None else 0
    end = by if high is None else min(by, high)
    return max(0, end - start)


def _units(low: Any, high: Any, by: Any) -> int:
    """How many whole k in 1..by have low <= k < high."""
    start = 1 if low is None else max(1, ceil(low))
    end = floor(by) if high is None else min(floor(by), ceil(high) - 1)
    return max(0, end - start + 1)
