"""Runs situations in plain YAML: measures in, pay out.

A file is a list of cases; a case has `system` (what it is about), `scheme` (YAML text; a heading is added when it has
none) or `file` (a scheme beside the scenario), optional `tables` (parameter files by name, csv text), and `situations`:

- `measures`, `lines`: rows as mappings, or csv text; `month` is the situation's unless a row has its own
- `month`: the month paid, 2024-06 by default; `after`: months paid before it, whose rows make the ledger
- `pays`: by agent, the total or the amount by component or step; `funds`: by group, of undivided funds
- `refused`: the code of the problem expected instead
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError
from toolkit.core.yamltext import read_yaml_file
from toolkit.rules import LedgerRows, Scheme, parse_scheme, pay, read_lines_file, read_measures, read_scheme

HEADING = "language: 1\nscheme: case\ntitle: Case\ncurrency: CNY\nin_force: {from: 2024-01-01}\n"


@dataclass(frozen=True)
class Situation:
    """One situation of one case, with the folder its scheme stands in."""

    case: dict[str, Any]
    wanted: dict[str, Any]
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.case.get('system', self.case.get('file', ''))}: {self.wanted.get('name', '')}"

    def scheme(self, folder: Path) -> Scheme:
        """Read the scheme, its parameter tables beside it."""
        if "file" in self.case:
            return read_scheme(self.folder / self.case["file"])
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
        rows = self.pay(folder)
        assert _paid(rows, self.wanted) == _expected(self.wanted)

    def pay(self, folder: Path) -> LedgerRows:
        """Return the rows of the month, earlier months paid first."""
        scheme, month = self.scheme(folder), self.wanted.get("month", "2024-06")
        measures = read_measures(_table(self.wanted["measures"], month, folder / "measures.csv"), scheme)
        lines = None
        if "lines" in self.wanted:
            lines = read_lines_file(_table(self.wanted["lines"], month, folder / "lines.csv"))
        ledger: list[pd.DataFrame] = []
        for earlier in self.wanted.get("after", []):
            ledger.append(_pay(scheme, measures, earlier, ledger, lines).table)
        return _pay(scheme, measures, month, ledger, lines)


def _pay(
    scheme: Scheme, measures: pd.DataFrame, month: str, ledger: list[pd.DataFrame], lines: pd.DataFrame | None
) -> LedgerRows:
    past = pd.concat(ledger, ignore_index=True) if ledger else None
    return pay(scheme, measures, month=month, ledger=past, lines=lines)


def situations(path: Path) -> Iterator[Situation]:
    """Yield the situations of a file."""
    for case in read_yaml_file(path).plain():
        for wanted in case["situations"]:
            yield Situation(case, wanted, path.parent)


def _table(rows: Any, month: str, path: Path) -> Path:
    """Write rows as csv, with a month."""
    if isinstance(rows, str):
        rows = [
            {k.strip(): (v or "").strip() for k, v in row.items()} for row in csv.DictReader(io.StringIO(rows.strip()))
        ]
    table = [{"month": month, **row} for row in rows]
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
            mine = mine[(mine["component"] == key) | ((mine["component"] == "") & (mine["step"] == key))]
        found[who, key] = sum((Fraction(v) / 100 for v in mine["amount"]), Fraction(0))
    return found


def _amount(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))
