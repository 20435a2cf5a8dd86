"""Laws of what is sold, returned and sold again: under every tier mode and age schedule nothing is taken twice."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.core.money import round_to_step
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay

HEADING = "language: 1\nscheme: case\ntitle: Case\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
TIERS = {
    "slab": "{mode: slab, tiers: [{rate: 1.5%}, {from: 10000, rate: 3%}, {from: 20000, rate: 6%}]}",
    "slab above": "{mode: slab, bound: above, tiers: [{rate: 1.5%}, {from: 10000, rate: 3%}]}",
    "marginal": "{mode: marginal, tiers: [{rate: 1%}, {from: 5000, rate: 2.7%}, {from: 10000, rate: 5%}]}",
    "interpolated": "{mode: interpolated, below: 1%, tiers: [{from: 0, rate: 1%}, {from: 30000, rate: 7%}]}",
    "one rate": "3.33%",
}
AGES = {
    "": [(1, Fraction(1))],
    "{by: age_months, mode: slab, tiers: [{rate: 100%}, {from: 2, rate: 40%}]}": [
        (1, Fraction(1)),
        (2, Fraction(2, 5)),
    ],
    "{by: age_months, mode: slab, tiers: [{rate: 70%}, {from: 3, rate: 0%}]}": [(1, Fraction(7, 10)), (3, Fraction(0))],
}
CASES = [(tiers, ages) for tiers in TIERS for ages in AGES]
money = st.integers(1, 4_000_000)


def scheme(tiers: str, ages: str) -> Scheme:
    clawback = f", clawback: {ages}" if ages else ""
    return parse_scheme(f"{HEADING}components: [{{id: c, pay: sales, rate: {TIERS[tiers]}{clawback}}}]\n", "s.yaml")


def paid(rule: Scheme, sales: list[int], refunds: list[tuple[int, int]]) -> pd.DataFrame:
    """The ledger of months of sales by one agent; refunds of the first month as (month, cents)."""
    rows = pd.DataFrame({"month": [f"2024-{i:02d}" for i in range(1, len(sales) + 1)], "agent": "NA", "sales": sales})
    measures = rows.astype({"month": "str", "agent": "str", "sales": "Int64"})
    back = pd.DataFrame([(f"2024-{month:02d}", "NA", "2024-01", amount) for month, amount in refunds])
    back.columns = ["month", "agent", "origin_month", "amount"]
    ledger: Any = None
    for month in measures["month"]:
        more = {"refunds": back[back["month"] <= month]} if (back["month"] <= month).any() else {}
        table = pay(rule, measures[measures["month"] <= month], month=month, ledger=ledger, **more).table
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
    return ledger


def kept(ledger: pd.DataFrame) -> int:
    """Everything paid less everything owed."""
    return int(ledger["amount"].sum()) - int(ledger["owed"].sum())


def taken_share(ages: str, month: int) -> Fraction:
    return [share for start, share in AGES[ages] if month - 1 >= start][-1]


@pytest.mark.parametrize(("tiers", "ages"), CASES)
@settings(max_examples=3, deadline=None)
@given(sold=money, first=st.fractions(0, 1), second=st.fractions(0, 1), again=money)
def test_pay_is_that_of_what_remained_sold(
    tiers: str, ages: str, sold: int, first: Fraction, second: Fraction, again: int
) -> None:
    """A sale, a partial refund, the rest returned in part, a sale again."""
    rule = scheme(tiers, ages)
    one = int(sold * first)
    two = int((sold - one) * second)
    alone = [int(paid(rule, [sales], [(2, 0)])["amount"].sum()) for sales in (sold, again)]
    ledger = paid(rule, [sold, 0, again, 0], [(2, one), (3, two)])
    lost = Fraction(one) * taken_share(ages, 2) + Fraction(two) * taken_share(ages, 3)
    charged = round_to_step(alone[0] * lost / sold, 1, "half_up")
    assert kept(ledger) == alone[0] - charged + alone[1]


@pytest.mark.parametrize("tiers", TIERS)
@settings(max_examples=2, deadline=None)
@given(parts=st.lists(st.integers(1, 999), min_size=100, max_size=100))
def test_a_hundred_partial_refunds_take_the_whole_to_the_cent(tiers: str, parts: list[int]) -> None:
    ledger = paid(scheme(tiers, ""), [sum(parts), *[0] * 5], [(2 + i % 5, part) for i, part in enumerate(parts)])
    assert kept(ledger) == 0


@pytest.mark.parametrize("tiers", TIERS)
def test_a_refund_that_is_cancelled_gives_back_what_it_took(tiers: str) -> None:
    ages = "{by: age_months, mode: slab, tiers: [{rate: 100%}, {from: 2, rate: 40%}]}"
    whole = paid(scheme(tiers, ages), [1_234_567], [(2, 0)])
    ledger = paid(scheme(tiers, ages), [1_234_567, 0, 0, 0], [(2, 400_000), (4, -400_000)])
    assert kept(ledger) == kept(whole)
