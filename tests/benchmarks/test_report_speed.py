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
from dataclasses import dataclass
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
from toolkit.output.publish.report import publish_report
notebook, target, extra = sys.argv[1:]
made = publish_report(Path(notebook), {"month": "2024-12", "extra": extra}, Path(target))
assert (made.html.parent / "report.pdf").is_file()
"""


AUDIT, MONTH, AGREEING = "notebooks/05-monthly-audit.ipynb", "2024-12", "2024-11"
AUDITS = 3
AUDIT_ALONE = """
from toolkit import audit_month
audit_month({folder!r}, {month!r})
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


@dataclass(frozen=True)
class Spent:
    """Wall and CPU seconds of commands run one after the other, each in a new process."""

    wall: float
    cpu: float


def spent(environment: dict[str, str], *commands: list[str]) -> Spent:
    before = of_children()
    wall = seconds(environment, *commands)
    return Spent(wall, of_children() - before)


def middle(runs: list[Spent]) -> Spent:
    return Spent(statistics.median(run.wall for run in runs), statistics.median(run.cpu for run in runs))


@pytest.mark.bench
def test_the_audit_of_the_sample_from_the_command_line(tmp_path: Path) -> None:
    with_modules, demo = compiled(tmp_path / "modules"), tmp_path / "demo"
    incentive, notebook = str(BIN / "incentive"), tmp_path / "run.ipynb"
    seconds(with_modules, [incentive, "demo", str(demo)])
    given = ["-p", "workspace", str(demo), "-p", "month", MONTH, "-p", "output_dir", str(tmp_path)]
    plain = [
        [str(BIN / "papermill"), str(ROOT / AUDIT), str(notebook), "-k", "python3", "--cwd", str(tmp_path), *given],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(notebook)],
    ]
    computing = [[sys.executable, "-c", AUDIT_ALONE.format(folder=str(demo), month=MONTH)]]
    importing = [[sys.executable, "-c", "from toolkit import audit_month"]]
    ours, theirs, quiet, alone, imports = (list[Spent]() for _ in range(5))
    for n in range(1 + AUDITS):
        shutil.rmtree(demo / "reports", ignore_errors=True)
        runs = (
            (ours, [[incentive, "audit", str(demo), "--month", MONTH]]),
            (theirs, plain),
            (quiet, [[incentive, "audit", str(demo), "--month", AGREEING]]),
            (alone, computing),
            (imports, importing),
        )
        for times, commands in runs:
            one = spent(with_modules, *commands)
            if n:  # the first round compiles
                times.append(one)
    one, other, agreeing, month, begun = map(middle, (ours, theirs, quiet, alone, imports))
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    record(
        "The monthly audit of the sample",
        "make bench (tests/benchmarks/test_report_speed.py)",
        [
            f"Each command in new processes, medians of {AUDITS} rounds, in each round one after the other; "
            f"{load:.1f} processes waited for each core.",
            "",
            "| | seconds | CPU seconds |",
            "| --- | --: | --: |",
            f"| `incentive audit`, {MONTH}: page, PDF and workbook, proved complete (bar: 6 s) "
            f"| **{one.wall:.1f}** | {one.cpu:.1f} |",
            f"| the same of {AGREEING}, where payroll is as due | {agreeing.wall:.1f} | {agreeing.cpu:.1f} |",
            f"| `papermill`, then `jupyter nbconvert --to html`, of the notebook for {MONTH}: no PDF, no proof "
            f"| {other.wall:.1f} | {other.cpu:.1f} |",
            f"| `audit_month` alone, imports included | {month.wall:.1f} | {month.cpu:.1f} |",
            f"| its imports | {begun.wall:.1f} | {begun.cpu:.1f} |",
            "",
            f"papermill's two commands take {other.wall / one.wall:.2f} times as long, and {other.cpu / one.cpu:.2f} "
            "times the CPU.",
        ],
        file="docs/performance.md",
    )
    assert one.wall < other.wall, "a report with its PDF takes no longer than papermill's page without one"
