"""How long one report takes from the command line, beside papermill's and nbconvert's own commands (`make bench`)."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.evidence import record
from tests.output.fixture import write_notebook

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
RUNS, REACH = 5, 6.0
PROGRAM = """
import sys
from pathlib import Path
from toolkit.output.report import publish_report
notebook, target, extra = sys.argv[1:]
made = publish_report(Path(notebook), {"month": "2024-12", "extra": extra}, Path(target))
assert (made.html.parent / "report.pdf").is_file()
"""


def seconds(*commands: list[str]) -> float:
    begun = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


@pytest.mark.bench
def test_one_report_from_the_command_line(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "05-fixture.ipynb")
    ours, theirs, again = [], [], []
    for n in range(RUNS):
        command = [sys.executable, "-c", PROGRAM, str(notebook), str(tmp_path / "r"), f"run {n}"]
        ours.append(seconds(command))
        again.append(seconds(command))
        run = tmp_path / f"{n}.ipynb"
        theirs.append(
            seconds(
                [str(BIN / "papermill"), str(notebook), str(run), "-k", "python3", "--cwd", str(tmp_path)],
                [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(run)],
            )
        )
    one, reused, plain = (statistics.median(times) for times in (ours, again, theirs))
    lines = [
        f"- One report of 14 blocks and 6 charts, with its PDF, in a new process: {one:.1f} s (median of {RUNS}).",
        f"- The same question again, answered by the published run: {reused:.1f} s.",
        f"- `papermill` then `jupyter nbconvert --to html` of the same notebook, without PDF, proof or publishing: "
        f"{plain:.1f} s, {plain / one:.1f} times as long.",
    ]
    record("One report", "make bench (tests/benchmarks/test_report_speed.py)", lines, file="docs/performance.md")
    assert one <= REACH
