"""Columns of text: codes into a list of names, blanks apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.rules.exact import Exact
from toolkit.rules.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One text a row.

    Parameters
    ----------
    codes : int64 (n,), positions in `names`; -1 is a blank. 0-d for one text for all rows.
    names : the distinct texts.
    """

    codes: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[Any] | pd.Series[Any]) -> Labels:
        """Return a column of texts, codes ascending with them; None, not-a-number and empty texts are blanks.

        That the codes follow the texts keeps every result independent of the order of rows.
        """
        codes, found = pd.factorize(pd.Series(values, dtype="str"), use_na_sentinel=True)
        names = pd.Series(found, dtype="str")
        if not names.is_monotonic_increasing:
            order = names.argsort(kind="stable").to_numpy()
            names = names.iloc[order].reset_index(drop=True)
            codes = _inverse(order.astype(np.int64))[codes]
        blank = np.flatnonzero((names.str.strip() == "").to_numpy(bool))
        clean = np.where(np.isin(codes, blank), -1, codes) if len(blank) else codes
        return cls(clean.astype(np.int64), tuple(names.tolist()))

    @classmethod
    def constant(cls, text: str) -> Labels:
        """Return one text that broadcasts."""
        return cls(np.zeros((), np.int64), (text,))

    def take(self, index: NDArray[np.signedinteger[Any]]) -> Labels:
        """Return the rows at `index`; a constant stays one."""
        return replace(self, codes=self.codes[index] if self.codes.ndim else self.codes)

    def value(self, row: int) -> str | None:
        """Return one text, None for a blank."""
        code = int(self.codes[row] if self.codes.ndim else self.codes)
        return None if code < 0 else self.names[code]

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


def number_labels(column: Exact, n: int) -> Labels:
    """Return the distinct numbers of a column of n rows as texts."""
    full = column.spread(n)
    if isinstance(full.den, int):
        codes, distinct = pd.factorize(full.num)
        return Labels(np.where(full.valid, codes, -1).astype(np.int64), tuple(f"{v}/{full.den}" for v in distinct))
    return Labels.of([None if v is None else str(v) for v in full.values()])


def _inverse(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the place of each code in `order`; -1, the last, stays."""
    place = np.full(len(order) + 1, -1, np.int64)
    place[order] = np.arange(len(order))
    return place
