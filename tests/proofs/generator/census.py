"""What a random rule uses of the language: how often each newer word, and which defaults it leaves out or writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

Part = dict[str, Any]
Counts = Counter[tuple[str, str]]
WORD, LEFT_OUT, WRITTEN = "word", "default left out", "default written"
IN_YEARS = {"clawback", "carry of a person cap", "recoverable of a guarantee"}  # written in random years only
NEW = ("mean", "sum", "to_date", "power")
WHERE = ("rank", "score", "share", "undivided", "accumulate", "lines")


def census(rule: Part) -> Counts:
    """(word, default left out or default written; what) -> how often the rule does so."""
    counts: Counts = Counter()
    for what in ("step", "mode", "at"):
        _default(counts, f"rounding {what}", what not in rule.get("left_out", ()))
    _default(counts, "rounding", not {"step", "mode", "at"} <= set(rule.get("left_out", ())))
    _default(counts, "period of the scheme", "period" in rule)
    _default(counts, "last day in force", rule["in_force"][1] is not None)
    counts[WORD, "period of the scheme: quarter"] += rule.get("period") == "quarter"
    for part in rule["components"]:
        _component(counts, part)
        for data, place in tables(part):
            _table(counts, part, data, place)
        for word, value in part.items():
            for node in nodes(value):
                _node(counts, node)
                if node[0] in NEW:
                    counts[WORD, f"{node[0]} in {word}"] += 1
                    counts[WORD, f"{node[0]} ({_where(part)})"] += 1
        counts[WORD, "budget with rounding at total"] += "budget" in part and rule["at"] == "total"
    for limit in rule.get("limits", []):
        _limit(counts, limit)
    return +counts


def _default(counts: Counts, what: str, is_written: bool) -> None:
    counts[WRITTEN if is_written else LEFT_OUT, what] += 1


def _component(counts: Counts, part: Part) -> None:
    for word in ("for", "when", "cap", "prorate", "times"):
        _default(counts, word, word in part)
    _default(counts, "level", "level" in part)
    if "campaign" not in part:
        _default(counts, "period", "period" in part)
    if "deduct" not in part:
        _default(counts, "floor", "floor" in part)
    else:
        _default(counts, "carry of a deduction", "carry" in part)
    if part.get("level") == "team":
        _default(counts, "include_self", "include_self" in part)
    if part.get("level", "self") != "self":
        _default(counts, "of", "of" in part)
    if "rank" in part:
        for word in ("within", "among"):
            _default(counts, f"{word} of rank", word in part["rank"])
    if "share" in part:
        _default(counts, "cap of share", "cap" in part["share"])
        if "cap" in part["share"]:
            _default(counts, "excess of share", "excess" in part["share"])
        counts[WORD, f"share by {'equal' if part['share']['by'] == 'equal' else 'a measure'}"] += 1
    if "capacity" in part:
        _default(counts, "pay of capacity", "pay" in part["capacity"])
    if "prorate" in part:
        _default(counts, "of of prorate", "prorate_of" in part)
    if "defer" in part:
        _default(counts, "leaver", "leaver" in part)
    if part.get("pay") is not None and "sales" in repr(part["pay"]):
        _default(counts, "clawback", "clawback" in part)
    if "score" in part:
        _default(counts, "forced of score", "forced" in part["score"])
        _default(counts, "first from of grades", part["score"]["grades"][0][0] is not None)
    _words(counts, part)


def _where(part: Part) -> str:
    """What else a component is, in a word or two."""
    found = next((word for word in WHERE if word in part), "")
    if not found and "each" in part:
        found = f"each {part['each']}"
    if not found and part.get("level", "self") != "self":
        found = f"level {part['level']}"
    if not found and part.get("period", "month") != "month":
        found = "of several months"
    return found or "alone"


def _words(counts: Counts, part: Part) -> None:
    where = _where(part)
    counts[WORD, "floor: none"] += part.get("floor") == "none"
    if "budget" in part:
        counts[WORD, f"budget ({where})"] += 1
        counts[WORD, f"budget: {'a literal' if not isinstance(part['budget'], tuple) else 'of parameters'}"] += 1
    if "times" in part:
        what = f"table, {part['times']['mode']}" if isinstance(part["times"], dict) else "expression"
        counts[WORD, f"times: {what}"] += 1
        counts[WORD, f"times ({where})"] += 1
        beside = next(
            (f"{word} {part[word]['mode']}" for word in ("rate", "amount") if isinstance(part.get(word), dict)),
            "an expression",
        )
        counts[WORD, f"times beside {beside}"] += 1
    if "score" in part:
        given = {"score", "grade", "coefficient"}
        for word in ("rate", "amount", "times", "when"):
            value = part.get(word)
            if isinstance(value, dict):
                counts[WORD, f"score in {word}: by"] += bool(_named(value.get("by")) & given)
                counts[WORD, f"score in {word}: tiers"] += any(_named(tier["value"]) & given for tier in value["tiers"])
            else:
                counts[WORD, f"score in {word}"] += bool(_named(value) & given)


def _table(counts: Counts, part: Part, data: Part, place: str) -> None:
    mode, tiers = data["mode"], data["tiers"]
    if place == "rate":
        _default(counts, f"by of a {mode} table", "by" in data)
    if mode != "interpolated" and not data.get("each_unit"):
        _default(counts, f"bound of a {mode} table", "bound" in data)
    _default(counts, f"first from of a {mode} table", "from" in tiers[0])
    if "from" not in tiers[0] and mode != "marginal":
        _default(counts, "needless below", "below" in data)
    if len(tiers) > 1:
        _default(counts, "to of tiers", data.get("write_to", False))
    if data.get("by") is not None and place in ("rate", "amount"):
        _default(counts, "aggregate", "aggregate" in data)
    if data.get("relative"):
        counts[WORD, f"relative_to in a {mode} table, {'by written' if 'by' in data else 'without by'}"] += 1
    if place == "tier":
        counts[WORD, f"table in a tier: {mode}, {data['holds']}"] += 1
    for tier in tiers:
        if tier.get("retroactive"):
            bound = "unit: each" if data.get("each_unit") else tier.get("bound", data.get("bound", "at_or_above"))
            counts[WORD, f"retroactive, {bound}{' of the tier' if 'bound' in tier else ''}"] += 1
            counts[WORD, "retroactive first tier"] += tier is tiers[0]
    counts[WORD, "several retroactive tiers"] += sum("retroactive" in tier for tier in tiers) > 1


def _node(counts: Counts, node: Any) -> None:
    kind = node[0]
    if kind == "power":
        counts[WORD, "power"] += 1
    elif kind == "to_date":
        counts[WORD, f"to_date over {node[2]['over']}"] += 1
    elif kind in ("record", "best", "mean", "sum"):
        words = node[2]
        if kind in ("mean", "sum"):
            counts[WORD, f"{kind} within {words['within']}"] += 1
        else:
            _default(counts, f"within of {kind}", words.get("within") is not None)
        if kind == "record":
            _default(counts, "order of record", words.get("order") is not None)
        _default(counts, f"among of {kind}", words.get("among") is not None)
        counts[WORD, f"{kind} among"] += words.get("among") is not None


def _limit(counts: Counts, limit: Part) -> None:
    if "fund" in limit:
        _default(counts, "level of a fund", "level" in limit)
    else:
        _default(counts, "for of a limit", "for" in limit)
    if "cap" in limit:
        _default(counts, "period of a person cap", "period" in limit)
        if "period" not in limit:
            _default(counts, "carry of a person cap", "carry" in limit)
    if "guarantee" in limit:
        for word in ("prorate", "recoverable"):
            _default(counts, f"{word} of a guarantee", word in limit)
        if "recoverable" in limit:
            _default(counts, "recover_from", "recover_from" in limit)


def tables(part: Part) -> Iterator[tuple[Part, str]]:
    """Every table of a component and where it stands: rate, amount, times, score or tier."""
    found = [(part[word], word) for word in ("rate", "amount", "times") if isinstance(part.get(word), dict)]
    found += [(items, "score") for _, items in part.get("score", {}).get("items", [])]
    yield from found
    for data, _ in found:
        yield from ((tier["value"], "tier") for tier in data["tiers"] if isinstance(tier["value"], dict))


def nodes(value: Any) -> Iterator[Any]:
    """Every expression node in plain data."""
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else ():
        yield from nodes(child)


def _named(value: Any) -> set[str]:
    return {node[1] for node in nodes(value) if node[0] == "name"}
