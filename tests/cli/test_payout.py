"""The commands statements and payroll, as people call them."""

from __future__ import annotations

import stat
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from tests.output.statement_world import MONTH, PEOPLE, make_statement_world
from toolkit.cli.app import app
from toolkit.core.errors import InputError, MissingToolError, UsageError
from toolkit.core.text import Text
from toolkit.data.tables.workspace import SETTINGS_FILE, Workspace
from toolkit.output.reports import statements


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_statement_world(tmp_path_factory.mktemp("payout") / "w", 1).root


@pytest.fixture(autouse=True)
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(page: str) -> tuple[bytes, int]:
        raise MissingToolError(Text("No PDF here.", "这里没有 PDF。"))

    monkeypatch.setattr(statements, "make_pdf", absent)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_statements_of_everybody_with_one_line_on_what_is_missing(root: Path) -> None:
    made = run("statements", str(root), "--month", MONTH, "--lang", "zh")
    assert (made.exit_code, made.stdout) == (0, f"{root}/statements/{MONTH}/zh\n")
    assert made.stderr.splitlines() == [f"{len(PEOPLE)} 份说明", "这里没有 PDF。"]
    folder = root / "statements" / MONTH / "zh"
    assert len(list(folder.glob("*.html"))) == len(PEOPLE)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder.parent, folder.parent.parent)} == {0o700}


def test_one_person_by_name_with_a_packet(root: Path) -> None:
    made = run("statements", str(root), "--month", MONTH, "--agent", "赵雅", "--packet", "--lang", "en")
    assert made.stderr.splitlines() == ["1 statement", "No PDF here."]
    names = {path.name for path in (root / "statements" / MONTH / "en").iterdir()}
    assert names == {"1001.html", "1001-packet.xlsx", "statements.xlsx"}


def test_who_has_no_statement_is_named_and_the_command_ends_with_1(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(block: object, lang: str) -> str:
        raise UsageError(Text("broken", "坏了"))

    monkeypatch.setattr(statements, "make_page", fails)
    made = run("statements", str(root), "--month", MONTH, "--agent", "1001", "--lang", "zh")
    assert made.exit_code == 1
    assert made.stderr.splitlines() == ["0 份说明", "赵雅 (1001) 的说明没有生成：坏了"]


def test_whom_to_ask_until_when_stands_in_the_settings(root: Path) -> None:
    text = (root / SETTINGS_FILE).read_text("utf-8").replace("until_day: 11", "until_day: 20")
    (root / SETTINGS_FILE).write_text(text.replace("薪酬核算人员", "人事部"), "utf-8")
    run("statements", str(root), "--month", MONTH, "--agent", "1001", "--lang", "zh")
    page = (root / "statements" / MONTH / "zh" / "1001.html").read_text("utf-8")
    assert "请在 2024-07-20（含当日）之前联系人事部。" in page
    assert Workspace.open(root).settings.statements.until_day == 20
    (root / SETTINGS_FILE).write_text(text.replace("until_day: 20", "until_day: 31"), "utf-8")
    wrong = run("statements", str(root), "--month", MONTH)
    assert isinstance(wrong.exception, InputError)
    (root / SETTINGS_FILE).write_text(text, "utf-8")


def test_payroll_stands_in_the_workspace_and_says_what_it_leaves_out(root: Path) -> None:
    made = run("payroll", str(root), "--month", MONTH, "--lang", "en")
    path = root / "payroll" / f"{MONTH}.xlsx"
    assert (made.exit_code, made.stdout) == (0, f"{path}\n")
    total, left = made.stderr.splitlines()
    assert total.endswith(" CNY to 7 people")
    assert left == "not in it, because no scheme pays it: 底薪"
    assert openpyxl.load_workbook(path)[MONTH]["A1"].value == "Employee ID"
    wrong = run("payroll", str(root), "--month", MONTH, "--out", str(root / "x.csv"))
    assert isinstance(wrong.exception, UsageError)
    assert not (root / "x.csv").exists()
