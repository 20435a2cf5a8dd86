"""Pseudonyms: stable under a key, without meaning to who has not got it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from tests.output.fixture import HOSTILE
from toolkit.core.errors import InputError, UsageError
from toolkit.output.publish import privacy
from toolkit.output.publish.privacy import pseudonyms, read_key
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import MonthAudit

NAMES = ["王小明", HOSTILE, "NA", "007", ""]


def test_a_payee_with_nothing_due_and_no_difference_has_a_pseudonym_too(tmp_path: Path) -> None:
    nobody = pd.DataFrame({"agent": pd.Series([], dtype="str")})
    audit = SimpleNamespace(
        settlement=SimpleNamespace(due=pd.Series([1], index=["a01"]), measures=SimpleNamespace(table=nobody)),
        differences=nobody,
        by_person=pd.DataFrame({"agent": ["a01", "a02"]}),
        names={"a01": "Li", "a02": "Wang"},
        workspace=SimpleNamespace(root=tmp_path),
    )
    assert "a02" not in view(cast("MonthAudit", audit), "zh", "internal").label("a02")
    assert "Wang" in view(cast("MonthAudit", audit), "zh", "confidential").label("a02")


def test_a_person_keeps_the_pseudonym_from_month_to_month(tmp_path: Path) -> None:
    december = pseudonyms(NAMES, tmp_path / "key")
    january = pseudonyms(["007", "new", "王小明"], tmp_path / "key")
    assert january["007"] == december["007"]
    assert january["王小明"] == december["王小明"]


def test_another_key_gives_other_pseudonyms(tmp_path: Path) -> None:
    assert pseudonyms(["007"], tmp_path / "a") != pseudonyms(["007"], tmp_path / "b")


def test_pseudonyms_are_distinct_tell_nothing_and_stand_in_their_own_order(tmp_path: Path) -> None:
    made = pseudonyms(NAMES, tmp_path / "key")
    assert set(made) == {*NAMES} - {""}
    assert len(set(made.values())) == len(made)
    assert list(made.values()) == sorted(made.values())
    assert all(len(p) == 10 and set(p[2:]) <= set(privacy.LETTERS) for p in made.values())


def test_the_key_decides(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("00" * 32)
    key_file.chmod(0o600)
    number = int.from_bytes(hmac.new(bytes(32), b"007", hashlib.sha256).digest(), "big")
    letters = ""
    for _ in range(8):
        letters, number = letters + privacy.LETTERS[number % 28], number // 28
    assert pseudonyms(["007"], key_file) == {"007": f"P-{letters}"}


def test_two_that_fall_on_the_same_letters_get_longer_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "LENGTH", 1)
    made = pseudonyms([f"agent {n}" for n in range(60)], tmp_path / "key")
    assert len(set(made.values())) == 60


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_key(tmp_path / "key")
    assert len(first) == 32
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert read_key(tmp_path / "key") == first
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


def test_a_key_others_can_read_is_refused(tmp_path: Path) -> None:
    read_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        read_key(tmp_path / "key")


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(InputError, match="not a key"):
        read_key(tmp_path / "key")
