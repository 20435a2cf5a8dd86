"""What a coming month is expected to be like, from the month effects of a fit.

A month's level is a constant, a trend, a random walk, a calendar season and the month's own deviation. How large each
may be is not known and is averaged over (a grid of scales with half-normal priors, half-Cauchy for the own deviation),
so that a short history gives a wide outlook and not a wrong one. The season comes from the user's table, else from a
shared calendar of the category, else from two years of the team's own months; before that it is unknown and said so.
Campaign months are set apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple, Protocol

import numpy as np
import pandas as pd
from scipy.special import erf, ndtri

from toolkit.core.errors import InputError, Problem
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, Severity
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.baseline.design import Design

YEAR = 12
TWO_YEARS, SHORT = 24, 18
TABLE_SD, CATEGORY_SD = 0.1, 0.2
Source = Literal["fitted", "table", "category", "own", "unknown"]
_CONSTANT = 25.0
_MOST = 60
_LENGTH = 0.8


class Fixed(Protocol):
    """Fixed effects and their covariance, of a solution or of a level."""

    @property
    def beta(self) -> Floats:
        """Estimates, (columns,)."""

    @property
    def cov(self) -> Floats:
        """Their covariance, (columns, columns)."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Prior standard deviations on the link scale: slope a month, walk a month, own deviation, season."""

    slope: float = 0.03
    walk: float = 0.1
    own: float = 0.15
    season: float = 0.3


CONVERSION = Scales()
_GRID: tuple[tuple[float, ...], ...] = (
    (0, 1 / 3, 2 / 3, 7 / 6, 2),
    (0, 0.3, 0.7, 1.2, 2),
    (0.15, 0.5, 1, 1.8, 3, 5),
    (0, 0.5, 1, 2),
)
"""Multiples of each prior scale that are averaged over, in the order of `Scales`."""


@dataclass(frozen=True, slots=True)
class Season:
    """Calendar months against their mean on the link scale, January first, (12,), with their error `sd`."""

    source: Literal["table", "category"]
    effect: Floats
    sd: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """A month's level as a mixture of normals about linear combinations of fitted columns.

    Parameters
    ----------
    month : YYYY-MM.
    weights : of the design's columns, (parts, columns).
    shift, sd, chance : of each part: known season, deviation beyond the fitted columns' error, weight; (parts,).
    usual : weights of the mean of the last ordinary months, (columns,); there are `n_usual` of them.
    source : where the season comes from.
    slope : trend a month, mean and standard deviation.
    n_months : ordinary months it rests on.
    text : what the outlook rests on.
    """

    month: str
    weights: Floats
    shift: Floats
    sd: Floats
    chance: Floats
    usual: Floats
    n_usual: int
    source: Source
    slope: tuple[float, float]
    n_months: int
    text: Text

    def draw(self, beta: Floats, rng: np.random.Generator) -> Floats:
        """Return replicates of the level at the reference of the case-mix, one for each row of `beta`.

        Notes
        -----
        Parts and deviations are drawn evenly, so that means carry no noise of them.
        """
        n, ends = len(beta), np.cumsum(self.chance)
        part = np.minimum(np.searchsorted(ends, (rng.permutation(n) + 0.5) / n * ends[-1]), len(ends) - 1)
        even = ndtri((rng.permutation(n) + 0.5) / n)
        drawn: Floats = np.sum(self.weights[part] * beta, axis=1) + self.shift[part] + self.sd[part] * even
        return drawn

    def moments(self, fixed: Fixed) -> tuple[float, float]:
        """Return mean and standard deviation of the level."""
        means = self.weights @ fixed.beta + self.shift
        within = self.sd**2 + np.einsum("ij,jk,ik->i", self.weights, fixed.cov, self.weights)
        mean = float(self.chance @ means)
        return mean, float(np.sqrt(self.chance @ (within + (means - mean) ** 2)))

    @property
    def trend_unclear(self) -> bool:
        """Whether a strong trend is seen over too few months to be told from a season."""
        return self.n_months < SHORT and abs(self.slope[0]) > 2 * self.slope[1] and self.source == "unknown"


def month_outlook(
    design: Design,
    fixed: Fixed,
    month: str,
    campaigns: Sequence[str] = (),
    season: Season | None = None,
    scales: Scales = CONVERSION,
) -> Outlook:
    """Return what is expected of `month`.

    Parameters
    ----------
    design, fixed : of the fit whose month effects are looked at.
    campaigns : months not to learn from, YYYY-MM; the forecast of one of them is that of an ordinary month.
    season : known beforehand; without one it is learnt.

    Raises
    ------
    InputError
        If fewer than two ordinary months are known: how much months vary is then unknown.
    """
    factor = design.factor("month")
    if month in factor.levels:
        text, row = Text(f"{month} is a fitted month.", f"{month} 为已拟合月份。"), _rows(design, [month])
        one = np.ones(1)
        return Outlook(month, row, 0 * one, 0 * one, one, row[0], 1, "fitted", (0.0, 0.0), len(factor.levels), text)
    ordinary = [m for m in factor.levels if m not in set(campaigns)]
    if len(ordinary) < 2:
        message = f"{len(ordinary)} ordinary month: how much months vary is unknown"
        fix = "add history, or do not set these months apart"
        raise InputError([Problem("cells", message, fix=fix, code="too-few-months")])
    return outlook_of(_rows(design, ordinary), ordinary, fixed, month, (season, scales, month in campaigns))


def outlook_of(
    rows: Floats, months: Sequence[str], fixed: Fixed, month: str, given: tuple[Season | None, Scales, bool]
) -> Outlook:
    """Return what is expected of `month` after `months`, whose levels are `rows` of the fixed effects.

    Parameters
    ----------
    given : season known beforehand, scales, and whether the month is a campaign.
    """
    season, scales, campaign = given
    source = _source(season, len(months))
    first = str(Month.parse(months[-1]).shift(1 - YEAR))
    recent = [i for i, m in enumerate(months) if m >= first]
    seen = _Seen(rows[-_MOST:], np.array([_number(m) for m in months[-_MOST:]]), _number(month))
    parts = _mixture(seen, fixed, season, scales)
    return Outlook(
        month,
        parts.weights @ seen.rows,
        parts.shift,
        parts.sd,
        parts.chance,
        rows[recent].mean(axis=0),
        len(recent),
        source,
        parts.slope,
        len(months),
        _text(month, source, len(months), campaign),
    )


class _Seen(NamedTuple):
    rows: Floats
    at: Ints
    coming: int


class _Parts(NamedTuple):
    weights: Floats
    shift: Floats
    sd: Floats
    chance: Floats
    slope: tuple[float, float]


def _number(month: str) -> int:
    parsed = Month.parse(month)
    return parsed.year * YEAR + parsed.number - 1


def _rows(design: Design, months: Sequence[str]) -> Floats:
    """Return each month's level as a combination of the columns, (months, columns)."""
    factor, rows = design.factor("month"), np.zeros((len(months), len(design.terms)))
    rows[:, 0] = 1.0
    for row, month in zip(rows, months, strict=True):
        if (column := factor.column(month)) >= 0:
            row[column] += 1.0
    return rows


def _source(season: Season | None, n_months: int) -> Source:
    if season is not None:
        return season.source
    return "own" if n_months >= TWO_YEARS else "unknown"


def _mixture(seen: _Seen, fixed: Fixed, season: Season | None, scales: Scales) -> _Parts:
    """Average the Gaussian process over the grid of its scales.

    Notes
    -----
    With e the months' effects of error covariance S and K the covariance of what they stand for, a part predicts
    w'e with w = (K + S)^-1 k; what is left beyond the error of e itself is k0 - k'w - w'S w. The part's weight is its
    prior times the density of e.

    References
    ----------
    Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, 2.2 and 5.4; Harvey (1989), ch. 2.
    """
    times = np.r_[seen.at, seen.coming]
    grid, prior = _grid(scales, season)
    parts = _kernels(times)
    kernel = _CONSTANT + np.einsum("gc,cij->gij", grid**2, parts)
    known = np.zeros(len(times)) if season is None else season.effect[times % YEAR]
    error = seen.rows @ fixed.cov @ seen.rows.T
    effects = seen.rows @ fixed.beta - known[:-1]
    inner, cross = kernel[:, :-1, :-1] + error, kernel[:, :-1, -1]
    past = parts[0, :-1, :-1].diagonal() ** 0.5 * np.sign(times[:-1] - times[-1] + 1)
    right = np.stack([np.broadcast_to(effects, cross.shape), cross, np.broadcast_to(past, cross.shape)], axis=2)
    solved = np.linalg.solve(inner, right)
    density = -0.5 * (np.linalg.slogdet(inner)[1] + solved[:, :, 0] @ effects)
    chance = prior * np.exp(density - density.max())
    chance /= chance.sum()
    weights = solved[:, :, 1]
    left = kernel[:, -1, -1] - np.sum(cross * weights, axis=1)
    sd = np.sqrt(np.maximum(left - np.einsum("gi,ij,gj->g", weights, error, weights), 0))
    slopes = grid[:, 0] ** 2 * (solved[:, :, 0] @ past)
    mean = float(chance @ slopes)
    variance = grid[:, 0] ** 2 - grid[:, 0] ** 4 * (solved[:, :, 2] @ past)
    slope_sd = float(np.sqrt(max(float(chance @ (variance + (slopes - mean) ** 2)), 0)))
    return _Parts(weights, known[-1] - weights @ known[:-1], sd, chance, (mean, slope_sd))


def _kernels(times: Ints) -> Floats:
    """Return the covariances of slope, walk, own deviation and season at scale 1, (4, months, months)."""
    back, since = (times - times[-1] + 1).astype(np.float64), (times - times[0]).astype(np.float64)
    return np.stack(
        [
            np.outer(back, back),
            np.minimum.outer(since, since),
            np.eye(len(times)),
            _calendar()[np.ix_(times % YEAR, times % YEAR)],
        ]
    )


def _calendar() -> Floats:
    """Return the covariance of calendar months: half a smooth wave, half each month's own, their mean taken out."""
    apart = np.subtract.outer(np.arange(YEAR), np.arange(YEAR))
    wave = np.exp(-2 * np.sin(np.pi * apart / YEAR) ** 2 / _LENGTH**2)
    centre = np.eye(YEAR) - 1 / YEAR
    found: Floats = centre @ (0.5 * wave + 0.5 * np.eye(YEAR)) @ centre
    return found


def _grid(scales: Scales, season: Season | None) -> tuple[Floats, Floats]:
    """Return the scales of each part, (parts, 4), and their prior chances; a known season has its own error only."""
    axes = [np.array(g) for g in _GRID]
    masses = [_half_normal(axes[0]), _half_normal(axes[1]), _half_cauchy(axes[2]), _half_normal(axes[3])]
    sizes = [scales.slope, scales.walk, scales.own, scales.season]
    if season is not None:
        axes[3], masses[3], sizes[3] = np.ones(1), np.ones(1), season.sd
    grid = np.array(list(product(*(a * s for a, s in zip(axes, sizes, strict=True)))))
    return grid, np.prod(np.array(list(product(*masses))), axis=1)


def _half_normal(points: Floats) -> Floats:
    """Return the mass of a half-normal of scale 1 nearest to each point."""
    return np.asarray(np.diff(erf(_edges(points) / np.sqrt(2))), np.float64)


def _half_cauchy(points: Floats) -> Floats:
    """Return the mass of a half-Cauchy of scale 1 nearest to each point: months that swing widely are no walk.

    References
    ----------
    Gelman (2006), Bayesian Analysis 1, 515 (heavy tails for a standard deviation).
    """
    return np.asarray(np.diff(2 / np.pi * np.arctan(_edges(points))), np.float64)


def _edges(points: Floats) -> Floats:
    edges: Floats = np.r_[0, (points[1:] + points[:-1]) / 2, np.inf]
    return edges


_FROM = {
    "table": Text("the season is that of your table", "季节因素取自您提供的表"),
    "category": Text("the season is that of the category's calendar", "季节因素取自类目的月度数据"),
    "own": Text("the season is learnt from these months", "季节因素由这些月份估计"),
    "unknown": Text(
        "the season is not known from fewer than 24 months, so the range is wide",
        "不足 24 个月，季节因素未知，因此范围较宽",
    ),
}


def _text(month: str, source: Source, n_months: int, campaign: bool) -> Text:
    why = _FROM[source]
    text = Text(
        f"{month} is forecast from {counted(n_months, 'ordinary month')}, their level and trend; {why.en}.",
        f"{month} 根据 {n_months} 个普通月份的水平和趋势预测；{why.zh}。",
    )
    if not campaign:
        return text
    return Text(
        f"{text.en} It is a campaign month: what the campaign adds is not in the forecast.",
        f"{text.zh}该月为活动月：预测不含活动带来的变化。",
    )


def outlook_findings(outlook: Outlook, severity: Severity = "review") -> tuple[Finding, ...]:
    """Say that a season is not known, and that a trend cannot be told from it."""
    found, month, n = [], outlook.month, outlook.n_months
    if outlook.source == "unknown":
        message = Text(
            f"What {month} itself adds is not known: a season takes 24 ordinary months, there are {n}. Give the "
            "twelve numbers of your season, or read every chance as: if the month is like the last ones.",
            f"不知道 {month} 本身的季节影响：需要 24 个普通月份，现有 {n} 个。请提供十二个月的季节比值，"
            "否则各项机会只在该月与近月相似时成立。",
        )
        found.append(Finding("season-unknown", severity, month, message, evidence={"n_months": n}))
    if outlook.trend_unclear:
        rise = outlook.slope[0] > 0
        message = Text(
            f"Conversion has {'risen' if rise else 'fallen'} over the {n} months. A trend of this length cannot be "
            "told from a season; the forecast allows for both.",
            f"{n} 个月来转化率持续{'上升' if rise else '下降'}。这么短的历史无法区分趋势和季节；预测两者都考虑了。",
        )
        found.append(Finding("trend-or-season", severity, month, message, evidence={"slope": list(outlook.slope)}))
    return tuple(found)


def season_of(
    table: pd.DataFrame, source: Literal["table", "category"], rate: float, sd: float | None = None
) -> Season:
    """Return the season of a table of calendar months.

    Parameters
    ----------
    table : month (1 to 12) and ratio: conversion of the month over that of a usual one.
    rate : the team's conversion, at which a ratio becomes a difference of log-odds.

    Raises
    ------
    InputError
        If a calendar month is missing or twice there, or a ratio is not above 0 or brings the rate to 1.
    """
    known = table.sort_values("month")
    ratio = known["ratio"].to_numpy(np.float64)
    if known["month"].tolist() != list(range(1, YEAR + 1)) or not ((ratio > 0) & (ratio * rate < 1)).all():
        message = Text(
            "a season is twelve rows, month 1 to 12 once each, with a ratio above 0 (1.1: a tenth more than usual)",
            "季节表应有 12 行，月份 1 至 12 各一次，比值大于 0（1.1 表示比平时高一成）",
        )
        raise InputError([Problem("season", message, code="bad-season")])
    logit = np.log(ratio * rate / (1 - ratio * rate))
    return Season(source, logit - logit.mean(), sd or (TABLE_SD if source == "table" else CATEGORY_SD))
