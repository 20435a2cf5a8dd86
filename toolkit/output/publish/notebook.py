"""Notebooks as they are stored: their cells, their digest, and what a shipped one must look like.

A notebook is read as the JSON it is; outputs, counts and ids are no part of it. A markdown cell tagged ``en`` or ``zh``
appears in the report of that language; without such a tag it is for those who read the notebook itself.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.errors import InputError, Problem
from toolkit.core.findings import Finding
from toolkit.core.text import Text

PARAMETERS = "parameters"
MAX_CELL_LINES = 15


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its number in the notebook (from 1), its kind (``code``, ``markdown``), source and tags."""

    number: int
    kind: str
    source: str
    tags: frozenset[str]
    has_outputs: bool = False


@dataclass(frozen=True, slots=True)
class Notebook:
    """A stored notebook; `digest` is the SHA-256 of what its cells say."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of kinds, sources and tags, in order."""
        told = [[c.kind, c.source, sorted(c.tags)] for c in self.cells]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    @property
    def code(self) -> tuple[Cell, ...]:
        """The code cells."""
        return tuple(c for c in self.cells if c.kind == "code")

    def parameters_cell(self) -> Cell | None:
        """Return the one cell tagged ``parameters``, None if there is none or more than one."""
        tagged = [c for c in self.code if PARAMETERS in c.tags]
        return tagged[0] if len(tagged) == 1 else None


def read_notebook(path: Path) -> Notebook:
    """Read a notebook file.

    Raises
    ------
    InputError
        If the file is not a notebook of format 4.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["nbformat"] != 4:
            raise ValueError
        return Notebook(path, tuple(_cell(n, raw) for n, raw in enumerate(stored["cells"], start=1)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a Jupyter notebook of format 4"
        raise InputError([Problem(str(path), str(reason), code="not-a-notebook")]) from None


def _cell(number: int, raw: dict[str, Any]) -> Cell:
    source = raw["source"] if isinstance(raw["source"], str) else "".join(raw["source"])
    tags = frozenset(raw.get("metadata", {}).get("tags", ()))
    return Cell(number, raw["cell_type"], source, tags, bool(raw.get("outputs")))


def check_notebook(notebook: Notebook) -> list[Finding]:
    """Check what a notebook must keep to; ``stop`` where it cannot be published, else ``review``.

    Checked: one parameters cell; code cells that are plain Python (no magics), define nothing and have at most 15
    lines; no stored outputs.
    """
    found = [finding for cell in notebook.cells for finding in _check_cell(notebook, cell)]
    if notebook.parameters_cell() is None:
        words = Text("it needs exactly one cell tagged 'parameters'", "需要且只能有一个标记为 parameters 的单元")
        found.append(Finding("parameters-cell", "stop", notebook.path.name, words))
    return found


def _check_cell(notebook: Notebook, cell: Cell) -> Iterator[Finding]:
    subject = f"{notebook.path.name}, cell {cell.number}"

    def finding(code: str, severity: Any, en: str, zh: str) -> Finding:
        return Finding(code, severity, subject, Text(en, zh))

    if cell.has_outputs:
        yield finding("stored-outputs", "review", "outputs are stored with it; clear them", "含有已保存的输出，请清除")
    if cell.kind != "code":
        return
    tree = _parsed(cell.source)
    if tree is None:
        yield finding("magic", "stop", "it is not plain Python (magics are banned)", "不是纯 Python（禁止魔法命令）")
        return
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if "get_ipython" in names:
        yield finding("magic", "stop", "it calls get_ipython (magics are banned)", "调用了 get_ipython（禁止魔法命令）")
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in ast.walk(tree)):
        yield finding("logic", "review", "it defines a function or class; logic is toolkit's", "逻辑应放在 toolkit 中")
    if len(cell.source.splitlines()) > MAX_CELL_LINES and PARAMETERS not in cell.tags:
        yield finding("long-cell", "review", f"it has more than {MAX_CELL_LINES} lines", f"超过 {MAX_CELL_LINES} 行")


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None
