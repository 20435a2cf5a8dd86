"""Steps 13 to 15 for all schemes of a month together, step by step: a person has one wage, whoever pays it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.rules.pay.earlier_ledger import Past
from toolkit.rules.pay.entries import Entry
from toolkit.rules.scheme.scheme import Scheme
from toolkit.rules.settle.clawback import clawbacks
from toolkit.rules.settle.corrections import Corrected
from toolkit.rules.settle.deductions import deductions
from toolkit.rules.settle.effective import Payouts
from toolkit.rules.settle.inputs import Books
from toolkit.rules.settle.month import Paid
from toolkit.rules.settle.recovery import recoveries
from toolkit.rules.settle.wage import Purses, Taker


@dataclass(slots=True, eq=False)
class Account:
    """One scheme's month.

    Parameters
    ----------
    versions : all versions given.
    past : the ledger of earlier months.
    paid : the versions that pay in the month; the last one looks after what is past.
    final : the same on the measures as adjusted by hand, which deductions read.
    corrected : the closed months.
    entries : this month's rows of steps 12 and 13.
    """

    versions: Sequence[Scheme]
    past: Past
    paid: list[Paid]
    final: list[Paid]
    corrected: Corrected
    entries: list[Entry]


def settle(accounts: Sequence[Account], books: Books) -> None:
    """Append what is taken: first clawbacks, then recoveries, then deductions, of all schemes."""
    purses = Purses([one for account in accounts for one in account.paid])
    takers = [Taker(account.paid[-1].run, purses) for account in accounts]
    taken: list[list[Entry]] = []
    for account, taker in zip(accounts, takers, strict=True):
        entries: list[Entry] = []
        if books.refunds:
            agents = {refund.agent for refund in books.refunds}
            payouts = Payouts(account.past, account.corrected.months, agents)
            entries = clawbacks(taker, account.versions, account.past, books.refunds, payouts)
        taken.append(entries)
    for account, taker, entries in zip(accounts, takers, taken, strict=True):
        earlier = [*account.entries, *entries]
        entries += recoveries(taker, account.versions, account.past, earlier, account.paid)
    for account, entries in zip(accounts, taken, strict=True):
        for one in account.final:
            entries += deductions(Taker(one.run, purses))
        account.paid[-1].add(entries)
    purses.note(takers[0].run)
