"""Simulated months are paid to the cent as `pay` pays them, or refused by name: the whole shelf and random schemes."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.evidence import record
from tests.proofs.chunks import Outcome, counted, outcomes
from tests.proofs.replicated import compare, compare_random, compare_random_year
from tests.rules.scenarios import situations
from tests.rules.test_shelf import SCENARIOS

SEED, RUNS, AGENTS, SCHEMES, YEARS, SHOWN = 20250101, 20, 14, 300, 6, 20
PARTS = ("toolkit/core", "toolkit/rules", "tests/proofs/generator", "data_samples/shelf")

pytestmark = pytest.mark.prove


def _shelf(index: int) -> Outcome:
    total = Outcome(index)
    for number, situation in enumerate(situations(SCENARIOS[index])):
        if "refused" in situation.wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            scheme = situation.scheme(Path(folder))
            measures = situation.measures(Path(folder), scheme)
            rng = np.random.default_rng([SEED, index, number])
            one = compare(scheme, measures, list(situation.months), RUNS, rng)
        total.differences += one.differences
        total.counts += one.counts
    return total


def _year(index: int) -> Outcome:
    return compare_random_year(SEED, index, AGENTS, RUNS, revised=index % 2 == 1)


def test_replicates_are_paid_as_pay_does_or_refused_by_name(pytestconfig: pytest.Config) -> None:
    kinds = {
        "shelf": (_shelf, len(SCENARIOS)),
        "random": (partial(compare_random, SEED, n_agents=AGENTS, runs=RUNS), SCHEMES),
        "years": (_year, YEARS),
    }
    found: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for kind, (one, n_cases) in kinds.items():
        name, piece = f"replicates-{kind}-{SEED}-{RUNS}", 1 if kind == "years" else 5
        for outcome in outcomes(pytestconfig.cache, name, one, n_cases, piece, PARTS):
            found += [f"{kind}: {text}" for text in outcome.differences]
            counts += Counter({(of.replace("all", kind), what): n for (of, what), n in outcome.counts.items()})
            assert len(found) <= SHOWN, "\n".join(found)
    assert not found, "\n".join(found)
    refused = {what: n for (of, what), n in counts.items() if of == "refused"}
    by_order = sum(n for what, n in refused.items() if "(lines)" in what or "(each: order)" in what)
    steps = {what for of, what in counts if of == "rows of replicates by step"}
    assert steps >= {"component", "limit", "fund", "guarantee", "rounding", "defer", "release"}
    assert steps >= {"adjustment", "clawback", "recovery", "deduct"}
    agent_months = sum(n for (_, what), n in counts.items() if what == "agent-months equal")
    head = (
        f"Seed {SEED}, {RUNS} replicates each, month after month with a ledger of their own, against `pay` on each "
        f"replicate alone: every situation of the {len(SCENARIOS)} schemes of the shelf, {SCHEMES} random schemes and "
        f"{YEARS} random years (with other refunds in each replicate, half with revised figures): "
        f"**{agent_months:,} agent-months, 0 differences** in any total or amount of a component; "
        f"{sum(refused.values())} refused by name, {by_order} of them for order lines, which are not simulated, the "
        "rest for amounts beyond 64 bits."
    )
    record("Simulated months are paid as payrolls are", "make prove", [head, *counted(counts)])
