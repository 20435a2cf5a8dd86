"""Checks of tier tables: their words, the kinds of their numbers, ascending edges, and a value for every measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import islice, pairwise, product

from toolkit.core.text import Text
from toolkit.rules.formula.evaluate import number
from toolkit.rules.formula.exact import Exact
from toolkit.rules.formula.expressions import OF_OTHERS, Call, Name, Number, calls, names, nodes
from toolkit.rules.formula.kinds import AnyKind, comparable, describe
from toolkit.rules.scheme.document import Component, Table, Tier
from toolkit.rules.scheme.parameters import ALWAYS
from toolkit.rules.scheme.problems import SchemePath, SchemeProblems
from toolkit.rules.scheme.scalars import Formula
from toolkit.rules.scheme.vocabulary import Place, Vocabulary

MAX_SITUATIONS = 20_000
_MARGINAL_BY = Text("a marginal table goes by what it pays", "marginal 档位表只能按它计发的指标（pay）分档")
_MARGINAL_BELOW = Text("a marginal table takes no 'below'", "marginal 档位表不用 below")
_INTERPOLATED_BOUND = Text("an interpolated table takes no 'bound'", "interpolated 档位表不用 bound")
_UNIT_BOUND = Text("with 'unit: each' a table takes no 'bound'", "写了 unit: each 就不用 bound")
_CUMULATIVE = Text("a cumulative table holds amounts", "cumulative 档位表里写 amount")
_LATER_FROM = Text("only the first tier may leave out 'from'", "只有第一档可以不写 from")
_UNIT_HERE = Text("'unit: each' is for marginal tables on a count", "unit: each 只用于按数量计的 marginal 档位表")
_RETROACTIVE = Text("only a tier of a marginal table is retroactive", "retroactive 只用于 marginal 档位表")
_INNER_HERE = Text("only a tier of a slab table holds a table", "只有 slab 档位表的某一档里可以再写一个表")
_INNER_BY = Text("a table inside a tier needs 'by'", "档位里的表要写 by")
_INNER_MARGINAL = Text("a table inside a tier is not marginal", "档位里的表不能是 marginal")
_INNER_TWICE = Text("a table inside a tier holds no further one", "档位里的表中不能再套一层表")
_EDGE = Text("an edge", "档位的界限")
_UNIT_MISSING = Text("a marginal table on a count needs 'unit: each'", "按数量计的 marginal 档位表要写 unit: each")


def check_table(book: SchemeProblems, path: SchemePath, key: str, table: Table, component: Component) -> None:
    """Report what is wrong with a table whose tiers hold `key` (rate, amount or points)."""
    by = component.by(table)
    if by is None:
        message = Text(
            "the table has no 'by', and there is no 'pay' to go by", "这个档位表没有 by，也没有 pay 可作依据"
        )
        book.add(path, "by-missing", message)
        return
    place: Place = "unit" if key == "points" else scored(component)
    if table.by is not None:
        book.number((*path, "by"), by, place)
    by_kind = _quiet_kind(book, by, place)
    _as_reported(book, path, table, by)
    _words(book, path, key, table, component)
    _relative(book, path, table, by)
    _mean_of_members(book, path, table, by, component)
    _values(book, path, key, table)
    edge_kind: AnyKind = "ratio" if table.relative_to else by_kind
    if _edges(book, path, table, edge_kind):
        _ascending(book, path, table)
        _covered(book, path, table, by)
    for index, tier in enumerate(table.tiers):
        if tier.inner is not None and value_of(tier, key) is tier.inner:
            _inner(book, (*path, "tiers", index, key), key, table, tier.inner, component)


def _inner(book: SchemeProblems, path: SchemePath, key: str, table: Table, inner: Table, component: Component) -> None:
    """A tier may hold a table: of a slab table, by a measure of its own, and no further one in it."""
    wrong = (
        (table.mode != "slab", "inner-here", _INNER_HERE),
        (inner.by is None, "by-missing", _INNER_BY),
        (inner.mode == "marginal", "mode", _INNER_MARGINAL),
        (any(tier.inner is not None for tier in inner.tiers), "inner-here", _INNER_TWICE),
    )
    for is_wrong, code, message in wrong:
        if is_wrong:
            book.add(path, code, message)
    if not any(is_wrong for is_wrong, _, _ in wrong):
        check_table(book, path, key, inner, component)


def scored(component: Component) -> Place:
    """Return where an expression of what is paid stands: it may read the scorecard, if there is one."""
    return "scored" if component.score is not None else "unit"


def values_of(table: Table, key: str, path: SchemePath) -> Iterator[tuple[SchemePath, Formula]]:
    """Yield the values a table holds, `below` and those of the tables in its tiers included, with their places."""
    if table.below is not None:
        yield (*path, "below"), table.below
    for index, tier in enumerate(table.tiers):
        value, at = value_of(tier, key), (*path, "tiers", index, key)
        if isinstance(value, Table):
            yield from values_of(value, key, at)
        elif isinstance(value, Formula):
            yield at, value


def check_rate(book: SchemeProblems, path: SchemePath, formula: Formula, base: AnyKind, place: Place = "unit") -> None:
    """Report a rate that does not fit its base: a percentage of money, money a unit of anything else."""
    kind = book.number(path, formula, place)
    bare = not any(isinstance(node, Number) and node.percent for node in nodes(formula.node))
    if base in ("money", "number") and (kind == "money" or (kind == "number" and bare)):
        message = Text("a rate of money needs %", "按金额计的比例要带 %")
        fix = Text("write 0.03 as 3%", "0.03 要写成 3%")
        book.add(path, "percent-required", message, fix)
    elif base in ("count", "duration", "plain", "ratio") and kind == "percent":
        message = Text(
            f"a rate on a {base} is money a unit, not a percentage",
            f"按{describe(base).zh}计的是每单位多少钱，不是百分比",
        )
        fix = Text("leave out the %", "去掉 %")
        book.add(path, "percent-not-allowed", message, fix)


def value_of(tier: Tier, key: str) -> Formula | Table | Fraction | None:
    """Return the rate, amount, factor or points of a tier."""
    value: Formula | Table | Fraction | None = getattr(tier, key)
    return value


def parameters_only(
    book: SchemeProblems, path: SchemePath, formula: Formula, what: Text, *, keyed: bool = True
) -> None:
    """Report names that are no parameters; unless `keyed`, also those of which each shop or role has its own."""
    parameters = book.scheme.vocabulary.parameters
    for name in names(formula.node):
        if name not in parameters or (parameters[name].key and not keyed):
            message = Text(f"{what} may read parameters only, not {name!r}", f"{what.zh}只能用参数，不能用 {name!r}")
            book.add(path, "edge-not-fixed", message)


def _as_reported(book: SchemeProblems, path: SchemePath, table: Table, by: Formula) -> None:
    """A ratio that was imported already rounded decides no tier unless the scheme says so."""
    measures = book.scheme.vocabulary.measures
    rounded = [n for n in names(by.node) if n in measures and measures[n].kind == "ratio"]
    if rounded and not table.as_reported:
        fix = Text(
            "define it by its two parts, or write as_reported: true",
            "用分子和分母在 define 里定义它，或写 as_reported: true",
        )
        message = Text(
            f"{rounded[0]!r} is imported as a ratio, perhaps rounded",
            f"{rounded[0]!r} 是导入的比率，可能已四舍五入",
        )
        book.add(path, "rounded-ratio", message, fix)


def _words(book: SchemeProblems, path: SchemePath, key: str, table: Table, component: Component) -> None:
    """Report words that do not go together; each with the word it stands at and its code."""
    mode, bounded = table.mode, _has_bound(table)
    by_pay = table.by is None or (component.pay is not None and table.by.node == component.pay.node)
    counts = component.pay is not None and _quiet_kind(book, component.pay) == "count"
    marginal = mode == "marginal"
    unit, cumulative = bool(table.unit), mode == "cumulative"
    wrong = (
        (marginal and key != "rate", "mode", "mode", Text("a marginal table holds rates", "marginal 档位表里写 rate")),
        (marginal and key == "rate" and not by_pay, "by", "marginal-by", _MARGINAL_BY),
        (marginal and table.below is not None, "below", "below-here", _MARGINAL_BELOW),
        (cumulative and key == "rate", "mode", "mode", _CUMULATIVE),
        (mode == "interpolated" and bounded, "mode", "bound-here", _INTERPOLATED_BOUND),
        (unit and not (marginal and counts), "unit", "unit-here", _UNIT_HERE),
        (marginal and counts and not unit, "mode", "unit-missing", _UNIT_MISSING),
        (unit and bounded, "unit", "bound-here", _UNIT_BOUND),
        (not marginal and any(t.retroactive for t in table.tiers), "mode", "retroactive-here", _RETROACTIVE),
    )
    for is_wrong, word, code, message in wrong:
        if is_wrong:
            book.add((*path, word), code, message)


def _has_bound(table: Table) -> bool:
    return table.bound is not None or any(tier.bound is not None for tier in table.tiers)


def _quiet_kind(book: SchemeProblems, formula: Formula, place: Place = "unit") -> AnyKind:
    return SchemeProblems(book.scheme).number((), formula, place)


def _relative(book: SchemeProblems, path: SchemePath, table: Table, by: Formula) -> None:
    if table.relative_to and not (isinstance(by.node, Name) and book.scheme.vocabulary.is_measure(by.node.name)):
        message = Text(
            "relative_to needs the plain name of a measure in 'by'", "用 relative_to 时，by 里只能写一个指标的名称"
        )
        book.add((*path, "relative_to"), "relative-by", message)


def _mean_of_members(book: SchemeProblems, path: SchemePath, table: Table, by: Formula, component: Component) -> None:
    """A mean over members reads each member's own rows: nothing that only the payee has."""
    scaled = component.proration is not None and component.proration.of == "target"
    of_payee = calls(by.node, *OF_OTHERS, "streak") or {"score", "grade", "coefficient"} & set(names(by.node))
    if table.aggregate == "mean" and (scaled or of_payee or component.lines is not None):
        message = Text(
            "aggregate: mean does not go with scaled targets, scores, order lines or figures of others",
            "aggregate: mean 不能与折算目标、评分、订单明细或他人数据同时使用",
        )
        book.add((*path, "aggregate"), "mean-here", message)


def _values(book: SchemeProblems, path: SchemePath, key: str, table: Table) -> None:
    """Every tier holds the value its table is of, and no other."""
    for index, tier in enumerate(table.tiers):
        held = [k for k in ("rate", "amount", "factor", "points") if value_of(tier, k) is not None]
        if held != [key]:
            message = Text(f"a tier of this table holds {key!r}", f"这个档位表的每一档要写 {key!r}")
            fix = Text(f"write {key}: ...", f"写 {key}: ...")
            book.add((*path, "tiers", index), "tier-value", message, fix)


def _edges(book: SchemeProblems, path: SchemePath, table: Table, by_kind: AnyKind) -> bool:
    """Check each `from` and `to`; tell whether all can be compared."""
    before = len(book.problems)
    for index, tier in enumerate(table.tiers):
        at: SchemePath = (*path, "tiers", index)
        if tier.from_ is None and (index or table.mode == "interpolated"):
            book.add(
                at, "from-missing", _LATER_FROM if index else Text("a knot needs 'from'", "插值表的每一点都要写 from")
            )
        for key, edge in (("from", tier.from_), ("to", tier.to)):
            if edge is None:
                continue
            fault = comparable(by_kind, book.number((*at, key), edge, "define"))
            if fault is not None:
                book.add((*at, key), fault.code, fault.message, fault.fix)
            parameters_only(book, (*at, key), edge, _EDGE)
    return len(book.problems) == before


def _ascending(book: SchemeProblems, path: SchemePath, table: Table) -> None:
    """`from` strictly ascends, whatever the day and the keys; a `to` equals the next `from`."""
    tiers = table.tiers
    for index, (lower, upper) in enumerate(pairwise(tiers)):
        at: SchemePath = (*path, "tiers", index + 1, "from")
        pairs = list(_together(book, lower.from_, upper.from_)) if lower.from_ and upper.from_ else []
        if any(a >= b for a, b in pairs):
            message = Text("each 'from' must be above the one before", "每一档的 from 必须大于上一档")
            book.add(at, "not-ascending", message)
        if lower.to and upper.from_ and any(a != b for a, b in _together(book, lower.to, upper.from_)):
            message = Text("a 'to' must equal the next 'from'", "to 必须等于下一档的 from")
            book.add((*path, "tiers", index, "to"), "tier-gap", message)
    if tiers[-1].to is not None:
        message = Text("the last tier has no upper limit", "最后一档没有上限")
        fix = Text("leave out 'to'", "去掉 to")
        book.add((*path, "tiers", len(tiers) - 1, "to"), "tier-gap", message, fix)


def _covered(book: SchemeProblems, path: SchemePath, table: Table, by: Formula) -> None:
    """Every value the measure may take is paid something: by the first tier, or by `below`."""
    first = table.tiers[0]
    if table.mode == "marginal" or table.below is not None or first.from_ is None:
        return
    lowest = max((a for a, _ in _together(book, first.from_, first.from_)), default=Fraction(0))
    above = (first.bound or table.bound) == "above"
    from_zero = lowest < 0 if above else lowest <= 0
    if not from_zero or book.scheme.vocabulary.may_be_negative(by.node):
        fix = Text(
            "say what is paid below: 'below: ...', or leave out the first 'from'",
            "写明低于第一档时发多少：below: ...，或去掉第一档的 from",
        )
        message = Text("the first tier does not cover every value", "第一档没有包括所有可能的值")
        book.add((*path, "tiers", 0), "below-missing", message, fix)


def _together(book: SchemeProblems, one: Formula, other: Formula) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield the values of two formulas over parameters in every situation: each day of change, each key."""
    words = book.scheme.vocabulary
    used = {name: words.parameters[name] for name in (*names(one.node), *names(other.node)) if name in words.parameters}
    days = sorted({ALWAYS, book.scheme.in_force.from_, *(day for p in used.values() for day in p.days)})
    keys = {p.key: sorted({at for q in used.values() if q.key == p.key for at in q.values}) for p in used.values()}
    situations = product(days, product(*keys.values()))
    for day, chosen in islice(situations, MAX_SITUATIONS):
        env = _Fixed(words, dict(zip(keys, chosen, strict=True)), day)
        a, b = number(one.node, env).value(0), number(other.node, env).value(0)
        if a is not None and b is not None:
            yield a, b


class _Fixed:
    """Parameters on one day, for one key of each kind."""

    def __init__(self, words: Vocabulary, keys: dict[tuple[str, ...], tuple[str, ...]], day: date) -> None:
        self.words, self.keys, self.day = words, keys, day

    def column(self, name: str) -> Exact:
        parameter = self.words.parameters[name]
        try:
            return Exact.constant(parameter.on(self.day, self.keys[parameter.key]))
        except LookupError:
            return Exact.constant(None)

    def history(self, call: Call) -> Exact:
        return Exact.constant(None)

    def volume_share(self, name: str) -> None:
        return None
