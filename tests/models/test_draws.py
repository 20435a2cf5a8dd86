"""Draws keyed by whom they are for: nobody else's move, streams are uniform and know nothing of each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from toolkit.models.outlook.draws import keyed_generator, keyed_uniforms

AGENTS = [f"a{i}" for i in range(40)]


def test_one_more_person_or_another_order_moves_no_other_draw() -> None:
    few = keyed_uniforms(7, AGENTS, "2025-01", "buyers", 50)
    more = keyed_uniforms(7, ["new", *reversed(AGENTS)], "2025-01", "buyers", 50)
    assert (more[:, :0:-1] == few).all()


def test_more_replicates_go_on_where_fewer_end() -> None:
    few, more = (keyed_uniforms(7, AGENTS, "2025-01", "buyers", n) for n in (50, 80))
    assert (more[:50] == few).all()


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
    drawn = keyed_uniforms(7, [f"a{i}" for i in range(2000)], "2025-01", "buyers", 20)
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-4
    assert stats.kstest(drawn[0], "uniform").pvalue > 1e-4  # neighbours by name are no neighbours in value
    assert stats.kstest(keyed_generator(7, "a0", "2025-01", "buyers").random(40_000), "uniform").pvalue > 1e-4
