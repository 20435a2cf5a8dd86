"""One random year of schemes paid by the toolkit and by the oracle, and every difference between them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tests.proofs.chunks import Outcome
from tests.proofs.comparison import write_parameters
from tests.proofs.generator.frames import frame
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.sequences import Year, random_year
from tests.proofs.oracle.pay import Paid
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import Sequence, pay_together
from tests.proofs.oracle.views import Book
from tests.proofs.year_laws import broken

if TYPE_CHECKING:
    from toolkit.rules.pay.ledger import LedgerRows
    from toolkit.rules.scheme.scheme import Scheme

Key = tuple[str, str, str, str]  # agent, component, step, origin month
TEXTS = ("month", "agent", "origin_month", "order_id", "component", "measure", "reason", "author", "approved_by")
TEXTS += ("channel", "shop", "team", "city")


def compare_year(seed: int, index: int, n_agents: int) -> Outcome:
    """Pay the `index`-th random year both ways, month by month."""
    year, outcome = random_year(seed, index, n_agents), Outcome(index)
    paid, sequences = payer(year), oracle_of(year)
    books = [(start, Book(rows)) for start, rows in year.known]
    ledger: pd.DataFrame | None = None
    for month in YEAR:
        ours = pay_together(sequences, month, [book for start, book in books if start <= month][-1])
        table = paid(month, ledger).table
        for sequence, rows in zip(sequences, ours, strict=True):
            name = sequence.rules[0].id
            found = differences(rows, table[table["scheme"] == name])
            outcome.differences += [f"{name}, {month}: {text}" for text in found]
        if outcome.differences:
            return outcome
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
    outcome.differences += [f"year-{index}: {text}" for text in broken(year, ledger)]
    again = f"2024-{1 + index % 12:02d}"
    past, first = (ledger[rows].reset_index(drop=True) for rows in (ledger["month"] < again, ledger["month"] == again))
    if not paid(again, past).table.astype(object).equals(first.astype(object)):
        outcome.differences.append(f"year-{index}: {again} paid again is another")
    outcome.counts = _counts(year, sequences)
    return outcome


def payer(year: Year) -> Callable[[str, pd.DataFrame | None], LedgerRows]:
    """Return what pays a month of a year by the toolkit: on the measures known then, after the ledger given."""
    from toolkit.rules.settle.payroll import pay

    schemes, told = schemes_of(year), {name for row in year.told.values() for name in row}
    known = [(start, frame(rows, told)) for start, rows in year.known]

    def paid(month: str, ledger: pd.DataFrame | None) -> LedgerRows:
        measures = [rows for start, rows in known if start <= month][-1]
        rows = measures[measures["month"] <= month]
        return pay(schemes, rows, month=month, ledger=ledger, **tables_of(year, month))

    return paid


def schemes_of(year: Year) -> list[Scheme]:
    """Return the schemes and versions of a year as the toolkit reads them."""
    from toolkit.rules.scheme.loading import parse_scheme

    found = []
    for case in (case for dated in year.schemes for case in dated.cases):
        with tempfile.TemporaryDirectory() as folder:
            write_parameters(case, Path(folder))
            found.append(parse_scheme(case.text, str(Path(folder) / "scheme.yaml")))
    return found


def oracle_of(year: Year) -> list[Sequence]:
    """The schemes of a year as the oracle pays them."""
    return [
        Sequence(
            [(start, Rule(case.rule)) for start, case in zip(dated.starts, dated.cases, strict=True)],
            year.refunds,
            year.adjustments,
            year.left,
        )
        for dated in year.schemes
    ]


def tables_of(year: Year, month: str) -> dict[str, pd.DataFrame]:
    """The tables beside the measures as they are in `month`; none is given that would be empty."""
    people = dict.fromkeys([*year.told, *year.left])
    rows = {
        "refunds": [row for row in year.refunds if row["month"] <= month],
        "adjustments": [row for row in year.adjustments if row["month"] <= month],
        "roster": [{"agent": a, "left_on": year.left.get(a)} | year.told.get(a, {}) for a in people],
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
        elif name == "base_pay":
            columns[name] = pd.array(values, dtype="Int64")
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
        if row.amount or row.owed:
            yield (row.agent, row.component, row.step, row.origin), row.amount, row.owed


def _rows_in(table: pd.DataFrame) -> Iterator[tuple[Key, Fraction, Fraction]]:
    table = table[(table["amount"] != 0) | (table["owed"] != 0)]
    words = ("agent", "component", "step", "origin_month", "amount", "owed")
    for *key, amount, owed in zip(*(table[word].tolist() for word in words), strict=True):
        agent, component, step, origin = ("" if pd.isna(word) else word for word in key)
        yield (agent, component, step, origin), Fraction(amount) / 100, Fraction(owed) / 100


def _sums(rows: Iterable[tuple[Key, Fraction, Fraction]]) -> dict[Key, tuple[Fraction, Fraction]]:
    found: dict[Key, tuple[Fraction, Fraction]] = {}
    for key, amount, owed in rows:
        before = found.get(key)
        found[key] = (amount, owed) if before is None else (before[0] + amount, before[1] + owed)
    return {key: sums for key, sums in found.items() if any(sums)}


def _counts(year: Year, sequences: list[Sequence]) -> Counter[tuple[str, str]]:
    """What this year proves."""
    counts: Counter[tuple[str, str]] = Counter()
    agents = {row["agent"] for _, rows in year.known for row in rows}
    rules = [case.rule for dated in year.schemes for case in dated.cases]
    parts, limits = ([one for rule in rules for one in rule[word]] for word in ("components", "limits"))
    told = {name for row in year.told.values() for name in row}
    for case in (case for dated in year.schemes for case in dated.cases):
        counts.update({(f"versions: {kind}", what): 1 for kind, what in case.words})
    counts["all", "years"] += 1
    counts["all", "schemes"] += len(year.schemes)
    counts["all", "agent-sequences of 12 months"] += len(agents) * len(year.schemes)
    counts["all", "years of two schemes"] += len(year.schemes) == 2
    counts["all", "schemes of two versions"] += sum(len(dated.cases) == 2 for dated in year.schemes)
    counts["all", "versions with a cap that carries over"] += sum("carry" in one and "cap" in one for one in limits)
    counts["all", "versions with legal parameters by city"] += sum(bool(rule["files"]) for rule in rules)
    counts["all", "leavers"] += len(year.left)
    counts["all", "months closed with other measures than before"] += len(year.known) - 1
    counts["all", "refunds"] += len(year.refunds)
    counts["all", "refunds of one component"] += sum(row["component"] is not None for row in year.refunds)
    counts["all", "cancelled refunds"] += sum(row["amount"] < 0 for row in year.refunds)
    counts.update(("all", f"years whose roster tells {name}") for name in told)
    counts.update(("adjustments", f"{_what(row)}, {_signed(row)}") for row in year.adjustments)
    for row in (row for sequence in sequences for row in sequence.past):
        counts["rows by step", row.step] += 1
        if row.owed:
            counts["receivables", f"{row.step}, {'more' if row.owed > 0 else 'less'} owed"] += 1
        if row.origin != row.month:
            counts["rows about an earlier month", row.step] += 1
        if row.step == "limit" and row.amount > 0:
            counts["all", "rows that pay what a cap withheld before"] += 1
    for part in parts:
        kept = part.get("leaver", "release (left out)") if "defer" in part else "without deferral"
        counts["components", part.get("kind", kept)] += 1
        if part.get("period", "month") != "month":
            counts["components", "to date" if part.get("accumulate") else "a quarter's"] += 1
    return counts


def _what(row: dict[str, Any]) -> str:
    if row.get("component"):
        return "money"
    if "value" in row:
        return "value of one row"
    return f"factor on {'some' if {'channel', 'shop', 'team'} & set(row) else 'all'} rows"


def _signed(row: dict[str, Any]) -> str:
    return "approved" if row["approved_by"] not in (None, row["author"], row["agent"]) else "without effect"
