"""Steps 13 to 15: what refunds, receivables and deductions take, and how much room a wage leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import CENT, rounded
from tests.proofs.oracle.components import component_rows
from tests.proofs.oracle.deferral import settled

OVERPAYMENT = "overpayment"
Refund = dict[str, Any]
Key = tuple[str, str, str]  # agent, component, origin month


class Purse:
    """One person's room in one month."""

    def __init__(self, paid: Fraction, base_pay: Any, minimum: Any, shares: dict[str, Fraction]) -> None:
        self.paid, self.base_pay, self.minimum, self.shares = paid, base_pay, minimum, shares
        self.taken: dict[str, Fraction] = {}

    def take(self, kind: str, wanted: Fraction) -> Fraction:
        """As much of `wanted` as every bound that is known leaves; where one is not, no more than what was paid."""
        all_, share = sum(self.taken.values(), Fraction(0)), self.shares.get(kind)
        rooms = [wanted]
        if None not in (self.base_pay, self.minimum):
            rooms.append(self.base_pay + self.paid - self.minimum - all_)
        if None not in (self.base_pay, share):
            of_kind = rounded(share * (self.base_pay + self.paid), CENT, "down")
            rooms.append(of_kind - self.taken.get(kind, Fraction(0)))
        if None in (self.base_pay, self.minimum, share):
            rooms.append(max(Fraction(0), self.paid) - all_)
        taken = max(Fraction(0), min(rooms))
        self.taken[kind] = self.taken.get(kind, Fraction(0)) + taken
        return taken


def charge(refunds: list[Refund], origin: str, component: Any, paid: Fraction, base: Any, rule: Any) -> Fraction:
    """What refunds to date take back of what was paid on `base`."""
    if base is None or base <= 0 or paid <= 0:
        return Fraction(0)
    weighted = sum((amount * component.clawback_rate(age) for amount, age in _aged(refunds, origin)), Fraction(0))
    returned = max(Fraction(0), min(weighted, Fraction(base)))
    return min(paid, rounded(paid * returned / base, rule.step, rule.mode))


def _aged(refunds: list[Refund], origin: str) -> list[tuple[Fraction, int]]:
    """Refunds with their age in months; a cancelled one takes from the latest of its order, without order of all."""
    standing: list[list[Any]] = []
    for refund in sorted(refunds, key=lambda r: r["month"]):
        left = -refund["amount"]
        if left <= 0:
            standing.append([refund["amount"], _months(origin, refund["month"]), refund.get("order_id")])
            continue
        for entry in reversed(standing):
            if refund.get("order_id") in (None, entry[2]):
                back = min(left, entry[0])
                entry[0] -= back
                left -= back
    return [(amount, age) for amount, age, _ in standing]


def _months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def clawback(run: Any, sequence: Any, book: Any, purses: dict[str, Purse]) -> None:
    """Step 13: what was paid, and on what, is as corrected."""
    charged: dict[Key, Fraction] = {}
    open_ = receivables([*sequence.past, *run.out])
    for row in sequence.past:
        if row.step == "clawback":
            key = (row.agent, row.component, row.origin)
            charged[key] = charged.get(key, Fraction(0)) - row.amount + row.owed
    by_origin: dict[str, list[Refund]] = {}
    for refund in sequence.refunds:
        if refund["month"] <= run.month:
            by_origin.setdefault(refund["origin_month"], []).append(refund)
    for origin, refunds in sorted(by_origin.items()):
        agents = dict.fromkeys(sorted(refund["agent"] for refund in refunds))
        rule, rows = sequence.rule_of(origin), [r for r in sequence.corrected(origin, book) if r.agent in agents]
        paid = settled(rows, origin)
        bases = {
            (row.agent, row.component): row.base if row.sold is None else row.sold
            for row in rows
            if row.step == "component"
        }
        for component in rule.components:
            for agent in agents:
                mine = [r for r in refunds if r["agent"] == agent and _concerns(r, component.id, rule)]
                if not mine or (agent, component.id) not in paid:
                    continue
                key = (agent, component.id, origin)
                to_date = charge(mine, origin, component, paid[key[:2]], bases[key[:2]], rule)
                due = to_date - charged.get(key, Fraction(0))
                _charged(run, key, due, open_.get(key, Fraction(0)), purses[agent])


def _concerns(refund: Refund, component: str, rule: Any) -> bool:
    return refund["component"] == component if refund.get("component") else component in rule.on_sales


def _charged(run: Any, key: Key, due: Fraction, open_: Fraction, purse: Purse) -> None:
    agent, component, origin = key
    taken = purse.take(OVERPAYMENT, due) if due > 0 else due + min(open_, -due)
    owed = due - taken
    if taken:
        run.put(agent, component, "clawback", -taken, origin=origin)
    if owed:
        run.put(agent, component, "clawback", Fraction(0), origin=origin, owed=owed, status="receivable")


def receivables(rows: Iterable[Any]) -> dict[Key, Fraction]:
    """What people still owe."""
    found: dict[Key, Fraction] = {}
    for row in rows:
        if row.owed:
            key = (row.agent, row.component, row.origin)
            found[key] = found.get(key, Fraction(0)) + row.owed
    return found


def recover(run: Any, sequence: Any, purses: dict[str, Purse]) -> None:
    """Step 14: what was owed before this month, oldest first; what was recovered of too much is given back."""
    past = sequence.past
    places = {"": -1} | {
        part: i for i, part in enumerate(dict.fromkeys(part for r in sequence.rules for part in r.kinds))
    }
    values = {(r.agent, r.component, r.origin): r.by for r in [*past, *run.out] if not r.component and r.by is not None}
    above: dict[str, Fraction] = {}
    for row in run.out:
        if row.step in ("component", "limit", "fund", "defer", "release"):
            above[row.agent] = above.get(row.agent, Fraction(0)) + row.amount
    lowered = [row for row in run.out if row.owed < 0 and row.origin < run.month]  # what arose now is for later
    open_ = receivables([*past, *lowered])
    for key, owed in sorted(open_.items(), key=lambda item: (item[0][2], places[item[0][1]], item[0][0])):
        agent, component, origin = key
        taken = owed
        if owed > 0 and component:
            taken = purses[agent].take(sequence.rule_of(origin).kinds.get(component, OVERPAYMENT), owed)
        elif owed > 0:
            room = max(Fraction(0), above.get(agent, Fraction(0)) - values[key])
            wanted = min(owed, room) if sequence.recover_from(origin) <= run.month else Fraction(0)
            taken = purses[agent].take(OVERPAYMENT, wanted)
            above[agent] = above.get(agent, Fraction(0)) - taken
        if taken:
            run.put(agent, component, "recovery", -taken, origin=origin, owed=-taken)


def deduct(run: Any, scratch: Any, purses: dict[str, Purse]) -> None:
    """Step 15, in file order; `scratch` is a run for what would be taken."""
    for component in run.rule.deducts:
        first = len(scratch.out)
        component_rows(scratch, component, (run.month,))
        for row in scratch.out[first:]:
            if row.amount <= 0:
                continue
            taken = purses[row.agent].take(component.kind, row.amount)
            if taken:
                run.put(row.agent, component.id, "deduct", -taken)
            if component.carry and taken < row.amount:
                run.put(row.agent, component.id, "deduct", Fraction(0), owed=row.amount - taken, status="receivable")
