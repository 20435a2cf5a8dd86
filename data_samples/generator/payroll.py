"""What payroll paid: the right amounts, and errors planted among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from data_samples.generator.calendar import first_day, last_day, shift_month
from data_samples.generator.causes import BONUS, CLASSES, COMMISSION, REMINDER, Case, Earned, rates
from data_samples.generator.company import Company
from data_samples.generator.measures import Month
from data_samples.generator.scheme import pay, round_fen

BASE_ITEM = "底薪"
USUAL_ERRORS = {name: 1 + (name == "CREDIT") for name in CLASSES}


@dataclass(frozen=True, slots=True)
class Line:
    """One pay line, amount in fen."""

    agent: str
    month: str
    item: str
    amount: int


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error: `paid` and `correct` are sums of the item's lines; `also` are later classes that fit too."""

    error: str
    agent: str
    item: str
    month: str
    paid: int
    correct: int
    also: tuple[str, ...]
    how: str


def right_lines(company: Company, months: dict[str, Month], month: str) -> list[Line]:
    """Return the pay lines of a month without any error: base pay of everyone, and what the rules give above 0."""
    base = []
    for agent, spells in company.spells.items():
        employed = [s for s in spells if s.first <= last_day(month) and (not s.last or s.last >= first_day(month))]
        base += [Line(agent, month, BASE_ITEM, s.base_pay) for s in employed[-1:]]
    agents = sorted({agent for agent, _ in months[month].parts})
    due = [(a, item, n) for a in agents for item, n in pay(months[month].of(a).values()).items()]
    return base + [Line(a, month, item, amount) for a, item, amount in due if amount]


def plant(draw: np.random.Generator, company: Company, case: Case, lines: list[Line], errors: dict[str, int]
          ) -> tuple[list[Line], list[Planted]]:  # fmt: skip
    """Return the month's lines with so many errors of each class, and the list of them; at most one a person and item.

    A draw whose amount an earlier class explains as well, or that changes nothing, is drawn again with someone else.
    """
    taken: set[tuple[str, str]] = set()
    planted: list[Planted] = []
    for error in CLASSES:
        wanted, left = MAKERS[error](draw, company, case), errors.get(error, 0)
        for group in wanted:
            if left < len(group) or any((agent, item) in taken for agent, item, _, _ in group):
                continue
            found = [_judge(case, error, *attempt) for attempt in group]
            if all(found):
                planted += found
                taken |= {(p.agent, p.item) for p in found}
                left -= len(found)
            if not left:
                break
    return _apply(lines, planted), planted


Attempt = tuple[str, str, int, str]  # agent, item, paid, how
Groups = Iterator[list[Attempt]]


def _judge(case: Case, error: str, agent: str, item: str, paid: int, how: str) -> Planted | None:
    """Return the error as planted, None if by the order of decision it would be one of another class."""
    correct, also = case.due(agent, item), ()
    if CLASSES.index(error) >= CLASSES.index("TIMING"):
        first, *also = case.fits(agent, item, paid)
        if first != error or paid <= 0 or correct <= 0 or paid == correct:
            return None
    return Planted(error, agent, item, case.month, paid, correct, tuple(also), how)


def _apply(lines: list[Line], planted: list[Planted]) -> list[Line]:
    wrong = {(p.agent, p.item): p for p in planted}
    out = []
    for line in lines:
        p = wrong.pop((line.agent, line.item), None)
        if p is None:
            out.append(line)
        elif p.error == "DUPLICATE":
            out += [line, line]
        elif p.error != "DUE_NOT_PAID":
            out.append(Line(line.agent, line.month, line.item, p.paid))
    return out + [Line(p.agent, p.month, p.item, p.paid) for p in wrong.values() if p.error == "PAID_NOT_DUE"]


def _payees(draw: np.random.Generator, case: Case, item: str, *, one_spell: bool = False) -> list[str]:
    """Return the agents with something due, in a drawn order."""
    agents = sorted({agent for agent, _ in case.months[case.month].parts})
    due = [a for a in agents if case.due(a, item) and not (one_spell and len(case.parts(a)) > 1)]
    return [due[int(k)] for k in draw.permutation(len(due))]


def _any_item(draw: np.random.Generator, case: Case) -> list[tuple[str, str]]:
    items = [(a, item) for item in (COMMISSION, REMINDER, BONUS) for a in _payees(draw, case, item)]
    return [items[int(k)] for k in draw.permutation(len(items))]


def _duplicates(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent, item in _any_item(draw, case):
        yield [(agent, item, 2 * case.due(agent, item), "the line stands twice")]


def _left_out(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent, item in _any_item(draw, case):
        yield [(agent, item, 0, "the line is missing")]


def _not_due(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    agents = sorted({agent for agent, _ in case.months[case.month].parts})
    below = [a for a in agents if not case.due(a, BONUS)]
    for n, k in enumerate(draw.permutation(len(below))):
        if n == 1:
            leader = [s[0].agent for s in company.spells.values() if s[0].role == "supervisor"][int(draw.integers(3))]
            yield [(leader, COMMISSION, int(draw.integers(50_000, 200_000)), "commission of a supervisor")]
        yield [(below[int(k)], BONUS, 100_000, "bonus without reaching the target")]


def _wrong_month(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent in _payees(draw, case, COMMISSION):
        yield [(agent, COMMISSION, case.due(agent, COMMISSION, shift_month(case.month, -1)), "last month's amount")]


def _wrong_credit(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    """Move one whole order to a colleague of the same shop: first on both sides, then on the receiving side only."""
    own = set(_payees(draw, case, COMMISSION, one_spell=True))
    orders = [e for e in case.earned if e.credit.status == "inquiry" and e.credit.agent in own and _whole(e)]
    for k in draw.permutation(len(orders)):
        order = orders[int(k)]
        shop = next(iter(case.months[case.month].of(order.credit.agent)))[0]
        others = [a for a in sorted(own - {order.credit.agent}) if next(iter(case.months[case.month].of(a)))[0] == shop]
        if others:
            other = others[int(draw.integers(len(others)))]
            how = f"order {order.credit.order.id} of {order.credit.agent} counted for {other}"
            taken, given = _with_order(case, order, order.credit.agent, -1), _with_order(case, order, other, 1)
            yield [(order.credit.agent, COMMISSION, taken, how), (other, COMMISSION, given, how)]
            yield [(other, COMMISSION, given, how)]


def _whole(e: Earned) -> bool:
    """Say whether an order is worth arguing about and none of it was refunded."""
    return e.net > 8_000 and e.net == e.credit.order.amount


def _with_order(case: Case, order: Earned, agent: str, sign: int) -> int:
    parts = case.parts(agent)
    return round_fen((parts[0].sales + sign * order.net) * rates(parts, COMMISSION)[0])


def _wrong_base(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    split = [a for a in _payees(draw, case, COMMISSION) if len(case.parts(a)) > 1]
    for agent in split:
        how = "pooled instead of by spell"
        yield [(agent, COMMISSION, case.other_bases(agent, COMMISSION)[how], how)]
    for n, agent in enumerate(_payees(draw, case, COMMISSION, one_spell=True)):
        how = ("gross of refunds", "reminder sales as well", "gross of refunds")[n % 3]
        yield [(agent, COMMISSION, case.other_bases(agent, COMMISSION)[how], how)]


def _wrong_rate(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent in _payees(draw, case, COMMISSION, one_spell=True):
        for rate, amount in case.other_rates(agent).items():
            yield [(agent, COMMISSION, amount, f"paid at {rate}")]


def _off_by_a_cent(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent, item in _any_item(draw, case):
        if item != BONUS:
            yield [(agent, item, case.due(agent, item) + int(draw.choice((-1, 1))), "one cent off")]


def _out_of_nowhere(draw: np.random.Generator, company: Company, case: Case) -> Groups:
    for agent in _payees(draw, case, COMMISSION, one_spell=True) * 20:
        off = int(draw.integers(2_000, 60_000)) * int(draw.choice((-1, 1)))
        yield [(agent, COMMISSION, case.due(agent, COMMISSION) + off, "no reason in the books")]


MAKERS: dict[str, Callable[[np.random.Generator, Company, Case], Groups]] = dict(
    zip(
        CLASSES,
        (_duplicates, _left_out, _not_due, _wrong_month, _wrong_credit, _wrong_base, _wrong_rate, _off_by_a_cent,
         _out_of_nowhere),
        strict=True,
    )
)  # fmt: skip
