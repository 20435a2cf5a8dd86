"""Two groups compared: a published example, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models import published
from toolkit.core.errors import UsageError
from toolkit.models.comparison.two_groups import compare_means


def test_the_interval_is_the_published_one() -> None:
    one, two = (published.SLEEP[group] for group in "12")
    gap = compare_means(pd.Series(one + two), pd.Series(["1"] * 10 + ["2"] * 10))
    sign = 1 if gap.group == "1" else -1
    assert sorted([sign * gap.lower, sign * gap.upper]) == pytest.approx(published.SLEEP_INTERVAL, abs=1e-6)
    assert not gap.shown


def test_the_smallest_gap_seen_is_seen_in_four_of_five_months() -> None:
    rng = np.random.default_rng(7)
    groups = pd.Series(["day"] * 16 + ["night"] * 9)
    noise = [rng.normal(0, 100, 25) for _ in range(1500)]
    typical = np.median([compare_means(pd.Series(x), groups).smallest_seen for x in noise[:200]])
    shift = np.where(groups == "night", typical, 0.0)
    seen = np.mean([compare_means(pd.Series(x + shift), groups).shown for x in noise])
    assert seen == pytest.approx(0.8, abs=0.05)


def test_the_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(8)
    groups = pd.Series(["day"] * 14 + ["night"] * 8)
    sd = np.where(groups == "night", 40.0, 150.0)
    gaps = [compare_means(pd.Series(rng.normal(0, sd)), groups) for _ in range(1500)]
    assert np.mean([not g.shown for g in gaps]) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("groups", [["a"] * 4, ["a", "b", "b", "b"], ["a", "a", "b", "c"]])
def test_what_cannot_be_compared_is_refused(groups: list[str]) -> None:
    with pytest.raises(UsageError, match="two groups"):
        compare_means(pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series(groups))
