"""Who stands one buyer from a tier: the same month paid again with one buyer more, and with one fewer.

Sales are left as they are, so what changes is what the tiers and conditions alone do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.rules.settle.payroll import pay

if TYPE_CHECKING:
    from toolkit.studies.audit.settlement import Settlement


def near_an_edge(settlement: Settlement) -> pd.DataFrame:
    """Return those whose pay one buyer would change.

    Returns
    -------
    DataFrame
        One row an agent and direction: agent, buyers (+1 or -1), now, then, difference (minor units), sorted by the
        size of the difference.
    """
    now = settlement.due
    found = []
    for step in (1, -1):
        then = _due_with(settlement, step)
        table = pd.DataFrame({"now": now, "then": then.reindex(now.index, fill_value=0)}).rename_axis("agent")
        found.append(table.reset_index().assign(buyers=step))
    both = pd.concat(found, ignore_index=True)
    both["difference"] = both["then"] - both["now"]
    changed = both.loc[both["difference"] != 0, ["agent", "buyers", "now", "then", "difference"]]
    order = changed["difference"].abs().sort_values(ascending=False, kind="stable").index
    return changed.loc[order].reset_index(drop=True)


def _due_with(settlement: Settlement, step: int) -> pd.Series:
    """Pay the month with `step` buyers more in each agent's largest cell."""
    cells = settlement.measures.table
    month = cells.loc[(cells["month"] == str(settlement.month)) & cells["agent"].notna()]
    largest = month.assign(n=month["inquiries"].fillna(-1)).groupby("agent")["n"].idxmax()
    moved = cells.copy()
    within = (moved.loc[largest, "buyers"] + step).clip(lower=0)
    moved.loc[largest, "buyers"] = within.clip(upper=moved.loc[largest, "inquiries"])
    rows = pay(settlement.schemes, moved, month=str(settlement.month)).table
    return rows.groupby("agent")["amount"].sum()
