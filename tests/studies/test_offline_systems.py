"""Offline orders, upsells, discounts and adjustments paid from a workspace's own tables, as managers state them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.data.worlds import Row, World, workspace_of
from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.data.crediting.measures import measure_months
from toolkit.data.tables.settings import Crediting, Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import Settlement, settle

SHELF = Path(__file__).parents[2] / "data_samples" / "shelf"
JUNE = Month(2024, 6)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2024, 6, day, hour)


def order(number: str, day: int, yuan: float, **more: Any) -> Row:
    hour = more.pop("hour", 10)
    row = {"order_id": number, "created_at": at(day, hour), "paid_at": at(day, hour), "shop": "A", "customer": "c"}
    return row | {"amount": round(yuan * 100)} | more


def people(**roles: str) -> World:
    """Everybody works in shop A and holds the account of the own name in small letters."""
    return {
        "assignments": [{"agent": a, "role": r, "shop": "A", "from": date(2024, 1, 1)} for a, r in roles.items()],
        "accounts": [{"account": a.lower(), "agent": a, "from": datetime(2024, 1, 1)} for a in roles],
    }


def asked(number: str, day: int, account: str, **more: Any) -> Row:
    hour = more.pop("hour", 9)
    return {"inquiry_id": number, "asked_at": at(day, hour), "shop": "A", "customer": "c", "account": account} | more


def paid(folder: Path, world: World, scheme: str, **crediting: Any) -> Settlement:
    settings = Settings(crediting=Crediting.model_validate(crediting))
    workspace = workspace_of(folder / "w", world, settings)
    text = (SHELF / f"{scheme}.yaml").read_text("utf-8") if "\n" not in scheme else scheme
    (workspace.root / "schemes" / "one.yaml").write_text(text, "utf-8")
    return settle(workspace, JUNE)


def due(settlement: Settlement) -> dict[str, float]:
    return {str(agent): int(minor) / 100 for agent, minor in settlement.due.items() if minor}


def test_a1_the_last_agent_asked_has_the_offline_order_and_shares_it_with_operations(tmp_path: Path) -> None:
    """10,000 of a customer who asked Wang, then Li: 70 % of it are Li's at 2 %, 30 % those of operations."""
    world = people(Li="agent", Wang="agent", Ops="operations") | {
        "inquiries": [asked("1", 3, "wang"), asked("2", 4, "li")],
        "orders": [order("o", 5, 10_000, offline=True)],
    }
    assert due(paid(tmp_path, world, "A01-offline-split")) == {"Li": 140, "Ops": 60}


def test_a2_untraceable_sales_fill_a_fund_of_the_team_and_silent_ones_do_not(tmp_path: Path) -> None:
    world = people(Li="agent") | {
        "orders": [order("o", 5, 500_000, customer=None), order("p", 5, 900_000, customer="silent")],
    }
    settlement = paid(tmp_path, world, "A02-untraceable-team-fund")
    assert due(settlement) == {}
    assert settlement.ledger["amount"].sum() == 1_000_00


def test_a3_large_orders_are_listed_and_pay_once_they_are_traced(tmp_path: Path) -> None:
    """20,000, or 100 units: 200 each. One of 30,000 is nobody's: it is listed, and pays once its account is told."""
    world = people(Li="agent") | {
        "inquiries": [asked("1", 5, "li")],
        "orders": [
            order("o1", 5, 20_000),
            order("o2", 5, 50),
            order("o3", 5, 19_999.99),
            order("o4", 5, 30_000, offline=True, customer=None),
        ],
        "order_lines": [{"order_id": "o2", "line": "1", "units": 100, "amount": 50_00}],
    }
    limits = {"large_amount": 20_000, "large_units": 100}
    before = paid(tmp_path / "before", world, "A03-large-order", **limits)
    assert due(before) == {"Li": 400}
    listed = [f for f in before.measures.findings if f.code == "large-order-untraced"]
    assert [(f.severity, f.evidence["orders"], f.evidence["amount"]) for f in listed] == [("review", ["o4"], 30_000_00)]
    world["orders"][3]["account"] = "li"
    after = paid(tmp_path / "after", world, "A03-large-order", **limits)
    assert due(after) == {"Li": 600}
    assert not [f for f in after.measures.findings if f.code == "large-order-untraced"]


def test_a4_the_customer_file_follows_the_customer_to_the_successor(tmp_path: Path) -> None:
    """Li closes three orders of 12,000 together, leaves on the 14th; the customer's next order, 9,000, is Wang's."""
    world = people(Li="agent", Wang="agent") | {
        "customers": [
            {"customer": "c", "agent": "Li", "from": date(2024, 1, 1), "to": date(2024, 6, 14)},
            {"customer": "c", "agent": "Wang", "from": date(2024, 6, 15)},
        ],
        "orders": [
            *(order(f"o{n}", 3 + n, 4_000, offline=True) for n in range(3)),
            order("p", 20, 9_000, offline=True),
        ],
    }
    settlement = paid(tmp_path, world, "A04-offline-closing", customer_owner="offline")
    assert due(settlement) == {"Li": 3 * 20 + 120, "Wang": 20 + 90}


def test_a12_who_brought_the_customer_keeps_a_fee_and_the_taker_the_rest(tmp_path: Path) -> None:
    """An offline order of 30,000 at 5 %: 1 % for Li, who brought it, 4 % for Zhao; their account is 20 to 80."""
    world = people(Li="agent", Zhao="agent")
    pair = [("Li", 0.2), ("Zhao", 0.8)]
    world["accounts"] += [
        {"account": "li+zhao", "agent": agent, "from": datetime(2024, 1, 1), "share": share} for agent, share in pair
    ]
    world["orders"] = [order("o", 5, 30_000, offline=True, note="客服:li+zhao")]
    scheme = """\
language: 1
scheme: offline
title: {en: Offline, zh: 线下}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, pay: offline_sales, rate: 5%}
"""
    assert due(paid(tmp_path, world, scheme, note_mark="客服:")) == {"Li": 300, "Zhao": 1200}


UPSOLD = [
    # hours between the first order, the message and the second order; what is upsold
    (10, 11, 12, {"Li": 1.5}),
    (10, 11, 35, {}),  # 25 hours after the first order: day two, 11:00
    (10, 9, 12, {}),  # no message in between
]


@pytest.mark.parametrize(("first", "message", "second", "expected"), UPSOLD)
def test_a13_a_second_purchase_within_24_hours_after_a_message_is_upsold(
    tmp_path: Path, first: int, message: int, second: int, expected: dict[str, float]
) -> None:
    """Three units at 0.50 each (D7, below ten units)."""
    world = people(Li="agent") | {
        "inquiries": [asked("1", 5, "li", hour=8), asked("2", 5, "li", hour=message)],
        "orders": [order("o", 5, 10, hour=first), order("p", 5 + second // 24, 10, hour=second % 24)],
        "order_lines": [{"order_id": "p", "line": "1", "units": 3}],
    }
    assert due(paid(tmp_path, world, "D07-upsell", upsell_hours=24)) == expected


def test_a14_a_line_sold_at_ten_per_cent_off_pays_two_per_cent_in_place_of_three(tmp_path: Path) -> None:
    """900 after 100 off at 2 % is 18; 1,000 without any at 3 % is 30."""
    scheme = """\
language: 1
scheme: discounts
title: {en: Discounts, zh: 优惠}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: deep, pay: sales, lines: {discount: {from: 10%}}, rate: 2%}
  - {id: usual, pay: sales, lines: {discount: {to: 10%}}, rate: 3%}
"""
    world = people(Li="agent") | {
        "inquiries": [asked("1", 5, "li")],
        "orders": [order("o", 5, 1_900)],
        "order_lines": [
            {"order_id": "o", "line": "1", "units": 1, "amount": 900_00, "discount": 100_00},
            {"order_id": "o", "line": "2", "units": 1, "amount": 1_000_00, "discount": 0},
        ],
    }
    assert due(paid(tmp_path, world, scheme)) == {"Li": 48}


def adjusted(folder: Path, **row: Any) -> Workspace:
    world = people(Li="agent") | {
        "inquiries": [asked("1", 5, "li")],
        "orders": [order("o", 5, 50_000)],
        "adjustments": [
            {"adjustment_id": "1", "agent": "Li", "month": "2024-06", "reason": "test", "requested_by": "Sun", **row}
        ],
    }
    workspace = workspace_of(folder / "w", world)
    scheme = (SHELF / "D26-manual-adjustment.yaml").read_text("utf-8")
    (workspace.root / "schemes" / "one.yaml").write_text(scheme, "utf-8")
    return workspace


def test_d26_an_adjustment_counts_once_another_person_approved_it(tmp_path: Path) -> None:
    """A factor of 0.95 on sales of 50,000: 1,425 in place of 1,500."""
    factor = {"measure": "sales", "factor": "0.95"}
    assert due(settle(adjusted(tmp_path / "1", **factor, approved_by="Qian"), JUNE)) == {"Li": 1425}
    unapproved = settle(adjusted(tmp_path / "2", **factor), JUNE)
    assert due(unapproved) == {"Li": 1500}
    assert [(f.code, f.severity) for f in unapproved.rows.findings] == [("unapproved-adjustment", "stop")]
    money = {"component": "commission", "amount": -100_00, "approved_by": "Qian"}
    assert due(settle(adjusted(tmp_path / "3", **money), JUNE)) == {"Li": 1400}


def test_an_adjustment_that_is_no_number_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="factor: not a number"):
        settle(adjusted(tmp_path, measure="sales", factor="less", approved_by="Qian"), JUNE)


def test_lines_are_asked_for_only_where_a_scheme_reads_them(tmp_path: Path) -> None:
    world = people(Li="agent") | {"inquiries": [asked("1", 5, "li")], "orders": [order("o", 5, 100)]}
    assert "lines" not in paid(tmp_path, world, "D26-manual-adjustment").tables
    table = measure_months(workspace_of(tmp_path / "v", world), JUNE, JUNE).table
    assert "upsells" not in table
