"""Order lines by month and agent, as components paid by lines or by order read them.

The lines of an order are those of the agent for whom the order counts, in the month in which it is earned; they are
never divided. Orders after an inquiry and offline orders have lines, reminders have none; an order refunded in whole
before its settlement has none either. An order of which no line is known, or whose only line tells no amount, is one
line of its amount. A line without a category has that of its product in the list of products.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from toolkit.data.crediting.measures import Months

COLUMNS = ("month", "agent", "shop", "order_id", "line", "product", "category", "units", "amount", "discount", "cost")


def credited_lines(opened: Months) -> pd.DataFrame:
    """Return the lines of the orders earned in the open months: columns `COLUMNS`, money in minor units."""
    earned = opened.earned()
    sold = earned.filter(earned.agent.notnull(), earned.credit.isin(["inquiry", "offline"]))
    whole = sold.group_by("order_id").agg(total=sold.amount.sum(), back=sold.refund_netted.sum())
    mine = sold.filter(sold.counted == 1).select("order_id", "agent", "shop", day="earned_on").join(whole, "order_id")
    mine = mine.filter((mine.total > mine.back) | (mine.total == 0))
    orders = opened.engine.read(mine)
    lines = opened.engine.read(opened.engine.table("order_lines").semi_join(mine, "order_id"))
    rows = orders.assign(month=orders["day"].dt.strftime("%Y-%m").astype("str")).merge(lines, on="order_id", how="left")
    known = opened.engine.read(opened.engine.table("products"))
    named = dict(zip(known["product"], known["category"], strict=True))
    of_product = pd.Series([named.get(product) for product in rows["product"]], index=rows.index, dtype="str")
    rows["category"] = rows["category"].where(rows["category"].notna(), of_product)
    alone = ~rows["order_id"].duplicated(keep=False)
    rows["amount"] = rows["amount"].where(~(alone & rows["amount"].isna()), rows["total"])
    rows["line"] = rows["line"].fillna("1")
    return rows[list(COLUMNS)].sort_values(["month", "order_id", "line"], ignore_index=True)
