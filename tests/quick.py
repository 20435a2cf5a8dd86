"""Run the tests that a change can break at first hand: `make quick`.

Changed is what differs from where this branch left main (or from HEAD, on main), committed or not. Run are changed test
files, tests that import a changed module or a changed helper, and the structure. It ends after 55 seconds,
saying so; `make test` remains the judge. pytest-testmon would choose more finely, but only after a run of all tests on
this machine, and pytest-picked sees changed test files only.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 55
SLOW = ("tests/proofs", "tests/benchmarks")


def git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\0" if "-z" in words else None)


def changed_files() -> set[str]:
    base = (git("merge-base", "HEAD", "main") or git("merge-base", "HEAD", "origin/main") or ["HEAD"])[0]
    new = git("ls-files", "-z", "--others", "--exclude-standard")
    return {name for name in [*git("diff", "-z", "--name-only", base), *new] if name}


def dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: Path) -> set[str]:
    """Return every dotted name a file imports; of `from a.b import c` both a.b and a.b.c, for c may be a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
    return found


def chosen(changed: set[str]) -> list[str]:
    names = {dotted(name) for name in changed if name.endswith(".py")}
    tests = [p for p in sorted((ROOT / "tests").rglob("test_*.py")) if not str(p.relative_to(ROOT)).startswith(SLOW)]
    near = [str(p.relative_to(ROOT)) for p in tests if str(p.relative_to(ROOT)) in changed or names & imports(p)]
    return sorted({*near, "tests/test_architecture.py"})


class Hourglass:
    """Ends the run when the time is over; with xdist only the process that hears of all tests does."""

    def __init__(self) -> None:
        self.end = time.monotonic() + SECONDS
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed
        if time.monotonic() > self.end:
            words = f"{SECONDS} seconds are over: not all of them ran; `make test` runs all"
            pytest.exit(words, returncode=int(self.failed))


def main() -> int:
    files = chosen(changed_files())
    print(f"{len(files)} test files import what changed", flush=True)
    return int(pytest.main([*sys.argv[1:], *files], plugins=[Hourglass()]))


if __name__ == "__main__":
    sys.exit(main())
