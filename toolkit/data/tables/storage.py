"""Canonical tables as Parquet files: the same rows always give the same bytes.

Rows are sorted by the table's key, columns stand in declared order, and no clock or machine enters a file. A table
with a period is one file a month, ``<table>/<YYYY-MM>.parquet`` (rows without a date: ``undated.parquet``), others
are ``<table>.parquet``. Beside the canonical columns a file may hold group columns (text) and the provenance of
each row, whose names begin with an underscore.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.data.tables.schema import DTYPES, CanonicalTable, Kind

UNDATED = "undated"
PROVENANCE: tuple[str, ...] = ("_report", "_hash", "_file", "_sheet", "_row")
"""Which map read the row, a digest of the file's content and map, and the file, sheet and 1-based row it stood in."""

_ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "day": pa.date32(),
    "instant": pa.timestamp("us"),
    "count": pa.int64(),
    "whole": pa.int64(),
    "money": pa.int64(),
    "seconds": pa.float64(),
    "hours": pa.float64(),
    "share": pa.float64(),
    "flag": pa.bool_(),
}


def kind_of(spec: CanonicalTable, column: str) -> Kind:
    """Return the kind of a column of a table; provenance row numbers are whole, other further columns are text."""
    known = spec.column(column)
    if known is not None:
        return known.kind
    return "whole" if column == "_row" else "text"


def conform(spec: CanonicalTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `frame` as a canonical table: all columns, their dtypes and order, sorted by the key."""
    further = sorted(c for c in frame.columns if c not in spec.names and c not in PROVENANCE)
    present = [c for c in PROVENANCE if c in frame.columns]
    columns = {}
    for name in (*spec.names, *further, *present):
        dtype = DTYPES[kind_of(spec, name)]
        values = frame[name] if name in frame.columns else pd.Series(index=frame.index, dtype=dtype)
        columns[name] = values.astype(dtype)  # type: ignore[call-overload]
    out = pd.DataFrame(columns, index=frame.index)
    order = list(spec.key)
    if out.duplicated(order).any():
        order += [c for c in out.columns if c not in spec.key]
    return out.sort_values(order, kind="stable", na_position="last", ignore_index=True)


def encode(spec: CanonicalTable, frame: pd.DataFrame) -> bytes:
    """Return a conformed table as the bytes of a Parquet file."""
    arrays, fields = [], []
    for name in frame.columns:
        arrow_type = _ARROW[kind_of(spec, name)]
        arrays.append(pa.Array.from_pandas(frame[name], type=arrow_type))
        fields.append(pa.field(name, arrow_type))
    sink = io.BytesIO()
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    return sink.getvalue()


def read_parquet_table(spec: CanonicalTable, paths: list[Path]) -> pd.DataFrame:
    """Read the files of one table, conformed; no file gives no row."""
    if not paths:
        return conform(spec, pd.DataFrame())
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    whole = pa.concat_tables([pq.ParquetFile(path).read() for path in paths], promote_options="default")
    return conform(spec, whole.to_pandas(types_mapper=nullable.get, date_as_object=False))


def stands_among(texts: pd.Series, others: pd.Series) -> pd.Series:
    """Return for each text whether it is one of `others`; pandas' own `isin` takes these up one by one."""
    return pd.Series(pc.is_in(pa.array(texts), pa.array(others)).to_numpy(zero_copy_only=False), index=texts.index)


def column_ends(paths: Iterable[Path], column: str) -> Iterator[pd.Timestamp]:
    """Yield the least and the greatest value of a column of days or instants in each file that has any.

    The footer of a file tells them; where it does not, the column is read.
    """
    for path in paths:
        file = pq.ParquetFile(path)
        at = file.schema_arrow.get_field_index(column)
        groups = (file.metadata.row_group(n).column(at).statistics for n in range(file.metadata.num_row_groups))
        told = [] if at < 0 else list(groups)
        if all(stats is not None and stats.has_min_max for stats in told):
            yield from (pd.Timestamp(end) for stats in told for end in (stats.min, stats.max))
        else:
            days = file.read(columns=[column])[column].drop_null().to_pandas()
            yield from (pd.Timestamp(end) for end in (days.min(), days.max()) if len(days))


def by_month(spec: CanonicalTable, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the parts of a table by the stem of their files: month, or the table's name when it is kept whole."""
    if not spec.period:
        return {spec.name: frame}
    months = frame[spec.period].dt.strftime("%Y-%m").astype("str").fillna(UNDATED)
    return {str(month): part.reset_index(drop=True) for month, part in frame.groupby(months, sort=True)}


def table_files(folder: Path, spec: CanonicalTable) -> list[Path]:
    """Return the Parquet files of a table below a folder, by name."""
    if spec.period:
        return sorted(p for p in (folder / spec.name).glob("*.parquet") if not p.name.startswith("."))
    file = folder / f"{spec.name}.parquet"
    return [file] if file.is_file() else []


def write_table_files(folder: Path, spec: CanonicalTable, frame: pd.DataFrame) -> list[Path]:
    """Replace a table below a folder; return the files that changed.

    Files are replaced one by one, each atomically, and only those whose content changes; months without rows are
    removed last.
    """
    parts = by_month(spec, conform(spec, frame)) if len(frame) else {}
    home = folder / spec.name if spec.period else folder
    targets = {home / f"{stem}.parquet": part for stem, part in parts.items()}
    changed = [path for path, part in targets.items() if publish_bytes(path, encode(spec, part))]
    gone = [path for path in table_files(folder, spec) if path not in targets]
    for path in gone:
        path.unlink()
    return changed + gone


def publish_bytes(path: Path, content: bytes) -> bool:
    """Put `content` at `path` atomically; return whether the file changed.

    A reader sees the old file or the new one, whole, also when the process is killed half way or the disk is full. A
    file that is replaced keeps its mode; a new one is its owner's alone, as is a folder made for it.
    """
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.part")
    staged.unlink(missing_ok=True)  # of a process that was killed
    try:
        with open(staged, "xb", opener=_private) as sink:
            if path.exists():
                staged.chmod(stat.S_IMODE(path.stat().st_mode))
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """Let the names of a folder reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place_of(row: Mapping[str, Any]) -> str:
    """Return where a row was read, ``file sheet, row n``, "" when it is not known."""
    file, sheet, number = (row.get(c) for c in ("_file", "_sheet", "_row"))
    if not isinstance(file, str):
        return ""
    return f"{file}{f' {sheet}' if isinstance(sheet, str) and sheet else ''}, row {number}"
