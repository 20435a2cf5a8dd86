"""The data engine: the tables of a workspace as Ibis expressions, computed where they live.

Embedded DuckDB over the workspace's Parquet files is the default. `OPENERS` is the place of a further engine: it
needs nothing but an Ibis backend, because crediting and measures are built only from forms that DuckDB, PostgreSQL
and Spark all compute alike and exactly: joins, groups, running counts, row numbers, integers.

Avoided on purpose, and why: as-of joins (not on Spark); ``last ... ignore nulls`` over a window (Ibis 12 drops it
without a word); ``a - b <= interval`` (differs by engine; add the interval to an instant and compare instants);
``//`` on integers (computed in floating point); approximate distinct counts and quantiles; casts of fractions to
integers (some engines round, some cut).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd
import pyarrow as pa

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.data.tables.schema import CanonicalTable, Kind, table
from toolkit.data.tables.storage import kind_of

if TYPE_CHECKING:
    from types import TracebackType

    from ibis.backends import BaseBackend

Relation: TypeAlias = Any
"""An Ibis table expression: rows that are not computed yet."""
Value: TypeAlias = Any
"""An Ibis column expression."""

MAX_THREADS = 8
MEMORY = "1500MB"  # what does not fit is spilled to a private folder that goes with the engine

TYPES: dict[Kind, str] = {
    "text": "string",
    "day": "date",
    "instant": "timestamp(6)",
    "count": "int64",
    "whole": "int64",
    "money": "int64",
    "seconds": "float64",
    "hours": "float64",
    "share": "float64",
    "flag": "boolean",
}


@dataclass(frozen=True, slots=True)
class Engine:
    """An open connection; use it as a context manager.

    Parameters
    ----------
    backend : the Ibis backend that computes.
    find : gives the stored rows of a canonical table, in whatever columns they have.
    spill : folder for what does not fit into memory, removed on closing.
    kept : relations computed once, dropped on closing.
    named : those of them that several expressions read, by name; an engine that finds other rows has its own.
    """

    backend: BaseBackend
    find: Callable[[CanonicalTable], Relation]
    spill: TemporaryDirectory[str] | None = None
    kept: list[Relation] = field(default_factory=list)
    named: dict[str, Relation] = field(default_factory=dict, init=False)

    def table(self, name: str, *further: str) -> Relation:
        """Return a canonical table: exactly its columns and those of its provenance asked for, each in its kind."""
        spec = table(name)
        found = self.find(spec)
        types = {**_types(spec), **{n: TYPES[kind_of(spec, n)] for n in further}}
        return found.select(**{n: found[n].cast(t) if n in found.columns else blank(t) for n, t in types.items()})

    def rows(self, frame: pd.DataFrame, types: dict[str, str]) -> Relation:
        """Return the rows of a small `frame` for use in expressions; `types` names the Ibis type of each column."""
        import ibis

        return ibis.memtable(frame.astype("object").where(frame.notna(), None), schema=types)

    def keep(self, relation: Relation) -> Relation:
        """Return `relation` computed once, for expressions that read it several times."""
        self.kept.append(relation.cache())
        return self.kept[-1]

    def once(self, name: str, make: Callable[[], Relation]) -> Relation:
        """Return the relation of this name, made and kept on first use: what many expressions read is computed once."""
        if name not in self.named:
            self.named[name] = self.keep(make())
        return self.named[name]

    def read(self, relation: Relation) -> pd.DataFrame:
        """Compute `relation`; rows sorted by all columns from the first, in the dtypes of the canonical tables."""
        nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
        arrow = self.backend.to_pyarrow(relation)
        frame: pd.DataFrame = arrow.to_pandas(types_mapper=nullable.get, date_as_object=False)
        frame = frame.astype({name: _dtype(kind) for name, kind in relation.schema().items()})
        return frame.sort_values(list(frame.columns), na_position="last", ignore_index=True)

    def close(self) -> None:
        """Let go of the connection and of what was spilled."""
        while self.kept:
            self.kept.pop().release()
        self.backend.disconnect()
        if self.spill is not None:
            self.spill.cleanup()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def connect(place: Path | str) -> Engine:
    """Open the tables at `place`: a folder of Parquet files, or the URL of an engine named in `OPENERS`.

    Raises
    ------
    UsageError
        If no engine is known for the URL.
    """
    scheme, mark, _ = str(place).partition("://")
    openers = dict(OPENERS)
    known = scheme if mark else ""
    if known not in openers:
        message = Text(
            f"no engine for {scheme}://; tables may stand in a folder of Parquet files",
            f"没有支持 {scheme}:// 的引擎；表格可以放在 Parquet 文件夹里",
        )
        raise UsageError(message)
    return openers[known](str(place))


def _open_folder(place: str) -> Engine:
    """Reach Parquet files by an embedded DuckDB that installs and loads nothing and never leaves the machine."""
    import ibis

    ibis.options.sql.fuse_selects = False  # fusing takes Ibis longer than DuckDB saves by it
    spill = TemporaryDirectory(prefix="incentive-spill-", ignore_cleanup_errors=True)
    backend = ibis.duckdb.connect(
        threads=min(len(os.sched_getaffinity(0)), MAX_THREADS) if hasattr(os, "sched_getaffinity") else MAX_THREADS,
        memory_limit=MEMORY,
        temp_directory=spill.name,
        preserve_insertion_order=False,  # results are sorted on reading; keeping the order costs memory
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        allow_community_extensions=False,
    )

    @cache
    def find(spec: CanonicalTable) -> Relation:
        folder = Path(place)
        paths = sorted((folder / spec.name).glob("*.parquet")) if spec.period else [folder / f"{spec.name}.parquet"]
        files = [str(p) for p in paths if p.is_file() and not p.name.startswith(".")]
        if files:
            return backend.read_parquet(files, table_name=spec.name, union_by_name=True)
        return backend.create_table(spec.name, schema=ibis.schema(_types(spec)))

    return Engine(backend, find, spill)


OPENERS: tuple[tuple[str, Callable[[str], Engine]], ...] = (("", _open_folder),)


def _types(spec: CanonicalTable) -> dict[str, str]:
    return {c.name: TYPES[c.kind] for c in spec.columns}


def _dtype(kind: Any) -> str:
    """Return the pandas dtype of an Ibis type."""
    if kind.is_integer():
        return "Int64"
    if kind.is_boolean():
        return "boolean"
    if kind.is_temporal():
        return "datetime64[us]"
    return "float64" if kind.is_floating() else "str"


def literal(value: Any, kind: str) -> Value:
    """Return a constant column of an Ibis type."""
    import ibis

    return ibis.literal(value, kind)


def blank(kind: str) -> Value:
    """Return a column of nulls of an Ibis type."""
    import ibis

    return ibis.null(kind)


def cases(*branches: tuple[Value, Any], otherwise: Any = None) -> Value:
    """Return the value of the first branch whose condition is true (null is not true)."""
    import ibis

    return ibis.cases(*branches, else_=otherwise)


def stack(*relations: Relation) -> Relation:
    """Return the rows of all `relations`, which have the same columns."""
    import ibis

    return ibis.union(*relations) if len(relations) > 1 else relations[0]


def place_in(by: Sequence[Value | str], order: Sequence[Value | str]) -> Value:
    """Return each row's place, from 1, among the rows that agree in `by`, in the given order."""
    import ibis

    return ibis.row_number().over(group_by=list(by), order_by=list(order)) + 1


def days_later(instant: Value, days: int) -> Value:
    """Return the instant so many days of 24 hours later (earlier if negative)."""
    import ibis

    return instant + ibis.interval(days=days) if days >= 0 else instant - ibis.interval(days=-days)


def whole_seconds(instant: Value) -> Value:
    """Return the whole seconds since 1970; parts of a second are dropped before, because engines round them."""
    return instant.truncate("s").epoch_seconds().cast("int64")


def hours(number: int) -> Value:
    """Return a length of so many hours."""
    import ibis

    return ibis.interval(hours=number)


def thousandths(number: Value) -> Value:
    """Return a non-negative number of at most three decimals as whole thousandths: seconds as milliseconds."""
    return (number * 1000 + 0.5).floor().cast("int64")


def quotient(number: Value, divisor: Value) -> Value:
    """Return a whole non-negative number divided by a positive one, rounded down, exact for results below 2**51.

    Notes
    -----
    Engines divide integers in floating point; taking the remainder off first leaves an exact multiple, whose computed
    quotient is less than one half off.
    """
    return ((number - number % divisor) / divisor + 0.5).floor().cast("int64")
