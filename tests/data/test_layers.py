"""Layers: a file owns only what it read, newer is what files say, and no order of files changes a figure."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.data.sheets import write_csv, write_xlsx
from toolkit.core.findings import Finding
from toolkit.data.checks.registry import check_tables
from toolkit.data.importing.imports import import_files, undo_import
from toolkit.data.importing.store import disagreements, exported_at
from toolkit.data.tables.workspace import Workspace, create_workspace


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def report(path: Path, columns: str, *rows: object) -> Path:
    """Write a 赤兔 report; columns in one text, a row as ``day account value ...``, ``_`` for a blank."""
    head = ["日期", "客服昵称", *columns.split()]
    told = [
        [f"2024-11-{d}", a, *("" if v == "_" else v for v in values)]
        for d, a, *values in (str(r).split() for r in rows)
    ]
    return write_csv(path, [head, *told])


def cells(work: Workspace, *columns: str) -> list[list[object]]:
    """Return these columns of the agents' days, None for a blank."""
    frame = work.table("agent_days")[list(columns)].astype("object")
    return [[None if pd.isna(v) else v for v in row] for row in frame.to_numpy().tolist()]


def of(code: str, findings: object) -> list[Finding]:
    return [f for f in findings if f.code == code]


def test_a_second_report_of_other_columns_blanks_nothing(work: Workspace, tmp_path: Path) -> None:
    summary = report(tmp_path / "汇总.csv", "接待人数 销售额", "01 a 50 1257.5", "02 a 40 900")
    workload = report(tmp_path / "工作量.csv", "接待人数 平均响应(秒)", "01 a 50 31")
    for path in (summary, workload):
        result = import_files(work, [path], shop="S1")
    assert cells(work, "sales", "reply_seconds") == [[125750, 31.0], [90000, None]]
    assert result.findings == ()


def test_daily_sheets_of_a_workbook_are_parts_of_one_report(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "客服昵称", "接待人数", "销售额"]
    sheets = {f"{d:02d}": [head, [f"2024-11-{d:02d}", "a", d, d]] for d in (2, 1, 3)}
    result = import_files(work, [write_xlsx(tmp_path / "日报_2024-11-01至2024-11-30.xlsx", sheets)], shop="S1")
    assert cells(work, "receptions", "sales") == [[1, 100], [2, 200], [3, 300]]
    assert result.findings == ()


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("ExportOrderList202412081530.csv", "2024-12-08T15:30:00"),
        ("日报_2024-11-01至2024-11-30_20241208.xlsx", "2024-12-08"),
        ("日报_2024-11-01_2024-11-30.xlsx", ""),
        ("日报_20241101-20241130_2024-12-08 09-30-05.xlsx", "2024-12-08T09:30:05"),
        ("订单 1234567890123456.csv", ""),
        ("日报_2024-11-05.csv", ""),
    ],
)
def test_when_a_file_says_it_was_exported(name: str, moment: str) -> None:
    days = ("2024-11-05",) * 2 if "-05.csv" in name else ("2024-11-01", "2024-11-30")
    assert exported_at(name, days) == moment


@pytest.mark.parametrize("later_first", [False, True])
def test_newer_is_what_the_files_say(work: Workspace, tmp_path: Path, later_first: bool) -> None:
    name = "自定义报表_日报_下单优先判定_S1_2024-11-01至2024-11-{}.csv"
    older = report(tmp_path / name.format(15), "接待人数 销售额", "01 a 50 100", "02 b 9 9")
    newer = report(tmp_path / name.format(30), "接待人数 销售额", "01 a 51 120", "16 a 7 70")
    for path in (newer, older) if later_first else (older, newer):
        result = import_files(work, [path])
    assert cells(work, "account", "receptions", "sales") == [["a", 51, 12000], ["b", 9, 900], ["a", 7, 7000]]
    (left,) = of("no-longer-there", result.findings)  # b's day is no longer told, and stays
    assert (left.severity, left.evidence["money"], left.period) == ("review", 900, "2024-11")


def test_final_figures_stand_over_pending_ones_and_a_blank_over_nothing(work: Workspace, tmp_path: Path) -> None:
    name = "自定义报表_日报_下单优先判定_S1_2024-11-01至2024-11-30{}.csv"
    pending = report(
        tmp_path / name.format(""), "接待人数 询单人数 销售额", "01 a 50 延迟统计 100", "02 a 5 延迟统计 7"
    )
    final = report(tmp_path / name.format("最终"), "接待人数 询单人数 销售额", "01 a 50 40 120")
    newer = report(tmp_path / name.format("_20241209"), "接待人数 询单人数 销售额", "01 a _ 延迟统计 _")
    expected = [[50, 40, 12000, False], [5, None, 700, True]]
    for k, order in enumerate(([pending, final, newer], [newer, final, pending])):
        here = create_workspace(tmp_path / str(k))
        for path in order:
            result = import_files(here, [path])
        assert cells(here, "receptions", "inquiries", "sales", "pending") == expected
        assert not of("undated-files-differ", result.findings)


def test_a_pending_part_leaves_its_sum_open(work: Workspace, tmp_path: Path) -> None:
    columns = "接待人数 很满意 满意"
    path = report(tmp_path / "评价.csv", columns, "01 a 50 延迟统计 3", "02 a 5 2 3", "03 a 5 - 3", "04 a 5 0 0")
    result = import_files(work, [path], shop="S1")
    assert result.files[0].rejected == {}
    assert cells(work, "satisfied", "pending") == [[None, True], [5, False], [None, False], [0, False]]


def test_undated_files_that_differ_stop_until_one_is_chosen(work: Workspace, tmp_path: Path) -> None:
    one = report(tmp_path / "甲.csv", "接待人数 销售额", "01 a 50 100", "02 a 9 9")
    two = report(tmp_path / "乙.csv", "接待人数 销售额", "01 a 50 130.5", "03 a 9 9")
    for path in (one, two):
        result = import_files(work, [path], shop="S1")
    (stop,) = of("undated-files-differ", result.findings)
    assert (stop.severity, stop.period, stop.evidence["money"]) == ("stop", "2024-11", 3050)
    assert dict(stop.evidence["figures"]) == {"sales": 1}
    assert "--instead-of" in stop.message.en
    assert of("undated-files-differ", check_tables(work)) == [stop]
    assert len(cells(work, "sales")) == 3
    import_files(work, [two], shop="S1", instead_of=["甲.csv"])
    assert cells(work, "sales") == [[13050], [900]]
    assert not of("undated-files-differ", check_tables(work))


def test_reports_of_two_kinds_that_differ_are_told_with_their_money(work: Workspace, tmp_path: Path) -> None:
    one = report(tmp_path / "甲.csv", "接待人数 销售额", "01 a 50 100")
    two = report(tmp_path / "乙.csv", "接待人数 销售额 平均响应(秒)", "01 a 50 100.01 7")
    result = import_files(work, [one, two], shop="S1")
    (finding,) = of("exports-disagree", result.findings)
    assert (finding.severity, finding.evidence["money"]) == ("review", 1)


def test_a_rows_order_and_lines_are_never_counted_twice(work: Workspace, tmp_path: Path) -> None:
    head = ["agent", "earned_month", "pay_month", "item", "amount"]
    line = ["a", "2024-11", "2024-12", "提成"]
    first = write_csv(tmp_path / "工资.csv", [head, [*line, "500"], ["b", *line[1:], "10"]])
    second = write_csv(tmp_path / "工资改.csv", [head, [*line, "600"], ["b", *line[1:], "10"]])
    result = import_files(work, [first, second])
    (stop,) = of("undated-files-differ", result.findings)
    assert (dict(stop.evidence["figures"]), stop.evidence["money"]) == ({"": 1}, 10000)
    assert sorted(work.table("payroll")["amount"])[0] == 1000
    assert len(work.table("payroll")) == 2


def test_undo_takes_back_the_last_import_byte_for_byte(work: Workspace, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {str(p.relative_to(work.data_dir)): p.read_bytes() for p in work.data_dir.rglob("*") if p.is_file()}

    import_files(work, [report(tmp_path / "a.csv", "接待人数 销售额", "01 a 50 100")], shop="S1")
    one = files()
    second = report(tmp_path / "b.csv", "接待人数 销售额", "01 a 60 130", "02 a 1 x")
    import_files(work, [second], shop="S1", instead_of=["a.csv"])
    two = files()
    assert list((work.root / "imports").glob("rejects-b*"))
    result = undo_import(work)
    assert (files(), result.tables, result.figures) == (one, ("agent_days",), 2)
    assert not list((work.root / "imports").glob("rejects-b*"))
    (note,) = (work.root / "imports").glob("undo-*.json")
    told = json.loads(note.read_text("utf-8"))["replaced"]
    lines = gzip.decompress((work.root / "imports" / told["file"]).read_bytes()).decode().splitlines()
    assert [json.loads(line) for line in lines][-1] == {
        "table": "agent_days", "row": "2024-11-01 | a | S1 | ", "column": "sales", "old": "130.00", "new": "100.00",
    }  # fmt: skip
    import_files(work, [second], shop="S1", instead_of=["a.csv"])
    assert files() == two
    undo_import(work)
    undo_import(work)
    assert work.table("agent_days").empty


def test_a_wider_range_stands_for_those_inside_it(work: Workspace, tmp_path: Path) -> None:
    def over(first: int, last: int, *sales: int) -> Path:
        name = f"自定义报表_周报_下单优先判定_S1_2024-11-{first:02d}至2024-11-{last:02d}.csv"
        return write_csv(
            tmp_path / name, [["客服昵称", "接待人数", "销售额"], *(["abc"[n], 5, s] for n, s in enumerate(sales))]
        )

    halves, whole = [over(1, 15, 10, 20, 7), over(16, 30, 1, 2)], over(1, 30, 11, 22)
    for k, order in enumerate(([*halves, whole], [whole, *halves])):
        here = create_workspace(tmp_path / str(k))
        for path in order:
            import_files(here, [path])
        assert cells(here, "account", "sales") == [["a", 1100], ["b", 2200], ["c", 700]]
        (left,) = disagreements(here.data_dir)  # c is not in the whole month
        assert (left.code, left.evidence["money"]) == ("no-longer-there", 700)
    import_files(work, [halves[0], over(10, 20, 30)])
    (stop,) = disagreements(work.data_dir)
    assert (stop.severity, stop.period, stop.evidence["money"]) == ("stop", "2024-11", 1000)
    assert cells(work, "account", "sales") == [["b", 2000], ["c", 700], ["a", 3000]]
