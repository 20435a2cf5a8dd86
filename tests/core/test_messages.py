"""What a user may be told is made in both languages: no plain English in the rooms users reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "toolkit"
ROOMS = ("core", "data", "rules", "studies", "cli")
MESSAGE = {"Problem": 1, "UsageError": 0, "MissingToolError": 0, "ValueError": 0}
FOR_PROGRAMMERS = {"rules/settle/replicates.py"}
"""Modules whose errors only a caller of their functions can cause."""


def plain(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each message of an error of a module that is written as one string, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MESSAGE:
            at = MESSAGE[node.func.id]
            message = node.args[at] if len(node.args) > at else None
            if isinstance(message, ast.Constant | ast.JoinedStr):
                yield node.lineno, ast.unparse(message)


@pytest.mark.parametrize("room", ROOMS)
def test_messages_are_said_in_both_languages(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    names = {path: path.relative_to(PACKAGE).as_posix() for path in files}
    found = {names[path]: list(plain(path)) for path in files if names[path] not in FOR_PROGRAMMERS}
    assert {name: lines for name, lines in found.items() if lines} == {}
