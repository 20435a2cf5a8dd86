# -*- coding: utf-8 -*-
"""make(seed, path) -> truth: one small pay sheet of one month, wide, by a fifth author who has not seen the program. All invented."""
import csv
import os
import random
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font, Alignment, PatternFill
from openpyxl.utils import get_column_letter as L

SUR = "苏贺邓尹康庞莫柏阮窦滕屈邹岑缪凌祝甄虞阎"
GIV = ["晓岚", "知远", "雨桐", "嘉树", "若溪", "立诚", "思琪", "子昂", "清禾", "文博", "可欣", "浩然", "静", "磊", "梦婷", "志强", "佳怡", "俊", "春燕", "海峰"]
EN = ["Maya Lindqvist", "Owen Tarrant", "Priya Nandakumar", "Caleb Whitmore", "Ines Duarte", "Hugo Brandt", "Zoe Okafor", "Ravi Menon", "Lena Fischer", "Tom Aldridge"]
CO = ["澄湖电商", "云杉家居", "青禾母婴", "北岭商贸", "拾光文创", "南屿食品"]
BASE = ["基本工资", "底薪", "岗位工资", "固定工资"]
PLUS = ["销售提成", "绩效奖金", "全勤奖", "加班费", "餐补", "交通补贴", "工龄工资", "夜班补贴", "话费补贴", "高温补贴", "好评奖励", "组长津贴", "询单转化奖", "岗位津贴"]
MINUS = ["社保个人部分", "公积金个人部分", "个人所得税", "迟到扣款", "事假扣款", "违规罚款", "水电费扣款", "预支扣回"]
E_BASE = ["Base Salary", "Basic Pay"]
E_PLUS = ["Sales Commission", "Performance Bonus", "Overtime Pay", "Meal Allowance", "Shift Allowance", "Transport Allowance", "Referral Bonus"]
E_MINUS = ["Income Tax", "Social Insurance (Employee)", "Late Deduction", "Loan Repayment"]
TOTALS = {"gross": ["应发合计", "应发工资", "应发小计"], "ded": ["扣款合计", "代扣合计", "应扣合计"], "net": ["实发工资", "实发合计", "实发金额"]}
E_TOTALS = {"gross": ["Gross Pay", "Total Earnings"], "ded": ["Total Deductions"], "net": ["Net Pay"]}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

ASKS = ["text_cell", "two_names", "same_name", "month_conflict", "no_head", "merged_amount", "outside_total", "mixed_sign", "unnamed_other"]


def D(x):
    return Decimal(str(x))


def make(seed, path):
    r = random.Random("author5-%d" % seed)
    en = r.random() < .12
    ask = r.choice(ASKS) if r.random() < 1 / 3 else None
    suffix = r.choice([".xlsx"] * 7 + [".csv"] * 3)
    if ask in ("merged_amount",):
        suffix = ".xlsx"
    enc = "utf-8-sig" if en else r.choice(["utf-8-sig", "gbk", "gbk"])
    file = os.path.splitext(os.path.basename(path))[0] + suffix
    feats = []
    y, mo = r.choice([2025, 2026]), r.randint(1, 12)
    month = "%d-%02d" % (y, mo)
    n = r.randint(4, 14)
    # ---- columns: (kind, top, name); kind: id name text measure plus minus gross ded net sign note comp
    b, p, q, t = (E_BASE, E_PLUS, E_MINUS, E_TOTALS) if en else (BASE, PLUS, MINUS, TOTALS)
    has_no = ask not in ("same_name", "two_names") and r.random() < .6
    groups = not en and r.random() < .35
    plus = r.sample(p, r.randint(2, 5)); plus = [x for x in p if x in plus]
    minus = r.sample(q, r.randint(0, 4) if ask != "mixed_sign" else r.randint(1, 2)); minus = [x for x in q if x in minus]
    sign = -1 if minus and r.random() < .2 else 1                      # deductions may be written as negative figures
    tot = r.random() < .85 and ask not in ("unnamed_other", "mixed_sign", "merged_amount", "no_head")
    if not tot and minus and not ask and sign == 1 and not groups:
        # without totals only names that say so
        minus = [x for x in minus if "扣" in x or "罚" in x or "Deduction" in x or "Tax" in x or "税" in x]
    gross = tot and r.random() < .8
    ded = tot and len(minus) >= 2 and r.random() < .6
    net = tot
    word = {k: r.choice(v) for k, v in t.items()}
    cols = []
    if not en and r.random() < .6:
        cols.append(("seq", "", "序号"))
    if has_no:
        cols.append(("id", "", "Employee ID" if en else r.choice(["工号", "员工编号"])))
    cols.append(("name", "", "Name" if en else r.choice(["姓名", "姓名", "员工姓名"])))
    dept = r.random() < .55
    subt = dept and not en and r.random() < .3 and ask is None
    if dept:
        cols.append(("dept", "", "Team" if en else r.choice(["部门", "班组", "小组"])))
    if r.random() < .45:
        cols += [("measure:due", "", "Days Due"), ("measure:days", "", "Days Worked")] if en else [("measure:due", "", "应出勤天数"), ("measure:days", "", "实际出勤天数")]
    G = ("应发项目", "代扣项目") if groups else ("", "")
    cols.append(("plus", G[0], r.choice(b)))
    for x in plus:
        if x in ("销售提成", "Sales Commission") and r.random() < .6 and (tot or not groups):
            cols += [("measure:sales", G[0], "Sales" if en else r.choice(["成交额", "销售业绩"])), ("measure:rate", G[0], "Commission Rate" if en else "提成比例")]
        if x == "加班费" and r.random() < .5 and (tot or not groups):
            cols.append(("measure:hours", G[0], "加班小时"))
        cols.append(("plus", G[0], x))
    if gross:
        cols.append(("gross", G[0], word["gross"]))
    for x in minus:
        cols.append(("minus", G[1], x))
    if ded:
        cols.append(("ded", G[1] if minus else "", word["ded"]))
    if net:
        cols.append(("net", "", word["net"]))
        if not en and "社保个人部分" in minus and r.random() < .5:
            cols.append(("comp", "", "单位承担社保")); feats.append("employer's part beside")
    if not en and r.random() < .3:
        cols.append(("sign", "", "签字"))
    if r.random() < .35:
        cols.append(("note", "", "Remarks" if en else "备注"))
    special = None
    if ask == "outside_total":
        i = next(i for i, c in enumerate(cols) if c[0] in ("gross", "minus", "ded", "net"))
        if not tot:
            ask = "text_cell"
        else:
            cols.insert(i, ("special", G[0], "Spot Bonus" if en else r.choice(["项目奖金", "推荐奖", "大促奖金"]))); special = i
    if ask in ("no_head", "unnamed_other"):
        i = max(k for k, c in enumerate(cols) if c[0] in ("plus", "minus")) + 1
        cols.insert(i, ("special", "", "" if ask == "no_head" else ("Adjustment" if en else r.choice(["其他", "调整", "其它"])))); special = i
    if ask == "mixed_sign":
        special = next(k for k, c in enumerate(cols) if c[0] == "minus")
        cols[special] = ("special",) + cols[special][1:]
    if ask == "merged_amount":
        i = max(k for k, c in enumerate(cols) if c[0] == "plus") + 1
        cols.insert(i, ("special", G[0], "Team Bonus" if en else "团队奖金")); special = i
    # the same head never twice
    assert len({c[1:] for c in cols}) == len(cols), cols
    title = lambda c: c[1] + "/" + c[2] if c[1] else c[2]
    # ---- people
    if en:
        names = r.sample(EN, min(n, len(EN)))
    else:
        names = []
        while len(names) < n:
            x = r.choice(SUR) + r.choice(GIV)
            if x not in names:
                names.append(x)
    n = len(names)
    if ask == "same_name":
        names[n - 1] = names[0]
    if ask == "two_names":
        k2 = r.randrange(n); other = r.choice([x for x in EN + ["祝安琪"] if x not in names and x]) if en else "祝安琪"
        names[k2] = names[k2] + ("/" if en else r.choice(["/", "、"])) + other
    width = r.choice([3, 4, 5]); ids = ["%0*d" % (width, x) for x in sorted(r.sample(range(1, 10 ** min(width, 3) - 1), n))]
    depts = ["Support", "Sales"] if en else r.choice([["售前组", "售后组"], ["早班", "晚班"], ["一组", "二组", "三组"]])
    of = sorted(i % len(depts) for i in range(n))
    textnum = suffix == ".xlsx" and r.random() < .12                    # amounts as text
    comma = r.random() < .25 and (textnum or suffix == ".csv")
    dash = r.choice(["blank", "dash", "zero"])
    idnum = suffix == ".xlsx" and has_no and r.random() < .25            # zeros of numbers come from the cell's format
    if idnum: feats.append("numbers formatted with zeros")
    if textnum: feats.append("amounts as text")
    if comma: feats.append("thousands separators")
    if sign < 0: feats.append("deductions negative")

    def amount(k, nm):
        if k == "plus":
            if nm in BASE + E_BASE:
                return D(r.choice([2500, 2800, 3000, 3500, 4200, 5000]))
            if nm in ("全勤奖", "交通补贴", "话费补贴", "组长津贴", "岗位津贴", "高温补贴", "工龄工资"):
                return D(r.choice([0, 50, 100, 200, 200]))
            if nm in ("餐补", "夜班补贴", "好评奖励", "Meal Allowance", "Shift Allowance", "Transport Allowance"):
                return D(r.choice([0, r.randint(4, 44) * 10, r.randint(4, 44) * 10, r.randint(40, 440)]))
            if nm in ("加班费", "Overtime Pay", "Referral Bonus", "询单转化奖"):
                return D(r.choice([0, r.randint(50, 600), r.randint(5000, 80000) / 100]))
            return D(r.choice([0, r.randint(200, 3000), r.randint(20000, 350000) / 100, r.randint(20000, 350000) / 100]))
        if nm in ("社保个人部分", "公积金个人部分", "Social Insurance (Employee)"):
            return D(r.choice([0, 398.5, 412.36, 365, 420.8, 412.36]))
        if nm in ("迟到扣款", "违规罚款", "Late Deduction"):
            return D(r.choice([0, 0, 20, 50, 100, 30]))
        return D(r.choice([0, r.randint(10, 300), r.randint(1000, 40000) / 100]))
    # ---- grid of values; each row: (kind, [values])
    vals = []
    for i in range(n):
        v = {}
        for c, (k, top, nm) in enumerate(cols):
            if k == "plus": v[c] = amount("plus", nm)
            elif k == "minus": v[c] = amount("minus", nm) * sign
        vals.append(v)
    for c, (k, _, nm) in enumerate(cols):                                # nobody has an empty column
        if k in ("plus", "minus") and not any(v[c] for v in vals):
            vals[0][c] = D(88) * (sign if k == "minus" else 1)
    raw = [dict() for _ in range(n)]                                     # texts standing in place of an amount
    left = set()                                                         # (row, column) without a sure reading
    if ask == "text_cell":
        c = r.choice([c for c, x in enumerate(cols) if x[0] == "plus" and x[2] not in BASE + E_BASE]); i = r.randrange(n)
        raw[i][c] = r.choice(["TBC", "see note"] if en else ["待定", "待核", "见附件", "800/1000", "约500"]); vals[i][c] = D(0); left.add((i, c))
    specials = [D(0)] * n
    if special is not None:
        for i in range(n):
            if ask == "mixed_sign":
                a = D(r.choice([0, r.randint(20, 300), r.randint(20, 300)]))
                specials[i] = -a if i % 2 else a
            elif ask == "unnamed_other" or ask == "no_head":
                specials[i] = D(r.choice([0, 50, 100, 120, 35.5]))
            elif ask == "outside_total":
                specials[i] = D(r.choice([0, 200, 300, 500]))
        if ask == "mixed_sign":
            specials[0], specials[1] = D(60), D(-45)
        elif ask != "merged_amount" and not any(specials):
            specials[0] = D(100)
        for i in range(n):
            left.add((i, special))
    if ask == "two_names":
        for c in range(len(cols)): left.add((k2, c))
    # ---- head lines
    grid, kinds = [], []
    where_m = r.choice(["title", "title", "title", "line", "sheet" if suffix == ".xlsx" else "title", "none" if r.random() < .4 else "title"])
    if ask == "month_conflict":
        where_m = "conflict"
    co = "Northfold Outfitters" if en else r.choice(CO)
    mt = ("%s %d" % (MONTHS[mo - 1], y)) if en else r.choice(["%d年%d月" % (y, mo), "%d年%02d月" % (y, mo)])
    mo2 = mo % 12 + 1; y2 = y + (mo == 12)
    sheet = "Payroll" if en else r.choice(["工资表", "Sheet1", "工资明细"])
    if where_m == "title":
        grid.append([("%s Payroll %s" % (co, mt)) if en else co + mt + r.choice(["工资表", "客服部工资表", "薪资发放表", "工资明细表"])])
    elif where_m == "line":
        grid.append([co + (" Payroll" if en else "工资表")]); grid.append([("Pay period: " + month) if en else r.choice(["工资所属期：", "所属月份："]) + (month if r.random() < .5 else mt)])
        if not en and r.random() < .5:
            grid[-1].append("发放日期：%d年%d月15日" % (y2, mo2)); feats.append("a day of payment beside the month earned")
    elif where_m == "sheet":
        sheet = mt if en else "%d年%d月" % (y, mo); grid.append([co + (" Payroll" if en else "客服工资表")])
    elif where_m == "conflict":
        grid.append([("%s Payroll %s" % (co, mt)) if en else co + mt + "工资表"]); grid.append([("Pay period: %d-%02d" % (y2, mo2)) if en else "工资所属期：%d年%d月" % (y2, mo2)])
    else:
        if r.random() < .6: grid.append([co + (" Payroll" if en else "工资明细")])
        feats.append("no month"); month = None
    if not en and r.random() < .25:
        grid.append(["单位：元"])
    if r.random() < .2 and grid:
        grid.append([])
    kinds = ["pre"] * len(grid)
    h1 = len(grid) + 1
    if groups:
        grid.append([top or nm for _, top, nm in cols]); grid.append([nm if top else "" for _, top, nm in cols]); kinds += ["head", "head"]
        for c in range(len(cols) - 1, 0, -1):
            if cols[c][1] and cols[c - 1][1] == cols[c][1]:
                grid[-2][c] = ""
        feats.append("two-row head")
    else:
        grid.append([nm for _, _, nm in cols]); kinds.append("head")

    truth_lines, totals, wrong = [], {}, []
    pref = sheet + "!" if suffix == ".xlsx" else ""
    cell = lambda c, row: pref + L(c + 1) + str(row)
    numeric = {}                                                          # (row number, column) -> Decimal stated
    rows_of = []
    bad_row = r.randrange(n) if tot and ask is None and r.random() < .12 else None
    bad_kind = r.choice([c[0] for c in cols if c[0] in ("gross", "ded", "net")]) if bad_row is not None else None

    def show(x, c):
        if x == 0 and cols[c][0] in ("plus", "minus", "special"):
            return {"blank": None, "dash": "-", "zero": 0}[dash]
        if comma: return "{:,.2f}".format(x)
        if textnum: return "%.2f" % x
        if suffix == ".csv": return "%.2f" % x if x % 1 else str(int(x))
        return float(x) if x % 1 else int(x)

    def totalrow(label, src):
        row = [None] * len(cols); lab = next(c for c, x in enumerate(cols) if x[0] in ("name",) or x[0] in ("seq", "id")); row[lab] = label
        y_ = len(grid) + 1
        for c, x in enumerate(cols):
            if x[0] in ("plus", "minus", "gross", "ded", "net", "comp", "special") or x[0] == "measure:sales":
                cells = [(k, c) for k in src if (k, c) in numeric]
                s = sum((numeric[k] for k in cells), D(0))
                if not cells: continue
                if label == final and wrong_col == c: s += D(r.choice([10, 100, -50])); wrong.append(cell(c, y_))
                row[c] = show(s, c)
                totals[cell(c, y_)] = (s, [cell(c, k[0]) for k in cells], [])
        grid.append(row); kinds.append("total")
    final = "Total" if en else r.choice(["合计", "合 计", "总计"])
    has_final = r.random() < .6
    wrong_col = r.choice([c for c, x in enumerate(cols) if x[0] in ("plus", "gross", "net")]) if has_final and ask is None and r.random() < .12 else None
    since = []
    for i in range(n):
        yy = len(grid) + 1; row = [None] * len(cols)
        sums = {}
        for c, (k, top, nm) in enumerate(cols):
            if k == "seq": row[c] = i + 1
            elif k == "id": row[c] = int(ids[i]) if idnum else ids[i]
            elif k == "name": row[c] = names[i]
            elif k == "dept": row[c] = depts[of[i]]
            elif k == "measure:due": row[c] = 22
            elif k == "measure:days": row[c] = r.choice([22, 22, 21, 20.5])
            elif k == "measure:rate": row[c] = r.choice(["1%", "1.5%", "2%"])
            elif k == "measure:hours": row[c] = r.choice([2, 4, 6.5, 8])
            elif k == "measure:sales":
                x = D(r.randint(20000, 120000)); row[c] = show(x, c); numeric[yy, c] = x
            elif k == "comp":
                x = D(r.choice([812.4, 960, 1015.25])); row[c] = show(x, c); numeric[yy, c] = x
            elif k == "note": row[c] = (r.choice(["", "", "new joiner"]) if en else r.choice(["", "", "本月新入职", "已核对"])) or None
            elif k in ("plus", "minus"):
                x = vals[i][c]
                row[c] = raw[i].get(c) or show(x, c)
                if c not in raw[i] and isinstance(row[c], (int, float)) or (row[c] not in (None, "-") and c not in raw[i]): numeric[yy, c] = x
                if x and (i, c) not in left:
                    truth_lines.append((ids[i] if has_no else None, names[i], title((k, top, nm)), x, cell(c, yy)))
            elif k == "special":
                if ask == "merged_amount": continue
                row[c] = show(specials[i], c)
                if specials[i]: numeric[yy, c] = specials[i]
            elif k in ("gross", "ded", "net"):
                A = [j for j, z in enumerate(cols) if z[0] == "plus"]; M = [j for j, z in enumerate(cols) if z[0] == "minus"]
                if k == "gross": plus_, less_ = A, []
                elif k == "ded": plus_, less_ = M, []
                else:
                    gj = next((j for j, z in enumerate(cols) if z[0] == "gross"), None); dj = next((j for j, z in enumerate(cols) if z[0] == "ded"), None)
                    plus_ = [gj] if gj is not None else A; less_ = [dj] if dj is not None else M
                    if sign < 0: plus_, less_ = plus_ + less_, []
                val = lambda j: sums[j] if j in sums else vals[i][j]
                x = sum((val(j) for j in plus_), D(0)) - sum((val(j) for j in less_), D(0))
                if i == bad_row and k == bad_kind:
                    x += D(r.choice([100, -20, 9])); wrong.append(cell(c, yy))
                sums[c] = x; row[c] = show(x, c); numeric[yy, c] = x
                isnum = lambda j: (yy, j) in numeric
                totals[cell(c, yy)] = (x, [cell(j, yy) for j in plus_ if isnum(j)], [cell(j, yy) for j in less_ if isnum(j)])
        grid.append(row); kinds.append("data"); rows_of.append(yy); since.append(yy)
        if subt and (i == n - 1 or of[i + 1] != of[i]):
            totalrow(depts[of[i]] + "小计", since); since = []
    if has_final:
        if subt: feats.append("subtotals")
        totalrow(final, rows_of)
    if r.random() < .3:
        grid.append([]); kinds.append("post")
        grid.append(["Prepared by: HR" if en else "制表：人事部", None, None, "Approved by:" if en else "审核："]); kinds.append("post")
    # ---- write
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    out = os.path.join(os.path.dirname(path), file)
    merged = None
    if suffix == ".xlsx":
        wb = Workbook(); ws = wb.active; ws.title = sheet
        for yy, row in enumerate(grid, 1):
            for c, x in enumerate(row):
                if x is None or x == "": continue
                z = ws.cell(yy, c + 1, x)
                if kinds[yy - 1] == "head": z.font = Font(bold=True); z.fill = PatternFill("solid", fgColor="DDEBF7")
                if kinds[yy - 1] == "data" and cols[c][0] == "id" and idnum: z.number_format = "0" * width
                if kinds[yy - 1] in ("data", "total") and isinstance(x, float): z.number_format = "#,##0.00"
        if grid and kinds[0] == "pre" and len(grid[0]) == 1:
            ws.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(cols)); ws.cell(1, 1).alignment = Alignment(horizontal="center")
        if groups:
            c = 0
            while c < len(cols):
                j = c
                if not cols[c][1]: ws.merge_cells(start_row=h1, end_row=h1 + 1, start_column=c + 1, end_column=c + 1)
                else:
                    while j + 1 < len(cols) and cols[j + 1][1] == cols[c][1]: j += 1
                    if j > c: ws.merge_cells(start_row=h1, end_row=h1, start_column=c + 1, end_column=j + 1)
                c = j + 1
        if ask == "merged_amount":
            i = r.randrange(n - 1); a = rows_of[i]
            ws.cell(a, special + 1, r.choice([600, 800, 1000]))
            ws.merge_cells(start_row=a, end_row=a + 1, start_column=special + 1, end_column=special + 1); merged = cell(special, a)
        wb.save(out)
    else:
        with open(out, "w", encoding=enc, newline="") as f:
            w = csv.writer(f)
            for row in grid:
                w.writerow([("" if x is None else x) for x in row] or [""] * len(cols))
    why = {"text_cell": "an amount's cell holds words or two figures", "two_names": "one row is two people's", "same_name": "two rows bear one name and there are no numbers: one person or two",
           "month_conflict": "title and pay period name different months", "no_head": "a column of figures has no head", "merged_amount": "one amount is merged over two people (%s)" % merged,
           "outside_total": "a column named like pay is in none of the sheet's totals", "mixed_sign": "a deduction column holds positive and negative figures, and no total shows what is meant",
           "unnamed_other": "the head does not say whether the figures are added or taken off, and no total shows it"}.get(ask)
    return {"file": file, "month": None if ask == "month_conflict" else month, "line_months": None, "lines": truth_lines,
            "deductions": [title(c) for c in cols if c[0] == "minus" and sign > 0],
            "not_items": [title(c) for c in cols if c[0] not in ("plus", "minus", "special")],
            "must_ask": ask is not None, "ask_why": why, "wrong_totals": wrong,
            "totals": {} if ask else totals, "factor": {}, "trap": ask, "layout": ("two-row" if groups else "plain") + suffix + ("" if suffix == ".xlsx" else " " + enc),
            "features": feats, "where": {"sheet": sheet if suffix == ".xlsx" else None, "head": [h1, h1 + 1] if groups else [h1], "encoding": None if suffix == ".xlsx" else enc}}
