"""Checks of one component: what it pays on, and words that do not go together."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from toolkit.rules.book import Book, Path
from toolkit.rules.dictionary import KEY_COLUMNS
from toolkit.rules.document import Component
from toolkit.rules.fields import Formula
from toolkit.rules.later_checks import check_clawback, check_deduction, check_deferral
from toolkit.rules.pieces import Score
from toolkit.rules.table_checks import check_rate, check_table, place_of


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
        book.add((*path, has), f"{lacks}-missing", f"{has!r} needs {lacks!r}")
    ways = (component.pay or component.rate, component.amount, component.deduct)
    if sum(way is not None for way in ways) != 1:
        book.add(path, "pay-or-amount", "a component has either pay and rate, or an amount, or a deduct")
    base = book.number((*path, "pay"), component.pay)
    if base in ("percent",):
        book.add((*path, "pay"), "percent-not-allowed", "'pay' is what the rate is of, no percentage")
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
            book.add(path, "rank-missing", "a list of amounts by place needs 'rank'")
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
        book.add((*path, word), "pool-level", f"{word!r} needs level: team or level: shop")
    if division is None:
        return
    under: Path = (*path, "share") if component.share is division else path
    if not _is_equal(division.by):
        book.number((*under, "by") if under != path else (*path, "share"), division.by)
    if division.cap is not None:
        book.money((*path, "share", "cap"), division.cap)
        book.on_step((*path, "share", "cap"), division.cap)
    elif division.excess != "withhold":
        book.add((*path, "share", "excess"), "excess-without-cap", "'excess' needs a 'cap'")


def _is_equal(formula: Formula) -> bool:
    return formula.text == "equal"


def _together(book: Book, path: Path, component: Component) -> None:
    """Report words that do not go together; each with the word it stands at and its code."""
    pool = component.share is not None or component.undivided
    ranked, scored, each = component.rank is not None, component.score is not None, component.each
    listed = isinstance(component.amount, tuple)
    own = component.level == "self"
    wrong = {
        ("include_self", "include-self", "include_self is for level: team"): component.include_self
        and component.level != "team",
        ("undivided", "share-undivided", "an undivided fund is not shared"): pool
        and component.undivided
        and component.share is not None,
        ("each", "each-here", "a pool is computed once, not for each part"): pool and each is not None,
        ("rank", "rank-here", "a pool has no places"): pool and ranked,
        ("score", "score-here", "a pool has no score"): pool and scored,
        ("each", "each-here", "a competition has 'within', not 'each'"): ranked and each is not None,
        ("each", "each-here", "a scorecard is of the whole period"): scored and each is not None,
        ("each", "each-here", "only a payee's own rows are in spells: level: self"): each == "spell" and not own,
        ("each", "each-here", "order lines do not know spells"): each == "spell" and component.lines is not None,
        ("rank", "rank-amount", "'rank' needs a list of amounts, one a place"): ranked and not listed,
        ("score", "score-here", "'rank' and 'score' do not go together"): ranked and scored,
    }
    for (word, code, message), is_wrong in wrong.items():
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
        book.add((*path, "cap"), "cap-below-floor", "the cap is below the floor")


def _lines(book: Book, path: Path, component: Component) -> None:
    discount = component.lines.discount if component.lines is not None else None
    if discount is None:
        return
    if discount.from_ is None and discount.to is None:
        book.add((*path, "lines", "discount"), "empty-range", "a range needs 'from' or 'to'")
    elif discount.from_ is not None and discount.to is not None and discount.from_ >= discount.to:
        book.add((*path, "lines", "discount", "to"), "empty-range", "'to' must be above 'from'")


def _rank(book: Book, path: Path, component: Component) -> None:
    rank = component.rank
    if rank is None:
        return
    book.number((*path, "rank", "by"), rank.by)
    book.condition((*path, "rank", "among"), rank.among)
    words = book.scheme.vocabulary
    if rank.within and (words.is_measure(rank.within) or rank.within in (*words.parameters, *KEY_COLUMNS)):
        book.add((*path, "rank", "within"), "not-an-attribute", f"{rank.within!r} is not a column that groups people")


def _period(book: Book, path: Path, component: Component) -> None:
    period = book.scheme.period(component)
    if isinstance(period, str):
        if component.accumulate and period == "month":
            book.add(
                (*path, "accumulate"), "accumulate-month", "a month has nothing to accumulate", "set a longer period"
            )
    elif period.to is None:
        book.add((*path, "period"), "campaign-open", "a campaign needs its last day: to")
    elif period.to < period.from_:
        book.add((*path, "period", "campaign", "to"), "days-backwards", "the last day is before the first")


def _score(book: Book, path: Path, score: Score, component: Component) -> None:
    total = sum((item.weight for item in score.items), Fraction(0))
    if total != 100:
        book.add((*path, "items"), "weights", f"the weights sum to {float(total):g}, not to 100")
    for index, item in enumerate(score.items):
        at: Path = (*path, "items", index)
        if item.by is None:
            book.add(at, "by-missing", "an item of a scorecard needs 'by'")
        else:
            check_table(book, at, "points", item, component)
            book.number((*at, "below"), item.below)
        if item.mode not in ("slab", "interpolated"):
            book.add((*at, "mode"), "mode", "points are slab or interpolated")
    _grades(book, path, score)


def _grades(book: Book, path: Path, score: Score) -> None:
    named = [g.grade for g in score.grades]
    if len(set(named)) < len(named):
        book.add((*path, "grades"), "grade-twice", "a grade stands twice")
    if score.forced:
        for index, forced in enumerate(score.forced):
            if forced.grade not in named:
                book.add(
                    (*path, "forced", index, "grade"), "unknown-grade", f"{forced.grade!r} is not among the grades"
                )
        if sum((f.share for f in score.forced), Fraction(0)) != 1:
            book.add((*path, "forced"), "forced-shares", "the forced shares do not sum to 100%")
        return
    for index, grade in enumerate(score.grades):
        if (grade.from_ is None) != (index == 0):
            message = (
                "only the lowest grade, the first, leaves out 'from'" if index else "the first grade has no 'from'"
            )
            book.add((*path, "grades", index), "grade-from", message)
    edges = [g.from_ for g in score.grades[1:] if g.from_ is not None]
    if any(a >= b for a, b in pairwise(edges)):
        book.add((*path, "grades"), "not-ascending", "each grade's 'from' must be above the one before")
