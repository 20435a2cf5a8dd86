"""Files that are paid from: what people write, in the forms they keep it."""

from __future__ import annotations

import csv
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from tests.core.hostile import BOMBS
from tests.data.sheets import in_all_forms
from toolkit.core.errors import InputError
from toolkit.rules.explain.ledger_text import ledger_frame
from toolkit.rules.scheme.loading import parse_scheme, read_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import pay_files, read_ledger, read_lines_file, read_measures, read_roster
from toolkit.rules.settle.payroll import pay

SCHEME = """\
language: 1
scheme: files
title: Files
currency: CNY
in_force: {from: 2024-01-01}
measures: {rating: {kind: ratio, average_by: rated}}
define: {conversion: buyers / inquiries}
components: [{id: commission, pay: sales, rate: 3%}]
"""
CSV = """\
月份,客服,岗位,询单人数,付款人数,销售额,rating,rated,from,to
2024-06,007,售前,"1,000",302,"¥12,345.60",95.5%,10,2024-06-01,2024-06-30
2024-06,NA,售前,-,0,-3,,0,,
"""


@pytest.fixture
def scheme() -> Scheme:
    return parse_scheme(SCHEME)


def test_a_csv_is_read_with_aliases_separators_and_percentages(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(CSV, "utf-8-sig")
    frame = read_measures(path, scheme)
    assert frame["agent"].tolist() == ["007", "NA"]
    assert frame["sales"].tolist() == [1234560, -300]
    assert frame["inquiries"].tolist() == [1000, pd.NA]
    assert frame["rating"].tolist() == [Fraction(955, 1000), None]
    assert frame["from"].isna().tolist() == [False, True]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


LEDGER = """\
month,origin_month,agent,scheme,component,step,base,rate,amount
2024-05,2024-05,小满,files,commission,component,100.50,3%,3.02
2024-05,2024-05,NA,files,commission,component,200,3%,6.00
"""
ROSTER = '客服,岗位,入职日期,底薪\n小鹿,售前,2024-01-01,"2,500.00"\n007,售后,2024-02-01,\n'
LINES = "月份,客服,订单编号,amount,units\n2024-06,小鹿,2417277691240000001,99.90,1\n"


@pytest.mark.parametrize("table", ["measures", "ledger", "roster", "lines"])
def test_a_table_reads_the_same_in_every_form(table: str, scheme: Scheme, tmp_path: Path) -> None:
    read, text = {
        "measures": (lambda path: read_measures(path, scheme), CSV.replace("¥", "￥")),  # GBK has only the wide one
        "ledger": (lambda path: read_ledger(path, scheme), LEDGER),
        "roster": (read_roster, ROSTER),
        "lines": (read_lines_file, LINES),
    }[table]
    (tmp_path / "plain.csv").write_text(text, "utf-8")
    expected = read(tmp_path / "plain.csv")
    expected.attrs.clear()
    for form, path in in_all_forms(tmp_path, rows_of(text)).items():
        pd.testing.assert_frame_equal(read(path), expected, obj=f"{table} in {form}", check_index_type=False)


@pytest.mark.parametrize("name", ["too many entries", "cells far apart"])
def test_a_bomb_is_refused_as_measures_and_as_a_ledger(name: str, scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "measures.xlsx"
    path.write_bytes(BOMBS[name]())
    for read in (read_measures, read_ledger):
        with pytest.raises(InputError) as caught:
            read(path, scheme)
        assert [(p.source, p.code) for p in caught.value.problems] == [(str(path), "refused-file")]


def test_a_formula_that_failed_is_no_blank(scheme: Scheme, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["month", "agent", "sales"])
    book.active.append(["2024-06", "a", "#REF!"])
    book.active["C2"].data_type = "e"
    book.save(tmp_path / "m.xlsx")
    with pytest.raises(InputError, match=r"m.xlsx:2: sales: not an amount of money; got '#ERROR!'"):
        read_measures(tmp_path / "m.xlsx", scheme)


@pytest.mark.parametrize("month", ["2024/6", "202406", "2024年6月", "2024-06-01"])
def test_a_month_is_read_as_people_write_it(scheme: Scheme, tmp_path: Path, month: str) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(f"月份,客服,销售额\n{month},a,1\n", "utf-8")
    assert read_measures(path, scheme)["month"].tolist() == ["2024-06"]


def test_a_month_a_workbook_holds_as_a_date_is_read(scheme: Scheme, tmp_path: Path) -> None:
    table = pd.DataFrame({"month": [datetime(2024, 6, 1)], "agent": ["a"], "sales": [1]})
    table.to_excel(tmp_path / "measures.xlsx", index=False)
    assert read_measures(tmp_path / "measures.xlsx", scheme)["month"].tolist() == ["2024-06"]


def test_what_is_no_month_is_named_with_its_row_in_both_languages(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text("month,agent,sales\n2024-06,a,1\n六月,b,1\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_measures(path, scheme)
    assert caught.value.of("zh") == f"{path}:3: month：不是月份，请写成 YYYY-MM；这里是 '六月'"
    assert caught.value.of("en") == f"{path}:3: month: not a month, write it as YYYY-MM; got '六月'"


def test_every_cell_that_cannot_be_read_is_named_with_its_row(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text("month,agent,sales,buyers,from,to\n2024-06,a,1.234,2,2024-06-01,soon\n2024-06,b,x,1.5,,\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_measures(path, scheme)
    assert sorted((p.line, str(p.message).partition(":")[0]) for p in caught.value.problems) == [
        (2, "sales"),
        (2, "to"),
        (3, "buyers"),
        (3, "sales"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("month,sales\n2024-06,1\n", "missing-column"),
        ("month,agent,buyers\n2024-06,a,1\n", "missing-column"),
        ("month,agent,sales,conversion\n2024-06,a,1,2%\n", "name-twice"),
        ("month,agent,sales,inquiries\n2024-06,a,1,-2\n", "negative-value"),
        ("month,agent,sales\n2024-06,a,1\n2024-06,a,2\n", "row-twice"),
        ("month,agent,sales\nJune,a,1\n", "bad-month"),
        ("month,agent,agent,sales\n2024-06,a,b,1\n", "two-columns"),
    ],
)
def test_measures_that_cannot_be_paid_on_are_refused(scheme: Scheme, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "measures.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        pay(scheme, read_measures(path, scheme), month="2024-06")
    assert code in [problem.code for problem in caught.value.problems]


def test_a_float_is_refused_because_it_may_be_rounded(scheme: Scheme) -> None:
    frame = pd.DataFrame({"month": ["2024-06"], "agent": ["a"], "sales": [0.1]}).astype(
        {"month": "str", "agent": "str"}
    )
    with pytest.raises(InputError, match="inexact floats"):
        pay(scheme, frame, month="2024-06")


def test_paying_from_files_gives_rows_that_make_the_next_ledger(tmp_path: Path) -> None:
    (tmp_path / "scheme.yaml").write_text(
        SCHEME.replace("rate: 3%}]", "rate: 3%, period: quarter, accumulate: true}]"), "utf-8"
    )
    (tmp_path / "measures.csv").write_text("month,agent,sales\n2024-04,a,100.50\n2024-05,a,200\n", "utf-8")
    april = ledger_frame(pay_files(tmp_path / "scheme.yaml", tmp_path / "measures.csv", month="2024-04"))
    assert april["amount"].tolist() == ["3.02"]
    april.to_csv(tmp_path / "ledger.csv", index=False)
    assert read_ledger(tmp_path / "ledger.csv", read_scheme(tmp_path / "scheme.yaml"))["amount"].tolist() == [
        Fraction(302)
    ]
    may = pay_files(
        tmp_path / "scheme.yaml", tmp_path / "measures.csv", month="2024-05", ledger=tmp_path / "ledger.csv"
    )
    assert ledger_frame(may)["amount"].tolist() == ["6.00"]
    with pytest.raises(InputError, match="already pays 2024-04"):
        pay_files(tmp_path / "scheme.yaml", tmp_path / "measures.csv", month="2024-04", ledger=tmp_path / "ledger.csv")


def test_a_month_outside_the_scheme_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    path.write_text("month,agent,sales\n2023-06,a,1\n", "utf-8")
    with pytest.raises(InputError, match="not in force in 2023-06"):
        pay(scheme, read_measures(path, scheme), month="2023-06")


def test_a_define_stands_in_place_of_what_a_workspace_counts_unasked() -> None:
    scheme = parse_scheme(SCHEME.replace("}\ncomponents", ", gross_profit: sales * 20%}\ncomponents")
                          .replace("pay: sales", "pay: gross_profit"))  # fmt: skip
    table = pd.DataFrame({"month": ["2024-06"], "agent": ["a"], "sales": [1000_00], "gross_profit": [1_00]})
    assert pay(scheme, table, month="2024-06").table["amount"].tolist() == [6_00]  # 3 % of 200.00
