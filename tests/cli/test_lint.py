"""``incentive lint``: text with lines, JSON for machines, exit codes, and measures from a plain file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toolkit.cli.app import app
from toolkit.core.bundled import bundled

TIERS = bundled("data_samples/shelf/D02-conversion-tiers.yaml")
SOUND = """language: 1
scheme: sound
title: {en: Sound, zh: 稳妥}
currency: CNY
in_force: {from: 2025-01-01}
acknowledged: 2024-12-20
define: {conversion: buyers / inquiries}
components:
  - id: commission
    when: inquiries >= 100 and complaints_upheld == 0
    pay: sales
    rate: {by: conversion, mode: interpolated, below: 1%, tiers: [{from: 15%, rate: 1%}, {from: 30%, rate: 3%}]}
    cap: 5000
"""
HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["lint", *map(str, words)], catch_exceptions=True)


@pytest.fixture
def measures(tmp_path: Path) -> Path:
    path = tmp_path / "measures.csv"
    rows = [
        "month,agent,role,inquiries,buyers,sales",
        f'2024-12,"{HOSTILE}",agent,100,29,"10,000.00"',
        "2024-12,NA,agent,100,10,500",
    ]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_each_line_says_where_how_grave_and_what() -> None:
    done = run(TIERS)
    assert done.exit_code == 1
    lines = [line for line in done.stdout.splitlines() if ": ! review cliff: " in line]
    assert len(lines) == 2
    assert lines[0].startswith(f"{TIERS}:")
    assert "from 1,500.00 to 3,000.00 CNY (×2)" in lines[0]
    number = int(lines[0].removeprefix(f"{TIERS}:").split(":")[0])
    assert "30%" in TIERS.read_text("utf-8").splitlines()[number - 1]


def test_a_sound_scheme_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "sound.yaml"
    path.write_text(SOUND, "utf-8")
    done = run(path)
    assert done.exit_code == 0, done.stdout
    assert "review" not in done.stdout


def test_json_has_the_agreed_keys_in_both_languages() -> None:
    en, zh = (json.loads(run(TIERS, "--json", "--lang", lang).stdout) for lang in ("en", "zh"))
    assert [set(f) for f in en] == [set(zh[0])] * len(en)
    assert {"code", "severity", "line", "component", "message", "evidence"} <= set(en[0])
    assert [f["line"] for f in en] == sorted(f["line"] for f in en)
    assert [(f["code"], f["line"], f["evidence"]) for f in en] == [(f["code"], f["line"], f["evidence"]) for f in zh]
    assert all(f["message"] != g["message"] for f, g in zip(en, zh, strict=True))


def test_measures_add_what_the_scheme_did_to_these_people(measures: Path) -> None:
    found = json.loads(run(TIERS, "--measures", measures, "--json").stdout)
    near = [f for f in found if f["code"] == "people-near-edge"]
    # 29 of 100 stands one order below 30 %: 10,000 x (3 % - 1.5 %)
    assert [(f["evidence"]["edge"], f["evidence"]["people"], f["evidence"]["jumps"]) for f in near[:1]] == [
        (0.3, [HOSTILE], 150)
    ]


def test_measures_without_a_schemes_columns_leave_its_own_findings_and_one_on_the_columns(measures: Path) -> None:
    scheme = bundled("data_samples/shelf/D11-profit-share.yaml")
    done, alone = run(scheme, "--measures", measures), run(scheme)
    assert done.exit_code == 1
    lines, before = done.stdout.splitlines(), alone.stdout.splitlines()
    assert set(before) < set(lines)
    (more,) = set(lines) - set(before)
    assert "not-judged: " in more
    assert "profit" in more


def test_names_are_added_only_where_they_are_asked_for(measures: Path) -> None:
    assert HOSTILE not in run(TIERS, "--measures", measures).stdout
    assert f"    {HOSTILE}\n" in run(TIERS, "--measures", measures, "--names").stdout


def test_what_cannot_be_asked_is_refused(measures: Path) -> None:
    assert run(TIERS, "--month", "2024-12").exit_code == 1  # typer's runner shows our error as an exception
    assert "no row of 2020-01" in str(run(TIERS, "--measures", measures, "--month", "2020-01").exception)
    assert "--month needs --measures" in str(run(TIERS, "--month", "2024-12").exception)
