"""The capacity of single days: planted ones are found within their interval, and none where there is none."""

import numpy as np
import pandas as pd
import pytest

from toolkit.models.comparison.capacity import fit_capacity


def days(r: np.random.Generator, capacity: float, slope: float = 0.004, n: int = 60) -> pd.DataFrame:
    """Three months of loads from 250 to 700, each at its own level; customers above the capacity lower the logit."""
    load, month = r.integers(250, 700, n), np.arange(n) * 3 // n
    inquiries = load * 6 // 10
    logit = -0.8 + np.array([0.0, 0.2, -0.1])[month] - slope * np.maximum(load - capacity, 0)
    buyers = r.binomial(inquiries, 1 / (1 + np.exp(-logit)))
    months = np.array(["2024-03", "2024-04", "2024-05"])[month]
    return pd.DataFrame({"month": months, "receptions": load, "inquiries": inquiries, "buyers": buyers})


def test_a_planted_capacity_lies_in_the_interval_nineteen_times_of_twenty():
    found = [fit_capacity(days(np.random.default_rng(seed), 400)) for seed in range(40)]
    assert all(f is not None for f in found)
    assert sum(f.low - 5 <= 400 <= f.high + 5 for f in found) >= 36  # the grid is in tens
    assert abs(np.mean([f.best for f in found]) - 400) < 15
    assert max(f.high - f.low for f in found) <= 160


def test_days_that_convert_as_ever_show_no_capacity():
    found = [fit_capacity(days(np.random.default_rng(seed), 400, slope=0)) for seed in range(40)]
    assert sum(f is not None for f in found) <= 4


def test_more_scatter_than_luck_widens_the_interval():
    plain = days(np.random.default_rng(3), 400)
    noisy = plain.assign(buyers=(plain["buyers"] * np.random.default_rng(4).uniform(0.7, 1.3, len(plain))).astype(int))
    narrow, wide = fit_capacity(plain), fit_capacity(noisy)
    assert wide.high - wide.low > narrow.high - narrow.low


@pytest.mark.parametrize("n", [0, 14])
def test_too_few_days_show_nothing(n):
    assert fit_capacity(days(np.random.default_rng(5), 400).head(n)) is None
