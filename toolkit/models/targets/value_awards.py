"""What an award for value per order would reward: skill or luck, judged on replicates of a coming month.

*Truth* is the agent's own mean value in that month's conditions; what is seen is the mean of so many orders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaincc

from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.forecast import check_plan, plan_matrix
from toolkit.models.baseline.order_value import OrderValueBaseline
from toolkit.models.baseline.season import month_outlook
from toolkit.models.targets.awards import Odds, over_months, weigh


@dataclass(frozen=True, slots=True)
class ValueForecast:
    """Replicates of one month's value per order.

    Parameters
    ----------
    agents : of the plan, sorted.
    n : planned orders, (agents,).
    skill : each agent's own mean value in minor units, without the luck of an agent-month, (replicates, agents).
    seen : the mean of the month's orders, (replicates, agents).
    month_sd : of the agent-month's deviation from skill, (agents,) on the log scale.
    dispersion : squared coefficient of variation of one order.
    """

    agents: tuple[str, ...]
    n: Ints
    skill: Floats
    seen: Floats
    month_sd: Floats
    dispersion: float


def forecast_value(
    value: OrderValueBaseline, plan: pd.DataFrame, rng: np.random.Generator, n_replicates: int = 1000
) -> ValueForecast:
    """Draw posterior predictive replicates of one month.

    Parameters
    ----------
    value : fitted per order (or per buyer; its `size` is the plan's column too).
    plan : month (one), agent, the baseline's case-mix columns, planned orders (> 0).

    Raises
    ------
    InputError
        If a case-mix level was never seen, or a newcomer is to be forecast from fewer than four agents.

    Notes
    -----
    The mean of k orders is Gamma with k / dispersion degrees of shape; an agent with several rows of the plan has
    their mean, weighted by orders.
    """
    plan = plan[plan[value.size] > 0].sort_values("agent", kind="stable").reset_index(drop=True)
    names, code = np.unique(plan["agent"].to_numpy(str), return_inverse=True)
    position = {a: i for i, a in enumerate(value.cells.agents)}
    known = np.array([position.get(str(a), -1) for a in names])
    check_plan(value.cells, value.fit, plan, [str(a) for a in names[known < 0]])
    outlook = month_outlook(value.fit, str(plan["month"].iloc[0]))
    beta, u, variance = sample_effects(value.fit, rng, n_replicates)
    new = rng.standard_normal((n_replicates, len(known))) * np.sqrt(variance[:, None])
    agent = np.where(known >= 0, u[:, known], new)
    level = outlook.sd * rng.standard_normal((n_replicates, 1))
    size = plan[value.size].to_numpy(np.int64)
    n = np.bincount(code, size).astype(np.int64)
    rows = np.exp(beta @ plan_matrix(value.cells, value.fit, plan, outlook).T + level) * (size / n[code])
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    skill = np.add.reduceat(rows, starts, axis=1) * np.exp(agent) * value.tail
    v = value.fit.variances
    month_sd = np.sqrt(v.month + v.cell * np.bincount(code, (size / n[code]) ** 2))
    shape = n / value.fit.dispersion
    luck = np.exp(rng.standard_normal(skill.shape) * month_sd) * rng.gamma(shape, size=skill.shape) / shape
    return ValueForecast(tuple(map(str, names)), n, skill, skill * luck, month_sd, value.fit.dispersion)


def judge_value(forecast: ValueForecast, threshold: float, *, max_replicates: int = 400) -> Odds:
    """Judge an award to everyone whose mean value reaches `threshold` (minor units)."""
    skill = forecast.skill[:max_replicates]
    shape = forecast.n / forecast.dispersion
    chance = over_months(lambda z: gammaincc(shape, shape * threshold / (skill * np.exp(z * forecast.month_sd))))
    return weigh(forecast.seen >= threshold, forecast.skill >= threshold, chance)
