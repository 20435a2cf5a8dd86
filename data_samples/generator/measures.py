"""The measures of an agent's month, counted one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from data_samples.generator.calendar import day_of, first_day, month_of, seconds, shift_month
from data_samples.generator.company import SHOPS, Company
from data_samples.generator.crediting import CONVERSION, Credit
from data_samples.generator.events import Books, Inquiry, Refund

SETTLEMENT_DAY = 8
Unit = tuple[str, str, str, object]  # shop, customer, agent, day asked


@dataclass(slots=True)
class Part:
    """The measures of an agent in one month and spell; money in fen."""

    inquiries: int = 0
    buyers: int = 0
    orders: int = 0
    gross: int = 0
    refunds: int = 0
    reminder: int = 0
    offline: int = 0
    offline_orders: int = 0

    @property
    def sales(self) -> int:
        """Inquiry sales, refunds before settlement taken off."""
        return self.gross - self.refunds

    @property
    def conversion(self) -> Fraction | None:
        """Buyers by inquiries; None where nobody asked."""
        return Fraction(self.buyers, self.inquiries) if self.inquiries else None


@dataclass(slots=True)
class Month:
    """All measures of one month: by agent and spell, and what belongs to nobody by status."""

    parts: dict[tuple[str, tuple], Part] = field(default_factory=lambda: defaultdict(Part))
    nobody: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def of(self, agent: str) -> dict[tuple, Part]:
        """Return the parts an agent is paid for by spell (shop, role, team's shop, supervisor, base pay).

        A part of a day on which nobody employed the person has no role, and the scheme pays agents only.
        """
        return {spell: part for (who, spell), part in self.parts.items() if who == agent and spell[1] == "agent"}


def netted(refunds: Iterable[Refund], earned: dict[str, int]) -> dict[str, int]:
    """Return by order what was refunded before the settlement day of the month after it was earned."""
    total: dict[str, int] = defaultdict(int)
    for r in refunds:
        if r.order in earned and r.at < settlement(month_of(earned[r.order])):
            total[r.order] += r.amount
    return total


def settlement(month: str) -> int:
    """Return the moment from which refunds no longer net in the measures of `month`."""
    return seconds(first_day(shift_month(month, 1)).replace(day=SETTLEMENT_DAY))


def measure(company: Company, books: Books, credits: list[Credit]) -> dict[str, Month]:
    """Return the measures by month."""
    months: dict[str, Month] = defaultdict(Month)
    back = netted(books.refunds, {c.order.id: c.order.paid for c in credits})
    for c in credits:
        _add_order(company, months[month_of(c.order.paid)], c, back.get(c.order.id, 0))
    bought = {unit_of(company, c.inquiry) for c in credits if converts(c)}
    for unit in {unit_of(company, q) for q in books.inquiries if q.human and q.account}:
        shop, _, agent, day = unit
        part = months[day.isoformat()[:7]].parts[agent, spell_key(company, agent, day, shop)]
        part.inquiries += 1
        part.buyers += unit in bought
    return months


def converts(c: Credit) -> bool:
    """Say whether an order makes its inquiry a buyer: credited as inquiry and paid in time."""
    return c.status == "inquiry" and c.inquiry is not None and c.order.paid <= c.inquiry.at + CONVERSION


def unit_of(company: Company, q: Inquiry) -> Unit:
    """Return the unit that is counted once: a customer, an agent, a day."""
    day = day_of(q.at)
    return q.shop, q.customer, company.holder(q.account, day), day


def spell_key(company: Company, agent: str, day: object, shop: str) -> tuple:
    """Return what makes rows of an agent one spell: the attributes on the day, and the shop of the row itself."""
    s = company.spell(agent, day)
    return (shop, s.role, SHOPS[s.shop], s.supervisor, s.base_pay) if s else (shop, "", "", "", 0)


def _add_order(company: Company, month: Month, c: Credit, refunded: int) -> None:
    amount = c.order.amount
    if not c.agent:
        row = month.nobody[c.order.shop, c.status]
        row[:] = row[0] + 1, row[1] + amount, row[2] + refunded
        return
    part = month.parts[c.agent, spell_key(company, c.agent, day_of(c.order.paid), c.order.shop)]
    if c.status == "inquiry":
        part.orders, part.gross, part.refunds = part.orders + 1, part.gross + amount, part.refunds + refunded
    elif c.status == "reminder":
        part.reminder += amount - refunded
    else:
        part.offline += amount - refunded
        part.offline_orders += 1
