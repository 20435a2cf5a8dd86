"""The cases of docs/crediting.md: each situation of the table, worked by hand, as the toolkit credits it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from tests.data.worlds import Row, frame_of
from toolkit.core.money import parse_money
from toolkit.data.crediting.credit import NOBODY, credit_orders
from toolkit.data.tables.engine import connect
from toolkit.data.tables.settings import Crediting, Settings
from toolkit.data.tables.workspace import Workspace

ROOT = Path(__file__).parents[2]
CASES = yaml.load((ROOT / "tests/scenarios/crediting.yaml").read_text("utf-8"), yaml.BaseLoader)
SITUATIONS = [(case["case"], situation) for case in CASES for situation in case["situations"]]
HELD = [{"account": a, "agent": who, "from": "01-01"} for a, who in (("a", "Li"), ("b", "Wang"), ("e", "Zhao"))]


def when(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}")


def named(row: Row, **names: str) -> Row:
    return {names.get(k, k): v for k, v in row.items()}


def tables(situation: dict[str, Any]) -> dict[str, list[Row]]:
    asked, bought = situation.get("inquiries", []), situation.get("orders", [])
    held = situation.get("accounts", HELD)
    people = {r["agent"] for r in held} | {"Wang"}
    return {
        "inquiries": [
            {"shop": "S", "customer": "c"}
            | {k: v for k, v in named(q, id="inquiry_id", at="asked_at").items() if k != "row"}
            | {"asked_at": when(q["at"])}
            for q in asked
        ],
        "orders": [
            {"shop": "S", "customer": "c", "paid_at": when(o.get("paid", o["at"])), "created_at": when(o["at"])}
            | {k: v for k, v in named(o, id="order_id").items() if k not in ("at", "paid", "product")}
            | {"amount": parse_money(o.get("amount", "100")), "offline": o.get("offline") == "true"}
            for o in bought
        ],
        "order_lines": [
            {"order_id": o["id"], "line": "1", "product": o["product"], "units": 1} for o in bought if "product" in o
        ],
        "refunds": [
            {"order_id": r["id"], "refunded_at": when(r["at"]), "amount": parse_money(r["amount"]), "kind": "return"}
            for r in situation.get("refunds", [])
        ],
        "accounts": [
            r | {"from": when(r["from"]), "to": when(r["to"]) if "to" in r else None, "share": float(r.get("share", 1))}
            for r in held
        ],
        "customers": [
            r | {"from": when(r["from"]), "to": when(r["to"]) if "to" in r else None}
            for r in situation.get("customers", [])
        ],
        "assignments": [{"agent": a, "shop": "S", "role": "agent", "from": date(2024, 1, 1)} for a in sorted(people)],
    }


def credited(folder: Path, situation: dict[str, Any]) -> pd.DataFrame:
    given = {k: v if not v.isdigit() else int(v) for k, v in situation.get("crediting", {}).items()}
    settings = Settings(crediting=Crediting.model_validate(given))
    workspace = Workspace.create(folder, settings)
    for name, rows in tables(situation).items():
        frame = frame_of(name, rows)
        if name == "inquiries":
            frame["_row"] = pd.array([int(q.get("row", 2 + n)) for n, q in enumerate(situation.get(name, []))], "Int64")
        workspace.write_table(name, frame)
    with connect(workspace.data_dir) as engine:
        return engine.read(credit_orders(engine, settings))


@pytest.mark.parametrize(("case", "situation"), SITUATIONS, ids=[f"{c}: {s['name']}" for c, s in SITUATIONS])
def test_case(tmp_path: Path, case: str, situation: dict[str, Any]) -> None:
    frame = credited(tmp_path / "w", situation)
    net = frame["amount"] - frame["refund_netted"] - frame["refund_after"]
    who = frame["agent"].where(frame["agent"].notna(), "(" + frame["credit"] + ")")
    found = {str(order): rows.to_dict() for order, rows in net.groupby([frame["order_id"], who]).sum().groupby(level=0)}
    found = {order: {name: int(v) for (_, name), v in rows.items()} for order, rows in found.items()}
    expected = {
        order: {name: parse_money(v) for name, v in shares.items()} if isinstance(shares, dict) else {shares: 100_00}
        for order, shares in situation["gives"].items()
    }
    assert found == expected, case
    counted = frame.loc[frame["counted"] == 1]
    assert sorted(counted["order_id"]) == sorted(expected)
    status, shops = (dict(zip(counted["order_id"], counted[c], strict=True)) for c in ("credit", "shop"))
    assert situation.get("credit", {}).items() <= status.items()
    assert situation.get("shops", {}).items() <= shops.items()
    assert set(frame.loc[frame["agent"].isna(), "credit"]) <= set(NOBODY)
