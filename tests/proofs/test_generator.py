"""Random schemes make sense by themselves: the oracle alone pays each of them, and their text can be read as YAML."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tests.proofs.comparison import random_case
from tests.proofs.generator.books import lines_of
from tests.proofs.generator.census import IN_YEARS, LEFT_OUT, WRITTEN
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.sequences import random_year
from tests.proofs.oracle.pay import Paid, run
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.sequence import pay_together
from tests.proofs.oracle.views import Book
from tests.proofs.years import oracle_of

SEED, CASES = 20241130, 2000
NO_BUDGET, NO_TIMES = {"share", "undivided", "accumulate", "deduct"}, {"rank", "deduct"}


def paid_alone(index: int, n_agents: int) -> Counter[tuple[str, str]]:
    """Pay one random scheme by the oracle; return what the scheme uses."""
    case = random_case(SEED, index)
    rows = rows_of(case, max(4, n_agents // len(case.months)))
    lines, book = lines_of(case.world, rows) if case.world.lines else [], Book(rows)
    counts: Counter[tuple[str, str]] = Counter()
    for one in [case] if case.also is None else [case, case.also]:
        assert yaml.safe_load(one.text)["scheme"] == one.rule["id"]
        for part in one.rule["components"]:
            assert not ("budget" in part and NO_BUDGET & set(part))
            assert not ("times" in part and NO_TIMES & set(part))
        rule, past = Rule(one.rule), list[Paid]()
        for month in case.months:
            past += run(rule, book, month, past, lines).out
        counts += one.words
    return counts


def _check(counts: Counter[tuple[str, str]]) -> None:
    left_out, written = ({what for kind, what in counts if kind == word} for word in (LEFT_OUT, WRITTEN))
    assert left_out <= written | IN_YEARS


def test_some_random_schemes_are_paid_by_the_oracle_alone() -> None:
    counts = sum((paid_alone(index, 8) for index in range(240)), Counter[tuple[str, str]]())
    _check(counts)


@pytest.mark.prove
def test_thousands_of_random_schemes_are_paid_by_the_oracle_alone() -> None:
    _check(sum((paid_alone(index, 40) for index in range(CASES)), Counter[tuple[str, str]]()))


@pytest.mark.parametrize("index", range(12))
def test_random_years_are_paid_by_the_oracle_alone(index: int) -> None:
    year = random_year(SEED, index, 8)
    sequences, books = oracle_of(year), [(start, Book(rows)) for start, rows in year.known]
    for month in YEAR:
        pay_together(sequences, month, [book for start, book in books if start <= month][-1])
    assert all(yaml.safe_load(case.text) for dated in year.schemes for case in dated.cases)
