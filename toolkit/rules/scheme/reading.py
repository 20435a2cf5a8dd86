"""From the text of a scheme to its document: every problem of shape, with its place and the nearest known word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from toolkit.core.errors import InputError, Problem, nearest
from toolkit.core.text import Text, Words
from toolkit.core.yaml import Items, Mapping, Node, Scalar
from toolkit.rules.scheme.document import Document, Placed, Unknown

_CODES = {"missing": "missing-key", "literal_error": "unknown-word", "string_pattern_mismatch": "bad-currency"}


def read_document(node: Node, source: str) -> Document:
    """Validate the nodes of a scheme file.

    Raises
    ------
    InputError
        With every problem of shape in the file, in file order.
    """
    unknown = Unknown()
    problems: list[Problem] = []
    document = None
    try:
        document = Document.model_validate(as_placed(node), context=unknown)
    except ValidationError as error:
        problems = [_problem(dict(e), node, source) for e in error.errors(include_url=False)]
    problems += [_unknown_key(source, *found) for found in unknown]
    if document is None or problems:
        raise InputError(in_order(problems))
    return document


def as_placed(node: Node) -> Any:
    """Return texts, lists and `Placed` mappings."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [as_placed(item) for item in node.items]
    return Placed(node, {key.text: as_placed(value) for key, value in node.entries})


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in file order, each once."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column, p.code))


def _unknown_key(source: str, mapping: Mapping, key: str, allowed: tuple[str, ...]) -> Problem:
    place = mapping.key(key) or mapping
    fix = nearest(key, allowed)
    message = Text("this key is not known here", "这里没有这个键")
    return Problem(source, message, place.line, place.column, repr(key), fix, "unknown-key")


def _path(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the place in the file: without the marks of the alternatives tried and of keys."""
    return tuple(part for part in loc if not (isinstance(part, str) and (part.startswith("~") or part == "[key]")))


def _problem(error: dict[str, Any], node: Node, source: str) -> Problem:
    path, context = _path(error["loc"]), error.get("ctx", {})
    if error["type"] == "missing":
        parent = _key_place(node, path[:-1]) if path[:-1] and isinstance(path[-2], str) else node.at(path[:-1])
        message = Text(f"the key {path[-1]!r} is missing here", f"这里缺少键 {path[-1]!r}")
        return Problem(source, message, parent.line, parent.column, code="missing-key")
    at = _key_place(node, path) if error["loc"][-1] == "[key]" else node.at(path)
    if error["type"] == "scheme":
        column = at.column + _offset(at, context.get("column", 1))
        message, got, fix = context["message"], context.get("got", ""), context.get("fix", "")
        return Problem(source, message, at.line, column, got, fix, context["code"])
    code = _CODES.get(error["type"], "wrong-shape")
    got = (
        repr(at.text)
        if isinstance(at, Scalar)
        else Text("a list", "列表")
        if isinstance(at, Items)
        else Text("a mapping", "一组键值")
    )
    return Problem(source, _message(code), at.line, at.column, got, _fix(code, at, context), code)


def _key_place(node: Node, path: tuple[str | int, ...]) -> Node:
    parent = node.at(path[:-1])
    return (parent.key(str(path[-1])) if isinstance(parent, Mapping) else None) or parent


def _offset(at: Node, column: int) -> int:
    return column - 1 + (isinstance(at, Scalar) and at.quoted)


def _message(code: str) -> Text:
    return {
        "unknown-word": Text("this word is not known here", "这里不能用这个词"),
        "bad-currency": Text("a currency is three capital letters", "币种是三个大写字母"),
    }.get(code, Text("something else is expected here", "这里应写别的内容"))


def _fix(code: str, at: Node, context: dict[str, Any]) -> Words:
    if code != "unknown-word":
        return ""
    known = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
    return nearest(at.text if isinstance(at, Scalar) else "", known)
