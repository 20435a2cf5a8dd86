import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import UsageError
from toolkit.models.standing.reliability import (
    chance_best_is_best,
    judge_reliability,
    months_needed,
    reliability,
    volume_needed,
)


def test_reliability_of_the_design():
    assert float(reliability(150, 0.25, 0.30)) == pytest.approx(0.72, abs=0.005)


@pytest.mark.parametrize(("wanted", "month_sd"), [(0.5, 0.0), (0.72, 0.0), (0.6, 0.15)])
def test_volume_needed_is_the_least_that_is_enough(wanted, month_sd):
    n = volume_needed(wanted, 0.25, 0.3, month_sd)
    assert reliability(n, 0.25, 0.3, month_sd) >= wanted > reliability(n - 1, 0.25, 0.3, month_sd)


def test_no_volume_outweighs_the_luck_of_months():
    assert volume_needed(0.9, 0.25, 0.3, 0.15) is None


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_months_are_spearman_browns(one, wanted):
    k = months_needed(one, wanted)
    assert k * one / (1 + (k - 1) * one) >= wanted - 1e-9
    assert k == 1 or (k - 1) * one / (1 + (k - 2) * one) < wanted


def test_no_months_help_where_agents_do_not_differ():
    assert months_needed(0.0, 0.5) is None
    assert months_needed(1.0, 0.5) == 1


def test_wanted_is_a_share():
    with pytest.raises(UsageError):
        volume_needed(1.0, 0.25, 0.3)


def test_the_best_of_twenty_is_the_best_one_time_in_three():
    assert chance_best_is_best(0.5, 20) == pytest.approx(0.35, abs=0.005)


@pytest.mark.parametrize("r", [0.1, 0.5, 0.9])
def test_the_better_of_two_is_known_in_closed_form(r):
    assert chance_best_is_best(r, 2) == pytest.approx(0.5 + np.arcsin(np.sqrt(r)) / np.pi, abs=1e-4)


def test_limits_of_the_best():
    assert chance_best_is_best(0.0, 8) == 1 / 8
    assert chance_best_is_best(1.0, 8) == 1.0
    assert chance_best_is_best(0.3, 1) == 1.0


def test_each_agent_is_judged_at_the_own_volume():
    volumes = pd.DataFrame({"agent": ["few", "many"], "inquiries": [20, 2000]})
    found = judge_reliability(volumes, 0.25, 0.3, 0.1, wanted=0.7)
    assert found.table["reliability"].tolist() == pytest.approx(
        [float(reliability(n, 0.25, 0.3, 0.1)) for n in (20, 2000)]
    )
    # R of one month at 20 inquiries is .09 / (.09 + .01 + 1 / 3.75) = .245; .7 x .755 / (.245 x .3) = 7.2 months.
    assert found.table["months_needed"].tolist() == [8, 1]
    assert found.volume == volume_needed(0.7, 0.25, 0.3, 0.1)
    assert f"{found.volume:,}" in found.text.en
    assert f"{found.volume:,}" in found.text.zh


def test_without_skill_differences_nothing_is_reliable():
    found = judge_reliability(pd.DataFrame({"agent": ["a"], "inquiries": [100]}), 0.25, 0.0)
    assert found.table["reliability"].tolist() == [0.0]
    assert found.table["months_needed"].isna().all()
    assert "no difference between agents is found" in found.text.en
