import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import InputError, UsageError
from toolkit.models.conversion import fit_conversion
from toolkit.models.forecast import default_plan, forecast_month

# BUGS Examples volume I, "Surgical": deaths of 12 hospitals; posterior means of the random-effects model.
OPERATIONS = [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360]
DEATHS = [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24]
BUGS_MEAN = [0.0531, 0.1032, 0.0705, 0.0592, 0.0517, 0.0691, 0.0673, 0.1225, 0.0700, 0.0787, 0.1021, 0.0686]
BUGS_SD = [0.0199, 0.0218, 0.0175, 0.0080, 0.0135, 0.0149, 0.0176, 0.0222, 0.0143, 0.0205, 0.0177, 0.0121]

# lme4's cbpp (Lesnoff et al. 2004): herd, cases, size, period.
CBPP = """
1 2 14 1 1 3 12 2 1 4 9 3 1 0 5 4 2 3 22 1 2 1 18 2 2 1 21 3 3 8 22 1 3 2 16 2 3 0 16 3 3 2 20 4 4 2 10 1 4 0
10 2 4 2 9 3 4 0 6 4 5 5 18 1 5 0 25 2 5 0 24 3 5 1 4 4 6 3 17 1 6 0 17 2 6 0 18 3 6 1 20 4 7 8 16 1 7 1 10 2
7 3 9 3 7 0 5 4 8 12 34 1 9 2 9 1 9 0 6 2 9 0 8 3 9 0 6 4 10 1 22 1 10 1 22 2 10 0 18 3 10 2 22 4 11 0 25 1 11
5 27 2 11 3 22 3 11 1 22 4 12 2 10 1 12 1 8 2 12 0 6 3 12 0 5 4 13 1 21 1 13 2 24 2 13 0 19 3 13 0 23 4 14 11
19 1 14 0 2 2 14 0 3 3 14 0 2 4 15 1 19 1 15 1 15 2 15 1 15 3 15 0 15 4
"""


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
    frame = pd.DataFrame({"month": "1995-01", "agent": list("ABCDEFGHIJKL"), "inquiries": OPERATIONS, "buyers": DEATHS})
    baseline = fit_conversion(frame, case_mix=())
    intercept = baseline.fit.solution.beta[0]
    rate = expit(intercept + baseline.agents["effect"].to_numpy())
    assert expit(intercept) == pytest.approx(0.0728, abs=0.003)
    assert baseline.summary["sd_agent"] == pytest.approx(0.40, abs=0.05)
    assert (np.abs(rate - BUGS_MEAN) < 0.65 * np.array(BUGS_SD)).all()
    assert rate.argsort().tolist()[-3:] == np.argsort(BUGS_MEAN).tolist()[-3:]


def test_cbpp_fixed_effects_agree_with_lme4():
    values = np.array(CBPP.split(), int).reshape(-1, 4)
    frame = pd.DataFrame(values, columns=["agent", "buyers", "inquiries", "period"])
    frame = frame.assign(agent=frame["agent"].astype(str), month=frame["period"].map("1990-{:02d}".format))
    baseline = fit_conversion(frame, case_mix=())
    estimates = baseline.coefficients.query("status == 'estimated'")["estimate"].to_numpy()
    lme4 = np.array([-1.398343, -0.991925, -1.128216, -1.579745])  # (1 | herd), vignette of lme4
    errors = np.array([0.231214, 0.303151, 0.322830, 0.422049])
    assert np.mean(np.abs(estimates - lme4) / errors) < 0.1
    low, high = baseline.summary["sd_agent_interval"]
    assert low <= 0.18396 < 0.64207 < high  # lme4's herd sd with and without an observation term


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
