"""Two groups of people compared by a mean: the gap, its interval, and the smallest gap that would have been seen.

A comparison as it stands, without case-mix: it says what differs, not why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError

POWER = 0.80


@dataclass(frozen=True, slots=True)
class MeanGap:
    """Mean of `group` less mean of `reference`, in the unit of the values.

    Parameters
    ----------
    n, n_reference : people in each.
    lower, upper : confidence interval of the gap.
    smallest_seen : the gap that a month like this one would show with probability 0.8.
    """

    group: str
    reference: str
    n: int
    n_reference: int
    gap: float
    lower: float
    upper: float
    smallest_seen: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.lower > 0 or self.upper < 0


def compare_means(values: pd.Series, groups: pd.Series, *, level: float = 0.95) -> MeanGap:
    """Compare the means of the two groups of people named in `groups`; the larger group is the reference.

    Parameters
    ----------
    values : one number a person.
    groups : the group of each person, same index; blanks are left out.

    Raises
    ------
    UsageError
        If there are not exactly two groups of at least two people.

    Notes
    -----
    Welch's interval with Satterthwaite's degrees of freedom; smallest gap seen = (t(1 - a/2) + t(power)) x se.

    References
    ----------
    Welch, B. L. (1947), Biometrika 34, 28-35. Bloom, H. S. (1995), Evaluation Review 19, 547-556.
    """
    from scipy.special import stdtrit

    known = values[groups.notna()].astype(float)
    sizes = groups.dropna().value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    if len(sizes) != 2 or sizes.min() < 2:
        raise UsageError(f"a comparison needs two groups of at least two people, found {dict(sizes)}")
    reference, group = (str(name) for name in sizes.index)
    a, b = known[groups == group].to_numpy(), known[groups == reference].to_numpy()
    parts = np.array([a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)])
    error = float(np.sqrt(parts.sum()))
    freedom = parts.sum() ** 2 / (parts**2 / [len(a) - 1, len(b) - 1]).sum() if error else float(len(a) + len(b) - 2)
    outer, inner = (float(stdtrit(freedom, q)) for q in ((1 + level) / 2, POWER))
    gap = float(a.mean() - b.mean())
    return MeanGap(
        group, reference, len(a), len(b), gap, gap - outer * error, gap + outer * error, (outer + inner) * error
    )
