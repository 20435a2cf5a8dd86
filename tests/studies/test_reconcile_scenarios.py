"""The reconciliation of payroll against situations worked by hand (tests/scenarios/reconcile-classes.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from toolkit.core.money import parse_money
from toolkit.studies.reconcile.reconcile import Reconciliation, reconcile_files

FILE = Path(__file__).parents[1] / "scenarios" / "reconcile-classes.yaml"
CASES: list[dict[str, Any]] = YAML(typ="safe").load(FILE.read_text("utf-8"))["cases"]


def run(case: dict[str, Any], folder: Path) -> Reconciliation:
    for name in ("scheme", "measures", "payroll"):
        (folder / name).with_suffix(".yaml" if name == "scheme" else ".csv").write_text(case[name], "utf-8")
    return reconcile_files(folder / "scheme.yaml", folder / "measures.csv", folder / "payroll.csv", month="2024-06")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_difference_has_its_class_and_says_what_else_fits(case: dict[str, Any], tmp_path: Path) -> None:
    table = run(case, tmp_path).table
    found = {
        (row.agent, row.item): [row.difference, row.cause, sorted(row.also_fits)]
        for row in table[table["class"] != "MATCH"].rename(columns={"class": "cause"}).itertuples()
    }
    assert found == {
        (agent, item): [parse_money(f"{difference:.2f}"), cause, sorted(also)]
        for agent, item, difference, cause, also in case["expect"]
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_sentence_names_what_was_paid_and_what_is_due(case: dict[str, Any], tmp_path: Path) -> None:
    frame = run(case, tmp_path).to_frame("en")
    for row in frame.itertuples():
        assert row.paid == "0.00" or f"{float(row.paid):,.2f}" in row.sentence
        assert row.recomputed == "0.00" or f"{float(row.recomputed):,.2f}" in row.sentence
