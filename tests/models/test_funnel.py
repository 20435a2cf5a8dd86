"""Funnel limits: the spread by moments against plain sums, who lies outside, and how limits move with volume."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.core.errors import InputError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.funnel import LEVELS, additive_spread, funnel_of_month


def spread_by_hand(z: list[float], error: list[float]) -> float:
    """Spiegelhalter (2005), section 3, written out: winsorise at 10 % of both ends, then moments."""
    ordered = sorted(z)

    def quantile(q: float) -> float:
        at = q * (len(ordered) - 1)
        low = int(at)
        return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])

    low, high = quantile(0.1), quantile(0.9)
    phi = sum(min(max(v, low), high) ** 2 for v in z) / len(z)
    w = [1 / e**2 for e in error]
    tau2 = (len(z) * phi - (len(z) - 1)) / (sum(w) - sum(v * v for v in w) / sum(w))
    return max(tau2, 0.0)


def test_the_spread_is_that_of_the_moments() -> None:
    r = np.random.default_rng(3)
    for scale in (0.5, 1.0, 3.0):
        z, error = scale * r.normal(size=40), r.uniform(0.01, 0.05, 40)
        assert additive_spread(z, error) == pytest.approx(spread_by_hand(list(z), list(error)), rel=1e-12)
    assert additive_spread(np.full(10, 0.1), np.full(10, 0.02)) == 0.0


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
