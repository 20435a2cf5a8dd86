"""States of a workspace's data: a change makes a new state beside the old one, and one link says which stands.

``.states/<number>/`` holds one state: ``data`` (tables and their layers) and ``imports`` (journal, rejects). The
folders ``data`` and ``imports`` of the workspace are links through ``.states/current``, which is replaced in one step,
so that a kill at any moment leaves the old state or the new one. Files that do not change are shared between states.
The last states are kept, and a change can be taken back. One lock a workspace keeps changes apart and readers
consistent; it ends with its process. Whoever holds it may clear what a killed change left behind, and knows by it that
there was one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.core.text import Text
from toolkit.data.tables.storage import publish_bytes, sync_folder
from toolkit.data.tables.workspace import Workspace

HOME, CURRENT, LOCK, BEGUN, BEFORE, LOGS = ".states", "current", "lock", "begun", "before", "imports"
KEPT = 10
PRIVATE = 0o700
INTERRUPTED = Text(
    "the last import was interrupted, run it again; nothing of it was taken over",
    "上次导入被中断，请重新运行；它的内容没有写入",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A state in the making.

    Parameters
    ----------
    folder : where it is made.
    last : folder of the state that stands meanwhile.
    interrupted : whether a change before this one was killed.
    """

    folder: Path
    last: Path
    interrupted: bool

    @property
    def data(self) -> Path:
        """Folder of its tables and layers."""
        return self.folder / "data"

    @property
    def imports(self) -> Path:
        """Folder of its journal and rejects."""
        return self.folder / LOGS


@contextmanager
def changing(workspace: Workspace) -> Iterator[Callable[[], Draft]]:
    """Keep others away, and give what begins a draft: a copy of the state that becomes the state when the block ends.

    Waits for whoever reads or changes the workspace now. Of a block that fails, nothing stays.
    """
    home = workspace.root / HOME
    with _locked(home, fcntl.LOCK_EX):
        interrupted = _unfinished(home)
        publish_bytes(home / BEGUN, b"")
        drafts: list[Draft] = []
        failed = True

        def begin() -> Draft:
            _clear(home)
            _adopt(workspace, home)
            drafts.append(Draft(home / f".{_next(home)}.part", _current(home), interrupted))
            publish_bytes(home / BEGUN, _next(home).encode())
            _copy_folder(drafts[0].last / "data", drafts[0].data, shared=True)
            _copy_folder(drafts[0].last / LOGS, drafts[0].imports, shared=False)
            publish_bytes(drafts[0].folder / BEFORE, drafts[0].last.name.encode())
            return drafts[0]

        try:
            yield begin
            for draft in drafts:
                _publish(home, draft.folder)
            _prune(home)
            failed = False
        finally:
            _clear(home)
            if failed and interrupted:
                publish_bytes(home / BEGUN, b"")
            else:
                (home / BEGUN).unlink(missing_ok=True)
            if not (failed and interrupted) and not (home / CURRENT).is_symlink():
                (home / LOCK).unlink()
                with suppress(OSError):  # somebody waits there
                    home.rmdir()


@contextmanager
def reading(workspace: Workspace) -> Iterator[bool]:
    """Keep changes away from a workspace; give whether the last one was interrupted."""
    home = workspace.root / HOME
    if not home.is_dir():
        yield False
        return
    with _locked(home, fcntl.LOCK_SH):
        if (home / CURRENT).is_symlink():
            heal(workspace)
        yield _unfinished(home)


@contextmanager
def alone(workspace: Workspace) -> Iterator[Path]:
    """Keep all others away from a workspace whose tables do not change; give the folder of its state.

    Tables that no import has put into a state yet become the first one, as they are.
    """
    home = workspace.root / HOME
    workspace.data_dir  # noqa: B018 - refuses tables in another engine, of which nothing could be pinned
    with _locked(home, fcntl.LOCK_EX):
        _clear(home)
        _adopt(workspace, home)
        yield _current(home)


def state_before(workspace: Workspace) -> Path:
    """Return the folder of the state before the last change.

    Raises
    ------
    UsageError
        If nothing was imported, or the state before is no longer kept.
    """
    home = workspace.root / HOME
    note = _current(home) / BEFORE if (home / CURRENT).is_symlink() else home / BEFORE
    if note.exists() and (home / note.read_text()).is_dir():
        return home / note.read_text()
    raise UsageError(Text("there is no import to take back", "没有可以撤销的导入"))


def take_back(draft: Draft, before: Path) -> None:
    """Make a draft what an earlier state was; its journal stays, with the rejects of then."""
    shutil.rmtree(draft.data)
    _copy_folder(before / "data", draft.data, shared=True)
    for path in draft.imports.glob("rejects-*"):
        path.unlink()
    for path in (before / LOGS).glob("rejects-*"):
        _copy(path, draft.imports / path.name)
    (draft.folder / BEFORE).unlink()
    if (before / BEFORE).exists():
        _copy(before / BEFORE, draft.folder / BEFORE)


@contextmanager
def _locked(home: Path, how: int) -> Iterator[None]:
    while True:
        home.mkdir(PRIVATE, exist_ok=True)
        try:
            handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # a change that failed took the empty folder with it
        try:
            fcntl.flock(handle, how)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(home / LOCK)):
                    yield
                    return
        finally:
            os.close(handle)  # a lock that is no longer there keeps nobody out


def _numbers(home: Path) -> list[int]:
    return sorted(int(p.name) for p in home.iterdir() if p.name.isdigit())


def _current(home: Path) -> Path:
    return home / os.readlink(home / CURRENT)


def _next(home: Path) -> str:
    return f"{max(_numbers(home), default=0) + 1:06d}"


def _unfinished(home: Path) -> bool:
    """Say whether a change was begun and did not become the state."""
    if not (home / BEGUN).exists():
        return False
    return not (home / CURRENT).is_symlink() or _current(home).name != (home / BEGUN).read_text()


def _clear(home: Path) -> None:
    """Take away drafts, what was taken down, and states that were never shown."""
    shown = int(_current(home).name) if (home / CURRENT).is_symlink() else 0
    unseen = [home / f"{n:06d}" for n in _numbers(home) if n > shown > 0]
    for left in (*home.glob(".*.part"), *home.glob(".*.old"), *unseen):
        shutil.rmtree(left, ignore_errors=True)


def _adopt(workspace: Workspace, home: Path) -> None:
    """Make folders that are no links yet (a new workspace, a copied one) the first state, as they are."""
    links = {"data": workspace.data_dir, LOGS: workspace.root / LOGS}
    if (home / CURRENT).is_symlink():
        heal(workspace)
    if all(path.is_symlink() for path in links.values()):
        return
    if (home / CURRENT).is_dir() and not (home / CURRENT).is_symlink():
        shutil.rmtree(home / CURRENT)  # the workspace was copied with its links followed
    made = home / f".{_next(home)}.part"
    for name, path in links.items():
        _copy_folder(path, made / name, shared=name == "data")
    _publish(home, made)
    for name, path in links.items():
        if path.is_dir() and not path.is_symlink():
            path.rename(home / f".{name}.old")
    heal(workspace)
    _clear(home)


def heal(workspace: Workspace) -> None:
    """Put back the links of a workspace whose first change was killed between two steps."""
    home = workspace.root / HOME
    for name, path in (("data", workspace.data_dir), (LOGS, workspace.root / LOGS)):
        if not path.is_symlink() and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                path.symlink_to(os.path.relpath(home / CURRENT / name, path.parent))


def _publish(home: Path, made: Path) -> None:
    """Let a whole draft be the state: it gets its number, then the link is replaced."""
    for folder in (made, *(p for p in made.rglob("*") if p.is_dir())):
        folder.chmod(PRIVATE)
        sync_folder(folder)
    state = home / made.name.removeprefix(".").removesuffix(".part")
    made.rename(state)
    sync_folder(home)
    fresh = home / ".link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(state.name)
    fresh.replace(home / CURRENT)
    sync_folder(home)


def _prune(home: Path) -> None:
    for number in _numbers(home)[:-KEPT]:
        gone = home / f".{number:06d}.old"
        (home / f"{number:06d}").rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _copy_folder(source: Path, target: Path, *, shared: bool) -> None:
    """Copy a folder; `shared` files are one file with two names, because they are only ever replaced."""
    target.mkdir(PRIVATE, parents=True)
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_share if shared else _copy_or_share, dirs_exist_ok=True)


def _copy_or_share(source: str, target: str) -> None:
    """Copy what a user may write into, rejects to be corrected; the journal is only ever added to."""
    (_copy if target.endswith(".csv") else _share)(source, target)


def _copy(source: Path | str, target: Path | str) -> None:
    shutil.copy2(source, target)
    Path(target).chmod(0o600)


def _share(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        _copy(source, target)
    else:
        Path(target).chmod(0o600)


def read_journal(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the entries of imports, oldest first: when, user, host, sources with size and sha256, files, ..."""
    return [entry for what, entry in _journal(workspace) if what == "import"]


def _journal(workspace: Workspace) -> list[tuple[str, dict[str, Any]]]:
    """Return what was done, oldest first, ``import`` or ``undo``, with its entry."""
    paths = [path for path in (workspace.root / LOGS).glob("*.json") if path.name.startswith(("import-", "undo-"))]
    entries = [(path.name.partition("-")[0], json.loads(path.read_text("utf-8"))) for path in paths]
    return sorted(entries, key=lambda one: str(one[1].get("when", "")))


def last_imports(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Return by file what the journal says of its last import; a file of rejects stands for the file it came from.

    Files replaced by others (``--instead-of``) or taken back (``undo``) are not among them.
    """
    states: list[dict[str, dict[str, Any]]] = [{}]
    for what, entry in _journal(workspace):
        if what == "undo":
            states = states[:-1] or [{}]
            continue
        last = {name: told for name, told in states[-1].items() if name not in entry.get("instead_of", ())}
        for file in entry.get("files", ()):
            rejects = ((name, told["rejects_file"].split(", ")) for name, told in last.items())
            origin = next((n for n, paths in rejects if file["file"] in [p.rpartition("/")[2] for p in paths]), "")
            last[origin or file["file"]] = file
        states.append(last)
    return states[-1]
