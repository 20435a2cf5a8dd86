"""Whose order is it: the credit of every order, as one expression that any engine can compute.

An order counts when it is paid; what belongs to a pre-sale is joined in `presales`. Decided in this order: what is
explicit (an account on the order, then one its note names), the customer's owner where the workspace has owners, then
the customer's inquiries, answered by a person (`served_by` is not ``robot``), inside the window of the judging rule,
both ends included:

=============  ==============================================================================================
order_time     inquiries at most the window before the order was made
payment_time   inquiries at most the window before it was paid
order_first    as order_time; if there is none, the last one from the order to its payment: a reminder
=============  ==============================================================================================

Of several inquiries the last counts, or the first, or all of them share (a split by account). At equal times ids that
are numbers stand in their order as numbers, others in the order of their file. An inquiry at the very moment of the
order comes before it. A customer is the same however case and blanks are written. `docs/crediting.md` has the cases.

The inquiry is found by a running count, not by an as-of join, which Spark lacks: inquiries and orders of a customer
stand in one line by time, each order carries the number of the inquiry it follows, and a plain join by that number
brings it back. Unlike a join by customer alone this stays linear however often one customer asks and buys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from toolkit.data.crediting.accounts import Accounts, divide, read_accounts, with_accounts
from toolkit.data.crediting.named import customer_key, with_named, with_owners
from toolkit.data.crediting.presales import paid_orders
from toolkit.data.tables.engine import blank, cases, days_later, literal, place_in, quotient, stack, whole_seconds
from toolkit.data.tables.settings import JudgedBy, Pick

if TYPE_CHECKING:
    from toolkit.data.tables.engine import Engine, Relation, Value
    from toolkit.data.tables.settings import Clocks, Settings

Way: TypeAlias = tuple[JudgedBy, Pick]
"""A way of crediting: the judging rule, and which inquiry of the window has the order."""
CREDITS: tuple[str, ...] = ("inquiry", "reminder", "offline", "silent", "untraceable", "unmapped")
NOBODY: tuple[str, ...] = ("silent", "untraceable", "unmapped")
MONEY = ["amount", "refund_netted", "refund_after"]
COLUMNS: tuple[str, ...] = (
    *("order_id", "shop", "channel", "customer", "credit", "source_rule", "account", "agent", "counted"),
    *("inquiry_id", "asked_at", "moment", "paid_at", "earned_on", *MONEY),
)
_ORDER = [
    "at",
    "turn",
    "size",
    "digits",
    "id",
]  # of a customer's line; the last three tell apart inquiries of one moment
_DAY_SECONDS = 86_400
_BEFORE, _ASK, _AFTER = 0, 1, 2  # turns at equal times: a search from here on, an inquiry, a search up to here


def credit_orders(
    engine: Engine,
    settings: Settings,
    *,
    orders: Relation | None = None,
    holders: Accounts | None = None,
    pick: Pick | None = None,
) -> Relation:
    """Return the credit of orders: one row an order, account asked (of a split order) and holder of the account.

    Parameters
    ----------
    orders : orders to credit, from `paid_orders`; all of them by default.
    holders : who holds the accounts; read from the engine by default.
    pick : the inquiry of the window that counts, used in place of the workspace's own.

    Returns
    -------
    Relation
        Columns `COLUMNS`: `shop` the one it counts in, that of the inquiry it follows; `credit` one of `CREDITS`,
        `agent` blank for `NOBODY`, `counted` 1 on the row that counts the order (the account asked last, the largest
        share of it) and 0 on others, `earned_on` blank while the order is not earned, money in minor
        units, of which `refund_netted` lies before the settlement of the month earned and `refund_after` does not.
    """
    way: Way = (settings.crediting.judged_by, pick or settings.crediting.which)
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
    if any(pick == "split" for _, pick in ways):
        several = judged.parts > 1
        parts = judged.filter(several).mutate(weight=literal(1, "int64"), weights=judged.parts, place=judged.part)
        divided = divide(parts, ["way", "order_id"], MONEY).drop("weight", "weights", "place")
        judged = stack(judged.filter(~several), divided)
    held = with_accounts(judged, held_by.relation)
    if held_by.any_shared:
        shared = (held.weight < held.weights).fill_null(False)
        held = stack(held.filter(~shared), divide(held.filter(shared), ["way", "order_id", "part"], MONEY))
    agent = held.agent.coalesce(held.person)
    unmapped = held.account.notnull() & agent.isnull()
    return held.mutate(
        agent=agent,
        credit=cases((unmapped, "unmapped"), otherwise=held.credit),
        counted=cases((held.place > 1, 0), (held.part > 1, 0), otherwise=1),
    ).select("way", *COLUMNS)


def by_person(inquiries: Relation) -> Value:
    """Return whether a person answered: the table does not say that it was a robot."""
    return inquiries.served_by.fill_null("human") != "robot"


def earned_on(orders: Relation, clocks: Clocks) -> Value:
    """Return the day an order is earned, null while it is not."""
    return days_later(orders[f"{clocks.earned_on}_at"], clocks.earned_after_days).date()


def _with_inquiries(engine: Engine, dated: Relation, settings: Settings, way: Way) -> Relation:
    """Add the moment by which each order is judged, whom it names, and the inquiries it follows, one row each.

    `later` says that the inquiry came between order and payment; `part` numbers the accounts that share an order, the
    one asked last first; `first_order` is the order whose inquiry counts, another one only inside a cycle.
    """
    orders = _judged(engine, dated, settings, way[0])
    if not settings.crediting.cycle_days:
        found = _followed(engine, orders, settings, way)
        found = found.mutate(first_order=found.found_order)
    else:  # a customer's earlier orders decide
        every = _judged(engine, paid_orders(engine).mutate(earned_on=blank("date")), settings, way[0])
        found = _in_cycles(every, _followed(engine, every, settings, way), settings)
    joined = orders.left_join(found, orders.order_id == found.found_order).drop("found_order")
    return joined.mutate(
        shop=joined.asked_shop.coalesce(joined.shop), part=joined.part.fill_null(1), parts=joined.parts.fill_null(1)
    ).drop("asked_shop")


def _judged(engine: Engine, dated: Relation, settings: Settings, rule: JudgedBy) -> Relation:
    """Add `moment`, by which an order is judged, `who` bought, and whom it names: `account`, `person`, `named`."""
    by_payment = rule == "payment_time"
    account = (
        dated.account.coalesce(dated.deposit_account) if by_payment else dated.deposit_account.coalesce(dated.account)
    )
    orders = dated.mutate(
        moment=dated.paid_at if by_payment else dated.created_at, who=customer_key(dated.customer), account=account
    )
    named = with_named(engine, orders, settings.crediting.note_mark)
    return with_owners(engine, named, settings.crediting.customer_owner)


def _followed(engine: Engine, orders: Relation, settings: Settings, way: Way) -> Relation:
    """Return the inquiries that orders follow which name nobody: `found_order`, the inquiry, later, part, parts."""
    rule, pick = way
    key = ("who",) if settings.crediting.across_shops else ("shop", "who")
    open_ = orders.filter(orders.named.isnull(), orders.who.notnull())
    since = days_later(open_.moment, -settings.crediting.window_days)
    if pick == "split":
        found = _all_asked(engine, open_.mutate(since=since), key)
    else:
        found = _alone(_hits(engine, _searches(open_, since, open_.moment, pick), pick, key))
    found = found.mutate(later=literal(False, "boolean"))
    if rule != "order_first":
        return found
    missed = open_.anti_join(found, open_.order_id == found.found_order)
    # An inquiry at the very moment the order was made is not met again: the first search found it.
    after = _alone(_hits(engine, _searches(missed, missed.created_at, missed.paid_at, "last"), "last", key))
    return stack(found, after.mutate(later=literal(True, "boolean")))


def _alone(found: Relation) -> Relation:
    return found.mutate(part=literal(1, "int64"), parts=literal(1, "int64"))


def _in_cycles(orders: Relation, found: Relation, settings: Settings) -> Relation:
    """Return for each order the inquiries of the first order of its cycle that follows one.

    Cycles of a customer follow each other without a gap from the first order that follows an inquiry.
    """
    key = ["who"] if settings.crediting.across_shops else ["shop", "who"]
    asked = orders.select(*key, "order_id", "moment").semi_join(found, orders.order_id == found.found_order)
    begun = asked.group_by(*key).agg(begun=asked.moment.min())
    open_ = orders.filter(orders.named.isnull()).select(*key, "order_id", "moment").join(begun, key)
    open_ = open_.filter(open_.moment >= open_.begun)
    seconds = whole_seconds(open_.moment) - whole_seconds(open_.begun)
    placed = open_.mutate(cycle=quotient(seconds, literal(settings.crediting.cycle_days * _DAY_SECONDS, "int64")))
    heads = placed.semi_join(found, placed.order_id == found.found_order)
    heads = heads.mutate(place=place_in([*key, "cycle"], ["moment", "order_id"]))
    heads = heads.filter(heads.place == 1).select(*key, "cycle", first_order="order_id", since="moment")
    kept = placed.join(heads, [*key, "cycle"])
    kept = kept.filter(kept.moment >= kept.since).select("first_order", own="order_id")
    followed = kept.join(found, kept.first_order == found.found_order)
    return followed.mutate(found_order=followed.own).drop("own")


def _searches(orders: Relation, since: Value, until: Value, pick: Pick) -> Relation:
    """Return one row an order: where it stands in its customer's line, and how far from there an inquiry counts.

    An order that looks for the last inquiry stands behind those of its last moment, one that looks for the first
    before those of its first.
    """
    at, edge = (until, since) if pick == "last" else (since, until)
    turn = literal(_AFTER if pick == "last" else _BEFORE, "int64")
    return orders.select("shop", "who", id="order_id", at=at, edge=edge, turn=turn)


def _hits(engine: Engine, searches: Relation, pick: Pick, key: tuple[str, ...]) -> Relation:
    """Return the inquiry each search finds: found_order, inquiry_id, asked_at, asked_shop, inquiry_account."""
    line = _line(engine, searches, pick, key)
    number = line.id.count(where=line.turn == _ASK).over(group_by=list(key), order_by=_ORDER, rows=(None, 0))
    line = line.mutate(number=number)
    by = (*key, "number")
    asks = line.filter(line.turn == _ASK)
    asks = asks.select(*by, inquiry_id="id", asked_at="at", asked_shop="ask_shop", inquiry_account="account")
    calls = line.filter(line.turn != _ASK).select(*by, "edge", found_order="id")
    if pick == "first":
        calls = calls.mutate(number=calls.number + 1)
    met = calls.join(asks, by)
    met = met.filter(met.asked_at >= met.edge if pick == "last" else met.asked_at <= met.edge)
    return met.select("inquiry_id", "asked_at", "asked_shop", "inquiry_account", "found_order")


def _line(engine: Engine, searches: Relation, pick: Pick, key: tuple[str, ...]) -> Relation:
    """Put the searches and the inquiries they may meet into one line a customer: `key`, at, turn, id, ..."""
    asks = _asks(engine)
    first, last = ("edge", "at") if pick == "last" else ("at", "edge")
    reach = searches.group_by(*key).agg(earliest=searches[first].min(), latest=searches[last].max())
    near = asks.join(reach, [*key, asks["at"] >= reach.earliest, asks["at"] <= reach.latest])
    no_text, no_number = blank("string"), blank("int64")
    return stack(
        near.select(
            *key, "ask_shop", "account", "id", "at", "size", "digits",
            edge=blank("timestamp(6)"), turn=literal(_ASK, "int64"),
        ),
        searches.select(
            *key, "id", "at", "edge", "turn", ask_shop=no_text, account=no_text, size=no_number, digits=no_text
        ).select(*key, "ask_shop", "account", "id", "at", "size", "digits", "edge", "turn"),
    )  # fmt: skip


def _asks(engine: Engine) -> Relation:
    """Return the inquiries that can have an order; `size` and `digits` order those of one moment.

    A number comes by its digits, any other id by the row of its file.
    """
    inquiries = engine.table("inquiries", "_row")
    asks = inquiries.mutate(who=customer_key(inquiries.customer), digits=inquiries.inquiry_id.re_replace("^0+", ""))
    asks = asks.filter(by_person(asks), asks.who.notnull())
    number = asks.inquiry_id.re_search("^[0-9]+$")
    return asks.select(
        "shop", "who", "account", ask_shop="shop", id="inquiry_id", at="asked_at",
        size=cases((number, asks.digits.length()), otherwise=asks["_row"].fill_null(0)),
        digits=cases((number, asks.digits), otherwise=""),
    )  # fmt: skip


def _all_asked(engine: Engine, orders: Relation, key: tuple[str, ...]) -> Relation:
    """Return the last inquiry of each account asked in the window of each order, numbered from the last one back."""
    asks = _asks(engine)
    calls = orders.select(*key, "since", "moment", found_order="order_id")
    met = calls.join(asks, [*key, asks["at"] >= calls.since, asks["at"] <= calls.moment])
    back = [met["at"].desc(), met["size"].desc(), met.digits.desc(), met.id.desc()]
    met = met.mutate(place=place_in(["found_order", "account"], back))
    last = met.filter(met.place == 1)
    back = [last["at"].desc(), last["size"].desc(), last.digits.desc(), last.id.desc()]
    last = last.mutate(part=place_in(["found_order"], back), parts=last.id.count().over(group_by="found_order"))
    return last.select(
        "found_order", "part", "parts", inquiry_id="id", asked_at="at", asked_shop="ask_shop", inquiry_account="account"
    ).select("inquiry_id", "asked_at", "asked_shop", "inquiry_account", "found_order", "part", "parts")


def _with_status(found: Relation) -> Relation:
    """Add credit, the rule that gave it, the credited account and the moment at which its holder is asked for."""
    f = found
    explicit, offline, reminder = f.named.notnull(), f.offline.fill_null(False), f.reminder.fill_null(False)
    asked = f.inquiry_id.notnull()
    traced = asked & f.inquiry_account.notnull()
    branches: tuple[tuple[Value, str, Value | str], ...] = (
        (explicit & offline, "offline", f.named),
        (explicit & reminder, "reminder", f.named),
        (explicit, "inquiry", f.named),
        (traced & (f.first_order != f.order_id), "", "customer-cycle"),
        (traced & offline, "offline", "inquiry"),
        (asked & ~traced, "untraceable", "inquiry-without-account"),
        (f.customer.isnull(), "untraceable", "blank-customer"),
        (offline, "untraceable", "no-inquiry"),
        (f.later, "reminder", "inquiry-before-payment"),
        (asked, "inquiry", "inquiry"),
    )
    return f.mutate(
        credit=cases(*((when, credit) for when, credit, _ in branches if credit), otherwise="silent"),
        source_rule=cases(*((when, rule) for when, _, rule in branches), otherwise="no-inquiry"),
        account=f.account.coalesce(f.inquiry_account),
        at=cases((explicit, f.moment), otherwise=f.asked_at),
    )


def refunds_of(engine: Engine, dated: Relation, clocks: Clocks) -> Relation:
    """Return the refunds of orders: the columns of the table and where each was read, `whole`, `late`.

    `whole` is the order it is taken off: what was refunded of a pre-sale's deposit was refunded of the whole. `late`
    says that it came after the settlement of the month earned; an undated refund came before it.
    """
    refunds = engine.table("refunds", "_file", "_sheet", "_row")
    own, deposits = dated.select("order_id", "earned_on"), dated.filter(dated.deposit_order != dated.order_id)
    numbers = stack(
        own.mutate(whole=own.order_id),
        deposits.select("earned_on", order_id="deposit_order", whole="order_id").select(
            "order_id", "earned_on", "whole"
        ),
    )
    due = refunds.join(numbers, "order_id")
    months = due.refunded_at.year() * 12 + due.refunded_at.month() - due.earned_on.year() * 12 - due.earned_on.month()
    late = (months > 1) | ((months == 1) & (due.refunded_at.day() >= clocks.settlement_day))
    return due.mutate(late=late.fill_null(False)).drop("earned_on")


def _refunds(engine: Engine, dated: Relation, clocks: Clocks) -> Relation:
    """Return what was refunded of each order, in all and after the settlement of the month earned."""
    due = refunds_of(engine, dated, clocks)
    return due.group_by(refund_order="whole").agg(total=due.amount.sum(), after=due.amount.sum(where=due.late))


def _with_refunds(orders: Relation, sums: Relation) -> Relation:
    """Add the refunds, as far as the order's own amount: what was paid back beyond it lowers nobody's other sales."""
    joined = orders.left_join(sums, orders.order_id == sums.refund_order)
    after, total = joined.after.fill_null(0), joined.total.fill_null(0)
    netted = _at_most(total - after, joined.amount)
    return joined.mutate(refund_netted=netted, refund_after=_at_most(total, joined.amount) - netted)


def _at_most(number: Value, limit: Value) -> Value:
    return cases((number > limit, limit), otherwise=number)
