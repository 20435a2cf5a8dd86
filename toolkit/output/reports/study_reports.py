"""Publish the baseline and target reports of a workspace, one a month, below its reports."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from toolkit.core.bundled import bundled
from toolkit.core.period import Month
from toolkit.core.text import Lang
from toolkit.data.tables.workspace import SETTINGS_FILE, Workspace
from toolkit.output.publish.privacy import Edition
from toolkit.output.publish.report import Published, publish_report
from toolkit.studies.planning.requests import TargetRequest, listed

BASELINES = "notebooks/02-baselines.ipynb"
TARGETS = "notebooks/03-targets.ipynb"


def publish_baseline(
    workspace: Path,
    month: str,
    *,
    case_mix: str = "",
    campaigns: str = "",
    lang: Lang = "en",
    edition: Edition = "confidential",
) -> Published:
    """Publish the baseline of the months up to `month` and return where it is.

    Parameters
    ----------
    case_mix, campaigns : lists with commas; empty for the study's own choice and for none.

    Raises
    ------
    UsageError
        If the folder is no workspace, or a word of the request cannot be read.
    RenderError
        If the report could not be completed; nothing was published.
    """
    given = {"month": month, "case_mix": case_mix, "campaigns": campaigns, "edition": edition}
    return _publish(BASELINES, "baseline", workspace, given, lang)


def publish_targets(
    workspace: Path,
    month: str,
    request: TargetRequest,
    *,
    scope: tuple[str, str] = ("", ""),
    lang: Lang = "en",
    edition: Edition = "confidential",
) -> Published:
    """Publish the targets proposed for the month after `month` and return where they are.

    Parameters
    ----------
    scope : case-mix and campaigns, lists with commas.

    Raises
    ------
    UsageError
        If the folder is no workspace, or a word of the request cannot be read.
    RenderError
        If the report could not be completed; nothing was published.
    """
    request.terms(None)  # what cannot be read is told before a kernel starts
    given = {"month": month, "case_mix": scope[0], "campaigns": scope[1], "edition": edition, **asdict(request)}
    return _publish(TARGETS, "targets", workspace, given, lang)


def _publish(notebook: str, kind: str, workspace: Path, given: dict[str, str], lang: Lang) -> Published:
    opened = Workspace.open(workspace)
    root, month = opened.root.resolve(), str(Month.parse(given["month"]))
    for campaign in listed(given["campaigns"]):
        Month.parse(campaign)
    inputs = [root / SETTINGS_FILE, opened.data_dir.resolve()]
    target = root / "reports" / kind / month
    return publish_report(bundled(notebook), {"workspace": str(root), **given}, target, inputs=inputs, lang=lang)
