"""A report as one reader sees it: names or pseudonyms, one language, heads and findings.

The monthly audit as one reader sees it: names or pseudonyms, one language.

What the pages of baselines and targets share: a workspace's history as one reader sees it, heads, findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import check_language
from toolkit.core.findings import Finding
from toolkit.core.text import Lang, Text
from toolkit.data.tables.workspace import Workspace
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.output.publish.privacy import check_edition, pattern_of_others, shown_names, without_others
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet, write_workbook
from toolkit.studies.planning.history import History, load_history

if TYPE_CHECKING:
    from toolkit.studies.audit.month import MonthAudit
    from toolkit.studies.design.study import DesignRequest, DesignStudy
    from toolkit.studies.planning.baselines import BaselineStudy
    from toolkit.studies.planning.targets import TargetStudy


NO_PAYROLL = Text("No payroll line of this month is imported.", "本月工资明细未导入。")
KEY_FILE = ".pseudonyms.key"
PAYEE = TableColumn("person", Text("Person", "人员"))
CONFIDENTIAL = Text("confidential", "保密版")
INTERNAL = Text(
    "internal: pseudonyms, which whoever knows one figure of a colleague can undo; not to be passed on",
    "内部版：以化名显示，但知道同事一个数字的人就能认出此人；请勿外传",
)


@dataclass(frozen=True, slots=True)
class View:
    """An audit as one reader sees it.

    Parameters
    ----------
    labels : agent id to what this reader sees of the person.
    internal : whether findings, which may name accounts, are shown as counts only.
    """

    audit: MonthAudit
    lang: Lang
    labels: Mapping[str, str]
    internal: bool

    def __repr__(self) -> str:
        return f"<View {self.lang}, {'internal' if self.internal else 'confidential'}: {self.audit!r}>"

    def label(self, agent: object) -> str:
        """Return what this reader sees of a person."""
        return self.labels.get(str(agent), str(agent))

    def said(self, text: Text) -> Text:
        """Return a sentence as this reader may read it: where people have pseudonyms, it names nobody."""
        if not self.internal:
            return text
        accounts = self.audit.workspace.table("accounts")
        cells = self.audit.settlement.measures.table["agent"]
        told = {*self.labels, *self.audit.names, *cells.dropna(), *accounts["account"].dropna(), *accounts["agent"]}
        names = self.audit.workspace.table("assignments")["name"].dropna()
        return without_others(text, pattern_of_others({*map(str, told), *names}, ()))

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with a column `person` in place of the agent's id."""
        return frame.assign(person=[self.label(a) for a in frame["agent"]]).drop(columns="agent")


def view(audit: MonthAudit, lang: Lang, edition: str) -> View:
    """Return the view of an edition: ``confidential`` shows names, ``internal`` pseudonyms."""
    check_language(lang)
    measured = audit.settlement.measures.table["agent"].dropna()  # whoever was asked, paid by a scheme or not
    paid = (*audit.settlement.due.index, *audit.differences["agent"], *audit.by_person["agent"])
    agents = {str(a) for a in (*measured, *paid)}
    labels = shown_names(agents, audit.names, edition, audit.workspace.root / KEY_FILE)
    return View(audit, lang, labels, edition == "internal")


WORKBOOK = "report.xlsx"
MOST_ROWS = 100
PERSON = TableColumn("agent", Text("Agent", "客服"))
GROUP = TableColumn("part", Text("Group", "组"), "count")
NAMES = {
    "shop": Text("shop", "店铺"),
    "channel": Text("channel", "渠道"),
    "product": Text("product", "商品"),
    "month": Text("month", "月份"),
    "team": Text("team", "小组"),
}
FINDING_COLUMNS = (
    TableColumn("severity", Text("Severity", "程度")),
    TableColumn("code", Text("Finding", "事项")),
    TableColumn("subject", Text("About", "对象")),
    TableColumn("message", Text("What was found", "说明")),
)


def open_history(workspace: str, month: str, edition: str) -> History:
    """Return the history of a workspace up to `month` as an edition shows it, see `show_history`."""
    check_edition(edition)
    opened = Workspace.open(Path(workspace))
    return show_history(load_history(opened, month), opened, edition)


def show_history(history: History, workspace: Workspace, edition: str) -> History:
    """Return a workspace's history as an edition shows it.

    The names of the edition are put in before anything is computed, so that no figure or sentence carries another one.
    """
    labels = shown_names(history.agents, history.names, edition, workspace.root / KEY_FILE)
    return history.shown_as(labels, internal=edition == "internal")


def open_design(workspace: str, month: str, request: DesignRequest, edition: str) -> DesignStudy:
    """Return the design study of a workspace as an edition shows it.

    It is worked out by people's ids, by which draws are keyed, so that every edition has the same figures; its
    sentences name nobody, and its tables are shown by the edition's names.
    """
    from toolkit.studies.design.study import study_design

    check_edition(edition)
    opened = Workspace.open(Path(workspace))
    study = study_design(opened, month, request)
    agents = {str(a) for a in study.past.measures["agent"].dropna()}
    labels = shown_names(agents, study.past.names, edition, opened.root / KEY_FILE)
    return replace(study, names=labels, internal=edition == "internal")


def named(columns: Sequence[str], lang: Lang) -> str:
    """Return the columns by their names in a sentence."""
    check_language(lang)
    words = [NAMES[c].of(lang) if c in NAMES else c for c in columns]
    return (", " if lang == "en" else "、").join(words)


def facts(study: BaselineStudy | TargetStudy) -> list[tuple[Text, Text | str]]:
    """Return what the head of both reports says the study rests on."""
    history, mix = study.history, ("month", *study.case_mix)
    served = history.cells.loc[history.cells["inquiries"].fillna(0) > 0]
    shops = sorted(served["shop"].dropna().unique()) if "shop" in served else []
    none = Text("none named", "未指定")
    return [
        (Text("History", "历史数据"), _span(history)),
        (Text("Agents", "客服人数"), f"{served['agent'].nunique():,}"),
        (Text("Inquiries", "询单"), f"{int(served['inquiries'].sum()):,}"),
        (Text("Shops", "店铺"), ", ".join(shops) or "–"),
        (Text("Allowed for", "已调整因素"), Text(named(mix, "en"), named(mix, "zh"))),
        (Text("Campaign months", "大促月份"), ", ".join(study.campaigns) or none),
        (Text("Edition", "版本"), INTERNAL if history.internal else CONFIDENTIAL),
    ]


def _span(history: History) -> Text:
    first, last, n = history.months[0], history.months[-1], len(history.months)
    return Text(f"{first} to {last} ({n} {'month' if n == 1 else 'months'})", f"{first} 至 {last}（{n} 个月）")


def show_table(
    frame: pd.DataFrame, columns: Sequence[TableColumn], caption: Text, lang: Lang, *, flag: str = ""
) -> Html:
    """Show a table by agent; of more than a hundred rows the first, the rest is in the workbook."""
    if len(frame) > MOST_ROWS:
        more = len(frame) - MOST_ROWS
        caption = Text(
            f"{caption.en} (first {MOST_ROWS}; {more} more in the workbook)",
            f"{caption.zh}（前 {MOST_ROWS} 行，其余 {more} 行见工作簿）",
        )
    return render_table(frame.head(MOST_ROWS), columns, caption, lang, flag=flag)


def by_group(
    frame: pd.DataFrame, columns: Sequence[TableColumn], groups: Mapping[str, int]
) -> tuple[pd.DataFrame, list[TableColumn]]:
    """Put a table of agents in the order of their comparable groups, with a column that tells them.

    Parameters
    ----------
    frame : with a column agent; inside a group its order stays.
    groups : comparable group of each agent, 0-based; of one group the table stays as it is. Whoever has none stands
        last.
    """
    if len(set(groups.values())) < 2:
        return frame, list(columns)
    part = frame["agent"].map(groups).astype("Int64") + 1
    ordered = frame.assign(part=part).sort_values("part", kind="stable", na_position="last", ignore_index=True)
    return ordered, [columns[0], GROUP, *columns[1:]]


def groups_of(conversion: object) -> dict[str, int]:
    """Return the comparable group of each agent of a conversion baseline; none where there is no baseline."""
    if not isinstance(conversion, ConversionBaseline):
        return {}
    return dict(zip(conversion.cells.agents, conversion.identification.group.tolist(), strict=True))


def show_findings(found: Sequence[Finding], history: History | DesignStudy, lang: Lang) -> Html:
    """Show the findings; in an internal report how many there are of each, because sentences may tell who is where."""
    if not history.internal:
        return page.findings(found, lang)
    counts = pd.Series([f.code for f in found], dtype="str").value_counts().sort_index()
    table = pd.DataFrame({"code": counts.index, "n": counts.to_numpy()})
    columns = [TableColumn("code", Text("Finding", "事项")), TableColumn("n", Text("How many", "数量"), "count")]
    return render_table(table, columns, Text("Findings by kind", "事项分类"), lang)


def show_workbook(
    sheets: Sequence[WorkbookSheet],
    found: Sequence[Finding],
    history: History | DesignStudy,
    lang: Lang,
    output_dir: str,
) -> Html:
    """Write the workbook beside the report and link it; findings stand in it where they are shown."""
    if not history.internal:
        rows = [(page.WORDS[f.severity].of(lang), f.code, f.subject, f.message.of(lang)) for f in found]
        frame = pd.DataFrame(rows, columns=[c.name for c in FINDING_COLUMNS])
        sheets = [*sheets, WorkbookSheet(Text("Findings", "事项"), frame, FINDING_COLUMNS)]
    if output_dir:
        write_workbook(Path(output_dir) / WORKBOOK, sheets, lang)
    titles = [sheet.title for sheet in sheets]
    what = Text(", ".join(t.en for t in titles), "、".join(t.zh for t in titles))
    return page.files({WORKBOOK: what}, lang)
