"""The overload trap: months in which somebody was sent far more customers than usual, and converted fewer of them.

What the season and the shop did is taken off by the conversion baseline before months of a person are compared. How
many a day are too many is read from single days where they are known, else, roughly, from the averages of months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.errors import ToolkitError
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.comparison.capacity import CHI2, CapacityFit, fit_capacity
from toolkit.rules.lint.reading import Place, component_places
from toolkit.studies.consequences.case import SchemeCase, conversion_cells

Floats = NDArray[np.float64]

HEAVY = 1.5
"""A month may be heavy from half as many customers a day again as the person's middle month."""
FEWEST_MONTHS = 4
SURE = 0.01
"""Heavy months are named only where luck would do it in one team of a hundred."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Somebody's heavy months.

    Parameters
    ----------
    agent, months : whose, and which.
    low, high, usual : customers a day in these months, and in the middle one of all.
    lower : by how much the logit of conversion was lower than in the person's other months.
    rate, due : conversion in these months, and what it would have been at the person's level in the other ones.
    chance : of so much by luck, times the number of comparisons tried.
    holds : customers a day up to which conversion may hold, as far as the months tell: from, to.
    daily : the same from single days of these months; None where they are not known, or do not show it.
    """

    agent: str
    months: tuple[str, ...]
    low: float
    high: float
    usual: float
    lower: float
    rate: float
    due: float
    chance: float
    holds: tuple[int, int]
    daily: CapacityFit | None = None

    @property
    def per_day(self) -> int:
        """The capacity to try: the likeliest of single days, else the largest the months allow."""
        return self.holds[1] if self.daily is None else self.daily.best


def find_overload(case: SchemeCase) -> Iterator[Finding]:
    """Look for people who were sent so many customers a day that they converted fewer: pay on sales invites it."""
    guarded = any(c.capacity is not None and c.capacity.pay for c in case.whole.components)
    by_volume = [place for component, place in component_places(case.whole) if component.pay is not None]
    place = by_volume[0] if by_volume else Place(case.whole, None, ("components",))
    invited = bool(by_volume) and not guarded
    for episode in overloads(conversion_cells(case.measures), daily_load(case.measures)):
        seen = _with_days(episode, case.days)
        interval = seen.holds if seen.daily is None else (seen.daily.low, seen.daily.high)
        yield place.finding(
            "overload", "review" if invited else "info", _words(seen, guarded), agent=seen.agent,
            people=[seen.agent], months=list(seen.months), lower_logit=round(seen.lower, 3), rate=round(seen.rate, 4),
            rate_due=round(seen.due, 4), chance=seen.chance,
            per_day=seen.per_day, holds_between=list(interval), from_days=seen.daily is not None,
        )  # fmt: skip


def _with_days(episode: Episode, days: pd.DataFrame | None) -> Episode:
    """Return an episode with the capacity that the single days of its months show."""
    if days is None:
        return episode
    own = days[(days["agent"] == episode.agent) & days["month"].isin(episode.months)]
    return replace(episode, daily=fit_capacity(own))


def daily_load(measures: pd.DataFrame) -> pd.DataFrame:
    """Return month, agent, load (receptions a day worked) where both are known."""
    if not {"receptions", "worked_days"} <= set(measures.columns):
        return pd.DataFrame(columns=["month", "agent", "load"])
    known = measures[measures["agent"].notna()].astype({"receptions": "float64", "worked_days": "float64"})
    table = known.groupby(["month", "agent"], as_index=False)[["receptions", "worked_days"]].sum(min_count=1)
    table = table[(table["worked_days"] > 0) & (table["receptions"] > 0)]
    return table.assign(load=table["receptions"] / table["worked_days"])[["month", "agent", "load"]]


def overloads(cells: pd.DataFrame, loads: pd.DataFrame) -> list[Episode]:
    """Return the heavy months in which people converted fewer than in their others, beyond doubt over all tried.

    Parameters
    ----------
    cells : month, agent, shop, inquiries, buyers.
    loads : month, agent, load (customers a day).
    """
    heavy = loads["load"] >= HEAVY * loads.groupby("agent")["load"].transform("median")
    if not heavy.any():
        return []
    try:
        table = month_residuals(fit_conversion(cells)).merge(loads, on=["agent", "month"])
    except ToolkitError:
        return []  # too little to say what conversion was to be expected
    people = {str(a): own for a, own in table[table["agent"].isin(loads.loc[heavy, "agent"])].groupby("agent")}
    tried = [(agent, edge) for agent, own in people.items() for edge in _edges(own["load"].to_numpy(np.float64))]
    best: dict[str, Episode] = {}
    for agent, edge in tried:
        episode = _episode(agent, people[agent], edge, len(tried))
        if episode.chance < min(SURE, best[agent].chance if agent in best else 1):
            best[agent] = episode
    return list(best.values())


def _edges(load: Floats) -> list[float]:
    """Return from which loads on a person's months may be the heavy ones, enough ordinary ones left."""
    edges = sorted(set(load[load >= HEAVY * np.median(load)]))
    return [edge for edge in edges if (load < edge).sum() >= FEWEST_MONTHS]


def month_residuals(baseline: ConversionBaseline) -> pd.DataFrame:
    """Return agent, month, residual (observed less expected logit) and its variance, the person's own months' included.

    `expected` is what an average agent would have converted in that month and shop.
    """
    cells, fit, v = baseline.cells, baseline.fit, baseline.fit.variances
    mean = 1 / (1 + np.exp(-fit.design.rows.dot(fit.solution.beta)))
    frame = pd.DataFrame(
        {
            "agent": cells.frame["agent"].astype("str").to_numpy(),
            "month": cells.frame["month"].astype("str").to_numpy(),
            "n": cells.n,
            "y": cells.y,
            "expected": cells.n * mean,
        }
    )
    sums = frame.groupby(["agent", "month"], as_index=False).sum()
    rate, due = (sums["y"] + 0.5) / (sums["n"] + 1), sums["expected"] / sums["n"]
    residual = np.log(rate / (1 - rate)) - np.log(due / (1 - due))
    return sums.assign(residual=residual, variance=1 / (sums["n"] * rate * (1 - rate)) + v.month + v.cell)


def _episode(agent: str, own: pd.DataFrame, edge: float, n_tried: int) -> Episode:
    """Compare the months from a load on with the person's others."""
    heavy = (own["load"] >= edge).to_numpy()
    y, weight = own["residual"].to_numpy(np.float64), 1 / own["variance"].to_numpy(np.float64)
    means = [float(np.average(y[mask], weights=weight[mask])) for mask in (heavy, ~heavy)]
    error = float(np.sqrt(1 / weight[heavy].sum() + 1 / weight[~heavy].sum()))
    lower = means[1] - means[0]
    chance = min(NormalDist().cdf(-lower / error) * n_tried, 1.0)
    load = own["load"].to_numpy(np.float64)
    months = tuple(sorted(own.loc[heavy, "month"]))
    low, high = float(load[heavy].min()), float(load[heavy].max())
    n, hits, expected = (own.loc[heavy, name].to_numpy(np.float64) for name in ("n", "y", "expected"))
    usual = 1 / (1 + np.exp(-(np.log(expected / (n - expected)) + means[1])))
    rate, due, middle = hits.sum() / n.sum(), float((n * usual).sum() / n.sum()), float(np.median(load))
    return Episode(agent, months, low, high, middle, lower, rate, due, chance, holds_up_to(load, y, weight))


def holds_up_to(load: Floats, residual: Floats, weight: Floats) -> tuple[int, int]:
    """Return the least and the largest number of customers a day up to which conversion may hold, in tens.

    Notes
    -----
    residual = a - b max(0, load - c) by weighted least squares for each c; those within `CHI2` of the best may be.
    """
    tens = np.arange(np.median(load) // 10 * 10, load.max(), 10)
    misfit = np.array([_misfit(np.maximum(load - c, 0), residual, weight) for c in tens])
    possible = tens[misfit <= misfit.min() + CHI2]
    return int(possible.min()), int(possible.max())


def _misfit(bent: Floats, y: Floats, weight: Floats) -> float:
    design = np.column_stack([np.ones_like(bent), -bent]) * np.sqrt(weight)[:, None]
    solution, *_ = np.linalg.lstsq(design, y * np.sqrt(weight), rcond=None)
    return float(np.sum((y * np.sqrt(weight) - design @ solution) ** 2))


def _words(episode: Episode, guarded: bool) -> Text:
    e, n = episode, len(episode.months)
    rule = f"capacity: {{of: receptions, per_day: {e.per_day}, days: worked_days, pay: true}}"
    advice = Text("", "") if guarded else Text(f" A guard to try: {rule}", f"可试行的上限：{rule}")
    when = e.months[0] if n == 1 else f"{e.months[0]} – {e.months[-1]}"
    luck, limit = "< 0.01%" if e.chance < 0.0001 else f"{e.chance:.2%}", _limit(e)
    return Text(
        f"one person received {e.low:.0f} to {e.high:.0f} customers a day in {n} month{'s' if n > 1 else ''} ({when}; "
        f"usually {e.usual:.0f}) and converted {e.rate:.1%} of them, where {e.due:.1%} was to be expected (luck alone: "
        f"{luck}). {limit.en}{advice.en}",
        f"有一人在 {n} 个月（{when}）平均每天接待 {e.low:.0f} 至 {e.high:.0f} 人（平时 {e.usual:.0f}），"
        f"转化率为 {e.rate:.1%}，按其平时水平应为 {e.due:.1%}（纯属运气的概率 {luck}）。{limit.zh}{advice.zh}",
    )


def _limit(e: Episode) -> Text:
    """Say up to how many a day conversion held, and what that was read from."""
    if e.daily is not None:
        return Text(
            f"On its {e.daily.n_days} single days conversion held up to about {e.daily.best} a day (95% interval "
            f"{e.daily.low} to {e.daily.high}).",
            f"从其中 {e.daily.n_days} 个单日看，每天约 {e.daily.best} 人以内转化率不降（95% 区间 {e.daily.low} 至 "
            f"{e.daily.high}）。",
        )
    return Text(
        f"By the averages of months conversion held up to somewhere between {e.holds[0]} and {e.holds[1]} a day; "
        "single days, which a workspace with daily reports has, would tell more closely and may allow more.",
        f"按月平均值，转化率能保持到每天 {e.holds[0]} 至 {e.holds[1]} 人之间的某处；月平均看不出单日的高低，"
        "用含每日报表的工作区可以更准，所得上限也可能更高。",
    )
