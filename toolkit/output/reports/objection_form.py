"""The form of objections to a month: a row a person and component; filled in, it is imported like any other file."""

from __future__ import annotations

from pathlib import Path

from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.data.tables.workspace import Workspace, require_data
from toolkit.output.render.tables import TableColumn
from toolkit.output.render.workbook import WorkbookSheet, write_workbook
from toolkit.studies.audit.objections import GRANTED, OBJECTIONS, REFUSED, objection_form
from toolkit.studies.audit.settlement import settle
from toolkit.studies.audit.statement import roster_names

_MONEY = ("due", "amount")
_COLUMNS = {
    "month": "月份",
    "agent": "工号",
    "name": "姓名",
    "component": "项目",
    "item": "项目名称",
    "due": "应发",
    "sentence": "计算过程",
    "objection": "异议",
    "decision": "决定",
    "reason": "理由",
    "amount": "补发金额",
    "decided_by": "处理人",
    "approved_by": "审批人",
    "pay_month": "计入月份",
}
"""By the names, and the Chinese headers, by which the map `objections` knows them again."""
_DECISIONS = {GRANTED: Text("granted", "同意"), REFUSED: Text("refused", "驳回")}


def write_objection_form(workspace: Workspace, month: str, lang: Lang, path: Path | None = None) -> Path:
    """Write the form of a month with what was entered so far, and return where it is.

    Raises
    ------
    UsageError
        If the data do not reach the month, or no scheme is in force.
    """
    asked = Month.parse(month)
    require_data(workspace, asked)
    settlement, names = settle(workspace, asked), roster_names(workspace)
    titles = {c.id: c.title.of(lang) for scheme in settlement.schemes for c in scheme.components if c.title}
    form = objection_form(workspace, asked, settlement.explained(lang))
    form["name"] = [names.get(agent, agent) for agent in form["agent"]]
    form["item"] = [titles.get(one, one) for one in form["component"]]
    form["decision"] = [_DECISIONS[d].of(lang) if d in _DECISIONS else d for d in form["decision"]]
    columns = [
        TableColumn(name, Text(name, zh), "money" if name in _MONEY else "text") for name, zh in _COLUMNS.items()
    ]
    place = path or workspace.root / OBJECTIONS / f"{OBJECTIONS}-{asked}.xlsx"
    return write_workbook(place, [WorkbookSheet(Text(f"{OBJECTIONS} {asked}", f"异议 {asked}"), form, columns)], lang)
