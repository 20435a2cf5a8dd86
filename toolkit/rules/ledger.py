"""Ledger rows: what a month pays, row by row, and what earlier months paid.

Nothing rewrites a row; pay is the sum of rows. In memory money is in minor units, other numbers exact fractions; the
columns of the table are ``COLUMNS``. The numbers behind an amount (base, by_value, tier_from, rate, before_limits)
are for reading and checking; blank where a row has none. Steps: component, limit, fund, guarantee, rounding, and what
looks back (release, adjustment, clawback, recovery; ``origin_month`` is the month they go back to) or ahead (defer),
and deduct. ``owed`` adds up to what an agent still owes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.core.findings import Finding
from toolkit.core.money import round_to_step
from toolkit.core.text import Lang
from toolkit.rules.exact import Exact
from toolkit.rules.kinds import AnyKind
from toolkit.rules.labels import Labels
from toolkit.rules.members import Index
from toolkit.rules.scheme import Scheme

STATUSES = ("paid", "not_met", "no_value", "withheld", "receivable", "informative")
PAID, NOT_MET, NO_VALUE, WITHHELD, RECEIVABLE, INFORMATIVE = range(len(STATUSES))
NUMBERS = ("base", "by_value", "tier_from", "rate", "before_limits")
COLUMNS = (
    *("month", "origin_month", "agent", "component", "step"),
    *NUMBERS,
    *("amount", "status", "scope", "scheme", "owed"),
)
DECIMALS = 12

Explain = Callable[[int, Lang], str]
Numbers: TypeAlias = dict[str, tuple[Exact, AnyKind]]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Ledger rows of one step of one component.

    Parameters
    ----------
    component : its id, "" for limits, funds, guarantees and rounding.
    step : what made it, see above.
    person : payee codes (n,), -1 for a fund of nobody.
    amount : in major units.
    status : positions in `STATUSES` (n,).
    explain : renders the sentence of one row.
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
    explain: Explain
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

    def agent_of(self, person: int) -> str:
        """Return the name of a person, "" for nobody."""
        return self.agents[person % len(self.agents)] if person >= 0 else ""


@dataclass(frozen=True, slots=True, eq=False)
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
            frames = [_frame(part, block, self.month) for part in self.parts for block in part.blocks]
            self._cache["table"] = _concat(frames)
        return self._cache["table"].copy()

    def sentences(self, lang: Lang) -> list[str]:
        """Return for each row the sentence from which the agent can redo the sum."""
        return [b.explain(i, lang) for part in self.parts for b in part.blocks for i in range(b.n)]

    def to_frame(self, lang: Lang = "en") -> pd.DataFrame:
        """Return the rows in file form: texts, money in major units, a column ``sentence``."""
        frames = [_file_frame(part, block, self.month) for part in self.parts for block in part.blocks]
        frame = _concat(frames)
        frame["sentence"] = pd.Series(self.sentences(lang), dtype="str")
        return frame


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
    exact = Decimal(round_to_step(value * 10**DECIMALS)).scaleb(-DECIMALS)
    text = f"{exact:f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _frame(part: Part, block: Block, month: str) -> pd.DataFrame:
    columns, numbers = _texts(part, block, month), block.behind
    for name in NUMBERS:
        column, kind = numbers.get(name, (None, "plain"))
        columns[name] = _memory(column, kind == "money", block.n)
    columns["amount"] = _minor(block.amount)
    columns["owed"] = _minor(block.owed) if block.owed is not None else pd.array([0] * block.n, dtype="Int64")
    names = [*COLUMNS[:5], *COLUMNS[5:], *(["replicate"] if part.runs > 1 else [])]
    return pd.DataFrame({name: columns[name] for name in names})


def _file_frame(part: Part, block: Block, month: str) -> pd.DataFrame:
    columns, numbers = _texts(part, block, month), block.behind
    for name in NUMBERS:
        column, _ = numbers.get(name, (None, "plain"))
        columns[name] = _decimals(column, block.n)
    columns["amount"] = [_money(v) for v in block.amount.values()]
    columns["owed"] = _decimals(block.owed, block.n)
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, dtype="str")


def _texts(part: Part, block: Block, month: str) -> dict[str, Any]:
    agents = np.array([*part.agents, ""], dtype=object)
    scope = None if block.scope is None else _named(block.scope)
    n = block.n
    return {
        "month": pd.Series([month] * n, dtype="str"),
        "origin_month": pd.Series([month] * n if block.origin is None else _named(block.origin), dtype="str"),
        "agent": pd.Series(agents[_agent_codes(part, block)], dtype="str"),
        "component": pd.Series([block.component] * n, dtype="str"),
        "step": pd.Series([block.step] * n, dtype="str"),
        "status": pd.Series(np.array(STATUSES, dtype=object)[block.status], dtype="str"),
        "scope": pd.Series([""] * n if scope is None else scope, dtype="str"),
        "scheme": pd.Series([part.scheme.id] * n, dtype="str"),
        "replicate": np.maximum(block.person, 0) // max(len(part.agents), 1),
    }


def _named(labels: Labels) -> Any:
    return np.array([*labels.names, ""], dtype=object)[labels.codes]


def _agent_codes(part: Part, block: Block) -> Index:
    return np.where(block.person < 0, -1, block.person % max(len(part.agents), 1))


def _memory(column: Exact | None, is_money: bool, n: int) -> Any:
    """Return numbers as exact fractions, money in minor units; blanks None."""
    if column is None:
        return np.full(n, None, object)
    scale = 100 if is_money else 1
    values = [None if v is None else v * scale for v in column.spread(n).values()]
    return np.array([*values, None], dtype=object)[:-1]


def _minor(column: Exact) -> Any:
    if isinstance(column.den, int) and 100 % column.den == 0:
        minor = column.num * (100 // column.den)
        return minor if minor.dtype == object else pd.array(minor, dtype="Int64")
    values = [Fraction(0) if v is None else written(v) for v in column.values()]
    return np.array([*(Decimal(v.numerator * 100) / Decimal(v.denominator) for v in values), None], dtype=object)[:-1]


def _decimals(column: Exact | None, n: int) -> list[str]:
    if column is None:
        return [""] * n
    return ["" if v is None else decimal_text(v) for v in column.spread(n).values()]


def _money(value: Fraction | None) -> str:
    text = decimal_text(value or Fraction(0))
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.ljust(2, '0')}"


def _concat(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in COLUMNS})
    return pd.concat(filled, ignore_index=True)
