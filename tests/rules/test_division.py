"""Many groups divided at once are divided as one group is by `share_out`, whatever the size of the numbers."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from toolkit.core.money import share_out
from toolkit.rules.formula.exact import Exact, as_integers
from toolkit.rules.formula.groups import Members
from toolkit.rules.pay.division import share_out_groups


@pytest.mark.parametrize("largest", [3, 10**4, 10**12, 10**30])
def test_groups_are_divided_as_each_would_be_alone(largest: int) -> None:
    rng = random.Random(largest)
    totals, weights, keys, group = list[int](), list[Fraction](), list[int](), list[int]()
    for number in range(200):
        size = rng.randrange(1, 7)
        mine = [Fraction(rng.randrange(largest), rng.choice([1, 1, 7, 12])) for _ in range(size - 1)] + [Fraction(1)]
        totals.append(rng.randrange(-largest, largest))
        weights += mine
        keys += rng.sample(range(10, 99), size)
        group += [number] * size
    member = Members.of(len(totals), np.array(group), np.arange(len(group)))
    parts = share_out_groups(as_integers(totals), Exact.of_values(weights), member, np.array(keys))
    for number, total in enumerate(totals):
        at = [i for i, one in enumerate(group) if one == number]
        mine = [int(parts[i]) for i in at]
        assert mine == share_out(total, [weights[i] for i in at], [str(keys[i]) for i in at])
        assert sum(mine) == total
