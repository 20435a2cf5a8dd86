"""A kill at any moment leaves the old report or the new one, and the next run heals everything (`make prove`)."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.evidence import record
from tests.output.fixture import write_notebook
from tests.output.killed import plan, run
from tests.output.test_publish import check_clean, check_whole, die_and_recover
from toolkit.output.publish.manifest import verify_report

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "make prove (tests/proofs/test_kill_proof.py)"
KILLS, PATIENCE = 50, 30.0
PROGRAM = """
import sys
from pathlib import Path
from toolkit.output.publish.report import publish_report
notebook, target, extra = sys.argv[1:]
publish_report(Path(notebook), {"month": "2024-12", "extra": extra}, Path(target), lang="zh")
"""


@pytest.mark.prove
def test_a_kill_before_half_way_through_and_after_every_step_of_publishing(tmp_path: Path) -> None:
    run(tmp_path / "probe", "old")
    second = run(tmp_path / "probe", "new")[1]
    first = run(tmp_path / "first", "new")[1]
    for number, name, when in plan(second):
        die_and_recover(tmp_path / f"second-{number}-{name}-{when}" / "r", number, when)
    for number, name, when in plan(first):
        target = tmp_path / f"first-{number}-{name}-{when}" / "r"
        target.parent.mkdir()
        assert run(target, "new", number, when)[0] == -signal.SIGKILL
        if (target / "report.html").exists():
            check_whole(target, "new")
        assert run(target, "new")[0] == 0
        check_whole(target, "new")
        check_clean(target)
    counts = ", ".join(f"{second.count(name)} {name}" for name in sorted(set(second)))
    lines = [
        f"- Replacing a report takes {len(second)} steps ({counts}), publishing the first {len(first)}.",
        f"- Killed before and after each, and half way through each write: {len(plan(second))} kills while replacing a "
        f"report, {len(plan(first))} while publishing the first.",
        "- After every kill: the old report whole or the new one, its manifests verified; after the next run: the new "
        "report, no staging, no stray link.",
    ]
    record("Kill tests: every step of publishing", COMMAND, lines)


@pytest.mark.prove
def test_fifty_kills_spread_over_a_whole_render(tmp_path: Path) -> None:
    room = Path("/tmp") / f"kills-{os.getpid()}"
    room.mkdir(mode=0o700)
    try:
        whole, longest, outcomes = _kill_often(tmp_path, room)
    finally:
        shutil.rmtree(room)
    assert sum(outcomes.values()) == KILLS
    lines = [
        f"- A whole render of every block, PDF included, took {whole:.1f} s here (median of 3); {KILLS} SIGKILLs to "
        f"the publishing process, evenly from 0 to {1.05 * whole:.1f} s.",
        f"- Shown afterwards: the old report {outcomes['old']} times, the new one {outcomes['new']} times, whole and "
        "verified every time.",
        f"- Every kernel ended with its parent, the last one {longest:.1f} s after it.",
        "- Every next run succeeded and left neither staging nor sockets.",
    ]
    record("Kill tests: fifty over a render", COMMAND, lines)


def _kill_often(folder: Path, room: Path) -> tuple[float, float, dict[str, int]]:
    notebook, target = write_notebook(folder / "05-fixture.ipynb"), folder / "r"
    whole = statistics.median(_timed(notebook, target, f"old {n}", room) for n in range(3))
    outcomes, longest = {"old": 0, "new": 0}, 0.0
    for n in range(KILLS):
        before = _shown(target)
        started = _start(notebook, target, f"new {n}", room)
        time.sleep(1.05 * whole * n / (KILLS - 1))
        started.send_signal(signal.SIGKILL)
        started.wait()
        after = _shown(target)
        assert verify_report(target) == []
        outcomes["old" if after == before else "new"] += 1
        longest = max(longest, _until_gone(str(room)))
        if n % 10 == 9:
            _timed(notebook, target, f"new {n}", room)
            assert not list(room.iterdir()), "sockets are left"
            assert _shown(target) != before
            assert {p.name for p in (target / "runs").glob(".*")} == {".lock"}
    return whole, longest, outcomes


def _start(notebook: Path, target: Path, extra: str, room: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, str(notebook), str(target), extra]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(room)})


def _timed(notebook: Path, target: Path, extra: str, room: Path) -> float:
    begun = time.perf_counter()
    assert _start(notebook, target, extra, room).wait() == 0
    return time.perf_counter() - begun


def _shown(target: Path) -> str:
    assert (target / "report.html").read_text("utf-8").endswith("</html>")
    return os.readlink(target / "latest")


def _until_gone(words: str) -> float:
    """Wait until no process is left whose command holds `words`; return the seconds it took."""
    begun = time.perf_counter()
    while _processes(words):
        assert time.perf_counter() - begun < PATIENCE, "a kernel outlived its parent"
        time.sleep(0.05)
    return time.perf_counter() - begun


def _processes(words: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if words in entry.read_text():
                found.append(entry.parent.name)
        except OSError:
            continue
    return found
