"""Exact columns against Python's fractions, in and beyond 64 bits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.money import ROUNDINGS, Rounding, round_to_step
from toolkit.rules.formula.exact import COMPARE, Exact
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay

SIZES = st.sampled_from([10, 10**6, 2**31, 2**62, 2**63, 10**30])


@st.composite
def numbers(draw: st.DrawFn) -> list[Fraction | None]:
    size = draw(SIZES)
    dens = draw(st.sampled_from([[1], [100], [1, 3, 7], [2**40 + 1, 2**61 - 1]]))
    one = st.builds(Fraction, st.integers(-size, size), st.sampled_from(dens)) | st.none()
    return draw(st.lists(one, min_size=4, max_size=4))


def column(values: list[Fraction | None], shared: bool) -> Exact:
    """Write the values over one denominator, or each over its own."""
    if shared:
        return Exact.of_values(values)
    top = Exact.of_values([None if v is None else v.numerator for v in values])
    return top / Exact.of_values([1 if v is None else v.denominator for v in values])


def expected(op: str, a: Fraction | None, b: Fraction | None) -> Fraction | None:
    if a is None or b is None or (op == "/" and b == 0):
        return None
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else None, "min": min(a, b), "max": max(a, b)}[op]


def computed(op: str, a: Exact, b: Exact) -> Exact:
    if op in "+-*/":
        return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[op](b)
    return a.smaller(b) if op == "min" else a.greater(b)


@given(numbers(), numbers(), st.booleans(), st.booleans(), st.sampled_from(["+", "-", "*", "/", "min", "max"]))
def test_arithmetic_equals_fractions(a: list, b: list, left: bool, right: bool, op: str) -> None:
    result = computed(op, column(a, left), column(b, right))
    assert result.values() == [expected(op, x, y) for x, y in zip(a, b, strict=True)]
    assert np.abs(result.num.astype(object)).max() <= result.bound


@given(numbers(), numbers(), st.sampled_from(["+", "-", "*", "/", "min", "max"]), st.booleans())
def test_constants_broadcast(a: list, b: list, op: str, first: bool) -> None:
    one, many = Exact.constant(b[0]), column(a, False)
    result = computed(op, one, many) if first else computed(op, many, one)
    pairs = [(b[0], x) if first else (x, b[0]) for x in a]
    assert result.spread(len(a)).values() == [expected(op, x, y) for x, y in pairs]


@given(numbers(), numbers(), st.booleans(), st.sampled_from(sorted(COMPARE)))
def test_comparison_is_exact_and_unknown_without_value(a: list, b: list, shared: bool, sign: str) -> None:
    truth = column(a, shared).compare(sign, column(b, not shared))
    for x, y, yes, no in zip(a, b, truth.yes, truth.no, strict=True):
        if x is None or y is None:
            assert not yes
            assert not no
        else:
            assert yes == COMPARE[sign](x, y)
            assert no != yes


@given(numbers(), st.booleans(), st.sampled_from(ROUNDINGS), st.sampled_from([1, 5, 100]))
def test_rounding_equals_the_one_rounding_function(a: list, shared: bool, mode: Rounding, step: int) -> None:
    rounded = column(a, shared).rounded(step, mode)
    assert list(rounded) == [0 if v is None else round_to_step(v * 100, step, mode) for v in a]


@given(numbers(), numbers(), st.lists(st.booleans(), min_size=4, max_size=4))
def test_otherwise_picks_row_by_row(a: list, b: list, mask: list[bool]) -> None:
    result = column(a, True).otherwise(np.array(mask), column(b, False))
    assert result.values() == [x if m else y for x, y, m in zip(a, b, mask, strict=True)]


def test_rounding_to_steps_beyond_64_bits() -> None:
    fen = 92_233_720_368_547_759 * 100  # 2**63 and more in fen, less in steps of five
    assert Exact.of_values([92_233_720_368_547_759]).rounded(5).tolist() == [fen]


def test_a_column_of_one_divisor_has_one_denominator() -> None:
    share = Exact.of_values([20, 22, None]) / Exact.of_values([22, 22, 22])
    assert share.den == 22
    assert share.values() == [Fraction(20, 22), Fraction(1), None]


def test_a_float_is_not_an_exact_number() -> None:
    with pytest.raises(TypeError, match="not an exact number"):
        Exact.of_values([0.1])


def test_what_fits_again_comes_back_to_64_bits() -> None:
    huge = Exact.of_values([2**61, 2**60]) * Exact.of_values([2**30, 2**30])
    assert huge.num.dtype == object
    assert (huge / Exact.constant(2**40)).num.dtype == np.int64


def test_an_amount_beyond_64_bits_of_minor_units_is_paid_and_not_wrapped() -> None:
    """98,000,000,000,000,000 at whole units: 9.8e18 minor units, more than 64 bits hold."""
    text = "language: 1\nscheme: s\ntitle: S\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
    text += "rounding: {step: 1, mode: down, at: component}\ncomponents:\n  - {id: c, pay: sales, rate: 9800%}\n"
    text += "limits:\n  - {cap: 0, period: year}\n"
    sold = pd.DataFrame({"month": ["2024-01"], "agent": ["Li"], "sales": pd.array([10**17], dtype="Int64")})
    paid = pay(parse_scheme(text, "s.yaml"), sold, month="2024-01").table["amount"].tolist()
    assert paid == [98 * 10**17, -98 * 10**17]


def test_a_closed_month_beyond_64_bits_is_recomputed_as_it_was_paid() -> None:
    """98,000,000,000,000,000 less a yearly cap of 300: what is withheld is beyond 64 bits of minor units."""
    text = "language: 1\nscheme: s\ntitle: S\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
    text += "rounding: {step: 1, mode: down, at: component}\ncomponents:\n  - {id: c, pay: sales, rate: 9800%}\n"
    scheme = parse_scheme(text + "limits:\n  - {cap: 300, period: year}\n", "s.yaml")
    months = {"month": ["2024-01", "2024-02"], "agent": ["Li", "Li"], "sales": pd.array([10**17, 100], dtype="Int64")}
    sold = pd.DataFrame(months)
    first = pay(scheme, sold, month="2024-01").table
    later = pay(scheme, sold, month="2024-02", ledger=first).table
    assert set(later["step"]) == {"component", "limit"}
