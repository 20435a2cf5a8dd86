"""Proof that damaged files end in words: no traceback, no hang, no row that is not accounted for."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache, partial
from pathlib import Path

import pytest

from tests.core.fuzz import KINDS, LIMIT, Room, faults
from tests.evidence import record
from tests.proofs.chunks import Outcome, outcomes

pytestmark = pytest.mark.prove
COMMAND = "make prove (tests/proofs/test_fuzz_proof.py)"
CASES, PIECE = 10_000, 250
PARTS = ("toolkit/core", "toolkit/data", "toolkit/rules", "tests/core")


@cache
def _room(folder: Path, process: int) -> Room:
    return Room.make(folder / str(process))


def compare(folder: Path, kind: str, index: int) -> Outcome:
    """Read one damaged file through its doors."""
    found, read = faults(kind, index, _room(folder, os.getpid()))
    return Outcome(index, found, Counter({(kind, "read"): read, (kind, "doors"): len(KINDS[kind][2])}))


def test_damaged_files_end_in_words(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    lines = [
        "| kind | files | doors tried | read to the end | refused in words | faults |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    wrong: list[str] = []
    for kind in KINDS:
        one_case = partial(compare, tmp_path, kind)
        found = list(outcomes(request.config.cache, f"fuzz-{kind}", one_case, CASES, PIECE, PARTS))
        told = [difference for one in found for difference in one.differences]
        tried, read = (sum(one.counts[kind, what] for one in found) for what in ("doors", "read"))
        refused = tried - read - len(told)
        lines.append(f"| {kind} | {CASES:,} | {tried:,} | {read:,} | {refused:,} | {len(told)} |")
        wrong += told
    assert wrong == []
    record("Fuzz: damaged files end in words", COMMAND, [f"Seeded; a door hangs after {LIMIT:g} s.", "", *lines])
