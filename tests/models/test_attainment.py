"""Targets tried on past months: the counts are those of the cells, and a gap beyond luck is flagged."""

import numpy as np
import pytest

from tests.models.moving import Moving, make_moving
from toolkit.core.errors import InputError
from toolkit.models.targets.attainment import try_attainment
from toolkit.models.targets.targets import TargetTerms

SPEC = Moving(agents=20, months=9, shops=2)


@pytest.fixture(scope="module")
def cells():
    return make_moving(5, SPEC).cells


@pytest.fixture(scope="module")
def tried(cells):
    return try_attainment(cells, ("shop",), TargetTerms(), 1)


def test_those_who_reached_are_counted_in_whole_buyers(cells, tried):
    sums = cells.groupby(["month", "agent"])[["inquiries", "buyers"]].sum()
    rows = tried.agents.set_index(["month", "agent"])
    rate = (sums["buyers"] / sums["inquiries"]).loc[rows.index]
    assert ((rate >= rows["target"]) == (rows["reached"] > 0)).all()
    np.testing.assert_allclose(tried.months["gap"], tried.months["realised"] - tried.months["stated"])
    assert len(tried.months) == 6
    assert tried.gap[0] == pytest.approx(tried.months["gap"].mean())
    assert set(tried.groups["column"]) == {"volume"}


def test_the_sentence_says_what_cannot_be_seen(tried):
    assert not tried.flagged
    half = 100 * (tried.gap[2] - tried.gap[1]) / 2
    assert f"A gap of less than {half:.0f} points cannot be seen" in tried.text.en
    assert f"小于 {half:.0f} 个百分点" in tried.text.zh


def test_the_same_cells_are_tried_once(cells, tried):
    assert try_attainment(cells.sample(frac=1, random_state=1), ("shop",), TargetTerms(), 1) is tried


def test_a_fall_nobody_could_expect_is_flagged(cells):
    rng = np.random.default_rng(0)
    fall = cells["month"].str[-2:].astype(int) > 3
    worse = cells.assign(buyers=rng.binomial(cells["buyers"], np.where(fall, 0.93 ** (cells.index % 2 + 3), 1)))
    months = worse["month"].str[-2:].astype(int)
    worse["buyers"] = rng.binomial(worse["buyers"], 0.8 ** np.maximum(months - 3, 0) ** 1.3)
    found = try_attainment(worse, ("shop",), TargetTerms(), 1)
    assert found.gap[0] < -0.05
    assert found.flagged
    assert "do not trust the stated shares" in found.text.en


def test_six_months_are_needed(cells):
    with pytest.raises(InputError, match="5 months can be tried; a verdict takes 6"):
        try_attainment(cells[cells["month"] < "2022-09"], ("shop",), TargetTerms(), 1)
