"""What the studies of baselines and targets share: the case-mix, the fit and the coming month; or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.findings import Finding, Severity
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.baseline.counts import KNOWN_CASE_MIX
from toolkit.models.outlook.forecast import Forecast, default_plan, forecast_month
from toolkit.models.outlook.season import YEAR, Season, outlook_findings, season_of
from toolkit.studies.planning.history import History

SEED, REPLICATES = 20260102, 2000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotPossible:
    """A part of a study that the data do not allow, and why."""

    why: Text


def on(make: Callable[..., T], *parts: object, why: Text) -> T | NotPossible:
    """Make a result of `parts`; where one of them is lacking, or the data do not allow it, say why instead."""
    missing = next((p for p in parts if isinstance(p, NotPossible)), None)
    if missing is not None:
        return missing
    try:
        return make(*parts)
    except InputError:
        return NotPossible(why)


def not_possible(subject: str, part: object) -> tuple[Finding, ...]:
    """Return a finding when a part that others rest on is lacking."""
    return (Finding("not-possible", "review", subject, part.why),) if isinstance(part, NotPossible) else ()


def choose_case_mix(history: History, named: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the case-mix and what must be said of it.

    Parameters
    ----------
    named : the columns asked for; without any those of shop, channel and product that no row with inquiries leaves
        blank.
    """
    served = history.cells.loc[history.cells["inquiries"].fillna(0) > 0]
    blank = {c: _blank_share(served, c) for c in (named or KNOWN_CASE_MIX) if c in served}
    apart = [c for c in blank if _blank_months(served, c)]
    if not named:
        kept = tuple(c for c, share in blank.items() if not share)
        return kept, tuple(_blank(c, share, _LEFT_OUT, "info") for c, share in blank.items() if 0 < share < 1)
    said = [_blank(c, blank[c], _MONTHS if c in apart else _LEVEL, "review") for c in blank if blank[c]]
    return tuple(c for c in named if c not in apart), tuple(said)


_LEFT_OUT = Text("it is not in the case-mix", "未纳入构成调整")
_LEVEL = Text("blank is a level of its own", "空白单独算一类")
_MONTHS = Text(
    "it is left out, because where whole months are blank its difference cannot be told from theirs",
    "因为有整月空白，它的差异与月份差异无法区分，所以未纳入构成调整",
)


def _blank_share(served: pd.DataFrame, column: str) -> float:
    return float(served.loc[served[column].isna(), "inquiries"].sum() / served["inquiries"].sum())


def _blank_months(served: pd.DataFrame, column: str) -> bool:
    """Tell whether some whole months are blank and others are not."""
    known = served[column].notna().groupby(served["month"]).any()
    return bool(known.any() and not known.all())


def _blank(column: str, share: float, so: Text, severity: Severity) -> Finding:
    zh = {"shop": "店铺", "channel": "渠道", "product": "商品"}.get(column, column)
    message = Text(
        f"{column} is blank for {share:.0%} of inquiries: {so.en}.", f"{share:.0%} 的询单没有{zh}：{so.zh}。"
    )
    return Finding("case-mix-blank", severity, column, message, evidence={"blank_share": share})


def fit_baseline(history: History, mix: tuple[str, ...]) -> ConversionBaseline | NotPossible:
    """Fit the conversion baseline, or say why nothing can be compared."""
    return on(fit_conversion, history.cells, mix, why=_nothing_to_compare(history))


def _nothing_to_compare(history: History) -> Text:
    n, buyers = (int(history.cells[c].sum()) for c in ("inquiries", "buyers"))
    if buyers and buyers < n:
        return Text(
            "In every level of the case-mix nobody or everybody bought, so agents cannot be compared.",
            "构成列的每一类中不是无人购买就是全部购买，无法比较客服。",
        )
    bound = 1 - 0.05 ** (1 / max(n, 1))
    if buyers:
        return Text(
            f"All {n:,} inquiries were followed by a purchase, so agents cannot be compared; with 95 % confidence the "
            f"rate is above {1 - bound:.1%}.",
            f"{n:,} 个询单全部成交，无法比较客服；转化率有 95% 的把握高于 {1 - bound:.1%}。",
        )
    return Text(
        f"None of {n:,} inquiries was followed by a purchase, so agents cannot be compared; with 95 % confidence the "
        f"rate is below {bound:.1%}.",
        f"{n:,} 个询单无一成交，无法比较客服；转化率有 95% 的把握低于 {bound:.1%}。",
    )


def plan_of(conversion: ConversionBaseline | NotPossible, coming: str) -> pd.DataFrame | NotPossible:
    """Plan the coming month for those still there, at the volumes of the last three."""
    return on(default_plan, conversion, coming, why=Text("No agent has inquiries.", "没有客服有询单。"))


def forecast_of(
    conversion: ConversionBaseline | NotPossible,
    plan: pd.DataFrame | NotPossible,
    campaigns: tuple[str, ...],
    season: Season | None = None,
) -> Forecast | NotPossible:
    """Forecast the coming month, or say why it cannot be."""
    why = Text(
        "No forecast: fewer than two ordinary months are known, so how much months vary is not.",
        "无法预测：普通月份不足两个，不知道月份之间的波动有多大。",
    )
    rng = np.random.default_rng(SEED)
    return on(lambda b, p: forecast_month(b, p, rng, REPLICATES, campaigns, season), conversion, plan, why=why)


def not_planned(conversion: ConversionBaseline | NotPossible, plan: pd.DataFrame | NotPossible) -> tuple[Finding, ...]:
    """Name those who served in the last three months and are not planned for, as they were not there at the end."""
    if isinstance(conversion, NotPossible) or isinstance(plan, NotPossible):
        return ()
    cells = conversion.cells
    first, last = str(Month.parse(cells.months[-1]).shift(-2)), cells.months[-1]
    recent = cells.frame.loc[cells.frame["month"].astype("str") >= first, "agent"].astype("str")
    gone = sorted(set(recent) - set(plan["agent"]))
    if not gone:
        return ()
    message = Text(
        f"Not planned for: {', '.join(gone)}, with inquiries lately but none in {last}.",
        f"未纳入计划：{'、'.join(gone)}，近期有询单，但 {last} 没有。",
    )
    return (Finding("not-planned", "info", "agents", message, evidence={"agents": gone}),)


def known_season(history: History, asked: str, category: str = "") -> Season | None:
    """Return the season that is known beforehand: the user's twelve ratios, else the benchmarks' of one category.

    Parameters
    ----------
    asked : twelve numbers with commas, January first: conversion of the month over that of a usual one.
    category : of the benchmarks; without a name the only one there is.

    Raises
    ------
    UsageError
        If there are not twelve numbers.
    """
    n, buyers = (float(history.cells[c].sum()) for c in ("inquiries", "buyers"))
    if not 0 < buyers < n:
        return None
    if asked.strip():
        return season_of(pd.DataFrame({"month": range(1, YEAR + 1), "ratio": _twelve(asked)}), "table", buyers / n)
    ratios = _calendar_of(history.benchmarks, category)
    return season_of(ratios, "category", buyers / n) if len(ratios) == YEAR else None


def _twelve(asked: str) -> list[float]:
    try:
        numbers = [float(part) for part in asked.replace("，", ",").split(",") if part.strip()]
    except ValueError:
        numbers = []
    if len(numbers) != YEAR:
        message = Text(
            f"season is twelve numbers, January first, 1 for a usual month; got {asked!r}",
            f"season 应为十二个数，从一月开始，平常月份为 1；这里是 {asked!r}",
        )
        raise UsageError(message)
    return numbers


def _calendar_of(benchmarks: pd.DataFrame, category: str) -> pd.DataFrame:
    """Return each calendar month's ratio to the year in the benchmarks of one category; empty where there is none."""
    if benchmarks.empty:
        return benchmarks
    known = benchmarks[benchmarks["conversion"].notna() & benchmarks["month"].notna()]
    names = [category] if category else sorted(known["category"].unique())
    if len(names) != 1:
        return known.iloc[:0]
    mine = known[known["category"] == names[0]]
    rate = mine["conversion"].astype("float64").groupby(mine["month"].astype("str").str[-2:].astype("int64")).mean()
    return pd.DataFrame({"month": rate.index, "ratio": rate.to_numpy() / rate.mean()})


def ask_of_month(
    history: History,
    forecast: Forecast | NotPossible,
    coming: str,
    campaigns: tuple[str, ...],
    severity: Severity = "info",
) -> tuple[Finding, ...]:
    """Say what is not known of the coming month, and ask about months that hold a campaign known by the calendar.

    Parameters
    ----------
    severity : of what concerns the coming month itself.
    """
    unknown = () if isinstance(forecast, NotPossible) else outlook_findings(forecast.outlook, severity)
    held = [m for m in (*history.months, coming) if m[-2:] in _CAMPAIGNS and m not in campaigns]
    if not held:
        return unknown
    names = sorted({_CAMPAIGNS[m[-2:]] for m in held})
    message = Text(
        f"{', '.join(held)}: {' and '.join(names)} fall there. They count as ordinary months; if they are campaigns "
        "for you, name them as campaign months.",
        f"{'、'.join(held)} 含{'、'.join(names)}，目前按普通月份处理；如果对您是大促月份，请在大促月份中注明。",
    )
    asked = Finding(
        "campaign-asked", severity if coming in held else "info", held[-1], message, evidence={"months": held}
    )
    return (*unknown, asked)


_CAMPAIGNS = {"06": "618", "11": "双11"}
"""Sales days on which the big platforms' shops run campaigns: the 18th of June, the 11th of November."""
