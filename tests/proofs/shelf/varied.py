"""Companies that differ by seed: who joins, leaves, moves and changes, and which exports come after a month is closed.

What is told in stages is what is known when a month is closed: its days, twelve days of the next month, and what an
earlier export left out. `as_told` is the company as the exports of some stages tell it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from tests.proofs.generator.people import some_count, some_money
from tests.proofs.generator.world import World
from tests.proofs.generator.yamltext import number
from tests.proofs.shelf.company import DAY, LAST_DAYS, OLD, Company, Row, company, employ, give, later, start_of

EVENTS = {"refunds": "refunded_at", "inquiries": "asked_at"}
EVENTS |= dict.fromkeys(("days_b", "days_c", "attendance", "quality"), "date")
CITIES = ("上海", "成都", "广州", None)
LATE_ORDERS, LATE_REFUNDS = 0.04, 0.15


def varied(seed: str, first: str, worlds: list[World], *, moving: bool, rising: bool, changing: bool) -> Company:
    """Make a company whose own figures lie on the edges of `worlds`.

    Parameters
    ----------
    moving : whether people change shop within a month.
    rising : whether somebody has another role and base pay from the first of a month on.
    changing : whether somebody has another role, team or base pay from a day within a month on.
    """
    draw = random.Random(f"varied-{seed}")
    staff = _Staff(draw, moving, rising, changing)
    made = company(draw.randrange(10**6), first, busy=draw.choice([0.2, 0.3, 0.4]), people=staff.fill)
    made.tables["own"], made.tables["targets"] = list(_own(made, draw, worlds)), list(_targets(made, draw))
    _relate(made, draw, worlds)
    for line in made["lines"]:
        if line["order_id"].startswith("L"):  # the vendor's list of items tells no discounts
            line["discount"] = draw.choice([0, line["amount"] // 9, line["amount"] // 4, line["amount"]])
    _tell(made, draw)
    return made


class _Staff:
    """Draws the people."""

    def __init__(self, draw: random.Random, moving: bool, rising: bool, changing: bool) -> None:
        self.draw, self.moving, self.rising, self.changing = draw, moving, rising, changing

    def fill(self, made: Company) -> None:
        """The usual names, some more, and what becomes of each."""
        draw, (first, second, third, last) = self.draw, map(start_of, made.months)
        joins = first + draw.randrange(20, 45) * DAY
        leaves = draw.choice([second, third, last]) + draw.randrange(16, 20) * DAY
        made.tables["middle"] = [{"leaves": leaves, "moves": leaves, "joins": joins}]
        shops = {"A": ["a1", "a2", "a3", "a4", "a5", *(f"a{6 + n}" for n in range(draw.randrange(3)))]}
        shops["B"] = [f"b{1 + n}" for n in range(draw.randrange(2, 5))]
        made.serves = {shop: {a: self._load(shop) for a in people} for shop, people in shops.items()}
        made.serves["A"]["mg"] = (1, 0.3)
        for shop, people in shops.items():
            for agent in people:
                self._agent(made, agent, shop, joins, leaves)
        for agent, role, shop, leader in (
            ("s1", "supervisor", "A", "mg"),
            ("op1", "operations", "A", "mg"),
            ("mg", "manager", "A", None),
            ("s2", "supervisor", "B", "mg"),
            ("s3", "supervisor", "C", "mg"),
        ):
            employ(made, agent, role, shop, TEAM[shop], leader, **self._terms(made))
        give(made, "A:mg", "mg")
        for agent in ("c1", "c2", "c3")[: draw.randrange(1, 4)]:
            employ(made, agent, "after-sales", "C", TEAM["C"], "s3", **self._terms(made))
        for agent in ("c1", "c2", "c3"):
            give(made, f"C:{agent}", agent if any(r["agent"] == agent for r in made["assignments"]) else "c1")

    def _load(self, shop: str) -> tuple[int, float]:
        busy = {"A": 6, "B": 25}[shop]
        return self.draw.randrange(busy // 2, 2 * busy), self.draw.randrange(25, 60) / 100

    def _terms(self, made: Company) -> Row:
        before = [row["agent"] for row in made["assignments"]]
        inviter = self.draw.choice(before) if before and self.draw.random() < 0.4 else None
        pay = self.draw.randrange(1800, 6000) * 100
        return {"base_pay": pay, "city": self.draw.choice(CITIES), "inviter": inviter}

    def _agent(self, made: Company, agent: str, shop: str, joins: date, leaves: date) -> None:
        """Employ somebody who stays, joins, leaves, moves, rises or changes, with the account for it."""
        draw, account = self.draw, f"{shop}:{agent}"
        terms = self._terms(made) | {"role": "agent", "shop": shop, "team": TEAM[shop]}
        terms["supervisor"] = {"A": "s1", "B": "s2"}[shop]
        fates = ["stay"] * 3 + ["join", "leave"] + ["move"] * 2 * self.moving + ["rise"] * self.rising
        fate = {"a1": "stay", "a2": "stay", "a3": "hand over", "a4": "join"}.get(agent, draw.choice(fates))
        fate = "change" if self.changing and agent in ("a2", "a5", "b1") else fate
        day = start_of(draw.choice(made.months[1:])) + draw.randrange(2, 20) * DAY
        spells: list[Row] = [{"from": OLD, "to": None}]
        if fate == "join":
            spells[0] |= {"from": joins if agent == "a4" else day, "joined_on": joins if agent == "a4" else day}
        elif fate in ("leave", "hand over"):
            spells[0] |= dict.fromkeys(("to", "left_on"), leaves if fate == "hand over" else day)
        elif fate in ("move", "rise", "change"):
            day = day.replace(day=1) if fate == "rise" else day
            spells = [{"to": day - DAY}, {"from": day, "joined_on": OLD} | self._next(fate, shop)]
        for spell in spells:
            employ(made, **terms | {"agent": agent} | spell)
        begins, ends = spells[0].get("from", OLD), spells[0].get("to") if fate in ("leave", "move") else None
        if fate == "hand over":
            over = datetime.combine(leaves, time(13))
            give(made, account, agent, OLD, over)
            give(made, account, "a4", over)
        else:
            give(made, account, agent, begins, ends)
        if fate == "move":
            other = spells[1]["shop"]
            made.serves[other] = made.serves[other] | {agent: self._load(other)}
            give(made, f"{other}:{agent}", agent, day)

    def _next(self, fate: str, shop: str) -> Row:
        pay = self.draw.randrange(1800, 6000) * 100
        if fate == "move":
            return {"shop": "B" if shop == "A" else "A"}
        if fate == "rise":
            return {"role": "supervisor", "supervisor": "mg", "base_pay": pay}
        return self.draw.choice([{"base_pay": pay}, {"role": "supervisor", "supervisor": "mg"}, {"team": TEAM["B"]}])


TEAM = {"A": "甲组", "B": "乙组", "C": "丙组"}


def _present(made: Company, month: str) -> list[str]:
    """Who works on some day of a month."""
    first, end = start_of(month), start_of(later(month, 1))
    works = (r for r in made["assignments"] if r["from"] < end and (r["to"] is None or r["to"] >= first))
    return list(dict.fromkeys(str(r["agent"]) for r in works))


def _own(made: Company, draw: random.Random, worlds: list[World]) -> Iterable[Row]:
    """What no export tells, often exactly on an edge of some scheme."""
    for month in made.months:
        for agent in _present(made, month):
            world = draw.choice(worlds)
            quality = world.edges.get("quality") or [Fraction(draw.randrange(101), 100)]
            values = {
                "calls": some_count(world, "calls", 320),
                "volume": some_money(world, "volume", 12_000_000),
                "结余": some_money(world, "结余", 10_000_000, -3_000_000),
                "earnings": some_money(world, "gross_profit", 3_000_000, -1_000_000),
                "vouchers": draw.randrange(900_000),
                "quality": number(draw.choice(quality)),
            }
            for measure, value in values.items():
                if draw.random() > 0.01:
                    yield {"month": month, "agent": agent, "measure": measure, "value": value}


def _targets(made: Company, draw: random.Random) -> Iterable[Row]:
    for month in made.months:
        span = {"from": start_of(month), "to": start_of(later(month, 1)) - DAY}
        for agent in _present(made, month):
            values = {"sales": 200 * draw.randrange(1, 400), "calls": draw.choice([0, 200, 250])}
            values["conversion"] = number(Fraction(draw.randrange(20, 60), 100))
            for measure, value in values.items():
                if draw.random() > 0.02:
                    yield {"scope": "agent", "subject": agent, "measure": measure, "value": value} | span


def _relate(made: Company, draw: random.Random, worlds: list[World]) -> None:
    """Put some calls on an edge relative to their target."""
    aims = {(f"{t['from']:%Y-%m}", t["subject"]): t["value"] for t in made["targets"] if t["measure"] == "calls"}
    edges = [edge for world in worlds for edge in world.relative.get("calls", ())]
    for own in made["own"]:
        aim = aims.get((own["month"], own["agent"]))
        if own["measure"] == "calls" and edges and aim and draw.random() < 0.3:
            own["value"] = int(draw.choice(edges) * aim)


def _tell(made: Company, draw: random.Random) -> None:
    """Say of everything in which stage it is first told; some orders and refunds come one or two stages late."""
    told = {}
    for order in made["orders"]:
        moment = max(order["created_at"], order["paid_at"] or order["created_at"])
        plain = order["account"] is None and order["stage"] is None
        late = draw.choice([1, 1, 2]) if plain and draw.random() < LATE_ORDERS else 0
        told[order["order_id"]] = order["told"] = stage_of(made, moment) + late
    for table, column in EVENTS.items():
        for row in made[table]:
            row["told"] = stage_of(made, row[column])
    for refund in made["refunds"]:
        late = draw.choice([1, 1, 2]) if draw.random() < LATE_REFUNDS else 0
        refund["told"] = max(refund["told"] + late, told[refund["order_id"]])
    for line in made["lines"]:
        line["told"] = told[line["order_id"]]
    for own in made["own"]:
        own["told"] = max(1, made.months.index(own["month"]))
    for target in made["targets"]:
        target["told"] = max(1, made.months.index(f"{target['from']:%Y-%m}"))


def end_of(made: Company, stage: int) -> date:
    """The last day that is told when the `stage`-th month is closed."""
    return start_of(later(made.months[stage], 1)) + (LAST_DAYS - 1) * DAY


def stage_of(made: Company, moment: date | datetime) -> int:
    """The first stage whose exports can tell of a moment; the first tells the month before those that are paid, too."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return next((n for n in range(1, len(made.months)) if day <= end_of(made, n)), len(made.months))


def as_told(made: Company, stages: Collection[int]) -> Company:
    """The company as the exports of some stages tell it."""
    tables = {
        name: [row for row in rows if row.get("told", min(stages)) in stages] for name, rows in made.tables.items()
    }
    last = datetime.combine(end_of(made, max(stages)), time.max)
    tables["orders"] = [
        order | {"confirmed_at": at if (at := order["confirmed_at"]) and at <= last else None}
        for order in tables["orders"]
    ]
    return replace(made, tables=tables)


def period_of(made: Company, stage: int) -> str:
    """The days a stage's exports are of, as their names say them."""
    first = made.first if stage == 1 else end_of(made, stage - 1) + timedelta(days=1)
    return f"{first}至{end_of(made, stage)}"
