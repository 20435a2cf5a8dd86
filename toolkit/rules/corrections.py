"""Step 12: closed months are recomputed, and what changed is paid now.

A month is recomputed with its own version, its parameters, and the ledger as it stood before it; what is compared are
the rows of steps 4 to 9 and 11 and of rounding. Earlier corrections of the month count as paid, so that correcting
twice is correcting once. Measures adjusted by hand for the payment month are the same comparison, of two payments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from toolkit.core.period import Month
from toolkit.rules.deferral import component_of
from toolkit.rules.desk import Desk, Paid, in_force
from toolkit.rules.document import Cap, Component
from toolkit.rules.entries import Entry
from toolkit.rules.ledger import PAID, RECEIVABLE, Block, written
from toolkit.rules.past import ADJUSTMENT, Past
from toolkit.rules.scheme import Scheme
from toolkit.rules.trace_corrections import CorrectionTrace
from toolkit.rules.trace_later import OwedTrace

RECOMPUTED = ("component", "limit", "fund", "guarantee", "rounding")
ZERO = Fraction(0)
Key = tuple[str, str, str]  # component, agent, scope


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the rows of a month add up to.

    Parameters
    ----------
    paid : by component ("" for limits, funds, guarantees and rounding), agent, and scope where that matters later.
    owed : of recoverable guarantees, by agent and scope; with what was guaranteed.
    """

    paid: dict[Key, Fraction] = field(default_factory=dict)
    owed: dict[tuple[str, str], tuple[Fraction, Fraction]] = field(default_factory=dict)

    def add(self, key: Key, amount: Fraction) -> None:
        """Add an amount."""
        self.paid[key] = self.paid.get(key, ZERO) + amount

    def owe(self, agent: str, scope: str, owed: Fraction, guaranteed: Fraction | None) -> None:
        """Add to what is owed."""
        before, known = self.owed.get((agent, scope), (ZERO, ZERO))
        self.owed[agent, scope] = (before + owed, guaranteed or known)


@dataclass(frozen=True, slots=True, eq=False)
class Corrected:
    """What recomputing the closed months gave.

    Parameters
    ----------
    entries : the rows of the differences.
    months : each recomputed month.
    past : the ledger with those rows.
    unknown : months with rows of a version that was not given.
    """

    entries: list[Entry]
    months: Mapping[str, list[Paid]]
    past: Past
    unknown: tuple[str, ...]


def correct(desk: Desk, versions: Sequence[Scheme], past: Past) -> Corrected:
    """Recompute every earlier month that has ledger rows and measures."""
    rows = past.rows
    measured = set(desk.measures["month"].dropna().unique()) if len(rows) else set()
    paid_in = set(rows.loc[rows["step"].isin(RECOMPUTED), "month"]) if len(rows) else set()
    entries: list[Entry] = []
    months: dict[str, list[Paid]] = {}
    unknown = []
    for month in sorted(paid_in & measured):
        when = Month.parse(month)
        if not in_force(versions, when):
            unknown.append(month)
            continue
        streaked = {name for scheme in in_force(versions, when) for name in scheme.streaked}
        first = {name: past.sums([month], ["component"], name) for name in streaked}
        months[month] = desk.paid(versions, past.before(month), when, first)
        found = _differences(desk, _of_ledger(past, versions, month), months[month], month)
        entries += found
        past = past.with_entries(found, str(desk.month))
    return Corrected(entries, months, past, tuple(unknown))


def adjust(desk: Desk, versions: Sequence[Scheme], past: Past, paid: list[Paid]) -> tuple[list[Entry], list[Paid]]:
    """Return what measures adjusted by hand for the payment month change in it, and the month as they make it.

    Parameters
    ----------
    desk : on which they are adjusted.
    paid : the month on the measures as given.
    """
    before = _of_blocks(paid)
    first: dict[str, dict[str, Fraction]] = {}
    for (component, agent, _), amount in before.paid.items():
        mine = first.setdefault(component, {})
        mine[agent] = mine.get(agent, ZERO) + amount
    after = desk.paid(versions, past, desk.month, first)
    return _differences(desk, before, after, str(desk.month)), after


def _differences(desk: Desk, before: Sums, paid: list[Paid], month: str) -> list[Entry]:
    """Return the rows of what differs: pay first, then what is owed."""
    now = _of_blocks(paid)
    places = {c.id: i for p in paid for i, c in enumerate(p.run.scheme.components)}
    found = []
    for key in sorted({*now.paid, *before.paid}, key=lambda key: (places.get(key[0], len(places)), key)):
        a, b = now.paid.get(key, ZERO), before.paid.get(key, ZERO)
        if a == b:
            continue
        component, agent, scope = key
        why = tuple(a for a in desk.changes if a.measure and a.origin == month and a.agent == agent)
        trace = CorrectionTrace(_component(paid, component), month, a, b, paid, key, why)
        numbers = {"before_limits": a}
        found.append(Entry(ADJUSTMENT, component, agent, a - b, trace, month, PAID, scope, numbers=numbers))
    for agent, scope in sorted({*now.owed, *before.owed}):
        (a, guaranteed), (b, known) = (sums.owed.get((agent, scope), (ZERO, ZERO)) for sums in (now, before))
        if a != b:
            numbers = {"before_limits": a, "by_value": guaranteed or known}
            trace_owed = OwedTrace(month, a, b)
            found.append(Entry(ADJUSTMENT, "", agent, ZERO, trace_owed, month, RECEIVABLE, scope, a - b, numbers))
    return found


def _component(paid: list[Paid], component_id: str) -> Component | None:
    return component_of([p.run.scheme for p in paid], component_id, str(paid[0].run.month)) if component_id else None


def _of_blocks(paid: list[Paid]) -> Sums:
    """Add up the rows that are compared, as they are written."""
    sums = Sums()
    for one in paid:
        for block in one.blocks:
            if block.step not in RECOMPUTED:
                continue
            apart = _apart([one.run.scheme])
            for i, (person, amount) in enumerate(zip(block.person, _amounts(block), strict=True)):
                agent = one.run.cells.agent_of(int(person))
                scope = "" if block.scope is None else block.scope.value(i) or ""
                sums.add((block.component, agent, scope if apart(block.component, scope) else ""), amount)
            if block.owed is not None:
                _owe(sums, one, block)
    return sums


def _owe(sums: Sums, one: Paid, block: Block) -> None:
    guaranteed = block.behind["by_value"][0]
    for i, person in enumerate(block.person):
        scope = "" if block.scope is None else block.scope.value(i) or ""
        owed = (block.owed.value(i) if block.owed is not None else None) or ZERO
        sums.owe(one.run.cells.agent_of(int(person)), scope, owed, guaranteed.value(i))


def _amounts(block: Block) -> Iterator[Fraction]:
    amount = block.amount.spread(block.n)
    if isinstance(amount.den, int) and 100 % amount.den == 0:
        return (Fraction(int(cents), 100) for cents in amount.num * (100 // amount.den))
    return (written(value or ZERO) for value in amount.values())


def _apart(versions: Sequence[Scheme]) -> Callable[[str, str], bool]:
    """Return what tells whether rows keep their scope: those of pools, and of caps that carry what they withhold."""
    pooled = {c.id for s in versions for c in s.components if c.share is not None or c.undivided}
    caps = {f"limit {i}" for s in versions for i, c in enumerate(s.limits, 1) if isinstance(c, Cap) and c.carry}
    return lambda component, scope: component in pooled or (component == "" and scope in caps)


def _of_ledger(past: Past, versions: Sequence[Scheme], month: str) -> Sums:
    """Add up what a month was paid: its own rows, and the corrections of it so far."""
    sums = Sums()
    apart = _apart(in_force(versions, Month.parse(month)))
    for row in past.for_month(month, (*RECOMPUTED, ADJUSTMENT)):
        if row.is_manual:
            continue
        is_owed = row.owed != 0 or row.status == "receivable"
        if is_owed:
            sums.owe(row.agent, row.scope, row.owed, row.by_value)
        else:
            sums.add((row.component, row.agent, row.scope if apart(row.component, row.scope) else ""), row.amount)
    return sums
