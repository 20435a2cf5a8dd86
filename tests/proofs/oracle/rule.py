"""A rule given as plain Python data, made ready to be evaluated; what each key may hold is said beside it.

``id, step, mode, at, period, in_force (from, to), parameters, columns, define, components, limits``. Numbers are
ints or Fractions in major units, expressions are tuples (see `expression`), anything left out takes the default
of the language.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.oracle.expression import Eval, Node, compiled, names, scaled_literals, streaks
from tests.proofs.oracle.views import OracleError

WORDS = ("when", "pay", "cap", "for", "of")


class Table:
    """A tier table. `holds` is rate, amount, points or factor; without `by` the caller looks `pay` up.

    A tier's value may be a table of its own.
    """

    def __init__(self, data: dict[str, Any], pay: Node = None) -> None:
        self.mode: str = data["mode"]
        self.holds: str = data["holds"]
        self.bound: str = data.get("bound", "at_or_above")
        self.by: Node = data.get("by")
        self.by_value: Eval | None = None if self.by is None else compiled(self.by)
        self.below: Eval | None = None if data.get("below") is None else compiled(data["below"])
        self.target: str | None = None
        if data.get("relative"):
            self.target = f"target_{(pay if self.by is None else self.by)[1]}"
        self.each_unit: bool = data.get("each_unit", False)
        self.mean: bool = data.get("aggregate") == "mean"
        self.tiers = [
            (None if tier.get("from") is None else compiled(tier["from"]), self._value(tier["value"]), bound)
            for tier, bound in ((tier, tier.get("bound", self.bound)) for tier in data["tiers"])
        ]
        self.retroactive = [t.get("retroactive", False) for t in data["tiers"]]

    @staticmethod
    def _value(data: Any) -> Table | Eval:
        return Table(data) if isinstance(data, dict) else compiled(data)


class Component:
    """One component; expressions are functions of a view, tables are `Table`s."""

    def __init__(self, data: dict[str, Any], period: str) -> None:
        self.id: str = data["id"]
        self.level: str = data.get("level", "self")
        self.include_self: bool = data.get("include_self", False)
        self.each: str | None = data.get("each")
        self.period: str = data.get("period", period)
        self.campaign: tuple[date, date] | None = data.get("campaign")
        self.accumulate: bool = data.get("accumulate", False)
        self.names_credit = data.get("of") is not None and "credit" in names(data["of"])
        self.when, self.pay, self.cap, self.who, self.of = (
            None if data.get(word) is None else compiled(data[word]) for word in WORDS
        )
        self.when_node: Node = data.get("when")
        self.floor: Eval | None = None if data.get("floor") == "none" else compiled(data.get("floor", 0))
        self.budget: Eval | None = None if data.get("budget") is None else compiled(data["budget"])
        self.rate = self._value(data.get("rate"), data.get("pay"))
        self.amount = self._value(data.get("deduct", data.get("amount")), data.get("pay"))
        self.times = self._value(data.get("times"))
        self.prizes: list[Eval] | None = None
        self.rank: dict[str, Any] | None = None
        if "rank" in data:
            self.prizes = [compiled(prize) for prize in data["amount"]]
            self.rank = {**data["rank"], "by": compiled(data["rank"]["by"])}
            self.rank["among"] = compiled(data["rank"].get("among", True))
        self.score: dict[str, Any] | None = None
        if "score" in data:
            self.score = {**data["score"], "items": [(w, Table(t)) for w, t in data["score"]["items"]]}
        self.share: dict[str, Any] | None = data.get("share")
        if self.share is not None and self.share.get("cap") is not None:
            self.share = {**self.share, "cap": compiled(self.share["cap"])}
        self.undivided: bool = data.get("undivided", False)
        self.prorate = None if data.get("prorate") is None else compiled(data["prorate"])
        self.prorates_target: bool = data.get("prorate_of") == "target"
        self.capacity: dict[str, Any] | None = None
        if "capacity" in data:
            self.capacity = {k: v if k == "pay" else compiled(v) for k, v in data["capacity"].items()}
        self.lines: dict[str, Any] | None = data.get("lines")
        self.pay_node: Node = data.get("pay")
        self.is_derived = False
        self.defer: list[tuple[int, Fraction]] = data.get("defer", [])
        self.leaver: str = data.get("leaver", "release")
        self.clawback: list[tuple[int, Fraction]] = data.get("clawback", [(0, Fraction(1))])
        self.is_deduct: bool = "deduct" in data
        self.kind: str = data.get("kind", "")
        self.carry: bool = data.get("carry", False)
        nodes = [data.get(word) for word in (*WORDS, "rate", "amount", "prorate", "times", "score")]
        self.needs: set[str] = set().union(*(streaks(node) for node in nodes))
        self._scaled: dict[Fraction, Eval] = {}

    def clawback_rate(self, age: int) -> Fraction:
        """The share of what was paid that a refund takes back at an age in months."""
        return [rate for start, rate in self.clawback if age >= start][-1]

    @staticmethod
    def _value(data: Any, pay: Node = None) -> Table | Eval | None:
        if data is None or isinstance(data, list):
            return None
        return Table(data, pay) if isinstance(data, dict) else compiled(data)

    def scaled_when(self, factor: Fraction, additive: set[str]) -> Eval:
        """`when` with its volume literals multiplied by `factor`."""
        if factor not in self._scaled:
            self._scaled[factor] = compiled(scaled_literals(self.when_node, additive, factor))
        return self._scaled[factor]


class Rule:
    """One scheme version."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.id: str = data["id"]
        self.step = Fraction(data.get("step", Fraction(1, 100)))
        self.mode: str = data.get("mode", "half_up")
        self.at: str = data.get("at", "component")
        self.in_force: tuple[date, date | None] = data["in_force"]
        self.columns: dict[str, dict[str, Any]] = data["columns"]
        self.parameters: dict[str, Any] = dict(data.get("parameters", {}))
        shares = self.parameters.get("legal_share", {})
        if shares and "table" not in shares:
            by_kind = {(kind,): value for kind, value in shares.items()}
            self.parameters["legal_share"] = {"key": ("kind",), "table": by_kind}
        self._define_nodes = {
            name: node["value"] if isinstance(node, dict) else node for name, node in data.get("define", {}).items()
        }
        self.define = {
            name: (compiled(self._define_nodes[name]), isinstance(node, dict) and node.get("per") == "row")
            for name, node in data.get("define", {}).items()
        }
        self.period: str = data.get("period", "month")
        parts = [Component(part, self.period) for part in data["components"]]
        self.on_sales = {
            part.id
            for part in parts
            if part.level == "self" and part.share is None and "sales" in self._reads(part.pay_node)
        }
        for part in parts:
            part.is_derived = part.id in self.on_sales and part.pay_node != ("name", "sales")
        self.deducts = [part for part in parts if part.is_deduct]
        self.kinds = {part.id: part.kind or "overpayment" for part in parts}
        self.components = _in_order([part for part in parts if not part.is_deduct])
        self.limits = [
            {
                k: compiled(v) if k in ("for", "cap", "fund", "guarantee", "prorate", "of") else v
                for k, v in limit.items()
            }
            for limit in data.get("limits", [])
        ]
        self.additive = {name for name, spec in self.columns.items() if not spec.get("average_by")}
        self._money = {name for name, spec in self.columns.items() if spec["kind"] == "money"} | {"base_pay"}
        self._denominators: dict[str, Eval | None] = {}

    def _reads(self, node: Node) -> set[str]:
        """Every column and parameter behind an expression."""
        found = names(node)
        return found.union(*(self._reads(self._define_nodes[name]) for name in found if name in self._define_nodes))

    def is_money(self, name: str) -> bool:
        return name in self._money

    def denominator(self, measure: str) -> Eval | None:
        """What a target of `measure` is averaged by, None where targets add."""
        if measure not in self._denominators:
            node = self._define_nodes.get(measure)
            weight = self.columns.get(measure, {}).get("average_by")
            if weight:
                node = ("/", 0, ("name", weight))
            is_ratio = isinstance(node, tuple) and node[0] == "/"
            self._denominators[measure] = compiled(node[2]) if is_ratio else None
        return self._denominators[measure]

    def parameter(self, name: str, day: date, attribute: Any, default: Any = ...) -> Any:
        """A parameter's value on `day`; a keyed table is looked up by what `attribute` says of the payee."""
        if name not in self.parameters:
            return attribute(name) if default is ... else default
        values = self.parameters[name]
        if isinstance(values, dict):
            values = values["table"].get(tuple(attribute(key) for key in values["key"]))
            if values is None:
                return None
        if not isinstance(values, list):
            return values
        past = [value for start, value in values if start <= day]
        if not past:
            raise OracleError(f"{name} has no value on {day}")
        return past[-1]


def _in_order(parts: list[Component]) -> list[Component]:
    """Components after those whose streak they read; file order otherwise."""
    done: list[Component] = []
    while len(done) < len(parts):
        ready = [p for p in parts if p not in done and p.needs <= {d.id for d in done} | {p.id}]
        if not ready:
            raise OracleError("the components need each other")
        done.append(ready[0])
    return done
