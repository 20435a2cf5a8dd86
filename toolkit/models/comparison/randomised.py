"""Who gets something new is drawn by lot: the draw, what it will be able to show, and what it showed.

One projection takes people and shop-months out of the figures; every other draw that the same design could have made is
then a product of matrices, so that thousands of draws cost little.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial, prod
from typing import Literal

import numpy as np

from toolkit.models.baseline.counts import Floats, Ints
from toolkit.models.comparison.redrawn import ERROR, Bools, RedrawnGaps

PilotKind = Literal["within", "staggered", "switchback"]
MIN_LOTS = 40
"""Fewer draws of a design, each with its mirror image, cannot tell anything from luck at 5 %."""
POWER = 0.80
_PANELS, _PLANTED, _LOTS, _STEPS = 25, 40, 200, 33
_HAIR = 1e-9
_AT_ONCE = 2_000_000
"""Numbers worked on at once, so that many people fit into memory."""


@dataclass(frozen=True, slots=True)
class PilotDesign:
    """How the new is given.

    Parameters
    ----------
    kind : ``within`` (some people of each shop, all months), ``staggered`` (everybody of each shop, one after the
        other), ``switchback`` (whole shops, some months).
    months : of the pilot.
    share : of people (within) or months (switchback) that get it.
    """

    kind: PilotKind
    months: int
    share: float = 0.5

    def draw(self, shop: Ints, rng: np.random.Generator, n: int) -> Bools:
        """Draw who gets it when, by lot within shops: (n, people, months).

        Parameters
        ----------
        shop : (people,), codes from 0; somebody alone in a shop gets nothing ``within`` it.
        """
        given = np.zeros((n, len(shop), self.months), bool)
        for members in _members(shop):
            size = len(members)
            if self.kind == "switchback":
                given[:, members] = self._switched(rng, n)[:, None, :]
                continue
            place = rng.random((n, size)).argsort(axis=1)
            if self.kind == "within":
                given[:, members] = (place < self._given(size))[:, :, None]
            else:
                given[:, members] = place[:, :, None] * self.months // size <= np.arange(self.months)
        alike = self.kind == "switchback" and shop.max() > 0 and (given == given[:, :1]).all(axis=(1, 2))
        if np.any(alike):  # all shops in the same months: nothing to compare with, so not a draw of the design
            given[alike] = self.draw(shop, rng, int(np.sum(alike)))
        return given

    def _switched(self, rng: np.random.Generator, n: int) -> Bools:
        on: Bools = rng.random((n, self.months)).argsort(axis=1).argsort(axis=1) < self._given(self.months)
        return on

    def lots(self, shop: Ints) -> int:
        """Return how many different draws there are."""
        sizes = [len(members) for members in _members(shop)]
        if self.kind == "switchback":
            each = comb(self.months, self._given(self.months))
            return int(each ** len(sizes)) - each * (len(sizes) > 1)
        if self.kind == "within":
            return prod(comb(size, self._given(size)) for size in sizes)
        waves = [np.bincount(np.arange(size) * self.months // size) for size in sizes]
        return prod(factorial(int(w.sum())) // prod(factorial(int(k)) for k in w) for w in waves)

    def _given(self, size: int) -> int:
        return min(max(int(self.share * size + 0.5), 1), size - 1)


def _members(shop: Ints) -> list[Ints]:
    return [np.flatnonzero(shop == code) for code in range(int(shop.max()) + 1)]


@dataclass(frozen=True, slots=True)
class Panel:
    """A measure of people in months.

    Parameters
    ----------
    values, weights : (people, months), e.g. the logit of conversion and inquiries; weight 0 where not known.
    shop : (people,), codes from 0.
    """

    values: Floats
    weights: Floats
    shop: Ints

    @property
    def known(self) -> Floats:
        """Values by person and month in one row, 0 where not known."""
        found: Floats = np.where(self.weights > 0, self.values, 0.0).ravel()
        return found

    def without(self, shared: Literal["shop-months", "months", "nothing"]) -> _Projection:
        """Return what takes out people, and what all of a shop, or all, share in a month."""
        people = len(self.shop)
        group = {"shop-months": self.shop, "months": np.zeros_like(self.shop), "nothing": None}[shared]
        if group is None:
            return _Projection(self.weights, None, np.diag(1 / np.maximum(self.weights.sum(axis=1), _HAIR)))
        member = np.eye(int(group.max()) + 1)[group]
        both = (member[:, :, None] * self.weights[:, None, :]).reshape(people, -1)
        top, bottom = np.diag(self.weights.sum(axis=1)), np.diag(both.sum(axis=0))
        normal = np.block([[top, both], [both.T, bottom]])
        return _Projection(self.weights, member, np.asarray(np.linalg.pinv(normal, hermitian=True), np.float64))


@dataclass(frozen=True, slots=True)
class _Projection:
    weights: Floats
    member: Floats | None
    inverse: Floats

    def __call__(self, rows: Floats) -> Floats:
        """Return weighted residuals of each row: (rows, cells)."""
        people, months = self.weights.shape
        weighted = rows.reshape(-1, people, months) * self.weights
        sums = weighted.sum(axis=2)
        if self.member is None:
            fitted = (sums @ self.inverse)[:, :, None]
        else:
            of_months = np.matmul(self.member.T, weighted).reshape(len(weighted), -1)
            levels = np.concatenate([sums, of_months], axis=1) @ self.inverse
            fitted = np.matmul(self.member, levels[:, people:].reshape(len(weighted), -1, months))
            fitted += levels[:, :people, None]
        found: Floats = (weighted - fitted * self.weights).reshape(len(weighted), -1)
        return found


def _clean(panel: Panel, kind: PilotKind) -> _Projection:
    """Return what the estimate of a design takes out; of switched shops what all shops share, of one shop nothing."""
    if kind != "switchback":
        return panel.without("shop-months")
    return panel.without("months" if panel.shop.max() > 0 else "nothing")


def compare_randomised(panel: Panel, kind: PilotKind, given: Bools, lots: Bools) -> RedrawnGaps | None:
    """Estimate the effect of what was given, and what the same design would show of nothing.

    Parameters
    ----------
    given : (people, months), who had it when: as drawn, kept or not (intention to treat).
    lots : (draws, people, months), other draws of the design.

    Returns
    -------
    RedrawnGaps or None
        One column, in the unit of the panel's values; None where nobody is left to compare with.

    Notes
    -----
    Weighted least squares with an effect of each person and each shop-month (switchback: each month). A draw's gap is
    its explained part over the root of its information, which orders draws as the t statistic of least squares does;
    so designs whose draws differ in information, as staggered ones do, keep their level.

    References
    ----------
    Fisher, R. A. (1935), The Design of Experiments. MacKinnon, J. G. & Webb, M. D. (2020), J. Econometrics 218, 435
    (randomisation inference by t statistics). Bojinov, I., Simchi-Levi, D. & Zhao, J. (2023), Management Science 69,
    3759 (switchback).
    """
    clean = _clean(panel, kind)
    own = given.ravel().astype(np.float64)
    residual, mine = clean(np.stack([panel.known, own]))
    size = float(mine @ own)
    if size <= _HAIR * panel.weights.sum():
        return None
    drawn, shared = [], []
    for some in np.array_split(lots, -(-lots.size // _AT_ONCE)):
        flat = some.reshape(len(some), -1).astype(np.float64)
        root = np.sqrt(np.maximum(np.einsum("ij,ij->i", clean(flat), flat), _HAIR * size) * size)
        drawn.append(flat @ residual / root)
        shared.append(flat @ mine / root)
    observed = np.array([residual @ own / size])
    return RedrawnGaps(observed, np.concatenate(drawn)[:, None], np.clip(np.concatenate(shared), -1, 1)[:, None])


@dataclass(frozen=True, slots=True)
class PilotPower:
    """How often effects would be found.

    Parameters
    ----------
    effects : planted, rising from 0, in the unit of the panel's values.
    found : share of simulated pilots that find each.
    """

    effects: Floats
    found: Floats

    @property
    def smallest(self) -> float:
        """The effect found in eight of ten; not a number where even the largest tried is not."""
        enough = np.flatnonzero(self.found >= POWER)
        if not len(enough):
            return float("nan")
        i = int(enough[0])
        return float(np.interp(POWER, self.found[i - 1 : i + 1], self.effects[i - 1 : i + 1])) if i else 0.0

    def of(self, effect: float) -> float:
        """Return how often an effect would be found."""
        return float(np.interp(effect, self.effects, self.found))


def simulate_power(past: Panel, design: PilotDesign, before: int, rng: np.random.Generator) -> PilotPower:
    """Plant effects into pilots made of past months, and count how often they are found.

    Parameters
    ----------
    past : months before, in order.
    before : months before the start that the estimate will use.

    Notes
    -----
    Blocks of whole past months, all people at once, of up to six months as far as there are four such blocks, drawn
    with replacement (circular block bootstrap) after people and shop-months are taken out. The mean that was taken out
    of a person's months is put back into each block, drawn anew with its standard error. Of each such pilot every draw
    is tried as the one that was made, against the others.

    References
    ----------
    Politis, D. N. & Romano, J. P. (1992), in Exploring the Limits of Bootstrap, 263 (circular blocks).
    """
    clean = past.without("nothing" if design.kind == "switchback" else "shop-months")
    known = past.weights > 0
    left = clean(past.known[None, :])[0].reshape(known.shape) / np.where(known, past.weights, 1)
    rest = Panel(left, past.weights, past.shop)
    panels = [_pilot(rest, design, before, rng) for _ in range(_PANELS)]
    usual = np.mean([np.sqrt((z**2).mean()) for z, _ in panels]) / np.mean([np.diag(own).mean() for _, own in panels])
    effects = np.linspace(0, 6, _STEPS) * float(usual)
    found = np.zeros(_STEPS)
    for z, own in panels:
        mine = np.arange(_PLANTED)
        for i, effect in enumerate(effects):
            shown = np.abs(z[:, None] + effect * own)
            found[i] += ((shown >= shown[mine, mine] - _HAIR).sum(axis=0) <= ERROR * _LOTS).mean()
    rising = np.maximum.accumulate(found), np.minimum.accumulate(found[::-1])[::-1]
    return PilotPower(effects, (rising[0] + rising[1]) / (2 * _PANELS))


def _pilot(rest: Panel, design: PilotDesign, before: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return what each draw shows of a pilot of resampled months, and of an effect of 1 of the first draws."""
    length, months = before + design.months, rest.weights.shape[1]
    block = _block(months)
    firsts = rng.integers(0, months, -(-length // block))
    at = (firsts[:, None] + np.arange(block)).ravel()[:length] % months
    means = rng.normal(size=(len(rest.shop), len(firsts))) * _mean_errors(rest)[:, None]
    values = rest.values[:, at] + np.repeat(means, block, axis=1)[:, :length]
    panel = Panel(values, rest.weights[:, at], rest.shop)
    lots = padded(design.draw(rest.shop, rng, _LOTS), before).reshape(_LOTS, -1).astype(np.float64)
    cleaned = _clean(panel, design.kind)(lots)
    root = np.sqrt(np.maximum(np.einsum("ij,ij->i", cleaned, lots), _HAIR))
    return cleaned @ panel.known / root, cleaned @ lots[:_PLANTED].T / root[:, None]


def _mean_errors(rest: Panel) -> Floats:
    """Return the standard error of each person's mean of the months known."""
    n = (rest.weights > 0).sum(axis=1)
    others = np.bincount(rest.shop)[rest.shop] - 1  # a shop of m has lost a share of 1 / m of each person's variance
    squares = (rest.values**2).sum(axis=1) / (np.maximum(n - 1, 1) * np.maximum(n, 1))
    return np.asarray(np.sqrt(squares * (others + 1) / np.maximum(others, 1)), np.float64)


def _block(months: int) -> int:
    return min(6, max(1, months // 4))


def padded(lots: Bools, before: int) -> Bools:
    """Return draws of the months of a pilot with the months before it, in which nobody is given anything."""
    return np.pad(lots, [(0, 0)] * (lots.ndim - 1) + [(before, 0)])
