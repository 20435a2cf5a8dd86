"""The sentence behind a row: everything an agent needs to redo the sum by hand, rendered only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.explain.award_words import is_pool
from toolkit.rules.explain.reasons import conditions, missing
from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.spoken_ranks import places_of
from toolkit.rules.explain.spoken_scores import Scorecard
from toolkit.rules.explain.spoken_tables import TableSpeaker
from toolkit.rules.explain.wording import Voice, decimals, equals, money
from toolkit.rules.formula.exact import Exact
from toolkit.rules.pay.awards import Award
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET, PAID
from toolkit.rules.pay.run import Run
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import Table
from toolkit.rules.scheme.scalars import Formula


@dataclass(frozen=True, slots=True, eq=False)
class AwardTrace:
    """Explains the rows of a component that is not shared."""

    run: Run
    found: Award
    earlier: Exact | None
    _scorecards: list[Scorecard] = field(default_factory=list)

    def __call__(self, row: int, lang: Lang) -> str:
        """Return the sentence of one row."""
        voice = Voice(self.run.scheme, lang, self.found.component)
        text = self.said(row, voice)
        if self.earlier is not None:
            paid = self.earlier.value(row) or Fraction(0)
            due = self.found.amount.value(row) or Fraction(0)
            sum_ = f"{money(due)} − {money(paid)}"
            text += voice.say(
                f"; {sum_} paid before in this period = {money(due - paid)}",
                f"；{sum_}（本期此前已发） = {money(due - paid)}",
            )
        return f"{self._head(voice)}{text}{voice.say('.', '。')}"

    def reached(self, row: int) -> tuple[tuple[int, int], ...]:
        """Return the status and the tier reached of each part of a row; -1 for none, or without a table."""
        parts = self.found.parts
        reading = parts.payment.reading
        units = self.found.member.row[self.found.member.group == row]
        return tuple((int(parts.status[u]), -1 if reading is None else int(reading.tier[u])) for u in units)

    def said(self, row: int, voice: Voice) -> str:
        """Return how one row came about, without what was paid before."""
        found = self.found
        units = [int(u) for u in found.member.row[found.member.group == row]]
        parts = [self._unit(unit, voice) for unit in units]
        if not parts:
            return voice.say("there are no figures to go by; pays 0.00", "没有可依据的数据，发放 0.00")
        if len(parts) == 1:
            return parts[0] + self._after(row, voice)
        colon, total = voice.say(": ", "："), money(found.before.value(row) or Fraction(0))
        named = [f"{found.units.part.value(u) or ''}{colon}{text}" for u, text in zip(units, parts, strict=True)]
        return voice.joined(named) + voice.say(f"; together {total}", f"；合计 {total}") + self._after(row, voice)

    def _head(self, voice: Voice) -> str:
        """Say the component, and the months it goes by where they are several."""
        span = self.found.span
        months = (
            ""
            if span.first == span.last
            else voice.say(f" ({span.first} to {span.last})", f"（{span.first} 至 {span.last}）")
        )
        return f"{voice.title(self.found.component.id)}{months}{voice.say(': ', '：')}"

    def _after(self, row: int, voice: Voice) -> str:
        """Say what floor, cap and rounding did to a row."""
        found = self.found
        before, amount = (column.value(row) or Fraction(0) for column in (found.before, found.amount))
        floor, cap = found.floor.value(row), None if found.cap is None else found.cap.value(row)
        text = ""
        if floor is not None and before < floor and found.status[row] not in (NOT_MET, NO_VALUE):
            text += voice.say(f"; raised to the least it pays, {money(floor)}", f"；按最低 {money(floor)} 发放")
        if cap is not None and before > cap:
            text += voice.say(f"; capped at {money(cap)}", f"；封顶 {money(cap)}")
        elif amount != before and not text:
            text += voice.say(f", rounded to {money(amount)}", f"，舍入为 {money(amount)}")
        return text

    def _unit(self, unit: int, voice: Voice) -> str:
        """Say how one part came about."""
        found, component = self.found, self.found.component
        status = found.parts.status[unit]
        speaker = Speaker(voice, found.parts.payment.scored or found.units.rolled, unit)
        if found.parts.standing is not None:
            return places_of(found, unit, voice) + (self._factors(unit, voice) if status == PAID else "")
        if status == NO_VALUE:
            return missing(component, speaker) + _unpaid(component, speaker) + voice.say("; pays 0.00", "；发放 0.00")
        if status == NOT_MET:
            why = "" if component.when is None else conditions(component.when.node, speaker)
            return voice.say(f"{why}; the condition is not met, pays 0.00", f"{why}；未满足条件，发放 0.00")
        met = "" if component.when is None else conditions(component.when.node, speaker) + voice.say("; ", "；")
        score = self._scorecard(voice).said(unit) + voice.say("; ", "；") if component.score is not None else ""
        return f"{met}{score}{self._worth(speaker)}{self._factors(unit, voice)}"

    def _scorecard(self, voice: Voice) -> Scorecard:
        for card in self._scorecards:
            if card.voice.lang == voice.lang:
                return card
        self._scorecards.append(Scorecard.of(voice, self.found))
        return self._scorecards[-1]

    def _worth(self, speaker: Speaker) -> str:
        """Say how pay and rate, or an amount, came about."""
        found, component, paid = self.found, self.found.component, self.found.parts.payment
        value = speaker.of(paid.value) or Fraction(0)
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

    def _factors(self, unit: int, voice: Voice) -> str:
        """Say what capacity and proration did to a part."""
        found, component = self.found, self.found.component
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
