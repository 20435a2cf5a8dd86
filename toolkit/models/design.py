"""Fixed effects as a sparse matrix of indicator columns, with the columns that carry no information left out.

Each factor is coded against its largest level (most inquiries), so that the reference is always well observed.
Agents are never columns: they are eliminated block by block in `empirical_bayes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from toolkit.models.cells import Cells, Floats, Ints

PRIOR_SD = 2.5
"""Normal prior of a contrast on the logit or log scale (Gelman et al. 2008): without weight where there are data, and
it keeps a level without any buyer, or without any non-buyer, finite."""
_ALIASED = 1e-9


@dataclass(frozen=True, slots=True)
class Factor:
    """One fixed factor: its levels, the reference, and the column of each level (-1 for reference and aliased)."""

    name: str
    levels: tuple[str, ...]
    reference: str
    columns: Ints
    aliased: tuple[str, ...] = ()

    def column(self, level: str) -> int:
        """Return the column of `level`, -1 for the reference; KeyError if the level was never seen."""
        if level not in self.levels:
            raise KeyError(level)
        return int(self.columns[self.levels.index(level)])


@dataclass(frozen=True, slots=True)
class Design:
    """Fixed effects of the cells.

    Parameters
    ----------
    matrix : CSR, (cells, columns); column 0 is the intercept.
    factors : month first, then the case-mix columns.
    terms : name of each column, ``intercept`` or ``shop=B``.
    prior : precision of each column's prior, 0 for the intercept.
    """

    matrix: sp.csr_array
    factors: tuple[Factor, ...]
    terms: tuple[str, ...]
    prior: Floats

    def factor(self, name: str) -> Factor:
        """Return the factor called `name`."""
        return next(f for f in self.factors if f.name == name)


def build_design(cells: Cells) -> Design:
    """Code month and case-mix as indicators against the largest level; aliased columns (found in this order) are left out."""
    factors, blocks, terms = [], [np.zeros(len(cells.frame), np.int64)], ["intercept"]
    weights = cells.n
    for name in ("month", *cells.case_mix):
        values = cells.frame[name]
        levels = tuple(map(str, values.cat.categories))
        codes = values.cat.codes.to_numpy().astype(np.int64)
        reference = int(np.argmax(np.bincount(codes, weights, len(levels))))
        rank = np.full(len(levels), -1, np.int64)
        rank[np.arange(len(levels)) != reference] = np.arange(len(terms), len(terms) + len(levels) - 1)
        factors.append(Factor(name, levels, levels[reference], rank))
        blocks.append(rank[codes])
        terms += [f"{name}={level}" for i, level in enumerate(levels) if i != reference]
    return _without_aliased(_indicators(blocks, len(terms)), factors, terms)


def _indicators(blocks: list[Ints], n_columns: int) -> sp.csr_array:
    columns = np.column_stack(blocks)
    present = columns >= 0
    indptr = np.r_[0, np.cumsum(present.sum(axis=1))]
    flat = columns[present]
    return sp.csr_array((np.ones(len(flat)), flat, indptr), shape=(len(columns), n_columns))


def _without_aliased(matrix: sp.csr_array, factors: list[Factor], terms: list[str]) -> Design:
    keep = independent_columns((matrix.T @ matrix).toarray())
    renumber = np.full(len(terms) + 1, -1, np.int64)
    renumber[np.flatnonzero(keep)] = np.arange(int(keep.sum()))
    kept = tuple(
        Factor(
            f.name,
            f.levels,
            f.reference,
            renumber[f.columns],
            tuple(lv for lv, c in zip(f.levels, f.columns, strict=True) if c >= 0 and not keep[c]),
        )
        for f in factors
    )
    names = tuple(t for t, k in zip(terms, keep, strict=True) if k)
    prior = np.full(len(names), 1 / PRIOR_SD**2)
    prior[0] = 0.0
    return Design(matrix[:, np.flatnonzero(keep)].tocsr(), kept, names, prior)


def independent_columns(gram: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which columns are not linear combinations of earlier ones, from their Gram matrix (pivoted sweep)."""
    work, scale = gram.copy(), np.diag(gram).copy()
    keep = np.zeros(len(gram), np.bool_)
    for j in range(len(gram)):
        if work[j, j] > _ALIASED * scale[j]:
            keep[j] = True
            work -= np.outer(work[:, j], work[j]) / work[j, j]
    return keep


def margin(cells: Cells, design: Design) -> tuple[Floats, pd.DataFrame]:
    """Return the distinct rows of the design (dense) and their summed `size` and `total`: the sufficient statistics of a GLM."""
    keys = ["month", *cells.case_mix]
    groups = cells.frame.groupby(keys, observed=True, sort=True)
    sums = groups[[cells.size, cells.total]].sum()
    first = np.full(len(sums), -1, np.int64)
    codes = groups.ngroup().to_numpy()
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return design.matrix[first].toarray(), sums.reset_index()
