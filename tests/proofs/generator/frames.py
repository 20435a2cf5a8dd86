"""The rows of the generator as the DataFrames the toolkit takes."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

import pandas as pd

from tests.proofs.generator.people import AVERAGES, SPLIT, TARGETS

TEXT = ("month", "agent", "role", "team", "shop", "supervisor", "inviter", "channel", "credit", "order_id", "line")
TEXT += ("product", "category", "city")
WHOLE = {*SPLIT, "base_pay", "target_sales", "target_calls", "amount"}
EXACT = {*AVERAGES, *TARGETS} - WHOLE
DAYS = ("from", "to")


def frame(rows: list[dict[str, Any]], without: Collection[str] = ()) -> pd.DataFrame:
    """A table in the in-memory form: text as str, counts and money (minor units) Int64, averages exact objects."""
    columns: dict[str, Any] = {}
    for name in (name for name in rows[0] if name not in without):
        values = [row[name] for row in rows]
        if name in TEXT:
            columns[name] = pd.array(values, dtype="str")
        elif name in WHOLE:
            columns[name] = pd.array(values, dtype="Int64")
        elif name in DAYS:
            columns[name] = pd.Series(pd.to_datetime(values), dtype="datetime64[us]")
        else:
            columns[name] = pd.Series([_exact(v) for v in values], dtype="object")
    return pd.DataFrame(columns)


def _exact(value: Any) -> Any:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
