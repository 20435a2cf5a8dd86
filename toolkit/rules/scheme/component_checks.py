"""Checks of one component: what it pays on, and words that do not go together."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from toolkit.core.text import Text
from toolkit.rules.formula.dictionary import KEY_COLUMNS
from toolkit.rules.scheme.document import Component
from toolkit.rules.scheme.later_checks import check_clawback, check_deduction, check_deferral
from toolkit.rules.scheme.pieces import Score
from toolkit.rules.scheme.problems import Book, Path
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.tier_checks import check_rate, check_table, place_of

_SELF = Text("include_self is for level: team", "include_self 只用于 level: team")
_UNDIVIDED = Text("an undivided fund is not shared", "不分到个人的奖金池（undivided）不能再写 share")
_POOL_PARTS = Text("a pool is computed once, not for each part", "奖金池只算一次，不按部分分别计算")
_RANK_PARTS = Text("a competition has 'within', not 'each'", "排名用 within，不用 each")
_SCORE_PARTS = Text("a scorecard is of the whole period", "评分按整个周期计算")
_SPELLS = Text("only a payee's own rows are in spells: level: self", "只有本人的行才分段（each: spell）：level: self")
_LINE_SPELLS = Text("order lines do not know spells", "订单明细不分段（each: spell）")
_PRIZES = Text("'rank' needs a list of amounts, one a place", "rank 要有一个金额列表，每个名次一个")
_RANK_SCORE = Text("'rank' and 'score' do not go together", "rank 与 score 不能同时使用")


def check_component(book: Book, path: Path, component: Component) -> None:
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


def _conditions(book: Book, path: Path, component: Component) -> None:
    book.condition((*path, "for"), component.for_, "payee")
    book.condition((*path, "of"), component.of, "row")
    book.condition((*path, "when"), component.when)


def _payment(book: Book, path: Path, component: Component) -> None:
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
        check_rate(book, (*path, "rate"), component.rate, base)
    elif component.rate is not None:
        check_table(book, (*path, "rate"), "rate", component.rate, component)
        for index, tier in enumerate(component.rate.tiers):
            if tier.rate is not None:
                check_rate(book, (*path, "rate", "tiers", index, "rate"), tier.rate, base)
        if component.rate.below is not None:
            check_rate(book, (*path, "rate", "below"), component.rate.below, base)
    for key in ("amount", "deduct"):
        _amount(book, (*path, key), key, component)


def _amount(book: Book, path: Path, key: str, component: Component) -> None:
    amount, place = getattr(component, key), place_of(component, "amount")
    if isinstance(amount, Formula):
        book.money(path, amount, place)
    elif isinstance(amount, tuple):
        for index, prize in enumerate(amount):
            book.money((*path, index), prize)
        if component.rank is None:
            book.add(path, "rank-missing", Text("a list of amounts by place needs 'rank'", "按名次列出的金额要有 rank"))
    elif amount is not None:
        check_table(book, path, "amount", amount, component)
        for index, tier in enumerate(amount.tiers):
            book.money((*path, "tiers", index, "amount"), tier.amount, place)
        book.money((*path, "below"), amount.below, place)


def _pool(book: Book, path: Path, component: Component) -> None:
    division = component.division
    if division is None and not component.undivided:
        return
    word = "share" if division is not None else "undivided"
    if component.level not in ("team", "shop"):
        message = Text(f"{word!r} needs level: team or level: shop", f"{word!r} 要配合 level: team 或 level: shop")
        book.add((*path, word), "pool-level", message)
    if division is None:
        return
    under: Path = (*path, "share") if component.share is division else path
    if not _is_equal(division.by):
        book.number((*under, "by") if under != path else (*path, "share"), division.by)
    if division.cap is not None:
        book.money((*path, "share", "cap"), division.cap)
        book.on_step((*path, "share", "cap"), division.cap)
    elif division.excess != "withhold":
        message = Text("'excess' needs a 'cap'", "写了 excess 就要有 cap")
        book.add((*path, "share", "excess"), "excess-without-cap", message)


def _is_equal(formula: Formula) -> bool:
    return formula.text == "equal"


def _together(book: Book, path: Path, component: Component) -> None:
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
    )
    for is_wrong, word, code, message in wrong:
        if is_wrong:
            book.add((*path, word), code, message)


def _factors(book: Book, path: Path, component: Component) -> None:
    proration, capacity = component.proration, component.capacity
    if proration is not None:
        under: Path = (*path, "prorate") if component.prorate is not proration else (*path, "prorate", "by")
        book.share(under, proration.by)
    if capacity is not None:
        for key, formula in (("of", capacity.of), ("per_day", capacity.per_day), ("days", capacity.days)):
            book.number((*path, "capacity", key), formula)


def _limits(book: Book, path: Path, component: Component) -> None:
    for key, formula in (("floor", component.floor), ("cap", component.cap)):
        book.money((*path, key), formula)
        book.on_step((*path, key), formula)
    low, high = (f.literal if f is not None else None for f in (component.floor, component.cap))
    if low is not None and high is not None and low.value > high.value:
        book.add((*path, "cap"), "cap-below-floor", Text("the cap is below the floor", "封顶（cap）低于保底（floor）"))


def _lines(book: Book, path: Path, component: Component) -> None:
    discount = component.lines.discount if component.lines is not None else None
    if discount is None:
        return
    if discount.from_ is None and discount.to is None:
        message = Text("a range needs 'from' or 'to'", "范围要写 from 或 to")
        book.add((*path, "lines", "discount"), "empty-range", message)
    elif discount.from_ is not None and discount.to is not None and discount.from_ >= discount.to:
        message = Text("'to' must be above 'from'", "to 必须大于 from")
        book.add((*path, "lines", "discount", "to"), "empty-range", message)


def _rank(book: Book, path: Path, component: Component) -> None:
    rank = component.rank
    if rank is None:
        return
    book.number((*path, "rank", "by"), rank.by)
    book.condition((*path, "rank", "among"), rank.among)
    words = book.scheme.vocabulary
    if rank.within and (words.is_measure(rank.within) or rank.within in (*words.parameters, *KEY_COLUMNS)):
        message = Text(f"{rank.within!r} is not a column that groups people", f"{rank.within!r} 不是能把人分组的列")
        book.add((*path, "rank", "within"), "not-an-attribute", message)


def _period(book: Book, path: Path, component: Component) -> None:
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


def _score(book: Book, path: Path, score: Score, component: Component) -> None:
    total = sum((item.weight for item in score.items), Fraction(0))
    if total != 100:
        message = Text(f"the weights sum to {float(total):g}, not to 100", f"权重之和是 {float(total):g}，不是 100")
        book.add((*path, "items"), "weights", message)
    for index, item in enumerate(score.items):
        at: Path = (*path, "items", index)
        if item.by is None:
            book.add(at, "by-missing", Text("an item of a scorecard needs 'by'", "评分的每一项都要写 by"))
        else:
            check_table(book, at, "points", item, component)
            book.number((*at, "below"), item.below)
        if item.mode not in ("slab", "interpolated"):
            message = Text("points are slab or interpolated", "分数的 mode 只能是 slab 或 interpolated")
            book.add((*at, "mode"), "mode", message)
    _grades(book, path, score)


def _grades(book: Book, path: Path, score: Score) -> None:
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
        if (grade.from_ is None) != (index == 0):
            message = (
                Text("only the lowest grade, the first, leaves out 'from'", "只有最低的（第一个）等级不写 from")
                if index
                else Text("the first grade has no 'from'", "第一个等级不写 from")
            )
            book.add((*path, "grades", index), "grade-from", message)
    edges = [g.from_ for g in score.grades[1:] if g.from_ is not None]
    if any(a >= b for a, b in pairwise(edges)):
        message = Text("each grade's 'from' must be above the one before", "每个等级的 from 必须大于上一个")
        book.add((*path, "grades"), "not-ascending", message)
