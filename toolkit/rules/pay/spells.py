"""Spells: a payee's rows that agree in role, team, shop, supervisor, inviter and base pay; and what they are called."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from toolkit.rules.formula.dictionary import SPELL_COLUMNS
from toolkit.rules.formula.labels import Labels, number_labels
from toolkit.rules.formula.members import Index
from toolkit.rules.pay.measures import Cells


def as_labels(cells: Cells, name: str) -> Labels | None:
    """Return a text or number column as codes, None when the table lacks it."""
    if name in cells.texts:
        return cells.texts[name]
    column = cells.numbers.get(name)
    return None if column is None else number_labels(column, cells.n)


def spells_of(cells: Cells) -> Labels:
    """Return the spell of each row; two spells of different payees may be called the same."""
    found = {name: labels for name in SPELL_COLUMNS if (labels := as_labels(cells, name)) is not None}
    codes = np.stack([np.zeros(cells.n, np.int64), *(labels.codes for labels in found.values())])
    distinct, inverse = np.unique(codes, axis=1, return_inverse=True)
    spells = [
        {name: labels.names[c] for (name, labels), c in zip(found.items(), spell[1:], strict=True) if c >= 0}
        for spell in distinct.T
    ]
    spell = np.asarray(inverse, np.int64).reshape(-1)
    return Labels(spell, _names(spells, spell, cells.person))


def _names(spells: list[dict[str, str]], spell: Index, person: Index) -> tuple[str, ...]:
    """Return what people call each spell: its shop and team, and what else tells apart two of one payee there."""
    places = [(one.get("shop", ""), one.get("team", "")) for one in spells]
    told: dict[tuple[str, str], set[str]] = {place: set() for place in places}
    first: dict[tuple[int, tuple[str, str]], dict[str, str]] = {}
    for who, code in _of_several(spell, person, len(spells)):
        other = first.setdefault((who, places[code]), spells[code])
        told[places[code]] |= {name for name in SPELL_COLUMNS if spells[code].get(name) != other.get(name)}
    return tuple(
        " · ".join(filter(None, [*place, *(_plain(one[n]) for n in SPELL_COLUMNS if n in told[place] and n in one)]))
        for place, one in zip(places, spells, strict=True)
    )


def _of_several(spell: Index, person: Index, n_spells: int) -> list[tuple[int, int]]:
    """Return the payees with more than one spell, with each of them."""
    who, code = np.divmod(np.unique(person * max(n_spells, 1) + spell), max(n_spells, 1))
    several = np.zeros(len(who), bool)
    several[1:] = who[1:] == who[:-1]
    several[:-1] |= several[1:]
    return list(zip(who[several].tolist(), code[several].tolist(), strict=True))


def _plain(text: str) -> str:
    """Return a fraction in decimals, any other text as it is."""
    over, _, under = text.partition("/")
    return f"{Decimal(over) / Decimal(under):f}" if over.isdigit() and under.isdigit() else text
