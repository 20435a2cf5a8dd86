"""The clauses of a scheme read aloud: tiers, limits, pools and places, and what comes after pay.

The words of awards among people: pools and their division, places, records; and the order lines that count.

Tier tables as sentences: every tier as the range it holds for, with the word for each edge resolved.

What comes after a component paid: parts held back, what leaving does, refunds taken back; and deductions.

Limits as sentences: caps, funds and guarantees.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from toolkit.core.figures import decimals, percent
from toolkit.rules.explain.wording import Voice, factor, read_aloud, span_words, those_with, who
from toolkit.rules.formula.expressions import Call, Expression, Name, Number, Operation, calls, names
from toolkit.rules.pay.tiers import above_edges
from toolkit.rules.scheme.document import (
    Cap,
    Component,
    Fund,
    Guarantee,
    LimitRule,
    Lines,
    Rank,
    Score,
    Share,
    Table,
    Tier,
)
from toolkit.rules.scheme.scalars import Formula
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


def table_words(table: Table, key: str, pay: Expression | None, voice: Voice, pays: str) -> str:
    """Say a table: what it goes by, each tier, and how tiers combine; `key` is rate or amount, `pays` the verb."""
    base = "" if pay is None else factor(pay, voice)
    tiers = voice.joined(tier_words(table, key, voice))
    by, how = measured(table, pay, voice), _how(table, key, base, voice)
    if key == "rate":
        rate = "提成比例" if pay is not None and voice.kind(pay) == "money" else "单价"
        head = voice.say(f"{pays} {base} × a rate set by {by}: ", f"{pays} = {base} × {rate}，{rate}按{by}确定：")
    else:
        head = voice.say(f"{pays} an amount set by {by}: ", f"{pays}按{by}确定：")
    return f"{head}{tiers}{voice.say(' (', '（')}{how}{voice.say(')', '）')}"


def measured(table: Table, pay: Expression | None, voice: Voice) -> str:
    """Say what a table goes by."""
    by = table.by.node if table.by is not None else pay
    measure = "" if by is None else read_aloud(by, voice)
    if table.aggregate == "mean":
        measure = voice.say(f"the plain mean of the members' {measure}", f"各成员{measure}的简单平均")
    if table.relative_to is not None and by is not None:
        target = read_aloud(by, voice, lambda name: voice.name(f"target_{name}"))
        measure = voice.say(
            f"the share of the target reached ({measure} ÷ {target})", f"目标完成率（{measure} ÷ {target}）"
        )
    if table.as_reported:
        measure += voice.say(" as reported, perhaps rounded", "（按导出值，可能已取整）")
    return measure


def _how(table: Table, key: str, base: str, voice: Voice) -> str:
    if table.mode == "marginal":
        if table.unit is not None:
            how = voice.say(
                "each unit is paid at the rate of the range its number falls in", "每一件按其序号所在档计算"
            )
        else:
            how = voice.say(
                f"{base} is cut at these edges and each slice is paid at its own rate", "分段计算，各段按本段标准"
            )
        return how + _retroactive(table, voice)
    if table.mode == "cumulative":
        return voice.say("the amounts of all edges reached are added", "达到的各档金额累加")
    if table.mode == "interpolated":
        what = voice.say("rate" if key == "rate" else "amount", "提成比例" if key == "rate" else "金额")
        return voice.say(
            f"between two points the {what} lies on the straight line between them; above the last it stays",
            f"两点之间的{what}按直线插值，超过最后一点不再增加",
        )
    if key == "rate":
        return voice.say(f"this one rate is paid on all {base}", f"全部{base}均按该档计算")
    return voice.say("only this one amount is paid", "只发所在档的金额")


def _retroactive(table: Table, voice: Voice) -> str:
    """Say which tiers, once reached, pay what lies below them too."""
    said = [_paid_back(table, i, voice) for i, tier in enumerate(table.tiers) if tier.retroactive]
    return "".join(f"{voice.say('; ', '；')}{text}" for text in said)


def _paid_back(table: Table, at: int, voice: Voice) -> str:
    tier, after = table.tiers[at], table.tiers[at + 1 :]
    edge = "0" if tier.from_ is None else read_aloud(tier.from_.node, voice)
    rate = _value(tier, "rate", voice)
    verb = ("exceeded", "超过") if above_edges(table)[at] else ("reached", "达到")
    until = "" if not after or after[0].from_ is None else read_aloud(after[0].from_.node, voice)
    up_to = voice.say(
        f"everything under {until}" if until else "everything", f"不足 {until} 的部分" if until else "全部"
    )
    return voice.say(
        f"once {edge} is {verb[0]}, {up_to} is paid at {rate}, what lies below {edge} too",
        f"{verb[1]} {edge} 后，{up_to}（含 {edge} 以下）均按 {rate} 计算",
    )


def tier_words(table: Table, key: str, voice: Voice) -> list[str]:
    """Say each tier: the range it holds for, and its value."""
    said = [*_below(table, key, voice)]
    if table.mode == "interpolated":
        return said + [_point(tier, key, voice) for tier in table.tiers]
    above = above_edges(table)
    edges = [None if tier.from_ is None else read_aloud(tier.from_.node, voice) for tier in table.tiers]
    if starts_at_nothing(table, voice):
        edges[0] = None
    for i, tier in enumerate(table.tiers):
        last = i + 1 == len(table.tiers) or table.mode == "cumulative"
        upper = (None, False) if last else (edges[i + 1], above[i + 1])
        said.append(_entry(range_words((edges[i], above[i]), upper, voice), _value(tier, key, voice), voice))
    return said


def starts_at_nothing(table: Table, voice: Voice) -> bool:
    """Tell whether the first tier begins at 0 and no value can lie below it, so that its edge need not be said."""
    first = table.tiers[0].from_
    if first is None or table.by is None or table.below is not None or above_edges(table)[0]:
        return False
    return (
        isinstance(first.node, Number)
        and first.node.value == 0
        and not voice.scheme.vocabulary.may_be_negative(table.by.node)
    )


def _entry(words: str, value: str, voice: Voice) -> str:
    return f"{words}{voice.say(': ', '：')}{value}"


def _value(tier: Tier, key: str, voice: Voice) -> str:
    value: Formula | Table | Fraction | None = getattr(tier, key)
    if value is None:
        return ""
    if isinstance(value, Table):
        by, tiers = measured(value, None, voice), voice.joined(tier_words(value, key, voice), ", ", "，")
        line = voice.say(", on the straight line between two of these", "，两点之间按直线插值")
        tiers += line if value.mode == "interpolated" else ""
        tiers += voice.say(", the amounts reached added", "，达到的各档累加") if value.mode == "cumulative" else ""
        return voice.say(f"by {by} ({tiers})", f"再按{by}（{tiers}）")
    if isinstance(value, Formula):
        return read_aloud(value.node, voice)
    return voice.say(f"{decimals(value)} points", f"{decimals(value)}分")


def _below(table: Table, key: str, voice: Voice) -> list[str]:
    first = table.tiers[0].from_
    if table.below is None or first is None:
        return []
    edge = (read_aloud(first.node, voice), above_edges(table)[0])
    value = read_aloud(table.below.node, voice)
    value = voice.say(f"{value} points", f"{value}分") if key == "points" else value
    return [_entry(range_words((None, False), edge, voice), value, voice)]


def _point(tier: Tier, key: str, voice: Voice) -> str:
    edge = "" if tier.from_ is None else read_aloud(tier.from_.node, voice)
    return voice.say(f"{_value(tier, key, voice)} at {edge}", f"{edge}时为{_value(tier, key, voice)}")


def range_words(lower: tuple[str | None, bool], upper: tuple[str | None, bool], voice: Voice) -> str:
    """Say from where to where a tier holds; with each edge, whether its own value lies below it (``above``)."""
    (low, above), (high, upper_above) = lower, upper
    bottom = (
        ""
        if low is None
        else voice.say(*((f"more than {low}", f"超过{low}") if above else (f"{low} or more", f"达到{low}")))
    )
    if high is None:
        return bottom or voice.say("always", "一律")
    top = voice.say(
        *((f"up to and including {high}", f"不超过{high}") if upper_above else (f"under {high}", f"不足{high}"))
    )
    return voice.say(f"{bottom} and {top}", f"{bottom}、{top}") if bottom else top


def score_words(score: Score, voice: Voice) -> str:
    """Say a scorecard: what each part weighs and scores, the grades and their coefficients."""
    items = []
    for item in score.items:
        points = voice.joined(tier_words(item, "points", voice), ", ", "，")
        if item.mode == "interpolated":
            points += voice.say("; on the straight line between two of these", "；两点之间按直线插值")
        by, weight = measured(item, None, voice), percent(item.weight / 100)
        items.append(voice.say(f"{by} weighs {weight} ({points})", f"{by}占{weight}（{points}）"))
    text = voice.say(
        f"The score is the weighted sum of points: {'; '.join(items)}. "
        "If one of these has no value there is no score, and nothing is paid",
        f"得分 = 各项分数分别乘以权重后相加：{'；'.join(items)}。任何一项无数值则没有得分，不发放",
    )
    if not score.grades:
        return text
    grades = _forced(score, voice) if score.forced else _graded(score, voice)
    return f"{text}{voice.say('. ', '。')}{grades}"


def _graded(score: Score, voice: Voice) -> str:
    edges = [None if grade.from_ is None else decimals(grade.from_) for grade in score.grades]
    said = []
    for grade, low, high in zip(score.grades, edges, [*edges[1:], None], strict=True):
        span = range_words((low, False), (high, False), voice)
        factor = decimals(grade.coefficient)
        said.append(
            voice.say(f"{span}: grade {grade.grade}, coefficient {factor}", f"{span}：{grade.grade}级，系数{factor}")
        )
    return voice.say("By the score: ", "按得分定级：") + voice.joined(said)


def _forced(score: Score, voice: Voice) -> str:
    factors = {grade.grade: decimals(grade.coefficient) for grade in score.grades}
    said = []
    for i, forced in enumerate(score.forced):
        which = voice.say("the best" if i == 0 else "the next", "前" if i == 0 else "其后")
        factor = factors[forced.grade]
        said.append(
            voice.say(
                f"{which} {percent(forced.share)} get grade {forced.grade}, coefficient {factor}",
                f"{which}{percent(forced.share)}为{forced.grade}级，系数{factor}",
            )
        )
    return voice.say(
        f"Scores are ranked: {'; '.join(said)} (the tied take the better grade together)",
        f"按得分排名强制分布：{'；'.join(said)}（并列者同取较高等级）",
    )


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


DEDUCTION_KINDS = {
    "award_not_earned": ("an award not earned", "未达成的奖励"),
    "discipline": ("discipline", "违纪"),
    "loss_recovery": ("recovery of a loss", "赔偿损失"),
    "overpayment": ("an overpayment", "多发"),
}
_LEAVERS = {
    "release": ("who leaves is still paid it when due", "离职者到期仍予发放"),
    "hold": ("for who leaves it stays held", "离职者继续保留"),
    "forfeit": ("who leaves loses it", "离职者不再发放"),
}


def kind_words(kind: str, voice: Voice) -> str:
    """Say a kind of deduction."""
    return voice.say(*DEDUCTION_KINDS.get(kind, (kind, kind)))


def later_words(component: Component, voice: Voice) -> Iterator[str]:
    """Say what later months do with what a component paid."""
    if component.defer:
        parts = [
            voice.say(
                f"{percent(part.share)} is paid {decimals(part.after_months)} months later",
                f"{percent(part.share)}于{decimals(part.after_months)}个月后发放",
            )
            for part in component.defer
        ]
        text = voice.say("Of what it pays, ", "其中") + voice.listed(parts)
        leaver = "" if component.leaver is None else voice.say("; ", "；") + voice.say(*_LEAVERS[component.leaver])
        yield text + leaver
    if component.clawback is not None:
        by = "" if component.clawback.by is None else read_aloud(component.clawback.by.node, voice)
        shares = voice.joined(tier_words(component.clawback, "rate", voice))
        yield voice.say(
            f"A refund after payout is charged with this share of what was paid on it, by {by}: {shares}",
            f"发放后发生的退款，按{by}扣回所发部分的以下比例：{shares}",
        )


def deduction_words(component: Component, voice: Voice) -> str:
    """Say what a deduction takes away."""
    rule = component.deduct
    kind = kind_words(component.kind or "award_not_earned", voice)
    if isinstance(rule, Formula):
        amount = read_aloud(rule.node, voice)
    elif isinstance(rule, Table):
        by = "" if rule.by is None else read_aloud(rule.by.node, voice)
        tiers = voice.joined(tier_words(rule, "amount", voice))
        amount = voice.say(f"an amount set by {by}: {tiers}", f"按{by}确定：{tiers}")
    else:
        return ""
    rest = voice.say("; what does not fit is carried over", "；不足扣除的部分结转") if component.carry else ""
    return voice.say(f"Takes away {amount} ({kind}){rest}", f"扣除 {amount}（{kind}）{rest}")
