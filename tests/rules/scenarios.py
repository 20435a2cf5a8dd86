"""Runs situations in plain YAML: measures in, pay out.

A file in `tests/scenarios` is a list of cases; a case has `about`, `scheme` (YAML text; a heading is added when it has
none), optional `tables` (parameter files by name, csv text), and `situations`. On the shelf a scenario is one case: its
scheme is the file beside it, `systems` says which systems it shows. A situation has a `name` and:

- `measures`, `lines`: rows as mappings, or csv text; `month` is the situation's unless a row has its own
- `month`: the month paid, 2024-06 by default
- `pays`: by agent, the total or the amount by component or step; `funds`: by group, of undivided funds
- `months`: instead of these three, by month paid, `pays` and `funds`; each month has the rows of those before as
  ledger, and `measures` of its own replace those before
- `refunds`, `adjustments`, `roster`: like `measures`, all there are; each month reads those of it and before
- `owes`: by agent, what is still owed after a month; `finds`: the codes of the findings of severity review or stop
- `refused`: the code of the problem expected instead
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError
from toolkit.core.yaml import read_yaml, read_yaml_file
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import read_adjustments, read_lines_file, read_measures, read_refunds, read_roster
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

HEADING = "language: 1\nscheme: case\ntitle: Case\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"
STEPS = ("rounding", "limit", "fund", "defer", "release", "guarantee", "adjustment", "clawback", "recovery", "deduct")

Ledger = Callable[[list[LedgerRows]], pd.DataFrame]


@dataclass(frozen=True)
class Situation:
    """One situation of one case, with the file it stands in."""

    case: dict[str, Any]
    wanted: dict[str, Any]
    path: Path

    @property
    def name(self) -> str:
        about = self.case.get("about", self.path.name.removesuffix(".scenario.yaml"))
        return f"{about}: {self.wanted['name']}"

    @property
    def months(self) -> dict[str, dict[str, Any]]:
        """What is expected, by month paid."""
        months = self.wanted.get("months", {self.wanted.get("month", "2024-06"): self.wanted})
        return {month: expected or {} for month, expected in months.items()}

    def scheme(self, folder: Path) -> Scheme:
        """Read the scheme, its parameter tables beside it."""
        if "scheme" not in self.case:
            return read_scheme(scheme_of(self.path))
        for name, text in self.case.get("tables", {}).items():
            (folder / name).write_text(text, "utf-8")
        text = self.case["scheme"]
        heading = "" if text.startswith("language") else HEADING
        return parse_scheme(heading + text, str(folder / "scheme.yaml"))

    def check(self, folder: Path) -> None:
        """Pay the situation and compare."""
        if "refused" in self.wanted:
            codes = _refusal(self, folder)
            assert self.wanted["refused"] in codes, codes
            return
        for rows, expected in zip(self.pay(folder), self.months.values(), strict=True):
            assert _paid(rows, expected) == _expected(expected)
            if "finds" in expected:
                assert sorted({f.code for f in rows.findings}) == sorted(expected["finds"])
        self._check_owed(folder)
        self._check_names()

    def _check_owed(self, folder: Path) -> None:
        """What is owed is the sum over all rows so far."""
        if not any("owes" in month for month in self.months.values()):
            return
        paid = self.pay(folder)
        for n, expected in enumerate(self.months.values(), 1):
            table = pd.concat([rows.table for rows in paid[:n]])
            for agent, owed in expected.get("owes", {}).items():
                assert Fraction(int(table.loc[table["agent"] == agent, "owed"].sum()), 100) == _amount(owed)

    def _check_names(self) -> None:
        """Nobody and nothing is asked about that is not there: a slip in a name would read as 0."""
        text = str(self.wanted["measures"]) + str(self.wanted.get("lines", ""))
        parts = {c["id"] for c in read_yaml(self._text(), "").plain()["components"]} | {*STEPS, "total"}
        for agent, paid in (item for month in self.months.values() for item in month.get("pays", {}).items()):
            assert agent in text, agent
            assert not isinstance(paid, dict) or paid.keys() <= parts, paid

    def measures(self, folder: Path, scheme: Scheme) -> pd.DataFrame:
        """Read the rows of all months."""
        return read_measures(_table(self.wanted["measures"], max(self.months), folder / "measures.csv"), scheme)

    def _text(self) -> str:
        return self.case["scheme"] if "scheme" in self.case else scheme_of(self.path).read_text("utf-8")

    def pay(self, folder: Path, ledger_of: Ledger | None = None) -> list[LedgerRows]:
        """Return the rows of each month; `ledger_of` makes the ledger of the next, by default in memory."""
        make = ledger_of or _in_memory
        scheme, last = self.scheme(folder), max(self.months)
        measures = self.measures(folder, scheme)
        tables: SettlementTables = {}
        if "lines" in self.wanted:
            tables["lines"] = read_lines_file(_table(self.wanted["lines"], last, folder / "lines.csv"))
        if "refunds" in self.wanted:
            tables["refunds"] = read_refunds(_table(self.wanted["refunds"], last, folder / "refunds.csv"))
        if "adjustments" in self.wanted:
            written = _table(self.wanted["adjustments"], last, folder / "adjustments.csv")
            tables["adjustments"] = read_adjustments(written, scheme)
        if "roster" in self.wanted:
            tables["roster"] = read_roster(_table(self.wanted["roster"], "", folder / "roster.csv"))
        paid: list[LedgerRows] = []
        for month, expected in self.months.items():
            if "measures" in expected:
                measures = read_measures(_table(expected["measures"], month, folder / "measures.csv"), scheme)
            if paid:
                tables["ledger"] = make(paid)
            paid.append(pay(scheme, measures, month=month, **tables))
        return paid


def _in_memory(paid: list[LedgerRows]) -> pd.DataFrame:
    return pd.concat([rows.table for rows in paid], ignore_index=True)


def scheme_of(scenario: Path) -> Path:
    """Return the scheme file beside a scenario of the shelf."""
    return scenario.with_name(scenario.name.removesuffix(".scenario.yaml") + ".yaml")


def situations(path: Path) -> Iterator[Situation]:
    """Yield the situations of a file."""
    document = read_yaml_file(path).plain()
    for case in document if isinstance(document, list) else [document]:
        for wanted in case["situations"]:
            yield Situation(case, wanted, path)


def _table(rows: Any, month: str, path: Path) -> Path:
    """Write rows as csv, with a month."""
    if isinstance(rows, str):
        rows = [
            {k.strip(): (v or "").strip() for k, v in row.items()}
            for row in csv.DictReader(io.StringIO(rows.strip()), skipinitialspace=True)
        ]
    table = [{"month": month, **row} if month else row for row in rows]
    columns = list(dict.fromkeys(name for row in table for name in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(table)
    return path


def _refusal(situation: Situation, folder: Path) -> list[str]:
    try:
        situation.pay(folder)
    except InputError as error:
        return [problem.code for problem in error.problems]
    return []


def _expected(wanted: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    found = {}
    for agent, pays in wanted.get("pays", {}).items():
        parts = pays.items() if isinstance(pays, dict) else [("total", pays)]
        found |= {(agent, key): _amount(text) for key, text in parts}
    return found | {(f"fund of {group}", "total"): _amount(text) for group, text in wanted.get("funds", {}).items()}


def _paid(rows: LedgerRows, wanted: dict[str, Any]) -> dict[tuple[str, str], Fraction]:
    """Return the amounts the situation asks about."""
    table = rows.table
    found = {}
    for who, key in _expected(wanted):
        if who.startswith("fund of "):
            mine = table[table["agent"].eq("") & table["scope"].eq(who.removeprefix("fund of "))]
        else:
            mine = table[table["agent"] == who]
        if key != "total":
            mine = mine[(mine["component"] == key) | (mine["step"] == key)]
        found[who, key] = sum((Fraction(v) / 100 for v in mine["amount"]), Fraction(0))
    return found


def _amount(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))
