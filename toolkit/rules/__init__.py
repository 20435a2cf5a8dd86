"""Schemes as data, paid exactly."""

from toolkit.rules.inputs import read_ledger, read_lines_file, read_measures
from toolkit.rules.ledger import LedgerRows
from toolkit.rules.loading import parse_scheme, read_scheme
from toolkit.rules.payroll import pay
from toolkit.rules.scheme import Scheme

__all__ = [
    "LedgerRows",
    "Scheme",
    "parse_scheme",
    "pay",
    "read_ledger",
    "read_lines_file",
    "read_measures",
    "read_scheme",
]
