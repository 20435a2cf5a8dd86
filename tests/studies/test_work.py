"""What stands beside pay, each figure worked out by hand on a small workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.data.worlds import Row, World, workspace_of
from tests.studies.test_hand_credits import SCHEME
from tests.studies.test_offline_systems import asked, order, people
from toolkit.core.period import Month
from toolkit.data.crediting.measures import open_months
from toolkit.data.tables.settings import Service, Settings, UnderPerformance, parse_settings, render_settings
from toolkit.models.comparison.day_load import LoadEffect
from toolkit.output.reports import activity as chapter
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import MonthAudit, audit_month
from toolkit.studies.workload.activity import Activity, gather_activity
from toolkit.studies.workload.work import load_effects, plan_staffing, served_days

NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六")


def audited(folder: Path, world: World, settings: Settings) -> tuple[MonthAudit, Activity]:
    workspace = workspace_of(folder / "w", world, settings)
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    audit = audit_month(workspace, "2024-06")
    return audit, gather_activity(audit)


def page(audit: MonthAudit, happened: Activity, lang: str = "en", edition: str = "confidential") -> str:
    return unescape(str(chapter.chapter(view(audit, lang, edition), happened).markup))


def vendor_day(name: str, month: int, inquiries: int, buyers: int, yuan: int = 10_000, **more: object) -> Row:
    counts = {"receptions": inquiries, "inquiries": inquiries, "buyers": buyers, "sales": 100 * yuan, "pending": False}
    day = {"date": date(2024, month, 30), "account": name, "shop": "A", "count_unit": "people_by_day"}
    return day | {"cohort": "asked"} | counts | more


def team(**roster: object) -> World:
    """Six people asked 1,000 times in each of three months; 300 buy, of 吴六 only 200 and for a fifth of the money."""
    world = people(**dict.fromkeys(NAMES, "agent"))
    days = [
        vendor_day(n, m, 1000, 200 if n == "吴六" else 300, 2_000 if n == "吴六" else 10_000)
        for n in NAMES
        for m in (4, 5, 6)
    ]
    return world | {"agent_days": days} | roster


LINE = Settings(under_performance=UnderPerformance(line_percent=90, in_a_row=3))


def under(audit: MonthAudit, settings: Settings) -> MonthAudit:
    """Return the audit of a month as another setting has it."""
    return replace(audit, workspace=replace(audit.workspace, settings=settings))


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> tuple[MonthAudit, Activity]:
    return audited(tmp_path_factory.mktemp("six"), team(), LINE)


def test_people_needed_by_hour_by_hand(tmp_path: Path) -> None:
    """Two days, 400 s a customer. At 9: 3 (of two people) and 1, on average 2, load 2/9; at 20: 0 and 2, load 1/9.

    One server answers 1 - 2/9 exp(-7/9 x 30/400) = 79 % in 30 s, two 1 - 0.022 exp(-16/9 x 30/400) = 98 %; at 20 one
    answers 1 - 1/9 exp(-8/9 x 30/400) = 89.6 %, so two as well. Two chats at a time are one person.
    """
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [
            asked("1", 3, "li"),
            asked("2", 3, "li"),  # the same customer's day: one inquiry, two arrivals
            asked("3", 3, "wang", customer="d"),
            asked("4", 4, "li", customer="e"),
            asked("5", 4, "wang", customer="f", hour=20),
            asked("6", 4, "wang", customer="g", hour=20),
        ],
        "orders": [order("0", 5, 100)],
        "agent_days": [vendor_day("li", 6, 2, 1, handling_seconds=400.0)],
    }
    audit, happened = audited(tmp_path, world, Settings())
    columns = ["hour", "arrivals", "needed", "seen", "peak", "needed_peak", "seen_peak"]
    assert happened.staffing.handling == {"A": 400}
    assert happened.staffing.hours[columns].to_numpy().tolist() == [
        pytest.approx([9, 2, 2, 1.5, 2.8, 2, 2]),  # 9 days of 10 have at most 1 + 0.9 x 2
        pytest.approx([20, 1, 2, 0.5, 1.8, 2, 1]),
    ]
    text = page(audit, happened)
    assert "a customer takes 400 s, one person answers 1 at a time" in text
    assert "Of 2 hours of a shop's day 1 have fewer people than needed on a usual day, 1 on peak days" in text
    assert "Shops short" not in text  # one shop
    assert "cannot be told" in text  # 2 people and 2 days say nothing of load
    rows = pd.DataFrame({"shop": ["A", "A", "B"], "asked_at": pd.Timestamp(2024, 6, 3, 9), "who": ["x", "y", "z"]})
    two = plan_staffing(rows, {"A": 400.0}, Service(parallel_chats=2))
    assert two.hours["needed"].tolist() == [1]
    assert two.unknown == ("B",)


def test_what_customers_above_the_capacity_brought(tmp_path: Path) -> None:
    """Li has 4 customers on one day and 2 on another, 2 a day are stated: 2 of 6 too many. 3 buy for 600.

    Paid 10 % and 100 from half on: 160. With two thirds, 4 asked and 2 bought for 400, 140. Wang stays below.
    """
    world = people(Li="agent", Wang="agent") | {
        "inquiries": [
            *(asked(str(n), 3, "li", customer=f"c{n}") for n in range(4)),
            *(asked(str(n), 4, "li", customer=f"c{n}") for n in (4, 5)),
            *(asked(str(n), 4, "wang", customer=f"c{n}") for n in (6, 7)),
        ],
        "orders": [order(str(n), 3 if n < 4 else 4, 200, customer=f"c{n}") for n in (0, 1, 5, 6)],
    }
    audit, happened = audited(tmp_path, world, Settings(service=Service(capacity_per_day=2)))
    over = happened.overload
    assert audit.settlement.due.to_dict() == {"Li": 160_00, "Wang": 120_00}
    assert (over.n_days, over.n_above, over.customers, over.above, over.pay) == (3, 1, 8, 2, 20_00)
    text = page(audit, happened)
    assert "Above the stated 2 customers a day: 2 of 8 customers (25.0%), on 1 of 3 days of a person." in text
    assert "brought 20.00 CNY" in text
    assert "Handling time is not known for A" in text
    none = gather_activity(under(audit, Settings()))
    assert none.overload is None
    assert "Above the stated" not in page(audit, none)


def test_load_is_of_the_shop_and_counts_all_shops(tmp_path: Path) -> None:
    """Days of whole months are no days; a person's load of a day is that of both shops."""
    world = people(Li="agent") | {
        "agent_days": [
            vendor_day("li", 6, 5, 1),
            vendor_day("li", 6, 3, 1, shop="B"),
            vendor_day("li", 6, 90, 9, count_unit="people_by_month", date=date(2024, 6, 1), channel="app"),
            vendor_day("li", 5, 7, None, pending=True),
            vendor_day("li", 5, 7, 2, channel="web"),  # of the same day
        ],
    }
    workspace = workspace_of(tmp_path / "w", world)
    with open_months(workspace, Month(2024, 4), Month(2024, 6)) as opened:
        days = served_days(opened.facts)
    assert days[["shop", "load", "inquiries", "buyers"]].to_numpy().tolist() == [["A", 8, 5, 1], ["B", 8, 3, 1]]
    assert [load_effects(days, shop)["conversion"].n_days for shop in ("A", "")] == [1, 2]
    assert "reply" not in load_effects(days, "")  # no reply time is told


def test_pay_beside_performance_and_below_the_line(six: tuple[MonthAudit, Activity]) -> None:
    """吴六 sells a fifth and converts 20 % where the others convert 30 %: three times below 90 % of that."""
    audit, happened = six
    (group,) = happened.groups
    assert (group.shop, group.role, group.n_people) == ("A", "agent", 6)
    assert group.compared.by_work[0] == pytest.approx(1)
    assert group.compared.pay_spread == pytest.approx(np.std([1000] * 5 + [200], ddof=1) / (5200 / 6))
    assert group.compared.pairs.empty  # who is paid more converts better, and the others are alike in both
    people = happened.below_line.people.set_index("agent")
    assert people.index[people["below"]].tolist() == ["吴六"]
    assert people.loc["吴六", ["inquiries", "conversion", "peers", "line"]].tolist() == pytest.approx(
        [3000, 0.2, 0.3, 0.27]
    )
    text = page(audit, happened)
    assert "No inquiry or order of this month is known by its day." in text
    assert happened.below_line.any_by_luck < 0.001
    assert "Below 90 % of the peers' conversion in each of the 3 months to 2024-06: 1 of 6 people watched." in text
    assert "It decides nothing by itself" in text
    assert "No pair stands out" in text
    assert "no inquiry is known by its hour" in text


def test_pairs_that_contradict(tmp_path: Path) -> None:
    """钱二 is paid a tenth of 赵一 at the same conversion; 孙三 converts far less than all for the same money."""
    world = people(**dict.fromkeys(NAMES, "agent"))
    days = [vendor_day(n, 6, 1000, 100 if n == "孙三" else 300, 1_000 if n == "钱二" else 10_000) for n in NAMES]
    audit, happened = audited(tmp_path, world | {"agent_days": days}, Settings())
    pairs = happened.groups[0].compared.pairs
    of = {kind: set(zip(rows["one"], rows["other"], strict=True)) for kind, rows in pairs.groupby("kind")}
    assert of["pay"] == {(n, "钱二") for n in NAMES if n not in ("钱二", "孙三")}
    assert of["work"] == {(n, "孙三") for n in NAMES if n != "孙三"}
    assert "Pay differs, conversion does not (4 of 4 pairs)" in page(audit, happened)
    assert "转化率不同，薪酬不高（5 对中的 5 对）" in page(audit, happened, "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_internal_edition_names_nobody_and_lists_nobody_below_the_line(
    six: tuple[MonthAudit, Activity], lang: str
) -> None:
    audit, happened = six
    text = page(audit, happened, lang, "internal")
    assert not any(name in text for name in NAMES)
    assert ("1 of 6 people watched", "所观察 6 人中有 1 人")[lang == "zh"] in text
    assert ("confidential edition", "保密版")[lang == "zh"] in text
    for sheet in chapter.sheets(view(audit, lang, "internal"), happened):
        assert not any(name in sheet.frame.to_csv() for name in NAMES)
    small = under(audit, LINE.model_copy(update={"small_cell": 7}))
    assert ("Pay and performance are not compared", "未比较薪酬与表现")[lang == "zh"] in page(
        small, happened, lang, "internal"
    )


def test_who_came_in_the_month_is_not_compared(tmp_path: Path) -> None:
    roster = people(**dict.fromkeys(NAMES, "agent"))["assignments"]
    roster[5]["from"] = date(2024, 6, 15)
    audit, happened = audited(tmp_path, team(assignments=roster), Settings())
    (group,) = happened.groups
    assert (group.n_people, group.compared) == (5, None)
    assert happened.below_line is None
    text = page(audit, happened)
    assert "it takes 6 people of one role in one shop for the whole month" in text
    assert "Below" not in text


def test_nobody_has_so_many_months(six: tuple[MonthAudit, Activity]) -> None:
    line = Settings(under_performance=UnderPerformance(line_percent=90, in_a_row=4))
    audit = under(six[0], line)
    happened = gather_activity(audit)
    assert len(happened.below_line.people) == 0
    assert "Nobody has inquiries, and peers to compare with, in each of the 4 months to 2024-06." in page(
        audit, happened
    )


@pytest.mark.parametrize("of_june", [{"buyers": None, "pending": True}, {"buyers": 1001}])
def test_a_pending_or_impossible_count_is_not_compared(tmp_path: Path, of_june: Row) -> None:
    world = team()
    world["agent_days"][-1] |= of_june  # 吴六's
    _, happened = audited(tmp_path, world, LINE)
    assert happened.groups[0].n_people == 5
    assert "吴六" not in set(happened.below_line.people["agent"])


def test_the_settings_are_off_by_default_and_read_back() -> None:
    default = Settings()
    assert (default.service.capacity_per_day, default.service.parallel_chats) == (0, 1)
    assert default.under_performance.line_percent == 0
    stated = Settings(service=Service(parallel_chats=3, capacity_per_day=400), under_performance=LINE.under_performance)
    for lang in ("en", "zh"):
        assert parse_settings(render_settings(stated, lang), "workspace.yaml") == stated


def test_the_hour_of_asking_is_the_local_one() -> None:
    rows = pd.DataFrame({"shop": "A", "asked_at": [pd.Timestamp(datetime(2024, 6, 3, 23, 59))], "who": "x"})
    assert plan_staffing(rows, {"A": 60.0}, Service()).hours["hour"].tolist() == [23]


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ((-0.015, -0.02, -0.01), "Conversion falls on busy days.", "繁忙时转化率下降。"),
        ((0.015, 0.01, 0.02), "Conversion does not fall on busy days, it rises.", "繁忙时转化率没有下降，反而上升。"),
        ((-0.005, -0.02, 0.01), "which is not the same as none", "但不等于没有影响"),
    ],
)
def test_what_is_said_of_load(
    six: tuple[MonthAudit, Activity], change: tuple[float, float, float], en: str, zh: str
) -> None:
    told = replace(six[1], load={"conversion": LoadEffect(8, 200, 40.0, 0.2, 0.3, *change)})
    assert en in page(six[0], told)
    assert zh in page(six[0], told, "zh")
    assert f"{100 * change[1]:+.2f} to {100 * change[2]:+.2f}" in page(six[0], told)
    assert "Whether replies take longer on busy days cannot be told" in page(six[0], told)


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ((1.5, 0.5, 2.5), "The first reply takes longer on busy days.", "繁忙时首次响应变慢。"),
        ((-1.5, -2.5, -0.5), "it comes sooner.", "反而更快。"),
        ((0.1, -0.5, 0.7), "which is not the same as none.", "但不等于没有影响。"),
    ],
)
def test_what_is_said_of_replies(
    six: tuple[MonthAudit, Activity], change: tuple[float, float, float], en: str, zh: str
) -> None:
    told = replace(six[1], load={"first_reply": LoadEffect(8, 200, 40.0, 0.2, 25.0, *change)})
    assert en in page(six[0], told)
    assert zh in page(six[0], told, "zh")
    assert f"{change[1]:+.2f} to {change[2]:+.2f}" in page(six[0], told)


def test_seconds_waited_are_added_up_over_replies(tmp_path: Path) -> None:
    """Two first replies of 20 and 40 s on one day, one inquiry without any; the vendor says 12 s for 5 customers."""
    world = people(Li="agent") | {
        "inquiries": [
            asked("1", 3, "li", customer="d", first_reply_s=20.0),
            asked("2", 3, "li", customer="e", first_reply_s=40.0),
            asked("3", 3, "li", customer="f"),
        ],
        "agent_days": [vendor_day("li", 5, 5, 1, reply_seconds=12.0)],
    }
    with open_months(workspace_of(tmp_path / "w", world), Month(2024, 5), Month(2024, 6)) as opened:
        days = served_days(opened.facts).set_index(served_days(opened.facts)["day"].dt.month)
    assert days.loc[6, ["load", "first_seconds", "first_replies", "replies"]].tolist() == [3, 60, 2, 0]
    assert days.loc[5, ["load", "reply_seconds", "replies"]].tolist() == [5, 60, 5]
    assert np.isnan(days.loc[5, "first_seconds"])
