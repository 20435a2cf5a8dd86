"""The bundled sample as a workspace, imported once a run of the tests and copied for each who asks."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from toolkit.data.importing.demo import make_demo

_KEPT: list[Path] = []


def keep_in(folder: Path) -> None:
    """Say where all processes of this run keep the sample."""
    _KEPT[:] = [folder]


def copy_sample(root: Path) -> None:
    """Copy the sample's workspace to `root`, which must not exist; the first to ask imports it."""
    (kept,) = _KEPT
    with (kept / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "sample").exists():
            make_demo(kept / "sample.new")
            (kept / "sample.new").rename(kept / "sample")
    shutil.copytree(kept / "sample", root)
