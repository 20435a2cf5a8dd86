"""Sound schemes held against ordinary teams give nothing to look at: how often lint cries wolf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binom, gamma

from tests.evidence import record
from tests.studies.sound import MONTH, sound_scheme, sound_team
from toolkit.core.bundled import bundled
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months, read_days
from toolkit.data.importing.demo import make_demo
from toolkit.data.tables.workspace import Workspace
from toolkit.rules.lint.registry import lint_scheme
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.studies.consequences.case import open_case
from toolkit.studies.consequences.luck import find_luck
from toolkit.studies.consequences.registry import consequences

N = 200
FIRST = 20_000  # seeds from here on were never looked at while checks and generator were made
COMMAND = ".venv/bin/pytest -m prove tests/proofs/test_lint_proof.py"

pytestmark = pytest.mark.prove


def test_sound_schemes_and_teams_rarely_give_something_to_look_at() -> None:
    schemes, findings, named = 0, Counter[str](), 0
    for seed in range(FIRST, FIRST + N):
        r = np.random.default_rng(seed)
        scheme, team = parse_scheme(sound_scheme(r)), sound_team(r)
        told = [*lint_scheme(scheme), *consequences(scheme, team, month=MONTH)]
        grave = {f.code for f in told if f.severity != "info"}
        findings.update(grave)
        schemes += bool(grave)
        named += sum(f.severity == "info" for f in told)
    record(
        "Lint: sound schemes",
        COMMAND,
        [
            f"{N} schemes drawn sound (lines or small steps, least volumes, caps, quality as a condition, net sales, "
            f"acknowledged in time; seeds from {FIRST:,}, held out) on teams of 10 to 30 people and 13 months, "
            "nothing planted.",
            "",
            f"Schemes with a finding of severity review or stop: {schemes} of {N} ({schemes / N:.1%}).",
            f"By check: {', '.join(f'{code} {n}' for code, n in findings.most_common()) or 'none'}.",
            f"Findings for information: {named / N:.1f} a scheme.",
        ],
    )
    assert schemes / N <= 0.05


WORLDS, PEOPLE, MONTHS, MONTH_SD = 40, 16, 13, 0.15
HEADING = "language: 1\nscheme: luck\ntitle: {en: Luck, zh: 运气}\ncurrency: CNY\nin_force: {from: 2025-01-01}\n"
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
Drawn = tuple[pd.DataFrame, np.ndarray, np.ndarray]  # measures; chance to reach, truly above


def ratings(r: np.random.Generator) -> Drawn:
    """A team of known satisfaction, asked for 88 %: logit sd 0.35 between people, 0.15 between months of one."""
    level, n = r.normal(1.95, 0.35, PEOPLE), r.integers(60, 200, PEOPLE)
    need = np.array([ceil(k * 88 / 100) for k in n])
    reach = sum(w * binom.sf(need - 1, n, expit(level + z * MONTH_SD)) for z, w in zip(NODES, WEIGHTS, strict=True))
    luck = r.normal(0, MONTH_SD, (MONTHS, PEOPLE))
    satisfied = r.binomial(n, expit(level + luck))
    columns = {"rated": np.tile(n, MONTHS), "satisfied": satisfied.ravel()}
    return measured(columns), reach / WEIGHTS.sum(), expit(level) >= 0.88


def order_values(r: np.random.Generator) -> Drawn:
    """A team of known value per order, asked for 100: log sd 0.1 between people, exponential orders."""
    level, n = np.exp(r.normal(np.log(100), 0.1, PEOPLE)), r.integers(100, 300, PEOPLE)
    sales = np.round(r.gamma(np.tile(n, (MONTHS, 1))) * level * 100).astype(np.int64)
    columns = {"orders": np.tile(n, MONTHS), "sales": sales.ravel()}
    return measured(columns), gamma.sf(100 * n, n, scale=level), level >= 100


def measured(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Months of a team in memory form, the last being `MONTH`."""
    last = Month.parse(MONTH)
    months = np.repeat([str(last.shift(m - MONTHS + 1)) for m in range(MONTHS)], PEOPLE)
    table = pd.DataFrame({"month": months, "agent": [f"a{i:02d}" for i in range(PEOPLE)] * MONTHS, "shop": "A"})
    return table.astype("str").assign(**{name: pd.array(v, dtype="Int64") for name, v in columns.items()})


CASES = (("satisfied / rated >= 88%", ratings), ("sales / orders >= 100", order_values))


@pytest.mark.parametrize(("line", "draw"), CASES, ids=["a ratio of counts", "money per order"])
def test_the_luck_that_lint_states_is_the_luck_there_is(
    line: str, draw: Callable[[np.random.Generator], Drawn]
) -> None:
    scheme = parse_scheme(f"{HEADING}components: [{{id: b, when: {line}, amount: 500}}]\n")
    stated, true, covered = [], [], 0
    for seed in range(FIRST, FIRST + WORLDS):
        r = np.random.default_rng(seed)
        table, reach, above = draw(r)
        (told,) = find_luck(open_case(scheme, table, Month.parse(MONTH), np.random.default_rng(seed)))
        stated.append([told.evidence[name][0] for name in ("awards", "false_awards", "missed_awards")])
        true.append([reach.sum(), reach[~above].sum(), (1 - reach)[above].sum()])
        won = int((r.random(PEOPLE) < reach).sum())
        covered += told.evidence["awards"][1] <= won <= told.evidence["awards"][2]
    means = np.mean(stated, axis=0), np.mean(true, axis=0)
    rows = zip(("reached", "of them by luck", "missed by bad luck"), *means, strict=True)
    record(
        f"Lint: luck at {line.split(' >=')[0]}",
        COMMAND,
        [
            f"{WORLDS} teams of {PEOPLE} people of known level, {MONTHS - 1} months each, asked for `{line}`: "
            "people a month, mean over teams.",
            "",
            "| | stated by lint | by the known levels |",
            "| --- | --: | --: |",
            *(f"| {name} | {one:.2f} | {other:.2f} |" for name, one, other in rows),
            "",
            f"The 95% interval of those who reach it held a month drawn anew in {covered} of {WORLDS} teams.",
        ],
    )
    assert np.abs(means[0] - means[1]).max() <= 0.5
    assert covered >= 0.85 * WORLDS


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measures of the whole bundled sample, and its single days."""
    folder = tmp_path_factory.mktemp("lint") / "demo"
    make_demo(folder)
    workspace, first, last = Workspace.open(folder), Month.parse("2023-07"), Month.parse("2024-12")
    return measure_months(workspace, first, last).table, read_days(workspace, first, last)


def found(name: str, sample: tuple[pd.DataFrame, pd.DataFrame], month: str = "2024-12") -> list[Finding]:
    scheme = read_scheme(bundled(f"data_samples/{name}.yaml"))
    measures, days = sample
    return [*lint_scheme(scheme), *consequences(scheme, measures, month=month, days=days)]


def test_what_lint_says_of_the_sample(sample: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    tiers, award = found("schemes/presales", sample), found("shelf/D04-ranking-award", sample)
    cliff = next(f for f in tiers if f.code == "cliff" and f.evidence["edge"] == 0.3)
    near = next(f for f in tiers if f.code == "people-near-edge" and f.evidence["edge"] == 0.3)
    best = next(f for f in award if f.code == "best-by-chance")
    (spell,) = (f for f in tiers if f.code == "part-without-ratio")
    assert (cliff.evidence["before"], cliff.evidence["after"]) == (1500, 3000)
    assert spell.evidence["people"] == ["a07"]
    assert best.evidence["chance"] < 0.5
    load = next(f for f in tiers if f.code == "overload")
    low, high = load.evidence["holds_between"]
    assert low <= 400 <= high  # rota.SERVED_WELL of the sample's generator
    shown = (cliff, near, best, spell, load)
    record("Lint: what it says of the sample", COMMAND, [f"- `{f.code}` {f.message.en}" for f in shown])


@pytest.mark.parametrize("month", ["2023-12", "2024-02", "2024-05", "2024-06", "2024-09", "2024-12"])
def test_the_planted_overload_is_found_from_its_end_on_and_nothing_else(
    sample: tuple[pd.DataFrame, pd.DataFrame], month: str
) -> None:
    named = [(f.evidence["agent"], f.evidence["months"]) for f in found("schemes/presales", sample, month)
             if f.code == "overload"]  # fmt: skip
    planted = [m for m in ("2024-03", "2024-04", "2024-05") if m <= month]
    assert named == ([("a05", planted)] if planted else [])
