"""What the checks of a scheme are made of: findings with their line, examples in numbers, what a component reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from toolkit.core.figures import decimals, money
from toolkit.core.findings import Finding, Severity
from toolkit.core.money import priced, round_to_step
from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.rules.explain.wording import Voice, read_aloud
from toolkit.rules.formula.evaluate import Column, number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call, Expression, Name, Operation, names, nodes
from toolkit.rules.formula.kinds import AnyKind, kind_of
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.parameters import ALWAYS
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme

Path = tuple[str | int, ...]
Check = Callable[[Scheme], Iterator[Finding]]

ERRORS = ("complaints", "complaints_upheld", "answer_errors", "note_errors")
SPEED = ("reply_seconds", "first_reply_seconds", "handling_seconds")
RESULTS = frozenset({"buyers", "orders", "deals", "sales", "gross_sales"})
QUALITY = frozenset({"rated", "satisfied", "checked", *ERRORS})
ATTENDANCE = frozenset(
    {"worked_days", "scheduled_days", "late_days", "early_leave_days", "worked_hours", "scheduled_hours"}
)
LOWER_IS_BETTER = frozenset(
    {*SPEED, *ERRORS, "refunds", "refunds_made", "late_days", "early_leave_days", "cost", "discount", "overhead"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a scheme something stands: its component, None for the scheme itself, and the way to the node."""

    scheme: Scheme
    component: Component | None
    path: Path

    @property
    def line(self) -> int:
        """Line of the file, 1-based."""
        return self.scheme.node.at(self.path).line

    def below(self, *path: str | int) -> Place:
        """Return a place further down."""
        return Place(self.scheme, self.component, (*self.path, *path))

    def finding(self, code: str, severity: Severity, message: Text, **numbers: Any) -> Finding:
        """Return a finding here; its sentence begins with what it is about."""
        scheme, component = self.scheme, self.component
        title = scheme.title if component is None else component.title or Text(component.id, component.id)
        said = Text(f"{title.en}: {message.en}", f"{title.zh}：{message.zh}")
        shown = {key: float(n) if isinstance(n, Fraction) else n for key, n in numbers.items()}
        about = "" if component is None else component.id
        where = {"scheme": scheme.id, "component": about, "line": self.line}
        return Finding(code, severity, about or scheme.id, said, evidence=where | shown)


def component_places(scheme: Scheme) -> Iterator[tuple[Component, Place]]:
    """Yield each component that pays, with its place."""
    for index, component in enumerate(scheme.components):
        if component.deduct is None:
            yield component, Place(scheme, component, ("components", index))


def deduction_rules(scheme: Scheme) -> Iterator[tuple[Component, Place]]:
    """Yield each component that takes away, with its place."""
    for index, component in enumerate(scheme.components):
        if component.deduct is not None:
            yield component, Place(scheme, component, ("components", index))


def tables(scheme: Scheme) -> Iterator[tuple[str, Table, Component, Place]]:
    """Yield each tier table that pays: key, table, component, place."""
    for component, place in component_places(scheme):
        for key, table in component.tables:
            if key in ("rate", "amount"):
                yield key, table, component, place.below(key)
                for index, tier in enumerate(table.tiers):
                    if tier.inner is not None:
                        yield key, tier.inner, component, place.below(key, "tiers", index, key)


# Numbers


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Names whose value the scheme itself gives: parameters, on the first day in force, of the first key."""

    scheme: Scheme

    def column(self, name: str) -> Column:
        """Return a parameter's value; no value for everything else."""
        parameter = self.scheme.vocabulary.parameters.get(name)
        dated = next(iter(parameter.values.values()), ()) if parameter is not None else ()
        start = self.scheme.in_force.from_
        known = [value for day, value in dated if day == ALWAYS or day <= start] or [value for _, value in dated]
        return Exact.constant(known[-1] if known else None)

    def history(self, call: Call) -> Exact:
        """Return no value."""
        return Exact.constant(None)

    def volume_share(self, name: str) -> Exact | None:
        """Return None: nothing is prorated."""
        return None


def constant(scheme: Scheme, formula: Formula | Expression | Table | None) -> Fraction | None:
    """Return what an expression is without any measures, in major units; None where it depends on them."""
    if formula is None or isinstance(formula, Table):
        return None
    return number(formula.node if isinstance(formula, Formula) else formula, _Fixed(scheme)).value(0)


def kind(scheme: Scheme, formula: Formula | Expression | None) -> AnyKind:
    """Return the kind of an expression."""
    if formula is None:
        return "unknown"
    node = formula.node if isinstance(formula, Formula) else formula
    return kind_of(node, scheme.vocabulary.at("scored"), lambda fault: None)


def example_base(scheme: Scheme, formula: Formula | None) -> Fraction:
    """Return the base findings calculate with where no measures are known: 100,000 of money, 100 of anything else."""
    return Fraction(100_000 if kind(scheme, formula) == "money" else 100)


def amount(value: Fraction) -> str:
    """Write an amount of money."""
    return money(Fraction(round_to_step(value * 100), 100))


def cost(scheme: Scheme, value: Fraction) -> Text:
    """Write an amount of money with its currency."""
    return priced(amount(value), scheme.currency)


def times(factor: Fraction) -> str:
    """Write how many times as much."""
    return f"×{decimals(factor, 2).lstrip('≈')}"


def both(write: Callable[[Lang], str]) -> Text:
    """Return a wording in both languages."""
    return Text(write("en"), write("zh"))


# What is read


def columns(scheme: Scheme, *formulas: Formula | Expression | None) -> frozenset[str]:
    """Return the measures expressions are made of, through defines and targets."""
    words, found = scheme.vocabulary, set[str]()
    for formula in formulas:
        if formula is None:
            continue
        for name in names(formula.node if isinstance(formula, Formula) else formula):
            name = words.target_of(name) or name
            define = words.defines.get(name)
            found |= columns(scheme, define.formula) if define is not None else {name} & words.measures.keys()
    return frozenset(found)


def amounts(component: Component) -> tuple[Formula, ...]:
    """Return the expressions an amount grows with: base, amount, prizes, tier amounts."""
    single = [component.pay, component.amount] if isinstance(component.amount, Formula) else [component.pay]
    listed = component.amount if isinstance(component.amount, tuple) else ()
    inner = [t.inner for _, table in component.tables for t in table.tiers if t.inner is not None]
    tiers = [t.amount for table in (*(table for _, table in component.tables), *inner) for t in table.tiers]
    return tuple(f for f in (*single, *listed, *tiers) if isinstance(f, Formula))


def deciders(component: Component) -> tuple[Formula, ...]:
    """Return what decides how much is paid beside the base: what tables, ranks and scores go by, and conditions."""
    every = [table for _, table in component.tables] + ([component.times] if isinstance(component.times, Table) else [])
    every += [tier.inner for table in every for tier in table.tiers if tier.inner is not None]
    found = [component.by(table) for table in every]
    found += [item.by for item in component.score.items] if component.score is not None else []
    found += [component.rank.by] if component.rank is not None else []
    return tuple(f for f in (*found, component.when) if f is not None)


def conditions_read(component: Component) -> tuple[Formula, ...]:
    """Return the conditions on measures."""
    among = component.rank.among if component.rank is not None else None
    return tuple(f for f in (component.when, among) if f is not None)


def comparisons(*formulas: Formula) -> Iterator[Operation]:
    """Yield each comparison of conditions."""
    for formula in formulas:
        for node in nodes(formula.node):
            if isinstance(node, Operation) and node.sign in ("<", "<=", ">", ">=", "=="):
                yield node


def direction(scheme: Scheme, node: Expression) -> int:
    """Return 1 where more is better, -1 where less is, 0 where nothing is measured: by the first measure read."""
    if isinstance(node, Name):
        define = scheme.vocabulary.defines.get(node.name)
        if define is not None:
            return direction(scheme, define.formula.node)
        if node.name not in scheme.vocabulary.measures:
            return 0
        return -1 if node.name in LOWER_IS_BETTER else 1
    if not isinstance(node, Operation | Call):
        return 0
    for place, part in enumerate(node.parts):
        found = direction(scheme, part)
        if found:
            turned = isinstance(node, Operation) and (node.sign == "negative" or (node.sign == "-" and place == 1))
            return -found if turned else found
    return 0


def aloud(scheme: Scheme, node: Formula | Expression, component: Component | None = None) -> Text:
    """Say an expression, in both languages; of a component with its own period."""
    inner = node.node if isinstance(node, Formula) else node
    return both(lambda lang: read_aloud(inner, Voice(scheme, lang, component)))


def measure_names(scheme: Scheme, names_: Iterable[str]) -> Text:
    """Name some measures, in both languages."""
    ordered = sorted(names_)
    listed: dict[Lang, list[str]] = {lang: [scheme.vocabulary.label(n, lang) for n in ordered] for lang in LANGUAGES}
    return Text(", ".join(listed["en"]), "、".join(listed["zh"]))
