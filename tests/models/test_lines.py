"""Lines of each group's own: the rule on the group alone, beside what one line means for it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from tests.models.test_awards import known
from toolkit.models.targets.lines import group_lines
from toolkit.models.targets.targets import TargetTerms, propose_targets


def test_an_easy_and_a_hard_shop() -> None:
    """Eight people at 40 % and eight at 20 % of 400 inquiries each: one line near 30 % parts them; two do not."""
    forecast = known(np.repeat([0.4, 0.2], 8), np.full(16, 400), replicates=2000)
    proposal = propose_targets(forecast, TargetTerms(step=Fraction(1, 200)), np.random.default_rng(1))
    shops = pd.DataFrame({"agent": forecast.agents, "shop": ["easy"] * 8 + ["hard"] * 8})
    lines = group_lines(proposal, shops).set_index("value")
    assert lines.loc["easy", "common"] > 0.95
    assert lines.loc["hard", "common"] < 0.05
    np.testing.assert_allclose(lines["own"].astype(float), 0.5, atol=0.1)
    assert abs(lines.loc["easy", "target"] - 0.4) <= 0.005
    assert abs(lines.loc["hard", "target"] - 0.2) <= 0.005
    assert (lines["threshold"] < lines["target"]).all()
    assert (lines["target"] < lines["stretch"]).all()
    assert set(lines["column"]) == {"shop"}  # equal volumes are one group


def test_groups_of_two_people_have_no_line_and_one_group_is_none() -> None:
    forecast = known(np.linspace(0.2, 0.4, 8), np.full(8, 300), replicates=500)
    proposal = propose_targets(forecast, TargetTerms(), np.random.default_rng(1))
    few = pd.DataFrame({"agent": forecast.agents, "shop": ["a"] * 6 + ["b"] * 2})
    assert group_lines(proposal, few).empty
    three = pd.DataFrame({"agent": forecast.agents, "shop": ["a"] * 3 + ["b"] * 3 + ["c"] * 2})
    assert group_lines(proposal, three)["value"].tolist() == ["a", "b"]


def test_a_step_too_coarse_for_a_group_leaves_its_lines_open() -> None:
    forecast = known(np.repeat([0.45, 0.08], 4), np.full(8, 400), replicates=500)
    terms = TargetTerms(step=Fraction(1, 10))
    proposal = propose_targets(forecast, terms, np.random.default_rng(1))
    lines = group_lines(proposal, pd.DataFrame({"agent": forecast.agents, "shop": ["a"] * 4 + ["b"] * 4}))
    assert lines.set_index("value").loc["b", ["target", "own"]].isna().all()
    assert lines.set_index("value").loc["b", "common"] < 0.01
