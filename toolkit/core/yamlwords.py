"""What is wrong with text that is not YAML, in words for people who do not know YAML.

The parser says what it expected; what its writer did is seen on the line: a tab, a full-width colon, a missing space,
an indentation that fits nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.core.errors import Problem
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
