"""The red team: every small month against every plan paid one by one, the shelf, schemes with a hole and sound ones."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.evidence import record
from tests.studies.redteam_world import (
    candidate_of,
    exhaustive,
    holed,
    random_position,
    random_scheme,
    sound,
    two_of,
)
from toolkit.studies.design.overlays import read_candidate
from toolkit.studies.redteam.play import best_plan
from toolkit.studies.redteam.repertoire import ASSUMED
from toolkit.studies.redteam.tricks import PAIR, RedTeam, red_team
from toolkit.studies.redteam.witness import witness

pytestmark = pytest.mark.prove

COMMAND = "pytest -m prove tests/proofs/test_redteam_proof.py"
SHELF = Path(__file__).parents[2] / "data_samples" / "shelf"
MONTHS = 1_000


def shelf_files() -> list[Path]:
    return [p for p in sorted(SHELF.glob("*.yaml")) if not p.name.endswith(".scenario.yaml")]


def test_small_months_against_every_plan() -> None:
    """Gain and trick of random schemes at random small months, against every plan gone through with other sums."""
    wrong, paying, off = [], 0, 0
    for seed in range(MONTHS):
        r = np.random.default_rng(seed)
        rule, (position, repertoire) = random_scheme(r), random_position(r)
        scheme = rule.scheme()
        found = best_plan(scheme, position, repertoire)
        gain, tricks = exhaustive(rule, position, repertoire)
        paying += gain > 0
        counts = tuple(found.plan.count(a.name) for a in repertoire.acts)
        if found.gain != gain or not found.every or (gain > 0 and counts not in tricks):
            wrong.append(seed)
        if found.gain > 0:
            off += witness(scheme, position, repertoire, found).difference != 0
    lines = [
        f"{MONTHS:,} small months (up to three orders on either side, some of one inquiry; all acts but those of two "
        "people and overload): gain and trick are those of every plan gone through with other sums in "
        f"{MONTHS - len(wrong):,}; in {paying:,} some plan pays more than honest work; "
        f"witnesses that `pay` pays otherwise by a cent: {off}."
    ]
    record("Red team: small months", COMMAND, lines)
    assert not wrong
    assert not off


def test_the_shelf() -> None:
    lines = [
        "| scheme | honest, two months | best plan of one: gain | share | acts | basis | bound | two together | "
        "smallest repair found | gain after |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    witnesses, singles = 0, []
    for path in shelf_files():
        found = red_team(read_candidate(path), SHELF_POSITIONS, most=3_000)
        lines.append(_line(path.stem, found))
        print(lines[-1], flush=True)
        assert all(t.witness is None or t.witness.difference == 0 for t in found.tricks)
        witnesses += sum(t.witness is not None for t in found.tricks)
        singles.append((path.stem, found))
    acts = [a.name for a in ASSUMED.acts]
    table = [f"| scheme | {' | '.join(acts)} |", "|---" * (len(acts) + 1) + "|"]
    for stem, found in singles:
        if found.tricks:
            cells = [sum(t.best.gain for t in found.tricks if t.trick == a) for a in acts]
            table.append(f"| {stem} | " + " | ".join(f"{c / 100:,.2f}" for c in cells) + " |")
    lines += ["", "Gain of each act alone, over both positions:", "", *table, ""]
    lines.append(
        "Two positions, each with a colleague: 147 of 500 at 166.44 and 239 of 500 at 41.40, every order alike; "
        f" the assumed repertoire. Every witness ({witnesses}) is paid by `pay` as was said, to the cent. "
        "What two months do not show (a year, a campaign) is not tried."
    )
    record("Red team: the shelf", COMMAND, lines)


SHELF_POSITIONS = (two_of(500, 147, 166_44), two_of(500, 239, 41_40))


def _line(stem: str, found: RedTeam) -> str:
    if found.refused.en:
        return f"| {stem} | not paid here: {found.refused.en.splitlines()[0][:90]} |  |  |  |  |  |  |  |  |"
    if not found.honest and not found.gain:
        return f"| {stem} | 0.00: pays nothing at these positions, with or without a plan |  |  |  |  |  |  |  |  |"
    best = max(found.best, key=lambda t: t.best.gain)
    share = f"{found.gain / found.honest:.1%}" if found.honest else "–"
    proofs = [t.bound for t in found.best]
    basis = "proved" if None not in proofs else "searched, not proved"
    bound = f"{sum(p or 0 for p in proofs) / 100:,.2f}" if None not in proofs else ""
    pair = sum(t.best.gain for t in found.tricks if t.trick == PAIR)
    row = found.repair
    out = f" (without {', '.join(t.en for t in found.left_out)})" if found.left_out else ""
    repair = "not needed" if not found.is_open else "none enough" if row is None else row.titles.en
    after = "" if row is None or row.share is None else f"{row.gain / 100:,.2f} ({row.share:.1%})"
    return (
        f"| {stem}{out} | {found.honest / 100:,.2f} | {found.gain / 100:,.2f} | {share} | {best.acts.en} | "
        f"{basis} | {bound} | {pair / 100:,.2f} | {repair} | {after} |"
    )


def test_holes_are_found_and_sound_schemes_are_not_accused(tmp_path: Path) -> None:
    position = two_of(500, 147, 166_44)
    found, alarms = 0, 0
    for seed in range(30):
        r = np.random.default_rng(seed)
        with_hole = red_team(
            candidate_of(holed(r, Fraction(147, 500)), tmp_path), [position], pairs=False, repairs=False
        )
        without = red_team(candidate_of(sound(r), tmp_path), [position], pairs=False, repairs=False)
        found, alarms = found + with_hole.is_open, alarms + without.is_open
    lines = [
        f"30 schemes with a step or a bonus within reach of the position: holes found {found}. "
        f"30 sound ones: false alarms {alarms}."
    ]
    record("Red team: holes", COMMAND, lines)
    assert found == 30
    assert not alarms
