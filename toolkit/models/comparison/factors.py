"""Exact arithmetic of sales: the factor split of a change, the worth of a gain, and who funds the reward.

All values are fractions, so that parts sum to the whole without a residual; nothing here is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

import pandas as pd

from toolkit.core.errors import UsageError
from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Text

Number = Fraction | int

FACTOR_NAMES: tuple[tuple[str, Text], ...] = (
    ("inquiries", Text("inquiries", "询单量")),
    ("conversion", Text("conversion", "询单转化率")),
    ("revenue_per_buyer", Text("revenue per buyer", "客单价")),
    ("visitors", Text("visitors", "访客数")),
    ("shop_conversion", Text("shop conversion", "全店转化率")),
)


@dataclass(frozen=True, slots=True)
class FactorSplit:
    """A change in a product of factors, split among them.

    Parameters
    ----------
    before, after : the product, minor units.
    parts : exact part of each factor, minor units; their sum is after - before.
    """

    before: Fraction
    after: Fraction
    parts: Mapping[str, Fraction]

    @property
    def table(self) -> pd.DataFrame:
        """factor, part (minor units, exact), share of the change (null when nothing changed)."""
        change = self.after - self.before
        shares = [float(p / change) if change else None for p in self.parts.values()]
        return pd.DataFrame({"factor": list(self.parts), "part": list(self.parts.values()), "share": shares})

    @property
    def text(self) -> Text:
        """What moved, largest part first."""
        names = dict(FACTOR_NAMES)
        order = sorted(self.parts.items(), key=lambda item: -abs(item[1]))
        en = ", ".join(f"{names.get(k, Text(k, k)).en} {_signed(v)}" for k, v in order)
        zh = "，".join(f"{names.get(k, Text(k, k)).zh} {_signed(v)}" for k, v in order)
        change = _signed(self.after - self.before)
        return Text(f"Sales moved by {change}: {en}.", f"销售额变动 {change}：{zh}。")


def _signed(minor: Fraction) -> str:
    whole = round_to_step(minor)
    return ("+" if whole >= 0 else "") + format_money(whole)


def split_change(before: Mapping[str, Number], after: Mapping[str, Number]) -> FactorSplit:
    """Split the change of a product among its factors without a residual.

    Parameters
    ----------
    before, after : the same factors in both periods, exact numbers >= 0; their product is in minor units.

    Raises
    ------
    UsageError
        If the periods name different factors, or a factor is not exact.

    Notes
    -----
    Shapley value: each factor's part is its marginal effect averaged over all orders in which the factors can move, so
    it depends on no chosen order and treats the two periods alike. Unlike the logarithmic mean split (LMDI) it is
    rational, and defined when a factor is 0. For two factors it is the change times the mean of the other.

    References
    ----------
    Shapley (1953); Shorrocks (2013), J. Economic Inequality 11, 99; Ang (2004), Energy Policy 32, 1131.
    """
    if list(before) != list(after):
        raise UsageError(f"the periods name different factors: {', '.join(before)} and {', '.join(after)}")
    if any(isinstance(x, float) for x in (*before.values(), *after.values())):
        raise UsageError("factors are exact numbers (int or Fraction), so that the parts sum to the change")
    names = list(before)
    old, new = ({k: Fraction(v) for k, v in period.items()} for period in (before, after))
    parts = {name: _shapley(name, [k for k in names if k != name], old, new) for name in names}
    return FactorSplit(prod(old.values(), start=Fraction(1)), prod(new.values(), start=Fraction(1)), parts)


def _shapley(name: str, others: list[str], old: dict[str, Fraction], new: dict[str, Fraction]) -> Fraction:
    n, total = len(others) + 1, Fraction(0)
    for size in range(n):
        weight = Fraction(factorial(size) * factorial(n - size - 1), factorial(n))
        for moved in combinations(others, size):
            total += weight * prod((new[k] if k in moved else old[k] for k in others), start=Fraction(1))
    return total * (new[name] - old[name])


@dataclass(frozen=True, slots=True)
class Gain:
    """What a rise in conversion is worth to the shop, and what is left after the reward; minor units, exact.

    Parameters
    ----------
    sales_before, sales_after : inquiry sales.
    profit_before : at the average margin.
    profit_gain : of the additional sales, at the incremental margin.
    reward : paid to the agents.
    net : profit gain less reward.
    """

    sales_before: Fraction
    sales_after: Fraction
    profit_before: Fraction
    profit_gain: Fraction
    reward: Fraction
    net: Fraction

    @property
    def text(self) -> Text:
        """Both sides' gain in one sentence."""
        sales, profit, reward, net = (
            _signed(x) for x in (self.sales_after - self.sales_before, self.profit_gain, self.reward, self.net)
        )
        share = f"{float(self.reward / self.profit_gain):.1%}" if self.profit_gain > 0 else "-"
        return Text(
            f"Sales {sales}, profit {profit}; the agents get {reward} ({share} of the gain) and the shop keeps {net}.",
            f"销售额 {sales}，利润 {profit}；客服得到 {reward}（占增益 {share}），店铺净得 {net}。",
        )


def value_gain(
    sales: Number,
    conversion: tuple[Number, Number],
    *,
    average_margin: Number,
    incremental_margin: Number | None = None,
    reward: Number = 0,
) -> Gain:
    """Value a rise in conversion at unchanged inquiries and revenue per buyer.

    Parameters
    ----------
    sales : inquiry sales now, minor units.
    conversion : now and then.
    average_margin : profit of the present sales as a share of them.
    incremental_margin : profit of one more unit of sales; the average margin when not given, which understates the gain
        when some cost is already paid.
    reward : paid to the agents for it, minor units.

    Raises
    ------
    UsageError
        If the conversion now is not above 0.
    """
    now, then = (Fraction(c) for c in conversion)
    if now <= 0:
        raise UsageError("conversion before the gain must be above 0")
    after = Fraction(sales) * then / now
    margin = Fraction(average_margin if incremental_margin is None else incremental_margin)
    gain = (after - sales) * margin
    return Gain(
        Fraction(sales),
        after,
        Fraction(sales) * Fraction(average_margin),
        gain,
        Fraction(reward),
        gain - Fraction(reward),
    )
