"""No manipulation of payroll or of the data behind it ends in "ready for approval"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.sample import copy_sample
from tests.studies.manipulations import CHANGED_TABLES, IN_DATA, IN_PAYROLL, MONTH, PAID_IN
from toolkit.core.period import Month
from toolkit.data.crediting.measures import open_months, orders_earned
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.month import MonthAudit, audit_month, month_case
from toolkit.studies.audit.settlement import settle
from toolkit.studies.audit.verdict import conclude
from toolkit.studies.reconcile.due import PaymentCase, pay_items
from toolkit.studies.reconcile.reconcile import reconcile

DEDUCTIONS = """\
language: 1
scheme: deductions
title: {en: Deductions, zh: 扣款}
currency: CNY
in_force: {from: 2024-11-01}
components:
  - id: answer-errors
    for: role == "agent"
    deduct: answer_errors * 10
    kind: award_not_earned
"""
ITEM = "质检扣款"


@dataclass(frozen=True, slots=True)
class CorrectMonth:
    """A month whose payroll is right: its audit, what payroll is judged by, and its lines."""

    workspace: Workspace
    audit: MonthAudit
    case: PaymentCase
    lines: pd.DataFrame

    def after(self, lines: pd.DataFrame) -> MonthAudit:
        """Return the audit with other pay lines."""
        return replace(self.audit, reconciliation=reconcile(self.case, lines))


def correct_month(folder: Path) -> CorrectMonth:
    """Make the sample's November with a scheme of deductions, and pay it as it is due."""
    copy_sample(folder)
    (folder / "schemes" / "deductions.yaml").write_text(DEDUCTIONS, "utf-8")
    text = (folder / "workspace.yaml").read_text("utf-8")
    named = text.replace("payroll_items: {", f"payroll_items: {{{ITEM}: [deductions.answer-errors], ")
    (folder / "workspace.yaml").write_text(named, "utf-8")
    workspace = Workspace.open(folder)
    lines = paid_as_due(workspace, workspace.table("payroll"))
    workspace.write_table("payroll", lines)
    audit = audit_month(workspace, MONTH)
    settlement = audit.settlement
    with open_months(workspace, settlement.month, settlement.month) as opened:
        case = month_case(workspace, settlement, opened, orders_earned(opened))
        case = replace(case, alternatives=tuple(case.alternatives))
    return CorrectMonth(workspace, audit, case, lines)


def paid_as_due(workspace: Workspace, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with those of the month's components replaced by what the rules give on the data as they are."""
    settlement = settle(workspace, Month.parse(MONTH))
    items_of = workspace.settings.payroll_items
    case = PaymentCase(settlement.month, settlement.schemes, settlement.measures.table, items_of)
    amounts = pay_items(case, settlement.schemes, case.measures, case.month).amounts
    rows = [(agent, item, amount) for (agent, item), amount in amounts.items() if amount]
    due = pd.DataFrame(rows, columns=["agent", "item", "recomputed"])
    items = set(items_of) - {"底薪"}
    kept = lines[~((lines["earned_month"] == MONTH) & lines["item"].isin(items))]
    new = pd.DataFrame(
        {
            "line_id": [f"N{i}" for i in range(len(due))],
            "agent": due["agent"].tolist(),
            "earned_month": MONTH,
            "pay_month": PAID_IN,
            "item": due["item"].tolist(),
            "sheet": PAID_IN,
            "row": [str(500 + i) for i in range(len(due))],
            "amount": due["recomputed"].tolist(),
        }
    ).astype({"amount": "Int64"})
    return pd.concat([kept, new], ignore_index=True)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> CorrectMonth:
    return correct_month(tmp_path_factory.mktemp("work") / "w")


def names(audit: MonthAudit) -> set[str]:
    """Return the classes of differences and the codes of what is to be decided."""
    return {*audit.differences["class"], *(f.code for f in (*audit.open_lines, *audit.at_stake))}


def test_the_month_as_it_is_due_is_ready(month: CorrectMonth) -> None:
    assert (conclude(month.audit)[1], names(month.audit)) == ("good", set())


@pytest.mark.parametrize("name", IN_PAYROLL)
@pytest.mark.parametrize("seed", [1])
def test_what_is_planted_in_payroll_is_named(month: CorrectMonth, name: str, seed: int) -> None:
    attack = IN_PAYROLL[name]
    audit = month.after(attack.plant(np.random.default_rng(seed), month.lines))
    assert conclude(audit)[1] in attack.tones
    assert names(audit) & attack.named, names(audit)


@pytest.mark.parametrize("name", ["orders moved, approved by their winner"])  # the proof has all
def test_what_is_planted_in_the_data_and_paid_accordingly_is_named(month: CorrectMonth, name: str) -> None:
    audit = manipulated(month, name, 0)
    assert conclude(audit)[1] != "good"
    assert names(audit) & IN_DATA[name][1], names(audit)


def manipulated(month: CorrectMonth, name: str, seed: int) -> MonthAudit:
    """Return the audit of the month with changed data, payroll following them."""
    work = month.workspace
    before: dict[str, Any] = {table: work.table(table) for table in CHANGED_TABLES}
    try:
        for table, frame in IN_DATA[name][0](np.random.default_rng(seed), _with_days(work, before)).items():
            if table in CHANGED_TABLES and frame is not before[table]:
                work.write_table(table, frame)
        work.write_table("payroll", paid_as_due(work, month.lines))
        return audit_month(work, MONTH)
    finally:
        for table, frame in before.items():
            work.write_table(table, frame)
        work.write_table("payroll", month.lines)


def _with_days(work: Workspace, tables: dict[str, Any]) -> dict[str, Any]:
    return tables | {"agent_days": work.table("agent_days")}
