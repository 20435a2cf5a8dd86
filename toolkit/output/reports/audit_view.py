"""The monthly audit as one reader sees it: names or pseudonyms, one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.text import Lang, Text
from toolkit.output.publish.privacy import shown_names
from toolkit.output.render.tables import Column

if TYPE_CHECKING:
    from toolkit.studies.audit.audit import MonthAudit

NO_PAYROLL = Text("No payroll line of this month is imported.", "本月工资明细未导入。")
KEY_FILE = ".pseudonyms.key"
PERSON = Column("person", Text("Person", "人员"))


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
    agents = {str(a) for a in audit.settlement.due.index} | {str(a) for a in audit.differences["agent"]}
    labels = shown_names(agents, audit.names, edition, audit.workspace.root / KEY_FILE)
    return View(audit, lang, labels, edition == "shareable")
