"""One scheme paying one month: what every step reads, when a component is paid, and over which rows.

When a component is paid, and over which rows.
Quarter and year are calendar and paid in their last month; a campaign in the month of its last day; with
``accumulate`` every month, to date. A quarter or year is paid by the version of its last month over all its rows;
a month or campaign counts a row only if the version (or campaign) covers all of the row's days.

One scheme paying one month: what every step reads, and the findings it leaves.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import truth
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.groups import Index, Mask, Members, distinct
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.ledger import Block, Entry
from toolkit.rules.pay.measures import MeasureColumns
from toolkit.rules.pay.order_lines import LineCells, assign, no_lines, specificity
from toolkit.rules.pay.payees import PayeeRows, Payees, base_rows, build_payees, people_units, with_lines
from toolkit.rules.pay.rollup import MeasureRows
from toolkit.rules.scheme.document import Component, Guarantee, InForce
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme

_LENGTH = {"month": 1, "quarter": 3, "year": 12}
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of one payment.

    Parameters
    ----------
    first, last : months whose rows count, both included.
    day : the day parameters are read as of.
    days : days a row must lie within; None when its month is enough.
    """

    first: Month
    last: Month
    day: date
    days: InForce | None


def span_paid(scheme: Scheme, component: Component, month: Month) -> Span | None:
    """Return what a component pays in `month`, None when it pays nothing then."""
    span = span_around(scheme, component, month)
    if span is None:
        return None
    if component.accumulate:
        return Span(span.first, month, month.last_day, span.days)
    return span if span.last == month else None


def span_around(scheme: Scheme, component: Component, month: Month) -> Span | None:
    """Return the whole period of a component that `month` lies in."""
    period = scheme.period(component)
    if isinstance(period, InForce):
        last_day = period.to or period.from_
        first, last = Month.of(period.from_), Month.of(last_day)
        return Span(first, last, last_day, period) if first <= month <= last else None
    length = _LENGTH[period]
    first = month.shift(-((month.number - 1) % length))
    last = first.shift(length - 1)
    return Span(first, last, last.last_day, scheme.in_force if length == 1 else None)


def earlier(scheme: Scheme, component: Component, span: Span, back: int) -> Span | None:
    """Return the period `back` periods before `span`; a campaign has none."""
    period = scheme.period(component)
    if isinstance(period, InForce):
        return None
    length = _LENGTH[period]
    first = span.first.shift(-back * length)
    last = first.shift(length - 1)
    return Span(first, last, last.last_day, None)


def rows_in(cells: MeasureColumns, span: Span) -> Mask:
    """Return which rows count in a span.

    Raises
    ------
    InputError
        If a row lies across the first or last day that counts.
    """
    first, last = _number(span.first), _number(span.last)
    inside = (cells.month >= first) & (cells.month <= last)
    if span.days is None or (cells.first is None and span.days.covers(span.first.start, span.last.last_day)):
        return np.asarray(inside, bool)
    begins, ends = row_days(cells)
    low = span.days.from_.toordinal() - _EPOCH
    high = np.iinfo(np.int64).max if span.days.to is None else span.days.to.toordinal() - _EPOCH
    covered = (begins >= low) & (ends <= high)
    across = inside & ~covered & (begins <= high) & (ends >= low)
    if across.any():
        row = int(np.argmax(across))
        who = cells.agent_of(int(cells.person[row]))
        begin, end = span.days.from_, span.days.to
        en = f"a row of {who!r} lies across the days that count, {begin}" + (f" to {end}" if end else "")
        zh = f"{who!r} 有一行跨过了计发的日期：{begin} " + (f"至 {end}" if end else "起")
        fix = Text("give the rows their days: columns from and to", "给各行写明日期：from 和 to 两列")
        raise InputError([Problem("measures", Text(en, zh), fix=fix, code="row-across-change")])
    return np.asarray(inside & covered, bool)


def row_days(cells: MeasureColumns) -> tuple[Index, Index]:
    """Return the first and last day of each row, counted from 1970: its own days, else its whole month."""
    months = (cells.month - 1970 * 12).astype("datetime64[M]")
    starts = months.astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    if cells.first is None or cells.last is None:
        return starts, ends
    blank = np.iinfo(np.int64).min  # not-a-time
    return np.where(cells.first == blank, starts, cells.first), np.where(cells.last == blank, ends, cells.last)


def _number(month: Month) -> int:
    return month.year * 12 + month.number - 1


FirstPaid: TypeAlias = Mapping[str, Mapping[str, Fraction]]  # by component and payee


@dataclass(slots=True, eq=False)
class Run:
    """The context of one scheme and month; steps add to `findings`, `amounts` and the caches, nothing else.

    Parameters
    ----------
    scheme : the version that pays.
    cells : all rows of the measures.
    past : the ledger so far.
    month : payment month.
    lines : order lines; None when there are none.
    silent : leave no findings, as in a simulation.
    released : rows of step 10 that pay what earlier months held back.
    first : of a month that is paid again, what its components paid first, by agent; streaks read that.
    amounts : step-7 amounts paid so far in this run, by component and person.
    """

    scheme: Scheme
    cells: MeasureColumns
    past: EarlierLedger
    month: Month
    lines: LineCells | None = None
    silent: bool = False
    released: tuple[Entry, ...] = ()
    first: FirstPaid | None = None
    findings: list[Finding] = field(default_factory=list)
    amounts: dict[str, dict[int, Fraction]] = field(default_factory=dict)
    _rows: dict[Span, MeasureRows] = field(default_factory=dict)
    _bases: dict[Hashable, PayeeRows] = field(default_factory=dict)
    _units: dict[Hashable, Payees] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Number of agents: a person's replicate is its code over it."""
        return max(len(self.cells.agents), 1)

    @property
    def holds_back(self) -> bool:
        """Whether rows of step 10 are of use: paid again, only guarantees and rounded totals read them."""
        reads = self.scheme.rounds_total or any(isinstance(limit, Guarantee) for limit in self.scheme.limits)
        return self.first is None or reads

    def rows(self, span: Span) -> MeasureRows:
        """Return the rows that count in a span, with parameters as of its day."""
        if span not in self._rows:
            mask = rows_in(self.cells, span)
            cells = self.cells if mask.all() else self.cells.take(np.flatnonzero(mask))
            self._rows[span] = MeasureRows(cells, self.scheme.vocabulary, span.day)
        return self._rows[span]

    def base(self, component: Component, span: Span) -> PayeeRows:
        """Return the rows a component may look at in a span."""
        key = (_text(component.for_), _text(component.of), span)
        if key not in self._bases:
            self._bases[key] = base_rows(self.rows(span), component)
        return self._bases[key]

    def units(self, component: Component, span: Span, within: str = "", *, alike: bool = True) -> Payees:
        """Return the payees and parts of a component in a span.

        Parameters
        ----------
        within : divides the payees of a competition.
        alike : whether a payee's rows must agree in role, base pay and the like.
        """
        base = self.base(component, span)
        if component.lines is None and component.each != "order":
            key = (units_key(component, span, within), alike)
            if key not in self._units:
                self._units[key] = build_payees(base, component, within, alike=alike)
            return self._units[key]
        lines, payees = self.lines or no_lines(), build_payees(base, component, within, alike=alike)
        return with_lines(payees, component, lines, self._taken(lines, component, span))

    def people(self, for_: Formula | None, span: Span) -> Payees:
        """Return each payee who passes a condition as one unit, whatever its rows differ in."""
        everyone = Component.model_construct(id="people", for_=for_)
        shared = self._units.get((units_key(everyone, span, ""), True))
        return shared or people_units(self.base(everyone, span))

    def _taken(self, lines: LineCells, component: Component, span: Span) -> Mask:
        """Return the lines of a span a component may take, after the more specific components took theirs."""
        first, last = (m.year * 12 + m.number - 1 for m in (span.first, span.last))
        inside = (lines.month >= first) & (lines.month <= last)
        if component.lines is None:
            return np.asarray(inside, bool)
        masks = []
        for other in self.scheme.components:
            if other.lines is not None:
                holders = self._eligible(other, span)
                mine = inside & np.isin(lines.person, holders) & lines.matches(other.lines)
                masks.append((other.id, specificity(other.lines), mine))
        return assign(masks)[component.id]

    def _eligible(self, component: Component, span: Span) -> Index:
        """Return the persons a component's ``for`` holds for."""
        rows = self.rows(span)
        own = rows.cells.person >= 0
        if component.for_ is not None:
            own = own & np.broadcast_to(truth(component.for_.node, rows).yes, rows.cells.n)
        return distinct(rows.cells.person[own])[0]

    def note(self, code: str, subject: str, message: Text) -> None:
        """Leave a finding for people to review."""
        if not self.silent:
            self.findings.append(Finding(code, "review", subject, message, str(self.month)))

    def so_far(self, person: Index, paid: dict[str, Fraction]) -> Exact:
        """Return what the ledger paid each person, by payee."""
        if not paid:
            return Exact.constant(0).spread(len(person))
        return Exact.of_values([paid.get(self.cells.payee_of(p), Fraction(0)) for p in person.tolist()])


def units_key(component: Component, span: Span, within: str) -> Hashable:
    """Return what the payees and parts of a component without lines depend on, so that components share them."""
    pool = component.share is not None or component.undivided
    whose = (_text(component.for_), _text(component.of), component.level, component.include_self)
    return (*whose, pool, within or component.each, span)


def _text(formula: Formula | None) -> str | None:
    return None if formula is None else formula.text


def totals(blocks: list[Block], people: Index) -> Exact:
    """Return the sum of the rows of each person, `people` ascending; rows of others do not count."""
    total = Exact.constant(0).spread(len(people))
    for block in blocks:
        total = total + spread_to(people, block.person, block.amount)
    return total


def spread_to(people: Index, person: Index, amount: Exact) -> Exact:
    """Return the amounts added up by person of `people`, 0 for who has none."""
    if len(people) == len(person) and bool((people == person).all()):
        return amount.spread(len(people))
    if not len(people):
        return Exact.constant(0).spread(0)
    at = np.minimum(np.searchsorted(people, person), len(people) - 1)
    hit = np.flatnonzero(people[at] == person)
    members = Members.of(len(people), at[hit], hit)
    return members.sum(amount).otherwise(members.counts > 0, Exact.constant(0))
