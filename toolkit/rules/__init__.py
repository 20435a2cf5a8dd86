"""Schemes as data, paid exactly."""

from toolkit.rules.canonical import format_scheme
from toolkit.rules.files import pay_files
from toolkit.rules.inputs import read_ledger, read_lines_file, read_measures
from toolkit.rules.ledger import LedgerRows
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
    "format_scheme",
    "parse_scheme",
    "pay",
    "pay_files",
    "pay_replicates",
    "read_ledger",
    "read_lines_file",
    "read_measures",
    "read_scheme",
    "render_sentences",
    "scheme_json_schema",
]
