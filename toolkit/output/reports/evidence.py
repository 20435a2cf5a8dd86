"""The evidence behind an audit: every pay line, the measures, and the orders with the place each was read at.

From an amount to its source: the sentence of an amount names its measures, the sheet of measures has them by person,
the sheet of orders has the orders they are made of, with the rule that credited each and the file, sheet and row it
was read from. Customers stand as numbers of this month only.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.output.render.tables import Kind, TableColumn
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports.view import PAYEE
from toolkit.rules.formula.dictionary import MEASURES, NUMBER_ATTRIBUTES, label
from toolkit.studies.audit.evidence import customer_numbers

if TYPE_CHECKING:
    from toolkit.output.reports.view import View

CREDITS: Mapping[str, Text] = {
    "inquiry": Text("After an inquiry", "询单成交"),
    "reminder": Text("Paid after a reminder", "催付成交"),
    "offline": Text("Closed off-platform", "线下成交"),
    "unmapped": Text("Account of nobody", "账号未对应客服"),
    "untraceable": Text("Untraceable", "无法追溯"),
    "silent": Text("Silent (bought without asking)", "静默成交"),
}
RULES: Mapping[str, Text] = {
    "explicit-account": Text("an account named on the order", "订单上指定的账号"),
    "note": Text("the note of the order", "订单备注"),
    "customer-owner": Text("the customer's owner", "客户的归属客服"),
    "customer-cycle": Text("an earlier order of the customer's cycle", "客户同一周期内的前一订单"),
    "inquiry": Text("the customer's inquiry", "客户的询单"),
    "inquiry-before-payment": Text("an inquiry between order and payment", "下单后付款前的询单"),
    "inquiry-without-account": Text("an inquiry that names no account", "询单没有账号"),
    "blank-customer": Text("no customer on the order", "订单没有客户"),
    "no-inquiry": Text("no inquiry in the window", "时限内没有询单"),
}
STATUS: Mapping[str, Text] = {
    "compared": Text("compared", "已核对"),
    "fixed": Text("no scheme pays it", "非方案发放"),
    "deduction": Text("deduction", "扣款"),
    "other_month": Text("earned in another month", "归属其他月份"),
    "unknown": Text("unknown item", "未说明的项目"),
}
_KINDS = {m.name: m.kind for m in MEASURES} | NUMBER_ATTRIBUTES
ORDER_COLUMNS = (
    TableColumn("order_id", Text("Order", "订单号")),
    TableColumn("shop", Text("Shop", "店铺")),
    TableColumn("customer", Text("Customer", "客户")),
    PAYEE,
    TableColumn("credited", Text("Credit", "归属")),
    TableColumn("by", Text("By", "依据")),
    TableColumn("account", Text("Account", "账号")),
    TableColumn("asked", Text("Asked at", "询单时间")),
    TableColumn("inquiry_id", Text("Inquiry", "询单号")),
    TableColumn("paid", Text("Paid at", "付款时间")),
    TableColumn("amount", Text("Amount", "金额"), "money"),
    TableColumn("refund_netted", Text("Refunded before settlement", "结算前退款"), "money"),
    TableColumn("refund_after", Text("Refunded after", "结算后退款"), "money"),
    TableColumn("file", Text("File", "文件")),
    TableColumn("sheet", Text("Sheet", "工作表")),
    TableColumn("row", Text("Row", "行")),
)
LINE_COLUMNS = (
    TableColumn("line_id", Text("Line", "编号")),
    PAYEE,
    TableColumn("item", Text("Item", "项目")),
    TableColumn("earned_month", Text("Month earned", "归属月份")),
    TableColumn("pay_month", Text("Month paid", "发放月份")),
    TableColumn("amount", Text("Amount", "金额"), "money"),
    TableColumn("stands", Text("In this audit", "核对情况")),
    TableColumn("sheet", Text("Sheet", "工作表")),
    TableColumn("row", Text("Row", "行")),
)


def evidence_sheets(v: View) -> list[WorkbookSheet]:
    """Return the sheets of measures, orders and pay lines of an audit."""
    columns, measures = measure_sheet(v)
    sheets = [
        WorkbookSheet(Text("Measures", "指标"), measures, columns),
        WorkbookSheet(Text("Orders", "订单"), order_rows(v), ORDER_COLUMNS),
    ]
    lines = line_rows(v)
    return sheets if lines is None else [*sheets, WorkbookSheet(Text("Pay lines", "工资明细"), lines, LINE_COLUMNS)]


def measure_sheet(v: View) -> tuple[list[TableColumn], pd.DataFrame]:
    """Return the month's measures by person, shop and channel; columns nobody has a figure in are left out."""
    cells = v.audit.settlement.cells
    people = cells.loc[cells["agent"].notna()]
    told = people[[c for c in people if c == "agent" or people[c].notna().any()]]
    columns = [TableColumn(str(c), _head(str(c)), _kind(str(c))) for c in told.columns if c not in ("agent", "month")]
    named = v.named(told)
    shown = {
        c.name: pd.Series([_shown(x, c.kind) for x in named[c.name]], named.index, dtype="object") for c in columns
    }
    return [PAYEE, *columns], named.assign(**shown)


def _head(column: str) -> Text:
    return Text(label(column, "en"), label(column, "zh"))


def _kind(column: str) -> Kind:
    kind = _KINDS.get(column.removeprefix("target_"))
    if kind is None:
        return "text"
    return "money" if kind == "money" else "number"


def _shown(value: object, kind: Kind) -> object:
    if isinstance(value, Fraction):
        return float(value)
    if kind == "text" and not pd.isna(value):  # type: ignore[call-overload]
        return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
    return value


def order_rows(v: View) -> pd.DataFrame:
    """Return the month's orders, each with whom it counts for and why, and where it was read."""
    orders = v.audit.orders
    agents = orders["agent"].where(orders["agent"].notna(), "")
    return v.named(said_orders(orders.assign(agent=agents), v.lang))


def said_orders(orders: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return credited orders with the words of their credit and rule, and numbers in place of customers."""
    return orders.assign(
        customer=customer_numbers(orders["customer"]),
        credited=[CREDITS[str(c)].of(lang) for c in orders["credit"]],
        by=[RULES[str(r)].of(lang) for r in orders["source_rule"]],
        asked=_moments(orders["asked_at"]),
        paid=_moments(orders["paid_at"]),
    )


def _moments(instants: pd.Series) -> list[str]:
    return [f"{i:%Y-%m-%d %H:%M:%S}" if not pd.isna(i) else "" for i in instants]


def line_rows(v: View) -> pd.DataFrame | None:
    """Return every line of the pay run with what became of it, None without payroll."""
    if v.audit.reconciliation is None:
        return None
    lines = v.audit.reconciliation.run.lines
    told = lines.reindex(columns=["line_id", "agent", "item", "earned_month", "pay_month", "amount", "sheet", "row"])
    status = lines["status"].mask(lines["taken"].notna(), "deduction")
    return v.named(told).assign(stands=[STATUS[str(s)].of(v.lang) for s in status])
