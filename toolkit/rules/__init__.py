"""Schemes as data, paid exactly.

The normative text is docs/scheme-language.md; the readings chosen where it leaves room stand in ARCHITECTURE.md. One
evaluator pays a payroll month and simulated months; every amount is exact until the one rounding its scheme names.
"""

from toolkit.rules.books import Tables
from toolkit.rules.canonical import format_scheme
from toolkit.rules.files import TableFiles, pay_files
from toolkit.rules.inputs import read_lines_file, read_measures
from toolkit.rules.ledger import LedgerRows
from toolkit.rules.ledger_files import read_adjustments, read_ledger, read_refunds, read_roster
from toolkit.rules.loading import parse_scheme, read_scheme
from toolkit.rules.payroll import pay
from toolkit.rules.replicates import ReplicatePay, pay_replicates
from toolkit.rules.schema_json import scheme_json_schema
from toolkit.rules.scheme import Scheme
from toolkit.rules.sentences import render_sentences

__all__ = [
    "LedgerRows",
    "ReplicatePay",
    "Scheme",
    "TableFiles",
    "Tables",
    "format_scheme",
    "parse_scheme",
    "pay",
    "pay_files",
    "pay_replicates",
    "read_adjustments",
    "read_ledger",
    "read_lines_file",
    "read_measures",
    "read_refunds",
    "read_roster",
    "read_scheme",
    "render_sentences",
    "scheme_json_schema",
]
