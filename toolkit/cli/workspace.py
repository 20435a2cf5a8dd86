"""Commands on a workspace: demo, init, import, undo, check, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, finding_line, note, say, say_findings, say_json, say_table, working
from toolkit.cli.options import JsonOption, LangOption, WorkspaceArgument, unchanged
from toolkit.core.errors import MissingToolError, UsageError
from toolkit.core.findings import worst
from toolkit.core.text import Lang, Text, typed

if TYPE_CHECKING:
    from toolkit.data.importing.accounting import ImportResult
    from toolkit.data.tables.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("demo")(demo)
    app.command("init")(init)
    app.command("import")(import_)
    app.command("undo")(undo)
    app.command("check")(check)
    app.command("doctor")(doctor)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to make the demo workspace in.")] = Path("demo"),
    *,
    lang: LangOption,
) -> None:
    """Make a workspace from the bundled synthetic sample.

    An existing one is imported again, which changes nothing.
    """
    from toolkit.data.importing.demo import make_demo

    with working("importing the bundled sample"):
        result = make_demo(folder)
    read, accepted = int(result.table["read"].sum()), int(result.table["accepted"].sum())
    n, steps = len(result.table), f"incentive check {folder}; incentive audit {folder}"
    en = f"{folder}: {n} files of the bundled sample, {read:,} rows read, {accepted:,} accepted"
    say(Text(en, f"{folder}：样例数据的 {n} 个文件，读取 {read:,} 行，已入库 {accepted:,} 行").of(lang))
    note(Text(f"next: {steps}", f"下一步：{steps}").of(lang))


def init(
    folder: WorkspaceArgument,
    currency: Annotated[str, typer.Option(help="Three-letter code; one currency a workspace.")] = "CNY",
    timezone: Annotated[str, typer.Option(help="Where the shop's clock stands.")] = "Asia/Shanghai",
    *,
    lang: LangOption,
) -> None:
    """Make an empty workspace, every setting explained.

    In it: workspace.yaml, data/, schemes/, payroll/.
    """
    from toolkit.data.tables.workspace import create_workspace

    workspace = create_workspace(folder, currency=currency, timezone=timezone, lang=lang)
    where, into = workspace.root, typed(folder)
    en = f"{where}: made; read workspace.yaml, then: incentive import FILE... --into {into}"
    zh = f"{where}：已建好；请先看 workspace.yaml，再导入：incentive import 文件... --into {into}"
    say(Text(en, zh).of(lang))


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="Exports: csv, tsv, xlsx, xls, parquet, zip.", show_default=False)
    ],
    into: Annotated[Path | None, typer.Option("--into", help="Folder of the workspace.", show_default=False)] = None,
    report: Annotated[str | None, typer.Option(help="Which map reads the files, when it cannot be recognised.")] = None,
    map_: Annotated[Path | None, typer.Option("--map", help="Your own map (YAML).")] = None,
    shop: Annotated[str | None, typer.Option(help="Shop of the rows, when the file does not say.")] = None,
    instead_of: Annotated[
        list[str] | None, typer.Option(help="Name of a file imported before, whose rows go; repeat for more.")
    ] = None,
    *,
    look: Annotated[bool, typer.Option("--look", help="Show what a pay sheet says and asks; import nothing.")] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Import nothing: write a map to edit for each file.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where --suggest writes the map; else beside the file.")] = None,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Read exports into the workspace, every row accounted for.

    A row is accepted, rejected with its place, or set aside by a named rule; in which order files come changes nothing.
    For a file no map knows, --suggest says what it seems to be and writes a map; correct it, then give it with --map.
    A pay sheet as people keep it is read by rules; what it leaves open is asked in a map, then given with --map.
    """
    from toolkit.data.importing.imports import import_files
    from toolkit.data.tables.workspace import Workspace

    if suggest:
        _suggest_maps(files, out, lang)
        return
    if look:
        _look(Workspace.open(into) if into else None, files, map_, lang)
        return
    if into is None:
        raise UsageError(Text("name the workspace with --into", "请用 --into 写明工作区"))
    with working(f"importing {len(files)} files"):
        result = import_files(
            Workspace.open(into), files, report=report, map_path=map_, shop=shop, instead_of=instead_of or ()
        )
    _tell_interrupted(result.interrupted, lang)
    if as_json:
        say_json(result.to_json(lang))
    else:
        _say_import(result, lang)
    if worst(result.findings) != "info" or int(result.table["rejected"].sum()):
        raise typer.Exit(ATTENTION)


def _look(workspace: Workspace | None, files: list[Path], map_: Path | None, lang: Lang) -> None:
    """Print what pay sheets say; ends with 1 where something is open or wrong."""
    from toolkit.data.importing.imports import look_at_pay
    from toolkit.data.importing.pay_files import said_of

    seen = look_at_pay(workspace, files, map_)
    for sheet, questions in seen:
        for line in said_of(sheet, questions):
            say(line.of(lang))
        for finding in sheet.findings:
            say(finding_line(finding, lang))
    if any(questions or sheet.findings for sheet, questions in seen):
        raise typer.Exit(ATTENTION)


def _suggest_maps(files: list[Path], out: Path | None, lang: Lang) -> None:
    """Write a map for each file and say what is guessed and what is asked; end with 1 where something is asked."""
    from toolkit.data.reading.maps import table_title
    from toolkit.data.reading.suggest import suggest, write_map

    if out is not None and len(files) > 1:
        raise UsageError(Text("--out takes the map of one file", "--out 只能用于一个文件"))
    asked = False
    for file in files:
        found = suggest(file)
        asked = asked or bool(found.questions)
        seems = table_title(found.table) if found.table else Text("-", "-")
        say(Text(f"{file}: seems to be {found.table or '-'}", f"{file}：像是{seems.zh}").of(lang))
        for line in found.lines(lang):
            say(line)
        if found.map_text:
            path = write_map(found, out or file.with_suffix(".map.yaml"))
            note({"en": f"{path}: written; read and correct it, then import with --map {path}",
                  "zh": f"{path}：已写出；请逐行核对、修改，再用 --map {path} 导入"}[lang])  # fmt: skip
    if asked:
        raise typer.Exit(ATTENTION)


def _tell_interrupted(interrupted: bool, lang: Lang) -> None:
    from toolkit.data.tables.states import INTERRUPTED

    if interrupted:
        note(INTERRUPTED.of(lang))


def _say_import(result: ImportResult, lang: Lang) -> None:
    columns = ["file", "map", "read", "accepted", "rejected", "set_aside"]
    headings = columns if lang == "en" else ["文件", "映射", "读取", "已入库", "被拒", "搁置"]
    say_table(headings, result.table[columns].itertuples(index=False), right=frozenset({2, 3, 4, 5}))
    say(result.text.of(lang))
    for line in result.lines(lang):
        say(line)
    for finding in result.findings:
        say(finding_line(finding, lang))


def undo(workspace: WorkspaceArgument, *, lang: LangOption) -> None:
    """Take back the last import; tables are as before it.

    What was imported and taken back stays in the journal (imports/).
    """
    from toolkit.data.importing.imports import undo_import
    from toolkit.data.tables.workspace import Workspace

    with working("taking back the last import"):
        result = undo_import(Workspace.open(workspace))
    _tell_interrupted(result.interrupted, lang)
    say(result.text.of(lang))


def check(workspace: WorkspaceArgument, *, lang: LangOption, as_json: JsonOption = False) -> None:
    """List what is missing and what the data leave open.

    Gaps, unmapped accounts, impossible figures, partial months; no schemes, or schemes for roles nobody has; nothing to
    compare payroll with.
    """
    from toolkit.data.checks.registry import check_workspace
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.scheme_names import names_the_roster_lacks
    from toolkit.studies.audit.settlement import needs

    with working("checking"), unchanged(workspace, lang):
        opened = Workspace.open(workspace)
        findings = [*check_workspace(opened), *names_the_roster_lacks(opened), *needs(opened)]
    if not findings and not as_json:
        say("nothing to report" if lang == "en" else "没有需要说明的事项")
    say_findings(findings, lang, as_json=as_json)


def doctor(*, lang: LangOption, as_json: JsonOption = False) -> None:
    """Say what this machine lacks and what to install."""
    from toolkit.cli.doctor import examine_machine

    states = examine_machine()
    if as_json:
        say_json([{"what": s.what.of(lang), "ok": s.ok, "advice": s.advice.of(lang)} for s in states])
    else:
        say_table(
            ["", "", ""], [("ok" if s.ok else "--", s.what.of(lang), "" if s.ok else s.advice.of(lang)) for s in states]
        )
    if not all(s.ok for s in states if s.needed):
        raise MissingToolError(Text("something the toolkit needs is missing, see above", "缺少必需的程序，见上"))
    if not all(s.ok for s in states):
        raise typer.Exit(ATTENTION)
