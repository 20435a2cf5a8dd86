"""What each column of each table of the re-performance pack means."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import label

_FILE = Text("the file it was read from", "来源文件")
_SHEET = Text("the sheet, blank for a csv", "工作表，csv 为空")
_ROW = Text("the row in that file or sheet, the header's included", "在文件或工作表中的行号（含表头）")
_AGENT = Text("whose it is, by id; blank: nobody's", "归属人工号；空为不归任何人")
_SHOP = Text("the shop in which it counts", "计入的店铺")
_ACCOUNT = Text("the account", "账号")
_CUSTOMER = Text(
    "the customer as a number of this month, the same in orders.csv and inquiries.csv",
    "客户在本月的编号，orders.csv 与 inquiries.csv 相同",
)
COLUMNS: Mapping[str, Mapping[str, Text]] = {
    "orders.csv": {
        "order_id": Text("order number; of a split order several rows", "订单号；平分的订单有多行"),
        "shop": Text("the shop in which it counts, that of the inquiry it follows", "计入的店铺（所归询单的店铺）"),
        "channel": Text("channel of the order", "订单渠道"),
        "customer": _CUSTOMER,
        "agent": _AGENT,
        "credit": Text(
            "what it counts as: inquiry, reminder, offline; silent, untraceable, unmapped are nobody's",
            "计为：inquiry 询单成交、reminder 催付、offline 线下；silent、untraceable、unmapped 不归任何人",
        ),
        "source_rule": Text("the rule that decided it, see the numbers below", "判定依据，编号见下"),
        "account": Text("the account by which it is credited", "据以归属的账号"),
        "approved_by": Text("who approved that the order names this account", "指定该账号的审批人"),
        "inquiry_id": Text("the row of inquiries.csv it follows", "所归询单，对应 inquiries.csv 的行"),
        "asked_at": Text("when that row was asked", "该询单的咨询时间"),
        "made_at": Text("when the order was made, of a pre-sale its deposit", "下单时间，预售取定金"),
        "paid_at": Text("when it was paid", "付款时间"),
        "earned_on": Text("the day it counts on", "计入的日期"),
        "amount": Text("what was paid, before refunds", "实付金额，未减退款"),
        "refund_netted": Text(
            "refunds taken off: before the settlement, at most the amount", "结算前退款，已扣减，至多为金额"
        ),
        "refund_after": Text("refunds after the settlement, not taken off", "结算后退款，未扣减"),
        "counted": Text(
            "1 on the row that counts the order, 0 on the other parts of a divided one",
            "计订单数的行为 1，其余分摊行为 0",
        ),
        "credit_by_rule": Text(
            "of an order credited by hand: its credit, did it name no account",
            "人工归属的订单：若不看指定账号，其归属方式",
        ),
        "agent_by_rule": Text("the same: whose it would be, blank: nobody's", "同上：将归谁，空为不归任何人"),
        "inquiry_by_rule": Text("the same: the inquiry it would follow", "同上：将归的询单"),
        "file": _FILE,
        "sheet": _SHEET,
        "row": _ROW,
    },
    "inquiries.csv": {
        "inquiry_id": Text("number of the row", "询单编号"),
        "agent": Text("who held the account when it was asked, blank: nobody", "咨询时刻账号的持有人，空为无人持有"),
        "shop": Text("shop", "店铺"),
        "channel": Text("channel", "渠道"),
        "account": Text("the account asked", "被咨询的账号"),
        "customer": _CUSTOMER,
        "answered_by": Text("person or robot", "person 人工，robot 机器人"),
        "asked_at": Text("when it was asked", "咨询时间"),
        "counted_as": Text(
            "the row it is counted as one inquiry with: the first of them; blank: it does not count",
            "与之计为同一询单的首行编号；空为不计",
        ),
        "order_id": Text(
            "the first paid order that follows this row and was paid in time", "归于本行且按时付款的首笔订单"
        ),
        "paid_at": Text("when that order was paid", "该订单的付款时间"),
        "buyer": Text(
            "1 on a row that is its own `counted_as` and whose inquiry has bought", "已成交的询单在其首行为 1"
        ),
        "file": _FILE,
        "sheet": _SHEET,
        "row": _ROW,
    },
    "refunds.csv": {
        "order_id": Text("the order it is taken off", "扣减的订单号"),
        "refund_of": Text(
            "the order number beside the refund (of a pre-sale it may be the deposit's)", "退款所写订单号"
        ),
        "refunded_at": Text("when, blank: not said", "退款时间，空为未写明"),
        "kind": Text("kind of refund", "退款类型"),
        "amount": Text("what went back", "退款金额"),
        "counts": Text(
            "netted: before the settlement, taken off; after: later, not taken off",
            "netted 结算前，已扣减；after 结算后，未扣减",
        ),
        "file": _FILE,
        "sheet": _SHEET,
        "row": _ROW,
    },
    "ledger.csv": {
        "month": Text("the month in which it is due", "应发月份"),
        "origin_month": Text("the month it comes from, another one for corrections and releases", "来源月份"),
        "agent": Text("whose pay it is", "归属人"),
        "component": Text("component of the scheme", "方案组成部分"),
        "step": Text("step of the calculation that made the row, blank: pay itself", "产生该行的步骤，空为本项薪酬"),
        "base": Text("what is paid on", "计发基数"),
        "by_value": Text("the figure that decides the tier, to 12 digits (exact in the sentence)", "定档数值（12 位）"),
        "tier_from": Text("the edge of the tier reached", "所达档位的起点"),
        "rate": Text("the rate paid", "提点"),
        "before_limits": Text("the amount before rounding, floor and cap", "取整和上下限之前的金额"),
        "amount": Text("the amount due", "应发金额"),
        "status": Text("paid, or what keeps it from being paid now", "paid 应发，或暂不发放的状态"),
        "scope": Text("the spell or group it was worked out for", "计算所按的任职段或组"),
        "scheme": Text("id of the scheme", "方案编号"),
        "owed": Text("what remains owed", "尚欠金额"),
        "sentence": Text("the sum in words", "计算过程"),
    },
    "lines.csv": {
        "line_id": Text("number of the pay line", "工资明细编号"),
        "agent": Text("payee", "领薪人"),
        "item": Text("payroll item", "工资项目"),
        "earned_month": Text("the month it was earned in", "归属月份"),
        "pay_month": Text("the month it is paid in", "发放月份"),
        "amount": Text("what is paid", "实发金额"),
        "status": Text(
            "compared with a component; fixed: no scheme pays it; other_month: earned in another one; unknown item",
            "compared 已与方案核对；fixed 非方案发放；other_month 归属其他月份；unknown 未说明的项目",
        ),
        "file": _FILE,
        "sheet": _SHEET,
        "row": _ROW,
    },
    "reconciliation.csv": {
        "agent": Text("payee", "领薪人"),
        "item": Text("payroll item", "工资项目"),
        "paid": Text("sum of its lines", "实发合计"),
        "recomputed": Text("sum of the amounts in ledger.csv it pays", "对应 ledger.csv 金额合计"),
        "difference": Text("paid less recomputed", "实发减应发"),
        "class": Text("MATCH, or the cause of the difference", "MATCH 为一致，否则为差异原因"),
        "sentence": Text("the same in words", "文字说明"),
        "also_fits": Text("other causes that explain the difference as well", "同样能解释差异的其他原因"),
        "source": Text("where the pay line stands", "工资明细所在位置"),
        "earned_month": Text("the month it was earned in", "归属月份"),
    },
    "sources.csv": {
        "file": Text("name of the file as imported", "导入的文件名"),
        "sha256": Text("SHA-256 of its bytes", "文件的 SHA-256"),
        "bytes": Text("its size", "字节数"),
        "map": Text("how it was read: see `map` in columns.csv", "读取所用映射，见 columns.csv 的 map"),
        "read": Text("rows below its headers", "表头以下的行数"),
        "accepted": Text("rows taken", "采用的行数"),
        "rejected": Text("rows that are in no figure until they are corrected", "被拒的行数，更正前不计入任何数字"),
        "repeated": Text(
            "rows that repeat an earlier row of the file, not counted again", "与前面的行相同、未重复计入的行数"
        ),
        "set_aside": Text("other rows left out: blank ones, totals, titles", "其他搁置的行数：空行、汇总、标题"),
        "imported_at": Text("when it was imported (UTC)", "导入时间（UTC）"),
        "user": Text("by whom", "导入人"),
        "host": Text("on which machine", "所用机器"),
    },
    "columns.csv": {
        "map": Text("kind of file: the map it was read by", "文件种类：读取所用映射"),
        "header": Text("the header as the file writes it, blank where none gives it", "文件中的表头，空为无对应表头"),
        "table": Text(
            "what it feeds: orders, inquiries, refunds, …; or the rows it sets aside", "写入的表，或据以搁置的行"
        ),
        "column": Text("the column it feeds; blank: it decides which rows are taken", "写入的列；空为决定取哪些行"),
        "how": Text(
            "blank: the cell as it is; else its part in a sum, a unit, a test, or what stands where no header gives it "
            "(gross: paid + refund where the file's paid amounts are net of refunds, else paid)",
            "空为原值；否则为在计算中的部分、单位、条件，或无表头时的取值（gross：实付已扣退款的文件取实付加退款，否则取实付）",
        ),
        "values": Text(
            "spellings in the file = what they mean; or the words of the test", "文件写法 = 含义，或条件的取值"
        ),
    },
}
_OWN_MEASURES: Mapping[str, Text] = {
    "month": Text("month", "月份"),
    "agent": Text(
        "whose figures these are; blank: a shop's sales to nobody's credit", "归属人；空为店铺中不归任何人的销售"
    ),
    "shop": _SHOP,
    "credit": Text("of rows of nobody: why, as in orders.csv", "不归任何人的行：原因，同 orders.csv"),
    "channel": Text(
        "channel of the inquiry or of the order: one person's inquiries and sales may stand in different rows",
        "询单或订单的渠道：同一人的询单与销售可能在不同行",
    ),
    "from": Text("first day of the spell in the month", "任职段在本月的首日"),
    "to": Text("last day of the spell in the month", "任职段在本月的末日"),
    "consultations": Text("rows of inquiries.csv that have this agent", "inquiries.csv 中本人的行数"),
    "receptions": Text("those a person answered", "其中人工接待的行数"),
    "inquiries": Text("those that are their own `counted_as`", "其中 counted_as 为自身的行数"),
    "buyers": Text("those that have `buyer` 1", "其中 buyer 为 1 的行数"),
    "orders": Text("orders credited as inquiry, by `counted`", "credit 为 inquiry 的订单数（按 counted）"),
    "units": Text("pieces of these orders, by their lines", "这些订单的件数（按商品行）"),
    "gross_sales": Text("sum of `amount` of these orders", "这些订单的 amount 合计"),
    "refunds": Text("sum of `refund_netted` of these orders", "这些订单的 refund_netted 合计"),
    "sales": Text("gross sales less refunds", "销售总额减退款"),
    "reminder_sales": Text("the same of orders credited as reminder", "credit 为 reminder 的订单，同上"),
    "offline_sales": Text("the same of orders credited as offline", "credit 为 offline 的订单，同上"),
    "offline_orders": Text("number of these", "其笔数"),
    "reply_seconds": Text("average seconds to reply, exact", "平均响应秒数（精确值）"),
    "rated": Text("ratings; of the daily report where the list has none", "评价数；询单明细没有评价的取日报"),
    "satisfied": Text("those that were satisfied", "其中满意的"),
}


def describe_column(file: str, column: str) -> Text:
    """Return what a column of a table of the pack means."""
    known = _OWN_MEASURES if file == "measures.csv" else COLUMNS[file]
    return known[column] if column in known else Text(label(column, "en"), label(column, "zh"))
