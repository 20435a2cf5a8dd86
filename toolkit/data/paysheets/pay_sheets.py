"""A file of pay sheets → its pay lines, or the questions to be answered first; never both silently.

A sheet is taken apart (`pay_layout`), its totals are explained (`pay_totals`), everything that can be read in two ways
is asked (`doubts`), and only then its people's amounts are lines. Several sheets of a file are read together: a person
who stands in two sheets of one month is asked about, for one may repeat the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from toolkit.core.files import UNCALCULATED, SourceFile, SourceSheet, open_xlsx, read_source
from toolkit.core.findings import Finding, listed
from toolkit.core.money import round_to_step
from toolkit.core.text import Text
from toolkit.data.paysheets.answers import PayMap, SheetAnswers
from toolkit.data.paysheets.doubts import PayQuestion, ask, doubts_of
from toolkit.data.paysheets.pay_layout import Given, Grid, PayLayout, take_apart
from toolkit.data.paysheets.pay_totals import (
    fit_columns,
    fit_row,
    net_pay,
    people_rows,
    taken_off,
    wrong_cells,
    wrong_ranges,
    wrong_total,
)
from toolkit.data.paysheets.pay_words import (
    MONTHS,
    MonthTold,
    head_word,
    is_about_making,
    is_footer,
    read_months,
    read_number,
)
from toolkit.data.paysheets.sheet_marks import Area, SheetMarks, cell_name, place_of, read_marks


@dataclass(frozen=True, slots=True)
class PayLine:
    """One amount paid to one person.

    Parameters
    ----------
    agent, name : the person's number and name, "" where the sheet has none.
    item : the title of its column, or of its row in a sheet of one row a line.
    amount : minor units, as the cell says it: a deduction written without sign has none here, see `pays`.
    month : earned, ``YYYY-MM``.
    sheet, cell : where it stands; `row` is the 1-based row.
    taken : whether the sheet takes the amount from what it pays.
    """

    agent: str
    name: str
    item: str
    amount: int
    month: str
    sheet: str
    cell: str
    row: int
    taken: bool = False

    @property
    def pays(self) -> int:
        """The minor units paid; those of a deduction are below 0."""
        return -self.amount if self.taken else self.amount


@dataclass(frozen=True)
class PaySheet:
    """What a file of pay sheets says.

    Parameters
    ----------
    lines : pay lines; they count only where `questions` is empty.
    questions : what must be answered first.
    findings : totals and SUM ranges that are wrong; the lines are read in spite of them.
    layouts : the sheets read; `unread` names those without pay, with their rows.
    months : by sheet, the month of its rows that name none.
    """

    source: SourceFile
    lines: tuple[PayLine, ...]
    questions: tuple[PayQuestion, ...]
    findings: tuple[Finding, ...]
    layouts: tuple[PayLayout, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """The one month of all lines."""
        months = {line.month for line in self.lines}
        return months.pop() if len(months) == 1 else ""


def read_pay_sheet(path: Path, month: str = "", answers: PayMap | None = None) -> PaySheet:
    """Read a file of pay sheets by rules: wide, long, payslips, blocks, a sheet a month.

    Parameters
    ----------
    path : xlsx, or text; what a workbook of another kind hides cannot be seen, which is asked.
    month : the month earned where the file names none, ``YYYY-MM``.
    answers : what somebody has said of the file; sheets it does not name are not read.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    source = read_source(path)
    archive = open_xlsx(path)
    marks = read_marks(archive, path.name) if archive is not None else {}
    work = _Reading(source, month, answers)
    for sheet in source.sheets:
        work.take(sheet, marks.get(sheet.name))
    if archive is None and any(sheet.name for sheet in source.sheets):
        work.questions += [_unseen(layout) for layout in work.layouts[:1]]
    return work.finish()


def _unseen(layout: PayLayout) -> PayQuestion:
    text = Text(
        "hidden rows and merged cells of this kind of workbook cannot be seen; save it as xlsx",
        "这种格式看不到隐藏行和合并单元格；请另存为 xlsx",
    )
    return replace(ask(layout, "file", text), code="unseen")


@dataclass
class _Reading:
    """The sheets of one file as they are read."""

    source: SourceFile
    month: str
    answers: PayMap | None
    layouts: list[PayLayout] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    questions: list[PayQuestion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: list[PayLine] = field(default_factory=list)
    months: dict[str, str] = field(default_factory=dict)

    def take(self, sheet: SourceSheet, marks: SheetMarks | None) -> None:
        """Read one sheet, or count its rows as unread."""
        told = self.answers.of(sheet.name) if self.answers else None
        grid = grid_of(sheet, marks)
        known = self.answers is not None and self.answers.is_about(self.source.digest)
        if told and known:
            _correct(grid, told)
        layout = take_apart(grid, _given(told, known) if told else None)
        if layout is None or not _has_pay(layout) or (self.answers and not told):
            self.unread[sheet.name] = int((sheet.cells != "").any(axis=1).sum())
            return
        self.layouts.append(layout)
        self._check(layout)
        month, asked = _months(layout, self.source.name, self.month)
        if told and told.month and known:
            month = told.month
        self.questions += [replace(q, code="month") for q in asked]
        self.months[sheet.name] = month
        self.lines += _lines(layout, month, told)

    def _check(self, layout: PayLayout) -> None:
        name = self.source.name
        self.findings += [wrong_total(layout, name, row.at, column.at, due) for column, row, due in fit_columns(layout)]
        for row in layout.of_kind("total", "nobody"):
            fit = fit_row(layout, row)
            self.findings += [*wrong_cells(layout, fit, name), *wrong_ranges(layout, fit, name)]
        self.questions += doubts_of(layout)

    def finish(self) -> PaySheet:
        """Look at the sheets together; leave out the questions that are answered."""
        self._leave_out_summary()
        self.questions += _between_sheets(self.layouts, self.lines)
        if self.answers is None:
            self.questions += _odd_sheets(self.source, self.layouts, self.unread)
        given, digest = self.answers, self.source.digest
        left = tuple(q for q in self.questions if given is None or not given.settles(q, digest))
        found = (tuple(self.lines), left, tuple(self.findings), tuple(self.layouts), self.unread, self.months)
        return PaySheet(self.source, *found)

    def _leave_out_summary(self) -> None:
        """Leave out the one sheet without a month that adds up, person by person, all the others."""
        for layout in self.layouts if len(self.layouts) > 2 and self.answers is None else ():
            name = layout.grid.name
            if not self.months[name] and self._adds_up_the_others(layout):
                self.layouts.remove(layout)
                self.unread[name] = len(layout.rows) + len(layout.head)
                self.lines = [line for line in self.lines if line.sheet != name]
                self.questions = [q for q in self.questions if q.sheet != name]
                return

    def _adds_up_the_others(self, layout: PayLayout) -> bool:
        """Say whether a sheet has each person's sum of each item, or of all pay in one column, of the other sheets."""
        mine = _sums(line for line in self.lines if line.sheet == layout.grid.name)
        if mine:
            items = {item for _, item in mine}
            others = [x for x in self.lines if x.sheet != layout.grid.name and x.item in items]
            return len(mine) > 1 and mine == _sums(others)
        paid: Counter[str] = Counter()
        for other in self.layouts:
            if other is not layout:
                paid.update(net_pay(other))
        people = {r.at: r.agent or r.name for r in people_rows(layout)}
        return len(people) > 1 and any(
            {who: layout.value(at, c.at) for at, who in people.items()} == dict(paid) for c in layout.of_role("total")
        )


def _sums(lines: Iterable[PayLine]) -> Counter[tuple[str, str]]:
    """Return what each person gets of each item, amounts of nothing left out."""
    found: Counter[tuple[str, str]] = Counter()
    for line in lines:
        found[line.agent or line.name, line.item] += line.amount
    return Counter({key: total for key, total in found.items() if total})


def _given(told: SheetAnswers, known: bool) -> Given:
    rows = frozenset(r - 1 for r in told.set_aside) if known else frozenset()
    return Given(told.head - 1, told.person, told.items, told.totals, rows)


def _correct(grid: Grid, told: SheetAnswers) -> None:
    """Put in what somebody has said that cells mean."""
    for name, text in told.cells.items():
        row, column = place_of(name)
        if row < grid.height and column < grid.width:
            grid.texts[row][column] = text
            grid.marks.unvalued.discard((row, column))
            grid.merged[:] = [a for a in grid.merged if not (a.top <= row <= a.bottom and a.left <= column <= a.right)]


_QUOTED = re.compile(r'^="([^"]*)"$')  # how a CSV keeps the zeros of 0042


def grid_of(sheet: SourceSheet, marks: SheetMarks | None) -> Grid:
    """Return a sheet's cells without outer blanks; a formula nobody has computed is a blank that `marks` knows of."""
    columns = [sheet.cells[c].str.strip().tolist() for c in sheet.cells]
    if marks:
        columns = [["" if text == UNCALCULATED else text for text in column] for column in columns]
    columns = [[_QUOTED.sub(r"\1", text) for text in column] for column in columns]
    texts = [list(row) for row in zip(*columns, strict=True)]
    merged = [Area(top - 1, left, bottom - 1, right) for top, left, bottom, right in sheet.merges]
    return Grid(sheet.name, texts, marks or SheetMarks(), merged)


def _has_pay(layout: PayLayout) -> bool:
    """Say whether a sheet with people may hold pay: not attendance or performance alone."""
    return bool(layout.of_role("item", "total", "unknown"))


def _lines(layout: PayLayout, month: str, told: SheetAnswers | None) -> Iterator[PayLine]:
    scale, rounding = (told.scale, told.rounding or "half_up") if told else (100, "half_up")
    taken = taken_off(layout)
    for row in people_rows(layout):
        for column in layout.of_role("item"):
            number = layout.grid.number(row.at, column.at)
            if number is not None:
                item = row.item if layout.is_long else column.title
                own = _month_cell(row.month).full if row.month else frozenset()
                earned = next(iter(own), month)
                place = (layout.grid.name, cell_name(row.at, column.at), row.at + 1)
                amount = round_to_step(Fraction(number.minor * scale, 100), mode=rounding)
                yield PayLine(row.agent, row.name, item, amount, earned, *place, column.at in taken)


def _months(layout: PayLayout, file: str, given: str) -> tuple[str, list[PayQuestion]]:
    """Return the month of a sheet's rows that name none, and what is open about it."""
    titles = [t for texts in layout.above.values() for t in texts]
    dated = [_month_cell(t) for label, t in pairwise(titles) if head_word(label) in MONTHS]
    titles = [t for label, t in pairwise(["", *titles]) if not is_about_making(label)]
    last = max((r.at for r in people_rows(layout)), default=-1)
    words = layout.of_kind("text", "empty person", "set aside")
    texts = [(r.at, t) for r in words for t in layout.grid.filled(r.at).values() if not is_footer(t)]
    above = [*(read_months(t) for t in titles), *(read_months(t) for at, t in texts if at < last), *dated]
    notes = [read_months(t) for at, t in texts if at > last]  # they may contradict; alone they say nothing
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
    all_rows = (
        bool(rows) and all(r.month for r in people_rows(layout)) and all(len(m.full) == 1 for m in column.values())
    )
    if any(full and one.full - full for one in notes):
        text = Text("a note names another month", "备注里写的是另一个月份")
        return "", [ask(layout, "month", text)]
    if any(one.spans for one in told) or (len(full) > 1 and not (all_rows and not outside)):
        text = Text(f"several months are named: {listed(sorted(full))}", f"提到了几个月份：{listed(sorted(full))}")
        return "", [ask(layout, "month", text)]
    if any(len(m.full) != 1 for m in column.values()) and not (column and not any(m.full for m in column.values())):
        return "", [ask(layout, "month", Text("not every row names its month", "有的行没有写明月份"))]
    if not full:
        full = set(read_months(file.rpartition(".")[0]).full) or ({given} if given else set())
    one = next(iter(full)) if len(full) == 1 else ""
    filed = read_months(file.rpartition(".")[0]).full
    if one and not name.full and not rows and len(filed) == 1 and one not in filed:
        text = Text(
            f"the file is called {next(iter(filed))}, the sheet says {one}; which month was this earned in?",
            f"文件名写的是 {next(iter(filed))}，表里写的是 {one}；是哪个月的工资？",
        )
        return "", [ask(layout, "month", text)]
    if loose and one and any(f"{m:02d}" != one[5:] for m in loose):
        text = Text("the months named in the sheet do not agree", "表里提到的月份不一致")
        return "", [ask(layout, "month", text)]
    if not one and not (all_rows and full):
        return "", [ask(layout, "month", Text("which month was this earned in?", "是哪个月的工资？"))]
    if one and (other := sorted(_pay_months(layout, [*titles, *(t for _, t in texts)]) - {one})):
        en = f"it is a sheet of {one}, and its pay month is {listed(other)}; which month was this earned in?"
        text = Text(en, f"表是 {one} 的，pay month 写的是 {listed(other)}；是哪个月的工资？")
        return "", [ask(layout, "month", text)]
    return one, []


_PAY_MONTH = re.compile(r"pay[\s_-]*month[\s:：]*", re.IGNORECASE)


def _pay_months(layout: PayLayout, texts: Sequence[str]) -> set[str]:
    """Return the months called a pay month, in texts or a column: that of payment to one, that earned to another."""
    told = [_PAY_MONTH.sub("", t) for t in texts if _PAY_MONTH.match(t)]
    columns = [c.at for c in layout.columns if _PAY_MONTH.fullmatch(c.title)]
    told += [layout.grid.text(row.at, at) for row in people_rows(layout) for at in columns]
    return {month for text in told for month in _month_cell(text).full}


def _month_cell(text: str) -> MonthTold:
    """Read a cell of a month column: a first day of a month is how a spreadsheet writes the month."""
    bare = text.removesuffix(" 00:00:00")
    if len(bare) == 10 and bare.endswith("-01"):
        return MonthTold(frozenset({bare[:7]}))
    number = read_number(bare)
    if number and number.minor.denominator == 1 and 100 <= number.minor <= 1200 and number.minor % 100 == 0:
        return MonthTold(months=frozenset({int(number.minor) // 100}))
    return read_months(bare)


def _between_sheets(layouts: Sequence[PayLayout], lines: Sequence[PayLine]) -> Iterator[PayQuestion]:
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
                yield replace(ask(by_name[line.sheet], "sheet", text), code="between-sheets")


def _odd_sheets(source: SourceFile, layouts: Sequence[PayLayout], unread: Mapping[str, int]) -> Iterator[PayQuestion]:
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
            yield PayQuestion(sheet.name, "", "sheet", text, code="odd-sheet")


def pay_columns(source: SourceFile) -> int:
    """Return how many columns titled as pay, or as its total, a file has beside its people; 0: it is no pay sheet."""
    most = 0
    for sheet in source.sheets:
        layout = take_apart(grid_of(sheet, None))
        if layout is not None:
            titled = [c for c in layout.of_role("item", "total") if c.kind in ("item", "deduction", "total")]
            most = max(most, 2 if layout.is_long else len(titled))
    return most
