"""The defaults of the language, each written in some rules and left out in others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tests.proofs.generator.census import nodes, tables

Part = dict[str, Any]
ROUNDING = {"step": Fraction(1, 100), "mode": "half_up", "at": "component"}


def spell_out(rng: random.Random, rule: Part) -> None:
    """Write some defaults a rule leaves out, and leave some out that it writes; what it pays stays the same."""
    rule["left_out"] = [word for word, usual in ROUNDING.items() if rule[word] == usual and rng.random() < 0.6]
    if "period" not in rule and rng.random() < 0.3:
        rule["period"] = "month"
    for name, value in rule["define"].items():
        if not isinstance(value, dict) and rng.random() < 0.1:
            rule["define"] = rule["define"] | {name: {"value": value}}
    for part in rule["components"]:
        part |= dict(_written(rng, rule, part))
        if part.get("leaver") == "release" and rng.random() < 0.5:
            del part["leaver"]
        for data, place in tables(part):
            bounded = data["mode"] != "interpolated" and not data.get("each_unit")
            if bounded and "bound" not in data and rng.random() < 0.15:
                data["bound"] = "at_or_above"
            if "by" in data and "aggregate" not in data and place in ("rate", "amount") and rng.random() < 0.07:
                data["aggregate"] = "pooled"
        for node in nodes(part):
            if node[0] == "record" and node[2].get("order") is None and rng.random() < 0.3:
                node[2]["order"] = "highest"


def _written(rng: random.Random, rule: Part, part: Part) -> Iterator[tuple[str, Any]]:
    if "level" not in part and rng.random() < 0.12:
        yield "level", "self"
    if not {"floor", "deduct", "rank"} & set(part) and rng.random() < 0.08:
        yield "floor", Fraction(0)
    if not {"period", "campaign", "deduct"} & set(part) and rng.random() < 0.12:
        yield "period", rule.get("period", "month")
    if "cap" in part.get("share", {}) and "excess" not in part["share"] and rng.random() < 0.3:
        yield "share", part["share"] | {"excess": "withhold"}
