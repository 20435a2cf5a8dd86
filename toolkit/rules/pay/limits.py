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
from toolkit.core.text import Lang
from toolkit.rules.explain.limits import CapTrace, GuaranteeTrace, ReceivableTrace, Said
from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.wording import Voice, equals, money
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.labels import Labels
from toolkit.rules.formula.members import Index
from toolkit.rules.pay.awards import WITHOUT_VALUE, check_step, limit_error
from toolkit.rules.pay.ledger import PAID, RECEIVABLE, WITHHELD, Block
from toolkit.rules.pay.parts import ZERO, clipped_share
from toolkit.rules.pay.periods import Span
from toolkit.rules.pay.run import Run, totals
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Cap, Component, Guarantee
from toolkit.rules.scheme.scalars import Formula

STEPS_4_TO_9 = ("component", "limit", "fund")


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """The people one limit is about, and its value for each.

    Parameters
    ----------
    person : ascending (m,).
    value : in major units.
    units : where each person's names are read, for the trace.
    """

    person: Index
    value: Exact
    units: tuple[Units, ...]

    def said(self, run: Run, formulas: list[Formula], at: Index) -> Said:
        """Return what says how the limit of the people at `at` came about: an amount, and the share of it, if any."""

        def said(row: int, lang: Lang) -> str:
            person, limit = int(self.person[at[row]]), self.value.value(int(at[row])) or Fraction(0)
            if len(formulas) == 1 and formulas[0].literal is not None:
                return money(limit)
            units, unit = next((u, int(i[0])) for u in self.units if len(i := np.flatnonzero(u.person == person)))
            speaker = Speaker(Voice(run.scheme, lang), units.rolled, unit)
            return _made(speaker, formulas, limit)

        return said


def _made(speaker: Speaker, formulas: list[Formula], limit: Fraction) -> str:
    """Say a limit with the numbers it is made of; a share counts from 0 to 1, and a guarantee is rounded."""
    amount, *shares = (speaker.value(formula.node) or Fraction(0) for formula in formulas)
    made, notes = [speaker.filled(formula.node, len(formulas) > 1) for formula in formulas], ""
    for at, share in enumerate(shares, 1):
        counted = min(max(share, Fraction(0)), Fraction(1))
        if share != counted:
            notes += speaker.voice.say(f", as {made[at]} counts as {counted}", f"，{made[at]}按 {counted} 计")
            made[at] = str(counted)
        amount *= counted
    text = f"{' × '.join(made)} {equals(money(amount))}{notes}"
    if amount == limit:
        return text
    return text + speaker.voice.say(f", rounded to {money(limit)}", f"，舍入为 {money(limit)}")


def cap_blocks(run: Run, limit: Cap, place: int, spans: list[Span], blocks: list[Block]) -> list[Block]:
    """Return the rows of one person cap, given the rows so far."""
    people = paid_people(blocks)
    found = _values(run, limit.for_, spans, people, lambda units: number(limit.cap.node, units.rolled))
    check_step(run, found.value, "cap", "limits", lambda i: run.cells.agent_of(int(found.person[i])))
    total = totals(blocks, found.person)
    before = _paid_this_year(run, found.person) if limit.period == "year" else ZERO.spread(len(found.person))
    room = found.value - before - total
    taken = (-room).greater(ZERO).smaller(total.greater(ZERO))
    change = -taken
    if limit.carry:
        withheld = _withheld_before(run, cap_scope(limit, place), found.person)
        change = change + withheld.greater(ZERO).smaller(room.greater(ZERO))
    at = np.flatnonzero(change.num != 0)
    if not len(at):
        return []
    cap, amount = found.value.take(at), change.take(at)
    return [
        Block(
            component="",
            step="limit",
            person=found.person[at],
            amount=amount,
            status=np.where(amount.num < 0, WITHHELD, PAID).astype(np.int8),
            explain=CapTrace(limit, found.said(run, [limit.cap], at), total.take(at), amount, before.take(at)),
            scope=_scopes(cap_scope(limit, place), len(at)),
            numbers={key: (value, "money") for key, value in _numbers(total.take(at), cap).items()},
        )
    ]


def _numbers(total: Exact, limit: Exact) -> dict[str, Exact]:
    return {"base": total, "by_value": limit, "before_limits": total}


def guarantee_blocks(run: Run, limit: Guarantee, place: int, blocks: list[Block]) -> list[Block]:
    """Return the rows that top people up, and the receivables of what is recoverable."""
    found = _values(run, limit.for_, [month_span(run)], None, lambda units: _guaranteed(run, limit, units))
    total = totals(blocks, found.person)
    short = (found.value - total).greater(ZERO)
    at = np.flatnonzero(short.num > 0)
    if not len(at):
        return []
    amount, sums, value = short.take(at), total.take(at), found.value.take(at)
    parts = [limit.guarantee, *([] if limit.prorate is None else [limit.prorate])]
    top_up = Block(
        component="",
        step="guarantee",
        person=found.person[at],
        amount=amount,
        status=np.full(len(at), PAID, np.int8),
        explain=GuaranteeTrace(found.said(run, parts, at), sums, amount),
        scope=_scopes(f"limit {place + 1}", len(at)),
        numbers={"base": (sums, "money"), "by_value": (value, "money")},
    )
    if not limit.recoverable:
        return [top_up]
    receivable = replace(
        top_up,
        amount=ZERO.spread(len(at)),
        status=np.full(len(at), RECEIVABLE, np.int8),
        explain=ReceivableTrace(limit, amount, run.month),
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
    return Span(run.month, run.month, run.month.last_day, run.scheme.in_force)


def paid_people(blocks: list[Block]) -> Index:
    """Return the persons the rows so far are about."""
    width = max((int(block.person.max(initial=-1)) for block in blocks), default=-1) + 1
    present = np.zeros(width + 1, bool)  # the last stands for nobody
    for block in blocks:
        present[block.person] = True
    return np.flatnonzero(present[:width])


def _values(
    run: Run, for_: Formula | None, spans: list[Span], people: Index | None, value: Callable[[Units], Exact]
) -> Limited:
    """Evaluate a limit on the first of `spans` in which each person has rows; `people` None is everyone with a row."""
    wanted = np.full(len(run.cells.agents) * run.cells.runs, people is None)
    if people is not None:
        wanted[people] = True
    persons, exact, read = list[Index](), list[Exact](), list[Units]()
    for span in spans:
        span = replace(span, day=spans[0].day)  # a limit is of the payment month, whatever period it pays
        base = run.base(Component.model_construct(id="limit", for_=for_), span)
        units = run.people(for_, span)
        units = units.take(np.flatnonzero(wanted[units.person]))
        found = value(units).spread(units.n)
        for i in np.flatnonzero(~found.valid):
            raise limit_error("value", "limits", WITHOUT_VALUE, units.name(int(i)))
        persons.append(units.person)
        exact.append(found)
        read.append(units)
        wanted[base.cells.person[base.cells.person >= 0]] = False
    return _merged(persons, exact, tuple(read))


def _merged(persons: list[Index], values: list[Exact], units: tuple[Units, ...]) -> Limited:
    """Put the people of several spans in order."""
    if not any(len(person) for person in persons[1:]):
        return Limited(persons[0], values[0], units)
    person = np.concatenate(persons)
    order = np.argsort(person)
    return Limited(person[order], Exact.of_values(v for value in values for v in value.values()).take(order), units)


def _paid_this_year(run: Run, person: Index) -> Exact:
    """Return rows 4-9 of earlier payment months of the calendar year."""
    months = [str(Month(run.month.year, m)) for m in range(1, run.month.number)]
    return run.so_far(person, run.past.sums(months, STEPS_4_TO_9))


def _withheld_before(run: Run, scope: str, person: Index) -> Exact:
    """Return what this cap withheld in earlier months and has not given back."""
    rows = run.past.scoped(run.past.months, ("limit", "adjustment"), "")
    return -run.so_far(person, {agent: amount for (agent, where), amount in rows.items() if where == scope})


def cap_scope(limit: Cap, place: int) -> str:
    """Return what the rows of a cap stand under: only what a cap withheld that carries it over is paid later."""
    return f"limit {place + 1}{', carried over' if limit.carry else ''}"


def _scopes(name: str, n: int) -> Labels:
    return Labels(np.zeros(n, np.int64), (name,))
