"""Random schemes over several months whose parts use the words of groups, sums to date and budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.proofs.generator.features import AGENT, bonus, plain, rank
from tests.proofs.generator.histories import BYS, HALF
from tests.proofs.generator.tiers import SHAPES, tier_component
from tests.proofs.generator.words import (
    among,
    budget,
    dressed,
    grouped,
    mean,
    paying_back,
    power,
    relative,
    timed,
    to_date,
    total,
    two_ways,
    unfloored,
    within,
)
from tests.proofs.generator.world import MONEY, World

Part = dict[str, Any]
ACROSS = [f"2023-{m:02d}" for m in (10, 11, 12)] + [f"2024-{m:02d}" for m in range(1, 6)]


def groups(world: World) -> list[Part]:
    """Means and sums of months and quarters, paid then or to date."""
    stays = within(world, moving=True)
    parts = [mean(world, stays), total(world, stays), mean(world), total(world)]
    parts[0] |= {"period": "quarter"}
    parts[1] |= {"period": "quarter", "accumulate": True}
    return [*parts[:2], *(dressed(world, part) for part in parts[2:])]


def so_far(world: World) -> list[Part]:
    """Sums of the year and the quarter to date, across a new year, of rows of every level."""
    parts = [dressed(world, to_date(world, over)) for over in ("year", "quarter", "year")]
    if world.chance(0.5):
        parts[2] = to_date(world, "year") | {"period": "quarter"} | world.pick([{}, {"accumulate": True}])
    pool = to_date(world, world.pick(["year", "quarter"])) | {"for": AGENT, "level": "shop"}
    return [*parts, pool | world.pick([{"share": {"by": "equal"}}, {"share": {"by": "sales"}}, {"undivided": True}])]


def records(world: World) -> list[Part]:
    """The best of earlier months, of some people only."""
    parts = []
    for over in ("last_month", ("last", 2), "all"):
        where = world.pick([None, "shop", "team"])
        world.one_shop = world.one_shop or where == "shop"
        by = world.pick(BYS)
        order = "lowest" if by == "reply_seconds" else None
        compare = "<" if order else ">"
        words = {"over": over, "within": where, "order": order, "among": among(world)}
        best = ("record", ("name", by), words)
        part: Part = {"when": (world.pick([compare, f"{compare}="]), ("name", by), best)}
        part |= {"amount": world.literal(MONEY)}
        parts.append(part | ({"for": AGENT} if world.chance(0.5) else {}))
    return parts


def bests(world: World) -> list[Part]:
    """The best of this month, of some people only; some are better than it."""
    parts = []
    for by in ("sales", "conversion", "calls"):
        best = grouped(world, "best", ("name", by))
        best[2].setdefault("among", among(world))
        parts.append({"when": (world.pick([">", ">=", "<"]), ("name", by), best), "amount": world.literal(MONEY)})
    share = ("/", ("name", "sales"), ("*", 100, grouped(world, "best", ("name", "sales"))))
    return [*parts, {"pay": ("name", "sales"), "rate": share}]


def streak(world: World) -> list[Part]:
    """Months running in which a component whose budget may be empty paid something; it multiplies, too."""
    first = bonus(world) | {"for": AGENT, "budget": budget(world)}
    second: Part = {"when": (">=", ("streak", "part0"), world.rng.randrange(1, 4)), "amount": world.literal(MONEY)}
    tiers = [{"value": world.literal("factor")}, {"from": 1, "value": 1}, {"from": 2, "value": world.literal("factor")}]
    by = {"by": ("streak", "part0"), "mode": "slab", "holds": "factor", "tiers": tiers}
    return [first, second, plain(world) | {"times": by}]


def scheme_period(world: World) -> list[Part]:
    """Parts that leave the period to the scheme, which pays by the quarter."""
    world.period = "quarter"
    made = [timed, two_ways, paying_back, relative, power, unfloored, lambda w: rank(w, "split")]
    parts = [make(world) for make in world.rng.sample(made, 3)]
    parts[0]["budget"] = budget(world)
    return [*parts, tier_component(world, world.pick(SHAPES)) | {"period": "month"}]


def added_up(world: World) -> list[Part]:
    """Paid to date: multiplied, by tables in tiers, retroactive, without a floor."""
    made = world.rng.sample([timed, two_ways, paying_back, relative, power, unfloored], 3)
    parts = [make(world) | {"period": world.pick(["quarter", "year"]), "accumulate": True} for make in made]
    return [*parts, plain(world) | {"budget": budget(world)}]


LATER: tuple[tuple[str, Callable[[World], list[Part]], list[str]], ...] = (
    ("groups over months", groups, HALF),
    ("to date", so_far, ACROSS),
    ("record among", records, HALF),
    ("best among", bests, HALF[:3]),
    ("streak within a budget", streak, HALF),
    ("period of the scheme", scheme_period, HALF),
    ("new words accumulated", added_up, HALF),
)
