"""Random components on order lines, campaigns and versions that change inside a month, and random order lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.features import AGENT
from tests.proofs.generator.tiers import table, tier_component, times
from tests.proofs.generator.words import budget, to_date
from tests.proofs.generator.world import MONEY, RATIO, World
from tests.proofs.generator.yamltext import Percent

Part = dict[str, Any]
# No two of these can claim a line with equal right.
CLAIMS: tuple[dict[str, Any], ...] = (
    {"category": {"A"}},
    {"category": {"B", "C"}},
    {"product": {"P1"}},
    {"product": {"P2"}},
    {"product": {"P1"}, "category": {"A"}},
    {"category": {"A"}, "discount": (Percent(1, 5), None)},
    {"discount": (Percent(1, 10), Percent(1, 2))},
    {"product": {"P3"}, "category": {"A"}, "discount": (Percent(1, 10), None)},
    {},
)
LINE_TABLES = (
    (("slab", "at_or_above", "rate"), "units", "units"),
    (("slab", "above", "rate"), "sales", "sales"),
    (("marginal", "each", "rate"), "units", "units"),
    (("marginal", "above", "rate"), "sales", "sales"),
    (("cumulative", "at_or_above", "amount"), "sales", None),
)


def _on_lines(world: World) -> Part:
    shape, by, pay = world.pick(LINE_TABLES)
    data = table(world, shape, by, pay, targets=False)
    part: Part = {"pay": ("name", pay), "rate": data} if pay else {"amount": data}
    if world.chance(0.25):
        part["times"] = times(world, ("units", "sales"), targets=False)
    if world.chance(0.15):
        part["budget"] = budget(world)
    return part


def lines(world: World) -> list[Part]:
    """Prices by product, category and discount: the most specific claim wins."""
    world.lines = True
    claims = world.rng.sample(CLAIMS, world.rng.randrange(2, 6))
    parts = []
    for claim in claims:
        part = {"lines": claim} | _on_lines(world)
        parts.append(part | ({"for": AGENT} if world.chance(0.3) else {}))
    return [*parts, tier_component(world, ("slab", "at_or_above", "rate"))]


def orders(world: World) -> list[Part]:
    """Tables and amounts per order."""
    world.lines = True
    large = world.on("sales", world.threshold("sales"))
    each: Part = {"each": "order", "when": (">=", ("name", "sales"), large), "amount": world.literal(MONEY)}
    rated: Part = {"each": "order"} | _on_lines(world)
    claimed: Part = {"each": "order", "lines": {"category": {"A"}}, "pay": ("name", "sales")}
    return [each, rated, claimed | {"rate": world.literal(RATIO)}, tier_component(world, ("slab", "above", "amount"))]


def version(world: World) -> list[Part]:
    """A version that is in force on part of the month."""
    world.one_spell, world.one_shop, world.credit, world.cut = False, True, False, world.rng.randrange(3, 27)
    first, middle = date(2024, 10, 1), date(2024, 11, world.cut)
    world.in_force = (first, middle) if world.chance(0.5) else (date(2024, 11, world.cut + 1), None)
    return [
        tier_component(world, ("slab", "at_or_above", "rate")),
        tier_component(world, ("marginal", "above", "rate")),
        to_date(world, world.pick(["year", "quarter"])),
    ]


def campaign(world: World) -> list[Part]:
    """A short campaign beside monthly pay."""
    world.one_spell, world.one_shop, world.credit, world.cut = False, True, False, world.rng.randrange(3, 27)
    days = (date(2024, 10, 1), date(2024, 11, world.cut))
    if world.chance(0.5):
        days = (date(2024, 11, 1), date(2024, 11, world.cut))
    part = tier_component(world, ("cumulative", "at_or_above", "amount")) | {"campaign": days}
    so_far = to_date(world, "quarter") | {"campaign": days}
    return [part, so_far, tier_component(world, ("slab", "above", "rate"))]


BOOKS: tuple[tuple[str, Callable[[World], list[Part]], list[str]], ...] = (
    ("lines", lines, ["2024-11"]),
    ("each order", orders, ["2024-11"]),
    ("version inside the month", version, ["2024-11"]),
    ("campaign", campaign, ["2024-10", "2024-11"]),
)


def lines_of(world: World, rows: list[Part]) -> list[Part]:
    """Order lines of the payees: a few an agent and month, sums and single orders often on an edge."""
    rng, found = world.rng, []
    for number, (month, agent) in enumerate(sorted({(r["month"], r["agent"]) for r in rows if r["agent"] is not None})):
        size, order = rng.choice([0, 1, 1, 2, 3, 5]), 0
        edge = Fraction(rng.choice(world.edges.get("sales", [1000])))
        rest = int(edge * 100)
        for line in range(size):
            order += rng.random() < 0.6
            amount = rest if line == size - 1 and rest > 0 else rng.randrange(0, 3_000_000)
            amount = amount if rng.random() < 0.9 else -rng.randrange(1, 90_000)
            rest -= amount
            discount = rng.choice(
                [0, 0, max(0, amount) // 9, max(0, amount) // 4, abs(amount), rng.randrange(0, 90_000)]
            )
            found.append(
                {
                    "month": month,
                    "agent": agent,
                    "order_id": f"o{number}-{order}",
                    "line": str(line),
                    "product": rng.choice(["P1", "P2", "P3", None]),
                    "category": rng.choice(["A", "A", "B", "C", "D"]),
                    "units": rng.choice([1, 1, 2, 10, 40]),
                    "amount": amount,
                    "discount": discount,
                    "cost": max(0, amount) // 2,
                }
            )
    return found
