"""Publish the monthly audit of a workspace: one report a shop, or one of all shops."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from toolkit.core.bundled import bundled
from toolkit.core.period import Month
from toolkit.core.text import Lang
from toolkit.output.publish.report import Published, publish_report
from toolkit.output.publish.runner import started_kernel

Edition = Literal["confidential", "shareable"]
NOTEBOOK = "notebooks/05-monthly-audit.ipynb"
ALL_SHOPS = "all"


def publish_audit(
    workspace: Path, month: str | None = None, *, shop: str = "", lang: Lang = "en", edition: Edition = "confidential"
) -> Published:
    """Publish the audit of a month below the workspace's reports and return where it is.

    Parameters
    ----------
    month : ``YYYY-MM``; the last complete one by default.
    shop : one shop's report; empty for all shops together.

    Raises
    ------
    UsageError
        If the folder is no workspace, holds no complete month, or no scheme is in force in the month.
    InputError
        If a scheme cannot be read.
    RenderError
        If the report could not be completed; nothing was published.
    """
    notebook = bundled(NOTEBOOK)
    with started_kernel(notebook.parent) as kernel:
        # While it starts: the data room takes as long to import, and what is wrong here is told in its own words.
        from toolkit.data.tables.ends import month_to_close
        from toolkit.data.tables.workspace import SETTINGS_FILE, Workspace
        from toolkit.studies.audit.settlement import schemes_in_force

        opened = Workspace.open(workspace)
        chosen = month_to_close(opened) if month is None else month
        schemes_in_force(opened, Month.parse(chosen))
        root = opened.root.resolve()
        target = root / "reports" / chosen / (folder_name(shop) or ALL_SHOPS)
        parameters = {"workspace": str(root), "month": chosen, "shop": shop, "edition": edition}
        inputs = [root / SETTINGS_FILE, opened.data_dir.resolve(), root / "schemes"]
        return publish_report(notebook, parameters, target, inputs=inputs, lang=lang, kernel=kernel)


def folder_name(name: str) -> str:
    """Return `name` as one folder's name: no separators, no leading dot, at most 80 characters."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).lstrip(".")[:80]
