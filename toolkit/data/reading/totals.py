"""Rows that sum up or average the others: known by their name, set aside, and compared with what they sum up.

A sum is right when it is the sum of the rows since the sum before it, of its block, or of all rows above it. Distinct
people do not add up, so that fewer of them than the rows have together are no mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from toolkit.core.files import column_letters
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.data.reading.cells import BadCellError, parse_number
from toolkit.data.reading.rows import SheetRows
from toolkit.data.tables.schema import table
from toolkit.data.tables.storage import kind_of

_SCOPES = "本页|本月|本店|全店|店铺|团队|小组|部门|全部"
_SUM = re.compile(
    rf"(({_SCOPES})?(合\s*计|总\s*计|小\s*计|汇\s*总|总和|累计|汇总值)|.{{1,12}}(小计|合计|汇总))([:：(（].*)?"
    r"|((grand|sub|team|shop|overall|page)[\s-]*)?totals?( for .*|\s*[:(].*)?|sum|.{1,20} (sub)?total",
    re.IGNORECASE,
)
_MEAN = re.compile(
    r"(同行|同层|同行同层|行业|全店|团队)?(均值|平均值|平均|平均数|人均)([:：(（].*)?"
    r"|((team|shop|overall) )?(average|mean|avg\.?)",
    re.IGNORECASE,
)
_NAMES = frozenset({"account", "agent", "name", "date", "shop", "team", "order_id", "customer", "item"})
_ADDS_UP = frozenset({"count", "whole", "money"})


def naming_headers(body: SheetRows) -> tuple[str, ...]:
    """Return the headers that say what a row is about."""
    feeds = (f for t in body.map.tables for f in t.feeds if f.column in _NAMES)
    return tuple(dict.fromkeys(h for f in feeds for g in f.groups if (h := body.present(g))))


def compare_totals(body: SheetRows, file: str) -> Iterator[Finding]:
    """Compare each row that is a sum by name with the rows it sums up, column by column."""
    sums = _named(body, naming_headers(body), _SUM)
    if not sums.any():
        return
    aside = sums | _named(body, naming_headers(body), _MEAN) | body.blank_rows() | body.repeated_headers()
    aside |= body.is_title()
    kinds = {
        h: (kind_of(table(t.table), f.column), f.column)
        for t in body.map.tables
        for f in t.feeds
        if f.how in ("first", "sum", "gross") and kind_of(table(t.table), f.column) in _ADDS_UP
        for g in f.groups
        if (h := body.present(g))
    }
    for header, (kind, _) in kinds.items():
        cells = body.cells(header)
        figures = {text: _figure(text) for text in cells.unique()}
        for row in sums.index[sums]:
            total = figures[cells.at[row]] if cells.at[row] else None  # a blank total says nothing
            above = cells[(cells.index < row) & ~aside]
            since = max((r for r in sums.index[sums] if r < row), default=0)
            block = max((r for r in body.blocks() if r < row), default=0)
            scopes = [above[above.index > since], above[above.index > block], above]
            added = [_added([figures[t] for t in scope]) for scope in scopes if len(scope)]
            if total is None or not added or None in added or total in added:
                continue
            near = min((a for a in added if a is not None), key=lambda a: abs(a - total))
            yield _differs(body, file, (int(row), header), (total, near), is_people=kind == "count" and total < near)


def _added(figures: list[Decimal | None]) -> Decimal | None:
    """Return the sum, None where a figure cannot be read or is not known yet."""
    known = [f for f in figures if f is not None]
    return sum(known, Decimal(0)) if len(known) == len(figures) else None


def _figure(text: str) -> Decimal | None:
    """Read a figure; a blank counts nothing."""
    if not text:
        return Decimal(0)
    try:
        return parse_number(text.strip("¥￥$€£元"))
    except BadCellError:
        return None


def _differs(
    body: SheetRows, file: str, place: tuple[int, str], figures: tuple[Decimal, Decimal], *, is_people: bool
) -> Finding:
    row, header = place
    cell = f"{column_letters(body.place(header))}{row}"
    where = f"{file} ({body.sheet.name})" if body.sheet.name else file
    stated, added = (f"{f:,}" for f in figures)
    name = body.headers[header]
    tail = Text(" People counted once would make fewer.", "若为去重人数，合计会较少。") if is_people else Text("", "")
    return Finding(
        "total-differs",
        "info" if is_people else "review",
        file,
        Text(
            f"{where}, {cell}: the total of {name} says {stated}, its rows add up to {added}.{tail.en}",
            f"{where} {cell}：{name} 的合计是 {stated}，各行相加是 {added}。{tail.zh}",
        ),
        evidence={"sheet": body.sheet.name, "cell": cell, "stated": stated, "added": added},
    )


def total_rows(body: SheetRows, naming: tuple[str, ...] = ()) -> pd.Series[bool]:
    """Say which rows still in play are sums or means by name, in the first filled cell or under a `naming` header."""
    return _named(body, naming, _SUM) | _named(body, naming, _MEAN)


def _named(body: SheetRows, naming: tuple[str, ...], pattern: re.Pattern[str]) -> pd.Series[bool]:
    first = body.first_filled()
    named = _match(first, pattern)
    for header in naming:
        named |= _match(body.cells(header), pattern)
    return named


def _match(cells: pd.Series[str], pattern: re.Pattern[str]) -> pd.Series[bool]:
    known = {text: bool(pattern.fullmatch(text.strip())) for text in cells.unique()}
    return cells.map(known).astype(bool)
