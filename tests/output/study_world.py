"""A workspace with eight months of two shops, as vendor's days: hostile names, known rates, one new agent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from tests.data.worlds import workspace_of
from tests.output.fixture import HOSTILE
from toolkit.data.tables.workspace import Workspace

AGENTS = {
    HOSTILE: 0.42, "NA": 0.18, "007": 0.24, "null": 0.27, "王小明": 0.30, "e": 0.32, "f": 0.35, "g": 0.38
}  # fmt: skip
NAMES = {agent: f"Person {n} <b>" for n, agent in enumerate(AGENTS)}
MONTHS = range(1, 9)
LAST = "2024-08"


def make_workspace(folder: Path) -> Workspace:
    """Write the workspace: every agent serves both shops, the last one only in the last two months."""
    r, days = Random(11), []
    for month in MONTHS:
        for agent, rate in AGENTS.items():
            if agent == "g" and month < 7:
                continue
            for shop in ("s1", "s2"):
                n = r.randint(60, 260)
                buyers = sum(r.random() < rate for _ in range(n))
                sales = sum(r.randint(8_000, 20_000) for _ in range(buyers))
                days.append(
                    {
                        "date": date(2024, month, 15),
                        "account": f"{shop}:{agent}",
                        "shop": shop,
                        "inquiries": n,
                        "buyers": buyers,
                        "orders": buyers,
                        "sales": sales,
                        "refunds": 0,
                    }
                )
    start = date(2023, 1, 1)
    return workspace_of(
        folder,
        {
            "agent_days": days,
            "accounts": [
                {"shop": s, "account": f"{s}:{a}", "agent": a, "from": start} for a in AGENTS for s in ("s1", "s2")
            ],
            "assignments": [
                {"agent": a, "name": NAMES[a], "shop": "s1", "role": "agent", "from": start} for a in AGENTS
            ],
            "benchmarks": [{"category": "shoes", "month": "2024-08", "conversion": 0.31}],
        },
    )
