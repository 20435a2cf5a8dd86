"""Commands that say what a scheme pays to whom and why: explain, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import ATTENTION, say, say_json, say_table, working
from toolkit.cli.options import JsonOption, LangOption, month_option
from toolkit.core.errors import UsageError
from toolkit.core.text import Text

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.rules.explain.person import Explanation
    from toolkit.rules.settle.files import TableFiles
    from toolkit.studies.scheme_change.compare import SchemeDiff


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("explain")(explain)
    app.command("diff")(diff)


def explain(
    scheme: Annotated[
        list[Path], typer.Argument(help="Scheme file, and its earlier versions; or a workspace.", show_default=False)
    ],
    agent: Annotated[str, typer.Option(help="Whose pay: the id, or the name if one person has it.")],
    month: Annotated[str, month_option("YYYY-MM.")],
    measures: Annotated[Path | None, typer.Option(help="Measures file; a workspace has its own.")] = None,
    ledger: Annotated[Path | None, typer.Option(help="Earlier outputs of pay, one after the other.")] = None,
    lines: Annotated[Path | None, typer.Option(help="Order lines with month and agent.")] = None,
    refunds: Annotated[Path | None, typer.Option(help="All refunds after payout to date.")] = None,
    adjustments: Annotated[Path | None, typer.Option(help="All adjustments to date.")] = None,
    roster: Annotated[Path | None, typer.Option(help="One row an agent.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Explain one person's pay of a month, step by step.

    And what one more order, one more point of conversion or the next tier would have paid.
    """
    from toolkit.rules.settle.files import TableFiles

    files = TableFiles(ledger=ledger, lines=lines, refunds=refunds, adjustments=adjustments, roster=roster)
    with working("working it out"):
        if len(scheme) == 1 and scheme[0].is_dir():
            found = _from_workspace(scheme[0], month, agent)
        elif measures is None:
            raise UsageError(Text("--measures is needed with a scheme file", "用方案文件时要有 --measures"))
        else:
            found = _from_files(scheme, measures, month, agent, files)
    if as_json:
        say_json(found.to_json(lang))
        return
    for line in found.lines(lang):
        say(line)


def _from_workspace(folder: Path, month: str, agent: str) -> Explanation:
    from toolkit.data.tables.workspace import Workspace
    from toolkit.studies.audit.person import explain_person

    return explain_person(Workspace.open(folder), month, agent)


def _from_files(schemes: list[Path], measures: Path, month: str, agent: str, files: TableFiles) -> Explanation:
    from toolkit.rules.scheme.loading import read_scheme
    from toolkit.rules.settle.files import read_measures, read_tables
    from toolkit.studies.audit.person import explain_row

    rules = [read_scheme(path) for path in schemes]
    tables = read_tables(rules, **files)
    return explain_row(rules, read_measures(measures, rules), month, agent, **tables)


def diff(
    old: Annotated[Path, typer.Argument(help="Scheme file in force so far.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="Scheme file to come.", show_default=False)],
    measures: Annotated[Path | None, typer.Option(help="Measures file: who would be paid what by both.")] = None,
    new_measures: Annotated[
        Path | None, typer.Option(help="The same months by the judging rule to come, where it changes too.")
    ] = None,
    month: Annotated[str, month_option("YYYY-MM to pay by both; default: the last of the measures.")] = "",
    first: Annotated[str, month_option("The first of several months, up to --month; they are added.", "--from")] = "",
    roster: Annotated[Path | None, typer.Option(help="One row an agent, with names to show.")] = None,
    *,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Compare two schemes: what changes, and whose pay by how much.

    With what causes each difference, and a letter to the people.
    """
    from toolkit.rules.scheme.loading import read_scheme
    from toolkit.rules.settle.files import read_measures, read_roster
    from toolkit.studies.scheme_change.compare import diff_schemes
    from toolkit.studies.scheme_change.letter import render_letter

    if measures is None and (month or first or new_measures is not None):
        raise UsageError(
            Text(
                "--month, --from and --new-measures need --measures",
                "--month、--from 和 --new-measures 要与 --measures 一起用",
            )
        )
    before, after = read_scheme(old), read_scheme(new)
    tables = (None if path is None else read_measures(path, [before, after]) for path in (measures, new_measures))
    table, judged = tables
    people = None if roster is None else read_roster(roster)
    with working("paying by both"):
        found = diff_schemes(before, after, table, month=month, first=first, judged=judged, roster=people)
    letter = render_letter(found).of(lang)
    if as_json:
        say_json(found.to_json(lang) | {"letter": letter})
    else:
        _say_diff(found, letter, lang)
    if found.missing:
        raise typer.Exit(ATTENTION)


def _say_diff(found: SchemeDiff, letter: str, lang: Lang) -> None:
    for change in found.changes:
        say(f"- {change.text.of(lang)}")
    say(found.text.of(lang))
    if found.month:
        causes, people = found.causes_table(lang), found.people_table(lang)
        say_table(list(causes.columns), causes.itertuples(index=False), right=frozenset({2, 3}))
        money = frozenset(i for i, name in enumerate(people.columns) if name in ("old", "new", "difference"))
        say_table(list(people.columns), people.itertuples(index=False), right=money)
    say("")
    say(letter)
