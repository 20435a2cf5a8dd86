"""The tables of a workspace as the checks read them: each at most once, months as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from toolkit.data.tables.workspace import Workspace


@dataclass(frozen=True, slots=True)
class TableCache:
    """A workspace whose tables are kept once read."""

    workspace: Workspace
    _read: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Return a canonical table."""
        if name not in self._read:
            self._read[name] = self.workspace.table(name)
        return self._read[name]


def today(timezone: str) -> date:
    """Return the day it is where the shops are."""
    return datetime.now(ZoneInfo(timezone)).date()


def month_of(days: pd.Series) -> pd.Series:
    """Return the month of each day or instant as ``YYYY-MM``."""
    months: pd.Series = days.dt.strftime("%Y-%m")
    return months


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows as dictionaries, columns in order."""
    yield from frame.to_dict("records")  # type: ignore[misc]
