"""Pilots whose true effect is known: shops have months of their own, buyers are drawn; none of our code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PilotSpec:
    """25 agents of 3 shops; shop-month shocks of sd .05, AR .5, agent-month sd .15 with AR `own_ar` (logit)."""

    past: int = 12
    months: int = 6
    agents: int = 25
    shops: int = 3
    volume: float = 150.0
    skill_sd: float = 0.25
    month_sd: float = 0.15
    own_ar: float = 0.0
    shock_sd: float = 0.05
    shock_ar: float = 0.5


@dataclass(frozen=True)
class PilotWorld:
    """Inquiries and the logit of buying without the new, (agents, months); luck is the same for every effect."""

    seed: int
    shop: np.ndarray
    inquiries: np.ndarray
    logit: np.ndarray

    def buyers(self, shift: np.ndarray | float = 0.0) -> np.ndarray:
        luck = np.random.default_rng([self.seed, 2])
        return luck.binomial(self.inquiries, 1 / (1 + np.exp(-self.logit - shift)))


def _walk(r: np.random.Generator, rows: int, months: int, sd: float, ar: float) -> np.ndarray:
    path = np.empty((rows, months))
    path[:, 0] = r.normal(0, sd, rows)
    for t in range(1, months):
        path[:, t] = ar * path[:, t - 1] + r.normal(0, sd * (1 - ar**2) ** 0.5, rows)
    return path


def make_pilot_world(seed: int, spec: PilotSpec) -> PilotWorld:
    r = np.random.default_rng([seed, 1])
    months, shop = spec.past + spec.months, np.arange(spec.agents) % spec.shops
    shock = _walk(r, spec.shops, months, spec.shock_sd, spec.shock_ar)
    own = _walk(r, spec.agents, months, spec.month_sd, spec.own_ar)
    spread = r.normal(0, 0.4, (spec.agents, 1)) + r.normal(0, 0.2, (spec.agents, months))
    inquiries = 1 + r.poisson(spec.volume * np.exp(spread))
    logit = -0.9 + r.normal(0, spec.skill_sd, (spec.agents, 1)) + shock[shop] + own
    return PilotWorld(seed, shop, inquiries, logit)
