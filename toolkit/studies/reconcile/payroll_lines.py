"""Payroll's side of the reconciliation: pay lines read, set aside or added up, one row an agent and item.

A line belongs to the month it was earned in, whenever it was paid. Amounts are integer minor units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, missing_column
from toolkit.core.files import read_source
from toolkit.core.findings import Finding
from toolkit.core.money import parse_money, within_limits
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.paysheets.answers import open_questions
from toolkit.data.paysheets.pay_sheets import pay_columns, read_pay_sheet
from toolkit.data.paysheets.pay_words import is_total_row
from toolkit.rules.scheme.sheets import read_sheet

HEADERS: Mapping[str, str] = {
    "行号": "line_id",
    "编号": "line_id",
    "工号": "agent",
    "项目": "item",
    "工资项目": "item",
    "金额": "amount",
    "归属月份": "earned_month",
    "所属月份": "earned_month",
    "发放月份": "pay_month",
}
PLACE = ("line_id", "sheet", "row")


@dataclass(frozen=True, slots=True)
class PayrollAmount:
    """What payroll paid for one agent and item.

    Parameters
    ----------
    n_lines : number of lines.
    total : minor units, all lines added.
    copies : minor units of the lines beyond the first of each amount that stands more than once.
    repeated : the amounts that stand more than once, each once.
    source : where the lines stand.
    amounts : minor units of each line.
    """

    n_lines: int
    total: int
    copies: int
    repeated: tuple[int, ...]
    source: Text
    amounts: tuple[int, ...] = ()


def add_up(lines: pd.DataFrame) -> dict[tuple[str, str], PayrollAmount]:
    """Return what pay lines pay by agent and item, in their order.

    Parameters
    ----------
    lines : rows of the canonical table `payroll`; `sheet`, `row`, `line_id` say where a line stands.
    """
    groups: dict[tuple[str, str], list[_Line]] = {}
    places = lines.reindex(columns=["agent", "item", "amount", *PLACE]).astype("object")
    for agent, item, amount, *place in places.itertuples(index=False, name=None):
        groups.setdefault((str(agent), str(item)), []).append((int(amount), _place(*place)))
    return {key: _paid(groups[key]) for key in sorted(groups)}


_Line = tuple[int, Text]


def _place(line_id: object, sheet: object, row: object) -> Text:
    """Say where a line stands: its sheet and row where these are known, else its id."""
    known = [not pd.isna(v) and v != "" for v in (sheet, row)]  # type: ignore[call-overload]
    if not any(known):
        return Text(f"line {line_id}", f"工资行 {line_id}")
    en = [f"sheet {sheet}"] * known[0] + [f"row {row}"] * known[1]
    zh = [f"工作表 {sheet}"] * known[0] + [f"第 {row} 行"] * known[1]
    return Text(" ".join(en), " ".join(zh))


def _paid(lines: list[_Line]) -> PayrollAmount:
    times = Counter(amount for amount, _ in lines)
    copies = {amount: amount * (n - 1) for amount, n in times.items() if n > 1}
    source = Text(", ".join(place.en for _, place in lines), "、".join(place.zh for _, place in lines))
    amounts = tuple(amount for amount, _ in lines)
    return PayrollAmount(len(lines), sum(amounts), sum(copies.values()), tuple(copies), source, amounts)


def read_payroll(path: Path, month: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Read a payroll file: plain lines with the columns agent, item, amount, or a pay sheet as people keep it.

    Parameters
    ----------
    path : csv, xlsx or parquet; amounts in major units. Plain lines may have line_id, earned_month, pay_month.
    month : the month earned of lines that name none, ``YYYY-MM``.

    Returns
    -------
    DataFrame
        line_id, agent, earned_month, pay_month, item, amount (minor units), sheet, row.
    tuple of Finding
        Totals of a pay sheet that are wrong.

    Raises
    ------
    InputError
        If a column is missing, an agent, item, month or amount cannot be used, or a pay sheet leaves something open;
        all problems at once.
    """
    n_paid = pay_columns(read_source(path))
    if n_paid:
        plain = _plain_lines(path)
        if plain is None:
            return _pay_sheet(path, month)
        return _canonical_lines(path, plain, month), ()
    return _canonical_lines(path, read_sheet(path), month), ()


def _plain_lines(path: Path) -> pd.DataFrame | None:
    """Return the rows of a file of plain lines, None where it is a sheet with totals, titles or columns of pay."""
    try:
        frame = read_sheet(path)
    except InputError:
        return None
    names = {HEADERS.get(str(c), str(c)) for c in frame.columns}
    if not {"agent", "item", "amount"} <= names:
        return None
    labels = frame[[c for c in frame.columns if HEADERS.get(str(c), str(c)) in ("agent", "item")]]
    return None if labels.map(is_total_row).to_numpy().any() else frame


def _pay_sheet(path: Path, month: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    sheet = read_pay_sheet(path, month)
    if sheet.questions:
        raise open_questions(sheet.questions, str(path), "")
    lines = [
        (f"{x.sheet}!{x.cell}", x.agent or x.name, x.month, "", x.item, x.pays, x.sheet, str(x.row))
        for x in sheet.lines
    ]
    names = ["line_id", "agent", "earned_month", "pay_month", "item", "amount", "sheet", "row"]
    frame = pd.DataFrame(lines, columns=names).astype({n: "str" for n in names if n != "amount"})
    return frame.astype({"amount": "Int64"}), sheet.findings


def _canonical_lines(path: Path, frame: pd.DataFrame, month: str) -> pd.DataFrame:
    if "工号" in frame:  # the number says who it is; a name beside it may be anybody's
        frame = frame.drop(columns="agent", errors="ignore")
    frame = frame.rename(columns=HEADERS)
    missing = [c for c in ("agent", "item", "amount") if c not in frame]
    if missing:
        raise InputError(
            replace(missing_column(str(path), name), line=1, got=", ".join(frame.columns)) for name in missing
        )
    frame = frame.reindex(columns=["line_id", "agent", "earned_month", "pay_month", "item", "amount"], fill_value="")
    earned = frame["earned_month"].where(frame["earned_month"] != "", month)
    problems = [p for row in zip(frame.index, frame["agent"], frame["item"], strict=True) for p in _blanks(path, *row)]
    amounts = [_amount(path, row, text, problems) for row, text in zip(frame.index, frame["amount"], strict=True)]
    months = [_month(path, row, text, problems) for row, text in zip(frame.index, earned, strict=True)]
    if problems:
        raise InputError(sorted(problems, key=lambda p: p.line))
    return frame.assign(earned_month=months, amount=pd.array(amounts, "Int64"), sheet="", row=frame.index.astype("str"))


def _blanks(path: Path, row: int, agent: str, item: str) -> list[Problem]:
    cells = ((agent, Text("agent", "工号或姓名")), (item, Text("item", "项目")))
    lacks = [Text(f"a pay line without {name.en}", f"这一行没有{name.zh}") for value, name in cells if not value]
    return [Problem(str(path), message, row, code="blank-cell") for message in lacks]


def _amount(path: Path, row: int, text: str, problems: list[Problem]) -> int:
    try:
        return within_limits(parse_money(text))
    except ValueError as error:
        problems.append(Problem(str(path), error.args[0], row, got=repr(text), code="bad-amount"))
        return 0


def _month(path: Path, row: int, text: str, problems: list[Problem]) -> str:
    try:
        return str(Month.read(text))
    except UsageError as error:
        problems.append(Problem(str(path), error.message, row, code="bad-month"))
        return text
