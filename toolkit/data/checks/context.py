"""The tables of a workspace as the checks read them: each at most once, months as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.data.tables.workspace import Workspace

SHOWN = 6


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


def month_of(days: pd.Series) -> pd.Series:
    """Return the month of each day or instant as ``YYYY-MM``."""
    months: pd.Series = days.dt.strftime("%Y-%m")
    return months


def listed(names: Sequence[object], most: int = SHOWN) -> str:
    """Return names separated by commas, the first few and how many more there are."""
    more = len(names) - most
    return ", ".join(map(str, names[:most])) + (f", +{more}" if more > 0 else "")


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows as dictionaries, columns in order."""
    yield from frame.to_dict("records")  # type: ignore[misc]


def place_of(row: Mapping[str, Any]) -> str:
    """Return where a row was read, ``file sheet, row n``, "" when it is not known."""
    file, sheet, number = (row.get(c) for c in ("_file", "_sheet", "_row"))
    if not isinstance(file, str):
        return ""
    return f"{file}{f' {sheet}' if isinstance(sheet, str) and sheet else ''}, row {number}"
