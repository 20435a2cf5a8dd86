"""A workspace's month as a case for reconciliation: the same measures under the rules of crediting not chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.core.text import Text
from toolkit.data.measures import JUDGING_RULES, credited_orders, measure_otherwise
from toolkit.rules import read_scheme
from toolkit.studies.dues import PayCase

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.data.crediting import Pick
    from toolkit.data.settings import JudgedBy
    from toolkit.data.workspace import Workspace
    from toolkit.studies.settlement import Settlement

RULES = {
    "order_time": Text("orders judged by the time they were placed", "按下单时间判定业绩"),
    "payment_time": Text("orders judged by the time they were paid", "按付款时间判定业绩"),
    "order_first": Text("orders judged by placing first, then by payment", "下单优先判定业绩"),
}
FIRST = Text("orders given to the customer's first inquiry, not the last", "订单归客户首次而非末次咨询的客服")


def workspace_case(workspace: Workspace, settlement: Settlement, orders: pd.DataFrame | None = None) -> PayCase:
    """Return what the month's payroll is judged by.

    Parameters
    ----------
    orders : the month's `credited_orders`, when they are at hand.
    """
    if orders is None:
        orders = credited_orders(workspace, settlement.month)
    return PayCase(
        month=settlement.month,
        schemes=tuple(map(read_scheme, workspace.schemes)),
        measures=settlement.measures.table,
        items=workspace.settings.payroll_items,
        alternatives=_alternatives(workspace, settlement) if len(orders) else (),
        orders=orders.assign(amount=orders["amount"] - orders["refund_netted"]),
    )


def _alternatives(workspace: Workspace, settlement: Settlement) -> tuple[tuple[Text, pd.DataFrame], ...]:
    own = workspace.settings.crediting.judged_by
    ways: list[tuple[Text, JudgedBy, Pick]] = [(RULES[rule], rule, "last") for rule in JUDGING_RULES if rule != own]
    ways.append((FIRST, own, "first"))
    tables = measure_otherwise(workspace, settlement.month, [(rule, pick) for _, rule, pick in ways])
    return tuple((name, table) for (name, _, _), table in zip(ways, tables, strict=True))
