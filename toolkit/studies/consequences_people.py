"""What a scheme does to single people: prizes by chance, too many customers, months below a line, orders of nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding, Severity
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.reliability import chance_best_is_best, reliability
from toolkit.rules.document import Component
from toolkit.rules.expressions import Call, Expression, Name, calls
from toolkit.rules.lint_notes import Place, aloud, places
from toolkit.rules.scheme import formulas
from toolkit.studies.consequences_case import Case, conversion_cells, is_conversion, rivals

TRACED = Fraction(9, 10)
"""Below this traced share of creditable sales, pay by person rests on guesses."""
MONTHS_BELOW = 3
FEWEST_PEOPLE = 3
SHOWN = 8
SURE = 0.5
"""A prize for the best should find the best more often than not."""


class Prize(NamedTuple):
    """A prize for the best: what it goes by, and in which group."""

    component: Component
    place: Place
    by: Expression
    within: str


def prizes(case: Case) -> Iterator[Prize]:
    """Yield the ranks, records and bests of a scheme, each measure once a component."""
    for component, place in places(case.scheme):
        if component.rank is not None:
            yield Prize(component, place.below("rank"), component.rank.by.node, component.rank.within)
            continue
        found = [call for f in formulas(component) for call in calls(f.node, "record", "best")]
        named = {call.parts[0]: call for call in found}
        for measure, call in named.items():
            yield Prize(component, place, measure, _within(call))


def _within(call: Call) -> str:
    option = call.option("within")
    return option.name if isinstance(option, Name) else ""


def find_prizes_by_chance(case: Case) -> Iterator[Finding]:
    """Judge prizes for the best: how often the best observed of a month is truly the best, at these volumes."""
    for prize in prizes(case):
        table = rivals(case, prize.component, prize.by, prize.within)
        now = table[table["month"] == str(case.month)]
        sizes = now.groupby("group")["agent"].nunique()
        one = _reliability(case, prize, table)
        if one is None or sizes.max() < 2 or len(sizes) == 0:
            continue
        n = int(sizes.median())
        chance = chance_best_is_best(one, n)
        severity: Severity = "info" if chance >= SURE else "review"
        measure = aloud(case.scheme, prize.by)
        message = Text(
            f"one month of {measure.en} has reliability {one:.2f} here, so the best observed of {n} is truly the best "
            f"with a chance of {chance:.0%}.",
            f"单月{measure.zh}的信度为 {one:.2f}，{n} 人中当月第一名真正最佳的概率为 {chance:.0%}。",
        )
        yield prize.place.finding(
            "best-by-chance", severity, message, reliability=round(one, 3), chance=round(chance, 3), n_people=n
        )


def _reliability(case: Case, prize: Prize, table: pd.DataFrame) -> float | None:
    """Return the reliability of one month: of conversion from the baseline, of anything else from month to month."""
    if case.baseline is not None and is_conversion(case.scheme, prize.by):
        summary, cells = case.baseline.summary, conversion_cells(case.measures)
        if summary["sd_agent"] is None:
            return None
        now = cells[(cells["month"] == str(case.month)) & cells["agent"].isin(table["agent"])]
        n = now.groupby("agent")["inquiries"].sum().to_numpy(np.float64)
        month_sd = summary["sd_agent_month"] or 0.0
        return float(np.median(reliability(n, summary["rate"], summary["sd_agent"], month_sd))) if len(n) else None
    return month_to_month(table)


def month_to_month(table: pd.DataFrame) -> float | None:
    """Return the share of the variance between months of people that lies between people; None where unknown.

    Parameters
    ----------
    table : month, agent, group, value; what a whole group did in a month is taken off first.

    Notes
    -----
    The intraclass correlation (MSB - MSW) / (MSB + (k - 1) MSW) of a one-way analysis of variance, k months a person.

    References
    ----------
    Shrout & Fleiss (1979), Psychological Bulletin 86, 420.
    """
    own = table["value"] - table.groupby(["month", "group"])["value"].transform("mean")
    people = own.groupby(table["agent"])
    counts = people.size()
    n, total = len(counts), int(counts.sum())
    if n < FEWEST_PEOPLE or total - n < n:
        return None
    means = people.transform("mean")
    within = float(((own - means) ** 2).sum()) / (total - n)
    between = float((counts * people.mean() ** 2).sum()) / (n - 1)
    k = (total - float((counts**2).sum()) / total) / (n - 1)
    whole = between + (k - 1) * within
    return min(max((between - within) / whole, 0.0), 1.0) if whole > 0 else None


# Orders of nobody


def find_untraceable(case: Case) -> Iterator[Finding]:
    """Look at how much of what may be credited was traced to a person; silent orders are nobody's and do not count."""
    cells = case.measures[case.measures["month"] == str(case.month)]
    if "credit" not in cells or "sales" not in cells:
        return
    lost = cells[cells["agent"].isna() & (cells["credit"] == "untraceable")]
    money = [c for c in ("sales", "reminder_sales", "offline_sales") if c in cells]
    traced = int(cells.loc[cells["agent"].notna(), money].sum().sum())
    untraced, orders = int(lost["sales"].sum()), int(lost["orders"].sum()) if "orders" in lost else 0
    if untraced <= 0 or traced + untraced <= 0:
        return
    share = Fraction(traced, traced + untraced)
    place = Place(case.scheme, None, ("components",))
    figures = f"{format_money(untraced)}", f"{float(share):.1%}", f"{float(TRACED):.0%}"
    low = share < TRACED
    en = f"in {case.month} {orders} orders of {figures[0]} could not be traced to anybody; {figures[1]} of sales were"
    zh = f"{case.month} 有 {orders} 单共 {figures[0]} 无法归属到人，可归属占 {figures[1]}"
    if low:
        en += f", less than {figures[2]}: who is paid for the rest is a guess, so reward the team for it, not persons"
        zh += f"，低于 {figures[2]}：其余归谁只能猜，建议改为奖励团队而不是个人"
    yield place.finding("untraceable-orders", "review" if low else "info", Text(f"{en}.", f"{zh}。"),
                        month=str(case.month), traced_share=share, n_orders=orders, sales=untraced / 100)  # fmt: skip


# Months below a line


def find_below_the_line(case: Case) -> Iterator[Finding]:
    """Count who was below the lowest paying edge of conversion for some months, with the chance that luck alone did it.

    The chance is that of somebody whose own rate is exactly the line to have as few buyers or fewer at this volume.
    """
    edge = next((e for e in case.edges if is_conversion(case.scheme, e.by)), None)
    if edge is None or case.baseline is None:
        return
    month_sd = case.baseline.summary["sd_agent_month"] or 0.0
    months = [str(case.month.shift(i - MONTHS_BELOW + 1)) for i in range(MONTHS_BELOW)]
    cells = conversion_cells(case.measures)
    sums = cells[cells["month"].isin(months)].groupby(["agent", "month"])[["inquiries", "buyers"]].sum()
    below = sums["buyers"] < sums["inquiries"] * float(edge.at)
    runs = {str(a): own for a, own in sums.groupby("agent") if len(own) == MONTHS_BELOW and below[own.index].all()}
    if runs:
        chances = {agent: round(_chance_of_so_few(own, float(edge.at), month_sd), 4) for agent, own in runs.items()}
        yield edge.place.finding("below-the-line", "info", _below_words(chances, edge.at), month=str(case.month),
                                 at=edge.at, n_months=MONTHS_BELOW, chance_of_luck=chances)  # fmt: skip


def _below_words(chances: Mapping[str, float], line: Fraction) -> Text:
    ordered = sorted(chances.items(), key=lambda c: -c[1])
    listed = [f"{agent} {chance:.1%}" for agent, chance in ordered[:SHOWN]]
    more = len(ordered) - len(listed)
    rest = Text(f" and {more} more", f"等 {len(ordered)} 人") if more else Text("", "")
    n, at = len(ordered), f"{float(line):.1%}"
    return Text(
        f"{n} people were below {at} in {MONTHS_BELOW} months running; for somebody whose own rate is just that, the "
        f"chance of so few by luck alone: {', '.join(listed)}{rest.en}. For a talk; nothing follows from it by itself.",
        f"{n} 人连续 {MONTHS_BELOW} 个月低于 {at}；若真实水平恰为此值，仅凭运气这样少的概率："
        f"{'、'.join(listed)}{rest.zh}。仅供面谈，不自动产生任何结果。",
    )


def _chance_of_so_few(run: pd.DataFrame, rate: float, month_sd: float) -> float:
    """Return P(buyers <= observed) at an own rate: binomial and agent-month variation, by the normal approximation."""
    n, k = run["inquiries"].to_numpy(np.float64), float(run["buyers"].sum())
    spread = n * rate * (1 - rate)
    sd = float(np.sqrt(np.sum(spread + (spread * month_sd) ** 2)))
    return NormalDist(float(np.sum(n * rate)), sd).cdf(k + 0.5)
