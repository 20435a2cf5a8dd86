"""Whose order is it: the credit of every order, as one expression that any engine can compute.

An order counts when it is paid; of a pre-sale, the deposit does not count before the rest is paid. What is explicit
stands first (an account on the order), then the customer's inquiries in the same shop, answered by a person
(`served_by` is not ``robot``), inside the window of the judging rule, both ends included:

=============  ==============================================================================================
order_time     inquiries at most the window before the order was made
payment_time   inquiries at most the window before it was paid
order_first    as order_time; if there is none, the last one from the order to its payment: a reminder
=============  ==============================================================================================

Of several inquiries the last counts (or the first, if asked for), at equal times the one with the last (first) id. An
inquiry at the very moment of the order comes before it.

The inquiry is found by a running count, not by an as-of join, which Spark lacks: inquiries and orders of a customer
stand in one line by time, each order carries the number of the inquiry it follows, and a plain join by that number
brings it back. Unlike a join by customer alone this stays linear however often one customer asks and buys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from toolkit.data.crediting.accounts import Accounts, divide, read_accounts, with_accounts
from toolkit.data.tables.engine import blank, cases, days_later, literal, stack
from toolkit.data.tables.settings import JudgedBy

if TYPE_CHECKING:
    from toolkit.data.tables.engine import Engine, Relation, Value
    from toolkit.data.tables.settings import Clocks, Settings

Pick = Literal["last", "first"]
Way: TypeAlias = tuple[JudgedBy, Pick]
"""A way of crediting: the judging rule, and which inquiry of the window has the order."""
CREDITS: tuple[str, ...] = ("inquiry", "reminder", "offline", "silent", "untraceable", "unmapped")
NOBODY: tuple[str, ...] = ("silent", "untraceable", "unmapped")
MONEY = ["amount", "refund_netted", "refund_after"]
COLUMNS: tuple[str, ...] = (
    *("order_id", "shop", "channel", "customer", "credit", "source_rule", "account", "agent", "counted"),
    *("inquiry_id", "asked_at", "moment", "paid_at", "earned_on", *MONEY),
)
_BEFORE, _ASK, _AFTER = 0, 1, 2  # turns at equal times: a search from here on, an inquiry, a search up to here


def credit_orders(
    engine: Engine,
    settings: Settings,
    *,
    orders: Relation | None = None,
    holders: Accounts | None = None,
    pick: Pick = "last",
) -> Relation:
    """Return the credit of orders: one row an order and holder of the credited account.

    Parameters
    ----------
    orders : orders to credit, from `paid_orders`; all of them by default.
    holders : who holds the accounts; read from the engine by default.
    pick : the inquiry of the window that counts.

    Returns
    -------
    Relation
        Columns `COLUMNS`: `credit` one of `CREDITS`, `agent` blank for `NOBODY`, `counted` 1 on the row that counts
        the order (the largest share) and 0 on others, `earned_on` blank while the order is not earned, money in minor
        units, of which `refund_netted` lies before the settlement of the month earned and `refund_after` does not.
    """
    way: Way = (settings.crediting.judged_by, pick)
    return credit_each_way(engine, settings, [way], orders=orders, holders=holders).select(*COLUMNS)


def credit_each_way(
    engine: Engine,
    settings: Settings,
    ways: Sequence[Way],
    *,
    orders: Relation | None = None,
    holders: Accounts | None = None,
) -> Relation:
    """Return `credit_orders` in several ways beside each other: one more column, `way`, the place in `ways` from 0."""
    held_by = holders or read_accounts(engine)
    paid = paid_orders(engine) if orders is None else orders
    dated = paid.mutate(earned_on=earned_on(paid, settings.clocks))
    found = [
        _with_inquiries(engine, dated, settings, way).mutate(way=literal(n, "int64")) for n, way in enumerate(ways)
    ]
    judged = _with_refunds(_with_status(stack(*found)), _refunds(engine, dated, settings.clocks))
    held = with_accounts(judged, held_by.relation)
    if held_by.any_shared:
        shared = (held.weight < held.weights).fill_null(False)
        held = stack(held.filter(~shared), divide(held.filter(shared), ["way", "order_id"], MONEY))
    unmapped = held.account.notnull() & held.agent.isnull()
    return held.mutate(
        credit=cases((unmapped, "unmapped"), otherwise=held.credit),
        counted=cases((held.place > 1, 0), otherwise=1),
    ).select("way", *COLUMNS)


def paid_orders(engine: Engine) -> Relation:
    """Return the orders that count: paid, and no deposit whose rest is still to be paid."""
    orders = engine.table("orders")
    return orders.filter(orders.paid_at.notnull(), orders.stage.fill_null("single") != "deposit")


def by_person(inquiries: Relation) -> Value:
    """Return whether a person answered: the table does not say that it was a robot."""
    return inquiries.served_by.fill_null("human") != "robot"


def earned_on(orders: Relation, clocks: Clocks) -> Value:
    """Return the day an order is earned, null while it is not."""
    return days_later(orders[f"{clocks.earned_on}_at"], clocks.earned_after_days).date()


def _with_inquiries(engine: Engine, dated: Relation, settings: Settings, way: Way) -> Relation:
    """Add the moment by which each order is judged, and the inquiry it follows.

    `later` says that the inquiry came between order and payment.
    """
    rule, pick = way
    orders = dated.mutate(moment=dated.paid_at if rule == "payment_time" else dated.created_at)
    open_ = orders.filter(orders.account.isnull(), orders.customer.notnull())
    since = days_later(open_.moment, -settings.crediting.window_days)
    found = _hits(engine, _searches(open_, since, open_.moment, pick), pick)
    found = found.mutate(later=literal(False, "boolean"))
    if rule == "order_first":
        missed = open_.anti_join(found, open_.order_id == found.found_order)
        # An inquiry at the very moment the order was made is not met again: the first search found it.
        after = _hits(engine, _searches(missed, missed.created_at, missed.paid_at, "last"), "last")
        found = stack(found, after.mutate(later=literal(True, "boolean")))
    return orders.left_join(found, orders.order_id == found.found_order).drop("found_order")


def _searches(orders: Relation, since: Value, until: Value, pick: Pick) -> Relation:
    """Return one row an order: where it stands in its customer's line, and how far from there an inquiry counts.

    An order that looks for the last inquiry stands behind those of its last moment, one that looks for the first
    before those of its first.
    """
    at, edge = (until, since) if pick == "last" else (since, until)
    turn = literal(_AFTER if pick == "last" else _BEFORE, "int64")
    return orders.select("shop", "customer", id="order_id", at=at, edge=edge, turn=turn)


def _hits(engine: Engine, searches: Relation, pick: Pick) -> Relation:
    """Return the inquiry each search finds: found_order, inquiry_id, asked_at, inquiry_account."""
    line = _line(engine, searches, pick)
    number = line.id.count(where=line.turn == _ASK).over(
        group_by=["shop", "customer"], order_by=["at", "turn", "id"], rows=(None, 0)
    )
    line = line.mutate(number=number)
    key = ("shop", "customer", "number")
    asks = line.filter(line.turn == _ASK).select(*key, inquiry_id="id", asked_at="at", inquiry_account="account")
    calls = line.filter(line.turn != _ASK)
    if pick == "first":
        calls = calls.mutate(number=calls.number + 1)
    met = calls.join(asks, key)
    met = met.filter(met.asked_at >= met.edge if pick == "last" else met.asked_at <= met.edge)
    return met.select("inquiry_id", "asked_at", "inquiry_account", found_order="id")


def _line(engine: Engine, searches: Relation, pick: Pick) -> Relation:
    """Put the searches and the inquiries they may meet into one line a customer: shop, customer, at, turn, id, ..."""
    key = ("shop", "customer")
    inquiries = engine.table("inquiries")
    asks = inquiries.filter(by_person(inquiries), inquiries.customer.notnull())
    first, last = ("edge", "at") if pick == "last" else ("at", "edge")
    reach = searches.group_by(*key).agg(earliest=searches[first].min(), latest=searches[last].max())
    near = asks.join(reach, [*key, asks.asked_at >= reach.earliest, asks.asked_at <= reach.latest])
    turn = literal(_ASK, "int64")
    return stack(
        near.select(*key, "account", id="inquiry_id", at="asked_at", edge=blank("timestamp(6)"), turn=turn),
        searches.select(*key, account=blank("string"), id="id", at="at", edge="edge", turn="turn"),
    )


def _with_status(found: Relation) -> Relation:
    """Add credit, the rule that gave it, the credited account and the day on which its holder is asked for."""
    f = found
    explicit, offline = f.account.notnull(), f.offline.fill_null(False)
    asked = f.inquiry_id.notnull()
    traced = asked & f.inquiry_account.notnull()
    branches: tuple[tuple[Value, str, str], ...] = (
        (explicit & offline, "offline", "explicit-account"),
        (explicit & f.reminder.fill_null(False), "reminder", "explicit-account"),
        (explicit, "inquiry", "explicit-account"),
        (traced & offline, "offline", "inquiry"),
        (asked & ~traced, "untraceable", "inquiry-without-account"),
        (f.customer.isnull(), "untraceable", "blank-customer"),
        (offline, "untraceable", "no-inquiry"),
        (f.later, "reminder", "inquiry-before-payment"),
        (asked, "inquiry", "inquiry"),
    )
    return f.mutate(
        credit=cases(*((when, credit) for when, credit, _ in branches), otherwise="silent"),
        source_rule=cases(*((when, rule) for when, _, rule in branches), otherwise="no-inquiry"),
        account=f.account.coalesce(f.inquiry_account),
        day=cases((explicit, f.moment.date()), otherwise=f.asked_at.date()),
    )


def _refunds(engine: Engine, dated: Relation, clocks: Clocks) -> Relation:
    """Return what was refunded of each order, in all and after the settlement of the month earned.

    An undated refund came before it.
    """
    refunds = engine.table("refunds").select("order_id", "refunded_at", refunded="amount")
    due = refunds.join(dated.select("order_id", "earned_on"), "order_id")
    months = due.refunded_at.year() * 12 + due.refunded_at.month() - due.earned_on.year() * 12 - due.earned_on.month()
    late = (months > 1) | ((months == 1) & (due.refunded_at.day() >= clocks.settlement_day))
    return due.group_by(refund_order="order_id").agg(
        total=due.refunded.sum(), after=due.refunded.sum(where=late.fill_null(False))
    )


def _with_refunds(orders: Relation, sums: Relation) -> Relation:
    joined = orders.left_join(sums, orders.order_id == sums.refund_order)
    after, total = joined.after.fill_null(0), joined.total.fill_null(0)
    return joined.mutate(refund_after=after, refund_netted=total - after)
