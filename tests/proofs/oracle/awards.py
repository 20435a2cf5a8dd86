"""Places, grades and the division of pools."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import digest, divided


def places(values: dict[str, Any], order: str) -> dict[str, int]:
    """1-2-2-4: everyone's place is one more than the number of better ones."""
    ranked = sorted(values.items(), key=lambda item: item[1], reverse=order == "highest")
    found: dict[str, int] = {}
    for position, (agent, value) in enumerate(ranked, start=1):
        tied = position > 1 and ranked[position - 2][1] == value
        found[agent] = found[ranked[position - 2][0]] if tied else position
    return found


def prizes(
    values: dict[str, Any], order: str, ties: str, amounts: list[Fraction], label: tuple[str, str]
) -> dict[str, Any]:
    """What each competitor of one group gets; `label` is (month, component)."""
    by_place: dict[int, list[str]] = {}
    for agent, place in places(values, order).items():
        by_place.setdefault(place, []).append(agent)
    won: dict[str, Any] = {}
    for place, tied in by_place.items():
        mine = amounts[place - 1 : place - 1 + len(tied)]
        if len(tied) == 1 or ties == "all":
            won |= dict.fromkeys(tied, amounts[place - 1] if place <= len(amounts) else Fraction(0))
        elif ties == "none":
            won |= dict.fromkeys(tied, Fraction(0))
        else:
            keys = [digest(*label, agent) for agent in tied]
            won |= dict(zip(tied, divided(sum(mine, Fraction(0)), [Fraction(1)] * len(tied), keys), strict=True))
    return won


def forced_grades(scores: dict[str, Any], shares: list[tuple[str, Fraction]]) -> dict[str, str]:
    """Grades by rank of the score; `shares` best grade first, adding up to 1."""
    if not scores:
        return {}
    exact = [share * len(scores) for _, share in shares]
    counts = [int(x) for x in exact]
    for i in sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))[: len(scores) - sum(counts)]:
        counts[i] += 1
    ends = [sum(counts[: i + 1]) for i in range(len(counts))]
    return {
        agent: next(grade for (grade, _), end in zip(shares, ends, strict=True) if place <= end)
        for agent, place in places(scores, "highest").items()
    }


def shared(pool: Fraction, weights: dict[str, Any], share: dict[str, Any], label: tuple[str, str]) -> dict[str, Any]:
    """The pool among its payees; blank or negative weights count 0; nobody gets anything if all are 0."""
    counted = {agent: max(Fraction(0), weight or Fraction(0)) for agent, weight in weights.items()}
    got = dict.fromkeys(weights, Fraction(0))
    cap, rest = share.get("cap"), pool
    open_ = [agent for agent in counted if counted[agent] > 0]
    while open_ and rest:
        parts = divided(rest, [counted[a] for a in open_], [digest(*label, a) for a in open_])
        for agent, part in zip(open_, parts, strict=True):
            got[agent] += part
        if cap is None:
            break
        rest = sum((max(Fraction(0), got[a] - cap[a]) for a in open_), Fraction(0))
        got = {agent: min(part, cap[agent]) for agent, part in got.items()}
        open_ = [agent for agent in open_ if got[agent] < cap[agent]]
        if share.get("excess", "withhold") != "redistribute":
            break
    return got
