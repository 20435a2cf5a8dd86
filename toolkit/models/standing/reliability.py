"""How much of a difference between agents is skill, at a given volume.

R = s^2 / (s^2 + m^2 + 1 / (n p (1 - p))) on the logit scale, with s the agent sd and m the agent-month sd.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats

_GRID = 801
_REACH = 8.0


def reliability(n: Floats | float, rate: Floats | float, sd: float, month_sd: float = 0.0) -> Floats:
    """Return the share of the variance of one month's observed logits that is skill.

    Parameters
    ----------
    n : inquiries.
    rate : conversion, in (0, 1).
    sd, month_sd : agent and agent-month standard deviations, logit scale.
    """
    noise = month_sd**2 + 1 / (np.asarray(n, np.float64) * np.asarray(rate) * (1 - np.asarray(rate)))
    found: Floats = sd**2 / (sd**2 + noise)
    return found


def volume_needed(wanted: float, rate: float, sd: float, month_sd: float = 0.0) -> int | None:
    """Return the inquiries a month at which reliability reaches `wanted`, None when no volume does.

    Parameters
    ----------
    wanted : in (0, 1); else a UsageError.
    rate, sd, month_sd : as for `reliability`.

    Notes
    -----
    With agent-month variation one month's reliability never exceeds s^2 / (s^2 + m^2).
    """
    _share(wanted)
    room = sd**2 * (1 - wanted) / wanted - month_sd**2
    return None if room <= 0 else ceil(1 / (room * rate * (1 - rate)))


def months_needed(one: float, wanted: float) -> int | None:
    """Return how many months of reliability `one` reach `wanted` when averaged (Spearman-Brown), None if none suffices.

    Raises
    ------
    UsageError
        If `wanted` is not in (0, 1).

    References
    ----------
    Spearman (1910) and Brown (1910), British J. Psychology 3.
    """
    _share(wanted)
    return None if one <= 0 else max(ceil(wanted * (1 - one) / (one * (1 - wanted)) - 1e-12), 1) if one < 1 else 1


def _share(wanted: float) -> None:
    if not 0 < wanted < 1:
        raise UsageError(f"a reliability lies between 0 and 1; got {wanted}")


def chance_best_is_best(reliability_of_one: float, n_agents: int) -> float:
    """Return the probability that the best observed of `n_agents` of equal reliability is truly the best.

    Parameters
    ----------
    reliability_of_one : of the observation each agent is ranked by, in [0, 1].

    Notes
    -----
    n times the integral of f F^(n-1), with f, F density and distribution of (skill, observation), bivariate normal with
    correlation sqrt(R); deterministic midpoint sums.
    """
    if n_agents == 1 or reliability_of_one >= 1:
        return 1.0
    if reliability_of_one <= 0:
        return 1.0 / n_agents
    edges = np.linspace(-_REACH, _REACH, _GRID + 1)
    u = (edges[1:] + edges[:-1]) / 2
    mass = _bivariate(u, edges, float(np.sqrt(reliability_of_one)))
    corner = np.pad(mass.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    middle = (corner[1:, 1:] + corner[:-1, 1:] + corner[1:, :-1] + corner[:-1, :-1]) / 4
    return float(np.clip(n_agents * np.sum(mass * middle ** (n_agents - 1)), 1 / n_agents, 1))


def _bivariate(u: Floats, edges: Floats, rho: float) -> Floats:
    """Return probabilities of (skill, observation) on a grid: the observation given skill is normal."""
    from scipy.special import ndtr

    step = edges[1] - edges[0]
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * step
    mass: Floats = density[:, None] * np.diff(ndtr((edges[None, :] - rho * u[:, None]) / np.sqrt(1 - rho**2)), axis=1)
    return mass


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of one month's conversion at each agent's volume.

    Parameters
    ----------
    table : agent, inquiries, reliability, months_needed (for `wanted`; null when none suffices).
    wanted : the reliability asked for.
    volume : inquiries a month at which one month is enough, None when no volume is.
    text : the sentence for a report.
    """

    table: pd.DataFrame
    wanted: float
    volume: int | None
    text: Text


def judge_reliability(
    volumes: pd.DataFrame, rate: float, sd: float, month_sd: float = 0.0, wanted: float = 0.7
) -> Reliability:
    """State the reliability of a month at each agent's volume, and the months or the volume that reach `wanted`.

    Parameters
    ----------
    volumes : agent, inquiries (a month).
    rate, sd, month_sd : as for `reliability`.
    wanted : the reliability asked for, in (0, 1).
    """
    one = reliability(volumes["inquiries"].to_numpy(np.float64), rate, sd, month_sd)
    months = pd.array([months_needed(float(r), wanted) for r in one], dtype="Int64")
    table = pd.DataFrame(
        {
            "agent": volumes["agent"].to_numpy(),
            "inquiries": volumes["inquiries"].to_numpy(),
            "reliability": one,
            "months_needed": months,
        }
    )
    volume = volume_needed(wanted, rate, sd, month_sd) if sd > 0 else None
    return Reliability(table, wanted, volume, _sentence(table, wanted, volume))


def _sentence(table: pd.DataFrame, wanted: float, volume: int | None) -> Text:
    middle, enough = float(table["reliability"].median()), int((table["reliability"] >= wanted).sum())
    months = table["months_needed"].dropna()
    n = len(table)
    en = f"One month has reliability {middle:.2f} for the middle agent; {enough} of {n} agents reach {wanted:.2f}"
    zh = f"一个月的转化率对中位客服的信度为 {middle:.2f}；{len(table)} 名客服中有 {enough} 名达到 {wanted:.2f}"
    if months.empty:
        return Text(
            f"{en}; how many months would do cannot be said, because no difference between agents is found.",
            f"{zh}；没有发现客服之间的差异，因此无法说明需要几个月。",
        )
    k = int(Fraction(str(months.median())).__ceil__())
    if volume is None:
        return Text(
            f"{en}; no volume makes one month enough, pooling {k} months does.",
            f"{zh}；单月无论多少询单都不够，需合并 {k} 个月。",
        )
    return Text(
        f"{en}; one month is enough from {volume:,} inquiries, else pool {k} months.",
        f"{zh}；单月需 {volume:,} 个询单，否则合并 {k} 个月。",
    )
