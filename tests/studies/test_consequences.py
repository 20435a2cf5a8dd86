"""What a scheme did to its people: months small enough to work by hand, and teams with a planted cause or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.consequences.load import holds_up_to, overloads
from toolkit.studies.consequences.people import month_to_month
from toolkit.studies.consequences.registry import consequences, lint_file

HEADING = "language: 1\nscheme: case\ntitle: {en: Case, zh: 方案}\ncurrency: CNY\nin_force: {from: 2025-01-01}\n"
RATIO = "define: {conversion: buyers / inquiries}\n"
TIERS = "rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}]}"
COMMISSION = f"{RATIO}components: [{{id: c, pay: sales, {TIERS}}}]\n"
EDGES = "{from: 0, rate: 30%}, {from: 10000, rate: 35%}, {from: 20000, rate: 40%}, {from: 30000, rate: 45%}"
MONTH = "2024-06"
MONEY = ("sales", "profit", "gross_sales")


def frame(rows: Sequence[Mapping[str, Any]], month: str = MONTH) -> pd.DataFrame:
    """Rows in memory form: counts Int64, money in major units here, minor units there."""
    table = pd.DataFrame([{"month": month, **row} for row in rows])
    texts = [c for c in ("month", "agent", "shop", "supervisor", "credit") if c in table]
    for column in table.columns.difference([*texts, "reply_seconds"]):
        scale = 100 if column in MONEY else 1
        table[column] = pd.array([None if pd.isna(v) else round(v * scale) for v in table[column]], dtype="Int64")
    return table.astype(dict.fromkeys(texts, "str"))


def look(text: str, measures: pd.DataFrame, month: str = MONTH) -> list[Finding]:
    return list(consequences(parse_scheme(HEADING + text), measures, month=month))


def one(code: str, findings: Sequence[Finding]) -> Finding:
    found = [f for f in findings if f.code == code]
    assert len(found) == 1, found
    return found[0]


def history(r: np.random.Generator, rates: Sequence[float], months: int = 12, n: int = 300) -> pd.DataFrame:
    """Conversion of a team with known rates, the last month being `MONTH`."""
    last = Month.parse(MONTH)
    rows = [
        frame(
            [{"agent": f"a{i}", "shop": "A", "inquiries": n, "buyers": int(r.binomial(n, p)), "sales": 1000}
             for i, p in enumerate(rates)], str(last.shift(m - months + 1)))
        for m in range(months)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def test_people_within_one_order_and_one_standard_error_of_an_edge() -> None:
    # of 100 the edge asks 30; one standard error is sqrt(100 x .3 x .7) = 4.6: 26 to 34. 100,000 x 1.5 % = 1,500 each
    buyers = {"NA": 29, "007": 30, "null": 34, "=1+1": 25, "b": 35}
    rows = [{"agent": a, "inquiries": 100, "buyers": k, "sales": 100_000} for a, k in buyers.items()]
    near = one("people-near-edge", look(COMMISSION, frame(rows)))
    assert near.severity == "review"
    assert near.evidence["people"] == ["007", "NA"]
    assert (near.evidence["n_within_one_order"], near.evidence["n_within_one_error"]) == (2, 3)
    assert near.evidence["jumps"] == 4500


def test_orders_near_an_edge_of_money_are_counted_by_the_persons_own_average() -> None:
    # 4,900 in 49 orders of 100: one order is 100, one standard error 7 orders, 700
    text = "components: [{id: c, amount: {by: sales, mode: slab, below: 0, tiers: [{from: 5000, amount: 500}]}}]\n"
    rows = [{"agent": a, "orders": 49, "sales": s} for a, s in {"a": 4900, "b": 4500, "c": 4000}.items()]
    near = one("people-near-edge", look(text, frame(rows)))
    assert near.evidence["people"] == ["a"]
    assert (near.evidence["n_within_one_error"], near.evidence["jumps"]) == (2, 1000)


def test_an_edge_everybody_is_far_from_is_not_named() -> None:
    rows = [{"agent": "a", "inquiries": 1000, "buyers": 200, "sales": 1}]
    assert not [f for f in look(COMMISSION, frame(rows)) if f.code == "people-near-edge"]


def test_both_readings_of_a_progressive_profit_share() -> None:
    # 30,001 as a whole x 45 % = 13,500.45; in slices 3,000 + 3,500 + 4,000 + 0.45 = 10,500.45
    measures = frame([{"agent": "d", "profit": 30_001}])
    whole = f"components: [{{id: share, pay: profit, rate: {{mode: slab, below: 0%, tiers: [{EDGES}]}}}}]\n"
    sliced = f"components: [{{id: share, pay: profit, rate: {{mode: marginal, tiers: [{EDGES}]}}}}]\n"
    for text, paid, otherwise in ((whole, 13_500.45, 10_500.45), (sliced, 10_500.45, 13_500.45)):
        found = one("reading-differs", [f for f in look(text, measures) if "spell" not in f.message.en])
        assert (found.evidence["paid"], found.evidence["otherwise"], found.evidence["n_people"]) == (paid, otherwise, 1)


def test_spell_and_pooled_readings_differ() -> None:
    # D23: by spell 40,000 x 3 % + 60,000 x 1.5 % = 2,100; pooled 600 of 2,000 is 30 %: 100,000 x 3 % = 3,000
    measures = frame(
        [
            {"agent": "Li", "shop": "A", "inquiries": 1000, "buyers": 302, "sales": 40_000},
            {"agent": "Li", "shop": "B", "inquiries": 1000, "buyers": 298, "sales": 60_000},
        ]
    )
    found = one("reading-differs", look(COMMISSION.replace("id: c", "id: c, each: spell"), measures))
    assert (found.evidence["paid"], found.evidence["otherwise"]) == (2100, 3000)
    spells = [f for f in look(COMMISSION, measures) if "spell" in f.message.en]
    assert one("reading-differs", spells).evidence["otherwise"] == 2100


def test_a_supervisors_table_by_the_plain_mean_or_all_pooled() -> None:
    # D8: 36 of 100 and 290 of 1,000 are 29.6 % pooled and 32.5 % as a plain mean: 300,000 x 1.5 % or x 3 %
    measures = frame(
        [
            {"agent": "Boss", "inquiries": 0, "buyers": 0, "sales": 0},
            {"agent": "Li", "supervisor": "Boss", "inquiries": 100, "buyers": 36, "sales": 200_000},
            {"agent": "Wang", "supervisor": "Boss", "inquiries": 1000, "buyers": 290, "sales": 100_000},
        ]
    )
    found = look(COMMISSION.replace("id: c", "id: c, level: team"), measures)
    mean = one("reading-differs", [f for f in found if "mean" in f.message.en])
    assert (mean.evidence["paid"], mean.evidence["otherwise"]) == (4500, 9000)


def test_the_edge_itself_read_as_the_tier_below() -> None:
    # exactly 20,000: 35 % is 7,000, 40 % is 8,000
    table = f"{{mode: slab, below: 0%, bound: above, tiers: [{EDGES}]}}"
    found = look(
        f"components: [{{id: share, pay: profit, rate: {table}}}]\n", frame([{"agent": "b", "profit": 20_000}])
    )
    edge = one("reading-differs", [f for f in found if "edge" in f.message.en])
    assert (edge.evidence["paid"], edge.evidence["otherwise"]) == (7000, 8000)


def test_months_in_which_a_fund_scaled_awards_down() -> None:
    # 1 % of 100,000 is 1,000 each, 2,000 together; the fund holds 1,500
    text = "components: [{id: c, pay: sales, rate: 1%}]\nlimits: [{fund: 1500}]\n"
    two = frame([{"agent": "a", "sales": 100_000}, {"agent": "b", "sales": 100_000}])
    found = one("awards-scaled-down", look(text, two))
    assert (found.evidence["n_months"], found.evidence["cut"]) == (1, 500)
    assert not [f for f in look(text, two.iloc[:1]) if f.code == "awards-scaled-down"]


def test_sales_paid_after_a_change_of_shop_earn_nothing_under_each_spell() -> None:
    measures = frame(
        [
            {"agent": "Li", "shop": "A", "supervisor": "Wang", "inquiries": 100, "buyers": 40, "sales": 9000},
            {"agent": "Li", "shop": "A", "supervisor": "Zhao", "inquiries": 0, "buyers": 0, "sales": 500},
        ]
    )
    found = one("part-without-ratio", look(COMMISSION.replace("id: c", "id: c, each: spell"), measures))
    assert (found.evidence["base"], found.evidence["people"]) == (500, ["Li"])
    pooled = look(COMMISSION, measures)
    assert not [f for f in pooled if f.code == "part-without-ratio"]
    assert one("rows-differ", pooled).evidence["people"] == [f"Li {MONTH}"]


def test_awards_reached_by_luck_alone() -> None:
    # everybody converts 25 %; of 100 the chance of 30 or more is 15 %, and each such award is by luck
    measures = history(np.random.default_rng(4), [0.25] * 20, n=100)
    text = f"{RATIO}components: [{{id: b, when: conversion >= 30%, amount: 1000}}]\n"
    found = one("reached-by-luck", look(text, measures))
    assert found.severity == "review"
    assert 1.5 <= found.evidence["awards"][0] <= 5
    assert found.evidence["false_awards"][0] >= 0.8 * found.evidence["awards"][0]
    assert found.evidence["noise_share"] > 0.8


def test_an_edge_between_two_groups_of_people_is_not_reached_by_luck() -> None:
    measures = history(np.random.default_rng(5), [0.15] * 10 + [0.5] * 10)
    text = f"{RATIO}components: [{{id: b, when: conversion >= 30%, amount: 1000}}]\n"
    found = one("reached-by-luck", look(text, measures))
    assert found.severity == "info"
    assert found.evidence["noise_share"] < 0.2


def test_month_to_month_reliability_by_hand() -> None:
    # less the month's mean: -3 0 3 and -1 0 1; means -2 0 2. MSB = 2 x 8 / 2 = 8, MSW = 4 / 3, R = (20/3) / (28/3)
    values = {"2024-01": (1, 4, 7), "2024-02": (9, 10, 11)}
    rows = [(m, f"a{i}", -1, float(v)) for m, vs in values.items() for i, v in enumerate(vs)]
    table = pd.DataFrame(rows, columns=["month", "agent", "group", "value"])
    assert month_to_month(table) == pytest.approx(5 / 7)
    assert month_to_month(table[table["agent"] != "a2"]) is None


@pytest.mark.parametrize(("spread", "severity"), [(0, "review"), (30, "info")])
def test_a_prize_for_the_fastest_reply_finds_the_fastest_or_does_not(spread: float, severity: str) -> None:
    r = np.random.default_rng(6)
    months = [str(Month.parse(MONTH).shift(-m)) for m in range(12)]
    rows = [
        frame([{"agent": f"a{i}", "receptions": 100, "reply_seconds": int(60 + spread * i + r.normal(0, 5))}
               for i in range(8)], month)
        for month in months
    ]  # fmt: skip
    text = "components: [{id: r, rank: {by: reply_seconds, order: lowest, ties: split}, amount: [800]}]\n"
    found = one("best-by-chance", look(text, pd.concat(rows, ignore_index=True)))
    assert found.severity == severity
    assert found.evidence["n_people"] == 8
    assert (found.evidence["chance"] < 0.5) == (severity == "review")


def test_below_the_line_with_the_chance_of_luck() -> None:
    # three months of 60 of 300 against 30 %: 270 expected, 180 came, more than six standard errors below
    measures = history(np.random.default_rng(8), [0.2, 0.5, 0.5, 0.5, 0.4])
    measures.loc[measures["agent"] == "a0", "buyers"] = 60
    found = one("below-the-line", look(COMMISSION, measures))
    assert found.severity == "info"
    assert list(found.evidence["people"]) == ["a0"]
    assert found.evidence["people"]["a0"] < 0.01
    assert found.message.en.startswith("c: 1 of 5 people were below conversion 30.0% in 3 months running")


@pytest.mark.parametrize(("lost", "share", "severity"), [(8_000, 100 / 108, "info"), (12_000, 100 / 112, "review")])
def test_untraceable_orders_count_and_silent_ones_do_not(lost: int, share: float, severity: str) -> None:
    # A7: 100,000 traced, 200,000 silent: with 8,000 untraceable 100/108 = 92.6 % are traced
    measures = frame(
        [
            {"agent": "Li", "credit": None, "sales": 100_000, "orders": 50},
            {"agent": None, "credit": "silent", "sales": 200_000, "orders": 100},
            {"agent": None, "credit": "untraceable", "sales": lost, "orders": 4},
        ]
    )
    found = one("untraceable-orders", look("components: [{id: c, pay: sales, rate: 1%}]\n", measures))
    assert found.severity == severity
    assert found.evidence["traced_share"] == pytest.approx(share)
    assert found.evidence["n_orders"] == 4
    assert ("reward the team" in found.message.en) == (severity == "review")


def loaded(r: np.random.Generator, lower: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten people, 14 months of 60 customers a day; the first had 180 in three months, its logit lower by `lower`."""
    rows = []
    for m in range(14):
        for i in range(10):
            heavy = i == 0 and m in (5, 6, 7)
            n, logit = (1800 if heavy else 600), -1 + 0.1 * i - (lower if heavy else 0) + r.normal(0, 0.1)
            buyers = int(r.binomial(n, 1 / (1 + np.exp(-logit))))
            load = 180 if heavy else float(r.integers(50, 70))
            rows.append((str(Month.parse("2023-01").shift(m)), f"a{i}", "A", n, buyers, load))
    table = pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers", "load"])
    return table.drop(columns="load"), table[["month", "agent", "load"]]


def test_a_planted_overload_is_found_with_its_months() -> None:
    (episode,) = overloads(*loaded(np.random.default_rng(1), 0.6))
    assert (episode.agent, episode.months) == ("a0", ("2023-06", "2023-07", "2023-08"))
    assert 0.4 < episode.lower < 0.8
    assert (episode.low, episode.high) == (180, 180)


def test_heavy_months_that_convert_as_ever_are_no_overload() -> None:
    found = [overloads(*loaded(np.random.default_rng(seed), 0)) for seed in range(10)]
    assert found == [[]] * 10


def test_the_capacity_is_where_the_line_bends() -> None:
    # level up to 100 a day, then one logit lower for each 100 more
    load = np.array([50.0, 60, 70, 80, 90, 100, 150, 200, 250])
    residual = -np.maximum(load - 100, 0) / 100
    assert holds_up_to(load, residual, np.full(9, 10_000.0)) == (100, 100)


def test_the_sample_has_one_overload_episode_and_its_days_show_the_planted_capacity(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    days = sorted(bundled("data_samples/exports").glob("自定义报表_客服数据_*旗舰店*.xlsx"))
    people = [bundled("data_samples/hr") / name for name in ("accounts.csv", "assignments.xlsx", "attendance.xlsx")]
    import_files(workspace, [*days, *people])
    opened, first, last = Workspace.open(workspace.root), Month.parse("2023-07"), Month.parse("2024-06")
    measures = measure_months(opened, first, last).table
    text = "components: [{id: c, pay: sales, rate: 1%}]\n"
    monthly = one("overload", look(text, measures, str(last)))
    daily = one("overload", lint_file(parse_scheme(HEADING + text), opened.root, month=str(last)))
    planted = 400  # rota.SERVED_WELL of the generator
    for told in (monthly, daily):
        assert (told.evidence["people"], told.evidence["months"]) == (["a05"], ["2024-03", "2024-04", "2024-05"])
        assert "a05" not in told.message.en + told.message.zh
    low, high = daily.evidence["holds_between"]
    assert low <= planted <= high <= low + 120
    assert abs(daily.evidence["per_day"] - planted) <= 30
    assert f"per_day: {daily.evidence['per_day']}" in daily.message.zh
    assert monthly.evidence["per_day"] <= planted
    assert "By the averages of months" in monthly.message.en


def test_the_same_question_has_the_same_answer_and_nothing_is_changed() -> None:
    measures = history(np.random.default_rng(9), [0.25] * 8)
    before = measures.copy(deep=True)
    assert look(COMMISSION, measures) == look(COMMISSION, measures)
    pd.testing.assert_frame_equal(measures, before)


def test_a_month_without_rows_is_refused() -> None:
    with pytest.raises(UsageError, match="no row of 2030-01"):
        look(COMMISSION, history(np.random.default_rng(9), [0.25] * 4, months=2), "2030-01")


def test_another_reading_of_a_deduction_is_told_at_its_line() -> None:
    deduct = "deduct: {by: answer_errors, mode: slab, tiers: [{amount: 100}, {from: 3, amount: 900}]}"
    text = f"components: [{{id: c, pay: sales, rate: 10%}}, {{id: loss, {deduct}, kind: loss_recovery}}]\n"
    rows = [{"agent": "Li", "sales": 5_000_000, "answer_errors": 3, "base_pay": 400_000, "city": "上海"}]
    measures = pd.DataFrame(rows).assign(month=MONTH)
    told = [f for f in look(text, measures) if f.code == "reading-differs"]
    # 3 errors cost 900; were the edge of the tier below, 100
    assert [(f.evidence["component"], f.evidence["largest"]) for f in told] == [("loss", 800.0)]
