"""Says the numbers behind one unit: names and expressions with their values, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from toolkit.rules.explain.phrases import factor, read_aloud
from toolkit.rules.explain.wording import Voice, decimals, equals, money, percent, quantity
from toolkit.rules.formula.evaluate import Column, number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call, Expression, Name, Number, Operation
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.rollup import Rolled


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """One unit, to be spoken about."""

    voice: Voice
    rolled: Rolled
    unit: int

    def of(self, column: Exact) -> Fraction | None:
        """Return this unit's value of a column."""
        return column.value(self.unit)

    def value(self, node: Expression) -> Fraction | None:
        """Evaluate an expression for this unit."""
        return self.of(number(node, self.rolled))

    def quantity(self, node: Expression, value: Fraction | None) -> str:
        """Say a value of the kind an expression is of."""
        return quantity(value, self.voice.kind(node), self.voice.lang)

    def named(self, name: str, derive: bool = True) -> str:
        """Say a name with its value; a define with the numbers it is made of, unless `derive` is false."""
        column: Column = self.rolled.column(name)
        label = self.voice.name(name)
        if isinstance(column, Labels):
            text = column.value(self.unit)
            return f"{label} “{text}”" if text is not None else self.voice.say(f"{label} blank", f"{label}空白")
        if not isinstance(column, Exact):
            return label
        value = self.quantity(Name(name, name), self.of(column))
        define = self.rolled.words.defines.get(name)
        if define is None or define.per_row or not derive:
            return f"{label} {value}"
        made = read_aloud(define.formula.node, self.voice, lambda inner: self.named(inner, False))
        return f"{label} = {made} {equals(value)}"

    def spelled(self, node: Expression) -> str:
        """Say an expression, what it is made of, and its value."""
        if isinstance(node, Name):
            return self.named(node.name)
        if isinstance(node, Number):
            return read_aloud(node, self.voice)
        return f"{self.filled(node)} {equals(self.quantity(node, self.value(node)))}"

    def filled(self, node: Expression, is_factor: bool = False) -> str:
        """Say an expression with the values of its names beside them; a factor that is a sum in parentheses."""
        said: dict[str, str] = {}
        plain = self._without_history(node, said)
        return (factor if is_factor else read_aloud)(plain, self.voice, lambda n: said.get(n) or self._inside(n))

    def _without_history(self, node: Expression, said: dict[str, str]) -> Expression:
        """Return an expression in which names stand for records, bests and streaks, and put into `said` what they are.

        The measure inside them is not this unit's own, so that its value must not stand beside it.
        """
        if isinstance(node, Call) and node.function in ("record", "best", "streak"):
            key, value = f"#{len(said)}", self.quantity(node, self.value(node))
            phrase = read_aloud(node, self.voice)
            said[key] = self.voice.say(f"{phrase} ({value})", f"{phrase}（{value}）")
            return Name(key, key)
        if isinstance(node, Call | Operation):
            return replace(node, parts=tuple(self._without_history(part, said) for part in node.parts))
        return node

    def _inside(self, name: str) -> str:
        """Say a name inside a sum: with its value, or, where that does not end in decimals, with what it is made of."""
        text, define = self.named(name, False), self.rolled.words.defines.get(name)
        if "≈" not in text or define is None or define.per_row:
            return text
        made = read_aloud(define.formula.node, self.voice, lambda inner: self.named(inner, False))
        return self.voice.say(f"{self.voice.name(name)} ({made})", f"{self.voice.name(name)}（{made}）")

    def is_made(self, node: Expression) -> bool:
        """Tell whether `spelled` ends in a result that later sums are of, not in the name alone."""
        if not isinstance(node, Name):
            return not isinstance(node, Number)
        define = self.rolled.words.defines.get(node.name)
        return define is not None and not define.per_row

    def product(self, base: Expression, factor: str, result: Fraction) -> str:
        """Say a base times a factor."""
        if not self.is_made(base):
            return f"{self.spelled(base)} × {factor} {equals(money(result))}"
        joint = self.voice.say("; ", "；")
        return f"{self.spelled(base)}{joint}{self.exactly(base)} × {factor} {equals(money(result))}"

    def exactly(self, node: Expression) -> str:
        """Say an expression's value as it can be multiplied by: as its kind is written, else as a division."""
        value = self.value(node) or Fraction(0)
        text = self.quantity(node, value)
        if not text.startswith("≈"):
            return text
        return f"{decimals(Fraction(value.numerator))} ÷ {decimals(Fraction(value.denominator))}"

    def rate(self, base: AnyKind, rate: Fraction) -> str:
        """Say a rate: a share of money, money for each of anything else."""
        return percent(rate) if base == "money" else money(rate)
