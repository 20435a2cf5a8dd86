"""Steps 13 to 15: what refunds, receivables and deductions take, and how much room a wage leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import CENT, rounded
from tests.proofs.oracle.calendar import quarter, year
from tests.proofs.oracle.components import component_rows

OVERPAYMENT, LAW = "overpayment", ("minimum_wage", "legal_share")
WAGE = ("component", "limit", "fund", "defer", "release", "guarantee", "rounding", "adjustment")
Refund = dict[str, Any]
Key = tuple[str, str, str]  # agent, component, origin month


class Known:
    """What the ledger says so far by agent, component and month of origin; `of` holds its rows by month of origin."""

    def __init__(self) -> None:
        self.charged: dict[Key, Fraction] = {}
        self.released: dict[Key, Fraction] = {}
        self.owed: dict[Key, Fraction] = {}
        self.guaranteed: dict[Key, Fraction] = {}
        self.of: dict[str, list[Any]] = {}

    def add(self, rows: Iterable[Any]) -> None:
        """Add a month's rows."""
        for row in rows:
            self.of.setdefault(row.origin, []).append(row)
            key = (row.agent, row.component, row.origin)
            if row.step == "clawback":
                _add(self.charged, key, row.owed - row.amount)
            elif row.step == "release":
                _add(self.released, key, row.amount)
            if row.owed:
                _add(self.owed, key, row.owed)
            if not row.component and row.by is not None:
                self.guaranteed[key] = row.by

    def with_rows(self, rows: Iterable[Any]) -> dict[Key, Fraction]:
        """What people owe, with what rows of this month change."""
        owed = dict(self.owed)
        for row in rows:
            if row.owed:
                _add(owed, (row.agent, row.component, row.origin), row.owed)
        return {key: value for key, value in owed.items() if value}


def _add(sums: dict[Any, Fraction], key: Any, value: Fraction) -> None:
    sums[key] = sums[key] + value if key in sums else value


class Purse:
    """One person's room in one month, whoever pays it."""

    def __init__(self, paid: Fraction, base_pays: list[Any]) -> None:
        self.paid, self.base_pays = paid, base_pays
        self.taken: dict[str, Fraction] = {}

    def take(self, kind: str, wanted: Fraction, minimums: list[Any], shares: list[Any]) -> Fraction:
        """As much of `wanted` as every bound of every row leaves; where one is not known, no more than was paid."""
        all_ = sum(self.taken.values(), Fraction(0))
        rooms = [wanted]
        for base_pay in self.base_pays:
            if base_pay is None:
                continue
            wage = base_pay + self.paid
            rooms += [wage - minimum - all_ for minimum in minimums if minimum is not None]
            before = self.taken.get(kind, Fraction(0))
            rooms += [rounded(share * wage, CENT, "down") - before for share in shares if share is not None]
        if None in (*self.base_pays, *minimums, *shares):
            rooms.append(max(Fraction(0), self.paid) - all_)
        taken = max(Fraction(0), min(rooms))
        self.taken[kind] = self.taken.get(kind, Fraction(0)) + taken
        return taken


class Purses:
    """Everyone's room after step 12 of all schemes; nobody without a row in the month has a base pay."""

    def __init__(self, runs: list[Any]) -> None:
        self.paid: dict[str, Fraction] = {}
        self.rows = runs[0].rows((runs[0].month,)).agent
        self.found: dict[str, Purse] = {}
        for run in runs:
            for row in run.out:
                if row.step in WAGE and row.amount:
                    self.paid[row.agent] = self.paid.get(row.agent, Fraction(0)) + row.amount

    def take(self, run: Any, agent: str, kind: str, wanted: Fraction) -> Fraction:
        """Take what the parameters of the scheme that asks leave."""
        rows = self.rows.get(agent, [{}])
        if agent not in self.found:
            bases = [None if row.get("base_pay") is None else Fraction(row["base_pay"], 100) for row in rows]
            self.found[agent] = Purse(self.paid.get(agent, Fraction(0)), bases)
        minimums, shares = (
            [run.rule.parameter(word, run.day, (row | {"kind": kind}).get, None) for row in rows] for word in LAW
        )
        return self.found[agent].take(kind, wanted, minimums, shares)


def charge(refunds: list[Refund], component: Any, paid: Fraction, base: Any, rule: Any) -> Fraction:
    """What refunds to date take back of what was paid on `base`."""
    if base is None or base <= 0 or paid <= 0:
        return Fraction(0)
    weighted = sum((amount * component.clawback_rate(age) for amount, age in _aged(refunds)), Fraction(0))
    returned = max(Fraction(0), min(weighted, Fraction(base)))
    return min(paid, rounded(paid * returned / base, rule.step, rule.mode))


def _aged(refunds: list[Refund]) -> list[tuple[Fraction, int]]:
    """Refunds with their age in months; a cancelled one takes from the latest of its order, without order of all."""
    standing: list[list[Any]] = []
    for refund in sorted(refunds, key=lambda r: r["month"]):
        left = -refund["amount"]
        if left <= 0:
            age = _months(refund["origin_month"], refund["month"])
            standing.append([refund["amount"], age, refund.get("order_id")])
            continue
        for entry in reversed(standing):
            if refund.get("order_id") in (None, entry[2]):
                back = min(left, entry[0])
                entry[0] -= back
                left -= back
    return [(amount, age) for amount, age, _ in standing]


def _months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def clawback(run: Any, sequence: Any, book: Any, purses: Purses) -> None:
    """Step 13: what was paid, and on what, is as corrected."""
    open_, charged = sequence.known.with_rows(run.out), sequence.known.charged
    cases = sorted(_cases(run, sequence, book).items(), key=_first)
    for (origin, _, agent), (rule, component, paid, base, refunds) in cases:
        key = (agent, component.id, origin)
        due = charge(refunds, component, paid, base, rule)
        due -= charged.get(key, Fraction(0))
        _charged(run, key, due, open_.get(key, Fraction(0)), purses)


def _first(item: Any) -> Any:
    return item[0]


def _cases(run: Any, sequence: Any, book: Any) -> dict[tuple[str, int, str], Any]:
    """What was paid earlier on sales of which some were refunded: (month it stands for, place, agent) -> the case."""
    cases: dict[tuple[str, int, str], Any] = {}
    for refund in sequence.refunds:
        if refund["month"] > run.month:
            continue
        agent, origin = refund["agent"], refund["origin_month"]
        rule = sequence.rule_of(origin)
        for place, component in enumerate(rule.components):
            if not _concerns(refund, component.id, rule):
                continue
            months, stands = _paid_in(component, origin)
            found = [
                sums
                for sums in (sequence.paid_on(month, book) for month in months if month < run.month)
                if (agent, component.id) in sums
            ]
            if not found:
                continue
            key = (stands, place, agent)
            if key not in cases:
                paid = sum((sums[agent, component.id][0] for sums in found), Fraction(0))
                cases[key] = (rule, component, paid, found[-1][agent, component.id][1], [])
            cases[key][-1].append(refund)
    return cases


def _paid_in(component: Any, origin: str) -> tuple[tuple[str, ...], str]:
    """The months that pay for `origin`, and the one they stand under in the ledger."""
    if component.campaign is not None:
        first, last = (f"{day:%Y-%m}" for day in component.campaign)
        return (last,) if first <= origin <= last else (), last
    if component.period == "month":
        return (origin,), origin
    months = quarter(origin) if component.period == "quarter" else year(origin)
    return (months, months[0]) if component.accumulate else (months[-1:], months[-1])


def _concerns(refund: Refund, component: str, rule: Any) -> bool:
    return refund["component"] == component if refund.get("component") else component in rule.on_sales


def _charged(run: Any, key: Key, due: Fraction, open_: Fraction, purses: Purses) -> None:
    agent, component, origin = key
    taken = purses.take(run, agent, OVERPAYMENT, due) if due > 0 else due + min(open_, -due)
    owed = due - taken
    if taken:
        run.put(agent, component, "clawback", -taken, origin=origin)
    if owed:
        run.put(agent, component, "clawback", Fraction(0), origin=origin, owed=owed, status="receivable")


def recover(run: Any, sequence: Any, purses: Purses) -> None:
    """Step 14: what was owed before this month, oldest first; what was recovered of too much is given back."""
    places = {"": -1} | {
        part: i for i, part in enumerate(dict.fromkeys(part for r in sequence.rules for part in r.kinds))
    }
    values = sequence.known.guaranteed | {
        (r.agent, r.component, r.origin): r.by for r in run.out if not r.component and r.by is not None
    }
    above: dict[str, Fraction] = {}
    for row in run.out:
        if row.step in ("component", "limit", "fund", "defer", "release"):
            above[row.agent] = above.get(row.agent, Fraction(0)) + row.amount
    lowered = [row for row in run.out if row.owed < 0 and row.origin < run.month]  # what arose now is for later
    open_ = sequence.known.with_rows(lowered)
    for key, owed in sorted(open_.items(), key=lambda item: (item[0][2], places[item[0][1]], item[0][0])):
        agent, component, origin = key
        taken = owed
        if owed > 0 and component:
            taken = purses.take(run, agent, sequence.rule_of(origin).kinds.get(component, OVERPAYMENT), owed)
        elif owed > 0:
            room = max(Fraction(0), above.get(agent, Fraction(0)) - values[key])
            wanted = min(owed, room) if sequence.recover_from(origin) <= run.month else Fraction(0)
            taken = purses.take(run, agent, OVERPAYMENT, wanted)
            above[agent] = above.get(agent, Fraction(0)) - taken
        if taken:
            run.put(agent, component, "recovery", -taken, origin=origin, owed=-taken)


def deduct(run: Any, scratch: Any, purses: Purses) -> None:
    """Step 15, in file order; `scratch` is a run for what would be taken."""
    for component in run.rule.deducts:
        first = len(scratch.out)
        component_rows(scratch, component, (run.month,))
        for row in scratch.out[first:]:
            if row.amount <= 0:
                continue
            taken = purses.take(run, row.agent, component.kind, row.amount)
            if taken:
                run.put(row.agent, component.id, "deduct", -taken)
            if component.carry and taken < row.amount:
                run.put(row.agent, component.id, "deduct", Fraction(0), owed=row.amount - taken, status="receivable")
