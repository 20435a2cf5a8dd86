"""What every name of a scheme stands for: measures, defines, parameters and attributes, and where it may stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Literal, TypeAlias

from toolkit.core.errors import nearest
from toolkit.core.text import Lang, Text, Words
from toolkit.rules.formula.dictionary import (
    FLAG_ATTRIBUTES,
    KEY_COLUMNS,
    MEASURES,
    NUMBER_ATTRIBUTES,
    TEXT_ATTRIBUTES,
    Measure,
    label,
    target_label,
    write_as,
)
from toolkit.rules.formula.expressions import (
    OF_VALUES,
    Call,
    Expression,
    Name,
    Number,
    Operation,
    TextLiteral,
    names,
    nodes,
)
from toolkit.rules.formula.kinds import AnyKind, Fault, Report, kind_of, require_flag, require_number
from toolkit.rules.scheme.document import DefineEntry, DefineRule, MeasureRule
from toolkit.rules.scheme.parameters import KIND, Parameter
from toolkit.rules.scheme.scalars import Formula

# Where an expression stands: about the payee; about a row; on rolled-up measures, in a define and wherever else nothing
# may look at other rows (`define`), elsewhere (`unit`), or after a scorecard.
Place: TypeAlias = Literal["payee", "row", "define", "unit", "scored"]
SCORE_NAMES: tuple[str, ...] = ("score", "grade", "coefficient")
TARGET = "target_"
_ORDERS = ("lowest", "highest")
SO_FAR = ("year", "quarter")
_OPTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "record": (("over", "within", "order", "among"), "over"),
    "best": (("within", "order", "among"), "within"),
    "mean": (("within", "among"), "within"),
    "sum": (("within", "among"), "within"),
    "to_date": (("over",), "over"),
}
_EXAMPLES = {
    "record": "record(x, over: last_month)",
    "best": "best(x, within: shop)",
    "mean": "mean(x, within: shop)",
    "sum": "sum(x, within: shop)",
    "to_date": "to_date(x, over: year)",
}
_SO_FAR = Text("over is year or quarter", "over 只能是 year 或 quarter")
_OVER = Text("over is last_month, last(k) or all", "over 只能是 last_month、last(k) 或 all")
_WITHIN = Text("within is the name of a column, such as shop", "within 是一列的名称，例如 shop")
_ORDER = Text("order is lowest or highest", "order 只能是 lowest 或 highest")
_ELSEWHERE = Text(
    "write it in when, pay, by, rate, amount, times, deduct, rank, floor or cap of a component",
    "可写在项目的 when、pay、by、rate、amount、times、deduct、rank、floor、cap 里",
)
_PAYEE = Text("measures stand in 'when'", "指标写在 when 里")
_ROW = Text("ask about shop, channel, credit, ...", "这里可用 shop、channel、credit 等列")


@dataclass(frozen=True, slots=True)
class Define:
    """A derived measure; `per_row` ones are evaluated on each row and added."""

    name: str
    formula: Formula
    per_row: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of one scheme; `defines` stand in an order in which each reads only earlier ones.

    `titles` are what the scheme itself calls its measures, defines and parameters.
    """

    measures: Mapping[str, Measure]
    defines: Mapping[str, Define]
    parameters: Mapping[str, Parameter]
    components: tuple[str, ...]
    titles: Mapping[str, Text] = field(default_factory=dict)
    # What is found of a define, each once: defines that name others twice over would else take exponential time.
    _kinds: dict[str, AnyKind] = field(default_factory=dict, repr=False, compare=False)
    _additive: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    _negative: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def label(self, name: str, lang: Lang) -> str:
        """Return what a name is called in a sentence: its title, else what the dictionary calls it."""
        if name in self.titles:
            return self.titles[name].of(lang)
        measure = name.removeprefix(TARGET)
        if measure != name and measure in self.titles:
            return target_label(self.titles[measure].of(lang), lang)
        return label(name, lang)

    def known(self) -> tuple[str, ...]:
        """Return every name that can be read as a number."""
        return (*self.defines, *self.parameters, *self.measures, *NUMBER_ATTRIBUTES)

    def is_measure(self, name: str) -> bool:
        """Tell whether a name is rolled up from rows: a measure, a define or a target."""
        return name in self.defines or name in self.measures or self.target_of(name) != ""

    def target_of(self, name: str) -> str:
        """Return the measure a name is the target of, "" if it is none."""
        measure = name.removeprefix(TARGET)
        return measure if name.startswith(TARGET) and (measure in self.defines or measure in self.measures) else ""

    def adds(self, name: str) -> bool:
        """Tell whether a measure or define of several rows is the sum of theirs."""
        if name in self.defines:
            if name not in self._additive:
                define = self.defines[name]
                self._additive[name] = define.per_row or self._linear(define.formula.node)
            return self._additive[name]
        return name in self.measures and not self.measures[name].average_by

    def _linear(self, node: Expression) -> bool:
        if isinstance(node, Name):
            return self.adds(node.name)
        if not isinstance(node, Operation):
            return False
        if node.sign in ("+", "-", "negative"):
            return all(self._linear(part) for part in node.parts)
        if node.sign not in ("*", "/"):
            return False
        left, right = node.parts
        return (self._linear(left) and self._fixed(right)) or (
            node.sign == "*" and self._fixed(left) and self._linear(right)
        )

    def _fixed(self, node: Expression) -> bool:
        return all(name in self.parameters for name in names(node)) and not any(
            isinstance(n, Call) and n.function not in OF_VALUES for n in nodes(node)
        )

    def denominator(self, name: str) -> Expression | None:
        """Return what a ratio is over: the divisor of its define, or the weight of an average."""
        if name in self.defines:
            node = self.defines[name].formula.node
            return node.parts[1] if isinstance(node, Operation) and node.sign == "/" else None
        weight = self.measures[name].average_by if name in self.measures else ""
        return Name(weight, weight) if weight else None

    def may_be_negative(self, node: Expression) -> bool:
        """Tell whether an expression may go below 0: it contains a minus, or reads what may."""
        if isinstance(node, Number | TextLiteral):
            return False
        if isinstance(node, Operation):
            return node.sign in ("-", "negative") or any(self.may_be_negative(part) for part in node.parts)
        if isinstance(node, Call):
            return any(self.may_be_negative(part) for part in node.parts)
        if node.name in self.defines:
            if node.name not in self._negative:
                self._negative[node.name] = self.may_be_negative(self.defines[node.name].formula.node)
            return self._negative[node.name]
        if node.name in self.parameters:
            return self.parameters[node.name].may_be_negative
        return node.name in self.measures and self.measures[node.name].may_be_negative

    def kind_of_define(self, name: str) -> AnyKind:
        """Return the kind of a define's value; what is wrong with it is reported where it stands."""
        if name not in self._kinds:
            self._kinds[name] = kind_of(self.defines[name].formula.node, self.at("define"), _ignore)
        return self._kinds[name]

    def at(self, place: Place) -> NamesAtPlace:
        """Return the names as they may be used at a place."""
        return NamesAtPlace(self, place)


@dataclass(frozen=True, slots=True)
class NamesAtPlace:
    """The names allowed at one place of a scheme (the `Names` that `kinds` asks)."""

    vocabulary: Vocabulary
    place: Place

    def kind(self, name: Name, as_text: bool, report: Report) -> AnyKind:
        """Return the kind of a name, reporting one that is not known or not allowed here."""
        words = self.vocabulary
        if self.place == "scored" and name.name in SCORE_NAMES:
            return "text" if name.name == "grade" else "plain"
        if words.is_measure(name.name):
            return self._measure(name, report)
        if name.name in words.parameters:
            if KIND in words.parameters[name.name].key:
                message = Text(f"{name.written!r} is given by kind of deduction", f"{name.written!r} 按扣款种类给出")
                report(Fault("by-kind", message, name.column))
                return "unknown"
            return words.parameters[name.name].kind
        if name.name in KEY_COLUMNS:
            message = Text(f"{name.written!r} cannot be asked about", f"不能用 {name.written!r} 作条件")
            report(Fault("key-column", message, name.column))
            return "unknown"
        if name.name in NUMBER_ATTRIBUTES:
            return NUMBER_ATTRIBUTES[name.name]
        if name.name in FLAG_ATTRIBUTES:
            return "flag"
        return "text" if as_text or name.name in TEXT_ATTRIBUTES else self._unknown(name, report)

    def _measure(self, name: Name, report: Report) -> AnyKind:
        if self.place in ("payee", "row"):
            fix = _PAYEE if self.place == "payee" else _ROW
            message = Text(f"{name.written!r} is a measure, not an attribute", f"{name.written!r} 是指标，不是人员属性")
            report(Fault("not-an-attribute", message, name.column, fix))
            return "unknown"
        measure = self.vocabulary.target_of(name.name) or name.name
        if measure in self.vocabulary.defines:
            return self.vocabulary.kind_of_define(measure)
        return self.vocabulary.measures[measure].kind

    def _unknown(self, name: Name, report: Report) -> AnyKind:
        if self.place in ("payee", "row"):
            text = Text(f'compare a text: {name.written} == "..."', f'要与文字比较：{name.written} == "..."')
            fix: Words = _known_word(name) or text
        else:
            example = f"measures: {{{name.written}: {{kind: count}}}}"
            declare = Text(f"declare it: {example}", f"先声明：{example}")
            fix = _known_word(name) or nearest(name.name, self.vocabulary.known()) or declare
        en, zh = "is neither a measure, a define nor a parameter", "不是指标、define 或参数"
        report(Fault("unknown-name", Text(f"{name.written!r} {en}", f"{name.written!r} {zh}"), name.column, fix))
        return "unknown"

    def check_call(self, call: Call, report: Report) -> AnyKind:
        """Check a call that looks at other periods or other people, and return its kind."""
        if self.place not in ("unit", "scored"):
            message = Text(
                f"{call.function} looks at other rows and cannot stand here",
                f"{call.function} 要看其他人或其他时期的数据，不能写在这里",
            )
            report(Fault("history-here", message, call.column, _ELSEWHERE))
            return "unknown"
        if call.function == "streak":
            return self._streak(call, report)
        if call.function == "last" or len(call.parts) != 1:
            message = Text(f"{call.function} takes one measure", f"{call.function} 要有一个指标")
            report(Fault("bad-call", message, call.column, _EXAMPLES.get(call.function, "")))
            return "unknown"
        for fault in _option_faults(call):
            report(fault)
        among = call.option("among")
        if among is not None:
            require_flag(among, self.vocabulary.at("define"), report)
        return require_number(call.parts[0], self.vocabulary.at("define"), report)

    def _streak(self, call: Call, report: Report) -> AnyKind:
        text = call.parts[0] if len(call.parts) == 1 and not call.options else None
        if not isinstance(text, TextLiteral):
            message = Text("streak takes the id of a component in quotes", "streak 里写某个项目的代号，并加引号")
            report(Fault("bad-call", message, call.column))
        elif text.value not in self.vocabulary.components:
            fix = nearest(text.value, self.vocabulary.components)
            message = Text(f"there is no component {text.value!r}", f"没有项目 {text.value!r}")
            report(Fault("unknown-component", message, text.column, fix))
        return "plain"


def build_vocabulary(
    measures: Mapping[str, MeasureRule],
    defines: Mapping[str, DefineRule],
    parameters: Mapping[str, Parameter],
    components: tuple[str, ...],
) -> Vocabulary:
    """Return the names of a scheme.

    Raises
    ------
    CycleError
        If defines read one another in a circle; its second argument names them.
    """
    declared = {m.name: m for m in MEASURES} | {
        name: Measure(name, rule.kind, rule.average_by, rule.may_be_negative) for name, rule in measures.items()
    }
    found = {name: _define(name, rule) for name, rule in defines.items()}
    graph = {name: [n for n in names(d.formula.node) if n in found] for name, d in found.items()}
    order = TopologicalSorter(graph).static_order()
    return Vocabulary(
        {n: m for n, m in declared.items() if n not in found and n not in parameters},
        {name: found[name] for name in order},
        parameters,
        components,
        _titles(measures, defines, parameters),
    )


def _titles(
    measures: Mapping[str, MeasureRule], defines: Mapping[str, DefineRule], parameters: Mapping[str, Parameter]
) -> dict[str, Text]:
    named = {name: rule.title for name, rule in measures.items()}
    named |= {name: parameter.title for name, parameter in parameters.items()}
    named |= {name: rule.title for name, rule in defines.items() if isinstance(rule, DefineEntry)}
    return {name: title for name, title in named.items() if title is not None}


def _define(name: str, rule: DefineRule) -> Define:
    if isinstance(rule, DefineEntry):
        return Define(name, rule.value, rule.per == "row")
    return Define(name, rule, False)


def _known_word(name: Name) -> Words:
    """Return what to write for a word that files and people use for a column; own measures only after it."""
    ours = write_as(name.written)
    if ours is None:
        return ""
    return Text(
        f"{ours.en}; a measure of your own needs another name: measures: {{my_measure: {{kind: count}}}}",
        f"{ours.zh}；如果是自有指标，请另取名称再声明：measures: {{自有指标: {{kind: count}}}}",
    )


def _option_faults(call: Call) -> list[Fault]:
    """Return what is wrong with the options of a call."""
    allowed, needed = _OPTIONS[call.function]
    known = Text(f"it knows {', '.join(allowed)}", f"可用的有 {', '.join(allowed)}")
    strange = [key for key, _ in call.options if key not in allowed]
    over, within, order = (call.option(key) for key in ("over", "within", "order"))
    lacks = Text(f"{call.function} needs {needed!r}", f"{call.function} 还要写 {needed!r}")
    wrong = (
        (call.option(needed) is None, call, lacks),
        (over is not None and not _is_span(over, call), over, _SO_FAR if call.function == "to_date" else _OVER),
        (within is not None and not isinstance(within, Name), within, _WITHIN),
        (isinstance(within, Name) and write_as(within.written) is not None, within, _written(within)),
        (order is not None and not (isinstance(order, Name) and order.name in _ORDERS), order, _ORDER),
    )
    return [
        *(Fault("bad-call", _no_option(call, key), call.column, known) for key in strange),
        *(Fault("bad-call", message, at.column) for is_wrong, at, message in wrong if is_wrong and at is not None),
    ]


def _no_option(call: Call, key: str) -> Text:
    return Text(f"{call.function} does not know {key!r}", f"{call.function} 没有选项 {key!r}")


def _written(within: Expression | None) -> Text:
    word = within.written if isinstance(within, Name) else ""
    return group_word(word) or _WITHIN


def group_word(word: str) -> Text | None:
    """Return why a word does not group people though it is known; None for any that may be a column."""
    ours = write_as(word)
    return ours and Text(f"{word!r} is no column that groups people: {ours.en}", f"不能按 {word!r} 分组：{ours.zh}")


def _is_span(node: Expression, call: Call) -> bool:
    if call.function == "to_date":
        return isinstance(node, Name) and node.name in SO_FAR
    if isinstance(node, Call) and node.function == "last" and len(node.parts) == 1 and not node.options:
        count = node.parts[0]
        return isinstance(count, Number) and count.value.denominator == 1 and 1 <= count.value <= 120
    return isinstance(node, Name) and node.name in ("last_month", "all")


def _ignore(fault: Fault) -> None:
    """Faults inside a define are reported where it stands."""
