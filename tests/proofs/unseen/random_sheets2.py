"""Random small pay sheets with a known truth, second set. `make(seed, path)` writes one file and returns its truth.

Features are drawn independently of each other; what cannot stand together is mended by the weaker one giving way. The suffix
and, where the file's name says the month, the end of the stem are drawn: the real name is truth["file"], beside `path`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from common2 import (
    CENT,
    MONTHS,
    Col,
    Ledger,
    Raw,
    Sheet,
    Style,
    Writer,
    amount_of,
    en_names,
    money,
    plain,
    save_text,
    save_xlsx,
    unique,
    zh_names,
)

ZERO = Decimal(0)

# title -> (low, high, step); of one group at most one is taken
ITEMS = {
    "zh": [
        [("底薪", 2800, 4200, "100"), ("基本工资", 3000, 4500, "100"), ("岗位工资", 2500, 5000, "50")],
        [
            ("提成", 80, 3900, "0.01"),
            ("销售提成", 80, 3900, "0.01"),
            ("订单提成", 100, 2600, "0.5"),
            ("业绩提成", 0, 5200, "1"),
        ],
        [("绩效奖金", 200, 1500, "50"), ("绩效工资", 400, 1200, "0.1"), ("月度奖金", 0, 1000, "100")],
        [("全勤奖", 0, 300, "100"), ("满勤奖", 0, 200, "200")],
        [("加班费", 0, 800, "12.5"), ("加班工资", 0, 900, "0.01")],
        [("餐补", 100, 330, "15"), ("伙食补贴", 100, 400, "50")],
        [("话费补贴", 30, 100, "10"), ("交通补贴", 50, 300, "50")],
        [("工龄工资", 0, 500, "50"), ("工龄奖", 0, 400, "100")],
        [("夜班补贴", 0, 450, "30"), ("高温津贴", 100, 300, "100")],
    ],
    "en": [
        [("Base Pay", 1800, 3600, "10"), ("Basic Salary", 2000, 4000, "50")],
        [("Commission", 20, 1900, "0.01"), ("Sales Commission", 20, 2400, "0.01")],
        [("Bonus", 0, 400, "50"), ("Performance Bonus", 0, 600, "25")],
        [("Overtime Pay", 0, 500, "0.01")],
        [("Meal Allowance", 60, 120, "5")],
        [("Shift Allowance", 0, 200, "20")],
        [("Attendance Bonus", 0, 100, "50")],
    ],
}
TAKEN = {
    "zh": [
        [("社保", 300, 480, "0.1"), ("代扣社保", 300, 480, "0.01"), ("社保个人部分", 310, 420, "0.2")],
        [("公积金", 150, 400, "10"), ("代扣公积金", 150, 400, "5")],
        [("个税", 0, 120, "0.01"), ("个人所得税", 0, 150, "0.01")],
        [("迟到扣款", 0, 60, "10"), ("考勤扣款", 0, 200, "0.5")],
        [("质检扣款", 0, 100, "20"), ("差评扣款", 0, 80, "20")],
    ],
    "en": [
        [("Income Tax", 90, 520, "0.01"), ("Tax Withheld", 90, 520, "0.01")],
        [("Pension Contribution", 60, 180, "0.5")],
        [("Late Deduction", 0, 60, "10")],
        [("Health Insurance Deduction", 40, 90, "5")],
    ],
}
ONLY_WITH_NET = {"Pension Contribution", "社保", "公积金"}  # said to be taken off by the net amount
VAGUE = {"zh": ("其他", "调整", "绩效"), "en": ("Other", "Adjustment", "Misc.")}
MEASURES = {
    "zh": [
        ("销售额", "plain", 12000, 99000, "0.01"),
        ("接待人数", "plain", 220, 980, "1"),
        ("成交单数", "plain", 60, 400, "1"),
        ("提成比例", "rate", 8, 25, "1"),
        ("询单转化率", "rate", 200, 700, "1"),
        ("考核得分", "plain", 71, 100, "1"),
        ("销售额(万元)", "plain", 2, 18, "0.01"),
    ],
    "en": [
        ("Sales", "plain", 5000, 52000, "0.01"),
        ("Chats Handled", "plain", 180, 900, "1"),
        ("Commission Rate", "rate", 8, 25, "1"),
        ("QA Score", "plain", 70, 100, "1"),
        ("Conversion Rate", "rate", 90, 400, "1"),
    ],
}
ATTENDANCE = {
    "zh": [
        ("应出勤天数", 22, 26, "1"),
        ("实出勤天数", 15, 22, "0.5"),
        ("迟到次数", 0, 4, "1"),
        ("加班时长(小时)", 0, 30, "0.5"),
        ("请假天数", 0, 3, "0.5"),
    ],
    "en": [
        ("Days Scheduled", 20, 23, "1"),
        ("Days Worked", 15, 20, "0.5"),
        ("OT Hours", 0, 20, "0.5"),
        ("Late Count", 0, 4, "1"),
    ],
}
STANDARD = {"zh": ("月薪标准", "底薪标准", "标准月薪"), "en": ("Monthly Standard", "Contract Salary")}
WORDS = {
    "zh": {
        "serial": ("序号", "No.", "序"),
        "number": ("工号", "员工编号", "员工号", "人员编号"),
        "name": ("姓名", "员工姓名", "客服姓名"),
        "team": ("部门", "组别", "所属部门"),
        "role": ("岗位", "职位"),
        "gross": ("应发合计", "应发工资", "应发金额", "应发小计"),
        "only": ("合计", "工资合计", "应发合计", "总计"),
        "off": ("扣款合计", "应扣合计", "扣除小计"),
        "net": ("实发工资", "实发金额", "实发合计", "实发"),
        "note": ("备注",),
        "sign": ("签字", "签名", "领款人签名"),
        "card": ("银行卡号", "工资卡号"),
        "total": ("合计", "合 计", "总计", "总合计", "合计："),
        "sub": ("小计", "部门小计"),
        "mean": ("人均", "平均值", "均值"),
        "month": ("月份", "工资月份", "所属月份"),
        "item": ("工资项目", "项目", "薪资项目"),
        "amount": ("金额", "金额(元)"),
        "kind": ("类型", "收支"),
    },
    "en": {
        "serial": ("No.", "#", "S/N"),
        "number": ("Employee ID", "Emp No", "Staff ID"),
        "name": ("Name", "Employee Name", "Employee"),
        "team": ("Department", "Team"),
        "role": ("Position", "Job Title"),
        "gross": ("Gross Pay", "Total Earnings"),
        "only": ("Total", "Total Pay", "Gross Pay"),
        "off": ("Total Deductions",),
        "net": ("Net Pay", "Take-home Pay"),
        "note": ("Remarks", "Notes"),
        "sign": ("Signature",),
        "card": ("Bank Account",),
        "total": ("Total", "TOTAL", "Grand Total"),
        "sub": ("Subtotal", "Team subtotal"),
        "mean": ("Average", "Mean"),
        "month": ("Month", "Pay Month"),
        "item": ("Pay Item", "Item"),
        "amount": ("Amount",),
        "kind": ("Type",),
    },
}
TEAMS = {
    "zh": ("售前组", "售后组", "直播客服部", "客服一部", "客服二部", "物流客服组"),
    "en": ("Pre-sales", "After-sales", "Chat Team", "Phone Team"),
}
ROLES = {"zh": ("客服", "组长", "客服专员", "实习客服"), "en": ("Agent", "Senior Agent", "Team Lead")}
FIRMS = {
    "zh": ("青禾电商", "云栖茶具", "北屿户外", "木棉朵商贸", "拾光灯饰"),
    "en": ("Harbour Lane Ltd", "Fiddlehead Outfitters", "Marlow & Pike"),
}
NOTES = {
    "zh": (
        "注：提成按签收金额计算，退款在完成当月扣回。",
        "说明：1.迟到每次扣10元；2.全勤奖200元。",
        "备注：如有疑问请于3日内联系人事。",
        "10月退款已在本月扣回。",
    ),
    "en": (
        "Note: commission is paid on delivered orders only.",
        "Questions to HR within 3 working days.",
        "Refunds are clawed back when completed.",
    ),
}
REMARKS = {
    "zh": ("新入职", "请假2天", "含补发", "已转正", "15日调岗"),
    "en": ("new joiner", "2 days leave", "incl. back pay", "moved team"),
}
LAYOUTS = (("wide", 42), ("slips", 11), ("groups", 13), ("blocks", 9), ("months", 9), ("long", 10), ("across", 6))
PLACES = (("title", 40), ("sheet", 14), ("file", 13), ("line", 12), ("column", 10), ("none", 11))


@dataclass
class Draw:
    """What was drawn for one sheet."""

    lang: str
    layout: str
    text: bool
    month: str
    place: str
    rnd: random.Random

    def word(self, what: str) -> str:
        """A word for a head or label."""
        return self.rnd.choice(WORDS[self.lang][what])

    def chance(self, share: float) -> bool:
        """True with this chance."""
        return self.rnd.random() < share


def weighted(rnd: random.Random, choices: tuple) -> str:
    """One of the names by weight."""
    return rnd.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def spelled(rnd: random.Random, lang: str, month: str, where: str) -> str:
    """A month as people write it."""
    year, m = int(month[:4]), int(month[5:])
    if lang == "en":
        forms = [f"{MONTHS[m - 1]} {year}", f"{MONTHS[m - 1][:3]} {year}", f"{year}-{m:02d}"]
    else:
        forms = [f"{year}年{m}月", f"{year}年{m:02d}月", f"{year}年{m}月份", f"{year}-{m:02d}", f"{year}.{m:02d}"]
    if where in {"sheet", "file"}:
        forms.append(f"{year}{m:02d}")
    return rnd.choice(forms)


def following(month: str) -> str:
    """The next month."""
    year, m = int(month[:4]), int(month[5:])
    return f"{year + m // 12}-{m % 12 + 1:02d}"


def style_of(d: Draw) -> Style:
    """How amounts are written in this sheet."""
    zero = d.rnd.choices(["zero", "dash", "blank"], [60, 20, 20])[0]
    kinds = (
        ["number", "text", "comma", "yen", "yen1", "yuan", "wide"]
        if d.lang == "zh"
        else ["number", "text", "comma", "dollar"]
    )
    weights = [66, 10, 8, 5, 3, 4, 4] if d.lang == "zh" else [70, 10, 12, 8]
    kind = d.rnd.choices(kinds, weights)[0]
    fmt = d.rnd.choice([None, None, "0.00", "#,##0.00", "¥#,##0.00" if d.lang == "zh" else "#,##0.00"])
    sign = "wide" if kind == "wide" else d.rnd.choice(["minus", "minus", "bracket"])
    return Style(kind, fmt, zero, sign)


class Plan:
    """The columns of the sheet, and a value of each kind for a person."""

    def __init__(self, d: Draw) -> None:
        rnd = d.rnd
        self.d = d
        self.asks: list[str] = []
        self.feats: list[str] = []
        groups = d.chance(0.2) and d.layout in {"wide", "groups", "months"}
        self.two = groups
        if groups:
            self.feats.append("two-row heads")
        names = {k: d.word(k) for k in ("number", "name", "team", "role", "gross", "only", "off", "net")}
        front: list[Col] = []
        self.numbered = d.chance(0.72)
        self.id_kind = rnd.choice(["text", "int", "prefix", "format"])
        if d.chance(0.4):
            front.append(Col(d.word("serial"), "serial"))
        mine = [Col(names["number"], "number")] if self.numbered else []
        mine.append(Col(names["name"], "name"))
        if d.chance(0.2):
            mine.reverse()
        front += mine
        if d.chance(0.4):
            front.append(Col(names["team"], "team"))
        if d.chance(0.25):
            front.append(Col(names["role"], "role"))
        if d.chance(0.08):
            front.append(Col(d.word("card"), "card"))
        self.ranges: dict[int, tuple] = {}
        cols = front
        if d.place == "column" and d.layout != "across":
            cols.insert(0 if d.chance(0.5) else len(cols), Col(d.word("month"), "month"))
        tops = {
            "att": "考勤",
            "mea": "业绩",
            "pay": rnd.choice(["应发项目", "应发部分"]),
            "off": rnd.choice(["扣款项目", "应扣部分"]),
        }
        if d.lang == "en":
            tops = {"att": "Attendance", "mea": "Performance", "pay": "Earnings", "off": "Deductions"}
        if not groups:
            tops = dict.fromkeys(tops, "")
        for title, low, high, step in rnd.sample(ATTENDANCE[d.lang], rnd.choice([0, 0, 0, 1, 2, 3])):
            if title in {"应出勤天数", "Days Scheduled"}:
                low = high = rnd.randint(low, high)  # one number for all
            self.add(cols, Col(title, "plain", tops["att"]), (low, high, step))
        for title, kind, low, high, step in rnd.sample(MEASURES[d.lang], rnd.choice([0, 0, 0, 1, 2])):
            percent = kind == "rate" and not d.text
            self.add(cols, Col(title, kind, tops["mea"], fmt="0.0%" if percent else None), (low, high, step))
        has_gross = d.chance(0.7)
        unit = d.chance(0.1)
        suffix = ("(元)" if d.lang == "zh" else " (USD)") if unit else ""
        brk = d.chance(0.08)
        standard = d.chance(0.1)
        if standard and has_gross:
            self.add(cols, Col(rnd.choice(STANDARD[d.lang]), "plain"), (3000, 5000, "100"))
            self.feats.append("standard")
        takes = rnd.sample(ITEMS[d.lang][1:], rnd.randint(1, 4))
        added = []
        off_count = rnd.choice([0, 0, 1, 2, 3])
        with_base = off_count or len(takes) < 3 or d.chance(0.5)
        first = rnd.choice(ITEMS[d.lang][0]) if with_base else None
        for title, low, high, step in ([first] if first else []) + [rnd.choice(group) for group in takes]:
            shown = title + suffix
            if brk and len(title) == 4 and d.lang == "zh":
                shown = title[:2] + "\n" + title[2:]
            added.append(self.add(cols, Col(shown, "item", tops["pay"]), (low, high, step)))
        self.vague = None
        if d.chance(0.12):
            title = rnd.choice(VAGUE[d.lang])
            self.vague = self.add(cols, Col(title, "item", tops["pay"], asked=not has_gross), (10, 320, "10"))
            added.append(self.vague)
            self.feats.append("vague column")
            if not has_gross:
                self.asks.append(f"{title} may be pay or not: no sum tells")
        off_specs = [rnd.choice(group) for group in rnd.sample(TAKEN[d.lang], off_count)]
        has_net = bool(off_specs) and d.chance(0.8)
        off_specs = [spec for spec in off_specs if has_net or spec[0] not in ONLY_WITH_NET]
        has_net = has_net and bool(off_specs)
        self.gross = self.net = self.nonsense = None
        if has_gross:
            inside = groups and d.chance(0.3)
            title = (
                d.rnd.choice(["小计", "合计"]) if inside and d.lang == "zh" else names["gross" if off_specs else "only"]
            )
            self.gross = self.add(
                cols, Col(title + ("" if inside else suffix), "sum", tops["pay"] if inside else "", added=tuple(added))
            )
        negative = bool(off_specs) and d.chance(0.25)
        if negative:
            self.feats.append("negative deductions")
        off = [
            self.add(
                cols, Col(title + suffix, "item" if negative else "deduction", tops["off"]), (low, high, step, negative)
            )
            for title, low, high, step in off_specs
        ]
        self.off_sum = None
        if len(off) > 1 and has_net and d.chance(0.3) and not negative:
            self.off_sum = self.add(cols, Col(names["off"], "sum", added=tuple(off)))
        if has_net:
            plus = (self.gross,) if self.gross is not None else tuple(added)
            minus = (self.off_sum,) if self.off_sum is not None else tuple(off)
            spec = (
                Col(names["net"], "sum", added=plus + minus)
                if negative
                else Col(names["net"], "sum", added=plus, off=minus)
            )
            self.net = self.add(cols, spec)
        if self.vague is not None and not has_gross and (has_net or d.layout == "long"):
            cols[self.vague].asked = False  # the net amount tells, or the head of the items
            self.asks.pop()
        if d.chance(0.2):
            cols.append(Col(d.word("note"), "note"))
        if d.chance(0.12):
            cols.append(Col(d.word("sign"), "sign"))
        if d.layout not in {"long", "across"} and len(added) > 1 and d.chance(0.045):
            place = cols.index(next(c for c in cols if c.kind == "item"))
            self.unnamed = place
            self.asks.append("a column of figures has no head")
        else:
            self.unnamed = None
        self.cols = cols
        self.items = [k for k, c in enumerate(cols) if c.kind in {"item", "deduction"}]

    def add(self, cols: list[Col], col: Col, span: tuple | None = None) -> int:
        """Append a column with the span of its values; its place."""
        cols.append(col)
        if span:
            self.ranges[len(cols) - 1] = span
        return len(cols) - 1

    def value(self, k: int) -> object:
        """A random value of a column for one person."""
        rnd, col = self.d.rnd, self.cols[k]
        low, high, step, *sign = self.ranges[k]
        if col.kind == "rate":
            value = Decimal(rnd.randint(low, high)) / 1000
            if col.fmt:
                return value
            return f"{plain(value * 100)}%"
        value = money(rnd, low, high, step)
        if col.kind == "plain":
            return value
        if low == 0 and rnd.random() < 0.45:
            value = ZERO
        if k == self.vague:
            value = rnd.choice([1, -1]) * max(value, Decimal(10))
        return -value if sign and sign[0] else value


def people_of(d: Draw, plan: Plan, count: int) -> tuple[list[tuple[str | None, str]], bool]:
    """Numbers and names; whether a name stands twice without numbers."""
    rnd = d.rnd
    names = zh_names(rnd, count) if d.lang == "zh" else en_names(rnd, count)
    twice = count > 3 and d.chance(0.13)
    if twice:
        names[-1] = names[rnd.randrange(count - 2)]
    if d.lang == "en" and d.chance(0.1):
        names = [", ".join(reversed(n.split(" "))) for n in names]
    if d.lang == "zh" and d.chance(0.12):
        names = [f"{n[0]}　{n[1]}" if len(n) == 2 else n for n in names]
    if not plan.numbered:
        return [(None, name) for name in names], twice
    start = rnd.randint(11, 890)
    picked = sorted(rnd.sample(range(start, start + 3 * count), count))
    shape = {
        "text": "{:05d}",
        "int": "{}",
        "prefix": rnd.choice(["KF{:03d}", "A{:04d}", "QH-{:03d}"]),
        "format": "{:04d}",
    }[plan.id_kind]
    return [(shape.format(n), name) for n, name in zip(picked, names, strict=True)], False


def row_values(d: Draw, plan: Plan, who: tuple, n: int, team: str, month: str, month_form: str) -> list:
    """The values of one person's row by place."""
    rnd, out = d.rnd, []
    for k, col in enumerate(plan.cols):
        kind = col.kind
        if kind == "serial":
            out.append(n)
        elif kind == "number":
            number = who[0]
            as_number = plan.id_kind in {"int", "format"} and not d.text
            col.fmt = "0000" if plan.id_kind == "format" and not d.text else None
            out.append(int(number) if as_number else number)
        elif kind == "name":
            out.append(who[1])
        elif kind == "team":
            out.append(team)
        elif kind == "role":
            out.append(rnd.choice(ROLES[d.lang]))
        elif kind == "card":
            out.append(f"6222{rnd.randint(10**14, 10**15 - 1)}")
        elif kind == "month":
            out.append(month_value(month, month_form, col, d))
        elif kind == "note":
            out.append(rnd.choice(REMARKS[d.lang]) if rnd.random() < 0.25 else None)
        elif kind in {"sign", "sum"}:
            out.append(None)
        else:
            out.append(plan.value(k))
    return out


def month_value(month: str, form: str, col: Col, d: Draw) -> object:
    """The month in a column of its own."""
    year, m = int(month[:4]), int(month[5:])
    if form == "date" and not d.text:
        col.fmt = 'yyyy"年"m"月"' if d.lang == "zh" else "mmm yyyy"
        return date(year, m, 1)
    if form == "number":
        return year * 100 + m
    return f"{year}年{m}月" if form == "zh" and d.lang == "zh" else f"{year}-{m:02d}"


class Sheets:
    """Writes one drawn file."""

    def __init__(self, seed: int) -> None:
        rnd = random.Random(f"second-{seed}")
        lang = "zh" if rnd.random() < 0.7 else "en"
        layout = weighted(rnd, LAYOUTS)
        text = rnd.random() < 0.2 and layout != "months"
        place = weighted(rnd, PLACES)
        if text and place == "sheet":
            place = "file"
        if layout == "months" and place in {"line", "column", "file"}:
            place = "title"
        if layout == "across" and place == "column":
            place = "line"
        month = f"{rnd.choice([2023, 2024, 2024, 2025])}-{rnd.randint(1, 12):02d}"
        self.d = Draw(lang, layout, text, month, place, rnd)
        self.plan = Plan(self.d)
        self.ledger = Ledger(text)
        self.style = style_of(self.d)
        self.writers: list[Writer] = []
        self.sheets: list[Sheet] = []
        self.formulas = not text and rnd.random() < 0.4 and self.style.kind == "number"
        self.feats = [*self.plan.feats, f"style {self.style.kind}", f"zero {self.style.zero}"]
        self.asks = self.plan.asks
        self.month_known: str | None = month if place != "none" else None
        self.month_form = rnd.choice(["date", "number", "zh", "iso"])
        self.file_mark = ""
        self.title_also = rnd.random() < 0.75
        self.conflict = place in {"title", "line"} and layout not in {"months"} and rnd.random() < 0.05
        self.cycle = place == "line" and not self.conflict and rnd.random() < 0.15
        if self.cycle:
            self.asks.append("the period lies in two months")
            self.month_known = None
        self.merged_title = rnd.random() < 0.7
        self.extra_not_items: list[str] = []
        self.extra_deductions: list[str] = []

    # --- parts -------------------------------------------------------------------------------------------------------------

    def sheet_name(self, month: str) -> str:
        """The name of a sheet."""
        d = self.d
        if d.place == "sheet":
            return spelled(d.rnd, d.lang, month, "sheet")
        return d.rnd.choice(["Sheet1", "工资表", "工资"] if d.lang == "zh" else ["Sheet1", "Payroll", "Pay"])

    def above(self, sheet: Sheet, month: str, width: int) -> int:
        """Title and lines above the head; the row of the head."""
        d, rnd = self.d, self.d.rnd
        row = 1
        zh = d.lang == "zh"
        if d.place == "title" or self.title_also:
            firm = rnd.choice(FIRMS[d.lang])
            told = (
                spelled(rnd, d.lang, month, "title")
                if d.place == "title" or (d.place != "none" and not self.cycle and rnd.random() < 0.2)
                else ""
            )
            if zh:
                title = rnd.choice(
                    [
                        f"{firm}{told}工资表",
                        f"{told}客服部工资表",
                        f"{firm}客服薪资明细（{told}）" if told else f"{firm}客服薪资明细",
                    ]
                )
            else:
                title = rnd.choice(
                    [f"{firm} Payroll {told}", f"Payroll Sheet - {told}" if told else "Payroll Sheet"]
                ).strip()
            sheet.put(row, 1, title)
            if self.merged_title and not d.text:
                sheet.merge(row, 1, row, width)
            row += 1
        line = []
        if d.place == "line":
            told = spelled(rnd, d.lang, month, "line")
            if self.cycle:
                told = f"{month}-26 至 {following(month)}-25" if zh else f"{month}-26 to {following(month)}-25"
            line.append(
                rnd.choice(
                    [f"所属月份：{told}", f"工资月份:{told}", f"计薪期间：{told}"]
                    if zh
                    else [f"Pay month: {told}", f"Payroll period: {told}"]
                )
            )
        later = following(month)
        if rnd.random() < 0.2:
            day = rnd.randint(3, 9)
            if zh:
                made = f"{int(later[:4])}年{int(later[5:])}月{day}日" if rnd.random() < 0.5 else f"{later}-{day:02d}"
                line.append(
                    rnd.choice(
                        [f"制表日期：{made}", f"打印时间：{made}", f"发放日期：{made}", f"制表时间: {made} 17:20"]
                    )
                )
            else:
                line.append(
                    rnd.choice(
                        [
                            f"Printed on {day} {MONTHS[int(later[5:]) - 1]} {later[:4]}",
                            f"Prepared {later}-{day:02d}",
                            f"Pay date: {later}-{day:02d}",
                        ]
                    )
                )
            self.feats.append("date of making")
        if zh and rnd.random() < 0.25:
            line.append("单位：元")
        if line:
            wide = 3 if width >= 3 * len(line) else 1
            for k, text in enumerate(line):
                sheet.put(row, 1 + wide * k, text)
            row += 1
        if row > 1 and rnd.random() < 0.15:
            row += 1
        return row

    def head(self, writer: Writer, row: int) -> int:
        """The head; the first row below."""
        if self.plan.two:
            writer.two_heads(row, merged=not self.d.text and self.d.rnd.random() < 0.9)
            height = 2
        else:
            writer.head(row)
            height = 1
        if self.plan.unnamed is not None:
            writer.sheet.cells.pop((row + height - 1, writer.left + self.plan.unnamed), None)
            if height == 2 and not writer.cols[self.plan.unnamed].top:
                writer.sheet.cells.pop((row, writer.left + self.plan.unnamed), None)
        return row + height

    def below(self, sheet: Sheet, row: int) -> None:
        """Notes and signatures under the table."""
        rnd = self.d.rnd
        if rnd.random() < 0.2:
            row += rnd.choice([0, 1])
            sheet.put(row, 1, rnd.choice(NOTES[self.d.lang]))
            row += 1
            self.feats.append("note")
        if rnd.random() < 0.22:
            row += 1
            for k, text in enumerate(
                ["制表：", "审核：", "总经理："]
                if self.d.lang == "zh"
                else ["Prepared by:", "Checked by:", "Approved by:"]
            ):
                sheet.put(row, 1 + 2 * k, text)
            self.feats.append("signatures")

    def mean_row(self, writer: Writer, row: int, rows: list[int], label_at: int) -> None:
        """A row of means."""
        sheet = writer.sheet
        sheet.put(row, writer.left + label_at, self.d.word("mean"))
        for k, col in enumerate(writer.cols):
            if col.kind in {"item", "deduction", "sum"}:
                total = sum((writer.counts.get((r, k), ZERO) for r in rows), ZERO)
                mean = (total / len(rows)).quantize(CENT, ROUND_HALF_UP)
                sheet.put(row, writer.left + k, *self.style.cell(mean))
        self.feats.append("mean row")

    def label_place(self, plan: Plan) -> int:
        """Where the word of a sum row stands."""
        places = [k for k, c in enumerate(plan.cols) if c.kind in {"serial", "name", "number", "team"}]
        return places[0] if self.d.rnd.random() < 0.6 else next(k for k in places if plan.cols[k].kind == "name")

    def sum_places(self, plan: Plan) -> list[int]:
        """The columns that the sum row adds."""
        out = [k for k, c in enumerate(plan.cols) if c.kind in {"item", "deduction", "sum"}]
        if self.only_totals:
            out = [k for k in out if plan.cols[k].kind == "sum"]
        if self.sum_measures:
            out += [
                k
                for k, c in enumerate(plan.cols)
                if c.kind == "plain" and c.title in {"销售额", "接待人数", "成交单数", "Sales", "Chats Handled"}
            ]
        return out

    def wrong_row(self, plan: Plan, count: int) -> tuple[int, dict[int, Decimal]] | None:
        """A person's total that does not hold, seldom."""
        sums = [k for k, c in enumerate(plan.cols) if c.kind == "sum"]
        if not sums or count < 4 or plan.vague is not None or self.d.rnd.random() > 0.09:
            return None
        self.feats.append("wrong total of a row")
        return self.d.rnd.randrange(count), {
            self.d.rnd.choice(sums): Decimal(self.d.rnd.choice([100, -50, 10, -200, 36]))
        }

    # --- layouts ------------------------------------------------------------------------------------------------------------

    def write(self, path: Path) -> dict:
        """Write the file and return its truth."""
        d, rnd = self.d, self.d.rnd
        self.only_totals = any(c.kind == "sum" for c in self.plan.cols) and rnd.random() < 0.12
        self.sum_measures = rnd.random() < 0.5
        count = rnd.randint(3, 11)
        people, twice = people_of(d, self.plan, count)
        if twice:
            self.asks.append("one name stands twice without numbers")
        {
            "wide": self.wide,
            "groups": self.wide,
            "blocks": self.blocks,
            "slips": self.slips,
            "months": self.months,
            "long": self.long,
            "across": self.across,
        }[d.layout](people)
        if self.conflict and not d.text:
            self.sheets[0].name = self.renamed(spelled(rnd, d.lang, following(d.month), "sheet"))
            self.asks.append("the sheet's name and what stands in it name two months")
            self.month_known = None
        elif self.conflict:
            self.file_mark = spelled(rnd, d.lang, following(d.month), "file")
            self.asks.append("the file's name and what stands in it name two months")
            self.month_known = None
        if d.place == "file":
            self.file_mark = spelled(rnd, d.lang, d.month, "file")
        stem = path.stem
        if self.file_mark:
            stem += rnd.choice(
                [f"_{self.file_mark}工资表", f"_工资{self.file_mark}"]
                if d.lang == "zh"
                else [f" {self.file_mark} payroll", f" payroll {self.file_mark}"]
            )
        target = path.with_name(f"{stem}.{'csv' if d.text else 'xlsx'}")
        if d.text:
            codes = ["utf-8-sig", "gb18030", "utf-8"] if d.lang == "zh" else ["utf-8", "utf-8-sig"]
            encoding = rnd.choice(codes)
            save_text(target, self.sheets[0], encoding)
            self.feats.append(encoding)
        else:
            self.others()
            save_xlsx(target, self.sheets)
        return self.truth(target)

    def renamed(self, name: str) -> str:
        """Give the only sheet another name, in the truth as well."""
        old = self.sheets[0].name

        def new(cell: str) -> str:
            return f"{name}!{cell[len(old) + 1 :]}"

        self.ledger.lines = [(*line[:4], new(line[4])) for line in self.ledger.lines]
        self.ledger.totals = {
            new(c): (stated, [new(x) for x in plus], [new(x) for x in minus])
            for c, (stated, plus, minus) in self.ledger.totals.items()
        }
        if hasattr(self, "long_counts"):
            self.long_counts = {new(c): value for c, value in self.long_counts.items()}
        return name

    def others(self) -> None:
        """Further sheets without pay."""
        rnd = self.d.rnd
        if rnd.random() < 0.12:
            self.sheets += [Sheet("Sheet2"), Sheet("Sheet3")]
        elif rnd.random() < 0.06:
            notes = Sheet("说明" if self.d.lang == "zh" else "Notes")
            notes.put(1, 1, rnd.choice(NOTES[self.d.lang]))
            self.sheets.append(notes)

    def writer(self, sheet: Sheet, left: int = 1) -> Writer:
        """A writer for a table of this file."""
        writer = Writer(self.ledger, sheet, self.plan.cols, self.style, left, self.formulas)
        self.writers.append(writer)
        if sheet not in self.sheets:
            self.sheets.append(sheet)
        return writer

    def mark_unnamed(self) -> None:
        """A column without head is nobody's item."""
        if self.plan.unnamed is not None:
            self.plan.cols[self.plan.unnamed].asked = True

    def wide(self, people: list[tuple]) -> None:
        """One table; in groups with sums under each team where that was drawn."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        self.mark_unnamed()
        sheet = Sheet(self.sheet_name(d.month))
        writer = self.writer(sheet, 2 if rnd.random() < 0.07 else 1)
        row = self.head(writer, self.above(sheet, d.month, len(plan.cols)))
        parts = self.parts(people) if d.layout == "groups" else [("", people)]
        label_at = self.label_place(plan)
        wrong = self.wrong_row(plan, len(people))
        asked_row = self.odd_row(len(people))
        gaps = d.layout == "wide" and rnd.random() < 0.1
        idle = rnd.randrange(len(people)) if rnd.random() < 0.04 and len(people) > 4 else None
        nobody = rnd.randrange(1, len(people)) if rnd.random() < 0.025 else None
        team_at = next((k for k, c in enumerate(plan.cols) if c.kind == "team"), None)
        merge_team = d.layout == "groups" and team_at is not None and not d.text and rnd.random() < 0.4
        everybody, n = [], 0
        for team, members in parts:
            rows = []
            for who in members:
                if gaps and n and rnd.random() < 0.3:
                    row += 1
                values = row_values(d, plan, who, n + 1, team or rnd.choice(TEAMS[d.lang]), d.month, self.month_form)
                self.asked_cell(values, n == asked_row)
                if n == idle and n not in {asked_row, nobody}:
                    values = [None if k in plan.ranges else value for k, value in enumerate(values)]
                    self.feats.append("a person without figures")
                if merge_team and rows:
                    values[team_at] = None
                noted = len(self.ledger.lines)
                if n == nobody:
                    values = [
                        None if c.kind in {"number", "name", "serial", "team"} else v
                        for c, v in zip(plan.cols, values, strict=True)
                    ]
                    self.asks.append("a row of figures names nobody")
                writer.person(row, values, who, off_by=wrong[1] if wrong and wrong[0] == n else None)
                if n == nobody:
                    del self.ledger.lines[noted:], self.ledger.months[noted:]
                rows.append(row)
                row, n = row + 1, n + 1
            everybody += rows
            if merge_team:
                sheet.merge(rows[0], writer.left + team_at, rows[-1], writer.left + team_at)
                self.feats.append("merged teams")
            if team:
                self.sum_row(
                    writer,
                    row,
                    rows,
                    f"{team}{d.word('sub')}" if d.lang == "zh" and rnd.random() < 0.5 else d.word("sub"),
                    label_at,
                )
                row += 1 + (rnd.random() < 0.15)
        if rnd.random() < 0.72 or d.layout == "groups":
            total = d.word("total")
            if d.lang == "zh" and rnd.random() < 0.08:
                total = f"合计({len(people)}人)"
            self.sum_row(writer, row, everybody, total, label_at)
            row += 1
        if d.layout == "wide" and rnd.random() < 0.07:
            self.mean_row(writer, row, everybody, label_at)
            row += 1
        if not d.text and rnd.random() < 0.02:
            sheet.hidden.add(rnd.choice(everybody))
            self.asks.append("a person's row is hidden")
        self.nonsense(writer, everybody)
        self.below(sheet, row)

    def parts(self, people: list[tuple]) -> list[tuple[str, list[tuple]]]:
        """People in two or three teams."""
        teams = self.d.rnd.sample(TEAMS[self.d.lang], 2 if len(people) < 6 else 3)
        size = -(-len(people) // len(teams))
        return [
            (team, people[k * size : (k + 1) * size])
            for k, team in enumerate(teams)
            if people[k * size : (k + 1) * size]
        ]

    def odd_row(self, count: int) -> int | None:
        """The person in whose row a word stands where an amount is expected, seldom."""
        return self.d.rnd.randrange(count) if self.d.rnd.random() < 0.035 else None

    def asked_cell(self, values: list, here: bool) -> None:
        """Put a word where an amount is expected."""
        if here:
            k = self.d.rnd.choice([k for k in self.plan.items if k != self.plan.unnamed] or self.plan.items)
            values[k] = Raw(
                self.d.rnd.choice(
                    ["待定", "待核实", "见附表"] if self.d.lang == "zh" else ["TBC", "pending", "see note"]
                )
            )
            self.asks.append("a word stands where an amount is expected")

    def sum_row(self, writer: Writer, row: int, rows: list[int], label: str, label_at: int) -> None:
        """A row of sums, seldom with one that does not hold."""
        rnd = self.d.rnd
        places = self.sum_places(self.plan)
        off_by, short = None, None
        if places and len(rows) > 1 and rnd.random() < 0.08:
            k = rnd.choice(places)
            if self.formulas and writer.counts.get((rows[-1], k)):
                short = {k}
            else:
                off_by = {k: Decimal(rnd.choice([100, -20, 0, 88])) or Decimal("0.5")}
            self.feats.append("wrong sum")
        writer.sums(row, rows, label, label_at, places, off_by, short)

    def nonsense(self, writer: Writer, rows: list[int]) -> None:
        """Seldom, a total that fits nothing."""
        if self.plan.gross is None or self.formulas or self.d.rnd.random() > 0.02 or self.plan.net is not None:
            return
        for r in rows:
            value = money(self.d.rnd, 900, 2200, "1")
            writer.sheet.put(r, writer.left + self.plan.gross, *self.style.cell(value))
        self.asks.append(f"{self.plan.cols[self.plan.gross].title} equals nothing")

    def blocks(self, people: list[tuple]) -> None:
        """A block per team with the head again."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        self.mark_unnamed()
        sheet = Sheet(self.sheet_name(d.month))
        writer = self.writer(sheet)
        row = self.above(sheet, d.month, len(plan.cols))
        label_at = self.label_place(plan)
        wrong = self.wrong_row(plan, len(people))
        named, summed, grand = rnd.random() < 0.8, rnd.random() < 0.8, rnd.random() < 0.4
        everybody, n = [], 0
        for team, members in self.parts(people):
            if named:
                sheet.put(row, 1, rnd.choice([team, f"部门：{team}"] if d.lang == "zh" else [team, f"Team: {team}"]))
                row += 1
            row = self.head(writer, row)
            rows = []
            for who in members:
                values = row_values(d, plan, who, n + 1, team, d.month, self.month_form)
                writer.person(row, values, who, off_by=wrong[1] if wrong and wrong[0] == n else None)
                rows.append(row)
                row, n = row + 1, n + 1
            everybody += rows
            if summed:
                self.sum_row(writer, row, rows, d.word("sub"), label_at)
                row += 1
            row += 1
        if grand:
            self.sum_row(
                writer, row, everybody, rnd.choice(["总计", "总合计"] if d.lang == "zh" else ["Grand Total"]), label_at
            )
            row += 1
        self.below(sheet, row)

    def slips(self, people: list[tuple]) -> None:
        """The head above each person."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        self.mark_unnamed()
        sheet = Sheet(self.sheet_name(d.month))
        writer = self.writer(sheet)
        row = self.above(sheet, d.month, len(plan.cols))
        wrong = self.wrong_row(plan, len(people))
        asked_row = self.odd_row(len(people))
        gap = rnd.choice([0, 1, 1, 2])
        for n, who in enumerate(people):
            row = self.head(writer, row)
            values = row_values(d, plan, who, n + 1, rnd.choice(TEAMS[d.lang]), d.month, self.month_form)
            self.asked_cell(values, n == asked_row)
            writer.person(row, values, who, off_by=wrong[1] if wrong and wrong[0] == n else None)
            row += 1 + gap
        self.below(sheet, row)

    def months(self, people: list[tuple]) -> None:
        """A sheet a month; each says its own, or none does."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        self.mark_unnamed()
        names: set[str] = set()
        month = d.month
        label_at = self.label_place(plan)
        summed = rnd.random() < 0.75
        known = d.place != "none"
        for k in range(rnd.choice([2, 2, 3])):
            name = (
                self.sheet_name(month)
                if d.place == "sheet"
                else ("第{}期" if d.lang == "zh" else "Batch {}").format(k + 1)
            )
            if name in names:
                name += f"({k})"
            names.add(name)
            sheet = Sheet(name)
            writer = self.writer(sheet)
            row = self.head(writer, self.above(sheet, month, len(plan.cols)))
            rows = []
            for n, who in enumerate(people):
                if rnd.random() < 0.1 and len(people) > 3:
                    continue
                values = row_values(d, plan, who, n + 1, TEAMS[d.lang][n % 2], month, self.month_form)
                writer.person(row, values, who, month if known else None)
                rows.append(row)
                row += 1
            if summed and rows:
                self.sum_row(writer, row, rows, d.word("total"), label_at)
                row += 1
            self.below(sheet, row)
            month = following(month)
        self.month_known = None

    def long(self, people: list[tuple]) -> None:
        """One row an item."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        sheet = Sheet(self.sheet_name(d.month))
        self.sheets.append(sheet)
        heads = []
        if plan.numbered:
            heads.append(("number", d.word("number")))
        heads.append(("name", d.word("name")))
        if rnd.random() < 0.3:
            heads.append(("team", d.word("team")))
        if d.place == "column":
            heads.insert(0, ("month", d.word("month")))
        taken_off = [c.title.removesuffix("(元)") for c in plan.cols if c.kind == "deduction"]
        typed = rnd.random() < 0.5 or any(title in ONLY_WITH_NET for title in taken_off)
        typed = typed and not any(len(span) == 4 and span[3] for span in plan.ranges.values())
        if typed:
            heads.append(("kind", d.word("kind")))
        heads += [("item", d.word("item")), ("amount", d.word("amount"))]
        if rnd.random() < 0.2:
            heads.append(("note", d.word("note")))
        row = self.above(sheet, d.month, len(heads))
        for k, (_, title) in enumerate(heads, 1):
            sheet.put(row, k, title)
        row += 1
        merged = not d.text and rnd.random() < 0.3
        plus, minus = ("应发", "扣款") if d.lang == "zh" else ("Earning", "Deduction")
        at = {kind: k for k, (kind, _) in enumerate(heads, 1)}
        counts: dict[str, Decimal] = {}
        added, off = [], []
        month_col = Col("", "month")
        for who in people:
            team, first = rnd.choice(TEAMS[d.lang]), row
            for k in plan.items:
                col = plan.cols[k]
                title = col.title.replace("\n", "").removesuffix("(元)").removesuffix(" (USD)")
                value = plan.value(k)
                if value == 0 and rnd.random() < 0.5 and not (k == plan.items[-1] and row == first):
                    continue
                if not merged or row == first:
                    number = who[0]
                    if number is not None:
                        as_number = plan.id_kind in {"int", "format"} and not d.text
                        sheet.put(
                            row,
                            at["number"],
                            int(number) if as_number else number,
                            "0000" if as_number and plan.id_kind == "format" else None,
                        )
                    sheet.put(row, at["name"], who[1])
                    if "team" in at:
                        sheet.put(row, at["team"], team)
                if "month" in at:
                    text = month_value(d.month, self.month_form, month_col, d)
                    sheet.put(row, at["month"], text, month_col.fmt)
                if typed:
                    sheet.put(row, at["kind"], minus if col.kind == "deduction" else plus)
                sheet.put(row, at["item"], title)
                sheet.put(row, at["amount"], *self.style.cell(value))
                if "note" in at and rnd.random() < 0.15:
                    sheet.put(row, at["note"], rnd.choice(REMARKS[d.lang]))
                self.ledger.line(sheet, row, at["amount"], who, title, value)
                counts[self.ledger.cell(sheet, row, at["amount"])] = amount_of(value)
                if col.kind == "deduction":
                    off.append(self.ledger.cell(sheet, row, at["amount"]))
                    self.extra_deductions.append(title)
                else:
                    added.append(self.ledger.cell(sheet, row, at["amount"]))
                row += 1
            if merged and row - first > 1:
                for kind in ("number", "name", "team"):
                    if kind in at:
                        sheet.merge(first, at[kind], row - 1, at[kind])
        if rnd.random() < 0.35:
            total = sum((counts[c] for c in added), ZERO) - sum((counts[c] for c in off), ZERO)
            if rnd.random() < 0.1:
                total += 100
                self.feats.append("wrong sum")
            label_at = at["name"] if not plan.numbered or rnd.random() < 0.5 else at["number"]
            sheet.put(row, label_at, d.word("total"))
            sheet.put(row, at["amount"], *self.style.cell(total))
            self.ledger.total(sheet, row, at["amount"], total, added, off)
            counts[self.ledger.cell(sheet, row, at["amount"])] = total
            row += 1
        self.long_counts = counts
        self.extra_not_items = [title for _, title in heads]
        self.below(sheet, row)

    def across(self, people: list[tuple]) -> None:
        """Items down, people across."""
        d, plan, rnd = self.d, self.plan, self.d.rnd
        sheet = Sheet(self.sheet_name(d.month))
        self.sheets.append(sheet)
        row = self.above(sheet, d.month, len(people) + 1)
        self.extra_not_items = []
        if plan.numbered:
            title = d.word("number")
            sheet.put(row, 1, title)
            self.extra_not_items.append(title)
            as_number = plan.id_kind in {"int", "format"} and not d.text
            for k, (number, _) in enumerate(people, 2):
                sheet.put(
                    row,
                    k,
                    int(number) if as_number else number,
                    "0000" if as_number and plan.id_kind == "format" else None,
                )
            row += 1
        title = d.word("name")
        self.extra_not_items.append(title)
        sheet.put(row, 1, title)
        for k, (_, name) in enumerate(people, 2):
            sheet.put(row, k, name)
        row += 1
        counts: dict[str, Decimal] = {}
        at_row: dict[int, int] = {}
        beside = len(people) + 2 if rnd.random() < 0.3 else None
        if beside:
            total = d.word("total")
            sheet.put(row - 1, beside, total)
            self.extra_not_items.append(total)
        for k, col in enumerate(plan.cols):
            if col.kind not in {"item", "deduction", "sum", "plain", "rate"}:
                continue
            sheet.put(row, 1, col.title)
            at_row[k] = row
            if col.kind == "deduction":
                self.extra_deductions.append(col.title)
            elif col.kind != "item":
                self.extra_not_items.append(col.title)
            for p, who in enumerate(people, 2):
                cell = self.ledger.cell(sheet, row, p)
                if col.kind == "sum":
                    plus = [self.ledger.cell(sheet, at_row[a], p) for a in col.added]
                    minus = [self.ledger.cell(sheet, at_row[a], p) for a in col.off]
                    value = sum((counts[c] for c in plus), ZERO) - sum((counts[c] for c in minus), ZERO)
                    self.ledger.total(sheet, row, p, value, plus, minus)
                    sheet.put(row, p, *self.style.cell(value))
                    counts[cell] = value
                    continue
                value = plan.value(k)
                if col.kind in {"plain", "rate"}:
                    sheet.put(row, p, value, col.fmt)
                    continue
                sheet.put(row, p, *self.style.cell(value))
                counts[cell] = amount_of(value)
                if not col.asked:
                    self.ledger.line(sheet, row, p, who, col.title, value)
            if beside and col.kind in {"item", "deduction", "sum"}:
                cells = [self.ledger.cell(sheet, row, p) for p in range(2, beside)]
                value = sum((counts[c] for c in cells), ZERO)
                self.ledger.total(sheet, row, beside, value, cells, [])
                sheet.put(row, beside, *self.style.cell(value))
                counts[self.ledger.cell(sheet, row, beside)] = value
            row += 1
        self.long_counts = counts
        self.below(sheet, row)

    # --- truth ----------------------------------------------------------------------------------------------------------------

    def truth(self, target: Path) -> dict:
        """The truth of what was written."""
        d, ledger = self.d, self.ledger
        if d.layout in {"long", "across"}:
            wrong = ledger.wrong(self.long_counts)
            not_items, deductions = unique(self.extra_not_items), unique(self.extra_deductions)
        else:
            wrong = ledger.wrong({c: v for w in self.writers for c, v in w.values().items()})
            not_items = unique(t for w in self.writers for t in w.not_items())
            deductions = unique(t for w in self.writers for t in w.deductions())
        asks = unique(self.asks)
        out = {
            "file": target.name,
            "month": self.month_known,
            "lines": ledger.lines,
            "deductions": deductions,
            "not_items": not_items,
            "must_ask": bool(asks),
            "ask_why": "; ".join(asks),
            "wrong_totals": wrong,
            "totals": {} if asks else ledger.totals,
            "trap": ", ".join(unique(self.feats)),
            "layout": d.layout,
            "features": unique(
                [
                    d.lang,
                    d.layout,
                    f"month in {d.place}",
                    "text" if d.text else "xlsx",
                    *(["formulas"] if self.formulas else []),
                    *self.feats,
                ]
            ),
        }
        if d.layout == "months" and d.place != "none":
            out["line_months"] = ledger.months
        return out


def make(seed: int, path: str | Path) -> dict:
    """Write the random pay sheet of a seed beside `path` and return its truth."""
    return Sheets(seed).write(Path(path))
