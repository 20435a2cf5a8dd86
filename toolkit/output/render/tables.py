"""Tables of a report: a caption, a head, right-aligned figures in one format a column.

A `Column` says once how a column is called and written; the report's tables and the workbook's sheets both read it.
Values come in the units of the toolkit: money in minor units, shares between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Lang, Text
from toolkit.output.render.html import Html, nothing, tag, text_width

Kind = Literal["text", "sentence", "date", "count", "number", "money", "change", "share", "points"]
FIGURES: frozenset[str] = frozenset({"count", "number", "money", "change", "share", "points"})
BLANK = "–"
SHORT, LONG = 9.0, 16.0  # ems


@dataclass(frozen=True, slots=True)
class TableColumn:
    """How one column of a table is called and written.

    Parameters
    ----------
    name : column of the frame.
    label : heading, in both languages.
    kind : ``text``, ``sentence`` (set beneath its row, across the table), ``date``, ``count`` (whole number),
        ``number``, ``money`` (minor units), ``change`` (minor units with a sign), ``share`` (0 to 1, written in
        percent), ``points`` (difference of shares, in percentage points).
    decimals : places of ``number``, ``share`` and ``points``.
    """

    name: str
    label: Text
    kind: Kind = "text"
    decimals: int = 1


def format_value(value: object, kind: Kind, decimals: int = 1) -> str:
    """Write one value as a table shows it; a missing figure is a dash, a missing text is empty.

    Raises
    ------
    TypeError
        If money is not a whole number of minor units.
    """
    if pd.isna(value):  # type: ignore[call-overload]
        return BLANK if kind in FIGURES else ""
    if kind in {"text", "sentence", "date"}:
        return value.strftime("%Y-%m-%d") if isinstance(value, (date, datetime)) else str(value)
    if kind in {"money", "change"}:
        if int(value) != value:  # type: ignore[call-overload]
            raise TypeError("money is written from whole minor units")
        minor = int(value)  # type: ignore[call-overload]
        return ("+" if kind == "change" and minor > 0 else "") + format_money(minor)
    return _format_number(float(value), kind, decimals)  # type: ignore[arg-type]


def _format_number(value: float, kind: Kind, decimals: int) -> str:
    if kind == "count":
        return f"{value:,.0f}"
    if kind == "number":
        return _unsigned_zero(f"{value:,.{decimals}f}")
    if kind == "share":
        return _unsigned_zero(f"{100 * value:.{decimals}f}") + "%"
    return _unsigned_zero(f"{100 * value:+.{decimals}f}")


def _unsigned_zero(text: str) -> str:
    return text.lstrip("+-") if not text.strip("+-0.,") else text


def render_table(
    frame: pd.DataFrame,
    columns: Sequence[TableColumn],
    caption: Text,
    lang: Lang,
    *,
    flag: str = "",
    total: Mapping[str, object] | None = None,
) -> Html:
    """Show `columns` of `frame` in its own order; the first column heads its row.

    Parameters
    ----------
    flag : name of a boolean column; its true rows are highlighted.
    total : values of a last row, by column name.
    """
    if frame.empty:
        return nothing(caption, lang)
    side = [c for c in columns if c.kind != "sentence"]
    lines = _written(frame, side)
    looks = [_look(c, [line[place] for line in lines]) for place, c in enumerate(side)]
    beneath = _written(frame, [c for c in columns if c.kind == "sentence"])
    flags = frame[flag].fillna(False).astype(bool).tolist() if flag else [False] * len(frame)
    entries = zip(lines, beneath, flags, strict=True)
    body = [_entry(line, below, looks, "flagged" if on else None) for line, below, on in entries]
    head = tag("tr", *(tag("th", c.label.of(lang), scope="col", class_=k) for c, k in zip(side, looks, strict=True)))
    foot = None
    if total is not None:
        sums = [format_value(total[c.name], c.kind, c.decimals) if c.name in total else "" for c in side]
        foot = tag("tfoot", _row(sums, looks))
    table = tag("table", tag("caption", caption.of(lang)), tag("thead", head), body, foot)
    return tag("div", table, class_="table", role="region", aria_label=caption.of(lang), tabindex=0)


def _written(frame: pd.DataFrame, columns: Sequence[TableColumn]) -> list[list[str]]:
    records = frame[[c.name for c in columns]].to_numpy(dtype=object).tolist()
    return [[format_value(v, c.kind, c.decimals) for v, c in zip(r, columns, strict=True)] for r in records]


def _entry(words: Sequence[str], below: Sequence[str], looks: Sequence[str | None], mark: str | None) -> Html:
    sentences = [tag("tr", tag("td", text, colspan=len(words)), class_="beneath") for text in below if text]
    return tag("tbody", _row(words, looks), sentences, class_=mark)


def _row(words: Sequence[str], looks: Sequence[str | None]) -> Html:
    first = tag("th", words[0], scope="row", class_=looks[0])
    return tag("tr", first, *(tag("td", w, class_=k) for w, k in zip(words[1:], looks[1:], strict=True)))


def _look(column: TableColumn, words: Sequence[str]) -> str | None:
    """Return how a column is set: figures, short words on one line, words so long that they must break anywhere."""
    if column.kind in FIGURES:
        return "figure"
    if max(map(text_width, words)) <= SHORT:
        return "short"
    return "long" if max((text_width(w) for line in words for w in line.split()), default=0) > LONG else None
