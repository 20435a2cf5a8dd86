"""Limits as sentences: caps, funds and guarantees."""

from __future__ import annotations

from toolkit.core.text import Lang
from toolkit.rules.document import Cap, Fund, Guarantee, LimitRule
from toolkit.rules.fields import Formula
from toolkit.rules.wording import read_aloud, say


def limit_words(limit: LimitRule, lang: Lang) -> str:
    """Return one limit as a sentence without its full stop."""
    if isinstance(limit, Fund):
        return _fund(limit, lang)
    who = say(lang, "everyone", "每人") if limit.for_ is None else _people(limit.for_, lang)
    if isinstance(limit, Cap):
        span = say(
            lang,
            "in a calendar year" if limit.period == "year" else "in a month",
            "每年" if limit.period == "year" else "每月",
        )
        carry = say(lang, ", what is withheld is carried over", "，扣留部分结转下月") if limit.carry else ""
        return say(
            lang,
            f"Limit: {who} is paid at most {_say(limit.cap, lang)} {span}{carry}",
            f"上限：{who}{span}最高 {_say(limit.cap, lang)}{carry}",
        )
    return _guarantee(limit, who, lang)


def _people(for_: Formula, lang: Lang) -> str:
    return say(lang, f"everyone whose {_say(for_, lang)}", f"{_say(for_, lang)}的人员")


def _fund(limit: Fund, lang: Lang) -> str:
    whose = {None: ("everyone", "全体人员"), "shop": ("each shop", "每个店铺"), "team": ("each team", "每个团队")}[
        limit.level
    ]
    fund = _say(limit.fund, lang)
    en = f"Fund: {whose[0]} together is paid at most {fund}; above that all are scaled down alike"
    return say(lang, en, f"奖金池：{whose[1]}合计最高为 {fund}；超过时按比例下调")


def _guarantee(limit: Guarantee, who: str, lang: Lang) -> str:
    share = "" if limit.prorate is None else f" × {_say(limit.prorate, lang)}"
    text = say(
        lang,
        f"Guarantee: {who} is paid at least {_say(limit.guarantee, lang)}{share} in a month",
        f"保底：{who}每月最低 {_say(limit.guarantee, lang)}{share}",
    )
    if limit.recoverable:
        since = f" {limit.recover_from}" if limit.recover_from else ""
        text += say(
            lang,
            f", the top-up is recovered later{' from' + since if since else ''}",
            f"，补足部分{'自' + since + ' 起' if since else '以后'}扣回",
        )
    return text


def _say(formula: Formula, lang: Lang) -> str:
    return read_aloud(formula.node, lang)
