"""What is paid to date on months before the first closed one is taken back, too, when their orders come back."""

from __future__ import annotations

from pathlib import Path

from tests.studies.closing_world import SCHEME, close, order, paid, refund, shop, world
from toolkit.core.period import Month
from toolkit.studies.audit.settlement import settle

YEAR = SCHEME.replace("    pay: sales\n", "    pay: sales\n    period: year\n    accumulate: true\n")
ORDERS = [order("1", "Li", "05-10", "1000"), order("2", "Li", "06-10", "1000"), order("3", "Li", "07-10", "1000")]


def test_a_refund_of_a_month_that_only_the_year_paid_is_charged(tmp_path: Path) -> None:
    """June pays 5 % of 2,000 to date: 100. Of it 400 of May's come back on 20 June: 100 x 400 / 2,000 = 20 in July."""
    work = shop(tmp_path, world(ORDERS, [refund("1", "06-20", "400")]), scheme=YEAR)
    assert paid(close(work, "2024-06"), "Li") == {("component", "06"): 100.0}
    july = settle(work, Month.parse("2024-07"))
    assert paid(july, "Li") == {("component", "07"): 50.0, ("clawback", "01"): -20.0}
