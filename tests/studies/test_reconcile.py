from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.studies.reconcile_world import COMMISSION, HOSTILE, case, classes, measures, payroll, scheme
from toolkit.core.errors import InputError
from toolkit.core.text import Text
from toolkit.studies.reconcile.causes import CAUSES
from toolkit.studies.reconcile.reconcile import reconcile, reconcile_files

LI = {"agent": "Li", "buyers": 350, "sales": 5_000_000}  # due 2,000.00


def sentences(table: pd.DataFrame) -> tuple[str, str]:
    row = table.iloc[0]
    return row["sentence_en"], row["sentence_zh"]


def test_the_sentence_shows_payrolls_line_the_sum_that_is_due_and_the_sum_that_was_paid() -> None:
    en, zh = sentences(reconcile(case([LI]), payroll(("Li", "提成", 150_000))).table)
    assert en == (
        "Payroll pays 1,500.00 (line L1). The rules give 2,000.00: commission: conversion = buyers 350 ÷ inquiries "
        "1,000 = 35%, that is 35% or more and under 40%: sales 50,000.00 × 4% = 2,000.00. 500.00 less than due. This "
        "fits the rate 3% of another tier: commission: sales 50,000.00 × 3% = 1,500.00."
    )
    assert zh.startswith("工资表发放 1,500.00（工资行 L1）。按规则应发 2,000.00：")
    assert "比应发少 500.00。这一金额符合：另一档的提成比例 3%：" in zh


def test_a_copy_of_a_wrong_line_is_a_duplicate_and_the_rest_is_explained() -> None:
    """1,500.00 twice: once would be the rate of another tier; both together are the top tier's rate."""
    table = reconcile(case([LI]), payroll(("Li", "提成", 150_000), ("Li", "提成", 150_000))).table
    assert classes(table) == {"Li": ("DUPLICATE", "RATE")}
    en, _ = sentences(table)
    assert (
        "The line of 1,500.00 stands twice; once is 1,500.00, still 500.00 less than due. This fits the rate 3%" in en
    )
    assert "It fits as well: the rate 6% of another tier (Another rate)." in en


def test_a_month_paid_late_on_top_of_this_one_is_timing() -> None:
    rows = [{**LI, "month": "2024-05", "buyers": 300, "sales": 1_234_500}, LI]
    table = reconcile(case(rows), payroll(("Li", "提成", 200_000), ("Li", "提成", 37_035))).table
    assert classes(table) == {"Li": ("TIMING",)}
    assert "the amount due for 2024-05 on top: commission" in sentences(table)[0]


def test_another_month_is_paid_by_the_version_in_force_in_it() -> None:
    """May: 30 % pays 2 % of 50,000.00 = 1,000.00, which June's table cannot give."""
    may = scheme(days="{from: 2024-01-01, to: 2024-05-31}", tiers="[{from: 0%, rate: 1%}, {from: 30%, rate: 2%}]")
    june = scheme(days="{from: 2024-06-01}")
    rows = [{**LI, "month": month, "buyers": 300} for month in ("2024-05", "2024-06")]
    result = reconcile(case(rows, may, june), payroll(("Li", "提成", 100_000)))
    assert classes(result.table) == {"Li": ("TIMING",)}


def test_measures_under_another_rule_of_crediting_explain_in_its_name() -> None:
    """A5: by payment time Li has 51,000.00 and 36 %: 4 % = 2,040.00."""
    other = measures([{"agent": "Li", "buyers": 360, "sales": 5_100_000}])
    it = case([LI], alternatives=((Text("orders judged by payment time", "按付款时间判定"), other),))
    table = reconcile(it, payroll(("Li", "提成", 204_000))).table
    assert classes(table) == {"Li": ("CREDIT",)}
    assert "This fits orders judged by payment time: commission" in sentences(table)[0]


def test_other_rules_of_crediting_are_looked_at_only_where_payroll_differs() -> None:
    asked: list[str] = []

    class Alternatives:
        def __iter__(self) -> Iterator[tuple[Text, pd.DataFrame]]:
            asked.append("asked")
            return iter(())

    it = case([LI], alternatives=Alternatives())
    assert classes(reconcile(it, payroll(("Li", "提成", 200_000))).table) == {}
    assert asked == []
    assert classes(reconcile(it, payroll(("Li", "提成", 200_002))).table) == {"Li": ("UNEXPLAINED",)}
    assert asked == ["asked"]


def test_spells_under_different_supervisors_can_have_been_pooled() -> None:
    """40,000.00 x 3 % + 60,000.00 x 1.5 % = 2,100.00; pooled, 600 of 2,000 is 30 %: 3,000.00."""
    rows = [
        {"agent": "Li", "shop": "A", "supervisor": "B1", "buyers": 302, "sales": 4_000_000},
        {"agent": "Li", "shop": "A", "supervisor": "B2", "buyers": 298, "sales": 6_000_000},
    ]
    result = reconcile(case(rows, scheme(each="each: spell")), payroll(("Li", "提成", 300_000)))
    assert classes(result.table) == {"Li": ("BASE", "RATE")}


def test_one_of_two_spells_at_the_tier_next_to_it() -> None:
    """40,000.00 x 3.5 % + 60,000.00 x 1.5 % = 2,300.00."""
    rows = [
        {"agent": "Li", "shop": "A", "buyers": 302, "sales": 4_000_000},
        {"agent": "Li", "shop": "B", "buyers": 298, "sales": 6_000_000},
    ]
    result = reconcile(case(rows, scheme(each="each: spell")), payroll(("Li", "提成", 230_000)))
    assert classes(result.table) == {"Li": ("RATE",)}


def test_the_band_says_what_is_rounding() -> None:
    paid = payroll(("Li", "提成", 200_004))
    found = [classes(reconcile(case([LI]), paid, band_fen=band).table)["Li"] for band in (1, 3, 4)]
    assert found == [("UNEXPLAINED",), ("UNEXPLAINED",), ("ROUNDING",)]


def test_a_line_of_nothing_pays_nothing() -> None:
    table = reconcile(case([LI]), payroll(("Li", "提成", 0))).table
    assert classes(table) == {"Li": ("DUE_NOT_PAID",)}
    assert sentences(table)[0].startswith("Payroll pays 0.00 (line L1).")


def test_a_payee_of_last_month_is_no_payee_now() -> None:
    rows = [{**LI, "month": "2024-05"}, {**LI, "agent": "Wang"}]
    table = reconcile(case(rows), payroll(("Li", "提成", 200_000), ("Wang", "提成", 200_000))).table
    assert classes(table) == {"Li": ("PAID_NOT_DUE", "TIMING")}
    assert "The rules give 0.00: Li is no payee of it in 2024-06." in sentences(table)[0]


def test_a_cause_the_data_do_not_allow_is_told() -> None:
    """Gross sales cannot be negative, so net sales below 0 cannot stand in their place."""
    gross = scheme(extra="  - {id: gross, pay: gross_sales, rate: 1%}\n")
    it = case([{**LI, "sales": -100, "gross_sales": 10_000}], gross, items={"毛额提成": ("presales.gross",)})
    told = [
        f.message.en for f in reconcile(it, payroll(("Li", "毛额提成", 77))).findings if f.code == "cause-not-tried"
    ]
    assert told == ["Not tried, the data do not allow it: sales in place of gross sales."]


def test_the_verdict_counts_people_and_the_net() -> None:
    rows = [{**LI, "agent": name} for name in ("Li", "Wang", "Zhao")]
    lines = payroll(("Li", "提成", 200_100), ("Wang", "提成", 199_950), ("Zhao", "提成", 200_000))
    result = reconcile(case(rows), lines)
    assert result.text.en == "Payroll differs from the rules for 2 of 3 people; net 0.50 too much."
    assert result.text.zh == "3 人中有 2 人的工资与规则计算的结果不一致，合计多发 0.50。"
    assert result.summary.values.tolist() == [["UNEXPLAINED", 2, 2, 50, 150], ["MATCH", 1, 1, 0, 0]]
    assert ("payroll-unexplained", "review") in [(f.code, f.severity) for f in result.findings]


def test_a_table_cut_to_some_people_says_their_verdict() -> None:
    from dataclasses import replace

    rows = [{**LI, "agent": name} for name in ("Li", "Wang")]
    whole = reconcile(case(rows), payroll(("Li", "提成", 200_000)))
    mine = replace(whole, table=whole.table[whole.table["agent"] == "Li"])
    assert mine.text.en == "Payroll is what the rules give for all 1 people."
    assert [f.code for f in mine.findings] == ["payees-not-checked"]


def test_the_file_form_is_in_major_units_with_the_columns_promised() -> None:
    frame = reconcile(case([{**LI, "agent": HOSTILE}]), payroll((HOSTILE, "提成", 123_456))).to_frame("zh")
    assert frame.columns.tolist()[:7] == ["agent", "item", "paid", "recomputed", "difference", "class", "sentence"]
    assert frame.iloc[0, :6].tolist() == [HOSTILE, "提成", "1234.56", "2000.00", "-765.44", "UNEXPLAINED"]
    assert frame["sentence"].iloc[0].startswith("工资表发放 1,234.56")


def test_nothing_paid_and_nothing_due_is_an_empty_table() -> None:
    result = reconcile(case([{**LI, "sales": 0}]), payroll(("Li", "底薪", 450_000)))
    assert len(result.table) == 0
    assert result.summary.empty
    assert [(f.code, f.severity) for f in result.findings] == [
        ("payroll-item-unknown", "review"),
        ("payees-not-checked", "info"),
    ]


AMOUNTS = st.lists(st.tuples(st.sampled_from(["Li", "Wang", "Zhao"]), st.integers(-300_000, 300_000)), max_size=8)


@settings(max_examples=15, deadline=None)
@given(AMOUNTS)
def test_every_fen_paid_and_due_stands_in_the_table_once(lines: list[tuple[str, int]]) -> None:
    it = case([LI, {**LI, "agent": "Wang", "buyers": 300}], items=COMMISSION)
    paid = payroll(*[(agent, "提成", amount) for agent, amount in lines])
    before = paid.copy(), it.measures.copy()
    table = reconcile(it, paid).table
    assert table["paid"].sum() == sum(amount for _, amount in lines)
    assert table["recomputed"].sum() == 200_000 + 150_000
    assert (table["difference"] == table["paid"] - table["recomputed"]).all()
    assert (table["class"].isin(["MATCH", "SPLIT"]) == (table["difference"] == 0)).all()
    assert set(table["class"]) <= set(CAUSES)
    assert all(a >= b for a, b in pairwise(table["difference"].abs()))
    assert before[0].equals(paid)
    assert before[1].equals(it.measures)


def test_plain_files_go_by_ids_and_titles_and_name_what_they_did_not_compare(tmp_path: Path) -> None:
    scheme, measures, payroll = (tmp_path / name for name in ("s.yaml", "m.csv", "p.csv"))
    scheme.write_text(
        "language: 1\nscheme: s\ntitle: {en: S, zh: 方案}\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
        "components:\n  - {id: commission, title: {en: Commission, zh: 提成}, pay: sales, rate: 3%}\n",
        "utf-8",
    )
    measures.write_text("month,agent,sales\n2024-06,Li,100\n2024-06,Wang,200\n", "utf-8")
    payroll.write_text("agent,item,amount\nLi,提成,3\nWang,commission,6\nWang,comission,5\n", "utf-8")
    result = reconcile_files(scheme, measures, payroll, "2024-06")
    assert result.table["class"].tolist() == ["MATCH", "MATCH"]
    (unknown, _) = result.notes
    assert (unknown.code, unknown.subject) == ("payroll-item-unknown", "comission")
    assert unknown.message.en.endswith("did you mean 'commission'?")
    with pytest.raises(InputError, match="no row of 2024-07"):
        reconcile_files(scheme, measures, payroll, "2024-07")
