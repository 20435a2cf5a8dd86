"""Words that look at other rows, written in every place of a scheme where an expression may stand.

The places are those of the document's own classes: a new one is missed here until the scheme below holds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from inspect import isclass
from typing import Any, get_args

import pandas as pd
import pytest

from tests.rules.test_invalid import QUOTED
from toolkit.core.documents import Model
from toolkit.core.errors import InputError
from toolkit.core.text import LANGUAGES, Text
from toolkit.core.yaml import read_yaml
from toolkit.rules.explain.ledger_text import steps_of
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.formula.expressions import OF_OTHERS
from toolkit.rules.lint.registry import lint_scheme
from toolkit.rules.scheme import document
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay

BASE = """\
language: 1
scheme: places
title: Places
currency: CNY
in_force: {from: 2024-01-01}
parameters:
  written: 1
  dated: {2024-01-01: 1}
  kept: {value: 1, title: Kept}
  legal_share: {discipline: 20%, loss_recovery: {2024-01-01: 20%}}
define:
  conversion: buyers / inquiries
  gained: {value: sales * 2, per: row}
components:
  - id: commission
    for: role == "agent"
    of: role == "agent"
    when: orders >= 1
    pay: sales
    rate:
      by: orders
      mode: slab
      below: 1%
      tiers: [{to: 5, rate: 1%}, {from: 5, rate: {by: units, mode: slab, tiers: [{rate: 2%}, {from: 9, rate: 3%}]}}]
    times: {by: orders, mode: slab, below: 1, tiers: [{from: 1, factor: 1}]}
    capacity: {of: orders, per_day: units, days: worked_days, pay: true}
    prorate: {by: worked_days / scheduled_days, of: amount}
    floor: 0
    cap: 1000
    budget: 9000
    clawback: {by: age_months, mode: slab, below: 10%, tiers: [{from: 0, rate: 50%}]}
  - {id: plain, pay: orders, rate: 1, times: 1, prorate: worked_days / scheduled_days}
  - {id: parts, each: shop, pay: orders, rate: 1, floor: 1, cap: 9}
  - {id: fixed, amount: 7}
  - id: stepped
    amount:
      by: orders
      mode: slab
      tiers: [{amount: 1}, {from: 1, amount: {by: units, mode: slab, tiers: [{amount: 2}, {from: 9, amount: 3}]}}]
  - {id: contest, rank: {by: orders, order: highest, ties: all, among: units >= 1}, amount: [8, 4]}
  - id: scored
    score: {items: [{weight: 100, by: orders, mode: slab, below: 1, tiers: [{from: 1, points: 60}]}]}
    amount: score
  - {id: pooled, level: team, pay: sales, rate: 1%, share: {by: orders, cap: 900}}
  - {id: pool, level: team, pay: sales, rate: 1%, share: units, cap: 999}
  - {id: late, deduct: late_days, kind: discipline}
  - {id: later, deduct: {by: late_days, mode: slab, below: 0, tiers: [{from: 1, amount: 5}]}, kind: discipline}
limits:
  - {for: role == "agent", cap: 8000}
  - {of: role == "agent", fund: 90000}
  - {for: role == "agent", guarantee: 10, prorate: worked_days / scheduled_days}
"""
WORDS = {
    "record": ("record({x}, over: last_month)", "record({x}, over: all, within: team)"),
    "best": ("best({x}, within: team)",),
    "mean": ("mean({x}, within: team)",),
    "sum": ("sum({x}, within: team, among: orders >= 1)",),
    "to_date": ("to_date({x}, over: year)",),
    "streak": ('streak("fixed")',),
}
# Class and field of every place where the text lets them stand; in a table it depends on whose table it is.
ALLOWED = {
    "Component.when", "Component.pay", "Component.rate", "Component.amount", "Component.times", "Component.deduct",
    "Component.floor", "Component.cap", "Table.by", "ScoreItem.by", "Table.below", "ScoreItem.below", "Tier.rate",
    "Tier.amount", "Tier.factor", "Rank.by", "Rank.among",
}  # fmt: skip
CONDITIONS = {"Component.for_", "Component.of", "Component.when", "Rank.among", "Cap.for_", "Fund.of", "Guarantee.for_"}
NOT_HERE = {"history-here", "group-here", "clawback-by", "bad-expression", "bad-number"}


def _holds_formula(annotation: Any) -> bool:
    return annotation is Formula or any(_holds_formula(part) for part in get_args(annotation))


def of_classes() -> set[str]:
    """Every field of the document's classes that may hold an expression, as class and field."""
    found = set()
    for one in vars(document).values():
        if isclass(one) and issubclass(one, Model) and one.__module__ == document.__name__:
            found |= {f"{one.__name__}.{n}" for n, f in one.model_fields.items() if _holds_formula(f.annotation)}
    return found


def places(
    value: Any, path: tuple[str | int, ...] = (), named: str = ""
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every expression of a scheme: its path in the file, and its class and field."""
    if isinstance(value, Formula):
        yield path, named
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from places(one, (*path, index), named)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, str(key)), named)
    elif isinstance(value, Model):
        for name, rule in type(value).model_fields.items():
            yield from places(getattr(value, name), (*path, rule.alias or name), f"{type(value).__name__}.{name}")


PLAIN = read_yaml(BASE, "").plain()
FIXED = next(i for i, part in enumerate(PLAIN["components"]) if part["id"] == "fixed")
PLACES = list(places(parse_scheme(BASE).document))


def edited(path: tuple[str | int, ...], text: str) -> str:
    """The component of a place, and the one whose streak is asked for, with another expression at the place."""
    plain = deepcopy(PLAIN)
    kept = path[1] if path[0] == "components" else 0
    if path[0] == "components":
        path = ("components", 0, *path[2:])
    plain["components"] = [plain["components"][i] for i in dict.fromkeys([kept, FIXED])]
    at: Any = plain
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = text
    return json.dumps(plain, ensure_ascii=False, default=str)


def allowed(path: tuple[str | int, ...], named: str, word: str) -> bool:
    """Whether the text lets a word stand at a place: nowhere in a clawback, and in pools only what they have."""
    of_pool = path[0] == "components" and "share" in PLAIN["components"][path[1]]
    return named in ALLOWED and "clawback" not in path and not (of_pool and word in ("mean", "sum", "streak"))


def measures() -> pd.DataFrame:
    rows = [
        {"month": month, "agent": agent, "role": "agent", "team": "t", "shop": shop, "sales": (k + 3) * 10_000,
         "orders": k + 3, "units": k + 5, "buyers": k + 2, "inquiries": 10, "worked_days": 20, "scheduled_days": 21,
         "late_days": 1, "base_pay": 300_000}
        for month in ("2024-05", "2024-06") for k, (agent, shop) in enumerate([("Li", "A"), ("Li", "B"), ("Wu", "A")])
    ]  # fmt: skip
    texts = dict.fromkeys(("month", "agent", "role", "team", "shop"), "str")
    table = pd.DataFrame(rows)
    return table.astype(texts | {name: "Int64" for name in table if name not in texts})


MEASURES = measures()


def used(scheme: Scheme) -> None:
    """Read the scheme aloud, look for faults in it, pay it and explain every row."""
    lint_scheme(scheme)
    assert all(render_sentences(scheme, lang) for lang in LANGUAGES)
    rows = pay(scheme, MEASURES, month="2024-06")
    steps = [step for agent in ("Li", "Wu") for step in steps_of(rows, agent)]
    assert all(step.text.of(lang) for step in steps for lang in LANGUAGES)


def test_the_scheme_holds_every_place_an_expression_may_stand_in() -> None:
    assert of_classes() == {named for _, named in PLACES}
    used(parse_scheme(BASE))


def test_every_word_is_tried() -> None:
    assert WORDS.keys() == {*OF_OTHERS, "streak"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("path", "named"), PLACES, ids=lambda part: "/".join(map(str, part)) if isinstance(part, tuple) else ""
)
def test_a_word_of_other_rows_is_paid_or_refused_where_it_stands(
    path: tuple[str | int, ...], named: str, word: str
) -> None:
    refused = set[str]()
    for form in WORDS[word]:
        for x in ("sales", "orders"):
            text = edited(path, form.format(x=x) + (" > 0" if named in CONDITIONS else ""))
            try:
                scheme = parse_scheme(text)
            except InputError as error:
                refused |= {p.code for p in error.problems}
                for problem in error.problems:
                    assert problem.line >= 1, problem
                    for said in (said for said in (problem.message, problem.fix) if said):
                        assert isinstance(said, Text), said
                        assert re.search("[\u4e00-\u9fff]", said.zh) or said.en == said.zh, said
                        assert not re.search("[\u4e00-\u9fff]", QUOTED.sub("", said.en)), said
                continue
            assert allowed(path, named, word), text
            used(scheme)
    assert allowed(path, named, word) != bool(refused & NOT_HERE), refused
