"""Paying from plain files, without a workspace."""

from __future__ import annotations

from pathlib import Path

from toolkit.rules.inputs import read_ledger, read_lines_file, read_measures
from toolkit.rules.ledger import LedgerRows
from toolkit.rules.loading import read_scheme
from toolkit.rules.payroll import pay


def pay_files(
    scheme: str | Path,
    measures: str | Path,
    *,
    month: str,
    ledger: str | Path | None = None,
    lines: str | Path | None = None,
) -> LedgerRows:
    """Pay one month from a scheme file and csv, xlsx or parquet tables.

    Raises
    ------
    InputError
        If a file cannot be used, or cannot be paid on as it is.
    """
    rules = read_scheme(scheme)
    return pay(
        rules,
        read_measures(measures, rules),
        month=month,
        ledger=None if ledger is None else read_ledger(ledger),
        lines=None if lines is None else read_lines_file(lines),
    )
