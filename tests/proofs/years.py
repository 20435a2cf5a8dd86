"""One random year of a scheme paid by the toolkit and by the oracle, and every difference between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from tests.proofs.chunks import Outcome
from tests.proofs.generator.frames import frame
from tests.proofs.generator.sequences import Year, random_year
from tests.proofs.oracle.pay import Paid
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence
from tests.proofs.oracle.views import Book
from tests.proofs.year_laws import broken

Key = tuple[str, str, str, str]  # agent, component, step, origin month
TEXTS = ("month", "agent", "origin_month", "order_id", "component", "measure", "reason", "author", "approved_by")


def compare_year(seed: int, index: int, n_agents: int) -> Outcome:
    """Pay the `index`-th random year both ways, month by month."""
    from toolkit.rules.loading import parse_scheme
    from toolkit.rules.payroll import pay

    year, outcome = random_year(seed, index, n_agents), Outcome(index)
    schemes = [parse_scheme(case.text, f"version-{i}.yaml") for i, case in enumerate(year.cases)]
    sequence = oracle_of(year)
    books = [(start, Book(rows), frame(rows)) for start, rows in year.known]
    ledger: pd.DataFrame | None = None
    for month in year.cases[0].months:
        _, book, measures = [known for known in books if known[0] <= month][-1]
        ours = sequence.pay(month, book)
        known = measures[measures["month"] <= month]
        table = pay(schemes, known, month=month, ledger=ledger, **_tables(year, month)).table
        outcome.differences += [f"year-{index}, {month}: {text}" for text in differences(ours, table)]
        if outcome.differences:
            return outcome
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
    outcome.differences += [f"year-{index}: {text}" for text in broken(year, ledger)]
    again = f"2024-{1 + index % 12:02d}"
    known = [measures for start, _, measures in books if start <= again][-1]
    past, first = (ledger[rows].reset_index(drop=True) for rows in (ledger["month"] < again, ledger["month"] == again))
    replay = pay(schemes, known[known["month"] <= again], month=again, ledger=past, **_tables(year, again)).table
    if not replay.astype(object).equals(first.astype(object)):
        outcome.differences.append(f"year-{index}: {again} paid again is another")
    outcome.counts = _counts(year, sequence)
    return outcome


def oracle_of(year: Year) -> Sequence:
    versions = [(start, Rule(case.rule)) for start, case in zip(year.starts, year.cases, strict=True)]
    return Sequence(versions, year.refunds, year.adjustments, year.left)


def _tables(year: Year, month: str) -> dict[str, pd.DataFrame]:
    """The tables beside the measures as they are in `month`; none is given that would be empty."""
    rows = {
        "refunds": [row for row in year.refunds if row["month"] <= month],
        "adjustments": [row for row in year.adjustments if row["month"] <= month],
        "roster": [{"agent": agent, "left_on": left} for agent, left in year.left.items()],
    }
    return {name: _entries(found) for name, found in rows.items() if found}


def _entries(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        if name in TEXTS:
            columns[name] = pd.array(values, dtype="str")
        elif name == "amount":
            columns[name] = pd.array([None if v is None else int(v * 100) for v in values], dtype="Int64")
        else:
            columns[name] = pd.Series(values, dtype="object")
    return pd.DataFrame(columns)


def differences(expected: Iterable[Paid], table: pd.DataFrame) -> Iterator[str]:
    """Every sum of amounts and of what is owed that the two do not agree on."""
    ours, theirs = _sums(_rows_of(expected)), _sums(_rows_in(table))
    for key in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(key, (0, 0)), theirs.get(key, (0, 0))
        if here != there:
            yield f"{key} got {there[0]} (owed {there[1]}), expected {here[0]} (owed {here[1]})"


def _rows_of(rows: Iterable[Paid]) -> Iterator[tuple[Key, Fraction, Fraction]]:
    for row in rows:
        yield (row.agent, row.component, row.step, row.origin), row.amount, row.owed


def _rows_in(table: pd.DataFrame) -> Iterator[tuple[Key, Fraction, Fraction]]:
    words = ("agent", "component", "step", "origin_month", "amount", "owed")
    for *key, amount, owed in zip(*(table[word].tolist() for word in words), strict=True):
        agent, component, step, origin = ("" if pd.isna(word) else word for word in key)
        yield (agent, component, step, origin), Fraction(amount) / 100, Fraction(owed) / 100


def _sums(rows: Iterable[tuple[Key, Fraction, Fraction]]) -> dict[Key, tuple[Fraction, Fraction]]:
    found: dict[Key, tuple[Fraction, Fraction]] = {}
    for key, amount, owed in rows:
        if amount or owed:
            before = found.get(key, (Fraction(0), Fraction(0)))
            found[key] = before[0] + amount, before[1] + owed
    return {key: sums for key, sums in found.items() if any(sums)}


def _counts(year: Year, sequence: Sequence) -> Counter[tuple[str, str]]:
    """What this year proves."""
    counts: Counter[tuple[str, str]] = Counter()
    agents = {row["agent"] for _, rows in year.known for row in rows}
    counts["all", "schemes"] += 1
    counts["all", "agent-sequences of 12 months"] += len(agents)
    counts["all", "schemes of two versions"] += len(year.cases) == 2
    counts["all", "leavers"] += len(year.left)
    counts["all", "months closed with other measures than before"] += len(year.known) - 1
    counts["all", "refunds"] += len(year.refunds)
    counts["all", "refunds of one component"] += sum(row["component"] is not None for row in year.refunds)
    counts["all", "cancelled refunds"] += sum(row["amount"] < 0 for row in year.refunds)
    for row in year.adjustments:
        counts["adjustments", f"{'money' if row.get('component') else 'measure'}, {_signed(row)}"] += 1
    for row in sequence.past:
        counts["rows by step", row.step] += 1
        if row.owed:
            counts["receivables", f"{row.step}, {'more' if row.owed > 0 else 'less'} owed"] += 1
        if row.origin != row.month:
            counts["rows about an earlier month", row.step] += 1
    for part in (part for case in year.cases for part in case.rule["components"]):
        counts["components", part.get("kind", part.get("leaver", "without deferral"))] += 1
    return counts


def _signed(row: dict[str, Any]) -> str:
    return "approved" if row["approved_by"] not in (None, row["author"], row["agent"]) else "without effect"
