"""Commands that close a month: audit, reconcile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from toolkit.cli.console import note, say, say_json, say_table, working
from toolkit.cli.workspace import JsonOption, LangOption, WorkspaceArgument, open_month

Edition = Literal["confidential", "shareable"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("audit")(audit)
    app.command("reconcile")(reconcile)


def audit(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, typer.Option(help="YYYY-MM; default: the last complete month.")] = None,
    shop: Annotated[list[str] | None, typer.Option(help="One report for this shop; repeat for more.")] = None,
    lang: LangOption = "en",
    edition: Annotated[Edition, typer.Option(help="shareable shows pseudonyms instead of names.")] = "confidential",
) -> None:
    """Render the month's audit: payouts recomputed, compared with payroll, every difference explained."""
    from toolkit.output.audits import publish_audit

    chosen = open_month(month, workspace)
    for one in shop or [""]:
        with working(f"auditing {chosen} {one}".strip()):
            published = publish_audit(workspace, chosen, shop=one, lang=lang, edition=edition)
        say(str(published.html))
        for line in published.notes:
            note(line)


def reconcile(
    scheme: Annotated[Path, typer.Argument(help="Scheme file (YAML).", show_default=False)],
    measures: Annotated[Path, typer.Option(help="Measures file: csv, xlsx or parquet.")],
    payroll: Annotated[Path, typer.Option(help="Payroll lines: agent, item, amount ...")],
    month: Annotated[str, typer.Option(help="YYYY-MM.")],
    band: Annotated[str, typer.Option(help="Differences up to this much are ROUNDING.")] = "0.01",
    out: Annotated[Path | None, typer.Option(help="Write the table here: csv, xlsx or parquet.")] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Compare payroll lines with the rules; classify and explain every difference."""
    from toolkit.core.money import parse_money
    from toolkit.studies.reconcile import reconcile_files

    result = reconcile_files(scheme, measures, payroll, month=month, band_fen=parse_money(band))
    table = result.to_frame(lang)
    if out is not None:
        from toolkit.output.frames import write_frame

        write_frame(table, out)
    if as_json:
        say_json(table.to_dict("records"))
    elif out is None:
        say_table(list(table.columns), table.itertuples(index=False), right=frozenset({2, 3, 4}))
    for finding in result.notes:
        note(finding.message.of(lang))
    note(result.text.of(lang))
    if not (table["class"] == "MATCH").all():
        raise typer.Exit(1)
