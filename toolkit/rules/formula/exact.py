"""Columns of exact numbers: integer numerators over integer denominators, blanks apart, never a float.

Every column carries a proven bound of its numerators and denominators. An operation whose result could leave 64 bits
first tightens the bounds to what the column really holds and then, if need be, goes on with Python's unbounded
integers in the same code: an overflow is impossible. A column may be a constant (0-d), which broadcasts.
Denominators are one integer for the whole column where possible (money is over 100), else an array.

Integer columns: 64 bits where they fit, Python's unbounded integers where they do not.

Three-valued columns (Kleene): true, false, or unknown because something has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import repeat
from math import gcd, lcm
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toolkit.core.money import Rounding


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One answer a row; neither `yes` nor `no` is unknown.

    Parameters
    ----------
    yes, no : boolean arrays (n,), or 0-d for one answer for all rows; never both True.
    """

    yes: NDArray[np.bool_]
    no: NDArray[np.bool_]

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    @property
    def known(self) -> NDArray[np.bool_]:
        """True where the answer is yes or no."""
        return self.yes | self.no


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


MAX_POWER = 100
Mask: TypeAlias = NDArray[np.bool_]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """n exact rationals ``num / den``.

    Parameters
    ----------
    num : int64 or object array (n,), or 0-d for a constant.
    den : positive integer, or an array of them like `num`.
    ok : False where there is no value; None when all have one.
    bound, den_bound : upper limits of ``|num|`` and of `den`.
    """

    num: Ints
    den: int | Ints
    ok: Mask | None
    bound: int
    den_bound: int

    def __post_init__(self) -> None:
        """Keep constants 0-d arrays: operations on them give numpy's or Python's scalars."""
        num: Any = self.num
        den: Any = self.den
        if not isinstance(num, np.ndarray):
            object.__setattr__(self, "num", np.array(num, np.int64 if isinstance(num, np.integer) else object))
        if isinstance(den, np.integer):
            object.__setattr__(self, "den", int(den))

    @classmethod
    def of_ints(cls, values: Ints, den: int = 1, ok: Mask | None = None) -> Exact:
        """Return ``values / den``; blanks must already be some harmless integer where `ok` is False."""
        return cls(values, den, ok, largest(values), den)

    @classmethod
    def constant(cls, value: Fraction | int | None) -> Exact:
        """Return one number that broadcasts; None is no value."""
        num, den = (0, 1) if value is None else (value.numerator, value.denominator)
        ok = np.zeros((), bool) if value is None else None
        kind = np.int64 if abs(num) <= LIMIT else object
        return cls(np.array(num, kind), den, ok, max(abs(num), 1), den)

    @classmethod
    def of_values(cls, values: Iterable[Any]) -> Exact:
        """Return a column of integers, decimals or fractions; None and not-a-number are blanks.

        Raises
        ------
        TypeError
            If a value is an inexact float.
        """
        exact = [as_fraction(v) for v in values]
        den = lcm(*{v.denominator for v in exact if v is not None}, 1)
        nums = [0 if v is None else v.numerator * (den // v.denominator) for v in exact]
        ok = np.array([v is not None for v in exact], bool)
        return cls.of_ints(as_integers(nums), den, None if ok.all() else ok)

    @property
    def size(self) -> int:
        """Number of rows; 1 for a constant."""
        return max(self.num.size, np.size(self.den), 1 if self.ok is None else self.ok.size)

    @property
    def is_constant(self) -> bool:
        """Whether this is one number for all rows."""
        return not (self.num.ndim or getattr(self.den, "ndim", 0) or getattr(self.ok, "ndim", 0))

    @property
    def is_zero(self) -> bool:
        """Whether this is 0 for all rows."""
        return self.is_constant and self.ok is None and not self.num

    @property
    def valid(self) -> Mask:
        """True where there is a value, in the shape of `num`; of `ok`, where one number has it in some rows only."""
        if self.ok is None:
            return np.ones(self.num.shape, bool)
        return np.broadcast_to(self.ok, np.broadcast_shapes(self.num.shape, self.ok.shape))

    def value(self, row: int) -> Fraction | None:
        """Return one number, None where there is no value."""
        if self.ok is not None and not rows_at(self.ok, row):
            return None
        den = self.den if isinstance(self.den, int) else rows_at(self.den, row)
        return Fraction(int(rows_at(self.num, row)), int(den))

    def values(self) -> list[Fraction | None]:
        """Return all numbers of a column that is not a constant."""
        dens = repeat(self.den) if isinstance(self.den, int) else self.den.tolist()
        numbers = map(Fraction, self.num.tolist(), dens)
        return [one if known else None for one, known in zip(numbers, self.valid.tolist(), strict=True)]

    def spread(self, n: int) -> Exact:
        """Return the column with n rows of its own, a constant repeated."""
        if self.num.shape == (n,) and isinstance(self.den, int) and (self.ok is None or self.ok.shape == (n,)):
            return self
        num = np.broadcast_to(self.num, n)
        den = self.den if isinstance(self.den, int) else np.broadcast_to(self.den, n)
        return replace(self, num=num, den=den, ok=None if self.ok is None else np.broadcast_to(self.ok, n))

    def take(self, index: NDArray[np.signedinteger[Any]]) -> Exact:
        """Return the rows at `index`; a constant stays one."""
        den = self.den if isinstance(self.den, int) else rows_at(self.den, index)
        ok = None if self.ok is None else rows_at(self.ok, index)
        return replace(self, num=rows_at(self.num, index), den=den, ok=None if ok is None or ok.all() else ok)

    def only(self, mask: Mask) -> Exact:
        """Return the column with no value where `mask` is False."""
        return self if mask.all() else replace(self, ok=mask if self.ok is None else self.ok & mask)

    def __neg__(self) -> Exact:
        return replace(self, num=-self.num)

    def __mul__(self, other: Exact) -> Exact:
        a, b = _fitted(self, other, self.bound * other.bound, self.den_bound * other.den_bound)
        num = a.num * b.num
        return _made(num, times(a.den, b.den), _both(a, b), a.bound * b.bound, a.den_bound * b.den_bound)

    def __truediv__(self, other: Exact) -> Exact:
        if other.is_constant:
            value = other.value(0)
            return self * Exact.constant(1 / value if value else None)
        least, most = (other.num.min(), other.num.max()) if other.num.size else (1, 1)
        if least == most and least and other.ok is None and isinstance(other.den, int):
            return self * Exact.constant(Fraction(other.den, int(least)))
        a, b = _fitted(self, other, self.bound * other.den_bound, self.den_bound * other.bound)
        num, divisor, ok = times(a.num, b.den), b.num, _both(a, b)
        if least < 0:
            num, divisor = np.where(b.num < 0, -num, num), np.abs(b.num)
        if least <= 0 <= most:
            zero = b.num == 0
            divisor, ok = np.where(zero, 1, divisor), ~zero if ok is None else ok & ~zero
        return _made(num, times(a.den, divisor), ok, a.bound * b.den_bound, a.den_bound * b.bound)

    def __add__(self, other: Exact) -> Exact:
        a, b = same_denominator(self, other)
        if b.is_zero or a.is_zero:
            return a if b.is_zero else b
        if a.bound + b.bound > LIMIT:
            a, b = a._wide(), b._wide()
        return _made(a.num + b.num, a.den, _both(a, b), a.bound + b.bound, a.den_bound)

    def __sub__(self, other: Exact) -> Exact:
        return self + -other

    def compare(self, sign: str, other: Exact) -> Truth:
        """Compare row by row, by cross-multiplication; unknown where either has no value."""
        left, right = _numerators(self, other)
        result, ok = np.asarray(COMPARE[sign](left, right), bool), _both(self, other)
        return Truth(result, ~result) if ok is None else Truth(result & ok, ~result & ok)

    def smaller(self, other: Exact, sign: str = "<=") -> Exact:
        """Return the smaller of the two, row by row (the greater with `sign` ``>=``)."""
        a, b = same_denominator(self, other)
        pick, furthest = (np.minimum, np.max) if sign == "<=" else (np.maximum, np.min)
        if a.num.ndim and a.num.size and b.is_constant and b.ok is None and COMPARE[sign](furthest(a.num), b.num):
            return self  # no row lies beyond the limit
        return _made(pick(a.num, b.num), a.den, _both(a, b), max(a.bound, b.bound), a.den_bound)

    def greater(self, other: Exact) -> Exact:
        """Return the greater of the two, row by row."""
        return self.smaller(other, ">=")

    def otherwise(self, mask: Mask, other: Exact) -> Exact:
        """Return this column where `mask` is True, `other` elsewhere."""
        a, b = same_denominator(self, other)
        ok = None if a.ok is None and b.ok is None else np.where(mask, a.valid, b.valid)
        return _made(np.where(mask, a.num, b.num), a.den, ok, max(a.bound, b.bound), a.den_bound)

    def power(self, often: Exact) -> Exact:
        """Return each number multiplied by itself `often` times; no value where that is not one of 0 ... MAX_POWER."""
        if not (self.is_constant and often.is_constant):
            n = max(self.size, often.size)
            self, often = self.spread(n), often.spread(n)
        whole = often.floor()
        known = (often - whole).compare("==", Exact.constant(0)).yes
        known = known & (whole.num >= 0) & (whole.num <= MAX_POWER)
        product = result = Exact.constant(1)
        for k in range(1, 1 + int(np.max(np.where(known, whole.num, 0), initial=0))):
            product = product * self
            result = product.otherwise(whole.num >= k, result)
        return (result * Exact.constant(1).only(self.valid)).only(np.asarray(known, bool))

    def floor(self) -> Exact:
        """Return the greatest whole number not above each."""
        whole = np.asarray(self.num // self.den)
        return Exact(whole, 1, self.ok, self.bound + 1, 1)

    def rounded(self, step: int = 1, mode: Rounding = "half_up") -> Ints:
        """Round to minor units, multiples of `step` of them; 0 where there is no value.

        Notes
        -----
        half_up: ``floor((2|n| + d) / 2d)`` with ``n / d`` the amount in steps.
        """
        top = 100
        den: int | Ints
        if isinstance(self.den, int):
            common = gcd(top, self.den * step)
            top, den = top // common, self.den * step // common
        else:
            den = (self.den if self.den_bound * step * 2 <= LIMIT else self.den.astype(object)) * step
        wide = self if 2 * (self.bound * 100 + self.den_bound * step) <= LIMIT else self._tight()
        if 2 * (wide.bound * 100 + wide.den_bound * step) > LIMIT:
            wide, den = wide._wide(), den if isinstance(den, int) else den.astype(object)
        scaled = wide.num if top == 1 else wide.num * top
        negative = bool(scaled.size) and scaled.min() < 0
        steps = divide_rounded(np.abs(scaled) if negative else scaled, den, mode)
        steps = np.where(scaled < 0, -steps, steps) if negative else steps
        whole = steps if step == 1 else steps * step
        return np.where(self.ok, whole, 0) if self.ok is not None else whole

    def _tight(self) -> Exact:
        den = self.den if isinstance(self.den, int) else as_integers(self.den)
        return replace(self, bound=largest(self.num), den_bound=den if isinstance(den, int) else largest(den))

    def _wide(self) -> Exact:
        den = self.den if isinstance(self.den, int) else self.den.astype(object)
        return replace(self, num=self.num.astype(object), den=den)


def same_denominator(a: Exact, b: Exact) -> tuple[Exact, Exact]:
    """Return two columns as they are, written over one denominator."""
    if isinstance(a.den, int) and isinstance(b.den, int):
        common = lcm(a.den, b.den)
        return _scaled(a, common // a.den, common), _scaled(b, common // b.den, common)
    if a.den is b.den:
        return a, b
    a, b = _fitted(a, b, max(a.bound * b.den_bound, b.bound * a.den_bound), a.den_bound * b.den_bound)
    den, bound = times(a.den, b.den), a.den_bound * b.den_bound
    left = replace(a, num=times(a.num, b.den), den=den, bound=a.bound * b.den_bound, den_bound=bound)
    return left, replace(b, num=times(b.num, a.den), den=den, bound=b.bound * a.den_bound, den_bound=bound)


def _numerators(a: Exact, b: Exact) -> tuple[Ints, Ints]:
    """Return the numerators of two columns over one denominator, which is not made."""
    if (isinstance(a.den, int) and isinstance(b.den, int)) or a.den is b.den:
        a, b = same_denominator(a, b)
        return a.num, b.num
    a, b = _fitted(a, b, max(a.bound * b.den_bound, b.bound * a.den_bound), 1)
    return times(a.num, b.den), times(b.num, a.den)


def _scaled(column: Exact, factor: int, den: int) -> Exact:
    if factor == 1:
        return column
    fits = column if column.bound * factor <= LIMIT else column._tight()
    fits = fits if fits.bound * factor <= LIMIT else fits._wide()
    return replace(fits, num=fits.num * factor, den=den, bound=fits.bound * factor, den_bound=den)


def _fitted(a: Exact, b: Exact, bound: int, den_bound: int) -> tuple[Exact, Exact]:
    """Return the operands in a form in which products within the bounds cannot overflow."""
    if max(bound, den_bound) <= LIMIT:
        return a, b
    a, b = a._tight(), b._tight()
    largest = max(a.bound, a.den_bound, 1) * max(b.bound, b.den_bound, 1)
    return (a, b) if largest <= LIMIT else (a._wide(), b._wide())


def _made(num: Any, den: Any, ok: Mask | None, bound: int, den_bound: int) -> Exact:
    """Return the column; what went through big integers is reduced, and comes back to 64 bits if it fits."""
    num = np.asarray(num)
    if num.dtype != object and (isinstance(den, int) or den.dtype != object):
        return Exact(num, den, ok, bound, den_bound)
    num = num.astype(object)
    common = np.gcd.reduce(num, axis=None, initial=den) if isinstance(den, int) else np.gcd(num, den)
    num = as_integers(num // common)
    den = den // int(common) if isinstance(den, int) else as_integers(np.asarray(den // common))
    return Exact(num, den, ok, largest(num), den if isinstance(den, int) else largest(den))


def _both(a: Exact, b: Exact) -> Mask | None:
    if a.ok is None or b.ok is None:
        return b.ok if a.ok is None else a.ok
    return a.ok & b.ok
