"""Parameters: dated values, one for everyone or by key columns, and the value in force on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.core.documents import Refusal
from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import Node
from toolkit.rules.formula.dictionary import canonical
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Number
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.scheme.document import ParameterEntry, ParameterRule, ParameterTable
from toolkit.rules.scheme.scalars import Formula, read_day, read_formula
from toolkit.rules.scheme.sheets import read_sheet

Key = tuple[str, ...]
ALWAYS = date.min
MINIMUM_WAGE, LEGAL_SHARE = "minimum_wage", "legal_share"  # the parameters deductions are checked against
KIND = "kind"  # the key of a parameter that is given by kind of deduction


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named value.

    Parameters
    ----------
    name : as the scheme calls it.
    key : attribute columns the value depends on; empty for one value for everyone.
    values : for each key (in the order of `key`), days and the value from that day on, ascending.
    percent : whether the values were written with ``%``.
    title : what the scheme calls it, None for its name.
    """

    name: str
    key: Key
    values: Mapping[Key, tuple[tuple[date, Fraction], ...]]
    percent: bool
    title: Text | None = None

    @property
    def kind(self) -> AnyKind:
        """The kind of the value: a ratio when written with ``%``, else a bare number; unknown without any value."""
        if not self.values:
            return "unknown"
        return "ratio" if self.percent else "number"

    @property
    def may_be_negative(self) -> bool:
        """Whether some value is below 0."""
        return any(value < 0 for dated in self.values.values() for _, value in dated)

    @property
    def days(self) -> frozenset[date]:
        """The days on which some value changes."""
        return frozenset(day for dated in self.values.values() for day, _ in dated if day != ALWAYS)

    def on(self, day: date, key: Key = ()) -> Fraction | None:
        """Return the value in force; None for a key without a row.

        Raises
        ------
        LookupError
            If `day` is before the first date.
        """
        dated = self.values.get(key)
        if dated is None:
            return None
        in_force = [value for first, value in dated if first <= day]
        if not in_force:
            who, first = f" ({', '.join(key)})" if key else "", dated[0][0]
            en = f"the parameter {self.name!r}{who} has no value before {first}; asked for {day}"
            raise LookupError(Text(en, f"参数 {self.name!r}{who} 在 {first} 之前没有值；要的是 {day}"))
        return in_force[-1]

    def _asked(self, day: date, key: Key) -> Fraction | None:
        try:
            return self.on(day, key)
        except LookupError as error:
            raise InputError([Problem("parameters", error.args[0], code="parameter-too-early")]) from error

    def column(self, day: date, keys: list[Labels]) -> Exact:
        """Return the value of each row, whose keys are given column by column.

        Raises
        ------
        InputError
            If `day` is before the first date of a value.
        """
        if not self.key:
            return Exact.constant(self._asked(day, ()))
        codes = np.stack([np.atleast_1d(k.codes) for k in keys])
        distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
        found: list[Fraction | None] = []
        for column in distinct.T:
            texts = [k.names[c] if c >= 0 else "" for k, c in zip(keys, column, strict=True)]
            found.append(self._asked(day, tuple(texts)))
        return Exact.of_values(found).take(np.asarray(inverse).reshape(-1))


@dataclass(frozen=True, slots=True)
class _Row:
    """One dated value as written, with its place."""

    key: Key
    day: date
    formula: Formula
    place: tuple[str, int, int]

    @property
    def number(self) -> Number | None:
        return self.formula.literal

    @property
    def percent(self) -> bool:
        return self.number is not None and self.number.percent

    def problem(self, message: Text, code: str) -> Problem:
        source, line, column = self.place
        return Problem(source, message, line, column, repr(self.formula.text), code=code)


def read_parameter(name: str, rule: ParameterRule, node: Node, source: str) -> Parameter:
    """Read one parameter, whose value stands at `node`; a table's file stands beside the scheme.

    Raises
    ------
    InputError
        If a value is not a literal, values with and without ``%`` are mixed, or the table is not as it should be.
    """
    if isinstance(rule, ParameterTable):
        return replace(_from_table(name, rule, node, source), title=rule.title)
    if isinstance(rule, ParameterEntry):
        return replace(read_parameter(name, rule.value, node.at(("value",)), source), title=rule.title)
    if isinstance(rule, dict) and any(isinstance(key, str) for key in rule):
        kinds = [row for key, one in rule.items() for row in _rows((str(key),), one, node.at((str(key),)), source)]
        return _parameter(name, (KIND,), kinds)
    return _parameter(name, (), _rows((), rule, node, source))


def _rows(key: Key, rule: Formula | Mapping[Any, Any], node: Node, source: str) -> list[_Row]:
    """Return the values under one key, dated or not."""
    dated = {ALWAYS: rule} if isinstance(rule, Formula) else rule
    places = {day: node.at((str(day),)) for day in dated}
    return [_Row(key, day, value, (source, places[day].line, places[day].column)) for day, value in dated.items()]


def _parameter(name: str, key: Key, rows: list[_Row]) -> Parameter:
    problems = [
        row.problem(Text(f"the parameter {name!r} must be a number", f"参数 {name!r} 必须是数"), "bad-number")
        for row in rows
        if not row.number
    ]
    values: dict[Key, dict[date, Fraction]] = {}
    for row in rows:
        if row.number and row.number.percent != rows[0].percent:
            message = Text(f"the parameter {name!r} mixes % and plain numbers", f"参数 {name!r} 有的带 %，有的不带")
            problems.append(row.problem(message, "mixed-percent"))
        if row.day in values.get(row.key, {}):
            who = f" ({', '.join(row.key)})" if row.key else ""
            message = Text(
                f"the parameter {name!r} has a second value{who} from that day",
                f"参数 {name!r} 从这一天起有两个值{who}",
            )
            problems.append(row.problem(message, "two-values"))
        values.setdefault(row.key, {})[row.day] = row.number.value if row.number else Fraction(0)
    if problems:
        raise InputError(problems)
    ordered = {at: tuple(sorted(dated.items())) for at, dated in values.items()}
    return Parameter(name, key, ordered, bool(rows) and rows[0].percent)


def _from_table(name: str, rule: ParameterTable, node: Node, source: str) -> Parameter:
    path = Path(source).parent / rule.table
    at = node.at(("table",))
    if Path(rule.table).is_absolute() or ".." in Path(rule.table).parts:
        message = Text(f"the table of {name!r} must stand beside the scheme", f"{name!r} 的表格必须放在方案文件旁边")
        raise InputError([Problem(source, message, at.line, at.column, rule.table, code="table-outside")])
    if not path.is_file():
        message = Text(f"there is no table {rule.table!r} beside the scheme", f"方案文件旁边没有表格 {rule.table!r}")
        columns = ",".join([*map(str, rule.key), "from", "value"])
        fix = Text(
            f"copy it from where the scheme came from into {path.parent}, or write one with the columns {columns}",
            f"请把它从方案原来的目录一并复制到 {path.parent}，或自建一份，列为 {columns}",
        )
        raise InputError([Problem(source, message, at.line, at.column, fix=fix, code="missing-file")])
    frame = read_sheet(path)
    key = tuple(canonical(k) for k in rule.key)
    absent = [c for c in (*key, "from", "value") if c not in frame.columns]
    if absent:
        message = Text(
            f"the table of {name!r} lacks the columns {', '.join(absent)}", f"{name!r} 的表格缺少列 {'、'.join(absent)}"
        )
        raise InputError([Problem(str(path), message, 1, code="missing-column")])
    rows, problems = [], []
    for line, cells in zip(frame.index, frame[[*key, "from", "value"]].itertuples(index=False), strict=True):
        try:
            day = read_day(cells[-2][:10]) if cells[-2] else ALWAYS
            rows.append(_Row(tuple(cells[:-2]), day, read_formula(cells[-1].replace(",", "")), (str(path), line, 0)))
        except Refusal as error:
            message = (error.context or {})["message"]
            problems.append(Problem(str(path), message, line, got=repr(cells[-1]), code="bad-parameter-row"))
    if problems:
        raise InputError(problems)
    return _parameter(name, key, rows)
