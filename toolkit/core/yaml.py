"""YAML as text with places, and what is wrong with text that is not YAML, for people who do not know YAML.

YAML as text with places: the one reader behind schemes, workspace settings and vendor maps.
Scalars stay the text that was written (``007``, ``no`` and ``2024-07-01`` mean themselves); every key and value knows
its 1-based line and column. Anchors, aliases, tags and several documents are refused: a file is as large as it looks.

What is wrong with text that is not YAML, in words for people who do not know YAML.
The parser says what it expected; what its writer did is seen on the line: a tab, a full-width colon, a missing space,
an indentation that fits nothing.
"""

from __future__ import annotations

import re
import stat
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

from toolkit.core.errors import InputError, Problem, unreadable
from toolkit.core.text import Text

CODE = "yaml-syntax"
_LONGEST = 60
_FULL_WIDTH = re.compile(r"^\s*(- )?[\w-]+：|[｛｝［］【】]|^[^'\"]*[{\[][^'\"]*[，：]")
_NO_SPACE = re.compile(r"^\s*(-(?=\w)|(- )?[\w-]+:(?=[^\s/:]))")
_INDENT = Text(
    "indent with spaces only; keys of the same thing, and the dashes of one list, start in the same column",
    "只用空格缩进；同一层的键、同一个列表的短横线要左对齐",
)
_QUOTE = Text("put the whole value in quotation marks", "把整个值放进引号")


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a parser says: the problem, what it was reading, where it noticed and where that began (line, column)."""

    problem: str
    context: str
    at: tuple[int, int]
    opened: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Told:
    """Something wrong on a line, 1-based, and what to do."""

    line: int
    column: int
    message: Text
    fix: Text


def explain_syntax(source: str, text: str, noticed: Noticed | None) -> Problem:
    """Return the problem of a text that is no YAML: where, what is wrong, the line as found, what to do.

    Parameters
    ----------
    noticed : what the parser says; None if it met a character that no text holds.
    """
    lines = [*text.splitlines(), ""]  # the parser may notice what is missing on the line after the last
    told = _told(lines, noticed) if noticed is not None else _invisible(text)
    line = lines[told.line - 1].strip()
    got = repr(line if len(line) <= _LONGEST else line[:_LONGEST] + "…") if line else ""
    return Problem(source, told.message, told.line, told.column, got, told.fix, CODE)


def _told(lines: list[str], noticed: Noticed) -> _Told:
    """Look at the lines around the error, from the surest sign to the least sure."""
    problem, context, (line, column), start = noticed.problem, noticed.context, noticed.at, noticed.opened
    for near in range(line, max(line - 2, 0), -1):
        found = _typed(near, lines[near - 1])
        if found is not None:
            return found
    if "flow" in context or "quoted" in context:
        return _unclosed(*start, lines, problem)
    if "cannot start any token" in problem:
        return _Told(line, column, Text("a value cannot begin with this sign", "值不能以这个符号开头"), _QUOTE)
    if "could not find expected ':'" in problem:
        message = Text("there is no colon after this word", "这个词后面缺少冒号")
        return _Told(*start, message, Text("write it as name: value", "写成“名称: 值”，冒号后空一格"))
    if "mapping values" in problem:
        return _second_colon(line, column, lines)
    if "<block end>" in problem and column > len(lines[line - 1]) - len(lines[line - 1].lstrip()) + 1:
        message = Text("something stands after the closing quotation mark", "右引号之后还有内容")
        return _Told(line, column, message, Text("put the whole value in single quotation marks", "用单引号括住整个值"))
    if re.search("expected '?<|not allowed here", problem):
        message = Text("this line is not lined up with the lines above it", "这一行与上面各行没有对齐")
        return _Told(line, column, message, _INDENT)
    return _Told(line, column, Text("this is no YAML", "这不是合法的 YAML"), _QUOTE)


def _typed(number: int, line: str) -> _Told | None:
    """Return what was typed wrong on a line whatever the parser says: a tab, a full-width sign, a missing space."""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        message = Text("a tab stands in the indentation", "缩进里有制表符（Tab）")
        return _Told(number, indent.index("\t") + 1, message, Text("replace it by two spaces", "改为两个空格"))
    wide = _FULL_WIDTH.search(line)
    if wide:
        message = Text(
            "a full-width sign (： ， ｛ ［) is not read as : , { [", "全角符号（： ， ｛ ［）不会被当作 : , { ["
        )
        return _Told(
            number, wide.end(), message, Text("type it half-width", "改用半角（英文）符号，冒号和逗号后空一格")
        )
    close = _NO_SPACE.search(line)
    if close:
        message = Text("a space is missing after this sign", "这个符号后面缺少空格")
        return _Told(number, close.end(), message, Text("write 'name: value' and '- item'", "写成“名称: 值”、“- 条目”"))
    return None


def _unclosed(line: int, column: int, lines: list[str], problem: str) -> _Told:
    sign = lines[line - 1][column - 1 : column]
    if "escape" in problem:
        message = Text(
            "a backslash has a meaning of its own between double quotation marks", "双引号内的反斜杠有特殊含义"
        )
        return _Told(line, column, message, Text("use single quotation marks", "改用单引号"))
    if sign in "'\"":
        message = Text("this quotation mark is not closed", "这个引号没有闭合")
        return _Told(line, column, message, Text(f"end the value with {sign}", f"在值的末尾补上 {sign}"))
    end = {"{": "}", "[": "]"}.get(sign, "}")
    message = Text(f"this {sign} is not closed, or a comma is missing inside", f"这个 {sign} 没有闭合，或里面缺少逗号")
    fix = Text(f"close it with {end}, a comma between any two values", f"用 {end} 闭合，各项之间用逗号隔开")
    return _Told(line, column, message, fix)


def _second_colon(line: int, column: int, lines: list[str]) -> _Told:
    """A colon where no key can stand: a line too far to the right, or a value with a colon in it."""
    here = lines[line - 1]
    if ":" not in here[: column - 1]:
        message = Text(
            "this line is indented deeper than the line above, which has a value",
            "这一行比上一行缩进更深，而上一行已有值",
        )
        return _Told(line, len(here) - len(here.lstrip()) + 1, message, _INDENT)
    message = Text("a second colon stands in this value", "这个值里有第二个冒号")
    fix = Text("put a value that contains a colon in quotation marks", "值里有冒号时，用引号括住整个值")
    return _Told(line, column, message, fix)


def _invisible(text: str) -> _Told:
    """Place the first character that no text file holds."""
    at = next((i for i, char in enumerate(text) if not (char.isprintable() or char in "\n\r\t\ufeff")), 0)
    line = text.count("\n", 0, at) + 1
    name = f"U+{ord(text[at]):04X}" if text else ""
    message = Text(
        f"an invisible character ({name}) does not belong in a text file",
        f"有不可见字符（{name}），不应出现在文本文件中",
    )
    return _Told(line, at - text.rfind("\n", 0, at), message, Text("delete it", "删除它"))


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
    """Read a UTF-8 file as `read_yaml` does.

    Raises
    ------
    InputError
        If the file cannot be read as `text_of` reads it, or is not YAML of the kind described above.
    """
    return read_yaml(text_of(path), str(path))


def text_of(path: Path) -> str:
    """Return the text of a UTF-8 file; what it is and its size are looked at before it is opened.

    Raises
    ------
    InputError
        If the file is missing, no file (a folder, a pipe), too large, or not UTF-8.
    """
    source = str(path)
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise InputError([Problem(source, Text("is no file", "不是文件"), code="not-a-file")])
        if told.st_size > MAX_BYTES:
            raise InputError([_too_large(source, told.st_size)])
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError([unreadable(path, error)]) from error
    except UnicodeDecodeError as error:
        message, fix = (
            Text("the file is not UTF-8 text", "文件不是 UTF-8 文本"),
            Text(
                "save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)",
                "另存为 UTF-8 编码（记事本：另存为，编码选 UTF-8）",
            ),
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


def _noticed(error: MarkedYAMLError) -> Noticed:
    at = error.problem_mark or error.context_mark
    marks = [(mark.line + 1, mark.column + 1) if mark else (1, 1) for mark in (at, error.context_mark or at)]
    return Noticed(error.problem or "", error.context or "", *marks)
