"""The nested engine against dense mixed-model equations, statsmodels, and published estimates."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import statsmodels.api as sm

from tests.models import published
from tests.models.worlds import Spec, make_world
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.baseline.design import DesignRows, build_design, independent_columns
from toolkit.models.baseline.effects import agent_effects, morris_shrinkage
from toolkit.models.baseline.empirical_bayes import (
    Variances,
    collapse,
    effects,
    profile_agent_variance,
    solve,
    step_variances,
)
from toolkit.models.baseline.glm import BINOMIAL, agent_scores, fit_nested


def one_level(means, variance):
    """Group means with a common mean: agents of one month of one cell."""
    k = len(means)
    x = DesignRows(sp.csr_array(np.ones((k, 1))))
    starts = (np.arange(k), np.arange(k))
    return collapse(x, np.asarray(means, float), np.full(k, variance), starts, Variances(), np.zeros(1))


def paule_mandel(collapsed):
    now = Variances(agent=float(np.median(collapsed.d)))
    for _ in range(100):
        now = step_variances(solve(collapsed, now.agent), now)
    return now.agent


def test_baseball_keeps_21_percent_of_the_spread():
    averages = np.array(published.BASEBALL_HITS) / published.BASEBALL_AT_BATS
    sampling = averages.mean() * (1 - averages.mean()) / published.BASEBALL_AT_BATS
    c = one_level(averages, sampling)
    pulled = morris_shrinkage(c.d, paule_mandel(c), solve(c, 0.0).df[2])
    np.testing.assert_allclose(1 - pulled, published.BASEBALL_KEPT, atol=0.001)


def test_baseball_through_the_conversion_baseline():
    counts = {"inquiries": published.BASEBALL_AT_BATS, "buyers": published.BASEBALL_HITS}
    players = [f"p{i:02d}" for i in range(len(published.BASEBALL_HITS))]
    table = fit_conversion(pd.DataFrame({"month": "1970-04", "agent": players, **counts}), case_mix=()).agents
    average = np.array(published.BASEBALL_HITS) / published.BASEBALL_AT_BATS
    james_stein = average.mean() + published.BASEBALL_KEPT * (average - average.mean())
    assert table["shrinkage"].mean() == pytest.approx(published.BASEBALL_KEPT, abs=0.01)
    np.testing.assert_allclose(table["rate"], james_stein, atol=0.004)


def test_dyestuff_variances_are_those_of_the_balanced_analysis():
    y = np.array(published.DYESTUFF, float)
    residual = float(y.var(axis=1, ddof=1).mean())
    c = one_level(y.mean(axis=1), residual / 5)
    variance = paule_mandel(c)
    assert residual == pytest.approx(published.DYESTUFF_RESIDUAL, abs=0.01)
    assert variance == pytest.approx(published.DYESTUFF_BATCH, abs=0.01)
    u, _ = effects(c, solve(c, variance), Variances(agent=variance))
    np.testing.assert_allclose(u, published.DYESTUFF_EFFECTS, atol=1e-3)


def test_q_profile_of_equal_variances_is_the_exact_chi_square_interval():
    c = one_level([1.0, 2.0, 4.0, 7.0], 0.5)
    squares = float(np.sum((np.array([1.0, 2.0, 4.0, 7.0]) - 3.5) ** 2))
    found = profile_agent_variance(c, np.array([9.348, 1.213, 1e6]))
    np.testing.assert_allclose(found, [squares / 9.348 - 0.5, squares / 1.213 - 0.5, 0.0], rtol=1e-5)


def dense_solution(x, z, d, month, agent, variances):
    """Henderson's equations written out, nothing eliminated."""
    zm, za = (np.equal.outer(codes, np.unique(codes)).astype(float) for codes in (month, agent))
    w = np.hstack([x, za, zm])
    r = np.diag(1 / (d + variances.cell))
    k = [*np.zeros(x.shape[1]), *np.full(za.shape[1], 1 / variances.agent), *np.full(zm.shape[1], 1 / variances.month)]
    inverse = np.linalg.inv(w.T @ r @ w + np.diag(k))
    return inverse @ w.T @ r @ z, inverse


def nested_case():
    r = np.random.default_rng(5)
    month = np.sort(r.integers(0, 12, 60))
    month = np.unique(month, return_inverse=True)[1]
    agent = month // 3
    x = np.column_stack([np.ones(60), r.normal(size=(60, 2))])
    z, d = r.normal(size=60), r.uniform(0.2, 2, 60)
    starts = (
        np.searchsorted(month, np.unique(month)),
        np.searchsorted(agent[np.searchsorted(month, np.unique(month))], np.unique(agent)),
    )
    return x, z, d, month, agent, starts


def test_block_elimination_gives_hendersons_solution_and_prediction_errors():
    x, z, d, month, agent, starts = nested_case()
    variances = Variances(0.7, 0.4, 0.3)
    beta_u_v, inverse = dense_solution(x, z, d, month, agent, variances)
    c = collapse(DesignRows(sp.csr_array(x)), z, d, starts, variances, np.zeros(3))
    s = solve(c, variances.agent)
    u, v = effects(c, s, variances)
    np.testing.assert_allclose(np.r_[s.beta, u, v], beta_u_v, atol=1e-9)
    np.testing.assert_allclose(s.cov, inverse[:3, :3], atol=1e-9)
    kept = variances.agent / (variances.agent + c.d)
    errors = c.d * kept + kept**2 * np.einsum("ij,jk,ik->i", c.x, s.cov, c.x)
    np.testing.assert_allclose(errors, np.diag(inverse)[3 : 3 + len(u)], atol=1e-9)


def test_strata_account_for_all_degrees_of_freedom_and_all_squares():
    x, z, d, month, agent, starts = nested_case()
    variances = Variances(0.7, 0.4, 0.3)
    c = collapse(DesignRows(sp.csr_array(x)), z, d, starts, variances, np.zeros(3))
    s = solve(c, variances.agent)
    v = np.diag(d + 0.3) + 0.4 * np.equal.outer(month, month) + 0.7 * np.equal.outer(agent, agent)
    residual = z - x @ s.beta
    assert s.q.sum() == pytest.approx(residual @ np.linalg.solve(v, residual))
    assert s.df.sum() == pytest.approx(60 - 3)


def test_without_random_terms_the_step_is_statsmodels_glm():
    ready = prepare_counts(make_world(2, Spec(agents=12, months=4, few=0)).cells, ["shop"], "inquiries", "buyers")
    design = build_design(ready)
    x = design.rows.matrix.toarray()[design.rows.code]
    glm = sm.GLM(np.column_stack([ready.y, ready.n - ready.y]), x, family=sm.families.Binomial()).fit()
    z, d = BINOMIAL.working(x @ glm.params, ready.n, ready.y)
    c = collapse(design.rows, z, d, (ready.month_start, ready.agent_start), Variances(), np.zeros(x.shape[1]))
    s = solve(c, 0.0)
    np.testing.assert_allclose(s.beta, glm.params, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(s.cov)), glm.bse, rtol=1e-6)


def test_scores_are_x_v_inverse_r_by_agent():
    ready = prepare_counts(make_world(4, Spec(agents=8, months=3, few=0)).cells, ["shop"], "inquiries", "buyers")
    fit = fit_nested(ready, build_design(ready), BINOMIAL)
    cells, months = fit.collapsed.strata
    x = cells.x.matrix.toarray()[cells.x.code]
    agent = months.group[cells.group]
    v = np.diag(1 / cells.w) + fit.variances.month * np.equal.outer(cells.group, cells.group)
    v += fit.variances.agent * np.equal.outer(agent, agent)
    weighted = np.linalg.solve(v, cells.z - x @ fit.solution.beta)
    expected = np.array([x[agent == a].T @ weighted[agent == a] for a in range(8)])
    np.testing.assert_allclose(agent_scores(fit), expected, atol=1e-7)


def test_dependent_columns_are_found_in_order():
    x = np.array([[1, 1, 0, 1], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0.0]])
    assert independent_columns(x.T @ x).tolist() == [True, True, False, True]


def test_two_agents_are_not_shrunk():
    frame = pd.DataFrame(
        {"month": ["2024-01", "2024-02"] * 2, "agent": list("AABB"), "inquiries": 100, "buyers": [20, 22, 40, 38]}
    )
    ready = prepare_counts(frame, [], "inquiries", "buyers")
    effect, se, kept = agent_effects(fit_nested(ready, build_design(ready), BINOMIAL), 2)
    assert kept.tolist() == [1.0, 1.0]
    assert effect[0] == pytest.approx(-effect[1], abs=0.02)
    assert (se > 0).all()
