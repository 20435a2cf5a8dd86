"""The calendar of a month: which dates there are, what is late on a day, and what cannot be done before one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.studies.closing_world import late, shop
from toolkit.core.period import Month
from toolkit.data.tables.settings import Calendar
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.closing import dates
from toolkit.studies.closing.close import close_month
from toolkit.studies.closing.dates import month_dates

JUNE = Month(2024, 6)


def dated(folder: Path) -> Workspace:
    """Return a shop with data from the 9th, statements by the 10th, approval by the 14th and pay on the 15th."""
    work = shop(folder)
    stated = Calendar(data_day=9, shown_day=10, approve_day=14, pay_day=15)
    text = (work.root / "workspace.yaml").read_text("utf-8")
    for name, day in stated:
        text = text.replace(f"{name}: 0", f"{name}: {day}")
    (work.root / "workspace.yaml").write_text(text, "utf-8")
    return replace(work, settings=work.settings.model_copy(update={"calendar": stated}))


def on(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setattr(dates, "today", lambda _: date(2024, 7, day))


def test_what_is_late_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = dated(tmp_path / "w")
    assert Workspace.open(work.root).settings.calendar.pay_day == 15
    on(monkeypatch, 12)
    found = month_dates(work, JUNE)
    assert [(d.day.day, d.name, d.late) for d in found] == [
        (9, "data", False),
        (10, "shown", True),
        (11, "objections", False),
        (14, "approve", False),
        (15, "pay", False),
    ]
    assert [d.said.en for d in found] == ["done", "late by 2 days", "done", "in 2 days", "in 3 days"]
    assert [d.said.zh for d in found] == ["已完成", "逾期 2 天", "已完成", "还有 2 天", "还有 3 天"]
    late(work, "objections", [{"month": "2024-06", "agent": "Li", "objection": "why"}])
    assert [d.name for d in month_dates(work, JUNE) if d.late] == ["shown", "objections"]
    on(monkeypatch, 10)
    assert [d.said.en for d in month_dates(work, JUNE)][1:3] == ["today", "in 1 day"]


def test_a_workspace_without_a_calendar_says_until_when_people_object(tmp_path: Path) -> None:
    assert [(d.name, str(d.day)) for d in month_dates(shop(tmp_path / "w"), JUNE)] == [("objections", "2024-07-11")]


def test_no_step_is_taken_before_its_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = dated(tmp_path / "w")
    on(monkeypatch, 8)
    (early,) = close_month(work.root, "2024-06", "Zhao").refused
    assert early.code == "calendar-not-reached"
    assert "the data of 2024-06 are complete on 2024-07-09 by the calendar" in early.message.en
    on(monkeypatch, 11)
    assert [close_month(work.root, "2024-06", "Zhao").line is not None for _ in range(2)] == [True, True]
    (early,) = close_month(work.root, "2024-06", "Zhao").refused
    assert early.message.zh == "对 2024-06 的异议截至 2024-07-11（含当日）：此前不能进入“异议已处理”"
    on(monkeypatch, 12)
    assert close_month(work.root, "2024-06", "Zhao").line is not None
