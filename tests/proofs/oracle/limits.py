"""Steps 8, 9 and 11 and the rounding row: what happens to a person's sum of the month."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import CENT, digest, divided, rounded
from tests.proofs.oracle.calendar import year
from tests.proofs.oracle.views import OracleError, RowView, View

TWELVE = Fraction(1, 10**12)
CARRIED = "carried over by limit "
IN_YEAR = ("component", "limit", "fund")


def passing(run: Any, limit: dict[str, Any], agent: str) -> list[Any]:
    """The payee's rows of the period paid for which the limit's `for` holds."""
    rows = run.rows((run.month,)).agent.get(agent) or run.seen.get(agent, [])
    return [row for row in rows if "for" not in limit or limit["for"](RowView(run.rule, row, run.day)) is True]


def cap_people(run: Any, limit: dict[str, Any], scope: str, sums: dict[str, Fraction]) -> None:
    """A person cap: what is above it is withheld in a row of its own, and where it is carried over paid later."""
    for agent, total in list(sums.items()):
        own = passing(run, limit, agent)
        if not own:
            continue
        cap = _valued(limit["cap"](View(run, own, own, (run.month,))), "cap")
        if Fraction(cap / run.rule.step).denominator != 1:
            raise OracleError("a cap off the rounding step")
        so_far = _paid_in_year(run, agent) if limit.get("period") == "year" else Fraction(0)
        over = min(so_far + total - cap, max(total, Fraction(0)))
        if over > 0:
            sums[agent] -= over
            run.put(agent, "", "limit", -over, scope=scope)
        elif limit.get("carry"):
            back = min(cap - total, _withheld(run, agent, scope))
            if back > 0:
                sums[agent] += back
                run.put(agent, "", "limit", back, scope=scope)
        run.on_limit += so_far + total == cap


def _withheld(run: Any, agent: str, scope: str) -> Fraction:
    """What a carried cap still holds back of earlier months, as corrected."""
    rows = (row for row in run.ledger_of(agent) if row.scope == scope and row.origin < run.month)
    return -sum((row.amount for row in rows if row.step in ("limit", "adjustment")), Fraction(0))


def _valued(value: Any, what: str) -> Any:
    if value is None:
        raise OracleError(f"no value in a {what}")
    return value


def _paid_in_year(run: Any, agent: str) -> Fraction:
    months = {month for month in year(run.month) if month < run.month}
    return sum((row.amount for row in run.ledger_of(agent) if row.month in months and row.step in IN_YEAR), Fraction(0))


def bind_fund(run: Any, limit: dict[str, Any], sums: dict[str, Fraction]) -> None:
    """A fund: positive sums are scaled down to it; it reads the period the scheme pays now, else the month."""
    months = run.months_of_scheme()
    rows = run.rows(months)
    level = limit.get("level")
    groups = {None: rows.all} if level is None else rows.by(level)
    for group, members in groups.items():
        counted = [row for row in members if _in_fund(run, limit, row)]
        agents = [a for a in sums if level is None or _only(rows.agent.get(a) or run.seen.get(a, []), level) == group]
        positive = [a for a in agents if sums[a] > 0]
        value = limit["fund"](View(run, counted, counted, months))
        fund = max(Fraction(0), rounded(Fraction(value or 0), CENT, "down"))
        total = sum((sums[a] for a in positive), Fraction(0))
        if total == fund:
            run.on_limit += 1
        if total <= fund:
            continue
        parts = divided(fund, [sums[a] for a in positive], [digest(run.month, "fund", a) for a in positive])
        for agent, part in zip(positive, parts, strict=True):
            if part != sums[agent]:
                run.put(agent, "", "fund", part - sums[agent], scope=group or "")
            sums[agent] = part


def _in_fund(run: Any, limit: dict[str, Any], row: Any) -> bool:
    if "of" in limit:
        return limit["of"](RowView(run.rule, row, run.day)) is True
    return row["agent"] is not None


def _only(rows: list[Any], level: str) -> Any:
    groups = {row[level] for row in rows}
    if len(groups) > 1:
        raise OracleError("the oracle knows funds by shop only for people of one shop")
    return groups.pop() if groups else None


def guarantee(run: Any, limit: dict[str, Any], sums: dict[str, Fraction]) -> None:
    """A minimum: everyone with a row who passes `for` is topped up on rows 4-10 and the guarantees before this one."""
    for agent in run.rows((run.month,)).agent:
        own = passing(run, limit, agent)
        if not own:
            continue
        view = View(run, own, own, (run.month,))
        least = Fraction(_valued(limit["guarantee"](view), "guarantee"))
        if "prorate" in limit:
            least *= min(Fraction(1), max(Fraction(0), _valued(limit["prorate"](view), "guarantee")))
        if run.rule.at == "component":
            least = rounded(least, run.rule.step, run.rule.mode)
        got = sums.get(agent, Fraction(0))
        if least > got:
            owed = least - got if limit.get("recoverable") else Fraction(0)
            run.put(agent, "", "guarantee", least - got, by=least, owed=owed)
            sums[agent] = least
        elif least == got:
            run.on_limit += 1


def settle(run: Any) -> None:
    """Run the limits in the order of the text, then round totals."""
    sums: dict[str, Fraction] = {}
    for row in run.out:
        if row.agent and row.eligible:
            sums[row.agent] = sums.get(row.agent, Fraction(0)) + row.amount
    for place, limit in enumerate(run.rule.limits, start=1):
        if "cap" in limit:
            cap_people(run, limit, f"{CARRIED}{place}" if limit.get("carry") else "", sums)
    for limit in run.rule.limits:
        if "fund" in limit:
            bind_fund(run, limit, sums)
    run.step_10(sums)
    for limit in run.rule.limits:
        if "guarantee" in limit:
            guarantee(run, limit, sums)
    if run.rule.at == "total":
        _round_totals(run, sums)


def _round_totals(run: Any, sums: dict[str, Fraction]) -> None:
    """Amounts stand to twelve decimals; the rounding row makes them a multiple of the step."""
    written: dict[str, Fraction] = {}
    for i, row in enumerate(run.out):
        run.out[i] = row._replace(amount=rounded(row.amount, TWELVE, "half_up"))
        written[row.agent] = written.get(row.agent, Fraction(0)) + run.out[i].amount
    for agent, total in sums.items():
        gap = rounded(total, run.rule.step, run.rule.mode) - written[agent]
        if gap:
            run.put(agent, "", "rounding", gap)
