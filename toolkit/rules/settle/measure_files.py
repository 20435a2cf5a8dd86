"""Files that are paid from: measures and order lines, read into their in-memory form.

Files hold major units and percentages as people write them; in memory money is Int64 minor units, counts Int64,
everything else exact numbers, texts ``str``, and a blank is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.money import parse_money
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.rules.formula.dictionary import MEASURES, NUMBER_ATTRIBUTES
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.pay.measures import kind_of_column
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.scheme.sheets import read_sheet

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
    versions = [schemes] if isinstance(schemes, Scheme) else list(schemes)
    kinds = {name: _kind(name, versions) for name in map(str, frame.columns)}
    return typed_frame(frame, kinds, str(path))


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
    frame = read_sheet(Path(path))
    return typed_frame(frame, {str(name): kinds.get(str(name)) for name in frame.columns}, str(path))


def _kind(name: str, schemes: Sequence[Scheme]) -> AnyKind | None:
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
    return parse_money(text)


def _count(text: str) -> int:
    value = exact_number(text)
    if value.denominator != 1:
        raise ValueError(Text("not a whole number", "不是整数"))
    return int(value)


def exact_number(text: str) -> Fraction:
    """Read a number, perhaps with thousands separators or ``%``."""
    bare = text.rstrip("%％").strip()
    if not bare or not _NUMBER.fullmatch(bare) or bare in ("+", "-"):
        raise ValueError(Text("not a number", "不是数"))
    return Fraction(Decimal(bare.replace(",", ""))) / (1 if bare == text else 100)
