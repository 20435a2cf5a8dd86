"""Publishing: whole or not at all, whatever happens and whenever."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

import pytest

from tests.output.killed import plan, run
from toolkit.core.errors import MissingToolError, UsageError
from toolkit.output.publish.manifest import verify_report
from toolkit.output.publish.shelf import latest_run, open_shelf

HIDDEN = {".lock"}


def check_whole(target: Path, *words: str) -> None:
    """Assert that `target` shows one of the reports of `words`, whole, and that its manifests hold."""
    shown = (target / "report.html").read_text("utf-8")
    assert shown in {f"page {w} end" for w in words}
    assert (target / "report.xlsx").read_text("utf-8") == shown.replace("page", "book")
    assert verify_report(target) == []


def check_clean(target: Path) -> None:
    """Assert that nothing is left of a run that did not come to its end."""
    assert {p.name for p in target.iterdir()} == {"latest", "manifest.json", "report.html", "report.xlsx", "runs"}
    assert {p.name for p in (target / "runs").glob(".*")} == HIDDEN


def die_and_recover(target: Path, die_at: int, when: str) -> None:
    """Publish, die while publishing another report, check what is shown, and publish it after all."""
    assert run(target, "old")[0] == 0
    assert run(target, "new", die_at, when)[0] == -signal.SIGKILL
    check_whole(target, "old", "new")
    assert run(target, "new")[0] == 0
    check_whole(target, "new")
    check_clean(target)


def test_a_second_report_replaces_the_first_and_keeps_it(tmp_path: Path) -> None:
    assert run(tmp_path / "r", "old")[0] == 0
    first = latest_run(tmp_path / "r")
    assert first is not None
    before = {p.name: p.read_bytes() for p in first.iterdir()}
    assert run(tmp_path / "r", "new")[0] == 0
    check_whole(tmp_path / "r", "new")
    check_clean(tmp_path / "r")
    assert {p.name: p.read_bytes() for p in first.iterdir()} == before
    assert latest_run(tmp_path / "r") != first


def test_files_are_their_owners_only(tmp_path: Path) -> None:
    run(tmp_path / "r", "old")
    paths = [p for p in (tmp_path / "r").rglob("*") if not p.is_symlink()]
    assert {p.stat().st_mode & 0o777 for p in paths if p.is_file()} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in paths if p.is_dir()} == {0o700}


def test_the_publishing_takes_every_kind_of_step_and_one_pointer(tmp_path: Path) -> None:
    run(tmp_path / "r", "old")
    _, steps = run(tmp_path / "r", "new")
    assert steps.count("rename") == 1
    assert steps.count("replace") == 1, "the switch is one replacement, whatever the number of files"
    assert steps.index("rename") < steps.index("replace")
    assert "fsync" not in steps[: steps.index("mkdir")]
    assert steps[: steps.index("rename")].count("fsync") == 4, (
        "three files and their folder are durable before the name"
    )


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        ("replace", "after"),
        ("write_text", "half"),
    ],
)
def test_a_kill_while_publishing_leaves_the_old_report_or_the_new(tmp_path: Path, kind: str, when: str) -> None:
    run(tmp_path / "probe", "old")
    steps = run(tmp_path / "probe", "new")[1]
    die_and_recover(tmp_path / "r", steps.index(kind) + 1, when)


def test_a_kill_while_first_publishing_leaves_nothing_or_the_report(tmp_path: Path) -> None:
    steps = run(tmp_path / "probe", "new")[1]
    ways = [way for way in plan(steps) if way[1] in {"rename", "symlink"} and way[2] == "after"]
    for number, _, when in ways[::2]:
        target = tmp_path / f"r{number}"
        assert run(target, "new", number, when)[0] == -signal.SIGKILL
        if (target / "report.html").exists():
            check_whole(target, "new")
        assert run(target, "new")[0] == 0
        check_whole(target, "new")
        check_clean(target)


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    run(tmp_path / "r", "old")
    staging = tmp_path / "r/runs/.staging"
    staging.mkdir()
    (staging / "report.html").write_text("half")
    os.symlink("nowhere", tmp_path / "r/runs/.link")
    assert run(tmp_path / "r", "new")[0] == 0
    check_whole(tmp_path / "r", "new")
    check_clean(tmp_path / "r")


def test_two_runs_cannot_publish_into_one_place_at_once(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    with open(tmp_path / "runs/.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run is publishing"), open_shelf(tmp_path):
            pass


def test_the_users_umask_is_given_back(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with open_shelf(tmp_path):
            pass
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a_file_system_without_links_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refuse)
    with open_shelf(tmp_path) as shelf:
        shelf.stage()
        (shelf.staging / "manifest.json").write_text("{}")
        shelf.keep("abc")
        with pytest.raises(MissingToolError, match="file system without symbolic links"):
            shelf.show("abc")


def test_a_file_the_new_report_lacks_is_no_longer_linked(tmp_path: Path) -> None:
    for run_id, names in (("a", ["manifest.json", "report.pdf"]), ("b", ["manifest.json"])):
        with open_shelf(tmp_path) as shelf:
            shelf.stage()
            for name in names:
                (shelf.staging / name).write_text(run_id)
            shelf.keep(run_id)
            shelf.show(run_id)
    assert {p.name for p in tmp_path.iterdir()} == {"latest", "manifest.json", "runs"}
    assert (tmp_path / "manifest.json").read_text() == "b"
    assert (tmp_path / "runs/a/report.pdf").read_text() == "a"
