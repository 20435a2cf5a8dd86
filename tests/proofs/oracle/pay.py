"""The oracle: what a rule pays for a month, from the normative text of the language and nothing else.

Everything is a Fraction in major units. Built for proof, not for use: no messages, no traces, no shortcuts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from tests.proofs.oracle.calendar import month_end, month_start, quarter, year
from tests.proofs.oracle.components import component_rows, counted_rows, to_date
from tests.proofs.oracle.limits import settle
from tests.proofs.oracle.rule import Component, Rule
from tests.proofs.oracle.views import Book, OracleError, Row, Rows, RowView, View


class Paid(NamedTuple):
    """One ledger row; `eligible` False marks rows of people the component is not for."""

    month: str
    agent: str
    component: str
    step: str
    amount: Fraction
    scope: str = ""
    status: str = "paid"
    before: Any = None
    base: Any = None
    by: Any = None
    tier_from: Any = None
    rate: Any = None
    edge: bool = False
    eligible: bool = True
    origin: str = ""
    owed: Fraction = Fraction(0)
    manual: bool = False
    sold: Any = None


class Run:
    """One payment month of one rule."""

    def __init__(self, rule: Rule, book: Book, month: str, ledger: Iterable[Paid], lines: Iterable[Row]) -> None:
        self.rule, self.book, self.month, self.day = rule, book, month, month_end(month)
        self.out: list[Paid] = []
        self.seen: dict[str, list[Row]] = {}
        self.step_10: Callable[[dict[str, Fraction]], None] = lambda sums: None
        self.again = False
        self.on_limit = self.on_half = 0
        self._given = ledger
        self.lines: dict[str, list[Row]] = {}
        for line in lines:
            self.lines.setdefault(line["agent"], []).append(line)
        self._rows: dict[Any, Rows] = {}
        self._asked: dict[Any, dict[Any, list[Any]]] = {}

    def put(self, agent: str, component: str, step: str, amount: Fraction, **more: Any) -> None:
        self.out.append(Paid(self.month, agent, component, step, amount, **{"origin": self.month} | more))

    @cached_property
    def _ledger(self) -> dict[str, list[Paid]]:
        found: dict[str, list[Paid]] = {}
        for row in self._given:
            found.setdefault(row.agent, []).append(row)
        return found

    def ledger_of(self, agent: str) -> Sequence[Paid]:
        return self._ledger.get(agent, ())

    def rows(self, months: tuple[str, ...], campaign: tuple[date, date] | None = None) -> Rows:
        """The rows of a period that belong to this version, and to the campaign if there is one."""
        key = (months, campaign)
        if key not in self._rows:
            first, last = self.rule.in_force
            kept = [row for m in months[:-1] for row in self.book.months.get(m, ()) if _within(row, campaign)]
            version = (first, last or date.max)
            kept += [
                row for row in self.book.months.get(months[-1], ()) if _within(row, version) and _within(row, campaign)
            ]
            self._rows[key] = Rows(kept)
        return self._rows[key]

    def rows_so_far(self, months: tuple[str, ...], campaign: tuple[date, date] | None) -> Rows:
        """The rows of some months under every version, up to the last day of this one and of the campaign."""
        end = min(self.rule.in_force[1] or date.max, campaign[1] if campaign else date.max)
        return Rows(row for row in self.book.of(months).all if _within(row, (date.min, end)))

    def months_of_scheme(self) -> tuple[str, ...]:
        """The months of the period the scheme pays now, else the payment month."""
        whole = {"quarter": quarter, "year": year}.get(self.rule.period, lambda month: (month,))(self.month)
        return whole if whole[-1] == self.month else (self.month,)

    def period(self, component: Component) -> tuple[str, ...] | None:
        """The months a component is paid for now, None when it is not its time."""
        if component.campaign is not None:
            months, last = [], f"{component.campaign[1]:%Y-%m}"
            for m in sorted(self.book.months):
                if f"{component.campaign[0]:%Y-%m}" <= m <= last:
                    months.append(m)
            return tuple(months) if last == self.month else None
        if component.period == "month":
            return (self.month,)
        months_ = quarter(self.month) if component.period == "quarter" else year(self.month)
        if component.accumulate:
            return months_[: months_.index(self.month) + 1]
        return months_ if months_[-1] == self.month else None

    def asked(self, component: Component, months: tuple[str, ...], asked: Any) -> dict[Any, list[Any]]:
        """The known values of a period by group, of those who passed `for` and `among` then; absent is missing."""
        key = (component.id, months, asked.key)
        if key in self._asked:
            return self._asked[key]
        groups: dict[Any, dict[str, list[Row]]] = {}
        day, is_now = month_end(months[-1]), months[-1] == self.month
        rows = self.rows(months, component.campaign) if is_now else self.book.of(months)
        if component.level != "self" and component.share is None and not component.undivided:
            self._asked[key] = self._asked_at_level(component, months, asked, rows, day)
            return self._asked[key]
        for row in rows.all:
            agent = row["agent"]
            if agent is None or (component.who and component.who(RowView(self.rule, row, day)) is not True):
                continue
            group = row[asked.within] if asked.within else agent
            groups.setdefault(group, {}).setdefault(agent, []).append(row)
        found: dict[Any, list[Any]] = {}
        for group, agents in groups.items():
            views = [View(self, rows, rows, months, component) for rows in agents.values()]
            values = [asked.value(view) for view in views if asked.among(view) is True]
            found[group] = [value for value in values if value is not None]
        self._asked[key] = found
        return found

    def _asked_at_level(self, component: Any, months: Any, asked: Any, rows: Rows, day: date) -> dict[Any, list[Any]]:
        """The same where each one's figure is of the rows of the component's level: one group a payee."""
        found: dict[Any, list[Any]] = {}
        for agent, mine in rows.agent.items():
            own = [row for row in mine if component.who is None or component.who(RowView(self.rule, row, day)) is True]
            groups = {row[asked.within] for row in own} if asked.within else {agent}
            if not own:
                continue
            if len(groups) > 1:
                raise OracleError(f"{agent} has several values of {asked.within}")
            view = View(self, counted_rows(self, component, rows, own), own, months, component)
            value = asked.value(view)
            values = found.setdefault(groups.pop(), [])
            if asked.among(view) is True and value is not None:
                values.append(value)
        return found

    def view_to_date(self, view: View, months: tuple[str, ...]) -> View:
        """The rows of `months` that count for the payee or the pool of a view."""
        return to_date(self, view, months)

    def streak(self, agent: str, component: str) -> int:
        """Consecutive months, this one included, in which the component's own row was above 0 when first paid."""
        paid = {
            row.month: row.amount
            for row in self.ledger_of(agent)
            if (row.component, row.step) == (component, "component")
        }
        paid |= {
            r.month: r.amount
            for r in self.out
            if (r.agent, r.component, r.step) == (agent, component, "component") and not self.again
        }
        length, month = 0, self.month
        while paid.get(month, 0) > 0:
            length += 1
            month = _before(month)
        return length


def _before(month: str) -> str:
    day = month_start(month)
    return f"{day.year - 1}-12" if day.month == 1 else f"{day.year}-{day.month - 1:02d}"


def _within(row: Row, days: tuple[date, date] | None) -> bool:
    """Whether a row lies in the days; a row across their edge is an error, as is a part month without days."""
    if days is None:
        return True
    first, last = row.get("from"), row.get("to")
    if first is None or last is None:
        first, last = month_start(row["month"]), month_end(row["month"])
    if first >= days[0] and last <= days[1]:
        return True
    if last < days[0] or first > days[1]:
        return False
    raise OracleError("a row across a change")


def pay(rule: Rule, book: Book, month: str, ledger: Iterable[Paid] = (), lines: Iterable[Row] = ()) -> list[Paid]:
    """Steps 1-9 and 11 for `month`; `ledger` are this function's own earlier rows."""
    return run(rule, book, month, ledger, lines).out


def run(rule: Rule, book: Book, month: str, ledger: Iterable[Paid] = (), lines: Iterable[Row] = ()) -> Run:
    """`pay`, with the counts the proof publishes."""
    return complete(Run(rule, book, month, ledger, [line for line in lines if line["month"] == month]))


def complete(this: Run) -> Run:
    """Fill a run with its rows of steps 1-11."""
    for component in this.rule.components:
        months = this.period(component)
        if months is not None:
            component_rows(this, component, months)
    settle(this)
    return this
