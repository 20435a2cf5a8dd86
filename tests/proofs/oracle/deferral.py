"""Step 10: part of an award is paid months later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import digest, divided
from tests.proofs.oracle.calendar import month_end, shifted

Key = tuple[str, str]  # agent, component


def settled(rows: Iterable[Any], month: str) -> dict[Key, Fraction]:
    """What each component paid in `month`, with its share of what limits and funds took from the person."""
    earned: dict[str, dict[str, Fraction]] = {}
    taken: dict[str, Fraction] = {}
    for row in rows:
        if row.step == "component" and row.agent:
            parts = earned.setdefault(row.agent, {})
            before = parts.get(row.component)
            parts[row.component] = row.amount if before is None else before + row.amount
        elif row.step in ("limit", "fund"):
            taken[row.agent] = taken.get(row.agent, Fraction(0)) + row.amount
    for agent, total in taken.items():
        parts = earned.get(agent, {})
        weights = [max(Fraction(0), amount) for amount in parts.values()]
        if not any(weights):
            continue  # what a cap had carried over is of no component that pays nothing
        keys = [digest(month, component, agent) for component in parts]
        for component, part in zip(list(parts), divided(total, weights, keys), strict=True):
            parts[component] += part
    return {(agent, component): amount for agent, parts in earned.items() for component, amount in parts.items()}


def parts_of(amount: Fraction, defer: list[tuple[int, Fraction]]) -> list[Fraction]:
    """What is paid later, part by part; what is paid at once comes first in the division and is left out."""
    if amount <= 0:
        return [Fraction(0)] * len(defer)
    shares = [share for _, share in defer]
    order = [f"{i:03d}" for i in range(len(defer) + 1)]
    return divided(amount, [1 - sum(shares), *shares], order)[1:]


def defer(run: Any, sums: dict[str, Fraction]) -> None:
    """Append a negative row for what is paid later."""
    for (agent, component), parts in deferred(run.out, run.month, run.rule).items():
        later = sum(parts, Fraction(0))
        if later:
            run.put(agent, component, "defer", -later, status="withheld", origin=run.month)
            sums[agent] -= later


def release(run: Any, sequence: Any, sums: dict[str, Fraction]) -> None:
    """Append what earlier months deferred and is due; leavers as the scheme of that month says."""
    for month in sequence.months:
        rules = {component.id: component for component in sequence.rule_of(month).components if component.defer}
        due = {c.id: [shifted(month, after) <= run.month for after, _ in c.defer] for c in rules.values()}
        if not any(any(flags) for flags in due.values()):
            continue
        for (agent, component), parts in sequence.deferred(month).items():
            if _kept(rules[component], sequence.left.get(agent), run.month):
                continue
            owed = sum((part for part, is_due in zip(parts, due[component], strict=True) if is_due), Fraction(0))
            owed -= sequence.known.released.get((agent, component, month), Fraction(0))
            if owed:
                run.put(agent, component, "release", owed, origin=month)
                sums[agent] = sums.get(agent, Fraction(0)) + owed


def deferred(rows: Iterable[Any], month: str, rule: Any) -> dict[Key, list[Fraction]]:
    """The parts each component holds back of what it paid in `month`."""
    schedules = {component.id: component.defer for component in rule.components if component.defer}
    return {
        (agent, component): parts_of(amount, schedules[component])
        for (agent, component), amount in settled(rows, month).items()
        if component in schedules
    }


def _kept(component: Any, left: date | None, month: str) -> bool:
    """Whether a leaver's part is not paid."""
    return left is not None and left < month_end(month) and component.leaver != "release"
