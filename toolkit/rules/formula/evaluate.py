"""Evaluates expressions on whole columns: exact numbers, texts and three-valued answers."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from toolkit.rules.formula.dictionary import other_word
from toolkit.rules.formula.exact import Exact, Truth
from toolkit.rules.formula.expressions import (
    COMPARISONS,
    LOGIC,
    OF_VALUES,
    Call,
    Expression,
    Name,
    Number,
    Operation,
    TextLiteral,
)
from toolkit.rules.formula.labels import Labels

Column: TypeAlias = Exact | Labels | Truth


class Environment(Protocol):
    """Where the names of an expression get their columns."""

    def column(self, name: str) -> Column:
        """Return the column a name stands for."""
        ...

    def history(self, call: Call) -> Exact:
        """Return the value of a call of anything but `OF_VALUES`."""
        ...

    def volume_share(self, name: str) -> Exact | None:
        """Return what multiplies a literal compared with the measure `name`, None for nothing."""
        ...


def number(node: Expression, env: Environment) -> Exact:
    """Evaluate a numeric expression."""
    result = evaluate(node, env)
    if not isinstance(result, Exact):
        raise TypeError("a number was expected; the checks of the scheme let an expression of another kind pass")
    return result


def truth(node: Expression, env: Environment) -> Truth:
    """Evaluate a condition."""
    result = evaluate(node, env)
    if not isinstance(result, Truth):
        raise TypeError("a condition was expected; the checks of the scheme let an expression of another kind pass")
    return result


def evaluate(node: Expression, env: Environment) -> Column:
    """Evaluate any expression."""
    if isinstance(node, Number):
        return Exact.constant(node.value)
    if isinstance(node, TextLiteral):
        return Labels.constant(node.value)
    if isinstance(node, Name):
        return env.column(node.name)
    if isinstance(node, Call):
        return _call(node, env)
    if node.sign in COMPARISONS:
        return _compare(node, env)
    return _logic(node, env) if node.sign in LOGIC else _arithmetic(node, env)


def _call(node: Call, env: Environment) -> Exact:
    if node.function not in OF_VALUES:
        return env.history(node)
    values = [number(part, env) for part in node.parts]
    if node.function == "power":
        return values[0].power(values[1])
    result = values[0]
    for value in values[1:]:
        result = result.smaller(value) if node.function == "min" else result.greater(value)
    return result


def _arithmetic(node: Operation, env: Environment) -> Exact:
    first, *rest = (number(part, env) for part in node.parts)
    if not rest:
        return -first
    second = rest[0]
    if node.sign == "+":
        return first + second
    if node.sign == "-":
        return first - second
    return first * second if node.sign == "*" else first / second


def _logic(node: Operation, env: Environment) -> Truth:
    answers = [truth(part, env) for part in node.parts]
    if node.sign == "not":
        return ~answers[0]
    return answers[0] & answers[1] if node.sign == "and" else answers[0] | answers[1]


def _compare(node: Operation, env: Environment) -> Truth:
    left, right = (evaluate(part, env) for part in node.parts)
    if isinstance(left, Labels) and isinstance(right, Labels):
        return _compare_texts(node, left, right)
    if not isinstance(left, Exact) or not isinstance(right, Exact):
        raise TypeError("two columns of different kinds are compared; the checks of the scheme let it pass")
    own, other = node.parts
    return _volume(left, own, other, env).compare(node.sign, _volume(right, other, own, env))


def _compare_texts(node: Operation, left: Labels, right: Labels) -> Truth:
    """Compare texts; a role is also what the other language calls it."""
    equal = node.sign == "=="
    answer = left.compare(right, equal)
    own, other = node.parts
    for name, text, column in ((own, other, left), (other, own, right)):
        if isinstance(name, Name) and isinstance(text, TextLiteral):
            word = other_word(name.name, text.value)
            if word is not None:
                also = column.compare(Labels.constant(word), equal)
                answer = answer | also if equal else answer & also
    return answer


def _volume(value: Exact, own: Expression, other: Expression, env: Environment) -> Exact:
    """Apply the share of targets to a literal that is compared with an additive measure."""
    share = env.volume_share(other.name) if isinstance(own, Number) and isinstance(other, Name) else None
    return value if share is None else value * share
