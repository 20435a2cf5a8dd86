"""Order of exact values: keys that sort and tie as the values do, and places 1-2-2-4."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.members import Index


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
