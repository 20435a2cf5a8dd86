"""What stood behind one person's month beside the sums: the own measures, and what the first places had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError
from toolkit.core.figures import decimals, money
from toolkit.core.money import format_money, round_to_step
from toolkit.core.period import Month
from toolkit.core.text import LANGUAGES, Text
from toolkit.rules.explain.components import first_places
from toolkit.rules.explain.what_if import names_read
from toolkit.rules.explain.wording import Voice
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.expressions import Name, names
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.pay.components import AwardFacts
from toolkit.rules.pay.ledger import LedgerRows
from toolkit.rules.pay.measures import read_columns
from toolkit.rules.pay.payees import PayeeRows, people_units
from toolkit.rules.pay.rollup import MeasureRows
from toolkit.rules.scheme.scheme import Scheme


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """One of a person's measures, in words: this month's value, and that of the month before ("" for none)."""

    label: Text
    value: Text
    before: Text


def own_measures(schemes: Sequence[Scheme], measures: pd.DataFrame, month: Month, agent: str) -> list[OwnMeasure]:
    """Return a person's measures that the schemes read, all rows of a month together, beside the month before."""
    mine = measures[measures["agent"] == agent]
    read = names_read(schemes)
    found: dict[str, OwnMeasure] = {}
    for scheme in schemes:
        now, before = (_values(scheme, mine, when, read) for when in (month, month.shift(-1)))
        found |= {name: OwnMeasure(read[name], now[name], before.get(name, Text("", ""))) for name in now}
    return list(found.values())


def _values(scheme: Scheme, mine: pd.DataFrame, month: Month, read: dict[str, Text]) -> dict[str, Text]:
    """Return the values a person has in a month, by name; what a define is made of before it."""
    words, rows = scheme.vocabulary, mine[mine["month"] == str(month)]
    if rows.empty:
        return {}
    cells = read_columns(rows, words)
    every = np.ones(cells.n, bool)
    rolled = people_units(PayeeRows(MeasureRows(cells, words, month.last_day), every, every)).rolled
    inside = [n for d in words.defines.values() if d.name in read for n in names(d.formula.node)]
    found = {}
    for name in dict.fromkeys(n for n in (*inside, *read) if n in read and words.is_measure(n)):
        node = Name(name, name)
        try:
            value = number(node, rolled).value(0)
        except InputError:  # a column these data lack: no scheme in force was paid by it
            continue
        if value is not None:
            found[name] = _short(value, Voice(scheme, "en").kind(node))
    return found


def _short(value: Fraction, kind: AnyKind) -> Text:
    """Return a value as people compare it: shares and numbers to two decimals."""
    if kind in ("ratio", "percent"):
        said = f"{format_money(round_to_step(value * 10_000))}%"
    else:
        said = money(value) if kind == "money" else decimals(value, 2).removeprefix("≈")
    return Text(said, said)


def winning_values(rows: LedgerRows, agent: str) -> Iterator[Text]:
    """Yield what the first place had in each competition a person took part in."""
    for part in rows.parts:
        for block in part.blocks:
            facts = block.facts
            if isinstance(facts, AwardFacts):
                for person in dict.fromkeys(int(p) for p in block.person if part.agent_of(int(p)) == agent):
                    both = zip(*(first_places(facts, person, lang) for lang in LANGUAGES), strict=True)
                    yield from (Text(*words) for words in both)
