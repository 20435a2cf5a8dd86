"""Schemes as they should be, and teams to hold them against: drawn at random, nothing planted.

A scheme pays along a line or in small steps, with a least volume, a cap, quality as a condition, sales net of refunds,
a fund that covers what it promises if it has one, and was acknowledged before it began. A team has seasons, campaigns
that send everybody more customers, luck of months and cells, newcomers, and a few orders nobody can be found for.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.core.period import Month

MONTH = "2025-03"
HEADING = """language: 1
scheme: sound
title: {en: Sound scheme, zh: 稳妥的方案}
currency: CNY
in_force: {from: 2025-01-01}
acknowledged: 2024-12-20
define: {conversion: buyers / inquiries, satisfaction: satisfied / rated}
"""


def sound_scheme(r: np.random.Generator) -> str:
    """Draw the text of a scheme of one to three components."""
    kinds = [_commission, _bonus, _stepped, _marginal, _flat]
    chosen = r.choice(len(kinds), size=int(r.integers(1, 4)), replace=False)
    parts = [kinds[i](r) for i in chosen]
    return HEADING + "components:\n" + "".join(parts) + _limits(r)


def _gate(r: np.random.Generator) -> str:
    volume = f"inquiries >= {r.choice([60, 80, 100])}"
    quality = ["complaints_upheld == 0", "satisfaction >= 80% and rated >= 20", "answer_errors <= 3"]
    return f"{volume} and {r.choice(quality)}"


def _days(r: np.random.Generator) -> str:
    return "    prorate: worked_days / scheduled_days\n" if r.random() < 0.5 else ""


def _commission(r: np.random.Generator) -> str:
    """A rate on the line between conversions."""
    low, high = round(r.uniform(1, 2), 1), round(r.uniform(2.5, 4), 1)
    return f"""  - id: commission
    for: role == "agent"
    when: {_gate(r)}
    pay: sales
    rate:
      by: conversion
      mode: interpolated
      below: {low}%
      tiers: [{{from: {r.integers(12, 18)}%, rate: {low}%}}, {{from: {r.integers(28, 36)}%, rate: {high}%}}]
    cap: {r.choice([3000, 5000, 8000])}
"""


def _bonus(r: np.random.Generator) -> str:
    """An amount on the line from nothing, for days worked."""
    return f"""  - id: bonus
    for: role == "agent"
    when: {_gate(r)}
    amount:
      by: conversion
      mode: interpolated
      below: 0
      tiers:
        - {{from: {r.integers(10, 16)}%, amount: 0}}
        - {{from: {r.integers(26, 36)}%, amount: {r.integers(3, 12)}00}}
{_days(r)}"""


def _stepped(r: np.random.Generator) -> str:
    """Rates in steps of less than half as much again."""
    rates = np.round(float(r.uniform(2, 3)) * np.array([1.0, 1.2, 1.35]), 2)
    edges = [int(r.integers(18, 22)), int(r.integers(24, 32))]
    return f"""  - id: stepped
    for: role == "agent"
    when: {_gate(r)}
    pay: sales
    rate:
      by: conversion
      mode: slab
      tiers:
        - {{rate: {rates[0]}%}}
        - {{from: {edges[0]}%, rate: {rates[1]}%}}
        - {{from: {edges[1]}%, rate: {rates[2]}%}}
    cap: 6000
"""


def _marginal(r: np.random.Generator) -> str:
    """Each slice of sales at its own rate, taken back when goods are."""
    first, second = int(r.integers(10, 30)) * 1000, int(r.integers(40, 80)) * 1000
    return f"""  - id: slices
    for: role == "agent"
    when: {_gate(r)}
    pay: sales
    rate:
      mode: marginal
      tiers: [{{from: 0, rate: 1%}}, {{from: {first}, rate: 1.5%}}, {{from: {second}, rate: 2%}}]
    cap: 4000
"""


def _flat(r: np.random.Generator) -> str:
    """One rate on sales, for days worked."""
    return f"""  - id: flat
    for: role == "agent"
    when: {_gate(r)}
    pay: sales
    rate: {round(r.uniform(1, 3), 1)}%
    cap: {r.choice([2000, 4000])}
{_days(r)}"""


def _limits(r: np.random.Generator) -> str:
    choices = [
        "limits: [{cap: 12000}]\n",
        "limits: [{fund: 15% * sales}]\n",
        'limits: [{for: role == "agent", cap: 9000}]\n',
    ]
    return str(r.choice(choices))


def sound_team(r: np.random.Generator) -> pd.DataFrame:
    """Draw 13 months of a team of 10 to 30 in one to three shops, in memory form; the last is `MONTH`."""
    n, n_shops = int(r.integers(10, 31)), int(r.integers(1, 4))
    skill, pace, shop = r.normal(0, 0.25, n), np.exp(r.normal(0, 0.35, n)), r.integers(0, n_shops, n)
    joined = np.where(r.random(n) < 0.15, r.integers(3, 11, n), 0)
    level, busy, rows = -1.2 + r.normal(0, 0.25, n_shops), r.choice(13, 2, replace=False), []
    for m in range(13):
        month, season = str(Month.parse(MONTH).shift(m - 12)), 0.15 * np.sin(m / 2) + r.normal(0, 0.05)
        for i in np.flatnonzero(joined <= m).tolist():
            rows.append(_person(r, month, i, shop[i], (level[shop[i]] + season + skill[i], pace[i], m in busy)))
        rows.append({"month": month, "shop": "s0", "credit": "untraceable", "sales": int(r.integers(0, 300_000))})
        rows.append({"month": month, "shop": "s0", "credit": "silent", "sales": int(r.integers(0, 9_000_000))})
    table = pd.DataFrame(rows)
    texts = ["month", "agent", "role", "shop", "credit"]
    return table.astype(dict.fromkeys(table.columns.difference(texts), "Int64") | dict.fromkeys(texts, "str"))


def _person(
    r: np.random.Generator, month: str, i: int, shop: int, about: tuple[float, float, bool]
) -> dict[str, object]:
    logit, pace, is_busy = about
    scheduled = 22
    worked = int(scheduled - r.binomial(4, 0.2))
    inquiries = int(r.poisson(14 * pace * worked * (2 if is_busy else np.exp(r.normal(0, 0.15)))))
    rate = 1 / (1 + np.exp(-(logit + r.normal(0, 0.12))))
    buyers = int(r.binomial(inquiries, rate))
    orders = buyers + int(r.poisson(0.05 * buyers))
    gross = int(np.sum(np.exp(r.normal(5.5, 0.7, orders))) * 100)
    rated = int(r.binomial(inquiries, 0.4))
    return {
        "month": month, "agent": f"a{i:02d}", "role": "agent", "shop": f"s{shop}", "inquiries": inquiries,
        "receptions": int(inquiries * r.uniform(1.5, 1.9)), "buyers": buyers, "orders": orders, "gross_sales": gross,
        "sales": int(gross * r.uniform(0.88, 0.98)), "rated": rated, "satisfied": int(r.binomial(rated, 0.92)),
        "worked_days": worked, "scheduled_days": scheduled, "complaints_upheld": int(r.random() < 0.03),
        "answer_errors": int(r.poisson(0.5)),
    }  # fmt: skip
