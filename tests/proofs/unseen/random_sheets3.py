"""One small pay sheet a seed, drawn over layouts and traps, with a known truth (third author)."""

from __future__ import annotations

import csv
import random
from calendar import monthrange
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import _pay3
from _kit3 import Fault, Sheet, at, write_text, write_xlsx
from _pay3 import Book, Column, Person, amount, body, foot, head, plain, spoil, staff

PAY = "提成 销售提成 绩效工资 全勤奖 餐补 交通补贴 话费补贴 夜班补贴 加班费 工龄工资 好评奖 高温补贴"
PAY += " 住房补贴 带教费 冲单奖 岗位津贴 询单转化奖 团队奖金 直播提成 节日费"
BASES = "底薪 基本工资 岗位工资 固定工资 基础薪资 保底工资"
OFF = "迟到扣款 缺勤扣款 社保 个税 公积金 罚款 借款扣回 水电扣款 质检扣款 代扣社保 个人所得税 事假扣款"
GROSS = "应发合计 应发工资 应发小计 应发"
NET = "实发工资 实发 实发合计 实发金额 本月实发"
MEASURE = "出勤天数 应出勤天数 销售额 接待量 转化率 好评率 提成点数 加班小时 平均响应时间"
PAY_EN = "Commission|Sales Bonus|Overtime Pay|Meal Allowance|Shift Premium|Referral Bonus|Night Differential|Spot Award"
BASE_EN = "Base Salary|Basic Pay|Regular Wages|Salary"
OFF_EN = "Income Tax|Social Security|Health Insurance Deduction|Late Deduction|Pension (EE)|Loan Repayment"
MEASURE_EN = "Days Worked|Sales Volume|Conversion %|CSAT|Tickets Solved"
ALSO_EN = {"姓名": "Name", "工号": "Staff No.", "底薪": "Base", "基本工资": "Basic Salary", "岗位工资": "Post Pay"}
ALSO_EN |= {"提成": "Commission", "绩效工资": "Performance Pay", "全勤奖": "Attendance Bonus", "餐补": "Meal Allowance"}
ALSO_EN |= {
    "交通补贴": "Transport Allowance",
    "加班费": "Overtime",
    "夜班补贴": "Night Allowance",
    "社保": "Social Insurance",
}
ALSO_EN |= {"个税": "Income Tax", "公积金": "Housing Fund", "罚款": "Fine", "应发合计": "Gross", "实发工资": "Net Pay"}
ALSO_EN |= {"合计": "Total", "销售提成": "Sales Commission", "工龄工资": "Seniority Pay", "备注": "Remarks"}
COMPANIES = ["云目户外", "砚田文具", "暖绒家纺", "泊川数码", "沐晨食品", "晚风服饰", "栖木家居", ""]
COMPANIES_EN = ["Larkspur Goods", "Thistle & Oak", "Fernhollow Hardware", "Gallow & Finch", ""]
TOTAL = ["合计", "总计", "合 计", "合计:", "小计", "共计"]
TOTAL_EN = ["Total", "TOTAL", "Grand Total", "Totals"]
DIGITS = "〇一二三四五六七八九"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


@dataclass
class Draft:
    """A sheet being drawn."""

    rng: random.Random
    book: Book
    sheet: Sheet
    text: bool
    english: bool
    year: int
    month: int
    columns: list[Column] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    total: int | None = None
    left: int = 1
    top: int = 1
    formulas: bool = False
    blank: object = None
    features: list[str] = field(default_factory=list)
    ask: str = ""
    trap: str = ""
    layout: str = ""
    pay_month: str | None = None
    head_row: int = 0
    numbers: bool = False

    @property
    def iso(self) -> str:
        """Return the month as the truth writes it."""
        return f"{self.year}-{self.month:02d}"

    def name(self, row: int, column: int) -> str:
        """Return a cell's name."""
        return self.book.cell(self.sheet, row, column)

    def places(self, *kinds: str) -> list[int]:
        """Return the sheet's columns of some kinds."""
        return [n for n, c in enumerate(self.columns, self.left) if c.kind in kinds]

    def drop(self, row: int, column: int, value: object = None) -> None:
        """Take a line out and write something else into its cell."""
        self.book.drop(self.name(row, column))
        self.sheet.cells.pop((row, column), None)
        if value is not None:
            self.sheet.put(row, column, value)

    def filled(self, *kinds: str) -> list[tuple[int, int]]:
        """Return the cells of lines, by rows."""
        known = {line[4] for line in self.book.lines}
        return [(r, c) for r in self.rows for c in self.places(*kinds) if self.name(r, c) in known]


def words(d: Draft, zh: str, en: str, count: int) -> list[str]:
    """Draw different titles."""
    pool = en.split("|") if d.english else zh.split()
    return d.rng.sample(pool, min(count, len(pool)))


def shows(d: Draft) -> list:
    """Draw how amounts are written in this sheet."""
    rng = d.rng
    if d.text:
        return [rng.choice([plain, plain, _pay3.text_comma, _pay3.text_yen2, _pay3.text_yuan, _pay3.text_wide])]
    pool = [plain, plain, _pay3.thousands, _pay3.yen]
    if not d.numbers and rng.random() < 0.35:
        d.formulas = False
        pool += [_pay3.text_plain, _pay3.text_yen, _pay3.text_comma]
    return [rng.choice(pool)] if rng.random() < 0.85 else rng.sample(pool, 2)


def measure(d: Draft, title: str) -> Column:
    """Return a column that is no pay."""
    if any(x in title for x in ("率", "%", "点数", "CSAT")):
        return Column(title, "measure", lambda r: f"{r.randint(10, 990) / 10}%")
    if any(x in title for x in ("额", "Volume")):
        return Column(title, "measure", lambda r: r.randint(9000, 90000))
    return Column(title, "measure", lambda r: r.randint(18, 26))


def draw_columns(d: Draft, sums: bool = True, off: bool = True, upper: bool = False, note: bool | None = None) -> None:
    """Draw the columns: who, measures, pay, deductions, sums, notes."""
    rng = d.rng
    show = shows(d)
    numbered = d.persons[0].number is not None
    known = all(p.name is not None for p in d.persons)
    columns = []
    if rng.random() < 0.3:
        columns.append(Column("No." if d.english else rng.choice(["序号", "序", "No."]), "seq"))
    who = []
    if numbered:
        titles = ["Employee ID", "Emp No", "Staff Code"] if d.english else ["工号", "员工编号", "编号", "员工号"]
        who.append(Column(rng.choice(titles), "number"))
    if known:
        titles = ["Name", "Employee", "Employee Name"] if d.english else ["姓名", "员工姓名", "名字"]
        who.append(Column(rng.choice(titles), "name"))
    if rng.random() < 0.15:
        who.reverse()
    columns += who
    if rng.random() < 0.35:
        posts = ["Agent", "Team Lead", "Trainer"] if d.english else ["客服", "组长", "夜班客服"]
        title = rng.choice(["Position", "Role"] if d.english else ["岗位", "职务", "班组"])
        columns.append(Column(title, "text", lambda r: r.choice(posts)))
    columns += [measure(d, t) for t in words(d, MEASURE, MEASURE_EN, rng.choice([0, 0, 1, 2]))]
    step = rng.choice(["1", "0.01", "0.5", "10"])
    plus = [Column(words(d, BASES, BASE_EN, 1)[0], "pay", amount(2400, 5600, "100"), show=rng.choice(show))]
    for title in words(d, PAY, PAY_EN, rng.randint(1, 4)):
        draw = amount(50, rng.choice([300, 900, 4000]), rng.choice([step, "50"]), rng.choice([0, 0.2, 0.5]))
        plus.append(Column(title, "pay", draw, show=rng.choice(show)))
    minus = []
    if off and rng.random() < 0.6:
        for title in words(d, OFF, OFF_EN, rng.randint(1, 3)):
            draw = amount(10, 400, rng.choice(["1", "0.01", "10"]), rng.choice([0, 0.4]))
            minus.append(Column(title, "off", draw, show=rng.choice(show)))
    if minus and not upper and rng.random() < 0.2:
        d.features.append("deductions stated below nothing")
        for column in minus:
            column.kind = "pay"
            column.draw = (lambda old: lambda r: -old(r))(column.draw)
            if column.show is _pay3.text_yuan:
                column.show = _pay3.plain
    if upper:
        words_up = (
            ("Earnings", "Deductions")
            if d.english
            else rng.choice([("应发项目", "应扣项目"), ("工资", "扣款"), ("收入", "代扣")])
        )
        for column in plus:
            column.upper = words_up[0]
        for column in minus:
            column.upper = words_up[1]
    below = bool(minus) and minus[0].kind == "pay"
    if sums and rng.random() < 0.25 and not upper and len(plus) > 2 and not below:
        d.features.append("a sum in the middle")
        cut = rng.randint(2, len(plus) - 1)
        title = "Subtotal" if d.english else rng.choice(["小计", "工资小计"])
        plus = [*plus[:cut], Column(title, "sofar", show=show[0]), *plus[cut:]]
    columns += plus
    gross = "Gross Pay" if d.english else rng.choice(GROSS.split())
    net = "Net Pay" if d.english else rng.choice(NET.split())
    if sums and minus and not below:
        if rng.random() < 0.6:
            columns.append(Column(gross, "gross", show=show[0]))
        columns += minus
        columns.append(Column(net, "net", show=show[0]))
    else:
        columns += minus
        if sums and (below or rng.random() < 0.7):
            title = (
                net if below else ("Total" if d.english else rng.choice(["合计", "应发合计", "工资合计", "实发工资"]))
            )
            columns.append(Column(title, "gross", show=show[0]))
    if not sums:
        pass
    elif rng.random() < 0.12:
        title = "Last Month Net" if d.english else rng.choice(["上月实发", "上月工资"])
        columns.append(Column(title, "measure", lambda r: r.randint(3000, 8000)))
    if note or (note is None and rng.random() < 0.3):
        remarks = (
            [None, None, "new hire", "on leave 2 days"]
            if d.english
            else [None, None, "转正", "事假1天", "已核对", "含补发200元"]
        )
        columns.append(Column("Remarks" if d.english else "备注", "text", lambda r: r.choice(remarks)))
    if rng.random() < 0.15:
        columns.append(Column("Signature" if d.english else "签字", "text"))
    if not d.english and not upper and rng.random() < 0.1:
        d.features.append("two languages")
        mark = rng.choice(["\n", " "]) if not d.text else " "
        for column in columns:
            if column.title in ALSO_EN:
                column.title += mark + ALSO_EN[column.title]
    if rng.random() < 0.1:
        d.features.append("a unit in the heads")
        unit = " (CNY)" if d.english else rng.choice(["(元)", "(元)"])
        for column in columns:
            if column.kind in ("pay", "off", "sofar", "gross", "net"):
                column.unit = unit
    d.columns = columns


def month_words(d: Draft, year: int, month: int) -> str:
    """Write a month in one of many ways."""
    if d.english:
        return d.rng.choice([f"{MONTHS[month - 1]} {year}", f"{MONTHS[month - 1][:3]} {year}", f"{year}-{month:02d}"])
    chinese = "".join(DIGITS[int(x)] for x in str(year)) + f"年{NUMERALS[month - 1]}月"
    ways = [
        f"{year}年{month}月",
        f"{year}年{month:02d}月",
        f"{year}.{month:02d}",
        f"{year}-{month:02d}",
        chinese,
        f"{year}/{month:02d}",
    ]
    return d.rng.choice(ways + ways[:1] * 4)


def heading(d: Draft, how: str) -> None:
    """Write what stands above the table, with the month in it or not."""
    rng, said = d.rng, month_words(d, d.year, d.month)
    firm = rng.choice(COMPANIES_EN if d.english else COMPANIES)
    kind = rng.choice(
        ["Payroll", "Pay Sheet", "Salary Statement"]
        if d.english
        else ["工资表", "工资明细", "薪资表", "工资发放表", "薪酬表"]
    )
    width = max(2, len(d.columns))
    title = ""
    if how == "title":
        title = (
            f"{firm} {kind} - {said}".strip(" ")
            if d.english
            else rng.choice([f"{firm}{said}{kind}", f"{said}{firm}{kind}"])
        )
    elif how == "paid":
        later = (d.year + d.month // 12, d.month % 12 + 1)
        d.pay_month = f"{later[0]}-{later[1]:02d}"
        if d.english:
            title = f"{firm} {kind} for {MONTHS[d.month - 1]} {d.year}, paid {MONTHS[later[1] - 1]} {later[0]}".strip(
                " "
            )
        else:
            title = f"{firm}{later[0]}年{later[1]}月发放{d.year}年{d.month}月{kind}"
    elif how == "noyear":
        title = f"{MONTHS[d.month - 1]} {kind}" if d.english else f"{firm}{d.month}月份{kind}"
    elif firm and how != "bare":
        title = f"{firm} {kind}" if d.english else firm + kind
    if title:
        d.sheet.put(d.top, d.left, title)
        d.sheet.merge(d.top, d.left, d.top, d.left + width - 1)
        d.top += rng.choice([1, 1, 1, 2])
    if how == "line":
        if d.english:
            d.sheet.put(d.top, d.left, f"Pay month: {said}")
        elif rng.random() < 0.5:
            d.sheet.put(d.top, d.left, f"工资月份:{said}")
        else:
            d.sheet.line(d.top, ["所属月份", said], d.left)
        d.top += 1
    elif how == "period":
        last = monthrange(d.year, d.month)[1]
        if d.english:
            short = MONTHS[d.month - 1][:3]
            d.sheet.put(d.top, d.left, f"Pay period: 1 {short} {d.year} - {last} {short} {d.year}")
        else:
            d.sheet.put(d.top, d.left, f"计薪周期:{d.year}.{d.month:02d}.01-{d.year}.{d.month:02d}.{last}")
        d.top += 1
    elif rng.random() < 0.15:
        d.sheet.put(
            d.top, d.left, "Currency: CNY" if d.english else rng.choice(["单位:元", "部门:客服部", "币种:人民币"])
        )
        d.top += 1


def place_month(d: Draft, how: str | None = None) -> str:
    """Draw where the month stands; only the title of the sheet is set here, and what no place says is no month."""
    rng = d.rng
    if how is None:
        ways = (
            ["title"] * 8
            + ["line"] * 2
            + ["period", "column", "paid", "none", "noyear"]
            + ([] if d.text else ["sheet"] * 3)
        )
        how = rng.choice(ways)
    if not d.text:
        d.sheet.name = rng.choice(["Sheet1", "工资", "工资表"] if not d.english else ["Sheet1", "Payroll"])
        if how == "sheet":
            pool = [f"{d.year}{d.month:02d}", f"{d.year}-{d.month:02d}", f"{d.year}年{d.month}月"]
            d.sheet.name = rng.choice(pool[:2] if d.english else pool)
    d.book.month = None if how in ("none", "noyear") else d.iso
    return how


def month_column(d: Draft, how: str) -> None:
    """Let a column say the month."""
    if how == "column":
        said = d.rng.choice([d.iso, f"{d.year}{d.month:02d}"] if d.english else [d.iso, f"{d.year}年{d.month}月"])
        title = "Pay Month" if d.english else d.rng.choice(["月份", "工资月份", "所属月份"])
        first = next(n for n, c in enumerate(d.columns) if c.kind in ("number", "name"))
        d.columns.insert(first, Column(title, "text", lambda r: said))


def total_word(d: Draft) -> str:
    """Draw the word of a total row."""
    return d.rng.choice(TOTAL_EN if d.english else TOTAL)


def write_foot(d: Draft, rows: list[int], at_row: int, word: str) -> None:
    """Write a total row, its word under the first column or the names."""
    places = [d.left, *d.places("name")[:1]]
    foot(d.book, d.sheet, at_row, d.columns, rows, word, d.left, d.formulas, d.rng.choice(places))


def below(d: Draft, row: int) -> None:
    """Write notes and signatures under the table."""
    rng = d.rng
    if rng.random() < 0.25:
        notes = ["备注:本表工资已含补发。", "说明:提成按2%计算,满勤奖200元。", "注:工资于次月10日发放"]
        if d.english:
            notes = ["Note: commission is 2% of net sales.", "Figures in CNY; queries to HR within 3 days."]
        d.sheet.put(row + rng.randint(1, 2), d.left, rng.choice(notes))
    if rng.random() < 0.2:
        made = ["Prepared by:", None, "Approved by:"] if d.english else ["制表人:", None, "审核:", None, "总经理:"]
        d.sheet.line(row + 4, made, d.left)


def table(d: Draft, total: bool | None = None) -> None:
    """Write one table with one row a person."""
    rng = d.rng
    row = head(d.sheet, d.top, d.columns, d.left)
    d.head_row = row - 1
    gap = rng.random() < 0.04
    summed = total or (total is None and rng.random() < 0.65)
    above = bool(total is None and summed and not gap and rng.random() < 0.06)
    d.rows = body(d.book, d.sheet, row + gap + above, d.columns, d.persons, rng, d.left, d.formulas, blank=d.blank)
    last = d.rows[-1]
    if not d.text and total is not False and d.left == 2 and rng.random() < 0.4:
        teams(d)
    if d.columns[0].kind == "seq" and rng.random() < 0.15:
        d.features.append("empty rows with their numbers only")
        for _ in range(rng.randint(1, 2)):
            last += 1
            d.sheet.put(last, d.left, last - d.rows[0] + 1)
    if summed:
        d.total = row if above else last + 1 + (rng.random() < 0.08)
        write_foot(d, d.rows, d.total, total_word(d))
        last = max(last, d.total)
        if above:
            d.features.append("the total stands first")
    if total is None and rng.random() < 0.06:
        d.features.append("a row of means")
        d.sheet.put(last + 1, d.left, "Average" if d.english else rng.choice(["平均", "人均", "均值"]))
        for place in d.places("pay", "gross", "net"):
            cells = [_pay3.value_of(d.book, d.sheet, r, place) for r in d.rows]
            d.sheet.put(last + 1, place, round(sum(cells) / len(cells), 2))
        last += 1
    below(d, last + 1)


def teams(d: Draft) -> None:
    """Write the team before the first column, merged over its persons' rows."""
    d.features.append("teams merged before the table")
    d.sheet.put(d.head_row, 1, "Team" if d.english else "部门")
    cut = len(d.rows) // 2
    for some, name in ((d.rows[:cut], "售前"), (d.rows[cut:], "售后")):
        d.sheet.put(some[0], 1, ("Team " + "AB"[name == "售后"]) if d.english else name)
        d.sheet.merge(some[0], 1, some[-1], 1)


def beside(d: Draft) -> None:
    """Add a sheet that holds no pay."""
    rng = d.rng
    extra = Sheet("Rates" if d.english else rng.choice(["提成标准", "考勤"]))
    if extra.name == "考勤" and d.persons[0].name:
        extra.line(1, ["姓名", "应出勤", "实出勤", "迟到次数", "加班小时"])
        for row, person in enumerate(d.persons, 2):
            extra.line(row, [person.name, 22, rng.randint(18, 22), rng.randint(0, 3), rng.randint(0, 9)])
    else:
        extra.line(1, ["Tier", "From", "To", "Rate"] if d.english else ["档位", "下限", "上限", "提成点数"])
        for row, (low, high, rate) in enumerate(((0, 20000, "1%"), (20000, 50000, "1.5%"), (50000, 99999, "2%")), 2):
            extra.line(row, [row - 1, low, high, rate])
    d.features.append("a further sheet without pay")
    d.sheets = [d.sheet, extra] if rng.random() < 0.7 else [extra, d.sheet]


def plain_table(d: Draft) -> None:
    """One table."""
    how = place_month(d)
    draw_columns(d)
    month_column(d, how)
    heading(d, how)
    table(d)
    if not d.text and d.rng.random() < 0.08:
        kinds = d.places("pay")
        if len(kinds) > 1 and d.places("gross", "net"):
            d.sheet.hidden_columns.add(d.rng.choice(kinds[1:]))
            d.features.append("a hidden column that the sums count")
    if not d.text and d.rng.random() < 0.08:
        beside(d)


def two_row_table(d: Draft) -> None:
    """One table under a head of two rows."""
    how = place_month(d)
    if how == "column":
        how = place_month(d, "title")
    draw_columns(d, upper=True)
    heading(d, how)
    table(d)


def slips(d: Draft) -> None:
    """A head before each person."""
    how = place_month(d, d.rng.choice(["title", "column", "column", "line"] + ([] if d.text else ["sheet"])))
    draw_columns(d)
    month_column(d, how)
    heading(d, how)
    row, gap = d.top, d.rng.choice([1, 1, 2]) if not d.text else 1
    for n, person in enumerate(d.persons, 1):
        start = head(d.sheet, row, d.columns, d.left)
        body(d.book, d.sheet, start, d.columns, [person], d.rng, d.left, d.formulas, n, d.blank)
        row = start + 1 + gap


def blocks(d: Draft) -> None:
    """Teams one under the other, each with its subtotal."""
    rng = d.rng
    how = place_month(d)
    draw_columns(d)
    month_column(d, how)
    heading(d, how)
    again = rng.random() < 0.5
    row = d.top if again else head(d.sheet, d.top, d.columns, d.left)
    teams = ["Team North", "Team South", "Team East"] if d.english else ["售前组", "售后组", "夜班组"]
    parts = rng.choice([2, 2, 3])
    subs, start = [], 0
    cuts = [len(d.persons) * n // parts for n in range(1, parts + 1)]
    titled = again and rng.random() < 0.6
    for team, end in zip(rng.sample(teams, parts), cuts, strict=True):
        if titled:
            d.sheet.put(row, d.left, team)
            d.sheet.merge(row, d.left, row, d.left + len(d.columns) - 1)
            row += 1
        if again:
            row = head(d.sheet, row, d.columns, d.left)
        rows = body(d.book, d.sheet, row, d.columns, d.persons[start:end], rng, d.left, d.formulas, start + 1, d.blank)
        d.rows += rows
        word = rng.choice([f"{team} subtotal", "Subtotal"] if d.english else ["小计", f"{team}小计"])
        foot(d.book, d.sheet, rows[-1] + 1, d.columns, rows, word, d.left, d.formulas)
        subs.append(rows[-1] + 1)
        row, start = rows[-1] + 2 + (again and rng.random() < 0.7), end
    if rng.random() < 0.6:
        d.total = row
        foot(
            d.book,
            d.sheet,
            row,
            d.columns,
            subs,
            "Grand Total" if d.english else rng.choice(["总计", "合计"]),
            d.left,
            d.formulas,
        )
        row += 1
    below(d, row)


def across(d: Draft, spoil_it: bool = False) -> None:
    """Persons across, items down."""
    rng = d.rng
    how = place_month(d, rng.choice(["title", "line"] + ([] if d.text else ["sheet"])))
    heading(d, how)
    d.persons = [Person(None, p.name or f"员工{n}") for n, p in enumerate(d.persons)]
    show = shows(d)[0]
    top = d.top
    d.sheet.put(top, d.left, "Item" if d.english else rng.choice(["项目", "工资项目", "姓名"]))
    last = d.left + len(d.persons) + 1
    for place, person in enumerate(d.persons, d.left + 1):
        d.sheet.put(top, place, person.name)
    summed = rng.random() < 0.6 or spoil_it
    if summed:
        d.sheet.put(top, last, "Total" if d.english else "合计")
        d.book.columns["Total" if d.english else "合计"] = "gross"
    items = [(words(d, BASES, BASE_EN, 1)[0], "pay")] + [(t, "pay") for t in words(d, PAY, PAY_EN, rng.randint(1, 3))]
    takes = [(t, "off") for t in words(d, OFF, OFF_EN, rng.choice([0, 1, 2]))]
    items += takes
    items.append((("Net Pay" if d.english else "实发") if takes else ("Gross Pay" if d.english else "应发"), "net"))
    book = d.book
    held: dict[int, list[tuple[int, str, Decimal]]] = {}
    for row, (item, kind) in enumerate(items, top + 1):
        d.sheet.put(row, d.left, item)
        book.columns[item] = kind
        whole, cells = Decimal(0), []
        for place, person in enumerate(d.persons, d.left + 1):
            name = d.name(row, place)
            if kind == "net":
                parts = held.get(place, [])
                value = sum((sign * v for sign, _, v in parts), Decimal(0))
                book.totals[name] = (value, [c for s, c, _ in parts if s > 0], [c for s, c, _ in parts if s < 0])
            else:
                value = amount(30, 400, "5")(rng) if kind == "off" else amount(100, 4000, "10")(rng)
                book.add(person, item, value, name)
                held.setdefault(place, []).append((-1 if kind == "off" else 1, name, value))
            d.sheet.put(row, place, *show(value))
            whole += value
            cells.append(name)
        if summed:
            d.sheet.put(
                row, last, *show(whole), f"SUM({at(row, d.left + 1)}:{at(row, last - 1)})" if d.formulas else ""
            )
            book.totals[d.name(row, last)] = (whole, cells, [])
    if spoil_it:
        row = top + rng.randint(1, len(items) - 1)
        spoil(book, d.sheet, row, last, book.totals[d.name(row, last)][0] + rng.choice([-100, 10, 200]), show)
        d.trap = "a wrong sum at the end of a row of items"


def long_form(d: Draft) -> None:
    """A row a line."""
    rng, book, sheet = d.rng, d.book, d.sheet
    how = place_month(d, rng.choice(["title", "column", "column", "months", "none"]))
    if how == "months":
        how = "column"
        d.features.append("two months")
        months = [d.iso, f"{d.year + d.month // 12}-{d.month % 12 + 1:02d}"]
        book.month = None
    else:
        months = [d.iso]
    if how == "column":
        heading(d, "bare")
    else:
        heading(d, how)
    numbered, named = d.persons[0].number is not None, d.persons[0].name is not None
    titles = {
        "number": "Employee ID",
        "name": "Name",
        "month": "Month",
        "item": "Pay Item",
        "amount": "Amount",
        "by": "Entered By",
    }
    if not d.english:
        titles = {
            "number": "工号",
            "name": "姓名",
            "month": "归属月份",
            "item": rng.choice(["项目", "工资项目", "薪资项目"]),
        }
        titles |= {"amount": rng.choice(["金额", "金额(元)"]), "by": "录入人"}
    keys = [k for k, yes in (("number", numbered), ("name", named), ("month", how == "column")) if yes]
    keys += ["item", "amount"] + (["by"] if rng.random() < 0.4 else [])
    sheet.line(d.top, [titles[k] for k in keys], d.left)
    place = d.left + keys.index("amount")
    row, show = d.top + 1, shows(d)[0]
    items = [words(d, BASES, BASE_EN, 1)[0], *words(d, PAY, PAY_EN, 3)]
    takes = words(d, OFF, OFF_EN, 1) if rng.random() < 0.3 else []
    book.columns |= dict.fromkeys(takes, "off")
    for person in d.persons:
        for month in months:
            for item in [items[0], *rng.sample(items[1:], rng.randint(1, 2)), *takes]:
                value = amount(50, 300 if item in takes else 3000, rng.choice(["1", "0.01"]))(rng)
                stands = {"number": person.number, "name": person.name, "month": month, "item": item, "by": "hr02"}
                sheet.line(row, [stands.get(k) for k in keys], d.left)
                sheet.put(row, place, *show(value))
                book.add(person, item, value, d.name(row, place), month if book.month or how == "column" else None)
                row += 1
    if rng.random() < 0.4 and not takes:
        whole = sum((x[3] for x in book.lines), Decimal(0))
        sheet.put(row, d.left, total_word(d))
        sheet.put(row, place, *show(whole))
        book.totals[d.name(row, place)] = (whole, [x[4] for x in book.lines], [])
    book.columns |= {titles["by"]: "text"} if "by" in keys else {}


def cards(d: Draft) -> None:
    """One card a person: what and how much under each other."""
    rng, book, sheet = d.rng, d.book, d.sheet
    how = place_month(d, rng.choice(["title", "line"]))
    heading(d, how)
    show = shows(d)[0]
    pays = [words(d, BASES, BASE_EN, 1)[0], *words(d, PAY, PAY_EN, rng.randint(1, 3))]
    takes = words(d, OFF, OFF_EN, rng.choice([0, 1, 2]))
    net = ("Net Pay" if d.english else "实发工资") if takes else ("Gross Pay" if d.english else "应发工资")
    book.columns |= dict.fromkeys(pays, "pay") | dict.fromkeys(takes, "off") | {net: "net"}
    row, left = d.top, d.left
    for person in d.persons:
        if person.number is not None:
            sheet.line(row, ["Employee ID" if d.english else "工号", person.number], left)
            row += 1
        if person.name is not None:
            sheet.line(row, ["Name" if d.english else "姓名", person.name], left)
            row += 1
        whole, plus, minus = Decimal(0), [], []
        for item in [*pays, *takes]:
            sign = -1 if item in takes else 1
            value = amount(100, 300 if sign < 0 else 3000, "5")(rng)
            sheet.put(row, left, item)
            sheet.put(row, left + 1, *show(value))
            book.add(person, item, value, d.name(row, left + 1))
            (plus if sign > 0 else minus).append(d.name(row, left + 1))
            whole += sign * value
            row += 1
        sheet.put(row, left, net)
        sheet.put(row, left + 1, *show(whole))
        book.totals[d.name(row, left + 1)] = (whole, plus, minus)
        row += 2


def side_by_side(d: Draft) -> None:
    """Two tables beside each other."""
    how = place_month(d, d.rng.choice(["title", "line", "sheet"]))
    draw_columns(d, off=False, note=False)
    d.columns = [c for c in d.columns if c.kind not in ("seq", "measure", "text")]
    heading(d, how)
    half = len(d.persons) // 2
    left = d.left
    for some in (d.persons[:half], d.persons[half:]):
        body(d.book, d.sheet, head(d.sheet, d.top, d.columns, left), d.columns, some, d.rng, left, d.formulas)
        left += len(d.columns) + 1


def sheet_a_month(d: Draft) -> None:
    """Two or three months, a sheet each."""
    rng, count = d.rng, d.rng.choice([2, 2, 3])
    draw_columns(d)
    d.book.month = None
    first_top = d.top
    by_title = rng.random() < 0.5
    for n in range(count):
        month = d.month + n
        year, month = d.year + (month - 1) // 12, (month - 1) % 12 + 1
        d.sheet = Sheet(rng.choice([f"{year}-{month:02d}"]) if not by_title else f"{month}月")
        d.sheets.append(d.sheet)
        d.top = first_top
        if by_title:
            d.sheet.put(d.top, d.left, f"{MONTHS[month - 1]} {year}" if d.english else f"{year}年{month}月工资")
            d.top += 1
        rows = body(
            d.book,
            d.sheet,
            head(d.sheet, d.top, d.columns, d.left),
            d.columns,
            d.persons,
            rng,
            d.left,
            d.formulas,
            blank=d.blank,
            month=f"{year}-{month:02d}",
        )
        if rng.random() < 0.6:
            foot(d.book, d.sheet, rows[-1] + 1, d.columns, rows, total_word(d), d.left, d.formulas)


def months_across(d: Draft) -> None:
    """Months in the upper head."""
    rng = d.rng
    d.book.month = None
    show = shows(d)[0]
    pays = [words(d, BASES, BASE_EN, 1)[0], *words(d, PAY, PAY_EN, rng.choice([1, 2]))]
    columns = [Column("Name" if d.english else "姓名", "name")]
    if d.persons[0].name is None:
        columns = [Column("Employee ID" if d.english else "工号", "number")]
    for n in range(rng.choice([2, 3])):
        month = d.month + n
        year, month = d.year + (month - 1) // 12, (month - 1) % 12 + 1
        upper = f"{MONTHS[month - 1]} {year}" if d.english else f"{year}年{month}月"
        for item in pays:
            draw = amount(100, 4000, "10", 0.1)
            columns.append(Column(item, "pay", draw, upper, show, f"{year}-{month:02d}"))
    if rng.random() < 0.6:
        columns.append(Column("Total" if d.english else "合计", "gross", show=show))
    d.columns = columns
    if columns[0].kind == "name":
        d.persons = [Person(None, p.name) for p in d.persons]
    table(d)


def simple(d: Draft, how: str = "title", **more) -> None:
    """One table without sums, for traps."""
    how = place_month(d, how)
    draw_columns(d, sums=False, **more)
    heading(d, how)
    table(d, total=False)


def whole(d: Draft) -> None:
    """One table with sums, for traps."""
    how = place_month(d, d.rng.choice(["title", "line"]))
    draw_columns(d)
    if not d.places("gross", "net"):
        d.columns.append(Column("Total" if d.english else "合计", "gross"))
    heading(d, how)
    table(d, total=True)


def trap_total(d: Draft) -> None:
    whole(d)
    place = d.rng.choice(d.places("pay", "off", "gross", "net"))
    stated = d.book.totals[d.name(d.total, place)][0] + d.rng.choice([1, -10, 100, -200, Decimal("0.5")])
    spoil(d.book, d.sheet, d.total, place, stated, d.columns[place - d.left].show)
    d.trap = "a wrong total"


def trap_short_sum(d: Draft) -> None:
    d.formulas = d.numbers = True
    whole(d)
    rows = d.rows[1:] if d.rng.random() < 0.3 else d.rows[:-1]
    lost = next(r for r in d.rows if r not in rows)
    for place in d.places("pay", "off", "sofar", "gross", "offsum", "net"):
        name = d.name(d.total, place)
        left = _pay3.value_of(d.book, d.sheet, lost, place)
        if left:
            show = d.columns[place - d.left].show
            formula = f"SUM({at(rows[0], place)}:{at(rows[-1], place)})"
            spoil(d.book, d.sheet, d.total, place, d.book.totals[name][0] - left, show, formula)
    d.trap = "the sums leave out a row"


def trap_net(d: Draft) -> None:
    how = place_month(d, "title")
    draw_columns(d)
    if not d.places("gross", "net"):
        d.columns.append(Column("Total" if d.english else "合计", "gross"))
    heading(d, how)
    d.formulas = False
    table(d, total=False)
    row, place = d.rng.choice(d.rows), d.places("gross", "net")[-1]
    stated = d.book.totals[d.name(row, place)][0] + d.rng.choice([-50, 20, 100])
    spoil(d.book, d.sheet, row, place, stated, d.columns[place - d.left].show)
    d.trap = "a person's sum is wrong"


def trap_block(d: Draft) -> None:
    blocks(d)
    known = [n for n, (_, added, _) in d.book.totals.items() if added and added[0] not in d.book.totals]
    rows = {r for r, _ in d.sheet.cells} - set(d.rows) - {d.total}
    places = d.places("pay", "off")
    found = [(r, c) for r in sorted(rows) for c in places if d.name(r, c) in known]
    row, place = d.rng.choice(found)
    name, more = d.name(row, place), d.rng.choice([-100, 10, 50])
    spoil(d.book, d.sheet, row, place, d.book.totals[name][0] + more, d.columns[place - d.left].show)
    if d.total:
        up = d.name(d.total, place)
        stated, added, taken = d.book.totals[up]
        d.book.totals[up] = (stated + more, added, taken)
        cell = d.sheet.cells[d.total, place]
        d.sheet.put(d.total, place, *d.columns[place - d.left].show(stated + more), cell.formula)
    d.trap = "a wrong subtotal, carried on into the grand total"


def trap_across(d: Draft) -> None:
    across(d, spoil_it=True)


def ask_months(d: Draft) -> None:
    """Two places say two months."""
    other = d.month % 12 + 1
    place_month(d, "title")
    draw_columns(d)
    if d.text:
        said = f"{d.year}-{other:02d}"
        d.columns.insert(0, Column("Pay Month" if d.english else "工资月份", "text", lambda r: said))
    else:
        d.sheet.name = f"{d.year}-{other:02d}"
    heading(d, "title")
    table(d)
    d.ask = d.trap = "two places say two months"
    d.book.month = None


def ask_two_months(d: Draft) -> None:
    place_month(d, "none")
    draw_columns(d)
    later = d.month % 12 + 1
    if later == 1:
        d.month, later = 5, 6
    if d.english:
        text = f"Payroll {MONTHS[d.month - 1]} and {MONTHS[later - 1]} {d.year}"
    else:
        text = d.rng.choice([f"{d.year}年{d.month}-{later}月工资表", f"{d.year}年{d.month}月、{later}月工资合并发放表"])
    d.sheet.put(d.top, d.left, text)
    d.top += 1
    table(d)
    d.ask = d.trap = "one title for two months"


def ask_period(d: Draft) -> None:
    place_month(d, "none")
    draw_columns(d)
    later = d.month % 12 + 1
    if later == 1:
        d.month, later = 7, 8
    if d.english:
        a, b = MONTHS[d.month - 1][:3], MONTHS[later - 1][:3]
        d.sheet.put(d.top, d.left, f"Pay period 16 {a} {d.year} - 15 {b} {d.year}")
    else:
        d.sheet.put(d.top, d.left, f"计薪周期:{d.year}.{d.month}.16-{d.year}.{later}.15")
    d.top += 1
    table(d)
    d.ask = d.trap = "the period is half in one month, half in the next"


def ask_words(d: Draft) -> None:
    simple(d)
    row, place = d.rng.choice(d.filled("pay"))
    pool = ["待定", "见附件", "同上", "300+150", "约800", "?", "未核", "TBD", "1200/2"]
    d.drop(row, place, d.rng.choice([*pool[-2:], "see note", "approx. 500", "300+150"] if d.english else pool))
    d.ask = d.trap = "words where an amount belongs"


def ask_digits(d: Draft) -> None:
    simple(d)
    row, place = d.rng.choice(d.filled("pay"))
    d.drop(row, place, d.rng.choice(["1,50", "l200", "12O0", "1.2.50", "3,00", "1200.5.0", "8 50 0", "60%"]))
    d.ask = d.trap = "a figure that is none"


def ask_fault(d: Draft) -> None:
    simple(d)
    row, place = d.rng.choice(d.filled("pay"))
    word = d.rng.choice(["#REF!", "#N/A", "#VALUE!", "#DIV/0!"])
    d.drop(row, place, word if d.text else Fault(word))
    d.ask = d.trap = "an error where an amount belongs"


def ask_head(d: Draft) -> None:
    simple(d)
    place = d.rng.choice([c for _, c in d.filled("pay") if c != d.places("pay")[0]] or d.places("pay"))
    d.book.columns.pop(d.columns[place - d.left].key)
    for row in d.rows:
        d.book.drop(d.name(row, place))
    d.sheet.cells.pop((d.head_row, place))
    d.ask = d.trap = "amounts under no head"


def ask_merged(d: Draft) -> None:
    simple(d)
    place = d.rng.choice(d.places("pay")[1:])
    row = d.rng.choice(d.rows[:-1])
    d.drop(row, place, d.rng.randint(3, 20) * 100)
    d.drop(row + 1, place)
    d.sheet.merge(row, place, row + 1, place)
    d.ask = d.trap = "one figure merged over two persons"


def ask_same_name(d: Draft) -> None:
    d.persons = staff(d.rng, max(4, len(d.persons)), None, d.english)
    d.persons[-1] = d.persons[d.rng.randrange(len(d.persons) - 2)]
    simple(d)
    d.ask = d.trap = "one name twice, without numbers"


def ask_same_number(d: Draft) -> None:
    d.persons = staff(d.rng, max(4, len(d.persons)), "Q", d.english)
    d.persons[-1] = Person(d.persons[0].number, d.persons[-1].name)
    simple(d)
    d.ask = d.trap = "one number with two names"


def ask_signs(d: Draft) -> None:
    simple(d, off=False)
    title = "Deductions" if d.english else d.rng.choice(["扣款", "其他扣款", "代扣款"])
    place = d.left + len(d.columns)
    d.sheet.put(d.head_row, place, title)
    d.book.columns[title] = "off"
    for n, row in enumerate(d.rows):
        value = amount(10, 200, "5")(d.rng) * (-1 if n % 3 == 1 else 1)
        d.sheet.put(row, place, *plain(value))
        d.book.add(d.persons[n], title, value, d.name(row, place))
    d.ask = d.trap = "deductions of both signs"


def ask_vague(d: Draft) -> None:
    simple(d, off=False)
    title = "Bonus/Fine" if d.english else d.rng.choice(["奖/罚", "补/扣", "扣补", "奖罚款"])
    place = d.left + len(d.columns)
    d.sheet.put(d.head_row, place, title)
    for row in d.rows:
        d.sheet.put(row, place, *plain(amount(10, 200, "5")(d.rng)))
    d.ask = d.trap = "a head that says neither plus nor minus"


def ask_nobody(d: Draft) -> None:
    simple(d)
    row = d.rng.choice(d.rows[1:-1])
    for place in d.places("number", "name"):
        d.sheet.cells.pop((row, place), None)
    for place in d.places("pay", "off"):
        d.book.drop(d.name(row, place))
    d.ask = d.trap = "a row of amounts without anybody"


def ask_void(d: Draft) -> None:
    simple(d, note=True)
    row = d.rng.choice(d.rows)
    place = next(n for n, c in enumerate(d.columns, d.left) if c.title.startswith(("备注", "Remarks")))
    pool = ["VOID", "on hold, do not pay"] if d.english else ["作废", "暂缓发放", "本行不发", "待仲裁,先不发"]
    d.sheet.put(row, place, d.rng.choice(pool))
    for place in d.places("pay", "off"):
        d.book.drop(d.name(row, place))
    d.ask = d.trap = "a note says the row is not to be paid"


def ask_hidden(d: Draft) -> None:
    how = place_month(d, "title")
    draw_columns(d)
    heading(d, how)
    table(d, total=False)
    row = d.rng.choice(d.rows[:-1])
    d.formulas = False
    for cell in [x for x in d.sheet.cells if x[0] > d.rows[-1]]:
        d.sheet.cells.pop(cell)
    write_foot(d, [r for r in d.rows if r != row], d.rows[-1] + 1, total_word(d))
    d.sheet.hidden_rows.add(row)
    d.ask = d.trap = "a hidden row that the total does not count"


def ask_left_out(d: Draft) -> None:
    """The total leaves one column out for everybody."""
    how = place_month(d, "title")
    draw_columns(d, sums=False, off=False, note=False)
    d.columns = [c for c in d.columns if c.kind != "text"]
    out = Column(
        "Phone Allowance" if d.english else d.rng.choice(["通讯补助", "午餐补助"]), "pay", amount(50, 200, "50")
    )
    total = Column("Total" if d.english else d.rng.choice(["合计", "应发合计"]), "gross")
    d.columns += [out, total]
    heading(d, how)
    table(d, total=False)
    place = d.places("gross")[0]
    for row in d.rows:
        stated = d.book.totals[d.name(row, place)][0] - _pay3.value_of(d.book, d.sheet, row, place - 1)
        adds = "+".join(at(row, p) for p in d.places("pay")[:-1])
        d.sheet.put(row, place, *plain(stated), adds if d.formulas else "")
    d.ask = d.trap = "the total leaves out one column for everybody"


def ask_twice(d: Draft) -> None:
    """The same row twice."""
    d.persons = staff(d.rng, max(4, len(d.persons)), "T", d.english)
    simple(d)
    row, source = d.rows[-1] + 1, d.rng.choice(d.rows)
    for r, c in [x for x in d.sheet.cells if x[0] > d.rows[-1]]:
        d.sheet.cells.pop((r, c))
    person = d.persons[source - d.rows[0]]
    for place, column in enumerate(d.columns, d.left):
        cell = d.sheet.cells.get((source, place))
        if cell:
            d.sheet.put(row, place, row - d.rows[0] + 1 if column.kind == "seq" else cell.value, cell.form)
        if column.kind in ("pay", "off"):
            value = _pay3.value_of(d.book, d.sheet, source, place)
            d.book.add(person, column.key, value, d.name(row, place))
    d.ask = d.trap = "one person's row stands twice, figure by figure"


def ask_currency(d: Draft) -> None:
    """One amount in another currency."""
    simple(d)
    row, place = d.rng.choice(d.filled("pay"))
    d.drop(row, place, d.rng.choice(["US$350.00", "€420", "HK$1,200", "USD 300"]))
    d.ask = d.trap = "one amount in another currency"


def ask_versions(d: Draft) -> None:
    """Two sheets of one month that differ."""
    how = place_month(d, "title")
    draw_columns(d)
    heading(d, how)
    top = d.top
    table(d)
    first = d.sheet
    d.sheet = Sheet(first.name + (" (2)" if d.english else d.rng.choice(["(修改)", "(2)", "-新"])))
    d.top = top
    d.sheet.cells = {at_cell: cell for at_cell, cell in first.cells.items() if at_cell[0] < top}
    table(d)
    d.sheets = [first, d.sheet]
    d.ask = d.trap = "two sheets of the same month and persons with different figures"


EASY = [(plain_table, 40, False), (two_row_table, 12, True), (slips, 9, False), (blocks, 13, False), (across, 8, False)]
EASY += [
    (long_form, 8, False),
    (side_by_side, 4, True),
    (sheet_a_month, 5, True),
    (months_across, 5, True),
    (cards, 4, False),
]
TRAPS = [(trap_total, 5, False), (trap_short_sum, 3, True), (trap_net, 4, False), (trap_block, 3, False)]
TRAPS += [(trap_across, 2, False), (ask_months, 2, False), (ask_two_months, 2, False), (ask_period, 2, False)]
TRAPS += [
    (ask_words, 3, False),
    (ask_digits, 2, False),
    (ask_fault, 2, False),
    (ask_head, 2, False),
    (ask_merged, 2, True),
]
TRAPS += [(ask_same_name, 2, False), (ask_same_number, 2, False), (ask_signs, 2, False), (ask_vague, 2, False)]
TRAPS += [(ask_nobody, 2, False), (ask_void, 2, False), (ask_hidden, 2, True)]
TRAPS += [(ask_versions, 2, True), (ask_left_out, 2, False), (ask_twice, 1, False), (ask_currency, 1, False)]


def make(seed: int, path) -> dict:
    """Write the sheet of a seed beside `path` (the suffix is drawn) and return its truth."""
    rng = random.Random(f"third author {seed}")
    suffix = rng.choice([".xlsx"] * 14 + [".csv"] * 5 + [".tsv", ".txt"])
    text = suffix != ".xlsx"
    english = rng.random() < 0.25
    count = rng.randint(4, 8)
    prefix = rng.choice([None, None, "", "0", "KF", "A-", "88"])
    persons = staff(rng, count, prefix, english)
    if prefix is not None and rng.random() < 0.12:
        persons = [Person(p.number, None) for p in persons]
    d = Draft(rng, Book(text=text), Sheet(), text, english, rng.choice([2024, 2025, 2025]), rng.randint(1, 12))
    if not text and prefix == "88" and rng.random() < 0.5:
        persons = [Person(int(p.number), p.name) for p in persons]
    d.persons = persons
    d.formulas = not text and rng.random() < 0.4
    d.blank = rng.choice([None, None, None, "-", "/", 0, "—"])
    if not text and rng.random() < 0.12:
        d.left, d.features = 2, ["an empty first column"]
    if rng.random() < 0.08:
        d.top = 2
    pool = [x for x in (EASY if rng.random() < 0.6 else TRAPS) if not (text and x[2])]
    draw = rng.choices([x[0] for x in pool], [x[1] for x in pool])[0]
    draw(d)
    d.layout = draw.__name__
    target = Path(path).with_suffix(suffix)
    if text:
        chinese = [] if english else ["gb18030", "gb18030"]
        encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", *chinese])
        sep = "\t" if suffix in (".tsv", ".txt") else rng.choice([",", ",", ",", ";"])
        write_text(target, d.sheet, encoding, sep, csv.QUOTE_ALL if rng.random() < 0.2 else csv.QUOTE_MINIMAL)
    else:
        write_xlsx(target, d.sheets or [d.sheet])
    return d.book.truth(
        target.name,
        pay_month=d.pay_month,
        must_ask=bool(d.ask),
        ask_why=d.ask,
        trap=d.trap,
        layout=d.layout,
        features=d.features,
    )
