"""What a search tries schemes on: months drawn once, and of a scheme every figure it may be bound by, each when asked.

A bench spans one month, or the three of a quarter where a scheme pools these: three months like the coming one, of the
same people, their skill and what all share the same in each, their luck its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.rules.formula.dictionary import MEASURES
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.design.coming import ComingPay, Luck, luck_floor, pay_world, rows_since, share_of_luck
from toolkit.studies.design.health import edges_reached
from toolkit.studies.design.past import PastMonths, PastPay
from toolkit.studies.design.response import Rise, one_more_each, pays_each_alone, risen, sales_of
from toolkit.studies.design.world import Key, MonthModel, World, draw_month

Worlds = tuple[World, ...]
_OWN = frozenset({"base_pay", "tenure_months"})


@dataclass(frozen=True, eq=False)
class Bench:
    """Drawn months all schemes of a search are paid on.

    Parameters
    ----------
    model, past : what the draws rest on.
    key, n : of the draws; replicates.
    months : 1, or 3 for a quarter.
    rise : of buyers, that is asked about.
    """

    model: MonthModel
    past: PastMonths
    key: Key
    n: int
    months: int = 1
    rise: Rise = field(default_factory=Rise)

    @cached_property
    def drawn(self) -> Worlds:
        """The months as they may come."""
        return self._months("", None)

    def _months(self, luck: str, volumes: Floats | None) -> Worlds:
        labels = [self.model.month] if self.months == 1 else quarter_from(self.model.month)
        tags = [luck, *(f"{luck}{k}" for k in range(2, self.months + 1))]
        worlds = [draw_month(self.model, self.key._replace(luck=tag), self.n, volumes) for tag in tags]
        return tuple(_dated(world, label) for world, label in zip(worlds, labels, strict=True))

    @cached_property
    def volumes(self) -> Floats:
        """Mean inquiries of each who serves, in a month."""
        first = self.drawn[0]
        inquiries = dict(zip(first.agents, first.of_agents("inquiries").mean(axis=0), strict=True))
        return np.array([inquiries[agent] for agent in self.model.agents])

    @cached_property
    def lucky(self) -> tuple[tuple[Worlds, Worlds], tuple[Worlds, Worlds]]:
        """The months twice with the same skill and volume, by luck alone apart: at everybody's own, at equal volume."""
        equal = np.full(len(self.volumes), self.volumes.mean())
        own, alike = (tuple(self._months(tag, v) for tag in ("a", "b")) for v in (self.volumes, equal))
        return (own[0], own[1]), (alike[0], alike[1])

    @cached_property
    def raised(self) -> Worlds:
        """The months where everybody has one more buyer in the last of them."""
        return (*self.drawn[:-1], one_more_each(self.drawn[-1]))

    @cached_property
    def risen(self) -> Worlds:
        """The months after the rise that is asked about."""
        return tuple(risen(world, self.rise, self.key) for world in self.drawn)

    @cached_property
    def pooled(self) -> World:
        """The months added up."""
        first = self.drawn[0]
        sums = {name: np.sum([world.columns[name] for world in self.drawn], axis=0) for name in first.columns}
        return replace(first, columns=sums)

    @cached_property
    def served(self) -> list[int]:
        """Who serves, among the agents of the drawn months."""
        return [self.drawn[0].agents.index(agent) for agent in self.model.agents]

    @cached_property
    def alike(self) -> Worlds:
        """The months where everybody who serves has the same measures: in each replicate those of one of them."""
        return tuple(_with_equal_measures(world, self.model) for world in self.drawn)

    def groups(self, column: str) -> tuple[str, ...]:
        """Return the group of each who serves.

        Raises
        ------
        UsageError
            If the roster has no such column, or all are in one group.
        """
        rows = self.model.rows.dropna(subset=["agent"])
        table = rows if column in rows else self.past.roster
        if column not in table or column == "agent":
            known = ", ".join(c for c in dict.fromkeys([*self.past.roster, *rows]) if c in _GROUPS)
            message = Text(
                f"gap: the roster has no column {column!r}; it has {known or '-'}",
                f"gap：花名册没有 {column!r} 列；现有 {known or '-'}",
            )
            raise UsageError(message)
        last = table.groupby("agent")[column].last()
        found = tuple(str(last.get(agent, "-")) for agent in self.model.agents)
        if len(set(found)) < 2:
            message = Text(f"gap: all who serve are in one {column}", f"gap：所有人的 {column} 都相同，无从比较")
            raise UsageError(message)
        return found


_GROUPS = frozenset({"role", "team", "shop", "supervisor", "inviter", "city"})


def quarter_from(month: str) -> list[str]:
    """Return the months of the first whole quarter from a month on."""
    first = Month.parse(month)
    while int(str(first)[5:]) % 3 != 1:
        first = first.shift(1)
    return [str(first.shift(k)) for k in range(3)]


def _dated(world: World, label: str) -> World:
    """Return a month under another name."""
    when = Month.parse(label)
    days = {"from": pd.Timestamp(when.start), "to": pd.Timestamp(when.last_day)}
    rows = world.rows.assign(month=label, **{name: day for name, day in days.items() if name in world.rows})
    return replace(world, month=label, rows=rows.astype({"month": world.rows["month"].dtype}))


def _with_equal_measures(world: World, model: MonthModel) -> World:
    """Give everybody who serves the same measures; what is not drawn is as the middle person has it."""
    agents = world.rows["agent"].iloc[: model.served].tolist()
    firsts = [i for i, a in enumerate(agents) if a not in agents[:i]]
    donor = np.arange(world.n) % len(firsts)
    columns = {}
    for name, values in world.columns.items():
        new, mine = values.copy(), values[:, firsts]
        new[:, : model.served] = 0
        new[:, firsts] = mine[np.arange(world.n), donor][:, None]
        columns[name] = new
    rows = world.rows.copy()
    for measure in MEASURES:
        if measure.name in rows and measure.name not in columns and measure.name not in _OWN:
            known = rows[measure.name].iloc[: model.served].dropna().sort_values()
            if len(known):
                middle = known.iloc[len(known) // 2]
                rows[measure.name] = pd.Series(
                    [middle if i < model.served else v for i, v in enumerate(rows[measure.name])],
                    index=rows.index,
                    dtype=rows[measure.name].dtype,
                )
    return replace(world, rows=rows, columns=columns)


def pay_months_of(scheme: Scheme, worlds: Worlds, past: PastMonths) -> tuple[Ints, Ints]:
    """Return what the months pay together, minor units: each person, (replicates, agents), and all, (replicates,)."""
    paid = []
    for k, world in enumerate(worlds):
        since = rows_since(scheme, world.month)
        before = tuple(one for one in worlds[:k] if one.month >= since)
        paid.append(pay_world(scheme, _joined((*before, world)) if before else world, past))
    people: Ints = np.sum([one.totals for one in paid], axis=0)
    every: Ints = np.sum([one.each for one in paid], axis=0)
    return people, every


def _joined(worlds: Worlds) -> World:
    """Return the last month with the rows of those before it, all of them drawn."""
    last, *others = reversed(worlds)
    every = [last, *others]
    rows = pd.concat([world.rows for world in every], ignore_index=True)
    names = list(last.columns)
    return replace(last, rows=rows, columns={c: np.concatenate([w.columns[c] for w in every], axis=1) for c in names})


@dataclass(frozen=True, eq=False)
class Trial:
    """One scheme on a bench; money in minor units a month, each figure worked out when it is first asked for.

    Parameters
    ----------
    paid : the scheme, and on the past whom its components are for.
    """

    paid: PastPay
    bench: Bench

    @property
    def scheme(self) -> Scheme:
        """The scheme itself."""
        return self.paid.scheme

    def _pay(self, worlds: Worlds) -> tuple[Ints, Ints]:
        return pay_months_of(self.scheme, worlds, self.bench.past.left_by(self.paid))

    @cached_property
    def _drawn(self) -> tuple[Ints, Ints]:
        return self._pay(self.bench.drawn)

    @property
    def totals(self) -> Ints:
        """What everybody is paid, (replicates, agents), in all months together."""
        return self._drawn[0]

    @property
    def each(self) -> Floats:
        """Cost of a month, by replicate, what goes to nobody in particular included."""
        found: Floats = self._drawn[1] / self.bench.months
        return found

    @property
    def mean(self) -> float:
        """Mean cost of a month."""
        return float(self.each.mean())

    def quantile(self, p: float) -> float:
        """Return a quantile of the cost of a month."""
        return float(np.quantile(self.each, p))

    def kept(self, budget: int) -> float:
        """Return the chance that a budget is enough."""
        return float((self.each <= budget).mean())

    @cached_property
    def incentive(self) -> float:
        """Mean over people of mean pay for one more buyer."""
        if not pays_each_alone(self.scheme):
            message = Text(
                f"{self.paid.name.en}: what one more buyer pays is not searched where one person's figures touch "
                "another's pay (ranks, pools, funds, teams); leave incentive out",
                f"{self.paid.name.zh}：个人业绩影响他人收入时（排名、奖金池、基金、团队），"
                "不搜索多一位付款客户的应发；请去掉 incentive",
            )
            raise UsageError(message)
        raised, _ = self._pay(self.bench.raised)
        return float((raised - self.totals)[:, self.bench.served].mean())

    @cached_property
    def luck(self) -> Luck:
        """Share of luck in what the months pay together, in both senses."""
        bench, shares = self.bench, []
        for pair in bench.lucky:
            a, b = (self._pay(worlds)[0][:, bench.served].astype(np.float64) for worlds in pair)
            shares.append(share_of_luck(a, b))
        return Luck(shares[0], shares[1], luck_floor(bench.model, bench.volumes, bench.months))

    def gap(self, column: str) -> float:
        """Return how far apart the mean pay of groups is at equal measures, as a share of the mean of all."""
        groups = np.array(self.bench.groups(column))
        paid = self._pay(self.bench.alike)[0][:, self.bench.served].mean(axis=0)
        means = [float(paid[groups == g].mean()) for g in sorted(set(groups))]
        return (max(means) - min(means)) / float(paid.mean()) if paid.mean() > 0 else 0.0

    def attained(self, component: str, number: int) -> float:
        """Return the mean share of those a component is for that reach its edge of this number, from the lowest.

        Raises
        ------
        UsageError
            If the component has no such edge.
        """
        bench, of = self.bench, {c.id: c for c in self.scheme.components}.get(component)
        pooled = bench.months > 1 and of is not None and self.scheme.period(of) == "quarter"
        reached = edges_reached(ComingPay(self.paid, None, None), bench.pooled if pooled else bench.drawn[0])
        found = {edge.at: chances for edge, chances in reached if edge.component is of and edge.at is not None}
        if number > len(found):
            message = Text(
                f"attainment: {component} has {len(found)} fixed edges above 0 that people reach; got edge {number}",
                f"attainment：{component} 有 {len(found)} 个高于 0 的固定门槛，这里写的是第 {number} 个",
            )
            raise UsageError(message)
        return float(np.mean(list(found[sorted(found)[number - 1]].values())))

    def net_gain(self, margin: Fraction, before: float) -> float:
        """Return the gain of the shop at the bench's rise: margin of the extra sales less extra pay, a month.

        Parameters
        ----------
        before : cost of the scheme in force without the rise.
        """
        bench = self.bench
        sales = sum(float(sales_of(b) - sales_of(a)) for a, b in zip(bench.drawn, bench.risen, strict=True))
        paid = float(self._pay(bench.risen)[1].mean())
        return (float(margin) * sales - paid) / bench.months + before
