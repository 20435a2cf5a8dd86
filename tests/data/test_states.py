"""States: a change is whole or not at all, one at a time, its owner's alone, and can be taken back."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import threading
from pathlib import Path

import pytest

from tests.data.killed_import import Killing
from tests.data.sheets import write_csv
from tests.data.test_import_law import told
from toolkit.core.errors import InputError, UsageError
from toolkit.data.importing.imports import import_files, undo_import
from toolkit.data.tables.states import changing, reading
from toolkit.data.tables.workspace import Workspace, create_workspace

HEAD = ["日期", "客服昵称", "店铺", "接待人数", "销售额"]


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def days(path: Path, *sales: object) -> Path:
    return write_csv(path, [HEAD, *([f"2024-1{n}-01", "a", "S1", 5, s] for n, s in enumerate(sales))])


def left(work: Workspace) -> set[str]:
    """Return what stands in the folder of states and is no state."""
    return {p.name for p in (work.root / ".states").iterdir() if not p.name.isdigit()}


def check_killed(work: Workspace, killing: Killing, number: int, when: str, old: object, new: object) -> bool:
    """Kill an import at a step: old or new tables, and a word where it is the old ones; return whether it was new."""
    status, _ = killing.run(work.root, number, when)
    assert status == -signal.SIGKILL
    after = Workspace.open(work.root)
    tables = told(after)
    with reading(after) as interrupted:
        assert tables == (old if interrupted else new) or (tables == old and number <= 5)
    assert killing.run(work.root)[0] == 0
    assert told(after) == new
    assert left(work) == {"current", "lock"}
    return tables == new


def kills(steps: int, every: int) -> list[tuple[int, str]]:
    """Return every how-manyth step, the last among them, each before and after."""
    return [(number, when) for number in range(steps, 0, -every) for when in ("before", "after")]


def prepare(folder: Path) -> tuple[Workspace, list[Path], object]:
    """Return a workspace with something in it, the files of a next import, and its tables before it."""
    work = create_workspace(folder / "old")
    import_files(work, [days(folder / "a.csv", 1, 2)])
    return (
        work,
        [days(folder / f"{name}.csv", *some) for name, some in {"b": (3, "x", 4), "c": (3, 2)}.items()],
        told(work),
    )


@pytest.mark.parametrize("fresh", [pytest.param(True, marks=pytest.mark.prove), False])
def test_a_kill_leaves_the_old_tables_or_the_new_and_the_next_command_knows(tmp_path: Path, fresh: bool) -> None:
    work, files, old = prepare(tmp_path)
    if fresh:
        work = create_workspace(tmp_path / "fresh")
        old = told(work)
    with Killing(files) as killing:
        clean = shutil.copytree(work.root, tmp_path / "clean", symlinks=True)
        status, steps = killing.run(clean)
        assert status == 0
        new, seen = told(Workspace.open(clean)), set()
        for number, when in kills(len(steps), 30):
            here = Workspace.open(shutil.copytree(work.root, tmp_path / f"{number}-{when}", symlinks=True))
            seen.add(check_killed(here, killing, number, when, old, new))
    assert seen == {False, True}


def test_a_killed_import_is_told_once_more_by_the_next(work: Workspace, tmp_path: Path) -> None:
    path = days(tmp_path / "a.csv", 1)
    with Killing([path]) as killing:
        killing.run(work.root, 40)
    assert import_files(work, [path]).interrupted
    assert not import_files(work, [path]).interrupted


def test_a_failed_import_leaves_nothing(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [days(tmp_path / "a.csv", 1)])
    before = told(work)
    with pytest.raises(InputError):
        import_files(work, [days(tmp_path / "b.csv", 2), write_csv(tmp_path / "x.csv", [["甲"], ["1"]])])
    assert told(work) == before
    assert left(work) == {"current", "lock"}
    with reading(work) as interrupted:
        assert not interrupted


def test_whoever_reads_keeps_changes_away(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [days(tmp_path / "a.csv", 1)])
    waiting = threading.Thread(target=import_files, args=(work, [days(tmp_path / "b.csv", 1, 2)]))
    with reading(work):
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        assert len(work.table("agent_days")) == 1
    waiting.join()
    assert len(work.table("agent_days")) == 2


def test_everything_kept_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        work = create_workspace(tmp_path / "w")
        path = days(tmp_path / "a.csv", 1, "x")
        import_files(work, [path])
        import_files(work, [days(tmp_path / "b.csv", 3)])
    finally:
        os.umask(before)
    kept = [p for name in (".states", "data", "imports") for p in (work.root / name, *(work.root / name).rglob("*"))]
    modes = (
        {stat.S_IMODE(p.stat().st_mode) for p in kept if p.is_file()},
        {stat.S_IMODE(p.stat().st_mode) for p in kept if p.is_dir()},
    )
    assert modes == ({0o600}, {0o700})
    assert any("rejects" in p.name for p in kept)


def test_a_workspace_copied_with_its_links_followed_goes_on(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [days(tmp_path / "a.csv", 1)])
    copy = Workspace.open(shutil.copytree(work.root, tmp_path / "copy"))
    assert told(copy) == told(work)
    for one in (copy, work):
        import_files(one, [days(tmp_path / "b.csv", 1, 2)])
    assert told(copy) == told(work)
    assert len(copy.table("agent_days")) == 2


def test_tables_written_without_an_import_stay(work: Workspace, tmp_path: Path) -> None:
    import_files(work, [days(tmp_path / "a.csv", 1)])
    written = create_workspace(tmp_path / "written")
    written.write_table("agent_days", work.table("agent_days"))
    import_files(written, [write_csv(tmp_path / "b.csv", [HEAD, ["2024-11-01", "a", "S1", 5, 7]])])
    assert written.table("agent_days")["sales"].tolist() == [100, 700]


def test_the_last_states_are_kept_and_no_more(work: Workspace, tmp_path: Path) -> None:
    for n in range(13):
        import_files(work, [days(tmp_path / "a.csv", n)], instead_of=["a.csv"] if n else [])
    assert len([p for p in (work.root / ".states").iterdir() if p.name.isdigit()]) == 10
    for n in range(11, 7, -1):
        undo_import(work)
        assert work.table("agent_days")["sales"].tolist() == [100 * n]


def test_there_is_nothing_to_take_back_at_first(work: Workspace) -> None:
    with pytest.raises(UsageError, match="no import to take back"):
        undo_import(work)
    assert not (work.root / ".states" / "000003").exists()
    with changing(work) as begin:
        assert not begin().interrupted
