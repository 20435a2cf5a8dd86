"""Commands that close a month: audit, reconcile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, note, say, say_json, say_published, say_table, working
from toolkit.cli.options import (
    EditionOption,
    JsonOption,
    LangOption,
    WorkspaceArgument,
    month_option,
    open_month,
    unchanged,
)
from toolkit.core.errors import UsageError
from toolkit.core.findings import worst
from toolkit.core.money import parse_money
from toolkit.core.text import Text

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.output.publish.privacy import Edition
    from toolkit.output.publish.report import Published


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("audit")(audit)
    app.command("reconcile")(reconcile)


def audit(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: the last complete month.")] = None,
    shop: Annotated[
        list[str] | None, typer.Option(help="One report for this shop; repeat, or A,B, or each, for more.")
    ] = None,
    first: Annotated[str | None, month_option("First of several months, with an index page.", "--from")] = None,
    last: Annotated[str | None, month_option("Last of them; default: the last complete month.", "--to")] = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the chapter on the month's activity.")] = False,
    pack: Annotated[
        Path | None, typer.Option(help="Also write what an auditor redoes every sum from: FILE.zip.")
    ] = None,
) -> None:
    """Publish the month's audit: payroll against recomputed pay.

    Every difference is classified and explained; HTML, Excel and PDF. Ends with 1 unless nothing asks for a look.
    """
    from toolkit.output.reports.editions import publish_audit, publish_pack

    if first or last or any(one == "each" or "," in one for one in shop or ()):
        if pack is not None or (month and (first or last)) or (last and not first):
            en = "several months take --from, --to and --shop; --month and --pack are of one"
            raise UsageError(Text(en, "多个月份用 --from、--to 和 --shop；--month 和 --pack 只用于单月"))
        _audit_several(workspace, first or month, last or (None if first else month), shop or [], lang, edition)
        return
    published: list[Published] = []
    with unchanged(workspace, lang):
        if pack is not None:
            say(str(publish_pack(workspace, pack, month, shops=tuple(shop or ()), lang=lang)))
        for one in shop or [""]:
            with working(f"auditing {month or 'the last complete month'} {one}".strip()):
                published.append(publish_audit(workspace, month, shop=one, lang=lang, edition=edition, brief=brief))
            say_published(published[-1])
    if any(report.attention for report in published):
        raise typer.Exit(ATTENTION)


def _audit_several(
    folder: Path, first: str | None, last: str | None, shops: list[str], lang: Lang, edition: Edition
) -> None:
    """Publish several audits and the page over them; ends with 1 where one asks for a look or could not be made."""
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace
    from toolkit.output.reports.batch import audit_months, write_index

    with unchanged(folder, lang):
        workspace, end = Workspace.open(folder), Month.parse(open_month(last, folder))
        begin = Month.parse(first) if first else end
        months = list(begin.through(end))
        if not months:
            raise UsageError(Text(f"{begin} is after {end}", f"{begin} 在 {end} 之后"))
        done = []
        for one in audit_months(workspace, months, shops, lang, edition):
            done.append(one)
            if one.published:
                say_published(one.published)
            elif one.why_not:
                note(f"{one.name.of(lang)}{Text(': ', '：').of(lang)}{one.why_not.of(lang)}")
        say(str(write_index(workspace, done, lang, edition)))
    if any(one.published is None or one.published.attention for one in done):
        raise typer.Exit(ATTENTION)


def _band_fen(text: str) -> int:
    try:
        return parse_money(text)
    except ValueError as error:
        en, zh = f"--band is an amount like 0.01; got {text!r}", f"--band 应是 0.01 这样的金额；这里是 {text!r}"
        raise UsageError(Text(en, zh)) from error


def reconcile(
    scheme: Annotated[Path, typer.Argument(help="Scheme file (YAML).", show_default=False)],
    measures: Annotated[Path, typer.Option(help="Measures file: csv, xlsx or parquet.")],
    payroll: Annotated[Path, typer.Option(help="Payroll lines: agent, item, amount ...")],
    month: Annotated[str, month_option("YYYY-MM.")],
    band: Annotated[str, typer.Option(help="Differences up to this much are ROUNDING.")] = "0.01",
    fixed: Annotated[
        list[str] | None, typer.Option(help="Item that no scheme pays, such as base pay; repeat for more.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the table here: csv, xlsx or parquet.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Compare payroll lines with the rules, one by one."""
    from toolkit.studies.reconcile.reconcile import reconcile_files

    result = reconcile_files(scheme, measures, payroll, month=month, band_fen=_band_fen(band), fixed=fixed or ())
    table = result.to_frame(lang)
    if out is not None:
        from toolkit.output.render.workbook import write_frame

        write_frame(table, out)
    if as_json:
        say_json(table.to_dict("records"))
    elif out is None:
        say_table(list(table.columns), table.itertuples(index=False), right=frozenset({2, 3, 4}))
    for finding in result.notes:
        note(finding.message.of(lang))
    note(result.text.of(lang))
    if not (table["class"] == "MATCH").all() or worst(result.notes) != "info":
        raise typer.Exit(ATTENTION)
