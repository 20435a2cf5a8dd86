"""Draws keyed by whom they are for: nobody else's move, streams are uniform and know nothing of each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from toolkit.models.outlook.draws import keyed_generator

AGENTS = [f"a{i}" for i in range(40)]


def drawn(agents: list[str], n: int) -> np.ndarray:
    return np.array([keyed_generator(7, a, "2025-01", "buyers").random(n) for a in agents])


def test_more_replicates_go_on_where_fewer_end() -> None:
    assert (drawn(AGENTS, 80)[:, :50] == drawn(AGENTS, 50)).all()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((7, "a", "2025-01", "buyers"), (8, "a", "2025-01", "buyers")),
        ((7, "a", "2025-01", "buyers"), (7, "b", "2025-01", "buyers")),
        ((7, "a", "2025-01", "buyers"), (7, "a", "2025-02", "buyers")),
        ((7, "a", "2025-01", "buyers"), (7, "a", "2025-01", "sales")),
        ((7, "ab", "c", "buyers"), (7, "a", "bc", "buyers")),
        ((7, "a1:b", "c", "x"), (7, "a", "1:b1:c", "x")),
    ],
)
def test_another_key_is_another_stream(one: tuple[int, str, str, str], other: tuple[int, str, str, str]) -> None:
    first, second = (keyed_generator(key[0], *key[1:]).random(4000) for key in (one, other))
    assert not (first == second).any()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(4000)


def test_draws_are_uniform_within_a_stream_and_across_people() -> None:
    found = drawn([f"a{i}" for i in range(2000)], 20)
    assert stats.kstest(found.ravel(), "uniform").pvalue > 1e-4
    assert stats.kstest(found[:, 0], "uniform").pvalue > 1e-4  # neighbours by name are no neighbours in value
    assert stats.kstest(keyed_generator(7, "a0", "2025-01", "buyers").random(40_000), "uniform").pvalue > 1e-4
