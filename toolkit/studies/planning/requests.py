"""What a user asks of a target study, as written on a command line or in a notebook, and what it says in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeVar

from toolkit.core.errors import UsageError
from toolkit.core.money import parse_money
from toolkit.core.text import Text, wording
from toolkit.models.targets.targets import TargetTerms

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
        bonus = [_money(part, "bonus") for part in listed(self.bonus)]
        return TargetTerms(
            shares=_three([_share(part, "shares") for part in listed(self.shares)], "shares"),
            uplift=_share(self.uplift, "uplift"),
            step=_share(self.step, "step"),
            revenue_per_buyer=revenue_per_buyer,
            incremental_margin=_share(self.margin, "margin") if self.margin else None,
            budget=_money(self.budget, "budget") if self.budget else None,
            gain_share=_share(self.gain_share, "gain-share"),
            bonus=_three(bonus, "bonus") if bonus else None,
        )

    def average(self) -> Fraction | None:
        """Return the average margin, None when it is not given."""
        return _share(self.average_margin, "average-margin") if self.average_margin else None


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


def _share(text: str, name: str) -> Fraction:
    """Read ``5%``, ``0.05`` or ``.05``."""
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


def _money(text: str, name: str) -> int:
    try:
        return parse_money(text)
    except ValueError as error:
        message = Text(f"{name} is {error}; got {text!r}", f"{name} {wording(error.args[0], 'zh')}：{text!r}")
        raise UsageError(message) from error
