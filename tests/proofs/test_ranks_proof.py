"""Ranks and naming, funnel, months that fell, interval of the between-agent sd, verdict rule: over unseen seeds.

Results of each seed are kept below .cache, by what the code was, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from tests.models.test_empirical_bayes import one_level
from tests.models.worlds import Spec, World, make_world
from toolkit.models.baseline.conversion import ConversionBaseline, fit_conversion
from toolkit.models.baseline.effects import sd_interval
from toolkit.models.baseline.empirical_bayes import Variances, solve
from toolkit.models.outlook.backtest import by_months
from toolkit.models.standing.funnel import LEVELS, funnel_of_month
from toolkit.models.standing.monitor import watch_months
from toolkit.models.standing.ranks import judge_ranking

FIRST, SEEDS, TEAMS = 2_026_113_000, 60, 500
COMMAND = "nice -n 10 .venv/bin/pytest -n 0 -m prove tests/proofs/test_ranks_proof.py"
SKILLED = {
    "60 agents x 18 months x 3 shops": Spec(60, 18, 3, sd=0.25, few=0),
    "25 agents x 24 months x 3 shops": Spec(25, 24, 3, sd=0.25, few=0),
    "20 agents x 6 months x 3 shops": Spec(20, 6, 3, sd=0.25, few=0),
    "8 agents x 12 months x 2 shops": Spec(8, 12, 2, sd=0.25, few=0),
    "5 agents x 12 months x 2 shops, sd .4": Spec(5, 12, 2, sd=0.4, few=0),
}
ALIKE = {
    "60 agents, no skill": Spec(60, 18, 3, sd=0.0, few=0),
    "8 agents x 2 shops, no skill": Spec(8, 12, 2, sd=0.0, few=0),
    "8 agents x 6 months x 1 shop, no skill": Spec(8, 6, 1, sd=0.0, few=0),
    "4 agents x 2 shops, no skill": Spec(4, 12, 2, sd=0.0, few=0),
}
SOURCES = ("toolkit/models/baseline/*.py", "toolkit/models/standing/*.py", "tests/models/worlds.py")
CODE = hashlib.sha256(b"".join(p.read_bytes() for s in SOURCES for p in sorted(ROOT.glob(s)))).hexdigest()[:12]

pytestmark = pytest.mark.prove


def kept(name: str, make: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Return what was found before by the same code, or find it now."""
    path: Path = ROOT / ".cache/ranks-proof" / CODE / f"{name}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({k: float(v) for k, v in make().items()}), "utf-8")
    found: dict[str, float] = json.loads(path.read_text("utf-8"))
    return found


def rank_figures(world: World, baseline: ConversionBaseline, seed: int) -> dict[str, float]:
    found = judge_ranking(baseline, np.random.default_rng(seed))
    if found.table.empty:  # fewer than three people behind a contrast
        return {"rank": np.nan, "width": np.nan, "named": 0, "right": 0, "withheld": 1}
    truth = found.table["agent"].map(world.skill).to_numpy()
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = (truth[None, :] >= truth[:, None]).sum(axis=1)  # of equals any place is right
    inside = (found.table["rank_lower"] <= last) & (first <= found.table["rank_upper"])
    best = found.named[0]
    right = bool(best) and world.skill.get(best) == max(world.skill.values())
    width = (found.table["rank_upper"] - found.table["rank_lower"]).mean()
    return {
        "rank": inside.mean(),
        "width": width,
        "named": bool(best),
        "right": right and world.spec.sd > 0,
        "withheld": 0,
    }


def one_seed(seed: int, spec: Spec) -> dict[str, float]:
    world = make_world(seed, spec)
    baseline = fit_conversion(world.cells)
    table = funnel_of_month(baseline, baseline.cells.months[-1]).table
    low, high = baseline.summary["sd_agent_interval"] or (np.nan, np.nan)
    fell = watch_months(baseline).table["fell"].mean() if spec.months >= 12 else np.nan
    return rank_figures(world, baseline, seed) | {
        "inner": (table["outside"] > 0).mean(),
        "outer": (table["outside"] == LEVELS[1]).mean(),
        "sd": low <= spec.sd <= high if low == low else np.nan,  # four agents of two shops: mostly not estimable
        "empty": high == 0,
        "shown": low > 0,
        "fell": fell,
    }


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    worlds = SKILLED | ALIKE
    rows = {
        name: pd.DataFrame(
            [kept(f"{k}-{seed}", lambda s=spec, i=seed: one_seed(FIRST + i, s)) for seed in range(SEEDS)]
        ).mean()
        for k, (name, spec) in enumerate(worlds.items())
    }
    found = pd.DataFrame(rows).T
    lines = [
        f"Mean of {SEEDS} seeds from {FIRST:,} a world; agent-month sd .15, cell sd .15, 150 inquiries a month in the "
        "median. Places: share of agents whose true place lies inside; equal skills may have any of theirs. Fell: "
        "share of steady agents told to have fallen in their last 6 to 12 months.",
        "",
        "| world | places withheld | held | mean width | best named | truly best | funnel inner | outer | "
        "sd held | sd empty | shown to differ | fell |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found.iterrows():
        named, right = round(row["named"] * SEEDS), round(row["right"] * SEEDS)
        cells = [
            f"{row['withheld']:.2f}",
            f"{row['rank']:.3f}",
            f"{row['width']:.1f}",
            f"{named}",
            "-" if name in ALIKE else f"{right}",
        ]
        cells += [f"{row['inner']:.3f}", f"{row['outer']:.4f}", f"{row['sd']:.3f}", f"{row['empty']:.3f}"]
        lines.append(f"| {name} | {' | '.join(cells)} | {row['shown']:.3f} | {row['fell']:.4f} |")
    lines += ["", "Missed: from 20 agents on places were to hold at most .97; they are somewhat too wide (see MISSED)."]
    record("Ranks, funnel and months that fell: worlds", COMMAND, lines)
    return found


WIDE = pytest.mark.xfail(
    strict=True,
    reason="places of the coming month's levels are somewhat wide: a walk is allowed for where nobody moves",
)
MISSED = {"25 agents x 24 months x 3 shops": WIDE, "20 agents x 6 months x 3 shops": WIDE}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[MISSED[n]] if n in MISSED else []) for n in SKILLED])
def test_places_hold_and_whoever_is_named_is_the_best(figures: pd.DataFrame, name: str) -> None:
    row = figures.loc[name]
    assert 0.93 <= row["rank"] <= (0.97 if SKILLED[name].agents >= 20 else 1.0)
    assert row["named"] - row["right"] <= 0.05


@pytest.mark.parametrize("name", ALIKE)
def test_without_skill_nobody_is_named(figures: pd.DataFrame, name: str) -> None:
    assert figures.loc[name, "named"] <= 0.05
    assert figures.loc[name, "rank"] == 1.0


def test_limits_and_intervals_keep_their_word(figures: pd.DataFrame) -> None:
    assert (figures["inner"] <= 0.075).all()
    assert (figures["outer"] <= 0.003 + 2 * (0.003 / (SEEDS * 8)) ** 0.5).all()
    assert (figures["sd"].dropna() >= 0.93 - 2 * (0.93 * 0.07 / SEEDS) ** 0.5).all()  # two standard errors
    assert (figures["empty"] == 0).all()
    assert (figures["fell"].dropna() <= 0.03).all()


def normal_stage(agents: int, sd: float, seed: int) -> dict[str, float]:
    r = np.random.default_rng(seed)
    held, empty, shown = 0, 0, 0
    for _ in range(TEAMS):
        d = r.uniform(0.01, 0.04)
        c = one_level(r.normal(0, np.sqrt(sd**2 + d), agents), d)
        low, high = sd_interval(SimpleNamespace(variances=Variances(), collapsed=c, solution=solve(c, 0.0)))
        held, empty, shown = held + (low <= sd <= high), empty + (high == 0), shown + (low > 0)
    return {"held": held / TEAMS, "empty": empty / TEAMS, "shown": shown / TEAMS}


def test_the_interval_of_the_sd_holds_with_few_agents() -> None:
    lines = [
        f"Normal means with known error variance .01 to .04, {TEAMS} teams a cell, seeds from {FIRST:,}: share of "
        "intervals that hold the true sd / begin above 0; none is empty.",
        "",
        "| agents | sd 0 | .05 | .1 | .2 | .3 | .5 |",
        "|---|---|---|---|---|---|---|",
    ]
    found = {}
    for agents in (4, 5, 8, 25):
        for k, sd in enumerate((0.0, 0.05, 0.1, 0.2, 0.3, 0.5)):
            seed = FIRST + 100 * agents + k
            found[agents, sd] = kept(f"sd-{agents}-{k}", lambda a=agents, s=sd, i=seed: normal_stage(a, s, i))
        cells = [f"{f['held']:.3f} / {f['shown']:.2f}" for (a, _), f in found.items() if a == agents]
        lines.append(f"| {agents} | {' | '.join(cells)} |")
    record("Interval of the between-agent sd: few agents", COMMAND, lines)
    assert all(f["held"] >= 0.93 and f["empty"] == 0 for f in found.values())


def fallen(n: int, fall: float, seed: int) -> dict[str, float]:
    """Ten teams of 24 months, 20 agents at 29 %; a tenth of the agents fall for the last twelve months."""
    r = np.random.default_rng(seed)
    hits, false = [], []
    for _ in range(10):
        u = r.normal(-0.9, 0.25, 20)[:, None] + r.normal(0, 0.15, (20, 24))
        u[:2, 12:] -= fall
        buyers = r.binomial(n, 1 / (1 + np.exp(-u)))
        rows = [
            (f"{2023 + t // 12}-{t % 12 + 1:02d}", f"a{a:02d}", n, buyers[a, t]) for a in range(20) for t in range(24)
        ]
        table = pd.DataFrame(rows, columns=["month", "agent", "inquiries", "buyers"])
        fell = watch_months(fit_conversion(table, case_mix=())).table["fell"].to_numpy()
        hits.append(fell[:2].mean())
        false.append(fell[2:].mean())
    return {"found": float(np.mean(hits)), "false": float(np.mean(false))}


def test_falls_are_found_the_sooner_the_more_inquiries_there_are() -> None:
    lines = [
        "24 months, 20 agents, agent-month sd .15; two agents fall by .3 (29 % to 23 %) for twelve months; 10 x 10 "
        f"teams, seeds from {FIRST:,}.",
        "",
        "| inquiries a month | falls found in twelve months | steady agents told |",
        "|---|---|---|",
    ]
    rows = {}
    for n in (30, 100, 400):
        parts = [kept(f"fall-{n}-{k}", lambda n=n, k=k: fallen(n, 0.3, FIRST + 10 * n + k)) for k in range(10)]
        rows[n] = pd.DataFrame(parts).mean()
        lines.append(f"| {n} | {rows[n]['found']:.2f} | {rows[n]['false']:.4f} |")
    record("Months that fell: power", COMMAND, lines)
    assert rows[30]["found"] < rows[100]["found"] < rows[400]["found"]
    assert rows[400]["found"] >= 0.8
    assert all(row["false"] <= 0.03 for row in rows.values())


def false_verdicts(months: int, month_sd: float, seed: int, teams: int = 2000) -> dict[str, float]:
    r = np.random.default_rng(seed)
    names, ones, wrong = np.repeat(np.arange(months).astype(str), 25), np.ones(25 * months), 0
    for _ in range(teams):
        values = np.repeat(r.normal(0, month_sd, months), 25) + r.normal(0, 1, 25 * months)
        _, low, high = by_months(values, ones, names)
        wrong += not low <= 0 <= high
    return {"false": wrong / teams}


def test_verdicts_from_six_months_are_rarely_false() -> None:
    lines = [
        "25 agents, no true difference, month sd 0 / .3 / .6 of an agent's own; 2,000 teams a cell, nominal .05; fewer "
        "than 6 months get no verdict.",
        "",
        "| held-back months | month sd 0 | .3 | .6 |",
        "|---|---|---|---|",
    ]
    found = {}
    for months in (6, 12):
        for k, sd in enumerate((0.0, 0.3, 0.6)):
            seed = FIRST + 10 * months + k
            found[months, sd] = kept(f"verdict-{months}-{k}", lambda m=months, s=sd, i=seed: false_verdicts(m, s, i))
        cells = [f"{found[months, sd]['false']:.3f}" for sd in (0.0, 0.3, 0.6)]
        lines.append(f"| {months} | {' | '.join(cells)} |")
    record("Backtest: false verdicts", COMMAND, lines)
    assert all(f["false"] <= 0.065 for f in found.values())
