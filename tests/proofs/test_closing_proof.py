"""Closed months: single bytes changed, closes killed at any step, three years closed month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

import pandas as pd
import pytest

from tests.data.worlds import Row
from tests.evidence import record
from tests.studies.closing_world import SCHEME, close, late, shop
from tests.studies.test_closing import check_changes, check_kills, files_of, prepared, publish_into
from toolkit.studies.closing.verify import verify_months

pytestmark = pytest.mark.prove
COMMAND = "make prove (tests/proofs/test_closing_proof.py)"
CHANGES = 1_000


def test_every_changed_byte_is_noticed_and_its_file_named(tmp_path: Path) -> None:
    work = shop(tmp_path / "w")
    publish_into(work)
    close(work, "2024-06")
    n_files = len(files_of(work))
    seen = check_changes(work, CHANGES, 20)
    where = {"books": "books", "close": "chain and kept rules", "schemes": "schemes", "workspace.yaml": "settings"}
    where |= {".states": "tables as imported", "reports": "published reports"}
    told = ", ".join(f"{where[name]} {n}" for name, n in sorted(seen.items()))
    record("Closing: single bytes changed", COMMAND, [
        f"- {sum(seen.values()):,} changes of one byte in one of {n_files} files of a closed month ({told}):",
        "  `verify` noticed every one and named the file; with the byte put back it found nothing.",
    ])  # fmt: skip


def test_killed_at_any_step_a_month_is_closed_with_all_or_not_closed(tmp_path: Path) -> None:
    stood = check_kills(*prepared(tmp_path), every=1)
    n = sum(stood.values())
    assert n >= 100
    record("Closing: kill tests", COMMAND, [
        f"- {n} SIGKILLs, before and after every step (syncs, renames, links) of closing a month: it stood approved",
        f"  {stood['approved']} times and closed {stood['closed']} times, and closed always with book, pins and line.",
        "  Run again it was closed, verified without a finding, and nothing was left behind.",
    ])  # fmt: skip


FIRST, N_MONTHS, LEAVES = 2022 * 12, 36, date(2023, 9, 14)
PEOPLE = {"li": "Li", "wang": "Wang", "zhao": "Zhao"}


class Sale(NamedTuple):
    """An order, the month whose close is the first to know it, and its refund: day, hundreds of yuan, first close."""

    number: str
    who: str
    paid: datetime
    hundreds: int
    known: int
    back: datetime | None
    returned: int
    back_known: int


def sales(seed: int) -> Iterator[Sale]:
    """Draw three years of orders in hundreds of yuan; some are exported late, some refunded late, known later still.

    A month's close knows what happened to its end and the first week of the next.
    """
    draw = Random(seed)
    for month in range(FIRST, FIRST + N_MONTHS):
        start = datetime(month // 12, month % 12 + 1, 1, 10)
        for n in range(30):
            paid, who = start + timedelta(days=draw.randrange(28)), draw.choice(list(PEOPLE))
            if who == "zhao" and paid.date() > LEAVES:
                continue
            known = month + draw.choice((0, 0, 0, 0, 0, 0, 0, 1, 2, 5))
            back = paid + timedelta(days=draw.randrange(1, 150)) if draw.random() < 0.2 else None
            hundreds = draw.randint(1, 9)
            told = known if back is None else max(known, _month(back) + draw.choice((0, 0, 1, 3)))
            yield Sale(f"{month}-{n}", who, paid, hundreds, known, back, draw.randint(1, hundreds), told)


def _month(when: datetime | date) -> int:
    return when.year * 12 + when.month - 1


def _name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def orders_of(known: list[Sale]) -> list[Row]:
    return [
        {"order_id": s.number, "created_at": s.paid, "paid_at": s.paid, "shop": "S", "customer": f"c{s.number}"}
        | {"amount": s.hundreds * 100_00, "account": s.who}
        for s in known
    ]


def asked_of(known: list[Sale]) -> list[Row]:
    return [
        {"inquiry_id": s.number, "asked_at": s.paid - timedelta(hours=1), "shop": "S", "customer": f"c{s.number}"}
        | {"account": s.who}
        for s in known
    ]


def refunds_of(known: list[Sale]) -> list[Row]:
    return [
        {"order_id": s.number, "refunded_at": s.back, "amount": s.returned * 100_00, "kind": "return"} for s in known
    ]


def three_years(folder: Path, drawn: list[Sale]) -> tuple[list[pd.DataFrame], Path]:
    """Close three years, each month on what was known then; return the ledgers and where the workspace is."""
    first = datetime(2021, 12, 1)
    tables = {
        "orders": [],
        "inquiries": [],
        "refunds": [],
        "payroll": [],
        "accounts": [{"account": who, "agent": name, "from": first} for who, name in PEOPLE.items()],
        "assignments": [
            {"agent": name, "name": name, "shop": "S", "role": "agent", "from": first.date()}
            | ({"to": LEAVES, "left_on": LEAVES} if who == "zhao" else {})
            for who, name in PEOPLE.items()
        ],
    }
    work, ledgers = shop(folder, tables, scheme=SCHEME.replace("2024-01-01", "2022-01-01")), []
    for month in range(FIRST, FIRST + N_MONTHS):
        known = [s for s in drawn if s.known <= month]
        late(work, "orders", orders_of(known))
        late(work, "inquiries", asked_of(known))
        late(work, "refunds", refunds_of([s for s in known if s.back and s.back_known <= month]))
        ledgers.append(close(work, _name(month)).ledger)
    return ledgers, work.root


def exact_cents(drawn: list[Sale]) -> Counter[tuple[str, str]]:
    """Return what is due in all for each month of origin, of what is known at the end: worked in whole cents.

    Refunds up to the 8th of the month after the sale lower the sales whose rate they decide: 3 %, 5 % from 1,000; what
    came later is taken back at the rate that was paid. Hundreds of yuan at whole per cents are whole yuan.
    """
    last, due = FIRST + N_MONTHS - 1, Counter[tuple[str, str]]()
    for month in range(FIRST, last + 1):
        end = datetime((month + 1) // 12, (month + 1) % 12 + 1, 8, 23, 59, 59)
        for who, name in PEOPLE.items():
            own = [s for s in drawn if s.who == who and _month(s.paid) == month and s.known <= last]
            back = [s for s in own if s.back and s.back_known <= last]
            in_time = sum(s.returned for s in back if s.back and s.back <= end)
            hundreds = sum(s.hundreds for s in own) - in_time
            rate = 5 if hundreds >= 10 else 3
            later = sum(s.returned for s in back if s.back and end < s.back and _month(s.back) <= last)
            due[name, _name(month)] = (hundreds - later) * rate * 100
    return due


def test_three_years_closed_month_by_month_come_to_what_is_known_at_the_end(tmp_path: Path) -> None:
    drawn = list(sales(36))
    ledgers, root = three_years(tmp_path / "once", drawn)
    rows = pd.concat(ledgers)
    settled = rows.groupby(["agent", "origin_month"])["amount"].sum() - rows.groupby(["agent", "origin_month"])[
        "owed"
    ].sum().fillna(0)
    expected = exact_cents(drawn)
    wrong = {key: (settled.get(key, 0), cents) for key, cents in expected.items() if settled.get(key, 0) != cents}
    assert not wrong
    assert verify_months(root, replay=True).findings == ()
    again = three_years(tmp_path / "again", drawn)[1]
    books = [sorted((folder / "books").glob("*.parquet")) for folder in (root, again)]
    assert [sha256(p.read_bytes()).digest() for p in books[0]] == [sha256(p.read_bytes()).digest() for p in books[1]]
    steps = Counter(rows.loc[rows["amount"] != 0, "step"])
    told = ", ".join(f"{name} {n}" for name, n in sorted(steps.items()))
    n_late = sum(s.known > _month(s.paid) for s in drawn)
    n_back = sum(s.back is not None and _month(s.back) > _month(s.paid) for s in drawn)
    record("Closing: three years", COMMAND, [
        f"- {N_MONTHS} months closed one after another, each on what was known then: {len(drawn):,} orders, {n_late}",
        f"  of them exported up to five months late, {n_back} refunded in a later month, one of three people leaves.",
        f"  Ledger rows that pay: {told}.",
        f"- What was paid and is owed for each of the {len(expected)} months of origin and people is to the cent what",
        "  is due of the data known at the end, worked out without the toolkit.",
        "- Replayed from what each month pinned, no book differs; closed again from the same files in another folder,",
        f"  the {len(books[0])} files of the books are the same bytes.",
    ])  # fmt: skip
