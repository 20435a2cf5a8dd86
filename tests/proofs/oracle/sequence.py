"""A scheme's months one after the other: every step, each month appended to the ledger of the months before it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.oracle import corrections, deferral, takings
from tests.proofs.oracle.calendar import shifted
from tests.proofs.oracle.pay import Paid, Run, complete
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.views import Book


class Sequence:
    """What the months of one scheme have paid.

    `versions` are (first month, rule), refunds and adjustments dicts with amounts in major units, `left` the day
    each leaver left.
    """

    def __init__(
        self, versions: list[tuple[str, Rule]], refunds: list[Any], adjustments: list[Any], left: dict[str, date]
    ) -> None:
        self.versions, self.refunds, self.adjustments, self.left = versions, refunds, adjustments, left
        self.rules = [rule for _, rule in versions]
        self.past: list[Paid] = []
        self.lines: list[Any] = []
        self.known = takings.Known()
        self.months: dict[str, list[Paid]] = {}
        self.books: dict[tuple[int, tuple[int, ...]], Book] = {}
        self._again: dict[tuple[str, int], list[Paid]] = {}
        self._paid_on: dict[tuple[str, int], dict[deferral.Key, tuple[Fraction, Any]]] = {}
        self._deferred: dict[str, dict[deferral.Key, list[Fraction]]] = {}

    def lines_of(self, month: str) -> list[Any]:
        """The order lines of a month."""
        return [line for line in self.lines if line["month"] == month]

    def rule_of(self, month: str) -> Rule:
        """The version in force."""
        return [rule for first, rule in self.versions if first <= month][-1]

    def pay(self, month: str, measures: Book) -> list[Paid]:
        """Pay one more month."""
        return pay_together([self], month, measures)[0]

    def begin(self, month: str, given: Book, book: Book) -> Run:
        """Steps 1 to 12; what people changed of this month, in `book`, is a difference."""
        out: list[Paid] = []
        for origin in self.months:
            out += self._correction(month, origin, book, out)
        run = Run(self.rule_of(month), given, month, [*self.past, *out], self.lines_of(month))
        run.step_10 = lambda sums: self._defer(run, sums)
        self.months[month] = complete(run).out
        self._again[month, id(given)] = list(run.out)
        out += self._correction(month, month, book, [*out, *run.out])
        own = {component for rule in self.rules for component in rule.kinds}
        run.out += [*out, *corrections.by_hand(month, self.adjustments, own, Paid)]
        return run

    def paid_on(self, month: str, book: Book) -> dict[deferral.Key, tuple[Fraction, Any]]:
        """What each component paid in a month as corrected, and on what."""
        key = (month, id(book))
        if key not in self._paid_on:
            rows = self.corrected(month, book)
            paid = deferral.settled(rows, month)
            self._paid_on[key] = {
                (row.agent, row.component): (paid[row.agent, row.component], row.base if row.sold is None else row.sold)
                for row in rows
                if row.step == "component" and row.agent
            }
        return self._paid_on[key]

    def deferred(self, month: str) -> dict[deferral.Key, list[Fraction]]:
        """What each component held back of a past month."""
        if month not in self._deferred:
            self._deferred[month] = deferral.deferred(self.months[month], month, self.rule_of(month))
        return self._deferred[month]

    def corrected(self, month: str, book: Book) -> list[Paid]:
        """A past month's rows as corrected; a month without measures stays as it was."""
        if month in self.months and book.months.get(month):
            return self._again[month, id(book)]
        return self.months.get(month, [])

    def adjusted(self, measures: Book, month: str, own: bool) -> Book:
        """The measures with what people changed; the same book for the same changes, so that nothing is paid twice."""
        changes = [
            (i, a)
            for i, a in enumerate(self.adjustments)
            if a.get("measure") and a["month"] <= month and (own or a["origin_month"] < month)
        ]
        key = (id(measures), tuple(i for i, _ in changes))
        if key not in self.books:
            self.books[key] = corrections.adjusted(measures, [a for _, a in changes])
        return self.books[key]

    def _correction(self, month: str, origin: str, book: Book, new: list[Paid]) -> list[Paid]:
        """A closed month paid again; one already paid on this book has been corrected to it."""
        if not book.months.get(origin) or (origin, id(book)) in self._again:
            return []
        run = Run(self.rule_of(origin), book, origin, [*self.past, *new], self.lines_of(origin))
        run.again = True
        run.step_10 = lambda sums: self._defer_again(run, sums)
        self._again[origin, id(book)] = complete(run).out
        return corrections.correction(month, origin, run.out, [*self.known.of.get(origin, ()), *new], Paid)

    def _defer_again(self, run: Run, sums: dict[str, Fraction]) -> None:
        """What would have been deferred, and what was released."""
        deferral.defer(run, sums)
        for row in self.months[run.month]:
            if row.step == "release":
                sums[row.agent] = sums.get(row.agent, Fraction(0)) + row.amount

    def _defer(self, run: Run, sums: dict[str, Fraction]) -> None:
        deferral.defer(run, sums)
        deferral.release(run, self, sums)

    def recover_from(self, origin: str) -> str:
        """The first month in which a guarantee's receivable may be recovered."""
        months = [limit["recover_from"] for limit in self.rule_of(origin).limits if limit.get("recover_from")]
        return max([shifted(origin, 1), *months])


def pay_together(sequences: list[Sequence], month: str, measures: Book) -> list[list[Paid]]:
    """Pay one more month of several schemes, whose people have one wage each, on the measures as they are then."""
    first = sequences[0]
    given, book = (first.adjusted(measures, month, own) for own in (False, True))
    runs = [sequence.begin(month, given, book) for sequence in sequences]
    purses = takings.Purses(runs)
    for run, sequence in zip(runs, sequences, strict=True):
        takings.clawback(run, sequence, book, purses)
    for run, sequence in zip(runs, sequences, strict=True):
        takings.recover(run, sequence, purses)
    for run, sequence in zip(runs, sequences, strict=True):
        takings.deduct(run, Run(run.rule, book, month, sequence.past, sequence.lines_of(month)), purses)
        sequence.past += run.out
        sequence.known.add(run.out)
    return [run.out for run in runs]
