from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import UsageError
from toolkit.models.comparison.factors import split_change, value_gain

NUMBER = st.fractions(min_value=0, max_value=1000, max_denominator=100)
PERIOD = st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=4)


def test_sales_identity_of_ten_agents():
    # Systems B1: 10 agents x 100 a day x 40 % x 100 CNY; conversion to 48 %, value to 120: +528,000 in 30 days.
    before = {"inquiries": 30_000, "conversion": Fraction(40, 100), "revenue_per_buyer": 100_00}
    split = split_change(before, {**before, "conversion": Fraction(48, 100), "revenue_per_buyer": 120_00})
    assert split.before == 1_200_000_00
    assert split.after == 1_728_000_00
    assert split.parts == {"inquiries": 0, "conversion": 264_000_00, "revenue_per_buyer": 264_000_00}
    assert (
        split.text.en
        == "Sales moved by +528,000.00: conversion +264,000.00, revenue per buyer +264,000.00, inquiries +0.00."
    )
    assert "询单转化率 +264,000.00" in split.text.zh


def test_shop_identity_is_split_the_same_way():
    # Systems B2: 10,000 visitors x 3 % x 100 = 30,000.
    before = {"visitors": 10_000, "shop_conversion": Fraction(3, 100), "revenue_per_buyer": 100_00}
    split = split_change(before, {"visitors": 12_000, "shop_conversion": Fraction(3, 100), "revenue_per_buyer": 100_00})
    assert split.before == 30_000_00
    assert split.parts["visitors"] == 6_000_00


def test_two_factors_move_by_the_mean_of_the_other():
    split = split_change({"a": 2, "b": 10}, {"a": 3, "b": 20})
    assert split.parts == {"a": Fraction(1) * 15, "b": Fraction(10) * Fraction(5, 2)}


@given(PERIOD)
def test_parts_sum_to_the_change(pairs):
    before = {str(i): a for i, (a, _) in enumerate(pairs)}
    after = {str(i): b for i, (_, b) in enumerate(pairs)}
    split = split_change(before, after)
    assert sum(split.parts.values()) == split.after - split.before


@given(PERIOD)
def test_turning_time_round_turns_the_signs(pairs):
    before = {str(i): a for i, (a, _) in enumerate(pairs)}
    after = {str(i): b for i, (_, b) in enumerate(pairs)}
    back = split_change(after, before)
    assert {k: -v for k, v in back.parts.items()} == split_change(before, after).parts


@given(PERIOD)
def test_a_factor_that_stands_still_has_no_part(pairs):
    before = {str(i): a for i, (a, _) in enumerate(pairs)} | {"still": Fraction(7)}
    after = {str(i): b for i, (_, b) in enumerate(pairs)} | {"still": Fraction(7)}
    assert split_change(before, after).parts["still"] == 0


def test_inexact_or_mixed_identities_are_refused():
    with pytest.raises(UsageError, match="different factors"):
        split_change({"visitors": 1}, {"inquiries": 1})
    with pytest.raises(UsageError, match="exact"):
        split_change({"a": 0.4}, {"a": 1})


def test_what_the_gain_is_worth():
    # Systems B3: sales 100,000 at 30 %, product profit 40 %; at 40 %: +13,333.33, less 3,000 reward = +10,333.33.
    gain = value_gain(
        100_000_00, (Fraction(30, 100), Fraction(40, 100)), average_margin=Fraction(40, 100), reward=3_000_00
    )
    assert gain.profit_before == 40_000_00
    assert round(gain.sales_after) == 133_333_33
    assert round(gain.profit_gain) == 13_333_33
    assert round(gain.net) == 10_333_33
    # Under D2's own tiers pay rises from 3,000 to 8,000: 5,000 more.
    own_tiers = value_gain(
        100_000_00, (Fraction(30, 100), Fraction(40, 100)), average_margin=Fraction(40, 100), reward=5_000_00
    )
    assert round(own_tiers.net) == 8_333_33


def test_who_funds_the_reward():
    # Systems B4: +528,000 sales bring +200,000 profit after cost; 10 % goes back.
    margin = Fraction(200_000, 528_000)
    gain = value_gain(
        1_200_000_00,
        (Fraction(1), Fraction(144, 100)),
        average_margin=Fraction(1, 4),
        incremental_margin=margin,
        reward=20_000_00,
    )
    assert gain.profit_gain == 200_000_00
    assert gain.profit_before == 300_000_00
    assert "the agents get +20,000.00 (10.0% of the gain) and the shop keeps +180,000.00" in gain.text.en


def test_a_gain_from_nothing_is_refused():
    with pytest.raises(UsageError):
        value_gain(100, (0, Fraction(1, 2)), average_margin=Fraction(1, 2))
