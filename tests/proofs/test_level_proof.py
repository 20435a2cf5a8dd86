"""Levels, months and targets in worlds that move: coverage, stated and realised attainment, findings, cost.

What a seed gave is kept in pytest's cache while the models are what they were, so that a stopped proof goes on.
"""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from tests.evidence import ROOT, record
from tests.models.moving import Moving, make_moving
from tests.models.volumes import make_volumes
from tests.proofs.chunks import code
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.baseline.counts import prepare_counts
from toolkit.models.outlook.forecast import forecast_month
from toolkit.models.outlook.season import Season
from toolkit.models.outlook.volume import fit_volume, forecast_volume
from toolkit.models.targets.attainment import try_attainment
from toolkit.models.targets.targets import LEVELS, TargetTerms, propose_targets

FIRST, SEEDS, MONTH_SEEDS, TEAMS = 41_000, 48, 24, 120
COMMAND = "nice -n 10 .venv/bin/pytest -m prove tests/proofs/test_level_proof.py"
PARTS = ("toolkit/models/baseline", "toolkit/models/outlook", "toolkit/models/targets")
SMALL = Moving(agents=8, months=12, shops=2)
SKILL = {
    "stable": Moving(),
    "drift .08": Moving(drift=0.08),
    "learning": Moving(learn=0.6),
    "AR .8": Moving(ar=0.8),
    "8 agents, stable": SMALL,
    "8 agents, drift .08": Moving(agents=8, months=12, shops=2, drift=0.08),
}
MONTHS = {
    "stable": (Moving(), False),
    "trend .03": (Moving(trend=0.03), False),
    "trend .03, 12 months": (Moving(trend=0.03, months=12), False),
    "drift .08": (Moving(drift=0.08), False),
    "learning": (Moving(learn=0.6), False),
    "season .6, 14 months": (Moving(season=0.6, months=14), False),
    "season .6, 14 months, table": (Moving(season=0.6, months=14), True),
    "season .6, 30 months": (Moving(season=0.6, months=30), False),
}
TRIED = {"stable": Moving(), "trend .03": Moving(trend=0.03)}

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def kept(pytestconfig):
    """Compute a seed's row, or read it."""
    drawn = hashlib.sha256((ROOT / "tests/models/moving.py").read_bytes()).hexdigest()[:8]
    cache, key = pytestconfig.cache, f"proofs/level/{code(PARTS)}-{drawn}"

    def rows(name, one, arguments, n_seeds):
        found = []
        for seed in range(FIRST, FIRST + n_seeds):
            place = f"{key}/{name}/{seed}".replace(" ", "_")
            row = cache.get(place, None)
            if row is None:
                cache.set(place, row := [float(x) for x in one(seed, *arguments)])
            found.append(row)
        return np.array(found)

    return rows


def levels_of(seed, spec):
    world = make_moving(seed, spec)
    baseline = fit_conversion(world.cells)
    table = baseline.agents
    truth = world.skill[list(table["agent"])].to_numpy()
    mean = [np.sqrt(np.mean((table[c] - truth) ** 2)) for c in ("mean_effect", "effect")]
    inside = np.mean((table["lower"] <= truth) & (truth <= table["upper"]))
    static = np.mean(3.92 * _static_se(baseline))
    found = {f.code for f in baseline.findings}
    return (
        inside,
        np.mean(table["upper"] - table["lower"]),
        static,
        *mean,
        "level-moves" in found,
        "newcomers-learn" in found,
    )


def _static_se(baseline):
    from toolkit.models.baseline.effects import agent_effects

    return agent_effects(baseline.fit, len(baseline.cells.agents))[1]


def attained(seed, spec, with_table):
    world, season = make_moving(seed, spec), None
    if with_table:  # the true wave by calendar month, each known with an error of sd .1
        wave = np.zeros(12)
        wave[np.arange(spec.months + 1) % 12] = world.wave
        season = Season("table", wave - wave.mean() + np.random.default_rng(seed).normal(0, 0.1, 12), 0.1)
    rng, plan = np.random.default_rng(seed), world.coming.drop(columns="buyers")
    forecast = forecast_month(fit_conversion(world.cells), plan, rng, 1000, season=season)
    proposal = propose_targets(forecast, TargetTerms(), rng)
    came = world.coming.groupby("agent")["buyers"].sum()[list(forecast.agents)].to_numpy()
    reached = [float(np.mean(came >= proposal.agents[f"need_{name}"])) for name in LEVELS]
    gaps = [100 * (r - s) for r, s in zip(reached, proposal.table["mean_attainment"], strict=True)]
    band = proposal.table.iloc[1]
    team, n = forecast.buyers.sum(axis=1) / forecast.n.sum(), forecast.n.sum()
    low, high = np.quantile(team, (0.025, 0.975))
    inside = band["lower"] <= reached[1] <= band["upper"]
    return *gaps, inside, 100 * (band["upper"] - band["lower"]), low <= came.sum() / n <= high


def tried(seed, spec):
    found = try_attainment(make_moving(seed, spec).cells, ("shop",), TargetTerms(), 1)
    return 100 * found.gap[0], 100 * (found.gap[2] - found.gap[1]) / 2, found.flagged, found.error, found.own_error


def test_current_level_is_covered(kept):
    means = {name: kept(f"level {name}", levels_of, (spec,), SEEDS).mean(axis=0) for name, spec in SKILL.items()}
    lines = [
        f"Seeds {FIRST} to {FIRST + SEEDS - 1}; 60 agents, 18 months, 3 shops unless said. Truth is the agent's level "
        "in the month after the last.",
        "",
        "| world | 95 % interval covers | width | width without moves | error of mean effect | of current level "
        "| level-moves | newcomers-learn |",
        "|---|---|---|---|---|---|---|---|",
        *(f"| {name} | {' | '.join(f'{x:.3f}' for x in row)} |" for name, row in means.items()),
        "",
        "The bar of .93 is missed with AR .8 (a static level of sd .3 and a deviation of sd .15 that returns: a walk "
        "has no mean to return to) and with 8 agents that drift (12 months of so few do not tell how fast).",
    ]
    record("Levels that move: coverage of the current level", COMMAND, lines)
    for name in ("stable", "drift .08", "learning", "8 agents, stable"):
        assert means[name][0] >= 0.93, name
    assert means["stable"][1] <= 1.1 * means["stable"][2]
    assert means["stable"][5] <= 0.05 < 0.9 <= means["drift .08"][5]
    assert means["learning"][6] >= 0.9
    assert max(means[name][6] for name in SKILL if name != "learning") <= 0.05


@pytest.mark.xfail(
    reason="missed: a level that returns is no walk, and 8 agents do not tell how fast levels move", strict=True
)
@pytest.mark.parametrize("name", ["AR .8", "8 agents, drift .08"])
def test_worlds_whose_bar_is_missed(kept, name):
    assert kept(f"level {name}", levels_of, (SKILL[name],), SEEDS)[:, 0].mean() >= 0.93


def test_stated_attainment_comes_true(kept):
    rows = {name: kept(f"months {name}", attained, arguments, MONTH_SEEDS) for name, arguments in MONTHS.items()}
    lines = [
        f"Seeds {FIRST} to {FIRST + MONTH_SEEDS - 1}, 60 agents, 18 months unless said, phase of the year drawn; "
        "realised less stated attainment of the month after, in points; the error is that of the target's.",
        "",
        "| world | threshold | target | stretch | error | band holds the share | its width, points "
        "| rate of the month covered |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in rows.items():
        mean, error = found.mean(axis=0), found[:, 1].std(ddof=1) / np.sqrt(len(found))
        shown = [*(f"{x:+.1f}" for x in mean[:3]), f"{error:.1f}", f"{mean[3]:.3f}", f"{mean[4]:.0f}", f"{mean[5]:.3f}"]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    record("Targets in months that move: stated and realised attainment", COMMAND, lines)
    for name in ("stable", "trend .03", "learning", "season .6, 14 months", "season .6, 14 months, table"):
        assert abs(rows[name][:, 1].mean()) <= 3, name
    assert rows["season .6, 14 months"][:, 3].mean() >= 0.95


def test_past_months_tell_whether_to_trust(kept):
    rows = {name: kept(f"tried {name}", tried, (spec,), 10).mean(axis=0) for name, spec in TRIED.items()}
    lines = [
        f"Seeds {FIRST} to {FIRST + 9}, the last 8 of 18 months.",
        "",
        "| world | mean gap, points | half-width | flagged | squared error of a chance | by the agent's own rate |",
        "|---|---|---|---|---|---|",
        *(f"| {name} | {g:+.1f} | {h:.1f} | {f:.2f} | {e:.3f} | {o:.3f} |" for name, (g, h, f, e, o) in rows.items()),
    ]
    record("Targets: attainment tried on past months", COMMAND, lines)
    assert rows["stable"][2] <= 0.1
    assert rows["trend .03"][3] < rows["trend .03"][4]


def volume_of(seed):
    cells, month, total = make_volumes(seed)
    ready = prepare_counts(cells, (), "inquiries", "buyers")
    there = sorted(set(cells.loc[cells["month"] == ready.months[-1], "agent"]))
    drawn = forecast_volume(fit_volume(ready, month), there, np.random.default_rng(seed)).total
    low, high = np.quantile(drawn, (0.025, 0.975))
    return low <= total <= high, (high - low) / total, np.log(drawn.mean() / total)


def test_the_volume_of_the_month_is_covered(kept):
    inside, width, bias = kept("volume", volume_of, (), TEAMS).mean(axis=0)
    lines = [
        f"Seeds {FIRST} to {FIRST + TEAMS - 1}: 20 agents, 8-26 months, season .3, month noise .15, leavers, joiners.",
        "",
        f"The 95 % range holds the inquiries of the month after in {inside:.3f} of teams; width over what came "
        f"{width:.2f}; log of forecast over what came {bias:+.3f}.",
    ]
    record("Volume of the coming month", COMMAND, lines)
    assert 0.90 <= inside <= 0.98


COST = """
import resource
from time import process_time
from tests.models.worlds import Spec, make_world
import scipy.optimize, scipy.stats, statsmodels.genmod.generalized_linear_model
from toolkit.models.baseline.conversion import fit_conversion
cells = make_world(1, Spec(agents=10_000, shops=1, few=0)).cells
start = process_time()
baseline = fit_conversion(cells)
print(process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(cells))
"""


def test_ten_thousand_agents():
    run = subprocess.run([sys.executable, "-c", COST], capture_output=True, text=True, check=True)
    cpu, peak, n = map(float, run.stdout.split())
    record(
        "Levels that move: cost",
        COMMAND,
        [f"{n:,.0f} cells, 10,000 agents x 24 months: {cpu:.2f} CPU s, {peak:.0f} MB."],
    )
    assert cpu <= 3
    assert peak <= 1024
