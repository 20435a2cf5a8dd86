"""From last month's variable pay to this month's: what inquiries, conversion, value, refunds and the rules did.

Pay due = inquiries x conversion x sales per buyer x share kept after refunds x pay per unit of sales; the change is
split exactly among these five. The last one is what the rules give on the sales: rates, tiers reached, bonuses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from toolkit.core.money import round_to_step
from toolkit.core.text import Text
from toolkit.models.comparison.factors import split_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.studies.audit.settlement import Settlement

FACTORS: tuple[tuple[str, Text], ...] = (
    ("inquiries", Text("Inquiries", "询单量")),
    ("conversion", Text("Conversion", "转化率")),
    ("sales_per_buyer", Text("Sales per buyer", "客单价")),
    ("kept_share", Text("Refunds", "退款")),
    ("pay_rate", Text("Rules: rates, tiers, bonuses", "规则：提成比例、档位、奖金")),
)


def bridge_of_pay(before: Settlement, after: Settlement) -> Mapping[str, int] | None:
    """Split the change in total pay due among the five factors.

    Returns
    -------
    mapping of factor to minor units, or None
        The parts sum exactly to the change; None where a month has no inquiries, buyers or sales.
    """
    old, new = factors_of_pay(before), factors_of_pay(after)
    if old is None or new is None:
        return None
    parts = dict(split_change(old, new).parts)
    whole = {name: round_to_step(part) for name, part in parts.items()}
    change = int(after.due.sum() - before.due.sum())
    largest = max(whole, key=lambda name: abs(parts[name]))
    return whole | {largest: whole[largest] + change - sum(whole.values())}


def factors_of_pay(settlement: Settlement) -> Mapping[str, Fraction] | None:
    """Return the five factors of a month's pay, None where one of them is undefined."""
    people = settlement.cells.loc[settlement.cells["agent"].notna()]
    names = ("inquiries", "buyers", "gross_sales", "sales")
    inquiries, buyers, gross, net = (int(people[name].sum()) for name in names)
    if not (inquiries and buyers and gross and net):
        return None
    rate = Fraction(int(settlement.due.sum()), net)
    shares = (Fraction(buyers, inquiries), Fraction(gross, buyers), Fraction(net, gross), rate)
    return dict(zip((name for name, _ in FACTORS), (Fraction(inquiries), *shares), strict=True))
