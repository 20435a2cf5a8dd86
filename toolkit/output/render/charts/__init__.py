"""The charts of the reports, drawn by seaborn: one thought each, in one hue, with the flagged thing highlighted.

A chart draws figures it is given: it never estimates, so there are no bootstrapped intervals, no jitter and nothing
random. Values come in the units of `toolkit.output.render.tables` (money in minor units, shares 0 to 1) and are written in the
same formats. Every function returns a figure with the drawing, its title and its figures in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.core.text import Lang, Text
from toolkit.output.render.chart_data import Line, Mark, spoken_lines, spoken_marks, written
from toolkit.output.render.charts.drawing import (
    DEEP,
    INK,
    LONGEST,
    MIDDLE,
    PALE,
    PARTS,
    QUIET,
    RULE,
    SOFT,
    TALLEST,
    at_end,
    block,
    dots_on,
    figures_on,
    finish_rows,
    frame,
    rows_frame,
    styled,
)
from toolkit.output.render.charts.plane import plane_chart
from toolkit.output.render.html import Html, said, text_width
from toolkit.output.render.svg import shorten
from toolkit.output.render.tables import Kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def bars_of_classes(bars: Sequence[Mark], *, title: Text, kind: Kind, lang: Lang) -> Html:
    """Draw one bar a class in the order given, each with its figure at the end."""
    import seaborn

    figures = [written(b.value, kind) for b in bars]
    figure, axes = rows_frame(bars, lang, figures=figures)
    xs, rows = [b.value for b in bars], list(range(len(bars)))
    seaborn.barplot(x=xs, y=rows, orient="y", native_scale=True, errorbar=None, width=0.62, ax=axes)
    for row, (patch, bar) in enumerate(zip(axes.patches, bars, strict=True)):
        patch.set_facecolor(DEEP if bar.flagged else SOFT)
        at_end(axes, max(bar.value, 0), row, figures[row], bar.flagged)
    axes.axvline(0, color=RULE, linewidth=0.8)
    finish_rows(axes, bars, lang, bare=True)
    return block(figure, title, spoken_marks(bars, kind, lang), lang)


@styled
def bridge_chart(start: Mark, changes: Sequence[Mark], end_label: Text, *, title: Text, kind: Kind, lang: Lang) -> Html:
    """Draw the way from `start` by `changes` to their sum, top to bottom.

    Start and end are marks, not bars, so that the axis need not begin at zero and small changes can be seen.
    """
    end = Mark(end_label, start.value + sum(c.value for c in changes))
    marks = [start, *changes, end]
    signed: Kind = "change" if kind == "money" else kind
    figures = [written(start.value, kind), *(written(c.value, signed) for c in changes), written(end.value, kind)]
    figure, axes = rows_frame(marks, lang, figures=figures)
    level = start.value
    for row, mark in enumerate(marks):
        whole, before = row in {0, len(marks) - 1}, level
        if whole:
            axes.plot([level, level], [row - 0.31, row + 0.31], color=INK, linewidth=3, solid_capstyle="butt")
        else:
            level += mark.value
            axes.barh(row, mark.value, left=before, height=0.62, color=DEEP if mark.value >= 0 else SOFT)
        if row < len(marks) - 1:
            axes.plot([level, level], [row + 0.31, row + 0.69], color=QUIET, linewidth=0.7)
        at_end(axes, max(before, level), row, figures[row], whole)
    finish_rows(axes, marks, lang, bare=True)
    return block(figure, title, spoken_marks(marks, kind, lang), lang)


@styled
def dot_interval_chart(
    dots: Sequence[Mark], *, title: Text, kind: Kind, lang: Lang, reference: float | None = None
) -> Html:
    """Draw one dot with its interval a row, in the order given, beside a `reference` line."""
    figure, axes = rows_frame(dots, lang, axis=True)
    if reference is not None:
        axes.axvline(reference, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    for row, dot in enumerate(dots):
        if dot.lower is not None and dot.upper is not None:
            shade = DEEP if dot.flagged else SOFT
            axes.plot([dot.lower, dot.upper], [row, row], color=shade, linewidth=2.2, solid_capstyle="round")
    dots_on(axes, dots, MIDDLE)
    finish_rows(axes, dots, lang)
    figures_on(axes.xaxis, kind)
    return block(figure, title, spoken_marks(dots, kind, lang), lang)


@styled
def line_chart(lines: Sequence[Line], *, title: Text, kind: Kind, lang: Lang, from_zero: bool = False) -> Html:
    """Draw lines by month, each named at its end; the months are those of all lines, in order."""
    import seaborn

    months = sorted({m for line in lines for m in line.months})
    names = [shorten(said(line.label, lang), 14) for line in lines]
    figure, axes = frame(2.4, left=6.0, right=max(map(text_width, names), default=0) + 1.5, bottom=2.2)
    ends: list[tuple[float, float, str, bool]] = []
    for line, name in zip(lines, names, strict=True):
        known = [(months.index(m), v) for m, v in zip(line.months, line.values, strict=True) if v is not None]
        xs, ys = [x for x, _ in known], [y for _, y in known]
        look = {"color": DEEP if line.flagged else SOFT, "linewidth": 2.2 if line.flagged else 1.6}
        seaborn.lineplot(x=xs, y=ys, estimator=None, marker="o", markersize=4, markeredgewidth=0, ax=axes, **look)
        ends += [(xs[-1], ys[-1], name, line.flagged)] if known else []
    if from_zero:
        axes.set_ylim(bottom=0)
    step = -(-len(months) // 9)
    shown = list(range(len(months) - 1, -1, -step))[::-1]
    axes.set_xticks(shown, [months[n] for n in shown])
    figures_on(axes.yaxis, kind)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.tick_params(axis="y", length=0)
    _name_ends(axes, ends)
    return block(figure, title, spoken_lines(lines, kind, lang), lang)


@styled
def tier_chart(people: Sequence[Mark], edges: Sequence[Mark], *, title: Text, kind: Kind, lang: Lang) -> Html:
    """Draw one dot a person against the edges of the tiers; the flagged ones carry their figure."""
    figure, axes = rows_frame(people, lang, axis=True, top=2.0)
    for edge in edges:
        axes.axvline(edge.value, color=QUIET, linewidth=0.9)
        name = shorten(said(edge.label, lang), 12)
        axes.text(edge.value, 1.01, name, transform=axes.get_xaxis_transform(), ha="center", va="bottom", color=QUIET)
    for row, person in enumerate(people):
        axes.axhline(row, color=PALE, linewidth=0.7, zorder=0)
        if person.flagged:
            at_end(axes, person.value, row, written(person.value, kind), True)
    dots_on(axes, people, SOFT)
    finish_rows(axes, people, lang)
    figures_on(axes.xaxis, kind)
    words = f"{spoken_marks(people, kind, lang)} {Text('Edges: ', '档位：').of(lang)}{spoken_marks(edges, kind, lang)}"
    return block(figure, title, words, lang)


@styled
def share_bar(parts: Sequence[Mark], *, title: Text, kind: Kind, lang: Lang) -> Html:
    """Draw one bar divided by `parts` (values >= 0), with each part's share, name and figure beneath."""
    whole = sum(p.value for p in parts) or 1
    figure, axes = frame(0.45 + 0.22 * len(parts), left=0.1, right=0.1, bottom=0.1)
    axes.set(xlim=(0, 1), ylim=(-len(parts) - 0.1, 1.3))
    axes.set_axis_off()
    left = 0.0
    for row, part in enumerate(parts):
        share, shade = part.value / whole, DEEP if part.flagged else PARTS[row % len(PARTS)]
        axes.barh(0.75, share, left=left, height=1.0, color=shade, edgecolor="white", linewidth=1)
        axes.plot([0.008], [-row - 0.5], marker="s", color=shade, markersize=7)
        ink = DEEP if part.flagged else INK
        axes.text(0.095, -row - 0.5, written(share, "share"), ha="right", va="center", color=ink)
        axes.text(0.11, -row - 0.5, shorten(said(part.label, lang), 30), va="center", color=ink)
        axes.text(0.62, -row - 0.5, written(part.value, kind), ha="right", va="center", color=ink)
        left += share
    shares = [Mark(p.label, p.value / whole) for p in parts]
    return block(figure, title, spoken_marks(shares, "share", lang), lang)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, float, str, bool]]) -> None:
    """Write each line's name at its end, moved apart where two would overlap."""
    low, high = axes.get_ylim()
    gap, last = (high - low) * 0.085, float("-inf")
    for x, y, name, strong in sorted(ends, key=lambda end: end[1]):
        last = max(y, last + gap)
        at_end(axes, x, last, name, strong)


__all__ = [
    "DEEP",
    "LONGEST",
    "TALLEST",
    "bars_of_classes",
    "bridge_chart",
    "dot_interval_chart",
    "line_chart",
    "plane_chart",
    "share_bar",
    "tier_chart",
]
