"""What a coming month is expected to be like, from the month effects of a fit.

With at least two full years the coming month has the level of the last twelve months plus its own calendar month's
shrunken difference; before that it has the mean level of the last (at most twelve) ordinary months. Campaign months are
set apart: they enter neither level nor season, and a calendar month with a campaign in some year has no season.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats
from toolkit.models.baseline.glm import NestedFit

YEAR = 12


@dataclass(frozen=True, slots=True)
class Outlook:
    """A month's effect as a linear combination of fitted columns plus an own deviation.

    Parameters
    ----------
    month : YYYY-MM.
    weights : of the design's columns; only month columns are not 0.
    sd : of the month's own deviation on the link scale, beyond the error of the fitted columns; 0 for a fitted month.
    season : shrunken calendar-month difference on the link scale, None with less than two years, or when the calendar
        month had a campaign.
    text : what the outlook rests on.
    """

    month: str
    weights: Floats
    sd: float
    season: float | None
    text: Text


def month_outlook(fit: NestedFit, month: str, campaigns: Sequence[str] = ()) -> Outlook:
    """Return what is expected of `month`.

    Parameters
    ----------
    campaigns : months not to learn from, YYYY-MM; the forecast of one of them is that of an ordinary month.

    Raises
    ------
    InputError
        If fewer than two ordinary months are known: how much months vary is then unknown.
    """
    factor = fit.design.factor("month")
    if month in factor.levels:
        text = Text(f"{month} is a fitted month.", f"{month} 为已拟合月份。")
        return Outlook(month, _spread(fit, {month: 1.0}), 0.0, None, text)
    ordinary = [m for m in factor.levels if m not in set(campaigns)]
    if len(ordinary) < 2:
        fix = "add history, or do not set these months apart"
        raise InputError(
            [
                Problem(
                    "cells",
                    f"{len(ordinary)} ordinary month: how much months vary is unknown",
                    fix=fix,
                    code="too-few-months",
                )
            ]
        )
    years = _full_years(ordinary, set(campaigns))
    places = [m[-2:] for m in years[0]] if len(years) >= 2 else []
    seasonal = len(places) > 1 and month[-2:] in places
    found = _seasonal(fit, month, years, places.index(month[-2:])) if seasonal else _level(fit, month, ordinary)
    if month not in campaigns:
        return found
    text = Text(
        f"{found.text.en} It is a campaign month: what the campaign adds is not in the forecast.",
        f"{found.text.zh}该月为活动月：预测不含活动带来的变化。",
    )
    return replace(found, text=text)


def _spread(fit: NestedFit, shares: dict[str, float]) -> Floats:
    factor, weights = fit.design.factor("month"), np.zeros(len(fit.solution.beta))
    for month, share in shares.items():
        if (column := factor.column(month)) >= 0:
            weights[column] += share
    return weights


def _full_years(ordinary: list[str], campaigns: set[str]) -> list[list[str]]:
    """Return runs of twelve months counted back from the last, latest first, less the calendar months of campaigns.

    Every month of a run is known or a campaign, and all runs keep the same calendar months.
    """
    last, known = Month.parse(ordinary[-1]), set(ordinary)
    years: list[list[str]] = []
    while True:
        year = [str(last.shift(-YEAR * (len(years) + 1) + 1 + i)) for i in range(YEAR)]
        if not (known | campaigns).issuperset(year) or not known.intersection(year):
            break
        years.append(year)
    places = [i for i in range(YEAR) if all(year[i] in known for year in years)]
    return [[year[i] for i in places] for year in years]


def _values(fit: NestedFit, months: list[str]) -> tuple[Floats, float]:
    """Return the effects of `months` about their mean, and the mean sampling variance of one of these differences."""
    rows = np.array([_spread(fit, {m: 1.0}) for m in months])
    rows -= rows.mean(axis=0)
    variance = float(np.einsum("ij,jk,ik->i", rows, fit.solution.cov, rows).sum()) / (len(months) - 1)
    return rows @ fit.solution.beta, variance


def _level(fit: NestedFit, month: str, ordinary: list[str]) -> Outlook:
    first = str(Month.parse(ordinary[-1]).shift(1 - YEAR))
    recent = [m for m in ordinary if m >= first] if len([m for m in ordinary if m >= first]) >= 2 else ordinary[-2:]
    values, sampling = _values(fit, recent)
    k = len(recent)
    between = max(float(values @ values) / (k - 1) - sampling, 0.0)
    text = Text(
        f"{month} is forecast at the mean level of the last {k} ordinary months, without a season.",
        f"{month} 按最近 {k} 个普通月份的平均水平预测，不含季节因素。",
    )
    return Outlook(month, _spread(fit, dict.fromkeys(recent, 1 / k)), float(np.sqrt(between * (1 + 1 / k))), None, text)


def _seasonal(fit: NestedFit, month: str, years: list[list[str]], place: int) -> Outlook:
    """Add the calendar month's mean difference from its year, shrunk by what differs between years.

    Notes
    -----
    keep = 1 - (residual variance / years) / variance of the calendar months' means, at least 0.
    """
    parts = [_values(fit, year) for year in years]
    table, sampling, n = np.array([p[0] for p in parts]), float(np.mean([p[1] for p in parts])), len(years)
    means, k = table.mean(axis=0), table.shape[1]
    residual = float(np.sum((table - means) ** 2)) / ((n - 1) * (k - 1))
    spread = float(np.sum(means**2)) / (k - 1)
    keep = max(1 - residual / n / spread, 0.0) if spread > 0 else 0.0
    weights = np.mean(
        [_spread(fit, {year[place]: keep}) - _spread(fit, dict.fromkeys(year, keep / k)) for year in years], axis=0
    )
    weights = weights + _spread(fit, dict.fromkeys(years[0], 1 / k))
    sd = np.sqrt(max(residual - sampling, 0.0) * (1 + 1 / k + keep / n))
    season = keep * float(means[place])
    text = Text(
        f"{month} is forecast at the level of the last year's ordinary months and its season from {n} years "
        f"({season:+.2f} on the link scale, {keep:.0%} kept).",
        f"{month} 按最近一年普通月份的水平加上 {n} 年的季节因素预测（链接尺度 {season:+.2f}，保留 {keep:.0%}）。",
    )
    return Outlook(month, weights, float(sd), season, text)
