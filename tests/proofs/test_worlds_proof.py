"""Odd teams, large and small: what the models say of them against what is known, over seeds never used before.

What a seed gave is kept in pytest's cache while models and worlds are what they were, so that a stopped proof goes on.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from tests.evidence import ROOT, record
from tests.models.odd_figures import COMPARISON, figures
from tests.models.odd_worlds import SIZES, WORLDS
from tests.proofs.chunks import code

FIRST, SEEDS = 230987389, 24
COMMAND = "nice -n 10 taskset -c 0 .venv/bin/pytest -n 0 -m prove tests/proofs/test_worlds_proof.py"
SAYS_WHY = {
    "AR .8": ("level-moves",),
    "drift .08": ("level-moves",),
    "late learners": ("newcomers-learn",),
    "sorted, 10 % rotating": COMPARISON,
    "agent x shop .25": ("agent-shop",),
    "unseen routing": ("tipping",),
}
"""What tells of the oddity; of unseen routing the odds of hidden customers that would explain who is told apart."""
MAY = {"late learners": ("level-moves",), "sorted, 10 % rotating": ("agent-shop",)}
JUDGED = ("level-moves", "newcomers-learn", "agents-sorted", "agent-shop", "month-with-holes", "not-converged")
NO_ONE_SD = ("AR .8", "drift .08", "late learners", "unseen routing", "agent x shop .25")
"""Worlds in which agents differ by more than one fixed skill: no single sd is the true one."""
CHANGING = ("AR .8", "drift .08", "late learners", "agent x shop .25")
OUTER = (
    "more than twice the stated .002 lie outside, 1.5 times is the bar. The limits lie evenly about the rate, skill "
    "lies evenly in log-odds: 3,000 months by the formula alone, sd .34, give .0036, with normal rates .0023, with the "
    "spread known .0021, with sd .2 .0027; the far agents of t3 add to it."
)
_NONE = "where nobody differs the ranges hold everybody: wide, not wrong; it is said that no difference is shown."
_ROUTED = (
    "customers that differ unseen cannot be told from skill; the page prints how large such a difference would explain "
    "each lead, and nothing else can be done but drawn assignment."
)
OTHER_SD = (*NO_ONE_SD, "t3 skill", "sorted, 10 % rotating")
_FEW = "twelve months of eight agents do not tell that levels move (the likelihood ratio is below 3.84 in most teams)."
_SHOPS = (
    "not found, and so ranges and places are too narrow and nothing warns: z of the test is a sum over agents by the "
    "root of its squares, at most sqrt 8 = 2.83 with eight agents, and 2.33 is asked; of 24 other such teams the "
    "largest z was 1.93. That so few agents cannot tell should be said."
)
MISSED: dict[tuple[str, str, str], str] = {
    (
        "60 agents",
        "t3 skill",
        "sd",
    ): "the interval holds the sd of the sixty there are (16 of 16 other teams), not that "
    "of the t3 they were drawn from, which a few far agents make.",
    ("60 agents", "t3 skill", "outer funnel"): "some agents truly are that far out, and the limits let them be seen.",
    ("60 agents", "AR .8", "places"): "a level that returns is no walk, so that ranges and places are somewhat narrow; "
    "that levels move is told in every team.",
    ("60 agents", "unseen routing", "places"): _ROUTED,
    ("60 agents", "sorted, 10 % rotating", "sd"): "part of what agents differ by is taken for the shops', so the sd is "
    "too small; the finding says that a part is, the sentence of the spread does not.",
    ("60 agents", "no skill", "coverage"): _NONE,
    ("8 agents", "no skill", "coverage"): _NONE,
    ("8 agents", "volume tied to skill", "coverage"): "by chance of these seeds: .922 in 24 other teams.",
    ("8 agents", "AR .8", "right findings"): _FEW,
    ("8 agents", "drift .08", "right findings"): _FEW,
    ("8 agents", "late learners", "right findings"): "the curve of newcomers takes five who joined; here four did.",
    ("8 agents", "unseen routing", "places"): _ROUTED,
    ("8 agents", "agent x shop .25", "coverage"): _SHOPS,
    ("8 agents", "agent x shop .25", "places"): _SHOPS,
    ("8 agents", "agent x shop .25", "right findings"): _SHOPS,
}
"""Bars that are missed by more than two standard errors, and why; any other fails, and so does one that is met."""

pytestmark = [
    pytest.mark.prove,
    pytest.mark.filterwarnings("ignore:invalid value encountered in divide"),  # all effects 0: no correlation
]


@dataclass(frozen=True)
class Bar:
    """One bar of one world: `out` when its mean lies outside, `clear` when by more than two standard errors."""

    name: str
    out: bool
    clear: bool


def bar(name: str, values, low: float = -np.inf, high: float = np.inf, each: int = 1) -> Bar:
    """Hold the mean of `values` over seeds against a bar; each a share of `each` cases, or a number."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if not len(values):
        return Bar(name, False, False)
    mean, nearest = values.mean(), low if values.mean() < low else high
    out = bool(mean < low - 1e-12 or mean > high + 1e-12)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    if out and each:
        error = max(error, np.sqrt(nearest * (1 - nearest) / (len(values) * each)))
    return Bar(name, out, out and abs(mean - nearest) > 2 * error)


@pytest.fixture(scope="module")
def rows(pytestconfig):
    """Every world's figures, a row a seed; computed or read."""
    drawn = b"".join((ROOT / f"tests/models/odd_{name}.py").read_bytes() for name in ("worlds", "figures"))
    key = f"proofs/worlds/{code(('toolkit/models',))}-{hashlib.sha256(drawn).hexdigest()[:8]}"

    def one(world, seed):
        place = f"{key}/{' '.join(world)}/{seed}".replace(" ", "_")
        row = pytestconfig.cache.get(place, None)
        if row is None:
            row = {name: float(x) for name, x in figures(seed, WORLDS[world]).items()}
            pytestconfig.cache.set(place, row)
        return row

    starts = {world: FIRST + SEEDS * k for k, world in enumerate(WORLDS)}  # no two worlds share a draw
    return {world: pd.DataFrame([one(world, start + i) for i in range(SEEDS)]) for world, start in starts.items()}


def right(world, found):
    """In which seeds what is odd was told; not a number where nothing need be."""
    codes = SAYS_WHY.get(world[1], ())
    return found[list(codes)].max(axis=1) if codes else pd.Series(np.nan, index=found.index)


def false(world, found):
    """In which seeds something was told that is not so."""
    spec, name = WORLDS[world], world[1]
    wrong = [c for c in JUDGED if c not in (*SAYS_WHY.get(name, ()), *MAY.get(name, ()))]
    wrong += ["season-unknown"] if spec.months >= 24 else []
    wrong += [] if spec.trend or spec.season else ["trend-or-season"]
    return found[wrong].max(axis=1)


def bars(world, found):
    """Hold a world against every bar."""
    spec, name = WORLDS[world], world[1]
    told = right(world, found)
    places = (0.93, 0.97 if spec.agents >= 20 and spec.sd else 1.0)
    held = [
        bar("coverage", found["covers"], 0.93, 0.97, spec.agents),
        bar("correlation", found["adjusted"] - found["raw"], low=0.0, each=0),
        bar("attainment", 100 * (found["realised"] - found["stated"]), -3, 3, 0),
        bar("best", found["named_falsely"], high=0.05),
        bar("places", found["ranks"], *places, spec.agents),
        bar("funnel", found["inner"], high=0.075, each=spec.agents),
        bar("outer funnel", found["outer"], high=0.003, each=spec.agents),
        *([] if name in NO_ONE_SD else [bar("sd", found["sd"], low=0.93)]),
        bar("volume", found["volume"], 0.90, 0.98),
        bar("sales", found["sales"], 0.90, 0.98),
        bar("right findings", told, low=0.90),
        bar("false findings", false(world, found), high=0.05),
    ]
    excused = {
        "coverage": told.mean() >= 0.9,
        "correlation": found[list(COMPARISON)].max(axis=1).mean() >= 0.9,
        "attainment": found["unknown"].mean() >= 0.9 and not bar("", found["band"], low=0.95).clear,
    }
    return [b for b in held if b.out and not excused.get(b.name, False)]


def shown(values, form=".3f"):
    mean = np.nanmean(values) if np.isfinite(values).any() else np.nan
    return "-" if np.isnan(mean) else f"{mean:{form}}"


def line(world, found):
    name, gap = world[1], 100 * (found["realised"] - found["stated"])
    missed = [b.name if b.clear else f"({b.name})" for b in bars(world, found)]
    cells = [
        name,
        shown(found["covers"]),
        shown(right(world, found), ".2f"),
        f"{shown(found['adjusted'])} / {shown(found['raw'])}",
        shown(found["worse"], ".2f"),
        f"{shown(100 * found['stated'], '.0f')} / {shown(100 * found['usual'], '.0f')}",
        f"{shown(100 * found['realised'], '.0f')}",
        f"{shown(gap, '+.1f')} ({gap.std(ddof=1) / np.sqrt(gap.notna().sum()):.1f})",
        f"{shown(found['unknown'], '.2f')} / {shown(found['band'], '.2f')}",
        f"{found['named'].sum():.0f} / {found['named_falsely'].sum():.0f}",
        shown(found["ranks"]) + (f" ({found['withheld'].mean():.0%} none)" if found["withheld"].any() else ""),
        f"{shown(found['inner'])} / {shown(found['outer'], '.4f')}",
        "-" if name in NO_ONE_SD else shown(found["sd"], ".2f"),
        f"{shown(found['volume'], '.2f')} / {shown(found['sales'], '.2f')}",
        shown(false(world, found), ".2f"),
        ", ".join(missed) or "none",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = (
    "world",
    "coverage",
    "told why",
    "correlation adjusted / raw",
    "worse, not warned",
    "stated: all counted / usual month, %",
    "realised, %",
    "gap, points (error)",
    "month unknown / band holds",
    "named / falsely",
    "places held",
    "funnel inner / outer",
    "sd held",
    "volume / sales held",
    "false findings",
    "bars missed",
)


def pooled(rows, size):
    """All worlds of a size: shares too rare, or of too few seeds, to be told by one world."""
    found = pd.concat([found for world, found in rows.items() if world[0] == size])
    fixed = pd.concat([found for world, found in rows.items() if world[0] == size and world[1] not in OTHER_SD])
    open_ = pd.concat([found for world, found in rows.items() if world[0] == size and world[1] != "unseen routing"])
    unknown, gap = found[found["unknown"] > 0], 100 * (found["realised"] - found["stated"])
    return {
        "gap in points": gap.mean(),
        "its error": gap.std(ddof=1) / np.sqrt(gap.notna().sum()),
        "best named": found["named"].mean(),
        "falsely": found["named_falsely"].mean(),
        "falsely without unseen routing": open_["named_falsely"].mean(),
        "band of an unknown month holds": unknown["band"].mean(),
        "funnel inner": found["inner"].mean(),
        "outer": found["outer"].mean(),
        "sd held (one skill, normal or bimodal, not sorted)": fixed["sd"].mean(),
        "volume held": found["volume"].mean(),
        "sales held": found["sales"].mean(),
        "adjusted worse than raw by .02, not warned": found["worse"].mean(),
    }


@pytest.fixture(scope="module")
def missed(rows):
    """The bars missed clearly; the table is written whatever they are."""
    found = {(*world, b.name) for world, part in rows.items() for b in bars(world, part) if b.clear}
    lines = [
        f"{SEEDS} seeds a world, in order from {FIRST} (drawn at random beforehand, not used while building). Worlds: "
        "`tests/models/odd_worlds.py`; figures: `tests/models/odd_figures.py`. Means over seeds. Coverage: 95 % ranges "
        "of the level in the month after. Told why: seeds in which what is odd was told. Worse: seeds in which the "
        "adjusted effects correlate with the truth by .02 less than raw rates and nothing warned of comparing. Stated: "
        "share told to reach the target, all that is unknown of the month counted, and in a usual month; where the "
        "month is unknown the sentence is of a usual month, with the band beside it. Named: seeds with a best agent, "
        "and of these with a wrong one. False findings: seeds in which something was told that is not so.",
        "",
        "Bars: coverage .93-.97 or told why in .9; correlation not below raw's or warned in .9; gap within 3 points, "
        "or the month unknown and its band holding .95; named falsely .05; places .93-.97 (.93-1 below 20 agents and "
        "without skill); funnel .075 / .003; sd .93; volume and sales .90-.98; told .90; false .05. In brackets what "
        "lies outside its bar by less than two standard errors.",
        "",
        "What is told is not always enough: that levels move does not say that the ranges are somewhat narrow (AR .8), "
        "and the odds of hidden customers stand on every page on which somebody is told apart, routing or not. "
        "The gaps in brackets of 8 agents with 26 and 38 months are luck of the draw: 60 other teams each give +0.1 "
        "(2.1) and -1.5 (2.1). What is said of other teams, and of the funnel's formula, was measured once beside it.",
    ]
    for size, spec in SIZES.items():
        lines += ["", f"**{size}, {spec.months} months unless said, {spec.shops} shops**", ""]
        lines += [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
        lines += [line(world, part) for world, part in rows.items() if world[0] == size]
        lines += ["", "All of these: " + ", ".join(f"{k} {v:.4f}" for k, v in pooled(rows, size).items()) + "."]
    mended = [shown(rows[size, "sorted, 10 % rotating"]["covers_mended"]) for size in SIZES]
    changing = pd.concat([part for (_, name), part in rows.items() if name in CHANGING])
    found_sorted = changing[changing["agents-sorted"] > 0]
    lines += [
        "",
        f"The second table, in which sorting is allowed for, covers {' and '.join(mended)} where agents are sorted. "
        f"It is of the mean of all months and of the shops served: in {len(found_sorted)} teams "
        f"({', '.join(CHANGING)}) told to be sorted though they are not it covers "
        f"{shown(found_sorted['covers_mended'], '.2f')} of levels, the first table "
        f"{shown(found_sorted['covers'], '.2f')}.",
    ]
    lines += ["", "Missed, and why:", ""]
    whys = {}
    for (size, name, what), why in MISSED.items():
        whys.setdefault(why, []).append(f"{name} ({size}, {what})")
    lines += [f"- {'; '.join(where)}: {why}" for why, where in whys.items()]
    lines += [f"- All worlds of 60 agents together, outer funnel: {OUTER}"]
    record("Worlds: every bar in every odd team", COMMAND, lines)
    return found


@pytest.mark.parametrize("world", WORLDS, ids=" ".join)
def test_a_world_meets_its_bars(missed, world):
    assert {key for key in missed if key[:2] == world} <= set(MISSED)


@pytest.mark.parametrize("size", SIZES)
def test_all_worlds_together(rows, missed, size):
    found = pooled(rows, size)
    assert found["falsely without unseen routing"] <= 0.05
    assert abs(found["gap in points"]) <= 3
    assert found["funnel inner"] <= 0.075
    assert found["sd held (one skill, normal or bimodal, not sorted)"] >= 0.93
    assert found["band of an unknown month holds"] >= 0.93
    assert 0.90 <= found["volume held"] <= 0.98
    assert 0.90 <= found["sales held"] <= 0.98


@pytest.mark.xfail(reason=f"missed: {OUTER}", strict=True)
def test_outer_limits_of_all_large_worlds(rows):
    assert pooled(rows, "60 agents")["outer"] <= 0.003


def test_outer_limits_of_all_small_worlds(rows):
    found = pooled(rows, "8 agents")["outer"]
    assert found <= 0.003 + 2 * (0.003 / (8 * SEEDS * len(WORLDS) / 2)) ** 0.5


@pytest.mark.parametrize("key", MISSED, ids=" ".join)
def test_bars_said_to_be_missed_are(missed, key):
    assert key in missed
