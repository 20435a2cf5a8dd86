"""Reading sheets as people lay them out: where the table stands, of which shop and days it is, what its totals say."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from tests.data.sheets import write_csv, write_xlsx
from toolkit.core.errors import InputError
from toolkit.core.findings import Finding
from toolkit.data.checks.registry import check_workspace
from toolkit.data.importing.accounting import ImportResult
from toolkit.data.importing.imports import import_files
from toolkit.data.reading.maps import parse_maps
from toolkit.data.tables.workspace import Workspace, create_workspace

HEAD = ["日期", "客服昵称", "接待人数", "询单人数", "询单->最终付款人数", "销售额"]
NAMED = "自定义报表_客服数据_下单优先判定_A店_2024-11-01至2024-11-30.xlsx"


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def day(n: int, who: str = "小红", *figures: object) -> list[object]:
    return [date(2024, 11, n), who, *(figures or (10, 8, 4, 99.5))]


def found(result: ImportResult, code: str) -> list[Finding]:
    return [f for f in result.findings if f.code == code]


def drawn(path: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Path:
    """Write one sheet with merged ranges."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merges:
        book.active.merge_cells(area)
    book.save(path)
    return path


def test_titles_above_and_two_rows_of_headers_with_merged_cells(work: Workspace, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["A店 2024年11月客服绩效"],
        ["日期", "客服昵称", "接待数据", None, "成交", None],
        [None, None, "接待人数", "询单人数", "询单->最终付款人数", "销售额"],
        day(1),
        day(2),
    ]
    merges = ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2")
    result = import_files(work, [drawn(tmp_path / "绩效.xlsx", rows, merges)])
    days = work.table("agent_days")
    assert (
        days[["account", "shop", "receptions", "inquiries", "buyers", "sales"]].to_numpy().tolist()
        == [["小红", "A店", 10, 8, 4, 9950]] * 2
    )
    assert days["_row"].tolist() == [4, 5]
    assert result.files[0].read == 2


def test_two_rows_of_headers_in_a_text_file_need_no_merges(work: Workspace, tmp_path: Path) -> None:
    rows = [
        ["日期", "客服昵称", "接待数据", "", "成交", ""],
        ["", "", "接待人数", "询单人数", "询单->最终付款人数", "销售额"],
        ["2024-11-01", "小红", 10, 8, 4, 99.5],
    ]
    import_files(work, [write_csv(tmp_path / "A.csv", rows)], shop="A店")
    assert work.table("agent_days")["sales"].tolist() == [9950]


def test_a_group_that_changes_what_a_header_means_keeps_it_from_being_read(work: Workspace, tmp_path: Path) -> None:
    rows = [
        ["日期", "客服昵称", "接待数据", "目标"],
        ["", "", "接待人数", "销售额"],
        ["2024-11-01", "小红", 10, 5000],
    ]
    result = import_files(work, [write_csv(tmp_path / "A.csv", rows)], shop="A店")
    assert work.table("agent_days")["sales"].isna().all()
    assert "目标-销售额" in str([f.evidence for f in result.findings])


def test_the_text_of_a_merged_cell_belongs_to_all_its_rows_and_a_figure_to_none(
    work: Workspace, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        HEAD,
        [date(2024, 11, 1), "小红", 10, 8, 4, 300],
        [None, "小明", 11, 9, 5, None],
        [date(2024, 11, 2), "小红", 12, 9, 5, 80],
    ]
    path = drawn(tmp_path / NAMED, rows, ("A2:A3", "F2:F3"))
    result = import_files(work, [path])
    days = work.table("agent_days")
    assert days["sales"].tolist() == [8000]
    assert result.files[0].rejected == {("销售额", "merged-figure"): 2}


def test_blocks_of_shops_with_their_titles_and_another_order_of_columns(work: Workspace, tmp_path: Path) -> None:
    moved = [HEAD[k] for k in (1, 0, 5, 4, 3, 2)]
    rows: list[list[object]] = [
        ["女装旗舰店"], HEAD, day(1), ["合计", "", 10, 8, 4, 99.5], [""],
        ["男装旗舰店"], moved, ["小明", "2024-11-01", 70, 3, 5, 20], ["合计", "", 70, 3, 5, 20],
    ]  # fmt: skip
    path = write_csv(tmp_path / "两店_2024-11.csv", [r + [""] * (6 - len(r)) for r in rows])
    result = import_files(work, [path])
    days = work.table("agent_days").sort_values("account")
    assert days[["shop", "account", "receptions", "buyers", "sales"]].to_numpy().tolist() == [
        ["男装旗舰店", "小明", 20, 3, 7000],
        ["女装旗舰店", "小红", 10, 4, 9950],
    ]
    assert result.files[0].set_aside == {"blank": 1, "repeated-header": 1, "title": 1, "total": 2}
    assert not found(result, "total-differs")


def test_a_second_table_with_other_headers_is_refused_with_its_cell(work: Workspace, tmp_path: Path) -> None:
    other = ["日期", "客服昵称", "接待人数", "平均响应(秒)", "销售额", "销售量"]
    path = write_xlsx(tmp_path / NAMED, {"十一月": [HEAD, day(1), other, day(2)]})
    with pytest.raises(InputError) as error:
        import_files(work, [path])
    (problem,) = error.value.problems
    assert (problem.line, problem.column, problem.code) == (3, 4, "second-table")
    assert "工作表 十一月" in error.value.of("zh")


def test_totals_and_means_are_set_aside_by_name_and_a_wrong_total_is_found_with_its_cell(
    work: Workspace, tmp_path: Path
) -> None:
    rows = [HEAD, day(1), day(2, "小明", 10, 8, 4, 100), ["汇总", "", 20, 16, 8, 200.5], ["同行均值", "", 9, 9, 9, 9]]
    result = import_files(work, [write_xlsx(tmp_path / NAMED, rows)])
    assert result.files[0].set_aside == {"total": 2}
    (finding,) = found(result, "total-differs")
    assert finding.severity == "review"
    assert (finding.evidence["cell"], finding.evidence["stated"], finding.evidence["added"]) == ("F4", "200.5", "199.5")


def test_a_subtotal_sums_its_own_rows_and_distinct_people_may_be_fewer(work: Workspace, tmp_path: Path) -> None:
    rows = [HEAD, day(1), ["小红小计", "", 10, 8, 4, 99.5], day(2), day(3), ["小计", "", 20, 16, 8, 199],
            ["总计", "", 25, 24, 12, 298.5]]  # fmt: skip
    result = import_files(work, [write_xlsx(tmp_path / NAMED, rows)])
    (finding,) = found(result, "total-differs")
    assert (finding.severity, finding.evidence["cell"]) == ("info", "C7")
    assert len(work.table("agent_days")) == 3


def test_a_person_called_like_a_total_in_part_is_a_person(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [write_xlsx(tmp_path / NAMED, [HEAD, day(1, "汇总小王"), day(1, "Total Wine")])])
    assert len(work.table("agent_days")) == 2


def test_sheets_per_shop_and_per_month_say_shop_and_month(work: Workspace, tmp_path: Path) -> None:
    head = HEAD[1:]
    book = {"天猫": [head, day(1)[1:]], "京东": [head, day(1)[1:]]}
    import_files(work, [write_xlsx(tmp_path / "客服数据 2024年11月.xlsx", book)])
    days = work.table("agent_days")
    assert sorted(days["shop"]) == ["京东", "天猫"]
    assert set(days["count_unit"]) == {"people_by_month"}

    months = {"10月": [head, day(1)[1:]], "12月": [head, day(1)[1:]]}
    import_files(work, [write_xlsx(tmp_path / "2024年客服.xlsx", months)], shop="B店")
    mine = work.table("agent_days").query("shop == 'B店'")
    assert sorted(mine["date"].dt.strftime("%Y-%m")) == ["2024-10", "2024-12"]


def test_a_month_without_a_year_is_refused(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        import_files(work, [write_xlsx(tmp_path / "客服.xlsx", {"11月": [HEAD[1:], day(1)[1:]]})], shop="B店")
    assert [p.code for p in error.value.problems] == ["no-day"]


def test_where_sheet_and_file_name_differ_the_sheet_stands_and_it_is_said(work: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "自定义报表_客服_下单优先判定_A店_2024-11-01至2024-11-30.xlsx"
    result = import_files(work, [write_xlsx(path, {"女装店 2024年12月": [HEAD[1:], day(1)[1:]]})])
    days = work.table("agent_days")
    assert days["shop"].tolist() == ["女装店"]
    assert days["date"].dt.strftime("%Y-%m").tolist() == ["2024-12"]
    assert {f.evidence["what"] for f in found(result, "places-disagree")} == {"shop", "days"}


def test_the_option_is_only_for_what_is_left_open(work: Workspace, tmp_path: Path) -> None:
    rows = [["店铺：女装旗舰店", "统计时间：2024-11-01 ~ 2024-11-30"], HEAD[1:], day(1)[1:]]
    import_files(work, [write_xlsx(tmp_path / "客服.xlsx", rows)], shop="别的店")
    days = work.table("agent_days")
    assert (days["shop"].tolist(), days["count_unit"].tolist()) == (["女装旗舰店"], ["people_by_month"])


def test_days_outside_those_the_file_name_states_are_found(work: Workspace, tmp_path: Path) -> None:
    head = [date(2024, 12, 3), "小红", 10, 8, 4, 1]
    result = import_files(work, [write_xlsx(tmp_path / NAMED, [HEAD, day(1), head])])
    (finding,) = found(result, "places-disagree")
    assert (finding.evidence["other"], finding.evidence["stands"]) == (
        "2024-11-01..2024-11-30",
        "2024-11-01..2024-12-03",
    )


@pytest.mark.parametrize("written", [lambda m: f"2024-{m:02d}-01", lambda m: f"2024年{m}月", lambda m: f"2024-{m:02d}"])
def test_a_monthly_figure_dated_the_first_is_a_month(
    work: Workspace, tmp_path: Path, written: Callable[[int], str]
) -> None:
    rows = [HEAD, *([written(m), "小红", 900, 300, 100, 9000] for m in (9, 10, 11))]
    import_files(work, [write_csv(tmp_path / "月报.csv", rows)], shop="A店")
    days = work.table("agent_days")
    assert set(days["count_unit"]) == {"people_by_month"}
    assert days["date"].dt.strftime("%m-%d").tolist() == ["09-01", "10-01", "11-01"]
    assert not {f.code for f in check_workspace(work)} & {"partial-month", "missing-days"}


def test_one_day_on_the_first_is_a_day(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [write_csv(tmp_path / "日报.csv", [HEAD, ["2024-11-01", "小红", 9, 3, 1, 90]])], shop="A店")
    assert work.table("agent_days")["count_unit"].tolist() == ["people_by_day"]


def test_corrected_rejects_of_a_sheet_keep_its_shop_and_days(work: Workspace, tmp_path: Path) -> None:
    head = HEAD[1:]
    path = write_xlsx(
        tmp_path / "客服.xlsx", {"女装店 2024年11月": [head, ["小红", "x", 8, 4, 1], ["小明", 9, 8, 4, 1]]}
    )
    result = import_files(work, [path])
    rejects = work.root / result.files[0].rejects_file
    rejects.write_text(rejects.read_text("utf-8-sig").replace(",x,", ",7,"), "utf-8")
    import_files(work, [rejects])
    days = work.table("agent_days").sort_values("account")
    assert days[["account", "shop", "receptions"]].to_numpy().tolist() == [["小明", "女装店", 9], ["小红", "女装店", 7]]
    assert days["date"].nunique() == 1


def test_formulas_stand_for_their_values_and_one_without_a_value_is_refused(work: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEAD, day(1), [*day(2)[:5], "=1+1"]):
        book.active.append(row)
    book.save(tmp_path / NAMED)
    result = import_files(work, [tmp_path / NAMED])
    assert result.files[0].rejected == {("销售额", "formula-uncalculated"): 1}
    assert len(work.table("agent_days")) == 1


def test_a_column_that_decides_pay_and_is_not_read_is_for_review(work: Workspace, tmp_path: Path) -> None:
    head = [*HEAD[:5], "客服成交额", "心情"]
    result = import_files(
        work, [write_csv(tmp_path / "A.csv", [head, ["2024-11-01", "小红", 9, 3, 1, 90, "好"]])], shop="A"
    )
    (finding,) = found(result, "deciding-headers-unread")
    assert (finding.severity, finding.evidence["headers"]) == ("review", ["客服成交额"])
    assert found(result, "unknown-headers")[0].evidence["headers"] == ["心情"]


def test_counts_beyond_what_is_kept_exactly_are_rejected(work: Workspace, tmp_path: Path) -> None:
    rows = [HEAD, ["2024-11-01", "小红", "9" * 30, 3, 1, 90], ["2024-11-02", "小红", 9, 3, 1, "8" * 25]]
    result = import_files(work, [write_csv(tmp_path / "A.csv", rows)], shop="A")
    assert result.files[0].rejected == {("接待人数", "too-large"): 1, ("销售额", "too-large"): 1}


def test_a_date_column_is_read_by_dtype(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [write_xlsx(tmp_path / NAMED, [HEAD, day(1)])])
    assert isinstance(work.table("agent_days")["date"].iloc[0], pd.Timestamp)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file_is_refused_at_once(work: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path = Path("/dev/zero")
    with pytest.raises(InputError, match="no file"):
        import_files(work, [path])


def test_a_users_pattern_runs_in_linear_time(work: Workspace, tmp_path: Path) -> None:
    pattern = "(?P<shop>(?:a+)+)$"
    text = f"id: x\nrecognise: [[agent]]\nfile_names: ['{pattern}']\ntables: {{}}\nset_aside: {{all: all}}\n"
    (tmp_path / "m.yaml").write_text(text, "utf-8")
    path = write_csv(tmp_path / ("a" * 200 + "!.csv"), [["agent"], ["x"]])
    begun = time.perf_counter()
    import_files(work, [path], map_path=tmp_path / "m.yaml")
    assert time.perf_counter() - begun < 5


def test_a_pattern_without_a_linear_engine_is_refused_with_its_place() -> None:
    with pytest.raises(InputError) as error:
        parse_maps("id: x\nrecognise: [[a]]\nfile_names: ['(?P<shop>(?!a)b)']\ntables: {}\n", "m.yaml")
    assert [(p.line, p.column) for p in error.value.problems] == [(3, 14)]


def test_damaged_workbooks_and_odd_parquet_are_refused_with_file_and_column(work: Workspace, tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "g.xlsx", [HEAD, day(1)])
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, content[: len(content) // 2] if "sheet1" in entry.filename else content)
    pd.DataFrame({"agent": [b"\xff\xfe"]}).to_parquet(tmp_path / "odd.parquet")
    with pytest.raises(InputError) as error:
        import_files(work, [tmp_path / "bad.xlsx", tmp_path / "odd.parquet"])
    told = str(error.value)
    assert "bad.xlsx: is damaged" in told
    assert "odd.parquet: the column 'agent' is of a kind that cannot be read: binary" in told
