"""A notebook that uses every block of a report, with names that would do harm if anything let them."""

# ruff: noqa: E501 - the cells stand here as they would in a notebook
from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.output.publish.pdf import NO_WEASYPRINT, pdf_maker

CAN_PDF = pdf_maker() != "absent"
needs_pdf = pytest.mark.skipif(not CAN_PDF, reason=str(NO_WEASYPRINT))
HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"

PARAMETERS = """month: str = "2024-12"  # the month audited
lang: str = "en"  # language of the report, en or zh
output_dir: str = ""  # where files of the report go
extra: str = ""  # a word shown in the report"""

IMPORTS = f"""import pandas as pd
from pathlib import Path
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.output.render import charts, blocks as page, tables
from toolkit.output.render.chart_data import ChartMark, Line
HOSTILE = {HOSTILE!r}"""

HEAD = """page.head(
    Text("Monthly audit of incentive pay", "月度奖金审核"),
    Text("Gross variable pay before tax, December 2024", "2024 年 12 月税前浮动薪酬"),
    [(Text("Month", "月份"), month), (Text("Shops", "店铺"), "晴天旗舰店, Sunny Outlet"), (Text("Payees", "人数"), "24"),
     (Text("Edition", "版本"), Text("Confidential", "机密版")), (Text("Schemes", "方案"), "presales 2024-07 (D1-D3)"),
     (Text("Data", "数据"), Text("Final: refunds until 8 January are in", "已定：含 1 月 8 日前退款")), (Text("Word", "附注"), extra or "-")],
    lang,
)"""

VERDICT = """page.verdict(
    Text("Do not release yet: payroll differs from the rules for 7 of 24 people; net 1,846.20 too much.",
         "暂勿发放：24 人中有 7 人的工资与规则不符；净多付 1,846.20。"), "stop", lang,
    [Text("Due 48,210.00, in payroll 50,056.20, difference 1,846.20.", "应付 48,210.00，工资表 50,056.20，差额 1,846.20。")],
)"""

FIGURES = """page.figures([
    page.Figure(Text("Due by the rules", "按规则应付"), "48,210.00", Text("4.1% less than in November", "比 11 月少 4.1%")),
    page.Figure(Text("In payroll", "工资表"), "50,056.20", Text("1.2% less than in November", "比 11 月少 1.2%")),
    page.Figure(Text("Difference", "差额"), "1,846.20", Text("7 people; none in November", "7 人；11 月没有"), flagged=True),
    page.Figure(Text("Conversion", "转化率"), "31.4%", Text("2.3 points up on November", "比 11 月高 2.3 个百分点")),
], lang)"""

DECISIONS = """page.decisions([
    Text(f"Who holds the account of {HOSTILE}: 3 orders of 412.00 have no agent.", f"{HOSTILE} 的账号由谁持有：3 笔订单共 412.00 无人认领。"),
    Text("Whether the bonus of December paid in January is taken back or set off.", "1 月误发的 12 月奖金是追回还是抵扣。"),
], lang)"""

TABLE = """frame = pd.DataFrame({
    "agent": [HOSTILE, "NA", "null", "007", "王小明", "$x_1$"],
    "payroll": [1234500, 250000, 0, 99, 310000, 120000],
    "due": [1134500, 250000, 40000, 99, 312345, 120000],
    "share": [0.314, 0.25, 0.4, 0.05, 0.333, None],
    "what": ["Rate of the next tier: 3% instead of 2.5% on 200,000.00", "", "On no payroll line", "", "Base gross of refunds", ""],
}).assign(difference=lambda t: t.payroll - t.due, flagged=lambda t: t.difference != 0)
tables.render_table(frame, [
    tables.TableColumn("agent", Text("Agent", "客服")), tables.TableColumn("payroll", Text("In payroll", "工资表"), "money"),
    tables.TableColumn("due", Text("Due", "应付"), "money"), tables.TableColumn("difference", Text("Difference", "差额"), "change"),
    tables.TableColumn("share", Text("Conversion", "转化率"), "share"), tables.TableColumn("what", Text("What happened", "原因")),
], Text("Differences, largest first", "差异，由大到小"), lang, flag="flagged", total={"agent": "", "payroll": 1914599, "due": 1856944, "difference": 57655})"""

BARS = """charts.bars_of_classes([
    ChartMark(Text("Rate of another tier", "适用了其他档位比例"), 100000, flagged=True), ChartMark(Text("Base gross of refunds", "基数未扣退款"), -2345),
    ChartMark(Text("On no payroll line", "工资表中缺失"), -40000), ChartMark(Text("Rounding", "舍入"), 1),
], title=Text("Difference by class", "按原因的差额"), kind="money", lang=lang)"""

BRIDGE = """charts.bridge_chart(ChartMark(Text("November", "11 月"), 5027000), [
    ChartMark(Text("Inquiries", "咨询量"), -410000), ChartMark(Text("Conversion", "转化率"), 260000), ChartMark(Text("Value of an order", "客单价"), -120000),
    ChartMark(Text("Refunds", "退款"), 34000), ChartMark(Text("Rules", "规则"), 30000)], Text("December", "12 月"),
    title=Text("From November to December", "从 11 月到 12 月"), kind="money", lang=lang)"""

SHARES = """charts.share_bar([
    ChartMark(Text("Credited to an agent", "已归属客服"), 82_345_600, flagged=True), ChartMark(Text("After a reminder", "催付"), 4_210_000),
    ChartMark(Text("Silent (no inquiry)", "静默下单"), 9_800_000), ChartMark(Text("Untraceable", "无法追溯"), 512_300),
], title=Text("Sales credited as a share of creditable", "可归属销售的归属占比"), kind="money", lang=lang)"""

DOTS = """charts.dot_interval_chart(
    [ChartMark(name, 0.25 + n / 60, 0.2 + n / 60, 0.31 + n / 55, flagged=n == 2) for n, name in enumerate([HOSTILE, "NA", "007", "王小明", "李雷和韩梅梅的一个很长很长很长的名字", "$x_1$"])],
    title=Text("Conversion with its 95% interval", "转化率及 95% 区间"), kind="share", lang=lang, reference=0.3)"""

LINES = """months = [f"2024-{m:02d}" for m in range(1, 13)]
charts.line_chart([
    Line("晴天旗舰店", months, [0.28 + 0.004 * n for n in range(12)], flagged=True),
    Line("Sunny Outlet", months, [0.26 + 0.002 * n if n != 5 else None for n in range(12)]),
    Line(HOSTILE, months, [0.262 + 0.002 * n for n in range(12)]),
], title=Text("Conversion by month", "月度转化率"), kind="share", lang=lang)"""

TIERS = """charts.tier_chart(
    [ChartMark(name, value, flagged=value in (0.995, 1.195)) for name, value in [("王小明", 1.31), (HOSTILE, 1.195), ("NA", 1.08), ("007", 0.995), ("null", 0.71)]],
    [ChartMark(Text("2%", "2%"), 0.8), ChartMark(Text("2.5%", "2.5%"), 1.0), ChartMark(Text("3%", "3%"), 1.2)],
    title=Text("Attainment against the tiers", "达成率与档位"), kind="share", lang=lang)"""

FINDINGS = """page.findings([
    Finding("unmapped-account", "stop", HOSTILE, Text(f"{HOSTILE} has no holder on 3 days", f"{HOSTILE} 有 3 天无人持有"), "2024-12"),
    Finding("idle-agent", "review", "007", Text("007 has no inquiry in December", "007 在 12 月没有咨询"), "2024-12"),
    Finding("late-refund", "info", "Sunny Outlet", Text("2 refunds came after the 8th", "8 日之后有 2 笔退款"), "2024-12"),
], lang)"""

FILES = """Path(output_dir or ".", "note.csv").write_text("a,b\\n1,2\\n", "utf-8")
page.files({"note.csv": Text("All differences", "全部差异")}, lang)"""


def section(en: str, zh: str, note: str = "") -> str:
    said = f', Text("{note}", "{note}")' if note else ""
    return f'page.section(Text("{en}", "{zh}"), lang{said})'


def code(source: str, *tags: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": list(tags)},
        "outputs": [],
        "execution_count": None,
        "id": "x",
    }


def markdown(source: str, *tags: str) -> dict[str, object]:
    return {"cell_type": "markdown", "source": source, "metadata": {"tags": list(tags)}, "id": "y"}


ALL_BLOCKS = [
    markdown("# Fixture: every block of a report"),
    code(PARAMETERS, "parameters"),
    code(IMPORTS),
    code(HEAD),
    code(VERDICT),
    code(FIGURES),
    code(section("To decide before approval", "审批前须决定")),
    code(DECISIONS),
    code(section("Differences", "差异")),
    code(TABLE),
    code(BARS),
    code(section("The month against the month before", "与上月相比")),
    code(BRIDGE),
    code(SHARES),
    code(section("What to look at", "需要关注")),
    code(DOTS),
    code(TIERS),
    code(LINES),
    code(section("Findings", "数据发现")),
    code(FINDINGS),
    code("page.notes([Text('Commission of team leads was not checked.', '组长提成未核对。')], lang)"),
    code(section("Files and signatures", "附件与签字")),
    code(FILES),
    markdown("Read the **workbook** with it. <script>alert(1)</script>", "en"),
    markdown("请与**工作簿**一并阅读。", "zh"),
    code("page.sign_off(lang, output_dir)"),
    code("page.provenance(lang, output_dir)"),
]


def write_notebook(path: Path, cells: list[dict[str, object]] | None = None) -> Path:
    """Store a notebook of `cells` (every block, if none are given) at `path`."""
    stored = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ALL_BLOCKS if cells is None else cells}
    path.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
    return path
