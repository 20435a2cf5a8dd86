"""Sound schemes held against ordinary teams give nothing to look at: how often lint cries wolf."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from tests.evidence import record
from tests.studies.sound import MONTH, sound_scheme, sound_team
from toolkit.core.bundled import bundled
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.data.measures import measure_months
from toolkit.data.workspace import Workspace
from toolkit.rules import parse_scheme, read_scheme
from toolkit.rules.lint import lint_scheme
from toolkit.studies.consequences import consequences
from toolkit.studies.demo import make_demo

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


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The measures of the whole bundled sample."""
    folder = tmp_path_factory.mktemp("lint") / "demo"
    make_demo(folder)
    return measure_months(Workspace.open(folder), Month.parse("2023-07"), Month.parse("2024-12")).table


def found(name: str, measures: pd.DataFrame, month: str = "2024-12") -> list[Finding]:
    scheme = read_scheme(bundled(f"data_samples/{name}.yaml"))
    return [*lint_scheme(scheme), *consequences(scheme, measures, month=month)]


def test_what_lint_says_of_the_sample(measures: pd.DataFrame) -> None:
    tiers, award = found("schemes/presales", measures), found("shelf/D04-ranking-award", measures)
    cliff = next(f for f in tiers if f.code == "cliff" and f.evidence["edge"] == 0.3)
    near = next(f for f in tiers if f.code == "people-near-edge" and f.evidence["edge"] == 0.3)
    best = next(f for f in award if f.code == "best-by-chance")
    (spell,) = (f for f in tiers if f.code == "part-without-ratio")
    assert (cliff.evidence["before"], cliff.evidence["after"]) == (1500, 3000)
    assert spell.evidence["people"] == ["a07"]
    assert best.evidence["chance"] < 0.5
    shown = (cliff, near, best, spell)
    record("Lint: what it says of the sample", COMMAND, [f"- `{f.code}` {f.message.en}" for f in shown])


@pytest.mark.parametrize("month", ["2023-12", "2024-02", "2024-05", "2024-06", "2024-09", "2024-12"])
def test_the_planted_overload_is_found_from_its_end_on_and_nothing_else(measures: pd.DataFrame, month: str) -> None:
    named = [(f.evidence["agent"], f.evidence["months"]) for f in found("schemes/presales", measures, month)
             if f.code == "overload"]  # fmt: skip
    planted = [m for m in ("2024-03", "2024-04", "2024-05") if m <= month]
    assert named == ([("a05", planted)] if planted else [])
