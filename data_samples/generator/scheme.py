"""The two versions of the pre-sales scheme: as a file for the toolkit, and paid here with fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from data_samples.generator.measures import Part

ITEMS = ("提成", "催付提成", "达标奖")


@dataclass(frozen=True, slots=True)
class Scheme:
    """One dated version: `tiers` are (from conversion, rate), the first one for everything below the second."""

    first: str
    last: str
    tiers: tuple[tuple[Fraction, Fraction], ...]
    reminder: Fraction
    target: Fraction
    least_inquiries: int
    bonus: int  # fen


def _tiers(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    pairs = (pair.split(":") for pair in text.split())
    return tuple((Fraction(edge) / 100, Fraction(rate) / 100) for edge, rate in pairs)


CURRENT = Scheme(
    first="2024-07-01",
    last="2025-06-30",
    tiers=_tiers("0:1.5 30:3 30.5:3.5 35:4 40:6"),
    reminder=Fraction(1, 100),
    target=Fraction(36, 100),
    least_inquiries=200,
    bonus=100_000,
)
BEFORE = replace(
    CURRENT,
    first="2023-07-01",
    last="2024-06-30",
    tiers=_tiers("0:1.5 30:3 35:4 40:6"),
    target=Fraction(38, 100),
    bonus=80_000,
)


def rate_at(conversion: Fraction, scheme: Scheme = CURRENT) -> Fraction:
    """Return the rate of the highest tier reached; reached means at or above its edge."""
    return max((edge, rate) for edge, rate in scheme.tiers if conversion >= edge)[1]


def round_fen(value: Fraction) -> int:
    """Round to whole fen, half away from zero."""
    return -round_fen(-value) if value < 0 else int(value + Fraction(1, 2))


def pay(parts: Iterable[Part], scheme: Scheme = CURRENT) -> dict[str, int]:
    """Return the pay of an agent's month by item, in fen: each spell by its own conversion, then added and rounded."""
    parts = list(parts)
    with_value = [p for p in parts if p.conversion is not None]
    commission = sum((p.sales * rate_at(p.conversion, scheme) for p in with_value), Fraction(0))
    reminder = sum((p.reminder * scheme.reminder for p in parts), Fraction(0))
    reached = any(p.conversion >= scheme.target and p.inquiries >= scheme.least_inquiries for p in with_value)
    amounts = (round_fen(max(commission, Fraction(0))), round_fen(reminder), scheme.bonus if reached else 0)
    return dict(zip(ITEMS, amounts, strict=True))


def percent(value: Fraction) -> str:
    """Write a ratio as the scheme file does, ``3.5%``."""
    hundred = value * 100
    return f"{int(hundred) if hundred.denominator == 1 else float(hundred):g}%"


FILE = """\
# Pre-sales agents of the demo shops, {first} to {last}.
# 售前客服提成方案。每位客服按自己的询单转化率定档，跨店的人每段任职分别计算。
language: 1
scheme: presales
title: {{en: Pre-sales commission, zh: 售前客服提成}}
currency: CNY
in_force: {{from: {first}, to: {last}}}
period: month
rounding: {{step: 0.01, mode: half_up, at: component}}
define:
  conversion: buyers / inquiries
components:
  # Inquiry sales, refunds before settlement taken off, at the rate of the tier the conversion reaches.
  - id: commission
    title: {{en: Commission, zh: 提成}}
    for: role == "agent"
    each: spell
    pay: sales
    rate:
      by: conversion
      mode: slab
      tiers:
{tiers}
  # Orders placed without asking and paid after a reminder: a flat rate, outside conversion.
  - id: reminder
    title: {{en: Reminder commission, zh: 催付提成}}
    for: role == "agent"
    each: spell
    pay: reminder_sales
    rate: {reminder}
  # A fixed bonus for reaching the target on enough inquiries; once, however many spells reach it.
  - id: target-bonus
    title: {{en: Target bonus, zh: 达标奖}}
    for: role == "agent"
    each: spell
    when: conversion >= {target} and inquiries >= {least_inquiries}
    amount: {bonus}
    cap: {bonus}
"""


def render(scheme: Scheme) -> str:
    """Return the scheme file of a version."""
    return FILE.format(
        first=scheme.first,
        last=scheme.last,
        tiers="\n".join(f"        - {{from: {percent(edge)}, rate: {percent(rate)}}}" for edge, rate in scheme.tiers),
        reminder=percent(scheme.reminder),
        target=percent(scheme.target),
        least_inquiries=scheme.least_inquiries,
        bonus=scheme.bonus // 100,
    )


WORKSPACE = """\
name: {en: Demo shops, zh: 演示店铺}
currency: CNY
timezone: Asia/Shanghai
tables: data
crediting:
  judged_by: order_first        # order_time | payment_time | order_first
  window_days: 3                # an order follows the customer's last inquiry at most so many days before it
  count_unit: people_by_day     # people_by_day | people_by_month | conversations
clocks:
  conversion_days: 7            # an inquiry converts when its order is paid within so many days
  earned_on: paid               # paid | shipped | confirmed
  earned_after_days: 0
  settlement_day: 8             # refunds before this day of the next month net in the measure
small_cell: 5
groups: [shift]
service:
  parallel_chats: 2             # chats one person answers at a time
  capacity_per_day: 100         # customers a day one person can serve well
under_performance:
  line_percent: 85              # below so many percent of the peers' conversion ...
  in_a_row: 3                   # ... for so many months in a row, people are shown; nobody is judged by it
payroll_items: {提成: [presales.commission], 催付提成: [presales.reminder], 达标奖: [presales.target-bonus],
  底薪: [roster.base_pay]}
"""


def write_settings(folder: Path) -> None:
    """Write ``workspace.yaml`` and the scheme's versions."""
    (folder / "schemes").mkdir(parents=True, exist_ok=True)
    (folder / "workspace.yaml").write_text(WORKSPACE, "utf-8")
    for name, version in (("presales-2023.yaml", BEFORE), ("presales.yaml", CURRENT)):
        (folder / "schemes" / name).write_text(render(version), "utf-8")
