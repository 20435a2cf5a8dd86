"""How long one report takes from the command line, beside papermill's and nbconvert's own commands (`make bench`).

Every command finds its modules compiled, as on any machine after the first run; a first run compiles them.
"""

from __future__ import annotations

import os
import resource
import shutil
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


AUDIT_ALONE = """
import time
begun = time.process_time()
from toolkit import audit_month
imported = time.process_time()
audit_month({folder!r}, "2024-12")
print(imported - begun, time.process_time() - imported)
"""


def compiled(folder: Path) -> dict[str, str]:
    """Return an environment in which Python keeps the modules it compiled, in a folder of this test."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPYCACHEPREFIX": str(folder)}


def seconds(environment: dict[str, str], *commands: list[str]) -> float:
    begun = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    return time.perf_counter() - begun


def of_children() -> float:
    """Return the CPU seconds of the processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.bench
def test_one_report_from_the_command_line(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "05-fixture.ipynb")
    ours, theirs, again = [], [], []
    with_modules = compiled(tmp_path / "modules")
    for n in range(RUNS):
        command = [sys.executable, "-c", PROGRAM, str(notebook), str(tmp_path / "r"), f"run {n}"]
        ours.append(seconds(with_modules, command))
        again.append(seconds(with_modules, command))
        run = tmp_path / f"{n}.ipynb"
        theirs.append(
            seconds(
                with_modules,
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


@pytest.mark.bench
def test_the_audit_of_the_sample_from_the_command_line(tmp_path: Path) -> None:
    with_modules, demo = compiled(tmp_path / "modules"), tmp_path / "demo"
    incentive = str(BIN / "incentive")
    seconds(with_modules, [incentive, "demo", str(demo)])
    walls, cpus, alone = [], [], []
    for n in range(1 + 3):
        shutil.rmtree(demo / "reports", ignore_errors=True)
        before = of_children()
        wall = seconds(with_modules, [incentive, "audit", str(demo)])
        command = [sys.executable, "-c", AUDIT_ALONE.format(folder=str(demo))]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=with_modules)
        if n:  # the first run compiles
            walls.append(wall)
            cpus.append(of_children() - before)
            alone.append([float(word) for word in told.stdout.split()])
    imports, month = (statistics.median(times) for times in zip(*alone, strict=True))
    wall, cpu = statistics.median(walls), statistics.median(cpus) - imports - month
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    record(
        "The monthly audit of the sample",
        "make bench (tests/benchmarks/test_report_speed.py)",
        [
            f"- `incentive audit`, report with PDF and workbook, in a new process: **{wall:.1f} s** ({cpu:.1f} CPU "
            f"seconds in two processes; medians of 3, with {load:.1f} processes waiting for each core; bar: 6 s).",
            f"- Of it `audit_month`, computed in the notebook's kernel: {month:.1f} CPU seconds and {imports:.1f} for "
            "importing it; the rest starts the kernel, draws, writes the page and sets the PDF.",
        ],
        file="docs/performance.md",
    )
    assert wall < 60
