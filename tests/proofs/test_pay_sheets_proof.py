"""Ten thousand random pay sheets: none read wrong in silence; and which doubts the reader cannot do without."""

from __future__ import annotations

from collections import Counter
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.data.pay_sheet_worlds import draw
from tests.evidence import record
from toolkit.data.paysheets.doubts import DOUBTS
from toolkit.data.paysheets.pay_sheets import read_pay_sheet

COMMAND = "pytest -m prove tests/proofs/test_pay_sheets_proof.py"
SEEDS = range(800_000, 810_000)
LEAST_READ = 0.3  # of these sheets, most of which a person has to be asked about
NOT_NEEDED = {
    *("hidden-sheet", "other-heads", "figures-above", "nobody-named", "other-numbers", "untitled-numbers", "apart"),
    *("means-of-somebody", "without-figures", "other-ids", "sums-by-formula", "both-signs", "below-the-total"),
}
"""Doubts of which no random sheet needs one alone: they stand for layouts this generator does not draw."""


def judge(seed: int) -> tuple[int, str, str]:
    """Return the seed, what became of its sheet, and the one doubt without which it would have been read wrong."""
    world = draw(seed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        path.write_bytes(world.content)
        sheet = read_pay_sheet(path)
    lines = Counter((x.agent, x.name, x.item, x.amount, x.month) for x in sheet.lines if x.amount)
    codes = {q.code for q in sheet.questions}
    if codes:
        return seed, "asked", codes.pop() if len(codes) == 1 and lines and lines != world.lines else ""
    return seed, "read" if lines == world.lines else "nothing read" if not lines else "WRONG", ""


@pytest.mark.prove
def test_no_random_sheet_is_read_wrong_in_silence() -> None:
    with get_context("spawn").Pool(cpu_count()) as pool:
        found = pool.map(judge, SEEDS, chunksize=100)
    ends = Counter(end for _, end, _ in found)
    needed = Counter(doubt for *_, doubt in found if doubt)
    wrong = [seed for seed, end, _ in found if end == "WRONG"]
    said = f"{len(SEEDS):,} random pay sheets with a known truth: " + ", ".join(f"{n:,} {e}" for e, n in ends.items())
    lines = [f"{said}; read wrong in silence: {len(wrong)}.", "", "Sheets read wrong if one doubt is left out:", ""]
    record("Pay sheets", COMMAND, [*lines, *(f"- {doubt}: {n:,}" for doubt, n in needed.most_common())])
    assert wrong == []
    assert ends["read"] >= LEAST_READ * len(SEEDS)
    assert {d.__name__.replace("_", "-") for d in DOUBTS} - needed.keys() <= NOT_NEEDED
