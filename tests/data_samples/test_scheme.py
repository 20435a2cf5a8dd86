"""The sample's own pay, on the numbers of the systems it pays by."""

from __future__ import annotations

from fractions import Fraction

import pytest
from ruamel.yaml import YAML

from data_samples.generator.measures import Part
from data_samples.generator.scheme import BEFORE, CURRENT, Scheme, pay, render, round_fen


@pytest.mark.parametrize(
    ("buyers", "commission"), [(2_999, 1_500), (3_000, 3_000), (3_050, 3_500), (3_500, 4_000), (4_000, 6_000)]
)
def test_d2_all_sales_at_the_rate_of_the_tier_reached(buyers: int, commission: int) -> None:
    part = Part(inquiries=10_000, buyers=buyers, gross=100_000_00)
    assert pay([part])["提成"] == commission * 100


def test_d23_each_spell_by_its_own_conversion() -> None:
    spells = [Part(1_000, 302, gross=40_000_00), Part(1_000, 298, gross=60_000_00)]
    assert pay(spells)["提成"] == 2_100_00


def test_refunds_are_taken_off() -> None:
    assert pay([Part(10, 4, gross=100_00, refunds=50_00)])["提成"] == 3_00


def test_sales_without_inquiries_have_no_tier() -> None:
    assert pay([Part(gross=100_00)])["提成"] == 0


def test_reminded_sales_pay_one_percent_without_conversion() -> None:
    assert pay([Part(reminder=200_00)])["催付提成"] == 2_00


@pytest.mark.parametrize(
    ("buyers", "inquiries", "bonus"), [(72, 200, 1_000), (71, 200, 0), (72, 199, 0), (719, 2_000, 0)]
)
def test_bonus_asks_for_conversion_and_enough_inquiries(buyers: int, inquiries: int, bonus: int) -> None:
    assert pay([Part(inquiries, buyers)])["达标奖"] == bonus * 100


def test_bonus_is_paid_once_for_two_spells() -> None:
    assert pay([Part(200, 100), Part(200, 100)])["达标奖"] == 1_000_00


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("0.4999", 0), ("2.5", 3), ("-0.5", -1), ("-2.4", -2)])
def test_rounding_is_half_away_from_zero(value: str, rounded: int) -> None:
    assert round_fen(Fraction(value)) == rounded


@pytest.mark.parametrize("scheme", [CURRENT, BEFORE])
def test_the_file_says_what_is_paid(scheme: Scheme) -> None:
    read = YAML(typ="safe", pure=True).load(render(scheme))
    commission, reminder, bonus = read["components"]
    tiers = [(number(t["from"]), number(t["rate"])) for t in commission["rate"]["tiers"]]
    assert tiers == list(scheme.tiers)
    assert number(reminder["rate"]) == scheme.reminder
    assert bonus["amount"] == bonus["cap"] == scheme.bonus / 100
    assert bonus["when"].split()[2] == f"{int(scheme.target * 100)}%"
    assert bonus["when"].split()[-1] == str(scheme.least_inquiries)


def number(text: str) -> Fraction:
    return Fraction(text.rstrip("%")) / 100
