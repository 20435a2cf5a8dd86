"""A random small workspace in which everything happens a statement tells of: tiers, rank, pool, cap, deferral, a
guarantee, a deduction, an amount entered by hand; people are numbered, two share a name, one is called like a word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from tests.data.worlds import workspace_of
from toolkit.data.tables.settings import Settings
from toolkit.data.tables.workspace import Workspace

MONTH = "2024-06"
PEOPLE = {"1001": "赵雅", "1002": "阿青", "1003": "阿青", "K-4": "Li Wei", "007": "王小明", "e9": "Total", "x": "小鹿"}
PLAIN = {"1001": "赵雅", "1002": "阿青", "1003": "阿青", "1004": "李伟", "1005": "王小明", "1006": "小满"}
BOSS = ("2001", "何主管")
SCHEME = """\
language: 1
scheme: team
title: {en: Team pay, zh: 团队薪酬}
currency: CNY
in_force: {from: 2024-01-01}
define: {conversion: buyers / inquiries}
components:
  - id: commission
    title: {en: Commission, zh: 提成}
    for: role == "agent"
    pay: sales
    rate:
      by: conversion
      mode: slab
      tiers: [{from: 0%, rate: 1.5%}, {from: 30%, rate: 2%}, {from: 35%, rate: 3.3%}]
    defer: [{after_months: 3, share: 20%}]
  - id: best
    title: {en: Best conversion, zh: 转化冠军}
    for: role == "agent"
    rank: {by: conversion, order: highest, within: shop, ties: split, among: inquiries >= 50}
    amount: [300, 100]
  - id: pool
    title: {en: Shop pool, zh: 店铺奖金池}
    for: role == "agent"
    level: shop
    amount: 1000
    share: sales
  - id: errors
    title: {en: Answer errors, zh: 应答差错扣款}
    for: role == "agent"
    deduct: answer_errors * 20
    kind: award_not_earned
limits:
  - {for: role == "agent", cap: 1500}
  - {for: role == "agent", guarantee: 300}
"""
ITEMS = {
    "提成": ("team.commission", "team.limit", "team.guarantee"),
    "奖金": ("team.best", "team.pool"),
    "差错扣款": ("team.errors",),
    "底薪": ("roster.base_pay",),
}


def make_statement_world(
    folder: Path,
    seed: int,
    items: dict[str, tuple[str, ...]] = ITEMS,
    people: dict[str, str] = PEOPLE,
) -> Workspace:
    """Write the workspace: two shops, two months."""
    draw, start = Random(seed), date(2023, 1, 1)
    shop_of = {agent: draw.choice(["一店", "二店"]) for agent in people}
    days, quality = [], []
    for agent in people:
        for month in (5, 6):
            n = draw.randint(20, 200)
            buyers = draw.randint(0, n // 2)
            day = {"date": date(2024, month, 15), "account": f"店:{people[agent]}{agent}", "shop": shop_of[agent]}
            sales = sum(draw.randint(8_000, 40_001) for _ in range(buyers))
            days.append({**day, "inquiries": n, "buyers": buyers, "orders": buyers, "sales": sales, "refunds": 0})
            errors = draw.choice([0, 0, 1, 3])
            quality.append({"agent": agent, "date": day["date"], "checked": 10, "answer_errors": errors})
    by_hand = {"month": MONTH, "component": "commission", "requested_by": BOSS[1], "approved_by": "小鹿"}
    roster = {"role": "agent", "team": "A组", "supervisor": BOSS[0], "base_pay": 300_000, "from": start}
    world = {
        "agent_days": days,
        "quality": quality,
        "accounts": [{"shop": shop_of[a], "account": f"店:{people[a]}{a}", "agent": a, "from": start} for a in people],
        "assignments": [
            *({**roster, "agent": a, "name": name, "shop": shop_of[a]} for a, name in people.items()),
            {**roster, "agent": BOSS[0], "name": BOSS[1], "shop": "一店", "role": "supervisor", "supervisor": None},
        ],
        "adjustments": [
            {**by_hand, "adjustment_id": "A1", "agent": "1001", "amount": 1234, "reason": "代 王小明 值班"},
            {
                **by_hand,
                "adjustment_id": "A2",
                "agent": list(people)[-2],
                "amount": -500,
                "reason": "late order of 1002",
            },
        ],
    }
    made = workspace_of(folder, world, Settings(payroll_items=items))
    (made.root / "schemes" / "team.yaml").write_text(SCHEME, "utf-8")
    return made
