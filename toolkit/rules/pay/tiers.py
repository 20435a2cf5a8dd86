"""Tier tables: which tier a value reaches, and what it pays. The one implementation, for a month and for a simulation.

An edge is decided exactly. Against a fixed edge ``p/q`` a money or count column compares integers; a ratio column
``n/d`` may compare correctly rounded floats when ``(|n| q + |p| d) < 2**53`` for its proven bounds, for then two
different fractions cannot round to the same float, nor change places; otherwise it is cross-multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.groups import Mask
from toolkit.rules.scheme.document import Table

Tiers = NDArray[np.signedinteger[Any]]
ZERO = Exact.constant(0)
FLOAT_EXACT = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class TierTable:
    """A table ready to be applied: its edges and values in order.

    Parameters
    ----------
    mode : slab, marginal, cumulative or interpolated.
    edges : lower edge of each tier; None for no lower limit, the first only.
    above : for each tier, whether its edge itself is not reached.
    values : rate, amount or points of each tier.
    below : what is paid below the first tier; None where nothing is.
    whole_units : whether the k-th unit is paid at the highest tier with from <= k.
    retroactive : for each tier of a marginal table, whether what lies below is paid at its rate once it is reached.
    inner : for each tier, what decided and gave its value where a table stands in it.
    """

    mode: str
    edges: tuple[Exact | None, ...]
    above: tuple[bool, ...]
    values: tuple[Exact, ...]
    below: Exact | None
    whole_units: bool = False
    retroactive: tuple[bool, ...] = ()
    inner: tuple[tuple[Exact, TierLookup] | None, ...] = ()
    _stock: list[Exact | None] = field(default_factory=list)

    def stock(self) -> Exact | None:
        """Return values and `below`, last, as one column if all are constants; made once."""
        if not self._stock:
            self._stock.append(_stock(self.values, self.below))
        return self._stock[0]


@dataclass(frozen=True, slots=True, eq=False)
class TierLookup:
    """What a table gave.

    Parameters
    ----------
    tier : index of the highest tier reached, -1 for none.
    value : the rate, amount or points read; for a marginal table what is paid.
    ladder : the table.
    """

    tier: Tiers
    value: Exact
    ladder: TierTable

    @property
    def edge(self) -> Exact:
        """Lower edge of the tier reached, no value where it has none."""
        edges = [Exact.constant(None) if edge is None else edge for edge in self.ladder.edges]
        found = pick(self.tier, edges, None)
        return found if self.value.ok is None else found.only(self.value.valid)

    @property
    def rate(self) -> Exact:
        """Rate of the tier reached, as the trace shows it."""
        return pick(self.tier, self.ladder.values, self.ladder.below) if self.ladder.mode == "marginal" else self.value


def above_edges(table: Table) -> tuple[bool, ...]:
    """Return for each tier whether its bound is ``above``."""
    return tuple((tier.bound or table.bound) == "above" for tier in table.tiers)


def look_up(ladder: TierTable, by: Exact, base: Exact | None = None) -> TierLookup:
    """Apply a table to each row.

    Parameters
    ----------
    by : what decides the tier.
    base : what a marginal table pays on; the same as `by`.
    """
    tier = reached(ladder, by)
    if ladder.mode == "marginal":
        value = _marginal(ladder, by if base is None else base)
    elif ladder.mode == "cumulative":
        value = _cumulative(ladder, tier)
    elif ladder.mode == "interpolated":
        value = _interpolated(ladder, by, tier)
    else:
        value = pick(tier, ladder.values, ladder.below, ladder.stock())
    for known in (by, *ladder.edges, *(ladder.values if ladder.mode == "marginal" else ())):
        value = value if known is None or known.ok is None else value.only(known.valid)
    return TierLookup(tier, value, ladder)


def reached(ladder: TierTable, by: Exact) -> Tiers:
    """Return the highest tier each value reaches, -1 for none; edges ascend, so reached tiers are counted."""
    tier = np.full(by.num.shape, -1, np.int8)
    quotient: NDArray[np.float64] | None = None
    for edge, above in zip(ladder.edges, ladder.above, strict=True):
        if edge is None:
            tier += np.int8(1)
            continue
        if _float_is_exact(by, edge):
            quotient = by.num / by.den if quotient is None else quotient
            limit = edge.num / edge.den
            hit: Mask = quotient > limit if above else quotient >= limit
        else:
            hit = _over(by, edge, above)
        tier = tier + hit.view(np.int8) if hit.shape == tier.shape else tier + hit.astype(np.int8)
    return tier


def _float_is_exact(by: Exact, edge: Exact) -> bool:
    if isinstance(by.den, int) or not edge.is_constant or by.num.dtype == object or by.den.dtype == object:
        return False
    largest = by.bound * edge.den_bound + edge.bound * by.den_bound
    return max(largest, by.bound, by.den_bound, edge.bound, edge.den_bound) < FLOAT_EXACT


def _over(by: Exact, edge: Exact, above: bool) -> Mask:
    """Compare exactly; a column over one denominator against a fixed edge compares integers."""
    if isinstance(by.den, int) and edge.is_constant:
        limit = (edge.value(0) or Fraction(0)) * by.den
        if edge.ok is None and abs(limit) < 2**62:
            least = limit.numerator // limit.denominator + 1 if above else -(-limit.numerator // limit.denominator)
            return np.asarray(by.num >= least, bool)
    return by.compare(">" if above else ">=", edge).yes


def pick(tier: Tiers, values: Sequence[Exact], below: Exact | None, stock: Exact | None = None) -> Exact:
    """Return the value of each row's tier, `below` for none (no value where there is no `below`)."""
    stock = stock or _stock(values, below)
    if stock is not None:
        return stock.take(tier) if below is not None else stock.take(tier).only(tier >= 0)
    result = Exact.constant(None) if below is None else below
    for index, value in enumerate(values):
        result = value.otherwise(tier == index, result)
    return result


def _stock(values: Sequence[Exact], below: Exact | None) -> Exact | None:
    """Return the values of the tiers and, last, of no tier (-1) as one column, if all are constants."""
    choices = [*values, ZERO if below is None else below]
    return Exact.of_values(c.value(0) for c in choices) if all(c.is_constant for c in choices) else None


def _cumulative(ladder: TierTable, tier: Tiers) -> Exact:
    total, sums = ZERO, []
    for value in ladder.values:
        total = total + value
        sums.append(total)
    return pick(tier, sums, ladder.below)


def _interpolated(ladder: TierTable, by: Exact, tier: Tiers) -> Exact:
    """Go along the line between knots, ``level + slope * by``; flat after the last and below the first."""
    slopes, levels = [], []
    knots = [(edge or ZERO, value) for edge, value in zip(ladder.edges, ladder.values, strict=True)]
    for (low, start), (high, end) in pairwise(knots):
        slopes.append((end - start) / (high - low))
        levels.append(start - slopes[-1] * low)
    return pick(tier, [*levels, ladder.values[-1]], ladder.below) + pick(tier, [*slopes, ZERO], ZERO) * by


def _marginal(ladder: TierTable, base: Exact) -> Exact:
    """Pay each slice at its rate, ``level + rate * base``; what lies below 0 pays nothing."""
    edges = [(edge or ZERO) for edge in ladder.edges]
    bounds, above = ladder.edges, ladder.above
    if ladder.whole_units:
        one = Exact.constant(1)
        whole = [-(-edge).floor() for edge in edges]
        edges, base = [edge - one for edge in whole], base.floor()
        bounds, above = tuple(whole), (False,) * len(whole)
    lows = tuple(edge.greater(ZERO) for edge in edges)
    level, levels = ZERO, []
    for low, before, rate, back in zip(
        lows, (ZERO, *ladder.values), ladder.values, ladder.retroactive or (False,) * len(lows), strict=False
    ):
        level = ZERO if back else level + (before - rate) * low
        levels.append(level)
    if any(ladder.retroactive):
        tier = reached(replace(ladder, edges=bounds, above=above), base)
        base = base.greater(ZERO)
    else:
        tier = reached(replace(ladder, edges=lows, above=(False,) * len(lows)), base)
    return pick(tier, levels, ZERO) + pick(tier, ladder.values, ZERO) * base
