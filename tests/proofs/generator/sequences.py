"""Random years of schemes paid together: their versions, parts, limits and legal parameters."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.proofs.generator import mishaps
from tests.proofs.generator.features import AGENT, bonus, rank
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.schemes import MODES, Case
from tests.proofs.generator.spelling import spell_out
from tests.proofs.generator.tiers import SHAPES, table, tier_component, times
from tests.proofs.generator.words import budget, mean, power, timed, to_date, total, two_ways, unfloored, within
from tests.proofs.generator.world import DECLARED, DEFINES, DICTIONARY, MONEY, World
from tests.proofs.generator.yamltext import Percent, scheme

Part = dict[str, Any]
Row = dict[str, Any]
KINDS = ("award_not_earned", "discipline", "loss_recovery", "overpayment")
LEAVERS = ("release", "hold", "forfeit")
KINDS_OF_PARTS = ("bonus", "volume", "rank", "accumulate", "streak", "record", "pool", "fund", "quarter", "to date")
KINDS_OF_PARTS += ("group", "so far", "new word")
OVER_MONTHS = {"accumulate", "quarter", "to date", "so far"}
CITIES = ("上海", "成都", "广州")
Law = tuple[Part, Part]  # legal parameters, the files some of them stand in
PLAIN_SHAPES = [shape for shape in SHAPES if shape[2] == "rate" and shape[0] != "interpolated"]
STEPS = [Fraction(1, 100)] * 3 + [Fraction(1, 10), Fraction(1), Fraction(10)]


@dataclass
class Dated:
    """The versions of one scheme, and the month each starts in."""

    cases: list[Case]
    starts: list[str]

    def rule(self, month: str) -> Part:
        """The version in force."""
        return self.cases[sum(start <= month for start in self.starts) - 1].rule


@dataclass
class Year:
    """One year of schemes paid together.

    `known` are the measures as people knew them from a month on, `told` the attributes that stand in the roster
    instead of the measures, by agent.
    """

    schemes: list[Dated]
    known: list[tuple[str, list[Row]]]
    told: dict[str, Row] = field(default_factory=dict)
    refunds: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    left: dict[str, date] = field(default_factory=dict)


def random_year(seed: int, index: int, n_agents: int) -> Year:
    """The `index`-th year."""
    world = World(random.Random(f"{seed}-year-{index}"), one_shop=True)
    law = _law(world)
    schemes = [_dated(world, f"year-{index}", "part", law)]
    if world.chance(0.3):
        schemes.append(_dated(world, f"beside-{index}", "more", law if world.chance(0.7) else _law(world)))
    rows = rows_of(schemes[0].cases[0], n_agents)
    year = Year(schemes, [("2024-01", rows)])
    mishaps.happen(world, year)
    return year


def _dated(world: World, name: str, part: str, law: Law) -> Dated:
    """One or two versions of a scheme."""
    world.step = world.pick(STEPS)
    kinds = [world.pick(KINDS_OF_PARTS) for _ in range(world.rng.randrange(1, 3))]
    cases, starts = [_version(world, name, part, kinds, law)], ["2024-01"]
    if world.chance(0.4):
        starts.append(world.pick(["2024-04", "2024-07", "2024-10"]))
        day = date(2024, int(starts[1][5:]), 1)
        cases.append(_version(world, name, part, kinds, law if world.chance(0.7) else _law(world)))
        _carry_on(world, cases[0].rule["limits"], cases[1].rule["limits"])
        for case, days in zip(cases, ((date(2023, 1, 1), day - timedelta(days=1)), (day, None)), strict=True):
            case.rule["in_force"] = days
            case.text = scheme(case.rule)
    return Dated(cases, starts)


def _carry_on(world: World, before: list[Part], after: list[Part]) -> None:
    """Let a cap that carries over what it withholds mostly stand in both versions, at the same place."""
    if before and before[0].get("carry") and world.chance(0.8):
        cap = before[0]["cap"] if world.chance(0.5) else world.cents(1000, 9000)
        after[: int(bool(after) and _is_monthly_cap(after[0]))] = [before[0] | {"cap": cap}]


def _is_monthly_cap(limit: Part) -> bool:
    return "cap" in limit and "period" not in limit


def _version(world: World, name: str, part: str, kinds: list[str], law: Law) -> Case:
    parts = [_on_sales(world), *(_part(world, kind, f"{part}0") for kind in kinds)]
    for one in parts:
        if not {"accumulate", "undivided"} & set(one) and world.chance(0.5):
            one |= _deferral(world)
        if not {"accumulate", "undivided", "share"} & set(one) and world.chance(0.15):
            one["budget"] = budget(world)
    parts = [{"id": f"{part}{i}", **one} for i, one in enumerate(parts)]
    parts += [{"id": f"{part}-deduct{i}", **_deduction(world)} for i in range(world.rng.randrange(0, 3))]
    world.parameters["margin"] = [(date(2023, 1, 1), Percent(1, 5)), (date(2024, 5, 31), Percent(11, 50))]
    rule: Part = {
        "id": name,
        "step": world.step,
        "mode": world.pick(MODES),
        "at": "component",
        "in_force": (date(2023, 1, 1), None),
        "columns": DICTIONARY | DECLARED,
        "declared": DECLARED,
        "define": DEFINES,
        "parameters": world.parameters | law[0],
        "files": law[1],
        "components": parts,
        "limits": _limits(world, kinds),
    }
    spell_out(random.Random(f"{name}-{world.rng.random()}"), rule)
    return Case(0, rule, scheme(rule), world, YEAR, kinds)


def _law(world: World) -> Law:
    """Legal parameters, for everyone or by city, and the tables they come from; one city is in no table."""
    parameters, files = Part(), Part()
    if world.chance(0.75):
        low = Fraction(world.rng.randrange(1500, 2700))
        values: Any = [(date(2023, 1, 1), low), (date(2024, 7, 1), low + 100)]
        if world.chance(0.4):
            other = [(date(2023, 5, 1), low - 300), (date(2024, 3, 31), low - 200), (date(2024, 10, 1), low + 50)]
            values = {"key": ("city",), "table": {(CITIES[0],): values, (CITIES[1],): other}}
            files["minimum_wage"] = {"table": "minimum_wage.csv", "key": "city"}
        parameters["minimum_wage"] = values
    kinds = [kind for kind in KINDS if world.chance(0.6)]
    if kinds and world.chance(0.3):
        keys = [(kind, city) for kind in kinds for city in CITIES[:2]]
        parameters["legal_share"] = {"key": ("kind", "city"), "table": {key: _shares(world) for key in keys}}
        files["legal_share"] = {"table": "legal_share.csv", "key": ["kind", "city"]}
    elif kinds:
        shares = {kind: _shares(world) for kind in kinds}
        parameters["legal_share"] = {kind: one if world.chance(0.3) else one[0][1] for kind, one in shares.items()}
    return parameters, files


def _shares(world: World) -> list[tuple[date, Percent]]:
    first, second = (Percent(world.rng.randrange(5, 60), 100) for _ in range(2))
    return [(date(2023, 1, 1), first), (date(2024, world.rng.randrange(2, 12), 1), second)]


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
    if world.chance(0.25):
        part["times"] = times(world)
    if world.chance(0.12):
        part["floor"] = "none"
    return part


def _schedule(world: World) -> list[tuple[int, Percent]]:
    starts = [0, *sorted(world.rng.sample(range(1, 9), world.rng.randrange(1, 4)))]
    return [(start, Percent(world.rng.randrange(0, 21), 20)) for start in starts]


def _part(world: World, kind: str, first: str) -> Part:
    if kind == "bonus":
        return bonus(world) | {"for": AGENT}
    if kind == "volume":
        return {"pay": ("name", "volume"), "rate": Percent(world.rng.randrange(1, 900), 10_000)}
    if kind == "rank":
        return rank(world, world.pick(["split", "all", "none"]))
    if kind == "accumulate":
        part = tier_component(world, ("slab", "at_or_above", "amount"))
        return part | {"period": "quarter", "accumulate": True}
    if kind in ("quarter", "to date"):
        return _on_sales(world) | {"period": "quarter"} | ({"accumulate": True} if kind == "to date" else {})
    if kind == "streak":
        return {"when": (">=", ("streak", first), world.rng.randrange(2, 4)), "amount": world.literal(MONEY)}
    if kind == "record":
        by = world.pick(["calls", "conversion"])
        best = ("record", ("name", by), {"over": "last_month", "within": None, "order": None})
        return {"when": (">", ("name", by), best), "amount": world.literal(MONEY)}
    if kind == "group":
        stays = within(world, moving=True)
        return mean(world, stays) if world.chance(0.6) else total(world, stays)
    if kind == "so far":
        return to_date(world, world.pick(["year", "quarter"]), as_pay=False) | world.pick([{}, {"period": "quarter"}])
    if kind == "new word":
        return world.pick([timed, two_ways, power, unfloored])(world)
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
        if world.chance(0.6):
            limits[-1]["carry"] = True
    if world.chance(0.25):
        limits.append({"cap": world.cents(8000, 60_000), "period": "year"})
    if world.chance(0.3):
        limits.append({"fund": ("*", Percent(world.rng.randrange(1, 60), 1000), ("name", "sales"))})
        if world.chance(0.5) and not OVER_MONTHS & set(kinds):
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
