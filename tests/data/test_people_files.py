"""HR's own files: rosters, lists of accounts and attendance as people keep them, with names for numbers and blanks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.data.sheets import write_xlsx
from toolkit.core.errors import InputError
from toolkit.data.checks.registry import check_workspace
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
