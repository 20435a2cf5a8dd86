"""Commands on schemes: pay, fmt, schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import note, say, say_findings, say_json, say_table
from toolkit.cli.options import LangOption, SchemeArgument, month_option
from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding
from toolkit.core.text import Text, typed

if TYPE_CHECKING:
    import pandas as pd


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
    month: Annotated[str, month_option("YYYY-MM, the month to pay.")],
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
    *,
    lang: LangOption,
) -> None:
    """Pay a month by a scheme, every sum in a sentence.

    Exact; from the sentence of a row the agent can redo its sum.
    """
    from toolkit.core.money import format_money, priced
    from toolkit.rules.explain.ledger_text import ledger_frame
    from toolkit.rules.settle.files import TableFiles, pay_files

    if measures.is_dir():
        place = typed(measures)
        audit = f"incentive audit {place} --month {month}"
        person = f"incentive explain {place} --month {month} --agent"
        en = f"{measures} is a folder; a workspace is paid by its own schemes: {audit}; one person: {person} NAME"
        zh = f"{measures} 是文件夹；工作区按其中的方案核算：{audit}；查看一个人：{person} 姓名"
        raise UsageError(Text(en, zh))
    files = TableFiles(ledger=ledger, lines=lines, refunds=refunds, adjustments=adjustments, roster=roster)
    rows = pay_files(scheme, measures, month=month, **files)
    _refuse_silent_zeros(scheme, measures, month, rows.table)
    table = ledger_frame(rows, lang)
    if table.empty:
        en = f"nobody is paid in {month}: no row of the measures is somebody a component is for"
        raise UsageError(Text(en, f"{month} 没有人可发：指标表里没有任何一行属于方案的发放对象"))
    if out is not None:
        from toolkit.output.render.workbook import write_frame

        write_frame(table, out)
    else:
        shown = table[["agent", "component", "amount", "status", "sentence"]]
        say_table(list(shown.columns), shown.itertuples(index=False), right=frozenset({2}))
    total, n = format_money(int(rows.table["amount"].sum())), rows.table["agent"].nunique()
    total_ = priced(total, rows.parts[0].scheme.currency)
    note(
        Text(f"{total_.en} to {n} agents, {len(table)} rows", f"共 {n} 人、{len(table)} 行，合计 {total_.zh}").of(lang)
    )
    say_findings([*_names_of_nobody(scheme, measures, set(table["component"])), *rows.findings], lang)


def _refuse_silent_zeros(schemes: list[Path], measures: Path, month: str, ledger: pd.DataFrame) -> None:
    """Refuse to pay nobody for want of a column's values."""
    from toolkit.core.period import Month
    from toolkit.rules.lint.unfed import refuse_unfed
    from toolkit.rules.scheme.loading import read_scheme
    from toolkit.rules.settle.files import read_measures

    def brings(name: str) -> Text:
        return Text(f"fill column {name} of {measures}", f"在 {measures} 填写 {name} 列")

    when, rules = Month.parse(month), list(map(read_scheme, schemes))
    refuse_unfed(
        [s for s in rules if s.in_force.touches(when.start, when.last_day)],
        read_measures(measures, rules),
        when,
        brings,
        ledger,
    )


def _names_of_nobody(schemes: list[Path], measures: Path, paid: set[str]) -> Iterator[Finding]:
    """Yield why a component pays nobody, where it asks for a name that nobody has."""
    from toolkit.rules.lint.unknown_names import unknown_names
    from toolkit.rules.scheme.loading import read_scheme
    from toolkit.rules.settle.files import read_measures

    rules = list(map(read_scheme, schemes))
    if any(c.id not in paid for scheme in rules for c in scheme.components):
        figures = read_measures(measures, rules)
        yield from (finding for scheme in rules for finding in unknown_names(scheme, figures))


def read(scheme: SchemeArgument, *, lang: LangOption) -> None:
    """Print a scheme as plain sentences."""
    from toolkit.rules.explain.scheme_text import render_sentences
    from toolkit.rules.scheme.loading import read_scheme

    for line in render_sentences(read_scheme(scheme), lang):
        say(line)


def fmt(
    scheme: SchemeArgument,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the file would change.")] = False,
) -> None:
    """Write a scheme file in its canonical form."""
    from toolkit.core.yaml import text_of
    from toolkit.data.tables.storage import publish_bytes
    from toolkit.rules.scheme.canonical import format_scheme
    from toolkit.rules.scheme.loading import read_scheme

    read_scheme(scheme)  # what cannot be read is told as in every command
    old = text_of(scheme)
    new = format_scheme(old, str(scheme))
    if check:
        raise typer.Exit(int(old != new))
    if old != new:
        publish_bytes(scheme, new.encode())
    say(f"{scheme}: {'rewritten' if old != new else 'unchanged'}")


def schema() -> None:
    """Print the JSON Schema of scheme files, for editors."""
    from toolkit.rules.scheme.document import scheme_json_schema

    say_json(scheme_json_schema())
