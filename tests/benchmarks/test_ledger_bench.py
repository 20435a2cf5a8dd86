"""What a long ledger costs: step 12 pays every earlier month again, so a payment may cost what they cost together.

The alternative is to pay each of those months anew, one by one, on its own measures, and to compare tables: what an
auditor would do by hand. CPU seconds of one process, so that other work on the machine does not count.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from toolkit.core.period import Month
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay

FIRST, LAST, LENGTHS = Month(2023, 1), 24, (6, 12, 24)
SCHEME = """\
language: 1
scheme: bench-ledger
title: Bench
currency: CNY
in_force: {from: 2023-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{rate: 1.5%}, {from: 30%, rate: 3%}, {from: 40%, rate: 6%}]}
    defer: [{after_months: 3, share: 10%}, {after_months: 12, share: 20%}]
    leaver: forfeit
    clawback: {by: age_months, mode: slab, tiers: [{rate: 100%}, {from: 7, rate: 50%}]}
  - {id: bonus, when: conversion >= 38% and inquiries >= 200, amount: 500}
  - {id: late, deduct: 10 * late_days, kind: discipline}
limits:
  - {cap: 6000}
  - {guarantee: 800, recoverable: true, recover_from: 2023-03}
"""

pytestmark = pytest.mark.bench


def measures(n_agents: int, n_months: int) -> pd.DataFrame:
    """Months of a team; one agent in fifty changes in a month before the last, as late corrections do."""
    rng = np.random.default_rng(7)
    n = n_agents * n_months
    inquiries = rng.integers(20, 900, n)
    counts = {
        "inquiries": inquiries,
        "buyers": rng.binomial(inquiries, 0.34),
        "sales": rng.integers(0, 12_000_000, n),
        "late_days": rng.integers(0, 3, n),
        "base_pay": np.full(n, 300_000),
    }
    texts = {
        "month": np.repeat([str(FIRST.shift(i)) for i in range(n_months)], n_agents),
        "agent": np.tile([f"a{i:06d}" for i in range(n_agents)], n_months),
    }
    return pd.DataFrame(
        {name: pd.Series(values, dtype="str") for name, values in texts.items()}
        | {name: pd.array(values, dtype="Int64") for name, values in counts.items()}
    )


def refunds(known: pd.DataFrame) -> pd.DataFrame:
    """A twentieth of every fifth sale comes back two months later."""
    back = known.iloc[::5]
    months = {month: str(Month.parse(month).shift(2)) for month in back["month"].unique()}
    return pd.DataFrame(
        {
            "month": back["month"].map(months),
            "agent": back["agent"],
            "origin_month": back["month"],
            "amount": back["sales"] // 20,
        }
    ).reset_index(drop=True)


def payments(n_agents: int, n_months: int) -> tuple[dict[int, float], dict[int, int], float]:
    """CPU seconds and earlier ledger rows of each payment month, and the seconds of one month alone."""
    scheme, known = parse_scheme(SCHEME, "bench.yaml"), measures(n_agents, n_months)
    returned = refunds(known)
    ledger, seconds, rows = None, {}, {}
    alone = 0.0
    for length in range(1, n_months + 1):
        month = str(FIRST.shift(length - 1))
        so_far, back = known[known["month"] <= month], returned[returned["month"] <= month]
        seconds[length], rows[length] = 0.0, 0 if ledger is None else len(ledger)
        start = time.process_time()
        table = pay(scheme, so_far, month=month, ledger=ledger, refunds=back).table
        seconds[length] = time.process_time() - start
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
        start = time.process_time()
        _ = pay(scheme, known[known["month"] == month], month=month).table
        alone += time.process_time() - start
    return seconds, rows, alone / n_months


def test_a_long_ledger_costs_what_its_months_cost() -> None:
    n_agents = 2_000
    seconds, rows, alone = payments(n_agents, LAST)
    assert rows[LAST] >= 3 * (LAST - 1) * n_agents, "commission, bonus and deduction of everyone in every month before"
    lines = [
        f"{n_agents:,} agents; commission with two deferred parts, bonus, cap, recoverable guarantee, deduction, and "
        "refunds of a fifth of all sales. One month alone, without a ledger, costs 1; paying each earlier month anew, "
        "one by one, would cost as many as there are.",
        "",
        "| payment month | earlier ledger rows | cost in months alone | CPU s |",
        "|---:|---:|---:|---:|",
        *(f"| {k} | {rows[k]:,} | {seconds[k] / alone:.1f} | {seconds[k]:.2f} |" for k in LENGTHS),
    ]
    wide, wide_rows, wide_alone = payments(5 * n_agents, 6)
    assert wide_rows[6] >= 3 * 5 * 5 * n_agents
    growth = np.log(wide[6] / seconds[6]) / np.log(5)
    lines += ["", f"Five times the agents, month 6: {wide[6]:.2f} CPU s ({wide[6] / wide_alone:.1f} months alone); "]
    lines[-1] += f"the cost grows with exponent {growth:.2f}."
    record("A payment after a long ledger", "make bench", lines, file="docs/performance.md")
