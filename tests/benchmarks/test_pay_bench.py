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

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from toolkit.rules import parse_scheme, pay
from toolkit.rules.exact import Exact
from toolkit.rules.tables import Ladder, read

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
    ladder = Ladder("slab", constants[0], (False,) * 5, constants[1], None)

    def run() -> None:
        for start in range(0, n, CHUNK):
            here = slice(start, start + CHUNK)
            by = Exact(buyers[here], inquiries[here], None, 1500, 1500)
            base = Exact(sales[here], 100, None, 20_000_000, 100)
            out[here] = (base * read(ladder, by).value).rounded()

    return cpu(run)


def peak_mb() -> float:
    """Return the peak memory of this process; `getrusage` would tell the parent's, inherited when forked."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def paid_month(path: str) -> dict[str, float]:
    """Pay a measures table; run in a process of its own for its peak memory."""
    scheme, table = parse_scheme(SCHEME), pd.read_parquet(path)
    before = peak_mb()
    seconds = cpu(lambda: pay(scheme, table, month="2024-05"), 2)
    return {"seconds": seconds, "before": before, "peak": peak_mb()}


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
def test_a_million_agent_months_are_paid_in_seconds(tmp_path: Path) -> None:
    n, sample = 1_000_000, 5_000
    measures(n).to_parquet(path := tmp_path / "measures.parquet")
    code = "import json, sys; from tests.benchmarks.test_pay_bench import *; print(json.dumps(paid_month(sys.argv[1])))"
    call = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    few = measures(sample)
    clerk = cpu(lambda: few.apply(by_row, axis=1), 1) / sample * n
    ours = pay(parse_scheme(SCHEME), few, month="2024-05").table.groupby("agent")["amount"].sum().tolist()
    off = [abs(int(d * 100) - o) for d, o in zip(few.apply(by_row, axis=1), ours, strict=True) if int(d * 100) != o]
    add = one_add(6 * n)
    record(
        "A payroll month",
        COMMAND,
        [
            f"- `pay` of {n:,} agents x 6 components (slab, condition, units, marginal with cap, cumulative, "
            f"interpolated), from measures table to ledger rows: {result['seconds']:.1f} CPU seconds, "
            f"{result['seconds'] / add:.0f} times one `numpy.add` of {6 * n:,} integers.",
            f"- Row-wise pandas `apply` of the same rule in Decimal: {clerk:.0f} CPU seconds (from {sample:,} rows), "
            f"{clerk / result['seconds']:.0f} times as long; {len(off)} rows differ by a cent, where a quotient of 28 "
            "digits is rounded below an exact half cent.",
            f"- Peak memory {result['peak']:,.0f} MB, of them {result['before']:,.0f} MB before paying.",
        ],
        file="docs/performance.md",
    )
    assert result["peak"] < 3_000
    assert len(off) < sample / 1000
    assert set(off) <= {1}
    assert clerk > 10 * result["seconds"]
