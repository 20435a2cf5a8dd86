"""Expressions as nested tuples, turned into functions of a view (see `views`); None is "no value".

A number stands for itself, ``("text", "agent")`` is a text, ``("name", "sales")`` a name; everything else is
``(operator, operand, ...)``. History and groups are ``(word, x, {...})``: ``record`` with over, within, order and
among, ``best`` and ``mean`` and ``sum`` with within and among, ``to_date`` with over.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import kleene_and, kleene_or

Node = Any
Eval = Callable[[Any], Any]


def _over(a: Any, b: Any) -> Any:
    return Fraction(a) / Fraction(b) if b else None


ARITHMETIC = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _over,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


GROUPED = ("record", "best", "mean", "sum")
POWERS = range(101)


def compiled(node: Node) -> Eval:
    """The function that evaluates `node` on a view."""
    if not isinstance(node, tuple):
        return lambda view: node
    kind, *rest = node
    if kind == "name":
        return lambda view, name=rest[0]: view.get(name)
    if kind == "text":
        return lambda view, text=rest[0]: text
    if kind in ARITHMETIC:
        return _binary(ARITHMETIC[kind], compiled(rest[0]), compiled(rest[1]))
    if kind == "streak":
        return lambda view: view.streak(rest[0])
    if kind == "to_date":
        inner = compiled(rest[0])
        return lambda view: view.to_date(inner, rest[1]["over"])
    if kind in GROUPED:
        return _grouped(kind, rest[0], rest[1])
    return _several(kind, [compiled(child) for child in rest])


def _binary(function: Callable[[Any, Any], Any], left: Eval, right: Eval) -> Eval:
    def run(view: Any) -> Any:
        a = left(view)
        if a is None:
            return None
        b = right(view)
        return None if b is None else function(a, b)

    return run


def _several(kind: str, parts: list[Eval]) -> Eval:
    def run(view: Any) -> Any:
        values = [part(view) for part in parts]
        if kind == "and":
            return kleene_and(values)
        if kind == "or":
            return kleene_or(values)
        if None in values:
            return None
        if kind == "not":
            return not values[0]
        if kind == "neg":
            return -values[0]
        if kind == "power":
            return _power(*values)
        return {"min": min, "max": max}[kind](values)

    return run


def _power(x: Any, n: Any) -> Any:
    """`x` multiplied by itself `n` times."""
    if n not in POWERS:
        return None
    product = Fraction(1)
    for _ in range(int(n)):
        product *= x
    return product


class Asked:
    """A question about a group: each one's own `value`, of those only for whom `among` is true."""

    def __init__(self, node: Node, words: dict[str, Any]) -> None:
        self.value, self.among = compiled(node), compiled(words.get("among", True))
        self.within: str | None = words.get("within")
        self.pick: Any = min if words.get("order") == "lowest" else max
        self.key = repr((node, self.within, words.get("among", True)))


def _grouped(kind: str, node: Node, words: dict[str, Any]) -> Eval:
    asked = Asked(node, words)

    def run(view: Any) -> Any:
        if kind == "record":
            return view.record(asked, words["over"])
        known = view.values_of_group(asked)
        if not known:
            return None
        if kind == "best":
            return asked.pick(known)
        return sum(known) if kind == "sum" else Fraction(sum(known)) / len(known)

    return run


def names(node: Node) -> set[str]:
    """Every name `node` reads."""
    if not isinstance(node, tuple):
        return set()
    if node[0] == "name":
        return {node[1]}
    if node[0] in ("text", "streak"):
        return set()
    return set().union(*(names(child) for child in node[1:] if isinstance(child, tuple)))


def streaks(node: Node) -> set[str]:
    """Every component whose streak `node`, an expression or a table, reads."""
    if isinstance(node, dict):
        return set().union(set(), *(streaks(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(set(), *(streaks(child) for child in node))
    if not isinstance(node, tuple):
        return set()
    if node[0] == "streak":
        return {node[1]}
    return set().union(set(), *(streaks(child) for child in node[1:] if isinstance(child, tuple)))


def scaled_literals(node: Node, additive: set[str], factor: Fraction) -> Node:
    """`node` with each number compared with an additive measure multiplied by `factor`."""
    if not isinstance(node, tuple):
        return node
    if node[0] in ("<", "<=", ">", ">=", "==", "!="):
        return (node[0], *_scaled_sides(node[1], node[2], additive, factor))
    return (node[0], *(scaled_literals(child, additive, factor) for child in node[1:]))


def _scaled_sides(left: Node, right: Node, additive: set[str], factor: Fraction) -> tuple[Node, Node]:
    def is_volume(side: Node) -> bool:
        return isinstance(side, tuple) and side[0] == "name" and side[1] in additive

    if is_volume(left) and not isinstance(right, tuple):
        return left, right * factor
    if is_volume(right) and not isinstance(left, tuple):
        return left * factor, right
    return left, right
