"""Shares of leavers against published intervals, the best without hindsight, a departure's cost by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.models.comparison.key_people import (
    DepartureTerms,
    cost_of_departure,
    ends_differ,
    share_left,
    share_of_best,
)


def test_shares_and_their_gap_are_those_published() -> None:
    """Newcombe 1998, Stat. Med. 17, 873, table II, case (a), method 10: 56/70 - 48/80 = .2 [.0524, .3339]."""
    left = pd.Series([True] * 48 + [False] * 32 + [True] * 56 + [False] * 14)
    table = share_left(left, pd.Series([0] * 80 + [1] * 70))
    assert table["left"].tolist() == [48, 56]
    assert ends_differ(table) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_nobody_who_left_is_a_share_with_an_upper_end() -> None:
    """Wilson with y = 0: upper end z^2 / (n + z^2)."""
    table = share_left(pd.Series([False] * 8), pd.Series([0] * 8))
    z2 = stats.norm.ppf(0.975) ** 2
    assert table.loc[0, ["share", "lower", "upper"]].tolist() == pytest.approx([0, 0, z2 / (8 + z2)])


def month(m: int) -> str:
    return f"{2023 + m // 12}-{m % 12 + 1:02d}"


def test_the_best_are_chosen_before_they_are_judged() -> None:
    """Twenty equal people: chosen by luck alone they make three twentieths, not what their best months made."""
    r = np.random.default_rng(1)
    rows = [(month(m), f"a{i}", 100 * np.exp(r.normal(0, 0.6))) for m in range(60) for i in range(20)]
    sales = pd.DataFrame(rows, columns=["month", "agent", "sales"])
    found = share_of_best(sales)
    assert found is not None
    assert len(found.months) == 12
    assert found.equal == pytest.approx(3 / 20)
    assert found.share[1] <= 3 / 20 <= found.share[2]
    assert "not shown that more than an equal share" in found.text.en
    hindsight = sales.groupby("month")["sales"].apply(lambda s: s.nlargest(3).sum() / s.sum())
    assert hindsight.mean() > 0.30


def test_the_share_of_the_best_by_hand() -> None:
    """Three sell 200 and three 100 in every month: 600 of 900; one of the best is gone at the end: 400 of 700."""
    rows = [(month(m), f"a{i}", 200 if i < 3 else 100) for m in range(7) for i in range(6) if (m, i) != (6, 0)]
    found = share_of_best(pd.DataFrame(rows, columns=["month", "agent", "sales"]))
    assert found is not None
    assert found.months["share"].tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 4 / 7])
    assert found.months["equal"].tolist() == pytest.approx([3 / 6, 3 / 6, 3 / 6, 3 / 5])
    low, high = stats.t.interval(0.95, 3, np.mean([2 / 3] * 3 + [4 / 7]), stats.sem([2 / 3] * 3 + [4 / 7]))
    assert found.share[1:] == pytest.approx((low, high))


def test_few_months_or_few_people_say_nothing_of_the_best() -> None:
    rows = [(month(m), f"a{i}", 100) for m in range(5) for i in range(6)]
    assert share_of_best(pd.DataFrame(rows, columns=["month", "agent", "sales"])) is None
    rows = [(month(m), f"a{i}", 100) for m in range(12) for i in range(3)]
    assert share_of_best(pd.DataFrame(rows, columns=["month", "agent", "sales"])) is None


def test_a_departure_by_hand() -> None:
    """Four people sell 10,000, 20,000, 30,000 and 40,000 each month.

    Fewest: (1 empty + .2 lacking) x .5 = .6 months; most: 3 + .5 + .35 + .2 = 4.05 months.
    """
    rows = [(month(m), f"a{i}", 1_000_000 * (i + 1)) for m in range(12) for i in range(4)]
    found = cost_of_departure(pd.DataFrame(rows, columns=["month", "agent", "sales"]))
    assert DepartureTerms().months_lost == pytest.approx((0.6, 4.05))
    assert found is not None
    low, high = stats.t.interval(0.95, 3, 2_500_000, stats.sem([1e6, 2e6, 3e6, 4e6]))
    assert found.month == pytest.approx((2_500_000, low, high))
    assert found.lost == pytest.approx((0.6 * low, 4.05 * high))
    assert "A mean month of one place sells 25,000" in found.text.en
    assert "一个岗位平均每月销售 25,000" in found.text.zh
    for words in (found.text.en, found.text.zh):
        assert "50%" in words
        assert "80%" in words
    assert cost_of_departure(pd.DataFrame(rows[:2], columns=["month", "agent", "sales"])) is None
