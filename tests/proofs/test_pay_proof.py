"""The evaluator against the oracle: thousands of random schemes, a million agent-months, no difference at all."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.evidence import record
from tests.proofs.chunks import Outcome, counted, outcomes
from tests.proofs.comparison import compare
from tests.proofs.generator.census import IN_YEARS, LEFT_OUT, WORD, WRITTEN

SEED, SCHEMES, AGENT_MONTHS = 20241130, 2260, 465
SHOWN = 20

pytestmark = pytest.mark.prove


def _paid_both_ways(index: int) -> Outcome:
    return compare(SEED, index, AGENT_MONTHS)


def _lines(counts: Counter[tuple[str, str]]) -> list[str]:
    every = counts["all", "component rows"]
    edges = counts["all", "component rows with a value exactly on a tier's edge"]
    head = (
        f"Seed {SEED}: **{counts['all', 'schemes']:,} random schemes, {counts['all', 'agent-months']:,} agent-months, "
        f"0 differences** between the toolkit and an oracle of `fractions` that shares no code with it "
        f"({edges / every:.0%} of the component rows exactly on an edge)."
    )
    return [head, *counted(counts)]


def test_the_toolkit_pays_what_the_oracle_pays(pytestconfig: pytest.Config) -> None:
    found: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes(pytestconfig.cache, f"pay-{SEED}-{AGENT_MONTHS}", _paid_both_ways, SCHEMES, 20):
        found += outcome.differences
        counts += outcome.counts
        assert len(found) <= SHOWN, "\n".join(found)
    assert not found, "\n".join(found)
    assert counts["all", "schemes"] >= 2000
    assert counts["all", "agent-months"] >= 1_000_000
    shapes = {what: n for (kind, what), n in counts.items() if kind == "schemes with mode x bound"}
    assert len(shapes) == 8
    assert min(shapes.values()) >= 500, shapes
    used, left_out, written = (
        {what: n for (kind, what), n in counts.items() if kind == f"schemes: {kind_of_use}"}
        for kind_of_use in (WORD, LEFT_OUT, WRITTEN)
    )
    assert min(n for what, n in used.items() if "(" not in what) >= 20, used  # in brackets: where it stands
    assert min(left_out.values()) >= 5, left_out
    assert min(written.values()) >= 5, written
    assert set(left_out) <= set(written) | IN_YEARS
    every = counts["all", "component rows"]
    assert counts["all", "component rows with a value exactly on a tier's edge"] >= 0.2 * every
    record("Awards are exact", "make prove", _lines(counts))
