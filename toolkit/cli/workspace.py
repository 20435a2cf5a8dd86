"""Commands on a workspace: demo, init, import, check, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import note, say, say_findings, say_json, say_table, working
from toolkit.core.errors import MissingToolError, UsageError
from toolkit.core.findings import worst
from toolkit.core.text import Lang

if TYPE_CHECKING:
    from toolkit.data.accounting import ImportResult

LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the sentences: en or zh.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
WorkspaceArgument = Annotated[Path, typer.Argument(help="Folder of the workspace.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("import")(import_)
    app.command("check")(check)
    app.command("doctor")(doctor)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make the demo workspace in.")] = Path("demo"),
) -> None:
    """Make a workspace from the bundled synthetic sample; an existing one is imported again, which changes nothing."""
    from toolkit.studies.demo import make_demo

    with working("importing the bundled sample"):
        result = make_demo(folder)
    read, accepted = int(result.table["read"].sum()), int(result.table["accepted"].sum())
    say(f"{folder}: {len(result.table)} files of the bundled sample, {read:,} rows read, {accepted:,} accepted")
    note(f"next: incentive check {folder}; incentive audit {folder}")


def init(
    folder: WorkspaceArgument,
    currency: Annotated[str, typer.Option(help="Three-letter code; one currency a workspace.")] = "CNY",
    timezone: Annotated[str, typer.Option(help="Where the shop's clock stands.")] = "Asia/Shanghai",
) -> None:
    """Make an empty workspace: workspace.yaml with every setting explained, data/, schemes/, payroll/."""
    from toolkit.data.workspace import create_workspace

    workspace = create_workspace(folder, currency=currency, timezone=timezone)
    say(f"{workspace.root}: made; read workspace.yaml, then: incentive import FILE... --into {folder}")


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Exports: csv, tsv, xlsx, xls, parquet, zip.", show_default=False)
    ],
    into: Annotated[Path, typer.Option("--into", help="Folder of the workspace.")],
    report: Annotated[str | None, typer.Option(help="Which map reads the files, when it cannot be recognised.")] = None,
    map_: Annotated[Path | None, typer.Option("--map", help="Your own map (YAML).")] = None,
    shop: Annotated[str | None, typer.Option(help="Shop of the rows, when the file does not say.")] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Read exports into the workspace: every row accepted, rejected with its place, or set aside by a named rule."""
    from toolkit.data.imports import import_files
    from toolkit.data.workspace import Workspace

    with working(f"importing {len(files)} files"):
        result = import_files(Workspace.open(into), files, report=report, map_path=map_, shop=shop)
    if as_json:
        say_json(result.to_json(lang))
    else:
        _say_import(result, lang)
    if worst(result.findings) != "info" or int(result.table["rejected"].sum()):
        raise typer.Exit(1)


def _say_import(result: ImportResult, lang: Lang) -> None:
    columns = ["file", "map", "read", "accepted", "rejected", "set_aside"]
    say_table(columns, result.table[columns].itertuples(index=False), right=frozenset({2, 3, 4, 5}))
    say(result.text.of(lang))
    for line in result.lines(lang):
        say(line)


def check(workspace: WorkspaceArgument, lang: LangOption = "en", as_json: JsonOption = False) -> None:
    """List what the data leave open: gaps, unmapped accounts, impossible figures, partial months."""
    from toolkit.data.checks import check_workspace
    from toolkit.data.workspace import Workspace

    with working("checking"):
        findings = check_workspace(Workspace.open(workspace))
    if not findings and not as_json:
        say("nothing to report" if lang == "en" else "没有需要说明的事项")
    say_findings(findings, lang, as_json=as_json)


def doctor(lang: LangOption = "en", as_json: JsonOption = False) -> None:
    """Say what this machine lacks and what to install."""
    from toolkit.output.doctor import examine_machine

    states = examine_machine()
    if as_json:
        say_json([{"what": s.what.of(lang), "ok": s.ok, "advice": s.advice.of(lang)} for s in states])
    else:
        say_table(
            ["", "", ""], [("ok" if s.ok else "--", s.what.of(lang), "" if s.ok else s.advice.of(lang)) for s in states]
        )
    if not all(s.ok for s in states if s.needed):
        raise MissingToolError("something the toolkit needs is missing, see above")


def open_month(text: str | None, workspace: Path) -> str:
    """Return the month asked for, or the last complete one of the workspace's data."""
    if text is not None:
        return text
    from toolkit.data.measures import last_complete_month
    from toolkit.data.workspace import Workspace

    month = last_complete_month(Workspace.open(workspace))
    if month is None:
        raise UsageError(f"{workspace} holds no complete month of data; import exports first, or name one with --month")
    return str(month)
