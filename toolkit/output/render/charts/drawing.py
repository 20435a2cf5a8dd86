"""What all charts are drawn with: the reports' style, frames in inches, rows of names, axes, and the finished block."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from toolkit.core.text import Lang, Text
from toolkit.output.render.chart_data import Mark, tick_words
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
            return nothing(cast(Text, kwargs["title"]), cast(Lang, kwargs["lang"]))
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
    marks: Sequence[Mark], lang: Lang, *, figures: Sequence[str] = (), axis: bool = False, top: float = 0.4
) -> tuple[Figure, Axes]:
    """Open axes with one row a mark, room for its name on the left and for its figure on the right."""
    names = [shorten(said(m.label, lang), LONGEST) for m in marks]
    left = max(map(text_width, names), default=0) + 1.2
    right = max(map(text_width, figures), default=0) + 1.5
    height = min(ROW * max(len(marks), 1), TALLEST)
    return frame(height, left=left, right=right, bottom=2.2 if axis else 0.4, top=top)


def finish_rows(axes: Axes, marks: Sequence[Mark], lang: Lang, *, bare: bool = False) -> None:
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


def dots_on(axes: Axes, marks: Sequence[Mark], shade: str) -> None:
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
