"""Steps 6 and 7 for one component: the parts of a payee added up, then floor, cap and rounding once.

A row is marked ``no_value`` if a part of it has none, ``not_met`` if no part met its condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.core.errors import InputError, Problem
from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.members import Mask, Members, is_counting
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET, PAID
from toolkit.rules.pay.parts import ZERO, Parts, evaluate_parts
from toolkit.rules.pay.periods import Span
from toolkit.rules.pay.rollup import Rolled
from toolkit.rules.pay.run import Run
from toolkit.rules.pay.units import Units
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.scalars import Formula

WITHOUT_VALUE = Text("has no value", "没有值")
_OFF_STEP = Text("is no multiple of the rounding step", "不是取整单位的整数倍")


@dataclass(frozen=True, slots=True, eq=False)
class Award:
    """What one component gives in one period, before division of a pool and what was paid before.

    Parameters
    ----------
    parts : what it evaluates to, unit by unit.
    member : the units of each row; a row is a payee, or a pool.
    before : each row's sum before floor and cap, in major units.
    amount : after floor, cap and (unless only totals are rounded) rounding.
    status : of each row.
    floor, cap : of each row; None without a cap.
    """

    parts: Parts
    member: Members
    before: Exact
    amount: Exact
    status: NDArray[np.int8]
    floor: Exact
    cap: Exact | None

    @property
    def component(self) -> Component:
        """The component that gives it."""
        return self.parts.component

    @property
    def span(self) -> Span:
        """The period it is for."""
        return self.parts.span

    @property
    def units(self) -> Units:
        """The payees and parts."""
        return self.parts.units

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.member.n


def award(run: Run, component: Component, span: Span) -> Award:
    """Evaluate one component for everyone it is for."""
    parts = evaluate_parts(run, component, span)
    units = parts.units
    n = units.n if units.is_pool else len(units.person)
    unit = units.payee if is_counting(units.payee) else np.arange(units.n)
    member = Members.of(n, unit if units.is_pool else units.payee, unit)
    total = parts.worth if member.is_single else member.sum(parts.worth).otherwise(member.counts > 0, ZERO)
    pays = _any(member, parts.status == PAID)
    limited, floor, cap = _limited(run, parts, member, total, pays)
    if not run.scheme.rounds_total:
        limited = Exact.of_ints(limited.rounded(run.scheme.step, run.scheme.mode), 100)
    status = _row_status(member, parts.status)
    if parts.standing is not None:
        status = np.where(parts.standing.valueless & (status == PAID), NO_VALUE, status).astype(np.int8)
    return Award(parts, member, total, limited, status, floor, cap)


def _any(member: Members, mask: Mask) -> Mask:
    if member.is_single:
        return mask
    hit = np.zeros(member.n, bool)
    hit[member.group[mask[member.row]]] = True
    return hit


def _row_status(member: Members, status: NDArray[np.int8]) -> NDArray[np.int8]:
    if member.is_single:
        return status
    result = np.full(member.n, NOT_MET, np.int8)
    result[_any(member, status == PAID)] = PAID
    result[_any(member, status == NO_VALUE) | (member.counts == 0)] = NO_VALUE
    return result


def _limited(run: Run, parts: Parts, member: Members, total: Exact, pays: Mask) -> tuple[Exact, Exact, Exact | None]:
    """Apply floor, then cap, to the rows that pay; return them too."""
    component = parts.component
    if component.floor is None:
        floor = ZERO
        result = total.greater(ZERO)
    else:
        floor = _limit(run, parts, component.floor, "floor", member, pays)
        result = total.greater(floor).otherwise(pays, ZERO)
    if component.cap is None:
        return result, floor, None
    cap = _limit(run, parts, component.cap, "cap", member, pays)
    return result.smaller(cap).otherwise(pays, ZERO), floor, cap


def _limit(run: Run, parts: Parts, formula: Formula, word: str, member: Members, pays: Mask) -> Exact:
    """Return a floor or cap of each row; it must have a value and keep the rounding step."""
    if formula.literal is not None:
        return Exact.constant(formula.literal.value)
    value = number(formula.node, _row_env(run, parts, member)).spread(member.n)
    wrong = np.flatnonzero(pays & ~value.valid)
    if len(wrong):
        raise limit_error(word, parts.component.id, WITHOUT_VALUE, _row_name(run, parts, int(wrong[0])))
    used = value.otherwise(pays, ZERO)
    check_step(run, used, word, parts.component.id, lambda i: _row_name(run, parts, i))
    return used


def _row_env(run: Run, parts: Parts, member: Members) -> Rolled:
    """Return the names on each row: the payee's, all parts together."""
    if member.is_single:
        return parts.units.rolled
    whole = parts.component.model_copy(update={"each": None, "lines": None})
    return run.units(whole, parts.span).rolled


def _row_name(run: Run, parts: Parts, row: int) -> str:
    units = parts.units
    return units.name(row) if units.is_pool else run.cells.agent_of(int(units.person[row]))


def check_step(run: Run, value: Exact, word: str, what: str, who: Callable[[int], str]) -> None:
    """Raise if a computed cap or floor is no multiple of the rounding step."""
    step = run.scheme.step
    full = value if isinstance(value.den, int) else None
    if full is not None and (full.num * 100 % (full.den * step) == 0).all():
        return
    for i, one in enumerate(value.values()):
        if one is not None and one * 100 % step:
            raise limit_error(word, what, _OFF_STEP, who(i))


def limit_error(word: str, what: str, wrong: Text, who: str) -> InputError:
    """Return the error for a limit that cannot be applied."""
    named = {"cap": "封顶", "floor": "保底"}.get(word, "数额")
    message = Text(f"the {word} of {what!r} {wrong} for {who!r}", f"{what!r} 的{named}对 {who!r} {wrong.zh}")
    return InputError([Problem("measures", message, code="limit-value")])
