"""Thirty export layouts nobody has seen: `write(folder) -> list of truths` (forms: README.md)."""
from __future__ import annotations

import csv
import datetime as dt
import random
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from _grid import F, Sheet, people_names, save, yuan  # noqa: E402

D = Decimal


class Export:
    """One file being written: parts (sheet, rows above, head, data rows, rows below) and its truth."""

    def __init__(self, folder, name, table, seed):
        self.folder, self.name, self.table, self.rng = Path(folder), name, table, random.Random(1000 + seed)
        self.sheets, self.where, self.totals, self.n = [], [], {}, 0

    def sheet(self, name="Sheet1"):
        s = Sheet(name)
        s.text = not self.name.endswith(".xlsx")
        self.sheets.append(s)
        self.at = 0
        return s

    def above(self, *rows):
        for values in rows:
            self.sheets[-1].row(self.at, values)
            self.at += 1

    def head(self, head, sub=None, merge=True):
        s = self.sheets[-1]
        self.where.append({"sheet": None if s.text else s.name, "head": [self.at + 1] + ([self.at + 2] if sub else []), "rows": []})
        last = None
        for c, t in enumerate(head):
            if t != last or t == "":
                s.put(self.at, c, t)
                last = t
        if sub:
            c = 0
            while c < len(head):
                j = c
                while j + 1 < len(head) and head[j + 1] == head[c] and sub[c] and sub[j + 1]:
                    j += 1
                if merge:
                    if sub[c]:
                        s.merge(self.at, c, self.at, j)
                    else:
                        s.merge(self.at, c, self.at + 1, c)
                c = j + 1
            s.row(self.at + 1, sub)
        self.at += 2 if sub else 1

    def data(self, values, adds=None, fmts=None):
        s = self.sheets[-1]
        s.row(self.at, values)
        for c, f in (fmts or {}).items():
            s.fmts[self.at, c] = f
        self.where[-1]["rows"].append(self.at + 1)
        self.at += 1
        self.n += 1
        for k, v in (adds or {}).items():
            self.totals[k] = self.totals.get(k, D(0)) + D(v)

    def other(self, values):
        self.sheets[-1].row(self.at, values)
        self.at += 1

    def sums(self, label, head, columns, *, over=1, blank=""):
        """A row of sums (or means) of the columns that have a total."""
        values = [blank] * len(head)
        for canon, title in columns.items():
            if canon in self.totals:
                v = self.totals[canon] / over
                values[head.index(title)] = f"{v:.2f}" if over > 1 or canon in ("sales", "refunds") else f"{v:f}"
        values[0] = label
        self.other(values)

    def done(self, columns, decoys=(), *, shop=None, period=None, unsayable=None, also=None, units=None, set_aside=(), fold=(), note="",
             skip_total=(), **kw):
        save(self.folder / self.name, self.sheets, **kw)
        say = lambda v: f"{v:.2f}" if v != v.to_integral_value() or v.as_tuple().exponent <= -2 else f"{v:f}"  # noqa: E731
        return {"file": self.name, "table": self.table, "columns": columns, "also": also or {}, "decoys": list(decoys),
                "shop": shop or {"name": None, "where": "nowhere"}, "period": period or {"from": None, "to": None, "where": "nowhere"},
                "rows": self.n, "totals": {k: say(v) for k, v in self.totals.items()},
                "unsayable": unsayable or {}, "units": units or {}, "set_aside": list(set_aside), "where": self.where, "note": note,
                "encoding": kw.get("encoding"), "sep": kw.get("sep", ",") if kw.get("encoding") else None}


def day(k, y=2025, m=5):
    return dt.date(y, m, 1) + dt.timedelta(days=k)


def shop(name, where):
    return {"name": name, "where": where}


def span(a, b, where):
    return {"from": a, "to": b, "where": where}


# ---- customer-service reports -------------------------------------------------------------------------------------------
def e01(folder):
    x = Export(folder, "e01_飞鸽客服明细数据_20250501-20250507.xlsx", "agent_days", 1)
    x.sheet("客服明细")
    x.above(["店铺名称：云栖家纺抖音旗舰店", None, None, "数据周期：20250501-20250507"], ["注：支付数据按T+3归因，退款为申请口径"])
    x.head(["日期", "客服昵称", "客服账号", "人工接待会话量", "人工接待人数", "询单人数", "下单人数", "下单金额(元)", "支付人数", "支付订单数",
            "支付金额(元)", "退款金额(元)", "3分钟回复率", "平均响应时长(秒)", "不满意率"])
    r = x.rng
    tot = [0] * 3
    for k in range(7):
        for a in ("栖栖", "云朵", "小棉"):
            rec = r.randint(40, 120)
            inq = rec - r.randint(5, 20)
            buy = r.randint(5, inq // 2)
            pay, ref = r.randint(80000, 900000), r.randint(0, 60000)
            x.data([f"{day(k):%Y%m%d}", a, "yunqi_" + {"栖栖": "01", "云朵": "02", "小棉": "03"}[a], D(rec + r.randint(3, 30)), D(rec), D(inq),
                    D(buy + 3), yuan(pay + r.randint(1, 90000)), D(buy), D(buy + r.randint(0, 2)), yuan(pay), yuan(ref),
                    f"{r.randint(80, 99)}.{r.randint(0, 99):02d}%", D(r.randint(12, 60)), f"{r.randint(0, 3)}.00%"],
                   {"receptions": rec, "inquiries": inq, "buyers": buy, "sales": yuan(pay), "refunds": yuan(ref)})
            tot = [tot[0] + rec, tot[1] + inq, tot[2] + buy]
    return x.done({"date": "日期", "account": "客服账号", "receptions": "人工接待人数", "inquiries": "询单人数", "buyers": "支付人数",
                   "orders": "支付订单数", "sales": "支付金额(元)", "refunds": "退款金额(元)"},
                  ["客服昵称", "人工接待会话量", "下单人数", "下单金额(元)", "3分钟回复率"], shop=shop("云栖家纺抖音旗舰店", "row above the head"),
                  period=span("2025-05-01", "2025-05-07", "column, row above the head, file name"), also={"reply_seconds": "平均响应时长(秒)"},
                  note="conversations are not people; ordered is not paid; the nickname is not the account")


def e02(folder):
    x = Export(folder, "e02_客服绩效.csv", "agent_days", 2)
    x.sheet()
    x.above(["快手小店客服绩效报表"], ["导出时间", "2025-06-03 09:12:44"])
    head = (["统计日", "店铺名", "坐席ID", "坐席名称", "咨询量", "人工接待量", "询单买家数", "成交买家数", "成交订单量", "成交件数", "GMV", "成交金额", "退款成功金额",
            "询单转化率", "首响(s)", "平响(s)", "评价数", "好评数"])
    x.head(head)
    r = x.rng
    for k in range(10):
        for a, n in (("90011", "甲木"), ("90012", "小满")):
            if k == 4 and n == "小满":
                x.data([f"2025/5/{k + 1}", "禾苗零食", a, n] + ["-"] * 14)
                continue
            c = r.randint(45, 90)
            rec = c - r.randint(0, 5)
            inq = rec - r.randint(5, 15)
            buy = r.randint(4, 12)
            pay, ref, rated = r.randint(30000, 300000), r.choice([0, r.randint(1000, 20000)]), r.randint(5, 15)
            good = rated - r.randint(0, 2)
            x.data([f"2025/5/{k + 1}", "禾苗零食", a, n, str(c), str(rec), str(inq), str(buy), str(buy + 1), str(buy + 4), f"{yuan(pay) * D('1.3'):.2f}",
                    f"{yuan(pay):,.2f}", f"{yuan(ref):,.2f}", f"{100 * buy / inq:.2f}%", str(r.randint(3, 20)), str(r.randint(15, 60)), str(rated), str(good)],
                   {"consultations": c, "receptions": rec, "inquiries": inq, "buyers": buy, "orders": buy + 1, "units": buy + 4,
                    "sales": yuan(pay), "refunds": yuan(ref), "rated": rated, "satisfied": good})
    cols = {"consultations": "咨询量", "receptions": "人工接待量", "inquiries": "询单买家数", "buyers": "成交买家数", "orders": "成交订单量",
            "units": "成交件数", "sales": "成交金额", "refunds": "退款成功金额", "rated": "评价数", "satisfied": "好评数"}
    x.sums("汇总", head, cols)
    x.sums("均值", head, cols, over=19)
    return x.done({"date": "统计日", "account": "坐席ID", "shop": "店铺名", "consultations": "咨询量", "receptions": "人工接待量",
                   "inquiries": "询单买家数", "buyers": "成交买家数", "orders": "成交订单量", "units": "成交件数", "sales": "成交金额",
                   "refunds": "退款成功金额", "rated": "评价数", "satisfied": "好评数"}, ["GMV", "询单转化率", "首响(s)", "坐席名称"],
                  shop=shop("禾苗零食", "column"), period=span("2025-05-01", "2025-05-10", "column"), also={"reply_seconds": "平响(s)"},
                  set_aside=["汇总", "均值"], encoding="gb18030", note="a day of dashes is not known, not nothing")


def e03(folder):
    x = Export(folder, "e03_坐席工作量报表.csv", "agent_days", 3)
    x.sheet()
    x.above(["报表名称", "坐席工作量报表"], ["统计时段", "2025-04-01 00:00:00 ~ 2025-04-30 23:59:59"], ["应用", "苔痕官方商城"], [])
    head = (["坐席", "坐席账号", "组", "总会话量", "有效会话量", "接待客户数", "参评数", "满意数", "参评率", "满意度", "平均首次响应时长", "平均响应时长", "总接待时长"])
    x.head(head)
    r = x.rng
    for i, n in enumerate(["木木", "阿梨", "青青", "小舟", "老白"]):
        rec, rated = r.randint(400, 900), r.randint(60, 160)
        sat = rated - r.randint(1, 9)
        if n == "老白":
            x.data([n, f"cs{i + 1}@th", "夜班", "0", "0", "0", "0", "0", "--", "--", "--", "--", "0秒"],
                   {"receptions": 0, "rated": 0, "satisfied": 0})
            continue
        x.data([n, f"cs{i + 1}@th", "售前" if i < 3 else "夜班", str(rec + 80), str(rec + 20), str(rec), str(rated), str(sat), f"{100 * rated / rec:.1f}%",
                f"{100 * sat / rated:.2f}%", f"{r.randint(3, 20)}秒", f"{r.randint(0, 1)}分{r.randint(10, 59)}秒", f"{r.randint(90, 170)}时{r.randint(0, 59)}分8秒"],
               {"receptions": rec, "rated": rated, "satisfied": sat})
    x.sums("合计", head, {"receptions": "接待客户数", "rated": "参评数", "satisfied": "满意数"})
    return x.done({"account": "坐席账号", "receptions": "接待客户数", "rated": "参评数", "satisfied": "满意数"},
                  ["总会话量", "有效会话量", "满意度", "参评率", "总接待时长", "平均首次响应时长", "坐席"], shop=shop("苔痕官方商城", "row above the head"),
                  period=span("2025-04-01", "2025-04-30", "row above the head"), also={"reply_seconds": "平均响应时长"}, set_aside=["合计"],
                  unsayable={"date": "a month in one row a person: no day is said", "sales": "the report knows no sales"}, encoding="utf-8-sig")


def e04(folder):
    x = Export(folder, "e04_多店客服日报.xlsx", "agent_days", 4)
    r = x.rng
    top = ["日期", "客服账户", "接待", "接待", "接待", "成交", "成交", "成交", "成交", "售后", "售后"]
    sub = ["", "", "咨询人数", "接待人数", "询单人数", "下单人数", "下单金额", "付款人数", "付款金额", "退款笔数", "退款金额"]
    s0 = x.sheet("总览")
    s0.row(0, ["店铺", "付款金额", "付款人数"])
    over = []
    for name, acc in (("初夏女装店", ("初夏:若若", "初夏:安安")), ("初夏童装店", ("初夏童:贝贝", "初夏童:安安"))):
        x.sheet(name)
        x.above([f"{name}客服日报（5月上旬）"])
        x.head(top, sub)
        pays = buys = 0
        for k in range(5):
            for a in acc:
                con = r.randint(50, 120)
                rec, inq = con - r.randint(0, 6), con - r.randint(20, 30)
                buy, pay, ref = r.randint(5, 15), r.randint(50000, 500000), r.choice([0, 0, r.randint(5000, 30000)])
                x.data([day(k), a, D(con), D(rec), D(inq), D(buy + 2), yuan(pay + 12345), D(buy), yuan(pay), D(1 if ref else 0), yuan(ref)],
                       {"consultations": con, "receptions": rec, "inquiries": inq, "buyers": buy, "sales": yuan(pay), "refunds": yuan(ref)},
                       {8: "#,##0.00"})
                pays, buys = pays + pay, buys + buy
        x.other(["合计", None, None, None, None, None, None, D(buys), yuan(pays)])
        over.append([name, yuan(pays), D(buys)])
    for k, o in enumerate(over):
        s0.row(1 + k, o)
    return x.done({"date": "日期", "account": "客服账户", "consultations": "接待/咨询人数", "receptions": "接待/接待人数", "inquiries": "接待/询单人数",
                   "buyers": "成交/付款人数", "sales": "成交/付款金额", "refunds": "售后/退款金额"},
                  ["成交/下单人数", "成交/下单金额", "售后/退款笔数"], shop=shop(["初夏女装店", "初夏童装店"], "sheet name"),
                  period=span("2025-05-01", "2025-05-05", "column"), set_aside=["合计", "sheet 总览"],
                  note="a sheet a shop; the first sheet repeats their sums and is no data; 安安 is two accounts in two shops")


def e05(folder):
    x = Export(folder, "e05_客服数据_百货专营.csv", "agent_days", 5)
    s = x.sheet()
    r = x.rng
    head = ["客服", "日期", "接待消费者数", "询单消费者数", "最终成交人数", "客服引导成交额", "客服引导成交额(退款后)", "平均响应时长"]
    for name in ("百货专营店", "百货工厂店", "百货outlet店"):
        x.other([f"店铺：{name}"])
        x.head(head)
        for k in range(4):
            for a in ("主账号", "百货:灵灵"):
                rec = r.randint(20, 60)
                inq, buy = rec - 5, r.randint(2, 8)
                pay = r.randint(20000, 120000)
                net = pay - r.choice([0, r.randint(1000, 9000)])
                x.data([a, f"5月{k + 1}日", str(rec), str(inq), str(buy), f"¥{yuan(pay):,.2f}", f"¥{yuan(net):,.2f}", f"{r.randint(0, 2)}分{r.randint(1, 59)}秒"],
                       {"receptions": rec, "inquiries": inq, "buyers": buy})
                x.totals["sales"] = x.totals.get("sales", D(0)) + yuan(pay)
        x.other([])
    del s
    return x.done({"date": "日期", "account": "客服", "receptions": "接待消费者数", "inquiries": "询单消费者数", "buyers": "最终成交人数",
                   "sales": "客服引导成交额"}, ["客服引导成交额(退款后)"], shop=shop(["百货专营店", "百货工厂店", "百货outlet店"], "row before each block"),
                  period=span(None, None, "column without a year"), also={"reply_seconds": "平均响应时长"},
                  unsayable={"date": "days without a year", "refunds": "only as the difference of two columns"}, encoding="utf-8",
                  note="the head is repeated before each shop; 主账号 is another account in each shop; the column after refunds is not sales")


def e06(folder):
    x = Export(folder, "e06_AgentSummary_Mar2025.csv", "agent_days", 6)
    x.sheet()
    x.above(["Agent Summary Report"], ["Skill group:", "EN Sales"], ["Run at:", "04/02/2025 07:00 AM"], [])
    head = (["Agent Login ID", "Agent Name", "Date", "Calls Offered", "Calls Answered", "Abandoned", "AHT", "Hold", "Surveys", "Top-2-Box", "Orders Taken",
            "Gross Order Value", "Net Order Value", "Occupancy"])
    x.head(head)
    r = x.rng
    for k in range(6):
        for i, n in enumerate(["Adler, Jo", "Bloom, Kit", "Cruz, Lou"]):
            off = r.randint(40, 90)
            ans = off - r.randint(0, 8)
            sv, od = r.randint(5, 20), r.randint(2, 15)
            t2, g = sv - r.randint(0, 3), r.randint(100000, 900000)
            x.data([f"{7001 + i}", n, f"03/{k + 3:02d}/2025", str(off), str(ans), str(off - ans), f"0{r.randint(0, 1)}:0{r.randint(2, 9)}:{r.randint(10, 59)}",
                    f"00:00:{r.randint(10, 59)}", str(sv), str(t2), str(od), f"${yuan(g):,.2f}", f"${yuan(g - r.randint(0, 40000)):,.2f}", f"{r.randint(60, 90)}%"],
                   {"consultations": off, "receptions": ans, "orders": od, "rated": sv, "satisfied": t2})
    x.sums("Grand Total", head, {"consultations": "Calls Offered", "receptions": "Calls Answered", "orders": "Orders Taken", "rated": "Surveys",
                                 "satisfied": "Top-2-Box"})
    return x.done({"date": "Date", "account": "Agent Login ID", "consultations": "Calls Offered", "receptions": "Calls Answered", "orders": "Orders Taken",
                   "rated": "Surveys", "satisfied": "Top-2-Box"}, ["Agent Name", "Abandoned", "AHT", "Hold", "Occupancy"],
                  period=span("2025-03-03", "2025-03-08", "column"), set_aside=["Grand Total"],
                  unsayable={"sales": "gross or net order value: the report does not say net of what, and the scheme decides",
                             "shop": "a skill group is not a shop"},
                  encoding="utf-8", note="US dates 03/04 are March 4th; money in dollars")


def e07(folder):
    x = Export(folder, "e07_Gorgias_agents_revenue_2025-05.csv", "agent_days", 7)
    x.sheet()
    x.head(["agent_email", "agent_name", "store", "date", "tickets_created", "tickets_replied", "tickets_closed", "converted_tickets", "orders_influenced",
            "amount_influenced", "amount_after_refund", "csat_responses", "csat_positive", "median_first_response_time"])
    r = x.rng
    for k in range(8):
        for a in ("mia@shop.example", "noe@shop.example"):
            rep, conv = r.randint(20, 60), r.randint(1, 9)
            amt, cs = r.randint(5000, 90000), r.randint(0, 9)
            pos = max(0, cs - 1)
            x.data([a, a[:3].title(), "lumen-us", f"{day(k)}T00:00:00Z", str(rep + 9), str(rep), str(rep - 3), str(conv), str(conv), f"{yuan(amt)}",
                    f"{yuan(amt - r.choice([0, 0, 500]))}", str(cs), str(pos), f"{r.randint(1, 50)}m {r.randint(0, 59)}s"],
                   {"receptions": rep, "buyers": conv, "orders": conv, "sales": yuan(amt), "rated": cs, "satisfied": pos})
    return x.done({"date": "date", "account": "agent_email", "shop": "store", "receptions": "tickets_replied", "buyers": "converted_tickets",
                   "orders": "orders_influenced", "sales": "amount_influenced", "rated": "csat_responses", "satisfied": "csat_positive"},
                  ["agent_name", "amount_after_refund", "tickets_created", "tickets_closed", "median_first_response_time"],
                  shop=shop("lumen-us", "column"), period=span("2025-05-01", "2025-05-08", "column"),
                  unsayable={"refunds": "only as the difference of two columns"}, encoding="utf-8", end="\n",
                  note="amount_after_refund has refunds taken off already: sales from it and refunds from elsewhere would count them twice")


# ---- orders --------------------------------------------------------------------------------------------------------------
def e08(folder):
    x = Export(folder, "e08_订单导出_jst.csv", "orders", 8)
    x.sheet()
    x.head(["内部订单号", "线上订单号", "店铺编号", "店铺名称", "买家账号", "订单日期", "付款日期", "发货日期", "状态", "商品金额", "运费", "应付金额", "已付金额", "业务员",
            "卖家备注", "标签"])
    r = x.rng
    for k in range(24):
        t = dt.datetime(2025, 5, 3, 8) + dt.timedelta(minutes=71 * k)
        g = r.randint(1900, 60000)
        paid = 0 if k % 8 == 5 else g + 600 - r.choice([0, 300])
        x.data([f"88{r.randint(10000, 99999)}", f'="2025050300{k:08d}"', "1007", "拾光文具", f"tb{r.randint(100, 999)}_小{k}", f"{t:%Y-%m-%d %H:%M:%S}",
                f"{t + dt.timedelta(minutes=2):%Y-%m-%d %H:%M:%S}" if paid else "", f"{t + dt.timedelta(days=1):%Y-%m-%d %H:%M:%S}" if paid else "",
                "已发货" if paid else "已取消", f"{yuan(g)}", "6.00", f"{yuan(g + 600)}", f"{yuan(paid)}", r.choice(["小雨", "阿凡", ""]), r.choice(["", "小雨催付"]), ""],
               {"amount": yuan(paid)})
    return x.done({"order_id": "线上订单号", "created_at": "订单日期", "paid_at": "付款日期", "status": "状态", "shop": "店铺名称", "customer": "买家账号",
                   "amount": "已付金额", "account": "业务员", "note": "卖家备注"}, ["内部订单号", "店铺编号", "商品金额", "运费", "应付金额", "标签"],
                  shop=shop("拾光文具", "column"), period=span("2025-05-03", "2025-05-04", "column"), also={"shipped_at": "发货日期"}, encoding="gb18030",
                  note='the id is ="…"; internal number and shop number are the system\'s own')


def e09(folder):
    x = Export(folder, "e09_旺店通_订单管理.xlsx", "orders", 9)
    x.sheet("Sheet0")
    x.above(["订单管理"], [])
    x.head(["No.", "订单编号", "原始单号", "店铺", "客户网名", "下单时间", "付款时间", "货品总额", "优惠", "应收金额", "已付", "货到付款金额", "退款状态", "订单状态", "业务员", "客服备注"])
    r = x.rng
    tot = D(0)
    for k in range(20):
        t = dt.datetime(2025, 6, 2, 9) + dt.timedelta(minutes=93 * k)
        g, off = r.randint(3000, 90000), r.choice([0, 500, 1000])
        cod = k % 10 == 7
        paid = 0 if cod else g - off
        tot += yuan(paid)
        x.data([D(k + 1), f"JY2025060{k:04d}", f"'26{k:016d}", "拙朴家居天猫店", f"nick{k}", t, None if cod else t + dt.timedelta(minutes=3), yuan(g), yuan(off),
                yuan(g - off), yuan(paid), yuan(g - off) if cod else D(0), "无退款" if k % 6 else "部分退款", "已完成", "王姐" if k % 3 else None, None],
               {"amount": yuan(paid)}, {7: "¥#,##0.00", 9: "¥#,##0.00", 10: "¥#,##0.00"})
    x.other([None, "合计", None, None, None, None, None, None, None, None, F("=SUM(K4:K23)", tot)])
    return x.done({"order_id": "原始单号", "created_at": "下单时间", "paid_at": "付款时间", "status": "订单状态", "shop": "店铺", "customer": "客户网名",
                   "account": "业务员", "note": "客服备注"}, ["No.", "订单编号", "货品总额", "优惠", "退款状态"],
                  shop=shop("拙朴家居天猫店", "column"), period=span("2025-06-02", "2025-06-03", "column"), set_aside=["合计"],
                  unsayable={"amount": "已付 leaves out cash on delivery, 应收金额 holds it: which one is credited must be asked (the total is that of 已付)"},
                  note="ids begin with an apostrophe; 订单编号 is the ERP's own number")


def e10(folder):
    x = Export(folder, "e10_有赞订单.csv", "orders", 10)
    x.sheet()
    x.head(["订单号", "归属店铺", "订单状态", "买家付款时间", "订单创建时间", "商品金额合计", "店铺优惠", "运费", "订单应付金额", "订单实付金额", "订单退款金额", "导购员", "买家手机号", "买家昵称",
            "商家备注", "是否分销"])
    r = x.rng
    for k in range(18):
        t = dt.datetime(2025, 5, 20, 10) + dt.timedelta(minutes=55 * k)
        g = r.randint(2000, 40000)
        ref = r.choice([0, 0, 0, g // 2])
        x.data([f"E20250520{k:08d}", "小岛烘焙总店", "交易完成" if k % 7 else "交易关闭", f"{t:%Y/%m/%d %H:%M}" if k % 7 else "-", f"{t:%Y/%m/%d %H:%M}", f"{yuan(g)}",
                "0.00", "0.00", f"{yuan(g)}", f"{yuan(g) if k % 7 else D('0.00')}", f"{yuan(ref) if k % 7 else D('0.00')}", r.choice(["苏苏", "-"]),
                f"'139****{k:04d}", f"用户{k}", "", "否"], {"amount": yuan(g if k % 7 else 0)})
    return x.done({"order_id": "订单号", "created_at": "订单创建时间", "paid_at": "买家付款时间", "status": "订单状态", "shop": "归属店铺", "customer": "买家昵称",
                   "amount": "订单实付金额", "account": "导购员", "note": "商家备注"}, ["商品金额合计", "店铺优惠", "运费", "订单应付金额", "订单退款金额", "买家手机号"],
                  shop=shop("小岛烘焙总店", "column"), period=span("2025-05-20", "2025-05-21", "column"), encoding="utf-8-sig",
                  note="paid time stands before creation time; the refund of an order has no day of its own")


def e11(folder):
    x = Export(folder, "e11_mall_order_dump.tsv", "orders", 11)
    x.sheet()
    x.head(["id", "order_sn", "uid", "add_time", "pay_time", "goods_fee", "postage", "total_fee", "pay_fee", "refund_fee", "state", "kefu_id", "remark"])
    r = x.rng
    for k in range(22):
        t = 1746068400 + 4000 * k
        g = r.randint(1000, 50000)
        x.data([str(50001 + k), f"SN{t}{k:03d}", str(300 + k % 9), str(t), str(t + 60) if k % 6 else "0", str(g), "800", str(g + 800), str(g + 800) if k % 6 else "0",
                "0" if k % 5 else str(g // 3), "3" if k % 6 else "-1", r.choice(["12", "15", "0"]), "NULL"], {"amount": (g + 800) if k % 6 else 0})
    return x.done({"order_id": "order_sn", "created_at": "add_time", "paid_at": "pay_time", "status": "state", "customer": "uid", "amount": "pay_fee",
                   "account": "kefu_id", "note": "remark"}, ["id", "goods_fee", "postage", "total_fee", "refund_fee"],
                  period=span("2025-05-01", "2025-05-02", "column, seconds since 1970"), units={"amount": "fen"}, encoding="utf-8", sep="\t", end="\n",
                  unsayable={"status": "numbers 3 and -1 without a legend",
                             "created_at": "seconds since 1970: a day only with the time zone"},
                  note="fen without saying so in the file (all figures whole, postage 800); 0 stands for none in times and in kefu_id")


def e12(folder):
    x = Export(folder, "e12_orders_export_shopify.csv", "orders", 12)
    x.sheet()
    x.head(["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Created at",
            "Lineitem quantity", "Lineitem name", "Lineitem price", "Cancelled at", "Refunded Amount", "Outstanding Balance", "Notes", "Employee", "Id", "Tags"])
    r = x.rng
    for k in range(14):
        t = dt.datetime(2025, 3, 8, 9) + dt.timedelta(hours=5 * k)
        z = "-0500" if t < dt.datetime(2025, 3, 9, 2) else "-0400"
        lines = r.choice([1, 1, 2, 3])
        price = [r.randint(900, 9000) for _ in range(lines)]
        sub = sum(price)
        tax = sub // 16
        for q in range(lines):
            if q == 0:
                x.data([f"#{1001 + k}", f"c{k}@mail.example", "paid" if k % 5 else "partially_refunded", f"{t:%Y-%m-%d %H:%M:%S} {z}", "fulfilled", "USD",
                        f"{yuan(sub)}", "5.00", f"{yuan(tax)}", f"{yuan(sub + 500 + tax)}", "0.00", f"{t:%Y-%m-%d %H:%M:%S} {z}", "1", f"Mug {q}",
                        f"{yuan(price[q])}", "", "0.00" if k % 5 else f"{yuan(price[0])}", "0.00", "chat: Remy" if k % 4 == 0 else "", r.choice(["Remy", "Tao", ""]),
                        str(5500000000001 + k), ""], {"amount": yuan(sub + 500 + tax)})
            else:
                x.data([f"#{1001 + k}", f"c{k}@mail.example"] + [""] * 10 + ["1", f"Mug {q}", f"{yuan(price[q])}"] + [""] * 7)
    return x.done({"order_id": "Name", "created_at": "Created at", "paid_at": "Paid at", "status": "Financial Status", "customer": "Email", "amount": "Total",
                   "account": "Employee", "note": "Notes"}, ["Subtotal", "Lineitem price", "Refunded Amount", "Outstanding Balance", "Id", "Lineitem quantity"],
                  period=span("2025-03-08", "2025-03-11", "column, with zone"), encoding="utf-8", end="\n",
                  unsayable={"shop": "the export does not name the store"},
                  note="an order with several goods has a row a good, the order's own cells only in the first; summer time begins inside")


def e13(folder):
    x = Export(folder, "e13_Bestellungen_Mai.csv", "orders", 13)
    x.sheet()
    x.head(["Bestellnr.", "Bestelldatum", "Zahlungseingang", "Kunde", "Zwischensumme (netto)", "MwSt.", "Gesamtbetrag (brutto)", "Rückerstattet", "Status", "Bearbeiter", "Bemerkung"])
    r = x.rng
    de = lambda c: f"{yuan(c):,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")  # noqa: E731
    for k in range(16):
        d = day(k % 9)
        n = r.randint(2000, 250000)
        v = n * 19 // 100
        x.data([f"B-{k + 70:05d}", f"{d:%d.%m.%Y}", f"{d + dt.timedelta(days=1):%d.%m.%Y}", f"K{k % 6:04d}", de(n), de(v), de(n + v), "0,00", "bezahlt", r.choice(["M. Ost", "L. Tal"]), ""],
               {"amount": yuan(n + v)})
    return x.done({"order_id": "Bestellnr.", "created_at": "Bestelldatum", "paid_at": "Zahlungseingang", "status": "Status", "customer": "Kunde",
                   "amount": "Gesamtbetrag (brutto)", "account": "Bearbeiter", "note": "Bemerkung"}, ["MwSt.", "Rückerstattet", "Zwischensumme (netto)"],
                  period=span("2025-05-01", "2025-05-09", "column"), encoding="utf-8", sep=";",
                  unsayable={"shop": "the export does not name the store"},
                  note="German figures 1.234,56 and days 05.05.2025, semicolons; paid is gross of tax (whether pay counts net of tax is the scheme's matter)")


def e14(folder):
    x = Export(folder, "e14_自营商城订单_2025年5月.xlsx", "orders", 14)
    x.sheet("订单")
    x.head(["流水号", "成交单号", "会员", "下单时间", "支付时间", "签收时间", "订单金额", "优惠券", "积分抵扣", "微信实付", "余额支付", "退款", "实收(扣退款)", "跟单客服", "下单渠道", "状态"])
    r = x.rng
    for k in range(15):
        t = dt.datetime(2025, 5, 6, 12) + dt.timedelta(hours=7 * k)
        g, cp, bal = r.randint(5000, 80000), r.choice([0, 500]), r.choice([0, 0, 1000])
        ref = r.choice([0, 0, 2000])
        x.data([D(k + 1), f"ZY{k:07d}", f"V{k % 5:03d}", t, t + dt.timedelta(minutes=1), t + dt.timedelta(days=3), yuan(g), yuan(cp), D(0), yuan(g - cp - bal), yuan(bal),
                yuan(ref), yuan(g - cp - ref), r.choice(["菲菲", "大鹏"]), "小程序", "已完成"])
    return x.done({"order_id": "成交单号", "created_at": "下单时间", "paid_at": "支付时间", "status": "状态", "customer": "会员", "account": "跟单客服", "channel": "下单渠道"},
                  ["流水号", "订单金额", "优惠券", "积分抵扣", "退款", "实收(扣退款)", "微信实付"], period=span("2025-05-06", "2025-05-10", "column, file name"),
                  also={"confirmed_at": "签收时间"},
                  unsayable={"amount": "what was paid is the sum of 微信实付 and 余额支付; no one column holds it, and 实收 is net of refunds",
                             "shop": "one own shop, not named in the file"})


def e15(folder):
    x = Export(folder, "e15_CRM_deals.csv", "orders", 15)
    x.sheet()
    x.head(["Record ID", "Deal Name", "Deal Stage", "Deal owner", "Created by", "Create Date", "Close Date", "Amount", "Weighted amount", "Amount in company currency", "Deal probability",
            "Associated Company", "Pipeline"])
    r = x.rng
    for k in range(17):
        won = k % 3 != 0
        a = r.randint(50000, 900000)
        own = r.choice(["Ines Paz", "Jay Oak"])
        x.data([str(9000100 + k), f"Deal {k}", "Closed Won" if won else r.choice(["Closed Lost", "Negotiation"]), own, "Ines Paz", f"2025-0{2 + k % 3}-1{k % 9}",
                f"2025-05-{k + 1:02d}" if won else "", f"{yuan(a)}", f"{yuan(a if won else a // 2)}", f"{yuan(a)}", "1" if won else "0.5", f"C{k % 7}", "Inbound"], {"amount": yuan(a)})
    return x.done({"order_id": "Record ID", "paid_at": "Close Date", "created_at": "Create Date", "status": "Deal Stage", "customer": "Associated Company", "amount": "Amount",
                   "account": "Deal owner"}, ["Created by", "Weighted amount", "Amount in company currency", "Deal probability"],
                  period=span("2025-05-01", "2025-05-17", "column Close Date"),
                  unsayable={"shop": "a CRM knows none"},
                  encoding="utf-8", note="only won deals count (total is over all rows); creator is not owner")


def e16(folder):
    x = Export(folder, "e16_预售订单分阶段.csv", "orders", 16)
    x.sheet()
    x.head(["主订单号", "阶段", "买家旺旺", "拍下时间", "本阶段付款时间", "本阶段应付", "本阶段实付", "订单总价", "交易状态", "店铺", "备注"])
    r = x.rng
    for k in range(9):
        g = r.randint(20000, 90000)
        dep = 5000
        for st, v, d in (("定金", dep, "2025-10-2{}".format(k % 9)), ("尾款", g - dep, "2025-11-0{}".format(1 + k % 5))):
            paid = not (st == "尾款" and k % 4 == 3)
            x.data([f"\t{3300000 + k}", st, f"旺{k}", "2025-10-20 20:00:00", f"{d} 20:1{k % 6}:00" if paid else "", f"{yuan(v)}", f"{yuan(v) if paid else D('0.00')}", f"{yuan(g)}",
                    "交易成功" if paid else "未付尾款", "鹿屿数码", ""], {"amount": yuan(v if paid else 0)})
    return x.done({"order_id": "主订单号", "stage": "阶段", "customer": "买家旺旺", "created_at": "拍下时间", "paid_at": "本阶段付款时间", "amount": "本阶段实付", "status": "交易状态",
                   "shop": "店铺", "note": "备注"}, ["本阶段应付", "订单总价"], shop=shop("鹿屿数码", "column"), period=span("2025-10-20", "2025-11-05", "columns"),
                  encoding="gb18030", quoting=csv.QUOTE_ALL, note="an order has a row a stage: the order's whole price stands in both and must not be added; ids begin with a tab")


# ---- order lines, refunds ------------------------------------------------------------------------------------------------
def e17(folder):
    x = Export(folder, "e17_销售出库明细.xlsx", "order_lines", 17)
    x.sheet("明细")
    x.above(["销售出库明细账"])
    x.head(["平台单号", "行号", "货品编码", "货品名称", "类目", "规格", "数量", "吊牌价", "销售单价", "让利", "分摊后金额", "单位成本", "成本金额", "毛利"])
    r = x.rng
    at = x.at
    x.at += 1
    amt = units = D(0)
    for k in range(12):
        for q in range(r.choice([1, 2])):
            u, p, off = r.randint(1, 4), r.randint(1000, 9000), r.choice([0, 200])
            net, cost = u * p - off, u * (p // 2)
            amt, units = amt + yuan(net), units + u
            x.data([f"PT{k:09d}", D(q + 1), f"H{r.randint(1, 9):03d}", f"货品{q}", "厨具", "默认", D(u), yuan(p + 2000), yuan(p), yuan(off), yuan(net), yuan(p // 2), yuan(cost), yuan(net - cost)],
                   {"units": u, "amount": yuan(net), "discount": yuan(off), "cost": yuan(cost)})
    x.sheets[-1].row(at, ["合计", None, None, None, None, None, units, None, None, None, amt])
    return x.done({"order_id": "平台单号", "line": "行号", "product": "货品编码", "category": "类目", "units": "数量", "amount": "分摊后金额", "discount": "让利", "cost": "成本金额"},
                  ["吊牌价", "销售单价", "单位成本", "毛利", "规格"], set_aside=["合计"], also={}, note="the total row is the first below the head; unit cost is not cost")


def e18(folder):
    x = Export(folder, "e18_退款管理_20250601.csv", "refunds", 18)
    x.sheet()
    x.head(["退款编号", "订单编号 ", "子订单编号", "买家实际支付金额", "买家退款金额", "手工退款金额", "退款申请时间", "退款完结时间", "退款状态", "退款类型", "退款原因", "是否发货"])
    r = x.rng
    for k in range(16):
        p = r.randint(3000, 30000)
        a = p if k % 3 else p // 2
        ok = k % 4 != 1
        x.data([f'="19{k:014d}"', f'="26{k:016d}"', f'="26{k:015d}1"', f"{yuan(p)}", f"{yuan(a)}", "0.00", f"2025-05-2{k % 9} 10:00:00", f"2025-05-3{k % 2} 09:00:0{k % 9}" if ok else "",
                "退款成功" if ok else r.choice(["退款关闭", "退款中"]), r.choice(["仅退款", "退货退款"]), "七天无理由", "是"], {"amount": yuan(a)})
    return x.done({"order_id": "订单编号 ", "refunded_at": "退款完结时间", "amount": "买家退款金额", "kind": "退款类型", "reason": "退款原因"},
                  ["退款编号", "子订单编号", "买家实际支付金额", "手工退款金额", "退款申请时间"], period=span("2025-05-30", "2025-05-31", "column of completion"),
                  set_aside=["退款状态 other than 退款成功"], encoding="gb18030",
                  note="the total is over all rows; only 退款成功 are refunds; the head 订单编号 ends in a blank")


def e19(folder):
    x = Export(folder, "e19_京东售后服务单.xlsx", "refunds", 19)
    x.sheet("售后明细")
    x.above(["售后服务单明细"], ["店铺：北辰户外京东旗舰店", None, None, "审核时间：2025-05-01至2025-05-31"])
    top = ["服务单", "服务单", "订单", "订单", "处理", "处理", "处理", "处理"]
    sub = ["服务单号", "申请时间", "订单号", "商品金额", "处理结果", "退款方式", "退款金额", "完成时间"]
    x.head(top, sub)
    r = x.rng
    tot = D(0)
    for k in range(13):
        g = r.randint(2000, 40000)
        res = r.choice(["退货", "退货", "换新", "价保"])
        a = 0 if res == "换新" else (g if res == "退货" else 1000)
        tot += yuan(a)
        x.data([f"FW{k:08d}", dt.datetime(2025, 5, 2 + k, 8), f"3{k:011d}", yuan(g), res, "原返" if a else "-", yuan(a) if a else "-", dt.datetime(2025, 5, 4 + k, 15)], {"amount": yuan(a)})
    x.other(["合计", None, None, None, None, None, tot, None])
    return x.done({"order_id": "订单/订单号", "refunded_at": "处理/完成时间", "amount": "处理/退款金额", "kind": "处理/处理结果"},
                  ["服务单/服务单号", "服务单/申请时间", "订单/商品金额", "处理/退款方式"], shop=shop("北辰户外京东旗舰店", "row above the head"),
                  period=span("2025-05-01", "2025-05-31", "row above the head"), set_aside=["合计"], note="an exchange has a dash for its refund; 价保 is price protection")


def e20(folder):
    x = Export(folder, "e20_refunds_payout.csv", "refunds", 20)
    x.sheet()
    x.head(["refund_id", "charge_id", "order_reference", "created (UTC)", "available_on", "amount", "amount_captured", "fee_refunded", "net", "currency", "reason", "status"])
    r = x.rng
    for k in range(11):
        a = r.randint(500, 20000)
        x.data([f"re_{k:04d}", f"ch_{k:04d}", f"W{1000 + k}", f"2025-05-{k + 3:02d} 23:4{k % 9}", f"2025-05-{k + 5:02d}", f"-{yuan(a)}", f"{yuan(a * 2)}", "0.30", f"-{yuan(a - 30)}", "eur",
                "requested_by_customer", "succeeded"], {"amount": -yuan(a)})
    return x.done({"order_id": "order_reference", "refunded_at": "created (UTC)", "amount": "amount", "reason": "reason"},
                  ["refund_id", "charge_id", "available_on", "amount_captured", "fee_refunded", "net"], period=span("2025-05-03", "2025-05-13", "column, UTC"),
                  encoding="utf-8", end="\n", note="refunds are negative as stated (the total too): they are amounts given back, not refunds of refunds")


# ---- people, time, quality -----------------------------------------------------------------------------------------------
def e21(folder):
    x = Export(folder, "e21_客服花名册.xlsx", "assignments", 21)
    x.sheet("在职")
    x.above(["客服中心员工花名册（截至2025年6月）"])
    top = ["序号", "工号", "姓名", "花名", "性别", "部门信息", "部门信息", "部门信息", "部门信息", "入离职", "入离职", "入离职", "薪资", "薪资"]
    sub = ["", "", "", "", "", "所属店铺", "小组", "岗位", "直属上级", "入职日期", "转正日期", "离职日期", "底薪(元/月)", "试用期底薪"]
    x.head(top, sub)
    r = x.rng
    names = people_names(r, 9)
    for i, n in enumerate(names):
        b = r.choice([350000, 400000])
        x.data([D(i + 1), f"{i + 8:04d}", n, "花" + n[-1], "女" if i % 3 else "男", "溪谷旗舰店" if i < 5 else "溪谷京东店", "一组" if i % 2 else "二组", "客服" if i else "主管",
                names[0] if i else None, f"2024.{i + 1}.{3 + i}", f"2024.{i + 4}.{3 + i}" if i < 8 else "/", None if i != 7 else "2025.5.31", yuan(b), yuan(b * 8 // 10)],
               {"base_pay": yuan(b)})
    return x.done({"agent": "工号", "shop": "部门信息/所属店铺", "team": "部门信息/小组", "role": "部门信息/岗位", "supervisor": "部门信息/直属上级", "base_pay": "薪资/底薪(元/月)",
                   "joined_on": "入离职/入职日期", "left_on": "入离职/离职日期", "probation_until": "入离职/转正日期"}, ["序号", "花名", "薪资/试用期底薪", "性别"],
                  shop=shop(["溪谷旗舰店", "溪谷京东店"], "column"), unsayable={"from": "since when a person is in the shop: the day of joining need not be it"},
                  note="supervisors by name while agents are keyed by number; days 2024.3.5")


def e22(folder):
    x = Export(folder, "e22_HRIS_roster.csv", "assignments", 22)
    x.sheet()
    x.head(["Employee #", "Legal Name", "Preferred Name", "Job Title", "Department", "Division", "Location", "Reports To", "Hire Date", "Effective Date", "Termination Date", "Pay Rate",
            "Pay Per", "Employment Status"])
    r = x.rng
    for i, n in enumerate(["Abel Rowe", "Bea Lind", "Cy Moran", "Dot Vance", "Ed Yule"]):
        p = r.choice([2150, 2400, 380000])
        x.data([f"{i + 42:06d}", n, n.split()[0], "Agent", "Support", "EU Store", "Lisbon", "Gil Pane", f"{(i + 3):02d}-Feb-2024", f"01-Jan-2025", "" if i != 3 else "14-May-2025", f"{yuan(p)} EUR",
                "Hour" if p < 100000 else "Month", "Active" if i != 3 else "Terminated"])
    return x.done({"agent": "Employee #", "role": "Job Title", "team": "Department", "supervisor": "Reports To", "city": "Location", "joined_on": "Hire Date", "from": "Effective Date",
                   "left_on": "Termination Date"}, ["Legal Name", "Preferred Name", "Employment Status"],
                  unsayable={"base_pay": "an hourly rate for some, a monthly one for others (Pay Per says which): not one column",
                             "shop": "Division may be the store"}, encoding="utf-8-sig", note="ids with leading zeros; days 03-Feb-2024")


def e23(folder):
    x = Export(folder, "e23_每日考勤统计.xlsx", "attendance", 23)
    x.sheet("每日统计")
    x.above(["每日统计表 统计日期：2025-05-05 至 2025-05-08"], ["报表生成时间：2025-06-01 10:21"])
    top = ["姓名", "考勤组", "部门", "工号", "日期", "班次", "上班1", "上班1", "下班1", "下班1", "关联的审批单", "工作时长(分钟)", "应出勤时长(分钟)", "迟到时长(分钟)", "早退时长(分钟)", "加班时长(小时)"]
    sub = ["", "", "", "", "", "", "打卡时间", "打卡结果", "打卡时间", "打卡结果", "", "", "", "", "", ""]
    x.head(top, sub)
    r = x.rng
    for i, n in enumerate(people_names(r, 4)):
        for k in range(4):
            late, early = r.choice([0, 0, 7]), r.choice([0, 0, 12])
            leave = i == 2 and k == 1
            w = 0 if leave else 480 - late - early
            x.data([n, "客服组", "客服部", f"{i + 31:03d}", f"25-05-{k + 5:02d} 星期{'一二三四'[k]}", "白班 09:00-18:00" if i % 2 else "晚班 15:00-24:00", None if leave else "09:0" + str(late), "请假" if leave else ("迟到" if late else "正常"),
                    None if leave else "18:01", "请假" if leave else "正常", "年假05-06 09:00到05-06 18:00 1天" if leave else None, D(w), D(480), D(0 if leave else late), D(0 if leave else early), D(0)],
                   {"worked_hours": w, "scheduled_hours": 480, "late_minutes": 0 if leave else late, "early_leave_minutes": 0 if leave else early})
    return x.done({"agent": "工号", "date": "日期", "shift": "班次", "worked_hours": "工作时长(分钟)", "scheduled_hours": "应出勤时长(分钟)", "late_minutes": "迟到时长(分钟)",
                   "early_leave_minutes": "早退时长(分钟)", "leave": "关联的审批单"}, ["姓名", "考勤组", "加班时长(小时)", "上班1/打卡时间", "下班1/打卡时间"],
                  period=span("2025-05-05", "2025-05-08", "column, row above the head"), units={"worked_hours": "minutes", "scheduled_hours": "minutes"},
                  note="minutes in the file where the table has hours; days as 25-05-05 星期一; the first title row is no head")


def e24(folder):
    x = Export(folder, "e24_5月排班表.xlsx", "attendance", 24)
    s = x.sheet("5月")
    x.above(["2025年5月客服排班表（A=早 B=晚 休=休息 假=请假）"])
    top = ["工号", "姓名", *[str(k) for k in range(1, 32)], "出勤合计"]
    sub = ["", "", *["四五六日一二三"[(k - 1) % 7] for k in range(1, 32)], ""]
    s.row(x.at, [t if i < 2 or i == 33 else D(t) for i, t in enumerate(top)])
    x.where.append({"sheet": "5月", "head": [x.at + 1, x.at + 2], "rows": []})
    s.row(x.at + 1, sub)
    x.at += 2
    r = x.rng
    for i, n in enumerate(people_names(r, 6)):
        c = [r.choice(["A", "A", "B", "B", "休"] + (["假"] if i == 3 else [])) for _ in range(31)]
        x.data([f"{i + 61:03d}", n, *c, D(sum(v in "AB" for v in c))])
    return x.done({"agent": "工号"}, ["姓名", "出勤合计"], period=span("2025-05-01", "2025-05-31", "row above the head, days in the head"),
                  unsayable={"date": "lies across the head, one column a day", "shift": "letters in 31 columns with the legend in the title",
                             "worked_hours": "a letter says no hours"},
                  note="a calendar: a row a person, a column a day; a plan need not be what was worked")


def e25(folder):
    x = Export(folder, "e25_timesheets.csv", "attendance", 25)
    x.sheet()
    x.head(["Employee Export Code", "Employee", "Timesheet Date", "Area", "Start", "End", "Meal Break (mins)", "Total Hours", "Scheduled", "Leave Type", "Cost", "Approved"])
    r = x.rng
    for i, n in enumerate(["Ivo Hart", "Jan Pell", "Kim Soto"]):
        for k in range(5):
            h = r.choice(["8.00", "7.50", "6.25"])
            x.data([f"E{i + 4:03d}", n, f"{k + 5:02d}/05/2025", "Chat", "09:00", "17:30", "30", h, "8.00", "" if k != 3 or i else "Sick", f"{D(h) * 21:.2f}", "Yes"],
                   {"worked_hours": D(h), "scheduled_hours": D(8)})
    return x.done({"agent": "Employee Export Code", "worked_hours": "Total Hours", "scheduled_hours": "Scheduled", "leave": "Leave Type"},
                  ["Employee", "Meal Break (mins)", "Cost", "Area"], period=span(None, None, "column, order of day and month open"),
                  unsayable={"date": "05/05/2025 to 09/05/2025: day or month first cannot be told from these days"}, encoding="utf-8")


def e26(folder):
    x = Export(folder, "e26_质检周报.xlsx", "quality", 26)
    x.sheet("质检明细")
    x.above(["第20周 客服质检明细"])
    x.head(["质检日期", "质检员", "被检客服", "工号", "抽检会话数", "合格数", "答复错误数", "备注漏打/错打", "投诉量", "有效投诉", "质检得分", "扣分说明"])
    r = x.rng
    tot = [0] * 4
    for k in range(5):
        for i, n in enumerate(("小禾", "知知", "阿旺")):
            c, a, b = r.randint(10, 20), r.randint(0, 3), r.randint(0, 2)
            u = r.choice([0, 0, 1])
            x.data([dt.date(2025, 5, 12 + k), "督导A", n, f"{i + 71}", D(c), D(c - a - b), D(a) if a else None, D(b), D(u + 1), D(u), D(100 - 3 * a - 2 * b), None],
                   {"checked": c, "answer_errors": a, "note_errors": b, "complaints_upheld": u})
            tot = [p + q for p, q in zip(tot, (c, a, b, u))]
    x.other(["合计", None, None, None, D(tot[0]), None, D(tot[1]), D(tot[2]), None, D(tot[3])])
    return x.done({"date": "质检日期", "agent": "工号", "checked": "抽检会话数", "answer_errors": "答复错误数", "note_errors": "备注漏打/错打", "complaints_upheld": "有效投诉"},
                  ["质检员", "合格数", "投诉量", "质检得分", "被检客服"], period=span("2025-05-12", "2025-05-16", "column"), set_aside=["合计"],
                  note="the checker stands before the checked; all complaints are not upheld ones")


# ---- targets, costs, conversations, shop days ----------------------------------------------------------------------------
def e27(folder):
    x = Export(folder, "e27_月度目标.csv", "targets", 27)
    x.sheet()
    x.head(["年月", "店铺", "组别", "客服", "考核指标", "保底目标", "目标值", "挑战目标", "上月完成"])
    r = x.rng
    for s in ("溪谷旗舰店", "溪谷京东店"):
        for a in ("小禾", "知知", "全组"):
            for m, u in (("销售额", "万"), ("询单转化率", "%")):
                v = r.randint(8, 30) if u == "万" else r.randint(30, 60)
                x.data(["202506", s, "售前组", a if a != "全组" else "", m, f"{v - 2}{u}", f"{v}{u}", f"{v + 5}{u}", f"{v - 1}{u}"])
    return x.done({"shop": "店铺", "team": "组别", "agent": "客服", "measure": "考核指标", "value": "目标值"}, ["保底目标", "挑战目标", "上月完成"],
                  shop=shop(["溪谷旗舰店", "溪谷京东店"], "column"), period=span("2025-06-01", "2025-06-30", "column 年月"), encoding="gb18030",
                  note="12万 and 45% in one column; a blank person means the whole team")


def e28(folder):
    x = Export(folder, "e28_店铺费用台账.xlsx", "costs", 28)
    x.sheet("2025年")
    x.above(["2025年店铺费用台账"])
    x.head(["所属月份", "店铺", "费用类别", "摘要", "不含税金额", "税额", "价税合计", "付款日期", "是否已付"])
    r = x.rng
    for m in (4, 5):
        part = [0, 0]
        for s in ("溪谷旗舰店", "溪谷京东店"):
            for k in ("推广费", "平台扣点", "达人佣金"):
                a = r.randint(100000, 2000000)
                t = a * 6 // 100
                part = [part[0] + a, part[1] + t]
                x.data([f"{m}月", s, k, f"{m}月{k}", yuan(a), yuan(t), yuan(a + t), dt.date(2025, m + 1, 10), "是"])
        x.other([f"{m}月小计", None, None, None, yuan(part[0]), yuan(part[1]), yuan(sum(part))])
    return x.done({"shop": "店铺", "month": "所属月份", "kind": "费用类别"}, ["摘要", "税额", "付款日期"], shop=shop(["溪谷旗舰店", "溪谷京东店"], "column"),
                  period=span("2025-04-01", "2025-05-31", "column, the year in the title and the sheet name"),
                  unsayable={"amount": "with or without tax (不含税金额 or 价税合计)"}, set_aside=["小计"], note="paid a month later than it belongs to")


def e29(folder):
    x = Export(folder, "e29_会话明细.txt", "inquiries", 29)
    x.sheet()
    x.head(["会话ID", "会话开始时间", "会话结束时间", "接待方", "接待客服", "上一接待客服", "访客ID", "访客昵称", "来源店铺", "咨询商品", "首次响应时长", "平均响应时长", "会话时长", "客户消息数", "满意度"])
    r = x.rng
    for k in range(25):
        t = dt.datetime(2025, 5, 9, 9) + dt.timedelta(minutes=13 * k)
        robot = k % 5 == 2
        x.data([f"c-{k:05d}", f"{t:%Y-%m-%d %H:%M:%S}", f"{t + dt.timedelta(minutes=9):%Y-%m-%d %H:%M:%S}", "机器人" if robot else "人工", "" if robot else r.choice(["cs_01", "cs_02"]),
                "cs_03" if k % 9 == 4 else "", f"u{k % 11:04d}", f"访客{k % 11}", "鹿屿数码" if k % 2 else "鹿屿数码京东店", f"SKU{k % 4}", f"{r.randint(2, 70)}秒", f"1分{r.randint(1, 59)}秒", "9分0秒", str(r.randint(1, 20)),
                r.choice(["非常满意", "满意", "一般", "未评价", ""])])
    return x.done({"inquiry_id": "会话ID", "asked_at": "会话开始时间", "shop": "来源店铺", "account": "接待客服", "customer": "访客ID", "served_by": "接待方", "transferred_from": "上一接待客服",
                   "satisfied": "满意度"}, ["会话结束时间", "访客昵称", "会话时长", "客户消息数"], shop=shop(["鹿屿数码", "鹿屿数码京东店"], "column"),
                  period=span("2025-05-09", "2025-05-09", "column"), also={"first_reply_s": "首次响应时长", "avg_reply_s": "平均响应时长", "product": "咨询商品"},
                  encoding="utf-8-sig", sep="\t", note="several conversations of one visitor on one day; not rated is not dissatisfied")


def e30(folder):
    x = Export(folder, "e30_店铺经营日报.xlsx", "shop_days", 30)
    x.sheet("取数结果")
    x.above(["鹿屿数码旗舰店  终端：全部", None, None, "2025-05-01~2025-05-08"], [])
    x.head(["统计日期", "浏览量", "访客数", "加购人数", "下单买家数", "下单金额", "支付买家数", "支付件数", "支付金额", "成功退款金额", "支付转化率"])
    r = x.rng
    tot = [0, 0, 0]
    for k in range(8):
        if k == 6:
            x.data([day(k)] + ["暂无数据"] * 10)
            continue
        v, b, s = r.randint(800, 3000), r.randint(20, 90), r.randint(500000, 3000000)
        x.data([day(k), D(v * 3), f"{v:,}", D(b * 2), D(b + 9), yuan(s + 99900), D(b), D(b + 14), f"{yuan(s):,.2f}", yuan(r.randint(0, 90000)), D(b) / D(v)],
               {"visitors": v, "buyers": b, "sales": yuan(s)}, {0: "yyyy/m/d", 10: "0.00%"})
        tot = [tot[0] + v, tot[1] + b, tot[2] + s]
    x.other(["汇总值", None, f"{tot[0]:,}", None, None, None, D(tot[1]), None, f"{yuan(tot[2]):,.2f}"])
    x.other(["平均值", None, f"{tot[0] // 7:,}", None, None, None, D(tot[1] // 7), None, f"{yuan(tot[2] // 7):,.2f}"])
    x.other(["同行同层均值", None, "1,900", None, None, None, D(44), None, "15,000.00"])
    return x.done({"date": "统计日期", "visitors": "访客数", "buyers": "支付买家数", "sales": "支付金额"}, ["浏览量", "加购人数", "下单买家数", "下单金额", "支付件数", "成功退款金额"],
                  shop=shop("鹿屿数码旗舰店", "row above the head"), period=span("2025-05-01", "2025-05-08", "column, row above the head"),
                  set_aside=["汇总值", "平均值", "同行同层均值"], note="a day without data is not a day of nothing; the peers' mean is not ours")


ALL = [e01, e02, e03, e04, e05, e06, e07, e08, e09, e10, e11, e12, e13, e14, e15, e16, e17, e18, e19, e20, e21, e22, e23, e24, e25, e26, e27, e28,
       e29, e30]


def write(folder) -> list[dict]:
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [f(folder) for f in ALL]


if __name__ == "__main__":
    import tempfile
    with tempfile.TemporaryDirectory() as d:
        for t in write(d):
            print(t["file"], t["table"], t["rows"], t["totals"])
