"""Erlang C against published values, exact fractions and a simulated queue."""

from __future__ import annotations

import heapq
from math import exp

import numpy as np
import pytest

from toolkit.models.comparison.erlang import answered_within, chance_of_waiting, servers_needed


@pytest.mark.parametrize(("load", "servers", "exact"), [(0.5, 1, 1 / 2), (1, 2, 1 / 3), (2, 3, 4 / 9)])
def test_few_servers_by_hand(load: float, servers: int, exact: float) -> None:
    """One server waits with its utilisation; two at load 1: (1/2 x 2) / (1 + 1 + 1) = 1/3; three at load 2: 4 / 9."""
    assert chance_of_waiting(load, servers) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("servers", "delayed", "load"), [(8, 0.05, 3.87), (10, 0.01, 4.08)])
def test_a_published_table(servers: int, delayed: float, load: float) -> None:
    """Entries of the Erlang C table in Dunlop, Girma & Irvine (1999), Digital Mobile Communications and TETRA, app. A.

    The load is the largest, to two places, at which so many are delayed.
    """
    assert chance_of_waiting(load - 0.005, servers) < delayed < chance_of_waiting(load + 0.01, servers)


def test_a_published_example() -> None:
    """100 calls in 30 minutes of 3 minutes each, 80 % within 20 s: the example of pyworkforce 0.1.0 on PyPI."""
    assert servers_needed(10, 0.8, 20, 180) == 14
    assert chance_of_waiting(10, 14) == pytest.approx(0.1741319335950498, rel=1e-12)
    assert answered_within(10, 14, 20, 180) == pytest.approx(0.8883500191794669, rel=1e-12)


def test_who_cannot_keep_up_answers_nobody_in_time() -> None:
    assert chance_of_waiting(3, 3) == 1
    assert answered_within(3, 3, 30, 60) == 0
    assert servers_needed(0, 0.9, 30, 400) == 0
    assert servers_needed(2.99, 1.0, 30, 400) > 3  # everybody within 30 s: as near as numbers come


def test_fewer_than_needed_are_too_few_at_any_load() -> None:
    for load in (0.01, 0.3, 1, 4.4, 17, 230.5):
        n = servers_needed(load, 0.9, 30, 420)
        assert answered_within(load, n, 30, 420) >= 0.9 > answered_within(load, n - 1, 30, 420)


def test_a_simulated_queue_answers_as_many_in_time() -> None:
    """40,000 customers, one in 20 s on average, 60 s each, 4 servers, first come first served."""
    rng = np.random.default_rng(7)
    arrivals = np.cumsum(rng.exponential(20, 40_000))
    free = [0.0] * 4
    in_time = 0
    for at, takes in zip(arrivals, rng.exponential(60, len(arrivals)), strict=True):
        begun = max(heapq.heappop(free), at)
        in_time += begun - at <= 15
        heapq.heappush(free, begun + takes)
    assert in_time / len(arrivals) == pytest.approx(answered_within(3, 4, 15, 60), abs=0.02)
    assert answered_within(3, 4, 15, 60) == pytest.approx(1 - 27 / 53 * exp(-0.25))  # C(4, 3) = 27/53
