"""Step 10: a share of what a component pays is held back.

What a component pays is its own rows and its part of what caps and funds took. Each held part is a row that names the
month it is due in, so that the ledger alone says what is still to come (`rules.settle.releases`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.money import share_out, spare_cent_key
from toolkit.core.period import Month
from toolkit.rules.pay.ledger import Block, Entry, Facts
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Component

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class DeferralFacts(Facts):
    """What is held back.

    Parameters
    ----------
    paid, share, held : what the component pays, the share of it, and the part, in major units.
    due : the month in which it is released.
    """

    component: Component
    paid: Fraction
    share: Fraction
    held: Fraction
    due: str


LIMITS = ("limit", "fund")


def after_limits(amounts: Mapping[str, Fraction], limits: Fraction, month: str, agent: str) -> dict[str, Fraction]:
    """Divide what caps and funds took from an agent among the components that paid; whole cents stay whole.

    Parameters
    ----------
    amounts : by component, in major units.
    limits : sum of the limit and fund rows.
    month : payment month; orders equal remainders, with component and agent.
    """
    paying = [component for component, amount in amounts.items() if amount > 0]
    result = dict(amounts)
    if not limits or not paying:
        return result
    weights = [amounts[component] for component in paying]
    cents = limits * 100
    if cents.denominator == 1:
        keys = [spare_cent_key(month, component, agent) for component in paying]
        parts = [Fraction(part, 100) for part in share_out(int(cents), weights, keys)]
    else:
        parts = [limits * weight / sum(weights) for weight in weights]
    for component, part in zip(paying, parts, strict=True):
        result[component] += part
    return result


def deferrals(run: Run, blocks: Sequence[Block]) -> list[Entry]:
    """Return the rows that hold back shares of what this month pays so far, steps 4 to 9."""
    deferring = [component for component in run.scheme.components if component.defer]
    if not deferring:
        return []
    paid = _paid(blocks)
    month = str(run.month)
    found: list[Entry] = []
    for component in deferring:
        hold = _Hold.of(component, run.month)
        for person, (amounts, limits) in paid.items():
            if amounts.get(component.id, ZERO) > 0:
                left = after_limits(amounts, limits, month, run.cells.agent_of(person))
                found += hold.held(run.cells.payee_of(person), left[component.id])
    return found


def _paid(blocks: Sequence[Block]) -> dict[int, tuple[dict[str, Fraction], Fraction]]:
    """Return what each person is paid by component, and what limits and funds add to it."""
    paid: dict[int, dict[str, Fraction]] = {}
    limits: dict[int, Fraction] = {}
    for block in blocks:
        for person, amount in zip(block.person.tolist(), block.amount.spread(block.n).values(), strict=True):
            if person < 0 or not amount:
                continue
            if block.step in LIMITS:
                limits[person] = limits.get(person, ZERO) + amount
            else:
                mine = paid.setdefault(person, {})
                mine[block.component] = mine.get(block.component, ZERO) + amount
    return {person: (paid[person], limits.get(person, ZERO)) for person in sorted(paid)}


@dataclass(frozen=True, slots=True)
class _Hold:
    """How a component holds back in a month: the months its parts are due, and what each weighs, what is paid first."""

    component: Component
    month: str
    dues: tuple[str, ...]
    weights: tuple[Fraction, ...]

    @classmethod
    def of(cls, component: Component, month: Month) -> _Hold:
        parts = component.defer or ()
        shares = tuple(part.share for part in parts)
        dues = tuple(str(month.shift(int(part.after_months))) for part in parts)
        return cls(component, str(month), dues, (1 - sum(shares, ZERO), *shares))

    def held(self, agent: str, paid: Fraction) -> Iterator[Entry]:
        """Divide what the component pays into what is paid now and the parts held back; ties go to the earlier part."""
        cents = int(paid * 100)
        if cents <= 0:
            return
        _, *held = share_out(cents, self.weights, [f"{place:04d}" for place in range(len(self.weights))])
        for due, share, amount in zip(self.dues, self.weights[1:], held, strict=True):
            if amount:
                sum_ = Fraction(amount, 100)
                numbers = {"base": paid, "rate": share, "before_limits": sum_}
                facts = DeferralFacts(self.component, paid, share, sum_, due)
                yield Entry("defer", self.component.id, agent, -sum_, facts, self.month, scope=due, numbers=numbers)
