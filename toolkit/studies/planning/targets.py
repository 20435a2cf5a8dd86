"""The target study: threshold, target and stretch for the coming month, as both sides would ask for them.

What a user asks of a target study, as written on a command line or in a notebook, and what it says in numbers.

The target study: threshold, target and stretch for the coming month, held against everything both sides would ask.
Targets come from the pooled baseline of the months before, after a planned uplift; what is not given (a margin, a
budget, a benchmark) is said to be not given, and nothing is assumed in its place.

What a target study says of money, in sentences, and its figures for machines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.money import parse_money, rough_money
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.comparison.factors import Gain, value_gain
from toolkit.models.outlook.forecast import Forecast
from toolkit.models.outlook.season import Season
from toolkit.models.targets.attainment import LEAST, AttainmentTest, try_attainment
from toolkit.models.targets.average_lines import AverageLines, average_of, propose_average_lines
from toolkit.models.targets.awards import AwardJudgement, judge_award
from toolkit.models.targets.lines import group_lines
from toolkit.models.targets.references import (
    Reference,
    benchmark_references,
    check_ratchet,
    history_references,
    reference_table,
)
from toolkit.models.targets.small_volumes import EdgeRemedies, RampComparison, adjust_edges, compare_ramp
from toolkit.models.targets.targets import TargetProposal, TargetTerms, balance_table, propose_targets
from toolkit.studies.planning.history import History
from toolkit.studies.planning.outlook import (
    SEED,
    NotPossible,
    ask_of_month,
    choose_case_mix,
    fit_baseline,
    forecast_of,
    known_season,
    not_planned,
    not_possible,
    on,
    plan_of,
)

MEASURES = ("conversion",)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TargetRequest:
    """A request in the user's own words; an empty text is "not given".

    Parameters
    ----------
    measure : what the targets are of.
    uplift : planned rise of every agent's rate, as a share of it (``5%`` of 30 % is 1.5 points).
    shares : shares of agents meant to reach threshold, target and stretch.
    step : edges are multiples of it.
    budget : most to be spent in a month, major units.
    margin : profit of one more unit of sales.
    average_margin : profit of the present sales, as a share of them.
    gain_share : most of the uplift's profit that goes to the agents.
    bonus : three amounts for threshold, target and stretch, major units.
    category : of the benchmark table.
    season : twelve ratios, January first: conversion of the month over that of a usual one.
    shop, role : whom the targets are for: lists with commas; all where empty.
    """

    measure: str = "conversion"
    uplift: str = "5%"
    shares: str = ".8,.5,.2"
    step: str = "0.5%"
    budget: str = ""
    margin: str = ""
    average_margin: str = ""
    gain_share: str = "50%"
    bonus: str = ""
    category: str = ""
    season: str = ""
    shop: str = ""
    role: str = ""

    def terms(self, revenue_per_buyer: Fraction | None) -> TargetTerms:
        """Return the request in exact numbers.

        Raises
        ------
        UsageError
            If a word is no number, there are not three shares, or targets of the measure cannot be proposed.
        """
        if self.measure not in MEASURES:
            message = Text(
                f"targets can be proposed for {', '.join(MEASURES)}, not for {self.measure!r}",
                f"可以给 {'、'.join(MEASURES)} 建议目标，不能给 {self.measure!r}",
            )
            raise UsageError(message)
        bonus = [read_money(part, "bonus") for part in listed(self.bonus)]
        return TargetTerms(
            shares=_three([read_share(part, "shares") for part in listed(self.shares)], "shares"),
            uplift=read_share(self.uplift, "uplift"),
            step=read_share(self.step, "step"),
            revenue_per_buyer=revenue_per_buyer,
            incremental_margin=read_share(self.margin, "margin") if self.margin else None,
            budget=read_money(self.budget, "budget") if self.budget else None,
            gain_share=read_share(self.gain_share, "gain-share"),
            bonus=_three(bonus, "bonus") if bonus else None,
        )

    def average(self) -> Fraction | None:
        """Return the average margin, None when it is not given."""
        return read_share(self.average_margin, "average-margin") if self.average_margin else None


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list written with commas."""
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def _three(values: Sequence[T], name: str) -> tuple[T, T, T]:
    if len(values) != 3:
        message = Text(
            f"{name} are three, for threshold, target and stretch; got {len(values)}",
            f"{name} 要有三个值（起付线、目标、挑战线），这里有 {len(values)} 个",
        )
        raise UsageError(message)
    return values[0], values[1], values[2]


def read_share(text: str, name: str) -> Fraction:
    """Read a share of a request: ``5%``, ``0.05`` or ``.05``.

    Raises
    ------
    UsageError
        If it is no number; `name` is what it is called.
    """
    bare = text.strip().rstrip("%％").strip()
    try:
        number = Decimal(bare)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        message = Text(
            f"{name} is a share like 5% or 0.05; got {text!r}",
            f"{name} 应是 5% 或 0.05 这样的比例，这里是 {text!r}",
        )
        raise UsageError(message)
    return Fraction(number) / (1 if bare == text.strip() else 100)


def read_money(text: str, name: str) -> int:
    """Read an amount of a request, major units, as minor units.

    Raises
    ------
    UsageError
        If it is no amount; `name` is what it is called.
    """
    try:
        return parse_money(text)
    except ValueError as error:
        message = Text(f"{name} is {error}; got {text!r}", f"{name} {wording(error.args[0], 'zh')}：{text!r}")
        raise UsageError(message) from error


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
    lines : what lines each group would have of its own.
    averages : lines on revenue per buyer and reply time, where they are known.
    award : what luck does to an award at the target.
    remedies, ramp : what the target needs where volume is small.
    ratchet : whether earlier targets followed the agents' own last month.
    attainment : stated against realised attainment of the history's own last months.
    findings : what must be looked at before agreeing, gravest first.
    """

    history: History
    case_mix: tuple[str, ...]
    campaigns: tuple[str, ...]
    request: TargetRequest
    terms: TargetTerms
    coming: str
    conversion: ConversionBaseline | NotPossible
    forecast: Forecast | NotPossible
    proposal: TargetProposal | NotPossible
    sales_gain: int | None
    worth: tuple[tuple[Text, Gain], ...]
    references: pd.DataFrame
    balance: pd.DataFrame
    lines: pd.DataFrame
    averages: tuple[AverageLines, ...]
    award: AwardJudgement | NotPossible
    remedies: EdgeRemedies | NotPossible
    ramp: RampComparison | NotPossible
    ratchet: Text
    attainment: AttainmentTest | NotPossible
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        people, found = counted(len(self.history.agents), "person", "people"), counted(len(self.findings), "finding")
        return f"<Targets {self.coming}: {people}, {found}>"


def study_targets(
    history: History, request: TargetRequest, case_mix: Sequence[str] = (), campaigns: Sequence[str] = ()
) -> TargetStudy:
    """Propose targets for the month after a history, and hold them against it.

    Raises
    ------
    UsageError
        If the request cannot be read or names an unknown category.
    """
    history = history.only(listed(request.shop), listed(request.role))
    months = tuple(str(Month.parse(m)) for m in campaigns)
    mix, said = choose_case_mix(history, case_mix)
    coming = str(Month.parse(history.months[-1]).shift(1))
    terms = request.terms(revenue_per_buyer(history))
    conversion = fit_baseline(history, mix)
    season = known_season(history, request.season, request.category)
    plan = plan_of(conversion, coming)
    forecast = forecast_of(conversion, plan, months, season)
    rng, groups = np.random.default_rng(SEED), agent_groups(history)
    proposal = _propose(forecast, terms, rng, groups)
    ratchet, found = _ratchet(history)
    award = on(lambda p: judge_award(p.forecast, p.edges[1]), proposal, why=NO_EDGES)
    parts = [p.findings for p in (conversion, proposal) if not isinstance(p, NotPossible)]
    asked = (*ask_of_month(history, forecast, coming, months, "review"), *not_planned(conversion, plan))
    attainment = _tried(history, mix, terms, (months, season), conversion)
    parts += [asked, _off(attainment, [*asked, *parts[0]] if parts else asked)]
    findings = [
        f
        for part in (*parts, history.findings, said, found, _mostly_luck(award), not_possible("targets", proposal))
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
        balance=pd.DataFrame() if isinstance(proposal, NotPossible) else balance_table(proposal.agents, groups),
        lines=pd.DataFrame() if isinstance(proposal, NotPossible) else group_lines(proposal, groups),
        averages=tuple(_averages(history, coming, terms, months)),
        award=award,
        remedies=on(lambda p: adjust_edges(p.forecast, p.edges[1]), proposal, why=NO_EDGES),
        ramp=on(lambda p: compare_ramp(p.forecast, p.edges[0], p.edges[1], p.edges[2], rng), proposal, why=NO_EDGES),
        ratchet=ratchet,
        attainment=attainment,
        findings=tuple(by_gravity(findings)),
    )


AVERAGES = (("revenue_per_buyer", "sales", "buyers", False), ("reply_seconds", "reply_seconds", "receptions", True))
"""Other measures that lines are proposed for: the sum, what it is divided by, and whether lower is better."""


def measures_known(history: History) -> list[str]:
    """Return the other measures a history tells."""
    return [measure for measure, total, count, _ in AVERAGES if history.has(total, count)]


def _averages(history: History, coming: str, terms: TargetTerms, campaigns: tuple[str, ...]) -> Iterator[AverageLines]:
    for measure, total, count, lower in AVERAGES:
        if measure not in measures_known(history):
            continue
        cells = history.cells
        if total == measure:  # an average already: what it was averaged over makes it a sum again
            cells = cells.assign(**{total: cells[total].astype("float64") * cells[count].astype("float64")})
        table = average_of(cells, total, count)
        with suppress(InputError, UsageError):
            yield propose_average_lines(table, measure, coming, terms.shares, SEED, campaigns, lower_is_better=lower)


NO_EDGES = Text("No targets can be proposed from these data.", "这些数据不足以提出目标。")


def _propose(
    forecast: Forecast | NotPossible, terms: TargetTerms, rng: np.random.Generator, groups: pd.DataFrame
) -> TargetProposal | NotPossible:
    if isinstance(forecast, NotPossible):
        return forecast
    try:
        return propose_targets(forecast, terms, rng, groups)
    except UsageError:  # the only one left: the terms themselves were checked when they were read
        step = float(terms.step)
        return NotPossible(
            Text(
                f"No three different edges: a step of {step:.2%} is too coarse for these rates; take a smaller one.",
                f"定不出三条不同的线：对这样的转化率，步长 {step:.2%} 太粗，请取更小的步长。",
            )
        )


def _tried(
    history: History,
    mix: tuple[str, ...],
    terms: TargetTerms,
    months: tuple[tuple[str, ...], Season | None],
    conversion: ConversionBaseline | NotPossible,
) -> AttainmentTest | NotPossible:
    why = Text(
        f"Not tried on past months: fewer than {LEAST} of them have three months before them to learn from.",
        f"未用过去的月份检验：可检验的月份不足 {LEAST} 个（每个都需要之前至少三个月的数据）。",
    )
    return on(lambda _: try_attainment(history.cells, mix, terms, SEED, *months), conversion, why=why)


_CAUSES = {
    "trend-or-season": Text(
        "conversion has a trend that may be a season", "转化率有持续变化，可能是趋势，也可能是季节"
    ),
    "season-unknown": Text("the season is not known yet", "季节因素尚不可知"),
    "newcomers-learn": Text("newcomers learn while they are judged", "新人仍在成长"),
    "level-moves": Text("agents' levels move", "客服的水平在变化"),
}
"""What may make stated shares miss, likeliest first, by the finding that tells it."""


def _off(attainment: AttainmentTest | NotPossible, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Say that the shares stated for past months did not come true, and what likely made them miss."""
    if isinstance(attainment, NotPossible) or not attainment.flagged:
        return ()
    codes = {f.code for f in found}
    likely = next((cause for code, cause in _CAUSES.items() if code in codes), None)
    en = f" Likely cause: {likely.en}." if likely else " No cause was found."
    zh = f"可能的原因：{likely.zh}。" if likely else "未找到原因。"
    said = attainment.text
    message = Text(f"{said.en}{en}", f"{said.zh}{zh}")
    evidence = {"gap": list(attainment.gap), "months": len(attainment.months)}
    return (Finding("attainment-off", "review", "target", message, evidence=evidence),)


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


def _mostly_luck(award: AwardJudgement | NotPossible) -> tuple[Finding, ...]:
    if isinstance(award, NotPossible) or award.noise_share is None or award.noise_share <= MOSTLY:
        return ()
    share = award.noise_share
    message = Text(
        f"{share:.0%} of who gets a bonus at the target would be luck: the agents differ too little, or serve too few.",
        f"能否拿到目标奖金有 {share:.0%} 取决于运气：客服之间差异太小，或询单太少。",
    )
    return (Finding("mostly-luck", "review", "target", message, evidence={"noise_share": share}),)


def _sales_gain(proposal: TargetProposal | NotPossible, terms: TargetTerms) -> int | None:
    if isinstance(proposal, NotPossible) or terms.revenue_per_buyer is None:
        return None
    share = terms.uplift / (1 + terms.uplift) * terms.revenue_per_buyer
    return round(float(share) * _expected_buyers(proposal))


def _expected_buyers(proposal: TargetProposal) -> float:
    return float((proposal.forecast.n * proposal.forecast.skill).sum(axis=1).mean())


def _worth(
    proposal: TargetProposal | NotPossible, terms: TargetTerms, request: TargetRequest
) -> tuple[tuple[Text, Gain], ...]:
    """Value the uplift at the average and at the incremental margin, each only where it is given."""
    average = request.average()
    if isinstance(proposal, NotPossible) or terms.revenue_per_buyer is None or terms.uplift <= 0:
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
    conversion: ConversionBaseline | NotPossible,
    proposal: TargetProposal | NotPossible,
    category: str,
) -> pd.DataFrame:
    if isinstance(conversion, NotPossible) or isinstance(proposal, NotPossible):
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


def say_without_rise(proposal: TargetProposal) -> Iterator[Text]:
    """Say what the bonuses cost if no rate rises: who would have reached the lines anyway is paid all the same."""
    table = proposal.table
    if not proposal.terms.uplift or table["expected_cost"].isna().any():
        return
    reached = table["without_uplift"].astype("float64").to_numpy()
    highest = reached - np.r_[reached[1:], 0]
    cost = len(proposal.agents) * float((highest * table["bonus"].astype("float64")).sum())
    said = rough_money(cost)
    yield Text(
        f"If no rate rises, the bonuses still cost about {said} in such a month, and no uplift pays for them.",
        f"若转化率没有提升，这样的月份奖金仍约需 {said}，却没有提升带来的利润可抵。",
    )


def say_worth(study: TargetStudy) -> tuple[Text, ...]:
    """Say what the planned uplift brings the shop, in sales and, where a margin is given, in profit."""
    if study.sales_gain is None:
        return (
            Text(
                "Not known: sales. Cost and gain for the shop cannot be stated.",
                "没有销售额数据，无法说明店铺的成本与收益。",
            ),
        )
    said = [
        Text(
            f"An uplift of {float(study.terms.uplift):.1%} brings {rough_money(study.sales_gain)} more sales a month.",
            f"转化率提升 {float(study.terms.uplift):.1%}，每月销售额增加 {rough_money(study.sales_gain)}。",
        )
    ]
    if not study.worth:
        said.append(
            Text("Margin not given: gain in sales only, not in profit.", "未给出毛利率：只说明销售额增加，不说明利润。")
        )
    elif study.terms.incremental_margin is None:
        said.append(
            Text(
                "Only the average margin is given. What one more order earns may be more, because some costs are "
                "already paid, or less; bonuses are not held against it.",
                "只给出了平均毛利率。多成交一单的利润可能更高（部分成本已经发生）或更低，奖金未按它核对。",
            )
        )
    said += [Text(f"{label.en}: {gain.text.en}", f"{label.zh}：{gain.text.zh}") for label, gain in study.worth]
    if study.terms.budget is None and study.terms.bonus is None:
        said.append(Text("Budget and bonus not given: no cost is stated.", "未给出预算或奖金：不说明成本。"))
    return tuple(said)


def targets_summary(study: TargetStudy) -> dict[str, Any]:
    """Return what was asked for and, for machines, the figures beside the tables."""
    proposal = study.proposal
    known = (
        {"why": proposal.why.en}
        if isinstance(proposal, NotPossible)
        else {"balance_point": float(proposal.balance_point), "case_mix": list(study.case_mix)}
    )
    return {"month": study.coming, **asdict(study.request), **known}
