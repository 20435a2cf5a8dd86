"""The canonical tables: one declaration, from which readers, checks and engines take names, kinds and keys.

Kinds, and how a column of that kind is stored (pandas / Parquet):

========  =========================================  =====================================================
text      ``str`` / string                           ids are text: ``007``, ``NA`` and ``null`` are names
day       ``datetime64[us]`` at midnight / date32    local calendar day
instant   ``datetime64[us]`` / timestamp[us]         local wall-clock time of the workspace's timezone
count     ``Int64`` / int64                          whole and >= 0
whole     ``Int64`` / int64                          whole, any sign
money     ``Int64`` / int64                          minor units (fen, cents), any sign
seconds   ``float64`` / double                       at most three decimals, >= 0
hours     ``float64`` / double                       at most two decimals, >= 0
share     ``float64`` / double                       in [0, 1]
flag      ``boolean`` / bool
========  =========================================  =====================================================

A blank is a null of the column's dtype; a table that feeds several months is one file a month of its `period`
column, so that a newer export can replace exactly its period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "day", "instant", "count", "whole", "money", "seconds", "hours", "share", "flag"]

DTYPES: dict[Kind, str] = {
    "text": "str",
    "day": "datetime64[us]",
    "instant": "datetime64[us]",
    "count": "Int64",
    "whole": "Int64",
    "money": "Int64",
    "seconds": "float64",
    "hours": "float64",
    "share": "float64",
    "flag": "boolean",
}
DEPOSIT_MARK = "#deposit"
"""Stands behind the order number of a deposit's row, because its final payment may have the same number."""
WHOLE_MONTH = "people_by_month"
RANGES = (WHOLE_MONTH, "people_by_range")
"""Count units of the vendor's rows that stand for several days: a whole month on its first day, a range on its own."""
NOT_NEGATIVE: frozenset[Kind] = frozenset({"count", "seconds", "hours", "share"})


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """One column: its name, kind, and whether a row without it is rejected."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True, slots=True)
class CanonicalTable:
    """One canonical table.

    Parameters
    ----------
    name : file and table name.
    row : what one row is, in words.
    key : columns that together name a row; two rows with the same key are duplicates.
    columns : all canonical columns, in file order. A workspace may hold further text columns (group columns).
    period : the instant or day column by which the table is kept in months; "" keeps it whole.
    each_counts : whether two rows of one key are two events, so that both stand (two payments under one number).
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[CanonicalColumn, ...]
    period: str = ""
    each_counts: bool = False

    def column(self, name: str) -> CanonicalColumn | None:
        """Return the column called `name`, None when the table has none."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in file order."""
        return tuple(c.name for c in self.columns)


def _columns(kinds: dict[Kind, str]) -> tuple[CanonicalColumn, ...]:
    """Read ``kind: "name! name"``; an exclamation mark says that a row without it is rejected."""
    return tuple(
        CanonicalColumn(word.rstrip("!"), kind, word.endswith("!"))
        for kind, words in kinds.items()
        for word in words.split()
    )


TABLES: tuple[CanonicalTable, ...] = (
    CanonicalTable(
        "inquiries",
        "inquiry",
        ("inquiry_id",),
        _columns(
            {
                "text": "inquiry_id! shop! account customer channel product served_by transferred_from",
                "instant": "asked_at!",
                "seconds": "first_reply_s avg_reply_s",
                "flag": "satisfied answered resolved",
            }
        ),
        "asked_at",
    ),
    CanonicalTable(
        "orders",
        "order",
        ("order_id",),
        _columns(
            {
                "text": "order_id! shop! customer status stage deposit_id channel account note approved_by",
                "instant": "created_at! paid_at shipped_at confirmed_at",
                "money": "amount! cost",
                "flag": "offline reminder",
            }
        ),
        "created_at",
    ),
    CanonicalTable(
        "order_lines",
        "order line",
        ("order_id", "line"),
        _columns({"text": "order_id! line! product category", "whole": "units", "money": "amount discount cost"}),
    ),
    CanonicalTable(
        "refunds",
        "refund",
        ("order_id", "refunded_at", "kind", "amount"),
        _columns({"text": "order_id! kind reason", "instant": "refunded_at", "money": "amount!"}),
        "refunded_at",
    ),
    CanonicalTable(
        "agent_days",
        "account x day x shop x channel",
        ("date", "account", "shop", "channel"),
        _columns(
            {
                "day": "date!",
                "text": "account! shop! channel count_unit cohort",
                "count": "consultations receptions inquiries buyers orders units rated satisfied",
                "money": "sales refunds",
                "seconds": "first_reply_seconds reply_seconds handling_seconds",
                "flag": "pending",
            }
        ),
        "date",
    ),
    CanonicalTable(
        "shop_days",
        "shop x day",
        ("date", "shop"),
        _columns({"day": "date!", "text": "shop!", "count": "visitors inquiries buyers", "money": "sales"}),
        "date",
    ),
    CanonicalTable(
        "advertising",
        "shop x channel x day, or x hour of the day (0 to 23)",
        ("date", "shop", "channel", "hour"),
        _columns({"day": "date!", "text": "shop! channel", "count": "hour", "money": "spend!"}),
        "date",
    ),
    CanonicalTable(
        "accounts",
        "account x spell",
        ("platform", "shop", "account", "agent", "from"),
        _columns({"text": "platform shop account! agent!", "instant": "from! to", "share": "share"}),
    ),
    CanonicalTable(
        "assignments",
        "agent x spell (days)",
        ("agent", "shop", "from"),
        _columns(
            {
                "text": "agent! name shop team role! supervisor inviter city",
                "money": "base_pay",
                "day": "from! to joined_on left_on probation_until",
            }
        ),
    ),
    CanonicalTable(
        "attendance",
        "agent x day, or x month where it has days, dated the first",
        ("agent", "date"),
        _columns(
            {
                "text": "agent! shift leave",
                "day": "date!",
                "hours": "scheduled_hours worked_hours",
                "count": "late_minutes early_leave_minutes scheduled_days worked_days late_days early_leave_days",
            }
        ),
        "date",
    ),
    CanonicalTable(
        "quality",
        "agent x day",
        ("agent", "date"),
        _columns(
            {
                "text": "agent!",
                "day": "date!",
                "count": "checked answer_errors note_errors complaints complaints_upheld",
            }
        ),
        "date",
    ),
    CanonicalTable(
        "targets",
        "scope x measure x spell",
        ("scope", "subject", "measure", "from"),
        _columns({"text": "scope! subject! measure! value!", "day": "from! to"}),
    ),
    CanonicalTable(
        "costs",
        "shop x month x kind",
        ("shop", "month", "kind"),
        _columns({"text": "shop! month! kind!", "money": "amount!"}),
    ),
    CanonicalTable(
        "legal_limits",
        "kind x place x first day",
        ("kind", "place", "from"),
        _columns({"text": "kind! place value! source!", "day": "from! to"}),
    ),
    CanonicalTable(
        "customers",
        "customer x spell",
        ("customer", "agent", "from"),
        _columns({"text": "customer! agent! tags", "day": "from! to"}),
    ),
    CanonicalTable(
        "payroll",
        "pay line",
        ("line_id",),
        _columns(
            {
                "text": "line_id! agent! earned_month! pay_month item! sheet row",
                "money": "amount!",
                "flag": "gross",
            }
        ),
        each_counts=True,
    ),
    CanonicalTable(
        "adjustments",
        "adjustment",
        ("adjustment_id",),
        _columns(
            {
                "text": "adjustment_id! agent! month! component measure factor reason! requested_by! approved_by",
                "money": "amount",
            }
        ),
    ),
    CanonicalTable(
        "objections",
        "agent x month x component objected to",
        ("month", "agent", "component"),
        _columns(
            {
                "text": "month! agent! component objection! decision reason decided_by approved_by pay_month",
                "money": "amount",
            }
        ),
    ),
    CanonicalTable(
        "acknowledgements",
        "agent x scheme x first month in force",
        ("agent", "scheme", "month"),
        _columns({"text": "agent! scheme! month!", "day": "acknowledged_on!"}),
    ),
    CanonicalTable(
        "products",
        "product",
        ("product",),
        _columns({"text": "product! category", "money": "price cost"}),
    ),
    CanonicalTable(
        "own_measures",
        "agent x month x measure",
        ("month", "agent", "measure"),
        _columns({"text": "month! agent! measure! value!"}),
    ),
    CanonicalTable(
        "opening",
        "agent x kind of balance x what it is of x month it goes back to",
        ("agent", "kind", "item", "month", "due"),
        _columns({"text": "agent! kind! item month! due value! guaranteed"}),
    ),
    CanonicalTable(
        "benchmarks",
        "category x month",
        ("category", "month"),
        _columns({"text": "category! month!", "share": "conversion", "money": "revenue_per_buyer"}),
    ),
)


def table(name: str) -> CanonicalTable:
    """Return the canonical table called `name`.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    return next(t for t in TABLES if t.name == name) if name in TABLE_NAMES else _unknown(name)


TABLE_NAMES: tuple[str, ...] = tuple(t.name for t in TABLES)


def _unknown(name: str) -> CanonicalTable:
    raise KeyError(f"no canonical table {name!r}; there are {', '.join(TABLE_NAMES)}")
