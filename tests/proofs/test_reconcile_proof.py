"""Fifty fresh samples with 0 to 3 errors of each class, from their files to the classes: all found, none false."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from data_samples.generate import Size, draw_errors, generate
from data_samples.generator.calendar import LAST_MONTH
from tests.evidence import record
from tests.studies.sample_case import Score, as_markdown, compare_causes, draw_sample, explainable, score
from tests.studies.workspace_case import workspace_case
from toolkit.core.period import Month
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import settle
from toolkit.studies.reconcile.reconcile import reconcile

COMMAND = "pytest -m prove tests/proofs/test_reconcile_proof.py"
SEEDS = range(7001, 7051)
SIZE = Size(months=2, event_months=2, volume=0.15)
FULL, FULL_SEEDS = Size(months=3, event_months=3), range(7101, 7104)


def run(seed: int, folder: Path, size: Size) -> Score:
    """Generate a sample with errors, import its files, reconcile the month, and hold it against what was planted."""
    truths = generate(seed, folder, draw_errors(seed, 3), size)
    workspace = Workspace.open(folder)
    import_files(workspace, sorted(f for name in ("exports", "hr", "payroll") for f in (folder / name).iterdir()))
    settlement = settle(workspace, Month.parse(LAST_MONTH))
    return score(truths.payroll_errors, reconcile(workspace_case(workspace, settlement), workspace.table("payroll")))


@pytest.mark.prove
def test_errors_of_fifty_samples_are_found_and_no_others(tmp_path: Path) -> None:
    sizes = dict.fromkeys(SEEDS, SIZE) | dict.fromkeys(FULL_SEEDS, FULL)
    scores = {seed: run(seed, tmp_path / str(seed), size) for seed, size in sizes.items()}
    total = sum((s.counts for s in scores.values()), Counter())
    complaints = [f"- seed {seed}: {c}" for seed, s in scores.items() for c in s.complaints]
    said = f"{len(SEEDS)} seeds of a small sample and {len(FULL_SEEDS)} of the full one (25 agents, 3 shops), from the "
    lines = [said + "exported files through import, crediting and pay to the class of each difference.", ""]
    lines += [*as_markdown(total), "", *(complaints or ["No disagreement."])]
    record("Payroll errors", COMMAND, lines)
    assert complaints == []


@pytest.mark.prove
def test_what_else_fits_is_told_as_the_generator_counts_it() -> None:
    """Pay every commission that another month, rule, base, rate or a cent explains, and compare all classes told."""
    single, several, complaints = 0, 0, []
    for seed in SEEDS:
        sample = draw_sample(seed, 0, SIZE)
        for paid in explainable(sample):
            one, more, wrong = compare_causes(sample, paid)
            single, several = single + one, several + more
            complaints += [f"- seed {seed}: {c}" for c in wrong]
    lines = [
        f"{single + several:,} wrong commissions of {len(SEEDS)} samples, each one that the books can explain; classes "
        "told, in their order, against those the sample's generator finds by its own sums:",
        f"one class fits {single:,}, several fit {several:,}; they disagree on {len(complaints)}.",
    ]
    record("Payroll errors that fit several causes", COMMAND, [*lines, *complaints])
    assert complaints == []
