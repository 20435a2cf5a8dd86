"""Pay sheets as people keep them: read as meant or asked about, never read wrong in silence."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.data.pay_sheet_worlds import draw
from tests.data.sheets import write_csv, write_xlsx
from toolkit.core.errors import InputError
from toolkit.data.importing.imports import import_files, look_at_pay
from toolkit.data.paysheets.answers import read_pay_map
from toolkit.data.paysheets.pay_sheets import PaySheet, read_pay_sheet
from toolkit.data.paysheets.pay_words import kind_of_title, read_months, read_number
from toolkit.data.paysheets.sheet_marks import read_marks
from toolkit.data.tables.workspace import Workspace, create_workspace

TITLE = "2024年12月工资表"


def book(path: Path, rows: list[list[Any]], merged: tuple[str, ...] = (), name: str = "Sheet1") -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    made.save(path)
    return path


def told(sheet: PaySheet) -> list[tuple[str, str, int]]:
    """Return who is paid what, with no question left."""
    assert not sheet.questions, [q.text.en for q in sheet.questions]
    return [(x.agent or x.name, x.item, x.amount) for x in sheet.lines]


def asked(sheet: PaySheet) -> list[tuple[str, str]]:
    return [(q.line, q.cell) for q in sheet.questions]


def test_random_sheets_are_read_as_meant_or_asked_about(tmp_path: Path) -> None:
    path, read = tmp_path / "s.xlsx", 0
    for seed in range(150):
        world = draw(seed)
        path.write_bytes(world.content)
        sheet = read_pay_sheet(path)
        if not sheet.questions:
            lines = Counter((x.agent, x.name, x.item, x.amount, x.month) for x in sheet.lines if x.amount)
            assert lines in (world.lines, Counter()), (seed, world.planted)
            read += bool(lines)
    assert read >= 40  # many of these sheets leave open what no reader can know


def test_a_wide_sheet_with_two_heads_a_total_and_deductions(tmp_path: Path) -> None:
    rows = [
        [TITLE],
        ["工号", "姓名", "应发项目", None, "扣款", None, "实发"],
        [None, None, "底薪", "提成", "社保", "迟到"],
        ["a01", "小鹿", 4000, "¥1,234.50", 300, "-", 4934.5],
        ["a02", "阿明", "３０００元", 0, 300, 20, 2680],
        ["合计", None, 7000, 1234.5, 600, 20, 7614.5],
        ["制表：王会计"],
    ]
    merged = ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3")
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", rows, merged))
    assert told(sheet) == [
        *(("a01", "底薪", 400000), ("a01", "提成", 123450), ("a01", "社保", 30000), ("a01", "迟到", 0)),
        *(("a02", "底薪", 300000), ("a02", "提成", 0), ("a02", "社保", 30000), ("a02", "迟到", 2000)),
    ]
    assert (sheet.month, sheet.findings) == ("2024-12", ())
    assert {(x.sheet, x.cell, x.row) for x in sheet.lines if x.amount == 123450} == {("Sheet1", "D4", 4)}


TAKEN: dict[str, tuple[list[list[Any]], dict[str, int]]] = {
    "the last total takes them off": (
        [
            ["姓名", "底薪", "提成", "社保", "个税", "实发"],
            ["小鹿", 4000, 500, 300, 20, 4180],
            ["阿明", 3000, 700, 300, 0, 3400],
        ],
        {"提成": 50000, "社保": -30000, "个税": -2000},
    ),
    "a total of deductions is taken off a total": (
        [
            ["姓名", "底薪", "提成", "应发", "社保", "个税", "扣款合计", "实发"],
            ["小鹿", 4000, 500, 4500, 300, 20, 320, 4180],
            ["阿明", 3000, 700, 3700, 300, 10, 310, 3390],
        ],
        {"提成": 50000, "社保": -30000, "个税": -2000},
    ),
    "a total of deductions that nothing is taken from": (
        [
            ["姓名", "底薪", "提成", "应发", "社保", "个税", "扣款合计"],
            ["小鹿", 4000, 500, 4500, 300, 20, 320],
            ["阿明", 3000, 700, 3700, 300, 10, 310],
        ],
        {"提成": 50000, "社保": -30000, "个税": -2000},
    ),
    "no total": ([["姓名", "底薪", "社保"], ["小鹿", 4000, 300], ["阿明", 3100, 300]], {"社保": -30000}),
    "written with their sign": (
        [["姓名", "底薪", "提成", "社保", "实发"], ["小鹿", 4000, 500, -300, 4200], ["阿明", 3000, 700, -310, 3390]],
        {"提成": 50000, "社保": -30000},
    ),
    "a total that adds them up is believed": (
        [["姓名", "底薪", "提成", "赔偿", "应发"], ["小鹿", 4000, 500, 300, 4800], ["阿明", 3000, 700, 100, 3800]],
        {"提成": 50000, "赔偿": 30000},
    ),
}


@pytest.mark.parametrize("how", TAKEN)
def test_what_a_sheet_takes_off_is_kept_below_0(how: str, tmp_path: Path) -> None:
    rows, beside = TAKEN[how]
    work = create_workspace(tmp_path / "w")
    import_files(work, [book(tmp_path / f"{TITLE}.xlsx", rows)])
    kept = work.table("payroll")
    mine = kept.loc[kept["agent"] == "小鹿"]
    assert dict(zip(mine["item"], map(int, mine["amount"]), strict=True)) == {"底薪": 400000, **beside}


def test_payslips_one_head_a_person(tmp_path: Path) -> None:
    head = ["姓名", "底薪", "提成", "合计"]
    rows = [[TITLE], head, ["小鹿", 100, 20, 120], [], head, ["阿明", 400, 50, 450]]
    assert told(read_pay_sheet(book(tmp_path / "p.xlsx", rows))) == [
        *(("小鹿", "底薪", 10000), ("小鹿", "提成", 2000), ("阿明", "底薪", 40000), ("阿明", "提成", 5000)),
    ]


def test_groups_with_subtotals_a_merged_shop_and_a_mean(tmp_path: Path) -> None:
    rows = [
        [TITLE],
        ["店铺", "姓名", "底薪", "提成"],
        ["A店", "小鹿", 100, 10],
        [None, "阿明", 200, 20],
        ["小计", None, 300, 30],
        ["B店", "小夏", 400, 40],
        ["小计", None, 400, 40],
        ["总计", None, 700, 70],
        ["人均", None, 233.33, 23.33],
    ]
    assert told(read_pay_sheet(book(tmp_path / "p.xlsx", rows, ("A3:A4",)))) == [
        *(("小鹿", "底薪", 10000), ("小鹿", "提成", 1000), ("阿明", "底薪", 20000), ("阿明", "提成", 2000)),
        *(("小夏", "底薪", 40000), ("小夏", "提成", 4000)),
    ]


def test_one_row_a_line_with_a_merged_person_and_his_total(tmp_path: Path) -> None:
    rows = [
        ["姓名", "项目", "金额", "月份"],
        ["小鹿", "底薪", 100, "2024年12月"],
        [None, "提成", 20.5, "2024年12月"],
        [None, "小计", 120.5, "2024年12月"],
        ["阿明", "底薪", 200, "2024-11"],
    ]
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", rows, ("A2:A4",)))
    assert told(sheet) == [("小鹿", "底薪", 10000), ("小鹿", "提成", 2050), ("阿明", "底薪", 20000)]
    assert [x.month for x in sheet.lines] == ["2024-12", "2024-12", "2024-11"]


def test_a_sheet_a_month_takes_its_year_from_the_title(tmp_path: Path) -> None:
    rows = [["2024年工资"], ["姓名", "底薪", "提成"], ["小鹿", 100, 10]]
    made = write_xlsx(tmp_path / "p.xlsx", {"11月": rows, "12月": rows})
    assert {(x.sheet, x.month) for x in read_pay_sheet(made).lines} == {("11月", "2024-11"), ("12月", "2024-12")}


def test_a_csv_is_read_the_same(tmp_path: Path) -> None:
    made = write_csv(tmp_path / "2024年12月.csv", [["姓名", "底薪", "提成"], ["小鹿", "4,000", "12.5"]], "gb18030")
    assert told(read_pay_sheet(made)) == [("小鹿", "底薪", 400000), ("小鹿", "提成", 1250)]


def test_wrong_totals_are_named_with_both_figures_and_ranges_with_the_rows_left_out(tmp_path: Path) -> None:
    people = [
        ["小鹿", 100, 10, 15, 125],
        ["阿明", 200, 20, 16, 236],
        ["小夏", 500, 30, 17, 550],
        ["小雨", 400, 40, 18, 458],
    ]
    rows = [[TITLE], ["姓名", "底薪", "提成", "餐补", "合计"], *people, ["总计", "=SUM(B3:B5)", 105, 66, 1369]]
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", rows))
    assert len(told(sheet)) == 12
    found = {(f.code, f.evidence["cell"]): f.evidence for f in sheet.findings}
    assert (found["wrong-total", "E5"]["said"], found["wrong-total", "E5"]["due"]) == (55000, 54700)
    assert (found["wrong-total", "C7"]["said"], found["wrong-total", "C7"]["due"]) == (10500, 10000)
    assert found["sum-range", "B7"]["left_out"] == [6]
    assert "E5 (合计): the total says 550.00, its parts add up to 547.00" in " ".join(
        f.message.en for f in sheet.findings
    )


WIDE = [[TITLE], ["姓名", "底薪", "提成"], ["小鹿", 100, 10], ["阿明", 200, 20], ["小夏", 400, 40]]


def changed(*cells: tuple[int, int, Any]) -> list[list[Any]]:
    rows = [list(row) for row in WIDE]
    for row, column, value in cells:
        while len(rows) < row:
            rows.append([])
        rows[row - 1] += [None] * (column - len(rows[row - 1]))
        rows[row - 1][column - 1] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        (changed((3, 3, "离职")), ("cells", "C3")),
        (changed((3, 3, "1.2万")), ("cells", "C3")),
        (changed((3, 3, "=B3*2")), ("cells", "C3")),
        (changed((3, 3, 12.3456)), ("rounding", "C3")),
        (changed((1, 1, "工资表")), ("month", "")),
        (changed((1, 1, "2024年12月发放2024年11月工资")), ("month", "")),
        (changed((1, 1, "制表日期：2024年12月")), ("month", "")),
        (changed((2, 2, "其他")), ("items", "B")),
        (changed((2, 4, "工资"), (3, 4, 110), (4, 4, 220), (5, 4, 440)), ("items", "D")),
        (changed((2, 4, "提成合"), (3, 4, 110), (4, 4, 220), (5, 4, 440)), ("items", "D")),
        (changed((2, 4, "绩效奖"), (3, 4, 110), (4, 4, 220), (5, 4, 440)), ("items", "D")),
        (changed((2, 4, "合计"), (3, 4, 1), (4, 4, 2), (5, 4, 4)), ("items", "D")),
        (changed((3, 5, 77)), ("items", "E")),
        (changed((4, 1, "小鹿")), ("set_aside", "A4")),
        (changed((5, 1, "天猫旗舰店")), ("set_aside", "A5")),
        (changed((6, 1, "小雨"), (6, 2, 700), (6, 3, 70)), ("set_aside", "A6")),
        (changed((6, 2, 999), (6, 3, 60)), ("set_aside", "A6")),
        (changed((6, 1, "合计"), (6, 2, 999), (6, 3, 99)), ("set_aside", "A6")),
        (changed((6, 1, "小雨")), ("set_aside", "A6")),
        (changed((1, 2, "单位：万元")), ("unit", "")),
        (changed((6, 1, "2024年11月"), (7, 1, "小雨"), (7, 2, 5)), ("month", "")),
        (changed((2, 1, "岗位"), (2, 4, "项目")), ("person", "A2")),
        (changed((7, 1, "工号"), (7, 2, "奖金"), (8, 1, "小雨"), (8, 2, 5)), ("file", "A7")),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_with_its_cell(
    tmp_path: Path, rows: list[list[Any]], question: tuple[str, str]
) -> None:
    assert question in asked(read_pay_sheet(book(tmp_path / "p.xlsx", rows)))


@pytest.mark.parametrize(
    ("head", "rows", "items"),
    [
        # what a total counts is pay, whatever month its title names; what it leaves out and is called a measure is none
        (["底薪", "上月补发", "应发"], [[100, 5, 105], [200, 0, 200]], {"底薪", "上月补发"}),
        (["本月提成", "累计提成", "合计"], [[300, 900, 300], [200, 950, 200]], {"本月提成"}),
        (["底薪", "其他", "业绩", "合计"], [[100, 7, 90_000, 107], [200, 8, 80_000, 208]], {"底薪", "其他"}),
        (["底薪", "旷工", "实发"], [[3000, 1, 3000], [3100, 0, 3100]], {"底薪"}),
        (["底薪", "迟到", "实发"], [[3000, 20, 2980], [3100, 30, 3070]], {"底薪", "迟到"}),
        (["底薪", "社保个人", "公司社保", "实发"], [[3000, 20, 40, 2980], [3100, 30, 60, 3070]], {"底薪", "社保个人"}),
        (["出勤天数", "加班时长(h)", "请假(天)", "底薪"], [[22, 3, 1, 3000], [21, 4, 0, 3100]], {"底薪"}),
        (["底薪", "其他", "其他", "合计"], [[100, 5, 6, 111], [200, 7, 8, 215]], {"底薪", "其他"}),
        (["底薪", "提成", "合计", "备注"], [[100, 5, 105, 80], [200, 7, 207, None]], {"底薪", "提成"}),
    ],
)
def test_totals_say_which_columns_are_pay(
    tmp_path: Path, head: list[str], rows: list[list[Any]], items: set[str]
) -> None:
    people = [[f"a{n}", name, *row] for n, (name, row) in enumerate(zip(("小鹿", "阿明"), rows, strict=True))]
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", [[TITLE], ["员工编号", "人员姓名", *head], *people]))
    assert {item for _, item, _ in told(sheet)} == items
    assert not sheet.findings


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        # without a total nobody knows
        ([["姓名", "底薪", "迟到"], ["小鹿", 3000, 5], ["阿明", 3100, 10]], ("items", "C")),
        ([["姓名", "底薪", "公司社保"], ["小鹿", 3000, 500], ["阿明", 3100, 510]], ("items", "C")),
        ([["姓名", "底薪", "备注"], ["小鹿", 3000, 200], ["阿明", 3100, 100]], ("items", "C")),
        ([["姓名", "底薪", "扣款"], ["小鹿", 3000, 50], ["阿明", 3100, -30]], ("file", "C")),
        ([["姓名", "底薪", "提成"], ["小鹿", 3000, "$1,200"], ["阿明", 3100, 100]], ("unit", "")),
        ([["姓名", "底薪", "应发提成"], ["小鹿", 100, "=B3*2"], ["阿明", 200, "=B4*2"]], ("cells", "C3")),
        ([["Name", "Earnings", None], [None, "Base Salary", "Bonus (x10,000)"], ["Ann", 3000, 0.26]], ("unit", "")),
        # people whom no total counts may belong to another table
        ([*WIDE[1:], ["合计", 700, 70], ["提成标准"], ["一档", 500, 10]], ("set_aside", "A8")),
        ([*WIDE[1:], ["档位", "比例"], ["一档", 500, 10]], ("set_aside", "A6")),
        # a number of its own beside a total of nothing
        ([["工号", "姓名", "底薪"], ["a1", "小鹿", 100], ["a2", "合计", 0], ["a3", "阿明", 50]], ("set_aside", "A4")),
        # the same number in two teams, with no name beside it
        ([["工号", "店铺", "底薪"], ["a1", "A店", 100], ["a1", "B店", 120]], ("set_aside", "A4")),
    ],
)
def test_what_no_total_proves_is_asked(tmp_path: Path, rows: list[list[Any]], question: tuple[str, str]) -> None:
    assert question in asked(read_pay_sheet(book(tmp_path / "p.xlsx", [[TITLE], *rows])))


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        ([["姓名", "底薪", "奖罚款"], ["小鹿", 3000, 50]], ("file", "C")),
        ([["Name", "Base Salary", "Bonus/Fine"], ["Ann", 3000, 50]], ("file", "C")),
        ([["姓名", "底薪", "补/扣"], ["小鹿", 3000, 50]], ("file", "C")),
        ([["Payroll November and December 2024"], ["Name", "Base Salary"], ["Ann", 3000]], ("month", "")),
        ([["姓名", "底薪", "备注"], ["小鹿", 3000, "待仲裁，先不发"]], ("set_aside", "A3")),
        ([["Name", "Base Salary", "Remarks"], ["Ann", 3000, "VOID"]], ("set_aside", "A3")),
        ([["Pay Month", "Name", "Base Salary"], ["2025-01", "Ann", 3000]], ("month", "")),
        ([["姓名", "底薪", "备注"], ["小鹿", 3000, "提成有争议，待主管核实后定"]], ("set_aside", "A3")),
        ([["Name", "Base Salary", "Remarks"], ["Ann", 3000, "amounts to be confirmed"]], ("set_aside", "A3")),
        (
            [["姓名", "应发项目", None, None], [None, "底薪", "餐补", "餐补（更正）"], ["小鹿", 3000, 50, 80]],
            ("file", "D"),
        ),
        ([["Name", "Base Salary", "Bonus", "Bonus (corrected)"], ["Ann", 3000, 50, 80]], ("items", "D")),
        ([["姓名", "底薪", "餐费"], ["小鹿", 3000, 120]], ("file", "C")),
        ([["Name", "Base Salary", "Phone allowance (corrected)"], ["Ann", 3000, 80]], ("items", "C")),
        ([["Name", "Base Salary", "Phone money"], ["Ann", 3000, 80]], ("items", "C")),
    ],
)
def test_what_a_clerk_would_ask_is_asked(tmp_path: Path, rows: list[list[Any]], question: tuple[str, str]) -> None:
    assert asked(read_pay_sheet(book(tmp_path / "s.xlsx", [[TITLE], *rows]))) == [question]


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "底薪", "奖罚款", "合计"], ["小鹿", 3000, 50, 2950], ["阿明", 3100, 20, 3080]],  # the total says it
        [["Pay Month", "Name", "Base Salary"], ["2024-12", "Ann", 3000]],
        [["发放月份", "姓名", "底薪"], ["2025-01", "小鹿", 3000]],  # the month of payment, by its name
        [["姓名", "底薪", "餐费", "合计"], ["小鹿", 3000, 50, 3050], ["阿明", 3100, 20, 3120]],
        [["姓名", "底薪", "备注"], ["小鹿", 3000, "已核实"]],
        [["Name", "Base Salary", "Phone"], ["Ann", 3000, 13800001111]],
    ],
)
def test_what_the_sheet_itself_says_is_not_asked(tmp_path: Path, rows: list[list[Any]]) -> None:
    assert asked(read_pay_sheet(book(tmp_path / "s.xlsx", [[TITLE], *rows]))) == []


def test_a_total_without_a_value_is_no_question_where_its_formula_adds_up_its_row(tmp_path: Path) -> None:
    rows = [[TITLE], ["姓名", "底薪", "提成", "应发"], ["小鹿", 100, 10, "=SUM(B3:C3)"], ["阿明", 200, 20, "=B4+C4"]]
    assert len(told(read_pay_sheet(book(tmp_path / "p.xlsx", rows)))) == 4


def test_titles_under_groups_of_one_column_and_without_merged_cells(tmp_path: Path) -> None:
    rows = [
        [TITLE],
        ["姓名", "考勤", "应发项目", None, "实发"],
        [None, "工时", "其他", "提成", None],
        ["小鹿", 176, 100, 20, 120],
        ["阿明", 170, 200, 10, 210],
    ]
    assert told(read_pay_sheet(book(tmp_path / "p.xlsx", rows))) == [
        *(("小鹿", "其他", 10000), ("小鹿", "提成", 2000), ("阿明", "其他", 20000), ("阿明", "提成", 1000)),
    ]


def test_lines_with_a_total_a_person_less_deductions(tmp_path: Path) -> None:
    rows = [[TITLE], ["姓名", "项目", "金额"], ["小鹿", "底薪", 100], ["小鹿", "社保", 30], ["小鹿", "合计", 70]]
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", rows))
    assert (told(sheet), sheet.findings) == ([("小鹿", "底薪", 10000), ("小鹿", "社保", 3000)], ())


def test_headings_of_groups_and_a_table_of_rates_below_are_nobodys(tmp_path: Path) -> None:
    rows = [*WIDE[:2], ["售前组"], *WIDE[2:], ["合计", 700, 70], [], ["提成标准"], ["0-5万"], ["5-10万"]]
    assert len(told(read_pay_sheet(book(tmp_path / "p.xlsx", rows)))) == 6


def test_a_sheet_of_all_pay_in_one_column_is_left_out(tmp_path: Path) -> None:
    one, two = ([[f"2024年{m}月"], ["姓名", "底薪", "社保"], ["小鹿", 100, m], ["阿明", 150, m]] for m in (11, 12))
    summary = [["姓名", "四季度合计", "月均"], ["小鹿", 177, 88.5], ["阿明", 277, 138.5]]
    sheet = read_pay_sheet(write_xlsx(tmp_path / "p.xlsx", {"汇总": summary, "11月": one, "12月": two}))
    assert (len(told(sheet)), dict(sheet.unread)) == (8, {"汇总": 3})
    summary[1][1] = 178
    sheet = read_pay_sheet(write_xlsx(tmp_path / "p.xlsx", {"汇总": summary, "11月": one, "12月": two}))
    assert {q.sheet for q in sheet.questions} == {"汇总"}


@pytest.mark.parametrize(
    ("above", "month"),
    [
        *((["工资月份", "2024-12-01"], "2024-12"), (["计薪周期：2024年12月1日至12月31日"], "2024-12")),
        *((["发放月份：", "2025年1月"], ""), (["2025年1月发", "2024年12月工资"], "2024-12")),
        (["计薪周期：2024年11月26日至12月25日"], ""),
    ],
)
def test_months_above_the_head(tmp_path: Path, above: list[str], month: str) -> None:
    sheet = read_pay_sheet(book(tmp_path / "p.xlsx", [above, *WIDE[1:]]))
    assert (sheet.month, [q.line for q in sheet.questions]) == (month, [] if month else ["month"])


def test_a_note_alone_names_no_month(tmp_path: Path) -> None:
    rows = [*WIDE[1:], ["2024年2月起执行新的提成办法"]]
    assert "month" in {q.line for q in read_pay_sheet(book(tmp_path / "p.xlsx", rows)).questions}


def test_hidden_rows_and_columns_are_asked(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in WIDE:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True
    made.save(tmp_path / "p.xlsx")
    assert asked(read_pay_sheet(tmp_path / "p.xlsx")) == [("set_aside", "A4"), ("items", "C")]


def test_one_amount_merged_over_two_people_is_asked(tmp_path: Path) -> None:
    assert ("cells", "C3") in asked(read_pay_sheet(book(tmp_path / "p.xlsx", WIDE, ("C3:C4",))))


def test_a_person_on_two_sheets_of_one_month_is_asked(tmp_path: Path) -> None:
    made = write_xlsx(tmp_path / "p.xlsx", {"工资": WIDE, "汇总": WIDE})
    assert [(q.sheet, q.line) for q in read_pay_sheet(made).questions] == [("汇总", "sheet")]


def test_a_sheet_that_adds_up_the_months_is_left_out(tmp_path: Path) -> None:
    one, two = ([[f"2024年{m}月"], ["姓名", "底薪"], ["小鹿", m * 100], ["阿明", m * 150]] for m in (11, 12))
    summary = [["姓名", "底薪"], ["小鹿", 2300], ["阿明", 3450]]
    sheet = read_pay_sheet(write_xlsx(tmp_path / "p.xlsx", {"11月": one, "12月": two, "汇总": summary}))
    assert (len(told(sheet)), dict(sheet.unread)) == (4, {"汇总": 3})
    summary[2][1] = 3451
    sheet = read_pay_sheet(write_xlsx(tmp_path / "p.xlsx", {"11月": one, "12月": two, "汇总": summary}))
    assert {q.sheet for q in sheet.questions} == {"汇总"}


def workspace(tmp_path: Path, roster: str = "") -> Workspace:
    made = create_workspace(tmp_path / "w")
    if roster:
        (tmp_path / "roster.csv").write_text("工号,姓名,店铺,岗位,入职日期\n" + roster, "utf-8")
        import_files(made, [tmp_path / "roster.csv"])
    return made


def test_an_import_twice_changes_nothing_and_keeps_where_a_line_stands(tmp_path: Path) -> None:
    made, path = workspace(tmp_path), book(tmp_path / "工资表.xlsx", WIDE)
    first = import_files(made, [path])
    assert (first.table["map"].tolist(), first.table["accepted"].tolist()) == (["pay-sheet"], [3])
    rows = made.table("payroll")
    assert rows[["agent", "earned_month", "item", "amount", "sheet", "row"]].values.tolist()[:2] == [
        ["小鹿", "2024-12", "底薪", 10000, "Sheet1", "3"],
        ["阿明", "2024-12", "底薪", 20000, "Sheet1", "4"],
    ]
    assert rows["line_id"].is_unique
    assert import_files(made, [path]).changed_files == ()


def test_the_sheets_of_two_shops_stand_beside_each_other(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    other = [WIDE[0], WIDE[1], ["小雨", 100, 10], ["小雪", 250, 20]]
    import_files(made, [book(tmp_path / "A店.xlsx", WIDE)])
    import_files(made, [book(tmp_path / "B店.xlsx", other)])
    assert made.table("payroll")["amount"].sum() == 77000 + 38000


def test_while_a_question_is_open_nothing_is_imported_and_the_map_answers_it(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    rows = changed((1, 1, "工资表"), (2, 2, "其他"), (3, 3, "离职"), (6, 1, "小雨"))
    path = book(tmp_path / "工资表.xlsx", rows)
    with pytest.raises(InputError) as caught:
        import_files(made, [path])
    assert {p.code for p in caught.value.problems} == {"open-question"}
    assert made.table("payroll").empty
    (map_path,) = (made.root / "maps").iterdir()
    written = map_path.read_text("utf-8")
    assert "# B: column B '其他': is it pay?\n  items: [提成, \"其他?\"]" in written
    with pytest.raises(InputError, match="not answered yet"):
        import_files(made, [path], map_path=map_path)
    answers = {'"其他?"': "其他", '"6?"': "6", 'month: "?"': "month: 2024-12", 'C3: "?"': "C3: 12.50"}
    for open_, answer in answers.items():
        assert open_ in written
        written = written.replace(open_, answer)
    map_path.write_text(written, "utf-8")
    import_files(made, [path], map_path=map_path)
    lines = made.table("payroll")[["agent", "item", "amount"]].values.tolist()
    due = (("小鹿", 10000, 1250), ("阿明", 20000, 2000), ("小夏", 40000, 4000))
    assert sorted(lines) == sorted(
        [name, item, cents] for name, *both in due for item, cents in zip(("其他", "提成"), both, strict=True)
    )


def test_answers_on_rows_and_months_do_not_hold_for_another_version_of_the_file(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    path = book(tmp_path / "工资表.xlsx", changed((2, 2, "其他"), (6, 1, "小雨")))
    with pytest.raises(InputError):
        import_files(made, [path])
    (map_path,) = (made.root / "maps").iterdir()
    map_path.write_text(map_path.read_text("utf-8").replace('"其他?"', "其他").replace('"6?"', "6"), "utf-8")
    book(path, changed((1, 1, "2025年1月"), (2, 2, "其他")))
    assert read_pay_sheet(path, answers=read_pay_map(map_path)).month == "2025-01"
    book(path, changed((1, 1, "2025年1月"), (2, 2, "其他"), (6, 1, "小雨")))
    assert asked(read_pay_sheet(path, answers=read_pay_map(map_path))) == [("set_aside", "A6")]


def test_a_name_is_the_rosters_agent_only_if_one_person_has_it(tmp_path: Path) -> None:
    made = workspace(tmp_path, "a01,小鹿,旗舰店,客服,2024-01-01\na02,阿明,旗舰店,客服,2024-01-01\n")
    path = book(tmp_path / "工资表.xlsx", WIDE)
    with pytest.raises(InputError, match="小夏: not in the roster"):
        import_files(made, [path])
    (map_path,) = (made.root / "maps").iterdir()
    map_path.write_text(map_path.read_text("utf-8").replace('小夏: "?"', "小夏: a09"), "utf-8")
    import_files(made, [path], map_path=map_path)
    assert set(made.table("payroll")["agent"]) == {"a01", "a02", "a09"}


def test_where_people_are_known_by_name_an_unknown_one_is_for_the_audit_to_find(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "w")
    (tmp_path / "花名册.csv").write_text("姓名,岗位,入职日期\n小鹿,客服,2024-01-01\n阿明,客服,2024-01-01\n", "utf-8")
    import_files(made, [tmp_path / "花名册.csv"])
    import_files(made, [book(tmp_path / "工资表.xlsx", WIDE)])
    assert set(made.table("payroll")["agent"]) == {"小鹿", "阿明", "小夏"}


def test_a_pay_sheet_takes_the_numbers_of_a_roster_that_comes_with_it(tmp_path: Path) -> None:
    made, staff = create_workspace(tmp_path / "w"), tmp_path / "z花名册.csv"
    staff.write_text(
        "工号,姓名,岗位,入职日期\n" + "".join(f"a{n},{n},客服,2024-01-01\n" for n in ("小鹿", "阿明", "小夏")), "utf-8"
    )
    import_files(made, [book(tmp_path / "工资表.xlsx", WIDE), staff])
    assert set(made.table("payroll")["agent"]) == {"a小鹿", "a阿明", "a小夏"}


def test_a_pay_sheet_that_came_before_the_numbers_takes_them_when_read_again(tmp_path: Path) -> None:
    made, path, staff = create_workspace(tmp_path / "w"), book(tmp_path / "工资表.xlsx", WIDE), tmp_path / "花名册.csv"
    import_files(made, [path])
    staff.write_text(
        "工号,姓名,岗位,入职日期\n" + "".join(f"a{n},{n},客服,2024-01-01\n" for n in ("小鹿", "阿明", "小夏")), "utf-8"
    )
    import_files(made, [staff])
    import_files(made, [path])
    assert sorted(set(made.table("payroll")["agent"])) == ["a小夏", "a小鹿", "a阿明"]


def test_two_of_one_name_are_asked(tmp_path: Path) -> None:
    roster = "a01,小鹿,旗舰店,客服,2024-01-01\na02,小鹿,旗舰店,客服,2024-01-01\na03,阿明,旗舰店,客服,2024-01-01\n"
    made = workspace(tmp_path, roster + "a04,小夏,旗舰店,客服,2024-01-01\n")
    with pytest.raises(InputError, match="the roster has a01, a02 of this name"):
        import_files(made, [book(tmp_path / "工资表.xlsx", WIDE)])


def test_a_look_imports_and_writes_nothing(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    ((sheet, questions),) = look_at_pay(made, [book(tmp_path / "工资表.xlsx", changed((3, 3, "离职")))])
    assert (len(sheet.lines), [q.cell for q in questions]) == (5, ["C3"])
    assert made.table("payroll").empty
    assert not (made.root / "maps").exists()


def sheet_xml(path: Path, xml: str) -> Path:
    """Write a workbook around the XML of its one sheet."""
    book(path, WIDE)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else content)
    return path


NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_formulas_filled_down_and_hidden_rows_come_from_the_sheets_xml(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">SUM(B1:$C$1)</f><v>1</v></c></row>'
        '<row hidden="1"><c><f t="shared" si="0"/><v>2</v></c><c r="D2"><f>A1</f></c></row>'
    )
    cells = f'<cols><col min="2" max="3" hidden="1"/></cols><sheetData>{cells}</sheetData>'
    xml = f"<worksheet {NAMESPACE}>{cells}</worksheet>"
    marks = read_marks(zipfile.ZipFile(sheet_xml(tmp_path / "p.xlsx", xml)), "p.xlsx")["Sheet1"]
    assert marks.formulas == {(0, 0): "SUM(B1:$C$1)", (1, 0): "SUM(B2:$C$1)", (1, 3): "A1"}
    assert (marks.unvalued, marks.hidden_rows, marks.hidden_columns) == ({(1, 3)}, {1}, [(1, 2)])


def test_a_sheet_that_declares_a_document_type_is_refused(tmp_path: Path) -> None:
    xml = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet {NAMESPACE}><sheetData/></worksheet>'
    with pytest.raises(InputError, match="damaged"):
        read_marks(zipfile.ZipFile(sheet_xml(tmp_path / "p.xlsx", xml)), "p.xlsx")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("¥1,234.50", 123450), ("￥-5", -500), ("（30）", -3000), ("１２００元", 120000), ("-", 0), ("—", 0)),
        *(
            ("/", 0),
            ("12.300000000000001", 1230),
            ("4.500", None),
            ("1,5", None),
            ("1 200", None),
            ("3000/月", None),
            ("", None),
        ),
    ],
)
def test_numbers_as_typed(text: str, cents: int | None) -> None:
    number = read_number(text)
    assert (number.minor if number else None) == cents


@pytest.mark.parametrize(
    ("text", "months"),
    [
        *(("2024年12月工资表", {"2024-12"}), ("2024-12 工资", {"2024-12"}), ("202412工资", {"2024-12"})),
        *(("24年1月", {"2024-01"}), ("December 2024", {"2024-12"}), ("Gaji Desember 2024", {"2024-12"})),
        *(("二〇二四年十二月工资", {"2024-12"}), ("2024 年 3 月", {"2024-03"}), ("Payroll - 03/2024", {"2024-03"})),
        *(("Payroll Dec-24", {"2024-12"}), ("2024 March", {"2024-03"}), ("Payroll_Dec_2024", {"2024-12"})),
        *(("2024-02-01 至 2024-02-29", {"2024-02"}), ("2024-02-01 至 2024-02-28", set()), ("15/03/2024", set())),
        *(("Paid in April 2024", set()), ("发放月：2024年12月", set()), ("2024年12月10日", set())),
        *(("制表日期：2024年12月", set()), ("12月工资", set()), ("202413", set())),
    ],
)
def test_months_as_named(text: str, months: set[str]) -> None:
    assert read_months(text).full == months


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        *(
            ("出勤奖", "item"),
            ("出勤天数", "measure"),
            ("提成比例", "measure"),
            ("提成", "item"),
            ("上月提成", "unknown"),
        ),
        *(
            ("应发工资", "total"),
            ("工资", "unknown"),
            ("迟到扣款", "deduction"),
            ("岗位津贴", "item"),
            ("岗位", "label"),
        ),
        *(("日工资", "unknown"), ("Base pay", "item"), ("Tunjangan", "item"), ("Total", "total"), ("姓 名", "name")),
        *(
            ("Emp No.", "number"),
            ("人员编号", "number"),
            ("Staff Name", "name"),
            ("客服姓名", "name"),
            ("上月补发", "item"),
        ),
        *(
            ("补发2月提成", "item"),
            ("Health ins.", "deduction"),
            ("Pension (EE)", "deduction"),
            ("Pension (ER)", "unknown"),
        ),
        *(("请假(天)", "measure"), ("Late (times)", "measure"), ("KPI factor", "measure"), ("单位社保", "unknown")),
        *(("其他", "unknown"), ("旷工", "unknown"), ("业绩", "unknown"), ("开户行", "label"), ("时薪", "unknown")),
        *(("Insurance base", "measure"), ("Base", "item"), ("Standard salary", "unknown"), ("餐费", "item")),
        *(("工号 Staff No.", "number"), ("Name 姓名", "name"), ("绩效", "unknown"), ("绩效奖金", "item")),
    ],
)
def test_titles_say_what_a_column_is(title: str, kind: str) -> None:
    assert kind_of_title(title) == kind


def test_what_names_do_not_settle_is_asked(tmp_path: Path) -> None:
    head = ["工号 Staff No.", "员工 Name", "底薪"]
    one_number = [[TITLE], head, ["Q057", "小鹿", 100], ["Q057", "阿明", 200]]
    asked = read_pay_sheet(book(tmp_path / "a.xlsx", one_number)).questions
    assert "row 4: the number Q057 stands beside two names" in {q.text.en for q in asked}
    under_due = [[TITLE], ["姓名", "应发项目", None], [None, "底薪", "绩效"], ["小鹿", 100, 30], ["阿明", 200, -40]]
    (question,) = read_pay_sheet(book(tmp_path / "b.xlsx", under_due, ("A2:A3", "B2:C2"))).questions
    assert "绩效" in question.text.en


def test_a_corrected_sheet_says_what_it_changed_by_person_and_not_by_cell(tmp_path: Path) -> None:
    """Who stands below somebody left out has moved a row up, and nothing of his has changed."""
    work = create_workspace(tmp_path / "w")
    head = ["工号", "姓名", "底薪", "提成", "社保", "实发"]
    first = [
        ["a1", "小鹿", 4000, 500, 300, 4200],
        ["a2", "阿明", 3000, 700, 300, 3400],
        ["a3", "小美", 3000, 10, 300, 2710],
    ]
    import_files(work, [book(tmp_path / f"{TITLE}.xlsx", [head, *first])])
    second = [["a1", "小鹿", 4000, 450, 300, 4150], first[2]]
    path = book(tmp_path / f"{TITLE}_更正.xlsx", [head, *second])
    (said,) = [
        f for f in import_files(work, [path], instead_of=[f"{TITLE}.xlsx"]).findings if f.code == "figures-replaced"
    ]
    assert "新增 0 行，变更 1 行，移除 3 行（金额 10,310.00 → 6,860.00）" in said.message.zh
