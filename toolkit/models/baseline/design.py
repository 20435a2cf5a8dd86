"""Fixed effects as a sparse matrix of indicator columns, with the columns that carry no information left out.

Each factor is coded against its largest level (most inquiries), so that the reference is always well observed.
Agents are never columns: they are eliminated block by block in `empirical_bayes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from toolkit.models.baseline.counts import CaseCounts, Floats, Ints

PRIOR_SD, VALUE_PRIOR_SD = 2.5, 10.0
"""Normal prior of a contrast of rates (logit; Gelman et al. 2008) and of values (log): without weight where there are
data; it keeps a level without any buyer, or any non-buyer, finite. Positive sales need no such care: theirs is wide."""
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
class DesignRows:
    """Rows of a design, stored once each: row i is `matrix[code[i]]`, or `matrix[i]` when there is no code.

    Cells share few distinct rows (month x case-mix), so that cross-products over a million cells are sums by code.
    """

    matrix: sp.csr_array
    code: Ints | None = None

    def dot(self, beta: Floats) -> Floats:
        """Return the rows times `beta`."""
        short: Floats = self.matrix @ beta
        return short if self.code is None else short[self.code]

    def cross(self, values: Floats) -> Floats:
        """Return the rows' sum weighted by `values`, (columns,)."""
        found: Floats = self.matrix.T @ self.by_row(values)
        return found

    def gram(self, w: Floats) -> Floats:
        """Return X' diag(w) X, dense (columns, columns)."""
        scaled = self.matrix.copy()
        scaled.data = scaled.data * np.repeat(self.by_row(w), np.diff(scaled.indptr))
        dense: Floats = (self.matrix.T @ scaled).toarray()
        return dense

    def combine(self, weights: Floats, start: Ints) -> DesignRows:
        """Return the weighted sum of each run of rows beginning at `start`."""
        n = len(weights)
        columns = np.arange(n) if self.code is None else self.code
        width = self.matrix.shape[0]
        sums = sp.csr_array((weights, columns, np.r_[start, n]), shape=(len(start), width))
        return DesignRows((sums @ self.matrix).tocsr())

    def by_row(self, values: Floats) -> Floats:
        """Return `values` summed over equal rows."""
        if self.code is None:
            return values
        sums: Floats = np.bincount(self.code, values, self.matrix.shape[0]).astype(np.float64)
        return sums


@dataclass(frozen=True, slots=True)
class Design:
    """Fixed effects of the cells.

    Parameters
    ----------
    rows : (cells, columns); column 0 is the intercept.
    factors : month first, then the case-mix columns.
    terms : name of each column, ``intercept`` or ``shop=B``.
    prior : precision of each column's prior, 0 for the intercept.
    """

    rows: DesignRows
    factors: tuple[Factor, ...]
    terms: tuple[str, ...]
    prior: Floats

    def factor(self, name: str) -> Factor:
        """Return the factor called `name`."""
        return next(f for f in self.factors if f.name == name)


def build_design(cells: CaseCounts, prior_sd: float = PRIOR_SD) -> Design:
    """Code month and case-mix as indicators against the largest level; later aliased columns are left out.

    Parameters
    ----------
    prior_sd : of the normal prior of each contrast.
    """
    names = ["month", *cells.case_mix]
    groups = cells.frame.groupby(names, observed=True, sort=True)
    code = groups.ngroup().to_numpy().astype(np.int64)
    first = np.empty(code.max() + 1, np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    factors, blocks, terms = [], [np.zeros(len(first), np.int64)], ["intercept"]
    for name in names:
        levels = tuple(map(str, cells.frame[name].cat.categories))
        codes = cells.frame[name].cat.codes.to_numpy().astype(np.int64)
        reference = int(np.argmax(np.bincount(codes, cells.n, len(levels))))
        rank = np.full(len(levels), -1, np.int64)
        rank[np.arange(len(levels)) != reference] = np.arange(len(terms), len(terms) + len(levels) - 1)
        factors.append(Factor(name, levels, levels[reference], rank))
        blocks.append(rank[codes[first]])
        terms += [f"{name}={level}" for i, level in enumerate(levels) if i != reference]
    return _without_aliased(_indicators(blocks, len(terms)), code, factors, (terms, prior_sd))


def _indicators(blocks: list[Ints], n_columns: int) -> sp.csr_array:
    columns = np.column_stack(blocks)
    present = columns >= 0
    indptr = np.r_[0, np.cumsum(present.sum(axis=1))]
    flat = columns[present]
    return sp.csr_array((np.ones(len(flat)), flat, indptr), shape=(len(columns), n_columns))


def _without_aliased(
    matrix: sp.csr_array, code: Ints, factors: list[Factor], columns: tuple[list[str], float]
) -> Design:
    terms, prior_sd = columns
    keep = independent_columns((matrix.T @ matrix).toarray())
    renumber = np.full(len(terms) + 1, -1, np.int64)
    renumber[np.flatnonzero(keep)] = np.arange(int(keep.sum()))
    kept = []
    for f in factors:
        lost = tuple(
            level for level, column in zip(f.levels, f.columns, strict=True) if column >= 0 and not keep[column]
        )
        kept.append(Factor(f.name, f.levels, f.reference, renumber[f.columns], lost))
    names = tuple(t for t, k in zip(terms, keep, strict=True) if k)
    prior = np.full(len(names), 1 / prior_sd**2)
    prior[0] = 0.0
    return Design(DesignRows(matrix[:, np.flatnonzero(keep)].tocsr(), code), tuple(kept), names, prior)


def independent_columns(gram: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which columns are not linear combinations of earlier ones, from their Gram matrix (pivoted sweep)."""
    work, scale = gram.copy(), np.diag(gram).copy()
    keep = np.zeros(len(gram), np.bool_)
    for j in range(len(gram)):
        if work[j, j] > _ALIASED * scale[j]:
            keep[j] = True
            work -= np.outer(work[:, j], work[j]) / work[j, j]
    return keep


def margin(cells: CaseCounts, design: Design) -> tuple[Floats, Floats, Floats]:
    """Return the distinct rows of the design (dense), their sizes and totals: all a model without agents needs."""
    rows = design.rows
    return rows.matrix.toarray(), rows.by_row(cells.n), rows.by_row(cells.y)
