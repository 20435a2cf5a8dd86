"""Random schemes that look back or pay over several months."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.proofs.generator.features import AGENT, bonus, plain, rank
from tests.proofs.generator.tiers import SHAPES, tier_component, times
from tests.proofs.generator.words import budget
from tests.proofs.generator.world import MONEY, World

Part = dict[str, Any]
HALF = [f"2024-{m:02d}" for m in range(1, 8)]
YEAR = [f"2024-{m:02d}" for m in range(1, 13)]
BYS = ("conversion", "sales", "calls", "reply_seconds")


def record(world: World, over: Any) -> list[Part]:
    """Cash for whoever beats the best so far; the own record, and the shop's."""
    parts = []
    for within in (None, "shop"):
        world.one_shop = world.one_shop or within is not None
        by = world.pick(BYS)
        order = "lowest" if by == "reply_seconds" else None
        compare = "<" if order else ">"
        best = ("record", ("name", by), {"over": over, "within": within, "order": order})
        part: Part = {
            "when": (world.pick([compare, f"{compare}="]), ("name", by), best),
            "amount": world.literal(MONEY),
        }
        parts.append(part | ({"for": AGENT} if world.chance(0.5) else {}))
    return [*parts, tier_component(world, world.pick(SHAPES))]


def best(world: World) -> list[Part]:
    """Cash for being the shop's best of this month, and pay by the distance to it."""
    world.one_shop = True
    by = world.pick(["conversion", "sales", "calls"])
    top = ("best", ("name", by), {"within": "shop"})
    first: Part = {"for": AGENT, "when": (">=", ("name", by), top), "amount": world.literal(MONEY)}
    return [first, {"pay": ("name", "sales"), "rate": ("/", ("name", "sales"), ("*", 100, _best("sales")))}]


def _best(name: str) -> Any:
    return ("best", ("name", name), {"within": "shop"})


def streak(world: World) -> list[Part]:
    """A bonus, and another one for earning it k months running."""
    first = bonus(world) | {"for": AGENT}
    first.pop("floor", None)
    k = world.rng.randrange(2, 4)
    second: Part = {"when": (">=", ("streak", "part0"), k), "amount": world.literal(MONEY)}
    return [first, second, rank(world, "split")]


def long(world: World, period: str) -> list[Part]:
    parts = [tier_component(world, world.pick(SHAPES)) | {"period": period} for _ in range(2)]
    if world.chance(0.5):
        parts[1] |= {"times": times(world), "budget": budget(world)}
    return [*parts, plain(world), rank(world, "all") | {"period": period}]


def accumulated(world: World, period: str) -> list[Part]:
    parts = [tier_component(world, world.pick(SHAPES)) | {"period": period, "accumulate": True} for _ in range(2)]
    if world.chance(0.5):
        parts[0]["cap"] = world.cents(500, 9000)
    if world.chance(0.5):
        parts[1] |= {"times": times(world), "floor": "none"}
    return [*parts, plain(world)]


HISTORIES: tuple[tuple[str, Callable[[World], list[Part]], list[str]], ...] = (
    ("record of last month", lambda w: record(w, "last_month"), HALF),
    ("record of last months", lambda w: record(w, ("last", 2)), HALF),
    ("record of all history", lambda w: record(w, "all"), HALF),
    ("best", best, HALF[:3]),
    ("streak", streak, HALF),
    ("quarter", lambda w: long(w, "quarter"), HALF),
    ("year", lambda w: long(w, "year"), YEAR),
    ("accumulated quarter", lambda w: accumulated(w, "quarter"), HALF),
    ("accumulated year", lambda w: accumulated(w, "year"), YEAR),
)
