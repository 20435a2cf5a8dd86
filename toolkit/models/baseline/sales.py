"""Sales as inquiries x conversion x revenue per buyer, with the uncertainty of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.forecast import Forecast, check_plan, plan_matrix
from toolkit.models.baseline.order_value import OrderValueBaseline
from toolkit.models.baseline.season import month_outlook


@dataclass(frozen=True, slots=True)
class SalesForecast:
    """Replicates of a month's sales.

    Parameters
    ----------
    month : YYYY-MM.
    agents : of the plan.
    sales : minor units, (replicates, agents).
    table : agent, inquiries, buyers, revenue_per_buyer, sales, lower, upper (95 % predictive, minor units).
    total : mean, lower, upper of the team's sales, minor units.
    text : the sentence for a report.
    """

    month: str
    agents: tuple[str, ...]
    sales: Floats
    table: pd.DataFrame
    total: tuple[float, float, float]
    text: Text


def forecast_sales(
    forecast: Forecast,
    value: OrderValueBaseline,
    plan: pd.DataFrame,
    rng: np.random.Generator,
    campaigns: Sequence[str] = (),
) -> SalesForecast:
    """Multiply each replicate's buyers by a replicate of the mean of so many buyers' revenue.

    Parameters
    ----------
    forecast : of conversion, for the same plan.
    value : fitted with ``size="buyers"``: revenue per buyer, not per order.
    plan : as for the conversion forecast.

    Raises
    ------
    UsageError
        If the value is not per buyer, or the plan names other agents than the forecast.

    Notes
    -----
    Errors of conversion and of value are independent given the plan. An agent's value is the mean over the plan's rows
    weighted by the buyers expected of each: where more buy, more of the value is made. The mean of k buyers is Gamma
    with k / dispersion degrees of shape.
    """
    if value.size != "buyers":
        raise UsageError("sales are buyers times revenue per buyer: fit the value with size='buyers'")
    plan = plan[plan["inquiries"] > 0].sort_values("agent", kind="stable").reset_index(drop=True)
    names, code = np.unique(plan["agent"].to_numpy(str), return_inverse=True)
    planned = np.bincount(code, plan["inquiries"].to_numpy(np.int64))
    if tuple(map(str, names)) != forecast.agents or (planned != forecast.n).any():
        raise UsageError("the plan is not the one the conversion was forecast for")
    mean = _mean_value(value, plan, forecast, (rng, campaigns))
    shape = np.maximum(forecast.buyers, 1) / value.fit.dispersion
    sales = forecast.buyers * mean * rng.gamma(shape) / shape * value.tail
    low, high = np.quantile(sales, (0.025, 0.975), axis=0)
    table = pd.DataFrame(
        {
            "agent": list(forecast.agents),
            "inquiries": forecast.n,
            "buyers": forecast.buyers.mean(axis=0),
            "revenue_per_buyer": mean.mean(axis=0) * value.tail,
            "sales": sales.mean(axis=0),
            "lower": low,
            "upper": high,
        }
    )
    each = sales.sum(axis=1)
    total = (float(each.mean()), *(float(q) for q in np.quantile(each, (0.025, 0.975))))
    return SalesForecast(
        forecast.month,
        forecast.agents,
        sales,
        table,
        (total[0], total[1], total[2]),
        _sentence(forecast.month, (total[0], total[1], total[2])),
    )


def _mean_value(
    value: OrderValueBaseline, plan: pd.DataFrame, forecast: Forecast, draw: tuple[np.random.Generator, Sequence[str]]
) -> Floats:
    """Return replicates of each agent's mean value at the planned mix, (replicates, agents)."""
    (rng, campaigns), fit, n_replicates = draw, value.fit, len(forecast.buyers)
    position = {a: i for i, a in enumerate(value.cells.agents)}
    known = np.array([position.get(a, -1) for a in forecast.agents])
    check_plan(value.cells, fit, plan, [a for a in forecast.agents if a not in position])
    outlook = month_outlook(fit, forecast.month, campaigns)
    beta, u, variance = sample_effects(fit, rng, n_replicates)
    new = rng.standard_normal((n_replicates, len(known))) * np.sqrt(variance[:, None])
    agent = np.where(known >= 0, u[:, known], new) + rng.standard_normal(new.shape) * np.sqrt(fit.variances.month)
    eta = beta @ plan_matrix(value.cells, fit, plan, outlook).T + outlook.sd * rng.standard_normal((n_replicates, 1))
    starts = np.searchsorted(plan["agent"].to_numpy(str), forecast.agents)
    mix: Floats = np.add.reduceat(forecast.expected * np.exp(eta), starts, axis=1)
    drawn: Floats = mix / np.add.reduceat(forecast.expected, starts) * np.exp(agent)
    return drawn


def _sentence(month: str, total: tuple[float, float, float]) -> Text:
    mean, low, high = (format_money(round(x)) for x in total)
    return Text(
        f"Sales of {month} are forecast at {mean} (95 % interval {low} to {high}).",
        f"{month} 销售额预测为 {mean}（95% 区间 {low} 至 {high}）。",
    )
