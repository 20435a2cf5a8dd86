"""Random pay sheets with a known truth, made as workbooks by somebody who knows payrolls and not the reader.

A sheet is drawn as people, items and amounts first: that is the truth. Then it is written down as one of the ways in
which people keep pay, with the habits, mistakes and traps of such sheets. Nothing here imports the reader.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import xlsxwriter

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅小鹿夏雨晴"
ENGLISH = ("Anna", "Li Lei", "Tom", "Maria Gomez", "Siti", "Budi", "Kevin", "Nguyen An")
PAY = (
    *("底薪", "基本工资", "岗位工资", "绩效工资", "提成", "询单提成", "催付提成", "销售提成", "业绩提成", "达标奖"),
    *("全勤奖", "满勤奖", "奖金", "加班费", "餐补", "房补", "话费补贴", "交通补贴", "工龄工资", "高温补贴", "好评奖励"),
)
ODD_PAY = ("全勤", "绩效", "加班", "其他", "店长", "活动", "PK", "超额", "业绩")
TAKEN = ("社保", "公积金", "个税", "迟到扣款", "罚款", "预支", "代扣社保", "违规扣款")
MEASURES = (
    "出勤天数",
    "应出勤",
    "实出勤天数",
    "销售额",
    "询单人数",
    "接待人数",
    "订单数",
    "加班小时",
    "工时",
    "绩效得分",
)
RATES = ("转化率", "提成比例", "满意率", "提成点数", "系数")
LABELS = ("部门", "店铺", "岗位", "备注", "入职日期", "银行卡号", "手机号")
TOTALS = ("合计", "应发合计", "应发工资", "总计", "工资合计", "小计", "应发", "总额")
NETS = ("实发", "实发工资", "实发合计", "实发金额", "到手工资", "税后工资")
SLY_TOTALS = ("工资", "本月", "发放", "金额", "薪资", "到账", "共", "sum")
ROW_TOTALS = (
    "合计",
    "合计",
    "合计",
    "TTL",
    "总数",
    "全部",
    "合 计：",
    "本月合计",
    "共3人",
    "统计",
    "总计",
    "合 计",
    "汇总",
    "共计",
    "Total",
    "TOTAL",
    "合计：",
    "总  计",
)
MEANS = ("人均", "平均", "均值", "AVG", "平均值", "average")
SHOPS = ("天猫旗舰店", "京东店", "拼多多店", "A店", "B店", "售前组", "售后组", "抖音店", "一部", "专营店")
FOOTERS = ("制表人：王会计", "审核：", "签字：", "备注：本月提成含上月补发", "制表：李 复核：张", "说明：以上为税前")


@dataclass
class Person:
    """One person of the truth."""

    agent: str
    name: str
    shop: str
    amounts: dict[str, int]  # item → minor units as the cell shows them


@dataclass
class World:
    """A workbook and what it says.

    Parameters
    ----------
    lines : agent, name, item, minor units, month → how often; amounts of nothing left out.
    planted : words on what was drawn, for the reader of a failure.
    """

    content: bytes
    lines: Counter[tuple[str, str, str, int, str]]
    planted: list[str]
    month: str


@dataclass
class _Pen:
    """Writes cells the way this sheet's author types numbers."""

    sheet: Any
    rng: Random
    style: str
    texts: set[tuple[int, int]] = field(default_factory=set)

    def amount(self, row: int, column: int, minor: int) -> None:
        style = self.style if self.style != "mixed" else self.rng.choice(("number", "text", "yen"))
        major = minor / 100
        if minor == 0 and self.rng.random() < 0.4:
            blank = self.rng.choice(("", "-", 0, "0", "—"))
            if blank != "":
                self.sheet.write(row, column, blank)
            return
        if style == "number":
            self.sheet.write_number(row, column, major)
        elif style == "text":
            self.sheet.write_string(row, column, f"{major:.2f}")
        elif style == "yen":
            self.sheet.write_string(row, column, f"{self.rng.choice('¥￥')}{major:,.2f}")
        elif style == "thousands":
            self.sheet.write_string(row, column, f"{major:,.2f}")
        elif style == "yuan":
            self.sheet.write_string(row, column, f"{major:.2f}元")
        elif style == "paren":
            self.sheet.write_string(row, column, f"（{-major:.2f}）" if minor < 0 else f"{major:.2f}")


def draw(seed: int) -> World:
    """Return the workbook of a seed."""
    rng = Random(seed)
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    planted: list[str] = []
    lines: Counter[tuple[str, str, str, int, str]] = Counter()
    month = f"{rng.choice((2023, 2024, 2025))}-{rng.randint(1, 12):02d}"
    kind = rng.choices(
        ("wide", "long", "slips", "sheets", "transposed", "blocks", "by month", "performance", "vertical", "beside"),
        (56, 11, 9, 8, 4, 7, 2, 2, 1, 1),
    )[0]
    planted.append(kind)
    if kind == "sheets":
        year = month[:4]
        months = [f"{year}-{m:02d}" for m in sorted(rng.sample(range(1, 13), rng.randint(2, 3)))]
        frame = _Frame.draw(rng)
        crowd = _people(rng, frame)
        for one in months:
            name = rng.choice((f"{one}", f"{one[:4]}年{int(one[5:])}月", f"{int(one[5:])}月"))
            crowd = [Person(p.agent, p.name, p.shop, _amounts(rng, frame)) for p in crowd]
            sheet = book.add_worksheet(name)
            title = rng.choice(("", f"{one[:4]}年{int(one[5:])}月工资表", "工资表"))
            _wide(rng, sheet, frame, crowd, title, planted)
            _tell(lines, crowd, one)
        if rng.random() < 0.35:
            planted.append("summary sheet")
            sheet = book.add_worksheet(rng.choice(("汇总", "全年", "合计", "Sheet4")))
            sheet.write_row(0, 0, ["姓名", rng.choice(("提成", "合计", "工资"))])
            for n, p in enumerate(crowd, 1):
                own = sum(v * k for (_, name, *_, v, _), k in lines.items() if name == p.name)
                sheet.write_row(n, 0, [p.name, own / 100])
    elif kind in ("by month", "performance", "vertical", "beside"):
        _odd(rng, book.add_worksheet("Sheet1"), kind, month)
    elif kind == "blocks":
        frame = _Frame.draw(rng)
        sheet = book.add_worksheet(rng.choice(("Sheet1", "工资")))
        row, other = 0, rng.random() < 0.25
        if other:
            planted.append("two months in one sheet")
        people = _people(rng, frame)
        halves = [people[: len(people) // 2], people[len(people) // 2 :]]
        for n, half in enumerate(h for h in halves if h):
            one = month if not (other and n) else f"{month[:4]}-{int(month[5:]) % 12 + 1:02d}"
            crowd = [Person(p.agent, p.name, p.shop, _amounts(rng, frame)) for p in (halves[0] if other else half)]
            about = f"{one[:4]}年{int(one[5:])}月"
            title = rng.choice((about, f"{about}工资", f"{about} {rng.choice(SHOPS)}", rng.choice(SHOPS)))
            title = f"{about} {title}" if n == 0 and about not in title else title
            row = _block(rng, sheet, frame, crowd, title, row, planted)
            _tell(lines, crowd, one)
    else:
        frame = _Frame.draw(rng)
        people = _people(rng, frame)
        title = _title(rng, month, planted)
        sheet = book.add_worksheet(rng.choice(("Sheet1", "工资", f"{int(month[5:])}月", month)))
        {"wide": _wide, "long": _long, "slips": _slips, "transposed": _transposed}[kind](
            rng, sheet, frame, people, title, planted
        )
        _tell(lines, people, month)
        if rng.random() < 0.05:
            planted.append("second sheet repeats")
            again = book.add_worksheet("明细")
            _wide(rng, again, frame, people, title, [])
        if rng.random() < 0.02:
            planted.append("hidden sheet")
            again = book.add_worksheet("旧表")
            again.hide()
            again.write_row(0, 0, ["姓名", "底薪", "补发工资"])
            again.write_row(1, 0, ["甄旧人", 4000, 300])
            _spoil(people[0])
            lines.clear()
            _tell(lines, people, month)
        if rng.random() < 0.05:
            planted.append("attendance sheet")
            again = book.add_worksheet("考勤")
            again.write_row(0, 0, ["姓名", "出勤天数", "迟到次数"])
            for n, p in enumerate(people, 1):
                again.write_row(n, 0, [p.name, 22, rng.randint(0, 3)])
    book.close()
    return World(sink.getvalue(), lines, planted, month)


def _odd(rng: Random, sheet: Any, kind: str, month: str) -> None:
    """Write a sheet whose pay no rule can be sure of; nothing of it is in the truth."""
    names = [rng.choice(SURNAMES) + a + b for a, b in zip(rng.sample(GIVEN, 3), rng.sample(GIVEN, 3), strict=True)]
    title = f"{month[:4]}年{int(month[5:])}月"
    if kind == "by month":
        sheet.write(0, 0, rng.choice((f"{month[:4]}年提成", title)))
        sheet.write_row(1, 0, ["姓名", *rng.choice((("1月", "2月", "3月"), ("A店", "B店", "C店"))), "合计"])
        for n, name in enumerate(names, 2):
            values = [rng.randint(1, 5000) for _ in range(3)]
            sheet.write_row(n, 0, [name, *values, sum(values)])
    elif kind == "performance":
        sheet.write(0, 0, title)
        sheet.write_row(
            1, 0, ["客服", *rng.choice((("询单", "催付", "静默"), ("询单销售额", "静默销售额", "退款"))), "合计"]
        )
        for n, name in enumerate(names, 2):
            values = [rng.randint(1, 5000) for _ in range(3)]
            sheet.write_row(n, 0, [name, *values, sum(values)])
    elif kind == "vertical":
        for n, name in enumerate(names):
            rows = (("姓名", name), ("月份", title), ("底薪", 4000), ("提成", rng.randint(1, 5000)))
            for k, pair in enumerate(rows):
                sheet.write_row(n * 6 + k, 0, pair)
    else:
        sheet.write(0, 0, title)
        sheet.write_row(1, 0, rng.choice((["姓名", "底薪", "提成"] * 2, ["姓名", "项目", "金额"] * 2)))
        for n, name in enumerate(names, 2):
            sheet.write_row(n, 0, [name, 4000, rng.randint(1, 900), names[n - 3], 4000, rng.randint(1, 900)])


def _block(
    rng: Random, sheet: Any, frame: _Frame, people: list[Person], title: str, row: int, planted: list[str]
) -> int:
    """Write one of several tables under each other; return the next free row."""
    sheet.write(row, 0, title)
    pen = _Pen(sheet, rng, frame.style)
    row += 1 + _head(rng, sheet, frame.columns, row + 1, 0, False)
    rows = []
    for n, person in enumerate(people):
        _person_row(rng, sheet, pen, frame.columns, row, 0, person, n, False)
        rows.append((row, person))
        row += 1
    if rng.random() < 0.5:
        _total_row(rng, sheet, pen, frame.columns, row, 0, rows, rng.choice(("小计", "合计")), False, planted)
        row += 1
    return row + rng.randint(0, 2)


def _tell(lines: Counter[tuple[str, str, str, int, str]], people: list[Person], month: str) -> None:
    for p in people:
        for item, minor in p.amounts.items():
            if minor:
                lines[p.agent, p.name, item, minor, month] += 1


@dataclass
class _Frame:
    """Which columns a sheet has, in order: (role, head)."""

    columns: list[tuple[str, str]]
    has_number: bool
    grouped: bool
    style: str

    @property
    def items(self) -> list[str]:
        return [t for r, t in self.columns if r in ("item", "taken")]

    @classmethod
    def draw(cls, rng: Random) -> _Frame:
        has_number = rng.random() < 0.55
        grouped = rng.random() < 0.3
        first = [("serial", rng.choice(("序号", "No.")))] if rng.random() < 0.3 else []
        if has_number:
            first.append(("number", rng.choice(("工号", "员工编号", "员工工号"))))
        elif rng.random() < 0.06:
            first.append(("code", "编号"))
        first.append(("name", rng.choice(("姓名", "姓 名", "员工姓名", "客服", "name"))))
        labels = rng.sample(LABELS, rng.choice((0, 0, 1, 2)))
        first += [("label", t) for t in labels if not (grouped and t in ("店铺", "部门"))]
        items = [("item", t) for t in rng.sample(PAY, rng.randint(2, 6))]
        if rng.random() < 0.12:
            items.append(("item", rng.choice(ODD_PAY)))
        rng.shuffle(items)
        if rng.random() < 0.3:
            at = rng.randint(0, len(items))
            items.insert(at, ("measure", rng.choice(MEASURES)))
        if rng.random() < 0.04:
            items.insert(0, ("noise", rng.choice(("日工资", "工资标准", "小时工资", "上月奖金", "奖金池", "累计工资"))))
        if rng.random() < 0.15:
            items.insert(rng.randint(0, len(items)), ("rate", rng.choice(RATES)))
        form = rng.choices(("none", "total", "net", "middle", "sly", "left"), (25, 35, 18, 10, 8, 4))[0]
        taken = [("taken", t) for t in rng.sample(TAKEN, rng.randint(1, 3))]
        if form == "total":
            items.append(("total", rng.choice(TOTALS)))
        elif form == "net":
            gross = [("total", rng.choice(TOTALS))] if rng.random() < 0.7 else []
            sums = [("cut", rng.choice(("扣款合计", "扣款小计")))] if gross and rng.random() < 0.4 else []
            items += [*gross, *taken, *sums, ("net", rng.choice(NETS))]
        elif form == "middle" and len(items) >= 4:
            half = len(items) // 2
            items = [*items[:half], ("part", "小计"), *items[half:], ("total", "合计")]
        elif form == "sly":
            items.append(("total", rng.choice(SLY_TOTALS)))
        elif form == "left":
            items.insert(0, ("total", "合计"))
        if rng.random() < 0.06:
            items.insert(
                rng.randint(0, len(items)), ("noise", rng.choice(("其中：提成", "上月提成", "累计提成", "标准")))
            )
        chance = rng.random()
        if chance < 0.02 and form in ("none", "middle"):
            items.append(("total", "综合工资"))
        elif chance < 0.03:
            items.append(("item", "团队提成合计"))
        elif chance < 0.045 and form in ("total", "net"):
            items.insert(1, ("noise", "参照奖金"))
        elif chance < 0.055 and ("item", "提成") not in items:
            items.insert(0, ("rate", "提成"))
        elif chance < 0.065:
            items.append(("twice", items[0][1]))
        tail = [("label", rng.choice(("签字", "备注")))] if rng.random() < 0.3 and "备注" not in labels else []
        style = rng.choices(("number", "text", "yen", "thousands", "yuan", "paren", "mixed"), (60, 8, 8, 8, 4, 4, 8))[0]
        return cls([*first, *items, *tail], has_number, grouped, style)


def _people(rng: Random, frame: _Frame) -> list[Person]:
    n = rng.choice((1, 2, 3, 4, 5, 6, 8, 12))
    shops = sorted(rng.choices(rng.sample(SHOPS, 3), k=n)) if frame.grouped else [""] * n
    names: list[str] = []
    while len(names) < n:
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
        name = rng.choice(("Max", "王均", "店长", "金总", "欧阳娜娜")) if rng.random() < 0.01 else name
        name = rng.choice(ENGLISH) if rng.random() < 0.04 else name
        if name not in names or rng.random() < 0.02:
            names.append(name)
    start, prefix = rng.randint(1, 900), rng.choice(("A", "", "KF", "10"))
    ids = [f"{prefix}{start + k:03d}" if frame.has_number else "" for k in range(n)]
    return [Person(*who, _amounts(rng, frame)) for who in zip(ids, names, shops, strict=True)]


def _amounts(rng: Random, frame: _Frame) -> dict[str, int]:
    found = {}
    for role, item in frame.columns:
        if role == "item":
            fixed = rng.choice((0, 10000, 20000, 30000, 50000, 350000, 400000))
            found[item] = rng.choice((fixed, rng.randint(1, 900000), rng.randint(1, 9000) * 100, 0))
            if rng.random() < 0.02:
                found[item] = -found[item]
        elif role == "taken":
            found[item] = rng.choice((0, rng.randint(1, 80000), 5000))
    return found


def _spoil(person: Person) -> None:
    """Make the truth one that no reading can give: only a person can say what this sheet means."""
    person.amounts["?"] = -99_999_999


def _title(rng: Random, month: str, planted: list[str]) -> str:
    y, m = month[:4], int(month[5:])
    before = f"{int(y) - (m == 1)}年{(m - 2) % 12 + 1}月"
    after = f"{int(y) + (m == 12)}年{m % 12 + 1}月"
    known = (
        f"{y}年{m}月工资表",
        f"某某公司{y}年{m:02d}月份薪资明细",
        f"{y}-{m:02d} 工资",
        f"{month.replace('-', '')}工资",
    )
    odd = (
        *("", "工资表", f"{m}月工资表", f"制表日期：{after}5日", f"制表日期：{after}", f"打印 {y}-{m:02d}-28"),
        *(f"{after}发放{before}工资", f"{y}年{m}月工资表 制表日期：{after}10日", f"{y}年{m}月（{after}发放）"),
    )
    title = rng.choice(known) if rng.random() < 0.8 else rng.choice(odd)
    planted.append(f"title {title!r}")
    return title


def _values(person: Person, columns: list[tuple[str, str]]) -> dict[int, int]:
    """Return what total columns of a person's row say, by place."""
    found: dict[int, int] = {}
    gross = since = cut = 0
    for role, title in columns:
        gross += person.amounts.get(title, 0) if role == "item" else 0
    running = 0
    for k, (role, title) in enumerate(columns):
        if role == "item":
            running += person.amounts[title]
            since += person.amounts[title]
        elif role == "taken":
            cut += person.amounts[title]
        elif role == "part":
            found[k], since = since, 0
        elif role == "total":
            found[k] = gross if running == 0 or k < len(columns) // 2 else running
        elif role == "cut":
            found[k] = cut
        elif role == "net":
            found[k] = running - cut
    return found


def _head(rng: Random, sheet: Any, columns: list[tuple[str, str]], row: int, left: int, two: bool) -> int:
    """Write the head; return the rows it takes."""
    if not two:
        for k, (_, title) in enumerate(columns):
            sheet.write(row, left + k, title)
        return 1
    k = 0
    while k < len(columns):
        group = "taken" if columns[k][0] == "taken" else "item"
        n = 0
        while k + n < len(columns) and columns[k + n][0] == group:
            n += 1
        if n >= 2:
            name = "扣款" if group == "taken" else rng.choice(("工资构成", "应发项目", "收入"))
            sheet.merge_range(row, left + k, row, left + k + n - 1, name)
            for j in range(n):
                sheet.write(row + 1, left + k + j, columns[k + j][1])
            k += n
        else:
            sheet.merge_range(row, left + k, row + 1, left + k, columns[k][1])
            k += 1
    return 2


def _wide(rng: Random, sheet: Any, frame: _Frame, people: list[Person], title: str, planted: list[str]) -> None:
    columns = list(frame.columns)
    if frame.grouped:
        columns.insert(0, ("shop", rng.choice(("店铺", "部门", "组别"))))
    left, row = rng.choice((0, 0, 0, 1)), 0
    if title:
        if rng.random() < 0.6:
            sheet.merge_range(row, left, row, left + len(columns) - 1, title)
        else:
            sheet.write(row, left, title)
        row += 1
    if rng.random() < 0.15:
        note = rng.choice(("部门：客服部", "单位：元", "单位：万元", "制表日期：2031年1月8日", "制表：小王"))
        planted.append(note)
        sheet.write(row, left + rng.randint(0, 3), note)
        if "万" in note:
            _spoil(people[0])
        row += 1
    if rng.random() < 0.1:
        row += 1
    two = rng.random() < 0.2
    row += _head(rng, sheet, columns, row, left, two)
    planted.append(" ".join(t for _, t in columns) + f" / {frame.style}")
    if rng.random() < 0.03:
        planted.append("no head above numbers")
        for k in range(len(people)):
            sheet.write(row + k, left + len(columns), rng.randint(1, 5000))
    if rng.random() < 0.04:
        planted.append("side table")
        for k, (a, b) in enumerate((("档位", "比例"), (10000, 0.01), (20000, 0.02))):
            sheet.write(row - 1 + k, left + len(columns) + 1, a)
            sheet.write(row - 1 + k, left + len(columns) + 2, b)
    pen = _Pen(sheet, rng, frame.style)
    shop_merged, subtotals = rng.random() < 0.6, frame.grouped and rng.random() < 0.6
    formulas = frame.style == "number" and rng.random() < 0.4
    first = row
    rows: list[tuple[int, Person]] = []
    block: list[tuple[int, Person]] = []
    totals_first = not frame.grouped and rng.random() < 0.04
    if totals_first:
        row += 1
    for n, person in enumerate(people):
        _person_row(rng, sheet, pen, columns, row, left, person, n, shop_merged and frame.grouped)
        if formulas:
            for k, v in _values(person, columns).items():
                sheet.write_formula(row, left + k, "=ROUND(1,2)", None, v / 100)
        rows.append((row, person))
        block.append((row, person))
        row += 1
        ends = n + 1 == len(people) or people[n + 1].shop != person.shop
        if frame.grouped and ends:
            if shop_merged and len(block) > 1:
                sheet.merge_range(block[0][0], left, block[-1][0], left, person.shop)
            elif shop_merged:
                sheet.write(block[0][0], left, person.shop)
            if subtotals:
                label = rng.choice(("小计", f"{person.shop}小计", "合计"))
                if rng.random() < 0.15:
                    label = rng.choice(("", person.shop))
                    planted.append(f"subtotal called {label!r}")
                _total_row(rng, sheet, pen, columns, row, left, block, label, formulas, planted)
                row += 1
            block = []
    if rng.random() < 0.5 or subtotals or totals_first:
        label = rng.choice(ROW_TOTALS)
        if rng.random() < 0.08:
            label = ""
            planted.append("total called nothing")
        at = first if totals_first else row
        _total_row(rng, sheet, pen, columns, at, left, rows, label, formulas, planted)
        row += 0 if totals_first else 1
    if rng.random() < 0.1:
        label = rng.choice(MEANS)
        planted.append(label)
        _mean_row(sheet, pen, columns, row, left, people, label)
        row += 1
    _below(rng, sheet, columns, row, left, people, planted)
    if rng.random() < 0.03 and len(rows) > 2:
        planted.append("hidden row")
        row, person = rng.choice(rows)
        sheet.set_row(row, None, None, {"hidden": True})
        _spoil(person)
    if rng.random() < 0.02:
        planted.append("hidden column")
        at = left + rng.randrange(len(columns))
        sheet.set_column(at, at, None, None, {"hidden": True})
        if columns[at - left][0] in ("item", "taken"):
            _spoil(people[0])
    _damage(rng, sheet, columns, rows, left, planted)


def _person_row(
    rng: Random, sheet: Any, pen: _Pen, columns: list[tuple[str, str]], row: int, left: int, p: Person, n: int, sp: bool
) -> None:
    totals = _values(p, columns)
    for k, (role, title) in enumerate(columns):
        at = left + k
        if role == "shop" and not sp:
            sheet.write(row, at, p.shop)
        elif role == "serial":
            sheet.write(row, at, n + 1)
        elif role == "code":
            sheet.write(row, at, f"K{100 + n}")
        elif role == "number":
            digits = p.agent.isdigit() and not p.agent.startswith("0") and rng.random() < 0.5
            sheet.write(row, at, int(p.agent) if digits else p.agent)
        elif role == "name":
            spaced = len(p.name) == 2 and rng.random() < 0.1
            sheet.write(row, at, f"{p.name[0]}\u3000{p.name[1]}" if spaced else p.name)
        elif role == "label":
            text = {
                "入职日期": "2022-03-01",
                "银行卡号": f"62220{rng.randint(10**9, 10**10)}",
                "手机号": 13800000000 + n,
            }
            words = {"部门": "客服部", "店铺": "旗舰店", "岗位": "客服", "备注": rng.choice(("", "", "补发50", "新人"))}
            sheet.write(row, at, text.get(title, words.get(title, "")))
        elif role in ("item", "taken"):
            pen.amount(row, at, p.amounts[title])
        elif role in totals_roles:
            pen.amount(row, at, totals[k])
        elif role == "measure":
            sheet.write(row, at, rng.choice((22, 21.5, rng.randint(1, 30))) if "天" in title else rng.randint(1, 50000))
        elif role == "rate":
            sheet.write(row, at, rng.choice((0.03, 0.356, 1.2, 0.5)))
        elif role == "twice":
            pen.amount(row, at, rng.randint(1, 90000))
            _spoil(p)
        elif role == "noise":
            pen.amount(row, at, rng.randint(1, 500000))


totals_roles = frozenset({"total", "part", "cut", "net"})


def _total_row(
    rng: Random,
    sheet: Any,
    pen: _Pen,
    columns: list[tuple[str, str]],
    row: int,
    left: int,
    rows: list[tuple[int, Person]],
    label: str,
    formulas: bool,
    planted: list[str],
) -> None:
    at = next(k for k, (r, _) in enumerate(columns) if r in ("shop", "serial", "number", "name"))
    if rng.random() < 0.3:
        at = next(k for k, (r, _) in enumerate(columns) if r == "name")
    if label:
        sheet.write(row, left + at, label)
    for k, (role, title) in enumerate(columns):
        if role not in ("item", "taken", *totals_roles):
            continue
        values = [_values(p, columns)[k] if role in totals_roles else p.amounts[title] for _, p in rows]
        value = sum(values)
        if rng.random() < 0.01:
            planted.append(f"wrong total in {title}")
            value += rng.choice((100, -5000, 12345))
        if formulas:
            letter = chr(ord("A") + left + k)
            text = f"=SUM({letter}{rows[0][0] + 1}:{letter}{rows[-1][0] + 1})"
            sheet.write_formula(row, left + k, text, None, value / 100)
        elif value:
            pen.amount(row, left + k, value)


def _mean_row(
    sheet: Any, pen: _Pen, columns: list[tuple[str, str]], row: int, left: int, people: list[Person], label: str
) -> None:
    at = next(k for k, (r, _) in enumerate(columns) if r == "name")
    sheet.write(row, left + at, label)
    for k, (role, title) in enumerate(columns):
        if role in ("item", "taken"):
            pen.amount(row, left + k, sum(p.amounts[title] for p in people) // len(people))


def _below(
    rng: Random,
    sheet: Any,
    columns: list[tuple[str, str]],
    row: int,
    left: int,
    people: list[Person],
    planted: list[str],
) -> None:
    """Write what stands below: signatures, last month's total, another small table, people without figures."""
    chance = rng.random()
    if chance < 0.2:
        sheet.write(row + rng.randint(0, 1), left + rng.randint(0, 2), rng.choice(FOOTERS))
    elif chance < 0.23:
        planted.append("last month below")
        name = next(k for k, (r, _) in enumerate(columns) if r == "name")
        sheet.write(row, left + name, rng.choice(("上月合计", "上月", "差异", "较上月")))
        for k, (role, _) in enumerate(columns):
            if role in ("item", "taken"):
                sheet.write(row, left + k, rng.randint(1000, 90000))
    elif chance < 0.26:
        planted.append("small table below")
        for k, line in enumerate((("店铺", "奖金池"), ("A店", 3000), ("B店", 4500))):
            sheet.write_row(row + 2 + k, left, line)
    elif chance < 0.28:
        planted.append("a person without figures")
        name = next(k for k, (r, _) in enumerate(columns) if r == "name")
        sheet.write(row, left + name, "周转岗")
    elif chance < 0.33:
        planted.append("a person's second row, not named")
        items = [k for k, (r, _) in enumerate(columns) if r == "item"]
        amount = people[-1].amounts[columns[items[0]][1]] if rng.random() < 0.5 else rng.randint(1, 90000)
        sheet.write(row, left + items[0], amount / 100)
        _spoil(people[-1])
    elif chance < 0.35:
        planted.append("a copied row")
        _person_row(rng, sheet, _Pen(sheet, rng, "number"), columns, row, left, people[-1], len(people), False)
        _spoil(people[-1])
    elif chance < 0.38:
        planted.append("another table with another head")
        sheet.write_row(row + 1, left, ["姓名", "奖金", "补发"])
        sheet.write_row(row + 2, left, [people[0].name, 100, 200])
        _spoil(people[0])
    elif chance < 0.40:
        planted.append("a name without its number")
        name = next(k for k, (r, _) in enumerate(columns) if r == "name")
        at = next(k for k, (r, _) in enumerate(columns) if r == "item")
        sheet.write(row, left + name, "尤小红")
        sheet.write(row, left + at, 4321)
        if any(r == "number" for r, _ in columns):
            _spoil(people[0])
        else:
            nothing = {title: 0 for role, title in columns if role in ("item", "taken")}
            people.append(Person("", "尤小红", people[-1].shop, {**nothing, columns[at][1]: 432100}))
    elif chance < 0.42:
        planted.append("group bonus row")
        name = next(k for k, (r, _) in enumerate(columns) if r == "name")
        sheet.write(row, left + name, rng.choice(SHOPS))
        at = next(k for k, (r, _) in enumerate(columns) if r == "item")
        sheet.write(row, left + at, 5000)


def _damage(
    rng: Random,
    sheet: Any,
    columns: list[tuple[str, str]],
    rows: list[tuple[int, Person]],
    left: int,
    planted: list[str],
) -> None:
    """Spoil one cell: a word, a formula without value, a fraction of a cent; or merge an amount over two people."""
    places = [k for k, (r, _) in enumerate(columns) if r == "item"]
    (row, person), k = rng.choice(rows), rng.choice(places)
    chance = rng.random()
    if chance < 0.03:
        planted.append("word")
        sheet.write(row, left + k, rng.choice(("离职", "待定", "见备注", "1.2万", "3000/月", "1,5", "#REF!", "3k")))
        _spoil(person)
    elif chance < 0.04:
        planted.append("formula without value")
        sheet.write_formula(row, left + k, "=B3*2", None, "")
        _spoil(person)
    elif chance < 0.06:
        planted.append("fraction of a cent")
        sheet.write_formula(row, left + k, "=B3*0.03", None, 123.4567)
        _spoil(person)
    elif chance < 0.07 and len(rows) > 1:
        at = next(n for n, (r, _) in enumerate(rows) if r == row)
        if at + 1 < len(rows) and rows[at + 1][0] == row + 1:
            planted.append("one amount over two people")
            sheet.merge_range(row, left + k, row + 1, left + k, 800)
            _spoil(person)


def _slips(rng: Random, sheet: Any, frame: _Frame, people: list[Person], title: str, planted: list[str]) -> None:
    columns, row, left = frame.columns, 0, 0
    pen = _Pen(sheet, rng, frame.style)
    each = rng.random() < 0.3
    two = rng.random() < 0.2
    gap = rng.choice((0, 1, 2))
    planted.append(" ".join(t for _, t in columns))
    if title and not each:
        sheet.write(row, 0, title)
        row += 1
    for n, person in enumerate(people):
        if title and each:
            sheet.write(row, 0, title)
            row += 1
        row += _head(rng, sheet, columns, row, left, two)
        _person_row(rng, sheet, pen, columns, row, left, person, n, False)
        row += 1 + gap


def _long(rng: Random, sheet: Any, frame: _Frame, people: list[Person], title: str, planted: list[str]) -> None:
    row = 0
    if title:
        sheet.write(row, 0, title)
        row += 1
    who = (["工号"] if frame.has_number else []) + [rng.choice(("姓名", "客服", "员工"))]
    heads = [*who, rng.choice(("项目", "工资项目", "科目")), rng.choice(("金额", "金额(元)"))]
    if rng.random() < 0.1:
        heads.append(rng.choice(("备注", "比例", "基数")))
    sheet.write_row(row, 0, heads)
    row += 1
    pen = _Pen(sheet, rng, frame.style)
    merged, subtotal = rng.random() < 0.4, rng.random() < 0.3
    gaps = not merged and rng.random() < 0.15
    planted.append(f"merged {merged}, subtotal {subtotal}, gaps {gaps}")
    total = 0
    for p in people:
        top = row
        told = list(p.amounts.items())
        for n, (item, minor) in enumerate(told):
            if not merged and not (gaps and n):
                sheet.write_row(row, 0, ([p.agent] if frame.has_number else []) + [p.name])
            sheet.write(row, len(who), item)
            pen.amount(row, len(who) + 1, minor)
            row += 1
        own = sum(p.amounts.values())
        total += own
        if rng.random() < 0.02:
            sheet.write_row(row, 0, ([p.agent] if frame.has_number else []) + [p.name])
            sheet.write_row(row, len(who), ["出勤天数", 22])
            planted.append("days as an item")
            row += 1
        if merged:
            for k, text in enumerate(([p.agent] if frame.has_number else []) + [p.name]):
                if len(told) > 1:
                    sheet.merge_range(top, k, row - 1, k, text)
                else:
                    sheet.write(top, k, text)
        if subtotal:
            sheet.write_row(row, 0, ([p.agent] if frame.has_number else []) + [p.name])
            sheet.write(row, len(who), rng.choice(("小计", "合计", "应发工资")))
            pen.amount(row, len(who) + 1, own)
            row += 1
    if rng.random() < 0.5:
        sheet.write(row, rng.choice((0, len(who))), rng.choice(ROW_TOTALS))
        pen.amount(row, len(who) + 1, total)


def _transposed(rng: Random, sheet: Any, frame: _Frame, people: list[Person], title: str, planted: list[str]) -> None:
    row = 0
    if title:
        sheet.write(row, 0, title)
        row += 1
    sheet.write_row(row, 0, [rng.choice(("项目", "姓名", "")), *[p.name for p in people]])
    for n, item in enumerate(frame.items, 1):
        sheet.write(row + n, 0, item)
        for k, p in enumerate(people, 1):
            sheet.write(row + n, k, p.amounts[item] / 100)
