"""What was held back is released when it is due; releases and deferrals of a part net to 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.period import Month
from toolkit.rules.pay.earlier_ledger import EarlierLedger, Minor
from toolkit.rules.pay.ledger import NOT_MET, PAID, WITHHELD, Entry, Facts
from toolkit.rules.pay.measures import agent_of_payee
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import Scheme, component_of
from toolkit.rules.settle.inputs import Roster

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class ReleaseFacts(Facts):
    """What is released, or why it is not.

    Parameters
    ----------
    component : None where no version has it any more.
    amount : what is left of the part.
    leaver : the rule that keeps it back, "" for none.
    """

    component: Component | None
    component_id: str
    amount: Fraction
    origin: str
    leaver: str


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
        if leaver != "release" and roster.left_before(agent_of_payee(agent), month.last_day):
            if leaver == "hold" and part.was_held:
                continue
            status = WITHHELD if leaver == "hold" else NOT_MET
        left = Fraction(part.left, 100)
        amount = left if status == PAID else ZERO
        facts = ReleaseFacts(component, component_id, left, origin, leaver if status != PAID else "")
        numbers = {"before_limits": left}
        found.append(Entry("release", component_id, agent, amount, facts, origin, status, due, numbers=numbers))
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
