"""Months below a line by hand, and as often by luck as told."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from toolkit.models.comparison.below_line import BelowLine, watch_line

MANY = 10**6
LEVEL = [("P", "1", "app", MANY, MANY // 2), ("P", "2", "app", MANY, MANY // 2)]
"""A peer of so many customers that the peers' conversion is one half for everybody else."""


def watched(line: Fraction, n_months: int, *rows: tuple[str, str, str | None, int, int], n: int = 40_000) -> BelowLine:
    cells = pd.DataFrame(rows, columns=["agent", "month", "channel", "inquiries", "buyers"])
    return watch_line(cells, ["channel"], line, n_months, np.random.default_rng(1), n_replicates=n)


def test_two_months_by_hand() -> None:
    """Line 75 % of 2 of 4: below with 0 or 1 buyers, by luck (1 + 4) / 16; twice: 25 / 256. B has one month only.

    C: 3 of 6 and the line at 2.25: 0, 1 or 2 buyers, (1 + 6 + 15) / 64 = 11 / 32; twice: 121 / 1024.
    """
    found = watched(
        Fraction(3, 4), 2, *LEVEL, ("A", "1", "app", 4, 1), ("A", "2", "app", 4, 0), ("B", "1", "app", 4, 0),
        ("C", "1", "app", 6, 2), ("C", "2", "app", 6, 3),
    )  # fmt: skip
    people = found.people.set_index("agent")
    assert people.index.tolist() == ["A", "C", "P"]
    assert people["below"].tolist() == [True, False, False]
    assert people["chance"].tolist()[:2] == pytest.approx([25 / 256, 121 / 1024], abs=0.006)  # 4 errors of 40,000
    assert 0 < people["chance"]["P"] < 0.03  # whose own peers are few
    assert people["line"].tolist()[:2] == pytest.approx([0.375, 0.375], abs=1e-5)
    assert people.loc["A", ["inquiries", "conversion"]].tolist() == [8, 1 / 8]
    assert found.by_luck == pytest.approx(people["chance"].sum())
    alone = 1 - (231 / 256) * (903 / 1024)  # A or C, independent beside so large a peer
    assert alone - 0.01 < found.any_by_luck < alone + people["chance"]["P"] + 0.01


def test_the_peers_are_the_others_on_the_same_customers() -> None:
    """App: A 10 of 20, B 2 of 10, C 3 of 10. Web: A 1 of 10, B 4 of 20. C's other channel has nobody else: left out.

    Without A the app converts 5 of 20 and the web 4 of 20: A would have 5 + 2 of 30. C: 12 of 30 of its 10.
    """
    found = watched(
        Fraction(1), 1, ("A", "1", "app", 20, 10), ("B", "1", "app", 10, 2), ("C", "1", "app", 10, 3),
        ("A", "1", "web", 10, 1), ("B", "1", "web", 20, 4), ("C", "1", None, 5, 1),
    )  # fmt: skip
    people = found.people.set_index("agent")
    assert people["peers"].tolist() == pytest.approx([7 / 30, (10 * 13 / 30 + 2) / 30, 12 / 30])
    assert people["conversion"].tolist() == pytest.approx([11 / 30, 6 / 30, 3 / 10])
    assert people["inquiries"].tolist() == [30, 30, 10]
    assert people["below"].tolist() == [False, True, True]


def test_who_is_on_the_line_is_not_below_it() -> None:
    """Line 90 % of 10 of 20 = 9 buyers."""
    on, below = (
        watched(Fraction(9, 10), 1, ("A", "1", "app", 20, y), ("B", "1", "app", 40, 20)).people["below"].tolist()
        for y in (9, 8)
    )
    assert (on, below) == ([False, False], [True, False])


@pytest.mark.parametrize("rows", [[], [("A", "1", "app", 4, 0)], [("A", "1", "app", 0, 0), ("B", "1", "app", 0, 0)]])
def test_nobody_to_compare_with(rows: list[tuple[str, str, str | None, int, int]]) -> None:
    found = watched(Fraction(1), 1, *rows, n=10)
    assert len(found.people) == 0
    assert (found.by_luck, found.any_by_luck) == (0, 0)


def test_alike_people_stand_below_as_often_as_told() -> None:
    """400 teams of 12 who all convert 30 %, of 60 to 200 inquiries in each of two months."""
    rng = np.random.default_rng(11)
    seen, told, any_seen, any_told = 0, 0.0, 0, 0.0
    agents, months = np.repeat([f"a{i}" for i in range(12)], 2), np.tile(["1", "2"], 12)
    for _ in range(400):
        n = rng.integers(60, 200, 24)
        cells = pd.DataFrame(
            {"agent": agents, "month": months, "shop": "S", "inquiries": n, "buyers": rng.binomial(n, 0.3)}
        )
        found = watch_line(cells, ["shop"], Fraction(9, 10), 2, rng, n_replicates=300)
        below = int(found.people["below"].sum())
        seen, told = seen + below, told + found.by_luck
        any_seen, any_told = any_seen + (below > 0), any_told + found.any_by_luck
    assert any_seen > 100
    assert seen / told == pytest.approx(1, abs=0.15)
    assert any_seen / any_told == pytest.approx(1, abs=0.15)
