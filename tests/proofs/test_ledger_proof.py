"""Years of payment against the oracle: every step, 200,000 agent-sequences of twelve months, no difference at all."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.evidence import record
from tests.proofs.chunks import Outcome, counted, outcomes
from tests.proofs.years import compare_year

SEED, YEARS, AGENTS = 20241231, 400, 400
SHOWN = 20

pytestmark = pytest.mark.prove


def _paid_both_ways(index: int) -> Outcome:
    return compare_year(SEED, index, AGENTS)


def test_the_toolkit_pays_years_as_the_oracle_does(pytestconfig: pytest.Config) -> None:
    found: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes(pytestconfig.cache, f"ledger-{SEED}-{AGENTS}", _paid_both_ways, YEARS, 1):
        found += outcome.differences
        counts += outcome.counts
        assert len(found) <= SHOWN, "\n".join(found)
    assert not found, "\n".join(found)
    assert counts["all", "agent-sequences of 12 months"] >= 200_000
    steps = {what for kind, what in counts if kind == "rows by step"}
    assert steps >= {"defer", "release", "guarantee", "adjustment", "clawback", "recovery", "deduct"}
    head = (
        f"Seed {SEED}: **{counts['all', 'schemes']:,} random schemes, "
        f"{counts['all', 'agent-sequences of 12 months']:,} agent-sequences of 12 months (one agent in one scheme), 0 "
        "differences** in any amount or receivable between the toolkit and the oracle, in any month. No ledger "
        "broke a law: what is deferred nets to zero, caps carry over no more than they withheld, nothing is "
        "recovered twice, takings keep the legal share and the minimum wage, a past "
        "month paid again from the ledger is the same."
    )
    record("Ledgers over time are exact", "make prove", [head, *counted(counts)])
