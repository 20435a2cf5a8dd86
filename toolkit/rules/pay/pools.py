"""Pools: who shares one, by what weight, up to which cap; divided without loss.

Division of a pool among its payees, without loss.
Spare cents go to the largest remainders; equal remainders are ordered by the digest of month, component and agent.

Pools: who shares one, by what weight, up to which cap.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from toolkit.core.money import share_out, spare_cent_key
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.groups import Index, pairs_of
from toolkit.rules.pay.components import WITHOUT_VALUE, Award, check_step, limit_error
from toolkit.rules.pay.ledger import Facts
from toolkit.rules.pay.payees import Payees, member_units
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Share


@dataclass(frozen=True, eq=False)  # without slots: what counts is worked out once
class PoolDivision:
    """One pool to divide.

    Parameters
    ----------
    total : what there is, in minor units.
    weights : of each payee; a blank or negative one counts 0.
    caps : the most each payee gets, None for no cap.
    keys : digests that order equal remainders.
    whole : whether parts are whole minor units (False keeps them exact).
    """

    total: Fraction
    weights: tuple[Fraction | None, ...]
    caps: tuple[Fraction, ...] | None
    keys: tuple[str, ...]
    whole: bool

    @cached_property
    def counted(self) -> tuple[Fraction, ...]:
        """The weights that count."""
        return tuple(w if w is not None and w > 0 else Fraction(0) for w in self.weights)

    @property
    def is_unshared(self) -> bool:
        """Whether nobody has a weight."""
        return not any(self.counted)

    def divide(self, redistribute: bool) -> tuple[list[Fraction], list[Fraction]]:
        """Return each payee's part, and the part before the cap."""
        if self.is_unshared:
            nothing = [Fraction(0)] * len(self.weights)
            return nothing, nothing
        first = self._split(self.total, list(range(len(self.weights))))
        parts = list(first)
        if self.caps is None:
            return parts, first
        excess = self._cut(parts)
        while redistribute and excess > 0:
            open_ = [i for i, part in enumerate(parts) if part < self.caps[i] and self.counted[i] > 0]
            if not open_:
                break
            for i, more in zip(open_, self._split(excess, open_), strict=True):
                parts[i] += more
            excess = self._cut(parts)
        return parts, first

    def _split(self, total: Fraction, who: list[int]) -> list[Fraction]:
        weights = [self.counted[i] for i in who]
        if not self.whole:
            whole = sum(weights, Fraction(0))
            return [total * weight / whole for weight in weights]
        return [Fraction(part) for part in share_out(int(total), weights, [self.keys[i] for i in who])]

    def _cut(self, parts: list[Fraction]) -> Fraction:
        """Cut every part to its cap; return what that left over."""
        excess = Fraction(0)
        for i, cap in enumerate(self.caps or ()):
            if parts[i] > cap:
                excess, parts[i] = excess + parts[i] - cap, cap
        return excess


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """What each member of each pool gets.

    Parameters
    ----------
    units : the members, a payee in a group each.
    pool : the pool of each member, a row of the award.
    weight : of each member.
    whole : sum of the weights that count, of each member's pool.
    first, part : each member's part before and after its cap, in major units.
    unshared : pools in which nobody has a weight.
    """

    units: Payees
    pool: Index
    weight: Exact
    whole: Exact
    first: Exact
    part: Exact
    unshared: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class ShareFacts(Facts):
    """What each payee's part of a pool was made of; `earlier` is what was paid before, where pay is to date."""

    run: Run
    found: Award
    division: Division
    earlier: Exact | None


@dataclass(frozen=True, slots=True, eq=False)
class UnsharedFacts(Facts):
    """Pools nobody had a weight in: which of the award's each row is."""

    run: Run
    found: Award
    pools: Index


def divide(run: Run, found: Award, rule: Share) -> Division:
    """Divide every pool of a component among its eligible payees."""
    units = member_units(run.base(found.component, found.span), found.component)
    pool, member = pairs_of(_group(found.units), _group(units))
    units = units.take(member)
    weights = _weights(run, found, rule, units)
    caps = _caps(run, found, rule, units)
    first, part = [Fraction(0)] * units.n, [Fraction(0)] * units.n
    whole, unshared = [Fraction(0)] * units.n, []
    for at in range(found.units.n):
        mine = [int(i) for i in np.flatnonzero(pool == at)]
        one = PoolDivision(
            (found.amount.spread(found.units.n).value(at) or Fraction(0)) * 100,
            tuple(weights[i] for i in mine),
            None if caps is None else tuple(caps[i] * 100 for i in mine),
            tuple(spare_cent_key(str(run.month), found.component.id, units.name(i)) for i in mine),
            not run.scheme.rounds_total,
        )
        parts, firsts = one.divide(rule.excess == "redistribute")
        weighed = sum(one.counted, Fraction(0))
        for i, mine_first, mine_part in zip(mine, firsts, parts, strict=True):
            first[i], part[i], whole[i] = mine_first / 100, mine_part / 100, weighed
        if one.is_unshared:
            unshared.append(at)
    weight, total, before, after = (Exact.of_values(values) for values in (weights, whole, first, part))
    return Division(units, pool, weight, total, before, after, unshared)


def _group(units: Payees) -> Index:
    return units.run * (len(units.part.names) + 1) + units.part.codes


def _weights(run: Run, found: Award, rule: Share, units: Payees) -> list[Fraction | None]:
    if rule.by.text == "equal":
        return [Fraction(1)] * units.n
    weights = number(rule.by.node, units.rolled).spread(units.n).values()
    for i, weight in enumerate(weights):
        if weight is None or weight < 0:
            who, what = units.name(i), found.component.id
            was = Text("blank", "空白") if weight is None else Text("negative", "负数")
            en = f"{who} takes no part in the pool {what}: the weight {rule.by.text} is {was.en}"
            zh = f"{who} 不参与分配 {what}：权重 {rule.by.text} 为{was.zh}"
            run.note("weight-ignored", who, Text(en, zh))
    return weights


def _caps(run: Run, found: Award, rule: Share, units: Payees) -> list[Fraction] | None:
    if rule.cap is None:
        return None
    value = number(rule.cap.node, units.rolled).spread(units.n)
    for i in np.flatnonzero(~value.valid):
        raise limit_error("cap", found.component.id, WITHOUT_VALUE, units.name(int(i)))
    check_step(run, value, "cap", found.component.id, units.name)
    return [v or Fraction(0) for v in value.values()]
