"""Random pay sheets with a known truth: `make(seed, path) -> dict`.

The kind of file (xlsx or text) is drawn; `path`'s suffix is replaced by it, the real name is in `truth["file"]`.
"""
from __future__ import annotations

import datetime as dt
import random
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from _grid import Err, F, Sheet, a1, letter, people_names, save, yuan  # noqa: E402

FULL = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")

ITEMS = ["底薪", "基本工资", "岗位工资", "岗位津贴", "工龄工资", "全勤奖", "餐补", "交通补贴", "话费补贴", "住房补贴", "夜班补贴",
         "销售提成", "询单提成", "提成", "绩效奖金", "绩效工资", "好评奖励", "加班费", "节日福利", "高温补贴", "组长津贴", "其他",
         "上月补发", "转化奖", "爆款奖励", "师傅带教费", "保密费", "周末加班工资", "客单价奖", "奖惩", "补差"]
ITEMS_EN = ["Base Pay", "Basic", "Commission", "Meal Allowance", "Transport", "Perf. Bonus", "Night Shift", "OT Pay",
            "Attendance Bonus", "Referral", "Other", "Adjustment", "Spiff"]
SIGNED = {"奖惩", "补差", "Adjustment"}
DEDS = ["迟到扣款", "事假扣款", "病假扣款", "社保", "社保个人", "公积金", "个税", "违规罚款", "水电费", "借支", "工服押金", "质检扣罚",
        "其他扣款", "养老保险", "医疗保险", "失业保险", "差评扣款"]
DEDS_EN = ["Tax", "Pension (EE)", "Late penalty", "Advance", "Health ins."]
ATTEND = [("应出勤天数", 2175), ("出勤天数", 2200), ("实际出勤", 2150), ("加班小时", 1250), ("迟到次数", 200), ("请假(天)", 100),
          ("夜班次数", 600), ("工时", 17600), ("计薪天数", 2175), ("缺勤天数", 100), ("加班时长(h)", 850), ("旷工", 0)]
ATTEND_EN = [("Days Worked", 2200), ("OT Hours", 850), ("Late (times)", 100), ("Scheduled days", 2200)]
RATES = ["提成比例", "绩效系数", "转化率", "完成率", "提成点", "好评率"]
MEASURES = ["销售额", "业绩", "接待人数", "询单人数", "本月业绩", "成交金额", "有效销售额", "询单量", "目标"]
NUMBER = ["工号", "员工编号", "员工号", "人员编号", "职工编号", "工 号"]
NAME = ["姓名", "员工姓名", "客服姓名", "姓  名", "姓 名", "客服", "人员姓名", "员工"]
GROSS = ["应发合计", "应发工资", "应发", "应发金额", "应发小计", "应付工资"]
DEDTOT = ["扣款合计", "应扣合计", "代扣合计", "扣款小计", "应扣小计"]
NET = ["实发工资", "实发合计", "实发", "实发金额", "实付工资", "税后实发"]
ALL = ["合计", "工资合计", "总计", "合 计", "小计", "总工资", "共计"]
TOTROW = ["合计", "总计", "合 计", "合　计", "合计：", "共计", "汇总", "总 计", "本页合计", "合计({n}人)"]
TEAMS = ["售前一组", "售前二组", "售后组", "夜班组", "天猫组", "京东组", "拼多多组", "抖音组"]
ROLES = ["客服", "售前客服", "售后客服", "组长", "主管", "实习客服"]
CN = "〇一二三四五六七八九"


class Col:
    __slots__ = ("kind", "title", "top", "style", "at", "zero", "hidden", "of", "key")

    def __init__(self, kind, title, top=None, style="num", zero="0", of=None):
        self.kind, self.title, self.top, self.style, self.zero = kind, title, top, style, zero
        self.at, self.hidden, self.of, self.key = None, False, of, None

    @property
    def full(self):
        return f"{self.top}/{self.title}" if self.top and self.title else (self.title or self.top)


class Maker:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.seed = seed
        self.lines, self.line_months, self.wrong, self.why, self.feat = [], [], [], [], []
        self.tots: dict[str, tuple] = {}
        self.not_items: dict[str, None] = {}
        self.ded_titles: dict[str, None] = {}

    def p(self, x):
        return self.rng.random() < x

    # ---- what the sheet consists of -------------------------------------------------
    def draw(self):
        r, p = self.rng, self.p
        self.layout = r.choices(["wide", "blocks", "slips", "long", "transposed", "months", "teams"],
                                [46, 16, 9, 10, 5, 8, 6])[0]
        self.english = p(0.13)
        self.csv = p(0.16) and self.layout not in ("months", "teams")
        self.cached = self.csv or p(0.86)
        self.n = r.choice([3, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25])
        if self.layout in ("months", "teams", "slips", "long", "transposed"):
            self.n = min(self.n, 9)
        self.nasty = None
        self.two_row = self.layout in ("wide", "blocks", "months", "teams") and p(0.18)
        self.year, self.mon = r.choice([2023, 2024, 2025]), r.randint(1, 12)
        self.month = f"{self.year}-{self.mon:02d}"
        self.draw_people()
        self.draw_columns()

    def draw_people(self):
        r, p = self.rng, self.p
        self.ident = r.choices(["both", "name", "number", "name-number"], [55, 28, 9, 8])[0]
        names = people_names(r, self.n)
        if self.n > 3 and p(0.12) and self.ident in ("both", "name-number"):
            i, j = r.sample(range(self.n), 2)
            names[j] = names[i]
            self.feat.append("one name twice, told apart by number")
        if self.english and p(0.6):
            pool = ["Ann Lee", "Bob Tan", "Cara Diaz", "Dev Rao", "Eli Stone", "Fay Wu", "Gus Kim", "Hana Ito", "Ivan Petrov",
                    "Jo March", "Kai Moss", "Lea Roux", "Max Orr", "Nia Cole", "Oda Berg", "Pia Lund", "Quin Hale", "Rex Ford",
                    "Sue Park", "Tom Reed", "Uma Nair", "Vic Shaw", "Wes Hunt", "Xia Bai", "Yan Pike"]
            names = r.sample(pool, self.n)
        elif p(0.1):
            names = [n[0] + r.choice(["　", " ", "  "]) + n[1:] if len(n) == 2 else n for n in names]
            self.feat.append("names spaced out")
        kind = r.choice(["zero-text", "plain", "letters", "long", "plain-text"])
        base = r.randint(1, 60)
        nums = r.sample(range(base, base + 3 * self.n + 5), self.n)
        if p(0.6):
            nums.sort()
        spell = {"zero-text": lambda k: f"{k:04d}", "plain": lambda k: 1000 + k, "letters": lambda k: f"KF{k:03d}",
                 "long": lambda k: 20230000 + k, "plain-text": lambda k: str(100 + k)}[kind]
        self.numcells = [spell(k) for k in nums]
        self.names = names
        self.people = [(str(a) if self.ident != "name" else None, b if self.ident != "number" else None)
                       for a, b in zip(self.numcells, names)]
        self.teams = r.sample(TEAMS, min(r.randint(2, 4), max(1, self.n // 2)))
        bounds = sorted(r.sample(range(1, self.n), len(self.teams) - 1)) if len(self.teams) > 1 else []
        self.team_of = [sum(i >= b for b in bounds) for i in range(self.n)]

    def draw_columns(self):
        r, p, en = self.rng, self.p, self.english
        cols = []
        top = (lambda t: t) if self.two_row else (lambda t: None)
        if p(0.45):
            cols.append(Col("seq", "No." if en else r.choice(["序号", "NO.", "序 号"])))
        team = Col("team", r.choice(["Team", "Department"]) if en else r.choice(["部门", "组别", "店铺", "所属店铺", "小组"]))
        if p(0.35) and self.layout != "blocks":
            cols.append(team)
        number = Col("number", r.choice(["Emp No.", "Employee ID", "Staff No"]) if en else r.choice(NUMBER))
        name = Col("name", r.choice(["Name", "Employee Name", "Employee"]) if en else r.choice(NAME))
        ids = {"both": [number, name], "name-number": [name, number], "name": [name], "number": [number]}[self.ident]
        cols += ids
        if p(0.2):
            cols.append(Col("role", "Position" if en else r.choice(["岗位", "职务", "职位"])))
        if p(0.12):
            cols.append(Col("joined", "Hire date" if en else "入职日期"))
        if p(0.08):
            cols.append(Col("card", "Account" if en else r.choice(["银行卡号", "身份证号", "卡号"])))
        self.id_cols = list(cols)
        att = r.sample(ATTEND_EN if en else ATTEND, r.choice([0, 0, 1, 2, 3]))
        if self.layout == "long":
            att = []
        attcols = [Col("attend", t, top("Attendance" if en else "考勤"), of=v) for t, v in att]
        pool = ITEMS_EN if en else ITEMS
        k = r.randint(2, 6)
        titles = r.sample(pool, k)
        if not en and p(0.07):
            titles = titles[:-1] + ["其他"] * (2 if "其他" not in titles[:-1] else 1)
            if titles.count("其他") == 2:
                self.feat.append("one head over two columns")
        styles = ["num", "num", "num", "money", "cny", "text", "text-comma", "text-yen", "text-yuan", "text-full"]
        sheet_style = r.choices(styles, [30, 10, 5, 8, 4, 8, 5, 5, 3, 2])[0]
        if self.csv:
            sheet_style = r.choice(["text", "text-comma", "text-yen", "text", "text2"])
        zero = r.choices(["0", "blank", "-", "—", "/", "0.00"], [34, 34, 12, 5, 7, 8])[0]
        self.negstyle = r.choices(["minus", "paren", "paren-full", "minus-full", "u2212"], [70, 12, 8, 5, 5])[0]

        def item(kind, t, group):
            st = sheet_style if p(0.85) else r.choice(styles if not self.csv else ["text", "text-comma"])
            unit = r.choice(["", "", "", "", "", "(元)", "（元）"]) if not en else ""
            return Col(kind, t + unit, top(group), st, zero)

        split = p(0.15) and k >= 4 and not self.two_row
        items = [item("item", t, "Earnings" if en else "应发项目") for t in titles]
        deds = [item("ded", t, "Deductions" if en else "扣款项目")
                for t in r.sample(DEDS_EN if en else DEDS, r.choice([0, 0, 0, 1, 2, 3]))]
        self.ded_negative = bool(deds) and p(0.22)
        money = list(items)
        for c in items:
            c.key = "plus"
        for c in deds:
            c.key = "minus"
        totals = r.choices(["full", "all", "none", "net-only", "gross-net"], [38, 26, 18, 6, 12])[0]
        if not deds and totals in ("net-only", "gross-net", "full"):
            totals = r.choice(["all", "gross"])
        mk = lambda kind, title, group=None: Col(kind, title, group, r.choice([sheet_style, "num"]) if not self.csv else sheet_style)  # noqa: E731
        body = []
        for c in items:
            if split and c is items[k // 2]:
                t = mk("sub", r.choice(["固定小计", "固定部分合计", "小计"]))
                t.of = items[:k // 2]
                body.append(t)
            body.append(c)
        if split:
            t = mk("sub", r.choice(["浮动小计", "浮动部分合计"]))
            t.of = items[k // 2:]
            body.append(t)
        if totals in ("full", "gross-net", "gross"):
            t = mk("gross", r.choice(["Gross Pay", "Gross Total"]) if en else r.choice(GROSS))
            t.of = items
            body.append(t)
        dedbody = list(deds)
        if totals == "full" and p(0.7):
            t = mk("dedtot", "Total Deductions" if en else r.choice(DEDTOT))
            t.of = deds
            dedbody.append(t)
        if totals in ("full", "gross-net", "net-only"):
            t = mk("net", r.choice(["Net Pay", "Net"]) if en else r.choice(NET))
            t.of = items + deds
            dedbody.append(t)
        if totals == "all":
            t = mk("all", "Total" if en else r.choice(ALL))
            t.of = items + deds
            dedbody.append(t)
        self.totals = totals
        # decoys that are no pay: measures, rates, piece rates, year to date
        if not en and totals != "none":
            if p(0.16):
                at = body.index(r.choice(items))
                body.insert(at, Col("measure", r.choice(MEASURES), top("业绩"), sheet_style))
                if p(0.5):
                    body.insert(at + 1, Col("rate", r.choice(RATES), top("业绩"), of=r.choice(["frac", "pct", "text"])))
            elif p(0.08):
                body.insert(0, Col("measure", r.choice(["底薪标准", "标准底薪", "约定月薪", "时薪", "日薪"]), None, "num"))
                self.feat.append("a standard beside what was paid")
            if p(0.04):
                dedbody.append(Col("measure", r.choice(["上月实发", "本年累计应发", "本年累计", "去年同期", "公司承担社保"]), None, "num"))
                self.feat.append("a figure of another time behind the table")
        if p(0.12):
            body.insert(0, Col("rate", "KPI factor" if en else r.choice(["绩效系数", "考核系数", "绩效得分"]), None, of="factor"))
        tail = []
        if p(0.25):
            tail.append(Col("note", "Remarks" if en else r.choice(["备注", "说明"])))
        if p(0.15):
            tail.append(Col("sign", "Signature" if en else r.choice(["签字", "签名", "签收"])))
        pos = r.random()
        cols = cols + (attcols if pos < 0.7 else []) + body + dedbody + ([] if pos < 0.7 else attcols) + tail
        if p(0.06):
            c = r.choice(cols)
            self.feat.append("a head of two lines")
            if len(c.title) > 3 and c.kind not in ("name", "number"):
                c.title = c.title[:2] + "\n" + c.title[2:]
        self.cols, self.items, self.deds = cols, items, deds
        for c in cols:
            if c.kind not in ("item", "ded", "number", "name", "team"):
                self.not_items[c.full] = None
        for c in deds:
            if not self.ded_negative:
                self.ded_titles[c.full] = None
        if p(0.07) and not self.csv and self.layout in ("wide", "blocks", "months", "teams"):
            c = r.choice([c for c in cols if c.kind in ("card", "joined", "role", "rate", "attend", "item")])
            if c.kind != "item" or totals != "none":
                c.hidden = True
                self.feat.append("a hidden column")

    def draw_figures(self, n):
        """Amount in cents of each person and money column, with the signs as stated."""
        r, p = self.rng, self.p
        out = []
        for _ in range(n):
            row = {}
            for c in self.items:
                base = c.title.split("(")[0].split("（")[0].replace("\n", "")
                if base in SIGNED:
                    v = r.choice([0, r.randint(1, 60) * 500, -r.randint(1, 30) * 500, -r.randint(100, 9000)])
                elif any(w in base for w in ("底薪", "基本", "岗位工资", "Base", "Basic")):
                    v = r.choice([280000, 300000, 350000, 400000, 380050, r.randint(250000, 600000)])
                elif any(w in base for w in ("提成", "绩效", "Commission", "Bonus")):
                    v = 0 if p(0.08) else r.randint(5000, 460000)
                else:
                    v = 0 if p(0.3) else r.choice([5000, 10000, 20000, 30000, r.randint(1000, 60000)])
                row[id(c)] = v
            for c in self.deds:
                v = 0 if p(0.35) else r.choice([2000, 5000, 10000, r.randint(500, 52000)])
                row[id(c)] = -v if self.ded_negative else v
            out.append(row)
        for c in self.items + self.deds:  # no money column is empty everywhere
            if not any(row[id(c)] for row in out):
                v = r.randint(2000, 30000)
                out[r.randrange(n)][id(c)] = -v if c in self.deds and self.ded_negative else v
        return out

    def total_of(self, col, row):
        s = 0
        for c in col.of:
            v = row[id(c)]
            s += v if c.key == "plus" or self.ded_negative else -v
        if col.kind == "dedtot" and not self.ded_negative:
            s = -s
        return s

    # ---- cells ----------------------------------------------------------------------
    def spell(self, cents, style):
        """(cell value, number format) of an amount."""
        neg = cents < 0
        plain = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
        if style in ("num", "money", "cny"):
            return yuan(cents), {"num": None, "money": "#,##0.00_);(#,##0.00)", "cny": "¥#,##0.00"}[style]
        body = {"text": plain if abs(cents) % 100 else plain[:-3], "text2": plain, "text-comma": f"{abs(cents) // 100:,}{plain[-3:]}",
                "text-yen": f"¥{abs(cents) // 100:,}{plain[-3:]}", "text-yuan": plain + "元",
                "text-full": plain.translate(FULL)}[style]
        if not neg:
            return body, None
        k = self.negstyle
        if k == "paren":
            return f"({body})", None
        if k == "paren-full":
            return f"（{body}）", None
        return {"minus": "-", "minus-full": "－", "u2212": "−"}[k] + body, None

    def put_money(self, s, r, c, col, cents):
        if cents == 0:
            z = col.zero
            if z == "blank":
                return
            s.put(r, c, Decimal(0) if z in ("0", "0.00") and col.style in ("num", "money", "cny") else z)
            return
        v, f = self.spell(cents, col.style)
        s.put(r, c, v, f)

    def line(self, s, r, c, who, title, cents, month):
        if cents:
            self.lines.append((who[0], who[1], title, f"{yuan(cents):.2f}", s.at(r, c)))
            self.line_months.append(month)

    def other_cell(self, s, r, c, col, i, row, cents):
        rng = self.rng
        k = col.kind
        if k == "seq":
            v = Decimal(i + 1) if not self.csv else str(i + 1)
        elif k == "team":
            v = self.teams[self.team_of[i]]
        elif k == "number":
            v = self.numcells[i]
            if isinstance(v, int):
                v = str(v) if self.csv else Decimal(v)
            elif self.csv and self.quoted:
                v = f'="{v}"'
        elif k == "name":
            v = self.names[i]
        elif k == "role":
            v = ROLES[i % 3] if i else "组长"
        elif k == "joined":
            v = dt.date(2021 + i % 4, 1 + i % 12, 1 + (7 * i) % 28)
        elif k == "card":
            v = f"3301**********{1000 + 37 * i:04d}" if "身份" in col.title else f"6222****{1000 + 37 * i:04d}"
        elif k == "attend":
            base = col.of
            v = max(0, base - 50 * rng.choice([0, 0, 0, 1, 2, 3])) if base > 1000 else rng.choice([0, base, 100])
            v = Decimal(v).scaleb(-2).normalize()
            v = v if v else Decimal(0)
            v = f"{v:f}" if self.csv else v
        elif k == "rate":
            if col.of == "frac":
                v = Decimal(rng.choice(["0.03", "0.05", "0.015", "0.02"]))
            elif col.of == "pct":
                v = Decimal(rng.choice(["0.03", "0.05", "0.62"]))
                s.fmts[r, c] = "0.00%"
            elif col.of == "text":
                v = rng.choice(["3%", "5.0%", "1.5%", "62.13%"])
            else:
                v = Decimal(rng.choice(["1", "0.8", "1.1", "0.95", "1.2"]))
            if self.csv and isinstance(v, Decimal):
                v = str(v)
        elif k == "measure":
            if any(w in col.title for w in ("人数", "询单量")):
                v = rng.randint(40, 1900)
                s.put(r, c, str(v) if self.csv else Decimal(v))
                return
            v, f = self.spell(rng.randint(3000, 150000) * 100 + rng.choice([0, 0, 37, 50]), col.style)
            s.put(r, c, v, f)
            return
        elif k == "note":
            v = rng.choice(["", "", "", "3月15日转正", "含补发200", "请假2天", "离职", "借调"])
        else:
            v = ""
        s.put(r, c, v)

    # ---- heads, rows, totals --------------------------------------------------------
    def head(self, s, r, c0):
        """Writes the head at row r; returns the row after it."""
        for k, c in enumerate(self.cols):
            c.at = c0 + k + (self.gap is not None and k >= self.gap)
        if not self.two_row:
            for c in self.cols:
                s.put(r, c.at, c.title)
            return r + 1
        k = 0
        while k < len(self.cols):
            c = self.cols[k]
            if c.top is None:
                s.put(r, c.at, c.title)
                if self.merge_head:
                    s.merge(r, c.at, r + 1, c.at)
                k += 1
                continue
            j = k
            while j + 1 < len(self.cols) and self.cols[j + 1].top == c.top:
                j += 1
            s.put(r, c.at, c.top)
            s.merge(r, c.at, r, self.cols[j].at)
            for m in range(k, j + 1):
                s.put(r + 1, self.cols[m].at, self.cols[m].title)
            k = j + 1
        return r + 2

    def person_row(self, s, r, i, row, month):
        who = self.people[i]
        for c in self.cols:
            if c.kind in ("item", "ded"):
                self.put_money(s, r, c.at, c, row[id(c)])
                self.line(s, r, c.at, who, c.full, row[id(c)], month)
            elif c.kind in ("sub", "gross", "dedtot", "net", "all"):
                self.total_cell(s, r, c, row)
            else:
                self.other_cell(s, r, c.at, c, i, row, None)

    def total_cell(self, s, r, c, row):
        v = self.total_of(c, row)
        stated = v
        wrong = (self.wrong_row is not None and c is self.wrong_row[0] and not self.wrong_row[1])
        if wrong and self.p(0.4) and len(c.of) > 1:
            self.wrong_row = (c, True)
            stated = v + self.rng.choice([10000, -10000, 9000, 100, -1, 45000])
            self.wrong.append(s.at(r, c.at))
        minus = [x for x in c.of if x.key == "minus" and not self.ded_negative and c.kind != "dedtot"]
        self.tots[s.at(r, c.at)] = (f"{yuan(stated):.2f}", [s.at(r, x.at) for x in c.of if x not in minus],
                                    [s.at(r, x.at) for x in minus])
        self.stated[id(c)] = self.stated.get(id(c), 0) + stated
        self.block[id(c)] = self.block.get(id(c), 0) + stated
        if self.formulas and stated == v and all(x.style in ("num", "money", "cny") for x in c.of):
            cells = [x.at for x in c.of]
            if c.kind in ("sub", "gross", "dedtot") and cells == list(range(cells[0], cells[-1] + 1)) and len(cells) > 1:
                text = f"=SUM({a1(r, cells[0])}:{a1(r, cells[-1])})"
            else:
                text = "=" + "".join(("-" if (x.key == "minus" and not self.ded_negative and c.kind != "dedtot") else "+")
                                     + a1(r, x.at) for x in c.of).lstrip("+")
                for z in c.of:  # a dash or blank among the addends would break or bend the sum
                    if z.zero not in ("0", "0.00", "blank"):
                        text = None
                        break
            if text:
                s.put(r, c.at, F(text, yuan(v)), "0.00")
                return
        if stated == 0:
            s.put(r, c.at, Decimal(0) if not self.csv else "0")
            return
        val, f = self.spell(stated, c.style)
        s.put(r, c.at, val, f)

    def total_row(self, s, r, label, sums, rows, *, where=None, blank=False, n=0):
        """A row of sums over `rows` (sheet rows); sums: column id -> cents."""
        ids = [c for c in self.cols if c.kind in ("seq", "name", "number", "team")]
        at = where if where is not None else self.rng.choice(ids).at
        if not blank:
            s.put(r, at, label.format(n=n))
            if not self.csv and self.p(0.25) and at == self.cols[0].at and len(ids) > 1 and ids[1].at == at + 1:
                s.merge(r, at, r, at + 1)
        money = [c for c in self.cols if c.kind in ("item", "ded", "sub", "gross", "dedtot", "net", "all")]
        for c in money:
            v = sums.get(id(c), 0)
            kind = self.wrong_col.get(id(c)) if rows else None
            self.tots[s.at(r, c.at)] = (f"{yuan(v):.2f}", [s.at(q, c.at) for q in rows], [])
            numeric = c.style in ("num", "money", "cny") and (c.zero in ("0", "0.00", "blank") or c.kind not in ("item", "ded"))
            contiguous = rows and rows == list(range(rows[0], rows[-1] + 1))
            if kind == "typed":
                v += self.rng.choice([10000, -20000, 1000, -100, 90000])
                self.wrong.append(s.at(r, c.at))
                self.tots[s.at(r, c.at)] = (f"{yuan(v):.2f}", *self.tots[s.at(r, c.at)][1:])
            if self.formulas and numeric and contiguous and kind is None:
                fn = "SUBTOTAL(9," if self.subtotal else "SUM("
                s.put(r, c.at, F(f"={fn}{a1(rows[0], c.at)}:{a1(rows[-1], c.at)})", yuan(v)), "0.00")
            elif v == 0:
                s.put(r, c.at, "0" if self.csv else Decimal(0))
            else:
                val, f = self.spell(v, c.style)
                s.put(r, c.at, val, f)
        if self.p(0.4):
            for c in self.cols:
                if c.kind == "attend":
                    tot = Decimal(0)
                    for q in rows:
                        x = s.cells.get((q, c.at))
                        tot += Decimal(str(x)) if x not in (None, "") else 0
                    s.put(r, c.at, str(tot) if self.csv else tot)

    def mean_row(self, s, r, sums, n):
        ids = [c for c in self.cols if c.kind in ("seq", "name", "number", "team")]
        s.put(r, self.rng.choice(ids).at, self.rng.choice(["平均", "人均", "均值", "平均值", "AVG", "Average"]))
        for c in self.cols:
            if c.kind in ("item", "gross", "net", "all"):
                v = Decimal(sums.get(id(c), 0)) / n / 100
                v = v.quantize(Decimal("0.01"))
                s.put(r, c.at, str(v) if self.csv else v)

    # ---- the frame ------------------------------------------------------------------
    def month_words(self, y, m):
        cn_y = "".join(CN[int(d)] for d in str(y))
        cn_m = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"][m - 1]
        en = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
              "December"][m - 1]
        if self.english:
            return self.rng.choice([f"{en} {y}", f"{en[:3]} {y}", f"{y}-{m:02d}", f"{m:02d}/{y}"])
        return self.rng.choice([f"{y}年{m}月", f"{y}年{m:02d}月份", f"{y}-{m:02d}", f"{y}.{m:02d}", f"{y}/{m}月", f"{cn_y}年{cn_m}月",
                                f"{y} 年 {m} 月", f"{y}{m:02d}", f"{y}年{m}月份"])

    def frame(self, s, width, *, sheet_month=None):
        """Title rows; returns (row, column) where the head goes, and settles what the file says of the month."""
        r, p = self.rng, self.p
        row, c0 = 0, 0
        if p(0.06):
            c0 = r.randint(1, 2)
        if p(0.05):
            row = r.randint(1, 2)
        if self.said is None:
            kinds = ["title", "title", "title", "title", "title", "period", "cell", "column", "sheet", "none", "none-date", "yearless",
                     "year+sheet", "date-cell"]
            if self.csv:
                kinds = ["title", "title", "column", "column", "none", "period"]
            self.said = r.choice(kinds) if sheet_month is None else "given"
        k = self.said
        words = self.month_words(self.year, self.mon)
        kind = "Payroll" if self.english else r.choice(["工资表", "客服工资表", "员工工资明细表", "薪资表", "工资发放表", "客服部工资条"])
        title = None
        if k == "title":
            title = r.choice([f"{words}{kind}", f"XX电商有限公司{words}{kind}", f"{kind}（{words}）", f"{words} {kind}"])
            if self.english:
                title = f"{kind} - {words}"
        elif k in ("none", "none-date", "period", "cell", "sheet", "column", "date-cell") and p(0.6):
            title = kind
        elif k == "yearless":
            title = f"{self.mon}月份{kind}" if not self.english else kind
        elif k == "year+sheet":
            title = f"{self.year}年{kind}" if not self.english else f"{kind} {self.year}"
            s.name = f"{self.mon}月"
        elif k == "given" and p(0.5):
            title = kind
        if k == "sheet":
            s.name = r.choice([f"{self.year}年{self.mon}月", f"{self.year}{self.mon:02d}", f"{self.year}.{self.mon:02d}",
                               f"{self.year}-{self.mon:02d}工资"])
        if title:
            s.put(row, c0, title)
            if p(0.6) and not self.csv:
                s.merge(row, c0, row, c0 + width - 1)
            row += 1
            if p(0.15):
                row += 1
        if k == "period":
            last = (dt.date(self.year + self.mon // 12, self.mon % 12 + 1, 1) - dt.timedelta(days=1)).day
            s.put(row, c0, f"所属期间：{self.month}-01 至 {self.month}-{last:02d}" if not self.english else
                  f"Period: {self.month}-01 to {self.month}-{last:02d}")
            row += 1
        if k == "cell":
            s.put(row, c0, "月份：" if not self.english else "Month:")
            s.put(row, c0 + 1, words)
            row += 1
        if k == "date-cell":
            s.put(row, c0, "工资月份")
            s.put(row, c0 + 1, dt.date(self.year, self.mon, 1), "yyyy年m月")
            row += 1
        if k == "none-date" or (k in ("title", "column", "sheet") and p(0.15)):
            later = dt.date(self.year, self.mon, 28) + dt.timedelta(days=r.randint(8, 20))
            s.put(row, c0, r.choice([f"制表日期：{later:%Y-%m-%d}", f"打印时间 {later:%Y/%m/%d} 10:32", f"导出日期：{later:%Y年%m月%d日}"]))
            row += 1
        if p(0.12) and self.nasty != "wan":
            s.put(row, c0 + r.randint(0, max(0, width - 1)), "单位：元" if not self.english else "Currency: CNY")
            row += 1
        if k in ("none", "none-date", "yearless") and sheet_month is None:
            self.month = None
        return row, c0

    def setup(self):
        r, p = self.rng, self.p
        self.formulas = not self.csv and p(0.45)
        if not self.formulas:
            self.cached = True
        self.subtotal = p(0.1)
        self.merge_head = p(0.7)
        self.quoted = self.csv and p(0.2)
        self.said = None
        self.gap = r.randint(2, len(self.cols) - 1) if not self.two_row and len(self.cols) > 4 and p(0.04) else None
        self.double = {}
        self.stated, self.block, self.wrong_col, self.wrong_row = {}, {}, {}, None
        tot = [c for c in self.cols if c.kind in ("gross", "net", "all", "dedtot")]
        if tot and p(0.07):
            self.wrong_row = (r.choice(tot), False)
        if p(0.07):
            self.wrong_col[id(r.choice(self.items + self.deds))] = "typed"

    # ---- layouts --------------------------------------------------------------------
    def month_column(self):
        if self.said == "column":
            c = Col("month", "Month" if self.english else self.rng.choice(["工资月份", "月份", "所属月份", "薪资月份"]))
            self.cols.insert(self.rng.randint(0, 1), c)
            self.not_items[c.full] = None
            w = self.rng.choice([f"{self.year}-{self.mon:02d}", f"{self.year}年{self.mon}月", f"{self.year}{self.mon:02d}"])
            return c, w
        return None, None

    def wide(self, s, idx, figures, month, *, blocks=False, sheet_month=None, tail=True):
        r, p = self.rng, self.p
        row, c0 = self.frame(s, len(self.cols), sheet_month=sheet_month)
        if sheet_month is None:
            month = self.month
        mcol, mword = (None, None)
        if sheet_month is None:
            mcol, mword = self.month_column()
        head_at = row
        row = self.head(s, row, c0)
        for c in self.cols:
            if c.hidden:
                s.hidden_cols.add(c.at)
        first = row
        self.stated, allrows, sums = {}, [], {}
        by_team = []
        if blocks:
            for t in range(len(self.teams)):
                by_team.append([i for i in idx if self.team_of[i] == t])
        else:
            by_team = [list(idx)]
        team_col = next((c for c in self.cols if c.kind == "team"), None)
        totals_row = p(0.68) or blocks
        top_total = totals_row and not blocks and p(0.05)
        if top_total:
            top_at = row
            row += 1
        spaces = p(0.08)
        repeat = blocks and p(0.25)
        group_line = blocks and p(0.5)
        sub_label = r.choice(["小计", "{t}小计", "小 计", "{t}合计"])
        self.person_rows = {}
        if team_col and not blocks and sheet_month is None and len(self.teams) > 1 and (self.ident != "name" or (self.merge_head and not self.csv)) and p(0.12):
            for i in r.sample(list(idx), min(2, len(idx))):
                self.double[i] = self.draw_figures(1)[0]
            self.feat.append("a person in two teams, a row each")
        for t, members in enumerate(by_team):
            if not members:
                continue
            if repeat and t:
                row = self.head(s, row, c0)
            if group_line:
                at = r.choice([self.cols[0].at, next(c for c in self.cols if c.kind in ("name", "number")).at])
                s.put(row, at, self.teams[t])
                row += 1
            self.block = {}
            rows_here, part = [], {}
            for i in members:
                if spaces and rows_here and p(0.25):
                    row += 1
                self.person_row(s, row, i, figures[i], month)
                if mcol:
                    s.put(row, mcol.at, mword)
                for c in self.items + self.deds:
                    part[id(c)] = part.get(id(c), 0) + figures[i][id(c)]
                rows_here.append(row)
                self.person_rows[i] = row
                row += 1
                if i in self.double:
                    self.person_row(s, row, i, self.double[i], month)
                    s.put(row, team_col.at, self.teams[(self.team_of[i] + 1) % len(self.teams)])
                    if mcol:
                        s.put(row, mcol.at, mword)
                    for c in self.cols:
                        if c.kind in ("number", "name") and not self.csv and self.merge_head:
                            s.cells.pop((row, c.at), None)
                            s.merge(row - 1, c.at, row, c.at)
                    for c in self.items + self.deds:
                        part[id(c)] = part.get(id(c), 0) + self.double[i][id(c)]
                    rows_here.append(row)
                    row += 1
            for c in self.items + self.deds:
                sums[id(c)] = sums.get(id(c), 0) + part[id(c)]
            if team_col and not blocks and not self.csv and not self.double and p(0.5):
                self.merge_team(s, team_col, rows_here, members)
            if blocks:
                part.update({id(c): self.block.get(id(c), 0) for c in self.cols if c.kind in ("sub", "gross", "dedtot", "net", "all")})
                keep, self.wrong_col = self.wrong_col, {}
                self.total_row(s, row, sub_label.format(t=self.teams[t]), part, rows_here)
                self.wrong_col = keep
                row += 1
                if p(0.3):
                    row += 1
            allrows += rows_here
        self.data_rows = (first, row - 1)
        sums.update(self.stated)
        self.sums = sums
        if totals_row:
            if p(0.06):
                row += 1
            at = top_at if top_total else row
            if top_total:
                save_w, self.wrong_col = self.wrong_col, {}
                f, self.formulas = self.formulas, False
                self.total_row(s, at, r.choice(["合计", "总计"]), sums, allrows, where=self.id_at())
                self.wrong_col, self.formulas = save_w, f
            else:
                blank = p(0.05) and not blocks and self.n > 3 and not self.wrong_col and self.wrong_row is None
                rows = allrows
                f = self.formulas
                if blocks or spaces:
                    self.formulas = False
                self.short_sum(s, at, allrows, figures, idx)
                blank = blank and not self.short
                self.total_row(s, at, ("Total" if self.english and p(0.7) else r.choice(TOTROW)), sums, rows,
                               where=self.id_at() if p(0.6) else None, blank=blank, n=len(list(idx)))
                self.apply_short(s, at)
                self.formulas = f
                row += 1
        if p(0.08):
            self.mean_row(s, row, sums, len(list(idx)))
            row += 1
        if tail:
            self.tail(s, row, c0)
        self.head_at, self.c0 = head_at, c0
        return row

    def id_at(self):
        return next(c for c in self.cols if c.kind in ("seq", "name", "number", "team")).at

    def short_sum(self, s, at, rows, figures, idx):
        """Perhaps plans a SUM that misses the last rows."""
        self.short = None
        ok = [c for c in self.items if c.style in ("num", "money", "cny") and c.zero in ("0", "0.00", "blank")
              and id(c) not in self.wrong_col]
        if self.formulas and ok and not self.double and len(rows) > 3 and rows == list(range(rows[0], rows[-1] + 1)) and self.p(0.08):
            c = self.rng.choice(ok)
            order = [i for i in idx]
            miss = self.rng.randint(1, 2)
            v = sum(figures[i][id(c)] for i in order[:-miss])
            if v != sum(figures[i][id(c)] for i in order):
                self.short = (c, rows[0], rows[-1] - miss, v)
                return True
        return False

    def apply_short(self, s, at):
        if self.short:
            c, a, b, v = self.short
            s.put(at, c.at, F(f"=SUM({a1(a, c.at)}:{a1(b, c.at)})", yuan(v)), "0.00")
            self.wrong.append(s.at(at, c.at))
            self.tots[s.at(at, c.at)] = (f"{yuan(v):.2f}", *self.tots[s.at(at, c.at)][1:])
            self.feat.append("a SUM that misses rows")

    def merge_team(self, s, c, rows, members):
        k = 0
        while k < len(rows):
            j = k
            while j + 1 < len(rows) and self.team_of[members[j + 1]] == self.team_of[members[k]] and rows[j + 1] == rows[j] + 1:
                j += 1
            if j > k:
                for m in range(k + 1, j + 1):
                    s.cells.pop((rows[m], c.at), None)
                s.merge(rows[k], c.at, rows[j], c.at)
            k = j + 1

    def tail(self, s, row, c0):
        r, p = self.rng, self.p
        if p(0.25):
            row += r.randint(0, 2)
            s.put(row, c0, r.choice(["备注：1、提成按月底退款后的销售额计算。", "注：全勤奖200元，迟到3次以上取消。", "Note: paid on the 15th.",
                                     "说明：以上金额含税，如有疑问3日内反馈。"]))
            row += 1
        if p(0.15):
            s.put(row, c0, "制表：人事部")
            s.put(row, c0 + 2, "审核：")
            s.put(row, c0 + 4, "批准：")
            row += 1
        if p(0.05):
            row += 2
            s.put(row, c0, "提成标准")
            for k, (a, b) in enumerate([("0-5万", "1%"), ("5-10万", "1.5%"), ("10万以上", "2%")]):
                s.put(row + 1 + k, c0, a)
                s.put(row + 1 + k, c0 + 1, b)
            self.feat.append("a rate table below")
        elif p(0.04):
            at = s.size()[1] + 1
            s.put(1, at, "系数表")
            for k in range(3):
                s.put(2 + k, at, "ABC"[k])
                s.put(2 + k, at + 1, "1.2" if self.csv else Decimal("1.2") - Decimal("0.2") * k)
            self.feat.append("a side table")

    def slips(self, s, figures):
        r, p = self.rng, self.p
        self.two_row = False
        for c in self.cols:
            c.top = None
        self.refresh_titles()
        row, c0 = self.frame(s, len(self.cols))
        mcol, mword = self.month_column()
        gap = p(0.6)
        self.person_rows = {}
        for i in range(self.n):
            row = self.head(s, row, c0)
            self.person_row(s, row, i, figures[i], self.month)
            if mcol:
                s.put(row, mcol.at, mword)
            self.person_rows[i] = row
            row += 2 if gap else 1
        self.head_at, self.c0 = None, c0

    def refresh_titles(self):
        self.not_items = {c.full: None for c in self.cols if c.kind not in ("item", "ded", "number", "name", "team")}
        if not self.ded_negative:
            self.ded_titles = {c.full: None for c in self.deds}

    def long(self, s, figures):
        r, p = self.rng, self.p
        self.two_row = False
        for c in self.cols:
            c.top = None
            c.title = c.title.replace("\n", "").replace("(元)", "").replace("（元）", "")
        self.not_items, self.ded_titles = {}, {}
        if not self.ded_negative:
            self.ded_titles = {c.full: None for c in self.deds}
        ids = [c for c in self.id_cols if c.kind in ("number", "name", "team", "seq")]
        row, c0 = self.frame(s, len(ids) + 2)
        heads = [c.title for c in ids]
        month_at = None
        if self.said == "column":
            heads.insert(0, "Month" if self.english else "月份")
            month_at = 0
        it, am = ("Item", "Amount") if self.english else r.choice([("项目", "金额"), ("工资项目", "金额(元)"), ("薪资项", "金额"),
                                                                   ("科目", "发放金额")])
        heads += [it, am]
        note = p(0.3)
        if note:
            heads.append("备注")
        s.row(row, heads, c0)
        row += 1
        style = self.items[0].style
        with_total = p(0.2)
        jobs = [(i, c) for i in range(self.n) for c in self.items + self.deds]
        if p(0.3):
            jobs.sort(key=lambda x: (self.cols.index(x[1]), x[0]))
            with_total = False
        once = p(0.2) and with_total is False and jobs == sorted(jobs, key=lambda x: x[0]) and not self.csv
        last = None
        start = None
        for k, (i, c) in enumerate(jobs):
            if figures[i][id(c)] == 0 and p(0.8):
                nxt = jobs[k + 1][0] if k + 1 < len(jobs) else None
                if not (with_total and nxt != i):
                    if nxt != i and once and start is not None and last == i:
                        self.merge_ids(s, ids, c0, month_at, start, row - 1)
                        start = None
                    continue
            else:
                at = c0
                if month_at is not None:
                    s.put(row, at, f"{self.year}-{self.mon:02d}")
                    at += 1
                for q, ic in enumerate(ids):
                    if not (once and last == i):
                        self.other_cell(s, row, at + q, ic, i, None, None)
                if once and last != i:
                    start = row
                at += len(ids)
                s.put(row, at, c.title)
                v = figures[i][id(c)]
                if v:
                    val, f = self.spell(v, style)
                    s.put(row, at + 1, val, f)
                    self.line(s, row, at + 1, self.people[i], c.title, v, self.month)
                else:
                    s.put(row, at + 1, "0" if self.csv else Decimal(0))
                last = i
                row += 1
            nxt = jobs[k + 1][0] if k + 1 < len(jobs) else None
            if nxt != i:
                if once and start is not None:
                    self.merge_ids(s, ids, c0, month_at, start, row - 1)
                    start = None
                if with_total:
                    at = c0
                    if month_at is not None:
                        s.put(row, at, f"{self.year}-{self.mon:02d}")
                        at += 1
                    for q, ic in enumerate(ids):
                        self.other_cell(s, row, at + q, ic, i, None, None)
                    at += len(ids)
                    label = "合计" if not self.english else "Total"
                    s.put(row, at, label)
                    self.not_items[label] = None
                    tot = sum(figures[i][id(c)] * (1 if c.key == "plus" or self.ded_negative else -1) for c in self.items + self.deds)
                    val, f = self.spell(tot, style)
                    s.put(row, at + 1, val, f)
                    row += 1
        if with_total:
            self.feat.append("totals among the items of a long form")
        if once:
            self.feat.append("persons merged over their lines")

    def merge_ids(self, s, ids, c0, month_at, a, b):
        if b > a:
            for q in range(len(ids)):
                s.merge(a, c0 + q + (month_at is not None), b, c0 + q + (month_at is not None))

    def transposed(self, s, figures):
        self.two_row = False
        for c in self.cols:
            c.top = None
        self.refresh_titles()
        self.cols = [c for c in self.cols if c.kind not in ("sign", "note", "rate", "measure", "joined")]
        # persons' names first, so that the first row of the table is the row of persons
        ids = [c for c in self.cols if c.kind in ("number", "name")]
        rest = [c for c in self.cols if c.kind not in ("number", "name", "seq")]
        self.cols = ids + rest
        self.refresh_titles()
        row, c0 = self.frame(s, self.n + 1)
        self.formulas = False
        if self.said == "column":
            s.put(row, c0, "月份")
            for i in range(self.n):
                s.put(row, c0 + 1 + i, f"{self.year}-{self.mon:02d}")
            row += 1
            self.not_items["月份"] = None
        total_col = self.p(0.5)
        for c in self.cols:
            s.put(row, c0, c.title)
            tot = 0
            for i in range(self.n):
                at = c0 + 1 + i
                if c.kind in ("item", "ded"):
                    v = figures[i][id(c)]
                    self.put_money(s, row, at, c, v)
                    self.line(s, row, at, self.people[i], c.full, v, self.month)
                    tot += v
                elif c.kind in ("sub", "gross", "dedtot", "net", "all"):
                    v = self.total_of(c, figures[i])
                    val, f = self.spell(v, c.style) if v else ("0", None)
                    s.put(row, at, val, f)
                    tot += v
                else:
                    self.other_cell(s, row, at, c, i, None, None)
            if total_col:
                at = c0 + 1 + self.n
                if c.kind in ("item", "ded", "sub", "gross", "dedtot", "net", "all"):
                    val, f = self.spell(tot, c.style) if tot else ("0", None)
                    s.put(row, at, val, f)
                elif c is ids[0]:
                    s.put(row, at, "合计")
            row += 1

    # ---- genuinely ambiguous --------------------------------------------------------
    NASTY = ["dup-name", "words", "words", "headless", "wan", "mills", "hidden-row", "hidden-col", "error", "no-value", "half-named",
             "nobody", "months", "signs", "named-equal-nothing", "twice", "number-twice", "typo", "typo", "like-a-total", "merged-amount",
             "old-copy", "as-date", "sum-on-person", "dollar", "percent"]

    def make_nasty(self, s, figures):
        """One thing in a wide sheet nobody can settle without asking."""
        r = self.rng
        kind = r.choice(self.NASTY)
        rows, money = self.person_rows, [c for c in self.items if not c.hidden]
        i = r.randrange(self.n)
        c = r.choice(money)
        who = self.people[i]

        def drop(r0, c0):
            at = s.at(r0, c0)
            keep = [k for k, ln in enumerate(self.lines) if ln[4] != at]
            self.lines = [self.lines[k] for k in keep]
            self.line_months = [self.line_months[k] for k in keep]

        if kind == "dup-name" and self.ident == "name" and self.n > 2:
            j = (i + 1) % self.n
            name_col = next(c for c in self.cols if c.kind == "name")
            s.put(rows[j], name_col.at, self.names[i])
            self.rename(s, rows[j], (None, self.names[i]))
            self.names[j] = self.names[i]
            return "one name twice and no number"
        if kind == "words":
            drop(rows[i], c.at)
            s.put(rows[i], c.at, r.choice(["待定", "见备注", "下月补", "1500+200", "约300", "已发", "离职未结", "50*3", "?"]))
            s.fmts.pop((rows[i], c.at), None)
            return "words where an amount belongs"
        if kind in ("typo", "dollar", "percent"):
            drop(rows[i], c.at)
            s.put(rows[i], c.at, {"typo": r.choice(["1,23.00", "12.345.00", "15O0", "1500,0", "1500..5", "3 00.0.0", "2,3456.00", "l200"]),
                                  "dollar": r.choice(["$1,200.00", "USD 300", "HK$500"]), "percent": r.choice(["5%", "120%"])}[kind])
            s.fmts.pop((rows[i], c.at), None)
            return "an amount that cannot be read for sure"
        if kind == "as-date" and not self.csv:
            drop(rows[i], c.at)
            s.put(rows[i], c.at, dt.date(2025, 3, 5), "m月d日")
            return "a date where an amount belongs"
        if kind == "headless" and not self.two_row and self.totals == "none" and self.head_at is not None:
            s.cells.pop((self.head_at, c.at), None)
            if any(h == (self.head_at, c.at) for h in s.cells):
                return None
            self.retitle(s, c, "")
            return "a column of amounts without a head"
        if kind == "wan":
            if c.style in ("num", "money", "cny") and self.head_at is not None and not self.two_row and not c.of and not self.formulas:
                old = c.title
                c.title = old.split("(")[0].split("（")[0] + "(万元)"
                s.put(self.head_at, c.at, c.title)
                self.retitle(s, c, c.title)
                for k, row in rows.items():
                    v = figures[k][id(c)]
                    if v:
                        d = yuan(v) / 10000
                        s.put(row, c.at, d)
                        s.fmts.pop((row, c.at), None)
                        self.restate(s, row, c.at, f"{d.normalize():f}")
                return "another unit in one column"
            return None
        if kind == "mills" and c.style in ("num", "money", "cny") and figures[i][id(c)]:
            d = yuan(figures[i][id(c)]) + Decimal("0.00437")
            s.put(rows[i], c.at, d, "0.00")
            self.restate(s, rows[i], c.at, str(d))
            return "fractions of a cent behind a rounded display"
        if kind == "hidden-row" and not self.csv:
            s.hidden_rows.add(rows[i])
            return "a hidden person"
        if kind == "hidden-col" and not self.csv and self.totals == "none":
            s.hidden_cols.add(c.at)
            return "a hidden column no total speaks for"
        if kind == "error" and not self.csv:
            drop(rows[i], c.at)
            s.put(rows[i], c.at, Err(r.choice(["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])))
            return "an error value as amount"
        if kind == "no-value" and not self.csv and c.style in ("num", "money", "cny") and figures[i][id(c)]:
            self.cached = False
            s.put(rows[i], c.at, F(f"=ROUND({yuan(figures[i][id(c)])},2)", None))
            return "a formula without a value as amount"
        if kind == "half-named" and self.ident in ("both", "name-number"):
            num = next(c for c in self.cols if c.kind == "number")
            s.cells.pop((rows[i], num.at), None)
            self.rename(s, rows[i], (None, who[1]))
            return "a person without a number among numbered ones"
        if kind == "nobody" and i < self.n - 1:
            for c in self.cols:
                if c.kind in ("number", "name"):
                    s.cells.pop((rows[i], c.at), None)
            self.rename(s, rows[i], (None, None))
            return "figures that are nobody's"
        if kind == "months" and self.said == "title":
            col = len(self.cols) + self.c0
            if self.two_row or any(cc >= col for _, cc in s.cells):
                return None
            s.put(self.head_at, col, "月份")
            m2 = self.mon % 12 + 1
            y2 = self.year + (m2 == 1)
            for row in rows.values():
                s.put(row, col, f"{y2}-{m2:02d}")
            self.month = None
            self.line_months = [None] * len(self.lines)
            self.not_items["月份"] = None
            return "two months in one sheet"
        if kind == "signs" and self.deds and not self.ded_negative:
            c = r.choice(self.deds)
            have = [k for k in rows if figures[k][id(c)]]
            if len(have) > 1:
                k = r.choice(have)
                v, f = self.spell(-figures[k][id(c)], c.style)
                s.put(rows[k], c.at, v, f)
                self.restate(s, rows[k], c.at, f"{yuan(-figures[k][id(c)]):.2f}")
                for t in self.cols:
                    if t.kind in ("dedtot", "net", "all") and c in t.of:
                        self.wrong.append(s.at(rows[k], t.at))
                return "deductions of both signs in one column"
            return None
        if kind == "named-equal-nothing":
            tot = [c for c in self.cols if c.kind in ("gross", "net", "all")]
            if not tot:
                return None
            t = r.choice(tot)
            for k, row in rows.items():
                v = self.total_of(t, figures[k]) + 1700 + 1100 * k * (1 + k % 3)
                val, f = self.spell(v, "text" if self.csv else "num")
                s.put(row, t.at, val, f)
                s.fmts.pop((row, t.at), None)
                self.wrong.append(s.at(row, t.at))
            return "a total that equals nothing in the sheet"
        if kind in ("twice", "number-twice") and self.ident != "name":
            j = (i + 1) % self.n
            num = next(c for c in self.cols if c.kind == "number")
            s.cells[rows[j], num.at] = s.cells[rows[i], num.at]
            if kind == "number-twice" or self.ident == "number":
                self.rename(s, rows[j], (self.people[i][0], self.people[j][1]))
                return "one number on two people"
            for c in self.cols:
                s.cells.pop((rows[j], c.at), None)
                s.fmts.pop((rows[j], c.at), None)
                drop(rows[j], c.at)
                if (rows[i], c.at) in s.cells and c.kind != "seq":
                    v = s.cells[rows[i], c.at]
                    s.put(rows[j], c.at, v.value if isinstance(v, F) else v, s.fmts.get((rows[i], c.at)))
                    if c.kind in ("item", "ded"):
                        self.line(s, rows[j], c.at, who, c.full, figures[i][id(c)], self.month)
            return "one row twice"
        if kind == "like-a-total" and self.ident in ("both", "name-number"):
            name_col = next(c for c in self.cols if c.kind == "name")
            nick = r.choice(["小计", "汇总", "合计"])
            s.put(rows[i], name_col.at, nick)
            self.rename(s, rows[i], (who[0], nick))
            return "a person called like a total"
        if kind == "merged-amount" and not self.csv and i + 1 < self.n and rows[i + 1] == rows[i] + 1 and c.style in ("num", "money", "cny"):
            if figures[i][id(c)] == 0:
                return None
            drop(rows[i + 1], c.at)
            s.cells.pop((rows[i + 1], c.at), None)
            s.merge(rows[i], c.at, rows[i + 1], c.at)
            return "one amount merged over two people"
        if kind == "old-copy" and not self.csv:
            t = Sheet(r.choice(["旧", "备份", s.name + "(2)", "初稿"]))
            for at, v in s.cells.items():
                t.cells[at] = v.value if isinstance(v, F) else v
            t.fmts = dict(s.fmts)
            v = figures[i][id(c)] + 12300
            val, f = self.spell(v, c.style)
            t.put(rows[i], c.at, val, f)
            t.hidden = r.random() < 0.4
            self.extra.append(t)
            return "two versions of one sheet"
        if kind == "sum-on-person" and self.ident in ("both", "name", "name-number"):
            k = max(rows, key=rows.get)
            for c in self.items + self.deds:
                above = sum(figures[x][id(c)] for x in rows if x != k)
                drop(rows[k], c.at)
                v, f = self.spell(above, c.style) if above else (None, None)
                s.cells.pop((rows[k], c.at), None)
                s.put(rows[k], c.at, v, f)
                if above:
                    self.line(s, rows[k], c.at, self.people[k], c.full, above, self.month)
            return "a row of sums on a person's name"
        return None

    def rename(self, s, row, who):
        tail = str(row + 1)
        for k, ln in enumerate(self.lines):
            a = ln[4].split("!")[-1]
            if a.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == tail and (s.text or ln[4].startswith(s.name + "!")):
                self.lines[k] = (who[0], who[1], *ln[2:])

    def retitle(self, s, col, title):
        for k, ln in enumerate(self.lines):
            a = ln[4].split("!")[-1]
            if a.rstrip("0123456789") == letter(col.at):
                self.lines[k] = (ln[0], ln[1], title, *ln[3:])

    def restate(self, s, r, c, amount):
        at = s.at(r, c)
        for k, ln in enumerate(self.lines):
            if ln[4] == at:
                self.lines[k] = (*ln[:3], amount, at)

    # ---- all together ---------------------------------------------------------------
    def build(self):
        r, p = self.rng, self.p
        self.draw()
        self.setup()
        self.extra = []
        figures = self.draw_figures(self.n)
        s = Sheet(r.choice(["Sheet1", "工资表", "客服工资", "工资", "明细", "Payroll"]))
        s.text = self.csv
        sheets = [s]
        if self.layout in ("wide", "blocks"):
            if self.layout == "blocks" and any(c.kind == "team" for c in self.cols):
                self.cols = [c for c in self.cols if c.kind != "team"]
            wants = p(0.30)
            self.wide(s, range(self.n), figures, self.month, blocks=self.layout == "blocks")
            wants = wants and not self.double
            # settle names of sheets before addresses are final: frame() names the sheet before any line is written
            if wants:
                for _ in range(6):
                    why = self.make_nasty(s, figures)
                    if why:
                        self.why.append(why)
                        break
        elif self.layout == "slips":
            self.slips(s, figures)
        elif self.layout == "long":
            self.long(s, figures)
        elif self.layout == "transposed":
            self.transposed(s, figures)
        elif self.layout == "months":
            sheets = self.months()
        else:
            sheets = self.by_team(figures)
        if self.layout not in ("wide", "blocks") and self.lines and p(0.12):
            k = r.randrange(len(self.lines))
            for q in sheets:
                for (row, c), v in q.cells.items():
                    if not isinstance(v, str) or q.text or "text" in str(self.items[0].style):
                        if q.at(row, c) == self.lines[k][4]:
                            q.cells[row, c] = r.choice(["待定", "1500+200", "1,23.00", "$300", "15O0", "约200", "见附件"])
                            q.fmts.pop((row, c), None)
                            self.why.append("an amount that cannot be read for sure")
                            break
                if self.why:
                    break
            if self.why:
                del self.lines[k], self.line_months[k]
        sheets += self.extra
        if not self.csv and len(sheets) == 1 and p(0.12):
            sheets += [Sheet("Sheet2"), Sheet("Sheet3")]
        elif not self.csv and p(0.05):
            t = Sheet("说明")
            t.put(0, 0, "填表说明")
            t.put(1, 0, "1. 底薪按出勤折算；2. 提成次月15日发放")
            sheets.append(t)
        return sheets

    def months(self):
        r, p = self.rng, self.p
        k = r.randint(2, 3)
        y, m = self.year, min(self.mon, 12 - k + 1)
        style = r.choice(["{y}年{m}月", "{y}{m:02d}", "{y}.{m:02d}", "{y}-{m:02d}"])
        sheets, over = [], {}
        for q in range(k):
            self.mon, self.year = m + q, y
            month = f"{y}-{m + q:02d}"
            s = Sheet(style.format(y=y, m=m + q))
            figures = self.draw_figures(self.n)
            idx = [i for i in range(self.n) if q == 0 or p(0.92)]
            if not idx:
                idx = [0]
            self.wide(s, idx, figures, month, sheet_month=month)
            sheets.append(s)
            for i in idx:
                v = sum(figures[i][id(c)] * (1 if c.key == "plus" or self.ded_negative else -1) for c in self.items + self.deds)
                over[i] = over.get(i, 0) + v
        self.month = None
        if p(0.35):
            t = Sheet(r.choice(["汇总", "季度汇总", "合计"]))
            ids = [c for c in self.id_cols if c.kind in ("number", "name")]
            t.row(0, [c.title for c in ids] + ["工资合计"])
            for row, i in enumerate(sorted(over)):
                for q, c in enumerate(ids):
                    self.other_cell(t, row + 1, q, c, i, None, None)
                t.put(row + 1, len(ids), yuan(over[i]))
            sheets.insert(r.choice([0, len(sheets)]), t)
            self.not_items["工资合计"] = None
            self.feat.append("a sheet that sums the others")
        return sheets

    def by_team(self, figures):
        self.said = "given"
        sheets = []
        said = self.p(0.75)
        y, m = self.year, self.mon
        for t, team in enumerate(self.teams):
            idx = [i for i in range(self.n) if self.team_of[i] == t]
            if not idx:
                continue
            s = Sheet(team)
            if said:
                self.said = "title"
            month = f"{y}-{m:02d}" if said else None
            self.wide_titled(s, idx, figures, month)
            sheets.append(s)
        self.month = f"{y}-{m:02d}" if said else None
        return sheets

    def wide_titled(self, s, idx, figures, month):
        self.wide(s, idx, figures, month, sheet_month=month or "none")


def make(seed: int, path: Path) -> dict:
    """Writes one small pay sheet drawn from `seed` and returns its truth."""
    m = Maker(seed)
    sheets = m.build()
    path = Path(path)
    path = path.with_suffix(".csv" if m.csv else ".xlsx")
    enc = None
    sep = ","
    if m.csv:
        enc = m.rng.choice(["utf-8-sig", "gb18030", "utf-8", "utf-8-sig", "gb18030", "utf-16"])
        sep = m.rng.choice([",", ",", ",", "\t", ";"])
    save(path, sheets, cached=m.cached, encoding=enc, sep=sep, end=m.rng.choice(["\r\n", "\n"]))
    wrong = list(dict.fromkeys(m.wrong))
    several = m.layout == "months"
    return {
        "file": str(path), "seed": seed, "layout": m.layout, "month": None if several else m.month, "lines": m.lines,
        "line_months": m.line_months if several else [m.month] * len(m.lines),
        "not_items": [t for t in m.not_items if t], "deductions": list(m.ded_titles), "must_ask": bool(m.why), "ask_why": m.why,
        "wrong_totals": wrong, "totals": {} if m.why else m.tots, "features": m.feat, "trap": "; ".join(m.why + m.feat) or m.layout,
        "encoding": enc, "sep": sep if enc else None,
    }


if __name__ == "__main__":
    import tempfile
    import time
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as d:
        t0 = time.perf_counter()
        out = [make(k, Path(d) / f"s{k}") for k in range(n)]
        dt_ = time.perf_counter() - t0
    print(f"{n} sheets, {1000 * dt_ / n:.1f} ms each; must_ask {sum(t['must_ask'] for t in out)}, wrong totals "
          f"{sum(bool(t['wrong_totals']) for t in out)}, no month {sum(t['month'] is None for t in out)}")
