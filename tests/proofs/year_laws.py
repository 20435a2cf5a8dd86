"""What holds of every ledger, whatever the scheme; read off the toolkit's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from tests.proofs.generator.sequences import Year

PAID = ("component", "limit", "fund", "defer", "release", "guarantee", "rounding", "adjustment")
TAKEN = ("clawback", "recovery", "deduct")
Sums = dict[Any, Fraction]


def broken(year: Year, ledger: pd.DataFrame) -> Iterator[str]:
    """Every law a year's ledger breaks, in words."""
    for key, owed in _sums(ledger, ["agent", "component", "origin_month"], "owed").items():
        if owed < 0:
            yield f"{key}: more was recovered than owed, {-owed}"
    yield from _deferral(year, ledger)
    yield from _takings(year, ledger)


def _sums(rows: pd.DataFrame, by: list[str], column: str) -> Sums:
    return {key: Fraction(int(value), 100) for key, value in rows.groupby(by)[column].sum().items()}


def _rule(year: Year, month: str) -> dict[str, Any]:
    """The version in force."""
    return year.cases[sum(start <= month for start in year.starts) - 1].rule


def _deferral(year: Year, ledger: pd.DataFrame) -> Iterator[str]:
    """What is deferred is released to the cent by its last month, except to leavers where the scheme says so."""
    rows = ledger[ledger["step"].isin(["defer", "release"])]
    for (agent, component, origin), held in _sums(rows, ["agent", "component", "origin_month"], "amount").items():
        part = next(part for part in _rule(year, origin)["components"] if part["id"] == component)
        last = int(origin[5:]) + max(months for months, _ in part["defer"])
        stays = agent not in year.left or part["leaver"] == "release"
        if held > 0 or (held and stays and last <= 12):
            yield f"{agent}, {component} of {origin}: {held} is left of what was deferred"


def _takings(year: Year, ledger: pd.DataFrame) -> Iterator[str]:
    """What is taken leaves the minimum wage and keeps the share of its kind; with neither known, the fixed pay."""
    paid = _sums(ledger[ledger["step"].isin(PAID)], ["month", "agent"], "amount")
    rows = ledger[ledger["step"].isin(TAKEN) & (ledger["amount"] < 0)]
    base = {(row["month"], row["agent"]): row["base_pay"] for row in year.known[0][1]}
    taken: dict[tuple[str, str], Sums] = {}
    for (month, agent, component, origin), amount in _sums(
        rows, ["month", "agent", "component", "origin_month"], "amount"
    ).items():
        of_kind = taken.setdefault((month, agent), {})
        parts = {part["id"]: part for part in _rule(year, origin)["components"]}
        kind = parts.get(component, {}).get("kind", "overpayment")
        of_kind[kind] = of_kind.get(kind, Fraction(0)) - amount
    for (month, agent), of_kind in taken.items():
        rule = _rule(year, month)
        minimum, shares = _minimum(rule, month), rule["parameters"].get("legal_share", {})
        fixed, varied = base.get((month, agent)), max(Fraction(0), paid.get((month, agent), Fraction(0)))
        wage = None if fixed is None else Fraction(fixed, 100) + paid.get((month, agent), Fraction(0))
        total, whole = sum(of_kind.values()), wage is not None and minimum is not None
        room = wage - minimum if whole else varied
        if total > room:
            yield f"{agent} in {month}: {total} was taken, {room} might be"
        for kind in set(of_kind) & set(shares) if wage is not None else ():
            if of_kind[kind] > shares[kind] * wage:
                yield f"{agent} in {month}: {of_kind[kind]} was taken of the kind {kind}"


def _minimum(rule: dict[str, Any], month: str) -> Fraction | None:
    dated = rule["parameters"].get("minimum_wage", [])
    values = [value for start, value in dated if start < date(2024, int(month[5:]), 28)]
    return values[-1] if values else None
