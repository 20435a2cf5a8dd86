"""YAML validated by a pydantic model: schemes, maps, settings; every problem of a file at once, each with its place.

A mapping of a file is a `Model`; its values reach the fields as texts, lists and mappings that know their place. What a
field refuses it raises with `refusal`; what does not stop a validation is put into `Faults`, its context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from toolkit.core.errors import InputError, Problem, nearest
from toolkit.core.text import Text, Words
from toolkit.core.yaml import Items, Mapping, Node, Scalar

Refusal = PydanticCustomError
_CODES = {"missing": "missing-key", "literal_error": "unknown-word", "string_pattern_mismatch": "bad-currency"}
_MESSAGES = {
    "unknown-word": Text("this word is not known here", "这里不能用这个词"),
    "bad-currency": Text("a currency is three capital letters", "币种是三个大写字母"),
}
VALUE, LIST, MAPPING = Text("one value", "一个值"), Text("a list", "列表"), Text("a mapping", "一组键值")
_SHAPES = {
    **dict.fromkeys(("string_type", "~text"), VALUE),
    **dict.fromkeys(("tuple_type", "list_type", "~list"), LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "~mapping"), MAPPING),
}
_FLAGS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


class Placed(dict[str, Any]):
    """A mapping that knows the node it was read from."""

    def __init__(self, node: Mapping, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.node = node


class Faults(list[Problem]):
    """Collects what is wrong beside what stops the validation of a value; the context of every validation."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source

    def add(self, at: Node, code: str, message: Text, got: Words = "", fix: Words = "") -> None:
        """Add something wrong at a node."""
        self.append(Problem(self.source, message, at.line, at.column, got, fix, code))


class Model(BaseModel):
    """Base of all mappings: frozen, closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, Placed):
            if not isinstance(data, dict):
                fix = Text(f"its keys are {', '.join(cls.keys())}", f"可用的键：{'、'.join(cls.keys())}")
                raise refusal("wrong-shape", Text("a mapping is expected here", "这里应是一组键值"), fix=fix)
            return data
        allowed = cls.keys()
        for key in data:
            if key not in allowed and isinstance(info.context, Faults):
                message = Text("this key is not known here", "这里没有这个键")
                at = data.node.key(key) or data.node
                info.context.add(at, "unknown-key", message, repr(key), nearest(key, allowed))
        return {key: value for key, value in data.items() if key in allowed}

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the keys the mapping may have, in canonical order."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


AnyModel = TypeVar("AnyModel", bound=Model)


def validate(model: type[AnyModel], node: Node, source: str) -> AnyModel:
    """Validate the nodes of a file.

    Raises
    ------
    InputError
        With every problem in the file, in file order.
    """
    faults = Faults(source)
    try:
        document = model.model_validate(_placed(node), context=faults)
    except ValidationError as error:
        problems = [_problem(dict(e), node, source) for e in error.errors(include_url=False)]
        raise InputError(in_order([*problems, *faults])) from error
    if faults:
        raise InputError(in_order(faults))
    return document


def _placed(node: Node) -> Any:
    """Return texts, lists and `Placed` mappings."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [_placed(item) for item in node.items]
    return Placed(node, {key.text: _placed(value) for key, value in node.entries})


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in file order, each once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column, p.code))


def refusal(code: str, message: Text, **details: Any) -> Refusal:
    """Return a validation error that carries our code, and `fix`, `got`, `column`, or the `path` below where known."""
    return Refusal("refused", "{message}", {"message": message, "code": code, **details})


def tag_of(value: Any) -> str:
    """Return the mark of an alternative by the shape of its value, which is no part of a place."""
    return "~mapping" if isinstance(value, dict) else "~list" if isinstance(value, list) else "~text"


def read_text(value: Any, what: Text) -> str:
    """Read one text that is not blank; `what` is expected."""
    if not isinstance(value, str):
        got = LIST if isinstance(value, list) else MAPPING
        raise refusal("wrong-shape", Text(f"{what} is expected here", f"这里应是{what.zh}"), got=got)
    if not value.strip():
        raise refusal("missing-value", Text(f"{what} is missing here", f"这里缺少{what.zh}"))
    return value.strip()


def read_flag(value: Any) -> bool:
    """Read yes or no."""
    if isinstance(value, bool):
        return value
    what = Text("true or false (or yes or no)", " true 或 false（也可写 yes 或 no、是 或 否）")
    text = read_text(value, what)
    if text not in _FLAGS:
        message = Text(f"{what} is expected here", f"这里应是{what.zh}")
        raise refusal("bad-flag", message, got=repr(text))
    return _FLAGS[text]


def read_title(value: Any) -> Text:
    """Read a title: one text for both languages, or one each."""
    if isinstance(value, Text):
        return value
    if isinstance(value, dict):
        if not value or set(value) - {"en", "zh"}:
            message = Text("a title has the keys en and zh", "标题只有 en 和 zh 两个键")
            raise refusal("unknown-key", message, got=", ".join(map(str, value)))
        texts = {lang: read_text(text, Text("a title", "标题")) for lang, text in value.items()}
        return Text(texts.get("en") or texts["zh"], texts.get("zh") or texts["en"])
    text = read_text(value, Text("a title", "标题"))
    return Text(text, text)


def one_of(known: Sequence[str]) -> Callable[[Any], str]:
    """Return what reads one of the known words."""

    def read(value: Any) -> str:
        if value in known:
            return str(value)
        got = repr(value) if isinstance(value, str) else LIST if isinstance(value, list) else MAPPING
        fix = _nearest(value, known)
        raise refusal("unknown-word", _MESSAGES["unknown-word"], got=got, fix=fix)

    return read


def _nearest(value: Any, known: Iterable[str]) -> Words:
    """Return a hint with the nearest of the known words; that there may be none is no word."""
    return nearest(value if isinstance(value, str) else "", [word for word in known if word])


def _path(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the place in the file: without the marks of the alternatives tried and of keys."""
    return tuple(part for part in loc if not (isinstance(part, str) and (part.startswith("~") or part == "[key]")))


def _problem(error: dict[str, Any], node: Node, source: str) -> Problem:
    loc, context = error["loc"], error.get("ctx", {})
    path = (*_path(loc), *context.get("path", ()))
    if error["type"] == "missing":
        parent = _key_place(node, path[:-1]) if path[:-1] and isinstance(path[-2], str) else node.at(path[:-1])
        message = Text(f"the key {path[-1]!r} is missing here", f"这里缺少键 {path[-1]!r}")
        return Problem(source, message, parent.line, parent.column, code="missing-key")
    at = _key_place(node, path) if loc and loc[-1] == "[key]" else node.at(path)
    if error["type"] == "refused":
        inside = context.get("column")  # 1-based in the text, behind a quotation mark
        column = at.column + (inside - 1 + (isinstance(at, Scalar) and at.quoted) if inside else 0)
        got, fix = context.get("got", ""), context.get("fix", "")
        return Problem(source, context["message"], at.line, column, got, fix, context["code"])
    code = _CODES.get(error["type"], "wrong-shape")
    got = repr(at.text) if isinstance(at, Scalar) else LIST if isinstance(at, Items) else MAPPING
    message = _MESSAGES.get(code) or _shape_expected(error["type"], context)
    return Problem(source, message, at.line, at.column, got, _fix(code, at, context), code)


def _shape_expected(kind: str, context: dict[str, Any]) -> Text:
    """Name the shapes that a validation by shape alone would have taken."""
    if kind == "too_short":
        return Text("at least one is expected here", "这里至少应有一项")
    shapes = [_SHAPES[tag] for tag in re.findall(r"~\w+", context.get("expected_tags", "")) or [kind]]
    return Text(f"{' or '.join(s.en for s in shapes)} is expected here", f"这里应是{'或'.join(s.zh for s in shapes)}")


def _key_place(node: Node, path: tuple[str | int, ...]) -> Node:
    parent = node.at(path[:-1])
    return (parent.key(str(path[-1])) if isinstance(parent, Mapping) else None) or parent


def _fix(code: str, at: Node, context: dict[str, Any]) -> Words:
    if code != "unknown-word":
        return ""
    known = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
    return _nearest(at.text if isinstance(at, Scalar) else None, known)
