from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.studies.workspace_case import workspace_case
from toolkit.core.period import Month
from toolkit.data.tables.settings import Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import settle
from toolkit.studies.reconcile.reconcile import reconcile

SCHEME = """
language: 1
scheme: presales
title: {en: Flat commission, zh: 固定提成}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, pay: sales, rate: 3%}
"""
# Customer c1 asks Li and buys for 1,000.00; customer c2 asks Li, a day later Wang, and buys for 300.00.
INQUIRIES = [
    ("Q1", "2024-06-03 10:00", "k-li", "c1"),
    ("Q2", "2024-06-03 11:00", "k-li", "c2"),
    ("Q3", "2024-06-04 11:00", "k-wang", "c2"),
]
ORDERS = [("O1", "2024-06-03 12:00", "c1", 100_000), ("O2", "2024-06-04 12:00", "c2", 30_000)]
PAYROLL = [("L1", "Li", 3_900), ("L2", "Wang", 0)]  # as if c2's order were of who was asked first


def open_workspace(folder: Path) -> Workspace:
    settings = Settings(payroll_items={"提成": ("presales.commission",)})
    workspace = Workspace.create(folder, settings)
    (folder / "schemes" / "presales.yaml").write_text(SCHEME, "utf-8")
    start = pd.Timestamp("2024-01-01")
    tables = {
        "inquiries": [
            {"inquiry_id": q, "asked_at": pd.Timestamp(at), "shop": "A", "account": account, "customer": customer}
            for q, at, account, customer in INQUIRIES
        ],
        "orders": [
            {"order_id": o, "created_at": pd.Timestamp(at), "paid_at": pd.Timestamp(at), "shop": "A",
             "customer": customer, "amount": amount}
            for o, at, customer, amount in ORDERS
        ],
        "accounts": [{"account": f"k-{a.lower()}", "agent": a, "from": start} for a in ("Li", "Wang")],
        "assignments": [{"agent": a, "shop": "A", "role": "agent", "from": start} for a in ("Li", "Wang")],
        "payroll": [
            {"line_id": line, "agent": agent, "earned_month": "2024-06", "item": "提成", "amount": amount,
             "sheet": "2024-07", "row": str(n)}
            for n, (line, agent, amount) in enumerate(PAYROLL, 2)
        ],
    }  # fmt: skip
    for name, rows in tables.items():
        workspace.write_table(name, pd.DataFrame(rows))
    return workspace


def test_a_month_paid_by_first_inquiry_is_explained_as_credit(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    case = workspace_case(workspace, settle(workspace, Month.parse("2024-06")))
    rows = reconcile(case, workspace.table("payroll")).table.set_index("agent")
    assert rows["recomputed"].to_dict() == {"Li": 3_000, "Wang": 900}
    assert rows["class"].to_dict() == {"Li": "CREDIT", "Wang": "DUE_NOT_PAID"}
    assert rows.loc["Wang", "also_fits"] == ("CREDIT",)
    assert rows.loc["Li", "sentence_en"].startswith("Payroll pays 39.00 (sheet 2024-07 row 2). The rules give 30.00:")
    assert "This fits orders given to the customer's first inquiry, not the last" in rows.loc["Li", "sentence_en"]


def test_the_orders_of_the_case_are_net_of_refunds_and_name_who_has_them(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    refund = {"order_id": "O2", "refunded_at": pd.Timestamp("2024-06-20"), "amount": 5_000, "kind": "return"}
    workspace.write_table("refunds", pd.DataFrame([refund]))
    orders = workspace_case(workspace, settle(workspace, Month.parse("2024-06"))).orders
    assert orders is not None
    found = orders.set_index("order_id")[["agent", "credit", "amount"]]
    assert found.loc["O1"].tolist() == ["Li", "inquiry", 100_000]
    assert found.loc["O2"].tolist() == ["Wang", "inquiry", 25_000]
