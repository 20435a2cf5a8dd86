# -*- coding: utf-8 -*-
"""Thirty exports with a known truth, by a fifth author who has not seen the program. Everything is invented; seeds are fixed.

Names of canonical tables and columns are this author's reading of the documents; NAMES says what each means, and
RENAME (old -> new, per table) is the one place to bring them to the real schema without touching a truth.
"""
import csv
import datetime as dt
import html
import os
import random
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font, Alignment
from openpyxl.utils import get_column_letter as L

NAMES = {
    "orders": "row an order, an item or a sub-order: order_id, item_id, amount (paid by the customer), refund_amount, "
              "paid_at, ordered_at, refunded_at, agent (name/account credited) or agent_id (staff number), shop, status, currency",
    "refunds": "row a refund: refund_id, order_id, amount (really paid back), refunded_at, status, shop",
    "agent_days": "row an account and day: day, agent, shop, inquiries (people who asked to buy), buyers, sales, "
                  "received (people or conversations served), first_response_s, avg_response_s, satisfaction",
    "shop_days": "row a shop and day: day, shop, visitors, buyers, sales, refund_amount",
    "inquiries": "row a conversation, ticket or call: inquiry_id, agent or agent_id, started_at, ended_at, talk_s, status, satisfaction",
    "deals": "row a deal of a CRM: deal_id, agent (owner), amount, closed_at, status (stage), created_at",
    "roster": "row a person: agent_id, name, team, role, hired_on, left_on, status",
    "attendance": "row a person and month or day: agent_id, name, day, days_due, days_worked, hours_worked, overtime_hours, personal_leave_days, "
                  "sick_leave_days, late_count",
    "targets": "row a person (or shop) and month: month, agent or agent_id, shop, target",
    "accounts": "row a service account: account, shop, agent_id, name, valid_from, valid_to",
    "quality": "row a check: check_id, agent, day, score, fatal",
    "pay_items": "row a single pay line: day, agent_id, name, item, amount",
}
RENAME = {}      # {("pay_items", "amount"): "amount", ...}; ("pay_items", None): "payroll" renames a table

AGENTS = ["苏晓岚", "贺知远", "邓雨桐", "尹嘉树", "康若溪", "庞立诚", "莫思琪", "柏子昂", "阮清禾", "窦文博", "滕可欣", "屈浩然"]
EN = ["Maya Lindqvist", "Owen Tarrant", "Priya Nandakumar", "Caleb Whitmore", "Ines Duarte", "Hugo Brandt", "Zoe Okafor"]
GOODS = [("JH-201", "胡桃木床头柜"), ("JH-305", "亚麻抱枕套"), ("JH-118", "落地阅读灯"), ("JH-420", "羊毛地毯"), ("JH-077", "香薰蜡烛礼盒"),
         ("JH-266", "折叠餐桌"), ("JH-512", "遮光窗帘")]
NICK = ["晚风与猫", "tb小满1987", "橘子汽水呀", "山有木兮", "阿乐Lele", "南巷旧梦", "Miss_qiao", "一只小鹿", "冬日暖阳66", "老周爱喝茶"]


def D(v):
    if v is None:
        return Decimal(0)
    s = str(v).replace(",", "").replace("¥", "").replace("%", "").strip()
    return Decimal(0) if s in ("", "-", "--", "—") else Decimal(s)


def m(r, lo, hi):
    return r.randint(lo * 100, hi * 100) / 100


def add(*xs):
    return float(sum((D(x) for x in xs), Decimal(0)))


def when(r, y, mo, d0, d1, h0=9, h1=22):
    return dt.datetime(y, mo, r.randint(d0, d1), r.randint(h0, h1), r.randint(0, 59), r.randint(0, 59))


def T(d, f="%Y-%m-%d %H:%M:%S"):
    return d.strftime(f)


def serial(d):
    return (d - dt.date(1899, 12, 30)).days


class Book:
    def __init__(self, folder):
        self.folder, self.truths = folder, []

    def put(self, file, table, head, rows, columns, also=None, decoys=(), unsayable=None, either=None, shop=None, period=None,
            sums=None, units=None, set_aside=None, pre=(), post=(), inter=None, sheet="Sheet1", encoding=None, sep=None, note="",
            formats=None, extra_sheet=None, sure=0.9):
        """head: texts, or (top, sub) pairs; pre/post: rows above/below; inter: {index of a data row: rows written before it}"""
        two = any(isinstance(h, tuple) for h in head)
        pairs = [h if isinstance(h, tuple) else (h, "") for h in head]
        names = [a + "/" + b if b else a for a, b in pairs]
        grid, kinds = [], []
        for p in pre:
            grid.append(list(p)); kinds.append("pre")
        headrows = [len(grid) + 1] + ([len(grid) + 2] if two else [])
        if two:
            tops = [a if i == 0 or pairs[i - 1][0] != a or not b else "" for i, (a, b) in enumerate(pairs)]
            grid.append(tops); grid.append([b for _, b in pairs]); kinds += ["head", "head"]
        else:
            grid.append(names); kinds.append("head")
        data = []
        for i, row in enumerate(rows):
            for x in (inter or {}).get(i, ()):
                grid.append(list(x)); kinds.append("inter")
            assert len(row) == len(names), (file, len(row), len(names))
            grid.append(list(row)); kinds.append("data"); data.append(len(grid))
        for p in post:
            grid.append(list(p)); kinds.append("post")
        path = os.path.join(self.folder, file)
        if file.endswith(".xlsx"):
            wb = Workbook(); ws = wb.active; ws.title = sheet
            for y, row in enumerate(grid, 1):
                for x, v in enumerate(row, 1):
                    if v is None or v == "":
                        continue
                    c = ws.cell(y, x, v)
                    if kinds[y - 1] == "head":
                        c.font = Font(bold=True); c.alignment = Alignment(horizontal="center", wrap_text=True)
                    if kinds[y - 1] == "data" and formats and names[x - 1] in formats:
                        c.number_format = formats[names[x - 1]]
            if two:
                h = headrows[0]; i = 0
                while i < len(pairs):
                    j = i
                    if not pairs[i][1]:
                        ws.merge_cells(start_row=h, end_row=h + 1, start_column=i + 1, end_column=i + 1)
                    else:
                        while j + 1 < len(pairs) and pairs[j + 1][0] == pairs[i][0] and pairs[j + 1][1]:
                            j += 1
                        if j > i:
                            ws.merge_cells(start_row=h, end_row=h, start_column=i + 1, end_column=j + 1)
                    i = j + 1
            for y, row in enumerate(grid, 1):
                if kinds[y - 1] == "pre" and y == 1 and len([v for v in row if v not in (None, "")]) == 1:
                    ws.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(names)); ws.cell(1, 1).alignment = Alignment(horizontal="center")
            if extra_sheet:
                w2 = wb.create_sheet(extra_sheet[0])
                for row in extra_sheet[1]:
                    w2.append(row)
            for i in range(len(names)):
                ws.column_dimensions[L(i + 1)].width = 14
            wb.save(path)
        elif file.endswith(".csv") or file.endswith(".txt"):
            with open(path, "w", encoding=encoding, newline="") as f:
                w = csv.writer(f, delimiter=sep or ",")
                for row in grid:
                    w.writerow(["" if v is None else v for v in row])
        else:
            with open(path, "w", encoding="utf-8") as f:
                f.write('<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\n<table border="1">\n')
                for k, row in zip(kinds, grid):
                    tag = "th" if k == "head" else "td"
                    if k == "pre":
                        f.write('<tr><td colspan="%d">%s</td></tr>\n' % (len(names), html.escape(str(row[0]))))
                    else:
                        f.write("<tr>" + "".join("<%s>%s</%s>" % (tag, html.escape("" if v is None else str(v)), tag) for v in row) + "</tr>\n")
                f.write("</table>\n</body></html>\n")
            encoding = "utf-8"; sheet = None
        ren = lambda d: {RENAME.get((table, k), k): v for k, v in (d or {}).items()}
        tot = {}
        for col in sums or ():
            h = (columns.get(col) or (also or {}).get(col))
            i = names.index(h)
            tot[col] = sum((D(r[i]) for r in rows), Decimal(0))
        where = {"sheet": sheet if file.endswith(".xlsx") else None, "head": headrows, "data": data, "note": note}
        if not file.endswith(".xlsx"):
            where["encoding"] = encoding; where["sep"] = sep or ("," if file.endswith((".csv", ".txt")) else None)
        self.truths.append({"file": file, "table": RENAME.get((table, None), table), "columns": ren(columns), "also": ren(also), "decoys": list(decoys),
                            "unsayable": ren(unsayable), "either": ren(either), "shop": shop, "period": period, "rows": len(rows),
                            "totals": ren(tot), "units": ren(units), "set_aside": set_aside or [], "where": where, "sure": sure})


def write(folder):
    os.makedirs(folder, exist_ok=True)
    B = Book(folder)
    for f in (orders, refunds, service, chats, deals, people, money, english):
        f(B)
    assert len(B.truths) == 30, len(B.truths)
    return B.truths


def orders(B):
    # 1 own shop, row an order, title, sum
    r = random.Random(50101); rows = []
    for i in range(24):
        o = when(r, 2026, 3, 1, 30); n = r.randint(1, 4); g = m(r, 80, 1600); d = r.choice([0, 0, 10, 20, 50]); f = r.choice([0, 0, 12])
        due = add(g, -d, f); closed = i in (5, 17)
        p = o + dt.timedelta(minutes=r.randint(1, 40))
        rows.append(["YS2603%06d" % (118 + i * 37), T(o), None if closed else T(p), None if closed else T(p + dt.timedelta(hours=20)), r.choice(NICK), n, g,
                     d, f, due, 0 if closed else due, "已关闭" if closed else r.choice(["已完成", "已完成", "已发货"]), r.choice(AGENTS[:5]), ""])
    head = ["订单号", "下单时间", "付款时间", "发货时间", "会员昵称", "商品件数", "商品总额(元)", "优惠(元)", "运费(元)", "应付金额(元)", "实付金额(元)",
            "订单状态", "服务顾问", "商家备注"]
    su = lambda i: float(sum((D(x[i]) for x in rows), Decimal(0)))
    B.put("商城订单明细_20260301-20260331.xlsx", "orders", head, rows,
          {"order_id": "订单号", "paid_at": "付款时间", "amount": "实付金额(元)", "agent": "服务顾问"},
          also={"ordered_at": "下单时间", "status": "订单状态"},
          decoys=["下单时间", "发货时间", "商品总额(元)", "优惠(元)", "运费(元)", "应付金额(元)", "会员昵称"],
          shop={"value": "云杉家居官方商城", "where": "title A1"}, period={"value": ("2026-03-01", "2026-03-31"), "where": "file name; A2"},
          sums=["amount"], set_aside=[{"head": "订单状态", "is": ["已关闭"], "rows": 2, "why": "never paid"}], sheet="订单明细",
          pre=[["云杉家居官方商城  订单明细"], ["统计区间：2026-03-01 至 2026-03-31    导出人：admin"]],
          post=[["合计", None, None, None, None, su(5), su(6), su(7), su(8), su(9), su(10)]], sure=0.95)

    # 2 row an item, GBK, staff numbers with zeros
    r = random.Random(50102); rows = []
    for i in range(14):
        k = r.randint(1, 3); p = when(r, 2026, 4, 1, 29); items = []
        for j in range(k):
            g = r.choice(GOODS); q = r.randint(1, 3); u = m(r, 30, 600)
            items.append((g, q, u, float(D(u) * q - r.choice([0, 0, 5]))))
        tot = add(*[x[3] for x in items]); no = "6604%09d" % (710023 + i * 9137); st = "%04d" % r.choice([7, 12, 31, 108])
        for j, (g, q, u, a) in enumerate(items, 1):
            rows.append([no, "%s-%d" % (no, j), g[0], g[1], r.choice(["原木色", "米白", "标准"]), "%.2f" % u, q, "%.2f" % a, "%.2f" % tot,
                         T(p - dt.timedelta(minutes=6), "%Y/%m/%d %H:%M"), T(p, "%Y/%m/%d %H:%M"), st, r.choice(["无", "无", "无", "退款成功"])])
    B.put("子订单明细.csv", "orders",
          ["订单编号", "子订单编号", "商品编码", "商品名称", "规格", "单价", "数量", "商品实付金额", "整单实付金额", "拍下时间", "支付时间", "导购工号", "售后状态"], rows,
          {"order_id": "订单编号", "item_id": "子订单编号", "amount": "商品实付金额", "paid_at": "支付时间", "agent_id": "导购工号"},
          also={"status": "售后状态", "ordered_at": "拍下时间", "product": "商品编码", "quantity": "数量"}, decoys=["单价", "拍下时间", "商品编码"],
          either={"amount": ["整单实付金额"]}, sums=["amount"], encoding="gbk",
          note="整单实付金额 stands on each item's line and counts once an order; summed so it equals 商品实付金额", sure=0.9)

    # 3 live room: who gets it is open
    r = random.Random(50103); rows = []
    for i in range(22):
        p = when(r, 2026, 6, 5, 20, 19, 23); q = r.randint(1, 3); u = r.choice([59, 89, 129, 199]); a = float(u * q - r.choice([0, 10]))
        back = a if i in (3, 9, 14) else (30.0 if i == 18 else None)
        rows.append(["ZB%d%05d" % (20260600 + p.day, 301 + i * 13), "6月%d日晚场" % p.day, r.choice(GOODS)[1], q, u * 1.5, u, a, p, back,
                     p + dt.timedelta(days=3) if back else None, r.choice(AGENTS[:3]), r.choice(AGENTS[3:6]), r.choice(AGENTS[6:8]),
                     {None: "交易成功", 30.0: "部分退款"}.get(back, "全额退款")])
    B.put("直播间成交明细.xlsx", "orders", ["订单编号", "直播场次", "商品", "数量", "划线价", "直播价", "支付金额", "支付时间", "退款金额", "退款时间", "主播", "助播",
                                       "跟单客服", "订单状态"], rows,
          {"order_id": "订单编号", "amount": "支付金额", "paid_at": "支付时间", "refund_amount": "退款金额", "refunded_at": "退款时间"},
          also={"status": "订单状态"}, decoys=["划线价", "直播价"],
          unsayable={"agent": "主播, 助播 and 跟单客服 each name a person; the file does not say who is credited"},
          period=None, sums=["amount", "refund_amount"], sheet="成交明细", formats={"支付时间": "yyyy-mm-dd hh:mm:ss", "退款时间": "yyyy-mm-dd hh:mm:ss"},
          note="支付金额 is before refunds: fully refunded orders show both, equal", sure=0.85)

    # 4 bilingual, foreign currency
    r = random.Random(50104); rows = []
    for i in range(15):
        p = when(r, 2026, 7, 1, 28); s = m(r, 15, 240); f = r.choice([0.0, 4.99]); t = round(s * 0.08, 2)
        rows.append(["US-%06d" % (20417 + i * 11), T(p, "%Y-%m-%d %H:%M"), T(p + dt.timedelta(minutes=3), "%Y-%m-%d %H:%M"), r.choice(["Austin", "Portland", "Denver"]),
                     s, f, t, add(s, f, t), "USD", r.choice(AGENTS[:3]), "Paid 已付款"])
    B.put("跨境独立站订单 2026-07.xlsx", "orders",
          ["订单号 Order No.", "下单时间 Order Time", "付款时间 Paid Time", "收货城市 City", "商品金额 Subtotal", "运费 Shipping", "税费 Tax", "实付总额 Total Paid",
           "币种 Currency", "跟进客服 Agent", "状态 Status"], rows,
          {"order_id": "订单号 Order No.", "paid_at": "付款时间 Paid Time", "amount": "实付总额 Total Paid", "currency": "币种 Currency", "agent": "跟进客服 Agent"},
          also={"ordered_at": "下单时间 Order Time", "status": "状态 Status"}, decoys=["商品金额 Subtotal", "运费 Shipping", "税费 Tax", "下单时间 Order Time"],
          unsayable={"amount": "in USD; whether and at what rate it becomes yuan is not said"}, period={"value": ("2026-07-01", "2026-07-31"), "where": "file name"},
          sums=["amount"], units={"amount": "USD"}, sheet="orders", sure=0.85)


def refunds(B):
    # 5
    r = random.Random(50201); rows = []
    for i in range(18):
        a = when(r, 2026, 5, 1, 24); am = m(r, 30, 800); st = "退款关闭" if i in (4, 11) else "处理中" if i == 16 else "退款成功"
        done = st == "退款成功"; real = (am if i % 4 else add(am, -10)) if done else None
        rows.append(["TK%08d" % (5530021 + i * 17), "YS2605%06d" % (900 + i * 29), r.choice(["仅退款", "退货退款"]), T(a), T(a + dt.timedelta(days=2, hours=3)) if done else None,
                     m(r, 800, 1500), am, real, r.choice(["不喜欢", "质量问题", "少件"]), st, r.choice(AGENTS[4:7])])
    su = lambda i: float(sum((D(x[i]) for x in rows), Decimal(0)))
    B.put("售后退款单（5月）.xlsx", "refunds", ["退款单号", "关联订单号", "售后类型", "申请时间", "退款完成时间", "订单金额", "申请退款金额", "实退金额", "退款原因", "退款状态",
                                           "处理人"], rows,
          {"refund_id": "退款单号", "order_id": "关联订单号", "refunded_at": "退款完成时间", "amount": "实退金额", "status": "退款状态"},
          decoys=["申请时间", "订单金额", "申请退款金额", "处理人"], period={"value": ("2026-05-01", "2026-05-31"), "where": "title A1 (and 5月 in the file name)"},
          shop={"value": "云杉家居", "where": "title A1"}, sums=["amount"], sheet="退款单", pre=[["云杉家居 2026年5月售后退款单"], []],
          post=[[], ["合计", None, None, None, None, su(5), su(6), su(7)], ["注：处理中的退款下月再计。"]],
          set_aside=[{"head": "退款状态", "is": ["退款关闭", "处理中"], "rows": 3, "why": "nothing was paid back (yet)"}],
          note="处理人 handled the refund and is not who sold", sure=0.95)
    # 6 fen
    r = random.Random(50202); rows = []
    for i in range(12):
        a = when(r, 2026, 8, 2, 27); o = r.randint(2000, 90000); b = o if i % 3 else o // 2
        rows.append(["R%012d" % (88001200 + i * 71), "%015d" % (20260800017 + i * 311), o, b, T(a, "%Y-%m-%dT%H:%M:%S"), T(a + dt.timedelta(hours=30), "%Y-%m-%dT%H:%M:%S"),
                     "原路退回", "成功"])
    B.put("refund_bill_202608.csv", "refunds", ["退款流水号", "商户订单号", "订单金额(分)", "退款金额(分)", "退款发起时间", "退款到账时间", "退款渠道", "结果"], rows,
          {"refund_id": "退款流水号", "order_id": "商户订单号", "amount": "退款金额(分)", "refunded_at": "退款到账时间"}, also={"status": "结果"},
          decoys=["订单金额(分)", "退款发起时间"], period={"value": ("2026-08-01", "2026-08-31"), "where": "file name"}, sums=["amount"], units={"amount": "fen"},
          encoding="utf-8-sig", note="商户订单号 has leading zeros", sure=0.9)


def service(B):
    # 7 two-row head, subtotals
    r = random.Random(50301); rows = []; inter = {}
    head = [("日期", ""), ("客服", ""), ("接待", "咨询人数"), ("接待", "接待人数"), ("响应", "首次响应(秒)"), ("响应", "平均响应(秒)"), ("成交", "询单人数"),
            ("成交", "付款人数"), ("成交", "付款金额(元)"), ("成交", "客单价(元)"), ("满意率(%)", "")]
    def sumrow(label, rs):
        s = lambda i: float(sum((D(x[i]) for x in rs), Decimal(0)))
        b = s(7)
        return [label, None, int(s(2)), int(s(3)), None, None, int(s(6)), int(s(7)), s(8), round(s(8) / b, 2) if b else None, None]
    for d in range(9, 15):
        start = len(rows)
        for a in AGENTS[:5]:
            if r.random() < .2:
                continue
            c = r.randint(30, 90); k = c - r.randint(0, 3); q = int(k * .6); p = r.randint(5, q // 2 + 3); s = m(r, 900, 6000)
            rows.append(["2026-03-%02d" % d, a, c, k, r.randint(5, 20), r.randint(18, 50), q, p, s, round(s / p, 2), round(r.uniform(88, 100), 1)])
        inter[len(rows)] = [sumrow("小计", rows[start:])]
    last = inter.pop(len(rows))
    B.put("客服绩效日报 03.09-03.14.xlsx", "agent_days", head, rows,
          {"day": "日期", "agent": "客服", "inquiries": "成交/询单人数", "buyers": "成交/付款人数", "sales": "成交/付款金额(元)"},
          also={"received": "接待/接待人数", "first_response_s": "响应/首次响应(秒)", "avg_response_s": "响应/平均响应(秒)", "satisfaction": "满意率(%)"},
          decoys=["接待/咨询人数", "成交/客单价(元)"], shop={"value": "青禾母婴旗舰店", "where": "title A1"},
          period={"value": ("2026-03-09", "2026-03-14"), "where": "title A1"}, sums=["inquiries", "buyers", "sales", "received"], sheet="日报", inter=inter,
          pre=[["青禾母婴旗舰店客服绩效日报（2026-03-09～2026-03-14）"]], post=last + [sumrow("总计", rows)], note="a 小计 after each day, 总计 at the end", sure=0.95)
    # 8 two cohorts of sales
    r = random.Random(50302); rows = []
    for d in range(1, 8):
        for n, a in enumerate(AGENTS[:4]):
            q = r.randint(15, 60); p = r.randint(3, q // 3 + 3); s = m(r, 500, 4000); p2 = p + r.randint(0, 4); s2 = add(s, m(r, 0, 900) if p2 > p else 0)
            rows.append(["202604%02d" % d, "青禾母婴:%s" % ["小禾", "小苗", "小麦", "小豆"][n], q + r.randint(3, 20), q, "%d" % r.randint(6, 30), p, "%.2f" % s, p2, "%.2f" % s2,
                         "%.2f%%" % (p2 / q * 100)])
    B.put("客服转化分析_20260401_20260407.csv", "agent_days", ["统计日期", "旺旺昵称", "接待人数", "询单人数", "首响时长(秒)", "当日付款人数", "当日付款金额", "最终付款人数", "最终付款金额",
                                                         "询单最终转化率"], rows,
          {"day": "统计日期", "agent": "旺旺昵称", "inquiries": "询单人数"}, also={"received": "接待人数", "first_response_s": "首响时长(秒)"}, decoys=["询单最终转化率"],
          unsayable={"buyers": "当日 and 最终付款人数 both: which cohort counts is a rule of the shop", "sales": "当日 and 最终付款金额 both: which cohort counts is a rule of the shop"},
          period={"value": ("2026-04-01", "2026-04-07"), "where": "file name"}, shop={"value": "青禾母婴", "where": "column 旺旺昵称, before the colon"},
          sums=["inquiries", "received"], encoding="gbk", note="dates as 20260401", sure=0.8)
    # 9 bilingual chat report
    r = random.Random(50303); rows = []
    for d in range(4, 11):
        for a in AGENTS[5:8]:
            c = r.randint(20, 70)
            rows.append([dt.date(2026, 5, d), a, c, c - r.randint(0, 5), round(r.uniform(8, 40), 1), round(r.uniform(20, 80), 1), r.randint(2, 15), round(r.uniform(85, 100), 1)])
    B.put("Live chat 客服日报 May.xlsx", "agent_days", ["Date 日期", "Agent 客服", "Chats assigned 分配会话", "Chats handled 接待会话", "First response 首响(s)",
                                                     "Avg response 均响(s)", "Ratings 评价数", "CSAT 满意率(%)"], rows,
          {"day": "Date 日期", "agent": "Agent 客服", "received": "Chats handled 接待会话"},
          also={"first_response_s": "First response 首响(s)", "avg_response_s": "Avg response 均响(s)", "satisfaction": "CSAT 满意率(%)"},
          decoys=["Chats assigned 分配会话", "Ratings 评价数"], note="May in the file name, no year; the rows have days", sums=["received"], sheet="Daily", formats={"Date 日期": "yyyy/m/d"}, sure=0.85)
    # 10 shop days as html
    r = random.Random(50304); rows = []; shops = ["青禾母婴旗舰店", "青禾童装专营店"]
    for d in range(1, 11):
        for s in shops:
            v = r.randint(800, 5000); b = int(v * r.uniform(.02, .06)); g = m(r, 6000, 30000); o = add(g, m(r, 200, 3000)); f = m(r, 0, 2500)
            rows.append(["2026-09-%02d" % d, s, "{:,}".format(v), b, "{:,.2f}".format(o), "{:,.2f}".format(g), "{:,.2f}".format(f), "{:,.2f}".format(g / b)])
    B.put("店铺日报表.xls", "shop_days", ["日期", "店铺名称", "访客数", "支付买家数", "下单金额", "支付金额", "成功退款金额", "客单价"], rows,
          {"day": "日期", "shop": "店铺名称", "sales": "支付金额", "refund_amount": "成功退款金额", "buyers": "支付买家数"}, also={"visitors": "访客数"},
          decoys=["下单金额", "客单价"], shop={"value": shops, "where": "column 店铺名称"}, period={"value": ("2026-09-01", "2026-09-10"), "where": "row 1"},
          sums=["sales", "refund_amount", "buyers", "visitors"], pre=[["统计周期：2026-09-01 ~ 2026-09-10"]],
          post=[["合计", "", "{:,}".format(int(sum(D(x[2]) for x in rows))), sum(x[3] for x in rows)] +
                ["{:,.2f}".format(sum(D(x[i]) for x in rows)) for i in (4, 5, 6)] + [""]],
          note="an html table named .xls; amounts with thousands separators", sure=0.9)


def chats(B):
    # 11 conversations
    r = random.Random(50401); rows = []
    for i in range(26):
        s = when(r, 2026, 6, 1, 7); e = s + dt.timedelta(seconds=r.randint(60, 1500)); tr = i % 9 == 4
        ag = r.choice(AGENTS[:5])
        rows.append(["c%s%04d" % (T(s, "%m%d"), 1000 + i * 7), r.choice(NICK), r.choice(["官网", "小程序", "公众号"]), T(s), T(e), ag, [x for x in AGENTS[:5] if x != ag][i % 4] if tr else None,
                     r.randint(2, 40), r.randint(3, 60), r.choice(["非常满意", "满意", "一般", None, None]), "否" if i in (8, 20) else "是"])
    rows.sort(key=lambda x: x[3])
    B.put("在线会话记录_20260601-20260607.xlsx", "inquiries", ["会话ID", "访客昵称", "来源渠道", "会话开始时间", "会话结束时间", "接待客服", "转接前客服", "消息条数", "首次响应时长(秒)", "满意度评价",
                                                         "是否有效会话"], rows,
          {"inquiry_id": "会话ID", "started_at": "会话开始时间", "agent": "接待客服"},
          also={"ended_at": "会话结束时间", "satisfaction": "满意度评价", "first_response_s": "首次响应时长(秒)", "status": "是否有效会话"}, decoys=["会话结束时间", "转接前客服", "访客昵称", "消息条数"],
          period={"value": ("2026-06-01", "2026-06-07"), "where": "file name"}, sheet="会话记录", post=[[], ["共 26 条会话"]],
          set_aside=[{"head": "是否有效会话", "is": ["否"], "rows": 2, "why": "the system's own mark; only if the shop's rule says so"}], sure=0.85)
    # 12 tickets
    r = random.Random(50402); rows = []
    for i in range(20):
        s = when(r, 2026, 7, 1, 20); st = r.choice(["已关闭", "已关闭", "已解决", "处理中"]); ok = st != "处理中"
        f = s + dt.timedelta(minutes=r.randint(2, 90)); z = s + dt.timedelta(hours=r.randint(2, 50))
        rows.append(["GD-%05d" % (3107 + i), r.choice(["物流停滞", "发票开具", "商品破损", "退换咨询"]), r.choice(["高", "中", "低"]), st, r.choice(["系统", "电话录入"]), r.choice(AGENTS[6:10]),
                     r.choice(AGENTS[10:]), s, f, z if ok else None, z + dt.timedelta(hours=12) if st == "已关闭" else None, r.choice([5, 5, 4, 3, None]) if ok else None,
                     r.choice(["否", "否", "是"])])
    tf = {k: "yyyy-mm-dd hh:mm" for k in ("创建时间", "首次响应时间", "解决时间", "关闭时间")}
    B.put("售后工单列表.xlsx", "inquiries", ["工单编号", "工单标题", "优先级", "工单状态", "创建人", "受理客服", "抄送人", "创建时间", "首次响应时间", "解决时间", "关闭时间", "满意度(1-5分)", "是否超时"], rows,
          {"inquiry_id": "工单编号", "agent": "受理客服", "started_at": "创建时间"}, also={"status": "工单状态", "ended_at": "解决时间", "satisfaction": "满意度(1-5分)"},
          decoys=["创建人", "抄送人", "首次响应时间", "解决时间", "关闭时间"], sheet="工单", formats=tf, inter={11: [[]]}, note="one blank line in the middle", sure=0.85)
    # 13 calls
    r = random.Random(50403); rows = []
    for i in range(30):
        s = when(r, 2026, 8, 10, 14, 9, 17); ok = r.random() < .7; ring = r.randint(3, 25); a = r.randint(0, 3); talk = r.randint(20, 600) if ok else 0
        rows.append(["CALL%08d" % (740120 + i * 3), "%05d" % (801 + a * 3), AGENTS[a], "0755-8600%04d" % (1200 + a), "138****%04d" % r.randint(0, 9999), "呼出", T(s),
                     T(s + dt.timedelta(seconds=ring)) if ok else "", T(s + dt.timedelta(seconds=ring + talk)), ring, talk, "已接通" if ok else "未接通"])
    B.put("通话清单_8月10日-14日.csv", "inquiries", ["通话编号", "坐席工号", "坐席姓名", "主叫号码", "被叫号码", "呼叫方向", "呼叫时间", "接通时间", "挂断时间", "振铃时长(秒)", "通话时长(秒)", "通话状态"], rows,
          {"inquiry_id": "通话编号", "agent_id": "坐席工号", "started_at": "呼叫时间"}, also={"name": "坐席姓名", "talk_s": "通话时长(秒)", "status": "通话状态", "ended_at": "挂断时间"},
          decoys=["主叫号码", "被叫号码", "振铃时长(秒)", "接通时间", "挂断时间"], either={"agent_id": ["坐席姓名"]},
          period={"value": ("2026-08-10", "2026-08-14"), "where": "file name gives day and month; the year stands in the rows only"}, sums=["talk_s"], encoding="utf-8-sig",
          set_aside=[{"head": "通话状态", "is": ["未接通"], "rows": sum(1 for x in rows if x[-1] == "未接通"), "why": "not connected; only if the rule says so"}], sure=0.85)


def deals(B):
    # 14
    r = random.Random(50501); rows = []
    cos = ["恒川机电", "蓝屿餐饮", "博济医疗", "远图文创", "星野体育", "禾田农业", "千帆物流", "知行教育"]
    for i in range(19):
        c = dt.date(2026, r.randint(1, 6), r.randint(1, 28)); st = r.choice(["赢单", "赢单", "输单", "方案报价", "商务谈判"]); e = r.randint(30, 600) / 10
        won = st == "赢单"; close = dt.date(2026, r.choice([7, 8, 9]), r.randint(1, 28))
        cu = r.choice(cos)
        rows.append(["SJ%06d" % (1420 + i), cu + r.choice(["系统采购", "年度续约", "扩容项目"]), cu, AGENTS[i % 4], AGENTS[4 + i % 2], st,
                     {"赢单": 100, "输单": 0}.get(st, 60), e, (close - dt.timedelta(days=r.randint(-9, 20))).isoformat(), round(e * r.uniform(.8, 1), 2) if won else None,
                     close.isoformat() if won or st == "输单" else None, c.isoformat(), r.choice(["转介绍", "展会", "官网"])])
    B.put("商机列表-2026Q3.xlsx", "deals", ["商机编号", "商机名称", "客户名称", "负责人", "协作人", "销售阶段", "赢率(%)", "预计金额(万元)", "预计成交日期", "成交金额(万元)", "实际结单日期", "创建日期", "线索来源"], rows,
          {"deal_id": "商机编号", "agent": "负责人", "amount": "成交金额(万元)", "closed_at": "实际结单日期", "status": "销售阶段"}, also={"created_at": "创建日期"},
          decoys=["协作人", "赢率(%)", "预计金额(万元)", "预计成交日期", "创建日期"], period={"value": ("2026-07-01", "2026-09-30"), "where": "file name"}, sums=["amount"],
          units={"amount": "万元"}, sheet="商机", pre=[["商机列表（2026年第三季度）"]],
          set_aside=[{"head": "销售阶段", "is": ["方案报价", "商务谈判"], "rows": sum(1 for x in rows if x[5] in ("方案报价", "商务谈判")), "why": "open deals"}], sure=0.9)
    # 15 money received on contracts
    r = random.Random(50502); rows = []
    con = [("HT-2026-%03d" % (31 + j), cos[j], AGENTS[8 + j % 3], r.choice([80000, 120000, 145000, 260000]), dt.date(2026, r.randint(2, 6), r.randint(1, 28))) for j in range(7)]
    got = [r.choice([0, 10000, 20000]) for _ in con]
    for i in range(12):
        j = i % 7; no, cu, ag, k, sg = con[j]; g = r.randint(5, 25) * 1000; got[j] += g
        rows.append([i + 1, "HK-2026-%04d" % (88 + i), no, cu, ag, k, sg, float(g), float(got[j]), float(k - got[j]), dt.date(2026, 9, 2 + i * 2 + r.randint(0, 1)), r.choice(["对公转账", "承兑汇票"])])
    su = lambda i: float(sum((D(x[i]) for x in rows), Decimal(0)))
    B.put("9月回款登记表.xlsx", "orders", ["序号", "回款单号", "合同编号", "客户", "业务员", "合同金额", "签约日期", "本次回款", "累计回款", "未回款余额", "到账日期", "付款方式"], rows,
          {"order_id": "回款单号", "amount": "本次回款", "paid_at": "到账日期", "agent": "业务员"}, also={"ordered_at": "签约日期"},
          decoys=["序号", "合同金额", "签约日期", "累计回款", "未回款余额"], unsayable={"order_id": "several receipts belong to one 合同编号: whether the receipt or the contract is the order is to be asked"},
          period={"value": ("2026-09-01", "2026-09-30"), "where": "title A1"}, sums=["amount"], sheet="回款", pre=[["2026年9月销售回款登记表"], ["单位：元"]],
          formats={"签约日期": "yyyy/mm/dd", "到账日期": "yyyy/mm/dd"},
          post=[["合计", None, None, None, None, None, None, su(7)], [None, "制表：财务部", None, None, "审核："]], sure=0.75)


def people(B):
    # 16 roster, serial dates
    r = random.Random(50601); rows = []
    for i, a in enumerate(AGENTS):
        h = dt.date(2022 + i % 4, 1 + i % 12, 3 + i); left = dt.date(2026, 5, 20 + i) if i in (4, 9) else None
        rows.append(["%05d" % (213 + i * 8), a, r.choice(["售前组", "售后组", "夜班组"]), r.choice(["客服专员", "高级客服", "组长"]), "P%d" % r.randint(2, 5), serial(h), serial(h + dt.timedelta(days=90)),
                     serial(left) if left else None, "离职" if left else "在职", "柳成荫" if i % 2 else "卓一凡", "139****%04d" % r.randint(0, 9999)])
    fm = {k: "yyyy-mm-dd" for k in ("入职日期", "转正日期", "离职日期")}
    B.put("客服中心花名册.xlsx", "roster", ["员工编号", "姓名", "班组", "岗位", "职级", "入职日期", "转正日期", "离职日期", "人员状态", "直属主管", "联系电话"], rows,
          {"agent_id": "员工编号", "name": "姓名", "team": "班组", "role": "岗位", "hired_on": "入职日期", "left_on": "离职日期"}, also={"status": "人员状态", "level": "职级"},
          decoys=["转正日期", "直属主管", "联系电话"], sheet="在职及离职", pre=[["客服中心人员花名册"], ["更新至 2026-06-30"]], formats=fm,
          post=[["编制：人力资源部", None, None, None, None, None, None, None, "共12人"]], note="serial numbers formatted as dates", sure=0.95)
    # 17 attendance month
    r = random.Random(50602); rows = []
    for i, a in enumerate(AGENTS[:9]):
        pl, sl, al = r.choice([0, 0, 1, .5]), r.choice([0, 0, 0, 2]), r.choice([0, 0, 1])
        rows.append([i + 1, "%04d" % (21 + i * 5), a, r.choice(["售前组", "售后组"]), 22, 22 - pl - sl - al, pl or None, sl or None, al or None, r.choice([None, None, 1, 3]), r.choice([None, 4, 6.5]),
                     r.choice([None, 8]), r.choice([None, None, 8]), ""])
    head = [("序号", ""), ("工号", ""), ("姓名", ""), ("班组", ""), ("出勤(天)", "应出勤"), ("出勤(天)", "实出勤"), ("请假(天)", "事假"), ("请假(天)", "病假"), ("请假(天)", "年假"), ("迟到(次)", ""),
            ("加班(小时)", "平日"), ("加班(小时)", "周末"), ("加班(小时)", "法定节假日"), ("员工签字", "")]
    B.put("2026年5月考勤汇总.xlsx", "attendance", head, rows,
          {"agent_id": "工号", "days_due": "出勤(天)/应出勤", "days_worked": "出勤(天)/实出勤", "personal_leave_days": "请假(天)/事假", "sick_leave_days": "请假(天)/病假", "late_count": "迟到(次)"},
          also={"name": "姓名", "team": "班组", "annual_leave_days": "请假(天)/年假", "overtime_weekday_hours": "加班(小时)/平日", "overtime_weekend_hours": "加班(小时)/周末", "overtime_holiday_hours": "加班(小时)/法定节假日"},
          decoys=["序号", "员工签字"], either={"agent_id": ["姓名"]}, period={"value": ("2026-05-01", "2026-05-31"), "where": "title A1; file name"},
          sums=["days_due", "days_worked", "personal_leave_days", "sick_leave_days", "late_count"], sheet="5月",
          pre=[["澄湖电商客服部2026年5月考勤汇总表"]], post=[[], ["说明：1. 迟到三次按半天事假；2. 加班已审批。"]], note="units stand in the upper head", sure=0.9)
    # 18 daily punches
    r = random.Random(50603); rows = []
    for d in range(6, 11):
        for i, a in enumerate(AGENTS[2:8]):
            if r.random() < .12:
                rows.append(["%06d" % (4410 + i * 9), a, "2026-04-%02d" % d, "休息", "", "", 0, 0, 0, "休息"]); continue
            late = r.random() < .1; o = r.choice([0, 0, 1, 1.5])
            rows.append(["%06d" % (4410 + i * 9), a, "2026-04-%02d" % d, "早班09:00-18:00", "09:%02d" % r.randint(4, 20) if late else "08:%02d" % r.randint(40, 59), "%02d:%02d" % (18 + int(o), r.randint(31, 59) if o % 1 else r.randint(0, 20)),
                         8, 8 + o, o, "迟到" if late else "正常"])
    B.put("打卡明细.txt", "attendance", ["工号", "姓名", "考勤日期", "班次", "上班打卡", "下班打卡", "标准工时(小时)", "实际工时(小时)", "加班工时(小时)", "考勤结果"], rows,
          {"agent_id": "工号", "day": "考勤日期", "hours_worked": "实际工时(小时)"}, also={"name": "姓名", "overtime_hours": "加班工时(小时)", "status": "考勤结果", "shift": "班次"}, either={"agent_id": ["姓名"]},
          decoys=["标准工时(小时)", "上班打卡", "下班打卡"], sums=["hours_worked", "overtime_hours"], encoding="gbk", sep="\t", note="tab separated", sure=0.9)
    # 19 targets
    r = random.Random(50604); rows = []
    for mo in (7, 8, 9):
        for i, a in enumerate(AGENTS[:5]):
            t = r.randint(80, 200) / 10
            rows.append(["2026年%d月" % mo, "青禾母婴旗舰店" if i < 3 else "青禾童装专营店", a, t, round(t * 1.2, 2), round(t * .85, 2), r.choice([28, 30, 32])])
    B.put("三季度客服销售目标.xlsx", "targets", ["月份", "店铺", "客服", "销售目标(万元)", "挑战目标(万元)", "去年同期(万元)", "转化率目标(%)"], rows,
          {"month": "月份", "shop": "店铺", "agent": "客服", "target": "销售目标(万元)"}, also={"conversion_target": "转化率目标(%)"}, decoys=["挑战目标(万元)", "去年同期(万元)"],
          shop={"value": ["青禾母婴旗舰店", "青禾童装专营店"], "where": "column 店铺"}, period={"value": ("2026-07-01", "2026-09-30"), "where": "column 月份"}, sums=["target"], units={"target": "万元"},
          sheet="目标", pre=[["2026年第三季度客服销售目标分解"], []], post=[["注：挑战目标仅供参考，不作为考核依据。"]], note="the note says that 挑战目标 does not count", sure=0.95)
    # 20 accounts
    rows = []
    for i, (s, acc) in enumerate([("青禾母婴旗舰店", "青禾母婴:小禾"), ("青禾母婴旗舰店", "青禾母婴:小苗"), ("青禾母婴旗舰店", "青禾母婴:小麦"), ("青禾童装专营店", "青禾童装:星星"), ("青禾童装专营店", "青禾童装:月月"),
                                  ("青禾童装专营店", "青禾童装:月月"), ("云杉家居", "云杉家居:阿木")]):
        rows.append([s, r.choice(["天猫", "京东"]) if i > 5 else "天猫", acc, "%05d" % (213 + i * 8), AGENTS[i], "2026-01-01" if i != 5 else "2026-05-16", "2026-05-15" if i == 4 else None, "柳成荫",
                     "换人" if i in (4, 5) else None])
    B.put("客服子账号分配表.xlsx", "accounts", ["店铺", "平台", "子账号", "使用人工号", "使用人", "启用日期", "停用日期", "登记人", "备注"], rows,
          {"shop": "店铺", "account": "子账号", "agent_id": "使用人工号", "valid_from": "启用日期", "valid_to": "停用日期"}, also={"name": "使用人", "platform": "平台"}, decoys=["登记人", "备注"], either={"agent_id": ["使用人"]},
          shop={"value": ["青禾母婴旗舰店", "青禾童装专营店", "云杉家居"], "where": "column 店铺"}, sheet="子账号", pre=[["客服子账号分配表"]], note="one account changes hands on 2026-05-16", sure=0.9)
    # 21 quality
    r = random.Random(50606); rows = []
    for i in range(16):
        s = dt.date(2026, 6, 20) + dt.timedelta(days=r.randint(0, 14)); a, b, c = r.randint(22, 30), r.randint(28, 40), r.randint(22, 30); f = i in (6,)
        rows.append(["ZJ%05d" % (771 + i), "c%04d%04d" % (600 + s.day, 1003 + i), s.isoformat(), (s + dt.timedelta(days=r.randint(2, 6))).isoformat(), AGENTS[i % 6], "卓一凡", a, b, c, 0 if f else a + b + c, "是" if f else "否",
                     "承诺超出权限" if f else None])
    B.put("质检评分明细.xlsx", "quality", ["质检单号", "会话ID", "会话日期", "质检日期", "被检客服", "质检员", "服务态度(30)", "业务能力(40)", "规范用语(30)", "总得分", "是否致命项", "问题描述"], rows,
          {"check_id": "质检单号", "agent": "被检客服", "score": "总得分", "fatal": "是否致命项"}, also={"inquiry_id": "会话ID"}, decoys=["质检员", "服务态度(30)", "业务能力(40)", "规范用语(30)"],
          unsayable={"day": "会话日期 and 质检日期 fall into different months: which month a score belongs to is a rule"}, sums=["score"], sheet="评分", sure=0.85)


def money(B):
    # 22 single rewards and fines, signed
    r = random.Random(50701); rows = []
    for i in range(17):
        k, v = r.choice([("日销冠奖", 50), ("好评奖励", 20), ("当日破万奖", 100), ("迟到扣款", -30), ("违规扣款", -50), ("代班补贴", 60)])
        a = i % 6
        rows.append([i + 1, "2026/5/%d" % (1 + i * 30 // 17), "%04d" % (21 + a * 5), AGENTS[a], "奖励" if v > 0 else "处罚", k, v, r.choice(["", "见日报", "主管提报"]), "柳成荫", "2026/6/3"])
    B.put("5月单日奖惩登记.xlsx", "pay_items", ["序号", "发生日期", "工号", "姓名", "类别", "奖惩项目", "金额(元)", "事由", "审批人", "审批日期"], rows,
          {"day": "发生日期", "agent_id": "工号", "item": "奖惩项目", "amount": "金额(元)"}, also={"name": "姓名", "category": "类别"}, decoys=["序号", "审批人", "审批日期"], either={"agent_id": ["姓名"]},
          period={"value": ("2026-05-01", "2026-05-31"), "where": "title A1"}, sums=["amount"], sheet="奖惩", pre=[["2026年5月单日奖惩登记表"]],
          post=[["合计", None, None, None, None, None, sum(x[6] for x in rows)]], note="fines stand as negative figures", sure=0.95)
    # 23 night shift allowance
    r = random.Random(50702); rows = []
    for d in range(1, 13):
        for a in r.sample(range(5), 2):
            n = r.choice([1, 1, .5]); st = 40 if d not in (4, 5) else 80
            rows.append(["2026-04-%02d" % d, AGENTS[a], "夜班" if st == 40 else "节假日夜班", st, n, st * n])
    B.put("夜班补贴明细_202604.csv", "pay_items", ["日期", "姓名", "补贴类型", "补贴标准(元/班)", "班数", "补贴金额(元)"], rows,
          {"day": "日期", "name": "姓名", "item": "补贴类型", "amount": "补贴金额(元)"}, also={"quantity": "班数"}, decoys=["补贴标准(元/班)", "班数"],
          period={"value": ("2026-04-01", "2026-04-30"), "where": "file name"}, sums=["amount"], encoding="gbk", post=[["合计", "", "", "", sum(x[4] for x in rows), sum(x[5] for x in rows)]], sure=0.9)


def english(B):
    # 24 orders
    r = random.Random(50801); rows = []
    for i in range(21):
        o = when(r, 2026, 4, 1, 28); s = m(r, 20, 400); d = r.choice([0.0, 0.0, 10.0]); f = r.choice([0.0, 6.5]); t = round((s - d) * .07, 2); g = add(s, -d, f, t)
        can = i in (7, 15); ref = g if i == 3 else (15.0 if i == 12 else 0.0)
        rows.append(["%09d" % (100048 + i * 7), T(o, "%Y-%m-%d %H:%M"), "" if can else T(o + dt.timedelta(minutes=4), "%Y-%m-%d %H:%M"), "guest%03d@example.test" % r.randint(1, 400), "%.2f" % s, "%.2f" % d, "%.2f" % f, "%.2f" % t,
                     "%.2f" % g, "0.00" if can else "%.2f" % g, "%.2f" % (0 if can else ref), "Canceled" if can else "Complete", r.choice(EN[:4])])
    B.put("orders_export_2026-04.csv", "orders", ["Order Number", "Order Date", "Payment Date", "Customer Email", "Subtotal", "Discount", "Shipping", "Tax", "Grand Total", "Amount Paid", "Amount Refunded", "Status", "Sales Rep"], rows,
          {"order_id": "Order Number", "paid_at": "Payment Date", "amount": "Amount Paid", "refund_amount": "Amount Refunded", "agent": "Sales Rep"}, also={"ordered_at": "Order Date", "status": "Status"},
          decoys=["Order Date", "Subtotal", "Discount", "Shipping", "Tax", "Grand Total", "Customer Email"], unsayable={"refunded_at": "the file has refunded amounts without their day"},
          period={"value": ("2026-04-01", "2026-04-30"), "where": "file name"}, sums=["amount", "refund_amount"], encoding="utf-8",
          set_aside=[{"head": "Status", "is": ["Canceled"], "rows": 2, "why": "never paid"}], note="Amount Paid is before refunds (a fully refunded order still shows it)", sure=0.9)
    # 25 refunds
    r = random.Random(50802); rows = []
    for i in range(11):
        d = dt.date(2026, 5, 2 + i * 2); a = m(r, 15, 300); fee = r.choice([0.0, 0.0, 5.0])
        rows.append(["CM-%05d" % (611 + i), "%09d" % (100021 + i * 13), d - dt.timedelta(days=r.randint(5, 25)), d, a, fee, add(a, -fee), r.choice(["Damaged", "Changed mind", "Wrong size"]), r.choice(EN[4:])])
    B.put("Credit memos May 2026.xlsx", "refunds", ["Credit Memo #", "Order #", "Order Date", "Refund Date", "Item Value", "Restocking Fee", "Refunded Amount", "Reason", "Processed By"], rows,
          {"refund_id": "Credit Memo #", "order_id": "Order #", "refunded_at": "Refund Date", "amount": "Refunded Amount"}, decoys=["Order Date", "Item Value", "Restocking Fee", "Processed By"],
          period={"value": ("2026-05-01", "2026-05-31"), "where": "file name; A2"}, shop={"value": "Northfold Outfitters", "where": "title A1"}, sums=["amount"], sheet="Credit Memos",
          formats={"Order Date": "yyyy-mm-dd", "Refund Date": "yyyy-mm-dd"}, pre=[["Northfold Outfitters - Credit memos"], ["Period: 2026-05-01 to 2026-05-31"], []],
          post=[["Total", None, None, None] + [float(sum((D(x[i]) for x in rows), Decimal(0))) for i in (4, 5, 6)]], sure=0.95)
    # 26 tickets
    r = random.Random(50803); rows = []
    for i in range(25):
        c = when(r, 2026, 6, 1, 25); st = r.choice(["Closed", "Closed", "Solved", "Open"])
        rows.append([48210 + i * 3, r.choice(["Where is my parcel", "Invoice request", "Exchange size", "Login issue"]), st, r.choice(["Normal", "High"]), "cust%d" % r.randint(10, 99), r.choice(["Email form", "Chat widget"]), EN[i % 5],
                     "Tier 1" if i % 5 < 3 else "Tier 2", T(c), T(c + dt.timedelta(minutes=r.randint(3, 200))), "" if st == "Open" else T(c + dt.timedelta(hours=r.randint(2, 60))), "Unoffered" if st == "Open" else r.choice(["Good", "Good", "Bad", "Unoffered"])])
    B.put("tickets.csv", "inquiries", ["Ticket ID", "Subject", "Status", "Priority", "Requester", "Channel", "Assigned Agent", "Group", "Created", "First Replied", "Resolved", "Satisfaction"], rows,
          {"inquiry_id": "Ticket ID", "agent": "Assigned Agent", "started_at": "Created"}, also={"status": "Status", "satisfaction": "Satisfaction", "ended_at": "Resolved", "team": "Group"}, decoys=["Requester", "First Replied", "Resolved", "Priority"],
          encoding="utf-8", sure=0.85)
    # 27 calls, order of day and month open
    r = random.Random(50804); rows = []
    for i in range(24):
        d = dt.datetime(2026, 4, 3 + i // 4, r.randint(8, 17), r.randint(0, 59)); a = r.randint(0, 4); ans = r.random() < .8
        rows.append(["%d" % (9020011 + i), "%04d" % (17 + a * 6), EN[a], r.choice(["Sales", "Support"]), "Inbound", T(d, "%m/%d/%Y %I:%M %p"), r.randint(5, 60), r.randint(30, 900) if ans else 0, r.randint(0, 90) if ans else 0, r.randint(10, 60) if ans else 0, "Answered" if ans else "Abandoned"])
    B.put("call_log.csv", "inquiries", ["Call ID", "Agent ID", "Agent Name", "Queue", "Direction", "Call Time", "Wait (s)", "Talk Time (s)", "Hold Time (s)", "Wrap-up (s)", "Outcome"], rows,
          {"inquiry_id": "Call ID", "agent_id": "Agent ID", "started_at": "Call Time"}, also={"name": "Agent Name", "talk_s": "Talk Time (s)", "status": "Outcome"}, decoys=["Wait (s)", "Hold Time (s)", "Wrap-up (s)"], either={"agent_id": ["Agent Name"]},
          unsayable={"started_at": "all dates read as month first and as day first (04/03/2026)"}, sums=["talk_s"], encoding="utf-8",
          set_aside=[{"head": "Outcome", "is": ["Abandoned"], "rows": sum(1 for x in rows if x[-1] == "Abandoned"), "why": "nobody spoke; only if the rule says so"}], sure=0.9)
    # 28 deals
    r = random.Random(50805); rows = []
    for i in range(18):
        st = r.choice(["Won", "Won", "Lost", "Negotiation", "Proposal"]); a = float(r.randint(20, 400) * 100); p = {"Won": 100, "Lost": 0}.get(st, 50); e = dt.date(2026, r.randint(7, 9), r.randint(1, 28))
        cl = e + dt.timedelta(days=r.randint(-10, 12)) if st in ("Won", "Lost") else None
        rows.append(["D-%05d" % (2301 + i), r.choice(["Renewal", "New seats", "Pilot"]) + " - " + r.choice(["Harrow & Pike", "Tessel Foods", "Lumen Freight"]), EN[i % 4], EN[6], st, p, a, a * p / 100, T(e, "%Y-%m-%d"), T(cl, "%Y-%m-%d") if cl else None,
                     r.choice(["Price", "No decision"]) if st == "Lost" else None])
    B.put("Pipeline report Q3 2026.xlsx", "deals", ["Deal ID", "Deal Name", "Deal Owner", "Created By", "Stage", "Probability (%)", "Deal Value", "Weighted Value", "Expected Close", "Actual Close", "Loss Reason"], rows,
          {"deal_id": "Deal ID", "agent": "Deal Owner", "amount": "Deal Value", "closed_at": "Actual Close", "status": "Stage"}, decoys=["Created By", "Probability (%)", "Weighted Value", "Expected Close"],
          period={"value": ("2026-07-01", "2026-09-30"), "where": "file name; title A1"}, sums=["amount"], sheet="Pipeline", pre=[["Pipeline report - Q3 2026"]],
          set_aside=[{"head": "Stage", "is": ["Negotiation", "Proposal"], "rows": sum(1 for x in rows if x[4] in ("Negotiation", "Proposal")), "why": "open deals"}],
          extra_sheet=("Notes", [["Generated for internal use"], ["Weighted Value = Deal Value x Probability"]]), note="no currency stated; a second sheet holds notes only", sure=0.9)
    # 29 timesheet
    r = random.Random(50806); rows = []
    for d in range(11, 16):
        for i in range(5):
            o = r.choice([0, 0, .5, 1]); rows.append(["%05d" % (310 + i * 4), EN[i], "2026-05-%d" % d, "09:00", {0: "17:30", .5: "18:00", 1: "18:30"}[o], .5, 8, 8 + o, o, "H. Marlowe"])
    B.put("timesheet_week20.csv", "attendance", ["Employee ID", "Employee", "Work Date", "Clock In", "Clock Out", "Break (h)", "Scheduled Hours", "Hours Worked", "Overtime (h)", "Approved By"], rows,
          {"agent_id": "Employee ID", "day": "Work Date", "hours_worked": "Hours Worked"}, also={"name": "Employee", "overtime_hours": "Overtime (h)"}, decoys=["Scheduled Hours", "Break (h)", "Approved By", "Clock In", "Clock Out"], either={"agent_id": ["Employee"]},
          sums=["hours_worked", "overtime_hours"], encoding="utf-8", sep=";", note="semicolons; week 20 of no stated year in the file name", sure=0.9)
    # 30 quotas
    rows = []; r = random.Random(50807)
    for mo in ("2026-07", "2026-08", "2026-09"):
        for i in range(4):
            q = r.randint(20, 60); rows.append(["%04d" % (17 + i * 6), EN[i], ["East", "West"][i % 2], mo, q, round(q * 1.15, 1), round(q * .9, 1)])
    B.put("Sales quotas 2026 Q3.xlsx", "targets", ["Rep ID", "Rep Name", "Territory", "Month", "Quota (k)", "Stretch (k)", "Last Year Actual (k)"], rows,
          {"agent_id": "Rep ID", "month": "Month", "target": "Quota (k)"}, also={"name": "Rep Name", "team": "Territory"}, decoys=["Stretch (k)", "Last Year Actual (k)"], either={"agent_id": ["Rep Name"]},
          period={"value": ("2026-07-01", "2026-09-30"), "where": "file name; column Month"}, sums=["target"], units={"target": "thousand"}, sheet="Quotas",
          post=[[], ["Total", None, None, None, sum(x[4] for x in rows), add(*[x[5] for x in rows]), add(*[x[6] for x in rows])]], sure=0.9)


if __name__ == "__main__":
    import sys
    for t in write(sys.argv[1] if len(sys.argv) > 1 else "out"):
        print(t["file"], t["table"], t["rows"], {k: str(v) for k, v in t["totals"].items()})
