"""Two schemes compared: every amount worked out by hand, each cause by itself, and the letter without a name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.core.errors import UsageError
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import read_measures
from toolkit.rules.settle.payroll import pay
from toolkit.studies.scheme_change.changes import scheme_changes
from toolkit.studies.scheme_change.compare import SchemeDiff, diff_schemes
from toolkit.studies.scheme_change.letter import render_letter

OLD = """\
language: 1
scheme: presales
title: {en: Pre-sales, zh: 售前薪酬}
currency: CNY
in_force: {from: 2024-01-01, to: 2024-12-31}
parameters: {margin: {2024-01-01: 20%}}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    each: spell
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1%}, {from: 30%, rate: 2%}]}
  - id: bonus
    title: {en: Bonus, zh: 达标奖}
    when: inquiries >= 100
    amount: 50
  - id: profit
    title: {en: Profit share, zh: 利润分成}
    pay: gross_profit
    rate: {mode: marginal, tiers: [{rate: 10%}, {from: 1000, rate: 20%}]}
limits:
  - {cap: 1000}
"""
NEW_FROM = "in_force: {from: 2025-01-01}"
HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
CSV = f"""\
month,agent,shop,inquiries,buyers,sales,gross_profit
2024-11,Li,A,100,20,1000,500
2024-11,Li,B,100,50,1000,500
2024-11,NA,A,100,30,1000,2000
2024-11,"{HOSTILE}",A,50,10,1000,0
"""


def changed(*pairs: tuple[str, str], text: str = OLD) -> Scheme:
    for old, new in (("in_force: {from: 2024-01-01, to: 2024-12-31}", NEW_FROM), *pairs):
        assert old in text
        text = text.replace(old, new)
    return parse_scheme(text)


def diff(tmp_path: Path, new: Scheme) -> SchemeDiff:
    path = tmp_path / "measures.csv"
    path.write_text(CSV, "utf-8")
    old = parse_scheme(OLD)
    return diff_schemes(old, new, read_measures(path, [old, new]))


def moved(found: SchemeDiff) -> dict[str, int]:
    return {r.agent: r.difference for r in found.people.itertuples() if r.difference}


def test_the_same_scheme_from_another_day_moves_nobody(tmp_path: Path) -> None:
    found = diff(tmp_path, changed())
    assert [(c.about, c.kind) for c in found.changes] == [("heading", "changed")]
    assert found.causes == ()
    # Li: 1,000 x 1 % + 1,000 x 2 % + 50 + 1,000 x 10 % = 180; NA: 20 + 50 + 100 + 1,000 x 20 % = 370; the third: 10.
    assert found.counts == {"more": 0, "less": 0, "same": 3, "old": 56000, "new": 56000}


def test_spells_together_instead_of_apart_are_named_as_the_cause(tmp_path: Path) -> None:
    # 70 of 200 are 35 %: both thousands at 2 %, 10.00 more for Li; nobody else has two spells.
    found = diff(tmp_path, changed(("    each: spell\n", "")))
    assert moved(found) == {"Li": 1000}
    (cause,) = found.causes
    assert (cause.component, cause.effect, cause.by_agent) == ("commission", 1000, {"Li": 1000})
    assert cause.label.en == "parts of the month: each spell by itself → the whole month together"
    assert cause.label.zh == "分段还是合并：各任职区间分别 → 整月合并"


def test_the_whole_at_one_rate_instead_of_slices_is_named_as_the_cause(tmp_path: Path) -> None:
    # Profit 2,000 x 20 % instead of 1,000 x 10 % + 1,000 x 20 %: 100.00 more for NA. Li's 1,000 reach the edge: 100.00.
    slab = "{mode: slab, below: 10%, tiers: [{rate: 10%}, {from: 1000, rate: 20%}]}"
    found = diff(tmp_path, changed(("{mode: marginal, tiers: [{rate: 10%}, {from: 1000, rate: 20%}]}", slab)))
    assert moved(found) == {"Li": 10000, "NA": 10000}
    assert [c.label.en for c in found.causes] == [
        "how tiers count: each slice at its own rate → one rate or amount for the whole"
    ]


def test_an_edge_that_no_longer_counts_itself_is_named_as_the_cause(tmp_path: Path) -> None:
    found = diff(tmp_path, changed(("{from: 30%, rate: 2%}", "{from: 30%, bound: above, rate: 2%}")))
    assert moved(found) == {"NA": -1000}  # 30 of 100 are 30 %, now 1 % of 1,000
    assert found.causes[0].label.en.startswith("edges")


def test_several_changes_add_up_and_each_person_has_a_main_cause(tmp_path: Path) -> None:
    new = changed(
        ("{from: 30%, rate: 2%}", "{from: 30%, rate: 3%}"),  # Li's B and NA: 10.00 more each
        ("amount: 50", "amount: 20"),  # Li and NA: 30.00 less each
        ("{cap: 1000}", "{cap: 300}"),  # NA would have 350.00: 50.00 less
    )
    found = diff(tmp_path, new)
    assert moved(found) == {"Li": -2000, "NA": -7000}
    assert [(c.component, c.label.en, c.effect) for c in found.causes] == [
        ("commission", "rates and amounts of the tiers", 2000),
        ("bonus", "the amount", -6000),
        ("", "limits, fund and guarantees", -5000),
    ]
    assert sum(c.effect for c in found.causes) == found.counts["new"] - found.counts["old"]
    table = found.people_table("zh").set_index("agent")
    # 1,000 at 3 % instead of 2 %, 30 less, and 350 cut to 300: together 70 less
    caused = "各档标准 +10.00；金额 -30.00；上限、总额控制与保底 -50.00"
    assert list(table.loc["NA"]) == ["370.00", "300.00", "-70.00", caused]
    assert table.index[0] == "NA"  # the largest loss first
    assert found.text.en == (
        "Paid on 2024-11: 560.00 CNY by the old scheme, 470.00 CNY by the new one, -90.00 CNY in difference; "
        "0 people get more, 2 less, 1 the same."
    )


def test_components_that_come_and_go_are_causes(tmp_path: Path) -> None:
    bonus = "  - id: bonus\n    title: {en: Bonus, zh: 达标奖}\n    when: inquiries >= 100\n    amount: 50\n"
    per_buyer = "  - {id: per-buyer, title: {en: Each buyer, zh: 每单奖}, pay: buyers, rate: 1}\n"
    found = diff(tmp_path, changed((bonus, per_buyer)))
    assert [(c.component, c.label.en, c.effect) for c in found.causes] == [
        ("bonus", "no longer paid", -10000),
        ("per-buyer", "newly paid", 11000),  # 70 + 30 + 10 buyers
    ]
    assert {(c.kind, c.key): c.text.zh for c in found.changes if c.about == "component"} == {
        ("added", "per-buyer"): "新增：每单奖：所有人，每月。按本月各任职区间的合计数据计算。发放额 = 付款人数 × 1。",
        ("removed", "bonus"): "取消：达标奖：所有人，每月。按本月各任职区间的合计数据计算。"
        "仅当询单人数达到100时发放。发放 50。",
    }


def test_another_judging_rule_is_a_cause_of_its_own(tmp_path: Path) -> None:
    path, other = tmp_path / "measures.csv", tmp_path / "judged.csv"
    path.write_text(CSV, "utf-8")
    other.write_text(CSV.replace("2024-11,NA,A,100,30,", "2024-11,NA,A,100,29,"), "utf-8")
    old, new = parse_scheme(OLD), changed(("amount: 50", "amount: 60"))
    before, judged = (read_measures(p, old) for p in (path, other))
    found = diff_schemes(old, new, before, judged=judged)
    assert [(c.label.en, c.effect) for c in found.causes] == [
        ("the judging rule (other measures)", -1000),  # 29 % pays 1 % of 1,000
        ("the amount", 2000),
    ]


def test_parameters_count_from_their_first_value_and_totals_are_those_of_pay(tmp_path: Path) -> None:
    new = changed(("{margin: {2024-01-01: 20%}}", "{flat: {2025-01-01: 50}}"), ("amount: 50", "amount: flat"))
    found = diff(tmp_path, new)
    assert not moved(found)
    path = tmp_path / "measures.csv"
    rows = pay(parse_scheme(OLD), read_measures(path, parse_scheme(OLD)), month="2024-11").table
    assert found.counts["old"] == rows["amount"].sum() == 56000


def test_only_sentences_that_differ_are_shown() -> None:
    new = changed(("when: inquiries >= 100", "when: inquiries > 120"), ("{cap: 1000}", "{cap: 2000}"))
    shown = {c.key: (c.was.en, c.now.en) for c in scheme_changes(parse_scheme(OLD), new) if c.about != "heading"}
    rest = "in a month, all components of this scheme together; what is above is not paid"
    assert shown == {
        "bonus": (
            "Paid only if there are at least 100 inquiries",
            "Paid only if there are more than 120 inquiries",
        ),
        "cap 1": (f"everyone is paid at most 1,000 {rest}", f"everyone is paid at most 2,000 {rest}"),
    }


def test_the_letter_says_what_from_when_and_names_nobody(tmp_path: Path) -> None:
    found = diff(tmp_path, changed(("amount: 50", "amount: 20")))
    letter = render_letter(found)
    assert letter.en == (
        "Subject: Pre-sales from 2025-01-01\n\nDear colleagues,\n\nFrom 2025-01-01 on, your pay by “Pre-sales” follows "
        "a new version of the scheme. This is what changes:\n\n"
        "1. Bonus (Pays …): from 50 to 20.\n\nEverything else stays as it is.\n\n"
        "What it would have meant, on the figures of 2024-11: Some would have got less, nobody more. "
        "This is a calculation on past figures, not a promise: what later months pay depends on what happens in "
        "them.\n\nYou may ask to see your own month worked out under both versions, step by step. If anything is "
        "unclear, please ask before 2025-01-01.\n\nHuman resources"
    )
    assert "自 2025 年 1 月 1 日起执行新版本" in letter.zh
    assert "1. 达标奖（发放 …）：由 50 改为 20。" in letter.zh
    assert "不构成承诺" in letter.zh
    for text in (letter.en, letter.zh):
        assert not any(name in text for name in ("Li", HOSTILE))


def test_the_letter_counts_people_only_in_groups_too_large_to_point_at_somebody(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    head, old, new = (
        "month,agent,shop,inquiries,buyers,sales,gross_profit\n",
        parse_scheme(OLD),
        changed(("amount: 50", "amount: 20")),
    )
    path.write_text(head + "".join(f"2024-11,a{i},A,{100 - 50 * (i < 5)},0,0,0\n" for i in range(11)), "utf-8")
    letter = render_letter(diff_schemes(old, new, read_measures(path, old)))
    assert "0 people would have got more, 6 less, 5 the same." in letter.en
    assert "其中 0 人增加，6 人减少，5 人不变。" in letter.zh


def test_the_letter_says_each_change_in_a_line_from_what_to_what() -> None:
    # An edge stands in two tiers and is told once; a rate with its tier; words that come or go leave whole sentences.
    new = changed(
        ("{from: 30%, rate: 2%}", "{from: 30.5%, rate: 2.5%}"),
        ("when: inquiries >= 100", "when: inquiries > 120"),
        ("{from: 1000, rate: 20%}", "{from: 1000, rate: 20%}, {from: 9000, rate: 25%}"),
        ("{cap: 1000}", "{cap: 2000}"),
    )
    letter = render_letter(diff_schemes(parse_scheme(OLD), new))
    en, zh = (text.partition("1. ")[2].partition("\n\n")[0].splitlines() for text in (letter.en, letter.zh))
    assert [line for line in en if "Profit" not in line] == [
        "Commission: from 30% to 30.5%.",
        "2. Commission (30% or more): from 2% to 2.5%.",
        "3. Bonus (Paid only if there are … inquiries): from at least 100 to more than 120.",
        "5. Limit (everyone is paid at most … in a month): from 1,000 to 2,000.",
    ]
    assert en[3].startswith("4. Profit share. Until now: ")
    assert zh[:2] == ["提成：由 30% 改为 30.5%。", "2. 提成（达到30%）：由 2% 改为 2.5%。"]
    assert len(zh) == len(en) == 5


def test_people_are_called_by_name_and_by_id_too_where_two_share_one(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(CSV, "utf-8")
    old, new = parse_scheme(OLD), changed(("amount: 50", "amount: 20"))
    roster = pd.DataFrame({"agent": ["Li", "NA", HOSTILE], "name": ["王芳", "李雷", "李雷"]})
    found = diff_schemes(old, new, read_measures(path, old), roster=roster)
    assert sorted(found.people_table("en")["agent"]) == sorted(["王芳", "李雷 (NA)", f"李雷 ({HOSTILE})"])


def test_without_measures_only_the_words_are_compared() -> None:
    found = diff_schemes(parse_scheme(OLD), changed(("amount: 50", "amount: 20")))
    assert (found.month, len(found.people), found.text.en) == ("", 0, "2 differences.")
    assert "past figures" not in render_letter(found).en


def test_a_scheme_beside_itself_needs_no_letter(tmp_path: Path) -> None:
    scheme = parse_scheme(OLD)
    found = diff_schemes(scheme, scheme)
    assert render_letter(found).en == "The two schemes are the same: nothing changes, and there is no letter to write."
    assert render_letter(found).zh == "两份方案相同：没有任何变化，不需要致员工信。"
    assert found.text.en == "0 differences."


def test_a_month_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(CSV, "utf-8")
    scheme = parse_scheme(OLD)
    with pytest.raises(UsageError, match="no rows in 2024-12"):
        diff_schemes(scheme, scheme, read_measures(path, scheme), month="2024-12")


def test_inputs_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(CSV, "utf-8")
    old, new = parse_scheme(OLD), changed(("amount: 50", "amount: 20"))
    measures = read_measures(path, old)
    before = measures.copy(deep=True)
    diff_schemes(old, new, measures)
    pd.testing.assert_frame_equal(measures, before)
    assert new.document == changed(("amount: 50", "amount: 20")).document
