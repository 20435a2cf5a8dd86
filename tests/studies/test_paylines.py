from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.data.sheets import in_all_forms, write_xlsx
from tests.studies.reconcile_world import HOSTILE, payroll
from toolkit.core.errors import InputError
from toolkit.studies.reconcile.item_names import likeliest
from toolkit.studies.reconcile.payroll_lines import add_up, read_payroll
from toolkit.studies.reconcile.sentences import without_item


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "payroll.csv"
    path.write_text(text, encoding)
    return path


def read_lines(path: Path, month: str) -> pd.DataFrame:
    lines, found = read_payroll(path, month)
    assert not found
    return lines


def test_lines_of_a_month_add_up_by_agent_and_item() -> None:
    paid = add_up(payroll(("NA", "提成", 100), ("NA", "提成", 250), ("007", "提成", 30), ("007", "达标奖", 5)))
    assert {key: amount.total for key, amount in paid.items()} == {
        ("007", "提成"): 30,
        ("007", "达标奖"): 5,
        ("NA", "提成"): 350,
    }


def test_copies_are_what_stands_beyond_the_first_line_of_an_amount() -> None:
    paid = add_up(payroll(*[("Li", "提成", 100)] * 3, ("Li", "提成", 40), ("Li", "提成", 40)))["Li", "提成"]
    assert (paid.n_lines, paid.total, paid.copies, paid.repeated) == (5, 380, 240, (100, 40))


def test_a_line_is_found_by_sheet_and_row_else_by_its_id() -> None:
    table = payroll(("Li", "提成", 1), ("Li", "提成", 2)).assign(sheet=["2024-07", None], row=["14", None])
    source = add_up(table)["Li", "提成"].source
    assert (source.en, source.zh) == ("sheet 2024-07 row 14, line L2", "工作表 2024-07 第 14 行、工资行 L2")


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    text = f'agent,item,amount\n007,提成,"1,234.50"\nNA,提成,¥-3\n"{HOSTILE}",null,0.07\n'
    frame = read_lines(write(tmp_path, text), "2024-06")
    assert frame["agent"].tolist() == ["007", "NA", HOSTILE]
    assert frame["item"].tolist() == ["提成", "提成", "null"]
    assert frame["amount"].tolist() == [123_450, -300, 7]
    assert frame["earned_month"].tolist() == ["2024-06"] * 3
    assert frame["row"].tolist() == ["2", "3", "4"]


def test_chinese_headers_in_gb18030_mean_the_same(tmp_path: Path) -> None:
    text = "客服,工资项目,金额,归属月份\n小满,提成,12.30,2024-05\n"
    frame = read_lines(write(tmp_path, text, "gb18030"), "2024-06")
    assert frame[["agent", "item", "amount", "earned_month"]].values.tolist() == [["小满", "提成", 1230, "2024-05"]]


def test_pay_lines_read_the_same_in_every_form(tmp_path: Path) -> None:
    rows = [
        ["编号", "客服", "项目", "金额", "归属月份"],
        ["P1", "小满", "提成", "12.30", "2024-05"],
        ["P2", "NA", "提成", "-3", "2024年6月"],
    ]
    read = {form: read_lines(path, "2024-06") for form, path in in_all_forms(tmp_path, rows).items()}
    assert read["utf-8 commas"]["amount"].tolist() == [1230, -300]
    for form, frame in read.items():
        pd.testing.assert_frame_equal(frame, read["utf-8 commas"], obj=form, check_index_type=False)


def test_months_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = "agent,item,amount,earned_month\nLi,提成,1,2024年6月\nLi,提成,1,2024/5\nLi,提成,1,\n"
    assert read_lines(write(tmp_path, text), "2024-07")["earned_month"].tolist() == ["2024-06", "2024-05", "2024-07"]


def test_every_unusable_cell_is_named_with_its_row(tmp_path: Path) -> None:
    text = "agent,item,amount,earned_month\nLi,提成,12.345,\n,提成,1,June\nWang,,x,2024-06\n"
    with pytest.raises(InputError) as caught:
        read_lines(write(tmp_path, text), "2024-06")
    found = [(p.line, p.code) for p in caught.value.problems]
    assert found == [(2, "bad-amount"), (3, "blank-cell"), (3, "bad-month"), (4, "blank-cell"), (4, "bad-amount")]


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'amount' is missing; got agent, item, pay"):
        read_lines(write(tmp_path, "agent,item,pay\nLi,提成,1\n"), "2024-06")


def test_a_pay_sheet_with_number_and_name_goes_by_the_number(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("编号,工号,姓名,所属月份,项目,金额\nP1,a01,小鹿,2024-10,提成,750\n", "utf-8")
    (line,) = read_lines(file, "2024-11").to_dict("records")
    assert (line["line_id"], line["agent"], line["earned_month"], line["amount"]) == ("P1", "a01", "2024-10", 75000)


WIDE = [["2024年6月工资表"], ["工号", "姓名", "底薪", "提成", "合计"], ["a01", "小满", 4000, 12.3, 4012.3]]


def test_a_pay_sheet_as_people_keep_it_is_read_as_the_import_reads_it(tmp_path: Path) -> None:
    lines, found = read_payroll(write_xlsx(tmp_path / "p.xlsx", [*WIDE, ["合计", "", 4000, 13, 4012.3]]), "2024-06")
    assert lines[["agent", "earned_month", "item", "amount", "sheet", "row"]].values.tolist() == [
        ["a01", "2024-06", "底薪", 400000, "Sheet1", "3"],
        ["a01", "2024-06", "提成", 1230, "Sheet1", "3"],
    ]
    assert [(f.code, f.evidence["cell"]) for f in found] == [("wrong-total", "D4")]


def test_a_pay_sheet_that_leaves_something_open_is_refused_with_its_cells(tmp_path: Path) -> None:
    rows = [*WIDE[:2], ["a01", "小满", 4000, "见备注", 4012.3]]
    with pytest.raises(InputError, match="sheet Sheet1, D3: what does '见备注' pay"):
        read_payroll(write_xlsx(tmp_path / "p.xlsx", rows), "2024-06")


def test_a_total_row_among_plain_lines_is_nobodys_pay(tmp_path: Path) -> None:
    text = "agent,item,amount\nLi,提成,10\nWang,提成,20\n合计,,30\n"
    assert read_lines(write(tmp_path, text), "2024-06")["agent"].tolist() == ["Li", "Wang"]


def test_the_month_given_is_that_of_a_sheet_that_names_none(tmp_path: Path) -> None:
    lines = read_lines(write_xlsx(tmp_path / "p.xlsx", WIDE[1:]), "2024-05")
    assert set(lines["earned_month"]) == {"2024-05"}


@pytest.mark.parametrize(
    ("names", "items", "likely"),
    [
        (("commission", "Sales commission", "销售提成"), ("底薪", "提成", "全勤奖"), "提成"),
        (("reminder", "Reminder commission", "催付提成"), ("提成", "催付提成"), "催付提成"),
        (("commission", "Commission"), ("Gaji pokok", "Komisi", "Bonus"), "Komisi"),
        (("commission", "Commission", "提成"), ("提成一", "提成二"), ""),
        (("x", "Odd", "奇怪"), ("提成",), ""),
    ],
)
def test_the_item_a_component_may_be_is_proposed_by_its_names(
    names: tuple[str, ...], items: tuple[str, ...], likely: str
) -> None:
    assert likeliest(names, items) == likely


def test_a_proposed_item_is_a_line_to_paste() -> None:
    said = without_item("presales.commission", 3, 1000, "提成")
    assert said.en.endswith('write in workspace.yaml: payroll_items: {"提成": [presales.commission]}')
    added = without_item("presales.commission", 3, 1000, "提成", named=True)
    assert added.zh.endswith('请在 workspace.yaml 的 payroll_items 下写："提成": [presales.commission]')
