"""Do as many agents reach a target as was stated, in every volume stratum?"""

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from tests.models.worlds import Spec, make_world, next_month
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.outlook.forecast import default_plan, forecast_month
from toolkit.models.targets.awards import judge_award
from toolkit.models.targets.targets import LEVELS, TargetTerms, propose_targets

SEEDS = 300
COMMAND = "nice -n 19 .venv/bin/pytest -m prove tests/proofs/test_targets_proof.py"
MONTH = "2025-01"
EDGES = (0, 30, 75, 150, 300, 10**9)

pytestmark = pytest.mark.prove


def one_team(seed, volume):
    world = make_world(seed, Spec(agents=100, few=15, volume=volume))
    baseline = fit_conversion(world.cells)
    plan = default_plan(baseline, MONTH)
    rng = np.random.default_rng(seed)
    forecast = forecast_month(baseline, plan, rng, 1000)
    proposal = propose_targets(forecast, TargetTerms(), rng)
    award = judge_award(forecast, proposal.edges[1])
    came = next_month(world, plan, 10_000 + seed).loc[list(forecast.agents)].to_numpy()
    frame = proposal.agents.assign(team=f"{volume:g} {seed}", stratum=np.digitize(forecast.n, EDGES[1:-1]))
    for name in LEVELS:
        frame[f"reached_{name}"] = came >= frame[f"need_{name}"]
    shop = plan["shop"].str.removeprefix("s").astype(int)
    month = world.spec.season * np.sin(2 * np.pi * world.spec.months / 12)
    eta = world.spec.rate_logit + month + world.shop_logit[shop] + plan["agent"].map(world.skill)
    rate = (plan["inquiries"] / (1 + np.exp(-eta))).groupby(plan["agent"]).sum() / forecast.n
    above = rate.loc[list(forecast.agents)].to_numpy() >= float(proposal.edges[1])
    reached = frame["reached_target"].to_numpy()
    return frame, (award.false_awards[0], (reached & ~above).sum(), award.missed_awards[0], (~reached & above).sum())


@pytest.fixture(scope="module")
def teams():
    found = [one_team(seed, volume) for volume in (150.0, 40.0) for seed in range(SEEDS // 2)]
    return pd.concat([f for f, _ in found]), np.array([a for _, a in found])


def strata(frame):
    """Stated and realised share of each stratum and level, with the error of their difference clustered by team."""
    rows = []
    for stratum, part in frame.groupby("stratum"):
        for name in LEVELS:
            stated, realised = part[f"chance_{name}"], part[f"reached_{name}"].astype(float)
            apart = (realised - stated) - (realised - stated).mean()
            error = (apart.groupby(part["team"]).sum() ** 2).sum() ** 0.5 / len(part)
            rows.append((stratum, name, len(part), stated.mean(), realised.mean(), error))
    return pd.DataFrame(rows, columns=["stratum", "level", "n", "stated", "realised", "error"])


PHASE = (
    "these teams all stand at one phase of a small season (.15), which 24 months do not tell: one phase is a stress; "
    "over phases drawn at random the gap is within 3 points (test_level_proof.py)"
)


@pytest.mark.xfail(strict=True, reason=PHASE)
def test_stated_and_realised_attainment_agree_in_every_stratum(teams):
    table = strata(teams[0])
    lines = [
        f"Teams of 100 agents, 24 months of history, the month after is drawn from the world; {SEEDS} teams, "
        "median volume 150 and 40 a month. The error is that of the difference, clustered by team: a month's own level "
        "moves a whole team.",
        "",
        "| planned inquiries | level | agent-months | stated | realised | difference, points | error |",
        "|---|---|---|---|---|---|---|",
    ]
    names = ["below 30", "30-74", "75-149", "150-299", "300 and more"]
    lines += [
        f"| {names[r.stratum]} | {r.level} | {r.n:,} | {r.stated:.1%} | {r.realised:.1%} | "
        f"{100 * (r.realised - r.stated):+.1f} | {100 * r.error:.1f} |"
        for r in table.itertuples()
    ]
    record("Targets: stated and realised attainment", COMMAND, lines)
    assert table["n"].min() >= 1500
    assert (table["stated"] - table["realised"]).abs().max() <= 0.03


@pytest.mark.xfail(strict=True, reason=PHASE)
def test_single_chances_are_calibrated(teams):
    frame = teams[0]
    tenth = np.minimum((frame["chance_target"] * 10).astype(int), 9)
    means = frame.groupby(tenth)[["chance_target", "reached_target"]].mean()
    assert (means["chance_target"] - means["reached_target"]).abs().max() <= 0.05


def test_false_and_missed_awards_are_as_many_as_expected(teams):
    false, false_came, missed, missed_came = teams[1].mean(axis=0)
    record(
        "Targets: awards by luck",
        COMMAND,
        [
            "| of 100 agents | expected | came |",
            "|---|---|---|",
            f"| awards to agents below the edge | {false:.2f} | {false_came:.2f} |",
            f"| agents above it without award | {missed:.2f} | {missed_came:.2f} |",
        ],
    )
    assert false == pytest.approx(false_came, rel=0.2)
    assert missed == pytest.approx(missed_came, rel=0.2)
