"""Each check of a scheme: one that has the fault, with its number worked by hand, and the nearest one that has not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from toolkit.core.findings import Finding
from toolkit.rules.lint.registry import CHECKS, lint_scheme
from toolkit.rules.scheme.loading import parse_scheme

HEADING = "language: 1\nscheme: case\ntitle: {en: Case, zh: 方案}\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
RATIO = "define: {conversion: buyers / inquiries}\n"


def lint(text: str, heading: str = HEADING) -> Sequence[Finding]:
    return lint_scheme(parse_scheme(heading + text))


def of(code: str, text: str, heading: str = HEADING) -> list[Finding]:
    return [f for f in lint(text, heading) if f.code == code]


def component(text: str, head: str = "") -> str:
    return f"{head}components:\n  - {{id: c, {text}}}\n"


def slab(tiers: str, by: str = "conversion") -> str:
    return component(f"pay: sales, rate: {{by: {by}, mode: slab, tiers: [{tiers}]}}", RATIO)


def volume(table: str) -> str:
    return component(f"amount: {{by: sales, below: 0, {table}}}")


D2 = "{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}, {from: 35%, rate: 4%}"
CAMPAIGN = "  - {id: short, period: {campaign: {from: 2024-06-16, to: 2024-06-18}}, amount: 300}\n"
RECORD = component('when: "sales > record(sales, over: last_month)", amount: 500')
SAVED = "pay: refunds_asked - refunds_made, rate: {mode: slab, below: 0%, tiers: [{from: 0, rate: 2%}]}"
FOUR = "components:\n" + "".join(f"  - {{id: c{i}, pay: sales, rate: 1%}}\n" for i in range(4))

# code, severity, faulty scheme, its numbers by hand, the nearest scheme without the fault (or with a milder word)
CASES: tuple[tuple[str, str, str, dict[str, Any], str], ...] = (
    # 100,000 at 1.5 % is 1,500, at 3 % it is 3,000
    ("cliff", "review", slab(D2), {"edge": 0.3, "before": 1500, "after": 3000, "jump": 1500, "factor": 2},
     slab("{from: 0%, rate: 2.5%}, {from: 30%, rate: 3%}")),
    # the 10th unit: 9 at 0.50 are 4.50, 10 at 1 are 10
    ("cliff", "review",
     component("pay: upsells, rate: {mode: slab, tiers: [{from: 0, rate: 0.5}, {from: 10, rate: 1}]}"),
     {"edge": 10, "before": 4.5, "after": 10, "jump": 5.5},
     component("pay: upsells, rate: {mode: marginal, unit: each, tiers: [{from: 0, rate: 0.5}, {from: 10, rate: 1}]}")),
    ("cliff", "review", volume("mode: slab, tiers: [{from: 2000, amount: 100}]"), {"before": 0, "after": 100},
     volume("mode: interpolated, tiers: [{from: 0, amount: 0}, {from: 2000, amount: 100}]")),
    # all reached amounts add: 100, then 600
    ("cliff", "review", volume("mode: cumulative, tiers: [{from: 2000, amount: 100}, {from: 5000, amount: 500}]"),
     {"before": 0, "after": 100}, volume("mode: interpolated, tiers: [{from: 2000, amount: 0}]")),
    ("all-or-nothing", "review", component("when: conversion >= 48%, amount: 1000", RATIO), {"jump": 1000},
     component("when: inquiries >= 200 and satisfied / rated >= 90%, pay: sales, rate: 1%")),
    # 5,000 at 3 % is 150, at 2 % 100
    ("pay-falls", "review",
     component("pay: sales, rate: {mode: slab, below: 0%, tiers: [{from: 0, rate: 3%}, {from: 5000, rate: 2%}]}"),
     {"edge": 5000, "before": 150, "after": 100},
     component("pay: sales, rate: {mode: marginal, tiers: [{from: 0, rate: 3%}, {from: 5000, rate: 2%}]}")),
    ("pay-falls", "review",
     component("amount: {by: late_days, mode: slab, tiers: [{from: 0, amount: 50}, {from: 2, amount: 80}]}"),
     {"before": 50, "after": 80},
     component("amount: {by: late_days, mode: slab, tiers: [{from: 0, amount: 80}, {from: 2, amount: 50}]}")),
    ("pay-falls", "review",
     volume("mode: interpolated, tiers: [{from: 0, amount: 0}, {from: 9, amount: 90}, {from: 12, amount: 60}]"),
     {"edge": 12, "before": 90, "after": 60},
     volume("mode: interpolated, tiers: [{from: 0, amount: 0}, {from: 9, amount: 60}, {from: 12, amount: 90}]")),
    ("flat-stretch", "info",
     volume("mode: slab, tiers: [{from: 20, amount: 1}, {from: 50, amount: 5}, {from: 99, amount: 9}]"),
     {"low": 50, "high": 99, "last": 99}, component("pay: sales, rate: 1%")),
    # 8,000 at 4 % is 200,000 of sales
    ("flat-above-cap", "info",
     component(f"pay: sales, rate: {{by: conversion, mode: slab, tiers: [{D2}]}}, cap: 8000", RATIO),
     {"cap": 8000, "reached_at": 200_000}, slab(D2)),
    # 30,000 x 45 % = 13,500, x 40 % = 12,000; 3,000 + 3,500 + 4,000 = 10,500
    ("two-readings", "info", component("pay: profit, rate: {mode: slab, tiers: [{rate: 30%}, {from: 10000, rate: 35%}, "
                                       "{from: 20000, rate: 40%}, {from: 30000, rate: 45%}]}"),
     {"at": 30_000, "whole_amount": 13_500, "edge_below": 12_000, "marginal": 10_500},
     component("pay: profit, rate: 30%")),
    # 100 units: 9 x 0.5 + 40 x 1 + 50 x 2 + 1 x 3
    ("two-readings", "info",
     component("pay: upsells, rate: {mode: slab, tiers: [{from: 0, rate: 0.5}, {from: 10, rate: 1}, "
               "{from: 50, rate: 2}, {from: 100, rate: 3}]}"),
     {"whole_amount": 300, "edge_below": 200, "marginal": 147.5}, component("pay: upsells, rate: 1")),
    ("no-minimum-volume", "review", component("when: conversion >= 48%, amount: 1000", RATIO),
     {"measure": "conversion", "edge": 0.48},
     component("when: conversion >= 48% and inquiries >= 200, amount: 1000", RATIO)),
    ("no-minimum-volume", "review", component("rank: {by: reply_seconds, order: lowest, ties: split}, amount: [800]"),
     {"measure": "reply_seconds"},
     component("rank: {by: reply_seconds, order: lowest, ties: split, among: inquiries >= 200}, amount: [800]")),
    ("refunds-not-netted", "review", component("pay: gross_sales, rate: 3%"), {"paid_on_returns": 300},
     component("pay: gross_sales - refunds, rate: {mode: slab, below: 0%, tiers: [{from: 0, rate: 3%}]}")),
    ("returns-still-count", "info", component("pay: upsells, rate: 0.5"), {"measures": ["upsells"]},
     component("pay: rated, rate: 0.5")),
    ("volume-without-quality", "review", component("pay: sales, rate: 3%"), {"n_components": 1},
     component("pay: sales, rate: 3%, when: complaints_upheld == 0")),
    ("known-word", "review", component("pay: sales, rate: 1%", "measures: {迟到次数: {kind: count}}\n"),
     {"measure": "late_days"}, component("pay: sales, rate: 1%", "measures: {锦旗: {kind: count}}\n")),
    ("robot-replies", "review", component("rank: {by: reply_seconds, order: lowest, ties: split}, amount: [800]"),
     {"shown_seconds": 42.3},  # 0.3 x 1 s + 0.7 x 60 s
     component('of: channel != "robot", rank: {by: reply_seconds, order: lowest, ties: split}, amount: [800]')),
    ("movable-measure", "review", component("pay: offline_orders, rate: 5"), {"measure": "offline_orders"},
     component("pay: offline_sales, rate: 1%")),
    ("overlapping-components", "review", FOUR, {"n_components": 4, "measure": "sales"},
     FOUR.replace("id: c3, pay: sales", "id: c3, pay: profit")),
    ("uncapped", "review", component("pay: calls, rate: 2"), {}, component("pay: calls, rate: 2, cap: 500")),
    # places 500 + 300 and a bonus of 1,000
    ("awards-may-exceed-fund", "review",
     "components:\n  - {id: r, rank: {by: sales, order: highest, ties: split}, amount: [500, 300]}\n"
     "  - {id: b, when: sales >= 9, amount: 1000}\nlimits: [{fund: 1500}]\n", {"promised": 1800, "fund": 1500},
     "components:\n  - {id: r, rank: {by: sales, order: highest, ties: split}, amount: [500, 300]}\n"
     "  - {id: b, when: sales >= 9, amount: 700}\nlimits: [{fund: 1500}]\n"),
    ("history-across-campaign", "review", RECORD + CAMPAIGN, {"campaign": "2024-06-16 – 2024-06-18"}, RECORD),
    ("legal-recruits", "review", component("level: invitees, pay: sales, rate: 5%"), {"levels": 1},
     component("level: team, pay: sales, rate: 5%")),
    ("legal-off-platform", "review", component("pay: offline_sales, rate: 1%"), {"measures": ["offline_sales"]},
     component("pay: sales, rate: 1%")),
    ("legal-refund-pressure", "review", component(SAVED), {}, component(f"when: complaints_upheld == 0, {SAVED}")),
    ("legal-discipline", "review", component("deduct: late_days * 50, kind: discipline"), {"share": None},
     component("deduct: late_days * 50, kind: award_not_earned")),
    ("legal-loss-recovery", "review",
     component("deduct: answer_errors * 100, kind: loss_recovery", "parameters: {legal_share: {loss_recovery: 30%}}\n"),
     {"share": 0.3, "above_20_percent": True}, component("deduct: answer_errors * 100, kind: overpayment")),
    ("legal-minimum-wage", "review", component("amount: (deals - 2) * 300, floor: -900"), {"floor": -900},
     component("amount: (deals - 2) * 300")),
)  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "faulty", "numbers", "sound"), CASES, ids=[case[0] for case in CASES])
def test_a_check_finds_its_fault_and_not_in_the_nearest_scheme_without_it(
    code: str, severity: str, faulty: str, numbers: dict[str, Any], sound: str
) -> None:
    first = of(code, faulty)[0]
    assert first.severity == severity
    assert {key: first.evidence[key] for key in numbers} == numbers
    assert not [f for f in of(code, sound) if f.severity == severity]


def test_an_acknowledged_scheme_is_compared_with_its_first_day() -> None:
    assert of("not-acknowledged", FOUR)[0].severity == "info"
    late = of("not-acknowledged", FOUR, HEADING + "acknowledged: 2024-01-10\n")
    assert [(f.severity, f.evidence["days"]) for f in late] == [("review", 9)]
    assert not of("not-acknowledged", FOUR, HEADING + "acknowledged: 2023-12-20\n")


def test_a_fifth_of_the_wage_is_the_share_loss_recovery_is_asked_about() -> None:
    taken = component(
        "deduct: answer_errors * 100, kind: loss_recovery", "parameters: {legal_share: {loss_recovery: 20%}}\n"
    )
    assert of("legal-loss-recovery", taken)[0].evidence["above_20_percent"] is False
    assert of("legal-loss-recovery", taken.replace("20%", "20.01%"))[0].evidence["above_20_percent"] is True
    assert of("legal-minimum-wage", taken)[0].evidence["floor"] is None


def test_the_conversion_tiers_double_pay_at_thirty_percent() -> None:
    first = of("cliff", slab(D2))[0]
    assert first.evidence["line"] == 8
    assert "conversion 30%" in first.message.en
    assert "1,500.00 to 3,000.00 CNY (×2)" in first.message.en
    assert "1,500.00 变为 3,000.00 元 (×2)" in first.message.zh


def test_a_finding_names_the_line_it_is_about() -> None:
    text = (
        "components:\n  - {id: a, pay: sales, rate: 1%}\n  - id: b\n    level: invitees\n    pay: sales\n    rate: 5%\n"
    )
    assert of("legal-recruits", text)[0].evidence["line"] == 9


def test_no_finding_declares_anything_legal() -> None:
    for _, _, faulty, _, _ in CASES:
        for f in lint(faulty):
            if f.code.startswith("legal-"):
                assert f.message.en.endswith("For counsel; not judged here.")
                assert f.message.zh.endswith("请法务判断，此处不作结论。")


def test_every_check_says_what_it_looks_for() -> None:
    assert all((check.__doc__ or "").startswith("Look for ") for check in CHECKS)
