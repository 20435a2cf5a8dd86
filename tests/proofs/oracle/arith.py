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
    whole, rest = divmod(abs(steps.numerator), steps.denominator)
    is_up = {
        "half_up": 2 * rest >= steps.denominator,
        "half_even": 2 * rest > steps.denominator or (2 * rest == steps.denominator and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }
    whole += is_up[mode]
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
    sign = 1 if total >= 0 else -1
    return [Fraction(sign * part, 100) for part in parts]


def kleene_and(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def kleene_or(values: Sequence[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False
