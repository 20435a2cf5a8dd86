"""Commands on a scheme being designed: design, adopt."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, finding_json, note, say, say_findings, say_json, say_published, working
from toolkit.cli.options import EditionOption, JsonOption, LangOption, month_option, months_of, open_month
from toolkit.core.errors import UsageError
from toolkit.core.findings import worst
from toolkit.core.text import Text

if TYPE_CHECKING:
    from toolkit.studies.design.study import DesignStudy
    from toolkit.studies.redteam.tricks import RedTeam

WorkspaceArgument = Annotated[Path, typer.Argument(help="Folder of the workspace.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the application."""
    app.command("design")(design)
    app.command("adopt")(adopt)


def design(
    workspace: WorkspaceArgument,
    schemes: Annotated[
        list[Path] | None, typer.Argument(help="Candidates, up to five: scheme files.", show_default=False)
    ] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option(help="A candidate that changes some values of a scheme; may be repeated.")
    ] = None,
    search: Annotated[
        list[Path] | None, typer.Option(help="Values left free; the best scheme among them is sought; may be repeated.")
    ] = None,
    aim: Annotated[str, typer.Option("--for", help="Of the search: luck (lowest) or net-gain (highest).")] = "luck",
    current: Annotated[Path | None, typer.Option(help="Scheme in force; default: the workspace's.")] = None,
    replicates: Annotated[int, typer.Option(help="Months to draw, 100 to 10000.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the draws; the same seed draws the same months.")] = 20260104,
    budget: Annotated[str, typer.Option(help="Most to be spent in the coming month; not given: no limit.")] = "",
    margin: Annotated[str, typer.Option(help="Profit of one more unit of sales; not given: no break-even.")] = "",
    average_margin: Annotated[str, typer.Option(help="Profit of the present sales, as a share of them.")] = "",
    uplift: Annotated[str, typer.Option(help="A rise of buyers to ask about beside 0, 5 and 10 %.")] = "",
    red_team: Annotated[bool, typer.Option("--red-team", help="Look for plans that would pay, and repairs.")] = False,
    repertoire: Annotated[
        Path | None, typer.Option(help="Acts a plan may hold, with caps and costs; default: assumed ones.")
    ] = None,
    month: Annotated[str | None, month_option("YYYY-MM, the last month used; default: the last complete one.")] = None,
    campaigns: Annotated[str, typer.Option(help="Months not to learn from.", callback=months_of)] = "",
    out: Annotated[Path | None, typer.Option(help="Folder to write plain tables into, in place of a report.")] = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    as_json: JsonOption = False,
) -> None:
    """Weigh candidate schemes on past months and the coming one.

    Cost, winners and losers, luck, what one more buyer pays, plan health; the best scheme among free values.
    """
    from toolkit.studies.design.frontier import say_search
    from toolkit.studies.design.study import DesignRequest, design_summary, say_change, say_cost, study_design

    files = [*(schemes or ()), *(overlay or ())]
    if any("," in str(path) for path in (*files, *(search or ()))):
        raise UsageError(Text("a candidate's path holds a comma; rename the file", "候选方案的路径含逗号；请改文件名"))
    request = DesignRequest(
        schemes=",".join(map(str, files)),
        current="" if current is None else str(current),
        replicates=str(replicates),
        seed=str(seed),
        budget=budget,
        margin=margin,
        average_margin=average_margin,
        uplift=uplift,
        campaigns=campaigns,
        search=",".join(map(str, search or ())),
        aim=aim,
        red_team=str(repertoire) if repertoire is not None else "assumed" if red_team else "",
    )
    chosen = open_month(month, workspace)
    if out is None and not as_json:
        from toolkit.output.reports.editions import publish_design

        with working(f"weighing {len(files)} candidates"):
            published = publish_design(workspace, chosen, request, lang=lang, edition=edition)
        say_published(published)
        if published.attention:
            raise typer.Exit(ATTENTION)
        return
    if edition == "internal":
        raise UsageError(Text("plain tables hold people's own ids", "明细表使用本人工号，不能用化名"))
    with working(f"weighing {len(files)} candidates"):
        study = study_design(workspace, chosen, request)
        teams = _played(study)
    if out is not None:
        from toolkit.output.reports.files import write_design
        from toolkit.output.reports.redteam import write_red_team

        for path in [*write_design(study, out), *(write_red_team(teams, out) if teams is not None else ())]:
            note(str(path))
    if as_json:
        say_json(design_summary(study))
    else:
        for words in () if study.search is None else say_search(study.search, study.currency):
            say(words.of(lang))
        for at, one in enumerate(study.pays):
            for text in (say_cost(one, study), say_change(at, study)):
                if text is not None:
                    say(text.of(lang))
        for text in _said_of(teams):
            say(text.of(lang))
        say_findings(study.findings, lang)
    if worst(study.findings) != "info":
        raise typer.Exit(ATTENTION)


def _played(study: DesignStudy) -> tuple[RedTeam, ...] | None:
    """Return what plans would pay; the study is loaded where it is asked for."""
    from toolkit.studies.redteam.tricks import play_study

    return play_study(study)


def _said_of(teams: tuple[RedTeam, ...] | None) -> list[Text]:
    from toolkit.studies.redteam.tricks import say_red_team

    return [say_red_team(one, one.scheme.currency) for one in teams or ()]


def adopt(
    workspace: WorkspaceArgument,
    candidate: Annotated[Path, typer.Argument(help="The scheme, or overlay, that was chosen.", show_default=False)],
    first: Annotated[str, month_option("YYYY-MM, the first month in force.", "--from")],
    last: Annotated[str, month_option("YYYY-MM, the last one; not given: until a later version.", "--to")] = "",
    replaces: Annotated[str, typer.Option(help="Id of the scheme it comes in the place of; default: its own.")] = "",
    month: Annotated[str | None, month_option("YYYY-MM it is compared on; default: the last complete one.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Put a chosen candidate in force from a month on.

    Its dated file, a letter to the people, the points of lint, a list to sign. The version so far ends the day before.
    """
    from toolkit.data.tables.workspace import Workspace
    from toolkit.output.reports.files import write_adoption
    from toolkit.studies.design.adoption import adopt as make

    chosen = open_month(month, workspace)
    opened = Workspace.open(workspace)
    with working("looking at what it does"):
        made = make(opened, candidate, first, last, replaces=replaces, month=chosen)
    written = write_adoption(opened, made)
    if as_json:
        findings = [finding_json(finding, lang) for finding in made.findings]
        say_json({"files": [str(path) for path in written], "letter": made.letter.of(lang), "findings": findings})
    else:
        for path in written:
            say(str(path))
        if made.ended is not None:
            ends = made.scheme.in_force.from_ - timedelta(days=1)
            name = made.ended[0].name
            note(Text(f"{name} now ends on {ends}", f"{name} 现于 {ends} 结束").of(lang))
        say_findings(made.findings, lang)
    if worst(made.findings) != "info":
        raise typer.Exit(ATTENTION)
