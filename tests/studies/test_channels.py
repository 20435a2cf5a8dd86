"""Inquiries, conversion, cost per inquiry, calls answered and resolved, by channel and hour: counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tests.data.worlds import Row
from tests.studies.test_offline_systems import asked, order, people
from tests.studies.test_work import audited, page
from toolkit.data.tables.settings import Settings
from toolkit.output.reports import activity as chapter
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import MonthAudit
from toolkit.studies.workload.activity import Activity


def call(number: str, day: int, *, hour: int, answered: bool, resolved: bool | None = None) -> Row:
    told = {"customer": f"p{number}", "channel": "phone", "answered": answered, "resolved": resolved, "hour": hour}
    return asked(number, day, "li", **told)


def spend(day: int, channel: str, yuan: int, hour: int | None = None) -> Row:
    return {"date": date(2024, 6, day), "shop": "A", "channel": channel, "spend": 100 * yuan, "hour": hour}


WORLD = people(Li="agent") | {
    "inquiries": [
        *(asked(f"a{n}", 3, "li", hour=9, channel="app", customer=f"a{n}") for n in range(4)),
        asked("a4", 4, "li", hour=21, channel="app", customer="a4"),  # no spend is known of that day
        call("1", 3, hour=9, answered=True, resolved=True),
        call("2", 3, hour=9, answered=True, resolved=False),
        call("3", 3, hour=21, answered=False, resolved=False),  # nobody could resolve it
    ],
    "orders": [order("0", 3, 200, hour=10, customer="a0"), order("4", 4, 300, hour=22, customer="a4")],
}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[MonthAudit, Activity]:
    """On the 3rd app costs 60 at 9 for 4 inquiries, of whom one buys, and video 30 at 21 for none."""
    spent = [spend(3, "app", 60, 9), spend(3, "video", 30, 21)]
    return audited(tmp_path_factory.mktemp("channels"), WORLD | {"advertising": spent}, Settings())


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(None if pd.isna(v) else v for v in row) for row in table[list(columns)].itertuples(index=False)]


def test_by_channel_and_hour(month: tuple[MonthAudit, Activity]) -> None:
    found = month[1].reach
    costs = ("channel", "inquiries", "buyers", "conversion", "spend", "each", "each_buyer")
    assert rows(found.by("channel"), *costs) == [
        ("app", 5, 2, 0.4, 60_00, 15_00, 60_00),  # 60 for the 4 inquiries and the buyer of the 3rd
        ("phone", 3, 0, 0, None, None, None),
        ("video", 0, 0, None, 30_00, None, None),
    ]
    assert rows(found.by("channel"), "channel", "told", "answered_share", "closed", "resolved_share")[1] == (
        *("phone", 3, pytest.approx(2 / 3)),
        *(2, 0.5),
    )
    assert rows(found.by("hour"), "hour", "inquiries", "conversion", "spend", "each") == [
        (9, 6, pytest.approx(1 / 6), 60_00, 10_00),
        (21, 2, 0.5, 30_00, 30_00),  # the call of the 3rd alone
    ]
    assert rows(found.by("channel", "hour"), "channel", "hour", "each")[:2] == [("app", 9, 15_00), ("app", 21, None)]
    assert (found.n_days, found.n_known, found.by_hour_known) == (2, 1, True)


def test_what_is_shown(month: tuple[MonthAudit, Activity]) -> None:
    text, zh = page(*month), page(*month, "zh")
    assert "Spend is known of 1 of 2 days of a shop with inquiries" in text
    assert "询单成本只按这些日期计算" in zh
    assert "15.00" in text
    assert "66.7%" in text
    assert "Resolved at first contact" in text
    assert "No inquiry of these days names the channel video." in text
    assert "Not all spend is known by its hour" not in text
    titles = [sheet.title.en for sheet in chapter.sheets(view(month[0], "en", "internal"), month[1])]
    assert "Channels by hour" in titles


def test_what_is_lacking_is_said(month: tuple[MonthAudit, Activity]) -> None:
    audit, happened = month
    cells = happened.reach.cells.assign(spend=0, told=0, closed=0)
    bare = replace(happened, reach=replace(happened.reach, cells=cells, n_known=0))
    text, zh = page(audit, bare), page(audit, bare, "zh")
    assert "Cost per inquiry is not told: no spend on advertising is known of this month" in text
    assert "未导入本月的推广花费" in zh
    assert "Connect rate and first-contact resolution are not told" in text
    assert not bare.reach.by_hour_known
