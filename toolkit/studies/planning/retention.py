"""Keeping people: who left by conversion and by pay, how much of sales hangs on the best, what a departure costs.

Groups only, with intervals; nothing here says who will leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.comparison.key_people import (
    YEAR,
    BestShare,
    DepartureCost,
    cost_of_departure,
    ends_differ,
    share_left,
    share_of_best,
)
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import NotPossible

BEST, UNSEEN = 3, 2
GROUPS = {
    2: (Text("lower half", "较低一半"), Text("upper half", "较高一半")),
    3: (Text("lower third", "较低三分之一"), Text("middle third", "中间三分之一"), Text("upper third", "较高三分之一")),
}


@dataclass(frozen=True, slots=True)
class LeftByGroup:
    """Who left, by groups of about equal size.

    Parameters
    ----------
    by : what the groups are made by.
    table : group (0 is the lowest), people, left, share, lower, upper.
    names : of the groups.
    text : whether the highest and the lowest are shown to differ.
    """

    by: Text
    table: pd.DataFrame
    names: tuple[Text, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Retention:
    """Who left among those there when the window began.

    Parameters
    ----------
    first, last : the window, at most twelve months.
    people, left : how many were there at its beginning, and how many of them had left by its end.
    share : with 95 % interval.
    performance, pay : by conversion with the case-mix held equal, and by pay.
    text : the sentence for a report.
    """

    first: str
    last: str
    people: int
    left: int
    share: tuple[float, float, float]
    performance: LeftByGroup | NotPossible
    pay: LeftByGroup | NotPossible
    text: Text


@dataclass(frozen=True, slots=True)
class KeyPeople:
    """What hangs on few people; either part with its own sentence."""

    best: BestShare | NotPossible
    departure: DepartureCost | NotPossible

    @property
    def text(self) -> Text:
        """Both sentences."""
        parts = [p.why if isinstance(p, NotPossible) else p.text for p in (self.best, self.departure)]
        return Text(" ".join(p.en for p in parts), "".join(p.zh for p in parts))


NO_ROSTER = Text(
    "Who left is not known: it stands on the roster of a workspace (left_on).",
    "不知道谁离开了：由工作区的花名册写明（离职日期）。",
)
NO_SALES = Text(
    "No sales are known, so what hangs on few people is not said.", "没有销售额数据，无法说明对少数人的依赖。"
)


def study_retention(history: History, conversion: ConversionBaseline | NotPossible) -> Retention | NotPossible:
    """Study who left in the last twelve months of a history among those who were there when they began."""
    if history.people.empty or not history.months:
        return NotPossible(NO_ROSTER)
    last = history.months[-1]
    first = max(history.months[0], str(Month.parse(last).shift(1 - YEAR)))
    served = history.cells[history.cells["inquiries"].fillna(0) > 0]
    seen = served.groupby("agent")["month"].agg(["min", "max"])
    days = pd.to_datetime(history.people.set_index("agent")["left"]).dt.strftime("%Y-%m")
    people = seen.join(days.rename("left"), how="inner")
    there = people[(people["min"] <= first) & (people["max"] >= first) & ~(people["left"] < first)]
    if there.empty:
        return NotPossible(NO_ROSTER)
    left = (there["left"] <= last).fillna(value=False).astype("bool")
    whole = share_left(left, pd.Series(0, index=there.index)).iloc[0]
    share = (float(whole["share"]), float(whole["lower"]), float(whole["upper"]))
    gone = str(Month.parse(last).shift(1 - UNSEEN))
    unseen = int((~left & (there["max"] < gone)).sum())
    least = history.small_cell
    return Retention(
        first,
        last,
        len(there),
        int(left.sum()),
        share,
        _grouped(_performance(conversion, there.index), left, Text("conversion", "转化率"), least),
        _by_pay(history, left, first),
        _told(len(there), int(left.sum()), share, (first, last), unseen),
    )


def _told(people: int, left: int, share: tuple[float, float, float], window: tuple[str, str], unseen: int) -> Text:
    first, last = window
    figures = f"{share[0]:.0%} [{share[1]:.0%}, {share[2]:.0%}]"
    en = (
        f"Of the {counted(people, 'person', 'people')} there in {first}, {left} had left by the end of {last}: "
        f"{figures}. Whoever came later is not counted."
    )
    zh = f"{first} 在岗的 {people} 人，到 {last} 底有 {left} 人离开：{figures}。之后入职的不计。"
    if not unseen:
        return Text(en, zh)
    return Text(
        f"{en} {unseen} more had no inquiries in the last {UNSEEN} months, and the roster gives no day on which they "
        "left: they count as there.",
        f"{zh}另有 {unseen} 人最近 {UNSEEN} 个月没有询单，花名册也没有离职日期，按在岗计。",
    )


def _performance(conversion: ConversionBaseline | NotPossible, agents: pd.Index) -> pd.Series[float]:
    """Return each agent's place among the comparable, from 0 to 1; blank where there is none."""
    if isinstance(conversion, NotPossible):
        return pd.Series(np.nan, index=agents)
    known = conversion.agents.set_index("agent").reindex(agents)
    effects = known["mean_effect"].groupby(known["group"])
    return (effects.rank() - 0.5) / effects.transform("count")


def _by_pay(history: History, left: pd.Series[bool], first: str) -> LeftByGroup | NotPossible:
    """Group by payroll where it is known of everybody, else by base pay."""
    pay = history.people.set_index("agent")["pay"].reindex(left.index).astype("float64")
    by = Text("pay (payroll)", "工资（工资表）")
    if pay.isna().any() and history.has("base_pay"):
        rows = history.cells.dropna(subset=["base_pay"])
        before = rows[rows["month"] <= first].groupby("agent")["base_pay"].last()
        pay, by = before.reindex(left.index).astype("float64"), Text("base pay (roster)", "底薪（花名册）")
    return _grouped((pay.rank() - 0.5) / pay.count(), left, by, history.small_cell)


def _grouped(place: pd.Series[float], left: pd.Series[bool], by: Text, least: int) -> LeftByGroup | NotPossible:
    """Group people by place in thirds, or halves where thirds would be too small.

    Parameters
    ----------
    least : a group of fewer people is not shown, nor what it could be computed from.
    """
    unknown = int(place.isna().sum())
    if unknown:
        n = len(place)
        return NotPossible(
            Text(
                f"Not shown by {by.en}: it is not known of {unknown} of {counted(n, 'person', 'people')}.",
                f"未按{by.zh}列出：{n} 人中有 {unknown} 人未知。",
            )
        )
    for k in (3, 2):
        groups = (place * k).astype("int64")
        sizes = groups.value_counts()
        if len(sizes) == k and sizes.min() >= least:
            return _compared(share_left(left, groups), by)
    return NotPossible(
        Text(
            f"Not shown by {by.en}: a group would have fewer than {least} people.",
            f"未按{by.zh}列出：会有不足 {least} 人的组。",
        )
    )


def _compared(table: pd.DataFrame, by: Text) -> LeftByGroup:
    gap, low, high = ends_differ(table)
    names = GROUPS[len(table)]
    points = f"{100 * gap:+.0f} [{100 * low:+.0f}, {100 * high:+.0f}]"
    if low <= 0 <= high:
        text = Text(
            f"By {by.en} the highest and the lowest group are not shown to differ ({points} points).",
            f"按{by.zh}，最高组与最低组的差异未能证明（{points} 个百分点）。",
        )
    else:
        text = Text(
            f"By {by.en} the highest group left {'more' if gap > 0 else 'less'} often than the lowest "
            f"({points} points).",
            f"按{by.zh}，最高组离开的比例{'高于' if gap > 0 else '低于'}最低组（{points} 个百分点）。",
        )
    return LeftByGroup(by, table, names, text)


def study_key_people(history: History) -> KeyPeople | NotPossible:
    """Study how much of sales hangs on the best three, and what a departure costs.

    Where readers see pseudonyms the best are as many as the smallest group that is shown to them.
    """
    if not history.has("sales"):
        return NotPossible(NO_SALES)
    served = history.cells.groupby(["month", "agent"]).agg(sales=("sales", "sum"), inquiries=("inquiries", "sum"))
    sales = served[served["inquiries"] > 0].reset_index().astype({"sales": "float64"})
    best = max(BEST, history.small_cell) if history.internal else BEST
    why = Text(
        f"How much hangs on the best {best} is not said: it takes three months after the first three, "
        "with more people.",
        f"未说明对最好的 {best} 人的依赖：需要在最初三个月之后还有三个月，且人数更多。",
    )
    few = Text("What a departure costs is not said: fewer than three people.", "未说明一人离开的代价：不足三人。")
    found, cost = share_of_best(sales, best), cost_of_departure(sales)
    return KeyPeople(NotPossible(why) if found is None else found, NotPossible(few) if cost is None else cost)


def retention_summary(
    retention: Retention | NotPossible, key_people: KeyPeople | NotPossible
) -> dict[str, dict[str, Any]]:
    """Return the figures for machines; money in major units, a reason where there are none."""

    def ends(found: tuple[float, float, float], size: int = 1) -> dict[str, float]:
        return {n: part / size for n, part in zip(("estimate", "lower", "upper"), found, strict=True)}

    def groups(part: LeftByGroup | NotPossible) -> Any:
        return {"why": part.why.en} if isinstance(part, NotPossible) else part.table.to_dict("records")

    if isinstance(retention, NotPossible):
        left: dict[str, Any] = {"why": retention.why.en}
    else:
        counts = {"first": retention.first, "last": retention.last, "people": retention.people, "left": retention.left}
        parts = {"by_conversion": groups(retention.performance), "by_pay": groups(retention.pay)}
        left = {**counts, "share": ends(retention.share), **parts}
    if isinstance(key_people, NotPossible):
        return {"retention": left, "key_people": {"why": key_people.why.en}}
    best, cost = key_people.best, key_people.departure
    hang = (
        {"why": best.why.en}
        if isinstance(best, NotPossible)
        else {"best": best.best, "share": ends(best.share), "equal": best.equal}
    )
    lost = (
        {"why": cost.why.en}
        if isinstance(cost, NotPossible)
        else {"month": ends(cost.month, 100), "least": cost.lost[0] / 100, "most": cost.lost[1] / 100}
    )
    return {"retention": left, "key_people": {"share_of_best": hang, "departure": lost}}
