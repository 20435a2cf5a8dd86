"""Readers: any file becomes rows of text as they stood in it, or one sentence why not."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from tests.core.hostile import BOMBS
from tests.data.sheets import HOSTILE, in_all_forms, write_csv, write_ods, write_xls, write_xlsx
from toolkit.core import files as archives
from toolkit.core import files as readers
from toolkit.core.errors import InputError
from toolkit.core.files import detect_encoding, read_source, read_table

ROWS = [["编号", "昵称", "备注"], *([name, "小鹿，客服", "七天无理由退货"] for name in HOSTILE)]


def cells(path: Path, sheet: int = 0) -> list[list[str]]:
    return read_source(path).sheets[sheet].cells.to_numpy().tolist()


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_is_read_whatever_its_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert cells(write_csv(tmp_path / "t.csv", ROWS, encoding, delimiter)) == ROWS


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    rows = [["name", "city"], *([f"José Müller {k}", "Köln, près de la forêt à côté"] for k in range(40))]
    assert cells(write_csv(tmp_path / "t.csv", rows, "cp1252")) == rows


def test_the_encoding_is_told(tmp_path: Path) -> None:
    assert read_source(write_csv(tmp_path / "t.csv", ROWS, "gb18030")).sheets[0].encoding == "gb18030"


def test_a_comma_inside_a_tab_table_does_not_mislead(tmp_path: Path) -> None:
    rows = [["a", "b"], ["1,2,3", "x,y"], ["4,5,6", "z"]]
    assert cells(write_csv(tmp_path / "t.tsv", rows, delimiter="\t")) == rows


def test_rows_keep_their_place_and_their_number_of_cells(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n\n3\n4,5,6\n", "utf-8")
    sheet = read_source(tmp_path / "t.csv").sheets[0]
    assert sheet.cells.index.tolist() == [1, 2, 3, 4, 5]
    assert sheet.widths.tolist() == [2, 2, 0, 1, 3]


def test_cells_of_a_workbook_are_written_as_excel_shows_them(tmp_path: Path) -> None:
    row = [
        7.0,
        2.5,
        0.1 + 0.2,
        True,
        datetime(2024, 1, 2, 3, 4, 5),
        date(2024, 1, 2),
        time(9, 5),
        timedelta(hours=30),
        "007",
    ]
    path = write_xlsx(tmp_path / "t.xlsx", [["h"] * len(row), row])
    assert cells(path)[1] == [
        "7",
        "2.5",
        "0.3",
        "TRUE",
        "2024-01-02 03:04:05",
        "2024-01-02",
        "09:05:00",
        "30:00:00",
        "007",
    ]


def test_a_long_number_shows_that_excel_has_shortened_it(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", [["订单编号"], [2417277691240000001]])
    assert cells(path)[1] == ["2.41727769124e+18"]


def test_all_sheets_are_read_with_their_names(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", {"十月": [["a"], ["1"]], "十一月": [["a"], ["2"]]})
    assert [(s.name, s.cells.iat[1, 0]) for s in read_source(path).sheets] == [("十月", "1"), ("十一月", "2")]


def test_a_failed_formula_is_no_blank(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["金额"])
    book.active.append(["#DIV/0!"])
    book.active["A2"].data_type = "e"
    book.save(tmp_path / "t.xlsx")
    assert cells(tmp_path / "t.xlsx")[1] == [readers.FAILED_FORMULA]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    assert cells(write_xls(tmp_path / "t.xls")) == [["编号", "昵称", "数量"], ["7", "小鹿", "3"], ["NA", "null", "4"]]


def test_what_a_file_is_does_not_depend_on_its_name(tmp_path: Path) -> None:
    assert cells(write_xls(tmp_path / "t.csv"))[1] == ["7", "小鹿", "3"]
    assert cells(write_csv(tmp_path / "t.xls", ROWS, "gbk", "\t")) == ROWS


def test_a_parquet_title_that_is_no_utf8_is_damage(tmp_path: Path) -> None:
    pd.DataFrame({"qqqq": ["a"]}).to_parquet(path := tmp_path / "t.parquet")
    path.write_bytes(path.read_bytes().replace(b"qqqq", b"q\xba\xbaq"))
    assert "damaged Parquet" in problem(path)


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [17850.0, None], "when": pd.to_datetime(["2024-01-02 03:04:05", None]), "n": [1, 2]})
    frame.to_parquet(tmp_path / "t.parquet")
    assert cells(tmp_path / "t.parquet") == [["id", "when", "n"], ["17850", "2024-01-02 03:04:05", "1"], ["", "", "2"]]


def pack(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_with_one_file_is_read_under_the_inner_name(tmp_path: Path) -> None:
    inner = write_csv(tmp_path / "t.csv", ROWS, "gbk").read_bytes()
    archive = pack(tmp_path / "t.zip", **{"订单.csv": inner, "__MACOSX/._t": b"x"})
    assert read_source(archive).sheets[0].file == "订单.csv"
    assert cells(archive) == ROWS


def problem(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_source(path)
    return str(error.value)


def test_a_zip_with_several_files_or_a_zip_inside_is_refused(tmp_path: Path) -> None:
    assert "holds 2 files" in problem(pack(tmp_path / "two.zip", a=b"1", b=b"2"))
    assert "no file in it" in problem(pack(tmp_path / "none.zip"))
    inner = pack(tmp_path / "in.zip", a=b"1").read_bytes()
    assert "another zip" in problem(pack(tmp_path / "out.zip", inner=inner))


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000)
    assert "unpacks to more" in problem(pack(tmp_path / "bomb.zip", a=b"0" * 2_000))


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "lie.zip", a=b"0" * 5_000)
    content = path.read_bytes().replace((5_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(content)
    assert "damaged" in problem(path)


def test_a_workbook_that_spans_too_many_cells_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "x"
    book.active["XFD1048576"] = "y"
    book.save(tmp_path / "bomb.xlsx")
    assert "spans 1,048,576 rows" in problem(tmp_path / "bomb.xlsx")


def test_damaged_missing_and_foreign_files_are_told_apart(tmp_path: Path) -> None:
    workbook = write_xlsx(tmp_path / "t.xlsx", ROWS).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(workbook[:-200])
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "page.xls").write_text("<html><table><tr><td>订单编号", "utf-8")
    assert "damaged" in problem(tmp_path / "cut.xlsx")
    assert "damaged Parquet" in problem(tmp_path / "cut.parquet")
    assert "web page" in problem(tmp_path / "page.xls")
    assert "there is no such file" in problem(tmp_path / "absent.csv")


def test_a_file_above_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "t.csv", ROWS)
    monkeypatch.setattr(readers, "MAX_ROWS", 2)
    assert "more than 2 rows" in problem(path)
    monkeypatch.setattr(readers, "MAX_BYTES", 5)
    assert "larger than 5 bytes" in problem(path)


def test_the_same_content_has_the_same_digest(tmp_path: Path) -> None:
    a, b = (write_csv(tmp_path / n, ROWS) for n in ("a.csv", "b.csv"))
    assert read_source(a).digest == read_source(b).digest


def test_a_table_reads_the_same_in_every_form(tmp_path: Path) -> None:
    rows = [["月份", "客服", "数值"], *(["2024-06", name, "1,000.50"] for name in HOSTILE), ["2024-07", "小鹿", "3%"]]
    read = {form: read_table(path) for form, path in in_all_forms(tmp_path, rows).items()}
    assert read["utf-8 commas"].to_numpy().tolist() == rows[1:]
    for form, frame in read.items():
        pd.testing.assert_frame_equal(frame, read["utf-8 commas"], obj=form, check_index_type=False)


@pytest.mark.parametrize(
    "text", ["客服,入职日期\n喆,2024-01-01\n", "agent,x\n玥,1\n", "agent,x\n王喆,1\n李玥,2\n陈翀,3\n"]
)
def test_a_short_table_of_rare_names_is_chinese(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode("gbk"))
    assert read_table(tmp_path / "t.csv").iat[0, 0] == text.split("\n")[1].split(",")[0]


def test_numbers_of_a_kept_table_have_every_digit(tmp_path: Path) -> None:
    pd.DataFrame({"n": [0.1 + 0.2, 7.0, None], "id": pd.array([2417277691240000001, None, 3], "Int64")}).to_parquet(
        tmp_path / "t.parquet"
    )
    assert read_table(tmp_path / "t.parquet").to_numpy().tolist() == [
        ["0.30000000000000004", "2417277691240000001"],
        ["7", ""],
        ["", "3"],
    ]
    assert cells(tmp_path / "t.parquet")[1] == ["0.3", "2417277691240000001"]


def test_headers_stand_in_the_first_row_that_is_not_blank_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\n a ,b,,\n\n1, '=x ,,\n,,,\n2\n", "utf-8")
    frame = read_table(tmp_path / "t.csv")
    assert (frame.columns.tolist(), frame.index.tolist()) == (["a", "b"], [4, 6])
    assert frame.to_numpy().tolist() == [["1", "=x"], ["2", ""]]


def test_a_separator_that_no_header_has_splits_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("agent\na|b\nc|d\n", "utf-8")
    assert read_table(tmp_path / "t.csv").to_numpy().tolist() == [["a|b"], ["c|d"]]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a,b\n1,2\n1,2,3\n", 3, "这一行的单元格比表头多；这里是 '3'"),
        ('a,b\n1,2\n3,"4\n5,6\n', 3, "这一行的双引号没有闭合"),
        ("", 0, "里面没有表格"),
    ],
)
def test_a_text_that_is_no_table_is_refused_with_its_row(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "t.csv").write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_table(tmp_path / "t.csv")
    assert [p.line for p in error.value.problems] == [line]
    assert said in error.value.of("zh")


def test_an_ods_whose_cells_are_repeated_without_end_is_refused(tmp_path: Path) -> None:
    assert "spans 10,000 rows x 10,000 columns" in problem(write_ods(tmp_path / "t.ods", [["x"]], 10_000))


def test_rows_of_a_binary_workbook_are_counted_before_it_is_opened() -> None:
    def record(kind: int, number: int) -> bytes:
        return bytes([kind, 4]) + number.to_bytes(4, "little")

    sheet = io.BytesIO(record(0, 0) + record(2, 0) + bytes([0x81, 0x01, 0]) + record(0, 1_048_575) + record(5, 16_383))
    assert [place[:2] for place in archives._binary_cells(sheet)] == [(0, -1), (0, 0), (1048575, -1), (1048575, 16383)]


def test_one_long_row_does_not_make_all_rows_long(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x," * 10_000 + "\n" + "1\n" * 10_000, "utf-8")
    assert "spans 10,001 rows x 10,001 columns" in problem(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("x," * 20_000 + "\n", "utf-8")
    assert "more than 16,384 columns" in problem(tmp_path / "t.csv")


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_would_unpack_to_too_much_is_refused_at_both_doors(tmp_path: Path, name: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(BOMBS[name]())
    for door in (read_source, read_table):
        with pytest.raises(InputError) as error:
            door(path)
        assert [p.code for p in error.value.problems] == ["refused-file"]


def test_a_stray_zero_makes_no_utf_16() -> None:
    rows = "".join(f"2024-06,李{n},5\n" for n in range(9))
    assert detect_encoding(f"month,agent,sales\n2024-06,李\0,5\n{rows}".encode(), "m.csv") == "utf-8"
    assert detect_encoding("month,agent,sales\n2024-06,Li,5\n".encode("utf-16-le"), "m.csv") != "utf-8"
