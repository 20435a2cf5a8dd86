"""Lines people must reach: every edge and condition on which a scheme's pay turns, and what stands on its two sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from toolkit.rules.formula.expressions import Expression, Name, Operation, names
from toolkit.rules.lint.facts import Place, by_of, constant, kind, places, tables
from toolkit.rules.lint.tiers import STEEP, gates, most_fixed, steps
from toolkit.rules.pay.tiers import above_edges
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme

NOTHING = Fraction(0)
# Larger than an edge by less than any ratio of whole numbers of customers: what must exceed the edge must reach this.
BEYOND = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Edge:
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


def edges(scheme: Scheme) -> Iterator[Edge]:
    """Yield the lines with a fixed value at which a known step is paid."""
    return (line for line in lines(scheme) if line.at is not None and line.gain > 0)


def lines(scheme: Scheme) -> Iterator[Edge]:
    """Yield the edges of tables, then the conditions."""
    for key, table, component, place in tables(scheme):
        by = by_of(table, component)
        if by is None or table.mode == "marginal":
            continue
        strict = above_edges(table)
        keyed = [tier.from_ is not None and _is_keyed(scheme, tier.from_.node) for tier in table.tiers]
        for step in steps(scheme, key, table, component):
            if step.after > step.before and not keyed[step.tier]:
                steep = step.factor is None or step.factor >= STEEP
                at, gain = place.below("tiers", step.tier), step.high - step.low
                yield Edge(component, at, by.node, step.edge, strict[step.tier], False, gain, key == "rate", steep)
        moving = any(tier.from_ is not None and constant(scheme, tier.from_) is None for tier in table.tiers)
        if moving or any(keyed) or table.relative_to is not None:
            yield Edge(component, place.below("tiers"), by.node, None, False, False, NOTHING, key == "rate", False)
    for component, place in places(scheme):
        for node, mild in gates(scheme, component):
            yield _of_condition(scheme, component, place.below("when"), (node, mild))


def _is_keyed(scheme: Scheme, node: Expression) -> bool:
    """Tell whether an expression reads a parameter that differs by shop, role or another column."""
    parameters = scheme.vocabulary.parameters
    return any(parameters[name].key for name in names(node) if name in parameters)


def _of_condition(scheme: Scheme, component: Component, place: Place, gate: tuple[Operation, bool]) -> Edge:
    """Return the line of a comparison, what must reach it told from what must stay at or below it."""
    node, mild = gate
    high, low = node.parts if node.sign in (">", ">=") else reversed(node.parts)
    least, most = constant(scheme, low), constant(scheme, high)
    if _is_keyed(scheme, node):
        least = most = None
    strict, fixed = node.sign in ("<", ">"), most_fixed(scheme, component) or NOTHING
    if least is not None and most is None and node.sign != "==":
        gain = fixed if not mild and least > 0 else NOTHING
        return Edge(component, place, high, least, strict, False, gain, False, not mild)
    by = node if most is None else low  # where neither side is fixed the whole comparison is the line
    return Edge(component, place, by, most, strict, True, NOTHING, False, not mild)


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
