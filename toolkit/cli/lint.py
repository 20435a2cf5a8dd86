"""Command on what a scheme does to people: lint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from toolkit.cli.console import ATTENTION, finding_line, note, say, say_json, working
from toolkit.cli.options import JsonOption, LangOption, SchemeArgument, month_option
from toolkit.core.errors import UsageError
from toolkit.core.findings import SEVERITIES, Finding, worst
from toolkit.core.text import Lang, Text


def register(app: typer.Typer) -> None:
    """Add the command of this module to the application."""
    app.command("lint")(lint)


def lint(
    scheme: SchemeArgument,
    measures: Annotated[
        Path | None,
        typer.Option(help="Measures file of a year or more, or a workspace: what the scheme does to these people."),
    ] = None,
    month: Annotated[str | None, month_option("YYYY-MM to look at; default: the last whole month.")] = None,
    *,
    names: Annotated[
        bool, typer.Option("--names", help="Add who a finding is about; the sentences themselves name nobody.")
    ] = False,
    lang: LangOption,
    as_json: JsonOption = False,
) -> None:
    """Say what a scheme does to people, each point with its line.

    Cliffs, luck, what can be moved without serving anyone, points for counsel.
    """
    from toolkit.rules.lint.registry import lint_scheme
    from toolkit.rules.scheme.loading import read_scheme

    read = read_scheme(scheme)
    findings = list(lint_scheme(read))
    if measures is not None:
        from toolkit.studies.consequences.registry import lint_file

        with working("looking at what it does"):
            findings += lint_file(read, measures, month=month)
    elif month is not None:
        raise UsageError(Text("--month needs --measures", "--month 要与 --measures 一起用"))
    ordered = sorted(findings, key=lambda f: (f.evidence["line"], f.code, f.period, f.subject))
    if as_json:
        say_json([_json(f, lang) for f in ordered])
    else:
        _say(ordered, lang, source=str(scheme), names=names)
    if worst(findings) != "info":
        raise typer.Exit(ATTENTION)


def _say(ordered: list[Finding], lang: Lang, *, source: str, names: bool) -> None:
    for f in ordered:
        say(f"{source}:{f.evidence['line']}: {finding_line(f, lang, coded=True)}")
        people = f.evidence.get("people", ())
        if names and people:
            chances = people if isinstance(people, dict) else {}
            say("    " + ", ".join(f"{who} {chances[who]:.1%}" if chances else who for who in people))
    counts = {severity: sum(f.severity == severity for f in ordered) for severity in SEVERITIES}
    en = "{stop} stop, {review} review, {info} info".format(**counts)
    note(Text(en, "须先处理 {stop} 条，需查看 {review} 条，供参考 {info} 条".format(**counts)).of(lang))


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
