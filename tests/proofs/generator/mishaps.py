"""What happens in a random year: leavers, refunds, late changes of measures, adjustments, what the roster tells."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.world import World

Row = dict[str, Any]
CITIES = ("上海", "成都", "广州", None)
MONEY = ("sales", "volume")
MEASURES = ("sales", "sales", "volume", "calls", "calls", "buyers")


def happen(world: World, year: Any) -> None:
    """Fill a year that has measures with everything else."""
    _attributes(world, year)
    _leave(world, year)
    _refund(world, year)
    _change(world, year)
    _adjust(world, year)


def _attributes(world: World, year: Any) -> None:
    """Cities and base pay: some without, some near the minimum wage; stated in the roster instead in some years."""
    rows, low = year.known[0][1], world.chance(0.5)
    agents = sorted({row["agent"] for row in rows})
    people = {agent: {"city": world.pick(CITIES)} for agent in agents}
    for row in rows:
        row |= people[row["agent"]]
        people[row["agent"]].setdefault("base_pay", row["base_pay"])
    for agent in agents:
        if low:
            people[agent]["base_pay"] = world.rng.randrange(1400, 3200) * 100
        if world.chance(0.15):
            people[agent]["base_pay"] = None
    for row in rows:
        row |= people[row["agent"]]
    told = [name for name in ("city", "base_pay") if world.chance(0.3)]
    year.told = {agent: {name: people[agent][name] for name in told} for agent in agents if told}
    if "city" not in told:
        _move(world, rows, agents)


def _move(world: World, rows: list[Row], agents: list[str]) -> None:
    """Let some people have rows in two cities; drawn aside, so that all else in a year stays as it was drawn."""
    aside = random.Random()
    aside.setstate(world.rng.getstate())
    pairs = {agent: aside.choice([CITIES[:2]] * 3 + [CITIES[1:3]]) for agent in agents if aside.random() < 0.6}
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["agent"] in pairs:
            seen[row["agent"], row["month"]] += 1
            row["city"] = pairs[row["agent"]][seen[row["agent"], row["month"]] % 2]


def _leave(world: World, year: Any) -> None:
    rows = year.known[0][1]
    for agent in sorted({row["agent"] for row in rows}):
        if world.chance(0.2):
            month = world.pick(YEAR[1:])
            year.left[agent] = date(2024, int(month[5:]), world.rng.randrange(1, 29))
            rows[:] = [row for row in rows if row["agent"] != agent or row["month"] <= month]


def _refund(world: World, year: Any) -> None:
    """Refunds of what agents sold, in parts, some cancelled again."""
    rng = world.rng
    first = [dated.cases[0].rule["components"] for dated in year.schemes]
    named = [
        (part["id"], "sales")
        for parts in first
        for part in parts
        if part.get("period", "month") != "month" or part == parts[0]
    ]
    named += [
        (part["id"], "volume")
        for dated, parts in zip(year.schemes, first, strict=True)
        for part in parts
        if part.get("pay") == ("name", "volume") and all(_is_personal(case, part["id"]) for case in dated.cases)
    ]
    for component, measure in [(None, "sales"), *named]:
        sold: dict[tuple[str, str], int] = {}
        for row in year.known[0][1]:
            key = (row["agent"], row["month"])
            sold[key] = sold.get(key, 0) + (row[measure] or 0)
        for agent, month in sorted(sold):
            later = [m for m in YEAR if m > month]
            if sold[agent, month] > 0 and later and rng.random() < (0.04 if component else 0.1):
                refund = {"agent": agent, "origin_month": month, "component": component}
                year.refunds += _parts(rng, refund, sold[agent, month], later)


def _is_personal(case: Any, name: str) -> bool:
    return all("level" not in part for part in case.rule["components"] if part["id"] == name)


def _parts(rng: random.Random, refund: Row, total: int, later: list[str]) -> list[Row]:
    """One to three refunds, together about the whole or less of what was sold, some of them cancelled again."""
    n, whole, found = rng.randrange(1, 4), rng.random() < 0.3, list[Row]()
    total = total * rng.choice((1, 1, 1, 1, 1, 1, 2))
    for part in range(n):
        amount = total // n + (total % n if part == 0 else 0)
        amount = amount if whole else rng.randrange(1, amount + 2)
        order = f"{refund['origin_month']}-{part}" if rng.random() < 0.8 else None
        found.append(refund | {"month": rng.choice(later), "order_id": order, "amount": Fraction(amount, 100)})
        if rng.random() < 0.2:
            found.append(_cancelled(rng, found[-1], later))
    return found


def _cancelled(rng: random.Random, refund: Row, later: list[str]) -> Row:
    months = [month for month in later if month >= refund["month"]]
    part = refund["amount"] if rng.random() < 0.5 else Fraction(int(refund["amount"] * 50), 100)
    return refund | {"month": rng.choice(months), "amount": -part}


def _change(world: World, year: Any) -> None:
    """Measures of closed months that turn out to have been others."""
    rng = world.rng
    every, months = year.known[0][1], sorted(rng.sample(YEAR[1:], rng.choice([0, 1, 1, 2])))
    late = [row for row in every if months and row["month"] < months[0] and rng.random() < 0.02]
    every[:] = [row for row in every if not any(row is one for one in late)]
    for month in months:
        before, after = year.known[-1][1], late
        late = []
        for row in before:
            if row["month"] < month and rng.random() < 0.1:
                if rng.random() < 0.1:
                    continue
                row = dict(row)
                name = rng.choice(["sales", "calls", "buyers", "volume"])
                row[name] = None if rng.random() < 0.05 else rng.randrange(0, 2 * (row[name] or 0) + 2)
            after.append(row)
        year.known.append((month, after))


def _adjust(world: World, year: Any) -> None:
    """Rows of money and changes of measures, some of them not approved; a value is of one row."""
    rng, parts = world.rng, [part for dated in year.schemes for part in dated.cases[0].rule["components"]]
    days = sorted({month for month, _ in year.known[1:]} | {rng.choice(YEAR[3:])})
    names = [part["id"] for part in parts if not {"accumulate", "undivided", "deduct"} & set(part)]
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in year.known[0][1]:
        rows.setdefault((row["agent"], row["month"]), []).append(row)
    for agent in sorted({row["agent"] for row in year.known[0][1]}):
        while rng.random() < 0.1:
            entered = rng.choice(days)
            origin = rng.choice([entered, rng.choice([month for month in YEAR if month <= entered])])
            signed = rng.choice([("lead", "boss")] * 4 + [("lead", "lead"), ("lead", agent), ("lead", None)])
            entry = {"month": entered, "agent": agent, "origin_month": origin}
            entry |= {"reason": "checked", "author": signed[0], "approved_by": signed[1]}
            if rng.random() < 0.4:
                entry |= {"component": rng.choice(names), "amount": Fraction(rng.randrange(-50_000, 90_000), 100)}
            else:
                entry |= _changed(rng, rng.choice(rows.get((agent, origin), [{"channel": "web"}])))
            year.adjustments.append(entry)
    year.adjustments.sort(key=lambda entry: entry["month"])


def _changed(rng: random.Random, row: Row) -> Row:
    """A measure times a factor or set to a value: of all rows of an agent and month, or of those that agree in more."""
    measure, where = rng.choice(MEASURES), {}
    for word in ("channel", "shop", "team"):
        if word in row and rng.random() < 0.3:
            where[word] = row[word]
    if measure in MONEY and rng.random() < 0.6:
        return {"measure": measure, "factor": Fraction(rng.choice([95, 90, 105, 100, 0]), 100)} | where
    high = 9_000_000 if measure in MONEY else 300
    return {"measure": measure, "value": Fraction(rng.randrange(high))} | where | {"channel": row["channel"]}
