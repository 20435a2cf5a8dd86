"""The audit's verdict never claims an agreement that was not looked at."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from toolkit.core.findings import Finding
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.studies.audit.month import MonthAudit
from toolkit.studies.audit.verdict import conclude, list_decisions, say_final, who_differs


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


def test_a_month_that_is_not_final_says_what_makes_it_final() -> None:
    said, tone = conclude(audit(final=False, final_on=date(2026, 11, 8), data_until=date(2026, 10, 31)))
    assert tone == "review"
    assert said.zh == (
        "请等待：工资与规则一致（1 人），但本月数据要到 2026-11-08 才最终确定。导出数据截至 2026-10-31：请在 "
        "2026-11-08 当天或之后重新导出本月数据（文件名中写明导出日期；订单、退款导到当天为止），"
        "并用 --instead-of 导入。"
    )
    assert "export the month again on 2026-11-08 or later" in said.en


def test_a_month_that_is_not_final_names_the_setting_it_waits_for() -> None:
    def told(conversion_days: int, settlement_day: int, on: int) -> str:
        clocks = SimpleNamespace(conversion_days=conversion_days, settlement_day=settlement_day)
        work = SimpleNamespace(settings=SimpleNamespace(clocks=clocks))
        dates = {"final_on": date(2024, 11, on), "data_until": date(2024, 10, 31)}
        return say_final(audit(final=False, month=Month(2024, 10), workspace=work, **dates)).zh

    assert "由 workspace.yaml 的 clocks.conversion_days: 7 决定：询单后 7 天内付款都算成交" in told(7, 1, 8)
    assert "由 workspace.yaml 的 clocks.settlement_day: 15 决定" in told(7, 15, 15)


def off(**people: tuple[str, int]) -> MonthAudit:
    rows = pd.DataFrame([(a, *told) for a, told in people.items()], columns=["agent", "class", "difference"])
    strangers = frozenset(rows.loc[rows["class"] == "NOT_ON_ROSTER", "agent"])
    return audit(differences=rows, people=frozenset({"a", "b", "c"}), outsiders=strangers)


def test_payees_of_no_roster_are_not_counted_among_its_people() -> None:
    said = who_differs(off(a=("RATE", 1), x=("NOT_ON_ROSTER", 5), y=("NOT_ON_ROSTER", 5)))
    assert said.zh == "3 人中有 1 人的工资与规则不符，另有 2 名领薪人不在花名册"
    assert said.en == "1 of 3 people, and 2 payees are not on the roster"


def test_a_decision_says_what_may_be_done() -> None:
    """Where most are paid by another base the scheme may be what is wrong; where one is, it is not the rule."""
    most = list_decisions(off(a=("BASE", 1), b=("BASE", 1), x=("NOT_ON_ROSTER", 5)))
    assert "规则本来就如工资表那样的，改方案" in most[0].zh
    assert "在职的补进花名册" in most[1].zh
    (one,) = list_decisions(off(a=("BASE", 1)))
    assert "方案" not in one.zh


def test_a_component_without_a_payroll_item_stops_the_month() -> None:
    note = Finding("component-without-item", "review", "presales.commission", Text("", ""))
    said, tone = conclude(audit(not_compared=(note,)))
    assert tone == "stop"
    assert said.en == (
        "Not compared with payroll: presales.commission. Name the payroll items under payroll_items in workspace.yaml."
    )
    assert said.zh.startswith("尚未与工资核对：presales.commission")
