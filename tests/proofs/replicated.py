"""Simulated months beside a payroll: each replicate paid alone by `pay`, month after month, and every difference."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.proofs.chunks import Outcome
from tests.proofs.comparison import write_parameters
from tests.proofs.generator.frames import frame
from tests.proofs.generator.people import rows_of
from tests.proofs.generator.schemes import random_case
from tests.proofs.generator.sequences import random_year
from tests.proofs.years import YEAR, schemes_of, tables_of

if TYPE_CHECKING:
    from toolkit.rules.scheme.scheme import Scheme

Draws = Mapping[str, NDArray[np.int64]]


def draws(scheme: Scheme, measures: pd.DataFrame, runs: int, rng: np.random.Generator) -> Draws:
    """Some counts and money columns with the values of other rows in their places, int64 (runs, rows)."""
    found: dict[str, NDArray[np.int64]] = {}
    for name in measures.columns:
        if name not in scheme.vocabulary.measures:
            continue
        known = [int(v) for v in measures[name] if not pd.isna(v) and v == int(v)]
        if known and rng.random() < 0.7:
            found[name] = rng.choice(np.array(known, np.int64), (runs, len(measures)))
    return found


def returned(measures: pd.DataFrame, runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Refunds of some sales after payout, other ones in each replicate, some of them cancelled later."""
    rows = []
    for run in range(runs):
        for i in np.flatnonzero(rng.random(len(measures)) < 0.25).tolist():
            agent, origin = measures["agent"].iloc[i], measures["month"].iloc[i]
            amount, month = int(rng.integers(1, 2_000_000)), str(pd.Period(origin, "M") + int(rng.integers(1, 4)))
            if isinstance(agent, str):
                rows.append((month, agent, origin, amount, run))
            if isinstance(agent, str) and rng.random() < 0.2:
                rows.append((str(pd.Period(month, "M") + 1), agent, origin, -amount // 2, run))
    return pd.DataFrame(rows, columns=["month", "agent", "origin_month", "amount", "replicate"])


def compare(
    scheme: Scheme,
    measures: pd.DataFrame,
    months: list[str],
    runs: int,
    rng: np.random.Generator,
    roster: pd.DataFrame | None = None,
    *,
    refunds: pd.DataFrame | None = None,
    revised: bool = False,
) -> Outcome:
    """Pay months in sequence both ways; what is counted: months paid equal, refused, or refused by `pay` itself.

    Where they are `revised`, earlier months have other figures each time, so that step 12 has something to correct.
    """
    from toolkit.core.errors import InputError, UsageError
    from toolkit.rules.settle.payroll import pay
    from toolkit.rules.settle.replicates import ReplicateLedger, pay_replicates

    outcome, simulated = Outcome(0), draws(scheme, measures, runs, rng)
    runs = runs if simulated else 1
    outcome.counts["all", "schemes"] += 1
    ledgers: list[list[pd.DataFrame]] = [[] for _ in range(runs)]
    past = ReplicateLedger()
    for month in months:
        here = (measures["month"] <= month).to_numpy()
        if revised:
            simulated = {name: rng.permuted(values, axis=1) for name, values in simulated.items()}
        known, drawn = measures[here].reset_index(drop=True), {name: v[:, here] for name, v in simulated.items()}
        try:
            back = None if refunds is None else refunds[refunds["month"] <= month]
            together = pay_replicates(scheme, known, drawn, month=month, ledger=past, roster=roster, refunds=back)
            past = together.ledger
        except UsageError as error:
            outcome.counts["refused", str(error).partition("not simulated: ")[2]] += 1
            return outcome
        except InputError:
            together = None
        for run in range(runs):
            alone = known.assign(**{name: pd.array(v[run], dtype="Int64") for name, v in drawn.items()})
            ledger = pd.concat(ledgers[run], ignore_index=True) if ledgers[run] else None
            try:
                mine = None if back is None else back[back["replicate"] == run]
                table = pay(scheme, alone, month=month, ledger=ledger, roster=roster, refunds=mine).table
            except InputError:
                if together is not None:
                    outcome.differences.append(f"{scheme.id}, {month}, replicate {run}: only `pay` refuses")
                    return outcome
                outcome.counts["all", "months `pay` refuses, too"] += 1
                return outcome
            if together is not None:
                outcome.differences += [f"{month}, {run}: {text}" for text in _differ(together, run, table)]
            ledgers[run].append(table)
            outcome.counts.update(("rows of replicates by step", step) for step in table["step"])
        if together is None:
            outcome.differences.append(f"{scheme.id}, {month}: only the replicates are refused")
        if outcome.differences:
            return outcome
        outcome.counts["all", "months of replicates equal"] += runs
        outcome.counts["all", "agent-months equal"] += runs * known.loc[known["month"] == month, "agent"].nunique()
    outcome.counts["all", "schemes paid equal"] += 1
    return outcome


def _differ(together: Any, run: int, table: pd.DataFrame) -> list[str]:
    """Every agent's total, and amount by component, that the two do not agree on."""
    found = []
    totals, parts = _sums(table, ["agent"]), _sums(table, ["agent", "component"])
    for a, agent in enumerate(together.agents):
        pairs = [("total", together.totals[run, a], totals.get((agent,), Fraction(0)))]
        for c, component in enumerate(together.components):
            pairs.append((component, together.amounts[run, a, c], parts.get((agent, component), Fraction(0))))
        found += [f"{agent} {what} {got}, not {due}" for what, got, due in pairs if not _equal(int(got), due)]
    for c, component in enumerate(together.components):
        got, due = int(together.undivided[run, c]), parts.get(("", component), Fraction(0))
        found += [] if got == due else [f"{component} of nobody in particular {got}, not {due}"]
    return found


def _equal(got: int, due: Fraction) -> bool:
    """Whether an amount is the same; parts of a cent, where only totals are rounded, are rounded to it."""
    return got == due if due.denominator == 1 else abs(got - due) * 2 <= 1 + Fraction(1, 10**9)


def _sums(table: pd.DataFrame, by: list[str]) -> dict[tuple[str, ...], Fraction]:
    found: dict[tuple[str, ...], Fraction] = {}
    for *key, amount in table[[*by, "amount"]].itertuples(index=False):
        found[tuple(key)] = found.get(tuple(key), Fraction(0)) + Fraction(amount)
    return found


def compare_random(seed: int, index: int, n_agents: int, runs: int) -> Outcome:
    """Compare the `index`-th random scheme on its random measures."""
    from toolkit.rules.scheme.loading import parse_scheme

    case = random_case(seed, index)
    with tempfile.TemporaryDirectory() as folder:
        write_parameters(case, Path(folder))
        scheme = parse_scheme(case.text, str(Path(folder) / "scheme.yaml"))
    measures = frame(rows_of(case, n_agents))
    outcome = compare(scheme, measures, case.months, runs, np.random.default_rng([seed, index]))
    outcome.index = index
    return outcome


def compare_random_year(
    seed: int, index: int, n_agents: int, runs: int, n_months: int = 12, *, revised: bool = False
) -> Outcome:
    """Compare the first version of the `index`-th random year, with other refunds and without changes by hand."""
    year = random_year(seed, index, n_agents)
    told = {name for row in year.told.values() for name in row}
    measures, roster = frame(year.known[0][1], told), tables_of(year, YEAR[-1]).get("roster")
    rng = np.random.default_rng([seed, index, 1])
    back = returned(measures, runs, rng)
    scheme, months = schemes_of(year)[0], YEAR[:n_months]
    outcome = compare(scheme, measures, months, runs, rng, roster, refunds=back, revised=revised)
    outcome.index = index
    return outcome
