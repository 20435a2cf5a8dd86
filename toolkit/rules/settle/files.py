"""Paying from plain files, without a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.inputs import Tables
from toolkit.rules.settle.ledger_files import read_adjustments, read_ledger, read_refunds, read_roster
from toolkit.rules.settle.measure_files import read_lines_file, read_measures, require_month
from toolkit.rules.settle.payroll import pay


class TableFiles(TypedDict, total=False):
    """The files `pay_files` takes beside the measures."""

    ledger: str | Path | None
    refunds: str | Path | None
    lines: str | Path | None
    adjustments: str | Path | None
    roster: str | Path | None


def pay_files(
    scheme: str | Path | Sequence[str | Path], measures: str | Path, *, month: str, **files: Unpack[TableFiles]
) -> LedgerRows:
    """Pay one month from a scheme file (and its other versions) and csv, xlsx or parquet tables; see `pay`.

    Raises
    ------
    InputError
        If a file cannot be used, or cannot be paid on as it is.
    """
    rules = [read_scheme(path) for path in ([scheme] if isinstance(scheme, str | Path) else scheme)]
    figures = read_measures(measures, rules)
    if not files.get("ledger"):  # of earlier months something may be due to people without a row now
        require_month(figures, month, str(measures))
    return pay(rules, figures, month=month, **read_tables(rules, **files))


def read_tables(rules: Scheme | Sequence[Scheme], **files: Unpack[TableFiles]) -> Tables:
    """Read the tables `pay` takes beside the measures; those left out stay out.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    tables = Tables()
    if ledger := files.get("ledger"):
        tables["ledger"] = read_ledger(ledger, rules)
    if refunds := files.get("refunds"):
        tables["refunds"] = read_refunds(refunds)
    if lines := files.get("lines"):
        tables["lines"] = read_lines_file(lines)
    if adjustments := files.get("adjustments"):
        tables["adjustments"] = read_adjustments(adjustments, rules)
    if roster := files.get("roster"):
        tables["roster"] = read_roster(roster)
    return tables
