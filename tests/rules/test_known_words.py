"""Words by which files and people call our columns: read as ours, or refused with what to write; never silently 0."""

from __future__ import annotations

import pytest

from tests.rules.test_lint import HEADING, component
from toolkit.core.errors import InputError
from toolkit.data.reading.maps import bundled_maps
from toolkit.rules.formula.dictionary import ALIASES, MEASURES, OTHER_WORDS, canonical
from toolkit.rules.scheme.loading import parse_scheme

ATTRIBUTES = {"shop", "team", "role", "inviter", "base_pay"}
RANK = "rank: {{by: sales, order: highest, ties: split, within: {}}}, amount: [500]"


def test_an_unknown_word_for_a_measure_is_told_our_name_before_own_measures() -> None:
    with pytest.raises(InputError) as caught:
        parse_scheme(HEADING + component("deduct: 迟到次数 * 20, kind: discipline"))
    (problem,) = caught.value.problems
    assert problem.code == "unknown-name"
    said = problem.of("zh")
    assert 0 < said.index("请写作 late_days（迟到天数）") < said.index("measures:")
    assert "write late_days (late days)" in problem.of("en")


@pytest.mark.parametrize(
    ("word", "column"), [("店铺", "shop"), ("小组", "team"), ("岗位", "role"), ("渠道", "channel")]
)
def test_groups_of_a_competition_may_be_named_in_chinese(word: str, column: str) -> None:
    rank = parse_scheme(HEADING + component(RANK.format(word))).components[0].rank
    assert rank is not None
    assert rank.within == column


@pytest.mark.parametrize("text", [RANK.format("店铺名称"), "when: 'sales > mean(sales, within: 店铺名称)', amount: 5"])
def test_a_known_word_that_groups_nobody_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write shop") as caught:
        parse_scheme(HEADING + component(text))
    assert "请写作 shop（店铺）" in caught.value.problems[0].of("zh")


def test_no_word_means_two_things() -> None:
    assert not OTHER_WORDS.keys() & ALIASES.keys()
    assert set(OTHER_WORDS.values()) <= {m.name for m in MEASURES} | ATTRIBUTES


def test_the_headers_of_peoples_own_tables_are_known_words_of_schemes() -> None:
    own = [
        m for m in bundled_maps() if m.id in ("agent-days", "attendance", "attendance-months", "quality", "assignments")
    ]
    fed = [(h, f.column) for m in own for t in m.tables for f in t.feeds if f.how == "first" for h in f.groups[0]]
    known = {m.name for m in MEASURES} | ATTRIBUTES
    words = [(h, c) for h, c in fed if c in known and h.isalnum() and not h.isascii()]
    assert len(words) > 30
    assert [
        (h, c) for h, c in words if c not in (canonical(h), OTHER_WORDS.get(h)) and h not in ("应出勤", "实出勤")
    ] == []
