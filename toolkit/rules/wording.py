"""Words of sentences: numbers as people write them, names as labels, expressions read aloud, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Lang
from toolkit.rules.dictionary import label
from toolkit.rules.expressions import Call, Expression, Name, Number, Operation, TextLiteral
from toolkit.rules.kinds import AnyKind

# A sign between two values, as said: 达到 and 以上 include the edge, 超过 and 低于 do not.
COMPARED: dict[str, tuple[str, str]] = {
    ">=": ("is at least", "达到"),
    ">": ("is more than", "超过"),
    "<": ("is less than", "低于"),
    "<=": ("is at most", "不超过"),
    "==": ("is", "为"),
    "!=": ("is not", "不为"),
}
_SIGNS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_STRENGTH = {"or": 0, "and": 1, "not": 2, "+": 4, "-": 4, "*": 5, "/": 5, "negative": 6}

Say = Callable[[str], str]


def say(lang: Lang, en: str, zh: str) -> str:
    """Return the wording in one language."""
    return zh if lang == "zh" else en


def decimals(value: Fraction, places: int = 4) -> str:
    """Return a number with thousands separators: exact if it ends within `places`, else rounded after ``≈``."""
    scaled = value * 10**places
    whole = round_to_step(scaled)
    sign, (units, rest) = "-" if whole < 0 else "", divmod(abs(whole), 10**places)
    text = f"{sign}{units:,}" + (f".{rest:0{places}d}".rstrip("0") if rest else "")
    return text if scaled.denominator == 1 else f"≈{text}"


def money(value: Fraction) -> str:
    """Return an amount in major units with two decimals, more if it has them."""
    minor = value * 100
    return format_money(int(minor)) if minor.denominator == 1 else decimals(value, 6)


def percent(value: Fraction) -> str:
    """Return a share as a percentage."""
    return f"{decimals(value * 100)}%"


def quantity(value: Fraction | None, kind: AnyKind, lang: Lang) -> str:
    """Return a value as its kind is written."""
    if value is None:
        return say(lang, "no value", "无数值")
    if kind == "money":
        return money(value)
    return percent(value) if kind in ("ratio", "percent") else decimals(value)


def read_aloud(node: Expression, lang: Lang, name: Say | None = None) -> str:
    """Return an expression in words.

    Parameters
    ----------
    name : says a name; its label by default.
    """
    speak = name or (lambda word: label(word, lang))
    return _read(node, lang, speak, 0)


def _read(node: Expression, lang: Lang, speak: Say, strength: int) -> str:
    if isinstance(node, Number):
        return percent(node.value) if node.percent else decimals(node.value, 12)
    if isinstance(node, TextLiteral):
        return f"“{node.value}”"
    if isinstance(node, Name):
        return speak(node.name)
    if isinstance(node, Call):
        return _call(node, lang, speak)
    if node.sign in COMPARED:
        left, right = (_read(part, lang, speak, 4) for part in node.parts)
        verb = COMPARED[node.sign][lang == "zh"]
        return f"{left}{verb}{right}" if lang == "zh" else f"{left} {verb} {right}"
    own = _STRENGTH[node.sign]
    text = _operation(node, lang, speak, own)
    return f"({text})" if own < strength else text


def _operation(node: Operation, lang: Lang, speak: Say, own: int) -> str:
    if node.sign == "negative":
        return f"−{_read(node.parts[0], lang, speak, own)}"
    if node.sign == "not":
        inner = _read(node.parts[0], lang, speak, own)
        return say(lang, f"not {inner}", f"非（{inner}）")
    left = _read(node.parts[0], lang, speak, own)
    right = _read(node.parts[1], lang, speak, own + (node.sign in "-/"))
    joint = {"and": say(lang, " and ", "，且"), "or": say(lang, " or ", "，或")}.get(node.sign) or _SIGNS[node.sign]
    return f"{left}{joint}{right}"


def _call(node: Call, lang: Lang, speak: Say) -> str:
    inner = [_read(part, lang, speak, 0) for part in node.parts]
    if node.function in ("min", "max"):
        word = {"min": ("the smaller of", "较小者"), "max": ("the greater of", "较大者")}[node.function]
        return say(lang, f"{word[0]} {' and '.join(inner)}", f"{'与'.join(inner)}之{word[1]}")
    if node.function == "streak":
        return say(lang, f"the periods in a row that paid {inner[0]}", f"{inner[0]}连续发放的期数")
    within, over = node.option("within"), node.option("over")
    lowest = (option := node.option("order")) is not None and isinstance(option, Name) and option.name == "lowest"
    best = say(lang, "lowest" if lowest else "highest", "最低" if lowest else "最高")
    group = label(within.name, lang) if isinstance(within, Name) else ""
    if node.function == "best":
        return say(lang, f"the {best} {inner[0]} of the {group}", f"{group}内{best}的{inner[0]}")
    span = _span(over, lang)
    whose = say(lang, f"the {group}'s" if group else "the own", f"{group}的" if group else "本人的")
    return say(lang, f"{whose} {best} {inner[0]} of {span}", f"{whose}{span}{best}{inner[0]}")


def _span(over: Expression | None, lang: Lang) -> str:
    if isinstance(over, Call) and isinstance(over.parts[0], Number):
        count = int(over.parts[0].value)
        return say(lang, f"the last {count} periods", f"前{count}期")
    if isinstance(over, Name) and over.name == "all":
        return say(lang, "all earlier periods", "以往各期")
    return say(lang, "the period before", "上期")
