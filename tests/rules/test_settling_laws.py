"""Laws of a ledger over months, for any sales, refunds and changes of closed months, searched by hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.rules.scenarios import situations
from toolkit.output.render.workbook import write_frame
from toolkit.rules.explain.ledger_text import ledger_frame, sentences
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.files import read_ledger
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

ROOT = Path(__file__).resolve().parents[2]
AGENTS = ("007", "=cmd|'/c calc'!A1", "NA")
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
BASE_PAY = (1950_00, 2100_00, 2600_00)
MINIMUM, SHARES = 2000_00, {"discipline": Fraction(1, 5), "overpayment": Fraction(1, 2)}
SCHEME = """\
language: 1
scheme: laws
title: Laws
currency: CNY
in_force: {from: 2024-01-01}
parameters:
  minimum_wage: 2000
  legal_share: {discipline: 20%, overpayment: 50%}
components:
  - id: tiers
    pay: sales
    rate: {mode: slab, tiers: [{rate: 1%}, {from: 5000, rate: 3.3%}]}
    DEFER
  - {id: to-date, period: quarter, accumulate: true, pay: sales, rate: 0.7%, cap: 90}
  - {id: late, deduct: late_days * 77.77, kind: discipline, carry: true}
limits:
  - {cap: 200}
  - {guarantee: 35.55, recoverable: true}
"""
DEFERRED = "defer: [{after_months: 1, share: 33.3%}, {after_months: 2, share: 41%}]"

modest = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
row = st.tuples(st.integers(-100_000, 2_000_000), st.integers(0, 4))
years = st.lists(st.lists(row, min_size=3, max_size=3), min_size=5, max_size=5)
refunds = st.lists(
    st.tuples(st.integers(2, 5), st.integers(1, 4), st.integers(0, 2), st.integers(1, 500_000)), max_size=6
)


def measures(months: list[list[tuple[int, int]]]) -> pd.DataFrame:
    rows = [
        (MONTHS[m], AGENTS[a], *values, BASE_PAY[a])
        for m, people in enumerate(months)
        for a, values in enumerate(people)
    ]
    table = pd.DataFrame(rows, columns=["month", "agent", "sales", "late_days", "base_pay"])
    kinds = {"month": "str", "agent": "str", "sales": "Int64", "late_days": "Int64", "base_pay": "Int64"}
    return table.astype(kinds)


def returned(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    known = [(MONTHS[m - 1], AGENTS[a], MONTHS[origin - 1], cents) for m, origin, a, cents in rows if origin < m]
    return pd.DataFrame(known, columns=["month", "agent", "origin_month", "amount"])


def ledger_of(
    scheme: Any, known: Callable[[int], pd.DataFrame], tables: SettlementTables, months: tuple[str, ...] = MONTHS
) -> pd.DataFrame:
    """Pay month after month; `known` gives the measures as they are when the n-th is paid."""
    ledger: pd.DataFrame | None = None
    for n, month in enumerate(months):
        table = pay(scheme, known(n), month=month, **(tables | SettlementTables(ledger=ledger))).table
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
    assert ledger is not None
    return ledger


def sums(table: pd.DataFrame, *by: str, column: str = "amount") -> dict[Any, int]:
    return {key: int(value) for key, value in table.groupby(list(by))[column].sum().items()}


@modest
@given(years, years)
def test_closed_months_corrected_add_up_to_what_the_last_measures_pay(first: list, last: list) -> None:
    """Months 1 to 4 are paid on other measures than those known in the fifth, which corrects all of them."""
    scheme = parse_scheme(SCHEME.replace("    DEFER\n", ""))
    ledger = ledger_of(scheme, lambda n: measures(last if n == 4 else first), SettlementTables())
    at_once = ledger_of(scheme, lambda n: measures(last), SettlementTables())
    steps = ("component", "limit", "guarantee", "adjustment")
    ours, theirs = (table[table["step"].isin(steps)] for table in (ledger, at_once))
    assert sums(ours, "agent", "origin_month") == sums(theirs, "agent", "origin_month")
    assert not at_once["step"].eq("adjustment").any()
    again = pay(scheme, measures(last), month="2024-06", ledger=ledger).table
    assert not again["step"].eq("adjustment").any()


@modest
@given(years, refunds)
def test_what_is_taken_keeps_the_legal_shares_and_the_minimum_wage(months: list, back: list) -> None:
    scheme = parse_scheme(SCHEME.replace("DEFER", DEFERRED))
    known = measures(months)
    ledger = ledger_of(scheme, lambda n: known, SettlementTables(refunds=returned(back)))
    taken_steps = ledger["step"].isin(["clawback", "recovery", "deduct"])
    base = sums(known, "month", "agent", column="base_pay")
    variable = sums(ledger[~taken_steps], "month", "agent")
    taken = ledger[taken_steps & (ledger["amount"] < 0)].copy()
    taken["kind"] = ["discipline" if name == "late" else "overpayment" for name in taken["component"]]
    for key, amount in sums(taken, "month", "agent").items():
        assert -amount <= max(base[key] + variable.get(key, 0) - MINIMUM, 0)
    for (month, agent, kind), amount in sums(taken, "month", "agent", "kind").items():
        assert -amount <= SHARES[kind] * (base[month, agent] + variable.get((month, agent), 0))
    assert all(
        owed >= 0 for owed in sums(ledger, "agent", "component", "origin_month", "scope", column="owed").values()
    )


@modest
@given(years)
def test_what_is_deferred_is_released_to_the_cent(months: list) -> None:
    scheme = parse_scheme(SCHEME.replace("DEFER", DEFERRED))
    known = measures(months)
    last = known[known["month"] == "2024-05"]
    later = pd.concat([known, last.assign(month="2024-06"), last.assign(month="2024-07")])
    ledger = ledger_of(scheme, lambda n: later, SettlementTables(), (*MONTHS, "2024-06", "2024-07"))
    held = ledger[ledger["step"].isin(["defer", "release"]) & (ledger["origin_month"] <= "2024-05")]
    assert not any(sums(held, "agent", "component", "origin_month").values())


@modest
@given(years, years, refunds)
def test_any_month_is_replayed_from_the_ledger_before_it(first: list, last: list, back: list) -> None:
    scheme = parse_scheme(SCHEME.replace("DEFER", DEFERRED))
    tables = SettlementTables(refunds=returned(back))
    known = [measures(first), measures(last)]
    ledger = ledger_of(scheme, lambda n: known[n % 2], tables)
    for n, month in enumerate(MONTHS):
        before = ledger[ledger["month"] < month].reset_index(drop=True)
        again = pay(scheme, known[n % 2], month=month, **(tables | SettlementTables(ledger=before))).table
        mine = ledger[ledger["month"] == month].reset_index(drop=True)
        assert again.astype("object").equals(mine.astype("object"))


LEDGERS = [s for path in sorted(ROOT.glob("tests/scenarios/ledger-*.yaml")) for s in situations(path)]


@pytest.mark.parametrize("situation", [s for s in LEDGERS if "refused" not in s.wanted], ids=lambda s: s.name)
def test_the_file_of_one_month_is_the_ledger_of_the_next(situation: Any, tmp_path: Path) -> None:
    scheme = situation.scheme(tmp_path)

    def through_files(paid: list[LedgerRows]) -> pd.DataFrame:
        frames = pd.concat([ledger_frame(rows, "zh") for rows in paid], ignore_index=True)
        return read_ledger(write_frame(frames, tmp_path / "ledger.csv"), scheme)

    in_memory = situation.pay(tmp_path)
    from_files = situation.pay(tmp_path, through_files)
    for ours, theirs in zip(in_memory, from_files, strict=True):
        assert ours.table.astype("object").equals(theirs.table.astype("object"))
        assert sentences(ours, "en") == sentences(theirs, "en")
