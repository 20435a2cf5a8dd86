"""Whose months fell: the sum by hand, a fall that is found where it began, and steady agents left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.standing.monitor import LIMIT, MOST_WATCHED, SLACK, _falls, watch_months


def sums_by_hand(scores: list[float]) -> float:
    total, most = 0.0, 0.0
    for x in scores:
        total = max(0.0, total - x - SLACK)
        most = max(most, total)
    return most


def test_the_sum_is_that_of_page() -> None:
    """Scores .2, -2, -1, 1, -3: the sum goes 0, 1.5, 2, .5, 3 and its run began in the second month."""
    scores = [0.2, -2.0, -1.0, 1.0, -3.0]
    height, start = _falls(np.array(scores), (np.zeros(5, np.int64), np.arange(7, 12)), 1)
    assert height[0] == pytest.approx(3.0)
    assert height[0] == pytest.approx(sums_by_hand(scores))
    assert start[0] == 8


def fallen(month: int, by: float) -> pd.DataFrame:
    """Ten agents, 24 months, 400 inquiries a month; a0's rate falls from 30 % by so much from `month` on."""
    r = np.random.default_rng(7)
    rows = [
        (f"{2023 + t // 12}-{t % 12 + 1:02d}", f"a{a}", 400, r.binomial(400, 0.3 - by * (a == 0 and t >= month)))
        for a in range(10)
        for t in range(24)
    ]
    return pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"])


def test_a_fall_is_told_with_its_month_and_its_rates() -> None:
    watch = watch_months(fit_conversion(fallen(16, 0.08), case_mix=()))
    row = watch.fallen.iloc[0]
    assert watch.fallen["agent"].tolist() == ["a0"]
    assert "2024-04" <= row["since"] <= "2024-06"
    assert row["before"] == pytest.approx(0.30, abs=0.01)
    assert row["after"] == pytest.approx(0.22, abs=0.02)
    assert row["height"] > LIMIT
    assert "1 fell beyond what luck explains; luck alone would show at most about 0.2 a year" in watch.text.en


def test_nobody_fell_where_nothing_changed_and_few_inquiries_are_said() -> None:
    cells = fallen(24, 0.0)
    cells.loc[cells["agent"] == "a3", ["inquiries", "buyers"]] = (40, 12)
    watch = watch_months(fit_conversion(cells, case_mix=()))
    assert watch.fallen.empty
    assert "nobody fell" in watch.text.en
    assert "0 人的下降" in watch.text.zh
    assert "Of them 1 serves fewer than 100 inquiries a month" in watch.text.en
    assert (watch.table["months"] == MOST_WATCHED).all()


def test_whoever_has_too_few_months_is_not_watched() -> None:
    world = make_world(3, Spec(agents=20, months=16, few=5))
    watch = watch_months(fit_conversion(world.cells))
    assert set(watch.table["agent"]) == {f"a{i:05d}" for i in range(5, 20)}
    assert (watch.table["months"] == 8).all()
    early = world.cells[world.cells["month"] < "2023-12"]
    with pytest.raises(InputError, match="no agent has 12 months"):
        watch_months(fit_conversion(early))
