"""Simulated months are paid by the same rules as a payroll."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.proofs.replicated import compare, compare_random_year
from tests.rules.scenarios import situations
from tests.rules.test_shelf import SCENARIOS
from toolkit.core.errors import InputError, UsageError
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle import replicates
from toolkit.rules.settle.payroll import pay
from toolkit.rules.settle.replicates import ReplicateLedger, pay_replicates

SCHEME = """\
language: 1
scheme: simulated
title: Simulated
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}, {from: 40%, rate: 6%}]}
  - {id: places, rank: {by: sales, order: highest, within: shop, ties: split}, amount: [500, 200]}
  - {id: pool, level: shop, pay: sales, rate: 1%, share: inquiries}
  - {id: best, when: "conversion >= best(conversion, within: shop)", amount: 100}
limits: [{cap: 4000}, {fund: 5% * sales, level: shop}, {guarantee: 300}]
"""


def roster(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": pd.Series(["2024-06"] * n, dtype="str"),
            "agent": pd.Series([f"a{i}" for i in range(n)], dtype="str"),
            "shop": pd.Series(["AB"[i % 2] for i in range(n)], dtype="str"),
            "inquiries": pd.array([0] * n, dtype="Int64"),
            "buyers": pd.array([0] * n, dtype="Int64"),
            "sales": pd.array([0] * n, dtype="Int64"),
        }
    )


def test_each_replicate_is_paid_as_if_it_were_the_month() -> None:
    rng, measures = np.random.default_rng(3), roster(9)
    inquiries = rng.integers(0, 20, (30, 9))
    simulated = {
        "inquiries": inquiries,
        "buyers": rng.binomial(inquiries, 0.4),
        "sales": rng.integers(-10_000, 10_000_000, (30, 9)) // 1000 * 1000,
    }
    together = pay_replicates(parse_scheme(SCHEME), measures, simulated, month="2024-06")
    for run in range(30):
        alone = measures.assign(**{name: pd.array(values[run], dtype="Int64") for name, values in simulated.items()})
        table = pay(parse_scheme(SCHEME), alone, month="2024-06").table
        totals = table.groupby("agent")["amount"].sum()
        assert together.totals[run].tolist() == [int(totals[agent]) for agent in together.agents]
        parts = table.groupby(["agent", "component"])["amount"].sum()
        for c, component in enumerate(together.components):
            wanted = [int(parts.get((agent, component), 0)) for agent in together.agents]
            assert together.amounts[run, :, c].tolist() == wanted


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="no column 'clicks'"):
        pay_replicates(parse_scheme(SCHEME), roster(2), {"clicks": np.zeros((3, 2), np.int64)}, month="2024-06")
    with pytest.raises(UsageError, match="one column a row"):
        pay_replicates(parse_scheme(SCHEME), roster(2), {"sales": np.zeros((3, 5), np.int64)}, month="2024-06")


def test_only_whole_numbers_of_one_month_are_simulated() -> None:
    scheme, measures = parse_scheme(SCHEME), roster(2)
    with pytest.raises(UsageError, match="must be whole numbers"):
        pay_replicates(scheme, measures, {"sales": np.ones((3, 2))}, month="2024-06")  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="hold replicates already"):
        pay_replicates(scheme, measures.assign(replicate=[0, 1]), {}, month="2024-06")
    with pytest.raises(InputError, match="'inquiries' is negative"):
        pay_replicates(scheme, measures, {"inquiries": np.full((3, 2), -1)}, month="2024-06")


def test_a_simulated_figure_means_what_it_does_in_the_measures() -> None:
    """An average kept in tenths is simulated in whole seconds, not in tenths."""
    text = SCHEME[: SCHEME.index("components:")] + "components: [{id: fast, amount: 1 * reply_seconds}]\n"
    measures = roster(1).assign(receptions=1, reply_seconds=pd.Series([Decimal("30.5")], dtype="object"))
    paid = pay_replicates(parse_scheme(text), measures, {"reply_seconds": np.array([[7]])}, month="2024-06")
    assert paid.totals.tolist() == [[700]]


def test_the_sum_of_parts_of_a_cent_is_rounded_once() -> None:
    text = SCHEME[: SCHEME.index("components:")] + (
        "rounding: {at: total}\ncomponents: [{id: a, pay: sales, rate: 0.5%}, {id: b, pay: sales, rate: 0.5%}]\n"
    )
    paid = pay_replicates(parse_scheme(text), roster(1), {"sales": np.array([[100], [300]])}, month="2024-06")
    assert paid.totals.tolist() == [[1], [3]]  # half a cent twice is one cent, one and a half twice is three


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.name.partition(".")[0])
def test_every_shelf_scheme_is_paid_as_pay_does_or_refused_by_name(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(situations(path))
    scheme = first.scheme(tmp_path)
    measures = first.measures(tmp_path, scheme)
    monkeypatch.setattr(replicates, "CHUNK_ROWS", 2 * len(measures))  # two replicates, and one by itself
    found = compare(scheme, measures, list(first.months), 3, np.random.default_rng(1))
    assert not found.differences
    by_order = any(c.lines is not None or c.each == "order" for c in scheme.components)
    assert by_order == any(of == "refused" for of, _ in found.counts)


@pytest.mark.parametrize(("index", "revised"), [(0, False), (3, False), (4, True)])
def test_a_random_year_of_replicates_is_paid_as_pay_does(index: int, revised: bool) -> None:
    found = compare_random_year(11, index, 8, 2, 7, revised=revised)
    assert not found.differences
    assert (found.counts["rows of replicates by step", "adjustment"] > 0) == revised
    assert found.counts["all", "months of replicates equal"] == 14


STEPS = """\
components:
  - {id: sales, pay: sales, rate: 10%, defer: [{after_months: 1, share: 50%}]}
  - {id: quarter, pay: sales, rate: 1%, period: quarter, accumulate: true}
  - {id: bonus, when: sales >= 1000, amount: 10}
  - {id: streak, when: streak("bonus") >= 2, amount: 7}
  - {id: fine, deduct: 5, kind: discipline, carry: true}
limits: [{cap: 300, period: year}, {cap: 200, carry: true}, {guarantee: 20, recoverable: true}]
"""


def test_what_reads_earlier_months_is_refused_by_name_where_nothing_was_said_of_them() -> None:
    text = SCHEME[: SCHEME.index("define:")] + STEPS
    with pytest.raises(UsageError) as refused:
        pay_replicates(parse_scheme(text), roster(1), {}, month="2024-06")
    named = "sales (defer), quarter (accumulate), fine (carry), limit 1 (period), limit 2 (carry), "
    assert named + "limit 3 (recoverable), bonus (streak)" in refused.value.of("en")
    assert "fine (carry)、limit 1 (period)" in refused.value.of("zh")


def test_each_replicate_reads_its_own_ledger() -> None:
    """Two months worked by hand: replicate 0 sells 1,000.00 and 2,000.00, replicate 1 sells 0.00 and 2,000.00."""
    text = (
        SCHEME[: SCHEME.index("define:")]
        + """\
components:
  - {id: half, pay: sales, rate: 10%, defer: [{after_months: 1, share: 50%}]}
  - {id: bonus, when: sales >= 1000, amount: 10}
  - {id: streak, when: streak("bonus") >= 2, amount: 7}
"""
    )
    scheme, before = parse_scheme(text), ReplicateLedger()
    totals = []
    for month, sales in (("2024-06", [100_000, 0]), ("2024-07", [200_000, 200_000])):
        drawn = {"sales": np.array(sales)[:, None]}
        paid = pay_replicates(scheme, roster(1).assign(month=month), drawn, month=month, ledger=before)
        before, totals = paid.ledger or before, [*totals, paid.totals[:, 0].tolist()]
    # 100 less 50 held back and the bonus; then 200 less 100, the 50 released, the bonus, and 7 for two running
    assert totals == [[6000, 0], [16_700, 11_000]]


def test_a_payroll_before_the_first_simulated_month_is_the_past_of_every_replicate() -> None:
    text = (
        SCHEME[: SCHEME.index("define:")]
        + "components: [{id: a, pay: sales, rate: 10%}]\nlimits: [{cap: 150, period: year}]\n"
    )
    scheme, known = parse_scheme(text), roster(1).assign(sales=pd.array([100_000], dtype="Int64"))
    ledger = pay(scheme, known, month="2024-06").table
    drawn = {"sales": np.array([[20_000], [90_000]])}
    paid = pay_replicates(scheme, roster(1).assign(month="2024-07"), drawn, month="2024-07", ledger=ledger)
    assert paid.totals.tolist() == [[2000], [5000]]  # 100 of 150 is paid: all of 20, but 50 of 90


def test_refunds_after_payout_are_taken_back_in_their_own_replicate() -> None:
    """A tenth of 1,000.00 was paid; 400.00 of it comes back in the second replicate alone, 100.00 in both."""
    text = SCHEME[: SCHEME.index("define:")] + "components: [{id: a, pay: sales, rate: 10%}]\n"
    scheme, first = parse_scheme(text), roster(1)
    both = pd.concat([first, first.assign(month="2024-07")], ignore_index=True)
    drawn = np.array([[100_000, 50_000], [100_000, 50_000]])
    before = pay_replicates(scheme, first, {"sales": drawn[:, :1]}, month="2024-06", ledger=ReplicateLedger()).ledger
    back = pd.DataFrame(
        {"month": "2024-07", "agent": "a0", "origin_month": "2024-06", "amount": [40_000, 10_000, 10_000]}
    )
    back["replicate"] = [1, 0, 1]
    paid = pay_replicates(scheme, both, {"sales": drawn}, month="2024-07", ledger=before, refunds=back)
    assert paid.totals.tolist() == [[5000 - 1000], [5000 - 1000 - 4000]]
    alike = pay_replicates(
        scheme, both, {"sales": drawn}, month="2024-07", ledger=before, refunds=back.drop(columns="replicate")
    )
    assert alike.totals.tolist() == [[0], [0]]  # 60 is to be taken back of what July pays, 50
    with pytest.raises(UsageError, match="no rows of 2024-06"):
        pay_replicates(scheme, both[1:], {"sales": drawn[:, 1:]}, month="2024-07", ledger=before, refunds=back)
    with pytest.raises(UsageError, match="of replicate 2; there are 0 to 1"):
        pay_replicates(
            scheme, both, {"sales": drawn}, month="2024-07", ledger=before, refunds=back.assign(replicate=[0, 1, 2])
        )


def test_a_sequence_goes_on_with_as_many_replicates_and_forward() -> None:
    scheme = parse_scheme(SCHEME)
    paid = pay_replicates(scheme, roster(2), {"sales": np.ones((3, 2), int)}, month="2024-06", ledger=ReplicateLedger())
    with pytest.raises(UsageError, match="3 replicates, the simulated columns of 2"):
        pay_replicates(scheme, roster(2), {"sales": np.ones((2, 2), int)}, month="2024-07", ledger=paid.ledger)
    with pytest.raises(UsageError, match="go on after 2024-06"):
        pay_replicates(scheme, roster(2), {"sales": np.ones((3, 2), int)}, month="2024-06", ledger=paid.ledger)


def test_what_is_paid_to_nobody_in_particular_is_counted_by_replicate() -> None:
    text = SCHEME[: SCHEME.index("define:")] + (
        "components: [{id: team, level: shop, pay: sales, rate: 1%, undivided: true}]\nlimits: [{cap: 5}]\n"
    )
    paid = pay_replicates(
        parse_scheme(text), roster(3), {"sales": np.arange(6).reshape(2, 3) * 10_000}, month="2024-06"
    )
    assert paid.undivided.tolist() == [[300], [1200]]
    assert not paid.totals.any()


def test_replicates_beside_tables_of_one_month_are_refused() -> None:
    scheme, measures = parse_scheme(SCHEME), roster(2).assign(replicate=[0, 1])
    ledger = pay(scheme, roster(2), month="2024-05").table
    with pytest.raises(UsageError, match="beside a ledger"):
        pay(scheme, measures, month="2024-06", ledger=ledger)


def test_what_an_earlier_version_held_back_is_released_in_the_total() -> None:
    head = SCHEME[: SCHEME.index("define:")]
    held = "components: [{id: old, pay: sales, rate: 10%, defer: [{after_months: 1, share: 50%}]}]\n"
    first = parse_scheme(head.replace("{from: 2024-01-01}", "{from: 2024-01-01, to: 2024-06-30}") + held)
    ledger = pay(first, roster(1).assign(sales=pd.array([100_000], dtype="Int64")), month="2024-06").table
    later = parse_scheme(head.replace("2024-01-01", "2024-07-01") + "components: [{id: new, pay: sales, rate: 1%}]\n")
    measures = roster(1).assign(month="2024-07")
    paid = pay_replicates(later, measures, {"sales": np.array([[10_000], [0]])}, month="2024-07", ledger=ledger)
    assert paid.totals.tolist() == [[5100], [5000]]
    assert paid.amounts.tolist() == [[[100]], [[0]]]


def test_a_ledger_of_replicates_is_not_taken_for_a_payroll() -> None:
    scheme = parse_scheme(SCHEME)
    ledger = pay(scheme, pd.concat([roster(2).assign(replicate=run) for run in (0, 1)]), month="2024-06").table
    with pytest.raises(UsageError, match="rows of several replicates"):
        pay_replicates(scheme, roster(2), {}, month="2024-07", ledger=ledger)


def test_a_spare_cent_falls_to_the_same_person_in_every_replicate() -> None:
    text = (
        SCHEME[: SCHEME.index("define:")]
        + """\
components:
  - {id: a, pay: sales, rate: 1%, defer: [{after_months: 1, share: 100%}]}
  - {id: b, pay: sales, rate: 1%}
limits: [{cap: 1.99}]
"""
    )
    scheme, measures = parse_scheme(text), roster(12).assign(sales=pd.array([10_000] * 12, dtype="Int64"))
    alone = pay(scheme, measures, month="2024-06").table.groupby("agent")["amount"].sum()
    assert {99, 100} == set(alone.tolist())  # of 1.99, a holds back its 1.00, or 0.99 where the cap took its cent
    drawn = {"sales": np.full((3, 12), 10_000)}
    paid = pay_replicates(scheme, measures, drawn, month="2024-06", ledger=ReplicateLedger())
    assert paid.totals.tolist() == [[int(alone[agent]) for agent in paid.agents]] * 3


def test_amounts_beyond_64_bits_are_refused_by_name() -> None:
    text = SCHEME[: SCHEME.index("define:")] + "components: [{id: vast, amount: sales * 10000}]\n"
    with pytest.raises(UsageError, match="beyond 64 bits are not simulated: vast"):
        pay_replicates(parse_scheme(text), roster(1), {"sales": np.array([[10**15]])}, month="2024-06")
