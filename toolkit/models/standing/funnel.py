"""Funnel limits: which agents lie outside what chance and the usual spread between agents explain at their volume."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.counts import Floats

LEVELS = (0.95, 0.998)
"""Two-sided levels of the limits: to look at, and to act on."""
CUT = 1.5
"""Scores count up to so many standard deviations in the spread."""
_NORMAL = NormalDist()
_EXPECTED = 1 - 2 * CUT * _NORMAL.pdf(CUT) - 2 * (1 - CUT**2) * (1 - _NORMAL.cdf(CUT))
FEWEST = 3
_CURVE = 60


@dataclass(frozen=True, slots=True)
class Funnel:
    """One month's rates against the limits.

    Parameters
    ----------
    month : YYYY-MM.
    centre : the team's rate.
    spread : between-agent standard deviation of the rate beyond chance.
    table : agent, inquiries, rate (on the team's mix), z, outside (0, or the level it lies outside of).
    curve : inquiries, and for each level lower_ and upper_ limits with the spread, chance_lower, chance_upper without.
    text : the sentence for a report.
    """

    month: str
    centre: float
    spread: float
    table: pd.DataFrame
    curve: pd.DataFrame
    text: Text


def additive_spread(z: Floats, error: Floats) -> float:
    """Return the between-unit variance beyond chance, moved little by a few units far out.

    Parameters
    ----------
    z : scores against the centre by chance alone, (units,).
    error : their standard errors in the unit of the rate, (units,).

    Notes
    -----
    tau^2 solves mean min(z^2 e^2 / (e^2 + tau^2), 1.5^2) / c = (k - 1) / k, with c = E min(Z^2, 1.5^2) of a standard
    normal Z, so that cutting scores leaves the spread unbiased; 0 when the left side is less at 0.

    References
    ----------
    Paule & Mandel (1982), J. Res. NBS 87, 377; Huber (1964), Ann. Math. Statist. 35, 73 (proposal 2: the cut squares
    and their consistency factor); Spiegelhalter (2005), Statistics in Medicine 24, 1185 (the additive spread).
    """
    from scipy.optimize import brentq

    k = len(z)

    def gap(variance: float) -> float:
        squares = np.minimum(z**2 * error**2 / (error**2 + variance), CUT**2)
        return float(squares.mean()) / _EXPECTED - (k - 1) / k

    if gap(0.0) <= 0:
        return 0.0
    high = float(np.max(z**2 * error**2))
    while gap(high) > 0:
        high *= 2
    return float(brentq(gap, 0.0, high, xtol=1e-14, rtol=1e-10))


def funnel_of_month(baseline: ConversionBaseline, month: str) -> Funnel:
    """Hold each agent's rate of `month`, brought to the team's mix, against limits that widen as volume falls.

    Raises
    ------
    InputError
        If fewer than three agents had inquiries in the month.
    """
    table = _standardised(baseline, month)
    if len(table) < FEWEST:
        problem = Problem("cells", f"{len(table)} agents with inquiries in {month}; a funnel needs {FEWEST}")
        raise InputError([problem])
    centre = float(table["buyers"].sum() / table["inquiries"].sum())
    error = table["error"].to_numpy(np.float64) * centre
    z = (table["ratio"].to_numpy(np.float64) - 1) * centre / error
    spread = additive_spread(z, error)
    score = z * error / np.sqrt(error**2 + spread)
    outside = np.select([np.abs(score) > _z(level) for level in LEVELS[::-1]], LEVELS[::-1], 0.0)
    shown = pd.DataFrame(
        {
            "agent": table["agent"],
            "inquiries": table["inquiries"],
            "rate": table["ratio"] * centre,
            "z": score,
            "outside": outside,
        }
    )
    curve = _limits(centre, spread, int(table["inquiries"].min()), int(table["inquiries"].max()))
    return Funnel(month, centre, float(np.sqrt(spread)), shown, curve, _sentence(shown, month))


def _standardised(baseline: ConversionBaseline, month: str) -> pd.DataFrame:
    """Return observed over expected of each agent in the month, and the standard error of that ratio by chance."""
    cells = baseline.cells
    mean = 1 / (1 + np.exp(-baseline.fit.design.rows.dot(baseline.fit.solution.beta)))
    frame = cells.frame.assign(expected=cells.n * mean, variance=cells.n * mean * (1 - mean))
    mine = frame[frame["month"].astype("str") == month].astype({"agent": "str"})
    sums = mine.groupby("agent")[["inquiries", "buyers", "expected", "variance"]].sum().reset_index()
    return sums.assign(ratio=sums["buyers"] / sums["expected"], error=np.sqrt(sums["variance"]) / sums["expected"])


def _limits(centre: float, spread: float, least: int, most: int) -> pd.DataFrame:
    n = np.unique(np.geomspace(max(0.8 * least, 1), 1.05 * most, _CURVE))
    chance = centre * (1 - centre) / n
    columns = {"inquiries": n}
    for level, name in zip(LEVELS, ("95", "998"), strict=True):
        half = _z(level) * np.sqrt(chance + spread)
        columns |= {f"lower_{name}": np.maximum(centre - half, 0), f"upper_{name}": np.minimum(centre + half, 1)}
    half = _z(LEVELS[0]) * np.sqrt(chance)
    columns |= {"chance_lower": np.maximum(centre - half, 0), "chance_upper": np.minimum(centre + half, 1)}
    return pd.DataFrame(columns)


def _z(level: float) -> float:
    return _NORMAL.inv_cdf((1 + level) / 2)


def _sentence(table: pd.DataFrame, month: str) -> Text:
    n, wide, narrow = len(table), int((table["outside"] == LEVELS[1]).sum()), int((table["outside"] > 0).sum())
    if not narrow:
        return Text(
            f"In {month}, all {n} agents lie within what chance and the usual spread between agents explain.",
            f"{month}：全部 {n} 名客服都在偶然波动加上客服间正常差异可以解释的范围之内。",
        )
    return Text(
        f"In {month}, {narrow} of {n} agents {'lies' if narrow == 1 else 'lie'} outside the inner limits, which 1 in "
        f"20 would by chance and the usual spread between agents, and {wide or 'nobody'} outside the outer ones, which "
        "1 in 500 would.",
        f"{month}：{n} 名客服中有 {narrow} 名在内侧界限之外（按偶然波动加客服间正常差异，20 人中会有 1 人），"
        f"{wide} 名在外侧界限之外（500 人中会有 1 人）。",
    )
