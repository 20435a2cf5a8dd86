"""Who works on which day, how many customers are sent to them, and how likely these are to buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import exp

import numpy as np

from data_samples.generator import company as people
from data_samples.generator.calendar import days, first_day, last_day, months_to, stream
from data_samples.generator.company import SHOPS, Agent, Company

SEASON = {  # volume and conversion (logit) by month of the year
    1: (0.9, 0.0), 2: (0.6, 0.0), 3: (0.9, 0.05), 4: (0.9, 0.05), 5: (0.95, 0.0), 6: (1.25, -0.05),
    7: (0.8, 0.0), 8: (0.85, 0.0), 9: (0.95, 0.0), 10: (1.0, 0.0), 11: (1.40, -0.10), 12: (1.1, 0.05),
}  # fmt: skip
CAMPAIGN_DAYS = {(6, 1): 1.8, (6, 18): 2.4, (11, 1): 1.7, (11, 11): 2.6, (12, 12): 1.8}
AGENT_MONTH_SD = 0.12
CHANNELS = ("搜索", "推荐", "直播")
CHANNEL_LOGIT = np.array([0.0, -0.25, -0.60])
CHANNEL_MIX, MISROUTED_MIX = np.array([0.60, 0.25, 0.15]), np.array([0.20, 0.15, 0.65])
RECEPTIONS_PER_INQUIRY = 1.7
OVERLOAD_INQUIRIES = dict(zip(people.OVERLOAD_MONTHS, (240, 300, 330), strict=True))
SERVED_WELL, OVERLOAD_LOGIT = 400, -0.004  # beyond 400 receptions a day each one lowers the logit by .004
LEAVE_SHARE, LATE_SHARE = 0.11, 0.04
HOURS = {"day": (8.5, 17.5), "night": (15.5, 23.95)}


@dataclass(frozen=True, slots=True)
class Duty:
    """One scheduled day of an agent: nobody is sent customers on a day of leave."""

    agent: str
    day: date
    shop: int
    shift: str
    account: str
    leave: str
    late_minutes: int
    early_minutes: int
    expected: float  # inquiries
    logit: float  # of a customer who comes by the first channel


def month_effects(seed: int, company: Company, months: list[str]) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the log volume and the logit of conversion that an agent's month adds, by agent and month."""
    draw = stream(seed, "months")
    table = draw.normal(0, 1, (len(company.agents), len(months), 2)) * (0.30, AGENT_MONTH_SD)
    return {(a.id, m): tuple(table[i, k]) for i, a in enumerate(company.agents) for k, m in enumerate(months)}


def draw_rota(seed: int, company: Company, last: str, count: int, until: date) -> list[Duty]:
    """Return the scheduled days of all agents from the first of `count` months up to `until`, by day."""
    months = [*months_to(last, count), until.isoformat()[:7]]
    effects, draw = month_effects(seed, company, months), stream(seed, "rota")
    rota = []
    for index, agent in enumerate(company.agents):
        for day in days(first_day(months[0]), min(until, last_day(months[-1]))):
            employed = agent.joined <= day and (agent.left is None or day <= agent.left)
            if employed and (day.weekday() - index) % 7 not in (2, 5):
                rota.append(_duty(company, agent, day, effects[agent.id, day.isoformat()[:7]], draw))
    return sorted(rota, key=lambda d: (d.day, d.agent))


def _duty(c: Company, a: Agent, day: date, effect: tuple[float, float], draw: np.random.Generator) -> Duty:
    spell = c.spell(a.id, day)
    u, noise, minutes = draw.random(4), float(draw.normal(0, 0.18)), draw.integers(1, 40, 2)
    leave = "" if u[0] > LEAVE_SHARE else ("事假" if u[1] < 0.5 else "病假")
    volume, season_logit = SEASON[day.month]
    campaign = CAMPAIGN_DAYS.get((day.month, day.day), 1.0)
    expected = OVERLOAD_INQUIRIES.get(day.isoformat()[:7]) if a.id == people.OVERLOADED else None
    return Duty(
        agent=a.id,
        day=day,
        shop=spell.shop,
        shift=a.shift,
        account=f"{SHOPS[spell.shop]}:{a.nick}",
        leave=leave,
        late_minutes=int(minutes[0]) if u[2] < LATE_SHARE and not leave else 0,
        early_minutes=int(minutes[1]) if u[3] < LATE_SHARE / 2 and not leave else 0,
        expected=0.0 if leave else (expected or a.per_day * volume * campaign * exp(effect[0])) * exp(noise),
        logit=people.SHOP_LOGIT[spell.shop] + season_logit + a.effect + effect[1],
    )


def misrouted(duty: Duty) -> bool:
    """Say whether the router sends this duty the live-stream customers who seldom buy."""
    return (
        duty.shop == people.MISROUTED_SHOP
        and duty.shift == people.MISROUTED_SHIFT
        and duty.day >= first_day(people.MISROUTED_FROM)
    )


def channel_mix(duty: Duty) -> np.ndarray:
    """Return the shares of the channels among the customers sent to a duty."""
    return MISROUTED_MIX if misrouted(duty) else CHANNEL_MIX


def overload_logit(receptions: float) -> float:
    """Return what serving so many customers on one day takes from the logit of conversion."""
    return OVERLOAD_LOGIT * max(0.0, receptions - SERVED_WELL)


def buying_chance(logit: float | np.ndarray) -> float | np.ndarray:
    """Return the chance that a customer buys."""
    return 1 / (1 + np.exp(-logit))
