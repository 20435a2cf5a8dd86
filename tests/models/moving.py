"""Teams whose levels, months and people move, drawn with none of the toolkit's code; the month after is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Moving:
    """60 agents, 18 months, 3 shops by default; everything on the logit scale.

    `drift` is an agent's step a month, `ar` the memory of a deviation of sd `ar_sd` that returns, `learn` how far below
    a newcomer starts (half of the agents join during the history), `trend` the team's rise a month, `season` the height
    of a yearly wave of random phase, `noise` the month's own deviation.
    """

    agents: int = 60
    months: int = 18
    shops: int = 3
    sd: float = 0.30
    drift: float = 0.0
    ar: float = 0.0
    ar_sd: float = 0.15
    learn: float = 0.0
    trend: float = 0.0
    season: float = 0.0
    noise: float = 0.05
    month_sd: float = 0.15
    cell_sd: float = 0.15
    volume: float = 150.0
    rate_logit: float = -1.1


@dataclass(frozen=True)
class MovingWorld:
    """`cells` of the history and `coming`, the month after, with its buyers; `skill` is each agent's level in it."""

    cells: pd.DataFrame
    coming: pd.DataFrame
    skill: pd.Series
    wave: np.ndarray
    month: str


def month_name(t):
    return f"{2022 + t // 12}-{t % 12 + 1:02d}"


def levels(spec, r):
    """Each agent's level, (agents, months + 1), and the month it was first there."""
    shape = (spec.agents, spec.months + 1)
    level = np.repeat(r.normal(0, spec.sd, (spec.agents, 1)), shape[1], axis=1)
    if spec.ar:
        away = r.normal(0, spec.ar_sd, spec.agents)
        for t in range(shape[1]):
            level[:, t] += away
            away = spec.ar * away + r.normal(0, spec.ar_sd * np.sqrt(1 - spec.ar**2), spec.agents)
    level[:, 1:] += np.cumsum(r.normal(0, spec.drift, (spec.agents, spec.months)), axis=1)
    first = np.zeros(spec.agents, int)
    if spec.learn:
        joins = r.permutation(spec.agents)[: spec.agents // 2]
        first[joins] = r.integers(1, spec.months - 1, len(joins))
        since = np.arange(shape[1]) - first[:, None]
        level -= np.where((first[:, None] > 0) & (since >= 0), spec.learn * np.exp(-np.maximum(since, 0) / 3), 0)
    return level, first


def make_moving(seed, spec=None):
    spec = spec or Moving()
    r = np.random.default_rng([seed, 1301])
    level, first = levels(spec, r)
    times = np.arange(spec.months + 1)
    wave = spec.season * np.sin(2 * np.pi * (times + r.uniform(0, 12)) / 12)
    month = spec.trend * (times - spec.months) + wave + r.normal(0, spec.noise, len(times))
    shop = np.linspace(-0.4, 0.4, spec.shops) if spec.shops > 1 else np.zeros(1)
    volume = spec.volume * np.exp(r.normal(0, 0.6, (spec.agents, 1)) + r.normal(0, 0.3, level.shape))
    share = r.dirichlet(np.ones(spec.shops), spec.agents)
    n = r.poisson(volume[:, :, None] * share[:, None, :]) * (times >= first[:, None])[:, :, None]
    luck = r.normal(0, spec.month_sd, (*level.shape, 1)) + r.normal(0, spec.cell_sd, n.shape)
    y = r.binomial(n, 1 / (1 + np.exp(-(spec.rate_logit + shop + month[:, None] + level[:, :, None] + luck))))
    a, t, s = np.nonzero(n)
    cells = pd.DataFrame(
        {
            "month": [month_name(i) for i in t],
            "agent": [f"a{i:03d}" for i in a],
            "shop": [f"s{i}" for i in s],
            "inquiries": n[a, t, s],
            "buyers": y[a, t, s],
        }
    )
    last = month_name(spec.months)
    skill = pd.Series(level[:, -1], index=[f"a{i:03d}" for i in range(spec.agents)])
    now = cells["month"] == last
    return MovingWorld(
        cells[~now].reset_index(drop=True), cells[now].reset_index(drop=True), skill, wave - wave.mean(), last
    )
