"""The words of awards among people: pools and their division, places, records; and the order lines that count."""

from __future__ import annotations

from toolkit.rules.explain.phrases import read_aloud, span_words, those_with, who
from toolkit.rules.explain.wording import Voice, percent
from toolkit.rules.formula.expressions import Call, Expression, Name, Number, Operation, calls, names
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.pieces import Lines, Rank, Share
from toolkit.rules.scheme.scheme import formulas


def is_pool(component: Component) -> bool:
    """Tell whether a component pays a group together."""
    return component.share is not None or component.undivided


def group_word(component: Component, voice: Voice) -> str:
    """Say what group a pool is of."""
    return voice.say(*(("shop", "店铺") if component.level == "shop" else ("team", "团队")))


def pool_words(component: Component, of: str, voice: Voice) -> str:
    """Say whose figures make a pool; `of` says which rows count."""
    whole = group_word(component, voice)
    if component.of is not None and "credit" in names(component.of.node):
        rows = read_aloud(component.of.node, voice)
        return voice.say(
            f"It is a pool of each {whole}, worked out on the {whole}'s rows where {rows}",
            f"为每个{whole}的奖金池，按该{whole}中{rows}的数据计算",
        )
    return voice.say(
        f"It is a pool of each {whole}, worked out on the figures of all its members together{of}",
        f"为每个{whole}的奖金池，按整个{whole}全体成员的合计数据计算{of}",
    )


def verb(component: Component, voice: Voice) -> str:
    """Say what pays: a component, or a pool that is."""
    return voice.say("The pool is", "奖金池") if is_pool(component) else voice.say("Pays", "发放额")


def place_words(component: Component, rank: Rank, prizes: list[str], voice: Voice) -> str:
    """Say a competition: who competes, by what, for which prizes, and what ties do."""
    by, group = read_aloud(rank.by.node, voice), voice.name(rank.within) if rank.within else ""
    least, most = ("短", "长") if voice.kind(rank.by.node) == "duration" else ("低", "高")
    first, last = (most, least) if rank.order == "highest" else (least, most)
    text = voice.say(
        f"{_rivals(component, rank, voice)} {'is' if rank.among is None else 'are'} ranked"
        f"{f' within each {group}' if group else ''} by {by}, the {rank.order} first; nobody else competes",
        f"{_rivals(component, rank, voice)}{f'在各{group}内' if group else ''}按{by}由{first}到{last}排名，"
        "其他人员不参加",
    )
    listed = [voice.say(f"place {i} gets {prize}", f"第{i}名 {prize}") for i, prize in enumerate(prizes, 1)]
    ties = {
        "split": (
            "those who tie add up the prizes of the places they take and divide them equally",
            "并列者将所占各名次的奖金相加后平分",
        ),
        "all": ("those who tie each get the prize of their place", "并列者各得该名次奖金"),
        "none": ("a tied place pays nobody", "并列名次不发放"),
    }[rank.ties]
    places = voice.say(voice.listed(listed).capitalize(), "，".join(listed))
    return f"{text}{voice.say('. ', '。')}{places}{voice.say('; ', '；')}{voice.say(*ties)}"


def _rivals(component: Component, rank: Rank, voice: Voice) -> str:
    """Say who competes: whom the component is for, of them those whom `among` lets in."""
    whom = None if component.for_ is None else component.for_.node
    if rank.among is None:
        return voice.say(who(whom, voice).capitalize(), who(whom, voice))
    both: Expression = rank.among.node if whom is None else Operation("and", (whom, rank.among.node))
    return voice.say(f"Of {who(whom, voice)}, {those_with(rank.among.node, voice)}", who(both, voice))


def share_words(component: Component, division: Share, voice: Voice) -> str:
    """Say how a pool is divided."""
    whole = group_word(component, voice)
    for_ = component.for_
    members = voice.say(f"the members of the {whole}", f"该{whole}成员")
    if for_ is not None:
        members = voice.say(f"{who(for_.node, voice)} in the {whole}", f"该{whole}中{who(for_.node, voice)}")
    if division.by.text == "equal":
        text = voice.say(f"The pool is divided equally among {members}", f"奖金池由{members}平分")
    else:
        by = read_aloud(division.by.node, voice)
        text = voice.say(
            f"The pool is divided among {members} in proportion to their own {by}",
            f"奖金池在{members}中按个人{by}的比例分配",
        )
    if not voice.scheme.rounds_total:
        text += voice.say(
            "; shares are in cents and add up to the rounded pool", "；份额精确到分，合计等于取整后的奖金池"
        )
    if division.cap is None:
        return text
    rest = {
        "withhold": ("what is above is not paid", "超出部分不发"),
        "redistribute": (
            "what is above is divided among the others in the same proportion",
            "超出部分在其余成员中按同样比例再分配",
        ),
    }[division.excess]
    cap = read_aloud(division.cap.node, voice)
    return text + voice.say(f". Each gets at most {cap}; {rest[0]}", f"。每人最高 {cap}，{rest[1]}")


def history_words(component: Component, voice: Voice) -> str:
    """Say what a record is compared with, and what a missing period does."""
    found = [c for f in formulas(component) for c in calls(f.node, "record")]
    if not found:
        return ""
    text = ""
    if any(call.option("within") is not None for call in found):
        only = "" if component.for_ is None else who(component.for_.node, voice)
        text = voice.say(
            f"Compared are single people{only.replace('everyone', ', only those', 1)}{' then' if only else ''}; ",
            f"按个人比较{f'，只计当时{only}' if only else ''}；",
        )
    lacking = voice.joined(dict.fromkeys(_lacking(call, voice) for call in found), " or ", "，或")
    sentence = text + voice.say(f"if {lacking}, nothing is paid", f"{lacking}的，不发放")
    return sentence[:1].upper() + sentence[1:]


def _lacking(call: Call, voice: Voice) -> str:
    """Say whose figures of which earlier period must be there."""
    over, unit, within = call.option("over"), voice.period[0], call.option("within")
    span, chinese = f"that {unit}", span_words(over, voice)
    if isinstance(over, Name) and over.name == "all":
        span, chinese = f"any earlier {unit}", "以往各期均"
    elif isinstance(over, Call) and isinstance(over.parts[0], Number) and over.parts[0].value > 1:
        span = f"one of those {over.parts[0].value} {unit}s"
    if not isinstance(within, Name):
        return voice.say(f"there are no figures for {span}", f"{chinese}没有数据")
    group = voice.name(within.name)
    return voice.say(f"the {group} has no such figures for {span}", f"本{group}{chinese}没有此类数据")


def line_words(lines: Lines, voice: Voice) -> str:
    """Say which order lines count."""
    said = [
        f"{voice.say(word, chinese)} {voice.joined(texts, ' or ', '或')}"
        for word, chinese, texts in (("product", "商品", lines.product), ("category", "类目", lines.category))
        if texts
    ]
    if lines.discount is not None:
        low, high = lines.discount.from_, lines.discount.to
        if low is not None:
            said.append(voice.say(f"a discount of {percent(low)} or more", f"折扣达到{percent(low)}"))
        if high is not None:
            said.append(voice.say(f"a discount under {percent(high)}", f"折扣不足{percent(high)}"))
    if not said:
        return voice.say("Counts the order lines that no other component takes", "计其他各项未计的订单行")
    which = voice.joined(said, " and ", "且")
    return voice.say(f"Counts only order lines of {which}", f"只计{which}的订单行")
