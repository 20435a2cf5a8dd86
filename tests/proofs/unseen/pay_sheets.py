"""Thirty pay-sheet layouts as HR keeps them: `write(folder) -> list of truths` (forms: README.md)."""
from __future__ import annotations

import datetime as dt
import random
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from _grid import Err, F, Sheet, a1, people_names, save, yuan  # noqa: E402

D = Decimal


class Pay:
    """One file being written, with its truth."""

    def __init__(self, folder, name, seed):
        self.folder, self.name, self.rng = Path(folder), name, random.Random(seed)
        self.sheets, self.lines, self.line_months, self.not_items, self.ded, self.wrong = [], [], [], [], [], []
        self.text = name.endswith((".csv", ".txt", ".tsv"))

    def sheet(self, name):
        s = Sheet(name)
        s.text = self.text
        self.sheets.append(s)
        return s

    def line(self, s, r, c, num, name, title, amount, month=None):
        self.lines.append((num, name, title, str(amount), s.at(r, c)))
        self.line_months.append(month)

    def done(self, month, trap, *, must_ask=False, why=(), cached=True, pay_month=None, **kw):
        save(self.folder / self.name, self.sheets, cached=cached, **kw)
        lm = self.line_months
        if month and not any(lm):
            lm = [month] * len(self.lines)
        return {"file": self.name, "month": month, "pay_month": pay_month, "lines": self.lines, "line_months": lm,
                "not_items": self.not_items, "deductions": self.ded, "wrong_totals": self.wrong, "trap": trap, "must_ask": must_ask,
                "ask_why": list(why), "encoding": kw.get("encoding"), "sep": kw.get("sep", ",") if kw.get("encoding") else None}


def cents(rng, kind="var"):
    if kind == "base":
        return rng.choice([300000, 320000, 350000, 380000, 400000, 450000])
    if kind == "com":
        return rng.randint(8000, 520000)
    if kind == "small":
        return rng.choice([0, 5000, 10000, 20000, 30000])
    if kind == "ded":
        return rng.choice([0, 0, 2000, 5000, rng.randint(1000, 46000)])
    return rng.randint(1000, 90000)


def s2(c):
    return f"{yuan(c):.2f}"


# 1 ---------------------------------------------------------------------------------------------------------------------
def p01(folder):
    x = Pay(folder, "p01_客服部工资表202503.xlsx", 1)
    s = x.sheet("工资表")
    r = x.rng
    s.put(0, 0, "青禾商贸客服部2025年3月份工资表")
    s.merge(0, 0, 0, 11)
    s.put(1, 0, "单位：元")
    s.put(1, 9, "制表日期：2025-04-08")
    heads = ["序号", "工号", "姓名", "岗位", "出勤天数", "底薪", "岗位补贴", "销售提成", "全勤奖", "应发合计", "扣款", "实发工资"]
    s.row(2, heads)
    names = people_names(r, 9)
    for i, n in enumerate(names):
        row = 3 + i
        num = f"{i + 11:03d}"
        v = [cents(r, "base"), cents(r, "small"), cents(r, "com"), r.choice([0, 20000])]
        d = cents(r, "ded")
        s.row(row, [D(i + 1), num, n, "客服", D(r.choice(["22", "21.5", "20"]))])
        for k, c in enumerate(v):
            s.put(row, 5 + k, yuan(c), "#,##0.00")
            if c:
                x.line(s, row, 5 + k, num, n, heads[5 + k], s2(c))
        s.put(row, 9, F(f"=SUM(F{row + 1}:I{row + 1})", yuan(sum(v))), "#,##0.00")
        s.put(row, 10, yuan(d), "#,##0.00")
        if d:
            x.line(s, row, 10, num, n, "扣款", s2(d))
        s.put(row, 11, F(f"=J{row + 1}-K{row + 1}", yuan(sum(v) - d)), "#,##0.00")
    last = 3 + len(names)
    s.put(last, 0, "合计")
    s.merge(last, 0, last, 4)
    for c in range(5, 12):
        tot = D(0)
        for row in range(3, last):
            v = s.cells[row, c]
            tot += v.value if isinstance(v, F) else v
        L = a1(0, c)[:-1]
        s.put(last, c, F(f"=SUM({L}4:{L}{last})", tot), "#,##0.00")
    s.put(last + 2, 0, "制表：          审核：          批准：")
    x.not_items = ["序号", "岗位", "出勤天数", "应发合计", "实发工资"]
    x.ded = ["扣款"]
    return x.done("2025-03", "deductions stated positive; gross and net are sums; days are no money; the making date is a month later")


# 2 ---------------------------------------------------------------------------------------------------------------------
def p02(folder):
    x = Pay(folder, "p02_salary.xlsx", 2)
    s = x.sheet("Sheet1")
    r = x.rng
    s.put(0, 0, "2024年11月工资明细")
    s.merge(0, 0, 0, 12)
    top = [("工号", 1), ("姓名", 1), ("固定部分", 3), ("浮动部分", 3), ("应发小计", 1), ("代扣代缴", 3), ("实发", 1)]
    sub = ["", "", "基本工资", "岗位津贴", "小计", "提成", "绩效", "小计", "", "社保", "公积金", "个税", ""]
    c = 0
    tops = []
    for t, w in top:
        s.put(1, c, t)
        if w > 1:
            s.merge(1, c, 1, c + w - 1)
        else:
            s.merge(1, c, 2, c)
        tops += [t] * w
        c += w
    for k, t in enumerate(sub):
        s.put(2, k, t)
    full = [f"{a}/{b}" if b else a for a, b in zip(tops, sub)]
    for i, n in enumerate(people_names(r, 7)):
        row, num = 3 + i, f"KF{i + 1:02d}"
        b, j, t, p = cents(r, "base"), r.choice([30000, 50000]), cents(r, "com"), r.choice([60000, 80000, 100000])
        so, g, tax = 41230, 21000, r.choice([0, 3415, 12088])
        cells = [num, n, yuan(b), yuan(j), F(f"=C{row + 1}+D{row + 1}", yuan(b + j)), yuan(t), yuan(p),
                 F(f"=F{row + 1}+G{row + 1}", yuan(t + p)), F(f"=E{row + 1}+H{row + 1}", yuan(b + j + t + p)), yuan(so), yuan(g), yuan(tax),
                 F(f"=I{row + 1}-SUM(J{row + 1}:L{row + 1})", yuan(b + j + t + p - so - g - tax))]
        s.row(row, cells)
        for k, v in ((2, b), (3, j), (5, t), (6, p), (9, so), (10, g), (11, tax)):
            if v:
                x.line(s, row, k, num, n, full[k], s2(v))
    x.not_items = ["固定部分/小计", "浮动部分/小计", "应发小计", "实发"]
    x.ded = ["代扣代缴/社保", "代扣代缴/公积金", "代扣代缴/个税"]
    return x.done("2024-11", "two columns under different tops have the same sub-head 小计 and both are sums", cached=True)


# 3 ---------------------------------------------------------------------------------------------------------------------
def p03(folder):
    x = Pay(folder, "p03_工资条.xlsx", 3)
    s = x.sheet("工资条")
    r = x.rng
    heads = ["月份", "姓名", "花名", "底薪", "提成", "加班费", "迟到", "合计"]
    row = 0
    for i, n in enumerate(people_names(r, 8)):
        s.put(row, 0, "2025年6月工资条（请核对，有疑问请于3日内反馈）")
        s.merge(row, 0, row, 7)
        s.row(row + 1, heads)
        b, t, o, l = cents(r, "base"), cents(r, "com"), cents(r, "small"), -r.choice([0, 2000, 5000])
        s.row(row + 2, ["2025-06", n, "小" + n[-1], yuan(b), yuan(t), yuan(o), yuan(l), yuan(b + t + o + l)])
        for k, v in ((3, b), (4, t), (5, o), (6, l)):
            if v:
                x.line(s, row + 2, k, None, n, heads[k], s2(v))
        row += 4
    x.not_items = ["月份", "花名", "合计"]
    return x.done("2025-06", "a title and a head before every person; 迟到 is money here, negative as stated; 花名 beside the name")


# 4 ---------------------------------------------------------------------------------------------------------------------
def p04(folder):
    x = Pay(folder, "p04_各组工资.xlsx", 4)
    s = x.sheet("2025.02")
    r = x.rng
    s.put(0, 0, "2025年2月各组工资")
    s.row(1, ["组别", "员工编号", "员工姓名", "基本工资", "询单提成", "好评奖", "差评扣款", "合计", "备注"])
    names = people_names(r, 10)
    row, k = 2, 0
    grand = [0] * 5
    for g, size in (("售前A组", 4), ("售前B组", 3), ("售后组", 3)):
        start, sub = row, [0] * 5
        for _ in range(size):
            num, n = D(20100 + k), names[k]
            v = [cents(r, "base"), cents(r, "com"), cents(r, "small"), -r.choice([0, 1000, 3000])]
            s.row(row, [g if row == start else None, num, n, *map(yuan, v), F(f"=SUM(D{row + 1}:G{row + 1})", yuan(sum(v))),
                        "2月10日入职" if k == 5 else None])
            for q, c in enumerate(v):
                if c:
                    x.line(s, row, 3 + q, str(num), n, ["基本工资", "询单提成", "好评奖", "差评扣款"][q], s2(c))
            for q, c in enumerate([*v, sum(v)]):
                sub[q] += c
            row, k = row + 1, k + 1
        s.merge(start, 0, row - 1, 0)
        s.put(row, 2, "小计")
        for q in range(5):
            L = "DEFGH"[q]
            s.put(row, 3 + q, F(f"=SUM({L}{start + 1}:{L}{row})", yuan(sub[q])))
            grand[q] += sub[q]
        row += 1
    s.put(row, 2, "总计")
    for q in range(5):
        s.put(row, 3 + q, yuan(grand[q]))
    x.not_items = ["组别", "合计", "备注"]
    return x.done("2025-02", "subtotals in the name column, the group merged over its rows, numbers numeric", )


# 5 ---------------------------------------------------------------------------------------------------------------------
def p05(folder):
    x = Pay(folder, "p05_2024年四季度工资.xlsx", 5)
    r = x.rng
    names = people_names(r, 6)
    over = {}
    for m in (10, 11, 12):
        s = x.sheet(f"{m}月")
        s.put(0, 0, f"2024年{m}月工资")
        heads = ["姓名", "底薪", "提成", "餐补", "应发"]
        s.row(1, heads)
        who = names if m != 12 else names[:-1]
        for i, n in enumerate(who):
            v = [cents(r, "base"), cents(r, "com"), 30000]
            s.row(2 + i, [n, *map(yuan, v), yuan(sum(v))])
            over[n] = over.get(n, 0) + sum(v)
            for q, c in enumerate(v):
                x.line(s, 2 + i, 1 + q, None, n, heads[1 + q], s2(c), f"2024-{m}")
    s = Sheet("四季度汇总")
    s.row(0, ["姓名", "四季度合计", "月均"])
    for i, n in enumerate(names):
        s.row(1 + i, [n, yuan(over[n]), (yuan(over[n]) / 3).quantize(D("0.01"))])
    x.sheets.insert(0, s)
    x.not_items = ["应发", "四季度合计", "月均"]
    return x.done(None, "three months in sheets and in front of them a sheet that says them again as one figure a person")


# 6 ---------------------------------------------------------------------------------------------------------------------
def p06(folder):
    x = Pay(folder, "p06_薪资明细长表.csv", 6)
    s = x.sheet("")
    r = x.rng
    s.row(0, ["发薪批次", "归属月份", "工号", "姓名", "类别", "薪资项目", "金额", "发放日期"])
    row = 1
    for i, n in enumerate(people_names(r, 8)):
        num = f"0{310 + 3 * i}"
        todo = [("固定", "岗位工资", cents(r, "base")), ("浮动", "团队提成", cents(r, "com")), ("补贴", "夜宵补贴", r.choice([8000, 12000])),
                ("扣减", "工装费", r.choice([0, 5000])), ("扣减", "旷工扣款", r.choice([0, 15050]))]
        if i == 3:
            todo.append(("补发", "补发4月提成", 23388))
        for kind, t, c in todo:
            if not c:
                continue
            s.row(row, ["FX2506A", "2025-05", num, n, kind, t, f"{yuan(c):,.2f}", "2025/06/15"])
            x.line(s, row, 6, num, n, t, s2(c))
            row += 1
    x.not_items = ["发薪批次", "归属月份", "发放日期", "类别"]
    x.ded = ["工装费", "旷工扣款"]
    return x.done("2025-05", "earned month and pay date a month apart; thousands commas inside csv; the sign stands in another column (扣减)",
                  encoding="gb18030", pay_month="2025-06")


# 7 ---------------------------------------------------------------------------------------------------------------------
def p07(folder):
    x = Pay(folder, "p07_横向工资.xlsx", 7)
    s = x.sheet("2025年1月")
    r = x.rng
    names = people_names(r, 6)
    nums = [f"A{101 + i}" for i in range(6)]
    s.row(0, ["项目", *names, "合计"])
    s.row(1, ["工号", *nums])
    todo = [("出勤（天）", None), ("底薪", "base"), ("提成", "com"), ("年终奖", "com"), ("应发工资", "sum"), ("社保", "so"), ("实发工资", "net")]
    fig = {n: {} for n in names}
    for k, (t, kind) in enumerate(todo):
        row = 2 + k
        s.put(row, 0, t)
        tot = 0
        for q, n in enumerate(names):
            f = fig[n]
            if kind is None:
                s.put(row, 1 + q, D(r.choice([21, 22, 23])))
                continue
            if kind == "sum":
                c = f["底薪"] + f["提成"] + f["年终奖"]
            elif kind == "net":
                c = f["应发工资"] - f["社保"]
            else:
                c = 40055 if kind == "so" else cents(r, kind)
            f[t] = c
            tot += c
            s.put(row, 1 + q, yuan(c))
            if kind in ("base", "com", "so"):
                x.line(s, row, 1 + q, nums[q], n, t, s2(c))
        if kind:
            s.put(row, 7, yuan(tot))
    x.not_items = ["出勤（天）", "应发工资", "实发工资", "合计"]
    x.ded = ["社保"]
    return x.done("2025-01", "people stand in columns, items in rows, the last column is a sum that looks like a person")


# 8 ---------------------------------------------------------------------------------------------------------------------
def p08(folder):
    x = Pay(folder, "p08_payroll_text_numbers.xlsx", 8)
    s = x.sheet("Payroll")
    r = x.rng
    s.put(0, 0, "Payroll register – July 2025")
    s.row(1, ["Employee ID", "Employee Name", "Days", "Base (CNY)", "Commission (CNY)", "Adjustments (CNY)", "Gross (CNY)"])
    for i, n in enumerate(["Nora Quill", "Otto Brandt", "Pia Sand", "Rafi Noor", "Sven Dahl", "Tess Umber"]):
        num = f"{i + 7:05d}"
        b, c = cents(r, "base"), cents(r, "com")
        a = [0, -12300, 4500, -250, 0, -100000][i]
        say = lambda v: f"(¥{abs(yuan(v)):,.2f})" if v < 0 else f"¥{yuan(v):,.2f}"  # noqa: E731
        s.row(2 + i, [num, n, "22", say(b), say(c), say(a) if a else "-", say(b + c + a)])
        for q, v in ((3, b), (4, c), (5, a)):
            if v:
                x.line(s, 2 + i, q, num, n, ["Base (CNY)", "Commission (CNY)", "Adjustments (CNY)"][q - 3], s2(v))
    x.not_items = ["Days", "Gross (CNY)"]
    return x.done("2025-07", "everything is text, ids with leading zeros, negatives in brackets with the sign of the currency inside")


# 9 ---------------------------------------------------------------------------------------------------------------------
def p09(folder):
    x = Pay(folder, "p09_工资(无公式值).xlsx", 9)
    s = x.sheet("工资表")
    r = x.rng
    s.put(0, 0, "2025年4月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "补贴", "应发", "社保", "实发"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 6)):
        row, num = 2 + i, f"S{i + 1:03d}"
        v = [cents(r, "base"), cents(r, "com"), 20000]
        s.row(row, [num, n, *map(yuan, v), F(f"=SUM(C{row + 1}:E{row + 1})"), yuan(38820), F(f"=F{row + 1}-G{row + 1}")])
        for q, c in enumerate(v):
            x.line(s, row, 2 + q, num, n, heads[2 + q], s2(c))
        x.line(s, row, 6, num, n, "社保", "388.20")
    s.put(8, 1, "合计")
    for c in range(2, 8):
        L = "ABCDEFGH"[c]
        s.put(8, c, F(f"=SUM({L}3:{L}8)"))
    x.not_items = ["应发", "实发"]
    x.ded = ["社保"]
    return x.done("2025-04", "all sums are formulas without a stored value; the items are typed", cached=False)


# 10 --------------------------------------------------------------------------------------------------------------------
def p10(folder):
    x = Pay(folder, "p10_提成公式.xlsx", 10)
    s = x.sheet("5月")
    r = x.rng
    s.put(0, 0, "2025年5月客服提成表")
    heads = ["工号", "姓名", "销售额", "退款", "提成点", "提成", "底薪", "合计"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 6)):
        row, num = 2 + i, str(601 + i)
        sales, ref, rate = r.randint(3000000, 15000000), r.randint(10000, 900000), r.choice(["0.01", "0.012", "0.015"])
        s.row(row, [num, n, yuan(sales), yuan(ref), D(rate), F(f"=(C{row + 1}-D{row + 1})*E{row + 1}"), yuan(350000),
                    F(f"=F{row + 1}+G{row + 1}")])
        exact = (yuan(sales) - yuan(ref)) * D(rate)
        x.line(s, row, 5, num, n, "提成", f"{exact.normalize():f}")
        x.line(s, row, 6, num, n, "底薪", "3500.00")
    x.not_items = ["销售额", "退款", "提成点", "合计"]
    return x.done("2025-05", "the item itself is a formula without a stored value (and with fractions of a cent); sales and refunds are money but no pay",
                  must_ask=True, why=["no value is stored for 提成"], cached=False)


# 11 --------------------------------------------------------------------------------------------------------------------
def p11(folder):
    x = Pay(folder, "p11_重名.xlsx", 11)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资")
    heads = ["姓名", "店铺", "底薪", "提成"]
    s.row(1, heads)
    for i, (n, shop) in enumerate([("王芳", "天猫店"), ("李敏", "天猫店"), ("王芳", "京东店"), ("赵强", "京东店"), ("周洋", "抖音店")]):
        b, c = cents(r, "base"), cents(r, "com")
        s.row(2 + i, [n, shop, yuan(b), yuan(c)])
        x.line(s, 2 + i, 2, None, n, "底薪", s2(b))
        x.line(s, 2 + i, 3, None, n, "提成", s2(c))
    x.not_items = ["店铺"]
    return x.done("2025-03", "王芳 stands twice in different shops with two base pays and no number: one person or two?", must_ask=True,
                  why=["one name twice without number"])


# 12 --------------------------------------------------------------------------------------------------------------------
def p12(folder):
    x = Pay(folder, "p12_同名不同号.csv", 12)
    s = x.sheet("")
    r = x.rng
    s.row(0, ["2025年08月工资发放表"])
    s.row(1, ["部门", "姓名", "工号", "基本工资", "绩效", "其他补贴", "考勤扣款", "实发"])
    for i, (n, num) in enumerate([("陈静", "0081"), ("陈静", "0092"), ("陈 静", "0104"), ("许磊", "0081B"), ("何涛", "0105")]):
        b, p, o, d = cents(r, "base"), r.choice([80000, 90000]), r.choice([0, 15000]), r.choice([0, 6667])
        s.row(2 + i, ["客服", n, f'="{num}"', s2(b), s2(p), s2(o) if o else "/", f"-{s2(d)}" if d else "/", s2(b + p + o - d)])
        x.line(s, 2 + i, 3, num, n, "基本工资", s2(b))
        x.line(s, 2 + i, 4, num, n, "绩效", s2(p))
        if o:
            x.line(s, 2 + i, 5, num, n, "其他补贴", s2(o))
        if d:
            x.line(s, 2 + i, 6, num, n, "考勤扣款", f"-{s2(d)}")
    x.not_items = ["部门", "实发"]
    return x.done("2025-08", 'three people of one name (one spaced), told apart only by ="0081" numbers behind the name; / for nothing', encoding="gb18030")


# 13 --------------------------------------------------------------------------------------------------------------------
def p13(folder):
    x = Pay(folder, "p13_隐藏列.xlsx", 13)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "保密津贴", "身份证号", "应发合计"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 6)):
        num = f"{i + 1:04d}"
        v = [cents(r, "base"), cents(r, "com"), 50000]
        s.row(2 + i, [num, n, *map(yuan, v), f"3301**********{i:04d}", F(f"=SUM(C{3 + i}:E{3 + i})", yuan(sum(v)))])
        for q, c in enumerate(v):
            x.line(s, 2 + i, 2 + q, num, n, heads[2 + q], s2(c))
    s.hidden_cols |= {4, 5}
    x.not_items = ["身份证号", "应发合计"]
    return x.done("2025-03", "a hidden item which the gross counts: leaving it out makes every gross wrong")


# 14 --------------------------------------------------------------------------------------------------------------------
def p14(folder):
    x = Pay(folder, "p14_隐藏行.xlsx", 14)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资表")
    heads = ["工号", "姓名", "底薪", "提成"]
    s.row(1, heads)
    names = people_names(r, 7)
    tot = [0, 0]
    for i, n in enumerate(names):
        num = f"{i + 1:04d}"
        v = [cents(r, "base"), cents(r, "com")]
        s.row(2 + i, [num, n, *map(yuan, v)])
        for q, c in enumerate(v):
            x.line(s, 2 + i, 2 + q, num, n, heads[2 + q], s2(c))
            if i not in (2, 5):
                tot[q] += c
    s.hidden_rows |= {4, 7}
    s.row(9, [None, "合计", F("=SUBTOTAL(109,C3:C9)", yuan(tot[0])), F("=SUBTOTAL(109,D3:D9)", yuan(tot[1]))])
    x.wrong = [s.at(9, 2), s.at(9, 3)]
    return x.done("2025-03", "two people are hidden by a filter and the total leaves them out: paid or not?", must_ask=True, why=["hidden people"])


# 15 --------------------------------------------------------------------------------------------------------------------
def p15(folder):
    x = Pay(folder, "p15_考勤与工资.xlsx", 15)
    s = x.sheet("202412")
    r = x.rng
    s.put(0, 0, "2024年12月考勤及工资核算")
    s.merge(0, 0, 0, 15)
    heads = ["No", "姓名", "级别", "底薪标准", "应出勤", "实出勤", "事假(h)", "加班小时", "加班时薪", "出勤工资", "加班工资", "提成基数", "提成比例", "提成", "应发", "签字"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 8)):
        row = 2 + i
        std, days, h, rate = r.choice([300000, 400000]), r.choice([20, 21, 22]), r.choice([0, 4, 10]), 2000
        worked = int((D(std) * days / 22).quantize(D(1)))
        base, pct = r.randint(2000000, 9000000) // 100 * 100, r.choice(["0.01", "0.02"])
        com = int(D(base) * D(pct))
        s.row(row, [D(i + 1), n, f"P{r.randint(1, 4)}", yuan(std), D(22), D(days), D(r.choice([0, 4, 8])), D(h), yuan(rate), yuan(worked),
                    yuan(h * rate), yuan(base), D(pct), yuan(com), yuan(worked + h * rate + com)])
        s.fmts[row, 12] = "0.0%"
        for q, v in ((9, worked), (10, h * rate), (13, com)):
            if v:
                x.line(s, row, q, None, n, heads[q], s2(v))
    x.not_items = ["No", "级别", "底薪标准", "应出勤", "实出勤", "事假(h)", "加班小时", "加班时薪", "提成基数", "提成比例", "应发", "签字"]
    return x.done("2024-12", "money columns which are standards, rates an hour and bases stand beside what was paid; the gross says which")


# 16 --------------------------------------------------------------------------------------------------------------------
def p16(folder):
    x = Pay(folder, "p16_左右两表.xlsx", 16)
    s = x.sheet("Sheet1")
    r = x.rng
    s.put(0, 0, "2025年2月 售前组")
    s.put(0, 6, "2025年2月 售后组")
    heads = ["姓名", "底薪", "提成", "合计"]
    s.row(1, heads)
    s.row(1, ["姓名", "底薪", "好评奖", "合计"], 6)
    names = people_names(r, 11)
    for i, n in enumerate(names[:6]):
        v = [cents(r, "base"), cents(r, "com")]
        s.row(2 + i, [n, *map(yuan, v), yuan(sum(v))])
        x.line(s, 2 + i, 1, None, n, "底薪", s2(v[0]))
        x.line(s, 2 + i, 2, None, n, "提成", s2(v[1]))
    for i, n in enumerate(names[6:]):
        v = [cents(r, "base"), r.choice([10000, 23000])]
        s.row(2 + i, [n, *map(yuan, v), yuan(sum(v))], 6)
        x.line(s, 2 + i, 7, None, n, "底薪", s2(v[0]))
        x.line(s, 2 + i, 8, None, n, "好评奖", s2(v[1]))
    x.not_items = ["合计"]
    return x.done("2025-02", "two tables side by side with partly the same heads: the right one's figures are not the left one's people")


# 17 --------------------------------------------------------------------------------------------------------------------
def p17(folder):
    x = Pay(folder, "p17_两段不同表头.xlsx", 17)
    s = x.sheet("工资")
    r = x.rng
    names = people_names(r, 9)
    s.put(0, 0, "2025年9月工资（正式）")
    s.row(1, ["工号", "姓名", "底薪", "提成", "全勤", "社保"])
    for i, n in enumerate(names[:6]):
        num = str(3001 + i)
        v = [cents(r, "base"), cents(r, "com"), r.choice([0, 20000]), 41200]
        s.row(2 + i, [num, n, *map(yuan, v)])
        for q, c in enumerate(v):
            if c:
                x.line(s, 2 + i, 2 + q, num, n, ["底薪", "提成", "全勤", "社保"][q], s2(c))
    s.put(9, 0, "2025年9月工资（兼职）")
    s.row(10, ["工号", "姓名", "工时", "时薪", "工时工资", "提成"])
    for i, n in enumerate(names[6:]):
        num = str(9001 + i)
        h, w, c = r.randint(40, 90), 2200, r.randint(1000, 60000)
        s.row(11 + i, [num, n, D(h), yuan(w), yuan(h * w), yuan(c)])
        x.line(s, 11 + i, 4, num, n, "工时工资", s2(h * w))
        x.line(s, 11 + i, 5, num, n, "提成", s2(c))
    x.not_items = ["工时", "时薪"]
    x.ded = ["社保"]
    return x.done("2025-09", "below the table stands a second one with another head: its columns mean other things at the same letters")


# 18 --------------------------------------------------------------------------------------------------------------------
def p18(folder):
    x = Pay(folder, "p18_合计有误.xlsx", 18)
    s = x.sheet("工资表")
    r = x.rng
    s.put(0, 0, "2025年10月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "奖金", "合计"]
    s.row(1, heads)
    names = people_names(r, 8)
    tot, fig = [0] * 4, []
    for i, n in enumerate(names):
        num = f"{i + 1:03d}"
        v = [cents(r, "base"), cents(r, "com"), cents(r, "small")]
        fig.append(v)
        row = 2 + i
        f = F(f"=SUM(C{row + 1}:E{row + 1})", yuan(sum(v)))
        if i == 4:
            f = yuan(sum(v) + 9000)
            x.wrong.append(s.at(row, 5))
        s.row(row, [num, n, *map(yuan, v), f])
        tot[3] += sum(v) + (9000 if i == 4 else 0)
        for q, c in enumerate(v):
            tot[q] += c
            if c:
                x.line(s, row, 2 + q, num, n, heads[2 + q], s2(c))
    short = sum(v[1] for v in fig[:-2])
    s.row(10, [None, "合计", F("=SUM(C3:C10)", yuan(tot[0])), F("=SUM(D3:D8)", yuan(short)), F("=SUM(E3:E10)", yuan(tot[2])),
               F("=SUM(F3:F10)", yuan(tot[3]))])
    x.wrong.append(s.at(10, 3))
    x.not_items = ["合计"]
    return x.done("2025-10", "one row sum is overtyped and one SUM stops two people short")


# 19 --------------------------------------------------------------------------------------------------------------------
def p19(folder):
    x = Pay(folder, "p19_单位万元.xlsx", 19)
    s = x.sheet("高管及主管")
    s.put(0, 0, "2025年1月主管薪酬表（单位：万元）")
    s.row(1, ["姓名", "基本薪酬", "绩效薪酬", "年终奖"])
    for i, (n, b, p, y) in enumerate([("沈浩然", "0.8", "0.35", "2.4"), ("韩梦琪", "0.75", "0.2862", "1.85"), ("杨志强", "0.6", "0.1", "1")]):
        s.row(2 + i, [n, D(b), D(p), D(y)])
        for q, v in enumerate((b, p, y)):
            x.line(s, 2 + i, 1 + q, None, n, ["基本薪酬", "绩效薪酬", "年终奖"][q], v)
    return x.done("2025-01", "ten-thousands of yuan, said in the title only; amounts here are as stated", must_ask=True, why=["unit 万元"])


# 20 --------------------------------------------------------------------------------------------------------------------
def p20(folder):
    x = Pay(folder, "p20_无月份.xlsx", 20)
    s = x.sheet("Sheet1")
    r = x.rng
    s.put(0, 0, "客服工资明细")
    s.put(1, 0, "打印日期：2025年05月12日")
    heads = ["花名", "工号", "底薪", "提成", "入职日期"]
    s.row(3, heads)
    for i, n in enumerate(["桃子", "阿柚", "小鹿", "北北", "团子"]):
        num = f"T{i + 10}"
        v = [cents(r, "base"), cents(r, "com")]
        s.row(4 + i, [n, num, *map(yuan, v), dt.date(2024, 2 + i, 5 + i)])
        for q, c in enumerate(v):
            x.line(s, 4 + i, 2 + q, num, n, heads[2 + q], s2(c))
    x.not_items = ["入职日期"]
    return x.done(None, "nothing says the month: a printing date and joining dates are none")


# 21 --------------------------------------------------------------------------------------------------------------------
def p21(folder):
    x = Pay(folder, "p21_发放月与归属月.xlsx", 21)
    s = x.sheet("4月发")
    r = x.rng
    s.put(0, 0, "2025年3月工资（2025年4月15日发放）")
    heads = ["员工号", "姓名", "上月实发", "本月底薪", "本月提成", "补发2月提成", "本月实发", "环比"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 6)):
        num = D(88001 + i)
        last, b, c, late = r.randint(400000, 800000), cents(r, "base"), cents(r, "com"), r.choice([0, 12345])
        s.row(2 + i, [num, n, yuan(last), yuan(b), yuan(c), yuan(late), yuan(b + c + late),
                      (D(b + c + late) / last - 1).quantize(D("0.0001"))])
        s.fmts[2 + i, 7] = "0.00%"
        for q, v in ((3, b), (4, c), (5, late)):
            if v:
                x.line(s, 2 + i, q, str(num), n, heads[q], s2(v))
    x.not_items = ["上月实发", "本月实发", "环比"]
    return x.done("2025-03", "earned in March, paid in April, the sheet named after April; last month's net stands first among the money", pay_month="2025-04")


# 22 --------------------------------------------------------------------------------------------------------------------
def p22(folder):
    x = Pay(folder, "p22_一人多行.xlsx", 22)
    s = x.sheet("提成发放")
    r = x.rng
    s.put(0, 0, "2025年7月分店铺提成发放表")
    heads = ["工号", "姓名", "店铺", "提成", "奖励", "小计", "个人合计"]
    s.row(1, heads)
    row = 2
    shops = ["天猫旗舰店", "京东自营店", "拼多多店"]
    for i, n in enumerate(people_names(r, 5)):
        num, start, tot = f"{i + 21}", row, 0
        k = r.randint(1, 3)
        vals = []
        for q in range(k):
            v = [cents(r, "com"), r.choice([0, 5000, 8800])]
            vals.append((shops[q], v))
            tot += sum(v)
        for q, (shop, v) in enumerate(vals):
            s.row(row, [num if q == 0 else None, n if q == 0 else None, shop, *map(yuan, v), yuan(sum(v)), yuan(tot) if q == 0 else None])
            x.line(s, row, 3, num, n, "提成", s2(v[0]))
            if v[1]:
                x.line(s, row, 4, num, n, "奖励", s2(v[1]))
            row += 1
        for c in (0, 1, 6):
            s.merge(start, c, row - 1, c)
    x.not_items = ["店铺", "小计", "个人合计"]
    return x.done("2025-07", "a person merged over a row a shop; the personal sum is merged too and repeats the subtotals")


# 23 --------------------------------------------------------------------------------------------------------------------
def p23(folder):
    x = Pay(folder, "p23_文字与数字混写.xlsx", 23)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "补贴"]
    s.row(1, heads)
    odd = {1: (3, "待核对"), 3: (4, "300+200"), 4: (2, "3500(试用期80%)")}
    for i, n in enumerate(people_names(r, 6)):
        num = f"{i + 1:03d}"
        v = [cents(r, "base"), cents(r, "com"), r.choice([10000, 20000])]
        for q, c in enumerate(v):
            if i in odd and odd[i][0] == 2 + q:
                s.put(2 + i, 2 + q, odd[i][1])
            else:
                s.put(2 + i, 2 + q, yuan(c))
                x.line(s, 2 + i, 2 + q, num, n, heads[2 + q], s2(c))
        s.put(2 + i, 0, num)
        s.put(2 + i, 1, n)
    return x.done("2025-03", "words and sums where amounts belong; the cells in question have no line in the truth", must_ask=True,
                  why=["words in amount cells"])


# 24 --------------------------------------------------------------------------------------------------------------------
def p24(folder):
    x = Pay(folder, "p24_salary_utf16.txt", 24)
    s = x.sheet("")
    r = x.rng
    s.row(0, ["结算周期", "工号", "客服", "基本工资", "绩效奖金", "违规扣罚", "社保个人", "公司社保", "税前应发", "税后实发"])
    for i, n in enumerate(people_names(r, 6)):
        num = f"{i + 5:06d}"
        b, p, f, so, co = cents(r, "base"), r.choice([50000, 72050]), r.choice([0, 5000]), 38820, 102045
        say = lambda v: f"{yuan(v):,.2f}"  # noqa: E731
        s.row(1 + i, ["2025.06.01-2025.06.30", num, n, say(b), say(p), say(-f) if f else "0.00", say(-so), say(co), say(b + p - f), say(b + p - f - so)])
        for q, v in ((3, b), (4, p), (5, -f), (6, -so)):
            if v:
                x.line(s, 1 + i, q, num, n, ["基本工资", "绩效奖金", "违规扣罚", "社保个人"][q - 3], s2(v))
    x.not_items = ["结算周期", "公司社保", "税前应发", "税后实发"]
    return x.done("2025-06", "what the company pays to the insurance is money beside the pay but nobody's pay; tab text in utf-16",
                  encoding="utf-16", sep="\t")


# 25 --------------------------------------------------------------------------------------------------------------------
def p25(folder):
    x = Pay(folder, "p25_翻页表头.xlsx", 25)
    s = x.sheet("工资表")
    r = x.rng
    s.put(0, 0, "二〇二五年五月工资发放表")
    s.merge(0, 0, 0, 6)
    heads = ["序 号", "姓  名", "底  薪", "提  成", "扣  款", "实  发", "签  收"]
    names = people_names(r, 15)
    row, tot, k = 1, [0] * 4, 0
    for page in range(3):
        s.row(row, heads)
        row += 1
        part = [0] * 4
        for _ in range(5):
            n = names[k]
            n = n if len(n) > 2 else n[0] + "　" + n[1]
            v = [cents(r, "base"), cents(r, "com"), cents(r, "ded")]
            v.append(v[0] + v[1] - v[2])
            s.row(row, [D(k + 1), n, *map(yuan, v)])
            for q in range(3):
                if v[q]:
                    x.line(s, row, 2 + q, None, n, heads[2 + q], s2(v[q]))
            for q in range(4):
                part[q] += v[q]
                tot[q] += v[q]
            row, k = row + 1, k + 1
        s.row(row, ["本页小计", None, *map(yuan, part)])
        row += 1
        s.row(row, ["累    计", None, *map(yuan, tot)])
        row += 2
    x.not_items = ["序 号", "实  发", "签  收"]
    x.ded = ["扣  款"]
    return x.done("2025-05", "printed pages: the head again on each, a page's sum and a running sum; names and heads spaced out")


# 26 --------------------------------------------------------------------------------------------------------------------
def p26(folder):
    x = Pay(folder, "p26_按月横排.xlsx", 26)
    s = x.sheet("2025上半年")
    r = x.rng
    s.put(0, 0, "2025年上半年提成统计")
    s.row(1, ["工号", "姓名", "1月", None, "2月", None, "3月", None, "合计"])
    s.row(2, [None, None] + ["提成", "奖金"] * 3)
    for c in (2, 4, 6):
        s.merge(1, c, 1, c + 1)
    for c in (0, 1, 8):
        s.merge(1, c, 2, c)
    for i, n in enumerate(people_names(r, 6)):
        num, tot = f"Z{i + 1}", 0
        s.row(3 + i, [num, n])
        for m in range(3):
            for q, t in enumerate(("提成", "奖金")):
                v = cents(r, "com") if q == 0 else r.choice([0, 10000])
                tot += v
                s.put(3 + i, 2 + 2 * m + q, yuan(v))
                if v:
                    x.line(s, 3 + i, 2 + 2 * m + q, num, n, f"{m + 1}月/{t}", s2(v), f"2025-0{m + 1}")
        s.put(3 + i, 8, yuan(tot))
    x.not_items = ["合计"]
    return x.done(None, "months lie across the sheet as the upper head: the item is 提成 or 奖金, the month is in the head, the year in the title")


# 27 --------------------------------------------------------------------------------------------------------------------
def p27(folder):
    x = Pay(folder, "p27_奖惩符号不一.xlsx", 27)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "扣款"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 6)):
        num = f"{i + 1:03d}"
        v = [cents(r, "base"), cents(r, "com"), [5000, -3000, 0, 2000, -10000, 4500][i]]
        s.row(2 + i, [num, n, *map(yuan, v)])
        for q, c in enumerate(v):
            if c:
                x.line(s, 2 + i, 2 + q, num, n, heads[2 + q], s2(c))
    return x.done("2025-03", "deductions of both signs in one column and no total to tell: is -30 a deduction or its return?", must_ask=True,
                  why=["signs of 扣款 disagree"])


# 28 --------------------------------------------------------------------------------------------------------------------
def p28(folder):
    x = Pay(folder, "p28_工号显示格式.xlsx", 28)
    s = x.sheet("2025-04")
    r = x.rng
    s.row(1, ["", "工号", "姓名", "岗位工资\n(元)", "提成\n(元)", "话补", "工资合计\n(元)", "", "说明"])
    names = people_names(r, 6)
    for i, n in enumerate(names):
        v = [cents(r, "base"), cents(r, "com"), 10000]
        s.row(2 + i, [None, D(i + 7), n, *map(yuan, v), F(f"=D{3 + i}+E{3 + i}+F{3 + i}", yuan(sum(v)))])
        s.fmts[2 + i, 1] = "0000"
        for q, c in enumerate(v):
            x.line(s, 2 + i, 3 + q, f"{i + 7:04d}", n, ["岗位工资\n(元)", "提成\n(元)", "话补"][q], s2(c))
    s.put(2, 8, "话补标准 100")
    s.put(3, 8, "提成＝退款后销售额×1.2%")
    x.not_items = ["工资合计\n(元)", "说明"]
    return x.done("2025-04", "the number's leading zeros are only a format (0007 is stored as 7): both spellings name one person; heads of two lines; notes aside")


# 29 --------------------------------------------------------------------------------------------------------------------
def p29(folder):
    x = Pay(folder, "p29_错误值与断链.xlsx", 29)
    s = x.sheet("工资")
    r = x.rng
    s.put(0, 0, "2025年3月工资表")
    heads = ["工号", "姓名", "底薪", "提成", "应发"]
    s.row(1, heads)
    for i, n in enumerate(people_names(r, 5)):
        num = f"{i + 1:03d}"
        b, c = cents(r, "base"), cents(r, "com")
        s.row(2 + i, [num, n, yuan(b)])
        x.line(s, 2 + i, 2, num, n, "底薪", s2(b))
        if i == 2:
            s.put(2 + i, 3, Err("#N/A"))
            s.put(2 + i, 4, Err("#N/A"))
        else:
            s.put(2 + i, 3, F(f"=ROUND({yuan(c)},2)", yuan(c)))
            s.put(2 + i, 4, F(f"=C{3 + i}+D{3 + i}", yuan(b + c)))
            x.line(s, 2 + i, 3, num, n, "提成", s2(c))
    x.not_items = ["应发"]
    return x.done("2025-03", "a look-up failed for one person: no commission is not a commission of nothing", must_ask=True, why=["#N/A in 提成"])


# 30 --------------------------------------------------------------------------------------------------------------------
def p30(folder):
    x = Pay(folder, "p30_部门抬头与人均.xlsx", 30)
    s = x.sheet("客服中心")
    r = x.rng
    s.put(0, 0, "客服中心薪酬发放明细")
    s.put(1, 0, "所属期：")
    s.put(1, 1, "2025年11月")
    s.row(2, ["姓名", "职务", "基本工资", "绩效系数", "绩效工资", "奖惩", "借支", "应付工资"])
    names = people_names(r, 8)
    row, grand = 3, [0] * 5
    k = 0
    for g, size in (("一部（售前）", 5), ("二部（售后）", 3)):
        s.put(row, 0, g)
        s.merge(row, 0, row, 7)
        row += 1
        part = [0] * 5
        for _ in range(size):
            n = names[k]
            f = r.choice(["0.9", "1", "1.15"])
            v = [cents(r, "base"), int(80000 * D(f)), r.choice([0, 10000, -5000]), r.choice([0, 50000])]
            v.append(v[0] + v[1] + v[2] - v[3])
            s.row(row, [n, "客服", yuan(v[0]), D(f), *map(yuan, v[1:])])
            for q, c, t in ((2, v[0], "基本工资"), (4, v[1], "绩效工资"), (5, v[2], "奖惩"), (6, v[3], "借支")):
                if c:
                    x.line(s, row, q, None, n, t, s2(c))
            for q in range(5):
                part[q] += v[q]
                grand[q] += v[q]
            row, k = row + 1, k + 1
        s.row(row, ["部门合计", None, yuan(part[0]), None, *map(yuan, part[1:])])
        row += 1
    s.row(row, ["公司总计", None, yuan(grand[0]), None, *map(yuan, grand[1:])])
    s.row(row + 1, ["人均", None, (yuan(grand[0]) / 8).quantize(D("0.01")), None] +
          [(yuan(g) / 8).quantize(D("0.01")) for g in grand[1:]])
    s.row(row + 2, ["人数", D(8)])
    x.not_items = ["职务", "绩效系数", "应付工资"]
    x.ded = ["借支"]
    return x.done("2025-11", "group heads, group sums, a grand sum, a mean and a head count all stand in the name column")


ALL = [p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27,
       p28, p29, p30]


def write(folder) -> list[dict]:
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [f(folder) for f in ALL]


if __name__ == "__main__":
    import tempfile
    with tempfile.TemporaryDirectory() as d:
        for t in write(d):
            print(t["file"], t["month"], len(t["lines"]), "ask" if t["must_ask"] else "")
