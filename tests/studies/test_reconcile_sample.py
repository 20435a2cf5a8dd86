"""Errors planted in the sample's payroll are found, each in its class, and nothing else is reported."""

from __future__ import annotations

import pytest

from data_samples.generate import Size
from tests.studies.sample_case import Sample, compare_causes, draw_sample, explainable, score
from toolkit.studies.reconcile.reconcile import reconcile

SMALL = Size(months=2, event_months=2, volume=0.15)


@pytest.fixture(scope="module", params=[71, 104])
def sample(request: pytest.FixtureRequest) -> Sample:
    return draw_sample(request.param, 3, SMALL)


def test_all_planted_errors_are_found_and_no_others(sample: Sample) -> None:
    told = score(sample.planted, reconcile(sample.case, sample.payroll))
    assert told.complaints == []
    assert sum(n for (_, outcome), n in told.counts.items() if outcome == "found") == len(sample.planted) > 5


def test_all_classes_that_fit_are_told_as_the_books_say(sample: Sample) -> None:
    found = [compare_causes(sample, paid) for paid in explainable(sample)[::4]]
    assert [complaint for _, _, complaints in found for complaint in complaints] == []
    assert sum(several for _, several, _ in found) > 5


def test_the_order_of_pay_lines_changes_nothing(sample: Sample) -> None:
    backwards = sample.payroll.iloc[::-1]
    columns = ["agent", "item", "paid", "recomputed", "difference", "class", "also_fits"]
    tables = [reconcile(sample.case, lines).table[columns] for lines in (sample.payroll, backwards)]
    assert tables[0].equals(tables[1])
