"""Events as daily facts: what happened by agent, day, shop and channel, in columns that add up.

Each function returns an expression; averages are carried as their exact parts (`reply_ms`, milliseconds times replies,
and `reply_n`, replies). A blank agent is an account nobody holds that day, or an order that is nobody's.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from toolkit.data.crediting.accounts import divide, moments_of_months, with_accounts
from toolkit.data.crediting.credit import by_person, earned_on
from toolkit.data.crediting.named import customer_key
from toolkit.data.crediting.presales import paid_orders, pairs_of_presales
from toolkit.data.tables.engine import cases, days_later, hours, literal, place_in, stack, thousandths
from toolkit.data.tables.schema import WHOLE_MONTH

if TYPE_CHECKING:
    from datetime import date

    from toolkit.core.period import Month
    from toolkit.data.crediting.accounts import Accounts
    from toolkit.data.tables.engine import Engine, Relation, Value
    from toolkit.data.tables.settings import Clocks, CountUnit

BY = ("agent", "day", "shop", "channel")
DAY_COUNTS = ("consultations", "receptions", "inquiries", "buyers", "orders", "units", "rated", "satisfied")
DAY_MONEY = ("sales", "refunds")
_MONTH_OF = ("account", "shop", "date")
_MONTH_TYPES = {
    "whole_account": "string",
    "whole_shop": "string",
    "whole_date": "date",
    "moment": "timestamp(6)",
    "handed_over": "boolean",
}
AVERAGES: dict[str, str] = {"reply_seconds": "reply", "first_reply_seconds": "first", "handling_seconds": "handling"}
"""Averages, and what their exact parts are called: ``<part>_ms``, milliseconds, and ``<part>_n``, of how many."""
CLOSED = "clos|cancel|关闭|取消"


def _midnight(day: date) -> Value:
    return literal(datetime.combine(day, time()), "timestamp(6)")


def _within(instant: Value, first: Month, last: Month) -> Value:
    return (instant >= _midnight(first.start)) & (instant < _midnight(last.end))


def events_of(engine: Engine, holders: Accounts, first: Month, last: Month) -> Relation:
    """Return the inquiries asked from month `first` to `last`, with their day and the agent they count for."""
    inquiries = engine.table("inquiries")
    asked = inquiries.filter(_within(inquiries.asked_at, first, last))
    return with_accounts(
        asked.select(
            *("inquiry_id", "asked_at", "shop", "account", "customer", "channel", "satisfied", "avg_reply_s"),
            "first_reply_s",
            day=asked.asked_at.date(),
            at=asked.asked_at,
            by_person=by_person(asked),
        ),
        holders.counted,
    )


def inquiry_facts(events: Relation) -> Relation:
    """Return how much was asked and answered; `consultations` are all inquiries, `receptions` those of a person."""
    e = events.mutate(reply_ms=thousandths(events.avg_reply_s), first_ms=thousandths(events.first_reply_s))
    return e.group_by(*BY).agg(
        consultations=e.count(),
        receptions=e.count(where=e.by_person),
        reply_ms=e.reply_ms.sum(where=e.by_person).fill_null(0),
        reply_n=e.reply_ms.count(where=e.by_person),
        first_ms=e.first_ms.sum(where=e.by_person).fill_null(0),
        first_n=e.first_ms.count(where=e.by_person),
        rated=e.satisfied.count(where=e.by_person),
        satisfied=e.count(where=e.by_person & e.satisfied.fill_null(False)),
    )


def unit_facts(
    events: Relation, credited: Relation, unit: CountUnit, clocks: Clocks, *, n_ways: int | None = None
) -> Relation:
    """Return `inquiries`, units counted once, and `buyers`, units that bought.

    A unit is a shop's customer with one agent on one day (or month), or one conversation. It stands on the day and in
    the channel of its first inquiry; a customer without a name is a unit of one inquiry. It bought if an order is
    credited to one of its inquiries (`inquiry`) and was paid within the conversion days after that inquiry.

    Parameters
    ----------
    n_ways : of `credited`, where it comes from `credit_each_way`; there are as many answers then, by `way`.
    """
    way = () if n_ways is None else ("way",)
    first = _first_of_units(events, unit).select(*_UNIT, "day", "channel")
    c = _in_time(credited, clocks)
    bought = c.mutate(**_unit(c, unit)).select(*way, *_UNIT).distinct().mutate(bought=literal(1, "int64"))
    if n_ways is not None:
        first = stack(*(first.mutate(way=literal(n, "int64")) for n in range(n_ways)))
    both = first.left_join(bought, [*way, *_UNIT]).select(*way, *BY, "bought")
    return both.group_by(*way, *BY).agg(inquiries=both.count(), buyers=both.bought.count())


def asked_rows(events: Relation, credited: Relation, unit: CountUnit, clocks: Clocks) -> Relation:
    """Return every row of the list of inquiries with `counted_as`, the first row of its unit, and what it sold.

    Columns: those of `events`; `counted_as` blank for rows that do not count (a robot's, of an account nobody held);
    `order_id`, `paid_at`: of the orders that follow this row and were paid in time the first paid.
    """
    first = _first_of_units(events, unit).select(*_UNIT, counted_as="inquiry_id")
    asked = _counting(events)
    counted = asked.mutate(**_unit(asked, unit)).join(first, list(_UNIT)).select("counted_as", own="inquiry_id")
    c = _in_time(credited, clocks)
    sold = c.mutate(place=place_in(["inquiry_id"], ["paid_at", "order_id"]))
    sold = sold.filter(sold.place == 1).select("order_id", "paid_at", followed="inquiry_id")
    told = events.left_join(counted, events.inquiry_id == counted.own).drop("own")
    return told.left_join(sold, told.inquiry_id == sold.followed).drop("followed")


def _counting(events: Relation) -> Relation:
    return events.filter(events.by_person, events.agent.notnull())


def _first_of_units(events: Relation, unit: CountUnit) -> Relation:
    asked = _counting(events)
    units = asked.mutate(**_unit(asked, unit)).mutate(place=place_in(_UNIT, ["asked_at", "inquiry_id"]))
    return units.filter(units.place == 1)


def _in_time(credited: Relation, clocks: Clocks) -> Relation:
    """Return the orders that make a buyer of the inquiry they follow."""
    c = credited.filter(credited.credit == "inquiry", credited.counted == 1, credited.inquiry_id.notnull())
    return c.filter(c.paid_at >= c.asked_at, c.paid_at <= days_later(c.asked_at, clocks.conversion_days))


_UNIT = ("agent", "shop", "person", "named", "period")


def _unit(rows: Relation, unit: CountUnit) -> dict[str, Value]:
    """Return the columns that, with agent and shop, name the unit of an inquiry; none is ever null."""
    asked = rows.asked_at
    who = customer_key(rows.customer)
    named = who.notnull() & literal(unit != "conversations", "boolean")
    month = asked.year() * 100 + asked.month()
    return {
        "person": cases((named, who), otherwise=rows.inquiry_id),
        "named": named,
        "period": month if unit == "people_by_month" else month * 100 + asked.day(),
    }


def orders_of(engine: Engine, clocks: Clocks, first: Month, last: Month) -> Relation:
    """Return the orders that matter to the months: earned in them, or paid in time after an inquiry in them."""
    orders = paid_orders(engine)
    day = earned_on(orders, clocks)
    earned = (day >= literal(first.start, "date")) & (day < literal(last.end, "date"))
    converting = (orders.paid_at >= _midnight(first.start)) & (
        orders.paid_at <= days_later(_midnight(last.end), clocks.conversion_days)
    )
    return orders.filter(earned.fill_null(False) | converting)


def sale_facts(engine: Engine, credited: Relation, first: Month, last: Month) -> Relation:
    """Return orders, units and money by the day earned, by credit and, if it has several, by `way` of crediting.

    `lined` orders have order lines, `discounted` ones a discount, `costed` ones a cost: their own, else that of all
    their lines. An order refunded in whole before its settlement costs nothing; `blank_cost` counts the others of which
    no cost is known, and the parts of an order that several share, because its cost is not divided.
    """
    lines = engine.table("order_lines")
    pieces = lines.group_by(line_order="order_id").agg(
        units=lines.units.sum(),
        discount=lines.discount.sum(),
        line_cost=cases((lines.cost.count() == lines.count(), lines.cost.sum())),
    )
    earned = credited.filter(
        credited.earned_on >= literal(first.start, "date"), credited.earned_on < literal(last.end, "date")
    )
    way = ("way",) if "way" in credited.columns else ()
    own = paid_orders(engine).select(priced="order_id", own_cost="cost")
    shared = earned.filter(earned.counted == 0).select(*way, "order_id", shared=literal(1, "int64")).distinct()
    c = earned.left_join(pieces, earned.order_id == pieces.line_order).mutate(day=earned.earned_on)
    c = c.left_join(own, c.order_id == own.priced).left_join(shared, [*way, "order_id"])
    back, price = (c.amount > 0) & (c.refund_netted >= c.amount), c.own_cost.coalesce(c.line_cost)
    cost = cases((back, 0), (c.shared.isnull(), price))
    counted = c.counted == 1
    return c.group_by(*way, *BY, "credit").agg(
        orders=c.counted.sum(),
        units=c.units.sum(where=counted).fill_null(0),
        lined=c.units.count(where=counted),
        gross_sales=c.amount.sum(),
        refunds=c.refund_netted.sum(),
        discount=c.discount.sum(where=counted).fill_null(0),
        discounted=c.discount.count(where=counted),
        cost=cost.sum(where=counted).fill_null(0),
        costed=price.count(where=counted),
        blank_cost=c.count(where=cost.isnull()),
    )


def upsell_facts(engine: Engine, credited: Relation, hours_after: int, first: Month, last: Month) -> Relation:
    """Return `upsells`, the units (an order without lines is one) of upsold orders, by the day earned.

    Upsold is an order credited to an inquiry that its customer asked after an earlier paid order of the same shop, made
    at most so many hours before.
    """
    orders, lines = paid_orders(engine), engine.table("order_lines")
    earlier = orders.select(earlier_shop="shop", earlier_who=customer_key(orders.customer), placed="created_at")
    c = credited.filter(credited.credit == "inquiry", credited.counted == 1, credited.inquiry_id.notnull())
    c = c.filter(c.earned_on >= literal(first.start, "date"), c.earned_on < literal(last.end, "date"))
    c = c.mutate(who=customer_key(c.customer), since=c.moment - hours(hours_after))
    same = [c.shop == earlier.earlier_shop, c.who == earlier.earlier_who]
    upsold = c.semi_join(earlier, [*same, earlier.placed >= c.since, earlier.placed < c.asked_at])
    pieces = lines.group_by(line_order="order_id").agg(pieces=lines.units.sum())
    sold = upsold.mutate(day=upsold.earned_on).left_join(pieces, upsold.order_id == pieces.line_order)
    way = ("way",) if "way" in credited.columns else ()
    return sold.group_by(*way, *BY).agg(upsells=sold.pieces.fill_null(1).sum())


def large_orders(engine: Engine, credited: Relation, amount: int, units: int) -> Relation:
    """Return orders of nobody of at least so much money (minor units) or so many units, 0 for no such limit.

    Columns: order_id, shop, day earned, amount in minor units.
    """
    lines = engine.table("order_lines")
    pieces = lines.group_by(line_order="order_id").agg(pieces=lines.units.sum())
    nobody = credited.filter(credited.agent.isnull(), credited.earned_on.notnull())
    sized = nobody.left_join(pieces, nobody.order_id == pieces.line_order)
    large = [sized.amount >= amount] if amount else []
    large += [sized.pieces >= units] if units else []
    return sized.filter(reduce(or_, large, literal(False, "boolean"))).select(
        "order_id", "shop", "amount", day="earned_on"
    )


def agent_day_facts(engine: Engine, holders: Accounts, first: Month, last: Month) -> Relation:
    """Return the vendor's days by holder at noon: money divided by share, counts with the largest; a row a holder.

    A row of a whole month is its only holder's, see `moments_of_months`; `handed_over` where it is nobody's.
    """
    days = engine.table("agent_days")
    t = days.filter(days.date >= literal(first.start, "date"), days.date < literal(last.end, "date"))
    whole = engine.read(t.filter(t.count_unit == WHOLE_MONTH, t.date.day() == 1).select(*_MONTH_OF).distinct())
    months = moments_of_months(whole, holders.holdings, engine.read(engine.table("assignments")))
    m = engine.rows(months.rename(columns={c: f"whole_{c}" for c in _MONTH_OF}), _MONTH_TYPES)
    is_whole = [t[c] == m[f"whole_{c}"] for c in _MONTH_OF]
    t = t.left_join(m, [*is_whole, t.count_unit == WHOLE_MONTH])
    noon = t.date.cast("timestamp(6)") + hours(12)
    t = t.mutate(
        day=t.moment.date().fill_null(t.date),
        at=cases((t.handed_over.isnull(), noon), otherwise=t.moment),
        handed_over=t.handed_over.fill_null(False),
        **{f"{p}_ms": thousandths(t[c]) * t.receptions for c, p in AVERAGES.items()},
    )
    held = with_accounts(t, holders.relation)
    if holders.any_shared:
        held = divide(held.mutate(weight=held.weight.fill_null(1), weights=held.weights.fill_null(1)),
                      ["date", "account", "shop", "channel"], list(DAY_MONEY))  # fmt: skip
    mine = held.place.fill_null(1) == 1
    return held.select(
        *BY, "account", "count_unit", "cohort", *DAY_MONEY,
        **{c: cases((mine, held[c])) for c in (*DAY_COUNTS, *(f"{p}_ms" for p in AVERAGES.values()))},
        **{f"{p}_n": cases((mine & held[f"{p}_ms"].notnull(), held.receptions)) for p in AVERAGES.values()},
        counted=mine, handed_over=held.handed_over,
    )  # fmt: skip


def unmapped_events(events: Relation) -> Relation:
    """Return inquiries of a person on accounts nobody held that day: shop, account, day, n."""
    lost = events.filter(events.by_person, events.account.notnull(), events.agent.isnull())
    return lost.group_by("shop", "account", "day").agg(n=lost.count())


def unnamed_events(events: Relation) -> Relation:
    """Return inquiries of a person without an account or without a customer: shop, day, and how many of each."""
    people = events.filter(events.by_person, events.account.isnull() | events.customer.isnull())
    return people.group_by("shop", "day").agg(
        without_account=people.count(where=people.account.isnull()),
        without_customer=people.count(where=people.customer.isnull()),
    )


def order_days(engine: Engine, first: Month, last: Month) -> Relation:
    """Return the days on which each shop made orders, paid or not."""
    orders = engine.table("orders")
    made = orders.filter(_within(orders.created_at, first, last))
    return made.select("shop", day=made.created_at.date()).distinct()


def undated_refunds(engine: Engine, credited: Relation) -> Relation:
    """Return refunds that say not when: shop, day the order was earned, n, amount in minor units; they net."""
    refunds = engine.table("refunds").filter(lambda r: r.refunded_at.isnull()).select("order_id", refunded="amount")
    whole = credited.filter(credited.counted == 1, credited.earned_on.notnull())
    due = whole.select("order_id", "shop", day="earned_on").join(refunds, "order_id")
    return due.group_by("shop", "day").agg(n=due.count(), amount=due.refunded.sum())


def closed_orders(engine: Engine, credited: Relation) -> Relation:
    """Return orders closed or cancelled after payment of which no refund is known; they still count.

    Columns: order_id, shop, day earned, agent, credit, amount in minor units of the row that counts the order.
    """
    orders, refunds = engine.table("orders"), engine.table("refunds")
    ended = orders.filter(orders.status.lower().re_search(CLOSED)).select("order_id")
    whole = credited.filter(credited.counted == 1, credited.earned_on.notnull(), credited.amount > 0)
    left = whole.semi_join(ended, "order_id").anti_join(refunds, "order_id")
    return left.select("order_id", "shop", "agent", "credit", "amount", day="earned_on")


def open_deposits(engine: Engine, first: Month, last: Month) -> Relation:
    """Return deposits made that no final payment is joined to, which do not count: shop, day, n, amount (minor)."""
    orders, joined = engine.table("orders"), pairs_of_presales(engine)
    orders = orders.anti_join(joined, orders.order_id == joined.deposit_row)
    made = orders.filter(_within(orders.created_at, first, last), orders.stage == "deposit", orders.paid_at.notnull())
    made = made.mutate(day=made.created_at.date())
    return made.group_by("shop", "day").agg(n=made.count(), amount=made.amount.sum())
