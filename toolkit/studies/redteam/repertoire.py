"""The repertoire: the acts a plan is made of, how often each may be done, and what each costs who does it.

An act moves figures between two months, between two people, or out of the count; it serves no customer better. How
often it can be done unseen and what trouble it is are not in any data: they are stated, or assumed and said so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from toolkit.core.documents import Model, validate
from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import Mapping, read_yaml_file
from toolkit.rules.scheme.scalars import Numeral, Title

ActName = Literal[
    "hold", "pull", "decline", "decline-next", "fake", "hand", "hand-with-order", "overload", "split", "forgo"
]
ACTS: dict[str, Text] = {
    "hold": Text("orders held over the month's end", "订单压到下月"),
    "pull": Text("next month's orders counted in this month", "下月订单提前到本月"),
    "decline": Text("inquiries without an order left uncounted this month", "本月未成交询单不计入"),
    "decline-next": Text("inquiries without an order left uncounted next month", "下月未成交询单不计入"),
    "fake": Text("purchases refunded after settlement", "结算后退款的购买"),
    "hand": Text("inquiries without an order moved to a colleague", "未成交询单转给同事"),
    "hand-with-order": Text("inquiries with an order moved to a colleague", "已成交询单转给同事"),
    "overload": Text("inquiries taken beyond capacity", "超出接待能力的询单"),
    "split": Text("orders split in two", "订单拆成两单"),
    "forgo": Text("orders let go this month", "本月放弃的订单"),
}
ORDER_ACTS = ("hold", "forgo", "hand-with-order", "split")
"""Acts on this month's orders; an order takes at most one of them."""
_MOST, _COST, _STEP = 1_000, 100_000_00, 1


class ActRule(Model):
    """One act as written: how often at most, what one costs, and what is particular to it."""

    act: ActName
    most: Numeral
    cost: Numeral = Fraction(0)
    step: Numeral = Fraction(1)
    price: Numeral | None = None
    seconds: Numeral | None = None
    one_in: Numeral | None = None


class RepertoireFile(Model):
    """A file of acts."""

    title: Title | None = None
    acts: tuple[ActRule, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Parameters
    ----------
    name : of `ACTS`.
    most : how often at most.
    cost : of one, minor units.
    step : it is done 0, step, 2 step, ... times.
    price : of the order of a fake purchase, minor units; None: the mean order of the position.
    seconds : reply time of the inquiries that are handed over; None: the person's average.
    one_in : of inquiries beyond capacity one in so many buys, at the mean order; 0: none.
    """

    name: str
    most: int
    cost: int = 0
    step: int = 1
    price: int | None = None
    seconds: int | None = None
    one_in: int = 0

    @property
    def counts(self) -> range:
        """How often it may be done."""
        return range(0, self.most + 1, self.step)


@dataclass(frozen=True, slots=True)
class Repertoire:
    """The acts a plan may hold, and where they were stated; `assumed` where nobody stated them."""

    acts: tuple[Act, ...]
    source: str = ""
    assumed: bool = False
    title: Text = field(default=Text("assumed repertoire", "假定的手法清单"))

    def act(self, name: str) -> Act | None:
        """Return an act; None where it is no part of the repertoire or may never be done."""
        return next((act for act in self.acts if act.name == name and act.most), None)

    def only(self, *names: str) -> Repertoire:
        """Return the same with no other acts than these."""
        return Repertoire(tuple(a for a in self.acts if a.name in names), self.source, self.assumed, self.title)


ASSUMED = Repertoire(
    (
        Act("hold", 10, 5_00),
        Act("pull", 10, 10_00),
        Act("decline", 40, 1_00),
        Act("decline-next", 40, 1_00),
        Act("fake", 3, 15_00),
        Act("hand", 10, 1_00),
        Act("hand-with-order", 10, 5_00),
        Act("overload", 40, 2_00, step=20, one_in=5),
        Act("split", 10, 2_00),
        Act("forgo", 5, 0),
    ),
    assumed=True,
)
"""What stands where nothing is stated: caps and costs are ours, in the order of the design's trial runs."""


def read_repertoire(path: Path) -> Repertoire:
    """Read a file of acts.

    Raises
    ------
    InputError
        If an act is unknown, stands twice, or one of its numbers is not whole, negative or out of range.
    """
    node = read_yaml_file(path)
    rules = validate(RepertoireFile, node, str(path))
    problems: list[Problem] = []
    acts: list[Act] = []
    for i, rule in enumerate(rules.acts):
        here = node.at(("acts", i)) if isinstance(node, Mapping) else node
        if rule.act in {other.act for other in rules.acts[:i]}:
            message = Text("this act stands twice", "该手法重复列出")
            problems.append(Problem(str(path), message, here.line, here.column, repr(rule.act), code="act-twice"))
        for name, low, high in (("most", 0, _MOST), ("step", _STEP, _MOST), ("one_in", 0, _MOST)):
            value = getattr(rule, name)
            if value is not None and not (value.denominator == 1 and low <= value <= high):
                message = Text(
                    f"{name} is a whole number from {low} to {high:,}", f"{name} 应是 {low} 至 {high:,} 的整数"
                )
                problems.append(
                    Problem(str(path), message, here.line, here.column, str(float(value)), code="act-number")
                )
        for name in ("cost", "price", "seconds"):
            value = getattr(rule, name)
            if value is not None and not (0 <= value <= _COST // 100 and (value * 100).denominator == 1):
                message = Text(
                    f"{name} is from 0 to {_COST // 100:,}, in cents at most",
                    f"{name} 应在 0 至 {_COST // 100:,} 之间，最多两位小数",
                )
                problems.append(
                    Problem(str(path), message, here.line, here.column, str(float(value)), code="act-number")
                )
        if not problems:
            acts.append(_act(rule))
    if problems:
        raise InputError(problems)
    return Repertoire(tuple(acts), str(path), title=rules.title or Text(path.stem, path.stem))


def _act(rule: ActRule) -> Act:
    price = None if rule.price is None else int(rule.price * 100)
    seconds = None if rule.seconds is None else round(rule.seconds)
    cost, one_in = int(rule.cost * 100), int(rule.one_in or 0)
    return Act(rule.act, int(rule.most), cost, int(rule.step), price, seconds, one_in)
