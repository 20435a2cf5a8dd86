"""What is wrong before an audit begins is told in its own words, and the kernel that was starting is gone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from toolkit.core.errors import UsageError
from toolkit.data.tables.workspace import create_workspace
from toolkit.output.publish import runner
from toolkit.output.reports.editions import publish_audit


@pytest.mark.parametrize(
    ("made", "month", "message"),
    [
        (False, "2024-12", "is no workspace"),
        (True, None, "holds no complete month of data"),
        (True, "2024-12", "holds no data yet; first: incentive import"),
    ],
)
def test_a_month_that_cannot_be_audited(
    made: bool, month: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Path(tempfile.mkdtemp(dir=tmp_path if len(str(tmp_path)) < runner.SOCKET_PATH - 10 else None))
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    if made:
        create_workspace(tmp_path / "w")
    with pytest.raises(UsageError, match=message):
        publish_audit(tmp_path / "w", month)
    assert not list(room.iterdir()), "sockets of a kernel are left"
    assert not list(tmp_path.glob("w/reports/*"))
