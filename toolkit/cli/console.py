"""What the command prints: tables and findings for people, JSON for machines, progress for the patient."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from toolkit.core.findings import Finding, by_gravity, worst
from toolkit.core.text import Lang, Text, visible

if TYPE_CHECKING:
    from toolkit.output.publish.report import Published

ATTENTION = 1
MARKS = {
    "info": Text("· info  ", "· 供参考"),
    "review": Text("! review", "! 需查看"),
    "stop": Text("■ stop  ", "■ 须先处理"),
}


def say(text: str) -> None:
    """Print one line of result to standard output."""
    typer.echo(visible(text))


def note(text: str) -> None:
    """Print one line about the work itself to standard error."""
    typer.echo(visible(text), err=True)


def say_json(value: Any) -> None:
    """Print a value as JSON, Unicode kept, keys in their own order."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[int] = frozenset()) -> None:
    """Print a table; the columns whose numbers are in `right` are aligned right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, header in enumerate(headers):
        table.add_column(header, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def finding_json(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Return a finding as a JSON object with its sentence in `lang`."""
    return asdict(finding) | {"message": finding.message.of(lang)}


def finding_line(finding: Finding, lang: Lang, *, coded: bool = False) -> str:
    """Return a finding as one line: how grave, when, its code (which is English) if `coded` or in English, its text."""
    about = " ".join(filter(None, [finding.period, finding.code if coded or lang == "en" else ""]))
    if not about:
        return f"{MARKS[finding.severity].of(lang)} {finding.message.of(lang)}"
    return f"{MARKS[finding.severity].of(lang)} {about}{Text(': ', '：').of(lang)}{finding.message.of(lang)}"


def say_findings(findings: Iterable[Finding], lang: Lang, *, as_json: bool = False) -> None:
    """Print findings, gravest first, and end with exit code 1 when one must be looked at."""
    ordered = by_gravity(findings)
    if as_json:
        say_json([finding_json(f, lang) for f in ordered])
    for f in [] if as_json else ordered:
        say(finding_line(f, lang))
    if worst(ordered) != "info":
        raise typer.Exit(ATTENTION)


def say_published(published: Published) -> None:
    """Print a report's verdict, where it is, and what its making has to say."""
    if published.verdict:
        note(published.verdict)
    say(str(published.html))
    for line in published.notes:
        note(line)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something over two seconds is going on, on standard error, only where somebody looks."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
