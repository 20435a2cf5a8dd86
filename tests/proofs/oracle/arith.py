"""Exact arithmetic of the oracle: rounding, division among people, three-valued logic. Amounts are major units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

CENT = Fraction(1, 100)


def rounded(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """The multiple of `step` that `mode` chooses for `value`."""
    steps = Fraction(value) / step
    size = abs(steps)
    whole = {
        "half_up": (size * 2 + 1) // 2,
        "half_even": round(size),
        "up": -(-size // 1),
        "down": size // 1,
    }[mode]
    return step * (whole if steps >= 0 else -whole)


def digest(month: str, component: str, agent: str) -> str:
    """What orders equal remainders."""
    return hashlib.sha256("|".join((month, component, agent)).encode("utf-8")).hexdigest()


def divided(total: Fraction, weights: Sequence[Fraction], order: Sequence[str]) -> list[Fraction]:
    """Whole cents in proportion to `weights`, adding up to `total`; `order` ranks equal remainders."""
    cents = abs(total) / CENT
    if cents.denominator != 1:
        raise ValueError(f"{total} is not in whole cents")
    unit = lcm(*(weight.denominator for weight in weights))
    wholes = [weight.numerator * (unit // weight.denominator) for weight in weights]
    pot, whole = int(cents), sum(wholes)
    if whole == 0:
        raise ValueError("nobody has a weight")
    parts, rests = [], []
    for weight in wholes:
        part, rest = divmod(pot * weight, whole)
        parts.append(part)
        rests.append(rest)
    for place in sorted(range(len(parts)), key=lambda i: (-rests[i], order[i]))[: pot - sum(parts)]:
        parts[place] += 1
    return [part * CENT if total >= 0 else -part * CENT for part in parts]


def kleene_and(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def kleene_or(values: Sequence[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False
