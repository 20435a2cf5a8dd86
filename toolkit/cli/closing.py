"""Commands of a month's life: calendar, objections, close, reopen, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, finding_json, note, say, say_findings, say_json, say_table, working
from toolkit.cli.options import JsonOption, LangOption, WorkspaceArgument, month_option, open_month, unchanged
from toolkit.core.text import Lang, Text, typed

if TYPE_CHECKING:
    from toolkit.studies.closing.close import ClosingStep

WhoOption = Annotated[str, typer.Option("--as", help="Who does it.", show_default=False)]
MonthOption = Annotated[str, month_option("YYYY-MM.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("calendar")(calendar)
    app.command("objections")(objections)
    app.command("close")(close)
    app.command("reopen")(reopen)
    app.command("verify")(verify)


def calendar(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: the last complete month.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Show the dates of a month, and what is late.

    They stand in workspace.yaml under calendar and statements; ends with 1 when something is late.
    """
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.closing.dates import month_dates

    dates = month_dates(Workspace.open(workspace), Month.parse(open_month(month, workspace)))
    if as_json:
        say_json(
            [{"date": str(d.day), "what": d.what.of(lang), "late": d.late, "said": d.said.of(lang)} for d in dates]
        )
    else:
        say_table(["", "", ""], [(str(d.day), d.what.of(lang), d.said.of(lang)) for d in dates])
    if any(d.late for d in dates):
        raise typer.Exit(ATTENTION)


def objections(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: the last complete month.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="FILE.xlsx; default: WORKSPACE/objections/objections-<month>.xlsx.", show_default=False),
    ] = None,
    *,
    lang: LangOption,
) -> None:
    """Write the form of a month's objections, and count them.

    A row a person and component; what is filled in is read back by: incentive import. What is granted, and approved by
    somebody else, is paid in the month the form names.
    """
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace
    from toolkit.output.reports.objection_form import write_objection_form
    from toolkit.studies.audit.objections import count_objections

    with unchanged(workspace, lang):
        opened, chosen = Workspace.open(workspace), open_month(month, workspace)
        with working(f"objections of {chosen}"):
            path = write_objection_form(opened, chosen, lang, out)
        (count,) = count_objections(opened, [Month.parse(chosen)])
    say(str(path))
    note(count.text(opened.settings.currency).of(lang))
    then = f"incentive import {typed(path)} --into {typed(workspace)}"
    note(Text(f"fill it in, then: {then}", f"填写后导入：{then}").of(lang))
    if count.undecided:
        raise typer.Exit(ATTENTION)


def close(
    workspace: WorkspaceArgument,
    month: MonthOption,
    who: WhoOption,
    state: Annotated[
        str | None, typer.Option(help="calculated, shown, settled, approved or closed; default: the next one.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, where the audit is not ready for approval.")] = "",
    *,
    lang: LangOption,
) -> None:
    """Bring a month one step further, up to closed books.

    The steps: calculated, shown, settled, approved, closed. Refuses with reasons, and then ends with 1. Once closed, a
    month's pay is never changed: what later exports change is paid in the first open month.
    """
    from toolkit.studies.closing.close import close_month

    with working(f"closing {month}"):
        step = close_month(workspace, month, who, state=state, reason=reason)
    _tell(step, lang)


def reopen(
    workspace: WorkspaceArgument,
    month: MonthOption,
    who: WhoOption,
    other: Annotated[str, typer.Option("--and", help="The second person.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why.", show_default=False)],
    *,
    lang: LangOption,
) -> None:
    """Open the latest closed month again, by two people.

    It takes a reason; the book of the month is kept.
    """
    from toolkit.studies.closing.close import reopen_month

    _tell(reopen_month(workspace, month, who, other, reason), lang)


def _tell(step: ClosingStep, lang: Lang) -> None:
    say(step.text.of(lang))
    say_findings(step.refused, lang)


def verify(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: every closed month.")] = None,
    *,
    replay: Annotated[bool, typer.Option("--replay", help="Also pay each month again, to the cent.")] = False,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Check that what was closed and published is as it was.

    Names every file that changed, is missing or was added, and then ends with 1.
    """
    from toolkit.output.reports.published import verify_reports
    from toolkit.studies.closing.verify import verify_months

    with working("verifying"), unchanged(workspace, lang):
        result = verify_months(workspace, month, replay=replay)
        findings = [*result.findings, *verify_reports(workspace, month)]
    if as_json:
        say_json(
            {"months": [line.of(lang) for line in result.lines], "findings": [finding_json(f, lang) for f in findings]}
        )
        raise typer.Exit(ATTENTION if findings else 0)
    for line in result.lines:
        say(line.of(lang))
    if not result.closed:
        note({"en": "no month is closed", "zh": "没有已关账的月份"}[lang])
    say_findings(findings, lang)
