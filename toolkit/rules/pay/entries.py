"""Ledger rows of the later steps, one at a time: few, each about one agent, one component and one month of origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

import numpy as np

from toolkit.core.text import Lang
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.pay.ledger import NUMBERS, PAID, Block

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One ledger row of steps 10 and 12 to 15; money in major units.

    Parameters
    ----------
    step, component, agent : as in the ledger; component "" where a row is about no one component.
    amount : what it pays (takes, if negative).
    explain : its sentence.
    origin : month it goes back to.
    status : position in `STATUSES`.
    scope : what tells rows of one agent, component and origin apart.
    owed : what it adds to what the agent owes.
    numbers : by the names of `NUMBERS`.
    """

    step: str
    component: str
    agent: str
    amount: Fraction
    explain: Callable[[Lang], str]
    origin: str
    status: int = PAID
    scope: str = ""
    owed: Fraction = NOTHING
    numbers: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class EntryTrace:
    """The sentences of a block of entries."""

    entries: tuple[Entry, ...]

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        return self.entries[row].explain(lang)


def entry_blocks(entries: Iterable[Entry], agents: Sequence[str]) -> list[Block]:
    """Return entries as blocks, neighbours of one step and component together; `agents` gives the codes of persons."""
    found = list(entries)
    if not found:
        return []
    code = {name: i for i, name in enumerate(agents)} | {"": -1}
    grouped = groupby(found, key=lambda entry: (entry.step, entry.component))
    return [_block(step, component, tuple(group), code) for (step, component), group in grouped]


def _block(step: str, component: str, entries: tuple[Entry, ...], code: Mapping[str, int]) -> Block:
    owed = Exact.of_values([entry.owed for entry in entries])
    return Block(
        component=component,
        step=step,
        person=np.array([code[entry.agent] for entry in entries], np.int64),
        amount=Exact.of_values([entry.amount for entry in entries]),
        status=np.array([entry.status for entry in entries], np.int8),
        explain=EntryTrace(entries),
        scope=Labels.of([entry.scope for entry in entries]),
        numbers={name: _numbers(entries, name) for name in NUMBERS},
        owed=owed if (owed.num != 0).any() else None,
        origin=Labels.of([entry.origin for entry in entries]),
    )


def _numbers(entries: tuple[Entry, ...], name: str) -> tuple[Exact, AnyKind]:
    return Exact.of_values([entry.numbers.get(name) for entry in entries]), "ratio" if name == "rate" else "money"
