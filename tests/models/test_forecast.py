import numpy as np
import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.forecast import default_plan, forecast_month
from toolkit.models.outlook.season import Season, month_outlook, outlook_findings, season_of


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
    fixed = baseline.fit.solution
    outlook = month_outlook(baseline.fit.design, fixed, month, **keywords)
    return outlook, *outlook.moments(fixed)


def test_a_season_is_found_from_two_years():
    season = np.where(np.arange(12) == 10, 0.5, 0.0)
    fitted = levels(-1 + np.tile(season, 3))
    november, value, _ = outlook_logit(fitted, "2025-11")
    assert value == pytest.approx(-0.5, abs=0.06)
    march, value, _ = outlook_logit(fitted, "2025-03")
    assert value == pytest.approx(-1.0, abs=0.04)
    assert november.source == march.source == "own"
    assert "36 ordinary months" in march.text.en
    assert "36 个普通月份" in march.text.zh


def test_noise_is_not_taken_for_a_season():
    r = np.random.default_rng(8)
    _, value, sd = outlook_logit(levels(-1 + r.normal(0, 0.2, 24)), "2024-05")
    assert abs(value + 1) < 0.3
    assert 0.15 < sd < 0.4


def test_a_short_history_gives_the_level_and_a_wide_range():
    values = np.array([-1.2, -0.8, -1.0, -1.1, -0.9])
    outlook, value, sd = outlook_logit(levels(values), "2022-07")
    assert outlook.source == "unknown"
    assert value == pytest.approx(values.mean(), abs=0.08)
    assert 0.25 < sd < 0.6  # a season of sd .3 may come on top of what months vary
    assert [f.code for f in outlook_findings(outlook)] == ["season-unknown"]


def test_a_trend_goes_on_and_cannot_be_told_from_a_season_in_a_year():
    values = -1 + 0.06 * np.arange(12)
    outlook, value, _ = outlook_logit(levels(values), "2023-01")
    assert value > values[-1] - 0.05
    assert outlook.trend_unclear
    assert "has risen over the 12 months" in outlook_findings(outlook)[1].message.en
    longer = np.tile(values, 2) + 0.72 * np.repeat([0, 1], 12)
    outlook, value, _ = outlook_logit(levels(longer), "2024-01")
    assert value == pytest.approx(longer[-1] + 0.06, abs=0.06)
    assert outlook_findings(outlook) == ()


def test_a_known_season_is_used_and_leaves_a_narrower_range():
    season = 0.6 * np.sin(2 * np.pi * np.arange(12) / 12)
    fitted = levels(-1 + season[:9])
    known = Season("table", season, 0.1)
    _, value, sd = outlook_logit(fitted, "2022-10", season=known)
    assert value == pytest.approx(-1 + season[9], abs=0.12)
    assert sd < 0.75 * outlook_logit(fitted, "2022-10")[2]


def test_a_table_of_ratios_is_a_season():
    table = pd.DataFrame({"month": range(1, 13), "ratio": [1.0] * 10 + [1.5, 0.5]})
    season = season_of(table, "table", 0.2)
    assert season.effect.sum() == pytest.approx(0)
    assert season.effect[10] - season.effect[0] == pytest.approx(np.log(0.3 / 0.7) - np.log(0.2 / 0.8))
    with pytest.raises(InputError, match="twelve rows"):
        season_of(table.iloc[1:], "table", 0.2)


def test_draws_of_the_level_have_its_moments():
    fitted = levels([-1.2, -0.8, -1.0, -1.1, -0.9])
    outlook, value, sd = outlook_logit(fitted, "2022-07")
    fixed, rng = fitted.fit.solution, np.random.default_rng(3)
    drawn = outlook.draw(rng.multivariate_normal(fixed.beta, fixed.cov, 20_000), rng)
    assert drawn.mean() == pytest.approx(value, abs=0.01)
    assert drawn.std() == pytest.approx(sd, rel=0.02)


def test_campaign_months_are_set_apart():
    values = np.array([-1.0, -1.0, -1.0, 0.5, -1.0])
    fitted = levels(values)
    with_it, without = (outlook_logit(fitted, "2022-06", campaigns=c)[1] for c in ((), ["2022-04"]))
    assert with_it > without + 0.1
    assert without == pytest.approx(-1.0, abs=0.05)
    outlook, _, _ = outlook_logit(fitted, "2022-06", campaigns=["2022-04", "2022-06"])
    assert outlook.text.en.endswith("what the campaign adds is not in the forecast.")
    assert outlook.text.zh.endswith("预测不含活动带来的变化。")


def test_one_ordinary_month_is_not_enough():
    with pytest.raises(InputError, match="how much months vary is unknown"):
        outlook_logit(levels([-1.0, -1.0]), "2022-03", campaigns=["2022-02"])


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
    spread = np.hypot(baseline.summary["sd_agent"], forecast.outlook.moments(baseline.level)[1])
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
