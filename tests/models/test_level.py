"""Levels that move: the filter against dense algebra, the walk and the tenure curve found, and what is said of them."""

import numpy as np
import pytest

from tests.models.moving import Moving, make_moving
from tests.models.worlds import Spec, make_world
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.level import sample_levels, tenure_table
from toolkit.models.baseline.walk import AgentMonths, Moves, filter_months, some_agents


def some_rows(seed=0, agents=5, months=7):
    r = np.random.default_rng(seed)
    month, agent = (v.ravel() for v in np.meshgrid(np.arange(months), np.arange(agents), indexing="ij"))
    kept = r.random(len(month)) > 0.25  # gaps
    kept[:agents] = True
    n = int(kept.sum())
    y = np.column_stack([np.ones(n), r.normal(size=(n, 2)), r.normal(size=n)])
    xx, xz = np.eye(3) * 0.3, r.normal(size=3)
    return AgentMonths(y, r.uniform(0.05, 0.4, n), agent[kept], month[kept], agents, months, xx, xz)


def test_the_filter_is_dense_algebra():
    rows, moves = some_rows(), Moves(0.3, 0.05, 0.1)
    found = filter_months(rows, moves)
    x, z, same = rows.y[:, :-1], rows.y[:, -1], rows.agent[:, None] == rows.agent
    level = moves.start + moves.walk * np.minimum.outer(rows.month, rows.month)
    v = same * level + np.diag(moves.month + rows.d)
    information = x.T @ np.linalg.solve(v, x) + rows.xx
    right = x.T @ np.linalg.solve(v, z) + rows.xz
    beta = np.linalg.solve(information, right)
    np.testing.assert_allclose(found.beta, beta, atol=1e-12)
    square = z @ np.linalg.solve(v, z) - right @ beta
    dense = -0.5 * (np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1] + square)
    assert found.log_likelihood == pytest.approx(dense, abs=1e-10)
    for agent in range(rows.n_agents):
        k = np.where(rows.agent == agent, moves.start + moves.walk * rows.month, 0.0)
        assert found.level[agent] == pytest.approx(k @ np.linalg.solve(v, z - x @ beta), abs=1e-12)
        left = moves.start + moves.walk * rows.coming - k @ np.linalg.solve(v, k)
        assert found.variance[agent] == pytest.approx(left, abs=1e-12)


def test_some_agents_keep_their_rows():
    rows = some_rows(agents=9)
    fewer = some_agents(rows, 4)
    assert fewer.n_agents == len(np.unique(fewer.agent)) == 4
    assert (np.diff(fewer.month) >= 0).all()
    assert some_agents(rows) is rows


@pytest.fixture(scope="module")
def drifting():
    world = make_moving(71, Moving(agents=40, drift=0.1, volume=300))
    return world, fit_conversion(world.cells)


def test_levels_that_move_are_found_and_covered(drifting):
    world, baseline = drifting
    truth = world.skill[list(baseline.cells.agents)].to_numpy()
    table = baseline.agents
    assert baseline.summary["sd_move"] == pytest.approx(0.1, abs=0.03)
    assert ((table["lower"] <= truth) & (truth <= table["upper"])).mean() >= 0.85
    now, mean = (np.sqrt(np.mean((table[c] - truth) ** 2)) for c in ("effect", "mean_effect"))
    assert now < 0.8 * mean
    finding = next(f for f in baseline.findings if f.code == "level-moves")
    assert f"shown is the level expected in {world.month}" in finding.message.en
    assert world.month in finding.message.zh


def test_draws_are_about_the_current_level(drifting):
    _, baseline = drifting
    _, u, _, variance = sample_levels(baseline.level, np.random.default_rng(1), 4000)
    np.testing.assert_allclose(u.mean(axis=0), baseline.level.effect, atol=0.03)
    np.testing.assert_allclose(u.std(axis=0), baseline.level.se, rtol=0.1)
    assert variance.mean() > baseline.level.moves.start


def test_levels_that_stand_are_those_of_the_nested_model():
    table = fit_conversion(make_world(4, Spec(agents=40, months=10, few=0, shops=2)).cells).agents
    assert np.corrcoef(table["effect"], table["mean_effect"])[0, 1] > 0.98
    same = fit_conversion(make_world(2, Spec(agents=40, months=10, few=0, shops=2)).cells)
    assert "level-moves" not in {f.code for f in same.findings}


def test_newcomers_who_learn_have_a_curve():
    world = make_moving(72, Moving(agents=40, learn=0.7, volume=300))
    baseline = fit_conversion(world.cells)
    curve = tenure_table(baseline.level, baseline.summary["rate"])
    assert curve["since"].iloc[0] == 0
    assert curve["rate"].iloc[0] < curve["rate"].iloc[-1]
    assert curve["upper"].iloc[0] < baseline.summary["rate"]
    message = next(f.message for f in baseline.findings if f.code == "newcomers-learn")
    assert "of those who stayed" in message.en
    assert "留下来的人" in message.zh


def test_one_month_has_no_current_level():
    frame = make_world(3, Spec(agents=10, months=1, few=0)).cells
    baseline = fit_conversion(frame)
    assert baseline.level is None
    assert baseline.summary["sd_move"] is None
    assert (baseline.agents["effect"] == baseline.agents["mean_effect"]).all()
    assert tenure_table(None, 0.3).empty
