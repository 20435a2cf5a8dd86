"""Small worlds as rows of dictionaries, written into a workspace; random ones have many ties and hostile names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from toolkit.data.tables.schema import DTYPES, table
from toolkit.data.tables.settings import Clocks, Crediting, Settings
from toolkit.data.tables.workspace import Workspace

Row = dict[str, Any]
World = dict[str, list[Row]]

SHOPS = ("S1", "NA")
ACCOUNTS = ("店:客服1", "null", "007", "shared")
AGENTS = ("NA", "007", "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>", "李")
CUSTOMERS = ("c1", "c1 ", "NULL", "c4")
CHANNELS = (None, "app", "NA")
MICRO = timedelta(microseconds=1)
DAY = timedelta(days=1)


def instant(text: str) -> datetime:
    """Read ``2024-02-01 10:00``."""
    return datetime.fromisoformat(text)


def frame_of(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a canonical table."""
    spec = table(name)
    rows = list(rows)
    unknown = {k for r in rows for k in r} - set(spec.names)
    assert not unknown, unknown
    return pd.DataFrame(
        {c.name: pd.Series([r.get(c.name) for r in rows], dtype="object").astype(DTYPES[c.kind]) for c in spec.columns}
    )


def workspace_of(folder: Path, world: World, settings: Settings | None = None) -> Workspace:
    """Write a world into a new workspace."""
    workspace = Workspace.create(folder, settings or Settings())
    for name, rows in world.items():
        workspace.write_table(name, frame_of(name, rows))
    return replace(workspace, settings=settings or Settings())


def random_settings(draw: Random) -> Settings:
    """Draw a judging rule, a count unit and clocks."""
    crediting = Crediting(
        judged_by=draw.choice(["order_time", "payment_time", "order_first"]),
        window_days=draw.choice([0, 1, 3]),
        count_unit=draw.choice(["people_by_day", "people_by_month", "conversations"]),
        which=draw.choice(["last", "last", "first", "split"]),
        across_shops=draw.choice([False, False, True]),
        note_mark=draw.choice(["", "客服:"]),
        customer_owner=draw.choice(["nobody", "offline", "all"]),
        cycle_days=draw.choice([0, 0, 2, 7]),
    )
    clocks = Clocks(
        conversion_days=draw.choice([1, 7]),
        earned_on=draw.choice(["paid", "paid", "shipped", "confirmed"]),
        earned_after_days=draw.choice([0, 0, 5]),
        settlement_day=draw.choice([1, 8]),
    )
    return Settings(crediting=crediting, clocks=clocks)


def random_world(draw: Random, n: int = 30) -> World:
    """Draw a world around February 2024, with equal times and times exactly a window apart, to the microsecond."""
    times = _times(draw)
    inquiries = [_inquiry(draw, times, i) for i in range(n)]
    orders = [_order(draw, times, inquiries, i) for i in range(n)]
    return {
        "inquiries": inquiries,
        "orders": orders,
        "order_lines": [
            {"order_id": o["order_id"], "line": str(k), "units": draw.randint(1, 3)}
            for o in orders
            for k in range(draw.choice([0, 1, 2]))
        ],
        "refunds": [_refund(draw, orders, i) for i in range(n // 3)],
        "accounts": [_account(draw, i) for i in range(8)],
        "customers": [_owned(draw) for _ in range(4)],
        "assignments": [_assignment(draw, i) for i in range(5)],
        "attendance": [_attendance(draw, agent, k) for agent in AGENTS for k in range(0, 35, 5) if draw.random() < 0.5],
    }


NAMES = ("inquiry_id", "order_id", "shop", "account", "agent", "supervisor")


def beside(worlds: list[World]) -> World:
    """Put worlds into one, told apart by a number before the names; the first keeps its names as they are."""
    out: World = {}
    for i, world in enumerate(worlds):
        for name, rows in world.items():
            out.setdefault(name, []).extend(_numbered(row, i) for row in rows)
    return out


def _numbered(row: Row, i: int) -> Row:
    return {k: f"{i}:{v}" if i and k in NAMES and v is not None else v for k, v in row.items()}


def vendor_world(draw: Random, n: int = 25) -> World:
    """Draw a world whose February is told by the vendor's days in both shops, with a few orders and no inquiries."""
    keys = {(draw.randint(1, 29), draw.choice(ACCOUNTS), draw.choice(SHOPS), draw.choice(CHANNELS)) for _ in range(n)}
    keys |= {(1, "007", shop, None) for shop in SHOPS}
    told = [
        c for c in ("consultations", "receptions", "inquiries", "buyers", "orders", "refunds") if draw.random() < 0.8
    ]
    return random_world(draw, n=10) | {
        "inquiries": [],
        "agent_days": [_vendor_day(draw, *k, told) for k in sorted(keys, key=str)],
    }


def _vendor_day(draw: Random, day: int, account: str, shop: str, channel: str | None, told: list[str]) -> Row:
    row = {"date": date(2024, 2, day), "account": account, "shop": shop, "channel": channel}
    blank = draw.random() < 0.05
    row |= {c: None if blank else draw.choice([0, 1, 50, 101]) for c in told}
    return row | {"sales": draw.choice([0, 1, 99_999, 101]), "reply_seconds": draw.choice([None, 0.5, 12.345])}


def _times(draw: Random) -> list[datetime]:
    base = [datetime(2024, 1, 28) + draw.randrange(0, 36 * 2) * timedelta(hours=12) for _ in range(4)]
    near = [b + k * DAY + j * MICRO for b in base for k in (0, 0, 1, 3, 7) for j in (-1, 0, 0, 1)]
    return [*base, *near, datetime(2024, 2, 1), datetime(2024, 3, 1), datetime(2024, 3, 1) - MICRO]


def _inquiry(draw: Random, times: list[datetime], i: int) -> Row:
    return {
        "inquiry_id": draw.choice([f"q{draw.randrange(100):02d}-{i}", f"{i}", f"00{i}00"]),
        "asked_at": draw.choice(times),
        "shop": draw.choice(SHOPS),
        "account": draw.choice([*ACCOUNTS, None]),
        "customer": draw.choice([*CUSTOMERS, None]),
        "channel": draw.choice(CHANNELS),
        "served_by": draw.choice(["human", "human", "human", "robot", None]),
        "avg_reply_s": draw.choice([None, 0.001, 12.345, 7.0]),
        "satisfied": draw.choice([None, True, False]),
    }


def _order(draw: Random, times: list[datetime], inquiries: list[Row], i: int) -> Row:
    """Draw an order, often of a customer who asked about then, to the microsecond of a window."""
    q = draw.choice(inquiries)
    near = q["asked_at"] + draw.choice([-1, 0, 0, 1, 3]) * DAY + draw.choice([-1, 0, 0, 1]) * MICRO
    follows = draw.random() < 0.6
    created = near if follows else draw.choice(times)
    paid = draw.choice([None, created, created + DAY, created + MICRO, *draw.sample(times, 3)])
    later = [None, created + 9 * DAY, draw.choice(times)]
    return {
        "order_id": f"o{draw.randrange(100):02d}-{i}",
        "created_at": created,
        "paid_at": paid,
        "shipped_at": draw.choice(later),
        "confirmed_at": draw.choice(later),
        "stage": draw.choice([None, "single", "single", "deposit", "final"]),
        "shop": q["shop"] if follows else draw.choice(SHOPS),
        "customer": q["customer"] if follows else draw.choice([*CUSTOMERS, None]),
        "amount": draw.choice([0, 1, 101, 9_007_199_254_993, draw.randrange(1, 99_999)]),
        "channel": draw.choice(CHANNELS),
        "offline": draw.choice([None, False, False, True]),
        "reminder": draw.choice([None, False, True]),
        "note": draw.choice([*[None] * 5, *(f"急 客服: {name} 已付" for name in ("007", "李", "小李", "null", "谁"))]),
        "account": draw.choice([*[None] * 12, *ACCOUNTS]),
    }


def _refund(draw: Random, orders: list[Row], i: int) -> Row:
    paid = [datetime(2024, m, d) - k * MICRO for m in (2, 3, 4) for d in (1, 8) for k in (0, 1)]
    return {
        "order_id": draw.choice(orders)["order_id"],
        "refunded_at": draw.choice([None, *paid]),
        "kind": str(i),
        "amount": draw.choice([1, 2, 51, -3, 5_000]),
    }


def _owned(draw: Random) -> Row:
    first = date(2024, 1, 1) + draw.choice([0, 31, 40, 45]) * DAY
    last = draw.choice([None, first + 10 * DAY])
    return {"customer": draw.choice(["C1", "NULL"]), "agent": draw.choice(AGENTS), "from": first, "to": last}


def _account(draw: Random, i: int) -> Row:
    first = date(2024, 1, 1) + draw.choice([0, 31, 40, 45]) * DAY
    first = draw.choice([first, first, datetime.combine(first, time(12))])
    return {
        "account": ACCOUNTS[i] if i < 4 else draw.choice(ACCOUNTS),
        "agent": draw.choice(AGENTS),
        "shop": draw.choice([None, None, *SHOPS]),
        "platform": str(i),
        "from": first,
        "to": draw.choice([None, None, first + 20 * DAY, datetime.combine(first + 20 * DAY, time(12))]),
        "share": draw.choice([None, None, 0.3, 0.7, 0.333333, 0.0]),
    }


def _assignment(draw: Random, i: int) -> Row:
    first = date(2024, 1, 1) + draw.choice([0, 31, 40, 45]) * DAY + i * DAY
    return {
        "agent": AGENTS[i] if i < 4 else draw.choice(AGENTS),
        "name": draw.choice([None, "小李"]),
        "shop": draw.choice(SHOPS),
        "team": draw.choice([None, "T1", "NA"]),
        "role": draw.choice(["agent", "supervisor"]),
        "supervisor": draw.choice([None, "null"]),
        "base_pay": draw.choice([None, 400_000]),
        "from": first,
        "to": draw.choice([None, first + 25 * DAY]),
    }


def _attendance(draw: Random, agent: str, k: int) -> Row:
    return {
        "agent": agent,
        "date": date(2024, 1, 31) + k * DAY,
        "scheduled_hours": draw.choice([None, 0.0, 8.0]),
        "worked_hours": draw.choice([None, 0.0, 7.5]),
        "late_minutes": draw.choice([None, 0, 3]),
    }
