"""Commands that tell people and payroll what a month pays: statements, payroll."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import ATTENTION, note, say, working
from toolkit.cli.options import LangOption, WorkspaceArgument, month_option, open_month, unchanged
from toolkit.core.text import Text


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("statements")(statements)
    app.command("payroll")(payroll)


def statements(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: the last complete month.")] = None,
    agent: Annotated[list[str] | None, typer.Option(help="Only this person: id or name; repeat for more.")] = None,
    packet: Annotated[
        bool, typer.Option("--packet", help="Also the person's own orders and the rules, for a dispute.")
    ] = False,
    *,
    lang: LangOption,
) -> None:
    """Write a page for each person: what is due, and why.

    HTML, PDF and a workbook for mail merge, below WORKSPACE/statements; nothing of others stands in any of them.
    """
    from toolkit.data.tables.workspace import Workspace
    from toolkit.output.reports.statements import write_statements
    from toolkit.studies.audit.statement import statement_month

    with unchanged(workspace, lang):
        opened, chosen = Workspace.open(workspace), open_month(month, workspace)
        with working(f"statements of {chosen}"):
            told = statement_month(opened, chosen, with_orders=packet)
            wanted = None if not agent else list(dict.fromkeys(map(told.find, agent)))
            made = write_statements(told, opened.root / "statements", lang, wanted)
    say(str(made.folder))
    people = Text("statement" if made.people == 1 else "statements", "份说明")
    note(Text(f"{made.people} {people.en}", f"{made.people} {people.zh}").of(lang))
    for words in made.notes:
        note(words.of(lang))
    for who, why in made.failed.items():
        note(Text(f"no statement of {who}: {why.en}", f"{who} 的说明没有生成：{why.zh}").of(lang))
    if made.failed:
        raise typer.Exit(ATTENTION)


def payroll(
    workspace: WorkspaceArgument,
    month: Annotated[str | None, month_option("YYYY-MM; default: the last complete month.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="FILE.xlsx; default: WORKSPACE/payroll/<month>.xlsx.", show_default=False)
    ] = None,
    *,
    lang: LangOption,
) -> None:
    """Write what the rules pay as a pay sheet.

    A row a person, a column an item of payroll_items, totals; what no item pays is named and nothing is written.
    """
    from toolkit.core.money import format_money, priced
    from toolkit.data.tables.workspace import Workspace
    from toolkit.output.reports.payroll_sheet import pay_month, write_payroll

    with unchanged(workspace, lang):
        opened, chosen = Workspace.open(workspace), open_month(month, workspace)
        with working(f"paying {chosen}"):
            paid, names = pay_month(opened, chosen)
        path = write_payroll(paid, names, chosen, out or opened.root / "payroll" / f"{chosen}.xlsx", lang)
    say(str(path))
    total, n = priced(format_money(int(paid.total.sum())), opened.settings.currency), len(paid.table)
    note(Text(f"{total.en} to {n} people", f"共 {n} 人，合计 {total.zh}").of(lang))
    if paid.left_out:
        en, zh = ", ".join(paid.left_out), "、".join(paid.left_out)
        note(Text(f"not in it, because no scheme pays it: {en}", f"不含（非方案发放）：{zh}").of(lang))
