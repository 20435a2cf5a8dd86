"""What happened to a measure after an award began: changed, and caused only against a comparison group.

A fall of the average reply from 60 to 10 seconds after an award is a change; the same months may have brought fewer
inquiries or new people. Only the difference from agents without the award, over the same months, speaks of an
effect, and even that rests on both groups otherwise moving alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats

MIN_AGENTS = 3


@dataclass(frozen=True, slots=True)
class AwardEffect:
    """A change of a measure from before to after.

    Parameters
    ----------
    table : agent, group (``award`` or ``comparison``), before, after, change; agents seen in both periods.
    before, after : mean over the award's agents.
    change : mean change of the award's agents with 95 % interval: (mean, lower, upper).
    difference : the same less the comparison group's change, None without one.
    best : the lowest or highest value after, whichever direction is better, of the award's agents.
    text : the sentence for a report; it says "caused" of nothing.
    """

    table: pd.DataFrame
    before: float
    after: float
    change: tuple[float, float, float]
    difference: tuple[float, float, float] | None
    best: float
    text: Text


def judge_award_effect(values: pd.DataFrame, start: str, *, lower_is_better: bool = True) -> AwardEffect:
    """Compare each agent's mean before and from the month an award began.

    Parameters
    ----------
    values : month (YYYY-MM), agent, value, weight (e.g. receptions, > 0), and optionally group: ``award`` or
        ``comparison``.
    start : first month of the award.

    Raises
    ------
    UsageError
        If `group` holds another word.
    InputError
        If fewer than three agents of the award (or of a comparison group that is there) are seen in both periods.

    Notes
    -----
    Student's t over agents' own changes; with a comparison group Welch's difference of both groups' changes.
    """
    frame = values if "group" in values.columns else values.assign(group="award")
    if strange := set(frame["group"]) - {"award", "comparison"}:
        raise UsageError(f"a group is 'award' or 'comparison'; got {', '.join(sorted(map(repr, strange)))}")
    table = _paired(frame, start)
    parts = {group: table.loc[table["group"] == group, "change"].to_numpy() for group in ("award", "comparison")}
    few = [g for g, x in parts.items() if len(x) < MIN_AGENTS and (g == "award" or len(x) > 0)]
    if few:
        problems = [
            Problem(
                "values", f"fewer than {MIN_AGENTS} agents of group {g} before and after {start}", code="few-agents"
            )
            for g in few
        ]
        raise InputError(problems)
    award = table[table["group"] == "award"]
    difference = _interval(parts["award"], parts["comparison"]) if len(parts["comparison"]) else None
    best = float(award["after"].min() if lower_is_better else award["after"].max())
    change = _interval(parts["award"], None)
    before, after = float(award["before"].mean()), float(award["after"].mean())
    return AwardEffect(
        table, before, after, change, difference, best, _sentence((before, after), change, difference, best)
    )


def _paired(frame: pd.DataFrame, start: str) -> pd.DataFrame:
    period = np.where(frame["month"] < start, "before", "after")
    weighted = frame.assign(period=period, total=frame["value"].astype("float64") * frame["weight"].astype("float64"))
    sums = weighted.groupby(["agent", "group", "period"])[["total", "weight"]].sum()
    means = (sums["total"] / sums["weight"].astype("float64")).unstack("period").reindex(columns=["before", "after"])
    both = means.dropna().reset_index()
    return both.assign(change=both["after"] - both["before"])


def _interval(one: Floats, other: Floats | None) -> tuple[float, float, float]:
    from scipy.stats import t

    groups = [one] if other is None else [one, other]
    mean = float(one.mean() - (0.0 if other is None else other.mean()))
    squares = [float(x.var(ddof=1)) / len(x) for x in groups]
    total = sum(squares)
    if total == 0:
        return mean, mean, mean
    df = total**2 / sum(s**2 / (len(x) - 1) for s, x in zip(squares, groups, strict=True))
    half = float(t.ppf(0.975, df)) * total**0.5
    return mean, mean - half, mean + half


def _sentence(
    means: tuple[float, float],
    change: tuple[float, float, float],
    difference: tuple[float, float, float] | None,
    best: float,
) -> Text:
    figures = f"{change[0]:+.1f} [{change[1]:+.1f}, {change[2]:+.1f}]"
    en = f"Since the award the mean changed from {means[0]:.1f} to {means[1]:.1f} ({figures}), best {best:.1f}."
    zh = f"设奖以来均值由 {means[0]:.1f} 变为 {means[1]:.1f}（{figures}），最好 {best:.1f}。"
    if difference is None:
        return Text(
            f"{en} Without a comparison group this is a change, not an effect of the award.",
            f"{zh}没有对照组，只能说发生了变化，不能说是奖励的效果。",
        )
    against = f"{difference[0]:+.1f} [{difference[1]:+.1f}, {difference[2]:+.1f}]"
    if difference[1] <= 0 <= difference[2]:
        return Text(
            f"{en} Agents without the award changed alike (difference {against}): no effect of the award is shown.",
            f"{zh}没有奖励的客服变化相近（差异 {against}）：看不出奖励的效果。",
        )
    return Text(
        f"{en} The change differs from that of agents without the award by {against}; this is the award's "
        "effect if both groups would "
        "otherwise have moved alike.",
        f"{zh}与没有奖励的客服相比，变化相差 {against}；若两组本应同步变化，这就是奖励的效果。",
    )
