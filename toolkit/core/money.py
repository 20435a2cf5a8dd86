"""Exact money: integer minor units inside, major units in files, and the one rounding function.

Minor units are hundredths (fen, cents). Anything inexact goes through `round_to_step`; anything divided among
people goes through `share_out`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal

from toolkit.core.text import Text

Rounding = Literal["half_up", "half_even", "up", "down"]
ROUNDINGS: tuple[Rounding, ...] = ("half_up", "half_even", "up", "down")

LARGEST = 10**15
_MONEY = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


def parse_money(text: str) -> int:
    """Read an amount in major units, e.g. ``1,234.50``, ``¥12``, ``-3``, as minor units.

    Raises
    ------
    ValueError
        If `text` is not a number, or has a part below a minor unit.
    """
    bare = text.strip().strip("¥￥$£€").strip()
    if not _MONEY.fullmatch(bare):
        raise ValueError(Text("not an amount of money", "不是金额"))
    minor = Fraction(bare.replace(",", "")) * 100
    if minor.denominator != 1:
        raise ValueError(Text("more than two decimals", "小数超过两位"))
    return int(minor)


def within_limits(whole: int) -> int:
    """Return a count or an amount in minor units, if what is made of it keeps within 64 bits.

    Raises
    ------
    ValueError
        If it is beyond `LARGEST`.
    """
    if abs(whole) > LARGEST:
        raise ValueError(
            Text("larger than can be kept exactly (more than 15 digits)", "数值过大，无法精确保存（超过 15 位）")
        )
    return whole


def rough_money(minor: float) -> str:
    """Write an estimate in minor units as whole major units with three figures that count: ``782,000``."""
    whole = abs(minor) / 100
    step = 10 ** max(len(str(int(whole))) - 3, 0)
    return ("-" if minor < 0 else "") + f"{round(whole / step) * step:,}"


def format_money(minor: int, thousands: bool = True) -> str:
    """Write minor units as major units with two decimals: ``-1,234.50``."""
    sign, (whole, cents) = "-" if minor < 0 else "", divmod(abs(minor), 100)
    return f"{sign}{whole:,}.{cents:02d}" if thousands else f"{sign}{whole}.{cents:02d}"


def priced(amount: str, currency: str) -> Text:
    """Return an amount with its currency, as sentences say it: ``1,500.00 CNY``, in Chinese ``1,500.00 元``."""
    return Text(f"{amount} {currency}", f"{amount} {'元' if currency == 'CNY' else currency}")


def round_to_step(value: Fraction, step: int = 1, mode: Rounding = "half_up") -> int:
    """Round an exact value to a multiple of `step`.

    Parameters
    ----------
    value : exact amount in minor units.
    step : minor units, >= 1.
    mode : ``half_up`` half away from zero, ``half_even``, ``up`` away from zero, ``down`` towards zero.

    Returns
    -------
    int
        Minor units, a multiple of `step`.
    """
    den = value.denominator * step
    whole, rest = divmod(abs(value.numerator), den)
    twice = 2 * rest
    up = {
        "half_up": twice >= den,
        "half_even": twice > den or (twice == den and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return (whole + up) * (-step if value.numerator < 0 else step)


def rounded_parts(parts: Sequence[Fraction]) -> list[int]:
    """Return parts of a sum in whole minor units that add up to the rounded sum; spare ones go to the largest rests."""
    whole = [part.numerator // part.denominator for part in parts]
    rests = sorted(range(len(parts)), key=lambda i: whole[i] - parts[i])
    for i in rests[: round_to_step(sum(parts, Fraction(0))) - sum(whole)]:
        whole[i] += 1
    return whole


def spare_cent_key(month: str, component: str, agent: str) -> str:
    """Return the digest by which equal remainders are ordered, so that it is not always the same person."""
    return hashlib.sha256(f"{month}|{component}|{agent}".encode()).hexdigest()


def share_out(total: int, weights: Sequence[Fraction | int], keys: Sequence[str]) -> list[int]:
    """Divide `total` in proportion to `weights`, losing nothing (largest remainder).

    Parameters
    ----------
    total : minor units (or whole units of `step` the caller divided by); may be negative.
    weights : n values >= 0, not all 0.
    keys : n strings ordering equal remainders, see `spare_cent_key`.

    Returns
    -------
    list of int
        n parts whose sum is `total`.
    """
    sign, amount = (-1 if total < 0 else 1), abs(total)
    common = lcm(*(w.denominator for w in weights))
    shares = [w.numerator * (common // w.denominator) for w in weights]
    whole = sum(shares)
    parts = [amount * share // whole for share in shares]
    order = sorted(range(len(parts)), key=lambda i: (-(amount * shares[i] % whole), keys[i]))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return [sign * p for p in parts]
