"""The commands explain and diff, as people and machines call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolkit.cli.app import app
from toolkit.core.errors import UsageError

SCHEME = """\
language: 1
scheme: commission
title: {en: Commission, zh: 提成方案}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, title: {en: Commission, zh: 提成}, pay: sales, rate: 3%}
"""
CSV = "month,agent,sales\n2024-10,NA,500\n2024-11,NA,1000\n2024-11,007,0\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    old, new, measures = tmp_path / "old.yaml", tmp_path / "new.yaml", tmp_path / "measures.csv"
    old.write_text(SCHEME, "utf-8")
    new.write_text(SCHEME.replace("3%", "4%").replace("2024-01-01", "2025-01-01"), "utf-8")
    measures.write_text(CSV, "utf-8")
    return [str(old), str(new), str(measures)]


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_explain_prints_every_step_and_the_total(files: list[str]) -> None:
    old, _, measures = files
    words = ("explain", old, "--measures", measures, "--agent", "NA", "--month", "2024-11")
    assert run(*words).splitlines()[:3] == [
        "NA, 2024-11: 30.00 CNY.",
        "1. [30.00 CNY, paid] Commission: sales 1,000.00 × 3% = 30.00.",
        "Total: 30.00 CNY.",
    ]
    assert "提成：销售额 1,000.00 × 3% = 30.00。" in run(*words, "--lang", "zh")
    assert json.loads(run(*words, "--json"))["total"] == "30.00"


def test_explain_names_the_nearest_agent_and_asks_for_measures(files: list[str]) -> None:
    old, _, measures = files
    runner = CliRunner()
    unknown = runner.invoke(app, ["explain", old, "--measures", measures, "--agent", "NAA", "--month", "2024-11"])
    assert isinstance(unknown.exception, UsageError)
    assert "did you mean 'NA'?" in str(unknown.exception)
    without = runner.invoke(app, ["explain", old, "--agent", "NA", "--month", "2024-11"])
    assert isinstance(without.exception, UsageError)


def test_explain_takes_the_name_of_one_person_and_lists_those_who_share_one(files: list[str], tmp_path: Path) -> None:
    old, _, measures = files
    roster = tmp_path / "roster.csv"
    roster.write_text("agent,name,shop\n007,王芳,旗舰店\nNA,李雷,旗舰店\nx1,王芳,数码店\n", "utf-8")
    words = ("explain", old, "--measures", measures, "--month", "2024年11月", "--roster", str(roster), "--agent")
    for asked in ("李雷", "李雷 (NA)", "NA"):
        assert run(*words, asked).startswith("NA, 2024-11: 30.00 CNY.")
    several = CliRunner().invoke(app, [*words, "王芳"]).exception
    assert isinstance(several, UsageError)
    assert several.of("en") == "2 people are called '王芳': 007 (旗舰店), x1 (数码店); give the id"
    assert several.of("zh") == "有 2 人叫 '王芳'：007 (旗舰店)、x1 (数码店)；请写工号"
    nobody = CliRunner().invoke(app, [*words, "李蕾"]).exception
    assert isinstance(nobody, UsageError)
    assert nobody.of("zh").startswith("没有工号或姓名为 '李蕾' 的人")
    gone = CliRunner().invoke(app, [*words, "x1"]).exception
    assert isinstance(gone, UsageError)
    assert gone.of("zh").startswith("2024-11 没有 'x1' 的数据")


def test_diff_pays_the_last_month_by_both_and_writes_the_letter(files: list[str]) -> None:
    old, new, measures = files
    text = run("diff", old, new, "--measures", measures)
    assert "Paid on 2024-11: 30.00 CNY by the old scheme, 40.00 CNY by the new one, 10.00 CNY in difference" in text
    assert "1. Commission (Pays sales × …): from 3% to 4%." in text
    assert "不构成承诺" in run("diff", old, new, "--measures", measures, "--lang", "zh")
    data = json.loads(run("diff", old, new, "--measures", measures, "--month", "2024-10", "--json"))
    assert (data["month"], data["totals"], data["counts"]) == (
        "2024-10",
        {"old": "15.00", "new": "20.00"},
        {"more": 1, "less": 0, "same": 0},
    )
    assert data["people"] == [
        {"agent": "NA", "old": "15.00", "new": "20.00", "difference": "5.00", "cause": "the rate"}
    ]


def test_diff_adds_several_months_and_shows_names(files: list[str], tmp_path: Path) -> None:
    # 3 % to 4 % of 500 and 1,000: 15.00 more
    old, new, measures = files
    roster = tmp_path / "roster.csv"
    roster.write_text("agent,name\nNA,李雷\n", "utf-8")
    words = ("diff", old, new, "--measures", measures, "--from", "2024-10", "--roster", str(roster))
    text = run(*words)
    assert "Paid on 2024-10 to 2024-11: 45.00 CNY by the old scheme, 60.00 CNY by the new one" in text
    assert "李雷 45.00 60.00 15.00 the rate" in " ".join(text.split())
    assert "60.00" not in text.partition("Subject:")[2]  # the letter tells nobody the bill
    person = next(one for one in json.loads(run(*words, "--json"))["people"] if one["agent"] == "NA")
    assert (person["name"], person["difference"]) == ("李雷", "15.00")
    late = CliRunner().invoke(app, [*words, "--month", "2024-10", "--from", "2024-11"])
    assert isinstance(late.exception, UsageError)


def test_diff_without_measures_compares_words_and_refuses_a_month(files: list[str]) -> None:
    old, new, _ = files
    assert "past figures" not in run("diff", old, new)
    refused = CliRunner().invoke(app, ["diff", old, new, "--month", "2024-11"])
    assert isinstance(refused.exception, UsageError)


def test_explain_reads_a_workspace(tmp_path: Path) -> None:
    tables = {
        "assignments.csv": "agent,name,shop,role,from\nNA,李雷,s1,agent,2024-01-01\n",
        "accounts.csv": "account,agent,from\nNA,NA,2024-01-01\n",
        "days.csv": "date,account,shop,receptions,inquiries,buyers,orders,sales,refunds\n"
        + "".join(f"2024-05-{day:02d},NA,s1,9,8,2,2,200.00,0\n" for day in range(1, 32)),
    }
    workspace = tmp_path / "w"
    run("init", str(workspace))
    for name, text in tables.items():
        (tmp_path / name).write_text(text, "utf-8")
    (workspace / "schemes" / "commission.yaml").write_text(SCHEME, "utf-8")
    run("import", *(str(tmp_path / name) for name in tables), "--into", str(workspace))
    lines = run("explain", str(workspace), "--agent", "李雷", "--month", "2024-05").splitlines()
    assert lines[:2] == [
        "李雷 (NA), 2024-05: 186.00 CNY.",
        "1. [186.00 CNY, paid] Commission: sales 6,200.00 × 3% = 186.00.",
    ]
    assert any(
        "1 more buyer would have raised this month's pay by 3.00 CNY: 186.00 + 3.00 = 189.00." in line for line in lines
    )
