"""The first steps of somebody who keeps a shop's books: every command works or says what to do, in their language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.test_languages import TIERS, call
from tests.data.sheets import write_xlsx
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace

DAYS = ["日期", "账号", "店铺", "询单人数", "付款人数", "订单数", "销售额", "退款金额"]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A shop whose one agent is called 售前客服, and the shelf's scheme that pays agents."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    work = create_workspace(tmp_path / "w")
    shutil.copy(TIERS, work.root / "schemes")
    days = [DAYS, *([f"2026-10-{d:02d}", "旗舰:阿强", "旗舰", 30, 10, 10, 900, 0] for d in range(1, 31))]
    people = [["姓名", "旺旺", "店铺", "岗位", "入职日期"], ["李强", "旗舰:阿强", "旗舰", "售前客服", "2024-07-01"]]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", days), write_xlsx(tmp_path / "p.xlsx", people)])
    return work


def test_check_says_that_a_scheme_is_for_a_role_nobody_has(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "check", str(work.root)) == 1
    told = capsys.readouterr().out
    assert "数据中没有人的岗位是“agent”：这个条件对谁都不成立；可用的有：售前客服" in told


def test_lint_takes_the_last_month_with_data(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scheme = next((work.root / "schemes").glob("D02*"))
    assert call(monkeypatch, "lint", str(scheme), "--measures", str(work.root)) == 1
    assert "数据中没有人的岗位是“agent”" in capsys.readouterr().out


def test_pay_by_a_workspace_says_what_to_type(
    work: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scheme = next((work.root / "schemes").glob("D02*"))
    assert call(monkeypatch, "pay", str(scheme), "--measures", str(work.root), "--month", "2026-10") == 2
    assert f"incentive audit {work.root} --month 2026-10" in capsys.readouterr().err


def test_a_pay_sheet_can_be_looked_at_without_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    rows = [
        ["2026年10月工资表"],
        ["序号", "姓名", "基本工资", "提成"],
        [1, "李强", 4300, 900.5],
        [2, "王芳", 4500, 800],
    ]
    assert call(monkeypatch, "import", str(write_xlsx(tmp_path / "10月工资.xlsx", rows)), "--look") == 0
    assert "项目 提成：1,700.50" in capsys.readouterr().out


def test_a_workspace_is_made_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert call(monkeypatch, "init", str(tmp_path / "店")) == 0
    assert "已建好；请先看 workspace.yaml" in capsys.readouterr().out
    settings = (tmp_path / "店" / "workspace.yaml").read_text("utf-8")
    assert "每个工资项目发的是什么" in settings
    assert call(monkeypatch, "init", str(tmp_path / "shop"), "--lang", "en") == 0
    assert "read workspace.yaml" in capsys.readouterr().out
    assert "What each payroll item pays" in (tmp_path / "shop" / "workspace.yaml").read_text("utf-8")


def test_an_import_speaks_one_language(
    work: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_xlsx(tmp_path / "e.xlsx", [[*DAYS, "心情"], ["2026-10-31", "旗舰:阿强", "旗舰", 3, 1, 1, 9, 0, 1]])
    assert call(monkeypatch, "import", str(path), "--into", str(work.root)) == 0
    told = capsys.readouterr().out
    assert ("文件" in told, "已入库" in told, "accepted" in told, "供参考" in told) == (True, True, False, True)
    assert "[unknown-headers]" not in told
