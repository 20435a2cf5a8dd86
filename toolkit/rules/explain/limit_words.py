"""Limits as sentences: caps, funds and guarantees."""

from __future__ import annotations

from toolkit.rules.explain.phrases import factor, read_aloud, who
from toolkit.rules.explain.wording import Voice
from toolkit.rules.scheme.document import Cap, Fund, Guarantee, LimitRule
from toolkit.rules.scheme.scalars import Formula


def limit_words(limit: LimitRule, voice: Voice) -> str:
    """Return one limit as sentences without the last full stop."""
    if isinstance(limit, Fund):
        return _fund(limit, voice)
    whom = who(None if limit.for_ is None else limit.for_.node, voice)
    return _cap(limit, whom, voice) if isinstance(limit, Cap) else _guarantee(limit, whom, voice)


def _cap(limit: Cap, whom: str, voice: Voice) -> str:
    year = limit.period == "year"
    span = voice.say("in a calendar year" if year else "in a month", "每个自然年" if year else "每月")
    cap = _say(limit.cap, voice)
    text = voice.say(
        f"Limit: {whom} is paid at most {cap} {span}, all components of this scheme together",
        f"上限：{whom}，本方案各项合计{span}最高为 {cap}",
    )
    if limit.carry:
        return text + voice.say(
            "; what is withheld is paid in later months that have room", "；扣留部分在以后未达上限的月份补发"
        )
    return text + voice.say("; what is above is not paid", "；超出部分不发")


def _fund(limit: Fund, voice: Voice) -> str:
    whose = {
        None: ("all payees of this scheme together", "本方案全体人员", "全体"),
        "shop": ("the payees of each shop together", "每个店铺的人员", "该店铺"),
        "team": ("the payees of each team together", "每个团队的人员", "该团队"),
    }[limit.level]
    fund = _say(limit.fund, voice)
    counted = (
        ""
        if limit.of is None
        else voice.say(f" (counting only rows where {_say(limit.of, voice)})", f"（只计{_say(limit.of, voice)}的数据）")
    )
    return voice.say(
        f"Fund: in a month, {whose[0]} are paid at most {fund}{counted}. If more is due (after any limit above), "
        "every total is scaled down in the same proportion, to the cent, so that the totals add up to the fund",
        f"奖金总额控制：每月{whose[1]}合计最高为 {fund}{counted}。各项及上限计算后，{whose[2]}应发合计超过该总额时，"
        "各人应发总额按同一比例下调，精确到分，合计等于该总额",
    )


def _guarantee(limit: Guarantee, whom: str, voice: Voice) -> str:
    least = _say(limit.guarantee, voice)
    if limit.prorate is not None:
        least = f"{factor(limit.guarantee.node, voice)} × {factor(limit.prorate.node, voice)}"
    text = voice.say(
        f"Guarantee: {whom} is paid at least {least} in a month; what is missing is added",
        f"保底：{whom}，每月至少发放 {least}，不足部分补足",
    )
    if not limit.recoverable:
        return text
    since = limit.recover_from
    return text + voice.say(
        f", as an advance that is recovered later{f' from {since} on' if since else ''} from pay above the guarantee",
        f"；补足部分为预支，{f'自{since}起' if since else '以后'}从高于保底的部分中扣回",
    )


def _say(formula: Formula, voice: Voice) -> str:
    return read_aloud(formula.node, voice)
