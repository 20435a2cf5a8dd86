"""The order-level exports: order list, item lines, inquiries, refunds, and what the shops keep by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from data_samples.generator.calendar import LAST_DAY, last_day, month_of, seconds, stamp
from data_samples.generator.company import SHOPS, SUPERVISORS
from data_samples.generator.events import Books, Inquiry, Order
from data_samples.generator.files import Row, columns, write_csv, write_xlsx, yuan

# The real header of 2018, trailing spaces included.
ORDER_LIST = columns(
    "订单编号|买家会员名|买家支付宝账号|买家应付货款|买家应付邮费|买家支付积分|总金额|返点积分|买家实际支付金额|买家实际支付积分|"
    "订单状态|买家留言|收货人姓名|收货地址 |运送方式|联系电话 |联系手机|订单创建时间|订单付款时间 |宝贝标题 |宝贝种类 |"
    "物流单号 |物流公司|订单备注|宝贝总数量|店铺Id|店铺名称|订单关闭原因|卖家服务费|买家服务费|发票抬头|是否手机订单|"
    "分阶段订单信息|特权订金订单id|是否上传合同照片|是否上传小票|是否代付|定金排名|修改后的sku|修改后的收货地址|异常信息|天猫卡券抵扣|集分宝抵扣|"
    "是否是O2O交易|新零售交易类型|新零售导购门店名称|新零售导购门店id|新零售发货门店名称|新零售发货门店id|退款金额|预约门店|"
    "确认收货时间|打款商家金额|含应开票给个人的个人红包"
)
DETAIL_LIST = columns("订单编号|标题|价格|购买数量|外部系统编号|商品属性|套餐信息|备注|订单状态|商家编码")
INQUIRIES = columns("询单编号|询单时间|店铺|旺旺|买家会员名|渠道|商品|接待方|首次响应(秒)|平均响应(秒)")
REFUNDS = columns("订单编号|退款时间|退款金额|退款类型|退款原因")
REFUND_KINDS = {"return": "退货退款", "price protection": "价保"}
OFFLINE = columns("订单号|下单时间|付款时间|店铺|客户|金额|线下|账号|备注")
BY_HAND = columns("订单编号|旺旺|催付|备注|审批人")
PLACES = {name: k for k, name in enumerate(ORDER_LIST)}
DUPLICATED_EVERY = 400  # each so manieth order stands twice in its file
GB = "gb18030"


def write_order_files(folder: Path, books: Books) -> dict[str, list[str]]:
    """Write all files; return what was planted in them, by kind of defect."""
    defects: dict[str, list[str]] = {"rejected": [], "duplicated": []}
    refunded: dict[str, int] = defaultdict(int)
    for r in books.refunds:
        refunded[r.order] += r.amount
    for (month, shop), orders in _by_month_and_shop(o for o in books.orders if not o.offline).items():
        rows = [_order_row(o, refunded[o.id]) for o in orders]
        twice = [row for k, row in enumerate(rows) if k % DUPLICATED_EVERY == DUPLICATED_EVERY - 1]
        broken = list(_broken(rows[0])) if month == "2024-12" else []
        defects["duplicated"] += [row[0].strip('="') for row in twice]
        defects["rejected"] += [f"{shop}: {reason}" for reason, _ in broken]
        rows += twice + [row for _, row in broken]
        write_csv(folder / f"ExportOrderList_{shop}_{_range(month)}.csv", ORDER_LIST, rows, GB)
        details = [row for o in orders for row in _detail_rows(o)]
        write_csv(folder / f"ExportOrderDetailList_{shop}_{_range(month)}.csv", DETAIL_LIST, details, GB)
    _write_inquiries(folder, books.inquiries)
    _write_kept_by_hand(folder, books)
    return defects


def _range(month: str) -> str:
    return f"{month}-01至{min(last_day(month), LAST_DAY)}"


def _by_month_and_shop(orders: Iterable[Order]) -> dict[tuple[str, str], list[Order]]:
    out: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for o in orders:
        out[month_of(o.created), o.shop].append(o)
    return out


def _status(o: Order, refunded: int) -> str:
    if o.paid is None:
        return "等待买家付款" if o.created > seconds(LAST_DAY) else "交易关闭"
    if refunded >= o.amount:
        return "交易关闭"
    return "交易成功" if o.confirmed else "卖家已发货，等待买家确认"


def _order_row(o: Order, refunded: int) -> list[object]:
    """Return one row of the order list: most columns are empty, names and addresses masked."""
    row: list[object] = [""] * len(ORDER_LIST)
    closed = "买家未付款" if o.paid is None else "退款" if refunded >= o.amount else ""
    cells = {
        "订单编号": f'="{o.id}"', "买家会员名": o.customer, "买家应付货款": yuan(o.amount), "买家应付邮费": "0.00",
        "总金额": yuan(o.amount), "买家实际支付金额": yuan(o.amount if o.paid else 0),
        "订单状态": _status(o, refunded), "买家留言": "'null", "收货人姓名": "***", "联系手机": "'1****",
        "订单创建时间": stamp(o.created), "订单付款时间 ": stamp(o.paid),
        "宝贝标题 ": "，".join(product for product, _, _ in o.lines),
        "宝贝种类 ": len(o.lines), "宝贝总数量": sum(units for _, units, _ in o.lines), "店铺名称": o.shop,
        "订单关闭原因": closed, "退款金额": yuan(refunded), "确认收货时间": stamp(o.confirmed),
    }  # fmt: skip
    for name, value in cells.items():
        row[PLACES[name]] = value
    return row


def _detail_rows(o: Order) -> Iterator[Row]:
    for product, units, price in o.lines:
        yield f'="{o.id}"', product, yuan(price), units, "", "", "", "", "交易成功" if o.paid else "交易关闭", ""


def _broken(row: list[object]) -> Iterator[tuple[str, list[object]]]:
    """Yield rows that no reader can accept, made of a good one."""
    for column, value in (("订单编号", ""), ("总金额", "#VALUE!"), ("订单创建时间", "2024-12-32 08:00:00")):
        bad = list(row)
        bad[PLACES["订单编号"]] = '="2499999999999999999"'
        bad[PLACES["买家会员名"]], bad[PLACES[column]] = "tbx00001", value
        if column == "总金额":
            bad[PLACES["买家应付货款"]] = bad[PLACES["买家实际支付金额"]] = value
        yield f"{column.strip()} = {value!r}", bad


def _write_inquiries(folder: Path, inquiries: Iterable[Inquiry]) -> None:
    months: dict[str, list[Row]] = defaultdict(list)
    for q in inquiries:
        served = "人工" if q.human else "机器人"
        row = (q.id, stamp(q.at), q.shop, q.account, q.customer, q.channel, q.product, served)
        months[month_of(q.at)].append((*row, q.first_reply, q.average_reply))
    for month, rows in months.items():
        write_csv(folder / f"询单明细_{_range(month)}.csv", INQUIRIES, rows, GB)


def _write_kept_by_hand(folder: Path, books: Books) -> None:
    refunds = [(r.order, stamp(r.at), yuan(r.amount), REFUND_KINDS[r.kind], r.reason) for r in books.refunds]
    write_csv(folder / "退款明细.csv", REFUNDS, refunds)
    offline = [
        (o.id, stamp(o.created), stamp(o.paid), o.shop, o.customer, yuan(o.amount), "是", o.account, o.note)
        for o in books.orders
        if o.offline
    ]
    write_csv(folder / "线下订单.csv", OFFLINE, offline)
    named = [o for o in books.orders if o.account and not o.offline]
    leads = {shop: lead for shop, (lead, _) in zip(SHOPS, SUPERVISORS, strict=True)}
    rows = [(o.id, o.account, "是" if o.reminder else "否", o.note, leads[o.shop]) for o in named]
    write_xlsx(folder / "订单归属.xlsx", {"归属": (BY_HAND, rows)})
