"""What plans would pay: each paid as a simulated month, the one that pays most found, alone and with a colleague.

Gain = pay of both months under the plan, what is taken back for refunds included, minus the cost of the acts, minus the
honest pay of both months. Every figure comes from `pay_replicates`; a search only chooses which plans are asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from toolkit.rules.lint.gaps import gaps_of_columns, judgeable
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.replicates import ReplicateLedger, pay_replicates
from toolkit.studies.consequences.case import as_if_in_force
from toolkit.studies.redteam.months import FIELDS, Ints, Person, Position, columns
from toolkit.studies.redteam.plans import (
    FATES,
    TIMES,
    WIDTH,
    Plan,
    Plans,
    every_plan,
    extreme_orders,
    extreme_plan,
    given_plans,
)
from toolkit.studies.redteam.repertoire import Repertoire

MOST = 20_000
"""Plans paid at once: so many are all gone through, of more a few are searched."""
ROUNDS, FEW = 3, 5
"""A search improves two acts at a time, so many times, each at so many numbers from none to the most there may be."""


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The plan that pays most of those asked about.

    Parameters
    ----------
    plan : itself; empty where no plan pays more than honest work.
    gain : minor units, net of costs, of all whose pay counts.
    honest : honest pay of both months of those, minor units.
    cost, refund : of the acts; refunded late, minor units.
    together : whether the colleague's pay counts too.
    tried : number of plans paid.
    every : whether every plan of the repertoire was paid.
    """

    plan: Plan
    gain: int
    honest: int
    cost: int
    refund: int
    together: bool
    tried: int
    every: bool

    @property
    def share(self) -> float | None:
        """Gain as a share of honest pay; None where that is nothing."""
        return self.gain / self.honest if self.honest > 0 else None


def pay_figures(scheme: Scheme, position: Position, figures: Ints, refunds: Ints) -> Ints:
    """Return the pay of both months together, int64 (plans, people), minor units.

    Parameters
    ----------
    figures : int64 (plans, people, 2, FIELDS), of both months.
    refunds : int64 (plans,), what of the first person's sales of the first month is refunded in the second.
    """
    always, rows = as_if_in_force(scheme), position.rows()
    n, n_people = len(figures), len(position.people)
    first, second = position.months
    flat = figures.transpose(0, 2, 1, 3).reshape(n, 2 * n_people, len(FIELDS))
    n_before = len(rows) - 2 * n_people
    simulated = {
        name: np.concatenate([np.tile(_held(rows, name, n_before), (n, 1)), values], axis=1).astype(np.int64)
        for name, values in columns(flat, position.margin).items()
    }
    early = len(rows) - n_people
    this = {name: values[:, :early] for name, values in simulated.items()}
    before = pay_replicates(always, rows.iloc[:early], this, month=first, ledger=ReplicateLedger())
    back = np.flatnonzero(refunds)
    late = None
    if len(back):
        agent = position.people[0].name
        late = pd.DataFrame(
            {"month": second, "agent": agent, "origin_month": first, "amount": refunds[back], "replicate": back}
        )
    after = pay_replicates(always, rows, simulated, month=second, ledger=before.ledger, refunds=late)
    both = before.totals[:, [before.agents.index(p.name) for p in position.people]]
    found: Ints = both + after.totals[:, [after.agents.index(p.name) for p in position.people]]
    return found


def _held(rows: pd.DataFrame, name: str, n: int) -> Ints:
    """Return a column of the rows of earlier months, which are the same in every plan."""
    if not n:
        return np.zeros(0, np.int64)
    values: Ints = rows[name].iloc[:n].fillna(0).to_numpy(np.int64)
    return values


def playable(scheme: Scheme, positions: Sequence[Position]) -> Scheme:
    """Return what of a scheme can be paid at all positions: the components whose columns their rows have."""
    gaps = {gap.place.path: gap for position in positions for gap in gaps_of_columns(scheme, position.rows())}
    return judgeable(scheme, tuple(gaps.values())) if gaps else scheme


def honest_pay(scheme: Scheme, position: Position) -> Ints:
    """Return the honest pay of both months, (people,), minor units."""
    found: Ints = pay_figures(scheme, position, position.figures()[None], np.zeros(1, np.int64))[0]
    return found


def gains(scheme: Scheme, position: Position, plans: Plans, *, together: bool = False) -> Ints:
    """Return the gain of each plan, (plans,), minor units; plans with the same figures are paid once."""
    n_people = len(position.people)
    key = np.concatenate([plans.effects, plans.refunds[:, None]], axis=1)
    distinct, where = np.unique(key, axis=0, return_inverse=True)
    moved = distinct[:, :WIDTH].reshape(-1, 2, 2, len(FIELDS))
    figures = np.repeat(position.figures()[None], len(distinct), axis=0)
    figures[:, : min(n_people, 2)] += moved[:, : min(n_people, 2)]
    counted = slice(0, 2 if together else 1)
    paid = pay_figures(scheme, position, figures, distinct[:, WIDTH])[:, counted].sum(axis=1)
    honest = honest_pay(scheme, position)[counted].sum()
    found: Ints = paid[where.reshape(-1)] - plans.costs - honest
    return found


def best_of(scheme: Scheme, position: Position, plans: Plans, *, together: bool = False) -> Best:
    """Return the plan that pays most; of several the one with the fewest acts, the cheapest first."""
    gain = gains(scheme, position, plans, together=together)
    honest = int(honest_pay(scheme, position)[: 2 if together else 1].sum())
    top = np.flatnonzero(gain == gain.max())
    at = int(min(top, key=lambda i: (plans.costs[i], np.abs(plans.effects[i]).sum())))
    if gain[at] <= 0:
        return Best(Plan(), 0, honest, 0, 0, together, len(plans), plans.every)
    return Best(
        plans.plan(at),
        int(gain[at]),
        honest,
        int(plans.costs[at]),
        int(plans.refunds[at]),
        together,
        len(plans),
        plans.every,
    )


def best_plan(
    scheme: Scheme,
    position: Position,
    repertoire: Repertoire,
    *,
    together: bool = False,
    most: int = MOST,
    begin: Sequence[Plan] = (),
) -> Best:
    """Return the plan that pays most: of every plan where these are few enough, else the best that is found.

    Parameters
    ----------
    together : whether the colleague is in it: then the pay of both counts.
    begin : plans to look at in any case.
    """
    plans = every_plan(position, repertoire, most)
    if plans is not None:
        return best_of(scheme, position, plans, together=together)
    return _searched(scheme, position, repertoire, together=together, begin=begin)


def _searched(
    scheme: Scheme, position: Position, repertoire: Repertoire, *, together: bool, begin: Sequence[Plan]
) -> Best:
    """Improve two acts at a time, the others as they are, until nothing pays more; from honest work and `begin`."""
    person, sort = position.people[0], extreme_orders(position.people[0])
    acts = [a for name in (*FATES, *TIMES) if (a := repertoire.act(name)) is not None]
    acts = [a for a in acts if not a.name.startswith("hand") or len(position.people) > 1]
    given = [dict.fromkeys((a.name for a in acts), 0), *({a.name: plan.count(a.name) for a in acts} for plan in begin)]
    best, tried = best_of(scheme, position, given_plans(position, repertoire, [Plan(), *begin]), together=together), 0
    pairs = list(combinations(acts, 2)) or [(act, act) for act in acts]
    for counts in given:
        seen, known = None, set[tuple[int, ...]]()
        for _ in range(ROUNDS):
            if seen == counts:
                break
            seen = dict(counts)
            asked: list[Plan] = []
            for one, other in pairs:
                for k, m in product(_few(one.counts, FEW), _few(other.counts, FEW)):
                    wanted = {**counts, one.name: k, other.name: m}
                    key = tuple(wanted.values())
                    asked += () if key in known else _around(person, sort, wanted)
                    known.add(key)
            if not asked:
                break
            found = best_of(scheme, position, given_plans(position, repertoire, asked), together=together)
            tried += len(asked)
            if found.gain > best.gain:
                best = found
                counts = {a.name: found.plan.count(a.name) for a in acts}
    return Best(best.plan, best.gain, best.honest, best.cost, best.refund, together, tried, every=False)


def _few(counts: range, most: int) -> list[int]:
    """Return some of the numbers, both ends among them."""
    every = list(counts)
    if len(every) <= most:
        return every
    return sorted({every[round(i * (len(every) - 1) / (most - 1))] for i in range(most)})


def _around(person: Person, sort: tuple[list[int], list[int]], counts: Mapping[str, int]) -> Iterator[Plan]:
    """Yield the plans that do acts so many times, with the smallest or the largest orders moved."""
    for big in product(*([False, True] if counts.get(name) else [False] for name in ("hold", "pull"))):
        plan = extreme_plan(person, counts, largest=(big[0], big[1]), sort=sort)
        if plan is not None:
            yield plan


def single_tricks(
    scheme: Scheme, position: Position, repertoire: Repertoire, *, together: bool = False, most: int = MOST
) -> dict[str, Best]:
    """Return the best plan of each act alone, by act."""
    found = {}
    for act in repertoire.acts:
        if not act.most or (act.name.startswith("hand") and len(position.people) < 2):
            continue
        found[act.name] = best_plan(scheme, position, repertoire.only(act.name), together=together, most=most)
    return found
