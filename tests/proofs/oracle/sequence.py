"""A scheme's months one after the other: every step, each month appended to the ledger of the months before it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.proofs.oracle import corrections, deferral, takings
from tests.proofs.oracle.calendar import month_end, shifted
from tests.proofs.oracle.pay import Paid, Run, complete
from tests.proofs.oracle.rule import Rule
from tests.proofs.oracle.views import Book

WAGE = ("component", "limit", "fund", "defer", "release", "guarantee", "rounding", "adjustment")


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
        self.months: dict[str, list[Paid]] = {}
        self.books: dict[tuple[int, tuple[int, ...]], Book] = {}
        self._again: dict[tuple[str, int], list[Paid]] = {}
        self._deferred: dict[str, dict[deferral.Key, list[Fraction]]] = {}

    def rule_of(self, month: str) -> Rule:
        """The version in force."""
        return [rule for first, rule in self.versions if first <= month][-1]

    def pay(self, month: str, measures: Book) -> list[Paid]:
        """Pay one more month on the measures as they are then; what people changed of this month is a difference."""
        given, book = self._adjusted(measures, month, own=False), self._adjusted(measures, month, own=True)
        out: list[Paid] = []
        for origin in self.months:
            out += self._correction(month, origin, book, [*self.past, *out])
        run = Run(self.rule_of(month), given, month, [*self.past, *out], [])
        run.step_10 = lambda sums: self._defer(run, sums)
        self.months[month] = complete(run).out
        self._again[month, id(given)] = list(run.out)
        out += self._correction(month, month, book, [*self.past, *out, *run.out])
        run.out += [*out, *corrections.by_hand(month, self.adjustments, Paid)]
        purses = self._purses(run)
        takings.clawback(run, self, book, purses)
        takings.recover(run, self, purses)
        takings.deduct(run, Run(run.rule, book, month, self.past, []), purses)
        self.past += run.out
        return run.out

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

    def _adjusted(self, measures: Book, month: str, own: bool) -> Book:
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

    def _correction(self, month: str, origin: str, book: Book, ledger: list[Paid]) -> list[Paid]:
        """A closed month paid again; one already paid on this book has been corrected to it."""
        if not book.months.get(origin) or (origin, id(book)) in self._again:
            return []
        run = Run(self.rule_of(origin), book, origin, ledger, [])
        run.again = True
        run.step_10 = lambda sums: self._defer_again(run, sums)
        self._again[origin, id(book)] = complete(run).out
        return corrections.correction(month, origin, run.out, ledger, Paid)

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

    def _purses(self, run: Run) -> dict[str, takings.Purse]:
        """Everyone's room; nobody without a row has a base pay."""
        paid: dict[str, Fraction] = defaultdict(Fraction)
        for row in run.out:
            if row.step in WAGE:
                paid[row.agent] += row.amount
        rows, shares = run.rows((run.month,)).agent, run.rule.legal_share
        purses = {}
        for agent in {*paid, *rows, *(row.agent for row in self.past), *(r["agent"] for r in self.refunds)}:
            own = rows.get(agent, [{}])[0]
            base = own.get("base_pay")
            minimum = (
                run.rule.parameter("minimum_wage", month_end(run.month), own.get)
                if "minimum_wage" in run.rule.parameters
                else None
            )
            purses[agent] = takings.Purse(paid[agent], None if base is None else Fraction(base, 100), minimum, shares)
        return purses
