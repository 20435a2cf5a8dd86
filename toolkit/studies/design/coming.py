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
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.standing.reliability import reliability
from toolkit.rules.formula.expressions import Call, Expression, Number, calls
from toolkit.rules.lint.gaps import columns_of
from toolkit.rules.pay.run import earlier, span_around
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.rules.settle.replicates import ReplicatePay, pay_replicates
from toolkit.studies.design.past import PastMonths, PastPay
from toolkit.studies.design.world import Key, MonthModel, World, draw_month, with_rows_before


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
    undivided : int64 (replicates, components), minor units that go to a fund and to no person.
    """

    agents: tuple[str, ...]
    components: tuple[str, ...]
    titles: tuple[Text, ...]
    totals: Ints
    amounts: Ints
    undivided: Ints

    @property
    def each(self) -> Ints:
        """Cost of each replicate, minor units."""
        found: Ints = self.totals.sum(axis=1) + self.undivided.sum(axis=1)
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
        sums = self.amounts.sum(axis=1) + self.undivided
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


# Paying a drawn month


def not_simulated(scheme: Scheme) -> list[Text]:
    """Name what of a scheme a simulated month cannot pay, and why."""
    titles = [c.title or Text(c.id, c.id) for c in scheme.components if c.lines is not None or c.each == "order"]
    return [Text(f"{title.en}: {_LINES.en}", f"{title.zh}：{_LINES.zh}") for title in titles]


_LINES = Text("it is paid by order lines", "按订单明细计发")


def rows_since(scheme: Scheme, month: str) -> str:
    """Return the first month whose rows a scheme reads in `month`: "" for all there are, `month` for no other."""
    own = Month.parse(month)
    spans = [(c, span) for c in scheme.components if (span := span_around(scheme, c, own)) is not None]
    found = [own, *(span.first for _, span in spans)]
    for formula in formulas(scheme.document):
        for call in calls(formula.node, "record"):
            if call.word("over") == "all":
                return ""
            back = _periods_of(call.option("over"))
            found += [e.first for c, span in spans if (e := earlier(scheme, c, span, back)) is not None]
        for call in calls(formula.node, "to_date"):
            length = 12 if call.word("over") == "year" else 3
            found.append(own.shift(-((own.number - 1) % length)))
    return min(map(str, found))


def _periods_of(over: Expression | None) -> int:
    numbers = [part.value for part in over.parts if isinstance(part, Number)] if isinstance(over, Call) else []
    return int(max(numbers, default=Fraction(1)))


def read_by(schemes: Sequence[Scheme]) -> set[str]:
    """Return the columns some schemes read."""
    return {name for s in schemes for part in (*s.components, *s.limits) for name in columns_of(s, part)}


def pay_world(scheme: Scheme, world: World, past: PastMonths) -> Cost:
    """Pay a scheme on a drawn month.

    Parameters
    ----------
    past : what each drawn month goes on from, see `PastMonths.left_by`.

    Raises
    ------
    InputError, UsageError
        If it cannot be paid on it.
    """
    since = rows_since(scheme, world.month)
    full = world if since == world.month else with_rows_before(world, past.measures, since)
    paid: ReplicatePay = pay_replicates(scheme, full.rows, full.columns, month=world.month, ledger=past.ledger)
    at = [paid.agents.index(agent) for agent in world.agents]
    titles = tuple(scheme.component(c).title or Text(c, c) for c in paid.components)
    return Cost(world.agents, paid.components, titles, paid.totals[:, at], paid.amounts[:, at], paid.undivided)


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
        shares.append(share_of_luck(*paid))
    return Luck(shares[0], shares[1], luck_floor(model, volumes))


def share_of_luck(a: Floats, b: Floats) -> float | None:
    """Return the share of luck in pay drawn twice with the same skill, (replicates, agents) each; see `luck_share`."""
    centre = (a.mean() + b.mean()) / 2
    variance = (((a - centre) ** 2).mean() + ((b - centre) ** 2).mean()) / 2
    if variance <= 0:
        return None
    explained = float(((a - centre) * (b - centre)).mean())
    return float(np.clip(1 - explained / variance, 0, 1))


def luck_floor(model: MonthModel, volumes: Floats, months: int = 1) -> float | None:
    """Return luck in the conversion of so many months itself, None where agents are not shown to differ."""
    fitted = model.conversion.fit.variances
    if not fitted.estimable[0] or fitted.agent <= 0:
        return None
    rate = float(model.conversion.summary["rate"])
    luck = fitted.month if model.conversion.level is None else model.conversion.level.moves.month
    sds = float(np.sqrt(fitted.agent)), float(np.sqrt((luck + fitted.cell) / months))
    found = reliability(float(volumes.mean()) * months, rate, *sds)
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
    model, world, every = on
    past = every.left_by(one)
    if not one.scheme.components:
        return ComingPay(one, None, None, (_NOTHING,))
    refused = not_simulated(one.scheme)
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
