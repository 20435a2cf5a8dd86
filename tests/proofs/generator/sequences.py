"""Random years of a scheme: versions, refunds, late changes of measures, adjustments, leavers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.proofs.generator.features import AGENT, bonus, rank
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.schemes import MODES, Case
from tests.proofs.generator.tiers import SHAPES, table, tier_component
from tests.proofs.generator.world import DECLARED, DEFINES, DICTIONARY, MONEY, World
from tests.proofs.generator.yamltext import Percent, scheme

Part = dict[str, Any]
Row = dict[str, Any]
KINDS = ("award_not_earned", "discipline", "loss_recovery", "overpayment")
LEAVERS = ("release", "hold", "forfeit")
PLAIN_SHAPES = [shape for shape in SHAPES if shape[2] == "rate" and shape[0] != "interpolated"]
STEPS = [Fraction(1, 100)] * 5 + [Fraction(1, 10), Fraction(1)]


@dataclass
class Year:
    """One scheme's year; `known` are the measures as people knew them from a month on."""

    cases: list[Case]
    starts: list[str]
    known: list[tuple[str, list[Row]]]
    refunds: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    left: dict[str, date] = field(default_factory=dict)


def random_year(seed: int, index: int, n_agents: int) -> Year:
    """The `index`-th year."""
    world = World(random.Random(f"{seed}-year-{index}"), one_shop=True)
    world.step = world.pick(STEPS)
    features: list[str] = []
    kinds = [_pick_kind(world) for _ in range(world.rng.randrange(1, 3))]
    cases = [_version(world, index, kinds, features)]
    starts = ["2024-01"]
    if world.chance(0.4):
        starts.append(world.pick(["2024-04", "2024-07", "2024-10"]))
        _split(world, cases, starts[1], _version(world, index, kinds, features))
    rows = rows_of(cases[0], n_agents)
    year = Year(cases, starts, [("2024-01", rows)])
    _base_pay(world, rows)
    _leave(world, year)
    _refund(world, year)
    _change(world, year)
    _adjust(world, year)
    return year


def _split(world: World, cases: list[Case], start: str, second: Case) -> None:
    """Let the second version follow the first."""
    day = date(2024, int(start[5:]), 1)
    cases.append(second)
    for case, days in ((cases[0], (date(2023, 1, 1), day - timedelta(days=1))), (second, (day, None))):
        case.rule["in_force"] = days
        case.text = scheme(case.rule)
    cases[0].features.append("two versions")


def _pick_kind(world: World) -> str:
    return world.pick(["bonus", "volume", "rank", "accumulate", "streak", "record", "pool", "fund"])


def _version(world: World, index: int, kinds: list[str], features: list[str]) -> Case:
    parts = [_on_sales(world), *(_part(world, kind) for kind in kinds)]
    for part in parts:
        if not {"accumulate", "undivided"} & set(part) and world.chance(0.5):
            part |= _deferral(world)
    parts = [{"id": f"part{i}", **part} for i, part in enumerate(parts)]
    parts += [{"id": f"deduct{i}", **_deduction(world)} for i in range(world.rng.randrange(0, 3))]
    world.parameters["margin"] = [(date(2023, 1, 1), Percent(1, 5)), (date(2024, 5, 31), Percent(11, 50))]
    if world.chance(0.75):
        low = world.cents(1500, 2700)
        world.parameters["minimum_wage"] = [(date(2023, 1, 1), low), (date(2024, 7, 1), low + 100 * world.step)]
    shares = {kind: Percent(world.rng.randrange(5, 60), 100) for kind in KINDS if world.chance(0.6)}
    rule: Part = {
        "id": f"year-{index}",
        "step": world.step,
        "mode": world.pick(MODES),
        "at": "component",
        "in_force": (date(2023, 1, 1), None),
        "columns": DICTIONARY | DECLARED,
        "declared": DECLARED,
        "define": DEFINES,
        "parameters": dict(world.parameters) | ({"legal_share": shares} if shares else {}),
        "files": {},
        "components": parts,
        "limits": _limits(world, kinds),
    }
    return Case(index, rule, scheme(rule), world, YEAR, [*features, *kinds])


def _on_sales(world: World) -> Part:
    """What refunds take back."""
    shape, pay = world.pick(PLAIN_SHAPES), ("name", "sales")
    if world.chance(0.3):
        shape = ("slab", "at_or_above", "rate")
        pay = world.pick([("name", "net"), ("name", "profit"), ("-", ("name", "sales"), world.threshold("sales"))])
    part: Part = {"pay": pay, "rate": Percent(world.rng.randrange(1, 1500), 10_000)}
    if shape[1] != "each" and world.chance(0.8):
        by = "sales" if shape[0] == "marginal" else world.pick(["sales", "conversion", "calls"])
        part["rate"] = table(world, shape, by, "sales", targets=False)
    if world.chance(0.3):
        part["for"] = AGENT
    if world.chance(0.3):
        part["cap"] = world.cents(500, 6000)
    if world.chance(0.5):
        part["clawback"] = _schedule(world)
    return part


def _schedule(world: World) -> list[tuple[int, Percent]]:
    starts = [0, *sorted(world.rng.sample(range(1, 9), world.rng.randrange(1, 4)))]
    return [(start, Percent(world.rng.randrange(0, 21), 20)) for start in starts]


def _part(world: World, kind: str) -> Part:
    if kind == "bonus":
        return bonus(world) | {"for": AGENT}
    if kind == "volume":
        return {"pay": ("name", "volume"), "rate": Percent(world.rng.randrange(1, 900), 10_000)}
    if kind == "rank":
        return rank(world, world.pick(["split", "all", "none"]))
    if kind == "accumulate":
        part = tier_component(world, ("slab", "at_or_above", "amount"))
        return part | {"period": "quarter", "accumulate": True}
    if kind == "streak":
        return {"when": (">=", ("streak", "part0"), world.rng.randrange(2, 4)), "amount": world.literal(MONEY)}
    if kind == "record":
        by = world.pick(["calls", "conversion"])
        best = ("record", ("name", by), {"over": "last_month", "within": None, "order": None})
        return {"when": (">", ("name", by), best), "amount": world.literal(MONEY)}
    pool: Part = {"level": "shop", "pay": ("name", "volume"), "rate": Percent(1, 200)}
    return pool | ({"undivided": True} if kind == "fund" else {"share": {"by": world.pick(["equal", "calls"])}})


def _deferral(world: World) -> Part:
    months = sorted(world.rng.sample(range(1, 10), world.rng.randrange(1, 4)))
    shares = [Percent(world.rng.randrange(1, 33), 100) for _ in months]
    return {"defer": list(zip(months, shares, strict=True)), "leaver": world.pick(LEAVERS)}


def _deduction(world: World) -> Part:
    part: Part = {"deduct": ("*", world.cents(1, 30), ("name", "calls")), "kind": world.pick(KINDS)}
    if world.chance(0.3):
        part["deduct"] = world.cents(10, 900)
    if world.chance(0.4):
        part["cap"] = world.cents(100, 2000)
    if world.chance(0.3):
        part["when"] = world.condition()
    if world.chance(0.3):
        part["for"] = AGENT
    return part | ({"carry": True} if world.chance(0.6) else {})


def _limits(world: World, kinds: list[str]) -> list[Part]:
    limits: list[Part] = []
    if world.chance(0.4):
        limits.append({"cap": world.cents(1000, 9000)} | ({"for": AGENT} if world.chance(0.4) else {}))
    if world.chance(0.25):
        limits.append({"cap": world.cents(8000, 60_000), "period": "year"})
    if world.chance(0.3):
        limits.append({"fund": ("*", Percent(world.rng.randrange(1, 60), 1000), ("name", "sales"))})
        if world.chance(0.5) and "accumulate" not in kinds:
            limits[-1]["level"] = "shop"
    if world.chance(0.6):
        limits.append({"guarantee": world.cents(200, 4000)})
        if world.chance(0.4):
            limits[-1]["for"] = AGENT
        if world.chance(0.7):
            limits[-1]["recoverable"] = True
            if world.chance(0.4):
                limits[-1]["recover_from"] = f"2024-{world.rng.randrange(3, 12):02d}"
    return limits


def _base_pay(world: World, rows: list[Row]) -> None:
    without = {agent for agent in sorted({row["agent"] for row in rows}) if world.chance(0.15)}
    for row in rows:
        if row["agent"] in without:
            row["base_pay"] = None


def _leave(world: World, year: Year) -> None:
    rows = year.known[0][1]
    for agent in sorted({row["agent"] for row in rows}):
        if world.chance(0.2):
            month = world.pick(YEAR[1:])
            year.left[agent] = date(2024, int(month[5:]), world.rng.randrange(1, 29))
            rows[:] = [row for row in rows if row["agent"] != agent or row["month"] <= month]


def _refund(world: World, year: Year) -> None:
    """Refunds of what agents sold, in parts, some cancelled again."""
    rng = world.rng
    named = [part["id"] for part in year.cases[0].rule["components"] if part.get("pay") == ("name", "volume")]
    named = [part for part in named if all(_is_personal(case, part) for case in year.cases)]
    for component, measure in [(None, "sales"), ("part0", "sales"), *((part, "volume") for part in named)]:
        sold: dict[tuple[str, str], int] = {}
        for row in year.known[0][1]:
            key = (row["agent"], row["month"])
            sold[key] = sold.get(key, 0) + (row[measure] or 0)
        for agent, month in sorted(sold):
            later = [m for m in YEAR if m > month]
            if sold[agent, month] > 0 and later and rng.random() < (0.04 if component else 0.1):
                refund = {"agent": agent, "origin_month": month, "component": component}
                year.refunds += _parts(rng, refund, sold[agent, month], later)


def _is_personal(case: Case, name: str) -> bool:
    return all("level" not in part for part in case.rule["components"] if part["id"] == name)


def _parts(rng: random.Random, refund: Row, total: int, later: list[str]) -> list[Row]:
    """One to three refunds, together the whole or less of what was sold, some of them cancelled again."""
    n, whole, found = rng.randrange(1, 4), rng.random() < 0.3, list[Row]()
    for part in range(n):
        amount = total // n + (total % n if part == 0 else 0)
        amount = amount if whole else rng.randrange(1, amount + 2)
        order = f"o{part}" if rng.random() < 0.8 else None
        found.append(refund | {"month": rng.choice(later), "order_id": order, "amount": Fraction(amount, 100)})
        if rng.random() < 0.2:
            found.append(_cancelled(rng, found[-1], later))
    return found


def _cancelled(rng: random.Random, refund: Row, later: list[str]) -> Row:
    months = [month for month in later if month >= refund["month"]]
    part = refund["amount"] if rng.random() < 0.5 else Fraction(int(refund["amount"] * 50), 100)
    return refund | {"month": rng.choice(months), "amount": -part}


def _change(world: World, year: Year) -> None:
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


def _adjust(world: World, year: Year) -> None:
    """Rows of money and factors on measures, some of them not approved."""
    rng = world.rng
    days = sorted({month for month, _ in year.known[1:]} | {rng.choice(YEAR[3:])})
    parts = [
        part["id"] for part in year.cases[0].rule["components"] if not {"accumulate", "undivided", "deduct"} & set(part)
    ]
    for agent in sorted({row["agent"] for row in year.known[0][1]}):
        if rng.random() > 0.08:
            continue
        entered = rng.choice(days)
        origin = rng.choice([month for month in YEAR if month <= entered])
        signed = rng.choice([("lead", "boss")] * 4 + [("lead", "lead"), ("lead", agent), ("lead", None)])
        entry = {"month": entered, "agent": agent, "origin_month": origin}
        entry |= {"reason": "checked", "author": signed[0], "approved_by": signed[1]}
        if rng.random() < 0.5:
            entry |= {"component": rng.choice(parts), "amount": Fraction(rng.randrange(-50_000, 90_000), 100)}
        else:
            entry |= {"measure": "sales", "factor": Fraction(rng.choice([95, 90, 105, 100, 0]), 100)}
        year.adjustments.append(entry)
