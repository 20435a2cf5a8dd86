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
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.earlier_ledger import ADJUSTMENT, EarlierLedger, Minor, minor
from toolkit.rules.pay.ledger import PAID, RECEIVABLE, Block, Entry, Facts, as_written, minor_units
from toolkit.rules.pay.limits import cap_scope
from toolkit.rules.scheme.document import Cap, Component
from toolkit.rules.scheme.scheme import Scheme, component_of
from toolkit.rules.settle.inputs import Adjustment
from toolkit.rules.settle.month_inputs import MonthInputs, VersionPaid, in_force

RECOMPUTED = ("component", "limit", "fund", "guarantee", "rounding")
ZERO = Fraction(0)
Key = tuple[str, str, str]  # component, agent, scope


@dataclass(frozen=True, slots=True, eq=False)
class CorrectionFacts(Facts):
    """The difference between what a month gives now and what it paid.

    Parameters
    ----------
    component : None for limits, funds, guarantees and rounding together.
    month : the month recomputed.
    now, before : what it gives now, and what it had paid.
    paid : the recomputed month.
    key : component id, agent and scope of the rows.
    why : the adjustments by hand behind it.
    """

    component: Component | None
    month: str
    now: Fraction
    before: Fraction
    paid: Sequence[VersionPaid]
    key: Key
    why: tuple[Adjustment, ...]

    def rows(self) -> Iterator[tuple[Block, int]]:
        """Yield the rows of the recomputed month the difference is about."""
        component, agent, scope = self.key
        for one in self.paid:
            for block in one.blocks:
                if block.component != component or block.step in ("defer", "release") or block.owed is not None:
                    continue
                for row, person in enumerate(block.person):
                    here = "" if block.scope is None else block.scope.value(row) or ""
                    if one.run.cells.payee_of(int(person)) == agent and scope in ("", here):
                        yield block, row


@dataclass(frozen=True, slots=True)
class OwedFacts(Facts):
    """How a correction changes what a recoverable guarantee left owed in a month."""

    month: str
    now: Fraction
    before: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the rows of a month add up to, in minor units.

    Parameters
    ----------
    paid : by component ("" for limits, funds, guarantees and rounding), agent, and scope where that matters later.
    owed : of recoverable guarantees, by agent and scope.
    guaranteed : what was guaranteed, by agent and scope, in major units.
    """

    paid: dict[Key, Minor] = field(default_factory=dict)
    owed: dict[tuple[str, str], Minor] = field(default_factory=dict)
    guaranteed: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def add(self, key: Key, amount: Minor) -> None:
        """Add an amount."""
        self.paid[key] = self.paid.get(key, 0) + amount

    def owe(self, agent: str, scope: str, owed: Minor, guaranteed: Fraction | None) -> None:
        """Add to what is owed."""
        self.owed[agent, scope] = self.owed.get((agent, scope), 0) + owed
        if guaranteed:
            self.guaranteed[agent, scope] = guaranteed


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
    months: Mapping[str, list[VersionPaid]]
    past: EarlierLedger
    unknown: tuple[str, ...]


def correct(desk: MonthInputs, versions: Sequence[Scheme], past: EarlierLedger) -> Corrected:
    """Recompute every earlier month that has ledger rows and measures, but none of opening balances."""
    measured = set(desk.measures["month"].dropna().unique()) if past.groups else set()
    paid_in = {group.month for group in past.groups if group.step in RECOMPUTED and not group.is_opening}
    entries: list[Entry] = []
    months: dict[str, list[VersionPaid]] = {}
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


def adjust(
    desk: MonthInputs, versions: Sequence[Scheme], past: EarlierLedger, paid: list[VersionPaid]
) -> tuple[list[Entry], list[VersionPaid]]:
    """Return what measures adjusted by hand for the payment month change in it, and the month as they make it.

    Parameters
    ----------
    desk : on which they are adjusted.
    paid : the month on the measures as given.
    """
    before = _of_blocks(paid)
    first: dict[str, dict[str, Fraction]] = {}
    for (component, agent, _), cents in before.paid.items():
        mine = first.setdefault(component, {})
        mine[agent] = mine.get(agent, ZERO) + Fraction(cents, 100)
    after = desk.paid(versions, past, desk.month, first)
    return _differences(desk, before, after, str(desk.month)), after


def _differences(desk: MonthInputs, before: Sums, paid: list[VersionPaid], month: str) -> list[Entry]:
    """Return the rows of what differs: pay first, then what is owed."""
    now = _of_blocks(paid)
    places = {c.id: i for p in paid for i, c in enumerate(p.run.scheme.components)}
    found = []
    changed = {key for key in (*now.paid, *before.paid) if now.paid.get(key, 0) != before.paid.get(key, 0)}
    for key in sorted(changed, key=lambda key: (places.get(key[0], len(places)), key)):
        a, b = (Fraction(sums.paid.get(key, 0), 100) for sums in (now, before))
        component, agent, scope = key
        why = tuple(a for a in desk.changes if a.measure and a.origin == month and a.agent == agent)
        facts = CorrectionFacts(_component(paid, component), month, a, b, paid, key, why)
        numbers = {"before_limits": a}
        found.append(Entry(ADJUSTMENT, component, agent, a - b, facts, month, PAID, scope, numbers=numbers))
    for who in sorted({*now.owed, *before.owed}):
        a, b = (Fraction(sums.owed.get(who, 0), 100) for sums in (now, before))
        if a != b:
            agent, scope = who
            numbers = {"before_limits": a, "by_value": now.guaranteed.get(who) or before.guaranteed.get(who, ZERO)}
            still = OwedFacts(month, a, b)
            found.append(Entry(ADJUSTMENT, "", agent, ZERO, still, month, RECEIVABLE, scope, a - b, numbers))
    return found


def _component(paid: list[VersionPaid], component_id: str) -> Component | None:
    return component_of([p.run.scheme for p in paid], component_id, str(paid[0].run.month)) if component_id else None


def _of_blocks(paid: list[VersionPaid]) -> Sums:
    """Add up the rows that are compared, as they are written."""
    sums = Sums()
    for one in paid:
        apart = _apart([one.run.scheme])
        for block in one.blocks:
            if block.step not in RECOMPUTED:
                continue
            agents = [one.run.cells.payee_of(person) for person in block.person.tolist()]
            scopes = [""] * block.n if block.scope is None else block.scope.values(block.n)
            for agent, scope, amount in zip(agents, scopes, _amounts(block), strict=True):
                sums.add((block.component, agent, scope if apart(block.component, scope) else ""), amount)
            if block.owed is not None:
                guaranteed = block.behind["by_value"][0].spread(block.n).values()
                for agent, scope, owed, of in zip(agents, scopes, _minor(block.owed, block.n), guaranteed, strict=True):
                    sums.owe(agent, scope, owed, of)
    return sums


def _amounts(block: Block) -> list[Minor]:
    return _minor(as_written(block.amount), block.n)


def _minor(column: Exact, n: int) -> list[Minor]:
    """Return amounts in major units in minor ones, blanks as nothing."""
    amount = column.spread(n)
    if isinstance(amount.den, int) and 100 % amount.den == 0:
        whole: list[Minor] = minor_units(amount.otherwise(amount.valid, Exact.constant(0))).tolist()
        return whole
    return [minor(value * 100) if value else 0 for value in amount.values()]


def _apart(versions: Sequence[Scheme]) -> Callable[[str, str], bool]:
    """Return what tells whether rows keep their scope: those of pools, and of caps that carry what they withhold."""
    pooled = {c.id for s in versions for c in s.components if c.share is not None or c.undivided}
    caps = {cap_scope(c, i) for s in versions for i, c in enumerate(s.limits) if isinstance(c, Cap) and c.carry}
    return lambda component, scope: component in pooled or (component == "" and scope in caps)


def _of_ledger(past: EarlierLedger, versions: Sequence[Scheme], month: str) -> Sums:
    """Add up what a month was paid: its own rows, and the corrections of it so far."""
    sums = Sums()
    apart = _apart(in_force(versions, Month.parse(month)))
    for group in past.for_month(month, (*RECOMPUTED, ADJUSTMENT)):
        if group.is_manual:
            continue
        for i, (agent, scope, amount) in enumerate(zip(group.agents, group.scopes, group.amounts, strict=True)):
            if group.owed[i] or group.statuses[i] == "receivable":
                sums.owe(agent, scope, group.owed[i], group.row(i).by_value)
            else:
                sums.add((group.component, agent, scope if apart(group.component, scope) else ""), amount)
    return sums
