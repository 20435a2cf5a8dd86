"""The parameters of a notebook: declared in its tagged cell, checked before a kernel sees them.

A parameter's name reaches the kernel as code, so only declared names pass; its value is a string, a finite number or a
truth value; its trailing comment is its help. Every declared parameter must be given: a report about pay never rests on
a default nobody chose. Two are filled by the run itself where the notebook declares them: `lang` and `output_dir`.
"""

from __future__ import annotations

import ast
import difflib
import io
import math
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from toolkit.core.errors import InputError, Problem, UsageError
from toolkit.output.publish.notebook import Notebook
from toolkit.output.publish.privacy import check_edition

Value: TypeAlias = "str | int | float | bool"
FILLED = ("lang", "output_dir")
EDITION = "edition"
_SECRET = re.compile(r"(?i)passw|secret|token|credential|api_?key")
_LOGIN = re.compile(r"://[^/\s:@]+:[^/\s@]+@")


@dataclass(frozen=True, slots=True)
class NotebookParameter:
    """One declared parameter: name, default as stored in the notebook, help."""

    name: str
    default: Value
    help: str


def read_parameters(notebook: Notebook) -> tuple[NotebookParameter, ...]:
    """Return the parameters `notebook` declares, in order.

    Raises
    ------
    InputError
        If the tagged cell is missing or holds anything but assignments of literals.
    """
    cell = notebook.parameters_cell()
    if cell is None:
        message = "needs exactly one code cell tagged 'parameters'"
        raise InputError([Problem(notebook.path.name, message, code="parameters-cell")])
    comments = _comments(cell.source)
    found, problems = [], []
    for statement in ast.parse(cell.source).body:
        try:
            name, value = _assignment(statement)
            found.append(NotebookParameter(name, value, comments.get(statement.end_lineno or 0, "")))
        except ValueError:
            message = f"cell {cell.number}: a parameter is `name: type = literal  # help`"
            problems.append(Problem(notebook.path.name, message, statement.lineno, code="parameters-cell"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def bind_parameters(notebook: Notebook, given: Mapping[str, object], filled: Mapping[str, str]) -> dict[str, Value]:
    """Check `given` against what `notebook` declares and return all values, in the order declared.

    Parameters
    ----------
    filled : values the run itself has for `lang` and `output_dir`.

    Raises
    ------
    UsageError
        If a name is unknown or missing, the edition is none, a value has another type than the default or could
        carry a secret.
    """
    declared = {p.name: p for p in read_parameters(notebook)}
    open_names = [name for name in declared if name not in FILLED]
    for name in given:
        if name not in open_names:
            raise UsageError(f"{notebook.path.name} has no parameter {name!r}{_nearest(name, open_names)}")
    missing = [name for name in open_names if name not in given]
    if missing:
        hint = "; ".join(f"{n} ({declared[n].help})" if declared[n].help else n for n in missing)
        raise UsageError(f"{notebook.path.name} needs a value for {hint}")
    values = {name: _checked(declared[name], given[name]) for name in open_names}
    if EDITION in values:
        check_edition(str(values[EDITION]))
    return {name: values[name] if name in values else filled[name] for name in declared}


def portable(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values as they enter a run's identity: `output_dir` left out, an absolute path by its name alone."""
    kept = {name: value for name, value in values.items() if name != "output_dir"}
    return {n: Path(v).name if isinstance(v, str) and Path(v).is_absolute() else v for n, v in kept.items()}


def _assignment(statement: ast.stmt) -> tuple[str, Value]:
    target: ast.expr | None = statement.target if isinstance(statement, ast.AnnAssign) else None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    value = getattr(statement, "value", None)
    if not isinstance(target, ast.Name) or value is None:
        raise ValueError
    literal = ast.literal_eval(value)
    if not isinstance(literal, (str, int, float)):
        raise ValueError
    return target.id, literal


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _checked(parameter: NotebookParameter, value: object) -> Value:
    wanted = type(parameter.default)
    if isinstance(value, Path):
        value = str(value)
    fits = type(value) is wanted or (wanted is float and type(value) is int)
    if not fits or (isinstance(value, float) and not math.isfinite(value)):
        raise UsageError(f"parameter {parameter.name!r} is a {wanted.__name__}, not a {type(value).__name__}")
    if _SECRET.search(parameter.name) or (isinstance(value, str) and _LOGIN.search(value)):
        raise UsageError(f"parameter {parameter.name!r} would carry a secret into the report; keep it outside the run")
    assert isinstance(value, (str, int, float))
    return value


def _nearest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(known)}"
