"""Teams before and since an award whose true effect is known: shops have months of their own; none of our code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class AwardSpec:
    """The pilot of the design: 25 agents, 3 shops, 6 + 6 months; shop-month shocks of sd .05, AR .5 (logit).

    `given` by lot in each shop, to one whole shop, to everybody, or to the half that was worst the month before.
    `drift` moves those with the award away by so much a month, from the first month on.
    """

    before: int = 6
    after: int = 6
    agents: int = 25
    shops: int = 3
    effect: float = 0.0
    drift: float = 0.0
    given: str = "lot"
    volume: float = 150.0
    skill_sd: float = 0.25
    month_sd: float = 0.15
    shock_sd: float = 0.05
    shock_ar: float = 0.5
    seconds: bool = False  # average reply in place of conversion: lognormal, weighted by receptions


@dataclass(frozen=True)
class AwardWorld:
    values: pd.DataFrame
    start: str
    effect: float  # mean over those with the award and their months since, in the measure's unit


def make_award_world(seed: int, spec: AwardSpec) -> AwardWorld:
    r = np.random.default_rng(seed)
    months = spec.before + spec.after
    shop = np.arange(spec.agents) % spec.shops
    shock = np.empty((spec.shops, months))
    shock[:, 0] = r.normal(0, spec.shock_sd, spec.shops)
    for t in range(1, months):
        fresh = r.normal(0, spec.shock_sd * (1 - spec.shock_ar**2) ** 0.5, spec.shops)
        shock[:, t] = spec.shock_ar * shock[:, t - 1] + fresh
    spread = r.normal(0, 0.4, (spec.agents, 1)) + r.normal(0, 0.2, (spec.agents, months))
    weight = 1 + r.poisson(spec.volume * np.exp(spread))
    base = r.normal(0, spec.skill_sd, (spec.agents, 1)) + shock[shop] + r.normal(0, spec.month_sd, spread.shape)

    def measured(shift: np.ndarray) -> np.ndarray:
        return 40 * np.exp(base + shift) if spec.seconds else 1 / (1 + np.exp(0.9 - base - shift))

    draw = np.random.default_rng([seed, 1])
    luck = draw.random(spread.shape)

    def totals(shift: np.ndarray) -> np.ndarray:
        level = measured(shift)
        if spec.seconds:
            return level * weight
        return np.random.default_rng([seed, 2]).binomial(weight, level)

    award = _given(spec, shop, totals(np.zeros(spread.shape)) / weight, luck[:, 0])
    t = np.arange(months)
    since = t >= spec.before
    drift = award[:, None] * spec.drift * t
    shift = drift + award[:, None] * spec.effect * since
    gain = (measured(shift) - measured(drift))[award][:, since]
    names = [f"{2022 + k // 12}-{k % 12 + 1:02d}" for k in t]
    a, k = (part.ravel() for part in np.indices(spread.shape))
    values = pd.DataFrame(
        {
            "month": np.array(names)[k],
            "agent": [f"a{i:03d}" for i in a],
            "shop": [f"s{shop[i]}" for i in a],
            "total": totals(shift).ravel(),
            "weight": weight.ravel(),
            "group": np.where(award[a], "award", "comparison"),
        }
    )
    return AwardWorld(values, names[spec.before], float(gain.mean()))


def _given(spec: AwardSpec, shop: np.ndarray, measured: np.ndarray, lot: np.ndarray) -> np.ndarray:
    if spec.given in ("shop", "everybody"):
        return (shop == 0) | (spec.given == "everybody")
    order = measured[:, spec.before - 1] if spec.given == "worst" else lot
    award = np.zeros(spec.agents, bool)
    for s in range(spec.shops):
        mine = np.flatnonzero(shop == s)
        award[mine[np.argsort(order[mine])[: len(mine) // 2]]] = True
    return award
