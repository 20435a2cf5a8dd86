"""What was closed is as it was: every digest of the chains computed again, and, on demand, every cent.

Pinned and looked at: each closed month's book, inputs as imported, reports, the chains before it, and its schemes and
settings. These may change for later months: a copy as pinned is kept, and those of the workspace are held against the
latest closed month. A replay pays a month again from its pinned state, rules and earlier books.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.core.errors import InputError, UsageError
from toolkit.core.files import file_digest
from toolkit.core.findings import Finding
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.books import decode_book
from toolkit.data.tables.chain import (
    BOOKS,
    CLOSED,
    FOLDER,
    KEPT,
    REOPENED,
    ChainLine,
    book_file,
    chain_file,
    chained_months,
    kept_file,
    name_of,
    read_chain,
    refunds_file,
    state_of,
)
from toolkit.data.tables.workspace import SETTINGS_FILE, Workspace
from toolkit.studies.audit.settlement import settle
from toolkit.studies.closing.close import input_files, rule_files

ROW = ["scheme", "component", "step", "origin_month", "agent", "scope", "status"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found.

    Parameters
    ----------
    findings : one a file that changed, is missing or was added, and what differs when paid again.
    closed : the line that closed each closed month that was looked at.
    replayed, not_kept : months paid again, and those whose imports are no longer kept.
    """

    findings: tuple[Finding, ...]
    closed: Mapping[Month, ChainLine]
    replayed: tuple[Month, ...] = ()
    not_kept: tuple[Month, ...] = ()

    @property
    def lines(self) -> list[Text]:
        """What was looked at, a sentence a month."""
        said = []
        for month, line in self.closed.items():
            again = month in self.replayed
            kept = month not in self.not_kept
            en = f"{month}: closed by {line.who} on {line.when}, {len(line.pins)} files pinned, seal {line.sha256[:12]}"
            zh = f"{month}：{line.who} 于 {line.when} 关账，锁定 {len(line.pins)} 个文件，封印 {line.sha256[:12]}"
            en += "; paid again to the cent" if again else "" if kept else "; its imports are no longer kept: no replay"
            zh += "；已重新计发核对到分" if again else "" if kept else "；导入数据已不再保留，无法重新计发"
            said.append(Text(f"{en}.", f"{zh}。"))
        return said


def verify_months(folder: Path | str, month: str | None = None, *, replay: bool = False) -> Verified:
    """Verify what closed months rest on, or one of them.

    Parameters
    ----------
    replay : also pay each again, as far as its imports are kept.

    Raises
    ------
    UsageError
        If the month asked for has no chain.
    """
    workspace = Workspace.open(folder)
    chains: dict[Month, list[ChainLine]] = {}
    found: list[Finding] = []
    for one in chained_months(workspace):
        try:
            chains[one] = read_chain(workspace, one)
        except InputError as error:
            found.append(
                Finding(
                    "chain-changed", "stop", error.problems[0].source, Text(error.of("en"), error.of("zh")), str(one)
                )
            )
    asked = [m for m in chained_months(workspace) if month in (None, str(m))]
    if month is not None and not asked:
        raise UsageError(Text(f"{month} was never closed", f"{month} 从未关账"))
    closed = {m: lines[-1] for m, lines in chains.items() if state_of(lines) == CLOSED}
    for one in (m for m in asked if m in chains):
        found += _of_month(workspace, one, chains[one], closed)
    found += _kept(workspace)
    if month is None:
        found += _added(workspace, chains)
    looked_at = {m: line for m, line in closed.items() if m in asked}
    not_kept = [m for m, line in looked_at.items() if _state(workspace, line) is None]
    replayed = []
    for one in looked_at if replay else ():
        if one not in not_kept and not any(f.severity == "stop" for f in found):
            found += _replayed(workspace, one, closed)
            replayed.append(one)
    unique = {(f.code, f.subject): f for f in found}
    return Verified(tuple(unique.values()), looked_at, tuple(replayed), tuple(not_kept))


def _of_month(
    workspace: Workspace, month: Month, lines: list[ChainLine], closed: Mapping[Month, ChainLine]
) -> Iterator[Finding]:
    """Yield what is not as a month pinned it, and the books of the times it was closed before."""
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if line.state == CLOSED and after is not None and after.state == REOPENED:
            for place in (book_file, refunds_file):
                pinned = line.pins[name_of(workspace, place(workspace, month))]
                yield from _held(workspace, name_of(workspace, place(workspace, month, line.run)), pinned, month)
    if month not in closed:
        return
    line, state = closed[month], _state(workspace, closed[month])
    rules = {name_of(workspace, path) for path in rule_files(workspace)}
    for name, digest in line.pins.items():
        if name.startswith(".states/"):
            if state is not None:
                yield from _held(workspace, name, digest, month)
        elif name == SETTINGS_FILE or name.startswith("schemes/"):
            if month == max(closed):
                yield from _held(workspace, name, digest, month)
            if not kept_file(workspace, digest).exists():
                yield _broken("missing", name_of(workspace, kept_file(workspace, digest)), month)
        else:
            yield from _held(workspace, name, digest, month)
    present = [] if state is None else [name_of(workspace, path) for path in input_files(state)]
    present += sorted(rules) if month == max(closed) else []
    yield from (_broken("added", name, month) for name in present if name not in line.pins)


def _held(workspace: Workspace, name: str, digest: str, month: Month) -> Iterator[Finding]:
    path = workspace.root / name
    if not path.is_file():
        yield _broken("missing", name, month)
    elif file_digest(path) != digest:
        yield _broken("changed", name, month)


_BROKEN = {
    "changed": Text("was changed since {} was closed", "在 {} 关账后被改动"),
    "missing": Text("is missing; {} rests on it", "缺失；{} 以它为依据"),
    "added": Text("was added since {} was closed", "在 {} 关账后新增"),
    "left": Text(
        "is left of a close that was interrupted, or its line was taken away", "是被中断的关账留下的，或其记录被删去"
    ),
}


def _broken(kind: str, name: str, month: Month | str) -> Finding:
    said = _BROKEN[kind]
    text = Text(f"{name} {said.en.format(month)}", f"{name} {said.zh.format(month)}")
    return Finding(f"file-{kind}", "stop", name, text, str(month))


def _kept(workspace: Workspace) -> Iterator[Finding]:
    """Yield the kept copies of rules that are not what their names say."""
    for path in sorted((workspace.root / FOLDER / KEPT).glob("[!.]*")):
        if file_digest(path) != path.name:
            yield _broken("changed", name_of(workspace, path), "")


def _added(workspace: Workspace, chains: Mapping[Month, list[ChainLine]]) -> Iterator[Finding]:
    """Yield files beside chains and books that belong to no month."""
    known = {chain_file(workspace, month) for month in chained_months(workspace)}
    for month, lines in chains.items():
        runs = [line.run for line in lines if line.state == REOPENED]
        runs += [""] if state_of(lines) == CLOSED else []
        known |= {place(workspace, month, run) for run in runs for place in (book_file, refunds_file)}
    if chains.keys() != set(chained_months(workspace)):
        known |= set((workspace.root / BOOKS).iterdir())  # what a broken chain closed is not known
    home = [*(workspace.root / FOLDER).glob("[!.]*"), *(workspace.root / BOOKS).glob("[!.]*")]
    for path in sorted(p for p in home if p.is_file() and p not in known):
        yield _broken("left" if path.parent.name == BOOKS else "added", name_of(workspace, path), "")


def _state(workspace: Workspace, line: ChainLine) -> Path | None:
    """Return the folder of the imports a month was closed on, None where it is no longer kept."""
    names = [name for name in line.pins if name.startswith(".states/")]
    folder = workspace.root.joinpath(*Path(names[0]).parts[:2]) if names else None
    return folder if folder is not None and folder.is_dir() else None


def _replayed(workspace: Workspace, month: Month, closed: Mapping[Month, ChainLine]) -> Iterator[Finding]:
    """Pay a closed month again from what it pinned, and yield what differs from its book."""
    with tempfile.TemporaryDirectory() as made:
        again = settle(_as_closed(workspace, Path(made), month, closed), month).as_book
    book = decode_book(book_file(workspace, month))
    then, now = (_by_row(rows) for rows in (book, again))
    both = pd.DataFrame({"then": then, "now": now}).fillna(0)
    for key, row in both[both["then"] != both["now"]].iterrows():
        agent, what = key[4], key[1] or key[2]  # type: ignore[index]
        amounts = format_money(int(row["then"])), format_money(int(row["now"]))
        text = Text(
            f"{month}: {what} of {agent} is {amounts[0]} in the book and {amounts[1]} when paid again",
            f"{month}：{agent} 的 {what} 账册为 {amounts[0]}，重新计发为 {amounts[1]}",
        )
        yield Finding("replay-differs", "stop", f"{agent} {what}", text, str(month))


def _by_row(rows: pd.DataFrame) -> pd.Series:
    return rows.assign(all=rows["amount"] + rows["owed"])[[*ROW, "all"]].fillna("").groupby(ROW)["all"].sum()


def _as_closed(workspace: Workspace, made: Path, month: Month, closed: Mapping[Month, ChainLine]) -> Workspace:
    """Make a workspace of what a month pinned: links to its imports and earlier books, copies of its rules."""
    line, state = closed[month], _state(workspace, closed[month])
    assert state is not None
    for name, digest in line.pins.items():
        if name == SETTINGS_FILE or name.startswith("schemes/"):
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(kept_file(workspace, digest).read_bytes())
    earlier: Iterable[Month] = [m for m in closed if m < month]
    wanted = [place(workspace, m) for m in earlier for place in (chain_file, book_file, refunds_file)]
    for path in wanted:
        (made / path.parent.name).mkdir(exist_ok=True)
        (made / path.parent.name / path.name).symlink_to(path.resolve())
    opened = Workspace.open(made)
    opened.data_dir.parent.mkdir(parents=True, exist_ok=True)
    opened.data_dir.symlink_to((state / "data").resolve())
    return opened
