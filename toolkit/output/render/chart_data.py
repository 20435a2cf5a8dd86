"""What a chart draws, and the same figures in words for readers who do not see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.text import Lang, Text
from toolkit.output.render.html import said
from toolkit.output.render.tables import Kind, format_value

SPOKEN = 12


@dataclass(frozen=True, slots=True)
class ChartMark:
    """One thing drawn: a bar, a dot, an edge.

    Parameters
    ----------
    label : its name; a plain string where it is data.
    value : in the chart's unit.
    lower, upper : ends of its interval, None without one.
    flagged : whether it is the thing to look at.
    """

    label: Text | str
    value: float
    lower: float | None = None
    upper: float | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line by month: `values` beside `months` (``YYYY-MM``), None where a month has no value."""

    label: Text | str
    months: Sequence[str]
    values: Sequence[float | None]
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One dot in a plane: its name is written beside it where it is flagged."""

    label: Text | str
    x: float
    y: float
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """One line in a plane, or with `above` a band between two.

    Parameters
    ----------
    label : its name, written at its end; "" for none.
    xs, ys : where it runs.
    above : upper edge of the band, beside `ys`; None for a line.
    flagged : whether it is the thing to look at; another is drawn lightly.
    """

    label: Text | str
    xs: Sequence[float]
    ys: Sequence[float]
    above: Sequence[float] | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis of a plane: what it measures, and how its figures are written."""

    label: Text
    kind: Kind


def written(value: float, kind: Kind) -> str:
    """Write a drawn value; money is drawn in whole minor units."""
    return format_value(round(value) if kind in {"money", "change"} else value, kind)


def tick_words(values: Sequence[float], kind: Kind) -> list[str]:
    """Write the figures of an axis, without cents or decimals where none of them has any."""
    words = [written(value, kind) for value in values]
    for tail, end in ((".00", ""), (".0%", "%"), (".0", "")):
        if all(word.endswith(tail) for word in words):
            return [word.removesuffix(tail) + end for word in words]
    return words


def spoken_marks(marks: Sequence[ChartMark], kind: Kind, lang: Lang) -> str:
    """Say the marks one by one; of more than twelve the flagged ones and the two ends."""
    if len(marks) <= SPOKEN:
        return _sentence([_spoken(m, kind, lang) for m in marks], lang)
    ordered = sorted(marks, key=lambda m: m.value)
    ends = [m for m in (ordered[0], ordered[-1]) if not m.flagged]
    shown = [*ends, *(m for m in marks if m.flagged)][:SPOKEN]
    head = Text(f"{len(marks)} values, among them: ", f"共 {len(marks)} 个值，其中：").of(lang)
    return head + _sentence([_spoken(m, kind, lang) for m in shown], lang)


def spoken_lines(lines: Sequence[Line], kind: Kind, lang: Lang) -> str:
    """Say the first and the last value of each line."""
    parts = []
    for line in lines:
        known = [(m, v) for m, v in zip(line.months, line.values, strict=True) if v is not None]
        if known:
            (first, start), (last, stop) = known[0], known[-1]
            way = Text("{} from {} ({}) to {} ({})", "{}从 {}（{}）到 {}（{}）").of(lang)
            parts.append(way.format(said(line.label, lang), written(start, kind), first, written(stop, kind), last))
    return _sentence(parts, lang)


def spoken_plane(points: Sequence[Point], curves: Sequence[Curve], scales: tuple[Scale, Scale], lang: Lang) -> str:
    """Say what the axes are, each named line's ends, and the flagged points (all of at most twelve)."""
    across, up = scales
    heads = Text("{} across, {} upwards. ", "横轴为{}，纵轴为{}。").of(lang)
    way = Text("{} from {} at {} to {} at {}", "{}从 {}（{}）到 {}（{}）").of(lang)
    parts = []
    for curve in curves:
        ends = [(written(curve.ys[i], up.kind), written(curve.xs[i], across.kind)) for i in (0, -1)]
        parts += [way.format(said(curve.label, lang), *ends[0], *ends[1])] if curve.label else []
    shown = [p for p in points if p.flagged or len(points) <= SPOKEN][:SPOKEN]
    at = Text("{} {} at {}", "{} {}（{}）").of(lang)
    parts += [at.format(said(p.label, lang), written(p.y, up.kind), written(p.x, across.kind)) for p in shown]
    return heads.format(said(across.label, lang), said(up.label, lang)) + (_sentence(parts, lang) if parts else "")


def _spoken(mark: ChartMark, kind: Kind, lang: Lang) -> str:
    words = f"{said(mark.label, lang)} {written(mark.value, kind)}"
    if mark.lower is not None and mark.upper is not None:
        interval = Text(" ({} to {})", "（{} 至 {}）").of(lang)
        words += interval.format(written(mark.lower, kind), written(mark.upper, kind))
    return words


def _sentence(parts: Sequence[str], lang: Lang) -> str:
    return Text("; ", "；").of(lang).join(parts) + Text(".", "。").of(lang)
