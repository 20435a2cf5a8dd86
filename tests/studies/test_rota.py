"""What the rota does to people's chances to earn, worked out by hand on a small workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest

from tests.data.worlds import World
from tests.studies.test_offline_systems import asked, order, people
from tests.studies.test_work import audited, page
from toolkit.data.tables.settings import Settings
from toolkit.output.reports import activity as chapter
from toolkit.output.reports.view import view
from toolkit.studies.audit.month import MonthAudit
from toolkit.studies.workload.activity import Activity
from toolkit.studies.workload.rota import Rota, compare_rota
from toolkit.studies.workload.work import pay_scaled


def worked(agent: str, shift: str | None, hours: float = 5.0) -> list[dict[str, object]]:
    return [{"agent": agent, "date": date(2024, 6, d), "shift": shift, "worked_hours": hours} for d in (3, 4)]


def two_shifts(day: str | None = "day", night: str | None = "night") -> World:
    """Li has 8 inquiries in 10 hours by day, 4 of them buy for 400; Wang 4 in 10 by night, 2 buy for 200."""
    inquiries = [asked(f"d{n}", 3 + n % 2, "li", hour=10, customer=f"d{n}") for n in range(8)]
    inquiries += [asked(f"n{n}", 3 + n % 2, "wang", hour=22, customer=f"n{n}") for n in range(4)]
    orders = [order(f"d{n}", 3 + n % 2, 100, hour=11, customer=f"d{n}") for n in range(4)]
    orders += [order(f"n{n}", 3 + n % 2, 100, hour=23, customer=f"n{n}") for n in range(2)]
    attendance = [*worked("Li", day), *worked("Wang", night)]
    return people(Li="agent", Wang="agent") | {"inquiries": inquiries, "orders": orders, "attendance": attendance}


@pytest.fixture(scope="module")
def shifts(tmp_path_factory: pytest.TempPathFactory) -> tuple[MonthAudit, Activity]:
    return audited(tmp_path_factory.mktemp("rota"), two_shifts(), Settings())


def test_customers_an_hour_and_pay_at_an_equal_rota(shifts: tuple[MonthAudit, Activity]) -> None:
    """12 in 20 hours are 0.6 an hour: Li would have 6 of 8 inquiries, Wang 6 instead of 4, half bought for 100 each.

    Paid 10 % and 100 from half on: Li 140 now and 30 + 100 then, Wang 120 now and 130 then.
    """
    rota = shifts[1].rota
    columns = ["agent", "shift", "hours", "inquiries", "hourly", "conversion", "chance", "due", "equal", "change"]
    assert rota.people[columns].to_numpy().tolist() == [
        ["Li", "day", 10, 8, 0.8, 0.5, 0.4, 140_00, 130_00, -10_00],
        ["Wang", "night", 10, 4, 0.4, 0.5, 0.2, 120_00, 130_00, 10_00],
    ]
    night = rota.shifts.set_index("shift").loc["night"]
    told = ["n_people", "hours", "hourly", "gap", "chance_gap"]
    assert night[told].tolist() == pytest.approx([1, 10, 0.4, -0.5, -0.5])
    assert night[["change", "least", "most"]].tolist() == [10_00] * 3
    assert rota.shifts["lower"].isna().all()  # two days
    assert rota.n_unknown == 0
    text = page(*shifts)
    assert "A, night: 50% fewer inquiries an hour than the other shifts. At an equal rota 1 person would be due" in text
    assert "10.00 CNY more in all" in text
    assert "says nothing of how well anybody works" in text
    assert "“night”班，每小时询单比其他班次少 50%。若同等排班，1 人合计应多发 10.00 元。" in page(*shifts, "zh")


def test_conversion_exactly_at_an_edge_stays_there(shifts: tuple[MonthAudit, Activity]) -> None:
    """A third of 4 inquiries and 2 buyers is 2/3 of 4/3: half still, and 100 beside 10 % of 66.67."""
    then = pay_scaled(shifts[0].settlement, {"Wang": Fraction(1, 3)}).groupby("agent")["amount"].sum()
    assert then.to_dict() == {"Li": 140_00, "Wang": 106_67}


def test_what_is_lacking_is_said(shifts: tuple[MonthAudit, Activity]) -> None:
    audit, happened = shifts
    people, none = happened.rota.people, happened.rota.shifts.iloc[:0]
    assert "names no shifts" in page(audit, replace(happened, rota=Rota(people, none, 1)))
    for lang, words in (("en", "no worked hours"), ("zh", "没有实际工时")):
        assert words in page(audit, replace(happened, rota=Rota(people.iloc[:0], none, 2)), lang)
    unknown = replace(happened, rota=replace(happened.rota, n_unknown=2))
    assert "Left out: 2 people" in page(audit, unknown)


def test_the_roster_names_the_shift_where_attendance_does_not(shifts: tuple[MonthAudit, Activity]) -> None:
    """Wang's attendance of the month begins without hours, and his shift stands in the roster only."""
    audit, _ = shifts
    days = pd.DataFrame(
        {"agent": [a for a in ("Li", "Wang") for _ in range(2)], "shop": "A", "inquiries": [4, 4, 2, 2]}
        | {"day": [pd.Timestamp(2024, 6, d) for d in (3, 4, 3, 4)]}
    )
    attendance = pd.DataFrame(
        {"agent": days["agent"], "date": days["day"], "shift": ["day", "day", None, None], "worked_hours": 5.0}
    )
    roster = audit.workspace.table("assignments").assign(shift=["day", "night"])
    asked_at = pd.DataFrame({"agent": [], "shop": [], "asked_at": pd.to_datetime([]), "bought": []})
    told = SimpleNamespace(
        settlement=audit.settlement, month=audit.month, workspace=SimpleNamespace(table=lambda _: roster)
    )
    rota = compare_rota(told, days, attendance, asked_at)
    assert rota.shifts["shift"].tolist() == ["day", "night"]
    assert rota.shifts["chance_gap"].isna().all()  # no inquiry is known by its hour
    without = compare_rota(told, days, attendance.iloc[:2], asked_at)
    assert (len(without.people), without.n_unknown) == (0, 2)  # Li is alone then


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_internal_edition_shows_no_shift_of_few(shifts: tuple[MonthAudit, Activity], lang: str) -> None:
    audit, happened = shifts
    text = page(audit, happened, lang, "internal")
    assert "night" not in text
    assert ("fewer than 5 people", "少于 5 人")[lang == "zh"] in text
    found = chapter.sheets(view(audit, lang, "internal"), happened)
    assert not any("chance" in sheet.frame.columns for sheet in found)
