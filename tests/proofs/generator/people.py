"""Random measures for a random scheme: rosters, spells and cells, many of them exactly on an edge."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.proofs.generator.schemes import Case
from tests.proofs.generator.world import World

Row = dict[str, Any]
HOSTILE = ("NA", "null", "007", "=cmd|'/c calc'!A1", "<img src=x onerror=alert(1)>", "李雷", "nan", "True", "1e3")
CHANNELS = ("web", "app", "直播")
ON_EDGE = 0.65
SPLIT = ("inquiries", "buyers", "orders", "units", "receptions", "sales", "refunds", "gross_profit", "calls", "volume")
SPLIT += ("结余", "worked_days", "scheduled_days", "discount", "cost")
AVERAGES = ("reply_seconds", "quality")
TARGETS = ("target_sales", "target_conversion", "target_calls")
SURE = ("worked_days", "scheduled_days")


def rows_of(case: Case, n_agents: int) -> list[Row]:
    """Every row of the case's measures file, shuffled."""
    world = case.world
    staff = _staff(world, n_agents)
    rows: list[Row] = []
    spells = not world.one_spell
    for month in case.months:
        for person in staff:
            if len(case.months) > 1 and world.chance(0.08):
                continue
            if len(case.months) > 1 and world.chance(0.04):
                person["shop"] = world.pick(person["shops"])
            rows += _month(world, person, month, spells)
        if world.credit:
            rows += _nobody(world, month, sorted({p["shop"] for p in staff}))
    world.rng.shuffle(rows)
    if not world.supervised:
        for row in rows:
            del row["supervisor"]
    return rows


def _staff(world: World, n_agents: int) -> list[Row]:
    rng = world.rng
    shops = [f"S{i}" for i in range(1, rng.randrange(2, 6))]
    n_teams = rng.randrange(2, 9)
    leaders = [f"L{i}" for i in range(n_teams)]
    staff: list[Row] = []
    for i in range(n_agents):
        agent = HOSTILE[i] if i < len(HOSTILE) else f"a{i:04d}"
        team = rng.randrange(n_teams)
        leads = i >= len(HOSTILE) and i < len(HOSTILE) + n_teams
        if leads:
            team = i - len(HOSTILE)
            agent = leaders[team]
        staff.append(
            {
                "agent": agent,
                "role": "supervisor" if leads else "agent" if rng.random() < 0.93 else rng.choice(["trainee", None]),
                "team": f"T{team}",
                "shop": rng.choice(shops),
                "supervisor": None if leads or rng.random() < 0.05 else leaders[team],
                "inviter": staff[rng.randrange(len(staff))]["agent"] if staff and rng.random() < 0.3 else None,
                "base_pay": rng.randrange(2000, 9000) * 100,
                "shops": shops,
            }
        )
    return staff


def _month(world: World, person: Row, month: str, spells: bool) -> list[Row]:
    rng = world.rng
    cells: list[Row] = []
    known = {k: v for k, v in person.items() if k != "shops"} | {"month": month}
    if spells:
        cells = _spells(world, known, person["shops"])
    else:
        pairs = {(person["shop"], rng.choice(CHANNELS))}
        while rng.random() < 0.3 and len(pairs) < 3:
            pairs.add((person["shop"] if world.one_shop else rng.choice(person["shops"]), rng.choice(CHANNELS)))
        cells = [known | {"shop": shop, "channel": channel} for shop, channel in sorted(pairs)]
    if world.credit:
        for cell in cells:
            cell["credit"] = None
    totals = _totals(world)
    _spread(world, cells, totals)
    return cells


def _spells(world: World, known: Row, shops: list[str]) -> list[Row]:
    """One to three spells of a month, each with its days, some in two channels."""
    rng = world.rng
    first = date(int(known["month"][:4]), int(known["month"][5:]), 1)
    if world.cut:
        return _halves(world, known, first)
    cuts = sorted(rng.sample(range(2, 28), rng.randrange(0, 3)))
    starts = [first, *(first + timedelta(days=cut) for cut in cuts)]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), first + timedelta(days=29)]
    cells, seen = [], set()
    for start, end in zip(starts, ends, strict=True):
        spell = known | {"from": start, "to": end, "shop": rng.choice(shops)}
        if rng.random() < 0.4:
            spell["base_pay"] = rng.randrange(20, 30) * 10_000
        if rng.random() < 0.3:
            spell["role"] = rng.choice(["agent", "supervisor"])
        if rng.random() < 0.2:
            spell["team"], spell["supervisor"] = "T0", "L0"
        for channel in rng.sample(CHANNELS, rng.choice([1, 1, 2])):
            key = (*(spell[k] for k in ("role", "team", "shop", "supervisor", "base_pay")), channel)
            if key not in seen:
                seen.add(key)
                cells.append(spell | {"channel": channel})
    return cells


def _halves(world: World, known: Row, first: date) -> list[Row]:
    """Rows on either side of a day, for versions and campaigns that begin or end inside the month."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    middle = first + timedelta(days=world.cut - 1)
    halves = [("web", first, middle), ("app", middle + timedelta(days=1), last)]
    kept = world.rng.choice([halves, halves, halves[:1], halves[1:]])
    return [known | {"channel": channel, "from": start, "to": end} for channel, start, end in kept]


def _edge(world: World, measure: str) -> Fraction | None:
    edges = world.edges.get(measure)
    return world.rng.choice(edges) if edges and world.rng.random() < ON_EDGE else None


def some_money(world: World, measure: str, high: int, low: int = 0) -> int:
    """Minor units: on an edge, a cent beside one, or anywhere."""
    rng = world.rng
    edge = _edge(world, measure)
    if edge is not None:
        return int(edge * 100) + (rng.choice([-1, 1]) if rng.random() < 0.06 and edge > 0 else 0)
    if rng.random() < 0.004:
        return rng.randrange(10**15)
    value = rng.randrange(low, high)
    return value - value % rng.choice([1, 1, 100, 10_000])


def some_count(world: World, measure: str, high: int) -> int:
    edge = _edge(world, measure)
    if edge is not None:
        return max(0, int(edge) + (world.rng.choice([-1, 1]) if world.rng.random() < 0.08 else 0))
    return world.rng.randrange(0, high)


def _totals(world: World) -> Row:
    rng = world.rng
    inquiries, buyers, target = _conversion(world)
    scheduled = 0 if rng.random() < 0.02 and "sure days" not in world.used else rng.randrange(18, 27)
    worked = rng.choice([scheduled, scheduled, rng.randrange(0, 28)])
    a_day = _edge(world, "a_day")
    totals: Row = {
        "inquiries": inquiries,
        "buyers": buyers,
        "target_conversion": target,
        "orders": rng.randrange(0, 400),
        "units": some_count(world, "units", 250),
        "receptions": int(a_day) * worked if a_day is not None else rng.randrange(0, 900),
        "sales": some_money(world, "sales", 12_000_000),
        "refunds": rng.randrange(0, 900_000),
        "gross_profit": some_money(world, "gross_profit", 3_000_000, -1_000_000),
        "volume": some_money(world, "volume", 12_000_000),
        "结余": some_money(world, "结余", 10_000_000, -3_000_000),
        "calls": some_count(world, "calls", 320),
        "worked_days": worked,
        "scheduled_days": scheduled,
        "discount": rng.randrange(0, 900_000),
        "cost": rng.randrange(0, 100_000),
        "reply_seconds": rng.choice([Decimal(rng.randrange(40, 1200)) / 10, Decimal("30.5"), 30]),
        "quality": _edge(world, "quality"),
        "target_sales": None if rng.random() < 0.01 else 200 * rng.randrange(0, 50_000),
        "target_calls": None if rng.random() < 0.01 else rng.choice([0, 200, 250]),
    }
    _relative(world, totals)
    return totals


def _conversion(world: World) -> tuple[int, int, Fraction | None]:
    """Inquiries and buyers whose quotient is an edge, often."""
    rng = world.rng
    target = Fraction(rng.randrange(20, 60), 100) if rng.random() < 0.98 else rng.choice([None, Fraction(0)])
    edge = _edge(world, "conversion")
    if "conversion" in world.relative and target and rng.random() < ON_EDGE:
        edge = rng.choice(world.relative["conversion"]) * target
    if edge is not None:
        inquiries = edge.denominator * rng.randrange(1, 2 + 600 // edge.denominator)
        return inquiries, int(inquiries * edge), target
    inquiries = 0 if rng.random() < 0.03 else some_count(world, "inquiries", 900)
    return inquiries, rng.randrange(0, inquiries + 1), target


def _relative(world: World, totals: Row) -> None:
    """Put measures on an edge relative to their target."""
    for measure in ("sales", "calls"):
        edges, target = world.relative.get(measure), totals[f"target_{measure}"]
        if edges and target and world.rng.random() < ON_EDGE:
            totals[measure] = int(world.rng.choice(edges) * target)


def _spread(world: World, cells: list[Row], totals: Row) -> None:
    """Put totals onto cells: counts and money are split, averages surround or repeat their value."""
    rng, last = world.rng, len(cells) - 1
    for name in SPLIT:
        rest = totals[name]
        for i, cell in enumerate(cells):
            part = rest if i == last else rng.randrange(min(0, rest), max(0, rest) + 1) if rng.random() < 0.8 else 0
            cell[name] = part
            rest -= part
        if rng.random() < 0.006 and not (name in SURE and "sure days" in world.used):
            rng.choice(cells)[name] = None
    for cell in cells:
        cell["reply_seconds"] = totals["reply_seconds"] if rng.random() < 0.7 else rng.randrange(1, 90)
        quality = totals["quality"]
        cell["quality"] = Fraction(rng.randrange(0, 101), 100) if quality is None else quality
        for name, weight in (("reply_seconds", "receptions"), ("quality", "calls")):
            if rng.random() < (0.4 if cell[weight] == 0 else 0.003):
                cell[name] = None
        for name in TARGETS:
            cell[name] = totals[name]
        if "sure days" in world.used:
            cell["scheduled_days"] += 1


def _nobody(world: World, month: str, shops: list[str]) -> list[Row]:
    """The shops' own rows."""
    blank = dict.fromkeys((*SPLIT, *AVERAGES, *TARGETS, "role", "team", "supervisor", "inviter", "base_pay", "channel"))
    rows = []
    for shop in shops:
        for credit in ("silent", "untraceable"):
            more = {"sales": some_money(world, "sales", 9_000_000), "orders": world.rng.randrange(50), "refunds": 0}
            days = {} if world.one_spell else {"from": None, "to": None}
            rows.append({"month": month, "agent": None, "shop": shop, "credit": credit} | blank | days | more)
    return rows
