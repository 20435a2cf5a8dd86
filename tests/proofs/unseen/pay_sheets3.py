"""Thirty pay sheets as people keep them, with a known truth (third author)."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from pathlib import Path

from _kit3 import Sheet, at, write_text, write_xlsx
from _pay3 import (
    Book,
    Column,
    amount,
    body,
    foot,
    head,
    plain,
    spoil,
    staff,
    text_bracket,
    text_wide,
    text_yen2,
    text_yuan,
    thousands,
    yen,
)

BASE = amount(2600, 5200, "100")
BONUS = amount(80, 3600, "0.01", 0.1)
SMALL = amount(50, 400, "50", 0.3)
FINE = amount(10, 120, "10", 0.5)
INSURED = amount(380, 520, "0.01")


def pay(title: str, draw=BONUS, **more) -> Column:
    """Return a column of pay."""
    return Column(title, "pay", draw, **more)


def off(title: str, draw=FINE, **more) -> Column:
    """Return a column of figures taken off the pay."""
    return Column(title, "off", draw, **more)


def fixed(word: object):
    """Return a drawer that always draws the same."""
    return lambda rng: word


def pick(*words: object):
    """Return a drawer of one of several."""
    return lambda rng: rng.choice(words)


def title(sheet: Sheet, text: str, width: int, row: int = 1) -> None:
    """Write a merged title."""
    sheet.put(row, 1, text)
    sheet.merge(row, 1, row, width)


def signed(sheet: Sheet, row: int) -> None:
    """Write the line of who made and approved the sheet."""
    sheet.line(row, ["制表:", None, None, "复核:", None, None, "批准:"])


def monthly(folder: Path) -> dict:
    rng = random.Random(501)
    book, sheet = Book(month="2025-10"), Sheet("工资")
    columns = [
        Column("序号", "seq"),
        Column("工号", "number"),
        Column("姓名", "name"),
        Column("岗位", "text", pick("客服", "组长")),
    ]
    columns += [
        Column("出勤", "measure", pick(21, 22, 20), unit="(天)"),
        pay("底薪", BASE),
        pay("岗位补贴", SMALL),
        pay("提成"),
    ]
    columns += [pay("全勤奖", pick(Decimal(0), Decimal(200))), Column("应发合计", "gross"), off("社保", INSURED)]
    columns += [off("公积金", amount(120, 300, "10")), off("个税", amount(0, 90, "0.01")), Column("实发合计", "net")]
    columns += [Column("签名", "text")]
    title(sheet, "云目户外用品有限公司2025年10月份工资表", len(columns))
    sheet.put(2, 1, "部门:客户服务部")
    sheet.put(2, 13, "单位:元")
    row = head(sheet, 3, columns)
    rows = body(book, sheet, row, columns, staff(rng, 9, "YM"), rng, formulas=True)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合  计", formulas=True)
    sheet.merge(rows[-1] + 1, 1, rows[-1] + 1, 5)
    sheet.put(rows[-1] + 2, 1, "备注:本月工资于次月15日前发放,如有疑问请3日内联系人事。")
    signed(sheet, rows[-1] + 4)
    write_xlsx(folder / "10月工资表.xlsx", [sheet])
    return book.truth("10月工资表.xlsx", layout="one table", features=["title", "total row", "signature", "formulas"])


def two_rows(folder: Path) -> dict:
    rng = random.Random(502)
    book, sheet = Book(month="2025-08"), Sheet("8月工资明细")
    plus, minus = "应发项目", "扣款项目"
    columns = [Column("姓名", "name"), Column("部门", "text", pick("售前", "售后", "夜班"))]
    columns += [pay("基本工资", BASE, upper=plus), pay("绩效工资", upper=plus), pay("夜班补助", SMALL, upper=plus)]
    columns += [Column("小计", "gross", upper=plus), off("迟到", upper=minus), off("社保个人", INSURED, upper=minus)]
    columns += [
        Column("小计", "offsum", upper=minus),
        Column("实发工资", "net"),
        Column("备注", "text", pick(None, "转正")),
    ]
    title(sheet, "暖绒家纺 二〇二五年八月 工资明细", len(columns))
    row = head(sheet, 2, columns)
    rows = body(book, sheet, row, columns, staff(rng, 7, None), rng, blank="-")
    foot(book, sheet, rows[-1] + 1, columns, rows, "总计")
    write_xlsx(folder / "八月.xlsx", [sheet])
    return book.truth("八月.xlsx", layout="two-row head", features=["subtotal columns", "dashes"])


def slips(folder: Path) -> dict:
    rng = random.Random(503)
    book, sheet = Book(month="2025-09"), Sheet("工资条")
    columns = [
        Column("月份", "text", fixed("2025-09")),
        Column("姓名", "name"),
        Column("工号", "number"),
        pay("底薪", BASE),
    ]
    columns += [pay("销售提成"), pay("好评奖励", SMALL), off("罚款"), off("社保", INSURED), Column("实发", "net")]
    row = 1
    for person in staff(rng, 8, "K"):
        head(sheet, row, columns)
        body(book, sheet, row + 1, columns, [person], rng)
        row += 3
    write_xlsx(folder / "工资条(打印).xlsx", [sheet])
    return book.truth("工资条(打印).xlsx", layout="payslips", features=["head before each person", "month column"])


def sheet_a_month(folder: Path) -> dict:
    rng = random.Random(504)
    book, sheets = Book(), []
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("提成"),
        off("扣款"),
        Column("合计", "net"),
    ]
    persons = staff(rng, 6, "0")
    for month in (7, 8, 9):
        sheet = Sheet(f"{month}月")
        title(sheet, f"2025年{month}月客服工资", 6)
        here = persons if month != 8 else persons[:5]
        rows = body(book, sheet, head(sheet, 2, columns), columns, here, rng, month=f"2025-0{month}", formulas=True)
        foot(book, sheet, rows[-1] + 1, columns, rows, "合计", formulas=True)
        sheets.append(sheet)
    write_xlsx(folder / "三季度工资.xlsx", sheets)
    return book.truth("三季度工资.xlsx", layout="a sheet a month", features=["numbers with a zero in front"])


def team_blocks(folder: Path) -> dict:
    rng = random.Random(505)
    book, sheet = Book(month="2025-11"), Sheet("Sheet1")
    columns = [
        Column("序号", "seq"),
        Column("姓名", "name"),
        pay("基本工资", BASE, show=thousands),
        pay("提成", show=thousands),
    ]
    columns += [
        pay("加班费", SMALL, show=thousands),
        off("缺勤扣款", show=thousands),
        Column("实发工资", "net", show=thousands),
    ]
    title(sheet, "2025年11月工资发放表", len(columns))
    row, subs = 3, []
    for team in ("售前A组", "售前B组", "售后组"):
        sheet.put(row, 1, f"{team}(组长确认:    )")
        sheet.merge(row, 1, row, len(columns))
        rows = body(book, sheet, head(sheet, row + 1, columns), columns, staff(rng, rng.randint(2, 4), None), rng)
        subs.append(rows[-1] + 1)
        foot(book, sheet, subs[-1], columns, rows, f"{team}小计")
        row = subs[-1] + 2
    foot(book, sheet, row, columns, subs, "全部合计")
    write_xlsx(folder / "工资发放表-分组.xlsx", [sheet])
    return book.truth("工资发放表-分组.xlsx", layout="blocks", features=["subtotals", "grand total of subtotals"])


def text_numbers(folder: Path) -> dict:
    rng = random.Random(506)
    book, sheet = Book(text=True, month="2025-10"), Sheet()
    columns = [
        Column("员工编号", "number"),
        Column("员工姓名", "name"),
        Column("工资月份", "text", fixed("2025年10月")),
    ]
    columns += [pay("岗位工资", BASE, show=text_yen2), pay("绩效奖金", show=text_yen2)]
    columns += [pay("话费补贴", SMALL, show=text_yuan), pay("工龄工资", SMALL, show=text_wide)]
    columns += [Column("合计", "gross", show=text_yen2)]
    rows = body(book, sheet, head(sheet, 1, columns), columns, staff(rng, 10, "00"), rng, blank="/")
    foot(book, sheet, rows[-1] + 1, columns, rows, "总计", word_at=2)
    write_text(folder / "pay_202510.csv", sheet, "gbk", ",", csv.QUOTE_ALL)
    return book.truth("pay_202510.csv", layout="one table", features=["text", "full width", "GBK", "slashes"])


def cross_tab(folder: Path) -> dict:
    rng = random.Random(507)
    book, sheet = Book(month="2025-06"), Sheet("六月")
    persons = staff(rng, 6, None)
    title(sheet, "沐晨食品2025年6月工资(按人横排)", 8)
    sheet.line(2, ["项目", *(p.name for p in persons), "合计"])
    items = [("底薪", BASE, "pay"), ("订单提成", BONUS, "pay"), ("餐补", amount(300, 300, "100"), "pay")]
    items += [
        ("应发小计", None, "gross"),
        ("水电扣款", FINE, "off"),
        ("社保代扣", INSURED, "off"),
        ("实发", None, "net"),
    ]
    plus: dict[int, list] = {c: [] for c in range(2, 8)}
    minus: dict[int, list] = {c: [] for c in range(2, 8)}
    for row, (item, draw, kind) in enumerate(items, 3):
        sheet.put(row, 1, item)
        book.columns[item] = kind
        cells, whole = [], Decimal(0)
        for column, person in enumerate(persons, 2):
            name = book.cell(sheet, row, column)
            if draw:
                value = draw(rng)
                book.add(person, item, value, name)
                (plus if kind == "pay" else minus)[column].append((value, name))
            else:
                less = minus[column] if kind == "net" else []
                value = sum((v for v, _ in plus[column]), Decimal(0)) - sum((v for v, _ in less), Decimal(0))
                book.totals[name] = (value, [n for _, n in plus[column]], [n for _, n in less])
            sheet.put(row, column, *plain(value))
            cells.append(name)
            whole += value
        sheet.put(row, 8, *plain(whole), f"SUM(B{row}:G{row})")
        book.totals[book.cell(sheet, row, 8)] = (whole, cells, [])
    book.columns["合计"] = "gross"
    write_xlsx(folder / "六月横排.xlsx", [sheet])
    return book.truth("六月横排.xlsx", layout="persons across", features=["items down", "sum column and rows"])


def bilingual(folder: Path) -> dict:
    rng = random.Random(508)
    book, sheet = Book(month="2025-12"), Sheet("Payroll 工资")
    columns = [Column("No.\n序号", "seq"), Column("Employee ID\n工号", "number"), Column("Name\n姓名", "name")]
    columns += [
        Column("Days Worked\n出勤天数", "measure", pick(20, 21, 22)),
        pay("Base Salary\n基本工资", BASE, show=yen),
    ]
    columns += [pay("Commission\n提成", show=yen), pay("Meal Allowance\n餐补", SMALL, show=yen)]
    columns += [Column("Gross Pay\n应发工资", "gross", show=yen), off("Social Insurance\n社保", INSURED, show=yen)]
    columns += [
        off("Income Tax\n个人所得税", amount(0, 99, "0.01"), show=yen),
        Column("Net Pay\n实发工资", "net", show=yen),
    ]
    title(sheet, "Thistle & Oak Trading (Ningbo) 薪资表 Payroll - December 2025", len(columns))
    rows = body(book, sheet, head(sheet, 3, columns), columns, staff(rng, 6, "TO-"), rng, formulas=True)
    foot(book, sheet, rows[-1] + 2, columns, rows, "Total 合计", formulas=True, word_at=3)
    write_xlsx(folder / "Payroll_Dec.xlsx", [sheet])
    return book.truth("Payroll_Dec.xlsx", layout="one table", features=["two languages", "blank row before the total"])


def long_form(folder: Path) -> dict:
    rng = random.Random(509)
    book, sheet = Book(text=True), Sheet()
    sheet.line(1, ["员工号", "姓名", "归属月份", "薪资项目", "金额", "发放批次", "录入人"])
    row = 2
    for person in staff(rng, 6, "E"):
        for month in ("2025-09", "2025-10"):
            for item, draw, sign in (("固定工资", BASE, 1), ("提成", BONUS, 1), ("迟到扣款", FINE, -1)):
                value = draw(rng) * sign
                if value:
                    sheet.line(row, [person.number, person.name, month, item, value, "第1批", "hr01"])
                    book.add(person, item, value, book.cell(sheet, row, 5), month)
                    row += 1
    write_text(folder / "薪资流水.csv", sheet, "utf-8-sig")
    other = ["发放批次", "录入人"]
    return book.truth(
        "薪资流水.csv", layout="a row a line", not_items=other, features=["stated below nothing", "two months"]
    )


def months_across(folder: Path) -> dict:
    rng = random.Random(510)
    book, sheet = Book(), Sheet("季度奖金")
    columns = [Column("工号", "number"), Column("姓名", "name")]
    for month in (4, 5, 6):
        upper = f"2025年{month}月"
        columns += [
            pay("提成", upper=upper, month=f"2025-0{month}"),
            pay("补贴", SMALL, upper=upper, month=f"2025-0{month}"),
        ]
    columns += [Column("合计", "gross")]
    title(sheet, "二季度提成及补贴汇总", len(columns))
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 7, "Q"), rng, formulas=True)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计", formulas=True)
    write_xlsx(folder / "二季度提成.xlsx", [sheet])
    return book.truth("二季度提成.xlsx", layout="months across", features=["month in the upper head"])


def hidden_column(folder: Path) -> dict:
    rng = random.Random(511)
    book, sheet = Book(month="2025-10"), Sheet("202510")
    columns = [
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("保密津贴", amount(200, 600, "100")),
        pay("提成"),
        Column("应发", "gross"),
    ]
    columns += [off("社保", INSURED), Column("实发", "net")]
    rows = body(book, sheet, head(sheet, 1, columns), columns, staff(rng, 8, None), rng, formulas=True)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计", formulas=True)
    sheet.hidden_columns.add(3)
    write_xlsx(folder / "运营客服.xlsx", [sheet])
    return book.truth("运营客服.xlsx", layout="one table", features=["a hidden column that is pay: the sums count it"])


def hidden_row(folder: Path) -> dict:
    rng = random.Random(512)
    book, sheet = Book(month="2025-10"), Sheet("工资表")
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("提成"),
        Column("合计", "gross"),
    ]
    title(sheet, "2025年10月工资表", 5)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 7, "H"), rng)
    foot(book, sheet, rows[-1] + 1, columns, [r for r in rows if r != rows[3]], "合计")
    sheet.hidden_rows.add(rows[3])
    why = "a person's row is hidden and not in the total: paid or not?"
    write_xlsx(folder / "工资表(定稿).xlsx", [sheet])
    return book.truth(
        "工资表(定稿).xlsx", layout="one table", must_ask=True, ask_why=why, trap="hidden row outside the total"
    )


def wrong_total(folder: Path) -> dict:
    rng = random.Random(513)
    book, sheet = Book(month="2025-11"), Sheet("11月")
    columns = [
        Column("姓名", "name"),
        pay("基本工资", BASE),
        pay("业绩提成"),
        off("考勤扣款"),
        Column("实发金额", "net"),
    ]
    title(sheet, "泊川数码 客服部 2025年11月 工资", 5)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 8, None), rng)
    last = rows[-1] + 1
    foot(book, sheet, last, columns, rows, "合计")
    spoil(book, sheet, last, 3, book.totals[book.cell(sheet, last, 3)][0] + 100)
    write_xlsx(folder / "泊川11月.xlsx", [sheet])
    return book.truth("泊川11月.xlsx", layout="one table", trap="a typed total is 100 too high")


def short_sum(folder: Path) -> dict:
    rng = random.Random(514)
    book, sheet = Book(month="2025-09"), Sheet("9月")
    columns = [Column("序", "seq"), Column("姓名", "name"), pay("底薪", BASE), pay("提成"), pay("奖金", SMALL)]
    columns += [Column("应发工资", "gross")]
    title(sheet, "2025年9月份工资单", 6)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 9, None), rng, formulas=True)
    last = rows[-1] + 1
    foot(book, sheet, last, columns, rows, "合计", formulas=True)
    for place in range(3, 7):
        name = book.cell(sheet, last, place)
        lost = sheet.cells.get((rows[-1], place))
        left = book.totals[name][0] - (Decimal(lost.value) if lost else 0)
        if left != book.totals[name][0]:
            spoil(book, sheet, last, place, left, plain, f"SUM({at(rows[0], place)}:{at(rows[-2], place)})")
    write_xlsx(folder / "9月工资单.xlsx", [sheet])
    return book.truth("9月工资单.xlsx", layout="one table", trap="the sums leave out the last person")


def wrong_net(folder: Path) -> dict:
    rng = random.Random(515)
    book, sheet = Book(text=True, month="2025-10"), Sheet()
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        pay("固定薪资", BASE),
        pay("浮动薪资"),
        off("个税", amount(1, 90, "0.01")),
    ]
    columns += [Column("税后实发", "net")]
    sheet.put(1, 1, "2025/10 薪资明细")
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 9, "A0"), rng)
    spoil(book, sheet, rows[4], 6, book.totals[book.cell(sheet, rows[4], 6)][0] - 50)
    write_text(folder / "薪资明细.tsv", sheet, "utf-16", "\t")
    return book.truth("薪资明细.tsv", layout="one table", trap="one person's net is 50 too low")


def no_month(folder: Path) -> dict:
    rng = random.Random(516)
    book, sheet = Book(), Sheet("Sheet1")
    columns = [Column("姓名", "name"), pay("底薪", BASE), pay("提成"), pay("补助", SMALL), Column("合计", "gross")]
    rows = body(book, sheet, head(sheet, 1, columns), columns, staff(rng, 6, None), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    sheet.put(rows[-1] + 3, 1, "打印日期:2025-12-03")
    write_xlsx(folder / "客服工资.xlsx", [sheet])
    return book.truth("客服工资.xlsx", layout="one table", trap="only the day of printing, no month")


def two_titles(folder: Path) -> dict:
    rng = random.Random(517)
    book, sheet = Book(), Sheet("2025年10月")
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        pay("基本工资", BASE),
        pay("提成"),
        Column("应发", "gross"),
    ]
    title(sheet, "砚田文具2025年9月工资表", 5)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 6, "Y"), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    why = "the title says September, the sheet October"
    write_xlsx(folder / "砚田工资.xlsx", [sheet])
    return book.truth("砚田工资.xlsx", layout="one table", must_ask=True, ask_why=why, trap="two months stated")


def paid_later(folder: Path) -> dict:
    rng = random.Random(518)
    book, sheet = Book(month="2025-10"), Sheet("发放")
    columns = [
        Column("姓名", "name"),
        Column("银行卡号", "text", fixed("6222 **** 0000")),
        pay("工资", BASE),
        pay("提成奖金"),
    ]
    columns += [off("借支扣回"), Column("实发", "net")]
    title(sheet, "2025年11月发放(所属期:2025年10月)工资发放表", 6)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 7, None), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    write_xlsx(folder / "11月发放.xlsx", [sheet])
    return book.truth("11月发放.xlsx", pay_month="2025-11", layout="one table", trap="month paid and month earned")


def same_name(folder: Path) -> dict:
    rng = random.Random(519)
    book, sheet = Book(month="2025-10"), Sheet("10月")
    columns = [
        Column("组别", "text", pick("售前", "售后")),
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("提成"),
        Column("合计", "gross"),
    ]
    title(sheet, "2025年10月客服薪资", 5)
    persons = staff(rng, 7, None)
    persons[5] = persons[1]
    rows = body(book, sheet, head(sheet, 2, columns), columns, persons, rng)
    sheet.put(rows[1], 1, "售前")
    sheet.put(rows[5], 1, "售后")
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    why = "two rows of one name in two teams without numbers: one person or two?"
    write_xlsx(folder / "客服薪资10月.xlsx", [sheet])
    return book.truth("客服薪资10月.xlsx", layout="one table", must_ask=True, ask_why=why, trap="same name")


def odd_cells(folder: Path) -> dict:
    rng = random.Random(520)
    book, sheet = Book(month="2025-10"), Sheet("工资")
    columns = [Column("工号", "number"), Column("姓名", "name"), pay("底薪", BASE), pay("提成", amount(200, 900, "10"))]
    columns += [pay("奖励", amount(100, 300, "50")), Column("备注", "text")]
    title(sheet, "2025年10月工资", 6)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 8, "Z"), rng)
    for row, column, words in (
        (rows[1], 4, "待核"),
        (rows[3], 4, "350+120"),
        (rows[5], 5, "同上"),
        (rows[6], 4, "约800"),
    ):
        book.drop(book.cell(sheet, row, column))
        sheet.put(row, column, words)
    why = "words where amounts belong: 待核, 350+120, 同上, 约800"
    write_xlsx(folder / "工资(未定).xlsx", [sheet])
    return book.truth("工资(未定).xlsx", layout="one table", must_ask=True, ask_why=why, trap="words in cells")


def measures(folder: Path) -> dict:
    rng = random.Random(521)
    book, sheet = Book(month="2025-07"), Sheet("7月")
    columns = [
        Column("姓名", "name"),
        Column("底薪标准", "measure", pick(4000, 4500)),
        Column("应出勤天数", "measure", fixed(23)),
    ]
    columns += [Column("实出勤天数", "measure", pick(22, 23, 21)), pay("实发底薪", amount(3300, 4300, "0.01"))]
    columns += [
        Column("销售额", "measure", lambda r: r.randint(20000, 90000)),
        Column("提成比例", "measure", pick("1%", "1.2%")),
    ]
    columns += [pay("提成金额"), Column("转化率", "measure", pick("38.2%", "41.5%")), pay("转化率奖金", SMALL)]
    columns += [
        Column("上月实发", "measure", lambda r: r.randint(4000, 7000)),
        Column("本月实发", "gross"),
        Column("确认", "text"),
    ]
    title(sheet, "晚风服饰 2025年07月 客服薪酬核算表", len(columns))
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 8, None), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    write_xlsx(folder / "薪酬核算表7月.xlsx", [sheet])
    return book.truth(
        "薪酬核算表7月.xlsx", layout="one table", features=["standards, rates and last month's pay beside"]
    )


def with_details(folder: Path) -> dict:
    rng = random.Random(522)
    book, sheet, detail = Book(month="2025-10"), Sheet("工资表"), Sheet("提成明细")
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("提成", amount(300, 2000, "0.01")),
    ]
    columns += [Column("应发", "gross")]
    title(sheet, "2025年10月工资表", 5)
    persons = staff(rng, 5, "D")
    rows = body(book, sheet, head(sheet, 2, columns), columns, persons, rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    detail.line(1, ["订单号", "客服", "成交日期", "订单金额", "提成点数", "提成"])
    row = 2
    for line in [x for x in book.lines if x[2] == "提成"]:
        rest = line[3]
        for n in range(3):
            part = rest if n == 2 else (line[3] / 3).quantize(Decimal("0.01"))
            rest -= part
            detail.line(row, [f"25100{row:05d}", line[1], f"2025-10-{row % 27 + 1:02d}", part * 50, "2%", part])
            row += 1
    write_xlsx(folder / "工资+提成明细.xlsx", [sheet, detail])
    book.columns |= {"订单金额": "measure", "提成点数": "measure"}
    return book.truth(
        "工资+提成明细.xlsx", layout="one table", trap="a second sheet says the same commission by orders"
    )


def register(folder: Path) -> dict:
    rng = random.Random(523)
    book, sheet = Book(month="2025-10"), Sheet("Pay Register")
    columns = [
        Column("Emp ID", "number"),
        Column("Employee Name", "name"),
        Column("Hours", "measure", pick(160, 168, 152)),
    ]
    columns += [
        Column("Rate", "measure", pick(17, 18, 19)),
        pay("Regular Pay", amount(2600, 3100, "0.01"), show=text_bracket),
    ]
    columns += [pay("Overtime Pay", SMALL, show=text_bracket), pay("Sales Commission", show=text_bracket)]
    columns += [
        Column("Gross Pay", "gross", show=text_bracket),
        pay("Income Tax", lambda r: -amount(100, 400, "0.01")(r)),
    ]
    columns[-1].show = text_bracket
    columns += [pay("Health Insurance", lambda r: -amount(50, 90, "5")(r), show=text_bracket)]
    columns += [
        Column("Net Pay", "gross", show=text_bracket),
        Column("YTD Gross", "measure", pick("31,204.10", "28,775.00")),
    ]
    sheet.put(1, 1, "Larkspur Goods LLC - Pay Register")
    sheet.put(2, 1, "Pay Period: 10/01/2025 - 10/31/2025")
    sheet.put(3, 1, "Pay Date: 11/07/2025")
    rows = body(book, sheet, head(sheet, 5, columns), columns, staff(rng, 6, "1", english=True), rng)
    for row in rows:
        name = book.cell(sheet, row, 8)
        cells = [book.cell(sheet, row, c) for c in (5, 6, 7)]
        stated = sum((x[3] for x in book.lines if x[4] in cells), Decimal(0))
        known = {x[4] for x in book.lines}
        book.totals[name] = (stated, [c for c in cells if c in known], [])
        sheet.put(row, 8, *text_bracket(stated))
        net = book.cell(sheet, row, 11)
        cells = [book.cell(sheet, row, c) for c in (5, 6, 7, 9, 10)]
        whole = sum((x[3] for x in book.lines if x[4] in cells), Decimal(0))
        book.totals[net] = (whole, [c for c in cells if c in known], [])
        sheet.put(row, 11, *text_bracket(whole))
    foot(book, sheet, rows[-1] + 1, columns, rows, "Grand Totals")
    write_xlsx(folder / "Pay Register 10-31.xlsx", [sheet])
    return book.truth(
        "Pay Register 10-31.xlsx",
        pay_month="2025-11",
        layout="one table",
        features=["taken off in brackets", "year to date", "text numbers"],
    )


def negative(folder: Path) -> dict:
    rng = random.Random(524)
    book, sheet = Book(text=True, month="2025-11"), Sheet()
    columns = [
        Column("编号", "number"),
        Column("姓名", "name"),
        pay("标准工资", BASE),
        pay("销售奖金"),
        pay("质检扣款", lambda r: -FINE(r)),
    ]
    columns += [
        pay("代扣社保", lambda r: -INSURED(r)),
        Column("实发工资", "gross"),
        Column("本年累计实发", "measure", pick(51000, 48200)),
    ]
    sheet.put(1, 1, "工资期间:2025年11月1日-2025年11月30日")
    rows = body(book, sheet, head(sheet, 3, columns), columns, staff(rng, 8, "G"), rng, blank="0")
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    write_text(folder / "salary.txt", sheet, "gb18030", "\t")
    return book.truth("salary.txt", layout="one table", features=["taken off as stated below nothing", "tabs"])


def mixed_signs(folder: Path) -> dict:
    rng = random.Random(525)
    book, sheet = Book(month="2025-10"), Sheet("10月")
    columns = [Column("姓名", "name"), pay("底薪", BASE), pay("提成"), off("其他扣款", amount(20, 90, "10"))]
    title(sheet, "2025年10月工资", 4)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 7, None), rng)
    for row in (rows[1], rows[4]):
        name = book.cell(sheet, row, 4)
        place = next(n for n, x in enumerate(book.lines) if x[4] == name)
        line = book.lines[place]
        book.lines[place] = (*line[:3], -line[3], name)
        sheet.put(row, 4, *plain(-line[3]))
    why = "a column of deductions holds figures of both signs and nothing adds up with it"
    write_xlsx(folder / "工资10.xlsx", [sheet])
    return book.truth("工资10.xlsx", layout="one table", must_ask=True, ask_why=why, trap="both signs")


def merged_figure(folder: Path) -> dict:
    rng = random.Random(526)
    book, sheet = Book(month="2025-10"), Sheet("工资")
    columns = [
        Column("小组", "text"),
        Column("姓名", "name"),
        pay("底薪", BASE),
        pay("个人提成"),
        pay("小组奖金", amount(500, 900, "100")),
    ]
    title(sheet, "2025年10月 工资明细", 5)
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 6, None), rng)
    for first in (rows[0], rows[3]):
        sheet.put(first, 1, "一组" if first == rows[0] else "二组")
        sheet.merge(first, 1, first + 2, 1)
        sheet.merge(first, 5, first + 2, 5)
        for row in range(first, first + 3):
            book.drop(book.cell(sheet, row, 5))
            if row != first:
                sheet.cells.pop((row, 5), None)
    why = "a team's bonus stands once over three persons: each, or to be shared, and how?"
    write_xlsx(folder / "工资明细(小组奖).xlsx", [sheet])
    return book.truth("工资明细(小组奖).xlsx", layout="one table", must_ask=True, ask_why=why, trap="merged figure")


def side_by_side(folder: Path) -> dict:
    rng = random.Random(527)
    book, sheet = Book(month="2025-05"), Sheet("5月")
    columns = [Column("姓名", "name"), pay("底薪", BASE), pay("提成"), Column("合计", "gross")]
    title(sheet, "2025年5月客服工资", 9)
    persons = staff(rng, 10, None)
    for left, some in ((1, persons[:5]), (6, persons[5:])):
        rows = body(book, sheet, head(sheet, 3, columns, left), columns, some, rng, left)
        foot(book, sheet, rows[-1] + 1, columns, rows, "小计", left)
    write_xlsx(folder / "5月双栏.xlsx", [sheet])
    return book.truth("5月双栏.xlsx", layout="two tables side by side", features=["a total under each"])


def half_months(folder: Path) -> dict:
    rng = random.Random(528)
    book, sheet = Book(month="2025-09"), Sheet("9月")
    columns = [Column("工号", "number"), Column("姓名", "name")]
    for half in ("上半月", "下半月"):
        columns += [pay("计件", amount(900, 2200, "0.01"), upper=half), pay("奖励", SMALL, upper=half)]
    columns += [off("伙食费", amount(100, 200, "10")), Column("合计应付", "net")]
    title(sheet, "打包客服临时工 2025年9月 结算单", len(columns))
    rows = body(book, sheet, head(sheet, 2, columns), columns, staff(rng, 7, "LS"), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "总计")
    signed(sheet, rows[-1] + 3)
    write_xlsx(folder / "结算单.xlsx", [sheet])
    return book.truth("结算单.xlsx", layout="two-row head", features=["halves of a month"])


def merged_names(folder: Path) -> dict:
    rng = random.Random(529)
    book, sheet = Book(month="2025-08"), Sheet("明细")
    title(sheet, "2025-08 绩效与补贴明细", 5)
    sheet.line(2, ["姓名", "项目", "金额", "小计", "说明"])
    row = 3
    for person in staff(rng, 6, None):
        first, cells, whole = row, [], Decimal(0)
        for item in rng.sample(["绩效奖", "好评奖", "夜班补贴", "带教补贴"], rng.randint(2, 3)):
            value = amount(50, 900, "0.5")(rng)
            sheet.line(row, [None, item, plain(value)[0]])
            cells.append(book.cell(sheet, row, 3))
            book.add(person, item, value, cells[-1])
            whole += value
            row += 1
        sheet.put(first, 1, person.name)
        sheet.put(first, 4, *plain(whole), f"SUM({at(first, 3)}:{at(row - 1, 3)})")
        sheet.merge(first, 1, row - 1, 1)
        sheet.merge(first, 4, row - 1, 4)
        book.totals[book.cell(sheet, first, 4)] = (whole, cells, [])
    grand = sum((x[3] for x in book.lines), Decimal(0))
    sheet.put(row, 1, "合计")
    sheet.put(row, 3, *plain(grand))
    book.totals[book.cell(sheet, row, 3)] = (grand, [x[4] for x in book.lines], [])
    write_xlsx(folder / "绩效补贴明细.xlsx", [sheet])
    return book.truth("绩效补贴明细.xlsx", layout="a row a line", not_items=["小计", "说明"], features=["merged names"])


def company_cost(folder: Path) -> dict:
    rng = random.Random(530)
    book, sheet = Book(text=True, month="2025-10"), Sheet()
    columns = [
        Column("工号", "number"),
        Column("姓名", "name"),
        Column("入职日期", "text", pick("2023/4/1", "2024/11/18")),
    ]
    columns += [
        pay("月薪", BASE),
        pay("提成"),
        Column("应发工资", "gross"),
        off("社保(个人)", INSURED),
        Column("实发工资", "net"),
    ]
    columns += [
        Column("社保(公司)", "measure", pick("1023.40", "1108.75")),
        Column("社保基数", "measure", pick(4546, 5000)),
    ]
    sheet.line(1, ["公司", "暖绒家纺"])
    sheet.line(2, ["工资月份", "202510"])
    rows = body(book, sheet, head(sheet, 4, columns), columns, staff(rng, 8, "N"), rng)
    foot(book, sheet, rows[-1] + 1, columns, rows, "合计")
    write_text(folder / "工资台账.csv", sheet, "utf-8")
    return book.truth("工资台账.csv", layout="one table", features=["the company's share beside", "month as 202510"])


SHEETS = [monthly, two_rows, slips, sheet_a_month, team_blocks, text_numbers, cross_tab, bilingual, long_form]
SHEETS += [
    months_across,
    hidden_column,
    hidden_row,
    wrong_total,
    short_sum,
    wrong_net,
    no_month,
    two_titles,
    paid_later,
]
SHEETS += [same_name, odd_cells, measures, with_details, register, negative, mixed_signs, merged_figure, side_by_side]
SHEETS += [half_months, merged_names, company_cost]


def write(folder) -> list[dict]:
    """Write the thirty pay sheets into `folder` and return their truths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [sheet(folder) for sheet in SHEETS]
