"""What a change of the layers did to a canonical table: rows, sums of money, and every figure replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from toolkit.core.money import format_money
from toolkit.data.importing.layers import PLACES, lasting_names
from toolkit.data.tables.schema import CanonicalTable
from toolkit.data.tables.storage import kind_of

COLUMNS = ["table", "row", "column", "old", "new"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to one table.

    Parameters
    ----------
    table : its name.
    added, changed, removed : numbers of rows; a row that only got further figures has not changed.
    money : column to its sum before and after over the rows that stood before, where it changed; minor units.
    replaced : table, row (its key), column, old, new: texts, money in major units, `new` null where nothing stands now.
    """

    table: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    money: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    replaced: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))

    @property
    def counts(self) -> tuple[int, int, int]:
        """Rows added, changed and removed."""
        return self.added, self.changed, self.removed


def changes_between(spec: CanonicalTable, old: pd.DataFrame, new: pd.DataFrame) -> Changes:
    """Compare two versions of a table; provenance apart."""
    if old.empty:
        return Changes(spec.name, added=len(new))
    if old.equals(new):
        return Changes(spec.name)
    before, after = (f.set_axis(pd.Index(lasting_names(spec, f))) for f in (old, new))
    here = after.reindex(before.index)
    changed = pd.Series(False, index=before.index)
    parts, money = [], {}
    for column in (c for c in {**before, **after} if c not in {*spec.key, *PLACES} and not c.startswith("_")):
        a = before[column] if column in before else pd.Series(pd.NA, index=before.index, dtype=here[column].dtype)
        b = here[column].astype(a.dtype) if column in here else pd.Series(pd.NA, index=a.index, dtype=a.dtype)
        differ = ~(a.eq(b).fillna(False).astype(bool) | (a.isna() & b.isna()))
        changed |= differ & a.notna()
        lost = a[differ & a.notna()]
        is_money = kind_of(spec, column) == "money"
        if len(lost):
            told = {"row": lost.index, "old": _texts(lost, is_money), "new": _texts(b[lost.index], is_money)}
            parts.append(pd.DataFrame(told).assign(table=spec.name, column=column)[COLUMNS])
        if is_money and int(a.sum()) != int(b.sum()):
            money[column] = (int(a.sum()), int(b.sum()))
    stays = before.index.isin(after.index)
    n_stay = int(stays.sum())
    replaced = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    return Changes(spec.name, len(after) - n_stay, int((changed & stays).sum()), len(before) - n_stay, money, replaced)


def _texts(values: pd.Series, is_money: bool) -> list[str | None]:
    write = (lambda v: format_money(int(v), thousands=False)) if is_money else str
    return [None if pd.isna(v) else write(v) for v in values]
