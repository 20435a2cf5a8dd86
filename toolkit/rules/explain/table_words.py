"""Tier tables as sentences: every tier as the range it holds for, with the word for each edge resolved."""

from __future__ import annotations

from fractions import Fraction

from toolkit.rules.explain.phrases import factor, read_aloud
from toolkit.rules.explain.wording import Voice, decimals, percent
from toolkit.rules.formula.expressions import Expression, Number
from toolkit.rules.pay.tiers import above_edges
from toolkit.rules.scheme.pieces import Score, Table, Tier
from toolkit.rules.scheme.scalars import Formula


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
    if table.relative_to is not None and table.by is not None:
        target = read_aloud(table.by.node, voice, lambda name: voice.name(f"target_{name}"))
        measure = voice.say(
            f"the share of the target reached ({measure} ÷ {target})", f"目标完成率（{measure} ÷ {target}）"
        )
    if table.as_reported:
        measure += voice.say(" as reported, perhaps rounded", "（按导出值，可能已取整）")
    return measure


def _how(table: Table, key: str, base: str, voice: Voice) -> str:
    if table.unit is not None:
        return voice.say("each unit is paid at the rate of the range its number falls in", "每一件按其序号所在档计算")
    if table.mode == "marginal":
        return voice.say(
            f"{base} is cut at these edges and each slice is paid at its own rate", "分段计算，各段按本段标准"
        )
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


def tier_words(table: Table, key: str, voice: Voice) -> list[str]:
    """Say each tier: the range it holds for, and its value."""
    said = [*_below(table, voice)]
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
    value: Formula | Fraction | None = getattr(tier, key)
    if value is None:
        return ""
    if isinstance(value, Formula):
        return read_aloud(value.node, voice)
    return voice.say(f"{decimals(value)} points", f"{decimals(value)}分")


def _below(table: Table, voice: Voice) -> list[str]:
    first = table.tiers[0].from_
    if table.below is None or first is None:
        return []
    edge = (read_aloud(first.node, voice), above_edges(table)[0])
    return [_entry(range_words((None, False), edge, voice), read_aloud(table.below.node, voice), voice)]


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
        f"得分 = 各项分数 × 权重之和：{'；'.join(items)}。任何一项无数值则没有得分，不发放",
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
