"""One sheet → its head, what each column is, what each row is; nothing is decided here that only a person can know.

A head is a row without numbers that holds a word for a person or a pay item; a second row completes it where the first
spans several columns; the same head again is a payslip's. A merged cell below the head stands for each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal

from toolkit.data.paysheets.pay_words import (
    AMOUNTS,
    ITEMS,
    NAMES,
    NUMBERS,
    Kind,
    TypedNumber,
    head_word,
    is_a_name,
    is_footer,
    is_mean_row,
    is_total_row,
    kind_of_group,
    kind_of_title,
    may_be_anything,
    may_be_item,
    plain_word,
    read_number,
    title_of,
)
from toolkit.data.paysheets.sheet_marks import Area, Cell, SheetMarks, column_letters

Role = Literal["number", "name", "month", "label", "item", "measure", "total", "unknown", "pay item", "blank"]
RowKind = Literal["person", "total", "mean", "nobody", "empty person", "text", "head", "set aside"]
PLACED: tuple[Role, ...] = ("number", "name", "month", "label", "pay item")
FIGURES: tuple[Role, ...] = ("item", "measure", "total", "unknown")


@dataclass(frozen=True)
class Grid:
    """The texts of one sheet, with what the sheet holds beside them; rows and columns are 0-based."""

    name: str
    texts: list[list[str]]
    marks: SheetMarks
    merged: list[Area] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Know of each merged cell its range; what overlaps an earlier range, as Excel never writes, is left out."""
        anchors: dict[Cell, Area] = {}
        for area in self.merged:
            if (area.top, area.left) not in anchors and (area.bottom, area.right) not in anchors:
                anchors |= dict.fromkeys(_cells(area, self.height, self.width), area)
        object.__setattr__(self, "_anchors", anchors)

    @property
    def height(self) -> int:
        """TypedNumber of rows."""
        return len(self.texts)

    @property
    def width(self) -> int:
        """TypedNumber of columns."""
        return len(self.texts[0]) if self.texts else 0

    def text(self, row: int, column: int) -> str:
        """Return a cell's own text, "" beyond the sheet."""
        return self.texts[row][column] if row < self.height and column < self.width else ""

    def area(self, row: int, column: int) -> Area | None:
        """Return the merged range a cell belongs to."""
        return self._anchors.get((row, column))  # type: ignore[attr-defined, no-any-return]

    def spread(self, row: int, column: int, below: int = -1) -> str:
        """Return a cell's text; a merged one's stands for each of its cells, if it begins below row `below`."""
        area = self.area(row, column)
        return self.text(area.top, area.left) if area and area.top > below else self.text(row, column)

    def number(self, row: int, column: int) -> TypedNumber | None:
        """Return a cell's number, None where it holds none."""
        text = self.text(row, column)
        return read_number(text) if text else None

    def filled(self, row: int) -> dict[int, str]:
        """Return the texts of a row that are not blank, by column."""
        return {c: t for c, t in enumerate(self.texts[row]) if t} if row < self.height else {}


def _cells(area: Area, height: int, width: int) -> Iterator[Cell]:
    for row in range(area.top, min(area.bottom + 1, height)):
        for column in range(area.left, min(area.right + 1, width)):
            yield row, column


@dataclass
class Column:
    """One column: its title, the title above it, what the title says it is, and what it is taken for."""

    at: int
    title: str
    above: str
    kind: Kind
    role: Role
    plus: dict[int, int] = field(default_factory=dict)  # of a total: column → +1 or -1

    @property
    def takes(self) -> bool:
        """Whether it is named as something taken from the pay."""
        return self.kind == "deduction" or kind_of_group(self.above) == "deduction"


@dataclass
class Row:
    """One row below the head: what it is, whose, and the texts of its label cells."""

    at: int
    kind: RowKind
    agent: str = ""
    name: str = ""
    month: str = ""
    item: str = ""
    labels: tuple[str, ...] = ()

    @property
    def person(self) -> tuple[str, str]:
        """TypedNumber, or the name where there is none; and the month."""
        return self.agent or self.name, self.month


@dataclass
class PayLayout:
    """One sheet taken apart.

    Parameters
    ----------
    head : rows of the head; below it everything is told by `rows`.
    columns, rows : all columns, and all rows below the head that are not empty.
    above : rows above the head with their texts.
    other_heads : rows that look like another head.
    """

    grid: Grid
    head: tuple[int, ...]
    columns: list[Column]
    rows: list[Row]
    above: dict[int, list[str]]
    other_heads: tuple[int, ...] = ()
    _cents: dict[int, list[int]] = field(default_factory=dict)

    def of_role(self, *roles: Role) -> list[Column]:
        """Return the columns taken for one of these."""
        return [c for c in self.columns if c.role in roles]

    def of_kind(self, *kinds: RowKind) -> list[Row]:
        """Return the rows that are one of these."""
        return [r for r in self.rows if r.kind in kinds]

    @property
    def is_long(self) -> bool:
        """Whether each row is one pay line, its item in a column."""
        return bool(self.of_role("pay item"))

    def cents(self, column: int) -> list[int]:
        """Return a column's cents by row, 0 where it holds no number; fractions are rounded (they are asked)."""
        if column not in self._cents:
            numbers = (read_number(row[column]) if row[column] else None for row in self.grid.texts)
            self._cents[column] = [round(number.minor) if number else 0 for number in numbers]
        return self._cents[column]

    def value(self, row: int, column: int) -> int:
        """Return a cell's cents."""
        return self.cents(column)[row]


def is_head(grid: Grid, row: int) -> bool:
    """Say whether a row is a head: two texts or more, no number, and a word for a person or a pay item."""
    texts = list(grid.filled(row).values())
    known = any(head_word(t) in (*NUMBERS, *NAMES, *ITEMS) for t in texts)
    return known and len(set(texts)) >= 2 and not any(read_number(t) for t in texts)


@dataclass(frozen=True)
class Given:
    """What somebody has said of a sheet, 0-based: its head, who is paid, what is pay, and rows that are nobody's.

    Parameters
    ----------
    person, items : titles, or letters, of columns.
    totals : title of a total column → titles of what it adds up, ``-`` before what it takes away.
    """

    head: int
    person: tuple[str, ...]
    items: tuple[str, ...]
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    set_aside: frozenset[int] = frozenset()


def take_apart(grid: Grid, given: Given | None = None) -> PayLayout | None:
    """Return what the columns and rows of a sheet are, None where it has no head."""
    first = given.head if given else next((r for r in range(grid.height) if is_head(grid, r)), None)
    if first is None or first >= grid.height:
        return None
    set_aside = given.set_aside if given else frozenset()
    rows = (first, first + 1) if _is_second(grid, first) else (first,)
    heads = [r for r in range(rows[-1] + 1, grid.height) if is_head(grid, r)]
    same = [r for r in heads if _same_head(grid, r, first)]
    slips = {r + k for r in same for k in range(len(rows)) if grid.filled(r + k) == grid.filled(first + k)}
    columns = _columns(grid, rows)
    above = {r: list(grid.filled(r).values()) for r in range(first) if grid.filled(r)}
    layout = PayLayout(grid, rows, columns, [], above, tuple(r for r in heads if r not in same))
    titles = {tuple(texts) for texts in above.values()}
    body = [r for r in range(rows[-1] + 1, grid.height) if grid.filled(r)]
    for row in body:
        again = row in slips or tuple(grid.filled(row).values()) in titles
        layout.rows.append(Row(row, "head" if again else "set aside" if row in set_aside else "text"))
    _settle_roles(layout)
    if given:
        _take_as_given(layout, given)
    for one, after in zip_longest(layout.rows, layout.rows[1:]):
        if one.kind == "text":
            _read_row(layout, one)
            if one.kind == "empty person" and after is not None and after.kind == "head":
                one.kind = "text"  # a block's title
    return layout


def _is_second(grid: Grid, first: int) -> bool:
    """Say whether the row below completes a head: it fills what the first row spans, and nothing beside it."""
    upper, lower = grid.filled(first), grid.filled(first + 1)
    if not lower or any(read_number(t) for t in lower.values()):
        return False
    spans = {c for c in lower if c not in upper}
    starts = {c for c in lower if c in upper and (c + 1 in spans or _is_wide(grid.area(first, c)))}
    groups = {c for c in lower if c in upper and kind_of_group(upper[c]) != "unknown"}
    known = {c for c, t in upper.items() if kind_of_title(title_of(t)) in ("number", "name")}
    return (
        bool(spans or groups)
        and lower.keys() <= spans | starts | groups
        and not known & lower.keys()
        and min(upper) < min(lower)
    )


def _is_wide(area: Area | None) -> bool:
    return area is not None and area.right > area.left


def _same_head(grid: Grid, row: int, first: int) -> bool:
    return {c: plain_word(t) for c, t in grid.filled(row).items()} == {
        c: plain_word(t) for c, t in grid.filled(first).items()
    }


def _columns(grid: Grid, head: tuple[int, ...]) -> list[Column]:
    found = []
    group = ""
    for c in range(grid.width):
        upper = title_of(grid.text(head[0], c))
        lower = title_of(grid.text(head[1], c)) if len(head) == 2 else ""
        group = upper if upper or not lower else group
        title = lower or ("" if upper and _is_group(grid, head, c) else upper)
        found.append(Column(c, title, group if lower else "", _kind(title, group if lower else ""), "blank"))
    return found


def _is_group(grid: Grid, head: tuple[int, ...], column: int) -> bool:
    """Say whether a title stands over several columns, of which each has, or lacks, a title of its own below."""
    after = column + 1
    if len(head) < 2 or after >= grid.width or grid.text(head[0], after):
        return False
    return bool(grid.text(head[1], after))


def _kind(title: str, above: str) -> Kind:
    kind = kind_of_title(title)
    open_ = kind == "unknown" and may_be_item(title) and not may_be_anything(title)
    return kind_of_group(above) if open_ else kind


def _settle_roles(layout: PayLayout) -> None:
    """Say what each column is by its title and by whether numbers stand below it."""
    long = _long_columns(layout.columns)
    numbered = {c.at for c in layout.columns if any(layout.grid.number(r.at, c.at) for r in layout.rows)}
    told = {c.at for c in layout.columns if any(layout.grid.text(r.at, c.at) for r in layout.rows if r.kind != "head")}
    for column in layout.columns:
        column.role = _role(column, column.at in numbered, column.at in told)
    for kind, words in (("number", NUMBERS), ("name", NAMES)):
        several = sorted(layout.of_role(kind), key=lambda c: words.index(head_word(c.title)))  # type: ignore[arg-type]
        for other in several[1:]:
            other.role = "label"
    if long:
        for column in layout.columns:
            if column.at == long[0]:
                column.role = "pay item"
            elif column.at == long[1]:
                column.role = "item"


def _take_as_given(layout: PayLayout, given: Given) -> None:
    """Take the columns for what somebody has said they are; other columns of figures are no pay."""
    places = {k: c.at for c in layout.columns for k in (column_letters(c.at), c.title) if k}
    totals = {t: parts for t, parts in given.totals.items() if t in places}
    for column in layout.columns:
        if column.role in (*FIGURES, "number", "name") or not column.title:
            column.role = "measure" if column.role in FIGURES else "label" if column.role != "blank" else "blank"
        names = (column.title, column_letters(column.at))
        if any(n in given.items for n in names):
            column.role, column.title = "item", column.title or names[1]
        elif column.title in totals:
            column.role = "total"
            column.plus = {
                places[p.lstrip("-")]: -1 if p.startswith("-") else 1
                for p in totals[column.title]
                if p.lstrip("-") in places
            }
        elif any(n in given.person for n in names):
            number = column.kind == "number" or (
                column.kind != "name" and len(given.person) > 1 and names[0] == given.person[0]
            )
            column.role = "number" if number else "name"


def _role(column: Column, numbered: bool, told: bool) -> Role:
    if column.kind in ("number", "name", "month", "label"):
        return column.kind
    if column.kind in ("item", "deduction"):
        return "item" if told else "blank"
    if column.kind in ("measure", "total"):
        return column.kind if told else "blank"
    if not column.title and not numbered:
        return "label" if told else "blank"
    return "unknown" if numbered else "label"


def _long_columns(columns: list[Column]) -> tuple[int, int] | None:
    """Return the columns of the item and of its amount where a sheet has one row a pay line."""
    items = [c.at for c in columns if head_word(c.title) in ITEMS]
    amounts = [c.at for c in columns if head_word(c.title) in AMOUNTS]
    return (items[0], amounts[0]) if len(items) == 1 and len(amounts) == 1 else None


def _read_row(layout: PayLayout, row: Row) -> None:
    """Say what a row below the head is, and whose."""
    grid, below = layout.grid, layout.head[-1]
    cells = {c.role: grid.spread(row.at, c.at, below) for c in layout.columns if c.role in PLACED and c.role != "label"}
    row.agent, row.name = cells.get("number", ""), title_of(cells.get("name", ""))
    row.month, row.item = cells.get("month", ""), title_of(cells.get("pay item", ""))
    row.labels = tuple(t for c in layout.of_role(*PLACED, "blank") if (t := grid.spread(row.at, c.at, below)))
    figures = any(grid.number(row.at, c.at) is not None for c in layout.of_role(*FIGURES))
    total = next((t for t in row.labels if is_total_row(t)), "")
    if any(is_mean_row(t) for t in row.labels) and figures:
        row.kind = "mean"
    elif total and (figures or any((row.at, c.at) in grid.marks.formulas for c in layout.of_role(*FIGURES))):
        row.kind = "total"
    elif not (row.agent or row.name):
        row.kind = "nobody" if figures else "text"
    elif figures:
        row.kind = "total" if layout.is_long and kind_of_title(row.item) == "total" else "person"
    elif any(grid.text(row.at, c.at) for c in layout.of_role("item")) and not any(is_footer(t) for t in row.labels):
        row.kind = "empty person"
    elif layout.is_long and row.item:
        row.kind = "text"  # an item that pays nothing
    else:
        wide = any((a := grid.area(row.at, c)) and a.right > a.left for c in grid.filled(row.at))
        somebody = is_a_name(row.name) if "name" in cells else bool(row.agent)
        row.kind = "text" if wide or not somebody or any(is_footer(t) for t in row.labels) else "empty person"
