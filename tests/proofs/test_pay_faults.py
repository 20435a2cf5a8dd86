"""The oracle notices faults: each one is put into a copy of the package, and random schemes are paid with it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.evidence import ROOT, record
from tests.proofs.chunks import code
from tests.proofs.faults import Fault, read_faults

SEED, TRIES, AGENT_MONTHS, AGENTS = 11, 1200, 80, 16
FAULTS = read_faults()

pytestmark = pytest.mark.prove

HUNT = """
import sys
import toolkit
from tests.proofs.comparison import compare, random_case
from tests.proofs.years import compare_year

folder, seed, tries, size, agents, where = sys.argv[1], *map(int, sys.argv[2:6]), sys.argv[6]
assert toolkit.__file__.startswith(folder), toolkit.__file__

def differences(index):
    try:
        return (compare_year(seed, index, agents) if where == "years" else compare(seed, index, size)).differences
    except Exception as error:
        return [repr(error)]

paid = 0
for index in range(tries):
    if where and where != "years" and where not in random_case(seed, index).features:
        continue
    found = differences(index)
    paid += 1
    if found:
        print(paid, found[0])
    if found or paid == 60:
        break
"""


def _caught(fault: Fault, folder: Path) -> str:
    """The first difference with the fault, and after how many schemes; empty when it goes unnoticed."""
    shutil.copytree(ROOT / "toolkit", folder / "toolkit", ignore=shutil.ignore_patterns("__pycache__"))
    module = folder / "toolkit" / fault.module
    text = module.read_text("utf-8")
    assert text.count(fault.old) == 1, f"{fault.name}: the text stands {text.count(fault.old)} times in {fault.module}"
    module.write_text(text.replace(fault.old, fault.new), "utf-8")
    command = [sys.executable, "-c", HUNT, str(folder), *map(str, (SEED, TRIES, AGENT_MONTHS, AGENTS)), fault.where]
    path = os.pathsep.join([str(folder), str(ROOT)])
    found = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, cwd=folder, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, f"{fault.name}: {found.stderr[-800:]}"
    return found.stdout.strip()


def test_every_fault_is_noticed(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Faults noticed in an earlier, stopped run of the same code are not put in again."""

    def noticed(number: int) -> str:
        key = f"proofs/faults/{code()}/{hashlib.sha256(repr(FAULTS[number]).encode('utf-8')).hexdigest()[:16]}"
        found: str = pytestconfig.cache.get(key, "") or _caught(FAULTS[number], tmp_path / str(number))
        pytestconfig.cache.set(key, found)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(noticed, range(len(FAULTS))))
    missed = [fault.name for fault, difference in zip(FAULTS, found, strict=True) if not difference]
    assert not missed, missed
    assert len(FAULTS) >= 30
    lines = [f"{len(FAULTS)} faults, put one by one into a copy of the evaluator; the oracle notices all.", ""]
    lines += ["| fault | module | schemes paid until noticed |", "|---|---|---:|"]
    for fault, difference in zip(FAULTS, found, strict=True):
        lines.append(f"| {fault.name} | {fault.module} | {difference.split()[0]} |")
    record("Faults in the evaluator are noticed", "make prove", lines)
