"""Thirty exports of a fourth author, each with its truth (see README.md). All people and figures are invented."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

PEOPLE = [("K0131", "佘晓棠"), ("K0144", "濮阳静"), ("K0152", "邝子墨"), ("K0167", "麦冬妮"), ("K0170", "冼卓文"),
          ("K0188", "蔺知夏"), ("K0193", "阚雨桐"), ("K0205", "苗可欣")]
STAFF = [("E-2041", "Ilse Verhoog"), ("E-2057", "Nattapong S."), ("E-2063", "Mireia Camps"),
         ("E-2078", "Dewi Larasati"),
         ("E-2082", "Owen Tarrant"), ("E-2090", "Hana Kowalczyk"), ("E-2101", "Jun Tabuchi")]
BUYERS = ["tb9_柚子皮", "momo_lin77", "风吹麦浪2019", "t_8830412", "小满不满", "绿豆汤加冰", "yezi_ovo", "老街口88",
          "阿布的猫", "z海盐z", "一颗话梅糖", "dandan_0617"]
ACCOUNTS = {"佘晓棠": "云阁旗舰店:阿棠", "濮阳静": "云阁旗舰店:静静", "邝子墨": "云阁旗舰店:墨墨",
            "麦冬妮": "云阁旗舰店:妮可"}


class Line(list):
    """A row among the data which is none: a sum, a mean, a remark, a blank."""


def _text(cell) -> str:
    return "" if cell is None else str(cell)


def number(cell, dec: str = ".") -> Decimal | None:
    """Read a figure as a person would; None where the cell has none."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | Decimal):
        return Decimal(str(cell))
    text = str(cell).strip()
    if dec == ",":
        text = text.replace(".", "").replace(",", ".")
    text = re.sub(r"[¥￥$€,\s元]|THB|SGD|EUR|JPY", "", text)
    if re.fullmatch(r"\((.+)\)", text):
        text = "-" + text[1:-1]
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def _plain(value: Decimal):
    return int(value) if value == value.to_integral_value() else float(value)


def put(folder: Path, name: str, table: str, heads: list, data: list, *, columns: dict, top=(), tail=(), sheet="Sheet1",
        also=None, decoys=(), unsayable=None, either=None, shop=None, period=None, sums=(), units=None, set_aside=(),
        note="", enc=None, sep=",", dec=".", under=(), formats=None, before=(), quote=csv.QUOTE_MINIMAL) -> dict:
    """Write one file and give its truth; heads with two rows are pairs (top, sub), sub "" where there is only one."""
    two = any(isinstance(head, tuple) for head in heads)
    pairs = [head if isinstance(head, tuple) else (head, "") for head in heads]
    names = [f"{up}/{low}" if low else up for up, low in pairs]
    rows = [list(row) for row in top]
    head_at = len(rows) + 1
    rows.append([up if not k or pairs[k - 1][0] != up else None for k, (up, _) in enumerate(pairs)])
    if two:
        rows.append([low or None for _, low in pairs])
    rows += [list(row) for row in under]
    data_rows = []
    for row in data:
        rows.append(list(row))
        if not isinstance(row, Line):
            data_rows.append(len(rows))
    rows += [list(row) for row in tail]
    if enc:
        with open(folder / name, "w", encoding=enc, newline="") as out:
            csv.writer(out, delimiter=sep, quoting=quote).writerows([_text(cell) for cell in row] for row in rows)
    else:
        book = Workbook()
        page = book.active
        for title, lines in before:
            page.title = title
            for line in lines:
                page.append(line)
            page = book.create_sheet()
        page.title = sheet
        for row in rows:
            page.append(row)
        if two:
            _merge_heads(page, pairs, head_at)
        for column, form in (formats or {}).items():
            for at in data_rows:
                page.cell(at, names.index(column) + 1).number_format = form
        book.save(folder / name)
    known = dict(also or {}) | columns
    totals = {}
    for column in sums:
        k = names.index(known[column])
        found = [number(row[k] if k < len(row) else None, dec) for row in data if not isinstance(row, Line)]
        totals[column] = _plain(sum((one for one in found if one is not None), Decimal(0)))
    where = {"sheet": None if enc else sheet, "head": [head_at, head_at + 1] if two else [head_at], "data": data_rows}
    if enc:
        where |= {"encoding": enc, "sep": sep}
    return {"file": name, "table": table, "columns": columns, "also": also or {}, "decoys": list(decoys),
            "unsayable": unsayable or {}, "either": either or {}, "shop": shop, "period": period,
            "rows": len(data_rows), "totals": totals, "units": units or {}, "set_aside": list(set_aside),
            "where": where, "note": note, **({"encoding": enc, "sep": sep, "decimal": dec} if enc else {})}


def _merge_heads(page, pairs, at):
    k = 0
    while k < len(pairs):
        end = k
        while end + 1 < len(pairs) and pairs[end + 1][0] == pairs[k][0] and pairs[k][1]:
            end += 1
        first, last = get_column_letter(k + 1), get_column_letter(end + 1)
        if not pairs[k][1]:
            page.merge_cells(f"{first}{at}:{first}{at + 1}")
        elif end > k:
            page.merge_cells(f"{first}{at}:{last}{at}")
        k = end + 1


def _at(rng, day=None, month=9) -> dt.datetime:
    return dt.datetime(2026, month, day or rng.randint(1, 28), rng.randint(8, 22), rng.randint(0, 59), rng.randint(0,
                                                                                                                   59))


def _later(rng, when, low=1, high=240) -> dt.datetime:
    return when + dt.timedelta(minutes=rng.randint(low, high))


def _money(rng, low=20, high=900) -> float:
    return round(rng.randint(low * 10, high * 10) / 10 - 0.1 * rng.randint(0, 3), 2)


def _r(value) -> float:
    return round(value, 2)


# ---------------------------------------------------------------------------------------------------------- orders


def wdt_orders(folder):
    rng = random.Random(4001)
    heads = ["订单编号", "原始单号", "店铺", "平台", "订单状态", "客户网名", "收件人", "收件省份", "下单时间",
             "付款时间", "审核时间", "发货时间",
             "货品总额", "优惠", "邮费", "应收金额", "已付金额", "货到付款金额", "货品成本", "业务员", "审单员",
             "客服备注", "买家留言"]
    data, last = [], None
    for k in range(21):
        made = _at(rng)
        paid = _later(rng, made, 1, 90)
        goods, off = _money(rng, 60, 700), rng.choice([0, 5, 10, 20])
        due = _r(goods - off)
        raw = str(3310000004711920000 + rng.randint(1000, 9999) * 7 + k * 100000)
        if k in (8, 15):
            raw = last
        if k == 17:
            raw = raw + "," + str(int(raw) + 31)
        last = raw
        state = rng.choice(["已完成", "已完成", "已发货", "待审核"]) if k not in (6, 19) else "已取消"
        waits = state in ("已取消", "待审核")
        data.append([f"JY202609{k + 31:05d}", raw, *rng.choice([("云阁家居旗舰店", "淘系"), ("云阁京东自营", "京东")]),
                     state, rng.choice(BUYERS), rng.choice("赵钱孙李周") + "**", rng.choice(["浙江", "广东", "四川"]),
                     made,
                     None if state == "已取消" else paid, None if waits else _later(rng, paid, 5, 60),
                     None if waits else _later(rng, paid, 400, 1500),
                     goods, off, 0, due, 0 if state == "已取消" else due, 0, _r(goods * 0.45),
                     rng.choice(["阿棠", "静静", "墨墨", "妮可", ""]), rng.choice(["何主审", "系统自动"]),
                     rng.choice(["", "", "改地址", "客户要求换顺丰"]), rng.choice(["", "", "尽快发"])])
    width = len(heads)
    tail = Line(["合计"] + [None] * (width - 1))
    for k in range(12, 19):
        tail[k] = _r(sum(row[k] for row in data))
    return put(folder, "旺店通_订单管理导出_20261002.xlsx", "orders", heads, [*data, tail], sheet="订单",
               columns={"shop": "店铺", "status": "订单状态", "customer": "客户网名", "account": "业务员",
                        "created_at": "下单时间",
                        "paid_at": "付款时间", "shipped_at": "发货时间", "amount": "已付金额", "cost": "货品成本"},
               also={"note": "客服备注"}, decoys=["应收金额", "货品总额", "货到付款金额", "审单员", "收件人",
                                                  "审核时间", "买家留言"],
               unsayable={"order_id": "订单编号是 ERP 自己的号，原始单号是平台的号；"
                                     "拆单两行同号，合并一行两号，要问按哪个归属"},
               sums=["amount", "cost"], set_aside=["订单状态 已取消"], note="最后一行合计")


def youzan_orders(folder):
    rng = random.Random(4002)
    heads = ["订单号", "订单类型", "订单状态", "下单店铺", "发货网点", "买家昵称", "收货人/提货人", "买家手机号",
             "商品总额", "运费", "优惠合计", "订单应付金额",
             "订单实付金额", "下单时间", "付款时间", "发货时间", "交易完成时间", "导购员", "导购工号", "分销员",
             "商家备注", "买家备注"]
    data = []
    for k in range(18):
        made = _at(rng)
        closed = k in (3, 11)
        paid = _later(rng, made, 1, 30)
        number_, person = rng.choice(PEOPLE[:5])
        goods, ship, off = _money(rng, 40, 400), rng.choice([0, 0, 8]), rng.choice([0, 3, 15])
        due = _r(goods + ship - off)
        data.append([f'="E{made:%Y%m%d%H%M%S}0{rng.randint(100000, 999999)}"', "普通订单", "交易关闭" if closed else
                     rng.choice(["交易完成", "待收货"]), rng.choice(["暮云茶铺·城西店", "暮云茶铺·网店"]),
                     rng.choice(["城西仓", "总仓"]),
                     rng.choice(BUYERS), rng.choice("吴郑王冯陈") + "女士",
                     f"13{rng.randint(0, 9)}****{rng.randint(1000, 9999)}",
                     f"{goods:.2f}", f"{ship:.2f}", f"{off:.2f}", f"{due:.2f}", "0.00" if closed else f"{due:.2f}",
                     made, "" if closed else paid, "" if closed else _later(rng, paid, 300, 2000),
                     "" if closed else _later(rng, paid, 9000, 12000), person, number_,
                     rng.choice(["", "", "会员推客-小麦"]),
                     rng.choice(["", "赠杯子"]), ""])
    return put(folder, "订单导出_9月_有赞.csv", "orders", heads, data, enc="gb18030",
               columns={"order_id": "订单号", "status": "订单状态", "shop": "下单店铺", "customer": "买家昵称",
                        "amount": "订单实付金额",
                        "created_at": "下单时间", "paid_at": "付款时间", "shipped_at": "发货时间",
                        "confirmed_at": "交易完成时间",
                        "account": "导购员"},
               also={"note": "商家备注"}, either={"account": ["导购工号"]},
               decoys=["商品总额", "订单应付金额", "发货网点", "分销员", "收货人/提货人", "买家手机号", "买家备注"],
               sums=["amount"], set_aside=["订单状态 交易关闭"], tail=[[], ["共导出 18 笔订单"]],
               note='订单号写成 ="E..." 防止 Excel 变科学计数')


def presale(folder):
    rng = random.Random(4003)
    heads = ["序号", "订单编号", "阶段", "对应定金单号", "买家会员名", "商品原价", "应付金额\n（元）",
             "实付金额\n（元）", "拍下时间", "付款时间",
             "跟单客服", "是否催付", "线下成交", "审批人", "备注"]
    data = []
    for k in range(9):
        made = _at(rng, rng.randint(1, 8))
        deposit = f"4{rng.randint(10**9, 10**10 - 1)}81"
        price, who, buyer = rng.choice([899, 1299, 2599]), rng.choice(list(ACCOUNTS)), rng.choice(BUYERS)
        first = rng.choice([50, 100])
        data.append([len(data) + 1, deposit, "定金", None, buyer, price, first, first, made, _later(rng, made, 1, 20),
                     who,
                     None, None, None, None])
        if k in (2, 6):
            continue
        asked = rng.choice(["是", "否"])
        off = rng.random() < 0.3
        rest, cut = price - first, rng.choice([0, 0, 100])
        data.append([len(data) + 1, f"4{rng.randint(10**9, 10**10 - 1)}82", "尾款", deposit, buyer, price, rest,
                     rest - cut,
                     _at(rng, 15), _at(rng, 16), who, asked, "是" if off else None,
                     "濮阳静" if off else None, "店铺券" if cut else None])
    total = Line(["合计", None, None, None, None, None, sum(row[6] for row in data), sum(row[7] for row in data)])
    return put(folder, "预售跟单登记(自制).xlsx", "orders", heads, [*data, total], sheet="9月",
               top=[["云阁家居旗舰店 9月预售定金/尾款跟单表"], ["登记人：邝子墨", None, None, "更新：9/29"]],
               columns={"order_id": "订单编号", "stage": "阶段", "deposit_id": "对应定金单号", "customer": "买家会员名",
                        "amount": "实付金额\n（元）", "created_at": "拍下时间", "paid_at": "付款时间",
                        "account": "跟单客服",
                        "offline": "线下成交", "approved_by": "审批人"},
               also={"note": "备注", "reminder": "是否催付"}, decoys=["序号", "商品原价", "应付金额\n（元）"],
               shop=("云阁家居旗舰店", "title A1"), period=("9月, year not said in the title; dates 2026-09",
                                                            "title A1"),
               sums=["amount"], tail=[[], ["注：线下成交须主管审批后才计提成"]])


def loyverse(folder):
    rng = random.Random(4004)
    heads = ["Date", "Receipt number", "Receipt type", "Gross sales", "Discounts", "Net sales", "Taxes", "Tips",
             "Total collected", "Cost of goods", "Gross profit", "Payment type", "Description", "POS", "Store",
             "Cashier name", "Customer name", "Customer contacts", "Status"]
    data = []
    for k in range(24):
        gross, off = _money(rng, 90, 900), rng.choice([0, 0, 20, 45])
        sign = -1 if k in (9, 20) else 1
        net = _r((gross - off) * sign)
        tax = _r(net * 0.07)
        cost = _r(gross * 0.4 * sign)
        when = _at(rng)
        data.append([f"{when:%d/%m/%y %H:%M}", f"{rng.choice([1, 2])}-{1041 + k}", "Refund" if sign < 0 else "Sale",
                     f"{gross * sign:.2f}", f"{off * sign:.2f}", f"{net:.2f}", f"{tax:.2f}", "0.00", f"{net + tax:.2f}",
                     f"{cost:.2f}", f"{net - cost:.2f}", rng.choice(["Cash", "Card", "PromptPay"]),
                     rng.choice(["1 x Ceramic drip set", "2 x Linen apron", "1 x Tea tin, 1 x Scoop"]), "POS 1",
                     rng.choice(["Ari Corner", "Thonglor Kiosk"]), rng.choice([name for _, name in STAFF[:4]]),
                     rng.choice(["", "", "Khun May"]), "", "Cancelled" if k == 14 else "Closed"])
    return put(folder, "receipts-2026-09-01-2026-09-30.csv", "orders", heads, data, enc="utf-8",
               columns={"order_id": "Receipt number", "amount": "Total collected", "shop": "Store",
                        "account": "Cashier name", "status": "Status", "cost": "Cost of goods"},
               also={"paid_at": "Date", "customer": "Customer name"},
               decoys=["Gross sales", "Net sales", "Gross profit", "POS", "Customer contacts"],
               period=("2026-09-01 to 2026-09-30", "file name"), sums=["amount", "cost"],
               set_aside=["Status Cancelled", "Receipt type Refund (negative)"],
               note="a till: the receipt is made and paid at once, Date may be either time; day first, two-digit year")


def hubspot(folder):
    rng = random.Random(4005)
    heads = ["Record ID", "Deal Name", "Pipeline", "Deal Stage", "Deal owner", "Amount", "Amount in company currency",
             "Weighted amount", "Currency", "Create Date", "Close Date", "Last Modified Date", "Associated Company",
             "Associated Contact", "Original Traffic Source", "Created by"]
    data = []
    for k in range(19):
        made = _at(rng)
        amount = rng.randint(4, 90) * 100
        stage = rng.choice(["Closed won", "Closed won", "Closed lost", "Contract sent", "Qualified"])
        data.append([18840210000 + k * 377, f"{rng.choice(['Hotel linen', 'Cafe starter', 'Gift boxes'])} Q3 #{k + 1}",
                     "B2B Pipeline", stage, rng.choice([name for _, name in STAFF]), amount, _r(amount * 1.08),
                     _r(amount * rng.choice([0, 0.5, 1])), rng.choice(["EUR", "GBP"]), made,
                     _later(rng, made, 3000, 20000), _later(rng, made, 20000, 30000),
                     rng.choice(["Brunel Stay Ltd", "Kaffi Nord", "Mas Oliveres"]), rng.choice(["A. Holm", "P. Roca"]),
                     rng.choice(["Organic", "Referral"]), "Import bot"])
    return put(folder, "hubspot-crm-exports-all-deals-2026-10-01.xlsx", "orders", heads, data, sheet="deals",
               columns={"order_id": "Record ID", "status": "Deal Stage", "account": "Deal owner",
                        "created_at": "Create Date"},
               decoys=["Weighted amount", "Deal Name", "Last Modified Date", "Created by", "Currency",
                       "Associated Contact"],
               unsayable={"amount": "Amount is what was agreed, in two currencies, and stands again in the company's "
                                    "currency: which counts, and was it paid?",
                          "paid_at": "Close Date is the day a deal was closed (lost ones too), not that it was paid"},
               set_aside=["Deal Stage other than Closed won"], note="open and lost deals among the rows")


def rakuten(folder):
    rng = random.Random(4006)
    heads = ["Order Number", "Status", "Order Date/Time", "Payment Confirmed", "Shipped On", "Shop Name", "Member ID",
             "Orderer", "Subtotal (JPY)", "Shipping (JPY)", "Total Amount (JPY)", "Points Used", "Coupon (Shop)",
             "Coupon (Mall)", "Billed Amount (JPY)", "Payment Method", "Person in charge", "Memo", "Remarks (buyer)"]
    data = []
    for k in range(16):
        made = _at(rng)
        sub, points, shop_off, mall = rng.randint(18, 220) * 100, rng.choice([0, 0, 300]), rng.choice([0,
            200]), rng.choice([0, 500])
        total = sub + 600
        data.append([f"318842-{made:%Y%m%d}-{41000 + k * 13}", rng.choice(["Completed", "Completed", "Shipped"])
                     if k != 7 else "Cancelled", f"{made:%Y/%m/%d %H:%M}", f"{_later(rng, made):%Y/%m/%d %H:%M}",
                     f"{_later(rng, made, 900, 3000):%Y/%m/%d}", "木もれび雑貨 KOMOREBI",
                     f"m{rng.randint(10**6, 10**7)}",
                     rng.choice(["田淵", "三ツ井", "小早志"]), f"{sub:,}", "600", f"{total:,}", points, shop_off, mall,
                     f"{total - points - shop_off - mall:,}", rng.choice(["Card", "Konbini"]),
                     rng.choice(["Tabuchi", "Larasati"]), "", rng.choice(["", "のし希望"])])
    return put(folder, "rms_orders_en_202609.csv", "orders", heads, data, enc="shift_jis", quote=csv.QUOTE_ALL,
               columns={"order_id": "Order Number", "status": "Status", "created_at": "Order Date/Time",
                        "paid_at": "Payment Confirmed", "shipped_at": "Shipped On", "shop": "Shop Name",
                        "customer": "Member ID", "account": "Person in charge"},
               also={"note": "Memo"}, decoys=["Orderer", "Subtotal (JPY)", "Shipping (JPY)", "Points Used",
                                              "Remarks (buyer)"],
               unsayable={"amount": "billed after points and mall coupons (which the mall refunds) or the total before "
                                    "them: the contract says, not the file"},
               period=("202609", "file name"), set_aside=["Status Cancelled"])


def eu_orders(folder):
    rng = random.Random(4007)
    heads = ["Order no.", "Marketplace order no.", "Sales channel", "Order date", "Date paid", "Date shipped",
             "Order state",
             "Buyer login", "Delivery name", "Country", "Value of goods", "Delivery cost", "Rebate", "To pay", "Paid",
             "Currency", "Handled by", "Seller login", "Internal note"]
    data = []

    def eu(value):
        return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")

    for k in range(20):
        made = _at(rng)
        goods, ship, off = _money(rng, 15, 1600), rng.choice([0, 3.99]), rng.choice([0, 5])
        due = goods + ship - off
        gone = k in (5, 16)
        data.append([f"B-{70100 + k}", f"AL{rng.randint(10**8, 10**9)}", rng.choice(["allegro.pl", "bol.com"]),
                     f"{made:%d.%m.%Y %H:%M}", "" if gone else f"{_later(rng, made):%d.%m.%Y %H:%M}",
                     "" if gone else f"{_later(rng, made, 900, 2900):%d.%m.%Y}", "cancelled" if gone else
                     rng.choice(["delivered", "sent"]), f"user{rng.randint(1000, 9999)}", rng.choice(["M. Zieliński",
                                                                                                      "K. Bos"]),
                     rng.choice(["PL", "NL", "DE"]), eu(goods), eu(ship), eu(off), eu(due), eu(0) if gone else eu(due),
                     "EUR",
                     rng.choice(["Hana Kowalczyk", "Ilse Verhoog"]), "LinenAndClay_eu",
                     rng.choice(["", "call before"])])
    return put(folder, "orders_export_EU_sept.csv", "orders", heads, data, enc="cp1250", sep=";", dec=",",
               columns={"created_at": "Order date", "paid_at": "Date paid",
                        "shipped_at": "Date shipped", "status": "Order state", "customer": "Buyer login",
                        "amount": "Paid",
                        "account": "Handled by", "order_id": "Order no."},
               also={"note": "Internal note", "channel": "Sales channel"},
               either={"order_id": ["Marketplace order no."]},
               decoys=["Value of goods", "To pay", "Seller login", "Delivery name", "Delivery cost"],
               sums=["amount"], set_aside=["Order state cancelled"],
               note="decimal comma, dots for thousands, day first")


# ------------------------------------------------------------------------------------------------------ order lines


def tiktok(folder):
    rng = random.Random(4008)
    heads = ["Order ID", "Order Status", "Order Substatus", "Cancelation/Return Type", "Normal or Pre-order", "SKU ID",
             "Seller SKU", "Product Name", "Variation", "Quantity", "Sku Quantity of return", "SKU Unit Original Price",
             "SKU Subtotal Before Discount", "SKU Platform Discount", "SKU Seller Discount",
             "SKU Subtotal After Discount",
             "Shipping Fee After Discount", "Order Amount", "Order Refund Amount", "Created Time", "Paid Time",
             "Shipped Time", "Buyer Username", "Warehouse Name", "Payment Method", "Product Category", "Seller Note"]
    data = []
    for _ in range(12):
        made = _at(rng)
        paid, buyer = _later(rng, made), f"somchai{rng.randint(10, 99)}"
        order = str(576900000000000000 + rng.randint(10**9, 10**12))
        lines = []
        for _ in range(rng.randint(1, 3)):
            units, price = rng.randint(1, 4), rng.choice([129, 199, 350])
            sub, plat, own = units * price, rng.choice([0, 10]), rng.choice([0, 20])
            code = rng.randint(1, 6)
            lines.append([units, rng.choice([0, 0, 0, 1]), price, sub, plat, own, sub - plat - own, code])
        whole = sum(line[6] for line in lines) + 25
        state = rng.choice(["Completed", "Completed", "Shipped", "Canceled"])
        for units, back, price, sub, plat, own, net, code in lines:
            data.append([order + "\t", state, "Delivered" if state == "Completed" else state, "Cancel"
                         if state == "Canceled"
                         else "", "Normal", f"17299{code}0003\t", f"NG-{code:03d}", rng.choice(["Bamboo rack",
                                                                                                "Spice jar set"]),
                         "Default", units, back, f"THB {price:.2f}", f"THB {sub:.2f}", f"THB {plat:.2f}",
                         f"THB {own:.2f}",
                         f"THB {net:.2f}", "THB 25.00", f"THB {whole:.2f}", "THB 0.00", f"{made:%d/%m/%Y %H:%M:%S}\t",
                         f"{paid:%d/%m/%Y %H:%M:%S}\t", "", buyer, "BKK-1",
                         "PromptPay", "Home Organizers", ""])
    hints = ["Platform unique order ID.", "Platform status.", "", "", "", "Platform SKU ID.", "SKU code of the seller.",
             "", "",
             "Units of the SKU bought.", "Units returned.", "Price before any discount.", "", "", "",
             "Subtotal after platform and seller discount.", "", "Whole order incl. shipping.", "", "", "", "", "", "",
             "", "", ""]
    return put(folder, "All order-2026-10-01-09_12.csv", "order_lines", heads, data, enc="utf-8-sig", under=[hints],
               columns={"order_id": "Order ID", "units": "Quantity", "amount": "SKU Subtotal After Discount"},
               also={"category": "Product Category"},
               decoys=["SKU Unit Original Price", "SKU Subtotal Before Discount", "Order Amount", "Order Refund Amount",
                       "Sku Quantity of return", "Shipping Fee After Discount", "Warehouse Name"],
               sums=["units", "amount"], set_aside=["Order Status Canceled"],
               note="row 2 explains the heads and is no data; numbers end with a tab; product left out: SKU or style "
                    "is a matter of the rule")


def order_lines_cn(folder):
    rng = random.Random(4009)
    heads = ["订单编号", "子订单编号", "店铺", "商家编码", "商品标题", "类目", "数量", "标价", "销售金额", "优惠分摊",
             "实付金额", "成本金额", "订单实付总额",
             "退款状态", "付款时间"]
    data = []
    for _ in range(10):
        order = str(2780000000000000000 + rng.randint(10**12, 10**15))
        lines = []
        for j in range(rng.randint(1, 3)):
            units, price, off = rng.randint(1, 3), rng.choice([39, 68.5, 129]), rng.choice([0, 4.5, 10])
            lines.append([order, f"{order}{j + 1:02d}", "南溪母婴专营店", f"NX-{rng.randint(10, 40)}", rng.choice(
                ["婴儿浴巾两条装", "辅食碗套装"]), rng.choice(["洗护", "喂养"]), units, price, _r(units * price), off,
                _r(units * price - off), _r(units * price * 0.5)])
        whole = _r(sum(line[10] for line in lines))
        paid = _at(rng)
        data += [[*line, whole, rng.choice(["没有申请退款", "没有申请退款", "退款成功"]), paid] for line in lines]
    total = Line(["合计", None, None, None, None, None, sum(row[6] for row in data), None, None, None,
                  _r(sum(row[10] for row in data))])
    return put(folder, "宝贝明细_南溪母婴_2026年9月.xlsx", "order_lines", heads, [*data, total], sheet="宝贝报表",
               columns={"order_id": "订单编号", "line": "子订单编号", "product": "商家编码", "category": "类目",
                        "units": "数量",
                        "amount": "实付金额", "discount": "优惠分摊"}, also={"cost": "成本金额"},
               decoys=["标价", "销售金额", "订单实付总额", "商品标题"], shop=("南溪母婴专营店", "column 店铺"),
               period=("2026-09", "file name"), sums=["units", "amount", "discount"], set_aside=["退款状态 退款成功"])


# ---------------------------------------------------------------------------------------------------------- refunds


def doudian_refunds(folder):
    rng = random.Random(4010)
    heads = ["售后单号", "订单号", "商品单号", "商品名称", "售后类型", "售后状态", "售后原因", "申请时间",
             "退款成功时间", "买家申请金额（元）", "商家实退金额（元）",
             "平台补贴退回（元）", "处理客服", "仲裁结果"]
    data = []
    for k in range(17):
        asked = _at(rng)
        order = str(6940000000000000000 + rng.randint(10**10, 10**13))
        want = _money(rng, 15, 300)
        shut = k in (4, 12)
        data.append([f"'{7300000000000 + k * 91}", f"'{order}", f"'{order[:-1]}9", rng.choice(["纯棉床笠", "遮光窗帘"]),
                     rng.choice(["仅退款", "退货退款"]), "售后关闭" if shut else "退款成功",
                     rng.choice(["不想要了", "质量问题", "少件"]),
                     asked, "-" if shut else _later(rng, asked, 100, 5000), f"{want:,.2f}",
                     "-" if shut else f"{want - rng.choice([0, 0, 5]):,.2f}", "0.00", rng.choice(["飞鸽-阿莲",
                         "飞鸽-小舟", "-"]), ""])
    return put(folder, "售后单_20261003.csv", "refunds", heads, data, enc="gbk",
               columns={"order_id": "订单号", "kind": "售后类型", "refunded_at": "退款成功时间",
                        "amount": "商家实退金额（元）"},
               also={"reason": "售后原因"}, decoys=["售后单号", "商品单号", "申请时间", "买家申请金额（元）",
                                                    "平台补贴退回（元）"],
               sums=["amount"], set_aside=["售后状态 售后关闭"], note="号码前有单引号；没有的写 -")


def lazada_refunds(folder):
    rng = random.Random(4011)
    heads = ["Reverse Order ID", "Order Number", "Order Item ID", "Seller SKU", "Request Type", "Reason", "Status",
             "Requested Date", "Refund Issued Date", "Item Unit Price", "Requested Refund", "Refund Paid to Customer",
             "Commission Reversed", "Closed Date"]
    data = []
    for k in range(14):
        asked = _at(rng)
        price = _money(rng, 8, 90)
        turned = k in (2, 9)
        data.append([str(55100000 + k), str(30400000000 + rng.randint(10**6, 10**8)), str(90400000000 + k),
                     f"SG-{rng.randint(100, 180)}", rng.choice(["Return & Refund", "Refund only"]),
                     rng.choice(["Change of mind", "Item defective", "Missing item"]), "Rejected" if turned
                     else "Refunded",
                     f"{asked:%Y-%m-%d %H:%M}", "" if turned else f"{_later(rng, asked, 1000, 9000):%Y-%m-%d %H:%M}",
                     price, price, "" if turned else _r(price - rng.choice([0, 1.5])), "" if turned
                     else _r(price * 0.04),
                     f"{_later(rng, asked, 9500, 12000):%Y-%m-%d}"])
    return put(folder, "ReverseOrders_SG.csv", "refunds", heads, data, enc="utf-16", sep="\t",
               top=[["Reverse Orders Report"], ["Store: Clay & Linen SG", "Currency: SGD"],
                    ["Date range: 2026-09-01 ~ 2026-09-30"], []],
               columns={"order_id": "Order Number", "kind": "Request Type", "refunded_at": "Refund Issued Date",
                        "amount": "Refund Paid to Customer"}, also={"reason": "Reason"},
               decoys=["Reverse Order ID", "Order Item ID", "Requested Date", "Closed Date", "Item Unit Price",
                       "Requested Refund",
                       "Commission Reversed"], sums=["amount"],
               shop=("Clay & Linen SG", "line 2"), period=("2026-09-01 to 2026-09-30", "line 3"),
               set_aside=["Status Rejected"])


# -------------------------------------------------------------------------------------------------------- inquiries


def qiyu(folder):
    rng = random.Random(4012)
    heads = ["会话ID", "用户ID", "用户昵称", "所属店铺", "来源渠道", "会话开始时间", "会话结束时间", "排队时长(秒)",
             "会话时长(秒)", "首次响应时长(秒)",
             "平均响应时长(秒)", "接待客服", "客服工号", "客服分组", "转接来源客服", "满意度", "满意度评价时间",
             "会话关闭方式"]
    data = []
    for k in range(23):
        made = _at(rng)
        number_, name = rng.choice(PEOPLE[:6])
        data.append([880012000 + k * 3, f"u_{rng.randint(10000, 99999)}", rng.choice(BUYERS),
                     rng.choice(["青柠数码", "青柠数码海外仓"]),
                     rng.choice(["网页", "APP", "微信"]), made, _later(rng, made, 3, 40), rng.randint(0, 90),
                     rng.randint(100, 2400), rng.randint(3, 80), rng.randint(8, 90), name, number_, "售后一组",
                     rng.choice([None, None, None, PEOPLE[7][1]]), rng.choice(["满意", "非常满意", "一般", None, None]),
                     None, "客服关闭"])
    return put(folder, "历史会话_20260901-20260930.xlsx", "inquiries", heads, data, sheet="历史会话",
               columns={"inquiry_id": "会话ID", "customer": "用户ID", "shop": "所属店铺", "channel": "来源渠道",
                        "asked_at": "会话开始时间", "first_reply_s": "首次响应时长(秒)",
                        "avg_reply_s": "平均响应时长(秒)",
                        "account": "接待客服", "transferred_from": "转接来源客服", "satisfied": "满意度"},
               either={"account": ["客服工号"]}, decoys=["用户昵称", "会话结束时间", "排队时长(秒)", "会话时长(秒)",
                                                         "满意度评价时间", "客服分组"],
               sums=["first_reply_s", "avg_reply_s"], period=("2026-09-01 to 2026-09-30", "file name"))


def zendesk(folder):
    rng = random.Random(4013)
    heads = ["Ticket ID", "Subject", "Requester", "Requester ID", "Submitter", "Assignee", "Group", "Brand", "Channel",
             "Status", "Priority", "Created at", "Initially assigned at", "Solved at", "First reply time in minutes",
             "First reply time in minutes within business hours", "Full resolution time in minutes",
             "Satisfaction Score", "Reopens", "Replies"]
    data = []
    for k in range(22):
        made = _at(rng)
        first = rng.randint(2, 900)
        data.append([61001 + k, rng.choice(["Where is my parcel", "Wrong size", "Invoice copy"]),
                     rng.choice(["Eva P.", "Luc D."]),
                     390000 + rng.randint(1, 9999), rng.choice(["Eva P.", "Luc D.", "Mireia Camps"]),
                     rng.choice([name for _, name in STAFF[:5]]), "Tier 1", rng.choice(["Linen & Clay", "Nordkeramik"]),
                     rng.choice(["Email", "Web form", "WhatsApp"]), rng.choice(["solved", "closed", "open"]),
                     rng.choice(["normal", "high"]), f"{made:%Y-%m-%dT%H:%M:%SZ}",
                     f"{_later(rng, made, 1, 9):%Y-%m-%dT%H:%M:%SZ}",
                     f"{_later(rng, made, 900, 4000):%Y-%m-%dT%H:%M:%SZ}", first,
                     max(0, first - rng.choice([0, 0, 300])),
                     first + rng.randint(60, 4000), rng.choice(["Offered", "Good", "Good", "Bad", "Unoffered"]),
                     rng.choice([0, 0, 1]), rng.randint(1, 5)])
    return put(folder, "zendesk_tickets_export.csv", "inquiries", heads, data, enc="utf-8", quote=csv.QUOTE_ALL,
               columns={"inquiry_id": "Ticket ID", "customer": "Requester ID", "account": "Assignee",
                        "channel": "Channel",
                        "asked_at": "Created at", "satisfied": "Satisfaction Score"}, also={"shop": "Brand"},
               decoys=["Submitter", "Initially assigned at", "Solved at", "Full resolution time in minutes", "Group"],
               unsayable={"first_reply_s": "two first reply times, by the calendar and by business hours; in minutes"},
               note="times in UTC")


def whatsapp_inbox(folder):
    rng = random.Random(4014)
    heads = [("Conversation", "ID"), ("Conversation", "Opened (UTC+7)"), ("Conversation", "Closed (UTC+7)"),
             ("Conversation", "Source"), ("Contact", "Contact ID"), ("Contact", "Name"), ("Handling", "Closed by"),
             ("Handling", "Assigned agent"), ("Handling", "Transferred from"), ("Response", "First response (s)"),
             ("Response", "Average response (s)"), ("Response", "Resolution (s)"), ("Rating", "")]
    data = []
    for k in range(18):
        made = _at(rng)
        name = rng.choice([name for _, name in STAFF[:4]])
        data.append([f"C{50210 + k}", made, _later(rng, made, 5, 300), rng.choice(["WhatsApp", "LINE", "Messenger"]),
                     f"ct-{rng.randint(1000, 1200)}", rng.choice(["Siti", "Budi", "Ploy"]),
                     rng.choice([name, "Workflow bot"]),
                     name, rng.choice([None, None, "Owen Tarrant"]), rng.randint(4, 200), rng.randint(10, 260),
                     rng.randint(300, 9000), rng.choice([None, 5, 4, 2])])
    mean = Line(["Average", None, None, None, None, None, None, None, None, _r(sum(r[9] for r in data) / 18),
                 _r(sum(r[10] for r in data) / 18)])
    return put(folder, "respond_conversations_Sep-2026.xlsx", "inquiries", heads, [*data, mean], sheet="Conversations",
               top=[["Conversations report - workspace Clay & Linen TH"], ["1 Sep 2026 - 30 Sep 2026"], []],
               columns={"inquiry_id": "Conversation/ID", "asked_at": "Conversation/Opened (UTC+7)",
                        "channel": "Conversation/Source", "customer": "Contact/Contact ID",
                        "account": "Handling/Assigned agent", "transferred_from": "Handling/Transferred from",
                        "first_reply_s": "Response/First response (s)", "avg_reply_s": "Response/Average response (s)"},
               also={"satisfied": "Rating"},
               decoys=["Conversation/Closed (UTC+7)", "Contact/Name", "Handling/Closed by", "Response/Resolution (s)"],
               shop=("Clay & Linen TH", "title A1 (workspace)"), period=("2026-09-01 to 2026-09-30", "A2"),
               sums=["first_reply_s", "avg_reply_s"],
               note="last row is a mean; the rating is a number of stars: from which on one was satisfied is not said")


# ------------------------------------------------------------------------------------------------------- agent days


def agent_days_cn(folder):
    rng = random.Random(4015)
    heads = [("日期", ""), ("店铺", ""), ("旺旺", ""), ("接待", "咨询人数"), ("接待", "接待人数"), ("接待", "转出人数"),
             ("响应", "首次响应(秒)"), ("响应", "平均响应(秒)"), ("销售", "下单金额(元)"), ("销售", "付款人数"),
             ("销售", "付款件数"),
             ("销售", "付款金额(元)"), ("评价", "收到评价"), ("评价", "满意评价"), ("评价", "满意率")]
    data, every = [], []
    for day in range(1, 6):
        block = []
        for who in ACCOUNTS.values():
            asks = rng.randint(40, 120)
            took, out = asks - rng.randint(0, 6), rng.randint(0, 8)
            paid = rng.randint(5, 30)
            sales = _r(paid * _money(rng, 60, 200))
            rated = rng.randint(4, 20)
            good = rated - rng.randint(0, 3)
            block.append([dt.date(2026, 9, day), "云阁旗舰店", who, asks, took, out, rng.randint(3, 25), rng.randint(15,
                60),
                          _r(sales * 1.12), paid, paid + rng.randint(0, 12), sales, rated, good, f"{good / rated:.1%}"])
        data += block
        every += block
        sums = [sum(row[k] for row in block) for k in (3, 4, 5)]
        data.append(Line([f"9月{day}日小计", None, None, *sums, None, None, _r(sum(r[8] for r in block)),
                          sum(r[9] for r in block), sum(r[10] for r in block), _r(sum(r[11] for r in block))]))
    data.append(Line(["均值", None, None, *[_r(sum(r[k] for r in every) / len(every)) for k in range(3, 14)]]))
    return put(folder, "客服绩效日报_云阁.xlsx", "agent_days", heads, data, sheet="日报",
               top=[["云阁旗舰店客服绩效日报（2026-09-01 ~ 2026-09-05）"]],
               columns={"date": "日期", "shop": "店铺", "account": "旺旺", "consultations": "接待/咨询人数",
                        "receptions": "接待/接待人数",
                        "buyers": "销售/付款人数", "units": "销售/付款件数", "sales": "销售/付款金额(元)",
                        "rated": "评价/收到评价",
                        "satisfied": "评价/满意评价", "first_reply_seconds": "响应/首次响应(秒)",
                        "reply_seconds": "响应/平均响应(秒)"},
               decoys=["接待/转出人数", "销售/下单金额(元)", "评价/满意率"], shop=("云阁旗舰店",
                                                                                   "title A1, column 店铺"),
               period=("2026-09-01 to 2026-09-05", "title A1"),
               sums=["consultations", "receptions", "buyers", "units", "sales", "rated", "satisfied"],
               tail=[["说明：付款金额按客服落实口径，已扣除当日退款"]],
               note="each day has a sum row, the last row is a mean")


def hotline_cn(folder):
    rng = random.Random(4016)
    heads = ["统计日期", "坐席工号", "坐席姓名", "技能组", "呼入振铃量", "呼入接听量", "外呼量", "参评数", "满意数",
             "不满意数", "平均应答时长",
             "平均处理时长(秒)", "总通话时长"]
    data = []
    for day in range(14, 19):
        for number_, name in PEOPLE[:4]:
            ring = rng.randint(40, 90)
            rated = rng.randint(10, 30)
            bad = rng.randint(0, 4)
            data.append([f"2026/9/{day}", f"{number_}", name, "售后热线", ring, ring - rng.randint(0, 8), rng.randint(0,
                15), rated,
                         rated - bad, bad, f"00:00:{rng.randint(4, 20):02d}", rng.randint(90, 300),
                         f"0{rng.randint(1, 4)}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"])
    data.append(Line(["合计", "", "", "", *[sum(r[k] for r in data) for k in range(4, 10)], "", "", ""]))
    return put(folder, "坐席话务日报.csv", "agent_days", heads, data, enc="utf-8-sig", top=[["坐席话务日报"],
        ["统计区间：2026-09-14至2026-09-18"]],
               columns={"date": "统计日期", "account": "坐席工号", "rated": "参评数", "satisfied": "满意数"},
               also={"receptions": "呼入接听量", "handling_seconds": "平均处理时长(秒)"},
               either={"account": ["坐席姓名"]},
               decoys=["呼入振铃量", "外呼量", "不满意数", "总通话时长", "技能组"], period=("2026-09-14 to 2026-09-18",
                                                                                            "line 2"),
               sums=["rated", "satisfied", "receptions"])


def livechat_days(folder):
    rng = random.Random(4017)
    heads = ["Day", "Agent", "Agent e-mail", "Group", "Total chats", "Transferred out", "First response time [s]",
             "Avg. response time [s]", "Chatting time [min]", "Rated chats", "Rated good", "Rated bad", "Score",
             "Tracked orders", "Tracked sales (GBP)", "Logged in [h]"]
    data = []
    for day in range(7, 14):
        for _, name in STAFF[2:6]:
            if rng.random() < 0.2:
                continue
            chats = rng.randint(10, 60)
            rated = rng.randint(2, 12)
            bad = rng.randint(0, 2)
            sold = rng.randint(0, 9)
            data.append([dt.date(2026, 9, day), name, name.lower().replace(" ", ".") + "@linenclay.example",
                         "Webshop UK",
                         chats, rng.randint(0, 4), _r(rng.randint(40, 400) / 10), _r(rng.randint(100, 700) / 10),
                         rng.randint(90, 400), rated, rated - bad, bad, f"{(rated - bad) / rated:.0%}", sold,
                         _r(sold * _money(rng, 20, 90)) if sold else None, _r(rng.randint(60, 84) / 10)])
    return put(folder, "agent-performance-week37.xlsx", "agent_days", heads, data, sheet="Agents by day",
               columns={"date": "Day", "account": "Agent", "rated": "Rated chats", "satisfied": "Rated good",
                        "orders": "Tracked orders", "sales": "Tracked sales (GBP)",
                        "first_reply_seconds": "First response time [s]", "reply_seconds": "Avg. response time [s]"},
               either={"account": ["Agent e-mail"]}, decoys=["Transferred out", "Chatting time [min]", "Rated bad",
                                                             "Score",
                                                             "Logged in [h]", "Group"],
               sums=["rated", "satisfied", "orders", "sales"],
               note="'Total chats' is left out: receptions or inquiries is a matter of words")


# ------------------------------------------------------------------------------------------------------- attendance


def dingtalk(folder):
    rng = random.Random(4018)
    heads = [("姓名", ""), ("考勤组", ""), ("部门", ""), ("工号", ""), ("UserId", ""), ("应出勤天数", ""), ("出勤天数",
        ""), ("休息天数", ""),
             ("工作时长(分钟)", ""), ("迟到", "次数"), ("迟到", "时长(分钟)"), ("严重迟到", "次数"), ("严重迟到",
                                                                                                      "时长(分钟)"),
             ("早退", "次数"), ("早退", "时长(分钟)"), ("缺卡次数", ""), ("请假", "事假(小时)"), ("请假", "病假(小时)"),
             ("考勤结果", "09-01\n星期二"), ("考勤结果", "09-02\n星期三"), ("考勤结果", "09-03\n星期四")]
    data = []
    for k, (number_, name) in enumerate(PEOPLE):
        late = rng.choice([0, 0, 1, 3])
        worked = rng.choice([20, 21, 22, 21.5])
        data.append([name, "客服早晚班", "客服部-售前组", number_, f"0{rng.randint(10**9, 10**10)}", 22, worked, 8,
                     int(worked * 480) + rng.randint(-40, 90), late or None, late * 7 or None, 1 if k == 3 else None,
                     45 if k == 3 else None, 1 if k == 5 else None, 12 if k == 5 else None, None,
                     _r((22 - worked) * 8) or None, None, "正常", "休息", "迟到7分钟" if late else "正常"])
    return put(folder, "考勤报表_月度汇总.xlsx", "attendance", heads, data, sheet="月度汇总",
               top=[["月度汇总 统计日期：2026-09-01 至 2026-09-30"], ["报表生成时间：2026-10-01 09:30"]],
               columns={"agent": "工号", "scheduled_days": "应出勤天数", "worked_days": "出勤天数",
                        "early_leave_minutes": "早退/时长(分钟)"},
               either={"agent": ["姓名", "UserId"]}, decoys=["休息天数", "严重迟到/次数", "严重迟到/时长(分钟)",
                                                             "缺卡次数", "迟到/次数",
                                                           "早退/次数", "考勤组"],
               also={"worked_hours": "工作时长(分钟)"},
               unsayable={"late_minutes": "迟到和严重迟到各有一列，是否相加要看公司制度",
                          "late_days": "只有次数，没有天数"},
               period=("2026-09", "title A1"), sums=["scheduled_days", "worked_days", "early_leave_minutes"],
               units={"worked_hours": "minutes"},
               note="两行表头；考勤结果下每天一列")


def attendance_en(folder):
    rng = random.Random(4019)
    heads = ["Emp. no.", "Employee", "Dept.", "Work date", "Shift", "Leave type", "Sched. hrs", "Act. hrs",
             "OT hrs (approved)",
             "First punch", "Last punch", "Late (min)", "Early out (min)", "Approved by"]
    data = []
    for day in range(1, 6):
        for number_, name in STAFF[:5]:
            off = rng.random() < 0.12
            late, early = (0, 0) if off else (rng.choice([0, 0, 0, 6, 14]), rng.choice([0, 0, 0, 10]))
            data.append([number_, name, "CS", f"{day:02d}-Sep-2026", rng.choice(["AM", "PM"]), rng.choice(["AL", "SL"])
                         if off else "",
                         "8.00", "0.00" if off else f"{8 - (late + early) / 60:.2f}", "0.00", "" if off
                         else f"08:{late:02d}",
                         "" if off else (f"15:{60 - early}" if early else "16:00"), late, early, "M. Camps" if off
                         else ""])
    return put(folder, "timesheet_detail_0901_0905.csv", "attendance", heads, data, enc="utf-16", sep="\t",
               columns={"agent": "Emp. no.", "date": "Work date", "shift": "Shift", "leave": "Leave type",
                        "scheduled_hours": "Sched. hrs", "worked_hours": "Act. hrs", "late_minutes": "Late (min)",
                        "early_leave_minutes": "Early out (min)"},
               either={"agent": ["Employee"]}, decoys=["OT hrs (approved)", "First punch", "Last punch", "Approved by",
                                                       "Dept."],
               sums=["scheduled_hours", "worked_hours", "late_minutes", "early_leave_minutes"],
               period=("1-5 Sep 2026", "column Work date"), tail=[[], ["End of report"]])


# ----------------------------------------------------------------------------------------------- people and accounts


def roster_cn(folder):
    rng = random.Random(4020)
    heads = ["序号", "工号", "姓名", "花名", "性别", "出生日期", "所属店铺", "组别", "岗位", "直属主管", "内推人",
             "工作城市", "基本工资（元/月）", "社保基数",
             "入职日期", "试用期至", "合同到期日", "离职日期", "联系电话", "备注"]
    data = []
    nick = ["阿棠", "静静", "墨墨", "妮可", "文文", "夏夏", "桐桐", "可可"]
    for k, (number_, name) in enumerate(PEOPLE):
        joined = dt.date(2025, rng.randint(1, 12), rng.randint(1, 28))
        data.append([k + 1, number_, name, nick[k], rng.choice("男女"), dt.date(rng.randint(1994, 2003), 5, k + 1),
                     rng.choice(["云阁旗舰店", "南溪母婴专营店"]), rng.choice(["售前组", "售后组"]),
                     rng.choice(["客服专员", "资深客服", "组长"]),
                     "冼卓文", rng.choice([None, None, "K0131"]), rng.choice(["合肥", "杭州"]),
                     rng.choice([3200, 3500, 4000]), 4494,
                     joined, joined + dt.timedelta(days=90), joined + dt.timedelta(days=1095),
                     dt.date(2026, 9, 18) if k == 6 else None, f"13800{rng.randint(100000, 999999)}", "已离职" if k == 6
                     else None])
    return put(folder, "客服花名册-2026.9更新.xlsx", "assignments", heads, data, sheet="在职+离职",
               top=[["岚桥电商客服中心花名册"], [None]],
               columns={"agent": "工号", "shop": "所属店铺", "team": "组别", "role": "岗位", "supervisor": "直属主管",
                        "inviter": "内推人",
                        "base_pay": "基本工资（元/月）", "joined_on": "入职日期", "left_on": "离职日期",
                        "probation_until": "试用期至"},
               also={"name": "姓名", "city": "工作城市"}, either={"agent": ["姓名", "花名"]},
               decoys=["序号", "出生日期", "社保基数", "合同到期日", "联系电话"], sums=["base_pay"],
               period=("2026-09", "file name: as of"), tail=[[], ["制表：人事部  数据截至2026/9/30"]],
               before=[("填写说明", [["1. 工号必填"], ["2. 离职人员保留三个月"]])])


def hris_en(folder):
    rng = random.Random(4021)
    heads = ["Worker ID", "Legal Name", "Preferred Name", "Store", "Team", "Job Title", "Manager", "Referred By",
             "Location",
             "Assignment Start", "Assignment End", "Original Hire Date", "Most Recent Hire Date", "Termination Date",
             "Probation End Date", "Monthly Base (EUR)", "Annual Salary (EUR)", "FTE %"]
    data = []
    for k, (number_, name) in enumerate(STAFF):
        first = dt.date(2023, rng.randint(1, 12), 3)
        again = dt.date(2025, 4, 1) if k in (2, 5) else first
        pay = rng.choice([1850, 2100, 2400])
        data.append([number_, name, name.split()[0], rng.choice(["Webshop NL", "Webshop DE"]),
                     rng.choice(["Tier 1", "Tier 2"]),
                     rng.choice(["CS Agent", "Senior CS Agent", "Team Lead"]), "Mireia Camps", "E-2041" if k in (3, 6)
                     else None, rng.choice(["Gent", "Breda"]),
                     dt.date(2026, 1, 1), {1: dt.date(2026, 10, 31), 4: dt.date(2026, 9, 11)}.get(k), first, again,
                     dt.date(2026, 9, 11) if k == 4 else None, again + dt.timedelta(days=60), pay, _r(pay * 12.96),
                     100])
    data.append(Line([f"Total workers: {len(STAFF)}"]))
    return put(folder, "Worker_Assignments_EU.xlsx", "assignments", heads, data, sheet="Report",
               top=[["Worker assignments as of 30/09/2026"], ["Company", "Linen & Clay Europe BV"], []],
               columns={"agent": "Worker ID", "shop": "Store", "team": "Team", "role": "Job Title",
                        "supervisor": "Manager",
                        "inviter": "Referred By", "from": "Assignment Start", "to": "Assignment End",
                        "left_on": "Termination Date", "probation_until": "Probation End Date",
                        "base_pay": "Monthly Base (EUR)"},
               also={"name": "Legal Name", "city": "Location"},
               either={"agent": ["Legal Name", "Preferred Name"]}, decoys=["Annual Salary (EUR)", "FTE %"],
               unsayable={"joined_on": "two hire dates, unequal for who came back: seniority may count from either"},
               sums=["base_pay"], period=("as of 2026-09-30", "title A1"))


def accounts_cn(folder):
    heads = ["平台", "店铺", "主账号", "子账号", "使用人", "使用人工号", "开通日期", "停用日期", "分成比例", "开通人",
             "绑定手机"]
    data = []
    start = dt.date(2026, 3, 1)
    plan = [("天猫", "云阁旗舰店", "云阁旗舰店", [("阿棠", 0, None, 1), ("静静", 1, None, 1), ("白班1", 2, None, 0.6),
                                                  ("白班1", 3, None, 0.4)]),
            ("京东", "云阁京东自营", "yunge_jd", [("yg-kf01", 4, None, 1), ("yg-kf02", 5, dt.date(2026, 9, 15), 1),
                                                  ("yg-kf02", 6, None, 1)]),
            ("抖音", "云阁抖音小店", "13800000000", [("飞鸽-小舟", 7, None, 1)])]
    for platform, shop, main, subs in plan:
        for k, (sub, who, to, share) in enumerate(subs):
            number_, name = PEOPLE[who]
            since = dt.date(2026, 9, 16) if who == 6 else start
            account = f"{main}:{sub}" if platform == "天猫" else sub
            data.append([platform if not k else None, shop if not k else None, main if not k else None, account, name,
                         number_,
                         since, to, share, "IT-老莫", f"139****{1200 + who}"])
    return put(folder, "店铺子账号台账.xlsx", "accounts", heads, data, sheet="台账", formats={"分成比例": "0%"},
               columns={"platform": "平台", "shop": "店铺", "account": "子账号", "agent": "使用人工号",
                        "from": "开通日期", "to": "停用日期",
                        "share": "分成比例"},
               either={"agent": ["使用人"]}, decoys=["主账号", "开通人", "绑定手机"],
               note="平台、店铺只写在每组第一行，下面空着表示同上；停用日期是否含当天没有写",
               tail=[[], ["白班1 为两人共用账号，业绩按比例分"]])


# ------------------------------------------------------------------------------------------------- quality and others


def qa_en(folder):
    rng = random.Random(4024)
    heads = ["QA date", "Agent", "Staff no.", "Reviewer", "Conversations checked", "Wrong answers", "Note errors",
             "Attitude points off", "Complaints", "Complaints upheld", "QA score", "Comment"]
    data = []
    for day in (4, 11, 18, 25):
        for number_, name in STAFF[:5]:
            checked = rng.choice([20, 30])
            wrong, note, claims = rng.choice([0, 0, 1, 2]), rng.choice([0, 0, 1]), rng.choice([0, 0, 1, 2])
            data.append([f"{day} Sep 2026", name, number_, "Q. Lan", checked, wrong or "/", note or "/",
                         rng.choice([0, 2]),
                         claims or "/", rng.randint(0, claims) or "/", 100 - 3 * wrong - 2 * note, None])
        data.append(Line([]))
    return put(folder, "QA summary Sep.xlsx", "quality", heads, data, sheet="QA",
               top=[["Customer service QA - every Friday in September"]],
               columns={"date": "QA date", "agent": "Staff no.", "checked": "Conversations checked",
                        "answer_errors": "Wrong answers",
                        "note_errors": "Note errors", "complaints": "Complaints",
                        "complaints_upheld": "Complaints upheld"},
               either={"agent": ["Agent"]}, decoys=["Reviewer", "Attitude points off", "QA score", "Comment"],
               sums=["checked", "answer_errors", "note_errors", "complaints", "complaints_upheld"],
               period=("September, the year in the column QA date: 2026", "title A1"),
               note="a slash is none; a blank row after each week")


def shop_days_cn(folder):
    rng = random.Random(4025)
    heads = ["统计日期", "访客数", "浏览量", "平均停留时长", "下单买家数", "下单金额", "支付买家数", "支付金额",
             "支付转化率", "客单价", "成功退款金额", "咨询人数"]
    data = []
    for day in range(1, 16):
        seen = rng.randint(1800, 6000)
        made = rng.randint(60, 190)
        paid = made - rng.randint(2, 20)
        sales = _r(paid * _money(rng, 80, 160))
        data.append([f"2026-09-{day:02d}", f"{seen:,}", f"{seen * 3 + rng.randint(0, 99):,}",
                     _r(rng.randint(100, 400) / 10), f"{made}",
                     f"{sales * 1.1:,.2f}", f"{paid}", f"{sales:,.2f}", f"{paid / seen:.2%}", f"{sales / paid:.2f}",
                     f"{sales * 0.06:,.2f}", f"{rng.randint(100, 400)}"])
    return put(folder, "【生意参谋】店铺取数-2026-09-01~2026-09-15.xlsx", "shop_days", heads, data, sheet="日",
               top=[["店铺：云阁家居旗舰店"], ["统计周期：2026-09-01至2026-09-15；终端：所有终端"],
                    ["提示：支付金额未剔除退款"], [None]],
               columns={"date": "统计日期", "visitors": "访客数", "buyers": "支付买家数", "sales": "支付金额"},
               also={"inquiries": "咨询人数"},
               decoys=["浏览量", "下单买家数", "下单金额", "成功退款金额", "客单价", "支付转化率"], sums=["visitors",
                   "buyers", "sales", "inquiries"],
               shop=("云阁家居旗舰店", "A1"), period=("2026-09-01 to 2026-09-15", "A2, file name"),
               note="数字都是文本，带千分位")


def shop_days_en(folder):
    rng = random.Random(4026)
    heads = ["Day", "Sessions", "Online store visitors", "Orders", "Gross sales", "Discounts", "Returns", "Net sales",
             "Shipping charges", "Taxes", "Total sales"]
    data = []
    for day in range(1, 13):
        seen = rng.randint(200, 900)
        gross = _money(rng, 400, 2600)
        off, back, ship = _r(gross * 0.05), _r(gross * rng.choice([0, 0.03])), 24.5
        net = _r(gross - off - back)
        data.append([f"2026-09-{day:02d}", seen + rng.randint(20, 200), seen, rng.randint(6, 30), f"{gross:.2f}",
                     f"-{off:.2f}",
                     f"-{back:.2f}" if back else "0.00", f"{net:.2f}", f"{ship:.2f}", f"{net * 0.21:.2f}",
                     f"{net * 1.21 + ship:.2f}"])
    return put(folder, "total_sales_over_time.csv", "shop_days", heads, data, enc="utf-8",
               columns={"date": "Day", "visitors": "Online store visitors"},
               decoys=["Sessions", "Discounts", "Returns", "Shipping charges", "Taxes"],
               unsayable={"sales": "gross, net and total sales: what counts of returns, shipping, taxes is agreed",
                          "buyers": "only orders are counted, no buyers"}, sums=["visitors"])


def targets_cn(folder):
    heads = ["层级", "考核对象", "考核指标", "单位", "去年同期", "目标值", "挑战值", "实际完成", "生效日期", "截止日期",
             "备注"]
    first, last = dt.date(2026, 10, 1), dt.date(2026, 12, 31)
    data = [["店铺", "云阁旗舰店", "销售额", "元", 1180000, 1300000, 1500000, None, first, last, None],
            ["店铺", "南溪母婴专营店", "销售额", "元", 640000, 700000, 760000, None, first, last, None],
            ["小组", "售前组", "询单转化率", "%", 38.2, 42, 45, None, first, last, "口径：付款/咨询"],
            ["小组", "售后组", "满意率", "%", 91, 94, 96, None, first, last, None],
            ["个人", "K0131", "首次响应", "秒", 21, 15, 12, None, first, last, None],
            ["个人", "K0144", "首次响应", "秒", 25, 18, 15, None, first, last, None],
            ["个人", "K0152", "客单价", "元", 122, 130, 138, None, first, dt.date(2026, 11, 30), "11月底调岗"]]
    return put(folder, "Q4 KPI目标下达.xlsx", "targets", heads, data, sheet="目标",
               top=[["2026年第四季度客服目标下达表"], []],
               columns={"scope": "层级", "subject": "考核对象", "measure": "考核指标", "value": "目标值",
                        "from": "生效日期", "to": "截止日期"},
               decoys=["去年同期", "挑战值", "实际完成"], period=("2026 Q4", "title A1"), sums=["value"],
               tail=[[], ["审批：________", None, "日期：________"]])


def costs_cn(folder):
    rng = random.Random(4028)
    heads = ["单据号", "费用月份", "承担店铺 Store", "费用类别 Category", "预算金额", "实际金额（元）", "差异",
             "付款日期", "经办人"]
    data = []
    for month in ("2026-08", "2026-09"):
        for shop in ("云阁旗舰店", "南溪母婴专营店"):
            for kind in ("推广费", "平台扣点", "快递费"):
                plan = rng.randint(8, 60) * 1000
                real = _r(plan * rng.choice([0.93, 1.04, 1.1]) + 0.35)
                data.append([f"FY{len(data) + 2301}", month, shop, kind, f"{plan:,}", f"{real:,.2f}",
                             f"{real - plan:,.2f}",
                             dt.date(2026, 10, rng.randint(8, 20)), "财务-童"])
            data.append(Line([None, None, f"{shop} 小计", None, None,
                              f"{sum(float(r[5].replace(',', '')) for r in data[-3:]):,.2f}"]))
    return put(folder, "店铺费用台账8-9月.xlsx", "costs", heads, data, sheet="费用",
               columns={"shop": "承担店铺 Store", "month": "费用月份", "kind": "费用类别 Category",
                        "amount": "实际金额（元）"},
               decoys=["单据号", "预算金额", "差异", "付款日期"], sums=["amount"], period=("2026-08, 2026-09",
                                                                                           "column 费用月份"))


def ledger_en(folder):
    rng = random.Random(4029)
    heads = ["Posting Date", "Document No.", "Fiscal Period", "G/L Account", "G/L Account Name", "Store (Dim 1)",
             "Description",
             "Debit (EUR)", "Credit (EUR)", "VAT (EUR)", "User ID"]
    names = [("4710", "Advertising"), ("4720", "Marketplace fees"), ("4730", "Outbound freight")]
    data = []
    for k in range(18):
        code, kind = rng.choice(names)
        value = f"{_money(rng, 80, 2400):,.2f}".replace(",", " ").replace(".", ",")
        minus = k in (5, 11)
        data.append([f"{rng.randint(1, 30):02d}/09/2026", f"PI-{26900 + k}", "2026/09", code, kind,
                     rng.choice(["Webshop NL", "Webshop DE"]), rng.choice(["Invoice", "Accrual"]) if not minus
                     else "Reversal",
                     "" if minus else value, value if minus else "", "0,00", "jtabuchi"])
    return put(folder, "GL_entries_47xx.csv", "costs", heads, data, enc="cp1252", sep=";", dec=",",
               columns={"shop": "Store (Dim 1)", "month": "Fiscal Period", "kind": "G/L Account Name"},
               either={"kind": ["G/L Account"]}, decoys=["Posting Date", "VAT (EUR)", "User ID", "Document No."],
               unsayable={"amount": "debit and credit stand apart; one column alone is not the cost"},
               period=("2026/09", "column Fiscal Period"), note="decimal comma, a blank for thousands")


def products_cn(folder):
    rng = random.Random(4030)
    heads = ["款式编码", "商品编码", "商品名称", "国标码", "分类", "成本价", "基本售价", "市场|吊牌价", "采购价",
             "库存数", "供应商", "启用"]
    data = []
    for k in range(20):
        cost = _money(rng, 8, 120)
        data.append([f"YG{k // 3 + 100}", f"YG{k // 3 + 100}-{k % 3 + 1}", rng.choice(["亚麻抱枕", "竹纤维毛巾",
                                                                                       "陶瓷香薰"]),
                     f"69{rng.randint(10**10, 10**11)}", rng.choice(["家纺", "卫浴", "香氛"]), cost if k != 7 else None,
                     _r(cost * 2.4), _r(cost * 4), _r(cost * 0.97), rng.randint(0, 900), "南浔织造", "是" if k != 12
                     else "否"])
    return put(folder, "商品资料_聚水潭.xlsx", "products", heads, data, sheet="商品资料",
               columns={"product": "商品编码", "category": "分类", "cost": "成本价"}, decoys=["款式编码", "国标码",
                   "基本售价", "市场|吊牌价", "采购价",
                                                                                "商品名称"],
               sums=["cost"], note="one product has no cost")


def wecom_customers(folder):
    rng = random.Random(4031)
    heads = ["客户名称", "外部联系人ID", "备注名", "描述", "添加人", "添加人账号", "添加人所属部门", "添加时间", "来源",
             "标签", "流失时间", "手机"]
    data = []
    for k in range(16):
        number_, name = rng.choice(PEOPLE[:4])
        when = _at(rng, month=8)
        data.append([BUYERS[k % 12], f"wm{rng.randint(10**9, 10**10)}A{k}", "", "", name, number_, "私域组",
                     f"{when:%Y-%m-%d %H:%M}", rng.choice(["扫一扫", "包裹卡"]), rng.choice(["高客单;老客", "宝妈", "",
                                                                                             "潜客"]),
                     f"{_later(rng, when, 9000, 30000):%Y-%m-%d %H:%M}" if k in (3, 9) else "", ""])
    return put(folder, "企微客户列表.csv", "customers", heads, data, enc="utf-8-sig",
               columns={"customer": "外部联系人ID", "agent": "添加人账号", "tags": "标签", "from": "添加时间"},
               also={"to": "流失时间"},
               either={"agent": ["添加人"]}, decoys=["客户名称", "备注名", "添加人所属部门", "手机", "来源"])


MAKERS = [wdt_orders, youzan_orders, presale, loyverse, hubspot, rakuten, eu_orders, tiktok, order_lines_cn,
          doudian_refunds,
          lazada_refunds, qiyu, zendesk, whatsapp_inbox, agent_days_cn, hotline_cn, livechat_days, dingtalk,
          attendance_en,
          roster_cn, hris_en, accounts_cn, qa_en, shop_days_cn, shop_days_en, targets_cn, costs_cn,
          ledger_en, products_cn, wecom_customers]


def write(folder: Path) -> list[dict]:
    """Write the exports into the folder and give their truths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [make(folder) for make in MAKERS]
