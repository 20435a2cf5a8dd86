"""Schemes as data, paid exactly.

The normative text is docs/scheme-language.md. Where it leaves a reading open, these were chosen:

- Everyone a component's ``for`` excludes has no row. Who competes nowhere is ``not_met`` if ``among`` says no, else
  ``no_value``; a competitor without a prize is ``paid`` 0; a group or part without value marks the row ``no_value``.
- ``when``, capacity and proration of a competition read the payee's rows together, ``by`` and ``among`` the group's.
- ``prorate: {by: ..., of: target}`` multiplies every ``target_`` value it meets, and volume literals in ``when``.
- Divisions (pools, prizes, funds) are in cents whatever the rounding step; a fund is rounded down to cents. With
  ``at: total`` pools are divided exactly, and an undivided fund is rounded by itself.
- A pool of a team goes by the column ``team``, else ``supervisor``. Weights are of the payee's own rows in the group.
- A cap never takes more than the month's own sum, so a yearly cap that was lowered takes nothing back. ``carry: true``
  on a monthly cap pays what it withheld in the months that have room.
- Several guarantees give the highest, not their sum; several funds bind one after the other.
- A fund by shop divides what a payee in two shops earns by the parts of ``each``; pooled components are then refused.
- A quarter, year or campaign is paid by the version of its last day, over all its rows.
- The discount of an order line is ``discount / (amount + discount)``; ``from`` is included, ``to`` is not.
- A target that is blank on some rows of an agent and month is the one on the others.
- A count or duration times a bare number may be money or still a count: what stands beside it decides.
- Imported ratio columns need ``as_reported: true`` in the table they decide.
- A pay base that may be negative (sales are net of refunds) needs a tier or ``below`` for values under 0.
- A deferred part is a row of its own, its ``scope`` the month it is due in; nothing is deferred of what is not above 0.
  A leaver has ``left_on`` before the last day of the month of release. ``hold`` pays once they are no leaver any more,
  ``forfeit`` never; the word is that of the version in force when it was held back. Left out it is ``release``.
- Corrections compare steps 4 to 9, 11 and rounding, and are paid at once, not deferred; limits, funds, guarantees and
  rounding together are one row. What was deducted or released is not recomputed. Deferral is, for the guarantee's sake.
- Money entered by hand counts in its month of entry and never as paid by a component. A measure adjusted by hand for
  the month paid is a difference of step 12; deductions read it. The author or the agent is no other approver.
- What was paid, in a clawback, is the month as recomputed where it has measures. Where ``pay`` derives from sales its
  base is those sales. Without a component a refund is of everything paid on the agent's own sales. The charge is
  rounded as the scheme rounds, at most what was paid. A cancelled refund returns what was taken for the latest refunds
  (of its order). Refunds and adjustments are given to date; refunds that were counted and are missing are an error.
- Clawbacks and what guarantees topped up are taken as ``overpayment``; a carried deduction keeps its kind. Each legal
  bound that is known holds, and where one is absent nothing beyond the month's own pay is taken. All schemes of a month
  share one wage, taken from in the order given. Who has no row in the month has no base pay.
- Receivables are recovered by month of origin, then guarantees before components in file order, not in the month they
  arise. "That guarantee" is what was guaranteed when it topped up. What was recovered too much is paid back.
"""

from toolkit.rules.books import Tables
from toolkit.rules.canonical import format_scheme
from toolkit.rules.files import TableFiles, pay_files
from toolkit.rules.inputs import read_lines_file, read_measures
from toolkit.rules.ledger import LedgerRows
from toolkit.rules.ledger_files import read_adjustments, read_ledger, read_refunds, read_roster
from toolkit.rules.loading import parse_scheme, read_scheme
from toolkit.rules.payroll import pay
from toolkit.rules.replicates import ReplicatePay, pay_replicates
from toolkit.rules.schema_json import scheme_json_schema
from toolkit.rules.scheme import Scheme
from toolkit.rules.sentences import render_sentences

__all__ = [
    "LedgerRows",
    "ReplicatePay",
    "Scheme",
    "TableFiles",
    "Tables",
    "format_scheme",
    "parse_scheme",
    "pay",
    "pay_files",
    "pay_replicates",
    "read_adjustments",
    "read_ledger",
    "read_lines_file",
    "read_measures",
    "read_refunds",
    "read_roster",
    "read_scheme",
    "render_sentences",
    "scheme_json_schema",
]
