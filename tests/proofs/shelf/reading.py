"""A scheme file read into the plain data of the oracle's rules, from the text of the language alone."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

TOKEN = re.compile(r'\s*(?:(\d+(?:\.\d+)?%?)|("[^"]*")|(<=|>=|==|!=|[-+*/(),:<>])|([^\W\d]\w*))')
ALIASES = {"付款人数": "buyers", "询单人数": "inquiries", "岗位": "role"}
TEXTS = {"客服": "agent", "主管": "supervisor", "经理": "manager"}  # as the roster's words are read
CALLS = ("min", "max", "power")
HISTORY = ("record", "best", "mean", "sum", "to_date")
COUNTS = "consultations receptions inquiries buyers customers orders offline_orders units upsells rated satisfied deals"
COUNTS += " complaints complaints_upheld checked answer_errors note_errors"
COUNTS += " worked_days scheduled_days late_days early_leave_days"
MONEY = "gross_sales refunds sales reminder_sales offline_sales profit net_profit overhead refunds_asked refunds_made"
COLUMNS: dict[str, dict[str, Any]] = {
    **{name: {"kind": "count"} for name in COUNTS.split()},
    **{name: {"kind": "money"} for name in MONEY.split()},
    **{name: {"kind": "duration", "average_by": "receptions"} for name in ("reply_seconds", "first_reply_seconds")},
}


class _Parser:
    """Recursive descent over the closed grammar."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"cannot read {text!r} at {at}")
            self.tokens.append(found.group().strip())
            at = found.end()
        self.at = 0

    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str | None:
        if self.next() in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def whole(self) -> Any:
        node = self.either()
        if self.next() is not None:
            raise ValueError(f"what is {self.next()!r} in {self.tokens}")
        return node

    def either(self) -> Any:
        return self._chain("or", lambda: self._chain("and", self.negated))

    def _chain(self, word: str, inner: Any) -> Any:
        parts = [inner()]
        while self.take(word):
            parts.append(inner())
        return parts[0] if len(parts) == 1 else (word, *parts)

    def negated(self) -> Any:
        return ("not", self.negated()) if self.take("not") else self.compared()

    def compared(self) -> Any:
        left = self.added()
        sign = self.take("<", "<=", ">", ">=", "==", "!=")
        return (sign, left, self.added()) if sign else left

    def added(self) -> Any:
        node = self.multiplied()
        while sign := self.take("+", "-"):
            node = (sign, node, self.multiplied())
        return node

    def multiplied(self) -> Any:
        node = self.single()
        while sign := self.take("*", "/"):
            node = (sign, node, self.single())
        return node

    def single(self) -> Any:
        if self.take("-"):
            return ("neg", self.single())
        if self.take("("):
            node = self.either()
            assert self.take(")")
            return node
        word = self.tokens[self.at]
        self.at += 1
        if word[0] == '"':
            return ("text", TEXTS.get(word[1:-1], word[1:-1]))
        if word[0].isdigit():
            return Fraction(word[:-1]) / 100 if word.endswith("%") else Fraction(word)
        if self.next() == "(":
            return self.call(word)
        return ("name", ALIASES.get(word, word))

    def call(self, word: str) -> Any:
        self.take("(")
        if word == "streak":
            name = self.tokens[self.at].strip('"')
            self.at += 1
            assert self.take(")")
            return ("streak", name)
        parts, named = [self.either()], {}
        while self.take(","):
            if self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == ":":
                key = self.tokens[self.at]
                self.at += 2
                named[key] = self.either()
            else:
                parts.append(self.either())
        assert self.take(")")
        if word in CALLS:
            return (word, *parts)
        assert word in HISTORY, word
        plain = {k: v[1] if isinstance(v, tuple) and v[0] == "name" else v for k, v in named.items()}
        if "among" in named:
            plain["among"] = named["among"]
        return (word, parts[0], plain)


def expression(value: Any) -> Any:
    """An expression as written, a number or a percentage."""
    return None if value is None else _Parser(str(value)).whole()


def _literal(value: Any) -> Any:
    node = expression(value)
    assert not isinstance(node, tuple), value
    return node


def _table(data: dict[str, Any], holds: str) -> dict[str, Any]:
    tiers = []
    for tier in data["tiers"]:
        value = tier.get(holds)
        nested = _table(value, holds) if isinstance(value, dict) else expression(value)
        read = {k: tier[k] for k in ("bound",) if k in tier}
        read |= {"from": expression(tier.get("from")), "value": nested}
        tiers.append(read | ({"retroactive": True} if tier.get("retroactive") == "true" else {}))
    found: dict[str, Any] = {"mode": data["mode"], "holds": holds, "tiers": tiers}
    found |= {k: expression(data[k]) for k in ("by", "below") if k in data}
    found |= {k: data[k] for k in ("bound", "aggregate") if k in data}
    if data.get("relative_to") == "target":
        found["relative"] = True
    if data.get("unit") == "each":
        found["each_unit"] = True
    return found


def _value(value: Any, holds: str) -> Any:
    return _table(value, holds) if isinstance(value, dict) else expression(value)


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _component(data: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = {"id": data["id"]}
    part |= {k: expression(data[k]) for k in ("for", "of", "when", "pay", "cap", "budget") if k in data}
    part |= {k: data[k] for k in ("level", "each", "kind", "leaver") if k in data}
    part |= {k: data[k] == "true" for k in ("include_self", "accumulate", "carry", "undivided") if k in data}
    if "floor" in data:
        part["floor"] = "none" if data["floor"] == "none" else expression(data["floor"])
    if isinstance(data.get("period"), dict):
        campaign = data["period"]["campaign"]
        part["campaign"] = (_day(campaign["from"]), _day(campaign["to"]))
    elif "period" in data:
        part["period"] = data["period"]
    if "rank" in data:
        rank = data["rank"]
        part["rank"] = {k: rank[k] for k in ("order", "within", "ties") if k in rank} | {"by": expression(rank["by"])}
        if "among" in rank:
            part["rank"]["among"] = expression(rank["among"])
        part["amount"] = [expression(prize) for prize in data["amount"]]
    for word in ("rate", "amount", "deduct"):
        if word in data and not ("rank" in data and word == "amount"):
            part[word] = _value(data[word], "amount" if word == "deduct" else word)
    if "times" in data:
        part["times"] = _value(data["times"], "factor")
    if isinstance(data.get("prorate"), dict):
        part |= {"prorate": expression(data["prorate"]["by"]), "prorate_of": data["prorate"]["of"]}
    elif "prorate" in data:
        part["prorate"] = expression(data["prorate"])
    if "capacity" in data:
        part["capacity"] = {k: v == "true" if k == "pay" else expression(v) for k, v in data["capacity"].items()}
    if "share" in data:
        share = data["share"] if isinstance(data["share"], dict) else {"by": data["share"]}
        part["share"] = {k: expression(v) if k == "cap" else v for k, v in share.items()}
    if "lines" in data:
        part["lines"] = {k: _restricted(k, v) for k, v in (data["lines"] or {}).items()}
    if "score" in data:
        part["score"] = _score(data["score"])
    if "defer" in data:
        part["defer"] = [(int(d["after_months"]), _literal(d["share"])) for d in data["defer"]]
    if isinstance(data.get("clawback"), dict):
        part["clawback"] = [(int(t.get("from", 0)), _literal(t["rate"])) for t in data["clawback"]["tiers"]]
    return part


def _restricted(key: str, value: Any) -> Any:
    if key == "discount":
        return tuple(_literal(value[k]) if k in value else None for k in ("from", "to"))
    return set(value) if isinstance(value, list) else {value}


def _score(data: dict[str, Any]) -> dict[str, Any]:
    items = [(_literal(i["weight"]), _table(i, "points")) for i in data["items"]]
    grades = [(expression(g.get("from")), g["grade"], _literal(g["coefficient"])) for g in data["grades"]]
    found: dict[str, Any] = {"items": items, "grades": grades}
    if "forced" in data:
        found["forced"] = [(f["grade"], _literal(f["share"])) for f in data["forced"]]
    return found


def _limit(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        if key in ("for", "cap", "fund", "guarantee", "prorate", "of"):
            found[key] = expression(value)
        else:
            found[key] = value == "true" if key in ("recoverable", "carry") else value
    return found


def _dated(value: dict[str, Any]) -> list[tuple[date, Any]]:
    return [(_day(start), _literal(one)) for start, one in value.items()]


def _parameter(value: Any, folder: Path) -> Any:
    if not isinstance(value, dict):
        return _literal(value)
    if "table" in value:
        keys = value["key"] if isinstance(value["key"], list) else [value["key"]]
        table: dict[tuple[str, ...], list[tuple[date, Any]]] = {}
        with (folder / value["table"]).open(encoding="utf-8-sig") as stream:
            for row in csv.DictReader(stream):
                key = tuple(row[k] for k in keys)
                table.setdefault(key, []).append((_day(row["from"]), _literal(row["value"])))
        return {"key": tuple(keys), "table": table}
    if "value" in value:
        return _parameter(value["value"], folder) if isinstance(value["value"], dict) else _literal(value["value"])
    if all(re.fullmatch(r"\d{4}-\d\d-\d\d", str(k)) for k in value):
        return _dated(value)
    return {k: _literal(v) for k, v in value.items()}  # legal_share, by kind


def rule_of(path: Path) -> dict[str, Any]:
    """A scheme file as the oracle's `Rule` takes it."""
    data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    declared = {}
    for name, spec in data.get("measures", {}).items():
        declared[name] = {"kind": spec["kind"]} | ({"average_by": spec["average_by"]} if "average_by" in spec else {})
    define = {}
    for name, spec in data.get("define", {}).items():
        node = expression(spec["value"] if isinstance(spec, dict) else spec)
        define[name] = {"value": node, "per": "row"} if isinstance(spec, dict) and spec.get("per") == "row" else node
    rounding = data.get("rounding", {})
    return {
        "id": data["scheme"],
        "step": Fraction(rounding.get("step", "0.01")),
        "mode": rounding.get("mode", "half_up"),
        "at": rounding.get("at", "component"),
        "period": data.get("period", "month"),
        "in_force": (
            _day(data["in_force"]["from"]),
            _day(data["in_force"]["to"]) if "to" in data["in_force"] else None,
        ),
        "columns": COLUMNS | declared,
        "define": define,
        "parameters": {k: _parameter(v, path.parent) for k, v in data.get("parameters", {}).items()},
        "components": [_component(c) for c in data["components"]],
        "limits": [_limit(limit) for limit in data.get("limits", [])],
    }
