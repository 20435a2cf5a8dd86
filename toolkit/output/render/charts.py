"""The charts of the reports, drawn by seaborn: one thought each, in one hue, the flagged thing highlighted.

What all charts are drawn with: the reports' style, frames in inches, rows of names, axes, and the finished block.

Charts in a plane: points against curves and bands, for a funnel, a calibration, a what-if.

The charts of the reports, drawn by seaborn: one thought each, in one hue, with the flagged thing highlighted.
A chart draws figures it is given: it never estimates, so there are no bootstrapped intervals, no jitter and nothing
random. Values come in the units of `output.render.tables` (money in minor units, shares 0 to 1) and are written in the
same formats. Every function returns a figure with the drawing, its title and its figures in words.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from toolkit.core.text import Lang, Text
from toolkit.output.render.chart_data import (
    ChartMark,
    Curve,
    Line,
    Point,
    Scale,
    spoken_lines,
    spoken_marks,
    spoken_plane,
    tick_words,
    written,
)
from toolkit.output.render.html import Html, nothing, said, text_width
from toolkit.output.render.svg import figure_block, shorten
from toolkit.output.render.tables import Kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure


P = ParamSpec("P")

DEEP, MIDDLE, SOFT, PALE = "#0b4a75", "#6f8ba2", "#a9bfd0", "#dfe8ef"
PARTS = (MIDDLE, SOFT, "#8fa7ba", "#c6d4df", PALE)
INK, QUIET, RULE = "#1d2730", "#52606d", "#c9d2da"

# Inches: a chart is as wide as the text of an A4 page, a row is 0.27 high, one em of the 9 point labels is 0.125.
WIDTH, ROW, EM = 7.2, 0.27, 0.125
TALLEST, LEGIBLE, LONGEST = 8.0, 0.15, 20.0
STYLE: Any = {
    "axes.edgecolor": RULE,
    "axes.facecolor": "none",
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": False,
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: measured alike on every machine, named in no report
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "incentive-toolkit",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": QUIET,
    "ytick.color": INK,
}


def styled(chart: Callable[P, Html]) -> Callable[P, Html]:
    """Draw in the reports' style, not the user's, leave their matplotlib as it was; draw nothing of nothing."""

    @wraps(chart)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Html:
        import matplotlib

        if isinstance(args[0], Sequence) and not args[0]:
            return nothing(cast("Text", kwargs["title"]), cast("Lang", kwargs["lang"]))
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(STYLE)
            return chart(*args, **kwargs)

    return drawn


def frame(height: float, *, left: float, right: float, bottom: float, top: float = 0.4) -> tuple[Figure, Axes]:
    """Open axes with margins in ems and `height` inches for the drawing itself."""
    from matplotlib.figure import Figure

    tall = height + (bottom + top) * EM
    figure = Figure(figsize=(WIDTH, tall))
    box = (left * EM / WIDTH, bottom * EM / tall, 1 - (left + right) * EM / WIDTH, height / tall)
    return figure, figure.add_axes(box)


def rows_frame(
    marks: Sequence[ChartMark], lang: Lang, *, figures: Sequence[str] = (), axis: bool = False, top: float = 0.4
) -> tuple[Figure, Axes]:
    """Open axes with one row a mark, room for its name on the left and for its figure on the right."""
    names = [shorten(said(m.label, lang), LONGEST) for m in marks]
    left = max(map(text_width, names), default=0) + 1.2
    right = max(map(text_width, figures), default=0) + 1.5
    height = min(ROW * max(len(marks), 1), TALLEST)
    return frame(height, left=left, right=right, bottom=2.2 if axis else 0.4, top=top)


def finish_rows(axes: Axes, marks: Sequence[ChartMark], lang: Lang, *, bare: bool = False) -> None:
    """Name the rows, the first on top; of rows too many to read only the flagged are named."""
    crowded = len(marks) * LEGIBLE > TALLEST
    names = ["" if crowded and not m.flagged else shorten(said(m.label, lang), LONGEST) for m in marks]
    axes.set_yticks(range(len(marks)), names)
    axes.set_ylim(len(marks) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set(xlabel="", ylabel="")
    if bare:
        axes.margins(x=0.01)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)


def dots_on(axes: Axes, marks: Sequence[ChartMark], shade: str) -> None:
    """Draw a dot a row, the flagged ones dark."""
    import seaborn

    shades = [DEEP if m.flagged else shade for m in marks]
    xs, rows = [m.value for m in marks], list(range(len(marks)))
    seaborn.scatterplot(x=xs, y=rows, c=shades, s=30, linewidth=0, zorder=3, ax=axes)


def at_end(axes: Axes, x: float, row: float, words: str, strong: bool) -> None:
    """Write a figure beside the end of what is drawn."""
    label = axes.annotate(words, (x, row), xytext=(5, 0), textcoords="offset points", va="center")
    label.set(color=DEEP if strong else INK, fontweight="bold" if strong else "normal")


def figures_on(axis: Axis, kind: Kind) -> None:
    """Write the figures of an axis as the tables write them."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    low, high = sorted(axis.get_view_interval())
    ticks = [float(tick) for tick in axis.get_majorticklocs() if low <= tick <= high]
    axis.set_ticks(ticks, tick_words(ticks, kind))


def block(figure: Figure, title: Text, words: str, lang: Lang) -> Html:
    """Return the drawing as a block of the page, with its title and its figures in words."""
    target = io.StringIO()
    with warnings.catch_warnings():
        # Nothing is drawn with this font: the reader's own draws the text.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
        figure.savefig(target, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return figure_block(target.getvalue(), title, words, lang)


HEIGHT, LABEL, APART = 2.9, 14.0, 1.25  # inches; ems
FAINT = "#eff4f7"


@styled
def plane_chart(
    curves: Sequence[Curve],
    points: Sequence[Point] = (),
    *,
    title: Text,
    scales: tuple[Scale, Scale],
    lang: Lang,
) -> Html:
    """Draw points against curves and bands; flagged ones are named, curves at their ends.

    Parameters
    ----------
    scales : across and upwards.
    """
    ends = max((text_width(shorten(said(c.label, lang), LABEL)) for c in curves), default=0.0)
    figure, axes = frame(HEIGHT, left=6.0, right=ends + 1.5, bottom=3.8, top=2.0)
    for curve in curves:
        _draw(axes, curve)
    shades = [DEEP if p.flagged else MIDDLE for p in points]
    axes.scatter([p.x for p in points], [p.y for p in points], c=shades, s=26, linewidth=0, zorder=3)
    axes.margins(x=0.03, y=0.06)
    for axis, scale in zip((axes.xaxis, axes.yaxis), scales, strict=True):
        figures_on(axis, scale.kind)
    axes.grid(axis="y", color=PALE, linewidth=0.7)
    axes.tick_params(axis="y", length=0)
    tall = HEIGHT / EM
    across, up = (said(scale.label, lang) for scale in scales)
    axes.text(1.0, -2.6 / tall, across, transform=axes.transAxes, ha="right", va="top", color=QUIET)
    axes.text(-0.075, 1 + 0.6 / tall, up, transform=axes.transAxes, ha="left", va="bottom", color=QUIET)
    _name(axes, curves, points, lang)
    return block(figure, title, spoken_plane(points, curves, scales, lang), lang)


def _draw(axes: Axes, curve: Curve) -> None:
    if curve.above is not None:
        axes.fill_between(curve.xs, curve.ys, curve.above, color=PALE if curve.flagged else FAINT, linewidth=0)
        return
    look = {"color": DEEP, "linewidth": 2.0} if curve.flagged else {"color": QUIET, "linewidth": 0.9}
    axes.plot(curve.xs, curve.ys, linestyle="solid" if curve.flagged else (0, (4, 3)), **look)  # type: ignore[arg-type]


def _name(axes: Axes, curves: Sequence[Curve], points: Sequence[Point], lang: Lang) -> None:
    """Write names: a curve's right of its end, a flagged point's beside it, moved up where two would overlap."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    em_across = (right - left) / (axes.get_position().width * WIDTH / EM)
    row = (high - low) / (HEIGHT / EM) * APART
    taken: list[tuple[float, float, float]] = []
    ends = [(c.xs[-1], (c.ys[-1] + (c.above or c.ys)[-1]) / 2, c.label, c.flagged, False) for c in curves if c.label]
    named = [(p.x, p.y, p.label, True, p.x > left + 0.7 * (right - left)) for p in points if p.flagged]
    for x, y, label, strong, leftwards in sorted([*named, *ends], key=lambda item: item[1]):
        words = shorten(said(label, lang), LABEL)
        wide = (text_width(words) + 1) * em_across
        start = x - wide if leftwards else x
        # a little less than a row, so that a name just moved up is not moved again
        near = [t for t in taken if t[0] < start + wide and start < t[1]]
        while hit := next((t for t in near if abs(t[2] - y) < 0.99 * row), None):
            y = hit[2] + row
        taken.append((start, start + wide, y))
        side = {"ha": "right", "xytext": (-6, 0)} if leftwards else {"ha": "left", "xytext": (6, 0)}
        axes.annotate(words, (x, y), textcoords="offset points", va="center", color=DEEP if strong else INK, **side)  # type: ignore[arg-type]
    axes.set(xlim=(left, right), ylim=(low, high))


@styled
def bars_of_classes(bars: Sequence[ChartMark], *, title: Text, kind: Kind, lang: Lang) -> Html:
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
def bridge_chart(
    start: ChartMark, changes: Sequence[ChartMark], end_label: Text, *, title: Text, kind: Kind, lang: Lang
) -> Html:
    """Draw the way from `start` by `changes` to their sum, top to bottom.

    Start and end are marks, not bars, so that the axis need not begin at zero and small changes can be seen.
    """
    end = ChartMark(end_label, start.value + sum(c.value for c in changes))
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
    dots: Sequence[ChartMark],
    *,
    title: Text,
    kind: Kind,
    lang: Lang,
    reference: float | None = None,
    span: tuple[float, float] | None = None,
) -> Html:
    """Draw one dot with its interval a row, in the order given, beside a `reference` line.

    Parameters
    ----------
    span : least and greatest value of the axis, where several charts share it.
    """
    figure, axes = rows_frame(dots, lang, axis=True)
    if reference is not None:
        axes.axvline(reference, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    for row, dot in enumerate(dots):
        if dot.lower is not None and dot.upper is not None:
            shade = DEEP if dot.flagged else SOFT
            axes.plot([dot.lower, dot.upper], [row, row], color=shade, linewidth=2.2, solid_capstyle="round")
    dots_on(axes, dots, MIDDLE)
    if span is not None:
        margin = 0.03 * (span[1] - span[0])
        axes.set_xlim(span[0] - margin, span[1] + margin)
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
def tier_chart(people: Sequence[ChartMark], edges: Sequence[ChartMark], *, title: Text, kind: Kind, lang: Lang) -> Html:
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
def share_bar(parts: Sequence[ChartMark], *, title: Text, kind: Kind, lang: Lang) -> Html:
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
    shares = [ChartMark(p.label, p.value / whole) for p in parts]
    return block(figure, title, spoken_marks(shares, "share", lang), lang)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, float, str, bool]]) -> None:
    """Write each line's name at its end, moved apart where two would overlap."""
    low, high = axes.get_ylim()
    gap, last = (high - low) * 0.085, float("-inf")
    for x, y, name, strong in sorted(ends, key=lambda end: end[1]):
        last = max(y, last + gap)
        at_end(axes, x, last, name, strong)
