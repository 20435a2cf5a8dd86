"""A small share of the proof of years in `tests/proofs`, so that the fast suite notices a wrong ledger at once."""

from __future__ import annotations

import pytest

from tests.proofs.years import compare_year

SEED, SCHEMES, GROUPS, AGENTS = 7, 4, 2, 16


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_years_are_paid_as_the_oracle_pays_them(group: int) -> None:
    found = [compare_year(SEED, index, AGENTS) for index in range(group, SCHEMES, GROUPS)]
    assert [text for outcome in found for text in outcome.differences] == []
    assert all(outcome.counts["rows by step", "component"] > 0 for outcome in found)
