"""Simulated months are paid by the same rules as a payroll."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.core.errors import UsageError
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay
from toolkit.rules.settle.replicates import pay_replicates

SCHEME = """\
language: 1
scheme: simulated
title: Simulated
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    pay: sales
    rate: {by: conversion, mode: slab, tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 3%}, {from: 40%, rate: 6%}]}
  - {id: places, rank: {by: sales, order: highest, within: shop, ties: split}, amount: [500, 200]}
  - {id: pool, level: shop, pay: sales, rate: 1%, share: inquiries}
  - {id: best, when: "conversion >= best(conversion, within: shop)", amount: 100}
limits: [{cap: 4000}, {fund: 5% * sales, level: shop}, {guarantee: 300}]
"""


def roster(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": pd.Series(["2024-06"] * n, dtype="str"),
            "agent": pd.Series([f"a{i}" for i in range(n)], dtype="str"),
            "shop": pd.Series(["AB"[i % 2] for i in range(n)], dtype="str"),
            "inquiries": pd.array([0] * n, dtype="Int64"),
            "buyers": pd.array([0] * n, dtype="Int64"),
            "sales": pd.array([0] * n, dtype="Int64"),
        }
    )


def test_each_replicate_is_paid_as_if_it_were_the_month() -> None:
    rng, measures = np.random.default_rng(3), roster(9)
    inquiries = rng.integers(0, 20, (30, 9))
    simulated = {
        "inquiries": inquiries,
        "buyers": rng.binomial(inquiries, 0.4),
        "sales": rng.integers(-10_000, 10_000_000, (30, 9)) // 1000 * 1000,
    }
    together = pay_replicates(parse_scheme(SCHEME), measures, simulated, month="2024-06")
    for run in range(30):
        alone = measures.assign(**{name: pd.array(values[run], dtype="Int64") for name, values in simulated.items()})
        table = pay(parse_scheme(SCHEME), alone, month="2024-06").table
        totals = table.groupby("agent")["amount"].sum()
        assert together.totals[run].tolist() == [int(totals[agent]) for agent in together.agents]
        parts = table.groupby(["agent", "component"])["amount"].sum()
        for c, component in enumerate(together.components):
            wanted = [int(parts.get((agent, component), 0)) for agent in together.agents]
            assert together.amounts[run, :, c].tolist() == wanted


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="no column 'clicks'"):
        pay_replicates(parse_scheme(SCHEME), roster(2), {"clicks": np.zeros((3, 2), np.int64)}, month="2024-06")
    with pytest.raises(UsageError, match="one column a row"):
        pay_replicates(parse_scheme(SCHEME), roster(2), {"sales": np.zeros((3, 5), np.int64)}, month="2024-06")
