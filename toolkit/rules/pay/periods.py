"""When a component is paid, and over which rows.

Quarter and year are calendar and paid in their last month; a campaign in the month of its last day; with
``accumulate`` every month, to date. A quarter or year is paid by the version of its last month over all its rows;
a month or campaign counts a row only if the version (or campaign) covers all of the row's days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from toolkit.core.errors import InputError, Problem
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.rules.formula.members import Index, Mask
from toolkit.rules.pay.measures import Cells
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import InForce
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


def rows_in(cells: Cells, span: Span) -> Mask:
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


def row_days(cells: Cells) -> tuple[Index, Index]:
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
