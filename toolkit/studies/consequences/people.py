"""What a scheme does to single people: prizes by chance, too many customers, months below a line, orders of nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.findings import Finding, Severity
from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.models.standing.reliability import chance_best_is_best, reliability
from toolkit.rules.formula.expressions import Call, Expression, Name, calls
from toolkit.rules.lint.measures import SERVED, VOLUME
from toolkit.rules.lint.reading import Place, aloud, amounts, columns, component_places, deciders
from toolkit.rules.lint.unknown_names import unknown_names
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import formulas
from toolkit.studies.consequences.case import RatioBaseline, SchemeCase, by_month
from toolkit.studies.consequences.ratio_baseline import ratio_baseline
from toolkit.studies.consequences.thresholds import Threshold, parts_of_ratio, thresholds

TRACED = Fraction(9, 10)
"""Below this traced share of creditable sales, pay by person rests on guesses."""
MONTHS_BELOW = 3
FEWEST_PEOPLE = 3
TOO_FEW = Text("too few people or months are known", "已知的人数或月数过少")
SURE = 0.5
"""A prize for the best should find the best more often than not."""


class Prize(NamedTuple):
    """A prize for the best: what it goes by, and in which group."""

    component: Component
    place: Place
    by: Expression
    within: str


def prizes(case: SchemeCase) -> Iterator[Prize]:
    """Yield the ranks, records and bests of a scheme, each measure once a component."""
    for component, place in component_places(case.scheme):
        if component.rank is not None:
            yield Prize(component, place.below("rank"), component.rank.by.node, component.rank.within)
            continue
        found = [call for f in formulas(component) for call in calls(f.node, "record", "best")]
        named = {(aloud(case.scheme, call.parts[0]).en, _within(call)): call.parts[0] for call in found}
        for (_, within), measure in named.items():
            yield Prize(component, place, measure, within)


def _within(call: Call) -> str:
    option = call.option("within")
    return option.name if isinstance(option, Name) else ""


def find_prizes_by_chance(case: SchemeCase) -> Iterator[Finding]:
    """Judge prizes for the best: how often the best observed of a month is truly the best, at these volumes."""
    for prize in prizes(case):
        table = _rivals(case, prize)
        sizes = table[table["month"] == str(case.month)].groupby("group")["agent"].nunique()
        one, n = _reliability(case, prize, table), int(sizes.median()) if len(sizes) else 0
        if n < 2:
            one = Text(f"{n} people took part in {case.month}", f"{case.month} 只有 {n} 人参与")
        yield _unjudged(case, prize, one) if isinstance(one, Text) else _by_chance(case, prize, one, n)


def _rivals(case: SchemeCase, prize: Prize) -> pd.DataFrame:
    """Return what those who may win had in each month: month, agent, group (-1 for all), value."""
    table = by_month(case, prize.component, [prize.by], prize.within)
    known = table[table["in_it"].astype(bool) & table[0].notna()].astype({0: "float64"})
    return known.rename(columns={0: "value"})[["month", "agent", "group", "value"]]


def _by_chance(case: SchemeCase, prize: Prize, one: float, n: int) -> Finding:
    chance, measure = chance_best_is_best(one, n), aloud(case.scheme, prize.by, prize.component)
    severity: Severity = "info" if chance >= SURE else "review"
    message = Text(
        f"one month of {measure.en} has reliability {one:.2f} here, so the best observed of {n} people is truly the "
        f"best with a chance of {chance:.0%}.",
        f"单月{measure.zh}的信度为 {one:.2f}，{n} 人中当月第一名真正最佳的概率为 {chance:.0%}。",
    )
    return prize.place.finding(
        "best-by-chance", severity, message, reliability=round(one, 3), chance=round(chance, 3), n_people=n
    )


def _unjudged(case: SchemeCase, prize: Prize, why: Text) -> Finding:
    measure = aloud(case.scheme, prize.by, prize.component)
    message = Text(
        f"whether the best by {measure.en} is truly the best cannot be judged: {why.en}.",
        f"{measure.zh}的第一名是否真正最佳，无法评估：{why.zh}。",
    )
    return prize.place.finding("best-not-judged", "info", message, month=str(case.month))


def _reliability(case: SchemeCase, prize: Prize, table: pd.DataFrame) -> float | Text:
    """Return the reliability of one month: of a ratio of counts from its baseline, of anything else by its months."""
    ratio = parts_of_ratio(case.scheme, prize.by)
    known = None if ratio is None else ratio_baseline(case, prize.component, ratio)
    if isinstance(known, RatioBaseline) and known.baseline.summary["sd_agent"] is not None:
        summary, cells = known.baseline.summary, known.table
        now = cells[(cells["month"] == str(case.month)) & cells["agent"].isin(table["agent"])]
        n = now.groupby("agent")["inquiries"].sum().to_numpy(np.float64)
        month_sd = summary["sd_agent_month"] or 0.0
        if len(n):
            return float(np.median(reliability(n, summary["rate"], summary["sd_agent"], month_sd)))
    found = month_to_month(table)
    return TOO_FEW if found is None else found


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


def find_untraceable(case: SchemeCase) -> Iterator[Finding]:
    """Look at how much of what may be credited was traced to a person; silent orders are nobody's and do not count."""
    cells = case.measures[case.measures["month"] == str(case.month)]
    place = next((place for c, place in component_places(case.whole) if _pays_persons_by_orders(case, c)), None)
    if place is None or "credit" not in cells or "sales" not in cells:
        return
    lost = cells[cells["agent"].isna() & (cells["credit"] == "untraceable")]
    money = [c for c in ("sales", "reminder_sales", "offline_sales") if c in cells]
    traced = int(cells.loc[cells["agent"].notna(), money].sum().sum())
    untraced, orders = int(lost["sales"].sum()), int(lost["orders"].sum()) if "orders" in lost else 0
    if untraced <= 0 or traced + untraced <= 0:
        return
    share = Fraction(traced, traced + untraced)
    sum_ = priced(format_money(untraced), case.scheme.currency)
    figures = f"{float(share):.1%}", f"{float(TRACED):.0%}"
    low = share < TRACED
    en = (
        f"in {case.month}, {orders} orders of {sum_.en} could not be traced to anybody; silent orders left out, "
        f"{figures[0]} of sales could"
    )
    zh = f"{case.month} 有 {orders} 单共 {sum_.zh}无法归属到人；不计静默单，销售额中 {figures[0]} 可归属"
    if low:
        en += f", less than {figures[1]}: who is paid for the rest is a guess, so reward the team for it, not persons"
        zh += f"，低于 {figures[1]}：其余归谁只能猜，建议改为奖励团队而不是个人"
    yield place.finding("untraceable-orders", "review" if low else "info", Text(f"{en}.", f"{zh}。"),
                        month=str(case.month), traced_share=share, n_orders=orders, sales=untraced / 100)  # fmt: skip


def _pays_persons_by_orders(case: SchemeCase, component: Component) -> bool:
    own = component.level == "self" and not component.undivided
    return own and bool(columns(case.whole, *amounts(component), *deciders(component)) & (VOLUME - SERVED))


# Months below a line


def find_below_the_line(case: SchemeCase) -> Iterator[Finding]:
    """Count who was below the lowest paying edge of a ratio for some months, with the chance that luck alone did it.

    The chance is that of somebody whose own rate is exactly the line to have as few hits or fewer at this volume.
    """
    line, known = next(_judged_lines(case), (None, None))
    if line is None or known is None or line.at is None:
        return
    months = [str(case.month.shift(i - MONTHS_BELOW + 1)) for i in range(MONTHS_BELOW)]
    sums = known.table[known.table["month"].isin(months)].groupby(["agent", "month"])[["inquiries", "buyers"]].sum()
    below = pd.Series([k < line.need(Fraction(n)) for n, k in sums.itertuples(index=False)], sums.index, dtype=bool)
    everybody = {str(a): own for a, own in sums.groupby("agent") if len(own) == MONTHS_BELOW}
    runs = {agent: own for agent, own in everybody.items() if below[own.index].all()}
    if runs:
        month_sd = known.baseline.summary["sd_agent_month"] or 0.0
        chances = {agent: round(_chance_of_so_few(own, float(line.at), month_sd), 4) for agent, own in runs.items()}
        yield line.place.finding(
            "below-the-line", "info", _below_words(case, line, (chances, len(everybody))), month=str(case.month),
            at=line.at, n_months=MONTHS_BELOW, n_people=len(everybody), people=chances,
        )  # fmt: skip


def _judged_lines(case: SchemeCase) -> Iterator[tuple[Threshold, RatioBaseline]]:
    """Yield the edges of ratios of counts that pay persons and can be judged."""
    for line in thresholds(case.scheme):
        ratio = parts_of_ratio(case.scheme, line.by)
        if ratio is not None and line.component.level == "self":
            known = ratio_baseline(case, line.component, ratio)
            if isinstance(known, RatioBaseline):
                yield line, known


def _below_words(case: SchemeCase, line: Threshold, who: tuple[Mapping[str, float], int]) -> Text:
    chances, of = who
    n, low, high = len(chances), min(chances.values()), max(chances.values())
    measure, at = aloud(case.scheme, line.by, line.component), f"{float(line.at or 0):.1%}"
    months = f"{case.month.shift(1 - MONTHS_BELOW)} – {case.month}"
    en = f"{n} of {of} people were below {measure.en} {at} in {MONTHS_BELOW} months running ({months})"
    zh = f"{of} 人中有 {n} 人连续 {MONTHS_BELOW} 个月（{months}）{measure.zh}低于 {at}"
    if n > of / 2:
        return Text(f"{en}: most are, so the line is in question rather than a person.",
                    f"{zh}：多数人如此，值得斟酌的是这条线，而不是个人。")  # fmt: skip
    one, other = _odds(low), _odds(high)
    luck = one if one == other else Text(f"{one.en} to {other.en}", f"{one.zh} 至{other.zh}")
    return Text(
        f"{en}; somebody whose own rate is exactly that has so few by luck alone with a chance of {luck.en}. A reason "
        "to talk; nothing follows from it by itself.",
        f"{zh}；真实水平恰为此值的人，仅凭运气也这样少的概率为{luck.zh}。仅供面谈参考，不自动产生任何结果。",
    )


def _odds(chance: float) -> Text:
    return Text("less than 0.1%", "不到 0.1%") if chance < 0.001 else Text(f"{chance:.1%}", f" {chance:.1%}")


def _chance_of_so_few(run: pd.DataFrame, rate: float, month_sd: float) -> float:
    """Return P(buyers <= observed) at an own rate: binomial and agent-month variation, by the normal approximation."""
    n, k = run["inquiries"].to_numpy(np.float64), float(run["buyers"].sum())
    spread = n * rate * (1 - rate)
    sd = float(np.sqrt(np.sum(spread + (spread * month_sd) ** 2)))
    return NormalDist(float(np.sum(n * rate)), sd).cdf(k + 0.5)


def find_unknown_names(case: SchemeCase) -> Iterator[Finding]:
    """Look for texts in `for` and `of` that no row of the measures has in that column."""
    yield from unknown_names(case.whole, case.original)
