"""A shop that keeps its months in one row an account, and a pay sheet with deductions: worked by hand.

Three shops' first hour on an October: Chen serves in two shops, Zheng joined on the 12th, Qian left in September and
is still paid; Wang is paid 6 % where her conversion of 262 / 743 reaches 4 %.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from toolkit import audit_month
from toolkit.core.bundled import bundled
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace, create_workspace
from toolkit.studies.audit.verdict import conclude

MAP = """id: months
recognise: [[日期, 旺旺, 询单人数]]
tables:
  agent_days:
    columns:
      date: {headers: 日期, unit: month}
      account: 旺旺
      shop: {from: shop}
      count_unit: {value: people_by_month}
      inquiries: 询单人数
      buyers: 付款人数
      sales: 销售额
      refunds: 退款
"""
REPORT = {
    "暖阳旗舰店": [["小美", 812, 268, 86453.7, 0], ["小芳", 743, 262, 91208.45, 0]],
    "暖阳家居店": [["小美2", 211, 86, 33880.2, 0], ["果果", 430, 128, 30118.85, 0]],
}
STAFF = [
    ["工号", "姓名", "岗位", "店铺", "开始日期"],
    ["美玲", "美玲", "agent", "暖阳旗舰店", "2022-05-16"],
    ["王芳", "王芳", "agent", "暖阳旗舰店", "2023-02-20"],
    ["郑果", "郑果", "agent", "暖阳家居店", "2026-10-12"],
]
ACCOUNTS = [
    ["店铺", "旺旺", "工号", "开始日期"],
    ["暖阳旗舰店", "小美", "美玲", "2022-05-16"],
    ["暖阳旗舰店", "小芳", "王芳", "2023-02-20"],
    ["暖阳家居店", "小美2", "美玲", "2022-05-16"],
    ["暖阳家居店", "果果", "郑果", "2026-10-12"],
]
# Chen 354 / 1,023 = 34.6 %: 120,333.90 x 3.5 %; Wang 35.3 %: 91,208.45 x 4 %; Zheng 29.8 %: 30,118.85 x 1.5 %.
DUE = {"美玲": 4_211_69, "王芳": 3_648_34, "郑果": 451_78}
PAY = [
    ["工号", "姓名", "基本工资", "绩效提成", "餐补", "社保", "个税", "实发工资"],
    ["美玲", "美玲", 4500, 4211.69, 330, 486.2, 106.66, 8448.83],
    ["王芳", "王芳", 4500, 5472.51, 330, 486.2, 144.49, 9671.82],
    ["郑果", "郑果", 2863.64, 451.78, 225, 486.2, 0, 3054.22],
    ["钱亮", "钱亮", 4300, 1268.4, 0, 486.2, 2.47, 5079.73],
    ["合计", None, 16163.64, 11404.38, 885, 1944.8, 253.62, 26254.6],
]


def book(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def report(folder: Path, name: str) -> Path:
    head = ["日期", "旺旺", "询单人数", "付款人数", "销售额", "退款"]
    sheets = {
        shop: [[f"{shop} 客服绩效月报（2026-10-01 至 2026-10-31）"], head, *(["2026-10", *row] for row in rows)]
        for shop, rows in REPORT.items()
    }
    return book(folder / name, sheets)


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    work = create_workspace(tmp_path / "w")
    items = "payroll_items: {绩效提成: [conversion-tiers.commission], 基本工资: [], 餐补: [], 社保: [], 个税: []}\n"
    text = (work.root / "workspace.yaml").read_text("utf-8").replace("payroll_items: {}\n", items)
    (work.root / "workspace.yaml").write_text(text, "utf-8")
    scheme = shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), work.root / "schemes" / "s.yaml")
    Path(scheme).write_text(Path(scheme).read_text("utf-8").replace("pay: sales", "pay: gross_sales"), "utf-8")
    (tmp_path / "map.yaml").write_text(MAP, "utf-8")
    work = Workspace.open(work.root)
    import_files(work, [report(tmp_path, "月报_2026-10.xlsx")], map_path=tmp_path / "map.yaml")
    people = book(tmp_path / "任职.xlsx", {"任职": STAFF}), book(tmp_path / "账号.xlsx", {"账号": ACCOUNTS})
    import_files(work, [*people, book(tmp_path / "2026年10月工资表.xlsx", {"10月工资": PAY})])
    return work


def test_each_is_due_what_the_month_says_and_a_ghost_is_overpaid_what_he_got(shop: Workspace) -> None:
    audit = audit_month(shop, "2026-10")
    assert {str(a): int(n) for a, n in audit.settlement.due.items()} == DUE
    people = audit.by_person.set_index("agent")
    columns = ["paid", "difference", "other", "taken"]
    assert people.loc["钱亮", columns].tolist() == [5_568_40, 5_568_40, 0, 488_67]
    assert people.loc["王芳", columns].tolist() == [5_472_51, 1_824_17, 4_830_00, 630_69]
    said, _ = conclude(audit)
    assert said.zh == "暂不发放：3 人中有 1 人的工资与规则不符，另有 1 名领薪人不在花名册；净多付 7,392.57 元。"
    assert audit.data_until == date(2026, 10, 31)
    assert not audit.final


@pytest.mark.parametrize(("exported", "until"), [("20261107", date(2026, 11, 6)), ("20261108", date(2026, 11, 7))])
def test_an_export_that_says_its_day_makes_the_month_final_on_that_day(
    shop: Workspace, exported: str, until: date, tmp_path: Path
) -> None:
    newer = report(tmp_path, f"月报_2026-10-01至2026-10-31_导出{exported}.xlsx")
    import_files(shop, [newer], map_path=tmp_path / "map.yaml", instead_of=["月报_2026-10.xlsx"])
    audit = audit_month(shop, "2026-10")
    assert audit.data_until == until
    assert audit.final == (exported == "20261108")
