"""Ledger rows: what a month pays, row by row, each block with the facts its sums were made of.

Ledger rows: what a month pays, row by row, and what earlier months paid.
Nothing rewrites a row; pay is the sum of rows. In memory money is in minor units, other numbers exact fractions; the
columns of the table are ``COLUMNS``. The numbers behind an amount (base, by_value, tier_from, rate, before_limits)
are for reading and checking; blank where a row has none. Steps: component, limit, fund, guarantee, rounding, and what
looks back (release, adjustment, clawback, recovery; ``origin_month`` is the month they go back to) or ahead (defer),
and deduct. ``owed`` adds up to what an agent still owes.

Ledger rows of the later steps, one at a time: few, each about one agent, one component and one month of origin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.findings import Finding
from toolkit.core.money import format_money, round_to_step
from toolkit.rules.formula.exact import LIMIT, Exact, largest
from toolkit.rules.formula.groups import Index
from toolkit.rules.formula.kinds import AnyKind
from toolkit.rules.formula.labels import Labels
from toolkit.rules.scheme.scheme import Scheme

STATUSES = ("paid", "not_met", "no_value", "withheld", "receivable", "informative")
PAID, NOT_MET, NO_VALUE, WITHHELD, RECEIVABLE, INFORMATIVE = range(len(STATUSES))
NUMBERS = ("base", "by_value", "tier_from", "rate", "before_limits")
COLUMNS = (
    *("month", "origin_month", "agent", "component", "step"),
    *NUMBERS,
    *("amount", "status", "scope", "scheme", "owed"),
)
DECIMALS = 12
ZERO, CENTS = Exact.constant(0), Exact.constant(100)

Numbers: TypeAlias = dict[str, tuple[Exact, AnyKind]]


class Facts:
    """What the sums of some rows were made of: frozen values, no words and no functions.

    The step that makes rows defines their facts beside itself; `rules.explain.ledger_text` has the words of each class.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Ledger rows of one step of one component.

    Parameters
    ----------
    component : its id, "" for limits, funds, guarantees and rounding.
    step : what made it, see above.
    person : payee codes (n,), below 0 for a fund of nobody.
    amount : in major units.
    status : positions in `STATUSES` (n,).
    facts : what the rows were made of.
    scope : the group or part a row is about.
    numbers : by the names of `NUMBERS`, with the kind of each; or what makes them when they are asked for.
    owed : of receivables, in major units.
    origin : month each row goes back to; None where that is the payment month.
    """

    component: str
    step: str
    person: Index
    amount: Exact
    status: NDArray[np.int8]
    facts: Facts
    scope: Labels | None = None
    numbers: Numbers | Callable[[], Numbers] = field(default_factory=dict)
    owed: Exact | None = None
    origin: Labels | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.person)

    @property
    def behind(self) -> Numbers:
        """The numbers behind the amounts."""
        return self.numbers() if callable(self.numbers) else self.numbers


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The blocks one scheme paid in one month, with the agents its codes stand for."""

    scheme: Scheme
    agents: Sequence[str]
    runs: int
    blocks: tuple[Block, ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return sum(block.n for block in self.blocks)

    def agent_of(self, person: int) -> str:
        """Return the name of a person, "" for nobody."""
        return self.agents[person % len(self.agents)] if person >= 0 else ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LedgerRows:
    """The rows of a payment month.

    Parameters
    ----------
    month : payment month.
    parts : what each scheme paid.
    findings : what people should look at.
    """

    month: str
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    _cache: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def table(self) -> pd.DataFrame:
        """The rows in memory form: money Int64 minor units (decimals where a scheme rounds totals only)."""
        if "table" not in self._cache:
            self._cache["table"] = _concat(_frame(part, self.month) for part in self.parts if part.n)
        return self._cache["table"].copy()

    def texts(self) -> pd.DataFrame:
        """Return the rows in file form: texts, money in major units."""
        return _concat(_file_frame(part, self.month) for part in self.parts if part.n)

    def __repr__(self) -> str:
        """Return month and number of rows."""
        return f"<LedgerRows {self.month}: {sum(part.n for part in self.parts)} rows, {len(self.findings)} findings>"


def written(value: Fraction) -> Fraction:
    """Return an amount (major units) as it is written: to 12 decimals."""
    return Fraction(round_to_step(value * 10**DECIMALS), 10**DECIMALS)


def as_written(column: Exact) -> Exact:
    """Return amounts as they are written; whole minor units stay as they are."""
    if isinstance(column.den, int) and 100 % column.den == 0:
        return column
    return Exact.of_values([None if v is None else written(v) for v in column.values()])


def decimal_text(value: Fraction) -> str:
    """Return a number in decimals: all of them where they end, else 12."""
    units = round_to_step(value * 10**DECIMALS)
    whole, rest = divmod(abs(units), 10**DECIMALS)
    text = f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if units < 0 else text


def _frame(part: Part, month: str) -> pd.DataFrame:
    """Return the rows of one scheme in memory form."""
    blocks, behind = part.blocks, [block.behind for block in part.blocks]
    numbers = {
        n: np.concatenate([_memory(b.get(n), k.n) for b, k in zip(behind, blocks, strict=True)]) for n in NUMBERS
    }
    money = {
        "amount": _amounts([block.amount for block in blocks]),
        "owed": _amounts([block.owed or ZERO.spread(block.n) for block in blocks]),
    }
    columns = _texts(part, month) | numbers | money
    return pd.DataFrame({name: columns[name] for name in (*COLUMNS, *(["replicate"] if part.runs > 1 else []))})


def _file_frame(part: Part, month: str) -> pd.DataFrame:
    """Return the rows of one scheme in file form."""
    columns = _texts(part, month)
    behind = [block.behind for block in part.blocks]
    for name in NUMBERS:
        found = [b.get(name, (None, "plain"))[0] for b in behind]
        columns[name] = _decimals(found, part)
    columns["amount"] = [text for block in part.blocks for text in _money(block.amount)]
    columns["owed"] = _decimals([block.owed for block in part.blocks], part)
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, dtype="str")


def _texts(part: Part, month: str) -> dict[str, Any]:
    """Return the columns that are the same in memory and in files."""
    blocks = part.blocks
    sizes = [block.n for block in blocks]
    person = np.concatenate([block.person for block in blocks])
    width = max(len(part.agents), 1)
    texts = {
        "month": np.full(len(person), month, object),
        "origin_month": np.concatenate([_named(block.origin, month, block.n) for block in blocks]),
        "agent": np.array([*part.agents, ""], object)[np.where(person < 0, -1, person % width)],
        "component": np.repeat(np.array([block.component for block in blocks], object), sizes),
        "step": np.repeat(np.array([block.step for block in blocks], object), sizes),
        "status": np.array(STATUSES, object)[np.concatenate([block.status for block in blocks])],
        "scope": np.concatenate([_named(block.scope, "", block.n) for block in blocks]),
        "scheme": np.full(len(person), part.scheme.id, object),
    }
    columns: dict[str, Any] = {name: pd.array(values, dtype="str") for name, values in texts.items()}
    return columns | {"replicate": np.where(person < 0, -1 - person, person // width)}


def _named(labels: Labels | None, otherwise: str, n: int) -> NDArray[np.object_]:
    """Return the texts of n rows, blanks empty."""
    if labels is None:
        return np.full(n, otherwise, object)
    return np.array([*labels.names, ""], object)[labels.codes]


def _memory(number: tuple[Exact, AnyKind] | None, n: int) -> NDArray[np.object_]:
    """Return numbers as exact fractions, money in minor units; blanks None."""
    values = np.full(n, None, object)
    if number is not None:
        column, kind = number
        values[:] = (column * CENTS if kind == "money" else column).spread(n).values()
    return values


def _amounts(columns: list[Exact]) -> Any:
    """Return amounts in minor units: Int64, or objects where a fraction of one is among them."""
    minor = np.concatenate([minor_units(column) for column in columns])
    return minor if minor.dtype == object else pd.array(minor, dtype="Int64")


_WIDE = Context(prec=400)  # amounts have 12 decimals, and any number of digits before them


def minor_units(column: Exact) -> NDArray[Any]:
    """Return amounts in minor units: integers, or exact decimals where a fraction of one is among them."""
    if isinstance(column.den, int) and 100 % column.den == 0:
        factor = 100 // column.den
        fits = column.num.dtype == object or largest(column.num) <= LIMIT // factor
        return np.asarray((column.num if fits else column.num.astype(object)) * factor)
    exact = [written(value or Fraction(0)) * 100 for value in column.values()]
    values = np.full(len(exact), None, object)
    values[:] = [_WIDE.divide(Decimal(v.numerator), Decimal(v.denominator)) for v in exact]
    return values


def _decimals(columns: list[Exact | None], part: Part) -> list[str]:
    """Return numbers as texts, blanks empty."""
    pairs = zip(columns, part.blocks, strict=True)
    found = [[None] * b.n if column is None else column.spread(b.n).values() for column, b in pairs]
    return ["" if value is None else decimal_text(value) for values in found for value in values]


def _money(column: Exact) -> list[str]:
    """Return amounts in major units, with two decimals or all there are."""
    if isinstance(column.den, int) and 100 % column.den == 0:
        return [format_money(minor, thousands=False) for minor in minor_units(column).tolist()]
    texts = (decimal_text(value or Fraction(0)).partition(".") for value in column.values())
    return [f"{whole}.{cents.ljust(2, '0')}" for whole, _, cents in texts]


def _concat(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    filled = list(frames)
    if not filled:
        kinds = {"amount": "Int64", "owed": "Int64"}
        return pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "str")) for name in COLUMNS})
    return pd.concat(filled, ignore_index=True)


NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One ledger row of steps 10 and 12 to 15; money in major units.

    Parameters
    ----------
    step, component, agent : as in the ledger; component "" where a row is about no one component. In simulated months
        the agent is the payee of a replicate.
    amount : what it pays (takes, if negative).
    facts : what it was made of.
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
    facts: Facts
    origin: str
    status: int = PAID
    scope: str = ""
    owed: Fraction = NOTHING
    numbers: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class EntryFacts(Facts):
    """The facts of a block of entries, one a row."""

    rows: tuple[Facts, ...]


def entry_blocks(entries: Iterable[Entry], payees: Callable[[], Mapping[str, int]]) -> list[Block]:
    """Return entries as blocks, neighbours of one step and component together; `payees` gives the codes of persons."""
    found = list(entries)
    if not found:
        return []
    code = payees()
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
        facts=EntryFacts(tuple(entry.facts for entry in entries)),
        scope=Labels.of([entry.scope for entry in entries]),
        numbers={name: _numbers(entries, name) for name in NUMBERS},
        owed=owed if (owed.num != 0).any() else None,
        origin=Labels.of([entry.origin for entry in entries]),
    )


def _numbers(entries: tuple[Entry, ...], name: str) -> tuple[Exact, AnyKind]:
    return Exact.of_values([entry.numbers.get(name) for entry in entries]), "ratio" if name == "rate" else "money"
