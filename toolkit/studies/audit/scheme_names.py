"""What the schemes of a workspace ask for and its roster has not: said by ``check``, before anybody is paid nothing."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.errors import InputError
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.data.tables.workspace import Workspace
from toolkit.rules.lint.unknown_names import unknown_names
from toolkit.rules.scheme.loading import read_scheme


def names_the_roster_lacks(workspace: Workspace) -> Iterator[Finding]:
    """Yield the roles and teams a scheme asks for that nobody of the roster has, and schemes that cannot be read."""
    roster = workspace.table("assignments")
    for path in workspace.schemes:
        try:
            scheme = read_scheme(path)
        except InputError as error:
            message = Text(f"{path.name} cannot be read: {error.of('en')}", f"{path.name} 无法读取：{error.of('zh')}")
            yield Finding("scheme-unreadable", "stop", path.name, message)
            continue
        yield from unknown_names(scheme, roster[["role", "team"]]) if len(roster) else ()
