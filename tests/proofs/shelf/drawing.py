"""Random schemes over the measures that raw exports bring, several of them a company, and the words they use."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tests.proofs.generator.census import nodes, tables
from tests.proofs.generator.histories import YEAR
from tests.proofs.generator.schemes import Case, random_case
from tests.proofs.generator.sequences import random_year
from tests.proofs.generator.world import GROUPED, World
from tests.proofs.generator.yamltext import scheme
from tests.proofs.shelf.company import later, start_of

TOGETHER = 10
"""How many schemes one company has at a time: it adds them up and imports, audits and closes once."""
ALWAYS = "2023-01"
"""The first month of a scheme's first version."""
LEFT_OUT = ("version inside the month",)
"""What raw exports cannot feed: their measures are cut at campaigns, at no other day within a month."""
CALLED = {"gross_profit": "earnings", "discount": "vouchers"}
"""Measures the company keeps by hand, because what the exports tell under these names is known of order lines only."""
CALLED |= {"S1": "A", "S2": "B", "S3": "C", "S4": "D", "P1": "手机壳", "P2": "手机", "P3": "贴膜"}
DECLARED = {"earnings": {"kind": "money", "may_be_negative": True}, "vouchers": {"kind": "money"}}
PLACES = ("for", "of", "when", "times", "cap", "budget", "prorate", "capacity", "score", "share", "undivided")
PLACES += ("lines", "defer", "clawback", "deduct", "accumulate", "include_self", "rank")


Version = tuple[str, dict[str, Any], str]
"""The first month of a version, its rule, and its file."""


@dataclass(frozen=True, order=True)
class Needs:
    """What a scheme asks of the company it is paid in."""

    lines: bool = False  # reads order lines
    campaign: bool = False  # has days of its own
    spells: bool = False  # pays what somebody was on either side of a day apart
    still: bool = False  # nobody changes shop
    long: bool = False  # pays over several months, in which nobody changes role


@dataclass
class Drawn:
    """A random scheme: its versions, one after the other, and the days from which they are in force."""

    index: int
    cases: list[Case]

    @property
    def rules(self) -> list[dict[str, Any]]:
        return [case.rule for case in self.cases]

    @property
    def worlds(self) -> list[World]:
        return [case.world for case in self.cases]

    @property
    def needs(self) -> Needs:
        parts = [part for rule in self.rules for part in rule["components"]]
        campaign = any("campaign" in part for part in parts)
        return Needs(
            lines=any(world.lines for world in self.worlds),
            campaign=campaign,
            spells=not campaign and not all(world.one_spell for world in self.worlds),
            still=any(world.one_shop for world in self.worlds),
            long=any(part.get("period", "month") != "month" for part in (*parts, *self.rules)),
        )


@lru_cache(maxsize=1)
def groups(seed: int, n: int) -> list[list[Drawn]]:
    """`n` schemes, those of like needs together; the companies in no order."""
    found: dict[Needs, list[Drawn]] = {}
    for drawn in _schemes(seed, n):
        found.setdefault(drawn.needs, []).append(drawn)
    parts = [same[i : i + TOGETHER] for _, same in sorted(found.items()) for i in range(0, len(same), TOGETHER)]
    return random.Random(seed).sample(parts, len(parts))


def _schemes(seed: int, n: int) -> Iterator[Drawn]:
    """Seven in ten of one version and every feature in turn, the others with refunds, deferral and deductions."""
    number = 0
    for index in range(n):
        if index % 10 in (2, 5, 8):
            yield Drawn(index, random_year(seed, index, 2).schemes[0].cases)
            continue
        case = random_case(seed, number)
        while set(LEFT_OUT) & set(case.features):
            number += 1
            case = random_case(seed, number)
        number += 1
        yield Drawn(index, [case])


def first_month(group: list[Drawn], draw: random.Random) -> str:
    """The month before the three that are paid: yearly pay is due in December."""
    yearly = any(part.get("period") == "year" for one in group for r in one.rules for part in r["components"])
    return "2024-09" if yearly else draw.choice(["2024-03", "2024-09", "2024-11"])


def settled_in(drawn: Drawn, months: list[str]) -> list[Version]:
    """Its versions in the company's own words and on days within its months."""
    starts = [ALWAYS, months[2]][: len(drawn.cases)]
    ends = [start_of(start) - timedelta(days=1) for start in starts[1:]]
    found = []
    for n, (case, start) in enumerate(zip(drawn.cases, starts, strict=True)):
        rule = _called(case.rule, f"-{drawn.index}")
        rule["id"] = f"random-{drawn.index}"
        if any("cap" in limit for limit in rule["limits"]):
            rule["at"] = "component"  # the text does not say how what a cap takes of exact amounts is divided
        rule["in_force"] = (start_of(start), ends[n] if n < len(ends) else None)
        rule["declared"], rule["columns"] = rule["declared"] | DECLARED, rule["columns"] | DECLARED
        rule["files"] = {
            name: file | {"table": f"{name}-{drawn.index}-{n}.csv"} for name, file in rule["files"].items()
        }
        for part in rule["components"]:
            part["id"] += f"-{drawn.index}"
            if "campaign" in part:
                part["campaign"] = campaign_of(months)
        for limit in rule["limits"]:
            if "recover_from" in limit:  # in a year of its own; here in the second month at the latest
                limit["recover_from"] = months[1 + YEAR.index(limit["recover_from"]) % 2]
        found.append((start, {"period": "month"} | rule, scheme(rule)))
    return found


def campaign_of(months: list[str]) -> tuple[date, date]:
    """Days of a campaign from one month to the next, the same for all of a company."""
    return start_of(months[1]) + timedelta(days=9), start_of(later(months[1], 1)) + timedelta(days=13)


def _called(value: Any, mark: str) -> Any:
    """Plain data in the company's own words; components are told apart by a mark."""
    if isinstance(value, str):
        return CALLED.get(value, value)
    if isinstance(value, tuple):
        if value[:1] == ("streak",):
            return ("streak", value[1] + mark)
        return tuple(_called(one, mark) for one in value)
    if isinstance(value, dict):
        return {_called(k, mark) if isinstance(k, tuple) else k: _called(v, mark) for k, v in value.items()}
    if isinstance(value, (list, set)):
        return type(value)(_called(one, mark) for one in value)
    return value


def words(rule: dict[str, Any]) -> set[str]:
    """The words of the language a rule uses."""
    found = {f"rounding at {rule['at']}", f"rounding {rule['mode']}"}
    for part in rule["components"]:
        found |= {word for word in PLACES if word in part}
        found |= {f"level {part['level']}"} if part.get("level", "self") != "self" else set()
        found |= {f"each {part['each']}"} if "each" in part else set()
        found |= {"campaign" if "campaign" in part else f"period {part.get('period', rule.get('period', 'month'))}"}
        found |= {"floor: none"} if part.get("floor") == "none" else set()
        found |= {f"ties {part['rank']['ties']}"} if "rank" in part else set()
        found |= {"forced shares"} if "forced" in part.get("score", {}) else set()
        found |= {"share with cap"} if "cap" in part.get("share", {}) else set()
        found |= {"prorate of target"} if "prorate_of" in part else set()
        for data, place in tables(part):
            found.add(f"{data['mode']} {'unit: each' if data.get('each_unit') else data['holds']}")
            found |= {"table in a tier"} if place == "tier" else set()
            found |= {"relative_to"} if data.get("relative") else set()
            found |= {"retroactive"} if any(tier.get("retroactive") for tier in data["tiers"]) else set()
            found |= {"aggregate: mean"} if data.get("aggregate") == "mean" else set()
        for node in nodes(part):
            found |= {node[0]} if node[0] in (*GROUPED, "power", "streak") else set()
            found |= {"among"} if node[0] in GROUPED and node[-1].get("among") is not None else set()
    return found | set(_of_limits(rule["limits"]))


def _of_limits(limits: list[dict[str, Any]]) -> Iterator[str]:
    for limit in limits:
        kind = next(word for word in ("cap", "fund", "guarantee") if word in limit)
        yield f"limit: {kind}{' a year' if 'period' in limit else ''}{' by shop' if 'level' in limit else ''}"
        yield from (f"{kind} {word}" for word in ("carry", "recoverable", "prorate") if limit.get(word))


def takes_back(rules: list[dict[str, Any]]) -> bool:
    """Whether late refunds are taken back: where pay reads the sales of some order lines they name no component."""
    return not any(
        "lines" in part and "sales" in repr(part.get("pay")) for rule in rules for part in rule["components"]
    )
