"""Command on a scheme being designed: design."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import ATTENTION, note, say, say_findings, say_json, say_published, working
from toolkit.cli.options import EditionOption, JsonOption, LangOption, month_option, months_of, open_month
from toolkit.core.errors import UsageError
from toolkit.core.findings import worst
from toolkit.core.text import Text

WorkspaceArgument = Annotated[Path, typer.Argument(help="Folder of the workspace.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the application."""
    app.command("design")(design)


def design(
    workspace: WorkspaceArgument,
    schemes: Annotated[
        list[Path] | None, typer.Argument(help="Candidates, up to five: scheme files.", show_default=False)
    ] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option(help="A candidate that changes some values of a scheme; may be repeated.")
    ] = None,
    current: Annotated[Path | None, typer.Option(help="Scheme in force; default: the workspace's.")] = None,
    replicates: Annotated[int, typer.Option(help="Months to draw, 100 to 10000.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the draws; the same seed draws the same months.")] = 20260104,
    budget: Annotated[str, typer.Option(help="Most to be spent in the coming month; not given: no limit.")] = "",
    margin: Annotated[str, typer.Option(help="Profit of one more unit of sales; not given: no break-even.")] = "",
    average_margin: Annotated[str, typer.Option(help="Profit of the present sales, as a share of them.")] = "",
    uplift: Annotated[str, typer.Option(help="A rise of buyers to ask about beside 0, 5 and 10 %.")] = "",
    month: Annotated[str | None, month_option("YYYY-MM, the last month used; default: the last complete one.")] = None,
    campaigns: Annotated[str, typer.Option(help="Months not to learn from.", callback=months_of)] = "",
    out: Annotated[Path | None, typer.Option(help="Folder to write plain tables into, in place of a report.")] = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    as_json: JsonOption = False,
) -> None:
    """Weigh candidate schemes on past months and the coming one.

    Cost, winners and losers, luck, what one more buyer pays, plan health.
    """
    from toolkit.studies.design.study import DesignRequest, design_summary, say_change, say_cost, study_design

    files = [*(schemes or ()), *(overlay or ())]
    if any("," in str(path) for path in files):
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
    if out is not None:
        from toolkit.output.reports.files import write_design

        for path in write_design(study, out):
            note(str(path))
    if as_json:
        say_json(design_summary(study))
    else:
        for at, one in enumerate(study.pays):
            for text in (say_cost(one, study), say_change(at, study)):
                if text is not None:
                    say(text.of(lang))
        say_findings(study.findings, lang)
    if worst(study.findings) != "info":
        raise typer.Exit(ATTENTION)
