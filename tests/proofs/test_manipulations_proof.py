"""Manipulations over forty seeds each, none of which may end in "ready"; and correct months, all of which must."""

from __future__ import annotations

import csv
import shutil
import zlib
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from data_samples.generate import Size, generate
from data_samples.generator.calendar import LAST_MONTH, shift_month
from tests.evidence import record
from tests.proofs.chunks import Outcome, outcomes
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


def one_shop(folder: Path, index: int) -> Outcome:
    """Audit two correct months of a generated shop: what the import rejected is corrected first, as it asks for."""
    root = folder / str(SHOPS[index])
    generate(SHOPS[index], root, {}, SMALL)
    workspace = Workspace.open(root)
    import_files(workspace, sorted(f for name in ("exports", "hr", "payroll") for f in (root / name).iterdir()))
    before = audit_month(workspace, LAST_MONTH)
    assert any(f.code == "rows-rejected" for f in before.findings)
    import_files(workspace, [corrected(path, root) for path in sorted((root / "imports").glob("rejects-*.csv"))])
    found = Outcome(index)
    for month in (shift_month(LAST_MONTH, -1), LAST_MONTH):
        audit = audit_month(workspace, month)
        said, tone = conclude(audit)
        found.counts.update({("verdict", tone): 1})
        found.counts.update(("look into", f.code) for f in audit.findings if f.severity == "review")
        if tone != "good" or len(audit.differences):
            found.differences.append(f"- seed {SHOPS[index]}, {month}: {said.en}")
    shutil.rmtree(root)
    return found


def corrected(path: Path, folder: Path) -> Path:
    """Correct rejected orders as a clerk does: a number of their own, an amount, the day of payment."""
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    head = rows[0]
    number, made, paid = (head.index(name) for name in ("订单编号", "订单创建时间", "订单付款时间 "))
    for k, row in enumerate(rows[1:]):
        row[:] = ["100.00" if cell == "#VALUE!" else cell for cell in row]
        row[number] = f"24{k}{zlib.crc32(path.name.encode()):010d}"
        row[made] = row[paid] if "-32 " in row[made] else row[made]
    made_file = folder / path.name
    with made_file.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return made_file


@pytest.mark.prove
def test_correct_months_of_generated_shops_are_ready(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    parts = ("toolkit", "data_samples/generator")
    found = list(outcomes(request.config.cache, "correct-months", partial(one_shop, tmp_path), len(SHOPS), 1, parts))
    counts = sum((one.counts for one in found), Counter[tuple[str, str]]())
    complaints = sorted(told for one in found for told in one.differences)
    n = 2 * len(SHOPS)
    looks = Counter({code: k for (kind, code), k in counts.items() if kind == "look into"})
    often = ", ".join(f"{code} {k}" for code, k in looks.most_common()) or "none"
    ready = counts["verdict", "good"]
    lines = [f"{n} correct months of {len(SHOPS)} generated shops, rejected rows corrected first: {ready} ready.", ""]
    lines += [f"To look into, over all: {often}.", "", *(complaints or ["No false report."])]
    record("Correct months", COMMAND, lines)
    assert ready == n
