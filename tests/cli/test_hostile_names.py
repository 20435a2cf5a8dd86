"""An agent whose name is a formula and a script, from the files to the audit: neither page nor workbook is harmed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from toolkit.cli.app import app

NAME = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
QUOTED = '"' + NAME + '"'
SCHEME = """
language: 1
scheme: flat
title: {en: Flat commission, zh: 固定提成}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: commission, pay: sales, rate: 3%}
"""
FILES = {
    "assignments.csv": f"agent,name,shop,role,from\n{QUOTED},{QUOTED},s1,agent,2024-01-01\nNA,NA,s1,agent,2024-01-01\n",
    "accounts.csv": f"account,agent,from\n{QUOTED},{QUOTED},2024-01-01\nNA,NA,2024-01-01\n",
    "days.csv": "date,account,shop,receptions,inquiries,buyers,orders,sales,refunds\n"
    + "".join(
        f"2024-05-{d:02d},{QUOTED},s1,9,9,3,3,300.00,0\n2024-05-{d:02d},NA,s1,9,8,2,2,200.00,0\n" for d in range(1, 32)
    ),
    "payroll.csv": "line_id,agent,earned_month,item,amount\n"
    f"1,{QUOTED},2024-05,commission,279.01\n2,NA,2024-05,commission,200\n",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import plain files of two agents, audit, and return the report's folder."""
    folder = tmp_path_factory.mktemp("hostile")
    run = CliRunner().invoke
    assert run(app, ["init", str(folder / "w")]).exit_code == 0
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    settings = folder / "w/workspace.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace("payroll_items: {}", "payroll_items: {commission: [flat.commission]}"),
        "utf-8",
    )
    (folder / "w/schemes/flat.yaml").write_text(SCHEME, "utf-8")
    imported = run(app, ["import", *(str(folder / n) for n in FILES), "--into", str(folder / "w")])
    assert "rejected" not in imported.output or " 0 rejected" in imported.output, imported.output
    audited = run(app, ["audit", str(folder / "w"), "--month", "2024-05"])
    assert audited.exit_code == 1, audited.output  # there is something to look at
    return folder / "w/reports/2024-05/all"


def test_the_name_is_text_on_the_page(report: Path) -> None:
    page = (report / "report.html").read_text("utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "279.00" in page  # 31 days x 300.00 x 3 %
    assert "186.00" in page  # 31 days x 200.00 x 3 %


def test_the_name_is_text_in_the_workbook(report: Path) -> None:
    cells = [c for sheet in openpyxl.load_workbook(report / "report.xlsx") for row in sheet.iter_rows() for c in row]
    named = [c for c in cells if c.value is not None and NAME in str(c.value)]
    assert named
    assert {c.data_type for c in named} == {"s"}
