"""Ten million inquiries and three million orders to daily facts: ours, SQL by hand for DuckDB, and mere reading.

Each run is a process of its own, so that its peak memory is its own. `python tests/benchmarks/test_measures_bench.py
MODE FOLDER` is one run.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.evidence import ROOT, record
from toolkit.core.period import Month
from toolkit.data.crediting.accounts import read_accounts
from toolkit.data.crediting.credit import credit_orders
from toolkit.data.crediting.facts import events_of, inquiry_facts, orders_of, sale_facts, unit_facts
from toolkit.data.tables.engine import MEMORY, connect
from toolkit.data.tables.settings import Settings

N_INQUIRIES, N_ORDERS, N_RUNS = 10_000_000, 3_000_000, 3
N_SHOPS, N_ACCOUNTS, N_DAYS = 50, 1_000, 90
FIRST, LAST = Month(2024, 1), Month(2024, 3)
DAY = 86_400_000_000  # microseconds
COMMAND = "make bench"


# The exports: a customer asks about three times in a quarter, three in ten inquiries lead to an order.


def _totals(asked: pd.DataFrame, units: pd.DataFrame, sales: pd.DataFrame) -> dict[str, int]:
    own = sales.loc[sales["credit"] == "inquiry"]
    return {
        "receptions": int(asked["receptions"].sum()),
        "reply_ms": int(asked["reply_ms"].sum()),
        "inquiries": int(units["inquiries"].sum()),
        "buyers": int(units["buyers"].sum()),
        "orders": int(own["orders"].sum()),
        "sales": int(own["gross_sales"].sum()),
        "facts": len(asked) + len(units) + len(sales),
    }


def write_world(folder: Path, n_inquiries: int, n_orders: int) -> None:
    rng = np.random.default_rng(20240101)
    start = np.datetime64("2024-01-01", "us").astype("int64")
    asked = np.sort(start + rng.integers(0, N_DAYS * DAY, n_inquiries))
    customer = rng.integers(0, n_inquiries // 3, n_inquiries)
    shop = customer % N_SHOPS
    account = shop * (N_ACCOUNTS // N_SHOPS) + rng.integers(0, N_ACCOUNTS // N_SHOPS, n_inquiries)
    write(folder / "inquiries" / "2024-01.parquet", {
        "inquiry_id": numbered("q", np.arange(n_inquiries)),
        "asked_at": pa.array(asked, pa.timestamp("us")),
        "shop": named("shop", shop, N_SHOPS),
        "account": named("account", account, N_ACCOUNTS),
        "customer": numbered("c", customer),
        "channel": named("channel", rng.integers(0, 3, n_inquiries), 3),
        "served_by": pa.array(np.where(rng.random(n_inquiries) < 0.1, "robot", "human")),
        "avg_reply_s": np.round(rng.gamma(2, 20, n_inquiries), 3),
        "satisfied": pa.array(rng.random(n_inquiries) < 0.9, mask=rng.random(n_inquiries) < 0.7),
    })  # fmt: skip
    q = rng.integers(0, n_inquiries, n_orders)
    made = asked[q] + rng.integers(0, 5 * DAY, n_orders)
    paid = made + rng.integers(0, DAY, n_orders)
    write(folder / "orders" / "2024-01.parquet", {
        "order_id": numbered("o", np.arange(n_orders)),
        "created_at": pa.array(made, pa.timestamp("us")),
        "paid_at": pa.array(paid, pa.timestamp("us"), mask=rng.random(n_orders) < 0.05),
        "shop": named("shop", shop[q], N_SHOPS),
        "customer": numbered("c", customer[q]),
        "channel": named("channel", rng.integers(0, 3, n_orders), 3),
        "amount": rng.integers(100, 100_000, n_orders),
    })  # fmt: skip
    accounts = np.arange(N_ACCOUNTS)
    write(folder / "accounts.parquet", {
        "account": named("account", accounts, N_ACCOUNTS),
        "shop": named("shop", accounts // (N_ACCOUNTS // N_SHOPS), N_SHOPS),
        "agent": named("agent", accounts, N_ACCOUNTS),
        "from": pa.array(np.full(N_ACCOUNTS, np.datetime64("2023-01-01")), pa.date32()),
    })  # fmt: skip


def write(path: Path, columns: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, compression="zstd", store_schema=False, row_group_size=1 << 20)


def numbered(prefix: str, numbers: np.ndarray) -> pa.Array:
    return pa.array(np.char.add(prefix, numbers.astype("U9")))


def named(prefix: str, codes: np.ndarray, n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), [f"{prefix}{i}" for i in range(n)])


# One run of each kind; all give the same totals.


def ours(folder: Path) -> dict[str, int]:
    settings = Settings()
    with connect(folder) as engine:
        holders = read_accounts(engine)
        orders = orders_of(engine, settings.clocks, FIRST, LAST)
        credited = engine.keep(credit_orders(engine, settings, orders=orders, holders=holders))
        events = events_of(engine, holders, FIRST, LAST)
        asked = engine.read(inquiry_facts(events))
        units = engine.read(unit_facts(events, credited, settings.crediting.count_unit, settings.clocks))
        sales = engine.read(sale_facts(engine, credited, FIRST, LAST))
    return _totals(asked, units, sales)


CREDIT = """
create temp table credited as
with o as (select order_id, created_at, paid_at, shop, customer, channel, amount
           from read_parquet('{f}/orders/*.parquet') where paid_at is not null and paid_at < '2024-04-08'),
     i as (select inquiry_id, asked_at, shop, customer, account from read_parquet('{f}/inquiries/*.parquet') q
           where served_by = 'human' and exists (from o where o.shop = q.shop and o.customer = q.customer)),
     one as (select o.*, i.inquiry_id, i.asked_at, i.account from o asof left join i
             on o.shop = i.shop and o.customer = i.customer and o.created_at >= i.asked_at),
     hit as (select *, inquiry_id is not null and asked_at >= created_at - interval 3 day as in_time from one),
     two as (select h.* exclude (inquiry_id, asked_at, account, in_time), i.inquiry_id, i.asked_at, i.account
             from (from hit where not in_time) h asof left join i
             on h.shop = i.shop and h.customer = i.customer and h.paid_at >= i.asked_at),
     judged as (select * exclude (in_time), 'inquiry' as credit from hit where in_time
              union all by name
              select * replace (case when asked_at > created_at then inquiry_id end as inquiry_id,
                                case when asked_at > created_at then account end as account),
                     case when asked_at > created_at then 'reminder' else 'silent' end as credit from two)
select b.*, a.agent from judged b left join read_parquet('{f}/accounts.parquet') a
on a.account = b.account and a.shop = b.shop and b.asked_at::date >= a."from"
"""
ASKED = """
select agent, asked_at::date as day, q.shop, channel, count(*) as consultations,
       count(*) filter (served_by = 'human') as receptions,
       sum(round(avg_reply_s * 1000)::bigint) filter (served_by = 'human') as reply_ms,
       count(avg_reply_s) filter (served_by = 'human') as reply_n,
       count(satisfied) filter (served_by = 'human') as rated,
       count(*) filter (served_by = 'human' and satisfied) as satisfied
from read_parquet('{f}/inquiries/*.parquet') q left join read_parquet('{f}/accounts.parquet') a
on a.account = q.account and a.shop = q.shop and q.asked_at::date >= a."from"
where asked_at >= '2024-01-01' and asked_at < '2024-04-01' group by all
"""
UNITS = """
with unit as (select agent, q.shop, customer, asked_at::date as day, arg_min(channel, asked_at) as channel
              from read_parquet('{f}/inquiries/*.parquet') q join read_parquet('{f}/accounts.parquet') a
              on a.account = q.account and a.shop = q.shop and q.asked_at::date >= a."from"
              where served_by = 'human' and asked_at >= '2024-01-01' and asked_at < '2024-04-01' group by all),
     bought as (select distinct agent, shop, customer, asked_at::date as day, true as yes from credited
                where credit = 'inquiry' and paid_at <= asked_at + interval 7 day)
select agent, day, shop, channel, count(*) as inquiries, count(yes) as buyers
from unit left join bought using (agent, shop, customer, day) group by all
"""
SALES = """
select agent, paid_at::date as day, shop, channel, credit, count(*) as orders, sum(amount) as gross_sales
from credited where paid_at >= '2024-01-01' and paid_at < '2024-04-01' group by all
"""


def by_hand(folder: Path) -> dict[str, int]:
    con = _duckdb(folder)
    con.execute(CREDIT.format(f=folder))
    asked, units, sales = (con.execute(q.format(f=folder)).df() for q in (ASKED, UNITS, SALES))
    return _totals(asked, units, sales)


def reading(folder: Path) -> dict[str, int]:
    con = _duckdb(folder)
    for name in ("inquiries", "orders"):
        file = f"read_parquet('{folder}/{name}/*.parquet')"
        columns = [row[0] for row in con.execute(f"describe from {file}").fetchall()]
        con.execute(f"select {', '.join(f'max({c})' for c in columns)} from {file}").fetchall()
    return {}


def _duckdb(folder: Path) -> duckdb.DuckDBPyConnection:
    spill = str(folder / "spill")
    config = {"threads": 2, "memory_limit": MEMORY, "temp_directory": spill, "preserve_insertion_order": False}
    return duckdb.connect(config=config)


MODES: dict[str, Callable[[Path], dict[str, int]]] = {"reading": reading, "by_hand": by_hand, "ours": ours}


def one_run(mode: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, mode, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    return json.loads(done.stdout)


@pytest.mark.bench
def test_ten_million_inquiries_to_daily_facts(tmp_path: Path) -> None:
    write_world(tmp_path, N_INQUIRIES, N_ORDERS)
    runs = {mode: [one_run(mode, tmp_path) for _ in range(N_RUNS)] for mode in MODES}
    totals = {mode: {json.dumps(r["totals"]) for r in found} for mode, found in runs.items()}
    assert len(totals["ours"]) == 1
    assert totals["ours"] == totals["by_hand"]
    wall, cpu, memory = (
        {mode: statistics.median(r[what] for r in found) for mode, found in runs.items()}
        for what in ("wall", "cpu", "mib")
    )
    record("Events to measures", COMMAND, [
        f"{N_INQUIRIES:,} inquiries and {N_ORDERS:,} orders in Parquet, credited (order time first, 3 days), counted "
        f"by people and day, added up to daily facts; medians of {N_RUNS} processes, equal totals asserted: "
        f"`{totals['ours'].pop()}`.",
        "",
        "| | time to reading | CPU to reading | time to SQL by hand | CPU to SQL by hand | peak memory, MiB |",
        "|---|---|---|---|---|---|",
        *(
            f"| {mode.replace('_', ' ')} | {wall[mode] / wall['reading']:.1f} | {cpu[mode] / cpu['reading']:.1f} "
            f"| {wall[mode] / wall['by_hand']:.2f} | {cpu[mode] / cpu['by_hand']:.2f} | {memory[mode]:,.0f} |"
            for mode in MODES
        ),
        "",
        "SQL by hand uses DuckDB's own as-of join and `arg_min`, which PostgreSQL lacks; ours does not. Both have two "
        f"threads at most and {MEMORY} before they spill.",
    ], file="docs/performance.md")  # fmt: skip


def main(mode: str, folder: str) -> None:
    began, used = time.perf_counter(), time.process_time()
    totals = MODES[mode](Path(folder))
    print(json.dumps({
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - used,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "totals": totals,
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
