"""Whom an order names: its customer however it is written, an account or agent in its note, the customer's owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.data.tables.engine import blank, cases, literal, place_in

if TYPE_CHECKING:
    from toolkit.data.tables.engine import Engine, Relation, Value
    from toolkit.data.tables.settings import Owner

BLANKS = (" ", "\u3000", "\u00a0")
NAME_IN_NOTE = "[^\\s,;，；。、|]+"


def customer_key(customer: Value) -> Value:
    """Return a customer's name without case and blanks: what makes two spellings one customer."""
    key = customer.lower()
    for blank_sign in BLANKS:
        key = key.replace(blank_sign, "")
    return key.nullif("")


def plain_customer(customers: pd.Series) -> pd.Series:
    """Return `customer_key` of customers at hand."""
    plain = customers.str.lower().str.replace(f"[{''.join(BLANKS)}]", "", regex=True)
    return plain.mask(plain == "")


def with_named(engine: Engine, orders: Relation, note_mark: str) -> Relation:
    """Add whom an order names: `account` or `person` (an agent), and `named`, the rule that says so, blank for nobody.

    The column of the order stands before its note. A note names what follows `note_mark` up to a blank or comma: an
    account, or the id or name of an agent who has that name alone; anything else is taken for an account nobody holds.
    """
    orders = orders.mutate(person=blank("string"), named=cases((orders.account.notnull(), "explicit-account")))
    if not note_mark:
        return orders
    noted = orders.note.re_extract(f"{re.escape(note_mark)}\\s*({NAME_IN_NOTE})", 1).nullif("")
    orders = orders.mutate(noted=cases((orders.named.isnull(), noted)))
    people = _people(engine)
    met = orders.left_join(people, orders.noted == people.person_name)
    return met.mutate(
        person=met.known_person,
        account=met.account.coalesce(cases((met.known_person.isnull(), met.noted))),
        named=cases((met.noted.notnull(), "note"), otherwise=met.named),
    ).drop("noted", "known_person", "person_name")


def _people(engine: Engine) -> Relation:
    """Return the ids and names of agents that mean one person and are no account: person_name, known_person."""
    roster, accounts = engine.read(engine.table("assignments")), engine.read(engine.table("accounts"))
    pairs = {(str(a), str(a)) for a in roster["agent"]} | {
        (str(n), str(a)) for a, n in zip(roster["agent"], roster["name"], strict=True) if not pd.isna(n)
    }
    frame = pd.DataFrame(sorted(pairs), columns=["person_name", "known_person"])
    alone = ~frame["person_name"].duplicated(keep=False) & ~frame["person_name"].isin(set(accounts["account"]))
    return engine.rows(frame[alone], {"person_name": "string", "known_person": "string"})


def with_owners(engine: Engine, orders: Relation, owner: Owner) -> Relation:
    """Give orders that name nobody to the owner of their customer on the day of the judging moment.

    Parameters
    ----------
    owner : ``all`` orders, those ``offline``, or ``nobody``'s.

    Notes
    -----
    Of two owners on one day it is the one who began last, then the first by id.
    """
    if owner == "nobody":
        return orders
    files = engine.table("customers")
    files = files.select("agent", "from", "to", owned=customer_key(files.customer))
    open_ = orders.filter(orders.named.isnull(), orders.who.notnull())
    if owner == "offline":
        open_ = open_.filter(open_.offline.fill_null(False))
    open_ = open_.select("who", "order_id", day=open_.moment.date())
    met = open_.join(files, open_.who == files.owned)
    met = met.filter(met["from"] <= met.day, met.to.fill_null(literal("9999-12-31", "date")) >= met.day)
    met = met.mutate(place=place_in(["order_id"], [met["from"].desc(), met.agent]))
    owned = met.filter(met.place == 1).select(owned_order="order_id", owner_agent="agent")
    joined = orders.left_join(owned, orders.order_id == owned.owned_order)
    return joined.mutate(
        person=joined.person.coalesce(joined.owner_agent),
        named=cases((joined.owner_agent.notnull(), "customer-owner"), otherwise=joined.named),
    ).drop("owned_order", "owner_agent")
