"""One person's pay explained where later steps hold back, top up and take; every amount was worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.test_explain import inputs
from toolkit.core.text import LANGUAGES
from toolkit.rules.explain.person import explain_pay
from toolkit.rules.explain.what_if import estimate
from toolkit.rules.settle.payroll import pay

SCHEME = """\
language: 1
scheme: later
title: {en: Later steps, zh: 后续步骤}
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    for: role == "agent"
    pay: sales
    rate: 2%
    defer: [{after_months: 1, share: 10%}, {after_months: 2, share: 10%}]
  - {id: late, title: {en: Late days, zh: 迟到扣款}, for: role == "agent", deduct: 20 * late_days, kind: discipline}
limits:
  - {guarantee: 100, for: role == "agent", recoverable: true, recover_from: 2024-12}
"""
CSV = "month,agent,role,inquiries,buyers,sales,late_days\n2024-11,Li,agent,100,20,2000,1\n"


def test_a_deduction_stands_once(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path, CSV, SCHEME)
    found = explain_pay(scheme, measures, month="2024-11", agent="Li")
    assert [(s.step, s.status, s.amount) for s in found.steps] == [
        ("component", "paid", 4000),
        ("defer", "paid", -400),
        ("defer", "paid", -400),
        ("guarantee", "paid", 6800),
        ("guarantee", "receivable", 0),
        ("deduct", "paid", -2000),
    ]
    assert found.total == 8000


def test_an_odd_cent_goes_to_the_earlier_part_and_the_sentence_says_so(tmp_path: Path) -> None:
    """189.85 is 151.88 now and twice 18.985."""
    scheme, measures = inputs(tmp_path, CSV.replace(",2000,1", ",9492.50,1"), SCHEME)
    lines = explain_pay(scheme, measures, month="2024-11", agent="Li").lines("en")
    assert lines[2:4] == [
        "2. [-18.99 CNY, held back] Commission: 189.85 × 10% = 18.985, rounded to 18.99; "
        "18.99 is held back and released in 2024-12.",
        "3. [-18.98 CNY, held back] Commission: 189.85 × 10% = 18.985, rounded to 18.98 so that the parts add up to "
        "the whole; 18.98 is held back and released in 2025-01.",
    ]


def test_an_advance_is_recovered_from_what_is_earned_above_the_guarantee(tmp_path: Path) -> None:
    """November: 40 less 8 held back, so 68 are added. December: 200 less 40 held back, 4 released: 164, 64 above."""
    scheme, measures = inputs(tmp_path, CSV + "2024-12,Li,agent,100,40,10000,0\n", SCHEME)
    first = pay(scheme, measures[measures["month"] == "2024-11"], month="2024-11").table
    lines = explain_pay(scheme, measures, month="2024-12", agent="Li", ledger=first).lines("en")
    assert (
        "[-64.00 CNY, taken back] Guarantee: 68.00 of what was advanced in 2024-11 is still owed; this month's pay "
        "before corrections, 164.00 − 100.00 = 64.00 above the guarantee; 64.00 is taken now, 4.00 stays owed."
    ) in lines[5]


def test_what_would_change_is_said_row_by_row_until_it_adds_up(tmp_path: Path) -> None:
    """310 more sales pay 6.20; 0.62 of it is held back twice; 104.16 is above the guarantee, which added 0.80."""
    scheme, measures = inputs(tmp_path, CSV.replace(",2000,1", ",6200,1"), SCHEME)
    one, late = estimate(scheme, measures, month="2024-11", agent="Li")
    assert [by for _, by in one.moves] == [620, -62, -62, -80]
    made = "80.00 + 6.20 − 0.62 − 0.62 − 0.80 = 84.16"
    assert one.text.en == f"1 more buyer would have raised this month's pay by 4.16 CNY: {made}."
    assert one.text.zh == f"多 1 位付款客户：可增加 4.16 元，{made}。"
    text = one.moves[-1][0]
    assert (text.en.startswith("Guarantee: "), text.en.endswith(" This row would fall away.")) == (True, True)
    assert text.zh.endswith("这一行将不再出现。")
    # lateness stands apart
    assert (
        late.text.en
        == "1 fewer of “late days” would have raised this month's pay by 20.00 CNY: 80.00 + 20.00 = 100.00."
    )
    assert late.text.zh == "迟到天数少 1：可增加 20.00 元，80.00 + 20.00 = 100.00。"
    assert late.assumption.en == "less of what counts against pay, all other figures as they are"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_part_without_value_is_not_called_pay_without_value(tmp_path: Path, lang: str) -> None:
    text = SCHEME.replace("    rate: 2%", "    each: shop\n    rate: {by: conversion, mode: slab, tiers: [{rate: 2%}]}")
    csv = "month,agent,role,shop,inquiries,buyers,sales,late_days\n"
    rows = "2024-11,Li,agent,East,100,20,2000,1\n2024-11,Li,agent,West,0,0,500,0\n"
    scheme, measures = inputs(tmp_path, csv + rows, text)
    first = explain_pay(scheme, measures, month="2024-11", agent="Li").lines(lang)[1]
    start = "1. [40.00 CNY, a part has no value] " if lang == "en" else "1. [40.00 元，部分缺少数据] "
    assert first.startswith(start)
