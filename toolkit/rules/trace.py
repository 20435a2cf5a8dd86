"""The sentence behind a row: everything an agent needs to redo the sum by hand, rendered only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from toolkit.core.text import Lang
from toolkit.rules.awards import Award
from toolkit.rules.dictionary import label
from toolkit.rules.document import Component
from toolkit.rules.exact import Exact
from toolkit.rules.expressions import names
from toolkit.rules.ledger import NO_VALUE, NOT_MET
from toolkit.rules.rollup import Rolled
from toolkit.rules.run import Run
from toolkit.rules.scheme import formulas
from toolkit.rules.spoken import Speaker
from toolkit.rules.wording import decimals, money, read_aloud, say


@dataclass(frozen=True, slots=True, eq=False)
class AwardTrace:
    """Explains the rows of a component that is not shared."""

    run: Run
    found: Award
    earlier: Exact | None

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        found, component = self.found, self.found.component
        title = title_of(component, lang)
        units = [int(u) for u in found.member.row[found.member.group == row]]
        parts = [_unit(self.run, found, unit, lang) for unit in units]
        if len(parts) > 1:
            named = [f"{found.units.part.value(u) or ''}: {text}" for u, text in zip(units, parts, strict=True)]
            text = "; ".join(named) if lang == "en" else "；".join(named)
            text += say(lang, f"; together {_sum(found, row)}", f"；合计 {_sum(found, row)}")
        else:
            text = parts[0] if parts else say(lang, "there are no rows to go by, pays 0", "没有可依据的数据，不发放")
        text += _after(self.run, found, row, lang)
        if self.earlier is not None:
            paid = self.earlier.value(row) or Fraction(0)
            text += say(lang, f"; less {money(paid)} paid before in this period", f"；减去本期此前已发 {money(paid)}")
        return f"{title}{say(lang, ': ', '：')}{text}{say(lang, '.', '。')}"


def title_of(component: Component, lang: Lang) -> str:
    """Return what a component is called."""
    return component.id if component.title is None else component.title.of(lang)


def _sum(found: Award, row: int) -> str:
    return money(found.before.value(row) or Fraction(0))


def _after(run: Run, found: Award, row: int, lang: Lang) -> str:
    """Say what floor, cap and rounding did to a row."""
    before, amount = found.before.value(row) or Fraction(0), found.amount.value(row) or Fraction(0)
    floor = found.floor.value(row)
    cap = None if found.cap is None else found.cap.value(row)
    text = ""
    if floor is not None and before < floor and found.status[row] not in (NOT_MET, NO_VALUE):
        text += say(lang, f"; never less than {money(floor)}", f"；最低 {money(floor)}")
    if cap is not None and before > cap:
        text += say(lang, f"; capped at {money(cap)}", f"；封顶 {money(cap)}")
    elif amount != before and not text:
        text += say(lang, f", rounded to {money(amount)}", f"，取整为 {money(amount)}")
    return text


def _unit(run: Run, found: Award, unit: int, lang: Lang) -> str:
    """Say how one part came about."""
    status = found.parts.status[unit]
    rolled = found.parts.payment.scored or found.units.rolled
    if status == NOT_MET:
        return _not_met(run, found, rolled, unit, lang)
    if status == NO_VALUE:
        return _no_value(run, found, rolled, unit, lang)
    if found.parts.standing is not None:
        text = _place(run, found, unit, lang)
    else:
        text = Speaker(run.scheme, rolled, unit, lang).worth(found.component, found.parts.payment)
    factors = [
        (say(lang, "capacity", "接待能力系数"), found.parts.capacity),
        (say(lang, "share", "折算比例"), found.parts.proration),
    ]
    for word, factor in factors:
        if factor is not None:
            share = factor.spread(found.units.n).value(unit) or Fraction(0)
            text += say(lang, f", times the {word} {_fraction(share)}", f"，乘以{word} {_fraction(share)}")
    if any(factor is not None for _, factor in factors):
        text += f" = {money(found.parts.worth.value(unit) or Fraction(0))}"
    return text


def _fraction(value: Fraction) -> str:
    return str(value) if value.denominator < 1000 and value.denominator > 1 else decimals(value)


def _not_met(run: Run, found: Award, rolled: Rolled, unit: int, lang: Lang) -> str:
    when = found.component.when
    rank, standing = found.component.rank, found.parts.standing
    if standing is not None and standing.competed.no[unit]:
        among = read_aloud(rank.among.node, lang) if rank is not None and rank.among is not None else ""
        return say(lang, f"does not compete, because it needs that {among}", f"不参与排名，条件为{among}")
    if when is None:
        return say(lang, "the condition is not met, pays 0", "未满足条件，不发放")
    condition = read_aloud(when.node, lang)
    values = say(lang, "; ", "；").join(Speaker(run.scheme, rolled, unit, lang).values(when.node))
    return say(lang, f"pays only if {condition}; {values}: pays 0", f"仅当{condition}时发放；{values}：不发放")


def _no_value(run: Run, found: Award, rolled: Rolled, unit: int, lang: Lang) -> str:
    read = {n: None for f in formulas(found.component) for n in names(f.node) if run.scheme.vocabulary.is_measure(n)}
    for _, table in found.component.tables:
        if table.relative_to is not None and table.by is not None:
            read |= {f"target_{name}": None for name in names(table.by.node)}
    missing = []
    for name in read:
        column = rolled.column(name)
        if isinstance(column, Exact) and column.spread(rolled.n).value(unit) is None:
            missing.append(label(name, lang))
    if not missing:
        return say(lang, "something it needs has no value, pays 0", "所需数据无数值，不发放")
    words = say(lang, ", ", "、").join(missing)
    return say(lang, f"{words} has no value, pays 0", f"{words}无数值，不发放")


def _place(run: Run, found: Award, unit: int, lang: Lang) -> str:
    """Say each place a payee took and what it is worth."""
    rank, standing = found.component.rank, found.parts.standing
    if rank is None or standing is None:
        return ""
    contest = standing.contest
    said = []
    for rival in np.flatnonzero((contest.units.holder == found.units.holder[unit]) & (contest.place > 0)):
        by = Speaker(run.scheme, contest.units.rolled, int(rival), lang).value(rank.by.node, contest.by)
        place, prize = int(contest.place[rival]), money(contest.prize.value(int(rival)) or Fraction(0))
        group = contest.units.part.value(int(rival))
        head = f"{group}: " if group else ""
        said.append(head + say(lang, f"{by}, place {place}, prize {prize}", f"{by}，第{place}名，奖金 {prize}"))
    total = money(found.parts.payment.value.value(unit) or Fraction(0))
    text = say(lang, "; ", "；").join(said)
    return text if len(said) == 1 else text + say(lang, f"; together {total}", f"；合计 {total}")
