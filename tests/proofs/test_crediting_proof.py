"""Crediting and measures against a plain account of thousands of worlds, and the same SQL on PostgreSQL."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from tests.data.compare import cells_of, parts_of, plain
from tests.data.expressions import expressions
from tests.data.one_by_one import credits, expected_cells, expected_from_days
from tests.data.worlds import World, beside, random_settings, random_world, vendor_world, workspace_of
from tests.evidence import record
from tests.proofs import postgresql
from toolkit.core.period import Month
from toolkit.data.crediting.accounts import read_accounts
from toolkit.data.crediting.credit import credit_orders
from toolkit.data.crediting.measures import measure_months
from toolkit.data.tables.engine import Engine, Relation, connect
from toolkit.data.tables.schema import TABLES
from toolkit.data.tables.settings import Settings
from toolkit.data.tables.workspace import Workspace

pytestmark = pytest.mark.prove
COMMAND = "make prove"
N_WORLDS, N_VENDOR_WORLDS, N_ON_POSTGRESQL, N_BESIDE = 1600, 400, 160, 8
FEBRUARY = Month(2024, 2)


def worlds(n: int, *, with_vendor: bool = False) -> Iterator[tuple[int, World, Settings, Workspace]]:
    """Yield `n` worlds of 10 to 60 inquiries and as many orders, `N_BESIDE` in one workspace; its seed comes first."""
    for seed in range(n // N_BESIDE):
        draw = Random(seed)
        world = beside([random_world(draw, n=draw.choice([10, 30, 60])) for _ in range(N_BESIDE)])
        if with_vendor:
            world["agent_days"] = vendor_world(draw)["agent_days"]
        settings = random_settings(draw)
        with tempfile.TemporaryDirectory() as folder:
            yield seed, world, settings, workspace_of(Path(folder) / "w", world, settings)


def test_credit_and_measures_equal_the_plain_account() -> None:
    n_orders = n_cells = n_values = 0
    statuses: Counter[str] = Counter()
    for seed, world, settings, workspace in worlds(N_WORLDS):
        with connect(workspace.data_dir) as engine:
            holders = read_accounts(engine)
            for pick in ("last", "first"):
                parts = parts_of(engine.read(credit_orders(engine, settings, holders=holders, pick=pick)))
                assert parts == sorted(credits(world, settings, pick), key=repr), f"workspace {seed}, {pick}"
                n_orders += sum(p.counted for p in parts)
                statuses.update(f"{p.credit} ({p.rule})" for p in parts)
        table = measure_months(workspace, FEBRUARY, FEBRUARY).table
        cells = cells_of(table)
        assert cells == expected_cells(world, settings, date(2024, 2, 1), date(2024, 2, 29)), f"workspace {seed}"
        n_cells, n_values = n_cells + len(cells), n_values + sum(map(len, cells.values()))
    n_vendor_cells = sum(vendor_cells(seed) for seed in range(N_VENDOR_WORLDS // N_BESIDE))
    told = ", ".join(f"{status} {n:,}" for status, n in sorted(statuses.items()))
    record("Crediting and measures", COMMAND, [
        f"{N_WORLDS:,} random worlds (equal times, windows met to the microsecond, shared accounts, blanks, names such "
        "as `NA`, `null`, `007`), under settings drawn at random, against loops in plain Python.",
        "",
        f"- {n_orders:,} orders credited by last and by first inquiry, every column equal: no difference.",
        f"- By credit and rule (one row a holder): {told}.",
        f"- {n_cells:,} cells of the measures table, {n_values:,} values: no difference.",
        f"- {N_VENDOR_WORLDS:,} worlds told by the vendor's days, {n_vendor_cells:,} cells: no difference.",
    ])  # fmt: skip


def vendor_cells(seed: int) -> int:
    """Check worlds told by the vendor's days, in one workspace; return how many cells they have."""
    draw = Random(seed)
    world = beside([vendor_world(draw, n=draw.choice([5, 25, 80])) for _ in range(N_BESIDE)])
    settings = random_settings(draw)
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_of(Path(folder) / "w", world, settings)
        cells = cells_of(measure_months(workspace, FEBRUARY, FEBRUARY).table)
    assert cells == expected_from_days(world, settings, date(2024, 2, 1), date(2024, 2, 29)), f"vendor workspace {seed}"
    return len(cells)


@pytest.mark.skipif(not postgresql.is_here(), reason="PostgreSQL is not on this machine")
def test_postgresql_computes_the_same() -> None:
    n_rows: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with postgresql.server(Path(folder) / "s") as server:
            for seed, world, settings, workspace in worlds(N_ON_POSTGRESQL, with_vendor=True):
                with connect(workspace.data_dir) as engine:
                    holders = read_accounts(engine)
                    asked = expressions(engine, holders, settings, FEBRUARY, FEBRUARY)
                    tables = {t.name: engine.table(t.name) for t in TABLES if world.get(t.name)}
                    tables[holders.relation.op().name] = holders.relation
                    printed = server.run(script(engine, tables, asked))
                    for (name, relation), text in zip(asked.items(), printed, strict=True):
                        ours = [tuple(map(plain, r)) for r in engine.read(relation).astype("object").to_numpy()]
                        theirs = read_rows(relation, text)
                        assert sorted(ours, key=repr) == sorted(theirs, key=repr), f"workspace {seed}: {name}"
                        n_rows[name] += len(ours)
    record("Crediting and measures on PostgreSQL", COMMAND, [
        f"The same expressions, compiled for PostgreSQL and run there on {N_ON_POSTGRESQL} of these worlds: no "
        f"difference in {n_rows.total():,} rows ({', '.join(f'{name} {n:,}' for name, n in n_rows.items())}).",
    ])  # fmt: skip


def script(engine: Engine, tables: dict[str, Relation], asked: dict[str, Relation]) -> str:
    """Return a psql script that makes the tables in a session of their own and prints every result as CSV."""
    compiler = PostgresCompiler()
    lines = ["begin;"]
    empty = {t.name: engine.table(t.name) for t in TABLES if t.name not in tables}
    for name, relation in {**empty, **tables}.items():
        columns = ", ".join(f'"{c}" {POSTGRES[kind_of(t)]}' for c, t in relation.schema().items())
        lines.append(f'create temp table "{name}" ({columns});')
        rows = engine.read(relation).astype("object").to_numpy() if name in tables else []
        lines += [f'insert into "{name}" values ({", ".join(sql(plain(v)) for v in r)});' for r in rows]
    for relation in asked.values():
        query = compiler.to_sqlglot(relation).sql(compiler.dialect)
        query = query.replace('"memory"."main".', "")  # where DuckDB keeps tables without a file
        lines += [f"copy ({query}) to stdout with (format csv, null '\\N', force_quote *);", f"\\echo {postgresql.END}"]
    return "\n".join([*lines, "rollback;"])


POSTGRES = {
    "string": "text",
    "int64": "bigint",
    "float64": "double precision",
    "date": "date",
    "timestamp": "timestamp(6)",
    "boolean": "boolean",
}
READ = {
    "string": str,
    "int64": lambda text: int(Decimal(text)),
    "date": datetime.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "boolean": {"t": True, "f": False}.__getitem__,
}


def kind_of(ibis_type: Any) -> str:
    return "int64" if ibis_type.is_integer() else str(ibis_type).partition("(")[0].removeprefix("!")


def sql(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def read_rows(relation: Relation, text: str) -> list[tuple]:
    kinds = [kind_of(t) for t in relation.schema().values()]
    return [
        tuple(None if v == "\\N" else READ[k](v) for v, k in zip(row, kinds, strict=True))
        for row in csv.reader(io.StringIO(text))
    ]
