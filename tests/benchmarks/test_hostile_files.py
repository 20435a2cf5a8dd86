"""What refusing a hostile scheme file costs, in a process of its own: CPU seconds and peak memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.core.hostile import HOSTILE
from tests.evidence import ROOT, record

PROGRAM = """
import resource, time
from tests.core.hostile import HOSTILE
from toolkit.core.errors import InputError
from toolkit.core.yaml import read_yaml
started = time.process_time()
try:
    read_yaml(HOSTILE[{name!r}], "f.yaml")
except InputError:
    print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@pytest.mark.bench
def test_hostile_files_are_refused_within_a_second_and_200_mb() -> None:
    rows, worst = [], [0.0, 0.0]
    for name in HOSTILE:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM.format(name=name)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        seconds, mib = map(float, run.stdout.split())
        worst = [max(worst[0], seconds), max(worst[1], mib)]
        rows.append(f"| {name} | {seconds:.2f} | {mib:.0f} |")
    lines = ["| file | CPU s | peak MiB |", "| --- | --: | --: |", *rows]
    record("Hostile scheme files", "make bench", lines, file="docs/performance.md")
    assert worst[0] < 1.0
    assert worst[1] < 200
