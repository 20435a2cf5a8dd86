"""The pages behind the first one of the monthly audit: every difference, every sum, the rules, the data, the workbook.

A shareable report shows pseudonyms in their own order, no sentence that may name a person or a place in the pay sheet,
and findings only by how many there are of a kind.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.core.text import Text
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import Column, render_table
from toolkit.output.render.workbook import Sheet, write_workbook
from toolkit.output.reports.audit_view import NO_PAYROLL, PERSON, View
from toolkit.rules.explain.sentences import render_sentences
from toolkit.studies.reconcile.hypotheses import CLASSES

WORKBOOK = "report.xlsx"
DIFFERENCE_COLUMNS = (
    PERSON,
    Column("item", Text("Item", "项目")),
    Column("paid", Text("Paid", "实发"), "money"),
    Column("recomputed", Text("By the rules", "应发"), "money"),
    Column("difference", Text("Difference", "差异"), "change"),
    Column("what", Text("Class", "分类")),
    Column("also", Text("Fits also", "也可能是")),
    Column("sentence", Text("Why", "说明"), "sentence"),
)
DUE_COLUMNS = (
    PERSON,
    Column("component", Text("Component", "组成部分")),
    Column("amount", Text("Due", "应发"), "money"),
    Column("sentence", Text("How it is computed", "计算过程"), "sentence"),
)
FINDING_COLUMNS = (
    Column("severity", Text("Severity", "程度")),
    Column("code", Text("Finding", "事项")),
    Column("subject", Text("About", "对象")),
    Column("message", Text("What was found", "说明")),
)


def _differences(v: View) -> pd.DataFrame:
    wrong = v.named(v.audit.differences)
    if wrong.empty:
        return wrong.reindex(columns=[c.name for c in DIFFERENCE_COLUMNS])
    also = [", ".join(CLASSES[c].of(v.lang) for c in fits) for fits in wrong["also_fits"]]
    sentence = "" if v.shareable else wrong[f"sentence_{v.lang}"]
    return wrong.assign(what=[CLASSES[str(c)].of(v.lang) for c in wrong["class"]], also=also, sentence=sentence)


def _dues(v: View) -> pd.DataFrame:
    titles = {c.id: c.title.of(v.lang) for s in v.audit.settlement.schemes for c in s.components if c.title}
    rows = v.named(v.audit.explained(v.lang))
    named = rows.assign(component=[titles.get(c, c) for c in rows["component"].fillna("")])
    return named.sort_values("person", kind="stable", ignore_index=True) if v.shareable else named


def differences(v: View) -> Html:
    """Show every difference, largest first, with the sentence that explains it and where the pay line stands."""
    if v.audit.reconciliation is None:
        return page.paragraph(NO_PAYROLL, v.lang)
    columns = [c for c in DIFFERENCE_COLUMNS if c.name != "also" and not (v.shareable and c.name == "sentence")]
    return render_table(_differences(v), columns, Text("Largest first", "按金额从大到小"), v.lang)


def dues(v: View) -> Html:
    """Show what is due to each person, with the sentence that lets them redo the sum."""
    table = _dues(v)
    total = {"person": Text("All", "合计").of(v.lang), "amount": int(table["amount"].sum())}
    caption = Text("By person and component", "按人员与组成部分")
    return render_table(table, DUE_COLUMNS, caption, v.lang, total=total)


def rules(v: View) -> Html:
    """Show the schemes in force as plain sentences."""
    blocks = []
    for scheme in v.audit.settlement.schemes:
        blocks += [page.paragraph(scheme.title, v.lang), page.notes(_lines(render_sentences(scheme, v.lang)), v.lang)]
    return join(*blocks)


def _lines(sentences: list[str]) -> list[Text]:
    return [Text(line, line) for line in sentences]


def findings(v: View) -> Html:
    """Show the findings about the data; in a shareable report how many there are of each."""
    if not v.shareable:
        return page.findings(v.audit.findings, v.lang)
    counts = pd.Series([f.code for f in v.audit.findings], dtype="str").value_counts().sort_index()
    table = pd.DataFrame({"code": counts.index, "n": counts.to_numpy()})
    columns = [Column("code", Text("Finding", "事项")), Column("n", Text("How many", "数量"), "count")]
    return render_table(table, columns, Text("Findings by kind", "事项分类"), v.lang)


def workbook(v: View, output_dir: str) -> Html:
    """Write the workbook beside the report and show the links to the report's files."""
    sheets = [
        Sheet(Text("Differences", "差异"), _differences(v), DIFFERENCE_COLUMNS),
        Sheet(Text("Due", "应发"), _dues(v), DUE_COLUMNS),
    ]
    if not v.shareable:
        found = [(page.WORDS[f.severity].of(v.lang), f.code, f.subject, f.message.of(v.lang)) for f in v.audit.findings]
        frame = pd.DataFrame(found, columns=[c.name for c in FINDING_COLUMNS])
        sheets.append(Sheet(Text("Findings", "事项"), frame, FINDING_COLUMNS))
    if output_dir:
        write_workbook(Path(output_dir) / WORKBOOK, sheets, v.lang)
    what = Text("all differences, everything due, all findings", "全部差异、应发明细与事项")
    return page.files({WORKBOOK: what}, v.lang)
