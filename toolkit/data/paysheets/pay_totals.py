"""Totals of a pay sheet: which columns a total column adds up, which rows a total row does, and where they are wrong.

A name alone makes no total. A column is one when it equals, in every row, a sum people make: what stands before it,
what stands since the last total, a total without deductions, two totals, a part. A row is one when it equals its block,
all rows, a group, or a person's rows. What is wrong in a few places is told with both figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median

from toolkit.core.findings import Finding, listed
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.paysheets.pay_layout import Column, PayLayout, Row, RowKind
from toolkit.data.paysheets.pay_words import (
    counts_absence,
    is_mean_row,
    is_pay,
    is_total_row,
    kind_of_title,
    may_be_item,
    may_be_no_pay,
)
from toolkit.data.paysheets.sheet_marks import area_of, cell_name

ROUND = 10_000  # a figure of whole hundreds, which two people or two items may well share
_FEW_DAYS = 500  # five: fewer days, hours or times than any amount somebody would take or pay
_MOST_UNKNOWN = 3
_MOST_COLUMNS = 12
_RANGE = re.compile(r"=?\s*(?:SUM\(|SUBTOTAL\((?:9|109),)(?P<in>[^()]*)\)", re.IGNORECASE)
Values = tuple[int, ...]


@dataclass(frozen=True)
class TotalRow:
    """A total row: the rows it adds up, and the columns where it says something else."""

    row: Row
    rows: tuple[Row, ...]
    right: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()
    by_formula: frozenset[int] = field(default=frozenset())  # wrong ones whose formula adds up other rows

    @property
    def is_sure(self) -> bool:
        """Whether what is wrong is the exception, or the formula shows how it came about."""
        return set(self.wrong) <= self.by_formula or len(self.right) > len(self.wrong)


def people_rows(layout: PayLayout) -> list[Row]:
    """Return the rows whose figures are somebody's pay."""
    return layout.of_kind("person")


def values_of(layout: PayLayout, column: int, rows: Iterable[Row] | None = None) -> Values:
    """Return the cents of a column in some rows, by default in all people's."""
    cents = layout.cents(column)
    return tuple(cents[r.at] for r in (people_rows(layout) if rows is None else rows))


def fit_columns(layout: PayLayout) -> Iterator[tuple[Column, Row, int]]:
    """Find what each total column adds up (`Column.plus`) and which unknown columns are pay; yield its wrong rows.

    Yields
    ------
    column, row, due
        A total column, a row in which it is wrong, and the cents it should say.
    """
    rows = people_rows(layout)
    cents = {c.at: values_of(layout, c.at) for c in layout.of_role("item", "unknown", "total")}
    for column in layout.of_role("total"):
        if not any(cents[column.at]) or layout.is_long:
            continue
        if column.plus:  # as somebody has said
            wrong = _wrong(_sum(column.plus, cents, len(rows)), cents[column.at])
        else:
            column.plus, wrong = _explain(layout, column, cents)
        for n, due in wrong.items():
            yield column, rows[n], due
    pay = {c.at for c in layout.of_role("item")}
    counted = {at for c in layout.of_role("total") if pay & c.plus.keys() for at in c.plus}
    for column in layout.of_role("unknown"):
        if column.at in counted and may_be_item(column.title) and not (is_pay(column.above) and not column.takes):
            column.role = "item"
        elif column.title and rows and not any(cents[column.at]) and all(_is_zero(layout, r, column) for r in rows):
            column.role = "label"
        elif _is_few(column, cents) or (may_be_no_pay(column.title) and _is_left_out(layout, column, cents)):
            column.role = "measure"


def net_pay(layout: PayLayout) -> Counter[str]:
    """Return what each person gets by number or name: items less deductions, those written without a minus."""
    found: Counter[str] = Counter()
    rows = people_rows(layout)
    for column in layout.of_role("item"):
        values = values_of(layout, column.at)
        sign = -1 if column.takes and all(v >= 0 for v in values) else 1
        for row, value in zip(rows, values, strict=True):
            found[row.agent or row.name] += sign * value
    return found


def _is_few(column: Column, cents: dict[int, Values]) -> bool:
    """Say whether a column called after an absence or a shift holds whole or half days, hours or times only."""
    return counts_absence(column.title) and all(v % 50 == 0 and 0 <= v < _FEW_DAYS for v in cents[column.at])


def proven(layout: PayLayout) -> set[int]:
    """Return the columns that a total counts which is right in every row."""
    rows = people_rows(layout)
    sure: set[int] = set()
    for total in layout.of_role("total"):
        cents = {at: values_of(layout, at) for at in total.plus}
        if total.plus and _sum(total.plus, cents, len(rows)) == values_of(layout, total.at):
            sure |= total.plus.keys()
    return sure


def _is_left_out(layout: PayLayout, column: Column, cents: dict[int, Values]) -> bool:
    """Say whether a total that is right in every row counts all pay but this column."""
    pay = {c.at for c in layout.of_role("item") if any(cents[c.at]) and not c.takes}
    totals = [c for c in layout.of_role("total") if c.plus]
    right = [c for c in totals if _sum(c.plus, cents, len(cents[c.at])) == cents[c.at]]
    return any(pay <= c.plus.keys() for c in right) and not any(column.at in c.plus for c in totals)


def _is_zero(layout: PayLayout, row: Row, column: Column) -> bool:
    number = layout.grid.number(row.at, column.at)
    return not number.minor if number else not layout.grid.text(row.at, column.at)


def _explain(layout: PayLayout, total: Column, cents: dict[int, Values]) -> tuple[dict[int, int], dict[int, int]]:
    """Return what a total column adds up, {} where nothing fits, and by wrong row what it should say."""
    told = cents[total.at]
    usual = list(_usual_sums(layout, total))
    parts = (plus for plus in _parts(layout, total) if len(told) > 1 and sum(any(cents[at]) for at in plus) > 1)
    for plus in (*usual, *parts):
        if _sum(plus, cents, len(told)) == told and any(any(cents[at]) for at in plus):
            return plus, {}
    for plus in usual:
        due = _sum(plus, cents, len(told))
        if _nearly(due, told):
            return plus, _wrong(due, told)
    return {}, {}


def _sum(plus: dict[int, int], cents: dict[int, Values], n: int) -> Values:
    return tuple(sum(sign * cents[at][k] for at, sign in plus.items()) for k in range(n))


def _wrong(due: Values, told: Values) -> dict[int, int]:
    """Return what is due by row where something else is told."""
    return {n: d for n, (d, t) in enumerate(zip(due, told, strict=True)) if d != t}


def _nearly(due: Values, told: Values) -> bool:
    """Say whether a column says what is due in every row, or in three and more with few exceptions."""
    wrong = _wrong(due, told)
    right = sum(1 for n, t in enumerate(told) if t and n not in wrong)
    return not wrong or (right >= 3 and len(wrong) <= max(1, len(told) // 5))


def _usual_sums(layout: PayLayout, total: Column) -> Iterator[dict[int, int]]:
    """Yield the sums people make of the columns before a total, unknown columns taken in and left out."""
    unknown = [c for c in layout.of_role("unknown") if c.title]
    few = unknown[:_MOST_UNKNOWN]
    for n in range(len(few), -1, -1):
        for kept in combinations(few, n):
            before = [c for c in (*layout.of_role("item"), *kept) if c.at < total.at]
            totals = [c for c in layout.of_role("total") if c.at < total.at]
            yield from _sums(sorted(before, key=lambda c: c.at), totals)


def _sums(parts: Sequence[Column], totals: Sequence[Column]) -> Iterator[dict[int, int]]:
    yield from _either_sign(parts)
    for total in reversed(totals):
        since = [c for c in parts if c.at > total.at]
        yield from _either_sign(since)
        for sign in (-1, 1):
            yield {total.at: 1, **{c.at: sign for c in since}}
        yield {total.at: 1, **{c.at: -1 if c.takes else 1 for c in since}}
    for one, other in combinations(totals, 2):
        yield {one.at: 1, other.at: -1}
        yield {one.at: 1, other.at: 1}


def _either_sign(parts: Sequence[Column]) -> Iterator[dict[int, int]]:
    if parts:
        yield {c.at: 1 for c in parts}
    if any(c.takes for c in parts):
        yield {c.at: -1 if c.takes else 1 for c in parts}
    if any(c.role == "unknown" for c in parts):
        yield {c.at: -1 if c.takes or c.role == "unknown" else 1 for c in parts}


def _parts(layout: PayLayout, total: Column) -> Iterator[dict[int, int]]:
    """Yield the sums of neighbouring pay columns, two or more, on either side of a total."""
    items = layout.of_role("item")
    for side in ([c for c in items if c.at < total.at], [c for c in items if c.at > total.at]):
        yield from ({c.at: 1 for c in side[a:b]} for a, b in combinations(range(len(side) + 1), 2) if b - a > 1)
        yield from _either_sign(side)


def taken_off(layout: PayLayout) -> frozenset[int]:
    """Return the pay columns whose amounts, written without a sign, the sheet takes from what it pays.

    The last total says so, through the totals it is made of; where none but a sum of deductions counts a column, its
    name does.
    """
    if layout.is_long:
        return frozenset()
    items = {c.at: c for c in layout.of_role("item")}
    totals = {c.at: c.plus for c in layout.of_role("total") if c.plus}
    inner = {at for plus in totals.values() for at in plus}
    signs: dict[int, int] = {}
    for last in totals.keys() - inner:
        parts = dict(_items_in(totals, last))
        if not all(items[at].takes for at in parts if at in items):
            signs |= parts
    named = {at for at, c in items.items() if c.takes and at not in signs}
    unsigned = {at for at in named if min(values_of(layout, at), default=0) >= 0}
    return frozenset(unsigned | {at for at, sign in signs.items() if sign < 0})


def _items_in(totals: Mapping[int, dict[int, int]], total: int, sign: int = 1) -> Iterator[tuple[int, int]]:
    """Yield the columns a total is made of in the end, each with the sign it has there."""
    for at, own in totals[total].items():
        if at in totals:
            yield from _items_in(totals, at, sign * own)
        else:
            yield at, sign * own


def looks_like_sum(layout: PayLayout, column: Column) -> list[Column]:
    """Return the pay columns whose sum a pay column is in nearly every row, or whose copy it is; [] for none."""
    cents = {c.at: v for c in layout.of_role("item", "unknown") if any(v := values_of(layout, c.at))}
    told = cents.pop(column.at, ())
    if not any(told):
        return []
    others = [c for c in layout.of_role("item", "unknown") if c.at in cents]
    for one in others:  # people may well get the same round sum twice, but not as all their pay
        if cents[one.at] == told and (len(set(told)) > 1 or len(others) == 1 or told[0] % ROUND):
            return [one]
    for chosen in _sets(others, many=len(told) > 2):
        if _nearly(_sum({c.at: 1 for c in chosen}, cents, len(told)), told):
            return list(chosen)
    for chosen in _sets([c for c in others if not c.takes], many=len(told) > 2):
        taken = [c for c in others if c.takes]
        if taken and _nearly(_sum({c.at: -1 if c.takes else 1 for c in (*chosen, *taken)}, cents, len(told)), told):
            return [*chosen, *taken]
    return []


def _sets(columns: list[Column], many: bool) -> Iterator[Sequence[Column]]:
    """Yield neighbouring columns; all sets of columns where there are rows enough to tell a sum from chance."""
    if many and len(columns) <= _MOST_COLUMNS:
        for n in range(2, len(columns) + 1):
            yield from combinations(columns, n)
    else:
        yield from (columns[a:b] for a, b in combinations(range(len(columns) + 1), 2) if b - a > 1)


def fit_row(layout: PayLayout, row: Row) -> TotalRow:
    """Find the rows a total row adds up: those for which most of its cells are right."""
    told = {
        c.at: layout.value(row.at, c.at)
        for c in layout.of_role("item", "total", "unknown")
        if layout.grid.number(row.at, c.at) is not None
    }
    best = TotalRow(row, (), (), tuple(told))
    for rows in _choices(layout, row):
        right = tuple(at for at, value in told.items() if _due(layout, at, rows) == value)
        if (len(right), bool(rows)) > (len(best.right), bool(best.rows)):
            best = TotalRow(row, tuple(rows), right, tuple(at for at in told if at not in right))
    explained = frozenset(at for at in best.wrong if _adds_up_its_range(layout, row, at))
    return TotalRow(row, best.rows, best.right, best.wrong, explained)


def _due(layout: PayLayout, column: int, rows: Sequence[Row]) -> int:
    """Return what a total of some rows should say; in a sheet of one row a line, deductions are taken off."""
    values = values_of(layout, column, rows)
    taken = [v for v, r in zip(values, rows, strict=True) if layout.is_long and kind_of_title(r.item) == "deduction"]
    return sum(values) - 2 * sum(taken) if all(v >= 0 for v in taken) else sum(values)


def _choices(layout: PayLayout, row: Row) -> Iterator[list[Row]]:
    """Yield the rows a total row may stand for: its block, all above, all, a group's, a person's."""
    people = people_rows(layout)
    if is_somebody(row):
        yield [r for r in people if r.person == row.person]
        return
    above = [r for r in people if r.at < row.at]
    block = _since(layout, row, "total", "nobody", "mean")
    yield from ([block, above] if any("小计" in t or "sub" in t.casefold() for t in row.labels) else [above, block])
    yield _since(layout, row, "total", "nobody", "mean", "head", "text")
    yield people
    for label in {t for r in above for t in r.labels}:
        if any(label in t for t in row.labels):
            yield [r for r in above if label in r.labels]


def _since(layout: PayLayout, row: Row, *kinds: RowKind) -> list[Row]:
    """Return people's rows above a row, below the last row of some kinds."""
    last = max((r.at for r in layout.of_kind(*kinds) if r.at < row.at), default=-1)
    return [r for r in people_rows(layout) if last < r.at < row.at]


def is_somebody(row: Row) -> bool:
    """Say whether a row has a person of its own beside the words that make it a total."""
    return any(t and not is_total_row(t) and not is_mean_row(t) for t in (row.agent, row.name))


def _adds_up_its_range(layout: PayLayout, row: Row, column: int) -> bool:
    cells = range_rows(layout, row, column)
    return cells is not None and sum(layout.value(r, column) for r in cells) == layout.value(row.at, column)


_IN_ROW = r"(?:\$?[A-Z]{1,3}\$?%s|SUM\(\$?[A-Z]{1,3}\$?%s(?:[:,]\$?[A-Z]{1,3}\$?%s)*\))"


def adds_up_its_row(layout: PayLayout, row: int, column: int) -> bool:
    """Say whether a cell's formula does nothing but add and take off cells of its own row."""
    part = _IN_ROW.replace("%s", str(row + 1))
    formula = layout.grid.marks.formulas.get((row, column), "").replace(" ", "")
    return (
        re.fullmatch(rf"=?[-+]?{part}(?:[-+]{part})*", formula) is not None
        and re.search(r"[-+:,]", formula) is not None
    )


def range_rows(layout: PayLayout, row: Row, column: int) -> list[int] | None:
    """Return the 0-based rows a cell's SUM adds up, None where the cell holds no such formula."""
    match = _RANGE.fullmatch(layout.grid.marks.formulas.get((row.at, column), ""))
    if match is None:
        return None
    try:
        areas = [area_of(part.strip()) for part in match["in"].split(",")]
    except ValueError:
        return None
    if any(not a.left <= column <= a.right or a.left != a.right for a in areas):
        return None
    return [r for a in areas for r in range(a.top, min(a.bottom + 1, layout.grid.height))]


def is_mean(layout: PayLayout, row: Row) -> bool:
    """Say whether most figures of a row are the mean, largest or smallest of the people's, to one unit of money."""
    right = wrong = 0
    for column in layout.of_role("item", "total", "unknown"):
        values = values_of(layout, column.at)
        filled = [v for v in values if v] or [0]
        number = layout.grid.number(row.at, column.at)
        if number is not None and values:
            usual = (*(sum(values) / n for n in {len(values), len(filled)}), max(values), min(values), median(values))
            close = any(abs(round(number.minor) - u) <= 100 for u in usual)
            right, wrong = right + close, wrong + (not close)
    return right > wrong


def wrong_cells(layout: PayLayout, total: TotalRow, file: str) -> Iterator[Finding]:
    """Tell the cells of a total row that do not say what their rows add up to, with both figures."""
    for at in total.wrong:
        due = _due(layout, at, total.rows)
        yield wrong_total(layout, file, total.row.at, at, due)


def wrong_total(layout: PayLayout, file: str, row: int, column: int, due: int) -> Finding:
    """Say that a total says one thing and what it adds up is another."""
    said, cell = layout.value(row, column), cell_name(row, column)
    title = layout.columns[column].title
    place = {"sheet": layout.grid.name, "cell": cell, "said": said, "due": due}
    return Finding(
        "wrong-total",
        "review",
        file,
        Text(
            f"{file}, sheet {layout.grid.name}, {cell} ({title}): the total says {format_money(said)}, its parts "
            f"add up to {format_money(due)}; the parts are read.",
            f"{file} 工作表 {layout.grid.name} {cell}（{title}）：合计写的是 {format_money(said)}，各项相加是 "
            f"{format_money(due)}；按各项读取。",
        ),
        evidence=place,
    )


def wrong_ranges(layout: PayLayout, total: TotalRow, file: str) -> Iterator[Finding]:
    """Tell the SUM formulas of a total row that leave out rows of its block, or add up others twice."""
    mine = {r.at for r in total.rows}
    pay = {r.at for r in people_rows(layout)} | {r.at for r in layout.of_kind("total", "nobody") if r is not total.row}
    for column in layout.of_role("item", "total", "unknown"):
        cells = range_rows(layout, total.row, column.at)
        if cells is None or not mine or set(cells) & pay <= {r.at for r in layout.of_kind("total", "nobody")}:
            continue  # no sum, or one of subtotals
        missing = sorted(mine - set(cells))
        more = sorted(r for r in set(cells) & pay - mine)
        if missing or more:
            cell = cell_name(total.row.at, column.at)
            out, extra = (listed([r + 1 for r in rows]) for rows in (missing, more))
            yield Finding(
                "sum-range",
                "review",
                file,
                Text(
                    f"{file}, sheet {layout.grid.name}, {cell} ({column.title}): its SUM"
                    + (f" leaves out row {out}" if missing else "")
                    + (" and" if missing and more else "")
                    + (f" adds row {extra}, which is not of its block" if more else "")
                    + ".",
                    f"{file} 工作表 {layout.grid.name} {cell}（{column.title}）：求和公式"
                    + (f"漏了第 {out} 行" if missing else "")
                    + ("，" if missing and more else "")
                    + (f"多加了不属于本组的第 {extra} 行" if more else "")
                    + "。",
                ),
                evidence={
                    "sheet": layout.grid.name,
                    "cell": cell,
                    "left_out": [r + 1 for r in missing],
                    "added": [r + 1 for r in more],
                },
            )
