"""The oracle notices faults: each one is put into a copy of the package, and random schemes are paid with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.evidence import ROOT, record
from tests.proofs.faults import Fault, read_faults

SEED, TRIES, AGENT_MONTHS = 11, 900, 80
FAULTS = read_faults()

pytestmark = pytest.mark.prove

HUNT = """
import sys
import toolkit
from tests.proofs.comparison import compare, random_case

folder, seed, tries, size, where = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
assert toolkit.__file__.startswith(folder), toolkit.__file__
paid = 0
for index in range(tries):
    if where and where not in random_case(seed, index).features:
        continue
    outcome = compare(seed, index, size)
    paid += 1
    if outcome.differences:
        print(paid, outcome.differences[0])
        break
    if paid == 60:
        break
"""


def _caught(fault: Fault, folder: Path) -> str:
    """The first difference with the fault, and after how many schemes; empty when it goes unnoticed."""
    shutil.copytree(ROOT / "toolkit", folder / "toolkit", ignore=shutil.ignore_patterns("__pycache__"))
    module = folder / "toolkit" / fault.module
    text = module.read_text("utf-8")
    assert text.count(fault.old) == 1, f"{fault.name}: the text stands {text.count(fault.old)} times in {fault.module}"
    module.write_text(text.replace(fault.old, fault.new), "utf-8")
    command = [sys.executable, "-c", HUNT, str(folder), *map(str, (SEED, TRIES, AGENT_MONTHS)), fault.where]
    path = os.pathsep.join([str(folder), str(ROOT)])
    found = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, cwd=folder, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, f"{fault.name}: {found.stderr[-800:]}"
    return found.stdout.strip()


def test_every_fault_is_noticed(tmp_path: Path) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        folders = [tmp_path / str(i) for i in range(len(FAULTS))]
        found = list(pool.map(_caught, FAULTS, folders))
    missed = [fault.name for fault, difference in zip(FAULTS, found, strict=True) if not difference]
    assert not missed, missed
    assert len(FAULTS) >= 30
    lines = [f"{len(FAULTS)} faults, put one by one into a copy of the evaluator; the oracle notices all.", ""]
    lines += ["| fault | module | schemes paid until noticed |", "|---|---|---:|"]
    for fault, difference in zip(FAULTS, found, strict=True):
        lines.append(f"| {fault.name} | {fault.module} | {difference.split()[0]} |")
    record("Faults in the evaluator are noticed", "make prove", lines)
