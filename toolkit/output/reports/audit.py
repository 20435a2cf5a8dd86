"""The blocks of the monthly audit, in the order of its pages; each takes the view of one reader.

The blocks of the monthly audit, in the order of its first page; each takes the view of one reader.

The pages behind the first one of the monthly audit: every difference, every sum, the rules, the data, the workbook.
An internal report shows pseudonyms in their own order, no sentence that may name a person or a place in the pay sheet,
and findings only by how many there are of a kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.findings import worst
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.tables.chain import STATES, read_chain, state_of
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import ChartMark
from toolkit.output.render.charts import bars_of_classes, bridge_chart, share_bar
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet, write_workbook
from toolkit.output.reports.evidence import CREDITS, evidence_sheets
from toolkit.output.reports.view import CONFIDENTIAL, INTERNAL, NO_PAYROLL, PAYEE, View
from toolkit.rules.explain.scheme_text import render_sentences
from toolkit.studies.audit.questions import FACTORS
from toolkit.studies.audit.verdict import conclude, list_decisions, list_unchecked, say_beside, say_final, who_differs
from toolkit.studies.reconcile.causes import CLASSES

if TYPE_CHECKING:
    from toolkit.rules.scheme.scheme import Scheme


def head(v: View) -> Html:
    """Show what the report is about."""
    audit, settings = v.audit, v.audit.workspace.settings
    schemes = "; ".join(f"{s.title.of(v.lang)} ({s.id}, {_days(s)})" for s in audit.settlement.schemes)
    shops = sorted(set(audit.settlement.cells["shop"].dropna())) if not audit.shop else [audit.shop]
    facts: Sequence[tuple[Text, Text | str]] = (
        (Text("Month", "月份"), str(audit.month)),
        (Text("Shops", "店铺"), Text(", ".join(shops), "、".join(shops))),
        (Text("Payees", "计薪人数"), str(len(audit.settlement.due))),
        (Text("Schemes", "方案"), schemes),
        (
            Text("Amounts", "金额"),
            Text(f"gross variable pay before tax, {settings.currency}", f"税前浮动薪酬，{settings.currency}"),
        ),
        (Text("Edition", "版本"), INTERNAL if v.internal else CONFIDENTIAL),
        (Text("State", "状态"), STATES[state_of(read_chain(v.audit.workspace, v.audit.month))]),
        (Text("Data", "数据"), say_final(audit)),
    )
    title = Text(f"Audit of variable pay, {audit.month}", f"{audit.month} 浮动薪酬审计")
    return page.head(title, settings.name, facts, v.lang)


def _days(scheme: Scheme) -> str:
    return f"{scheme.in_force.from_} – {scheme.in_force.to or ''}".rstrip()


def verdict(v: View) -> Html:
    """Show the one sentence."""
    sentence, tone = conclude(v.audit)
    needed = tone != "good" or worst(v.audit.findings) != "info"
    beside = say_beside(v.audit)
    shown = page.look_at(page.verdict(v.said(sentence), tone, v.lang), needed)
    return shown if beside is None or v.internal else join(shown, page.paragraph(beside, v.lang))


def figures(v: View) -> Html:
    """Show due, in payroll, difference, and sales behind them, each with its change."""
    audit = v.audit
    difference = audit.paid - audit.due
    before = audit.before
    n_before = len(before.due) if before else 0
    n_now = len(audit.settlement.due)
    paid = format_money(audit.paid) if audit.compared else "–"
    net = ("+" if difference > 0 else "") + format_money(difference) if audit.compared else "–"
    told = {"due": audit.due, "people": audit.differences["agent"].nunique(), "objections": audit.objections[-1].raised}
    shown = page.figures(
        [
            page.Figure(
                Text("Due by the rules", "按规则应发"),
                format_money(audit.due),
                _change(audit.due, None if before is None else int(before.due.sum())),
            ),
            page.Figure(
                Text("In payroll", "工资表实发"), paid, Text("items the schemes stand for", "方案对应的工资项目")
            ),
            page.Figure(
                Text("Difference", "差异"),
                net,
                who_differs(audit) if audit.compared else Text("no payroll line compared", "没有核对工资明细"),
                flagged=len(audit.differences) > 0,
            ),
            page.Figure(Text("People paid", "计薪人数"), str(n_now), _head_count(n_now, n_before if before else None)),
        ],
        v.lang,
    )
    return page.tells(shown, told | ({"paid": audit.paid} if audit.compared else {}))


def _change(now: int, before: int | None) -> Text:
    if not before:
        return Text("no month before to compare", "无上月可比")
    share = (now - before) / before
    money = format_money(abs(now - before))
    word_en, word_zh = ("more", "多") if now >= before else ("less", "少")
    return Text(
        f"{money} ({abs(share):.1%}) {word_en} than the month before", f"比上月{word_zh} {money}（{abs(share):.1%}）"
    )


def _head_count(now: int, before: int | None) -> Text:
    if before is None:
        return Text("no month before to compare", "无上月可比")
    if now == before:
        return Text("as many as the month before", "与上月相同")
    more = now > before
    n = abs(now - before)
    return Text(f"{n} {'more' if more else 'fewer'} than the month before", f"比上月{'多' if more else '少'} {n} 人")


def classes(v: View) -> Html:
    """Show the differences by class: people, amount, what happened."""
    wrong = v.audit.differences
    if v.audit.reconciliation is None:
        return page.paragraph(NO_PAYROLL, v.lang)
    if not v.audit.compared:
        return page.paragraph(Text("No payroll line was compared.", "没有核对任何工资明细。"), v.lang)
    if wrong.empty:
        return page.paragraph(
            Text("Payroll agrees with the rules in every line compared.", "所核对的工资明细与规则全部一致。"), v.lang
        )
    grouped = wrong.groupby("class", sort=False)
    table = pd.DataFrame(
        {
            "what": [CLASSES[str(c)].of(v.lang) for c, _ in grouped],
            "n": [rows["agent"].nunique() for _, rows in grouped],
            "net": [int(rows["difference"].sum()) for _, rows in grouped],
            "size": [int(rows["difference"].abs().sum()) for _, rows in grouped],
        }
    ).sort_values("size", ascending=False, kind="stable", ignore_index=True)
    columns = [
        TableColumn("what", Text("What happened", "情况")),
        TableColumn("n", Text("People", "人数"), "count"),
        TableColumn("net", Text("Net", "净额"), "change"),
        TableColumn("size", Text("Sum of sizes", "绝对额合计"), "money"),
    ]
    bars = [ChartMark(str(w), int(s)) for w, s in zip(table["what"], table["size"], strict=True)]
    title = Text("Differences by class, size without sign", "各类差异（绝对额）")
    total = {"what": Text("All", "合计").of(v.lang), "net": int(table["net"].sum()), "size": int(table["size"].sum())}
    shown = render_table(table, columns, Text("By class", "按类别"), v.lang, total=total)
    return join(shown, bars_of_classes(bars, title=title, kind="money", lang=v.lang))


PERSON_COLUMNS = (
    PAYEE,
    TableColumn("due", Text("Due", "应发"), "money"),
    TableColumn("paid", Text("Paid", "实发"), "money"),
    TableColumn("difference", Text("Difference", "差异"), "change"),
    TableColumn("why", Text("Why", "说明")),
    TableColumn("other", Text("Other pay", "其他工资项目"), "money"),
    TableColumn("taken", Text("Deductions", "扣款"), "money"),
)


def _people(v: View) -> pd.DataFrame:
    table = v.named(v.audit.by_person)
    if v.internal:
        table = table.sort_values("person", kind="stable", ignore_index=True)
    between = "、" if v.lang == "zh" else ", "
    return table.assign(why=[between.join(CLASSES[c].of(v.lang) for c in causes) for causes in table["causes"]])


def people(v: View) -> Html:
    """Show one row a payee: due, paid, difference and why, and what else the pay run pays."""
    if v.audit.reconciliation is None:
        return page.paragraph(NO_PAYROLL, v.lang)
    table = _people(v)
    sums = {c: int(table[c].sum()) for c in ("due", "paid", "difference", "other", "taken")}
    total = {"person": Text("All", "合计").of(v.lang), **sums}
    return render_table(table, PERSON_COLUMNS, Text("By person", "按人员"), v.lang, total=total)


def bridge(v: View) -> Html:
    """Show what moved pay since the month before."""
    parts, before = v.audit.bridge, v.audit.before
    if before is None:
        return page.paragraph(Text("There is no month before to compare with.", "无上月数据可比。"), v.lang)
    if parts is None:
        lacking = Text(
            "The change is not split: one of the two months lacks inquiries, buyers or sales.",
            "未作分解：两个月中有一个月缺少询单、成交人数或销售额。",
        )
        return page.paragraph(lacking, v.lang)
    changes = [ChartMark(label, parts[name]) for name, label in FACTORS]
    start = ChartMark(Text(f"Due {before.month}", f"{before.month} 应发"), int(before.due.sum()))
    end = Text(f"Due {v.audit.month}", f"{v.audit.month} 应发")
    title = Text("Variable pay due: from last month to this one", "应发浮动薪酬：从上月到本月")
    return bridge_chart(start, changes, end, title=title, kind="money", lang=v.lang)


def credit(v: View) -> Html:
    """Show whose the month's sales are, and the traced share of what can be credited."""
    row = v.audit.credit
    if not row or not row["creditable"]:
        return page.paragraph(Text("No order is imported for this month.", "本月未导入订单。"), v.lang)
    parts = [
        ChartMark(label, int(str(row[name])), flagged=name == "untraceable")
        for name, label in CREDITS.items()
        if row[name]
    ]
    share = float(row["traced_share"])  # type: ignore[arg-type]
    lost, silent = format_money(int(str(row["untraceable"]))), format_money(int(str(row["silent"])))
    sentence = Text(
        f"{share:.1%} of creditable sales are traced to somebody; {lost} are untraceable; "
        f"{silent} were bought without asking and are nobody's.",
        f"可归属销售额中 {share:.1%} 已追溯到人；无法追溯 {lost}；静默成交 {silent} 不属于任何人。",
    )
    title = Text("Net sales of the month by credit", "本月净销售额的归属")
    return join(page.paragraph(sentence, v.lang), share_bar(parts, title=title, kind="money", lang=v.lang))


def decisions(v: View) -> Html:
    """Show what must be decided before approval."""
    return page.decisions([v.said(text) for text in list_decisions(v.audit)], v.lang)


def objections(v: View) -> Html:
    """Show what became of the objections to the month before, and to this one."""
    return page.notes([one.text(v.audit.workspace.settings.currency) for one in v.audit.objections], v.lang)


def near(v: View, limit: int = 12) -> Html:
    """Show the people whose pay one buyer more or fewer would change."""
    table = v.named(v.audit.near)
    said = [Text("one more", "多一人") if b > 0 else Text("one fewer", "少一人") for b in table["buyers"]]
    table = table.assign(buyers=[s.of(v.lang) for s in said])
    columns = [
        PAYEE,
        TableColumn("buyers", Text("With how many buyers", "成交人数")),
        TableColumn("now", Text("Due now", "现应发"), "money"),
        TableColumn("then", Text("Would be due", "将应发"), "money"),
        TableColumn("difference", Text("Difference", "差额"), "change"),
    ]
    n = v.audit.near["agent"].nunique()
    if not n:
        nobody = Text(
            "Nobody's pay would change with one buyer more or fewer at unchanged sales.",
            "在销售额不变时，多一名或少一名成交客户不会改变任何人的薪酬。",
        )
        return page.paragraph(nobody, v.lang)
    sentence = Text(
        f"For {n} {'person' if n == 1 else 'people'} one buyer more or fewer, at unchanged sales, "
        "changes the pay of this month.",
        f"在销售额不变时，多一名或少一名成交客户就会改变 {n} 人本月的薪酬。",
    )
    shown = render_table(table.head(limit), columns, Text("One buyer from an edge", "距档位仅差一名成交客户"), v.lang)
    return join(page.paragraph(sentence, v.lang), shown)


def unchecked(v: View) -> Html:
    """Show what was not checked."""
    return page.notes(list_unchecked(v.audit), v.lang)


def groups(v: View) -> Html:
    """Show the comparison of the groups that the workspace names, each with its interval."""
    looks = v.audit.groups
    if not looks:
        none = Text("No group column is named in workspace.yaml (groups).", "workspace.yaml 未指定分组列（groups）。")
        return page.paragraph(none, v.lang)
    return page.notes([look.text for look in looks], v.lang)


def luck(v: View) -> Html:
    """Show how many of the month's awards at an edge of conversion are expected to be luck."""
    return page.notes(v.audit.luck, v.lang)


WORKBOOK = "report.xlsx"
DIFFERENCE_COLUMNS = (
    PAYEE,
    TableColumn("item", Text("Item", "项目")),
    TableColumn("paid", Text("Paid", "实发"), "money"),
    TableColumn("recomputed", Text("By the rules", "应发"), "money"),
    TableColumn("difference", Text("Difference", "差异"), "change"),
    TableColumn("what", Text("Class", "分类")),
    TableColumn("also", Text("Fits also", "也可能是")),
    TableColumn("sentence", Text("Why", "说明"), "sentence"),
)
DUE_COLUMNS = (
    PAYEE,
    TableColumn("component", Text("Component", "组成部分")),
    TableColumn("amount", Text("Due", "应发"), "money"),
    TableColumn("sentence", Text("How it is computed", "计算过程"), "sentence"),
)
FINDING_COLUMNS = (
    TableColumn("severity", Text("Severity", "程度")),
    TableColumn("code", Text("Finding", "事项")),
    TableColumn("subject", Text("About", "对象")),
    TableColumn("message", Text("What was found", "说明")),
)


def _differences(v: View) -> pd.DataFrame:
    wrong = v.named(v.audit.differences)
    if wrong.empty:
        return wrong.reindex(columns=[c.name for c in DIFFERENCE_COLUMNS])
    also = [", ".join(CLASSES[c].of(v.lang) for c in fits) for fits in wrong["also_fits"]]
    sentence = "" if v.internal else wrong[f"sentence_{v.lang}"]
    return wrong.assign(what=[CLASSES[str(c)].of(v.lang) for c in wrong["class"]], also=also, sentence=sentence)


def _dues(v: View) -> pd.DataFrame:
    titles = {c.id: c.title.of(v.lang) for s in v.audit.settlement.schemes for c in s.components if c.title}
    rows = v.named(v.audit.explained(v.lang))
    named = rows.assign(component=[titles.get(c, c) for c in rows["component"].fillna("")])
    return named.sort_values("person", kind="stable", ignore_index=True) if v.internal else named


def differences(v: View) -> Html:
    """Show every difference, largest first, with the sentence that explains it and where the pay line stands."""
    if v.audit.reconciliation is None:
        return page.paragraph(NO_PAYROLL, v.lang)
    columns = [c for c in DIFFERENCE_COLUMNS if c.name != "also" and not (v.internal and c.name == "sentence")]
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


def crediting(v: View) -> Html:
    """Show whose order it is, and what counts as an inquiry, a buyer and sales, as plain sentences."""
    return page.notes(v.audit.crediting_rule, v.lang)


def _lines(sentences: list[str]) -> list[Text]:
    return [Text(line, line) for line in sentences]


def findings(v: View) -> Html:
    """Show the findings about the data; in an internal report how many there are of each."""
    if not v.internal:
        return page.findings(v.audit.findings, v.lang)
    counts = pd.Series([f.code for f in v.audit.findings], dtype="str").value_counts().sort_index()
    table = pd.DataFrame({"code": counts.index, "n": counts.to_numpy()})
    columns = [TableColumn("code", Text("Finding", "事项")), TableColumn("n", Text("How many", "数量"), "count")]
    return render_table(table, columns, Text("Findings by kind", "事项分类"), v.lang)


def workbook(v: View, output_dir: str, more: Sequence[WorkbookSheet] = ()) -> Html:
    """Write the workbook, with `more` sheets, beside the report and show the links to the report's files."""
    sheets = [
        WorkbookSheet(Text("Differences", "差异"), _differences(v), DIFFERENCE_COLUMNS),
        WorkbookSheet(Text("People", "人员"), _people(v), PERSON_COLUMNS),
        WorkbookSheet(Text("Due", "应发"), _dues(v), DUE_COLUMNS),
    ]
    if not v.internal:
        sheets += evidence_sheets(v)
        found = [(page.WORDS[f.severity].of(v.lang), f.code, f.subject, f.message.of(v.lang)) for f in v.audit.findings]
        frame = pd.DataFrame(found, columns=[c.name for c in FINDING_COLUMNS])
        sheets.append(WorkbookSheet(Text("Findings", "事项"), frame, FINDING_COLUMNS))
    if output_dir:
        write_workbook(Path(output_dir) / WORKBOOK, [*sheets, *more], v.lang)
    what = Text(
        "all differences, everything due, the measures and orders behind it, every pay line, all findings",
        "全部差异、应发明细及其依据的指标与订单、全部工资明细、全部事项",
    )
    return page.files({WORKBOOK: what}, v.lang)
