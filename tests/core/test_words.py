"""Months, errors and findings."""

from __future__ import annotations

from datetime import date

import pytest

from toolkit.core.bundled import bundled
from toolkit.core.errors import InputError, MissingToolError, Problem, UsageError
from toolkit.core.findings import Finding, by_gravity, worst
from toolkit.core.period import Month
from toolkit.core.text import Text


def test_a_month_is_half_open_and_knows_its_neighbours() -> None:
    month = Month.parse("2024-12")
    assert (month.start, month.end, month.last_day) == (date(2024, 12, 1), date(2025, 1, 1), date(2024, 12, 31))
    assert [str(m) for m in month.shift(-13).through(Month.parse("2024-01"))] == ["2023-11", "2023-12", "2024-01"]
    assert Month.of(date(2024, 2, 29)).last_day == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "202412", "2024-1", "24-01", "2024-12-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM"):
        Month.parse(text)


def test_an_input_error_shows_five_problems_and_the_total() -> None:
    problems = [
        Problem("a.csv", "not a date", line=i, column=2, got="'x'", fix="write YYYY-MM-DD") for i in range(1, 8)
    ]
    lines = str(InputError(problems)).splitlines()
    assert lines[0] == "a.csv:1:2: not a date; got 'x'; write YYYY-MM-DD"
    assert len(lines) == 6
    assert "2 more (7 problems in all)" in lines[-1]


def test_findings_stand_gravest_first() -> None:
    found = [Finding(c, s, "x", Text("a", "甲")) for c, s in [("b", "info"), ("a", "stop"), ("c", "review")]]  # type: ignore[arg-type]
    assert [f.severity for f in by_gravity(found)] == ["stop", "review", "info"]
    assert worst(found) == "stop"
    assert worst([]) == "info"


def test_bundled_files_are_found_beside_the_package() -> None:
    assert bundled("data_samples").is_dir()
    with pytest.raises(MissingToolError, match="clone or its wheel"):
        bundled("no-such-folder")
