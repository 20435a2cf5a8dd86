"""Manipulations over forty seeds each, none of which may end in "ready"; and correct months, all of which must."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from data_samples.generate import Size, generate
from data_samples.generator.calendar import LAST_MONTH, shift_month
from tests.evidence import record
from tests.studies.manipulations import IN_DATA, IN_PAYROLL
from tests.studies.test_manipulations import correct_month, manipulated, names
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.verdict import conclude

COMMAND = "pytest -m prove tests/proofs/test_manipulations_proof.py"
SEEDS = range(40)
DATA_SEEDS = range(10)  # each takes the whole audit again
SHOPS = range(8001, 8041)
SMALL = Size(months=3, event_months=3, volume=0.2)


@pytest.mark.prove
def test_no_manipulation_ends_in_ready(tmp_path: Path) -> None:
    month = correct_month(tmp_path / "w")
    lines = [
        f"Each planted alone in the sample's November; a seed says whom it concerns and how large it is: {len(SEEDS)} "
        f"seeds in payroll, {len(DATA_SEEDS)} in the data behind it (paid accordingly).",
        "",
    ]
    lines += ["| manipulation | ready | named as expected | named, and how often |", "|---|---|---|---|"]
    ready = missed = 0
    expected = {name: attack.named for name, attack in IN_PAYROLL.items()}
    expected |= {name: named for name, (_, named) in IN_DATA.items()}
    for name, named in expected.items():
        found: list[set[str]] = []
        tones: Counter[str] = Counter()
        seeds = SEEDS if name in IN_PAYROLL else DATA_SEEDS
        for seed in seeds:
            if name in IN_PAYROLL:
                audit = month.after(IN_PAYROLL[name].plant(np.random.default_rng(seed), month.lines))
            else:
                audit = manipulated(month, name, seed)
            tones[conclude(audit)[1]] += 1
            found.append(names(audit))
        hits = sum(bool(one & named) for one in found)
        told = Counter(word for one in found for word in one)
        ready, missed = ready + tones["good"], missed + len(seeds) - hits
        often = ", ".join(f"{word} {n}" for word, n in told.most_common())
        lines.append(f"| {name} | {tones['good']} | {hits} of {len(seeds)} | {often} |")
    record("Manipulations", COMMAND, lines)
    assert (ready, missed) == (0, 0)


@pytest.mark.prove
def test_correct_months_of_generated_shops_are_ready(tmp_path: Path) -> None:
    tones: Counter[str] = Counter()
    looks: Counter[str] = Counter()
    complaints: list[str] = []
    for seed in SHOPS:
        folder = tmp_path / str(seed)
        generate(seed, folder, {}, SMALL)
        workspace = Workspace.open(folder)
        import_files(workspace, sorted(f for name in ("exports", "hr", "payroll") for f in (folder / name).iterdir()))
        for month in (shift_month(LAST_MONTH, -1), LAST_MONTH):
            audit = audit_month(workspace, month)
            said, tone = conclude(audit)
            tones[tone] += 1
            looks.update(f.code for f in audit.findings if f.severity == "review")
            if tone != "good" or len(audit.differences):
                complaints.append(f"- seed {seed}, {month}: {said.en}")
    n = 2 * len(SHOPS)
    often = ", ".join(f"{code} {k}" for code, k in looks.most_common()) or "none"
    lines = [f"{n} correct months of {len(SHOPS)} generated shops: {tones['good']} ready.", ""]
    lines += [f"To look into, over all: {often}.", "", *(complaints or ["No false report."])]
    record("Correct months", COMMAND, lines)
    assert tones["good"] == n
