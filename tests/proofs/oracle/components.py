"""Steps 2 to 7 of one component: whose rows, parts, floor, cap, rounding, pools."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.proofs.oracle.arith import CENT, digest, divided, rounded
from tests.proofs.oracle.awards import forced_grades, prizes, shared
from tests.proofs.oracle.lines import assigned, measured
from tests.proofs.oracle.part import NO_VALUE, Worth, proration, score_of, worth
from tests.proofs.oracle.rule import Component
from tests.proofs.oracle.views import CONFLICTING, SPELL, OracleError, Row, Rows, RowView, View

Given = dict[str, Any]


def component_rows(run: Any, component: Component, months: tuple[str, ...]) -> None:
    """Append the component's rows to the run."""
    first = len(run.out)
    _append(run, component, months)
    if component.budget is not None:
        _within_budget(run, component, months, first)


def _append(run: Any, component: Component, months: tuple[str, ...]) -> None:
    rows = run.rows(months, component.campaign)
    own = {agent: passing(run, component, mine) for agent, mine in rows.agent.items()}
    for agent, mine in rows.agent.items():
        run.seen.setdefault(agent, mine)
        if not own[agent]:
            run.put(agent, component.id, "component", Fraction(0), status="not_met", eligible=False)
    payees = {agent: mine for agent, mine in own.items() if mine}
    if component.share is not None or component.undivided:
        _pools(run, component, months, rows, payees)
        return
    for agent, mine in payees.items():
        _no_conflict(run, component, agent, mine)
    won = _places(run, component, months, payees) if component.rank is not None else {}
    given = _grades(run, component, months, rows, payees) if component.score is not None else {}
    for agent, mine in payees.items():
        _personal(run, component, months, rows, mine, won.get(agent, (None, None)), given.get(agent, {}))


def _within_budget(run: Any, component: Component, months: tuple[str, ...], first: int) -> None:
    """The end of step 7: what the component pays above 0, everybody together, is scaled down to its budget."""
    budget = component.budget(View(run, [], [], months, component))
    if budget is None:
        raise OracleError("no value in a budget")
    budget = max(Fraction(0), rounded(Fraction(budget), CENT, "down"))
    places = [i for i in range(first, len(run.out)) if run.out[i].amount > 0]
    amounts = [run.out[i].amount for i in places]
    total = sum(amounts, Fraction(0))
    run.on_limit += total == budget
    if total <= budget:
        return
    if run.rule.at == "total":
        parts = [amount * budget / total for amount in amounts]
    else:
        keys = [digest(run.month, component.id, run.out[i].agent) for i in places]
        parts = divided(budget, amounts, keys)
    for i, part in zip(places, parts, strict=True):
        run.out[i] = run.out[i]._replace(amount=part)


def to_date(run: Any, view: View, months: tuple[str, ...]) -> View:
    """The rows of `months` that count for the payee of a view by `for`, `level` and `of`, or for its pool."""
    component = view.component
    rows = run.rows_so_far(months, component.campaign)
    if view.pool is not None:
        column, group = view.pool
        counted = _of_pool(run, component, rows, column, group)
        found = View(run, counted, counted, months, component)
        found.agent, found.pool = None, view.pool
        return found
    own = passing(run, component, rows.agent.get(view.agent, []))
    return View(run, counted_rows(run, component, rows, own) if own else [], own, months, component)


def _of_pool(run: Any, component: Component, rows: Rows, column: str, group: str) -> list[Row]:
    found = [row for row in rows.by(column).get(group, []) if row["agent"] or component.names_credit]
    return _of(run, component, found)


def passing(run: Any, component: Component, rows: list[Row]) -> list[Row]:
    """The rows for which the component's `for` holds."""
    if component.who is None:
        return rows
    return [row for row in rows if component.who(RowView(run.rule, row, run.day)) is True]


def _no_conflict(run: Any, component: Component, agent: str, mine: list[Row]) -> None:
    if component.each == "spell" or len(mine) == 1:
        return
    for column in CONFLICTING:
        if column in run.book.columns and len({row[column] for row in mine}) > 1:
            raise OracleError(f"{agent} has several values of {column}")


def counted_rows(run: Any, component: Component, rows: Rows, own: list[Row]) -> list[Row]:
    """The rows measured for one payee."""
    agent = own[0]["agent"]
    if component.level == "self":
        found = own
    elif component.level == "shop":
        shops = dict.fromkeys(row["shop"] for row in own if row["shop"] is not None)
        found = [row for shop in shops for row in rows.shop[shop] if row["agent"] or component.names_credit]
    else:
        if component.level == "invitees":
            led = rows.inviter.get(agent, [])
        elif "supervisor" in run.book.columns:
            led = rows.supervisor.get(agent, [])
        else:
            teams = dict.fromkeys(row["team"] for row in own if row["team"] is not None)
            led = [row for team in teams for row in rows.team[team]]
        found = [row for row in led if row["agent"] not in (agent, None)] + (own if component.include_self else [])
    return _of(run, component, found)


def _of(run: Any, component: Component, rows: list[Row]) -> list[Row]:
    if component.of is None:
        return rows
    return [row for row in rows if component.of(RowView(run.rule, row, run.day)) is True]


def _parts(
    run: Any, component: Component, own: list[Row], counted: list[Row]
) -> list[tuple[list[Row], list[Row], Given]]:
    """(measured rows, own rows, measures from lines) of each separate evaluation."""
    if component.each in ("shop", "spell"):
        keys = ("shop",) if component.each == "shop" else SPELL
        groups: dict[Any, list[Row]] = {}
        for row in counted:
            groups.setdefault(tuple(row.get(key) for key in keys), []).append(row)
        return [(group, group if component.level == "self" else own, {}) for group in groups.values()]
    if component.each != "order" and component.lines is None:
        return [(counted, own, {})]
    lines = _lines(run, component, own)
    if component.each == "order":
        orders: dict[str, list[Row]] = {}
        for line in lines:
            orders.setdefault(line["order_id"], []).append(line)
        return [(counted, own, measured(order)) for order in orders.values()]
    return [(counted, own, measured(lines))] if lines else []


def _lines(run: Any, component: Component, own: list[Row]) -> list[Row]:
    mine = run.lines.get(own[0]["agent"], [])
    if component.lines is None:
        return mine
    every = run.rows((run.month,)).agent[own[0]["agent"]]
    rivals = [c for c in run.rule.components if c.lines is not None and passing(run, c, every)]
    return [line for line in mine if assigned(line, rivals) == component.id]


def _personal(
    run: Any, component: Component, months: tuple[str, ...], rows: Rows, own: list[Row], place: Any, given: Given
) -> None:
    agent, parts = own[0]["agent"], []
    counted = counted_rows(run, component, rows, own)
    prize, standing = place
    for measured_rows, part_own, from_lines in _parts(run, component, own, counted):
        view = View(run, measured_rows, part_own, months, component, {**given, **from_lines})
        mine = view if measured_rows is part_own else View(run, part_own, part_own, months, component)
        got = Worth(standing) if standing and prize is None else worth(component, view, mine, prize)
        parts.append(NO_VALUE._replace(value=got.value) if got.status == "paid" and standing == "no_value" else got)
    total, status = _summed(parts)
    before = total
    if any(part.status == "paid" or part.value for part in parts):
        total = _limited(run, component, total, View(run, counted, own, months, component))
    if component.accumulate:
        total -= _so_far(run, component, agent, months)
    one = parts[0] if component.each is None and parts else Worth(status)
    run.put(
        agent,
        component.id,
        "component",
        total,
        status=status,
        before=before,
        edge=any(part.edge for part in parts),
        base=one.base,
        by=one.by,
        tier_from=one.tier_from,
        rate=one.rate,
        eligible=bool(parts),
        sold=_sold(run, component, View(run, counted, own, months, component)),
    )


def _sold(run: Any, component: Component, view: View) -> Any:
    """What a refund is held against where the row's own base is not it: all sales that count."""
    is_parted = component.each is not None and component.id in run.rule.on_sales
    return view.get("sales") if component.is_derived or is_parted else None


def _summed(parts: list[Worth]) -> tuple[Fraction, str]:
    if len(parts) == 1:
        return Fraction(parts[0].value), parts[0].status
    total = sum((Fraction(part.value) for part in parts), Fraction(0))
    return total, _worst({part.status for part in parts})


def _worst(statuses: set[str]) -> str:
    return next((status for status in ("no_value", "paid") if status in statuses), "not_met")


def _limited(run: Any, component: Component, value: Fraction, view: View) -> Fraction:
    """Floor, cap and rounding."""
    view.factor = _of_targets(run, component, view.own, view.months)
    if component.floor is not None:
        floor = component.floor(view)
        if floor is None:
            raise OracleError("no value in a floor")
        value = max(value, Fraction(floor))
    if component.cap is not None:
        cap = component.cap(view)
        if cap is None or Fraction(cap / run.rule.step).denominator != 1:
            raise OracleError("no value in a cap, or off the rounding step")
        value = min(value, Fraction(cap))
    if run.rule.at == "total":
        return value
    run.on_half += Fraction(value / run.rule.step).denominator == 2
    return rounded(value, run.rule.step, run.rule.mode)


def _of_targets(run: Any, component: Component, own: list[Row], months: tuple[str, ...]) -> Any:
    """What multiplies the payee's (or pool's) targets outside steps 3 to 5."""
    return proration(component, View(run, own, own, months, component)) if component.prorates_target else Fraction(1)


def _so_far(run: Any, component: Component, agent: str, months: tuple[str, ...]) -> Fraction:
    earlier = set(months) - {run.month}
    return sum(
        (
            row.amount
            for row in run.ledger_of(agent)
            if (row.component, row.manual) == (component.id, False)
            and row.origin in earlier
            and row.step in ("component", "adjustment")
        ),
        Fraction(0),
    )


def _places(run: Any, component: Component, months: tuple[str, ...], payees: dict[str, list[Row]]) -> dict[str, Any]:
    """Each payee's prizes (None: competes nowhere) and status; a group without value marks the row."""
    rank, rows = component.rank, run.rows(months, component.campaign)
    groups: dict[Any, dict[str, Any]] = {}
    statuses: dict[str, set[str]] = {agent: set() for agent in payees}
    for agent, own in payees.items():
        parts: dict[Any, list[Row]] = {}
        for row in own:
            parts.setdefault(row[rank["within"]] if rank.get("within") else "", []).append(row)
        for group, part in parts.items():
            view = View(run, counted_rows(run, component, rows, part), part, months, component)
            view.factor = _of_targets(run, component, own, months)
            among, value = rank["among"](view), rank["by"](view)
            if group is not None and among is True and value is not None:
                groups.setdefault(group, {})[agent] = value
                statuses[agent].add("paid")
            else:
                statuses[agent].add("not_met" if among is False else "no_value")
    won: dict[str, Fraction] = {}
    for values in groups.values():
        someone = payees[next(iter(values))]
        amounts = [Fraction(p(View(run, someone, someone, months, component))) for p in component.prizes]
        for agent, prize in prizes(values, rank["order"], rank["ties"], amounts, (run.month, component.id)).items():
            won[agent] = won.get(agent, Fraction(0)) + prize
    return {agent: (won.get(agent), _worst(found)) for agent, found in statuses.items()}


def _grades(
    run: Any, component: Component, months: tuple[str, ...], rows: Rows, payees: dict[str, list[Row]]
) -> dict[str, Given]:
    """score, grade and coefficient of each payee."""
    score, given = component.score, {}
    scores = {}
    for agent, own in payees.items():
        view = View(run, counted_rows(run, component, rows, own), own, months, component)
        scores[agent] = score_of(score["items"], view)
    known = {agent: value for agent, value in scores.items() if value is not None}
    forced = forced_grades(known, score["forced"]) if "forced" in score else None
    coefficients = {grade: coefficient for _, grade, coefficient in score["grades"]}
    for agent in payees:
        grade = None
        if agent in known:
            bands = [g for start, g, _ in score["grades"] if start is None or known[agent] >= start]
            grade = forced[agent] if forced is not None else bands[-1] if bands else None
        given[agent] = {"score": scores[agent], "grade": grade, "coefficient": coefficients.get(grade)}
    return given


def _pools(run: Any, component: Component, months: tuple[str, ...], rows: Rows, payees: dict[str, list[Row]]) -> None:
    """One pool a shop or team, divided among its payees or paid undivided."""
    column = "shop" if component.level == "shop" else "team"
    groups: dict[str, dict[str, list[Row]]] = {}
    for agent, own in payees.items():
        for row in own:
            if row[column] is not None:
                groups.setdefault(row[column], {}).setdefault(agent, []).append(row)
    for group, members in groups.items():
        counted = _of_pool(run, component, rows, column, group)
        view = View(run, counted, counted, months, component)
        view.agent, view.pool = None, (column, group)
        got = worth(component, view, view)
        pool = got.value
        if got.status == "paid":
            pool = _limited(run, component, Fraction(pool), view)
        if component.undivided:
            run.put(
                "", component.id, "component", pool, scope=group, status=got.status, before=got.value, edge=got.edge
            )
            continue
        _divide(run, component, months, group, members, pool, got)


def _divide(
    run: Any,
    component: Component,
    months: tuple[str, ...],
    group: str,
    members: dict[str, list[Row]],
    pool: Fraction,
    got: Worth,
) -> None:
    by = component.share["by"]
    weights = {
        agent: Fraction(1) if by == "equal" else View(run, own, own, months, component).get(by)
        for agent, own in members.items()
    }
    share = dict(component.share)
    if share.get("cap") is not None:
        share["cap"] = {a: share["cap"](View(run, own, own, months, component)) for a, own in members.items()}
        if None in share["cap"].values():
            raise OracleError("no value in a cap")
    parts = shared(pool, weights, share, (run.month, component.id))
    for agent, part in parts.items():
        run.put(agent, component.id, "component", part, scope=group, status=got.status, edge=got.edge)
