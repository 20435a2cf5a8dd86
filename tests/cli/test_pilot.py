"""The commands pilot plan and pilot evaluate, in both languages, and the files for machines."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.data.worlds import frame_of
from tests.studies.test_pilot import MONTHS, NEW, NOW, days, history_of, make
from toolkit.cli.app import app
from toolkit.studies.pilot import pilot_plan
from toolkit.studies.planning.effect import values_of
from toolkit.studies.planning.history import load_history


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=True)


def test_a_pilot_from_plan_to_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = staticmethod(lambda _: NOW)

    monkeypatch.setattr(pilot_plan, "datetime", Clock)
    root = tmp_path / "w"
    work = make(root, days())
    planned = run("pilot", "plan", root, "--scheme", NEW, "--from", "2025-01", "--lang", "en", "--as", "Zhao")
    assert planned.exit_code == 0, planned.output
    assert "8 of 14 people of 2 shops get it in all months" in planned.output
    assert "would be found in 8 of 10 such pilots" in planned.output
    assert "Person a00 (a00)" in planned.output
    (path,) = (root / "pilots").glob("*.json")
    assert f"incentive pilot evaluate {root} --plan {path}" in planned.output
    people = json.loads(path.read_text("utf-8"))["people"]
    given = np.array([[(m in p["months"]) * 0.5 for m in MONTHS] for p in people])
    work.write_table("agent_days", frame_of("agent_days", days(given, len(MONTHS))))
    chinese = run("pilot", "evaluate", root, "--plan", path, "--lang", "zh", "--out", tmp_path / "out")
    assert chinese.exit_code == 1, chinese.output  # by which scheme people were paid is not known
    assert "可以视为新方案的效果" in chinese.output
    assert "尚未关账的月份，不知道是否按抽签发放" in chinese.output
    told = json.loads((tmp_path / "out" / "pilot.json").read_text("utf-8"))
    assert told["shown"]
    real, quick = load_history(work, MONTHS[-1]), history_of(work, MONTHS[-1])
    assert real.names == quick.names
    a, b = (values_of(h, "conversion").sort_values(["month", "agent"], ignore_index=True) for h in (real, quick))
    assert a.to_numpy().tolist() == b.to_numpy().tolist()
    assert told["effect"]["lower"] < 0.112 < told["effect"]["upper"]  # .5 logit from 29 %
    rows = list(csv.DictReader((tmp_path / "out" / "months.csv").open(encoding="utf-8-sig")))
    assert list(rows[0]) == ["month", "period", "given", "people", "weight", "value"]
    assert [r["month"] for r in rows if r["given"] == "True"] == MONTHS[8:]
