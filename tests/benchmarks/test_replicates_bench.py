"""What simulated months cost by kind of step, and whether the cost grows with the replicates and not faster.

CPU seconds of one process, so that other work on the machine does not count; beside one `numpy.add` over arrays of the
same size, in the same run. The cost of a kind is that of a scheme with it less that of the same scheme without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.evidence import record
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.replicates import ReplicateLedger, pay_replicates

AGENTS, FEW, MANY, TIMES = 22, 500, 10_000, 3
MOST_NS, MOST_EXPONENT = 1_000, 1.05
BASE = """\
language: 1
scheme: bench-replicates
title: Bench
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}, {from: 40%, rate: 6%}]}
"""
KINDS = {
    "cap": "limits: [{cap: 1000}]",
    "rank, many ties": "  - {id: one, rank: {by: buyers, order: highest, within: shop, ties: split}, amount: [50, 20]}",
    "best": '  - {id: one, when: "conversion >= best(conversion, within: shop)", amount: 100}',
    "pool": "  - {id: one, level: shop, pay: sales, rate: 1%, share: inquiries}",
    "fund by shop": "limits: [{fund: 2% * sales, level: shop}]",
    "budget": "  - {id: one, when: conversion >= 33%, amount: 100, budget: 500}",
    "guarantee": "limits: [{guarantee: 900}]",
}
SEQUENCE = """\
  - {id: held, pay: sales, rate: 1%, defer: [{after_months: 1, share: 20%}]}
  - {id: fine, deduct: 20, kind: discipline, carry: true}
limits: [{cap: 12000, period: year}, {guarantee: 900, recoverable: true}]
"""
Drawn = dict[str, NDArray[np.int64]]

pytestmark = pytest.mark.bench


def roster(month: str = "2024-06") -> pd.DataFrame:
    texts = {
        "month": [month] * AGENTS,
        "agent": [f"a{i:02d}" for i in range(AGENTS)],
        "shop": ["A", "B"] * (AGENTS // 2),
    }
    return pd.DataFrame(
        {name: pd.Series(values, dtype="str") for name, values in texts.items()}
        | {name: pd.array([0] * AGENTS, dtype="Int64") for name in ("inquiries", "buyers", "sales")}
    )


def draws(n: int) -> Drawn:
    rng = np.random.default_rng(1)
    inquiries = rng.integers(150, 600, (n, AGENTS))
    buyers = rng.binomial(inquiries, 0.33)
    return {"inquiries": inquiries, "buyers": buyers, "sales": buyers * rng.integers(5_000, 20_000, (n, AGENTS))}


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def ns(text: str, drawn: Drawn) -> float:
    """Median CPU nanoseconds of one agent-month."""
    scheme, measures = parse_scheme(BASE + text), roster()
    found = [seconds(lambda: pay_replicates(scheme, measures, drawn, month="2024-06")) for _ in range(TIMES)]
    return median(found) * 1e9 / drawn["sales"].size


def sequence(n: int) -> list[float]:
    """CPU nanoseconds of one agent-month, of three months in sequence."""
    scheme, drawn, before, found = parse_scheme(BASE + SEQUENCE), draws(n), ReplicateLedger(), list[float]()
    for month in ("2024-06", "2024-07", "2024-08"):
        start = time.process_time()
        before = pay_replicates(scheme, roster(month), drawn, month=month, ledger=before).ledger or before
        found.append((time.process_time() - start) * 1e9 / drawn["sales"].size)
    return found


def test_simulated_months_cost_in_proportion_to_the_replicates() -> None:
    few, many = draws(FEW), draws(MANY)
    ns("", few)
    added = many["sales"], many["inquiries"]
    add = median(seconds(lambda: np.add(*added)) for _ in range(21)) * 1e9 / many["sales"].size
    base = ns("", few), ns("", many)
    lines = [
        f"{AGENTS} agents; CPU time of an agent-month with {FEW:,} and {MANY:,} replicates, and the exponent by which "
        f"it grows with them. One `numpy.add` of as many numbers costs {add:.1f} ns in the same run.",
        "",
        f"| kind | ns, {FEW:,} | ns, {MANY:,} | exponent | times one add |",
        "|---|---:|---:|---:|---:|",
        f"| a table by conversion | {base[0]:,.0f} | {base[1]:,.0f} | {exponent(*base):.2f} | {base[1] / add:,.0f} |",
    ]
    for kind, text in KINDS.items():
        whole = ns(text, few), ns(text, many)
        costs = [max(one - without, 0.0) for one, without in zip(whole, base, strict=True)]
        grows = exponent(*whole)
        lines.append(f"| … with {kind} | +{costs[0]:,.0f} | +{costs[1]:,.0f} | {grows:.2f} | {costs[1] / add:,.0f} |")
        assert costs[1] <= MOST_NS, kind
        assert grows <= MOST_EXPONENT, kind
    short, long = sequence(100), sequence(1_000)
    lines += [
        "",
        "Months in sequence, each replicate with its own ledger (deferral, a yearly cap, a recoverable guarantee, a "
        f"deduction): {', '.join(f'{one / 1000:,.0f}' for one in long)} µs an agent-month in the first, second and "
        f"third month with 1,000 replicates, {', '.join(f'{one / 1000:,.0f}' for one in short)} with 100 (exponent "
        f"{1 + np.log(sum(long) / sum(short)) / np.log(10):.2f}).",
    ]
    record("Simulated months", "make bench", lines, file="docs/performance.md")


def exponent(few: float, many: float) -> float:
    """Growth of the whole cost from few replicates to many: 1 is in proportion."""
    return float(1 + np.log(many / few) / np.log(MANY / FEW))
