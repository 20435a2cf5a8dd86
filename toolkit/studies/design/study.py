"""The design study: candidates beside the scheme in force, on the past, in the coming month, and if people answer.

What a user asks, as written on a command line or in a notebook, and everything it is answered by. What is not given (a
margin, a budget) is said to be not given, and nothing is assumed in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, by_gravity
from toolkit.core.money import format_money, priced, rough_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace
from toolkit.models.outlook.volume import volume_findings
from toolkit.rules.scheme.loading import read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.audit.settlement import schemes_in_force
from toolkit.studies.design.coming import Coming, ComingPay, pay_coming, read_by, winners
from toolkit.studies.design.frontier import frontier_frame, search_findings, search_summary
from toolkit.studies.design.grid import SearchGrid, read_grid
from toolkit.studies.design.health import HealthPoint, health
from toolkit.studies.design.overlays import MOST as MOST_CANDIDATES
from toolkit.studies.design.overlays import Candidate, distinct, read_candidate, read_candidates
from toolkit.studies.design.past import PastMonths, PastPay, open_past, past_findings, pay_past, payable
from toolkit.studies.design.response import DEAD, USUAL, Margins, Response, Rise, respond, say_even, total_of
from toolkit.studies.design.search import AIMS, FrontierPoint, Search, SearchTerms, search
from toolkit.studies.design.world import Key, World, read_month
from toolkit.studies.planning.targets import listed, read_money, read_share

SEED, REPLICATES = 20260104, 1000
FEWEST = 100
SURE = 0.9
MOST = 10_000


@dataclass(frozen=True, slots=True)
class DesignRequest:
    """A request in the user's own words; an empty text is "not given".

    Parameters
    ----------
    schemes : files of candidates, schemes or overlays, with commas.
    current : file of the scheme in force; the workspace's own where it is not given.
    replicates, seed : of the drawn months.
    budget : most to be spent in the coming month, major units.
    margin : profit of one more unit of sales.
    average_margin : profit of the present sales, as a share of them.
    uplift : a rise of buyers to ask about beside 0, 5 and 10 %.
    campaigns : months not to learn from, with commas.
    search : files of free values, with commas.
    aim : of the search, luck or net-gain.
    red_team : whether plans that would pay are looked for: "assumed", or a file of the acts they are made of.
    """

    schemes: str = ""
    current: str = ""
    replicates: str = str(REPLICATES)
    seed: str = str(SEED)
    budget: str = ""
    margin: str = ""
    average_margin: str = ""
    uplift: str = ""
    campaigns: str = ""
    search: str = ""
    aim: str = "luck"
    red_team: str = ""

    def terms(self) -> Terms:
        """Return the request in exact numbers.

        Raises
        ------
        UsageError
            If a word is no number, or out of range.
        """
        n, seed = _whole(self.replicates, "replicates"), _whole(self.seed, "seed")
        if not FEWEST <= n <= MOST:
            message = Text(
                f"replicates are {FEWEST} to {MOST:,}; got {n:,}",
                f"replicates 应在 {FEWEST} 至 {MOST:,} 之间，这里是 {n:,}",
            )
            raise UsageError(message)
        rises = list(USUAL)
        if self.uplift:
            own = read_share(self.uplift, "uplift")
            if not 0 <= own <= Fraction(2):
                message = Text(
                    f"uplift is from 0 to 200 %; got {self.uplift!r}",
                    f"uplift 应在 0 至 200% 之间，这里是 {self.uplift!r}",
                )
                raise UsageError(message)
            rises = sorted({*rises, own})
        margins = Margins(
            read_share(self.average_margin, "average-margin") if self.average_margin else None,
            read_share(self.margin, "margin") if self.margin else None,
        )
        budget = read_money(self.budget, "budget") if self.budget else None
        campaigns = tuple(str(Month.parse(m)) for m in listed(self.campaigns))
        return Terms(n, seed, budget, margins, tuple(Rise(rise) for rise in rises), campaigns)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the candidates."""
        return tuple(Path(name) for name in listed(self.schemes))

    def read(self) -> tuple[tuple[Candidate, ...], tuple[SearchGrid, ...]]:
        """Read the candidates, and what is to be searched for one more.

        Raises
        ------
        UsageError
            If there are none of both, or too many.
        InputError
            If a candidate is no scheme, or a search cannot be read.
        """
        grids = tuple(read_grid(Path(name)) for name in listed(self.search))
        if grids and len(self.files) >= MOST_CANDIDATES:
            message = Text(
                f"with a search at most {MOST_CANDIDATES - 1} candidates are weighed; got {len(self.files)}",
                f"有搜索时最多比较 {MOST_CANDIDATES - 1} 个候选方案，这里有 {len(self.files)} 个",
            )
            raise UsageError(message)
        return read_candidates(self.files) if self.files or not grids else (), grids

    def searched(self, terms: Terms) -> SearchTerms:
        """Return what is asked of a search.

        Raises
        ------
        UsageError
            If it is for nothing known, or for net gain without a margin and a rise.
        """
        if self.aim not in AIMS:
            known = ", ".join(AIMS)
            message = Text(
                f"a search is for one of {known}; got {self.aim!r}", f"搜索目标为 {known}，这里是 {self.aim!r}"
            )
            raise UsageError(message)
        rise = Rise(read_share(self.uplift, "uplift") if self.uplift else Fraction(0))
        asked = SearchTerms(
            "luck" if self.aim == "luck" else "net-gain", terms.seed, terms.budget, terms.margins.incremental, rise
        )
        asked.check()
        return asked


@dataclass(frozen=True, slots=True)
class Terms:
    """A request in exact numbers; `budget` in minor units."""

    replicates: int
    seed: int
    budget: int | None
    margins: Margins
    rises: tuple[Rise, ...]
    campaigns: tuple[str, ...]


def _whole(text: str, name: str) -> int:
    try:
        return int(text.strip().replace(",", ""))
    except ValueError:
        message = Text(f"{name} is a whole number; got {text!r}", f"{name} 应是整数，这里是 {text!r}")
        raise UsageError(message) from None


@dataclass(frozen=True, slots=True, eq=False)
class DesignStudy:
    """Candidates weighed.

    Parameters
    ----------
    past : the months they are paid on.
    paid : the scheme in force, then the candidates, on these months.
    coming : the same in the coming month; None where it cannot be foretold, then `why` says it.
    responses : if people answer, in the order of `paid`; None where a scheme cannot be paid on drawn months.
    health : figures of each, in the same order.
    findings : what must be known before the numbers are used, gravest first.
    names : what one reader sees of each person.
    search : what was found among free values; None where nothing was searched.
    """

    request: DesignRequest
    terms: Terms
    past: PastMonths
    paid: tuple[PastPay, ...]
    coming: Coming | None
    why: Text
    responses: tuple[Response | None, ...]
    health: tuple[tuple[HealthPoint, ...], ...]
    findings: tuple[Finding, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False
    search: Search | None = None

    def __repr__(self) -> str:
        people = counted(self.past.measures["agent"].nunique(), "person", "people")
        return f"<Design {self.past.last}: {counted(len(self.paid) - 1, 'candidate')}, {people}>"

    @property
    def currency(self) -> str:
        """ISO code of the currency."""
        return self.past.currency

    @property
    def month(self) -> str:
        """The coming month."""
        return str(Month.parse(self.past.last).shift(1))

    @property
    def pays(self) -> tuple[ComingPay, ...]:
        """Every scheme in the coming month; none where it cannot be foretold."""
        return () if self.coming is None else self.coming.pay

    @property
    def world(self) -> World:
        """The drawn months.

        Raises
        ------
        UsageError
            If the coming month cannot be foretold.
        """
        if self.coming is None:
            raise UsageError(self.why)
        return self.coming.world

    def label(self, agent: object) -> str:
        """Return what the reader sees of a person."""
        return self.names.get(str(agent), str(agent))

    def named(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Return a table with what the reader sees of people in some columns (default ``agent``)."""
        return frame.assign(**{c: [self.label(a) for a in frame[c]] for c in columns or ("agent",)})

    def winners_of(self, at: int) -> pd.DataFrame | None:
        """Return who gains and loses by a scheme in the coming month, see `winners`; None where it is not known."""
        base = None if self.coming is None else self.coming.base
        cost = None if self.coming is None else self.coming.pay[at].cost
        return None if base is None or cost is None or at == 0 else winners(cost, base)


def study_design(workspace: Workspace | Path | str, month: str, request: DesignRequest) -> DesignStudy:
    """Weigh candidates beside the scheme in force, on a workspace's months up to `month`.

    Raises
    ------
    UsageError
        If the request cannot be read, or the scheme in force is not clear.
    InputError
        If a candidate is no scheme.
    """
    opened = workspace if isinstance(workspace, Workspace) else Workspace.open(workspace)
    terms, (candidates, grids) = request.terms(), request.read()
    asked = request.searched(terms) if grids else None
    current = _current(opened, month, request.current, candidates or tuple(map(_as_it_is, grids)))
    bases = [read_scheme(grid.base) for grid in grids]
    past = open_past(opened, month, [*(one.scheme for one in (current, *candidates)), *bases])
    found = None if asked is None else _searched(grids, current, past, (asked, terms))
    best = [] if found is None or found.chosen is None else [_named_best(found.chosen)]
    current, *others = distinct([current, *candidates, *best])
    study = weigh(past, current, others, request, terms)
    beside = _paid_beside(opened, month, {one.scheme.id for one in (current, *others)})
    told = [] if found is None else search_findings(found)
    return replace(study, search=found, findings=tuple(by_gravity([*study.findings, *told, *beside])))


def _as_it_is(grid: SearchGrid) -> Candidate:
    return read_candidate(grid.base)


def _searched(
    grids: Sequence[SearchGrid], current: Candidate, past: PastMonths, asked: tuple[SearchTerms, Terms]
) -> Search:
    schemes = [current.scheme, *(read_scheme(grid.base) for grid in grids)]
    model = read_month(past, sorted(read_by(schemes)), asked[1].campaigns)
    return search(grids, payable(current, past), (model, past), asked[0])


def _named_best(point: FrontierPoint) -> Candidate:
    name = point.space.grid.name
    return replace(point.candidate, name=Text(f"{name.en}, best found", f"{name.zh}（搜索所得）"))


def _paid_beside(workspace: Workspace, month: str, weighed: set[str]) -> list[Finding]:
    """Name the other schemes in force, which are in no figure."""
    when = Month.parse(month)
    read = [read_scheme(path) for path in workspace.schemes]
    others = {s.id: s.title for s in read if s.in_force.touches(when.start, when.last_day) and s.id not in weighed}
    if not others:
        return []
    en, zh = ", ".join(t.en for t in others.values()), "、".join(t.zh for t in others.values())
    message = Text(
        f"Also in force and paid beside any of these schemes: {en}. It is in no figure here.",
        f"同时生效、与这些方案并行发放的还有：{zh}；本报告的数字均不含。",
    )
    return [Finding("paid-beside", "info", "schemes", message, month)]


def weigh(
    past: PastMonths, current: Candidate, candidates: Sequence[Candidate], request: DesignRequest, terms: Terms
) -> DesignStudy:
    """Weigh candidates on months that are measured already."""
    paid = pay_past(past, current, candidates)
    coming, why = _coming(past, paid, terms)
    responses: list[Response | None] = [None] * len(paid)
    points: list[tuple[HealthPoint, ...]] = [()] * len(paid)
    if coming is not None:
        points = [health(one, coming.world) for one in coming.pay]
        if coming.base is not None:
            before, key = total_of(coming.base), Key(terms.seed, coming.month)
            asked = (terms.rises, terms.margins, before)
            responses = [
                None
                if one.cost is None
                else respond(one.paid.scheme, one.cost, (coming.world, past.left_by(one.paid), key), asked)
                for one in coming.pay
            ]
    found = [*past_findings(paid), *_coming_findings(past, coming, why)]
    return DesignStudy(
        request, terms, past, paid, coming, why, tuple(responses), tuple(points), tuple(by_gravity(found))
    )


def _current(workspace: Workspace, month: str, asked: str, candidates: Sequence[Candidate]) -> Candidate:
    """Return the scheme in force: the one that is named, else the workspace's own."""
    if asked:
        return read_candidate(Path(asked))
    found = schemes_in_force(workspace, Month.parse(month))
    latest = {scheme.id: scheme for scheme in sorted(found, key=lambda s: s.in_force.from_)}
    if len(latest) > 1:
        latest = {k: s for k, s in latest.items() if k in {c.scheme.id for c in candidates}}
    if len(latest) != 1:
        names = ", ".join(sorted({scheme.id for scheme in found}))
        message = Text(
            f"several schemes are in force in {month} ({names}); name the one the candidates replace with --current",
            f"{month} 有多个生效方案（{names}）；请用 --current 指明候选方案要替换的那一个",
        )
        raise UsageError(message)
    (scheme,) = latest.values()
    return read_candidate(Path(scheme.source))


def _coming(past: PastMonths, paid: Sequence[PastPay], terms: Terms) -> tuple[Coming | None, Text]:
    schemes: list[Scheme] = [one.scheme for one in paid]
    try:
        model = read_month(past, sorted(read_by(schemes)), terms.campaigns)
    except InputError as error:
        message = Text(f"The coming month cannot be foretold: {error.of('en')}.", f"无法预测下个月：{error.of('zh')}。")
        return None, message
    return pay_coming(past, model, paid, (terms.seed, terms.replicates)), Text("", "")


def _coming_findings(past: PastMonths, coming: Coming | None, why: Text) -> list[Finding]:
    if coming is None:
        return [Finding("not-foretold", "review", "coming", why)]
    found = []
    for one in coming.pay:
        for refused in one.refused:
            message = Text(
                f"{one.name.en} cannot be paid on drawn months, so nothing is said of its coming month: {refused.en}.",
                f"{one.name.zh}无法按模拟月份计发，因此不给出下个月的结果：{refused.zh}。",
            )
            found.append(Finding("not-simulated", "review", one.paid.scheme.id, message))
        if one.held and one.cost is not None:
            names = ", ".join(one.held)
            message = Text(
                f"{one.name.en} reads {names}, which is not drawn and stays as it was in {past.last}: its range is "
                "too narrow by what these move.",
                f"{one.name.zh}读取 {names}，这些不作模拟，沿用 {past.last} 的值，因此给出的范围偏窄。",
            )
            found.append(Finding("held-as-last-month", "info", one.paid.scheme.id, message))
    found += [*_roster_findings(past, coming), *volume_findings(coming.model.volume)]
    outlook = coming.model.outlooks[0]
    if outlook.source == "unknown":
        message = Text(
            f"What {coming.month} itself adds is not known from so few months: {outlook.text.en}",
            f"月份太少，{coming.month} 本身的影响未知：{outlook.text.zh}",
        )
        found.append(Finding("season-unknown", "info", coming.month, message))
    return found


def _roster_findings(past: PastMonths, coming: Coming) -> list[Finding]:
    """Say how many served in the last month and are not there in the coming one."""
    last = past.measures[past.measures["month"] == past.last]
    before = set(last.loc[last["inquiries"].fillna(0) > 0, "agent"].dropna())
    gone, found = len(before - set(coming.model.agents)), list[Finding]()
    new = len(set(coming.model.agents) - set(coming.model.conversion.cells.agents))
    if new:
        message = Text(
            f"Of {counted(new, 'person', 'people')} too little is known to tell a level; drawn as anybody of the team.",
            f"有 {new} 人数据太少，无法判断本人水平，按团队中任一人模拟。",
        )
        found.append(Finding("drawn-as-anybody", "info", coming.month, message))
    if not gone:
        return found
    message = Text(
        f"{counted(gone, 'person', 'people')} who served in {past.last} had left by its end or are not on the roster "
        f"of {coming.month}; nobody who joins then is counted either.",
        f"{past.last} 有询单的人中，{gone} 人在月末已离岗或不在 {coming.month} 的花名册中；之后入职者也未计入。",
    )
    return [*found, Finding("not-there", "info", coming.month, message)]


# What is said


def say_cost(one: ComingPay, study: DesignStudy) -> Text:
    """Say what a scheme would cost in the coming month: a range, and the error of the simulation."""
    cost = one.cost
    if cost is None:
        return Text(
            f"{one.name.en}: not paid on drawn months ({'; '.join(w.en for w in one.refused)}).",
            f"{one.name.zh}：未按模拟月份计发（{'；'.join(w.zh for w in one.refused)}）。",
        )
    low, middle, high, mean = (
        priced(rough_money(x), study.currency)
        for x in (cost.quantile(0.1), cost.quantile(0.5), cost.quantile(0.9), cost.mean)
    )
    budget = Text("", "")
    if study.terms.budget is not None:
        kept, most = cost.kept(study.terms.budget), priced(format_money(study.terms.budget), study.currency)
        n = len(cost.each)
        budget = Text(
            f" A budget of {most.en} is enough in {round(kept * n):,} of {n:,} drawn months.",
            f"预算 {most.zh}在 {n:,} 个模拟月份中的 {round(kept * n):,} 个足够。",
        )
    return Text(
        f"{one.name.en}: about {mean.en} on average, median {middle.en}; in eight months of ten between {low.en} and "
        f"{high.en}.{budget.en}",
        f"{one.name.zh}：平均约 {mean.zh}，中位数 {middle.zh}；十个月中有八个月在 {low.zh}至 "
        f"{high.zh}之间。{budget.zh}",
    )


def say_change(at: int, study: DesignStudy) -> Text | None:
    """Say who would gain and lose by a candidate in the coming month, None where it is not known."""
    table = study.winners_of(at)
    coming = study.coming
    if table is None or coming is None or coming.base is None:
        return None
    one, base = coming.pay[at], coming.base
    assert one.cost is not None
    change = one.cost.each - base.each
    error = float(change.std(ddof=1)) / len(change) ** 0.5
    up, down = (int((table["difference"] * sign > 0.5).sum()) for sign in (1, -1))
    sure = [int((table[column] >= SURE).sum()) for column in ("p_gains", "p_loses")]
    mean, around = (priced(rough_money(x), study.currency) for x in (float(change.mean()), 2 * error))
    return Text(
        f"{one.name.en} against the scheme in force: {mean.en} a month on average (give or take {around.en} by the "
        f"simulation). On average {up} of {len(table)} people gain, {down} lose, {len(table) - up - down} get the "
        f"same; in at least nine months of ten {sure[0]} gain and {sure[1]} lose.",
        f"{one.name.zh}与现行方案相比：平均每月 {mean.zh}（模拟误差约 ±{around.zh}）。平均而言，{len(table)} 人中 "
        f"{up} 人增加，{down} 人减少，{len(table) - up - down} 人不变；十个月中至少九个月增加的有 {sure[0]} 人，"
        f"减少的有 {sure[1]} 人。",
    )


def say_luck(one: ComingPay) -> Text | None:
    """Say how much of a month's pay is luck, in both senses and beside what a month of conversion itself is."""
    luck = one.luck
    if luck is None or luck.own_volume is None or luck.equal_volume is None:
        return None
    floor = Text("", "")
    if luck.floor is not None:
        floor = Text(
            f" One month's conversion at this volume is itself {luck.floor:.0%} luck.",
            f"在此询单量下，单月转化率本身就有 {luck.floor:.0%} 是运气。",
        )
    return Text(
        f"{one.name.en}: of the differences in a month's pay {luck.own_volume:.0%} are luck where everybody has the "
        f"own volume, {luck.equal_volume:.0%} where all have the same.{floor.en}",
        f"{one.name.zh}：个人月应发的差异中，按各自询单量有 {luck.own_volume:.0%} 是运气，按相同询单量有 "
        f"{luck.equal_volume:.0%}。{floor.zh}",
    )


def say_response(at: int, study: DesignStudy) -> list[Text]:
    """Say what one more buyer pays people, and the rise that pays for itself."""
    response = study.responses[at]
    if response is None:
        return []
    name, reward = study.paid[at].name, response.reward["reward"]
    low, middle, high = (priced(format_money(round(float(reward.quantile(q)))), study.currency) for q in (0, 0.5, 1))
    n, dead, unit = len(reward), len(response.dead), priced(format_money(DEAD), study.currency)
    said = [
        Text(
            f"{name.en}: one more buyer would pay a person {middle.en} (median), {low.en} to {high.en}; less than "
            f"{unit.en} to {dead} of {n}.",
            f"{name.zh}：多一位付款客户，个人中位数多得 {middle.zh}（{low.zh}至 {high.zh}）；{n} 人中有 {dead} "
            f"人多得不到 {unit.zh}。",
        )
    ]
    if response.even is not None and at > 0:
        said.append(say_even(response.even, name))
    return said


# For machines


def design_frames(study: DesignStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a study by file name; money in major units."""
    names = [one.name.en for one in study.paid]
    past = [
        one.ledger[["month", "agent", "component", "amount", "status"]].assign(scheme=name)
        for one, name in zip(study.paid, names, strict=True)
    ]
    rows = pd.concat(past, ignore_index=True)
    keys = ["scheme", "month", "agent", "component"]
    payouts: pd.DataFrame = rows.groupby(keys, sort=False, dropna=False)["amount"].sum().reset_index()
    payouts = payouts.assign(amount=payouts["amount"].map(lambda cents: int(cents) / 100))
    change = []
    for at, name in enumerate(names):
        table = study.winners_of(at)
        if table is not None:
            money = ["current", "candidate", "difference", "lower", "upper"]
            change.append(table.assign(scheme=name, **{c: (table[c] / 100).round(2) for c in money}))
    winning = pd.concat(change, ignore_index=True) if change else pd.DataFrame(columns=["scheme", *_WINNERS])
    points = [
        (name, p.code, p.value, p.customary.en, p.low, p.high, p.source.en, p.basis, p.definition.en)
        for name, of in zip(names, study.health, strict=True)
        for p in of
    ]
    columns = ["scheme", "code", "value", "customary", "low", "high", "source", "basis", "definition"]
    frontier = {} if study.search is None else {"frontier.csv": frontier_frame(study.search)}
    return {
        "payouts.csv": payouts,
        "winners.csv": winning[["scheme", *_WINNERS]],
        "health.csv": pd.DataFrame(points, columns=columns),
        **frontier,
    }


_WINNERS = ("agent", "current", "candidate", "difference", "lower", "upper", "p_loses", "p_gains")


def design_summary(study: DesignStudy) -> dict[str, Any]:
    """Return the cost of each scheme in the coming month, in major units; null where it cannot be paid on draws."""
    searched = {} if study.search is None else {"search": search_summary(study.search)}
    if study.coming is None:
        return {"month": None, "why": study.why.en, "schemes": {}, **searched}
    schemes = {}
    for one, response in zip(study.coming.pay, study.responses, strict=True):
        found: dict[str, Any] = {"refused": [w.en for w in one.refused], "held": list(one.held)}
        if one.cost is not None:
            found |= one.cost.summary(study.terms.seed, study.terms.budget)
        if one.luck is not None:
            found |= {"luck_own_volume": one.luck.own_volume, "luck_equal_volume": one.luck.equal_volume}
        if response is not None and response.even is not None:
            found["break_even"] = response.even.rise
        schemes[one.name.en] = found
    return {"month": study.coming.month, "schemes": schemes, **searched}
