"""Does the drawn cost of the coming month hold what true months cost, by kind of scheme and size of team?"""

from dataclasses import replace

import numpy as np
import pytest

from tests.evidence import record
from tests.studies.design_world import COMING, D02, Spec, Team, flat, scheme_text
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.studies.design.coming import luck_share, pay_world
from toolkit.studies.design.world import Key, World, draw_month, read_month

WORLDS, TRUE, DRAWN = 240, 200, 500
COMMAND = "nice -n 19 .venv/bin/pytest -m prove tests/proofs/test_design_proof.py"
BONUS = "  - {id: bonus, when: conversion >= 36% and inquiries >= 200, amount: 1000}\n"
SCHEMES = {"slab tiers (D02)": D02, "flat 3 %": flat("3%"), "bonus at 36 %": BONUS}
KINDS = {"moving, 25 people": (True, 25), "moving, 8 people": (True, 8), "calm, 25 people": (False, 25)}
"""Whether what all share has trend, walk and season (`tests.studies.design_world.SHARED`), and the team's size."""
LUCKY_WORLDS = 40

pytestmark = pytest.mark.prove


def without_terms(model):
    """The same model without the luck of an agent-month, in conversion and in value; volume is left to the caller."""
    fit, value = model.conversion.fit, model.value.fit
    level = model.conversion.level
    calm = None if level is None else replace(level, moves=replace(level.moves, month=0.0))
    conversion = replace(
        model.conversion, fit=replace(fit, variances=replace(fit.variances, month=0.0, cell=0.0)), level=calm
    )
    return replace(
        model,
        conversion=conversion,
        value=replace(model.value, fit=replace(value, variances=replace(value.variances, month=0.0))),
    )


def below(cost, edge):
    """Return the share of true months below an edge, those at it counted half (a bonus costs whole thousands)."""
    return ((cost < edge).mean() + (cost <= edge).mean()) / 2


def one_world(seed, moving, size):
    """Return the share of true months whose cost is below P50 and P90, by scheme, with all terms and without."""
    team = Team(seed, Spec(agents=size, moving=moving))
    past = team.past(10_000 + seed)
    model = read_month(past)
    key = Key(seed, COMING)
    world = draw_month(model, key, DRAWN)
    planned = world.of_agents("inquiries").mean(axis=0)
    bare = draw_month(without_terms(model), key, DRAWN, planned)
    true = team.months(np.random.default_rng(20_000 + seed), TRUE)
    rows = team.rows(COMING, {name: values[0] for name, values in true.items()})
    came = World(COMING, rows, true, np.zeros((TRUE, 0)))
    found = []
    for name, body in SCHEMES.items():
        scheme = parse_scheme(scheme_text("s", body))
        cost = pay_world(scheme, came, past).each
        drawn, poor = pay_world(scheme, world, past), pay_world(scheme, bare, past)
        shares = [below(cost, c.quantile(p)) for c in (drawn, poor) for p in (0.5, 0.9)]
        found.append((name, *shares, drawn.mean, cost.mean()))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_true_months_lie_within_the_drawn_cost(kind):
    """P50 within 2 points; P90 is never too low and up to 6 points too cautious.

    The outlooks of volume, conversion and value average over how far months may move, farther than they do here: from a
    year nobody can know it.
    """
    worlds = [one_world(seed, *KINDS[kind]) for seed in range(WORLDS)]
    lines = [
        "| scheme | below P50 | below P90 | mean cost against truth, all worlds | without volume, agent-month: P50 / "
        "P90 |",
        "|---|---|---|---|---|",
    ]
    off = []
    for i, name in enumerate(SCHEMES):
        table = np.array([world[i][1:] for world in worlds])
        mean, error = table.mean(axis=0), table.std(axis=0, ddof=1) / len(table) ** 0.5
        lines.append(
            f"| {name} | {mean[0]:.3f} (se {error[0]:.3f}) | {mean[1]:.3f} (se {error[1]:.3f}) | "
            f"{mean[4] / mean[5] - 1:+.1%} | "
            f"{mean[2]:.3f} / {mean[3]:.3f} |"
        )
        off.append((name, mean, error))
    lines += ["", f"{WORLDS} worlds, {TRUE} true months each, {DRAWN} drawn; 12 months of history."]
    cautious = any(abs(mean[1] - 0.9) > 0.02 + 2 * error[1] for _, mean, error in off)
    lines += ["", "Missed: P90 within 2 points; it is too cautious."] if cautious else []
    record(f"The cost of the coming month: {kind}", COMMAND, lines)
    for name, mean, error in off:
        assert abs(mean[0] - 0.5) <= 0.02 + 2 * error[0], (name, mean)
        assert 0.88 <= mean[1] <= 0.96 + 2 * error[1], (name, mean)
        assert mean[3] < 0.88, (name, mean)  # the same without the terms is caught
    if cautious:
        pytest.xfail("P90 within 2 points is missed: it is too cautious")


def test_luck_is_that_of_known_people():
    lines = ["| scheme | sense | worlds | stated | truth | difference | se |", "|---|---|---|---|---|---|---|"]
    wrong = []
    rows = {(name, sense): [] for name in SCHEMES for sense in ("own volume", "equal volume")}
    for seed in range(LUCKY_WORLDS):
        team = Team(seed, Spec(agents=25))
        past = team.past(10_000 + seed)
        model, r = read_month(past), np.random.default_rng(30_000 + seed)
        for name, body in SCHEMES.items():
            scheme = parse_scheme(scheme_text("s", body))
            stated = luck_share(scheme, model, past, (Key(seed, COMING), 300, team.volume))
            for sense, said, volumes in (
                ("own volume", stated.own_volume, team.volume),
                ("equal volume", stated.equal_volume, np.full(len(team.volume), team.volume.mean())),
            ):
                months = team.months(r, TRUE, volumes)
                first = team.rows(COMING, {n: v[0] for n, v in months.items()})
                paid = pay_world(scheme, World(COMING, first, months, np.zeros((TRUE, 0))), past).totals.astype(float)
                rows[name, sense].append((said, paid.var(axis=0).mean() / paid.var()))
    for (name, sense), pairs in rows.items():
        table = np.array(pairs)
        apart = table[:, 0] - table[:, 1]
        error = apart.std(ddof=1) / len(apart) ** 0.5
        lines.append(
            f"| {name} | {sense} | {len(table)} | {table[:, 0].mean():.3f} | {table[:, 1].mean():.3f} | "
            f"{apart.mean():+.3f} | {error:.3f} |"
        )
        if abs(apart.mean()) > 0.03 + 2 * error:
            wrong.append((name, sense, apart.mean()))
    record("Share of pay that is luck (design study)", COMMAND, lines)
    assert not wrong
