"""Objections: raised on the form, decided with a reason, paid once somebody else approved, counted in the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.studies.closing_world import approve, close, late, paid, shop, unasked
from toolkit.core.period import Month
from toolkit.data.importing.imports import import_files
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports import audit as audit_page
from toolkit.output.reports.objection_form import write_objection_form
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.objections import count_objections, left_unpaid, undecided
from toolkit.studies.audit.settlement import settle
from toolkit.studies.closing import close as closing

JUNE, JULY = Month(2024, 6), Month(2024, 7)
LI = {"month": "2024-06", "agent": "Li", "component": "commission", "objection": "an order of 20 June is missing"}
GRANTED = LI | {"decision": "granted", "reason": "order 2b", "amount": 1250, "decided_by": "Zhao"}


def filled(path: Path, agent: str, **cells: Any) -> Path:
    """Fill cells of a person's row of the form, by the headers of row 1."""
    book = load_workbook(path)
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(line[0].row for line in sheet.iter_rows(min_row=2) if line[heads["工号"] - 1].value == agent)
    for name, value in cells.items():
        sheet.cell(row, heads[name]).value = value
    book.save(path)
    return path


def codes(work: Workspace, month: str) -> list[str]:
    """Return what the objections and what is entered by hand keep a month from."""
    return [f.code for f in (*undecided(work), *settle(work, Month.parse(month)).rows.findings)]


def test_the_form_is_written_filled_in_read_back_and_paid(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    path = write_objection_form(work, "2024-06", "zh")
    assert path == work.root / "objections" / "objections-2024-06.xlsx"
    sheet = load_workbook(path).active
    assert [cell.value for cell in sheet[2]][:6] == ["2024-06", "Li", "Li", "commission", "提成", 50]
    assert import_files(work, [path]).files[0].n_set_aside == 2, "nobody objected"
    filled(path, "Li", 异议="6月20日少一单")
    import_files(work, [path])
    assert codes(work, "2024-06") == ["objection-undecided"]
    filled(path, "Li", 决定="同意", 理由="订单 2b", 补发金额=12.5, 处理人="Zhao")
    done = import_files(work, [path])
    assert not [f for f in done.findings if f.severity == "stop"], "a form comes in place of the one before"
    assert codes(work, "2024-06") == ["unapproved-adjustment"]
    assert settle(work, JUNE).due["Li"] == 5000
    path = write_objection_form(work, "2024-06", "zh")
    filled(path, "Li", 审批人="Qian")
    import_files(work, [path])
    assert settle(work, JUNE).due["Li"] == 6250
    assert codes(work, "2024-06") == []
    (row,) = settle(work, JUNE).explained("zh").query("step == 'adjustment'")["sentence"]
    assert "手工录入 2024-06 的 12.50（订单 2b；Zhao 录入，Qian 审批）" in row


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        (LI, "a decision, granted or refused"),
        (LI | {"decision": "perhaps", "reason": "r"}, "a decision, granted or refused (perhaps)"),
        (LI | {"decision": "refused"}, "a reason"),
        (LI | {"decision": "granted", "reason": "r", "component": None}, "the component it is paid as, an amount, who"),
    ],
)
def test_what_is_not_wholly_decided_says_what_it_lacks(row: dict[str, Any], lacks: str, tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    late(work, "objections", [row])
    (found,) = undecided(work)
    assert (found.code, found.severity, found.period) == ("objection-undecided", "stop", "2024-06")
    assert f"it lacks {lacks}" in found.message.en


def test_what_is_undecided_keeps_the_month_from_being_settled(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    late(work, "objections", [LI])
    assert closing.close_month(work.root, "2024-06", "Zhao").line is not None
    assert closing.close_month(work.root, "2024-06", "Zhao").line is not None, "shown: now people can object"
    assert [f.code for f in closing.close_month(work.root, "2024-06", "Zhao").refused] == ["objection-undecided"]


def test_a_refused_one_changes_nobodys_pay_and_is_counted(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    rows = [GRANTED | {"approved_by": "Qian"}, LI | {"agent": "Wang", "decision": "refused", "reason": "counted"}]
    late(work, "objections", [*rows, LI | {"component": None}])
    assert settle(work, JUNE).due.to_dict() == {"Li": 6250, "Wang": 1000}
    (count,) = count_objections(work, [JUNE])
    assert count.text("CNY").en == "3 objections of 2 people to 2024-06: 1 granted (12.50 CNY), 1 refused, 1 undecided."
    assert count.text("CNY").zh == "2024-06：2 人提出 3 项异议，同意 1 项（12.50 元），驳回 1 项，未处理 1 项。"
    (nobody,) = count_objections(work, [JULY])
    assert nobody.text("CNY").en == "Nobody objected to 2024-07."
    seen = view(audit_month(work, "2024-06"), "zh", "internal")
    shown = audit_page.objections(seen).markup
    assert "2024-05 没有人提出异议" in shown
    assert "同意 1 项（12.50 元）" in shown
    decisions = audit_page.decisions(seen).markup
    assert "他人 对 2024-06 的异议尚未处理完" in decisions, "an internal report names nobody"
    assert "Li" not in decisions


def test_whoever_decided_does_not_approve_the_month(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    late(work, "objections", [GRANTED | {"decided_by": "Sun", "approved_by": "Qian"}])
    done = approve(work, "2024-06")
    with unasked(work, done):
        refused = closing.close_month(work.root, "2024-06", "Sun", state="approved").refused
    assert [f.code for f in refused] == ["same-person"]


def test_an_objection_to_a_closed_month_is_paid_in_the_open_one(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    close(work, "2024-06")
    form = load_workbook(write_objection_form(work, "2024-06", "en")).active
    assert {row[-1].value for row in form.iter_rows(min_row=2)} == {"2024-07"}
    late(work, "objections", [GRANTED | {"approved_by": "Qian", "pay_month": "2024-07"}])
    assert paid(settle(work, JULY), "Li") == {("component", "07"): 15.0, ("adjustment", "06"): 12.5}
    close(work, "2024-07")
    assert "adjustment" not in set(settle(work, Month(2024, 8)).ledger["step"]), "paid once"


def test_what_is_entered_for_a_month_closed_without_it_is_said(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    close(work, "2024-06")
    late(work, "objections", [GRANTED | {"approved_by": "Qian"}])
    assert paid(settle(work, JULY), "Li") == {("component", "07"): 15.0}
    (found,) = left_unpaid(settle(work, JULY).tables["ledger"], JULY, work)
    assert "12.50 entered by hand for Li (order 2b) is not paid: 2024-06 was closed without it" in found.message.en


def test_both_kinds_of_entries_by_hand_are_paid(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    entry = {"adjustment_id": "x", "agent": "Li", "month": "2024-06", "component": "commission", "amount": 100}
    late(work, "adjustments", [entry | {"reason": "r", "requested_by": "Zhao", "approved_by": "Qian"}])
    late(work, "objections", [GRANTED | {"approved_by": "Qian"}])
    assert settle(work, JUNE).due["Li"] == 5000 + 100 + 1250
    assert isinstance(settle(work, JUNE).tables["adjustments"], pd.DataFrame)
