"""Awards for value per order: chances by the gamma distribution, and forecasts of teams whose values are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from toolkit.models.baseline.order_value import fit_order_value
from toolkit.models.targets.awards import ValueForecast, forecast_value, judge_value


def known(means, n, replicates=20_000):
    r, shape = np.random.default_rng(0), (replicates, len(means))
    skill, n = np.broadcast_to(np.asarray(means, float), shape), np.asarray(n)
    seen = skill * r.gamma(n, size=shape) / n
    return ValueForecast(tuple(f"a{i}" for i in range(len(n))), n, skill, seen, np.zeros(len(n)), 1.0)


def test_awards_of_agents_whose_value_is_known():
    # the mean of 100 orders with coefficient of variation 1 is Gamma(100) / 100
    odds = judge_value(known([90.0, 110.0], [100, 100]), 100)
    below, above = gamma.sf(100, 100, scale=[0.9, 1.1])
    assert odds.awards[0] == pytest.approx(below + above, abs=0.02)
    assert odds.false_awards[0] == pytest.approx(below, abs=0.02)
    assert odds.missed_awards[0] == pytest.approx(1 - above, abs=0.02)
    p = np.array([below, above])
    assert odds.noise_share == pytest.approx(np.mean(p * (1 - p)) / (p.mean() * (1 - p.mean())), abs=1e-6)


def test_forecast_of_a_team_whose_values_are_known():
    r = np.random.default_rng(1)
    means = {f"a{i}": 8000 * (1 + 0.1 * i) for i in range(6)}
    rows = [(f"2024-{m:02d}", a, "A", 300, int(r.gamma(300) * mean)) for m in range(1, 13) for a, mean in means.items()]
    cells = pd.DataFrame(rows, columns=["month", "agent", "shop", "orders", "sales"])
    plan = cells[cells["month"] == "2024-12"].drop(columns="sales")
    found = forecast_value(fit_order_value(cells[cells["month"] < "2024-12"]), plan, np.random.default_rng(2))
    assert found.agents == tuple(means)
    assert found.skill.mean(axis=0) == pytest.approx(list(means.values()), rel=0.04)
    assert found.seen.std(axis=0) / found.seen.mean(axis=0) == pytest.approx(np.full(6, 1 / np.sqrt(300)), rel=0.5)
