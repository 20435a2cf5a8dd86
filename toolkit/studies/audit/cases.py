"""A workspace's month as a case for reconciliation: the same measures under the rules of crediting not chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.core.text import Text
from toolkit.data.crediting.measures import JUDGING_RULES, measure_otherwise, open_months, orders_earned
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.reconcile.due import PayCase

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.core.period import Month
    from toolkit.data.crediting.credit import Way
    from toolkit.data.crediting.months import Months
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.settlement import Settlement

RULES = {
    "order_time": Text("orders judged by the time they were placed", "按下单时间判定业绩"),
    "payment_time": Text("orders judged by the time they were paid", "按付款时间判定业绩"),
    "order_first": Text("orders judged by placing first, then by payment", "下单优先判定业绩"),
}
FIRST = Text("orders given to the customer's first inquiry, not the last", "订单归客户首次而非末次咨询的客服")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The measures of a month under each rule of crediting not chosen, computed when they are asked for."""

    opened: Months
    month: Month

    def __iter__(self) -> Iterator[tuple[Text, pd.DataFrame]]:
        own = self.opened.settings.crediting.judged_by
        named: list[tuple[Text, Way]] = [(RULES[rule], (rule, "last")) for rule in JUDGING_RULES if rule != own]
        named.append((FIRST, (own, "first")))
        tables = measure_otherwise(self.opened, self.month, [way for _, way in named])
        return iter([(name, table) for (name, _), table in zip(named, tables, strict=True)])


def month_case(workspace: Workspace, settlement: Settlement, opened: Months, orders: pd.DataFrame) -> PayCase:
    """Return what the month's payroll is judged by, while the tables are open.

    Parameters
    ----------
    orders : the month's `credited_orders`.
    """
    return PayCase(
        month=settlement.month,
        schemes=tuple(map(read_scheme, workspace.schemes)),
        measures=settlement.measures.table,
        items=workspace.settings.payroll_items,
        alternatives=Otherwise(opened, settlement.month) if len(orders) else (),
        orders=orders.assign(amount=orders["amount"] - orders["refund_netted"]),
    )


def workspace_case(workspace: Workspace, settlement: Settlement) -> PayCase:
    """Return what the month's payroll is judged by, with all that can be asked of it at hand."""
    with open_months(workspace, settlement.month, settlement.month) as opened:
        case = month_case(workspace, settlement, opened, orders_earned(opened))
        return replace(case, alternatives=tuple(case.alternatives))
