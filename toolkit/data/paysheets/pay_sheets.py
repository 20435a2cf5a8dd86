"""A file of pay sheets → its pay lines, or the questions to be answered first; never both silently.

A sheet is taken apart (`pay_layout`), its totals are explained (`pay_totals`), everything that can be read in two ways
is asked (`doubts`), and only then its people's amounts are lines. Several sheets of a file are read together: a person
who stands in two sheets of one month is asked about, for one may repeat the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.core.files import SourceFile, SourceSheet, open_xlsx, read_source
from toolkit.core.findings import Finding, listed
from toolkit.core.text import Text
from toolkit.data.paysheets.doubts import DOUBTS, Question, ask
from toolkit.data.paysheets.pay_layout import Grid, Layout, take_apart
from toolkit.data.paysheets.pay_totals import fit_columns, fit_row, people_rows, wrong_cells, wrong_ranges, wrong_total
from toolkit.data.paysheets.pay_words import MonthTold, is_footer, kind_of_title, read_months, read_number
from toolkit.data.paysheets.sheet_marks import SheetMarks, cell_name, read_marks


@dataclass(frozen=True, slots=True)
class PayLine:
    """One amount paid to one person.

    Parameters
    ----------
    agent, name : the person's number and name, "" where the sheet has none.
    item : the title of its column, or of its row in a sheet of one row a line.
    amount : minor units, as the cell says it: a deduction written without sign has none here.
    month : earned, ``YYYY-MM``.
    sheet, cell : where it stands; `row` is the 1-based row.
    """

    agent: str
    name: str
    item: str
    amount: int
    month: str
    sheet: str
    cell: str
    row: int


@dataclass(frozen=True)
class PaySheet:
    """What a file of pay sheets says.

    Parameters
    ----------
    lines : pay lines; they count only where `questions` is empty.
    questions : what must be answered first.
    findings : totals and SUM ranges that are wrong; the lines are read in spite of them.
    month : the one month of all lines, "" where there is none or several.
    layouts : the sheets read; `unread` names those without pay, with their rows.
    """

    source: SourceFile
    lines: tuple[PayLine, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    layouts: tuple[Layout, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """The one month of all lines."""
        months = {line.month for line in self.lines}
        return months.pop() if len(months) == 1 else ""


def read_pay_sheet(path: Path, month: str = "") -> PaySheet:
    """Read a file of pay sheets by rules: wide, long, payslips, blocks, a sheet a month.

    Parameters
    ----------
    path : xlsx, or text; what a workbook of another kind hides cannot be seen, which is asked.
    month : the month earned where the file names none.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    source = read_source(path)
    archive = open_xlsx(path)
    marks = read_marks(archive, path.name) if archive is not None else {}
    layouts: list[Layout] = []
    unread: dict[str, int] = {}
    for sheet in source.sheets:
        layout = take_apart(grid_of(sheet, marks.get(sheet.name)))
        if layout is None or not _has_pay(layout):
            unread[sheet.name] = int((sheet.cells != "").any(axis=1).sum())
        else:
            layouts.append(layout)
    return _read(source, layouts, unread, month)


def _read(source: SourceFile, layouts: list[Layout], unread: dict[str, int], month: str) -> PaySheet:
    questions: list[Question] = []
    findings: list[Finding] = []
    lines: list[PayLine] = []
    for layout in layouts:
        findings += [
            wrong_total(layout, source.name, row.at, column.at, due) for column, row, due in fit_columns(layout)
        ]
        for row in layout.of_kind("total", "nobody"):
            fit = fit_row(layout, row)
            findings += [*wrong_cells(layout, fit, source.name), *wrong_ranges(layout, fit, source.name)]
        for doubt in DOUBTS:
            questions += doubt(layout)
        told, asked = _months(layout, source.name, month)
        questions += asked
        lines += _lines(layout, told)
    questions += _between_sheets(layouts, lines)
    questions += _odd_sheets(source, layouts, unread)
    return PaySheet(source, tuple(lines), tuple(questions), tuple(findings), tuple(layouts), unread)


def grid_of(sheet: SourceSheet, marks: SheetMarks | None) -> Grid:
    """Return a sheet's cells without outer blanks."""
    columns = [sheet.cells[c].str.strip().tolist() for c in sheet.cells]
    texts = [list(row) for row in zip(*columns, strict=True)]
    return Grid(sheet.name, texts, marks or SheetMarks())


def _has_pay(layout: Layout) -> bool:
    """Say whether a sheet with people may hold pay: not attendance or performance alone."""
    return bool(layout.of_role("item", "total", "unknown"))


def _lines(layout: Layout, month: str) -> Iterator[PayLine]:
    for row in people_rows(layout):
        for column in layout.of_role("item"):
            number = layout.grid.number(row.at, column.at)
            if number is not None:
                item = row.item if layout.is_long else column.title
                own = _month_cell(row.month).full if row.month else frozenset()
                earned = next(iter(own), month)
                place = (layout.grid.name, cell_name(row.at, column.at), row.at + 1)
                yield PayLine(row.agent, row.name, item, round(number.minor), earned, *place)


def _months(layout: Layout, file: str, given: str) -> tuple[str, list[Question]]:
    """Return the month of a sheet's rows that name none, and what is open about it."""
    titles = [t for texts in layout.above.values() for t in texts]
    blocks = [t for r in layout.of_kind("text") for t in layout.grid.filled(r.at).values() if not is_footer(t)]
    above = [read_months(t) for t in (*titles, *blocks)]
    name = read_months(layout.grid.name)
    rows = {r.month for r in people_rows(layout) if r.month}
    column = {t: _month_cell(t) for t in rows}
    told = [*above, name, *column.values()]
    full = {m for one in told for m in one.full}
    loose = {m for one in told for m in one.months}
    years = {y for one in told for y in one.years} or set(read_months(file.rpartition(".")[0]).years)
    if not full and len(loose) == 1 and len(years) == 1:
        full = {f"{next(iter(years))}-{next(iter(loose)):02d}"}
    outside = {m for one in (*above, name) for m in one.full}
    all_rows = bool(rows) and all(r.month for r in people_rows(layout)) and all(len(m.full) == 1 for m in column.values())
    if any(one.spans for one in told) or (len(full) > 1 and not (all_rows and not outside)):
        text = Text(f"several months are named: {listed(sorted(full))}", f"提到了几个月份：{listed(sorted(full))}")
        return "", [ask(layout, "month", text)]
    if any(len(m.full) != 1 for m in column.values()) and not (column and not any(m.full for m in column.values())):
        return "", [ask(layout, "month", Text("not every row names its month", "有的行没有写明月份"))]
    if not full:
        full = set(read_months(file.rpartition(".")[0]).full) or ({given} if given else set())
    one = next(iter(full)) if len(full) == 1 else ""
    if loose and one and any(f"{m:02d}" != one[5:] for m in loose):
        text = Text("the months named in the sheet do not agree", "表里提到的月份不一致")
        return "", [ask(layout, "month", text)]
    if not one and not (all_rows and full):
        return "", [ask(layout, "month", Text("which month was this earned in?", "是哪个月的工资？"))]
    return one, []


def _month_cell(text: str) -> MonthTold:
    """Read a cell of a month column: a first day of a month is how a spreadsheet writes the month."""
    bare = text.removesuffix(" 00:00:00")
    if len(bare) == 10 and bare.endswith("-01"):
        return MonthTold(frozenset({bare[:7]}))
    number = read_number(bare)
    if number and number.minor.denominator == 1 and 100 <= number.minor <= 1200 and number.minor % 100 == 0:
        return MonthTold(months=frozenset({int(number.minor) // 100}))
    return read_months(bare)


def _between_sheets(layouts: Sequence[Layout], lines: Sequence[PayLine]) -> Iterator[Question]:
    """Ask about people who stand in two sheets of one month."""
    seen: dict[tuple[str, str], str] = {}
    told: set[str] = set()
    by_name = {layout.grid.name: layout for layout in layouts}
    for line in lines:
        for who in filter(None, (line.agent, line.name)):
            first = seen.setdefault((who, line.month), line.sheet)
            if first != line.sheet and line.sheet not in told:
                told.add(line.sheet)
                text = Text(
                    f"{line.name or line.agent} also stands in the sheet {first}: does this sheet repeat it?",
                    f"{line.name or line.agent} 在工作表 {first} 里也有：这个表是重复的吗？",
                )
                yield ask(by_name[line.sheet], "sheet", text)


def _odd_sheets(source: SourceFile, layouts: Sequence[Layout], unread: Mapping[str, int]) -> Iterator[Question]:
    """Ask about sheets without a head that hold figures; a sheet of words, or of days worked, holds no pay."""
    if not layouts and not unread:
        return
    for sheet in source.sheets:
        if sheet.name not in unread or take_apart(grid_of(sheet, None)) is not None:
            continue  # read, or people without pay: days worked, telephone numbers
        if any(read_number(t) for t in sheet.cells.to_numpy().ravel() if t.strip()):
            text = Text(
                "no head of a pay sheet was found here; does this sheet count?",
                "没有找到工资表的表头；这个表要读取吗？",
            )
            yield Question(sheet.name, "", "sheet", text)


def is_pay_sheet(source: SourceFile) -> bool:
    """Say whether a file looks like pay: people, and a column titled as pay or a total."""
    for sheet in source.sheets:
        layout = take_apart(grid_of(sheet, None))
        if layout is not None and (
            layout.is_long or any(kind_of_title(c.title) in ("item", "deduction", "total") for c in layout.of_role("item", "total"))
        ):
            return True
    return False
