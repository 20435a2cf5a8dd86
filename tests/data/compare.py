"""What the engine gives, in the words of `tests.data.one_by_one`, so that the two can be held against each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.data.one_by_one import ATTRIBUTES, KNOWN_BY, Part


def plain(value: Any) -> Any:
    """Return a cell as plain Python: None for null, days and instants as such."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value) or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def parts_of(frame: pd.DataFrame) -> list[Part]:
    """Return the rows of `credit_orders` as parts, sorted."""
    rows = [[plain(v) for v in r] for r in frame.astype("object").itertuples(index=False, name=None)]
    for r in rows:
        r[13] = None if r[13] is None else r[13].date()
    return sorted((Part(*r) for r in rows), key=repr)


def cells_of(table: pd.DataFrame) -> dict[tuple, dict[str, Any]]:
    """Return the rows of a measures table of one month by agent, shop, attributes, channel and credit."""
    shown = [*KNOWN_BY, "reply_seconds", "worked_days", "scheduled_days", "late_days", "from", "to"]
    cells = {}
    for r in table.astype("object").to_dict("records"):
        key = tuple(plain(r[c]) for c in ("agent", "shop", *ATTRIBUTES, "channel", "credit"))
        assert key not in cells, f"two rows of {key}"
        cells[key] = {c: plain(r[c]) for c in shown}
        cells[key] |= {c: cells[key][c].date() for c in ("from", "to")}
    return cells
