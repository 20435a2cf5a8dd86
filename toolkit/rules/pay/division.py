"""Sums divided by largest remainder in many groups at once, losing nothing.

The same division as `core.money.share_out`, on integer columns; what would leave 64 bits goes on with Python's
integers.
"""

from __future__ import annotations

import numpy as np

from toolkit.core.money import spare_cent_key
from toolkit.rules.formula.exact import LIMIT, Exact, Ints, as_integers, largest
from toolkit.rules.formula.groups import Index, Members
from toolkit.rules.pay.run import Run


def share_out_groups(total: Ints, weight: Exact, member: Members, key: Index) -> Ints:
    """Divide the total of each group among its memberships in proportion to their weights.

    Parameters
    ----------
    total : minor units (g,), may be negative.
    weight : of each membership (p,), known and >= 0; not all 0 in a group unless its total is.
    member : the memberships; their rows do not matter.
    key : orders equal remainders (p,), see `spare_cent_ranks`.

    Returns
    -------
    Ints
        Minor units (p,); those of a group add up to its total.
    """
    group, counts = member.group, member.counts
    weights = weight if isinstance(weight.den, int) else Exact.of_values(weight.spread(len(group)).values())
    shares, amount = weights.spread(len(group)).num, np.abs(total)
    if largest(shares) * max(largest(amount), int(counts.max(initial=1))) > LIMIT:
        shares, amount = shares.astype(object), amount.astype(object)
    whole = np.maximum(member.reduce(np.add, shares, 0), 1)[group]
    due = amount[group] * shares
    parts = due // whole
    spare = (amount - member.reduce(np.add, parts, 0))[group]
    order = np.lexsort((key, -_ranks(due - parts * whole), group))
    place = np.empty(len(group), np.int64)
    place[order] = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    parts = (parts + (place < spare)) * np.where(total < 0, -1, 1)[group]
    return as_integers(parts) if parts.dtype == object else parts


def _ranks(values: Ints) -> Ints:
    """Return what sorts as the values do."""
    return np.unique(values, return_inverse=True)[1].reshape(-1) if values.dtype == object else values


def spare_cent_ranks(run: Run, what: str, person: Index) -> Index:
    """Return the order of the persons' digests of month, component and agent; equal agents have equal ones."""
    code, at = np.unique(person % run.width, return_inverse=True)
    digests = [spare_cent_key(str(run.month), what, run.cells.agents[agent]) for agent in code.tolist()]
    return np.unique(np.array(digests, str), return_inverse=True)[1].reshape(-1)[at.reshape(-1)]
