"""If people answer a scheme: what one more buyer pays each of them, and what a rise would cost and bring.

How far people answer is not in the data and is nowhere assumed: a rise is a question ("if buyers rose by 5 %"), and its
answer holds for every person alike. Average and incremental margin stand apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.text import Text
from toolkit.models.comparison.factors import Gain
from toolkit.rules.formula.expressions import calls
from toolkit.rules.scheme.document import Fund
from toolkit.rules.scheme.scheme import Scheme, formulas
from toolkit.studies.design.coming import Cost, pay_world
from toolkit.studies.design.past import PastMonths
from toolkit.studies.design.world import Key, World

USUAL = (Fraction(0), Fraction(5, 100), Fraction(10, 100))
"""Rises of buyers that are always asked about, none of them a forecast."""
DEAD = 100
"""Minor units of pay for one more buyer below which a person has next to nothing from it: one unit of money."""
_ONE_BY_ONE, _FEW = 12_000, (20, 200)
_GRID = (0.0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
_FINE = 0.0005
_MONEY = ("gross_sales", "refunds", "sales")


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise that is asked about: of buyers and of the value of a buyer, as shares of what they are."""

    buyers: Fraction = Fraction(0)
    value: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Margins:
    """Profit as a share of sales: of the present ones, and of one more unit; None where it is not given."""

    average: Fraction | None = None
    incremental: Fraction | None = None


def risen(world: World, rise: Rise, key: Key) -> World:
    """Return a month in which everybody who serves has more buyers, or buyers of more value.

    Notes
    -----
    Inquiries stay. Buyers are whole: a part of one counts with its chance, by a draw of the person's own, so that a
    larger rise never means fewer. Nobody has more buyers than inquiries. Money follows buyers and value exactly, to the
    cent.
    """
    columns = dict(world.columns)
    buyers, inquiries = columns["buyers"], columns["inquiries"]
    factor = 1 + float(rise.buyers) * (inquiries > 0)
    most = np.where(buyers > 0, inquiries / np.maximum(buyers, 1), factor)
    factor = np.minimum(factor, np.maximum(most, 1))
    names = world.rows["agent"].tolist()
    chance = np.column_stack(
        [
            key.rng(str(a), f"answer {i}").random(world.n) if isinstance(a, str) else np.zeros(world.n)
            for i, a in enumerate(names)
        ]
    )
    more = np.floor(buyers * factor + chance * (factor > 1)).astype(np.int64)
    columns["buyers"] = np.maximum(np.minimum(more, np.maximum(inquiries, buyers)), buyers)
    dearer = factor * (1 + float(rise.value) * (inquiries > 0))
    for name in ("orders", *_MONEY):
        if name in columns:
            columns[name] = np.rint(columns[name] * (factor if name == "orders" else dearer)).astype(np.int64)
    if {"gross_sales", "refunds"} <= columns.keys():
        columns["sales"] = columns["gross_sales"] - columns["refunds"]
    return replace(world, columns=columns)


def sales_of(world: World) -> Fraction:
    """Return the mean sales of those who serve, minor units."""
    served = world.columns["inquiries"] > 0
    return Fraction(int((world.columns["sales"] * served).sum()), world.n)


# One more buyer


def one_more_buyer(scheme: Scheme, world: World, past: PastMonths, cost: Cost) -> pd.DataFrame:
    """Return what one more buyer would pay each person who serves, at the person's average value.

    Returns
    -------
    DataFrame
        agent, value (of one more buyer), reward (mean of pay with it less pay), share (reward / value), reward_lower,
        reward_upper (10th and 90th percentile), minor units; dead, whether the reward is below one unit of money.

    Notes
    -----
    Where one person's figures touch another's pay, each has the buyer in turn and everybody else none, on the first
    200 replicates (of more than 60 people on fewer, at least 20).
    """
    served = (world.columns["inquiries"] > 0).any(axis=0)
    rows = {a: int(np.flatnonzero(served & (world.rows["agent"] == a).to_numpy())[0]) for a in _serving(world)}
    value = {a: _value(world, a) for a in rows}
    if pays_each_alone(scheme):
        raised = pay_world(scheme, _with_one_more(world, rows, value), past)
        change = {a: raised.totals[:, i] - cost.totals[:, i] for i, a in enumerate(cost.agents) if a in rows}
    else:
        n = int(np.clip(_ONE_BY_ONE // len(rows), *_FEW))
        few, paid = _first(world, n), cost.totals[:n]
        at = {a: i for i, a in enumerate(cost.agents)}
        change = {
            a: pay_world(scheme, _with_one_more(few, {a: row}, value), past).totals[:, at[a]] - paid[:, at[a]]
            for a, row in rows.items()
        }
    told = [(a, value[a], c.mean(), *np.quantile(c, (0.1, 0.9))) for a, c in change.items()]
    table = pd.DataFrame(told, columns=["agent", "value", "reward", "reward_lower", "reward_upper"])
    return table.assign(share=table["reward"] / table["value"].clip(lower=1), dead=table["reward"] < DEAD)


def pays_each_alone(scheme: Scheme) -> bool:
    """Tell whether what a person is paid depends on that person's own figures only."""
    if any(isinstance(limit, Fund) for limit in scheme.limits):
        return False
    for component in scheme.components:
        together = component.rank is not None or component.share is not None or component.score is not None
        if together or component.level != "self" or component.budget is not None:
            return False
    nodes = [formula.node for formula in formulas(scheme.document)]
    return not any(calls(node, "best", "mean", "sum", "record") for node in nodes)


def one_more_each(world: World) -> World:
    """Return a month in which everybody who serves has one more buyer at the own average value."""
    served = (world.columns["inquiries"] > 0).any(axis=0)
    rows = {a: int(np.flatnonzero(served & (world.rows["agent"] == a).to_numpy())[0]) for a in _serving(world)}
    return _with_one_more(world, rows, {a: _value(world, a) for a in rows})


def _serving(world: World) -> list[str]:
    served = np.flatnonzero((world.columns["inquiries"] > 0).any(axis=0))
    return sorted(set(world.rows["agent"].iloc[served].dropna()))


def _value(world: World, agent: str) -> int:
    mine = (world.rows["agent"] == agent).to_numpy()
    buyers = int(world.columns["buyers"][:, mine].sum())
    return round(int(world.columns["sales"][:, mine].sum()) / buyers) if buyers else 0


def _with_one_more(world: World, rows: dict[str, int], value: dict[str, int]) -> World:
    """Return a month in which some have one more buyer; somebody without an inquiry left has one more of these too."""
    columns = {name: values.copy() for name, values in world.columns.items()}
    for agent, row in rows.items():
        columns["buyers"][:, row] += 1
        columns["inquiries"][:, row] = np.maximum(columns["inquiries"][:, row], columns["buyers"][:, row])
        for name, by in (("orders", 1), ("sales", value[agent]), ("gross_sales", value[agent])):
            if name in columns:
                columns[name][:, row] += by
    return replace(world, columns=columns)


def _first(world: World, n: int) -> World:
    return replace(world, columns={name: values[:n] for name, values in world.columns.items()})


# Rises, and the one at which both sides are even


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a rise would mean under a scheme, against the scheme in force without it.

    Parameters
    ----------
    rise : what is asked.
    sales : before and after, minor units.
    pay : under the scheme in force before, under this one after, minor units.
    gain : both sides' account; None without an incremental margin.
    profit_average : profit of all sales after at the average margin; None without one.
    """

    rise: Rise
    sales: tuple[Fraction, Fraction]
    pay: tuple[Fraction, Fraction]
    gain: Gain | None
    profit_average: Fraction | None


def scenario(
    scheme: Scheme, on: tuple[World, PastMonths, Key], rise: Rise, before: Fraction, margins: Margins
) -> Scenario:
    """Answer what a rise would mean.

    Parameters
    ----------
    before : pay under the scheme in force without the rise, minor units.
    """
    world, past, key = on
    after = risen(world, rise, key)
    paid = total_of(pay_world(scheme, after, past))
    sales = sales_of(world), sales_of(after)
    average = None if margins.average is None else sales[1] * margins.average
    gain = None
    if margins.incremental is not None:
        profit, reward = (sales[1] - sales[0]) * margins.incremental, paid - before
        now = sales[0] * (margins.incremental if margins.average is None else margins.average)
        gain = Gain(sales[0], sales[1], now, profit, reward, profit - reward)
    return Scenario(rise, sales, (before, paid), gain, average)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The rise of buyers at which incremental profit pays for the extra pay.

    Parameters
    ----------
    rise : as a share; 0 where the scheme costs no more than the one in force, None where none up to 80 % is enough.
    extra : pay without any rise less pay under the scheme in force, minor units.
    lost : the first larger rise tried at which the profit does not pay for the pay again; None where there is none.
    """

    rise: float | None
    extra: float
    lost: float | None = None


def break_even(scheme: Scheme, on: tuple[World, PastMonths, Key], before: Fraction, margin: Fraction) -> BreakEven:
    """Return the smallest rise of buyers that pays for itself; pay is worked out anew at each rise.

    Parameters
    ----------
    before : pay under the scheme in force without a rise, minor units.
    margin : profit of one more unit of sales.

    Notes
    -----
    Between two rises the account is halved until it is straight (to a cent a person) or the rises are 0.05 points
    apart, and there interpolated, so that a scheme linear in sales has the closed form (r1 - r0) / (m - r1).
    """
    world, past, key = on
    start, known = sales_of(world), dict[float, float]()

    def left(rise: float) -> float:
        if rise not in known:
            after = risen(world, Rise(Fraction(rise).limit_denominator(10**6)), key)
            paid = total_of(pay_world(scheme, after, past))
            known[rise] = float(margin * (sales_of(after) - start) - (paid - before))
        return known[rise]

    extra, low, found = -left(0.0), 0.0, 0.0
    if extra > 0:
        high = next((rise for rise in _GRID[1:] if left(rise) >= 0), None)
        if high is None:
            return BreakEven(None, extra)
        low = max(rise for rise in _GRID if rise < high)
        found = _crossing(left, low, high, float(len(_serving(world))))
    return BreakEven(found, extra, next((rise for rise in _GRID if rise > found and left(rise) < 0), None))


def _crossing(left: Callable[[float], float], low: float, high: float, cents: float) -> float:
    """Return where the account crosses 0 between a rise at which it is below and one at which it is not."""
    while high - low > _FINE:
        middle = (low + high) / 2
        if abs(left(middle) - (left(low) + left(high)) / 2) <= cents:
            break
        low, high = (low, middle) if left(middle) >= 0 else (middle, high)
    below, above = left(low), left(high)
    return float(low + (high - low) * -below / (above - below))


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """What is said of a scheme if people answer it.

    Parameters
    ----------
    reward : of one more buyer, a row a person, see `one_more_buyer`.
    scenarios : no rise, 5 %, 10 % and the user's own.
    even : the rise that pays for itself; None without an incremental margin.
    """

    reward: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    even: BreakEven | None

    @property
    def dead(self) -> tuple[str, ...]:
        """Who has next to nothing from one more buyer."""
        return tuple(self.reward.loc[self.reward["dead"], "agent"])


def respond(
    scheme: Scheme,
    cost: Cost,
    on: tuple[World, PastMonths, Key],
    asked: tuple[Sequence[Rise], Margins, Fraction],
) -> Response:
    """Answer all of it for one scheme.

    Parameters
    ----------
    asked : rises, margins, and pay under the scheme in force without a rise (minor units).
    """
    rises, margins, before = asked
    reward = one_more_buyer(scheme, on[0], on[1], cost)
    scenarios = tuple(scenario(scheme, on, rise, before, margins) for rise in rises)
    even = None if margins.incremental is None else break_even(scheme, on, before, margins.incremental)
    return Response(reward, scenarios, even)


def say_even(even: BreakEven, name: Text) -> Text:
    """Say the rise that pays for itself, and from which larger one on it no longer does."""
    if even.rise is None:
        return Text(
            f"{name.en}: no rise of buyers up to 80 % pays for the extra pay.",
            f"{name.zh}：付款人数增加 80% 以内，增加的利润都不足以抵消多发的奖金。",
        )
    lost = Text("", "")
    if even.lost is not None:
        lost = Text(
            f" At a rise of {even.lost:.1%} the extra profit is less than the extra pay.",
            f"增加 {even.lost:.1%} 时，增加的利润少于多发的奖金。",
        )
    if even.rise == 0:
        return Text(
            f"{name.en} costs no more than the scheme in force, so it needs no rise.{lost.en}",
            f"{name.zh}不高于现行方案的成本，无需业绩提升即可持平。{lost.zh}",
        )
    return Text(
        f"{name.en}: if buyers rose by {even.rise:.2%}, the extra profit would pay for the extra pay; whether they do "
        f"is not known.{lost.en}",
        f"{name.zh}：若付款人数增加 {even.rise:.2%}，增加的利润可抵消多发的奖金；是否会增加并不可知。{lost.zh}",
    )


def total_of(cost: Cost) -> Fraction:
    """Return the exact mean cost, minor units."""
    return Fraction(int(cost.each.sum()), len(cost.each))
