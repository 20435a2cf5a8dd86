"""From what ledger rows were made of to the sentences from which people redo them.

`block_words` is the one dispatch from facts to words. Only the sentences that are asked for are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import pandas as pd

from toolkit.core.text import LANGUAGES, Lang, Text
from toolkit.rules.explain import later_steps, limits
from toolkit.rules.explain.components import AwardWords, ShareWords, unshared_sentence
from toolkit.rules.pay.components import AwardFacts
from toolkit.rules.pay.deferral import DeferralFacts
from toolkit.rules.pay.ledger import EntryFacts, Facts, LedgerRows
from toolkit.rules.pay.limits import CapFacts, FundFacts, GuaranteeFacts, ReceivableFacts, RoundingFacts
from toolkit.rules.pay.pools import ShareFacts, UnsharedFacts
from toolkit.rules.settle.adjustments import AdjustmentFacts
from toolkit.rules.settle.clawback import ClawbackFacts, StillOwedFacts
from toolkit.rules.settle.corrections import CorrectionFacts, OwedFacts
from toolkit.rules.settle.deductions import DeductionFacts, RecoveryFacts
from toolkit.rules.settle.releases import ReleaseFacts

RowWords = Callable[[int], str]


def _correction(facts: CorrectionFacts, lang: Lang) -> str:
    again = [block_words(block.facts, lang)(row) for block, row in facts.rows()]
    return later_steps.correction_sentence(facts, again, lang)


def _deduction(facts: DeductionFacts, lang: Lang) -> str:
    return later_steps.deduction_sentence(facts, AwardWords(facts.award, lang).sentence(facts.row), lang)


BLOCKS: dict[type[Facts], Callable[[Any, Lang], RowWords]] = {
    AwardFacts: lambda facts, lang: AwardWords(facts, lang).sentence,
    ShareFacts: lambda facts, lang: ShareWords(facts, lang).sentence,
    UnsharedFacts: lambda facts, lang: partial(unshared_sentence, facts, lang=lang),
    CapFacts: lambda facts, lang: partial(limits.cap_sentence, facts, lang=lang),
    GuaranteeFacts: lambda facts, lang: partial(limits.guarantee_sentence, facts, lang=lang),
    ReceivableFacts: lambda facts, lang: partial(limits.receivable_sentence, facts, lang=lang),
    FundFacts: lambda facts, lang: partial(limits.fund_sentence, facts, lang=lang),
    RoundingFacts: lambda facts, lang: partial(limits.rounding_sentence, facts, lang=lang),
    EntryFacts: lambda facts, lang: lambda row: _entry(facts.rows[row], lang),
}
"""What says the rows of a block, by the class of its facts."""

ENTRIES: dict[type[Facts], Callable[[Any, Lang], str]] = {
    DeferralFacts: later_steps.deferral_sentence,
    ReleaseFacts: later_steps.release_sentence,
    AdjustmentFacts: later_steps.adjustment_sentence,
    CorrectionFacts: _correction,
    OwedFacts: later_steps.owed_sentence,
    ClawbackFacts: later_steps.clawback_sentence,
    StillOwedFacts: later_steps.still_owed_sentence,
    RecoveryFacts: later_steps.recovery_sentence,
    DeductionFacts: _deduction,
}
"""What says one row of a later step, by the class of its facts."""


def block_words(facts: Facts, lang: Lang) -> RowWords:
    """Return what says the rows of a block in a language; what its rows share is worked out once."""
    return BLOCKS[type(facts)](facts, lang)


def _entry(facts: Facts, lang: Lang) -> str:
    return ENTRIES[type(facts)](facts, lang)


def sentences(rows: LedgerRows, lang: Lang) -> list[str]:
    """Return for each row the sentence from which the agent can redo the sum."""
    blocks = [(block_words(block.facts, lang), block.n) for part in rows.parts for block in part.blocks]
    return [said(row) for said, n in blocks for row in range(n)]


def ledger_frame(rows: LedgerRows, lang: Lang = "en") -> pd.DataFrame:
    """Return the rows in file form: texts, money in major units, a column ``sentence``."""
    return rows.texts().assign(sentence=pd.Series(sentences(rows, lang), dtype="str"))


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
            mine = [row for row, person in enumerate(block.person) if part.agent_of(int(person)) == agent]
            if mine:
                en, zh = (block_words(block.facts, lang) for lang in LANGUAGES)
                for row in mine:
                    line = table.iloc[at + row]
                    text = Text(en(row), zh(row))
                    where = (part.scheme.id, block.component, block.step, str(line["origin_month"]))
                    scope = line["scope"] if isinstance(line["scope"], str) else ""
                    yield LedgerStep(*where, str(line["status"]), Fraction(str(line["amount"])), text, scope)
            at += block.n
