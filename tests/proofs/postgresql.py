"""A PostgreSQL server for the length of a proof, reached over a socket in its own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("initdb", "pg_ctl", "psql")
END = "end of result"


def is_here() -> bool:
    """Say whether the machine has PostgreSQL and, for root, a user to run it as."""
    as_user = os.geteuid() != 0 or (
        shutil.which("runuser") and Path("/etc/passwd").read_text().find("\npostgres:") >= 0
    )
    return bool(as_user) and all(shutil.which(tool) for tool in TOOLS)


@dataclass(frozen=True)
class Server:
    """A running server; its text is sorted by bytes, as the other engines sort it."""

    folder: Path

    def run(self, script: str) -> list[str]:
        """Run a psql script in one session; return what it printed before each line `END`."""
        command = ["psql", "-h", str(self.folder), "-d", "postgres", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(_as_user(command), input=script, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[:2000])
        return done.stdout.split(f"{END}\n")[:-1]


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server with its files in `folder`, an empty short path, and stop it at the end."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    _tool("initdb", "-D", data, "--locale=C", "--encoding=UTF8", "--auth=trust", "--no-sync")
    try:
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _tool("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield Server(folder)
    finally:
        _tool("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _tool(*command: str) -> None:
    subprocess.run(_as_user(list(command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _as_user(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command
