"""The baseline study: who really differs, what a month can tell, what comes next, and would it have been right.

Each part is a result of `toolkit.models`, or the reason why the data do not allow it: small data make a sentence, not
an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.order_value import OrderValueBaseline, fit_order_value, order_cells
from toolkit.models.comparison.factors import FactorSplit, split_change
from toolkit.models.outlook.backtest import Backtest, backtest_conversion
from toolkit.models.outlook.forecast import Forecast, SalesForecast, forecast_sales
from toolkit.models.outlook.volume import (
    VolumeForecast,
    fit_volume,
    forecast_volume,
    sales_at_drawn_volume,
    volume_findings,
)
from toolkit.models.standing.funnel import Funnel, funnel_of_month
from toolkit.models.standing.monitor import LEAST_BEFORE, Watch, watch_months
from toolkit.models.standing.ranks import RankJudgement, judge_ranking
from toolkit.models.standing.reliability import Reliability, judge_reliability, reliability
from toolkit.models.standing.sorting import Sorting, check_sorting, shop_skill, untold_shop_skill, widened
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import (
    SEED,
    NotPossible,
    ask_of_month,
    choose_case_mix,
    fit_baseline,
    forecast_of,
    known_season,
    not_planned,
    not_possible,
    on,
    plan_of,
)
from toolkit.studies.planning.retention import (
    KeyPeople,
    Retention,
    retention_summary,
    study_key_people,
    study_retention,
)


@dataclass(frozen=True, slots=True)
class BaselineStudy:
    """A team's baseline with everything a manager asks of it.

    Parameters
    ----------
    history : what it rests on, up to its last month.
    case_mix : columns whose difference is not the agent's.
    campaigns : months nothing ordinary is learnt from.
    coming : the month forecast.
    conversion, funnel, reliability, ranking : how agents differ, and what one month can tell of it.
    watch : whose months fell below the agent's own level before.
    sorting : whether better agents are in better shops, and on how many people that rests.
    forecast, volume, sales : the coming month.
    value : order value, per order where orders are known.
    change : the last month's sales against the month before.
    retention, key_people : who left, and what hangs on few people.
    backtest : the baseline's forecasts of the history's own months.
    findings : what must be known before the numbers are used, gravest first.
    """

    history: History
    case_mix: tuple[str, ...]
    campaigns: tuple[str, ...]
    coming: str
    conversion: ConversionBaseline | NotPossible
    funnel: Funnel | NotPossible
    watch: Watch | NotPossible
    sorting: Sorting | NotPossible
    reliability: Reliability | NotPossible
    ranking: RankJudgement | NotPossible
    forecast: Forecast | NotPossible
    volume: VolumeForecast | NotPossible
    sales: SalesForecast | NotPossible
    value: OrderValueBaseline | NotPossible
    change: FactorSplit | NotPossible
    retention: Retention | NotPossible
    key_people: KeyPeople | NotPossible
    backtest: Backtest | NotPossible
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        months, people = self.history.months, counted(len(self.history.agents), "person", "people")
        return f"<Baseline {months[0]} to {months[-1]}: {people}, {counted(len(self.findings), 'finding')}>"


def study_baseline(
    history: History, case_mix: Sequence[str] = (), campaigns: Sequence[str] = (), season: str = ""
) -> BaselineStudy:
    """Study a history.

    Parameters
    ----------
    case_mix : columns whose difference is not the agent's; without any see `choose_case_mix`.
    campaigns : months the outlook of the coming month does not learn from, YYYY-MM.
    season : twelve ratios with commas, January first: conversion of the month over that of a usual one.

    Raises
    ------
    UsageError
        If a case-mix column does not exist, a campaign is no month, or a season is not twelve numbers.
    """
    months = tuple(str(Month.parse(m)) for m in campaigns)
    mix, said = choose_case_mix(history, case_mix)
    coming = str(Month.parse(history.months[-1]).shift(1))
    conversion = _widened(fit_baseline(history, mix))
    sorting = on(check_sorting, conversion, why=NOBODY)
    plan = plan_of(conversion, coming)
    forecast = forecast_of(conversion, plan, months, known_season(history, season))
    volume = _volume(conversion, forecast, months)
    value = fit_value(history, mix)
    parts = (p.findings for p in (value, conversion, sorting) if not isinstance(p, NotPossible))
    findings = [
        *chain.from_iterable(parts),
        *history.findings,
        *said,
        *ask_of_month(history, forecast, coming, months),
        *not_planned(conversion, plan),
        *(() if isinstance(volume, NotPossible) else volume_findings(volume.volume)),
        *not_possible("baseline", conversion),
    ]  # of two alike the baseline's stands
    return BaselineStudy(
        history=history,
        case_mix=mix,
        campaigns=months,
        coming=coming,
        conversion=conversion,
        funnel=on(funnel_of_month, conversion, history.months[-1], why=FEW_AGENTS),
        watch=on(watch_months, conversion, why=FEW_TO_WATCH),
        sorting=sorting,
        reliability=_reliability(conversion, plan),
        ranking=_ranking(conversion, plan),
        forecast=forecast,
        volume=volume,
        sales=on(sales_at_drawn_volume, _sales(history, mix, forecast, plan, months), forecast, volume, why=FEW_MONTHS),
        value=value,
        change=split_sales(history),
        retention=study_retention(history, conversion),
        key_people=study_key_people(history),
        backtest=_backtest(history, mix),
        # of two alike the later, the conversion baseline's, stands
        findings=tuple(by_gravity({(f.code, f.subject, f.period): f for f in findings}.values())),
    )


NOBODY = Text("There is nobody to compare with.", "没有可比的人。")
FEW_TO_WATCH = Text(
    f"Whose months fell cannot be said: no agent has {2 * LEAST_BEFORE} months.",
    f"无法判断谁的月份在下降：没有客服满 {2 * LEAST_BEFORE} 个月。",
)
FEW_AGENTS = Text("Fewer than three agents had inquiries in the month.", "当月有询单的客服不足三人。")


def _widened(conversion: ConversionBaseline | NotPossible) -> ConversionBaseline | NotPossible:
    """Widen the ranges where agents are good in some shops only."""
    if isinstance(conversion, NotPossible):
        return conversion
    skill = shop_skill(conversion)
    if skill.found:
        return widened(conversion, skill)
    return replace(conversion, findings=(*conversion.findings, *untold_shop_skill(conversion, skill)))


def _reliability(
    conversion: ConversionBaseline | NotPossible, plan: pd.DataFrame | NotPossible
) -> Reliability | NotPossible:
    if isinstance(conversion, NotPossible) or isinstance(plan, NotPossible):
        return conversion if isinstance(conversion, NotPossible) else FEW
    summary = conversion.summary
    if summary["sd_agent"] is None:
        return FEW
    volumes = plan.groupby("agent")["inquiries"].sum().reset_index()
    if not conversion.differ:
        return _not_shown(conversion, float(volumes["inquiries"].median()))
    return judge_reliability(volumes, summary["rate"], summary["sd_agent"], summary["sd_agent_month"] or 0.0)


FEW = NotPossible(
    Text("Too few agents to say how much of a difference is skill.", "客服人数太少，无法说明差异中有多少是能力。")
)


def _not_shown(conversion: ConversionBaseline, volume: float) -> NotPossible:
    """Say how much of a month's differences skill can be at most, where agents are not shown to differ."""
    summary = conversion.summary
    most = float(reliability(volume, summary["rate"], summary["sd_agent_interval"][1], summary["sd_agent_month"] or 0))
    return NotPossible(
        Text(
            "It is not shown that agents differ, so how much of one month's differences is skill cannot be said: for "
            f"the middle agent anything up to {most:.0%}.",
            f"未能证明客服之间有差异，因此无法说明一个月的差异中有多少是能力：对中位客服，最多 {most:.0%}。",
        )
    )


def _ranking(
    conversion: ConversionBaseline | NotPossible, plan: pd.DataFrame | NotPossible
) -> RankJudgement | NotPossible:
    """Rank those who are planned for, with the case-mix held equal."""
    if isinstance(conversion, NotPossible) or isinstance(plan, NotPossible):
        return conversion if isinstance(conversion, NotPossible) else FEW
    try:
        return judge_ranking(conversion, np.random.default_rng(SEED), sorted(set(plan["agent"])))
    except ToolkitError:
        return NotPossible(Text("A ranking needs two agents who can be compared.", "排名至少需要两名可比的客服。"))


def fit_value(history: History, mix: tuple[str, ...]) -> OrderValueBaseline | NotPossible:
    """Fit the value of an order, from single orders where they are known, else from totals by cell."""
    why = Text("No sales are known, so nothing is said of order value.", "没有销售额数据，不评估客单价。")
    if len(history.orders):
        shop = tuple(c for c in mix if c == "shop")
        return on(lambda o: fit_order_value(order_cells(o, shop), shop), history.orders, why=why)
    size = "orders" if history.has("orders") else "buyers"
    if not history.has("sales", size):
        return NotPossible(why)
    return on(lambda c: fit_order_value(c.dropna(subset=["sales", size]), mix, size), history.cells, why=why)


FEW_MONTHS = Text(
    "No forecast of volume: fewer than two ordinary months are known.", "无法预测询单量：普通月份不足两个。"
)


def _volume(
    conversion: ConversionBaseline | NotPossible, forecast: Forecast | NotPossible, campaigns: tuple[str, ...]
) -> VolumeForecast | NotPossible:
    def make(baseline: ConversionBaseline, f: Forecast) -> VolumeForecast:
        volume = fit_volume(baseline.cells, f.month, campaigns)
        return forecast_volume(volume, f.agents, np.random.default_rng(SEED), len(f.buyers))

    return on(make, conversion, forecast, why=FEW_MONTHS)


def _sales(
    history: History,
    mix: tuple[str, ...],
    forecast: Forecast | NotPossible,
    plan: pd.DataFrame | NotPossible,
    campaigns: tuple[str, ...],
) -> SalesForecast | NotPossible:
    why = Text(
        "No forecast of sales: too little is known of what buyers spend.", "无法预测销售额：对成交金额所知太少。"
    )
    if not history.has("sales"):
        return NotPossible(why)

    def make(f: Forecast, p: pd.DataFrame) -> SalesForecast:
        value = fit_order_value(history.cells.dropna(subset=["sales", "buyers"]), mix, "buyers")
        return forecast_sales(f, value, p, np.random.default_rng(SEED), campaigns)

    return on(make, forecast, plan, why=why)


def split_sales(history: History) -> FactorSplit | NotPossible:
    """Split the last month's change in sales among inquiries, conversion and revenue per buyer, exactly."""
    last = history.months[-1]
    before = str(Month.parse(last).shift(-1))
    old, new = (_factors(history, m) for m in (before, last))
    if old is None or new is None:
        return NotPossible(
            Text(
                f"The change of sales is not split: {before} or {last} lacks inquiries, buyers or sales.",
                f"未分解销售额变动：{before} 或 {last} 缺少询单、成交人数或销售额。",
            )
        )
    return split_change(old, new)


def _factors(history: History, month: str) -> dict[str, Fraction | int] | None:
    cells = history.cells.loc[history.cells["month"] == month]
    if not {"inquiries", "buyers", "sales"} <= set(cells):
        return None
    inquiries, buyers, sales = (int(cells[c].sum()) for c in ("inquiries", "buyers", "sales"))
    if not (inquiries and buyers and cells["sales"].notna().any()):
        return None
    return {
        "inquiries": inquiries,
        "conversion": Fraction(buyers, inquiries),
        "revenue_per_buyer": Fraction(sales, buyers),
    }


def _backtest(history: History, mix: tuple[str, ...]) -> Backtest | NotPossible:
    why = Text(
        f"No backtest: {len(history.months)} months are too few, or too little varies in the first of them.",
        f"未做回测：仅有 {len(history.months)} 个月，或最初几个月几乎没有变化。",
    )
    return on(lambda c: backtest_conversion(c, np.random.default_rng(SEED), mix), history.cells, why=why)


def summary_of(study: BaselineStudy) -> dict[str, Any]:
    """Return the figures of a baseline for machines; nothing but the reason where there is none."""
    if isinstance(study.conversion, NotPossible):
        return {"why": study.conversion.why.en}
    scope = {"case_mix": list(study.case_mix), "months": list(study.history.months)}
    return {**study.conversion.summary, **scope, **retention_summary(study.retention, study.key_people)}
