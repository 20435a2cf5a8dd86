"""On whom shop contrasts rest, sorted agents found and mended, agents good in one shop only, what tips a verdict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.standing.ranks import judge_ranking
from toolkit.models.standing.sorting import (
    check_sorting,
    largest_shop_ratio,
    people_behind,
    shop_skill,
    tipping,
    untold_shop_skill,
    widened,
)


def sorted_world(seed: int, agents: int = 60, *, by_skill: bool = True, months: int = 18) -> tuple[pd.DataFrame, dict]:
    """Three shops of equal size; better agents in better shops; one in ten works in all three."""
    r = np.random.default_rng(seed)
    u, shop = r.normal(0, 0.3, agents), np.array([-0.4, 0.0, 0.4])
    order = u if by_skill else r.random(agents)
    home = order.argsort().argsort() * 3 // agents
    rows = []
    for a in range(agents):
        share = r.dirichlet(np.ones(3)) if a % 10 == 0 else np.eye(3)[home[a]]
        for t in range(months):
            luck = r.normal(0, 0.15)
            for s in np.flatnonzero(share):
                n = 1 + r.poisson(150 * share[s])
                p = 1 / (1 + np.exp(1.1 - shop[s] - u[a] - luck - r.normal(0, 0.15)))
                rows.append((f"{2023 + t // 12}-{t % 12 + 1:02d}", f"a{a:03d}", f"s{s}", n, r.binomial(n, p)))
    cells = pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers"])
    return cells, {f"a{i:03d}": float(x - u.mean()) for i, x in enumerate(u)}


def team(rows: list[tuple[str, int, int]]) -> ConversionBaseline:
    """Agents with so many inquiries a month in s0 and s1; a fixed quarter buys, a little more for later names."""
    cells = [
        (f"2024-{t:02d}", a, f"s{s}", n, n // 4 + (i + t) % 5)
        for t in range(1, 7)
        for i, (a, *served) in enumerate(rows)
        for s, n in enumerate(served)
        if n
    ]
    return fit_conversion(pd.DataFrame(cells, columns=["month", "agent", "shop", "inquiries", "buyers"]))


def test_people_are_counted_by_the_weight_of_what_they_link() -> None:
    """h = 100 x 100 / 200 = 50 twice and 10 x 40 / 50 = 8 once: (108)^2 / (2,500 + 2,500 + 64) = 2.303."""
    alone = [("a", 300, 0), ("b", 300, 0), ("c", 0, 200), ("d", 0, 200)]
    baseline = team([*alone, ("x", 100, 100), ("y", 100, 100), ("z", 40, 10)])
    row = people_behind(baseline).iloc[0]
    assert row["people"] == pytest.approx(108**2 / 5064)
    assert row["names"] == ("x", "y", "z")
    found = check_sorting(baseline).findings[0]
    assert found.code == "few-people-behind-shop"
    assert "3 people, by weight 2.3: x, y, z; places across these shops are withheld" in found.message.en
    ranking = judge_ranking(baseline, np.random.default_rng(1), n_replicates=400)
    assert ranking.table.empty
    assert "Places across s1 and s0 are withheld" in ranking.text.en
    assert "不给出 s1 与 s0 之间的名次" in ranking.text.zh


def test_five_alike_are_five_and_nothing_is_said() -> None:
    rows = [(name, 100, 100) for name in "abcde"] + [("f", 300, 0), ("g", 0, 300)]
    baseline = team(rows)
    assert people_behind(baseline)["people"].tolist() == [pytest.approx(5.0)]
    assert not check_sorting(baseline).findings


def test_sorted_agents_are_found_and_their_effects_mended() -> None:
    cells, truth = sorted_world(11)
    baseline = fit_conversion(cells)
    found = check_sorting(baseline)
    assert found.p is not None
    assert found.p < 0.01
    assert "agents-sorted" in {f.code for f in found.findings}
    skill = found.table["agent"].map(truth).to_numpy()
    plain = np.abs(baseline.agents["effect"] - skill).mean()
    assert np.abs(found.table["effect"] - skill).mean() < 0.8 * plain
    assert np.corrcoef(found.table["effect"], skill)[0, 1] > np.corrcoef(baseline.agents["effect"], skill)[0, 1]


def test_where_levels_move_effects_of_the_mean_level_are_not_shown_beside() -> None:
    cells, _ = sorted_world(5)
    plain = fit_conversion(cells)
    moving = replace(plain, findings=(Finding("level-moves", "info", "agents", Text("", "")),))
    found = check_sorting(moving)
    assert found.table.empty
    assert "the other comparison is not shown" in found.findings[-1].message.en
    assert len(check_sorting(plain).table)


def test_agents_spread_by_chance_are_left_alone() -> None:
    found = check_sorting(fit_conversion(sorted_world(12, by_skill=False)[0]))
    assert found.p is not None
    assert found.p > 0.05
    assert found.table.empty


def test_agents_good_in_one_shop_only_are_found_and_their_ranges_widened() -> None:
    world = make_world(7, Spec(agents=40, months=12, shops=3, few=0))
    r = np.random.default_rng(6)
    own = {(a, s): r.normal(0, 0.4) for a in world.skill for s in ("s0", "s1", "s2")}
    cells = world.cells
    logit = np.log((cells["buyers"] + 0.5) / (cells["inquiries"] - cells["buyers"] + 0.5))
    moved = 1 / (1 + np.exp(-(logit + [own[a, s] for a, s in zip(cells["agent"], cells["shop"], strict=True)])))
    plain = fit_conversion(cells)
    uneven = fit_conversion(cells.assign(buyers=(cells["inquiries"] * moved).round().astype(int)))
    assert not shop_skill(plain).found
    skill = shop_skill(uneven)
    assert skill.found
    assert skill.variance == pytest.approx(0.16, rel=0.4)
    wide = widened(uneven, skill)
    assert (wide.agents["se"] > uneven.agents["se"]).all()
    assert [f.code for f in wide.findings].count("agent-shop") == 1
    places = [judge_ranking(b, np.random.default_rng(1), n_replicates=400).table for b in (uneven, wide)]
    widths = [(t["rank_upper"] - t["rank_lower"]).mean() for t in places]
    assert widths[1] > widths[0]


def test_too_few_people_in_several_shops_are_said_not_to_tell() -> None:
    """Eight who rotate cannot show it (z is at most 2.83); forty can; where nobody does nothing is asked."""
    few = fit_conversion(make_world(3, Spec(8, 12, 2, few=0)).cells)
    (said,) = untold_shop_skill(few, shop_skill(few))
    assert (said.code, said.evidence) == ("agent-shop-untold", {"people": 8})
    assert "Only 8 people serve several shops" in said.message.en
    many = fit_conversion(make_world(3, Spec(40, 12, 2, few=0)).cells)
    apart = fit_conversion(make_world(3, Spec(8, 12, 2, few=0, one_shop_each=True)).cells)
    assert not untold_shop_skill(many, shop_skill(many))
    assert not untold_shop_skill(apart, shop_skill(apart))


def test_what_would_tip_a_verdict_is_the_end_nearest_nothing() -> None:
    baseline = fit_conversion(make_world(1, Spec(agents=40, months=12, shops=3, few=0)).cells)
    ratio = tipping(baseline)
    assert np.isnan(ratio[baseline.side == 0]).all()
    above = baseline.side > 0
    np.testing.assert_allclose(ratio[above], np.exp(baseline.agents["lower"][above]))
    below = baseline.side < 0
    np.testing.assert_allclose(ratio[below], np.exp(-baseline.agents["upper"][below]))
    assert largest_shop_ratio(baseline) == pytest.approx(np.exp(0.8), rel=0.15)
