"""Integer columns: 64 bits where they fit, Python's unbounded integers where they do not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toolkit.core.money import Rounding

Ints: TypeAlias = NDArray[Any]

# Products are kept within this, so that a sum of two of them still fits.
LIMIT = 2**62


def largest(values: Ints) -> int:
    """Return the greatest magnitude, at least 1 so that products of bounds also bound the other factor."""
    return max(abs(int(values.max())), abs(int(values.min())), 1) if values.size else 1


def as_integers(values: Any) -> Ints:
    """Return integers as int64 when they keep the limit, else as Python's integers."""
    wide = np.asarray(values, dtype=object)
    return wide.astype(np.int64) if largest(wide) <= LIMIT else wide


def divide_rounded(amount: Ints, den: int | Ints, mode: Rounding) -> Ints:
    """Divide amounts >= 0 by `den` and round the quotient to whole steps."""
    if isinstance(den, int) and den == 1:
        return amount
    if mode == "half_up":
        is_even = isinstance(den, int) and den % 2 == 0
        steps = amount + den // 2 if is_even else amount * 2 + den
        steps //= den if is_even else den * 2
        return np.asarray(steps)
    whole = amount // den
    rest = amount - whole * den
    if mode == "half_even":
        up = (rest * 2 > den) | ((rest * 2 == den) & (whole % 2 == 1))
    else:
        up = rest > 0 if mode == "up" else np.zeros(amount.shape, bool)
    return np.asarray(whole + np.asarray(up, bool))


def times(left: Any, right: Any) -> Any:
    """Multiply; a column times the integer 1, the denominator of counts, is itself."""
    if isinstance(right, int) and right == 1:
        return left
    return right if isinstance(left, int) and left == 1 else left * right


def rows_at(values: NDArray[Any], index: Any) -> Any:
    """Return the values at one place or several; a constant stays as it is."""
    if not values.ndim:
        return values
    return values[index] if isinstance(index, int) else values.take(index)


def as_fraction(value: Any) -> Fraction | None:
    """Return an exact number; None and not-a-number are None.

    Raises
    ------
    TypeError
        If it is not exact.
    """
    if isinstance(value, Fraction):
        return value
    if value is None or value != value:
        return None
    if isinstance(value, (int, Decimal, np.integer)):
        return Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value)
    raise TypeError(f"not an exact number: {value!r}")
