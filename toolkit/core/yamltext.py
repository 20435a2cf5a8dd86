"""YAML as text with places: the one reader behind schemes, workspace settings and vendor maps.

Scalars stay the text that was written (``007``, ``no`` and ``2024-07-01`` mean themselves); every key and value knows
its 1-based line and column. Anchors, aliases, tags and several documents are refused: a file is as large as it looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from toolkit.core.errors import InputError, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 30_000
MAX_DEPTH = 32
_SECOND_COLON = "mapping values are not allowed here"  # ruamel's words


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it was written; `quoted` tells ``"1"`` from ``1``."""

    text: str
    line: int
    column: int
    quoted: bool = False

    def plain(self) -> str:
        """Return the text."""
        return self.text

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return this value: a scalar has nothing below it."""
        return self


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int

    def plain(self) -> list[Any]:
        """Return the items as lists, dictionaries and texts."""
        return [item.plain() for item in self.items]

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node `path` leads to, or the deepest one on the way that exists."""
        if path and isinstance(path[0], int) and 0 <= path[0] < len(self.items):
            return self.items[path[0]].at(path[1:])
        return self


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in file order; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def plain(self) -> dict[str, Any]:
        """Return the entries as a dictionary of lists, dictionaries and texts."""
        return {key.text: value.plain() for key, value in self.entries}

    def at(self, path: tuple[str | int, ...]) -> Node:
        """Return the node `path` leads to, or the deepest one on the way that exists."""
        value = self.get(str(path[0])) if path else None
        return self if value is None else value.at(path[1:])

    def get(self, name: str) -> Node | None:
        """Return the value of the key `name`, None when it is absent."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """Return the key `name` itself, with its place."""
        return next((key for key, _ in self.entries if key.text == name), None)


Node: TypeAlias = Scalar | Items | Mapping


def read_yaml_file(path: Path) -> Node:
    """Read a UTF-8 file as `read_yaml` does; its size is looked at before it is opened.

    Raises
    ------
    InputError
        If the file is missing, too large, not UTF-8, or not YAML of the kind described above.
    """
    source = str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError([_too_large(source, size)])
        return read_yaml(path.read_bytes().decode("utf-8-sig"), source)
    except OSError as error:
        raise InputError([Problem(source, f"cannot be read: {error.strerror}", code="unreadable-file")]) from error
    except UnicodeDecodeError as error:
        fix = "save it as UTF-8"
        raise InputError([Problem(source, "is not UTF-8 text", fix=fix, code="not-utf8")]) from error


def read_yaml(text: str, source: str) -> Node:
    """Parse `text`; `source` is the name problems are reported under.

    Raises
    ------
    InputError
        If the text is not YAML, is empty, repeats a key, uses anchors, aliases or tags, or exceeds the limits of size
        and depth. All repeated keys are reported at once.
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InputError([_too_large(source, size)])
    builder = _Builder(source)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        raise InputError([_syntax_problem(source, error)]) from error
    except (YAMLError, ValueError) as error:
        what = str(error).splitlines()[0]
        raise InputError([Problem(source, f"is not YAML: {what}", 1, code="yaml-syntax")]) from error
    if builder.root is None:
        raise InputError([Problem(source, "is empty", 1, 1, code="empty-file")])
    if builder.problems:
        raise InputError(builder.problems)
    return builder.root


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, in file order."""
    yield node
    children = node.items if isinstance(node, Items) else ()
    if isinstance(node, Mapping):
        children = tuple(child for entry in node.entries for child in entry)
    for child in children:
        yield from walk(child)


class _Builder:
    """Builds the nodes from the parser's events, without recursion, and refuses what is not allowed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self._open: list[tuple[NodeEvent, list[Node]]] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise InputError([self._problem(event, "a second document is not allowed", "several-documents")])
        elif isinstance(event, NodeEvent):
            self._check(event)
            if isinstance(event, ScalarEvent):
                self._place(Scalar(event.value, *_mark(event), quoted=event.style in ("'", '"')))
            else:
                self._open.append((event, []))
        elif isinstance(event, CollectionEndEvent):
            start, children = self._open.pop()
            self._place(self._collection(start, children))

    def _check(self, event: NodeEvent) -> None:
        self._nodes += 1
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise InputError([self._problem(event, "anchors and aliases (& and *) are not allowed", "yaml-alias")])
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise InputError([self._problem(event, f"the tag {tag} is not allowed", "yaml-tag")])
        if len(self._open) >= MAX_DEPTH:
            raise InputError([self._problem(event, f"nested more than {MAX_DEPTH} deep", "too-deep")])
        if self._nodes > MAX_NODES:
            raise InputError([self._problem(event, f"more than {MAX_NODES:,} values", "too-large")])

    def _collection(self, start: NodeEvent, children: list[Node]) -> Node:
        line, column = _mark(start)
        if isinstance(start, SequenceStartEvent):
            return Items(tuple(children), line, column)
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(Problem(self.source, "a key must be a word", key.line, key.column, code="bad-key"))
            elif key.text in seen:
                message = f"the key {key.text!r} stands twice, first on line {seen[key.text]}"
                self.problems.append(Problem(self.source, message, key.line, key.column, code="duplicate-key"))
            else:
                seen[key.text] = key.line
                entries.append((key, value))
        return Mapping(tuple(entries), line, column)

    def _place(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self.root = node if not _is_blank(node) else None

    def _problem(self, event: Any, message: str, code: str) -> Problem:
        return Problem(self.source, message, *_mark(event), code=code)


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.quoted


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _too_large(source: str, size: int) -> Problem:
    message = f"is larger than {MAX_BYTES:,} bytes"
    return Problem(source, message, got=f"{size:,} bytes", fix="split it or shorten it", code="too-large")


def _syntax_problem(source: str, error: MarkedYAMLError) -> Problem:
    """Place an error where what is broken was opened (a bracket, a quotation mark), else where it was noticed."""
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark
    if opened is not None and error.context and ("flow" in error.context or "quoted" in error.context):
        mark = opened
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = ", ".join(part for part in (error.context, error.problem) if part)
    fix = "put a value that contains a colon in quotation marks" if what == _SECOND_COLON else ""
    return Problem(source, f"is not YAML: {what}", line, column, fix=fix, code="yaml-syntax")
