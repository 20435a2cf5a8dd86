"""Lines people must reach: who stood at them, what was torn or lost, what other readings would pay.

Lines people must reach: every edge and condition on which a scheme's pay turns, and what stands on its two sides.

What the edges of a scheme did: who stood at them, what was torn or lost, and what the other readings would pay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.findings import Finding, Severity
from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.rules.explain.wording import quantity
from toolkit.rules.formula.dictionary import SPELL_COLUMNS
from toolkit.rules.formula.expressions import Expression, Name, Operation, names
from toolkit.rules.lint.reading import (
    Place,
    aloud,
    amount,
    both,
    component_places,
    constant,
    cost,
    deduction_rules,
    kind,
    tables,
)
from toolkit.rules.lint.tiers import STEEP, gates, most_fixed, steps
from toolkit.rules.pay.components import Parts
from toolkit.rules.pay.ledger import NO_VALUE
from toolkit.rules.pay.tiers import above_edges
from toolkit.rules.scheme.document import Component, Fund
from toolkit.rules.scheme.interpretations import Interpretation, other_interpretations
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.consequences.case import SchemeCase, pay_history, values

NOTHING = Fraction(0)
# Larger than an edge by less than any ratio of whole numbers of customers: what must exceed the edge must reach this.
BEYOND = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A line at which a component pays a step more.

    Parameters
    ----------
    component, place : what pays it, and where it stands.
    by : what must reach it, or stay at or below it (`at_most`); a whole comparison where neither side is fixed.
    at : its value; None where it is not the same for everybody.
    strict : whether the value itself is not enough.
    gain : rate (where `scaled`) or amount in major units that reaching it adds; 0 where that is not fixed.
    steep : whether it adds half as much again, or comes from nothing.
    """

    component: Component
    place: Place
    by: Expression
    at: Fraction | None
    strict: bool
    at_most: bool
    gain: Fraction
    scaled: bool
    steep: bool

    def need(self, of: Fraction) -> int:
        """Return the fewest whole hits among so many tries that reach it."""
        at = (self.at or NOTHING) * of
        return floor(at) + 1 if self.strict else ceil(at)


def thresholds(scheme: Scheme) -> Iterator[Threshold]:
    """Yield the lines with a fixed value at which a known step is paid."""
    return (line for line in threshold_lines(scheme) if line.at is not None and line.gain > 0)


def threshold_lines(scheme: Scheme) -> Iterator[Threshold]:
    """Yield the edges of tables, then the conditions."""
    for key, table, component, place in tables(scheme):
        by = component.by(table)
        if by is None or table.mode == "marginal":
            continue
        strict = above_edges(table)
        keyed = [tier.from_ is not None and _is_keyed(scheme, tier.from_.node) for tier in table.tiers]
        for step in steps(scheme, key, table, component):
            if step.after > step.before and not keyed[step.tier]:
                steep = step.factor is None or step.factor >= STEEP
                at, gain = place.below("tiers", step.tier), step.high - step.low
                yield Threshold(component, at, by.node, step.edge, strict[step.tier], False, gain, key == "rate", steep)
        moving = any(tier.from_ is not None and constant(scheme, tier.from_) is None for tier in table.tiers)
        if moving or any(keyed) or table.relative_to is not None:
            yield Threshold(component, place.below("tiers"), by.node, None, False, False, NOTHING, key == "rate", False)
    for component, place in component_places(scheme):
        for node, mild in gates(scheme, component):
            yield _of_condition(scheme, component, place.below("when"), (node, mild))


def _is_keyed(scheme: Scheme, node: Expression) -> bool:
    """Tell whether an expression reads a parameter that differs by shop, role or another column."""
    parameters = scheme.vocabulary.parameters
    return any(parameters[name].key for name in names(node) if name in parameters)


def _of_condition(scheme: Scheme, component: Component, place: Place, gate: tuple[Operation, bool]) -> Threshold:
    """Return the line of a comparison, what must reach it told from what must stay at or below it."""
    node, mild = gate
    high, low = node.parts if node.sign in (">", ">=") else reversed(node.parts)
    least, most = constant(scheme, low), constant(scheme, high)
    if _is_keyed(scheme, node):
        least = most = None
    strict, fixed = node.sign in ("<", ">"), most_fixed(scheme, component) or NOTHING
    if least is not None and most is None and node.sign != "==":
        gain = fixed if not mild and least > 0 else NOTHING
        return Threshold(component, place, high, least, strict, False, gain, False, not mild)
    by = node if most is None else low  # where neither side is fixed the whole comparison is the line
    return Threshold(component, place, by, most, strict, True, NOTHING, False, not mild)


def parts_of_ratio(scheme: Scheme, node: Expression, above: str = "count") -> tuple[Expression, Expression] | None:
    """Return numerator and denominator of a ratio over a count, None for anything else.

    Parameters
    ----------
    above : kind of the numerator, count or money.
    """
    if isinstance(node, Name):
        define = scheme.vocabulary.defines.get(node.name)
        return None if define is None or define.per_row else parts_of_ratio(scheme, define.formula.node, above)
    if not (isinstance(node, Operation) and node.sign == "/"):
        return None
    over, under = node.parts
    return (over, under) if (kind(scheme, over), kind(scheme, under)) == (above, "count") else None


class Nearness(NamedTuple):
    """One person's part of a month at an edge: how near, and what crossing it pays in major units."""

    who: str
    one_order: bool
    one_error: bool
    jump: Fraction


def find_people_near(case: SchemeCase) -> Iterator[Finding]:
    """Count who stood within one order, and within one standard error, of each edge: chance decides for them."""
    evaluated = {place.path[1]: parts for place, parts in case.parts}
    for edge in thresholds(case.scheme):
        parts = evaluated.get(edge.place.path[1])
        near = [] if parts is None else _near(case, edge, parts)
        close = [n for n in near if n.one_order or n.one_error]
        if not close:
            continue
        orders = {n.who for n in near if n.one_order}
        severity: Severity = "review" if edge.steep else "info"
        yield edge.place.finding(
            "people-near-edge", severity, _near_words(case, edge, near), month=str(case.month), edge=edge.at,
            n_people=len({n.who for n in near}), n_within_one_order=len(orders),
            n_within_one_error=len({n.who for n in near if n.one_error}),
            jumps=sum((n.jump for n in close), Fraction(0)), people=sorted(orders),
        )  # fmt: skip


def _near(case: SchemeCase, edge: Threshold, parts: Parts) -> list[Nearness]:
    """Return everyone whose measure is known, with the distance to the edge."""
    if parts_of_ratio(case.scheme, edge.by, "money") is not None:
        return []  # one order more of the usual value leaves money per count as it is
    ratio, pay_base = parts_of_ratio(case.scheme, edge.by), edge.component.pay
    jumps = values(parts, pay_base.node) if edge.scaled and pay_base is not None else [Fraction(1)] * parts.units.n
    if ratio is not None:
        counts = zip(values(parts, ratio[0]), values(parts, ratio[1]), strict=True)
        distances = [_of_ratio(edge, k, n) for k, n in counts]
    else:
        distances = _of_sum(case, edge, parts)
    names = (parts.units.name(i) for i in range(parts.units.n))
    return [
        Nearness(who, *near, max(base or Fraction(0), Fraction(0)) * edge.gain)
        for who, near, base in zip(names, distances, jumps, strict=True)
        if near is not None
    ]


def _of_ratio(edge: Threshold, hits: Fraction | None, of: Fraction | None) -> tuple[bool, bool] | None:
    """Tell whether one hit more or fewer crosses the edge, and whether it lies within a binomial standard error."""
    if hits is None or not of or edge.at is None:
        return None
    need, error = edge.need(of), sqrt(of * edge.at * (1 - edge.at)) if edge.at < 1 else 0.0
    return hits in (need - 1, need), abs(float(hits - edge.at * of)) <= error


def _of_sum(case: SchemeCase, edge: Threshold, parts: Parts) -> list[tuple[bool, bool] | None]:
    """Tell the same of counts (an order is one) and money (an order is the person's average; orders are Poisson)."""
    found: list[tuple[bool, bool] | None] = []
    sums = values(parts, edge.by)
    counted = kind(case.scheme, edge.by) == "count"
    known = parts.units.rolled.rows.cells.has("orders")
    orders = sums if counted or not known else values(parts, Name("orders", "orders"))
    for total, n in zip(sums, orders, strict=True):
        if total is None or not n or n < 0 or (not counted and not known) or edge.at is None:
            found.append(None)
            continue
        one = total / n
        low, high = edge.at - one, edge.at + one
        found.append((low <= total < high, abs(float(total - edge.at)) <= abs(float(one)) * sqrt(n)))
    return found


def _near_words(case: SchemeCase, edge: Threshold, near: list[Nearness]) -> Text:
    orders, errors = len({n.who for n in near if n.one_order}), len({n.who for n in near if n.one_error})
    jumps = [n.jump for n in near if n.one_order or n.one_error]
    measure, of = aloud(case.scheme, edge.by, edge.component), len({n.who for n in near})
    value = both(lambda lang: quantity(edge.at or Fraction(0), kind(case.scheme, edge.by), lang))
    total = cost(case.scheme, sum(jumps, Fraction(0)))
    low, high = amount(min(jumps)), cost(case.scheme, max(jumps))
    each = high if min(jumps) == max(jumps) else Text(f"{low} to {high.en}", f"{low} 至 {high.zh}")
    worth = Text(f"{each.en} to each of them, {total.en} together", f"{each.zh}，合计 {total.zh}")
    if len(jumps) == 1:
        worth = total
    return Text(
        f"in {case.month}, {orders} of {of} people ended within one order of {measure.en} {value.en} and {errors} "
        f"within one standard error of it, where chance decides; crossing it is worth {worth.en}.",
        f"{case.month}：{of} 人中有 {orders} 人距{measure.zh} {value.zh} 不超过一单，{errors} 人在一个标准误之内，"
        f"由运气决定；跨过这一线每人值 {worth.zh}。",
    )


def find_torn_months(case: SchemeCase) -> Iterator[Finding]:
    """Look for people whose rows of a month differ in role, supervisor or shop, which the scheme does not divide."""
    if case.torn is None:
        return
    torn = sorted(_parted(case.original))
    people, months = [f"{agent} {month}" for month, agent in torn], sorted({month for month, _ in torn})
    n, when = len(people), months[0] if len(months) == 1 else f"{months[0]} – {months[-1]}"
    message = Text(
        f"in {n} month{'s' if n > 1 else ''} of people ({when}) rows of one person differ in role, supervisor or shop, "
        "and this component pays one month as a whole: write each: spell or each: shop. Here the last row stands for "
        "the others.",
        f"有 {n} 个人月（{when}）同一人的记录在岗位、主管或店铺上不一致，而该项目按整月计发：请写明 each: spell "
        "或 each: shop。此处以最后一行为准。",
    )
    yield case.torn.finding("rows-differ", "review", message, people=people)


class Unpaid(NamedTuple):
    """Parts of a month with something to be paid on, for which a rule has no value."""

    place: Place
    people: list[str]
    n_parts: int
    total: Fraction
    base: Text
    ratio: Text


def find_empty_parts(case: SchemeCase) -> Iterator[Finding]:
    """Look for parts of a month that earned something and have no ratio: sales paid after a change of shop earn 0."""
    for lost in _unpaid(case, has_ratio=False):
        sum_, n, is_one = cost(case.scheme, lost.total), lost.n_parts, lost.n_parts == 1
        message = Text(
            f"in {case.month}, {n} part{' of a month has' if is_one else 's of months have'} {lost.base.en} of "
            f"{sum_.en} but no {lost.ratio.en}, and {'earns' if is_one else 'earn'} 0: what is paid for after a change "
            "of shop was asked about in the part before.",
            f"{case.month}：有 {n} 段任职的{lost.base.zh}共 {sum_.zh}，因该段没有{lost.ratio.zh}而计 0：换店后付款的"
            "订单，其询单在前一段。",
        )
        yield lost.place.finding("part-without-ratio", "review", message, month=str(case.month), base=lost.total,
                                 people=lost.people)  # fmt: skip


def find_unvalued(case: SchemeCase) -> Iterator[Finding]:
    """Look for people with something to be paid on for whom the rule has no value: a table that lacks their shop."""
    for lost in _unpaid(case, has_ratio=True):
        sum_, n = cost(case.scheme, lost.total), len(lost.people)
        message = Text(
            f"in {case.month}, {n} {'person' if n == 1 else 'people'} with {lost.base.en} of {sum_.en} in all got "
            "nothing: the rule has no value for them (a parameter or table without their shop, role or city).",
            f"{case.month}：有 {n} 人（{lost.base.zh}共 {sum_.zh}）未得到任何金额：规则对其没有取值（参数表中没有其"
            "店铺、岗位或城市）。",
        )
        yield lost.place.finding("no-value", "review", message, month=str(case.month), base=lost.total,
                                 people=lost.people)  # fmt: skip


def _unpaid(case: SchemeCase, *, has_ratio: bool) -> Iterator[Unpaid]:
    """Yield what a rate has no value for, where what decides the tier is known or is not."""
    for place, parts in case.parts:
        component = parts.component
        by = next((component.by(table) for key, table in component.tables if key == "rate"), component.pay)
        divided = component.each in ("spell", "shop") and by is not component.pay
        if component.pay is None or by is None or not (has_ratio or divided):
            continue
        ratios = values(parts, by.node)
        lost = [
            (parts.units.name(i), base)
            for i, base in enumerate(values(parts, component.pay.node))
            if parts.status[i] == NO_VALUE and (ratios[i] is not None) == has_ratio and base is not None and base > 0
        ]
        if lost:
            people, total = sorted({name for name, _ in lost}), sum((base for _, base in lost), Fraction(0))
            base, ratio = (aloud(case.scheme, formula, component) for formula in (component.pay, by))
            yield Unpaid(place, people, len(lost), total, base, ratio)


def find_interpretations(case: SchemeCase) -> Iterator[Finding]:
    """Pay the months at hand under the other readings: by how much the words of the scheme are worth arguing about."""
    if case.ledger.empty:
        return
    paid, parted = _by_person(case.ledger), bool(len(_parted(case.measures)))
    found = {c.id: place for c, place in (*component_places(case.scheme), *deduction_rules(case.scheme))}
    for reading in other_interpretations(case.scheme):
        if reading.of_parts and not parted:
            continue
        try:
            other = _by_person(pay_history(reading.scheme, reading.measures(case.measures)))
        except ToolkitError:
            continue  # what cannot be paid this way is no reading of the scheme
        if ((other - paid).fillna(0) != 0).any():
            yield _reading_finding(found[reading.component], reading, (paid, other))


def find_scaled_awards(case: SchemeCase) -> Iterator[Finding]:
    """Look for months in which a fund scaled down what was earned: a promised award then paid less than it said."""
    cut = case.ledger[(case.ledger["step"] == "fund") & (case.ledger["amount"] < 0)]
    index = next((i for i, limit in enumerate(case.scheme.limits) if isinstance(limit, Fund)), None)
    if index is None or cut.empty:
        return
    by_month = cut.groupby("month")["amount"].sum()
    worst, n = str(by_month.idxmin()), case.ledger["month"].nunique()
    total, most = (priced(format_money(-int(cut)), case.scheme.currency) for cut in (by_month.sum(), by_month.min()))
    message = Text(
        f"the fund did not cover what was earned in {len(by_month)} of {n} months and scaled it down by {total.en} in "
        f"all; most in {worst}, by {most.en}.",
        f"{n} 个月中有 {len(by_month)} 个月因基金不足而缩减，共 {total.zh}；最多的是 {worst}，{most.zh}。",
    )
    place = Place(case.scheme, None, ("limits", index))
    yield place.finding("awards-scaled-down", "review", message, n_months=len(by_month), cut=-int(by_month.sum()) / 100)


def _parted(measures: pd.DataFrame) -> pd.Index:
    """Return the months and agents whose rows differ in role, team, shop, supervisor, inviter or base pay."""
    differ = ["month", "agent", *(c for c in SPELL_COLUMNS if c in measures)]
    counts = measures.loc[measures["agent"].notna(), differ].drop_duplicates().groupby(["month", "agent"]).size()
    return counts[counts > 1].index


def _by_person(ledger: pd.DataFrame) -> pd.Series:
    """Return minor units by month and agent."""
    return ledger.groupby(["month", "agent"])["amount"].sum()


def _reading_finding(place: Place, reading: Interpretation, paid: tuple[pd.Series, pd.Series]) -> Finding:
    one, other = paid
    months = sorted(set(one.index.get_level_values("month")))
    moved = (other - one).fillna(0).astype(np.int64)
    total, largest = int(moved.sum()), int(moved.iloc[moved.abs().argmax()])
    people = int((moved != 0).groupby(level="agent").any().sum())
    was, now = (priced(format_money(int(sums.sum())), place.scheme.currency) for sums in (one, other))
    change, most = (f"{'+' if v > 0 else ''}{format_money(v)}" for v in (total, largest))
    message = Text(
        f"read as {reading.label.en}, {months[0]} to {months[-1]} would have paid {now.en} in place of {was.en} "
        f"({change}); it moves {people} {'person' if people == 1 else 'people'}, in one month by {most} at most.",
        f"若理解为{reading.label.zh}，{months[0]} 至 {months[-1]} 应发为 {now.zh}，而非 {was.zh}（{change}）；涉及 "
        f"{people} 人，单月最多 {most}。",
    )
    numbers = {"paid": int(one.sum()) / 100, "otherwise": int(other.sum()) / 100, "largest": largest / 100}
    return place.finding("reading-differs", "info", message, reading=reading.label.en, n_people=people, **numbers)
