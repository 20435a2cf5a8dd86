"""How much of a refund is taken back, by how long ago the sale was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from toolkit.core.period import Month
from toolkit.rules.formula.evaluate import Column, number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call
from toolkit.rules.pay.tiers import TierTable, above_edges, look_up
from toolkit.rules.scheme.document import Table
from toolkit.rules.scheme.vocabulary import Vocabulary
from toolkit.rules.settle.inputs import Refund


@dataclass(frozen=True, slots=True, eq=False)
class _Ages:
    """The ages a schedule is read for, and parameters on a day."""

    words: Vocabulary
    day: date
    ages: Exact

    def column(self, name: str) -> Column:
        return self.words.parameters[name].column(self.day, []) if name in self.words.parameters else self.ages

    def history(self, call: Call) -> Exact:
        raise TypeError(f"{call.function} in a schedule by age; the checks of the scheme let it pass")

    def volume_share(self, name: str) -> None:
        return None


def age_of(refund: Refund) -> int:
    """Return the whole months from the month of the sale to that of the refund."""
    then, now = Month.parse(refund.origin), Month.parse(refund.month)
    return (now.year - then.year) * 12 + now.number - then.number


@dataclass(frozen=True, slots=True)
class RefundShare:
    """What is left of one refund, and the share of it that counts."""

    order: str
    amount: Fraction
    share: Fraction


def share_of_refund(refunds: Sequence[Refund], table: Table | None, words: Vocabulary, day: date) -> list[RefundShare]:
    """Return what is left of some refunds, each at the share of its age; what is cancelled goes at the share it had.

    Parameters
    ----------
    refunds : in the order they happened; a negative one cancels the latest of its order, without an order of all.
    table : the schedule; None counts everything.
    day : on which its parameters are read.
    """
    shares = _shares(table, [age_of(refund) for refund in refunds], words, day)
    found: list[RefundShare] = []
    for refund, share in zip(refunds, shares, strict=True):
        if refund.amount >= 0:
            found.append(RefundShare(refund.order, refund.amount, share))
        else:
            _cancel(found, refund)
    return [one for one in found if one.amount]


def _cancel(found: list[RefundShare], refund: Refund) -> None:
    """Take what a cancellation returns off the latest refunds."""
    left = -refund.amount
    for at in range(len(found) - 1, -1, -1):
        one = found[at]
        if refund.order and one.order != refund.order:
            continue
        gone = min(left, one.amount)
        found[at], left = replace(one, amount=one.amount - gone), left - gone


def _shares(table: Table | None, ages: list[int], words: Vocabulary, day: date) -> list[Fraction]:
    if table is None or not ages:
        return [Fraction(1)] * len(ages)
    env = _Ages(words, day, Exact.of_values(ages))
    edges = tuple(None if tier.from_ is None else number(tier.from_.node, env) for tier in table.tiers)
    values = tuple(number(tier.rate.node, env) for tier in table.tiers if tier.rate is not None)
    below = None if table.below is None else number(table.below.node, env)
    found = look_up(TierTable(table.mode, edges, above_edges(table), values, below), env.ages).value.spread(len(ages))
    return [min(max(share or Fraction(0), Fraction(0)), Fraction(1)) for share in found.values()]
