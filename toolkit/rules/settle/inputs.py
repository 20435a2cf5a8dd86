"""What a month is settled with beside its measures: refunds, adjustments and the roster, read once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict

import pandas as pd

from toolkit.core.errors import InputError, Problem, UsageError, missing_column
from toolkit.core.period import Month
from toolkit.core.text import Text, Words
from toolkit.rules.formula.dictionary import FLAG_ATTRIBUTES, NUMBER_ATTRIBUTES

DAYS = ("joined_on", "left_on")
WHERE = ("shop", "team", "channel")  # columns that narrow an adjustment to some rows of an agent and month


class SettlementTables(TypedDict, total=False):
    """The tables `pay` takes beside the measures, in memory form: money in minor units, other numbers exact."""

    ledger: pd.DataFrame | None
    refunds: pd.DataFrame | None
    lines: pd.DataFrame | None
    adjustments: pd.DataFrame | None
    roster: pd.DataFrame | None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back to a customer after the month it was sold in was settled; negative: it was cancelled."""

    month: str
    agent: str
    origin: str
    amount: Fraction
    order: str
    component: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change entered by hand: an amount of a component, or a measure of some rows.

    Parameters
    ----------
    month, origin : of entry, and the month it is about.
    component, amount : of an amount of money, in major units.
    measure, factor, value : of a measure; `value` in the units of the column in memory.
    where : further columns its rows agree in.
    """

    month: str
    agent: str
    origin: str
    component: str
    amount: Fraction | None
    measure: str
    factor: Fraction | None
    value: Fraction | None
    where: tuple[tuple[str, str], ...]
    reason: str
    author: str
    approved_by: str

    @property
    def is_approved(self) -> bool:
        """Whether somebody approved it who neither entered it nor is paid by it."""
        by = self.approved_by.casefold()
        return by not in ("", self.author.casefold(), self.agent.casefold())


@dataclass(frozen=True, slots=True)
class Roster:
    """Who everybody is, for those the measures do not tell it of; by agent, blanks left out."""

    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def left_before(self, agent: str, day: date) -> bool:
        """Tell whether an agent had left before a day."""
        left = self.people.get(agent, {}).get("left_on")
        return left is not None and left < day

    def value(self, agent: str, name: str) -> Any:
        """Return an attribute, None if it is not known."""
        return self.people.get(agent, {}).get(name)


@dataclass(frozen=True, slots=True)
class SettlementInputs:
    """The tables beside the measures as values."""

    refunds: tuple[Refund, ...]
    adjustments: tuple[Adjustment, ...]
    roster: Roster

    @classmethod
    def of(cls, tables: SettlementTables) -> SettlementInputs:
        """Read the tables.

        Raises
        ------
        InputError
            If a needed column or value is missing, or an agent stands in the roster twice.
        """
        refunds = [_refund(row) for row in _rows(tables.get("refunds"), "refunds", _REFUND, _REFUND[:4])]
        found = _rows(tables.get("adjustments"), "adjustments", _ADJUSTMENT, ("month", "agent", "reason", "author"))
        return cls(tuple(refunds), tuple(_adjustment(row) for row in found), _roster(tables.get("roster")))

    @property
    def agents(self) -> Iterator[str]:
        """The people these tables name."""
        yield from (refund.agent for refund in self.refunds)
        yield from (adjustment.agent for adjustment in self.adjustments)


_REFUND = ("month", "agent", "origin_month", "amount", "order_id", "component")
_ADJUSTMENT = (
    *("month", "agent", "origin_month", "component", "amount", "measure", "factor", "value"),
    *("reason", "author", "approved_by", *WHERE),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table, with where it stands."""

    source: str
    number: int
    cells: Mapping[Hashable, Any]

    def text(self, name: str) -> str:
        value = self.cells.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number_of(self, name: str) -> Fraction | None:
        value: Any = self.cells.get(name)
        if _is_blank(value):
            return None
        if isinstance(value, float) and not value.is_integer():
            message = Text(f"{name!r} is an inexact float", f"{name!r} 是不精确的浮点数")
            raise InputError([self.problem(message, "inexact")])
        return Fraction(value if isinstance(value, (Decimal, Fraction)) else int(value))

    def month(self, name: str) -> str:
        try:
            return str(Month.parse(self.text(name)))
        except UsageError as error:
            message = Text(f"{name}: a month is written YYYY-MM", f"{name}：月份要写成 YYYY-MM")
            problem = Problem(self.source, message, self.number, 0, repr(self.text(name)), code="bad-month")
            raise InputError([problem]) from error

    def problem(self, message: Text, code: str, fix: Words = "") -> Problem:
        placed = Text(f"{message}, row {self.number}", f"第 {self.number} 行{message.zh}")
        return Problem(self.source, placed, self.number, fix=fix, code=code)


def _rows(frame: pd.DataFrame | None, source: str, known: Sequence[str], needed: Sequence[str]) -> list[_Row]:
    """Return the rows of a table; those that lack what every row needs are reported all at once.

    The index numbers the rows, as they stand in the file where the table was read from one.
    """
    if frame is None:
        return []
    source = frame.attrs.get("source", source)
    absent = [missing_column(source, name) for name in needed if name not in frame]
    if absent:
        raise InputError(absent)
    named = [name for name in known if name in frame.columns]
    cells = frame[named].to_dict("records")
    rows = [_Row(source, int(at), row) for at, row in zip(frame.index, cells, strict=True)]
    problems = [
        row.problem(
            Text(f"{name!r} is missing", f"缺少 {name!r}"), "missing-value", Text(f"fill in {name}", f"请填写 {name}")
        )
        for row in rows
        for name in needed
        if _is_blank(row.cells[name])
    ]
    if problems:
        raise InputError(problems)
    return rows


def _refund(row: _Row) -> Refund:
    month, origin = row.month("month"), row.month("origin_month")
    if origin > month:
        fix = Text(
            "origin_month is the month in which the order was paid for, month the one in which it was refunded",
            "origin_month 是订单付款的月份，month 是退款的月份",
        )
        raise InputError([row.problem(Text("a refund stands before its sale", "退款早于销售"), "refund-early", fix)])
    amount = (row.number_of("amount") or Fraction(0)) / 100
    return Refund(month, row.text("agent"), origin, amount, row.text("order_id"), row.text("component"))


def _adjustment(row: _Row) -> Adjustment:
    month = row.month("month")
    origin = row.month("origin_month") if row.text("origin_month") else month
    amount, factor, value = (row.number_of(name) for name in ("amount", "factor", "value"))
    component, measure = row.text("component"), row.text("measure")
    is_money = component != "" and amount is not None and not measure and factor is None and value is None
    is_measure = measure != "" and (factor is None) != (value is None) and not component and amount is None
    if is_money == is_measure:
        fix = Text(
            "write component and amount, or measure and either factor or value",
            "写 component 和 amount，或写 measure 加 factor 或 value",
        )
        message = Text("it is not clear what is adjusted", "看不出调整的是什么")
        raise InputError([row.problem(message, "unclear-adjustment", fix)])
    if origin > month:
        message = Text("an adjustment stands before the month it is about", "调整早于它所针对的月份")
        raise InputError([row.problem(message, "adjustment-early")])
    where = tuple((name, row.text(name)) for name in WHERE if row.text(name))
    paid = None if amount is None else amount / 100
    who = (row.text("reason"), row.text("author"), row.text("approved_by"))
    return Adjustment(month, row.text("agent"), origin, component, paid, measure, factor, value, where, *who)


def _roster(frame: pd.DataFrame | None) -> Roster:
    if frame is None:
        return Roster()
    names = [str(name) for name in frame.columns if name != "agent"]
    people: dict[str, dict[str, Any]] = {}
    for row in _rows(frame, "roster", ("agent", *names), ("agent",)):
        agent = row.text("agent")
        if agent in people:
            fix = Text(
                "one row an agent: who they are at the end of the month paid", "每人一行：以计发月份月末的情况为准"
            )
            raise InputError([row.problem(Text(f"{agent!r} stands twice", f"{agent!r} 出现两次"), "row-twice", fix)])
        people[agent] = {name: value for name in names if (value := _attribute(row, name)) is not None}
    return Roster(people)


def _attribute(row: _Row, name: str) -> Any:
    value = row.cells[name]
    if _is_blank(value):
        return None
    if name in DAYS:
        return _day(row, value)
    if name in NUMBER_ATTRIBUTES:
        number = row.number_of(name)
        return None if number is None else number / (100 if NUMBER_ATTRIBUTES[name] == "money" else 1)
    return str(value) if name in FLAG_ATTRIBUTES else value


def _day(row: _Row, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        message = Text(f"{value!r} is no day", f"{value!r} 不是日期")
        fix = Text("write it as YYYY-MM-DD", "写成 YYYY-MM-DD")
        raise InputError([row.problem(message, "bad-date", fix)]) from error


def _is_blank(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value or value == ""
