"""Publishing: a report is seen whole or not at all, and what was published is never overwritten.

``<target>/runs/<run-id>/`` holds one published run; nothing in it is ever changed. ``<target>/latest`` is a link to the
run to be read, and ``<target>/report.html`` and its sisters are links through ``latest``. So all files of a report
switch together, by the one atomic replacement of ``latest``; a kill at any moment leaves the old report or the new one.

A run is written in ``runs/.staging``, on the same file system, made durable, renamed to its id, and then pointed at. A
lock that dies with its process keeps two runs apart, so whoever holds it may clear what a killed run left behind. A run
that failed is kept for its owner alone in ``runs/.failed``, the last one only, until the next run succeeds.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from toolkit.core.errors import MissingToolError, RenderError, UsageError
from toolkit.core.text import Text

LATEST, RUNS, MANIFEST = "latest", "runs", "manifest.json"
STAGING, FAILED, FRESH, LOCK = ".staging", ".failed", ".link", ".lock"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The published runs of one report, while this process alone may add to them."""

    target: Path

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.target / RUNS

    @property
    def staging(self) -> Path:
        """The folder a run is written in."""
        return self.runs / STAGING

    def find(self, run_id: str) -> Path | None:
        """Return the folder of a published run, None if there is none."""
        folder = self.runs / run_id
        return folder if (folder / MANIFEST).is_file() else None

    def latest(self) -> Path | None:
        """Return the folder of the run the report shows now, None before the first."""
        return latest_run(self.target)

    def stage(self) -> None:
        """Make the folder of a new run."""
        self.staging.mkdir(mode=0o700)

    def keep(self, run_id: str) -> Path:
        """Make the staged run durable and give it its name; it is published but not yet shown."""
        folder = self.runs / run_id
        if folder.exists():
            message = Text(
                f"{folder} exists and is no complete run; move it away, then run again",
                f"{folder} 已存在且不是完整的报告；请移走后再运行",
            )
            raise RenderError(message)
        _make_durable(self.staging)
        os.rename(self.staging, folder)
        _sync(self.runs)
        return folder

    def show(self, run_id: str) -> None:
        """Let the report show a published run, all its files at once."""
        names = sorted(p.name for p in (self.runs / run_id).iterdir())
        for name in names:
            self._link(f"{LATEST}/{name}", self.target / name)
        _sync(self.target)
        self._link(f"{RUNS}/{run_id}", self.target / LATEST)
        _sync(self.target)
        for link in self.target.iterdir():
            if link.is_symlink() and not link.exists():
                link.unlink()  # a file the run before had and this one has not
        _remove(self.runs / FAILED)

    def _link(self, to: str, at: Path) -> None:
        """Put a link in one step, over an older one."""
        if at.is_symlink() and os.readlink(at) == to:
            return
        try:
            os.symlink(to, self.runs / FRESH)
        except OSError as error:
            message = Text(
                f"{at.parent} is on a file system without symbolic links",
                f"{at.parent} 所在的文件系统不支持符号链接",
            )
            raise MissingToolError(message) from error
        os.replace(self.runs / FRESH, at)

    def drop(self) -> None:
        """Leave nothing of the staged run."""
        _remove(self.staging)

    def set_aside(self) -> Path:
        """Keep a failed run for its owner alone, in place of an earlier one."""
        _remove(self.runs / FAILED)
        os.rename(self.staging, self.runs / FAILED)
        return self.runs / FAILED


@contextmanager
def open_shelf(target: Path) -> Iterator[Shelf]:
    """Take the right to publish into `target`, clearing what a killed run left behind; files made are the owner's only.

    Raises
    ------
    UsageError
        If another process is publishing there now.
    """
    before = os.umask(0o077)
    new = [folder for folder in (target, *target.parents) if not folder.exists()]
    try:
        with _locked(target) as lock:
            _remove(target / RUNS / STAGING)
            (target / RUNS / FRESH).unlink(missing_ok=True)
            try:
                yield Shelf(target)
            finally:
                _clear_if_empty(target, lock, new)
    finally:
        os.umask(before)


def _locked(target: Path) -> IO[str]:
    """Return the lock of a shelf, taken; its folders are made."""
    while True:
        (target / RUNS).mkdir(parents=True, exist_ok=True)
        try:
            lock = open(target / RUNS / LOCK, "w")  # noqa: SIM115 - closed by whoever takes the right
        except FileNotFoundError:
            continue  # another run ended between the two, and took the empty folder with it
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            message = Text(
                f"another run is publishing into {target} now; wait for it to end",
                f"另一个任务正在发布到 {target}；请等它结束",
            )
            raise UsageError(message) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), os.stat(target / RUNS / LOCK)):
                return lock
        lock.close()  # a lock that is no longer there keeps nobody out


def _clear_if_empty(target: Path, lock: IO[str], new: list[Path]) -> None:
    """Take the lock away where nothing was ever published, and the folders that were made for nothing."""
    if any(p.name != LOCK for p in (target / RUNS).iterdir()):
        return
    os.unlink(lock.name)
    with suppress(OSError):  # somebody else began to use one of them
        for folder in (target / RUNS, *new):
            folder.rmdir()


def latest_run(target: Path) -> Path | None:
    """Return the folder of the run `target` shows, None where nothing was published."""
    link = target / LATEST
    return target / os.readlink(link) if link.is_symlink() else None


def _make_durable(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
