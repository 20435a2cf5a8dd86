"""One person's ledger rows of a month with their sentences; sentences of others are never made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from toolkit.core.text import Text
from toolkit.rules.pay.ledger import LedgerRows


@dataclass(frozen=True, slots=True)
class LedgerStep:
    """One ledger row of a person, or why there is none.

    Parameters
    ----------
    scheme, component, step, scope : as in the ledger.
    origin_month : the month it goes back to.
    status : a ledger status, ``not_for`` or ``not_due``.
    amount : minor units; a fraction of one where the scheme rounds totals only.
    text : the sentence from which the amount can be redone.
    """

    scheme: str
    component: str
    step: str
    origin_month: str
    status: str
    amount: Fraction
    text: Text
    scope: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What the row is of, whatever it comes to; what it pays and what it leaves owed are two rows."""
        is_owed = "owed" if self.status == "receivable" else ""
        return self.scheme, self.component, self.step, self.origin_month, self.scope, is_owed


def steps_of(rows: LedgerRows, agent: str) -> Iterator[LedgerStep]:
    """Yield a person's ledger rows, in the order of evaluation."""
    table = rows.table
    at = 0
    for part in rows.parts:
        for block in part.blocks:
            for row, person in enumerate(block.person):
                if part.agent_of(int(person)) == agent:
                    line = table.iloc[at + row]
                    text = Text(block.explain(row, "en"), block.explain(row, "zh"))
                    where = (part.scheme.id, block.component, block.step, str(line["origin_month"]))
                    scope = line["scope"] if isinstance(line["scope"], str) else ""
                    yield LedgerStep(*where, str(line["status"]), Fraction(str(line["amount"])), text, scope)
            at += block.n
