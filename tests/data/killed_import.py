"""Imports in processes that kill themselves at a step: a sync, link, rename or removal, before or after it.

``python -m tests.data.killed_import FILES...`` reads lines ``workspace number when`` and answers each with the exit
status of an import of the files into that workspace, killed ``before`` or ``after`` its step of that number, and the
steps it took if it lived. The library is loaded once, and each import is a fork of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STEPS: list[tuple[Any, str]] = [
    (os, name) for name in ("mkdir", "fsync", "rename", "replace", "link", "symlink", "unlink", "rmdir", "chmod")
]


class Killing:
    """A process that imports files, again and again, and dies as often as asked."""

    def __init__(self, files: Sequence[Path], module: str = "tests.data.killed_import") -> None:
        """Start it, with the files of every import."""
        command = [sys.executable, "-m", module, *map(str, files)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, workspace: Path, number: int = 0, when: str = "before") -> tuple[int, list[str]]:
        """Import once, dying at a step, 0 for none; return the exit status and the steps of one that lived."""
        assert self.process.stdin
        assert self.process.stdout
        print(workspace, number, when, file=self.process.stdin, flush=True)
        status, *steps = self.process.stdout.readline().split()
        return int(status), steps

    def __enter__(self) -> Killing:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def watch(die_at: int, when: str) -> list[str]:
    """Count the steps from now on, and die at one of them; return the list they are written to."""
    taken: list[str] = []

    def watched(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def taking(*arguments: Any, **options: Any) -> Any:
            taken.append(name)
            here = len(taken) == die_at
            if here and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return step(*arguments, **options)
            finally:
                if here:
                    os.kill(os.getpid(), signal.SIGKILL)

        return taking

    for owner, name in STEPS:
        setattr(owner, name, watched(name, getattr(owner, name)))
    return taken


def main(files: Sequence[str]) -> None:
    """Serve imports."""
    from toolkit.data.importing.imports import import_files
    from toolkit.data.reading.maps import bundled_maps
    from toolkit.data.tables.workspace import Workspace

    bundled_maps()  # loaded once, before any fork
    serve(lambda workspace: import_files(Workspace.open(workspace), files))


def serve(change: Callable[[str], object]) -> None:
    """Change the workspaces named on standard input, each in a fork, and tell its steps."""
    for line in sys.stdin:
        workspace, number, when = line.split()
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                taken = watch(int(number), when)
                change(workspace)
                os.write(into, " ".join(taken).encode())
                os._exit(0)
            finally:
                os._exit(1)
        os.close(into)
        with os.fdopen(out) as told:
            steps = told.read()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), steps, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
