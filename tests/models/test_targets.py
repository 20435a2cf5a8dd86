from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from tests.models.test_awards import known
from tests.models.worlds import Spec, make_world
from toolkit.core.errors import UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.forecast import default_plan, forecast_month
from toolkit.models.targets.targets import (
    TargetTerms,
    _money,
    _with_people,
    lift,
    propose_targets,
    reached_steps,
)


@pytest.fixture(scope="module")
def forecast():
    baseline = fit_conversion(make_world(1, Spec(agents=60, months=12, few=4)).cells)
    return forecast_month(baseline, default_plan(baseline, "2024-01"), np.random.default_rng(1), 1000)


def propose(forecast, groups=None, **terms):
    return propose_targets(forecast, TargetTerms(**terms), np.random.default_rng(2), groups)


def test_steps_are_reached_in_whole_numbers():
    assert reached_steps(np.array([7, 6]), np.array([25, 25]), Fraction(28, 100)).tolist() == [1, 0]
    assert reached_steps(np.array([3]), np.array([7]), Fraction(1, 200)).tolist() == [85]


def test_attainment_is_near_the_shares(forecast):
    found = propose(forecast)
    np.testing.assert_allclose(found.table["mean_attainment"], [0.8, 0.5, 0.2], atol=0.03)
    assert found.edges[0] < found.edges[1] < found.edges[2]
    assert all((edge / Fraction(1, 200)).denominator == 1 for edge in found.edges)
    assert (found.table["lower"] < found.table["mean_attainment"]).all()
    assert (found.table["mean_attainment"] < found.table["upper"]).all()


def test_the_agents_chances_add_up_to_the_attainment(forecast):
    found = propose(forecast)
    for name, mean in zip(found.table["name"], found.table["mean_attainment"], strict=True):
        assert found.agents[f"chance_{name}"].mean() == pytest.approx(mean)
        assert (found.agents[f"need_{name}"] / found.agents["inquiries"]).min() >= found.table.set_index("name")[
            "threshold"
        ][name]
    assert (found.agents["lower_target"] <= found.agents["upper_target"]).all()


def test_uplift_moves_the_edges_by_as_much(forecast):
    plain, lifted = propose(forecast), propose(forecast, uplift=Fraction(1, 10))
    assert float(lifted.edges[1] / plain.edges[1]) == pytest.approx(1.1, abs=0.03)
    assert lift(forecast, Fraction(1, 10), np.random.default_rng(0)).skill.mean() == pytest.approx(
        1.1 * forecast.skill.mean()
    )


def test_cost_stays_within_budget_and_gain(forecast):
    money = {"uplift": Fraction(1, 20), "revenue_per_buyer": Fraction(12_000), "incremental_margin": Fraction(3, 10)}
    gain = propose(forecast, budget=10**12, **money)
    brought = gain.curve["expected_gain"].iloc[0]
    own = float((forecast.n * forecast.skill).sum(axis=1).mean()) * 0.05 * 12_000 * 0.3
    assert brought == pytest.approx(own, rel=1e-6)
    assert gain.table["expected_cost"].sum() <= brought
    tenth = propose(forecast, budget=10**12, gain_share=Fraction(1, 10), **money)
    assert tenth.table["expected_cost"].sum() <= brought / 10
    small = propose(forecast, budget=100_000, **money)
    assert 0 < small.table["expected_cost"].sum() <= 100_000
    assert (small.table["bonus"] % 100 == 0).all()
    assert small.table["expected_gain"].sum() <= brought


def test_a_bonus_the_budget_allows_is_left_as_it_is(forecast):
    found = propose(forecast, bonus=(20_000, 50_000, 100_000))
    assert found.table["bonus"].tolist() == [20_000, 50_000, 100_000]
    highest = [0.3, 0.3, 0.2]
    expected = [b * h * len(forecast.agents) for b, h in zip(found.table["bonus"], highest, strict=True)]
    np.testing.assert_allclose(found.table["expected_cost"], expected, rtol=0.12)


def test_without_money_terms_nothing_is_invented(forecast):
    found = propose(forecast)
    assert found.table[["expected_cost", "expected_gain", "bonus"]].isna().all().all()
    assert "need a budget or a bonus" in found.text.en


def test_both_sides_read_their_numbers(forecast):
    found = propose(
        forecast,
        budget=500_000,
        uplift=Fraction(1, 20),
        revenue_per_buyer=Fraction(12_000),
        incremental_margin=Fraction(3, 10),
    )
    for text in (found.text.en, found.text.zh):
        assert f"{float(found.edges[1]):.1%}" in text
        assert f"{found.agents['usual_target'].max():.0%}" in text  # 12 months: what is said is of a usual month
    assert "net" in found.text.en
    assert "净得" in found.text.zh


def test_without_the_rise_fewer_reach_the_same_edge(forecast):
    found = propose(forecast, uplift=Fraction(1, 10))
    need = np.array([-(-found.edges[1].numerator * int(n) // found.edges[1].denominator) for n in forecast.n])
    plain = found.table.set_index("name").loc["target"]
    assert plain["without_uplift"] == pytest.approx((forecast.buyers >= need).mean())
    assert plain["without_uplift"] < plain["mean_attainment"] - 0.1
    assert f"({plain['without_uplift']:.0%} if none does)" in found.month.en or "like the last" in found.month.en
    assert "if none does" not in propose(forecast).month.en


def test_the_budget_is_counted_in_whole_people():
    """Three people reach 30, 20 and 10 of 100 surely, a fourth 30 or 0 by a coin: the target bonus is paid 1 or 2x."""
    rates = np.array([0.3, 0.2, 0.1, 0.0])
    forecast = known(rates, np.full(4, 100), replicates=1000)
    buyers = np.tile(np.array([30, 20, 10, 0]), (1000, 1))
    buyers[::2, 3] = 30
    money = {"bonus": (100, 200, 300), "budget": 100_000}
    terms = {"step": Fraction(1, 10), "shares": (Fraction(7, 10), Fraction(6, 10), Fraction(3, 10))}
    lifted = replace(forecast, buyers=buyers)
    highest = np.digitize(reached_steps(buyers, lifted.n, Fraction(1, 10)), (1, 2, 3))
    spent = _money(lifted, highest, TargetTerms(**money, **terms))
    assert spent.cost == (100, 200, 450)  # 1, 1 and on average 1.5 people
    assert spent.most == 900  # 100 + 200 + 2 x 300
    assert spent.over_budget == 0
    tight = _money(lifted, highest, TargetTerms(bonus=(100, 200, 300), budget=800, **terms))
    assert (tight.cost, tight.over_budget) == ((100, 200, 450), 0.5)
    people = _with_people(pd.DataFrame({"name": ["threshold", "target", "stretch"]}), highest)
    assert people[["people", "people_lower", "people_upper"]].to_numpy().tolist() == [[1, 1, 1], [1, 1, 1], [1.5, 1, 2]]


def test_the_curve_falls_and_counts(forecast):
    curve = propose(forecast, bonus=(0, 1000, 0)).curve
    assert curve["mean_attainment"].iloc[0] == 1.0
    assert (np.diff(curve["mean_attainment"]) <= 0).all()
    np.testing.assert_allclose(curve["expected_cost"], curve["expected_awards"] * 1000)


def test_balance_point_is_what_most_reach():
    # Systems C4: the level most people reach; three of five surely convert 40 %, two 20 %.
    found = propose(
        known([0.2, 0.2, 0.4, 0.4, 0.4], [10_000] * 5, replicates=2000),
        shares=(Fraction(7, 10), Fraction(1, 2), Fraction(1, 4)),
    )
    assert 0.385 <= float(found.balance_point) <= 0.4


def test_unequal_groups_are_a_finding():
    forecast = known([0.2] * 4 + [0.4] * 4, [2000] * 8, replicates=2000)
    groups = pd.DataFrame({"agent": forecast.agents, "shop": ["x"] * 4 + ["y"] * 4})
    found = propose(forecast, groups, shares=(Fraction(9, 10), Fraction(1, 2), Fraction(1, 10)))
    finding = next(f for f in found.findings if f.code == "unequal-chances")
    assert finding.subject == "shop"
    assert finding.evidence["gap"] > 0.9


def test_agents_for_whom_no_edge_is_an_incentive_are_listed():
    found = propose(known([0.05, 0.28, 0.3, 0.32, 0.7], [400] * 5, replicates=2000))
    finding = next(f for f in found.findings if f.code == "no-incentive")
    assert finding.evidence == {"out_of_reach": ["a0"], "certain": ["a4"]}


def test_shares_that_no_edge_gives_are_a_finding():
    found = propose(known([0.3], [4], replicates=4000))
    assert "share-not-reached" in {f.code for f in found.findings}


@pytest.mark.parametrize(
    "terms",
    [
        {"shares": (Fraction(1, 5), Fraction(1, 2), Fraction(4, 5))},
        {"step": Fraction(0)},
        {"uplift": Fraction(-1)},
    ],
)
def test_terms_that_mean_nothing_are_refused(terms):
    with pytest.raises(UsageError):
        TargetTerms(**terms)


def test_a_step_too_coarse_for_three_edges_is_refused():
    with pytest.raises(UsageError, match="too coarse"):
        propose(known([0.3], [50], replicates=200), step=Fraction(1, 2))
