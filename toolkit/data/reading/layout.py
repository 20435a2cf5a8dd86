"""Where in a sheet its table stands: titles above it, one or two rows of headers, merged cells, blocks one by one.

A sheet as people lay it out becomes a plain one: one header row, every value in its own cell, every block in the
columns of the first. What cannot be read as it is meant is refused with the cell in the way.

* Of two header rows the lower one names the column; the upper one is put before it where it says something the lower
  one does not (``退款`` over ``金额`` is ``退款-金额``, ``接待数据`` over ``接待人数`` is ``接待人数``).
* A merged cell's text stands in all its cells. A merged figure over several rows is none of these rows' own: the rows
  are noted, and refused where the column is read as a figure.
* Vendors repeat the header before each shop, and name the shop in a row above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.files import SourceSheet
from toolkit.core.text import Text
from toolkit.data.reading.headers import meaning, ways
from toolkit.data.reading.maps import plain_header

SEARCHED_ROWS = 30
_NUMBER = re.compile(r"[-+¥￥$€£]?\s*[\d,]+(\.\d+)?\s*%?|\d{4}[-/.年]\d{1,2}.*|\d{1,2}:\d{2}.*")
_DAY_OF_MONTH = re.compile(r"(?:(?:20\d\d[-/年])?\d{1,2}[-/月.])?(0?[1-9]|[12]\d|3[01])(?:日|号)?(?: 00:00:00)?")
_SAYS_NOTHING = frozenset({"agent", "order", "time", "title", "month", "total", "measure", "sub"})
_CHANGES = frozenset(
    ["refund", "silent", "assist", "reminder", "target", "forecast", "previous", "cumulative", "peers", "change",
     "robot", "transfer", "outbound", "missed", "cancel", "apply", "unpaid", "net", "gross", "taxed", "untaxed", "new",
     "repeat", "sameday", "later", "unsatisfied", "very", "exchange", "deposit"]
)  # fmt: skip
"""What an area may say that makes another figure of the same name."""
_OF_MANY = frozenset({"shop", "team", "dept", "division", "company"})
_FIGURES = frozenset({"people", "count", "money", "pay", "sale", "bought", "order count", "unit count", "sale money"})
_BARE = frozenset(
    ["name", "id", "num", "nick", "account", "time", "money", "count", "people", "status", "type", "method", "reason",
     "note", "phone", "total", "unit count", "duration", "start", "end", "rate"]
)  # fmt: skip
"""Words that say too little without the area above them."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet with its table laid out plainly.

    Parameters
    ----------
    sheet : the sheet, its table in one rectangle below `header`.
    header : row of the header, the lower one of two.
    titles : texts above the header.
    block_titles : row of a title between blocks, and its text.
    shared : columns (places) with the rows over which one merged cell stands.
    """

    sheet: SourceSheet
    header: int
    titles: tuple[str, ...] = ()
    block_titles: dict[int, str] = field(default_factory=dict)
    shared: dict[int, frozenset[int]] = field(default_factory=dict)


def lay_out(sheet: SourceSheet, worth: Callable[[Sequence[str]], int], *, best: bool = False) -> Layout | None:
    """Find the table of a sheet.

    Parameters
    ----------
    worth : how well a row of texts serves as header, 0 for not at all.
    best : take the row worth most; else the first that is worth anything, and refuse another table below it.

    Raises
    ------
    InputError
        If another table begins below the first, with headers that are not the first one's.
    """
    headers = _headers(sheet, worth)
    found = max(headers, key=lambda h: h[0], default=None) if best else next(headers, None)
    if found is None:
        return None
    _, upper, header, names = found
    cells = sheet.cells.copy()
    shared = _fill_merges(sheet, cells, header)
    for place, name in enumerate(names):
        cells.at[header, place] = name
    block_titles = _join_blocks(sheet, cells, header, (lambda _: 0) if best else worth)
    titles = tuple(t for row in cells.index[cells.index < upper] for t in dict.fromkeys(_filled(cells.loc[row])))
    return Layout(replace(sheet, cells=cells), header, titles, block_titles, shared)


def days_across(names: Sequence[str]) -> list[str]:
    """Return the headers that are days one after the other (``1``, ``2`` or ``5月1日``, ``5月2日``), a week or more."""
    days = [(n.strip(), int(m[1])) for n in names if (m := _DAY_OF_MONTH.fullmatch(n.strip()))]
    follow = all(b == a + 1 or b == 1 for (_, a), (_, b) in pairwise(days))
    return [n for n, _ in days] if len(days) >= 7 and follow else []


def _headers(sheet: SourceSheet, worth: Callable[[Sequence[str]], int]) -> Iterator[tuple[int, int, int, list[str]]]:
    """Yield the rows, and pairs of rows, that serve as header: their worth, upper row, lower row, names."""
    rows = list(sheet.cells.head(SEARCHED_ROWS).index)
    for row, below in zip(rows, [*rows[1:], None], strict=False):
        one = [str(t) for t in sheet.cells.loc[row]]
        alone = worth(one)
        two = _two_rows(sheet, row, below) if below is not None else None
        together = worth(two) if two is not None else 0
        if two is not None and below is not None and together > alone:
            yield together, row, below, two
        elif alone:
            yield alone, row, row, one


def _two_rows(sheet: SourceSheet, row: int, below: int) -> list[str] | None:
    """Return the names two header rows make together, None where these are no two header rows."""
    upper = [str(t).strip() for t in sheet.cells.loc[row]]
    lower = [str(t).strip() for t in sheet.cells.loc[below]]
    if len(_filled(upper)) < 2 or not _filled(lower) or any(_NUMBER.fullmatch(t) for t in lower):
        return None
    covered = {(r, c): (top, left) for top, left, bottom, right in sheet.merges
               for r in range(top, bottom + 1) if r in (row, below) for c in range(left, right + 1)}  # fmt: skip
    tall = {c for c in range(len(upper)) if covered.get((below, c), (below, c))[0] <= row and (below, c) in covered}
    gaps = [c for c, text in enumerate(upper) if (not text and lower[c]) or c in tall or (text and not lower[c])]
    if not gaps and not any(r == row for r, _ in covered):
        return None
    names, group = [], ""
    for place, (over, under) in enumerate(zip(upper, lower, strict=True)):
        origin = covered.get((row, place))
        over = upper[origin[1]] if origin and origin[0] == row else over
        group = over or (group if under and not sheet.merges else "")
        names.append(group if place in tall or not under else _joined(group, under))
    return names


def _joined(group: str, under: str) -> str:
    """Return a lower header with its group before it, where the group says something the header does not."""
    over, own = meaning(group), meaning(under)
    adds = over.features - own.features - _SAYS_NOTHING
    if own.features - _BARE and any(w.fits(own.features) for some in ways().values() for w in some):
        adds &= _CHANGES | (_OF_MANY if own.features & _FIGURES else frozenset())
    return f"{group}-{under}" if group and group != under and (adds or over.unknown) else under


def _fill_merges(sheet: SourceSheet, cells: pd.DataFrame, header: int) -> dict[int, frozenset[int]]:
    """Put the text of each merged cell below the header into its rows; return where one stands over several."""
    shared: dict[int, set[int]] = {}
    for top, left, bottom, _ in sheet.merges:
        if top <= header or bottom == top or left not in cells:
            continue
        rows = cells.index[(cells.index >= top) & (cells.index <= bottom)]
        cells.loc[rows, left] = str(cells.at[rows[0], left])
        shared.setdefault(left, set()).update(map(int, rows))
    return {place: frozenset(rows) for place, rows in shared.items()}


def _join_blocks(
    sheet: SourceSheet, cells: pd.DataFrame, header: int, worth: Callable[[Sequence[str]], int]
) -> dict[int, str]:
    """Move the blocks below the first into its columns; return the titles between them by row."""
    names = [str(t) for t in cells.loc[header]]
    plain = [plain_header(t) for t in names]
    wanted = set(plain) - {""}
    titles: dict[int, str] = {}
    for row in _headers_below(cells, header, wanted):
        mine = [plain_header(str(t)) for t in cells.loc[row]]
        above = _titles_above(cells, row, header)
        titles.update(above)
        if mine == plain:
            continue
        if sorted(filter(None, mine)) != sorted(filter(None, plain)):
            if worth([str(t) for t in cells.loc[row]]):
                raise InputError([_other_table(sheet, row, mine, wanted)])
            continue
        places = _places(mine, plain)
        end = next((r for r in _headers_below(cells, row, wanted)), cells.index[-1] + 1)
        rows = cells.index[(cells.index >= row) & (cells.index < end)]
        cells.loc[rows] = cells.loc[rows, places].to_numpy()
    return titles


def _headers_below(cells: pd.DataFrame, header: int, wanted: set[str]) -> Iterator[int]:
    """Yield the rows below in which at least two, and half, of the headers stand again."""
    below = cells[cells.index > header]
    texts = {t: plain_header(t) for column in below for t in below[column].unique()}
    known = sum(below[column].map(lambda t: texts[t] in wanted).astype(int) for column in below)
    yield from (int(row) for row in below.index[known >= max(2, len(wanted) / 2)])


def _places(mine: list[str], plain: list[str]) -> list[int]:
    """Return for each place of the first header where a later one has the same word."""
    left = dict(enumerate(mine))
    found = []
    for word in plain:
        place = next(k for k, other in left.items() if other == word)
        del left[place]
        found.append(place)
    return found


def _titles_above(cells: pd.DataFrame, row: int, header: int) -> dict[int, str]:
    """Return the rows with one text directly above a repeated header."""
    titles: dict[int, str] = {}
    for other in reversed(cells.index[(cells.index > header) & (cells.index < row)]):
        filled = _filled(cells.loc[other])
        if len(filled) > 1:
            break
        if filled:
            titles[int(other)] = filled[0]
    return titles


def _other_table(sheet: SourceSheet, row: int, mine: list[str], wanted: set[str]) -> Problem:
    place = next((k for k, word in enumerate(mine) if word and word not in wanted), 0)
    found = str(sheet.cells.loc[row].iloc[place]).strip()
    message = Text(
        f"{_sheet_words(sheet).en}another table begins in this row, with other headers than the first",
        f"{_sheet_words(sheet).zh}这一行开始另一张表，表头与第一张不同",
    )
    fix = Text("put each table on a sheet of its own", "请把每张表放到单独的工作表")
    return Problem(sheet.file, message, row, place + 1, repr(found), fix, "second-table")


def _sheet_words(sheet: SourceSheet) -> Text:
    return Text(f"sheet {sheet.name}: ", f"工作表 {sheet.name}：") if sheet.name else Text("", "")


def _filled(cells: Sequence[str] | pd.Series[str]) -> list[str]:
    return [str(t).strip() for t in cells if str(t).strip()]
