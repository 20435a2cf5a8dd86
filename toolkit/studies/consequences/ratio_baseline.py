"""Tries and hits of those a component pays: baseline and forecast of any ratio of two counts, or of money per count.

A count that is a part of another (rated, and of these satisfied) is a binomial baseline as conversion is one; money
per count is an order-value baseline. What is neither is not judged, and says why.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.text import LANGUAGES, Text
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.order_value import fit_order_value
from toolkit.models.outlook.forecast import forecast_month
from toolkit.models.targets.awards import Odds, ValueForecast, forecast_value, judge_award, judge_value
from toolkit.rules.formula.expressions import Expression
from toolkit.rules.lint.reading import aloud
from toolkit.rules.scheme.document import Component
from toolkit.studies.consequences.case import RatioBaseline, SchemeCase, by_month
from toolkit.studies.consequences.thresholds import BEYOND, NOTHING, Threshold

FEWEST_MONTHS = 6
FEWEST_PEOPLE = 3
STRAY = 0.02
"""Up to this share of months of people with more hits than tries, those are strays of the data and left out."""
Ratio: TypeAlias = tuple[Expression, Expression]


def ratio_baseline(
    case: SchemeCase, component: Component, ratio: Ratio, *, at_most: bool = False
) -> RatioBaseline | Text:
    """Return what is known of a ratio of two counts, or why it cannot be judged.

    Parameters
    ----------
    at_most : count what is missing to the whole, so that staying below a line is reaching one.
    """
    key = (component.id, ratio, at_most)
    known = case.tries.get(key)
    if known is None:
        known = case.tries[key] = _tries(case, component, ratio, at_most)
    return known


def _tries(case: SchemeCase, component: Component, ratio: Ratio, at_most: bool) -> RatioBaseline | Text:
    found = _months(case, component, ratio)
    if isinstance(found, Text):
        return found
    part = np.array([0 <= k <= n for k, n in zip(found[0], found[1], strict=True)], bool)
    if (~part).sum() > STRAY * len(part):
        return _not_a_part(case, ratio, int((~part).sum()))
    found = found[part]
    hits, of = found[0], found[1]
    counts = found[["month", "agent", "shop", "in_it"]].assign(
        inquiries=[int(n) for n in of], buyers=[int(n - k if at_most else k) for k, n in zip(hits, of, strict=True)]
    )
    past, plan = counts[counts["month"] < str(case.month)], _planned(case, counts)
    few = _too_few(case, past, plan)
    if few is not None:
        return few
    try:
        baseline = fit_conversion(past.drop(columns="in_it"))
        forecast = forecast_month(baseline, plan.drop(columns="buyers"), np.random.default_rng(case.seed))
    except ToolkitError as error:
        return _unfit(error)
    return RatioBaseline(counts, baseline, forecast)


def value_baseline(case: SchemeCase, component: Component, ratio: Ratio) -> ValueForecast | Text:
    """Return the forecast of money per count, or why it cannot be judged."""
    found = _months(case, component, ratio)
    if isinstance(found, Text):
        return found
    sums = found[["month", "agent", "shop", "in_it"]].assign(
        sales=[int(m * 100) for m in found[0]], orders=[int(n) for n in found[1]]
    )
    past, plan = sums[(sums["month"] < str(case.month)) & (sums["sales"] > 0)], _planned(case, sums)
    few = _too_few(case, past, plan)
    if few is not None:
        return few
    try:
        value = fit_order_value(past.drop(columns="in_it"))
        return forecast_value(value, plan, np.random.default_rng(case.seed))
    except ToolkitError as error:
        return _unfit(error)


def odds_of_ratio(known: RatioBaseline, line: Threshold) -> Odds:
    """Return what reaching a line of a ratio is expected to reward."""
    at = line.at or NOTHING
    judged = judge_award(known.forecast, (1 - at if line.at_most else at) + (BEYOND if line.strict else NOTHING))
    return Odds(judged.awards, judged.false_awards, judged.missed_awards, judged.noise_share)


def odds_of_worth(known: ValueForecast, line: Threshold) -> Odds:
    """Return what reaching a line of money per count is expected to reward."""
    return judge_value(known, float((line.at or NOTHING) * 100))


def _months(case: SchemeCase, component: Component, ratio: Ratio) -> pd.DataFrame | Text:
    """Return month, agent, shop, in_it, 0 and 1 (the two sides, the second above 0) of everybody."""
    if component.accumulate or case.scheme.period(component) != "month":
        return Text(
            "it is counted over more than a month, and months are forecast", "按超过一个月的期间计算，而预测以月为单位"
        )
    divided = case.cells.has("shop") and component.level == "self" and component.share is None
    found = by_month(case, component, ratio, "shop" if divided and not component.undivided else "")
    known = found[found[0].notna() & found[1].notna()]
    known = known[known[1] > 0]
    return known.assign(shop=known["part"].replace("", "all"))


def _planned(case: SchemeCase, table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["month"] == str(case.month)) & table["in_it"].astype(bool)].drop(columns="in_it")


def _too_few(case: SchemeCase, past: pd.DataFrame, plan: pd.DataFrame) -> Text | None:
    months, people = past["month"].nunique(), min(past["agent"].nunique(), plan["agent"].nunique())
    if months < FEWEST_MONTHS:
        return Text(
            f"{months} months before {case.month} are known, {FEWEST_MONTHS} are needed",
            f"{case.month} 之前只有 {months} 个月的数据，需要 {FEWEST_MONTHS} 个月",
        )
    if people < FEWEST_PEOPLE:
        return Text(f"{people} people are too few", f"只有 {people} 人，人数过少")
    return None


def _not_a_part(case: SchemeCase, ratio: Ratio, wrong: int) -> Text:
    above, below = (aloud(case.scheme, node) for node in ratio)
    return Text(
        f"{above.en} are no part of {below.en} (in {wrong} months of people they are more), so nothing is a try",
        f"{above.zh}不是{below.zh}的一部分（有 {wrong} 个人月多于后者），无法按成败次数计算",
    )


def _unfit(error: ToolkitError) -> Text:
    en, zh = (error.of(lang).splitlines()[0] for lang in LANGUAGES)
    return Text(f"the baseline cannot be fitted ({en})", f"基准无法拟合（{zh}）")
