"""The numbers rosters give to names: the workspace's, and those of one import, in whatever order its files come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from toolkit.core.files import SourceFile
from toolkit.data.reading.maps import ExportMap
from toolkit.data.reading.rows import SheetRows, find_header


def numbers_of(roster: pd.DataFrame) -> dict[str, set[str]]:
    """Return the numbers each name of a roster has."""
    named: dict[str, set[str]] = {}
    for number, name in roster[["agent", "name"]].dropna().drop_duplicates().itertuples(index=False):
        named.setdefault(str(name).strip(), set()).add(str(number))
    return named


def all_numbers_of(
    roster: pd.DataFrame, sources: Iterable[SourceFile], maps: Sequence[ExportMap]
) -> Mapping[str, frozenset[str]]:
    """Return the numbers each name has in a roster or in the rosters among files."""
    found = (_roster_in(SheetRows(laid.sheet, laid.header, one), one)
             for source in sources for sheet in source.sheets if (place := find_header(sheet, tuple(maps)))
             for one, laid in [place])  # fmt: skip
    named = numbers_of(pd.concat([roster[["agent", "name"]], *found], ignore_index=True))
    return {name: frozenset(numbers) for name, numbers in named.items()}


def _roster_in(body: SheetRows, one: ExportMap) -> pd.DataFrame:
    """Return the numbers and names of a sheet that has both."""
    feeds = {f.column: f for t in one.tables if t.table == "assignments" for f in t.feeds if f.how == "first"}
    number, name = (body.present(feeds[c].groups[0]) if c in feeds else None for c in ("agent", "name"))
    if number is None or name is None or number == name:
        return pd.DataFrame({"agent": [], "name": []}, dtype="str")
    pairs = pd.DataFrame({"agent": body.cells(number), "name": body.cells(name)})
    return pairs[(pairs != "").all(axis=1)]
