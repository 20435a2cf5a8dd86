"""Refunds, adjustments and rosters as people keep them: read with their aliases, refused with file and row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.core.errors import InputError
from toolkit.rules.explain.ledger_text import sentences
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.files import read_adjustments, read_measures, read_refunds, read_roster
from toolkit.rules.settle.inputs import SettlementTables
from toolkit.rules.settle.payroll import pay

SCHEME = """\
language: 1
scheme: flat
title: Flat
currency: CNY
in_force: {from: 2024-01-01}
components: [{id: commission, pay: sales, rate: 3%}]
"""
HOSTILE = ("NA", "null", "007", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>")


@pytest.fixture
def scheme() -> Scheme:
    return parse_scheme(SCHEME)


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, "utf-8")
    return path


def measured(scheme: Scheme, folder: Path, agents: tuple[str, ...] = ("Li",)) -> pd.DataFrame:
    rows = [f'{month},"{agent}",10000' for agent in agents for month in ("2024-06", "2024-07")]
    path = folder / "measures.csv"
    path.write_text("\n".join(["month,agent,sales", *rows]) + "\n", "utf-8")
    return read_measures(path, scheme)


def test_chinese_headers_and_money_as_people_write_it(tmp_path: Path, scheme: Scheme) -> None:
    refunds = read_refunds(written(tmp_path, '月份,客服,原月份,退款金额,订单编号\n2024-07,Li,2024-06,"¥1,500.00",7\n'))
    assert refunds.loc[2].to_dict() == {
        "month": "2024-07",
        "agent": "Li",
        "origin_month": "2024-06",
        "amount": 150000,
        "order_id": "7",
    }
    text = "月份,客服,指标,系数,原因,录入人,审批人\n2024-07,Li,销售额,95%,重复订单,张三,李四\n"
    changes = read_adjustments(written(tmp_path, text), scheme)
    assert changes.loc[2, "measure"] == "sales"
    assert float(changes.loc[2, "factor"]) == 0.95
    roster = read_roster(written(tmp_path, "客服,离职日期,底薪\nLi,2024-06-30,2500\n"))
    assert (str(roster.loc[2, "left_on"].date()), roster.loc[2, "base_pay"]) == ("2024-06-30", 250000)


@pytest.mark.parametrize(
    ("table", "text", "line", "code"),
    [
        ("refunds", "month,agent,origin_month,amount\n2024-07,Li,2024-06,abc\n", 2, "bad-cell"),
        ("refunds", "month,agent,origin_month,amount\n2024-07,Li,2024-06,1.234\n", 2, "bad-cell"),
        ("refunds", "month,agent,origin_month,amount\n2024-06,Li,2024-06,1\n2024-07,Li,2024-08,1\n", 3, "refund-early"),
        ("refunds", "month,agent,origin_month,amount\n\n2024-07,,2024-06,1\n", 3, "missing-value"),
        ("refunds", "month,agent,origin_month,amount\n2024-07,Li,June,1\n", 2, "bad-month"),
        ("refunds", "month,agent,amount\n2024-07,Li,1\n", 0, "missing-column"),
        ("refunds", "month,agent,origin_month,amount,金额\n2024-07,Li,2024-06,1,2\n", 1, "two-columns"),
        ("adjustments", "month,agent,measure,factor,reason,author\n2024-07,Li,salse,1,x,y\n", 2, "unknown-name"),
        ("adjustments", "month,agent,measure,factor,reason,author\n2024-07,Li,sales,,x,y\n", 2, "unclear-adjustment"),
        ("adjustments", "month,agent,measure,factor,reason,author\n2024-07,Li,sales,1,x,\n", 2, "missing-value"),
        ("adjustments", "month,agent,component,amount,reason,author\n2024-07,Li,comission,1,x,y\n", 0, ""),
        ("adjustments", "month,agent,measure,value,reason,author\n2024-07,Li,sales,many,x,y\n", 2, "bad-cell"),
        ("roster", "agent,left_on\nLi,soon\n", 2, "bad-cell"),
        ("roster", "agent,left_on\nLi,\nWang,\nLi,2024-06-01\n", 4, "row-twice"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_row(
    table: str, text: str, line: int, code: str, tmp_path: Path, scheme: Scheme
) -> None:
    path = written(tmp_path, text)
    measures = measured(scheme, tmp_path)

    def paid() -> None:
        tables = SettlementTables()
        if table == "refunds":
            tables["refunds"] = read_refunds(path)
        elif table == "roster":
            tables["roster"] = read_roster(path)
        else:
            tables["adjustments"] = read_adjustments(path, scheme)
        pay(scheme, measures, month="2024-07", **tables)

    if not code:  # nobody approved it: it has no effect, whatever it says
        paid()
        return
    with pytest.raises(InputError) as caught:
        paid()
    assert [(p.line, p.code) for p in caught.value.problems] == [(line, code)]
    assert str(path) in str(caught.value)


def test_refunds_counted_before_must_still_stand_in_the_file(scheme: Scheme, tmp_path: Path) -> None:
    measures = measured(scheme, tmp_path)
    columns = ["month", "agent", "origin_month", "amount"]
    first = pd.DataFrame([("2024-07", "Li", "2024-06", 5000)], columns=columns)
    june = pay(scheme, measures, month="2024-06").table
    july = pay(scheme, measures, month="2024-07", ledger=june, refunds=first).table
    ledger = pd.concat([june, july], ignore_index=True)
    only_august = pd.DataFrame([("2024-08", "Li", "2024-06", 5000)], columns=columns)
    with pytest.raises(InputError, match="counted before are missing"):
        pay(scheme, measures, month="2024-08", ledger=ledger, refunds=only_august)


def test_hostile_names_are_followed_through_months(scheme: Scheme, tmp_path: Path) -> None:
    measures = measured(scheme, tmp_path, HOSTILE)
    june = pay(scheme, measures, month="2024-06").table
    back = "".join(f'2024-07,"{agent}",2024-06,5000\n' for agent in HOSTILE)
    refunds = read_refunds(written(tmp_path, "month,agent,origin_month,amount\n" + back))
    july = pay(scheme, measures, month="2024-07", ledger=june, refunds=refunds)
    assert july.table.groupby("agent")["amount"].sum().to_dict() == dict.fromkeys(HOSTILE, 30000 - 15000)
    assert all(
        "5,000.00" in s for s, step in zip(sentences(july, "en"), july.table["step"], strict=True) if step == "clawback"
    )


def test_the_roster_tells_what_the_measures_lack(tmp_path: Path) -> None:
    text = SCHEME.replace("rate: 3%}", "rate: 3%, for: 'role == \"agent\"'}, {id: late, deduct: 100, kind: discipline}")
    scheme = parse_scheme(
        text.replace("components:", "parameters: {minimum_wage: 2000, legal_share: {discipline: 1%}}\ncomponents:")
    )
    roster = read_roster(written(tmp_path, "agent,岗位,base_pay\nLi,agent,3000\nWang,lead,3000\n"))
    rows = pay(scheme, measured(scheme, tmp_path, ("Li", "Wang")), month="2024-06", roster=roster).table
    assert rows.groupby(["agent", "component"])["amount"].sum().to_dict() == {
        ("Li", "commission"): 30000,
        ("Li", "late"): -3300,
        ("Wang", "late"): -3000,
    }
