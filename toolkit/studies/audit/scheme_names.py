"""What the schemes of a workspace ask for and its roster has not: said by ``check``, before anybody is paid nothing."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.findings import Finding
from toolkit.data.tables.workspace import Workspace
from toolkit.rules.lint.unknown_names import unknown_names
from toolkit.rules.scheme.loading import read_scheme


def names_the_roster_lacks(workspace: Workspace) -> Iterator[Finding]:
    """Yield the roles and teams a scheme asks for that nobody of the roster has."""
    roster = workspace.table("assignments")
    for path in workspace.schemes if len(roster) else ():
        yield from unknown_names(read_scheme(path), roster[["role", "team"]])
