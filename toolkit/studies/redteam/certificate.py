"""No plan gains more than so much: an upper bound of every plan of a repertoire, where the scheme lets one be found.

It is found for pay that, at given counts of buyers and inquiries, is linear in the person's own sales: rates and sums
fixed, or by tiers and conditions of conversion or counts. Two methods that share no code but the cells must agree to
the cent, or nothing is called proved: all structures of a best plan gone through in whole numbers, and integer
programmes.

Notes
-----
Within a cell (one tier of each component) pay is r x sales + a. Which orders to move is then an assignment of the
slopes -r (let go, handed over), r' - r (held) and 0 (left) to sales, best in sorted order: the orders moved are the
smallest and the largest. Inquiries are declined as few as the cell asks. The programmes choose order by order and know
none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.core.text import Text
from toolkit.rules.explain.wording import conjuncts
from toolkit.rules.formula.expressions import Expression, Name, Number, Operation
from toolkit.rules.scheme.document import Component, Table
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme
from toolkit.studies.redteam.months import Ints, Person, Position
from toolkit.studies.redteam.plans import FATES, TIMES, Plan, extreme_orders, extreme_plan, fake_price
from toolkit.studies.redteam.play import honest_pay
from toolkit.studies.redteam.repertoire import Repertoire

_WORDS = frozenset({"id", "title", "for_", "level", "when", "pay", "rate", "amount"})
_FLIP = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
MOST_CELLS = 40
MOST_STRUCTURES = 5_000_000


@dataclass(frozen=True, slots=True)
class Inequality:
    """b x buyers + i x inquiries + n x consultations + constant >= 0, in whole numbers."""

    b: int
    i: int
    n: int
    constant: int


@dataclass(frozen=True, slots=True)
class Region:
    """Where pay is rate x sales + amount (minor units): conditions that must all hold."""

    conditions: tuple[Inequality, ...]
    rate: Fraction
    amount: Fraction


class OutsideError(Exception):
    """A scheme, position or repertoire for which no bound is found, and why."""

    def __init__(self, why: Text) -> None:
        """Keep the reason."""
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proved.

    Parameters
    ----------
    plan : the best plan.
    bound : no plan gains more, minor units; parts of a cent that rounding may add are in it.
    structures, programmes : the optimum of either method: pay of both months net of costs, minor units.
    n_structures, n_programmes : how many were gone through.
    """

    plan: Plan
    bound: int
    structures: Fraction
    programmes: float
    n_structures: int
    n_programmes: int


def certify(scheme: Scheme, position: Position, repertoire: Repertoire) -> Certificate:
    """Bound the gain of one person's plans.

    Raises
    ------
    OutsideError
        If no bound is found for the scheme, or the two methods do not agree.
    """
    cells = cells_of(scheme)
    legal = {"minimum_wage", "legal_share"} & scheme.vocabulary.parameters.keys()
    _check(position, repertoire, cells, limited=bool(legal))
    best, plan, n = _structures(cells, position, repertoire)
    value, m = _programmes(cells, position, repertoire)
    if abs(float(best) - value) >= 0.5:
        raise OutsideError(
            Text(
                f"two methods disagree: {float(best) / 100:.2f} and {value / 100:.2f}",
                f"两种方法结果不一致：{float(best) / 100:.2f} 与 {value / 100:.2f}",
            )
        )
    rounding = Fraction(3 * len(scheme.components), 2)
    bound = int((best + rounding) // 1) - int(honest_pay(scheme, position)[0])
    return Certificate(plan, max(bound, 0), best, value, n, m)


# The scheme as cells


def cells_of(scheme: Scheme) -> tuple[Region, ...]:
    """Return the cells of a scheme; together they are every month there is.

    Raises
    ------
    OutsideError
        Naming the component and word for which there are none.
    """
    if scheme.limits:
        raise OutsideError(Text("the scheme has limits", "方案有限额"))
    if scheme.rounds_total or scheme.step != 1:
        raise OutsideError(Text("the scheme rounds otherwise than to cents by component", "方案不是按项目取整到分"))
    cells = [Region((), Fraction(0), Fraction(0))]
    for component in scheme.components:
        try:
            mine = list(_of_component(scheme, component))
        except _WordError as error:
            raise OutsideError(
                Text(f"component {component.id!r}: {error.word}", f"项目 {component.id!r}：{error.word}")
            ) from None
        cells = [
            Region((*a.conditions, *b.conditions), a.rate + b.rate, a.amount + b.amount)
            for a, b in product(cells, mine)
        ]
        cells = [cell for cell in cells if not any(map(_never, cell.conditions))]
        if len(cells) > MOST_CELLS:
            raise OutsideError(Text("too many tiers together", "档位组合过多"))
    return tuple(cells)


def _never(c: Inequality) -> bool:
    """Tell whether a condition holds for no counts, none of which is below 0."""
    return max(c.b, c.i, c.n) <= 0 and c.constant < 0


class _WordError(Exception):
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def _of_component(scheme: Scheme, component: Component) -> Iterator[Region]:
    for name, field in type(component).model_fields.items():
        if name not in _WORDS and getattr(component, name) != field.get_default():
            raise _WordError(field.alias or name)
    if component.level != "self":
        raise _WordError("level")
    if component.for_ is not None and not _is_agent(component.for_.node):
        raise _WordError("for")
    if scheme.period(component) != "month":
        raise _WordError("period")
    worth = list(_worth(scheme, component))
    if component.when is None:
        yield from worth
        return
    met: tuple[Inequality, ...] = ()
    for part in conjuncts(component.when.node):
        if not (isinstance(part, Operation) and part.sign in _FLIP):
            raise _WordError("when")
        yield Region((*met, _condition(scheme, part, flipped=True)), Fraction(0), Fraction(0))
        met = (*met, _condition(scheme, part))
    for cell in worth:
        yield Region((*met, *cell.conditions), cell.rate, cell.amount)


def _is_agent(node: Expression) -> bool:
    if not (isinstance(node, Operation) and node.sign == "=="):
        return False
    left, right = node.parts
    return isinstance(left, Name) and left.name == "role" and getattr(right, "value", None) == "agent"


def _worth(scheme: Scheme, component: Component) -> Iterator[Region]:
    if component.pay is not None:
        if not (isinstance(component.pay.node, Name) and component.pay.node.name == "sales"):
            raise _WordError("pay")
        if isinstance(component.rate, Table):
            for conditions, value in _tiers(scheme, component, component.rate, "rate"):
                yield Region(conditions, value, Fraction(0))
        else:
            yield Region((), _literal(component.rate, "rate"), Fraction(0))
    elif isinstance(component.amount, Table):
        for conditions, value in _tiers(scheme, component, component.amount, "amount"):
            yield Region(conditions, Fraction(0), value * 100)
    else:
        yield Region((), Fraction(0), _literal(component.amount, "amount") * 100)


def _literal(rule: object, word: str) -> Fraction:
    number = rule.literal if isinstance(rule, Formula) else None
    if number is None or number.value < 0:
        raise _WordError(word)
    return number.value


def _tiers(
    scheme: Scheme, component: Component, table: Table, word: str
) -> Iterator[tuple[tuple[Inequality, ...], Fraction]]:
    """Yield conditions and value of each tier of a slab table."""
    plain = table.mode == "slab" and table.aggregate == "pooled" and not table.as_reported
    if not plain or table.relative_to or table.unit:
        raise _WordError(f"{word} mode")
    by = component.by(table)
    if by is None:
        raise _WordError(f"{word} by")
    reached: list[tuple[str, Fraction] | None] = []
    for tier in table.tiers:
        if tier.to is not None:
            raise _WordError(f"{word} to")
        sign = ">" if (tier.bound or table.bound) == "above" else ">="
        reached.append(None if tier.from_ is None else (sign, _edge(tier.from_)))
    values = [_literal(getattr(tier, word), word) for tier in table.tiers]
    if reached[0] is not None:
        below = Fraction(0) if table.below is None else _literal(table.below, "below")
        yield (_of(scheme, by.node, _FLIP[reached[0][0]], reached[0][1]),), below
    for at, value in enumerate(values):
        here, after = reached[at], reached[at + 1] if at + 1 < len(values) else None
        conditions = [] if here is None else [_of(scheme, by.node, *here)]
        conditions += [] if after is None else [_of(scheme, by.node, _FLIP[after[0]], after[1])]
        yield tuple(conditions), value


def _edge(formula: Formula) -> Fraction:
    if formula.literal is None:
        raise _WordError("from")
    return formula.literal.value


def _condition(scheme: Scheme, part: Operation, *, flipped: bool = False) -> Inequality:
    left, right = part.parts
    if not isinstance(right, Number):
        raise _WordError("when")
    return _of(scheme, left, _FLIP[part.sign] if flipped else part.sign, right.value)


def _of(scheme: Scheme, node: Expression, sign: str, edge: Fraction) -> Inequality:
    """Return a comparison of a count, or of buyers to inquiries, with a number, in whole numbers."""
    while isinstance(node, Name) and node.name in scheme.vocabulary.defines:
        node = scheme.vocabulary.defines[node.name].formula.node
    top, low = edge.numerator, edge.denominator
    if isinstance(node, Name) and node.name in ("buyers", "inquiries", "consultations"):
        own = [low * (node.name == name) for name in ("buyers", "inquiries", "consultations")]
        found = (*own, -top)
    elif isinstance(node, Operation) and node.sign == "/":
        names = [part.name if isinstance(part, Name) else "" for part in node.parts]
        if names == ["buyers", "inquiries"]:
            found = (low, -top, 0, 0)
        elif names == ["buyers", "consultations"]:
            found = (low, 0, -top, 0)
        else:
            raise _WordError("by, when")
    else:
        raise _WordError("by, when")
    b, i, n, constant = found if sign in (">=", ">") else tuple(-x for x in found)
    return Inequality(b, i, n, constant - (sign in (">", "<")))


# What a bound needs of position and repertoire


def _most(repertoire: Repertoire, name: str, position: Position) -> int:
    act = repertoire.act(name)
    alone = len(position.people) < 2
    return 0 if act is None or (alone and name.startswith("hand")) else act.most


def _check(position: Position, repertoire: Repertoire, cells: Sequence[Region], *, limited: bool) -> None:
    person = position.people[0]
    this, after = extreme_orders(person)
    if len(this) < len(person.this.orders) or len(after) < len(person.next.orders):
        raise OutsideError(Text("an inquiry has several orders", "有询单对应多笔订单"))
    if person.more.get("role", "agent") != "agent":
        raise OutsideError(Text("the position is no agent's", "岗位不是客服"))
    if any(act.step != 1 for act in repertoire.acts if act.name != "overload"):
        raise OutsideError(Text("acts are done in steps", "手法按步长进行"))
    gone = sum(_most(repertoire, name, position) for name in ("decline", "hand", "hand-with-order"))
    last = person.next.inquiries - _most(repertoire, "decline-next", position)
    fewest = min(person.this.inquiries - min(gone, person.this.inquiries), last)
    if (
        any(c.i for cell in cells for c in cell.conditions)
        and max(fewest, 0) < 1
        and not _leaves(person, position, repertoire)
    ):
        raise OutsideError(Text("plans may leave no inquiry", "手法可能使询单为零"))
    if min((o.sales for month in (person.this, person.next) for o in month.orders), default=0) < 0:
        raise OutsideError(Text("an order is below 0", "有订单金额为负"))
    fake = repertoire.act("fake")
    if fake is not None and limited:
        why = Text("law limits what may be taken back", "法定限额限制可扣回的金额")
        raise OutsideError(why)
    if fake is not None:
        taken = max(cell.rate for cell in cells) * fake_price(fake, position) * fake.most
        sales = sorted(o.sales for o in person.next.orders)
        left = sum(sales[: len(sales) - _most(repertoire, "pull", position)]) if sales else 0
        if taken > min(cell.rate * left + cell.amount for cell in cells):
            why = Text("next month's pay may not cover what is taken back", "次月应发可能不足以扣回")
            raise OutsideError(why)


def _leaves(person: Person, position: Position, repertoire: Repertoire) -> bool:
    """Tell whether some inquiry is left whatever is done: those with an order cannot be declined."""
    this = person.this.buyers - _most(repertoire, "hand-with-order", position)
    return bool(this >= 1 and person.next.buyers >= 1)


# First method: every structure, in whole numbers


def _structures(cells: Sequence[Region], position: Position, repertoire: Repertoire) -> tuple[Fraction, Plan, int]:
    """Return the optimum (minor units, net of costs), its plan, and how many structures were gone through."""
    person = position.people[0]
    acts = {name: repertoire.act(name) for name in (*FATES, *TIMES)}
    this = np.array(sorted(o.sales for o in person.this.orders), np.int64)
    after = np.array(sorted(o.sales for o in person.next.orders), np.int64)
    up, up_after = np.concatenate([[0], np.cumsum(this)]), np.concatenate([[0], np.cumsum(after)])
    cap = {name: _most(repertoire, name, position) for name in acts}
    each = {name: 0 if act is None else act.cost for name, act in acts.items()}
    overload = acts["overload"]
    beyond = np.array(overload.counts if overload is not None else [0])
    held = [(k, big) for k in range(min(cap["hold"], len(this)) + 1) for big in ((0, 1) if k else (0,))]
    pulled = [(k, big) for k in range(min(cap["pull"], len(after)) + 1) for big in ((0, 1) if k else (0,))]
    ranges = [np.arange(len(held)), np.arange(len(pulled))]
    ranges += [np.arange(cap[name] + 1) for name in ("forgo", "hand-with-order", "fake")]
    n = int(np.prod([len(r) for r in (*ranges, beyond)], dtype=object))
    if n > MOST_STRUCTURES:
        raise OutsideError(Text("too many structures", "方案结构过多"))
    a, b, f, w, k, o = (x.reshape(-1) for x in np.meshgrid(*ranges, beyond, indexing="ij"))
    (h, h_big), (p, p_big) = np.array(held)[a].T, np.array(pulled)[b].T
    fits = h + f + w <= len(this)
    h, h_big, p, p_big, f, w, k, o = (x[fits] for x in (h, h_big, p, p_big, f, w, k, o))
    more = o // overload.one_in if overload is not None and overload.one_in else 0 * o
    fake = acts["fake"]
    price = 0 if fake is None else fake_price(fake, position)
    # let go: the smallest; handed over: the next (after those held, where the smallest are held); held: either end
    gone = up[f + w]
    hold_small = up[np.minimum(f + w + h, len(this))] - up[f + w]
    hold_sales = np.where(h_big == 1, up[len(this)] - up[len(this) - h], hold_small)
    pull_sales = np.where(p_big == 1, up_after[len(after)] - up_after[len(after) - p], up_after[p])
    sales = [
        up[len(this)] - gone - hold_sales + pull_sales + k * price + more * position.mean_order,
        up_after[len(after)] + hold_sales - pull_sales,
    ]
    buyers = [person.this.buyers - h - f - w + p + k + more, person.next.buyers + h - p]
    inquiries = [person.this.inquiries - w + o, np.full(len(h), person.next.inquiries)]
    # of one's own figures an inquiry declined and one handed over are the same: the cheaper act first
    ways = [[("decline", cap["decline"]), ("hand", cap["hand"])], [("decline-next", cap["decline-next"])]]
    ways = [sorted(((n, c) for n, c in one if c), key=lambda x: each[x[0]]) for one in ways]
    most = [
        min(sum(c for _, c in one), idle) for one, idle in zip(ways, (person.this.idle, person.next.idle), strict=True)
    ]
    den = lcm(*(x.denominator for cell in cells for x in (cell.rate, cell.amount)))
    counts: dict[str, Ints] = {"hold": h, "pull": p, "forgo": f, "hand-with-order": w, "fake": k, "overload": o}
    total = np.zeros(len(h), np.int64)
    for name, times in counts.items():
        total -= den * each[name] * times
    chosen: list[Ints] = []
    for m in (0, 1):
        back = k * price if m == 0 else 0 * k
        best, least = np.full(len(h), np.iinfo(np.int64).min // 4), np.zeros(len(h), np.int64)
        for cell in cells:
            ok, d = _fewest(cell, buyers[m], inquiries[m], most[m], person.month(m).inquiries)
            worth = int(cell.rate * den) * (sales[m] - back) + int(cell.amount * den)
            for name, times in _shared(d, ways[m]):
                worth = worth - den * each[name] * times
            better = ok & (worth > best)
            best, least = np.where(better, worth, best), np.where(better, d, least)
        total, chosen = total + best, [*chosen, least]
    at = int(np.argmax(total))
    counts |= {name: n for m in (0, 1) for name, n in _shared(chosen[m], ways[m])}
    mine = {name: int(values[at]) for name, values in counts.items()}
    plan = extreme_plan(person, mine, largest=(bool(h_big[at]), bool(p_big[at])))
    assert plan is not None
    return Fraction(int(total[at]), den), plan, len(h)


def _shared(times: Ints, ways: Sequence[tuple[str, int]]) -> Iterator[tuple[str, Ints]]:
    """Yield how often each act is done, the first as often as it may be."""
    for name, most in ways:
        now = np.minimum(times, most)
        yield name, now
        times = times - now


def _fewest(cell: Region, buyers: Ints, inquiries: Ints, most: int, assigned: int) -> tuple[NDArray[np.bool_], Ints]:
    """Return whether declining reaches a cell, and the fewest inquiries declined for it."""
    low, high, ok = np.zeros_like(inquiries), inquiries.copy(), np.ones(len(inquiries), bool)
    for c in cell.conditions:
        rest = c.b * buyers + c.n * assigned + c.constant
        if c.i == 0:
            ok &= rest >= 0
        elif c.i < 0:
            high = np.minimum(high, rest // -c.i)
        else:
            low = np.maximum(low, -(rest // c.i))
    declined = inquiries - high
    return ok & (high >= low) & (declined <= most), declined


# Second method: integer programmes, order by order


def _programmes(cells: Sequence[Region], position: Position, repertoire: Repertoire) -> tuple[float, int]:
    """Return the optimum of one integer programme a pair of cells, in minor units, and how many were solved."""
    person = position.people[0]
    this, after = (np.array([o.sales for o in m.orders], float) for m in (person.this, person.next))
    n, m = len(this), len(after)
    names = ["decline", "decline-next", "fake", "hand", "overload", "more"]
    size = 3 * n + m + len(names)
    hold, forgo, hand = (slice(i * n, (i + 1) * n) for i in range(3))
    pull, at = slice(3 * n, 3 * n + m), {name: 3 * n + m + i for i, name in enumerate(names)}
    cap = {name: _most(repertoire, name, position) for name in (*FATES, *TIMES)}
    costs = {a.name: a.cost for a in repertoire.acts}
    fake, overload = repertoire.act("fake"), repertoire.act("overload")
    price = 0 if fake is None else fake_price(fake, position)

    def row(**parts: float | np.ndarray) -> np.ndarray:
        found = np.zeros(size)
        for name, value in parts.items():
            found[
                {"hold": hold, "forgo": forgo, "hand_with": hand, "pull": pull}.get(name) or at[name.replace("_", "-")]
            ] = value
        return found

    buyers = (row(hold=-1, forgo=-1, hand_with=-1, pull=1, fake=1, more=1), row(hold=1, pull=-1))
    inquiries = (row(hand_with=-1, decline=-1, hand=-1, overload=1), row(decline_next=-1))
    moved = (
        row(hold=-this, forgo=-this, hand_with=-this, pull=after, fake=price, more=position.mean_order),
        row(hold=this, pull=-after),
    )
    cost = row(
        hold=costs.get("hold", 0), forgo=costs.get("forgo", 0), hand_with=costs.get("hand-with-order", 0),
        pull=costs.get("pull", 0),
        **{name.replace("-", "_"): costs.get(name, 0) for name in names if name != "more"},
    )  # fmt: skip
    one_each = np.zeros((n, size))
    for i in range(n):
        one_each[i, [i, n + i, 2 * n + i]] = 1
    fixed = [LinearConstraint(one_each, -np.inf, 1)] if n else []
    fixed += [LinearConstraint(row(hold=1), 0, cap["hold"]), LinearConstraint(row(forgo=1), 0, cap["forgo"])]
    fixed += [
        LinearConstraint(row(hand_with=1), 0, cap["hand-with-order"]),
        LinearConstraint(row(pull=1), 0, cap["pull"]),
    ]
    fixed += [LinearConstraint(row(decline=1, hand=1), 0, person.this.idle)]
    top = np.ones(size)
    for name in names[:-1]:
        top[at[name]] = cap[name]
    top[at["decline-next"]] = min(cap["decline-next"], person.next.idle)
    extra = 0
    if overload is not None and overload.one_in:
        extra = overload.most // overload.one_in
        # more = overload // one_in; overload itself in steps, as many as are given
        fixed += [LinearConstraint(row(overload=1, more=-overload.one_in), 0, overload.one_in - 1)]
    top[at["more"]] = extra
    steps = overload.counts if overload is not None else range(1)
    best, solved = -np.inf, 0
    for first, second in product(cells, repeat=2):
        conditions = list(fixed)
        for month, cell in enumerate((first, second)):
            start = person.month(month)
            for c in cell.conditions:
                constant = c.b * start.buyers + c.i * start.inquiries + c.n * start.inquiries + c.constant
                conditions.append(LinearConstraint(c.b * buyers[month] + c.i * inquiries[month], -constant, np.inf))
        r, s = float(first.rate), float(second.rate)
        worth = r * (moved[0] - row(fake=price)) + s * moved[1] - cost
        honest = r * person.this.sales + s * person.next.sales + float(first.amount + second.amount)
        for beyond in steps if len(steps) <= 4 else [None]:
            low, high = np.zeros(size), top.copy()
            if beyond is not None:
                low[at["overload"]] = high[at["overload"]] = beyond
            found = milp(
                -worth, constraints=conditions, bounds=Bounds(low, high), integrality=np.ones(size, int),
                options={"mip_rel_gap": 0.0, "time_limit": 60.0},
            )  # fmt: skip
            solved += 1
            if found.status not in (0, 2):
                raise OutsideError(Text("an integer programme was not solved in time", "整数规划未在时限内求解"))
            if found.status == 0:
                best = max(best, honest - float(found.fun))
    return best, solved
