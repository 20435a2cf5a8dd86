"""The target study: what is given and what is not, worth at each margin, references, groups, past targets."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from tests.models.worlds import Spec, make_world
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.output.reports.targets import other_measures
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import NotPossible
from toolkit.studies.planning.targets import (
    TargetRequest,
    agent_groups,
    listed,
    measures_known,
    revenue_per_buyer,
    say_worth,
    study_targets,
)

SMALL = Spec(agents=12, months=8, shops=2, few=2)


def history(cells: pd.DataFrame, **more: object) -> History:
    return History(Text("team", "团队"), cells, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    made = make_world(4, SMALL).cells
    return made.assign(sales=made["buyers"] * 10_000)


def test_a_request_is_read_exactly() -> None:
    terms = TargetRequest(
        uplift="5%", shares="0.75，50%,.2", step="1%", budget="1,234.50", margin="33%", bonus="100,200,300"
    ).terms(Fraction(10_000))
    assert terms.shares == (Fraction(3, 4), Fraction(1, 2), Fraction(1, 5))
    assert (terms.uplift, terms.step, terms.incremental_margin) == (
        *(Fraction(1, 20), Fraction(1, 100)),
        Fraction(33, 100),
    )
    assert terms.budget == 123_450
    assert terms.bonus == (10_000, 20_000, 30_000)
    assert TargetRequest().average() is None
    assert TargetRequest().terms(None).incremental_margin is None
    assert listed(" a ，b,, c") == ("a", "b", "c")


@pytest.mark.parametrize("uplift", ["", "NaN", "inf", "five", "5%%x"])
def test_what_is_no_share_is_refused(uplift: str) -> None:
    with pytest.raises(UsageError, match="uplift is a share"):
        TargetRequest(uplift=uplift).terms(None)


def test_worth_keeps_the_margins_apart_and_the_parts_fit(cells: pd.DataFrame) -> None:
    request = TargetRequest(uplift="10%", budget="500", margin="20%", average_margin="40%")
    study = study_targets(history(cells), request)
    assert not isinstance(study.proposal, NotPossible)
    (average_name, average), (incremental_name, incremental) = study.worth
    assert "average" in average_name.en
    assert "incremental" in incremental_name.en
    assert average.profit_gain == 2 * incremental.profit_gain
    assert incremental.sales_after == incremental.sales_before * Fraction(11, 10)
    assert study.sales_gain == pytest.approx(float(incremental.sales_after - incremental.sales_before), rel=1e-6)
    assert incremental.profit_gain == (incremental.sales_after - incremental.sales_before) / 5
    cost = study.proposal.table["expected_cost"].sum()
    assert cost <= 50_000
    assert cost <= float(incremental.profit_gain) / 2  # at most half of the gain goes to the agents
    assert float(incremental.net) == pytest.approx(float(incremental.profit_gain) - cost, abs=1)


def test_what_is_not_given_is_said_and_not_assumed(cells: pd.DataFrame) -> None:
    told = " ".join(t.en for t in say_worth(study_targets(history(cells), TargetRequest())))
    assert "gain in sales only, not in profit" in told
    assert "no cost is stated" in told
    without = study_targets(history(cells.drop(columns="sales")), TargetRequest(margin="20%"))
    assert [t.en for t in say_worth(without)] == ["Not known: sales. Cost and gain for the shop cannot be stated."]
    assert without.sales_gain is None
    assert without.worth == ()


def test_revenue_per_buyer_is_of_the_last_three_months(cells: pd.DataFrame) -> None:
    old = cells.assign(sales=cells["sales"].where(cells["month"] >= "2023-06", 99))
    assert revenue_per_buyer(history(old)) == 10_000
    assert revenue_per_buyer(history(cells.drop(columns="sales"))) is None


def test_chances_are_compared_by_shop_volume_and_tenure(cells: pd.DataFrame) -> None:
    joined = pd.DataFrame([("2023-08", "new", "s1", 100, 30, 300_000)], columns=list(cells))
    groups = agent_groups(history(pd.concat([cells, joined], ignore_index=True))).set_index("agent")
    assert groups.loc["new", ["shop", "tenure"]].tolist() == ["s1", "new"]
    assert (groups["tenure"] == "settled").sum() >= 8
    study = study_targets(history(cells), TargetRequest())
    assert set(study.balance["column"]) >= {"volume", "shop"}
    assert study.balance.loc[study.balance["column"] == "volume", "n_agents"].sum() == len(study.proposal.agents)


def test_targets_that_follow_the_own_last_month_are_found(cells: pd.DataFrame) -> None:
    sums = cells.groupby(["month", "agent"])[["inquiries", "buyers"]].sum().reset_index()
    sums = sums.assign(target=sums["buyers"] / sums["inquiries"] + 0.03)
    sums["month"] = [str(Month.parse(m).shift(1)) for m in sums["month"]]
    ratcheted = cells.merge(
        sums[["month", "agent", "target"]].rename(columns={"target": "target_conversion"}), how="left"
    )
    study = study_targets(history(ratcheted), TargetRequest())
    assert "ratchet" in {f.code for f in study.findings}
    assert "a good month is punished" in study.ratchet.en
    level = study_targets(history(cells.assign(target_conversion=0.3)), TargetRequest())
    assert "did not follow" in level.ratchet.en
    assert "No earlier targets" in study_targets(history(cells), TargetRequest()).ratchet.en


def test_too_coarse_a_step_is_a_sentence(cells: pd.DataFrame) -> None:
    study = study_targets(history(cells), TargetRequest(step="50%"))
    assert isinstance(study.proposal, NotPossible)
    assert "step of 50.00% is too coarse" in study.proposal.why.en
    assert "not-possible" in {f.code for f in study.findings}


def test_an_award_that_is_mostly_luck_is_found() -> None:
    equal = Spec(agents=12, months=8, shops=1, few=0, sd=0.0, month_sd=0.0, cell_sd=0.0)
    study = study_targets(history(make_world(4, equal).cells), TargetRequest())
    assert "mostly-luck" in {f.code for f in study.findings}


def test_targets_for_some_shops_and_roles_only(cells: pd.DataFrame) -> None:
    shops = sorted(cells["shop"].unique())
    both = history(cells.assign(role=["lead" if a == cells["agent"].iloc[0] else "agent" for a in cells["agent"]]))
    one = study_targets(both, TargetRequest(shop=shops[0], role="agent"))
    here = cells.loc[(cells["shop"] == shops[0]) & (cells["agent"] != cells["agent"].iloc[0])]
    assert set(one.history.agents) == set(here["agent"])
    assert not isinstance(one.proposal, NotPossible)
    assert set(one.proposal.agents["agent"]) <= set(here["agent"])
    with pytest.raises(UsageError, match="no shop 'elsewhere' in these months"):
        study_targets(both, TargetRequest(shop="elsewhere"))
    with pytest.raises(UsageError, match="no role 'agent' in these months; known: none"):
        study_targets(history(cells), TargetRequest(role="agent"))


def test_lines_on_other_measures_where_they_are_known(cells: pd.DataFrame) -> None:
    own = cells["agent"].str[-1:].map(ord) % 5
    known = cells.assign(
        sales=cells["buyers"] * (8_000 + 1_000 * own), reply_seconds=30 + own, receptions=cells["inquiries"]
    )
    found = {lines.measure: lines for lines in study_targets(history(known), TargetRequest()).averages}
    assert set(found) == {"revenue_per_buyer", "reply_seconds"}
    assert found["reply_seconds"].lower_is_better
    assert found["reply_seconds"].table["edge"].between(29, 36).all()
    assert 8_000 <= found["revenue_per_buyer"].balance_point <= 12_000
    assert found["revenue_per_buyer"].table["edge"].between(7_500, 12_500).all()
    assert not study_targets(history(cells.drop(columns="sales")), TargetRequest()).averages


def test_a_measure_for_which_no_line_can_be_set_is_named(cells: pd.DataFrame) -> None:
    """Sales are known of one person alone, which makes no line for others: said, not left out."""
    alone = cells.assign(sales=cells["sales"].where(cells["agent"] == cells["agent"].iloc[0]))
    study = study_targets(history(alone), TargetRequest())
    assert not study.averages
    assert measures_known(study.history) == ["revenue_per_buyer"]
    assert "Revenue per buyer: no line can be set" in other_measures(study, "en").markup
    assert "客单价：无法定线" in other_measures(study, "zh").markup
