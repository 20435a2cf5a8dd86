"""From which day to which the data of a workspace reach, told by the footers of its files and not by their rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.storage import column_ends

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace

_STARTS = (("inquiries", "asked_at"), ("orders", "created_at"), ("agent_days", "date"))


def last_day_with_data(workspace: Workspace) -> date | None:
    """Return the last day any export reaches: an inquiry, an order made or paid, a refund, a vendor's day."""
    return max(_days(workspace, (*_STARTS, ("orders", "paid_at"), ("refunds", "refunded_at"))), default=None)


def last_complete_month(workspace: Workspace) -> Month | None:
    """Return the last month whose last day, or a later day, has an inquiry, an order made or a vendor's day."""
    day = max(_days(workspace, _STARTS), default=None)
    if day is None:
        return None
    month = Month.of(day)
    return month if day == month.last_day else month.shift(-1)


def first_month_with_data(workspace: Workspace) -> Month | None:
    """Return the month of the first inquiry, order made or vendor's day."""
    day = min(_days(workspace, _STARTS), default=None)
    return None if day is None else Month.of(day)


def month_to_close(workspace: Workspace) -> str:
    """Return the last complete month.

    Raises
    ------
    UsageError
        If there is none.
    """
    month = last_complete_month(workspace)
    if month is None:
        raise UsageError(
            Text(
                f"{workspace.root} holds no complete month of data; import exports first, or name one with --month",
                f"{workspace.root} 中没有完整月份的数据；请先导入，或用 --month 指定月份",
            )
        )
    return str(month)


def _days(workspace: Workspace, columns: Iterable[tuple[str, str]]) -> list[date]:
    """Return the first and last day of each column and file that has any."""
    ends = chain.from_iterable(column_ends(workspace.table_files(name), column) for name, column in columns)
    return [end.date() for end in ends]
