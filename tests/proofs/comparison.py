"""One random scheme paid by the toolkit and by the oracle, month after month, and every difference between them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from tests.proofs.chunks import Outcome
from tests.proofs.generator.books import lines_of
from tests.proofs.generator.census import tables as tables_of
from tests.proofs.generator.frames import frame
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.schemes import Case, random_case
from tests.proofs.generator.world import is_money
from tests.proofs.generator.yamltext import number
from tests.proofs.oracle.pay import Paid, run
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.views import Book

FACTS = ("base", "by_value", "tier_from", "rate", "before_limits")


def compare(seed: int, index: int, n_agents: int) -> Outcome:
    """Pay the `index`-th random scheme both ways; `n_agents` agent-months in all."""
    from toolkit.rules.scheme.loading import parse_scheme
    from toolkit.rules.settle.payroll import pay

    case = random_case(seed, index)
    cases = [case] if case.also is None else [case, case.also]
    rows = rows_of(case, max(4, n_agents // len(case.months)))
    lines = lines_of(case.world, rows) if case.world.lines else []
    outcome = Outcome(index)
    with tempfile.TemporaryDirectory() as folder:
        for one in cases:
            write_parameters(one, Path(folder))
        schemes = [parse_scheme(one.text, str(Path(folder) / "scheme.yaml")) for one in cases]
    measures, rules, book = frame(rows), [Rule(one.rule) for one in cases], Book(rows)
    sold = frame(lines) if lines else None
    expected: list[list[Paid]] = [[] for _ in cases]
    ledger: pd.DataFrame | None = None
    for month in case.months:
        runs = [run(rule, book, month, past, lines) for rule, past in zip(rules, expected, strict=True)]
        table = pay(schemes if case.also else schemes[0], measures, month=month, ledger=ledger, lines=sold).table
        for where in dict.fromkeys(rule.id for rule in rules):
            ours = [row for rule, this in zip(rules, runs, strict=True) if rule.id == where for row in this.out]
            found = differences(ours, table[table["scheme"] == where], _merged(cases, where))
            outcome.differences += [f"{where}, {month}: {text}" for text in found]
        for past, this in zip(expected, runs, strict=True):
            past += this.out
        outcome.counts["all", "agent-months"] += len({row["agent"] for row in book.months.get(month, [])} - {None})
        ledger = table if ledger is None else pd.concat([ledger, table], ignore_index=True)
        for one, this in zip(cases, runs, strict=True):
            _count(outcome.counts, one, this, month)
        if outcome.differences:
            break
    return outcome


def _merged(cases: list[Case], where: str) -> dict[str, Any]:
    """The components of all versions of one scheme."""
    return {"components": [part for one in cases if one.rule["id"] == where for part in one.rule["components"]]}


def write_parameters(case: Case, folder: Path) -> None:
    """Write the parameter files the scheme names."""
    for name, file in case.rule["files"].items():
        data = case.rule["parameters"][name]
        rows = [
            f"{','.join(key)},{start},{number(value)}" for key, dated in data["table"].items() for start, value in dated
        ]
        text = "\n".join([f"{','.join(data['key'])},from,value", *rows]) + "\n"
        (folder / file["table"]).write_text(text, "utf-8")


def differences(expected: list[Paid], table: pd.DataFrame, rule: dict[str, Any]) -> Iterator[str]:
    """Every row the two do not agree on, amounts first."""
    pools = {part["id"] for part in rule["components"] if "share" in part or part.get("undivided")}
    ours, theirs = _keyed(expected), _rows(table, money_facts(rule), pools)
    outside = {(row.agent, row.component) for row in expected if not row.eligible}
    for key in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(key), theirs.get(key)
        if here is None:
            if there["amount"] == 0 and (key[:2] in outside or key[2] != "component" or key[0] == ""):
                continue
            yield f"{key} paid {there['amount']} ({there['status']}), nothing expected"
        elif there is None:
            yield f"{key} missing, {here['amount']} ({here['status']}) expected"
        else:
            yield from (f"{key} {word}: got {there[word]}, expected {here[word]}" for word in _unlike(here, there))


def _unlike(here: dict[str, Any], there: dict[str, Any]) -> Iterator[str]:
    if here["amount"] != there["amount"]:
        yield "amount"
    elif here["status"] is not None and here["status"] != there["status"]:
        yield "status"
    elif here["status"] == "paid":
        yield from (fact for fact in FACTS if here[fact] is not None and here[fact] != there[fact])


def _keyed(rows: list[Paid]) -> dict[Any, dict[str, Any]]:
    """The oracle's rows by agent, component, step and scope; rows of people a component is not for are left out."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        if not row.eligible or (row.step != "component" and row.amount == 0):
            continue
        scope = row.scope if row.step == "component" else ""
        entry = found.setdefault((row.agent, row.component, row.step, scope), dict.fromkeys((*FACTS, "status")))
        entry["amount"] = entry.get("amount", Fraction(0)) + row.amount
        if row.step == "component":
            entry |= {"status": row.status, "before_limits": row.before, "base": row.base, "by_value": row.by}
            entry |= {"tier_from": row.tier_from, "rate": row.rate}
    return found


def money_facts(rule: dict[str, Any]) -> set[tuple[str, str]]:
    """(component, column) of the facts that are money, which the toolkit gives in minor units."""
    found = set()
    for part in rule["components"]:
        found.add((part["id"], "before_limits"))
        table = next((part[word] for word in ("rate", "amount") if isinstance(part.get(word), dict)), {})
        if is_money(part.get("pay")):
            found.add((part["id"], "base"))
        else:
            found.add((part["id"], "rate"))
        if is_money(table.get("by", part.get("pay"))):
            found |= {(part["id"], "by_value"), (part["id"], "tier_from")}
    return found


def _rows(table: pd.DataFrame, money: set[tuple[str, str]], pools: set[str]) -> dict[Any, dict[str, Any]]:
    """The toolkit's rows in the same form, in major units."""
    found: dict[Any, dict[str, Any]] = {}
    texts = ([v if isinstance(v, str) else "" for v in table[w]] for w in ("agent", "component", "step", "scope"))
    facts = [table[word].tolist() for word in FACTS]
    keys, amounts, statuses = zip(*texts, strict=True), table["amount"].tolist(), table["status"].tolist()
    for i, (agent, component, step, scope) in enumerate(keys):
        key = (agent, component, step, scope if component in pools else "")
        if key not in found:
            known = zip(FACTS, facts, strict=True)
            found[key] = {fact: _exact(column[i], (component, fact) in money) for fact, column in known}
            found[key]["amount"] = Fraction(0)
        found[key]["amount"] += _exact(amounts[i], True)
        found[key]["status"] = statuses[i]
    return found


def _exact(value: Any, is_money: bool) -> Any:
    if value is None or value is pd.NA or value != value:
        return None
    if not is_money:
        return Fraction(value)
    return Fraction(value, 100) if isinstance(value, int) else Fraction(value) / 100


def tables(rule: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(component id, mode x bound, table) of every tier table of a rule."""
    for part in rule["components"]:
        for data, _ in tables_of(part):
            bound = "" if data["mode"] == "interpolated" else data.get("bound", "at_or_above")
            yield part["id"], " ".join([data["mode"], "each" if data.get("each_unit") else bound]).strip(), data


def _count(counts: Counter[tuple[str, str]], case: Case, this: Any, month: str) -> None:
    """What this month proves, as (kind, what) counts of rows; schemes are counted once, in their first month."""
    rows = [row for row in this.out if row.step == "component" and row.eligible]
    size = Counter(row.component for row in rows)
    first = month == case.months[0]
    shapes = {(part, shape) for part, shape, _ in tables(case.rule)}
    for part, shape in shapes:
        counts["rows of mode x bound", shape] += size[part]
    if first:
        counts.update({("schemes with mode x bound", shape): 1 for _, shape in shapes})
        counts.update({("schemes with feature", name): 1 for name in set(case.features)})
        counts["schemes by rounding", f"{case.rule['mode']} at {case.rule['at']}"] += 1
        counts.update({(f"schemes: {kind}", what): 1 for kind, what in case.words})
    for name in set(case.features):
        counts["agent-months with feature", name] += len(this.rows((month,)).agent)
    counts["all", "schemes"] += first
    counts["all", "component rows"] += len(rows)
    counts["all", "component rows with a value exactly on a tier's edge"] += sum(row.edge for row in rows)
    counts["all", "component rows with a negative base"] += sum(row.base is not None and row.base < 0 for row in rows)
    counts["all", "limits met exactly"] += this.on_limit
    counts["all", "amounts exactly on half a rounding step"] += this.on_half
    counts.update(("rows by step and status", f"{row.step}, {row.status}") for row in this.out if row.eligible)
    own = this.book.months.get(month, [])
    counts["all", "rows of measures"] += len(own)
    counts["all", "blank cells"] += sum(row["agent"] is not None and None in row.values() for row in own)
    counts["all", "rows with a zero denominator"] += sum(row["inquiries"] == 0 for row in own)


__all__ = ["Outcome", "compare", "differences", "random_case", "tables", "write_parameters"]
