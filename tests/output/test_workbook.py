"""Workbooks and CSV: read back by another library, they hold what was given and nothing that runs."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.output.fixture import HOSTILE
from toolkit.core.text import Text
from toolkit.output.render.tables import TableColumn
from toolkit.output.render.workbook import WorkbookSheet, neutral, write_workbook

NAMES = [HOSTILE, "NA", "007", "https://example.org", "王小明", "+1", "@SUM(A1)", "{=1+1}"]
FRAME = pd.DataFrame(
    {
        "agent": NAMES,
        "due": pd.array([123456, -5, None, 0, 1, 2, 3, 4], dtype="Int64"),
        "share": [0.314, 0.1, None, 0.3, 0.4, 0.5, 0.6, 0.7],
        "day": pd.to_datetime(["2024-12-31", None, *["2024-01-02"] * 6]),
        "wrong": [True, *[False] * 7],
    }
)
COLUMNS = [
    TableColumn("agent", Text("Agent", "客服")),
    TableColumn("due", Text("Due", "应付"), "money"),
    TableColumn("share", Text("Share", "占比"), "share"),
    TableColumn("day", Text("Day", "日期"), "date"),
]
SHEET = WorkbookSheet(Text("Differences: all/every [one] of them", "差异"), FRAME, COLUMNS, "wrong")


def test_names_are_strings_and_figures_are_figures(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(write_workbook(tmp_path / "r.xlsx", [SHEET], "zh"))["差异"]
    rows = list(page.iter_rows())
    assert [cell.value for cell in rows[0]] == ["客服", "应付", "占比", "日期"]
    assert [row[0].value for row in rows[1:]] == NAMES
    assert {row[0].data_type for row in rows[1:]} == {"s"}
    assert {row[0].hyperlink for row in rows[1:]} == {None}
    assert [row[1].value for row in rows[1:5]] == [1234.56, -0.05, None, 0]
    assert (rows[1][1].number_format, rows[1][2].number_format) == ("#,##0.00", "0.0%")
    assert (rows[1][3].value, rows[2][3].value) == (datetime(2024, 12, 31), None)
    assert rows[1][0].fill.fgColor.rgb == "FFE3EDF5"
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:D9")


def test_no_formula_or_link_is_in_the_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_workbook(tmp_path / "r.xlsx", [SHEET], "en")) as book:
        pages = "".join(book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/"))
    assert "<f>" not in pages
    assert "hyperlink" not in pages


def test_the_same_tables_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_workbook(tmp_path / "a.xlsx", [SHEET], "zh").read_bytes()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert write_workbook(tmp_path / "b.xlsx", [SHEET], "zh").read_bytes() == first
    core = zipfile.ZipFile(tmp_path / "a.xlsx").read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_titles_are_made_fit_for_excel(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(tmp_path / "r.xlsx", [SHEET, SHEET], "en"))
    assert book.sheetnames == ["Differences- all-every -one- of", "Differences- all-every -one 2"]


def test_an_empty_sheet_has_its_head(tmp_path: Path) -> None:
    empty = WorkbookSheet(Text("None", "无"), FRAME.head(0), COLUMNS)
    page = openpyxl.load_workbook(write_workbook(tmp_path / "r.xlsx", [empty], "en"))["None"]
    assert [cell.value for cell in page[1]] == ["Agent", "Due", "Share", "Day"]


@given(st.text())
def test_no_text_of_a_csv_begins_as_a_formula_does(text: str) -> None:
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert neutral(text).endswith(text)
