"""What the sheets of an xlsx hold beside their values: formulas, hidden rows and columns.

Read from the sheet's XML piece by piece, so that a large sheet takes no memory; a document type, with which XML bombs
are built, is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from toolkit.core.errors import InputError, Problem
from toolkit.core.files import pieces, sheet_paths
from toolkit.core.text import Text

Cell = tuple[int, int]
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\d(])")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class SheetMarks:
    """What one sheet holds beside its values; places are 0-based (row, column).

    Parameters
    ----------
    formulas : by cell, without the equals sign; a formula filled down is told as it stands in its cell.
    unvalued : cells whose formula has no value: nobody has computed it yet.
    hidden_rows, hidden_columns : those not shown; columns as (first, last).
    hidden : whether the sheet itself is.
    """

    formulas: dict[Cell, str] = field(default_factory=dict)
    unvalued: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    hidden: bool = False


def read_marks(archive: zipfile.ZipFile, source: str) -> dict[str, SheetMarks]:
    """Return the marks of each sheet of an xlsx by the sheet's name.

    Raises
    ------
    InputError
        If a sheet is no XML, or declares a document type.
    """
    found = {}
    names = archive.namelist()
    hidden = _hidden_sheets(archive, source)
    for name, path in sheet_paths(archive).items():
        parser = _parser()
        found[name] = SheetMarks(hidden=name in hidden)
        parser.StartElementHandler = _SheetReader(found[name], parser).start
        if path in names:
            _parse(archive, path, parser, source)
    return found


def cell_name(row: int, column: int) -> str:
    """Return a 0-based place as people name it: (2, 3) is D3."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Return a 0-based column as people name it."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def place_of(name: str) -> Cell:
    """Return the 0-based row and column of a cell's name, dollar signs allowed; raises ValueError for another text."""
    match = _PLACE.fullmatch(name)
    if match is None:
        raise ValueError(name)
    return int(match[2]) - 1, _column(match[1])


def area_of(name: str) -> Area:
    """Return the cells ``C3:F9`` names; one cell is an area too."""
    first, _, last = name.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _SheetReader:
    """Follows the elements of a sheet; rows and cells that do not say where they stand follow one another.

    Ends and texts are listened to inside cells with a formula only: nearly all cells have none.
    """

    def __init__(self, marks: SheetMarks, parser: expat.XMLParserType) -> None:
        self.marks = marks
        self._parser = parser
        self._at = (-1, -1)
        self._place: str | None = None  # of the cell it is in, not looked at unless needed
        self._text: list[str] = []
        self._formula: Mapping[str, str] | None = None
        self._shared: dict[str, tuple[Cell, str]] = {}
        self._valued = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag[tag.rfind(" ") + 1 :]
        if name == "c":
            place = given.get("r")
            if place is None:
                self._find()
                self._at = (self._at[0], self._at[1] + 1)
            self._place = place
        elif name == "f":
            self._find()
            self._formula, self._valued, self._text = given, False, []
            self._parser.EndElementHandler, self._parser.CharacterDataHandler = self.end, self._text.append
        elif name == "row":
            self._find()
            row = int(given["r"]) - 1 if "r" in given else self._at[0] + 1
            self._at, self._place = (row, -1), None
            if _true(given.get("hidden")) or given.get("ht") in ("0", "0.0"):
                self.marks.hidden_rows.add(row)
        elif name == "col" and (_true(given.get("hidden")) or given.get("width") in ("0", "0.0")):
            self.marks.hidden_columns.append((int(given["min"]) - 1, int(given["max"]) - 1))

    def _find(self) -> None:
        if self._place is not None:
            self._at, self._place = place_of(self._place), None

    def end(self, tag: str) -> None:
        name = tag[tag.rfind(" ") + 1 :]
        if name == "f" and self._formula is not None:
            self.marks.formulas[self._at] = self._told(self._formula, "".join(self._text))
        elif name in ("v", "t"):
            self._valued |= bool("".join(self._text).strip())
        elif name == "c":
            if not self._valued:
                self.marks.unvalued.add(self._at)
            self._parser.EndElementHandler = self._parser.CharacterDataHandler = None
        self._text.clear()

    def _told(self, given: Mapping[str, str], text: str) -> str:
        if given.get("t") != "shared":
            return text
        number = given.get("si", "")
        if text:
            self._shared[number] = (self._at, text)
            return text
        (row, column), first = self._shared.get(number, (self._at, ""))
        return _REFERENCE.sub(lambda m: _moved(m, self._at[0] - row, self._at[1] - column), first)


def _moved(match: re.Match[str], down: int, right: int) -> str:
    """Return a reference as it stands in a cell further down and right; what has a dollar sign stays."""
    column = match[2] if match[1] else column_letters(_column(match[2]) + right)
    row = match[4] if match[3] else str(int(match[4]) + down)
    return f"{match[1]}{column}{match[3]}{row}"


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def _hidden_sheets(archive: zipfile.ZipFile, source: str) -> set[str]:
    hidden: set[str] = set()

    def start(tag: str, given: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet" and given.get("state", "visible") != "visible":
            hidden.add(given.get("name", ""))

    parser = _parser()
    parser.StartElementHandler = start
    _parse(archive, "xl/workbook.xml", parser, source)
    return hidden


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _parse(archive: zipfile.ZipFile, path: str, parser: expat.XMLParserType, source: str) -> None:
    try:
        for piece in pieces(archive, archive.getinfo(path)):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, KeyError) as error:
        message = Text("is damaged or locked with a password", "文件损坏或有密码")
        fix = Text("save it again, without a password", "请重新保存，不设密码")
        raise InputError([Problem(source, message, fix=fix, code="refused-file")]) from error


def _refuse_document_type(*_: object) -> None:
    raise ValueError(Text("a document type", "文档类型声明"))
