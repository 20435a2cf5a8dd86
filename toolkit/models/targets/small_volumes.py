"""What an edge does where volume is small: luck lets small agents win, and the lattice of whole buyers hurts them.

With 7 inquiries an edge of 30 % needs 3 buyers, which is 42.9 %. The remedies compared here are a volume-dependent
edge (the whole number of buyers that gives an agent of average skill the chance it has at ordinary volume), pooling
months, and a ramp that pays in proportion between two edges instead of all at one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.outlook.forecast import Forecast
from toolkit.models.targets.awards import at_least, need_count

_NEAR = 0.05
_MAX_MONTHS = 12


@dataclass(frozen=True, slots=True)
class EdgeRemedies:
    """An edge at each agent's volume.

    Parameters
    ----------
    table : agent, inquiries, need, flat_edge (need / inquiries), flat_chance (of an agent of average skill),
        adjusted_need, adjusted_chance, remedy (``flat``, ``edge``, ``pool``, ``ramp``), months (to pool, null
        otherwise).
    reference : chance of average skill at the median volume, to which the others are compared.
    text : the sentence for a report.
    """

    table: pd.DataFrame
    reference: float
    text: Text


def adjust_edges(forecast: Forecast, threshold: Fraction) -> EdgeRemedies:
    """Compare the flat edge with a volume-dependent one and say what each agent's volume needs.

    Notes
    -----
    Chances are those of an agent of the team's mean skill. A flat edge within .05 of the reference stays; else the
    number of buyers with the nearest chance; where that too is farther away, as many months as bring it near, or a
    ramp.
    """
    rate = float(np.average(forecast.skill.mean(axis=0), weights=forecast.n))
    typical = int(np.median(forecast.n))
    reference = float(at_least(np.array(rate), typical, need_count(threshold, typical)))
    rows = [
        _edge_row(agent, int(n), threshold, rate, reference)
        for agent, n in zip(forecast.agents, forecast.n, strict=True)
    ]
    columns = [
        "agent",
        "inquiries",
        "need",
        "flat_edge",
        "flat_chance",
        "adjusted_need",
        "adjusted_chance",
        "remedy",
        "months",
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"months": "Int64"})
    return EdgeRemedies(table, reference, _remedy_sentence(table, threshold))


def _edge_row(agent: str, n: int, threshold: Fraction, rate: float, reference: float) -> tuple[object, ...]:
    need = need_count(threshold, n)
    counts = np.arange(n + 1)
    chances = at_least(np.array(rate), n, counts)
    best = int(np.argmin(np.abs(chances - reference)))
    flat = float(chances[need]) if need <= n else 0.0
    remedy, months = "flat", None
    if abs(flat - reference) > _NEAR:
        remedy = "edge"
        if abs(chances[best] - reference) > _NEAR:
            months = _months_to_pool(n, threshold, rate, reference)
            remedy = "pool" if months else "ramp"
    return agent, n, need, need / n, flat, best, float(chances[best]), remedy, months


def _months_to_pool(n: int, threshold: Fraction, rate: float, reference: float) -> int | None:
    for months in range(2, _MAX_MONTHS + 1):
        size = months * n
        if abs(float(at_least(np.array(rate), size, need_count(threshold, size))) - reference) <= _NEAR:
            return months
    return None


def _remedy_sentence(table: pd.DataFrame, threshold: Fraction) -> Text:
    counts = {kind: int((table["remedy"] == kind).sum()) for kind in ("flat", "edge", "pool", "ramp")}
    least = table.sort_values("inquiries", kind="stable").iloc[0]
    en = (
        f"With {least['inquiries']} inquiries the edge {float(threshold):.1%} needs {least['need']} buyers, "
        f"which is {least['flat_edge']:.1%}. "
        f"Agents whom the flat edge suits: {counts['flat']}; who need an edge by volume: {counts['edge']}, pooled "
        f"months: {counts['pool']}, a ramp: {counts['ramp']}."
    )
    zh = (
        f"询单 {least['inquiries']} 个时，{float(threshold):.1%} 的线需要 {least['need']} 个成交，即 "
        f"{least['flat_edge']:.1%}。"
        f"统一的线适合 {counts['flat']} 人；{counts['edge']} 人需按询单量定线，{counts['pool']} 人需合并月份，"
        f"{counts['ramp']} 人需用坡道代替台阶。"
    )
    return Text(en, zh)


@dataclass(frozen=True, slots=True)
class RampComparison:
    """Luck in a cliff and in a ramp.

    Parameters
    ----------
    cliff, ramp : noise share, E Var(bonus | skill) / Var(bonus); None when the bonus does not vary.
    text : the sentence for a report.
    """

    cliff: float | None
    ramp: float | None
    text: Text


def compare_ramp(
    forecast: Forecast, low: Fraction, edge: Fraction, high: Fraction, rng: np.random.Generator
) -> RampComparison:
    """Compare all-or-nothing at `edge` with pay rising in proportion from `low` to `high` (rates).

    Notes
    -----
    Two months with the same skill and independent luck differ by twice the luck's variance.
    """
    twice = [forecast.buyers, _again(forecast, rng)]
    need = np.array([need_count(edge, int(n)) for n in forecast.n])
    cliff = _noise_share(*((k >= need).astype(np.float64) for k in twice))
    width = float(high - low)
    ramp = _noise_share(*(np.clip((k / forecast.n - float(low)) / width, 0, 1) for k in twice))
    if cliff is None or ramp is None:
        return RampComparison(cliff, ramp, Text("The bonus does not vary.", "奖金没有差异。"))
    return RampComparison(
        cliff,
        ramp,
        Text(
            f"Paid all at {float(edge):.1%}, {cliff:.0%} of the differences in bonus are luck; paid in "
            f"proportion from {float(low):.1%} to {float(high):.1%}, {ramp:.0%}.",
            f"在 {float(edge):.1%} 处一次付清时，奖金差异有 {cliff:.0%} 属于运气；从 {float(low):.1%} 到 "
            f"{float(high):.1%} 按比例支付时为 {ramp:.0%}。",
        ),
    )


def _again(forecast: Forecast, rng: np.random.Generator) -> Ints:
    luck = rng.standard_normal(forecast.skill.shape) * forecast.month_sd
    drawn: Ints = rng.binomial(forecast.n, expit(logit(np.clip(forecast.skill, 1e-12, 1 - 1e-12)) + luck)).astype(
        np.int64
    )
    return drawn


def _noise_share(one: Floats, two: Floats) -> float | None:
    variance = float(np.var(np.concatenate([one, two])))
    return float(np.mean((one - two) ** 2)) / 2 / variance if variance > 0 else None
