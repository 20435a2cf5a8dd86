"""What paying costs, as ratios: to one `numpy.add` over arrays of the same size, and to row-wise Decimal arithmetic.

CPU seconds of one process, so that other work on the machine does not count; peak memory of a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.measures import read_columns
from toolkit.rules.pay.tiers import TierTable, look_up
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay

COMMAND = "make bench"
EDGES = (Fraction(0), Fraction(30, 100), Fraction(305, 1000), Fraction(35, 100), Fraction(40, 100))
RATES = (Fraction(15, 1000), Fraction(3, 100), Fraction(35, 1000), Fraction(4, 100), Fraction(6, 100))
CHUNK = 65_536
SCHEME = """\
language: 1
scheme: bench
title: Bench
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    for: role == "agent"
    pay: sales
    rate:
      by: conversion
      mode: slab
      tiers:
        - {rate: 1.5%}
        - {from: 30%, rate: 3%}
        - {from: 30.5%, rate: 3.5%}
        - {from: 35%, rate: 4%}
        - {from: 40%, rate: 6%}
  - {id: bonus, when: conversion >= 48% and inquiries >= 200, amount: 1000, prorate: worked_days / scheduled_days}
  - id: upsell
    pay: upsells
    rate: {mode: slab, tiers: [{rate: 0.5}, {from: 10, rate: 1}, {from: 50, rate: 2}, {from: 100, rate: 3}]}
  - id: progressive
    pay: sales
    rate: {mode: marginal, tiers: [{from: 0, rate: 1%}, {from: 30000, rate: 1.5%}, {from: 60000, rate: 2%}]}
    cap: 2000
  - id: volume
    amount: {by: sales, mode: cumulative, below: 0, tiers: [{from: 20000, amount: 100}, {from: 50000, amount: 500}]}
  - id: curve
    amount:
      by: conversion
      mode: interpolated
      tiers: [{from: 0%, amount: 0}, {from: 30%, amount: 300}, {from: 60%, amount: 1200}]
"""


def measures(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    inquiries = rng.integers(1, 1500, n)
    counts = {
        "inquiries": inquiries,
        "buyers": rng.binomial(inquiries, 0.36),
        "sales": rng.integers(0, 12_000_000, n),
        "upsells": rng.integers(0, 150, n),
        "worked_days": rng.integers(15, 23, n),
        "scheduled_days": np.full(n, 22),
    }
    texts = {"month": ["2024-05"] * n, "agent": [f"a{i:07d}" for i in range(n)], "role": ["agent"] * n}
    return pd.DataFrame(
        {name: pd.Series(values, dtype="str") for name, values in texts.items()}
        | {name: pd.array(values, dtype="Int64") for name, values in counts.items()}
    )


CENT = Decimal("0.01")
STEPS = [(Decimal(e.numerator) / e.denominator, Decimal(r.numerator) / r.denominator) for e, r in zip(EDGES, RATES)]  # noqa: B905
UPSELL = [(0, Decimal("0.5")), (10, Decimal(1)), (50, Decimal(2)), (100, Decimal(3))]
SLICES = [(0, 30_000, Decimal("0.01")), (30_000, 60_000, Decimal("0.015")), (60_000, 10**12, Decimal("0.02"))]
KNOTS = [(Decimal(0), Decimal("0.3"), 0, 300), (Decimal("0.3"), Decimal("0.6"), 300, 900)]


def by_row(row: pd.Series) -> Decimal:
    """The same six components for one row, as one would program them."""
    sales, inquiries, upsells = Decimal(int(row["sales"])) / 100, int(row["inquiries"]), int(row["upsells"])
    conversion = Decimal(int(row["buyers"])) / inquiries
    bonus = conversion >= Decimal("0.48") and inquiries >= 200
    slices = sum((max(min(sales, Decimal(top)) - low, Decimal(0)) * rate for low, top, rate in SLICES), Decimal(0))
    line = next((c + d * (conversion - a) / (b - a) for a, b, c, d in KNOTS if conversion < b), Decimal(1200))
    parts = [
        sales * [rate for edge, rate in STEPS if conversion >= edge][-1],
        Decimal(1000) * int(row["worked_days"]) / int(row["scheduled_days"]) if bonus else Decimal(0),
        upsells * [rate for edge, rate in UPSELL if upsells >= edge][-1],
        min(slices, Decimal(2000)),
        Decimal(100) * (sales >= 20_000) + Decimal(500) * (sales >= 50_000),
        Decimal(line),
    ]
    return sum((part.quantize(CENT, ROUND_HALF_UP) for part in parts), Decimal(0))


def cpu(work: Callable[[], object], repeat: int = 3) -> float:
    """Return the least CPU seconds of some runs."""
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def one_add(n: int) -> float:
    left, right = np.arange(n), np.arange(n)
    return cpu(lambda: left + right, 5)


def slab_table(n: int) -> float:
    """CPU seconds of n exact evaluations of a five-tier table, rounded to the cent, in chunks."""
    rng = np.random.default_rng(0)
    inquiries = rng.integers(1, 1500, n)
    buyers, sales, out = rng.binomial(inquiries, 0.36), rng.integers(0, 20_000_000, n), np.empty(n, np.int64)
    constants = [tuple(Exact.constant(v) for v in values) for values in (EDGES, RATES)]
    ladder = TierTable("slab", constants[0], (False,) * 5, constants[1], None)

    def run() -> None:
        for start in range(0, n, CHUNK):
            here = slice(start, start + CHUNK)
            by = Exact(buyers[here], inquiries[here], None, 1500, 1500)
            base = Exact(sales[here], 100, None, 20_000_000, 100)
            out[here] = (base * look_up(ladder, by).value).rounded()

    return cpu(run)


def peak_mb() -> float:
    """Return the peak memory of this process; `getrusage` would tell the parent's, inherited when forked."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def seconds_of(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def paid_month(path: str) -> dict[str, float]:
    """Pay a measures table, an addition beside each payment; run in a process of its own for its peak memory."""
    scheme, table = parse_scheme(SCHEME), pd.read_parquet(path)
    before, first, peak = peak_mb(), seconds_of(lambda: pay(scheme, table, month="2024-05")), peak_mb()
    left, right = np.arange(6 * len(table)), np.arange(6 * len(table))
    shuffled = table.sample(frac=1, random_state=0).reset_index(drop=True)
    works: dict[str, Callable[[], object]] = {
        "pay": lambda: pay(scheme, table, month="2024-05"),
        "cells": lambda: read_columns(table, scheme.vocabulary),
        "add": lambda: left + right,
        "factorize": lambda: pd.factorize(table["agent"]),
    }
    runs = [{name: seconds_of(work) for name, work in works.items()} for _ in range(9)]
    result = {name: median(run[name] for run in runs) for name in works}
    other = seconds_of(lambda: pay(scheme, shuffled, month="2024-05"))
    return result | {"first": first, "before": before, "peak": peak, "shuffled": other}


def table_by_row(row: pd.Series) -> Decimal:
    """The five-tier table alone, for one row."""
    conversion = Decimal(int(row["buyers"])) / int(row["inquiries"])
    rate = [rate for edge, rate in STEPS if conversion >= edge][-1]
    return (Decimal(int(row["sales"])) / 100 * rate).quantize(CENT, ROUND_HALF_UP)


@pytest.mark.bench
def test_a_five_tier_table_costs_a_few_additions() -> None:
    n = 60_000_000
    add, table, few = one_add(n), slab_table(n), measures(5_000)
    clerk = cpu(lambda: few.apply(table_by_row, axis=1), 1) / len(few) * n
    record(
        "Tier tables",
        COMMAND,
        [
            f"- {n:,} exact evaluations of a five-tier conversion table, rounded to the cent, in chunks of {CHUNK:,}: "
            f"{table / add:.1f} times one `numpy.add` of {n:,} integers ({table:.2f} and {add:.3f} CPU seconds).",
            f"- Row-wise pandas `apply` of that table in Decimal: {clerk / table:,.0f} times as long (5,000 rows).",
            "- The same code pays a payroll and a simulation; to reach: 12 times for simulated, 20 for exact.",
        ],
        file="docs/performance.md",
    )
    assert table <= 12 * add
    assert clerk >= 100 * table


@pytest.mark.bench
def test_a_million_agent_months_are_paid_in_twenty_additions(tmp_path: Path) -> None:
    n, sample = 1_000_000, 5_000
    measures(n).to_parquet(path := tmp_path / "measures.parquet")
    code = "import json, sys; from tests.benchmarks.test_pay_bench import *; print(json.dumps(paid_month(sys.argv[1])))"
    call = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    got = json.loads(done.stdout)
    few = measures(sample)
    clerk = median(seconds_of(lambda: few.apply(by_row, axis=1)) for _ in range(3)) / sample * n
    ours = pay(parse_scheme(SCHEME), few, month="2024-05").table.groupby("agent")["amount"].sum().tolist()
    off = [abs(int(d * 100) - o) for d, o in zip(few.apply(by_row, axis=1), ours, strict=True) if int(d * 100) != o]
    adds = {name: got[name] / got["add"] for name in ("pay", "cells", "first", "shuffled", "factorize")}
    record(
        "A payroll month",
        COMMAND,
        [
            "In the timing: `pay`, from the measures table (month, agent, role as text, six integer columns) to ledger "
            f"rows in memory, every check included; {n:,} agents x 6 components (slab, condition with proration, "
            "units, marginal with cap, cumulative, interpolated). Sentences and the table of rows are made when asked "
            "for. CPU seconds; medians of 9 runs, a `numpy.add` beside each.",
            "",
            "| | CPU s | x one `numpy.add` of 6,000,000 integers |",
            "| --- | --: | --: |",
            f"| `pay` | {got['pay']:.3f} | **{adds['pay']:.1f}** (bar: 20) |",
            f"| of it reading and checking the columns | {got['cells']:.3f} | {adds['cells']:.1f} |",
            f"| of it the six components | {got['pay'] - got['cells']:.3f} | {adds['pay'] - adds['cells']:.1f} |",
            f"| one `numpy.add` | {got['add']:.4f} | 1 |",
            f"| row-wise pandas `apply` of the same rule in Decimal (from {sample:,} rows) | {clerk:.0f} | "
            f"{clerk / got['add']:,.0f} |",
            "",
            f"- Row-wise takes **{clerk / got['pay']:.0f} times** as long (bar: 100); {len(off)} of its {sample:,} "
            "rows differ by a cent, where a quotient of 28 digits is rounded below an exact half cent.",
            "- Rows stand in order of agents, as a workspace writes a month; then no text is looked up. In random "
            f"order: {got['shuffled']:.1f} s ({adds['shuffled']:.0f} additions), nearly all of it sorting a million "
            f"names; looking them up alone (`pandas.factorize`) is {adds['factorize']:.0f} additions.",
            f"- The first payment of a process, for which the kernel may have to find the memory: {got['first']:.2f} s "
            f"({adds['first']:.0f} additions).",
            f"- Peak memory {got['peak']:,.0f} MB, of them {got['before']:,.0f} MB before paying.",
        ],
        file="docs/performance.md",
    )
    assert got["peak"] < 1_000
    assert len(off) < sample / 1000
    assert set(off) <= {1}
    assert got["pay"] <= 20 * got["add"]
    assert clerk >= 100 * got["pay"]


def team_month(n: int, times: int) -> tuple[float, float, float]:
    """Return the CPU seconds of paying n people, of the table of the rows, and of their file form with sentences."""
    scheme, table = parse_scheme(SCHEME), measures(n)
    pays = median(seconds_of(lambda: pay(scheme, table, month="2024-05")) for _ in range(times))
    fresh = [pay(scheme, table, month="2024-05") for _ in range(times)]
    tables = median(seconds_of(lambda rows=rows: rows.table) for rows in fresh)
    return pays, tables, median(seconds_of(lambda rows=rows: ledger_frame(rows)) for rows in fresh[:3])


@pytest.mark.bench
def test_a_team_is_paid_in_milliseconds() -> None:
    found = {n: team_month(n, times) for n, times in ((30, 25), (5_000, 5))}
    lines = [f"| {n:,} | " + " | ".join(f"{s * 1000:,.1f}" for s in seconds) + " |" for n, seconds in found.items()]
    record(
        "A payroll month of a team",
        COMMAND,
        [
            "CPU milliseconds, medians; six components as above.",
            "",
            "| people | `pay` | `.table` | `ledger_frame`, with a sentence a row |",
            "| --: | --: | --: | --: |",
            *lines,
        ],
        file="docs/performance.md",
    )
    assert found[5_000][0] < 0.1
