"""Small months of pay for the tests of the reconciliation: D2's commission and D3's bonus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.core.period import Month
from toolkit.rules.scheme.loading import parse_scheme
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.reconcile.due import PaymentCase

TIERS = """
        - {from: 0%, rate: 1.5%}
        - {from: 30%, rate: 3%}
        - {from: 30.5%, rate: 3.5%}
        - {from: 35%, rate: 4%}
        - {from: 40%, rate: 6%}"""
HOSTILE = "=cmd|'/c calc'!A1<img src=x onerror=alert(1)>"
COMMISSION = {"提成": ("presales.commission",)}
TEXTS = ("month", "agent", "role", "team", "shop", "supervisor", "channel", "credit")


def scheme(*, days: str = "{from: 2024-01-01}", tiers: str = TIERS, extra: str = "", each: str = "") -> Scheme:
    """Return a scheme that pays sales by conversion, and whatever `extra` adds below."""
    return parse_scheme(
        f"""
language: 1
scheme: presales
title: {{en: Pre-sales, zh: 售前}}
currency: CNY
in_force: {days}
define: {{conversion: buyers / inquiries}}
components:
  - id: commission
    pay: sales
    {each}
    rate:
      by: conversion
      mode: slab
      tiers: {tiers}
{extra}"""
    )


def measures(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return measures in memory form; what a row leaves out is June 2024, 1,000 inquiries."""
    frame = pd.DataFrame([{"month": "2024-06", "inquiries": 1000, **row} for row in rows])
    return frame.astype({c: "str" if c in TEXTS else "Int64" for c in frame.columns})


def payroll(*lines: tuple[str, str, int] | tuple[str, str, int, str]) -> pd.DataFrame:
    """Return pay lines (agent, item, minor units, month earned); June 2024 where none is said."""
    rows = [(f"L{i}", *line[:3], line[3] if len(line) > 3 else "2024-06") for i, line in enumerate(lines, 1)]
    return pd.DataFrame(rows, columns=["line_id", "agent", "item", "amount", "earned_month"])


def case(rows: Sequence[Mapping[str, Any]], *schemes: Scheme, **more: Any) -> PaymentCase:
    """Return a case of June 2024."""
    given = {"items": COMMISSION, **more}
    return PaymentCase(Month.parse("2024-06"), schemes or (scheme(),), measures(rows), **given)


def classes(table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return by agent the class of each difference, then the classes that fit as well."""
    wrong = table[table["class"] != "MATCH"]
    return {a: (c, *also) for a, c, also in zip(wrong["agent"], wrong["class"], wrong["also_fits"], strict=True)}
