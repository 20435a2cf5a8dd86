"""The measures table as columns: exact numbers, texts, days; checked once, before anything is paid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, missing_column
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import FLAG_ATTRIBUTES, GIVES_WAY, KEY_COLUMNS, NUMBER_ATTRIBUTES
from toolkit.rules.formula.exact import Exact, Truth
from toolkit.rules.formula.expressions import Name
from toolkit.rules.formula.groups import Index, Mask
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.scheme.vocabulary import TARGET, Vocabulary

SOURCE = "measures"
REPLICATE = "\x1f"
"""Stands between an agent's name and the replicate in what a simulated month's ledger calls a payee."""
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_FLAGS = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}


def agent_of_payee(payee: str) -> str:
    """Return the name of a payee of a ledger, without the replicate."""
    return payee.partition(REPLICATE)[0]


def payee_in(agent: str, run: int, runs: int) -> str:
    """Return what the ledger of one of several replicates calls an agent."""
    return agent if runs == 1 else f"{agent}{REPLICATE}{run}"


@dataclass(frozen=True, slots=True, eq=False)
class MeasureColumns:
    """n rows of measures.

    Parameters
    ----------
    month : months counted from year 0, int64 (n,).
    run : replicate codes, all 0 for a payroll.
    agents, runs : names of the agents (ascending) and number of replicates.
    person : ``run * len(agents) + agent``; -1 for a blank agent. Rows paid to nobody in particular are of ``-1 - run``.
    texts, numbers, flags : columns by name.
    first, last : days since 1970 of rows that carry ``from`` and ``to``; None when the table has none.
    """

    month: Index
    run: Index
    agents: Sequence[str]
    runs: int
    person: Index
    texts: Mapping[str, Labels]
    numbers: Mapping[str, Exact]
    flags: Mapping[str, Truth]
    first: Index | None
    last: Index | None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.month)

    def has(self, name: str) -> bool:
        """Tell whether the table has a column."""
        return name in self.texts or name in self.numbers or name in self.flags

    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return (*self.texts, *self.numbers, *self.flags)

    def group(self, name: str) -> tuple[Index, Sequence[str]]:
        """Return group codes of a text column, replicates apart (-1 blank), and the texts they stand for.

        The code is ``run * len(names) + text``.
        """
        labels = self.texts.get(name)
        if labels is None:
            return np.full(self.n, -1, np.int64), ()
        return np.where(labels.codes < 0, -1, self.run * max(len(labels.names), 1) + labels.codes), labels.names

    def agent_of(self, person: int) -> str:
        """Return the name of a person."""
        return self.agents[person % len(self.agents)] if person >= 0 else ""

    def payee_of(self, person: int) -> str:
        """Return what a ledger calls a person: the name, with the replicate where there are several."""
        run = person // len(self.agents) if person >= 0 else -1 - person
        return payee_in(self.agent_of(person), run, self.runs)

    def payees(self) -> dict[str, int]:
        """Return the person of each payee of a ledger, those of nobody in particular among them."""
        if self.runs == 1:
            return {name: person for person, name in enumerate(self.agents)} | {"": -1}
        return {self.payee_of(person): person for person in range(-self.runs, self.runs * len(self.agents))}

    def run_of(self, person: Index) -> Index:
        """Return the replicate of each person."""
        return np.zeros(len(person), np.int64) if self.runs == 1 else person // len(self.agents)

    def person_named(self, labels: Labels) -> Index:
        """Return for each row the person its text names, in the row's replicate; -1 for nobody known."""
        places = {name: i for i, name in enumerate(self.agents)}
        table = np.array([*(places.get(name, -1) for name in labels.names), -1], np.int64)
        found = table[labels.codes]
        return np.where(found < 0, -1, self.run * len(self.agents) + found)

    def take(self, index: Index) -> MeasureColumns:
        """Return the rows at `index`."""
        return replace(
            self,
            month=self.month[index],
            run=self.run[index],
            person=self.person[index],
            texts={name: column.take(index) for name, column in self.texts.items()},
            numbers={name: column.take(index) for name, column in self.numbers.items()},
            flags={name: Truth(t.yes[index], t.no[index]) for name, t in self.flags.items()},
            first=None if self.first is None else self.first[index],
            last=None if self.last is None else self.last[index],
        )


def read_columns(frame: pd.DataFrame, words: Vocabulary) -> MeasureColumns:
    """Return the columns of a measures table in its in-memory form.

    Raises
    ------
    InputError
        If a needed column is missing, a name of the scheme repeats a column, a value is inexact or negative where it
        may not be, or a row stands twice.
    """
    _check_columns(frame, words)
    agents = Labels.of(frame["agent"])
    run, runs = _runs(frame)
    person = agents.codes if runs == 1 else np.where(agents.codes < 0, -1, run * len(agents.names) + agents.codes)
    numbers, texts, flags = _columns(frame, words)
    texts["agent"] = agents
    first, last = _days(frame)
    cells = MeasureColumns(_months(frame["month"]), run, agents.names, runs, person, texts, numbers, flags, first, last)
    check_negative(cells, words)
    _check_unique(cells)
    return cells


def month_number(text: str) -> int:
    """Return a month ``YYYY-MM`` counted from year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _check_columns(frame: pd.DataFrame, words: Vocabulary) -> None:
    problems = [missing_column(SOURCE, name) for name in ("month", "agent") if name not in frame.columns]
    problems += [
        Problem(SOURCE, _named_twice(name), fix=Text("rename it", "改个名称"), code="name-twice")
        for name in (*words.defines, *words.parameters)
        if name in frame.columns and name not in GIVES_WAY
    ]
    if problems:
        raise InputError(problems)


def _named_twice(name: str) -> Text:
    return Text(f"the scheme has a name of its own for the column {name!r}", f"列名 {name!r} 与方案自己定义的名称相同")


def _runs(frame: pd.DataFrame) -> tuple[Index, int]:
    if "replicate" not in frame.columns:
        return np.zeros(len(frame), np.int64), 1
    codes, distinct = pd.factorize(frame["replicate"], sort=True)
    return codes.astype(np.int64), max(len(distinct), 1)


def _months(column: pd.Series[Any]) -> Index:
    months = Labels.of(column)
    wrong = [t for t in months.names if not _MONTH.fullmatch(t)]
    if wrong or (months.codes < 0).any():
        got = repr(wrong[0]) if wrong else Text("a blank", "空白")
        message = Text("a month is written YYYY-MM", "月份要写成 YYYY-MM")
        raise InputError([Problem(SOURCE, message, got=got, code="bad-month")])
    return np.array([month_number(t) for t in months.names], np.int64)[months.codes]


def _days(frame: pd.DataFrame) -> tuple[Index | None, Index | None]:
    if "from" not in frame.columns or "to" not in frame.columns:
        return None, None
    days = [pd.to_datetime(frame[c]).to_numpy("datetime64[D]").astype(np.int64) for c in ("from", "to")]
    return days[0], days[1]


def _columns(frame: pd.DataFrame, words: Vocabulary) -> tuple[dict[str, Exact], dict[str, Labels], dict[str, Truth]]:
    numbers: dict[str, Exact] = {}
    texts: dict[str, Labels] = {}
    flags: dict[str, Truth] = {}
    for name in map(str, frame.columns):
        kind = kind_of_column(name, words)
        if name in KEY_COLUMNS or name == "agent":
            continue
        if kind is not None:
            numbers[name] = _exact(frame[name], kind == "money", name)
        elif name in FLAG_ATTRIBUTES:
            flags[name] = _flag(frame[name])
        else:
            texts[name] = Labels.of(frame[name])
    return numbers, texts, flags


def kind_of_column(name: str, words: Vocabulary) -> AnyKind | None:
    """Return the kind of a column that holds numbers, None for any other."""
    measure = name.removeprefix(TARGET) if name.startswith(TARGET) else name
    if measure in words.measures:
        return words.measures[measure].kind
    if name.startswith(TARGET) and measure in words.defines:
        return words.at("define").kind(Name(measure, measure), False, lambda _: None)
    return NUMBER_ATTRIBUTES.get(name)


def _exact(column: pd.Series[Any], is_money: bool, name: str) -> Exact:
    den = 100 if is_money else 1
    if pd.api.types.is_integer_dtype(column.dtype):
        blank = np.asarray(column.array.isna())
        values = column.array.to_numpy(np.int64, na_value=0)
        return Exact.of_ints(values, den, ~blank if blank.any() else None)
    if pd.api.types.is_float_dtype(column.dtype):
        values, blank = column.to_numpy(float), column.isna().to_numpy()
        whole = np.where(blank, 0, values)
        if (whole != np.floor(whole)).any() or (np.abs(whole) >= 2**53).any():
            fix = Text("read it as decimals", "按十进制小数读入")
            message = Text(f"{name!r} holds inexact floats", f"{name!r} 里有不精确的浮点数")
            raise InputError([Problem(SOURCE, message, fix=fix, code="inexact")])
        return Exact.of_ints(whole.astype(np.int64), den, ~blank if blank.any() else None)
    try:
        exact = Exact.of_values(None if v is pd.NA else v for v in column)
    except TypeError as error:
        message = Text(f"{name!r} holds {error}", f"{name!r} 里有不能用的值：{error}")
        raise InputError([Problem(SOURCE, message, code="inexact")]) from error
    return exact / Exact.constant(den) if is_money else exact


def _flag(column: pd.Series[Any]) -> Truth:
    answers = column.map(lambda v: _FLAGS.get(str(v).strip().lower()))
    return Truth((answers == True).to_numpy(bool), (answers == False).to_numpy(bool))  # noqa: E712


def check_negative(cells: MeasureColumns, words: Vocabulary) -> None:
    """Raise if a measure is below 0 that may not be."""
    problems = []
    for name, column in cells.numbers.items():
        measure = words.measures.get(name.removeprefix(TARGET), words.measures.get(name))
        if measure is not None and not measure.may_be_negative:
            below: Mask = np.asarray(column.num < 0 if column.ok is None else (column.num < 0) & column.ok, bool)
            if below.any():
                who = cells.agent_of(int(cells.person[int(np.argmax(below))]))
                message = Text(f"{name!r} is negative, first for the agent {who!r}", f"{name!r} 有负数，首见于 {who!r}")
                example = f"measures: {{{name}: {{..., may_be_negative: true}}}}"
                fix = Text(f"if that can be, declare it: {example}", f"如果允许为负，请声明：{example}")
                problems.append(Problem(SOURCE, message, fix=fix, code="negative-value"))
    if problems:
        raise InputError(problems)


def _check_unique(cells: MeasureColumns) -> None:
    """A row's key is its month, agent, replicate, days and every attribute."""
    last = cells.month * (int(cells.person.max(initial=0)) + 2) + cells.person
    if (last[1:] > last[:-1]).all():
        return  # in order, and no agent twice in a month
    columns = [labels.codes for name, labels in cells.texts.items() if name != "agent"]
    columns += [column.num for name, column in cells.numbers.items() if name in NUMBER_ATTRIBUTES]
    columns += [days for days in (cells.first, cells.last) if days is not None]
    key, n_distinct = _joined(cells.person, cells.month)
    while columns and n_distinct < cells.n:
        key, n_distinct = _joined(key, columns.pop())
    if n_distinct < cells.n:
        twice = int(np.argmax(pd.Series(key).duplicated().to_numpy()))
        who = cells.agent_of(int(cells.person[twice]))
        month = f"{cells.month[twice] // 12:04d}-{cells.month[twice] % 12 + 1:02d}"
        message = Text(
            f"the agent {who!r} has two rows of {month} with the same shop, channel and spell",
            f"{who!r} 在 {month} 有两行的店铺、渠道和时段都相同",
        )
        raise InputError([Problem(SOURCE, message, fix=Text("merge them", "合并成一行"), code="row-twice")])


def _joined(left: Index, right: Any) -> tuple[Index, int]:
    """Return codes of the distinct pairs, and how many there are."""
    codes, found = pd.factorize(right)
    pairs, distinct = pd.factorize(left * (len(found) + 1) + codes)
    return pairs.astype(np.int64), len(distinct)
