"""The closed grammar of expressions: parsed into frozen nodes, never run by the host language.

Names may be any Unicode letters, column aliases included; numbers are decimals or percentages; text stands in quotes.
Functions are those of `FUNCTIONS`; nothing else can be called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

from toolkit.core.text import Text, Words
from toolkit.rules.formula.dictionary import canonical

MAX_LENGTH = 1_000
MAX_DIGITS = 30
MAX_DEPTH = 40

GRAMMAR = r"""
?start: either
?either: both | either _OR both -> or_
?both: negation | both _AND negation -> and_
?negation: comparison | _NOT negation -> not_
?comparison: sum | sum SIGN sum -> compare
?sum: product | sum "+" product -> add | sum "-" product -> subtract
?product: unary | product "*" unary -> multiply | product "/" unary -> divide
?unary: atom | "-" unary -> negative
?atom: PERCENT -> percent | NUMBER -> number | TEXT -> text | NAME -> name | call | "(" either ")"
call: NAME "(" [argument ("," argument)*] ")"
?argument: option | either
option: NAME ":" either
_OR.4: /or\b/
_AND.4: /and\b/
_NOT.4: /not\b/
SIGN: "==" | "!=" | "<=" | ">=" | "<" | ">"
PERCENT.3: /(\d+(\.\d+)?|\.\d+)\s*%/
NUMBER.2: /\d+(\.\d+)?|\.\d+/
TEXT: /"[^"\n]*"|'[^'\n]*'/
NAME: /[^\W\d]\w*/
%ignore /[ \t\n]+/
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A literal in major units; `percent` when it was written with ``%``."""

    value: Fraction
    percent: bool
    column: int = 0


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A quoted text."""

    value: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A column, a define or a parameter, in its canonical name; `written` is what stands in the file."""

    name: str
    written: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """``+ - * /`` of two parts, ``negative`` of one, ``and or`` of two, ``not`` of one, or a comparison sign."""

    sign: str
    parts: tuple[Expression, ...]
    column: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments and options (``within: shop``)."""

    function: str
    parts: tuple[Expression, ...]
    options: tuple[tuple[str, Expression], ...]
    column: int = 0

    def option(self, name: str) -> Expression | None:
        """Return the option called `name`, None when it was not written."""
        return next((value for key, value in self.options if key == name), None)

    def word(self, name: str) -> str:
        """Return the one word an option was given, "" for anything else."""
        value = self.option(name)
        return value.name if isinstance(value, Name) else ""


Expression: TypeAlias = Number | TextLiteral | Name | Operation | Call

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
ARITHMETIC = ("+", "-", "*", "/", "negative")
LOGIC = ("and", "or", "not")
OF_VALUES = ("min", "max", "power")  # functions of the values between their parentheses
OF_OTHERS = ("record", "best", "mean", "sum", "to_date")  # of other periods or other people
FUNCTIONS = (*OF_VALUES, *OF_OTHERS, "streak", "last")


class ExpressionError(ValueError):
    """An expression outside the grammar; `column` is 1-based inside its text."""

    def __init__(self, message: Text, column: int, fix: Words = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.column = column
        self.fix = fix


def parse_expression(text: str) -> Expression:
    """Parse one expression.

    Raises
    ------
    ExpressionError
        If the text is not in the grammar, with the column where it stops being so.
    """
    if len(text) > MAX_LENGTH:
        message = Text(f"longer than {MAX_LENGTH:,} characters", f"超过 {MAX_LENGTH:,} 个字符")
        fix = Text("use defines", "用 define 拆开写")
        raise ExpressionError(message, 1, fix)
    try:
        result: Expression = _Nodes().transform(_parser().parse(text))
    except VisitError as error:
        raise (error.orig_exc if isinstance(error.orig_exc, ExpressionError) else error) from error
    except UnexpectedInput as error:
        raise _unexpected(text, error) from error
    if _depth(result) > MAX_DEPTH:
        message = Text(f"nested more than {MAX_DEPTH} deep", f"嵌套超过 {MAX_DEPTH} 层")
        fix = Text("use defines", "用 define 拆开写")
        raise ExpressionError(message, 1, fix)
    return result


def parts(node: Expression) -> tuple[Expression, ...]:
    """Return what stands directly below a node; of a call's options only the condition ``among``, which reads names."""
    if isinstance(node, Call):
        among = node.option("among")
        return node.parts if among is None else (*node.parts, among)
    return node.parts if isinstance(node, Operation) else ()


def nodes(node: Expression) -> Iterator[Expression]:
    """Yield the node and everything below it."""
    yield node
    for part in parts(node):
        yield from nodes(part)


def names(node: Expression) -> tuple[str, ...]:
    """Return the names an expression reads, each once, in order."""
    return tuple(dict.fromkeys(n.name for n in nodes(node) if isinstance(n, Name)))


def calls(node: Expression, *functions: str) -> list[Call]:
    """Return the calls of `functions` in an expression."""
    return [n for n in nodes(node) if isinstance(n, Call) and n.function in functions]


def _depth(root: Expression) -> int:
    level, depth = [root], 0
    while level:
        depth += 1
        level = [part for node in level for part in parts(node)]
    return depth


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=False)


def _unexpected(text: str, error: UnexpectedInput) -> ExpressionError:
    if isinstance(error, UnexpectedCharacters):
        message = Text(f"{error.char!r} does not belong in an expression", f"表达式里不能有 {error.char!r}")
        return ExpressionError(message, error.column)
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        return ExpressionError(Text("the expression stops in the middle", "表达式没有写完"), len(text) + 1)
    hint = Text("write == to compare", "比较相等要写 ==") if str(token) == "=" else ""
    return ExpressionError(Text(f"unexpected {str(token)!r}", f"这里不该有 {str(token)!r}"), token.column or 1, hint)


def _number(token: Token, digits: str, scale: int) -> Number:
    if len(digits) > MAX_DIGITS:
        message = Text(f"a number of more than {MAX_DIGITS} digits", f"数字超过 {MAX_DIGITS} 位")
        raise ExpressionError(message, token.column or 1)
    return Number(Fraction(digits) / scale, scale == 100, token.column or 0)


class _Nodes(Transformer[Token, Expression]):
    """Turns the parser's tree into our nodes."""

    def number(self, items: list[Token]) -> Number:
        return _number(items[0], str(items[0]), 1)

    def percent(self, items: list[Token]) -> Number:
        return _number(items[0], str(items[0]).rstrip("%").strip(), 100)

    def text(self, items: list[Token]) -> TextLiteral:
        return TextLiteral(str(items[0])[1:-1], items[0].column or 0)

    def name(self, items: list[Token]) -> Name:
        return Name(canonical(str(items[0])), str(items[0]), items[0].column or 0)

    def compare(self, items: list[Any]) -> Operation:
        left, sign, right = items
        return Operation(str(sign), (left, right), sign.column or 0)

    def option(self, items: list[Any]) -> tuple[str, Expression]:
        return str(items[0]), items[1]

    def call(self, items: list[Any]) -> Call:
        name, arguments = items[0], items[1:]
        if str(name) not in FUNCTIONS:
            known = ", ".join(FUNCTIONS[:-1])
            message = Text(f"{str(name)!r} cannot be called", f"没有函数 {str(name)!r}")
            raise ExpressionError(message, name.column, Text(f"functions are {known}", f"可用的函数：{known}"))
        options = tuple(a for a in arguments if isinstance(a, tuple))
        return Call(str(name), tuple(a for a in arguments if not isinstance(a, tuple)), options, name.column or 0)

    def _operation(self, sign: str, items: list[Expression]) -> Operation:
        return Operation(sign, tuple(items), items[0].column)

    def add(self, items: list[Expression]) -> Operation:
        return self._operation("+", items)

    def subtract(self, items: list[Expression]) -> Operation:
        return self._operation("-", items)

    def multiply(self, items: list[Expression]) -> Operation:
        return self._operation("*", items)

    def divide(self, items: list[Expression]) -> Operation:
        return self._operation("/", items)

    def negative(self, items: list[Expression]) -> Expression:
        return self._operation("negative", items)

    def and_(self, items: list[Expression]) -> Operation:
        return self._operation("and", items)

    def or_(self, items: list[Expression]) -> Operation:
        return self._operation("or", items)

    def not_(self, items: list[Expression]) -> Operation:
        return self._operation("not", items)
