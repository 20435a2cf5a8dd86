"""Odd teams are as odd as they say: each oddity measured in a large team, against what it must come to by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.models.odd_figures import figures
from tests.models.odd_worlds import ODDITIES, SIZES, SMALL, WORLDS, Odd, make_odd

MANY = Odd(agents=2000, months=12, shops=2)


def log_odds(sums):
    return np.log((sums["buyers"] + 0.5) / (sums["inquiries"] - sums["buyers"] + 0.5))


def by_month(world):
    cells = pd.concat([world.cells, world.coming])
    return log_odds(cells.groupby("month")[["inquiries", "buyers"]].sum()).to_numpy()


def first_seen(world):
    return pd.concat([world.cells, world.coming]).groupby("agent")["month"].agg(["min", "max"])


def test_every_world_is_there_in_both_sizes():
    assert len(WORLDS) == 2 * len(ODDITIES) == 38
    assert [(s.agents, s.months, s.shops) for s in SIZES.values()] == [(60, 18, 3), (8, 12, 2)]
    months = {spec.months for (_, name), spec in WORLDS.items() if name.startswith("season")}
    assert months == {14, 26, 38}


def test_a_seed_draws_one_team_and_the_month_after():
    one, again, other = make_odd(5, SMALL), make_odd(5, SMALL), make_odd(6, SMALL)
    pd.testing.assert_frame_equal(one.cells, again.cells)
    assert not one.cells.equals(other.cells)
    assert one.cells["month"].nunique() == 12
    assert one.cells["month"].max() == "2021-12"
    assert set(one.coming["month"]) == {one.month} == {"2022-01"}
    assert (one.cells["buyers"] <= one.cells["inquiries"]).all()
    assert ((one.cells["sales"] > 0) == (one.cells["buyers"] > 0)).all()


def test_skill_has_the_shape_it_says():
    """Quartiles of t3 lie at .7649, of sd .3 / sqrt 3; two groups of sd .131 at .27 leave 13 % within .12 of 0."""
    normal, t3, two = (make_odd(1, replace(MANY, skill=s)).skill for s in ("normal", "t3", "bimodal"))
    assert normal.std() == pytest.approx(0.3, rel=0.05)
    assert t3.quantile(0.75) - t3.quantile(0.25) == pytest.approx(2 * 0.7649 * 0.3 / 3**0.5, rel=0.07)
    assert t3.abs().max() > 1.5 > 1.3 > normal.abs().max()
    assert two.std() == pytest.approx(0.3, rel=0.05)
    assert (two.abs() < 0.12).mean() == pytest.approx(0.125, abs=0.03)
    assert (normal.abs() < 0.12).mean() == pytest.approx(0.311, abs=0.03)
    assert make_odd(1, replace(MANY, sd=0.0)).skill.eq(0).all()


def test_volume_follows_skill_where_it_is_tied():
    """Mean log volume has .6 of it from the agent beside .3 / sqrt 12 of luck: .8 x .6 / hypot(.6, .087) = .79."""
    for tied, due in ((0.8, 0.79), (0.0, 0.0)):
        world = make_odd(2, replace(MANY, tied=tied))
        volume = np.log(world.cells.groupby("agent")["inquiries"].sum())
        assert np.corrcoef(volume, world.skill[volume.index])[0, 1] == pytest.approx(due, abs=0.06)


def test_a_twentieth_of_large_cells_has_no_buyer():
    cells = make_odd(3, replace(MANY, zeros=0.05)).cells
    large = cells[cells["inquiries"] > 100]
    assert (large["buyers"] == 0).mean() == pytest.approx(0.05, abs=0.006)


def test_people_leave_and_others_come():
    """Of below average 4.5 % leave, of others 1.5 %: their part p falls from .5 as .25 + .25 x .97^t, .463 over twelve
    months, so that 1.5 % + 3 % x .463 = 2.9 % leave a month, .045 x .463 / .029 = 72 % of them below average."""
    world = make_odd(20, replace(MANY, leaving=0.03))
    cells, seen = pd.concat([world.cells, world.coming]), first_seen(world)
    there = cells.groupby("month")["agent"].nunique()
    assert there.between(1990, 2000).all()
    gone = seen[seen["max"] < world.month]
    assert len(gone) / there.iloc[:-1].sum() == pytest.approx(0.029, abs=0.003)
    assert (world.skill[gone.index] < 0).mean() == pytest.approx(0.72, abs=0.04)


def test_levels_move_as_far_as_they_say():
    """Twelve steps of .08 on .3: sqrt(.09 + 12 x .0064); a deviation of .15 on .3: sqrt(.09 + .0225)."""
    assert make_odd(5, replace(MANY, drift=0.08)).skill.std() == pytest.approx(0.4084, rel=0.06)
    assert make_odd(5, replace(MANY, ar=0.8)).skill.std() == pytest.approx(0.3354, rel=0.06)


def test_late_learners_rise_about_their_sixth_month():
    world = make_odd(6, replace(MANY, learn=0.6))
    first = first_seen(world)["min"]
    old, two, ten = (world.skill[first.index[first == m]].mean() for m in ("2021-01", "2021-11", "2021-02"))
    assert old == pytest.approx(0, abs=0.03)
    assert two == pytest.approx(-0.59, abs=0.09)
    assert ten == pytest.approx(0, abs=0.09)
    assert (first > "2021-01").sum() == 1000


def test_months_have_their_trend_and_season():
    plain = replace(MANY, agents=300, sd=0.0, months=36)
    rise = [np.polyfit(np.arange(37), by_month(make_odd(7, replace(plain, trend=b))), 1)[0] for b in (0.03, -0.03)]
    assert rise == pytest.approx([0.03, -0.03], abs=0.005)
    waves = [by_month(make_odd(s, replace(plain, season=0.6))) for s in range(8, 12)]
    for wave in waves:
        phase = np.exp(2j * np.pi * np.arange(36) / 12)
        assert 2 * abs(np.mean(wave[:36] * phase)) == pytest.approx(0.6, abs=0.06)
    assert len({int(np.argmax(w[:12])) for w in waves}) > 1


def test_shops_have_shocks_of_their_own():
    """Between two shops a month differs by sqrt 2 x .2 beside the shops' own .8."""
    sums = make_odd(12, replace(MANY, sd=0.0, months=60, shocks=0.2)).cells
    level = log_odds(sums.groupby(["shop", "month"])[["inquiries", "buyers"]].sum()).unstack("shop")
    assert (level["s1"] - level["s0"]).std() == pytest.approx(0.28, rel=0.25)


def spread(world, by):
    """Variance of log-odds, by agent beyond known skill, or of the difference between an agent's two shops."""
    sums = world.cells.groupby(by)[["inquiries", "buyers"]].sum()
    found = log_odds(sums)
    if by == ["agent"]:
        return (found - world.skill[found.index]).var()
    large = sums["inquiries"].unstack("shop").min(axis=1) > 300
    found = found.unstack("shop")[large]
    return (found["s1"] - found["s0"]).var()


def test_hidden_customers_and_shops_of_ones_own_add_what_they_say():
    """.2 squared to an agent; twice .25 squared to the difference of two shops."""
    plain = make_odd(20, MANY)
    routed, own = make_odd(20, replace(MANY, routing=0.2)), make_odd(20, replace(MANY, by_shop=0.25))
    assert spread(routed, ["agent"]) - spread(plain, ["agent"]) == pytest.approx(0.04, rel=0.2)
    assert spread(own, ["agent", "shop"]) - spread(plain, ["agent", "shop"]) == pytest.approx(0.125, rel=0.2)
    assert np.allclose(own.skill, plain.skill)


def test_better_agents_are_in_better_shops_and_one_in_ten_in_all():
    world = make_odd(14, replace(MANY, rotating=0.1))
    shops = world.cells.groupby("agent")["shop"].agg(["nunique", "first"])
    assert (shops["nunique"] == 2).mean() == pytest.approx(0.1, abs=0.005)
    stays = shops[shops["nunique"] == 1]
    worse, better = (world.skill[stays.index[stays["first"] == s]] for s in ("s0", "s1"))
    assert worse.max() <= better.min()
    small = make_odd(14, replace(SMALL, rotating=0.1)).cells
    assert (small.groupby("agent")["shop"].nunique() == 2).sum() == 1


def test_figures_are_of_the_truth(monkeypatch):
    """Held against somebody else's skill the same team is covered worse, and its best is not the best."""
    good = figures(15, WORLDS["60 agents", "control"])
    world = make_odd(15, WORLDS["60 agents", "control"])
    wrong = replace(world, skill=pd.Series(world.skill.to_numpy()[::-1], index=world.skill.index))
    monkeypatch.setattr("tests.models.odd_figures.make_odd", lambda *_: wrong)
    bad = figures(15, WORLDS["60 agents", "control"])
    assert good["adjusted"] > 0.9 > 0.5 > bad["adjusted"]
    assert good["covers"] > 0.85 > 0.6 > bad["covers"]
    assert good["ranks"] > 0.85 > bad["ranks"]
    assert {k: v for k, v in good.items() if k in ("inner", "sd", "volume", "realised")} == {
        k: bad[k] for k in ("inner", "sd", "volume", "realised")
    }
