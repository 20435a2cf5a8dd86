"""Sorted and random worlds over unseen seeds: who is found, what coverage becomes, agents good in one shop only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from tests.models.test_sorting import sorted_world
from tests.models.worlds import Spec, make_world
from tests.proofs.test_ranks_proof import FIRST, kept
from toolkit.models.baseline.conversion import fit_conversion
from toolkit.models.standing.sorting import SORTED_P, TOO_FEW, check_sorting, shop_skill

SEEDS, RANDOM_SEEDS = 24, 60
COMMAND = "nice -n 10 .venv/bin/pytest -n 0 -m prove tests/proofs/test_sorting_proof.py"

pytestmark = pytest.mark.prove


def one_seed(seed: int, agents: int, by_skill: bool) -> dict[str, float]:
    cells, truth = sorted_world(seed, agents, by_skill=by_skill)
    baseline = fit_conversion(cells)
    found, skill = check_sorting(baseline), baseline.agents["agent"].map(truth).to_numpy()
    mended = found.table if len(found.table) else baseline.agents
    inside = [((t["lower"] <= skill) & (skill <= t["upper"])).mean() for t in (baseline.agents, mended)]
    right = [np.corrcoef(t, skill)[0, 1] for t in (baseline.agents["raw"], baseline.agents["effect"], mended["effect"])]
    p = 1.0 if found.p is None else found.p
    few = found.people["people"].min() < TOO_FEW
    return dict(zip(("raw", "effect", "mended"), right, strict=True)) | {
        "found": p < SORTED_P,
        "warned": p < SORTED_P or few or not baseline.identification.connected,
        "people": found.people["people"].min(),
        "before": inside[0],
        "after": inside[1],
        "shop_skill": shop_skill(baseline).found,
    }


def test_sorted_agents_are_found_and_random_ones_are_not() -> None:
    lines = [
        f"18 months, 3 shops, one agent in ten works in all of them; seeds from {FIRST:,}. Warned: the finding, or "
        "fewer than three people behind a contrast, or no comparison at all. Coverage of 95 % ranges and correlation "
        "with the truth: adjusted for shops, then with sorting allowed for where it is found.",
        "",
        "| world | seeds | found sorted | warned | people | coverage | then | correlation raw | adjusted | then |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    rows = {}
    for agents, by_skill, seeds in ((60, True, SEEDS), (20, True, SEEDS), (60, False, RANDOM_SEEDS)):
        name = f"{agents} agents, {'sorted' if by_skill else 'random'}"
        parts = [
            kept(f"sorted-{agents}-{by_skill}-{k}", lambda a=agents, b=by_skill, k=k: one_seed(FIRST + k, a, b))
            for k in range(seeds)
        ]
        row = rows[name] = pd.DataFrame(parts).mean()
        figures = [f"{row[c]:.3f}" for c in ("before", "after", "raw", "effect", "mended")]
        lines.append(
            f"| {name} | {seeds} | {row['found']:.2f} | {row['warned']:.2f} | {row['people']:.1f} | "
            f"{' | '.join(figures)} |"
        )
    record("Sorting of agents into shops", COMMAND, lines)
    assert rows["60 agents, sorted"]["found"] >= 0.9
    assert rows["60 agents, sorted"]["after"] >= 0.9
    assert rows["20 agents, sorted"]["warned"] >= 0.9
    assert rows["60 agents, random"]["found"] <= 0.1
    assert all(row["shop_skill"] <= 0.05 for row in rows.values())


def uneven(seed: int, sd: float) -> dict[str, float]:
    """Sixty agents whose skill differs from shop to shop by `sd`; covered is their skill in shops in general."""
    spec = Spec(60, 18, 3, few=0)
    world, r = make_world(seed, spec), np.random.default_rng(seed + 1)
    cells = world.cells
    own = {key: r.normal(0, sd) for key in sorted(set(zip(cells["agent"], cells["shop"], strict=True)))}
    mine = np.array([own[key] for key in zip(cells["agent"], cells["shop"], strict=True)])
    year, of_year = (cells["month"].str[at].astype(int) for at in (slice(4), slice(5, None)))
    month = world.month_logit[12 * (year - 2023) + of_year - 1]
    shop = world.shop_logit[cells["shop"].str.removeprefix("s").astype(int)]
    luck = {key: r.normal(0, 0.15) for key in sorted(set(zip(cells["agent"], cells["month"], strict=True)))}
    good = np.array([luck[key] for key in zip(cells["agent"], cells["month"], strict=True)])
    eta = -1.1 + month + shop + cells["agent"].map(world.skill).to_numpy() + mine + good + r.normal(0, 0.15, len(cells))
    baseline = fit_conversion(cells.assign(buyers=r.binomial(cells["inquiries"], 1 / (1 + np.exp(-eta)))))
    skill = shop_skill(baseline)
    table, truth = baseline.agents, baseline.agents["agent"].map(world.skill).to_numpy()
    shares = cells.groupby(["agent", "shop"])["inquiries"].sum().unstack(fill_value=0).to_numpy(float)
    shares = shares / shares.sum(axis=1, keepdims=True)
    se = np.sqrt(table["se"] ** 2 + skill.variance * (shares**2).sum(axis=1))
    covers = [(np.abs(table["effect"] - truth) <= 1.96 * s).mean() for s in (table["se"], se)]
    return {"found": skill.found, "sd": skill.variance**0.5, "before": covers[0], "after": covers[1]}


def test_agents_good_in_one_shop_only_are_found() -> None:
    lines = [
        f"60 agents, 18 months, 3 shops; {SEEDS} seeds from {FIRST:,}; found means z above 2.33.",
        "",
        "| sd between an agent's shops | found | sd found | coverage of skill in general | widened |",
        "|---|---|---|---|---|",
    ]
    rows = {}
    for sd in (0.0, 0.25):
        parts = [kept(f"uneven-{sd}-{k}", lambda s=sd, k=k: uneven(FIRST + k, s)) for k in range(SEEDS)]
        row = rows[sd] = pd.DataFrame(parts).mean()
        lines.append(f"| {sd} | {row['found']:.2f} | {row['sd']:.3f} | {row['before']:.3f} | {row['after']:.3f} |")
    record("Agents good in one shop only", COMMAND, lines)
    assert rows[0.25]["found"] >= 0.9
    assert rows[0.25]["after"] >= 0.93
    assert rows[0.0]["found"] <= 0.1
