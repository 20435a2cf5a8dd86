"""What the random schemes are about: measures of every kind, and the thresholds put on each of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.yamltext import Percent

COUNT, MONEY, RATIO, PLAIN, DURATION = "count", "money", "ratio", "plain", "duration"
FACTOR = "factor"  # what stands in the tiers of `times`

# name -> kind, average_by; the first five lines are in the toolkit's dictionary, the rest every scheme declares.
DICTIONARY: dict[str, dict[str, Any]] = {
    **{name: {"kind": COUNT} for name in ("inquiries", "buyers", "orders", "units", "receptions")},
    **{name: {"kind": MONEY} for name in ("sales", "refunds", "gross_profit", "discount", "cost")},
    **{name: {"kind": COUNT} for name in ("worked_days", "scheduled_days")},
    "reply_seconds": {"kind": DURATION, "average_by": "receptions"},
}
DECLARED: dict[str, dict[str, Any]] = {
    "calls": {"kind": COUNT},
    "volume": {"kind": MONEY},
    "结余": {"kind": MONEY, "may_be_negative": True},
    "quality": {"kind": RATIO, "average_by": "calls"},
}
DEFINES: dict[str, Any] = {
    "conversion": ("/", ("name", "buyers"), ("name", "inquiries")),
    "basket": ("/", ("name", "sales"), ("name", "orders")),
    "a_day": ("/", ("name", "receptions"), ("name", "worked_days")),
    "net": ("-", ("name", "sales"), ("name", "discount")),
    "profit": {
        "value": ("*", ("max", ("-", ("name", "sales"), ("name", "discount")), 0), ("name", "margin")),
        "per": "row",
    },
    "share_back": ("/", ("name", "refunds"), ("name", "sales")),
}
KINDS: dict[str, str] = {
    **{name: spec["kind"] for name, spec in (DICTIONARY | DECLARED).items()},
    "conversion": RATIO,
    "basket": MONEY,
    "a_day": PLAIN,
    "net": MONEY,
    "profit": MONEY,
    "share_back": RATIO,
}
SIGNED = {"gross_profit", "结余", "net"}
# The measures tables and conditions are put on; edges can be hit exactly on each of them.
BYS = ("conversion", "sales", "gross_profit", "calls", "volume", "结余", "quality", "conversion", "sales")
MONEYS = ("sales", "gross_profit", "volume", "结余", "profit", "net")
GROUPED = ("record", "best", "mean", "sum", "to_date")


def is_money(node: Any) -> bool:
    """Whether an expression over measures is money."""
    if not isinstance(node, tuple) or node[0] == "power":
        return False
    kind, *rest = node
    if kind == "name":
        return KINDS.get(rest[0].removeprefix("target_")) == MONEY
    if kind in GROUPED:
        return is_money(rest[0])
    if kind == "/":
        return is_money(rest[0]) and not is_money(rest[1])
    return any(is_money(child) for child in rest)


@dataclass
class World:
    """One scheme's random source and what it puts thresholds on."""

    rng: random.Random
    step: Fraction = Fraction(1, 100)
    edges: dict[str, list[Fraction]] = field(default_factory=dict)
    relative: dict[str, list[Fraction]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    one_shop: bool = False
    one_spell: bool = True
    parameters: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    credit: bool = False
    lines: bool = False
    cut: int = 0
    in_force: tuple[date, date | None] = (date(2023, 1, 1), None)
    supervised: bool = True
    period: str = ""
    likely: dict[str, float] = field(default_factory=lambda: {"relative": 0.25, "in tiers": 0.07, "retroactive": 0.25})

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, options: Sequence[Any]) -> Any:
        return self.rng.choice(options)

    def on(self, measure: str, edge: Any) -> Any:
        """Remember that something happens at `edge` of `measure`."""
        self.edges.setdefault(measure, []).append(Fraction(edge))
        return edge

    def threshold(self, measure: str) -> Any:
        """A literal that may stand beside `measure`."""
        kind = KINDS[measure]
        if kind == RATIO:
            parts = self.pick([100, 200, 200, 1000, 2000])
            return Percent(self.rng.randrange(1, parts), parts)
        if kind == COUNT:
            return self.rng.randrange(0, 300)
        if kind in (PLAIN, DURATION):
            return Fraction(self.rng.randrange(0, 800), 4)
        low = -2_000_000 if measure in SIGNED else 0
        cents = self.rng.randrange(low, 10_000_000)
        return Fraction(cents - cents % self.pick([1, 100, 10_000, 100_000]), 100)

    def literal(self, kind: str) -> Any:
        """A rate or amount: money of a few thousands, a percentage, or money per unit."""
        if kind == MONEY:
            cents = self.rng.randrange(0, 400_000)
            return Fraction(cents - cents % self.pick([1, 10, 100, 1000]), 100)
        if kind == RATIO:
            return Percent(self.rng.randrange(0, 2000), self.pick([10_000, 20_000, 20_000, 100_000]))
        if kind == FACTOR:
            value = Fraction(self.rng.randrange(0, 300), self.pick([100, 100, 200]))
            return Percent(value) if self.chance(0.5) else value
        return Fraction(self.rng.randrange(0, 1000), self.pick([10, 100]))

    def surely(self, word: str, make: Any) -> Any:
        """What `make` makes with every table of the kind `word`."""
        before = self.likely[word]
        self.likely[word] = 1.0
        made = make()
        self.likely[word] = before
        return made

    def cents(self, low: int, high: int) -> Fraction:
        """A random multiple of the rounding step."""
        return self.rng.randrange(int(low / self.step), int(high / self.step) + 1) * self.step

    def condition(self, depth: int = 0) -> Any:
        """A condition on measures, each comparison with a remembered edge."""
        if depth < 2 and self.chance(0.35):
            kind = self.pick(["and", "or", "not"])
            if kind == "not":
                return ("not", self.condition(depth + 1))
            return (kind, self.condition(depth + 1), self.condition(depth + 1))
        measure = self.pick(BYS)
        edge = self.pick(self.edges[measure]) if measure in self.edges and self.chance(0.3) else self.threshold(measure)
        if KINDS[measure] == RATIO:
            edge = Percent(edge)
        self.on(measure, edge)
        return (self.pick([">=", ">", "<=", "<", ">=", ">"]), ("name", measure), edge)
