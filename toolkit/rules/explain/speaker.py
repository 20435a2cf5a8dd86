"""Says the numbers behind one unit: names and expressions with their values, and why it is paid or not.

Says the numbers behind one unit: names and expressions with their values, and what they are made of.

Why a unit is paid or not: the conditions with their numbers, and what has no value and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from toolkit.core.figures import decimals, equals, money, percent
from toolkit.core.period import Month
from toolkit.rules.explain.wording import BOUNDS, Voice, comparisons, conjuncts, factor, quantity, read_aloud
from toolkit.rules.formula.evaluate import Column, evaluate, number, truth
from toolkit.rules.formula.exact import MAX_POWER, Exact, Truth
from toolkit.rules.formula.expressions import (
    OF_VALUES,
    Call,
    Expression,
    Name,
    Number,
    Operation,
    TextLiteral,
    names,
)
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.components import EarlierPeriods
from toolkit.rules.pay.rollup import GroupMeasures
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scheme import formulas
from toolkit.rules.scheme.vocabulary import SCORE_NAMES


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """One unit, to be spoken about."""

    voice: Voice
    rolled: GroupMeasures
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
        if isinstance(node, Number | TextLiteral):
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
        if isinstance(node, Call) and node.function not in OF_VALUES:
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


_FAILED = {
    ">=": ("less than", "低于"),
    ">": ("not more than", "未超过"),
    "<": ("not less than", "不低于"),
    "<=": ("more than", "超过"),
    "==": ("not", "不是"),
    "!=": ("but not allowed to be", "但不得为"),
}


def conditions(node: Expression, speaker: Speaker) -> str:
    """Say a condition with its numbers, all of it."""
    voice = speaker.voice
    parts = list(conjuncts(node))
    plain = [part for part in parts if isinstance(part, Operation) and part.sign in BOUNDS]
    if len(plain) < len(parts):
        said = voice.joined(_fact(one, speaker) for one in comparisons(node))
        return voice.say(f"needed: {read_aloud(node, voice)}; {said}", f"条件：{read_aloud(node, voice)}；{said}")
    return voice.joined(_fact(one, speaker) for one in plain)


def _answer(node: Expression, speaker: Speaker) -> bool | None:
    answer = truth(node, speaker.rolled)
    yes, no = (bool(np.broadcast_to(side, speaker.rolled.n)[speaker.unit]) for side in (answer.yes, answer.no))
    return True if yes else False if no else None


def _fact(node: Operation, speaker: Speaker) -> str:
    """Say one comparison: the number, and how it stands to the other."""
    left, right = node.parts
    voice, answer = speaker.voice, _answer(node, speaker)
    own = speaker.spelled(left)
    if answer is None:
        return voice.say(f"{own}, which cannot be compared", f"{own}，无法比较")
    if node.sign in ("==", "!=") and answer:
        return voice.say(f"{own}, as required", f"{own}，符合要求")
    word = voice.say(*(BOUNDS if answer else _FAILED)[node.sign])
    return voice.say(f"{own}, {word} ", f"{own}，{word}") + _other(left, right, speaker)


def _other(left: Expression, right: Expression, speaker: Speaker) -> str:
    """Say what a measure is compared with; a scaled literal with its factor, a record with what it was."""
    if isinstance(right, Number) and isinstance(left, Name):
        share = speaker.rolled.volume_share(left.name)
        value = None if share is None else speaker.of(share)
        component = speaker.voice.component
        if value is not None and component is not None and component.proration is not None:
            own = Speaker(speaker.voice, speaker.rolled.own_rows(), speaker.unit)
            scaled, node = speaker.quantity(left, right.value * value), component.proration.by.node
            made, counts = own.filled(node, is_factor=True), ""
            if own.value(node) != value:  # it counts from 0 to 1
                counts = speaker.voice.say(f" ({made} counts as {value})", f"（{made}按 {value} 计）")
                made = str(value)
            return f"{read_aloud(right, speaker.voice)} × {made} {equals(scaled)}{counts}"
    if isinstance(right, Number | TextLiteral | Name):
        return speaker.spelled(right)
    if isinstance(right, Call) and right.function not in OF_VALUES:
        said = read_aloud(right, speaker.voice)
        other = speaker.quantity(right, speaker.value(right))
        return speaker.voice.say(f"{said} ({other})", f"{said}（{other}）")
    return speaker.spelled(right)


def missing(component: Component, speaker: Speaker) -> str:
    """Say what has no value and why."""
    if speaker.rolled.line_level is None and not speaker.rolled.level.counts[speaker.unit]:
        return speaker.voice.say("no row counts here", "没有可计入的数据")
    found: dict[str, None] = {}
    own = Speaker(speaker.voice, speaker.rolled.own_rows(), speaker.unit)
    elsewhere = ("for_", "of", "share", "prorate", "capacity", "floor", "cap", "clawback")
    paying = component.model_copy(update=dict.fromkeys(elsewhere))
    for formula in formulas(paying):
        found |= dict.fromkeys(_valueless(formula.node, speaker))
    for part in (component.prorate, component.capacity):
        for formula in formulas(part):
            found |= dict.fromkeys(_valueless(formula.node, own))
    for _, table in component.tables:
        by = component.by(table)
        if table.relative_to is not None and by is not None:
            for name in names(by.node):
                found |= dict.fromkeys(_targetless(f"target_{name}", speaker))
    return speaker.voice.joined(found) or speaker.voice.say("a figure it needs has no value", "所需数据无数值")


def _targetless(name: str, speaker: Speaker) -> Iterator[str]:
    column = speaker.rolled.column(name)
    value = speaker.of(column) if isinstance(column, Exact) else None
    if value is None or value <= 0:
        label = speaker.voice.name(name)
        yield speaker.voice.say(f"{label} is missing or not above 0", f"{label}缺失或不大于0")


def _valueless(node: Expression, speaker: Speaker) -> Iterator[str]:
    """Yield the smallest parts of an expression that have no value."""
    column = evaluate(node, speaker.rolled)
    if isinstance(column, Truth):
        for part in node.parts if isinstance(node, Operation) else ():
            yield from _valueless(part, speaker)
        return
    if not isinstance(column, Exact) or speaker.of(column) is not None:
        return
    if isinstance(node, Name):
        if node.name not in SCORE_NAMES:  # its parts say what they lack
            yield from _nameless(node.name, speaker)
    elif isinstance(node, Call) and node.function not in OF_VALUES:
        yield _no_history(node, speaker)
    elif isinstance(node, Call) and node.function == "power" and None not in map(speaker.value, node.parts):
        said = speaker.filled(node)
        yield speaker.voice.say(f"{said} has no value: it is not a whole number of times from 0 to {MAX_POWER}",
                                f"{said}无数值：次数应是 0 到 {MAX_POWER} 的整数")  # fmt: skip
    elif isinstance(node, Operation | Call):
        yield from _made_of(node.parts, speaker.filled(node), speaker)


def _made_of(parts: tuple[Expression, ...], made: str, speaker: Speaker) -> Iterator[str]:
    """Yield what the parts of an expression lack; if they lack nothing, it divides by 0."""
    if any(isinstance(c := evaluate(part, speaker.rolled), Exact) and speaker.of(c) is None for part in parts):
        for part in parts:
            yield from _valueless(part, speaker)
    else:
        yield speaker.voice.say(f"{made} has no value, because it divides by 0", f"{made}，除数为0，无数值")


def _nameless(name: str, speaker: Speaker) -> Iterator[str]:
    define, voice = speaker.rolled.words.defines.get(name), speaker.voice
    label = voice.name(name)
    if define is None or define.per_row:
        yield voice.say(f"{label} is missing", f"缺少{label}")
        return
    node = define.formula.node
    parts = node.parts if isinstance(node, Operation | Call) else (node,)
    yield from _made_of(parts, f"{label} = {speaker.filled(node)}", speaker)


def _no_history(call: Call, speaker: Speaker) -> str:
    """Say which earlier period a record lacks."""
    voice, memory = speaker.voice, speaker.rolled.past
    said = read_aloud(call, voice)
    if not isinstance(memory, EarlierPeriods) or call.function != "record":
        return voice.say(f"{said} has no value", f"{said}无数值")
    lacking = [_span(first, last) for first, last in sorted(memory.lacking(call, speaker.unit))]
    if not lacking:
        return voice.say(f"{said} has no value: there is no earlier figure", f"{said}无数值：以往没有数据")
    months = voice.listed(lacking)
    return voice.say(f"{said} has no value: there are no figures for {months}", f"{said}无数值：缺少{months}的数据")


def _span(first: Month, last: Month) -> str:
    return str(first) if first == last else f"{first}–{last}"
