"""Customers an hour of some beside those of others: by hand, and an interval that covers a known ratio."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.models.comparison.hourly import compare_hourly


def days(seed: int, ratio: float, n_days: int = 30) -> pd.DataFrame:
    """Eight-hour days of a busy and a slow shift; what a day does to all is shared, single days scatter."""
    rng = np.random.default_rng(seed)
    shared = np.exp(rng.normal(0, 0.4, n_days))
    rows = []
    for some, rate, people in ((False, 4.0, 4), (True, 4.0 * ratio, 2)):
        hours = 8.0 * rng.binomial(people, 0.75, n_days)
        customers = rng.poisson(rate * hours * shared * np.exp(rng.normal(-0.02, 0.2, n_days)))
        rows += [(d, some, *at) for d, at in enumerate(zip(customers, hours, strict=True))]
    return pd.DataFrame(rows, columns=["day", "some", "customers", "hours"])


@pytest.mark.parametrize("ratio", [1.0, 0.6])
def test_the_interval_covers_a_known_ratio(ratio: float) -> None:
    found = [compare_hourly(days(seed, ratio)) for seed in range(120)]
    inside = [f.lower <= ratio - 1 <= f.upper for f in found]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.046)  # 2.3 standard errors
    assert np.mean([f.gap for f in found]) == pytest.approx(ratio - 1, abs=0.015)


def test_by_hand() -> None:
    """Half the customers an hour on each of ten days: 2 in 4 hours beside 5 in 5."""
    rows = [(d, some, *at) for d in range(10) for some, at in ((True, (2, 4)), (False, (5, 5)))]
    found = compare_hourly(pd.DataFrame(rows, columns=["day", "some", "customers", "hours"]))
    assert (found.gap, found.lower, found.upper, found.n_days) == (*[pytest.approx(-0.5)] * 3, 10)


def test_few_days_have_no_interval_and_one_shift_no_gap() -> None:
    few = compare_hourly(days(1, 0.6, 9))
    assert (few.lower, few.upper, few.n_days) == (None, None, 9)
    assert compare_hourly(days(1, 0.6).query("some")) is None
    assert compare_hourly(days(1, 0.6).assign(customers=0)) is None
