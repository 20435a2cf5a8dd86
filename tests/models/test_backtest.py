import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError
from toolkit.models.outlook.backtest import METHODS, backtest_conversion


@pytest.fixture(scope="module")
def result():
    return backtest_conversion(
        make_world(1, Spec(agents=50, months=8, few=5)).cells, np.random.default_rng(1), n_replicates=300
    )


def test_every_month_after_the_first_three_is_forecast(result):
    assert sorted(result.forecasts["month"].unique()) == [f"2023-{m:02d}" for m in range(4, 9)]


def test_scores_are_those_of_single_inquiries(result):
    part = result.forecasts
    outcomes = np.concatenate(
        [np.r_[np.ones(k), np.zeros(n - k)] for n, k in zip(part["inquiries"], part["buyers"], strict=True)]
    )
    for method in METHODS:
        p = np.repeat(part[method].to_numpy(), part["inquiries"])
        row = result.scores.set_index("method").loc[method]
        assert row["brier"] == pytest.approx(np.mean((outcomes - p) ** 2))
        assert row["log_score"] == pytest.approx(-np.mean(np.log(np.where(outcomes == 1, p, 1 - p))))
        assert row["bias"] == pytest.approx(p.mean() - outcomes.mean())


def test_the_baseline_beats_last_month_and_the_team(result):
    brier = result.differences.query("score == 'brier'").set_index("method")
    assert (brier.loc[["last_month", "team"], "lower"] > 0).all()
    assert brier.loc["raw", "upper"] > 0


def test_intervals_cover_and_forecasts_are_calibrated(result):
    assert 0.9 <= result.coverage[0] <= 0.99
    assert result.coverage[1] < result.coverage[0] < result.coverage[2]
    assert len(result.calibration) == 10
    assert result.calibration["n_inquiries"].sum() == result.forecasts["inquiries"].sum()
    assert (result.calibration["forecast"] - result.calibration["observed"]).abs().max() < 0.05


def test_an_agent_new_in_the_month_is_forecast_as_any_agent():
    cells = make_world(1, Spec(agents=12, months=5, few=0)).cells
    cells = cells[(cells["agent"] != "a00003") | (cells["month"] == "2023-05")]
    found = backtest_conversion(cells, np.random.default_rng(1), n_replicates=300).forecasts
    row = found[found["agent"] == "a00003"].iloc[0]
    assert row["month"] == "2023-05"
    assert row["raw"] == row["last_month"] == row["team"]
    others = found[(found["month"] == "2023-05") & (found["agent"] != "a00003")]
    assert abs(row["baseline"] - others["baseline"].mean()) < 0.05


def test_what_nobody_could_have_forecast_is_left_out():
    cells = make_world(1, Spec(agents=3, months=6, shops=2, few=0, volume=400.0)).cells
    cells.loc[(cells["shop"] == "s1") & (cells["month"] < "2023-06"), "buyers"] = 0
    cells = cells[(cells["agent"] != "a00002") | (cells["month"] >= "2023-05")]
    found = backtest_conversion(cells, np.random.default_rng(1), n_replicates=100).forecasts
    here = cells[(cells["shop"] == "s0") & (cells["month"] >= "2023-04")].set_index(["month", "agent"])["buyers"]
    assert (found["agent"] + found["month"]).tolist() == [
        "a000002023-04", "a000012023-04", "a000002023-05", "a000012023-05", "a000002023-06", "a000012023-06",
        "a000022023-06",
    ]  # fmt: skip
    assert found.set_index(["month", "agent"])["buyers"].to_dict() == here.drop(("2023-05", "a00002")).to_dict()


def test_differences_are_judged_by_their_months(result):
    part = result.forecasts
    n, y = part["inquiries"], part["buyers"]
    loss = {m: y * (1 - part[m]) ** 2 + (n - y) * part[m] ** 2 for m in ("baseline", "last_month")}
    sums = (loss["last_month"] - loss["baseline"]).groupby(part["month"]).sum() / n.groupby(part["month"]).sum()
    found = stats.ttest_1samp(sums, 0.0).confidence_interval(0.95)
    row = result.differences.query("method == 'last_month' and score == 'brier'").iloc[0]
    assert row["difference"] == pytest.approx(sums.mean())
    assert (row["lower"], row["upper"]) == (pytest.approx(found.low), pytest.approx(found.high))


def test_fewer_than_six_months_are_shown_and_not_judged():
    cells = make_world(1, Spec(agents=8, months=9, shops=1, few=0)).cells
    texts = [
        backtest_conversion(cells[cells["month"] <= last], np.random.default_rng(1), n_replicates=50).text
        for last in ("2023-08", "2023-09")
    ]
    words_en, words_zh = ("better than", "not distinguishable", "worse"), ("优于", "无法区分", "不如")
    assert not any(w in texts[0].en for w in words_en)
    assert not any(w in texts[0].zh for w in words_zh)
    assert "In 5 held-back months, too few to judge by (it takes 6)" in texts[0].en
    assert any(w in texts[1].en for w in words_en)
    assert any(w in texts[1].zh for w in words_zh)
    assert "Brier" not in texts[0].en + texts[1].en + texts[0].zh + texts[1].zh


def test_the_coverage_is_clustered_by_agent_and_by_month(result):
    part = result.forecasts
    share = part["inside"] - part["inside"].mean()
    squares = {by: (share.groupby(part[by]).sum() ** 2).sum() for by in ("agent", "month")}
    g, h = part["agent"].nunique(), part["month"].nunique()
    agent, month = squares["agent"] * g / (g - 1), squares["month"] * h / (h - 1)
    variance = max(agent + month - (share**2).sum(), agent)
    half = stats.t.ppf(0.975, min(g, h) - 1) * variance**0.5 / len(part)
    assert (result.coverage[2] - result.coverage[1]) / 2 == pytest.approx(half)


def test_rare_buyers_have_a_finite_log_score():
    r = np.random.default_rng(2)
    rows = [(f"2024-{t:02d}", f"a{a}", 4, r.binomial(4, 0.03)) for t in range(1, 9) for a in range(12)]
    cells = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"])
    assert cells["buyers"].sum() > 0
    scores = backtest_conversion(cells, r, case_mix=(), n_replicates=20).scores
    assert np.isfinite(scores[["brier", "log_score", "bias"]].to_numpy()).all()


def test_too_little_history_is_refused():
    cells = pd.DataFrame(
        {
            "month": ["2024-01", "2024-02"] * 2,
            "agent": list("aabb"),
            "shop": "x",
            "inquiries": 50,
            "buyers": [9, 11, 12, 8],
        }
    )
    with pytest.raises(InputError, match="2 months; a backtest needs more than 3"):
        backtest_conversion(cells, np.random.default_rng(1))
