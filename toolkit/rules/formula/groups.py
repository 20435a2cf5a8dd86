"""Which rows belong to which group: exact sums over them, and the order of exact values.

Which rows belong to which group, and exact sums over them.

Order of exact values: keys that sort and tie as the values do, and places 1-2-2-4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from toolkit.rules.formula.exact import LIMIT, Exact
from toolkit.rules.formula.labels import Labels

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
Column = TypeVar("Column", Exact, Labels)


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Rows by group; a row may belong to several groups, a group may be empty.

    Parameters
    ----------
    n : number of groups.
    group, row : int64 (p,), one pair a membership, sorted by group.
    is_single : whether each group is exactly one row.
    in_place : whether row i is the one row of group i; there may be more rows than groups.
    """

    n: int
    group: Index
    row: Index
    is_single: bool = field(init=False)
    in_place: bool = field(init=False)

    def __post_init__(self) -> None:
        """Look once at what nearly every step asks."""
        object.__setattr__(self, "is_single", len(self.group) == self.n and is_counting(self.group))
        object.__setattr__(self, "in_place", self.is_single and (self.row is self.group or is_counting(self.row)))

    @classmethod
    def of(cls, n: int, group: Index, row: Index) -> Members:
        """Return the memberships, put in order of the groups."""
        if (group[1:] < group[:-1]).any():
            order = np.argsort(group, kind="stable")
            group, row = group[order], row[order]
        return cls(n, group, row)

    @property
    def counts(self) -> Index:
        """Number of rows of each group."""
        return np.bincount(self.group, minlength=self.n).astype(np.int64)

    def take(self, index: Index) -> Members:
        """Return the groups at `index`, as groups of their own."""
        group, at = pairs_of(index, self.group)
        return Members.of(len(index), group, self.row[at])

    def rows_of(self, column: Column) -> Column:
        """Return what a column says on each membership's row."""
        return column if self.in_place and column.size <= self.n else column.take(self.row)

    def sum(self, column: Exact) -> Exact:
        """Add up; a blank row makes the sum blank, and so does a group without rows."""
        if self.is_single:
            return self.rows_of(column)
        member = column.take(self.row).spread(len(self.row))
        blank = np.zeros(self.n, bool)
        blank[self.counts == 0] = True
        if member.ok is not None:
            blank[self.group[~member.ok]] = True
        ok = ~blank if blank.any() else None
        if not isinstance(member.den, int):
            return self._sum_of_fractions(member, ok)
        most = int(self.counts.max(initial=1))
        num = member.num if member.bound * most <= LIMIT else member.num.astype(object)
        total = self.reduce(np.add, num, 0)
        return Exact.of_ints(total, member.den, ok) if ok is None or not blank.all() else _blanks(self.n)

    def _sum_of_fractions(self, member: Exact, ok: Mask | None) -> Exact:
        totals: list[Fraction | None] = [None if ok is not None and not ok[i] else Fraction(0) for i in range(self.n)]
        for position, group in enumerate(self.group):
            value, so_far = member.value(position), totals[group]
            totals[group] = so_far + value if so_far is not None and value is not None else None
        return Exact.of_values(totals)

    def reduce(self, how: np.ufunc, values: NDArray[np.generic], empty: int) -> NDArray[np.generic]:
        """Reduce the values of the memberships group by group; `empty` stands for groups without any."""
        result = np.full(self.n, empty, dtype=values.dtype)
        if len(self.group):
            starts = np.flatnonzero(np.r_[True, self.group[1:] != self.group[:-1]])
            result[self.group[starts]] = how.reduceat(values, starts)
        return result

    def uniform(self, labels: Labels) -> tuple[Labels, Mask]:
        """Return the one text of each group's rows, and where they disagree; a blank differs from a text."""
        if self.is_single:
            return self.rows_of(labels), np.zeros(self.n, bool)
        codes = labels.codes[self.row] if labels.codes.ndim else np.full(len(self.row), labels.codes)
        lowest = self.reduce(np.minimum, codes, -1)
        highest = self.reduce(np.maximum, codes, -1)
        return Labels(lowest.astype(np.int64), labels.names), np.asarray(lowest != highest)


def _blanks(n: int) -> Exact:
    return Exact.constant(None).spread(n)


def distinct(codes: Index) -> tuple[Index, Index]:
    """Return the distinct codes >= 0, ascending, and the position of each code among them; codes are dense."""
    if (codes[1:] > codes[:-1]).all():
        return codes, codes if is_counting(codes) else np.arange(len(codes))
    present = np.bincount(codes, minlength=1) > 0 if len(codes) else np.zeros(1, bool)
    position = np.cumsum(present) - 1
    return np.flatnonzero(present), position[codes]


def is_counting(codes: Index) -> bool:
    """Tell whether codes are 0, 1, 2, ... in this order."""
    ends = not len(codes) or (codes[0] == 0 and codes[-1] == len(codes) - 1)
    return bool(ends and (codes[1:] > codes[:-1]).all())


def pairs_of(left: Index, right: Index) -> tuple[Index, Index]:
    """Return the positions (i, j) of every pair with ``left[i] == right[j]``, codes below 0 matching nothing."""
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    lows, highs = np.searchsorted(ordered, left, "left"), np.searchsorted(ordered, left, "right")
    counts = np.where(left < 0, 0, highs - lows)
    i = np.repeat(np.arange(len(left)), counts)
    offsets = np.arange(len(i)) - np.repeat(np.cumsum(counts) - counts, counts)
    return i.astype(np.int64), order[np.repeat(lows, counts) + offsets].astype(np.int64)


def distinct_pairs(group: Index, part: Index) -> tuple[tuple[Index, Index], Index]:
    """Return the distinct pairs of codes of at least -1, ascending, and the pair of each row."""
    wide = int(part.max(initial=-1)) + 2
    pairs, inverse = np.unique(group * wide + part + 1, return_inverse=True)
    return (pairs // wide, pairs % wide - 1), np.asarray(inverse, np.int64).reshape(-1)


def positions(codes: Index, wanted: Index) -> Index:
    """Return where each wanted code stands among ascending ones, -1 for nowhere."""
    if not len(codes):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[at] == wanted, at, -1).astype(np.int64)


def sort_keys(column: Exact, highest: bool) -> NDArray[Any]:
    """Return numbers that ascend from the best value to the worst, equal where values are; blanks count as 0.

    Notes
    -----
    Fractions ``a/b`` and ``c/d`` with ``2 * bound * den_bound < 2**53`` differ by more than the rounding of their
    quotients: floats then order and tie exactly as they do.
    """
    num = np.where(column.valid, column.num, 0)
    if isinstance(column.den, int):
        keys = num
    elif num.dtype != object and column.den.dtype != object and 2 * column.bound * column.den_bound < 2**53:
        keys = num / column.den
    else:
        values = [value or 0 for value in column.values()]
        rank = {value: i for i, value in enumerate(sorted(set(values)))}
        keys = np.array([rank[value] for value in values], np.int64)
    return -keys if highest else keys


def places(keys: NDArray[Any], group: Index) -> Index:
    """Return each row's place in its group, 1-2-2-4; 0 for rows of no group (-1)."""
    order = np.lexsort((keys, group))
    ordered_group, ordered_keys = group[order], keys[order]
    n = len(order)
    new_group = np.r_[True, ordered_group[1:] != ordered_group[:-1]] if n else np.zeros(0, bool)
    new_key = new_group | np.r_[True, ordered_keys[1:] != ordered_keys[:-1]] if n else new_group
    at = np.arange(n)
    start = np.maximum.accumulate(np.where(new_group, at, 0)) if n else at
    first = np.maximum.accumulate(np.where(new_key, at, 0)) if n else at
    result = np.zeros(n, np.int64)
    result[order] = first - start + 1
    return np.where(group < 0, 0, result)
