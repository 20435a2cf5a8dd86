"""The sample's own crediting, on situations worked out by hand: the rules stand in the test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data_samples.generator.calendar import DAY, seconds
from data_samples.generator.company import SHOPS, Company, Holding, Spell
from data_samples.generator.crediting import Judging, credit_orders
from data_samples.generator.events import Books, Inquiry, Order, Refund
from data_samples.generator.measures import measure

ORDER_FIRST = Judging()
NOON = seconds(date(2024, 12, 10)) + DAY // 2
SHOP, START = SHOPS[0], date(2024, 1, 1)
PEOPLE = Company(
    agents=(),
    spells={a: (Spell(a, a, 0, "agent", "b", 300_000, START, None),) for a in ("li", "wang")},
    holdings={
        "li": (Holding(SHOP, "li", "li", START, None),),
        "wang": (Holding(SHOP, "wang", "wang", START, None),),
        "both": (
            Holding(SHOP, "both", "li", START, date(2024, 12, 9)),
            Holding(SHOP, "both", "wang", date(2024, 12, 10), None),
        ),
    },
)


def asked(at: int, account: str = "li", *, id: str = "", customer: str = "c", human: bool = True) -> Inquiry:
    return Inquiry(id or f"Q{at}", at, SHOP, account, customer, "搜索", "x", human, 1, 1, 0)


def bought(created: int, paid: int | None = None, **more: object) -> Order:
    order = Order("o", created, created if paid is None else paid, None, SHOP, "c", (("x", 1, 10_000),))
    return replace(order, **more)


def credit(order: Order, *inquiries: Inquiry, judging: Judging = ORDER_FIRST) -> tuple[str, str]:
    found = credit_orders(PEOPLE, Books(inquiries, (order,), ()), judging)[0]
    return found.status, found.agent


@pytest.mark.parametrize(
    ("order", "inquiries", "expected"),
    [
        pytest.param(bought(NOON), [asked(NOON - 90), asked(NOON - 60, "wang")], ("inquiry", "wang"), id="last"),
        pytest.param(bought(NOON), [asked(NOON)], ("inquiry", "li"), id="at the same second"),
        pytest.param(bought(NOON), [asked(NOON - 3 * DAY)], ("inquiry", "li"), id="window's first second"),
        pytest.param(bought(NOON), [asked(NOON - 3 * DAY - 1)], ("silent", ""), id="a second before the window"),
        pytest.param(
            bought(NOON), [asked(NOON - 9, "wang", id="Q2"), asked(NOON - 9, id="Q1")], ("inquiry", "wang"), id="tie"
        ),
        pytest.param(bought(NOON), [asked(NOON - 9, human=False)], ("silent", ""), id="robot"),
        pytest.param(bought(NOON), [asked(NOON - 9, customer="d")], ("silent", ""), id="another customer"),
        pytest.param(bought(NOON), [asked(NOON - 9, "")], ("untraceable", ""), id="lost account"),
        pytest.param(bought(NOON, customer=""), [asked(NOON - 9, customer="")], ("untraceable", ""), id="no customer"),
        pytest.param(bought(NOON, NOON + 99), [asked(NOON + 50)], ("reminder", "li"), id="asked before paying"),
        pytest.param(bought(NOON, NOON + 99), [asked(NOON + 99)], ("reminder", "li"), id="asked while paying"),
        pytest.param(
            bought(NOON, NOON + 99), [asked(NOON - 9), asked(NOON + 50, "wang")], ("inquiry", "li"), id="order first"
        ),
        pytest.param(bought(NOON, account="wang"), [asked(NOON - 9)], ("inquiry", "wang"), id="account named"),
        pytest.param(bought(NOON, account="li", reminder=True), [], ("reminder", "li"), id="named, reminded"),
        pytest.param(bought(NOON, account="li", offline=True), [], ("offline", "li"), id="named, offline"),
        pytest.param(bought(NOON, offline=True), [asked(NOON - 9)], ("offline", "li"), id="offline, asked"),
        pytest.param(bought(NOON, offline=True), [], ("untraceable", ""), id="offline, never asked"),
        pytest.param(bought(NOON, reminder=True), [asked(NOON - 9)], ("inquiry", "li"), id="mark without account"),
        pytest.param(bought(NOON), [asked(NOON - DAY, "both")], ("inquiry", "li"), id="holder on the day asked"),
        pytest.param(bought(NOON, account="both"), [], ("inquiry", "wang"), id="holder on the order's day"),
    ],
)
def test_credit(order: Order, inquiries: list[Inquiry], expected: tuple[str, str]) -> None:
    assert credit(order, *inquiries) == expected


@pytest.mark.parametrize(
    ("judging", "expected"),
    [
        (Judging("order_time"), ("inquiry", "li")),
        (Judging("payment_time"), ("inquiry", "wang")),
        (Judging("order_first"), ("inquiry", "li")),
    ],
)
def test_the_three_judging_rules_differ_on_an_order_paid_after_a_second_inquiry(
    judging: Judging, expected: tuple
) -> None:
    assert credit(bought(NOON, NOON + DAY), asked(NOON - 9), asked(NOON + 9, "wang"), judging=judging) == expected


def test_first_instead_of_last() -> None:
    assert credit(bought(NOON), asked(NOON - 9), asked(NOON - 5, "wang"), judging=Judging(pick="first"))[1] == "li"


def test_unpaid_orders_do_not_count() -> None:
    unpaid = replace(bought(NOON), paid=None)
    assert credit_orders(PEOPLE, Books((), (unpaid,), ())) == []


def december(orders: list[Order], inquiries: list[Inquiry], refunds: tuple[Refund, ...] = ()) -> list:
    books = Books(tuple(inquiries), tuple(orders), refunds)
    return list(measure(PEOPLE, books, credit_orders(PEOPLE, books))["2024-12"].of("li").values())


@pytest.mark.parametrize(("after", "buyers"), [(7 * DAY, 1), (7 * DAY + 1, 0)])
def test_an_inquiry_converts_when_paid_within_seven_days(after: int, buyers: int) -> None:
    (part,) = december([bought(NOON + 60, NOON + after)], [asked(NOON)])
    assert (part.inquiries, part.buyers, part.gross) == (1, buyers, 10_000)


def test_a_customer_counts_once_a_day_and_agent() -> None:
    orders = [bought(NOON + 99), bought(NOON + 200, id="p")]
    (part,) = december(orders, [asked(NOON), asked(NOON + 150), asked(NOON + DAY)])
    assert (part.inquiries, part.buyers, part.orders) == (2, 1, 2)


@pytest.mark.parametrize(
    ("day", "sales"), [(seconds(date(2025, 1, 8)) - 1, 6_000), (seconds(date(2025, 1, 8)), 10_000)]
)
def test_refunds_net_before_the_settlement_day(day: int, sales: int) -> None:
    (part,) = december([bought(NOON)], [asked(NOON)], (Refund("o", day, 4_000, "return", ""),))
    assert (part.gross, part.sales) == (10_000, sales)


def test_an_order_is_earned_on_the_day_it_is_paid() -> None:
    new_year = seconds(date(2025, 1, 1))
    (part,) = december([bought(new_year - 60, new_year)], [asked(new_year - 90)])
    assert (part.inquiries, part.buyers, part.gross) == (1, 1, 0)
