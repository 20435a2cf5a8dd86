"""Refunds after a month was closed that no figure has, because the shop's sales come from daily reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.crediting.late_refunds import COLUMNS, untold_refunds
from toolkit.data.tables.chain import closed_months
from toolkit.studies.audit.at_stake import say_gains
from toolkit.studies.audit.settlement import Settlement, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.data.crediting.measures import Months
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.settle.inputs import SettlementTables


def not_taken_back(
    workspace: Workspace, settlement: Settlement, opened: Months, beside: SettlementTables
) -> Iterator[Finding]:
    """Yield by closed month and shop what was refunded since and stands in no report, priced as if it were taken back.

    Parameters
    ----------
    settlement : of an open month; refunds of later months, and those a closed month had to decide on, are left out.
    beside : what it was paid from beside its measures.
    """
    closed, month = {str(m) for m in closed_months(workspace)}, str(settlement.month)
    if not closed or settlement.book is not None:
        return
    rows = untold_refunds(opened)
    rows = rows[rows["origin_month"].isin(closed) & (rows["month"] <= month) & ~rows["month"].isin(closed)]
    for (origin, shop, told), own in rows.groupby(["origin_month", "shop", "told"]):
        n, money = own["order_id"].nunique(), format_money(int(own["amount"].sum()))
        en = f"{money} of {counted(n, 'order')} of {origin} in {shop} was refunded later"
        zh = f"{shop} {origin} 的 {n} 笔订单在该月之后退款 {money}"
        if told:
            text = Text(
                f"{en}; the daily reports its sales come from tell at least as much of refunds: look whether of these.",
                f"{zh}；该店销售额取自客服日报，其退款金额不低于此：请核对是否已包含这些退款。",
            )
            yield Finding("refunds-told-in-reports", "info", str(shop), text, month)
            continue
        taken = beside.copy()
        taken["refunds"] = pd.concat([beside["refunds"], own[list(COLUMNS)]], ignore_index=True)
        then = settle(workspace, settlement.month, measures=settlement.measures, tables=taken)
        gains = then.due.sub(settlement.due, fill_value=0).astype("int64")
        price = say_gains(Text("Taken back", "如予追回"), gains)
        text = Text(
            f"{en} and is in no figure: sales there come from daily reports. {price.en} Export the reports of {origin} "
            "again with what was refunded since and import them: the difference is paid as a correction; or enter it "
            "as an adjustment.",
            f"{zh}，未计入任何数字：该店销售额取自客服日报。{price.zh}"
            f"请重新导出 {origin} 的客服日报（含之后的退款金额）并导入，差额会作为更正发放；或录入调整。",
        )
        yield Finding("refunds-not-taken-back", "review", str(shop), text, month, {"pay": int(gains.abs().sum())})
