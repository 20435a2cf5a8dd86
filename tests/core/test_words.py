"""Months, errors and findings."""

from __future__ import annotations

import pickle
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


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-01",
            "2024-1",
            "2024/01",
            "2024/1",
            "202401",
            "2024年1月",
            "2024年01月份",
            " 2024-01 ",
            "２０２４年１月",
        ),
        *("2024-01-01", "2024/1/1", "2024-01-01 00:00:00"),  # what a spreadsheet makes of 2024-01
    ],
)
def test_a_month_is_read_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert Month.read(text) == Month(2024, 1)
    if text.strip() != "2024-01":
        with pytest.raises(UsageError):  # in memory there is one form
            Month.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-13", "2024-00", "202413", "2024年13月", "20241", "2024.1", "24-01", "01/2024", "1月", "2024", ""),
        *("0000-01", "2024-12-02", "2024-012"),
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM") as caught:
        Month.read(text)
    assert "请写成 YYYY-MM" in caught.value.of("zh")


def test_an_input_error_shows_five_problems_and_the_total() -> None:
    problems = [
        Problem("a.csv", "not a date", line=i, column=2, got="'x'", fix="write YYYY-MM-DD") for i in range(1, 8)
    ]
    lines = str(InputError(problems)).splitlines()
    assert lines[0] == "a.csv:1:2: not a date; got 'x'; write YYYY-MM-DD"
    assert len(lines) == 6
    assert "2 more (7 problems in all)" in lines[-1]


def test_a_problem_is_said_in_both_languages_and_quotes_what_was_found_as_it_is() -> None:
    message, fix = Text("not a date", "不是日期"), Text("write YYYY-MM-DD", "写成 YYYY-MM-DD")
    error = InputError([Problem("表.csv", message, line=2, got="'x'", fix=fix)] * 6)
    assert error.of("zh").splitlines()[0] == "表.csv:2: 不是日期；这里是 'x'；写成 YYYY-MM-DD"
    assert error.of("zh").splitlines()[-1] == "……另有 1 处（共 6 处问题）"
    assert error.of("en") == str(error)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # errors cross processes
    assert UsageError("x.csv").of("zh") == "x.csv"  # a name is the same in both


def test_findings_stand_gravest_first() -> None:
    found = [Finding(c, s, "x", Text("a", "甲")) for c, s in [("b", "info"), ("a", "stop"), ("c", "review")]]  # type: ignore[arg-type]
    assert [f.severity for f in by_gravity(found)] == ["stop", "review", "info"]
    assert worst(found) == "stop"
    assert worst([]) == "info"


def test_bundled_files_are_found_beside_the_package() -> None:
    assert bundled("data_samples").is_dir()
    with pytest.raises(MissingToolError, match="clone or its wheel"):
        bundled("no-such-folder")
