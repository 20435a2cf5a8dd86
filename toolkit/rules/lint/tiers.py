"""Checks of tiers and edges: what one more order earns there, where pay stands still, and where it falls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from toolkit.core.figures import percent
from toolkit.core.findings import Finding, Severity
from toolkit.core.text import Text
from toolkit.rules.explain.wording import quantity
from toolkit.rules.formula.expressions import Expression, Operation
from toolkit.rules.lint.reading import (
    ATTENDANCE,
    LOWER_IS_BETTER,
    QUALITY,
    RESULTS,
    aloud,
    amount,
    amounts,
    both,
    columns,
    comparisons,
    component_places,
    constant,
    cost,
    direction,
    example_base,
    kind,
    tables,
    times,
)
from toolkit.rules.pay.tiers import above_edges
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme, formulas

STEEP = Fraction(3, 2)
"""A jump to half as much again for one more order is one that a person must look at."""


@dataclass(frozen=True, slots=True)
class TierEdge:
    """A tier's edge: what is paid just below it and at it, in an example in major units, and the values that pay it.

    An edge `of_target` is a share of the target; where it decides on what is paid, the example's target is its base.
    """

    tier: int
    edge: Fraction
    before: Fraction
    after: Fraction
    base: Fraction
    low: Fraction
    high: Fraction
    of_target: bool = False

    @property
    def factor(self) -> Fraction | None:
        """How many times the pay below the edge is paid at it; None from nothing."""
        return self.after / self.before if self.before > 0 else None


def steps(scheme: Scheme, key: str, table: Table, component: Component) -> Iterator[TierEdge]:
    """Yield the edges of a table at which pay jumps or falls; edges without a fixed value are left out."""
    by, pay = component.by(table), component.pay
    edges = [constant(scheme, tier.from_) for tier in table.tiers]
    values = [constant(scheme, tier.rate if key == "rate" else tier.amount) for tier in table.tiers]
    below = constant(scheme, table.below)
    if table.mode == "cumulative":
        values = [sum((v or Fraction(0) for v in values[: i + 1]), Fraction(0)) for i in range(len(values))]
    lower = [below, *values[:-1]]
    for tier, (edge, low, high) in enumerate(zip(edges, lower, values, strict=True)):
        smooth = table.mode == "marginal" or (table.mode == "interpolated" and tier > 0)
        if edge is None or high is None or low is None or smooth:
            continue
        relative = table.relative_to is not None
        if key == "amount":
            yield TierEdge(tier, edge, low, high, Fraction(0), low, high, relative)
        elif by is None or pay is None or by.text != pay.text:
            base = example_base(scheme, pay)
            yield TierEdge(tier, edge, low * base, high * base, base, low, high, relative)
        else:
            counted = kind(scheme, pay) == "count"
            at = edge * example_base(scheme, pay) if relative else edge
            at = Fraction(ceil(at)) if counted else at
            yield TierEdge(tier, edge, low * (at - 1 if counted else at), high * at, at, low, high, relative)


def find_cliffs(scheme: Scheme) -> Iterator[Finding]:
    """Look for edges at which one more order pays a step of its own: people push orders over it, or give up."""
    for key, table, component, place in tables(scheme):
        by = component.by(table)
        for step in steps(scheme, key, table, component):
            if by is None or step.after <= step.before:
                continue
            steep = step.factor is None or step.factor >= STEEP
            message = _jump(scheme, by, step, above_edges(table)[step.tier])
            yield place.below("tiers", step.tier).finding(
                "cliff", "review" if steep else "info", message, edge=step.edge, before=step.before, after=step.after,
                jump=step.after - step.before, factor=step.factor, example_base=step.base,
            )  # fmt: skip


def _jump(scheme: Scheme, by: Formula, step: TierEdge, above: bool) -> Text:
    more = "" if step.factor is None else f" ({times(step.factor)})"
    edge = _point(scheme, by, step.edge, step.of_target)
    before, after = amount(step.before), cost(scheme, step.after)
    by_order = kind(scheme, by) == "money" or bool(columns(scheme, by) & RESULTS)
    one = Text("one more order", "多成交一单") if by_order else Text("one more", "再多一个")
    does = Text("exceeding", "超过") if above else Text("reaching", "达到")
    base = cost(scheme, step.base)
    pay = Text("the pay", "应发") if step.base < 1000 else Text(f"the pay on {base.en}", f"以 {base.zh}计的应发")
    return Text(
        f"{one.en}, {does.en} {edge.en}, takes {pay.en} from {before} to {after.en}{more}.",
        f"{one.zh}、{does.zh}{edge.zh} 时，{pay.zh}由 {before} 变为 {after.zh}{more}。",
    )


def find_all_or_nothing(scheme: Scheme) -> Iterator[Finding]:
    """Look for conditions at which everything is paid or nothing: the last order decides a whole month's award.

    A gate of quality, attendance or volume is named for information; one of the result itself must be looked at.
    """
    for component, place in component_places(scheme):
        if component.when is None:
            continue
        most = most_fixed(scheme, component)
        for gate, mild in gates(scheme, component):
            read = columns(scheme, gate)
            severity: Severity = "info" if mild or most is None else "review"
            yield place.below("when").finding(
                "all-or-nothing",
                severity,
                _gate(scheme, component, gate, most),
                jump=most,
                measures=sorted(read),
            )


def gates(scheme: Scheme, component: Component) -> Iterator[tuple[Operation, bool]]:
    """Yield the comparisons pay hangs on, ratios before anything else, and whether each is mild.

    Mild are conditions of quality or attendance, and a least volume where something else decides how much is paid.
    """
    if component.when is None:
        return
    found = [node for node in comparisons(component.when) if columns(scheme, node)]
    ratios = [node for node in found if any(kind(scheme, part) == "ratio" for part in node.parts)]
    decided = bool(component.tables) or component.rank is not None or component.score is not None
    for node in ratios or found:
        is_volume = decided and any(kind(scheme, part) == "count" for part in node.parts)
        yield node, is_volume or bool(columns(scheme, node) & (QUALITY | ATTENDANCE | LOWER_IS_BETTER))


def most_fixed(scheme: Scheme, component: Component) -> Fraction | None:
    """Return the fixed amount a condition decides on, None where the amount depends on measures."""
    fixed = [constant(scheme, formula) for formula in amounts(component)]
    return max((v for v in fixed if v is not None), default=None) if component.pay is None else None


def _gate(scheme: Scheme, component: Component, gate: Expression, most: Fraction | None) -> Text:
    sum_ = cost(scheme, most or Fraction(0))
    what = Text("the whole amount", "全部金额") if most is None else Text(sum_.en, f" {sum_.zh}")
    said = aloud(scheme, gate, component)
    return Text(
        f"all or nothing: {what.en} is paid if {said.en}, otherwise nothing.",
        f"全有或全无：{said.zh}时发放{what.zh}，否则不发。",
    )


def find_flat_stretches(scheme: Scheme) -> Iterator[Finding]:
    """Look for stretches in which doing more pays nothing more: work stops there, or is kept for the next month."""
    for key, table, component, place in tables(scheme):
        by = component.by(table)
        edges = [constant(scheme, tier.from_) for tier in table.tiers]
        known = [edge for edge in edges if edge is not None]
        grows = by is not None and any(columns(scheme, f) & columns(scheme, by) for f in formulas(table.tiers))
        if key != "amount" or by is None or not known or grows:
            continue
        stretches = [] if table.mode == "interpolated" else list(pairwise(known))
        low, high = max(stretches, key=lambda s: s[1] - s[0], default=(known[-1], known[-1]))
        relative = table.relative_to is not None
        yield place.finding("flat-stretch", "info", _flat(scheme, by, (low, high), known[-1], relative),
                            low=low, high=high, last=known[-1])  # fmt: skip


def _flat(scheme: Scheme, by: Formula, widest: tuple[Fraction, Fraction], last: Fraction, of_target: bool) -> Text:
    of, is_one = kind(scheme, by), widest[0] == widest[1]

    def said(value: Fraction) -> Text:
        if of_target:
            return Text(f"{percent(value)} of the target", percent(value))
        return both(lambda lang: quantity(value, of, lang))

    low, high, top = said(widest[0]), said(widest[1]), said(last)
    measure = aloud(scheme, by)
    measure = Text(measure.en, f"{measure.zh}目标完成率") if of_target else measure
    en = f"from {top.en} on nothing more is paid."
    zh = f"{measure.zh}超过 {top.zh} 后不再增加。"
    if is_one:
        return Text(en, zh)
    return Text(
        f"between {low.en} and {high.en} more {measure.en} pays nothing more; {en}",
        f"{measure.zh}在 {low.zh} 与 {high.zh} 之间多做不多得；{zh}",
    )


def find_caps_reached(scheme: Scheme) -> Iterator[Finding]:
    """Look for the base from which a component's cap stops pay: beyond it nothing more is earned this month."""
    for component, place in component_places(scheme):
        cap, base = constant(scheme, component.cap), None if component.times is not None else component.pay
        rates = [constant(scheme, tier.rate) for _, table in component.tables for tier in table.tiers]
        rates = [constant(scheme, component.rate)] if isinstance(component.rate, Formula) else rates
        rate = max((r for r in rates if r is not None), default=None)
        if cap is None or base is None or not rate or rate < 0:
            continue
        at = cap / rate
        said, top = _point(scheme, base, at), cost(scheme, cap)
        yield place.below("cap").finding(
            "flat-above-cap", "info",
            Text(f"at the highest rate the cap of {top.en} is reached at {said.en}; more earns nothing more.",
                 f"按最高比率，{said.zh} 时达到上限 {top.zh}，此后多做不多得。"), cap=cap, reached_at=at,
        )  # fmt: skip


def find_falling_pay(scheme: Scheme) -> Iterator[Finding]:
    """Look for edges at which doing better pays less: people stop short of them, and are punished when they do not."""
    for key, table, component, place in tables(scheme):
        by = component.by(table)
        way = 0 if by is None else direction(scheme, by.node)
        if by is None or not way:
            continue
        falls = [s for s in _knots(scheme, key, table, component) if (s.after - s.before) * way < 0]
        for step in falls:
            yield place.below("tiers", step.tier).finding(
                "pay-falls", "review", _fall(scheme, by, step, way),
                edge=step.edge, before=step.before, after=step.after,
            )  # fmt: skip


def _knots(scheme: Scheme, key: str, table: Table, component: Component) -> Iterator[TierEdge]:
    """Yield the edges of a table, and of an interpolated one each knot with the knot before it."""
    yield from steps(scheme, key, table, component)
    if table.mode == "interpolated":
        values = [constant(scheme, tier.rate if key == "rate" else tier.amount) for tier in table.tiers]
        edges = [constant(scheme, tier.from_) for tier in table.tiers]
        base = Fraction(1) if key == "amount" else example_base(scheme, component.pay)
        for tier, ((_, low), (edge, high)) in enumerate(pairwise(zip(edges, values, strict=True)), 1):
            if edge is not None and low is not None and high is not None:
                yield TierEdge(tier, edge, low * base, high * base, base, low, high)


def _fall(scheme: Scheme, by: Formula, step: TierEdge, way: int) -> Text:
    point = _point(scheme, by, step.edge, step.of_target)
    before, after = amount(step.before), cost(scheme, step.after)
    en, zh = (
        ("doing better pays less", "做得更好反而少得") if way > 0 else ("doing worse pays more", "做得更差反而多得")
    )
    return Text(f"{en}: at {point.en} {before} → {after.en}.", f"{zh}：{point.zh} 处 {before} → {after.zh}。")


def _point(scheme: Scheme, by: Formula, at: Fraction, of_target: bool = False) -> Text:
    """Say a measure with a value, or with the share of its target."""
    if of_target:
        name = aloud(scheme, by)
        return Text(f"{percent(at)} of the target for {name.en}", f"{name.zh}目标的 {percent(at)}")
    measure, value = aloud(scheme, by), both(lambda lang: quantity(at, kind(scheme, by), lang))
    return Text(f"{measure.en} {value.en}", f"{measure.zh} {value.zh}")


def find_two_readings(scheme: Scheme) -> Iterator[Finding]:
    """Look for tables on the base itself: whole amount or slice by slice is the commonest dispute about a table.

    Both are calculated at the last edge, and at it with the edge belonging to the tier below.
    """
    for key, table, component, place in tables(scheme):
        by = component.by(table)
        ladder = _rates(scheme, table)
        if key != "rate" or by is None or component.pay is None or by.text != component.pay.text or len(ladder) < 2:
            continue
        if table.mode not in ("slab", "marginal") or ladder[-1][0] <= 0:
            continue
        point = _point(scheme, by, ladder[-1][0], table.relative_to is not None)
        if table.relative_to is not None:
            ladder = [(edge * example_base(scheme, by), rate) for edge, rate in ladder]
        last = ladder[-1][0]
        lost = 1 if kind(scheme, by) == "count" else 0  # the k-th unit is paid at the tier it falls in
        whole, under, slices = last * ladder[-1][1], last * ladder[-2][1], _sliced(ladder, last, lost)
        message = _readings(scheme, point, (whole, under, slices), table)
        yield place.finding(
            "two-readings", "info", message, at=last, whole_amount=whole, edge_below=under, marginal=slices
        )


def _rates(scheme: Scheme, table: Table) -> list[tuple[Fraction, Fraction]]:
    """Return the edges and rates of a table; a first tier without an edge begins at 0."""
    pairs = [(constant(scheme, t.from_) if t.from_ else Fraction(0), constant(scheme, t.rate)) for t in table.tiers]
    return [(edge, rate) for edge, rate in pairs if edge is not None and rate is not None]


def _sliced(ladder: list[tuple[Fraction, Fraction]], base: Fraction, lost: int) -> Fraction:
    lows = [max(edge - lost, Fraction(0)) for edge, _ in ladder]
    ends = [*lows[1:], base]
    return sum(((end - low) * rate for low, end, (_, rate) in zip(lows, ends, ladder, strict=True)), Fraction(0))


def _readings(scheme: Scheme, point: Text, paid: tuple[Fraction, Fraction, Fraction], table: Table) -> Text:
    whole, under, slices = (cost(scheme, value) for value in paid)
    edge = under if above_edges(table)[-1] else whole
    chosen = Text(f"the whole amount: {edge.en}", f"全额按档，即 {edge.zh}")
    if table.mode == "marginal":
        chosen = Text(f"slice by slice: {slices.en}", f"分段计算，即 {slices.zh}")
    return Text(
        f"at {point.en} the whole amount at the last rate pays {whole.en} ({under.en} if the edge belongs to the "
        f"tier below), slice by slice {slices.en}; this scheme pays {chosen.en}.",
        f"{point.zh} 时，全额按最后一档为 {whole.zh}（若该点归下一档为 {under.zh}），分段计算为 {slices.zh}；"
        f"本方案为{chosen.zh}。",
    )
