"""The sentence behind a row: each holds every number of its sum; the sums here were done by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.core.text import Lang
from toolkit.rules.explain.ledger_text import sentences as said
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.files import read_measures
from toolkit.rules.settle.payroll import pay

HEAD = """\
language: 1
scheme: traced
title: {en: Traced, zh: 明细}
currency: CNY
in_force: {from: 2024-01-01}
"""


def sentences(tmp_path: Path, body: str, csv: str, month: str = "2024-11", lang: Lang = "en") -> list[str]:
    scheme = parse_scheme(HEAD + body)
    path = tmp_path / "measures.csv"
    path.write_text(csv, "utf-8")
    rows = pay(scheme, read_measures(path, scheme), month=month)
    return [f"[{agent}] {text}" for agent, text in zip(rows.table["agent"], said(rows, lang), strict=True)]


def test_a_condition_is_said_with_its_numbers_met_or_not(tmp_path: Path) -> None:
    body = """\
define: {conversion: buyers / inquiries}
components:
  - id: bonus
    when: conversion >= 32% and inquiries >= 200
    amount: 1000
    prorate: {by: worked_days / scheduled_days, of: target}
"""
    csv = (
        "month,agent,inquiries,buyers,worked_days,scheduled_days\n"
        "2024-11,Wang,110,36,11,22\n2024-11,Zhao,200,60,22,22\n"
    )
    assert sentences(tmp_path, body, csv) == [
        "[Wang] bonus: conversion = buyers 36 ÷ inquiries 110 ≈ 32.7273%, at least 32%; inquiries 110, at least "
        "200 × worked days 11 ÷ scheduled days 22 = 100; pays 1,000.00.",
        "[Zhao] bonus: conversion = buyers 60 ÷ inquiries 200 = 30%, less than 32%; inquiries 200, at "
        "least 200 × worked days 22 ÷ scheduled days 22 = 200; the condition is not met, pays 0.00.",
    ]
    assert sentences(tmp_path, body, csv, lang="zh")[1] == (
        "[Zhao] bonus：询单转化率 = 付款人数 60 ÷ 询单人数 200 = 30%，低于32%；询单人数 200，"
        "达到200 × 出勤天数 22 ÷ 应出勤天数 22 = 200；未满足条件，发放 0.00。"
    )


SCORE = """\
define: {resolution: upsells / orders, satisfaction: satisfied / rated}
components:
  - id: score-pay
    title: {en: Score pay, zh: 绩效奖}
    score:
      items:
        - {weight: 60, by: resolution, mode: slab, tiers: [{points: 50}, {from: 80%, points: 80}]}
        - {weight: 40, by: satisfaction, mode: slab, tiers: [{points: 40}, {from: 95%, points: 100}]}
      grades: [{grade: C, coefficient: 0.5}, {from: 75, grade: B, coefficient: 1}]
    amount: 1000 * coefficient
"""


def test_a_score_says_points_weights_grade_and_coefficient(tmp_path: Path) -> None:
    csv = "month,agent,orders,upsells,rated,satisfied\n2024-11,A,100,80,100,95\n2024-11,C,100,94,0,0\n"
    assert sentences(tmp_path, SCORE, csv) == [
        "[A] Score pay: resolution = upsells 80 ÷ orders 100 = 80%, that is 80% or more: 80 points; satisfaction = "
        "satisfied 95 ÷ rated 100 = 95%, that is 95% or more: 100 points; score 80 × 60% + 100 × 40% = 88 (75 or "
        "more): grade B, coefficient 1; 1,000 × coefficient 1 = 1,000.00.",
        "[C] Score pay: satisfaction = satisfied 0 ÷ rated 0 has no value, because it divides by 0; pays 0.00.",
    ]
    assert sentences(tmp_path, SCORE, csv, lang="zh") == [
        "[A] 绩效奖：resolution = 追销件数 80 ÷ 订单数 100 = 80%，属于“达到80%”一档：80分；"
        "满意率 = 满意数 95 ÷ 评价数 100 = 95%，属于“达到95%”一档：100分；"
        "得分 80 × 60% + 100 × 40% = 88（达到75）：B级，系数 1；1,000 × 系数 1 = 1,000.00。",
        "[C] 绩效奖：满意率 = 满意数 0 ÷ 评价数 0，除数为0，无数值；发放 0.00。",
    ]


def test_a_forced_grade_says_its_place(tmp_path: Path) -> None:
    body = SCORE.replace(
        "grades: [", "forced: [{grade: B, share: 50%}, {grade: C, share: 50%}]\n      grades: ["
    ).replace("{from: 75, ", "{")
    csv = "month,agent,orders,upsells,rated,satisfied\n2024-11,A,100,80,100,95\n2024-11,B,100,79,100,95\n"
    first, second = sentences(tmp_path, body, csv)
    assert "score 80 × 60% + 100 × 40% = 88, place 1 of 2: grade B, coefficient 1; 1,000 × coefficient 1" in first
    assert "score 50 × 60% + 100 × 40% = 70, place 2 of 2: grade C, coefficient 0.5; 1,000 × coefficient 0.5" in second


RANK = """\
components:
  - id: fastest
    rank: {by: reply_seconds, order: lowest, within: shop, ties: split, among: inquiries >= 200}
    amount: [800, 400]
"""


def test_a_tie_says_how_many_and_which_prizes_are_divided_and_no_names(tmp_path: Path) -> None:
    csv = (
        "month,agent,shop,inquiries,reply_seconds,receptions\n"
        "2024-11,Li,A,400,20,1\n2024-11,Zhao,A,200,20,1\n2024-11,Wang,A,300,25,1\n2024-11,Sun,B,110,9,1\n"
    )
    li, sun, wang, zhao = sentences(tmp_path, RANK, csv)
    tied = (
        "fastest: shop A: average reply time (seconds) 20, place 1 of 3 together with 1 other: the prizes of places "
        "1 to 2 are 800.00 + 400.00 = 1,200.00; 1,200.00 ÷ 2 = 600.00."
    )
    assert (li, zhao) == (f"[Li] {tied}", f"[Zhao] {tied}")
    assert (
        wang == "[Wang] fastest: shop A: average reply time (seconds) 25, place 3 of 3, no prize for this place, 0.00."
    )
    assert sun == (
        "[Sun] fastest: shop B: does not compete, because only those with at least 200 inquiries do: inquiries 110, "
        "less than 200; pays 0.00."
    )


def test_other_rules_of_ties(tmp_path: Path) -> None:
    csv = "month,agent,shop,inquiries,reply_seconds,receptions\n2024-11,A,S,400,20,1\n2024-11,B,S,200,20,1\n"
    every = sentences(tmp_path, RANK.replace("ties: split", "ties: all"), csv)
    nobody = sentences(tmp_path, RANK.replace("ties: split", "ties: none"), csv)
    assert all(text.endswith("place 1 of 2 together with 1 other; each gets the prize, 800.00.") for text in every)
    assert all(text.endswith("together with 1 other; a tied place pays nobody, 0.00.") for text in nobody)


def test_a_pool_says_the_share_its_cap_and_what_others_left_over(tmp_path: Path) -> None:
    body = """\
components:
  - {id: pool, level: team, pay: sales, rate: 1%, share: {by: upsells, cap: 500, excess: redistribute}}
"""
    csv = (
        "month,agent,team,sales,upsells\n2024-11,A,North,60000,60\n2024-11,B,North,20000,20\n"
        "2024-11,C,North,20000,20\n2024-11,D,North,0,0\n"
    )
    pool = "pool: pool of North: sales 100,000.00 × 1% = 1,000.00; divided by upsells"
    more = (
        ", 20 of 100 in all: 1,000.00 × 20 ÷ 100 = 200.00 (to the cent); others are capped, which leaves 1,000.00 − "
        "500.00 = 500.00 for those below their caps: 500.00 × 20 ÷ 40 = 250.00 (to the cent)."
    )
    assert sentences(tmp_path, body, csv) == [
        f"[A] {pool}, 60 of 100 in all: 1,000.00 × 60 ÷ 100 = 600.00 (to the cent); capped at 500.00.",
        f"[B] {pool}{more}",
        f"[C] {pool}{more}",
        f"[D] {pool}, of which there is none here: 0.00.",
    ]


def test_a_fund_says_what_all_are_due_and_the_proportion(tmp_path: Path) -> None:
    body = "components:\n  - {id: commission, pay: sales, rate: 10%}\nlimits:\n  - {fund: 5% * gross_profit}\n"
    csv = "month,agent,sales,gross_profit\n2024-11,A,3000,2000\n2024-11,B,1000,3000\n"
    assert sentences(tmp_path, body, csv)[2:] == [
        "[A] Fund: 5% × gross profit 5,000.00 = 250.00, less than the 400.00 that all are due together; everyone is "
        "scaled down alike: 300.00 × 250.00 ÷ 400.00 = 187.50 (to the cent), 112.50 less.",
        "[B] Fund: 5% × gross profit 5,000.00 = 250.00, less than the 400.00 that all are due together; everyone is "
        "scaled down alike: 100.00 × 250.00 ÷ 400.00 = 62.50 (to the cent), 37.50 less.",
    ]
    assert sentences(tmp_path, body, csv, lang="zh")[3] == (
        "[B] 奖金总额控制：5% × 毛利 5,000.00 = 250.00，低于全体应发合计 400.00；各人按同一比例下调："
        "100.00 × 250.00 ÷ 400.00 = 62.50（精确到分），减少 37.50。"
    )


def test_caps_and_guarantees_say_their_sums(tmp_path: Path) -> None:
    body = (
        "components:\n  - {id: commission, pay: sales, rate: 10%}\nlimits:\n  - {cap: 50% * base_pay}\n"
        "  - {guarantee: 1500, prorate: worked_days / scheduled_days}\n"
    )
    csv = (
        "month,agent,sales,base_pay,worked_days,scheduled_days\n2024-11,A,30000,4000,22,22\n2024-11,B,1000,4000,11,22\n"
    )
    assert sentences(tmp_path, body, csv)[2:] == [
        "[A] Cap: the amounts above add up to 3,000.00, more than the cap of 50% × base pay 4,000.00 = 2,000.00; "
        "1,000.00 is withheld, 2,000.00 stays.",
        "[B] Guarantee: at least 1,500 × worked days 11 ÷ scheduled days 22 = 750.00 before corrections and "
        "deductions; so far it is 100.00, so 650.00 is added.",
    ]


RECORD = """\
components:
  - {id: record, when: "sales > record(sales, over: last(2), within: shop)", amount: 500}
"""


def test_a_record_says_what_it_was_or_which_month_is_missing(tmp_path: Path) -> None:
    csv = (
        "month,agent,shop,sales\n2024-09,Hu,F,20000\n2024-10,Hu,F,18000\n2024-11,Hu,F,20000\n"
        "2024-11,Tan,F,20001\n2024-10,Deng,G,5\n2024-11,Deng,G,10\n"
    )
    best = "the highest sales anyone of the same shop (this payee included) had in any of the 2 months before"
    assert sentences(tmp_path, RECORD, csv) == [
        f"[Deng] record: {best} has no value: there are no figures for 2024-09; pays 0.00.",
        f"[Hu] record: sales 20,000.00, not more than {best} (20,000.00); the condition is not met, pays 0.00.",
        f"[Tan] record: sales 20,001.00, more than {best} (20,000.00); pays 500.00.",
    ]


@pytest.mark.parametrize(
    ("sales", "sentence"),
    [
        (
            "45000",
            "ramp: sales 45,000.00 against target sales 50,000.00, that is 40,000.00 (80%) or more and under 50,000.00 "
            "(100%): the rate is 1% + (2% − 1%) × (45,000.00 − 40,000.00) ÷ (50,000.00 − 40,000.00) = 1.5%; "
            "sales 45,000.00 × 1.5% = 675.00.",
        ),
        (
            "39999.99",
            "ramp: sales 39,999.99 against target sales 50,000.00, that is under 40,000.00 (80%): "
            "sales 39,999.99 × 0% = 0.00.",
        ),
        (
            "40000.01",
            "ramp: sales 40,000.01 against target sales 50,000.00, that is 40,000.00 (80%) or more and under 50,000.00 "
            "(100%): the rate is 1% + (2% − 1%) × (40,000.01 − 40,000.00) ÷ (50,000.00 − 40,000.00) ≈ 1%; "
            "sales 40,000.01 × this rate, unrounded, ≈ 400.0005, rounded to 400.00.",
        ),
    ],
)
def test_a_rate_on_a_line_shows_its_two_points(tmp_path: Path, sales: str, sentence: str) -> None:
    body = """\
components:
  - id: ramp
    pay: sales
    rate:
      by: sales
      mode: interpolated
      relative_to: target
      below: 0%
      tiers: [{from: 80%, rate: 1%}, {from: 100%, rate: 2%}]
"""
    csv = f"month,agent,sales,target_sales\n2024-11,Deng,{sales},50000\n"
    assert sentences(tmp_path, body, csv) == [f"[Deng] {sentence}"]


def test_slices_to_date_name_the_months_and_what_was_paid(tmp_path: Path) -> None:
    body = """\
components:
  - id: share
    period: quarter
    accumulate: true
    pay: gross_profit
    rate: {mode: marginal, tiers: [{rate: 10%}, {from: 10000, rate: 20%}]}
"""
    scheme, path = parse_scheme(HEAD + body), tmp_path / "measures.csv"
    path.write_text("month,agent,gross_profit\n2024-01,Ma,8000\n2024-02,Ma,7000\n", "utf-8")
    measures = read_measures(path, scheme)
    january = pay(scheme, measures, month="2024-01")
    february = pay(scheme, measures, month="2024-02", ledger=january.table)
    assert said(february, "en") == [
        "share (2024-01 to 2024-02): gross profit 15,000.00: the first 10,000.00 × 10% + the next 5,000.00 × 20% = "
        "2,000.00; 2,000.00 − 800.00 paid before in this period = 1,200.00."
    ]
    assert said(february, "zh") == [
        "share（2024-01 至 2024-02）：毛利 15,000.00：前 10,000.00 × 10% + 其后 5,000.00 × 20% = 2,000.00；"
        "2,000.00 − 800.00（本期此前已发） = 1,200.00。"
    ]


def test_factors_say_what_they_are_made_of(tmp_path: Path) -> None:
    body = """\
components:
  - id: commission
    pay: sales
    rate: 1%
    capacity: {of: receptions, per_day: 40, days: worked_days, pay: true}
    prorate: worked_days / scheduled_days
"""
    csv = "month,agent,sales,receptions,worked_days,scheduled_days\n2024-11,A,10000,1000,20,25\n"
    assert sentences(tmp_path, body, csv) == [
        "[A] commission: sales 10,000.00 × 1% = 100.00; capacity 40 × worked days 20 ÷ receptions 1,000 = 0.8; "
        "worked days 20 ÷ scheduled days 25 = 0.8; 100.00 × 0.8 × 0.8 = 64.00."
    ]


def test_rendering_is_left_until_asked_for(tmp_path: Path) -> None:
    scheme, path = parse_scheme(HEAD + RECORD), tmp_path / "measures.csv"
    path.write_text("month,agent,shop,sales\n2024-11,Hu,F,20000\n", "utf-8")
    rows = pay(scheme, read_measures(path, scheme), month="2024-11")
    assert isinstance(rows.table, pd.DataFrame)
    assert len(said(rows, "zh")) == len(rows.table) == 1


def test_what_pay_returns_shows_itself_in_one_line_of_counts(tmp_path: Path) -> None:
    scheme, path = parse_scheme(HEAD + RANK), tmp_path / "measures.csv"
    path.write_text(
        "month,agent,shop,inquiries,reply_seconds,receptions\n2024-11,Li,A,400,20,1\n2024-11,Wu,A,300,25,1\n", "utf-8"
    )
    rows = pay(scheme, read_measures(path, scheme), month="2024-11")
    assert repr(rows) == f"<LedgerRows 2024-11: {len(rows.table)} rows, 0 findings>"
