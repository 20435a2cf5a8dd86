"""The evaluator against the oracle: thousands of random schemes, a million agent-months, no difference at all."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from itertools import islice

import pytest

from tests.evidence import record
from tests.proofs.comparison import Outcome, compare

SEED, SCHEMES, AGENT_MONTHS = 20241130, 2500, 420
SHOWN = 20

pytestmark = pytest.mark.prove


def _paid_both_ways(index: int) -> Outcome:
    """One scheme's outcome; an error is a difference, too."""
    try:
        return compare(SEED, index, AGENT_MONTHS)
    except Exception as error:
        return Outcome(index, [f"case-{index}: {type(error).__name__}: {error}"])


def _outcomes() -> tuple[list[str], Counter[tuple[str, str]]]:
    """Differences and counts of all schemes; stops early once there is enough to look at."""
    found: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=200) as pool:
        outcome: Outcome
        for outcome in pool.imap_unordered(_paid_both_ways, range(SCHEMES), chunksize=5):
            found += outcome.differences[:2]
            counts += outcome.counts
            if len(found) > SHOWN:
                break
    return found, counts


def _lines(counts: Counter[tuple[str, str]]) -> list[str]:
    """The counts as Markdown."""
    every = counts["all", "component rows"]
    edges = counts["all", "component rows with a value exactly on a tier's edge"]
    head = [
        f"Seed {SEED}: **{counts['all', 'schemes']:,} random schemes, {counts['all', 'agent-months']:,} agent-months, "
        f"0 differences** between the toolkit and an oracle of `fractions` that shares no code with it "
        f"({edges / every:.0%} of the component rows exactly on an edge).",
    ]
    lines = [*head]
    for kind in dict.fromkeys(kind for kind, _ in sorted(counts)):
        lines += ["", f"| {kind} | count |", "|---|---:|"]
        lines += [f"| {what} | {n:,} |" for (of, what), n in sorted(counts.items()) if of == kind]
    return lines


def test_the_toolkit_pays_what_the_oracle_pays() -> None:
    found, counts = _outcomes()
    assert not found, "\n".join(islice(found, SHOWN))
    assert counts["all", "schemes"] >= 2000
    assert counts["all", "agent-months"] >= 1_000_000
    every = counts["all", "component rows"]
    assert counts["all", "component rows with a value exactly on a tier's edge"] >= 0.2 * every
    shapes = {what: n for (kind, what), n in counts.items() if kind == "schemes with mode x bound"}
    assert len(shapes) == 8
    assert min(shapes.values()) >= 500, shapes
    record("Awards are exact", "make prove", _lines(counts))
