"""Publish the reports of a workspace: the audit by shop or for all, baselines and targets by month.

Publish the monthly audit of a workspace: one report a shop, or one of all shops.

Publish the baseline and target reports of a workspace, one a month, below its reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from toolkit.core.bundled import bundled
from toolkit.core.errors import InputError, Problem, UsageError, check_language
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.data.tables.books import read_books
from toolkit.data.tables.chain import BOOKS, FOLDER
from toolkit.data.tables.workspace import REPORTS, SETTINGS_FILE, Workspace, month_to_close, require_data
from toolkit.output.publish.privacy import Edition, check_edition
from toolkit.output.publish.report import Published, publish_report
from toolkit.output.publish.runner import started_kernel
from toolkit.output.reports.published import verify_reports
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.design.study import DesignRequest
from toolkit.studies.planning.targets import TargetRequest, listed
from toolkit.studies.redteam.tricks import repertoire_of

NOTEBOOK = "notebooks/05-monthly-audit.ipynb"
ALL_SHOPS = "all"


def publish_audit(
    workspace: Path,
    month: str | None = None,
    *,
    shop: str = "",
    lang: Lang = "en",
    edition: Edition = "confidential",
    brief: bool = False,
    may_be_published: bool = False,
) -> Published:
    """Publish the audit of a month in the folder of its edition and return where it is.

    Parameters
    ----------
    month : ``YYYY-MM``; the last complete one by default.
    shop : one shop's report; empty for all shops together.
    brief : leave out the chapter on the month's activity.
    may_be_published : whether the same report may well be published already: no kernel is started ahead.

    Raises
    ------
    UsageError
        If the folder is no workspace, holds no complete month, or no scheme is in force in the month.
    InputError
        If a scheme cannot be read.
    RenderError
        If the report could not be completed; nothing was published.
    """
    _check(lang, edition)
    notebook = bundled(NOTEBOOK)
    with nullcontext(None) if may_be_published else started_kernel(notebook.parent) as kernel:
        # While it starts: what is wrong here is told before anything runs.
        from toolkit.studies.audit.settlement import schemes_in_force

        opened = Workspace.open(workspace)
        chosen = month_to_close(opened) if month is None else month
        require_data(opened, Month.parse(chosen))
        schemes_in_force(opened, Month.parse(chosen))
        root = opened.root.resolve()
        target = root / REPORTS[edition] / chosen / (folder_name(shop) or ALL_SHOPS)
        parameters = {"workspace": str(root), "month": chosen, "shop": shop, "edition": edition, "brief": brief}
        inputs = [root / SETTINGS_FILE, root / opened.settings.tables, root / "schemes"]
        inputs += [root / name for name in (FOLDER, BOOKS) if (root / name).is_dir()]
        if Month.parse(chosen) in read_books(opened).rows:  # closed: what was published is served only as it was
            _require_published(verify_reports(root, chosen))
        return publish_report(notebook, parameters, target, inputs=inputs, lang=lang, kernel=kernel)


def _require_published(broken: Sequence[Finding]) -> None:
    if broken:
        raise InputError(Problem(f.subject, f.message, code=f.code) for f in broken)


def publish_pack(workspace: Path, path: Path, month: str | None, *, shops: Sequence[str] = (), lang: Lang) -> Path:
    """Write the pack of a month's audit as one zip, see `write_pack`.

    Raises
    ------
    UsageError
        If `path` names no zip, several shops are asked for, or the month cannot be audited.
    """
    from toolkit.output.reports.pack import write_pack
    from toolkit.studies.audit.month import audit_month

    check_language(lang)
    if path.suffix.lower() != ".zip" or len(shops) > 1:
        raise UsageError(
            Text("--pack writes one FILE.zip, of all shops or of one", "--pack 写一个 FILE.zip：全部店铺或一个店铺")
        )
    opened = Workspace.open(workspace)
    chosen = month_to_close(opened) if month is None else month
    return write_pack(audit_month(opened, chosen, shop=shops[0] if shops else ""), path, lang)


def _check(lang: str, edition: str) -> None:
    check_language(lang)
    check_edition(edition)


def folder_name(name: str) -> str:
    """Return `name` as one folder's name: no separators, no leading dot, at most 80 characters."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).lstrip(".")[:80]


BASELINES = "notebooks/02-baselines.ipynb"
TARGETS = "notebooks/03-targets.ipynb"
DESIGN = "notebooks/04-scheme-design.ipynb"


def publish_baseline(
    workspace: Path,
    month: str,
    *,
    case_mix: str = "",
    campaigns: str = "",
    season: str = "",
    lang: Lang = "en",
    edition: Edition = "confidential",
) -> Published:
    """Publish the baseline of the months up to `month` and return where it is.

    Parameters
    ----------
    case_mix, campaigns : lists with commas; empty for the study's own choice and for none.
    season : twelve ratios, see `study_baseline`.

    Raises
    ------
    UsageError
        If the folder is no workspace, or a word of the request cannot be read.
    RenderError
        If the report could not be completed; nothing was published.
    """
    given = {"month": month, "case_mix": case_mix, "campaigns": campaigns, "season": season, "edition": edition}
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


def publish_design(
    workspace: Path,
    month: str,
    request: DesignRequest,
    *,
    lang: Lang = "en",
    edition: Edition = "confidential",
) -> Published:
    """Publish candidates weighed on the months up to `month` and on the one after, and return where it is.

    Raises
    ------
    UsageError
        If the folder is no workspace, a word of the request cannot be read, or the scheme in force is not clear.
    InputError
        If a candidate is no scheme.
    RenderError
        If the report could not be completed; nothing was published.
    """
    # what cannot be read is told before a kernel starts
    terms, (given_candidates, grids) = request.terms(), request.read()
    if grids:
        request.searched(terms)
    candidates = [
        *given_candidates,
        *([read_candidate(Path(request.current))] if request.current else []),
    ]
    files = [file.resolve() for one in candidates for file in one.files]
    files += [file.resolve() for grid in grids for file in (grid.source, grid.base)]
    schemes = ",".join(str(path.resolve()) for path in request.files)
    search = ",".join(str(grid.source.resolve()) for grid in grids)
    current = str(Path(request.current).resolve()) if request.current else ""
    asked = request.red_team
    if asked and not repertoire_of(asked).assumed:
        files.append(Path(asked).resolve())
        asked = str(Path(asked).resolve())
    given = asdict(request) | {
        "schemes": schemes,
        "search": search,
        "current": current,
        "red_team": asked,
        "month": month,
        "edition": edition,
    }
    return _publish(DESIGN, "design", workspace, given, lang, files)


def _publish(
    notebook: str, kind: str, workspace: Path, given: dict[str, str], lang: Lang, files: Sequence[Path] = ()
) -> Published:
    _check(lang, given["edition"])
    opened = Workspace.open(workspace)
    root, month = opened.root.resolve(), str(Month.parse(given["month"]))
    for campaign in listed(given["campaigns"]):
        Month.parse(campaign)
    require_data(opened, Month.parse(month))
    inputs = [root / SETTINGS_FILE, root / opened.settings.tables, *files, *([root / "schemes"] if files else [])]
    target = root / REPORTS[given["edition"]] / kind / month
    return publish_report(bundled(notebook), {"workspace": str(root), **given}, target, inputs=inputs, lang=lang)
