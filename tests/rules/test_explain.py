"""One person's pay explained, and what more would have paid; every amount here was worked out by hand."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from tests.rules.test_redo import equations, number
from toolkit.core.errors import UsageError
from toolkit.core.money import round_to_step
from toolkit.core.text import LANGUAGES, Lang
from toolkit.rules.explain.person import explain_pay
from toolkit.rules.explain.what_if import Estimate, estimate
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import read_measures
from toolkit.rules.settle.payroll import pay
from toolkit.studies.audit.person import name_of

SCHEME = """\
language: 1
scheme: presales
title: {en: Pre-sales, zh: 售前}
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    for: role == "agent"
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1%}, {from: 30%, rate: 2%}, {from: 40%, rate: 4%}]}
  - id: bonus
    title: {en: Target bonus, zh: 达标奖}
    for: role == "agent"
    when: conversion >= 32% and inquiries >= 100
    amount: 500
  - id: lead
    title: {en: Team lead, zh: 主管奖}
    for: role == "supervisor"
    pay: sales
    rate: 1%
  - id: year
    title: {en: Yearly award, zh: 年终奖}
    period: year
    pay: sales
    rate: 1%
"""
CSV = """\
month,agent,role,inquiries,buyers,orders,sales
2024-11,Li,agent,100,29,29,2900
2024-11,"=cmd|'/c calc'!A1<img src=x onerror=alert(1)>",agent,95,38,38,7600
2024-11,Wu,supervisor,10,5,5,500
2024-11,None,agent,0,0,0,0
"""


def inputs(tmp_path: Path, csv: str = CSV, text: str = SCHEME) -> tuple[Scheme, pd.DataFrame]:
    scheme, path = parse_scheme(text), tmp_path / "measures.csv"
    path.write_text(csv, "utf-8")
    return scheme, read_measures(path, scheme)


def by_kind(found: tuple[Estimate, ...]) -> dict[tuple[str, str], tuple[int, int]]:
    return {(e.kind, e.component): (e.count, e.gain) for e in found}


def test_every_step_stands_in_order_and_adds_up(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    found = explain_pay(scheme, measures, month="2024-11", agent="Li")
    assert [(s.component, s.status, s.amount) for s in found.steps] == [
        ("commission", "paid", 2900),
        ("bonus", "not_met", 0),
        ("lead", "not_for", 0),
        ("year", "not_due", 0),
    ]
    assert found.lines("en")[:6] == [
        "Li, 2024-11: 29.00 CNY.",
        "1. [29.00 CNY, paid] Commission: conversion = buyers 29 ÷ inquiries 100 = 29%, that is under 30%: "
        "sales 2,900.00 × 1% = 29.00.",
        "2. [0.00 CNY, condition not met] Target bonus: conversion = buyers 29 ÷ inquiries 100 = 29%, less than 32%; "
        "inquiries 100, at least 100; the condition is not met, pays 0.00.",
        "3. [0.00 CNY, not for this person] Team lead: this person's role is “agent”; only for everyone whose role is "
        "“supervisor”.",
        "4. [0.00 CNY, not due this month] Yearly award: is not paid in this month.",
        "Total: 29.00 CNY.",
    ]
    assert (
        found.lines("zh")[3] == "3. [0.00 元，不适用] 主管奖：本人岗位为“agent”，本项只适用于岗位为“supervisor”的人员。"
    )


def test_a_person_is_named_and_roles_are_in_the_readers_language(tmp_path: Path) -> None:
    text = SCHEME.replace('"supervisor"', '"班长"').replace('"agent"', '"客服"')
    scheme, measures = inputs(tmp_path, text=text)
    found = explain_pay(scheme, measures, month="2024-11", agent="Li")
    named = replace(found, name=name_of("Li", pd.DataFrame({"agent": ["Li", "Wu"], "name": ["李强", "吴兰"]})))
    assert named.lines("zh")[0] == "李强（Li），2024-11：29.00 元。"
    assert named.lines("en")[0] == "李强 (Li), 2024-11: 29.00 CNY."
    assert "本人岗位为“客服”，本项只适用于岗位为“班长”的人员" in found.lines("zh")[3]
    assert "this person's role is “agent”" in found.lines("en")[3]
    assert name_of("Li", pd.DataFrame({"agent": ["Li"], "name": ["Li"]})) == ""


def test_one_more_buyer_one_point_and_the_next_tiers(tmp_path: Path) -> None:
    # Li sells 100.00 a buyer. One more buyer: 30 of 100 are 30 %, 3,000.00 x 2 % = 60.00, 31.00 more: the next tier,
    # told once. 3 more: 32 %, 3,200.00 x 2 % + 500.00 = 564.00. 11 more for 40 % are out of reach, as 5 are the most.
    scheme, measures = inputs(tmp_path)
    found = by_kind(estimate(scheme, measures, month="2024-11", agent="Li"))
    assert found == {
        ("next-tier", "commission"): (1, 3100),
        ("next-tier", "bonus"): (3, 56400 - 2900),
    }


def test_inquiries_are_estimated_only_where_more_of_them_pay_more(tmp_path: Path) -> None:
    # 38 of 95 are 40 %: 7,600.00 x 4 % = 304.00. The bonus lacks 5 inquiries: 38 of 100 are 38 %, 2 % + 500 = 652.00;
    # the first inquiry more already loses the tier, which is not told. One point of 95 inquiries is one buyer, once.
    scheme, measures = inputs(tmp_path)
    agent = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
    found = estimate(scheme, measures, month="2024-11", agent=agent)
    assert by_kind(found) == {("one-more", ""): (1, 800), ("next-tier", "bonus"): (5, 65200 - 30400)}
    assert found[1].text.en == (
        "Meeting the condition of “Target bonus” (conversion reaches 32% and there are at least 100 inquiries; 5 more "
        "of “inquiries”) would have raised this month's pay by 348.00 CNY: 304.00 − 152.00 + 500.00 = 652.00."
    )
    assert found[1].text.zh == (
        "满足“达标奖”的条件（询单转化率达到32%，且询单人数达到100；询单人数多 5）：可增加 348.00 元，"
        "304.00 − 152.00 + 500.00 = 652.00。"
    )
    assert found[1].assumption.en == "all other figures stay as they are"


MONEY = SCHEME.partition("define:")[0] + (
    "components:\n"
    "  - id: commission\n    title: {en: Commission, zh: 提成}\n    pay: sales\n"
    "    rate: {mode: slab, tiers: [{rate: 1%}, {from: 50000, rate: 2%}, {from: 60000, rate: 3%}]}\n"
    "  - id: bonus\n    title: {en: Bonus, zh: 达标奖}\n    when: gross_profit > 9000\n    amount: 300\n"
)


def test_a_cent_short_of_a_tier_of_money_is_told_to_the_cent(tmp_path: Path) -> None:
    # 49,999.99 x 1 % = 499.9999, 500.00; at 50,000.00 it is 1,000.00. A thousand more: 50,999.99 x 2 % = 1,019.9998,
    # 1,020.00. 60,000.00 are more than a tenth away. Profit must be above 9,000.00: from 8,999.99 that takes 0.02.
    scheme, measures = inputs(tmp_path, "month,agent,sales,gross_profit\n2024-11,Li,49999.99,8999.99\n", MONEY)
    found = estimate(scheme, measures, month="2024-11", agent="Li")
    assert [(e.kind, e.component, e.count, e.gain) for e in found] == [
        ("next-tier", "commission", 1, 50000),
        ("one-more", "", 100000, 52000),
        ("next-tier", "bonus", 2, 30000),
    ]
    assert [e.text.en for e in found] == [
        "The next tier of “Commission” (0.01 CNY more of “sales”) would have raised this month's pay by 500.00 CNY: "
        "500.00 + 500.00 = 1,000.00.",
        "1,000.00 CNY more of “sales” would have raised this month's pay by 520.00 CNY: 500.00 + 520.00 = 1,020.00.",
        "Meeting the condition of “Bonus” (gross profit is above 9,000; 0.02 CNY more of “gross profit”) would have "
        "raised this month's pay by 300.00 CNY: 500.00 + 300.00 = 800.00.",
    ]
    assert found[0].text.zh == "“提成”达到下一档（销售额多 0.01 元）：可增加 500.00 元，500.00 + 500.00 = 1,000.00。"


def test_beside_buyers_money_is_told_only_where_it_reaches_something(tmp_path: Path) -> None:
    # 599.99 of 60,000.00 short, 499 buyers of 119.0381 each: 6 buyers are 714.23 more. One: 59,519.05 x 2 % = 1,190.38.
    # By money it takes 599.99: 60,000.00 x 3 % = 1,800.00, 612.00 more than 59,400.01 x 2 % = 1,188.00.
    rows = "month,agent,inquiries,buyers,sales,gross_profit\n2024-11,Li,900,499,59400.01,0\n"
    scheme, measures = inputs(tmp_path, rows, MONEY)
    found = estimate(scheme, measures, month="2024-11", agent="Li")
    told = [(e.kind, e.change.en.rpartition(" (")[2].rstrip(")"), e.gain) for e in found if e.kind != "point"]
    assert told == [
        ("one-more", "1 more buyer", 238),
        ("next-tier", "6 more buyers", 61543),
        ("next-tier", "599.99 CNY more of “sales”", 61200),
    ]


def test_a_cent_of_the_own_share_lifts_the_tier_of_a_pool(tmp_path: Path) -> None:
    # 19,999.99 x 30 % = 5,999.997, 6,000.00 by halves; at 20,000.00 it is 35 %: 7,000.00, 3,500.00 each.
    text = SCHEME.partition("define:")[0] + (
        "components:\n  - id: pool\n    level: shop\n    share: equal\n    pay: profit\n"
        "    rate: {mode: slab, below: 0%, tiers: [{from: 0, rate: 30%}, {from: 20000, rate: 35%}]}\n"
    )
    csv = "month,agent,shop,profit\n2024-11,Li,A,9999.99\n2024-11,Wu,A,10000\n"
    scheme, measures = inputs(tmp_path, csv, text)
    assert by_kind(estimate(scheme, measures, month="2024-11", agent="Li"))["next-tier", "pool"] == (1, 50000)


def test_nothing_out_of_reach_and_nothing_that_pays_no_more_is_told(tmp_path: Path) -> None:
    # 5 of 20 are 25 %; 40 % would take 3 more: 8 of 20 are more than ten points away. Two more, 35 %, are not: 30 % is
    # reached by one. Beyond the last tier and without money in it nothing changes.
    scheme, measures = inputs(tmp_path, "month,agent,role,inquiries,buyers,sales\n2024-11,Li,agent,20,5,500\n")
    assert by_kind(estimate(scheme, measures, month="2024-11", agent="Li")) == {("next-tier", "commission"): (1, 700)}
    text = SCHEME.replace("    pay: sales\n    rate: {by", "    amount: {by").replace(
        "rate: 1%}, {from: 30", "amount: 1}, {from: 30"
    )
    text = text.replace("30%, rate: 2%}, {from: 40%, rate: 4%}", "30%, amount: 2}, {from: 40%, amount: 4}")
    scheme, measures = inputs(tmp_path, "month,agent,role,inquiries,buyers,sales\n2024-11,Li,agent,90,50,500\n", text)
    assert estimate(scheme, measures, month="2024-11", agent="Li") == ()


def test_a_point_of_conversion_is_a_hundredth_of_the_inquiries_in_whole_buyers(tmp_path: Path) -> None:
    # 250 inquiries: a point is 2.5 buyers, 3 in whole ones: (50 + 3) x 100.00 x 1 % = 53.00, 3.00 more.
    scheme, measures = inputs(tmp_path, "month,agent,role,inquiries,buyers,sales\n2024-11,Li,agent,250,50,5000\n")
    point = next(e for e in estimate(scheme, measures, month="2024-11", agent="Li") if e.kind == "point")
    assert (point.count, point.gain) == (3, 300)
    assert point.text.en == (
        "At least one percentage point more of conversion (3 more buyers: 53 ÷ 250 = 21.2%) would have raised this "
        "month's pay by 3.00 CNY: 50.00 + 3.00 = 53.00."
    )
    assert point.assumption.en == (
        "each further buyer counts at this month's own average, sales 5,000.00 ÷ buyers 50 = 100, unrounded until "
        "added up; inquiries stay as they are"
    )


def test_each_part_of_what_more_would_pay_is_said_with_its_sum(tmp_path: Path) -> None:
    # 2,999.99 on 30 of 100 is 99.9996667 a buyer. Two more are 32 %: 200.00 more sales, 3,199.99 x 2 % = 63.9998, so
    # 64.00 (60.00 before), and the bonus. With two rows of data the buyers are added to that with most inquiries.
    rows = "2024-11,Li,agent,F,60,20,1999.99\n2024-11,Li,agent,G,40,10,1000\n"
    scheme, measures = inputs(tmp_path, "month,agent,role,shop,inquiries,buyers,sales\n" + rows)
    said = explain_pay(scheme, measures, month="2024-11", agent="Li").lines("en")
    assert said[said.index("What would have raised this month's pay (each line by itself, not added up):") + 1] == (
        "Assumed: each further buyer counts at this month's own average, sales 2,999.99 ÷ buyers 30 ≈ 99.9997, "
        "unrounded until added up; inquiries stay as they are; added to the shop or spell with most inquiries."
    )
    assert said[-3:] == [
        "- Meeting the condition of “Target bonus” (conversion reaches 32% and there are at least 100 inquiries; 2 "
        "more buyers) would have raised this month's pay by 504.00 CNY: 60.00 + 4.00 + 500.00 = 564.00.",
        "  Commission: conversion = buyers 32 ÷ inquiries 100 = 32%, that is 30% or more and under 40%: sales 3,199.99 "
        "× 2% = 63.9998, rounded to 64.00. (+4.00)",
        "  Target bonus: conversion = buyers 32 ÷ inquiries 100 = 32%, at least 32%; inquiries 100, at least 100; pays "
        "500.00. (+500.00)",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("seed", range(6))
def test_what_more_would_pay_can_be_redone_from_the_printed_lines(tmp_path: Path, lang: Lang, seed: int) -> None:
    chance = random.Random(seed)
    inquiries = chance.randrange(80, 400)
    buyers = chance.randrange(inquiries // 5, inquiries // 2)
    row = f"2024-11,Li,agent,{inquiries},{buyers},{chance.randrange(100000, 900000) / 100}\n"
    scheme, measures = inputs(tmp_path, "month,agent,role,inquiries,buyers,sales\n" + row)
    said = explain_pay(scheme, measures, month="2024-11", agent="Li").lines(lang)
    own = per_buyer = left = Fraction(0)
    redone, total = 0, number(re.findall(r"[\d,.]+\.\d\d", said[0])[0])
    for line in said:
        for clause, made, result, slack in equations(line):
            assert abs(made - result) <= slack, (clause, line)
        if line.startswith("- "):
            assert left == 0, line  # what the rows before changed by made up their sum
            left = [total, *(result for _, _, result, _ in equations(line))][-1] - total
        if change := re.search(r"[(（]([+−])([\d,.]+)[)）]$", line):
            left -= number(change[2]) * (1 if change[1] == "+" else -1)
        if (
            assumed := re.search(r"([\d,.]+) ÷ \D*([\d,]+) [=≈]", line)
            if line.startswith(("Assumed", "假设"))
            else None
        ):
            own = number(assumed[1])
            per_buyer = own / number(assumed[2])
        if line.startswith("  ") and (sold := re.search(r"([\d,.]+) × \d", line)):
            more = number(re.findall(r"\d+", line)[0]) - buyers
            assert number(sold[1]) == own + round_to_step(more * per_buyer * 100) / Fraction(100), line
            redone += 1
    assert redone
    assert left == 0


def test_an_estimate_is_what_pay_gives_on_the_changed_measures(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    changed = measures.copy()
    changed.loc[changed["agent"] == "Li", ["buyers", "orders"]] = 32
    changed.loc[changed["agent"] == "Li", "sales"] = 320000
    paid = pay(scheme, changed, month="2024-11").table
    bonus = estimate(scheme, measures, month="2024-11", agent="Li")[-1]
    assert bonus.then == paid.loc[paid["agent"] == "Li", "amount"].sum() == 56400


def test_what_nobody_is_paid_on_is_not_estimated(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    assert by_kind(estimate(scheme, measures, month="2024-11", agent="Wu")) == {("one-more", ""): (1, 100)}
    assert estimate(scheme, measures, month="2024-11", agent="None") == ()  # without inquiries nobody can buy


def test_inputs_are_left_as_they_are(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    before = measures.copy(deep=True)
    explain_pay(scheme, measures, month="2024-11", agent="Li")
    pd.testing.assert_frame_equal(measures, before)


def test_other_counts_are_levers_too_and_ranks_are_worked_out_again(tmp_path: Path) -> None:
    text = SCHEME.partition("define:")[0] + (
        "components:\n"
        "  - id: upsell\n    amount: {by: upsells, mode: slab, below: 0, tiers: [{from: 10, amount: 50}]}\n"
        "  - {id: best, rank: {by: upsells, order: highest, ties: all}, amount: [100]}\n"
    )
    scheme, measures = inputs(tmp_path, "month,agent,upsells\n2024-11,A,7\n2024-11,B,8\n", text)
    found = estimate(scheme, measures, month="2024-11", agent="A")
    assert by_kind(found) == {("one-more", ""): (1, 10000), ("next-tier", "upsell"): (3, 15000)}
    assert found[0].assumption.en.endswith("nobody else's figures change, places and shares are worked out again")


def test_an_unknown_agent_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    with pytest.raises(UsageError, match=r"'Lii' has no row in 2024-11; did you mean 'Li'\?"):
        explain_pay(scheme, measures, month="2024-11", agent="Lii")


def test_json_holds_the_same_amounts(tmp_path: Path) -> None:
    scheme, measures = inputs(tmp_path)
    data = explain_pay(scheme, measures, month="2024-11", agent="Li").to_json("zh")
    assert (data["total"], data["steps"][0]["amount"], data["estimates"][0]["gain"]) == ("29.00", "29.00", "31.00")
    assert data["steps"][1]["sentence"].startswith("达标奖：")
