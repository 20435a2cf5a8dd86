"""What a workspace lacks is said with the next step, and nothing once it is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.data.test_checks import clean_world, filled
from toolkit.core.findings import Finding
from toolkit.data.checks.context import TableCache
from toolkit.data.checks.registry import SETUP, check_workspace
from toolkit.data.tables.workspace import Workspace, create_workspace

PAYROLL = [{"month": "2024-10", "agent": "a0", "item": "提成", "amount": 100}]


def lacking(workspace: Workspace) -> dict[str, Finding]:
    return {finding.code: finding for check in SETUP for finding in check(TableCache(workspace))}


def test_an_empty_workspace_is_told_what_to_do_first(tmp_path: Path) -> None:
    workspace = create_workspace(tmp_path / "w")
    found = lacking(workspace)
    assert {code: finding.severity for code, finding in found.items()} == {
        "nothing-imported": "review",
        "no-schemes": "review",
        "no-payroll": "info",
        "no-payroll-items": "info",
    }
    assert f"incentive import FILE... --into {tmp_path / 'w'}" in found["nothing-imported"].message.en
    assert f"incentive import 文件... --into {tmp_path / 'w'}" in found["nothing-imported"].message.zh
    assert {finding.code for finding in check_workspace(workspace)} == set(found)


def test_with_data_it_is_told_who_and_by_what(tmp_path: Path) -> None:
    world = clean_world()
    del world["assignments"]
    found = lacking(filled(tmp_path, {**world, "payroll": PAYROLL}))
    assert {code: finding.severity for code, finding in found.items()} == {
        "no-assignments": "review",
        "no-schemes": "review",
        "no-payroll-items": "review",  # there is a payroll, and nothing of it would be compared
    }
    assert "payroll_items: {提成: [方案的 scheme.组成部分的 id], 餐补: []}" in found["no-payroll-items"].message.zh
    assert "（工资表有：提成）" in found["no-payroll-items"].message.zh


def test_a_workspace_that_lacks_nothing_is_silent(tmp_path: Path) -> None:
    workspace = filled(tmp_path, {**clean_world(), "payroll": PAYROLL})
    (workspace.root / "schemes" / "a.yaml").write_text("scheme: a", "utf-8")
    settings = workspace.settings.model_copy(update={"payroll_items": {"提成": ("a.b",)}})
    assert lacking(replace(workspace, settings=settings)) == {}
