"""What closed months leave to the next: corrections, refunds after payout, what was held back; nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.data.worlds import frame_of
from tests.studies.closing_world import ITEMS, ORDERS, close, late, order, paid, refund, shop, world
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.data.tables.books import read_books
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.audit.settlement import require_as_closed, settle
from toolkit.studies.reconcile.due import PaymentCase
from toolkit.studies.reconcile.pay_out import pay_by_item
from toolkit.studies.reconcile.reconcile import reconcile

JUNE, JULY = Month(2024, 6), Month(2024, 7)


def test_a_refund_after_payout_is_taken_back_and_one_in_time_nets_and_neither_counts_twice(tmp_path: Path) -> None:
    """Worked by hand; 150 of June are refunded after its settlement, later 100 are found that came in time.

    Li, June: 1,000 at 5 % = 50.00. July: 500 at 3 % = 15.00, 50.00 x 150/1,000 = 7.50 back. August: June is 900 now,
    at 3 % = 27.00, 23.00 less; of these 27.00 x 150/900 = 4.50 are to be charged, 3.00 less than the 7.50 that were.
    In all 27.00 - 4.50 = 22.50 = 3 % of 750.
    Wang, June: 333.33 at 3 % = 10.00. July: 100 at 3 % = 3.00, 10.00 x 300/333.33 = 9.00 to be charged, 3.00 can be.
    August: 200 came in time, 133.33 of June are left, 4.00, 6.00 less; of its refunds only these 133.33 came late, so
    all 4.00 are charged, 5.00 less than before, of which he owes 1.00 still.
    """
    work = shop(tmp_path / "w", world(ORDERS, [refund("1", "07-20", "150"), refund("3", "07-15", "300")]))
    june, july = close(work, "2024-06"), close(work, "2024-07")
    assert paid(july, "Li") == {("component", "07"): 15, ("clawback", "06"): -7.5}
    assert paid(july, "Wang") == {("component", "07"): 3, ("clawback", "06"): -3}
    found = [refund("1", "07-05", "100"), refund("3", "07-03", "200")]
    late(work, "refunds", [refund("1", "07-20", "150"), refund("3", "07-15", "300"), *found])
    august = close(work, "2024-08")
    assert paid(august, "Li") == {("component", "08"): 3, ("adjustment", "06"): -23, ("clawback", "06"): 3}
    assert paid(august, "Wang") == {("component", "08"): 3, ("adjustment", "06"): -6}
    owed = [r.ledger.loc[r.ledger["agent"] == "Wang", "owed"].sum() for r in (june, july, august)]
    assert owed == [0, 600, -500]
    september = settle(work, Month(2024, 9))
    assert paid(september, "Li") == {}, "what was settled once is not settled again"
    assert paid(september, "Wang") == {("component", "09"): 3, ("recovery", "06"): -1}


def test_a_correction_payroll_left_out_is_told_as_one_and_may_be_an_item_of_its_own(tmp_path: Path) -> None:
    """July: Li 15.00 and 7.50 back, Wang 3.00 and all of it back. At the other tier Li has 25.00, and 7.50 back."""
    work = shop(tmp_path / "w", world(ORDERS, [refund("1", "07-20", "150"), refund("3", "07-15", "300")]))
    close(work, "2024-06")
    july = settle(work, JULY)
    books = {str(month): rows for month, rows in read_books(work).rows.items()}
    schemes = tuple(map(read_scheme, work.schemes))
    case = PaymentCase(JULY, schemes, july.measures.table, dict(ITEMS), tables=july.tables, books=books)

    def classes(items: dict[str, tuple[str, ...]], **pays: tuple[tuple[str, int], ...]) -> dict[str, str]:
        lines = [
            {"line_id": f"{agent}{n}", "agent": agent, "item": item, "earned_month": "2024-07", "amount": minor}
            for agent, parts in pays.items()
            for n, (item, minor) in enumerate(parts)
        ]
        table = reconcile(replace(case, items=items), frame_of("payroll", lines)).table
        return dict(zip(table["agent"] + table["item"], table["class"], strict=True))

    left_out = classes(dict(ITEMS), Li=(("提成", 15_00),), Wang=(("提成", 3_00),))
    assert left_out == {"Li提成": "CORRECTION", "Wang提成": "CORRECTION"}
    assert classes(dict(ITEMS), Li=(("提成", 25_00 - 7_50),))["Li提成"] == "RATE"
    assert classes(dict(ITEMS), Li=(("提成", 7_50),))["Li提成"] == "MATCH"
    own = ITEMS | {"退款追回": ("presales.correction",)}
    apart = classes(own, Li=(("提成", 15_00), ("退款追回", -7_50)), Wang=(("提成", 3_00),))
    assert apart == {
        "Li提成": "MATCH", "Li退款追回": "MATCH", "Wang提成": "MATCH", "Wang退款追回": "CORRECTION"
    }  # fmt: skip
    paid_out = pay_by_item(july.rows, schemes, own).table
    assert paid_out.loc["Li"].to_dict() == {"提成": 15_00, "退款追回": -7_50}


def test_an_order_that_is_somebody_elses_now_takes_its_refund_along(tmp_path: Path) -> None:
    """400 of June, 100 of it refunded late, were Li's and are Wang's.

    Li: 1,000 at 5 % = 50.00, 5.00 charged for 100. Then 600 at 3 % = 18.00: 32.00 less, and the 5.00 back.
    Wang: 333.33 gave 10.00; 733.33 give 22.00, 12.00 more, of which 22.00 x 100/733.33 = 3.00 are charged.
    """
    work = shop(tmp_path / "w", world(ORDERS, [refund("2", "07-10", "100")]))
    close(work, "2024-06")
    assert paid(close(work, "2024-07"), "Li") == {("component", "07"): 15, ("clawback", "06"): -5}
    late(work, "orders", [o | {"account": "wang"} if o["order_id"] == "2" else o for o in ORDERS])
    august = close(work, "2024-08")
    assert paid(august, "Li") == {("component", "08"): 3, ("adjustment", "06"): -32, ("clawback", "06"): 5}
    assert paid(august, "Wang") == {("component", "08"): 3, ("adjustment", "06"): 12, ("clawback", "06"): -3}
    september = settle(work, Month(2024, 9))
    assert (paid(september, "Li"), paid(september, "Wang")) == ({}, {("component", "09"): 3})


def test_a_late_export_is_paid_in_the_open_month_and_the_closed_one_stands(tmp_path: Path) -> None:
    """Wang sold 200 more in June: 533.33 at 3 % = 16.00, 6.00 more."""
    work = shop(tmp_path / "w")
    close(work, "2024-06")
    late(work, "orders", [*ORDERS, order("9", "Wang", "06-09", "200")])
    june = settle(work, JUNE)
    assert june.due.to_dict() == {"Li": 5000, "Wang": 1000}
    assert june.changed.to_dict() == {"Wang": 600}
    assert "333.33" in june.explained("en")["sentence"].iloc[1]
    with pytest.raises(UsageError, match="imported since changes it"):
        require_as_closed(june)
    assert paid(close(work, "2024-07"), "Wang") == {("component", "07"): 3, ("adjustment", "06"): 6}
    assert paid(settle(work, Month(2024, 8)), "Wang") == {("component", "08"): 3}


LATER = """\
language: 1
scheme: later
title: {en: Later, zh: 后发}
currency: CNY
in_force: {from: 2024-01-01, to: 2024-07-31}
components:
  - {id: kept, title: {en: Kept, zh: 暂缓}, pay: sales, rate: 10%, defer: [{after_months: 2, share: 40%}]}
  - {id: run, title: {en: Run, zh: 连续}, amount: '10 * streak("kept")'}
"""


def test_what_was_held_back_is_released_and_streaks_go_on_from_the_books(tmp_path: Path) -> None:
    """Li, June: 5 % and 10 % of 1,000, 10.00 for the first month, 40.00 wait for August, when the scheme has ended.

    July: 3 % and 10 % of 500 = 65.00, and 20.00 for the second month; 20.00 wait.
    """
    work = shop(tmp_path / "w")
    (work.root / "schemes" / "later.yaml").write_text(LATER, "utf-8")
    assert paid(close(work, "2024-06"), "Li") == {("component", "06"): 160, ("defer", "06"): -40}
    assert paid(close(work, "2024-07"), "Li") == {("component", "07"): 85, ("defer", "07"): -20}
    assert paid(settle(work, Month(2024, 8)), "Li") == {("component", "08"): 3, ("release", "06"): 40}


def test_a_workspace_without_closed_months_pays_as_before(tmp_path: Path) -> None:
    back = [refund("1", "07-20", "150")]
    work = shop(tmp_path / "w", world(ORDERS, back))
    july = settle(work, JULY)
    assert "ledger" not in july.tables
    assert july.due.to_dict() == {"Li": 1500, "Wang": 300}
    assert not (work.root / ".states").exists()


@pytest.mark.parametrize("which", ["book", "chain"])
def test_nothing_is_paid_from_a_changed_book(tmp_path: Path, which: str) -> None:
    from toolkit.core.errors import InputError

    work = shop(tmp_path / "w")
    close(work, "2024-06")
    path = work.root / {"book": "books/2024-06.parquet", "chain": "close/2024-06.jsonl"}[which]
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=str(path.relative_to(work.root))):
        settle(work, JULY)


LINES = """\
language: 1
scheme: lines
title: {en: Lines, zh: 单品}
currency: CNY
in_force: {from: 2024-01-01}
components:
  - {id: shoes, title: {en: Shoes, zh: 鞋}, pay: sales, rate: 10%, lines: {product: shoe}}
"""


def test_a_late_refund_of_what_is_paid_by_lines_is_told_and_not_guessed(tmp_path: Path) -> None:
    tables = world(ORDERS, [refund("1", "07-20", "150")])
    tables["order_lines"] = [{"order_id": "1", "line": "1", "product": "shoe", "units": 1, "amount": 600_00}]
    work = shop(tmp_path / "w", tables)
    (work.root / "schemes" / "lines.yaml").write_text(LINES, "utf-8")
    close(work, "2024-06")
    july = settle(work, JULY)
    assert paid(july, "Li") == {("component", "07"): 15}
    assert july.unclear.to_dict() == {"2024-06": 150_00}
