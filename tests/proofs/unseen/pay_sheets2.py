"""Second set of thirty pay sheets as people keep them, each with its truth. All people, firms and figures are invented.

`write(folder)` writes the files and returns the truths in the format of the first set's README. Beyond that README: `totals`
(as in the random sheets) stands here as well, and `line_months` and `pay_month` are left out where they say nothing.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from common2 import (
    CENT,
    Col,
    Ledger,
    Raw,
    Sheet,
    Style,
    Writer,
    en_names,
    money,
    save_text,
    save_xlsx,
    unique,
    zh_names,
)

ZERO = Decimal(0)


def dec(text: str | int) -> Decimal:
    """A decimal."""
    return Decimal(text)


def cents(value: Decimal) -> Decimal:
    """Rounded to cents as people round."""
    return value.quantize(CENT, ROUND_HALF_UP)


def cols(*specs: str | Col) -> list[Col]:
    """Columns from `title:kind` or `top/title:kind`; sums are given as Col."""
    out = []
    for spec in specs:
        if isinstance(spec, Col):
            out.append(spec)
            continue
        name, _, kind = spec.rpartition(":")
        top, _, title = name.rpartition("/")
        out.append(Col(title, kind, top))
    return out


def truth(
    file: str,
    ledger: Ledger,
    writers: list[Writer],
    month: str | None,
    layout: str,
    *,
    trap: str = "",
    ask: str = "",
    pay_month: str | None = None,
    not_items: list[str] | None = None,
    deductions: list[str] | None = None,
) -> dict:
    """The truth of a sheet from what was noted while it was written."""
    counts = {cell: value for writer in writers for cell, value in writer.values().items()}
    out = {
        "file": file,
        "month": month,
        "lines": ledger.lines,
        "deductions": unique(t for w in writers for t in w.deductions()) if deductions is None else deductions,
        "not_items": unique(t for w in writers for t in w.not_items()) if not_items is None else not_items,
        "must_ask": bool(ask),
        "ask_why": ask,
        "wrong_totals": ledger.wrong(counts),
        "totals": ledger.totals,
        "trap": trap,
        "layout": layout,
    }
    if pay_month:
        out["pay_month"] = pay_month
    if month is None and any(ledger.months):
        out["line_months"] = ledger.months
    return out


def tax(gross: Decimal) -> Decimal:
    """A plausible income tax."""
    return cents(max(ZERO, gross - 5000) * dec("0.03"))


# --- Chinese ones that can be read ---------------------------------------------------------------------------------------------


def wide_with_title(folder: Path) -> dict:
    """Title, line with the unit, heads, people, sum, signatures."""
    rnd = random.Random(201)
    file = "客服部11月工资.xlsx"
    sheet = Sheet("工资明细")
    table = cols(
        "序号:serial",
        "姓名:name",
        "岗位:text",
        "基本工资:item",
        "岗位补贴:item",
        "销售提成:item",
        "全勤奖:item",
        Col("应发合计", "sum", added=(3, 4, 5, 6)),
        "养老保险:deduction",
        "医疗保险:deduction",
        "失业保险:deduction",
        "住房公积金:deduction",
        "个人所得税:deduction",
        Col("扣款合计", "sum", added=(8, 9, 10, 11, 12)),
        Col("实发工资", "sum", added=(7,), off=(13,)),
        "签字:text",
    )
    sheet.put(1, 1, "青禾电子商务有限公司2024年11月工资明细表")
    sheet.merge(1, 1, 1, len(table))
    sheet.put(2, 1, "部门：客服中心")
    sheet.put(2, 6, "单位：元")
    sheet.put(2, 10, "制表日期：2024-12-06")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(3)
    rows = []
    for n, name in enumerate(zh_names(rnd, 11), 1):
        base, extra, share = money(rnd, 3200, 4800, "100"), money(rnd, 200, 600, "50"), money(rnd, 400, 3900)
        full = dec(200) if rnd.random() < 0.7 else ZERO
        gross = base + extra + share + full
        values = [
            n,
            name,
            rnd.choice(["售前客服", "售后客服", "组长"]),
            base,
            extra,
            share,
            full,
            None,
            dec("318.40"),
            dec("79.60"),
            dec("19.90"),
            dec("250"),
            tax(gross),
            None,
            None,
            None,
        ]
        writer.person(3 + n, values, (None, name))
        rows.append(3 + n)
    writer.sums(15, rows, "合计", 0)
    sheet.merge(15, 1, 15, 3)
    sheet.row(17, ["总经理：", None, None, "财务：", None, None, "人事复核：", None, None, "制表："])
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "wide, merged title, signatures",
        trap="date of making in the next month; lone sum row with a merged label",
    )


def two_row_heads(folder: Path) -> dict:
    """Groups of pay and deductions over two rows, formulas."""
    rnd = random.Random(202)
    file = "2024年12月份工资核算.xlsx"
    sheet = Sheet("核算")
    pay, off = "应发工资", "代扣代缴"
    table = cols(
        "工号:number",
        "姓名:name",
        "出勤/应出勤:plain",
        "出勤/实出勤:plain",
        f"{pay}/底薪:item",
        f"{pay}/工龄工资:item",
        f"{pay}/提成:item",
        f"{pay}/夜班补助:item",
        Col("小计", "sum", pay, added=(4, 5, 6, 7)),
        f"{off}/社保:deduction",
        f"{off}/公积金:deduction",
        f"{off}/个税:deduction",
        Col("小计", "sum", off, added=(9, 10, 11)),
        Col("实发", "sum", added=(8,), off=(12,)),
        "备注:text",
    )
    sheet.put(1, 1, "二〇二四年十二月客服工资核算表（2024年12月）")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"), formulas=True)
    writer.two_heads(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 9)):
        gone = rnd.choice([0, 0, 0, 1, 2])
        base, age, share, night = (
            dec(3600),
            dec(50 * rnd.randint(0, 5)),
            money(rnd, 500, 2600),
            dec(30 * rnd.randint(0, 8)),
        )
        values = [
            f"0{310 + n * 7}",
            name,
            22,
            22 - gone,
            base,
            age,
            share,
            night,
            None,
            dec("426.50"),
            dec(180),
            tax(base + age + share + night),
            None,
            None,
            "事假" if gone == 2 else None,
        ]
        writer.person(4 + n, values, (values[0], name))
        rows.append(4 + n)
    writer.sums(13, rows, "合计", 1, [k for k, c in enumerate(table) if c.kind != "plain"])
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-12",
        "two-row heads with a sum in each group, formulas",
        trap="two sums of the same lower title; the number has a leading zero",
    )


def slips(folder: Path) -> dict:
    """Payslips to be cut apart: the head again above each person, amounts as text with ¥."""
    rnd = random.Random(203)
    file = "工资条（打印裁剪版）.xlsx"
    sheet = Sheet("工资条")
    table = cols(
        "月份:text",
        "姓名:name",
        "部门:text",
        "基本工资:item",
        "绩效奖金:item",
        "加班费:item",
        "餐补:item",
        Col("应发工资", "sum", added=(3, 4, 5, 6)),
        "社保个人:deduction",
        "迟到扣款:deduction",
        "个税:deduction",
        Col("实发工资", "sum", added=(7,), off=(8, 9, 10)),
    )
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("yen"))
    row = 1
    for name in zh_names(rnd, 8):
        writer.head(row)
        base, bonus, extra = money(rnd, 3000, 4200, "100"), money(rnd, 300, 2400, "0.5"), money(rnd, 0, 500, "25")
        values = [
            "2024年10月",
            name,
            rnd.choice(["售前", "售后"]),
            base,
            bonus,
            extra,
            dec(220),
            None,
            dec("405.2"),
            dec(20 * rnd.choice([0, 0, 1, 2])),
            tax(base + bonus + extra),
            None,
        ]
        writer.person(row + 1, values, (None, name))
        row += 3
    save_xlsx(folder / file, [sheet])
    return truth(
        file, ledger, [writer], "2024-10", "payslips, head above each person, blank row between", trap="no title at all"
    )


def sheet_a_month(folder: Path) -> dict:
    """A sheet a month, the year in the titles only."""
    rnd = random.Random(204)
    file = "客服工资_2025一季度.xlsx"
    names = zh_names(rnd, 7)
    ledger = Ledger()
    writers, sheets = [], []
    for month in (1, 2, 3):
        sheet = Sheet(f"{month}月")
        table = cols(
            "员工号:number", "姓名:name", "底薪:item", "提成:item", "奖励:item", Col("合计", "sum", added=(2, 3, 4))
        )
        sheet.put(1, 1, f"2025年{month}月客服工资")
        sheet.merge(1, 1, 1, 6)
        writer = Writer(ledger, sheet, table, Style("number"), formulas=True)
        writer.head(2)
        rows = []
        there = [n for n in range(7) if not (n == 2 and month == 1) and not (n == 5 and month == 3)]
        for row, n in enumerate(there, 3):
            values = [
                f"QH{n + 11:03d}",
                names[n],
                dec(3500 + 100 * n),
                money(rnd, 300, 2800),
                dec(rnd.choice([0, 0, 100, 300])),
                None,
            ]
            writer.person(row, values, (values[0], names[n]), f"2025-{month:02d}")
            rows.append(row)
        writer.sums(rows[-1] + 1, rows, "合计", 1)
        writers.append(writer)
        sheets.append(sheet)
    save_xlsx(folder / file, sheets)
    return truth(file, ledger, writers, None, "a sheet a month", trap="joiner and leaver; three months in one file")


def blocks(folder: Path) -> dict:
    """A block per group with its own head and sum, a sum of all at the end."""
    rnd = random.Random(205)
    file = "薪资表2024.12.xlsx"
    sheet = Sheet("12月薪资")
    table = cols(
        "序号:serial",
        "工号:number",
        "姓名:name",
        "底薪:item",
        "提成:item",
        "话费补贴:item",
        Col("应发", "sum", added=(3, 4, 5)),
        "扣社保:deduction",
        "扣考勤:deduction",
        Col("实发", "sum", added=(6,), off=(7, 8)),
    )
    sheet.put(1, 1, "木棉朵商贸 2024年12月薪资表")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    row, everybody = 3, []
    names = zh_names(rnd, 14)
    for group, size in (("一、售前一组", 5), ("二、售前二组", 4), ("三、售后组", 5)):
        sheet.put(row, 1, group)
        writer.head(row + 1)
        rows = []
        for n in range(size):
            row_n = row + 2 + n
            name = names[len(everybody) + n]
            values = [
                n + 1,
                2201 + len(everybody) + n,
                name,
                dec(3300),
                money(rnd, 200, 3100),
                dec(50),
                None,
                dec("398.70"),
                money(rnd, 0, 60, "10"),
                None,
            ]
            writer.person(row_n, values, (str(values[1]), name))
            rows.append(row_n)
        writer.sums(row + 2 + size, rows, "小计", 2)
        everybody += rows
        row += size + 4
    writer.sums(row, everybody, "总计", 2)
    save_xlsx(folder / file, [sheet])
    return truth(file, ledger, [writer], "2024-12", "blocks with repeated heads, sums of blocks and of all")


def merged_departments(folder: Path) -> dict:
    """The department merged down the left side, a sum under each."""
    rnd = random.Random(206)
    file = "11月工资发放表-电商事业部.xlsx"
    sheet = Sheet("Sheet1")
    table = cols(
        "部门:text",
        "姓名:name",
        "职务:text",
        "固定工资:item",
        "销售提成:item",
        "管理津贴:item",
        "补贴:item",
        Col("应发总额", "sum", added=(3, 4, 5, 6)),
        "五险一金:deduction",
        "个税:deduction",
        Col("实发金额", "sum", added=(7,), off=(8, 9)),
    )
    sheet.put(1, 1, "电商事业部员工工资表")
    sheet.merge(1, 1, 1, len(table))
    sheet.put(2, 1, "所属期间：2024年11月1日至2024年11月30日")
    sheet.merge(2, 1, 2, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(3)
    names, row, everybody = zh_names(rnd, 12), 4, []
    for team, size in (("直播运营部", 3), ("客户服务部", 6), ("仓储部", 3)):
        sheet.put(row, 1, team)
        sheet.merge(row, 1, row + size - 1, 1)
        rows = list(range(row, row + size))
        for k, r in enumerate(rows):
            name = names[len(everybody) + k]
            base, share = money(rnd, 3800, 6500, "100"), money(rnd, 0, 4200) if team != "仓储部" else None
            lead = dec(500) if k == 0 else None
            gross = base + (share or 0) + (lead or 0) + 300
            writer.person(
                r,
                [
                    None,
                    name,
                    "主管" if k == 0 else "专员",
                    base,
                    share,
                    lead,
                    dec(300),
                    None,
                    dec("612.35"),
                    tax(gross),
                    None,
                ],
                (None, name),
            )
        writer.sums(row + size, rows, f"{team}小计", 0)
        everybody += rows
        row += size + 1
    writer.sums(row, everybody, "总计", 0)
    sheet.put(row + 1, 1, "审批：")
    sheet.put(row + 1, 6, "制单：")
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "departments merged down, sums of departments",
        trap="the period is a whole month given by its days; a blank is nothing",
    )


def long_lines(folder: Path) -> dict:
    """One row an item, as a payroll program exports it."""
    rnd = random.Random(207)
    file = "薪酬明细导出_20241205.csv"
    sheet = Sheet("x")
    sheet.row(1, ["薪资月份", "员工编号", "员工姓名", "项目类别", "项目名称", "金额", "导出时间"])
    ledger = Ledger(text=True)
    row = 2
    for n, name in enumerate(zh_names(rnd, 8)):
        number = f"00{41 + 3 * n}"
        for kind, title, value in (
            ("应发", "岗位工资", money(rnd, 3500, 5200, "100")),
            ("应发", "销售提成", money(rnd, 100, 2900)),
            ("应发", "工龄补贴", dec(100 * rnd.randint(0, 4))),
            ("扣减", "养老保险个人", dec("336.00")),
            ("扣减", "公积金个人", dec("210.00")),
            ("扣减", "缺勤扣款", money(rnd, 0, 160, "40")),
        ):
            sheet.row(row, ["2024-11", number, name, kind, title, None, "2024-12-05 09:31:22"])
            sheet.put(row, 6, value, "0.00")
            ledger.line(sheet, row, 6, (number, name), title, value)
            row += 1
    save_text(folder / file, sheet, "utf-8-sig")
    return truth(
        file,
        ledger,
        [],
        "2024-11",
        "one row an item",
        trap="time of the export in the next month, also in the file's name",
        not_items=["薪资月份", "员工编号", "员工姓名", "项目类别", "项目名称", "金额", "导出时间"],
        deductions=["养老保险个人", "公积金个人", "缺勤扣款"],
    )


def with_attendance(folder: Path) -> dict:
    """Attendance and measures before the pay, saved as text."""
    rnd = random.Random(208)
    file = "云栖茶具客服工资.csv"
    sheet = Sheet("x")
    table = cols(
        "姓名:name",
        "应出勤天数:plain",
        "实际出勤:plain",
        "迟到(次):plain",
        "接待人数:plain",
        "销售额:plain",
        "询单转化率:rate",
        "底薪:item",
        "提成:item",
        "转化奖:item",
        "满勤奖:item",
        "迟到扣款:deduction",
        Col("工资合计", "sum", added=(7, 8, 9, 10), off=(11,)),
    )
    table[5].fmt = "0.00"
    sheet.put(1, 1, "2024年9月客服工资表")
    ledger = Ledger(text=True)
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 10)):
        late = rnd.choice([0, 0, 0, 1, 3])
        sales = money(rnd, 18000, 96000)
        rate = rnd.randint(310, 620)
        values = [
            name,
            25,
            25 - rnd.choice([0, 0, 1]),
            late,
            rnd.randint(300, 900),
            sales,
            f"{rate / 10}%",
            dec(3000),
            cents(sales * dec("0.015")),
            dec(300) if rate > 500 else ZERO,
            dec(200) if not late else ZERO,
            dec(10 * late),
            None,
        ]
        writer.person(3 + n, values, (None, name))
        rows.append(3 + n)
    writer.sums(13, rows, "合计", 0, [4, 5, 7, 8, 9, 10, 11, 12])
    save_text(folder / file, sheet, "gbk")
    return truth(
        file,
        ledger,
        [writer],
        "2024-09",
        "attendance and measures before the pay, text file",
        trap="sales and customers are no pay although they are added up",
    )


def sum_short(folder: Path) -> dict:
    """The SUM of one column misses the row that was added last."""
    rnd = random.Random(209)
    file = "工资表_202408.xlsx"
    sheet = Sheet("202408")
    table = cols(
        "工号:number",
        "姓名:name",
        "底薪:item",
        "提成:item",
        "绩效:item",
        Col("应发", "sum", added=(2, 3, 4)),
        "社保:deduction",
        Col("实发", "sum", added=(5,), off=(6,)),
    )
    sheet.put(1, 1, "2024年8月工资表")
    sheet.merge(1, 1, 1, 8)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"), formulas=True)
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 12)):
        values = [
            3001 + n,
            name,
            dec(3400),
            money(rnd, 350, 2700),
            money(rnd, 100, 900, "50"),
            None,
            dec("388.60"),
            None,
        ]
        writer.person(3 + n, values, (str(values[0]), name))
        rows.append(3 + n)
    writer.sums(15, rows, "合计", 1, short={3})
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-08",
        "formulas, one SUM too short",
        trap="the sum of 提成 leaves out the last person",
    )


def overtyped(folder: Path) -> dict:
    """One net amount typed over its formula."""
    rnd = random.Random(210)
    file = "客服工资表（定稿）.xlsx"
    sheet = Sheet("2025.1")
    table = cols(
        "序号:serial",
        "姓名:name",
        "标准工资:item",
        "业绩提成:item",
        "其他补助:item",
        Col("应发小计", "sum", added=(2, 3, 4)),
        "社保:deduction",
        "借支:deduction",
        Col("实发工资", "sum", added=(5,), off=(6, 7)),
    )
    sheet.put(1, 1, "北屿户外 客服部 2025年1月份工资")
    sheet.merge(1, 1, 1, 9)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"), formulas=True)
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 9)):
        values = [
            n + 1,
            name,
            dec(3600),
            money(rnd, 400, 2500),
            money(rnd, 50, 300, "10"),
            None,
            dec("402.00"),
            dec(rnd.choice([0, 0, 0, 500])),
            None,
        ]
        writer.person(3 + n, values, (None, name), off_by={8: dec(200)} if n == 4 else None)
        rows.append(3 + n)
    writer.sums(12, rows, "合计", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2025-01",
        "formulas, one net amount typed over",
        trap="标准工资 and 其他补助 are pay: the sum says so",
    )


def commissions(folder: Path) -> dict:
    """A commission sheet by account, the person merged over several accounts."""
    rnd = random.Random(211)
    file = "9月提成核算.xlsx"
    sheet = Sheet("提成")
    table = cols(
        "姓名:name",
        "旺旺账号:text",
        "店铺:text",
        "销售额:plain",
        "退款金额:plain",
        "净销售额:plain",
        "提成点:rate",
        "提成金额:item",
        "爆款奖励:item",
        "差评扣罚:deduction",
        Col("提成合计", "sum", added=(7, 8), off=(9,)),
    )
    for k in (3, 4, 5):
        table[k].fmt = "#,##0.00"
    table[6].fmt = "0.0%"
    sheet.put(1, 1, "2024年9月客服提成核算表")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(2)
    rows, row = [], 3
    for n, name in enumerate(zh_names(rnd, 7)):
        size = 2 if n in {1, 4} else 1
        sheet.put(row, 1, name)
        sheet.merge(row, 1, row + size - 1, 1)
        for k in range(size):
            sales, back = money(rnd, 20000, 90000), money(rnd, 500, 6000)
            rate = dec(rnd.choice(["0.012", "0.015", "0.02"]))
            values = [
                None,
                f"拾光灯饰:{'子丑寅卯辰巳午未申'[row + k - 3]}{row + k - 2}",
                "拾光灯饰旗舰店" if k == 0 else "拾光灯饰专卖店",
                sales,
                back,
                sales - back,
                rate,
                cents((sales - back) * rate),
                dec(rnd.choice([0, 50, 100])),
                dec(rnd.choice([0, 0, 20])),
                None,
            ]
            writer.person(row + k, values, (None, name))
            rows.append(row + k)
        row += size
    writer.sums(row, rows, "合计", 0)
    sheet.put(row + 1, 1, "说明：退款以实际完成为准，差评每条扣20元。")
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-09",
        "commission by account, names merged over rows",
        trap="two lines of one person and item; sales and refunds are no pay",
    )


def wide_digits(folder: Path) -> dict:
    """Amounts as text with full-width digits and 元, negative ones in brackets; no month anywhere."""
    rnd = random.Random(212)
    file = "客服工资.xlsx"
    sheet = Sheet("Sheet1")
    table = cols(
        "编号:number",
        "姓名:name",
        "底薪:item",
        "提成:item",
        "补发／扣回:item",
        "全勤奖:item",
        Col("应发工资", "sum", added=(2, 3, 4, 5)),
        "代扣社保:deduction",
        Col("实发工资", "sum", added=(6,), off=(7,)),
    )
    sheet.put(1, 1, "客服组工资表")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("wide", sign="wide", zero="dash"))
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 6)):
        values = [
            f"S-{n + 1:02d}",
            name,
            dec(3200),
            money(rnd, 300, 1900, "1"),
            dec([0, -30, 120, 0, -85, 60][n]),
            dec(rnd.choice([0, 200])),
            None,
            dec(375),
            None,
        ]
        writer.person(3 + n, values, (values[0], name))
        rows.append(3 + n)
    writer.sums(9, rows, "合　计", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        None,
        "text amounts with full-width digits",
        trap="(brackets) are negative; no month in the file",
    )


def transposed(folder: Path) -> dict:
    """Items down, people across."""
    rnd = random.Random(213)
    file = "小组工资2024年7月.xlsx"
    sheet = Sheet("7月")
    names = zh_names(rnd, 5)
    sheet.put(1, 1, "2024年7月 售后小组工资")
    sheet.merge(1, 1, 1, 7)
    sheet.row(2, ["项目", *names, "合计"])
    ledger = Ledger()
    items = [
        ("底薪", [dec(3300)] * 5),
        ("工单提成", [money(rnd, 200, 1500) for _ in names]),
        ("夜班费", [dec(30 * rnd.randint(1, 9)) for _ in names]),
        ("全勤", [dec(100), ZERO, dec(100), dec(100), ZERO]),
    ]
    off = [("社保", [dec("364.20")] * 5), ("工装押金", [ZERO, ZERO, ZERO, dec(100), ZERO])]
    row, rows, counts = 3, {}, {}

    def line(title: str, values: list[Decimal], kind: str) -> None:
        nonlocal row
        sheet.put(row, 1, title)
        for k, value in enumerate(values):
            sheet.put(row, 2 + k, value, "0.00")
            counts[ledger.cell(sheet, row, 2 + k)] = value
            if kind != "sum":
                ledger.line(sheet, row, 2 + k, (None, names[k]), title, value)
        total = sum(values, ZERO)
        sheet.put(row, 7, total, "0.00")
        counts[ledger.cell(sheet, row, 7)] = total
        ledger.total(sheet, row, 7, total, [ledger.cell(sheet, row, 2 + k) for k in range(5)], [])
        rows[title] = row
        row += 1

    for title, values in items:
        line(title, values, "item")
    gross = [sum((values[k] for _, values in items), ZERO) for k in range(5)]
    line("应发", gross, "sum")
    for title, values in off:
        line(title, values, "deduction")
    line("实发", [gross[k] - sum((values[k] for _, values in off), ZERO) for k in range(5)], "sum")
    for k in range(5):
        ledger.total(sheet, rows["应发"], 2 + k, gross[k], [ledger.cell(sheet, rows[t], 2 + k) for t, _ in items], [])
        net = counts[ledger.cell(sheet, rows["实发"], 2 + k)]
        ledger.total(
            sheet,
            rows["实发"],
            2 + k,
            net,
            [ledger.cell(sheet, rows["应发"], 2 + k)],
            [ledger.cell(sheet, rows[t], 2 + k) for t, _ in off],
        )
    save_xlsx(folder / file, [sheet])
    out = truth(
        file,
        ledger,
        [],
        "2024-07",
        "items down, people across",
        trap="the sum stands in the last column",
        not_items=["项目", "合计", "应发", "实发"],
        deductions=["社保", "工装押金"],
    )
    out["wrong_totals"] = ledger.wrong(counts)
    return out


def standards(folder: Path) -> dict:
    """Standards, days and scores beside what was paid for them."""
    rnd = random.Random(214)
    file = "2025年2月薪资核算表.xlsx"
    sheet = Sheet("2月")
    table = cols(
        "工号:number",
        "姓名:name",
        "月薪标准:plain",
        "应出勤(天):plain",
        "实出勤(天):plain",
        "出勤工资:item",
        "绩效工资标准:plain",
        "考核得分:plain",
        "绩效工资:item",
        "餐补:item",
        Col("应发工资", "sum", added=(5, 8, 9)),
        "代扣社保:deduction",
        "代扣个税:deduction",
        Col("实发工资", "sum", added=(10,), off=(11, 12)),
    )
    sheet.put(1, 1, "二月薪资核算（2025-02）")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 10)):
        norm, days, score = (
            dec(rnd.choice([4000, 4200, 4500, 5000])),
            rnd.choice([20, 20, 19, "18.5"]),
            rnd.randint(78, 100),
        )
        base, bonus = cents(norm * dec(days) / 20), dec(8 * score)
        values = [
            f"{n + 5:04d}",
            name,
            norm,
            20,
            dec(days),
            base,
            dec(800),
            score,
            bonus,
            dec(10) * int(dec(days)),
            None,
            dec("415.80"),
            tax(base + bonus + 200),
            None,
        ]
        writer.person(3 + n, values, (values[0], name))
        rows.append(3 + n)
    writer.sums(13, rows, "合计", 1, [5, 8, 9, 10, 11, 12, 13])
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2025-02",
        "standards, days and scores beside pay",
        trap="月薪标准 and 绩效工资标准 are no pay: the sum leaves them out",
    )


def month_in_file_name(folder: Path) -> dict:
    """Nothing but the file's name says the month; blank rows and a remark with figures."""
    rnd = random.Random(215)
    file = "售后部工资表（2024年10月）.xlsx"
    sheet = Sheet("Sheet1")
    table = cols(
        "姓名:name",
        "岗位工资(元):item",
        "技能工资(元):item",
        "计件提成(元):item",
        "房补(元):item",
        Col("合计(元)", "sum", added=(1, 2, 3, 4)),
        "备注:text",
    )
    sheet.put(1, 1, "售后部工资表")
    sheet.merge(1, 1, 1, 7)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number"))
    writer.head(3)
    rows, row = [], 4
    for n, name in enumerate(zh_names(rnd, 9)):
        note = {2: "其中补发8月计件120元", 6: "10月15日转正"}.get(n)
        values = [
            name,
            dec(2800),
            dec(rnd.choice([400, 600, 800])),
            money(rnd, 300, 1800, "0.5"),
            dec(rnd.choice([0, 300])),
            None,
            note,
        ]
        writer.person(row, values, (None, name))
        rows.append(row)
        row += 2 if n in {3, 6} else 1
    writer.sums(row, rows, "合计", 0)
    sheet.put(row + 2, 1, "1、计件提成按完成工单数核算；2、如有疑问请于3日内反馈。")
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-10",
        "month in the file's name only, blank rows between people",
        trap="remarks name other months and figures",
    )


def month_in_sheet_name(folder: Path) -> dict:
    """Only the sheet's name says the month; other sheets are empty or text."""
    rnd = random.Random(216)
    file = "工资.xlsx"
    sheet = Sheet("2024年11月")
    table = cols(
        "工号:number",
        "姓名:name",
        "组别:text",
        "底薪:item",
        "提成:item",
        "激励:item",
        Col("应发", "sum", added=(3, 4, 5)),
        "社保:item",
        "个税:item",
        Col("实发", "sum", added=(6, 7, 8)),
    )
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(1)
    rows = []
    for n, name in enumerate(zh_names(rnd, 8)):
        base, share, spur = dec(3500), money(rnd, 300, 3900), money(rnd, 0, 400, "100")
        values = [
            81007 + 13 * n,
            name,
            "AB"[n % 2] + "组",
            base,
            share,
            spur,
            None,
            dec("-396.30"),
            -tax(base + share + spur),
            None,
        ]
        writer.person(2 + n, values, (str(values[0]), name))
        rows.append(2 + n)
    writer.sums(10, rows, "合计", 0)
    notes = Sheet("说明")
    notes.put(1, 1, "提成按最终付款金额计算，退款在完成当月扣回。")
    save_xlsx(folder / file, [sheet, notes, Sheet("Sheet3")])
    return truth(
        file, ledger, [writer], "2024-11", "month in the sheet's name only", trap="deductions are negative figures"
    )


def earned_and_paid(folder: Path) -> dict:
    """The title says which month was earned and when it is paid."""
    rnd = random.Random(217)
    file = "工资发放-202411发放.xlsx"
    sheet = Sheet("发放表")
    table = cols(
        "序号:serial",
        "姓名:name",
        "开户行:text",
        "银行卡号:text",
        "应发工资:item",
        "社保公积金:deduction",
        "个税:deduction",
        Col("实发工资", "sum", added=(4,), off=(5, 6)),
    )
    sheet.put(1, 1, "2024年10月工资（2024年11月15日发放）")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 10)):
        gross = money(rnd, 4200, 9800)
        values = [
            n + 1,
            name,
            rnd.choice(["招商银行", "建设银行"]),
            f"62148300000{rnd.randint(10**7, 10**8 - 1)}",
            gross,
            dec("588.25"),
            tax(gross),
            None,
        ]
        writer.person(3 + n, values, (None, name))
        rows.append(3 + n)
    writer.sums(13, rows, "合计", 1, [4, 5, 6, 7])
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-10",
        "earned in one month, paid in the next; list for the bank",
        pay_month="2024-11",
        trap="应发工资 is the only pay here, no sum of anything; the file's name says the month of payment",
    )


def same_names(folder: Path) -> dict:
    """Two people of one name, told apart by numbers whose zeros come from the format."""
    rnd = random.Random(218)
    file = "2024-11_工资_拾光灯饰.xlsx"
    sheet = Sheet("工资")
    table = cols(
        "工号:number",
        "姓名:name",
        "部门:text",
        "基本工资:item",
        "销售提成:item",
        "加班工资:item",
        Col("合计", "sum", added=(3, 4, 5)),
    )
    table[0].fmt = "00000"
    sheet.put(1, 1, "拾光灯饰 · 客服工资 · 2024年11月")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "¥#,##0.00"))
    writer.head(2)
    names = zh_names(rnd, 9)
    names[6] = names[2]
    rows = []
    for n, name in enumerate(names):
        values = [
            117 + 5 * n,
            name,
            "售前" if n < 5 else "售后",
            dec(3400),
            money(rnd, 150, 2600),
            money(rnd, 0, 600, "20"),
            None,
        ]
        writer.person(3 + n, values, (f"{values[0]:05d}", name))
        rows.append(3 + n)
    writer.sums(12, rows, "合计", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "two people of one name, with numbers",
        trap="leading zeros only in the format",
    )


def months_side_by_side(folder: Path) -> dict:
    """Two months beside each other, each with its items and sum."""
    rnd = random.Random(219)
    file = "客服工资对比.xlsx"
    sheet = Sheet("对比")
    tops = ("2024年10月", "2024年11月")
    table = cols(
        "工号:number",
        "姓名:name",
        f"{tops[0]}/底薪:item",
        f"{tops[0]}/提成:item",
        Col("合计", "sum", tops[0], added=(2, 3)),
        f"{tops[1]}/底薪:item",
        f"{tops[1]}/提成:item",
        Col("合计", "sum", tops[1], added=(5, 6)),
    )
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"), formulas=True)
    writer.two_heads(1)
    rows = []
    for n, name in enumerate(zh_names(rnd, 8)):
        values = [f"KF{n + 20}", name, dec(3500), money(rnd, 200, 2800), None, dec(3700), money(rnd, 200, 2800), None]
        writer.person(3 + n, values, (values[0], name))
        rows.append(3 + n)
    writer.sums(11, rows, "合计", 1)
    ledger.months = ["2024-10" if line[2].startswith(tops[0]) else "2024-11" for line in ledger.lines]
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        None,
        "two months side by side under two-row heads",
        trap="the month stands in the upper head",
    )


# --- English ones that can be read -----------------------------------------------------------------------------------------------


def register(folder: Path) -> dict:
    """A payroll register with period and pay date."""
    rnd = random.Random(220)
    file = "payroll_register.xlsx"
    sheet = Sheet("Register")
    table = cols(
        "Emp ID:number",
        "Employee:name",
        "Cost centre:text",
        "Base Pay:item",
        "Commission:item",
        "Bonus:item",
        Col("Gross Pay", "sum", added=(3, 4, 5)),
        "Income Tax:deduction",
        "Social Security:deduction",
        "Health Insurance:deduction",
        Col("Total Deductions", "sum", added=(7, 8, 9)),
        Col("Net Pay", "sum", added=(6,), off=(10,)),
    )
    sheet.put(1, 1, "Harbour Lane Trading Ltd - Payroll Register")
    sheet.merge(1, 1, 1, len(table))
    sheet.put(2, 1, "Pay period: 1 November 2024 - 30 November 2024")
    sheet.put(3, 1, "Pay date: 6 December 2024")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"), formulas=True)
    writer.head(5)
    rows = []
    for n, name in enumerate(en_names(rnd, 11)):
        base, share, bonus = money(rnd, 2100, 3400, "50"), money(rnd, 80, 1900), dec(rnd.choice([0, 0, 150, 250]))
        gross = base + share + bonus
        values = [
            f"{407 + 9 * n:06d}",
            name,
            rnd.choice(["CS-01", "CS-02"]),
            base,
            share,
            bonus,
            None,
            cents(gross * dec("0.12")),
            cents(gross * dec("0.062")),
            dec("85.00"),
            None,
            None,
        ]
        writer.person(6 + n, values, (values[0], name))
        rows.append(6 + n)
    writer.sums(17, rows, "Total", 1)
    sheet.row(19, ["Prepared by:", None, None, "Reviewed by:", None, None, "Approved by:"])
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "English register with period and pay date",
        pay_month="2024-12",
        trap="two dates in words; six-digit numbers with zeros",
    )


def dollars(folder: Path) -> dict:
    """A text file with $, thousands and brackets for what is taken off."""
    rnd = random.Random(221)
    file = "Support team pay.csv"
    sheet = Sheet("x")
    table = cols(
        "Name:name",
        "Job title:text",
        "Salary:item",
        "Sales commission:item",
        "Retention bonus:item",
        "Pension:item",
        "Tax withheld:item",
        Col("Take-home", "sum", added=(2, 3, 4, 5, 6)),
    )
    sheet.put(1, 1, "Support team pay - month ended 31 October 2024")
    sheet.put(2, 1, "All figures in USD")
    ledger = Ledger(text=True)
    writer = Writer(ledger, sheet, table, Style("dollar", sign="bracket", zero="dash"))
    writer.head(4)
    rows = []
    for n, name in enumerate(en_names(rnd, 9)):
        base, share, bonus = money(rnd, 2300, 3900, "25"), money(rnd, 60, 1400), dec(rnd.choice([0, 100]))
        values = [
            name,
            rnd.choice(["Chat agent", "Phone agent", "Team lead"]),
            base,
            share,
            bonus,
            -cents(base * dec("0.05")),
            -cents((base + share + bonus) * dec("0.14")),
            None,
        ]
        writer.person(5 + n, values, (None, name))
        rows.append(5 + n)
    writer.sums(14, rows, "TOTAL", 0)
    sheet.put(3, 8, "")
    save_text(folder / file, sheet, "utf-8")
    return truth(
        file,
        ledger,
        [writer],
        "2024-10",
        "English text file with $ and brackets",
        trap="brackets are negative; '-' is nothing",
    )


def departments(folder: Path) -> dict:
    """Groups with a line above and a subtotal below."""
    rnd = random.Random(222)
    file = "Payroll Dec-2024.xlsx"
    sheet = Sheet("Dec 2024")
    table = cols(
        "Staff No.:number",
        "Name:name",
        "Start date:text",
        "Basic:item",
        "Commission:item",
        "Shift allowance:item",
        Col("Gross", "sum", added=(3, 4, 5)),
        "PAYE:deduction",
        "NI:deduction",
        Col("Net", "sum", added=(6,), off=(7, 8)),
    )
    table[2].fmt = "d mmm yyyy"
    sheet.put(1, 1, "Fiddlehead Outfitters - Payroll December 2024")
    sheet.merge(1, 1, 1, len(table))
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(3)
    names, row, everybody = en_names(rnd, 11), 4, []
    for team, size in (("Inbound", 5), ("Outbound", 4), ("Back office", 2)):
        sheet.put(row, 1, team)
        rows = list(range(row + 1, row + 1 + size))
        for k, r in enumerate(rows):
            name, n = names[len(everybody) + k], len(everybody) + k
            base, share = money(rnd, 1900, 2500, "10"), money(rnd, 50, 900) if team != "Back office" else ZERO
            values = [
                f"F{n + 101}",
                name,
                date(2019 + n % 5, 1 + n, 3 + n),
                base,
                share,
                dec(rnd.choice([0, 60, 120])),
                None,
                cents(base * dec("0.11")),
                cents(base * dec("0.05")),
                None,
            ]
            writer.person(r, values, (values[0], name))
        writer.sums(row + 1 + size, rows, f"Subtotal {team}", 1)
        everybody += rows
        row += size + 3
    writer.sums(row, everybody, "Grand Total", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-12",
        "English groups with subtotals",
        trap="start dates are no month; a line with the group alone",
    )


def hours(folder: Path) -> dict:
    """Hours and rates beside what they come to."""
    rnd = random.Random(224)
    file = "hourly_staff_2024-09.xlsx"
    sheet = Sheet("Hourly")
    table = cols(
        "Employee No:number",
        "Employee:name",
        "Hours:plain",
        "Hourly rate:rate",
        "Regular pay:item",
        "OT hours:plain",
        "OT rate:rate",
        "OT pay:item",
        "Upsell commission:item",
        Col("Gross pay", "sum", added=(4, 7, 8)),
    )
    sheet.put(1, 1, "Hourly staff pay sheet")
    sheet.put(2, 1, "Month")
    sheet.put(2, 2, "September 2024")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    writer.head(4)
    rows = []
    for n, name in enumerate(en_names(rnd, 10)):
        worked, rate, over = (
            rnd.randint(96, 168),
            dec(rnd.choice(["14.50", "15.25", "17.00"])),
            rnd.choice([0, 0, 4, 6]),
        )
        values = [
            7401 + n,
            name,
            worked,
            rate,
            worked * rate,
            over,
            cents(rate * dec("1.5")),
            over * cents(rate * dec("1.5")),
            money(rnd, 0, 240),
            None,
        ]
        writer.person(5 + n, values, (str(values[0]), name))
        rows.append(5 + n)
    writer.sums(15, rows, "Total", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-09",
        "English, hours and rates beside pay",
        trap="hours and rates are no pay; month in a cell of its own",
    )


def payslips(folder: Path) -> dict:
    """Payslips one below the other: earnings on the left, deductions on the right."""
    rnd = random.Random(223)
    file = "Payslips January 2025.xlsx"
    sheet = Sheet("Payslips")
    ledger = Ledger()
    counts: dict[str, Decimal] = {}
    row = 1
    for n, name in enumerate(en_names(rnd, 5)):
        number = f"M{n * 4 + 17:03d}"
        sheet.put(row, 1, "PAYSLIP - January 2025")
        sheet.merge(row, 1, row, 4)
        sheet.row(row + 1, ["Employee", name, "Employee ID", number])
        sheet.row(row + 2, ["Earnings", "Amount", "Deductions", "Amount"])
        earned = [
            ("Basic salary", money(rnd, 2200, 3100, "50")),
            ("Commission", money(rnd, 90, 1300)),
            ("Weekend premium", money(rnd, 20, 180, "20")),
        ]
        off = [("Income tax", money(rnd, 180, 420)), ("Pension", money(rnd, 80, 130))]
        for side, (title_at, amount_at) in ((earned, (1, 2)), (off, (3, 4))):
            cells = []
            for k, (title, value) in enumerate(side):
                sheet.put(row + 3 + k, title_at, title)
                sheet.put(row + 3 + k, amount_at, value, "#,##0.00")
                ledger.line(sheet, row + 3 + k, amount_at, (number, name), title, value)
                cells.append(ledger.cell(sheet, row + 3 + k, amount_at))
                counts[cells[-1]] = value
            total = sum((value for _, value in side), ZERO)
            sheet.put(row + 6, title_at, "Total earnings" if title_at == 1 else "Total deductions")
            sheet.put(row + 6, amount_at, total, "#,##0.00")
            ledger.total(sheet, row + 6, amount_at, total, cells, [])
            counts[ledger.cell(sheet, row + 6, amount_at)] = total
        net = counts[ledger.cell(sheet, row + 6, 2)] - counts[ledger.cell(sheet, row + 6, 4)]
        sheet.put(row + 7, 3, "Net pay")
        sheet.put(row + 7, 4, net, "#,##0.00")
        ledger.total(sheet, row + 7, 4, net, [ledger.cell(sheet, row + 6, 2)], [ledger.cell(sheet, row + 6, 4)])
        row += 10
    save_xlsx(folder / file, [sheet])
    out = truth(
        file,
        ledger,
        [],
        "2025-01",
        "English payslips, earnings and deductions side by side",
        trap="not a table",
        not_items=[
            "Employee",
            "Employee ID",
            "Earnings",
            "Amount",
            "Deductions",
            "Total earnings",
            "Total deductions",
            "Net pay",
        ],
        deductions=["Income tax", "Pension"],
    )
    out["wrong_totals"] = ledger.wrong(counts)
    return out


# --- those that must be asked about ----------------------------------------------------------------------------------------------


def same_names_no_numbers(folder: Path) -> dict:
    """Two rows of one name in one group, nothing tells whether they are one person."""
    rnd = random.Random(225)
    file = "2024年11月客服提成表.xlsx"
    sheet = Sheet("提成表")
    table = cols("姓名:name", "店铺:text", "销售额:plain", "提成:item", "奖金:item", Col("合计", "sum", added=(3, 4)))
    sheet.put(1, 1, "2024年11月客服提成表")
    sheet.merge(1, 1, 1, 6)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    writer.head(2)
    names = zh_names(rnd, 9)
    names[7] = names[3]
    rows = []
    for n, name in enumerate(names):
        sales = money(rnd, 15000, 80000)
        writer.person(
            3 + n,
            [
                name,
                "青禾旗舰店" if n < 5 else "青禾专营店",
                sales,
                cents(sales * dec("0.012")),
                dec(rnd.choice([0, 100])),
                None,
            ],
            (None, name),
        )
        rows.append(3 + n)
    writer.sums(12, rows, "合计", 0)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "one name twice without numbers",
        ask=f"{names[3]} stands in two rows with different shops and no number: one person in two shops, or two people of one name",
    )


def words_in_cells(folder: Path) -> dict:
    """Words where amounts are expected."""
    rnd = random.Random(226)
    file = "客服工资表2024年12月（待审）.xlsx"
    sheet = Sheet("工资")
    table = cols("工号:number", "姓名:name", "底薪:item", "提成:item", "年终奖:item", "社保:deduction", "备注:text")
    sheet.put(1, 1, "2024年12月客服工资表")
    sheet.merge(1, 1, 1, 7)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number"))
    writer.head(2)
    for n, name in enumerate(zh_names(rnd, 8)):
        share = {2: Raw("待财务核"), 5: Raw("1800+跨店")}.get(n) or money(rnd, 300, 2700)
        bonus = {1: Raw("见附件")}.get(n) or dec(rnd.choice([1000, 2000]))
        writer.person(
            3 + n,
            [1201 + n, name, dec(3600), share, bonus, dec("402.5"), "新店未结" if n == 2 else None],
            (str(1201 + n), name),
        )
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-12",
        "words among the amounts",
        ask="D5, D8 and E4 hold words: their amounts are not known",
    )


def two_months_named(folder: Path) -> dict:
    """The title names another month than the sheet and the file."""
    rnd = random.Random(227)
    file = "2024年11月工资表.xlsx"
    sheet = Sheet("11月")
    table = cols("序号:serial", "姓名:name", "底薪:item", "提成:item", "补贴:item", Col("实发", "sum", added=(2, 3, 4)))
    sheet.put(1, 1, "客服部2024年10月工资表")
    sheet.merge(1, 1, 1, 6)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "0.00"))
    writer.head(2)
    rows = []
    for n, name in enumerate(zh_names(rnd, 7)):
        writer.person(3 + n, [n + 1, name, dec(3500), money(rnd, 200, 2500), dec(150), None], (None, name))
        rows.append(3 + n)
    writer.sums(10, rows, "合计", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        None,
        "two months named",
        ask="the title says 2024-10, the sheet and the file's name say 2024-11",
    )


def broken_period(folder: Path) -> dict:
    """A pay period from the middle of a month to the middle of the next."""
    rnd = random.Random(228)
    file = "payroll_batch_0412.xlsx"
    sheet = Sheet("Batch")
    table = cols(
        "Employee ID:number",
        "Employee:name",
        "Base:item",
        "Commission:item",
        Col("Gross", "sum", added=(2, 3)),
        "Tax:deduction",
        Col("Net", "sum", added=(4,), off=(5,)),
    )
    sheet.put(1, 1, "Payroll batch 0412")
    sheet.put(2, 1, "Period: 16 Oct 2024 - 15 Nov 2024")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number", "#,##0.00"))
    writer.head(4)
    rows = []
    for n, name in enumerate(en_names(rnd, 8)):
        base, share = money(rnd, 2000, 2900, "50"), money(rnd, 40, 1100)
        writer.person(
            5 + n,
            [f"{n + 60:04d}", name, base, share, None, cents((base + share) * dec("0.13")), None],
            (f"{n + 60:04d}", name),
        )
        rows.append(5 + n)
    writer.sums(13, rows, "Total", 1)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        None,
        "English, period over two months",
        ask="the period lies half in 2024-10 and half in 2024-11",
    )


def vague_column(folder: Path) -> dict:
    """A column that may be points or pay, and no sum to tell."""
    rnd = random.Random(229)
    file = "售前组薪资.xlsx"
    sheet = Sheet("2024年8月")
    table = cols(
        "姓名:name",
        "底薪:item",
        "提成:item",
        Col("绩效", "item", asked=True),
        Col("其他", "item", asked=True),
        "迟到扣款:deduction",
    )
    sheet.put(1, 1, "售前组薪资（2024年8月）")
    sheet.merge(1, 1, 1, 6)
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number"))
    writer.head(2)
    for n, name in enumerate(zh_names(rnd, 8)):
        writer.person(
            3 + n,
            [
                name,
                dec(3300),
                money(rnd, 300, 2400, "0.1"),
                dec(rnd.randint(82, 108)),
                dec(rnd.choice([0, 50, -50, 1])),
                dec(rnd.choice([0, 10, 20])),
            ],
            (None, name),
        )
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-08",
        "vague columns, no sum",
        ask="绩效 around 100 may be points or yuan, 其他 is of either sign and no sum tells whether it is pay",
        not_items=["姓名"],
    )


def unnamed_column(folder: Path) -> dict:
    """A column of figures without a head, and a sum that fits neither with nor without it."""
    rnd = random.Random(230)
    file = "副本工资表(1).xlsx"
    sheet = Sheet("Sheet1")
    table = cols("工号:number", "姓名:name", "基本工资:item", "提成:item", Col("", "item", asked=True), "餐补:item")
    sheet.put(1, 1, "客服工资表 2024.11")
    ledger = Ledger()
    writer = Writer(ledger, sheet, table, Style("number"))
    writer.head(2)
    sheet.put(2, 7, "应发合计")
    rows = []
    for n, name in enumerate(zh_names(rnd, 8)):
        base, share, extra = dec(3400), money(rnd, 200, 2100, "1"), dec(rnd.choice([80, 150, 200]))
        writer.person(3 + n, [601 + n, name, base, share, extra, dec(220)], (str(601 + n), name))
        sheet.put(3 + n, 7, base + share + 220 + (extra if n % 2 else 0))
        rows.append(3 + n)
    save_xlsx(folder / file, [sheet])
    return truth(
        file,
        ledger,
        [writer],
        "2024-11",
        "figures without a head",
        ask="column E has no head, and 应发合计 adds it for half of the people only",
        not_items=["工号", "姓名", "应发合计"],
    )


LAYOUTS = (
    wide_with_title,
    same_names_no_numbers,
    two_row_heads,
    slips,
    register,
    sheet_a_month,
    words_in_cells,
    blocks,
    dollars,
    merged_departments,
    long_lines,
    with_attendance,
    two_months_named,
    sum_short,
    departments,
    overtyped,
    commissions,
    wide_digits,
    broken_period,
    transposed,
    standards,
    payslips,
    month_in_file_name,
    vague_column,
    month_in_sheet_name,
    earned_and_paid,
    hours,
    same_names,
    months_side_by_side,
    unnamed_column,
)


def write(folder: str | Path) -> list[dict]:
    """Write the thirty files into a folder and return their truths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [layout(folder) for layout in LAYOUTS]
