"""What the consequences of a scheme are judged on: a month, the months before it, and what each component paid."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError
from toolkit.core.period import Month
from toolkit.core.text import Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.outlook.forecast import Forecast
from toolkit.rules.explain.wording import conjuncts
from toolkit.rules.formula.dictionary import SPELL_COLUMNS
from toolkit.rules.formula.evaluate import number, truth
from toolkit.rules.formula.expressions import Expression, Operation
from toolkit.rules.lint.gaps import MissingColumns, gaps_of_columns, gaps_of_pay, judgeable
from toolkit.rules.lint.reading import Place, component_places, constant, kind
from toolkit.rules.pay.components import Parts, evaluate_parts
from toolkit.rules.pay.earlier_ledger import EarlierLedger
from toolkit.rules.pay.measures import MeasureColumns, read_columns
from toolkit.rules.pay.payees import Payees
from toolkit.rules.pay.run import Run, span_around, span_paid
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.interpretations import one_spell
from toolkit.rules.scheme.parameters import ALWAYS, Parameter
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.payroll import pay

HISTORY = 12
CONVERSION = ("buyers", "inquiries")


@dataclass(frozen=True, slots=True, eq=False)
class RatioBaseline:
    """A ratio of two counts, and what is to be expected of it in the month looked at.

    Parameters
    ----------
    table : month, agent, shop, inquiries (tries), buyers (hits).
    baseline : of the months before.
    forecast : replicates of the month for everybody large enough to be paid.
    """

    table: pd.DataFrame
    baseline: ConversionBaseline
    forecast: Forecast


@dataclass(frozen=True, slots=True, eq=False)
class SchemeCase:
    """A scheme and the people it pays.

    Parameters
    ----------
    whole : the scheme as if it were in force, with its first parameters, in every month of the measures.
    scheme : what of it the measures allow to pay.
    measures : in memory form, months up to `month`.
    cells : the same as columns.
    month : the month looked at.
    parts : what each component paid in `month` evaluates to.
    ledger : the rows of the last `HISTORY` months as the scheme pays them, each month by itself.
    torn : the first component that cannot pay somebody whose rows differ in role, supervisor or shop; the last row
        then stands for the others.
    original : the measures as they were given.
    gaps : what of the scheme the measures do not allow to pay.
    days : month, agent, receptions, inquiries, buyers of single days; None where only months are known.
    seed : of the replicates that judge luck.
    tries : what is known of each ratio of counts, fitted once for all checks.
    """

    whole: Scheme
    scheme: Scheme
    measures: pd.DataFrame
    cells: MeasureColumns
    month: Month
    parts: tuple[tuple[Place, Parts], ...]
    ledger: pd.DataFrame
    torn: Place | None
    original: pd.DataFrame
    gaps: tuple[MissingColumns, ...]
    days: pd.DataFrame | None
    seed: int
    tries: dict[Hashable, RatioBaseline | Text] = field(default_factory=dict)
    _runs: dict[Month, Run] = field(default_factory=dict)

    def run(self, month: Month) -> Run:
        """Return what components are evaluated with in a month."""
        if month not in self._runs:
            self._runs[month] = _run(self.scheme, self.cells, month)
        return self._runs[month]


def open_case(
    scheme: Scheme, measures: pd.DataFrame, month: Month, rng: np.random.Generator, days: pd.DataFrame | None = None
) -> SchemeCase:
    """Pay the months, and evaluate the last one.

    Raises
    ------
    InputError
        If the measures are no measures: what they hold is wrong whatever the scheme.
    """
    original = measures[measures["month"] <= str(month)].reset_index(drop=True)
    always = as_if_in_force(scheme)
    read_columns(original, always.vocabulary)
    gaps = list(gaps_of_columns(always, original))
    try:
        known, ledger = _payable(judgeable(always, gaps), original)
    except InputError:
        gaps += gaps_of_pay(always, gaps, lambda one: _payable(one, original))
        known, ledger = _payable(judgeable(always, gaps), original)
    part = judgeable(always, gaps)
    cells = read_columns(known, part.vocabulary)
    parts = tuple(_evaluated(_run(part, cells, month)))
    torn = None if known is original else _not_divided(part)
    seed = int(rng.integers(2**32))
    return SchemeCase(always, part, known, cells, month, parts, ledger, torn, original, tuple(gaps), days, seed)


def _payable(scheme: Scheme, measures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the measures and their ledger rows; what may not differ is taken from a person's last row of the month.

    Where a period is longer than a month, it is taken from the person's last row of all.
    """
    for by in (("month", "agent"), ("agent",)):
        try:
            return measures, pay_history(scheme, measures)
        except InputError as error:
            if any(problem.code != "attribute-conflict" for problem in error.problems):
                raise
            measures = one_spell(measures.drop(columns="pooled_row", errors="ignore"), SPELL_COLUMNS, by)
    return measures, pay_history(scheme, measures)


def _not_divided(scheme: Scheme) -> Place:
    """Return the first component that does not pay the parts of a month by themselves, else the first."""
    found = [place for component, place in component_places(scheme) if component.each is None]
    return found[0] if found else Place(scheme, None, ("components",))


def pay_history(scheme: Scheme, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger rows of the last `HISTORY` months of the measures, each month paid by itself."""
    months = sorted(set(measures["month"]))[-HISTORY:]
    return pd.concat([pay(scheme, measures, month=month).table for month in months], ignore_index=True)


def as_if_in_force(scheme: Scheme) -> Scheme:
    """Return a scheme that holds on every day, its parameters from their first value on."""
    always = scheme.in_force.model_copy(update={"from_": date(1970, 1, 1), "to": None})
    document = scheme.document.model_copy(update={"in_force": always})
    parameters = {name: _from_the_start(p) for name, p in scheme.vocabulary.parameters.items()}
    return replace(scheme, document=document, vocabulary=replace(scheme.vocabulary, parameters=parameters))


def _from_the_start(parameter: Parameter) -> Parameter:
    dated = {key: ((ALWAYS, values[0][1]), *values[1:]) for key, values in parameter.values.items() if values}
    return replace(parameter, values=dated)


def _run(scheme: Scheme, cells: MeasureColumns, month: Month) -> Run:
    return Run(scheme, cells, EarlierLedger.of(None, scheme.id, str(month)), month, silent=True)


def _evaluated(run: Run) -> Iterator[tuple[Place, Parts]]:
    """Yield what each component that is paid in a month evaluates to."""
    for component, place in component_places(run.scheme):
        span = span_paid(run.scheme, component, run.month)
        if span is not None:
            yield place, evaluate_parts(run, component, span)


# What people had in each month


def by_month(case: SchemeCase, component: Component, nodes: Sequence[Expression], within: str = "") -> pd.DataFrame:
    """Return what each payee (or pool) had in each month alone.

    Parameters
    ----------
    within : column that divides a payee's rows, "" for none.

    Returns
    -------
    DataFrame
        month, agent, part (of `within`), group (its code; -1 for all), in_it (may win, and is large enough), and an
        exact column in major units each of `nodes`: 0, 1, ...
    """
    found = [pd.DataFrame(columns=["month", "agent", "part", "group", "in_it", *range(len(nodes))])]
    for month in map(Month.parse, sorted(set(case.measures["month"]))):
        span = span_around(case.scheme, component, month)
        if span is None:
            continue
        units = case.run(month).units(component, replace(span, first=month, last=month), within)
        columns = {i: number(node, units.rolled).spread(units.n).values() for i, node in enumerate(nodes)}
        who = [units.name(i) for i in range(units.n)]
        parts = ["" if units.is_pool else units.part.value(i) or "" for i in range(units.n)]
        known = {"month": str(month), "agent": who, "part": parts, "group": units.part.codes}
        found.append(pd.DataFrame(known | {"in_it": _in_it(case.scheme, component, units)} | columns))
    return pd.concat(found, ignore_index=True)


def _in_it(scheme: Scheme, component: Component, units: Payees) -> np.ndarray:
    """Tell which units may win a prize, and have the volume a condition asks for."""
    among = component.rank.among if component.rank is not None else None
    asked = [] if among is None else [among.node]
    asked += [] if component.when is None else [n for n in conjuncts(component.when.node) if _is_volume(scheme, n)]
    found = np.ones(units.n, bool)
    for node in asked:
        found &= np.broadcast_to(truth(node, units.rolled).yes, units.n)
    return found


def _is_volume(scheme: Scheme, node: Expression) -> bool:
    if not (isinstance(node, Operation) and node.sign in (">", ">=", "<", "<=")):
        return False
    high, low = node.parts if node.sign in (">", ">=") else reversed(node.parts)
    return kind(scheme, high) == "count" and constant(scheme, low) is not None


def conversion_cells(measures: pd.DataFrame) -> pd.DataFrame:
    """Return month, agent, shop, inquiries, buyers of everybody who was asked anything; empty where unknown."""
    wanted = ["month", "agent", "shop", *CONVERSION]
    table = measures if "shop" in measures else measures.assign(shop="all")
    if not set(wanted) <= set(table.columns):
        return pd.DataFrame(columns=wanted)
    asked = table.loc[table["agent"].notna() & (table["inquiries"].fillna(0) > 0), wanted].dropna()
    return asked.groupby(wanted[:3], as_index=False)[list(CONVERSION)].sum()


def values(parts: Parts, node: Expression) -> list[Fraction | None]:
    """Return an expression for each unit, in major units."""
    return number(node, parts.units.rolled).spread(parts.units.n).values()
