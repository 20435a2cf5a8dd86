"""Average measures: drawn months hold what comes, lines are reached by the share said, from above or from below."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.models.outlook.averages import forecast_average
from toolkit.models.targets.average_lines import average_of, nice_step, propose_average_lines

SHARES = (Fraction(4, 5), Fraction(1, 2), Fraction(1, 5))
FIRST = Month.parse("2023-01")


def world(seed: int, agents: int = 25, months: int = 14, trend: float = 0.0) -> pd.DataFrame:
    """Averages of lognormal values about each agent's level, which the month and a month of one's own move."""
    r = np.random.default_rng(seed)
    level = np.cumsum(r.normal(0, 0.03, months)) + r.normal(0, 0.05, months) + trend * np.arange(months)
    n = np.tile(r.poisson(np.exp(r.normal(np.log(60), 0.6, agents))) + 1, (months, 1))
    mean = np.exp(4.6 + r.normal(0, 0.15, agents) + level[:, None] + r.normal(0, 0.08, (months, agents)))
    rows = [
        (str(FIRST.shift(t)), f"a{i:02d}", r.lognormal(np.log(mean[t, i]) - 0.32, 0.8, n[t, i]).mean(), int(n[t, i]))
        for t in range(months)
        for i in range(agents)
    ]
    return pd.DataFrame(rows, columns=["month", "agent", "value", "weight"])


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    last = table["month"].max()
    return table[table["month"] < last], table[table["month"] == last].set_index("agent"), last


def test_the_drawn_month_holds_what_comes() -> None:
    inside, above = [], []
    for seed in range(12):
        past, came, last = split(world(seed, trend=0.01 * (seed % 3 - 1)))
        drawn = forecast_average(past, last, np.random.default_rng(seed), 500)
        low, middle, high = np.quantile(drawn.values, (0.025, 0.5, 0.975), axis=0)
        value = came.loc[list(drawn.agents), "value"].to_numpy(np.float64)
        inside.append(((value >= low) & (value <= high)).mean())
        above.append((value >= middle).mean())
    assert 0.92 < np.mean(inside) < 0.99
    assert 0.40 < np.mean(above) < 0.60


def test_a_line_is_reached_by_the_share_that_is_said() -> None:
    gaps = []
    for seed in range(20, 30):
        past, came, last = split(world(seed, months=10))
        lines = propose_average_lines(past, "revenue_per_buyer", last, SHARES, seed)
        assert lines.table["edge"].is_monotonic_increasing
        assert (lines.table["edge"] % lines.step == 0).all()
        gaps.append((came["value"] >= lines.table["edge"][1]).mean() - lines.table["mean_attainment"][1])
    assert abs(np.mean(gaps)) < 0.12


def test_where_lower_is_better_a_line_falls_and_is_reached_from_above() -> None:
    """Times turned round (10,000 over the value) give the same order of people, so the same shares."""
    past, _, last = split(world(3))
    up = propose_average_lines(past, "value", last, SHARES, 1)
    times = past.assign(value=10_000 / past["value"])
    down = propose_average_lines(times, "reply_seconds", last, SHARES, 1, lower_is_better=True)
    assert down.table["edge"].is_monotonic_decreasing
    np.testing.assert_allclose(down.table["edge"] * up.table["edge"], 10_000, rtol=0.06)
    np.testing.assert_allclose(down.table["mean_attainment"], (0.8, 0.5, 0.2), atol=0.06)
    assert down.balance_point * up.balance_point == pytest.approx(10_000, rel=0.06)


def test_the_rule_is_tried_on_past_months_where_there_are_enough() -> None:
    enough = propose_average_lines(world(5), "value", "2024-03", SHARES, 1)
    assert len(enough.tried) == 8
    assert enough.gap is not None
    assert enough.gap[0] == pytest.approx((enough.tried["realised"] - enough.tried["stated"]).mean())
    assert propose_average_lines(world(5, months=8), "value", "2023-09", SHARES, 1).gap is None


def test_who_is_gone_is_not_planned_and_two_months_are_the_least() -> None:
    table = world(6, agents=6, months=5)
    gone = table[(table["agent"] != "a02") | (table["month"] < "2023-05")]
    drawn = forecast_average(gone, "2023-06", np.random.default_rng(0), 50)
    assert drawn.agents == ("a00", "a01", "a03", "a04", "a05")
    with pytest.raises(InputError):
        forecast_average(table[table["month"] < "2023-02"], "2023-02", np.random.default_rng(0))


def test_sums_and_counts_may_stand_on_different_rows() -> None:
    cells = pd.DataFrame(
        {
            "month": "2024-01",
            "agent": ["a", "a", "b", "c"],
            "sales": [None, 900, 400, 100],
            "buyers": [3, None, None, 2],
        }
    )
    found = average_of(cells, "sales", "buyers")
    assert found.to_numpy().tolist() == [["2024-01", "a", 300.0, 3], ["2024-01", "c", 50.0, 2]]


def test_steps_are_round() -> None:
    assert [nice_step(x) for x in (0.3, 1, 1.4, 2, 3, 5.5, 10, 174)] == [1, 1, 2, 2, 5, 10, 10, 200]
