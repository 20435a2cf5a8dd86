"""A scheme as plain sentences, English or Chinese, that can be read aloud to the people it pays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from toolkit.core.text import Lang
from toolkit.rules.explain.component_words import component_words
from toolkit.rules.explain.later_words import kind_words
from toolkit.rules.explain.limit_words import limit_words
from toolkit.rules.explain.phrases import read_aloud
from toolkit.rules.explain.wording import Voice, decimals, percent
from toolkit.rules.formula.expressions import Call, Number, Operation, nodes
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.parameters import ALWAYS, KIND, Parameter
from toolkit.rules.scheme.scheme import Scheme, formulas

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
        zh += "（负数按绝对值）"
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
        or (isinstance(node, Call) and node.function in ("record", "best"))
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
