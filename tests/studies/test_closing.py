"""A month goes to closed books one step at a time, is reopened by two people, and verified file by file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

import pandas as pd
import pytest

from tests.data.killed_import import Killing
from tests.output.killed import publish
from tests.studies.closing_world import ORDERS, PAYROLL, approve, close, late, order, shop, unasked, world
from toolkit.core.errors import InputError, UsageError
from toolkit.core.files import file_digest
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.books import decode_book, encode_book
from toolkit.data.tables.chain import book_file, chain_file, closed_months, read_chain, state_of
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports.published import verify_reports
from toolkit.studies.audit.settlement import Settlement, settle
from toolkit.studies.closing import close as closing
from toolkit.studies.closing.close import close_month, reopen_month
from toolkit.studies.closing.verify import verify_months

JUNE, JULY = Month(2024, 6), Month(2024, 7)


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Settlement]:
    work = shop(tmp_path_factory.mktemp("open") / "w")
    return work, settle(work, JUNE)


@pytest.fixture(scope="module")
def closed_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """June is closed."""
    work = shop(tmp_path_factory.mktemp("closed") / "w")
    close(work, "2024-06")
    return work


def copy(work: Workspace, folder: Path) -> Workspace:
    return Workspace.open(shutil.copytree(work.root, folder / "w", symlinks=True))


def brought(work: Workspace, done: Settlement, *states: str, who: str = "Zhao", month: str = "2024-06") -> list[str]:
    """Bring a month through states; return the codes of what refused the last."""
    codes: list[str] = []
    with unasked(work, done):
        for state in states:
            codes = [f.code for f in close_month(work.root, month, who, state=state).refused]
    return codes


def test_a_month_goes_one_step_at_a_time_and_two_people_close_it(tmp_path: Path) -> None:
    """The whole way, with the real audit where it has a say."""
    work = shop(tmp_path / "w")
    done = settle(work, JUNE)
    assert brought(work, done, "calculated", "shown") == []
    step = close_month(work.root, "2024-06", "Zhao")
    assert step.line is not None
    assert (step.line.state, step.refused) == ("settled", ())
    assert brought(work, done, "approved") == ["same-person"]
    assert brought(work, done, "approved", who=" ＺＨＡＯ ") == ["same-person"]
    assert brought(work, done, "approved", "closed", who="Qian") == []
    lines = read_chain(work, JUNE)
    assert [line.state for line in lines] == ["calculated", "shown", "settled", "approved", "closed"]
    assert [a.sha256 for a in lines[:-1]] == [b.previous for b in lines[1:]]
    assert len({line.run for line in lines}) == 1
    assert {"workspace.yaml", "schemes/presales.yaml", "books/2024-06.parquet"} < lines[-1].pins.keys()
    assert lines[-1].toolkit
    with pytest.raises(UsageError, match="is closed"):
        close_month(work.root, "2024-06", "Zhao")


def test_steps_that_lack_are_named(open_shop: tuple[Workspace, Settlement], tmp_path: Path) -> None:
    work = copy(open_shop[0], tmp_path)
    with pytest.raises(UsageError) as told:
        close_month(work.root, "2024-06", "Zhao", state="closed")
    assert str(told.value) == (
        "2024-06 is draft; before closed it must be calculated, then shown, then settled, then approved"
    )
    assert "在已关账之前还须：已计算、已公示、异议已处理、已审批" in told.value.of("zh")
    with pytest.raises(UsageError, match="did you mean 'closed'"):
        close_month(work.root, "2024-06", "Zhao", state="close")
    with pytest.raises(UsageError, match="--as"):
        close_month(work.root, "2024-06", "  ")
    assert not (work.root / "close").exists()


def test_a_month_that_is_not_final_is_shown_but_not_settled(tmp_path: Path) -> None:
    """The exports reach 2 July; refunds count until the 8th."""
    orders = [o for o in ORDERS if str(o["order_id"]) <= "4"]
    work = shop(tmp_path / "w", world(orders, payroll=PAYROLL))
    done = settle(work, JUNE)
    assert brought(work, done, "calculated", "shown") == []
    refused = close_month(work.root, "2024-06", "Zhao").refused
    assert [f.code for f in refused] == ["month-not-final"]
    assert "2024-07-08" in refused[0].message.en
    assert state_of(read_chain(work, JUNE)) == "shown"


def test_what_is_open_stops_and_a_verdict_needs_a_reason(
    open_shop: tuple[Workspace, Settlement], tmp_path: Path
) -> None:
    from unittest.mock import patch

    work, done = copy(open_shop[0], tmp_path), open_shop[1]
    brought(work, done, "calculated", "shown")
    stop = Finding("unapproved-adjustment", "stop", "Li", Text("x", "x"))
    look = Finding("unmapped-account", "review", "li2", Text("y", "y"))
    audit = SimpleNamespace(workspace=work, month=JUNE, settlement=done, final=True, findings=(stop, look))
    said = (Text("Do not release yet.", "暂不发放。"), "stop")
    with patch.object(closing, "audit_month", lambda *_: audit), patch.object(closing, "conclude", lambda _: said):
        refused = close_month(work.root, "2024-06", "Zhao", reason="no reason helps").refused
        assert [(f.code, f.severity) for f in refused] == [
            ("unapproved-adjustment", "stop"),
            ("unmapped-account", "stop"),
        ]
        audit.findings = ()
        assert close_month(work.root, "2024-06", "Zhao").line
        (refused,) = close_month(work.root, "2024-06", "Qian").refused
        assert (refused.code, refused.message.en) == (
            "not-ready",
            "Do not release yet. Where it is closed all the same, say why with --reason.",
        )
        line = close_month(work.root, "2024-06", "Qian", reason="paid by hand").line
        assert line is not None
        assert (line.state, line.reason) == ("approved", "paid by hand")


def test_figures_that_changed_are_approved_anew(open_shop: tuple[Workspace, Settlement], tmp_path: Path) -> None:
    work, done = copy(open_shop[0], tmp_path), open_shop[1]
    brought(work, done, "calculated", "shown", "settled")
    late(work, "orders", [*ORDERS, order("9", "Wang", "06-09", "200")])
    changed = settle(work, JUNE)
    assert brought(work, changed, "approved", who="Qian") == ["other-figures"]
    assert brought(work, changed, "calculated", "shown", "settled") == []
    assert brought(work, changed, "approved", "closed", who="Qian") == []


def test_who_adjusted_does_not_approve_unless_the_workspace_lets_one_person(tmp_path: Path) -> None:
    adjusted = {"adjustment_id": "1", "agent": "Li", "month": "2024-06", "component": "commission", "amount": 100}
    adjusted |= {"reason": "praise", "requested_by": "Qian", "approved_by": "Sun"}
    work = shop(tmp_path / "w", world(ORDERS) | {"adjustments": [adjusted]})
    done = settle(work, JUNE)
    assert done.due["Li"] == 5100
    assert brought(work, done, "calculated", "shown", "settled") == []
    assert brought(work, done, "approved", who="Qian") == ["same-person"]
    text = (work.root / "workspace.yaml").read_text("utf-8")
    (work.root / "workspace.yaml").write_text(text.replace("two_people: yes", "two_people: no"), "utf-8")
    with unasked(work, done):
        step = close_month(work.root, "2024-06", "Qian")
    assert step.line is not None
    assert step.line.alone
    assert "One person" in step.text.en
    assert "同一人" in step.text.zh


def test_months_are_closed_in_their_order_and_the_latest_is_reopened_by_two(
    closed_shop: Workspace, tmp_path: Path
) -> None:
    work = copy(closed_shop, tmp_path)
    august = settle(work, Month(2024, 8))
    steps = ("calculated", "shown", "settled")
    brought(work, august, *steps, month="2024-08")
    brought(work, august, "approved", month="2024-08", who="Qian")
    assert brought(work, august, "closed", month="2024-08") == ["out-of-order"]
    close(work, "2024-07")
    for args, told in (
        (("2024-06", "Zhao", "Qian", "why"), "only the latest closed month can be reopened, and that is 2024-07"),
        (("2024-07", "Zhao", "zhao ", "why"), "two different people"),
        (("2024-07", "Zhao", "Qian", " "), "--reason"),
        (("2024-09", "Zhao", "Qian", "why"), "is not closed"),
    ):
        with pytest.raises(UsageError, match=told):
            reopen_month(work.root, *args)
    run = read_chain(work, JULY)[-1].run
    book = (work.root / "books/2024-07.parquet").read_bytes()
    line = reopen_month(work.root, "2024-07", "Zhao", "Qian", "a return was forgotten").line
    assert line is not None
    assert (line.state, line.who, line.other, line.run) == ("reopened", "Zhao", "Qian", run)
    assert (work.root / f"books/2024-07.{run}.parquet").read_bytes() == book
    assert not (work.root / "books/2024-07.parquet").exists()
    assert list(closed_months(work)) == [JUNE]
    assert verify_months(work.root).findings == ()
    late(work, "orders", [*ORDERS, order("9", "Wang", "07-09", "200")])
    assert close(work, "2024-07").due["Wang"] == 900
    assert verify_months(work.root).findings == ()
    (work.root / f"books/2024-07.{run}.parquet").unlink()
    assert [f.subject for f in verify_months(work.root).findings] == [f"books/2024-07.{run}.parquet"]


def test_what_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        work = shop(tmp_path / "w")
        close(work, "2024-06")
    finally:
        os.umask(before)
    kept = [p for name in ("close", "books") for p in (work.root / name, *(work.root / name).rglob("*"))]
    assert {stat.S_IMODE(p.stat().st_mode) for p in kept if p.is_file()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in kept if p.is_dir()} == {0o700}


def files_of(work: Workspace) -> list[Path]:
    """Return every file that is looked at when all is verified."""
    pinned = [work.root / name for name in closed_months(work)[JUNE].pins]
    published = [p for p in (work.root / "reports").rglob("runs/*/*") if p.is_file()]
    return [*{*pinned, *published}, work.root / "close/2024-06.jsonl", *(work.root / "close/kept").iterdir()]


def named(work: Workspace) -> set[str]:
    """Return the files that verifying names, or that the workspace cannot be opened for."""
    try:
        found = {f.subject for f in (*verify_months(work.root).findings, *verify_reports(work.root))}
    except InputError as error:
        return {Path(p.source).name for p in error.problems}
    return {
        name + ("/manifest.json" if "." not in Path(name).name and name.startswith("reports") else "") for name in found
    }


def change_one_byte(path: Path, draw: Random) -> None:
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= draw.randint(1, 255)
    path.chmod(0o600)
    path.write_bytes(content)


def check_changes(work: Workspace, n: int, seed: int) -> dict[str, int]:
    """Change single bytes, each time one of all files; return how often a file of which folder was changed."""
    assert named(work) == set()
    draw, seen = Random(seed), dict[str, int]()
    files = sorted(files_of(work))
    for turn in range(n):
        path = files[turn % len(files)]
        content = path.read_bytes()
        change_one_byte(path, draw)
        assert path.relative_to(work.root).as_posix() in named(work), (path, turn)
        path.write_bytes(content)
        folder = path.relative_to(work.root).parts[0]
        seen[folder] = seen.get(folder, 0) + 1
    assert named(work) == set()
    return seen


def publish_into(work: Workspace) -> None:
    """Publish two reports of June, one after the other."""
    with patch("toolkit.output.publish.report._render", None):
        for words in ("first", "second"):
            publish(work.root / "reports/2024-06/all", words)


def test_a_changed_a_missing_and_an_added_file_are_named(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    publish_into(work)
    close(work, "2024-06")
    check_changes(work, 2 * len(files_of(work)), 1)
    for path in files_of(work):
        if path.name != "workspace.yaml":
            content = path.read_bytes()
            path.unlink()
            name = path.relative_to(work.root).as_posix()
            assert ("books/2024-06.parquet" if path.suffix == ".jsonl" else name) in named(work)
            path.write_bytes(content)
    for name in ("schemes/b.csv", "books/x.parquet", "close/notes.txt", ".states/000001/data/x.parquet"):
        (work.root / name).write_text("x")
        assert named(work) == {name}
        (work.root / name).unlink()


def check_kills(work: Workspace, book: Path, every: int) -> dict[str, int]:
    """Kill closes of June, before and after every how-manyth step; return how the month stood then."""
    stood: dict[str, int] = {}
    with Killing([book], "tests.studies.killed_close") as killing:
        status, steps = killing.run(shutil.copytree(work.root, book.parent / "clean", symlinks=True))
        assert status == 0
        for number in range(len(steps), 0, -every):
            for when in ("before", "after"):
                here = Workspace.open(shutil.copytree(work.root, book.parent / "here", symlinks=True))
                assert killing.run(here.root, number, when)[0] == -signal.SIGKILL
                state = state_of(read_chain(here, JUNE))
                stood[state] = stood.get(state, 0) + 1
                found = {f.code for f in verify_months(here.root).findings}
                assert found <= (set() if state == "closed" else {"file-left"})
                if state != "closed":
                    assert killing.run(here.root)[0] == 0
                assert verify_months(here.root).findings == ()
                assert len(decode_book(book_file(here, JUNE))) == 2
                assert not [p for folder in ("close", "books") for p in (here.root / folder).rglob(".*")]
                shutil.rmtree(here.root)
    return stood


def prepared(folder: Path) -> tuple[Workspace, Path]:
    """Return a workspace whose June is approved, and the book it will have."""
    work = shop(folder / "w")
    done = approve(work, "2024-06")
    book = folder / "book.parquet"
    book.write_bytes(encode_book(done.as_book, read_chain(work, JUNE)[-1].run))
    return work, book


def test_killed_at_any_step_a_month_is_closed_with_all_or_not_closed(tmp_path: Path) -> None:
    assert set(check_kills(*prepared(tmp_path), every=8)) == {"approved", "closed"}


def test_a_replay_names_whoever_is_paid_otherwise(closed_shop: Workspace, tmp_path: Path) -> None:
    """A forger who writes all digests anew is found by paying the month again."""
    work = copy(closed_shop, tmp_path)
    rows = decode_book(book_file(work, JUNE))
    rows.loc[rows["agent"] == "Wang", "amount"] = pd.array([900], "Int64")
    book_file(work, JUNE).write_bytes(encode_book(rows, rows["run"].iloc[0]))
    *lines, last = read_chain(work, JUNE)
    pins = {**last.pins, "books/2024-06.parquet": file_digest(book_file(work, JUNE))}
    text = "".join(f"{line.text}\n" for line in (*lines, replace(last, pins=pins)))
    chain_file(work, JUNE).write_text(text, "utf-8")
    assert verify_months(work.root).findings == ()
    (found,) = verify_months(work.root, replay=True).findings
    assert found.message.en == "2024-06: commission of Wang is 9.00 in the book and 10.00 when paid again"


def test_a_month_whose_imports_are_no_longer_kept_is_named(closed_shop: Workspace, tmp_path: Path) -> None:
    work = copy(closed_shop, tmp_path)
    late(work, "orders", [*ORDERS, order("9", "Wang", "06-09", "200")])
    shutil.rmtree(work.root / ".states/000001")
    result = verify_months(work.root, replay=True)
    assert (result.findings, result.replayed, result.not_kept) == ((), (), (JUNE,))
    assert "its imports are no longer kept" in result.lines[0].en


def test_every_line_is_json_that_holds_the_digest_of_the_line_before(closed_shop: Workspace) -> None:
    before = ""
    for raw in (closed_shop.root / "close/2024-06.jsonl").read_text("utf-8").splitlines():
        line = json.loads(raw)
        body = raw[: raw.rindex(', "sha256"')] + "}"
        assert line["sha256"] == hashlib.sha256(body.encode()).hexdigest()
        assert line.get("previous", "") == before
        before = line["sha256"]
