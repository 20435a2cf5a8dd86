"""The YAML text of a rule given as plain data: what a person would have typed for it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

PLAIN = re.compile(r"[\w.%+\-/() ]+|[\w ]+ [<>=!]=? [\w.%+\-*/() ]+", re.UNICODE)
LOOSE = {
    "or": 1,
    "and": 2,
    "not": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "==": 4,
    "!=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}


class Percent(Fraction):
    """A ratio that is written with a percent sign."""


class Day(date):
    """A day that is written bare."""


def number(value: Any) -> str:
    """A finite decimal, or a percentage of one."""
    if isinstance(value, Percent):
        return number(Fraction(value) * 100) + "%"
    value = Fraction(value)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > 30:
            raise ValueError(f"{value} has no finite decimals")
    sign, whole = "-" if value < 0 else "", str(abs(int(value * 10**digits))).rjust(digits + 1, "0")
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def expression(node: Any, outer: int = 0) -> str:
    """The text of an expression tree."""
    if not isinstance(node, tuple):
        text = number(node)
        return f"({text})" if text.startswith("-") and outer > 4 else text
    kind, *rest = node
    if kind == "name":
        return str(rest[0])
    if kind == "text":
        return f'"{rest[0]}"'
    if kind in ("min", "max", "power"):
        return f"{kind}({', '.join(expression(child) for child in rest)})"
    if kind == "streak":
        return f'streak("{rest[0]}")'
    if kind in ("record", "best", "mean", "sum", "to_date"):
        return f"{kind}({', '.join([expression(rest[0]), *_words(rest[1])])})"
    level = LOOSE["-" if kind == "neg" else kind]
    if kind in ("not", "neg"):
        text = ("not " if kind == "not" else "-") + expression(rest[0], level + 1)
    else:
        text = f" {kind} ".join([expression(rest[0], level), *(expression(child, level + 1) for child in rest[1:])])
    return f"({text})" if level < outer else text


def _words(words: dict[str, Any]) -> list[str]:
    return [f"{word}: {_word(value)}" for word, value in words.items() if value is not None]


def _word(value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return f"last({value[1]})" if value[0] == "last" else expression(value)


def scalar(value: Any) -> str:
    """One value, quoted where YAML needs it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    text = value if isinstance(value, str) else expression(value)
    if PLAIN.fullmatch(text) and not text.startswith(("-", " ")) and not text.endswith(" "):
        return text
    if re.fullmatch(r"-[\d.]+%?", text):
        return text
    return "'" + text.replace("'", "''") + "'"


def flow(value: Any) -> str:
    """A value in braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(v) for v in value) + "]"
    return scalar(value)


def block(value: dict[str, Any], depth: int = 0) -> list[str]:
    """Lines of a mapping; short things stand in braces."""
    pad, lines = "  " * depth, []
    for key, item in value.items():
        if isinstance(item, dict) and len(flow(item)) > 80:
            lines += [f"{pad}{scalar(key)}:", *block(item, depth + 1)]
        elif isinstance(item, list) and (not item or isinstance(item[0], dict)):
            lines.append(f"{pad}{scalar(key)}:")
            lines += [line for part in item for line in _entry(part, depth + 1)]
        else:
            lines.append(f"{pad}{scalar(key)}: {flow(item)}")
    return lines


def _entry(item: dict[str, Any], depth: int) -> list[str]:
    pad = "  " * depth
    if len(flow(item)) <= 80:
        return [f"{pad}- {flow(item)}"]
    first, *rest = block(item, depth + 1)
    return [f"{pad}- {first.lstrip()}", *rest]


def table(data: dict[str, Any]) -> dict[str, Any]:
    """A tier table in the words of the language."""
    said: dict[str, Any] = {}
    if "by" in data:
        said["by"] = data["by"]
    said["mode"] = data["mode"]
    said |= {word: data[word] for word in ("bound", "below", "aggregate", "as_reported") if word in data}
    if data.get("relative"):
        said["relative_to"] = "target"
    if data.get("each_unit"):
        said["unit"] = "each"
    tiers = data["tiers"]
    said["tiers"] = []
    for i, tier in enumerate(tiers):
        words = {"from": tier["from"]} if "from" in tier else {}
        if data.get("write_to") and i + 1 < len(tiers):
            words["to"] = tiers[i + 1]["from"]
        value = tier["value"]
        words[data["holds"]] = table(value) if isinstance(value, dict) else value
        said["tiers"].append(words | {word: tier[word] for word in ("bound", "retroactive") if word in tier})
    return said


def component(data: dict[str, Any]) -> dict[str, Any]:
    """A component in the words of the language."""
    said: dict[str, Any] = {}
    for word, value in data.items():
        if word in ("rate", "amount", "times") and isinstance(value, dict):
            said[word] = table(value)
        elif word == "score":
            said[word] = score(value)
        elif word == "share" and set(value) == {"by"}:
            said[word] = value["by"]
        elif word == "prorate" and data.get("prorate_of"):
            said[word] = {"by": value, "of": data["prorate_of"]}
        elif word == "lines":
            said[word] = {key: _claim(key, wanted) for key, wanted in value.items()}
        elif word == "defer":
            said[word] = [{"after_months": months, "share": share} for months, share in value]
        elif word == "clawback":
            tiers = [({"from": start} if start else {}) | {"rate": rate} for start, rate in value]
            said[word] = {"by": "age_months", "mode": "slab", "tiers": tiers}
        elif word == "campaign":
            said["period"] = {"campaign": {"from": value[0], "to": value[1]}}
        elif word != "prorate_of":
            said[word] = value
    return said


def _claim(key: str, wanted: Any) -> Any:
    if key == "discount":
        return {word: edge for word, edge in zip(("from", "to"), wanted, strict=True) if edge is not None}
    return sorted(wanted) if len(wanted) > 1 else next(iter(wanted))


def score(data: dict[str, Any]) -> dict[str, Any]:
    """A scorecard in the words of the language."""
    said: dict[str, Any] = {"items": [{"weight": weight} | table(items) for weight, items in data["items"]]}
    said["grades"] = [
        ({} if start is None else {"from": start}) | {"grade": grade, "coefficient": coefficient}
        for start, grade, coefficient in data["grades"]
    ]
    if "forced" in data:
        said["forced"] = [{"grade": grade, "share": share} for grade, share in data["forced"]]
    return said


def _dated(value: Any) -> Any:
    return dict(value) if isinstance(value, list) else value


def _by_kind(values: dict[str, Any]) -> dict[str, Any]:
    return {kind: _dated(value) for kind, value in values.items()}


def scheme(rule: dict[str, Any]) -> str:
    """The whole file."""
    first, last = rule["in_force"]
    said: dict[str, Any] = {
        "language": 1,
        "scheme": rule["id"],
        "title": {"en": "Random", "zh": "随机方案"},
        "currency": "CNY",
        "in_force": {"from": first} | ({"to": last} if last else {}),
    }
    said |= {"period": rule["period"]} if "period" in rule else {}
    rounding = {word: rule[word] for word in ("step", "mode", "at") if word not in rule.get("left_out", ())}
    said |= {"rounding": rounding} if rounding else {}
    said |= {"measures": rule["declared"]} if rule.get("declared") else {}
    parameters = rule.get("parameters", {})
    if parameters:
        said["parameters"] = {
            name: rule["files"].get(name, _by_kind(value)) if isinstance(value, dict) else _dated(value)
            for name, value in parameters.items()
        }
    said |= {"define": rule["define"]} if rule.get("define") else {}
    said["components"] = [component(part) for part in rule["components"]]
    said |= {"limits": rule["limits"]} if rule.get("limits") else {}
    return "\n".join(block(said)) + "\n"
