"""How far a month is: an append-only chain of lines, the last of which tells.

``close/<month>.jsonl``: each line says who brought the month to which state, when, why and by which calculation
(`run`); the line that closes it pins every file the month rests on. A line holds the SHA-256 of the line before
(`previous`) and ends with its own, of all that stands before it. The file is replaced as a whole with one line more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from toolkit.core.errors import InputError, Problem
from toolkit.core.files import file_digest
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.storage import publish_bytes
from toolkit.data.tables.workspace import Workspace

FOLDER, BOOKS, KEPT, PILOTS = "close", "books", "kept", "pilots"
DRAFT, CALCULATED, SHOWN, SETTLED = "draft", "calculated", "shown", "settled"
APPROVED, CLOSED, REOPENED = "approved", "closed", "reopened"
STATES: Mapping[str, Text] = {
    DRAFT: Text(DRAFT, "草稿"),
    CALCULATED: Text(CALCULATED, "已计算"),
    SHOWN: Text(SHOWN, "已公示"),
    SETTLED: Text(SETTLED, "异议已处理"),
    APPROVED: Text(APPROVED, "已审批"),
    CLOSED: Text(CLOSED, "已关账"),
}
"""In the order in which a month goes through them."""


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One step of a month.

    Parameters
    ----------
    state : what it brought the month to; ``reopened`` is a draft again.
    who, other : by whom; the second name of a reopening.
    when : UTC, to the second.
    run : the calculation it is about, see `book_run`.
    reason : why, where something had to be explained.
    alone : whether whoever approved also calculated or adjusted, which the workspace allows.
    toolkit : version that closed the month.
    opening : SHA-256 of the opening balances the closed month rests on, "" for none; see `opening_digest`.
    pins : SHA-256 of each file the closed month rests on, by its name below the workspace.
    previous : SHA-256 of the line before.
    """

    state: str
    who: str
    when: str
    run: str = ""
    reason: str = ""
    other: str = ""
    alone: bool = False
    toolkit: str = ""
    opening: str = ""
    pins: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""

    @property
    def text(self) -> str:
        """The line as it is written."""
        told = json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)
        return f'{told[:-1]}, "sha256": "{self.sha256}"}}'

    @property
    def sha256(self) -> str:
        """SHA-256 of all that stands on the line before it."""
        told = json.dumps({k: v for k, v in asdict(self).items() if v}, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def chain_file(workspace: Workspace, month: Month) -> Path:
    """Return where the chain of a month is."""
    return workspace.root / FOLDER / f"{month}.jsonl"


def book_file(workspace: Workspace, month: Month, run: str = "") -> Path:
    """Return where the book of a month is, or, with its run, where that of a month that was reopened is kept."""
    return workspace.root / BOOKS / (f"{month}.{run}.parquet" if run else f"{month}.parquet")


def refunds_file(workspace: Workspace, month: Month, run: str = "") -> Path:
    """Return where the refunds that a closed month counted are."""
    return book_file(workspace, month, run).with_suffix(".refunds.parquet")


def kept_file(workspace: Workspace, digest: str) -> Path:
    """Return where the content of a scheme or setting as pinned is kept."""
    return workspace.root / FOLDER / KEPT / digest


def chained_months(workspace: Workspace) -> list[Month]:
    """Return the months that have a chain, the earliest first."""
    found = (workspace.root / FOLDER).glob("*.jsonl")
    return sorted(Month.parse(path.stem) for path in found if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", path.stem))


def read_chain(workspace: Workspace, month: Month) -> list[ChainLine]:
    """Return the lines of a month, the oldest first; none where it was never calculated.

    Raises
    ------
    InputError
        If a line is not as it was written, or does not follow the one before it.
    """
    return read_lines(workspace, chain_file(workspace, month))


def read_lines(workspace: Workspace, path: Path) -> list[ChainLine]:
    """Return the lines of a chain, the oldest first; see `read_chain`."""
    if not path.exists():
        return []
    lines: list[ChainLine] = []
    *whole, rest = path.read_bytes().split(b"\n")
    for number, raw in enumerate([*whole, *([rest] if rest else [])], 1):
        line = _line(raw)
        if line is None or line.previous != (lines[-1].sha256 if lines else "") or (rest and raw is rest):
            message = Text("this line is not as it was written", "这一行与写入时不一致")
            fix = Text(
                f"restore the file from a backup; incentive verify {workspace.root} says what else was changed",
                f"请从备份恢复该文件；incentive verify {workspace.root} 会列出其他改动",
            )
            raise InputError([Problem(name_of(workspace, path), message, number, fix=fix, code="chain-changed")])
        lines.append(line)
    return lines


def _line(raw: bytes) -> ChainLine | None:
    """Return a line that is exactly what would be written for what it says."""
    try:
        told = json.loads(raw)
        told.pop("sha256")
        line = ChainLine(**told)
        return line if line.text.encode() == raw else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def append_line(workspace: Workspace, month: Month, lines: list[ChainLine], line: ChainLine) -> None:
    """Write a line behind the lines of a month."""
    write_lines(chain_file(workspace, month), [*lines, line])


def write_lines(path: Path, lines: Iterable[ChainLine]) -> None:
    """Replace a chain as a whole."""
    publish_bytes(path, "".join(f"{one.text}\n" for one in lines).encode())


def state_of(lines: list[ChainLine]) -> str:
    """Return the state a month is in."""
    return DRAFT if not lines or lines[-1].state == REOPENED else lines[-1].state


def closed_months(workspace: Workspace) -> dict[Month, ChainLine]:
    """Return the line that closed each closed month, the earliest first.

    Raises
    ------
    InputError
        If a chain was changed.
    """
    chains = {month: read_chain(workspace, month) for month in chained_months(workspace)}
    return {month: lines[-1] for month, lines in chains.items() if state_of(lines) == CLOSED}


def plan_files(workspace: Workspace) -> list[Path]:
    """Return the plans of pilots; each month that is closed pins those there are."""
    return sorted((workspace.root / PILOTS).glob("*.json"))


def name_of(workspace: Workspace, path: Path) -> str:
    """Return the name of a file below the workspace."""
    return path.relative_to(workspace.root).as_posix()


def digests(workspace: Workspace, paths: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by their names below the workspace."""
    return {name_of(workspace, path): file_digest(path) for path in sorted(paths)}
