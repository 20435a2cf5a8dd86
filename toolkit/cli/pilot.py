"""Commands on a new scheme tried by lot: pilot plan, pilot evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, finding_json, note, say, say_findings, say_json, say_table, working
from toolkit.cli.options import JsonOption, LangOption, WorkspaceArgument, month_option
from toolkit.core.findings import worst
from toolkit.core.text import Text, typed

if TYPE_CHECKING:
    from toolkit.studies.pilot.pilot_plan import PlannedPilot

pilot = typer.Typer(help="Try a new scheme by lot: plan it before it begins, evaluate it when it is over.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    pilot.command("plan")(plan)
    pilot.command("evaluate")(evaluate)
    app.add_typer(pilot, name="pilot")


def plan(
    workspace: WorkspaceArgument,
    scheme: Annotated[Path, typer.Option(help="The new scheme (YAML).", show_default=False)],
    months: Annotated[int, typer.Option(help="How long it lasts.")] = 6,
    share: Annotated[str, typer.Option(help="Of the people of each shop (within), or of months (switchback).")] = "1/2",
    design: Annotated[
        str, typer.Option(help="within (shops), staggered (all, one after the other) or switchback (shops by months).")
    ] = "within",
    start: Annotated[str | None, month_option("YYYY-MM, the first month; default: the next one.", "--from")] = None,
    outcome: Annotated[str, typer.Option(help="conversion or revenue_per_buyer.")] = "conversion",
    shop: Annotated[str, typer.Option(help="Shops that take part, with commas; not given: all.")] = "",
    seed: Annotated[
        int | None, typer.Option(help="Of the lots; not given: made of the scheme, the start and the people.")
    ] = None,
    who: Annotated[str, typer.Option("--as", help="Who files it.", show_default=False)] = "",
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Draw who gets a new scheme when, and say which effect could be seen.

    The plan is filed in the workspace, pilots/<id>.json, before the pilot begins; it is never changed.
    """
    from toolkit.studies.pilot.pilot_plan import PilotRequest, plan_pilot

    request = PilotRequest(scheme, months, share, design, start or "", seed, outcome, shop)
    with working("planning a pilot"):
        planned = plan_pilot(workspace, request, who)
    if as_json:
        say_json(
            {
                "plan": str(planned.path),
                "texts": [text.of(lang) for text in planned.texts],
                "findings": [finding_json(f, lang) for f in planned.findings],
            }
        )
        raise typer.Exit(ATTENTION if worst(planned.findings) != "info" else 0)
    _say_people(planned)
    for text in planned.texts:
        say(text.of(lang))
    note(str(planned.path))
    then = f"incentive pilot evaluate {typed(workspace)} --plan {typed(planned.path)}"
    last = planned.plan.months[-1]
    note(Text(f"when {last} is over: {then}", f"{last} 结束后：{then}").of(lang))
    say_findings(planned.findings, lang)


def _say_people(planned: PlannedPilot) -> None:
    people = planned.plan.people
    rows = [(planned.names.get(p.agent, p.agent), p.shop, ", ".join(p.months) or "-") for p in people]
    say_table(["agent", "shop", planned.plan.scheme], rows)


def evaluate(
    workspace: WorkspaceArgument,
    plan: Annotated[Path, typer.Option(help="pilots/<id>.json, as it was filed.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Folder to write pilot.json and months.csv into.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Say what a pilot showed, by the plan filed before it began.

    Refused without such a plan, before the pilot is over, and without anybody to compare with.
    """
    from toolkit.output.reports.files import plain, rows_of, write_pilot
    from toolkit.studies.pilot.pilot_result import evaluate_pilot, pilot_months, pilot_summary

    with working("evaluating a pilot"):
        result = evaluate_pilot(workspace, plan)
    for path in [] if out is None else write_pilot(result, out):
        note(str(path))
    if as_json:
        found = [finding_json(f, lang) for f in result.findings]
        say_json({**plain(pilot_summary(result)), "months": rows_of(pilot_months(result)), "findings": found})
        raise typer.Exit(ATTENTION if worst(result.findings) != "info" else 0)
    if out is None:
        rows = [
            (month, period, "yes" if given else "no", n, f"{value:.3f}" if value < 1 else f"{value:,.2f}")
            for month, period, given, n, _, value in pilot_months(result).itertuples(index=False)
        ]
        say_table(["month", "period", result.filed.plan.scheme, "people", result.filed.plan.outcome], rows)
    for text in result.texts:
        say(text.of(lang))
    say_findings(result.findings, lang)
