"""What several commands ask and do in the same way: the language, JSON, a month, a workspace, a scheme file."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from toolkit.cli.console import note
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Lang
from toolkit.output.publish.privacy import Edition, check_edition

_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def environment_language() -> Lang:
    """Return the language of whoever runs the command: Chinese in a Chinese locale, else English."""
    asked = next((os.environ[name] for name in _LOCALES if os.environ.get(name)), None) or locale.getlocale()[0] or ""
    return "zh" if asked.lower().startswith(("zh", "chinese")) else "en"  # Windows says Chinese (Simplified)_China


def language_of(words: Sequence[str]) -> Lang:
    """Return the language of a command line: that of ``--lang`` if it is one, else the environment's."""
    given = [value for option, value in pairwise(words) if option == "--lang"]
    given += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    return next((lang for lang in LANGUAGES if lang in given[-1:]), environment_language())


def _month(text: str | None) -> str | None:
    return str(Month.read(text)) if text else text


def months_of(text: str) -> str:
    """Return a list of months written with commas, each ``YYYY-MM``."""
    return ",".join(str(Month.read(part)) for part in text.replace("，", ",").split(",") if part.strip())


def edition_of(text: str) -> Edition:
    """Return an edition as the command line names it.

    Raises
    ------
    UsageError
        If it is none, or a shareable one.
    """
    check_edition(text)
    return cast("Edition", text)


def month_option(help_: str, name: str = "--month") -> Any:
    """Return the option ``--month`` (or `name`), read as people write months."""
    return typer.Option(name, help=help_, callback=_month)


LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang",
        default_factory=environment_language,
        show_default="as the system",
        help="Language of the sentences: en or zh.",
    ),
]
EditionOption = Annotated[
    Edition,
    typer.Option(
        parser=edition_of, metavar="EDITION", help="confidential (names) or internal (pseudonyms), a folder each."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
WorkspaceArgument = Annotated[Path, typer.Argument(help="Folder of the workspace.", show_default=False)]
SchemeArgument = Annotated[Path, typer.Argument(help="Scheme file (YAML).", show_default=False)]


def open_month(text: str | None, workspace: Path) -> str:
    """Return the month asked for, or the last complete one of the workspace's data."""
    if text is not None:
        return text
    from toolkit.data.tables.workspace import Workspace, month_to_close

    return month_to_close(Workspace.open(workspace))


@contextmanager
def unchanged(folder: Path, lang: Lang) -> Iterator[None]:
    """Keep imports away from a workspace while a command reads it; tell if the last one was interrupted."""
    from toolkit.data.tables.states import INTERRUPTED, reading
    from toolkit.data.tables.workspace import Workspace

    with reading(Workspace.open(folder)) as interrupted:
        if interrupted:
            note(INTERRUPTED.of(lang))
        yield
