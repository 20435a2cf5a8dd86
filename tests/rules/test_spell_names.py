"""What the parts of a payee's month are called: enough to tell that payee's apart, and no more."""

from __future__ import annotations

from pathlib import Path

from tests.rules.test_explain import inputs
from toolkit.rules.explain.ledger_text import sentences
from toolkit.rules.settle.payroll import pay

SCHEME = """\
language: 1
scheme: spells
title: Spells
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, each: spell, pay: sales, rate: 2%}
"""
HEAD = "month,agent,role,team,shop,supervisor,base_pay,sales\n"


def said(tmp_path: Path, rows: str, agent: str) -> str:
    scheme, measures = inputs(tmp_path, HEAD + rows, SCHEME)
    found = pay(scheme, measures, month="2024-11")
    return sentences(found, "en")[found.table["agent"].tolist().index(agent)]


def test_what_other_people_earn_or_whom_they_report_to_names_nobodys_part(tmp_path: Path) -> None:
    rows = (
        "2024-11,Li,agent,Red,East,Wu,3500,100\n2024-11,Li,agent,Blue,West,He,3500,200\n"
        "2024-11,Mo,agent,Red,East,Xu,4100,300\n"
    )
    sentence = said(tmp_path, rows, "Li")
    assert "East · Red: sales 100.00 × 2% = 2.00" in sentence
    assert not any(word in sentence for word in ("3500", "4100", "Xu"))


def test_a_payees_own_raise_within_a_place_tells_its_parts_apart(tmp_path: Path) -> None:
    rows = "2024-11,Li,agent,Red,East,Wu,3500,100\n2024-11,Li,agent,Red,East,Wu,3900,200\n"
    sentence = said(tmp_path, rows, "Li")
    assert "East · Red · 3500: sales 100.00" in sentence
    assert "East · Red · 3900: sales 200.00" in sentence
