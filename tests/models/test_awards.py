from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from toolkit.core.text import Text
from toolkit.models.outlook.forecast import Forecast
from toolkit.models.outlook.season import Outlook
from toolkit.models.targets.awards import at_least, chance_to_reach, judge_award, need_count


def known(skill, n, month_sd=0.0, replicates=20_000, seed=0):
    """A forecast of agents whose skill is known exactly."""
    r = np.random.default_rng(seed)
    rates = np.tile(np.asarray(skill, float), (replicates, 1))
    n = np.asarray(n)
    buyers = r.binomial(n, rates)
    agents = tuple(f"a{i}" for i in range(len(n)))
    one, none = np.ones(1), np.zeros(1)
    said = Text("", "")
    outlook = Outlook("2024-01", np.zeros((1, 1)), none, none, one, none, 12, "own", (0.0, 0.0), 24, said)
    luck, group, expected = np.full(len(n), month_sd), np.zeros(len(n), np.int64), n * np.asarray(skill, float)
    return Forecast("2024-01", agents, n, rates, buyers, luck, group, outlook, expected, rates[:400])


def test_seven_of_twenty_five_reaches_28_percent():
    assert need_count(Fraction(28, 100), 25) == 7
    assert need_count(Fraction(30, 100), 7) == 3
    assert need_count(Fraction(0), 25) == 0


@given(st.fractions(0, 1, max_denominator=1000), st.integers(1, 10_000))
def test_need_is_the_least_whole_number_that_reaches(c, n):
    k = need_count(c, n)
    assert k >= c * n > k - 1


@given(st.floats(0.01, 0.99), st.integers(1, 200), st.integers(-1, 201))
def test_at_least_is_the_binomial_tail(rate, n, need):
    assert at_least(np.array(rate), n, need) == pytest.approx(binom.sf(need - 1, n, rate), abs=1e-12)


def test_the_luck_of_months_is_averaged():
    r = np.random.default_rng(1)
    logit = np.log(0.3 / 0.7) + 0.4 * r.standard_normal(400_000)
    simulated = binom.sf(29, 100, 1 / (1 + np.exp(-logit))).mean()
    exact = chance_to_reach(np.array([[0.3]]), np.array([100]), np.array([30]), np.array([0.4]))[0, 0]
    assert exact == pytest.approx(simulated, abs=0.002)


def test_awards_of_known_agents():
    forecast = known([0.25, 0.35], [100, 100])
    found = judge_award(forecast, Fraction(30, 100))
    below, above = binom.sf(29, 100, [0.25, 0.35])
    assert found.table["need"].tolist() == [30, 30]
    assert found.table["chance"].tolist() == pytest.approx([below, above], abs=0.01)
    assert found.table["truly_above"].tolist() == [0.0, 1.0]
    assert found.false_awards[0] == pytest.approx(below, abs=0.01)
    assert found.missed_awards[0] == pytest.approx(1 - above, abs=0.01)
    assert found.below_given_awarded == pytest.approx(below / (below + above), abs=0.01)
    mean = (below + above) / 2
    luck = (below * (1 - below) + above * (1 - above)) / 2
    assert found.noise_share == pytest.approx(luck / (mean * (1 - mean)), abs=0.005)
    assert f"{found.false_awards[0]:.1f}" in found.text.en
    assert f"{found.missed_awards[0]:.1f}" in found.text.zh


def test_equal_agents_differ_by_luck_alone():
    found = judge_award(known([0.3] * 6, [100] * 6), Fraction(32, 100))
    assert found.noise_share == pytest.approx(1.0)


def test_nobody_reaches_the_impossible():
    found = judge_award(known([0.3], [10], replicates=100), Fraction(1))
    assert found.below_given_awarded is None or found.below_given_awarded == 1.0
