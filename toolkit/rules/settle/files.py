"""The files a month is paid from and settled with, and paying from them without a workspace.

Files that are paid from: measures and order lines, read into their in-memory form.
Files hold major units and percentages as people write them; in memory money is Int64 minor units, counts Int64,
everything else exact numbers, texts ``str``, and a blank is null.

Files a month is settled with: the ledger so far, refunds, adjustments and the roster, read into memory form.
Money stands in files in major units, in memory in minor units; the index of a table numbers the rows of its file.

Paying from plain files, without a workspace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, missing_column, nearest
from toolkit.core.money import format_money, parse_money, within_limits
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.rules.formula.dictionary import MEASURES, NUMBER_ATTRIBUTES, canonical
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.pay.earlier_ledger import NEEDED
from toolkit.rules.pay.ledger import NUMBERS, LedgerRows
from toolkit.rules.pay.measures import kind_of_column
from toolkit.rules.pay.steps import number_kinds
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.sheets import read_sheet
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
MONTHS = ("month", "origin_month")
DAYS = ("from", "to", "joined_on", "left_on")
_BLANKS = {"", "-", "--", "—"}


def require_month(measures: pd.DataFrame, month: str, source: str) -> None:
    """Refuse a month the measures have no row of: paid, it would give nothing to anybody without a word.

    Raises
    ------
    InputError
        Naming the first and last month there is.
    UsageError
        If `month` is no month.
    """
    there = sorted(set(measures["month"]))
    if str(Month.parse(month)) not in there:
        found = Text("no row at all", "一行也没有")
        if there:
            found = Text(f"{there[0]} to {there[-1]}", f"{there[0]} 到 {there[-1]}")
        message = Text(f"the measures have no row of {month}", f"指标表没有 {month} 的行")
        raise InputError([Problem(source, message, got=found, code="no-such-month")])


def read_measures(path: str | Path, schemes: Scheme | Sequence[Scheme]) -> pd.DataFrame:
    """Read a measures file (csv, xlsx or parquet) as `pay` takes it.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds; every such cell is named.
    """
    frame = read_sheet(Path(path))
    _check_keys(frame, ("month", "agent"), str(path))
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    kinds = {name: kind_of_measure(name, versions) for name in map(str, frame.columns)}
    return _with_net_sales(typed_frame(frame, kinds, str(path)), frame.index, str(path))


def _check_keys(frame: pd.DataFrame, needed: Sequence[str], source: str) -> None:
    """Refuse a file without the columns that say what its rows are about, or a row without its month."""
    absent = [name for name in needed if name not in frame]
    if absent:
        headers = ", ".join(map(str, frame.columns))
        fixes = [Text(f"call the column that holds it {name!r}", f"请把对应的列命名为 {name!r}") for name in absent]
        told = zip(absent, fixes, strict=True)
        raise InputError(replace(missing_column(source, name), line=1, got=headers, fix=fix) for name, fix in told)
    message = Text("month: the month is missing", "month：缺少月份")
    fix = Text("write it as YYYY-MM, or delete the row", "请写成 YYYY-MM，或删去这一行")
    blank = frame.index[frame["month"].str.strip().isin(_BLANKS)]
    if len(blank):
        raise InputError(Problem(source, message, int(row), fix=fix, code="bad-month") for row in blank)


NET, GROSS, REFUNDS = "sales", "gross_sales", "refunds"


def _with_net_sales(frame: pd.DataFrame, rows: pd.Index, source: str) -> pd.DataFrame:
    """Return measures whose sales are net of refunds: made of gross sales and refunds where the file has no other.

    Raises
    ------
    InputError
        If the file does not say whether its sales are net, or a row's three figures do not agree.
    """
    if REFUNDS not in frame or not {NET, GROSS} & set(frame.columns):
        return frame
    if GROSS not in frame:
        message = Text(
            "sales beside refunds: the file does not say whether the refunds are taken off the sales",
            "有 sales 和 refunds：文件没有说明 sales 是否已扣除退款",
        )
        fix = Text(
            "call the column gross_sales if they are not taken off yet; leave out refunds if they are",
            "尚未扣除的，把这一列改名为 gross_sales（销售总额）；已扣除的，去掉 refunds（退款）列",
        )
        raise InputError([Problem(source, message, 1, fix=fix, code="net-or-gross")])
    net = frame[GROSS] - frame[REFUNDS]
    if NET not in frame:
        return frame.assign(**{NET: net})
    wrong = (frame[NET] != net).fillna(False).to_numpy(bool)
    told = [
        Problem(
            source,
            Text("sales are not gross_sales less refunds", "sales 不等于 gross_sales 减 refunds"),
            int(row),
            got=f"{format_money(int(s))}, {format_money(int(g))} - {format_money(int(r))}",
            code="net-differs",
        )
        for row, s, g, r in zip(rows[wrong], *(frame.loc[wrong, c] for c in (NET, GROSS, REFUNDS)), strict=True)
    ]
    if told:
        raise InputError(told)
    return frame


def read_counts(path: str | Path) -> pd.DataFrame:
    """Read a measures file without any scheme: columns of the measure dictionary as their kind, all others as text.

    Returns
    -------
    DataFrame
        Index: the row's number in the file, the header being row 1.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds; every such cell is named.
    """
    frame = read_sheet(Path(path))
    known: Mapping[str, AnyKind] = {**{m.name: m.kind for m in MEASURES}, **NUMBER_ATTRIBUTES, "conversion": "plain"}
    kinds = {name: known.get(name.removeprefix("target_")) for name in map(str, frame.columns)}
    return typed_frame(frame, kinds, str(path)).set_axis(frame.index)


def read_lines_file(path: str | Path) -> pd.DataFrame:
    """Read a lines file: month, agent and the columns of order lines.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds.
    """
    kinds: dict[str, AnyKind | None] = {"amount": "money", "discount": "money", "cost": "money", "units": "count"}
    frame = read_sheet(Path(path), _NAMES)
    _check_keys(frame, ("month", "agent", "order_id"), str(path))
    return typed_frame(frame, {str(name): kinds.get(str(name)) for name in frame.columns}, str(path))


def kind_of_measure(name: str, schemes: Sequence[Scheme]) -> AnyKind | None:
    """Return the kind of a column of a measures file, None for text."""
    kinds = (kind_of_column(name, scheme.vocabulary) for scheme in schemes)
    return next((kind for kind in kinds if kind is not None), NUMBER_ATTRIBUTES.get(name))


def typed_frame(frame: pd.DataFrame, kinds: dict[str, AnyKind | None], source: str) -> pd.DataFrame:
    """Return the columns of a sheet as their kinds hold them; None is text.

    Raises
    ------
    InputError
        Naming every cell that is not what its column holds.
    """
    columns: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, kind in kinds.items():
        if name in DAYS:
            days, wrong = typed_cells(frame[name], _day, name, source)
            problems += wrong
            columns[name] = pd.Series(pd.to_datetime(days)).astype("datetime64[us]").array
        elif name in MONTHS:
            months, wrong = typed_cells(frame[name], _month, name, source)
            problems += wrong
            columns[name] = pd.Series(months, dtype="str").array
        elif kind is None:
            columns[name] = frame[name].str.strip().replace("", None).astype("str").array
        else:
            read = {"money": _minor, "count": _count}.get(kind, exact_number)
            values, wrong = typed_cells(frame[name], read, name, source)
            problems += wrong
            columns[name] = pd.array(values, dtype="Int64") if kind in ("money", "count") else _objects(values)
    if problems:
        raise InputError(problems)
    return pd.DataFrame(columns)


def _objects(values: list[Any]) -> pd.Series[Any]:
    return pd.Series(values, dtype="object")


def typed_cells(
    column: pd.Series[str], read: Callable[[str], Any], name: str, source: str
) -> tuple[list[Any], list[Problem]]:
    """Read the cells of a column; return them, and a problem for each that cannot be read."""
    values: list[Any] = []
    problems, code = [], "bad-month" if name in MONTHS else "bad-cell"
    for line, text in zip(column.index, column, strict=True):
        bare = text.strip()
        try:
            values.append(None if bare in _BLANKS else read(bare))
        except ValueError as error:
            values.append(None)
            message = Text(f"{name}: {error}", f"{name}：{wording(error.args[0], 'zh')}")
            problems.append(Problem(source, message, int(line), got=repr(text), code=code))
    return values, problems


@cache
def _month(text: str) -> str:
    try:
        return str(Month.read(text))
    except UsageError as error:
        raise ValueError(Text("not a month, write it as YYYY-MM", "不是月份，请写成 YYYY-MM")) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(Text("not a day, write it as YYYY-MM-DD", "不是日期，请写成 YYYY-MM-DD")) from error


def _minor(text: str) -> int:
    return within_limits(parse_money(text))


def _count(text: str) -> int:
    value = exact_number(text)
    if value.denominator != 1:
        raise ValueError(Text("not a whole number", "不是整数"))
    return within_limits(int(value))


def exact_number(text: str) -> Fraction:
    """Read a number, perhaps with thousands separators or ``%``."""
    bare = text.rstrip("%％").strip()
    if not bare or not _NUMBER.fullmatch(bare) or bare in ("+", "-"):
        raise ValueError(Text("not a number", "不是数"))
    return Fraction(Decimal(bare.replace(",", ""))) / (1 if bare == text else 100)


_NO_MEASURE = Text("no such measure is known", "没有这个指标")
# What people call the columns of these files beside the names measures have.
_NAMES = {
    **dict.fromkeys(("原销售月份", "原月份", "归属月份"), "origin_month"),
    **dict.fromkeys(("金额", "调整金额", "refunds"), "amount"),
    **dict.fromkeys(("订单号", "订单编号"), "order_id"),
    **dict.fromkeys(("项目", "薪酬项目"), "component"),
    "指标": "measure",
    "系数": "factor",
    **dict.fromkeys(("数值", "调整后数值"), "value"),
    "原因": "reason",
    "录入人": "author",
    "审批人": "approved_by",
    "入职日期": "joined_on",
    "离职日期": "left_on",
}


def read_ledger(path: str | Path, schemes: Scheme | Sequence[Scheme]) -> pd.DataFrame:
    """Read a ledger file, the concatenation of earlier outputs; the schemes tell which of its numbers are money.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds.
    """
    frame, source = read_sheet(Path(path)), str(path)
    if len(frame):
        _check_keys(frame, NEEDED, source)
    numbers = [name for name in (*NUMBERS, "amount", "owed") if name in frame.columns]
    kinds: dict[str, AnyKind | None] = {str(name): "plain" if name in numbers else None for name in frame.columns}
    table = typed_frame(frame, kinds, source)
    is_money = _money(table, [schemes] if isinstance(schemes, Scheme) else list(schemes))
    for name in numbers:
        scales = is_money.get(name, [True] * len(table))
        values = [v if v is None or not money else v * 100 for v, money in zip(table[name], scales, strict=True)]
        table[name] = pd.Series(values, dtype="object")
    return table


def _money(table: pd.DataFrame, schemes: Sequence[Scheme]) -> dict[str, list[bool]]:
    """Tell for each row and number whether it is money: what a component goes by may be a count or a ratio."""
    if not {"step", "component"} <= set(table.columns):
        return {}
    kinds = {(s.id, c.id): number_kinds(s, c) for s in schemes for c in s.components}
    schemes_of = table["scheme"] if "scheme" in table.columns else [schemes[0].id] * len(table)
    later: dict[str, AnyKind] = {name: "ratio" if name == "rate" else "money" for name in NUMBERS}
    rows = [
        kinds.get((scheme, component), later) if step == "component" else later
        for scheme, component, step in zip(schemes_of, table["component"], table["step"], strict=True)
    ]
    return {name: [row[name] == "money" for row in rows] for name in NUMBERS}


def read_refunds(path: str | Path) -> pd.DataFrame:
    """Read a refunds file: month, agent, origin_month, amount, and perhaps order_id and component.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or a cell is not what its column holds.
    """
    return _named(read_sheet(Path(path), _NAMES), {"amount": "money"}, str(path))


def read_roster(path: str | Path) -> pd.DataFrame:
    """Read a roster: one row an agent with joined_on, left_on and any attribute.

    Raises
    ------
    InputError
        If the file cannot be read, or a cell is not what its column holds.
    """
    frame = read_sheet(Path(path), _NAMES)
    return _named(frame, {str(name): NUMBER_ATTRIBUTES.get(str(name)) for name in frame.columns}, str(path))


def read_adjustments(path: str | Path, schemes: Scheme | Sequence[Scheme]) -> pd.DataFrame:
    """Read an adjustments file: what is changed by hand, why, by whom, and who approved it.

    Columns: month (of entry), agent, reason, author, approved_by; component and amount, or measure and factor or
    value; perhaps origin_month, shop, team, channel.

    Raises
    ------
    InputError
        If the file cannot be read, a cell is not what its column holds, or a measure is not known.
    """
    frame, source = read_sheet(Path(path), _NAMES), str(path)
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    table = _named(frame, {"amount": "money", "factor": "plain", "value": "plain"}, source)
    if "measure" not in frame.columns:
        return table
    table["measure"] = table["measure"].map(canonical, na_action="ignore")
    kinds = {name: _measure_kind(name, versions) for name in table["measure"].dropna().unique()}
    known = [name for version in versions for name in version.vocabulary.measures]
    problems = [
        Problem(source, _NO_MEASURE, int(str(line)), 0, repr(name), nearest(name, known), "unknown-name")
        for line, name in table["measure"].dropna().items()
        if kinds[name] is None
    ]
    if problems:
        raise InputError(problems)
    if "value" in table.columns:
        money = [kinds.get(name) == "money" for name in table["measure"]]
        values = [v * 100 if v is not None and scales else v for v, scales in zip(table["value"], money, strict=True)]
        table["value"] = pd.Series(values, index=table.index, dtype="object")
    return table


def _measure_kind(name: str, versions: Sequence[Scheme]) -> AnyKind | None:
    kinds = (version.vocabulary.measures.get(name) for version in versions)
    return next((measure.kind for measure in kinds if measure is not None), None)


def _named(frame: pd.DataFrame, kinds: dict[str, AnyKind | None], source: str) -> pd.DataFrame:
    """Return a table with the numbers of its file's rows, and the file's name for messages."""
    table = typed_frame(frame, {str(name): kinds.get(str(name)) for name in frame.columns}, source)
    table.index = frame.index
    table.attrs["source"] = source
    return table


class TableFiles(TypedDict, total=False):
    """The files `pay_files` takes beside the measures."""

    ledger: str | Path | None
    refunds: str | Path | None
    lines: str | Path | None
    adjustments: str | Path | None
    roster: str | Path | None


def pay_files(
    scheme: str | Path | Sequence[str | Path], measures: str | Path, *, month: str, **files: Unpack[TableFiles]
) -> LedgerRows:
    """Pay one month from a scheme file (and its other versions) and csv, xlsx or parquet tables; see `pay`.

    Raises
    ------
    InputError
        If a file cannot be used, or cannot be paid on as it is.
    """
    rules = [read_scheme(path) for path in ([scheme] if isinstance(scheme, str | Path) else scheme)]
    figures = read_measures(measures, rules)
    if not files.get("ledger"):  # of earlier months something may be due to people without a row now
        require_month(figures, month, str(measures))
    return pay(rules, figures, month=month, **read_tables(rules, **files))


def read_tables(rules: Scheme | Sequence[Scheme], **files: Unpack[TableFiles]) -> SettlementTables:
    """Read the tables `pay` takes beside the measures; those left out stay out.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    tables = SettlementTables()
    if ledger := files.get("ledger"):
        tables["ledger"] = read_ledger(ledger, rules)
    if refunds := files.get("refunds"):
        tables["refunds"] = read_refunds(refunds)
    if lines := files.get("lines"):
        tables["lines"] = read_lines_file(lines)
    if adjustments := files.get("adjustments"):
        tables["adjustments"] = read_adjustments(adjustments, rules)
    if roster := files.get("roster"):
        tables["roster"] = read_roster(roster)
    return tables
