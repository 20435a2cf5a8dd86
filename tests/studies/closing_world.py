"""A shop of three people and three months, small enough to be worked by hand, ready to be closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pandas as pd

from tests.data.worlds import Row, World, frame_of, workspace_of
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.data.tables.books import REFUNDS, book_run
from toolkit.data.tables.chain import ChainLine, append_line, read_chain
from toolkit.data.tables.schema import table
from toolkit.data.tables.settings import Approval, Clocks, Settings
from toolkit.data.tables.states import changing
from toolkit.data.tables.storage import write_table_files
from toolkit.data.tables.workspace import Workspace
from toolkit.studies.audit.settlement import Settlement, settle
from toolkit.studies.closing import close as closing
from toolkit.studies.closing.close import close_month

SCHEME = """\
language: 1
scheme: presales
title: {en: Presales, zh: 售前}
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    for: role == "agent"
    pay: sales
    rate: {by: sales, mode: slab, tiers: [{rate: 3%}, {from: 1000, rate: 5%}]}
"""
ITEMS = {"提成": ("presales.commission",)}
SETTINGS = Settings(payroll_items=ITEMS, clocks=Clocks(settlement_day=8), tables="data")


def order(number: str, who: str, on: str, yuan: str, **more: Any) -> Row:
    at = datetime.fromisoformat(f"2024-{on}T10:00")
    minor = round(float(yuan) * 100)
    row = {"order_id": number, "created_at": at, "paid_at": at, "shop": "S", "customer": f"c{number}"}
    return row | {"amount": minor, "account": who.lower()} | more


def refund(number: str, on: str, yuan: str) -> Row:
    return {
        "order_id": number,
        "refunded_at": datetime.fromisoformat(f"2024-{on}T10:00"),
        "amount": round(float(yuan) * 100),
        "kind": "return",
    }


def asked(number: str, who: str, on: str) -> Row:
    at = datetime.fromisoformat(f"2024-{on}T09:00")
    return {"inquiry_id": number, "asked_at": at, "shop": "S", "customer": f"c{number}", "account": who.lower()}


def world(orders: list[Row], refunds: list[Row] | None = None, payroll: list[Row] | None = None) -> World:
    people = ("Li", "Wang")
    return {
        "orders": orders,
        "inquiries": [asked(str(o["order_id"]), str(o["account"]).title(), f"{o['paid_at']:%m-%d}") for o in orders],
        "refunds": refunds or [],
        "accounts": [{"account": a.lower(), "agent": a, "from": datetime(2024, 1, 1)} for a in people],
        "assignments": [
            {"agent": a, "name": a, "shop": "S", "role": "agent", "from": date(2024, 1, 1)} for a in people
        ],
        "payroll": payroll or [],
    }


# June: Li 600 + 400 = 1,000 at 5 %: 50.00; Wang 333.33 at 3 %: 10.00 (9.9999). July: Li 500, 15.00; Wang 100, 3.00.
ORDERS = [
    order("1", "Li", "06-03", "600"),
    order("2", "Li", "06-20", "400"),
    order("3", "Wang", "06-05", "333.33"),
    order("4", "Li", "07-02", "500"),
    order("5", "Wang", "07-09", "100"),
    order("6", "Li", "08-12", "100"),
    order("7", "Wang", "08-31", "100"),
    order("8", "Wang", "09-20", "100"),
]
PAYROLL = [
    {"line_id": "1", "agent": "Li", "item": "提成", "earned_month": "2024-06", "amount": 50_00},
    {"line_id": "2", "agent": "Wang", "item": "提成", "earned_month": "2024-06", "amount": 10_00},
]


def shop(folder: Path, tables: World | None = None, *, two_people: bool = True, scheme: str = SCHEME) -> Workspace:
    """Return a workspace with a scheme; its settings stand in its file."""
    settings = SETTINGS.model_copy(update={"approval": Approval(two_people=two_people)})
    work = workspace_of(folder, tables or world(ORDERS, payroll=PAYROLL), settings)
    (work.root / "schemes" / "presales.yaml").write_text(scheme, "utf-8")
    return Workspace.open(work.root)


def close(work: Workspace, month: str, done: Settlement | None = None) -> Settlement:
    """Close a month without asking its audit, and return what was closed; `done` is its settlement, where known."""
    done = approve(work, month, done)
    with unasked(work, done):
        assert close_month(work.root, month, "Qian").line is not None
    return done


def approve(work: Workspace, month: str, done: Settlement | None = None) -> Settlement:
    """Write the steps of a month up to its approval, and return its settlement."""
    when = Month.parse(month)
    done = done or settle(work, when)
    counted = done.tables.get("refunds")
    run = book_run(done.as_book, pd.DataFrame(columns=list(REFUNDS)) if counted is None else counted)
    lines = read_chain(work, when)
    for state, who in (("calculated", "Zhao"), ("shown", "Zhao"), ("settled", "Zhao"), ("approved", "Qian")):
        previous = lines[-1].sha256 if lines else ""
        line = ChainLine(state, who, "2024-10-01T00:00:00+00:00", run, previous=previous)
        append_line(work, when, lines, line)
        lines.append(line)
    return done


@contextmanager
def unasked(work: Workspace, done: Settlement) -> Iterator[None]:
    """Let a month be closed on a settlement at hand, as if its audit had nothing to ask."""
    known = {"workspace": work, "month": done.month, "settlement": done, "final": True, "findings": ()}
    audit = SimpleNamespace(**known)
    ready = (Text("", ""), "good")
    with (
        patch.object(closing, "audit_month", lambda *_: audit),
        patch.object(closing, "conclude", lambda _: ready),
    ):
        yield


def late(work: Workspace, name: str, rows: list[Row]) -> None:
    """Put a table in place of the one that stands, as an import does: as a new state."""
    with changing(work) as begin:
        write_table_files(begin().data, table(name), frame_of(name, rows))


def paid(done: Settlement, agent: str) -> dict[tuple[str, str], float]:
    """Return what a person is paid by step and month of origin, without what pays nothing."""
    rows = done.ledger
    mine = rows[(rows["agent"] == agent) & (rows["amount"] != 0)].groupby(["step", "origin_month"])["amount"].sum()
    return {(step, origin[5:]): int(minor) / 100 for (step, origin), minor in mine.items()}
