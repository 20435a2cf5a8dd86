"""Checks of tier tables: their words, the kinds of their numbers, ascending edges, and a value for every measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import islice, pairwise, product

from toolkit.rules.book import Book, Path
from toolkit.rules.document import Component
from toolkit.rules.evaluate import number
from toolkit.rules.exact import Exact
from toolkit.rules.expressions import Call, Name, names
from toolkit.rules.fields import Formula
from toolkit.rules.kinds import AnyKind, comparable
from toolkit.rules.parameters import ALWAYS
from toolkit.rules.pieces import Table, Tier
from toolkit.rules.vocabulary import Place, Vocabulary

MAX_SITUATIONS = 20_000


def check_table(book: Book, path: Path, key: str, table: Table, component: Component) -> None:
    """Report what is wrong with a table whose tiers hold `key` (rate, amount or points)."""
    by = table.by or component.pay
    if by is None:
        book.add(path, "by-missing", "the table has no 'by', and there is no 'pay' to go by")
        return
    place: Place = place_of(component, key)
    by_kind = book.number((*path, "by") if table.by is not None else (*path[:-1], "pay"), by, place)
    _as_reported(book, path, table, by)
    _words(book, path, key, table, component)
    _relative(book, path, table, by)
    _values(book, path, key, table)
    edge_kind: AnyKind = "ratio" if table.relative_to else by_kind
    if _edges(book, path, table, edge_kind):
        _ascending(book, path, table)
        _covered(book, path, table, by)


def place_of(component: Component, key: str) -> Place:
    """Return where an expression under `key` stands: an amount may read the scorecard."""
    return "scored" if key == "amount" and component.score is not None else "unit"


def check_rate(book: Book, path: Path, formula: Formula, base: AnyKind, place: Place = "unit") -> None:
    """Report a rate that does not fit its base: a percentage of money, money a unit of anything else."""
    kind = book.number(path, formula, place)
    if base in ("money", "number") and kind in ("number", "money"):
        book.add(path, "percent-required", "a rate of money needs %", "write 0.03 as 3%")
    elif base in ("count", "duration", "plain", "ratio") and kind == "percent":
        book.add(
            path, "percent-not-allowed", f"a rate on a {base} is money a unit, not a percentage", "leave out the %"
        )


def value_of(tier: Tier, key: str) -> Formula | Fraction | None:
    """Return the rate, amount or points of a tier."""
    value: Formula | Fraction | None = getattr(tier, key)
    return value


def _as_reported(book: Book, path: Path, table: Table, by: Formula) -> None:
    """A ratio that was imported already rounded decides no tier unless the scheme says so."""
    measures = book.scheme.vocabulary.measures
    rounded = [n for n in names(by.node) if n in measures and measures[n].kind == "ratio"]
    if rounded and not table.as_reported:
        fix = "define it by its two parts, or write as_reported: true"
        book.add(path, "rounded-ratio", f"{rounded[0]!r} is imported as a ratio, perhaps rounded", fix)


def _words(book: Book, path: Path, key: str, table: Table, component: Component) -> None:
    """Report words that do not go together; each with the word it stands at and its code."""
    mode, bounded = table.mode, _has_bound(table)
    by_pay = table.by is None or (component.pay is not None and table.by.node == component.pay.node)
    counts = component.pay is not None and _quiet_kind(book, component.pay) == "count"
    marginal = mode == "marginal"
    wrong = {
        ("mode", "mode", "a marginal table holds rates"): marginal and key != "rate",
        ("by", "marginal-by", "a marginal table goes by what it pays"): marginal and key == "rate" and not by_pay,
        ("below", "below-here", "a marginal table takes no 'below'"): marginal and table.below is not None,
        ("mode", "mode", "a cumulative table holds amounts"): mode == "cumulative" and key == "rate",
        ("mode", "bound-here", "an interpolated table takes no 'bound'"): mode == "interpolated" and bounded,
        ("unit", "unit-here", "'unit: each' is for marginal tables on a count"): bool(table.unit)
        and not (marginal and counts),
        ("mode", "unit-missing", "a marginal table on a count needs 'unit: each'"): marginal
        and counts
        and not table.unit,
        ("unit", "bound-here", "with 'unit: each' a table takes no 'bound'"): bool(table.unit) and bounded,
    }
    for (word, code, message), is_wrong in wrong.items():
        if is_wrong:
            book.add((*path, word), code, message)


def _has_bound(table: Table) -> bool:
    return table.bound is not None or any(tier.bound is not None for tier in table.tiers)


def _quiet_kind(book: Book, formula: Formula) -> AnyKind:
    return Book(book.scheme).number((), formula)


def _relative(book: Book, path: Path, table: Table, by: Formula) -> None:
    if table.relative_to and not (isinstance(by.node, Name) and book.scheme.vocabulary.is_measure(by.node.name)):
        book.add((*path, "relative_to"), "relative-by", "relative_to needs the plain name of a measure in 'by'")


def _values(book: Book, path: Path, key: str, table: Table) -> None:
    """Every tier holds the value its table is of, and no other."""
    for index, tier in enumerate(table.tiers):
        held = [k for k in ("rate", "amount", "points") if value_of(tier, k) is not None]
        if held != [key]:
            book.add((*path, "tiers", index), "tier-value", f"a tier of this table holds {key!r}", f"write {key}: ...")


def _edges(book: Book, path: Path, table: Table, by_kind: AnyKind) -> bool:
    """Check each `from` and `to`; tell whether all can be compared."""
    before = len(book.problems)
    for index, tier in enumerate(table.tiers):
        at: Path = (*path, "tiers", index)
        if tier.from_ is None and (index or table.mode == "interpolated"):
            book.add(at, "from-missing", "only the first tier may leave out 'from'" if index else "a knot needs 'from'")
        for key, edge in (("from", tier.from_), ("to", tier.to)):
            if edge is None:
                continue
            fault = comparable(by_kind, book.number((*at, key), edge))
            if fault is not None:
                book.add((*at, key), fault.code, fault.message, fault.fix)
            for name in names(edge.node):
                if name not in book.scheme.vocabulary.parameters:
                    book.add((*at, key), "edge-not-fixed", f"an edge may read parameters only, not {name!r}")
    return len(book.problems) == before


def _ascending(book: Book, path: Path, table: Table) -> None:
    """`from` strictly ascends, whatever the day and the keys; a `to` equals the next `from`."""
    tiers = table.tiers
    for index, (lower, upper) in enumerate(pairwise(tiers)):
        at: Path = (*path, "tiers", index + 1, "from")
        pairs = list(_together(book, lower.from_, upper.from_)) if lower.from_ and upper.from_ else []
        if any(a >= b for a, b in pairs):
            book.add(at, "not-ascending", "each 'from' must be above the one before")
        if lower.to and upper.from_ and any(a != b for a, b in _together(book, lower.to, upper.from_)):
            book.add((*path, "tiers", index, "to"), "tier-gap", "a 'to' must equal the next 'from'")
    if tiers[-1].to is not None:
        book.add(
            (*path, "tiers", len(tiers) - 1, "to"), "tier-gap", "the last tier has no upper limit", "leave out 'to'"
        )


def _covered(book: Book, path: Path, table: Table, by: Formula) -> None:
    """Every value the measure may take is paid something: by the first tier, or by `below`."""
    first = table.tiers[0]
    if table.mode == "marginal" or table.below is not None or first.from_ is None:
        return
    lowest = max((a for a, _ in _together(book, first.from_, first.from_)), default=Fraction(0))
    above = (first.bound or table.bound) == "above"
    from_zero = lowest < 0 if above else lowest <= 0
    if not from_zero or book.scheme.vocabulary.may_be_negative(by.node):
        fix = "say what is paid below: 'below: ...', or leave out the first 'from'"
        book.add((*path, "tiers", 0), "below-missing", "the first tier does not cover every value", fix)


def _together(book: Book, one: Formula, other: Formula) -> Iterator[tuple[Fraction, Fraction]]:
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
