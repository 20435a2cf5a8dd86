"""Pre-sales that stand in two rows, a deposit and a final payment: joined into one order, never lost, never twice.

A final payment that names its deposit (`deposit_id`), or has its order number, is joined to it. All others are joined
by shop, customer and product, in the order of time, where there are as many finals as deposits and each was paid after
its deposit; where the rows leave it open nothing is joined, and the deposits wait (`open_deposits`). The joined order
has the number and the day of payment of the final, the moment of order of the deposit, and the sum of both amounts. A
final payment without a deposit row is the whole order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.data.crediting.named import customer_key
from toolkit.data.tables.engine import cases, place_in, stack
from toolkit.data.tables.schema import DEPOSIT_MARK

if TYPE_CHECKING:
    from toolkit.data.tables.engine import Engine, Relation, Value

DEPOSIT_COLUMNS = {
    "order_id": "deposit_row",
    "account": "deposit_account",
    "amount": "deposit_amount",
    "cost": "deposit_cost",
    "customer": "deposit_customer",
    "created_at": "deposited_at",
    "paid_at": "deposit_paid",
}


def paid_orders(engine: Engine) -> Relation:
    """Return the orders that count: paid, deposits joined to their finals and counted only with them.

    Returns
    -------
    Relation
        Columns of the table orders, of a pre-sale those of the whole, and `deposit_order`, `deposit_account`, number
        and account of the row that was joined to it, blank where there is none.
    """
    orders = engine.table("orders")
    paid = orders.filter(orders.paid_at.notnull(), orders.stage.fill_null("single") != "deposit")
    pairs = pairs_of_presales(engine)
    joined = paid.left_join(pairs, paid.order_id == pairs.final_order)
    return joined.mutate(
        amount=joined.amount + joined.deposit_amount.fill_null(0),
        cost=(joined.cost + joined.deposit_cost.fill_null(0)).coalesce(joined.deposit_cost),
        created_at=joined.deposited_at.coalesce(joined.created_at),
        customer=joined.customer.coalesce(joined.deposit_customer),
    ).select(*orders.columns, "deposit_order", "deposit_account")


def pairs_of_presales(engine: Engine) -> Relation:
    """Return the deposits joined to a final payment: `final_order`, `deposit_order`, what the deposit says."""
    return engine.once("presales", lambda: _pairs(engine))


def _pairs(engine: Engine) -> Relation:
    orders, lines = engine.table("orders"), engine.table("order_lines")
    bought = lines.group_by(line_order="order_id").agg(bought=lines["product"].min())
    staged = orders.filter(orders.paid_at.notnull(), orders.stage.isin(["deposit", "final"]))
    staged = staged.left_join(bought, staged.order_id == bought.line_order)
    staged = staged.mutate(
        who=customer_key(staged.customer),
        bought=staged.bought.fill_null(""),
        number=_bare(cases((staged.stage == "final", staged.deposit_id)).coalesce(staged.order_id)),
    )
    finals, deposits = staged.filter(staged.stage == "final"), staged.filter(staged.stage == "deposit")
    deposits = deposits.select(
        *("shop", "who", "bought", "number"),
        *(deposits[own].name(name) for own, name in DEPOSIT_COLUMNS.items()),
        deposit_order="number",
    )
    key, columns = ["shop", "who", "bought"], ["final_order", "deposit_order", *DEPOSIT_COLUMNS.values()]
    told = deposits.join(finals.select("number", final_order="order_id"), "number")
    told = told.mutate(nth=place_in(["deposit_row"], ["final_order"]))  # of several finals of one deposit the first
    told = told.filter(told.nth == 1).mutate(nth=place_in(["final_order"], ["deposit_row"]))
    told = told.filter(told.nth == 1).select(*columns)
    open_ = finals.anti_join(told, finals.order_id == told.final_order)
    open_ = open_.filter(open_.deposit_id.isnull(), open_.who.notnull())
    open_ = open_.select(*key, final_order="order_id", final_paid="paid_at")
    open_ = open_.mutate(nth=place_in(key, ["final_paid", "final_order"]), n=open_.count().over(group_by=key))
    waiting = deposits.anti_join(told, "deposit_row").filter(lambda d: d.who.notnull())
    waiting = waiting.mutate(
        nth=place_in(key, ["deposit_paid", "deposit_row"]), n_deposits=waiting.count().over(group_by=key)
    )
    pairs = waiting.join(open_, [*key, "nth"])
    fits = (pairs.n == pairs.n_deposits) & (pairs.final_paid >= pairs.deposit_paid)
    pairs = pairs.mutate(misfits=(~fits).cast("int64").sum().over(group_by=key))
    return stack(told, pairs.filter(pairs.misfits == 0).select(*columns))


def _bare(number: Value) -> Value:
    """Return an order number without the mark of a deposit."""
    return number.re_replace(f"{DEPOSIT_MARK}$", "")
