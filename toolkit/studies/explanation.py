"""One person's pay explained from a workspace, where measures and schemes are at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.core.period import Month
from toolkit.rules.explain import Explanation, explain_pay
from toolkit.studies.settlement import settle

if TYPE_CHECKING:
    from toolkit.data.workspace import Workspace


def explain_person(workspace: Workspace, month: str, agent: str) -> Explanation:
    """Explain a person's pay of one month by the workspace's schemes and measures.

    Raises
    ------
    UsageError
        If no scheme is in force, or nobody of that name is paid or measured in the month.
    """
    settlement = settle(workspace, Month.parse(month))
    return explain_pay(settlement.schemes, settlement.measures.table, month=month, agent=agent)
