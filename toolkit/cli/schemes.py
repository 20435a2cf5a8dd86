"""Commands on schemes: pay, fmt, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import note, say, say_findings, say_json, say_table
from toolkit.cli.workspace import LangOption
from toolkit.core.errors import UsageError

SchemeArgument = Annotated[Path, typer.Argument(help="Scheme file (YAML).", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("pay")(pay)
    app.command("fmt")(fmt)
    app.command("schema")(schema)
    app.command("read")(read)


def pay(
    scheme: Annotated[
        list[Path], typer.Argument(help="Scheme file, and its earlier versions that paid months in the ledger.")
    ],
    measures: Annotated[Path, typer.Option(help="Measures file; earlier months' rows stand in it too.")],
    month: Annotated[str, typer.Option(help="YYYY-MM, the month to pay.")],
    ledger: Annotated[Path | None, typer.Option(help="Earlier outputs of this command, one after the other.")] = None,
    lines: Annotated[Path | None, typer.Option(help="Order lines with month and agent.")] = None,
    refunds: Annotated[
        Path | None, typer.Option(help="All refunds after payout to date: month, agent, origin_month, amount.")
    ] = None,
    adjustments: Annotated[
        Path | None, typer.Option(help="All adjustments to date, with reason, author and approved_by.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(help="One row an agent: left_on, and what the measures do not tell.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the ledger rows here: csv, xlsx or parquet.")] = None,
    lang: LangOption = "en",
) -> None:
    """Pay a month by a scheme, exactly; every row with the sentence that lets the agent redo the sum."""
    from toolkit.core.money import format_money
    from toolkit.rules import TableFiles, pay_files

    files = TableFiles(ledger=ledger, lines=lines, refunds=refunds, adjustments=adjustments, roster=roster)
    rows = pay_files(scheme, measures, month=month, **files)
    table = rows.to_frame(lang)
    if table.empty:
        raise UsageError(f"nobody is paid in {month}: no row of the measures is somebody a component is for")
    if out is not None:
        from toolkit.output.frames import write_frame

        write_frame(table, out)
    else:
        shown = table[["agent", "component", "amount", "status", "sentence"]]
        say_table(list(shown.columns), shown.itertuples(index=False), right=frozenset({2}))
    note(
        f"{format_money(int(rows.table['amount'].sum()))} to {rows.table['agent'].nunique()} agents, {len(table)} rows"
    )
    say_findings(rows.findings, lang)


def read(scheme: SchemeArgument, lang: LangOption = "en") -> None:
    """Print a scheme as plain sentences."""
    from toolkit.rules import read_scheme, render_sentences

    for line in render_sentences(read_scheme(scheme), lang):
        say(line)


def fmt(
    scheme: SchemeArgument,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the file would change.")] = False,
) -> None:
    """Write a scheme file in its canonical form."""
    from toolkit.rules import format_scheme

    old = scheme.read_text("utf-8")
    new = format_scheme(old, str(scheme))
    if check:
        raise typer.Exit(int(old != new))
    if old != new:
        scheme.write_text(new, "utf-8")
    say(f"{scheme}: {'rewritten' if old != new else 'unchanged'}")


def schema() -> None:
    """Print the JSON Schema of scheme files, with which an editor completes them."""
    from toolkit.rules import scheme_json_schema

    say_json(scheme_json_schema())
