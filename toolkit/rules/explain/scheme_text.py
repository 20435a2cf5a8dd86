"""A scheme as plain sentences, English or Chinese, that can be read aloud to the people it pays.

One component as short sentences: for whom and when, on whose figures, on which condition, what it pays.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from toolkit.core.figures import decimals, percent
from toolkit.core.text import Lang
from toolkit.rules.explain.clauses import (
    deduction_words,
    history_words,
    is_pool,
    kind_words,
    later_words,
    limit_words,
    line_words,
    measured,
    place_words,
    pool_words,
    score_words,
    share_words,
    table_words,
    tier_words,
    verb,
)
from toolkit.rules.explain.wording import Voice, comparisons, factor, read_aloud, who
from toolkit.rules.formula.expressions import OF_OTHERS, Call, Expression, Name, Number, Operation, names, nodes
from toolkit.rules.scheme.document import Component, InForce, Table
from toolkit.rules.scheme.parameters import ALWAYS, KIND, Parameter
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import Scheme, formulas

_PERIODS = {
    "month": ("every month", "每月"),
    "quarter": ("every quarter, on the whole quarter", "每季度，按整季度数据"),
    "year": ("every year, on the whole calendar year", "每年，按全年数据"),
}
_EACH = {
    "shop": (
        "Worked out for each shop by itself, with that shop's own figures and condition, and added up",
        "按店铺分别计算（各店铺用自己的数据和条件）后相加",
    ),
    "spell": (
        "Worked out for each spell by itself, with that spell's own figures and condition, and added up (a new spell "
        "begins where role, team, shop, supervisor, inviter or base pay changes)",
        "按任职区间分别计算（各区间用自己的数据和条件）后相加（岗位、团队、店铺、主管、邀请人或底薪变动即为新的区间）",
    ),
    "order": (
        "Worked out for each order by itself and added up",
        "按订单分别计算后相加",
    ),
}


def component_words(voice: Voice) -> str:
    """Return the voice's component as sentences without the last full stop."""
    component = voice.component
    if component is None:
        raise TypeError("a voice without a component has nothing to say of one")
    head = f"{voice.title(component.id)}{voice.say(': ', '：')}"
    return head + voice.say(". ", "。").join(component_clauses(component, voice))


def component_clauses(component: Component, voice: Voice) -> list[str]:
    """Return the sentences of a component one by one, without title and full stops."""
    return [text for text in _sentences(component, voice) if text]


def _sentences(component: Component, voice: Voice) -> Iterator[str]:
    whom, when = who(_node(component.for_), voice), _period(component, voice)
    yield voice.say(f"for {whom}, {when}", f"{whom}，{when}")
    yield _rows(component, voice)
    if component.lines is not None:
        yield line_words(component.lines, voice)
    if component.each is not None:
        yield voice.say(*_EACH[component.each])
    if component.when is not None:
        yield _when(component.when, component, voice)
    if component.score is not None:
        yield score_words(component.score, voice)
    pays = _pays(component, voice) if component.deduct is None else deduction_words(component, voice)
    yield pays + _factors(component, voice)
    yield from _targets(component, voice)
    yield _overload(component, voice)
    yield from _bounds(component, voice)
    if component.division is not None:
        yield share_words(component, component.division, voice)
    if component.undivided:
        yield voice.say("It goes into a fund of the whole group, not to persons", "作为整组的共同基金发放，不分到个人")
    yield history_words(component, voice)
    yield from later_words(component, voice)


def _node(formula: Formula | None) -> Expression | None:
    return None if formula is None else formula.node


def _say(formula: Formula, voice: Voice) -> str:
    return read_aloud(formula.node, voice)


def _period(component: Component, voice: Voice) -> str:
    period = voice.scheme.period(component)
    if isinstance(period, InForce):
        days = (f"for the campaign from {period.from_} to {period.to}", f"{period.from_} 至 {period.to} 活动期间")
        return voice.say(*days)
    if not component.accumulate:
        return voice.say(*_PERIODS[period])
    unit, whole = voice.period[0], voice.this_period
    return voice.say(
        f"every month: what is due on the {unit} so far, less what its earlier months paid; conditions and tiers are "
        f"judged on the {unit} so far, and a negative difference is deducted from the month's pay",
        f"每月按{whole}累计数计算应发额（条件和档位也按累计数确定），减去{whole}前几个月已发金额；"
        "差额为负时，从当月应发金额中扣除",
    )


def _rows(component: Component, voice: Voice) -> str:
    """Say whose figures count, where it is not simply the payee's own."""
    of = (
        ""
        if component.of is None
        else voice.say(
            f", counting only rows where {_say(component.of, voice)}", f"，只计{_say(component.of, voice)}的数据"
        )
    )
    if is_pool(component):
        return pool_words(component, of, voice)
    own = voice.say(" and the payee's own", "及本人") if component.include_self else ""
    levels = {
        "team": (
            f"Goes by the figures of all people this payee leads{own}, together{of}",
            f"以本人所带全部人员{own}的合计数据计算{of}",
        ),
        "shop": (f"Goes by all figures of the payee's shop together{of}", f"以所在店铺的全部合计数据计算{of}"),
        "invitees": (
            f"Goes by the figures of all people this payee invited, together{of}",
            f"以本人邀请的全部人员的合计数据计算{of}",
        ),
    }
    if component.level in levels:
        return voice.say(*levels[component.level])
    if _adds_spells(component, voice):
        unit, this = voice.period[0], voice.this_period
        return voice.say(
            f"Goes by the {unit}'s figures of all spells together{of}", f"按{this}各任职区间的合计数据计算{of}"
        )
    return voice.say(of[2:3].upper() + of[3:], of[1:])


def _adds_spells(component: Component, voice: Voice) -> bool:
    """Tell whether a component takes spells together, in a scheme of which another takes them one by one."""
    alone = component.each is None and component.rank is None and component.lines is None
    return alone and any(other.each == "spell" for other in voice.scheme.components)


def _when(when: Formula, component: Component, voice: Voice) -> str:
    condition = _say(when, voice)
    if component.deduct is not None:
        return voice.say(f"Taken only if {condition}", f"仅当{condition}时扣除")
    en, zh = {
        "spell": ("A spell is paid only if in it ", "某一区间仅当该区间的"),
        "shop": ("A shop is paid only if in it ", "某一店铺仅当该店铺的"),
        "order": ("An order is paid only if ", "某一订单仅当"),
    }.get(component.each or "", ("Paid only if ", "仅当"))
    return voice.say(f"{en}{condition}", f"{zh}{condition}时发放")


def _pays(component: Component, voice: Voice) -> str:
    pay, rate, pays = _node(component.pay), component.rate, verb(component, voice)
    if pay is not None and isinstance(rate, Table):
        return table_words(rate, "rate", pay, voice, pays)
    if pay is not None and isinstance(rate, Formula):
        product = f"{factor(pay, voice)} × {factor(rate.node, voice)}"
        return voice.say(f"{pays} {product}", f"{pays} = {product}")
    if component.rank is not None and isinstance(component.amount, tuple):
        return place_words(component, component.rank, [_say(prize, voice) for prize in component.amount], voice)
    if isinstance(component.amount, Table):
        return table_words(component.amount, "amount", pay, voice, pays)
    amount = _say(component.amount, voice) if isinstance(component.amount, Formula) else ""
    return voice.say(f"{pays} {amount}", f"{pays} = {amount}" if is_pool(component) else f"发放 {amount}")


def _factors(component: Component, voice: Voice) -> str:
    """Say by what the amount is multiplied."""
    text, times = "", component.times
    if isinstance(times, Formula):
        by = factor(times.node, voice)
        text += voice.say(f", times {by}", f"，再乘以 {by}")
    elif times is not None:
        by, tiers = measured(times, None, voice), voice.joined(tier_words(times, "factor", voice))
        text += voice.say(f", times a factor set by {by}: {tiers}", f"，再乘以系数，系数按{by}确定：{tiers}")
    capacity, prorate = component.capacity, component.proration
    if capacity is not None and capacity.pay:
        of, room, days = (factor(f.node, voice) for f in (capacity.of, capacity.per_day, capacity.days))
        text += voice.say(
            f", times {room} × {days} ÷ {of} (what can be served with care; at most 1)",
            f"，再乘以接待能力系数 {room} × {days} ÷ {of}（最多为1）",
        )
    if prorate is not None and prorate.of == "amount":
        share = _say(prorate.by, voice)
        text += voice.say(f", times {share} (at least 0, at most 1)", f"，再乘以 {share}（最少为0，最多为1）")
    return text


def _targets(component: Component, voice: Voice) -> Iterator[str]:
    """Say which numbers ``of: target`` scales."""
    prorate = component.proration
    if prorate is None or prorate.of != "target":
        return
    words, share = voice.scheme.vocabulary, _say(prorate.by, voice)
    scaled = list(dict.fromkeys(_scaled_literals(component, voice)))
    scaled += [voice.name(n) for n in dict.fromkeys(_targets_read(component)) if words.target_of(n)]
    if not scaled:
        return
    numbers = voice.listed(scaled)
    yield voice.say(
        f"Before comparing, {numbers} {'is' if len(scaled) == 1 else 'are'} multiplied by {share} "
        "(at least 0, at most 1); nothing else is scaled, neither the amount nor any other number",
        f"比较前，{numbers}先乘以 {share}（最少为0，最多为1）；其余数字和金额均不折算",
    )


def _scaled_literals(component: Component, voice: Voice) -> Iterator[str]:
    for node in () if component.when is None else comparisons(component.when.node):
        for own, other in (node.parts, node.parts[::-1]):
            if isinstance(own, Number) and isinstance(other, Name) and voice.scheme.vocabulary.adds(other.name):
                number, name = read_aloud(own, voice), voice.name(other.name)
                yield voice.say(f"the {number} needed for {name}", f"{name}要求的{number}")


def _targets_read(component: Component) -> Iterator[str]:
    for formula in formulas(component.model_copy(update={"share": None})):  # whose weights are the members' own
        yield from names(formula.node)
    for _, table in component.tables:
        by = component.by(table)
        if table.relative_to is not None and by is not None:
            yield from (f"target_{name}" for name in names(by.node))


def _overload(component: Component, voice: Voice) -> str:
    capacity = component.capacity
    if capacity is None or capacity.pay:
        return ""
    of, room, days = (_say(f, voice) for f in (capacity.of, capacity.per_day, capacity.days))
    return voice.say(
        f"A notice is given where {of} exceed {room} × {days}; pay does not change",
        f"{of}超过 {room} × {days} 时提示，不影响发放额",
    )


def _bounds(component: Component, voice: Voice) -> Iterator[str]:
    if component.floor_formula is not None:
        least = _say(component.floor_formula, voice)
        yield voice.say(f"If it pays, it pays at least {least}", f"发放时最低 {least}")
    elif component.floor is not None:
        yield voice.say("It may be below 0, and then takes from the other pay", "可以为负，为负时从其他所得中扣减")
    if component.cap is not None:
        yield voice.say(f"It pays at most {_say(component.cap, voice)}", f"最高 {_say(component.cap, voice)}")
    if component.budget is not None:
        holds = _say(component.budget, voice)
        yield voice.say(
            f"All payees together are paid at most {holds} {voice.this_period}; above that everyone's amount is scaled "
            "down in proportion",
            f"{voice.this_period}本项全部人员合计最高 {holds}，超出时各人金额按同一比例缩减，合计等于该数",
        )


_MODES = {
    "half_up": ("rounded to {step}, halves away from zero", "四舍五入到{step}"),
    "half_even": ("rounded to {step}, halves to the even", "按四舍六入五成双取到{step}"),
    "up": ("rounded up to {step}", "向上取整到{step}"),
    "down": ("rounded down to {step}", "向下取整到{step}"),
}
_CENT = Fraction(1, 100)


def render_sentences(scheme: Scheme, lang: Lang) -> list[str]:
    """Return a scheme as sentences: its heading, its names, then one text a component and one a limit."""
    voice = Voice(scheme, lang)
    texts = [voice.say(". ", "。").join(heading_words(voice)), *_names(voice)]
    texts += [component_sentence(scheme, component, lang) for component in scheme.components]
    texts += [limit_words(limit, voice) for limit in scheme.limits]
    return [text + voice.say(".", "。") for text in texts]


def component_sentence(scheme: Scheme, component: Component, lang: Lang) -> str:
    """Return one component as sentences without the last full stop."""
    return component_words(Voice(scheme, lang, component))


def heading_words(voice: Voice) -> tuple[str, str]:
    """Say what a scheme is, from when to when it holds, and how it rounds."""
    scheme = voice.scheme
    days, rule = scheme.in_force, scheme.document.rounding
    whole = rule.step == 1
    step = decimals(rule.step)
    en, zh = _MODES[rule.mode]
    en = en.format(step=f"whole {scheme.currency}" if whole else f"{step} {scheme.currency}")
    zh = zh.format(step="整元" if whole and scheme.currency == "CNY" else step)
    if rule.mode == "half_up" and _may_be_negative(scheme):
        zh += "（负数按绝对值舍入，保留负号）"
    if rule.step > _CENT and not scheme.rounds_total and any(c.division is not None for c in scheme.components):
        en, zh = f"{en}; shares of a pool to the cent", f"{zh}；奖金池的个人份额精确到分"
    subject = ("Each person's total is", "每人总额") if scheme.rounds_total else ("Each component is", "各项金额")
    until = (f" to {days.to}", f"至 {days.to} ") if days.to else ("", "起")
    what = voice.say(
        f"{scheme.title.en} ({scheme.id}): in force from {days.from_}{until[0]}, in {scheme.currency}",
        f"{scheme.title.zh}（{scheme.id}）：{days.from_} {until[1]}执行，货币 {scheme.currency}",
    )
    return what, voice.say(f"{subject[0]} {en}", f"{subject[1]}{zh}")


def name_words(name: str, voice: Voice) -> str:
    """Say what a parameter or define is, without the full stop."""
    words = voice.scheme.vocabulary
    if name in words.parameters:
        return _parameter(words.parameters[name], voice)
    define = words.defines[name]
    meaning = read_aloud(define.formula.node, voice)
    rows = voice.say(", worked out on each row and then added", "，逐行计算后相加") if define.per_row else ""
    return voice.say(f"{voice.name(name)} means {meaning}{rows}", f"{voice.name(name)} = {meaning}{rows}")


def _names(voice: Voice) -> Iterator[str]:
    words = voice.scheme.vocabulary
    for name in (*words.parameters, *words.defines):
        yield name_words(name, voice)
    if _may_lack(voice.scheme):
        yield voice.say(
            "A ratio whose divisor is 0, and a figure that is missing, has no value; "
            "a component that needs it pays this person nothing",
            "除数为0的比率和缺失的数据视为无数值；某项需要用到无数值的数据时，该项对该人员不发放",
        )


def _may_lack(scheme: Scheme) -> bool:
    """Tell whether something may have no value: a ratio, a share of a target, a record of earlier periods."""
    if any(table.relative_to is not None for component in scheme.components for _, table in component.tables):
        return True
    return any(
        (isinstance(node, Operation) and node.sign == "/" and not isinstance(node.parts[1], Number))
        or (isinstance(node, Call) and node.function in OF_OTHERS)
        for rule in (*formulas(scheme.components), *(d.formula for d in scheme.vocabulary.defines.values()))
        for node in nodes(rule.node)
    )


def _may_be_negative(scheme: Scheme) -> bool:
    """Tell whether an amount may lie below 0: by what was paid before, or by what it is paid on."""
    words = scheme.vocabulary
    return any(component.accumulate for component in scheme.components) or any(
        words.may_be_negative(rule.node)
        for component in scheme.components
        for rule in formulas((component.pay, component.amount))
    )


def _parameter(parameter: Parameter, voice: Voice) -> str:
    name, said = voice.name(parameter.name), []
    for key, dated in parameter.values.items():
        words = [kind_words(text, voice) if KIND in parameter.key else text for text in key]
        who = f"{voice.joined(words, ', ', '、')}{voice.say(': ', '：')}" if key else ""
        steps = []
        for day, value in dated:
            text = percent(value) if parameter.percent else decimals(value)
            steps.append(text if day == ALWAYS else voice.say(f"{text} from {day}", f"{day} 起 {text}"))
        said.append(who + voice.joined(steps, ", ", "，"))
    return voice.say(f"{name} is ", f"{name}为 ") + voice.joined(said)
