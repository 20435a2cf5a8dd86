"""Step 15: deductions, in file order; what does not fit is dropped, or owed where it is carried."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from toolkit.core.money import round_to_step
from toolkit.rules.explain.trace import AwardTrace
from toolkit.rules.explain.trace_takings import DeductTrace
from toolkit.rules.pay.awards import Award, award
from toolkit.rules.pay.entries import Entry
from toolkit.rules.pay.ledger import RECEIVABLE, WITHHELD
from toolkit.rules.pay.periods import span_paid
from toolkit.rules.pay.run import Run
from toolkit.rules.pay.steps import is_payer
from toolkit.rules.scheme.document import Component
from toolkit.rules.settle.wage import Taker

STEP = "deduct"
ZERO = Fraction(0)


def deductions(taker: Taker) -> list[Entry]:
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


def _deduct(taker: Taker, component: Component, found: Award, row: int) -> list[Entry]:
    run: Run = taker.run
    agent, month = run.cells.agent_of(int(found.units.person[row])), str(run.month)
    exact = found.amount.value(row) or ZERO
    asked = Fraction(round_to_step(exact * 100, run.scheme.step, run.scheme.mode), 100)
    took = taker.take(agent, asked, component.kind or "")
    rest = asked - took.amount
    status = int(found.status[row])
    if rest and not component.carry:
        status = WITHHELD
    trace = DeductTrace(partial(AwardTrace(run, found, None), row), asked, took, component.carry)
    numbers = {"before_limits": asked}
    entries = [Entry(STEP, component.id, agent, -took.amount, trace, month, status, numbers=numbers)]
    if rest and component.carry:
        entries.append(Entry(STEP, component.id, agent, ZERO, trace, month, RECEIVABLE, owed=rest))
    return entries
