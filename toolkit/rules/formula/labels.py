"""Columns of text: codes into a list of names, blanks apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.rules.formula.exact import Exact, Truth

# So many texts are looked up at once: to ask more about them would cost more.
FEW = 1000


class DistinctTexts(Sequence[str]):
    """The distinct texts of a column; a million of them become Python's strings only when one is asked for."""

    def __init__(self, column: Any) -> None:
        self._column = column

    @cached_property
    def _texts(self) -> list[str]:
        return list(self._column)

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, place: Any) -> Any:
        return self._texts[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One text a row.

    Parameters
    ----------
    codes : int64 (n,), positions in `names`; -1 is a blank. 0-d for one text for all rows.
    names : the distinct texts.
    """

    codes: NDArray[np.int64]
    names: Sequence[str]

    @classmethod
    def of(cls, values: Sequence[Any] | pd.Series[Any]) -> Labels:
        """Return a column of texts, codes ascending with them; None, not-a-number and empty texts are blanks.

        That the codes follow the texts keeps every result independent of the order of rows. Of many texts only the
        first of equal neighbours is looked up, and none where they ascend already, as the agents of a month do.
        """
        column = pd.Series(values, dtype="str").array
        if len(column) <= FEW:
            return cls(*_looked_up(column.to_numpy(object)))
        if _ascends(column):
            return cls(np.arange(len(column)), DistinctTexts(column))
        first = np.ones(len(column), bool)
        first[1:] = column[1:] != column[:-1]
        if first.all():
            return cls(*_looked_up(column.to_numpy(object)))
        heads = cls.of(column[first])
        return cls(np.repeat(heads.codes, np.diff(np.flatnonzero(first), append=len(column))), heads.names)

    @classmethod
    def constant(cls, text: str) -> Labels:
        """Return one text that broadcasts."""
        return cls(np.zeros((), np.int64), (text,))

    @property
    def size(self) -> int:
        """Number of rows; 1 for a constant."""
        return self.codes.size

    def take(self, index: NDArray[np.signedinteger[Any]]) -> Labels:
        """Return the rows at `index`; a constant stays one."""
        return replace(self, codes=self.codes[index] if self.codes.ndim else self.codes)

    def value(self, row: int) -> str | None:
        """Return one text, None for a blank."""
        code = int(self.codes[row] if self.codes.ndim else self.codes)
        return None if code < 0 else self.names[code]

    def values(self, n: int) -> list[str]:
        """Return the texts of n rows, a constant repeated, "" for a blank."""
        names = [*self.names, ""]
        return [names[code] for code in np.broadcast_to(self.codes, n).tolist()]

    def code(self, text: str) -> int:
        """Return the code of `text`, -2 when no row has it."""
        return self.names.index(text) if text in self.names else -2

    def compare(self, other: Labels, equal: bool = True) -> Truth:
        """Compare text by text; unknown where either is blank."""
        places = {name: i for i, name in enumerate(self.names)}
        translated = np.array([*(places.get(name, -2) for name in other.names), -1], np.int64)
        theirs = translated[other.codes]
        known = (self.codes >= 0) & (theirs != -1)
        same = known & (self.codes == theirs)
        return Truth(same, known & ~same) if equal else Truth(known & ~same, same)


def nameless(n: int) -> Labels:
    """Return a column of n blanks."""
    return Labels(np.broadcast_to(np.int64(-1), n), ())


def number_labels(column: Exact, n: int) -> Labels:
    """Return the distinct numbers of a column of n rows as texts."""
    full = column.spread(n)
    if isinstance(full.den, int):
        codes, distinct = pd.factorize(full.num)
        return Labels(np.where(full.valid, codes, -1).astype(np.int64), tuple(f"{v}/{full.den}" for v in distinct))
    return Labels.of([None if v is None else str(v) for v in full.values()])


def _ascends(column: Any) -> bool:
    """Tell whether texts ascend, each with a mark in it."""
    if column.isna().any() or not column[-1] > column[0] or not (column[1:] > column[:-1]).all():
        return False
    return column[0] != "" and not pd.Series(column).str.isspace().any()


def _looked_up(texts: NDArray[np.object_]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the codes of texts (-1 for blanks) and the names they stand for, ascending."""
    codes, found = pd.factorize(texts)
    names = tuple(sorted(text for text in found if text.strip()))
    places = {name: place for place, name in enumerate(names)}
    return np.array([*(places.get(text, -1) for text in found), -1], np.int64)[codes], names
