"""The target study: threshold, target and stretch for the coming month, held against everything both sides would ask.

Targets come from the pooled baseline of the months before, after a planned uplift; what is not given (a margin, a
budget, a benchmark) is said to be not given, and nothing is assumed in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.forecast import Forecast
from toolkit.models.comparison.factors import Gain, value_gain
from toolkit.models.targets.awards import AwardJudgement, judge_award
from toolkit.models.targets.references import (
    Reference,
    benchmark_references,
    check_ratchet,
    history_references,
    reference_table,
)
from toolkit.models.targets.small_volumes import EdgeRemedies, RampComparison, adjust_edges, compare_ramp
from toolkit.models.targets.target_text import balance_table
from toolkit.models.targets.targets import TargetProposal, TargetTerms, propose_targets
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import (
    SEED,
    Lacking,
    choose_case_mix,
    fit_baseline,
    forecast_of,
    lacking,
    on,
    plan_of,
)
from toolkit.studies.planning.requests import TargetRequest

RECENT, NEW = 3, 6
MOSTLY = 0.5
SHOWN_CATEGORIES = 5


@dataclass(frozen=True, slots=True)
class TargetStudy:
    """A proposal with what it means for each side.

    Parameters
    ----------
    request, terms : what was asked for, as written and as read.
    coming : the month the targets are for.
    conversion, forecast : what the proposal rests on.
    proposal : edges, chances, cost and gain.
    sales_gain : expected sales of the uplift, minor units; None without sales.
    worth : what the uplift is worth at each margin given, with the margin's name.
    references : C1 and C2, as a table beside the edges.
    balance : mean chance by volume, shop and tenure.
    award : what luck does to an award at the target.
    remedies, ramp : what the target needs where volume is small.
    ratchet : whether earlier targets followed the agents' own last month.
    findings : what must be looked at before agreeing, gravest first.
    """

    history: History
    case_mix: tuple[str, ...]
    campaigns: tuple[str, ...]
    request: TargetRequest
    terms: TargetTerms
    coming: str
    conversion: ConversionBaseline | Lacking
    forecast: Forecast | Lacking
    proposal: TargetProposal | Lacking
    sales_gain: int | None
    worth: tuple[tuple[Text, Gain], ...]
    references: pd.DataFrame
    balance: pd.DataFrame
    award: AwardJudgement | Lacking
    remedies: EdgeRemedies | Lacking
    ramp: RampComparison | Lacking
    ratchet: Text
    findings: tuple[Finding, ...]


def study_targets(
    history: History, request: TargetRequest, case_mix: Sequence[str] = (), campaigns: Sequence[str] = ()
) -> TargetStudy:
    """Propose targets for the month after a history, and hold them against it.

    Raises
    ------
    UsageError
        If the request cannot be read or names an unknown category.
    """
    months = tuple(str(Month.parse(m)) for m in campaigns)
    mix, said = choose_case_mix(history, case_mix)
    coming = str(Month.parse(history.months[-1]).shift(1))
    terms = request.terms(revenue_per_buyer(history))
    conversion = fit_baseline(history, mix)
    forecast = forecast_of(conversion, plan_of(conversion, coming), months)
    rng, groups = np.random.default_rng(SEED), agent_groups(history)
    proposal = _propose(forecast, terms, rng, groups)
    ratchet, found = _ratchet(history)
    award = on(lambda p: judge_award(p.forecast, p.edges[1]), proposal, why=NO_EDGES)
    parts = [p.findings for p in (conversion, proposal) if not isinstance(p, Lacking)]
    findings = [
        f
        for part in (*parts, history.findings, said, found, _mostly_luck(award), lacking("targets", proposal))
        for f in part
    ]
    return TargetStudy(
        history=history,
        case_mix=mix,
        campaigns=months,
        request=request,
        terms=terms,
        coming=coming,
        conversion=conversion,
        forecast=forecast,
        proposal=proposal,
        sales_gain=_sales_gain(proposal, terms),
        worth=_worth(proposal, terms, request),
        references=_references(history, conversion, proposal, request.category),
        balance=pd.DataFrame() if isinstance(proposal, Lacking) else balance_table(proposal.agents, groups),
        award=award,
        remedies=on(lambda p: adjust_edges(p.forecast, p.edges[1]), proposal, why=NO_EDGES),
        ramp=on(lambda p: compare_ramp(p.forecast, p.edges[0], p.edges[1], p.edges[2], rng), proposal, why=NO_EDGES),
        ratchet=ratchet,
        findings=tuple(by_gravity(findings)),
    )


NO_EDGES = Text("No targets can be proposed from these data.", "这些数据不足以提出目标。")


def _propose(
    forecast: Forecast | Lacking, terms: TargetTerms, rng: np.random.Generator, groups: pd.DataFrame
) -> TargetProposal | Lacking:
    if isinstance(forecast, Lacking):
        return forecast
    try:
        return propose_targets(forecast, terms, rng, groups)
    except UsageError:  # the only one left: the terms themselves were checked when they were read
        step = float(terms.step)
        return Lacking(
            Text(
                f"No three different edges: a step of {step:.2%} is too coarse for these rates; take a smaller one.",
                f"定不出三条不同的线：对这样的转化率，步长 {step:.2%} 太粗，请取更小的步长。",
            )
        )


def revenue_per_buyer(history: History) -> Fraction | None:
    """Return sales over buyers of the last three months, minor units; None when sales or buyers are not known."""
    if not history.has("sales"):
        return None
    first = str(Month.parse(history.months[-1]).shift(1 - RECENT))
    recent = history.cells.loc[history.cells["month"] >= first]
    sales, buyers = (int(recent[c].sum()) for c in ("sales", "buyers"))
    return Fraction(sales, buyers) if sales > 0 and buyers else None


def agent_groups(history: History) -> pd.DataFrame:
    """Return what chances are compared between: each agent's main shop lately, and whether the agent is new."""
    served = history.cells.loc[history.cells["inquiries"].fillna(0) > 0]
    first = served.groupby("agent")["month"].min()
    since = str(Month.parse(history.months[-1]).shift(1 - NEW))
    groups = pd.DataFrame({"agent": first.index})
    if history.has("shop"):
        recent = served.loc[served["month"] >= str(Month.parse(history.months[-1]).shift(1 - RECENT))]
        most = (
            recent.groupby(["agent", "shop"])["inquiries"].sum().reset_index().sort_values("inquiries", kind="stable")
        )
        groups["shop"] = groups["agent"].map(most.drop_duplicates("agent", keep="last").set_index("agent")["shop"])
    if history.months[0] < since:
        groups["tenure"] = np.where(groups["agent"].map(first) >= since, "new", "settled")
    return groups


def _mostly_luck(award: AwardJudgement | Lacking) -> tuple[Finding, ...]:
    if isinstance(award, Lacking) or award.noise_share is None or award.noise_share <= MOSTLY:
        return ()
    share = award.noise_share
    message = Text(
        f"{share:.0%} of who gets a bonus at the target would be luck: the agents differ too little, or serve too few.",
        f"能否拿到目标奖金有 {share:.0%} 取决于运气：客服之间差异太小，或询单太少。",
    )
    return (Finding("mostly-luck", "review", "target", message, evidence={"noise_share": share}),)


def _sales_gain(proposal: TargetProposal | Lacking, terms: TargetTerms) -> int | None:
    if isinstance(proposal, Lacking) or terms.revenue_per_buyer is None:
        return None
    share = terms.uplift / (1 + terms.uplift) * terms.revenue_per_buyer
    return round(float(share) * _expected_buyers(proposal))


def _expected_buyers(proposal: TargetProposal) -> float:
    return float((proposal.forecast.n * proposal.forecast.skill).sum(axis=1).mean())


def _worth(
    proposal: TargetProposal | Lacking, terms: TargetTerms, request: TargetRequest
) -> tuple[tuple[Text, Gain], ...]:
    """Value the uplift at the average and at the incremental margin, each only where it is given."""
    average = request.average()
    if isinstance(proposal, Lacking) or terms.revenue_per_buyer is None or terms.uplift <= 0:
        return ()
    n = int(proposal.forecast.n.sum())
    then = Fraction(f"{_expected_buyers(proposal):.6f}") / n
    now = then / (1 + terms.uplift)
    sales = now * n * terms.revenue_per_buyer
    cost = proposal.table["expected_cost"]
    reward = 0 if cost.isna().any() else int(cost.round().sum())  # the sum of the levels as the table shows them
    margins = (
        (Text("At the average margin", "按平均毛利率"), average),
        (Text("At the incremental margin", "按新增销售毛利率"), terms.incremental_margin),
    )
    return tuple(
        (label, value_gain(sales, (now, then), average_margin=margin, reward=reward))
        for label, margin in margins
        if margin is not None
    )


def _references(
    history: History,
    conversion: ConversionBaseline | Lacking,
    proposal: TargetProposal | Lacking,
    category: str,
) -> pd.DataFrame:
    if isinstance(conversion, Lacking) or isinstance(proposal, Lacking):
        return pd.DataFrame()
    found: tuple[Reference, ...] = history_references(conversion)
    for name in _categories(history, category):
        found += benchmark_references(history.benchmarks, name)
    return reference_table(found, proposal.edges)


def _categories(history: History, category: str) -> list[str]:
    known = history.benchmarks
    names = [] if known.empty else sorted(known.loc[known["conversion"].notna(), "category"].unique())
    if category and category not in names:
        message = Text(
            f"no benchmark of category {category!r}; there are {', '.join(names) or 'none'}",
            f"没有类目 {category!r} 的行业基准；现有：{'、'.join(names) or '无'}",
        )
        raise UsageError(message)
    return [category] if category else names[:SHOWN_CATEGORIES]


def _ratchet(history: History) -> tuple[Text, tuple[Finding, ...]]:
    if not history.has("target_conversion"):
        return Text("No earlier targets are known.", "没有以往的目标数据。"), ()
    cells = history.cells
    known = cells.dropna(subset=["target_conversion"]).drop_duplicates(["month", "agent"])
    targets = known[["month", "agent"]].assign(target=known["target_conversion"].astype("float64"))
    counts = cells[["month", "agent", "inquiries", "buyers"]].dropna().astype({"inquiries": int, "buyers": int})
    found = check_ratchet(targets, counts)
    if found:
        return found[0].message, found
    return Text(
        f"The {len(targets)} earlier targets did not follow the agents' own last month.",
        f"以往 {len(targets)} 个目标没有随客服自己上月的成绩上调。",
    ), ()
