"""What a name means: the rows of a measures file, found by payee, group and period, and rolled up on request.

A row is a dict of the file's columns: counts and money as integers (money in minor units), averages as exact
numbers, texts as str, days as date; None is blank. Values handed out are major units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.proofs.oracle.calendar import month_end, quarter, shifted, year

Row = dict[str, Any]
CONFLICTING = ("role", "supervisor", "inviter", "base_pay")
SPELL = ("role", "team", "shop", "supervisor", "inviter", "base_pay")
FROM_LINES = ("sales", "units", "discount", "cost", "orders")


class OracleError(Exception):
    """The rule cannot be applied to these rows: the toolkit must refuse them too."""


class Rows:
    """The rows of some months, by agent and by every group an agent can be in."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.all = list(rows)

    def by(self, column: str) -> dict[str, list[Row]]:
        """Rows by the value of a column, blanks left out."""
        found: dict[str, list[Row]] = {}
        for row in self.all:
            if row.get(column) is not None:
                found.setdefault(row[column], []).append(row)
        return found

    @cached_property
    def agent(self) -> dict[str, list[Row]]:
        return self.by("agent")

    @cached_property
    def team(self) -> dict[str, list[Row]]:
        return self.by("team")

    @cached_property
    def shop(self) -> dict[str, list[Row]]:
        return self.by("shop")

    @cached_property
    def supervisor(self) -> dict[str, list[Row]]:
        return self.by("supervisor")

    @cached_property
    def inviter(self) -> dict[str, list[Row]]:
        return self.by("inviter")


class Book:
    """A measures file: its rows by month."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.months: dict[str, list[Row]] = {}
        for row in rows:
            self.months.setdefault(row["month"], []).append(row)
        self.columns = {name for rows_ in self.months.values() for row in rows_[:1] for name in row}
        self._found: dict[tuple[str, ...], Rows] = {}

    def of(self, months: tuple[str, ...]) -> Rows:
        """The rows of `months`."""
        if months not in self._found:
            self._found[months] = Rows(row for month in months for row in self.months.get(month, ()))
        return self._found[months]


class RowView:
    """One row, for conditions on payees and rows and for definitions per row."""

    __slots__ = ("day", "row", "rule")

    def __init__(self, rule: Any, row: Row, day: date) -> None:
        self.rule, self.row, self.day = rule, row, day

    def get(self, name: str) -> Any:
        if name in self.row:
            value = self.row[name]
            return Fraction(value, 100) if value is not None and self.rule.is_money(name) else value
        if name in self.rule.define:
            return self.rule.define[name][0](self)
        return self.rule.parameter(name, self.day, lambda key: self.row.get(key))


class View:
    """Some rows rolled up for one payee (None for a pool or fund): `rows` are measured, `own` say who is paid."""

    __slots__ = ("agent", "component", "factor", "memo", "months", "own", "pool", "rows", "run")

    def __init__(
        self,
        run: Any,
        rows: list[Row],
        own: list[Row],
        months: tuple[str, ...],
        component: Any = None,
        given: dict[str, Any] | None = None,
    ) -> None:
        self.run, self.rows, self.own, self.months, self.component = run, rows, own, months, component
        self.memo: dict[str, Any] = dict(given) if given else {}
        self.factor: Fraction | None = Fraction(1)  # of targets
        self.agent = own[0].get("agent") if own else None
        self.pool: tuple[str, str] | None = None  # the column and group of a pool

    @property
    def day(self) -> date:
        """The day as of which dated parameters count: the last of the component's period."""
        last, campaign = month_end(self.months[-1]), self.component and self.component.campaign
        return min(last, campaign[1]) if campaign else last

    def get(self, name: str) -> Any:
        if name not in self.memo:
            self.memo[name] = self._find(name)
        return self.memo[name]

    def _find(self, name: str) -> Any:
        rule = self.run.rule
        if name.startswith("target_"):
            value = self._target(name)
            return None if value is None or self.factor is None else value * self.factor
        if name in rule.columns:
            if name not in self.run.book.columns:
                raise OracleError(f"unknown name {name}")
            weight = rule.columns[name].get("average_by")
            value = self._average(name, weight) if weight else self._sum(name)
            return Fraction(value) / 100 if value is not None and rule.is_money(name) else value
        if name in rule.define:
            evaluate, per_row = rule.define[name]
            return self._added(evaluate) if per_row else evaluate(self)
        if name in rule.parameters:
            return rule.parameter(name, self.day, self.attribute)
        return self.attribute(name)

    def _sum(self, name: str) -> int | None:
        total = 0
        for row in self.rows:
            value = row[name]
            if value is None:
                return None
            total += value
        return total if self.rows else None

    def _average(self, name: str, weight: str) -> Any:
        total, weights = Fraction(0), 0
        for row in self.rows:
            if row[weight] == 0:
                continue
            if row[weight] is None or row[name] is None:
                return None
            total += Fraction(row[name]) * row[weight]
            weights += row[weight]
        return total / weights if weights else None

    def _added(self, evaluate: Callable[[Any], Any]) -> Any:
        values = [evaluate(RowView(self.run.rule, row, self.day)) for row in self.rows]
        return None if None in values or not values else sum(values)

    def _target(self, name: str) -> Any:
        """One value an agent and month, added or averaged as its measure is."""
        measure, rule = name.removeprefix("target_"), self.run.rule
        cells: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            cells.setdefault((row["agent"], row["month"]), []).append(row)
        if not cells:
            return None
        denominator = rule.denominator(measure)
        total, weights = Fraction(0), Fraction(0)
        for rows in cells.values():
            values = {row[name] for row in rows}
            if len(values) > 1:
                raise OracleError(f"{name} has two values for one agent and month")
            value = values.pop()
            if len(cells) == 1:
                return Fraction(value) / (100 if rule.is_money(measure) else 1) if value is not None else None
            weight = Fraction(1) if denominator is None else denominator(View(self.run, rows, rows, self.months))
            if weight == 0:
                continue
            if weight is None or value is None:
                return None
            total += Fraction(value) * weight
            weights += weight
        if denominator is not None:
            return total / weights if weights else None
        return total / 100 if rule.is_money(measure) else total

    def attribute(self, name: str) -> Any:
        """The payee's one value of an attribute."""
        if name not in self.run.book.columns:
            raise OracleError(f"unknown name {name}")
        values = {row.get(name) for row in self.own}
        if len(values) > 1:
            raise OracleError(f"{name} differs between the payee's rows")
        value = values.pop() if values else None
        return Fraction(value, 100) if value is not None and name == "base_pay" else value

    def streak(self, component: str) -> int:
        return self.run.streak(self.agent, component)

    def values_of_group(self, asked: Any) -> list[Any]:
        """What is known of those who have the payee's value of `within`, or of the payee alone, in this period."""
        return self._of_group(asked, self.months) or []

    def record(self, asked: Any, over: Any) -> Any:
        """The best of earlier periods, None when a required one is missing."""
        here = self.months[-1]
        if over == "all":
            months = sorted(month for month in self.run.book.months if month < here)
        else:
            months = [shifted(here, -k) for k in range(1, 1 + (1 if over == "last_month" else over[1]))]
        found = [self._of_group(asked, (month,)) for month in months]
        known = [asked.pick(values) for values in found if values]
        return asked.pick(known) if known and (over == "all" or len(known) == len(found)) else None

    def _of_group(self, asked: Any, months: tuple[str, ...]) -> list[Any] | None:
        group = self.attribute(asked.within) if asked.within else self.agent
        return None if group is None else self.run.asked(self.component, months, asked).get(group)

    def to_date(self, inner: Callable[[Any], Any], over: str) -> Any:
        """`inner` over the rows that count from the first month of the calendar year or quarter on."""
        last = self.months[-1]
        whole = year(last) if over == "year" else quarter(last)
        return inner(self.run.view_to_date(self, tuple(month for month in whole if month <= last)))
