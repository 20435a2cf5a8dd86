"""Pay beside performance: published intervals, pairs worked by hand, and no pair by luck."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.models.comparison.equal_work import compare_pay_and_work, gap_interval, rank_correlation


def group(pay: list[int], n: list[int], y: list[int], expected: list[float] | None = None) -> pd.DataFrame:
    rate = sum(y) / sum(n)
    agents = [f"a{i}" for i in range(len(pay))]
    return pd.DataFrame(
        {"agent": agents, "pay": pay, "inquiries": n, "buyers": y, "expected": expected or [rate * i for i in n]}
    )


def test_newcombes_own_examples() -> None:
    """Newcombe (1998), Statist. Med. 17, 873, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20."""
    told = {
        ((56, 48), (70, 80)): (0.0524, 0.3339),
        ((9, 3), (10, 10)): (0.1705, 0.8090),
        ((10, 0), (10, 20)): (0.6791, 1.0000),
    }
    for (y, n), interval in told.items():
        gap, *found = gap_interval(y, n, (1, 1), 0.05)
        assert gap == pytest.approx(y[0] / n[0] - y[1] / n[1])
        assert found == pytest.approx(interval, abs=5e-5)


def test_rank_correlation_by_hand() -> None:
    """Ranks 1 2 3 4 5 6 and 2 1 4 3 6 5: 1 - 6 x 6 / (6 x 35) = 29/35."""
    r, low, high = rank_correlation(np.array([1.0, 2, 3, 4, 5, 6]), np.array([20.0, 10, 40, 30, 60, 50]))
    z, half = np.arctanh(29 / 35), 1.96 * np.sqrt((1 + (29 / 35) ** 2 / 2) / 3)
    assert (r, low, high) == pytest.approx((29 / 35, np.tanh(z - half), np.tanh(z + half)))
    assert rank_correlation(np.ones(6), np.arange(6.0)) is None


def test_a_perfect_order_of_few_is_not_certain() -> None:
    """Two neighbours of seven exchanged: 1 - 12 / 336 = 27/28."""
    r, low, high = rank_correlation(np.arange(7.0), np.arange(7.0))
    assert (r, high) == (1, 1)
    assert low == pytest.approx(np.tanh(np.arctanh(27 / 28) - 1.96 * np.sqrt(1.5 / 4)))


def test_spread_and_pairs_by_hand() -> None:
    """Six people of 1,000: conversion 30 30 30 30 20 40 % (mean 30, s.d. sqrt(200 / 5)); pay 100 100 100 40 100 100.

    Far apart in pay at the same 30 %: the three with 100 against a3 with 40; 200 and 400 of 1,000 are surely apart at
    the same pay, and each is apart from the others (10 points; 4.6 times its error).
    """
    found = compare_pay_and_work(group([100, 100, 100, 40, 100, 100], [1000] * 6, [300, 300, 300, 300, 200, 400]))
    assert found.work_spread == pytest.approx(np.sqrt(200 / 5) / 30)
    assert found.luck_spread == pytest.approx(np.sqrt(0.7 / 300))
    assert found.pay_spread == pytest.approx(np.sqrt((5 * 10**2 + 50**2) / 5) / 90)
    assert found.chance < 1e-9
    assert found.by_volume is None
    pairs = {(row.kind, row.one, row.other) for row in found.pairs.itertuples()}
    assert {p[1:] for p in pairs if p[0] == "pay"} == {("a0", "a3"), ("a1", "a3"), ("a2", "a3")}
    assert {p[1:] for p in pairs if p[0] == "work"} == {
        *((f"a{i}", "a4") for i in (0, 1, 2, 3, 5)),
        *(("a5", f"a{i}") for i in (0, 1, 2)),
    }  # a5 converts better than a3 and is paid more: no contradiction
    assert found.pairs.iloc[-8]["one"] == "a5"  # the widest gap of conversion first
    assert found.pairs.iloc[-8]["gap"] == pytest.approx(0.2)


def test_the_mix_is_taken_off() -> None:
    """Who has customers of whom the group converts half as many, and converts half as many, performs alike."""
    people = group([100] * 6, [1000] * 6, [400] * 3 + [200] * 3, [400.0] * 3 + [200.0] * 3)
    found = compare_pay_and_work(people)
    assert found.people["conversion"].tolist() == pytest.approx([0.3] * 6)
    assert found.work_spread == pytest.approx(0)
    assert found.chance == pytest.approx(1)
    assert found.pairs.empty


@pytest.mark.parametrize("people", [
    group([100, 50, 1, 1, 1], [1000] * 5, [300] * 5),
    group([100, 50, 1, 1, 1, 1], [99] + [1000] * 5, [30] * 6),
    group([0] * 6, [1000] * 6, [300] * 6),
    group([100] * 6, [1000] * 6, [0] * 6, [1.0] * 6),
])  # fmt: skip
def test_few_people_counts_pay_or_buyers_say_nothing(people: pd.DataFrame) -> None:
    assert compare_pay_and_work(people) is None


def test_luck_alone_names_a_pair_in_at_most_one_group_of_twenty() -> None:
    """Eight people who all convert 30 % and are all paid the same; the chi-square errs once in twenty too."""
    rng, named, differ = np.random.default_rng(2), 0, 0
    for _ in range(500):
        n = rng.integers(150, 1500, 8)
        found = compare_pay_and_work(group([100] * 8, n.tolist(), rng.binomial(n, 0.3).tolist()))
        named, differ = named + (len(found.pairs) > 0), differ + (found.chance < 0.05)
    assert named <= 35
    assert 12 <= differ <= 40


def test_pairs_that_convert_a_quarter_apart_are_not_said_to_convert_alike() -> None:
    """Half convert 26.25 %, half 33.75 %: a quarter of 30 % apart; 95 % intervals call at most 1 pair in 20 alike."""
    rng, wrong, tried = np.random.default_rng(4), 0, 0
    for _ in range(300):
        n = rng.integers(300, 3000, 6)
        y = rng.binomial(n, [0.2625] * 3 + [0.3375] * 3)
        pairs = compare_pay_and_work(group([400, 390, 380, 100, 90, 80], n.tolist(), y.tolist())).pairs
        ends = {"a0": 0, "a1": 0, "a2": 0}
        wrong += sum(one in ends and other not in ends for one, other in
                     pairs.loc[pairs["kind"] == "pay", ["one", "other"]].to_numpy())  # fmt: skip
        tried += 9
    assert wrong / tried <= 0.05
