"""Refunds after the settlement of the month an order was earned in: they net in no measure, so pay takes them back.

What `credit` splits off as `refund_after`, by the month in which it was refunded: whatever nets in a measure is not
here, and together they are never more than the order. Only orders whose sales are counted from orders: the vendor's
daily figures stand as they are.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.data.crediting.credit import earned_on, refunds_of
from toolkit.data.crediting.facts import orders_of
from toolkit.data.crediting.tally import months_of_days, sources_of

if TYPE_CHECKING:
    from toolkit.core.period import Month
    from toolkit.data.crediting.measures import Months

COLUMNS = ("month", "agent", "origin_month", "amount", "order_id")
DTYPES = {name: "Int64" if name == "amount" else "str" for name in COLUMNS}
_KEY = ["agent", "origin_month", "order_id"]


def late_refunds(opened: Months) -> pd.DataFrame:
    """Return the late refunds of orders that count as somebody's `sales`: month, agent, origin_month, amount, order_id.

    Of an order of several people everybody has the part refunded of the own share; amounts in minor units.
    """
    rows = _late(opened)
    reported = _reported(opened)
    counted = [pair not in reported for pair in zip(rows["origin_month"], rows["shop"], strict=True)]
    return rows.loc[counted, list(COLUMNS)].reset_index(drop=True)


def untold_refunds(opened: Months) -> pd.DataFrame:
    """Return the late refunds that are taken back nowhere, because the vendor's daily reports stand for the sales.

    Returns
    -------
    DataFrame
        `COLUMNS`, shop, and `told`: whether the reports of that month and shop tell at least as much of refunds as is
        known of its orders, so that these may be among them.
    """
    days, reported, earned = opened.facts.agent_days, _reported(opened), opened.earned()
    if not reported:
        return pd.DataFrame(columns=[*COLUMNS, "shop", "told"])
    told = days[days["counted"]].groupby([months_of_days(days["day"]), days["shop"]])["refunds"].sum()
    money = earned.refund_netted + earned.refund_after
    theirs = earned.filter(money != 0, earned.agent.notnull(), earned.credit == "inquiry")
    known = opened.engine.read(theirs.select("shop", money=money, day="earned_on"))
    sums = known["money"].groupby([months_of_days(known["day"]), known["shop"]]).sum()
    rows = _late(opened)
    pairs = list(zip(rows["origin_month"], rows["shop"], strict=True))
    rows = rows.assign(told=[int(told.get(pair, 0)) >= int(sums.get(pair, 0)) for pair in pairs])
    return rows.loc[[pair in reported for pair in pairs]].reset_index(drop=True)


def _reported(opened: Months) -> set[tuple[str, str]]:
    """Return months and shops whose sales are those of the vendor's daily reports."""
    return {(s.month, s.shop) for s in sources_of(opened.facts) if s.kind == "agent_days"}


def _late(opened: Months) -> pd.DataFrame:
    """Return the late refunds of orders credited by an inquiry, or to a named account: `COLUMNS`, shop."""
    engine, clocks = opened.engine, opened.settings.clocks
    if engine.read(engine.table("refunds").limit(1)).empty:
        return pd.DataFrame(columns=[*COLUMNS, "shop"]).astype({**DTYPES, "shop": "str"})
    earned = opened.earned()
    sold = engine.read(
        earned.filter(earned.refund_after != 0).select(
            "order_id", "agent", "shop", "credit", "refund_after", day="earned_on"
        )
    )
    orders = orders_of(engine, clocks, opened.first, opened.last)
    back = refunds_of(engine, orders.mutate(earned_on=earned_on(orders, clocks)), clocks)
    back = engine.read(back.filter(back.late).select("refunded_at", refunded="amount", order_id="whole"))
    whole = sold.groupby("order_id")["refund_after"].transform("sum")
    sold = sold.assign(origin_month=months_of_days(sold["day"]), whole=whole)
    sold = sold[(sold["credit"] == "inquiry") & sold["agent"].notna()]
    back = back.assign(month=months_of_days(back["refunded_at"].dt.normalize()))
    rows = back.groupby(["order_id", "month"], as_index=False)["refunded"].sum().merge(sold, on="order_id")
    rows = rows.sort_values([*_KEY, "month"], ignore_index=True)
    so_far = rows.groupby(_KEY)["refunded"].cumsum()
    to_date = so_far.where(so_far < rows["whole"], rows["whole"]) * rows["refund_after"] // rows["whole"]
    rows["amount"] = (to_date - to_date.groupby([rows[k] for k in _KEY]).shift(fill_value=0)).astype("Int64")
    found: pd.DataFrame = rows.loc[rows["amount"] != 0, [*COLUMNS, "shop"]].astype({**DTYPES, "shop": "str"})
    return found.reset_index(drop=True)


def refunds_to_date(counted: pd.DataFrame, known: pd.DataFrame, month: Month, measured: set[str]) -> pd.DataFrame:
    """Return all refunds up to a month as pay takes them: those counted before as they were, and what is new.

    Parameters
    ----------
    counted : those the last closed month had counted.
    known : late refunds as the data have them now.
    measured : the months whose orders `known` tells of; of others what was counted stands.

    Notes
    -----
    What is known now beyond what was counted of an order is added in the month of the refund. What was counted and is
    no more (the order is somebody else's now, or the refund came in time after all) is cancelled in this month.
    """
    left: Counter[tuple[str, str, str]] = Counter()
    for _, agent, origin, amount, order in counted.itertuples(index=False):
        if origin in measured:
            left[agent, origin, order] += int(amount)
    more = []
    for when, agent, origin, amount, order in known.sort_values("month", kind="stable").itertuples(index=False):
        if when <= str(month):
            before = min(left[agent, origin, order], int(amount))
            left[agent, origin, order] -= before
            more.append((when, agent, origin, int(amount) - before, order))
    more += [(str(month), agent, origin, -amount, order) for (agent, origin, order), amount in sorted(left.items())]
    new = pd.DataFrame([row for row in more if row[3]], columns=list(COLUMNS))
    return pd.concat([counted, new.astype(DTYPES)], ignore_index=True)
