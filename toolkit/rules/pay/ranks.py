"""Competitions: places among payees, prizes by place, and what ties do with them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from toolkit.core.money import round_to_step, share_out, spare_cent_key
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.members import Index, Mask, Members
from toolkit.rules.formula.ordering import places, sort_keys
from toolkit.rules.formula.truth import Truth
from toolkit.rules.pay.tiers import pick
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import Rank
from toolkit.rules.scheme.scheme import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """The outcome of a competition, one entry a competitor (a payee in a group).

    Parameters
    ----------
    units : the competitors, with the measures of their group's rows.
    by : what is compared.
    among : who competes, as the scheme says; unknown where that has no value.
    place : 1-2-2-4 in the group, 0 for who does not compete.
    prize : what the place is worth.
    """

    units: Units
    by: Exact
    among: Truth
    place: Index
    prize: Exact


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What a competition means for each payee.

    Parameters
    ----------
    contest : the competition.
    prize : the prizes of all groups together.
    competed : whether anywhere; unknown where only a missing value kept the payee out.
    valueless : whether some group had no value, which marks the row.
    """

    contest: Contest
    prize: Exact
    competed: Truth
    valueless: Mask


def compete(scheme: Scheme, component: Component, units: Units, month: str) -> Contest:
    """Return places and prizes of competitors; they pass ``for`` and ``among``, and have a value and a group."""
    rank, prizes = component.rank, component.amount
    if rank is None or not isinstance(prizes, tuple):
        raise TypeError("a competition needs a rank and a list of amounts")
    by = number(rank.by.node, units.rolled).spread(units.n)
    everyone = Truth(np.ones(units.n, bool), np.zeros(units.n, bool))
    among = everyone if rank.among is None else truth(rank.among.node, units.rolled)
    group = units.run * (len(units.part.names) + 1) + units.part.codes + 1
    grouped = np.full(units.n, not rank.within) | (units.part.codes >= 0)
    group = np.where(among.yes & by.valid & grouped, group, -1)
    place = places(sort_keys(by, rank.order == "highest"), group)
    stock = [number(prize.node, units.rolled).spread(units.n) for prize in prizes]
    chosen = np.where((place > 0) & (place <= len(stock)), place - 1, -1).astype(np.int16)
    prize = pick(chosen, stock, Exact.constant(0)).spread(units.n)
    if rank.ties != "all":
        prize = _Ties(scheme, component.id, month, rank).divide(units, group, place, prize, stock)
    return Contest(units, by, among, place, prize)


def by_payee(contest: Contest, payees: Units) -> Standing:
    """Add up each payee's prizes over its groups."""
    payee = np.searchsorted(payees.person, contest.units.holder)
    competed = contest.place > 0
    members = Members.of(payees.n, payee[competed], np.flatnonzero(competed))
    prize = members.sum(contest.prize).otherwise(members.counts > 0, Exact.constant(0))
    anywhere, refused = np.zeros(payees.n, bool), np.ones(payees.n, bool)
    anywhere[payee[competed]] = True
    refused[payee[~contest.among.no]] = False
    valueless = np.zeros(payees.n, bool)
    valueless[payee[~competed & ~contest.among.no]] = True
    return Standing(contest, prize, Truth(anywhere, refused & ~anywhere), valueless)


@dataclass(frozen=True, slots=True)
class _Ties:
    """What is needed to divide prizes among the tied."""

    scheme: Scheme
    component: str
    month: str
    rank: Rank

    def divide(self, units: Units, group: Index, place: Index, prize: Exact, stock: list[Exact]) -> Exact:
        """Return the prizes with those of tied places divided, or paid to nobody."""
        winners = np.flatnonzero((place > 0) & (place <= len(stock)))
        order = winners[np.lexsort((place[winners], group[winners]))]
        if not len(order):
            return prize
        edges = np.flatnonzero((np.diff(group[order]) != 0) | (np.diff(place[order]) != 0)) + 1
        alone = np.ones(units.n, bool)
        divided: list[Fraction | None] = [Fraction(0)] * units.n
        for tied in np.split(order, edges):
            if len(tied) > 1:
                alone[tied] = False
                for i, part in zip(tied, self._parts(units, tied, stock[int(place[tied[0]]) - 1 :]), strict=True):
                    divided[i] = part
        return prize if alone.all() else prize.otherwise(alone, Exact.of_values(divided))

    def _parts(self, units: Units, tied: Index, prizes: list[Exact]) -> list[Fraction | None]:
        """Return what each of the tied gets of the prizes of their places."""
        if self.rank.ties == "none":
            return [Fraction(0)] * len(tied)
        values = [prize.value(int(tied[0])) for prize in prizes[: len(tied)]]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return [None] * len(tied)
        total = round_to_step(sum(known, Fraction(0)) * 100, 1, self.scheme.mode)
        keys = [spare_cent_key(self.month, self.component, units.name(int(i))) for i in tied]
        return [Fraction(part, 100) for part in share_out(total, [1] * len(tied), keys)]
