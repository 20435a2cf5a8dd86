"""A small share of the proof in `tests/proofs`, so that the fast suite notices a wrong payout at once."""

from __future__ import annotations

import pytest

from tests.proofs.comparison import compare

SEED, SCHEMES, GROUPS, AGENT_MONTHS = 7, 104, 8, 36


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_schemes_pay_what_the_oracle_pays(group: int) -> None:
    outcomes = [compare(SEED, index, AGENT_MONTHS) for index in range(group, SCHEMES, GROUPS)]
    assert [text for outcome in outcomes for text in outcome.differences] == []
    assert sum(outcome.counts["all", "component rows"] for outcome in outcomes) > SCHEMES // GROUPS * AGENT_MONTHS
