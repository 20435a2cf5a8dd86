"""The published reports of a workspace, held against their manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.core.findings import Finding
from toolkit.core.text import LANGUAGES, Text
from toolkit.data.tables.workspace import Workspace
from toolkit.output.publish.manifest import verify_report
from toolkit.output.publish.shelf import MANIFEST, RUNS

_PLACES = {
    "not-published": "",
    "output-changed": f"/{RUNS}/{{}}",
    "manifest-changed": f"/{RUNS}/{{}}/{MANIFEST}",
    "previous-changed": f"/{RUNS}/{{}}/{MANIFEST}",
}
"""Where the file of a finding stands, below the report."""


def verify_reports(folder: Path, month: str | None = None) -> list[Finding]:
    """Check every published report of a workspace, or those of the audit of one month; each finding names its place."""
    workspace = Workspace.open(folder)
    homes = [folder / month if month else folder for folder in workspace.report_folders]
    return [found for home in homes for found in _of(workspace, home)]


def _of(workspace: Workspace, home: Path) -> Iterator[Finding]:
    for runs in sorted(home.rglob(RUNS)):
        place = runs.parent.relative_to(workspace.root).as_posix()
        for found in verify_report(runs.parent) if any(runs.glob("[!.]*")) else ():
            name = place + _PLACES[found.code].format(found.subject)
            en, zh = (found.message.of(lang).removeprefix(found.subject) for lang in LANGUAGES)
            yield replace(found, subject=name, message=Text(f"{name}{en}", f"{name}{zh}"))
