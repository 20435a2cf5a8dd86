"""A few schemes of the shelf from raw exports, one month; all of them, audited and closed: `tests/proofs`."""

from __future__ import annotations

from pathlib import Path

from tests.proofs.shelf.running import run

SHOWN = ("D07-upsell-by-category", "D14-referral")


def test_schemes_are_paid_to_the_cent_from_vendor_files(tmp_path: Path) -> None:
    for name in SHOWN:
        told = run(name, 7, tmp_path / "kept", tmp_path / name, months=1, audit=False, busy=0.2)
        assert told.equal, [*told.differences, *told.refusals]
        assert told.counts["rows"] > 0
