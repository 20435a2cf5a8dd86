"""Step 10: a share of what a component pays is held back, and released when it is due.

What a component pays is its own rows and its part of what caps and funds took. Each held part is a row that names the
month it is due in, so that the ledger alone says what is still to come; releases and deferrals of a part net to 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.money import share_out, spare_cent_key
from toolkit.core.period import Month
from toolkit.rules.explain.trace_later import DeferTrace, ReleaseTrace
from toolkit.rules.pay.earlier_ledger import EarlierLedger, Minor
from toolkit.rules.pay.ledger import NOT_MET, PAID, WITHHELD, Block, Entry
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.inputs import Roster

LIMITS = ("limit", "fund")
ZERO = Fraction(0)


def after_limits(amounts: Mapping[str, Fraction], limits: Fraction, month: str, agent: str) -> dict[str, Fraction]:
    """Divide what caps and funds took from an agent among the components that paid; whole cents stay whole.

    Parameters
    ----------
    amounts : by component, in major units.
    limits : sum of the limit and fund rows.
    month : payment month; orders equal remainders, with component and agent.
    """
    paying = [component for component, amount in amounts.items() if amount > 0]
    result = dict(amounts)
    if not limits or not paying:
        return result
    weights = [amounts[component] for component in paying]
    cents = limits * 100
    if cents.denominator == 1:
        keys = [spare_cent_key(month, component, agent) for component in paying]
        parts = [Fraction(part, 100) for part in share_out(int(cents), weights, keys)]
    else:
        parts = [limits * weight / sum(weights) for weight in weights]
    for component, part in zip(paying, parts, strict=True):
        result[component] += part
    return result


def deferrals(run: Run, blocks: Sequence[Block]) -> list[Entry]:
    """Return the rows that hold back shares of what this month pays so far, steps 4 to 9."""
    deferring = [component for component in run.scheme.components if component.defer]
    if not deferring:
        return []
    paid = _paid(run, blocks)
    month = str(run.month)
    found: list[Entry] = []
    for component in deferring:
        hold = _Hold.of(component, run.month)
        for agent, (amounts, limits) in paid.items():
            if amounts.get(component.id, ZERO) > 0:
                found += hold.held(agent, after_limits(amounts, limits, month, agent)[component.id])
    return found


def _paid(run: Run, blocks: Sequence[Block]) -> dict[str, tuple[dict[str, Fraction], Fraction]]:
    """Return what each agent is paid by component, and what limits and funds add to it."""
    paid: dict[int, dict[str, Fraction]] = {}
    limits: dict[int, Fraction] = {}
    for block in blocks:
        for person, amount in zip(block.person.tolist(), block.amount.spread(block.n).values(), strict=True):
            if person < 0 or not amount:
                continue
            if block.step in LIMITS:
                limits[person] = limits.get(person, ZERO) + amount
            else:
                mine = paid.setdefault(person, {})
                mine[block.component] = mine.get(block.component, ZERO) + amount
    return {run.cells.agent_of(p): (paid[p], limits.get(p, ZERO)) for p in sorted(paid)}


@dataclass(frozen=True, slots=True)
class _Hold:
    """How a component holds back in a month: the months its parts are due, and what each weighs, what is paid first."""

    component: Component
    month: str
    dues: tuple[str, ...]
    weights: tuple[Fraction, ...]

    @classmethod
    def of(cls, component: Component, month: Month) -> _Hold:
        parts = component.defer or ()
        shares = tuple(part.share for part in parts)
        dues = tuple(str(month.shift(int(part.after_months))) for part in parts)
        return cls(component, str(month), dues, (1 - sum(shares, ZERO), *shares))

    def held(self, agent: str, paid: Fraction) -> Iterator[Entry]:
        """Divide what the component pays into what is paid now and the parts held back; ties go to the earlier part."""
        cents = int(paid * 100)
        if cents <= 0:
            return
        _, *held = share_out(cents, self.weights, [f"{place:04d}" for place in range(len(self.weights))])
        for due, share, amount in zip(self.dues, self.weights[1:], held, strict=True):
            if amount:
                sum_ = Fraction(amount, 100)
                numbers = {"base": paid, "rate": share, "before_limits": sum_}
                trace = DeferTrace(self.component, paid, share, sum_, due)
                yield Entry("defer", self.component.id, agent, -sum_, trace, self.month, scope=due, numbers=numbers)


@dataclass(slots=True)
class _Part:
    """One held part: what is left of it, in minor units, and whether it was held or lost already."""

    left: Minor = 0
    was_held: bool = False
    is_lost: bool = False


def releases(past: EarlierLedger, versions: Sequence[Scheme], roster: Roster, month: Month) -> list[Entry]:
    """Return the rows that pay what is due by now of what was held back.

    Parameters
    ----------
    versions : all versions of the scheme; the one in force in the month of origin says what happens to leavers.
    """
    found = []
    for (component_id, agent, origin, due), part in sorted(_parts(past, str(month)).items()):
        component = component_of(versions, component_id, origin)
        leaver = (component.leaver if component is not None else None) or "release"
        status = PAID
        if leaver != "release" and roster.left_before(agent, month.last_day):
            if leaver == "hold" and part.was_held:
                continue
            status = WITHHELD if leaver == "hold" else NOT_MET
        left = Fraction(part.left, 100)
        amount = left if status == PAID else ZERO
        trace = ReleaseTrace(component, component_id, left, origin, leaver if status != PAID else "")
        numbers = {"before_limits": left}
        found.append(Entry("release", component_id, agent, amount, trace, origin, status, due, numbers=numbers))
    return found


def _parts(past: EarlierLedger, month: str) -> dict[tuple[str, str, str, str], _Part]:
    """Return the parts due by a month of which something is left, by component, agent, origin and month due."""
    parts: dict[tuple[str, str, str, str], _Part] = {}
    for group in past.of_steps(("defer", "release")):
        is_release = group.step == "release"
        rows = zip(group.agents, group.scopes, group.statuses, group.amounts, strict=True)
        for agent, due, status, amount in rows:
            if due > month:
                continue
            key = (group.component, agent, group.origin, due)
            part = parts.get(key)
            if part is None:
                part = parts[key] = _Part()
            part.left -= amount
            part.was_held |= is_release and status == "withheld"
            part.is_lost |= is_release and status == "not_met"
    return {key: part for key, part in parts.items() if part.left > 0 and not part.is_lost}


def version_of(versions: Sequence[Scheme], month: str) -> Scheme | None:
    """Return the version in force on the last of a month's days that any is, None if none is."""
    when = Month.parse(month)
    touching = [scheme for scheme in versions if scheme.in_force.touches(when.start, when.last_day)]
    return max(touching, key=lambda scheme: scheme.in_force.from_, default=None)


def component_of(versions: Sequence[Scheme], component_id: str, month: str) -> Component | None:
    """Return a component as the version of a month has it, else as any given version has it."""
    own = version_of(versions, month)
    for scheme in (*([own] if own is not None else []), *reversed(versions)):
        for component in scheme.components:
            if component.id == component_id:
                return component
    return None
