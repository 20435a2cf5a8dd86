"""Who has acknowledged the scheme they are paid by: the version in force, by the end of the month paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from toolkit.core.errors import UsageError
from toolkit.core.findings import Finding, listed
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text

if TYPE_CHECKING:
    from toolkit.data.tables.workspace import Workspace
    from toolkit.rules.scheme.scheme import Scheme
    from toolkit.studies.audit.settlement import Settlement

TABLE = "acknowledgements"
NOT_KEPT = Text(
    "Whether people acknowledged the scheme they are paid by: no acknowledgement was imported.",
    "本人是否已确认所执行的方案：未导入确认记录。",
)
Acknowledged = Mapping[tuple[str, str, str], date]
"""By agent, scheme (id or title) and first month in force: the day."""


def read_acknowledged(workspace: Workspace, month: Month) -> Acknowledged | None:
    """Return what was acknowledged by the end of a month; None where the workspace keeps none."""
    rows = workspace.table(TABLE)
    if rows.empty:
        return None
    told = zip(rows["agent"], rows["scheme"], rows["month"], rows["acknowledged_on"].dt.date, strict=True)
    return {(agent, scheme, _month(first)): day for agent, scheme, first, day in told if day <= month.last_day}


def _month(text: str) -> str:
    try:
        return str(Month.read(text))
    except UsageError:
        return text


def day_of(known: Acknowledged, agent: str, scheme: Scheme) -> date | None:
    """Return the day on which somebody acknowledged a version of a scheme, None if not yet."""
    first = str(Month.of(scheme.in_force.from_))
    names = (scheme.id, *(scheme.title.of(lang) for lang in LANGUAGES))
    return min((known[agent, name, first] for name in names if (agent, name, first) in known), default=None)


def not_acknowledged(workspace: Workspace, settlement: Settlement) -> Iterator[Finding]:
    """Yield for each scheme the payees who have not acknowledged its version in force."""
    month = settlement.month
    known = read_acknowledged(workspace, month)
    for scheme in () if known is None else settlement.schemes:
        rows = settlement.ledger.loc[settlement.ledger["scheme"] == scheme.id, "agent"]
        payees = sorted({str(agent) for agent in rows.dropna()} - {""})
        missing = [agent for agent in payees if day_of(known or {}, agent, scheme) is None]
        if missing:
            first, n, of = scheme.in_force.from_, len(missing), len(payees)
            en = f"{n} of {of} payees had not acknowledged {scheme.id} (in force from {first}) by {month.last_day}: "
            zh = f"截至 {month.last_day}，{of} 人中有 {n} 人未确认方案《{scheme.title.zh}》（{first} 起生效）："
            text = Text(f"{en}{listed(missing)}.", f"{zh}{listed(missing)}。")
            evidence = {"agents": missing}
            yield Finding("scheme-not-acknowledged", "review", scheme.id, text, str(month), evidence)
