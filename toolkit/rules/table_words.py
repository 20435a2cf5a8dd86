"""Tier tables as sentences: every tier as the range it holds for, with the word for each edge resolved."""

from __future__ import annotations

from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.expressions import Expression
from toolkit.rules.fields import Formula
from toolkit.rules.pieces import Table, Tier
from toolkit.rules.tables import above_edges
from toolkit.rules.wording import decimals, read_aloud, say

_MODES = {
    "slab": ("the highest tier reached counts for the whole", "按达到的最高一档全额计算"),
    "marginal": ("each slice is paid at its own rate", "分段计算，各段按各自比率"),
    "cumulative": ("the amounts of all tiers reached add up", "达到的各档金额累加"),
    "interpolated": (
        "on the straight line between the points, flat after the last",
        "各点之间按直线插值，最后一点之后不再增加",
    ),
}


def table_words(table: Table, key: str, pay: Expression | None, lang: Lang) -> str:
    """Say a table: what it goes by, each tier, and how tiers combine; `key` is rate, amount or points."""
    by = table.by.node if table.by is not None else pay
    measure = "" if by is None else read_aloud(by, lang)
    if table.aggregate == "mean":
        measure = say(lang, f"the plain mean of the members' {measure}", f"成员{measure}的算术平均")
    if table.relative_to is not None:
        measure = say(lang, f"{measure} as a share of its target", f"{measure}的目标完成率")
    rows = [*_below(table, key, lang), *_tiers(table, key, lang)]
    how = say(lang, *_MODES[table.mode])
    if table.unit is not None:
        how = say(lang, "each unit is paid at the tier its number falls in", "每一件按其序号所在档计算")
    joint = say(lang, "; ", "；")
    rough = (
        say(lang, "; the ratio counts as reported, perhaps rounded", "；比率按导出值，可能已取整")
        if table.as_reported
        else ""
    )
    return say(
        lang, f"by {measure}: {joint.join(rows)} ({how}{rough})", f"按{measure}：{joint.join(rows)}（{how}{rough}）"
    )


def _value(tier: Tier, key: str, lang: Lang) -> str:
    value: Formula | Fraction | None = getattr(tier, key)
    if value is None:
        return ""
    return read_aloud(value.node, lang) if isinstance(value, Formula) else decimals(value)


def _below(table: Table, key: str, lang: Lang) -> list[str]:
    first = table.tiers[0].from_
    if table.below is None or first is None:
        return []
    edge, above = read_aloud(first.node, lang), above_edges(table)[0]
    word = say(lang, *(("up to and including", "不超过") if above else ("below", "低于")))
    text = f"{word} {edge}: {read_aloud(table.below.node, lang)}"
    return [text if lang == "en" else f"{word}{edge}：{read_aloud(table.below.node, lang)}"]


def _tiers(table: Table, key: str, lang: Lang) -> list[str]:
    if table.mode == "interpolated":
        return [_point(tier, key, lang) for tier in table.tiers]
    above = above_edges(table)
    uppers: list[tuple[Formula | None, bool]] = [(t.from_, a) for t, a in zip(table.tiers[1:], above[1:], strict=True)]
    if table.mode == "cumulative":
        uppers = []
    said = []
    for i, tier in enumerate(table.tiers):
        upper, upper_above = uppers[i] if i < len(uppers) else (None, False)
        said.append(_range(tier, above[i], upper, upper_above, lang) + say(lang, ": ", "：") + _value(tier, key, lang))
    return said


def _point(tier: Tier, key: str, lang: Lang) -> str:
    edge = "" if tier.from_ is None else read_aloud(tier.from_.node, lang)
    return say(lang, f"{_value(tier, key, lang)} at {edge}", f"{edge} 时为 {_value(tier, key, lang)}")


def _range(tier: Tier, above: bool, upper: Formula | None, upper_above: bool, lang: Lang) -> str:
    """Say from where to where a tier holds, and whether each edge belongs to it."""
    low = None if tier.from_ is None else read_aloud(tier.from_.node, lang)
    high = None if upper is None else read_aloud(upper.node, lang)
    if high is None:
        if low is None:
            return say(lang, "always", "一律")
        return say(lang, f"more than {low}", f"超过{low}") if above else say(lang, f"{low} or more", f"达到{low}")
    top = (f"up to and including {high}", f"不超过{high}") if upper_above else (f"under {high}", f"不足{high}")
    if low is None:
        return say(lang, *top)
    bottom = (f"more than {low}", f"超过{low}") if above else (f"{low} or more", f"达到{low}")
    return say(lang, f"{bottom[0]} and {top[0]}", f"{bottom[1]}、{top[1]}")
