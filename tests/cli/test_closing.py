"""The commands of a month's life, as a compensation manager types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.studies.closing_world import shop, unasked
from toolkit.cli.app import app
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.studies.audit.settlement import settle


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def test_a_month_is_closed_verified_and_reopened(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    root = str(work.root)
    with unasked(work, settle(work, Month(2024, 6))):
        for state in ("calculated", "shown", "settled"):
            done = run("close", root, "--month", "2024-06", "--as", "Zhao")
            assert (done.exit_code, f"2024-06 is {state} (run " in done.output) == (0, True)
        refused = run("close", root, "--month", "2024-06", "--as", "Zhao", "--lang", "zh")
        assert refused.exit_code == 1
        assert "没有任何更改" in refused.output
        assert "不能审批 2024-06" in refused.output
        for state in ("approved", "closed"):
            assert run("close", root, "--month", "2024-06", "--as", "Qian", "--state", state).exit_code == 0
        assert isinstance(run("close", root, "--month", "2024-06", "--as", "Qian").exception, UsageError)
    verified = run("verify", root)
    assert verified.exit_code == 0, verified.output
    assert verified.output.startswith("2024-06: closed by Qian on 20")
    (work.root / "books" / "2024-06.parquet").write_bytes(b"x")
    found = run("verify", root, "--month", "2024-06", "--json")
    assert found.exit_code == 1
    assert [f["subject"] for f in json.loads(found.output)["findings"]] == ["books/2024-06.parquet"]
    told = run("verify", root, "--lang", "zh")
    assert "books/2024-06.parquet 在 2024-06 关账后被改动" in told.output


def test_the_form_of_objections_is_written_with_what_to_do_next(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    done = run("objections", str(work.root), "--month", "2024-06", "--lang", "zh")
    assert done.exit_code == 0, done.output
    path = work.root / "objections" / "objections-2024-06.xlsx"
    assert str(path) in done.output
    assert "2024-06 没有人提出异议" in done.output
    assert f"incentive import {path} --into {work.root}" in done.output


def test_reopening_takes_two_names_and_a_reason(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    alone = run("reopen", str(work.root), "--month", "2024-06", "--as", "Li", "--and", "Li", "--reason", "why")
    assert "two different people" in str(alone.exception)
    assert run("reopen", str(work.root), "--month", "2024-06", "--as", "Li").exit_code == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workspace_without_closed_months_verifies(tmp_path: Path, lang: str) -> None:
    work = shop(tmp_path / "w")
    done = run("verify", str(work.root), "--lang", lang)
    assert (done.exit_code, {"en": "no month is closed", "zh": "没有已关账的月份"}[lang] in done.output) == (0, True)
