"""Commands on baselines, targets and effects: baseline, targets, effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import (
    ATTENTION,
    finding_json,
    note,
    say,
    say_findings,
    say_json,
    say_published,
    say_table,
    working,
)
from toolkit.cli.options import EditionOption, JsonOption, LangOption, month_option, months_of, open_month
from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding, worst
from toolkit.core.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.core.text import Lang
    from toolkit.output.publish.privacy import Edition
    from toolkit.output.publish.report import Published
    from toolkit.studies.planning.baselines import BaselineStudy
    from toolkit.studies.planning.effect import EffectStudy
    from toolkit.studies.planning.history import History
    from toolkit.studies.planning.targets import TargetStudy

SourceArgument = Annotated[
    Path, typer.Argument(help="A workspace, or a measures file: csv, xlsx or parquet.", show_default=False)
]
MonthOption = Annotated[str | None, month_option("YYYY-MM, the last month used; default: the last complete one.")]
CaseMixOption = Annotated[
    str, typer.Option(help="Columns whose difference is not the agent's; default: shop, channel, product where known.")
]
CampaignsOption = Annotated[
    str, typer.Option(help="Months not to learn from, e.g. 2024-06,2024-11.", callback=months_of)
]
SeasonOption = Annotated[
    str, typer.Option(help="Twelve numbers, January first: conversion of the month over a usual one; 1 is usual.")
]
OutOption = Annotated[Path | None, typer.Option(help="Folder to write plain tables into, in place of a report.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("baseline")(baseline)
    app.command("targets")(targets)
    app.command("effect")(effect)


def baseline(
    source: SourceArgument,
    month: MonthOption = None,
    case_mix: CaseMixOption = "",
    campaigns: CampaignsOption = "",
    season: SeasonOption = "",
    out: OutOption = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    as_json: JsonOption = False,
) -> None:
    """Say who converts better than case-mix and luck explain.

    A workspace's report; of a file, or with --out, plain tables.
    """
    if source.is_dir() and out is None and not as_json:
        from toolkit.output.reports.editions import publish_baseline

        chosen = open_month(month, source)
        with working(f"studying {chosen}"):
            published = publish_baseline(
                source,
                chosen,
                case_mix=case_mix,
                campaigns=campaigns,
                season=season,
                lang=lang,
                edition=edition,
            )
        _say_published(published)
        return
    from toolkit.studies.planning.baselines import study_baseline, summary_of
    from toolkit.studies.planning.targets import listed

    with working(f"studying {source}"):
        study = study_baseline(_history(source, month, edition), listed(case_mix), listed(campaigns), season)
    if out is not None:
        from toolkit.output.reports.files import write_baseline

        for path in write_baseline(study, out):
            note(str(path))
    if as_json:
        from toolkit.output.reports.files import baseline_frames

        _say_json(baseline_frames(study), summary_of(study), study.findings, lang)
    else:
        _say_baseline(study, lang, with_table=out is None)
        say_findings(study.findings, lang)


def targets(
    source: SourceArgument,
    measure: Annotated[str, typer.Option(help="What the targets are of: conversion.")] = "conversion",
    uplift: Annotated[str, typer.Option(help="Planned rise of every agent's rate, as a share of it.")] = "5%",
    shares: Annotated[str, typer.Option(help="Shares meant to reach threshold, target, stretch.")] = ".8,.5,.2",
    step: Annotated[str, typer.Option(help="Edges are multiples of it.")] = "0.5%",
    budget: Annotated[str, typer.Option(help="Most to be spent in a month; not given: no limit.")] = "",
    bonus: Annotated[str, typer.Option(help="Three amounts, e.g. 300,600,900; not given: from the budget.")] = "",
    margin: Annotated[str, typer.Option(help="Profit of one more unit of sales; not given: gain in sales only.")] = "",
    average_margin: Annotated[str, typer.Option(help="Profit of the present sales, as a share of them.")] = "",
    gain_share: Annotated[str, typer.Option(help="Most of the uplift's profit that goes to the agents.")] = "50%",
    benchmarks: Annotated[Path | None, typer.Option(help="Table of category, month, conversion.")] = None,
    category: Annotated[str, typer.Option(help="Category of the benchmarks; not given: all.")] = "",
    month: MonthOption = None,
    case_mix: CaseMixOption = "",
    campaigns: CampaignsOption = "",
    season: SeasonOption = "",
    shop: Annotated[str, typer.Option(help="Whom the targets are for: shops, with commas; not given: all.")] = "",
    role: Annotated[str, typer.Option(help="Whom the targets are for: roles, with commas; not given: all.")] = "",
    scheme: Annotated[
        Path | None, typer.Option(help="Scheme to put the lines into: an overlay in --out, for design to weigh.")
    ] = None,
    out: OutOption = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    as_json: JsonOption = False,
) -> None:
    """Propose targets for the coming month, with cost and gain.

    Threshold, target and stretch, with each agent's chance to reach them.
    """
    from toolkit.rules.scheme.loading import read_scheme
    from toolkit.studies.design.proposal import overlay_of
    from toolkit.studies.planning.history import read_benchmarks
    from toolkit.studies.planning.outlook import NotPossible
    from toolkit.studies.planning.targets import TargetRequest, listed, study_targets, targets_summary

    money = (budget, margin, average_margin, gain_share, bonus)
    request = TargetRequest(measure, uplift, shares, step, *money, category, season, shop, role)
    if source.is_dir() and benchmarks is not None:
        raise UsageError(
            Text(
                "a workspace has its own table of benchmarks; import the file into it",
                "工作区有自己的行业基准表；请把文件导入工作区",
            )
        )
    if scheme is not None and out is None:
        raise UsageError(
            Text("--scheme needs --out, the folder of the overlay", "--scheme 要与 --out（写入的文件夹）一起用")
        )
    if source.is_dir() and out is None and not as_json:
        from toolkit.output.reports.editions import publish_targets

        chosen = open_month(month, source)
        with working(f"studying {chosen}"):
            published = publish_targets(
                source, chosen, request, scope=(case_mix, campaigns), lang=lang, edition=edition
            )
        _say_published(published)
        return
    with working(f"studying {source}"):
        history = _history(source, month, edition)
        history = history if benchmarks is None else history.beside(read_benchmarks(benchmarks))
        study = study_targets(history, request, listed(case_mix), listed(campaigns))
    if out is not None:
        from toolkit.output.reports.files import write_targets

        edges = None if isinstance(study.proposal, NotPossible) else study.proposal.edges
        lines = None if scheme is None or edges is None else overlay_of(read_scheme(scheme), edges, out)
        for path in write_targets(study, out, lines):
            note(str(path))
    if as_json:
        from toolkit.output.reports.files import target_frames

        _say_json(target_frames(study), targets_summary(study), study.findings, lang)
    else:
        _say_targets(study, lang, with_table=out is None)
        say_findings(study.findings, lang)


def effect(
    source: SourceArgument,
    start: Annotated[str, month_option("YYYY-MM, the month the award, scheme or rule began.", "--start")],
    measure: Annotated[
        str, typer.Option(help="conversion, reply_seconds, sales, orders, ... or another measure there is.")
    ] = "conversion",
    who: Annotated[str, typer.Option(help="shop=NAME, team=NAME, or a file of agents; not given: everybody.")] = "",
    claim: Annotated[str, typer.Option(help="A claim to check: 3 (three times what it was), +30%.")] = "",
    month: MonthOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write plain tables into.")] = None,
    *,
    lang: LangOption,
    edition: EditionOption = "confidential",
    as_json: JsonOption = False,
) -> None:
    """Say what changed since an award began, and whether by it.

    An effect is stated only against people of the same shops without the award.
    """
    from toolkit.output.reports.files import effect_frames, write_effect
    from toolkit.studies.planning.effect import effect_summary, study_effect

    with working(f"studying {source}"):
        study = study_effect(_history(source, month, edition, (who, start)), measure, start, claim)
    if out is not None:
        for path in write_effect(study, out):
            note(str(path))
    if as_json:
        _say_json(effect_frames(study), effect_summary(study), study.findings, lang)
    else:
        _say_effect(study, lang, with_table=out is None)
        say_findings(study.findings, lang)


def _say_effect(study: EffectStudy, lang: Lang, *, with_table: bool) -> None:
    if with_table:
        from toolkit.output.reports.files import effect_frames

        months = effect_frames(study)["months.csv"]
        rows = ([_short(v) for v in row] for row in months.itertuples(index=False))
        say_table(list(months.columns), rows, right=frozenset({2, 3}))
    say(study.effect.text.of(lang))
    if study.claim is not None and study.claim.verdict == "borne out":  # else it is a finding
        say(study.claim.text.of(lang))


def _history(source: Path, month: str | None, edition: Edition, given: tuple[str, str] = ("", "")) -> History:
    """Return the history of a file, or of a workspace by the ids of its agents (pseudonyms when it is internal).

    Parameters
    ----------
    given : who has an award, and since when; see `award_given`.
    """
    from toolkit.studies.planning.effect import award_given
    from toolkit.studies.planning.history import load_history, read_history

    if not source.is_dir():
        if edition == "internal":
            raise UsageError(
                Text(
                    "pseudonyms need the key of a workspace; a file is shown as it is",
                    "化名需要工作区的密钥；单个文件只能原样显示",
                )
            )
        return award_given(read_history(source).until(month), *given)
    history = award_given(load_history(source, open_month(month, source)), *given)
    if edition == "internal":
        from toolkit.data.tables.workspace import Workspace
        from toolkit.output.reports.view import show_history

        return show_history(history, Workspace.open(source), edition)
    return history


def _say_published(published: Published) -> None:
    say_published(published)
    if published.attention:
        raise typer.Exit(ATTENTION)


def _say_targets(study: TargetStudy, lang: Lang, *, with_table: bool) -> None:
    from toolkit.studies.planning.outlook import NotPossible
    from toolkit.studies.planning.targets import say_worth

    proposal = study.proposal
    if isinstance(proposal, NotPossible):
        say(proposal.why.of(lang))
        return
    if with_table:
        from toolkit.output.reports.files import target_frames

        for frame in target_frames(study).values():
            short = frame.loc[:, ~frame.columns.str.startswith(("need_", "lower_", "upper_"))]
            cells = ([_short(v) for v in row] for row in short.itertuples(index=False))
            say_table(list(short.columns), cells, right=frozenset(range(1, short.shape[1])))
    for text in (proposal.month, proposal.text, *say_worth(study), study.ratchet):
        say(text.of(lang))
    for part in (study.award, study.remedies, study.ramp):
        say((part.why if isinstance(part, NotPossible) else part.text).of(lang))


def _short(value: object) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:,.3f}" if abs(value) <= 1 else f"{value:,.2f}"
    return str(value)


def _say_baseline(study: BaselineStudy, lang: Lang, *, with_table: bool) -> None:
    from toolkit.studies.planning.outlook import NotPossible

    conversion = study.conversion
    if isinstance(conversion, NotPossible):
        say(conversion.why.of(lang))
        return
    if with_table:
        shown = conversion.agents.sort_values(["group", "effect"], ascending=[True, False], kind="stable")
        rates = ["raw", "expected", "rate", "rate_lower", "rate_upper"]
        apart = not conversion.identification.connected
        rows = shown[["agent", "n_inquiries", *rates]].itertuples(index=False)
        cells = [[a, f"{n:,}", *(f"{x:.1%}" if x == x else "-" for x in rest)] for a, n, *rest in rows]
        if apart:
            cells = [[*row, str(group + 1)] for row, group in zip(cells, shown["group"], strict=True)]
        titles = ["agent", "n_inquiries", *rates, *(["group"] if apart else [])]
        say_table(titles, cells, right=frozenset(range(1, len(titles))))
    outlook = study.forecast if isinstance(study.forecast, NotPossible) else study.forecast.outlook
    parts = (conversion, study.ranking, study.watch, study.reliability, outlook, study.forecast, study.sales)
    for part in (*parts, study.retention, study.key_people, study.backtest):
        say((part.why if isinstance(part, NotPossible) else part.text).of(lang))


def _say_json(
    frames: Mapping[str, pd.DataFrame], summary: Mapping[str, object], findings: Sequence[Finding], lang: Lang
) -> None:
    """Print the tables by file name without its ending, the figures and the findings as one object."""
    from toolkit.output.reports.files import plain, rows_of

    tables = {name.removesuffix(".csv"): rows_of(frame) for name, frame in frames.items()}
    say_json({"summary": plain(summary), **tables, "findings": [finding_json(f, lang) for f in findings]})
    if worst(findings) != "info":
        raise typer.Exit(ATTENTION)
