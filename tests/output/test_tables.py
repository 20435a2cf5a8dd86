"""Tables: one format a kind of value, figures on the right, names as they are."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from tests.output.fixture import HOSTILE
from tests.output.test_markup import read
from toolkit.core.text import Text
from toolkit.output.render.tables import Kind, TableColumn, format_value, render_table

COLUMNS = [TableColumn("agent", Text("Agent", "客服")), TableColumn("due", Text("Due", "应付"), "money")]
CAPTION = Text("What is due", "应付金额")


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (123456789, "money", "1,234,567.89"),
        (-5, "money", "-0.05"),
        (5, "change", "+0.05"),
        (0, "change", "0.00"),
        (-100, "change", "-1.00"),
        (0.3144, "share", "31.4%"),
        (Fraction(1, 3), "share", "33.3%"),
        (0.0123, "points", "+1.2"),
        (-0.00001, "points", "0.0"),
        (-0.0001, "number", "0.0"),
        (12345.678, "number", "12,345.7"),
        (12345, "count", "12,345"),
        (date(2024, 12, 31), "date", "2024-12-31"),
        ("007", "text", "007"),
        ("NA", "text", "NA"),
        (None, "text", ""),
        (None, "money", "–"),
        (pd.NA, "count", "–"),
        (float("nan"), "share", "–"),
        (pd.NaT, "date", ""),
    ],
)
def test_a_value_is_written_in_the_way_of_its_kind(value: object, kind: Kind, words: str) -> None:
    assert format_value(value, kind) == words


def test_money_with_a_part_below_a_minor_unit_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        format_value(10.5, "money")


def test_figures_stand_on_the_right_and_the_first_column_heads_its_row() -> None:
    frame = pd.DataFrame({"agent": [HOSTILE, "NA"], "due": [100, 250]})
    seen = read(render_table(frame, COLUMNS, CAPTION, "zh"))
    cells = [(name, attributes) for name, attributes in seen.elements if name in {"th", "td"}]
    assert cells[:2] == [("th", {"scope": "col"}), ("th", {"scope": "col", "class": "figure"})]
    assert cells[2:] == [("th", {"scope": "row"}), ("td", {"class": "figure"})] * 2
    assert seen.words == f"应付金额客服应付{HOSTILE}1.00NA2.50"


def test_rows_keep_their_order_and_flagged_ones_stand_out() -> None:
    frame = pd.DataFrame({"agent": ["b", "a"], "due": [1, 2], "wrong": [False, True]})
    seen = read(render_table(frame, COLUMNS, CAPTION, "en", flag="wrong", total={"agent": "All", "due": 3}))
    rows = [attributes.get("class") for name, attributes in seen.elements if name == "tbody"]
    assert rows == [None, "flagged"]
    assert seen.words.endswith("b0.01a0.02All0.03")


def test_an_empty_table_says_so() -> None:
    frame = pd.DataFrame({"agent": [], "due": []})
    assert read(render_table(frame, COLUMNS, CAPTION, "zh")).words == "应付金额：无。"


def test_short_words_stay_on_one_line_and_endless_ones_break() -> None:
    frame = pd.DataFrame({"agent": ["小鹿 (a01)"], "id": ["x" * 40], "why": ["one word and another, and more of them"]})
    columns = [TableColumn(name, Text(name, name)) for name in frame.columns]
    cells = [a for name, a in read(render_table(frame, columns, CAPTION, "en")).elements if name in {"th", "td"}]
    assert [a.get("class") for a in cells[3:]] == ["short", "long", None]


def test_a_sentence_stands_beneath_its_row_across_the_table() -> None:
    frame = pd.DataFrame({"agent": ["NA", "007"], "why": ["rate of another tier", None], "due": [1, 2]})
    columns = [*COLUMNS, TableColumn("why", Text("Why", "原因"), "sentence")]
    seen = read(render_table(frame, columns, CAPTION, "en", total={"due": 3}))
    assert [name for name, _ in seen.elements].count("tr") == 5
    assert ("td", {"colspan": "2"}) in seen.elements
    assert seen.words == "What is dueAgentDueNA0.01rate of another tier0070.020.03"
