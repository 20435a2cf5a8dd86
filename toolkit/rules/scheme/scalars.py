"""The scalars of a scheme file: how each is read from its text, and how it looks in the JSON Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

from toolkit.core.documents import read_flag, read_text, read_title, refusal
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import Expression, ExpressionError, Number, Operation, parse_expression

_ID = re.compile(r"[^\W_][\w-]*")
_TEXT_OR_NUMBER = {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression as written and as parsed."""

    text: str
    node: Expression

    @property
    def literal(self) -> Number | None:
        """The number this is, with its sign, or None for anything else."""
        node = self.node
        if isinstance(node, Operation) and node.sign == "negative" and isinstance(node.parts[0], Number):
            inner = node.parts[0]
            return Number(-inner.value, inner.percent, inner.column)
        return node if isinstance(node, Number) else None


def read_formula(value: Any) -> Formula:
    """Read an expression."""
    text = read_text(value, Text("an expression", "表达式"))
    try:
        return Formula(text, parse_expression(text))
    except ExpressionError as error:
        raise refusal("bad-expression", error.message, got=repr(text), column=error.column, fix=error.fix) from error


def read_number(value: Any) -> Fraction:
    """Read a literal number, possibly negative."""
    formula = read_formula(value)
    if formula.literal is None or formula.literal.percent:
        raise refusal("bad-number", Text("a plain number is expected here", "这里应是普通数字"), got=repr(formula.text))
    return formula.literal.value


def read_share(value: Any) -> Fraction:
    """Read a percentage."""
    formula = read_formula(value)
    if formula.literal is None or not formula.literal.percent:
        message = Text("a percentage is expected here", "这里应是百分比")
        fix = Text("write %", "要带 %")
        raise refusal("percent-required", message, got=repr(formula.text), fix=fix)
    return formula.literal.value


def read_day(value: Any) -> date:
    """Read a calendar day."""
    text = read_text(value, Text("a day", "日期"))
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError as error:
        message = Text("not a day", "不是日期")
        fix = Text("write it as YYYY-MM-DD", "写成 YYYY-MM-DD")
        raise refusal("bad-date", message, got=repr(text), fix=fix) from error


def read_id(value: Any) -> str:
    """Read an identifier."""
    text = read_text(value, Text("an id", "代号"))
    if not _ID.fullmatch(text):
        message = Text("an id is letters, digits, - and _", "代号只能用字母、汉字、数字、- 和 _")
        raise refusal("bad-id", message, got=repr(text))
    return text


def read_words(value: Any) -> tuple[str, ...]:
    """Read one text or a list of texts."""
    values = value if isinstance(value, list) else [value]
    return tuple(read_text(v, Text("a text", "文字")) for v in values)


def read_month(value: Any) -> str:
    """Read a month."""
    text = read_text(value, Text("a month", "月份"))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        message = Text("not a month", "不是月份")
        fix = Text("write it as YYYY-MM", "写成 YYYY-MM")
        raise refusal("bad-date", message, got=repr(text), fix=fix)
    return text


_WORDS_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_TITLE_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"en": {"type": "string"}, "zh": {"type": "string"}}, "minProperties": 1},
    ]
}

Formulas = Annotated[
    Formula, PlainValidator(read_formula), PlainSerializer(lambda f: f.text), WithJsonSchema(_TEXT_OR_NUMBER)
]
Numeral = Annotated[Fraction, PlainValidator(read_number), PlainSerializer(str), WithJsonSchema(_TEXT_OR_NUMBER)]
Percent = Annotated[
    Fraction,
    PlainValidator(read_share),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}),
]
Day = Annotated[date, PlainValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
MonthText = Annotated[str, BeforeValidator(read_month), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$"})]
Flag = Annotated[bool, PlainValidator(read_flag), WithJsonSchema({"type": "boolean"})]
Id = Annotated[str, BeforeValidator(read_id)]
Title = Annotated[Text, PlainValidator(read_title), WithJsonSchema(_TITLE_SCHEMA)]
Words = Annotated[tuple[str, ...], PlainValidator(read_words), WithJsonSchema(_WORDS_SCHEMA)]
