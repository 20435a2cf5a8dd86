"""Exact money: reading, writing, rounding and sharing."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.money import ROUNDINGS, format_money, parse_money, priced, round_to_step, share_out, spare_cent_key
from toolkit.core.text import Text

DECIMAL = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}


def test_an_amount_in_a_sentence_names_its_currency() -> None:
    assert priced("1,500.00", "CNY") == Text("1,500.00 CNY", "1,500.00 元")
    assert priced("1,500.00", "USD") == Text("1,500.00 USD", "1,500.00 USD")


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.50", 123450),
        ("¥12", 1200),
        ("-3", -300),
        ("￥0.01", 1),
        (" 7.1 ", 710),
        ("+5", 500),
        ("１２", 1200),
        ("168,469.60", 16846960),
    ],
)
def test_amounts_are_read_in_major_units(text: str, minor: int) -> None:
    assert parse_money(text) == minor


@pytest.mark.parametrize("text", ["", "-", "abc", "1,23", "1.234", "12,34.5", "1e5", "NaN", "--1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an amount|more than two"):
        parse_money(text)


@given(st.integers(-(10**18), 10**18))
def test_writing_and_reading_give_the_amount_back(minor: int) -> None:
    assert parse_money(format_money(minor)) == parse_money(format_money(minor, thousands=False)) == minor


@pytest.mark.parametrize("mode", ROUNDINGS)
@given(numerator=st.integers(-(10**9), 10**9), denominator=st.sampled_from([1, 2, 3, 4, 8, 10, 100, 1000]))
def test_rounding_is_that_of_decimal_arithmetic(mode: str, numerator: int, denominator: int) -> None:
    value = Fraction(numerator, denominator)
    exact = Decimal(numerator) / Decimal(denominator)  # thirds are never a tie, so 28 digits round as the fraction does
    assert round_to_step(value, 1, mode) == int(exact.quantize(Decimal(1), rounding=DECIMAL[mode]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("mode", "expected"), [("half_up", -150), ("half_even", -100), ("up", -150), ("down", -100)])
def test_a_step_rounds_to_its_multiples(mode: str, expected: int) -> None:
    assert round_to_step(Fraction(-125), 50, mode) == expected  # type: ignore[arg-type]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_parts_sum_to_the_whole_and_are_within_a_cent_of_exact(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights, [str(i) for i in range(len(weights))])
    assert sum(parts) == total
    assert all(abs(p - Fraction(total * w, sum(weights))) < 1 for p, w in zip(parts, weights, strict=True))


def test_equal_remainders_are_decided_by_the_key_not_by_the_place() -> None:
    assert share_out(100, [1, 1, 1], ["b", "a", "c"]) == [33, 34, 33]
    assert share_out(-100, [1, 1, 1], ["b", "a", "c"]) == [-33, -34, -33]


def test_the_key_is_the_published_digest() -> None:
    # printf '2024-12|pool|a01' | sha256sum
    import hashlib

    assert spare_cent_key("2024-12", "pool", "a01") == hashlib.sha256(b"2024-12|pool|a01").hexdigest()
