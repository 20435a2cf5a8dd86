"""The dates of a month: when its data are complete, until when people object, by when it is shown and paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from toolkit.core.figures import counted
from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.checks.context import today
from toolkit.data.tables.chain import APPROVED, CALCULATED, CLOSED, SHOWN, STATES, read_chain, state_of
from toolkit.data.tables.workspace import Workspace, last_day_with_data
from toolkit.studies.audit.objections import count_objections

DATA, SHOW, OBJECT, APPROVE, PAY = "data", "shown", "objections", "approve", "pay"
WORDS = {
    DATA: Text("data complete", "数据齐全"),
    SHOW: Text("statements shown", "公示"),
    OBJECT: Text("last day for objections", "异议截止"),
    APPROVE: Text("approved", "审批"),
    PAY: Text("paid and closed", "发放并关账"),
}
NEEDS = {SHOW: SHOWN, APPROVE: APPROVED, PAY: CLOSED}
"""The state a month has by a date, where a state is what it asks."""


@dataclass(frozen=True, slots=True)
class MonthDate:
    """One date of a month, as it stands `now`: whether what it asks is done."""

    name: str
    day: date
    now: date
    done: bool

    @property
    def what(self) -> Text:
        """What happens by then."""
        return WORDS[self.name]

    @property
    def late(self) -> bool:
        """Whether it has passed and what it asks is not done."""
        return not self.done and self.now > self.day

    @property
    def said(self) -> Text:
        """How it stands."""
        days = abs((self.day - self.now).days)
        if self.done and self.now > self.day:
            return Text("done", "已完成")
        if self.late:
            return Text(f"late by {counted(days, 'day')}", f"逾期 {days} 天")
        when = Text(f"in {counted(days, 'day')}", f"还有 {days} 天") if days else Text("today", "今天")
        return Text(f"done, {when.en}", f"已完成，{when.zh}") if self.done and self.name != OBJECT else when


def stated_dates(workspace: Workspace, month: Month) -> dict[str, date]:
    """Return the dates the workspace states for a month, in the order in which they come by themselves."""
    calendar, until = workspace.settings.calendar, workspace.settings.statements.until_day
    days = {DATA: calendar.data_day, SHOW: calendar.shown_day, OBJECT: until}
    days |= {APPROVE: calendar.approve_day, PAY: calendar.pay_day}
    return {name: month.shift(1).start.replace(day=day) for name, day in days.items() if day}


def month_dates(workspace: Workspace, month: Month) -> list[MonthDate]:
    """Return the dates of a month, the earliest first, each with whether what it asks is done."""
    now, order = today(workspace.settings.timezone), list(STATES)
    reached = order.index(state_of(read_chain(workspace, month)))
    until = last_day_with_data(workspace)
    (objections,) = count_objections(workspace, [month])
    done = {name: reached >= order.index(state) for name, state in NEEDS.items()}
    done |= {DATA: until is not None and until >= month.last_day, OBJECT: not objections.undecided}
    dates = [MonthDate(name, day, now, done[name]) for name, day in stated_dates(workspace, month).items()]
    return sorted(dates, key=lambda one: one.day)


def too_early(workspace: Workspace, month: Month, target: str) -> list[Finding]:
    """Return why the calendar does not let a month be brought to a state yet."""
    return list(_too_early(stated_dates(workspace, month), month, target, today(workspace.settings.timezone)))


def _too_early(dates: dict[str, date], month: Month, target: str, now: date) -> Iterator[Finding]:
    begins = dates.get(DATA)
    if begins is not None and now < begins:
        en = f"the data of {month} are complete on {begins} by the calendar: nothing is calculated before"
        text = Text(en, f"按日程，{month} 的数据到 {begins} 才齐全：此前不计算")
        yield Finding("calendar-not-reached", "stop", str(month), text, str(month))
    until = dates[OBJECT]
    if now <= until and target not in (CALCULATED, SHOWN):
        en = f"people can object to {month} until {until}: it cannot be {target} before that day is over"
        text = Text(en, f"对 {month} 的异议截至 {until}（含当日）：此前不能进入“{STATES[target].zh}”")
        yield Finding("calendar-not-reached", "stop", str(month), text, str(month))
