"""Every sum in the sentences of random schemes can be redone from the sentence alone, in English and in Chinese."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from tests.evidence import record
from tests.proofs.comparison import write_parameters
from tests.proofs.generator.books import lines_of
from tests.proofs.generator.frames import frame
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.schemes import random_case
from tests.proofs.generator.sequences import random_year
from tests.proofs.years import payer
from tests.rules.test_redo import TOKEN, equations, number
from toolkit.core.text import LANGUAGES
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.settle.payroll import pay

SEED, SCHEMES, AGENT_MONTHS = 29, 60, 24
YEARS, AGENTS = 30, 8


def paid_months(index: int) -> list[LedgerRows]:
    """Read one random scheme aloud, and pay each of its months."""
    case = random_case(SEED, index)
    cases = [case] if case.also is None else [case, case.also]
    rows = rows_of(case, max(4, AGENT_MONTHS // len(case.months)))
    sold = frame(lines_of(case.world, rows)) if case.world.lines else None
    with tempfile.TemporaryDirectory() as folder:
        for one in cases:
            write_parameters(one, Path(folder))
        schemes = [parse_scheme(one.text, str(Path(folder) / "scheme.yaml")) for one in cases]
    assert all(render_sentences(scheme, lang) for scheme in schemes for lang in LANGUAGES)
    paid: list[LedgerRows] = []
    for month in case.months:
        ledger = pd.concat([one.table for one in paid], ignore_index=True) if paid else None
        paid.append(pay(schemes, frame(rows), month=month, ledger=ledger, lines=sold))
    return paid


def paid_year(index: int) -> list[LedgerRows]:
    """Pay one random year with all later steps."""
    paid, months = payer(random_year(SEED, index, AGENTS)), list[LedgerRows]()
    for month in YEAR:
        ledger = pd.concat([one.table for one in months], ignore_index=True) if months else None
        months.append(paid(month, ledger))
    return months


def check(rows: LedgerRows) -> tuple[int, int]:
    """Redo the sums of a month; return how many sentences and equations there were."""
    sentences = sums = 0
    exact = {part.scheme.id for part in rows.parts if not part.scheme.rounds_total}
    for lang in LANGUAGES:
        for row, sentence in zip(rows.table.itertuples(), sentences(rows, lang), strict=True):
            sentences += 1
            for clause, made, said, slack in equations(sentence):
                sums += 1
                assert abs(made - said) <= slack, (clause, sentence)
            numbers = {number(token) for token in TOKEN.findall(sentence) if token[0].isdigit()}
            spoken = row.status not in ("receivable", "informative") and row.scheme in exact
            assert not spoken or Fraction(str(abs(row.amount))) / 100 in numbers, sentence
    return sentences, sums


@pytest.mark.prove
def test_the_sums_of_random_schemes_can_be_redone_from_their_sentences() -> None:
    months = [check(rows) for index in range(SCHEMES) for rows in paid_months(index)]
    years = [check(rows) for index in range(YEARS) for rows in paid_year(index)]
    sentences, sums = (sum(counts) for counts in zip(*months, strict=True))
    later, later_sums = (sum(counts) for counts in zip(*years, strict=True))
    assert sums > SCHEMES * 50
    assert later_sums > YEARS * 500
    record(
        "Sums redone from their sentences",
        "pytest -m prove tests/proofs/test_sentences_proof.py",
        [
            f"- {SCHEMES} random schemes read aloud and paid, seed {SEED}: {sentences:,} sentences in two languages",
            f"- {sums:,} equations in them worked out from what the sentence says: 0 wrong",
            f"- {YEARS} random years of refunds, corrections, deferral and deductions: {later:,} sentences, "
            f"{later_sums:,} equations, 0 wrong",
            "- every sentence of a row that is paid holds the row's amount",
        ],
    )
