from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.data.compare import parts_of
from tests.data.one_by_one import Part, credits, wholes
from tests.data.worlds import DAY, MICRO, Row, World, instant, random_settings, random_world, workspace_of
from toolkit.core.period import Month
from toolkit.data.crediting.accounts import check_shares, read_accounts
from toolkit.data.crediting.credit import COLUMNS, CREDITS, credit_orders
from toolkit.data.tables.engine import connect
from toolkit.data.tables.settings import Clocks, Crediting, JudgedBy, Pick, Settings

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # a smaller seed is no smaller world
OPEN = {"from": date(2024, 1, 1)}


def credit(folder: Path, world: World, given: Settings | None = None, pick: Pick = "last") -> list[Part]:
    workspace = workspace_of(folder / "w", world, given)
    with connect(workspace.data_dir) as engine:
        frame = engine.read(credit_orders(engine, workspace.settings, pick=pick))
    assert tuple(frame.columns) == COLUMNS
    return parts_of(frame)


def judged(by: JudgedBy, **clocks: object) -> Settings:
    return Settings(crediting=Crediting(judged_by=by), clocks=Clocks(**clocks))


def asked(inquiry: str, at: str | datetime, account: str | None = "a", **more: object) -> Row:
    when = instant(at) if isinstance(at, str) else at
    return {"inquiry_id": inquiry, "asked_at": when, "shop": "S", "customer": "c", "account": account, **more}


def ordered(order: str, at: str | datetime, paid: str | datetime | None = None, **more: object) -> Row:
    created = instant(at) if isinstance(at, str) else at
    payment = instant(paid) if isinstance(paid, str) else paid or created
    return {
        "order_id": order,
        "created_at": created,
        "paid_at": payment,
        "shop": "S",
        "customer": "c",
        "amount": 100,
        **more,
    }


def held_by(**agents: str) -> list[Row]:
    return [{"account": account, "agent": agent, **OPEN} for account, agent in agents.items()]


# A golden table, worked out by hand: one customer, many ties, a window of three days.
LINE = [
    asked("q1", "2024-03-01 10:00", "a"),
    asked("q2", "2024-03-01 10:00", "b"),  # the same moment: the later id has it
    asked("q9", "2024-03-01 10:00", "a", shop="T"),  # another shop
    asked("q8", "2024-03-01 10:00", "a", customer=None),  # nobody's name
    asked("q7", "2024-03-01 12:00", "a", served_by="robot"),
    asked("q3", "2024-03-06 10:00", "a"),
]
EXACT = instant("2024-03-01 10:00") + 3 * DAY
GOLDEN = [
    # order, made, paid, and the inquiry by order time, by payment time, order time first ("-": silent, "r": reminder)
    ("o1", instant("2024-03-01 10:00"), instant("2024-03-01 10:00"), "q2", "q2", "q2"),
    ("o2", instant("2024-03-01 10:00") - MICRO, instant("2024-03-01 10:00"), "-", "q2", "r q2"),
    ("o3", EXACT, EXACT + MICRO, "q2", "-", "q2"),
    ("o4", EXACT + MICRO, EXACT + 2 * DAY, "-", "q3", "r q3"),
    ("o5", EXACT + MICRO, EXACT + 2 * DAY - MICRO, "-", "-", "-"),
    ("o6", instant("2024-03-02 00:00"), instant("2024-03-06 10:00"), "q2", "q3", "q2"),
    ("o7", instant("2024-03-06 09:59:59.999999"), instant("2024-03-09 10:00"), "-", "q3", "r q3"),
    ("o8", instant("2024-03-05 00:00"), instant("2024-03-30 00:00"), "-", "-", "r q3"),
    ("o9", instant("2024-03-01 11:00"), instant("2024-03-01 13:00"), "q2", "q2", "q2"),
]


@pytest.mark.parametrize(("column", "rule"), [(3, "order_time"), (4, "payment_time"), (5, "order_first")])
def test_golden_table_with_ties(tmp_path: Path, column: int, rule: JudgedBy) -> None:
    orders = [ordered(row[0], row[1], row[2]) for row in GOLDEN]
    parts = credit(tmp_path, {"inquiries": LINE, "orders": orders, "accounts": held_by(a="Li", b="Wang")}, judged(rule))
    found = {p.order: {"silent": "-", "inquiry": p.inquiry, "reminder": f"r {p.inquiry}"}[p.credit] for p in parts}
    assert found == {row[0]: row[column] for row in GOLDEN}
    assert {p.agent for p in parts if p.inquiry == "q2"} <= {"Wang"}


def test_the_first_inquiry_of_the_window_can_be_asked_for(tmp_path: Path) -> None:
    orders = [ordered(row[0], row[1], row[2]) for row in GOLDEN]
    world = {"inquiries": LINE, "orders": orders, "accounts": held_by(a="Li", b="Wang")}
    parts = credit(tmp_path, world, judged("order_time"), pick="first")
    assert {p.order: p.inquiry for p in parts} == {
        **dict.fromkeys(("o1", "o3", "o6", "o9"), "q1"),
        **dict.fromkeys(("o2", "o4", "o5", "o7", "o8"), None),
    }


STATUS = [
    # what stands on the order, the credit, and the rule that gave it; the customer asked account a an hour before
    ({"account": "b", "offline": True, "reminder": True}, "offline", "explicit-account", "Wang"),
    ({"account": "b", "reminder": True}, "reminder", "explicit-account", "Wang"),
    ({"account": "b"}, "inquiry", "explicit-account", "Wang"),
    ({"account": "b", "customer": None}, "inquiry", "explicit-account", "Wang"),
    ({"account": "gone"}, "unmapped", "explicit-account", None),
    ({"offline": True}, "offline", "inquiry", "Li"),
    ({"offline": True, "customer": "stranger"}, "untraceable", "no-inquiry", None),
    ({"offline": True, "customer": None}, "untraceable", "blank-customer", None),
    ({"offline": True, "customer": "nameless"}, "untraceable", "inquiry-without-account", None),
    ({"customer": None}, "untraceable", "blank-customer", None),
    ({"customer": "nameless"}, "untraceable", "inquiry-without-account", None),
    ({"customer": "lost"}, "unmapped", "inquiry", None),
    ({}, "inquiry", "inquiry", "Li"),
    ({"reminder": True}, "inquiry", "inquiry", "Li"),  # the flag counts only beside an account
    ({"customer": "stranger", "reminder": True}, "silent", "no-inquiry", None),
]


def test_every_credit_status_and_the_order_in_which_they_are_decided(tmp_path: Path) -> None:
    world = {
        "inquiries": [
            asked("q1", "2024-03-01 09:00"),
            asked("q2", "2024-03-01 09:00", None, customer="nameless"),
            asked("q3", "2024-03-01 09:00", "gone", customer="lost"),
        ],
        "orders": [ordered(f"o{i:02d}", "2024-03-01 10:00", **more) for i, (more, *_) in enumerate(STATUS)],
        "accounts": [*held_by(a="Li", b="Wang"), {"account": "gone", "agent": "Zhao", **OPEN, "to": date(2024, 2, 29)}],
    }
    parts = credit(tmp_path, world)
    assert [(p.credit, p.rule, p.agent) for p in parts] == [tuple(row[1:]) for row in STATUS]
    assert {p.credit for p in parts} == set(CREDITS)


def test_unpaid_orders_and_open_deposits_do_not_count(tmp_path: Path) -> None:
    orders = [
        ordered("unpaid", "2024-03-01 10:00") | {"paid_at": None},
        ordered("deposit", "2024-03-01 10:00", stage="deposit"),
        ordered("final", "2024-03-01 10:00", stage="final"),
    ]
    assert [p.order for p in credit(tmp_path, {"orders": orders})] == ["final"]


def test_a9_pre_sale_is_earned_when_the_rest_is_paid_and_belongs_to_who_was_asked_first(tmp_path: Path) -> None:
    """Deposit 50 in October with A, the remaining 450 in November with B: earned in November, A on 500."""
    world = {
        "inquiries": [asked("q1", "2024-10-20 20:00", "a"), asked("q2", "2024-11-11 00:30", "b")],
        "orders": [ordered("p", "2024-10-20 20:30", "2024-11-11 01:00", stage="final", amount=500_00)],
        "accounts": held_by(a="A", b="B"),
    }
    (by_order,) = credit(tmp_path / "order", world, judged("order_first"))
    (by_payment,) = credit(tmp_path / "payment", world, judged("payment_time"))
    assert (by_order.agent, by_order.amount, by_order.earned_on) == ("A", 500_00, date(2024, 11, 11))
    assert (by_payment.agent, by_payment.amount) == ("B", 500_00)


def test_a1_operations_and_service_split_an_order_30_to_70(tmp_path: Path) -> None:
    """An order closed off the platform, noted with the account both work under; shares sum to 100 %."""
    world = {
        "orders": [ordered("o", "2024-03-01 10:00", account="team", offline=True, amount=999_99)],
        "accounts": [
            {"account": "team", "agent": "operations", "share": 0.3, **OPEN},
            {"account": "team", "agent": "service", "share": 0.7, **OPEN},
        ],
    }
    parts = credit(tmp_path, world)
    assert {(p.agent, p.amount, p.counted) for p in parts} == {("operations", 300_00, 0), ("service", 699_99, 1)}


def test_a10_the_holder_is_asked_for_on_the_day_of_the_inquiry(tmp_path: Path) -> None:
    """One account: Li to 14 June, Wang from 15 June; an order paid on the 15th after an inquiry on the 14th is Li's."""
    world = {
        "inquiries": [asked("q1", "2024-06-14 23:59:59.999999"), asked("q2", "2024-06-15 00:00", customer="d")],
        "orders": [
            ordered("o1", "2024-06-15 10:00"),
            ordered("o2", "2024-06-15 10:00", customer="d"),
            ordered("o3", "2024-06-14 10:00", "2024-06-16 10:00", account="a"),
        ],
        "accounts": [
            {"account": "a", "agent": "Li", "from": date(2024, 6, 1), "to": date(2024, 6, 14)},
            {"account": "a", "agent": "Wang", "from": date(2024, 6, 15), "to": date(2024, 6, 30)},
        ],
    }
    assert {p.order: p.agent for p in credit(tmp_path / "1", world)} == {"o1": "Li", "o2": "Wang", "o3": "Li"}
    by_payment = credit(tmp_path / "2", world, judged("payment_time"))
    assert {p.order: p.agent for p in by_payment} == {"o1": "Li", "o2": "Wang", "o3": "Wang"}


@pytest.mark.parametrize(
    ("earned_on", "days", "expected"),
    [
        ("paid", 0, date(2024, 2, 29)),
        ("paid", 1, date(2024, 3, 1)),
        ("shipped", 0, date(2024, 3, 2)),
        ("confirmed", 0, None),
        ("confirmed", 15, None),
    ],
)
def test_a6_an_order_is_earned_on_the_chosen_clock(
    tmp_path: Path, earned_on: str, days: int, expected: date | None
) -> None:
    order = ordered("o", "2024-02-29 10:00", "2024-02-29 23:59:59.999999", shipped_at=instant("2024-03-02 08:00"))
    (part,) = credit(tmp_path, {"orders": [order]}, judged("order_time", earned_on=earned_on, earned_after_days=days))
    assert part.earned_on == expected


REFUNDS = [
    # order paid, refunded, netted, after: refunds before the 8th of the next month net
    ("2024-02-29 23:00", "2024-02-20 00:00", 30, 0),
    ("2024-02-29 23:00", "2024-03-07 23:59:59.999999", 30, 0),
    ("2024-02-29 23:00", "2024-03-08 00:00", 0, 30),
    ("2024-02-29 23:00", "2024-04-01 00:00", 0, 30),
    ("2024-02-29 23:00", "2025-02-20 00:00", 0, 30),
    ("2024-02-29 23:00", None, 30, 0),
    ("2023-12-31 23:00", "2024-01-07 12:00", 30, 0),
    ("2023-12-31 23:00", "2024-01-08 00:00", 0, 30),
]


def test_a6_refunds_before_settlement_net_and_later_ones_do_not(tmp_path: Path) -> None:
    orders = [ordered(f"o{i}", paid) for i, (paid, *_) in enumerate(REFUNDS)]
    refunds = [
        {"order_id": f"o{i}", "amount": 30, "refunded_at": None if at is None else instant(at)}
        for i, (_, at, *_) in enumerate(REFUNDS)
    ]
    parts = credit(tmp_path, {"orders": orders, "refunds": refunds})
    assert [(p.amount, p.netted, p.after) for p in parts] == [(100, netted, after) for _, _, netted, after in REFUNDS]


def test_spare_cents_go_to_the_largest_remainders_and_nothing_is_lost(tmp_path: Path) -> None:
    """100 by .333333 each (of .999999): 34 to the first by id, 33 to the others; a refund of 2 leaves the third out."""
    world = {
        "orders": [ordered("o", "2024-03-01 10:00", account="a", amount=100)],
        "refunds": [{"order_id": "o", "amount": 2, "refunded_at": instant("2024-03-02 00:00")}],
        "accounts": [{"account": "a", "agent": agent, "share": 0.333333, **OPEN} for agent in ("007", "NA", "null")],
    }
    parts = credit(tmp_path, world)
    assert {(p.agent, p.amount, p.netted, p.counted) for p in parts} == {
        ("007", 34, 1, 1),
        ("NA", 33, 1, 0),
        ("null", 33, 0, 0),
    }


def test_shares_that_are_not_a_whole_are_a_stop_finding(tmp_path: Path) -> None:
    world = {
        "orders": [ordered("o", "2024-03-01 10:00")],
        "accounts": [
            {"account": "thirds", "agent": agent, "share": share, **OPEN}
            for agent, share in (("x", 0.333333), ("y", 0.333333), ("z", 0.333334))
        ]
        + [
            {"account": "half", "agent": "x", "share": 0.5, "from": date(2024, 3, 1), "to": date(2024, 3, 10)},
            {"account": "both", "agent": "x", "from": date(2024, 2, 1), "to": date(2024, 2, 20)},
            {"account": "both", "agent": "y", "from": date(2024, 2, 20), "to": date(2024, 4, 20)},
        ],
    }
    workspace = workspace_of(tmp_path / "w", world)
    with connect(workspace.data_dir) as engine:
        holdings = read_accounts(engine).holdings
    found = check_shares(holdings, [Month(2024, 2), Month(2024, 3)])
    assert {(f.code, f.severity, f.subject, f.period) for f in found} == {
        ("account-shares", "stop", "both (S)", "2024-02"),
        ("account-shares", "stop", "half (S)", "2024-03"),
    }
    assert "50.0000%" in found[1].message.en
    assert "2024-02-20 至 2024-02-20" in found[0].message.zh


def test_an_amount_too_large_to_divide_is_refused_not_wrapped(tmp_path: Path) -> None:
    shares = [{"account": "a", "agent": x, "share": s, **OPEN} for x, s in (("x", 0.333333), ("y", 0.666667))]
    world = {"orders": [ordered("o", "2024-03-01 10:00", account="a", amount=2**62)], "accounts": shares}
    with pytest.raises(Exception, match="Overflow"):
        credit(tmp_path, world)


@settings(max_examples=5, deadline=None, phases=QUICK)
@given(seed=st.integers(0, 2**32), pick=st.sampled_from(["last", "first", "split"]))
def test_credit_equals_the_plain_account_of_it(tmp_path_factory: pytest.TempPathFactory, seed: int, pick: Pick) -> None:
    draw = Random(seed)
    world, given_settings = random_world(draw, n=25), random_settings(draw)
    parts = credit(tmp_path_factory.mktemp("world"), world, given_settings, pick)
    assert parts == sorted(credits(world, given_settings, pick), key=repr)
    nothing_is_lost_or_made(world, parts)


def nothing_is_lost_or_made(world: World, parts: list[Part]) -> None:
    paid = wholes(world)
    assert sum(p.amount for p in parts) == sum(o["amount"] for o in paid)
    assert sum(p.counted for p in parts) == len(paid)
    rows = {o["order_id"]: o["amount"] for o in world["orders"] if o["paid_at"]}
    joined = {o["deposit_order"] for o in paid if "deposit_order" in o}
    waiting = {o["order_id"] for o in world["orders"] if o["paid_at"] and o["stage"] == "deposit"} - joined
    assert sum(p.amount for p in parts) == sum(amount for number, amount in rows.items() if number not in waiting)
