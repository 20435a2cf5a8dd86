"""HR's own files: rosters, lists of accounts and attendance as people keep them, with names for numbers and blanks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.sheets import write_xlsx
from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.data.checks.registry import check_workspace
from toolkit.data.crediting.measures import measure_months
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace

LIST = ["姓名", "旺旺", "店铺", "岗位", "入职日期"]


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def rows(work: Workspace, name: str, *columns: str) -> list[tuple[str, ...]]:
    told = work.table(name)[list(columns)]
    return sorted(tuple("" if pd.isna(v) else str(v)[:10] for v in row) for row in told.itertuples(index=False))


def codes(result: Any) -> list[str]:
    return sorted(f.code for f in result.findings)


def test_a_list_of_accounts_says_who_holds_which_and_what_everybody_is(work: Workspace, tmp_path: Path) -> None:
    """One person with accounts in two shops, one with two in one shop: three assignments, four accounts."""
    file = write_xlsx(
        tmp_path / "客服旺旺账号表.xlsx",
        [
            LIST,
            ["陈美玲", "旗舰:小美", "旗舰", "售前客服", "2022-05-16"],
            ["陈美玲", "家居:小美", "家居", "售前客服", "2022-05-16"],
            ["王芳", "旗舰:小芳", "旗舰", "售前客服", "2023-02-20"],
            ["王芳", "旗舰:小芳2", "旗舰", "售前客服", "2023-02-20"],
        ],
    )
    result = import_files(work, [file])
    assert (result.files[0].accepted, result.files[0].n_rejected, result.files[0].n_set_aside) == (4, 0, 0)
    assert rows(work, "accounts", "shop", "account", "agent", "from") == [
        ("家居", "家居:小美", "陈美玲", "2022-05-16"),
        ("旗舰", "旗舰:小美", "陈美玲", "2022-05-16"),
        ("旗舰", "旗舰:小芳", "王芳", "2023-02-20"),
        ("旗舰", "旗舰:小芳2", "王芳", "2023-02-20"),
    ]
    assert rows(work, "assignments", "agent", "name", "shop", "role", "from", "joined_on") == [
        ("王芳", "王芳", "旗舰", "售前客服", "2023-02-20", "2023-02-20"),
        ("陈美玲", "陈美玲", "家居", "售前客服", "2022-05-16", "2022-05-16"),
        ("陈美玲", "陈美玲", "旗舰", "售前客服", "2022-05-16", "2022-05-16"),
    ]
    assert codes(result) == ["names-for-numbers"]


def test_numbers_days_of_their_own_and_leaving_come_first(work: Workspace, tmp_path: Path) -> None:
    head = ["工号", "姓名", "旺旺账号", "店铺名称", "职位", "开始日期", "入职日期", "离职日期"]
    file = write_xlsx(
        tmp_path / "a.xlsx",
        [head, ["7", "李强", "旗舰:阿强", "旗舰", "客服", "2024-07-01", "2023-01-02", "2024-12-31"]],
    )
    result = import_files(work, [file])
    assert rows(work, "accounts", "agent", "account", "from", "to") == [("7", "旗舰:阿强", "2024-07-01", "2024-12-31")]
    columns = ("agent", "name", "role", "from", "to", "joined_on", "left_on")
    assert rows(work, "assignments", *columns) == [
        ("7", "李强", "agent", "2024-07-01", "2024-12-31", "2023-01-02", "2024-12-31")
    ]
    assert codes(result) == []


def test_names_are_the_numbers_the_roster_gives_them_in_whatever_order_files_come(
    work: Workspace, tmp_path: Path
) -> None:
    owners = write_xlsx(tmp_path / "a.xlsx", [LIST[:3] + LIST[4:], ["李强", "旗舰:阿强", "旗舰", "2024-07-01"]])
    staff = write_xlsx(
        tmp_path / "花名册.xlsx",
        [["工号", "姓名", "店铺", "岗位", "入职日期"], ["7", "李强", "旗舰", "客服", "2024-07-01"]],
    )
    (finding,) = import_files(work, [owners, staff]).findings
    assert rows(work, "accounts", "agent", "account") == [("7", "旗舰:阿强")]
    assert (finding.code, finding.severity) == ("names-for-numbers", "info")
    assert "工号" in finding.message.zh


def test_a_name_of_two_people_needs_a_number(work: Workspace, tmp_path: Path) -> None:
    """Two of one name in the roster, and a list without numbers in which two of one name joined on two days."""
    head = ["工号", "姓名", "店铺", "岗位", "入职日期"]
    staff = [head, ["7", "李强", "旗舰", "客服", "2024-07-01"], ["8", "李强", "旗舰", "客服", "2025-07-01"]]
    import_files(work, [write_xlsx(tmp_path / "s.xlsx", staff)])
    one = ["李强", "旗舰:阿强", "旗舰", "客服", "2024-07-01"]
    (file,) = import_files(work, [write_xlsx(tmp_path / "a.xlsx", [LIST, one])]).files
    assert file.rejected == {("姓名", "several-people"): 1}
    two = [["吴安", "旗舰:a", "旗舰", "客服", "2024-07-01"], ["吴安", "旗舰:b", "旗舰", "客服", "2025-07-01"]]
    (file,) = import_files(work, [write_xlsx(tmp_path / "b.xlsx", [LIST, *two])]).files
    assert file.rejected == {("姓名", "several-people"): 2}


def test_an_account_column_a_roster_does_not_read_is_said(work: Workspace, tmp_path: Path) -> None:
    head = ["工号", "姓名", "店铺", "岗位", "开始日期", "平台子账号", "籍贯"]
    result = import_files(
        work, [write_xlsx(tmp_path / "a.xlsx", [head, ["7", "李", "旗", "客服", "2024-07-01", "x", "杭"]])]
    )
    assert codes(result) == ["deciding-headers-unread"]
    (told,) = (f for f in result.findings if f.code == "deciding-headers-unread")
    assert told.evidence["headers"] == ["平台子账号"]


def test_people_of_the_office_have_no_shop(work: Workspace, tmp_path: Path) -> None:
    head = ["工号", "姓名", "店铺", "岗位", "入职日期"]
    staff = [head, ["7", "李强", "旗舰", "客服", "2024-07-01"], ["9", "何平", "", "运营", "2020-06-01"]]
    result = import_files(work, [write_xlsx(tmp_path / "s.xlsx", staff)])
    assert result.files[0].n_rejected == 0
    assert rows(work, "assignments", "agent", "shop") == [("7", "旗舰"), ("9", "")]


def test_a_roster_without_a_shop_column_is_read_as_it_is(work: Workspace, tmp_path: Path) -> None:
    head = ["序号", "姓名", "部门", "岗位", "入职日期"]
    result = import_files(
        work, [write_xlsx(tmp_path / "花名册.xlsx", [head, ["1", "李强", "客服部", "客服", "2024-07-01"]])]
    )
    assert result.files[0].n_rejected == 0
    assert rows(work, "assignments", "agent", "shop") == [("李强", "")]


def test_a_corrected_list_of_the_same_name_says_what_the_old_one_left(work: Workspace, tmp_path: Path) -> None:
    wrong, right = (["孙可", f"家居{colon}可可", "家居", "售前客服", "2022-12-01"] for colon in "：:")
    file = write_xlsx(tmp_path / "账号.xlsx", [LIST, wrong])
    import_files(work, [file])
    write_xlsx(file, [LIST, right])
    (told,) = (f for f in import_files(work, [file]).findings if f.code == "earlier-rows-stay")
    assert (told.severity, told.evidence) == ("review", {"table": "accounts", "n": 1})
    assert "--instead-of 账号.xlsx" in told.message.zh
    again = import_files(work, [file], instead_of=[str(file)])  # a path as the shell completes it is the file's name
    assert "earlier-rows-stay" not in codes(again)
    assert rows(work, "accounts", "account") == [("家居:可可",)]


def test_what_lacks_is_named_in_the_headings_to_write(work: Workspace, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", [["旺旺", "店铺"], ["旗舰:阿强", "旗舰"]])
    with pytest.raises(InputError) as error:
        import_files(work, [file], report="accounts")
    assert "缺 工号（或 员工编号、员工、姓名）、开始日期（或 起、启用日期、入职日期）" in error.value.of("zh")
    assert "这里是" not in error.value.of("zh")
    assert "lacks agent, from" in error.value.of("en")


def test_an_account_of_nobody_says_the_next_step(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "账号", "店铺", "询单人数", "销售额"]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", [head, ["2024-10-05", "旗舰:阿强", "旗舰", 3, 10]])])
    (finding,) = (f for f in check_workspace(work) if f.code == "unmapped-account")
    assert "导入账号归属表（店铺、旺旺、工号或姓名、开始日期）" in finding.message.zh
    assert "笔订单" not in finding.message.zh
    assert "共用" not in finding.message.zh


def test_a_shared_account_without_figures_may_be_held_by_somebody_not_paid(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "账号", "店铺", "接待人数", "询单人数", "销售额"]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", [head, ["2024-10-05", "旗舰:售后", "旗舰", 80, 0, 0]])])
    (finding,) = (f for f in check_workspace(work) if f.code == "unmapped-account")
    assert finding.severity == "stop"
    assert "可登记在不参与提成的人（如主管）名下" in finding.message.zh


def test_an_account_that_is_a_name_of_the_roster_is_written_as_the_account(work: Workspace, tmp_path: Path) -> None:
    head = ["订单号", "下单时间", "付款时间", "店铺", "金额", "账号"]
    sold = [head, ["1", "2024-10-05 10:00", "2024-10-05 10:01", "旗舰", 10, "李强"]]
    staff = [["工号", "姓名", "岗位", "入职日期"], ["7", "李强", "导购", "2024-07-01"]]
    import_files(work, [write_xlsx(tmp_path / f"{n}.xlsx", one) for n, one in enumerate((sold, staff))])
    (finding,) = (f for f in check_workspace(work) if f.code == "unmapped-account")
    assert "“李强”是花名册里的姓名：账号一列也照写这个姓名" in finding.message.zh
    assert "有 1 笔订单、销售额" in finding.message.zh


def test_a_month_of_an_account_of_nobody_is_the_month(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "账号", "店铺", "询单人数", "销售额", "count_unit"]
    told = [head, ["2024-10-01", "旗舰:阿强", "旗舰", 3, 10, "people_by_month"]]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", told)])
    (finding,) = (f for f in check_workspace(work) if f.code == "unmapped-account")
    assert "在 2024-10 没有对应客服：有 3 次询单" in finding.message.zh


def test_many_accounts_of_nobody_are_told_once_a_shop(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "账号", "店铺", "询单人数", "销售额"]
    rows = [["2024-10-05", f"{shop}:{who}", shop, 3, 10] for shop in ("旗舰", "专营") for who in "甲乙丙丁"]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", [head, *rows, ["2024-10-05", "三店:甲", "三店", 1, 0]])])
    found = {f.subject: f for f in check_workspace(work) if f.code == "unmapped-account"}
    assert sorted(found) == ["三店:甲", "专营", "旗舰"]
    assert found["旗舰"].message.zh.startswith("旗舰：4 个账号（旗舰:丁、旗舰:丙、旗舰:乙 等）在 2024-10-05 至")
    assert "有 12 次询单、销售额 40.00" in found["旗舰"].message.zh
    assert len(found["旗舰"].evidence["accounts"]) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language: 1\nscheme: m\ntitle: 方案\n", "是方案，不是导出数据；请放进工作区的 schemes/ 文件夹"),
        ("id: m\nrecognise: [[甲, 乙]]\n", "是映射，不是导出数据；请用 --map"),
    ],
)
def test_what_people_write_for_the_toolkit_is_no_export(work: Workspace, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "提成方案.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        import_files(work, [tmp_path / "提成方案.yaml"])
    assert told in error.value.of("zh")
    assert "--suggest" not in error.value.of("zh")


def test_a_command_with_an_unknown_file_names_the_good_ones_and_the_command_for_them(
    work: Workspace, tmp_path: Path
) -> None:
    good = write_xlsx(tmp_path / "好 的.xlsx", [LIST, ["李强", "旗舰:阿强", "旗舰", "客服", "2024-07-01"]])
    bad = write_xlsx(tmp_path / "bad.xlsx", [["甲", "乙"], ["1", "2"]])
    with pytest.raises(InputError) as error:
        import_files(work, [good, bad])
    last = error.value.of("zh").splitlines()[-1]
    assert last.startswith("本次命令没有导入任何文件；没有问题的文件：好 的.xlsx。")
    assert last.endswith(f"incentive import '{good}' --into {work.root}")
    with pytest.raises(InputError) as error:
        import_files(work, [bad])
    assert "没有导入" not in error.value.of("zh")


ATTENDANCE = ["序号", "姓名", "部门", "应出勤", "实出勤", "迟到次数", "早退次数", "请假(天)", "旷工(天)"]


def month_of_attendance(path: Path, *people: tuple[object, ...]) -> Path:
    return write_xlsx(path, [["某公司 2026年10月考勤汇总"], ATTENDANCE, *([n, *p] for n, p in enumerate(people, 1))])


def test_a_month_of_attendance_is_read_in_days(work: Workspace, tmp_path: Path) -> None:
    """One who joined in mid-month, and one of the office: the days of each are in the measures of the month."""
    staff = [
        ["姓名", "店铺", "岗位", "入职日期"],
        ["李强", "旗舰", "客服", "2024-07-01"],
        ["郑果", "旗舰", "客服", "2026-10-12"],
    ]
    days = [["日期", "账号", "店铺", "询单人数"], ["2026-10-05", "旗舰:阿强", "旗舰", 3]]
    attendance = month_of_attendance(
        tmp_path / "10月考勤汇总.xlsx", ("李强", "客服部", 22, 21, 2, 0, 1, 0), ("郑果", "客服部", 15, 15, 0, 0, 0, 0)
    )
    files = [write_xlsx(tmp_path / "s.xlsx", staff), write_xlsx(tmp_path / "d.xlsx", days), attendance]
    result = import_files(work, files)
    assert (result.files[2].maps, result.files[2].accepted) == (("attendance-months",), 2)
    table = measure_months(work, Month(2026, 10), Month(2026, 10)).table
    told = table[table["agent"].notna()][["agent", "scheduled_days", "worked_days", "late_days", "early_leave_days"]]
    assert told.to_numpy().tolist() == [["李强", 22, 21, 2, 0], ["郑果", 15, 15, 0, 0]]
    assert "account-used-in-absence" not in {f.code for f in check_workspace(work)}


def test_days_of_a_month_are_never_hours_and_hours_never_days(work: Workspace, tmp_path: Path) -> None:
    hours = month_of_attendance(tmp_path / "a.xlsx", ("李强", "客服部", 176, 168, 0, 0, 0, 0))
    (file,) = import_files(work, [hours]).files
    assert file.rejected == {("应出勤", "not-days"): 1}
    own = tmp_path / "m.yaml"
    own.write_text(
        "id: m\nrecognise: [[姓名]]\ntables:\n  attendance:\n    columns:\n      agent: 姓名\n"
        "      date: {from: day}\n      worked_hours: 实出勤\n",
        "utf-8",
    )
    days = month_of_attendance(tmp_path / "b.xlsx", ("李强", "客服部", 22, 22, 0, 0, 0, 0))
    (file,) = import_files(work, [days], map_path=own).files
    assert file.rejected == {("date", "several-days"): 1}


def test_attendance_without_any_figure_is_refused(work: Workspace, tmp_path: Path) -> None:
    own = tmp_path / "m.yaml"
    own.write_text(
        "id: m\nrecognise: [[姓名]]\ntables:\n  attendance:\n    columns:\n      agent: 姓名\n      date: 日期\n",
        "utf-8",
    )
    days = write_xlsx(tmp_path / "b.xlsx", [["姓名", "日期", "出勤"], ["李强", "2026-10-05", 1]])
    with pytest.raises(InputError, match="no figure"):
        import_files(work, [days], map_path=own)


@pytest.mark.parametrize("written", ["2026-10", "2026年10月", "2026-10-01~2026-10-31", "2026/10/1 至 2026/10/31"])
def test_a_whole_month_as_a_date_is_the_month(work: Workspace, tmp_path: Path, written: str) -> None:
    head = ["日期", "账号", "店铺", "询单人数", "销售额"]
    import_files(work, [write_xlsx(tmp_path / "d.xlsx", [head, [written, "旗舰:阿强", "旗舰", 3, 10]])])
    (row,) = work.table("agent_days").to_dict("records")
    assert (str(row["date"])[:10], row["count_unit"]) == ("2026-10-01", "people_by_month")


def test_days_that_are_no_whole_month_are_no_date(work: Workspace, tmp_path: Path) -> None:
    head = ["日期", "账号", "店铺", "询单人数", "销售额"]
    rows = [head, ["2026-10-01~2026-10-15", "旗舰:阿强", "旗舰", 3, 10]]
    (file,) = import_files(work, [write_xlsx(tmp_path / "d.xlsx", rows)]).files
    assert file.rejected == {("日期", "not-date"): 1}


def test_unread_columns_are_told_once_with_the_command(work: Workspace, tmp_path: Path) -> None:
    sheet = [["日期", "旺旺", "接待人数", "退款金额", "心情"], ["2026-10-05", "a", 3, 1, 1]]
    path = write_xlsx(tmp_path / "r.xlsx", {"甲店": sheet, "乙店": sheet})
    result = import_files(work, [path])
    assert codes(result) == ["deciding-headers-unread", "unknown-headers"]
    told = next(f for f in result.findings if f.code == "deciding-headers-unread").message.zh
    assert "退款金额 (退款金额)" in told
    assert f"incentive import {path} --suggest" in told
    assert f"--map {tmp_path}/r.map.yaml --into {work.root}" in told


def test_who_lacks_a_number_is_said_where_others_have_one(work: Workspace, tmp_path: Path) -> None:
    head = ["工号", "姓名", "店铺", "岗位", "入职日期"]
    import_files(work, [write_xlsx(tmp_path / "s.xlsx", [head, ["7", "李强", "旗舰", "客服", "2024-07-01"]])])
    owners = [LIST, *([name, f"旗舰:{name}", "旗舰", "客服", "2024-07-01"] for name in ("李强", "吴安"))]
    (finding,) = import_files(work, [write_xlsx(tmp_path / "a.xlsx", owners)]).findings
    assert finding.evidence == {"header": "姓名", "names": 2, "unknown": ["吴安"]}
    assert "其中 1 人在花名册中没有工号：吴安" in finding.message.zh
    other = create_workspace(tmp_path / "w2")
    for file in ("x.xlsx", "y.xlsx"):  # nobody has a number: nothing lacks
        (finding,) = import_files(other, [write_xlsx(tmp_path / file, owners)]).findings
        assert finding.evidence["unknown"] == []
