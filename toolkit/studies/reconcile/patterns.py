"""What only shows across people: two amounts swapped, one factor for several, the same few cents off each, lines split.

None of these follows from the rules; each is told by comparing the differences of one item with each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from toolkit.core.money import format_money, round_to_step
from toolkit.core.text import Text
from toolkit.studies.reconcile.causes import Fit
from toolkit.studies.reconcile.due import AmountsDue, Key
from toolkit.studies.reconcile.payroll_lines import PayrollAmount

FEWEST = 3  # people of one item who make a pattern
GRIDS = (Fraction(1, 100), Fraction(1, 1000))  # of factors: whole percents, then tenths

Difference = tuple[int, int]  # paid, due


def across_people(open_: Mapping[Key, PayrollAmount], owed: Mapping[Key, int], band: int) -> dict[Key, list[Fit]]:
    """Return the patterns that explain amounts, by agent and item.

    Parameters
    ----------
    open_ : amounts paid that are not what is due.
    owed : minor units due by agent and item; 0 where there is none.
    band : the largest difference that counts as rounding.
    """
    by_item: dict[str, dict[str, Difference]] = {}
    for (agent, item), paid in open_.items():
        by_item.setdefault(item, {})[agent] = paid.total, owed.get((agent, item), 0)
    found: dict[Key, list[Fit]] = {}
    for item, people in by_item.items():
        for agent, fit in (*_swapped(people), *_scaled(people, band), *_skimmed(people, band)):
            found.setdefault((agent, item), []).append(fit)
    return found


def _swapped(people: Mapping[str, Difference]) -> Iterator[tuple[str, Fit]]:
    """Yield people of whom each is paid what is due to the other."""
    by_amounts: dict[Difference, list[str]] = {}
    for agent, amounts in people.items():
        by_amounts.setdefault(amounts, []).append(agent)
    for agent, (paid, due) in people.items():
        others = by_amounts.get((due, paid), [])
        if len(others) == 1 and paid and due:
            (other,) = others
            label = Text(
                f"the amount due to {other}, who is paid that of {agent}",
                f"{other} 的应发金额，而 {other} 领的是 {agent} 的",
            )
            yield agent, Fit("SWAPPED", label)


def _scaled(people: Mapping[str, Difference], band: int) -> Iterator[tuple[str, Fit]]:
    """Yield people paid the same factor of what is due to each, where they are many and most of those who differ."""
    off = {a: d for a, d in people.items() if d[1] and d[0] and abs(d[0] - d[1]) > band}
    if len(off) < FEWEST:
        return
    paid, due = max(off.values(), key=lambda d: abs(d[1]))
    for grid in GRIDS:
        factor = round_to_step(Fraction(paid, due) / grid) * grid
        alike = [a for a, (p, d) in off.items() if round_to_step(d * factor) == p]
        if len(alike) >= FEWEST and 2 * len(alike) >= len(off):
            share = f"{format_money(round_to_step(factor * 10_000))} %"
            label = Text(
                f"{share} of what is due, as {len(alike)} people are paid", f"应发的 {share}，共 {len(alike)} 人如此"
            )
            yield from ((agent, Fit("SCALED", label)) for agent in alike)
            return


def _skimmed(people: Mapping[str, Difference], band: int) -> Iterator[tuple[str, Fit]]:
    """Yield people off by the same cents in the same direction."""
    by_size: dict[int, list[str]] = {}
    for agent, (paid, due) in people.items():
        if due and abs(paid - due) <= band:
            by_size.setdefault(paid - due, []).append(agent)
    for size, agents in by_size.items():
        if len(agents) >= FEWEST:
            amount = f"{'+' if size > 0 else ''}{format_money(size)}"
            label = Text(f"{amount} for each of {len(agents)} people", f"{len(agents)} 人各差 {amount}")
            yield from ((agent, Fit("ROUNDING_SKIM", label)) for agent in agents)


def is_split(paid: PayrollAmount, due: AmountsDue, key: Key) -> bool:
    """Say whether an amount that is due stands in several lines which are not the amounts the rules give.

    A line and the line that takes it back do not count.
    """
    lines = Counter(amount for amount in paid.amounts if amount)
    left = sorted((lines - Counter({-amount: n for amount, n in lines.items()})).elements())
    return len(left) > 1 and left != sorted(due.parts(key))
