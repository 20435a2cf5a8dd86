"""What the rota does to people's chances to earn, worked out by hand on a small workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.data.worlds import World
from tests.studies.test_offline_systems import asked, order, people
from tests.studies.test_work import audited, page
from toolkit.data.tables.settings import Settings
from toolkit.output.reports import activity as chapter
from toolkit.output.reports.view import view


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


def test_customers_an_hour_and_pay_at_an_equal_rota(tmp_path: Path) -> None:
    """12 in 20 hours are 0.6 an hour: Li would have 6 of 8 inquiries, Wang 6 instead of 4, at half bought for 100 each.

    Paid 10 % and 100 from half on: Li 140 now and 30 + 100 then, Wang 120 now and 130 then.
    """
    audit, happened = audited(tmp_path, two_shifts(), Settings())
    rota = happened.rota
    columns = ["agent", "shift", "hours", "inquiries", "hourly", "conversion", "chance", "due", "equal", "change"]
    assert rota.people[columns].to_numpy().tolist() == [
        ["Li", "day", 10, 8, 0.8, 0.5, 0.4, 140_00, 130_00, -10_00],
        ["Wang", "night", 10, 4, 0.4, 0.5, 0.2, 120_00, 130_00, 10_00],
    ]
    night = rota.shifts.set_index("shift").loc["night"]
    assert night[["n_people", "hours", "hourly", "gap", "chance_gap"]].tolist() == pytest.approx(
        [1, 10, 0.4, -0.5, -0.5]
    )
    assert night[["change", "least", "most"]].tolist() == [10_00] * 3
    assert rota.shifts["lower"].isna().all()  # two days
    text = page(audit, happened)
    assert "says nothing of how well anybody works" in text
    assert "+10.00" in text


def test_conversion_exactly_at_an_edge_stays_there(tmp_path: Path) -> None:
    """Wang's hours are a third: 12 in 13.33 hours, times 12 / 13.33 x 3.33 / 4; half of that still buys, exactly."""
    world = two_shifts()
    world["attendance"] = [*worked("Li", "day"), *worked("Wang", "night", 1.67)]
    audit, happened = audited(tmp_path, world, Settings())
    factor = 12 / 13.34 * 3.34 / 4
    assert happened.rota.people["equal"].tolist()[1] == round(100 * (20 * factor + 100))


def test_no_shift_no_hours(tmp_path: Path) -> None:
    world = two_shifts(None, None)
    audit, happened = audited(tmp_path / "1", world, Settings())
    assert happened.rota.shifts.empty
    assert len(happened.rota.people) == 2
    assert "names no shifts" in page(audit, happened)
    audit, happened = audited(tmp_path / "2", world | {"attendance": []}, Settings())
    assert (len(happened.rota.people), happened.rota.n_unknown) == (0, 2)
    assert "no worked hours" in page(audit, happened)
    assert "没有实际工时" in page(audit, happened, "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_internal_edition_shows_no_shift_of_few(tmp_path: Path, lang: str) -> None:
    audit, happened = audited(tmp_path, two_shifts(), Settings())
    text = page(audit, happened, lang, "internal")
    assert "night" not in text
    assert ("fewer than 5 people", "少于 5 人")[lang == "zh"] in text
    sheets = chapter.sheets(view(audit, lang, "internal"), happened)
    assert not any("Wang" in s.frame.to_csv() or "chance" in s.frame.columns for s in sheets)
