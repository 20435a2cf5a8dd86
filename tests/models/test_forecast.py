import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.forecast import default_plan, forecast_month
from toolkit.models.baseline.season import month_outlook


@pytest.fixture(scope="module")
def baseline():
    return fit_conversion(make_world(11, Spec(agents=30, months=26, few=3, volume=400)).cells)


def levels(values, seed=0, agents=12, n=4000):
    """Months of known logit, agents equal."""
    r = np.random.default_rng(seed)
    rows = [
        (f"{2022 + t // 12}-{t % 12 + 1:02d}", f"a{a}", n, r.binomial(n, 1 / (1 + np.exp(-v))))
        for t, v in enumerate(values)
        for a in range(agents)
    ]
    return fit_conversion(pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"]), case_mix=())


def outlook_logit(baseline, month, **keywords):
    outlook = month_outlook(baseline.fit, month, **keywords)
    beta = baseline.fit.solution.beta
    return outlook, float(beta[0] + outlook.weights @ beta)


def test_a_season_is_found_from_two_years():
    season = np.where(np.arange(12) == 10, 0.5, 0.0)
    fitted = levels(-1 + np.tile(season, 2))
    november, value = outlook_logit(fitted, "2024-11")
    assert value == pytest.approx(-0.5, abs=0.04)
    assert november.season == pytest.approx(0.5 * 11 / 12, abs=0.05)
    march, value = outlook_logit(fitted, "2024-03")
    assert value == pytest.approx(-1.0, abs=0.04)
    assert "2 years" in march.text.en
    assert "2 年" in march.text.zh


def test_noise_is_not_taken_for_a_season():
    r = np.random.default_rng(8)
    outlook, value = outlook_logit(levels(-1 + r.normal(0, 0.2, 24)), "2024-05")
    assert abs(value + 1) < 0.25
    assert outlook.sd == pytest.approx(0.2, abs=0.08)


def test_short_history_gives_the_level_and_how_much_months_vary():
    values = np.array([-1.2, -0.8, -1.0, -1.1, -0.9])
    outlook, value = outlook_logit(levels(values), "2022-07")
    assert outlook.season is None
    assert value == pytest.approx(values.mean(), abs=0.03)
    assert outlook.sd == pytest.approx(values.std(ddof=1) * np.sqrt(1.2), abs=0.03)


def test_campaign_months_are_set_apart():
    values = np.array([-1.0, -1.0, -1.0, 0.5, -1.0])
    _, with_it = outlook_logit(levels(values), "2022-06")
    _, without = outlook_logit(levels(values), "2022-06", campaigns=["2022-04"])
    assert with_it == pytest.approx(-0.7, abs=0.03)
    assert without == pytest.approx(-1.0, abs=0.03)


def test_a_campaign_each_november_does_not_hide_the_season_of_the_other_months():
    season = np.zeros(12)
    season[2], season[10] = 0.4, 1.0  # March, and the campaign of November
    fitted, novembers = levels(-1 + np.tile(season, 2)), ["2022-11", "2023-11"]
    march, value = outlook_logit(fitted, "2024-03", campaigns=novembers)
    assert value == pytest.approx(-0.6, abs=0.05)
    assert march.season == pytest.approx(0.4 * 10 / 11, abs=0.05)
    november, value = outlook_logit(fitted, "2024-11", campaigns=[*novembers, "2024-11"])
    assert november.season is None
    assert value == pytest.approx(-1 + 0.4 / 11, abs=0.04)
    assert november.text.en.endswith("what the campaign adds is not in the forecast.")
    assert november.text.zh.endswith("预测不含活动带来的变化。")


def test_one_ordinary_month_is_not_enough():
    with pytest.raises(InputError, match="how much months vary is unknown"):
        month_outlook(levels([-1.0, -1.0]).fit, "2022-03", ["2022-02"])


def test_the_default_plan_is_the_recent_mean(baseline):
    plan = default_plan(baseline, "2025-03")
    recent = baseline.cells.frame[baseline.cells.frame["month"].astype(str) >= "2024-12"]
    agent = plan["agent"].iloc[-1]
    own = recent[recent["agent"] == agent]
    mean = own["inquiries"].sum() / own["month"].nunique()
    assert plan.loc[plan["agent"] == agent, "inquiries"].sum() == pytest.approx(mean, abs=3)
    assert (plan["month"] == "2025-03").all()


def test_replicates_are_whole_buyers_around_the_agents_rate(baseline):
    plan = default_plan(baseline, "2025-03")
    forecast = forecast_month(baseline, plan, np.random.default_rng(1), 4000)
    assert forecast.buyers.dtype == np.int64
    assert (forecast.buyers <= forecast.n).all()
    rates = forecast.table.set_index("agent")
    np.testing.assert_allclose(rates["rate"], forecast.skill.mean(axis=0), atol=0.01)
    order = baseline.agents.set_index("agent").loc[list(forecast.agents), "effect"]
    assert np.corrcoef(rates["rate"], order)[0, 1] > 0.8


def test_the_same_generator_gives_the_same_replicates(baseline):
    plan = default_plan(baseline, "2025-03")
    one, two = (
        forecast_month(baseline, plan.sample(frac=1, random_state=s), np.random.default_rng(3), 50) for s in (1, 1)
    )
    np.testing.assert_array_equal(one.buyers, two.buyers)


def test_a_newcomer_is_any_agent(baseline):
    plan = pd.DataFrame({"month": "2025-03", "agent": ["new"], "shop": "s0", "inquiries": [1000]})
    forecast = forecast_month(baseline, plan, np.random.default_rng(1), 2000)
    assert forecast.group.tolist() == [-1]
    logit = np.log(forecast.skill / (1 - forecast.skill))
    spread = np.hypot(baseline.summary["sd_agent"], forecast.outlook.sd)
    assert np.std(logit) == pytest.approx(spread, rel=0.25)


def test_what_has_no_history_is_refused(baseline):
    plan = pd.DataFrame({"month": "2025-03", "agent": ["a00010"], "shop": "moon", "inquiries": [10]})
    with pytest.raises(InputError, match="shop has no history; got 'moon'"):
        forecast_month(baseline, plan, np.random.default_rng(1))
    with pytest.raises(UsageError, match="one month"):
        forecast_month(baseline, pd.concat([plan, plan.assign(month="2025-04")]), np.random.default_rng(1))


def test_a_newcomer_among_two_agents_is_refused():
    two = levels([-1.0, -1.1, -1.2], agents=2)
    plan = pd.DataFrame({"month": "2022-04", "agent": ["new"], "inquiries": [10]})
    with pytest.raises(InputError, match="newcomer"):
        forecast_month(two, plan, np.random.default_rng(1))
