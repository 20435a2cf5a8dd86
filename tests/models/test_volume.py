"""The volume of a coming month: parts found, holes left out, people gone, and what it does to sales."""

import numpy as np
import pandas as pd
import pytest

from tests.models.volumes import make_volumes
from toolkit.core.errors import InputError
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.outlook.forecast import SalesForecast, default_plan, forecast_month
from toolkit.models.outlook.volume import (
    fit_volume,
    forecast_volume,
    sales_at_drawn_volume,
    volume_findings,
)


def counts(volumes, months=6, **gone):
    """Agents of known volume in 30-day terms, some of them gone in some months."""
    rows = [
        (f"2024-{t + 1:02d}", f"a{i}", n, n // 3)
        for t in range(months)
        for i, n in enumerate(volumes)
        if t not in gone.get(f"a{i}", ())
    ]
    return prepare_counts(
        pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"]), (), "inquiries", "buyers"
    )


def test_usual_volumes_are_found_and_drawn():
    volume = fit_volume(counts([100, 200, 400, 800]), "2024-07")
    drawn = forecast_volume(volume, ("a0", "a3"), np.random.default_rng(1), 4000)
    assert np.median(drawn.planned[:, 1]) / np.median(drawn.planned[:, 0]) == pytest.approx(8, rel=0.15)
    assert np.median(drawn.planned[:, 1]) == pytest.approx(800, rel=0.1)
    assert volume.joining == 0
    assert volume.leaving == pytest.approx(0.5 / 21)
    assert f"{volume.outlook.month}" in drawn.text.zh


def test_a_hole_is_found_and_not_a_low_month():
    holed = counts([300] * 6, a0=(2,), a1=(2,))
    volume = fit_volume(holed, "2024-07")
    assert volume.holes == ("2024-03",)
    assert volume.outlook.n_months == 5
    message = volume_findings(volume)[0].message
    assert "2024-03: a hole in the data" in message.en
    assert "2024-03 有超过 30%" in message.zh
    assert volume_findings(fit_volume(counts([300] * 6, a0=(2,)), "2024-07")) == ()


def test_leavers_and_joiners_are_counted():
    volume = fit_volume(counts([300] * 4, a0=(4, 5), a1=(0, 1)), "2024-07")
    assert volume.leaving == pytest.approx(1.5 / (4 + 3 + 5 + 5 + 1))
    assert volume.joining == pytest.approx(1 / 5)
    with pytest.raises(InputError, match="fewer than two ordinary months"):
        fit_volume(counts([300] * 4, months=1), "2024-02")


def test_the_range_holds_the_volume_that_came():
    inside = []
    for seed in range(500, 512):
        cells, month, total = make_volumes(seed)
        ready = prepare_counts(cells, (), "inquiries", "buyers")
        there = sorted(set(cells.loc[cells["month"] == ready.months[-1], "agent"]))
        drawn = forecast_volume(fit_volume(ready, month), there, np.random.default_rng(seed), 1000)
        low, high = np.quantile(drawn.total, (0.025, 0.975))
        inside.append(low <= total <= high)
    assert np.mean(inside) >= 0.8


def test_sales_have_the_uncertainty_of_volume():
    baseline = fit_conversion(counts([300, 320, 340, 360, 380]).frame, case_mix=())
    rng = np.random.default_rng(2)
    forecast = forecast_month(baseline, default_plan(baseline, "2024-07"), rng, 1000)
    money = forecast.buyers * 10_000.0
    each = money.sum(axis=1)
    total = (float(each.mean()), *map(float, np.quantile(each, (0.025, 0.975))))
    sales = SalesForecast("2024-07", forecast.agents, money, pd.DataFrame(), total, Text("", ""))
    drawn = forecast_volume(fit_volume(baseline.cells, "2024-07"), forecast.agents, rng, 1000)
    found = sales_at_drawn_volume(sales, forecast, drawn)
    assert found.total[2] - found.total[1] > 1.5 * (total[2] - total[1])
    assert found.total[0] == pytest.approx(total[0], rel=0.15)
    assert "0% the value of a buyer" in found.text.en
    assert "0% 来自客单价" in found.text.zh


def test_who_was_not_there_at_the_end_is_not_planned_for():
    gone = fit_conversion(counts([300] * 6, a0=(5,)).frame, case_mix=())
    assert set(default_plan(gone, "2024-07")["agent"]) == {"a1", "a2", "a3", "a4", "a5"}
    hole = fit_conversion(counts([300] * 6, a0=(5,), a1=(5,)).frame, case_mix=())
    assert len(set(default_plan(hole, "2024-07")["agent"])) == 6
