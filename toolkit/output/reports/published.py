"""The published reports of a workspace, held against their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.manifest import verify_report
from toolkit.output.publish.shelf import RUNS


def verify_reports(folder: Path, month: str | None = None) -> list[Finding]:
    """Check every published report of a workspace, or those of the audit of one month; each finding names its place."""
    workspace = Workspace.open(folder)
    home = workspace.reports_dir / month if month else workspace.reports_dir
    return list(_of(workspace, home))


def _of(workspace: Workspace, home: Path) -> Iterator[Finding]:
    for runs in sorted(home.rglob(RUNS)):
        place = runs.parent.relative_to(workspace.root).as_posix()
        for found in verify_report(runs.parent) if any(runs.glob("[!.]*")) else ():
            text = Text(f"{place}: {found.message.en}", f"{place}：{found.message.zh}")
            yield replace(found, subject=f"{place}/{found.subject}", message=text)
