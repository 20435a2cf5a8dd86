"""Coming months: whole buyers and sales of each agent at the planned volume, with all uncertainty.

Posterior predictive replicates of coming months: whole buyers for each agent at the planned volume.

Sales as inquiries x conversion x revenue per buyer, with the uncertainty of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.money import rough_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.counts import CaseCounts, Floats, Ints
from toolkit.models.baseline.effects import sample_effects
from toolkit.models.baseline.glm import NestedFit
from toolkit.models.baseline.level import sample_levels
from toolkit.models.baseline.order_value import OrderValueBaseline
from toolkit.models.outlook.season import Outlook, Season, month_outlook

_BLOCK = 4_000_000
_USUAL = 400
_HOLE = 0.3


@dataclass(frozen=True, slots=True)
class Forecast:
    """Replicates of one month.

    Parameters
    ----------
    month : YYYY-MM.
    agents : of the plan, sorted.
    n : planned inquiries, (agents,).
    skill : each agent's own rate in that month's conditions, without the luck of an agent-month, (replicates, agents).
    buyers : whole buyers, (replicates, agents).
    month_sd : of the agent-month's deviation from skill, (agents,) on the logit scale.
    group : comparable group of each agent, -1 for one without history.
    outlook : what the month's level rests on.
    expected : buyers expected of each row of the plan, sorted by agent, (rows,).
    usual : as `skill` if the month is like the last twelve on average, of the first replicates, (some, agents).
    """

    month: str
    agents: tuple[str, ...]
    n: Ints
    skill: Floats
    buyers: Ints
    month_sd: Floats
    group: Ints
    outlook: Outlook
    expected: Floats
    usual: Floats

    @property
    def text(self) -> Text:
        """Say what the team's conversion of the month is expected to be."""
        return _team_sentence(self)

    @property
    def table(self) -> pd.DataFrame:
        """One row an agent: rate with 95 % interval of the agent's own rate, buyers with 95 % predictive interval."""
        rates, counts = (
            np.quantile(self.skill, (0.025, 0.975), axis=0),
            np.quantile(self.buyers, (0.025, 0.975), axis=0),
        )
        return pd.DataFrame(
            {
                "agent": list(self.agents),
                "month": self.month,
                "inquiries": self.n,
                "rate": self.buyers.mean(axis=0) / self.n,
                "lower": rates[0],
                "upper": rates[1],
                "buyers": self.buyers.mean(axis=0),
                "buyers_lower": np.floor(counts[0]).astype(np.int64),
                "buyers_upper": np.ceil(counts[1]).astype(np.int64),
            }
        )


def default_plan(baseline: ConversionBaseline, month: str, n_months: int = 3) -> pd.DataFrame:
    """Plan each agent who is still there at its mean volume a cell over its own months among the last `n_months`.

    Parameters
    ----------
    month : YYYY-MM, the month to plan.

    Returns
    -------
    DataFrame
        month, agent, case-mix columns, inquiries (>= 1).

    Notes
    -----
    Still there is who was seen in the last month. A last month without 30 % of those of the month before it is a hole
    in the data: then both months count.
    """
    cells, keys = baseline.cells, ["agent", *baseline.cells.case_mix]
    first = str(Month.parse(cells.months[-1]).shift(1 - n_months))
    recent = cells.frame[cells.frame["month"].astype("str") >= first].astype(dict.fromkeys(("month", *keys), "str"))
    recent = recent[recent["agent"].isin(_still_there(recent, cells.months[-1]))]
    active = recent.groupby("agent")["month"].nunique()
    sums = recent.groupby(keys)["inquiries"].sum().reset_index()
    mean = np.rint(sums["inquiries"] / sums["agent"].map(active)).astype("int64")
    plan = sums.assign(inquiries=mean, month=month)
    return plan.loc[plan["inquiries"] > 0, ["month", *keys, "inquiries"]].reset_index(drop=True)


def _still_there(recent: pd.DataFrame, last: str) -> set[str]:
    here, before = (set(recent.loc[recent["month"] == m, "agent"]) for m in (last, str(Month.parse(last).shift(-1))))
    return here | before if len(before - here) > _HOLE * len(before) else here


def forecast_month(
    baseline: ConversionBaseline,
    plan: pd.DataFrame,
    rng: np.random.Generator,
    n_replicates: int = 1000,
    campaigns: Sequence[str] = (),
    season: Season | None = None,
) -> Forecast:
    """Draw posterior predictive replicates of one month.

    Parameters
    ----------
    plan : month (one), agent, the baseline's case-mix columns, inquiries (planned, > 0). An agent without history is
        taken from the population of agents.
    campaigns : months the outlook does not learn from.
    season : of the calendar months, where it is known beforehand.

    Raises
    ------
    UsageError
        If the plan has several months.
    InputError
        If a case-mix level was never seen, or a newcomer is to be forecast from fewer than four agents.

    Notes
    -----
    A replicate draws the agent variance from its confidence distribution, fixed effects and each agent's level in that
    month given it, the month's own level once for all agents, then agent-months, cells and binomial buyers: all that is
    unknown about the month.
    """
    months = plan["month"].drop_duplicates().tolist()
    if len(months) != 1:
        raise UsageError(f"a forecast is made for one month; the plan has {', '.join(map(str, months)) or 'none'}")
    plan = plan[plan["inquiries"] > 0].sort_values("agent", kind="stable").reset_index(drop=True)
    fixed = baseline.level or baseline.fit.solution
    outlook = month_outlook(baseline.fit.design, fixed, months[0], campaigns, season)
    names, code = np.unique(plan["agent"].to_numpy(str), return_inverse=True)
    position = {a: i for i, a in enumerate(baseline.cells.agents)}
    known = np.array([position.get(str(a), -1) for a in names])
    check_plan(baseline.cells, baseline.fit, plan, [str(a) for a in names[known < 0]])
    size = plan["inquiries"].to_numpy(np.int64)
    n = np.bincount(code, size).astype(np.int64)
    x = plan_matrix(baseline.cells, baseline.fit, plan)
    skill, buyers, expected, usual = _replicates(baseline, x, (code, size, known), outlook, (rng, n_replicates))
    spread = np.bincount(code, (size / n[code]) ** 2)
    group = np.where(known >= 0, baseline.identification.group[known], -1)
    month_sd = np.sqrt(_luck(baseline) + baseline.fit.variances.cell * spread)
    return Forecast(months[0], tuple(map(str, names)), n, skill, buyers, month_sd, group, outlook, expected, usual)


def _luck(baseline: ConversionBaseline) -> float:
    """Return the variance of an agent's good and bad months."""
    return baseline.fit.variances.month if baseline.level is None else baseline.level.moves.month


def check_plan(cells: CaseCounts, fit: NestedFit, plan: pd.DataFrame, newcomers: list[str]) -> None:
    """Refuse a plan nothing is known about.

    Raises
    ------
    InputError
        If the plan names a level the fit does not know, or there are `newcomers` and too few agents to know how far
        agents differ.
    """
    problems = [
        Problem(
            "plan",
            f"{column} has no history",
            got=repr(level),
            fix="plan it after a month in which some bought and some did not",
            code="unknown-level",
        )
        for column in cells.case_mix
        for level in sorted(set(plan[column].astype("str")) - set(fit.design.factor(column).levels))
    ]
    if newcomers and not fit.variances.estimable[0]:
        fix = "leave newcomers out of the plan"
        problems.append(
            Problem(
                "plan",
                "a newcomer cannot be forecast from so few agents",
                got=str(newcomers[0]),
                fix=fix,
                code="newcomer",
            )
        )
    if problems:
        raise InputError(problems)


def plan_matrix(cells: CaseCounts, fit: NestedFit, plan: pd.DataFrame) -> Floats:
    """Return the case-mix of the plan as rows of the design, (rows, columns); the month's level comes on top."""
    rows = np.zeros((len(plan), len(fit.design.terms)))
    for column in cells.case_mix:
        factor = fit.design.factor(column)
        at = np.array([factor.column(str(level)) for level in plan[column]])
        rows[np.flatnonzero(at >= 0), at[at >= 0]] = 1.0
    return rows


def _replicates(
    baseline: ConversionBaseline,
    x: Floats,
    places: tuple[Ints, Ints, Ints],
    outlook: Outlook,
    draw: tuple[np.random.Generator, int],
) -> tuple[Floats, Ints, Floats, Floats]:
    """Draw level, agents, agent-months, cells and buyers, in blocks of replicates that bound memory.

    Returns
    -------
    skill and buyers (replicates, agents), the buyers expected of each row, and skill in a usual month.
    """
    (code, size, known), (rng, n_replicates) = places, draw
    beta, agent = _people(baseline, known, (rng, n_replicates))
    month, cell, n_agents = np.sqrt(_luck(baseline)), np.sqrt(baseline.fit.variances.cell), len(known)
    skills, buyers = np.empty((n_replicates, n_agents)), np.empty((n_replicates, n_agents), np.int64)
    expected, usual = np.zeros(len(size)), np.empty((min(n_replicates, _USUAL), n_agents))
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    share = size / np.add.reduceat(size, starts)[code]
    step = max(_BLOCK // len(size), 1)
    level, alike = outlook.draw(beta, rng), beta @ outlook.usual
    for at in range(0, n_replicates, step):
        rows = slice(at, min(at + step, n_replicates))
        own = beta[rows] @ x.T + agent[rows][:, code]
        eta = own + level[rows, None]
        skills[rows] = np.add.reduceat(share * _rate(eta), starts, axis=1)
        if at < len(usual):
            some = slice(at, min(rows.stop, len(usual)))
            seen = _rate(own[: some.stop - at] + alike[some, None])
            usual[some] = np.add.reduceat(share * seen, starts, axis=1)
        luck = rng.standard_normal((len(eta), n_agents))[:, code] * month
        rates = _rate(eta + luck + rng.standard_normal(eta.shape) * cell)
        expected += size * rates.sum(axis=0) / n_replicates
        buyers[rows] = np.add.reduceat(rng.binomial(size, rates), starts, axis=1)
    return skills, buyers, expected, usual


def _people(baseline: ConversionBaseline, known: Ints, draw: tuple[np.random.Generator, int]) -> tuple[Floats, Floats]:
    """Return replicates of the fixed effects and of each planned agent's level; one without history is anybody."""
    (rng, n), mean = draw, np.zeros(draw[1])
    if baseline.level is None:
        beta, u, variance = sample_effects(baseline.fit, rng, n)
    else:
        beta, u, mean, variance = sample_levels(baseline.level, rng, n)
    new = mean[:, None] + rng.standard_normal((n, len(known))) * np.sqrt(variance)[:, None]
    return beta, np.where(known >= 0, u[:, known], new)


def _team_sentence(forecast: Forecast) -> Text:
    """Say the team's expected conversion at the planned volumes, with its range, and that of a usual month."""
    share = forecast.n / forecast.n.sum()
    team, usual = forecast.skill @ share, float((forecast.usual @ share).mean())
    low, high = np.quantile(team, (0.025, 0.975))
    k, month = forecast.outlook.n_usual, forecast.month
    if forecast.outlook.source == "unknown":
        return Text(
            f"If {month} is a month like the last {k}, the team converts {usual:.1%}. What {month} itself adds is not "
            f"known: between {low:.1%} and {high:.1%} (95 %).",
            f"若 {month} 与最近 {k} 个月相似，团队转化率为 {usual:.1%}。{month} 本身的影响未知：可能在 {low:.1%} 至 "
            f"{high:.1%} 之间（95%）。",
        )
    return Text(
        f"The team is expected to convert {team.mean():.1%} in {month} (95 % range {low:.1%} to {high:.1%}); if the "
        f"month is like the last {k} on average, {usual:.1%}.",
        f"预计团队 {month} 转化率为 {team.mean():.1%}（95% 范围 {low:.1%} 至 {high:.1%}）；若该月与最近 {k} "
        f"个月的平均相同，则为 {usual:.1%}。",
    )


def _rate(eta: Floats) -> Floats:
    rate: Floats = 1 / (1 + np.exp(-eta))
    return rate


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
    outlook = month_outlook(fit.design, fit.solution, forecast.month, campaigns)
    beta, u, variance = sample_effects(fit, rng, n_replicates)
    new = rng.standard_normal((n_replicates, len(known))) * np.sqrt(variance[:, None])
    agent = np.where(known >= 0, u[:, known], new) + rng.standard_normal(new.shape) * np.sqrt(fit.variances.month)
    eta = beta @ plan_matrix(value.cells, fit, plan).T + outlook.draw(beta, rng)[:, None]
    starts = np.searchsorted(plan["agent"].to_numpy(str), forecast.agents)
    mix: Floats = np.add.reduceat(forecast.expected * np.exp(eta), starts, axis=1)
    drawn: Floats = mix / np.add.reduceat(forecast.expected, starts) * np.exp(agent)
    return drawn


def _sentence(month: str, total: tuple[float, float, float]) -> Text:
    mean, low, high = (rough_money(x) for x in total)
    return Text(
        f"Sales of {month} are forecast at {mean} (95 % interval {low} to {high}).",
        f"{month} 销售额预测为 {mean}（95% 区间 {low} 至 {high}）。",
    )
