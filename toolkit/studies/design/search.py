"""The search: of all schemes some free values allow, the best within bounds, and what more money would buy.

Points are tried on 500 drawn months, the best of them chosen on 5,000 others, and every figure that is shown comes from
a third set of 5,000, those of the report itself: a scheme picked because it looked good keeps no luck of its picking.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, differential_evolution

from toolkit.core.errors import InputError, UsageError
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats
from toolkit.rules.lint.gaps import judgeable
from toolkit.rules.settle.replicates import reads_ledger
from toolkit.studies.consequences.case import as_if_in_force
from toolkit.studies.design.bench import Bench, Trial
from toolkit.studies.design.coming import Luck, not_simulated
from toolkit.studies.design.grid import Index, Limits, SearchGrid
from toolkit.studies.design.overlays import Candidate
from toolkit.studies.design.past import PastMonths, PastPay, payable
from toolkit.studies.design.response import Rise
from toolkit.studies.design.world import Key, MonthModel

Aim = Literal["luck", "net-gain"]
AIMS: tuple[Aim, ...] = ("luck", "net-gain")
TRIED, FRESH = 500, 5_000
EVERY = 2_000
"""Points up to which every one is tried; beyond, differential evolution picks them."""
SHORTLIST, LEVELS, ROUNDS = 10, 8, 5
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What is asked of a search.

    Parameters
    ----------
    aim : lowest luck (the larger of its two shares), or highest net gain.
    seed : of the report's draws.
    budget : most to be spent in a month, minor units; None for no limit.
    margin, rise : for the net gain.
    """

    aim: Aim
    seed: int
    budget: int | None = None
    margin: Fraction | None = None
    rise: Rise = field(default_factory=Rise)

    def check(self) -> None:
        """Refuse a net gain of which nothing is known.

        Raises
        ------
        UsageError
            Without a margin or a rise.
        """
        for known, name in ((self.margin is not None, "--margin"), (self.rise.buyers > 0, "--uplift")):
            if self.aim == "net-gain" and not known:
                message = Text(
                    f"a search for net gain needs {name}: nothing is assumed in its place",
                    f"按净收益搜索需要 {name}，不作任何假定",
                )
                raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Bound:
    """Something a scheme must keep.

    Parameters
    ----------
    name : what it is.
    excess : by how much a scheme breaks it; 0 or less where it is kept.
    """

    name: Text
    excess: Callable[[Trial], float]


@dataclass(frozen=True, slots=True)
class Tried:
    """What is kept of a point that was tried.

    Parameters
    ----------
    value : what is to be small: luck, or less the net gain; None where a bound is broken.
    spend : the cost that the budget must be enough for, minor units; None where there is no such scheme.
    broken : the first bound that is broken, -1 for none, -2 where there is no such scheme.
    excess : by how much.
    """

    value: float | None
    spend: float | None = None
    broken: int = -1
    excess: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """One grid of schemes, with what its points are judged by.

    Parameters
    ----------
    paid : one of its schemes on the past: whom its components are for, what of it cannot be paid.
    """

    grid: SearchGrid
    paid: PastPay

    def trial(self, index: Index, bench: Bench) -> Trial:
        """Return a point on a bench.

        Raises
        ------
        InputError
            If there is no such scheme.
        """
        found = self.grid.candidate(index)
        scheme = judgeable(as_if_in_force(found.scheme), self.paid.gaps)
        return Trial(replace(self.paid, candidate=found, scheme=scheme), bench)


def bounds_of(limits: Limits, terms: SearchTerms, base: Trial, *, sure: float = 0.0) -> tuple[Bound, ...]:
    """Return what must be kept, the cheapest to try first.

    Parameters
    ----------
    base : the scheme in force on the same bench.
    sure : how many standard errors the chance that the budget is enough must lie above what is asked.
    """
    found = []
    if limits.cost is not None:
        most = float(limits.cost)
        name = Text(f"cost within {most:.1%} of the scheme in force", f"成本与现行方案相差不超过 {most:.1%}")
        found.append(Bound(name, lambda t: abs(t.mean / base.mean - 1) - most))
    if terms.budget is not None:
        budget, kept = terms.budget, float(limits.kept)
        wanted = kept + sure * (kept * (1 - kept) / base.bench.n) ** 0.5
        pooled = Text(" (the mean of three)", "（三个月平均）") if base.bench.months > 1 else Text("", "")
        name = Text(f"budget enough in {kept:.0%} of months{pooled.en}", f"预算在 {kept:.0%} 的月份{pooled.zh}足够")
        found.append(Bound(name, lambda t: wanted - t.kept(budget)))
    for one in limits.attained:
        found.append(_attainment(*one))
    if limits.incentive is not None:
        near, now = float(limits.incentive), base.incentive
        name = Text(
            f"pay for one more buyer within {near:.1%} of the scheme in force",
            f"多一位付款客户的应发与现行方案相差不超过 {near:.1%}",
        )
        found.append(Bound(name, lambda t: abs(t.incentive / now - 1) - near if now else abs(t.incentive)))
    if limits.gap is not None:
        apart, groups = float(limits.gap), limits.groups
        base.bench.groups(groups)
        name = Text(
            f"groups by {groups} at most {apart:.1%} apart at equal measures",
            f"指标相同时各 {groups} 组相差不超过 {apart:.1%}",
        )
        found.append(Bound(name, lambda t: t.gap(groups) - apart))
    return tuple(found)


def _attainment(component: str, number: int, low: Fraction, high: Fraction) -> Bound:
    name = Text(
        f"{float(low):.0%} to {float(high):.0%} reach edge {number} of {component}",
        f"{component} 第 {number} 个门槛的达到比例为 {float(low):.0%} 至 {float(high):.0%}",
    )

    def excess(trial: Trial) -> float:
        share = trial.attained(component, number)
        return max(float(low) - share, share - float(high))

    return Bound(name, excess)


def value_of(trial: Trial, terms: SearchTerms, base: Trial) -> float | None:
    """Return what is to be small: the larger luck share, or less the net gain; None where it is not known."""
    if terms.aim == "net-gain":
        assert terms.margin is not None
        return -trial.net_gain(terms.margin, base.mean)
    shares = trial.luck.own_volume, trial.luck.equal_volume
    return None if shares[0] is None or shares[1] is None else max(shares[0], shares[1])


# Finding


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """Tries the points of one grid, each once."""

    space: Space
    bench: Bench
    terms: SearchTerms
    base: Trial
    bounds: tuple[Bound, ...]
    known: dict[Index, Tried]

    def __call__(self, index: Index) -> Tried:
        """Try a point: bounds first, what is to be small only where all are kept."""
        if index not in self.known:
            self.known[index] = self._try(index)
        return self.known[index]

    def _try(self, index: Index) -> Tried:
        try:
            trial = self.space.trial(index, self.bench)
        except InputError:
            return Tried(None, None, -2)
        spend = trial.quantile(float(self.space.grid.limits.kept))
        for at, bound in enumerate(self.bounds):
            excess = bound.excess(trial)
            if excess > _TINY:
                return Tried(None, spend, at, excess)
        return Tried(value_of(trial, self.terms, self.base), spend)

    def run(self) -> None:
        """Try every point; of too many those that differential evolution picks, at several levels of cost."""
        grid = self.space.grid
        if grid.size <= EVERY:
            for index in grid.points:
                self(index)
            return
        self._evolve(None)
        spends = [t.spend for t in self.known.values() if t.value is not None and t.spend is not None]
        if spends:
            for level in np.linspace(min(spends), max(spends), LEVELS)[:-1]:
                self._evolve(float(level))

    def _evolve(self, level: float | None) -> None:
        """Look for the best point whose cost stays below a level.

        Notes
        -----
        Differential evolution on whole numbers (Storn & Price 1997; scipy). A point that breaks a bound is worse than
        any that breaks a later one or none, and the worse the further it breaks it (Deb 2000).
        """
        sizes, n = [len(v) for v in self.space.grid.values], len(self.bounds) + 1

        def score(x: Floats) -> float:
            found = self(tuple(round(v) for v in x))
            if found.spend is None:
                return 4.0 * 10**9 * (n + 1)
            if level is not None and found.spend > level:
                return 4.0 * 10**9 * n + min(found.spend - level, 10.0**9)
            if found.broken >= 0:
                return 4.0 * 10**9 * (n - 1 - found.broken) + min(found.excess, 10.0**9)
            return 10.0**9 if found.value is None else found.value

        moving = [k for k, size in enumerate(sizes) if size > 1]

        def at(x: Floats) -> float:
            whole = np.zeros(len(sizes))
            whole[moving] = x
            return score(whole)

        spread = Bounds(np.zeros(len(moving)), np.array([sizes[k] - 1.0 for k in moving]))
        differential_evolution(
            at,
            spread,
            integrality=[True] * len(moving),
            rng=self.terms.seed,
            polish=False,
            popsize=12,
            maxiter=60,
            tol=1e-6,
        )


def frontier_of(tried: Mapping[Index, Tried]) -> list[Index]:
    """Return the points at which more money buys a better value, the cheapest first."""
    rows = sorted(
        (t.spend, t.value, index) for index, t in tried.items() if t.value is not None and t.spend is not None
    )
    found: list[Index] = []
    best = float("inf")
    for _, value, index in rows:
        if value < best - _TINY:
            found, best = [*found, index], value
    return found


def best_of(tried: Mapping[Index, Tried], n: int = 1) -> list[Index]:
    """Return the points of the lowest value, the best first; those alike by lower cost."""
    rows = sorted(
        (t.value, t.spend, index) for index, t in tried.items() if t.value is not None and t.spend is not None
    )
    return [index for _, _, index in rows[:n]]


# What is shown


@dataclass(frozen=True, slots=True)
class Figures:
    """A scheme on the report's own draws; money in minor units a month.

    Parameters
    ----------
    spend : the quantile of cost the budget must be enough for.
    kept : chance that the budget is enough, None without one.
    incentive : mean pay for one more buyer, None where it is not told.
    net : net gain, None unless asked for.
    """

    mean: float
    p50: float
    p90: float
    spend: float
    kept: float | None
    incentive: float | None
    luck: Luck
    net: float | None


@dataclass(frozen=True, slots=True, eq=False)
class FrontierPoint:
    """A scheme that was found: a row of the frontier.

    Parameters
    ----------
    space, index : which it is.
    figures : on draws it was not chosen on.
    broken : bounds it breaks on these.
    chosen : whether it is the best: the last of the frontier.
    """

    space: Space
    index: Index
    figures: Figures
    broken: tuple[Text, ...]
    chosen: bool

    @property
    def values(self) -> dict[str, str]:
        """The free values, by place."""
        return self.space.grid.chosen(self.index)

    @property
    def candidate(self) -> Candidate:
        """The scheme itself."""
        return self.space.grid.candidate(self.index)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """What a search found.

    Parameters
    ----------
    terms : what was asked.
    months : 1, or 3 where figures are of a quarter's month.
    fresh : replicates of the draws that are shown.
    size, tried : points there are; points tried.
    broken : points by the first bound they break, in the order of trying, then those that are no scheme.
    kept : points tried that keep all bounds.
    base : the scheme in force.
    points : the frontier, the cheapest first; empty where no point keeps the bounds.
    seconds : how long it took.
    """

    terms: SearchTerms
    months: int
    fresh: int
    size: int
    tried: int
    broken: tuple[tuple[Text, int], ...]
    kept: int
    base: Figures
    points: tuple[FrontierPoint, ...]
    seconds: float

    @property
    def chosen(self) -> FrontierPoint | None:
        """The best scheme within all bounds."""
        return next((point for point in self.points if point.chosen), None)


_NO_SCHEME = Text("no scheme (e.g. a lower tier above a higher one)", "不成方案（如低档高于高档）")


def search(
    grids: Sequence[SearchGrid],
    current: PastPay,
    on: tuple[MonthModel, PastMonths],
    terms: SearchTerms,
    draws: tuple[int, int] = (TRIED, FRESH),
) -> Search:
    """Search some grids, each by itself, and show the best of all.

    Parameters
    ----------
    current : the scheme in force on the past.
    draws : replicates to try on, and to choose and to show on.

    Raises
    ------
    UsageError
        If a net gain is asked for without margin and rise, or a scheme cannot be paid on drawn months.
    """
    terms.check()
    start = time.monotonic()
    spaces = [space_of(grid, on[1]) for grid in grids]
    for paid in (current, *(space.paid for space in spaces)):
        _check(paid)
    months = 3 if any(_quarterly(p) for p in (current, *(space.paid for space in spaces))) else 1
    tried, fresh = draws
    first, second, shown = (
        Bench(on[0], on[1], Key(terms.seed + k, on[0].month), n, months, terms.rise)
        for k, n in ((1, tried), (2, fresh), (0, fresh))
    )
    finders = [finder_of(space, first, terms, current) for space in spaces]
    for finder in finders:
        finder.run()
    confirmed = {(finder.space, index): t for finder in finders for index, t in _confirm(finder, second, current)}
    where = list(confirmed)
    numbered: dict[Index, Tried] = {(k,): confirmed[at] for k, at in enumerate(where)}
    front = frontier_of(numbered)
    base = Trial(current, shown)
    bounds = {space: bounds_of(space.grid.limits, terms, base) for space in spaces}
    points = []
    for number in _thinned(front):
        space, index = where[number[0]]
        trial = space.trial(index, shown)
        broken = tuple(b.name for b in bounds[space] if b.excess(trial) > _TINY)
        points.append(FrontierPoint(space, index, _figures(trial, space, terms, base), broken, number == front[-1]))
    every = [t for finder in finders for t in finder.known.values()]
    counted = [
        (bound.name, sum(t.broken == at for t in finder.known.values()))
        for finder in finders
        for at, bound in enumerate(finder.bounds)
    ]
    merged: Counter[Text] = Counter()
    for name, n in counted:
        merged[name] += n
    none = sum(t.broken == -2 for t in every)
    return Search(
        terms,
        months,
        fresh,
        sum(grid.size for grid in grids),
        len(every),
        (*merged.items(), *([(_NO_SCHEME, none)] if none else [])),
        sum(t.value is not None for t in every),
        _figures(base, spaces[0], terms, base),
        tuple(points),
        time.monotonic() - start,
    )


def _thinned(front: Sequence[Index]) -> list[Index]:
    """Return at most so many rows of a frontier, evenly spread, its ends among them."""
    return [front[k] for k in sorted({round(x) for x in np.linspace(0, len(front) - 1, LEVELS)})] if front else []


def space_of(grid: SearchGrid, past: PastMonths) -> Space:
    """Return a grid with one of its schemes paid on the past.

    Raises
    ------
    InputError
        If none of its points is a scheme: what is wrong with the first.
    """
    first: InputError | None = None
    for index in grid.points:
        try:
            return Space(grid, payable(grid.candidate(index), past))
        except InputError as error:
            first = first or error
    assert first is not None
    then = Text(f"so no point of {grid.source} is a scheme", f"{grid.source} 的任何一点都不成方案")
    raise InputError(first.problems, then)


def _check(paid: PastPay) -> None:
    refused = not_simulated(paid.scheme) if paid.scheme.components else []
    for name, word in reads_ledger(paid.scheme):
        why = Text("it depends on what earlier months paid", "取决于此前各月已发的金额")
        refused.append(Text(f"{name} ({word}): {why.en}", f"{name}（{word}）：{why.zh}"))
    if any(paid.scheme.period(component) not in ("month", "quarter") for component in paid.scheme.components):
        refused.append(Text("a period other than month or quarter is not searched", "不搜索月、季度以外的计发周期"))
    if refused or not paid.scheme.components:
        en, zh = "; ".join(w.en for w in refused), "；".join(w.zh for w in refused)
        message = Text(
            f"{paid.candidate.name.en} cannot be paid on drawn months, so nothing is searched: {en or 'no component'}",
            f"{paid.candidate.name.zh}无法按模拟月份计发，不能搜索：{zh or '没有可计发的项目'}",
        )
        raise UsageError(message)


def _quarterly(paid: PastPay) -> bool:
    return any(paid.scheme.period(component) == "quarter" for component in paid.scheme.components)


def finder_of(space: Space, bench: Bench, terms: SearchTerms, current: PastPay, sure: float = 0.0) -> Finder:
    """Return what tries the points of a grid on a bench, see `bounds_of`."""
    base = Trial(current, bench)
    return Finder(space, bench, terms, base, bounds_of(space.grid.limits, terms, base, sure=sure), {})


def _confirm(finder: Finder, bench: Bench, current: PastPay) -> list[tuple[Index, Tried]]:
    """Try the best points and those of the frontier on other draws, ten by ten until one keeps the bounds."""
    other = finder_of(finder.space, bench, finder.terms, current, sure=2.0)
    order = best_of(finder.known, SHORTLIST * ROUNDS)
    for index in _thinned(frontier_of(finder.known)):
        other(index)
    for k in range(ROUNDS):
        for index in order[k * SHORTLIST : (k + 1) * SHORTLIST]:
            other(index)
        if any(t.value is not None for t in other.known.values()):
            break
    return list(other.known.items())


def _figures(trial: Trial, space: Space, terms: SearchTerms, base: Trial) -> Figures:
    try:
        incentive: float | None = trial.incentive
    except UsageError:
        incentive = None
    return Figures(
        trial.mean,
        trial.quantile(0.5),
        trial.quantile(0.9),
        trial.quantile(float(space.grid.limits.kept)),
        None if terms.budget is None else trial.kept(terms.budget),
        incentive,
        trial.luck,
        None if terms.margin is None or not terms.rise.buyers else trial.net_gain(terms.margin, base.mean),
    )
