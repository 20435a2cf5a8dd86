"""Rows that sum up or average the others: known by their name, set aside, and compared with what they sum up."""

from __future__ import annotations

import re

import pandas as pd

from toolkit.data.importing.rows import SheetRows

_SUM = re.compile(
    r"(本页|本月|本店|全店|店铺|团队|小组|部门|全部)?(合计|总计|小计|汇总|总和|累计|汇总值|合\s+计|总\s+计|小\s+计)([:：(（].*)?|.{1,12}[\s-]?(小计|合计|汇总)"
    r"|(grand|sub|team|shop|overall|page)?[\s-]*totals?\s*[:(]?.*|sum|sub-?total.*|.{1,20} (sub)?total",
    re.IGNORECASE,
)
_MEAN = re.compile(
    r"(同行|同层|同行同层|行业|全店|团队|人均)?(均值|平均值|平均|平均数|人均)([:：(（].*)?|(team |shop )?(average|mean|avg\.?)s?( .*)?",
    re.IGNORECASE,
)


def total_rows(body: SheetRows, naming: tuple[str, ...] = ()) -> pd.Series[bool]:
    """Say which rows still in play are sums or means by name: in their first filled cell, or under a `naming` header."""
    return _named(body, naming, _SUM) | _named(body, naming, _MEAN)


def sum_rows(body: SheetRows, naming: tuple[str, ...] = ()) -> pd.Series[bool]:
    """Say which rows are sums by name."""
    return _named(body, naming, _SUM)


def _named(body: SheetRows, naming: tuple[str, ...], pattern: re.Pattern[str]) -> pd.Series[bool]:
    first = body.first_filled()
    named = _match(first, pattern)
    for header in naming:
        named |= _match(body.cells(header), pattern)
    return named


def _match(cells: pd.Series[str], pattern: re.Pattern[str]) -> pd.Series[bool]:
    known = {text: bool(pattern.fullmatch(text.strip())) for text in cells.unique()}
    return cells.map(known).astype(bool)
