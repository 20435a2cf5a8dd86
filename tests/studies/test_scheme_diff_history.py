"""Comparison with funds of nobody and with earlier months: worked by hand, and a law over random pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay
from toolkit.studies.scheme_change.compare import SchemeDiff, diff_schemes

HEADING = "language: 1\nscheme: {id}\ntitle: {{en: Case, zh: 方案}}\ncurrency: CNY\nin_force: {{from: 2025-01-01}}\n"
MONTHS = ("2024-10", "2024-11", "2024-12")
HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"


def scheme(parts: str, name: str = "case") -> Scheme:
    return parse_scheme(HEADING.format(id=name) + parts)


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows in memory form; money in major units here."""
    table = pd.DataFrame(rows)
    texts = [c for c in ("month", "agent", "shop", "credit") if c in table]
    for column in table.columns.difference(texts):
        table[column] = pd.array([int(v) * (100 if column == "sales" else 1) for v in table[column]], dtype="Int64")
    return table.astype(dict.fromkeys(texts, "str"))


def moved(found: SchemeDiff) -> dict[tuple[str, str], int]:
    return {(r.agent, r.group): r.difference for r in found.people.itertuples() if r.difference}


def test_a_fund_of_nobody_stands_in_the_table_beside_the_people() -> None:
    # Untraceable 1,000 in A and 500 in B; 1 % to 3 %: A 10 to 30, B 5 to 15. Li's 2 % of 2,000 stays 40.
    rows = [
        {"month": "2024-12", "agent": "Li", "shop": "A", "credit": None, "sales": 2000},
        {"month": "2024-12", "agent": None, "shop": "A", "credit": "untraceable", "sales": 1000},
        {"month": "2024-12", "agent": None, "shop": "B", "credit": "untraceable", "sales": 500},
        {"month": "2024-12", "agent": "NA", "shop": "B", "credit": None, "sales": 0},
    ]
    fund = '{{id: fund, level: shop, of: credit == "untraceable", undivided: true, pay: sales, rate: {rate}}}'
    parts = "components:\n  - {{id: own, pay: sales, rate: 2%}}\n  - " + fund + "\n"
    found = diff_schemes(scheme(parts.format(rate="1%")), scheme(parts.format(rate="3%")), frame(rows))
    assert moved(found) == {("", "A"): 2000, ("", "B"): 1000}
    assert found.counts == {"more": 0, "less": 0, "same": 2, "old": 5500, "new": 8500}
    assert [(c.effect, c.by_agent, dict(c.by_payee)) for c in found.causes] == [
        (3000, {}, {("", "A"): 2000, ("", "B"): 1000})
    ]
    assert found.text.en.endswith("Of this 15.00 CNY and 45.00 CNY go to funds of groups, not to persons (2).")
    assert found.text.zh.endswith("其中归团队或店铺基金、不归个人的分别为 15.00 元和 45.00 元（2 个）。")
    table = found.people_table("en")
    assert list(table.columns) == ["agent", "group", "old", "new", "difference", "cause"]
    assert list(table["group"]) == ["", "", "B", "A"]  # people first, then funds, the smallest difference first


def test_what_is_paid_to_date_is_what_the_month_adds() -> None:
    # To date 1 % of 1,000, 3,000, 6,000 is 10, 30, 60: December adds 30. At 2 % with a cap of 100: 20, 60, 100: 40.
    rows = [{"month": m, "agent": HOSTILE, "sales": v} for m, v in zip(MONTHS, (1000, 2000, 3000), strict=True)]
    to_date = "components: [{{id: c, period: quarter, accumulate: true, pay: sales, rate: {rate}, cap: 100}}]\n"
    found = diff_schemes(scheme(to_date.format(rate="1%")), scheme(to_date.format(rate="2%")), frame(rows))
    assert (found.counts["old"], found.counts["new"]) == (3000, 4000)
    assert moved(found) == {(HOSTILE, ""): 1000}
    assert (found.since, found.month) == ("2024-10", "2024-12")
    assert "both were paid from 2024-10 on" in found.text.en
    assert "均自 2024-10 起逐月计发" in found.text.zh


def test_several_months_are_added_by_person_and_cause() -> None:
    # To date 1 % of 1,000, 3,000, 6,000 is 10, 30, 60. At 2 % with a cap of 80: 20, 60, 80. November and December add
    # 50 and 60, after October was paid. The bonus of 5 a month from 2,000 on falls to 3: twice 2 less. Wu is paid none.
    rows = [{"month": m, "agent": "Li", "sales": v} for m, v in zip(MONTHS, (1000, 2000, 3000), strict=True)]
    rows.append({"month": "2024-11", "agent": "Wu", "sales": 100})
    parts = (
        "components:\n  - {{id: c, period: quarter, accumulate: true, pay: sales, rate: {rate}, cap: {cap}}}\n"
        "  - {{id: b, when: sales >= 2000, amount: {bonus}}}\n"
    )
    old, new = (scheme(parts.format(rate=r, cap=c, bonus=b)) for r, c, b in (("1%", 80, 5), ("2%", 80, 3)))
    found = diff_schemes(old, new, frame(rows), first="2024-11")
    # Wu: 1 in November, 2 then
    assert moved(found) == {("Li", ""): 600, ("Wu", ""): 100}
    assert [(c.component, c.effect, c.by_agent) for c in found.causes] == [
        ("c", 1100, {"Li": 1000, "Wu": 100}),
        ("b", -400, {"Li": -400}),
    ]
    assert (found.counts["old"], found.counts["new"]) == (6100, 6800)
    assert (found.first, found.month, found.since) == ("2024-11", "2024-12", "2024-10")
    assert list(found.people["cause"].map(lambda cause: cause.en)) == ["the rate", "the rate +10.00; the amount -4.00"]
    assert found.text.en.startswith("Paid on 2024-11 to 2024-12: 61.00 CNY by the old scheme, 68.00 CNY by the new one")
    assert found.text.zh.startswith("按 2024-11 至 2024-12 数据测算：")


def test_from_every_month_to_the_quarter_to_date_the_quarter_is_counted_once() -> None:
    # monthly 1 % of December's 3,000 is 30; to date it adds 60 - 30 = 30 as well
    rows = [{"month": m, "agent": "Li", "sales": v} for m, v in zip(MONTHS, (1000, 2000, 3000), strict=True)]
    monthly = "components: [{id: c, pay: sales, rate: 1%}]\n"
    to_date = monthly.replace("id: c,", "id: c, period: quarter, accumulate: true,")
    found = diff_schemes(scheme(monthly), scheme(to_date), frame(rows))
    assert (found.counts["old"], found.counts["new"]) == (3000, 3000)
    quarter = diff_schemes(scheme(monthly), scheme(monthly.replace("id: c,", "id: c, period: quarter,")), frame(rows))
    assert (quarter.counts["old"], quarter.counts["new"], quarter.since) == (3000, 6000, "")  # paid at once in December


def test_a_month_that_depends_on_none_before_is_paid_alone() -> None:
    rows = [{"month": m, "agent": "Li", "sales": 1000} for m in MONTHS]
    one = scheme("components: [{id: c, pay: sales, rate: 1%}]\n")
    assert diff_schemes(one, one, frame(rows)).since == ""


PARTS = (
    "{{id: {id}, pay: sales, rate: {rate}%}}",
    "{{id: {id}, pay: sales, rate: {rate}%, period: quarter}}",
    "{{id: {id}, pay: sales, rate: {rate}%, period: quarter, accumulate: true, cap: 90}}",
    "{{id: {id}, pay: sales, rate: {rate}%, period: year, accumulate: true}}",
    "{{id: {id}, pay: sales, rate: {{mode: marginal, tiers: [{{rate: 1%}}, {{from: 900, rate: {rate}%}}]}}}}",
    "{{id: {id}, level: shop, undivided: true, pay: sales, rate: {rate}%}}",
    '{{id: {id}, level: shop, of: credit == "untraceable", undivided: true, pay: sales, rate: {rate}%}}',
    "{{id: {id}, level: shop, share: sales, pay: sales, rate: {rate}%}}",
    "{{id: {id}, when: orders >= {rate}, amount: 33.33}}",
    "{{id: {id}, rank: {{by: sales, order: highest, within: shop, ties: split}}, amount: [{rate}]}}",
    "{{id: {id}, pay: sales, rate: {rate}%, defer: [{{after_months: 1, share: 30%}}]}}",
)
LIMITS = (
    "",
    "limits: [{{cap: {rate}0}}]\n",
    "limits: [{{cap: {rate}00, period: year}}]\n",
    "limits: [{{fund: {rate}% * sales}}]\n",
)


def drawn(r: np.random.Generator) -> str:
    chosen = r.choice(len(PARTS), size=int(r.integers(1, 5)), replace=False)
    lines = [f"  - {PARTS[i].format(id=f'c{i}', rate=r.integers(2, 9))}\n" for i in chosen]
    streak = f'  - {{id: again, when: streak("c{chosen[0]}") >= 2, amount: 7}}\n'
    lines += [streak] if chosen[0] in (0, 8) else []
    return "components:\n" + "".join(lines) + str(r.choice(LIMITS)).format(rate=r.integers(4, 30))


def team(r: np.random.Generator) -> pd.DataFrame:
    people: list[dict[str, object]] = []
    for month in MONTHS:
        for i, agent in enumerate(("Li", "NA", "007", None)):
            shop, credit = "AB"[i % 2], None if agent else "untraceable"
            sales, orders = int(r.integers(0, 2000)), int(r.integers(0, 9))
            people.append({"month": month, "agent": agent, "shop": shop, "credit": credit, "sales": sales,
                           "orders": orders})  # fmt: skip
    return frame(people)


def cost(rule: Scheme, measures: pd.DataFrame) -> int:
    """What the last month costs, every row of it, each month paid on the ledger of those before."""
    ledger: pd.DataFrame | None = None
    for month in MONTHS:
        rows = pay(rule, measures[measures["month"] <= month], month=month, ledger=ledger).table
        ledger = rows if ledger is None else pd.concat([ledger, rows], ignore_index=True)
    return 0 if ledger is None else int(ledger.loc[ledger["month"] == MONTHS[-1], "amount"].sum())


@pytest.mark.parametrize("seed", range(16))
def test_winners_losers_and_funds_add_up_to_the_difference_in_cost(seed: int) -> None:
    r = np.random.default_rng(seed)
    measures, texts = team(r), (drawn(r), drawn(r))
    held = [HEADING.replace("2025-01-01", "2024-01-01").format(id="case") + text for text in texts]
    old, new = (cost(parse_scheme(text), measures) for text in held)
    found = diff_schemes(scheme(texts[0]), scheme(texts[1]), measures)
    assert (found.counts["old"], found.counts["new"]) == (old, new)
    months = [diff_schemes(found.old, found.new, measures, month=month) for month in MONTHS]
    whole = diff_schemes(found.old, found.new, measures, first=MONTHS[0])
    for payee, difference in moved(whole).items():
        assert difference == sum(moved(one).get(payee, 0) for one in months)
        assert difference == sum(cause.by_payee.get(payee, 0) for cause in whole.causes)
    assert found.people["difference"].sum() == new - old
    assert sum(cause.effect for cause in found.causes) == new - old
    assert found.counts["more"] + found.counts["less"] + found.counts["same"] + len(found.funds) == len(found.people)


def test_measures_that_lack_a_column_leave_the_words_and_name_it() -> None:
    one = "components: [{id: c, pay: sales, rate: 1%}]\n"
    rows = frame([{"month": "2024-12", "agent": "Li", "sales": 1000}])
    found = diff_schemes(scheme(one), scheme(one.replace("pay: sales", "pay: gross_profit")), rows)
    assert (found.month, found.missing, len(found.people)) == ("", ("gross_profit",), 0)
    assert [(c.about, c.kind) for c in found.changes] == [("component", "changed")]
    assert found.text.en == "1 difference. Pay could not be compared: the measures have no column gross_profit."
    assert found.text.zh == "共 1 处不同。未能比较应发金额：数据中没有gross_profit列。"
