"""Charts in a plane: points against curves and bands, for a funnel, a calibration, a what-if."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.core.text import Lang, Text
from toolkit.output.render.chart_data import Curve, Point, Scale, spoken_plane
from toolkit.output.render.charts.drawing import (
    DEEP,
    EM,
    INK,
    MIDDLE,
    PALE,
    QUIET,
    WIDTH,
    block,
    figures_on,
    frame,
    styled,
)
from toolkit.output.render.html import Html, said, text_width
from toolkit.output.render.svg import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
