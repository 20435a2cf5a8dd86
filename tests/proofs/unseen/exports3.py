"""Thirty exports as real systems and people write them, with a known truth (third author).

Beside the keys of the README a truth has `either`: canonical column -> heads of which any is right, because they say
the same one to one in this file. Sums are `Decimal`; `where` is a list, a table each, with the numbers of all rows.
"""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from _kit3 import Sheet, write_text, write_xlsx

SURNAMES = "邹霍卞庞樊阮柯池骆闵鲍蒙褚裘翟邢"
GIVEN = [
    "若溪",
    "一鸣",
    "婉清",
    "子墨",
    "雨桐",
    "景行",
    "知夏",
    "承泽",
    "诗涵",
    "铭",
    "岚",
    "可欣",
    "嘉树",
    "念",
    "安琪",
]
FIRST = ["Maren", "Tobias", "Ines", "Callum", "Priya", "Noor", "Gideon", "Saoirse", "Emeka", "Lotte"]
LAST = ["Hallgrim", "Okafor-Lind", "Pellerin", "Strand", "Vasquez", "Thorne", "Banerji", "Quill", "Achterberg", "Moss"]


def names(rng: random.Random, count: int) -> list[str]:
    """Draw different Chinese names."""
    found: list[str] = []
    while len(found) < count:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        if name not in found:
            found.append(name)
    return found


def people(rng: random.Random, count: int) -> list[str]:
    """Draw different English names."""
    return [f"{a} {b}" for a, b in zip(rng.sample(FIRST, count), rng.sample(LAST, count), strict=True)]


def money(rng: random.Random, low: int, high: int) -> Decimal:
    """Draw an amount with two decimals."""
    return Decimal(rng.randint(low * 100, high * 100)) / 100


def moment(rng: random.Random, year: int, month: int, days: int = 28) -> datetime:
    """Draw an instant of a month."""
    return datetime(year, month, 1) + timedelta(seconds=rng.randrange(days * 86400))


def lay(sheet: Sheet, row: int, heads: list[str], rows: list[list], show: dict | None = None) -> list[int]:
    """Write a head and its rows; `show` turns the values of a head into what the cell holds. Return the data's rows."""
    sheet.line(row, heads)
    return fill(sheet, row + 1, heads, rows, show)


def fill(sheet: Sheet, row: int, heads: list[str], rows: list[list], show: dict | None = None) -> list[int]:
    """Write rows under a head that stands already."""
    for offset, values in enumerate(rows):
        for column, (head, value) in enumerate(zip(heads, values, strict=True), 1):
            form = (show or {}).get(head)
            sheet.put(row + offset, column, form(value) if form and value is not None else value)
    return list(range(row, row + len(rows)))


def sums(heads: list[str], rows: list[list], **columns: str) -> dict[str, Decimal]:
    """Add columns up exactly; what is not known counts nothing."""
    found = {}
    for canonical, head in columns.items():
        place = heads.index(head)
        found[canonical] = sum((Decimal(r[place]) for r in rows if isinstance(r[place], (int, Decimal))), Decimal(0))
    return found


def truth(file: str, table: str, columns: dict, rows: int, totals: dict, where: list[dict], **more) -> dict:
    """Put the truth of one export together; `either` names heads of which any is right (one to one in the file)."""
    base = {
        "file": file,
        "table": table,
        "columns": columns,
        "also": {},
        "decoys": [],
        "either": {},
        "unsayable": {},
        "shop": None,
        "period": None,
        "rows": rows,
        "totals": totals,
        "units": {},
        "set_aside": [],
        "where": where,
        "encoding": None,
        "sep": None,
        "note": "",
    }
    unknown = set(more) - set(base)
    if unknown:
        raise KeyError(unknown)
    return base | more


def place(sheet: str | None, head: list[int], data: list[int]) -> dict:
    """Say where the head and the data stand."""
    return {"sheet": sheet, "head": head, "data": data}


def erp_orders(folder: Path) -> dict:
    rng = random.Random(301)
    staff = names(rng, 4)
    heads = [
        "订单编号",
        "店铺",
        "原始单号",
        "业务员",
        "审核员",
        "客户网名",
        "交易时间",
        "付款时间",
        "应收金额",
        "已付金额",
    ]
    heads += ["货到付款金额", "邮费", "优惠", "货品预估成本", "订单状态", "客服备注", "标记名称"]
    rows = []
    for n in range(26):
        made = moment(rng, 2025, 9)
        paid, off, post = money(rng, 30, 900), money(rng, 0, 20), Decimal(rng.choice([0, 0, 6, 8]))
        rows.append(
            [
                f"JY2025091{n:05d}",
                rng.choice(["栖木家居旗舰店", "栖木企业店"]),
                str(4410093 * 10**12 + rng.randrange(10**11)),
                rng.choice(staff),
                rng.choice(["曹审", "系统"]),
                f"tb{rng.randrange(10**6)}",
                made,
                made + timedelta(minutes=rng.randrange(1, 90)),
                paid + Decimal("0.00"),
                paid,
                Decimal(0),
                post,
                off,
                (paid * Decimal("0.41")).quantize(Decimal("0.01")),
                rng.choice(["已发货", "已完成", "已发货", "已取消"]),
                rng.choice([None, "催发货", "改地址"]),
                None,
            ]
        )
        if n % 9 == 4:
            rows[-1][8] += 15
    sheet = Sheet("订单导出")
    data = lay(sheet, 1, heads, rows)
    total = sums(heads, rows, amount="已付金额", cost="货品预估成本")
    last = data[-1] + 1
    sheet.put(last, 1, "合计")
    for head in ["应收金额", "已付金额", "货到付款金额", "邮费", "优惠", "货品预估成本"]:
        sheet.put(last, heads.index(head) + 1, sums(heads, rows, x=head)["x"])
    write_xlsx(folder / "订单_20251008093122.xlsx", [sheet])
    return truth(
        "订单_20251008093122.xlsx",
        "orders",
        {"shop": "店铺", "account": "业务员", "created_at": "交易时间", "paid_at": "付款时间", "amount": "已付金额"}
        | {"status": "订单状态"},
        len(rows),
        total,
        [place("订单导出", [1], data)],
        also={"customer": "客户网名", "cost": "货品预估成本", "note": "客服备注"},
        decoys=["审核员", "应收金额", "货到付款金额", "优惠", "邮费"],
        shop=("several", "column 店铺"),
        set_aside=[{"row": last, "why": "合计"}],
        note="order_id: 原始单号 is the platform's number, 订单编号 the ERP's own; neither is judged.",
    )


def mall_orders(folder: Path) -> dict:
    rng = random.Random(302)
    staff = names(rng, 3)
    heads = ["订单编号", "下单时间", "支付时间", "订单状态", "商品总额(元)", "运费(元)", "优惠金额(元)", "实付金额(元)"]
    heads += ["退款状态", "退款金额(元)", "归属导购", "开单人", "所属门店", "买家昵称", "买家留言"]
    rows = []
    for n in range(31):
        made = moment(rng, 2025, 10)
        goods, off, post = money(rng, 60, 1500), Decimal(rng.choice([0, 0, 10, 30])), Decimal(rng.choice([0, 0, 12]))
        back = rng.choice([Decimal(0)] * 5 + [goods - off])
        pay = goods - off + post
        rows.append(
            [
                f"WM{20251000000 + n * 37}",
                made,
                made + timedelta(seconds=rng.randrange(20, 600)),
                "已关闭" if back else rng.choice(["已完成", "待收货"]),
                goods,
                post,
                off,
                pay,
                "退款成功" if back else "无",
                back,
                rng.choice(staff),
                rng.choice(["商城", *staff]),
                rng.choice(["滨江店", "云谷店"]),
                f"用户{rng.randrange(9999):04d}",
                rng.choice([None, "请放门口"]),
            ]
        )
    sheet = Sheet()
    sheet.put(1, 1, "订单列表 导出时间:2025-11-02 10:15:07 操作人:管理员")
    data = lay(sheet, 3, heads, rows)
    write_text(folder / "order_list_export.csv", sheet, "utf-8-sig")
    return truth(
        "order_list_export.csv",
        "orders",
        {"order_id": "订单编号", "created_at": "下单时间", "paid_at": "支付时间", "amount": "实付金额(元)"}
        | {"account": "归属导购", "status": "订单状态"},
        len(rows),
        sums(heads, rows, amount="实付金额(元)"),
        [place(None, [3], data)],
        also={"customer": "买家昵称", "shop": "所属门店"},
        decoys=["商品总额(元)", "优惠金额(元)", "退款金额(元)", "开单人"],
        unsayable={},
        encoding="utf-8-sig",
        sep=",",
        note="实付 = 总额 + 运费 - 优惠 in every row, refunded or not: before refunds. The shop is a store.",
    )


def video_orders(folder: Path) -> dict:
    rng = random.Random(303)
    heads = [
        "Order ID",
        "Order Status",
        "Cancelation/Return Type",
        "Seller SKU",
        "Product Name",
        "Variation",
        "Quantity",
    ]
    heads += ["SKU Unit Original Price", "SKU Subtotal Before Discount", "SKU Platform Discount", "SKU Seller Discount"]
    heads += [
        "SKU Subtotal After Discount",
        "Shipping Fee After Discount",
        "Taxes",
        "Order Amount",
        "Order Refund Amount",
    ]
    heads += ["Created Time", "Paid Time", "Shipped Time", "Buyer Username", "Payment Method", "Seller Note"]
    rows = []
    for _ in range(24):
        made = moment(rng, 2025, 11)
        unit, count = money(rng, 8, 90), rng.randint(1, 3)
        full, plat, own = unit * count, money(rng, 0, 3), money(rng, 0, 4)
        ship, back = Decimal(rng.choice(["0.00", "2.90"])), Decimal(0)
        status = rng.choice(["Completed", "Shipped", "Completed", "Canceled"])
        if status == "Canceled":
            back = full - plat - own + ship
        rows.append(
            [
                str(576460000000000000 + rng.randrange(10**15)),
                status,
                "Cancel" if back else None,
                f"LK-{rng.randint(10, 99)}",
                "Ribbed beanie",
                rng.choice(["Moss", "Ink"]),
                count,
                unit,
                full,
                plat,
                own,
                full - plat - own,
                ship,
                Decimal("0.00"),
                full - plat - own + ship,
                back,
                made,
                made + timedelta(minutes=rng.randrange(30)),
                None if back else made + timedelta(days=1),
                f"user{rng.randrange(10**7)}",
                "Card",
                None,
            ]
        )

    def stamp(value: datetime) -> str:
        return value.strftime("%d/%m/%Y %H:%M:%S\t")

    sheet = Sheet()
    show = {"Created Time": stamp, "Paid Time": stamp, "Shipped Time": stamp, "Order ID": lambda v: v + "\t"}
    show |= {h: lambda v: f"{v:.2f}" for h in heads if "Price" in h or "Discount" in h or "Amount" in h}
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "All order-2025-12-01-08_12.csv", sheet, "utf-8-sig", ",", csv.QUOTE_ALL)
    return truth(
        "All order-2025-12-01-08_12.csv",
        "orders",
        {"order_id": "Order ID", "status": "Order Status", "created_at": "Created Time", "paid_at": "Paid Time"}
        | {"amount": "Order Amount"},
        len(rows),
        sums(heads, rows, amount="Order Amount"),
        [place(None, [1], data)],
        also={"customer": "Buyer Username", "shipped_at": "Shipped Time", "note": "Seller Note"},
        decoys=[
            "SKU Subtotal Before Discount",
            "SKU Subtotal After Discount",
            "Order Refund Amount",
            "Taxes",
            "SKU Unit Original Price",
            "SKU Platform Discount",
        ],
        encoding="utf-8-sig",
        sep=",",
        note="One item an order. Days stand first (some days are above 12); numbers and times end in a tab. No shop.",
    )


def auction_orders(folder: Path) -> dict:
    rng = random.Random(304)
    heads = [
        "Sales Record Number",
        "Order Number",
        "Buyer Username",
        "Buyer Name",
        "Item Title",
        "Quantity",
        "Sold For",
    ]
    heads += ["Shipping And Handling", "Seller Collected Tax", "eBay Collected Tax", "Total Price", "Payment Method"]
    heads += ["Sale Date", "Paid On Date", "Shipped On Date"]
    rows = []
    for n in range(19):
        made = moment(rng, 2025, 10, 30).date()
        price, ship = money(rng, 12, 160), Decimal(rng.choice(["0.00", "4.95", "7.50"]))
        tax = (price * Decimal("0.07")).quantize(Decimal("0.01"))
        rows.append(
            [
                str(4101 + n),
                f"{rng.randint(10, 29)}-{rng.randrange(10**5):05d}-{rng.randrange(10**5):05d}",
                f"b{rng.randrange(10**6)}",
                people(rng, 1)[0],
                "Brass door pull",
                1,
                price,
                ship,
                Decimal("0.00"),
                tax,
                price + ship + tax,
                "Managed",
                made,
                made,
                made + timedelta(days=2),
            ]
        )

    def day(value: date) -> str:
        return value.strftime("%b-%d-%y")

    def dollars(value: Decimal) -> str:
        return f"${value:,.2f}"

    sheet = Sheet()
    sheet.line(2, heads)
    show = dict.fromkeys(heads[6:11], dollars) | dict.fromkeys(heads[12:], day)
    data = fill(sheet, 4, heads, rows, show)
    sheet.put(data[-1] + 2, 1, f"{len(rows)},record(s) downloaded, from ,Oct-01-25,to ,Oct-31-25")
    sheet.put(data[-1] + 3, 1, "Seller ID : fernhollow_hardware")
    write_text(folder / "eBay-OrdersReport-Nov-02-2025-03_11.csv", sheet, "utf-8-sig")
    return truth(
        "eBay-OrdersReport-Nov-02-2025-03_11.csv",
        "orders",
        {"created_at": "Sale Date", "paid_at": "Paid On Date", "amount": "Total Price", "order_id": "Order Number"},
        len(rows),
        sums(heads, rows, amount="Total Price"),
        [place(None, [2], data)],
        also={"customer": "Buyer Username", "shipped_at": "Shipped On Date"},
        decoys=["Sold For", "eBay Collected Tax", "Seller Collected Tax", "Shipping And Handling"],
        shop=("fernhollow_hardware", "line under the data"),
        period=("2025-10-01..2025-10-31", "line under the data"),
        encoding="utf-8-sig",
        sep=",",
        note="A blank first line, a blank line under the head, two lines of words at the end; dollars. The tax the "
        "marketplace collects and keeps is in the total: asking about it is right.",
    )


def crm_deals(folder: Path) -> dict:
    rng = random.Random(305)
    staff = people(rng, 4)
    heads = ["Record Id", "Deal Name", "Deal Owner", "Amount", "Expected Revenue", "Stage", "Probability (%)", "Type"]
    heads += [
        "Closing Date",
        "Account Name",
        "Contact Name",
        "Lead Source",
        "Created By",
        "Modified By",
        "Created Time",
    ]
    heads += ["Modified Time", "Overall Sales Duration"]
    rows = []
    for n in range(22):
        made = moment(rng, 2025, 9)
        worth = Decimal(rng.randint(20, 400) * 25)
        stage, chance = rng.choice(
            [("Closed Won", 100), ("Closed Won", 100), ("Negotiation/Review", 60), ("Closed Lost", 0)]
        )
        rows.append(
            [
                f"zcrm_48120000007{n:05d}",
                f"Office fit-out {n + 1}",
                rng.choice(staff),
                worth,
                worth * chance / 100,
                stage,
                chance,
                rng.choice(["New Business", "Existing Business"]),
                (made + timedelta(days=20)).date(),
                "Gallow & Finch",
                None,
                "Chat",
                rng.choice([*staff, "API Sync"]),
                rng.choice(staff),
                made,
                made + timedelta(days=21),
                20,
            ]
        )
    sheet = Sheet()
    show = {"Amount": lambda v: f"{v:.2f}", "Expected Revenue": lambda v: f"{v:.2f}"}
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "Deals_2025_11_03.csv", sheet, "utf-8")
    return truth(
        "Deals_2025_11_03.csv",
        "orders",
        {"order_id": "Record Id", "account": "Deal Owner", "amount": "Amount", "created_at": "Created Time"}
        | {"stage": "Stage"},
        len(rows),
        sums(heads, rows, amount="Amount"),
        [place(None, [1], data)],
        also={"customer": "Account Name", "channel": "Lead Source"},
        decoys=["Expected Revenue", "Created By", "Modified By", "Modified Time", "Probability (%)"],
        encoding="utf-8",
        sep=",",
        note="Won deals are orders, the others are not. Closing Date (expected where still open) is judged neither as "
        "the day of payment nor as a decoy: asking about it is right.",
        either={"stage": ["Stage"], "status": ["Stage"]},
    )


def hand_register(folder: Path) -> dict:
    rng = random.Random(306)
    staff = names(rng, 3)
    heads = ["序号", "日期", "接单客服", "订单号", "品类", "成交总额", "其中:定金", "其中:尾款", "成本价", "备注"]
    rows = []
    for n in range(18):
        down = Decimal(rng.choice([100, 200, 300]))
        rest = Decimal(rng.randint(6, 90) * 100)
        rows.append(
            [
                n + 1,
                date(2025, 10, rng.randint(1, 31)),
                rng.choice(staff),
                f"DZ25{rng.randrange(10**6):06d}",
                rng.choice(["窗帘", "沙发套", "地毯"]),
                down + rest,
                down,
                rest,
                (down + rest) * 45 / 100,
                rng.choice([None, None, "加急", "客户自提"]),
            ]
        )
    rows.sort(key=lambda r: r[1])
    for n, row in enumerate(rows, 1):
        row[0] = n
    sheet = Sheet("10月")
    sheet.put(1, 1, "暖绒定制 私域接单登记表(2025年10月)")
    sheet.merge(1, 1, 1, len(heads))
    data = lay(sheet, 2, heads, rows, {"日期": lambda v: f"{v.month}.{v.day}"})
    last = data[-1] + 1
    sheet.put(last, 1, "合计")
    sheet.merge(last, 1, last, 5)
    for column in (6, 7, 8, 9):
        whole = sum(r[column - 1] for r in rows)
        col = chr(64 + column)
        sheet.put(last, column, whole, formula=f"SUM({col}3:{col}{last - 1})")
    sheet.put(last + 2, 1, "制表:内勤   每周五更新,取消的单子请删除")
    write_xlsx(folder / "接单登记10月.xlsx", [sheet])
    return truth(
        "接单登记10月.xlsx",
        "orders",
        {"created_at": "日期", "account": "接单客服", "order_id": "订单号", "amount": "成交总额"},
        len(rows),
        sums(heads, rows, amount="成交总额", cost="成本价"),
        [place("10月", [2], data)],
        also={"cost": "成本价", "note": "备注"},
        decoys=["其中:定金", "其中:尾款"],
        shop=("暖绒定制", "title"),
        period=("2025-10", "title"),
        set_aside=[{"row": last, "why": "合计"}, {"row": last + 2, "why": "note"}],
        note="Days as 10.3 or 10.30 (text) without a year; the title has it.",
    )


def erp_lines(folder: Path) -> dict:
    rng = random.Random(307)
    heads = [
        "订单号",
        "行号",
        "商家编码",
        "商品名称",
        "类目",
        "数量",
        "标价",
        "优惠分摊",
        "实付分摊",
        "成本单价",
        "成本合计",
        "赠品",
    ]
    rows = []
    for n in range(14):
        for line in range(1, rng.randint(1, 3) + 1):
            count, price = rng.randint(1, 4), money(rng, 15, 200)
            off = money(rng, 0, 9)
            unit = (price * Decimal("0.38")).quantize(Decimal("0.01"))
            rows.append(
                [
                    f"E2511{n:06d}",
                    line,
                    f"QM{rng.randint(100, 999)}",
                    rng.choice(["藤编收纳筐", "香薰烛台", "棉麻桌布"]),
                    rng.choice(["收纳", "装饰", "布艺"]),
                    count,
                    price,
                    off,
                    price * count - off,
                    unit,
                    unit * count,
                    "否",
                ]
            )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows)
    write_text(folder / "商品明细(按订单).csv", sheet, "gb18030")
    return truth(
        "商品明细(按订单).csv",
        "order_lines",
        {"order_id": "订单号", "line": "行号", "units": "数量", "amount": "实付分摊"},
        len(rows),
        sums(heads, rows, units="数量", amount="实付分摊", discount="优惠分摊", cost="成本合计"),
        [place(None, [1], data)],
        also={"product": "商品名称", "category": "类目", "discount": "优惠分摊", "cost": "成本合计"},
        decoys=["标价", "成本单价"],
        encoding="gb18030",
        sep=",",
        either={"product": ["商品名称", "商家编码"]},
    )


def craft_lines(folder: Path) -> dict:
    rng = random.Random(308)
    heads = [
        "Sale Date",
        "Item Name",
        "Buyer",
        "Quantity",
        "Price",
        "Coupon Code",
        "Discount Amount",
        "Shipping Discount",
    ]
    heads += [
        "Order Shipping",
        "Order Sales Tax",
        "Item Total",
        "Currency",
        "Transaction ID",
        "Listing ID",
        "Date Paid",
    ]
    heads += ["Ship Country", "Order ID", "Variations", "SKU"]
    rows = []
    for _ in range(20):
        made = moment(rng, 2025, 10, 31).date()
        count, price = rng.randint(1, 3), money(rng, 9, 80)
        off = Decimal(rng.choice(["0.00", "0.00", "2.50"]))
        order = str(3800000000 + rng.randrange(10**6))
        for _ in range(rng.choice([1, 1, 2])):
            rows.append(
                [
                    made,
                    rng.choice(["Linen apron", "Oak spoon", "Felt basket"]),
                    f"h{rng.randrange(10**5)}",
                    count,
                    price,
                    None,
                    off,
                    Decimal("0.00"),
                    Decimal("4.00"),
                    Decimal("0.00"),
                    price * count - off,
                    "CNY",
                    str(4500000000 + rng.randrange(10**8)),
                    str(1700000000 + rng.randrange(10**6)),
                    made,
                    "Norway",
                    order,
                    None,
                    None,
                ]
            )
    sheet = Sheet()

    def day(value: date) -> str:
        return value.strftime("%m/%d/%y")

    data = lay(sheet, 1, heads, rows, {"Sale Date": day, "Date Paid": day})
    write_text(folder / "SoldOrderItems2025-10.csv", sheet, "utf-8")
    return truth(
        "SoldOrderItems2025-10.csv",
        "order_lines",
        {"order_id": "Order ID", "line": "Transaction ID", "units": "Quantity", "amount": "Item Total"},
        len(rows),
        sums(heads, rows, units="Quantity", amount="Item Total", discount="Discount Amount"),
        [place(None, [1], data)],
        also={"product": "Item Name", "discount": "Discount Amount"},
        decoys=["Price", "Shipping Discount", "Order Shipping", "Order Sales Tax", "Listing ID"],
        period=("2025-10", "file name"),
        encoding="utf-8",
        sep=",",
        note="Month first, two digits of the year. Read as orders (lines added up) the same heads decide.",
    )


def erp_refunds(folder: Path) -> dict:
    rng = random.Random(309)
    staff = names(rng, 3)
    heads = [
        "售后单号",
        "平台订单号",
        "店铺",
        "售后类型",
        "售后状态",
        "售后原因",
        "申请时间",
        "退款完成时间",
        "订单实付",
    ]
    heads += ["申请退款金额", "实退金额", "退运费", "责任客服", "处理人"]
    rows = []
    for n in range(23):
        made = moment(rng, 2025, 10)
        paid = money(rng, 50, 600)
        state = rng.choice(["退款成功", "退款成功", "退款成功", "退款关闭", "待处理"])
        asked = rng.choice([paid, (paid / 2).quantize(Decimal("0.01"))])
        done = state == "退款成功"
        rows.append(
            [
                f"AS{251000000 + n}",
                f"2510{rng.randrange(10**14):014d}",
                rng.choice(["暮云女装店", "暮云童装店"]),
                rng.choice(["仅退款", "退货退款", "退货退款"]),
                state,
                rng.choice(["尺码不合", "质量问题", "不想要了"]),
                made,
                made + timedelta(hours=rng.randrange(5, 90)) if done else None,
                paid,
                asked,
                asked if done else None,
                Decimal(0),
                rng.choice([*staff, None]),
                rng.choice(staff),
            ]
        )
    sheet = Sheet("售后工单")
    sheet.line(1, ["单据信息", None, None, None, None, None, "时间", None, "金额(元)", None, None, None, "人员", None])
    for left, right in ((1, 6), (7, 8), (9, 12), (13, 14)):
        sheet.merge(1, left, 1, right)
    data = lay(sheet, 2, heads, rows)
    write_xlsx(folder / "售后工单导出.xlsx", [sheet])
    return truth(
        "售后工单导出.xlsx",
        "refunds",
        {"order_id": "单据信息/平台订单号", "refunded_at": "时间/退款完成时间", "amount": "金额(元)/实退金额"}
        | {"kind": "单据信息/售后类型"},
        len(rows),
        sums(heads, rows, amount="实退金额"),
        [place("售后工单", [1, 2], data)],
        also={"reason": "单据信息/售后原因"},
        decoys=["金额(元)/申请退款金额", "金额(元)/订单实付", "时间/申请时间", "单据信息/售后单号", "金额(元)/退运费"],
        shop=("several", "column 单据信息/店铺"),
        note="Open and closed requests have neither amount nor day. The canonical refunds have no shop.",
    )


def credit_memos(folder: Path) -> dict:
    rng = random.Random(310)
    heads = ["Credit Memo", "Created", "Order", "Order Date", "Bill-to Name", "Status", "Refunded", "Adjustment Refund"]
    heads += ["Adjustment Fee", "Subtotal", "Shipping & Handling", "Payment Method"]
    rows = []
    for n in range(15):
        made = moment(rng, 2025, 11)
        sub, ship = money(rng, 20, 300), Decimal(rng.choice(["0.00", "9.00"]))
        fee = Decimal(rng.choice(["0.00", "0.00", "5.00"]))
        rows.append(
            [
                f"{n + 411:09d}",
                made,
                f"{30021 + n * 3:09d}",
                made - timedelta(days=rng.randint(2, 20)),
                people(rng, 1)[0],
                "Refunded",
                sub + ship - fee,
                Decimal("0.00"),
                fee,
                sub,
                ship,
                "alipay",
            ]
        )

    def stamp(value: datetime) -> str:
        return value.strftime("%b %d, %Y, %I:%M:%S %p")

    def yuan(value: Decimal) -> str:
        return f"CN¥{value:,.2f}"

    sheet = Sheet()
    show = {"Created": stamp, "Order Date": stamp} | dict.fromkeys(heads[6:11], yuan)
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "creditmemo.csv", sheet, "utf-8", ",", csv.QUOTE_ALL)
    return truth(
        "creditmemo.csv",
        "refunds",
        {"order_id": "Order", "refunded_at": "Created", "amount": "Refunded"},
        len(rows),
        sums(heads, rows, amount="Refunded"),
        [place(None, [1], data)],
        decoys=["Order Date", "Subtotal", "Adjustment Refund", "Adjustment Fee", "Credit Memo", "Shipping & Handling"],
        encoding="utf-8",
        sep=",",
        note="Refunded = Subtotal + Shipping - Fee.",
    )


def messenger(folder: Path) -> dict:
    rng = random.Random(311)
    staff = people(rng, 4)
    heads = [
        "Conversation ID",
        "Conversation started at (Asia/Shanghai)",
        "Channel",
        "User name",
        "Teammate currently assigned",
    ]
    heads += ["Teammate first assigned", "Closed by", "First response time (seconds)", "Time to close (seconds)"]
    heads += ["Replies", "Last updated at (Asia/Shanghai)", "Conversation rating", "Topics"]
    rows = []
    for n in range(28):
        made = moment(rng, 2025, 10)
        rows.append(
            [
                str(215470000000000 + n * 911),
                made,
                rng.choice(["Chat", "Email"]),
                f"visitor {rng.randrange(999)}",
                rng.choice(staff),
                rng.choice(staff),
                rng.choice([*staff, "Workflow"]),
                rng.choice([rng.randint(5, 900), None]),
                rng.randint(900, 90000),
                rng.randint(1, 14),
                made + timedelta(hours=3),
                rng.choice([None, 3, 4, 5]),
                None,
            ]
        )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows)
    write_text(folder / "conversations-export-20251105.csv", sheet, "utf-8")
    return truth(
        "conversations-export-20251105.csv",
        "inquiries",
        {"inquiry_id": "Conversation ID", "asked_at": "Conversation started at (Asia/Shanghai)"}
        | {"account": "Teammate currently assigned", "first_reply_s": "First response time (seconds)"},
        len(rows),
        sums(heads, rows, first_reply_s="First response time (seconds)"),
        [place(None, [1], data)],
        also={"channel": "Channel", "customer": "User name"},
        decoys=["Closed by", "Last updated at (Asia/Shanghai)", "Time to close (seconds)", "Teammate first assigned"],
        unsayable={"satisfied": "ratings from 1 to 5, nothing says from which a customer counts as satisfied"},
        encoding="utf-8",
        sep=",",
        note="account: the one assigned now; served_by could be another teammate who closed it.",
    )


def mailbox(folder: Path) -> dict:
    rng = random.Random(312)
    staff = people(rng, 3)
    heads = ["Number", "Subject", "Mailbox", "Customer", "Assigned To", "Status", "Created At", "First Response Time"]
    heads += ["Resolution Time", "Closed At", "Closed By", "Rating"]
    rows = []
    for n in range(21):
        made = moment(rng, 2025, 11)
        first = rng.randint(40, 9000)
        rows.append(
            [
                88210 + n,
                "Where is my parcel?",
                "Thistle & Oak",
                f"c{rng.randrange(10**5)}@example.org",
                rng.choice(staff),
                rng.choice(["closed", "active"]),
                made,
                first,
                first + rng.randint(600, 90000),
                made + timedelta(days=1),
                rng.choice(staff),
                rng.choice(["Great", "Okay", "Not Good", None]),
            ]
        )

    def clock(value: int) -> str:
        return f"{value // 3600}:{value // 60 % 60:02d}:{value % 60:02d}"

    sheet = Sheet()
    show = {"First Response Time": clock, "Resolution Time": clock}
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "conversations.xls", sheet, "utf-16", "\t")
    return truth(
        "conversations.xls",
        "inquiries",
        {"inquiry_id": "Number", "asked_at": "Created At", "account": "Assigned To"}
        | {"first_reply_s": "First Response Time"},
        len(rows),
        {"first_reply_s": Decimal(sum(r[7] for r in rows))},
        [place(None, [1], data)],
        also={"customer": "Customer", "shop": "Mailbox"},
        decoys=["Closed By", "Closed At", "Resolution Time"],
        unsayable={"satisfied": "Great, Okay, Not Good: nothing says whether Okay counts"},
        shop=("Thistle & Oak", "column Mailbox"),
        units={"first_reply_s": "h:mm:ss; the total is in seconds"},
        encoding="utf-16",
        sep="\t",
        note="Text between tabs under the suffix xls, UTF-16 with a byte order mark.",
    )


def calls(folder: Path) -> dict:
    rng = random.Random(313)
    staff = people(rng, 4)
    heads = [
        "line",
        "call id",
        "date (TZ offset incl.)",
        "time (TZ offset incl.)",
        "datetime (UTC)",
        "country_code",
        "direction",
    ]
    heads += ["from", "to", "answered", "missed_call_reason", "user", "voicemail", "waiting time", "duration (total)"]
    heads += ["duration (in call)", "transferred by", "tags"]
    rows = []
    for n in range(30):
        made = moment(rng, 2025, 10)
        taken = rng.random() < 0.85
        wait, talk = rng.randint(3, 60), rng.randint(30, 700) if taken else 0
        local = made + timedelta(hours=8)
        rows.append(
            [
                "Fernhollow support",
                str(1900440000 + n * 3),
                local.date(),
                local.strftime("%H:%M:%S"),
                made,
                "CN",
                "inbound",
                f"+8613{rng.randrange(10**9):09d}",
                "+862155501234",
                "Yes" if taken else "No",
                None if taken else "no answer",
                rng.choice(staff) if taken else None,
                None,
                wait,
                wait + talk,
                talk,
                None,
                None,
            ]
        )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows)
    write_text(folder / "calls-oct.csv", sheet, "utf-8", ",", csv.QUOTE_ALL)
    return truth(
        "calls-oct.csv",
        "inquiries",
        {"inquiry_id": "call id", "account": "user", "asked_at": "datetime (UTC)"},
        len(rows),
        {},
        [place(None, [1], data)],
        also={"shop": "line"},
        decoys=["transferred by", "duration (total)", "duration (in call)"],
        unsayable={
            "first_reply_s": "the waiting time runs until answered or given up; whether it counts as a reply is open"
        },
        encoding="utf-8",
        sep=",",
        note="asked_at may be put together from the local day and time as well: the same instant eight hours on.",
        either={"asked_at": ["datetime (UTC)", "date (TZ offset incl.)", "time (TZ offset incl.)"]},
    )


def chat_history(folder: Path) -> dict:
    rng = random.Random(314)
    staff = names(rng, 4)
    heads = [
        "会话ID",
        "访客昵称",
        "渠道来源",
        "会话创建时间",
        "接起时间",
        "会话结束时间",
        "客服昵称",
        "客服账号",
        "转接自",
        "首次响应时长(秒)",
    ]
    heads += ["平均响应时长(秒)", "消息数", "是否解决", "会话标签"]
    accounts = {name: f"kf{n:02d}@yunmu" for n, name in enumerate(staff, 1)}
    rows = []
    for n in range(27):
        made = moment(rng, 2025, 9)
        name = rng.choice(staff)
        moved = rng.choice([None, None, None, *(a for s, a in accounts.items() if s != name)])
        rows.append(
            [
                f"S{9000 + n}",
                f"访客{rng.randrange(10**5)}",
                rng.choice(["网页", "公众号", "小程序"]),
                made,
                made + timedelta(seconds=9),
                made + timedelta(minutes=11),
                name,
                accounts[name],
                moved,
                rng.randint(3, 120),
                rng.randint(8, 90),
                rng.randint(2, 60),
                rng.choice(["是", "否"]),
                None,
            ]
        )
    sheet = Sheet()
    show = {h: lambda v: v.strftime("%Y/%m/%d %H:%M") for h in heads[3:6]}
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "历史会话_20250901-20250930.csv", sheet, "gbk")
    return truth(
        "历史会话_20250901-20250930.csv",
        "inquiries",
        {"inquiry_id": "会话ID", "asked_at": "会话创建时间", "account": "客服账号", "first_reply_s": "首次响应时长(秒)"}
        | {"avg_reply_s": "平均响应时长(秒)", "transferred_from": "转接自"},
        len(rows),
        sums(heads, rows, first_reply_s="首次响应时长(秒)", avg_reply_s="平均响应时长(秒)"),
        [place(None, [1], data)],
        also={"customer": "访客昵称", "channel": "渠道来源"},
        decoys=["接起时间", "会话结束时间", "是否解决"],
        period=("2025-09-01..2025-09-30", "file name"),
        encoding="gbk",
        sep=",",
        either={"account": ["客服账号", "客服昵称"]},
    )


def workload(folder: Path) -> dict:
    rng = random.Random(315)
    staff = names(rng, 4)
    heads = [
        "日期",
        "账号",
        "昵称",
        "所属组",
        "接入会话量",
        "有效会话量",
        "转出量",
        "平均首响时长",
        "平均响应时长",
        "参评数",
        "满意数",
        "满意度",
    ]
    rows = []
    for day in range(1, 8):
        for n, name in enumerate(staff):
            took = rng.randint(20, 90)
            rated = rng.randint(3, took // 2)
            good = rng.randint(2, rated)
            rows.append(
                [
                    date(2025, 11, day),
                    f"cs{n + 1:03d}",
                    name,
                    "售前组" if n < 2 else "售后组",
                    took,
                    took - rng.randint(0, 5),
                    rng.randint(0, 4),
                    rng.randint(5, 70),
                    rng.randint(15, 110),
                    rated,
                    good,
                    good,
                ]
            )

    def clock(value: int) -> str:
        return f"00:{value // 60:02d}:{value % 60:02d}"

    sheet = Sheet("客服工作量")
    sheet.put(1, 1, "客服工作量报表  2025-11-01 至 2025-11-07  店铺:云目户外")
    sheet.merge(1, 1, 1, 12)
    upper = ["日期", "客服", None, None, "接待", None, None, "响应", None, "评价", None, None]
    sheet.line(2, upper)
    for left, right in ((2, 4), (5, 7), (8, 9), (10, 12)):
        sheet.merge(2, left, 2, right)
    sheet.merge(2, 1, 3, 1)
    sheet.line(3, [None, *heads[1:]])
    sheet.put(4, 1, "汇总")
    for column in (5, 6, 7, 10, 11):
        sheet.put(4, column, sum(r[column - 1] for r in rows))
    sheet.put(4, 12, f"{100 * sum(r[10] for r in rows) / sum(r[9] for r in rows):.2f}%")
    shown = [[*r[:11], f"{100 * r[10] / r[9]:.2f}%"] for r in rows]
    data = fill(
        sheet, 5, heads, shown, {"平均首响时长": clock, "平均响应时长": clock, "日期": lambda v: v.strftime("%Y-%m-%d")}
    )
    write_xlsx(folder / "客服工作量报表.xlsx", [sheet])
    return truth(
        "客服工作量报表.xlsx",
        "agent_days",
        {
            "date": "日期",
            "account": "客服/账号",
            "receptions": "接待/接入会话量",
            "first_reply_seconds": "响应/平均首响时长",
        }
        | {"reply_seconds": "响应/平均响应时长", "rated": "评价/参评数", "satisfied": "评价/满意数"},
        len(rows),
        sums(heads, rows, rated="参评数", satisfied="满意数", receptions="接入会话量"),
        [place("客服工作量", [2, 3], data)],
        decoys=["接待/转出量", "评价/满意度"],
        unsayable={"receptions": "接入会话量 counts all conversations, 有效会话量 those in which the visitor spoke"},
        shop=("云目户外", "title"),
        period=("2025-11-01..2025-11-07", "title"),
        set_aside=[{"row": 4, "why": "汇总, above the data"}],
        note="The sum row stands above the data.",
        either={"account": ["客服/账号", "客服/昵称"]},
    )


def performance(folder: Path) -> dict:
    rng = random.Random(316)
    staff = ["夏至", "小满", "立秋"]
    heads = [
        "日期",
        "客服",
        "咨询人数",
        "接待人数",
        "询单人数",
        "下单人数",
        "付款人数",
        "下单金额",
        "付款金额",
        "付款件数",
        "退款金额",
        "净销售额",
    ]
    heads += ["客单价", "询单->付款转化率"]
    rows = []
    for day in range(1, 11):
        for name in staff:
            asked = rng.randint(30, 120)
            took = asked - rng.randint(0, 6)
            eager = took * rng.randint(40, 80) // 100
            bought = eager * rng.randint(20, 50) // 100
            ordered = bought + rng.randint(0, 3)
            paid, back = money(rng, 500, 6000), money(rng, 0, 400)
            rows.append(
                [
                    date(2025, 10, day),
                    f"云目旗舰店:{name}",
                    asked,
                    took,
                    eager,
                    ordered,
                    bought,
                    paid + money(rng, 0, 300),
                    paid,
                    bought + rng.randint(0, 5),
                    back,
                    paid - back,
                    (paid / bought).quantize(Decimal("0.01")),
                    f"{100 * bought / eager:.1f}%",
                ]
            )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows, {"日期": lambda v: f"{v.year}年{v.month}月{v.day}日"})
    last = data[-1]
    for offset, word in enumerate(("汇总", "均值"), 1):
        sheet.put(last + offset, 1, word)
        for column in range(3, 13):
            whole = Decimal(sum(r[column - 1] for r in rows))
            sheet.put(last + offset, column, whole if offset == 1 else round(whole / len(rows), 2))
    write_text(folder / "绩效明细_20251001_20251010.csv", sheet, "gb18030")
    return truth(
        "绩效明细_20251001_20251010.csv",
        "agent_days",
        {
            "date": "日期",
            "account": "客服",
            "consultations": "咨询人数",
            "receptions": "接待人数",
            "inquiries": "询单人数",
        }
        | {"buyers": "付款人数", "sales": "付款金额", "units": "付款件数", "refunds": "退款金额"},
        len(rows),
        sums(heads, rows, consultations="咨询人数", receptions="接待人数", inquiries="询单人数", buyers="付款人数")
        | sums(heads, rows, sales="付款金额", units="付款件数", refunds="退款金额"),
        [place(None, [1], data)],
        decoys=["下单人数", "下单金额", "净销售额", "客单价"],
        shop=("云目旗舰店", "before the colon in column 客服"),
        period=("2025-10-01..2025-10-10", "file name"),
        set_aside=[{"row": last + 1, "why": "汇总"}, {"row": last + 2, "why": "均值"}],
        encoding="gb18030",
        sep=",",
    )


def team_blocks(folder: Path) -> dict:
    rng = random.Random(317)
    heads = ["账号", "接待人数", "询单人数", "成交人数", "成交金额", "上周成交金额", "环比"]
    sheet = Sheet("11.12")
    sheet.put(1, 1, "客服日报")
    sheet.merge(1, 1, 1, 7)
    sheet.put(2, 1, "日期:2025-11-12(周三)")
    row, where, all_rows, aside = 4, [], [], []
    for shop, count in (("沐晨食品旗舰店", 3), ("沐晨茶饮专营店", 4), ("沐晨生鲜店", 2)):
        sheet.put(row, 1, shop)
        sheet.merge(row, 1, row, 7)
        rows = []
        for n in range(count):
            took = rng.randint(40, 150)
            eager = took // 2 + rng.randint(0, 9)
            sold, before = money(rng, 800, 9000), money(rng, 800, 9000)
            account = f"{shop[:4]}:{'甲乙丙丁'[n]}{rng.randint(1, 9)}"
            rows.append([account, took, eager, eager // 3, sold, before, f"{100 * (sold - before) / before:+.1f}%"])
        data = lay(sheet, row + 1, heads, rows)
        last = data[-1] + 1
        sheet.put(last, 1, "小计")
        for column in range(2, 7):
            sheet.put(last, column, sum(r[column - 1] for r in rows))
        aside.append({"row": last, "why": "小计"})
        where.append(place("11.12", [row + 1], data))
        all_rows += rows
        row = last + 2
    sheet.put(row, 1, "总计")
    for column in range(2, 7):
        sheet.put(row, column, sum(r[column - 1] for r in all_rows))
    aside.append({"row": row, "why": "总计"})
    write_xlsx(folder / "客服日报1112.xlsx", [sheet])
    return truth(
        "客服日报1112.xlsx",
        "agent_days",
        {
            "account": "账号",
            "receptions": "接待人数",
            "inquiries": "询单人数",
            "buyers": "成交人数",
            "sales": "成交金额",
        },
        len(all_rows),
        sums(heads, all_rows, receptions="接待人数", inquiries="询单人数", buyers="成交人数", sales="成交金额"),
        where,
        decoys=["上周成交金额", "环比"],
        shop=("several", "title above each block"),
        period=("2025-11-12", "line under the title"),
        set_aside=aside,
        note="The day stands above, the shop before each head.",
    )


def chat_agents(folder: Path) -> dict:
    rng = random.Random(318)
    staff = people(rng, 5)
    heads = [
        "Agent",
        "Chats",
        "Missed chats",
        "First response time",
        "Chat duration",
        "Rated good",
        "Rated bad",
        "Good ratings %",
    ]
    heads += ["Accepting chats", "Sales", "Sales value (CNY)"]
    rows = []
    for name in staff:
        good, bad = rng.randint(5, 30), rng.randint(0, 4)
        rows.append(
            [
                name,
                rng.randint(40, 120),
                rng.randint(0, 5),
                rng.randint(8, 100),
                rng.randint(120, 900),
                good,
                bad,
                f"{100 * good // (good + bad)}%",
                "6h 12m",
                rng.randint(2, 12),
                money(rng, 300, 5000),
            ]
        )

    def words(value: int) -> str:
        return f"{value // 60}m {value % 60}s" if value >= 60 else f"{value}s"

    sheet = Sheet()
    sheet.put(1, 1, "Agent performance")
    sheet.line(2, ["Date range:", "Nov 21, 2025 - Nov 21, 2025"])
    sheet.line(3, ["Filters:", "Group: Thistle & Oak"])
    show = {"First response time": words, "Chat duration": words, "Sales value (CNY)": lambda v: f"{v:,.2f}"}
    data = lay(sheet, 5, heads, rows, show)
    last = data[-1] + 1
    sheet.put(last, 1, "Total")
    for column in (2, 3, 6, 7, 10):
        sheet.put(last, column, sum(r[column - 1] for r in rows))
    sheet.put(last, 11, f"{sum(r[10] for r in rows):,.2f}")
    write_text(folder / "agent-performance.csv", sheet, "utf-8")
    return truth(
        "agent-performance.csv",
        "agent_days",
        {
            "account": "Agent",
            "first_reply_seconds": "First response time",
            "satisfied": "Rated good",
        }
        | {"sales": "Sales value (CNY)"},
        len(rows),
        sums(heads, rows, satisfied="Rated good", sales="Sales value (CNY)"),
        [place(None, [5], data)],
        also={"orders": "Sales", "receptions": "Chats"},
        decoys=["Missed chats", "Rated bad", "Chat duration"],
        unsayable={"rated": "only the sum of Rated good and Rated bad, no column"},
        shop=("Thistle & Oak", "line 3 (Group)"),
        period=("2025-11-21", "line 2"),
        set_aside=[{"row": last, "why": "Total"}],
        encoding="utf-8",
        sep=",",
        note="The day is the range of one day above. Chats may as well be consultations or inquiries: asking is right.",
    )


def analytics(folder: Path) -> dict:
    rng = random.Random(319)
    heads = [
        "Date",
        "Sessions",
        "Total users",
        "New users",
        "Total purchasers",
        "Transactions",
        "Purchase revenue",
        "Total revenue",
    ]
    rows = []
    for day in range(1, 31):
        users = rng.randint(300, 900)
        buyers = rng.randint(5, 40)
        revenue = money(rng, 400, 4000)
        rows.append(
            [
                date(2025, 11, day),
                users + rng.randint(10, 200),
                users,
                users - rng.randint(20, 90),
                buyers,
                buyers + rng.randint(0, 3),
                revenue,
                revenue + money(rng, 0, 20),
            ]
        )
    sheet = Sheet()
    rule = "# " + "-" * 40
    for row, text in enumerate(
        [
            rule,
            "# Daily ecommerce",
            "# Account: Larkspur Goods",
            "# Property: larkspur-goods.example - GA4",
            rule,
            "#",
            "# All Users",
            "# Start date: 20251101",
            "# End date: 20251130",
        ],
        1,
    ):
        sheet.put(row, 1, text)
    data = lay(sheet, 10, heads, rows, {"Date": lambda v: v.strftime("%Y%m%d")})
    write_text(folder / "Daily_ecommerce.csv", sheet, "utf-8")
    return truth(
        "Daily_ecommerce.csv",
        "shop_days",
        {"date": "Date", "visitors": "Total users", "buyers": "Total purchasers", "sales": "Purchase revenue"},
        len(rows),
        sums(heads, rows, visitors="Total users", buyers="Total purchasers", sales="Purchase revenue"),
        [place(None, [10], data)],
        decoys=["Sessions", "New users", "Transactions", "Total revenue"],
        shop=("Larkspur Goods", "line 3 (Account)"),
        period=("2025-11-01..2025-11-30", "lines 8 and 9"),
        encoding="utf-8",
        sep=",",
        note="Comment lines with # above the head.",
    )


def shop_sheets(folder: Path) -> dict:
    rng = random.Random(320)
    heads = [
        "统计日期",
        "浏览量",
        "访客数",
        "咨询人数",
        "支付买家数",
        "支付件数",
        "支付金额(万元)",
        "成功退款金额(万元)",
        "老买家占比",
    ]
    sheets, where, everything, aside = [], [], [], []
    for shop in ("砚田文具", "砚田美术", "砚田礼品"):
        sheet = Sheet(shop)
        rows = []
        for day in range(1, 16):
            seen = rng.randint(200, 3000)
            bought = seen // 40 + rng.randint(0, 9)
            rows.append(
                [
                    date(2025, 8, day),
                    seen * 3 + rng.randint(0, 99),
                    seen,
                    seen // 9,
                    bought,
                    bought + rng.randint(0, 20),
                    Decimal(rng.randint(800, 60000)) / 10000,
                    Decimal(rng.randint(0, 3000)) / 10000,
                    f"{rng.randint(5, 40)}%",
                ]
            )
        sheet.put(1, 1, f"{shop} 8月上半月经营日报")
        sheet.put(2, 8, "单位:万元")
        data = lay(sheet, 3, heads, rows)
        sheet.put(data[-1] + 1, 1, "合计")
        for column in range(2, 9):
            sheet.put(data[-1] + 1, column, sum(r[column - 1] for r in rows))
        aside.append({"sheet": shop, "row": data[-1] + 1, "why": "合计"})
        where.append(place(shop, [3], data))
        everything += rows
        sheets.append(sheet)
    write_xlsx(folder / "各店日报8月.xlsx", sheets)
    return truth(
        "各店日报8月.xlsx",
        "shop_days",
        {
            "date": "统计日期",
            "visitors": "访客数",
            "buyers": "支付买家数",
            "sales": "支付金额(万元)",
            "inquiries": "咨询人数",
        },
        len(everything),
        sums(heads, everything, visitors="访客数", buyers="支付买家数", sales="支付金额(万元)", inquiries="咨询人数"),
        where,
        decoys=["浏览量", "支付件数", "成功退款金额(万元)"],
        shop=("several", "names of the sheets"),
        period=("2025-08-01..2025-08-15", "column 统计日期"),
        units={"sales": "wan (10,000 yuan)"},
        set_aside=aside,
        note="inquiries from 咨询人数 is the only count of customers asking; a tool may ask about it.",
    )


def door_counter(folder: Path) -> dict:
    rng = random.Random(321)
    heads = ["日期", "星期", "天气", "门店", "过店客流", "进店客流", "进店率", "成交笔数", "成交金额"]
    rows = []
    for day in range(1, 11):
        for shop in ("春熙店", "万象店"):
            passed = rng.randint(900, 4000)
            entered = passed * rng.randint(8, 20) // 100
            rows.append(
                [
                    date(2025, 7, day),
                    "周" + "一二三四五六日"[date(2025, 7, day).weekday()],
                    rng.choice(["晴", "雨"]),
                    shop,
                    passed,
                    entered,
                    f"{100 * entered / passed:.1f}%",
                    entered // 7,
                    money(rng, 900, 9000),
                ]
            )
    sheet = Sheet()
    data = lay(
        sheet, 1, heads, rows, {"日期": lambda v: f"{v.year}/{v.month}/{v.day}", "成交金额": lambda v: f"¥{v:,.2f}"}
    )
    write_text(folder / "客流日报.txt", sheet, "utf-16", "\t")
    return truth(
        "客流日报.txt",
        "shop_days",
        {"date": "日期", "shop": "门店", "visitors": "进店客流", "sales": "成交金额"},
        len(rows),
        sums(heads, rows, visitors="进店客流", sales="成交金额"),
        [place(None, [1], data)],
        decoys=["过店客流", "成交笔数", "进店率"],
        unsayable={"buyers": "成交笔数 counts sales, not people"},
        shop=("several", "column 门店"),
        encoding="utf-16",
        sep="\t",
    )


def roster_zh(folder: Path) -> dict:
    rng = random.Random(322)
    staff = names(rng, 12)
    heads = [
        "序号",
        "工号",
        "姓名",
        "性别",
        "部门",
        "组别",
        "岗位",
        "直接上级",
        "入职日期",
        "试用期截止",
        "离职日期",
        "基本工资",
        "合同到期日",
    ]
    heads += ["紧急联系人", "备注"]
    rows = []
    for n, name in enumerate(staff, 1):
        joined = date(2021, 1, 1) + timedelta(days=rng.randrange(1600))
        left = date(2025, 9, rng.randint(1, 30)) if n in (4, 9) else None
        rows.append(
            [
                n,
                f"0{n + 70:03d}",
                name,
                rng.choice("男女"),
                "客户服务部",
                rng.choice(["售前一组", "售前二组", "售后组"]),
                rng.choice(["客服专员", "高级客服", "客服组长"]),
                rng.choice(staff[:2]),
                joined,
                joined + timedelta(days=90),
                left,
                Decimal(rng.randint(30, 60) * 100),
                joined + timedelta(days=1096),
                rng.choice(staff),
                None,
            ]
        )

    def dots(value: date) -> str:
        return f"{value.year}.{value.month}.{value.day}"

    def years(value: date) -> str:
        return f"{value.year}年{value.month}月{value.day}日"

    sheet = Sheet("在职+离职")
    sheet.put(1, 1, "客户服务部员工花名册")
    sheet.merge(1, 1, 1, len(heads))
    sheet.put(2, 1, "更新日期:2025年10月9日")
    sheet.put(2, 12, "单位:元/月")
    data = lay(sheet, 3, heads, rows, {"入职日期": dots, "试用期截止": years, "离职日期": dots, "合同到期日": dots})
    sheet.hidden_columns.add(14)
    write_xlsx(folder / "花名册(客服部).xlsx", [sheet])
    return truth(
        "花名册(客服部).xlsx",
        "assignments",
        {
            "agent": "工号",
            "name": "姓名",
            "team": "组别",
            "role": "岗位",
            "supervisor": "直接上级",
            "joined_on": "入职日期",
        }
        | {"left_on": "离职日期", "probation_until": "试用期截止", "base_pay": "基本工资"},
        len(rows),
        sums(heads, rows, base_pay="基本工资"),
        [place("在职+离职", [3], data)],
        decoys=["序号", "合同到期日", "紧急联系人"],
        unsayable={"from": "since when somebody has this role and team is not said; the day of joining need not be it"},
        note="team: 组别; 部门 is the same for all.",
    )


def roster_en(folder: Path) -> dict:
    rng = random.Random(323)
    staff = people(rng, 9)
    heads = ["Employee #", "Last name, First name", "Job Title", "Department", "Location", "Reporting to", "Hire Date"]
    heads += [
        "Employment Status",
        "Termination Date",
        "Pay rate",
        "Pay per",
        "Pay type",
        "Overtime Status",
        "Birth Date",
    ]
    rows = []
    for n, name in enumerate(staff):
        joined = date(2022, 1, 1) + timedelta(days=rng.randrange(1200))
        left = date(2025, 8, 29) if n == 3 else None
        hourly = n % 3 == 1
        rows.append(
            [
                f"1{n + 30:03d}",
                ", ".join(reversed(name.split(" "))),
                rng.choice(["Support Agent", "Sales Rep"]),
                "CX",
                "Leeds",
                rng.choice(staff[:2]),
                joined,
                "Terminated" if left else "Full-Time",
                left,
                money(rng, 14, 19) if hourly else Decimal(rng.randint(24, 39) * 1000),
                "Hour" if hourly else "Year",
                "Hourly" if hourly else "Salary",
                "Exempt",
                date(1990, 1, 1) + timedelta(days=rng.randrange(4000)),
            ]
        )
    sheet = Sheet()

    def day(value: date) -> str:
        return value.strftime("%m/%d/%Y")

    show = {"Hire Date": day, "Termination Date": day, "Birth Date": day, "Pay rate": lambda v: f"{v:,.2f} GBP"}
    data = lay(sheet, 1, heads, rows, show)
    write_text(folder / "Employee Directory Report.csv", sheet, "utf-8")
    return truth(
        "Employee Directory Report.csv",
        "assignments",
        {"agent": "Employee #", "name": "Last name, First name", "role": "Job Title", "supervisor": "Reporting to"}
        | {"joined_on": "Hire Date", "left_on": "Termination Date"},
        len(rows),
        {},
        [place(None, [1], data)],
        also={"team": "Department", "city": "Location"},
        decoys=["Birth Date", "Employment Status"],
        unsayable={
            "base_pay": "Pay rate is a year's for some and an hour's for others; a month's needs the hours",
            "from": "since when somebody has this role is not said",
        },
        encoding="utf-8",
        sep=",",
        note="Month first; some days are above 12.",
    )


def accounts_zh(folder: Path) -> dict:
    rng = random.Random(324)
    staff = names(rng, 7)
    heads = [
        "平台",
        "店铺名称",
        "子账号",
        "子账号昵称",
        "使用人",
        "使用人工号",
        "绑定手机",
        "启用日期",
        "停用日期",
        "账号状态",
    ]
    sheet = Sheet("账号台账")
    sheet.put(1, 1, "客服子账号台账")
    sheet.merge(1, 1, 1, len(heads))
    sheet.line(2, heads)
    row, rows = 3, []
    for platform, shop, count in (
        ("淘宝", "砚田文具旗舰店", 3),
        ("拼多多", "砚田文具官方店", 2),
        ("抖音", "砚田美术", 3),
    ):
        for n in range(count):
            since = date(2025, 3, 1) + timedelta(days=rng.randrange(150))
            until = since + timedelta(days=60) if n == 1 else None
            who = rng.randrange(7)
            values = [platform, shop, f"{shop}:{'甲乙丙'[n]}", f"砚{'竹兰梅'[n]}", staff[who], f"Y{who + 11:03d}"]
            values += [f"1{rng.randrange(10**10):010d}", since, until, "停用" if until else "启用"]
            rows.append(values)
            sheet.line(row + n, ([platform, shop] if n == 0 else [None, None]) + values[2:])
        sheet.merge(row, 1, row + count - 1, 1)
        sheet.merge(row, 2, row + count - 1, 2)
        row += count
    write_xlsx(folder / "子账号台账.xlsx", [sheet])
    return truth(
        "子账号台账.xlsx",
        "accounts",
        {
            "platform": "平台",
            "shop": "店铺名称",
            "account": "子账号",
            "agent": "使用人工号",
            "from": "启用日期",
            "to": "停用日期",
        },
        len(rows),
        {},
        [place("账号台账", [2], list(range(3, row)))],
        decoys=["绑定手机", "账号状态", "子账号昵称"],
        shop=("several", "column 店铺名称, merged"),
        note="Platform and shop are merged over their rows.",
        either={"agent": ["使用人工号", "使用人"]},
    )


def accounts_shift(folder: Path) -> dict:
    rng = random.Random(325)
    staff = names(rng, 8)
    heads = ["店铺", "客服账号", "早班使用人", "晚班使用人", "负责人", "开始日期", "权限"]
    rows = []
    for n in range(8):
        early, late = rng.sample(staff, 2)
        rows.append(
            [
                rng.choice(["泊川数码", "泊川配件"]),
                f"bochuan-{n + 1:02d}",
                early,
                late,
                staff[0],
                date(2025, 9, 1),
                "接待",
            ]
        )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows)
    write_text(folder / "账号分配.csv", sheet, "gbk")
    return truth(
        "账号分配.csv",
        "accounts",
        {"shop": "店铺", "account": "客服账号", "from": "开始日期"},
        len(rows),
        {},
        [place(None, [1], data)],
        decoys=["负责人"],
        unsayable={"agent": "two people use each account by shift; whose work counts needs the hours of the shifts"},
        shop=("several", "column 店铺"),
        encoding="gbk",
        sep=",",
    )


def attendance_zh(folder: Path) -> dict:
    rng = random.Random(326)
    staff = names(rng, 9)
    lower = [
        "工号",
        "姓名",
        "部门",
        "应出勤(天)",
        "实际出勤(天)",
        "加班(小时)",
        "迟到次数",
        "迟到时长(分钟)",
        "早退次数",
        "早退时长(分钟)",
    ]
    lower += ["事假(天)", "病假(天)", "年假(天)"]
    heads = lower + [str(d) for d in range(1, 32)]
    upper = ["员工信息", None, None, "出勤", None, None, "迟到早退", None, None, None, "请假", None, None, "每日结果"]
    sheet = Sheet("月度汇总")
    sheet.put(1, 1, "月度汇总 统计日期:2025-10-01 至 2025-10-31")
    sheet.put(2, 1, "报表生成时间:2025-11-01 09:03")
    sheet.line(3, upper)
    for left, right in ((1, 3), (4, 6), (7, 10), (11, 13), (14, 44)):
        sheet.merge(3, left, 3, right)
    rows = []
    for n, name in enumerate(staff):
        off = rng.choice([0, 0, 1, 2])
        late, early = rng.choice([0, 0, 1, 3]), rng.choice([0, 0, 1])
        marks = [rng.choice(["√", "√", "√", "休"]) for _ in range(31)]
        rows.append(
            [
                f"{n + 8:05d}",
                name,
                "客服中心",
                22,
                22 - off,
                rng.randint(0, 20),
                late,
                late * rng.randint(2, 15),
                early,
                early * 9,
                off,
                0,
                0,
                *marks,
            ]
        )
    sheet.line(4, heads)
    data = fill(sheet, 5, heads, rows)
    write_xlsx(folder / "考勤月报_202510.xlsx", [sheet])
    return truth(
        "考勤月报_202510.xlsx",
        "attendance",
        {"agent": "员工信息/工号", "scheduled_days": "出勤/应出勤(天)", "worked_days": "出勤/实际出勤(天)"}
        | {"late_minutes": "迟到早退/迟到时长(分钟)", "early_leave_minutes": "迟到早退/早退时长(分钟)"},
        len(rows),
        sums(heads, rows, scheduled_days="应出勤(天)", worked_days="实际出勤(天)", late_minutes="迟到时长(分钟)")
        | sums(heads, rows, early_leave_minutes="早退时长(分钟)"),
        [place("月度汇总", [3, 4], data)],
        decoys=["出勤/加班(小时)", "请假/事假(天)", "请假/病假(天)", "每日结果/1"],
        unsayable={},
        period=("2025-10", "title"),
        note="late_days / early_leave_days from 迟到次数 / 早退次数 (times, not days) are not judged.",
        either={"agent": ["员工信息/工号", "员工信息/姓名"]},
    )


def timesheets(folder: Path) -> dict:
    rng = random.Random(327)
    staff = people(rng, 5)
    heads = [
        "Employee ID",
        "Employee",
        "Date",
        "Shift",
        "Rostered Hours",
        "Start Time",
        "End Time",
        "Break (mins)",
        "Worked Hours",
    ]
    heads += ["Overtime Hours", "Approved By", "Leave Type"]
    rows = []
    for day in range(10, 17):
        for n, name in enumerate(staff):
            away = rng.random() < 0.1
            worked = Decimal(0) if away else Decimal(rng.randint(28, 38)) / 4
            rows.append(
                [
                    f"T{n + 201}",
                    name,
                    date(2025, 11, day),
                    rng.choice(["Early", "Late"]),
                    Decimal(8),
                    None if away else "08:30",
                    None if away else "17:00",
                    None if away else 30,
                    worked,
                    max(Decimal(0), worked - 8),
                    staff[0],
                    "Sick" if away else None,
                ]
            )
    sheet = Sheet("Timesheets")
    sheet.put(1, 1, "Timesheet Detail - Thistle & Oak Retail Ltd")
    sheet.put(2, 1, "Week ending 16/11/2025")
    data = lay(sheet, 4, heads, rows, {"Date": lambda v: v.strftime("%d/%m/%Y")})
    last = data[-1] + 1
    sheet.put(last, 1, "Grand Total")
    for column in (5, 9, 10):
        sheet.put(last, column, sum(r[column - 1] for r in rows))
    write_xlsx(folder / "Timesheet Detail.xlsx", [sheet])
    return truth(
        "Timesheet Detail.xlsx",
        "attendance",
        {"agent": "Employee ID", "date": "Date", "scheduled_hours": "Rostered Hours", "worked_hours": "Worked Hours"},
        len(rows),
        sums(heads, rows, scheduled_hours="Rostered Hours", worked_hours="Worked Hours"),
        [place("Timesheets", [4], data)],
        also={"shift": "Shift", "leave": "Leave Type"},
        decoys=["Overtime Hours", "Break (mins)", "Approved By"],
        period=("2025-11-10..2025-11-16", "title (week ending) and column Date"),
        set_aside=[{"row": last, "why": "Grand Total"}],
        note="Days first, as text.",
        either={"agent": ["Employee ID", "Employee"]},
    )


def targets(folder: Path) -> dict:
    rng = random.Random(328)
    staff = names(rng, 6)
    heads = ["工号", "姓名", "组别", "上月完成(万元)", "保底目标(万元)", "冲刺目标(万元)", "确认签字"]
    rows = []
    for n, name in enumerate(staff):
        floor = Decimal(rng.randint(60, 200)) / 10
        rows.append(
            [f"A{n + 1:02d}", name, "售前" + "一二"[n % 2] + "组", floor - 1, floor, floor * Decimal("1.2"), None]
        )
    sheet = Sheet("目标")
    sheet.put(1, 1, "2025年12月个人销售目标分解表")
    sheet.merge(1, 1, 1, 7)
    data = lay(sheet, 2, heads, rows)
    last = data[-1] + 1
    sheet.put(last, 2, "合 计")
    for column in (4, 5, 6):
        sheet.put(last, column, sum(r[column - 1] for r in rows))
    write_xlsx(folder / "12月目标.xlsx", [sheet])
    return truth(
        "12月目标.xlsx",
        "targets",
        {"subject": "工号"},
        len(rows),
        {},
        [place("目标", [2], data)],
        decoys=["上月完成(万元)"],
        unsayable={"value": "two targets, 保底 and 冲刺; which of them the pay is measured against is not said"},
        period=("2025-12", "title"),
        units={"value": "wan (10,000 yuan)"},
        set_aside=[{"row": last, "why": "合计"}],
        either={"subject": ["工号", "姓名"]},
    )


def costs(folder: Path) -> dict:
    rng = random.Random(329)
    heads = ["月份", "店铺", "费用类型", "预算金额", "发生金额", "差异", "经办人", "摘要"]
    rows = []
    for month in ("2025-09", "2025-10"):
        for shop in ("栖木家居旗舰店", "栖木企业店"):
            for kind in ("推广费", "平台扣点", "快递费", "包材"):
                plan = Decimal(rng.randint(10, 90) * 100)
                spent = money(rng, 900, 9000)
                rows.append([month, shop, kind, plan, spent, spent - plan, "财务小唐", None])
    sheet = Sheet("费用")
    sheet.put(1, 1, "店铺费用明细表(单位:元)")
    sheet.merge(1, 1, 1, 8)
    show = {"月份": lambda v: f"{v[:4]}年{int(v[5:])}月", "发生金额": lambda v: f"{v:,.2f}"}
    data = lay(sheet, 3, heads, rows, show)
    write_xlsx(folder / "店铺费用9-10月.xlsx", [sheet])
    return truth(
        "店铺费用9-10月.xlsx",
        "costs",
        {"shop": "店铺", "month": "月份", "kind": "费用类型", "amount": "发生金额"},
        len(rows),
        sums(heads, rows, amount="发生金额"),
        [place("费用", [3], data)],
        decoys=["预算金额", "差异", "经办人"],
        shop=("several", "column 店铺"),
        period=("2025-09..2025-10", "column 月份"),
        note="Amounts are text with commas between the thousands.",
    )


def quality(folder: Path) -> dict:
    rng = random.Random(330)
    staff = names(rng, 5)
    heads = [
        "质检日期",
        "客服",
        "工号",
        "抽检会话数",
        "答复错误",
        "备注错误",
        "客诉数",
        "成立客诉",
        "质检得分",
        "质检员",
    ]
    rows = []
    for day in (3, 10, 17, 24):
        for n, name in enumerate(staff):
            complaints = rng.randint(0, 3)
            rows.append(
                [
                    date(2025, 11, day),
                    name,
                    f"K{n + 1:03d}",
                    20,
                    rng.randint(0, 3),
                    rng.randint(0, 2),
                    complaints,
                    rng.randint(0, complaints),
                    Decimal(rng.randint(850, 1000)) / 10,
                    "质检-梁",
                ]
            )
    sheet = Sheet()
    data = lay(sheet, 1, heads, rows, {"质检日期": lambda v: v.strftime("%Y%m%d")})
    last = data[-1] + 1
    sheet.line(
        last, ["平均", None, None, 20, *(round(Decimal(sum(r[c] for r in rows)) / len(rows), 2) for c in range(4, 9))]
    )
    write_text(folder / "质检周报汇总.csv", sheet, "gb18030", ",", csv.QUOTE_ALL)
    return truth(
        "质检周报汇总.csv",
        "quality",
        {
            "date": "质检日期",
            "agent": "工号",
            "checked": "抽检会话数",
            "answer_errors": "答复错误",
            "note_errors": "备注错误",
        }
        | {"complaints": "客诉数", "complaints_upheld": "成立客诉"},
        len(rows),
        sums(heads, rows, checked="抽检会话数", answer_errors="答复错误", note_errors="备注错误", complaints="客诉数")
        | sums(heads, rows, complaints_upheld="成立客诉"),
        [place(None, [1], data)],
        decoys=["质检得分", "质检员"],
        set_aside=[{"row": last, "why": "平均"}],
        encoding="gb18030",
        sep=",",
        note="Days as 20251103.",
        either={"agent": ["工号", "客服"]},
    )


EXPORTS = [erp_orders, mall_orders, video_orders, auction_orders, crm_deals, hand_register, erp_lines, craft_lines]
EXPORTS += [erp_refunds, credit_memos, messenger, mailbox, calls, chat_history, workload, performance, team_blocks]
EXPORTS += [chat_agents, analytics, shop_sheets, door_counter, roster_zh, roster_en, accounts_zh, accounts_shift]
EXPORTS += [attendance_zh, timesheets, targets, costs, quality]


def write(folder) -> list[dict]:
    """Write the thirty exports into `folder` and return their truths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return [export(folder) for export in EXPORTS]
