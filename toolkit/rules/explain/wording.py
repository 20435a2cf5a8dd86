"""Words of sentences: expressions read aloud, in the voice in which one language speaks of a scheme.

Words of sentences: numbers as people write them, and the voice in which one language speaks of a scheme.

Expressions read aloud: sums, conditions, whose condition it is, and records of earlier periods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.figures import decimals, money, percent, say
from toolkit.core.text import Lang
from toolkit.rules.formula.expressions import (
    COMPARISONS,
    OF_VALUES,
    Call,
    Expression,
    Name,
    Number,
    Operation,
    TextLiteral,
)
from toolkit.rules.formula.kinds import AnyKind, kind_of
from toolkit.rules.scheme.document import Component, InForce
from toolkit.rules.scheme.scheme import Scheme

# A period: the word in English, how to count several in Chinese, and the one before.
_PERIODS = {
    "month": ("month", "个月", "上月"),
    "quarter": ("quarter", "个季度", "上季度"),
    "year": ("year", "年", "上年"),
}
_THIS = {"month": "本月", "quarter": "本季度", "year": "本年", "campaign": "本次活动"}


def quantity(value: Fraction | None, kind: AnyKind, lang: Lang) -> str:
    """Return a value as its kind is written."""
    if value is None:
        return say(lang, "no value", "无数值")
    if kind == "money":
        return money(value)
    return percent(value) if kind in ("ratio", "percent") else decimals(value)


def title_of(component: Component, lang: Lang) -> str:
    """Return what a component is called."""
    return component.id if component.title is None else component.title.of(lang)


@dataclass(frozen=True, slots=True)
class Voice:
    """One language speaking of a scheme, and of one component where there is one."""

    scheme: Scheme
    lang: Lang
    component: Component | None = None

    def say(self, en: str, zh: str) -> str:
        """Return the wording in the language."""
        return say(self.lang, en, zh)

    def name(self, name: str) -> str:
        """Say a name: its title, else what the dictionary calls it."""
        return self.scheme.vocabulary.label(name, self.lang)

    def title(self, component_id: str) -> str:
        """Say what a component is called."""
        return title_of(self.scheme.component(component_id), self.lang)

    def kind(self, node: Expression) -> AnyKind:
        """Return the kind of an expression."""
        return kind_of(node, self.scheme.vocabulary.at("scored"), lambda _: None)

    def joined(self, texts: Iterable[str], en: str = "; ", zh: str = "；") -> str:
        """Join texts."""
        return self.say(en, zh).join(texts)

    def listed(self, texts: Iterable[str]) -> str:
        """Join texts as people list them: ``a, b and c``."""
        *first, last = texts
        return self.say(", ", "、").join(first) + self.say(" and ", "和") + last if first else last

    @property
    def this_period(self) -> str:
        """The component's period, this one."""
        unit = self.period[0]
        return self.say(f"this {unit}", _THIS[unit])

    @property
    def period(self) -> tuple[str, str, str]:
        """The component's period: in English, how several are counted in Chinese, and the one before in Chinese."""
        period = "month" if self.component is None else self.scheme.period(self.component)
        return ("campaign", "次活动", "上次活动") if isinstance(period, InForce) else _PERIODS[period]


Say = Callable[[str], str]

# A sign between two values, as said: 达到 and 以上 include the edge, 超过 and 低于 do not.
VERBS: dict[str, tuple[str, str, str]] = {
    ">=": ("reaches", "reach", "达到"),
    ">": ("is above", "are above", "超过"),
    "<": ("is below", "are below", "低于"),
    "<=": ("is at most", "are at most", "不超过"),
    "==": ("is", "are", "为"),
    "!=": ("is not", "are not", "不为"),
}
BOUNDS: dict[str, tuple[str, str]] = {
    ">=": ("at least", "达到"),
    ">": ("more than", "超过"),
    "<": ("less than", "低于"),
    "<=": ("at most", "不超过"),
    "==": ("exactly", "为"),
    "!=": ("other than", "不为"),
}
_ONE = {"month": "月", "quarter": "季度", "year": "年"}
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_COMPARED = 3  # between the conditions and the sums
_STRENGTH = {"or": 0, "and": 1, "not": 2, "+": 4, "-": 4, "*": 5, "/": 5, "negative": 6}


def read_aloud(node: Expression, voice: Voice, name: Say | None = None) -> str:
    """Return an expression in words.

    Parameters
    ----------
    name : says a name; what the scheme or the dictionary calls it by default.
    """
    return _read(node, voice, name or voice.name, 0)


def factor(node: Expression, voice: Voice, name: Say | None = None) -> str:
    """Return an expression in words as it stands beside ``×``: a sum in parentheses."""
    return _read(node, voice, name or voice.name, _STRENGTH["*"])


def who(node: Expression | None, voice: Voice) -> str:
    """Say whom a condition on payees is about."""
    if node is None:
        return voice.say("everyone", "所有人")
    parts = list(conjuncts(node))
    if voice.lang == "zh":
        return "，且".join(_attribute(part, voice) for part in parts) + "的人员"
    return "everyone " + " and ".join(_attribute(part, voice) for part in parts)


def those_with(node: Expression, voice: Voice) -> str:
    """Say which people a condition on measures lets in."""
    parts = list(conjuncts(node))
    if voice.lang == "en" and all(_is_bound(part) for part in parts):
        return "those with " + voice.listed(_bound(part, voice) for part in parts)
    return voice.say(f"those for whom {read_aloud(node, voice)}", f"{read_aloud(node, voice)}的人员")


def conjuncts(node: Expression) -> Iterator[Expression]:
    """Yield the conditions that must all hold."""
    if isinstance(node, Operation) and node.sign == "and":
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def comparisons(node: Expression) -> Iterator[Operation]:
    """Yield the comparisons a condition is made of."""
    if isinstance(node, Operation):
        if node.sign in COMPARISONS:
            yield node
        else:
            for part in node.parts:
                yield from comparisons(part)


def is_plural(text: str) -> bool:
    """Tell whether an English name takes a verb in the plural."""
    last = text.rpartition(" ")[2]
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))


def _attribute(node: Expression, voice: Voice) -> str:
    flag, no = (node.parts[0], True) if isinstance(node, Operation) and node.sign == "not" else (node, False)
    if isinstance(flag, Name):
        label = voice.name(flag.name)
        return voice.say(f"who is {'not ' if no else ''}{label}", f"{'非' if no else ''}{label}")
    return voice.say("whose ", "") + _read(node, voice, voice.name, 2)


def _is_bound(node: Expression) -> bool:
    return (
        isinstance(node, Operation)
        and node.sign in BOUNDS
        and isinstance(node.parts[0], Name)
        and isinstance(node.parts[1], Number)
    )


def _bound(node: Expression, voice: Voice) -> str:
    if not isinstance(node, Operation):
        return ""
    left, right = (_read(part, voice, voice.name, _COMPARED) for part in node.parts)
    word = BOUNDS[node.sign][0]
    if voice.kind(node.parts[0]) != "count":
        return f"{left} of {word} {right}"
    return f"no {left}" if node.sign == "==" and right == "0" else f"{_fewer(word)} {right} {left}"


def _fewer(word: str) -> str:
    return "fewer than" if word == "less than" else word


def _read(node: Expression, voice: Voice, speak: Say, strength: int) -> str:
    if isinstance(node, Number):
        return percent(node.value) if node.percent else decimals(node.value, 12)
    if isinstance(node, TextLiteral):
        return f"“{node.value}”"
    if isinstance(node, Name):
        return speak(node.name)
    if isinstance(node, Call):
        text = _call(node, voice, speak)
        alone = strength < _STRENGTH["+"] or node.function not in OF_VALUES or text.endswith("）")
        return text if alone else voice.say(f"({text})", f"（{text}）")
    if node.sign in COMPARISONS:
        return _comparison(node, voice, speak)
    own = _STRENGTH[node.sign]
    text = _operation(node, voice, speak, own)
    return voice.say(f"({text})", f"（{text}）") if own < strength else text


def _comparison(node: Operation, voice: Voice, speak: Say) -> str:
    left, right = (_read(part, voice, speak, _COMPARED) for part in node.parts)
    one, many, chinese = VERBS[node.sign]
    if voice.lang == "zh":
        return f"{left}{chinese}{right}"
    if _is_bound(node) and voice.kind(node.parts[0]) == "count":
        return f"there are {_bound(node, voice)}"
    return f"{left} {many if is_plural(left) else one} {right}"


def _operation(node: Operation, voice: Voice, speak: Say, own: int) -> str:
    if node.sign == "negative":
        return f"−{_read(node.parts[0], voice, speak, own)}"
    if node.sign == "not":
        inner = _read(node.parts[0], voice, speak, own)
        return voice.say(f"not {inner}", f"并非{inner}")
    left = _read(node.parts[0], voice, speak, own)
    right = _read(node.parts[1], voice, speak, own + (node.sign in "-/"))
    joint = {"and": voice.say(" and ", "，且"), "or": voice.say(" or ", "，或")}.get(node.sign) or _SIGNS[node.sign]
    return f"{left}{joint}{right}"


def _call(node: Call, voice: Voice, speak: Say) -> str:
    inner = [_read(part, voice, speak, _STRENGTH["*"] if node.function in OF_VALUES else 0) for part in node.parts]
    if node.function == "power":
        return " ^ ".join(_read(part, voice, speak, _STRENGTH["negative"]) for part in node.parts)
    if node.function in ("min", "max"):
        en, zh = {"min": ("the smaller of", "较小值"), "max": ("the greater of", "较大值")}[node.function]
        return voice.say(f"{en} {' and '.join(inner)}", f"{zh}（{'、'.join(inner)}）")
    if node.function == "streak":
        part = node.parts[0]
        title = voice.title(part.value) if isinstance(part, TextLiteral) else inner[0]
        unit, counted, _ = voice.period
        return voice.say(
            f"the number of {unit}s in a row, this one included, that paid “{title}”",
            f"“{title}”连续发放的期数（含本期，单位：{counted}）",
        )
    return _history(node, inner[0], voice)


def _history(node: Call, measure: str, voice: Voice) -> str:
    """Say a record, best, mean, sum or figure to date: whose, and of which periods."""
    if node.function == "to_date":
        span = {"year": ("year", "本年"), "quarter": ("quarter", "本季度")}[node.word("over")]
        this = voice.this_period
        return voice.say(f"{measure} since the {span[0]} began ({this} included)", f"{span[1]}至{this}累计{measure}")
    lowest = node.word("order") == "lowest"
    best = voice.say("lowest" if lowest else "highest", "最低" if lowest else "最高")
    group = voice.name(node.word("within")) if node.word("within") else ""
    among = node.option("among")
    only = (
        ""
        if among is None
        else voice.say(f"; only {those_with(among, voice)} count", f"（只计{those_with(among, voice)}）")
    )
    this = voice.this_period
    if node.function in ("mean", "sum"):
        how = {"mean": ("plain mean", "简单平均"), "sum": ("sum", "合计")}[node.function]
        whom = who(
            None if voice.component is None or voice.component.for_ is None else voice.component.for_.node, voice
        )
        return voice.say(
            f"the {how[0]} of the own {measure} of {whom} in the same {group} {this} (this payee included{only})",
            f"本{group}中{whom}（含本人）{this}个人{measure}的{how[1]}{only}",
        )
    if node.function == "best":
        return voice.say(
            f"the {best} {measure} anyone of the same {group} has {this} (this payee included{only})",
            f"本{group}任何一名符合条件人员（含本人）在{this}的{best}个人{measure}{only}",
        )
    when = span_words(node.option("over"), voice)
    if group:
        return voice.say(
            f"the {best} {measure} anyone of the same {group} (this payee included{only}) had {when}",
            f"本{group}任何一名符合条件人员（含本人）在{when}的{best}个人{measure}{only}",
        )
    if among is not None:
        said = read_aloud(among, voice)
        only = voice.say(f" (counting only {voice.period[0]}s in which {said})", f"（只计{said}的期）")
    return voice.say(f"the payee's own {best} {measure} {when}{only}", f"本人{when}的{best}{measure}{only}")


def span_words(over: Expression | None, voice: Voice) -> str:
    """Say which earlier periods a record is of."""
    unit, counted, before = voice.period
    if isinstance(over, Call) and isinstance(over.parts[0], Number):
        count = int(over.parts[0].value)
        several = f"in any of the {count} {unit}s before" if count > 1 else f"in the {unit} before"
        return voice.say(several, f"前{count}{counted}中任一{_ONE.get(unit, '次')}" if count > 1 else before)
    if isinstance(over, Name) and over.name == "all":
        return voice.say(f"in any earlier {unit}", "以往各期")
    return voice.say(f"in the {unit} before", before)
