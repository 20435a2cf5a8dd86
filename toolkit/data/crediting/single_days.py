"""Single days of a workspace: what each person received and converted on each, from the vendor's daily reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.data.crediting.accounts import read_holders
from toolkit.data.crediting.facts import agent_day_facts
from toolkit.data.crediting.measures import open_engine

if TYPE_CHECKING:
    from toolkit.core.period import Month
    from toolkit.data.tables.workspace import Workspace

COUNTS = ["receptions", "inquiries", "buyers"]


def read_days(workspace: Workspace, first: Month, last: Month) -> pd.DataFrame:
    """Return month, agent, day, receptions, inquiries, buyers; days of which one of them is pending are left out."""
    with open_engine(workspace) as engine:
        facts = engine.read(agent_day_facts(engine, read_holders(engine), first, last))
    known = facts[facts["agent"].notna() & facts[COUNTS].notna().all(axis=1)]
    sums = known.groupby(["agent", "day"], as_index=False)[COUNTS].sum().astype(dict.fromkeys(COUNTS, "int64"))
    return sums.assign(month=pd.to_datetime(sums["day"]).dt.strftime("%Y-%m"))
