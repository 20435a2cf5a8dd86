"""Roll-up: the measures of a group of rows, on which every expression of a component is evaluated.

Additive columns add, averages weigh by their count, then each define is evaluated once; a define ``per: row`` is
evaluated on each row and added. A target is one value an agent and month.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import LINE_MEASURES
from toolkit.rules.formula.evaluate import Column, number
from toolkit.rules.formula.exact import Exact, Truth
from toolkit.rules.formula.expressions import Call, Expression
from toolkit.rules.formula.groups import Index, Members
from toolkit.rules.formula.labels import Labels, number_labels
from toolkit.rules.pay.measures import MeasureColumns
from toolkit.rules.pay.order_lines import LineCells
from toolkit.rules.scheme.vocabulary import Vocabulary

History = Callable[[Call], Exact]


@dataclass(frozen=True, slots=True, eq=False)
class MeasureRows:
    """Names on each row: measures, attributes, and parameters as of a day."""

    cells: MeasureColumns
    words: Vocabulary
    day: date

    def column(self, name: str) -> Column:
        """Return the column a name stands for."""
        if name in self.words.defines:
            return number(self.words.defines[name].formula.node, self)
        if name in self.words.parameters:
            parameter = self.words.parameters[name]
            return parameter.column(self.day, [_text(self.column(key), key) for key in parameter.key])
        for columns in (self.cells.numbers, self.cells.texts, self.cells.flags):
            if name in columns:
                found: Column = columns[name]
                return found
        raise missing_column(name, self.cells)

    def history(self, call: Call) -> Exact:
        """Raise: a single row has no history."""
        raise TypeError(f"{call.function} on a single row; the checks of the scheme let it pass")

    def volume_share(self, name: str) -> Exact | None:
        """Return None: conditions on rows ask about attributes only."""
        return None


@dataclass(frozen=True, slots=True, eq=False)
class GroupMeasures:
    """Names on each unit, a payee or a part of what is paid.

    Parameters
    ----------
    rows : the single rows.
    level : the rows whose measures count, by unit.
    own : the payee's own rows, by unit; attributes come from them.
    lines, line_level : order lines, and those that count by unit; the line measures then come from them.
    extra : further columns: score, grade, coefficient.
    past : evaluates ``record``, ``best`` and ``streak``.
    target_share : what multiplies targets, and literals unless `is_contest`, from ``prorate: {of: target}``.
    """

    rows: MeasureRows
    level: Members
    own: Members
    lines: LineCells | None = None
    line_level: Members | None = None
    extra: Mapping[str, Column] = field(default_factory=dict)
    past: History | None = None
    target_share: Exact | None = None
    is_contest: bool = False
    _cache: dict[str, Column] = field(default_factory=dict)

    @property
    def words(self) -> Vocabulary:
        """The names of the scheme."""
        return self.rows.words

    @property
    def n(self) -> int:
        """Number of units."""
        return self.level.n

    def column(self, name: str) -> Column:
        """Return the column a name stands for."""
        if name in self.extra:
            return self.extra[name]
        if name not in self._cache:
            self._cache[name] = self._find(name)
        return self._cache[name]

    def history(self, call: Call) -> Exact:
        """Return the value of ``record``, ``best`` or ``streak``."""
        if self.past is None:
            raise TypeError(f"{call.function} where there is no history; the checks of the scheme let it pass")
        return self.past(call)

    def volume_share(self, name: str) -> Exact | None:
        """Return the share of targets if `name` is an additive measure; who may compete is no matter of volume."""
        return self.target_share if not self.is_contest and self.words.adds(name) else None

    def remembering(self, past: History, target_share: Exact | None) -> GroupMeasures:
        """Return the same units with their history; measures rolled up before are shared unless targets change."""
        cache = self._cache if target_share is None else {}
        return replace(self, past=past, target_share=target_share, _cache=cache)

    def own_rows(self) -> GroupMeasures:
        """Return the same units with the measures of the payee's own rows."""
        return self if self.level is self.own else replace(self, level=self.own, _cache={})

    def take(self, index: Index) -> GroupMeasures:
        """Return the units at `index`."""
        own = self.own.take(index)
        level = own if self.level is self.own else self.level.take(index)
        lines = None if self.line_level is None else self.line_level.take(index)
        return replace(self, level=level, own=own, line_level=lines, _cache={})

    def attribute(self, name: str) -> Labels:
        """Return a text attribute of the payee, the same on all its rows.

        Raises
        ------
        InputError
            If a payee's rows differ in it.
        """
        cells = self.rows.cells
        if name not in cells.texts:
            raise missing_column(name, cells)
        labels, differs = self.own.uniform(cells.texts[name])
        if differs.any():
            raise conflict(name, self._who(differs))
        return labels

    def _who(self, differs: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
        row = int(self.own.row[np.searchsorted(self.own.group, int(np.argmax(differs)))])
        return self.rows.cells.agent_of(int(self.rows.cells.person[row]))

    def _find(self, name: str) -> Column:
        words, cells = self.words, self.rows.cells
        if self.lines is not None and self.line_level is not None and name in LINE_MEASURES:
            return self.lines.total(name, self.line_level)
        if name in words.defines:
            define = words.defines[name]
            return self._per_row(define.formula.node) if define.per_row else number(define.formula.node, self)
        if name in words.parameters:
            parameter = words.parameters[name]
            return parameter.column(self.rows.day, [_text(self.column(key), key) for key in parameter.key])
        if words.target_of(name):
            target = self._target(name)
            return target if self.target_share is None else target * self.target_share
        if name in words.measures:
            return self._measure(name)
        if name in cells.numbers:
            return self._number_attribute(name)
        if name in cells.flags:
            return self._flag(name)
        return self.attribute(name)

    def _measure(self, name: str) -> Exact:
        if name not in self.rows.cells.numbers:
            raise missing_column(name, self.rows.cells)
        weight = self.words.measures[name].average_by
        column = self.rows.cells.numbers[name]
        if not weight:
            return self.level.sum(column)
        if weight not in self.rows.cells.numbers:
            raise missing_column(weight, self.rows.cells)
        return weighted_mean(self.level, column, self.rows.cells.numbers[weight])

    def _per_row(self, node: Expression) -> Exact:
        if self.lines is not None and self.line_level is not None:
            return self.line_level.sum(number(node, self.lines.rows(self.words, self.rows.day)).spread(self.lines.n))
        return self.level.sum(number(node, self.rows).spread(self.rows.cells.n))

    def _number_attribute(self, name: str) -> Exact:
        column = self.rows.cells.numbers[name].spread(self.rows.cells.n)
        if not self.own.is_single:
            _, differs = self.own.uniform(number_labels(column, self.rows.cells.n))
            if differs.any():
                raise conflict(name, self._who(differs))
        first = np.zeros(self.own.n, np.int64)
        first[self.own.group[::-1]] = self.own.row[::-1]
        return column.take(first).only(self.own.counts > 0)

    def _flag(self, name: str) -> Truth:
        truth = self.rows.cells.flags[name]
        yes = self.own.reduce(np.minimum, truth.yes[self.own.row].astype(np.int8), 0)
        no = self.own.reduce(np.minimum, truth.no[self.own.row].astype(np.int8), 0)
        return Truth(yes.astype(bool), no.astype(bool))

    def _target(self, name: str) -> Exact:
        """Roll up a target: one value an agent and month, then added, or averaged as its measure is."""
        cells = self.rows.cells
        if name not in cells.numbers:
            raise missing_column(name, cells)
        cases, unit_of_case = self.by_agent(month=True)
        value = self._one_value(name, cases)
        upper = Members.of(self.n, unit_of_case, np.arange(cases.n, dtype=np.int64))
        measure = self.words.target_of(name)
        if upper.is_single:
            return value
        if self.words.adds(measure):
            return upper.sum(value)
        weight = self.words.denominator(measure)
        if weight is None:
            message = Text(
                f"{name!r} of several people or months cannot be combined", f"多人或多个月的 {name!r} 不能合并"
            )
            raise InputError([Problem("measures", message, code="target-combined")])
        mean = weighted_mean(upper, value, number(weight, replace(self, level=cases, own=cases, _cache={})))
        single = np.zeros(self.n, np.int64)
        single[unit_of_case] = np.arange(cases.n)
        return value.take(single).otherwise(upper.counts == 1, mean) if cases.n else mean

    def by_agent(self, month: bool = False) -> tuple[Members, Index]:
        """Split each unit's rows by agent (and month); return the parts, and the unit of each part."""
        cells = self.rows.cells
        key = cells.person[self.level.row] * (24_000 if month else 1) + (cells.month[self.level.row] if month else 0)
        pairs = np.stack([self.level.group, key])
        distinct, inverse = np.unique(pairs, axis=1, return_inverse=True)
        part = np.asarray(inverse).reshape(-1).astype(np.int64)
        return Members.of(distinct.shape[1], part, self.level.row), distinct[0].astype(np.int64)

    def _one_value(self, name: str, cases: Members) -> Exact:
        """Return the one target of each agent and month, blanks beside it ignored."""
        column = self.rows.cells.numbers[name]
        filled = column.valid[cases.row]
        known = Members(cases.n, cases.group[filled], cases.row[filled])
        first = np.zeros(cases.n, np.int64)
        first[known.group[::-1]] = known.row[::-1]
        same = column.take(known.row).compare("==", column.take(first[known.group])).yes
        if not np.all(same):
            row = int(known.row[int(np.argmin(same))])
            who = self.rows.cells.agent_of(int(self.rows.cells.person[row]))
            raise conflict(name, who)
        if not self.rows.cells.n:
            return column
        return column.take(first).only(known.counts > 0)


def weighted_mean(members: Members, column: Exact, weight: Exact) -> Exact:
    """Return the mean of each group; cells of weight 0 are ignored, a blank cell or weight makes it no value."""
    zero = (weight.num == 0) & weight.valid
    product = column * weight
    if zero.any():
        product = product.otherwise(~zero, Exact.constant(0))
    return members.sum(product) / members.sum(weight)


def missing_column(name: str, cells: MeasureColumns) -> InputError:
    """Return the error for a name the measures lack."""
    from toolkit.core.errors import nearest

    fix = nearest(name, cells.names())
    message = Text(f"the scheme needs the column {name!r}", f"方案需要列 {name!r}")
    return InputError([Problem("measures", message, fix=fix, code="missing-column")])


def conflict(name: str, who: str) -> InputError:
    """Return the error for a payee whose rows differ in what must be one."""
    fix = Text(
        "pay each spell (each: spell) or each shop (each: shop)", "按时段（each: spell）或按店铺（each: shop）分别计发"
    )
    message = Text(f"the rows of {who!r} differ in {name!r}", f"{who!r} 的各行 {name!r} 不一致")
    return InputError([Problem("measures", message, fix=fix, code="attribute-conflict")])


def _text(column: Column, name: str) -> Labels:
    if isinstance(column, Labels):
        return column
    message = Text(f"a table is keyed by {name!r}, which is not text", f"表格以 {name!r} 为键，但它不是文字")
    raise InputError([Problem("measures", message, code="bad-key")])
