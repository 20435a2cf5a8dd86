"""Figures in sentences: amounts, shares and numbers as people write them, exact or marked as rounded."""

from __future__ import annotations

from fractions import Fraction

from toolkit.core.errors import check_language
from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Lang


def say(lang: Lang, en: str, zh: str) -> str:
    """Return the wording in one language."""
    check_language(lang)
    return zh if lang == "zh" else en


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with what is counted, in English: ``1 file``, ``2 files``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


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
