"""The generator: same arguments, same bytes; what it says was planted stands in the files."""

from __future__ import annotations

import ast
import csv
import json
from collections import defaultdict
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from data_samples.generate import Size, draw_errors, generate
from data_samples.generator.causes import CLASSES
from data_samples.generator.truths import Truths

SAMPLE = Path(__file__).resolve().parents[2] / "data_samples"
SMALL = Size(months=3, event_months=2, volume=0.3)
ERRORS = dict.fromkeys(CLASSES, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def truths(folder: Path) -> Truths:
    return generate(7, folder, ERRORS, SMALL)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def paid(folder: Path) -> dict[tuple[str, str, str], list[int]]:
    lines = defaultdict(list)
    book = openpyxl.load_workbook(folder / "payroll" / "payroll.xlsx", read_only=True)
    for sheet in book:
        header, *rows = sheet.iter_rows(values_only=True)
        for row in rows:
            line = dict(zip(header, row, strict=True))
            amount = round(line["金额"] * 100)
            lines[line["所属月份"], line["工号"], line["项目"]].append(amount)
    return lines


def test_same_arguments_give_the_same_bytes(folder: Path, truths: Truths, tmp_path: Path) -> None:
    generate(7, tmp_path, ERRORS, SMALL)
    assert files(tmp_path) == files(folder)


def test_another_seed_gives_other_books(truths: Truths, tmp_path: Path) -> None:
    other = generate(8, tmp_path, {}, SMALL)
    assert other.measures != truths.measures
    assert other.payroll_errors == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "payroll").mkdir()
    (tmp_path / "payroll" / "mine.xlsx").write_bytes(b"mine")
    with pytest.raises(SystemExit, match="was not made by this script"):
        generate(7, tmp_path, {}, SMALL)
    assert (tmp_path / "payroll" / "mine.xlsx").read_bytes() == b"mine"


def test_the_generator_knows_nothing_of_the_toolkit() -> None:
    sources = [SAMPLE / "generate.py", *(SAMPLE / "generator").glob("*.py")]
    nodes = [n for path in sources for n in ast.walk(ast.parse(path.read_text("utf-8")))]
    names = {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    names |= {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    assert {"dataclasses", "numpy"} <= names
    assert not [name for name in names if name.partition(".")[0] == "toolkit"]


def test_pay_sheets_differ_from_the_rules_exactly_where_an_error_was_planted(folder: Path, truths: Truths) -> None:
    due = {(p["month"], p["agent"], p["item"]): p["amount"] for p in truths.pay if p["month"] < "2025"}
    sheets = {key: sum(amounts) for key, amounts in paid(folder).items() if key[2] != "底薪"}
    keys = due.keys() | sheets.keys()
    wrong = {k: (sheets.get(k, 0), due.get(k, 0)) for k in keys if sheets.get(k, 0) != due.get(k, 0)}
    assert wrong == {(e["month"], e["agent"], e["item"]): (e["paid"], e["correct"]) for e in truths.payroll_errors}


def test_so_many_errors_of_each_class_as_asked_for(truths: Truths) -> None:
    planted = [e["error"] for e in truths.payroll_errors]
    assert {name: planted.count(name) for name in CLASSES} == ERRORS


def test_a_duplicate_is_two_equal_lines(folder: Path, truths: Truths) -> None:
    (error, _) = [e for e in truths.payroll_errors if e["error"] == "DUPLICATE"]
    assert paid(folder)["2024-12", error["agent"], error["item"]] == [error["correct"]] * 2


def test_errors_drawn_from_the_seed_are_between_none_and_the_most() -> None:
    drawn = [n for seed in range(40) for n in draw_errors(seed, 3).values()]
    assert set(drawn) == {0, 1, 2, 3}


def test_paid_money_net_of_refunds_agrees_between_the_files_and_the_measures(folder: Path, truths: Truths) -> None:
    """All paid orders of a month, whoever they belong to, add up to the agents' measures and the shops' own rows."""
    exports, net = folder / "exports", {}
    for path in [*exports.glob("ExportOrderList_*.csv"), exports / "线下订单.csv"]:
        offline = path.name == "线下订单.csv"
        for row in read(path, "utf-8-sig" if offline else "gb18030"):
            names = ("订单号", "付款时间", "金额") if offline else ("订单编号", "订单付款时间 ", "买家实际支付金额")
            order, at, amount = (row[name].strip('="') for name in names)
            if at and row.get("买家会员名") != "tbx00001":
                net[order] = (at[:7], Fraction(amount))
    settled = {"2024-11": "2024-12-08", "2024-12": "2025-01-08", "2025-01": "2025-02-08"}
    total: dict[str, Fraction] = defaultdict(Fraction)
    for month, amount in net.values():
        total[month] += amount
    for row in read(exports / "退款明细.csv", "utf-8-sig"):
        month, _ = net[row["订单编号"]]
        total[month] -= Fraction(row["退款金额"]) * (row["退款时间"] < settled[month])
    counted: dict[str, Fraction] = defaultdict(Fraction)
    for m in truths.measures:
        counted[m["month"]] += Fraction(m["sales"] + m.get("reminder_sales", 0) + m.get("offline_sales", 0), 100)
    assert {month: amount for month, amount in total.items() if month < "2025-02"} == counted


def read(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_the_committed_truths_are_those_of_the_committed_pay_sheets() -> None:
    truths = json.loads((SAMPLE / "truths.json").read_text("utf-8"))
    assert {e["error"] for e in truths["payroll_errors"]} == set(CLASSES)
    lines = paid(SAMPLE)
    assert all(
        sum(lines[e["month"], e["agent"], e["item"]]) == e["paid"] != e["correct"] for e in truths["payroll_errors"]
    )


def test_volumes_are_those_of_a_real_shop() -> None:
    """Inquiries of an agent and month in the order-level files; the real shop has quartiles 296 and 818."""
    truths = json.loads((SAMPLE / "truths.json").read_text("utf-8"))
    months: dict[tuple[str, str], int] = defaultdict(int)
    for m in truths["measures"]:
        if m["agent"] and m["month"] < "2025":
            months[m["month"], m["agent"]] += m["inquiries"]
    volumes = sorted(months.values())
    assert 400 < volumes[len(volumes) // 2] < 800


@pytest.mark.prove
def test_the_committed_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    truths = generate(20241, tmp_path)
    committed = files(SAMPLE)
    assert {name: committed.get(name) == data for name, data in files(tmp_path).items()} == dict.fromkeys(
        files(tmp_path), True
    )
    assert len(asdict(truths)["agents"]) == 25
