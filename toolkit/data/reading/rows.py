"""The rows below a header: cleaned cells by header, conditions on them, and which rule each row falls under.

A cell is cleaned of outer blanks, of Excel's text guards (``="123"``, a leading apostrophe), and of the words that mean
nothing in its map; only columns a map uses are touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from toolkit.core.files import SourceSheet
from toolkit.data.reading.cells import BadCellError, parse_number
from toolkit.data.reading.layout import Layout, lay_out
from toolkit.data.reading.maps import Condition, ExportMap, plain_header
from toolkit.data.reading.places import shop_of_title

REJECT_HEADERS = ("来源 source", "原行号 row", "列 column", "原因 reason")
_ZEROES = frozenset({"", "0", "0.0", "0.00", "0%", "0.0%", "0.00%", "-", "--", "0秒", "0分0秒", "00:00:00"})
_GUARD = r"^'(?=[\d+=@\-*])"


def find_header(sheet: SourceSheet, maps: tuple[ExportMap, ...]) -> tuple[ExportMap, Layout] | None:
    """Return the map that knows most of the first header any map recognises, and the sheet laid out; else None."""

    def best(names: Sequence[str]) -> tuple[int, int]:
        headers = frozenset(map(plain_header, names)) - {""}
        known = [m.fits(headers) for m in maps]
        return max(known, default=0), known.index(max(known, default=0)) if known else 0

    laid = lay_out(sheet, lambda names: best(names)[0])
    return None if laid is None else (maps[best([str(t) for t in laid.sheet.cells.loc[laid.header]])[1]], laid)


@dataclass
class SheetRows:
    """The rows of a sheet below its header row, read through one map.

    Parameters
    ----------
    sheet, header, map : where the rows stand, the row of the header, and what its headers mean.
    laid : how the sheet was laid out, None where it needed no laying out.
    rows : the rows still in play; shrinks as rows are set aside.
    headers : plain header to the header as written, in file order; blank ones left out.
    """

    sheet: SourceSheet
    header: int
    map: ExportMap
    laid: Layout | None = None
    rows: pd.Index = field(init=False)
    headers: dict[str, str] = field(init=False)
    _cleaned: dict[int, pd.Series] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = self.sheet.cells
        self.rows = cells.index[cells.index > self.header]
        self._cells = cells.loc[self.rows]
        self._places: dict[str, list[int]] = {}
        for place, text in enumerate(cells.loc[self.header]):
            self._places.setdefault(plain_header(text), []).append(place)

        written = cells.loc[self.header]
        self.headers = {plain: str(written.iloc[p[0]]).strip() for plain, p in self._places.items() if plain}

    def further_headers(self) -> dict[str, str]:
        """Return the headers the map does not know, those of a reject file left out."""
        own = {plain_header(h) for h in REJECT_HEADERS}
        return {h: t for h, t in self.headers.items() if h not in self.map.known | own and not t.startswith("_")}

    def is_twice(self, header: str) -> bool:
        """Say whether several columns have this name."""
        return len(self._places[header]) > 1

    def present(self, group: tuple[str, ...]) -> str | None:
        """Return the first header of a group of alternatives that the sheet has."""
        return next((h for h in group if h in self._places), None)

    def raw(self, header: str) -> pd.Series:
        """Return the cells below a header as they stand."""
        return self._cells[self._places[plain_header(header)][0]]

    def cells(self, header: str) -> pd.Series:
        """Return the cleaned cells of all rows below a header; of columns of one name the first filled one counts."""
        columns = [self._clean(place) for place in self._places[header]]
        merged = columns[0]
        for other in columns[1:]:
            merged = merged.where(merged != "", other)
        return merged

    def clashes(self, header: str) -> pd.Series:
        """Say for each row whether two columns of this name hold two values."""
        columns = [self._clean(place) for place in self._places[header]]
        merged = self.cells(header)
        clash = pd.Series(False, index=merged.index)
        for other in columns:
            clash |= (other != "") & (other != merged)
        return clash

    def _clean(self, place: int) -> pd.Series:
        if place not in self._cleaned:
            self._cleaned[place] = clean(self._cells[place], self.map.blanks)
        return self._cleaned[place]

    def shared(self, header: str) -> pd.Series:
        """Say over which rows below a header one merged cell stands."""
        shared = self.laid.shared if self.laid else {}
        rows = set().union(*(shared.get(place, frozenset()) for place in self._places[header]))
        return pd.Series(self._cells.index.isin(list(rows)), index=self._cells.index)

    def shops(self) -> pd.Series:
        """Return for each row the shop the title of its block names, in corrected rejects the shop it had; "" else."""
        origin = plain_header(REJECT_HEADERS[0])
        if origin in self._places:
            return self.cells(origin).map(lambda text: [*text.split("|"), "", ""][2]).astype("str")
        named = {row: shop_of_title(title) for row, title in (self.laid.block_titles if self.laid else {}).items()}
        return pd.Series(named, dtype="object").reindex(self._cells.index).ffill().fillna("").astype("str")

    def blocks(self) -> list[int]:
        """Return the rows in which a header stands again."""
        again = self.repeated_headers()
        return [int(row) for row in again.index[again]]

    def place(self, header: str) -> int:
        """Return the place (0-based column) of a header."""
        return self._places[header][0]

    def is_title(self) -> pd.Series:
        """Say which rows are titles between blocks."""
        return pd.Series(self._cells.index.isin(list(self.laid.block_titles if self.laid else {})), self._cells.index)

    def take(self, mask: pd.Series) -> int:
        """Take the rows in `mask` out of play; return how many were still in it."""
        taken = self.rows[mask.loc[self.rows].to_numpy()]
        self.rows = self.rows.difference(taken)
        return len(taken)

    def blank_rows(self) -> pd.Series:
        """Say which rows are empty."""
        filled = pd.Series(False, index=self._cells.index)
        for place in self._cells:
            filled |= self._cells[place].str.strip() != ""
        return ~filled

    def first_filled(self) -> pd.Series:
        """Return the first cell of each row that is filled, "" where none is."""
        first = pd.Series("", index=self._cells.index, dtype="str")
        for place in self._cells:
            first = first.where(first != "", self._clean(int(str(place))))
        return first

    def repeated_headers(self) -> pd.Series:
        """Say which rows are the header again, as vendors put before each shop."""
        same = pd.Series(True, index=self._cells.index)
        for header, written in self.headers.items():
            same &= self._cells[self._places[header][0]].str.strip() == written
        return same

    def ragged_rows(self) -> pd.Series:
        """Say which rows end before the last header, or have cells that are not blank beyond the header row."""
        widths = pd.Series(self.sheet.widths, index=self.sheet.cells.index)
        titled = [place for plain, places in self._places.items() if plain for place in places]
        ragged = widths.loc[self._cells.index] <= max(titled)
        for place in range(int(widths.loc[self.header]), self._cells.shape[1]):
            ragged |= self._cells[place].str.strip() != ""
        return ragged

    def holds(self, conditions: tuple[Condition, ...], counted: tuple[str, ...] = ()) -> pd.Series:
        """Say for which rows all conditions hold; `counted` are the headers that "all: counts" means."""
        held = pd.Series(True, index=self._cells.index)
        for condition in conditions:
            held &= self._holds(condition, counted)
        return held

    def _holds(self, condition: Condition, counted: tuple[str, ...]) -> pd.Series:
        every = not condition.headers or condition.test in ("is_not", "starts_not", "blank", "zero")
        headers = [h for h in condition.headers or counted if h in self._places]
        held = pd.Series(every, index=self._cells.index)
        for header in headers:
            one = _test(self.cells(header), condition)
            held = held & one if every else held | one
        return held


def _test(cells: pd.Series, condition: Condition) -> pd.Series:
    """Test cleaned cells one by one."""
    words = list(condition.words)
    match condition.test:
        case "is" | "is_not":
            return cells.isin(words) == (condition.test == "is")
        case "starts" | "starts_not":
            return cells.str.startswith(tuple(words)).astype(bool) == (condition.test == "starts")
        case "blank":
            return cells == ""
        case "zero":
            return cells.isin(_ZEROES)
        case "above":
            return _numbers(cells) > float(words[0])
        case "below":
            return _numbers(cells) < float(words[0])


def _numbers(cells: pd.Series) -> pd.Series:
    """Read cells as numbers for a comparison; what is none compares false."""
    codes, uniques = pd.factorize(cells)
    return pd.Series(pd.Series([_number(u) for u in uniques], dtype=float).to_numpy()[codes], index=cells.index)


def _number(text: str) -> float:
    try:
        return float(parse_number(text))
    except BadCellError:
        return float("nan")


def clean(cells: pd.Series, blanks: frozenset[str] = frozenset()) -> pd.Series:
    """Return cells without outer blanks and text guards, words that mean nothing as blanks."""
    texts = cells.str.strip()
    guarded = texts.str.startswith('="') & texts.str.endswith('"')
    if guarded.any():
        texts = texts.where(~guarded, texts.str.slice(2, -1).str.strip())
    if texts.str.startswith("'").any():
        texts = texts.str.replace(_GUARD, "", regex=True)
    return texts.where(~texts.isin(list(blanks)), "") if blanks else texts
