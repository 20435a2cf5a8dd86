"""Cells: the ways people write values, and nothing guessed."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.money import format_money
from toolkit.data.reading.cells import REASONS, BadCellError, parse_column, parser_for, plain
from toolkit.data.tables.schema import DTYPES, Kind


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "1,234.50", 123450),
        ("money", "¥12", 1200),
        ("money", "１２.５元", 1250),
        ("money", "-0.01", -1),
        ("count", "1,024", 1024),
        ("count", "12.0", 12),
        ("count", "12人", 12),
        ("whole", "-3", -3),
        ("seconds", "36.5", 36.5),
        ("seconds", "8分36秒", 516.0),
        ("seconds", "1小时2分", 3720.0),
        ("seconds", "00:08:36", 516.0),
        ("seconds", "2:03", 123.0),
        ("hours", "7.5", 7.5),
        ("hours", "7:30", 7.5),
        ("share", "35.2%", 0.352),
        ("share", "0.352", 0.352),
        ("flag", "是", True),
        ("flag", "No", False),
        ("instant", "2024-11-01 09:08:07", datetime(2024, 11, 1, 9, 8, 7)),
        ("instant", "2024/1/5 9:26", datetime(2024, 1, 5, 9, 26)),
        ("instant", "2024年1月5日", datetime(2024, 1, 5)),
        ("instant", "20240105", datetime(2024, 1, 5)),
        ("instant", "43101.5", datetime(2018, 1, 1, 12)),  # Excel's day 43101 is 2018-01-01
        ("instant", "2024-01-05T00:30:00Z", datetime(2024, 1, 5, 8, 30)),
        ("instant", "2024-01-04 19:30:00 -0500", datetime(2024, 1, 5, 8, 30)),
        ("day", "2024-11-01 09:08:07", datetime(2024, 11, 1)),
        ("day", "04-Nov-24", datetime(2024, 11, 4)),
        ("text", "007", "007"),
    ],
)
def test_a_cell_is_read_as_people_write_it(kind: Kind, text: str, value: object) -> None:
    assert parser_for(kind, zone="Asia/Shanghai")(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("money", "1.234", "below-cent"),
        ("money", "1,23.00", "not-money"),
        ("money", "1E+3", "not-money"),
        ("count", "1.5", "not-whole"),
        ("count", "-1", "negative"),
        ("count", "28.66%", "not-number"),
        ("share", "35", "not-share"),
        ("share", "6,25%", "not-number"),
        ("seconds", "八分", "not-duration"),
        ("flag", "maybe", "not-flag"),
        ("instant", "2024-12-32 08:00:00", "not-date"),
        ("instant", "2/21/2020", "not-date"),
        ("instant", "2023-02-29", "not-date"),
    ],
)
def test_what_cannot_be_read_has_a_reason_in_both_languages(kind: Kind, text: str, reason: str) -> None:
    with pytest.raises(BadCellError, match=f"^{reason}$"):
        parser_for(kind)(text)
    assert REASONS[reason].en != REASONS[reason].zh


@pytest.mark.parametrize(
    ("unit", "seconds"), [("", 1.5), ("milliseconds", 0.0015), ("minutes", 90.0), ("hours", 5400.0)]
)
def test_a_bare_number_is_a_length_in_the_stated_unit_a_clock_is_one_in_any(unit: str, seconds: float) -> None:
    parse = parser_for("seconds", unit=unit)
    assert (parse("1.5"), parse("0:01:30")) == (seconds, 90.0)


def test_the_order_of_day_and_month_is_stated_never_guessed() -> None:
    assert parser_for("day", unit="mdy")("2/3/2020") == datetime(2020, 2, 3)
    assert parser_for("day", unit="dmy")("2/3/2020") == datetime(2020, 3, 2)


@pytest.mark.parametrize("text", ["至今", "在职", "长期", "Present", "ongoing"])
def test_an_end_that_has_not_come_is_blank_in_an_end_and_no_date_elsewhere(text: str) -> None:
    assert [parser_for("day", column=name)(text) for name in ("to", "left_on")] == [None, None]
    with pytest.raises(BadCellError, match="not-date"):
        parser_for("day", column="from")(text)


def test_a_number_excel_has_shortened_is_no_id() -> None:
    with pytest.raises(BadCellError, match="shortened-id"):
        parser_for("text", column="order_id")("1.23457E+17")
    assert parser_for("text", column="note")("1.23457E+17") == "1.23457E+17"


@pytest.mark.parametrize("text", ["2024-11", "2024年11月", "202411", "2024/11", "2024-11-30"])
def test_a_month_is_written_in_many_ways(text: str) -> None:
    assert parser_for("text", column="pay_month")(text) == "2024-11"


def test_fen_are_minor_units_already() -> None:
    assert parser_for("money", unit="fen")("1234") == 1234


def test_a_column_keeps_its_rows_blanks_and_faults() -> None:
    texts = pd.Series(["12", "", "x", "12"], index=[5, 7, 9, 11], dtype="str")
    values, bad = parse_column(texts, parser_for("count"), "count")
    assert values.to_dict() == {5: 12, 7: None, 9: None, 11: 12}
    assert bad.to_dict() == {5: "", 7: "", 9: "not-number", 11: ""}
    assert str(values.dtype) == DTYPES["count"]


@given(st.integers(-(10**14), 10**14))
def test_money_written_is_read_again(minor: int) -> None:
    assert parser_for("money")(format_money(minor)) == minor


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_a_clock_and_words_say_the_same(h: int, m: int, s: int) -> None:
    seconds = h * 3600 + m * 60 + s
    assert parser_for("seconds")(f"{h}:{m:02d}:{s:02d}") == parser_for("seconds")(f"{h}小时{m}分{s}秒") == seconds


@given(st.text(), st.sampled_from(sorted(DTYPES)))
def test_any_text_is_read_or_refused_never_an_accident(text: str, kind: Kind) -> None:
    values, bad = parse_column(pd.Series([plain(text)], dtype="str"), parser_for(kind, zone="Asia/Shanghai"), kind)
    assert bad[0] == "" or (bad[0] in REASONS and values.isna()[0])
