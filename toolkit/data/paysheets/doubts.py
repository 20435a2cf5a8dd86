"""What a pay sheet leaves open: one function a doubt; while one of them has something to ask, nothing is read.

Each was needed: with any one of them left out, random sheets are read wrong without a word (see tests/proofs).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from toolkit.core.findings import listed
from toolkit.core.text import Text
from toolkit.data.paysheets.pay_layout import Column, PayLayout, Row
from toolkit.data.paysheets.pay_totals import (
    ROUND,
    TotalRow,
    adds_up_its_row,
    fit_row,
    is_mean,
    is_somebody,
    looks_like_sum,
    people_rows,
    proven,
    range_rows,
    values_of,
)
from toolkit.data.paysheets.pay_words import (
    is_a_name,
    is_footer,
    is_mean_row,
    is_of_another_month,
    is_total_row,
    kind_of_group,
    kind_of_title,
    plain_word,
    read_number,
    title_of,
)
from toolkit.data.paysheets.sheet_marks import cell_name, column_letters

_AMOUNT = 5_000  # fifty: groups, shifts and grades are numbered lower
_PHONE = 10_000_000_00  # telephone numbers are higher
Line = Literal[
    "sheet", "head", "person", "items", "totals", "set_aside", "month", "unit", "rounding", "cells", "agents", "file"
]


@dataclass(frozen=True, slots=True)
class PayQuestion:
    """Something only a person can decide.

    Parameters
    ----------
    sheet, cell : where; `cell` is "" when it is about the whole sheet.
    line : the line of the map that answers it; ``file`` where only the file itself can be put right.
    text : the question.
    about : what the answer is about: a title, a 1-based row, a cell, a name.
    code : stable short name of the doubt.
    """

    sheet: str
    cell: str
    line: Line
    text: Text
    about: str = ""
    code: str = ""


def ask(layout: PayLayout, line: Line, text: Text, row: int | None = None, column: int | None = None) -> PayQuestion:
    """Return a question about a cell, a row, a column or the whole sheet (0-based)."""
    cell = cell_name(row, column or 0) if row is not None else column_letters(column) if column is not None else ""
    about = {"set_aside": str((row or 0) + 1), "cells": cell}.get(line, "")
    if line == "items" and column is not None:
        about = layout.columns[column].title or column_letters(column)
    return PayQuestion(layout.grid.name, cell, line, text, about)


def _column_words(column: Column) -> tuple[str, str]:
    letters = column_letters(column.at)
    return f"column {letters} {column.title!r}", f"{letters} 列“{column.title}”"


# of the sheet


def hidden_sheet(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask whether a sheet that is not shown counts."""
    if layout.grid.marks.hidden:
        yield ask(layout, "sheet", Text("this sheet is hidden; does it count?", "这个工作表是隐藏的，要读取吗？"))


def other_heads(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask which head holds where another one follows."""
    for row in layout.other_heads:
        text = Text(
            "another head, not like the first; put what stands below it on a sheet of its own",
            "这里有另一种表头；请把它下面的内容放到单独的工作表",
        )
        yield ask(layout, "file", text, row)


def figures_above(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask whether the head is the head where figures stand above it."""
    for row, texts in layout.above.items():
        if sum(read_number(t) is not None for t in texts) > 1:
            yield ask(layout, "head", Text("figures stand above the head", "表头上方有数字；表头是这一行吗？"), row)


def twice_titled(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask what two columns of one title are."""
    told = [c for c in layout.columns if c.title and (c.role not in ("label", "blank") or c.kind in ("number", "name"))]
    times = Counter(c.title for c in told)
    sure = proven(layout)
    for column in told:
        same = [c for c in told if c.title == column.title]
        counted = all(c.at in sure and c.takes == column.takes for c in same)
        if times[column.title] > 1 and not counted and not all(c.plus for c in same):
            en, zh = _column_words(column)
            yield ask(
                layout, "file", Text(f"{en}: several columns have this title", f"{zh}：有几列同名"), column=column.at
            )


def nobody_named(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask which column says who is paid."""
    if not layout.of_role("number", "name"):
        text = Text("no column says whose pay it is (工号, 姓名, name)", "没有哪一列说明是谁的工资（工号、姓名）")
        yield ask(layout, "person", text, layout.head[0])


def other_numbers(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask whether a column called 编号 or ID, that does not count the rows, holds the people's numbers."""
    if layout.of_role("number"):
        return
    rows = people_rows(layout)
    for column in layout.of_role("label"):
        told = [layout.grid.spread(r.at, column.at) for r in rows]
        counts = told == [str(n) for n in range(1, len(rows) + 1)]
        if re.fullmatch(r"编号|id|代码|code|编码|员工", plain_word(column.title)) and any(told) and not counts:
            en, zh = _column_words(column)
            text = Text(f"does {en} hold the people's numbers?", f"{zh}是工号吗？")
            yield ask(layout, "person", text, column=column.at)


def hidden_places(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about rows and columns that are not shown."""
    marks = layout.grid.marks
    for row in layout.rows:
        if row.at in marks.hidden_rows and row.kind not in ("set aside", "head"):
            text = Text(f"row {row.at + 1} is hidden; does it count?", f"第 {row.at + 1} 行是隐藏的，要读取吗？")
            yield ask(layout, "set_aside", text, row.at)
    for column in layout.of_role("item", "unknown", "total", "number", "name", "pay item"):
        if any(a <= column.at <= b for a, b in marks.hidden_columns):
            en, zh = _column_words(column)
            yield ask(
                layout, "items", Text(f"{en} is hidden; is it pay?", f"{zh}是隐藏的，算工资吗？"), column=column.at
            )


# of columns


def untitled_numbers(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about numbers no head stands above, and about texts with digits beyond the table."""
    for column in layout.columns:
        if not column.title and column.role != "blank":
            cells = [r for r in layout.rows if any(ch.isdigit() for ch in layout.grid.text(r.at, column.at))]
            rows = [r for r in cells if not any(is_footer(t) for t in layout.grid.filled(r.at).values())]
            if rows:
                letters = column_letters(column.at)
                text = Text(f"column {letters} has no head; is it pay?", f"{letters} 列没有表头，算工资吗？")
                yield ask(layout, "items", text, column=column.at)


def apart(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about columns that stand apart, behind an empty one."""
    blank = [c.at for c in layout.columns if c.role == "blank" and not c.title]
    people = [c.at for c in layout.of_role("number", "name")]
    sure = proven(layout)
    for column in layout.of_role("item", "total", "unknown"):
        if column.at not in sure and not column.plus and any(min(people, default=0) < at < column.at for at in blank):
            en, zh = _column_words(column)
            text = Text(f"{en} stands apart from the table; is it pay?", f"{zh}与主表隔开，算工资吗？")
            yield ask(layout, "items", text, column=column.at)


def unknown_columns(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask what a column is whose title no word and no total explains: one of numbers, or one among pay columns."""
    pay = [c.at for c in layout.of_role("item")]
    for column in layout.of_role("unknown", "label"):
        among = column.kind == "unknown" and bool(pay) and pay[0] < column.at < pay[-1]
        words = among and any(
            layout.grid.text(r.at, column.at) and not layout.grid.number(r.at, column.at) for r in people_rows(layout)
        )
        if column.title and (column.role == "unknown" or words):
            en, zh = _column_words(column)
            yield ask(layout, "items", Text(f"{en}: is it pay?", f"{zh}算工资项目吗？"), column=column.at)
        elif column.title and _is_all_figures(layout, column):
            en, zh = _column_words(column)
            yield ask(layout, "items", Text(f"{en} holds figures: pay?", f"{zh}里是数字：算工资吗？"), column=column.at)


def _is_all_figures(layout: PayLayout, column: Column) -> bool:
    """Say whether a column titled as words holds nothing but what may be amounts, with no total to tell."""
    told = [t for r in people_rows(layout) if (t := layout.grid.text(r.at, column.at))]
    numbers = [n for t in told if (n := read_number(t))]
    counts = re.search(r"号|日|时间|序|^no|id$|date|account|iban", plain_word(column.title))
    sizes = [abs(Fraction(n.minor)) for n in numbers]
    money = any(size >= _AMOUNT for size in sizes) and max(sizes) < _PHONE
    return bool(told) and len(numbers) == len(told) and money and not counts and not proven(layout)


def unnamed_totals(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask whether a column that is the sum of others is a total or an item."""
    if layout.is_long or not people_rows(layout):
        return
    sure = proven(layout)
    for column in layout.of_role("item"):
        parts = looks_like_sum(layout, column)
        if parts and not {column.at, *(c.at for c in parts)} <= sure:
            en, zh = _column_words(column)
            sum_ = "+".join(column_letters(c.at) for c in parts)
            text = Text(f"{en} equals {sum_}: a total or an item?", f"{zh}＝{sum_}，是合计还是项目？")
            yield ask(layout, "items", text, column=column.at)


def unexplained_totals(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask what a column called a total adds up, where it equals no sum people make."""
    for column in layout.of_role("total"):
        if not column.plus and any(values_of(layout, column.at)):
            en, zh = _column_words(column)
            text = Text(
                f"{en} is called a total and equals no sum of the columns: a total of what, or an item?",
                f"{zh}名为合计，却不等于任何几列之和：是哪几列的合计，还是项目？",
            )
            yield ask(layout, "items", text, column=column.at)


def left_out_of_totals(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about pay columns that no total counts, where the sheet has totals."""
    counted = {at for c in layout.of_role("total") for at in c.plus}
    if not counted or layout.is_long:
        return
    for column in layout.of_role("item"):
        if column.at not in counted and not column.takes and any(values_of(layout, column.at)):
            en, zh = _column_words(column)
            text = Text(f"{en} is in no total of the sheet; is it pay?", f"{zh}不在任何合计里，算工资吗？")
            yield ask(layout, "items", text, column=column.at)


def small_amounts(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask whether a column titled as pay holds rates or counts: no amount reaches ten yuan, or units stand in it."""
    sure = proven(layout)
    for column in layout.of_role("item"):
        cells = [n for r in people_rows(layout) if (n := layout.grid.number(r.at, column.at)) and n.minor]
        counts = [
            n for n in cells if n.mark in ("天", "日", "次", "小时", "时", "h", "人", "单", "件", "个", "分", "%")
        ]
        if cells and column.at not in sure and (counts or all(-1000 < n.minor < 1000 for n in cells)):
            en, zh = _column_words(column)
            text = Text(f"{en}: are these amounts, or rates and counts?", f"{zh}：是金额，还是比例或数量？")
            yield ask(layout, "items", text, column=column.at)


def both_signs(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about deductions written with and without a minus, where no total tells which of them gives back."""
    sure = proven(layout)
    for column in layout.of_role("item"):
        signs: dict[str, set[bool]] = {}
        for row in people_rows(layout):
            value = layout.value(row.at, column.at)
            takes = kind_of_title(row.item) == "deduction" if layout.is_long else column.takes
            if value and takes:
                signs.setdefault(row.item if layout.is_long else column.title, set()).add(value > 0)
        for title in [t for t, told in signs.items() if len(told) > 1 and column.at not in sure]:
            text = Text(
                f"{title!r} is taken off with and without a minus: which gives back? Write one way in the file",
                f"“{title}”有正有负：哪些是扣、哪些是退？请在文件里统一写法",
            )
            yield ask(layout, "file", text, column=column.at)


_EITHER_SIGN = re.compile(
    r"扣补|补扣$|[补加][/／]扣|扣[/／][补加]|奖[/／]?[罚惩扣]款?|[加增]减|多退少补|(bonus(es)?|awards?|rewards?)(and|&|/|or)(fines?|penalt|deduction)|plus/?minus|\+/-"
)


_HAS_SIGN = re.compile(r"^\W*(扣|代扣|加|补|less|deduction|deduct)|补$|补贴|补助|扣款|allowance")
_CHARGE = re.compile(  # what an employer pays for somebody, or takes from them
    r"(餐|伙食|饭|工作餐|用餐|餐饮|住宿|快递|停车|培训|体检|meals?|lunch|canteen|parking|training)(费|费用|fees?|charges?)$|"
    r"^(押金|保证金|(security)?deposit)$"
)


def either_sign(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a column of figures without a sign whose title may mean both, where no total or head tells which."""
    sure = proven(layout)
    for column in layout.of_role("item"):
        values = [layout.value(r.at, column.at) for r in people_rows(layout)]
        word, grouped = plain_word(column.title), kind_of_group(column.above) in ("item", "deduction")
        either = _EITHER_SIGN.search(word) or (_CHARGE.search(word) and not _HAS_SIGN.search(word) and not grouped)
        if either and column.at not in sure and all(v >= 0 for v in values if v):
            en, zh = _column_words(column)
            text = Text(
                f"{en}: added, or taken off? Write a minus before what is taken", f"{zh}：是加还是扣？扣的请写负号"
            )
            yield ask(layout, "file", text, column=column.at)


_CORRECTED = re.compile(
    r"[\(\[【_\- ]*(更正后?|修正后?|调整后|新|重算|订正|corrected|revised|amended|new|final)[\)\]】]*$", re.IGNORECASE
)


def corrected_beside(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask which of two columns counts where one is called a correction of the other and no total counts just one."""
    sure = proven(layout)
    titles = {plain_word(c.title): c for c in layout.of_role("item")}
    for column in layout.of_role("item"):
        word = plain_word(column.title)
        former = titles.get(_CORRECTED.sub("", word))
        if former is not None and former is not titles[word] and (former.at in sure) == (column.at in sure):
            en, zh = _column_words(column)
            text = Text(
                f"{en}: in place of {former.title!r}, or beside it? Leave out the one that is not paid",
                f"{zh}：代替“{former.title}”，还是另外再发？请去掉不发的那一列",
            )
            yield ask(layout, "file", text, column=column.at)


# of rows

_OPEN = re.compile(
    r"待(确认|核实|核|定|审|查|复核|主管)|有争议|有异议|争议中|未确认|未核实|暂估|暂定|"
    r"to be (confirmed|checked|decided|verified)|\btb[cd]\b|disput|\bpending\b|not (yet )?(confirmed|final)|"
    r"provisional",
    re.IGNORECASE,
)


def still_open(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person's row beside whose figures a note says that they are not settled."""
    yield from _of_notes(layout, _OPEN, "are these amounts final?", "这一行的金额已确定吗？")


_NOT_PAID = re.compile(
    r"作废|停发|缓发|暂缓|暂不发|不予发|不发放|取消发|冻结|不发$|先不发|\bvoid(ed)?\b|cancell?ed|do not pay|"
    r"not (to be )?paid|\bon hold\b|hold pay|withh[eo]ld|stop pay",
    re.IGNORECASE,
)


def not_to_be_paid(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person's row beside whose figures a note says that it is not paid."""
    yield from _of_notes(layout, _NOT_PAID, "is it paid?", "这一行发放吗？")


def _of_notes(layout: PayLayout, said: re.Pattern[str], en: str, zh: str) -> Iterator[PayQuestion]:
    """Ask about each person's row beside whose figures a note says something."""
    figures = {c.at for c in layout.of_role("item", "total", "number", "name")}
    for row in people_rows(layout):
        for at, note in layout.grid.filled(row.at).items():
            if at not in figures and said.search(note):
                text = Text(f"row {row.at + 1} says {note!r}: {en}", f"第 {row.at + 1} 行注明“{note}”：{zh}")
                yield ask(layout, "set_aside", text, row.at)


def unknown_rows(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about rows with figures and nobody's name that are no total of rows above, and about totals far from any."""
    for row in layout.of_kind("nobody"):
        fit = fit_row(layout, row)
        told = {c.at: values_of(layout, c.at, fit.rows) for c in layout.of_role("item", "total")}
        left_out = any(any(values) and at not in fit.right for at, values in told.items())
        added = any(sum(map(bool, values)) > 1 for values in told.values())
        if row.item or fit.wrong or left_out or not added:
            text = Text(f"row {row.at + 1} names nobody: whose is it?", f"第 {row.at + 1} 行没有姓名：是谁的？")
            yield ask(layout, "set_aside", text, row.at)
    for row in layout.of_kind("total"):
        fit = fit_row(layout, row)
        if fit.wrong and not fit.is_sure:
            text = Text(
                f"row {row.at + 1} is called a total and adds up no rows of the sheet; is it one?",
                f"第 {row.at + 1} 行名为合计，却不等于任何几行之和；它是合计吗？",
            )
            yield ask(layout, "set_aside", text, row.at)
        elif is_somebody(row) and not layout.is_long and not any(layout.value(row.at, at) for at in fit.right):
            text = Text(f"row {row.at + 1}: a total, or pay?", f"第 {row.at + 1} 行：是合计，还是工资？")
            yield ask(layout, "set_aside", text, row.at)


def means_of_somebody(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a row that is called a mean and has a person, or is none."""
    for row in layout.of_kind("mean"):
        if is_somebody(row) or not is_mean(layout, row):
            text = Text(f"row {row.at + 1}: a mean, or pay?", f"第 {row.at + 1} 行：是均值，还是工资？")
            yield ask(layout, "set_aside", text, row.at)


def without_figures(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person without a figure, and about rows of words that may be another head."""
    for row in layout.of_kind("empty person"):
        name = row.name or row.agent
        text = Text(f"row {row.at + 1}: {name} has no figures", f"第 {row.at + 1} 行：{name} 没有数字")
        yield ask(layout, "set_aside", text, row.at)
    last = max((r.at for r in people_rows(layout)), default=-1)
    for row in layout.of_kind("text"):
        texts = list(layout.grid.filled(row.at).values())
        titles = [t for t in texts if kind_of_title(title_of(t)) != "unknown" and not read_number(t)]
        heads = row.at < last or len(titles) > 1
        if len(texts) > 1 and heads and not any(is_footer(t) for t in texts):
            text = Text(f"row {row.at + 1} holds words only: what is it?", f"第 {row.at + 1} 行只有文字：是什么？")
            yield ask(layout, "set_aside", text, row.at)


def below_the_total(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about people in no total row, where the sheet has total rows: they may belong to another table."""
    fits = [fit_row(layout, row) for row in layout.of_kind("total") if not is_somebody(row)]
    counted = {r.at for fit in fits if fit.is_sure for r in fit.rows}
    for row in people_rows(layout) if counted else ():
        if row.at not in counted:
            text = Text(
                f"row {row.at + 1} is in no total of the sheet; does it belong to it?",
                f"第 {row.at + 1} 行不在任何合计里；算这张表的吗？",
            )
            yield ask(layout, "set_aside", text, row.at)


def half_named(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about rows with a name and no number, or the other way round, where the sheet has both; and with no item."""
    rows = people_rows(layout)
    both = bool(layout.of_role("number")) and bool(layout.of_role("name"))
    for row in rows:
        if both and not (row.agent and row.name) and any(r.agent and r.name for r in rows):
            text = Text(f"row {row.at + 1} has only half a person", f"第 {row.at + 1} 行工号和姓名不全")
            yield ask(layout, "set_aside", text, row.at)
        if layout.is_long and not row.item:
            text = Text(f"row {row.at + 1} has no item", f"第 {row.at + 1} 行没有项目")
            yield ask(layout, "set_aside", text, row.at)


def other_ids(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a number of another shape than most."""
    rows = [r for r in people_rows(layout) if r.agent]
    shapes = Counter(_shape(r.agent) for r in rows)
    usual = shapes.most_common(1)[0][0] if shapes else ""
    for row in rows:
        named = is_a_name(row.name) and any(ch.isdigit() for ch in row.agent)
        if (_shape(row.agent) != usual and not named) or is_total_row(row.agent) or is_mean_row(row.agent):
            text = Text(
                f"row {row.at + 1}: the number {row.agent!r} is not like the others; a person?",
                f"第 {row.at + 1} 行：工号“{row.agent}”与其他工号不同；是人吗？",
            )
            yield ask(layout, "set_aside", text, row.at)


def _shape(text: str) -> str:
    bare = re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", unicodedata.normalize("NFKC", text)))
    return re.sub(r"[^\x00-\x7f]+", "字", bare)


def no_names(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person called like a group, a total or a rule, or like a shop of this sheet."""
    groups = {layout.grid.spread(r.at, c.at) for c in layout.of_role("label") for r in people_rows(layout)} - {""}
    for row in people_rows(layout):
        if row.name and (not is_a_name(row.name) or row.name in groups):
            text = Text(f"row {row.at + 1}: is {row.name!r} a person?", f"第 {row.at + 1} 行：“{row.name}”是人吗？")
            yield ask(layout, "set_aside", text, row.at)


def sums_of_rows(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person's row of which most figures are the sum of rows beside it, or that repeats the row above."""
    if layout.is_long:
        return
    rows = people_rows(layout)
    columns = [v for c in layout.of_role("item", "total", "unknown") if any(v := values_of(layout, c.at))]
    figures = list(zip(*columns, strict=True))
    counted = {r.at for fit in _right_totals(layout) for r in fit.rows}
    running = [_Running.of(column) for column in columns]
    for n, row in enumerate(rows):
        if row.at in counted:
            continue
        found = next((s for s in _spans(running, n) if _adds_up(figures[n], figures[s[0] : s[1]], len(rows))), None)
        if found is not None:
            first, last = rows[found[0]].at + 1, rows[found[1] - 1].at + 1
            text = Text(
                f"row {row.at + 1} is the sum of rows {first} to {last}: a person or a total?",
                f"第 {row.at + 1} 行等于第 {first}～{last} 行之和：是人还是合计？",
            )
            yield ask(layout, "set_aside", text, row.at)


def _right_totals(layout: PayLayout) -> Iterator[TotalRow]:
    """Yield the total rows that are right in every pay column: whom they count is a person."""
    paid = {c.at for c in layout.of_role("item") if any(values_of(layout, c.at))}
    for row in layout.of_kind("total"):
        fit = fit_row(layout, row)
        if not fit.wrong and len(fit.rows) > 1 and paid <= set(fit.right):
            yield fit


@dataclass(frozen=True, slots=True)
class _Running:
    """A column of figures, its running sums, and where each of these stands."""

    figures: Sequence[int]
    sums: Sequence[int]
    places: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, figures: Sequence[int]) -> _Running:
        sums = list(accumulate(figures, initial=0))
        places: dict[int, list[int]] = {}
        for k, value in enumerate(sums):
            places.setdefault(value, []).append(k)
        return cls(figures, sums, places)


def _spans(columns: Sequence[_Running], n: int) -> Iterator[tuple[int, int]]:
    """Yield the rows right above and right below a row whose sum is its figure in some column, each span once."""
    seen: set[tuple[int, int]] = set()
    for one in columns:
        value = one.figures[n]
        above = [(k, n) for k in one.places.get(one.sums[n] - value, ()) if k < n] if value else []
        below = [(n + 1, k) for k in one.places.get(one.sums[n + 1] + value, ()) if k > n + 2] if value else []
        for span in (*above, *below):
            if span not in seen:
                seen.add(span)
                yield span


def _adds_up(mine: Sequence[int], others: Sequence[Sequence[int]], n_rows: int) -> bool:
    """Say whether a row is the sum of other rows where two of these have figures, or one row's unlikely copy."""
    if len(others) == 1:
        unlikely = n_rows == 2 or any(value % ROUND for value in mine)
        return mine == others[0] and sum(map(bool, mine)) > 1 and unlikely
    added = [(value, [row[k] for row in others]) for k, value in enumerate(mine) if value]
    told = [(value, parts) for value, parts in added if sum(map(bool, parts)) > 1]
    return 2 * sum(value == sum(parts) for value, parts in told) > len(told)


def named_twice(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about one person on two rows: a copy, two people of one name, or two parts of one pay."""
    seen: dict[tuple[object, ...], Row] = {}
    names: dict[str, str] = {}
    for row in people_rows(layout):
        key = (*row.person, row.item)
        first = seen.setdefault(key, row)
        if first is not row and not _is_one_block(layout, first, row):
            who = row.name or row.agent
            text = Text(
                f"rows {first.at + 1} and {row.at + 1} are both {who}: one person paid twice, or two people?",
                f"第 {first.at + 1} 行和第 {row.at + 1} 行都是 {who}：是同一人，还是两人？",
            )
            yield ask(layout, "set_aside", text, row.at)
        if row.agent and row.name and names.setdefault(row.agent, row.name) != row.name:
            text = Text(
                f"row {row.at + 1}: the number {row.agent} stands beside two names",
                f"第 {row.at + 1} 行：工号 {row.agent} 对应两个姓名",
            )
            yield ask(layout, "set_aside", text, row.at)


def _is_one_block(layout: PayLayout, first: Row, row: Row) -> bool:
    """Say whether two rows belong to one merged person, or stand for one person in two shops by number."""
    for column in layout.of_role("number", "name"):
        area = layout.grid.area(row.at, column.at)
        if area is not None and area.top <= first.at <= area.bottom:
            return True
    groups = [c.at for c in layout.of_role("label") if re.search(r"店|部|组|队|岗|月", c.title)]
    other = any(layout.grid.spread(first.at, at) != layout.grid.spread(row.at, at) for at in groups)
    paid = layout.of_role("item")
    same = all(layout.value(first.at, c.at) == layout.value(row.at, c.at) for c in paid)
    return bool(row.agent and row.name) and not layout.is_long and other and not same


# of cells


def words_among_amounts(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask what a word in a column of amounts means, and amounts in tens of thousands."""
    for row in layout.of_kind("person", "empty person", "total", "nobody"):
        for column in layout.of_role("item", "total", "unknown"):
            text = layout.grid.text(row.at, column.at)
            number = read_number(text) if text else None
            if text and (number is None or number.mark in ("万", "万元", "千", "k", "w")):
                said = Text(f"what does {text!r} pay ({column.title})?", f"“{text}”是多少钱（{column.title}）？")
                yield ask(layout, "cells", said, row.at, column.at)


def unvalued_formulas(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask for the value of a formula nobody has computed."""
    for row in layout.of_kind("person", "empty person", "nobody", "text"):
        for column in [c for c in layout.of_role("item", "unknown", "total", "blank") if c.kind != "measure"]:
            a_sum = column.kind == "total" and adds_up_its_row(layout, row.at, column.at)
            if (row.at, column.at) in layout.grid.marks.unvalued and not a_sum:
                text = Text(
                    "this formula has no value; open and save the file", "公式没有算出的值；请用 Excel 打开后保存"
                )
                yield ask(layout, "cells", text, row.at, column.at)


def fractions(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask how fractions of a cent are paid."""
    found = [
        (row.at, column.at)
        for row in people_rows(layout)
        for column in layout.of_role("item")
        if (number := layout.grid.number(row.at, column.at)) and not number.is_exact
    ]
    if found:
        (row, column), n = found[0], len(found)
        formula = layout.grid.marks.formulas.get((row, column), "")
        by = f" (={formula})" if formula else ""
        said = layout.grid.text(row, column)
        text = Text(
            f"{n} amounts have fractions of a cent, the first {said}{by}: are they rounded half up?",
            f"{n} 个金额不到整分，第一个是 {said}{by}：四舍五入到分吗？",
        )
        yield ask(layout, "rounding", text, row, column)


def merged_amounts(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask how an amount merged over several people or columns is divided."""
    people = {r.at: r.person for r in people_rows(layout)}
    figures = {c.at for c in layout.of_role("item", "total", "unknown")}
    for area in layout.grid.merged:
        inside = {people[r] for r in range(area.top, area.bottom + 1) if r in people}
        columns = figures & set(range(area.left, area.right + 1))
        wide = area.right > area.left and layout.grid.text(area.top, area.left)
        if columns and area.top > layout.head[-1] and area.top in people and (len(inside) > 1 or wide):
            text = Text("one amount merged over several cells: whose is it?", "合并单元格里的一个金额：怎么分？")
            yield ask(layout, "cells", text, area.top, area.left)


_UNIT = re.compile(
    r"万元|千元|[(（](万|千|k|分)[)）]|单位[:：]?\s*(万|千|分|美元|usd|港)|[x×*]\s?10{0,2},?000|10{0,2},?000s\b|thousand",
    re.IGNORECASE,
)


def other_units(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask for the unit where the sheet names another than the yuan, or several currencies."""
    texts = [t for texts in layout.above.values() for t in texts] + [c.title + c.above for c in layout.columns]
    texts += [t for r in layout.of_kind("text") for t in layout.grid.filled(r.at).values()]
    named = [t for t in texts if _UNIT.search(t)]
    if named:
        yield ask(
            layout,
            "unit",
            Text(
                f"the sheet says {named[0]!r}: in what unit are the amounts?",
                f"表里写着“{named[0]}”：金额的单位是什么？",
            ),
        )
    cells = [layout.grid.number(r.at, c.at) for r in people_rows(layout) for c in layout.of_role("item")]
    amounts = [n for n in cells if n]
    marks = {n.mark for n in amounts if n.mark in ("¥", "$", "€", "£", "元")}
    several = len({"¥" if m == "元" else m for m in marks}) > 1
    if several or (marks & {"$", "€", "£"} and not all(n.mark in marks for n in amounts if n.minor)):
        yield ask(
            layout,
            "unit",
            Text(
                f"amounts in {listed(sorted(marks))}, and others without: one currency?",
                f"有的金额写着 {listed(sorted(marks))}：是同一种货币吗？",
            ),
        )


def pay_of_other_kinds(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about items of a long sheet that are no pay: days, rates, last month's."""
    if layout.is_long:
        for column in layout.of_role("unknown", "total", "measure"):
            en, zh = _column_words(column)
            text = Text(f"{en} stands beside the amounts: is it pay?", f"{zh}在金额旁边：算工资吗？")
            yield ask(layout, "items", text, column=column.at)
        for row in people_rows(layout):
            if row.item and (kind_of_title(row.item) in _NO_ITEM or is_of_another_month(row.item)):
                text = Text(f"row {row.at + 1}: is {row.item!r} pay?", f"第 {row.at + 1} 行：“{row.item}”算工资吗？")
                yield ask(layout, "set_aside", text, row.at)


_NO_ITEM = ("measure", "label", "month", "number", "name")


def sums_by_formula(layout: PayLayout) -> Iterator[PayQuestion]:
    """Ask about a person's amount whose formula adds up other people's."""
    people = {r.at for r in people_rows(layout)}
    for row in people_rows(layout):
        for column in layout.of_role("item"):
            rows = range_rows(layout, row, column.at) or []
            if people & set(rows) - {row.at}:
                text = Text("this amount adds up other rows: a person's?", "这个金额是其他行之和：是个人的吗？")
                yield ask(layout, "set_aside", text, row.at, column.at)


def doubts_of(layout: PayLayout) -> Iterator[PayQuestion]:
    """Return everything a sheet leaves open."""
    for doubt in DOUBTS:
        yield from (replace(q, code=doubt.__name__.replace("_", "-")) for q in doubt(layout))


Doubt = Callable[[PayLayout], Iterator[PayQuestion]]
DOUBTS: tuple[Doubt, ...] = (
    hidden_sheet,
    other_heads,
    figures_above,
    twice_titled,
    nobody_named,
    other_numbers,
    hidden_places,
    untitled_numbers,
    apart,
    unknown_columns,
    unnamed_totals,
    unexplained_totals,
    left_out_of_totals,
    small_amounts,
    both_signs,
    either_sign,
    corrected_beside,
    still_open,
    not_to_be_paid,
    unknown_rows,
    means_of_somebody,
    without_figures,
    below_the_total,
    half_named,
    other_ids,
    no_names,
    sums_of_rows,
    named_twice,
    words_among_amounts,
    unvalued_formulas,
    fractions,
    merged_amounts,
    other_units,
    pay_of_other_kinds,
    sums_by_formula,
)
