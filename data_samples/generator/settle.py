"""The order-level books put together: inquiries, orders of every kind, refunds."""

from __future__ import annotations

from dataclasses import replace

from data_samples.generator import others
from data_samples.generator.calendar import DAY, day_of, stream
from data_samples.generator.company import Company
from data_samples.generator.crediting import credit_orders
from data_samples.generator.events import FILES_TAKEN, Books, Inquiry, Order, Refund, ask, buy
from data_samples.generator.gaming import Bent, bend, number
from data_samples.generator.rota import Duty

REFUND_SHARE = 0.06
KINDS = (("return", "七天无理由"), ("return", "尺寸不合适"), ("return", "质量问题"), ("price protection", "降价补差"))


def keep_books(seed: int, company: Company, duties: list[Duty], months: list[str], volume: float
               ) -> tuple[Books, list[Bent]]:  # fmt: skip
    """Return the books of the order-level months and the manipulations planted in them."""
    inquiries = ask(seed, company, duties, volume)
    orders = buy(seed, inquiries)
    reminders, silent = others.silent_orders(seed, inquiries, orders)
    inquiries = _number(inquiries + reminders)
    orders = others.credit_by_hand(seed, inquiries, number(orders + silent))
    offline = others.offline_orders(seed, company, inquiries, len(orders))
    books = Books(tuple(inquiries), tuple(number(orders + offline)), ())
    books = _without_late_credit(company, books)
    books, bent = bend(seed, company, books, months)
    return replace(books, refunds=tuple(_refunds(seed, books))), bent


def _number(inquiries: list[Inquiry]) -> list[Inquiry]:
    """Give ids in the order of time; of two in one second the one that came later in the list has the later id."""
    return [replace(q, id=f"Q{k:06d}") for k, q in enumerate(sorted(inquiries, key=lambda q: q.at), 1)]


def _without_late_credit(company: Company, books: Books) -> Books:
    """Leave out orders that would be earned by somebody no longer employed that day: HR's files have no row for it."""
    late = {
        c.order.id
        for c in credit_orders(company, books)
        if c.agent and company.spell(c.agent, day_of(c.order.paid)) is None
    }
    return replace(books, orders=tuple(o for o in books.orders if o.id not in late))


def _refunds(seed: int, books: Books) -> list[Refund]:
    """Return all refunds in the order of time: those planted before, and a few of all others."""
    draw, planted = stream(seed, "refunds"), {r.order for r in books.refunds}
    out = list(books.refunds)
    for o in books.orders:
        u, wait, share = draw.random(3)
        if u < REFUND_SHARE and o.paid is not None and o.id not in planted:
            at = o.paid + int((0.2 + wait * 16) * DAY)
            kind, reason = KINDS[int(draw.choice(4, p=(0.4, 0.3, 0.2, 0.1)))]
            part = o.amount if share < 0.65 and kind == "return" else int(o.amount * (0.1 + 0.4 * share))
            out += [Refund(o.id, at, part, kind, reason)] * (at < FILES_TAKEN)
    return sorted(out, key=lambda r: (r.at, r.order))


def split_paid(orders: tuple[Order, ...]) -> tuple[list[Order], list[Order]]:
    """Return the orders of the platform and those written down by the shops."""
    return [o for o in orders if not o.offline], [o for o in orders if o.offline]
