"""The bundled sample as a workspace, imported the way a user would import it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from toolkit.core.bundled import bundled
from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.data.importing.accounting import ImportResult
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ("exports", "hr", "payroll")


def make_demo(folder: Path) -> ImportResult:
    """Copy the sample's settings and schemes into `folder` and import all its files.

    Raises
    ------
    UsageError
        If `folder` holds something that is not a workspace.
    """
    sample = bundled("data_samples")
    if folder.exists() and any(folder.iterdir()) and not (folder / "workspace.yaml").exists():
        message = Text(
            f"{folder} is not empty and not a workspace; choose another folder",
            f"{folder} 不是空文件夹，也不是工作区；请换一个文件夹",
        )
        raise UsageError(message)
    folder.mkdir(0o700, parents=True, exist_ok=True)
    shutil.copyfile(sample / "workspace.yaml", folder / "workspace.yaml")
    shutil.copytree(sample / "schemes", folder / "schemes", dirs_exist_ok=True)
    files = sorted(f for source in SOURCES for f in (sample / source).rglob("*") if f.is_file())
    return import_files(Workspace.open(folder), files)
