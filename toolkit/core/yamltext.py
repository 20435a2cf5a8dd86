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

from toolkit.core.errors import NO_FILE, InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yamlwords import Noticed, explain_syntax

MAX_BYTES = 1_000_000
MAX_NODES = 30_000
MAX_DEPTH = 32


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
        raise InputError([_unreadable(path, error)]) from error
    except UnicodeDecodeError as error:
        message, fix = (
            Text("the file is not UTF-8 text", "文件不是 UTF-8 文本"),
            Text("save it as UTF-8", "另存为 UTF-8 编码"),
        )
        raise InputError([Problem(source, message, fix=fix, code="not-utf8")]) from error


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
        raise InputError([explain_syntax(source, text, _noticed(error))]) from error
    except (YAMLError, ValueError) as error:
        raise InputError([explain_syntax(source, text, None)]) from error
    if builder.root is None:
        raise InputError([Problem(source, Text("the file is empty", "文件是空的"), 1, 1, code="empty-file")])
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
                raise InputError(
                    [
                        self._problem(
                            event,
                            Text("a second document (---) is not allowed", "一个文件里不能有第二个文档（---）"),
                            "several-documents",
                        )
                    ]
                )
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
            message = Text("anchors and aliases (& and *) are not allowed", "不能使用锚点和别名（& 和 *）")
            raise InputError([self._problem(event, message, "yaml-alias")])
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise InputError(
                [self._problem(event, Text(f"the tag {tag} is not allowed", f"不能使用标签 {tag}"), "yaml-tag")]
            )
        if len(self._open) >= MAX_DEPTH:
            message = Text(f"nested more than {MAX_DEPTH} deep", f"嵌套超过 {MAX_DEPTH} 层")
            raise InputError([self._problem(event, message, "too-deep")])
        if self._nodes > MAX_NODES:
            message = Text(f"more than {MAX_NODES:,} values", f"超过 {MAX_NODES:,} 个值")
            raise InputError([self._problem(event, message, "too-large")])

    def _collection(self, start: NodeEvent, children: list[Node]) -> Node:
        line, column = _mark(start)
        if isinstance(start, SequenceStartEvent):
            return Items(tuple(children), line, column)
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                message = Text("a key must be a word", "键必须是一个词")
                self.problems.append(Problem(self.source, message, key.line, key.column, code="bad-key"))
            elif key.text in seen:
                first = seen[key.text]
                message = Text(
                    f"the key {key.text!r} stands twice, first on line {first}",
                    f"键 {key.text!r} 出现两次，第一次在第 {first} 行",
                )
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

    def _problem(self, event: Any, message: Text, code: str) -> Problem:
        return Problem(self.source, message, *_mark(event), code=code)


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.quoted


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _too_large(source: str, size: int) -> Problem:
    message = Text(f"the file is larger than {MAX_BYTES:,} bytes", f"文件大于 {MAX_BYTES:,} 字节")
    got, fix = Text(f"{size:,} bytes", f"{size:,} 字节"), Text("split it or shorten it", "拆分或缩短")
    return Problem(source, message, got=got, fix=fix, code="too-large")


def _unreadable(path: Path, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), NO_FILE, code="missing-file")
    message = Text(f"the file cannot be read: {error.strerror}", f"文件无法读取：{error.strerror}")
    return Problem(str(path), message, code="unreadable-file")


def _noticed(error: MarkedYAMLError) -> Noticed:
    at = error.problem_mark or error.context_mark
    marks = [(mark.line + 1, mark.column + 1) if mark else (1, 1) for mark in (at, error.context_mark or at)]
    return Noticed(error.problem or "", error.context or "", *marks)
