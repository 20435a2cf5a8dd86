"""Invalid schemes, each invalid by construction: never accepted, never a traceback, the right code on the right line.

The kinds stand in invalid.yaml, each as edits of a valid scheme; a mutant makes the same fault elsewhere or otherwise.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.core.yaml import read_yaml_file
from toolkit.rules.scheme.loading import parse_scheme

MUTANTS = 20
_CHINESE = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")  # what stands in the file itself

# One scheme with a place for every kind of fault; every line has its own text, so that a line can be found by it.
VALID = """\
language: 1
scheme: base
title: {en: Base, zh: 基础}
currency: CNY
in_force: {from: 2024-01-01, to: 2025-12-31}
rounding: {step: 0.01, mode: half_up, at: component}
measures:
  tickets: {kind: count}
  rating: {kind: ratio, average_by: tickets}
parameters:
  margin: {2024-01-01: 20%, 2025-01-01: 22%}
  line: 10000
  minimum_wage: {2024-01-01: 2320, 2025-01-01: 2420}
  legal_share: {discipline: 20%, overpayment: {2024-06-01: 30%}}
define:
  conversion: buyers / inquiries
  gained: sales * margin
components:
  - id: commission
    for: role == "agent"
    pay: sales
    rate:
      by: conversion
      mode: slab
      tiers:
        - {from: 0%, rate: 1.5%}
        - {from: 30%, rate: 3%}
        - {from: 40%, rate: 6%}
  - id: bonus
    when: conversion >= 48% and inquiries >= 200
    amount: 1000
    prorate: worked_days / scheduled_days
  - id: upsell
    pay: upsells
    rate:
      mode: marginal
      unit: each
      tiers:
        - {from: 0, rate: 0.5}
        - {from: 10, rate: 1}
  - id: fastest
    rank: {by: reply_seconds, order: lowest, within: shop, ties: split}
    amount: [800, 400]
  - id: volume
    amount:
      by: orders
      mode: cumulative
      tiers:
        - {from: 0, amount: 10}
        - {from: 20, amount: 100}
    cap: 5000
  - id: curve
    amount:
      by: inquiries
      mode: interpolated
      tiers:
        - {from: 0, amount: 0.01}
        - {from: 100, amount: 300}
  - id: pool
    level: team
    pay: gained
    rate: 7%
    share: {by: sales, cap: 4000, excess: redistribute}
  - id: score
    score:
      items:
        - {weight: 60, by: orders, mode: slab, tiers: [{from: 0, points: 60}, {from: 30, points: 80}]}
        - {weight: 40, by: units, mode: slab, tiers: [{from: 0, points: 50}, {from: 10, points: 90}]}
      grades:
        - {grade: C, coefficient: 0.8}
        - {from: 70, grade: B, coefficient: 1}
    amount: 1200 * coefficient
  - id: champion
    when: streak("bonus") >= 3
    amount: 77
  - id: record
    when: "conversion > record(conversion, over: last_month, within: shop)"
    amount: 88
  - id: deferred
    pay: offline_sales
    rate: 2.5%
    defer:
      - {after_months: 6, share: 15%}
      - {after_months: 12, share: 25%}
    leaver: hold
    clawback:
      by: age_months
      mode: interpolated
      below: 75%
      tiers:
        - {from: 1, rate: 75%}
        - {from: 13, rate: 0%}
  - id: lateness
    deduct: late_days * 55
    kind: discipline
    carry: true
limits:
  - {for: role == "agent", cap: 8000}
  - {fund: 10% * gross_profit, level: shop}
  - {guarantee: 2000, recoverable: true, recover_from: 2025-04}
"""


KINDS = read_yaml_file(Path(__file__).with_name("invalid.yaml")).plain()
_CHOICE = re.compile(r"<([^<>]*[|-][^<>]*|word)>")


def written(text: str, random: Random) -> str:
    """Fill in the random words and numbers of a replacement."""

    def chosen(match: re.Match[str]) -> str:
        inside = match[1]
        if inside == "word":
            return "".join(random.choice("bcdfghjklmnpqrstvwxz") for _ in range(random.randint(4, 9)))
        if re.fullmatch(r"\d+-\d+", inside):
            low, high = inside.split("-")
            return str(random.randint(int(low), int(high)))
        return random.choice(inside.split("|"))

    return _CHOICE.sub(chosen, text)


def mutants(kind: dict[str, Any]) -> list[tuple[str, str]]:
    """Return MUTANTS edits of a kind, edit by edit in turn."""
    random = Random(kind["kind"])
    edits = [kind["edits"][i % len(kind["edits"])] for i in range(MUTANTS)]
    return [(old, written(new, random)) for old, new in edits]


def expected_lines(kind: dict[str, Any], text: str, old: str, new: str) -> set[int]:
    """Return the lines on which the fault may be reported."""
    first = VALID[: VALID.index(old)].count("\n") + 1
    last = first + new.rstrip("\n").count("\n")
    on = kind.get("on", "")
    if on == "under":
        return {_parent(text.splitlines(), first, old)}
    if on in ("", "last", "either"):
        return {last} if on == "last" else {first} if not on else {first, last}
    return {number for number, line in enumerate(text.splitlines(), 1) if line.startswith(on)}


def _parent(lines: list[str], first: int, old: str) -> int:
    """Return the line of the mapping a removed text stood in: its own line, or the one it was indented under."""
    if not old.endswith("\n"):
        return first
    indent = len(old) - len(old.lstrip())
    return next(n for n in range(first - 1, 0, -1) if len(lines[n - 1]) - len(lines[n - 1].lstrip(" ")) < indent)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind["kind"])
def test_a_fault_is_reported_with_its_code_on_its_line(kind: dict[str, Any], tmp_path: Path) -> None:
    for moved, (old, new) in enumerate(mutants(kind)):
        text = VALID.replace(old, new, 1)
        lines = {line + moved for line in expected_lines(kind, text, old, new)}
        text = f"# {kind['code']}\n" * moved + text
        with pytest.raises(InputError) as caught:
            parse_scheme(text, str(tmp_path / "scheme.yaml"))
        found = [(p.code, p.line) for p in caught.value.problems]
        assert any(code == kind["code"] and line in lines for code, line in found), (new, found, lines)
        assert all(p.line >= 1 and p.column >= 1 for p in caught.value.problems)
        for words in (words for p in caught.value.problems for words in (p.message, p.fix) if words):
            assert isinstance(words, Text), words
            assert not _CHINESE.search(QUOTED.sub("", words.en)), words
            assert _CHINESE.search(words.zh) or words.en == words.zh, words


def test_the_scheme_the_faults_are_made_in_is_valid() -> None:
    assert parse_scheme(VALID).id == "base"


def test_there_are_enough_kinds_and_mutants() -> None:
    assert len(KINDS) >= 25


def test_all_faults_of_a_file_are_reported_at_once() -> None:
    text = (
        VALID.replace("pay: sales\n", "pay: salse\n").replace("cap: 8000", "cap: 8000.001").replace("lowest", "least")
    )
    with pytest.raises(InputError) as caught:
        parse_scheme(text)
    assert [p.code for p in caught.value.problems] == ["unknown-word"]
    text = VALID.replace("pay: sales\n", "pay: salse\n").replace("cap: 8000", "cap: 8000.001").replace("48%", "48")
    with pytest.raises(InputError) as caught:
        parse_scheme(text)
    assert [p.code for p in caught.value.problems] == ["unknown-name", "percent-required", "off-step"]
    assert "did you mean 'sales'?" in str(caught.value)


def _problems(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text; none if it is a scheme."""
    try:
        parse_scheme(text)
    except InputError as error:
        return tuple(error.problems)
    return ()


@pytest.mark.parametrize("seed", range(200))
def test_no_damage_to_the_text_ends_in_a_traceback(seed: int) -> None:
    random = Random(seed)
    text = list(VALID)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(text))
        text[at] = random.choice(["", "{", "}", ":", "-", "%", "\n", "[", '"', "岗", "&", " ", "9", text[at] * 2])
    assert all(problem.code and problem.line >= 1 for problem in _problems("".join(text)))
