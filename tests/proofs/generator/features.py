"""Random components beyond a plain table: places, pools, scorecards, groups, parts, shares, history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.tiers import points_table, table, tier_component
from tests.proofs.generator.world import KINDS, MONEY, RATIO, World
from tests.proofs.generator.yamltext import Percent

Part = dict[str, Any]
AGENT = ("==", ("name", "role"), ("text", "agent"))
BALANCE = ("name", "结余")
PRESENT = ("/", ("name", "worked_days"), ("name", "scheduled_days"))
LEADER = ("==", ("name", "role"), ("text", "supervisor"))
RANKED = ("conversion", "sales", "reply_seconds", "reply_seconds", "calls", "gross_profit")


def rank(world: World, ties: str) -> Part:
    by = world.pick(RANKED)
    words: dict[str, Any] = {
        "by": ("name", by),
        "order": "lowest" if by == "reply_seconds" else world.pick(["highest", "highest", "lowest"]),
        "ties": ties,
    }
    if world.chance(0.5):
        words["within"] = "shop"
    if world.chance(0.5):
        least = world.on("inquiries", world.rng.randrange(0, 200))
        words["among"] = (world.pick([">=", ">"]), ("name", "inquiries"), least)
    prizes = sorted((world.literal(MONEY) for _ in range(world.rng.randrange(1, 6))), reverse=True)
    part: Part = {"for": AGENT, "rank": words, "amount": prizes}
    if "within" not in words and world.chance(0.4):
        part["when"] = world.condition()
    if world.chance(0.2):
        part["prorate"] = PRESENT
    if by == "sales" and world.chance(0.5):
        words["by"] = ("/", ("name", by), ("name", "target_sales"))
        part |= {"prorate": PRESENT, "prorate_of": "target"}
        world.used.add("prorate")
    return part | _cap(world, 0.2)


def pool(world: World, kind: str) -> Part:
    """A shop's or team's pool: equal, by a measure, capped, redistributed or undivided."""
    shape = world.pick(
        [("slab", "at_or_above", "rate"), ("marginal", "above", "rate"), ("cumulative", "above", "amount")]
    )
    part: Part = {"for": AGENT, "level": world.pick(["shop"] if world.supervised else ["shop", "team"])}
    part |= tier_component(world, shape)
    if world.chance(0.3):
        part["cap"] = world.cents(100, 20_000)
    if world.chance(0.2):
        part["prorate"] = PRESENT
    if world.chance(0.2):
        part["when"] = world.condition()
    if kind == "undivided":
        return part | {"undivided": True}
    by = "equal" if kind == "equal" else world.pick(["sales", "inquiries", "结余"])
    part["share"] = {"by": by}
    if world.chance(0.15):
        part["floor"] = "none"
    if kind in ("withhold", "redistribute"):
        part["share"]["cap"] = world.cents(10, 900)
        if kind == "redistribute" or world.chance(0.5):
            part["share"]["excess"] = kind
    return part


def score(world: World, forced: bool) -> Part:
    """A weighted scorecard whose coefficient multiplies an amount."""
    weights = world.pick([[100], [40, 60], [30, 30, 40], [25, 25, 50]])
    measures = world.rng.sample(["conversion", "sales", "calls", "quality", "结余"], len(weights))
    grades = [
        (world.pick([None, None, None, Fraction(0)]), "C", Fraction(8, 10)),
        (Fraction(world.rng.randrange(30, 70)), "B", Fraction(1)),
        (Fraction(world.rng.randrange(70, 100)), "A", Fraction(12, 10)),
    ]
    data: dict[str, Any] = {
        "items": [(w, points_table(world, m)) for w, m in zip(weights, measures, strict=True)],
        "grades": grades,
    }
    if forced:
        first = world.rng.randrange(5, 40)
        second = world.rng.randrange(5, 50)
        parts = [("A", first), ("B", second), ("C", 100 - first - second)]
        data["forced"] = [(grade, Percent(share, 100)) for grade, share in parts]
    steps = [{"value": world.cents(0, 90)}, {"from": 60, "value": world.cents(100, 900)}, {"from": 85, "value": 1000}]
    amount = world.pick(
        [
            ("*", world.literal(MONEY), ("name", "coefficient")),
            ("*", 10, ("name", "score")),
            {"by": ("name", "score"), "mode": "slab", "holds": "amount", "tiers": steps},
        ]
    )
    return {"for": AGENT, "score": data, "amount": amount}


def group(world: World, level: str) -> Part:
    """A payee paid on other people's rows."""
    shape = world.pick([("slab", "at_or_above", "rate"), ("slab", "above", "amount"), ("interpolated", "", "amount")])
    part: Part = {"for": AGENT if level == "invitees" else LEADER, "level": level}
    part |= tier_component(world, shape)
    if level == "team" and world.chance(0.3):
        part["include_self"] = True
    if world.chance(0.3):
        part["of"] = AGENT
    inner = part.get("rate", part.get("amount"))
    if isinstance(inner, dict) and "by" in inner and not inner.get("relative") and world.chance(0.4):
        inner["aggregate"] = "mean"
    return part


def untraceable(world: World) -> Part:
    """A team fund on what nobody brought."""
    world.credit = True
    part: Part = {"level": "shop", "of": ("==", ("name", "credit"), ("text", "untraceable"))}
    part["pay"] = ("name", "sales")
    part["rate"] = table(world, ("slab", "at_or_above", "rate"), "sales", "sales")
    return part | {"undivided": True}


def each(world: World, word: str) -> Part:
    shape = world.pick(
        [("slab", "above", "rate"), ("cumulative", "at_or_above", "amount"), ("marginal", "above", "rate")]
    )
    part = {"each": word} | tier_component(world, shape)
    if world.chance(0.4):
        part["when"] = world.condition()
    return part


def prorated(world: World) -> Part:
    part = tier_component(world, world.pick([("slab", "at_or_above", "amount"), ("interpolated", "", "rate")]))
    part["prorate"] = PRESENT
    world.used.add("prorate")
    return part


def prorated_target(world: World) -> Part:
    part = prorated(world)
    least = world.on("inquiries", world.rng.randrange(1, 300))
    part["when"] = (world.pick([">=", ">"]), ("name", "inquiries"), least)
    if world.chance(0.4):
        shape = ("slab", "at_or_above", "factor")
        part["times"] = world.surely("relative", lambda: table(world, shape, world.pick(["sales", "calls"]), None))
    return part | {"prorate_of": "target"}


def capacity(world: World) -> Part:
    part = tier_component(world, world.pick([("slab", "above", "rate"), ("marginal", "each", "rate")]))
    a_day = world.rng.randrange(1, 60)
    world.used.add("capacity")
    world.on("a_day", a_day)
    words = {"of": ("name", "receptions"), "per_day": a_day, "days": ("name", "worked_days")}
    return part | {"capacity": words | ({"pay": True} if world.chance(0.75) else {})}


def floating(world: World) -> Part:
    """A base that floats both ways around a balance point, with a negative floor."""
    line = world.on("calls", world.rng.randrange(1, 200))
    part: Part = {"amount": ("*", ("-", ("name", "calls"), line), Fraction(world.rng.randrange(1, 900), 4))}
    if world.chance(0.5):
        part["amount"] = ("max", ("*", BALANCE, world.literal(RATIO)), ("*", ("name", "base_pay"), Percent(-1, 5)))
    return part | {"floor": -world.cents(0, 5000)} | _cap(world, 0.5)


def excess(world: World) -> Part:
    """Half of what is above the payee's own line."""
    line = world.on("sales", world.threshold("sales"))
    return {"pay": ("-", ("name", "sales"), line), "rate": Percent(world.rng.randrange(1, 100), 100)} | _cap(world, 0.4)


def bonus(world: World) -> Part:
    part: Part = {"when": world.condition(), "amount": world.literal(MONEY)}
    if world.chance(0.2):
        part["amount"] = ("*", ("name", "base_pay"), world.literal(RATIO))
    if world.chance(0.3):
        return part | {"floor": world.cents(0, 300)}
    return part | _cap(world, 0.3)


def plain(world: World) -> Part:
    pay = world.pick(["sales", "profit", "net", "结余", "calls", "quality"])
    rate = world.literal(RATIO if KINDS[pay] == MONEY else "count")
    if world.chance(0.3) and KINDS[pay] == MONEY:
        world.parameters.setdefault("share_of", Percent(world.rng.randrange(1, 300), 1000))
        rate = ("name", "share_of")
    return {"pay": ("name", pay), "rate": rate} | _cap(world, 0.3)


def keyed(world: World) -> Part:
    """Edges from a table of the shop's own baseline."""
    # The fifth shop has no row: no value there.
    by_shop = {
        (f"S{i}",): [
            (date(2023, 6, 1), Percent(world.rng.randrange(40, 80), 200)),
            (date(2024, 11, 30), Percent(world.rng.randrange(40, 80), 200)),
        ]
        for i in range(1, 5)
    }
    world.one_shop = True
    world.files["base"] = {"key": ("shop",), "table": by_shop}
    for rows in by_shop.values():
        for offset in (0, Fraction(1, 200), Fraction(1, 20)):
            world.on("conversion", rows[1][1] + offset)
    tiers = [{"value": Percent(1, 100)}, {"from": ("name", "base"), "value": Percent(3, 200)}]
    for percent, rate in ((Percent(1, 200), Percent(3, 100)), (Percent(1, 20), Percent(7, 200))):
        tiers.append({"from": ("+", ("name", "base"), percent), "value": rate})
    data = {"by": ("name", "conversion"), "mode": "slab", "holds": "rate", "tiers": tiers}
    return {"pay": ("name", "sales"), "rate": data}


def _cap(world: World, p: float) -> Part:
    if not world.chance(p):
        return {}
    if world.chance(0.3):
        world.parameters.setdefault("top", [(date(2023, 1, 1), world.cents(300, 8000))])
        return {"cap": ("name", "top")}
    return {"cap": world.cents(300, 8000)}


FEATURES: tuple[tuple[str, Callable[[World], Part]], ...] = (
    ("rank split", lambda w: rank(w, "split")),
    ("rank all", lambda w: rank(w, "all")),
    ("rank none", lambda w: rank(w, "none")),
    ("share equal", lambda w: pool(w, "equal")),
    ("share by measure", lambda w: pool(w, "measure")),
    ("share capped, withheld", lambda w: pool(w, "withhold")),
    ("share capped, redistributed", lambda w: pool(w, "redistribute")),
    ("undivided fund", lambda w: pool(w, "undivided")),
    ("untraceable fund", untraceable),
    ("score bands", lambda w: score(w, False)),
    ("score forced", lambda w: score(w, True)),
    ("level team", lambda w: group(w, "team")),
    ("level shop", lambda w: group(w, "shop")),
    ("level invitees", lambda w: group(w, "invitees")),
    ("each shop", lambda w: each(w, "shop")),
    ("each spell", lambda w: each(w, "spell")),
    ("prorate", prorated),
    ("prorate of target", prorated_target),
    ("capacity", capacity),
    ("floating base", floating),
    ("excess", excess),
    ("bonus", bonus),
    ("rate", plain),
    ("keyed parameter", keyed),
)
