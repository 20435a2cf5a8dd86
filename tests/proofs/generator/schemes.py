"""Random schemes: a rule as plain data, its YAML text, and what its people must look like."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.proofs.generator.books import BOOKS
from tests.proofs.generator.census import Counts, census
from tests.proofs.generator.features import AGENT, FEATURES, each
from tests.proofs.generator.histories import HISTORIES
from tests.proofs.generator.later import LATER
from tests.proofs.generator.spelling import spell_out
from tests.proofs.generator.tiers import SHAPES, tier_component, times
from tests.proofs.generator.words import budget, spell, to_date, word
from tests.proofs.generator.world import DECLARED, DEFINES, DICTIONARY, RATIO, World
from tests.proofs.generator.yamltext import Percent, scheme

STEPS = [Fraction(1, 100)] * 4 + [Fraction(1, 20), Fraction(1, 10), Fraction(1), Fraction(10), Fraction(1, 50)]
MODES = ("half_up", "half_up", "half_even", "up", "down")
SHARED = ("share", "undivided")


@dataclass
class Case:
    """One random scheme: `rule` for the oracle, `text` for the toolkit, `months` to be paid one after the other."""

    index: int
    rule: dict[str, Any]
    text: str
    world: World
    months: list[str]
    features: list[str]
    also: Case | None = None

    @property
    def words(self) -> Counts:
        """How often the scheme holds each newer word, leaves each default out and writes it."""
        return census(self.rule)


def random_case(seed: int, index: int) -> Case:
    """The `index`-th scheme; which tables and features it holds goes round, the rest is random."""
    world = World(random.Random(f"{seed}-{index}"))
    world.step = world.pick(STEPS)
    world.supervised = world.chance(0.75)
    world.credit = world.chance(0.3)
    kind = index % 10
    features: list[str] = []
    months = ["2024-11"]
    if kind in (4, 9):
        long = (*HISTORIES, *BOOKS)
        name, make, months = long[(index // 5) % len(long)]
        parts, features = make(world), [name]
    elif kind == 7:
        name, make, months = LATER[(index // 10) % len(LATER)]
        parts, features = make(world), [name]
    elif kind == 8:
        world.one_spell = False
        parts, features = [*(each(world, "spell") for _ in range(2)), spell(world), spell(world)], ["several spells"]
    else:
        name, feature = FEATURES[index % len(FEATURES)]
        shapes = [SHAPES[index % len(SHAPES)], SHAPES[(index // len(SHAPES) + 5) % len(SHAPES)]]
        more, part = word(world, index)
        parts = [*_tables(world, shapes), feature(world), part]
        features = [name, more]
    case = _case(index, world, parts, list(months), features)
    if features[0] == "version inside the month":
        case.also = _other_version(world, case)
    if kind == 1 and not world.credit:
        case.also = _other_scheme(seed, index, case)
    return case


def _other_version(world: World, case: Case) -> Case:
    """The version before or after, on the other side of the day in the month."""
    first, last = world.in_force
    if last is None:
        world.in_force = (date(2024, 10, 1), first - timedelta(days=1))
    else:
        world.in_force = (last + timedelta(days=1), None)
    parts = [tier_component(world, world.pick(SHAPES)) for _ in range(2)] + [to_date(world, "year")]
    other = _case(case.index, world, parts, case.months, [], "other")
    case.features.append("two versions")
    return other


def _other_scheme(seed: int, index: int, case: Case) -> Case:
    """A second scheme for the same people: ids add up."""
    world = World(random.Random(f"{seed}-{index}-also"), one_shop=case.world.one_shop, edges=case.world.edges)
    world.step = world.pick(STEPS)
    case.features.append("several schemes")
    other = _case(index, world, _tables(world, [world.pick(SHAPES)]), case.months, [])
    if "sure days" in world.used:
        case.world.used.add("sure days")
    case.world.relative |= world.relative
    other.rule["id"] = f"also-{index}"
    other.text = scheme(other.rule)
    return other


def _tables(world: World, shapes: list[Any]) -> list[dict[str, Any]]:
    parts = []
    for shape in [*shapes, world.pick([*SHAPES, *SHAPES[2:5], SHAPES[2], SHAPES[4]])]:
        part = tier_component(world, shape)
        if world.chance(0.4):
            part["for"] = AGENT
        if world.chance(0.25):
            part["when"] = world.condition()
        if world.chance(0.25):
            part["cap"] = world.cents(0, 6000)
        if world.chance(0.15):
            floor = world.pick([-1, 1]) * world.cents(0, 200)
            part["floor"] = min(floor, part.get("cap", floor)) if world.chance(0.7) else "none"
        if world.chance(0.1):
            part["times"] = times(world)
        if world.chance(0.06):
            part["budget"] = budget(world)
        parts.append(part)
    return parts


def _case(
    index: int, world: World, parts: list[dict[str, Any]], months: list[str], features: list[str], name: str = "part"
) -> Case:
    pooled = any(word in part for part in parts for word in SHARED)
    limits = [] if world.chance(0.3) else _limits(world, parts, months, features)
    total = not pooled and len(months) == 1 and not any("fund" in limit for limit in limits)
    total = total and world.chance(0.3 if any("budget" in part for part in parts) else 0.12)
    world.parameters.setdefault("margin", [(date(2023, 1, 1), Percent(1, 5)), (date(2024, 11, 30), Percent(11, 50))])
    parts = [{"id": f"{name}{i}", **part} for i, part in enumerate(parts)]
    rule: dict[str, Any] = {
        "id": f"case-{index}",
        "step": world.step,
        "mode": world.pick(MODES),
        "at": "total" if total else "component",
        "in_force": world.in_force,
        "columns": DICTIONARY | DECLARED,
        "declared": DECLARED,
        "define": DEFINES,
        "parameters": world.parameters | world.files,
        "files": {name: {"table": f"{name}.csv", "key": "shop"} for name in world.files},
        "components": parts,
        "limits": limits,
    }
    if world.period:
        rule["period"] = world.period
    spell_out(random.Random(f"{name}-{index}-{world.rng.random()}"), rule)
    if total:
        features.append("rounding at total")
    return Case(index, rule, scheme(rule), world, months, features)


def _limits(world: World, parts: list[dict[str, Any]], months: list[str], features: list[str]) -> list[dict[str, Any]]:
    sequence, pooled = len(months) > 1, any(word in part for part in parts for word in SHARED)
    limits: list[dict[str, Any]] = []
    if world.chance(0.6):
        cap: Any = _met_exactly(world, parts) or world.cents(100, 9000)
        if world.chance(0.2):
            world.parameters["most"] = [(date(2023, 1, 1), cap), (date(2024, 11, 30), cap + world.step)]
            cap = ("name", "most")
        limits.append(({"for": AGENT} if world.chance(0.4) else {}) | {"cap": cap})
        features.append("person cap")
    if sequence and world.chance(0.8):
        year: Any = world.cents(3000, 60_000)
        if world.chance(0.3):
            lowered = max(0, year - 300 * world.step)
            world.parameters["a_year"] = [(date(2023, 1, 1), year), (date(2024, 4, 1), lowered)]
            year = ("name", "a_year")
        limits.append({"cap": year, "period": "year"})
        features.append("yearly cap")
    if world.chance(0.35):
        money = ("name", world.pick(["profit", "结余", "sales"]))
        fund: dict[str, Any] = {"fund": ("*", Percent(world.rng.randrange(1, 200), 1000), money)}
        stays = "groups over months" not in features  # the oracle knows funds by shop of people who stay in theirs
        if world.one_shop and world.chance(0.7) and not pooled and stays:
            fund["level"] = "shop"
        limits.append(fund)
        features.append("fund by shop" if "level" in fund else "fund")
    if world.chance(0.5):
        limits.append(_guarantee(world, parts))
        features.append("guarantee")
        if world.chance(0.2):
            limits.append(_guarantee(world, parts))
    return limits


def _met_exactly(world: World, parts: list[dict[str, Any]]) -> Any:
    """Sometimes an amount somebody is paid, if it keeps the rounding step, so that limits are met exactly."""
    tables = [part["amount"] for part in parts if isinstance(part.get("amount"), dict)]
    paid = [
        tier["value"] for table in tables for tier in table["tiers"] if not isinstance(tier["value"], (tuple, dict))
    ]
    paid += [part[word] for part in parts for word in ("amount", "cap") if isinstance(part.get(word), Fraction)]
    kept = [value for value in paid if value > 0 and (value / world.step).denominator == 1]
    return world.pick(kept) if kept and world.chance(0.5) else None


def _guarantee(world: World, parts: list[dict[str, Any]]) -> dict[str, Any]:
    limit: dict[str, Any] = {"guarantee": _met_exactly(world, parts) or world.cents(0, 4000)}
    if world.one_spell and world.chance(0.25):
        limit["guarantee"] = ("*", ("name", "base_pay"), world.literal(RATIO))
    if world.chance(0.5):
        limit["for"] = AGENT
    if world.chance(0.4):
        world.used.add("sure days")
        limit["prorate"] = ("/", ("name", "worked_days"), ("name", "scheduled_days"))
    return limit
