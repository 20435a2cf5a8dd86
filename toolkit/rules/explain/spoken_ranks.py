"""Says a payee's places in a competition, what ties did, and what each place is worth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from toolkit.rules.explain.phrases import those_with
from toolkit.rules.explain.reasons import conditions, missing
from toolkit.rules.explain.spoken import Speaker
from toolkit.rules.explain.wording import Voice, money
from toolkit.rules.formula.evaluate import number
from toolkit.rules.pay.awards import Award
from toolkit.rules.pay.ledger import NO_VALUE, NOT_MET
from toolkit.rules.pay.ranks import Contest
from toolkit.rules.scheme.pieces import Rank


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
