"""What a notebook shows of a result by itself: one short line of counts, no names and no amounts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import toolkit
from tests.output.study_world import AGENTS, LAST, MONTHS, NAMES, make_workspace
from tests.studies.workspace_case import workspace_case
from toolkit.core.bundled import bundled
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.importing.accounting import FileReport, ImportResult
from toolkit.output.publish.report import Published
from toolkit.output.reports import view as study_view
from toolkit.studies.planning.targets import TargetRequest

SCHEME = "data_samples/shelf/D02-conversion-tiers.yaml"
PAID = 987_654_321
FIRST, N = Month.parse("2024-01"), len(AGENTS)


class Made:
    """A workspace with payroll, and the history of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        made = make_workspace(root)
        shutil.copy(bundled(SCHEME), root / "schemes" / "s.yaml")
        self.workspace = made
        self.history = study_view.open_history(str(root), LAST, "confidential")

    def reconciled(self) -> Any:
        import pandas as pd

        settled = toolkit.settle(self.workspace, Month.parse(LAST))
        row = {"agent": "e", "item": "x", "amount": PAID, "month": LAST, "earned_month": LAST}
        payroll = self.workspace.table("payroll")
        paid = pd.DataFrame([{c: row.get(c) for c in payroll.columns}]).astype(payroll.dtypes.to_dict())
        return toolkit.reconcile(workspace_case(self.workspace, settled), paid)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("reprs") / "w")


RESULTS: dict[str, tuple[Callable[[Made], Any], str]] = {
    "Workspace": (lambda m: m.workspace, r"<Workspace w, CNY>"),
    "import_files": (
        lambda m: ImportResult((FileReport("王小明.csv", ("a",), 5, 3, {("c", "d"): 2}),), (), ("x",)),
        r"<Import: 1 file, 5 rows read, 3 accepted, 2 rejected, 0 findings>",
    ),
    "check_workspace": (
        lambda m: Finding("unmapped-account", "review", "王小明", Text("王小明", "王小明"), "2024-12", {"a": PAID}),
        r"<Finding unmapped-account 2024-12: review>",
    ),
    "measure_months": (
        lambda m: toolkit.measure_months(m.workspace, FIRST, Month.parse(LAST)),
        rf"<Measures 2024-01 to {LAST}: \d+ rows, {N} people, \d+ findings?>",
    ),
    "read_scheme": (
        lambda m: toolkit.read_scheme(bundled(SCHEME)),
        r"<Scheme conversion-tiers from 2024-01-01: 1 component, 0 limits>",
    ),
    "settle": (
        lambda m: toolkit.settle(m.workspace, Month.parse(LAST)),
        rf"<Settlement {LAST}: {N} people, 1 scheme, \d+ rows>",
    ),
    "reconcile": (lambda m: m.reconciled(), rf"<Reconciliation {LAST}: \d+ lines, \d+ differences?, \d+ notes?>"),
    "audit_month": (
        lambda m: toolkit.audit_month(m.root, LAST),
        rf"<Audit {LAST}: {N} people, 0 differences, \d+ findings?>",
    ),
    "audit_view": (
        lambda m: study_view.view(toolkit.audit_month(m.root, LAST), "en", "confidential"),
        rf"<View en, confidential: <Audit {LAST}: {N} people, 0 differences, \d+ findings?>>",
    ),
    "history": (lambda m: m.history, rf"<History 2024-01 to {LAST}: {N} people, {len(MONTHS)} months>"),
    "study_baseline": (
        lambda m: toolkit.study_baseline(m.history),
        rf"<Baseline 2024-01 to {LAST}: {N} people, \d+ findings?>",
    ),
    "study_targets": (
        lambda m: toolkit.study_targets(m.history, TargetRequest()),
        rf"<Targets 2024-09: {N} people, \d+ findings?>",
    ),
    "publish_report": (
        lambda m: Published(Path("/x/王小明/report.html"), "0123456789ab", (Path("a"), Path("b")), False, (), True),
        r"<Report 0123456789ab: 2 files, to be looked at>",
    ),
    "verify_report": (
        lambda m: Finding("not-published", "stop", "x", Text("x", "x")),
        r"<Finding not-published: stop>",
    ),
}
NOT_HERE = {"pay", "judging_rules_side_by_side", "study_design"}
"""Rows are tested with the ledger; a frame is shown as frames are; candidates with their study."""
MODULES = {"audit_activity", "audit_details", "audit_page", "charts", "page", "tables"}


def test_every_result_is_looked_at() -> None:
    assert set(toolkit.__all__) - MODULES - NOT_HERE == set(RESULTS) - {"history"}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_one_short_line_without_names_and_amounts(name: str, made: Made) -> None:
    make, expected = RESULTS[name]
    shown = repr(make(made))
    assert re.fullmatch(expected, shown), shown
    assert len(shown) < 120
    assert not [word for word in (*NAMES.values(), "王小明", "9876543", HTML) if word in shown]


HTML = "<img"
