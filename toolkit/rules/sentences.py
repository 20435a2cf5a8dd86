"""A scheme as plain sentences, English or Chinese, that can be read aloud to the people it pays."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.text import Lang
from toolkit.rules.document import Component
from toolkit.rules.expressions import Name
from toolkit.rules.fields import Formula
from toolkit.rules.limit_words import limit_words
from toolkit.rules.parameters import ALWAYS, Parameter
from toolkit.rules.pieces import InForce, Lines, Score, Share, Table
from toolkit.rules.scheme import Scheme
from toolkit.rules.table_words import table_words
from toolkit.rules.wording import decimals, percent, read_aloud, say

_MODES = {
    "half_up": ("halves up", "四舍五入"),
    "half_even": ("halves to the even", "四舍六入五成双"),
    "up": ("up", "向上取整"),
    "down": ("down", "向下取整"),
}
_LEVELS = {
    "team": ("the people this payee leads", "所带团队成员"),
    "shop": ("the whole shop", "所在店铺全体"),
    "invitees": ("the people this payee invited", "本人邀请的人员"),
}
_PERIODS = {"month": ("each month", "每月"), "quarter": ("each quarter", "每季度"), "year": ("each year", "每年")}
_EACH = {
    "shop": ("worked out for each shop and added", "按店铺分别计算后相加"),
    "spell": ("worked out for each spell (role, team, shop, supervisor) and added", "按任职区间分别计算后相加"),
    "order": ("worked out for each order and added", "按订单分别计算后相加"),
}


def render_sentences(scheme: Scheme, lang: Lang) -> list[str]:
    """Return a scheme as sentences: its heading, its names, then one a component and one a limit."""
    stop = say(lang, ".", "。")
    texts = [_heading(scheme, lang), *_names(scheme, lang)]
    texts += [component_sentence(scheme, component, lang) for component in scheme.components]
    texts += [limit_words(limit, lang) for limit in scheme.limits]
    return [text + stop for text in texts]


def component_sentence(scheme: Scheme, component: Component, lang: Lang) -> str:
    """Return one component as a sentence without its full stop."""
    title = component.id if component.title is None else component.title.of(lang)
    comma = say(lang, ", ", "，")
    clauses = [clause for clause in _clauses(scheme, component, lang) if clause]
    return f"{title}{say(lang, ': ', '：')}{comma.join(clauses)}"


def _heading(scheme: Scheme, lang: Lang) -> str:
    days, rule = scheme.in_force, scheme.document.rounding
    mode = say(lang, *_MODES[rule.mode])
    step = decimals(rule.step)
    what = say(
        lang,
        "each agent's total" if scheme.rounds_total else "each component",
        "每人总额" if scheme.rounds_total else "各项",
    )
    if lang == "zh":
        until = f"至 {days.to}" if days.to else "起"
        when = f"{days.from_} {until}执行"
        return f"{scheme.title.zh}（{scheme.id}）：{when}，货币 {scheme.currency}，{what}精确到 {step}，{mode}"
    until = f"to {days.to}" if days.to else "on"
    when = f"in force from {days.from_} {until}"
    return f"{scheme.title.en} ({scheme.id}): {when}, in {scheme.currency}, {what} rounded to {step}, {mode}"


def _names(scheme: Scheme, lang: Lang) -> Iterator[str]:
    for parameter in scheme.vocabulary.parameters.values():
        yield _parameter(parameter, lang)
    for define in scheme.vocabulary.defines.values():
        name, meaning = read_aloud_name(define.name, lang), read_aloud(define.formula.node, lang)
        rows = say(lang, ", worked out on each row and added", "，逐行计算后相加") if define.per_row else ""
        yield say(lang, f"{name} means {meaning}{rows}", f"{name} = {meaning}{rows}")


def read_aloud_name(name: str, lang: Lang) -> str:
    """Return a name as sentences say it."""
    return read_aloud(Name(name, name), lang)


def _parameter(parameter: Parameter, lang: Lang) -> str:
    name, said = read_aloud_name(parameter.name, lang), []
    for key, dated in parameter.values.items():
        who = f"{', '.join(key)}: " if key else ""
        steps = []
        for day, value in dated:
            text = percent(value) if parameter.percent else decimals(value)
            steps.append(text if day == ALWAYS else say(lang, f"{text} from {day}", f"{day} 起 {text}"))
        said.append(who + say(lang, ", ", "，").join(steps))
    joined = say(lang, "; ", "；").join(said)
    return say(lang, f"{name} is {joined}", f"{name}为 {joined}")


def _clauses(scheme: Scheme, component: Component, lang: Lang) -> Iterator[str]:
    yield _who(component, lang)
    yield _when_paid(scheme, component, lang)
    if component.level != "self":
        own = say(lang, " and the payee's own", "，含本人") if component.include_self else ""
        en, zh = _LEVELS[component.level]
        yield say(lang, f"going by {en}{own}", f"以{zh}的数据计算{own}")
    if component.of is not None:
        yield say(lang, f"only rows where {_say(component.of, lang)}", f"只计{_say(component.of, lang)}的数据")
    if component.lines is not None:
        yield _lines(component.lines, lang)
    if component.each is not None:
        yield say(lang, *_EACH[component.each])
    if component.when is not None:
        yield say(lang, f"only if {_say(component.when, lang)}", f"仅当{_say(component.when, lang)}")
    yield _pays(component, lang)
    yield from _factors(component, lang)
    yield from _bounds(component, lang)
    division = component.division
    if division is not None:
        yield _share(division, lang)
    if component.undivided:
        yield say(lang, "paid into a fund of the whole group, not to persons", "作为团队共同基金发放，不分到个人")


def _say(formula: Formula, lang: Lang) -> str:
    return read_aloud(formula.node, lang)


def _who(component: Component, lang: Lang) -> str:
    if component.for_ is None:
        return say(lang, "for everyone", "所有人")
    return say(lang, f"for everyone whose {_say(component.for_, lang)}", f"{_say(component.for_, lang)}的人员")


def _when_paid(scheme: Scheme, component: Component, lang: Lang) -> str:
    period = scheme.period(component)
    if isinstance(period, InForce):
        text = say(lang, f"for the campaign {period.from_} to {period.to}", f"{period.from_} 至 {period.to} 活动期间")
    else:
        text = say(lang, *_PERIODS[period])
    if component.accumulate:
        text += say(lang, ", paid monthly to date less what was paid before", "，按月累计计发，减去此前已发")
    return text


def _pays(component: Component, lang: Lang) -> str:
    pay = None if component.pay is None else component.pay.node
    if pay is not None and component.rate is not None:
        base = read_aloud(pay, lang)
        if isinstance(component.rate, Table):
            table = table_words(component.rate, "rate", pay, lang)
            return say(lang, f"pays {base} times a rate {table}", f"发放 {base} × 比率，比率{table}")
        return say(lang, f"pays {base} × {_say(component.rate, lang)}", f"发放 {base} × {_say(component.rate, lang)}")
    if component.rank is not None and isinstance(component.amount, tuple):
        return _places(component, [_say(prize, lang) for prize in component.amount], lang)
    score = "" if component.score is None else _score(component.score, lang)
    if isinstance(component.amount, Table):
        return score + say(lang, "pays ", "发放") + table_words(component.amount, "amount", pay, lang)
    amount = _say(component.amount, lang) if isinstance(component.amount, Formula) else ""
    return score + say(lang, f"pays {amount}", f"发放 {amount}")


def _places(component: Component, prizes: list[str], lang: Lang) -> str:
    rank = component.rank
    if rank is None:
        return ""
    best = say(lang, rank.order, "最高" if rank.order == "highest" else "最低")
    within = say(lang, f" of the {rank.within}", f"{read_aloud_name(rank.within, lang)}内") if rank.within else ""
    among = ""
    if rank.among is not None:
        among = say(lang, f", among those whose {_say(rank.among, lang)}", f"，参赛条件为{_say(rank.among, lang)}")
    ties = {
        "split": ("tied places share their prizes", "并列者平分所占名次的奖金"),
        "all": ("each of the tied gets the prize of the place", "并列者各得该名次奖金"),
        "none": ("a tied place pays nobody", "并列名次不发放"),
    }[rank.ties]
    listed = [say(lang, f"place {i}: {prize}", f"第{i}名 {prize}") for i, prize in enumerate(prizes, 1)]
    by = _say(rank.by, lang)
    places = say(lang, "; ", "；").join(listed)
    en = f"pays by place for the {best} {by}{within}{among}: {places} ({ties[0]})"
    return say(lang, en, f"按{within}{by}{best}排名发放{among}：{places}（{ties[1]}）")


def _score(score: Score, lang: Lang) -> str:
    items = [
        say(lang, f"{decimals(item.weight)} points of 100 {table_words(item, 'points', None, lang)}",
            f"权重 {decimals(item.weight)}：{table_words(item, 'points', None, lang)}")
        for item in score.items
    ]  # fmt: skip
    grades = [
        f"{grade.grade}{say(lang, ' from ', '：')}{decimals(grade.from_)}" if grade.from_ is not None else grade.grade
        for grade in score.grades
    ]
    coefficients = [f"{grade.grade} × {decimals(grade.coefficient)}" for grade in score.grades]
    if score.forced:
        grades = [f"{grade.grade} {percent(grade.share)}" for grade in score.forced]
    how = say(
        lang,
        "grades by score" if not score.forced else "grades by rank of the score",
        "按得分定级" if not score.forced else "按得分排名强制分布",
    )
    joint = say(lang, "; ", "；")
    tail = f"; {how}: {', '.join(grades)}; {', '.join(coefficients)}" if grades else ""
    tail = tail if lang == "en" else tail.replace("; ", "；").replace(", ", "、").replace(": ", "：")
    return say(lang, f"a scorecard of {joint.join(items)}{tail}; ", f"评分卡：{joint.join(items)}{tail}；")


def _factors(component: Component, lang: Lang) -> Iterator[str]:
    capacity, prorate = component.capacity, component.proration
    if capacity is not None:
        of, room, days = (_say(f, lang) for f in (capacity.of, capacity.per_day, capacity.days))
        if capacity.pay:
            en = f"times the share of {of} that {room} a day over {days} can serve, at most 1"
            yield say(lang, en, f"乘以接待能力系数（每天 {room} × {days} ÷ {of}，最多 1）")
        else:
            yield say(
                lang,
                f"with a notice when {of} exceeds {room} a day over {days}",
                f"{of}超过每天 {room} × {days} 时提示",
            )
    if prorate is not None and prorate.of == "target":
        yield say(
            lang,
            f"targets and volume conditions times {_say(prorate.by, lang)}",
            f"目标和数量条件按 {_say(prorate.by, lang)} 折算",
        )
    elif prorate is not None:
        yield say(lang, f"times {_say(prorate.by, lang)} (0 to 1)", f"乘以 {_say(prorate.by, lang)}（0 至 1）")


def _bounds(component: Component, lang: Lang) -> Iterator[str]:
    if component.floor is not None:
        yield say(lang, f"never less than {_say(component.floor, lang)}", f"最低 {_say(component.floor, lang)}")
    if component.cap is not None:
        yield say(lang, f"at most {_say(component.cap, lang)}", f"最高 {_say(component.cap, lang)}")


def _share(division: Share, lang: Lang) -> str:
    if division.by.text == "equal":
        text = say(lang, "divided equally among the payees of the group", "在组内符合条件的人员中平分")
    else:
        by = _say(division.by, lang)
        text = say(lang, f"divided among the payees of the group by their {by}", f"在组内符合条件的人员中按{by}分配")
    if division.cap is not None:
        rest = {
            "withhold": ("the rest is not paid", "余额不发"),
            "redistribute": ("the rest is divided again among the others", "余额在其他人中再分配"),
        }
        cap = _say(division.cap, lang)
        text += say(
            lang, f", each at most {cap}, {rest[division.excess][0]}", f"，每人最高 {cap}，{rest[division.excess][1]}"
        )
    return text


def _lines(lines: Lines, lang: Lang) -> str:
    said = [
        f"{say(lang, word, chinese)} {say(lang, ' or ', '或').join(texts)}"
        for word, chinese, texts in (("product", "商品", lines.product), ("category", "类目", lines.category))
        if texts
    ]
    if lines.discount is not None:
        low, high = lines.discount.from_, lines.discount.to
        if low is not None:
            said.append(say(lang, f"a discount of {percent(low)} or more", f"折扣达到{percent(low)}"))
        if high is not None:
            said.append(say(lang, f"a discount under {percent(high)}", f"折扣不足{percent(high)}"))
    which = say(lang, " and ", "且").join(said)
    if not which:
        return say(lang, "on the order lines no other component takes", "计其他各项未计的订单行")
    return say(lang, f"only order lines of {which}", f"只计{which}的订单行")
