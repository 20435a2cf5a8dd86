"""Pools: who shares one, by what weight, up to which cap; divided without loss.

Division of a pool among its payees, without loss.
Spare cents go to the largest remainders; equal remainders are ordered by the digest of month, component and agent.

Pools: who shares one, by what weight, up to which cap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.groups import Index, Mask, Members, pairs_of
from toolkit.rules.pay.components import WITHOUT_VALUE, ZERO, Award, check_step, limit_error
from toolkit.rules.pay.division import share_out_groups, spare_cent_ranks
from toolkit.rules.pay.ledger import Facts
from toolkit.rules.pay.payees import Payees, member_units
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Share


@dataclass(frozen=True, slots=True, eq=False)
class _Pools:
    """Pools to divide, all at once; sums in major units.

    Parameters
    ----------
    member : the members of each pool (g,), one a row.
    counted : the weight of each member (m,), 0 for a blank or negative one.
    caps : the most each member gets, None for no cap.
    key : orders equal remainders.
    whole : whether parts are whole minor units (False keeps them exact).
    """

    member: Members
    counted: Exact
    caps: Exact | None
    key: Index
    whole: bool

    @property
    def weighed(self) -> Exact:
        """The sum of the weights of each pool."""
        return self._sum(self.counted)

    def divide(self, total: Exact, redistribute: bool) -> tuple[Exact, Exact]:
        """Return each member's part, and the part before the cap; nothing of a pool nobody has a weight in."""
        shared = self.weighed.num > 0
        first = part = self._split(total.otherwise(shared, ZERO), self.counted)
        if self.caps is None:
            return part, first
        part, excess = self._cut(part, self.caps, shared)
        while redistribute:
            open_ = part.compare("<", self.caps).yes & (self.counted.num > 0)
            weights = self.counted.otherwise(open_, ZERO)
            pays = (excess.num > 0) & (self._sum(weights).num > 0)
            if not pays.any():
                break
            part = part + self._split(excess.otherwise(pays, ZERO), weights)
            part, excess = self._cut(part, self.caps, shared)
        return part, first

    def _split(self, total: Exact, weights: Exact) -> Exact:
        if self.whole:
            cents = share_out_groups(total.rounded(), weights, self.member, self.key)
            return Exact.of_ints(cents, 100)
        of = self.member.group
        share = total.take(of) * weights / self._sum(weights).take(of)
        return share.otherwise(share.valid, ZERO)

    def _cut(self, part: Exact, caps: Exact, shared: Mask) -> tuple[Exact, Exact]:
        """Cut every part to its cap; return what that left over, too, by pool."""
        over = (part - caps).greater(ZERO).otherwise(shared[self.member.group], ZERO)
        return part - over, self._sum(over)

    def _sum(self, column: Exact) -> Exact:
        return self.member.sum(column).otherwise(self.member.counts > 0, ZERO)


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
    unshared: Index


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
    pool, at = pairs_of(_group(found.units), _group(units))
    units = units.take(at)
    weight = _weights(run, found, rule, units)
    pools = _Pools(
        Members.of(found.units.n, pool, np.arange(units.n)),
        weight.greater(ZERO).otherwise(weight.valid, ZERO),
        _caps(run, found, rule, units),
        spare_cent_ranks(run, found.component.id, units.holder),
        not run.scheme.rounds_total,
    )
    total = found.amount.spread(found.units.n)
    part, first = pools.divide(total.otherwise(total.valid, ZERO), rule.excess == "redistribute")
    weighed = pools.weighed
    unshared = np.flatnonzero(weighed.num == 0)
    return Division(units, pool, weight, weighed.take(pool), first, part, unshared)


def _group(units: Payees) -> Index:
    return units.run * (len(units.part.names) + 1) + units.part.codes


def _weights(run: Run, found: Award, rule: Share, units: Payees) -> Exact:
    if rule.by.text == "equal":
        return Exact.constant(1).spread(units.n)
    weights = number(rule.by.node, units.rolled).spread(units.n)
    for i in () if run.silent else np.flatnonzero(~weights.valid | (weights.num < 0)):
        who, what = units.name(int(i)), found.component.id
        was = Text("negative", "负数") if weights.valid[i] else Text("blank", "空白")
        en = f"{who} takes no part in the pool {what}: the weight {rule.by.text} is {was.en}"
        zh = f"{who} 不参与分配 {what}：权重 {rule.by.text} 为{was.zh}"
        run.note("weight-ignored", who, Text(en, zh))
    return weights


def _caps(run: Run, found: Award, rule: Share, units: Payees) -> Exact | None:
    if rule.cap is None:
        return None
    value = number(rule.cap.node, units.rolled).spread(units.n)
    for i in np.flatnonzero(~value.valid):
        raise limit_error("cap", found.component.id, WITHOUT_VALUE, units.name(int(i)))
    check_step(run, value, "cap", found.component.id, units.name)
    return value
