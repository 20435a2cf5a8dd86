"""Steps 8, 9 and 11: what a person or everyone together may be paid at most, and a person at least.

Each limit appends rows and rewrites none. A limit's ``for`` reads the payee's rows of the payment month, else those
of the longest period paid. A later cap acts on what the earlier ones left; likewise a later fund or guarantee.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from toolkit.core.period import Month
from toolkit.rules.awards import check_step, limit_error
from toolkit.rules.document import Cap, Component, Guarantee
from toolkit.rules.evaluate import number
from toolkit.rules.exact import Exact
from toolkit.rules.fields import Formula
from toolkit.rules.labels import Labels
from toolkit.rules.ledger import PAID, RECEIVABLE, WITHHELD, Block
from toolkit.rules.members import Index
from toolkit.rules.parts import clipped_share
from toolkit.rules.periods import Span
from toolkit.rules.run import Run, totals
from toolkit.rules.trace_limits import LimitTrace, ReceivableTrace
from toolkit.rules.units import Units, people_units

STEPS_4_TO_9 = ("component", "limit", "fund")


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """The people one limit is about, and its value for each.

    Parameters
    ----------
    person : ascending (m,).
    value : in major units.
    """

    person: Index
    value: Exact


def cap_blocks(run: Run, limit: Cap, place: int, spans: list[Span], blocks: list[Block]) -> list[Block]:
    """Return the rows of one person cap, given the rows so far."""
    people = paid_people(blocks)
    found = _values(run, limit.for_, spans, people, lambda units: number(limit.cap.node, units.rolled))
    check_step(run, found.value, "cap", "limits", lambda i: run.cells.agent_of(int(found.person[i])))
    total = totals(blocks, found.person)
    before = _paid_this_year(run, found.person) if limit.period == "year" else [Fraction(0)] * len(found.person)
    carried = _carried(run, limit, place, found.person)
    changes = [
        _change(sum_ or Fraction(0), (cap or Fraction(0)) - paid, kept)
        for sum_, cap, paid, kept in zip(total.values(), found.value.values(), before, carried, strict=True)
    ]
    at = np.array([i for i, change in enumerate(changes) if change], np.int64)
    if not len(at):
        return []
    amount = Exact.of_values([changes[i] for i in at])
    cap = found.value.take(at)
    return [
        Block(
            component="",
            step="limit",
            person=found.person[at],
            amount=amount,
            status=np.array([WITHHELD if changes[i] < 0 else PAID for i in at], np.int8),
            explain=LimitTrace(limit, total.take(at), cap, amount, Exact.of_values([before[i] for i in at])),
            scope=_scope(place, len(at)),
            numbers={
                "base": (total.take(at), "money"),
                "by_value": (cap, "money"),
                "before_limits": (total.take(at), "money"),
            },
        )
    ]


def _change(total: Fraction, room: Fraction, carried: Fraction) -> Fraction:
    """Return what a cap takes (never more than there is), or gives back of what it withheld before."""
    if total > room:
        return -min(total - room, max(total, Fraction(0)))
    return min(carried, room - total)


def guarantee_blocks(run: Run, limit: Guarantee, place: int, blocks: list[Block]) -> list[Block]:
    """Return the rows that top people up, and the receivables of what is recoverable."""
    found = _values(run, limit.for_, [month_span(run)], None, lambda units: _guaranteed(run, limit, units))
    total = totals(blocks, found.person)
    short = (found.value - total).greater(Exact.constant(0))
    at = np.flatnonzero(short.num > 0)
    if not len(at):
        return []
    amount, sums, value = short.take(at), total.take(at), found.value.take(at)
    top_up = Block(
        component="",
        step="guarantee",
        person=found.person[at],
        amount=amount,
        status=np.full(len(at), PAID, np.int8),
        explain=LimitTrace(limit, sums, value, amount, None),
        scope=_scope(place, len(at)),
        numbers={"base": (sums, "money"), "by_value": (value, "money")},
    )
    if not limit.recoverable:
        return [top_up]
    receivable = replace(
        top_up,
        amount=Exact.constant(0).spread(len(at)),
        status=np.full(len(at), RECEIVABLE, np.int8),
        explain=ReceivableTrace(limit, amount),
        owed=amount,
    )
    return [top_up, receivable]


def _guaranteed(run: Run, limit: Guarantee, units: Units) -> Exact:
    """Return what each person is guaranteed, rounded unless only totals are."""
    value = number(limit.guarantee.node, units.rolled)
    if limit.prorate is not None:
        value = value * clipped_share(run, limit.prorate, units, "guarantee")
    value = value.spread(units.n)
    if run.scheme.rounds_total:
        return value
    return Exact.of_ints(value.rounded(run.scheme.step, run.scheme.mode), 100, value.ok)


def month_span(run: Run) -> Span:
    """Return the payment month as a span of the scheme."""
    in_force = run.scheme.in_force
    day = run.month.last_day if in_force.to is None else min(run.month.last_day, in_force.to)
    return Span(run.month, run.month, day, in_force)


def paid_people(blocks: list[Block]) -> Index:
    """Return the persons the rows so far are about."""
    persons = [block.person[block.person >= 0] for block in blocks]
    return np.unique(np.concatenate(persons)) if persons else np.zeros(0, np.int64)


def _values(
    run: Run, for_: Formula | None, spans: list[Span], people: Index | None, value: Callable[[Units], Exact]
) -> Limited:
    """Evaluate a limit on the first of `spans` in which each person has rows; `people` None is everyone with a row."""
    found: list[Limited] = []
    seen = np.zeros(0, np.int64)
    pseudo = Component.model_construct(id="limit", for_=for_)
    for span in spans:
        base = run.base(pseudo, span)
        units = people_units(base)
        wanted = ~np.isin(units.person, seen)
        if people is not None:
            wanted &= np.isin(units.person, people)
        units = units.take(np.flatnonzero(wanted))
        values = value(units).spread(units.n)
        for i in np.flatnonzero(~values.valid):
            raise limit_error("value", "limits", "is missing", units.name(int(i)))
        found.append(Limited(units.person, values))
        seen = np.union1d(seen, base.cells.person)
    person = np.concatenate([f.person for f in found])
    order = np.argsort(person)
    exact = found[0].value if len(found) == 1 else Exact.of_values([v for f in found for v in f.value.values()])
    return Limited(person[order], exact.take(order))


def _paid_this_year(run: Run, person: Index) -> list[Fraction]:
    """Return rows 4-9 of earlier payment months of the calendar year."""
    months = [str(Month(run.month.year, m)) for m in range(1, run.month.number)]
    paid = run.past.sums(months, STEPS_4_TO_9)
    return [paid.get(run.cells.agent_of(int(p)), Fraction(0)) for p in person]


def _carried(run: Run, limit: Cap, place: int, person: Index) -> list[Fraction]:
    """Return what this cap withheld in earlier months and has not given back, if it carries over."""
    if not limit.carry:
        return [Fraction(0)] * len(person)
    rows = run.past.rows
    months = sorted(set(rows["month"]))
    withheld = run.past.scoped(months, ("limit",), "")
    scope = _scope(place, 1).names[0]
    return [-withheld.get((run.cells.agent_of(int(p)), scope), Fraction(0)) for p in person]


def _scope(place: int, n: int) -> Labels:
    return Labels(np.zeros(n, np.int64), (f"limit {place + 1}",))
