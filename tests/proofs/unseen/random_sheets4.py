"""One small random pay sheet of a fourth author and its truth (see README.md, C). People and figures are invented."""

from __future__ import annotations

import csv
import random
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

SHARE_ASKED = 0.42
COLUMN = [get_column_letter(k) for k in range(1, 60)]

PAY = {"zh": ["基本工资", "岗位工资", "绩效奖金", "销售提成", "全勤奖", "餐补", "交通补贴", "夜班补贴", "加班费",
              "工龄奖", "带新奖", "话费补贴"],
       "en": ["Basic pay", "Grade pay", "Performance bonus", "Sales commission", "Attendance bonus", "Meal allowance",
              "Transport allowance", "Night allowance", "Overtime pay", "Seniority bonus", "Mentor bonus",
              "Phone allowance"]}
OFF = {"zh": ["社保", "公积金", "个税", "罚款", "借支", "工装费"],
       "en": ["Social insurance", "Housing fund", "Income tax", "Fine", "Salary advance", "Uniform"]}
OFF_SAID = {"zh": ["扣社保(个人)", "扣公积金", "代扣个税", "罚款扣款", "扣回借支", "扣工装费"],
            "en": ["Less: social insurance", "Less: housing fund", "Less: income tax", "Deduction: fine",
                   "Less: salary advance", "Deduction: uniform"]}
MEASURES = {"zh": [("应出勤天数", 22), ("实际出勤", 21.5), ("加班小时", 6), ("接待量", 1380), ("销售额", 86400),
                   ("满意率", "96.5%"),
                   ("社保基数", 4494), ("工资标准", 5200), ("店铺", "云阁旗舰店"), ("考勤", "迟到1次"), ("银行卡号",
                       "6217 0012 3400 0088 12"),
                   ("提成比例", "1.2%"), ("岗位", "售前客服"), ("上月实发", 4871.2)],
            "en": [("Days due", 22), ("Days worked", 21.5), ("OT hours", 6), ("Chats handled", 1380), ("Sales base",
                                                                                                       86400),
                   ("CSAT", "96.5%"), ("Insurance base", 4494), ("Standard salary", 5200), ("Store", "Webshop NL"),
                   ("Attendance", "late 1x"), ("Bank account", "NL00 BANK 0123 4567 89"), ("Commission rate", "1.2%"),
                   ("Position", "CS agent"), ("Net pay last month", 4871.2)]}
WORDS = {"zh": {"gross": "应发合计", "off": "扣款合计", "net": "实发工资", "all": "合计", "sum": "合计", "sub": "小计",
                "grand": "总计",
                "mean": "平均", "number": "工号", "name": "姓名", "no": "序号", "note": "备注", "month": "月份",
                "fused": "员工",
                "gpay": "应发项目", "goff": "应扣项目", "gsum": "结算", "item": "项目", "amount": "金额",
                "kind": "类型",
                "plus": "应发", "minus": "扣款", "sign": "签字"},
         "en": {"gross": "Gross pay", "off": "Total deductions", "net": "Net pay", "all": "Total", "sum": "Total",
                "sub": "Subtotal", "grand": "Grand total", "mean": "Average", "number": "Staff no.", "name": "Name",
                "no": "#",
                "note": "Remarks", "month": "Month", "fused": "Employee", "gpay": "Earnings", "goff": "Deductions",
                "gsum": "Summary", "item": "Item", "amount": "Amount", "kind": "Type", "plus": "Earning",
                "minus": "Deduction", "sign": "Signature"}}
SURNAMES = "佘麦邝冼蔺阚苗濮詹柯翁祝姬池巫"
GIVEN = ["晓棠", "静", "子墨", "冬妮", "卓文", "知夏", "雨桐", "可欣", "一鸣", "若兰", "栩", "安琪", "书豪", "念慈"]
FIRST = ["Ilse", "Mireia", "Dewi", "Owen", "Hana", "Jun", "Petra", "Niall", "Tomoko", "Arif", "Lotte", "Sanne"]
LAST = ["Verhoog", "Camps", "Larasati", "Tarrant", "Kowalczyk", "Tabuchi", "Brandl", "Okafor", "Lindqvist", "Rahmat"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]
DEPARTMENTS = {"zh": ["云阁旗舰店", "南溪母婴专营店", "售后组", "暮云茶铺"], "en": ["Webshop NL", "Webshop DE",
                                                                                    "Tier 2", "Night team"]}
UNSURE = {"zh": ["质检", "押金", "餐费", "住宿", "水电", "迟到", "调班"], "en": ["QA", "Deposit", "Meals", "Lodging",
                                                                                 "Lateness", "Shift swap"]}
ASKS = ["no_month", "pay_month_only", "month_conflict", "month_range", "same_name", "unsure_sign", "bad_cell",
        "corrected", "no_head",
        "mixed_sign", "twice_same", "hidden", "clash", "nobody", "shared", "elsewhere", "unit", "pending"]
MONTH_ASKS = set(ASKS[:4])
ANY_LAYOUT = MONTH_ASKS | {"bad_cell"}
WHY = {"no_month": "no month is said anywhere",
       "pay_month_only": "only the day of payment is said, not the month earned",
       "month_conflict": "the title says one month, the sheet's or file's name another",
       "month_range": "the title says two months, no row says which",
       "same_name": "a name stands twice, without numbers",
       "unsure_sign": "a column may be paid or taken off (or is no money), and no sum decides",
       "bad_cell": "a cell of an item cannot be read for sure",
       "corrected": "old and corrected figures side by side, no sum decides",
       "no_head": "a column of figures without a head, no sum decides",
       "mixed_sign": "a deduction is written with both signs",
       "twice_same": "one row stands twice, no sum decides whether it is paid twice",
       "hidden": "a row with pay is hidden and no sum says whether it counts", "clash": "one number with two names",
       "nobody": "a row of figures without a person, no sum", "shared": "two people share one row",
       "elsewhere": "an item is a formula on another file, without a value",
       "unit": "a column's head says ten thousands, some of its figures are in ones, no sum decides",
       "pending": "a remark says the amount is still to be confirmed"}


class Page:
    """A grid that knows its cells' references."""

    def __init__(self, name: str, plain: bool):
        self.name, self.plain, self.cells, self.formats = name, plain, {}, {}
        self.merged, self.hidden, self.row = [], [], 1

    def put(self, row: int, col: int, value, form: str | None = None) -> str:
        if value is not None and value != "":
            self.cells[row, col] = value
            if form:
                self.formats[row, col] = form
        return self.ref(row, col)

    def ref(self, row: int, col: int) -> str:
        spot = f"{COLUMN[col - 1]}{row}"
        return spot if self.plain else f"{self.name}!{spot}"


class Plan:
    """What was drawn for one sheet."""

    def __init__(self, seed: int):
        self.rng = rng = random.Random(f"four-{seed}")
        self.ask = rng.choice(ASKS) if rng.random() < SHARE_ASKED else None
        tongue = rng.random()
        self.lang, self.both = ("en", False) if tongue < 0.28 else ("zh", tongue > 0.88)
        self.words = WORDS[self.lang]
        self.layout = rng.choices(["wide", "tworow", "slips", "blocks", "months", "long", "cards", "across"],
                                  [26, 18, 10, 12, 9, 10, 8, 7])[0]
        if self.ask and self.ask not in ANY_LAYOUT and self.layout not in ("wide", "tworow"):
            self.layout = rng.choice(["wide", "tworow"])
        if self.ask in MONTH_ASKS and self.layout == "months":
            self.layout = "wide"
        self.csv = rng.random() < 0.16 and self.layout in ("wide", "long", "blocks",
                                                           "across") and self.ask not in ("hidden", "elsewhere")
        self.year, self.month = rng.choice([2025, 2026]), rng.randint(1, 12)
        self.features: list[str] = []
        self.lines: list[tuple] = []
        self.line_months: list[str] = []
        self.totals: dict[str, tuple] = {}
        self.wrong: list[str] = []
        self.deductions: list[str] = []
        self.not_items: list[str] = []
        self._draw()

    def _draw(self):
        rng = self.rng
        self.style = rng.choices(["number", "formatted", "comma", "yuan", "wide", "unit"], [40, 20, 14, 12, 7, 7])[0]
        self.negative = rng.choice(["-", "()"]) if self.style not in ("number", "formatted", "wide") else "-"
        self.zero = rng.choice([None, None, "-", "—", 0, "/"])
        self.off_style = rng.choice(["group", "said", "negative", "arithmetic"])
        if self.layout == "tworow":
            self.off_style = rng.choice(["group", "group", "negative"])
        elif self.off_style == "group" and self.layout not in ("long", "cards"):
            self.off_style = "said"
        if self.layout == "cards":
            self.off_style = rng.choice(["group", "negative"])
        if self.layout == "long" and self.off_style in ("arithmetic", "said"):
            self.off_style = "group"
        self.sums = rng.random() < 0.7 or self.off_style == "arithmetic"
        self.foot = rng.random() < 0.6
        self.formula = False
        no_sums = {"unsure_sign", "corrected", "no_head", "mixed_sign", "twice_same", "hidden", "nobody", "elsewhere",
                   "bad_cell",
                   "unit", "pending"}
        if self.ask in no_sums:
            self.sums = self.foot = False
            if self.off_style == "arithmetic":
                self.off_style = "said"
        if self.ask in ("mixed_sign", "unsure_sign"):
            self.off_style = "group" if self.layout == "tworow" else "said"
        elif self.off_style != "arithmetic" and not self.csv and rng.random() < 0.15:
            self.formula = self.sums or self.foot
        count = rng.randint(3 if self.ask in ("shared", "pending", "mixed_sign") else 2, 5)
        picks = sorted(rng.sample(range(1, len(PAY["zh"])), rng.randint(2, 4)))
        self.pay = [self._title(PAY, k) for k in [0, *picks]]
        offs = sorted(rng.sample(range(len(OFF["zh"])), rng.randint(1, 3)))
        if self.off_style == "arithmetic" and rng.random() < 0.2:
            offs = []
        pool = OFF_SAID if self.off_style == "said" else OFF
        self.off = [self._title(pool, k) for k in offs]
        if self.ask == "unit" or (self.layout in ("wide", "blocks", "slips") and not self.ask and rng.random() < 0.06):
            at = rng.randrange(1, len(self.pay))
            self.pay[at] += "（万元）" if self.lang == "zh" else " (x10,000)"
            self.wan = self.pay[at]
            if not self.ask:
                self.features.append("ten thousands")
            self.formula = False
        else:
            self.wan = None
        self.who = rng.choices(["both", "name", "number", "fused"], [60, 22, 8, 10])[0]
        if self.ask == "same_name":
            self.who = "name"
        elif self.ask == "clash":
            self.who = "both"
        elif self.ask == "shared" and self.who in ("number", "both", "fused"):
            self.who = "name"
        elif self.ask == "nobody" and self.who == "number":
            self.who = "both"
        kind = rng.choice(["K{:04d}", "{:d}", "E-{:d}", "pad"])
        self.pad = kind == "pad"
        self.people, used = [], set()
        for start in rng.sample(range(101, 990), count):
            name = self._name()
            while name in used:
                name = self._name()
            used.add(name)
            self.people.append((f"{start:06d}" if self.pad else kind.format(start + 1000), name))
        if self.who in ("both", "fused") and not self.ask and rng.random() < 0.12 and count > 2:
            self.people[-1] = (self.people[-1][0], self.people[0][1])
            self.features.append("one name twice, with numbers")
        if self.ask == "same_name":
            self.people[-1] = (self.people[-1][0], self.people[0][1])
        if self.ask == "clash":
            self.people[-1] = (self.people[0][0], self.people[-1][1])
        extras = rng.sample(MEASURES[self.lang], rng.randint(0, 4))
        self.extras = extras
        self.spread = self.lang == "zh" and rng.random() < 0.2
        self.again = self.layout in ("wide", "tworow") and rng.random() < 0.07
        self.note = rng.random() < 0.5 or self.ask == "pending"

    def _name(self):
        first, last, between = (SURNAMES, GIVEN, "") if self.lang == "zh" else (FIRST, LAST, " ")
        return self.rng.choice(first) + between + self.rng.choice(last)

    def _title(self, pool, k):
        title = pool[self.lang][k]
        if self.both:
            title = f"{pool['zh'][k]} {pool['en'][k].replace('Less: ', '').replace('Deduction: ', '')}"
        elif self.rng.random() < 0.06 and len(title) == 4:
            title = title[:2] + "\n" + title[2:]
        return title

    def who_columns(self):
        """Heads and cells' makers for the person."""
        words = self.words
        return {"both": ["number", "name"], "name": ["name"], "number": ["number"], "fused": ["fused"]}[self.who], words

    def said(self, person):
        """What the file says of a person."""
        number, name = person
        return (number if self.who != "name" else None, name if self.who != "number" else None)

    def money(self, value, title=None):
        """Give cell and format of an amount in the sheet's style; 0 is written as the sheet writes nothing."""
        if value == 0:
            return self.zero, None
        if title is not None and title == self.wan:
            return round(value / 10000, 6), None
        if self.style in ("number", "formatted"):
            form = None if self.style == "number" or self.csv else "#,##0.00;[Red]-#,##0.00"
            return (int(value) if value == int(value) else value), form
        size = abs(value)
        text = {"comma": f"{size:,.2f}", "yuan": f"¥{size:,.2f}", "wide": f"{size:.2f}",
                "unit": f"{size:,.2f}元"}[self.style]
        if self.style == "yuan" and self.lang == "en":
            text = f"€{size:,.2f}"
        if self.style == "unit" and self.lang == "en":
            text = f"{size:,.2f} EUR"
        if value < 0:
            text = f"({text})" if self.negative == "()" else f"-{text}"
        if self.style == "wide":
            text = text.translate({ord(a): ord(b) for a, b in zip("0123456789.-", "０１２３４５６７８９．－",
                                                                  strict=True)})
        return text, None

    def amount(self, title, first=False):
        """Draw what somebody gets of an item; often nothing."""
        rng = self.rng
        if title == self.wan:
            return rng.randint(5, 90) * 100
        if first:
            return rng.choice([3200, 3500, 3800, 4200, 4650.5])
        if rng.random() < 0.2:
            return 0
        if rng.random() < 0.025:
            return -rng.choice([35, 88.5, 120])
        return round(rng.randint(300, 16000) / 10 + rng.choice([0, 0, 0.05, 0.09]), 2)

    def took(self):
        """Draw a deduction, positive."""
        return 0 if self.rng.random() < 0.25 else round(self.rng.randint(200, 6500) / 10 + self.rng.choice([0, 0.04]),
                                                        2)

    def line(self, person, title, value, cell, month=None):
        if value:
            self.lines.append((*self.said(person), title, value, cell))
            self.line_months.append(month)

    def heads_of(self, titles, group):
        """Titles as they are named in the truth."""
        return [f"{self.words[group]}/{title}" if self.layout == "tworow" else title for title in titles]


def _r(value) -> float:
    value = round(value, 2)
    return int(value) if value == int(value) else value


# ------------------------------------------------------------------------------------------------------------- months


def _month_text(rng, lang, year, month):
    if lang == "en":
        return rng.choice([f"{MONTHS[month - 1]} {year}", f"{MONTHS[month - 1][:3]} {year}", f"{year}-{month:02d}"])
    figures = "〇一二三四五六七八九"
    if rng.random() < 0.08:
        tens = ["", "十"][month >= 10] + (figures[month % 10] if month != 10 else "")
        return "".join(figures[int(one)] for one in str(year)) + f"年{tens}月"
    return rng.choice([f"{year}年{month}月", f"{year}年{month:02d}月", f"{year}.{month:02d}", f"{year}-{month:02d}"])


def _next(year, month, by=1):
    month += by
    return year + (month - 1) // 12, (month - 1) % 12 + 1


def _place_month(plan: Plan) -> dict:
    """Decide where the month stands: title lines, sheet name, stem of the file, a column."""
    rng, lang, year, month = plan.rng, plan.lang, plan.year, plan.month
    zh = lang == "zh"
    text = _month_text(rng, lang, year, month)
    name = rng.choice(["客服部", "岚桥电商客服中心", "云阁旗舰店"]) if zh else rng.choice(["Customer service",
                                                                                           "Linen & Clay BV"])
    bare = f"{name}工资表" if zh else f"{name} - payroll"
    out = {"title": [], "sheet": rng.choice(["Sheet1", "工资"]) if zh else rng.choice(["Sheet1", "Pay"]),
           "stem": rng.choice(["工资表", "客服薪资", "工资明细"]) if zh else rng.choice(["payroll", "pay-sheet"]),
           "column": False}
    later, paid = _next(year, month)
    if plan.layout == "months":
        out["title"] = [bare] if rng.random() < 0.5 else []
        plan.place = "sheets"
        return out
    places = ["title", "title", "file", "period", "paid_too", "label"] + ([] if plan.csv else ["sheet", "split"])
    if plan.layout in ("wide", "long"):
        places += ["column", "column2"] if not plan.ask else ["column"]
    place = plan.ask if plan.ask in MONTH_ASKS else rng.choice(places)
    plan.place = place
    if place == "title":
        between = "\n" if rng.random() < 0.15 else ("" if zh else " ")
        out["title"] = [f"{name}{between}{text}工资表" if zh else f"{name} payroll{between}{text}"]
    elif place == "label":
        out["title"] = [bare, ("工资月份" if zh else "Pay month earned", text)]
    elif place == "file":
        out["stem"] += f"_{year}{month:02d}" if rng.random() < 0.5 else f"_{text}"
        out["title"] = [bare] if rng.random() < 0.5 else []
    elif place == "sheet":
        out["sheet"] = text
        out["title"] = [bare] if rng.random() < 0.5 else []
    elif place == "split":
        out["title"] = [f"{name}{year}年工资表" if zh else f"{name} payroll {year}"]
        out["sheet"] = f"{month}月" if zh else MONTHS[month - 1]
    elif place == "period":
        last = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
        days = f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last}"
        out["title"] = [bare, f"工资所属期：{days[0]} 至 {days[1]}" if zh else f"Pay period: {days[0]} to {days[1]}"]
    elif place == "paid_too":
        out["title"] = [f"{name}{year}年{month}月工资（{later}年{paid}月15日发放）" if zh else
                        f"Payroll for {MONTHS[month - 1]} {year} (paid on {later}-{paid:02d}-15)"]
    elif place in ("column", "column2"):
        out["column"] = True
        out["title"] = [bare] if rng.random() < 0.4 else []
    elif place == "no_month":
        out["title"] = [bare] if rng.random() < 0.7 else []
    elif place == "pay_month_only":
        out["title"] = [bare, f"发放日期：{later}年{paid}月15日" if zh else f"Date of payment: {later}-{paid:02d}-15"]
    elif place == "month_conflict":
        before_y, before = _next(year, month, -1)
        out["title"] = [f"{name}{year}年{month}月工资表" if zh else f"{name} payroll {MONTHS[month - 1]} {year}"]
        other = f"{before_y}年{before}月" if zh else f"{MONTHS[before - 1]} {before_y}"
        if plan.csv:
            out["stem"] += f"_{other}"
        else:
            out["sheet"] = other
    elif place == "month_range":
        low, high = (month, month + 1) if month < 12 else (11, 12)
        out["title"] = [f"{name}{year}年{low}-{high}月工资表" if zh
                        else f"{name} payroll {MONTHS[low - 1]}-{MONTHS[high - 1]} {year}"]
    if rng.random() < 0.25 and place not in ("pay_month_only", "month_conflict", "month_range"):
        plan.made_on = f"{'制表日期：' if zh else 'Printed '}{later}-{paid:02d}-{rng.randint(3, 12):02d}"
        plan.features.append("a date of making")
    return out


# ------------------------------------------------------------------------------------------------------- wide layouts


class Col:
    """One column of a wide sheet."""

    __slots__ = ("group", "kind", "title", "value")

    def __init__(self, kind, title, value=None, group=None):
        self.kind, self.title, self.value, self.group = kind, title, value, group


def _columns(plan: Plan, with_month: bool) -> list[Col]:
    rng, words = plan.rng, plan.words
    cols = [Col("no", words["no"])] if rng.random() < 0.4 else []
    if with_month:
        cols.append(Col("month", words["month"]))
    people = [Col(kind, words[kind]) for kind in plan.who_columns()[0]]
    if len(people) == 2 and rng.random() < 0.3:
        people.reverse()
    cols += people
    extras = [Col("plain", title, value) for title, value in plan.extras]
    split = rng.randint(0, len(extras))
    cols += extras[:split]
    cols += [Col("pay", title, group="gpay") for title in plan.pay]
    arithmetic = plan.sums and plan.off_style != "negative"
    inside = plan.off_style == "group"
    if arithmetic and plan.off:
        cols.append(Col("gross", words["gross"], group="gpay" if inside else None))
    cols += [Col("off", title, group="goff") for title in plan.off]
    if arithmetic and plan.off and rng.random() < 0.6:
        cols.append(Col("offsum", words["off"], group="goff" if inside else None))
    if plan.sums:
        cols.append(Col("net", words["net"] if plan.off else words["gross"]))
    cols += extras[split:]
    if plan.layout == "tworow" and plan.off_style == "negative":
        for col in cols:
            if col.kind == "off":
                col.group = "gpay"
    if plan.ask == "unsure_sign":
        at = max(k for k, col in enumerate(cols) if col.kind in ("pay", "off"))
        cols.insert(at + 1, Col("unsure", rng.choice(UNSURE[plan.lang])))
    if plan.ask == "corrected":
        at = max(k for k, col in enumerate(cols) if col.kind == "pay")
        cols[at].kind = "unsure"
        extra = "（更正）" if plan.lang == "zh" else " (corrected)"
        cols.insert(at + 1, Col("unsure", cols[at].title + extra, group="gpay"))
    if plan.ask == "no_head":
        at = max(k for k, col in enumerate(cols) if col.kind in ("pay", "off"))
        cols.insert(at + 1, Col("unsure", None))
    if plan.note:
        cols.append(Col("note", words["note"]))
    if rng.random() < 0.25:
        cols.append(Col("blank", words["sign"]))
    return cols


def _name_heads(plan: Plan, cols: list[Col]) -> dict:
    names = {}
    for col in cols:
        grouped = plan.layout == "tworow" and col.group
        names[col] = f"{plan.words[col.group]}/{col.title}" if grouped else col.title
    plan.deductions = [names[col] for col in cols if col.kind == "off" and plan.off_style != "negative"]
    plan.not_items = [names[col] for col in cols if col.kind not in ("pay", "off", "unsure")]
    return names


def _write_heads(plan: Plan, page: Page, cols: list[Col]) -> None:
    row = page.row
    if plan.layout != "tworow":
        for k, col in enumerate(cols, 1):
            page.put(row, k, col.title)
        page.row += 1
        return
    k = 0
    while k < len(cols):
        end = k
        group = cols[k].group
        while group and end + 1 < len(cols) and cols[end + 1].group == group:
            end += 1
        if group:
            page.put(row, k + 1, plan.words[group])
            for at in range(k, end + 1):
                page.put(row + 1, at + 1, cols[at].title)
            if end > k:
                page.merged.append((row, k + 1, row, end + 1))
        else:
            page.put(row, k + 1, cols[k].title)
            page.merged.append((row, k + 1, row + 1, k + 1))
        k = end + 1
    page.row += 2


def _person_row(plan: Plan, page: Page, cols, names, person, serial, month=None, keep=True) -> dict:
    """Write one person's row; give {col: (value, ref)} of pay, deductions and sums; keep=False writes no lines."""
    rng, row, got = plan.rng, page.row, {}
    first = True
    for k, col in enumerate(cols, 1):
        if col.kind == "no":
            page.put(row, k, serial)
        elif col.kind == "month":
            page.put(row, k, month)
        elif col.kind == "number" and person:
            page.put(row, k, int(person[0]) if plan.pad and not plan.csv else person[0], "000000" if plan.pad else None)
        elif col.kind == "name" and person:
            page.put(row, k, _spaced(plan, person[1]))
        elif col.kind == "fused" and person:
            page.put(row, k, f"{person[1]}（{person[0]}）" if plan.lang == "zh" else f"{person[1]} ({person[0]})")
        elif col.kind == "plain":
            page.put(row, k, _vary(plan, col))
        elif col.kind in ("pay", "off"):
            value = plan.amount(col.title, first) if col.kind == "pay" else plan.took()
            first = first and col.kind != "pay"
            if col.kind == "off" and plan.off_style == "negative":
                value = -value
            got[col] = (value, _put_money(plan, page, row, k, value, col.title))
            if keep and person:
                plan.line(person, names[col], value, got[col][1], month and _iso(plan, month))
        elif col.kind == "unsure":
            _put_money(plan, page, row, k, rng.choice([30, 50, 80, 120]))
        elif col.kind in ("gross", "offsum", "net"):
            got[col] = _row_sum(plan, page, row, k, col, cols, got)
        elif col.kind == "note" and rng.random() < 0.3:
            page.put(row, k, rng.choice(["本月转正", "主管已签字", "新员工"]) if plan.lang == "zh"
                     else rng.choice(["new", "on leave 2 days"]))
    page.row += 1
    return got


def _vary(plan, col):
    value, rng = col.value, plan.rng
    if isinstance(value, int | float):
        return _r(value + rng.randint(0, 90) * 10) if value > 100 else value - rng.choice([0, 0, 1, 2])
    if value.startswith("96"):
        return f"{rng.randint(900, 999) / 10}%"
    if value.startswith("6217"):
        return value[:-2] + str(rng.randint(10, 99))
    return rng.choice([value, None]) if value in ("迟到1次", "late 1x") else value


def _spaced(plan, name):
    """Names of two characters are often spread to the width of three."""
    return f"{name[0]}  {name[1]}" if plan.spread and len(name) == 2 else name


def _iso(plan, text):
    return plan.month_names[text]


def _put_money(plan, page, row, k, value, title=None):
    cell, form = plan.money(value, title)
    return page.put(row, k, cell, form)


def _row_sum(plan, page, row, k, col, cols, got):
    pays = [got[one] for one in cols if one.kind == "pay"]
    offs = [got[one] for one in cols if one.kind == "off" and one in got]
    if col.kind == "gross":
        plus, minus = pays, []
    elif col.kind == "offsum":
        plus, minus = offs, []
    elif plan.off_style == "negative":
        plus, minus = pays + offs, []
    else:
        plus, minus = pays, offs
    value = _r(sum(v for v, _ in plus) - sum(v for v, _ in minus))
    if plan.formula:
        formula = "=" + "+".join(ref.split("!")[-1] for _, ref in plus) + "".join("-" + ref.split("!")[-1] for _, ref
                                                                                  in minus)
        return value, page.put(row, k, formula)
    if (not plan.ask and col.kind == "net" and plan.off_style != "arithmetic" and not plan.wrong
        and plan.rng.random() < 0.02
            and value > 500):
        value = _r(value + plan.rng.choice([-100, 90, 10, -9]))
        ref = _put_money(plan, page, row, k, value)
        plan.wrong.append(ref)
    else:
        ref = _put_money(plan, page, row, k, value)
    _total(plan, ref, value, plus, minus)
    return value, ref


def _total(plan, ref, value, plus, minus=()):
    if value:
        plan.totals[ref] = (value, [one for v, one in plus if v], [one for v, one in minus if v])


def _sum_row(plan: Plan, page: Page, cols, blocks: list[dict], label: str, mean=False) -> None:
    row = page.row
    at = next(k for k, col in enumerate(cols, 1) if col.kind in ("no", "month", "number", "name", "fused"))
    page.put(row, at, label)
    for k, col in enumerate(cols, 1):
        if col.kind not in ("pay", "off", "gross", "offsum", "net") or col.title == plan.wan:
            continue
        cells = [block[col] for block in blocks if col in block]
        value = _r(sum(v for v, _ in cells))
        if mean:
            _put_money(plan, page, row, k, _r(value / len(cells)))
        elif plan.formula:
            page.put(row, k, "=" + "+".join(ref.split("!")[-1] for _, ref in cells))
        else:
            off = 0
            if not plan.ask and not plan.sure and col.kind in ("pay",
                "off") and not plan.wrong and plan.rng.random() < 0.02 and abs(value) > 300:
                off = plan.rng.choice([-200, 120, 45])
            value = _r(value + off)
            ref = _put_money(plan, page, row, k, value)
            if off:
                plan.wrong.append(ref)
            _total(plan, ref, value, cells)
    page.row += 1


def _start(plan: Plan, place: dict, name: str, width: int) -> Page:
    page = Page(name, plan.csv)
    for text in place["title"]:
        if isinstance(text, tuple):
            page.put(page.row, 1, text[0])
            page.put(page.row, 2, text[1])
            page.row += 1
            continue
        page.put(page.row, 1, text)
        if not plan.csv and width > 2 and plan.rng.random() < 0.6:
            page.merged.append((page.row, 1, page.row, width))
        page.row += 1
    if plan.made_on and plan.rng.random() < 0.5:
        page.put(page.row, max(1, width - 1), plan.made_on)
        page.row += 1
        plan.made_on = None
    if place["title"] and plan.rng.random() < 0.3:
        page.row += 1
    return page


def _finish(plan: Plan, page: Page) -> None:
    rng = plan.rng
    zh = plan.lang == "zh"
    if rng.random() < 0.3:
        page.row += 1
        page.put(page.row, 1, rng.choice(["注：全勤奖标准200元/月，迟到一次取消", "说明：如有疑问请于3日内找财务核对"])
                 if zh else
                 rng.choice(["Note: attendance bonus is 200 for a full month", "Questions within 3 days, please"]))
        page.row += 1
    if rng.random() < 0.3:
        page.row += 1
        page.put(page.row, 1, "制表：童会计" if zh else "Prepared by: J. Tabuchi")
        page.put(page.row, 3, "审核：" if zh else "Approved by:")
        page.put(page.row, 5, "总经理：" if zh else "Director:")
        page.row += 1
    if plan.made_on:
        page.put(page.row + 1, 1, plan.made_on)
        plan.made_on = None


def _wide(plan: Plan, place: dict) -> list[Page]:
    rng = plan.rng
    cols = _columns(plan, place["column"])
    names = _name_heads(plan, cols)
    plan.month_names = {}
    if plan.layout == "months":
        pages, (year, month) = [], (plan.year, plan.month)
        for _ in range(2):
            text = f"{year}年{month}月" if plan.lang == "zh" else f"{MONTHS[month - 1]} {year}"
            page = _start(plan, place, text, len(cols))
            _write_heads(plan, page, cols)
            at = len(plan.lines)
            blocks = [_person_row(plan, page, cols, names, one, k) for k, one in enumerate(plan.people, 1)]
            plan.line_months[at:] = [f"{year}-{month:02d}"] * (len(plan.lines) - at)
            if plan.foot:
                _sum_row(plan, page, cols, blocks, plan.words["sum"])
            pages.append(page)
            year, month = _next(year, month)
        plan.several = True
        return pages
    page = _start(plan, place, place["sheet"], len(cols))
    if plan.layout == "blocks":
        _block_rows(plan, page, cols, names)
    elif plan.layout == "slips":
        for k, person in enumerate(plan.people, 1):
            _write_heads(plan, page, cols)
            _person_row(plan, page, cols, names, person, k)
            page.row += rng.choice([0, 1])
    else:
        _plain_rows(plan, page, cols, names, place)
    _finish(plan, page)
    return [page]


def _block_rows(plan, page, cols, names):
    rng = plan.rng
    again = rng.random() < 0.5
    if not again:
        _write_heads(plan, page, cols)
    every = []
    half = max(1, len(plan.people) // 2)
    parts = [plan.people[:half], plan.people[half:]]
    if not plan.ask and plan.who != "name" and rng.random() < 0.3:
        parts[1] = [*parts[1], plan.people[0]]
        plan.features.append("one person in two blocks")
    for title, people in zip(rng.sample(DEPARTMENTS[plan.lang], 2), parts, strict=True):
        page.put(page.row, 1, rng.choice(["【{}】", "{}", "{}："]).format(title) if plan.lang == "zh" else title)
        page.row += 1
        if again:
            _write_heads(plan, page, cols)
        blocks = [_person_row(plan, page, cols, names, person, k) for k, person in enumerate(people, 1)]
        every += blocks
        if plan.foot:
            _sum_row(plan, page, cols, blocks, plan.words["sub"])
        if again:
            page.row += 1
    if plan.foot:
        _sum_row(plan, page, cols, every, plan.words["grand"])


def _plain_rows(plan, page, cols, names, place):
    rng = plan.rng
    _write_heads(plan, page, cols)
    start = page.row
    months = [None]
    if place["column"]:
        spans = [(plan.year, plan.month)]
        if plan.place == "column2":
            spans.append(_next(plan.year, plan.month))
            plan.several = True
        months = []
        for year, month in spans:
            text = f"{year}-{month:02d}" if plan.lang == "en" or rng.random() < 0.5 else f"{year}年{month}月"
            plan.month_names[text] = f"{year}-{month:02d}"
            months.append(text)
    people = list(plan.people)
    if plan.ask == "shared":
        people[-1] = (None, "/".join(name for _, name in people[-2:]) if plan.lang == "zh" else " / ".join(n for _, n
            in people[-2:]))
        people.pop(-2)
    blocks, serial = [], 0
    for text in months:
        for k, person in enumerate(people):
            serial += 1
            if plan.again and not plan.ask and k == 2:
                plan.features.append("the head stands again")
                _write_heads(plan, page, cols)
            shared = plan.ask == "shared" and k == len(people) - 1
            blocks.append(_person_row(plan, page, cols, names, person, serial, text, keep=not shared))
    last_month = months[-1]
    if plan.ask == "nobody":
        _person_row(plan, page, cols, names, None, serial + 1, last_month)
    elif plan.ask == "twice_same":
        _copy_row(plan, page, start)
    elif plan.ask == "hidden":
        page.hidden.append(start + rng.randrange(len(blocks)))
    elif plan.ask == "pending":
        row = start + rng.randrange(len(blocks))
        at = next(k for k, col in enumerate(cols, 1) if col.kind == "note")
        page.put(row, at, rng.choice(["金额待确认", "提成有争议，待主管核实后定"]) if plan.lang == "zh"
                 else "amounts to be confirmed")
        _drop(plan, lambda ref: _row_of(ref) == row)
    elif plan.ask == "mixed_sign":
        _mix_signs(plan, page, cols, blocks)
    elif plan.ask == "unit":
        _mix_units(plan, page, cols, blocks)
    if not plan.ask:
        if rng.random() < 0.12 and len(months) == 1 and plan.who != "name":
            _cancelled(plan, page, cols)
        elif rng.random() < 0.08 and plan.who != "fused" and len(months) == 1:
            _gone(plan, page, cols)
        elif plan.foot and not plan.formula and rng.random() < 0.12 and not plan.csv:
            plan.sure = not plan.wrong
        if plan.sure:
            page.hidden.append(_row_of(next(iter(rng.choice(blocks).values()))[1]))
            plan.features.append("a hidden row which the sum counts")
    if plan.foot:
        _sum_row(plan, page, cols, blocks, plan.words["sum"])
        if rng.random() < 0.25:
            _sum_row(plan, page, cols, blocks, plan.words["mean"], mean=True)
            plan.features.append("a mean")


def _row_of(ref: str) -> int:
    return int("".join(one for one in ref.split("!")[-1] if one.isdigit()))


def _drop(plan, test):
    kept = [(line, month) for line, month in zip(plan.lines, plan.line_months, strict=True) if not test(line[4])]
    plan.lines, plan.line_months = [one for one, _ in kept], [month for _, month in kept]


def _copy_row(plan, page, source):
    for (row, k), value in list(page.cells.items()):
        if row == source:
            page.put(page.row, k, value, page.formats.get((row, k)))
    page.row += 1


def _mix_signs(plan, page, cols, blocks):
    """In the deduction's column one figure is negative, another positive; both lose their line."""
    at = next(k for k, col in enumerate(cols, 1) if col.kind == "off")
    letter = COLUMN[at - 1]
    for k, block in enumerate(blocks):
        row = _row_of(next(iter(block.values()))[1])
        _put_money(plan, page, row, at, -50 if k % 2 else 60)
    _drop(plan, lambda ref: ref.split("!")[-1].rstrip("0123456789") == letter)


def _mix_units(plan, page, cols, blocks):
    """Under a head that says ten thousands some figures are in ones; the column loses its lines."""
    at = next(k for k, col in enumerate(cols, 1) if col.title == plan.wan)
    for k, block in enumerate(blocks):
        row = _row_of(next(iter(block.values()))[1])
        page.formats.pop((row, at), None)
        page.put(row, at, plan.rng.choice([0.26, 0.35, 0.18]) if k % 2 else plan.rng.choice([2600, 1800, 3150]))
    letter = COLUMN[at - 1]
    _drop(plan, lambda ref: ref.split("!")[-1].rstrip("0123456789") == letter)


def _spoil(plan, pages):
    """One cell of a pay item loses its sure figure, and so its line."""
    titles = set(plan.pay) | set(plan.heads_of(plan.pay, "gpay"))
    line = plan.rng.choice([line for line in plan.lines if line[2] in titles and line[3] > 0])
    ref = line[4]
    page = next(page for page in pages if page.plain or ref.startswith(page.name + "!"))
    row = _row_of(ref)
    at = COLUMN.index(ref.split("!")[-1].rstrip("0123456789")) + 1
    page.formats.pop((row, at), None)
    outside = "='[提成表.xlsx]明细'!$F$" + str(row) if plan.lang == "zh" else f"='[commission.xlsx]Data'!$F${row}"
    page.put(row, at, outside if plan.ask == "elsewhere" else plan.rng.choice(_bad(plan)))
    _drop(plan, lambda one: one == ref)


def _bad(plan):
    zh = plan.lang == "zh"
    return ["待定" if zh else "tbd", "1200?", "800/900", "见附件" if zh else "see mail", "#REF!", "约500" if zh
            else "ca. 500",
            "300(含上月100?)" if zh else "300 (incl. 100 of last month?)"]


def _gone(plan, page, cols):
    """Add somebody who left and gets nothing."""
    for k, col in enumerate(cols, 1):
        if col.kind in ("number", "name"):
            page.put(page.row, k, "K0999" if col.kind == "number" else "巩离" if plan.lang == "zh" else "Ex Leaver")
        elif col.kind == "note":
            page.put(page.row, k, "上月已离职" if plan.lang == "zh" else "left last month")
    page.row += 1
    plan.features.append("somebody without pay")


def _beside(plan, pages):
    """Add a sheet which is no pay: attendance of the same people, or how to fill it in."""
    rng, zh, words = plan.rng, plan.lang == "zh", plan.words
    page = Page(rng.choice(["考勤", "说明"]) if zh else rng.choice(["Attendance", "Read me"]), False)
    if page.name in ("说明", "Read me"):
        page.put(1, 1, "提成按付款金额1.2%计，满意率低于90%扣50元" if zh
                 else "Commission is 1.2% of paid sales, minus 50 below 90% CSAT")
        page.put(2, 1, "如有疑问请联系财务" if zh else "Ask finance if anything is unclear")
    else:
        heads = [words["number"], words["name"], "应出勤天数", "出勤天数", "迟到分钟"] if zh else [
            words["number"], words["name"], "Days due", "Days worked", "Minutes late"]
        for k, head in enumerate(heads, 1):
            page.put(1, k, head)
        for row, person in enumerate(plan.people, 2):
            for k, value in enumerate([*plan.said(person), 22, rng.choice([20, 21, 22]), rng.choice([0, 5, 12])], 1):
                page.put(row, k, value)
    pages.insert(rng.choice([0, len(pages)]), page)
    plan.features.append("a sheet which is no pay")


def _cancelled(plan, page, cols):
    """Add a row that its remark calls void; no sum counts it."""
    notes = [k for k, col in enumerate(cols, 1) if col.kind == "note"]
    if not notes:
        return
    row, person = page.row, plan.people[-1]
    saved = plan.formula, dict(plan.totals), list(plan.wrong)
    _person_row(plan, page, cols, dict.fromkeys(cols, ""), person, None, keep=False)
    plan.formula, plan.totals, plan.wrong = saved
    for k, col in enumerate(cols, 1):
        if col.kind in ("gross", "offsum", "net"):
            page.cells.pop((row, k), None)
    page.put(row, notes[0], "作废，以上面一行为准" if plan.lang == "zh" else "VOID - replaced by the row above")
    plan.features.append("a void row")


# ------------------------------------------------------------------------------------------------------ other layouts


def _long(plan: Plan, place: dict) -> list[Page]:
    rng, words = plan.rng, plan.words
    kinds = plan.who_columns()[0]
    typed = plan.off_style == "group" and bool(plan.off)
    heads = [*([words["month"]] if place["column"] else []), *[words[kind] for kind in kinds], *([words["kind"]]
                                                                                                 if typed else []),
             words["item"], words["amount"], *([words["note"]] if plan.note else [])]
    page = _start(plan, place, place["sheet"], len(heads))
    for k, head in enumerate(heads, 1):
        page.put(page.row, k, head)
    page.row += 1
    plan.not_items = [words["note"]] if plan.note else []
    at = heads.index(words["amount"]) + 1
    spans = [(plan.year, plan.month)]
    if plan.place == "column2":
        spans.append(_next(plan.year, plan.month))
        plan.several = True
    if typed:
        plan.deductions = list(plan.off)
    everything = []
    for year, month in spans:
        text = f"{year}-{month:02d}" if plan.lang == "en" or rng.random() < 0.5 else f"{year}年{month}月"
        for person in plan.people:
            mine = []
            for n, title in enumerate([*plan.pay, *plan.off]):
                off = n >= len(plan.pay)
                value = plan.took() if off else plan.amount(title, n == 0)
                if not value:
                    continue
                if off and not typed:
                    value = -value
                cells = [text] if place["column"] else []
                cells += [_who_cell(plan, person, kind) for kind in kinds]
                cells += [words["minus" if off else "plus"]] if typed else []
                cells.append(title)
                for k, cell in enumerate(cells, 1):
                    pad = plan.pad and isinstance(cell, int)
                    page.put(page.row, k, cell, "000000" if pad else None)
                ref = _put_money(plan, page, page.row, at, value)
                plan.line(person, title, value, ref, f"{year}-{month:02d}" if place["column"] else None)
                mine.append((value, ref, off and typed))
                page.row += 1
            everything += mine
    if plan.foot and plan.sums:
        page.put(page.row, 1, words["net"])
        plus, minus = [(v, ref) for v, ref, off in everything if not off], [(v, ref) for v, ref, off in everything
                                                                            if off]
        value = _r(sum(v for v, _ in plus) - sum(v for v, _ in minus))
        ref = _put_money(plan, page, page.row, at, value)
        _total(plan, ref, value, plus, minus)
        page.row += 1
    _finish(plan, page)
    return [page]


def _who_cell(plan, person, kind):
    number, name = person
    if kind == "number":
        return int(number) if plan.pad and not plan.csv else number
    if kind == "fused":
        return f"{name}（{number}）" if plan.lang == "zh" else f"{name} ({number})"
    return name


def _cards(plan: Plan, place: dict) -> list[Page]:
    """One card for each person: pay on the left, deductions on the right."""
    words = plan.words
    page = _start(plan, place, place["sheet"], 4)
    grouped = plan.off_style == "group"
    if grouped:
        plan.deductions = list(plan.off)
    plan.not_items = ([words["gross"], words["off"], words["net"]] if grouped else [words["net"]]) if plan.sums else []
    for person in plan.people:
        number, name = plan.said(person)
        k = 1
        for kind, value in (("number", number), ("name", name)):
            if value is None:
                continue
            label = words[kind]
            page.put(page.row, k, label)
            page.put(page.row, k + 1, int(value) if plan.pad and kind == "number" else value,
                     "000000" if plan.pad and kind == "number" else None)
            k += 2
        page.row += 1
        page.put(page.row, 1, words["gpay"] if grouped else words["item"])
        page.put(page.row, 2, words["amount"])
        if grouped:
            page.put(page.row, 3, words["goff"])
            page.put(page.row, 4, words["amount"])
        page.row += 1
        start, pays, offs = page.row, [], []
        for n, title in enumerate(plan.pay):
            value = plan.amount(title, n == 0)
            page.put(start + n, 1, title)
            pays.append((value, _put_money(plan, page, start + n, 2, value)))
            plan.line(person, title, value, pays[-1][1])
        for n, title in enumerate(plan.off):
            value = plan.took() if grouped else -plan.took()
            row, col = (start + n, 3) if grouped else (start + len(plan.pay) + n, 1)
            page.put(row, col, title)
            offs.append((value, _put_money(plan, page, row, col + 1, value)))
            plan.line(person, title, value, offs[-1][1])
        page.row = start + (max(len(plan.pay), len(plan.off)) if grouped else len(plan.pay) + len(plan.off))
        if plan.sums:
            _card_sums(plan, page, pays, offs, grouped)
        page.row += 1
    _finish(plan, page)
    return [page]


def _card_sums(plan, page, pays, offs, grouped):
    words = plan.words
    if grouped:
        for label, col, cells in (("gross", 1, pays), ("off", 3, offs)):
            value = _r(sum(v for v, _ in cells))
            page.put(page.row, col, words[label])
            _total(plan, _put_money(plan, page, page.row, col + 1, value), value, cells)
        page.row += 1
    plus, minus = (pays, offs) if grouped else (pays + offs, [])
    value = _r(sum(v for v, _ in plus) - sum(v for v, _ in minus))
    page.put(page.row, 1, words["net"])
    _total(plan, _put_money(plan, page, page.row, 2, value), value, plus, minus)
    page.row += 1


def _across(plan: Plan, place: dict) -> list[Page]:
    """People across, items down."""
    words = plan.words
    if plan.off_style == "group":
        plan.off_style = "negative"
    page = _start(plan, place, place["sheet"], len(plan.people) + 2)
    kinds = plan.who_columns()[0]
    for kind in kinds:
        page.put(page.row, 1, words[kind])
        for k, person in enumerate(plan.people, 2):
            cell = _who_cell(plan, person, kind)
            page.put(page.row, k, cell, "000000" if isinstance(cell, int) else None)
        page.row += 1
    measures = [(title, value) for title, value in plan.extras if not isinstance(value, str)]
    for title, value in measures[:1]:
        page.put(page.row, 1, title)
        for k in range(len(plan.people)):
            page.put(page.row, k + 2, value)
        page.row += 1
    plan.not_items = [title for title, _ in measures[:1]] + ([words["net"]] if plan.sums else [])
    if plan.off_style != "negative":
        plan.deductions = list(plan.off)
    got = {person: ([], []) for person in range(len(plan.people))}
    for n, title in enumerate([*plan.pay, *plan.off]):
        off = n >= len(plan.pay)
        page.put(page.row, 1, title)
        mine = []
        for k, person in enumerate(plan.people):
            value = plan.took() if off else plan.amount(title, n == 0)
            if off and plan.off_style == "negative":
                value = -value
            ref = _put_money(plan, page, page.row, k + 2, value)
            plan.line(person, title, value, ref)
            got[k][off].append((value, ref))
            mine.append((value, ref))
        if plan.foot:
            value = _r(sum(v for v, _ in mine))
            _total(plan, _put_money(plan, page, page.row, len(plan.people) + 2, value), value, mine)
        page.row += 1
    if plan.foot:
        head = page.row - len(plan.pay) - len(plan.off) - len(measures[:1]) - len(kinds)
        page.put(head, len(plan.people) + 2, words["all"])
        plan.not_items.append(words["all"])
    if plan.sums:
        page.put(page.row, 1, words["net"])
        for k in range(len(plan.people)):
            pays, offs = got[k]
            plus, minus = (pays + offs, []) if plan.off_style == "negative" else (pays, offs)
            value = _r(sum(v for v, _ in plus) - sum(v for v, _ in minus))
            _total(plan, _put_money(plan, page, page.row, k + 2, value), value, plus, minus)
        page.row += 1
    _finish(plan, page)
    return [page]


# -------------------------------------------------------------------------------------------------------------- files


def _word(seed: int) -> str:
    letters, text = "bcdfghkqwxz", ""
    seed = abs(seed) + 1331
    while seed:
        seed, rest = divmod(seed, 11)
        text = letters[rest] + text
    return text


def _save(plan: Plan, pages: list[Page], file: Path) -> None:
    if plan.csv:
        page = pages[0]
        width = max(k for _, k in page.cells)
        last = max(row for row, _ in page.cells)
        enc, sep = plan.rng.choice([("utf-8-sig", ","), ("gb18030", ","), ("utf-8", ";"), ("utf-16", "\t")])
        if plan.lang == "en" and enc == "gb18030":
            enc = "utf-8"
        plan.features.append(f"{enc} {sep!r}")
        with open(file, "w", encoding=enc, newline="") as out:
            csv.writer(out, delimiter=sep).writerows(
                ["" if page.cells.get((row, k)) is None else page.cells[row, k] for k in range(1, width + 1)]
                for row in range(1, last + 1))
        return
    _workbook(pages, file)


SPACE = "http://schemas.openxmlformats.org/"
MAIN, PACK = f"{SPACE}spreadsheetml/2006/main", f"{SPACE}package/2006/"
REL = f"{SPACE}officeDocument/2006/relationships"
TOP = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMATS = [None, "000000", "#,##0.00;[Red]-#,##0.00"]
STYLES = (f'{TOP}<styleSheet xmlns="{MAIN}"><numFmts count="2">'
          + "".join(f'<numFmt numFmtId="{163 + k}" formatCode="{form}"/>' for k, form in enumerate(FORMATS) if form)
          + '</numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
          '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
          '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
          + "".join(f'<xf numFmtId="{163 + k if k else 0}" applyNumberFormat="{int(k > 0)}" xfId="0"/>' for k
                    in range(3))
          + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
          '</styleSheet>')


def _workbook(pages: list[Page], file: Path) -> None:
    """Write a plain workbook with shared strings; openpyxl takes 7 ms for an empty one."""
    texts: dict[str, int] = {}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles"), ("xl/sharedStrings.xml", "sharedStrings"),
             *[(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, len(pages) + 1)]]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        def add(name, text):
            out.writestr(zipfile.ZipInfo(name, (2026, 11, 30, 0, 0, 0)), TOP + text if not text.startswith(TOP)
                         else text)

        add("[Content_Types].xml",
            f'<Types xmlns="{PACK}content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            + "".join(f'<Override PartName="/{part}" ContentType="{kind}{what}+xml"/>' for part, what
                      in parts) + "</Types>")
        add("_rels/.rels",
            f'<Relationships xmlns="{PACK}relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>')
        add("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>' + "".join(
            f'<sheet name="{escape(page.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, page in enumerate(pages, 1))
            + "</sheets></workbook>")
        last = len(pages)
        add("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACK}relationships">' + "".join(
            f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n
            in range(1, last + 1))
            + f'<Relationship Id="rId{last + 1}" Type="{REL}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rId{last + 2}" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
        for n, page in enumerate(pages, 1):
            add(f"xl/worksheets/sheet{n}.xml", _sheet(page, texts))
        add("xl/styles.xml", STYLES)
        add("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">' + "".join(
            f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts) + "</sst>")


def _sheet(page: Page, texts: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {row: [] for row in page.hidden}
    for row, k in sorted(page.cells):
        value, spot = page.cells[row, k], f"{COLUMN[k - 1]}{row}"
        style = FORMATS.index(page.formats.get((row, k)))
        mark = f' s="{style}"' if style else ""
        if not isinstance(value, str):
            cell = f'<c r="{spot}"{mark}><v>{value!r}</v></c>'
        elif value.startswith("="):
            cell = f'<c r="{spot}"{mark}><f>{escape(value[1:])}</f></c>'
        elif value == "#REF!":
            cell = f'<c r="{spot}" t="e"><v>#REF!</v></c>'
        else:
            cell = f'<c r="{spot}"{mark} t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
        rows.setdefault(row, []).append(cell)
    hide = ' hidden="1"'
    body = "".join(f'<row r="{row}"{hide if row in page.hidden else ""}>{"".join(rows[row])}</row>'
                   for row in sorted(rows))
    spans = [f'<mergeCell ref="{COLUMN[left - 1]}{top}:{COLUMN[right - 1]}{bottom}"/>' for top, left, bottom, right
             in page.merged]
    merged = f'<mergeCells count="{len(spans)}">{"".join(spans)}</mergeCells>' if spans else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{merged}</worksheet>'


def make(seed: int, path: Path) -> dict:
    """Write one pay sheet beside the path and give its truth; truth["file"] is the name."""
    plan = Plan(seed)
    plan.several, plan.sure, plan.made_on, plan.month_names = False, False, None, {}
    place = _place_month(plan)
    write = {"long": _long, "cards": _cards, "across": _across}.get(plan.layout, _wide)
    pages = write(plan, place)
    if plan.ask in ("bad_cell", "elsewhere"):
        _spoil(plan, pages)
    if not plan.csv and plan.rng.random() < 0.12:
        _beside(plan, pages)
    name = f"{place['stem']}_{_word(seed)}.{'csv' if plan.csv else 'xlsx'}"
    _save(plan, pages, Path(path).parent / name)
    one = f"{plan.year}-{plan.month:02d}"
    known = None if plan.several or plan.ask in MONTH_ASKS else one
    asked = plan.ask is not None
    return {"file": name, "month": known, "line_months": list(plan.line_months) if plan.several else None,
            "pay_month": None,
            "lines": plan.lines, "deductions": plan.deductions, "not_items": [one for one in plan.not_items if one],
            "must_ask": asked, "ask_why": WHY[plan.ask] if asked else None, "wrong_totals": [] if asked else plan.wrong,
            "factor": {plan.wan: 10000} if plan.wan and not asked else {}, "totals": {} if asked else plan.totals,
            "trap": plan.ask or ", ".join(plan.features) or None,
            "layout": plan.layout, "features": [*plan.features, plan.place, plan.style, plan.off_style, plan.who,
                                                plan.lang]}
