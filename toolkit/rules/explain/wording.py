"""Words of sentences: numbers as people write them, and the voice in which one language speaks of a scheme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Lang
from toolkit.rules.formula.expressions import Expression
from toolkit.rules.formula.kinds import AnyKind, kind_of
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import InForce
from toolkit.rules.scheme.scheme import Scheme

# A period: the word in English, how to count several in Chinese, and the one before.
_PERIODS = {
    "month": ("month", "个月", "上月"),
    "quarter": ("quarter", "个季度", "上季度"),
    "year": ("year", "年", "上年"),
}
_THIS = {"month": "本月", "quarter": "本季度", "year": "本年", "campaign": "本次活动"}


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


def equals(text: str) -> str:
    """Return ``= text``, or ``≈ text`` for a rounded number."""
    return f"≈ {text.removeprefix('≈')}" if text.startswith("≈") else f"= {text}"


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
