"""A proposal of targets as an overlay of a scheme: the lines go where its tiers stand, to be weighed like any other.

Threshold, target and stretch become the lowest, the middle and the highest edge of every table of tiers by conversion,
and further edges move between them in proportion; of two edges these are threshold and stretch, one edge is the target.
What stands in conditions is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.figures import percent
from toolkit.core.money import round_to_step
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.formula.expressions import Name
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.consequences.thresholds import Threshold, parts_of_ratio, threshold_lines
from toolkit.studies.design.overlays import overlay_text

STEP = Fraction(1, 1000)
"""Edges between the lines are multiples of it."""


def overlay_of(scheme: Scheme, lines: Sequence[Fraction], beside: Path) -> str:
    """Return the text of an overlay that puts threshold, target and stretch into a scheme's tiers by conversion.

    Parameters
    ----------
    lines : threshold, target, stretch.
    beside : folder the overlay will stand in.

    Raises
    ------
    UsageError
        If no table of the scheme goes by conversion, or its edges are too close to follow in order.

    Examples
    --------
    >>> print(overlay_of(scheme, (Fraction("0.25"), Fraction("0.3"), Fraction("0.36")), Path("plans")))
    scheme: "../schemes/presales.yaml"
    title: {en: "Proposed lines 25%, 30%, 36%", zh: "建议分界 25%、30%、36%"}
    set:
      - {at: "components.commission.rate.tiers[1].from", to: "25%"}
      ...
    """
    found = [edge for edge in threshold_lines(scheme) if _of_conversion(scheme, edge)]
    if not found:
        message = Text(
            f"{scheme.source} has no table of tiers by conversion (buyers / inquiries) with fixed edges",
            f"{scheme.source} 没有按转化率（付款人数 ÷ 询单人数）分档且分界固定的表",
        )
        raise UsageError(message)
    edits = [edit for _, edges in groupby(found, _table_of) for edit in _edits(list(edges), lines)]
    said = [percent(line) for line in lines]
    title = Text(f"Proposed lines {', '.join(said)}", f"建议分界 {'、'.join(said)}")
    return overlay_text(Path(scheme.source), title, {at: percent(to) for at, to in edits}, beside)


def _of_conversion(scheme: Scheme, edge: Threshold) -> bool:
    ratio = None if "tiers" not in edge.place.path else parts_of_ratio(scheme, edge.by)
    if ratio is None or not edge.at or edge.at_most:
        return False
    names = [canonical(part.name) if isinstance(part, Name) else "" for part in ratio]
    return names == ["buyers", "inquiries"]


def _table_of(edge: Threshold) -> str:
    (_, _, *rest), name = edge.place.path, edge.component.id
    return f"components.{name}.{'.'.join(str(step) for step in rest[: rest.index('tiers')])}"


def _edits(edges: Sequence[Threshold], lines: Sequence[Fraction]) -> list[tuple[str, Fraction]]:
    """Return what is set in one table: where, and what."""
    threshold, target, stretch = lines
    old, last = [edge.at or Fraction(0) for edge in edges], len(edges) - 1
    moved = {0: threshold, (last + 1) // 2: target, last: stretch} if last > 1 else {0: threshold, last: stretch}
    moved = moved if last else {0: target}
    for (i, low), (k, high) in pairwise(sorted(moved.items())):
        for j in range(i + 1, k):
            between = low + (high - low) * (old[j] - old[i]) / (old[k] - old[i])
            moved[j] = Fraction(round_to_step(between / STEP)) * STEP
    new = [moved[i] for i in range(len(edges))]
    if any(low >= high for low, high in pairwise(new)):
        said = [", ".join(percent(line) for line in some) for some in (old, new)]
        message = Text(
            f"the edges of {_table_of(edges[0])} ({said[0]}) cannot follow the lines and stay in order: {said[1]}",
            f"{_table_of(edges[0])} 的分界（{said[0]}）按建议移动后不再递增：{said[1]}",
        )
        raise UsageError(message)
    return [(f"{_table_of(e)}.tiers[{e.place.path[-1]}].from", line) for e, line in zip(edges, new, strict=True)]
