"""Publish a report in a process of its own that kills itself at a step of the publishing.

``python -m tests.output.killed TARGET WORDS`` publishes and prints the steps it took;
``python -m tests.output.killed TARGET WORDS N before|half|after`` dies at the N-th of them.

Rendering is stood in for by the writing of files, so that every step of the publishing itself, all of it real, can be
tried: writes, fsyncs, renames, links, pointer and cleaning.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.output.fixture import code, write_notebook

ROOT = Path(__file__).resolve().parents[2]
STEPS: list[tuple[Any, str]] = [
    (os, "mkdir"), (os, "fsync"), (os, "rename"), (os, "replace"), (os, "symlink"), (os, "unlink"), (os, "rmdir"),
    (Path, "write_text"), (Path, "write_bytes"),
]  # fmt: skip
WRITES = ("write_text", "write_bytes")


def publish(target: Path, words: str) -> None:
    """Publish a report that holds `words`, with a stand-in for the rendering."""
    from toolkit.output.publish import report
    from toolkit.output.publish.manifest import write_record

    def render(
        _: Any, values: Mapping[str, Any], record: Mapping[str, Any], staging: Path, *__: Any
    ) -> dict[str, list[str]]:
        write_record(record, staging)
        (staging / "report.html").write_text(f"page {values['words']} end", "utf-8")
        (staging / "report.xlsx").write_bytes(f"book {values['words']} end".encode())
        return {"notes": []}

    report._render = render
    target.mkdir(parents=True, exist_ok=True)
    stored = write_notebook(target.parent / "n.ipynb", [code('words: str = ""', "parameters")])
    report.publish_report(stored, {"words": words}, target)


def watch(die_at: int, when: str) -> list[str]:
    """Count the steps from now on, and die at one of them; return the list they are written to."""
    taken: list[str] = []

    def watched(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def taking(*arguments: Any, **options: Any) -> Any:
            taken.append(name)
            here = len(taken) == die_at
            if here and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if here and when == "half":
                path, content, *rest = arguments
                arguments = (path, content[: len(content) // 2], *rest)
            try:
                return step(*arguments, **options)
            finally:
                if here:
                    os.kill(os.getpid(), signal.SIGKILL)

        return taking

    for owner, name in STEPS:
        setattr(owner, name, watched(name, getattr(owner, name)))
    return taken


def run(target: Path, words: str, die_at: int = 0, when: str = "after") -> tuple[int, list[str]]:
    """Publish in a child process; return its exit code and the steps it took, if it lived to tell them."""
    command = [sys.executable, "-m", "tests.output.killed", str(target), words, str(die_at), when]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.split()


def plan(steps: list[str]) -> list[tuple[int, str, str]]:
    """Return every way to die: before and after each step, and half way through each write."""
    ways = [(n, name, when) for n, name in enumerate(steps, start=1) for when in ("before", "half", "after")]
    return [way for way in ways if way[2] != "half" or way[1] in WRITES]


if __name__ == "__main__":
    os.umask(0o022)
    steps = watch(int(sys.argv[3]), sys.argv[4])
    publish(Path(sys.argv[1]), sys.argv[2])
    print(*steps)
