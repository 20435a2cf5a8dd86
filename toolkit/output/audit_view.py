"""The monthly audit as one reader sees it: names or pseudonyms, one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.output.tables import Column

if TYPE_CHECKING:
    from toolkit.studies.audit import MonthAudit

PERSON = Column("person", Text("Person", "人员"))
CLASSES: Mapping[str, Text] = {
    "DUPLICATE": Text("Paid twice", "重复发放"),
    "DUE_NOT_PAID": Text("Due, not paid", "应发未发"),
    "PAID_NOT_DUE": Text("Paid, not due", "不应发而发"),
    "TIMING": Text("Another month's amount", "错用其他月份"),
    "CREDIT": Text("Another person's order", "业绩归属有误"),
    "BASE": Text("Another base", "计提基数有误"),
    "RATE": Text("Another rate", "提点有误"),
    "ROUNDING": Text("Rounding", "尾差"),
    "UNEXPLAINED": Text("Unexplained", "原因不明"),
}


@dataclass(frozen=True, slots=True)
class View:
    """An audit as one reader sees it.

    Parameters
    ----------
    labels : agent id to what this reader sees of the person.
    shareable : whether findings, which may name accounts, are shown as counts only.
    """

    audit: MonthAudit
    lang: Lang
    labels: Mapping[str, str]
    shareable: bool

    def label(self, agent: object) -> str:
        """Return what this reader sees of a person."""
        return self.labels.get(str(agent), str(agent))

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with a column `person` in place of the agent's id."""
        return frame.assign(person=[self.label(a) for a in frame["agent"]]).drop(columns="agent")


def view(audit: MonthAudit, lang: Lang, edition: str) -> View:
    """Return the view of an edition: ``confidential`` shows names, ``shareable`` pseudonyms."""
    agents = sorted({str(a) for a in audit.settlement.due.index} | {str(a) for a in audit.differences["agent"]})
    if edition == "shareable":
        from toolkit.output.privacy import pseudonyms

        return View(audit, lang, pseudonyms(agents, audit.workspace.root / ".pseudonyms.key"), True)
    return View(audit, lang, {a: audit.names.get(a, a) for a in agents}, False)
