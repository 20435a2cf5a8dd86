"""The sum behind each row of a component, said so that an agent can redo it by hand.

A payee's places in a competition and what each is worth; tables, scores, factors, floor and cap of an award; a pool,
each member's part of it, and what caps moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

import numpy as np

from toolkit.core.figures import decimals, equals, money
from toolkit.core.text import Lang
from toolkit.rules.explain.clauses import is_pool
from toolkit.rules.explain.speaker import Speaker, conditions, missing
from toolkit.rules.explain.tiers import Scorecard, TableSpeaker
from toolkit.rules.explain.wording import Voice, read_aloud, those_with
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import Call, Operation
from toolkit.rules.pay.components import Award, AwardFacts, row_measures
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET, PAID
from toolkit.rules.pay.pools import ShareFacts, UnsharedFacts
from toolkit.rules.pay.worth import Contest
from toolkit.rules.scheme.document import Component, Rank, Share, Table
from toolkit.rules.scheme.scalars import Formula


def places_of(found: Award, unit: int, voice: Voice) -> str:
    """Say each place a payee took and what it is worth."""
    rank, standing = found.component.rank, found.parts.standing
    if rank is None or standing is None:
        return ""
    contest, status = standing.contest, found.parts.status[unit]
    mine = np.flatnonzero(contest.units.holder == found.units.holder[unit])
    said = [_one(found, contest, rank, int(rival), voice) for rival in mine]
    text = voice.joined(said)
    own = Speaker(voice, found.units.rolled, unit)
    when = found.component.when
    if status == NOT_MET and standing.competed.yes[unit] and when is not None:
        why = conditions(when.node, own)
        return text + voice.say(f"; {why}; the condition is not met, pays 0.00", f"；{why}；未满足条件，发放 0.00")
    if status in (NOT_MET, NO_VALUE):
        return text + voice.say("; pays 0.00", "；发放 0.00")
    total = money(found.parts.payment.value.value(unit) or Fraction(0))
    return text if len(said) == 1 else text + voice.say(f"; together {total}", f"；合计 {total}")


def _one(found: Award, contest: Contest, rank: Rank, rival: int, voice: Voice) -> str:
    """Say one place of a payee in one group."""
    group = contest.units.part.value(rival)
    head = voice.say(f"{voice.name(rank.within)} {group}: ", f"{voice.name(rank.within)}{group}：") if group else ""
    speaker, place = Speaker(voice, contest.units.rolled, rival), int(contest.place[rival])
    if place == 0:
        return head + _out(found, contest, rank, speaker, voice)
    peers = (contest.place > 0) & (contest.units.part.codes == contest.units.part.codes[rival])
    peers &= contest.units.run == contest.units.run[rival]
    tied = int((peers & (contest.place == place)).sum())
    own = speaker.spelled(rank.by.node)
    where = voice.say(
        f"{own}, place {place} of {int(peers.sum())}", f"{own}，第{place}名（共{int(peers.sum())}人参加）"
    )
    return f"{head}{where}{_prize(found, contest, rank, rival, tied, voice)}"


def _out(found: Award, contest: Contest, rank: Rank, speaker: Speaker, voice: Voice) -> str:
    """Say why a payee does not compete in a group."""
    if contest.among.no[speaker.unit] and rank.among is not None:
        why = conditions(rank.among.node, speaker)
        return voice.say(
            f"does not compete, because only {those_with(rank.among.node, voice)} do: {why}",
            f"不参加排名，因为仅{those_with(rank.among.node, voice)}参加：{why}",
        )
    return voice.say("does not compete: ", "不参加排名：") + missing(found.component, speaker)


def _prize(found: Award, contest: Contest, rank: Rank, rival: int, tied: int, voice: Voice) -> str:
    """Say what a place is worth; where several tie, what becomes of the prizes of the places they take."""
    amounts = found.component.amount if isinstance(found.component.amount, tuple) else ()
    place, prize = int(contest.place[rival]), contest.prize.value(rival) or Fraction(0)
    if place > len(amounts):
        return voice.say(", no prize for this place, 0.00", "，该名次无奖金，0.00")
    if tied == 1:
        return voice.say(f", prize {money(prize)}", f"，奖金 {money(prize)}")
    others = voice.say(f" together with {tied - 1} other{'s' if tied > 2 else ''}", f"，与另外{tied - 1}人并列")
    if rank.ties == "none":
        return others + voice.say("; a tied place pays nobody, 0.00", "；并列名次不发放，0.00")
    if rank.ties == "all":
        return others + voice.say(f"; each gets the prize, {money(prize)}", f"；各得该名次奖金 {money(prize)}")
    taken = [
        number(a.node, contest.units.rolled).spread(contest.units.n).value(rival)
        for a in amounts[place - 1 : place - 1 + tied]
    ]
    values = [value or Fraction(0) for value in taken]
    total = sum(values, Fraction(0))
    sum_ = f"{' + '.join(map(money, values))} = {money(total)}" if len(values) > 1 else money(total)
    cents = "" if prize * tied == total else voice.say(" (to the cent)", "（精确到分）")
    part = f"{money(total)} ÷ {tied} = {money(prize)}{cents}"
    return others + voice.say(
        f": the prizes of places {place} to {place + tied - 1} are {sum_}; {part}",
        f"：第{place}至第{place + tied - 1}名的奖金共 {sum_}；{part}",
    )


class AwardWords:
    """Says the rows of a component that is not shared, in one language; what rows share is worked out once."""

    def __init__(self, facts: AwardFacts, lang: Lang) -> None:
        self.run, self.found, self.earlier = facts.run, facts.found, facts.earlier
        self.voice = Voice(facts.run.scheme, lang, facts.found.component)

    def sentence(self, row: int) -> str:
        """Return the sentence of one row."""
        voice, text = self.voice, self.said(row)
        if self.earlier is not None:
            paid = self.earlier.value(row) or Fraction(0)
            due = self.found.amount.value(row) or Fraction(0)
            sum_ = f"{money(due)} − {money(paid)}"
            text += voice.say(
                f"; {sum_} paid before in this period = {money(due - paid)}",
                f"；{sum_}（本期此前已发） = {money(due - paid)}",
            )
        return f"{self._head()}{text}{voice.say('.', '。')}"

    def said(self, row: int) -> str:
        """Return how one row came about, without what was paid before."""
        found, voice = self.found, self.voice
        units = [int(u) for u in found.member.row[found.member.group == row]]
        parts = [self._unit(unit) for unit in units]
        if not parts:
            return voice.say("there are no figures to go by; pays 0.00", "没有可依据的数据，发放 0.00")
        if len(parts) == 1:
            return parts[0] + self._after(row)
        colon, total = voice.say(": ", "："), money(found.before.value(row) or Fraction(0))
        named = [f"{found.units.part.value(u) or ''}{colon}{text}" for u, text in zip(units, parts, strict=True)]
        return voice.joined(named) + voice.say(f"; together {total}", f"；合计 {total}") + self._after(row)

    def _head(self) -> str:
        """Say the component, and the months it goes by where they are several."""
        span, voice = self.found.span, self.voice
        months = (
            ""
            if span.first == span.last
            else voice.say(f" ({span.first} to {span.last})", f"（{span.first} 至 {span.last}）")
        )
        return f"{voice.title(self.found.component.id)}{months}{voice.say(': ', '：')}"

    def _limit(self, formula: Formula | None, value: Fraction, row: int) -> str:
        """Say a floor or cap, with its sum where it is one."""
        if formula is None or not isinstance(formula.node, Operation | Call):
            return money(value)
        rolled = row_measures(self.run, self.found.parts, self.found.member)
        return f"{Speaker(self.voice, rolled, row).filled(formula.node)} = {money(value)}"

    def _after(self, row: int) -> str:
        """Say what floor, cap and rounding did to a row."""
        found, voice = self.found, self.voice
        before, amount = (column.value(row) or Fraction(0) for column in (found.before, found.amount))
        floor, cap = (None if column is None else column.value(row) for column in (found.floor, found.cap))
        budget = found.budget
        scaled = None if budget is None else budget.together.value(row)
        if budget is not None:
            amount = budget.before.value(row) or Fraction(0)
        text = ""
        if floor is not None and before < floor and found.status[row] not in (NOT_MET, NO_VALUE):
            least = self._limit(found.component.floor_formula, floor, row)
            text += voice.say(f"; raised to the least it pays, {least}", f"；按最低 {least} 发放")
            before = floor
        if cap is not None and before > cap:
            most = self._limit(found.component.cap, cap, row)
            text += voice.say(f"; capped at {most}", f"；封顶 {most}")
        elif amount != before and not text:
            text += voice.say(f", rounded to {money(amount)}", f"，舍入为 {money(amount)}")
        if budget is not None and scaled is not None:
            sum_ = f"{money(amount)} × {money(budget.holds)} ÷ {money(scaled)}"
            got = money(budget.amount.value(row) or Fraction(0))
            due, holds = money(scaled), money(budget.holds)
            text += voice.say(
                f"; all together come to {due}, the budget is {holds}: {sum_} = {got} (to the cent)",
                f"；全部人员合计 {due}，预算 {holds}：{sum_} = {got}（精确到分）",
            )
        return text

    def _unit(self, unit: int) -> str:
        """Say how one part came about."""
        found, component, voice = self.found, self.found.component, self.voice
        status = found.parts.status[unit]
        speaker = Speaker(voice, found.parts.payment.scored or found.units.rolled, unit)
        if found.parts.standing is not None:
            return places_of(found, unit, voice) + (self._factors(unit) if status == PAID else "")
        if status == NO_VALUE:
            return missing(component, speaker) + _unpaid(component, speaker) + voice.say("; pays 0.00", "；发放 0.00")
        if status == NOT_MET:
            why = "" if component.when is None else conditions(component.when.node, speaker)
            return voice.say(f"{why}; the condition is not met, pays 0.00", f"{why}；未满足条件，发放 0.00")
        met = "" if component.when is None else conditions(component.when.node, speaker) + voice.say("; ", "；")
        score = self._scorecard.said(unit) + voice.say("; ", "；") if component.score is not None else ""
        return f"{met}{score}{self._worth(speaker)}{self._times(speaker)}{self._factors(unit)}"

    def _times(self, speaker: Speaker) -> str:
        """Say by what a value was multiplied."""
        times, rule, voice = self.found.parts.payment.times, self.found.component.times, self.voice
        if times is None or rule is None:
            return ""
        before, value = (speaker.of(column) or Fraction(0) for column in (times.of, times.value))
        said = [f"{money(before)} × {_exactly(value)} {equals(money(before * value))}"]
        if isinstance(rule, Table) and rule.by is not None and times.reading is not None and times.by is not None:
            said.insert(0, TableSpeaker(speaker, rule, times.reading, times.by, rule.by.node).factor())
        elif isinstance(rule, Formula) and rule.literal is None:
            said.insert(0, speaker.spelled(rule.node))
        return voice.joined(["", *said])

    @cached_property
    def _scorecard(self) -> Scorecard:
        return Scorecard.of(self.voice, self.found)

    def _worth(self, speaker: Speaker) -> str:
        """Say how pay and rate, or an amount, came about."""
        found, component, paid = self.found, self.found.component, self.found.parts.payment
        value = speaker.of(paid.value if paid.times is None else paid.times.of) or Fraction(0)
        rule = component.rate if component.rate is not None else component.amount
        pay = None if component.pay is None else component.pay.node
        if isinstance(rule, Table) and paid.reading is not None and paid.by is not None:
            node = rule.by.node if rule.by is not None else pay
            if node is not None:
                base = pay if component.rate is not None else None
                return TableSpeaker(speaker, rule, paid.reading, paid.by, node, base).worth(value)
        if isinstance(rule, Formula) and pay is not None and component.rate is not None:
            return speaker.product(pay, speaker.filled(rule.node, is_factor=True), value)
        if isinstance(rule, Formula) and rule.literal is None:
            return f"{speaker.filled(rule.node)} {equals(money(value))}"
        if is_pool(component):
            return speaker.voice.say(f"the pool is {money(value)}", f"奖金池为 {money(value)}")
        if found.parts.capacity is not None or found.parts.proration is not None:
            return speaker.voice.say(f"the amount is {money(value)}", f"金额 {money(value)}")
        return speaker.voice.say(f"pays {money(value)}", f"发放 {money(value)}")

    def _factors(self, unit: int) -> str:
        """Say what capacity and proration did to a part."""
        found, component, voice = self.found, self.found.component, self.voice
        own = Speaker(voice, found.units.rolled.own_rows(), unit)
        said, shares = list[str](), list[Fraction]()
        if found.parts.capacity is not None and component.capacity is not None:
            rule = component.capacity
            room, days, of = (own.filled(f.node, is_factor=True) for f in (rule.per_day, rule.days, rule.of))
            made = voice.say("capacity ", "接待能力系数 ") + f"{room} × {days} ÷ {of}"
            shares.append(own.of(found.parts.capacity) or Fraction(0))
            served, most = own.value(rule.of.node), (own.value(rule.per_day.node), own.value(rule.days.node))
            raw = (most[0] or Fraction(0)) * (most[1] or Fraction(0)) / served if served else None
            said.append(_share(made, raw, shares[-1], voice))
        if found.parts.proration is not None and component.proration is not None:
            node = component.proration.by.node
            shares.append(own.of(found.parts.proration) or Fraction(0))
            said.append(_share(own.filled(node), own.value(node), shares[-1], voice))
        if not said:
            return ""
        factors = voice.joined(said)
        value = money(own.of(found.parts.payment.value) or Fraction(0))
        product = " × ".join([value, *map(_exactly, shares)])
        return (
            voice.say("; ", "；") + f"{factors}{voice.say('; ', '；')}{product} {equals(money(_worth_of(found, unit)))}"
        )


def _unpaid(component: Component, speaker: Speaker) -> str:
    """Say what earns nothing where its rate has no value."""
    if component.pay is None or not speaker.value(component.pay.node):
        return ""
    base = speaker.filled(component.pay.node)
    return speaker.voice.say(f"; {base} earns nothing", f"；{base} 不计提")


def _worth_of(found: Award, unit: int) -> Fraction:
    """Return what a part is worth after its factors."""
    return found.parts.worth.spread(found.units.n).value(unit) or Fraction(0)


def _share(made: str, raw: Fraction | None, share: Fraction, voice: Voice) -> str:
    """Say a factor: what it is made of, its value, and that it counts from 0 to 1 where it lies outside."""
    if raw == share:
        return f"{made} {equals(decimals(share))}"
    worked = made if raw is None else f"{made} {equals(decimals(raw))}"
    return voice.say(f"{worked}, counts as {decimals(share)}", f"{worked}，按 {decimals(share)} 计")


def _exactly(share: Fraction) -> str:
    """Return a share as it can be multiplied by: in decimals where they end, else as a division."""
    text = decimals(share)
    return f"{share.numerator} ÷ {share.denominator}" if text.startswith("≈") else text


SPARE = Fraction(5, 100)
"""Cents by which the parts of two members may stray from their proportion, over all rounds of a division."""


def _of(column: Exact, row: int) -> Fraction:
    return column.value(row) or Fraction(0)


class ShareWords:
    """Says each payee's part of a pool, in one language."""

    def __init__(self, facts: ShareFacts, lang: Lang) -> None:
        self.found, self.division, self.earlier = facts.found, facts.division, facts.earlier
        self._pool = AwardWords(AwardFacts(facts.run, facts.found), lang)

    def sentence(self, row: int) -> str:
        """Return the sentence of one row."""
        found, at = self.found, int(self.division.pool[row])
        voice, rule = self._pool.voice, found.component.division
        group, colon = found.units.name(at), voice.say(": ", "：")
        pool = self._pool.said(at)
        text = (
            f"{voice.title(found.component.id)}{colon}{voice.say(f'pool of {group}', f'{group}的奖金池')}{colon}{pool}"
        )
        if found.status[at] == PAID and rule is not None:
            text += voice.say("; ", "；") + self._part(row, rule, voice)
        return text + voice.say(".", "。")

    def _part(self, row: int, rule: Share, voice: Voice) -> str:
        first, part = _of(self.division.first, row), _of(self.division.part, row)
        pool = money(_of(self.found.amount.spread(self.found.n), int(self.division.pool[row])))
        weight, whole = self.division.weight.value(row), _of(self.division.whole, row)
        if rule.by.text == "equal":
            text = voice.say(
                f"divided equally among {decimals(whole)}: {pool} ÷ {decimals(whole)} = {money(first)} (to the cent)",
                f"由{decimals(whole)}人平分：{pool} ÷ {decimals(whole)} = {money(first)}（精确到分）",
            )
        elif weight is None or weight <= 0:
            named = read_aloud(rule.by.node, voice)
            return voice.say(f"divided by {named}, of which there is none here: 0.00", f"按{named}分配，本人没有：0.00")
        else:
            text = self._by_weight(row, rule, (pool, first), voice)
        text += self._capped(row, rule, voice) if part != first else ""
        if self.earlier is not None:
            before = _of(self.earlier, row)
            sum_ = f"{money(part)} − {money(before)}"
            text += voice.say(
                f"; {sum_} paid before = {money(part - before)}", f"；{sum_}（此前已发） = {money(part - before)}"
            )
        return text

    def _by_weight(self, row: int, rule: Share, pool: tuple[str, Fraction], voice: Voice) -> str:
        speaker = Speaker(voice, self.division.units.rolled, row)
        own, whole = (
            self._weight(rule, self.division.weight.value(row), voice),
            self._weight(rule, _of(self.division.whole, row), voice),
        )
        made = f"{speaker.spelled(rule.by.node)}{voice.say('; ', '；')}" if speaker.is_made(rule.by.node) else ""
        named, sum_ = read_aloud(rule.by.node, voice), f"{pool[0]} × {own} ÷ {whole} = {money(pool[1])}"
        return voice.say(
            f"{made}divided by {named}, {own} of {whole} in all: {sum_} (to the cent)",
            f"{made}按{named}分配，本人 {own}，合计 {whole}：{sum_}（精确到分）",
        )

    def _weight(self, rule: Share, value: Fraction | None, voice: Voice) -> str:
        is_money = voice.kind(rule.by.node) == "money"
        return money(value or Fraction(0)) if is_money else decimals(value or Fraction(0))

    def _capped(self, row: int, rule: Share, voice: Voice) -> str:
        """Say what the caps of a pool did to one member."""
        first, part = _of(self.division.first, row), _of(self.division.part, row)
        if part < first:
            rest = voice.say("; the rest is not paid", "；余额不发") if rule.excess == "withhold" else ""
            return voice.say(f"; capped at {money(part)}{rest}", f"；封顶 {money(part)}{rest}")
        open_, left = self._below_caps(row)
        weights = sum((_of(self.division.weight, i) for i in open_), Fraction(0))
        if row not in open_ or abs(left * _of(self.division.weight, row) / weights - part) > SPARE:
            return voice.say(
                f"; with what the caps of others leave over it reaches the own cap, {money(part)}",
                f"；加上他人封顶后的余额达到本人上限 {money(part)}",
            )
        own, whole = (self._weight(rule, w, voice) for w in (self.division.weight.value(row), weights))
        share = f"{money(left)} ÷ {len(open_)}" if rule.by.text == "equal" else f"{money(left)} × {own} ÷ {whole}"
        pool = _of(self.found.amount.spread(self.found.n), int(self.division.pool[row]))
        capped = f"{money(pool)} − {money(pool - left)} = {money(left)}"
        return voice.say(
            f"; others are capped, which leaves {capped} for those below their caps: "
            f"{share} = {money(part)} (to the cent)",
            f"；扣除他人封顶所得后，其余成员可分 {capped}：{share} = {money(part)}（精确到分）",
        )

    def _below_caps(self, row: int) -> tuple[list[int], Fraction]:
        """Return the members of a row's pool whom no cap stops, and what is left for them.

        Theirs is the largest part for their weight, within the cents that cannot be divided.
        """
        mates = [int(i) for i in np.flatnonzero(self.division.pool == self.division.pool[row])]
        weighted = [(i, weight) for i in mates if (weight := _of(self.division.weight, i)) > 0]
        most = max(_of(self.division.part, i) / weight for i, weight in weighted)
        open_ = [i for i, weight in weighted if most * weight - _of(self.division.part, i) <= SPARE]
        pool = _of(self.found.amount.spread(self.found.n), int(self.division.pool[row]))
        return open_, pool - sum((_of(self.division.part, i) for i in mates if i not in open_), Fraction(0))


def unshared_sentence(facts: UnsharedFacts, row: int, lang: Lang) -> str:
    """Say that nobody had a weight in a pool."""
    found, at = facts.found, int(facts.pools[row])
    voice = Voice(facts.run.scheme, lang, found.component)
    pool, group, title = money(_of(found.amount, at)), found.units.name(at), voice.title(found.component.id)
    en = f"{title}: the pool of {group}, {pool}, is not shared, because nobody has a weight."
    return voice.say(en, f"{title}：{group}的奖金池 {pool} 未分配，因为没有人有权重。")


FEWEST_RIVALS = 5


def first_places(facts: AwardFacts, person: int, lang: Lang) -> Iterator[str]:
    """Yield for each competition a payee took part in and did not win what the first place had, never who that was.

    Of fewer than five competitors it would be known who: then nothing is told.
    """
    rank, standing = facts.found.component.rank, facts.found.parts.standing
    if rank is None or standing is None:
        return
    contest, voice = standing.contest, Voice(facts.run.scheme, lang, facts.found.component)
    units, title = contest.units, voice.title(facts.found.component.id)
    for mine in np.flatnonzero((units.holder == person) & (contest.place > 1)):
        mates = (contest.place > 0) & (units.part.codes == units.part.codes[mine]) & (units.run == units.run[mine])
        if mates.sum() < FEWEST_RIVALS:
            continue
        first = mates & (contest.place == 1)
        speaker = Speaker(voice, units.rolled, int(np.argmax(first)))
        value, named = speaker.quantity(rank.by.node, speaker.value(rank.by.node)), read_aloud(rank.by.node, voice)
        group = units.part.value(int(mine))
        where = voice.say(f" ({group})", f"（{group}）") if group else ""
        text = f"{title}{where}"
        is_ = f"约为 {value.removeprefix('≈')}" if value.startswith("≈") else f"为 {value}"
        yield voice.say(f"{text}: the first place had {named} {value}.", f"{text}：第1名的{named}{is_}。")
