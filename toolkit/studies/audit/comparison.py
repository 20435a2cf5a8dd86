"""Pay of two groups of people set side by side, as it stands: the first look at fairness in the monthly audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.comparison.groups import Gap, compare_means

if TYPE_CHECKING:
    from toolkit.studies.audit.settlement import Settlement


@dataclass(frozen=True, slots=True)
class GroupLook:
    """One group column looked at: the gap in mean pay due, or why there is none to show.

    Parameters
    ----------
    column : the roster's column.
    gap : minor units; None when the groups cannot be compared or one is too small to be shown.
    text : the sentence for the report.
    """

    column: str
    gap: Gap | None
    text: Text


def compare_groups(settlement: Settlement, roster: pd.DataFrame, column: str, *, small_cell: int) -> GroupLook:
    """Compare the mean pay due of the two groups that a roster column makes.

    Parameters
    ----------
    roster : assignments with the column; each person counts in the group of the last spell begun in the month.
    small_cell : fewer people in a group than this are not shown.
    """
    if column not in roster.columns:
        return GroupLook(column, None, Text(f"The roster has no column {column}.", f"任职表没有“{column}”列。"))
    begun = roster.loc[roster["from"] <= pd.Timestamp(settlement.month.last_day)].sort_values("from", kind="stable")
    group = begun.groupby("agent")[column].last()
    due = settlement.due
    of_payee = group.reindex(due.index)
    sizes = of_payee.value_counts()
    if len(sizes) != 2 or sizes.min() < small_cell:
        return GroupLook(column, None, _not_compared(column, len(sizes), small_cell))
    gap = compare_means(due, of_payee)
    return GroupLook(column, gap, _sentence(column, gap))


def _not_compared(column: str, n_groups: int, small_cell: int) -> Text:
    return Text(
        f"By {column}: not compared; this takes two groups of at least {small_cell} people, "
        f"the month has {n_groups} groups.",
        f"按{column}：未比较；需要两组且每组至少 {small_cell} 人，本月有 {n_groups} 组。",
    )


def _sentence(column: str, gap: Gap) -> Text:
    size, low, high, least = (format_money(round(x)) for x in (abs(gap.gap), gap.lower, gap.upper, gap.smallest_seen))
    more = gap.gap > 0
    shown_en = "a gap is shown" if gap.shown else "no gap is shown, which is not the same as none"
    shown_zh = "存在差距" if gap.shown else "未显示差距，但不等于没有差距"
    return Text(
        f"By {column}, before any adjustment: {gap.group} ({gap.n} people) is due {size} "
        f"{'more' if more else 'less'} on average than {gap.reference} ({gap.n_reference}); "
        f"95 % interval {low} to {high}: {shown_en}. "
        f"A gap smaller than {least} could be missed.",
        f"按{column}（未作调整）：{gap.group}（{gap.n} 人）平均比 {gap.reference}（{gap.n_reference} 人）"
        f"{'多' if more else '少'} {size}；95% 区间 {low} 至 {high}：{shown_zh}。小于 {least} 的差距可能看不出来。",
    )
