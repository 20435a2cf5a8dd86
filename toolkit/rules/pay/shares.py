"""Division of a pool among its payees, without loss.

Spare cents go to the largest remainders; equal remainders are ordered by the digest of month, component and agent.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from toolkit.core.money import share_out


@dataclass(frozen=True, eq=False)  # without slots: what counts is worked out once
class Pool:
    """One pool to divide.

    Parameters
    ----------
    total : what there is, in minor units.
    weights : of each payee; a blank or negative one counts 0.
    caps : the most each payee gets, None for no cap.
    keys : digests that order equal remainders.
    whole : whether parts are whole minor units (False keeps them exact).
    """

    total: Fraction
    weights: tuple[Fraction | None, ...]
    caps: tuple[Fraction, ...] | None
    keys: tuple[str, ...]
    whole: bool

    @cached_property
    def counted(self) -> tuple[Fraction, ...]:
        """The weights that count."""
        return tuple(w if w is not None and w > 0 else Fraction(0) for w in self.weights)

    @property
    def is_unshared(self) -> bool:
        """Whether nobody has a weight."""
        return not any(self.counted)

    def divide(self, redistribute: bool) -> tuple[list[Fraction], list[Fraction]]:
        """Return each payee's part, and the part before the cap."""
        if self.is_unshared:
            nothing = [Fraction(0)] * len(self.weights)
            return nothing, nothing
        first = self._split(self.total, list(range(len(self.weights))))
        parts = list(first)
        if self.caps is None:
            return parts, first
        excess = self._cut(parts)
        while redistribute and excess > 0:
            open_ = [i for i, part in enumerate(parts) if part < self.caps[i] and self.counted[i] > 0]
            if not open_:
                break
            for i, more in zip(open_, self._split(excess, open_), strict=True):
                parts[i] += more
            excess = self._cut(parts)
        return parts, first

    def _split(self, total: Fraction, who: list[int]) -> list[Fraction]:
        weights = [self.counted[i] for i in who]
        if not self.whole:
            whole = sum(weights, Fraction(0))
            return [total * weight / whole for weight in weights]
        return [Fraction(part) for part in share_out(int(total), weights, [self.keys[i] for i in who])]

    def _cut(self, parts: list[Fraction]) -> Fraction:
        """Cut every part to its cap; return what that left over."""
        excess = Fraction(0)
        for i, cap in enumerate(self.caps or ()):
            if parts[i] > cap:
                excess, parts[i] = excess + parts[i] - cap, cap
        return excess
