"""How many customers a day one person can serve before conversion falls, from single days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.models.baseline.counts import Floats

CHI2 = 3.84
"""95 % point of chi-square with one degree of freedom: how much worse a capacity may fit and still be possible."""
_STEP = 10
_FEWEST_DAYS = 15
_ROUNDS = 25


class CapacityFit(NamedTuple):
    """Customers a day up to which conversion holds, in tens: the likeliest and its 95 % interval; on how many days."""

    low: int
    best: int
    high: int
    n_days: int


def fit_capacity(days: pd.DataFrame) -> CapacityFit | None:
    """Return where conversion begins to fall, None where the days do not show that it does.

    Parameters
    ----------
    days : month, receptions, inquiries, buyers of one person, a row a day.

    Notes
    -----
    logit p = a(month) - b max(0, receptions - c), b >= 0, binomial, by maximum likelihood for each c in steps of ten;
    those whose deviance lies within `CHI2` times the dispersion of the best may be. A month has its own level, so
    season and what the month was like are not taken for load.
    """
    whole = (days["inquiries"] > 0) & (days["buyers"] <= days["inquiries"]) & (days["receptions"] > 0)
    used = days[whole]
    if len(used) < _FEWEST_DAYS:
        return None
    load, n, y = (used[name].to_numpy(np.float64) for name in ("receptions", "inquiries", "buyers"))
    levels = pd.get_dummies(used["month"].astype("str")).to_numpy(np.float64)
    steps = np.arange(load.min() // _STEP * _STEP, load.max(), _STEP)
    fits = [_deviance(np.column_stack([levels, -np.maximum(load - c, 0) / 100]), n, y) for c in steps]
    level, _ = _deviance(levels, n, y)
    misfit = np.array([deviance if slope[-1] > 0 else level for deviance, slope in fits])
    best = int(misfit.argmin())
    spread = max(misfit[best] / max(len(used) - levels.shape[1] - 2, 1), 1.0)
    if level - misfit[best] <= CHI2 * spread:
        return None
    possible = steps[misfit <= misfit[best] + CHI2 * spread]
    return CapacityFit(int(possible.min()), int(steps[best]), int(possible.max()), len(used))


def _deviance(x: Floats, n: Floats, y: Floats) -> tuple[float, Floats]:
    """Return the binomial deviance of the best logistic fit, and its coefficients, by iterated least squares."""
    beta: Floats = np.zeros(x.shape[1])
    p = (y + 0.5) / (n + 1)
    for _ in range(_ROUNDS):
        w = n * p * (1 - p)
        z = np.log(p / (1 - p)) + (y - n * p) / w
        root = np.sqrt(w)
        new = np.asarray(np.linalg.lstsq(x * root[:, None], z * root, rcond=None)[0], np.float64)
        p = np.clip(1 / (1 + np.exp(-(x @ new))), 1e-9, 1 - 1e-9)
        if np.allclose(new, beta, rtol=0, atol=1e-10):
            break
        beta = new
    hits = np.where(y > 0, y * np.log(np.maximum(y, 1) / (n * p)), 0)
    misses = np.where(y < n, (n - y) * np.log(np.maximum(n - y, 1) / (n * (1 - p))), 0)
    return float(2 * np.sum(hits + misses)), beta
