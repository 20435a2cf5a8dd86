"""Exceptions that own their message, one class an exit code.

A problem in the user's books or files is collected as a `Problem`, all of one file at once, and raised as one
`InputError`; a question about the data that does not stop the work is a `Finding`, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 5


class ToolkitError(Exception):
    """Base of all errors the toolkit raises on purpose; `exit_code` is what the command returns."""

    exit_code = 5


class UsageError(ToolkitError):
    """The call itself is wrong: an option, a name or a combination that does not exist."""

    exit_code = 2


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
    message: str
    line: int = 0
    column: int = 0
    got: str = ""
    fix: str = ""
    code: str = ""

    def __str__(self) -> str:
        place = ":".join([self.source, *(str(n) for n in (self.line, self.column) if n)])
        got = f"; got {self.got}" if self.got else ""
        fix = f"; {self.fix}" if self.fix else ""
        return f"{place}: {self.message}{got}{fix}"


class InputError(ToolkitError):
    """The user's input cannot be used; carries every problem found, shows the first five and the total."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        lines = [str(p) for p in self.problems[:SHOWN]]
        more = len(self.problems) - SHOWN
        return [*lines, f"... and {more} more ({len(self.problems)} problems in all)"] if more > 0 else lines
