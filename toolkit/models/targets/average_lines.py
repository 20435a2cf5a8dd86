"""Lines on an average measure: revenue per buyer, higher is better; reply time, lower is better (C4, C5).

As for conversion a line is the multiple of a step whose expected share of people reaching it is nearest to the share
asked for, and the same rule is tried on the last months before it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.counts import Floats
from toolkit.models.outlook.averages import AverageForecast, forecast_average
from toolkit.models.targets.attainment import LEAST, MOST
from toolkit.models.targets.targets import TargetTerms, nearest_edges, share_reaching

_FIRST, _REPLICATES = 3, 500
_FINE = 100  # steps between nothing and the usual value, about
_NICE = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class AverageLines:
    """Lines of one average measure for the coming month, as things are: no rise is planned for.

    Parameters
    ----------
    measure : its name.
    lower_is_better : whether a line is reached from above.
    forecast : what they rest on.
    step : lines are multiples of it, in the measure's unit.
    table : name, edge (in the measure's unit), mean_attainment, lower, upper (95 %, of the share that reaches it).
    balance_point : the hardest line that more than half of the people are more likely than not to reach.
    tried : month, stated, realised of the target, of past months.
    gap : mean of realised less stated with its 95 % interval over months; None where fewer than six could be tried.
    """

    measure: str
    lower_is_better: bool
    forecast: AverageForecast
    step: float
    table: pd.DataFrame
    balance_point: float
    tried: pd.DataFrame
    gap: tuple[float, float, float] | None


def propose_average_lines(
    table: pd.DataFrame,
    measure: str,
    month: str,
    shares: tuple[Fraction, Fraction, Fraction],
    seed: int,
    campaigns: Sequence[str] = (),
    *,
    lower_is_better: bool = False,
) -> AverageLines:
    """Propose threshold, target and stretch of an average measure.

    Parameters
    ----------
    table : month, agent, value (> 0), weight (> 0); a row an agent and month.
    month : YYYY-MM, the month that comes.
    shares : of people meant to reach threshold, target and stretch, falling.

    Raises
    ------
    InputError
        If fewer than two ordinary months or agents are known.
    UsageError
        If no three different lines can be told apart.
    """
    forecast = forecast_average(table, month, np.random.default_rng(seed), campaigns=campaigns)
    step = nice_step(float(np.median(forecast.values)) / _FINE)
    edges, share = _edges(forecast, step, shares, lower_is_better=lower_is_better)
    low, high = np.quantile(share, (0.025, 0.975), axis=0)
    middle = np.sort(np.median(forecast.values, axis=0))
    half = len(middle) // 2  # one more than half of the people have a middle at or beyond the balance point
    point = middle[half] if lower_is_better else middle[::-1][half]
    whole = np.ceil(point / step) if lower_is_better else np.floor(point / step)
    lines = pd.DataFrame(
        {
            "name": ["threshold", "target", "stretch"],
            "edge": edges,
            "mean_attainment": share.mean(axis=0),
            "lower": low,
            "upper": high,
        }
    )
    tried = _tried(table, shares, seed, campaigns, lower_is_better=lower_is_better)
    return AverageLines(measure, lower_is_better, forecast, step, lines, float(whole * step), tried, _gap(tried))


def nice_step(near: float) -> float:
    """Return the number 1, 2 or 5 times a power of ten that is at least `near`, and at least 1."""
    power = 10.0 ** np.floor(np.log10(max(near, 1.0)))
    return float(next(n * power for n in _NICE if n * power >= near or n == _NICE[-1]))


def _edges(
    forecast: AverageForecast, step: float, shares: tuple[Fraction, Fraction, Fraction], *, lower_is_better: bool
) -> tuple[list[float], Floats]:
    """Return the three lines, and the share that reaches each, (replicates, 3)."""
    if lower_is_better:
        worst = np.ceil(forecast.values / step).astype(np.int64)
        top = int(worst.max()) + 1
        steps = top - worst
    else:
        top, steps = 0, np.floor(forecast.values / step).astype(np.int64)
    reached = share_reaching(steps)
    at = nearest_edges(reached.mean(axis=0), TargetTerms(shares=shares))
    return [abs(top - j) * step for j in at], reached[:, list(at)]


def _tried(
    table: pd.DataFrame,
    shares: tuple[Fraction, Fraction, Fraction],
    seed: int,
    campaigns: Sequence[str],
    *,
    lower_is_better: bool,
) -> pd.DataFrame:
    """Propose the target of each of the last months from those before it, and count who reached it."""
    rows = []
    months = sorted(m for m in table["month"].unique() if m not in campaigns)
    for month in months[_FIRST:][-MOST:]:
        came = table.loc[(table["month"] == month) & (table["value"] > 0) & (table["weight"] > 0)].set_index("agent")
        past, rng = table.loc[table["month"] < month], np.random.default_rng(seed)
        try:
            forecast = forecast_average(past, month, rng, _REPLICATES, campaigns, came["weight"])
            step = nice_step(float(np.median(forecast.values)) / _FINE)
            edges, share = _edges(forecast, step, shares, lower_is_better=lower_is_better)
        except (InputError, UsageError):
            continue
        value = came["value"].to_numpy(np.float64)
        realised = float((value <= edges[1]).mean() if lower_is_better else (value >= edges[1]).mean())
        rows.append({"month": month, "stated": float(share[:, 1].mean()), "realised": realised})
    return pd.DataFrame(rows, columns=["month", "stated", "realised"])


def _gap(tried: pd.DataFrame) -> tuple[float, float, float] | None:
    from scipy.stats import t

    n = len(tried)
    if n < LEAST:
        return None
    gaps = tried["realised"] - tried["stated"]
    mean, half = float(gaps.mean()), float(t.ppf(0.975, n - 1) * gaps.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half


def average_of(cells: pd.DataFrame, total: str, count: str) -> pd.DataFrame:
    """Return month, agent, value, weight: the sum of `total` over that of `count`, where both are known.

    Parameters
    ----------
    cells : month, agent and both columns, a row a cell; what is summed and what is counted may stand on different rows.
    """
    numbers = cells[["month", "agent"]].assign(**{c: cells[c].astype("float64") for c in (total, count)})
    sums = numbers.groupby(["month", "agent"], as_index=False)[[total, count]].sum(min_count=1)
    sums = sums.loc[(sums[count] >= 1) & (sums[total] > 0)]
    value = sums[total] / sums[count]
    return pd.DataFrame(
        {"month": sums["month"], "agent": sums["agent"], "value": value, "weight": sums[count].astype("int64")}
    ).reset_index(drop=True)
