"""How healthy a scheme is: what compensation managers look at, on the drawn months, each figure with its definition.

Beside each figure stand the band that is customary, who says so, and whether that is research or an opinion of the
trade. Where no band is customary none is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.core.text import Text
from toolkit.models.baseline.counts import Floats, Ints
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.explain.wording import quantity
from toolkit.rules.formula.expressions import Expression, Name, Number, Operation
from toolkit.rules.lint.reading import aloud, both, kind
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.consequences.thresholds import Threshold, threshold_lines
from toolkit.studies.design.coming import ComingPay, Cost, read_by
from toolkit.studies.design.world import World

Basis = Literal["research", "opinion", "none"]
Unit = Literal["share", "number", "count"]
BASES: Mapping[Basis, Text] = {
    "research": Text("research", "研究"),
    "opinion": Text("opinion of the trade", "行业经验"),
    "none": Text("none", "无"),
}
NEAR = (0.25, 0.75)
"""A person whose chance to reach an edge lies in this range stands near it: luck decides the month."""
_ALONG = frozenset({"base_pay", "role", "team", "shop", "supervisor", "inviter", "city", "agent", "month", "channel"})


@dataclass(frozen=True, slots=True)
class HealthPoint:
    """One figure.

    Parameters
    ----------
    code : stable short name.
    label, definition : what it is, and exactly how it is worked out.
    value : None where it cannot be told.
    unit : how it is written.
    customary : the band, "" for none; `low` and `high` are its ends where it has them.
    source, basis : who says so, and of what kind that is.
    """

    code: str
    label: Text
    definition: Text
    value: float | None
    unit: Unit
    customary: Text
    source: Text
    basis: Basis
    low: float | None = None
    high: float | None = None

    @property
    def outside(self) -> bool:
        """Whether it lies outside the customary band, which is no fault by itself."""
        if self.value is None:
            return False
        return (self.low is not None and self.value < self.low) or (self.high is not None and self.value > self.high)


NO_BAND, NOBODY = Text("no customary band", "无通行区间"), Text("–", "–")
_TARGET = Text(
    "trade press (business2community 2016); Alexander Group: most reach it",
    "行业媒体（business2community 2016）；Alexander Group：多数人应达到",
)
_FLOOR = Text("bettersalescomp.com 2010: 5 to 10 % below it", "bettersalescomp.com 2010：5%–10% 的人低于起付线")
_TOP = Text("ECSell Institute 2010/2020: where the top tenth begins", "ECSell Institute 2010/2020：前十分之一开始之处")
_UPSIDE = Text(
    "SalesGlobe 2012: 200 to 300 % of target pay at the 90th percentile",
    "SalesGlobe 2012：第 90 百分位者为目标奖金的 200% 至 300%",
)
_THREE = Text("Performio 2011; ZS Associates: the rule of three", "Performio 2011；ZS Associates：三项原则")
_MIX = Text("Alexander Group: by role and strategy", "Alexander Group：因岗位与策略而异")


def health(one: ComingPay, world: World) -> tuple[HealthPoint, ...]:
    """Work out the figures of a scheme that could be paid on the draws; none where it could not."""
    if one.cost is None:
        return ()
    return (*_attainment(one, world), *_pay(one.cost, world), *_performance(one.cost, world), *_luck(one), *_plain(one))


def _attainment(one: ComingPay, world: World) -> Iterator[HealthPoint]:
    """Yield the share at the lowest, the middle and the highest edge of the scheme's first tier table."""
    reached = list(edges_reached(one, world))
    if not reached:
        return
    first = reached[0][0]
    alike = {edge.at: (edge, chances) for edge, chances in reached if _beside(one.paid.scheme, edge, first)}
    mine = [alike[at] for at in sorted(alike, key=lambda at: at or Fraction(0))]
    target, threshold, stretch = _LEVELS
    picked = [(target, len(mine) // 2)]
    if len(mine) > 1:
        picked = [(threshold, 0), *([] if len(mine) == 2 else picked), (stretch, len(mine) - 1)]
    for level, at in picked:
        edge, chances = mine[at]
        words = edge_words(one.paid.scheme, edge)
        definition = Text(
            f"mean share of those it is for that reach {words.en} in a month",
            f"一个月内达到{words.zh}者占适用人员的平均比例",
        )
        yield replace(level, definition=definition, value=float(np.mean(list(chances.values()))))


def _beside(scheme: Scheme, edge: Threshold, first: Threshold) -> bool:
    """Tell whether an edge is of the same component and the same figure."""
    said = [aloud(scheme, one.by, one.component) for one in (edge, first)]
    return edge.component is first.component and said[0] == said[1]


def _level(code: str, label: Text, band: Text, source: Text, ends: tuple[float | None, float | None]) -> HealthPoint:
    return HealthPoint(code, label, NOBODY, None, "share", band, source, "opinion", *ends)


_LEVELS = (
    _level(
        "at_target",
        Text("Share at the middle edge (target)", "达到中间档（目标）者占比"),
        Text("50 to 70 %", "50%–70%"),
        _TARGET,
        (0.5, 0.7),
    ),
    _level(
        "at_threshold",
        Text("Share at the lowest edge (threshold)", "达到最低档（起付线）者占比"),
        Text("90 to 95 %", "90%–95%"),
        _FLOOR,
        (0.9, None),
    ),
    _level(
        "at_stretch",
        Text("Share at the highest edge (stretch)", "达到最高档（挑战线）者占比"),
        Text("about 10 %", "约 10%"),
        _TOP,
        (None, 0.15),
    ),
)


def _pay(cost: Cost, world: World) -> Iterator[HealthPoint]:
    """Yield pay mix, leverage, compensation cost of sales, differentiation."""
    paid = (cost.totals != 0).any(axis=0)
    totals = cost.totals[:, paid]
    base = _base_pay(cost, world)[paid]
    if len(base) and np.all(base > 0):
        variable = float(totals.mean() / (totals.mean() + base.mean()))
        yield HealthPoint(
            "pay_mix",
            Text("Pay mix", "浮动占比"),
            Text(
                "this scheme's pay over itself and base pay, of those it pays",
                "本方案应发 ÷（本方案应发 + 底薪），按领取者",
            ),
            variable,
            "share",
            NO_BAND,
            _MIX,
            "opinion",
        )
    middle = float(np.median(totals)) if totals.size else 0.0
    leverage = float(np.quantile(totals, 0.9)) / middle if middle > 0 else None
    yield HealthPoint(
        "leverage",
        Text("Leverage", "杠杆倍数"),
        Text("90th percentile of a person's month over the median one", "个人月应发的第 90 百分位 ÷ 中位数"),
        leverage,
        "number",
        Text("2 to 3", "2 至 3"),
        _UPSIDE,
        "opinion",
        2.0,
        3.0,
    )
    sales = float(world.columns["sales"][:, (world.columns["inquiries"] > 0).any(axis=0)].sum(axis=1).mean())
    yield HealthPoint(
        "cost_of_sales",
        Text("Compensation cost of sales", "提成费用率"),
        Text("mean cost over mean sales of those who serve", "平均应发 ÷ 客服平均销售额"),
        cost.mean / sales if sales > 0 else None,
        "share",
        NO_BAND,
        NOBODY,
        "none",
    )
    means = totals.mean(axis=0)
    low = float(np.quantile(means, 0.25)) if len(means) else 0.0
    yield HealthPoint(
        "differentiation",
        Text("Differentiation", "收入差异"),
        Text(
            "expected pay of the person at the 75th percentile over that at the 25th",
            "期望应发第 75 百分位者 ÷ 第 25 百分位者",
        ),
        float(np.quantile(means, 0.75)) / low if low > 0 else None,
        "number",
        NO_BAND,
        NOBODY,
        "none",
    )


def _base_pay(cost: Cost, world: World) -> Floats:
    if "base_pay" not in world.rows:
        return np.zeros(len(cost.agents))
    known = world.rows.dropna(subset=["agent"]).groupby("agent")["base_pay"].last()
    return np.array([float(known.get(a, 0) if not pd.isna(known.get(a)) else 0) for a in cost.agents])


def _performance(cost: Cost, world: World) -> Iterator[HealthPoint]:
    pairs = inversions(cost, world)
    n = len(_served(world)) * (len(_served(world)) - 1) // 2
    yield HealthPoint(
        "inversions",
        Text("Pay against performance: inversions", "业绩与收入倒挂"),
        Text(
            f"pairs of people of whom one converts more and sells more and is paid less, all expected, of {n} pairs",
            f"期望转化率和期望销售额都更高、期望应发却更低的人员对数（共 {n} 对）",
        ),
        float(len(pairs)),
        "count",
        Text("none", "无倒挂"),
        NOBODY,
        "none",
        None,
        0.0,
    )


def _served(world: World) -> list[int]:
    return [int(i) for i in np.flatnonzero(world.of_agents("inquiries").any(axis=0))]


def inversions(cost: Cost, world: World) -> pd.DataFrame:
    """Return pairs of people of whom one converts more and sells more, and is paid less.

    Returns
    -------
    DataFrame
        agent and other (who is paid more), conversion, sales and pay of both (money in minor units, means).
    """
    buyers, asked, sales = (world.of_agents(name).mean(axis=0) for name in ("buyers", "inquiries", "sales"))
    rate, pay = buyers / np.maximum(asked, 1), cost.totals.mean(axis=0)
    rows = []
    for pair in combinations(_served(world), 2):
        for a, b in (pair, pair[::-1]):
            if rate[a] > rate[b] and sales[a] > sales[b] and pay[a] < pay[b] - 0.5:
                rows.append((cost.agents[a], cost.agents[b], rate[a], rate[b], sales[a], sales[b], pay[a], pay[b]))
    names = ["agent", "other", "rate", "other_rate", "sales", "other_sales", "pay", "other_pay"]
    return pd.DataFrame(rows, columns=names)


def _luck(one: ComingPay) -> Iterator[HealthPoint]:
    luck = one.luck
    if luck is None:
        return
    floor = NO_BAND
    if luck.floor is not None:
        floor = Text(f"one month's conversion: {luck.floor:.0%}", f"单月转化率本身：{luck.floor:.0%}")
    own = Text("at everybody's own volume", "按各自询单量")
    equal = Text("at equal volume", "按相同询单量")
    for code, label, value, where in (
        ("luck_own_volume", Text("Luck, own volume", "运气占比（各自询单量）"), luck.own_volume, own),
        ("luck_equal_volume", Text("Luck, equal volume", "运气占比（相同询单量）"), luck.equal_volume, equal),
    ):
        definition = Text(
            f"share of the variance of a month's pay between people that skill and planned volume leave, {where.en}",
            f"{where.zh}，个人月应发方差中能力与计划询单量未能解释的部分",
        )
        yield HealthPoint(
            code, label, definition, value, "share", floor, Text("these months themselves", "本期数据本身"), "none"
        )


def _plain(one: ComingPay) -> Iterator[HealthPoint]:
    scheme = one.paid.scheme
    yield HealthPoint(
        "sentences",
        Text("Complexity: sentences", "复杂度：句数"),
        Text("sentences in which `incentive read` says it", "`incentive read` 朗读全文所需的句数"),
        float(len(render_sentences(scheme, "en"))),
        "count",
        NO_BAND,
        NOBODY,
        "none",
    )
    yield HealthPoint(
        "measures",
        Text("Complexity: measures", "复杂度：指标数"),
        Text("figures of a person it reads, attributes not counted", "读取的个人指标数，不含属性"),
        float(len(read_by([scheme]) - _ALONG)),
        "count",
        Text("at most 3", "至多 3 个"),
        _THREE,
        "opinion",
        None,
        3.0,
    )


# Edges


def edge_words(scheme: Scheme, edge: Threshold) -> Text:
    """Say an edge: conversion 30 %."""
    measure, at = aloud(scheme, edge.by, edge.component), edge.at or Fraction(0)
    value = both(lambda lang: quantity(at, kind(scheme, edge.by), lang))
    return Text(f"{measure.en} {value.en}", f"{measure.zh} {value.zh}")


def edges_reached(one: ComingPay, world: World) -> Iterator[tuple[Threshold, dict[str, float]]]:
    """Yield each fixed edge above 0 of people's own drawn figures, with everybody's chance to reach it."""
    served = _served(world)
    for edge in threshold_lines(one.paid.scheme):
        component = edge.component
        if edge.at is None or edge.at <= 0 or edge.at_most or component.level != "self" or component.share is not None:
            continue
        values = drawn(one.paid.scheme, edge.by, world)
        if values is None:
            continue
        asked = set(one.paid.ledger.loc[one.paid.ledger["component"] == component.id, "agent"])
        at = float(edge.at) - 1e-12
        mine = {world.agents[i]: values[:, i] for i in served if world.agents[i] in asked}
        chances = {a: float((v > at if edge.strict else v >= at).mean()) for a, v in mine.items()}
        if chances:
            yield edge, chances


def near_edges(one: ComingPay, world: World) -> pd.DataFrame:
    """Return who stands near which edge: a chance to reach it of 25 to 75 %.

    Returns
    -------
    DataFrame
        agent, component_en, component_zh, edge_en, edge_zh, chance; nearest to an even chance first.
    """
    rows = []
    for edge, chances in edges_reached(one, world):
        title, words = edge.component.title, edge_words(one.paid.scheme, edge)
        title = title or Text(edge.component.id, edge.component.id)
        for agent, chance in chances.items():
            if NEAR[0] <= chance <= NEAR[1]:
                rows.append((agent, title.en, title.zh, words.en, words.zh, chance))
    columns = ["agent", "component_en", "component_zh", "edge_en", "edge_zh", "chance"]
    table = pd.DataFrame(rows, columns=columns).drop_duplicates(["agent", "edge_en"])
    return table.sort_values("chance", key=lambda c: (c - 0.5).abs(), kind="stable", ignore_index=True)


_SIGNS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": lambda a, b: np.divide(a, b, out=np.full(np.broadcast(a, b).shape, np.nan), where=b != 0),
}


def drawn(scheme: Scheme, node: Expression, world: World) -> Floats | None:
    """Return an expression of drawn measures for each person's month, (replicates, agents), money in major units.

    None where it reads anything that is not drawn.
    """
    if isinstance(node, Number):
        return np.full((1, 1), float(node.value))
    if isinstance(node, Name):
        define = scheme.vocabulary.defines.get(node.name)
        if define is not None:
            return None if define.per_row else drawn(scheme, define.formula.node, world)
        if node.name not in world.columns:
            return None
        values: Ints = world.of_agents(node.name)
        measure = scheme.vocabulary.measures[node.name]
        return values / (100 if measure.kind == "money" else 1)
    if isinstance(node, Operation) and node.sign in _SIGNS and len(node.parts) == 2:
        left, right = (drawn(scheme, part, world) for part in node.parts)
        return None if left is None or right is None else _SIGNS[node.sign](left, right)
    return None
