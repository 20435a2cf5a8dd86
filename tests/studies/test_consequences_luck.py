"""Luck at the lines of a scheme, held against teams whose truth is known: any ratio of two counts, money per order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, gamma

from tests.studies.test_consequences import HEADING, MONTH, frame, one
from toolkit.core.bundled import bundled
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.studies.consequences.registry import consequences

HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
Row = dict[str, object]


def team(who: Sequence[Callable[[np.random.Generator], Row]], seed: int, months: int = 12) -> pd.DataFrame:
    """Months of people who each draw a row, the last being `MONTH`."""
    r, last = np.random.default_rng(seed), Month.parse(MONTH)
    names = [HOSTILE, *(f"agent-{i}" for i in range(1, len(who)))]
    rows = [
        frame([{"agent": name, "shop": "A"} | draw(r) for name, draw in zip(names, who, strict=True)],
              str(last.shift(m - months + 1)))
        for m in range(months)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def rater(p: float, n: int = 100) -> Callable[[np.random.Generator], Row]:
    return lambda r: {"rated": n, "satisfied": int(r.binomial(n, p)), "sales": 1000}


def seller(mean: float, n: int = 200) -> Callable[[np.random.Generator], Row]:
    """Sales of `n` orders, each exponential with a mean: its coefficient of variation is 1."""
    return lambda r: {"orders": n, "sales": float(r.gamma(n) * mean)}


def look(text: str, measures: pd.DataFrame) -> list[Finding]:
    return list(consequences(parse_scheme(HEADING + text), measures, month=MONTH))


SATISFIED = "components: [{id: b, when: satisfied / rated >= 90%, amount: 500}]\n"


def test_satisfaction_is_judged_as_conversion_is() -> None:
    # of 100 asked for 90: ten at .95 reach it with 97 %, ten at .80 with 1 %
    known = one("reached-by-luck", look(SATISFIED, team([rater(0.95)] * 10 + [rater(0.80)] * 10, 1)))
    reach = binom.sf(89, 100, [0.95, 0.80])
    assert known.evidence["n_people"] == 20
    assert known.evidence["awards"][0] == pytest.approx(10 * reach.sum(), abs=0.7)
    assert known.evidence["false_awards"][0] == pytest.approx(10 * reach[1], abs=0.3)
    assert known.evidence["missed_awards"][0] == pytest.approx(10 * (1 - reach[0]), abs=0.5)
    assert known.evidence["noise_share"] < 0.2


def test_where_all_are_alike_the_line_is_luck() -> None:
    # everybody at .88: 90 of 100 are reached with 33 %, by nobody for skill
    known = one("reached-by-luck", look(SATISFIED, team([rater(0.88)] * 20, 2)))
    assert known.evidence["awards"][0] == pytest.approx(20 * binom.sf(89, 100, 0.88), abs=1.6)
    assert known.evidence["false_awards"][0] > 0.8 * known.evidence["awards"][0]
    assert known.evidence["noise_share"] > 0.85


def test_a_condition_of_quality_is_judged_too_and_only_named() -> None:
    # satisfaction is a condition of quality here: worth knowing, as everything else of it is
    text = "components: [{id: c, when: satisfied / rated >= 90%, pay: sales, rate: 1%}]\n"
    assert one("reached-by-luck", look(text, team([rater(0.88)] * 20, 2))).severity == "info"


def test_staying_within_a_share_of_errors_is_reaching_its_complement() -> None:
    # 4 of 200 are 2 %: at .01 reached with 95 %, at .04 with 10 %; said as it stands in the scheme
    checked = [
        lambda r, p=p: {"checked": 200, "answer_errors": int(r.binomial(200, p))} for p in (0.01,) * 8 + (0.04,) * 8
    ]
    found = one(
        "reached-by-luck",
        look("components: [{id: b, when: answer_errors / checked <= 2%, amount: 1}]\n", team(checked, 3)),
    )
    reach = binom.cdf(4, 200, [0.01, 0.04])
    assert found.evidence["awards"][0] == pytest.approx(8 * reach.sum(), abs=0.9)
    assert "to stay within answer errors ÷ checked cases 2%" in found.message.en
    assert "应答差错数 ÷ 质检数不超过 2%" in found.message.zh


def test_what_must_exceed_the_line_needs_one_more() -> None:
    # 20 tries: 10 reach 50 %, more than 50 % takes 11
    rows = [lambda r: {"rated": 20, "satisfied": int(r.binomial(20, 0.5))}] * 12
    both = (f"components: [{{id: b, when: satisfied / rated {sign} 50%, amount: 1}}]\n" for sign in (">=", ">"))
    reached, passed = (one("reached-by-luck", look(text, team(rows, 4))).evidence["awards"][0] for text in both)
    assert reached / 12 == pytest.approx(binom.sf(9, 20, 0.5), abs=0.08)
    assert passed / 12 == pytest.approx(binom.sf(10, 20, 0.5), abs=0.08)


def test_money_per_order_is_judged_by_its_baseline() -> None:
    # 200 orders of 100 on average, coefficient of variation 1: the mean reaches 105 with 24 %, all of it luck
    text = "components: [{id: b, when: sales / orders >= 105, amount: 300}]\n"
    found = one("reached-by-luck", look(text, team([seller(100)] * 16, 5)))
    by_luck = gamma.sf(105, 200, scale=0.5)
    assert found.evidence["awards"][0] == pytest.approx(16 * by_luck, abs=1.6)
    assert found.evidence["false_awards"][0] > 0.75 * found.evidence["awards"][0]
    apart = one("reached-by-luck", look(text, team([seller(80)] * 8 + [seller(140)] * 8, 6)))
    assert apart.evidence["awards"][0] == pytest.approx(8, abs=0.6)
    assert apart.evidence["noise_share"] < 0.2


ORDERS = [lambda r: {"orders": 20, "upsells": 30, "sales": 10_000, "receptions": 90, "inquiries": 50,
                     "reply_seconds": 30 + int(r.integers(9)), "target_sales": 9000,
                     "worked_days": 20}] * 6  # fmt: skip
# what a scheme asks for, and why luck cannot be judged there
REASONS = (
    ("when: upsells / orders >= 50%, amount: 1", "upsells are no part of orders (in 72 months of"),
    ("when: sales >= 9000, amount: 1", "it follows how many customers a person is sent"),
    ("when: reply_seconds <= 30, amount: 1", "it is an average"),
    ("when: worked_days >= 15, amount: 1", "it counts days or hours"),
    ("when: sales >= target_sales, amount: 1", "the line is not the same for everybody"),
    ("when: sales / target_sales >= 90%, amount: 1", "there is no baseline for money over money"),
    ("period: quarter, when: orders / inquiries >= 30%, amount: 1", "it is counted over more than a month"),
    ("score: {items: [{weight: 100, by: sales, mode: slab, tiers: [{points: 50}, {from: 9, points: 90}]}]}, "
     "amount: score", "a score adds up several measures"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "why"), REASONS, ids=[why[:30] for _, why in REASONS])
def test_what_cannot_be_judged_says_why(rule: str, why: str) -> None:
    found = look(f"components: [{{id: c, {rule}}}]\n", team(ORDERS, 7))
    untold = one("luck-not-judged", found)
    assert untold.severity == "info"
    assert why in untold.message.en
    assert untold.message.zh.startswith("c：以下各项无法评估运气成分：")
    assert not [f for f in found if f.code == "reached-by-luck"]


def test_a_stray_month_with_more_hits_than_tries_is_left_out() -> None:
    measures = team([rater(0.95)] * 10 + [rater(0.80)] * 10, 1)
    measures.loc[7, "satisfied"] = 130  # one of 240
    assert one("reached-by-luck", look(SATISFIED, measures)).evidence["n_people"] == 20


@pytest.mark.parametrize(("months", "people", "why"), [(5, 8, "4 months before"), (12, 2, "2 people are too few")])
def test_too_little_history_or_too_few_people_is_a_reason(months: int, people: int, why: str) -> None:
    found = one("luck-not-judged", look(SATISFIED, team([rater(0.9)] * people, 8, months)))
    assert why in found.message.en


def test_a_line_that_differs_by_shop_is_not_judged_as_one() -> None:
    scheme = read_scheme(bundled("data_samples/shelf/D02a-baseline-tiers.yaml"))  # edges from a table by shop
    rows = [lambda r: {"inquiries": 100, "buyers": int(r.binomial(100, 0.25)), "sales": 1000}] * 6
    found = list(consequences(scheme, team(rows, 11).assign(role="agent"), month=MONTH))
    assert "the line is not the same for everybody" in one("luck-not-judged", found).message.en
    assert not {"reached-by-luck", "people-near-edge", "below-the-line"} & {f.code for f in found}


def test_a_prize_that_cannot_be_judged_says_so() -> None:
    text = "components: [{id: r, rank: {by: sales, order: highest, ties: split}, amount: [800]}]\n"
    found = one("best-not-judged", look(text, team([seller(100)] * 2, 9)))
    assert found.severity == "info"
    assert "too few people or months are known" in found.message.en


def test_no_sentence_names_a_person_and_the_evidence_does() -> None:
    text = (
        "components:\n  - {id: b, when: buyers / inquiries >= 90%, amount: 500}\n"
        "  - {id: r, rank: {by: buyers / inquiries, order: highest, ties: split}, amount: [80]}\n"
        "  - {id: c, pay: sales, rate: {mode: slab, below: 0%, tiers: [{rate: 1%}, {from: 1000, rate: 3%}]}}\n"
    )
    measures = team([rater(0.70), *[rater(0.95)] * 8], 10).rename(columns={"rated": "inquiries", "satisfied": "buyers"})
    found = look(text, measures)
    assert HOSTILE in one("below-the-line", found).evidence["people"]
    names = set(measures["agent"])
    assert not [f.message for f in found for name in names if name in f.message.en or name in f.message.zh]
