"""What ``workspace.yaml`` says: the settings, their defaults, and the file in which each is explained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from toolkit.core.text import Text

JudgedBy = Literal["order_time", "payment_time", "order_first"]
CountUnit = Literal["people_by_day", "people_by_month", "conversations"]
EarnedOn = Literal["paid", "shipped", "confirmed"]


@dataclass(frozen=True, slots=True)
class Crediting:
    """Whose order is it: the judging rule, how old an inquiry may be (days), and what one inquiry is."""

    judged_by: JudgedBy = "order_first"
    window_days: int = 3
    count_unit: CountUnit = "people_by_day"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The three clocks: conversion window (days), what earns and how many days later, day refunds settle."""

    conversion_days: int = 7
    earned_on: EarnedOn = "paid"
    earned_after_days: int = 0
    settlement_day: int = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a workspace.

    Parameters
    ----------
    name : title of the reports.
    currency : three capital letters; one currency a workspace.
    timezone : IANA name of the place whose clock the data show.
    tables : folder of the tables below the workspace, or the URL of another engine.
    small_cell : groups of fewer people are not shown in shareable reports.
    payroll_items : payroll item to the ``scheme.component`` names it pays.
    """

    name: Text = field(default_factory=lambda: Text("", ""))
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    tables: str = "data"
    crediting: Crediting = field(default_factory=Crediting)
    clocks: Clocks = field(default_factory=Clocks)
    small_cell: int = 5
    payroll_items: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def parse_settings(text: str, source: str) -> Settings:
    """Read the text of a ``workspace.yaml``; what it leaves out has its default."""
    from toolkit.core.yamltext import read_yaml

    raise NotImplementedError(f"{source}: {read_yaml(text, source)}")


def render_settings(settings: Settings) -> str:
    """Return the text of a ``workspace.yaml`` that says `settings`, every setting explained."""
    items = "".join(f"  {item}: [{', '.join(names)}]\n" for item, names in settings.payroll_items.items())
    s, c, k = settings, settings.crediting, settings.clocks
    return f"""\
# Settings of this workspace. Change a value, save, and run the command again.
name: {{en: {json.dumps(s.name.en)}, zh: {json.dumps(s.name.zh, ensure_ascii=False)}}}
currency: {s.currency}            # one currency a workspace
timezone: {s.timezone}  # whose clock the data show
tables: {s.tables}             # a folder, or the URL of another engine
crediting:
  judged_by: {c.judged_by}    # order_time | payment_time | order_first
  window_days: {c.window_days}            # an order follows the customer's last inquiry at most so many days before it
  count_unit: {c.count_unit} # people_by_day | people_by_month | conversations
clocks:                     # three clocks, kept apart
  conversion_days: {k.conversion_days}        # an inquiry converts when its order is paid within so many days
  earned_on: {k.earned_on}           # paid | shipped | confirmed
  earned_after_days: {k.earned_after_days}      # so many days after that
  settlement_day: {k.settlement_day}         # refunds before this day of the next month net in the measure
small_cell: {s.small_cell}               # groups of fewer people are not shown in shareable reports
payroll_items:{" {}" if not items else ""}              # what each payroll item pays, e.g.  提成: [presales.commission]
{items}"""
