"""An average measure of the coming month: revenue per buyer, reply time.

log of an agent's month = agent + month + luck. Luck has a part that shrinks with what is averaged over (buyers,
receptions) and a part that does not; the month's level is foretold by the same process as conversion's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.period import Month
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.outlook.season import Outlook, Scales, outlook_of

AVERAGE = Scales(slope=0.02, walk=0.08, own=0.12, season=0.15)
_HUBER, _STEPS, _RECENT, _HOLE = 2.0, 40, 3, 0.3
_CLIPPED = 0.9205  # the mean of min(z squared, 2 squared) of a standard normal z
_LEAST = 1e-8


class _Known(NamedTuple):
    """Month levels and their error covariance."""

    beta: Floats
    cov: Floats


class _Parts(NamedTuple):
    """Log averages in parts: agents with their precision, months with theirs, luck of its own and for each counted."""

    agent: Floats
    agent_weight: Floats
    month: Floats
    month_weight: Floats
    own: float
    each: float


@dataclass(frozen=True, slots=True)
class AverageForecast:
    """Replicates of an average measure in one month.

    Parameters
    ----------
    month : YYYY-MM.
    agents : those still there in the last month before it, sorted.
    weight : planned buyers or receptions, the mean of the agent's own among the last three months, (agents,).
    values : in the measure's unit, (replicates, agents).
    outlook : what the month's level rests on.
    """

    month: str
    agents: tuple[str, ...]
    weight: Ints
    values: Floats
    outlook: Outlook


def forecast_average(
    table: pd.DataFrame,
    month: str,
    rng: np.random.Generator,
    n_replicates: int = 2000,
    campaigns: Sequence[str] = (),
    weight: pd.Series[int] | None = None,
) -> AverageForecast:
    """Draw the coming month's average of each agent.

    Parameters
    ----------
    table : month, agent, value (> 0), weight (what it is averaged over, > 0); a row an agent and month.
    month : YYYY-MM.
    campaigns : months not to learn from.
    weight : planned for each agent instead of its own recent mean; agents without history are drawn from all.

    Raises
    ------
    InputError
        If fewer than two ordinary months or two agents are known.

    Notes
    -----
    Two-way fit by alternating weighted means with Huber's weights at two standard deviations; both parts of luck by
    non-negative least squares of squared residuals on 1 and 1 / weight; agents shrunk to their mean.

    References
    ----------
    Huber (1964), Ann. Math. Statist. 35, 73.
    """
    kept = table.loc[~table["month"].isin(campaigns) & (table["value"] > 0) & (table["weight"] > 0)]
    grid = kept.pivot_table(index="agent", columns="month", values=["value", "weight"], aggfunc="first")
    months = sorted(kept["month"].unique())
    if len(months) < 2 or grid.shape[0] < 2:
        raise InputError([Problem("cells", "fewer than two ordinary months or agents", code="too-few-months")])
    agents, counted = list(grid.index), grid["weight"].to_numpy(np.float64)
    parts = _two_way(np.log(grid["value"].to_numpy(np.float64)), counted)
    seen, error = parts.agent_weight > 0, 1 / np.maximum(parts.agent_weight, _LEAST)
    spread = max(float(np.var(parts.agent[seen], ddof=1)) - float(np.mean(error[seen])), _LEAST)
    centre, trusted = float(np.mean(parts.agent[seen])), spread / (spread + error)
    known = _Known(parts.month, np.diag(1 / np.maximum(parts.month_weight, _LEAST)))
    outlook = outlook_of(np.eye(len(months)), months, known, month, (None, AVERAGE, month in campaigns))
    planned = _planned(kept, months[-1]) if weight is None else weight
    names = tuple(sorted(map(str, planned.index)))
    at = np.array([agents.index(a) if a in agents else -1 for a in names])
    usual = np.where(at >= 0, centre + trusted[at] * (parts.agent[at] - centre), centre)
    sd = np.sqrt(np.where(at >= 0, trusted[at] * error[at], spread))
    n: Ints = planned.loc[list(names)].to_numpy(np.int64).astype(np.int64)
    luck = np.sqrt(sd**2 + parts.own + parts.each / n)
    noise = rng.standard_normal((n_replicates, len(months))) * np.sqrt(np.diag(known.cov))
    level = outlook.draw(known.beta + noise, rng)
    values = np.exp(usual + level[:, None] + luck * rng.standard_normal((n_replicates, len(names))))
    return AverageForecast(month, names, n, values, outlook)


def _two_way(y: Floats, n: Floats) -> _Parts:
    """Return the parts of log averages `y` over `n` each, gaps not a number, (agents, months)."""
    known = np.isfinite(y)
    y, size = np.where(known, y, 0.0), np.where(known, n, 1.0)
    agent, month = np.zeros(len(y)), np.zeros(y.shape[1])
    own, each, w = 1.0, 0.0, known.astype(np.float64)
    free = known.sum() / max(known.sum() - len(y) - y.shape[1] + 1, 1)
    for _ in range(_STEPS):
        agent = (w * (y - month)).sum(axis=1) / np.maximum(w.sum(axis=1), _LEAST)
        month = (w * (y - agent[:, None])).sum(axis=0) / np.maximum(w.sum(axis=0), _LEAST)
        left = np.where(known, y - agent[:, None] - month, 0.0)
        luck = own + each / size
        own, each = _luck(np.minimum(left**2, _HUBER**2 * luck)[known] * free / _CLIPPED, size[known], luck[known])
        luck = own + each / size
        w = known * np.minimum(1.0, _HUBER * np.sqrt(luck) / np.maximum(np.abs(left), 1e-12)) / luck
    centre = float(month.mean())
    return _Parts(agent + centre, w.sum(axis=1), month - centre, w.sum(axis=0), own, each)


def _luck(squares: Floats, size: Floats, luck: Floats) -> tuple[float, float]:
    from scipy.optimize import nnls

    (own, each), _ = nnls(np.column_stack([1 / luck, 1 / size / luck]), squares / luck)
    return max(float(own), _LEAST), float(each)


def _planned(table: pd.DataFrame, last: str) -> pd.Series[int]:
    """Return by agent still there in the last month the mean weight of its own months among the last three."""
    recent = table.loc[table["month"] >= str(Month.parse(last).shift(1 - _RECENT))]
    mean: pd.Series[int] = recent.groupby("agent")["weight"].mean().round().clip(lower=1).astype("int64")
    here = set(recent.loc[recent["month"] == last, "agent"])
    before = set(recent.loc[recent["month"] == str(Month.parse(last).shift(-1)), "agent"])
    there = here | before if len(before - here) > _HOLE * len(before) else here
    return mean.loc[mean.index.isin(there)]
