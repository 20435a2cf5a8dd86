"""What a scheme is refused for beyond its shape: its header, each component, and what it does over time.

Checks of everything but the components: days, rounding, measures, parameters, defines, limits.

Checks of one component: what it pays on, and words that do not go together.

Checks of what a component does over time: deferral, clawback and deductions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from toolkit.core.errors import nearest
from toolkit.core.text import Text, Words
from toolkit.rules.formula.dictionary import KEY_COLUMNS
from toolkit.rules.formula.expressions import Name, calls, names
from toolkit.rules.scheme.document import Cap, Component, DefineEntry, Fund, Guarantee, Score
from toolkit.rules.scheme.parameters import KIND, LEGAL_SHARE, MINIMUM_WAGE, Parameter
from toolkit.rules.scheme.problems import SchemePath, SchemeProblems
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.scheme import formulas
from toolkit.rules.scheme.tier_checks import check_rate, check_table, parameters_only, scored, values_of
from toolkit.rules.scheme.vocabulary import SCORE_NAMES, group_word


def check_header(book: SchemeProblems) -> None:
    """Report every problem outside the components."""
    for check in (_days, _rounding, _measures, _parameters, _defines, _ids, _header_limits):
        check(book)


def _days(book: SchemeProblems) -> None:
    days = book.scheme.in_force
    if days.to is not None and days.to < days.from_:
        book.add(("in_force", "to"), "days-backwards", Text("the last day is before the first", "最后一天早于第一天"))


def _rounding(book: SchemeProblems) -> None:
    step = book.scheme.document.rounding.step
    if step <= 0 or step % Fraction(1, 100):
        message = Text("the rounding step must be a positive multiple of 0.01", "取整单位必须是 0.01 的正整数倍")
        book.add(("rounding", "step"), "bad-step", message)


def _measures(book: SchemeProblems) -> None:
    words = book.scheme.vocabulary.measures
    for name, rule in book.scheme.document.measures.items():
        path: SchemePath = ("measures", name)
        if rule.kind == "ratio" and not rule.average_by:
            message = Text(f"{name!r} is a ratio and cannot be added up", f"{name!r} 是比率，不能相加")
            book.add(path, "average-needed", message, Text("name its weight: average_by", "写明加权用的列：average_by"))
        weight = words.get(rule.average_by)
        if rule.average_by and (weight is None or weight.average_by):
            message = Text(f"{rule.average_by!r} is no additive measure", f"{rule.average_by!r} 不是可相加的指标")
            known = [m for m in words if not words[m].average_by]
            book.add((*path, "average_by"), "unknown-name", message, nearest(rule.average_by, known))
        _not_a_key(book, path, name)


def _parameters(book: SchemeProblems) -> None:
    for name in book.scheme.document.parameters:
        if name in book.scheme.document.measures:
            book.add(("parameters", name), "name-twice", Text(f"{name!r} is a measure already", f"{name!r} 已经是指标"))
        _not_a_key(book, ("parameters", name), name)
        _legal(book, ("parameters", name), book.scheme.vocabulary.parameters[name])


def _legal(book: SchemeProblems, path: SchemePath, parameter: Parameter) -> None:
    """Report legal parameters that are not what deductions ask for: shares by kind, and a wage in money."""
    by_kind, name = KIND in parameter.key, parameter.name
    values = [value for dated in parameter.values.values() for _, value in dated]
    if by_kind != (name == LEGAL_SHARE):
        if by_kind:
            message = Text(f"{name!r} is given by kind of deduction", f"{name!r} 按扣款种类给出")
            fix = Text(f"only {LEGAL_SHARE} is", f"只有 {LEGAL_SHARE} 可以")
        else:
            message = Text(f"{name!r} is not given by kind of deduction", f"{name!r} 没有按扣款种类给出")
            example = f"{name}: {{discipline: 20%, loss_recovery: 20%}}"
            fix = Text(f"write {example}", f"写成 {example}")
        book.add(path, "by-kind", message, fix)
    elif by_kind and not (parameter.percent and all(0 <= value <= 1 for value in values)):
        message = Text(f"{name!r} holds shares of the wage, 0% to 100%", f"{name!r} 是工资的比例，0% 到 100%")
        book.add(path, "percent-required", message)
    elif name == MINIMUM_WAGE and parameter.percent:
        message = Text(f"{name!r} is an amount of money", f"{name!r} 是金额")
        fix = Text("leave out the %", "去掉 %")
        book.add(path, "percent-not-allowed", message, fix)


def _defines(book: SchemeProblems) -> None:
    document = book.scheme.document
    for name, rule in document.define.items():
        if name in document.parameters or name in document.measures:
            other = Text("parameter", "参数") if name in document.parameters else Text("measure", "指标")
            message = Text(f"{name!r} is a {other} already", f"{name!r} 已经是{other.zh}")
            book.add(("define", name), "name-twice", message)
        _not_a_key(book, ("define", name), name)
        if isinstance(rule, DefineEntry):
            book.number(("define", name, "value"), rule.value, "define")
        else:
            book.number(("define", name), rule, "define")


def _not_a_key(book: SchemeProblems, path: SchemePath, name: str) -> None:
    if name in KEY_COLUMNS or not name.isidentifier() or name.startswith("target_"):
        message = Text(
            f"{name!r} cannot be the name of a measure, define or parameter",
            f"{name!r} 不能作指标、define 或参数的名称",
        )
        fix: Words = ""
        if name.startswith("target_"):
            other = f"{name.removeprefix('target_')}_at_target"
            fix = Text(
                f"target_ begins the name of a measure's target, as target_sales does; call it {other}",
                f"target_ 开头的是指标的目标值（如 target_sales）；可改名为 {other}",
            )
        book.add(path, "bad-name", message, fix)


def _ids(book: SchemeProblems) -> None:
    seen: set[str] = set()
    for index, component in enumerate(book.scheme.components):
        if component.id in seen:
            message = Text(f"there is another component {component.id!r}", f"另有一个项目也叫 {component.id!r}")
            book.add(("components", index, "id"), "id-twice", message)
        seen.add(component.id)


def _header_limits(book: SchemeProblems) -> None:
    checks: dict[type, Callable[..., None]] = {Cap: _cap, Fund: _fund, Guarantee: _guarantee}
    for index, limit in enumerate(book.scheme.limits):
        checks[type(limit)](book, ("limits", index), limit)


def _cap(book: SchemeProblems, path: SchemePath, limit: Cap) -> None:
    book.condition((*path, "for"), limit.for_, "payee")
    book.money((*path, "cap"), limit.cap, "define")
    book.on_step((*path, "cap"), limit.cap)
    if limit.carry and limit.period == "year":
        message = Text("only a monthly cap can carry over what it withholds", "只有按月的封顶才能把扣下的部分结转")
        book.add((*path, "carry"), "carry-year", message)


def _fund(book: SchemeProblems, path: SchemePath, limit: Fund) -> None:
    book.condition((*path, "of"), limit.of, "row")
    book.money((*path, "fund"), limit.fund, "define")


def _guarantee(book: SchemeProblems, path: SchemePath, limit: Guarantee) -> None:
    book.condition((*path, "for"), limit.for_, "payee")
    book.money((*path, "guarantee"), limit.guarantee, "define")
    book.share((*path, "prorate"), limit.prorate, "define")
    if limit.recover_from is not None and not limit.recoverable:
        message = Text(
            "only a recoverable guarantee has recover_from", "只有可收回的保底（recoverable）才写 recover_from"
        )
        book.add((*path, "recover_from"), "not-recoverable", message)


MAX_MONTHS = 120
# Words that say how pay is found or shared; a deduction is an amount of its own.
_NOT_DEDUCTED = (
    *("lines", "score", "rank", "times", "floor", "budget", "share", "undivided", "accumulate", "defer", "leaver"),
    *("clawback", "capacity"),
)


def check_deferral(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report deferred parts that are not later shares of a whole."""
    parts = component.defer
    if parts is None:
        if component.leaver is not None:
            message = Text("'leaver' says what happens to what is deferred", "leaver 说的是离职时延期部分怎么办")
            fix = Text("add 'defer'", "补上 defer")
            book.add((*path, "leaver"), "leaver-here", message, fix)
        return
    if component.undivided:
        message = Text("a fund of nobody in particular is not deferred", "不分到个人的奖金池不能延期")
        book.add((*path, "defer"), "defer-here", message)
    for index, part in enumerate(parts):
        at: SchemePath = (*path, "defer", index)
        if part.after_months.denominator != 1 or not 1 <= part.after_months <= MAX_MONTHS:
            message = Text(
                f"a whole number of months, 1 to {MAX_MONTHS}, is expected here", f"这里应是整数个月，1 到 {MAX_MONTHS}"
            )
            book.add((*at, "after_months"), "bad-number", message)
        if part.share <= 0:
            book.add((*at, "share"), "defer-share", Text("a deferred share is above 0%", "延期的比例必须大于 0%"))
    if sum((part.share for part in parts), Fraction(0)) > 1:
        message = Text("the deferred shares sum to more than 100%", "延期比例之和超过 100%")
        book.add((*path, "defer"), "defer-share", message)
    for index, (first, second) in enumerate(pairwise(parts)):
        if first.after_months >= second.after_months:
            at = (*path, "defer", index + 1, "after_months")
            message = Text("each part must come later than the one before", "每一部分必须晚于上一部分")
            book.add(at, "not-ascending", message)


def check_deduction(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report a deduction without its kind, and words that belong to pay or to deductions only."""
    if component.deduct is None:
        for word in ("kind", "carry"):
            if getattr(component, word):
                message = Text(f"{word!r} is for what is deducted", f"{word!r} 只用于扣款")
                fix = Text("write deduct: ...", "写 deduct: ...")
                book.add((*path, word), "deduct-missing", message, fix)
        return
    if component.kind is None:
        fix = Text(
            "kind: award_not_earned, discipline, loss_recovery or overpayment",
            "kind 写 award_not_earned、discipline、loss_recovery 或 overpayment",
        )
        message = Text("a deduction needs its kind: the law treats them apart", "扣款要写明种类：法律上分别对待")
        book.add((*path, "deduct"), "kind-missing", message, fix)
    for word in _NOT_DEDUCTED:
        if getattr(component, word):
            message = Text(f"{word!r} does not go together with 'deduct'", f"{word!r} 不能与 deduct 同时使用")
            book.add((*path, word), "deduct-here", message)


def check_clawback(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report a schedule that is not a share by age of what was paid on sales."""
    table = component.clawback
    if table is None:
        return
    under: SchemePath = (*path, "clawback")
    if component.pay is None:
        message = Text("what is paid on nothing cannot be taken back in proportion", "没有基数的项目不能按比例追回")
        fix = Text("write pay: ...", "写 pay: ...")
        book.add(under, "clawback-here", message, fix)
        return
    if table.by is None or not isinstance(table.by.node, Name) or table.by.node.name != "age_months":
        message = Text("a clawback goes by age_months", "追回按 age_months（隔了几个月）分档")
        book.add((*under, "by") if table.by is not None else under, "clawback-by", message)
        return
    if table.mode not in ("slab", "interpolated"):
        message = Text("a clawback is slab or interpolated", "追回的 mode 只能是 slab 或 interpolated")
        book.add((*under, "mode"), "mode", message)
        return
    check_table(book, under, "rate", table, component)
    for at, rate in values_of(table, "rate", under):
        check_rate(book, at, rate, "money", "define")
        if rate.literal is not None and not 0 <= rate.literal.value <= 1:
            message = Text("at most what was paid is taken back: 0% to 100%", "最多追回已发的部分：0% 到 100%")
            book.add(at, "clawback-share", message)


_SELF = Text("include_self is for level: team", "include_self 只用于 level: team")
_UNDIVIDED = Text("an undivided fund is not shared", "不分到个人的奖金池（undivided）不能再写 share")
_POOL_PARTS = Text("a pool is computed once, not for each part", "奖金池只算一次，不按部分分别计算")
_RANK_PARTS = Text("a competition has 'within', not 'each'", "排名用 within，不用 each")
_SCORE_PARTS = Text("a scorecard is of the whole period", "评分按整个周期计算")
_SPELLS = Text("only a payee's own rows are in spells: level: self", "只有本人的行才分段（each: spell）：level: self")
_LINE_SPELLS = Text("order lines do not know spells", "订单明细不分段（each: spell）")
_BUDGET = Text("a budget", "预算（budget）")
_TIMES_RANK = Text(
    "a prize is not multiplied: write the amount of each place", "名次奖金不再乘系数，请直接写各名次的金额"
)
_BUDGET_POOL = Text("a pool has a cap, not a budget", "奖金池用 cap，不用 budget")
_BUDGET_TO_DATE = Text("what is paid to date has no budget", "累计计发（accumulate）不用 budget")
_PRIZES = Text("'rank' needs a list of amounts, one a place", "rank 要有一个金额列表，每个名次一个")
_RANK_SCORE = Text("'rank' and 'score' do not go together", "rank 与 score 不能同时使用")


def check_component(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report every problem of one component."""
    for check in (
        _conditions,
        _payment,
        check_deferral,
        check_deduction,
        check_clawback,
        _pool,
        _together,
        _factors,
        _limits,
        _lines,
        _rank,
        _period,
    ):
        check(book, path, component)
    if component.score is not None:
        _score(book, (*path, "score"), component.score, component)


def _conditions(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    book.condition((*path, "for"), component.for_, "payee")
    book.condition((*path, "of"), component.of, "row")
    book.condition((*path, "when"), component.when, scored(component))


def _payment(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Exactly one of pay + rate and amount, and what it holds."""
    if (component.pay is None) != (component.rate is None):
        has, lacks = ("pay", "rate") if component.rate is None else ("rate", "pay")
        book.add((*path, has), f"{lacks}-missing", Text(f"{has!r} needs {lacks!r}", f"有 {has!r} 就要有 {lacks!r}"))
    ways = (component.pay or component.rate, component.amount, component.deduct)
    if sum(way is not None for way in ways) != 1:
        message = Text(
            "a component has either pay and rate, or an amount, or a deduct",
            "一个项目要么写 pay 和 rate，要么写 amount，要么写 deduct",
        )
        book.add(path, "pay-or-amount", message)
    base = book.number((*path, "pay"), component.pay)
    if base in ("percent",):
        message = Text("'pay' is what the rate is of, no percentage", "pay 是计提的基数，不是百分比")
        book.add((*path, "pay"), "percent-not-allowed", message)
    if isinstance(component.rate, Formula):
        check_rate(book, (*path, "rate"), component.rate, base, scored(component))
    elif component.rate is not None:
        check_table(book, (*path, "rate"), "rate", component.rate, component)
        for at, rate in values_of(component.rate, "rate", (*path, "rate")):
            check_rate(book, at, rate, base, scored(component))
    for key in ("amount", "deduct"):
        _amount(book, (*path, key), key, component)
    _times(book, (*path, "times"), component)


def _times(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report factors that are no plain numbers, and tables that are neither slab nor interpolated."""
    if isinstance(component.times, Formula):
        book.share(path, component.times, scored(component))
    elif component.times is not None:
        if component.times.by is None:
            book.add(path, "by-missing", Text("a table of factors needs 'by'", "系数表（times）要写 by"))
            return
        check_table(book, path, "factor", component.times, component)
        for at, factor in values_of(component.times, "factor", path):
            book.share(at, factor, scored(component))
        if component.times.mode not in ("slab", "interpolated"):
            message = Text("factors are slab or interpolated", "系数的 mode 只能是 slab 或 interpolated")
            book.add((*path, "mode"), "mode", message)


def _amount(book: SchemeProblems, path: SchemePath, key: str, component: Component) -> None:
    amount, place = getattr(component, key), scored(component)
    if isinstance(amount, Formula):
        book.money(path, amount, place)
    elif isinstance(amount, tuple):
        for index, prize in enumerate(amount):
            book.money((*path, index), prize)
        if component.rank is None:
            book.add(path, "rank-missing", Text("a list of amounts by place needs 'rank'", "按名次列出的金额要有 rank"))
    elif amount is not None:
        check_table(book, path, "amount", amount, component)
        for at, value in values_of(amount, "amount", path):
            book.money(at, value, place)


def _pool(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    division = component.division
    if division is None and not component.undivided:
        return
    for call in (c for formula in formulas(component) for c in calls(formula.node, "mean", "sum", "streak")):
        message = Text(f"a pool is no payee: it has no {call.function}", f"奖金池不是人员，不能用 {call.function}")
        book.add(path, "group-here", message)
    word = "share" if division is not None else "undivided"
    if component.level not in ("team", "shop"):
        message = Text(f"{word!r} needs level: team or level: shop", f"{word!r} 要配合 level: team 或 level: shop")
        book.add((*path, word), "pool-level", message)
    if division is None:
        return
    under: SchemePath = (*path, "share") if component.share is division else path
    if not _is_equal(division.by):
        book.number((*under, "by") if under != path else (*path, "share"), division.by, "define")
    if division.cap is not None:
        book.money((*path, "share", "cap"), division.cap, "define")
        book.on_step((*path, "share", "cap"), division.cap)
    elif division.excess != "withhold":
        message = Text("'excess' needs a 'cap'", "写了 excess 就要有 cap")
        book.add((*path, "share", "excess"), "excess-without-cap", message)


def _is_equal(formula: Formula) -> bool:
    return formula.text == "equal"


def _together(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    """Report words that do not go together; each with the word it stands at and its code."""
    pool = component.share is not None or component.undivided
    ranked, scored, each = component.rank is not None, component.score is not None, component.each
    listed = isinstance(component.amount, tuple)
    own = component.level == "self"
    wrong = (
        (component.include_self and component.level != "team", "include_self", "include-self", _SELF),
        (component.undivided and component.share is not None, "undivided", "share-undivided", _UNDIVIDED),
        (pool and each is not None, "each", "each-here", _POOL_PARTS),
        (pool and ranked, "rank", "rank-here", Text("a pool has no places", "奖金池没有名次")),
        (pool and scored, "score", "score-here", Text("a pool has no score", "奖金池没有评分")),
        (ranked and each is not None, "each", "each-here", _RANK_PARTS),
        (scored and each is not None, "each", "each-here", _SCORE_PARTS),
        (each == "spell" and not own, "each", "each-here", _SPELLS),
        (each == "spell" and component.lines is not None, "each", "each-here", _LINE_SPELLS),
        (ranked and not listed, "rank", "rank-amount", _PRIZES),
        (ranked and scored, "score", "score-here", _RANK_SCORE),
        (ranked and component.times is not None, "times", "times-here", _TIMES_RANK),
        (pool and component.budget is not None, "budget", "budget-here", _BUDGET_POOL),
        (component.accumulate and component.budget is not None, "budget", "budget-here", _BUDGET_TO_DATE),
    )
    for is_wrong, word, code, message in wrong:
        if is_wrong:
            book.add((*path, word), code, message)


def _factors(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    proration, capacity = component.proration, component.capacity
    if proration is not None:
        under: SchemePath = (*path, "prorate") if component.prorate is not proration else (*path, "prorate", "by")
        book.share(under, proration.by, "define")
    if capacity is not None:
        for key, formula in (("of", capacity.of), ("per_day", capacity.per_day), ("days", capacity.days)):
            book.number((*path, "capacity", key), formula, "define")


def _limits(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    for key, formula in (("floor", component.floor_formula), ("cap", component.cap)):
        book.money((*path, key), formula)
        book.on_step((*path, key), formula)
    if component.budget is not None:
        book.money((*path, "budget"), component.budget, "define")
        parameters_only(book, (*path, "budget"), component.budget, _BUDGET, keyed=False)
    low, high = (f.literal if f is not None else None for f in (component.floor_formula, component.cap))
    if low is not None and high is not None and low.value > high.value:
        book.add((*path, "cap"), "cap-below-floor", Text("the cap is below the floor", "封顶（cap）低于保底（floor）"))


def _lines(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    discount = component.lines.discount if component.lines is not None else None
    if discount is None:
        return
    if discount.from_ is None and discount.to is None:
        message = Text("a range needs 'from' or 'to'", "范围要写 from 或 to")
        book.add((*path, "lines", "discount"), "empty-range", message)
    elif discount.from_ is not None and discount.to is not None and discount.from_ >= discount.to:
        message = Text("'to' must be above 'from'", "to 必须大于 from")
        book.add((*path, "lines", "discount", "to"), "empty-range", message)


def _rank(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    rank = component.rank
    if rank is None:
        return
    book.number((*path, "rank", "by"), rank.by)
    book.condition((*path, "rank", "among"), rank.among)
    words = book.scheme.vocabulary
    if rank.within and (words.is_measure(rank.within) or rank.within in (*words.parameters, *KEY_COLUMNS)):
        message = Text(f"{rank.within!r} is not a column that groups people", f"{rank.within!r} 不是能把人分组的列")
        book.add((*path, "rank", "within"), "not-an-attribute", message)
    elif refused := group_word(rank.within):
        book.add((*path, "rank", "within"), "not-an-attribute", refused)


def _period(book: SchemeProblems, path: SchemePath, component: Component) -> None:
    period = book.scheme.period(component)
    if isinstance(period, str):
        if component.accumulate and period == "month":
            message = Text("a month has nothing to accumulate", "按月计发没有可累计的")
            fix = Text("set a longer period", "改用更长的周期")
            book.add((*path, "accumulate"), "accumulate-month", message, fix)
    elif period.to is None:
        book.add((*path, "period"), "campaign-open", Text("a campaign needs its last day: to", "活动要写最后一天：to"))
    elif period.to < period.from_:
        message = Text("the last day is before the first", "最后一天早于第一天")
        book.add((*path, "period", "campaign", "to"), "days-backwards", message)


def _score(book: SchemeProblems, path: SchemePath, score: Score, component: Component) -> None:
    paid = component.model_copy(update={"score": None, "pay": None, "for_": None, "of": None})
    if not any(name in SCORE_NAMES for formula in formulas(paid) for name in names(formula.node)):
        message = Text("nothing this component pays reads its score", "这一项没有用到它的评分（score）")
        example = "times: coefficient"
        fix = Text(f"write {example}, or read it in 'amount'", f"写 {example}，或在 amount 里用它")
        book.add(path, "score-unread", message, fix)
    total = sum((item.weight for item in score.items), Fraction(0))
    if total != 100:
        message = Text(f"the weights sum to {float(total):g}, not to 100", f"权重之和是 {float(total):g}，不是 100")
        book.add((*path, "items"), "weights", message)
    for index, item in enumerate(score.items):
        at: SchemePath = (*path, "items", index)
        if item.by is None:
            book.add(at, "by-missing", Text("an item of a scorecard needs 'by'", "评分的每一项都要写 by"))
        else:
            check_table(book, at, "points", item, component)
            book.number((*at, "below"), item.below)
        if item.mode not in ("slab", "interpolated"):
            message = Text("points are slab or interpolated", "分数的 mode 只能是 slab 或 interpolated")
            book.add((*at, "mode"), "mode", message)
    _grades(book, path, score)


def _grades(book: SchemeProblems, path: SchemePath, score: Score) -> None:
    named = [g.grade for g in score.grades]
    if len(set(named)) < len(named):
        book.add((*path, "grades"), "grade-twice", Text("a grade stands twice", "有等级重复"))
    if score.forced:
        for index, forced in enumerate(score.forced):
            if forced.grade not in named:
                message = Text(f"{forced.grade!r} is not among the grades", f"{forced.grade!r} 不在等级（grades）之中")
                book.add((*path, "forced", index, "grade"), "unknown-grade", message)
        if sum((f.share for f in score.forced), Fraction(0)) != 1:
            message = Text("the forced shares do not sum to 100%", "强制分布的比例之和不是 100%")
            book.add((*path, "forced"), "forced-shares", message)
        return
    for index, grade in enumerate(score.grades):
        if grade.from_ is None and index:
            message = Text("only the lowest grade, the first, leaves out 'from'", "只有最低的（第一个）等级不写 from")
            book.add((*path, "grades", index), "grade-from", message)
    edges = [g.from_ for g in score.grades if g.from_ is not None]
    if any(a >= b for a, b in pairwise(edges)):
        message = Text("each grade's 'from' must be above the one before", "每个等级的 from 必须大于上一个")
        book.add((*path, "grades"), "not-ascending", message)
