"""Blocks of pay sheets: persons by columns, with totals and the truth of every line."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from _kit3 import Sheet, at

SURNAMES = "邹霍卞庞樊阮柯池骆闵鲍蒙褚裘翟邢计麦"
GIVEN = [
    "若溪",
    "一鸣",
    "婉清",
    "子墨",
    "雨桐",
    "景行",
    "知夏",
    "承泽",
    "诗涵",
    "铭",
    "岚",
    "可欣",
    "嘉树",
    "念",
    "安琪",
    "小平",
]
FIRST = ["Maren", "Tobias", "Ines", "Callum", "Priya", "Noor", "Gideon", "Saoirse", "Emeka", "Lotte", "Rufus", "Xanthe"]
LAST = ["Hallgrim", "Okafor", "Pellerin", "Strand", "Vasquez", "Thorne", "Banerji", "Quill", "Moss", "Ruiz"]


@dataclass(frozen=True)
class Person:
    """Somebody paid; either the number or the name may be unknown to the file."""

    number: object
    name: str | None


def staff(rng: random.Random, count: int, prefix: str | None = "", english: bool = False) -> list[Person]:
    """Draw different persons; without a prefix they have no numbers."""
    found: list[str] = []
    while len(found) < count:
        name = rng.choice(FIRST) + " " + rng.choice(LAST) if english else rng.choice(SURNAMES) + rng.choice(GIVEN)
        if name not in found:
            found.append(name)
    start = rng.randint(11, 60)
    return [Person(None if prefix is None else f"{prefix}{start + n * 3:03d}", name) for n, name in enumerate(found)]


def amount(low: int, high: int, step: str = "1", nothing: float = 0.0) -> Callable[[random.Random], Decimal]:
    """Return a drawer of amounts; `nothing` is how often there is none."""
    size = Decimal(step)

    def draw(rng: random.Random) -> Decimal:
        if nothing and rng.random() < nothing:
            return Decimal(0)
        return rng.randint(int(low / size), int(high / size)) * size

    return draw


def plain(value: Decimal) -> tuple[object, str]:
    """Show a number as such."""
    return (int(value) if value == value.to_integral_value() else value), "General"


def thousands(value: Decimal) -> tuple[object, str]:
    """Show a number by a format with commas."""
    return value, "#,##0.00"


def yen(value: Decimal) -> tuple[object, str]:
    """Show a number by a format with the currency's sign."""
    return value, '"¥"#,##0.00'


def text_comma(value: Decimal) -> tuple[object, str]:
    """Write a number as text with commas."""
    return f"{value:,.2f}", "General"


def text_yen(value: Decimal) -> tuple[object, str]:
    """Write a number as text with the currency's sign."""
    return (f"-¥{-value:,.2f}" if value < 0 else f"¥{value:,.2f}"), "General"


def text_yen2(value: Decimal) -> tuple[object, str]:
    """Write a number as text with the currency's wide sign, which GBK has."""
    return ("-" if value < 0 else "") + f"￥{abs(value):,.2f}", "General"


def text_yuan(value: Decimal) -> tuple[object, str]:
    """Write a number as text with the word for yuan."""
    return f"{value.normalize():f}元", "General"


def text_wide(value: Decimal) -> tuple[object, str]:
    """Write a number in full width."""
    return f"{value.normalize():f}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")), "General"


def text_plain(value: Decimal) -> tuple[object, str]:
    """Write a number as text."""
    return f"{value:f}", "General"


def text_bracket(value: Decimal) -> tuple[object, str]:
    """Write a number as text, in brackets below nothing."""
    return (f"({-value:,.2f})" if value < 0 else f"{value:,.2f}"), "General"


@dataclass
class Column:
    """A column of a block; kinds: seq, number, name, text, measure, pay, off, sofar, gross, offsum, net."""

    title: str
    kind: str
    draw: Callable | None = None
    upper: str = ""
    show: Callable[[Decimal], tuple[object, str]] = plain
    month: str | None = None
    unit: str = ""

    @property
    def key(self) -> str:
        """Return the title by which the truth names the column."""
        return f"{self.upper}/{self.title}" if self.upper else self.title


@dataclass
class Book:
    """What is true about the file being written."""

    text: bool = False
    month: str | None = None
    lines: list[tuple] = field(default_factory=list)
    months: list[str | None] = field(default_factory=list)
    totals: dict[str, tuple] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)

    def cell(self, sheet: Sheet, row: int, column: int) -> str:
        """Return the cell's name as the truth writes it."""
        return at(row, column) if self.text else f"{sheet.name}!{at(row, column)}"

    def add(self, person: Person, item: str, value: Decimal, cell: str, month: str | None = None) -> None:
        """Note a line, unless it is nothing."""
        if value:
            number = None if person.number is None else str(person.number)
            self.lines.append((number, person.name, item, value, cell))
            self.months.append(month or self.month)

    def drop(self, cell: str) -> None:
        """Take the line of a cell out again."""
        for place, line in enumerate(self.lines):
            if line[4] == cell:
                del self.lines[place], self.months[place]
                return

    def truth(self, file: str, **more) -> dict:
        """Put the truth together."""
        off = [key for key, kind in self.columns.items() if kind == "off"]
        other = [key for key, kind in self.columns.items() if kind not in ("off", "pay")]
        base = {
            "file": file,
            "month": self.month,
            "line_months": list(self.months) if len(set(self.months)) > 1 else None,
            "pay_month": None,
            "lines": list(self.lines),
            "deductions": off,
            "not_items": other,
            "must_ask": False,
            "ask_why": "",
            "wrong_totals": list(self.wrong),
            "totals": dict(self.totals),
            "trap": "",
            "layout": "",
            "features": [],
        }
        unknown = set(more) - set(base)
        if unknown:
            raise KeyError(unknown)
        base |= more
        if base["must_ask"]:
            base["totals"] = {}
        return base


def head(sheet: Sheet, row: int, columns: list[Column], left: int = 1) -> int:
    """Write the head, of two rows where a column has an upper title; return the row under it."""
    two = any(c.upper for c in columns)
    place = 0
    while place < len(columns):
        column, at_column = columns[place], left + place
        if not two:
            sheet.put(row, at_column, column.title + column.unit)
            place += 1
            continue
        if not column.upper:
            sheet.put(row, at_column, column.title + column.unit)
            sheet.merge(row, at_column, row + 1, at_column)
            place += 1
            continue
        end = place
        while end < len(columns) and columns[end].upper == column.upper:
            sheet.put(row + 1, left + end, columns[end].title + columns[end].unit)
            end += 1
        sheet.put(row, at_column, column.upper)
        sheet.merge(row, at_column, row, left + end - 1)
        place = end
    return row + (2 if two else 1)


def body(
    book: Book,
    sheet: Sheet,
    row: int,
    columns: list[Column],
    persons: list[Person],
    rng: random.Random,
    left: int = 1,
    formulas: bool = False,
    first: int = 1,
    blank: object = None,
    month: str | None = None,
) -> list[int]:
    """Write one row a person and note its lines and totals; return the rows."""
    for column in columns:
        book.columns.setdefault(column.key, column.kind)
    for offset, person in enumerate(persons):
        at_row = row + offset
        values: dict[int, Decimal] = {}
        for place, column in enumerate(columns, left):
            if column.kind in ("pay", "off"):
                values[place] = column.draw(rng)
        plus = [p for p in values if columns[p - left].kind == "pay"]
        minus = [p for p in values if columns[p - left].kind == "off"]
        for place, column in enumerate(columns, left):
            if column.kind == "seq":
                sheet.put(at_row, place, first + offset)
            elif column.kind == "number":
                sheet.put(at_row, place, person.number)
            elif column.kind == "name":
                sheet.put(at_row, place, person.name)
            elif column.kind in ("text", "measure"):
                sheet.put(at_row, place, column.draw(rng) if column.draw else None)
            elif column.kind in ("pay", "off"):
                value = values[place]
                if value:
                    sheet.put(at_row, place, *column.show(value))
                    cell = book.cell(sheet, at_row, place)
                    book.add(person, column.key, value, cell, column.month or month)
                else:
                    sheet.put(at_row, place, blank)
            else:
                added = minus if column.kind == "offsum" else plus
                if column.kind == "sofar":
                    added = [p for p in plus if p < place]
                taken = minus if column.kind == "net" else []
                stated = sum((values[p] for p in added), Decimal(0)) - sum((values[p] for p in taken), Decimal(0))
                sign = "+".join(at(at_row, p) for p in added) + "".join("-" + at(at_row, p) for p in taken)
                sheet.put(at_row, place, *column.show(stated), sign if formulas else "")
                name = book.cell(sheet, at_row, place)
                book.totals[name] = (
                    stated,
                    [book.cell(sheet, at_row, p) for p in added],
                    [book.cell(sheet, at_row, p) for p in taken],
                )
    return list(range(row, row + len(persons)))


SUMMED = ("pay", "off", "sofar", "gross", "offsum", "net")


def value_of(book: Book, sheet: Sheet, row: int, column: int) -> Decimal:
    """Return what a line's or a total's cell states, nothing where there is neither."""
    name = book.cell(sheet, row, column)
    if name in book.totals:
        return book.totals[name][0]
    return next((line[3] for line in book.lines if line[4] == name), Decimal(0))


def foot(
    book: Book,
    sheet: Sheet,
    row: int,
    columns: list[Column],
    rows: list[int],
    word: str,
    left: int = 1,
    formulas: bool = False,
    word_at: int | None = None,
) -> None:
    """Write a row of sums over `rows`."""
    sheet.put(row, word_at or left, word)
    known = {line[4]: line[3] for line in book.lines} | {name: total[0] for name, total in book.totals.items()}
    for place, column in enumerate(columns, left):
        if column.kind not in SUMMED:
            continue
        cells = [book.cell(sheet, r, place) for r in rows]
        stated = sum((known.get(c, Decimal(0)) for c in cells), Decimal(0))
        if formulas and rows == list(range(rows[0], rows[-1] + 1)):
            formula = f"SUM({at(rows[0], place)}:{at(rows[-1], place)})"
        else:
            formula = "+".join(at(r, place) for r in rows) if formulas else ""
        sheet.put(row, place, *column.show(stated), formula)
        book.totals[book.cell(sheet, row, place)] = (stated, [c for c in cells if c in known], [])


def spoil(book: Book, sheet: Sheet, row: int, column: int, stated: Decimal, show=plain, formula: str = "") -> None:
    """Let a total state something else, and note it as wrong."""
    name = book.cell(sheet, row, column)
    _, added, taken = book.totals[name]
    book.totals[name] = (stated, added, taken)
    sheet.put(row, column, *show(stated), formula)
    book.wrong.append(name)
