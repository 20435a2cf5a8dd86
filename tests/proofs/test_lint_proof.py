"""Sound schemes held against ordinary teams give nothing to look at: how often lint cries wolf."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.evidence import record
from tests.studies.sound import MONTH, sound_scheme, sound_team
from toolkit.rules import parse_scheme
from toolkit.rules.lint import lint_scheme
from toolkit.studies.consequences import consequences

N = 200
COMMAND = "nice -n 19 .venv/bin/pytest -m prove tests/proofs/test_lint_proof.py"

pytestmark = pytest.mark.prove


def test_sound_schemes_and_teams_rarely_give_something_to_look_at() -> None:
    schemes, findings, named = 0, Counter[str](), 0
    for seed in range(N):
        r = np.random.default_rng(seed)
        scheme, team = parse_scheme(sound_scheme(r)), sound_team(r)
        found = [*lint_scheme(scheme), *consequences(scheme, team, month=MONTH)]
        grave = {f.code for f in found if f.severity != "info"}
        findings.update(grave)
        schemes += bool(grave)
        named += len(found) - len(grave)
    record(
        "Lint: sound schemes",
        COMMAND,
        [
            f"{N} schemes drawn sound (lines or small steps, least volumes, caps, quality as a condition, net sales, "
            "acknowledged in time) on teams of 10 to 30 people and 13 months, nothing planted.",
            "",
            f"Schemes with a finding of severity review or stop: {schemes} of {N} ({schemes / N:.1%}).",
            f"By check: {', '.join(f'{code} {n}' for code, n in findings.most_common()) or 'none'}.",
            f"Findings for information: {named / N:.1f} a scheme.",
        ],
    )
    assert schemes / N <= 0.05
