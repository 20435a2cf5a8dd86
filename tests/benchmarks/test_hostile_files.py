"""What refusing a hostile file costs, in a process of its own: CPU seconds and peak memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.hostile import BOMBS, HOSTILE
from tests.evidence import ROOT, record

PROGRAM = """
import resource, time
from pathlib import Path
from tests.core.hostile import HOSTILE
from toolkit.core.errors import InputError
from toolkit.core.files import read_table
from toolkit.core.yaml import read_yaml
started = time.process_time()
try:
    {call}
except InputError:
    print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def cost(call: str) -> tuple[float, float]:
    """Return CPU seconds and peak MiB of a call that is refused."""
    program = PROGRAM.format(call=call)
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, mib = map(float, run.stdout.split())
    return seconds, mib


def table(costs: dict[str, tuple[float, float]]) -> list[str]:
    rows = [f"| {name} | {seconds:.2f} | {mib:.0f} |" for name, (seconds, mib) in costs.items()]
    return ["| file | CPU s | peak MiB |", "| --- | --: | --: |", *rows]


@pytest.mark.bench
def test_hostile_files_are_refused_within_a_second_and_200_mb() -> None:
    costs = {name: cost(f'read_yaml(HOSTILE[{name!r}], "f.yaml")') for name in HOSTILE}
    record("Hostile scheme files", "make bench", table(costs), file="docs/performance.md")
    assert max(seconds for seconds, _ in costs.values()) < 1.0
    assert max(mib for _, mib in costs.values()) < 200


@pytest.mark.bench
def test_hostile_tables_are_refused_within_a_second_and_250_mb(tmp_path: Path) -> None:
    costs = {}
    for name, made in BOMBS.items():
        (tmp_path / "t.csv").write_bytes(made())
        costs[name] = cost(f"read_table(Path({str(tmp_path / 't.csv')!r}))")
    record("Hostile tables", "make bench", table(costs), file="docs/performance.md")
    assert max(seconds for seconds, _ in costs.values()) < 1.0
    assert max(mib for _, mib in costs.values()) < 250
