"""Every table of a workspace in turn missing, without a row, with its required columns only, and alone: no error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studies.test_lacking_tables import LACKS, frames, made, show
from toolkit.data.checks.registry import check_workspace
from toolkit.data.tables.schema import TABLE_NAMES

pytestmark = pytest.mark.prove


@pytest.mark.parametrize("lack", LACKS)
@pytest.mark.parametrize("name", TABLE_NAMES)
def test_check_and_audit_end_with_what_they_have_to_say(
    name: str, lack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCENTIVE_DEBUG", "1")
    workspace = made(tmp_path / "w", LACKS[lack](frames(), name))
    check_workspace(workspace)
    show(workspace, tmp_path)
