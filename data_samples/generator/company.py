"""The people: three shops, their agents and supervisors, accounts, and who they were on which day.

All names are invented. Whatever is planted on one person is named here, so that it is found in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from data_samples.generator.calendar import last_day, stream

SHOPS = ("demo旗舰店", "demo数码店", "demo家居店")
CATEGORIES = ("女装", "数码配件", "家居")
MEDIAN_ORDER_FEN = (12_900, 15_900, 9_900)
SHOP_LOGIT = (-0.62, -0.78, -0.70)
TEAMS = ("旗舰组", "数码组", "家居组")
SUPERVISORS = (("b01", "雨点"), ("b02", "青山"), ("b03", "晚风"))
START = date(2022, 9, 1)

OVERLOADED = "a05"
OVERLOAD_MONTHS = ("2024-03", "2024-04", "2024-05")
TRANSFERRED, TRANSFER_DAY = "a07", date(2024, 12, 16)
LEAVER = "a09"
GAMER = "a12"
OFF_PLATFORM = "a14"
JOINER = "a17"
REFUND_TRICK = "a20"
SHARERS, HANDOVER_DAY = ("a22", "a23"), date(2024, 12, 15)
SHARED_ACCOUNT = "demo家居店:值班"
IDLE_ACCOUNT = "demo旗舰店:备用"
MISROUTED_SHOP, MISROUTED_SHIFT, MISROUTED_FROM = 2, "night", "2024-09"

# id, nick, shop, shift, gender, age band, per day, effect, joined, left; a blank effect is drawn from the seed.
ROSTER = """
a01 小鹿 0 day   女 25-34 38 -   -          -
a02 阿青 0 day   男 18-24 44 -   -          -
a03 青柠 0 night 女 25-34 20 -   -          -
a04 豆豆 0 day   女 35-44 46 -   -          2024-06-30
a05 南瓜 0 day   男 25-34 38 -   -          -
a06 芒果 0 night 女 18-24 16 -   -          -
a07 小满 0 day   女 25-34 44 .10 -          -
a08 云朵 0 day   女 18-24 28 -   2024-03-01 -
a09 松果 0 night 男 25-34 26 -   -          2024-11-20
a10 可可 1 day   女 25-34 46 -   -          -
a11 星河 1 night 男 35-44 14 -   -          -
a12 布丁 1 day   女 25-34 30 .05 -          -
a13 海盐 1 day   女 18-24 52 -   -          2024-08-31
a14 薄荷 1 day   男 25-34 36 -   -          -
a15 山楂 1 night 女 25-34 14 -   -          -
a16 桃子 1 day   女 18-24 30 -   -          2024-05-31
a17 糯米 1 day   男 18-24 24 -   2024-11-11 -
a18 麦穗 2 night 女 25-34 22 -   -          -
a19 木棉 2 day   女 35-44 45 -   -          -
a20 石榴 2 day   女 25-34 32 .00 -          -
a21 雪梨 2 night 男 18-24 14 -   -          -
a22 核桃 2 day   女 25-34 44 -   -          -
a23 杏仁 2 night 女 25-34 16 -   -          -
a24 柚子 2 day   男 18-24 14 -   -          -
a25 栗子 2 day   女 18-24 36 -   2023-12-01 -
"""
PLAIN = ("a24", "a15", "a06", "a04", "a21", "a13", "a02", "a19", "a10", "a01", "a08", "a25", "a11")
AGENT_SD = 0.25  # of the conversion logit between agents


@dataclass(frozen=True, slots=True)
class Agent:
    """One person who serves customers; `per_day` is the usual number of inquiries on a day of work."""

    id: str
    nick: str
    shop: int
    shift: str
    gender: str
    age_band: str
    per_day: int
    effect: float
    base_pay: int
    joined: date
    left: date | None


@dataclass(frozen=True, slots=True)
class Spell:
    """One line of HR's roster: where and as what a person worked from one day to another."""

    agent: str
    name: str
    shop: int
    role: str
    supervisor: str
    base_pay: int
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Say whether the spell is in force on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who worked under an account from one day to another."""

    shop: str
    account: str
    agent: str
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Say whether the account was held on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Company:
    """Everyone in the sample; spells by agent, holdings by account."""

    agents: tuple[Agent, ...]
    spells: dict[str, tuple[Spell, ...]]
    holdings: dict[str, tuple[Holding, ...]]

    def spell(self, agent: str, day: date) -> Spell | None:
        """Return the spell of an agent on a day."""
        return next((s for s in self.spells.get(agent, ()) if s.covers(day)), None)

    def holder(self, account: str, day: date) -> str:
        """Return who held the account on a day, "" for nobody."""
        return next((h.agent for h in self.holdings.get(account, ()) if h.covers(day)), "")


def hire(seed: int, size: int) -> Company:
    """Return the company with `size` agents; people without a planted part are left out first."""
    draw = stream(seed, "people")
    everyone = [_agent(line.split(), draw) for line in ROSTER.strip().splitlines()]
    dropped = set(PLAIN[: max(0, len(everyone) - size)])
    agents = tuple(a for a in everyone if a.id not in dropped)
    spells = {a.id: _spells(a) for a in agents}
    spells |= {
        b: (Spell(b, nick, k, "supervisor", "", 650_000, START, None),) for k, (b, nick) in enumerate(SUPERVISORS)
    }
    held = [h for a in agents for h in _holdings(a)] + _shared(agents)
    accounts = sorted({h.account for h in held})
    return Company(agents, spells, {name: tuple(h for h in held if h.account == name) for name in accounts})


def _agent(field: list[str], draw: np.random.Generator) -> Agent:
    drawn, pay = float(draw.normal(0, AGENT_SD)), int(draw.integers(6, 10)) * 50_000
    day = [None if text == "-" else date.fromisoformat(text) for text in field[8:]]
    effect = drawn if field[7] == "-" else float(field[7])
    return Agent(*field[:2], int(field[2]), *field[3:6], int(field[6]), round(effect, 4), pay, day[0] or START, day[1])


def _spells(a: Agent) -> tuple[Spell, ...]:
    first = Spell(a.id, a.nick, a.shop, "agent", SUPERVISORS[a.shop][0], a.base_pay, a.joined, a.left)
    if a.id != TRANSFERRED:
        return (first,)
    to = a.shop + 1
    second = replace(first, shop=to, supervisor=SUPERVISORS[to][0], first=TRANSFER_DAY)
    return replace(first, last=TRANSFER_DAY - timedelta(days=1)), second


def _holdings(a: Agent) -> list[Holding]:
    """Return an account a shop; who changes shop keeps the old account to the end of the month, for late payments."""
    end = {TRANSFER_DAY - timedelta(days=1): last_day(TRANSFER_DAY.isoformat()[:7])}
    spells = _spells(a)
    return [Holding(SHOPS[s.shop], f"{SHOPS[s.shop]}:{a.nick}", a.id, s.first, end.get(s.last, s.last)) for s in spells]


def _shared(agents: tuple[Agent, ...]) -> list[Holding]:
    ids, first = {a.id for a in agents}, agents[0]
    shop, eve = SHOPS[2], HANDOVER_DAY - timedelta(days=1)
    idle = Holding(SHOPS[0], IDLE_ACCOUNT, first.id, START, None)
    if not ids >= set(SHARERS):
        return [idle]
    return [
        Holding(shop, SHARED_ACCOUNT, SHARERS[0], START, eve),
        Holding(shop, SHARED_ACCOUNT, SHARERS[1], HANDOVER_DAY, None),
        idle,
    ]
