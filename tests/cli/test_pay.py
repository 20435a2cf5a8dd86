"""`incentive pay` month after month from plain files: its output is the next month's ledger."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from toolkit.cli.app import app

SCHEME = """\
language: 1
scheme: presales
title: {en: Pre-sales, zh: 售前}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, pay: sales, rate: 3%, defer: [{after_months: 1, share: 20%}]}
  - {id: late, deduct: late_days * 50, kind: discipline}
"""
FILES = {
    "scheme.yaml": SCHEME,
    "measures.csv": "月份,客服,销售额,迟到天数\n2024-06,李,10000,0\n2024-06,=cmd|x,500,0\n2024-07,李,2000,1\n",
    "refunds.csv": "月份,客服,原月份,退款金额\n2024-07,李,2024-06,¥500.00\n",
    "adjustments.csv": "月份,客服,指标,系数,原因,录入人,审批人\n2024-07,李,销售额,95%,重复订单,张三,赵六\n",
    "roster.csv": "客服,离职日期\n=cmd|x,2024-06-30\n",
}


def pay(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["pay", "scheme.yaml", "--measures", "measures.csv", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_two_months_with_every_table(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")
    assert pay("--month", "2024-06", "--out", f"june.{ending}")[0] == 0
    tables = [word for name in ("refunds", "adjustments", "roster") for word in (f"--{name}", f"{name}.csv")]
    code, output = pay(
        "--month", "2024-07", "--ledger", f"june.{ending}", *tables, "--out", "july.parquet", "--lang", "zh"
    )
    assert (code, "无法核对法定限额" in output) == (1, True)  # no base pay and no legal parameters are given
    july = pd.read_parquet("july.parquet")
    found = {(row.agent, row.step): row.amount for row in july.itertuples()}
    # 2,000 at 3 % is 60, a fifth held back, 60 of June released; 5 % less sales are 3 less; 3 % of 500 is 15
    assert found == {
        ("李", "component"): "60.00",
        ("李", "defer"): "-12.00",
        ("李", "release"): "60.00",
        ("=cmd|x", "release"): "3.00",
        ("李", "adjustment"): "-3.00",
        ("李", "clawback"): "-15.00",
        ("李", "deduct"): "-50.00",
    }
    clawback = july[july["step"] == "clawback"].iloc[0]
    assert (clawback["origin_month"], clawback["base"]) == ("2024-06", "500")
    assert "300.00 × 500.00 ÷ 10,000.00 = 15.00" in clawback["sentence"]


@pytest.mark.parametrize(
    ("month", "code", "said"),
    [("2024-09", 3, "no row of 2024-09; got 2024-06 to 2024-07"), ("2024-06", 2, "nobody is paid in 2024-06")],
)
def test_nothing_is_written_where_nobody_can_be_paid(
    month: str, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    nobody = 'for: role == "agnet", '
    text = SCHEME.replace("pay: sales", f"{nobody}pay: sales").replace("deduct:", f"{nobody}deduct:")
    Path("scheme.yaml").write_text(text, "utf-8")
    Path("measures.csv").write_text("month,agent,role,sales,late_days\n2024-06,Li,agent,1,0\n2024-07,Li,agent,1,0\n")
    done = CliRunner().invoke(
        app, ["pay", "scheme.yaml", "--measures", "measures.csv", "--month", month, "--out", "out.csv"]
    )
    assert (getattr(done.exception, "exit_code", done.exit_code), said in str(done.exception)) == (code, True)
    assert not Path("out.csv").exists()
