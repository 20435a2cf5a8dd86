"""A month's activity, each figure counted by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from tests.data.worlds import World, workspace_of
from tests.studies.test_hand_credits import SCHEME
from tests.studies.test_offline_systems import asked, order, people
from toolkit.output.reports import activity as chapter
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import audit_month
from toolkit.studies.workload.activity import Activity, gather_activity


def found(folder: Path, world: World) -> tuple[Activity, str]:
    workspace = workspace_of(folder / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    audit = audit_month(workspace, "2024-06")
    happened = gather_activity(audit)
    return happened, str(chapter.chapter(view(audit, "en", "confidential"), happened).markup)


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(None if pd.isna(v) else v for v in row) for row in table[list(columns)].itertuples(index=False)]


WORLD: World = people(Li="agent", Wang="agent") | {
    "inquiries": [
        asked("0", 3, "li", customer="old", product="lamp", asked_at=datetime(2024, 5, 20, 9)),
        asked("1", 3, "li", product="lamp", channel="app", first_reply_s=20.0, satisfied=True),
        asked("1b", 3, "li", hour=11, product="vase", channel="app", first_reply_s=99.0),  # the same person's day
        asked("2", 3, "li", customer="d", product="lamp", channel="app", first_reply_s=40.0, satisfied=False),
        asked("3", 4, "wang", customer="e", hour=20, product="vase", channel="web", first_reply_s=30.0, satisfied=True),
    ],
    "orders": [
        order("0", 3, 100, customer="old", created_at=datetime(2024, 5, 20, 10), paid_at=datetime(2024, 5, 20, 10)),
        order("1", 3, 200),  # after the inquiry of 09:00
        order("2", 4, 300, customer="e", hour=21),
        order("3", 4, 50, customer="old"),  # known since May
        order("4", 11, 70, customer="silent"),
    ],
    "order_lines": [
        {
            "order_id": "1",
            "line": "1",
            "product": "lamp",
            "category": "light",
            "units": 1,
            "amount": 20_000,
            "cost": 12_000,
        },
        {"order_id": "2", "line": "1", "product": "vase", "category": "home", "units": 2, "amount": 30_000},
    ],
}


def test_days_weeks_channels_and_hours(tmp_path: Path) -> None:
    happened, page = found(tmp_path, WORLD)
    third, fourth, eleventh = (pd.Timestamp(2024, 6, n) for n in (3, 4, 11))
    assert rows(happened.days, "date", "inquiries", "buyers", "orders", "sales", "new_customers") == [
        (third, 2, 1, 1, 20_000, 1),
        (fourth, 1, 1, 2, 35_000, 1),
        (eleventh, 0, 0, 1, 7_000, 1),
    ]
    assert rows(happened.weeks, "week", "agent", "inquiries", "buyers", "sales") == [
        (third, "Li", 2, 1, 20_000),
        (third, "Wang", 1, 1, 30_000),
    ]
    assert rows(happened.channels, "channel", "inquiries", "buyers", "conversion") == [
        ("app", 2, 1, 0.5),
        ("web", 1, 1, 1.0),
        ("", 0, 0, None),  # May's
    ]
    assert rows(happened.hours, "from", "app", "web") == [(9, 2, 0), (18, 0, 1)]
    assert happened.known_since == date(2024, 5, 20)
    assert "3 customers bought for the first time; orders are known from 2024-05-20 on." in page
    assert "the best day was 2024-06-04 with 350.00 of net sales" in page


def test_products_service_and_margins(tmp_path: Path) -> None:
    """The vase of 11:00 is the same person's inquiry as the lamp of 09:00; its reply does not count either."""
    happened, page = found(tmp_path, WORLD)
    assert rows(happened.products, "product", "inquiries", "buyers", "then", "then_conversion") == [
        ("lamp", 2, 1, 1, 1.0),
        ("vase", 1, 1, 0, None),
    ]
    assert happened.moved is None  # one product only was asked for in both months
    levels = rows(happened.levels, "level", "goal", "n", "share", "then")
    assert levels == [
        ("first_reply", 0.9, 3, pytest.approx(2 / 3), None),
        ("satisfied", 0.95, 3, pytest.approx(2 / 3), None),
    ]
    assert rows(happened.categories, "category", "sales", "cost", "gross_profit", "unknown") == [
        ("home", 0, 0, 0, 30_000),
        ("light", 20_000, 12_000, 8_000, 0),
    ]
    assert "First reply within 30 s" in page


def test_what_moved_inside_products_is_told_apart_from_what_was_asked_for() -> None:
    """May: 80 lamps at 50 %, 20 vases at 10 %: 42 %. June: 50 at 40 %, 50 at 20 %: 30 %; with May's mix 36 %."""
    products = pd.DataFrame(
        {"product": ["lamp", "vase"], "inquiries": [50, 50], "buyers": [20, 10], "conversion": [0.4, 0.2],
         "then": [80, 20], "then_conversion": [0.5, 0.1]}
    )  # fmt: skip
    empty = pd.DataFrame()
    happened = Activity(empty, empty, empty, products, empty, empty, empty, None, (None, None))
    assert happened.moved == pytest.approx((0.42, 0.30, 0.36))


def test_a_month_of_reports_alone_has_no_days(tmp_path: Path) -> None:
    day = {"date": date(2024, 6, 30), "account": "li", "shop": "A", "count_unit": "people_by_month", "cohort": "asked"}
    counts = {"inquiries": 20, "buyers": 6, "sales": 90_000, "pending": False}
    happened, page = found(tmp_path, people(Li="agent") | {"agent_days": [day | counts]})
    assert not happened
    assert "No inquiry or order of this month is known by its day." in page


def test_who_is_asked_and_paid_by_no_scheme_has_a_pseudonym_too(tmp_path: Path) -> None:
    world = people(Li="agent", Wang="operations") | {
        "inquiries": [asked("1", 3, "li"), asked("2", 3, "wang", customer="d")],
        "orders": [order("1", 3, 200)],
    }
    workspace = workspace_of(tmp_path / "w", world)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    audit = audit_month(workspace, "2024-06")
    (weeks,) = (s for s in chapter.sheets(view(audit, "en", "internal"), gather_activity(audit)) if "person" in s.frame)
    assert len(weeks.frame) == 2
    assert all(weeks.frame["person"].str.startswith("P-"))
