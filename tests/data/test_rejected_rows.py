"""Rows an import did not accept are not forgotten: the checks name them until they are corrected."""

from __future__ import annotations

from pathlib import Path

from toolkit.data.checks.registry import check_tables
from toolkit.data.importing.imports import import_files, undo_import
from toolkit.data.tables.workspace import Workspace, create_workspace

LINES = "编号,工号,所属月份,发放月份,项目,金额\nP1,a01,2024-06,2024-07,提成,100\n{}P3,a02,2024-06,2024-07,提成,50\n"


def rejected(work: Workspace) -> list[tuple[str, str]]:
    return [(f.severity, f.subject) for f in check_tables(work) if f.code == "rows-rejected"]


def write(path: Path, more: str) -> Path:
    path.write_text(LINES.format(more), "utf-8")
    return path


def test_a_rejected_pay_line_stops_until_its_correction_is_imported(tmp_path: Path) -> None:
    work = create_workspace(tmp_path / "w")
    import_files(work, [write(tmp_path / "pay.csv", "P2,a03,2024-06,2024-07,提成,abc\n")])
    assert rejected(work) == [("stop", "pay.csv")]
    (told,) = (work.root / "imports").glob("rejects-*.csv")
    corrected = tmp_path / told.name
    corrected.write_text(told.read_text("utf-8-sig").replace("abc", "70"), "utf-8")
    import_files(work, [corrected])
    assert rejected(work) == []
    assert sorted(work.table("payroll")["amount"]) == [5_000, 7_000, 10_000]


def test_two_lines_of_one_number_are_two_payments(tmp_path: Path) -> None:
    work = create_workspace(tmp_path / "w")
    for _ in range(2):  # importing the file again changes nothing
        import_files(work, [write(tmp_path / "pay.csv", "P1,a01,2024-06,2024-07,提成,100\n")])
        lines = work.table("payroll")
        assert sorted(zip(lines["line_id"], lines["amount"], strict=True)) == [
            ("P1", 10_000),
            ("P1#2", 10_000),
            ("P3", 5_000),
        ]


def test_rows_of_a_file_that_was_replaced_or_taken_back_are_no_longer_missing(tmp_path: Path) -> None:
    work = create_workspace(tmp_path / "w")
    import_files(work, [write(tmp_path / "pay.csv", "P2,a03,2024-06,2024-07,提成,abc\n")])
    import_files(work, [write(tmp_path / "right.csv", "P2,a03,2024-06,2024-07,提成,70\n")], instead_of=["pay.csv"])
    assert rejected(work) == []
    undo_import(work)
    assert rejected(work) == [("stop", "pay.csv")]
    undo_import(work)
    assert rejected(work) == []


def test_the_money_of_rejected_rows_is_told_by_shop_and_month(tmp_path: Path) -> None:
    work = create_workspace(tmp_path / "w")
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,shop,customer,created_at,paid_at,amount,status\n"
        "1,S,c,2024-06-01 10:00,2024-06-01 11:00,100,finished\n"
        "2,S,c,2024-06-02 10:00,2024-06-32 11:00,20.5,finished\n"  # known by when it was made
        "3,S,c,2024-06-03 10:00,2024-07-01 11:00,30,finished\n"
        "3,S,c,2024-06-03 10:00,2024-07-01 11:00,40,finished\n"  # two of one number contradict each other
        "4,S,c,2024-06-04 10:00,2024-06-05 11:00,abc,finished\n",
        "utf-8",
    )
    import_files(work, [file])
    (finding,) = (f for f in check_tables(work) if f.code == "rows-rejected")
    assert finding.evidence["n"] == 4
    assert finding.evidence["lost"] == [
        {"table": "orders", "shop": "S", "month": "2024-06", "rows": 1, "amount": 2_050},
        {"table": "orders", "shop": "S", "month": "2024-07", "rows": 2, "amount": 7_000},
    ]
