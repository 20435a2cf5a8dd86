"""The books: the ledger rows of each closed month, exactly as they were when it was closed.

``books/<month>.parquet`` has the columns of the ledger, the sentences people were told, and the run. Amounts are whole
minor units (decimals only where a scheme rounds totals), other numbers fractions as text. ``<month>.refunds.parquet``
beside it has the refunds that were counted by then. A book is one only by the line of the chain that closed its month.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.core.errors import InputError, Problem
from toolkit.core.files import file_digest
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.chain import ChainLine, book_file, closed_months, name_of, refunds_file
from toolkit.data.tables.workspace import Workspace

TEXTS = ("month", "origin_month", "agent", "component", "step", "status", "scope", "scheme")
NUMBERS = ("base", "by_value", "tier_from", "rate", "before_limits")
MONEY = ("amount", "owed")
SENTENCES = ("sentence_en", "sentence_zh")
REFUNDS = ("month", "agent", "origin_month", "amount", "order_id")
_EXACT = pa.decimal128(38, 10)


@dataclass(frozen=True, slots=True)
class Books:
    """What closed months say.

    Parameters
    ----------
    rows : by month, the ledger in memory form, with `SENTENCES` and ``run``.
    refunds : by month, the refunds counted by then, columns `REFUNDS`, minor units.
    """

    rows: Mapping[Month, pd.DataFrame] = field(default_factory=dict)
    refunds: Mapping[Month, pd.DataFrame] = field(default_factory=dict)

    def before(self, month: Month) -> Books:
        """Return the books of earlier months."""
        earlier = ({m: t for m, t in part.items() if m < month} for part in (self.rows, self.refunds))
        return Books(*earlier)

    @property
    def ledger(self) -> pd.DataFrame:
        """All rows, the earliest month first."""
        return pd.concat(list(self.rows.values()), ignore_index=True)

    @property
    def counted(self) -> pd.DataFrame:
        """The refunds counted so far: those the latest month has."""
        none = pd.DataFrame({c: pd.Series(dtype="Int64" if c == "amount" else "str") for c in REFUNDS})
        return self.refunds[max(self.refunds)] if self.refunds else none


def encode_book(rows: pd.DataFrame, run: str) -> bytes:
    """Return the rows of a month as the bytes of a Parquet file; equal rows give equal bytes."""
    return _parquet(_book(rows) | {"run": pa.array([run] * len(rows), pa.string())})


def encode_refunds(rows: pd.DataFrame) -> bytes:
    """Return the refunds a month has counted as the bytes of a Parquet file."""
    return _parquet(_refunds(rows))


def book_run(rows: pd.DataFrame, refunds: pd.DataFrame) -> str:
    """Return the id of a calculation: it follows from its rows, their sentences, and the refunds they counted."""
    told = [{name: column.to_pylist() for name, column in part.items()} for part in (_book(rows), _refunds(refunds))]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:12]


def decode_book(path: Path) -> pd.DataFrame:
    """Read the rows of a month in memory form."""
    table = pq.read_table(path)
    frame = pd.DataFrame({c: pd.array(table[c].to_pylist(), dtype="str") for c in (*TEXTS, *SENTENCES, "run")})
    for name in NUMBERS:
        values = [None if v is None else Fraction(v) for v in table[name].to_pylist()]
        frame[name] = pd.Series(values, dtype="object")
    for name in MONEY:
        kind = "Int64" if table.schema.field(name).type == pa.int64() else "object"
        frame[name] = pd.Series(table[name].to_pylist(), dtype=kind)
    return frame


def read_books(workspace: Workspace) -> Books:
    """Read the books of all closed months.

    Raises
    ------
    InputError
        If a chain or a book is not as it was when its month was closed.
    """
    rows, refunds = {}, {}
    for month, line in closed_months(workspace).items():
        book, counted = book_file(workspace, month), refunds_file(workspace, month)
        require_pinned(workspace, line, book, counted)
        rows[month] = decode_book(book)
        refunds[month] = (
            pq.read_table(counted).to_pandas().astype({c: "Int64" if c == "amount" else "str" for c in REFUNDS})
        )
    return Books(rows, refunds)


def require_pinned(workspace: Workspace, line: ChainLine, *paths: Path) -> None:
    """Refuse files that are not as a closed month pinned them.

    Raises
    ------
    InputError
        Naming each.
    """
    message = Text("it is not as it was when the month was closed", "与关账时不一致")
    fix = Text("restore it from a backup: nothing is paid by it", "请从备份恢复：不会按它计发")
    wrong = [
        Problem(name_of(workspace, path), message, fix=fix, code="book-changed")
        for path in paths
        if not path.is_file() or line.pins.get(name_of(workspace, path)) != file_digest(path)
    ]
    if wrong:
        raise InputError(wrong)


def _book(rows: pd.DataFrame) -> dict[str, pa.Array]:
    texts = {c: pa.array(rows[c].fillna("").tolist(), pa.string()) for c in (*TEXTS, *SENTENCES)}
    numbers = {c: pa.array([_written(v) for v in rows[c]], pa.string()) for c in NUMBERS}
    return texts | numbers | {c: _money(rows[c]) for c in MONEY}


def _refunds(rows: pd.DataFrame) -> dict[str, pa.Array]:
    kinds = {c: pa.int64() if c == "amount" else pa.string() for c in REFUNDS}
    return {c: pa.array(rows[c].tolist(), kind) for c, kind in kinds.items()}


def _written(value: object) -> str | None:
    return None if value is None or value is pd.NA or value != value else str(value)


def _money(values: pd.Series) -> pa.Array:
    exact = [Decimal(0) if v is None or v is pd.NA else Decimal(str(v)) for v in values]
    if all(v == v.to_integral_value() for v in exact):
        return pa.array([int(v) for v in exact], pa.int64())
    return pa.array(exact, _EXACT)


def _parquet(columns: dict[str, pa.Array]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression="zstd", store_schema=False)
    return sink.getvalue()
