"""Funnel limits: the spread beside sums by hand, who lies outside, and how limits move with volume."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.core.errors import InputError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.standing.funnel import _EXPECTED, LEVELS, additive_spread, funnel_of_month


def test_the_cut_squares_are_made_consistent() -> None:
    """E min(Z^2, 1.5^2) = .778 by sums over a fine grid; without it limits are too narrow."""
    z = np.linspace(-10, 10, 200_001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    assert float(np.sum(np.minimum(z**2, 1.5**2) * density)) == pytest.approx(_EXPECTED, abs=1e-6)


def test_the_spread_of_equal_errors_by_hand() -> None:
    """Scores -2, -1, 1, 2 at error .02: none is cut at the solution, so mean z^2 e^2 / (e^2 + t) = .778 x 3/4."""
    z, error = np.array([-2.0, -1.0, 1.0, 2.0]), np.full(4, 0.02)
    wanted = 0.02**2 * (2.5 / (_EXPECTED * 0.75) - 1)
    assert additive_spread(z, error) == pytest.approx(wanted, rel=1e-9)
    assert additive_spread(np.full(10, 0.1), np.full(10, 0.02)) == 0.0


def test_the_spread_of_many_is_found_and_moved_little_by_outliers() -> None:
    r = np.random.default_rng(3)
    error = r.uniform(0.01, 0.05, 4000)
    z = (r.normal(0, 0.03, 4000) + r.normal(0, error)) / error
    assert math.sqrt(additive_spread(z, error)) == pytest.approx(0.03, rel=0.05)
    far = np.where(np.arange(4000) % 50 == 0, 60.0, z)
    assert math.sqrt(additive_spread(far, error)) == pytest.approx(0.03, rel=0.08)


def cells(rates: dict[str, float], n: int = 400, months: int = 3) -> pd.DataFrame:
    rows = [(f"2024-0{m + 1}", a, "s", n, round(n * p)) for a, p in rates.items() for m in range(months)]
    return pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers"])


ALIKE = {f"a{i:02d}": 0.28 + 0.004 * (i % 10) for i in range(19)}


def test_one_far_from_all_others_lies_outside_the_outer_limits() -> None:
    found = funnel_of_month(fit_conversion(cells(ALIKE | {"far": 0.60})), "2024-02")
    outside = found.table.set_index("agent")["outside"]
    assert outside["far"] == LEVELS[1]
    assert (outside.drop("far") == 0).all()
    assert "1 outside the outer ones" in found.text.en


def test_equal_agents_have_no_spread_and_stay_inside() -> None:
    found = funnel_of_month(fit_conversion(cells(ALIKE)), "2024-02")
    assert found.spread == 0.0
    assert (found.table["outside"] == 0).all()
    assert "all 19 agents lie within" in found.text.en
    assert found.curve["upper_95"].tolist() == found.curve["chance_upper"].tolist()


def test_limits_narrow_as_volume_grows_and_stay_within_0_and_1() -> None:
    table = cells(ALIKE)
    table.loc[table["agent"] == "a00", ["inquiries", "buyers"]] = (2, 1)
    curve = funnel_of_month(fit_conversion(table), "2024-02").curve
    assert curve["upper_998"].is_monotonic_decreasing
    assert curve["lower_998"].is_monotonic_increasing
    assert (curve["upper_95"] <= curve["upper_998"]).all()
    assert curve.iloc[0]["lower_998"] == 0.0
    last = curve.iloc[-1]
    centre = table["buyers"].sum() / table["inquiries"].sum()
    half = 1.959964 * math.sqrt(centre * (1 - centre) / last["inquiries"])
    assert last["chance_upper"] == pytest.approx(centre + half, abs=1e-6)


def test_two_agents_make_no_funnel() -> None:
    with pytest.raises(InputError, match="a funnel needs 3"):
        funnel_of_month(fit_conversion(cells({"a": 0.3, "b": 0.4})), "2024-02")
