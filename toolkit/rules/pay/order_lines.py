"""Order lines: what each component sees of them, and their measures.

The discount of a line is ``discount / (amount + discount)``: the share of the price before it that was let go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, missing_column
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import Column
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call
from toolkit.rules.formula.groups import Index, Mask, Members
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.measures import MeasureColumns, month_number
from toolkit.rules.scheme.document import Lines
from toolkit.rules.scheme.vocabulary import Vocabulary

# The columns of the lines file behind each line measure; orders are counted.
_COLUMNS = {"sales": "amount", "units": "units", "discount": "discount", "cost": "cost"}
# More keys win; then product before category before discount.
_PRIORITY = ("product", "category", "discount")


@dataclass(frozen=True, slots=True, eq=False)
class LineCells:
    """n order lines.

    Parameters
    ----------
    month, person : as in `Cells`.
    texts : order_id, product, category, shop (where the file has it).
    numbers : sales, units, discount, cost.
    order : code of the order.
    """

    month: Index
    person: Index
    texts: dict[str, Labels]
    numbers: dict[str, Exact]
    order: Index

    @property
    def n(self) -> int:
        """Number of lines."""
        return len(self.month)

    def total(self, name: str, members: Members) -> Exact:
        """Return a line measure of each group of lines; orders are counted, each once."""
        if name == "orders":
            pairs = np.unique(np.stack([members.group, self.order[members.row]]), axis=1)
            counts = np.bincount(pairs[0], minlength=members.n).astype(np.int64)
            return Exact.of_ints(counts, 1, None if members.counts.all() else members.counts > 0)
        if name not in self.numbers:
            message = Text(f"the scheme needs the column {_COLUMNS[name]!r}", f"方案需要列 {_COLUMNS[name]!r}")
            raise InputError([Problem("lines", message, code="missing-column")])
        return members.sum(self.numbers[name])

    def rows(self, words: Vocabulary, day: date) -> LineRows:
        """Return the names on each line."""
        return LineRows(self, words, day)

    def matches(self, lines: Lines) -> Mask:
        """Tell which lines a restriction lets through."""
        mask = np.ones(self.n, bool)
        for name, wanted in (("product", lines.product), ("category", lines.category)):
            if wanted is not None:
                labels = self.texts[name] if name in self.texts else Labels(np.full(self.n, -1, np.int64), ())
                mask &= np.isin(labels.codes, [labels.code(text) for text in wanted])
        if lines.discount is not None:
            share = self.numbers["discount"] / (self.numbers["sales"] + self.numbers["discount"])
            for sign, edge in ((">=", lines.discount.from_), ("<", lines.discount.to)):
                if edge is not None:
                    mask &= share.compare(sign, Exact.constant(edge)).yes
        return mask


@dataclass(frozen=True, slots=True, eq=False)
class LineRows:
    """Names on each order line: its measures and undivided parameters."""

    lines: LineCells
    words: Vocabulary
    day: date

    def column(self, name: str) -> Column:
        """Return the column a name stands for."""
        if name == "orders":
            return Exact.constant(1)
        if name in self.lines.numbers:
            return self.lines.numbers[name]
        if name in self.words.parameters:
            parameter = self.words.parameters[name]
            absent = [key for key in parameter.key if key not in self.lines.texts]
            if not absent:
                return parameter.column(self.day, [self.lines.texts[key] for key in parameter.key])
        message = Text(f"{name!r} is not known of a single order line", f"单条订单明细没有 {name!r}")
        raise InputError([Problem("lines", message, code="missing-column")])

    def history(self, call: Call) -> Exact:
        """Raise: a single line has no history."""
        raise TypeError(f"{call.function} on a single line; the checks of the scheme let it pass")

    def volume_share(self, name: str) -> Exact | None:
        """Return None: there are no conditions on lines."""
        return None


def no_lines() -> LineCells:
    """Return a table without any line."""
    empty = np.zeros(0, np.int64)
    nothing = Exact.of_ints(empty, 100)
    numbers = dict.fromkeys(_COLUMNS, nothing)
    return LineCells(empty, empty, {"order_id": Labels(empty, ())}, numbers, empty)


def read_lines(frame: pd.DataFrame, cells: MeasureColumns) -> LineCells:
    """Return the columns of a lines table in its in-memory form (money in minor units).

    Raises
    ------
    InputError
        If a column is missing, an amount is inexact, or an order line stands twice.
    """
    absent = [name for name in ("month", "agent", "order_id") if name not in frame.columns]
    if absent:
        raise InputError(missing_column("lines", name) for name in absent)
    keys = [name for name in ("order_id", "line") if name in frame.columns]
    twice = frame.duplicated(keys).to_numpy() if "line" in keys else np.zeros(len(frame), bool)
    if twice.any():
        which = " ".join(str(v) for v in frame.loc[twice, keys].iloc[0])
        message = Text(f"the order line {which} stands twice", f"订单明细 {which} 出现两次")
        raise InputError([Problem("lines", message, code="line-twice")])
    texts = {n: Labels.of(frame[n]) for n in ("order_id", "product", "category", "shop") if n in frame.columns}
    numbers = {
        measure: _exact(frame[column], 1 if measure == "units" else 100, column)
        for measure, column in _COLUMNS.items()
        if column in frame.columns
    }
    zero = np.zeros(len(frame), np.int64)
    numbers.setdefault("discount", Exact.of_ints(zero, 100))
    holder = MeasureColumns(zero, zero, cells.agents, 1, zero, {}, {}, {}, None, None)
    person = holder.person_named(Labels.of(frame["agent"])) if cells.agents else zero - 1
    month = np.array([month_number(str(m)) for m in frame["month"]], np.int64)
    return LineCells(month, person, texts, numbers, texts["order_id"].codes)


def _exact(column: pd.Series[Any], den: int, name: str) -> Exact:
    try:
        exact = Exact.of_values(None if v is pd.NA else v for v in column)
    except TypeError as error:
        message = Text(f"{name!r} holds {error}", f"{name!r} 里有不能用的值：{error}")
        raise InputError([Problem("lines", message, code="inexact")]) from error
    return exact / Exact.constant(den)


def specificity(lines: Lines) -> tuple[int, ...]:
    """Return how specific a restriction is: more keys win, then product, category, discount."""
    has = [getattr(lines, key) is not None for key in _PRIORITY]
    return (sum(has), *(int(h) for h in has))


def assign(masks: list[tuple[str, tuple[int, ...], Mask]]) -> dict[str, Mask]:
    """Give each line to the most specific component that sees it.

    Parameters
    ----------
    masks : component, its specificity, and the lines it could take.

    Raises
    ------
    InputError
        If two components are equally specific for one line.
    """
    taken: dict[str, Mask] = {}
    claimed: Mask | None = None
    for rank in sorted({rank for _, rank, _ in masks}, reverse=True):
        here = [(name, mask if claimed is None else mask & ~claimed) for name, r, mask in masks if r == rank]
        for i, (name, mask) in enumerate(here):
            for other, others in here[:i]:
                if (mask & others).any():
                    message = Text(
                        f"{other!r} and {name!r} are equally specific for the same order line",
                        f"{other!r} 与 {name!r} 对同一条订单明细同样具体",
                    )
                    fix = Text("add a key to one of them", "给其中一个再加一个条件")
                    raise InputError([Problem("lines", message, fix=fix, code="lines-tie")])
            taken[name] = mask
        for _, mask in here:
            claimed = mask if claimed is None else claimed | mask
    return taken
