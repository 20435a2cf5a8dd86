import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from tests.models import published
from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError, UsageError
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.forecast import default_plan, forecast_month


def even_cells(agents=6, months=6, shops=2, n=100, rate=0.3, seed=0):
    r = np.random.default_rng(seed)
    rows = [
        (f"2024-{t + 1:02d}", f"a{a}", f"s{s}", n, r.binomial(n, rate))
        for a in range(agents)
        for t in range(months)
        for s in range(shops)
    ]
    return pd.DataFrame(rows, columns=["month", "agent", "shop", "inquiries", "buyers"])


def codes(baseline):
    return {f.code for f in baseline.findings}


def test_recovers_skill_and_covers_it():
    world = make_world(0)
    baseline = fit_conversion(world.cells)
    truth = baseline.agents["agent"].map(world.skill)
    table = baseline.agents
    assert np.corrcoef(table["effect"], truth)[0, 1] > 0.94
    inside = ((table["lower"] <= truth) & (truth <= table["upper"])).mean()
    assert 0.90 <= inside <= 0.99
    low, high = baseline.summary["sd_agent_interval"]
    assert low < np.std(list(world.skill.values())) < high
    assert baseline.summary["sd_agent_month"] == pytest.approx(0.15, abs=0.04)
    assert baseline.summary["sd_cell"] == pytest.approx(0.15, abs=0.05)


def test_shop_differences_are_those_of_the_world():
    world = make_world(1, Spec(agents=80, months=12))
    table = fit_conversion(world.cells).coefficients
    shops = table[table["term"].str.startswith("shop=")]
    reference = shops["status"].to_numpy() == "reference"
    truth = world.shop_logit - world.shop_logit[reference]
    assert (np.abs(shops["estimate"] - truth)[~reference] < 4 * shops["se"][~reference]).all()


def test_surgical_agrees_with_the_published_posterior():
    counts = {"inquiries": published.SURGICAL_OPERATIONS, "buyers": published.SURGICAL_DEATHS}
    baseline = fit_conversion(pd.DataFrame({"month": "1995-01", "agent": list("ABCDEFGHIJKL"), **counts}), case_mix=())
    intercept = baseline.fit.solution.beta[0]
    rate = expit(intercept + baseline.agents["effect"].to_numpy())
    mean, sd = np.array(published.SURGICAL_MEAN), np.array(published.SURGICAL_SD)
    assert expit(intercept) == pytest.approx(published.SURGICAL_POPULATION_MEAN, abs=0.003)
    assert baseline.summary["sd_agent"] == pytest.approx(published.SURGICAL_VARIANCE_MEDIAN**0.5, abs=0.05)
    assert (np.abs(rate - mean) < 0.65 * sd).all()
    assert rate.argsort().tolist()[-3:] == mean.argsort().tolist()[-3:]


def test_cbpp_fixed_effects_agree_with_lme4():
    frame = published.cbpp().rename(columns={"cases": "buyers", "size": "inquiries"})
    frame = frame.assign(agent=frame["herd"].astype(str), month=frame["period"].map("1990-{:02d}".format))
    baseline = fit_conversion(frame, case_mix=())
    estimates = baseline.coefficients.query("status == 'estimated'")["estimate"].to_numpy()
    assert np.mean(np.abs(estimates - published.CBPP_FIXED) / published.CBPP_ERRORS) < 0.1
    low, high = baseline.summary["sd_agent_interval"]
    assert low <= published.CBPP_HERD_SD_BESIDE_CELLS < published.CBPP_HERD_SD < high


def test_permuting_rows_and_splitting_cells_changes_nothing():
    frame = make_world(3, Spec(agents=12, months=5, few=2)).cells
    half = frame["inquiries"] // 2
    k = np.minimum(frame["buyers"], half)
    parts = [
        frame.assign(inquiries=half, buyers=k),
        frame.assign(inquiries=frame["inquiries"] - half, buyers=frame["buyers"] - k),
    ]
    shuffled = pd.concat(parts).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(fit_conversion(shuffled).agents, fit_conversion(frame).agents)


def test_without_differences_nobody_is_called_different():
    world = make_world(5, Spec(agents=60, months=12, sd=0.0, few=5))
    baseline = fit_conversion(world.cells)
    assert baseline.summary["sd_agent_interval"][0] == 0.0
    assert baseline.summary["sd_agent"] < 0.06
    assert "no best agent is named" in baseline.text.en
    assert "不指认最佳客服" in baseline.text.zh


def test_the_explanation_carries_the_agents_own_numbers():
    baseline = fit_conversion(make_world(6, Spec(agents=20, months=6, few=2)).cells)
    row = baseline.agents.iloc[4]
    text = baseline.explain(row["agent"])
    for lang in (text.en, text.zh):
        for number in (
            f"{row['raw']:.1%}",
            f"{row['expected']:.1%}",
            f"{row['n_inquiries']:,}",
            f"{row['shrinkage']:.0%}",
        ):
            assert number in lang
    with pytest.raises(UsageError, match="no agent 'nobody'"):
        baseline.explain("nobody")


def test_one_agent_has_no_effect_but_a_rate():
    baseline = fit_conversion(even_cells(agents=1))
    assert baseline.agents["effect"].isna().all()
    assert baseline.summary["sd_agent"] is None
    assert baseline.summary["sd_agent_interval"] is None
    assert "few-agents" in codes(baseline)
    assert baseline.explain("a0").en.endswith("There is nobody to compare with.")


def test_one_month_says_that_skill_and_a_good_month_are_one():
    baseline = fit_conversion(even_cells(months=1))
    assert baseline.summary["sd_agent_month"] is None
    assert "few-months" in codes(baseline)


def test_one_shop_needs_no_shop_column():
    frame = even_cells(shops=1)
    one, none = fit_conversion(frame), fit_conversion(frame.drop(columns="shop"), case_mix=())
    np.testing.assert_allclose(one.agents["effect"], none.agents["effect"], atol=1e-9)


@pytest.mark.parametrize(("buyers", "status"), [(0, "no buyer"), (100, "only buyers")])
def test_a_shop_in_which_nobody_or_everybody_buys_is_withheld_and_harmless(buyers, status):
    frame = even_cells(shops=3)
    frame.loc[frame["shop"] == "s1", "buyers"] = buyers
    baseline = fit_conversion(frame)
    row = baseline.coefficients.set_index("term").loc["shop=s1"]
    assert row["status"] == status
    assert np.isnan(row["estimate"])
    assert f"level-{status.replace(' ', '-')}" in codes(baseline)
    without = fit_conversion(frame[frame["shop"] != "s1"]).agents
    np.testing.assert_allclose(baseline.agents["effect"], without["effect"], atol=1e-12)
    assert baseline.agents["n_inquiries"].sum() == frame["inquiries"].sum() - row["n_inquiries"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda f: f.assign(inquiries=0, buyers=0), "no row has an agent and any inquiries"),
        (lambda f: f.assign(buyers=0), "7,200 inquiries have no buyer; with 95 % confidence the rate is below 0.04%"),
        (lambda f: f.assign(buyers=f["inquiries"]), "7,200 inquiries have only buyers"),
        (
            lambda f: f.assign(buyers=np.where(f["shop"] == "s0", 0, f["inquiries"])),
            "no shop has both buyers and non-buyers: there is nothing to compare; leave out this column",
        ),
        (
            lambda f: f.assign(buyers=np.where(f["agent"] < "a3", 0, f["inquiries"])),
            "no agent has both buyers and non-buyers: there is nothing to compare; check the counts of buyers",
        ),
        (
            lambda f: f.assign(buyers=np.where(f["month"] < "2024-04", 0, f["inquiries"])),
            "no month has both buyers and non-buyers: there is nothing to compare; check the counts of buyers",
        ),
    ],
)
def test_nothing_to_compare_is_an_error_with_the_reason(make, message):
    with pytest.raises(InputError) as error:
        fit_conversion(make(even_cells()))
    assert message in str(error.value)


@pytest.mark.parametrize(("buyers", "status"), [(0, "no buyer"), (100, "only buyers")])
def test_a_month_in_which_nobody_or_everybody_buys_is_set_aside(buyers, status):
    frame = even_cells()
    frame.loc[frame["month"] == "2024-03", "buyers"] = buyers
    baseline, without = fit_conversion(frame), fit_conversion(frame[frame["month"] != "2024-03"])
    assert baseline.coefficients.set_index("term").loc["month=2024-03", "status"] == status
    np.testing.assert_allclose(baseline.agents["effect"], without.agents["effect"], atol=1e-12)
    plan = default_plan(baseline, "2024-07")
    one, other = (forecast_month(b, plan, np.random.default_rng(1), 400).table for b in (baseline, without))
    pd.testing.assert_frame_equal(one, other)
    message = next(f.message for f in baseline.findings if f.subject == "month=2024-03")
    bound = 1 - 0.05 ** (1 / 1200)  # the exact binomial bound when no one, or everyone, of 1,200 buys
    assert f"{bound if buyers == 0 else 1 - bound:.2%}" in message.en
    assert f"{bound if buyers == 0 else 1 - bound:.2%}" in message.zh


def test_an_agent_of_whom_nothing_can_be_said_is_named():
    frame = even_cells(shops=3)
    frame.loc[frame["shop"] == "s1", "buyers"] = 0
    frame = frame[(frame["agent"] != "a3") | (frame["shop"] == "s1")]
    frame.loc[frame["agent"] == "a5", ["inquiries", "buyers"]] = 0
    baseline = fit_conversion(frame)
    finding = next(f for f in baseline.findings if f.code == "agents-set-aside")
    assert finding.evidence == {"agents": ["a3", "a5"]}
    assert "a3, a5" in finding.message.en
    assert "a3、a5" in finding.message.zh
    assert set(baseline.agents["agent"]) == {"a0", "a1", "a2", "a4"}


def test_a_column_that_repeats_another_is_left_out_and_said():
    frame = even_cells()
    frame["team"] = frame["shop"].map({"s0": "x", "s1": "y"})
    baseline = fit_conversion(frame, case_mix=("shop", "team"))
    assert baseline.coefficients.set_index("term")["status"]["team=y"] == "aliased"
    np.testing.assert_allclose(baseline.agents["effect"], fit_conversion(frame).agents["effect"], atol=1e-9)


def test_an_agent_without_a_buyer_gets_a_finite_effect_below_the_others():
    frame = even_cells()
    frame.loc[frame["agent"] == "a1", "buyers"] = 0
    table = fit_conversion(frame).agents.set_index("agent")
    assert np.isfinite(table[["effect", "se"]].to_numpy()).all()
    assert table["effect"].idxmin() == "a1"
    assert table.loc["a1", "rate_upper"] < table["raw"].drop("a1").min()


def test_clustered_errors_grow_when_an_agents_cells_move_together():
    r = np.random.default_rng(0)
    frame = even_cells(agents=60, months=4, shops=2, seed=2)
    tilt = dict(zip(frame["agent"].unique(), r.normal(0, 0.6, 60), strict=True))
    eta = -0.8 + np.where(frame["shop"] == "s1", frame["agent"].map(tilt), 0)
    frame["buyers"] = r.binomial(frame["inquiries"], expit(eta))
    row = fit_conversion(frame).coefficients.query("term.str.startswith('shop=') and status == 'estimated'").iloc[0]
    assert row["se"] > 1.5 * row["se_model"]
