"""Teams with known skill, drawn by the model's own story but with none of its code."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Spec:
    """Worlds of the issue by default: 200 agents, 24 months, 5 shops, 30 agents with one to three months."""

    agents: int = 200
    months: int = 24
    shops: int = 5
    sd: float = 0.30
    month_sd: float = 0.15
    cell_sd: float = 0.15
    volume: float = 150.0
    few: int = 30
    rate_logit: float = -1.1
    season: float = 0.15
    one_shop_each: bool = False
    sorted_by_skill: bool = False


@dataclass(frozen=True)
class World:
    cells: pd.DataFrame
    skill: dict[str, float]
    shop_logit: np.ndarray
    month_logit: np.ndarray
    spec: Spec


def make_world(seed: int, spec: Spec | None = None) -> World:
    spec = spec or Spec()
    r = np.random.default_rng(seed)
    shop = np.linspace(-0.4, 0.4, spec.shops) if spec.shops > 1 else np.zeros(1)
    month = spec.season * np.sin(2 * np.pi * np.arange(spec.months) / 12) + r.normal(0, 0.05, spec.months)
    u = r.normal(0, spec.sd, spec.agents)
    volume = spec.volume * np.exp(r.normal(0, 0.6, (spec.agents, 1)) + r.normal(0, 0.3, (spec.agents, spec.months)))
    share = r.dirichlet(np.ones(spec.shops), spec.agents)
    if spec.one_shop_each:
        order = u if spec.sorted_by_skill else r.random(spec.agents)
        home = order.argsort().argsort() * spec.shops // spec.agents
        share = np.eye(spec.shops)[home]
    n = r.poisson(volume[:, :, None] * share[:, None, :])
    for a in range(spec.few):
        k = r.integers(1, 4)
        first = r.integers(0, spec.months - k + 1)
        n[a, :first] = 0
        n[a, first + k :] = 0
    luck = r.normal(0, spec.month_sd, (spec.agents, spec.months, 1)) + r.normal(0, spec.cell_sd, n.shape)
    eta = spec.rate_logit + shop + month[:, None] + u[:, None, None] + luck
    y = r.binomial(n, 1 / (1 + np.exp(-eta)))
    a, t, s = np.nonzero(n)
    cells = pd.DataFrame(
        {
            "month": [f"{2023 + m // 12}-{m % 12 + 1:02d}" for m in t],
            "agent": [f"a{i:05d}" for i in a],
            "shop": [f"s{i}" for i in s],
            "inquiries": n[a, t, s],
            "buyers": y[a, t, s],
        }
    )
    return World(cells, {f"a{i:05d}": float(x) for i, x in enumerate(u)}, shop, month, spec)


def next_month(world: World, plan: pd.DataFrame, seed: int) -> pd.Series:
    """Buyers by agent in the month after the world's last, at the planned cells."""
    spec, r = world.spec, np.random.default_rng(seed)
    month = spec.season * np.sin(2 * np.pi * spec.months / 12) + r.normal(0, 0.05)
    agents = {a: r.normal(0, spec.month_sd) + world.skill[a] for a in plan["agent"].unique()}
    shop = world.shop_logit[plan["shop"].str.removeprefix("s").astype(int)]
    eta = spec.rate_logit + month + shop + plan["agent"].map(agents) + r.normal(0, spec.cell_sd, len(plan))
    buyers = pd.Series(r.binomial(plan["inquiries"], 1 / (1 + np.exp(-eta))), index=plan.index)
    return buyers.groupby(plan["agent"]).sum()
