"""Whatever a workspace lacks, check and audit end with what they have to say: nobody's first hour is a whole workspace.

Each table is in turn missing, without a row, with its required columns only, and alone. What cannot be audited is told
as an error made for the user; a check or side study that fails by itself becomes one finding (`attempt`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.data.worlds import World, frame_of, instant
from toolkit import audit_month
from toolkit.core.bundled import bundled
from toolkit.core.errors import ToolkitError
from toolkit.data.checks import registry
from toolkit.data.tables.schema import TABLE_NAMES, table
from toolkit.data.tables.settings import Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.output.reports import activity
from toolkit.output.reports import audit as page
from toolkit.output.reports import view as study_view
from toolkit.studies.audit import month as audit
from toolkit.studies.audit import settlement
from toolkit.studies.workload.activity import gather_activity

MONTH = "2024-02"
FROM, ITEMS = (
    date(2023, 1, 1),
    {"commission": ("conversion-tiers.commission",), "base": ("roster.base_pay",), "tax": ()},
)
BLOCKS = (
    *(page.head, page.verdict, page.figures, page.classes, page.people, page.bridge, page.credit, page.decisions),
    *(page.near, page.unchecked, page.groups, page.luck, page.differences, page.dues, page.rules, page.findings),
    page.crediting,
    page.objections,
)


def whole_world() -> World:
    """Two months of two shops, one with the vendor's days, one with inquiries and orders, and all tables filled."""
    days = [
        {"date": date(2024, m, d), "account": f"s1:{a}", "shop": "s1", "channel": "app", "count_unit": "people_by_day",
         "cohort": "asked", "consultations": 30, "receptions": 25, "inquiries": 20, "buyers": 6 + m, "orders": 8,
         "units": 9, "sales": 90_000, "refunds": 1_000, "reply_seconds": 20.0, "rated": 5, "satisfied": 4,
         "pending": False}
        for m in (1, 2) for d in (3, 4, 28) for a in ("a", "b")
    ]  # fmt: skip
    asked = [
        {"inquiry_id": f"i{m}{k}", "asked_at": instant(f"2024-{m:02d}-05 10:0{k}"), "shop": "s2", "account": "s2:a",
         "customer": f"c{k}", "channel": "app", "served_by": "human", "avg_reply_s": 12.0, "satisfied": True}
        for m in (1, 2) for k in range(4)
    ]  # fmt: skip
    orders = [
        {"order_id": f"o{m}{k}", "created_at": instant(f"2024-{m:02d}-05 11:0{k}"), "shop": "s2", "customer": f"c{k}",
         "paid_at": instant(f"2024-{m:02d}-05 11:1{k}"), "amount": 50_000, "status": "paid"}
        for m in (1, 2) for k in range(3)
    ]  # fmt: skip
    ids = [str(o["order_id"]) for o in orders]
    return {
        "inquiries": asked,
        "orders": orders,
        "order_lines": [{"order_id": i, "line": "1", "product": "p", "units": 1, "amount": 50_000} for i in ids],
        "refunds": [{"order_id": "o20", "refunded_at": instant("2024-02-20 09:00"), "kind": "return", "amount": 100}],
        "agent_days": days,
        "shop_days": [{"date": date(2024, 2, 3), "shop": "s1", "visitors": 90, "inquiries": 40, "buyers": 9}],
        "accounts": [
            {"shop": s, "account": f"{s}:{a}", "agent": a, "from": FROM}
            for s, a in (("s1", "a"), ("s1", "b"), ("s2", "a"))
        ],
        "assignments": [
            {"agent": a, "name": f"n{a}", "shop": "s1", "role": "agent", "team": "t", "base_pay": 400_000, "from": FROM}
            for a in ("a", "b")
        ],
        "attendance": [
            {"agent": a, "date": date(2024, 2, d), "worked_hours": 8.0, "scheduled_hours": 8.0, "late_minutes": 0}
            for a in ("a", "b") for d in (3, 4, 5)
        ],
        "quality": [{"agent": "a", "date": date(2024, 2, 3), "checked": 9, "answer_errors": 1}],
        "targets": [{"scope": "agent", "subject": "a", "measure": "sales", "value": "1000", "from": date(2024, 1, 1)}],
        "costs": [{"shop": "s1", "month": MONTH, "kind": "ads", "amount": 5_000}],
        "advertising": [{"date": date(2024, 2, 3), "shop": "s1", "channel": "app", "hour": 9, "spend": 5_000}],
        "legal_limits": [
            {"kind": "minimum_wage", "value": "2690", "from": FROM, "source": "city notice 1"},
            {"kind": "deduction_share", "value": "20%", "from": FROM, "source": "art. 16"},
        ],
        "customers": [{"customer": "c1", "agent": "a", "from": FROM}],
        "payroll": [
            {"line_id": f"{m}{i}{a}", "agent": a, "earned_month": f"2024-{m:02d}", "item": i, "amount": 9_000}
            for m in (1, 2) for i in ITEMS for a in ("a", "b", "ghost")
        ],
        "adjustments": [
            {"adjustment_id": "x", "agent": "a", "month": MONTH, "component": "conversion-tiers.commission",
             "amount": 100, "reason": "r", "requested_by": "b"}
        ],
        "objections": [
            {"month": MONTH, "agent": "a", "component": "commission", "objection": "o", "decision": "granted",
             "reason": "r", "amount": 100, "decided_by": "b"}
        ],
        "acknowledgements": [
            {"agent": "a", "scheme": "conversion-tiers", "month": "2024-01", "acknowledged_on": FROM}
        ],
        "own_measures": [{"month": MONTH, "agent": "a", "measure": "visits", "value": "3"}],
        "opening": [{"agent": "a", "kind": "measure", "item": "sales", "month": "2023-12", "value": "5"}],
        "products": [{"product": "p", "category": "q", "price": 50_000, "cost": 20_000}],
        "benchmarks": [{"category": "q", "month": MONTH, "conversion": 0.3}],
    }  # fmt: skip


def frames() -> dict[str, pd.DataFrame]:
    """Return the world's tables; the vendor's days with a ratio as shown, which is a column of its own."""
    made = {name: frame_of(name, rows) for name, rows in whole_world().items()}
    days = made["agent_days"]
    made["agent_days"] = days.assign(conversion_shown=pd.Series(["35.00%"] * len(days), dtype="str"))
    return made


def _minimal(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    required = [c.name for c in table(name).columns if c.required]
    return frame_of(name, [dict(row) for row in frame[required].to_dict("records")])


Lack = Callable[[dict[str, pd.DataFrame], str], dict[str, pd.DataFrame]]
LACKS: dict[str, Lack] = {
    "missing": lambda w, name: {k: v for k, v in w.items() if k != name},
    "without a row": lambda w, name: w | {name: w[name].iloc[:0]},
    "required columns only": lambda w, name: w | {name: _minimal(name, w[name])},
    "alone": lambda w, name: {name: w[name]},
}


def made(folder: Path, world: dict[str, pd.DataFrame]) -> Workspace:
    workspace = Workspace.create(folder, Settings(payroll_items=ITEMS, groups=("team", "shift"), first_month="2024-01"))
    for name, frame in world.items():
        workspace.write_table(name, frame)
    shutil.copy(bundled("data_samples/shelf/D02-conversion-tiers.yaml"), workspace.root / "schemes" / "s.yaml")
    return workspace


def show(workspace: Workspace, folder: Path) -> None:
    """Audit the month and make every block of its report; what only the user can mend is no failure."""
    try:
        found = audit_month(workspace, MONTH)
    except ToolkitError:
        return
    seen = study_view.view(found, "zh", "confidential")
    assert all(block(seen).markup for block in BLOCKS)
    happened = gather_activity(found)
    assert activity.chapter(seen, happened).markup
    activity.sheets(seen, happened)
    page.workbook(seen, str(folder))


def test_the_world_lacks_nothing(tmp_path: Path) -> None:
    assert set(whole_world()) == set(TABLE_NAMES)
    found = audit_month(made(tmp_path / "w", frames()), MONTH)
    assert found.reconciliation is not None
    assert len(found.near)


FIRST_HOUR = (  # all tables, each lacking in every way: tests/proofs/test_lacking_proof.py
    ("agent_days", "required columns only"),
    ("accounts", "alone"),
    ("assignments", "required columns only"),
    ("attendance", "alone"),
)


@pytest.mark.parametrize(("name", "lack"), FIRST_HOUR)
def test_no_table_is_needed_to_be_told_what_there_is(
    name: str, lack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCENTIVE_DEBUG", "1")  # a check that fails by itself is then no finding
    workspace = made(tmp_path / "w", LACKS[lack](frames(), name))
    registry.check_workspace(workspace)
    show(workspace, tmp_path)


def _broken(*_: object, **__: object) -> None:
    raise KeyError("shop")


def test_a_check_or_side_study_that_fails_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = made(tmp_path / "w", frames())
    whole = audit_month(workspace, MONTH)
    monkeypatch.setattr(audit, "near_an_edge", _broken)
    monkeypatch.setattr(audit, "compare_groups", _broken)
    monkeypatch.setattr(registry, "CHECKS", (registry.reports_disagree, _broken))
    found = audit_month(workspace, MONTH)
    lost = [f for f in found.findings if f.code == "not-looked-at"]
    assert {f.subject for f in lost} == {"near_an_edge", "compare_groups", "broken"}
    assert all(f.severity == "review" and "KeyError" in f.message.en for f in lost)
    assert found.due == whole.due
    assert list(found.near.columns) == list(whole.near.columns)
    page.near(study_view.view(found, "zh", "confidential"))
    monkeypatch.setenv("INCENTIVE_DEBUG", "1")
    with pytest.raises(KeyError):
        registry.check_workspace(workspace)


def test_pay_itself_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = made(tmp_path / "w", frames())
    monkeypatch.setattr(settlement, "pay", _broken)
    with pytest.raises(KeyError):
        audit_month(workspace, MONTH)
