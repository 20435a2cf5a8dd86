"""How many more customers an hour some have than others, held against each other on the same days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.baseline.counts import Floats

FEWEST_DAYS = 10


@dataclass(frozen=True, slots=True)
class HourlyGap:
    """Customers an hour of some beside those of the others.

    Parameters
    ----------
    gap, lower, upper : of the ratio of both, less 1 (-0.3: a third fewer or so), with its 95 % interval; the interval
        is None where the days are too few.
    n_days : on which either worked.
    """

    gap: float
    lower: float | None
    upper: float | None
    n_days: int


def compare_hourly(days: pd.DataFrame) -> HourlyGap | None:
    """Compare customers an hour of some with those of the others; None where one of both had no hour or no customer.

    Parameters
    ----------
    days : day, some (bool: of those compared), customers, hours; rows of one day add up.

    Notes
    -----
    The ratio of (customers / hours) of both, over all days; the interval of its logarithm from leaving out one day at a
    time (t with days - 1 degrees of freedom), because what a day does to all customers is shared by everybody on it.

    References
    ----------
    Quenouille (1956), Biometrika 43, 353; Tukey (1958), Ann. Math. Statist. 29, 614 (the jackknife).
    """
    from scipy.special import stdtrit

    sums = days.groupby(["day", "some"])[["customers", "hours"]].sum().astype("float64").unstack("some", fill_value=0)
    if sums.shape[1] < 4:  # customers and hours of only one of both
        return None
    table = sums.to_numpy()  # (days, 4): customers of the others, of some; hours of the others, of some
    if (table.sum(axis=0) <= 0).any():
        return None
    n, gap = len(table), float(np.expm1(_log_ratio(table.sum(axis=0))))
    without_one = table.sum(axis=0) - table
    if n < FEWEST_DAYS or (without_one <= 0).any():
        return HourlyGap(gap, None, None, n)
    logs = _log_ratio(without_one.T)
    half = float(stdtrit(n - 1, 0.975) * np.sqrt((n - 1) / n * np.sum((logs - logs.mean()) ** 2)))
    low, high = (float(np.expm1(np.log1p(gap) + sign * half)) for sign in (-1, 1))
    return HourlyGap(gap, low, high, n)


def _log_ratio(sums: Floats) -> Floats:
    others, some, hours_of_others, hours = sums
    ratio: Floats = np.log(some / hours) - np.log(others / hours_of_others)
    return ratio
