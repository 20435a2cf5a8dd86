"""An error made on purpose, carried from the kernel to whoever asked: a file in the kernel's own folder.

The folder is its owner's only and goes with the kernel. Only errors whose words are made for the user are carried; of
all others no more is told than their kind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from toolkit.core.errors import InputError, MissingToolError, Problem, RenderError, ToolkitError, UsageError
from toolkit.core.text import Text, Words

RAISED = "raised.json"
KINDS: Mapping[str, Callable[[Words], ToolkitError]] = {
    kind.__name__: kind for kind in (UsageError, MissingToolError, RenderError, ToolkitError)
}


def write_error(error: ToolkitError, folder: Path) -> None:
    """Keep `error` in `folder`, readable by the owner only."""
    problems = [asdict(p) for p in error.problems] if isinstance(error, InputError) else None
    kind = next(c.__name__ for c in type(error).__mro__ if c.__name__ in KINDS)
    message = asdict(error.message) if isinstance(error.message, Text) else error.message
    told = json.dumps({"kind": kind, "message": message, "problems": problems}, ensure_ascii=False)
    with open(os.open(folder / RAISED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(told)


def read_error(folder: Path) -> ToolkitError | None:
    """Return the error kept in `folder`, None where there is none or not all of it."""
    try:
        told = json.loads((folder / RAISED).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if told["problems"] is not None:
        return InputError(Problem(**{name: _words(value) for name, value in p.items()}) for p in told["problems"])
    return KINDS[told["kind"]](_words(told["message"]))


def _words(value: Any) -> Any:
    return Text(**value) if isinstance(value, dict) else value
