"""How many inquiries a coming month brings: each agent's usual volume, the month's level, who leaves and who joins.

log inquiries = agent + month + luck, the month by the same process as its conversion, with its days allowed for. A
month in which nearly a third of those there have nothing is a hole in the data and not a low month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem
from toolkit.core.findings import Finding
from toolkit.core.money import rough_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import CaseCounts, Floats, Ints
from toolkit.models.outlook.forecast import Forecast, SalesForecast
from toolkit.models.outlook.season import Outlook, Scales, outlook_of

VOLUME = Scales(slope=0.02, walk=0.12, own=0.25, season=0.35)
_HOLE, _HUBER, _STEPS = 0.3, 2.0, 30
_HALF, _DAYS = 0.5, 30.4


class _Known(NamedTuple):
    """Month levels and their error covariance."""

    beta: Floats
    cov: Floats


@dataclass(frozen=True, slots=True)
class Volume:
    """Inquiries of past months in parts.

    Parameters
    ----------
    agents : of the history.
    usual, usual_sd : log inquiries of each agent in a month of level 0, and its error, (agents,).
    luck : standard deviation of an agent's month on the log scale.
    outlook : of the coming month's level.
    leaving, joining : share of agents gone after a month, agents who came a month.
    holes : months left out.
    """

    agents: tuple[str, ...]
    usual: Floats
    usual_sd: Floats
    luck: float
    outlook: Outlook
    levels: _Known
    leaving: float
    joining: float
    holes: tuple[str, ...]


def fit_volume(cells: CaseCounts, month: str, campaigns: Sequence[str] = ()) -> Volume:
    """Fit inquiries of past months.

    Parameters
    ----------
    month : YYYY-MM, the month that comes.
    campaigns : months not to learn from.

    Raises
    ------
    InputError
        If fewer than two ordinary months are left.

    Notes
    -----
    Two-way fit by alternating weighted means, Huber's weights at two standard deviations; agents shrunk to their mean.

    References
    ----------
    Huber (1964), Ann. Math. Statist. 35, 73.
    """
    table = _totals(cells)
    holes = tuple(m for m in find_holes(table) if m not in campaigns)
    ordinary = [m for m in table.columns if m not in campaigns and m not in holes]
    if len(ordinary) < 2:
        raise InputError([Problem("cells", "fewer than two ordinary months of inquiries", code="too-few-months")])
    days = np.log([_days(m) for m in ordinary])
    with np.errstate(divide="ignore"):
        y = np.log(table[ordinary].to_numpy(np.float64)) - days
    usual, levels, luck, weights = _two_way(y)
    n = np.maximum(weights.sum(axis=1), 1e-9)
    seen = weights.sum(axis=1) > 0
    error = luck**2 / n
    spread = max(float(np.var(usual[seen])) - float(np.mean(error[seen])), 1e-6)
    centre, kept = float(np.mean(usual[seen])), spread / (spread + error)
    known = _Known(levels, np.diag(luck**2 / np.maximum(weights.sum(axis=0), 1e-9)))
    outlook = outlook_of(np.eye(len(ordinary)), ordinary, known, month, (None, VOLUME, month in campaigns))
    leaving, joining = _turnover(table)
    shrunk = np.where(seen, centre + kept * (usual - centre), centre)
    sd = np.sqrt(np.where(seen, kept * error, spread))
    return Volume(tuple(table.index), shrunk, sd, luck, outlook, known, leaving, joining, holes)


def _totals(cells: CaseCounts) -> pd.DataFrame:
    """Return inquiries by agent and calendar month, months without any left in between as 0."""
    first, last = Month.parse(cells.months[0]), cells.months[-1]
    months = [str(first)]
    while months[-1] < last:
        months.append(str(Month.parse(months[-1]).shift(1)))
    frame = cells.frame.astype({"agent": "str", "month": "str"})
    sums = frame.groupby(["agent", "month"])[cells.size].sum().unstack(fill_value=0)
    return sums.reindex(columns=months, fill_value=0)


def find_holes(table: pd.DataFrame) -> list[str]:
    """Return the months in which more than 30 % of those there before and after have nothing.

    Parameters
    ----------
    table : inquiries, agents x months.
    """
    seen = table.to_numpy() > 0
    there = (np.cumsum(seen, axis=1) > 0) & (np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] > 0)
    missing = (there & ~seen).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return [str(m) for m, share in zip(table.columns, missing, strict=True) if share > _HOLE]


def _days(month: str) -> float:
    parsed = Month.parse(month)
    return monthrange(parsed.year, parsed.number)[1] / _DAYS


def _two_way(y: Floats) -> tuple[Floats, Floats, float, Floats]:
    """Return agents, months (about 0), luck and weights of log volumes with gaps at -inf, (agents, months)."""
    known = np.isfinite(y)
    y, w = np.where(known, y, 0.0), known.astype(np.float64)
    agent, month, sd = np.zeros(len(y)), np.zeros(y.shape[1]), 1.0
    for _ in range(_STEPS):
        agent = (w * (y - month)).sum(axis=1) / np.maximum(w.sum(axis=1), 1e-9)
        month = (w * (y - agent[:, None])).sum(axis=0) / np.maximum(w.sum(axis=0), 1e-9)
        left = np.where(known, y - agent[:, None] - month, 0.0)
        free = max(known.sum() - len(y) - y.shape[1] + 1, 1)
        sd = max(float(np.sqrt((w * left**2).sum() / free)), 1e-6)
        w = known * np.minimum(1.0, _HUBER * sd / np.maximum(np.abs(left), 1e-12))
    centre = float(month.mean())
    return agent + centre, month - centre, sd, w


def _turnover(table: pd.DataFrame) -> tuple[float, float]:
    """Return the share of agents who leave after a month, and how many come a month."""
    seen = table.to_numpy() > 0
    first, last = seen.argmax(axis=1), seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    end = seen.shape[1] - 1
    left, months = int((last < end).sum()), int((np.minimum(last + 1, end) - first).sum())
    return (left + 0.5) / (months + 1), float((first > 0).sum() / max(end, 1))


@dataclass(frozen=True, slots=True)
class VolumeForecast:
    """Replicates of a month's inquiries.

    Parameters
    ----------
    volume : what they rest on.
    planned, joiners : inquiries of each planned agent (replicates, agents), and of all who join (replicates,).
    text : the sentence for a report.
    """

    volume: Volume
    planned: Ints
    joiners: Ints
    text: Text

    @property
    def total(self) -> Ints:
        """All inquiries, (replicates,)."""
        found: Ints = self.planned.sum(axis=1) + self.joiners
        return found


def forecast_volume(
    volume: Volume, agents: Sequence[str], rng: np.random.Generator, n_replicates: int = 2000
) -> VolumeForecast:
    """Draw the inquiries of the coming month for the agents planned for; some may leave, others join at half volume."""
    place = {a: i for i, a in enumerate(volume.agents)}
    at = np.array([place[a] for a in agents])
    level = draw_level(volume, rng, n_replicates)
    own = volume.usual[at] + rng.standard_normal((n_replicates, len(at))) * np.hypot(volume.usual_sd[at], volume.luck)
    stays = rng.random(own.shape) >= volume.leaving
    planned = (rng.poisson(np.exp(own + level[:, None])) * stays).astype(np.int64)
    typical = float(np.mean(np.exp(volume.usual[at] + volume.luck**2 / 2)))
    came = rng.poisson(volume.joining, n_replicates)
    joiners = rng.poisson(came * _HALF * typical * np.exp(level)).astype(np.int64)
    return VolumeForecast(volume, planned, joiners, _said(volume, planned.sum(axis=1) + joiners))


def draw_level(volume: Volume, rng: np.random.Generator, n_replicates: int) -> Floats:
    """Return replicates of the coming month's level of log inquiries, its days included, (replicates,)."""
    known = volume.levels
    noise = rng.standard_normal((n_replicates, len(known.beta))) * np.sqrt(np.diag(known.cov))
    level: Floats = volume.outlook.draw(known.beta + noise, rng) + np.log(_days(volume.outlook.month))
    return level


def _said(volume: Volume, total: Ints) -> Text:
    month, (low, high) = volume.outlook.month, np.quantile(total, (0.025, 0.975))
    return Text(
        f"Inquiries of {month}: about {_rough(total.mean())} (95 % range {_rough(low)} to {_rough(high)}). Only a plan "
        "or a calendar of campaigns makes this range narrower.",
        f"{month} 询单量约 {_rough(total.mean())}（95% 范围 {_rough(low)} 至 {_rough(high)}）；只有排班计划或活动日历"
        "能使范围变窄。",
    )


def _rough(count: float) -> str:
    return rough_money(100 * count)


def sales_at_drawn_volume(sales: SalesForecast, forecast: Forecast, drawn: VolumeForecast) -> SalesForecast:
    """Return the forecast of sales with the month's volume drawn too; its table stays at the planned volume.

    Parameters
    ----------
    sales, forecast, drawn : of the same agents, with as many replicates.

    Notes
    -----
    A replicate is the sum of sales per planned inquiry times inquiries drawn; those who join sell like the team. What
    is not known is split into variances of volume, of conversion and, as the rest, of value.
    """
    each = sales.sales / forecast.n
    team = sales.sales.sum(axis=1) / forecast.n.sum()
    total = (each * drawn.planned).sum(axis=1) + team * drawn.joiners
    low, high = np.quantile(total, (0.025, 0.975))
    of_volume = float(np.var(drawn.planned @ each.mean(axis=0) + team.mean() * drawn.joiners))
    value = sales.sales.sum(axis=0) / np.maximum(forecast.buyers.sum(axis=0), 1)
    of_rate = float(np.var(forecast.buyers @ value))
    of_value = max(float(np.var(sales.sales.sum(axis=1))) - of_rate, 0.0)
    parts = np.array([of_volume, of_rate, of_value]) / max(of_volume + of_rate + of_value, 1e-300)
    found = (float(total.mean()), float(low), float(high))
    return replace(sales, total=found, text=_sales_said(sales, found, parts))


def _sales_said(sales: SalesForecast, total: tuple[float, float, float], parts: Floats) -> Text:
    mean, low, high = (rough_money(x) for x in total)
    planned = [rough_money(x) for x in sales.total]
    return Text(
        f"Sales of {sales.month} are forecast at {mean} (95 % range {low} to {high}); at the planned volume "
        f"{planned[0]} ({planned[1]} to {planned[2]}). Of what is not known {parts[0]:.0%} is volume, "
        f"{parts[1]:.0%} conversion and {parts[2]:.0%} the value of a buyer.",
        f"{sales.month} 销售额预测为 {mean}（95% 范围 {low} 至 {high}）；按计划询单量为 {planned[0]}（{planned[1]} 至 "
        f"{planned[2]}）。不确定性中 {parts[0]:.0%} 来自询单量，{parts[1]:.0%} 来自转化率，{parts[2]:.0%} 来自客单价。",
    )


def volume_findings(volume: Volume) -> tuple[Finding, ...]:
    """Name the holes in the data."""
    if not volume.holes:
        return ()
    names = volume.holes
    message = Text(
        f"More than {_HOLE:.0%} of those at work have no inquiry in {', '.join(names)}: a hole in the data, not a low "
        "month. Left out of the forecast of volume; bring the missing rows.",
        f"{'、'.join(names)} 有超过 {_HOLE:.0%} 的在岗客服没有任何询单：是数据缺失而不是淡季，未用于预测询单量；"
        "请补齐数据。",
    )
    return (Finding("month-with-holes", "review", "inquiries", message, evidence={"months": list(names)}),)
