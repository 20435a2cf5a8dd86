"""The law of opening balances: splitting a run at any month changes no later amount.

A run over months is paid twice: whole, each month on the rows of those before; and from a split month on, where the
rows of the months before are given back as a table of opening balances, as a person would fill it from what was paid.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from tests.evidence import record
from tests.rules.scenarios import HEADING
from toolkit.core.period import Month
from toolkit.rules.lint.gaps import missing_columns
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import kind_of_measure
from toolkit.rules.settle.opening import COLUMNS, People, read_opening
from toolkit.rules.settle.payroll import pay

SHELF = Path("data_samples/shelf")
LOOKING_BACK = (
    "D05-record-award-all-history", "D05-record-award", "D06-champion", "D12-role-caps", "D18-deductions",
    "D21-deferred-award", "D21-draw", "D25-order-of-limits", "D28-refund-after-leaving", "A06-clawback-by-age",
)  # fmt: skip
OWN = {
    "year to date, floor and negative differences": """
components:
  - {id: c, period: year, accumulate: true, pay: sales, rate: {by: sales, mode: slab, tiers: [{rate: 1%},
     {from: 30000, rate: 3%}, {from: 60000, rate: 2%}]}}
  - {id: q, period: quarter, accumulate: true, pay: sales, rate: 0.333%, cap: 100}
  - {id: quarterly, period: quarter, pay: sales, rate: 1%}
""",
    "a yearly cap on what months paid": """
components:
  - {id: c, pay: sales, rate: 5%, defer: [{after_months: 3, share: 33%}, {after_months: 5, share: 10%}]}
  - {id: d, amount: 50}
limits:
  - {cap: 900}
  - {cap: 3000, period: year}
""",
    "a cap that pays later what it withheld": """
components:
  - {id: c, pay: sales, rate: 5%}
limits:
  - {cap: 400, carry: true}
""",
    "streaks": """
components:
  - {id: goal, when: sales >= 4000, amount: 100}
  - {id: run, amount: '10 * streak("goal")'}
  - {id: third, when: streak("goal") == 3, amount: 77}
""",
    "history": """
components:
  - {id: r, when: "sales > record(sales, over: all)", amount: 300}
  - {id: b, when: "sales > record(sales, over: last(2), within: shop)", amount: 30}
  - {id: t, amount: "to_date(sales, over: year) * 0.1%"}
  - {id: u, amount: "to_date(sales, over: quarter) * 0.1%"}
""",
    "a draw beside a deferral, carried deductions": """
parameters: {legal_share: {discipline: 20%}}
components:
  - {id: c, pay: sales, rate: 3%, defer: [{after_months: 2, share: 20%}]}
  - {id: late, deduct: answer_errors * 60, kind: discipline, carry: true}
limits:
  - {guarantee: 180, recoverable: true, recover_from: 2025-01}
""",
    "totals rounded only": """
rounding: {step: 0.1, at: total}
components:
  - {id: c, period: year, accumulate: true, pay: sales, rate: 1.237%}
  - {id: d, pay: sales, rate: 0.371%, defer: [{after_months: 2, share: 50%}]}
""",
    "who leaves": """
components:
  - {id: c, pay: sales, rate: 3%, defer: [{after_months: 1, share: 20%}], leaver: hold}
""",
}  # fmt: skip
SEEDS = 20
MONTHS = [str(m) for m in Month(2024, 9).through(Month(2025, 4))]
AGENTS = ("Li", "Wang", "Zhao")
ALWAYS: People = {agent: [(Month(2020, 1).start, None)] for agent in AGENTS}


def scheme_called(name: str, folder: Path) -> Scheme:
    if name in OWN:
        return parse_scheme(HEADING + OWN[name].removeprefix("\n"), str(folder / "case.yaml"))
    return read_scheme(SHELF / f"{name}.yaml")


def measures_of(scheme: Scheme, draw: Random) -> pd.DataFrame:
    """Draw a row a person and month; a new person comes in the middle."""
    names = missing_columns(scheme, pd.DataFrame(columns=["month", "agent"]))
    role = "manager" if scheme.id == "role-caps" else "agent"
    texts = {"role": role, "shop": "A"}
    rows = [
        {"month": month, "agent": agent, **{n: texts.get(n) or drawn(n, scheme, draw) for n in names}}
        for month in MONTHS
        for agent in AGENTS
        if agent != "Zhao" or month >= "2024-12"
    ]
    frame = pd.DataFrame(rows)
    kinds = {n: kind_of_measure(n, [scheme]) for n in names}
    whole = {n: "Int64" for n, kind in kinds.items() if kind in ("money", "count")}
    return frame.astype({n: "object" for n, k in kinds.items() if k not in (None, "money", "count")} | whole)


def drawn(name: str, scheme: Scheme, draw: Random) -> int:
    if kind_of_measure(name, [scheme]) == "money":
        return draw.choice([0, 3_000_00, 5_000_00, 150_000_00, draw.randrange(200_000_00), draw.randrange(9_000_00)])
    low, high = {"buyers": (1, 60), "inquiries": (60, 200)}.get(name, (0, 6))
    return draw.randrange(low, high)


def carried_over(ledger: pd.DataFrame, first: str, scheme: Scheme) -> pd.DataFrame:
    """Fill in the table of opening balances, from the rows of what was paid before a month."""
    carries = any(getattr(limit, "carry", False) for limit in scheme.limits)
    sums: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    guaranteed: dict[tuple[str, ...], Any] = {}
    for row in ledger[ledger["agent"] != ""].to_dict("records"):
        agent, component, origin = row["agent"], row["component"], row["origin_month"]
        amount, owed = Fraction(row["amount"]) / 100, Fraction(row["owed"]) / 100
        if row["step"] == "component":
            sums[agent, "earned", component, origin, ""] += amount
        elif row["step"] in ("limit", "fund"):
            at = MONTHS[MONTHS.index(first) - 1] if carries else origin
            sums[agent, "withheld", "", at, ""] -= amount
        elif row["step"] in ("defer", "release"):
            sums[agent, "deferred", component, origin, row["scope"]] -= amount
        if owed:
            key = (agent, "owed", component, origin, "")
            sums[key] += owed
            if row["step"] == "guarantee":
                guaranteed[key] = Fraction(row["by_value"]) / 100
    found = [
        dict(zip(("agent", "kind", "item", "month", "due"), key, strict=True))
        | {"value": as_text(value), "guaranteed": as_text(guaranteed.get(key))}
        for key, value in sums.items()
        if value
    ]
    return pd.DataFrame(found, columns=list(COLUMNS), dtype="str")


def as_text(value: Any) -> str | None:
    if value is None:
        return None
    text = f"{Fraction(value).numerator * 10**12 // Fraction(value).denominator:+014d}"
    assert Fraction(value).denominator in (1, 2, 4, 5) or 10**12 % Fraction(value).denominator == 0
    return f"{text[:-12]}.{text[-12:]}"


def paid_from(
    first: int, scheme: Scheme, measures: pd.DataFrame, before: pd.DataFrame, roster: Any
) -> list[pd.DataFrame]:
    paid: list[pd.DataFrame] = []
    for month in MONTHS[first:]:
        ledger = pd.concat([before, *paid], ignore_index=True) if len(before) or paid else None
        known = measures[measures["month"] <= month]
        paid.append(pay(scheme, known, month=month, ledger=ledger, roster=roster).table)
    return paid


def told(rows: pd.DataFrame) -> dict[Any, Any]:
    keys = ["month", "agent", "component", "step", "origin_month", "scope"]
    some = rows[(rows["amount"] != 0) | (rows["owed"] != 0)]
    return {tuple(key): (a, o) for *key, a, o in some[[*keys, "amount", "owed"]].itertuples(index=False, name=None)}


@pytest.mark.parametrize("name", [*LOOKING_BACK, *OWN])
def test_splitting_a_run_at_any_month_changes_no_later_amount(name: str, tmp_path: Path) -> None:
    n_rows, brought = check_splits(name, 1, tmp_path)
    assert n_rows > 0
    assert brought


@pytest.mark.prove
def test_splitting_many_runs_changes_no_later_amount(tmp_path: Path) -> None:
    names, n_rows = [*LOOKING_BACK, *OWN], 0
    for name in names:
        n_rows += sum(check_splits(name, seed, tmp_path)[0] for seed in range(SEEDS))
    record("Opening balances: a run split at any month", "pytest -m prove tests/rules/test_opening_law.py", [
        f"- {len(names)} schemes that look back ({len(LOOKING_BACK)} of the shelf), {SEEDS} random runs each of",
        f"  {len(MONTHS)} months, split at each of the {len(MONTHS) - 1} later ones: {n_rows:,} ledger rows of the",
        "  months after it, all equal.",
    ])  # fmt: skip


def check_splits(name: str, seed: int, folder: Path) -> tuple[int, set[str]]:
    """Split a random run at each later month; return how many rows after it were compared, and the kinds brought."""
    scheme, roster = scheme_called(name, folder), None
    measures = measures_of(scheme, Random(seed))
    if name == "who leaves":
        roster = pd.DataFrame({"agent": ["Li"], "left_on": [pd.Timestamp("2024-11-20")]})
        measures = measures[(measures["agent"] != "Li") | (measures["month"] <= "2024-11")]
    whole = paid_from(0, scheme, measures, pd.DataFrame(), roster)
    assert not any("adjustment" in set(month["step"]) for month in whole), "nothing changed, nothing is corrected"
    brought, compared = set[str](), 0
    for split in range(1, len(MONTHS)):
        first = MONTHS[split]
        table = carried_over(pd.concat(whole[:split], ignore_index=True), first, scheme)
        opening = read_opening(table, [scheme], first=Month.parse(first), people=ALWAYS)
        brought |= set(table["kind"])
        again = paid_from(split, scheme, measures, opening.ledger, roster)
        for month, once, twice in zip(MONTHS[split:], whole[split:], again, strict=True):
            assert told(twice) == told(once), (seed, first, month)
            compared += len(told(once))
    return compared, brought
