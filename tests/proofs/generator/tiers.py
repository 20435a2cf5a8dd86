"""Random tier tables of every mode and bound."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.world import BYS, COUNT, FACTOR, KINDS, MONEY, RATIO, World
from tests.proofs.generator.yamltext import Percent

# (mode, bound, what the table holds); the proof needs each mode x bound in at least 500 schemes.
SHAPES: tuple[tuple[str, str, str], ...] = (
    ("slab", "at_or_above", "rate"),
    ("slab", "above", "amount"),
    ("marginal", "at_or_above", "rate"),
    ("marginal", "above", "rate"),
    ("marginal", "each", "rate"),
    ("cumulative", "at_or_above", "amount"),
    ("cumulative", "above", "amount"),
    ("interpolated", "", "amount"),
    ("slab", "at_or_above", "amount"),
    ("slab", "above", "rate"),
    ("interpolated", "", "rate"),
)


def tier_component(world: World, shape: tuple[str, str, str]) -> dict[str, Any]:
    """`pay` and `rate`, or `amount`, with a table of the wanted shape."""
    mode, bound, holds = shape
    if mode == "marginal":
        pay = world.pick(["calls", "inquiries", "units"] if bound == "each" else ["sales", "volume", "结余", "net"])
        return {"pay": ("name", pay), "rate": table(world, shape, pay, pay)}
    by = world.pick(BYS)
    if holds == "amount":
        return {"amount": table(world, shape, by, None)}
    pay = world.pick(["sales", "volume", "结余", "profit", "calls", "conversion", "sales", "net"])
    if pay in BYS and world.chance(0.25):
        return {"pay": ("name", pay), "rate": table(world, shape, None, pay)}
    return {"pay": ("name", pay), "rate": table(world, shape, by, pay)}


def table(
    world: World,
    shape: tuple[str, str, str],
    by: str | None,
    pay: str | None,
    targets: bool = True,
    node: Any = None,
    inside: bool = False,
) -> dict[str, Any]:
    """A table on `by` (None: on `pay`, by default) whose rates are of `pay`.

    With `node` it is on that expression, whose values are like those of `by`; `inside` a tier it has its own `by`.
    """
    mode, bound, holds = shape
    measure = by or pay or ""
    data: dict[str, Any] = {"mode": mode, "holds": holds}
    if node is not None:
        data["by"], targets = node, False
    elif by is not None and (inside or world.chance(0.4 if by == pay else 1)):
        data["by"] = ("name", by)
    if bound == "above" or (bound == "at_or_above" and world.chance(0.3)):
        data["bound"] = bound
    if bound == "each":
        data["each_unit"] = True
    relative = targets and measure in ("sales", "conversion", "calls") and world.chance(world.likely["relative"])
    starts = _starts(world, measure, relative)
    if node is not None and KINDS[measure] == RATIO:
        starts = sorted({*starts, Percent(1), *(Percent(3 * start) for start in starts[1::2])})
    worth = FACTOR if holds == "factor" else MONEY if holds == "amount" else COUNT
    if holds == "rate" and KINDS[pay or ""] == MONEY:
        worth = RATIO
    values = _values(world, len(starts), worth, holds)
    data["tiers"] = [{"from": start, "value": value} for start, value in zip(starts, values, strict=True)]
    if relative:
        data["relative"] = True
        world.used.add(f"target_{measure}")
    if measure == "quality":
        data["as_reported"] = True
    _first_tier(world, data, mode, worth)
    if mode in ("slab", "cumulative") and world.chance(0.15):
        world.pick(data["tiers"])["bound"] = world.pick(["above", "at_or_above"])
    if mode == "slab" and holds != "factor" and not inside and world.chance(world.likely["in tiers"]):
        _put_tables_in(world, data, holds, pay, targets)
    if mode == "marginal" and world.chance(world.likely["retroactive"]):
        _pay_back(world, data)
    return data


def _put_tables_in(world: World, data: dict[str, Any], holds: str, pay: str | None, targets: bool) -> None:
    """Let some tiers hold a table of their own, on another measure."""
    modes = ["slab", "slab", "interpolated"] + (["cumulative"] if holds == "amount" else [])
    bys = BYS if targets else ("sales", "units", "conversion")
    for tier in world.rng.sample(data["tiers"], world.rng.randrange(1, len(data["tiers"]) + 1)):
        mode = world.pick(modes)
        bound = "" if mode == "interpolated" else world.pick(["at_or_above", "above"])
        tier["value"] = table(world, (mode, bound, holds), world.pick(bys), pay, targets, inside=True)


def _pay_back(world: World, data: dict[str, Any]) -> None:
    """Let one or two tiers of a marginal table pay what lies below them, too."""
    able = [tier for tier in data["tiers"] if "from" in tier]
    for tier in world.rng.sample(able, min(len(able), world.pick([1, 1, 1, 2]))):
        tier["retroactive"] = True
        if not data.get("each_unit") and world.chance(0.5):
            tier["bound"] = world.pick(["above", "at_or_above"])


def times(world: World, bys: tuple[str, ...] = BYS, targets: bool = True) -> Any:
    """What a value is multiplied by: an expression, or a table of factors."""
    if world.chance(0.5):
        mode = world.pick(["slab", "slab", "interpolated"])
        bound = "" if mode == "interpolated" else world.pick(["at_or_above", "above"])
        return table(world, (mode, bound, "factor"), world.pick(bys), None, targets)
    world.parameters.setdefault("uplift", [(date(2023, 1, 1), Percent(6, 5)), (date(2024, 3, 31), Percent(9, 10))])
    absent = ("-", ("name", "scheduled_days"), ("name", "worked_days"))
    return world.pick(
        [
            ("/", ("name", "worked_days"), ("name", "scheduled_days")),
            ("power", Percent(1, 2), absent),
            ("power", ("name", "conversion"), 2),
            ("+", Percent(1), ("name", "conversion")),
            ("name", "uplift"),
            ("name", "quality"),
            world.literal(FACTOR),
        ]
    )


def _first_tier(world: World, data: dict[str, Any], mode: str, worth: str) -> None:
    """Leave out the first `from`, or say what is paid below it."""
    open_ended = mode != "interpolated" and world.chance(0.5)
    if open_ended:
        del data["tiers"][0]["from"]
    if mode != "marginal" and (not open_ended or world.chance(0.1)):
        data["below"] = world.literal(worth) if world.chance(0.4) else (Percent(0) if worth == RATIO else Fraction(0))
    if len(data["tiers"]) > 2 and world.chance(0.1):
        data["write_to"] = True


def _starts(world: World, measure: str, relative: bool) -> list[Any]:
    size = world.rng.randrange(2, 7)
    if relative:
        found = {Percent(world.rng.randrange(20, 320), 200) for _ in range(size)}
        world.relative.setdefault(measure, []).extend(Fraction(edge) for edge in found)
        return sorted(found)
    found = {world.threshold(measure) for _ in range(size)}
    if measure in world.edges and world.chance(0.3):
        shared = world.pick(world.edges[measure])
        found.add(Percent(shared) if KINDS[measure] == RATIO else shared)
    if world.chance(0.2):
        found.add(Percent(0) if KINDS[measure] == RATIO else Fraction(0))
    return [world.on(measure, edge) for edge in sorted(found)]


def _values(world: World, size: int, worth: str, holds: str) -> list[Any]:
    values = [world.literal(worth) for _ in range(size)]
    if world.chance(0.7):
        values.sort()
    if holds == "amount" and world.chance(0.15):
        return [-value if world.chance(0.3) else value for value in values]
    if worth == RATIO and world.chance(0.1):
        return [Percent(-value) if world.chance(0.2) else value for value in values]
    if holds == "amount" and world.chance(0.15):
        world.parameters.setdefault("bonus", Fraction(800))
        return [("*", ("name", "bonus"), Percent(10 + 20 * i, 100)) for i in range(size)]
    return values


def points_table(world: World, measure: str) -> dict[str, Any]:
    """A scorecard item."""
    mode = world.pick(["slab", "slab", "interpolated"])
    starts = _starts(world, measure, False)
    tiers = [{"from": start, "value": 10 * world.rng.randrange(0, 13)} for start in starts]
    data: dict[str, Any] = {"by": ("name", measure), "mode": mode, "holds": "points", "tiers": tiers}
    if measure == "quality":
        data["as_reported"] = True
    if mode == "interpolated" or world.chance(0.5):
        data["below"] = world.rng.randrange(0, 60)
    else:
        del tiers[0]["from"]
    if mode != "interpolated" and world.chance(0.3):
        data["bound"] = "above"
    return data
