"""Pilots by lot: draws and their number by enumeration, the estimate against dummies, p by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.models.pilot_worlds import PilotSpec, make_pilot_world
from toolkit.models.comparison.randomised import (
    Panel,
    PilotDesign,
    PilotKind,
    compare_randomised,
    padded,
    simulate_power,
)

SHOP = np.array([0, 0, 0, 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("kind", "months", "number"),
    [
        ("within", 3, 3 * 6),  # 2 of 3, 2 of 4
        ("staggered", 3, 6 * 12),  # 3!; of 4, two start together: 4! / 2
        ("switchback", 4, 6 * 6 - 6),  # not both shops in the same months
    ],
)
def test_every_draw_comes_up_and_no_other(kind: PilotKind, months: int, number: int) -> None:
    design = PilotDesign(kind, months)
    drawn = design.draw(SHOP, np.random.default_rng(1), 4000)
    _, times = np.unique(drawn.reshape(4000, -1), axis=0, return_counts=True)
    assert len(times) == design.lots(SHOP) == number
    expected = 4000 / number
    assert np.abs(times - expected).max() < 5 * expected**0.5
    if kind == "staggered":
        assert drawn[:, :, -1].all()
        assert (np.diff(drawn.astype(int), axis=2) >= 0).all()
    if kind == "switchback":
        assert (drawn[:, 0] == drawn[:, 1]).all()


def test_somebody_alone_in_a_shop_gets_nothing_within_it() -> None:
    drawn = PilotDesign("within", 2).draw(np.array([0, 1, 1]), np.random.default_rng(1), 50)
    assert not drawn[:, 0].any()
    assert (drawn[:, 1, 0] != drawn[:, 2, 0]).all()


@pytest.mark.parametrize("kind", ["within", "staggered", "switchback"])
def test_the_estimate_is_least_squares_with_dummies(kind: PilotKind) -> None:
    r, design = np.random.default_rng(3), PilotDesign(kind, 3)
    values, weights = r.normal(size=(7, 8)), r.uniform(0, 5, (7, 8)) * (r.random((7, 8)) > 0.1)
    given, lots = (padded(design.draw(SHOP, r, n), 5) for n in (1, 20))
    found = compare_randomised(Panel(values, weights, SHOP), kind, given[0], lots)
    assert found is not None
    person, month = (part.ravel() for part in np.indices((7, 8)))
    shared = month if kind == "switchback" else SHOP[person] * 8 + month
    columns = np.column_stack([given[0].ravel(), np.eye(7)[person], np.eye(shared.max() + 1)[shared]])
    root = np.sqrt(weights.ravel())
    by_dummies = np.linalg.lstsq(columns * root[:, None], values.ravel() * root, rcond=None)[0][0]
    assert found.observed[0] == pytest.approx(by_dummies)


def test_p_counts_the_draws_that_show_as_much() -> None:
    """One shop of six, three given: 20 draws; the largest three are given, so only it and its mirror show as much."""
    values = np.array([[0.0, x] for x in (1, 2, 3, 14, 15, 16)])
    lots = np.zeros((20, 6, 2), bool)
    for k, three in enumerate(combinations(range(6), 3)):
        lots[k, list(three), 1] = True
    panel = Panel(values, np.ones((6, 2)), np.zeros(6, int))
    found = compare_randomised(panel, "within", lots[-1], lots)
    assert found is not None
    assert found.observed[0] == pytest.approx(13)
    assert found.p == pytest.approx((1 + 2) / 21)


def test_without_anybody_to_compare_with_nothing_is_estimated() -> None:
    weights = np.ones((4, 4))
    weights[2:] = 0  # those without it are gone
    given = np.zeros((4, 4), bool)
    given[:2, 2:] = True
    assert compare_randomised(Panel(weights, weights, np.zeros(4, int)), "within", given, given[None]) is None


def test_power_grows_with_people_and_nothing_is_found_of_nothing() -> None:
    smallest = []
    for agents in (12, 48):
        world = make_pilot_world(5, PilotSpec(agents=agents, months=0))
        b, n = world.buyers(), world.inquiries
        panel = Panel(np.log((b + 0.5) / (n - b + 0.5)), n.astype(float), world.shop)
        power = simulate_power(panel, PilotDesign("within", 6), 12, np.random.default_rng(1))
        assert power.found[0] <= 0.07
        assert power.of(power.smallest) == pytest.approx(0.8)
        smallest.append(power.smallest)
    assert 1.6 < smallest[0] / smallest[1] < 2.6  # four times the people: half the error


def test_an_effect_is_found_and_its_interval_holds_it() -> None:
    world, design = make_pilot_world(11, PilotSpec()), PilotDesign("staggered", 6)
    given = padded(design.draw(world.shop, np.random.default_rng(1), 1)[0], 12)
    lots = padded(design.draw(world.shop, np.random.default_rng(2), 999), 12)
    b, n = world.buyers(given * 0.5), world.inquiries
    panel = Panel(np.log((b + 0.5) / (n - b + 0.5)), n.astype(float), world.shop)
    found = compare_randomised(panel, "staggered", given, lots)
    assert found is not None
    assert found.p == pytest.approx(1 / 1000)
    assert found.interval[0] < 0.5 < found.interval[1]
