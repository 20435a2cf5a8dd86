"""Says the numbers behind one unit: measures with their parts, and what a table made of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from toolkit.core.text import Lang
from toolkit.rules.dictionary import label
from toolkit.rules.document import Component
from toolkit.rules.exact import Exact
from toolkit.rules.expressions import Expression, Name, names
from toolkit.rules.fields import Formula
from toolkit.rules.kinds import AnyKind, kind_of
from toolkit.rules.payment import Payment
from toolkit.rules.pieces import Table
from toolkit.rules.rollup import Rolled
from toolkit.rules.scheme import Scheme
from toolkit.rules.tables import Reading
from toolkit.rules.wording import decimals, money, percent, quantity, read_aloud, say


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """One unit of a component, to be spoken about in one language."""

    scheme: Scheme
    rolled: Rolled
    unit: int
    lang: Lang

    def of(self, column: Exact) -> Fraction | None:
        """Return this unit's value of a column."""
        return column.value(self.unit)

    def kind(self, node: Expression) -> AnyKind:
        """Return the kind of an expression."""
        return kind_of(node, self.scheme.vocabulary.at("scored"), lambda _: None)

    def value(self, node: Expression, column: Exact) -> str:
        """Say an expression with its value."""
        return f"{read_aloud(node, self.lang)} {quantity(self.of(column), self.kind(node), self.lang)}"

    def values(self, node: Expression) -> list[str]:
        """Say each number an expression reads; a define with the numbers it is made of."""
        said = (self.named(name) for name in names(node))
        return [text for text in said if text]

    def named(self, name: str, derive: bool = True) -> str:
        """Say a name with its value, "" if it is no number."""
        column = self.rolled.column(name)
        if not isinstance(column, Exact):
            return ""
        value = quantity(self.of(column), self.kind(Name(name, name)), self.lang)
        define = self.scheme.vocabulary.defines.get(name)
        if define is None or define.per_row or not derive:
            return f"{label(name, self.lang)} {value}"
        made = read_aloud(
            define.formula.node, self.lang, lambda inner: self.named(inner, False) or label(inner, self.lang)
        )
        return f"{label(name, self.lang)} = {made} = {value}"

    def spelled(self, node: Expression, column: Exact) -> str:
        """Say an expression, what it is made of, and its value."""
        if isinstance(node, Name):
            return self.named(node.name)
        made = read_aloud(node, self.lang, lambda inner: self.named(inner, False) or label(inner, self.lang))
        return f"{made} = {quantity(self.of(column), self.kind(node), self.lang)}"

    def worth(self, component: Component, paid: Payment) -> str:
        """Say how pay and rate, or an amount, came about."""
        value = money(self.of(paid.value) or Fraction(0))
        rule = component.rate if component.rate is not None else component.amount
        if paid.reading is not None and paid.by is not None and isinstance(rule, Table):
            return self._by_table(component, rule, paid, paid.by, paid.reading)
        if paid.base is not None and component.pay is not None and isinstance(rule, Formula):
            base = self.spelled(component.pay.node, paid.base)
            return f"{base} × {read_aloud(rule.node, self.lang, self._spoken)} = {value}"
        if isinstance(rule, Formula):
            made = read_aloud(rule.node, self.lang, self._spoken)
            return value if rule.literal is not None else f"{made} = {value}"
        return value

    def _spoken(self, name: str) -> str:
        return self.named(name, False) or label(name, self.lang)

    def _by_table(self, component: Component, table: Table, paid: Payment, by: Exact, reading: Reading) -> str:
        node = table.by.node if table.by is not None else component.pay.node if component.pay is not None else None
        if node is None:
            return ""
        reason = f"{self.spelled(node, by)}{say(self.lang, ', ', '，')}{self._tier(table, node, reading)}"
        value, colon = money(self.of(paid.value) or Fraction(0)), say(self.lang, ": ", "：")
        if reading.ladder.mode == "marginal":
            return f"{reason}{colon}{self._slices(component, reading, by)} = {value}"
        if paid.base is None or component.pay is None:
            return f"{reason}{colon}{value}"
        rate = self.of(reading.value) or Fraction(0)
        unit = percent(rate) if self.kind(component.pay.node) == "money" else money(rate)
        base = self.spelled(component.pay.node, paid.base)
        return f"{reason}{colon}{base} × {unit} = {value}"

    def _tier(self, table: Table, node: Expression, reading: Reading) -> str:
        """Say which tier was reached, and whether its edge itself counts."""
        kind: AnyKind = self.kind(node)
        tier, edges = int(reading.tier[self.unit]), reading.ladder.edges
        said = [None if e is None else quantity(self.of(e), kind, self.lang) for e in edges]
        rough = say(self.lang, " (as reported, inexact)", "（按导出的比率，不精确）") if table.as_reported else ""
        if tier < 0:
            above = reading.ladder.above[0]
            return (
                say(
                    self.lang,
                    f"not {'above' if above else 'at'} {said[0]}",
                    f"未{'超过' if above else '达到'} {said[0]}",
                )
                + rough
            )
        if said[tier] is None:
            return say(self.lang, "the lowest tier", "最低一档") + rough
        word = ("more than", "超过") if reading.ladder.above[tier] else ("at least", "达到")
        return say(self.lang, f"{word[0]} {said[tier]}", f"{word[1]} {said[tier]}") + rough

    def _slices(self, component: Component, reading: Reading, by: Exact) -> str:
        """Say the slices of a marginal table."""
        value, ladder = self.of(by) or Fraction(0), reading.ladder
        lows = [max(self.of(e) or Fraction(0), Fraction(0)) if e is not None else Fraction(0) for e in ladder.edges]
        if ladder.whole_units:
            lows = [max(Fraction(-(-low.numerator // low.denominator)) - 1, Fraction(0)) for low in lows]
        tops: list[Fraction | None] = [b for _, b in pairwise(lows)]
        said = []
        is_money = component.pay is not None and self.kind(component.pay.node) == "money"
        for low, top, rate in zip(lows, [*tops, None], ladder.values, strict=True):
            slice_ = (value if top is None else min(value, top)) - low
            if slice_ > 0:
                of = self.of(rate) or Fraction(0)
                said.append(f"{money(slice_)} × {percent(of)}" if is_money else f"{decimals(slice_)} × {money(of)}")
        return " + ".join(said) or "0"
