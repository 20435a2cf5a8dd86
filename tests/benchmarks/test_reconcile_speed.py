"""How long payroll of 5,000 people takes to be held against the rules, beside paying them once (`make bench`)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from tests.studies.reconcile_world import COMMISSION, payroll, scheme
from toolkit.core.period import Month
from toolkit.rules.settle.payroll import pay
from toolkit.studies.reconcile.due import PaymentCase, pay_items
from toolkit.studies.reconcile.reconcile import reconcile

PEOPLE, RUNS = 5_000, 3
MOST_TIMES_PAY = {0: 10, 100: 25}  # people who differ: at most so many times the cost of paying the month once


def draw_measures(draw: np.random.Generator) -> pd.DataFrame:
    months = []
    for month in ("2024-05", "2024-06", "2024-07"):
        inquiries, gross = draw.integers(200, 900, PEOPLE), draw.integers(1_000_000, 9_000_000, PEOPLE)
        refunds = (gross * draw.uniform(0, 0.1, PEOPLE)).astype("int64")
        numbers = {"inquiries": inquiries, "buyers": (inquiries * draw.uniform(0.2, 0.5, PEOPLE)).astype("int64")}
        numbers |= {"gross_sales": gross, "refunds": refunds, "sales": gross - refunds, "reminder_sales": refunds // 2}
        texts = {
            "month": month,
            "agent": [f"a{i:04d}" for i in range(PEOPLE)],
            "shop": [f"s{i // 25}" for i in range(PEOPLE)],
        }
        months.append(pd.DataFrame(texts, dtype="str").assign(**{k: pd.array(v, "Int64") for k, v in numbers.items()}))
    return pd.concat(months, ignore_index=True)


def seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


@pytest.mark.bench
def test_five_thousand_people_against_the_rules() -> None:
    draw = np.random.default_rng(1)
    case = PaymentCase(Month.parse("2024-06"), (scheme(),), draw_measures(draw), COMMISSION)
    due = pay_items(case, case.schemes, case.measures, case.month).amounts
    once = seconds(lambda: pay(case.schemes, case.measures, month="2024-06").table)
    lines = [f"Paying {PEOPLE:,} people once, with the ledger as a table: {once:.2f} s (medians of {RUNS})."]
    for n, most in (*MOST_TIMES_PAY.items(), (PEOPLE, None)):
        off = dict(zip(sorted(due), draw.integers(2, 20_000, n).tolist(), strict=False))
        table = payroll(*[(agent, item, amount + off.get((agent, item), 0)) for (agent, item), amount in due.items()])
        taken = seconds(lambda table=table: reconcile(case, table))
        lines.append(f"Reconciling, {n:,} people differ: {taken:.2f} s, {taken / once:.1f} times as long.")
        assert most is None or taken < most * once
    record(
        "Reconciliation", "pytest -m bench tests/benchmarks/test_reconcile_speed.py", lines, file="docs/performance.md"
    )
