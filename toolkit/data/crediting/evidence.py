"""What figures of a month were counted from, row by row: orders, inquiries, refunds, each with where it was read.

Beside it the orders as they were, did they name no account: what the rest of the rule of crediting makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.data.crediting.credit import earned_on, refunds_of
from toolkit.data.crediting.facts import asked_rows, events_of, orders_of
from toolkit.data.crediting.measures import earned_in
from toolkit.data.crediting.presales import paid_orders, pairs_of_presales
from toolkit.data.tables.engine import cases, stack

if TYPE_CHECKING:
    from toolkit.core.period import Month
    from toolkit.data.crediting.measures import Months
    from toolkit.data.tables.engine import Relation
    from toolkit.data.tables.schema import CanonicalTable

_READ_AT = {name: f"_{name}" for name in ("file", "sheet", "row")}


def orders_with_sources(opened: Months, month: Month) -> pd.DataFrame:
    """Return the `credited_orders` of an open month; when each was made, its note, its approval, where it was read.

    Returns
    -------
    DataFrame
        Columns `COLUMNS` of `credit`, then `made_at`, `note`, `approved_by`, `file`, `sheet`, `row`.
    """
    engine, earned = opened.engine, opened.earned(month)
    made = paid_orders(engine).select(own="order_id", made_at="created_at", note="note", approved_by="approved_by")
    read = engine.table("orders", *_READ_AT.values()).select(read_order="order_id", **_READ_AT)
    told = earned.left_join(made, earned.order_id == made.own).drop("own")
    return engine.read(told.left_join(read, told.order_id == read.read_order).drop("read_order"))


def inquiries_with_sources(opened: Months, month: Month) -> pd.DataFrame:
    """Return every row of the list of inquiries of an open month, see `asked_rows`, and where it was read."""
    engine, settings = opened.engine, opened.settings
    events = events_of(engine, opened.holders, month, month)
    rows = asked_rows(events, opened.credited, settings.crediting.count_unit, settings.clocks)
    read = engine.table("inquiries", *_READ_AT.values()).select(own="inquiry_id", **_READ_AT)
    return engine.read(rows.left_join(read, rows.inquiry_id == read.own).drop("own"))


def refunds_with_sources(opened: Months, month: Month) -> pd.DataFrame:
    """Return the refunds of the orders earned in an open month, see `refunds_of`, and where each was read."""
    engine, clocks = opened.engine, opened.settings.clocks
    orders = orders_of(engine, clocks, month, month)
    dated = earned_in(orders.mutate(earned_on=earned_on(orders, clocks)), month, month)
    return engine.read(refunds_of(engine, dated, clocks).rename(_READ_AT))


def decided_by_rule(opened: Months, month: Month, orders: Sequence[str]) -> Months:
    """Return one of the open months as if these orders named no account: the rest of the rule decides them."""
    engine = opened.engine
    whole = engine.rows(pd.DataFrame({"named_order": list(orders)}), {"named_order": "string"})
    pairs = pairs_of_presales(engine)
    deposits = pairs.semi_join(whole, pairs.final_order == whole.named_order).select(named_order="deposit_row")
    named = engine.keep(stack(whole, deposits))

    def find(spec: CanonicalTable) -> Relation:
        rows = engine.find(spec)
        if spec.name != "orders" or "account" not in rows.columns:
            return rows
        met = rows.left_join(named, rows.order_id == named.named_order)
        return met.mutate(account=cases((met.named_order.isnull(), met.account))).drop("named_order")

    return replace(opened, engine=replace(engine, find=find), first=month, last=month)
