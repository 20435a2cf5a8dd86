"""All expressions behind the measures of some months, not yet computed, for engines other than our own."""

from __future__ import annotations

from toolkit.core.period import Month
from toolkit.data.crediting.accounts import Accounts
from toolkit.data.crediting.credit import credit_orders
from toolkit.data.crediting.facts import (
    agent_day_facts,
    closed_orders,
    events_of,
    inquiry_facts,
    large_orders,
    open_deposits,
    order_days,
    orders_of,
    sale_facts,
    undated_refunds,
    unit_facts,
    unmapped_events,
    unnamed_events,
    upsell_facts,
)
from toolkit.data.tables.engine import Engine, Relation
from toolkit.data.tables.settings import Settings


def expressions(
    engine: Engine, holders: Accounts, settings: Settings, first: Month, last: Month
) -> dict[str, Relation]:
    """Return the expressions by name; the credit inside is not kept, so that each stands alone."""
    orders = orders_of(engine, settings.clocks, first, last)
    credited = credit_orders(engine, settings, orders=orders, holders=holders)
    events = events_of(engine, holders, first, last)
    return {
        "credit": credit_orders(engine, settings, holders=holders),
        "credit, first inquiry": credit_orders(engine, settings, holders=holders, pick="first"),
        "inquiries": inquiry_facts(events),
        "units": unit_facts(events, credited, settings.crediting.count_unit, settings.clocks),
        "sales": sale_facts(engine, credited, first, last),
        "agent days": agent_day_facts(engine, holders, first, last),
        "order days": order_days(engine, first, last),
        "unmapped": unmapped_events(events),
        "unnamed": unnamed_events(events),
        "undated refunds": undated_refunds(engine, credited),
        "closed": closed_orders(engine, credited),
        "upsells": upsell_facts(engine, credited, 24, first, last),
        "large": large_orders(engine, credited, 100, 2),
        "deposits": open_deposits(engine, first, last),
    }
