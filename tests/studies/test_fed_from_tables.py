"""What a month needs beside its orders, from a workspace's own tables: worked by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.data.worlds import World, workspace_of
from toolkit.core.period import Month
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.settlement import Settlement, settle

JUNE = Month(2024, 6)
HEADING = """language: 1
scheme: s
title: {en: Shop, zh: 店铺}
currency: CNY
in_force: {from: 2024-01-01}
components:
"""


def at(day: int) -> datetime:
    return datetime(2024, 6, day, 10)


def shop() -> World:
    """Li left on the 14th; Wang joined in April. Orders of 100: Li's of the 10th and 16th, Wang's of the 17th."""
    return {
        "assignments": [
            {"agent": "Li", "role": "agent", "shop": "A", "from": date(2023, 1, 1), "to": date(2024, 6, 14),
             "joined_on": date(2023, 1, 1), "left_on": date(2024, 6, 14)},
            {"agent": "Wang", "role": "agent", "shop": "A", "from": date(2024, 4, 20), "joined_on": date(2024, 4, 20)},
        ],
        "accounts": [{"account": a.lower(), "agent": a, "from": datetime(2023, 1, 1)} for a in ("Li", "Wang")],
        "inquiries": [
            {"inquiry_id": str(n), "asked_at": at(day), "shop": "A", "customer": f"c{n}", "account": account}
            for n, (day, account) in enumerate([(10, "li"), (13, "li"), (17, "wang")])
        ],
        "orders": [
            {"order_id": f"o{n}", "created_at": at(day), "paid_at": at(paid), "shop": "A", "customer": f"c{n}",
             "amount": 100_00}
            for n, (day, paid) in enumerate([(10, 10), (13, 16), (17, 17)])
        ],
    }  # fmt: skip


def paid(folder: Path, body: str, world: World) -> Settlement:
    workspace = workspace_of(folder / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(HEADING + body, "utf-8")
    return settle(workspace, JUNE)


def due(settlement: Settlement) -> dict[str, float]:
    return {str(agent): int(minor) / 100 for agent, minor in settlement.due.items() if minor}


def test_an_order_paid_for_after_the_agent_left_is_paid_as_what_the_agent_was(tmp_path: Path) -> None:
    body = '  - {id: c, for: role == "agent", pay: sales, rate: 10%}\n'
    assert due(paid(tmp_path, body, shop())) == {"Li": 20, "Wang": 10}


def test_months_of_service_count_from_the_month_of_joining(tmp_path: Path) -> None:
    body = "  - {id: c, for: tenure_months < 3, amount: 5}\n  - {id: d, for: tenure_months >= 17, amount: 7}\n"
    assert due(paid(tmp_path, body, shop())) == {"Li": 7, "Wang": 5}


def test_a_campaign_counts_its_own_days_only(tmp_path: Path) -> None:
    body = "  - {id: c, period: {campaign: {from: 2024-06-16, to: 2024-06-17}}, pay: sales, rate: 10%}\n"
    body += "  - {id: d, pay: sales, rate: 1%}\n"
    assert due(paid(tmp_path, body, shop())) == {"Li": 10 + 2, "Wang": 10 + 1}


def test_a_line_has_the_category_of_its_product(tmp_path: Path) -> None:
    line = {"line": "1", "units": 1, "amount": 100_00}
    lines = [line | {"order_id": f"o{n}", "product": product} for n, product in enumerate("xyx")]
    products = [{"product": "x", "category": "A"}, {"product": "y", "category": "B"}]
    body = "  - {id: a, lines: {category: A}, pay: sales, rate: 10%}\n"
    world = shop() | {"order_lines": lines, "products": products}
    assert due(paid(tmp_path, body, world)) == {"Li": 10, "Wang": 10}


def test_a_role_is_what_either_language_calls_it(tmp_path: Path) -> None:
    body = '  - {id: c, for: 岗位 == "客服", pay: sales, rate: 10%}\n  - {id: d, for: role != "客服", amount: 5}\n'
    assert due(paid(tmp_path, body, shop())) == {"Li": 20, "Wang": 10}


def test_who_lacks_a_figure_and_what_pays_nobody_is_said(tmp_path: Path) -> None:
    world = shop() | {"quality": [{"agent": "Li", "date": date(2024, 6, 3), "checked": 5, "complaints_upheld": 0}]}
    body = '  - {id: c, for: role == "agent", when: complaints_upheld == 0, amount: 5}\n'
    body += "  - {id: d, when: sales >= 5000, amount: 5}\n"
    settlement = paid(tmp_path, body, world)
    assert due(settlement) == {"Li": 5}
    found = audit_month(tmp_path / "w", "2024-06").findings
    said = {f.subject: (f.code, f.severity, f.message.en) for f in found if f.subject in ("c", "d")}
    assert said == {
        "c": (
            "component-without-value", "review",
            "c: it cannot be worked out for 1 person in 2024-06 and pays nothing where complaints upheld has no value: "
            "Wang. To bring it: import the quality checks (quality.complaints_upheld).",
        ),
        "d": (
            "component-pays-nobody", "info",
            "d: it pays nobody in 2024-06: its condition is met by none of 2 people.",
        ),
    }  # fmt: skip
