"""The audit's verdict never claims an agreement that was not looked at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.studies.audit.month import MonthAudit
from toolkit.studies.audit.verdict import conclude


def audit(**facts: Any) -> MonthAudit:
    """An audit of one person in which everything is in order, but for `facts`."""
    order = {
        "findings": (),
        "differences": pd.DataFrame(columns=["agent", "difference"]),
        "people": frozenset({"a01"}),
        "outsiders": frozenset(),
        "open_lines": (),
        "at_stake": (),
        "due": 75_000,
        "workspace": SimpleNamespace(settings=SimpleNamespace(currency="CNY")),
        "reconciliation": object(),
        "not_compared": (),
        "final": True,
    }
    return cast("MonthAudit", SimpleNamespace(**order | facts))


def test_a_month_in_order_is_ready() -> None:
    said, tone = conclude(audit())
    assert (tone, said.en.startswith("Ready for approval")) == ("good", True)


def test_a_component_without_a_payroll_item_stops_the_month() -> None:
    note = Finding("component-without-item", "review", "presales.commission", Text("", ""))
    said, tone = conclude(audit(not_compared=(note,)))
    assert tone == "stop"
    assert said.en == (
        "Not compared with payroll: presales.commission. Name the payroll items under payroll_items in workspace.yaml."
    )
    assert said.zh.startswith("尚未与工资核对：presales.commission")
