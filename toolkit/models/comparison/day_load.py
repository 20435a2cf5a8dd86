"""Whether people do otherwise on their busy days: each held against oneself, in a month and beside the shop's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.baseline.counts import Floats, Ints

FEWEST_AGENTS, FEWEST_DAYS = 5, 100
LEAST_SPREAD = 0.05
"""Load that moves by less than a twentieth, once person and day are taken off, tells nothing."""
TENTH = 0.1
_ZERO, _ROUNDS = 1e-10, 1000


@dataclass(frozen=True, slots=True)
class LoadEffect:
    """What a day with a tenth more customers than usual does to a mean, as conversion or the time to reply.

    Parameters
    ----------
    n_agents, n_days : people, and person-days.
    usual : customers a person and day, on average.
    spread : standard deviation of load, once person and day are taken off, over `usual`.
    mean : of these days, in its own unit: a share, seconds.
    change, lower, upper : of the mean for `TENTH` more customers, with its 95 % interval; None where it cannot be told.
    """

    n_agents: int
    n_days: int
    usual: float
    spread: float
    mean: float
    change: float | None
    lower: float | None
    upper: float | None


def fit_load(days: pd.DataFrame, total: str = "buyers", count: str = "inquiries") -> LoadEffect:
    """Estimate the change of a mean, total / count, with the customers a person has on a day.

    Parameters
    ----------
    days : agent, shop, day, load (customers received that day) and both columns; a row a person, shop and day. Days
        with a blank, or with no count, are left out.
    total, count : names of columns: buyers and inquiries, or seconds waited and replies.

    Notes
    -----
    total / count = a(agent, shop, month) + d(shop, day) + b load / usual, least squares weighted by count; the
    interval from leaving out one agent at a time (t with agents - 1 degrees of freedom). The first effect keeps better
    people, who are sent more customers, from looking like load; the second keeps out days on which everybody's
    customers differ (a campaign), so that a load all share equally tells nothing.

    References
    ----------
    Cameron & Miller (2015), J. Human Resources 50, 317, VI.B (the jackknife over clusters, where these are few);
    Guimaraes & Portugal (2010), Stata J. 10, 628 (levels taken off in turn).
    """
    used = days[(days[count] > 0) & days[total].notna() & (days["load"] > 0)]
    n, y, load = (used[c].to_numpy(np.float64) for c in (count, total, "load"))
    usual = float(load.mean()) if len(load) else 0.0
    mean = float(y.sum() / n.sum()) if len(n) else 0.0
    agents = pd.factorize(used["agent"])[0]
    n_agents = int(agents.max(initial=-1)) + 1
    if n_agents < FEWEST_AGENTS or len(used) < FEWEST_DAYS:
        return LoadEffect(n_agents, len(used), usual, 0.0, mean, None, None, None)
    month = used["day"].dt.strftime("%Y-%m")
    parts = [used["agent"] + "\n" + used["shop"] + "\n" + month, used["shop"] + "\n" + used["day"].astype("str")]
    codes = [pd.factorize(part)[0] for part in parts]
    x, z = load / usual, y / n
    left = _without(x, n, codes)
    spread = float(np.sqrt(n @ left**2 / n.sum()))
    slope = _slope(x, z, n, codes)
    others = [agents != one for one in range(n_agents)]
    without_one = np.array([_slope(x[o], z[o], n[o], [code[o] for code in codes]) for o in others])
    if spread < LEAST_SPREAD or slope is None or None in without_one:
        return LoadEffect(n_agents, len(used), usual, spread, mean, None, None, None)
    half = _half_width(without_one.astype(np.float64))
    return LoadEffect(
        n_agents, len(used), usual, spread, mean, *(TENTH * b for b in (slope, slope - half, slope + half))
    )


def _slope(x: Floats, y: Floats, weight: Floats, codes: Sequence[Ints]) -> float | None:
    """Return the slope of y on x beside the levels, None where x is told by them."""
    left = _without(x, weight, codes)
    square = float(weight @ left**2)
    return float((weight * left) @ y) / square if square > _ZERO * float(weight @ x**2) else None


def _without(values: Floats, weight: Floats, codes: Sequence[Ints]) -> Floats:
    """Take the levels of each way of grouping off, in turn until nothing moves (weighted least squares)."""
    left, sums = values, [np.maximum(np.bincount(code, weight), _ZERO) for code in codes]
    for _ in range(_ROUNDS):
        before = left
        for code, total in zip(codes, sums, strict=True):
            left = left - (np.bincount(code, weight * left) / total)[code]
        if np.abs(left - before).max() < _ZERO:
            break
    return left


def _half_width(without_one: Floats) -> float:
    """Return half the 95 % interval by the jackknife over people."""
    from scipy.special import stdtrit

    n = len(without_one)
    error = np.sqrt((n - 1) / n * np.sum((without_one - without_one.mean()) ** 2))
    return float(stdtrit(n - 1, 0.975) * error)
