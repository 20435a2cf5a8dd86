"""Closed months: single bytes changed, and closes killed at any step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence import record
from tests.studies.closing_world import close, shop
from tests.studies.test_closing import check_changes, check_kills, files_of, prepared, publish_into

pytestmark = pytest.mark.prove
COMMAND = "make prove (tests/proofs/test_closing_proof.py)"
CHANGES = 1_000


def test_every_changed_byte_is_noticed_and_its_file_named(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    publish_into(work)
    close(work, "2024-06")
    n_files = len(files_of(work))
    seen = check_changes(work, CHANGES, 20)
    where = {"books": "books", "close": "chain and kept rules", "schemes": "schemes", "workspace.yaml": "settings"}
    where |= {".states": "tables as imported", "reports": "published reports"}
    told = ", ".join(f"{where[name]} {n}" for name, n in sorted(seen.items()))
    record("Closing: single bytes changed", COMMAND, [
        f"- {sum(seen.values()):,} changes of one byte in one of {n_files} files of a closed month ({told}):",
        "  `verify` noticed every one and named the file; with the byte put back it found nothing.",
    ])  # fmt: skip


def test_killed_at_any_step_a_month_is_closed_with_all_or_not_closed(tmp_path: Path) -> None:
    stood = check_kills(*prepared(tmp_path), every=1)
    n = sum(stood.values())
    assert n >= 100
    record("Closing: kill tests", COMMAND, [
        f"- {n} SIGKILLs, before and after every step (syncs, renames, links) of closing a month: it stood approved",
        f"  {stood['approved']} times and closed {stood['closed']} times, and closed always with book, pins and line.",
        "  Run again it was closed, verified without a finding, and nothing was left behind.",
    ])  # fmt: skip
