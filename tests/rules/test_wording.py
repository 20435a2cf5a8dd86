"""What people read: schemes as sentences, rows as sums to redo, the canonical file, the editor's schema."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.rules.test_invalid import VALID
from toolkit.core.errors import InputError
from toolkit.rules.explain.ledger_text import sentences
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.scheme.canonical import format_scheme
from toolkit.rules.scheme.document import scheme_json_schema
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.files import read_measures
from toolkit.rules.settle.payroll import pay

EDGES = """\
language: 1
scheme: edges
title: {en: Edges, zh: 档位}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - id: progressive
    title: {en: Progressive share, zh: 分成}
    pay: profit
    rate:
      mode: slab
      bound: above
      tiers: [{rate: 30%}, {from: 10000, rate: 35%}, {from: 20000, bound: at_or_above, rate: 40%}]
  - id: slices
    pay: profit
    rate: {mode: marginal, tiers: [{from: 0, rate: 30%}, {from: 10000, rate: 35%}]}
    cap: 3500
"""


def test_the_words_of_each_edge_say_whether_it_belongs_to_the_tier() -> None:
    english, chinese = (render_sentences(parse_scheme(EDGES), lang)[1] for lang in ("en", "zh"))
    assert "up to and including 10,000: 30%" in english
    assert "more than 10,000 and under 20,000: 35%" in english
    assert "20,000 or more: 40%" in english
    assert "不超过10,000：30%" in chinese
    assert "超过10,000、不足20,000：35%" in chinese
    assert "达到20,000：40%" in chinese


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_scheme_can_be_said(lang: str) -> None:
    sentences = render_sentences(parse_scheme(VALID), lang)  # type: ignore[arg-type]
    assert len(sentences) == 1 + 4 + 2 + 1 + 12 + 3
    assert len(set(sentences)) == len(sentences)


def test_a_sum_that_is_multiplied_stands_in_parentheses() -> None:
    text = EDGES.partition("components:")[0] + (
        "components:\n  - {id: saved, pay: refunds_asked - refunds_made, rate: 1% + 1%}\n"
        "limits:\n  - {guarantee: 1000 + 500, prorate: worked_days / scheduled_days}\n"
    )
    _, saved, least = render_sentences(parse_scheme(text), "en")
    assert "(refunds asked − refunds made) × (1% + 1%)" in saved
    assert "(1,000 + 500) × worked days ÷ scheduled days" in least


def test_a_row_can_be_redone_by_hand_from_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text("month,agent,profit\n2024-06,Li,10000\n2024-06,Wang,20000.10\n", "utf-8")
    scheme = parse_scheme(EDGES)
    rows = pay(scheme, read_measures(path, scheme), month="2024-06")
    assert sentences(rows, "en") == [
        "Progressive share: profit 10,000.00, that is up to and including 10,000.00: "
        "profit 10,000.00 × 30% = 3,000.00.",
        "Progressive share: profit 20,000.10, that is 20,000.00 or more: profit 20,000.10 × 40% = 8,000.04.",
        "slices: profit 10,000.00: the first 10,000.00 × 30% = 3,000.00.",
        "slices: profit 20,000.10: the first 10,000.00 × 30% + the next 10,000.10 × 35% = 6,500.035; "
        "capped at 3,500.00.",
    ]
    assert (
        sentences(rows, "zh")[1] == "分成：利润 20,000.10，属于“达到20,000.00”一档：利润 20,000.10 × 40% = 8,000.04。"
    )


def test_the_canonical_form_keeps_comments_and_meaning_and_is_stable() -> None:
    text = VALID.replace("amount: 1000", "amount: 1000   # for who reaches it").replace("limits:", "# at most\nlimits:")
    shuffled = text.replace("  - id: bonus\n    when:", "  - when:").replace(
        "    amount: 1000", "    id: bonus\n    amount: 1000"
    )
    formatted = format_scheme(shuffled)
    assert formatted == format_scheme(formatted) == format_scheme(text)
    assert "amount: 1000  # for who reaches it\n" in formatted
    assert "# at most\nlimits:\n" in formatted
    assert parse_scheme(formatted).document == parse_scheme(VALID).document


def test_an_invalid_scheme_is_not_formatted() -> None:
    with pytest.raises(InputError):
        format_scheme(VALID.replace("pay: gained", "pay: gaind"))


def test_the_json_schema_names_every_key_of_a_component() -> None:
    schema = scheme_json_schema()
    assert json.loads(json.dumps(schema))["additionalProperties"] is False
    assert {"id", "for", "level", "when", "pay", "rate", "amount"} <= set(schema["$defs"]["Component"]["properties"])
    assert schema["$defs"]["Table"]["properties"]["mode"]["enum"] == ["slab", "marginal", "cumulative", "interpolated"]


def test_an_empty_month_pays_nothing_and_says_nothing() -> None:
    frame = pd.DataFrame({"month": [], "agent": [], "profit": []}).astype(
        {"month": "str", "agent": "str", "profit": "Int64"}
    )
    rows = pay(parse_scheme(EDGES), frame, month="2024-06")
    assert rows.table.empty
    assert sentences(rows, "en") == []


def test_a_condition_on_a_text_is_told_to_whom_it_is_not_met() -> None:
    text = "language: 1\nscheme: s\ntitle: S\ncurrency: CNY\nin_force: {from: 2024-01-01}\ncomponents:\n"
    text += "  - {id: c, when: 'team == \"A\" or sales < 5', amount: 5}\n"
    rows = {"month": "2024-01", "agent": ["Li", "Wang"], "team": ["A", "B"], "sales": pd.array([1000_00] * 2, "Int64")}
    li, wang = sentences(pay(parse_scheme(text), pd.DataFrame(rows), month="2024-01"), "en")
    assert "team “A”, as required" in li
    assert "team “B”, not “A”; sales 1,000.00, not less than 5; the condition is not met" in wang
