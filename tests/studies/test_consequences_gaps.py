"""What the measures do not allow to judge is said once, with its columns; everything else is judged as ever."""

from __future__ import annotations

import pytest

from tests.studies.test_consequences import COMMISSION, HEADING, RATIO, TIERS, frame, look, one
from toolkit.core.errors import InputError
from toolkit.rules.lint.gaps import missing_columns
from toolkit.rules.scheme.loading import parse_scheme

ROWS = [{"agent": a, "shop": "A", "inquiries": 100, "buyers": k, "sales": 50_000} for a, k in (("NA", 29), ("007", 40))]
SLAB = "{mode: slab, below: 0%, tiers: [{from: 0, rate: 3%}, {from: 9, rate: 5%}]}"
PROFIT = f"  - {{id: p, title: {{en: Profit share, zh: 利润分成}}, pay: profit, rate: {SLAB}}}\n"
TWO = f"{RATIO}components:\n  - {{id: c, pay: sales, {TIERS}}}\n{PROFIT}"


def test_a_missing_column_is_one_finding_and_the_rest_is_judged() -> None:
    found = look(TWO, frame(ROWS))
    gap, near = one("not-judged", found), one("people-near-edge", found)
    assert (gap.severity, gap.evidence["columns"], gap.evidence["components"]) == (
        "review",
        ["profit"],
        ["Profit share"],
    )
    assert "the measures have no column profit, which Profit share needs" in gap.message.en
    assert "数据中没有profit（利润）列，而利润分成需要" in gap.message.zh
    assert (
        "Not judged there: who stands near a line, what luck does there, what other readings would pay."
        in gap.message.en
    )
    assert near.evidence["people"] == ["NA"]  # 29 of 100, one short of 30
    assert (near.evidence["component"], near.evidence["line"]) == ("c", 8)
    assert gap.evidence["line"] == 9


def test_a_component_keeps_its_line_when_one_before_it_cannot_be_paid() -> None:
    found = look(f"{RATIO}components:\n{PROFIT}  - {{id: c, pay: sales, {TIERS}}}\n", frame(ROWS))
    assert one("people-near-edge", found).evidence["line"] == 9


def test_where_nothing_can_be_paid_only_that_is_said_of_pay() -> None:
    found = look(f"components:\n{PROFIT}", frame(ROWS))
    assert {f.code for f in found} == {"not-judged"}


NEEDS = (
    ("{id: c, pay: sales, rate: 1%, clawback: {by: age_months, mode: slab, tiers: [{rate: 100%}]}}", set()),
    ("{id: c, level: team, pay: sales, rate: 1%}", {"supervisor"}),
    ("{id: c, level: shop, share: equal, pay: sales, rate: 1%}", set()),
    ("{id: c, level: shop, share: worked_days, pay: sales, rate: 1%}", {"worked_days"}),
    ("{id: c, when: on_probation, amount: 1}", {"on_probation"}),
    ("{id: c, rank: {by: reply_seconds, order: lowest, ties: split, within: city}, amount: [9]}",
     {"reply_seconds", "receptions", "city"}),  # the average weighs by receptions
    ("{id: c, when: \"sales > record(sales, over: last_month, within: team)\", amount: 1}", {"team"}),
    ("{id: c, amount: {by: sales, relative_to: target, mode: slab, below: 0, tiers: [{from: 100%, amount: 9}]}}",
     {"target_sales"}),
    ("{id: c, when: streak(\"d\") >= 2, amount: 1}\n  - {id: d, when: upsells > 1, amount: 1}", {"upsells"}),
    ("{id: c, pay: sales, rate: 1%}\nlimits: [{fund: 10% * gross_profit, level: shop}]", {"gross_profit"}),
)  # fmt: skip


@pytest.mark.parametrize(("part", "columns"), NEEDS, ids=[part[7:40] for part, _ in NEEDS])
def test_the_columns_a_scheme_reads(part: str, columns: set[str]) -> None:
    assert set(missing_columns(parse_scheme(f"{HEADING}components:\n  - {part}\n"), frame(ROWS))) == columns


def test_a_limit_without_its_column_is_left_out_and_named() -> None:
    found = look(COMMISSION + "limits: [{fund: 10% * gross_profit}]\n", frame(ROWS))
    gap = one("not-judged", found)
    assert (gap.evidence["columns"], gap.evidence["components"]) == (["gross_profit"], ["limit 1"])
    assert "whether limits and fund bind" in gap.message.en
    assert one("people-near-edge", found)


def test_days_of_a_campaign_that_the_rows_do_not_have_are_a_reason() -> None:
    days = "period: {campaign: {from: 2024-06-16, to: 2024-06-18}}"
    found = look(f"components:\n  - {{id: c, {days}, when: sales >= 9000, amount: 300}}\n", frame(ROWS))
    assert "c cannot be worked out: the rows do not say their days" in one("not-judged", found).message.en


def test_measures_that_are_wrong_whatever_the_scheme_stay_an_error() -> None:
    twice = frame([*ROWS, ROWS[0]])
    with pytest.raises(InputError, match="two rows"):
        look(COMMISSION, twice)
