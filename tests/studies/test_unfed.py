"""A component whose measures nobody brought: said at check, audit and pay, with the file that would bring them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.data.worlds import World, workspace_of
from toolkit.cli.app import app
from toolkit.core.errors import InputError
from toolkit.core.findings import Finding
from toolkit.data.crediting.feeds import OWN, brought_by
from toolkit.data.crediting.tally import COLUMNS, UPSOLD
from toolkit.data.tables.schema import TABLE_NAMES, table
from toolkit.data.tables.workspace import Workspace
from toolkit.rules.formula.dictionary import MEASURES
from toolkit.studies.audit.month import audit_month
from toolkit.studies.audit.settlement import needs

HEADING = """language: 1
scheme: s
title: {en: Shop, zh: 店铺}
currency: CNY
in_force: {from: 2024-01-01}
period: month
rounding: {step: 0.01, mode: half_up, at: component}
components:
"""
START = date(2024, 1, 1)
VENDOR: World = {  # a vendor's report by day and a roster: no attendance, no orders, no targets
    "agent_days": [
        {"date": date(2024, 6, 3), "account": "a", "shop": "S", "inquiries": 10, "buyers": 4, "orders": 4,
         "sales": 1000_00, "refunds": 0}
    ],
    "accounts": [{"account": "a", "agent": "Li", "from": START}],
    "assignments": [{"agent": "Li", "shop": "S", "role": "agent", "from": START}],
}  # fmt: skip


def shop(folder: Path, body: str, world: World = VENDOR, **files: str) -> Workspace:
    made = workspace_of(folder / "w", world)
    (made.root / "schemes").mkdir(exist_ok=True)
    (made.root / "schemes" / "s.yaml").write_text(HEADING + body, encoding="utf-8")
    for name, text in files.items():
        (made.root / "schemes" / f"{name}.csv").write_text(text, encoding="utf-8")
    return Workspace.open(made.root)


def told(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    return [f for f in findings if f.code in ("measure-without-value", "component-without-value")]


def test_every_measure_has_a_file_that_brings_it() -> None:
    for measure in MEASURES:
        columns = brought_by(measure.name)
        counted = measure.name in (*COLUMNS, UPSOLD)
        assert counted == (columns != (f"{OWN}.value",)), measure.name
        for name, _, column in (c.partition(".") for c in columns):
            assert name == OWN or (name in TABLE_NAMES and table(name).column(column)), (measure.name, name, column)


LATE = '  - {id: punctual, title: {en: Punctual, zh: 全勤}, for: role == "agent", when: late_days == 0, amount: 200}\n'


def test_a_component_without_its_measure_stops_the_month_and_names_the_file(tmp_path: Path) -> None:
    own = shop(tmp_path, LATE)
    (found,) = told(audit_month(own, "2024-06").findings)
    assert (found.severity, found.subject, found.period) == ("stop", "punctual", "2024-06")
    assert found.message.en == (
        "Punctual: it needs late days, without a value in 2024-06; it pays nobody. "
        "To bring it: import the attendance sheet (attendance.late_minutes)."
    )
    assert found.message.zh == (
        "全勤：需要迟到天数，2024-06 没有任何数值，未计发任何人。补充方式：导入考勤表（attendance.late_minutes）。"
    )
    (early,) = needs(own)
    assert early.severity == "review"
    assert early.message.en.endswith("To bring it: import the attendance sheet (attendance.late_minutes).")
    assert CliRunner().invoke(app, ["check", str(own.root), "--lang", "en"]).stdout.count("late days, without") == 1


def test_a_component_that_has_its_measures_is_silent(tmp_path: Path) -> None:
    body = '  - {id: c, for: role == "agent", pay: sales, rate: 1%}\n  - {id: z, when: buyers >= 99, amount: 5}\n'
    own = shop(tmp_path, body)
    assert not told(audit_month(own, "2024-06").findings)
    assert not needs(own)


def test_targets_nobody_set_and_a_fund_without_value_are_told(tmp_path: Path) -> None:
    body = "  - {id: t, when: sales >= target_sales, amount: 5}\n  - {id: c, pay: sales, rate: 1%}\n"
    world = VENDOR | {"targets": [{"scope": "agent", "subject": "Li", "measure": "sales", "value": "1",
                                   "from": date(2024, 1, 1), "to": date(2024, 5, 31)}]}  # fmt: skip
    own = shop(tmp_path, body + "limits:\n  - {fund: units * 100, level: shop}\n", world)
    found = {f.subject: f for f in told(audit_month(own, "2024-06").findings)}
    assert {s: f.severity for s, f in found.items()} == {"t": "stop", "s": "stop"}
    assert "targets.value" in found["t"].message.en
    assert "order_lines.units" in found["s"].message.zh


def test_a_column_that_is_not_there_is_refused_with_every_file(tmp_path: Path) -> None:
    body = "  - {id: a, pay: overhead, rate: 1%}\n  - {id: b, when: deals >= 1, amount: 5}\n"
    with pytest.raises(InputError) as caught:
        audit_month(shop(tmp_path, body), "2024-06")
    assert [p.line for p in caught.value.problems] == [9, 10]
    assert all("own_measures" in p.of("zh") for p in caught.value.problems)


def test_a_parameter_without_anybody_s_shop_stops_and_an_attribute_nobody_has_is_reviewed(tmp_path: Path) -> None:
    body = "  - {id: c, pay: sales, rate: share}\n  - {id: i, level: invitees, pay: sales, rate: 1%}\n"
    own = shop(tmp_path, f"{body}parameters:\n  share: {{table: share.csv, key: shop}}\n",
               share="shop,from,value\nother,2024-01-01,1%\n")  # fmt: skip
    found = {f.subject: (f.severity, f.code) for f in told(audit_month(own, "2024-06").findings)}
    assert found == {"c": ("stop", "component-without-value"), "i": ("review", "measure-without-value")}


def test_pay_refuses_a_file_that_would_pay_nobody(tmp_path: Path) -> None:
    scheme, measures = tmp_path / "s.yaml", tmp_path / "m.csv"
    scheme.write_text(HEADING + LATE, encoding="utf-8")
    measures.write_text("month,agent,role,late_days\n2024-06,Li,agent,\n", encoding="utf-8")
    asked = ["pay", str(scheme), "--measures", str(measures), "--month", "2024-06", "--lang", "zh"]
    result = CliRunner().invoke(app, asked)
    assert isinstance(result.exception, InputError)
    assert result.exception.problems[0].line == 9
    assert "填写 late_days 列" in result.exception.problems[0].of("zh")
    measures.write_text("month,agent,role,late_days\n2024-06,Li,agent,1\n", encoding="utf-8")
    assert CliRunner().invoke(app, asked).exit_code == 0


OWN_BODY = """  - {id: cases, title: {en: Cases, zh: 工单奖}, pay: cases, rate: 2}
  - id: share
    amount: {by: shown, as_reported: true, mode: slab, tiers: [{from: 0%, amount: 5}, {from: 50%, amount: 10}]}
  - {id: grade, for: rating == "A", amount: 7}
  - {id: deals, pay: deals, rate: 3}
measures:
  cases: {kind: count, title: {en: cases, zh: 工单数}}
  shown: {kind: ratio, average_by: inquiries}
"""


def kept(measure: str, value: str, agent: str = "Li", month: str = "2024年6月") -> dict[str, str]:
    return {"month": month, "agent": agent, "measure": measure, "value": value}


def test_own_measures_become_columns(tmp_path: Path) -> None:
    """60 cases at 2 are 120; 50 % shown pay 10; rating A pays 7; 4 deals at 3 are 12: 149."""
    world = VENDOR | {
        "agent_days": VENDOR["agent_days"] + [
            VENDOR["agent_days"][0] | {"date": date(2024, 6, 4), "channel": "web"}
        ],
        OWN: [kept("工单数", "60"), kept("shown", "50%", month="2024-06"), kept("rating", "A"), kept("成交单数", "4"),
              kept("deals", "9", agent="Wang"), kept("buyers", "99")],
    }  # fmt: skip
    audit = audit_month(shop(tmp_path, OWN_BODY, world), "2024-06")
    assert audit.settlement.due.to_dict() == {"Li": 149_00}
    assert not told(audit.findings)
    assert sorted(f.code for f in audit.findings if f.subject in ("deals", "buyers")) == [
        "own-measure-counted",
        "own-measure-of-nobody",
    ]


def test_own_measures_are_imported_with_chinese_headings(tmp_path: Path) -> None:
    own = shop(tmp_path, OWN_BODY)
    sheet = tmp_path / "自有指标.csv"
    sheet.write_text(
        "月份,工号,姓名,指标,数值\n2024-06,Li,小李,工单数,60\n2024-06,Li,小李,工单数很多,x\n", encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["import", str(sheet), "--into", str(own.root)])
    assert result.exit_code == 0, result.output
    assert Workspace.open(own.root).table(OWN)["value"].tolist() == ["60", "x"]


def test_an_own_measure_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="own_measures cases"):
        audit_month(shop(tmp_path, OWN_BODY, VENDOR | {OWN: [kept("cases", "many")]}), "2024-06")
