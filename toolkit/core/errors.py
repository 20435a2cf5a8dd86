"""Exceptions that own their message, one class an exit code.

A problem in the user's books or files is collected as a `Problem`, all of one file at once, and raised as one
`InputError`; a question about the data that does not stop the work is a `Finding`, never an exception. Every message is
made in both languages where its words are known; ``str`` of an error is the English one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.text import Lang, Text, Words, wording
from toolkit.core.text import ToolkitError as ToolkitError  # a sentence refuses a language that is none: these stand
from toolkit.core.text import UsageError as UsageError  # beside it, and are handed on here, where errors are looked for
from toolkit.core.text import check_language as check_language
from toolkit.core.text import unknown_value as unknown_value

SHOWN = 5
NO_FILE = Text("there is no such file", "没有这个文件")


class MissingToolError(ToolkitError):
    """Something the machine lacks: a program, a font, a library of an optional extra."""

    exit_code = 4


class RenderError(ToolkitError):
    """A report could not be completed; nothing was published."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of one input.

    Parameters
    ----------
    source : file name as the user gave it.
    message : what is wrong, without the place.
    line, column : 1-based place in a text file, 0 when it has none.
    got : what was found, quoted; empty when there is nothing to quote.
    fix : what to do about it.
    code : stable short name, for machines and tests.
    """

    source: str
    message: Words
    line: int = 0
    column: int = 0
    got: Words = ""
    fix: Words = ""
    code: str = ""

    def of(self, lang: Lang) -> str:
        """Return place, message, what was found and what to do, in a language."""
        place = ":".join([self.source, *(str(n) for n in (self.line, self.column) if n)])
        message, got, fix = (wording(words, lang) for words in (self.message, self.got, self.fix))
        found, join = ("这里是 ", "；") if lang == "zh" else ("got ", "; ")
        return f"{place}: " + join.join([message, *([f"{found}{got}"] if got else []), *([fix] if fix else [])])

    def __str__(self) -> str:
        return self.of("en")


def unreadable(path: Path, error: OSError) -> Problem:
    """Return the problem of a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), NO_FILE, code="missing-file")
    message = Text(f"the file cannot be read: {error.strerror}", f"文件无法读取：{error.strerror}")
    return Problem(str(path), message, code="unreadable-file")


def missing_column(source: str, name: str) -> Problem:
    """Return the problem of a table without a column it needs."""
    return Problem(source, Text(f"the column {name!r} is missing", f"缺少列 {name!r}"), code="missing-column")


def repeated_column(source: str, name: str) -> Problem:
    """Return the problem of a table with two columns that mean the same."""
    return Problem(source, Text(f"the column {name!r} stands twice", f"列 {name!r} 出现两次"), 1, code="two-columns")


class InputError(ToolkitError):
    """The user's input cannot be used; carries every problem found, shows the first five, the total, what `then`."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem], then: Words = "") -> None:
        self.problems, self.then = tuple(problems), then
        super().__init__(Text(self._lines("en"), self._lines("zh")))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...], Words]]:
        """Return what another process makes the error of: its problems, not their text."""
        return InputError, (self.problems, self.then)

    def _lines(self, lang: Lang) -> str:
        lines = [problem.of(lang) for problem in self.problems[:SHOWN]]
        n, more = len(self.problems), len(self.problems) - SHOWN
        if more > 0:
            lines.append(
                f"……另有 {more} 处（共 {n} 处问题）" if lang == "zh" else f"... and {more} more ({n} problems in all)"
            )
        return "\n".join([*lines, *([wording(self.then, lang)] if self.then else [])])


def closest(word: str, known: Sequence[str]) -> Text:
    """Return a question with the known word nearest to `word`, no words when none is near."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return Text(f"did you mean {close[0]!r}?", f"是不是 {close[0]!r}？") if close else Text("", "")


def nearest(word: str, known: Sequence[str]) -> Words:
    """Return a hint with the known word nearest to `word`, else the known words if they are few."""
    if (close := closest(word, known)).en:
        return close
    return Text(f"known: {', '.join(known)}", f"可用的有：{'、'.join(known)}") if 0 < len(known) <= 30 else ""
