"""Refunds of orders in a shop whose sales come from daily reports: what the reports do not tell is named and priced."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.data.worlds import Row
from tests.studies.closing_world import close, late, order, refund, shop, world
from toolkit.core.findings import Finding
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.month import audit_month

SOLD = {"Li": 1200_00, "Wang": 400_00}


def days(month: int, **refunds: int) -> list[Row]:
    """Return a vendor's report of a day: sales, and refunds where they are told."""
    told = {"shop": "S", "inquiries": 10, "buyers": 4, "orders": 4, "date": date(2024, month, 3)}
    return [told | {"account": who.lower(), "sales": sold, "refunds": refunds.get(who)} for who, sold in SOLD.items()]


def company(folder: Path) -> Workspace:
    """Return a shop of two months whose reports tell no refunds; its orders and refunds are known beside them.

    June: Li 1,200 at 5 % = 60.00, of which 300 in orders were refunded in time: 900 at 3 % = 27.00, 33.00 less. Wang
    400 at 3 % = 12.00. In July 100 of Wang's June come back: 12.00 x 100 / 400 = 3.00.
    """
    orders = [order("1", "Li", "06-03", "1200"), order("2", "Wang", "06-03", "400")]
    refunds = [refund("1", "06-20", "300"), refund("2", "07-20", "100")]
    tables = {**world(orders, refunds), "inquiries": [], "agent_days": [*days(6), *days(7)]}
    return shop(folder, tables)


def told(work: Workspace, month: str) -> dict[str, Finding]:
    return {f.code: f for f in audit_month(work, month).findings if "refund" in f.code}


def test_refunds_a_report_does_not_tell_are_priced_and_late_ones_named_until_it_tells_them(tmp_path: Path) -> None:
    work = company(tmp_path / "w")
    june = told(work, "2024-06")["refunds-not-reported"]
    assert june.evidence["pay"] == 33_00
    assert "300.00 of 1 was refunded" in june.message.en
    assert "Li -33.00" in june.message.zh
    close(work, "2024-06")
    late_ones = told(work, "2024-07")["refunds-not-taken-back"]
    assert (late_ones.subject, late_ones.severity, late_ones.evidence["pay"]) == ("S", "review", 3_00)
    assert late_ones.message.en.startswith("100.00 of 1 order of 2024-06 in S was refunded later and is in no figure")
    assert "Wang -3.00" in late_ones.message.en
    late(work, "agent_days", [*days(6, Li=300_00, Wang=100_00), *days(7)])
    after = told(work, "2024-07")
    assert "refunds-not-taken-back" not in after
    assert after["refunds-told-in-reports"].severity == "info", "what may be among the report's refunds is still named"
