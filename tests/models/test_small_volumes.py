from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from tests.models.test_awards import known
from toolkit.models.targets.small_volumes import adjust_edges, compare_ramp


def test_seven_inquiries_need_three_for_thirty_percent():
    forecast = known([0.3, 0.3, 0.3], [7, 400, 400], replicates=200)
    found = adjust_edges(forecast, Fraction(30, 100))
    small = found.table.iloc[0]
    assert small["need"] == 3
    assert small["flat_edge"] == pytest.approx(0.429, abs=0.001)
    assert small["flat_chance"] == pytest.approx(binom.sf(2, 7, 0.3))
    assert found.reference == pytest.approx(binom.sf(119, 400, 0.3))
    assert "42.9%" in found.text.en
    assert "42.9%" in found.text.zh


def test_an_adjusted_edge_brings_the_chance_nearest_to_the_reference():
    found = adjust_edges(known([0.3] * 5, [11, 23, 60, 400, 800], replicates=200), Fraction(34, 100))
    for row in found.table.itertuples():
        others = binom.sf(np.arange(-1, row.inquiries), row.inquiries, 0.3)
        assert abs(row.adjusted_chance - found.reference) <= np.abs(others - found.reference).min() + 1e-9
    assert (found.table.query("remedy == 'edge'")["adjusted_chance"] - found.reference).abs().max() <= 0.05


def test_where_no_whole_number_fits_months_are_pooled():
    found = adjust_edges(known([0.3] * 5, [3, 300, 300, 300, 300], replicates=200), Fraction(31, 100))
    row = found.table.iloc[0]
    assert row["remedy"] == "pool"
    pooled = int(row["months"]) * 3
    need = -(-31 * pooled // 100)
    assert binom.sf(need - 1, pooled, 0.3) == pytest.approx(found.reference, abs=0.05)


def test_a_ramp_leaves_less_to_luck_than_a_cliff():
    forecast = known(np.linspace(0.2, 0.4, 9), [150] * 9, replicates=4000)
    found = compare_ramp(forecast, Fraction(20, 100), Fraction(30, 100), Fraction(40, 100), np.random.default_rng(1))
    assert found.ramp < found.cliff
    assert f"{found.ramp:.0%}" in found.text.en
    equal = known([0.3] * 4, [150] * 4, replicates=4000)
    luck = compare_ramp(equal, Fraction(20, 100), Fraction(30, 100), Fraction(40, 100), np.random.default_rng(1))
    assert luck.cliff == pytest.approx(1.0, abs=0.03)
    assert luck.ramp == pytest.approx(1.0, abs=0.03)


def test_a_bonus_that_does_not_vary_has_no_noise_share():
    forecast = known([0.3], [100], replicates=50)
    found = compare_ramp(forecast, Fraction(0), Fraction(0), Fraction(1, 1000), np.random.default_rng(1))
    assert found.cliff is None
