"""What the edges of a scheme did: who stood at them, what luck does there, and what the other readings would pay."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.core.errors import ToolkitError
from toolkit.core.findings import Finding, Severity
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.models.awards import AwardJudgement, judge_award
from toolkit.rules.dictionary import SPELL_COLUMNS
from toolkit.rules.document import Fund
from toolkit.rules.expressions import Name
from toolkit.rules.ledger import NO_VALUE
from toolkit.rules.lint_notes import Place, aloud, amount, both, by_of, kind, places
from toolkit.rules.parts import Parts
from toolkit.rules.wording import quantity
from toolkit.studies.consequences_case import Case, Edge, is_conversion, parts_of_ratio, pay_history, values
from toolkit.studies.readings import Reading, other_readings

LUCKY = 0.5
"""From this share of luck in the differences of a bonus on, it must be looked at."""


class Nearness(NamedTuple):
    """One person's part of a month at an edge: how near, and what crossing it pays in major units."""

    who: str
    one_order: bool
    one_error: bool
    jump: Fraction


def find_people_near(case: Case) -> Iterator[Finding]:
    """Count who stood within one order, and within one standard error, of each edge: chance decides for them."""
    evaluated = {place.path[1]: parts for place, parts in case.parts}
    for edge in case.edges:
        parts = evaluated.get(edge.place.path[1])
        near = [] if parts is None else _near(case, edge, parts)
        close = [n for n in near if n.one_order or n.one_error]
        if not close:
            continue
        orders = {n.who for n in near if n.one_order}
        severity: Severity = "review" if edge.steep else "info"
        yield edge.place.finding(
            "people-near-edge", severity, _near_words(case, edge, near), month=str(case.month), edge=edge.at,
            n_people=len({n.who for n in near}), n_within_one_order=len(orders),
            n_within_one_error=len({n.who for n in near if n.one_error}),
            jumps=sum((n.jump for n in close), Fraction(0)), people=sorted(orders),
        )  # fmt: skip


def _near(case: Case, edge: Edge, parts: Parts) -> list[Nearness]:
    """Return everyone whose measure is known, with the distance to the edge."""
    ratio = parts_of_ratio(case.scheme, edge.by)
    pay_base = edge.component.pay
    jumps = values(parts, pay_base.node) if edge.scaled and pay_base is not None else [Fraction(1)] * parts.units.n
    if ratio is not None:
        counts = zip(values(parts, ratio[0]), values(parts, ratio[1]), strict=True)
        distances = [_of_ratio(edge.at, k, n) for k, n in counts]
    else:
        distances = _of_sum(case, edge, parts)
    names = (parts.units.name(i) for i in range(parts.units.n))
    return [
        Nearness(who, *near, max(base or Fraction(0), Fraction(0)) * edge.gain)
        for who, near, base in zip(names, distances, jumps, strict=True)
        if near is not None
    ]


def _of_ratio(edge: Fraction, hits: Fraction | None, of: Fraction | None) -> tuple[bool, bool] | None:
    """Tell whether one hit more or fewer crosses the edge, and whether it lies within a binomial standard error."""
    if hits is None or not of:
        return None
    need = ceil(edge * of)
    error = sqrt(of * edge * (1 - edge)) if edge < 1 else 0.0
    return hits in (need - 1, need), abs(float(hits - edge * of)) <= error


def _of_sum(case: Case, edge: Edge, parts: Parts) -> list[tuple[bool, bool] | None]:
    """Tell the same of counts (an order is one) and money (an order is the person's average; orders are Poisson)."""
    found: list[tuple[bool, bool] | None] = []
    sums = values(parts, edge.by)
    counted = kind(case.scheme, edge.by) == "count"
    known = parts.units.rolled.rows.cells.has("orders")
    orders = sums if counted or not known else values(parts, Name("orders", "orders"))
    for total, n in zip(sums, orders, strict=True):
        if total is None or not n or n < 0 or (not counted and not known):
            found.append(None)
            continue
        one = total / n
        low, high = edge.at - one, edge.at + one
        found.append((low <= total < high, abs(float(total - edge.at)) <= abs(float(one)) * sqrt(n)))
    return found


def _near_words(case: Case, edge: Edge, near: list[Nearness]) -> Text:
    orders, errors = len({n.who for n in near if n.one_order}), len({n.who for n in near if n.one_error})
    jumps = [n.jump for n in near if n.one_order or n.one_error]
    measure, value = aloud(case.scheme, edge.by), both(lambda lang: quantity(edge.at, kind(case.scheme, edge.by), lang))
    low, high, total, of = (
        amount(min(jumps)),
        amount(max(jumps)),
        amount(sum(jumps, Fraction(0))),
        len({n.who for n in near}),
    )
    return Text(
        f"in {case.month} {orders} of {of} ended within one order of {measure.en} {value.en} and {errors} within one "
        f"standard error of it, where chance decides; crossing it is worth {low} to {high} to each of them, {total} "
        "together.",
        f"{case.month} {of} 人中有 {orders} 人距{measure.zh} {value.zh} 不超过一单，{errors} 人在一个标准误之内，"
        f"由运气决定；跨过这一线每人值 {low} 至 {high}，合计 {total}。",
    )


def find_luck(case: Case) -> Iterator[Finding]:
    """Judge each edge of conversion that pays: how many awards are expected to miss the skill, in both directions."""
    for edge in case.edges:
        if case.forecast is None or not is_conversion(case.scheme, edge.by):
            continue
        judged = judge_award(case.forecast, edge.at)
        lucky = judged.noise_share is not None and judged.noise_share >= LUCKY
        severity: Severity = "review" if lucky and edge.steep else "info"
        yield edge.place.finding("reached-by-luck", severity, judged.text, month=str(case.month), **_figures(judged))


def _figures(judged: AwardJudgement) -> dict[str, object]:
    triples = {"awards": judged.awards, "false_awards": judged.false_awards, "missed_awards": judged.missed_awards}
    rounded = {name: [round(v, 2) for v in triple] for name, triple in triples.items()}
    return {"edge": judged.threshold, **rounded, "noise_share": judged.noise_share}


def find_torn_months(case: Case) -> Iterator[Finding]:
    """Look for people whose rows of a month differ in role, supervisor or shop, which the scheme does not divide."""
    if case.torn is None:
        return
    people = sorted(f"{agent} {month}" for month, agent in _parted(case.original))
    shown = people[0] if len(people) == 1 else f"{people[0]} ... {people[-1]}"
    message = Text(
        f"{len(people)} months of people hold rows that differ in role, supervisor or shop ({shown}), which "
        "cannot be paid: write each: spell or each: shop. Here the last row stands for the others.",
        f"有 {len(people)} 个人月的记录在岗位、主管或店铺上不一致（{shown}），无法计发：请写明 each: spell "
        "或 each: shop。此处以最后一行为准。",
    )
    yield case.torn.finding("rows-differ", "review", message, people=people)


def find_empty_parts(case: Case) -> Iterator[Finding]:
    """Look for parts of a month that earned something and have no ratio: sales paid after a change of shop earn 0."""
    for place, parts in case.parts:
        component = parts.component
        by = next((by_of(table, component) for key, table in component.tables if key == "rate"), None)
        if component.each not in ("spell", "shop") or by is None or component.pay is None:
            continue
        bases = values(parts, component.pay.node)
        lost = [
            (parts.units.name(i), base)
            for i, base in enumerate(bases)
            if parts.status[i] == NO_VALUE and base is not None and base > 0
        ]
        if lost:
            total, who = sum((base for _, base in lost), Fraction(0)), sorted({name for name, _ in lost})
            measure, what = aloud(case.scheme, by), aloud(case.scheme, component.pay)
            message = Text(
                f"in {case.month} {len(lost)} parts of somebody's month with {what.en} of {amount(total)} have no "
                f"{measure.en} and earn 0: paid after a change of shop, their inquiries stand in the part before.",
                f"{case.month} 有 {len(lost)} 段任职的{what.zh}共 {amount(total)}，因无{measure.zh}而计 0："
                "换店后付款的订单，其询单在前一段。",
            )
            yield place.finding("part-without-ratio", "review", message, month=str(case.month), base=total, people=who)


def find_readings(case: Case) -> Iterator[Finding]:
    """Pay the months at hand under the other readings: by how much the words of the scheme are worth arguing about."""
    if case.ledger.empty:
        return
    paid, parted = _by_person(case.ledger), bool(len(_parted(case.measures)))
    found = {c.id: place for c, place in places(case.scheme)}
    for reading in other_readings(case.scheme):
        if reading.of_parts and not parted:
            continue
        try:
            other = _by_person(pay_history(reading.scheme, reading.measures(case.measures)))
        except ToolkitError:
            continue  # what cannot be paid this way is no reading of the scheme
        if ((other - paid).fillna(0) != 0).any():
            yield _reading_finding(found[reading.component], reading, (paid, other))


def find_scaled_awards(case: Case) -> Iterator[Finding]:
    """Look for months in which a fund scaled down what was earned: a promised award then paid less than it said."""
    cut = case.ledger[(case.ledger["step"] == "fund") & (case.ledger["amount"] < 0)]
    index = next((i for i, limit in enumerate(case.scheme.limits) if isinstance(limit, Fund)), None)
    if index is None or cut.empty:
        return
    by_month = cut.groupby("month")["amount"].sum()
    worst, n = str(by_month.idxmin()), case.ledger["month"].nunique()
    total, most = format_money(-int(by_month.sum())), format_money(-int(by_month.min()))
    message = Text(
        f"the fund scaled down what was earned in {len(by_month)} of {n} months, by {total} in all; most in {worst}, "
        f"by {most}.",
        f"{n} 个月中有 {len(by_month)} 个月因基金不足而缩减，共 {total}；最多的是 {worst}，{most}。",
    )
    place = Place(case.scheme, None, ("limits", index))
    yield place.finding("awards-scaled-down", "review", message, n_months=len(by_month), cut=-int(by_month.sum()) / 100)


def _parted(measures: pd.DataFrame) -> pd.Index:
    """Return the months and agents whose rows differ in role, team, shop, supervisor, inviter or base pay."""
    differ = ["month", "agent", *(c for c in SPELL_COLUMNS if c in measures)]
    counts = measures.loc[measures["agent"].notna(), differ].drop_duplicates().groupby(["month", "agent"]).size()
    return counts[counts > 1].index


def _by_person(ledger: pd.DataFrame) -> pd.Series:
    """Return minor units by month and agent."""
    return ledger.groupby(["month", "agent"])["amount"].sum()


def _reading_finding(place: Place, reading: Reading, paid: tuple[pd.Series, pd.Series]) -> Finding:
    one, other = paid
    months = sorted(set(one.index.get_level_values("month")))
    change = (other - one).fillna(0).astype(np.int64)
    total, largest = int(change.sum()), int(change.iloc[change.abs().argmax()])
    people = int((change != 0).groupby(level="agent").any().sum())
    sign = {True: "+", False: ""}
    message = Text(
        f"read as {reading.label.en}, {months[0]} to {months[-1]} would have paid {format_money(int(other.sum()))} in "
        f"place of {format_money(int(one.sum()))} ({sign[total > 0]}{format_money(total)}); {people} people, one month "
        f"at most {sign[largest > 0]}{format_money(largest)}.",
        f"若理解为{reading.label.zh}，{months[0]} 至 {months[-1]} 应发为 {format_money(int(other.sum()))}，而非 "
        f"{format_money(int(one.sum()))}（{sign[total > 0]}{format_money(total)}）；涉及 {people} 人，单月最多 "
        f"{sign[largest > 0]}{format_money(largest)}。",
    )
    numbers = {"paid": int(one.sum()) / 100, "otherwise": int(other.sum()) / 100, "largest": largest / 100}
    return place.finding("reading-differs", "info", message, reading=reading.label.en, n_people=people, **numbers)
