"""Months in a row below a line of conversion, and the chance that luck alone puts somebody there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.baseline.counts import Floats, Ints

Bools = NDArray[np.bool_]
REPLICATES = 10_000
_HAIR = 1e-9
"""Who has exactly as many buyers as the line is not below it, whatever the last bit says."""
_AT_ONCE = 2_000_000
"""Numbers simulated at once, so that a large workspace fits into memory."""


@dataclass(frozen=True, slots=True)
class BelowLine:
    """Who stood below the line in every month.

    Parameters
    ----------
    people : agent, inquiries, conversion, peers (conversion of the peers on the same customers), line, chance (of
        standing below the line in every one of these months where all convert alike), below (in all of them); a row a
        person watched.
    line : the share of the peers' conversion below which one stands.
    n_months : in a row.
    any_by_luck : chance that at least one of those watched stands there where all convert alike.
    """

    people: pd.DataFrame
    line: Fraction
    n_months: int
    any_by_luck: float

    @property
    def by_luck(self) -> float:
        """The number of people expected below the line in every month where all convert alike."""
        return float(self.people["chance"].sum())


def watch_line(
    cells: pd.DataFrame,
    mix: Sequence[str],
    line: Fraction,
    n_months: int,
    rng: np.random.Generator,
    *,
    people: Collection[str] | None = None,
    n_replicates: int = REPLICATES,
) -> BelowLine:
    """Hold everybody who was asked in each of the months against the peers' conversion on the same customers.

    Parameters
    ----------
    cells : agent, month, inquiries, buyers, the columns of `mix`; blanks of a column are a part of their own.
    mix : columns that beside the month name who is compared: the peers are the others asked in the same part. What
        nobody else was asked in is left out.
    line : below so much of the peers' conversion, e.g. 9/10.
    people : who is watched; others are peers only. None watches everybody.

    Notes
    -----
    Below: buyers < line x expected, expected = sum over parts of inquiries x conversion of the others (indirect
    standardisation: Inskip, Beral, Fraser & Haskey 1983, Statist. Med. 2, 455). The chances are the shares of
    replicates in which every part's customers buy with the part's own conversion, whoever serves them, and the peers'
    conversion is counted anew. Customers decide each by themselves: where days go well or badly for all customers of
    one person, luck does more than this.
    """
    sums = _sums(cells, ["month", *mix])
    asked = sums.groupby("agent")["month"].nunique()
    watched = asked.index[(asked == n_months) & (asked.index.isin(list(people)) if people is not None else True)]
    n, y = (sums[name].to_numpy(np.float64)[:, None] for name in ("inquiries", "buyers"))
    part = _ones(sums.groupby(["month", *mix]).ngroup().to_numpy().astype(np.int64))
    month = _ones(sums.groupby(["agent", "month"]).ngroup().to_numpy().astype(np.int64))
    own = _ones(watched.get_indexer(pd.Index(sums.groupby(["agent", "month"])["agent"].first())).astype(np.int64))
    others = part @ (part.T @ n) - n

    def expected(buyers: Floats) -> Floats:
        made: Floats = n * (part @ (part.T @ buyers) - buyers) / others
        return made

    def below(buyers: Floats) -> Bools:
        """Return who stands below in every month: (people, replicates), of buyers (cells, replicates)."""
        short = month.T @ buyers < float(line) * (month.T @ expected(buyers)) - _HAIR
        every: Bools = own.T @ short.astype(np.float64) > n_months - 0.5
        return every

    rate = part @ (part.T @ y) / (part @ (part.T @ n))
    chance, anybody = np.zeros(len(watched)), 0
    for size in _batches(n_replicates if len(watched) else 0, len(n)):
        found = below(rng.binomial(n.astype(np.int64), rate, (len(n), size)).astype(np.float64))
        chance, anybody = chance + found.sum(axis=1), anybody + int(found.any(axis=0).sum())
    total, bought, due = (own.T @ (month.T @ v)[:, 0] for v in (n, y, expected(y)))
    table = pd.DataFrame(
        {
            "agent": watched,
            "inquiries": total.astype("int64"),
            "conversion": bought / total,
            "peers": due / total,
            "line": float(line) * due / total,
            "chance": chance / n_replicates,
            "below": below(y)[:, 0],
        }
    )
    return BelowLine(table, line, n_months, anybody / n_replicates)


def _sums(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return one row an agent and part with inquiries of others."""
    named = cells.assign(**{name: cells[name].astype("str").fillna("") for name in by})
    sums = named.groupby(["agent", *by], as_index=False)[["inquiries", "buyers"]].sum()
    alone = sums.groupby(by)["inquiries"].transform("sum") == sums["inquiries"]
    return sums.loc[(sums["inquiries"] > 0) & ~alone].reset_index(drop=True)


def _ones(group: Ints) -> Any:
    """Return the sparse matrix (rows, groups) that is 1 where a row is of a group; none is -1."""
    from scipy.sparse import csr_array

    rows = np.flatnonzero(group >= 0)
    shape = len(group), int(group.max(initial=-1)) + 1
    return csr_array((np.ones(len(rows)), (rows, group[rows])), shape=shape)


def _batches(n_replicates: int, n_cells: int) -> Iterator[int]:
    size = max(_AT_ONCE // max(n_cells, 1), 1)
    yield from (min(size, n_replicates - start) for start in range(0, n_replicates, size))
