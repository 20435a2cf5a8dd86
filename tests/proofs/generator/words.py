"""Random components that use groups, sums to date, powers, factors, budgets, no floor and scorecards beyond amounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.generator.features import AGENT, BALANCE, LEADER, PRESENT, bonus, rank, score
from tests.proofs.generator.tiers import SHAPES, table, tier_component, times
from tests.proofs.generator.world import COUNT, FACTOR, KINDS, MONEY, RATIO, World
from tests.proofs.generator.yamltext import Percent

Part = dict[str, Any]
MEASURES = ("sales", "volume", "calls", "conversion", "结余", "gross_profit", "quality", "sales", "net")
MONEYS = ("sales", "volume", "sales", "结余", "net")
READ = ("rate", "tiers", "table", "times", "when", "times table")


def within(world: World, *, moving: bool = False) -> str:
    """What makes a group; with `moving` people it is what stays with a person over months."""
    names = ["team", "team", "role"] + (["supervisor"] if world.supervised else [])
    if world.one_spell and not moving:
        names += ["shop", "shop"]
    name = world.pick(names)
    world.one_shop = world.one_shop or name == "shop"
    return name


def among(world: World) -> Any:
    """Who counts; sometimes by a measure that has no value for some."""
    if world.chance(0.2) and world.one_spell:
        return AGENT
    if world.chance(0.3):
        return (">", ("name", "conversion"), Percent(world.on("conversion", world.threshold("conversion"))))
    return (world.pick([">=", ">"]), ("name", "inquiries"), world.on("inquiries", world.rng.randrange(0, 400)))


def grouped(world: World, word: str, x: Any, **words: Any) -> Any:
    """A question about a group, a third of them of some of its people only."""
    words = {"within": words.pop("within", None) or within(world), **words}
    if world.chance(0.35):
        words["among"] = among(world)
    return (word, x, words)


def _table(world: World, holds: str, like: str, node: Any, pay: str | None = None) -> Part:
    """A table on an expression whose values are like those of a measure."""
    mode = world.pick(["slab", "slab", "interpolated"] + (["cumulative"] if holds == "amount" else []))
    bound = "" if mode == "interpolated" else world.pick(["at_or_above", "above"])
    return table(world, (mode, bound, holds), like, pay, node=node)


def _rated(world: World, like: str, node: Any) -> Part:
    pay = world.pick(MONEYS)
    return {"pay": ("name", pay), "rate": _table(world, "rate", like, node, pay)}


def mean(world: World, group: str | None = None) -> Part:
    """Pay by the distance to the group's mean."""
    x = world.pick(MEASURES)
    own, middle = ("name", x), grouped(world, "mean", ("name", x), within=group)
    money = world.pick(MONEYS)
    over = ("-", ("name", money), grouped(world, "mean", ("name", money), within=group))
    ratio = ("/", ("name", "sales"), grouped(world, "mean", ("name", "sales"), within=group))
    made: list[Callable[[], Part]] = [
        lambda: {"when": (world.pick([">", ">=", "<"]), own, middle), "amount": world.literal(MONEY)},
        lambda: {"pay": over, "rate": world.literal(RATIO)},
        lambda: _rated(world, "conversion", ratio),
        lambda: {"amount": _table(world, "amount", x, middle)},
        lambda: {"amount": _table(world, "amount", "结余", over)},
        lambda: tier_component(world, _shape(world)) | {"times": ("min", Percent(3, 2), ratio)},
        lambda: tier_component(world, _shape(world)) | {"times": _table(world, "factor", "conversion", ratio)},
    ]
    return world.pick(made)()


def total(world: World, group: str | None = None) -> Part:
    """Pay by the group's sum, or by the part of it that is one's own."""
    x = world.pick(["sales", "volume", "calls", "结余", "gross_profit"])
    whole = grouped(world, "sum", ("name", x), within=group)
    part = ("/", ("name", "sales"), grouped(world, "sum", ("name", "sales"), within=group))
    least = world.on(x, world.threshold(x))
    rate = world.literal(RATIO if KINDS[x] == MONEY else COUNT)
    made: list[Callable[[], Part]] = [
        lambda: {"amount": ("*", rate, whole)},
        lambda: _rated(world, "conversion", part),
        lambda: {"amount": _table(world, "amount", x, whole)},
        lambda: bonus(world) | {"when": (world.pick([">", ">="]), whole, least)},
        lambda: {"pay": ("name", "sales"), "rate": ("*", Percent(1, 10), part)},
    ]
    return world.pick(made)()


def to_date(world: World, over: str, as_pay: bool = True) -> Part:
    """Pay by what the year or quarter has brought so far."""
    x = world.pick(["sales", "profit", "volume", "calls", "结余", "conversion", "quality", "net"])
    so_far = ("to_date", ("name", x), {"over": over})
    aim = ("/", ("to_date", ("name", "sales"), {"over": over}), ("to_date", ("name", "target_sales"), {"over": over}))
    least = world.on(x, world.threshold(x))
    least = Percent(least) if KINDS[x] == RATIO else least
    made: list[Callable[[], Part]] = [
        lambda: _rated(world, x, so_far),
        lambda: {"amount": _table(world, "amount", x, so_far)},
        lambda: _rated(world, "conversion", aim),
        lambda: bonus(world) | {"when": (world.pick([">", ">="]), so_far, least)},
        lambda: tier_component(world, _shape(world)) | {"times": _table(world, "factor", x, so_far)},
    ]
    if as_pay:
        money = world.pick(["sales", "volume", "结余"])
        part: Part = {"pay": ("to_date", ("name", money), {"over": over}), "rate": world.literal(RATIO)}
        made.append(lambda: part)
    return world.pick(made)()


def power(world: World) -> Part:
    """Each of something multiplies: absences, calls, a conversion squared."""
    n = world.pick(
        [
            ("-", ("name", "scheduled_days"), ("name", "worked_days")),
            ("-", ("name", "scheduled_days"), ("name", "worked_days")),
            ("name", "calls"),
            ("/", ("name", "calls"), 2),
            ("/", ("name", "calls"), 40),
            world.rng.randrange(0, 4),
        ]
    )
    world.on("calls", world.pick([0, 1, 2, 80, 100, 101]))
    x = world.pick([Percent(1, 2), Percent(1, 2), Percent(11, 10), Fraction(9, 10), ("name", "conversion")])
    if world.chance(0.15):
        n, x = ("name", "calls"), Percent(101, 100)
        world.on("calls", 100)
        world.on("calls", 101)
    x = x if world.chance(0.9) else ("/", ("name", "inquiries"), ("name", "orders"))
    of = ("power", x, n)
    made: list[Callable[[], Part]] = [
        lambda: {"amount": ("*", Fraction(1000), of)},
        lambda: {"pay": ("name", world.pick(MONEYS)), "rate": ("*", world.literal(RATIO), of)},
        lambda: tier_component(world, _shape(world)) | {"times": of},
        lambda: {"when": (">=", of, Percent(1, 4)), "amount": world.literal(MONEY)},
    ]
    return world.pick(made)()


def _shape(world: World) -> tuple[str, str, str]:
    return world.pick(SHAPES)


def timed(world: World) -> Part:
    """Something multiplied."""
    if world.chance(0.2):
        return bonus(world) | {"times": times(world)}
    return tier_component(world, _shape(world)) | {"times": times(world)}


def two_ways(world: World) -> Part:
    """A table whose tiers hold tables."""
    shape = ("slab", world.pick(["at_or_above", "above"]), world.pick(["rate", "amount"]))
    return world.surely("in tiers", lambda: tier_component(world, shape))


def paying_back(world: World) -> Part:
    """A marginal table in which a tier pays what lies below it, too."""
    shape = ("marginal", world.pick(["at_or_above", "above", "each"]), "rate")
    return world.surely("retroactive", lambda: tier_component(world, shape))


def relative(world: World) -> Part:
    """A share of the target of what is paid on."""
    pay = world.pick(["sales", "sales", "calls", "conversion"])
    shape = world.pick([shape for shape in SHAPES if shape[2] == "rate"])
    if shape[0] == "marginal":
        pay = "calls" if shape[1] == "each" else "sales"
    return {"pay": ("name", pay), "rate": world.surely("relative", lambda: table(world, shape, None, pay))}


def unfloored(world: World) -> Part:
    """What may become negative."""
    line = world.on("calls", world.rng.randrange(1, 200))
    made: list[Callable[[], Part]] = [
        lambda: {"amount": ("*", ("-", ("name", "calls"), line), Fraction(world.rng.randrange(1, 900), 4))},
        lambda: {"pay": BALANCE, "rate": world.literal(RATIO)},
        lambda: {"pay": BALANCE, "rate": table(world, world.pick(SHAPES[:1] + SHAPES[9:]), "结余", "结余")},
        lambda: {"amount": -world.cents(1, 300)} | {"when": world.condition()},
        lambda: tier_component(world, ("slab", "above", "amount")),
    ]
    part = world.pick(made)()
    if world.chance(0.3):
        part["cap"] = world.cents(0, 2000)
    return part | {"floor": "none"}


def budget(world: World) -> Any:
    """So much for everybody: a sum, or a part of a pot that may be empty."""
    if world.chance(0.5):
        return Fraction(world.rng.randrange(1, 10 ** world.rng.randrange(3, 9)), 100)
    some = [Fraction(world.rng.randrange(0, 10 ** world.rng.randrange(4, 8)), 100) for _ in range(3)]
    days = (date(2023, 1, 1), date(2024, 3, 31), date(2024, 6, 1))
    world.parameters.setdefault(
        "pot", list(zip(days, [*some[:1], world.pick([some[1], Fraction(0)]), some[2]], strict=True))
    )
    pot = ("name", "pot")
    return world.pick(
        [pot, ("*", pot, Percent(world.rng.randrange(1, 3000), 10_000)), ("-", pot, world.cents(1, 2000))]
    )


def budgeted(world: World) -> Part:
    """A component that pays everybody together so much at most."""
    if world.chance(0.3):
        part = rank(world, world.pick(["split", "all", "none"]))
        part["budget"] = sum(part["amount"]) if world.chance(0.4) else budget(world)
        return part
    if world.chance(0.2):  # about as much is taken as given
        line, worth = world.rng.randrange(100, 200), Fraction(world.rng.randrange(1, 900), 4)
        amount = ("*", ("-", ("name", "calls"), world.on("calls", line)), worth)
        return {"amount": amount, "floor": "none", "budget": worth * world.rng.randrange(10, 3000)}
    made = world.pick(
        [tier_component(world, _shape(world)), bonus(world), mean(world), timed(world), *[unfloored(world)] * 2]
    )
    return made | {"budget": budget(world)}


def carded(world: World, reads: str) -> Part:
    """A scorecard that is read elsewhere than by an amount; sometimes a leader's, of the team's figures."""
    part = score(world, world.chance(0.4))
    amount, coefficient = part.pop("amount"), ("name", "coefficient")
    pay = world.pick(MONEYS)
    if reads == "rate":
        part |= {"pay": ("name", pay), "rate": ("*", world.literal(RATIO), coefficient)}
    elif reads == "tiers":
        data = table(world, ("slab", "at_or_above", "rate"), "conversion", pay, targets=False, inside=True)
        for tier in data["tiers"][::2]:
            tier["value"] = ("*", tier["value"], world.pick([coefficient, coefficient, ("/", ("name", "score"), 100)]))
        part |= {"pay": ("name", pay), "rate": data}
    elif reads == "times":
        part |= tier_component(world, _shape(world)) | {"times": coefficient}
    elif reads == "times table":
        tiers = [
            {"value": world.literal(FACTOR)},
            {"from": 60, "value": Percent(1)},
            {"from": 80, "value": Fraction(5, 4)},
        ]
        data = {
            "by": ("name", "score"),
            "mode": world.pick(["slab", "interpolated"]),
            "holds": "factor",
            "tiers": tiers,
        }
        if data["mode"] == "interpolated":
            tiers[0]["from"], data["below"] = 20, world.literal(FACTOR)
        part |= tier_component(world, _shape(world)) | {"times": data}
    elif reads == "when":
        sure = (">=", ("name", "volume"), 100)  # of nearly everybody, scored or not
        good: Any = world.pick([(">=", ("name", "score"), 60), ("==", ("name", "grade"), ("text", "A"))])
        part |= {
            "when": world.pick(
                [good, ("or", good, world.condition()), ("or", good, sure), ("and", good, world.condition())]
            )
        }
        part |= {"amount": world.cents(10, 900)}
    else:
        part["amount"] = amount
    if world.chance(0.2):
        part |= {"for": LEADER, "level": "team"}
    return part


def dressed(world: World, part: Part) -> Part:
    """The part for some people, of other people's rows, in parts, on a condition, multiplied, limited."""
    if "rank" not in part and "score" not in part:
        if "when" not in part and world.chance(0.2):
            part["when"] = world.condition()
        if "times" not in part and world.chance(0.12):
            part["times"] = times(world)
        if "each" not in part and world.chance(0.3):
            part |= world.pick(
                [
                    {"level": "team", "for": LEADER},
                    {"level": "team", "for": LEADER, "include_self": True},
                    {"level": "shop"},
                    {"level": "invitees"},
                    {"level": "shop", "of": AGENT},
                    {"each": "shop"},
                    {"each": "spell"},
                    {"each": "shop"},
                ]
            )
    if "for" not in part and world.chance(0.3):
        part["for"] = AGENT
    if "prorate" not in part and world.chance(0.1):
        part["prorate"] = PRESENT
    if "cap" not in part and world.chance(0.2):
        part["cap"] = max(part.get("floor", Fraction(0)) if part.get("floor") != "none" else 0, world.cents(0, 6000))
    if "budget" not in part and world.chance(0.1):
        part["budget"] = budget(world)
    if "floor" not in part and world.chance(0.1):
        part["floor"] = "none"
    return part


def pooled(world: World) -> Part:
    """A pool that is multiplied, of tables in tiers, to date, or without a floor."""
    made: list[Callable[[], Part]] = [
        lambda: timed(world),
        lambda: two_ways(world),
        lambda: paying_back(world),
        lambda: to_date(world, world.pick(["year", "quarter"])),
        lambda: power(world),
        lambda: unfloored(world),
        lambda: {"pay": ("-", BALANCE, ("name", "volume")), "rate": world.literal(RATIO), "floor": "none"},
    ]
    part = world.pick(made)() | {"for": AGENT, "level": world.pick(["shop"] if world.supervised else ["shop", "team"])}
    if world.chance(0.2):
        return part | {"undivided": True}
    part["share"] = {"by": world.pick(["equal", "sales", "结余"])}
    if world.chance(0.3):
        part["share"] |= {"cap": world.cents(10, 900)} | world.pick([{}, {"excess": "redistribute"}])
    return part


# As many as share no factor with 24 and 10, so that each stands beside every feature in time.
WORDS: tuple[tuple[str, Callable[[World], Part]], ...] = (
    ("times", timed),
    ("tables in tiers", two_ways),
    ("retroactive", paying_back),
    ("relative to what is paid on", relative),
    ("mean", mean),
    ("sum", total),
    ("to date of the year", lambda w: to_date(w, "year")),
    ("to date of the quarter", lambda w: to_date(w, "quarter")),
    ("power", power),
    ("no floor", unfloored),
    ("budget", budgeted),
    ("score in a rate", lambda w: carded(w, w.pick(["rate", "tiers"]))),
    ("score in times", lambda w: carded(w, w.pick(["times", "times table"]))),
    ("score in a condition", lambda w: carded(w, w.pick(["when", "when", "amount"]))),
    ("pool of new words", pooled),
    ("times again", timed),
    ("tables in tiers again", two_ways),
    ("mean again", mean),
    ("budget again", budgeted),
)


def word(world: World, index: int) -> tuple[str, Part]:
    """The `index`-th word and a part that holds it."""
    name, make = WORDS[index % len(WORDS)]
    part = make(world)
    part = part if "share" in part or "undivided" in part else dressed(world, part)
    return name.removesuffix(" again"), part


def spell(world: World) -> Part:
    """A part of several spells."""
    make = world.pick([timed, two_ways, paying_back, relative, mean, total, power, unfloored])
    return make(world) | {"each": "spell"} | ({"budget": budget(world)} if world.chance(0.2) else {})
