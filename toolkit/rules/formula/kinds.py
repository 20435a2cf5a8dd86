"""Which kind of thing an expression is, and which combinations make no sense.

Kinds are those of the measure dictionary, and further ``number`` and ``percent`` (literals, which take the kind of
what they stand beside), ``any`` (a count or duration times a literal: still that, or money, as what stands beside it
says), ``text``, ``flag`` (a condition) and ``unknown`` (already reported; fits everywhere).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from toolkit.core.text import Text, Words
from toolkit.rules.formula.dictionary import Kind
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

AnyKind: TypeAlias = Kind | Literal["number", "percent", "any", "text", "flag", "unknown"]
NUMERIC: tuple[AnyKind, ...] = ("count", "money", "duration", "ratio", "plain", "number", "percent", "any", "unknown")

# Kinds that two of which make another one, or none.
_MEASURED: tuple[AnyKind, ...] = ("money", "count", "duration")


_KINDS: dict[AnyKind, Text] = {
    "any": Text("a number", "数值"),
    "percent": Text("a percentage", "百分比"),
    "flag": Text("a condition", "条件"),
    "plain": Text("a plain number", "普通数"),
    "money": Text("money", "金额"),
    "text": Text("text", "文字"),
    "count": Text("a count", "数量"),
    "duration": Text("a duration", "时长"),
    "ratio": Text("a ratio", "比率"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in an expression; `column` is 1-based inside its text."""

    code: str
    message: Text
    column: int
    fix: Words = ""


Report: TypeAlias = Callable[[Fault], None]


class NameKinds(Protocol):
    """What the names in an expression are."""

    def kind(self, name: Name, as_text: bool, report: Report) -> AnyKind:
        """Return the kind of a name, reporting one that is not known or not allowed here."""
        ...

    def check_call(self, call: Call, report: Report) -> AnyKind:
        """Check a call of anything but `OF_VALUES` and return its kind."""
        ...


def kind_of(node: Expression, names: NameKinds, report: Report) -> AnyKind:
    """Return the kind of an expression, reporting every fault in it."""
    if isinstance(node, Number):
        return "percent" if node.percent else "number"
    if isinstance(node, TextLiteral):
        return "text"
    if isinstance(node, Name):
        return names.kind(node, False, report)
    if isinstance(node, Call):
        return _call(node, names, report)
    if node.sign in COMPARISONS:
        return _comparison(node, names, report)
    if node.sign in LOGIC:
        for part in node.parts:
            require_flag(part, names, report)
        return "flag"
    return _arithmetic(node, names, report)


def require_flag(node: Expression, names: NameKinds, report: Report) -> None:
    """Report an expression that is not a condition."""
    kind = kind_of(node, names, report)
    if kind not in ("flag", "unknown"):
        message = Text(f"a condition is expected, this is {describe(kind)}", f"这里应是条件，写的是{describe(kind).zh}")
        report(Fault("not-a-condition", message, node.column))


def require_number(node: Expression, names: NameKinds, report: Report) -> AnyKind:
    """Return the kind of an expression, reporting one that is no number."""
    kind = kind_of(node, names, report)
    if kind in NUMERIC:
        return kind
    message = Text(f"a number is expected, this is {describe(kind)}", f"这里应是数值，写的是{describe(kind).zh}")
    report(Fault("not-a-number", message, node.column))
    return "unknown"


def describe(kind: AnyKind) -> Text:
    """Return what a kind is called in messages, with its article."""
    return _KINDS.get(kind, _KINDS["any"])


def comparable(left: AnyKind, right: AnyKind) -> Fault | None:
    """Return what is wrong with comparing two kinds, None if nothing is."""
    for literal, other in ((left, right), (right, left)):
        if literal == "number" and other == "ratio":
            message = Text("a number compared with a ratio needs %", "与比率比较的数要带 %")
            fix = Text("write 1.4 as 140%", "1.4 要写成 140%")
            return Fault("percent-required", message, 0, fix)
        if literal == "percent" and other in ("count", "money", "duration"):
            message = Text(f"a percentage is compared with {describe(other)}", f"百分比不能与{describe(other).zh}比较")
            return Fault("percent-not-allowed", message, 0, Text("leave out the %", "去掉 %"))
    loose = {"number", "percent", "any", "unknown"}
    if left == right or left in loose or right in loose:
        return None
    message = Text(
        f"{describe(left)} is compared with {describe(right)}", f"{describe(left).zh}不能与{describe(right).zh}比较"
    )
    return Fault("kind-mismatch", message, 0)


def _call(node: Call, names: NameKinds, report: Report) -> AnyKind:
    if node.function not in OF_VALUES:
        return names.check_call(node, report)
    if node.function == "power":
        return _power(node, names, report)
    kinds = [require_number(part, names, report) for part in node.parts]
    if len(kinds) < 2 or node.options:
        message = Text(f"{node.function} takes two or more values", f"{node.function} 至少要有两个值")
        report(Fault("bad-call", message, node.column))
    result: AnyKind = "number"
    for kind in kinds:
        result = _together(result, kind, node, report)
    return result


def _power(node: Call, names: NameKinds, report: Report) -> AnyKind:
    kinds = [require_number(part, names, report) for part in node.parts]
    if len(kinds) != 2 or node.options:
        message = Text("power takes a value and how often it counts", "power 要有一个值和次数两项")
        report(Fault("bad-call", message, node.column, "power(50%, absences)"))
        return "unknown"
    base, often = kinds
    if base not in ("number", "percent", "ratio", "plain", "unknown") or often in ("percent", "money"):  # fmt: skip
        message = Text(
            f"power is of a number or percentage, a whole number of times; these are {describe(base)} and "
            f"{describe(often)}",
            f"power 的值应是数或百分比，次数应是整数；这里是{describe(base).zh}和{describe(often).zh}",
        )
        report(Fault("kind-mismatch", message, node.column))
    return base


def _together(left: AnyKind, right: AnyKind, node: Expression, report: Report) -> AnyKind:
    """Return the kind of a sum, difference, minimum or maximum."""
    for one, other in ((left, right), (right, left)):
        if one in ("number", "unknown") or (one == "any" and other != "number"):
            return other
    if left == right:
        return left
    if {left, right} <= {"percent", "ratio", "plain"}:
        return "ratio" if "ratio" in (left, right) else "plain" if "plain" in (left, right) else "percent"
    message = Text(
        f"{describe(left)} and {describe(right)} do not add up",
        f"{describe(left).zh}与{describe(right).zh}不能相加减",
    )
    report(Fault("kind-mismatch", message, node.column))
    return "unknown"


def _arithmetic(node: Operation, names: NameKinds, report: Report) -> AnyKind:
    if node.sign in ("*", "/"):
        return _product(node, names, report)
    kinds = [require_number(part, names, report) for part in node.parts]
    return kinds[0] if len(kinds) == 1 else _together(kinds[0], kinds[1], node, report)


def _product(node: Operation, names: NameKinds, report: Report) -> AnyKind:
    """Return the kind of all factors together, whatever the order in which they are written."""
    above, below = Counter[AnyKind](), Counter[AnyKind]()
    for factor, is_above in _factors(node, True):
        (above if is_above else below)[require_number(factor, names, report)] += 1
    if "unknown" in above or "unknown" in below:
        return "unknown"
    cancelled = {kind for kind in _MEASURED if above[kind] and below[kind]}
    above, below = above - below, below - above
    measured = [kind for kind in _MEASURED if above[kind]]
    if above["money"] > 1:
        message = Text("money times money is nothing that can be paid", "金额乘以金额不是能发的钱")
        report(Fault("kind-mismatch", message, node.column))
        return "unknown"
    if above["money"]:
        return "money"
    scaled: AnyKind = "any" if above["number"] or above["any"] or below["number"] else "unknown"
    if measured:
        one = sum(above[kind] for kind in measured) == 1
        over = [kind for kind in (*_MEASURED, "any") if below[kind]]
        if one and (not over or (measured, over) == (["duration"], ["count"])):
            return scaled if scaled == "any" else measured[0]
        return "plain"
    if any(below[kind] for kind in (*_MEASURED, "any")):
        return "plain"
    return _of_plain(above, below, bool(cancelled))


def _of_plain(above: Counter[AnyKind], below: Counter[AnyKind], cancelled: bool) -> AnyKind:
    """Return the kind of a product of ratios, percentages and numbers; two counts over one another are a ratio."""
    if above["any"] or (above["number"] and (above["plain"] or above["ratio"] or cancelled)):
        return "any"
    if above["ratio"] or cancelled:
        return "ratio"
    if above["percent"]:
        return "number" if above["number"] else "plain" if below["ratio"] else "percent"
    return "plain" if above["plain"] else "number"


def _factors(node: Expression, is_above: bool) -> Iterator[tuple[Expression, bool]]:
    """Yield the factors of a product or quotient, and whether each multiplies or divides."""
    if isinstance(node, Operation) and node.sign in ("*", "/"):
        left, right = node.parts
        yield from _factors(left, is_above)
        yield from _factors(right, is_above if node.sign == "*" else not is_above)
    else:
        yield node, is_above


def _comparison(node: Operation, names: NameKinds, report: Report) -> AnyKind:
    is_text = any(isinstance(part, TextLiteral) for part in node.parts)
    kinds = [
        names.kind(part, is_text, report) if isinstance(part, Name) else kind_of(part, names, report)
        for part in node.parts
    ]
    fault = comparable(*kinds)
    if fault is not None:
        report(Fault(fault.code, fault.message, node.column, fault.fix))
    elif "text" in kinds and node.sign not in ("==", "!="):
        message = Text("texts can only be compared with == and !=", "文字只能用 == 和 != 比较")
        report(Fault("text-order", message, node.column))
    elif "flag" in kinds:
        message = Text("conditions cannot be compared", "条件之间不能比较")
        fix = Text("use and, or, not", "用 and、or、not")
        report(Fault("kind-mismatch", message, node.column, fix))
    return "flag"
