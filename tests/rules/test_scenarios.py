"""Every situation of `tests/scenarios` and of the shelf pays what was worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.scenarios import Situation, situations

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / "data_samples" / "shelf"
WRITTEN = (*ROOT.glob("tests/scenarios/pay-*.yaml"), *ROOT.glob("tests/scenarios/ledger-*.yaml"))
FILES = [*sorted(WRITTEN), *sorted(SHELF.glob("*.scenario.yaml"))]
ALL = [situation for path in FILES for situation in situations(path)]


@pytest.mark.parametrize("situation", ALL, ids=lambda s: s.name)
def test_a_situation_pays_what_was_worked_out_by_hand(situation: Situation, tmp_path: Path) -> None:
    situation.check(tmp_path)
