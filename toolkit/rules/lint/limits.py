"""Checks of what a scheme may cost, and of when it holds: liability, funds, campaigns, and what was agreed when."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from toolkit.core.figures import percent
from toolkit.core.findings import Finding
from toolkit.core.text import Text
from toolkit.rules.formula.expressions import calls
from toolkit.rules.lint.reading import Place, amounts, columns, component_places, constant, cost, kind, measure_names
from toolkit.rules.scheme.document import Cap, Component, Fund, InForce, Table
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme, formulas

# Months in which the platforms' own campaigns lift everybody's figures: 618 and Double 11.
CAMPAIGN_MONTHS = {6: "618", 11: "双11"}


def find_uncapped(scheme: Scheme) -> Iterator[Finding]:
    """Look for pay without an upper end: no cap on the component or the person, no share of a pool, no fund.

    A share of money earned cannot outgrow it and is named; what is paid by count or by formula must be looked at.
    """
    if any(isinstance(limit, Fund) or (isinstance(limit, Cap) and limit.for_ is None) for limit in scheme.limits):
        return
    capped = {limit.for_.text for limit in scheme.limits if isinstance(limit, Cap) and limit.for_ is not None}
    for component, place in component_places(scheme):
        mine = component.for_ is not None and component.for_.text in capped
        bounded = component.cap is not None or component.budget is not None
        if mine or bounded or not columns(scheme, *amounts(component)):
            continue
        read = columns(scheme, *amounts(component))
        named = measure_names(scheme, read)
        share = _share_of_money(scheme, component)
        if share is not None:
            part = percent(share)
            message = Text(f"has no upper end; it takes at most {part} of what it is paid on.",
                           f"没有上限；最多占计提基数的 {part}。")  # fmt: skip
            yield place.finding("uncapped", "info", message, share=share)
        elif all(scheme.vocabulary.measures[name].kind == "money" for name in read):
            message = Text(f"has no upper end; it follows {named.en}.",
                           f"没有上限；随{named.zh}变动。")  # fmt: skip
            yield place.finding("uncapped", "info", message)
        else:
            message = Text(
                f"has no upper end and is no share of money earned: what it costs follows {named.en}.",
                f"没有上限，也不是收入的一部分：费用随{named.zh}增长。",
            )
            yield place.finding("uncapped", "review", message)


def _share_of_money(scheme: Scheme, component: Component) -> Fraction | None:
    """Return the highest share of a money base a component pays, None where it pays on something else."""
    if component.pay is None or component.times is not None or kind(scheme, component.pay) != "money":
        return None
    rates = [tier.rate for _, table in component.tables for tier in table.tiers]
    rates += [component.rate] if isinstance(component.rate, Formula) else []
    known = [rate for rate in (constant(scheme, r) for r in rates) if rate is not None]
    return max(known) if known and max(known) <= 1 else None


def find_awards_beyond_the_fund(scheme: Scheme) -> Iterator[Finding]:
    """Look for fixed awards a fund may not cover: they are then scaled down, and a promise of 1,000 pays less."""
    promised = [(component, _fixed(scheme, component)) for component in scheme.components]
    total = sum((sum_ for _, sum_ in promised), Fraction(0))
    for index, limit in enumerate(scheme.limits):
        if not isinstance(limit, Fund) or not total:
            continue
        place = Place(scheme, None, ("limits", index))
        has, won = constant(scheme, limit.fund), cost(scheme, total)
        if has is None:
            read = measure_names(scheme, columns(scheme, limit.fund))
            message = Text(
                f"one payee of each fixed award costs {won.en}; whether the fund covers it depends on "
                f"{read.en}; if not, every award is scaled down.",
                f"每项固定奖励各发一人即需 {won.zh}；基金是否够用取决于{read.zh}，不够则全部按比例缩减。",
            )
            yield place.finding("awards-may-exceed-fund", "info", message, promised=total)
        elif total > has:
            there = cost(scheme, has)
            message = Text(
                f"one payee of each fixed award costs {won.en}, the fund holds {there.en}: awards are scaled "
                "down in every month in which all are won.",
                f"每项固定奖励各发一人即需 {won.zh}，基金只有 {there.zh}：全部获奖的月份必然缩减。",
            )
            yield place.finding("awards-may-exceed-fund", "review", message, promised=total, fund=has)


def _fixed(scheme: Scheme, component: Component) -> Fraction:
    """Return what one payee, or one group that competes, gets at most; 0 where it depends on measures."""
    rule = None if component.times is not None else component.amount
    if rule is None or isinstance(rule, Table):
        found = [constant(scheme, tier.amount) for tier in rule.tiers] if isinstance(rule, Table) else []
        return max((v for v in found if v is not None), default=Fraction(0))
    prizes = rule if isinstance(rule, tuple) else (rule,)
    return sum((constant(scheme, prize) or Fraction(0) for prize in prizes), Fraction(0))


def find_history_across_campaigns(scheme: Scheme) -> Iterator[Finding]:
    """Look for records and streaks that compare campaign months with ordinary ones: the calendar wins, not the work."""
    campaigns = [p for c in scheme.components if isinstance(p := scheme.period(c), InForce)]
    for component, place in component_places(scheme):
        read = [call for f in formulas(component) for call in calls(f.node, "record", "streak")]
        if not read or isinstance(scheme.period(component), InForce):
            continue
        if campaigns:
            days = f"{campaigns[0].from_} – {campaigns[0].to}"
            message = Text(
                f"compares months with one another, and one of them holds the campaign of {days}.",
                f"按月相互比较，而其中一个月含有 {days} 的活动。",
            )
            yield place.finding("history-across-campaign", "review", message, campaign=days)
        else:
            message = Text(
                "compares months with one another: the months of 618 (June) and Double 11 (November) set records "
                "others cannot reach, and the months after them break streaks.",
                "按月相互比较：618（6 月）和双 11（11 月）所在月份的纪录其他月份达不到，其后的月份则会中断连续达标。",
            )
            yield place.finding("history-across-campaign", "info", message, months=sorted(CAMPAIGN_MONTHS))


def find_unannounced(scheme: Scheme) -> Iterator[Finding]:
    """Look for a scheme in force before those it pays had acknowledged it: nobody can work towards an unknown rule."""
    agreed, start = scheme.document.acknowledged, scheme.in_force.from_
    place = Place(scheme, None, ("acknowledged" if agreed else "in_force",))
    if agreed is None:
        message = Text(
            f"whether it was acknowledged before {start} cannot be checked: the file has no day 'acknowledged'.",
            f"是否在 {start} 前经人员确认无法核对：文件中没有 acknowledged 日期。",
        )
        yield place.finding("not-acknowledged", "info", message)
    elif agreed > start:
        late = (agreed - start).days
        message = Text(
            f"in force from {start}, acknowledged on {agreed}: for {late} days people worked under a rule they had not "
            "seen.",
            f"{start} 起执行，{agreed} 才确认：有 {late} 天人员在不知情的规则下工作。",
        )
        yield place.finding("not-acknowledged", "review", message, days=late)
