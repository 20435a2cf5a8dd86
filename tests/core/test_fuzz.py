"""Damaged files of every kind are read or refused with a sentence; `tests/proofs/test_fuzz_proof.py` has many more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.fuzz import KINDS, Room, faults

QUICK = 50


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room.make(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_or_refused_in_words(kind: str, room: Room) -> None:
    cases = [faults(kind, index, room) for index in range(QUICK)]
    assert [fault for found, _ in cases for fault in found] == []
    assert sum(read for _, read in cases) >= QUICK // 10  # the damage is not so heavy that nothing is ever read


def test_a_door_that_hangs_or_breaks_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Room, path: Path) -> None:
        raise KeyError(path.name)

    def hanging(_: Room, path: Path) -> None:
        while path:
            pass

    monkeypatch.setattr("tests.core.fuzz.LIMIT", 0.01)
    monkeypatch.setitem(KINDS, "csv", (*KINDS["csv"][:2], (broken, hanging)))
    found, read = faults("csv", 0, room)
    assert read == 0
    assert [told.split(":")[1].strip() for told in found] == ["KeyError", "HangError"]
