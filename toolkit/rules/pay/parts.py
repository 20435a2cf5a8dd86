"""Steps 3 to 5 for one component: who is eligible, what each part is worth, capacity and proration."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.members import Index, Mask
from toolkit.rules.formula.truth import Truth
from toolkit.rules.pay.history import Memory
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET, PAID
from toolkit.rules.pay.payment import Payment, payment
from toolkit.rules.pay.periods import Span
from toolkit.rules.pay.ranks import Standing, by_payee, compete
from toolkit.rules.pay.run import Run
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import Capacity
from toolkit.rules.scheme.scalars import Formula

ZERO, ONE = Exact.constant(0), Exact.constant(1)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What a component evaluates to, unit by unit.

    Parameters
    ----------
    component, span, units : what was evaluated.
    payment : what each unit is worth by itself.
    standing : of the competition, None when there is none.
    status : of each unit: paid, not_met or no_value.
    capacity, proration : factors of each unit; None where there is none.
    worth : of each unit after its factors, 0 where it does not pay.
    """

    component: Component
    span: Span
    units: Units
    payment: Payment
    standing: Standing | None
    status: NDArray[np.int8]
    capacity: Exact | None
    proration: Exact | None
    worth: Exact


def evaluate_parts(run: Run, component: Component, span: Span) -> Parts:
    """Evaluate one component for everyone it is for."""
    units = run.units(component, span)
    memory = Memory(run, component, span, units)
    proration = _proration(run, component, units)
    target_share = proration if component.proration and component.proration.of == "target" else None
    rolled = units.rolled.remembering(memory, target_share)
    units = replace(units, rolled=rolled)
    standing = _standing(run, component, span, units)
    paid = payment(component, rolled, units.run) if standing is None else _won(standing, units)
    everyone = Truth(np.ones(units.n, bool), np.zeros(units.n, bool))
    met = everyone if component.when is None else _spread(truth(component.when.node, paid.scored or rolled), units.n)
    if standing is not None:
        met = _among(met, standing.competed)
    capacity = _capacity(run, component, units)
    proration = None if target_share is not None else proration
    value = paid.value
    for factor in (capacity, proration):
        value = value if factor is None else value * factor
    value = value.spread(units.n)
    paying = met.yes if value.ok is None else met.yes & value.ok
    status = np.full(units.n, PAID, np.int8)
    if not paying.all():
        status = np.where(paying, status, np.where(met.no, np.int8(NOT_MET), np.int8(NO_VALUE)))
        value = value.otherwise(paying, ZERO)
    return Parts(component, span, units, paid, standing, status, capacity, proration, value)


def _standing(run: Run, component: Component, span: Span, units: Units) -> Standing | None:
    """Hold the competition of a component that is one."""
    if component.rank is None:
        return None
    rivals = run.units(component, span, component.rank.within)
    rivals = replace(rivals, rolled=rivals.rolled.remembering(Memory(run, component, span, rivals), None))
    return by_payee(compete(run.scheme, component, rivals, str(run.month)), units)


def _won(standing: Standing, units: Units) -> Payment:
    contest = standing.contest
    return Payment(standing.prize, by=contest.by if contest.units.n == units.n else None)


def _among(met: Truth, competed: Truth) -> Truth:
    """Who did not compete is judged by that, whatever ``when`` says; who did keeps the place and is judged by it."""
    return Truth(met.yes & competed.yes, np.where(competed.yes, met.no, competed.no))


def _spread(answer: Truth, n: int) -> Truth:
    return Truth(np.broadcast_to(answer.yes, n), np.broadcast_to(answer.no, n))


def _capacity(run: Run, component: Component, units: Units) -> Exact | None:
    """Return min(1, per_day x days / of), 1 where `of` is 0; only a finding unless it is to be paid."""
    rule = component.capacity
    if rule is None:
        return None
    own = units.rolled.own_rows()
    served, room = number(rule.of.node, own), number(rule.per_day.node, own) * number(rule.days.node, own)
    none_served = (served.compare("==", ZERO)).yes
    factor = (room / served).smaller(ONE).otherwise(~none_served, ONE.only(room.valid))
    factor = factor.spread(units.n)
    for i in _noted(run, factor.compare("<", ONE).yes):
        _note_overload(run, rule, component, units.name(int(i)), factor.value(int(i)))
    return factor if rule.pay else None


def _noted(run: Run, mask: Mask) -> Index:
    return np.zeros(0, np.int64) if run.silent else np.flatnonzero(mask)


def _note_overload(run: Run, rule: Capacity, component: Component, who: str, factor: object) -> None:
    share = f"{float(factor):.1%}"  # type: ignore[arg-type]
    en = f"{who} had more than {rule.per_day.text} {rule.of.text} a day in {component.id}: capacity covers {share}"
    zh = f"{who} 在 {component.id} 中的 {rule.of.text} 超过每天 {rule.per_day.text}：能力覆盖 {share}"
    run.note("over-capacity", who, Text(en, zh))


def _proration(run: Run, component: Component, units: Units) -> Exact | None:
    """Return the share of the amount or of targets."""
    rule = component.proration
    return None if rule is None else clipped_share(run, rule.by, units, component.id)


def clipped_share(run: Run, formula: Formula, units: Units, what: str) -> Exact:
    """Return a share of each unit, from the payee's own rows, clipped to [0, 1] with a finding."""
    share = number(formula.node, units.rolled.own_rows()).spread(units.n)
    outside = (share.compare("<", ZERO) | share.compare(">", ONE)).yes
    for i in _noted(run, outside):
        who, value = units.name(int(i)), float(share.value(int(i)) or 0)
        taken = int(value > 1)
        en = f"the share {formula.text} of {who} is {value:.4g} in {what}; it was taken as {taken}"
        zh = f"{who} 在 {what} 中的比例 {formula.text} 为 {value:.4g}，按 {taken} 计算"
        run.note("share-clipped", who, Text(en, zh))
    return share.greater(ZERO).smaller(ONE) if outside.any() else share
