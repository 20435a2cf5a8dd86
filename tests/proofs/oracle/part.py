"""Steps 3 to 5 for one set of rows: `when`, base x rate or amount, capacity, proration."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from tests.proofs.oracle.rule import Component, Table
from tests.proofs.oracle.tables import Read, looked_up
from tests.proofs.oracle.views import View


class Worth(NamedTuple):
    """What one part is worth, exactly, before floor and cap."""

    status: str
    value: Any = Fraction(0)
    base: Any = None
    by: Any = None
    tier_from: Any = None
    rate: Any = None
    edge: bool = False


NO_VALUE = Worth("no_value")
NOT_MET = Worth("not_met")


def worth(component: Component, view: View, own: View, prize: Any = None) -> Worth:
    """One part of a component; `own` are the rows proration and capacity read."""
    shares, part = _capacity(component, own), proration(component, own)
    if component.prorates_target:
        view.factor = part
    met = True if component.when is None else _when(component, view, part)
    if met is not True:
        return NO_VALUE if met is None else NOT_MET
    if component.score is not None and view.get("score") is None:
        return NO_VALUE  # nobody is paid without a score, whatever else would do
    paid = _paid(component, view, prize)
    factor = _times(component, view)
    if paid is None or paid.value is None or None in (factor, shares, part):
        return NO_VALUE
    value = paid.value * factor * shares
    return paid._replace(value=value if component.prorates_target else value * part)


def _when(component: Component, view: View, part: Any) -> bool | None:
    if not component.prorates_target:
        return component.when(view)
    return None if part is None else component.scaled_when(part, view.run.rule.additive)(view)


def _capacity(component: Component, own: View) -> Any:
    """The capacity factor, None without a value."""
    if component.capacity is None or not component.capacity.get("pay"):
        return Fraction(1)
    served, a_day, days = (component.capacity[key](own) for key in ("of", "per_day", "days"))
    if served is None or a_day is None or days is None:
        return None
    return Fraction(1) if served == 0 else min(Fraction(1), Fraction(a_day * days) / served)


def proration(component: Component, own: View) -> Any:
    """The clipped share of the amount or of targets, None without a value."""
    part = Fraction(1) if component.prorate is None else component.prorate(own)
    return None if part is None else min(Fraction(1), max(Fraction(0), Fraction(part)))


def _times(component: Component, view: View) -> Any:
    """What the value of step 4 is multiplied by."""
    if component.times is None:
        return Fraction(1)
    if not isinstance(component.times, Table):
        return component.times(view)
    found = looked_up(component.times, view, None)
    return None if found is None else found.value


def _paid(component: Component, view: View, prize: Any) -> Worth | None:
    if component.rank is not None:
        return Worth("paid", prize)
    base = None if component.pay is None else component.pay(view)
    table = component.rate if component.rate is not None else component.amount
    if component.pay is not None and base is None:
        return None
    if not isinstance(table, Table):
        given = table(view)
        if given is None:
            return None
        if component.rate is None:
            return Worth("paid", given, base)
        return Worth("paid", base * given, base, rate=given)
    found = looked_up(table, view, base)
    return None if found is None else _from_table(component, table, found, base)


def _from_table(component: Component, table: Table, found: Read, base: Any) -> Worth:
    whole = component.rate is None or table.mode == "marginal"
    value = found.value if whole else base * found.value
    rate = None if whole else found.value
    return Worth("paid", value, base, found.by, found.tier_from, rate, found.on_edge)


def score_of(items: list[tuple[Any, Table]], view: View) -> Any:
    """Sum of weight x points / 100, None when any item has no value."""
    total = Fraction(0)
    for weight, table in items:
        found = looked_up(table, view, None)
        if found is None or found.value is None:
            return None
        total += Fraction(weight * found.value) / 100
    return total
