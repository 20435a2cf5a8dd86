"""Ranks from the joint effects: shortest runs by hand, who is named, what the own shop mix must not do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.standing.ranks import judge_ranking, shortest_run


def by_hand(draws: list[int], mass: float = 0.95) -> int:
    """Length of the shortest run of places that holds the mass, by trying all."""
    places = range(1, max(draws) + 1)
    held = [(b - a, a) for a in places for b in places if sum(a <= d <= b for d in draws) >= mass * len(draws)]
    return min(held)[0]


def test_the_shortest_run_holds_its_mass_and_no_shorter_one_does() -> None:
    r = np.random.default_rng(1)
    ranks = np.stack([r.permutation(9) + 1 for _ in range(400)])
    ranks[:, 0] = np.where(np.arange(400) < 385, 1, 9)
    low, high = shortest_run(ranks)
    for agent in range(9):
        inside = (low[agent] <= ranks[:, agent]) & (ranks[:, agent] <= high[agent])
        assert inside.mean() >= 0.95
        assert high[agent] - low[agent] == by_hand(ranks[:, agent].tolist())
    assert (low[0], high[0]) == (1, 1)  # quantiles with floor and ceil would say 1 to 9


def test_of_two_shortest_runs_the_heavier_stands() -> None:
    ranks = np.array([1] * 3 + [2] * 90 + [3] * 7)[:, None]
    assert [int(x[0]) for x in shortest_run(ranks)] == [2, 3]


def team(rates: dict[str, tuple[float, float]], n: dict[str, tuple[int, int]], months: int = 8) -> pd.DataFrame:
    """Buyers are exactly the rate times the inquiries in shop s0 and s1, every month."""
    rows = [
        (f"2024-{t + 1:02d}", a, f"s{s}", n[a][s], round(n[a][s] * rates[a][s]))
        for t in range(months)
        for a in rates
        for s in (0, 1)
        if n[a][s]
    ]
    return pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers"])


def test_the_best_is_best_with_the_case_mix_held_equal() -> None:
    """x is two points above all others in both shops and serves the poor shop: its own rate is the lowest of all."""
    n = {f"a{i}": (700, 100) for i in range(7)} | {"x": (100, 4000)}
    rates = {f"a{i}": (0.40 + 0.004 * i, 0.10 + 0.002 * i) for i in range(7)} | {"x": (0.50, 0.15)}
    baseline = fit_conversion(team(rates, n))
    raw = baseline.agents.set_index("agent")["raw"]
    assert raw.idxmin() == "x"
    found = judge_ranking(baseline, np.random.default_rng(1))
    assert found.named == {0: "x"}
    first = found.table.iloc[0]
    assert (first["agent"], first["rank_lower"], first["rank_upper"]) == ("x", 1, 1)
    assert found.naming.en == "With this case-mix held equal, x is best of 8 with probability over 99%."
    assert found.naming.zh == "在相同的构成下，x 是 8 人中最佳，概率 99% 以上。"


def test_without_skill_nobody_is_named_whatever_the_draws_say() -> None:
    baseline = fit_conversion(make_world(5, Spec(agents=20, months=6, sd=0.0, few=0)).cells)
    assert not baseline.differ
    assert not baseline.side.any()
    found = judge_ranking(baseline, np.random.default_rng(2))
    assert found.named == {0: ""}
    assert "No best agent is named" in found.text.en
    assert "不指认最佳客服" in found.text.zh
    assert found.table["best"].sum() == pytest.approx(1.0)
    assert (found.table["rank_upper"] - found.table["rank_lower"]).min() >= 5


def test_two_or_three_agents_are_too_few_to_name_a_best_one() -> None:
    baseline = fit_conversion(team({"a": (0.2, 0.2), "b": (0.4, 0.4)}, {"a": (500, 500), "b": (500, 500)}))
    assert baseline.side.tolist() == [-1, 1]  # each by its own interval
    found = judge_ranking(baseline, np.random.default_rng(1))
    assert set(found.named.values()) <= {""}
    assert "too few agents to say how far agents differ" in found.text.en


def test_ranks_are_within_what_can_be_compared_and_of_whom_is_asked() -> None:
    spec = Spec(agents=12, months=6, shops=2, few=0, one_shop_each=True)
    baseline = fit_conversion(make_world(3, spec).cells)
    found = judge_ranking(baseline, np.random.default_rng(1), n_replicates=300)
    assert set(found.best_is_best) == {0, 1}
    assert found.table["group"].is_monotonic_increasing
    assert found.table.groupby("group")["rank_upper"].max().tolist() == [6, 6]
    some = baseline.agents.loc[baseline.agents["group"] == 0, "agent"].tolist()[:4]
    assert set(judge_ranking(baseline, np.random.default_rng(1), some, 300).table["agent"]) == set(some)
    with pytest.raises(UsageError, match="two agents who can be compared"):
        judge_ranking(baseline, np.random.default_rng(1), some[:1])
