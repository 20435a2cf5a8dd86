from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from tests.models.test_empirical_bayes import one_level
from toolkit.models.baseline.effects import matrix_root, sd_interval
from toolkit.models.baseline.empirical_bayes import Variances, restricted_likelihood, solve
from toolkit.models.baseline.glm import NestedFit


@pytest.mark.parametrize("smallest", [1e-3, 0.0, -1e-20])
def test_a_covariance_has_a_root_on_either_side_of_singular(smallest: float) -> None:
    turn = np.linalg.qr(np.arange(9.0).reshape(3, 3) + np.eye(3))[0]
    cov = turn @ np.diag([2.0, 0.5, smallest]) @ turn.T
    root = matrix_root((cov + cov.T) / 2)
    np.testing.assert_allclose(root @ root.T, cov, atol=1e-12)


def test_the_root_of_a_regular_covariance_is_cholesky_s() -> None:
    cov = np.array([[2.0, 0.3], [0.3, 1.0]])
    np.testing.assert_array_equal(matrix_root(cov), np.linalg.cholesky(cov))


def stage(means: list[float], variance: float) -> NestedFit:
    """Agents' means about one common mean, each of the same known variance."""
    c = one_level(means, variance)
    return NestedFit(None, Variances(), c, solve(c, 0.0), *[np.zeros(1)] * 2, 1.0, 1, True)


def test_the_density_of_the_sd_is_the_restricted_likelihood() -> None:
    """With k equal variances d: l = -(k - 1)/2 log(d + s^2) - S / (2 (d + s^2)), up to a constant."""
    means = [1.0, 2.0, 4.0, 7.0]
    c, squares = one_level(means, 0.5), float(np.sum((np.array(means) - 3.5) ** 2))
    found = [restricted_likelihood(c, s2) for s2 in (0.0, 1.0, 9.0)]
    by_hand = [-1.5 * np.log(0.5 + s2) - squares / (2 * (0.5 + s2)) for s2 in (0.0, 1.0, 9.0)]
    np.testing.assert_allclose(np.diff(found), np.diff(by_hand), atol=1e-9)


def test_equal_agents_get_an_interval_that_is_not_empty() -> None:
    """Means closer than chance: the Q-profile alone says [0, 0]; the flat density ends where 95 % of it lies below."""
    means, d = [0.01, -0.01, 0.02, -0.02, 0.0], 0.04
    low, high = sd_interval(stage(means, d))
    s = np.linspace(0, 20, 400_001)
    logs = -2 * np.log(d + s**2) - float(np.sum(np.square(means))) / (2 * (d + s**2))
    mass = np.cumsum(np.exp(logs - logs[0]))
    assert low == 0.0
    assert high == pytest.approx(s[np.searchsorted(mass, 0.95 * mass[-1])], rel=0.02)


def test_with_many_agents_the_interval_is_that_of_the_q_profile() -> None:
    r = np.random.default_rng(4)
    means = r.normal(0, 0.4, 300).tolist()
    low, high = sd_interval(stage(means, 0.04))
    exact = np.var(means, ddof=1) * 299 / chi2.ppf([0.975, 0.025], 299) - 0.04
    assert low == pytest.approx(exact[0] ** 0.5, rel=1e-4)
    assert exact[1] ** 0.5 <= high <= 1.01 * exact[1] ** 0.5
