"""Pilots: false alarms, coverage, power stated before the start and realised, in worlds whose true effect is known.

Results of each hundred worlds are kept below .cache, by what the code was, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from tests.models.pilot_worlds import PilotSpec, PilotWorld, make_pilot_world
from toolkit.models.comparison.randomised import (
    Panel,
    PilotDesign,
    PilotKind,
    compare_randomised,
    padded,
    simulate_power,
)

FIRST, SEEDS, FORETOLD, DRAWS = 2_026_120_000, 1000, 400, 199
COMMAND = "OPENBLAS_NUM_THREADS=1 .venv/bin/pytest -n 0 -m prove tests/proofs/test_pilot_proof.py"
PLANTED = 0.10
WORLDS: dict[str, tuple[PilotKind, PilotSpec, int]] = {
    "within shops": ("within", PilotSpec(), SEEDS),
    "staggered": ("staggered", PilotSpec(), SEEDS),
    "switchback": ("switchback", PilotSpec(), SEEDS),
    "within shops, own months AR .5": ("within", PilotSpec(own_ar=0.5), 100),
}
MADE_BY = (
    "toolkit/models/comparison/randomised.py",
    "toolkit/models/comparison/redrawn.py",
    "tests/models/pilot_worlds.py",
)
CODE = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MADE_BY)).hexdigest()[:12]

pytestmark = pytest.mark.prove


def panel_of(world: PilotWorld, buyers: np.ndarray, months: slice = slice(None)) -> Panel:
    b, n = buyers[:, months], world.inquiries[:, months]
    return Panel(np.log((b + 0.5) / (n - b + 0.5)), n.astype(float), world.shop)


def one_world(seed: int, kind: PilotKind, spec: PilotSpec, *, foretold: bool) -> dict[str, float]:
    world, rng, design = make_pilot_world(seed, spec), np.random.default_rng([seed, 3]), PilotDesign(kind, spec.months)
    row, effects = {}, {"none": 0.0, "planted": PLANTED}
    if foretold:
        power = simulate_power(panel_of(world, world.buyers(), slice(spec.past)), design, spec.past, rng)
        row, effects = {"smallest": power.smallest, "stated": power.of(PLANTED)}, effects | {"smallest": power.smallest}
    given = padded(design.draw(world.shop, rng, 1)[0], spec.past)
    lots = padded(design.draw(world.shop, rng, DRAWS), spec.past)
    for name, effect in effects.items():
        found = compare_randomised(panel_of(world, world.buyers(given * effect)), kind, given, lots)
        assert found is not None
        low, high = found.interval
        row |= {f"found {name}": found.p <= 0.05, f"held {name}": low <= effect <= high}
    return {k: float(v) for k, v in row.items()}


def kept(name: str, kind: PilotKind, spec: PilotSpec, seeds: int) -> pd.DataFrame:
    rows: list[dict[str, float]] = []
    for first in range(0, seeds, 100):
        path = ROOT / ".cache/pilot-proof" / CODE / f"{name.replace(' ', '-')}-{first}.json"
        if not path.exists():
            made = [one_world(FIRST + first + i, kind, spec, foretold=first < FORETOLD) for i in range(100)]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(made), "utf-8")
        rows += json.loads(path.read_text("utf-8"))
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    found = pd.DataFrame({name: kept(name, *spec).mean() for name, spec in WORLDS.items()}).T
    lines = [
        "25 agents of 3 shops, 12 + 6 months; shop-month shocks of sd .05, AR .5, agent-month sd .15 (last row AR .5), "
        f"150 inquiries a month, logit of conversion; {SEEDS:,} seeds from {FIRST:,} (last row 100), {DRAWS} draws. "
        f"Stated, in the first {FORETOLD}: power told from the twelve months before the start; realised: share of "
        "pilots that found it. Smallest: the effect each plan says would be found in 8 of 10, planted into that "
        f"world's pilot; planted: {PLANTED}.",
        "",
        "| design | alarms, no effect | held, no effect | held, planted | stated | realised | smallest, mean | "
        "stated | realised | held, smallest |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found.iterrows():
        order = ["found none", "held none", "held planted", "stated", "found planted", "smallest"]
        cells = [
            *(f"{row[c]:.3f}" for c in order),
            ".800",
            f"{row['found smallest']:.3f}",
            f"{row['held smallest']:.3f}",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    record("Pilots: false alarms, coverage, power stated and realised", COMMAND, lines)
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_pilots_of_nothing_rarely_find_something(figures: pd.DataFrame, name: str) -> None:
    assert figures.loc[name, "found none"] <= 0.05 + 2 * (0.05 * 0.95 / WORLDS[name][2]) ** 0.5


@pytest.mark.parametrize("name", [name for name, spec in WORLDS.items() if spec[2] == SEEDS])
def test_intervals_hold_the_true_effect(figures: pd.DataFrame, name: str) -> None:
    for which in ("none", "planted"):
        assert 0.93 <= figures.loc[name, f"held {which}"] <= 0.97, which
    assert abs(figures.loc[name, "held smallest"] - 0.95) <= 0.02 + 2 * (0.05 * 0.95 / FORETOLD) ** 0.5  # 400 only


@pytest.mark.parametrize("name", [name for name, spec in WORLDS.items() if spec[2] == SEEDS])
def test_power_is_realised_as_stated(figures: pd.DataFrame, name: str) -> None:
    row = figures.loc[name]
    assert abs(row["found smallest"] - 0.80) <= 0.05
    assert abs(row["found planted"] - row["stated"]) <= 0.05
