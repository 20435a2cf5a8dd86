"""A month held against the limits a workspace states: each flag worked out by hand, and nothing declared safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.data.worlds import Row, workspace_of
from tests.studies.test_offline_systems import asked, order, people
from toolkit.core.period import Month
from toolkit.data.tables.settings import Settings
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.legal import NO_TABLE, LegalCheck, hold_against_limits, legal_points, say_limits
from toolkit.studies.audit.settlement import Settlement, settle

JUNE = Month(2024, 6)
SCHEME = """\
language: 1
scheme: s
title: Scheme
currency: CNY
in_force: {from: 2024-01-01}
components:
  - id: commission
    pay: sales
    rate: 10%
  - id: late
    deduct: late_days * 50
    kind: discipline
"""
LIMITS = [
    ("minimum_wage", "Hangzhou", "2,280", date(2021, 8, 1), "old notice"),
    ("minimum_wage", "Hangzhou", "2490", date(2024, 1, 1), "notice 34"),
    ("minimum_wage", "Hangzhou", "2660", date(2026, 1, 1), "a later one"),
    ("minimum_wage", None, "2000", date(2024, 1, 1), "notice 1"),
    ("normal_hours", None, "174", date(2008, 1, 3), "notice 3"),
    ("overtime_premium", None, "1.5", date(1995, 1, 1), "art. 44"),
    ("deduction_share", None, "20%", date(1995, 1, 1), "art. 16"),
]


def stated(*rows: tuple[object, ...]) -> list[Row]:
    return [dict(zip(("kind", "place", "value", "from", "source"), row, strict=True)) for row in rows]


def hours(agent: str, days: int, each: float, **more: object) -> list[Row]:
    return [{"agent": agent, "date": date(2024, 6, 1 + d), "worked_hours": each} | more for d in range(days)]


def pay_line(item: str, yuan: int) -> Row:
    return {"line_id": item, "agent": "Zhao", "earned_month": "2024-06", "item": item, "amount": 100 * yuan}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Settlement]:
    """Li 2,400 and 100 for 194 hours; Wang 2,000 and 1,000 less 13 x 50 for 91; Zhao 3,000, hours unknown; Sun came."""
    world = people(Li="agent", Wang="agent", Zhao="agent", Sun="agent")
    for n, base in enumerate((2400, 2000, 3000, 100)):
        world["assignments"][n] |= {"base_pay": 100 * base, "city": None if n % 2 else "Hangzhou"}
    world["assignments"][3]["from"] = date(2024, 6, 10)
    world |= {
        "inquiries": [asked(a, 20, a, customer=a) for a in ("li", "wang", "sun")],
        "orders": [order(a, 20, n, customer=a) for a, n in (("li", 1000), ("wang", 10_000), ("sun", 10))],
        "attendance": [*hours("Li", 19, 10.0), {"agent": "Li", "date": date(2024, 6, 28), "worked_hours": 4.0},
                       *hours("Wang", 13, 7.0, late_minutes=5)],
        "payroll": [pay_line("罚款", 30), pay_line("个税", 900), pay_line("住宿", -25)],
        "legal_limits": stated(*LIMITS),
    }  # fmt: skip
    workspace = workspace_of(
        tmp_path_factory.mktemp("legal") / "w", world, Settings(payroll_items={"罚款": (), "个税": ()})
    )
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME, "utf-8")
    return workspace, settle(workspace, JUNE)


@pytest.fixture(scope="module")
def check(month: tuple[Workspace, Settlement]) -> LegalCheck:
    return hold_against_limits(*month)


def test_the_roster_s_city_finds_the_minimum_wage_a_scheme_names(tmp_path: Path) -> None:
    """Of 1,000 commission and 2,000 base pay Hangzhou's 2,490 leaves 510 of 650; Li's city is Wuhan, where 650 is."""
    world = people(Li="agent", Wang="agent")
    for row, city in zip(world["assignments"], ("Wuhan", "Hangzhou"), strict=True):
        row |= {"base_pay": 200_000, "city": city}
    world |= {
        "inquiries": [asked(a, 20, a, customer=a) for a in ("li", "wang")],
        "orders": [order(a, 20, 10_000, customer=a) for a in ("li", "wang")],
        "attendance": [row for a in ("Li", "Wang") for row in hours(a, 13, 7.0, late_minutes=5)],
    }
    workspace = workspace_of(tmp_path / "w", world)
    laws = "parameters:\n  minimum_wage: {table: wages.csv, key: city}\n  legal_share: {discipline: 100%}\n"
    (workspace.root / "schemes" / "s.yaml").write_text(SCHEME.replace("components:", f"{laws}components:"), "utf-8")
    (workspace.root / "schemes" / "wages.csv").write_text("city,from,value\nHangzhou,2024-01-01,2490\n", "utf-8")
    ledger = settle(workspace, JUNE).ledger
    taken = ledger.loc[ledger["step"] == "deduct"].set_index("agent")["amount"]
    assert (taken["Li"], taken["Wang"]) == (-65_000, -51_000)


def test_who_has_what(check: LegalCheck) -> None:
    """Tax is not the employer's deduction; who came in the month is held against nothing."""
    assert [(p.agent, p.wage, p.hours) for p in check.people] == [
        ("Li", 2500, 194),
        ("Wang", 3000, 91),
        ("Zhao", 3000, None),
    ]
    assert [dict(p.taken) for p in check.people] == [{}, {"discipline": 650}, {"住宿": 25, "罚款": 30}]
    assert [p.discipline for p in check.people] == [0, 650, 30]
    assert check.n_part == 1


def test_the_minimum_of_the_hours_worked(check: LegalCheck) -> None:
    """2,490 / 174 an hour: Li 174 and 20 at 1.5 are 204 hours; Wang 91 of 2,000 / 174; of Zhao it is not known."""
    assert [check.minimum(p) for p in check.people] == [Fraction(2490 * 204, 174), Fraction(2000 * 91, 174), None]
    plain = replace(check, limits=tuple(n for n in check.limits if n.kind != "overtime_premium"))
    assert plain.minimum(check.people[0]) == Fraction(2490 * 194, 174)
    months = replace(check, limits=tuple(n for n in check.limits if n.kind == "minimum_wage"))
    assert [months.minimum(p) for p in check.people] == [2490, 2000, 2490]  # of the whole month, whatever the hours


def test_points_for_counsel_by_kind(month: tuple[Workspace, Settlement]) -> None:
    """Li has 2,500 of 2,919.32; 650 is more than a fifth of Wang's 3,000, which leaves 2,350 of 1,045.98."""
    wage, share, punished = legal_points(*month)
    assert (wage.code, share.code, punished.code) == ("legal-minimum-wage", "legal-deduction-share", "legal-discipline")
    assert (
        "1 person: Li 2,500.00 < 2,919.32; minimum wage of a month 2,490.00 CNY (Hangzhou, from 2024-01-01, notice 34)"
        in (wage.message.en)
    )
    assert "Wang (discipline 650.00 of 3,000.00); share of the wage that deductions may take 20%" in share.message.en
    assert "Wang（工资 3,000.00：违纪 650.00）" in share.message.zh
    assert "680.00 CNY from 2 people (Wang 650.00, Zhao 30.00)" in punished.message.en
    for finding in (wage, share, punished):
        assert finding.severity == "review"
        assert finding.message.en.endswith("For counsel; not judged here.")
        assert finding.message.zh.endswith("请法务判断，此处不作结论。")


def test_what_it_was_held_against_and_that_nothing_is_safe(check: LegalCheck) -> None:
    (said,) = say_limits(check)
    assert "overtime" not in said.en
    assert "pay of an hour above these, times 1.5 (from 1995-01-01, art. 44)" in said.en
    assert "Not compared: 1 without base pay or worked hours, 1 not there all month" in said.en
    assert said.en.endswith("That nothing is flagged declares nothing safe.")
    assert said.zh.endswith("未提示不等于合规。")
    assert "notice 34" in said.en
    assert "old notice" not in said.en
    assert say_limits(replace(check, limits=())) == [NO_TABLE]


def test_a_row_that_is_no_limit_is_told_with_its_place(month: tuple[Workspace, Settlement]) -> None:
    workspace, settlement = month
    rows = workspace.table("legal_limits").iloc[:2].assign(kind=["minimum", "minimum_wage"], value=["1", "much"])
    rows = rows.assign(_file="limits.xlsx", _row=[4, 5])

    class Stated(Workspace):
        def table(self, name):
            return rows if name == "legal_limits" else workspace.table(name)

    points = list(legal_points(Stated(workspace.root, workspace.settings), settlement))
    wrong = [p for p in points if p.code == "legal-limit-unreadable"]
    assert [p.message.en.split(" is no")[0] for p in wrong] == [
        "limits.xlsx 4: 'minimum 1'",
        "limits.xlsx 5: 'minimum_wage much'",
    ]
    assert [p.code for p in points if p not in wrong] == ["legal-discipline"]  # no table is needed for it
