"""Two public exports kept beside the project: nothing true can be said of single agents there, and nothing is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.backtest import backtest_conversion
from toolkit.models.standing.ranks import judge_ranking

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
CALLS = DATA / "callcentre_pwc/01 Call-Center-Dataset.xlsx"
DEALS = DATA / "maven_crm/sales_pipeline.csv"


def counted(frame, keys):
    return frame.groupby(keys).agg(inquiries=("won", "size"), buyers=("won", "sum")).reset_index()


@pytest.mark.skipif(not CALLS.exists(), reason="the call-centre export is not beside the project")
@pytest.mark.parametrize("outcome", ["Resolved", "Answered (Y/N)"])
def test_call_centre_names_no_best_agent(outcome):
    calls = pd.read_excel(CALLS, engine="calamine", dtype=str)
    frame = pd.DataFrame(
        {"month": calls["Date"].str[:7], "agent": calls["Agent"], "topic": calls["Topic"], "won": calls[outcome] == "Y"}
    )
    assert len(frame) == 5000
    baseline = fit_conversion(counted(frame, ["month", "agent", "topic"]), case_mix=("topic",))
    assert baseline.summary["n_agents"] == 8
    assert baseline.summary["sd_agent_interval"][0] == 0.0
    assert "no best agent is named" in baseline.text.en
    assert ((baseline.agents["lower"] < 0) & (baseline.agents["upper"] > 0)).all()
    ranking = judge_ranking(baseline, np.random.default_rng(1))
    assert ranking.named == {0: ""}
    assert ranking.table["best"].max() < 0.6


@pytest.fixture(scope="module")
def deals():
    if not DEALS.exists():
        pytest.skip("the CRM export is not beside the project")
    raw = pd.read_csv(DEALS, dtype=str, keep_default_na=False)
    closed = raw[raw["deal_stage"].isin(["Won", "Lost"])]
    frame = pd.DataFrame(
        {
            "month": closed["close_date"].str[:7],
            "agent": closed["sales_agent"],
            "product": closed["product"].replace("GTXPro", "GTX Pro"),
            "won": closed["deal_stage"] == "Won",
        }
    )
    return counted(frame, ["month", "agent", "product"])


def test_crm_counts_are_those_of_the_export(deals):
    june = deals[deals["month"] == "2017-06"]
    assert (june["inquiries"].sum(), june["buyers"].sum()) == (641, 531)
    assert deals["agent"].nunique() == 30
    assert "GTXPro" not in set(deals["product"])


def test_crm_agents_hardly_differ(deals):
    baseline = fit_conversion(deals, case_mix=("product",))
    assert baseline.summary["sd_agent"] < 0.15
    assert baseline.summary["sd_agent_interval"][0] < 0.05


def test_crm_forecasts_are_not_worse_than_raw_or_pooled_rates(deals):
    result = backtest_conversion(deals, np.random.default_rng(1), case_mix=("product",), n_replicates=300)
    assert result.forecasts["month"].nunique() == deals["month"].nunique() - 3
    brier = result.differences.query("score == 'brier'").set_index("method")
    assert (brier.loc[["raw", "last_month", "team"], "upper"] > 0).all()
    assert result.coverage[0] > 0.85
