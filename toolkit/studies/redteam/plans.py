"""Plans: which orders move and how often each other act is done; every plan of a small month, or a chosen few of many.

What a plan does to the figures is a sum over inquiries. Of a small month every choice is gone through, inquiry by
inquiry, and choices that leave the same figures are kept once: nothing is lost, for pay sees figures alone. Of a large
month only the smallest or the largest orders move, which loses nothing where pay is linear in sales at given counts.

Meanings. HOLD: an order, with its buyer, counts in the next month and not in this one. PULL: the reverse. DECLINE:
inquiries without an order leave `inquiries`. FAKE: more buyers with orders of a stated price, by somebody who has asked
already, refunded next month after settlement. HAND: inquiries move to the colleague. OVERLOAD: more inquiries, of which
one in so many buys at the mean order. SPLIT: one order becomes two of one buyer. FORGO: an order is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from toolkit.studies.redteam.months import FIELDS, Ints, Order, Person, PersonMonth, Position
from toolkit.studies.redteam.repertoire import ORDER_ACTS, Act, Repertoire

WIDTH = 2 * 2 * len(FIELDS)
"""Length of the effects of a plan: on oneself and the colleague, this month and the next, each of `FIELDS`."""
FATES = (*ORDER_ACTS, "pull")
TIMES = ("decline", "decline-next", "fake", "hand", "overload")
MOST_STATES, MOST_TIMES = 4_000, 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done.

    Parameters
    ----------
    orders : the act of each order that moves, by (month 0 or 1, number of the order there).
    times : how often each other act is done.
    """

    orders: Mapping[tuple[int, int], str] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)

    def count(self, name: str) -> int:
        """How often an act is done; an inquiry handed over with two orders is handed once, see `inquiries_handed`."""
        return self.times.get(name, 0) + sum(act == name for act in self.orders.values())

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts that are done at all."""
        return tuple(name for name in (*FATES, *TIMES) if self.count(name))


@dataclass(frozen=True, slots=True, eq=False)
class Plans:
    """Plans as figures.

    Parameters
    ----------
    effects : int64 (plans, WIDTH), what is added to the honest figures.
    costs, refunds : int64 (plans,), minor units: of the acts, and of purchases refunded late.
    plans : the plans themselves, made when asked for.
    every : whether no plan of the repertoire is left out but those that leave the figures of another.
    """

    effects: Ints
    costs: Ints
    refunds: Ints
    made: Sequence[tuple[int, ...]]
    every: bool
    _orders: Sequence[Mapping[tuple[int, int], str]] = ()
    _times: Sequence[Mapping[str, int]] = ()

    def __len__(self) -> int:
        return len(self.costs)

    def plan(self, at: int) -> Plan:
        """Return one of the plans."""
        first, second = self.made[at]
        return Plan(self._orders[first], self._times[second])


def effect(who: int, month: int, **moved: int) -> Ints:
    """Return what is added to the figures of one person's month."""
    found = np.zeros((2, 2, len(FIELDS)), np.int64)
    for name, value in moved.items():
        found[who, month, FIELDS.index(name)] = value
    return found.reshape(-1)


def fake_price(act: Act, position: Position) -> int:
    """Return the price of a fake purchase, minor units."""
    return position.mean_order if act.price is None else act.price


def times_effect(act: Act, k: int, position: Position) -> Ints:
    """Return what doing an act k times adds to the figures; of the acts that move no order."""
    person = position.people[0]
    if act.name == "decline":
        return effect(0, 0, inquiries=-k)
    if act.name == "decline-next":
        return effect(0, 1, inquiries=-k)
    if act.name == "fake":
        return effect(0, 0, buyers=k, orders=k, sales=k * fake_price(act, position))
    if act.name == "overload":
        more = k // act.one_in if act.one_in else 0
        met = {"inquiries": k, "receptions": k, "seconds": k * person.seconds}
        return effect(0, 0, buyers=more, orders=more, sales=more * position.mean_order, **met)
    return _handed(act, k, position)


def _handed(act: Act, k: int, position: Position, *orders: Order) -> Ints:
    """Return what handing k inquiries to the colleague adds: to both."""
    slow = position.people[0].seconds if act.seconds is None else act.seconds
    gone = {"inquiries": k, "receptions": k, "seconds": k * slow}
    gone |= {"buyers": len({o.inquiry for o in orders}), "orders": len(orders), "sales": sum(o.sales for o in orders)}
    return effect(1, 0, **gone) + effect(0, 0, **{name: -value for name, value in gone.items()})


def times_of(position: Position, repertoire: Repertoire) -> list[Act]:
    """Return the acts that move no order and can be done in a position."""
    acts = [repertoire.act(name) for name in TIMES]
    return [a for a in acts if a is not None and (a.name != "hand" or len(position.people) > 1)]


def can_do(times: Mapping[str, int], person: Person) -> bool:
    """Tell whether there are as many inquiries without an order as a plan declines or hands over."""
    idle, after = person.this.idle, person.next.idle
    return times.get("decline", 0) + times.get("hand", 0) <= idle and times.get("decline-next", 0) <= after


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """Choices of orders: effects and counts by act, (n, WIDTH) and (n, FATES); how each was reached."""

    effects: Ints
    counts: Ints
    orders: list[dict[tuple[int, int], str]]


def order_choices(position: Position, repertoire: Repertoire, most: int = MOST_STATES) -> _Choices | None:
    """Return every choice of orders, those that leave the same figures at the same counts once; None if too many."""
    width = WIDTH + len(FATES)
    caps = np.array([getattr(repertoire.act(name), "most", 0) for name in FATES])
    states, back = np.zeros((1, width), np.int64), []
    options = [list(_options(key, position, repertoire)) for key in _inquiries(position)] if caps.any() else []
    options = [choices for choices in options if len(choices) > 1]
    for choices in options:
        steps = np.array([vector for vector, _ in choices])
        together = (states[:, None, :] + steps[None, :, :]).reshape(-1, width)
        parent, choice = np.divmod(np.arange(len(together)), len(choices))
        fits = (together[:, WIDTH:] <= caps).all(axis=1)
        _, first = np.unique(together[fits], axis=0, return_index=True)
        kept = np.flatnonzero(fits)[first]
        if len(kept) > most:
            return None
        states = together[kept]
        back.append((parent[kept], choice[kept]))
    orders = []
    for at in range(len(states)):
        found: dict[tuple[int, int], str] = {}
        for (parent, choice), choices in zip(reversed(back), reversed(options), strict=True):
            found |= choices[choice[at]][1]
            at = parent[at]
        orders.append(found)
    return _Choices(states[:, :WIDTH], states[:, WIDTH:], orders)


def _inquiries(position: Position) -> list[str]:
    person = position.people[0]
    return list(dict.fromkeys(order.inquiry for month in (person.this, person.next) for order in month.orders))


def _options(key: str, position: Position, repertoire: Repertoire) -> Iterator[tuple[Ints, dict[tuple[int, int], str]]]:
    """Yield what may become of the orders of one inquiry: effects with counts, and the acts."""
    person = position.people[0]
    mine = [(m, i) for m in (0, 1) for i, o in enumerate(person.month(m).orders) if o.inquiry == key]
    own = [name for name in ("hold", "forgo", "split") if repertoire.act(name)]
    fates = [("", *own) if month == 0 else ("", *(["pull"] if repertoire.act("pull") else [])) for month, _ in mine]
    for chosen in product(*fates):
        acts = {at: act for at, act in zip(mine, chosen, strict=True) if act}
        yield _vector(person, mine, acts), acts
    hand = repertoire.act("hand-with-order")
    here = [at for at in mine if at[0] == 0]
    if hand is not None and here and len(position.people) > 1:
        vector = np.zeros(WIDTH + len(FATES), np.int64)
        vector[:WIDTH] = _handed(hand, 1, position, *(person.this.orders[i] for _, i in here))
        vector[WIDTH + FATES.index(hand.name)] = 1
        yield vector, dict.fromkeys(here, hand.name)


def _vector(person: Person, mine: Sequence[tuple[int, int]], acts: Mapping[tuple[int, int], str]) -> Ints:
    """Return effects and counts of acts on the orders of one inquiry."""
    figures = np.zeros((2, 2, len(FIELDS)), np.int64)
    buyer, orders, sales = (FIELDS.index(name) for name in ("buyers", "orders", "sales"))
    there = np.zeros(2, np.int64)
    counts = np.zeros(len(FATES), np.int64)
    for month, i in mine:
        act, order = acts.get((month, i), ""), person.month(month).orders[i]
        figures[0, month, orders] -= 1
        figures[0, month, sales] -= order.sales
        if act:
            counts[FATES.index(act)] += 1
        if act != "forgo":
            to = 1 - month if act in ("hold", "pull") else month
            figures[0, to, orders] += 1 + (act == "split")
            figures[0, to, sales] += order.sales
            there[to] += 1
    before = [any(m == month for m, _ in mine) for month in (0, 1)]
    figures[0, :, buyer] += (there > 0).astype(np.int64) - np.array(before, np.int64)
    return np.concatenate([figures.reshape(-1), counts])


def every_plan(position: Position, repertoire: Repertoire, most: int) -> Plans | None:
    """Return every plan of a position; None where there are more than `most`."""
    acts = times_of(position, repertoire)
    n = int(np.prod([len(act.counts) for act in acts], dtype=object)) if acts else 1
    person = position.people[0]
    choices = order_choices(position, repertoire, min(most, MOST_STATES)) if n <= MOST_TIMES else None
    if choices is None:
        return None
    times = [
        dict(zip([a.name for a in acts], chosen, strict=True)) for chosen in product(*(act.counts for act in acts))
    ]
    times = [one for one in times if can_do(one, person)]
    if len(times) * len(choices.orders) > most:
        return None
    return _joined(position, repertoire, choices, times, every=True)


def _joined(
    position: Position, repertoire: Repertoire, choices: _Choices, times: Sequence[Mapping[str, int]], *, every: bool
) -> Plans:
    """Return each choice of orders with each number of times."""
    known = {act.name: act for act in repertoire.acts}
    memo: dict[tuple[str, int], Ints] = {}
    moved = np.array([_times_effects(one, known, position, memo) for one in times]).reshape(len(times), WIDTH)
    price = np.array([known[name].cost if name in known else 0 for name in FATES], np.int64)
    own = np.array([sum(known[name].cost * k for name, k in one.items()) for one in times], np.int64)
    price_of_fake = fake_price(known["fake"], position) if "fake" in known else 0
    back = [one.get("fake", 0) * price_of_fake for one in times]
    n, m = len(choices.orders), len(times)
    made = [(i, j) for i in range(n) for j in range(m)]
    return Plans(
        (choices.effects[:, None, :] + moved[None]).reshape(n * m, WIDTH),
        ((choices.counts @ price)[:, None] + own[None]).reshape(-1),
        np.tile(np.array(back, np.int64), n),
        made,
        every,
        choices.orders,
        times,
    )


def _times_effects(
    times: Mapping[str, int], known: Mapping[str, Act], position: Position, memo: dict[tuple[str, int], Ints]
) -> Ints:
    """Return what all acts that move no order add; what one adds is worked out once, in `memo`."""
    found = np.zeros(WIDTH, np.int64)
    for name, k in times.items():
        if k:
            if (name, k) not in memo:
                memo[name, k] = times_effect(known[name], k, position)
            found += memo[name, k]
    return found


def given_plans(position: Position, repertoire: Repertoire, plans: Sequence[Plan]) -> Plans:
    """Return some plans as figures."""
    person = position.people[0]
    effects, counts = [], []
    of_inquiry: dict[str, list[tuple[int, int]]] = {}
    for month in (0, 1):
        for i, order in enumerate(person.month(month).orders):
            of_inquiry.setdefault(order.inquiry, []).append((month, i))
    for plan in plans:
        vector = np.zeros(WIDTH + len(FATES), np.int64)
        for key in {person.month(m).orders[i].inquiry for m, i in plan.orders}:
            mine = of_inquiry[key]
            acts = {at: plan.orders[at] for at in mine if at in plan.orders}
            here = [at for at, act in acts.items() if act == "hand-with-order"]
            hand = repertoire.act("hand-with-order")
            if here and hand is not None:
                vector[:WIDTH] += _handed(hand, 1, position, *(person.this.orders[i] for _, i in here))
                vector[WIDTH + FATES.index(hand.name)] += 1
            else:
                vector += _vector(person, mine, acts)
        effects.append(vector[:WIDTH])
        counts.append(vector[WIDTH:])
    known = {act.name: act for act in repertoire.acts}
    price = np.array([known[name].cost if name in known else 0 for name in FATES], np.int64)
    fake = known.get("fake")
    times = [dict(plan.times) for plan in plans]
    own = [sum(known[name].cost * k for name, k in one.items()) for one in times]
    price_of_fake = 0 if fake is None else fake_price(fake, position)
    back = [one.get("fake", 0) * price_of_fake for one in times]
    memo: dict[tuple[str, int], Ints] = {}
    moved = np.array([_times_effects(one, known, position, memo) for one in times]).reshape(len(plans), WIDTH)
    at = range(len(plans))
    return Plans(
        np.array(effects).reshape(len(plans), WIDTH) + moved,
        np.array(counts).reshape(len(plans), len(FATES)) @ price + np.array(own, np.int64),
        np.array(back, np.int64),
        [(i, i) for i in at],
        every=False,
        _orders=[plan.orders for plan in plans],
        _times=times,
    )


def extreme_orders(person: Person) -> tuple[list[int], list[int]]:
    """Return the orders of this and of the next month that are alone of their inquiry, smallest sales first."""
    times = Counter(o.inquiry for month in (person.this, person.next) for o in month.orders)
    alone = {key for key, n in times.items() if n == 1}
    found = []
    for month in (person.this, person.next):
        mine = [i for i, o in enumerate(month.orders) if o.inquiry in alone]
        found.append(sorted(mine, key=lambda i: (month.orders[i].sales, i)))
    return found[0], found[1]


def extreme_plan(
    person: Person,
    counts: Mapping[str, int],
    *,
    largest: tuple[bool, bool],
    sort: tuple[list[int], list[int]] | None = None,
) -> Plan | None:
    """Return the plan that moves the smallest or the largest orders so many times; None where there are too few.

    Parameters
    ----------
    largest : whether the largest orders are held, and pulled in. Orders let go, then those handed over, are the
        smallest.
    sort : what `extreme_orders` gave of the person, where many plans are made.
    """
    this, after = extreme_orders(person) if sort is None else sort
    orders: dict[tuple[int, int], str] = {}
    for name, sorted_orders, big in (("hold", this, largest[0]), ("pull", after, largest[1])):
        k = counts.get(name, 0)
        lost = counts.get("forgo", 0) + counts.get("hand-with-order", 0) if name == "hold" else 0
        if k + lost > len(sorted_orders):
            return None
        skip = counts.get("forgo", 0) + counts.get("hand-with-order", 0) if name == "hold" and not big else 0
        chosen = sorted_orders[len(sorted_orders) - k :] if big else sorted_orders[skip : skip + k]
        orders |= {(int(name == "pull"), i): name for i in chosen}
    for name in ("forgo", "hand-with-order", "split"):
        left = [i for i in this if (0, i) not in orders]
        k = counts.get(name, 0)
        if k > len(left):
            return None
        orders |= {(0, i): name for i in left[:k]}
    times = {name: k for name, k in counts.items() if name in TIMES and k}
    return Plan(orders, times) if can_do(times, person) else None


# The plan carried out, order by order


def carried_out(plan: Plan, position: Position, repertoire: Repertoire) -> Position:
    """Return the position after a plan, its months made anew from the orders."""
    person, *others = position.people
    kept: tuple[list[Order], list[Order]] = ([], [])
    given: list[Order] = []
    for month in (0, 1):
        for i, order in enumerate(person.month(month).orders):
            act = plan.orders.get((month, i), "")
            if act == "hand-with-order":
                given.append(order)
            elif act == "split":
                kept[0].extend(
                    (replace(order, sales=order.sales // 2), replace(order, sales=order.sales - order.sales // 2))
                )
            elif act != "forgo":
                kept[1 - month if act in ("hold", "pull") else month].append(order)
    times = plan.times
    for k in range(times.get("fake", 0)):
        fake = repertoire.act("fake")
        assert fake is not None
        kept[0].append(Order(30, fake_price(fake, position), f"fake-{k}"))
    beyond, extra = repertoire.act("overload"), times.get("overload", 0)
    for k in range(extra // beyond.one_in if beyond is not None and beyond.one_in else 0):
        kept[0].append(Order(30, position.mean_order, f"beyond-{k}"))
    handed = times.get("hand", 0) + len({order.inquiry for order in given})
    this = PersonMonth(person.this.inquiries - times.get("decline", 0) - handed + extra, tuple(kept[0]))
    after = PersonMonth(person.next.inquiries - times.get("decline-next", 0), tuple(kept[1]))
    people = [replace(person, this=this, next=after), *others]
    if handed and others:
        mate = others[0]
        more = tuple(replace(order, inquiry=f"given-{order.inquiry}") for order in given)
        got = PersonMonth(mate.this.inquiries + handed, (*mate.this.orders, *more))
        people[1] = replace(mate, this=got)
    return replace(position, people=tuple(people))
