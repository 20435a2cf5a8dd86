"""Orders that do not simply follow an inquiry: silent, reminded, closed off the platform, credited by hand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from data_samples.generator import company as people
from data_samples.generator.calendar import DAY, day_of, stream
from data_samples.generator.company import SHOPS, Company
from data_samples.generator.events import FILES_TAKEN, Inquiry, Order, place

SILENT_SHARE = 0.18  # silent orders to orders after an inquiry
REMINDED_SHARE = 0.22  # of the silent orders are paid after the customer was reminded
BY_HAND = {"credited": 0.006, "moved": 0.004, "reminded": 0.006}  # share of all orders, by reason of explicit credit
OFFLINE_SHARE = {"known": 0.005, "named": 0.0015, "nameless": 0.001, "stranger": 0.001}
OFF_PLATFORM_SHARE = 0.035  # of the inquiries of the agent who closes off the platform


def by_shop(inquiries: list[Inquiry]) -> dict[str, list[Inquiry]]:
    """Return each shop's human inquiries that have an account, in the order of time."""
    return {shop: [q for q in inquiries if q.shop == shop and q.human and q.account] for shop in SHOPS}


def silent_orders(seed: int, inquiries: list[Inquiry], orders: list[Order]) -> tuple[list[Inquiry], list[Order]]:
    """Return orders of customers who never asked, and the inquiries of those who were reminded to pay."""
    draw, asked = stream(seed, "silent"), by_shop(inquiries)
    picked = draw.choice(len(orders), int(len(orders) * SILENT_SHARE), replace=False)
    reminders, silent = [], []
    for n, k in enumerate(sorted(int(p) for p in picked)):
        shop = orders[k].shop
        created = min(orders[k].created + int(draw.integers(-18_000, 18_000)), FILES_TAKEN - 1)
        order = place(draw, shop, f"ts{n:06d}", created, orders[k].lines[0][0])
        if draw.random() < REMINDED_SHARE:
            q = _next(asked[shop], created + 600)
            if q and q.at + 2000 < FILES_TAKEN and q.at < created + 2 * DAY:
                order = replace(order, paid=q.at + int(draw.integers(60, 1900)), confirmed=None)
                reminders.append(replace(q, id="", customer=order.customer, at=q.at + 5, product=order.lines[0][0]))
        silent.append(order)
    return reminders, silent


def _next(asked: list[Inquiry], at: int) -> Inquiry | None:
    k = bisect_right(asked, at, key=lambda q: q.at)
    return asked[k] if k < len(asked) else None


def credit_by_hand(seed: int, inquiries: list[Inquiry], orders: list[Order]) -> list[Order]:
    """Return the orders with an explicit account on a few of them.

    credited: a silent order (the customer phoned); moved: an order that followed another agent's inquiry;
    reminded: a silent order that an agent got paid without leaving an inquiry.
    """
    draw, asked = stream(seed, "by hand"), by_shop(inquiries)
    known = {q.customer for q in inquiries}
    u, out = draw.random(len(orders)), []
    for order, x in zip(orders, u, strict=True):
        followed = order.customer in known
        reason = next((r for r, edge in _edges(BY_HAND) if x < edge), "")
        q = _next(asked[order.shop], order.created - 1800) if reason and order.paid else None
        if q is None or q.at > order.created + DAY / 2 or followed != (reason == "moved"):
            out.append(order)
        else:
            notes = {"credited": "电话咨询", "moved": "改判", "reminded": "催付"}
            out.append(replace(order, account=q.account, reminder=reason == "reminded", note=notes[reason]))
    return out


def _edges(shares: dict[str, float]) -> list[tuple[str, float]]:
    return list(zip(shares, np.cumsum(list(shares.values())), strict=True))


def offline_orders(seed: int, company: Company, inquiries: list[Inquiry], n_orders: int) -> list[Order]:
    """Return the orders paid by transfer outside the platform, as the shops wrote them down.

    known: the customer had asked; named: the list names the account; nameless, stranger: nobody can be traced.
    """
    draw, asked = stream(seed, "offline"), by_shop(inquiries)
    everyone = [q for shop in SHOPS for q in asked[shop]]
    makers: dict[str, Callable[[Inquiry, int], Order]] = {
        "known": lambda q, n: _offline(draw, q, q.customer),
        "named": lambda q, n: replace(_offline(draw, q, f"to{n:06d}"), account=q.account),
        "nameless": lambda q, n: _offline(draw, q, ""),
        "stranger": lambda q, n: _offline(draw, q, f"to{n:06d}"),
    }
    reasons = [reason for reason, share in OFFLINE_SHARE.items() for _ in range(int(n_orders * share))]
    out = [makers[reason](everyone[int(draw.integers(len(everyone)))], n) for n, reason in enumerate(reasons)]
    mine = [q for q in everyone if people_of(company, q) == people.OFF_PLATFORM]
    closing = [q for q in mine if draw.random() < OFF_PLATFORM_SHARE]
    out += [replace(_offline(draw, q, q.customer), note="加微信转账") for q in closing]
    return [o for o in out if o.created < FILES_TAKEN]


def people_of(company: Company, q: Inquiry) -> str:
    """Return who answered an inquiry."""
    return company.holder(q.account, day_of(q.at))


def _offline(draw: np.random.Generator, q: Inquiry, customer: str) -> Order:
    """Return an order paid at the moment it was written down, some hours after an inquiry."""
    at = q.at + int(draw.uniform(0.5, 40) * 3600)
    price = int(draw.lognormal(np.log(60_000), 0.6))
    return Order("", at, at, None, q.shop, customer, ((q.product, 1, price),), offline=True, note="银行转账")
