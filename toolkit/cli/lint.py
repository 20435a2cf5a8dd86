"""Command on what a scheme does to people: lint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.cli.console import ATTENTION, MARKS, note, say, say_json, working
from toolkit.cli.schemes import SchemeArgument
from toolkit.cli.workspace import JsonOption, LangOption
from toolkit.core.errors import UsageError

if TYPE_CHECKING:
    from toolkit.core.findings import Finding
    from toolkit.core.text import Lang


def register(app: typer.Typer) -> None:
    """Add the command of this module to the application."""
    app.command("lint")(lint)


def lint(
    scheme: SchemeArgument,
    measures: Annotated[
        Path | None, typer.Option(help="Measures file of a year or more: what the scheme does to these people.")
    ] = None,
    month: Annotated[str | None, typer.Option(help="YYYY-MM to look at; default: the last of the measures.")] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say what a scheme does to people: cliffs, luck, what can be moved, points for counsel; each with its line."""
    from toolkit.core.findings import worst
    from toolkit.rules import read_scheme
    from toolkit.rules.lint import lint_scheme

    read = read_scheme(scheme)
    findings = list(lint_scheme(read))
    if measures is not None:
        from toolkit.studies.consequences import lint_file

        with working("looking at what it does"):
            findings += lint_file(read, measures, month=month)
    elif month is not None:
        raise UsageError("--month needs --measures")
    _say(findings, lang, as_json=as_json, source=str(scheme))
    if worst(findings) != "info":
        raise typer.Exit(ATTENTION)


def _say(findings: list[Finding], lang: Lang, *, as_json: bool, source: str) -> None:
    ordered = sorted(findings, key=lambda f: (f.evidence["line"], f.code, f.period, f.subject))
    if as_json:
        say_json([_json(f, lang) for f in ordered])
        return
    for f in ordered:
        about = " ".join(filter(None, [f.period, f.code]))
        say(f"{source}:{f.evidence['line']}: {MARKS[f.severity]} {f.severity:<6} {about}: {f.message.of(lang)}")
    counts = ", ".join(f"{sum(f.severity == s for f in ordered)} {s}" for s in reversed(MARKS))
    note(counts)


def _json(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Return a finding as the design's table of `lint` has it."""
    placed = ("scheme", "component", "line")
    return {
        "code": finding.code,
        "severity": finding.severity,
        **{key: finding.evidence[key] for key in placed},
        "period": finding.period,
        "subject": finding.subject,
        "message": finding.message.of(lang),
        "evidence": {key: value for key, value in finding.evidence.items() if key not in placed},
    }
