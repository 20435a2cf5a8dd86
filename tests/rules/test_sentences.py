"""Schemes read aloud: what a fresh reader once misread must be said, in both languages, in so many words."""

from __future__ import annotations

import pytest

from toolkit.core.text import Lang
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme

HEAD = """\
language: 1
scheme: said
title: {en: Said, zh: 说明}
currency: CNY
in_force: {from: 2024-07-01}
"""


def scheme_of(body: str, head: str = HEAD) -> Scheme:
    return parse_scheme(head + body)


def last(body: str, lang: Lang, head: str = HEAD) -> str:
    return render_sentences(scheme_of(body, head), lang)[-1]


def test_a_spell_has_its_own_condition_and_tiers_say_which_edge_is_theirs() -> None:
    body = """\
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    for: role == "agent"
    each: spell
    when: inquiries > 100
    pay: sales
    rate: {by: conversion, mode: slab, below: 1%, tiers: [{from: 30%, rate: 2%}, {from: 35%, bound: above, rate: 4%}]}
"""
    assert last(body, "en") == (
        "Commission: for everyone whose role is “agent”, every month. Worked out for each spell by itself, with that "
        "spell's own figures and condition, and added up (a new spell begins where role, team, shop, supervisor, "
        "inviter or base pay changes). A spell is paid only if in it there are more than 100 inquiries. Pays sales × "
        "a rate set by conversion: under 30%: 1%; 30% or more and up to and including 35%: 2%; more than 35%: 4% "
        "(this one rate is paid on all sales)."
    )
    assert last(body, "zh") == (
        "提成：岗位为“agent”的人员，每月。按任职区间分别计算（各区间用自己的数据和条件）后相加"
        "（岗位、团队、店铺、主管、邀请人或底薪变动即为新的区间）。某一区间仅当该区间的询单人数超过100时发放。"
        "发放额 = 销售额 × 提成比例，提成比例按询单转化率确定：不足30%：1%；达到30%、不超过35%：2%；超过35%：4%"
        "（全部销售额均按该档计算）。"
    )


def test_scaled_conditions_name_the_number_that_is_scaled() -> None:
    body = """\
define: {conversion: buyers / inquiries}
components:
  - id: bonus
    when: conversion >= 32% and inquiries >= 200
    amount: 1000
    prorate: {by: worked_days / scheduled_days, of: target}
"""
    assert last(body, "en") == (
        "bonus: for everyone, every month. Paid only if conversion reaches 32% and there are at least 200 inquiries. "
        "Pays 1,000. Before comparing, the 200 needed for inquiries is multiplied by worked days ÷ scheduled days (at "
        "least 0, at most 1); nothing else is scaled, neither the amount nor any other number."
    )
    assert "比较前，询单人数要求的200先乘以 出勤天数 ÷ 应出勤天数（最少为0，最多为1）；其余数字和金额均不折算" in last(
        body, "zh"
    )


def test_a_competition_names_its_rivals_and_divides_the_prizes_of_ties() -> None:
    body = """\
components:
  - id: fastest
    for: role == "agent"
    rank: {by: reply_seconds, order: lowest, within: shop, ties: split, among: inquiries >= 200}
    amount: [800, 400]
"""
    assert last(body, "en") == (
        "fastest: for everyone whose role is “agent”, every month. Of everyone whose role is “agent”, those with at "
        "least 200 inquiries are ranked within each shop by average reply time (seconds), the lowest first; nobody "
        "else competes. Place 1 gets 800 and place 2 gets 400; those who tie add up the prizes of the places they take "
        "and divide them equally."
    )
    assert last(body, "zh") == (
        "fastest：岗位为“agent”的人员，每月。岗位为“agent”，且询单人数达到200的人员在各店铺内按平均响应时间（秒）"
        "由短到长排名，其他人员不参加。第1名 800，第2名 400；并列者将所占各名次的奖金相加后平分。"
    )


def test_without_among_everyone_a_component_is_for_competes() -> None:
    body = """\
components:
  - {id: most, rank: {by: upsells, order: highest, ties: all}, amount: [100]}
"""
    assert last(body, "en") == (
        "most: for everyone, every month. Everyone is ranked by upsells, the highest first; nobody else competes. "
        "Place 1 gets 100; those who tie each get the prize of their place."
    )
    assert "所有人按追销件数由高到低排名，" in last(body, "zh")


def test_beside_spells_paid_one_by_one_a_component_says_that_it_takes_them_together() -> None:
    body = """\
components:
  - {id: single, each: spell, pay: orders, rate: 5}
  - {id: whole, when: orders >= 10, amount: 100}
"""
    assert last(body, "en") == (
        "whole: for everyone, every month. Goes by the month's figures of all spells together. Paid only if there are "
        "at least 10 orders. Pays 100."
    )
    assert "按本月各任职区间的合计数据计算。" in last(body, "zh")


@pytest.mark.parametrize(
    ("body", "english", "chinese"),
    [
        ("{id: a, pay: orders, rate: 5}", "halves away from zero.", "四舍五入到0.01。"),
        ("{id: a, pay: profit, rate: 5%}", "halves away from zero.", "四舍五入到0.01（负数按绝对值舍入，保留负号）。"),
        (
            "{id: a, pay: orders, rate: 5, period: quarter, accumulate: true}",
            "zero.",
            "（负数按绝对值舍入，保留负号）。",
        ),
    ],
)
def test_how_halves_below_zero_are_rounded_is_said_where_there_are_any(body: str, english: str, chinese: str) -> None:
    scheme = scheme_of(f"components:\n  - {body}\n")
    assert render_sentences(scheme, "en")[0].endswith(english)
    assert render_sentences(scheme, "zh")[0].endswith(chinese)


def test_a_first_edge_of_nothing_is_not_said() -> None:
    body = """\
components:
  - {id: slab, pay: sales, rate: {by: orders, mode: slab, tiers: [{from: 0, rate: 1%}, {from: 10, rate: 2%}]}}
"""
    assert "set by orders: under 10: 1%; 10 or more: 2%" in last(body, "en")
    assert "不足10：1%；达到10：2%" in last(body, "zh")


def test_a_scorecard_says_weights_grades_and_what_a_missing_value_does() -> None:
    body = """\
measures:
  resolved: {kind: count, title: {en: cases resolved, zh: 已解决工单数}}
  cases: {kind: count, title: {en: cases, zh: 工单数}}
define:
  resolution: {value: resolved / cases, title: {en: resolution, zh: 解决率}}
components:
  - id: score-pay
    score:
      items: [{weight: 100, by: resolution, mode: slab, tiers: [{points: 50}, {from: 80%, points: 100}]}]
      grades: [{grade: C, coefficient: 0.5}, {from: 75, grade: B, coefficient: 1}]
    when: complaints == 0
    amount: 1000 * coefficient
"""
    english, chinese = (render_sentences(scheme_of(body), lang) for lang in ("en", "zh"))  # type: ignore[arg-type]
    assert english[1:] == [
        "resolution means cases resolved ÷ cases.",
        "A ratio whose divisor is 0, and a figure that is missing, has no value; a component that needs it pays this "
        "person nothing.",
        "score-pay: for everyone, every month. Paid only if there are no complaints. The score is the weighted sum of "
        "points: resolution weighs 100% (under 80%: 50 points, 80% or more: 100 points). If one of these has no value "
        "there is no score, and nothing is paid. By the score: under 75: grade C, coefficient 0.5; 75 or more: grade "
        "B, coefficient 1. Pays 1,000 × coefficient.",
    ]
    assert chinese[1:] == [
        "解决率 = 已解决工单数 ÷ 工单数。",
        "除数为0的比率和缺失的数据视为无数值；某项需要用到无数值的数据时，该项对该人员不发放。",
        "score-pay：所有人，每月。仅当投诉数为0时发放。得分 = 各项分数分别乘以权重后相加：解决率占100%（不足80%：50分，"
        "达到80%：100分）。任何一项无数值则没有得分，不发放。按得分定级：不足75：C级，系数0.5；达到75：B级，系数1。"
        "发放 1,000 × 系数。",
    ]


def test_a_pool_is_of_the_team_and_shares_are_in_cents() -> None:
    head = HEAD + "rounding: {step: 1, mode: down}\n"
    body = """\
components:
  - {id: pool, level: team, pay: sales, rate: 1%, share: {by: upsells, cap: 900, excess: redistribute}}
"""
    english, chinese = (render_sentences(scheme_of(body, head), lang) for lang in ("en", "zh"))  # type: ignore[arg-type]
    assert english == [
        "Said (said): in force from 2024-07-01, in CNY. Each component is rounded down to whole CNY; shares of a "
        "pool to the cent.",
        "pool: for everyone, every month. It is a pool of each team, worked out on the figures of all its members "
        "together. The pool is sales × 1%. The pool is divided among the members of the team in proportion to their "
        "own upsells; shares are in cents and add up to the rounded pool. Each gets at most 900; what is above is "
        "divided among the others in the same proportion.",
    ]
    assert chinese == [
        "说明（said）：2024-07-01 起执行，货币 CNY。各项金额向下取整到整元；奖金池的个人份额精确到分。",
        "pool：所有人，每月。为每个团队的奖金池，按整个团队全体成员的合计数据计算。奖金池 = 销售额 × 1%。"
        "奖金池在该团队成员中按个人追销件数的比例分配；份额精确到分，合计等于取整后的奖金池。"
        "每人最高 900，超出部分在其余成员中按同样比例再分配。",
    ]


@pytest.mark.parametrize(
    ("limit", "english", "chinese"),
    [
        (
            "{fund: 2000}",
            "Fund: in a month, all payees of this scheme together are paid at most 2,000. If more is due (after any "
            "limit above), every total is scaled down in the same proportion, to the cent, so that the totals add up "
            "to the fund.",
            "奖金总额控制：每月本方案全体人员合计最高为 2,000。各项及上限计算后，全体应发合计超过该总额时，"
            "各人应发总额按同一比例下调，精确到分，合计等于该总额。",
        ),
        (
            "{for: role == 'agent' and tenure_months < 3, guarantee: 1500, prorate: worked_days / scheduled_days}",
            "Guarantee: everyone whose role is “agent” and whose length of service (months) is below 3 is paid at "
            "least 1,500 × worked days ÷ scheduled days in a month; what is missing is added.",
            "保底：岗位为“agent”，且司龄（月）低于3的人员，每月至少发放 1,500 × 出勤天数 ÷ 应出勤天数，不足部分补足。",
        ),
        (
            "{cap: 60000, period: year}",
            "Limit: everyone is paid at most 60,000 in a calendar year, all components of this scheme together; what "
            "is above is not paid.",
            "上限：所有人，本方案各项合计每个自然年最高为 60,000；超出部分不发。",
        ),
    ],
)
def test_limits_say_whose_when_and_to_what_they_are_rounded(limit: str, english: str, chinese: str) -> None:
    body = f"components:\n  - {{id: commission, pay: orders, rate: 5}}\nlimits:\n  - {limit}\n"
    assert (last(body, "en"), last(body, "zh")) == (english, chinese)


def test_a_record_says_whose_which_months_and_what_a_gap_does() -> None:
    body = """\
components:
  - id: record
    for: role == "agent"
    when: "sales > record(sales, over: last(2), within: shop)"
    amount: 500
"""
    assert last(body, "en") == (
        "record: for everyone whose role is “agent”, every month. Paid only if sales are above the highest sales "
        "anyone of the same shop (this payee included) had in any of the 2 months before. Pays 500. Compared are "
        "single people, only those whose role is “agent” then; if the shop has no such figures for one of those 2 "
        "months, nothing is paid."
    )
    assert last(body, "zh") == (
        "record：岗位为“agent”的人员，每月。仅当销售额超过本店铺任何一名符合条件人员（含本人）"
        "在前2个月中任一月的最高个人销售额时发放。发放 500。"
        "按个人比较，只计当时岗位为“agent”的人员；本店铺前2个月中任一月没有此类数据的，不发放。"
    )


def test_pay_to_date_may_be_negative_and_slices_are_of_the_quarter() -> None:
    body = """\
components:
  - id: share
    period: quarter
    accumulate: true
    pay: gross_profit
    rate: {mode: marginal, tiers: [{rate: 10%}, {from: 10000, rate: 20%}]}
"""
    assert last(body, "en") == (
        "share: for everyone, every month: what is due on the quarter so far, less what its earlier months paid; "
        "conditions and tiers are judged on the quarter so far, and a negative difference is deducted from the month's "
        "pay. Pays gross profit × a rate set by gross profit: under 10,000: 10%; 10,000 or "
        "more: 20% (gross profit is cut at these edges and each slice is paid at its own rate)."
    )
    assert "差额为负时，从当月应发金额中扣除" in last(body, "zh")


def test_lines_on_a_target_say_where_they_are_straight() -> None:
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
    assert last(body, "en") == (
        "ramp: for everyone, every month. Pays sales × a rate set by the share of the target reached (sales ÷ target "
        "sales): under 80%: 0%; 1% at 80%; 2% at 100% (between two points the rate lies on the straight line between "
        "them; above the last it stays)."
    )
    assert "提成比例按目标完成率（销售额 ÷ 销售额目标）确定：不足80%：0%；80%时为1%；100%时为2%" in last(body, "zh")
