"""What candidates would cost in the coming month: each paid on the same draws, none at expected measures.

Cost with its range and its error, by person and component; who gains and loses against the scheme in force, and how
surely; how much of pay is luck, in both senses; who stands at which edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.standing.reliability import reliability
from toolkit.rules.formula.expressions import Call, Number, calls
from toolkit.rules.lint.gaps import columns_of
from toolkit.rules.scheme.document import Cap, Component, Guarantee
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.settle.replicates import ReplicatePay, pay_replicates
from toolkit.studies.design.past import PastMonths, PastPay
from toolkit.studies.design.world import Key, MonthModel, World, draw_month, with_rows_before

MEMORY = 12
"""Months before the coming one whose rows schemes with a memory (records, quarters, sums to date) read."""


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """What a scheme costs in the coming month.

    Parameters
    ----------
    agents : everybody with a row, (agents,).
    components : ids, (components,).
    titles : of the components.
    totals : int64 (replicates, agents), minor units after limits.
    amounts : int64 (replicates, agents, components), minor units before limits.
    """

    agents: tuple[str, ...]
    components: tuple[str, ...]
    titles: tuple[Text, ...]
    totals: Ints
    amounts: Ints

    @property
    def each(self) -> Ints:
        """Cost of each replicate, minor units."""
        found: Ints = self.totals.sum(axis=1)
        return found

    @property
    def mean(self) -> float:
        """Mean cost, minor units."""
        return float(self.each.mean())

    @property
    def error(self) -> float:
        """Monte Carlo standard deviation of the mean, minor units."""
        return float(self.each.std(ddof=1) / np.sqrt(len(self.each))) if len(self.each) > 1 else float("nan")

    def quantile(self, p: float) -> float:
        """Return a quantile of cost, minor units."""
        return float(np.quantile(self.each, p))

    def quantile_error(self, p: float) -> float:
        """Return the Monte Carlo standard deviation of a quantile: half the spread of the order statistics about it."""
        n, ordered = len(self.each), np.sort(self.each)
        half = np.sqrt(n * p * (1 - p))
        low, high = (int(np.clip(round(n * p + s * half), 0, n - 1)) for s in (-1, 1))
        return float(ordered[high] - ordered[low]) / 2

    def shown(self, p: float | None) -> int:
        """Return a quantile (None: the mean), minor units, as far as the simulation knows it: the rest is 0."""
        value, error = (self.mean, self.error) if p is None else (self.quantile(p), self.quantile_error(p))
        place = 10 ** int(np.floor(np.log10(error))) if error >= 1 else 1
        return round(value / place) * place

    def kept(self, budget: int) -> float:
        """Return the chance that a budget (minor units) is enough."""
        return float((self.each <= budget).mean())

    def summary(self, seed: int, budget: int | None = None) -> dict[str, float | int | None]:
        """Return the figures as files hold them, major units."""
        quantiles = {f"p{round(100 * p)}": self.quantile(p) / 100 for p in (0.1, 0.5, 0.9, 0.95)}
        return {
            "mean": self.mean / 100,
            **quantiles,
            "mc_sd": self.error / 100,
            "mc_sd_p90": self.quantile_error(0.9) / 100,
            "seed": seed,
            "R": len(self.each),
            "budget": None if budget is None else budget / 100,
            "p_budget_kept": None if budget is None else self.kept(budget),
        }

    @property
    def by_component(self) -> pd.DataFrame:
        """component, mean, p10, p90 (minor units, before limits), and a row of what limits change."""
        sums = self.amounts.sum(axis=1)
        parts = [(t, sums[:, i]) for i, t in enumerate(self.titles)]
        limited = self.each - sums.sum(axis=1)
        if np.any(limited):
            parts.append((Text("limits, funds and guarantees", "限额、基金与保底"), limited))
        rows = [(t.en, t.zh, values.mean(), *np.quantile(values, (0.1, 0.9))) for t, values in parts]
        return pd.DataFrame(rows, columns=["component_en", "component_zh", "mean", "p10", "p90"])

    @property
    def by_person(self) -> pd.DataFrame:
        """agent, mean, p10, p50, p90, minor units."""
        quantiles = np.quantile(self.totals, (0.1, 0.5, 0.9), axis=0)
        columns = dict(zip(("p10", "p50", "p90"), quantiles, strict=True))
        return pd.DataFrame({"agent": list(self.agents), "mean": self.totals.mean(axis=0), **columns})


def winners(cost: Cost, base: Cost) -> pd.DataFrame:
    """Return each person's difference to the scheme in force on the same draws.

    Returns
    -------
    DataFrame
        agent, current, candidate, difference (means), lower, upper (central 90 % of months), minor units; p_loses and
        p_gains, shares of the months; the largest loss first.
    """
    change = cost.totals - base.totals
    low, high = np.quantile(change, (0.05, 0.95), axis=0)
    table = pd.DataFrame(
        {
            "agent": list(cost.agents),
            "current": base.totals.mean(axis=0),
            "candidate": cost.totals.mean(axis=0),
            "difference": change.mean(axis=0),
            "lower": low,
            "upper": high,
            "p_loses": (change < 0).mean(axis=0),
            "p_gains": (change > 0).mean(axis=0),
        }
    )
    paid = (base.totals != 0).any(axis=0) | (cost.totals != 0).any(axis=0)
    shown: pd.DataFrame = table[paid].sort_values(["difference", "agent"], kind="stable", ignore_index=True)
    return shown


# Which schemes can be paid on draws


def not_simulated(scheme: Scheme) -> list[Text]:
    """Name what of a scheme a simulated month cannot pay, and why."""
    found = []
    for component in scheme.components:
        why = _why_not(component)
        if why is not None:
            title = component.title or Text(component.id, component.id)
            found.append(Text(f"{title.en}: {why.en}", f"{title.zh}：{why.zh}"))
    for i, limit in enumerate(scheme.limits, 1):
        ledger = (isinstance(limit, Cap) and (limit.period == "year" or limit.carry)) or (
            isinstance(limit, Guarantee) and limit.recoverable
        )
        if ledger:
            found.append(Text(f"limit {i}: {_LEDGER.en}", f"第 {i} 条限额：{_LEDGER.zh}"))
    return found


_LEDGER = Text("it depends on what earlier months paid", "取决于此前各月已发的金额")
_LINES = Text("it is paid by order lines", "按订单明细计发")
_FAR = Text(f"it compares a month with more than {MEMORY} months before it", f"它要与此前超过 {MEMORY} 个月的数据比较")
_NOBODY = Text("it goes to a fund and to no person", "归入基金，不发给个人")
_TAKEN = Text("it takes away after pay", "属于发放后的扣款")


def _why_not(component: Component) -> Text | None:
    if component.lines is not None or component.each == "order":
        return _LINES
    if component.deduct is not None:
        return _TAKEN
    if component.undivided:
        return _NOBODY
    streaks = any(calls(formula.node, "streak") for formula in formulas(component))
    if component.accumulate or component.defer is not None or component.carry or streaks:
        return _LEDGER
    return None


def reads_before(scheme: Scheme) -> bool:
    """Tell whether a scheme reads rows of earlier months."""
    if any(scheme.period(component) != "month" for component in scheme.components):
        return True
    nodes = [formula.node for formula in formulas(scheme.document)]
    return any(calls(node, "record", "best", "to_date") for node in nodes)


def looks_back_far(scheme: Scheme) -> bool:
    """Tell whether a scheme compares a month with all that went before, or with more than a year of it."""
    for formula in formulas(scheme.document):
        for call in calls(formula.node, "record"):
            over = call.option("over")
            if call.word("over") == "all" or (isinstance(over, Call) and _months_of(over) > MEMORY):
                return True
    return False


def _months_of(last: Call) -> Fraction:
    return max((part.value for part in last.parts if isinstance(part, Number)), default=Fraction(0))


def read_by(schemes: Sequence[Scheme]) -> set[str]:
    """Return the columns some schemes read."""
    return {name for s in schemes for part in (*s.components, *s.limits) for name in columns_of(s, part)}


def pay_world(scheme: Scheme, world: World, past: PastMonths) -> Cost:
    """Pay a scheme on a drawn month.

    Raises
    ------
    InputError, UsageError
        If it cannot be paid on it.
    """
    full = world
    if reads_before(scheme):
        first = sorted(m for m in set(past.measures["month"]) if m < world.month)[-MEMORY:]
        full = with_rows_before(world, past.measures, first[0]) if first else world
    paid: ReplicatePay = pay_replicates(scheme, full.rows, full.columns, month=world.month)
    at = [paid.agents.index(agent) for agent in world.agents]
    titles = tuple(scheme.component(c).title or Text(c, c) for c in paid.components)
    return Cost(world.agents, paid.components, titles, paid.totals[:, at], paid.amounts[:, at])


# Luck


@dataclass(frozen=True, slots=True)
class Luck:
    """How much of the differences in a month's pay is luck.

    Parameters
    ----------
    own_volume : share of the variance of pay between people and months that skill and planned volume do not explain.
    equal_volume : the same where everybody has the mean volume, so that only skill and luck are left.
    floor : luck in one month's conversion itself at the mean volume (1 less its reliability); None where agents are
        not shown to differ.
    """

    own_volume: float | None
    equal_volume: float | None
    floor: float | None


def luck_share(scheme: Scheme, model: MonthModel, past: PastMonths, plan: tuple[Key, int, Floats]) -> Luck:
    """Return the share of pay that is luck, in both senses.

    Parameters
    ----------
    plan : key, replicates, planned inquiries of each agent.

    Notes
    -----
    Each replicate draws people's skill once and two months of it that differ by luck alone. The covariance of both
    months' pay is the variance that skill and volume explain; luck is the rest: 1 - Cov(a, b) / Var. What all
    share, the level of the month, stands at its mean in both.
    """
    key, n, volumes = plan
    shares = []
    for planned in (volumes, np.full(len(volumes), volumes.mean())):
        paid = []
        for luck in ("a", "b"):
            world = draw_month(model, key._replace(luck=luck), n, planned)
            served = [world.agents.index(agent) for agent in model.agents]
            paid.append(pay_world(scheme, world, past).totals[:, served].astype(np.float64))
        shares.append(_share_of_luck(*paid))
    return Luck(shares[0], shares[1], _floor(model, volumes))


def _share_of_luck(a: Floats, b: Floats) -> float | None:
    centre = (a.mean() + b.mean()) / 2
    variance = (((a - centre) ** 2).mean() + ((b - centre) ** 2).mean()) / 2
    if variance <= 0:
        return None
    explained = float(((a - centre) * (b - centre)).mean())
    return float(np.clip(1 - explained / variance, 0, 1))


def _floor(model: MonthModel, volumes: Floats) -> float | None:
    fitted = model.conversion.fit.variances
    if not fitted.estimable[0] or fitted.agent <= 0:
        return None
    rate = float(model.conversion.summary["rate"])
    luck = fitted.month if model.conversion.level is None else model.conversion.level.moves.month
    found = reliability(float(volumes.mean()), rate, float(np.sqrt(fitted.agent)), float(np.sqrt(luck + fitted.cell)))
    return float(1 - found)


# The coming month of all candidates


@dataclass(frozen=True, slots=True, eq=False)
class ComingPay:
    """One scheme in the coming month.

    Parameters
    ----------
    paid : the same scheme on the past.
    cost : None where it cannot be simulated; then `refused` says why, by name.
    luck : None with it.
    held : measures it reads that are not drawn and stay as in the last month.
    """

    paid: PastPay
    cost: Cost | None
    luck: Luck | None
    refused: tuple[Text, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def name(self) -> Text:
        """What the scheme is called, with what of it cannot be paid."""
        return self.paid.name


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """The coming month.

    Parameters
    ----------
    month : YYYY-MM.
    world : the draws all schemes are paid on.
    model : what they rest on.
    pay : the scheme in force, then the candidates.
    seed : of the draws.
    """

    month: str
    world: World
    model: MonthModel
    pay: tuple[ComingPay, ...]
    seed: int
    volumes: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def base(self) -> Cost | None:
        """The scheme in force."""
        return self.pay[0].cost


_NOTHING = Text("nothing of it can be paid on these months", "在这些月份全部无法计发")
_ATTRIBUTES = frozenset(
    {"agent", "month", "role", "team", "shop", "supervisor", "inviter", "city", "base_pay", "tenure_months"}
)


def pay_coming(past: PastMonths, model: MonthModel, paid: Sequence[PastPay], draws: tuple[int, int]) -> Coming:
    """Pay the scheme in force and each candidate on the same draws of the coming month.

    Parameters
    ----------
    draws : seed, replicates.
    """
    seed, n = draws
    key = Key(seed, model.month)
    world = draw_month(model, key, n)
    inquiries = dict(zip(world.agents, world.of_agents("inquiries").mean(axis=0), strict=True))
    volumes = np.array([inquiries[agent] for agent in model.agents])
    every = tuple(_coming_pay(one, (model, world, past), (key, n, volumes)) for one in paid)
    return Coming(model.month, world, model, every, seed, volumes)


def _coming_pay(one: PastPay, on: tuple[MonthModel, World, PastMonths], plan: tuple[Key, int, Floats]) -> ComingPay:
    model, world, past = on
    if not one.scheme.components:
        return ComingPay(
            one, None, None, (Text("nothing of it can be paid on these months", "在这些月份全部无法计发"),)
        )
    refused = not_simulated(one.scheme)
    if looks_back_far(one.scheme) and len(past.months) > MEMORY:
        refused.append(_FAR)
    if refused:
        return ComingPay(one, None, None, tuple(refused))
    try:
        cost = pay_world(one.scheme, world, past)
        luck = luck_share(one.scheme, model, past, plan)
    except ToolkitError as error:
        return ComingPay(one, None, None, (Text(error.of("en"), error.of("zh")),))
    drawn = {*world.columns, *_ATTRIBUTES}
    held = sorted(name for name in read_by([one.scheme]) - drawn if name in world.rows)
    return ComingPay(one, cost, luck, (), tuple(held))
