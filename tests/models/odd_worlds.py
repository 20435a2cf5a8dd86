"""Teams unlike the model's own story, each in one way, drawn with numpy and pandas alone; the month after is known.

On the logit scale: log-odds of buying = -1.1 + shop (-.4 to .4) + month (own sd .05) + agent (sd .3) + agent-month
(.15) + cell (.15). Inquiries a month are 150 in the median, sd of their log .6 between agents, .3 between an agent's
months, .15 between the team's; they follow the days of the month and a yearly wave of .3, its phase random.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

RATE, MONTH_SD, LUCK, CELL, SHOPS = -1.1, 0.05, 0.15, 0.15, 0.4
INQUIRIES, BETWEEN, WITHIN, TOGETHER, WAVE, DAYS = 150.0, 0.6, 0.3, 0.15, 0.3, 30.4
APART = 0.9
AR_SD = 0.15
LATE, SLOW = 5, 0.7
SPENT, UNEVEN, OF_AGENT = 20_000, 2.0, 0.1


@dataclass(frozen=True)
class Odd:
    """A team and what is odd about it.

    `skill` is the shape of the agents' skill: normal, t3 or bimodal, of sd `sd`. `tied` is the correlation of log
    volume with skill, `shocks` the sd of a shop's month, `zeros` the share of cells nobody buys in whatever the
    agent, `leaving` the share gone after a month, below average three times as many as above, each followed by
    somebody new. `ar` is the memory of a deviation of sd .15, `drift` an agent's step a month; `learn` is how far
    below half of the agents start, who join during the history and rise about their sixth month. `trend` is the
    team's rise a month, `season` the height of a yearly wave of random phase. `routing` is the sd of what an
    agent's customers differ by, unseen; `rotating` the share of agents who work in every shop, the others in one,
    better agents in better shops; `by_shop` the sd of an agent's skill between shops.
    """

    agents: int = 60
    months: int = 18
    shops: int = 3
    skill: str = "normal"
    sd: float = 0.3
    tied: float = 0.0
    shocks: float = 0.0
    zeros: float = 0.0
    leaving: float = 0.0
    ar: float = 0.0
    drift: float = 0.0
    learn: float = 0.0
    trend: float = 0.0
    season: float = 0.0
    routing: float = 0.0
    rotating: float | None = None
    by_shop: float = 0.0


LARGE, SMALL = Odd(), Odd(agents=8, months=12, shops=2)
SIZES = {"60 agents": LARGE, "8 agents": SMALL}
ODDITIES = {
    "control": {},
    "t3 skill": {"skill": "t3"},
    "bimodal skill": {"skill": "bimodal"},
    "volume tied to skill": {"tied": 0.8},
    "shop-month shocks": {"shocks": 0.2},
    "zero-inflated": {"zeros": 0.05},
    "leavers": {"leaving": 0.03},
    "AR .8": {"ar": 0.8},
    "drift .08": {"drift": 0.08},
    "late learners": {"learn": 0.6},
    "trend +.03": {"trend": 0.03},
    "trend -.03": {"trend": -0.03},
    "season .6, 14 months": {"season": 0.6, "months": 14},
    "season .6, 26 months": {"season": 0.6, "months": 26},
    "season .6, 38 months": {"season": 0.6, "months": 38},
    "unseen routing": {"routing": 0.2},
    "sorted, 10 % rotating": {"rotating": 0.1},
    "agent x shop .25": {"by_shop": 0.25},
    "no skill": {"sd": 0.0},
}
WORLDS = {(size, name): replace(spec, **odd) for size, spec in SIZES.items() for name, odd in ODDITIES.items()}


@dataclass(frozen=True)
class OddWorld:
    """`cells` of the history and `coming`, the month after; `skill` is each person's level in it, by name."""

    cells: pd.DataFrame
    coming: pd.DataFrame
    skill: pd.Series
    month: str


def make_odd(seed: int, spec: Odd = LARGE) -> OddWorld:
    """Draw a team; months begin in January 2021, the season anywhere."""
    r = np.random.default_rng([seed, 1307])
    times = np.arange(spec.months + 1)
    names = pd.period_range("2021-01", periods=len(times), freq="M")
    own = _skill(spec, 4 * spec.agents if spec.leaving else spec.agents, r)
    there = _there(spec, own, r)
    own, there = own[there.any(axis=1)], there[there.any(axis=1)]
    level = own[:, None] + _moves(spec, there, r)
    share = _shares(spec, own, r)
    n = r.poisson(_volume(spec, own, names.days_in_month.to_numpy(), r)[:, :, None] * share[:, None, :])
    n = n * there[:, :, None]
    wave = spec.season * np.sin(2 * np.pi * (times + r.uniform(0, 12)) / 12)
    month = spec.trend * (times - spec.months) + wave + r.normal(0, MONTH_SD, len(times))
    of_shop = np.linspace(-SHOPS, SHOPS, spec.shops) + r.normal(0, spec.shocks, (len(times), spec.shops))
    of_agent = r.normal(0, spec.routing, (len(own), 1)) + r.normal(0, spec.by_shop, share.shape)
    luck = r.normal(0, LUCK, (*level.shape, 1)) + r.normal(0, CELL, n.shape)
    eta = RATE + month[:, None] + of_shop + level[:, :, None] + of_agent[:, None, :] + luck
    y = r.binomial(n, 1 / (1 + np.exp(-eta))) * (r.random(n.shape) >= spec.zeros)
    worth = SPENT * np.exp(r.normal(0, OF_AGENT, len(own)))[:, None, None]
    sales = np.rint(worth * r.gamma(np.maximum(y, 1) / UNEVEN) * UNEVEN * (y > 0)).astype(np.int64)
    a, t, s = np.nonzero(n)
    cells = pd.DataFrame(
        {
            "month": names.astype(str)[t],
            "agent": [f"a{i:03d}" for i in a],
            "shop": [f"s{i}" for i in s],
            "inquiries": n[a, t, s],
            "buyers": y[a, t, s],
            "sales": sales[a, t, s],
        }
    )
    last = str(names[-1])
    past, coming = (cells[now].reset_index(drop=True) for now in (cells["month"] != last, cells["month"] == last))
    return OddWorld(past, coming, pd.Series(level[:, -1], index=[f"a{i:03d}" for i in range(len(own))]), last)


def _skill(spec: Odd, n: int, r: np.random.Generator) -> np.ndarray:
    if spec.skill == "t3":
        return spec.sd * r.standard_t(3, n) / np.sqrt(3)
    if spec.skill == "bimodal":  # half about -.9 sd, half about +.9 sd
        return spec.sd * (APART * r.choice([-1, 1], n) + np.sqrt(1 - APART**2) * r.standard_normal(n))
    return r.normal(0, spec.sd, n)


def _there(spec: Odd, own: np.ndarray, r: np.random.Generator) -> np.ndarray:
    """Who is there in which month, (people, months + 1)."""
    there = np.ones((len(own), spec.months + 1), bool)
    if spec.learn:
        joins = r.permutation(len(own))[: len(own) // 2]
        there[joins] = np.arange(spec.months + 1) >= r.integers(1, spec.months - 1, len(joins))[:, None]
    if spec.leaving:
        there[:] = False
        team, following = np.arange(spec.agents), spec.agents
        for t in range(spec.months + 1):
            gone = np.flatnonzero((t > 0) & (r.random(len(team)) < spec.leaving * np.where(own[team] < 0, 1.5, 0.5)))
            team[gone] = following + np.arange(len(gone))
            following += len(gone)
            there[team, t] = True
    return there


def _moves(spec: Odd, there: np.ndarray, r: np.random.Generator) -> np.ndarray:
    """How far each level is from the agent's own skill, (people, months + 1)."""
    moves = np.zeros(there.shape)
    if spec.ar:
        away = r.normal(0, AR_SD, len(moves))
        for t in range(moves.shape[1]):
            moves[:, t] += away
            away = spec.ar * away + r.normal(0, AR_SD * np.sqrt(1 - spec.ar**2), len(moves))
    moves[:, 1:] += np.cumsum(r.normal(0, spec.drift, moves[:, 1:].shape), axis=1)
    if spec.learn:
        first = there.argmax(axis=1)[:, None]
        since = np.arange(moves.shape[1]) - first
        moves -= (first > 0) * spec.learn / (1 + np.exp((since - LATE) / SLOW))
    return moves


def _shares(spec: Odd, own: np.ndarray, r: np.random.Generator) -> np.ndarray:
    """Which part of an agent's inquiries comes from which shop, (people, shops)."""
    share = r.dirichlet(np.ones(spec.shops), len(own))
    if spec.rotating is None:
        return share
    home = own.argsort().argsort() * spec.shops // len(own)
    stays = r.permutation(len(own))[max(round(spec.rotating * len(own)), 1) :]
    share[stays] = np.eye(spec.shops)[home[stays]]
    return share


def _volume(spec: Odd, own: np.ndarray, days: np.ndarray, r: np.random.Generator) -> np.ndarray:
    """Inquiries expected of each person in each month, (people, months + 1)."""
    between = r.standard_normal(len(own))
    if spec.tied:
        between = spec.tied * own / spec.sd + np.sqrt(1 - spec.tied**2) * between
    wave = WAVE * np.sin(2 * np.pi * (np.arange(len(days)) + r.uniform(0, 12)) / 12)
    within = r.normal(0, WITHIN, (len(own), len(days))) + r.normal(0, TOGETHER, len(days)) + wave
    return INQUIRIES * np.exp(BETWEEN * between[:, None] + within) * days / DAYS
