"""Steps 14 and 15: what agents owe from earlier months is recovered, oldest first; then deductions, in file order.

What of a deduction does not fit is dropped, or owed where it is carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.money import round_to_step
from toolkit.rules.pay.components import Award, AwardFacts, award
from toolkit.rules.pay.earlier_ledger import ADJUSTMENT, EarlierLedger
from toolkit.rules.pay.ledger import RECEIVABLE, WITHHELD, Entry, Facts
from toolkit.rules.pay.run import Run, span_paid
from toolkit.rules.pay.steps import is_payer
from toolkit.rules.scheme.document import Component, Guarantee
from toolkit.rules.scheme.scheme import Scheme, component_of, version_of
from toolkit.rules.settle.month_inputs import VersionPaid
from toolkit.rules.settle.wage import Deductor, Taken

RECOVERY, DEDUCTION = "recovery", "deduct"
OWING = ("guarantee", "clawback", DEDUCTION, ADJUSTMENT, RECOVERY)
EARNED = ("component", "limit", "fund", "defer", "release")
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class RecoveryFacts(Facts):
    """What is recovered of a receivable.

    Parameters
    ----------
    component : None for a guarantee.
    origin : month the receivable goes back to.
    owed : before this row.
    took : what is taken now; below 0 what is given back.
    earned, guaranteed : a guarantee's is recovered from what the first is above the second; None for any other.
    """

    component: Component | None
    origin: str
    owed: Fraction
    took: Taken
    earned: Fraction | None = None
    guaranteed: Fraction = ZERO


@dataclass(frozen=True, slots=True, eq=False)
class DeductionFacts(Facts):
    """How a deduction came about, and what of it is taken.

    Parameters
    ----------
    award, row : what the amount was made of.
    asked : in major units.
    took : what is taken of it.
    carried : whether the rest stays owed rather than being dropped.
    """

    award: AwardFacts
    row: int
    asked: Fraction
    took: Taken
    carried: bool


@dataclass(slots=True)
class Receivable:
    """What an agent owes of one kind since one month.

    Parameters
    ----------
    component : "" for a guarantee, which `scope` then names.
    owed : now; below 0 if too much was recovered.
    guaranteed : what the guarantee was.
    """

    agent: str
    component: str
    origin: str
    scope: str
    owed: Fraction = ZERO
    guaranteed: Fraction = ZERO


def receivables(past: EarlierLedger) -> dict[tuple[str, str, str, str], Receivable]:
    """Return what is owed, by agent, component, month of origin and scope."""
    found: dict[tuple[str, str, str, str], Receivable] = {}
    for group in past.of_steps(OWING):
        for row in (group.row(i) for i, owed in enumerate(group.owed) if owed):
            key = (row.agent, row.component, row.origin, row.scope)
            one = found.setdefault(key, Receivable(*key))
            one.owed += row.owed
            if row.by_value is not None and not row.component:
                one.guaranteed = row.by_value
    return found


def recoveries(
    taker: Deductor, versions: Sequence[Scheme], past: EarlierLedger, now: Sequence[Entry], paid: Sequence[VersionPaid]
) -> list[Entry]:
    """Return the rows that recover what was owed before this month.

    Parameters
    ----------
    now : this month's rows of steps 12 and 13; what they lower is not recovered any more.
    paid : this month's rows of the scheme.
    """
    before = receivables(past)
    if not before:
        return []
    for entry in now:
        one = before.get((entry.agent, entry.component, entry.origin, entry.scope))
        if one is not None and entry.owed < 0:
            one.owed += entry.owed
    places = {c.id: i for s in versions for i, c in enumerate(s.components)} | {"": -1}
    order = sorted(before.values(), key=lambda r: (r.origin, places.get(r.component, len(places)), r.scope, r.agent))
    earned = _earned(paid, {one.agent for one in order if not one.component})
    entries = []
    for one in order:
        recovered = _recover(taker, versions, one, earned)
        if recovered is not None:
            entries.append(recovered)
    return entries


def _recover(taker: Deductor, versions: Sequence[Scheme], one: Receivable, earned: dict[str, Fraction]) -> Entry | None:
    """Recover what can be of one receivable; `earned` is lowered by what guarantees take."""
    component = component_of(versions, one.component, one.origin) if one.component else None
    pays = None if one.component else earned.get(one.agent, ZERO)
    if one.owed < 0:
        took = Taken(one.owed)
    elif pays is None:
        took = taker.take(one.agent, one.owed, _kind(component))
    elif str(taker.run.month) < _recover_from(versions, one):
        return None
    else:
        took = taker.take(one.agent, min(one.owed, max(pays - one.guaranteed, ZERO)), "overpayment")
        earned[one.agent] = earned.get(one.agent, ZERO) - took.amount
    taken = took.amount
    if not taken:
        return None
    facts = RecoveryFacts(component, one.origin, one.owed, took, pays, one.guaranteed)
    numbers = {"before_limits": one.owed}
    return Entry(
        RECOVERY, one.component, one.agent, -taken, facts, one.origin, scope=one.scope, owed=-taken, numbers=numbers
    )


def _kind(component: Component | None) -> str:
    return (component.kind if component is not None else None) or "overpayment"


def _recover_from(versions: Sequence[Scheme], one: Receivable) -> str:
    """Return the month from which a guarantee's top-up is recovered, as its own version says."""
    scheme = version_of(versions, one.origin)
    place = one.scope.removeprefix("limit ")
    if scheme is None or not place.isdigit() or int(place) > len(scheme.limits):
        return one.origin
    limit = scheme.limits[int(place) - 1]
    return (limit.recover_from if isinstance(limit, Guarantee) else None) or one.origin


def _earned(paid: Sequence[VersionPaid], agents: set[str]) -> dict[str, Fraction]:
    """Return what rows 4 to 10 pay some agents."""
    earned: dict[str, Fraction] = {}
    for one in paid if agents else ():
        for block in one.blocks:
            if block.step not in EARNED:
                continue
            for person, amount in zip(block.person.tolist(), block.amount.spread(block.n).values(), strict=True):
                agent = one.run.cells.payee_of(person)
                if amount and agent in agents:
                    earned[agent] = earned.get(agent, ZERO) + amount
    return earned


def deductions(taker: Deductor) -> list[Entry]:
    """Return the rows of the deductions of one version: one for everybody each is for."""
    entries: list[Entry] = []
    run = taker.run
    for component in run.scheme.components:
        span = span_paid(run.scheme, component, run.month)
        if component.deduct is None or span is None or not is_payer(run, component, span):
            continue
        as_amount = component.model_copy(update={"amount": component.deduct, "deduct": None})
        found = award(run, as_amount, span)
        for row in range(found.n):
            entries += _deduct(taker, component, found, row)
    return entries


def _deduct(taker: Deductor, component: Component, found: Award, row: int) -> list[Entry]:
    run: Run = taker.run
    agent, month = run.cells.payee_of(int(found.units.person[row])), str(run.month)
    exact = found.amount.value(row) or ZERO
    asked = Fraction(round_to_step(exact * 100, run.scheme.step, run.scheme.mode), 100)
    took = taker.take(agent, asked, component.kind or "")
    rest = asked - took.amount
    status = int(found.status[row])
    if rest and not component.carry:
        status = WITHHELD
    facts = DeductionFacts(AwardFacts(run, found), row, asked, took, component.carry)
    numbers = {"before_limits": asked}
    entries = [Entry(DEDUCTION, component.id, agent, -took.amount, facts, month, status, numbers=numbers)]
    if rest and component.carry:
        entries.append(Entry(DEDUCTION, component.id, agent, ZERO, facts, month, RECEIVABLE, owed=rest))
    return entries
