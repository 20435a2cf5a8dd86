"""What holds of every ledger, whatever the scheme; read off the toolkit's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from tests.proofs.generator.sequences import Dated, Year

PAID = ("component", "limit", "fund", "defer", "release", "guarantee", "rounding", "adjustment")
TAKEN = ("clawback", "recovery", "deduct")
Sums = dict[Any, Fraction]


def broken(year: Year, ledger: pd.DataFrame) -> Iterator[str]:
    """Every law a year's ledger breaks, in words."""
    for dated in year.schemes:
        rows = ledger[ledger["scheme"] == dated.cases[0].rule["id"]]
        for key, owed in _sums(rows, ["agent", "component", "origin_month"], "owed").items():
            if owed < 0:
                yield f"{key}: more was recovered than owed, {-owed}"
        yield from _deferral(year, dated, rows)
        yield from _carried(rows)
        yield from _refunded(rows)
    yield from _takings(year, ledger)


def _sums(rows: pd.DataFrame, by: list[str], column: str) -> Sums:
    return {key: Fraction(int(value), 100) for key, value in rows.groupby(by)[column].sum().items()}


def _deferral(year: Year, dated: Dated, ledger: pd.DataFrame) -> Iterator[str]:
    """What is deferred is released to the cent by its last month, except to leavers where the scheme says so."""
    rows = ledger[ledger["step"].isin(["defer", "release"])]
    for (agent, component, origin), held in _sums(rows, ["agent", "component", "origin_month"], "amount").items():
        part = next(part for part in dated.rule(origin)["components"] if part["id"] == component)
        last = int(origin[5:]) + max(months for months, _ in part["defer"])
        stays = agent not in year.left or part.get("leaver", "release") == "release"
        if held > 0 or (held and stays and last <= 12):
            yield f"{agent}, {component} of {origin}: {held} is left of what was deferred"


def _carried(ledger: pd.DataFrame) -> Iterator[str]:
    """A cap never carries over more than it withheld."""
    rows = ledger[ledger["step"].isin(["limit", "adjustment"]) & ledger["scope"].str.endswith("carried over", na=False)]
    for agent, amount in _sums(rows, ["agent"], "amount").items():
        if amount > 0:
            yield f"{agent}: {amount} more was carried over than withheld"


def _refunded(ledger: pd.DataFrame) -> Iterator[str]:
    """Cancelled refunds return no more than was charged."""
    rows, keys = ledger[ledger["step"] == "clawback"], ["agent", "component", "origin_month"]
    taken, owed = _sums(rows, keys, "amount"), _sums(rows, keys, "owed")
    for key, amount in taken.items():
        if owed[key] < amount:
            yield f"{key}: {amount - owed[key]} more was returned than charged"


def _takings(year: Year, ledger: pd.DataFrame) -> Iterator[str]:
    """What is taken leaves the minimum wage and keeps the share of its kind; with neither known, the fixed pay."""
    paid = _sums(ledger[ledger["step"].isin(PAID)], ["month", "agent"], "amount")
    people = {(row["month"], row["agent"]): row for row in year.known[0][1]}
    for (month, agent), by_scheme in _taken(year, ledger).items():
        person = people.get((month, agent), {})
        fixed, varied = person.get("base_pay"), paid.get((month, agent), Fraction(0))
        wage = None if fixed is None else Fraction(fixed, 100) + varied
        rules = {name: _scheme(year, name).rule(month) for name in by_scheme}
        minimums = [_law(rule, "minimum_wage", month, person) for rule in rules.values()]
        total = sum(sum(of_kind.values()) for of_kind in by_scheme.values())
        room = max(max(Fraction(0), varied) if None in (wage, least) else wage - least for least in minimums)
        if total > room:
            yield f"{agent} in {month}: {total} was taken, {room} might be"
        for name, of_kind in by_scheme.items() if wage is not None else ():
            for kind, amount in of_kind.items():
                share = _law(rules[name], "legal_share", month, person | {"kind": kind})
                if share is not None and amount > share * wage:
                    yield f"{agent} in {month}: {amount} was taken of the kind {kind}"


def _taken(year: Year, ledger: pd.DataFrame) -> dict[tuple[str, str], dict[str, Sums]]:
    """What each scheme took of each kind, by month and agent."""
    rows = ledger[ledger["step"].isin(TAKEN) & (ledger["amount"] < 0)]
    taken: dict[tuple[str, str], dict[str, Sums]] = {}
    keys = ["month", "agent", "scheme", "component", "origin_month"]
    for (month, agent, name, component, origin), amount in _sums(rows, keys, "amount").items():
        of_kind = taken.setdefault((month, agent), {}).setdefault(name, {})
        parts = {part["id"]: part for part in _scheme(year, name).rule(origin)["components"]}
        kind = parts.get(component, {}).get("kind", "overpayment")
        of_kind[kind] = of_kind.get(kind, Fraction(0)) - amount
    return taken


def _scheme(year: Year, name: str) -> Dated:
    return next(dated for dated in year.schemes if dated.cases[0].rule["id"] == name)


def _law(rule: dict[str, Any], name: str, month: str, person: dict[str, Any]) -> Any:
    """A legal parameter for a person, None where it is absent."""
    found = rule["parameters"].get(name)
    if isinstance(found, dict):
        found = found["table"].get(tuple(person.get(key) for key in found["key"])) if "table" in found else found.get(
            person["kind"]
        )  # fmt: skip
    if not isinstance(found, list):
        return found
    return [value for start, value in found if start < date(2024, int(month[5:]), 28)][-1]
