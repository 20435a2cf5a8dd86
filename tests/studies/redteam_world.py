"""Small months and schemes for the red team, and what every plan pays, worked out with none of its code.

The schemes are drawn as plain numbers; `pay_alone` does their sums with fractions, and `exhaustive` goes through every
plan order by order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np

from toolkit.core.text import Text
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.design.overlays import Candidate
from toolkit.studies.redteam.months import Order, Person, PersonMonth, Position, even_month
from toolkit.studies.redteam.repertoire import Act, Repertoire

HELD = {
    "worked_days": 22, "scheduled_days": 22, "late_days": 0, "early_leave_days": 0, "rated": 100, "satisfied": 90,
    "base_pay": 300_000, "tenure_months": 24, "city": "C", "credit": "inquiry",
}  # fmt: skip
HEAD = """\
language: 1
scheme: {name}
title: {name}
currency: CNY
in_force: {{from: 2024-01-01}}
define:
  conversion: buyers / {low}
components:
"""


@dataclass(frozen=True)
class Rule:
    """Commission by conversion (edges, rates), a bonus for a conversion, a reward for sales; cents and fractions."""

    tiers: tuple[tuple[Fraction, Fraction], ...]
    bonus: tuple[Fraction, int] | None = None
    reward: tuple[int, int] | None = None
    low: str = "inquiries"
    extra: str = field(default="", compare=False)

    def text(self, name: str = "drawn") -> str:
        lines = [HEAD.format(name=name, low=self.low) + "  - id: commission\n    pay: sales\n    rate:"]
        if len(self.tiers) == 1:
            lines[0] += f" {_percent(self.tiers[0][1])}"
        else:
            lines += ["      by: conversion", "      mode: slab", "      tiers:"]
            lines += [f"        - {{from: {_percent(e)}, rate: {_percent(r)}}}" for e, r in self.tiers]
        if self.bonus is not None:
            lines += [
                "  - id: bonus",
                f"    when: conversion >= {_percent(self.bonus[0])}",
                f"    amount: {self.bonus[1] / 100}",
            ]
        if self.reward is not None:
            edge, amount = self.reward
            lines += ["  - id: reward", f"    when: sales >= {edge / 100}", f"    amount: {amount / 100}"]
        return "\n".join(lines) + "\n" + self.extra

    def scheme(self) -> Scheme:
        return parse_scheme(self.text())


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):g}%"


def pay_alone(rule: Rule, buyers: int, inquiries: int, sales: int) -> tuple[int, int]:
    """A month's commission, and the fixed sums beside it, in cents."""
    conversion = Fraction(buyers, inquiries) if inquiries else None
    rate = Fraction(0)
    if len(rule.tiers) == 1:
        rate = rule.tiers[0][1]
    elif conversion is not None:
        rate = next((r for e, r in reversed(rule.tiers) if conversion >= e), Fraction(0))
    fixed = 0
    if rule.bonus is not None and conversion is not None and conversion >= rule.bonus[0]:
        fixed += rule.bonus[1]
    if rule.reward is not None and sales >= rule.reward[0]:
        fixed += rule.reward[1]
    exact = rate * sales
    return int((exact + Fraction(1, 2)).__floor__()), fixed


def exhaustive(drawn: Rule, position: Position, repertoire: Repertoire) -> tuple[int, set[tuple[int, ...]]]:
    """The most any plan gains in cents, and how often each act is done in those that gain it."""
    person = position.people[0]
    act = {a.name: a for a in repertoire.acts}
    cost = {a.name: a.cost for a in repertoire.acts}
    fates = [[f for f in ("", "hold", "forgo", "split") if not f or f in act] for _ in person.this.orders]
    pulls = [[f for f in ("", "pull") if not f or f in act] for _ in person.next.orders]
    times = [(name, range(act[name].most + 1)) for name in ("decline", "decline-next", "fake") if name in act]
    honest, best, tricks = None, 0, set[tuple[int, ...]]()
    for here in product(*fates):
        for there in product(*pulls):
            n = {name: here.count(name) + there.count(name) for name in ("hold", "forgo", "split", "pull")}
            if any(k > (act[name].most if name in act else 0) for name, k in n.items()):
                continue
            now = [o for o, f in zip(person.this.orders, here, strict=True) if f in ("", "split")]
            now += [o for o, f in zip(person.next.orders, there, strict=True) if f]
            later = [o for o, f in zip(person.next.orders, there, strict=True) if not f]
            later += [o for o, f in zip(person.this.orders, here, strict=True) if f == "hold"]
            b = [len({o.inquiry for o in month}) for month in (now, later)]
            s = [sum(o.sales for o in month) for month in (now, later)]
            for chosen in product(*(span for _, span in times)):
                k = {name: x for (name, _), x in zip(times, chosen, strict=True)}
                if k.get("decline", 0) > person.this.idle or k.get("decline-next", 0) > person.next.idle:
                    continue
                fakes, price = k.get("fake", 0), act["fake"].price if "fake" in act else 0
                i = [person.this.inquiries - k.get("decline", 0), person.next.inquiries - k.get("decline-next", 0)]
                sales = s[0] + fakes * (price or 0)
                first, fixed = pay_alone(drawn, b[0] + fakes, i[0], sales)
                second, more = pay_alone(drawn, b[1], i[1], s[1])
                back = 0
                if fakes and sales > 0:
                    charge = int((Fraction(first * fakes * (price or 0), sales) + Fraction(1, 2)).__floor__())
                    back = min(charge, first, second + more)
                paid = first + fixed + second + more - back
                spent = sum(cost[name] * x for name, x in {**n, **k}.items() if name in cost)
                if honest is None:
                    honest = paid
                gain = paid - spent - honest
                if gain >= best:
                    if gain > best:
                        tricks = set()
                    best = gain
                    tricks.add(tuple({**n, **k}.get(a.name, 0) for a in repertoire.acts))
    return best, tricks


def random_scheme(r: np.random.Generator) -> Rule:
    edges = sorted({Fraction(int(x), 20) for x in r.integers(3, 19, int(r.integers(0, 4)))})
    rates = sorted(Fraction(int(x), 1000) for x in r.integers(5, 80, len(edges) + 1))
    bonus = (Fraction(int(r.integers(4, 19)), 20), int(r.integers(500, 9_000))) if r.random() < 0.4 else None
    reward = (int(r.integers(2, 60)) * 1_000, int(r.integers(500, 9_000))) if r.random() < 0.4 else None
    return Rule(tuple(zip([Fraction(0), *edges], rates, strict=True)), bonus, reward)


def random_position(r: np.random.Generator) -> tuple[Position, Repertoire]:
    shared = [f"q{i}" for i in range(6)]
    months = []
    for _ in range(2):
        n = int(r.integers(0, 4))
        orders = [
            Order(int(r.integers(1, 31)), int(r.integers(1_000, 30_000)), str(r.choice(shared))) for _ in range(n)
        ]
        buyers = len({o.inquiry for o in orders})
        months.append(PersonMonth(buyers + int(r.integers(0, 4)), tuple(orders)))
    acts = [
        Act("hold", int(r.integers(0, 4)), int(r.integers(0, 800))),
        Act("pull", int(r.integers(0, 4)), int(r.integers(0, 800))),
        Act("decline", int(r.integers(0, 4)), int(r.integers(0, 300))),
        Act("decline-next", int(r.integers(0, 3)), int(r.integers(0, 300))),
        Act("fake", int(r.integers(0, 3)), int(r.integers(0, 1_500)), price=int(r.integers(500, 20_000))),
        Act("forgo", int(r.integers(0, 2)), 0),
        Act("split", int(r.integers(0, 2)), 100),
    ]
    position = Position((Person("P1", months[0], months[1]),))
    return position, Repertoire(tuple(a for a in acts if a.most))


def usual_position(inquiries: int, buyers: int, value: int, name: str = "position") -> Position:
    """Return one person whose two months are alike: so many inquiries and buyers, each of `value` minor units."""
    this, after = (even_month(inquiries, buyers, [value], key) for key in ("this", "next"))
    return Position((Person(name, this, after),))


def two_of(inquiries: int, buyers: int, value: int) -> Position:
    """A position with a colleague who converts a little better."""
    one = usual_position(inquiries, buyers, value, "P1").people[0]
    mate = usual_position(inquiries, buyers + 9, value, "P2").people[0]
    return Position((replace(one, more=HELD), replace(mate, more=HELD)))


def candidate_of(text: str, folder: Path) -> Candidate:
    path = folder / "drawn.yaml"
    path.write_text(text, "utf-8")
    return Candidate(Text("drawn", "drawn"), parse_scheme(text, str(path)), str(path), text)


def sound(r: np.random.Generator) -> str:
    """A scheme in which nothing is to be gained: a rate of sales, perhaps a second one, a fixed sum, gentle slopes."""
    rate = Fraction(int(r.integers(10, 40)), 1000)
    kind = int(r.integers(0, 3))
    extra = ""
    if kind == 1:
        extra = "  - id: fixed\n    amount: 500\n"
    if kind == 2:
        extra = "  - id: second\n    pay: sales\n    rate: 0.5%\n"
    return Rule(((Fraction(0), rate),), extra=extra).text()


def holed(r: np.random.Generator, conversion: Fraction) -> str:
    """The same with a hole within reach of a position: a step of rates or a bonus little above its conversion."""
    rate = Fraction(int(r.integers(10, 40)), 1000)
    edge = Fraction(round((conversion + Fraction(int(r.integers(2, 13)), 1000)) * 1000), 1000)
    if r.random() < 0.5:
        return Rule(((Fraction(0), rate), (edge, rate + Fraction(int(r.integers(8, 20)), 1000)))).text()
    return Rule(((Fraction(0), rate),), bonus=(edge, int(r.integers(400, 1_500)) * 100)).text()
