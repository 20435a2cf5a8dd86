"""Effect of an award: false alarms, coverage and what is refused, in worlds whose true effect is known; the sample.

Results of each world are kept below .cache, by what the code was, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from tests.models.award_worlds import AwardSpec, make_award_world
from tests.sample import copy_sample
from toolkit.core.bundled import bundled
from toolkit.core.text import Text
from toolkit.models.comparison.award_effect import MeasureWords, judge_award_effect
from toolkit.studies.planning.effect import study_effect
from toolkit.studies.planning.history import load_history
from toolkit.studies.planning.outlook import fit_baseline
from toolkit.studies.planning.retention import Retention, study_retention

FIRST, SEEDS = 2_026_114_000, 500
COMMAND = "nice -n 10 .venv/bin/pytest -n 0 -m prove tests/proofs/test_effect_proof.py"
CONVERSION = MeasureWords(Text("conversion", "询单转化率"), "share")
REPLY = MeasureWords(Text("reply", "响应"), "number", lower_is_better=True)
WORLDS = {
    "no effect, 6 + 6 months": AwardSpec(),
    "no effect, 18 + 6 months": AwardSpec(before=18),
    "no effect, reply seconds": AwardSpec(before=12, seconds=True),
    "effect +.10 logit, 6 + 6": AwardSpec(effect=0.1),
    "effect +.30 logit, 18 + 6": AwardSpec(before=18, effect=0.3),
    "reply 60 % faster, 12 + 6": AwardSpec(before=12, effect=-0.9, seconds=True),
    "no effect, one whole shop": AwardSpec(given="shop"),
    "no effect, everybody": AwardSpec(given="everybody"),
    "no effect, the worst of last month": AwardSpec(given="worst"),
    "no effect, the worst, 18 + 6": AwardSpec(before=18, given="worst"),
    "no effect, drift .06 a month, 6 + 6": AwardSpec(drift=0.06),
    "no effect, drift .01 a month, 18 + 6": AwardSpec(before=18, drift=0.01),
    "no effect, drift .02 a month, 18 + 6": AwardSpec(before=18, drift=0.02),
}
SOURCES = ("toolkit/models/comparison/award_effect.py", "toolkit/models/comparison/redrawn.py")
MADE_BY = (*SOURCES, "tests/models/award_worlds.py")
CODE = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MADE_BY)).hexdigest()[:12]
SE = (0.05 * 0.95 / SEEDS) ** 0.5

pytestmark = pytest.mark.prove


def one_world(seed: int, spec: AwardSpec) -> dict[str, float]:
    world = make_award_world(seed, spec)
    found = judge_award_effect(
        world.values, world.start, REPLY if spec.seconds else CONVERSION, np.random.default_rng(seed)
    )
    low, high = found.effect[1:] if found.effect else (np.nan, np.nan)
    return {
        "changed": found.award.shown,
        "shown": found.shown,
        "caused": found.caused,
        "held": low <= world.effect <= high if found.effect else np.nan,
        "refused": found.effect is None,
        "unlike": found.alike is not None and found.alike[0] <= 0.05,
        "chosen": any("stood" in why.en for why in found.why_not),
    }


def kept(name: str, spec: AwardSpec) -> pd.Series:
    path = ROOT / ".cache/effect-proof" / CODE / f"{name}.json"
    if not path.exists():
        rows = [{k: float(v) for k, v in one_world(FIRST + i, spec).items()} for i in range(SEEDS)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows), "utf-8")
    return pd.DataFrame(json.loads(path.read_text("utf-8"))).astype("float64").mean()


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    found = pd.DataFrame({name: kept(str(k), spec) for k, (name, spec) in enumerate(WORLDS.items())}).T
    lines = [
        "25 agents of 3 shops, half of each shop by lot unless said; shop-month shocks of sd .05, AR .5, agent-month "
        f"sd .15, 150 inquiries a month; {SEEDS} seeds from {FIRST:,} a world. Changed: of those with the "
        "award. Difference: from the others of their shops, its interval leaves out 0; held: it holds the true effect. "
        "Called effect: the comparison earned it. Drift, logit a month, is the groups' own and no effect.",
        "",
        "| world | changed | difference | held | called effect | refused | moved unlike | chosen by figures |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found.iterrows():
        cells = [f"{row[c]:.3f}" if row[c] == row[c] else "-" for c in found]
        changed, shown, caused, held, *rest = cells
        lines.append(f"| {name} | {' | '.join([changed, shown, held, caused, *rest])} |")
    record("Effect of an award: false alarms and coverage", COMMAND, lines)
    return found


NULL = [name for name, spec in WORLDS.items() if not spec.effect and not spec.drift and spec.given == "lot"]
REAL = [name for name, spec in WORLDS.items() if spec.effect]


@pytest.mark.parametrize("name", NULL)
def test_without_an_effect_few_differences_are_shown_and_hardly_one_is_called_an_effect(
    figures: pd.DataFrame, name: str
) -> None:
    row = figures.loc[name]
    assert row["shown"] <= 0.05 + 2 * SE
    assert row["changed"] <= 0.05 + 2 * SE
    assert row["caused"] <= 0.01
    assert row["unlike"] <= 0.05 + 2 * SE
    assert row["chosen"] <= 0.05 + 2 * SE


@pytest.mark.parametrize("name", [*NULL, *REAL])
def test_intervals_hold_the_true_effect(figures: pd.DataFrame, name: str) -> None:
    """An effect that is larger for some than for others, as a fall by a share is, makes them wider than need be."""
    assert figures.loc[name, "held"] >= 0.93 - 2 * SE
    if name in NULL:
        assert figures.loc[name, "held"] <= 0.97 + 2 * SE


def test_whole_shops_and_everybody_are_refused_an_effect(figures: pd.DataFrame) -> None:
    for name in ("no effect, one whole shop", "no effect, everybody"):
        assert figures.loc[name, "refused"] == 1
        assert figures.loc[name, "caused"] == 0


def test_people_chosen_for_being_worst_are_noticed(figures: pd.DataFrame) -> None:
    for name in ("no effect, the worst of last month", "no effect, the worst, 18 + 6"):
        assert figures.loc[name, "chosen"] >= 0.95
        assert figures.loc[name, "caused"] <= 0.01


def test_a_drift_is_rarely_called_an_effect(figures: pd.DataFrame) -> None:
    for name in (n for n, spec in WORLDS.items() if spec.drift):
        assert figures.loc[name, "caused"] <= 0.20, name


def test_a_large_effect_after_many_months_is_called_one(figures: pd.DataFrame) -> None:
    assert figures.loc["effect +.30 logit, 18 + 6", "caused"] >= 0.80
    assert figures.loc["reply 60 % faster, 12 + 6", "caused"] >= 0.80


def test_the_bundled_sample_tells_its_leavers_and_no_effect(tmp_path: Path) -> None:
    """What was planted: four of those there in 2024-01 left in the year, and nobody had an award."""
    copy_sample(tmp_path / "w")
    truths = json.loads(bundled("data_samples/truths.json").read_text("utf-8"))
    people = truths["agents"]
    there = [p for p in people if p["joined"] <= "2024-01-31" and not (p["left"] or "2099") < "2024-01"]
    gone = [p for p in there if (p["left"] or "2099") <= "2024-12-31"]
    history = load_history(tmp_path / "w", "2024-12")
    found = study_retention(history, fit_baseline(history, ("shop",)))
    assert isinstance(found, Retention)
    assert (found.people, found.left) == (len(there), len(gone))
    for measure in ("conversion", "reply_seconds", "sales", "orders"):
        study = study_effect(replace(history, award=frozenset(history.agents[::2])), measure, "2024-05")
        assert study.effect.effect is not None
        assert not study.effect.caused, study.effect.text.en
