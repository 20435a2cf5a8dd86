"""What an award would reward: skill or luck, judged on the replicates of a forecast.

*Truth* is the agent's own rate in that month's conditions; a *false* award goes to one whose rate is below the edge, a
*missed* one is withheld from one whose rate is not. Edges are counted in whole buyers.

What an award for value per order would reward: skill or luck, judged on replicates of a coming month.
*Truth* is the agent's own mean value in that month's conditions; what is seen is the mean of so many orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc, expit, gammaincc, logit

from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.order_value import OrderValueBaseline
from toolkit.models.outlook.forecast import Forecast, check_plan, plan_matrix
from toolkit.models.outlook.season import month_outlook

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_LEVEL = (0.025, 0.975)


def need_count(threshold: Fraction, n: int) -> int:
    """Return the fewest whole buyers with buyers / n >= `threshold`: 7 of 25 reaches 28 %, which floats deny."""
    return -(-threshold.numerator * n // threshold.denominator)


@dataclass(frozen=True, slots=True)
class Odds:
    """What an award is expected to reward.

    Parameters
    ----------
    awards, false_awards, missed_awards : expected number with 95 % interval: (mean, lower, upper).
    noise_share : E Var(bonus | skill) / Var(bonus), None when the bonus does not vary.
    """

    awards: tuple[float, float, float]
    false_awards: tuple[float, float, float]
    missed_awards: tuple[float, float, float]
    noise_share: float | None


def weigh(awarded: npt.NDArray[np.bool_], above: npt.NDArray[np.bool_], chance: Floats) -> Odds:
    """Add up the awards of replicates.

    Parameters
    ----------
    awarded, above : who wins, and whose own level is at or above the edge, (replicates, agents).
    chance : of each agent to win given a replicate of its skill, (replicates, agents).

    Notes
    -----
    With p the chance given skill, Var(bonus) = E p (1 - p) + Var p; the first part is luck.
    """
    mean = float(chance.mean())
    noise = float(np.mean(chance * (1 - chance))) / (mean * (1 - mean)) if 0 < mean < 1 else None
    return Odds(_counts(awarded), _counts(awarded & ~above), _counts(~awarded & above), noise)


def over_months(chance: Callable[[float], Floats]) -> Floats:
    """Average a chance over the standard normal luck of an agent-month (Gauss-Hermite quadrature, seven nodes)."""
    found: Floats = sum(w * chance(float(node)) for node, w in zip(_NODES, _WEIGHTS / _WEIGHTS.sum(), strict=True))
    return found


def chance_to_reach(skill: Floats, n: Ints, need: Ints, month_sd: Floats) -> Floats:
    """Return P(buyers >= need) given skill, averaged over the agent-month's luck.

    Parameters
    ----------
    skill : rates, (..., agents).
    n, need : inquiries and whole buyers needed, (agents,).
    month_sd : logit sd of the agent-month, (agents,).
    """
    centre = logit(np.clip(skill, 1e-12, 1 - 1e-12))
    return over_months(lambda z: at_least(expit(centre + z * month_sd), n, need))


def at_least(rate: Floats, n: npt.ArrayLike, need: npt.ArrayLike) -> Floats:
    """Return the binomial P(K >= need) of `n` trials, broadcast over all three; a regularised incomplete beta."""
    k, size = np.broadcast_arrays(np.asarray(need, np.float64), np.asarray(n, np.float64))
    inside = betainc(np.maximum(k, 1), np.maximum(size - k + 1, 1), rate)
    found: Floats = np.where(k <= 0, 1.0, np.where(k > size, 0.0, inside))
    return found


@dataclass(frozen=True, slots=True)
class AwardJudgement:
    """A flat award at an edge of conversion.

    Parameters
    ----------
    threshold : the edge.
    table : agent, inquiries, need, chance, lower, upper (of the chance, given what is known of the skill), truly_above.
    awards, false_awards, missed_awards : expected number with 95 % interval: (mean, lower, upper).
    below_given_awarded : P(rate below the edge | awarded), None when nobody is expected to reach it.
    noise_share : E Var(bonus | skill) / Var(bonus), None when the bonus does not vary.
    text : the sentence for a report.
    """

    threshold: Fraction
    table: pd.DataFrame
    awards: tuple[float, float, float]
    false_awards: tuple[float, float, float]
    missed_awards: tuple[float, float, float]
    below_given_awarded: float | None
    noise_share: float | None
    text: Text


def judge_award(forecast: Forecast, threshold: Fraction, *, max_replicates: int = 400) -> AwardJudgement:
    """Judge an award to everyone whose buyers / inquiries reach `threshold`.

    Parameters
    ----------
    threshold : exact, e.g. Fraction(28, 100).
    max_replicates : of the skill, from which chances and their intervals are computed.
    """
    need = np.array([need_count(threshold, int(n)) for n in forecast.n], np.int64)
    awarded = forecast.buyers >= need
    above = forecast.skill >= float(threshold)
    chance = chance_to_reach(forecast.skill[:max_replicates], forecast.n, need, forecast.month_sd)
    low, high = np.quantile(chance, _LEVEL, axis=0)
    table = pd.DataFrame(
        {
            "agent": list(forecast.agents),
            "inquiries": forecast.n,
            "need": need,
            "chance": awarded.mean(axis=0),
            "lower": low,
            "upper": high,
            "truly_above": above.mean(axis=0),
        }
    )
    odds = weigh(awarded, above, chance)
    total, false, missed = odds.awards, odds.false_awards, odds.missed_awards
    share = false[0] / total[0] if total[0] > 0 else None
    text = _award_sentence(threshold, total, false, missed, odds.noise_share)
    return AwardJudgement(threshold, table, total, false, missed, share, odds.noise_share, text)


def _counts(flags: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    each = flags.sum(axis=1)
    low, high = np.quantile(each, _LEVEL)
    return float(each.mean()), float(low), float(high)


def _award_sentence(
    threshold: Fraction,
    total: tuple[float, float, float],
    false: tuple[float, float, float],
    missed: tuple[float, float, float],
    noise: float | None,
) -> Text:
    edge = f"{float(threshold):.2%}"
    luck_en = "" if noise is None else f" {noise:.0%} of the differences in this bonus would be luck."
    luck_zh = "" if noise is None else f"这笔奖金的差异中 {noise:.0%} 属于运气。"
    return Text(
        f"At {edge} about {total[0]:.1f} awards are expected ({total[1]:.0f} to {total[2]:.0f}), {false[0]:.1f} "
        "of them to agents whose own rate is below "
        f"the edge; {missed[0]:.1f} agents at or above it would miss it.{luck_en}",
        f"门槛 {edge}：预计 {total[0]:.1f} 人获奖（{total[1]:.0f} 至 {total[2]:.0f} 人），其中 {false[0]:.1f} "
        "人的真实水平低于门槛；"
        f"另有 {missed[0]:.1f} 人水平达到却拿不到。{luck_zh}",
    )


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
    outlook = month_outlook(value.fit.design, value.fit.solution, str(plan["month"].iloc[0]))
    beta, u, variance = sample_effects(value.fit, rng, n_replicates)
    new = rng.standard_normal((n_replicates, len(known))) * np.sqrt(variance[:, None])
    agent = np.where(known >= 0, u[:, known], new)
    level = outlook.draw(beta, rng)[:, None]
    size = plan[value.size].to_numpy(np.int64)
    n = np.bincount(code, size).astype(np.int64)
    rows = np.exp(beta @ plan_matrix(value.cells, value.fit, plan).T + level) * (size / n[code])
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
