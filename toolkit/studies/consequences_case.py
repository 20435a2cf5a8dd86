"""What the consequences of a scheme are judged on: a month, the months before it, and the edges of the scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from toolkit.core.errors import InputError, ToolkitError
from toolkit.core.period import Month
from toolkit.models.conversion import ConversionBaseline, fit_conversion
from toolkit.models.forecast import Forecast, forecast_month
from toolkit.rules import pay
from toolkit.rules.cells import read_cells
from toolkit.rules.dictionary import SPELL_COLUMNS
from toolkit.rules.document import Component
from toolkit.rules.evaluate import number, truth
from toolkit.rules.expressions import Expression, Name, Operation
from toolkit.rules.lint_notes import Place, by_of, constant, kind, places, tables
from toolkit.rules.lint_tables import STEEP, gates, most_fixed, steps
from toolkit.rules.parameters import ALWAYS, Parameter
from toolkit.rules.parts import Parts, evaluate_parts
from toolkit.rules.past import Past
from toolkit.rules.periods import span_around, span_paid
from toolkit.rules.run import Run
from toolkit.rules.scheme import Scheme
from toolkit.studies.readings import one_spell

CONVERSION = ("buyers", "inquiries")
FEWEST_MONTHS = 6
HISTORY = 12


@dataclass(frozen=True, slots=True)
class Edge:
    """A value at which a component pays a step more.

    Parameters
    ----------
    component, place : what pays it, and where it stands.
    by, at : what must reach which value.
    gain : rate (where `scaled`) or amount in major units that reaching it adds.
    steep : whether it adds half as much again, or comes from nothing.
    """

    component: Component
    place: Place
    by: Expression
    at: Fraction
    gain: Fraction
    scaled: bool
    steep: bool


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A scheme and the people it pays.

    Parameters
    ----------
    scheme : as if it were in force, with its first parameters, in every month of the measures.
    measures : in memory form, months up to `month`.
    month : the month looked at.
    parts : what each component paid in `month` evaluates to.
    ledger : the rows of the last `HISTORY` months as the scheme pays them, each month by itself.
    torn : the first component that cannot pay somebody whose rows differ in role, supervisor or shop; the last row
        then stands for the others.
    original : the measures as they were given.
    baseline : conversion of the months before, None where they do not allow one.
    forecast : replicates of `month` from the months before it, at this month's volumes.
    """

    scheme: Scheme
    measures: pd.DataFrame
    month: Month
    parts: tuple[tuple[Place, Parts], ...]
    ledger: pd.DataFrame
    torn: Place | None
    original: pd.DataFrame
    baseline: ConversionBaseline | None
    forecast: Forecast | None

    @property
    def edges(self) -> Iterator[Edge]:
        """Every edge of the scheme with a fixed value."""
        yield from edges(self.scheme)


def open_case(scheme: Scheme, measures: pd.DataFrame, month: Month, rng: np.random.Generator) -> Case:
    """Evaluate the month and fit the months before it.

    Raises
    ------
    InputError
        If the measures cannot be paid on as they are.
    """
    original = measures[measures["month"] <= str(month)].reset_index(drop=True)
    always = as_if_in_force(scheme)
    known, ledger = _payable(always, original)
    baseline = _baseline(known, month)
    forecast = None if baseline is None else _forecast(baseline, known, month, rng)
    parts = tuple(evaluate_month(always, known, month))
    torn = None if known is original else _undivided(always)
    return Case(always, known, month, parts, ledger, torn, original, baseline, forecast)


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


def _undivided(scheme: Scheme) -> Place:
    """Return the first component that does not pay the parts of a month by themselves, else the first."""
    found = [place for component, place in places(scheme) if component.each is None]
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


def evaluate_month(scheme: Scheme, measures: pd.DataFrame, month: Month) -> Iterator[tuple[Place, Parts]]:
    """Yield what each component that is paid in a month evaluates to."""
    run = _run(scheme, measures, month)
    for component, place in places(scheme):
        span = span_paid(scheme, component, month)
        if span is not None:
            yield place, evaluate_parts(run, component, span)


def rivals(case: Case, component: Component, by: Expression, within: str) -> pd.DataFrame:
    """Return what those who may win a prize had in each month: month, agent, group (-1 for all), value."""
    found = [pd.DataFrame(columns=["month", "agent", "group", "value"])]
    for month in map(Month.parse, sorted(set(case.measures["month"]))):
        run, span = _run(case.scheme, case.measures, month), span_around(case.scheme, component, month)
        if span is None:
            continue
        units = run.units(component, replace(span, first=month, last=month), within)
        among = component.rank.among if component.rank is not None else None
        may_win = np.ones(units.n, bool) if among is None else truth(among.node, units.rolled).yes
        who, value = [units.name(i) for i in range(units.n)], number(by, units.rolled).spread(units.n).values()
        frame = pd.DataFrame({"month": str(month), "agent": who, "group": units.part.codes, "value": value})
        found.append(frame[may_win & frame["value"].notna().to_numpy()])
    return pd.concat(found, ignore_index=True).astype({"value": "float64"})


def _run(scheme: Scheme, measures: pd.DataFrame, month: Month) -> Run:
    cells = read_cells(measures, scheme.vocabulary)
    return Run(scheme, cells, Past.of(None, scheme.id, str(month)), month, silent=True)


# Conversion


def conversion_cells(measures: pd.DataFrame) -> pd.DataFrame:
    """Return month, agent, shop, inquiries, buyers of everybody who was asked anything; empty where unknown."""
    wanted = ["month", "agent", "shop", *CONVERSION]
    table = measures if "shop" in measures else measures.assign(shop="all")
    if not set(wanted) <= set(table.columns):
        return pd.DataFrame(columns=wanted)
    asked = table.loc[table["agent"].notna() & (table["inquiries"].fillna(0) > 0), wanted].dropna()
    return asked.groupby(wanted[:3], as_index=False)[list(CONVERSION)].sum()


def _baseline(measures: pd.DataFrame, month: Month) -> ConversionBaseline | None:
    cells = conversion_cells(measures)
    past = cells[cells["month"] < str(month)]
    if past["month"].nunique() < FEWEST_MONTHS:
        return None
    try:
        return fit_conversion(past)
    except ToolkitError:
        return None


def _forecast(
    baseline: ConversionBaseline, measures: pd.DataFrame, month: Month, rng: np.random.Generator
) -> Forecast | None:
    cells = conversion_cells(measures)
    plan = cells[cells["month"] == str(month)].drop(columns="buyers")
    try:
        return forecast_month(baseline, plan, rng) if len(plan) else None
    except InputError:
        return None


# Edges


def edges(scheme: Scheme) -> Iterator[Edge]:
    """Yield the edges of tables, then those of conditions on which a fixed amount stands."""
    for key, table, component, place in tables(scheme):
        by = by_of(table, component)
        for step in steps(scheme, key, table, component):
            if by is not None and step.after > step.before:
                steep = step.factor is None or step.factor >= STEEP
                at = place.below("tiers", step.tier)
                yield Edge(component, at, by.node, step.edge, step.high - step.low, key == "rate", steep)
    for component, place in places(scheme):
        fixed = most_fixed(scheme, component)
        for node, mild in gates(scheme, component):
            left, right = node.parts if node.sign in (">", ">=") else reversed(node.parts)
            value = constant(scheme, right)
            if fixed and not mild and node.sign != "==" and value is not None and value > 0:
                yield Edge(component, place.below("when"), left, value, fixed, False, True)


def parts_of_ratio(scheme: Scheme, node: Expression) -> tuple[Expression, Expression] | None:
    """Return numerator and denominator of a ratio of counts, None for anything else."""
    if isinstance(node, Name):
        define = scheme.vocabulary.defines.get(node.name)
        return None if define is None else parts_of_ratio(scheme, define.formula.node)
    if not (isinstance(node, Operation) and node.sign == "/"):
        return None
    above, below = node.parts
    return (above, below) if kind(scheme, above) == kind(scheme, below) == "count" else None


def is_conversion(scheme: Scheme, node: Expression) -> bool:
    """Tell whether an expression is buyers / inquiries."""
    found = parts_of_ratio(scheme, node)
    return found is not None and tuple(p.name for p in found if isinstance(p, Name)) == CONVERSION


def values(parts: Parts, node: Expression) -> list[Fraction | None]:
    """Return an expression for each unit, in major units."""
    return number(node, parts.units.rolled).spread(parts.units.n).values()
