"""Who left by group, how much of sales hangs on the best few, and what an empty place costs; nothing of one person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.money import rough_money
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats
from toolkit.models.comparison.award_effect import Interval
from toolkit.models.comparison.equal_work import wilson

CHOOSE_BY, LEAST_MONTHS, YEAR = 3, 3, 12
ERROR = 0.05


def share_left(left: pd.Series[bool], groups: pd.Series[int]) -> pd.DataFrame:
    """Return how many of each group left.

    Parameters
    ----------
    left, groups : a value a person, same index.

    Returns
    -------
    DataFrame
        group, people, left, share, lower, upper (95 %, Wilson 1927).
    """
    table = left.groupby(groups).agg(people="size", left="sum").rename_axis("group").reset_index()
    y, n = (table[c].to_numpy(np.float64) for c in ("left", "people"))
    lower, upper = wilson(y, n, ERROR)
    return table.assign(share=y / n, lower=lower, upper=upper)


def ends_differ(shares: pd.DataFrame) -> Interval:
    """Return the last group's share less the first's, with 95 % interval (Newcombe 1998, Stat. Med. 17, 873)."""
    low, high = shares.iloc[0], shares.iloc[-1]
    gap = float(high["share"] - low["share"])
    below = np.hypot(high["share"] - high["lower"], low["upper"] - low["share"])
    above = np.hypot(high["upper"] - high["share"], low["share"] - low["lower"])
    return gap, float(gap - below), float(gap + above)


@dataclass(frozen=True, slots=True)
class BestShare:
    """The share of a month's sales that those who sold most in the three months before made.

    Parameters
    ----------
    best : how many people.
    months : month, share, equal (what equal shares would be), at most the last twelve.
    share : mean over months with 95 % interval.
    equal : mean of what equal shares would be.
    text : the sentence for a report.
    """

    best: int
    months: pd.DataFrame
    share: Interval
    equal: float
    text: Text


def share_of_best(sales: pd.DataFrame, best: int = 3) -> BestShare | None:
    """Return how much of sales hangs on the best; None with fewer than three months to say it of.

    Parameters
    ----------
    sales : month, agent, sales; a row an agent and month.

    Notes
    -----
    The best are chosen by the three months before and judged in the month itself: chosen by the same month they would
    look better than they are. Student's t over months.
    """
    wide = sales.pivot_table(index="month", columns="agent", values="sales", aggfunc="sum").astype("float64")
    rows = []
    for place in range(CHOOSE_BY, len(wide)):
        now, before = wide.iloc[place], wide.iloc[place - CHOOSE_BY : place].sum()
        n, total = int(now.notna().sum()), float(now.sum())
        if n > best and total > 0:
            rows.append((wide.index[place], float(now[before.nlargest(best).index].sum()) / total, best / n))
    months = pd.DataFrame(rows, columns=["month", "share", "equal"]).tail(YEAR).reset_index(drop=True)
    if len(months) < LEAST_MONTHS:
        return None
    share = _mean(months["share"].to_numpy(), np.ones(len(months)))
    equal = float(months["equal"].mean())
    first, last = months["month"].iloc[0], months["month"].iloc[-1]
    figures = f"{share[0]:.1%} [{share[1]:.1%}, {share[2]:.1%}]"
    beyond = share[1] > equal
    text = Text(
        f"The {best} people who had sold most in the three months before made {figures} of a month's sales "
        f"({first} to {last}); equal shares would be {equal:.1%}. "
        + (
            "More than an equal share hangs on them, be it by skill or by the customers they are given."
            if beyond
            else "It is not shown that more than an equal share hangs on them."
        ),
        f"此前三个月销售额最高的 {best} 人，占当月销售额的 {figures}（{first} 至 {last}）；若人人相同应为 {equal:.1%}。"
        + ("高于均分：可能因为能力，也可能因为分到的顾客更多。" if beyond else "未能证明高于均分。"),
    )
    return BestShare(best, months, share, equal, text)


@dataclass(frozen=True, slots=True)
class DepartureTerms:
    """What is assumed of a departure, at the least and at the most.

    Parameters
    ----------
    empty : months the place stays empty.
    newcomer : share of a usual month's sales that a newcomer makes in the first months.
    taken_over : share of the missing sales that others make in place of them.
    """

    empty: tuple[int, int] = (1, 3)
    newcomer: tuple[tuple[float, ...], tuple[float, ...]] = ((0.8,), (0.5, 0.65, 0.8))
    taken_over: tuple[float, float] = (0.5, 0.0)

    @property
    def months_lost(self) -> tuple[float, float]:
        """Usual months of a place that are lost, at the least and at the most."""
        parts = zip(self.empty, self.newcomer, self.taken_over, strict=True)
        least, most = ((empty + sum(1 - s for s in shares)) * (1 - others) for empty, shares, others in parts)
        return least, most

    @property
    def text(self) -> Text:
        """The assumptions in words."""
        (least, most), (short, long), (half, none) = self.empty, self.newcomer, self.taken_over
        shown = [", ".join(f"{s:.0%}" for s in shares) for shares in (short, long)]
        chinese = [words.replace(", ", "、") for words in shown]
        return Text(
            f"Assumed at the least: {counted(least, 'month')} empty, then a newcomer at {shown[0]} of a usual month in "
            f"the first month, and {half:.0%} of what is missing sold by others; at the most: {counted(most, 'month')} "
            f"empty, a newcomer at {shown[1]} in the first months, {none:.0%} sold by others. Sales, not profit; wages "
            "saved and the cost of hiring are not in it.",
            f"假设最少：空缺 {least} 个月，新人首月为平常的 {chinese[0]}，缺口的 {half:.0%} 由他人完成；"
            f"最多：空缺 {most} 个月，新人头几个月为 {chinese[1]}，他人完成 {none:.0%}。这是销售额，不是利润；"
            "未计省下的工资和招聘费用。",
        )


@dataclass(frozen=True, slots=True)
class DepartureCost:
    """What a departure costs in sales.

    Parameters
    ----------
    month : sales of a mean month of one place, with 95 % interval over people; minor units.
    lost : at the least and at the most; minor units.
    text : the sentence for a report.
    """

    month: Interval
    lost: tuple[float, float]
    text: Text


def cost_of_departure(sales: pd.DataFrame, terms: DepartureTerms | None = None) -> DepartureCost | None:
    """Return what a departure from a mean place costs; None with fewer than three people.

    Parameters
    ----------
    sales : month, agent, sales (minor units); the last twelve months are used.

    Notes
    -----
    From the lower end of a mean month times the fewest months lost to the upper end times the most.
    """
    terms = terms or DepartureTerms()
    lately = sales[sales["month"].isin(sorted(sales["month"].unique())[-YEAR:])].dropna(subset=["sales"])
    people = lately.groupby("agent")["sales"].agg(["sum", "size"]).astype("float64")
    if len(people) < LEAST_MONTHS:
        return None
    n = people["size"].to_numpy()
    month = _mean(people["sum"].to_numpy() / n, n)
    low, high = max(month[1], 0.0) * terms.months_lost[0], month[2] * terms.months_lost[1]
    usual, ends = rough_money(month[0]), f"[{rough_money(month[1])}, {rough_money(month[2])}]"
    text = Text(
        f"A mean month of one place sells {usual} {ends}; a departure from it would cost {rough_money(low)} to "
        f"{rough_money(high)} of sales. {terms.text.en}",
        f"一个岗位平均每月销售 {usual} {ends}；一人离开会使销售额减少 {rough_money(low)} 至 {rough_money(high)}。"
        f"{terms.text.zh}",
    )
    return DepartureCost(month, (low, high), text)


def _mean(values: Floats, weights: Floats) -> Interval:
    """Return a weighted mean with the 95 % interval of a ratio of sums over its rows."""
    from scipy.special import stdtrit

    k, mean = len(values), float(np.average(values, weights=weights))
    spread = (values - mean) * weights / weights.mean()
    half = float(stdtrit(k - 1, 1 - ERROR / 2) * spread.std(ddof=1) / k**0.5)
    return mean, mean - half, mean + half
