"""Gaps between two groups of people, judged against the same groups drawn by lot within their shops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.models.baseline.counts import Floats, Ints

Bools = NDArray[np.bool_]
DRAWS, ERROR = 1999, 0.05
_HAIR = 1e-9
"""Two gaps that differ by rounding only are alike."""
_AT_ONCE = 2_000_000
"""Numbers drawn at once, so that many people fit into memory."""


@dataclass(frozen=True, slots=True)
class RedrawnGaps:
    """Gaps of some columns, one group less the other, and what they would be had lots named the groups.

    Parameters
    ----------
    observed : (columns,).
    drawn : (draws, columns).
    own : (draws, columns), the gap that each draw would show of a difference of 1 between the groups as they are.
    """

    observed: Floats
    drawn: Floats
    own: Floats

    @property
    def scaled(self) -> Floats:
        """The observed gaps over the spread of the drawn ones."""
        return self.observed / self._spread

    @property
    def _spread(self) -> Floats:
        spread: Floats = np.sqrt((self.drawn**2).mean(axis=0))
        return np.where(spread > 0, spread, np.inf)

    @property
    def p(self) -> float:
        """How often lots show a largest gap, over its spread, as large as the one there is: 1 is always."""
        largest = np.abs(self.drawn / self._spread).max(axis=1)
        return float((1 + (largest >= np.abs(self.scaled).max() - _HAIR).sum()) / (len(self.drawn) + 1))

    @property
    def interval(self) -> tuple[float, float]:
        """The differences that 95 % of the lots do not contradict, of the first column; endless if the lots are few."""
        gap, drawn, own = self.observed[0], self.drawn[:, 0], self.own[:, 0]
        alike = np.abs(own) >= 1 - _HAIR  # the groups as they are, or exchanged
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = np.sort([(gap - drawn) / (1 - own), (gap + drawn) / (1 + own)], axis=0)
        low, high = np.where(alike, -np.inf, ends[0]), np.where(alike, np.inf, ends[1])
        nth = int(ERROR * (len(drawn) + 1))
        return float(np.sort(low)[nth - 1]), float(np.sort(high)[-nth])

    @property
    def smallest_seen(self) -> float:
        """The difference, of the first column, that would be told from none with probability 0.8 (Bloom 1995)."""
        error = float((self.drawn[:, 0] - self.observed[0] * self.own[:, 0]).std())
        return (1.96 + 0.84) * error

    def power(self, shift: Floats) -> float:
        """Return how often the largest gap would stand out if `shift` (columns,) were added to what lots show."""
        spread = self._spread
        limit = np.quantile(np.abs(self.drawn / spread).max(axis=1), 1 - ERROR)
        return float((np.abs((self.drawn + shift) / spread).max(axis=1) > limit).mean())


def redraw_gaps(
    values: Floats, weights: Floats, group: Bools, shop: Ints, rng: np.random.Generator, n_draws: int = DRAWS
) -> RedrawnGaps:
    """Compare two groups within shops, as they are and as lots would have made them.

    Parameters
    ----------
    values, weights : (people, columns); weight 0 where a value is not known.
    group : (people,), true for the group whose gap is wanted.
    shop : (people,), codes from 0; lots are drawn among the people of a shop, as many as there are.

    Notes
    -----
    Randomisation inference: the gap is the weighted least-squares difference with an effect of each shop; its interval
    inverts the test. Exact where people of a shop might as well have been in the other group.

    References
    ----------
    Fisher, R. A. (1935), The Design of Experiments. Imbens, G. & Rubin, D. (2015), Causal Inference, chapter 5.
    """
    given = group.astype(np.float64)
    observed, _ = _gaps(given[None, :], values, weights, given, shop)
    parts = [_gaps(lots, values, weights, given, shop) for lots in _lots(given, shop, rng, n_draws)]
    drawn, own = (np.concatenate(part) for part in zip(*parts, strict=True))
    return RedrawnGaps(observed[0], drawn, own)


def _lots(given: Floats, shop: Ints, rng: np.random.Generator, n_draws: int) -> Iterator[Floats]:
    """Yield the groups drawn anew: (some draws, people) of 0 and 1."""
    by_shop = given[np.argsort(shop, kind="stable")]
    size = max(_AT_ONCE // max(len(given), 1), 1)
    for start in range(0, n_draws, size):
        n = min(size, n_draws - start)
        order = np.argsort(shop + rng.random((n, len(given))), axis=1)
        lots = np.empty((n, len(given)))
        np.put_along_axis(lots, order, np.broadcast_to(by_shop, lots.shape), axis=1)
        yield lots


def _gaps(lots: Floats, values: Floats, weights: Floats, given: Floats, shop: Ints) -> tuple[Floats, Floats]:
    """Return each column's gap under each draw, and that of a difference of 1 between the groups as `given`."""
    of_shop = np.eye(int(shop.max()) + 1)[shop]
    gaps, own = np.zeros((len(lots), values.shape[1])), np.zeros((len(lots), values.shape[1]))
    for k, (x, w) in enumerate(zip(values.T, weights.T, strict=True)):
        known = np.where(w > 0, x, 0.0)
        mean = (lots * w) @ of_shop / np.maximum(w @ of_shop, 1e-300)
        away = (lots - mean[:, shop]) * w
        size = (away * lots).sum(axis=1)
        able = size > _HAIR * w.sum()
        size = np.where(able, size, 1.0)
        gaps[:, k], own[:, k] = np.where(able, away @ known / size, 0), np.where(able, away @ given / size, 0)
    return gaps, own
