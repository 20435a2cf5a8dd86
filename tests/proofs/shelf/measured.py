"""The measures of the company, worked out from what happened as `docs/crediting.md` says; no code of the toolkit.

Rows have the form the oracle of pay reads: counts and money as whole numbers (cents), averages exact, None is blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from tests.proofs.shelf.company import OWN, OWN_MONEY, PRODUCTS, Company, Row, holder, in_force, later, start_of

CATEGORY = {name: category for name, category, _, _ in PRODUCTS}
COST = {name: cost for name, _, _, cost in PRODUCTS}
DAY = timedelta(days=1)
COUNTED = ("consultations", "receptions", "inquiries", "buyers", "orders", "units", "gross_sales", "refunds", "sales")
COUNTED += ("reminder_sales", "offline_sales", "offline_orders", "rated", "satisfied", "upsells")
PRESENT = ("worked_days", "scheduled_days", "late_days", "early_leave_days")
CHECKED = ("checked", "answer_errors", "note_errors", "complaints", "complaints_upheld")
SERVICE = ("consultations", "receptions", "rated", "satisfied")
UNTOLD = {"B": ("upsells",), "C": tuple(name for name in COUNTED if name not in SERVICE)}
"""What nobody can know of a shop, because its report has no such column: blank, never 0."""
AVERAGES = ("shown_conversion", "quality")
"""Own measures that stand on every row of somebody's month."""
WHO = ("role", "team", "supervisor", "inviter", "base_pay")


@dataclass(frozen=True)
class Clocks:
    """The settings that a scheme of the shelf asks for."""

    judged_by: str = "order_first"
    earned_on: str = "paid"
    earned_after_days: int = 0
    settlement_day: int = 8
    customer_owner: str = "nobody"
    upsell_hours: int = 0
    window_days: int = 3
    conversion_days: int = 7


@dataclass
class Credited:
    """Whose an order is."""

    order: Row
    agent: str | None
    kind: str
    inquiry: Row | None = None
    month: str = ""
    netted: int = 0
    late: tuple[tuple[str, int], ...] = ()

    @property
    def left(self) -> int:
        return int(self.order["amount"]) - self.netted


@dataclass
class Measured:
    """All rows, the order lines with their agent, refunds after the settlement."""

    rows: list[Row]
    lines: list[Row]
    late: list[Row]


def folded(customer: str | None) -> str | None:
    return None if customer is None else "".join(customer.split()).casefold()


def measured(made: Company, clocks: Clocks, campaign: tuple[date, date] | None = None) -> Measured:
    """Work out every month that is told; rows lie inside or outside of a campaign's days."""
    credits = [_credited(made, clocks, order) for order in _joined(made)]
    credits = [c for c in credits if c is not None]
    rows = Rows(campaign)
    for credit in credits:
        _count_order(made, rows, credit)
    _count_inquiries(made, rows, credits, clocks)
    _count_upsells(made, rows, credits, clocks)
    for table in ("days_b", "days_c"):
        for day in made[table]:
            _count_day(made, rows, day, "B" if table == "days_b" else "C")
    _count_people(made, rows)
    return Measured(_finished(made, rows), _lines(made, credits), _late(credits))


class Rows(dict[Any, Row]):
    """Rows by what tells them apart."""

    def __init__(self, campaign: tuple[date, date] | None) -> None:
        super().__init__()
        self.campaign = campaign

    def piece(self, day: date) -> tuple[int, date, date]:
        """Before, in or after the campaign, and the days of the month that are."""
        first, last = start_of(f"{day:%Y-%m}"), start_of(later(f"{day:%Y-%m}", 1)) - DAY
        if self.campaign is None:
            return 0, first, last
        start, end = self.campaign
        if day < start:
            return 0, first, min(last, start - DAY)
        return (1, max(first, start), min(last, end)) if day <= end else (2, max(first, end + DAY), last)


def _row(made: Company, rows: Rows, agent: str | None, day: date, shop: str, why: str = "") -> Row:
    """The row of somebody, as he was on a day, in a shop; of nobody: the shop's own."""
    month = f"{day:%Y-%m}"
    who = in_force(made, agent, day) if agent else None
    piece, first, last = rows.piece(day)
    key = (month, agent, shop, id(who), why, piece)
    if key not in rows:
        row: Row = {"month": month, "agent": agent, "shop": shop, "credit": why or None, "_who": who}
        row |= {name: (who[name] if who else None) for name in WHO} | {"from": first, "to": last}
        row |= dict.fromkeys(COUNTED, 0) | {"_reply": Fraction(0), "_first": Fraction(0), "_seen": False}
        row |= dict.fromkeys((*PRESENT, *CHECKED))
        rows[key] = row
    return rows[key]


def _joined(made: Company) -> list[Row]:
    """Orders as they count: a deposit and its final payment are one."""
    by_number = {o["order_id"]: o for o in made["orders"]}
    found = []
    for order in made["orders"]:
        if order["stage"] == "deposit":
            continue
        if order["stage"] == "final":
            deposit = by_number[order["deposit_id"]]
            order = order | {"created_at": deposit["created_at"], "amount": order["amount"] + deposit["amount"]}
            order["numbers"] = (order["order_id"], deposit["order_id"])
        found.append(order)
    return found


def _credited(made: Company, clocks: Clocks, order: Row) -> Credited | None:
    if order["paid_at"] is None:
        return None
    earned = {"paid": order["paid_at"], "confirmed": order["confirmed_at"]}[clocks.earned_on]
    if earned is None:
        return None
    credit = _whose(made, clocks, order)
    earned = earned + clocks.earned_after_days * DAY
    credit.month = f"{earned:%Y-%m}"
    credit.order = order | {"earned": earned}
    _take_off(made, clocks, credit)
    return credit


def _whose(made: Company, clocks: Clocks, order: Row) -> Credited:
    kind = "offline" if order["offline"] else "reminder" if order["reminder"] else "inquiry"
    at = order["created_at"]
    if order["account"] is not None:
        return Credited(order, holder(made, order["account"], at), kind)
    if clocks.customer_owner == "offline" and order["offline"]:
        for c in made["customers"]:
            if folded(c["customer"]) == folded(order["customer"]) and c["from"] <= at.date() <= (c["to"] or date.max):
                return Credited(order, c["agent"], kind)
    if order["customer"] is None:
        return Credited(order, None, "untraceable")
    mine = _asked_by(made).get(folded(order["customer"]), [])
    mine = [q for q in mine if q["shop"] == order["shop"]]
    moment = order["paid_at"] if clocks.judged_by == "payment_time" else at
    before = [q for q in mine if moment - clocks.window_days * DAY <= q["asked_at"] <= moment]
    if before:
        last = before[-1]
        return Credited(order, holder(made, last["account"], last["asked_at"]), kind, last)
    if clocks.judged_by == "order_first":
        after = [q for q in mine if at < q["asked_at"] <= order["paid_at"]]
        if after:
            last = after[-1]
            kind = "offline" if order["offline"] else "reminder"
            return Credited(order, holder(made, last["account"], last["asked_at"]), kind, last)
    return Credited(order, None, "untraceable" if order["offline"] else "silent")


@lru_cache(maxsize=1)
def _asked_by(made: Company) -> dict[str | None, list[Row]]:
    """Inquiries that a person answered, by customer, in the order of time."""
    found: dict[str | None, list[Row]] = {}
    for q in sorted(made["inquiries"], key=lambda q: (q["asked_at"], q["inquiry_id"])):
        if q["served_by"] == "human":
            found.setdefault(folded(q["customer"]), []).append(q)
    return found


def _take_off(made: Company, clocks: Clocks, credit: Credited) -> None:
    """Refunds before the settlement lower the order, at most to 0; those after it are told apart."""
    day = start_of(later(credit.month, 1)) + (clocks.settlement_day - 1) * DAY
    until, left, late = datetime.combine(day, time()), int(credit.order["amount"]), []
    numbers = credit.order.get("numbers", (credit.order["order_id"],))
    own = sorted((r for r in made["refunds"] if r["order_id"] in numbers), key=lambda r: r["refunded_at"])
    for refund in own:
        taken = min(left, refund["amount"])
        left -= taken
        if refund["refunded_at"] < until:
            credit.netted += taken
        elif taken:
            late.append((f"{refund['refunded_at']:%Y-%m}", taken))
    credit.late = tuple(late)


def _count_order(made: Company, rows: Rows, credit: Credited) -> None:
    day = credit.order["earned"].date()
    if credit.agent is None:
        row = _row(made, rows, None, day, credit.order["shop"], credit.kind)
        row["orders"] += 1
    else:
        row = _row(made, rows, credit.agent, day, credit.order["shop"])
    if credit.kind == "offline":
        row["offline_orders"] += 1
        row["offline_sales"] += credit.left
    elif credit.kind == "reminder":
        row["reminder_sales"] += credit.left
    else:
        row["gross_sales"] += credit.order["amount"]
        row["refunds"] += credit.netted
        row["sales"] += credit.left
        if credit.agent is not None:
            row["orders"] += 1
            row["units"] += _units(made, credit.order)


def _units(made: Company, order: Row) -> int:
    return sum(line["units"] for line in _lines_of(made).get(order["order_id"], []))


@lru_cache(maxsize=1)
def _lines_of(made: Company) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for line in made["lines"]:
        found.setdefault(line["order_id"], []).append(line)
    return found


def _count_inquiries(made: Company, rows: Rows, credits: list[Credited], clocks: Clocks) -> None:
    """One inquiry is one customer of one person in one shop on one day; a buyer is one that bought in time."""
    bought = {
        c.inquiry["inquiry_id"]
        for c in credits
        if c.inquiry is not None
        and c.kind == "inquiry"
        and c.order["paid_at"] <= c.inquiry["asked_at"] + clocks.conversion_days * DAY
        and c.order["paid_at"] >= c.inquiry["asked_at"]
    }
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for q in sorted(made["inquiries"], key=lambda q: (q["asked_at"], q["inquiry_id"])):
        agent = holder(made, q["account"], q["asked_at"])
        row = _row(made, rows, agent, q["asked_at"].date(), q["shop"])
        row["consultations"] += 1
        if q["served_by"] == "robot":
            continue
        row["receptions"] += 1
        row["_reply"] += q["avg_reply_s"]
        row["_first"] += q["first_reply_s"]
        if q["satisfied"] is not None:
            row["rated"] += 1
            row["satisfied"] += q["satisfied"]
        groups.setdefault((agent, folded(q["customer"]), q["shop"], q["asked_at"].date()), []).append(q)
    for (agent, _, shop, day), asked in groups.items():
        row = _row(made, rows, agent, day, shop)
        row["inquiries"] += 1
        row["buyers"] += any(q["inquiry_id"] in bought for q in asked)


def _count_upsells(made: Company, rows: Rows, credits: list[Credited], clocks: Clocks) -> None:
    """A further order soon after one, credited to an inquiry asked in between: its units."""
    if not clocks.upsell_hours:
        return
    within = timedelta(hours=clocks.upsell_hours)
    for credit in credits:
        if credit.inquiry is None or credit.kind == "reminder":
            continue
        asked, at = credit.inquiry["asked_at"], credit.order["created_at"]
        earlier = [
            c
            for c in credits
            if c is not credit
            and folded(c.order["customer"]) == folded(credit.order["customer"])
            and c.order["shop"] == credit.order["shop"]
            and c.order["created_at"] <= asked <= at
            and at - c.order["created_at"] <= within
        ]
        if earlier:
            row = _row(made, rows, credit.agent, credit.order["earned"].date(), credit.order["shop"])
            row["upsells"] += _units(made, credit.order) or 1


def _count_day(made: Company, rows: Rows, day: Row, shop: str) -> None:
    """A vendor's day belongs to who held the account at noon; its sales are before its refunds."""
    agent = holder(made, day["account"], datetime.combine(day["date"], time(12)))
    row = _row(made, rows, agent, day["date"], shop)
    for name in ("consultations", "receptions", "inquiries", "buyers", "orders", "units", "rated", "satisfied"):
        row[name] += day.get(name, 0)
    row["gross_sales"] += day.get("sales", 0)
    row["refunds"] += day.get("refunds", 0)
    row["sales"] += day.get("sales", 0) - day.get("refunds", 0)
    row["_reply"] += Fraction(day["reply_seconds"]) * day["receptions"]
    row["_first"] += Fraction(day["first_reply_seconds"]) * day["receptions"]


def _count_people(made: Company, rows: Rows) -> None:
    def add(row: Row, name: str, value: int) -> None:
        row[name] = (row[name] or 0) + value

    for day in made["attendance"]:
        row = _row(made, rows, day["agent"], day["date"], in_force(made, day["agent"], day["date"])["shop"])
        add(row, "worked_days", day["worked"] > 0)
        add(row, "scheduled_days", day["scheduled"] > 0)
        add(row, "late_days", day["late"] > 0)
        add(row, "early_leave_days", day["early"] > 0)
    for q in made["quality"]:
        row = _row(made, rows, q["agent"], q["date"], in_force(made, q["agent"], q["date"])["shop"])
        for name in CHECKED:
            add(row, name, q[name])


def _place(row: Row) -> tuple[Any, ...]:
    """Somebody's rows of a month in the order of time, of one spell by shop."""
    begun = max(row["_who"]["from"], row["from"]) if row["_who"] else row["from"]
    return row["month"], str(row["agent"]), begun, row["shop"]


def _finished(made: Company, rows: Rows) -> list[Row]:
    """Days counted for somebody in one month stand beside 0 in his other rows; own measures stand once a month."""
    found = sorted(rows.values(), key=_place)
    own = dict.fromkeys([*OWN, *(o["measure"] for o in made["own"])])
    targets = dict.fromkeys([f"target_{t}" for t in ("sales", "orders", *(t["measure"] for t in made["targets"]))])
    first: dict[tuple[str, Any], Row] = {}
    for row in found:
        row["reply_seconds"] = row["_reply"] / row["receptions"] if row["receptions"] else None
        row["first_reply_seconds"] = row["_first"] / row["receptions"] if row["receptions"] else None
        who = row.pop("_who")
        for name in ("_reply", "_first", "_seen"):
            row.pop(name)
        for name in UNTOLD.get(row["shop"], ()):
            row[name] = None
        row["city"] = who["city"] if who else None
        row["tenure_months"] = _tenure(who, row["month"]) if who else None
        row |= dict.fromkeys(own) | dict.fromkeys(targets)
        first.setdefault((row["month"], row["agent"]), row)
    mine: dict[tuple[str, Any], list[Row]] = {}
    for row in found:
        mine.setdefault((row["month"], row["agent"]), []).append(row)
    for same in mine.values():
        for name in (*PRESENT, *CHECKED):
            if any(row[name] is not None for row in same):
                for row in same:
                    row[name] = row[name] or 0
    for kept in made["own"]:
        same = mine.get((kept["month"], kept["agent"]), [])
        name, value = kept["measure"], kept["value"]
        for n, row in enumerate(same):
            if name == "rating":
                row[name] = value
            elif name in AVERAGES:
                row[name] = Fraction(value)
            else:
                row[name] = value if n == 0 else 0
    for target in made["targets"]:
        for row in mine.get((f"{target['from']:%Y-%m}", target["subject"]), []):
            money = target["measure"] == "sales"
            row[f"target_{target['measure']}"] = target["value"] * 100 if money else Fraction(target["value"])
    return found


def _tenure(who: Row, month: str) -> int:
    """Months since the one of joining, which itself is 0."""
    now, joined = start_of(month), who["joined_on"]
    return int((now.year - joined.year) * 12 + now.month - joined.month)


def _lines(made: Company, credits: list[Credited]) -> list[Row]:
    """Order lines of those whose order it is; none of an order refunded in whole, none of reminders.

    Of an order whose items nobody lists the units are unknown.
    """
    found = []
    for credit in credits:
        if credit.agent is None or credit.kind == "reminder" or credit.left <= 0:
            continue
        own = _lines_of(made).get(credit.order["order_id"], [])
        for n in own:
            found.append({
                "month": credit.month, "agent": credit.agent, "order_id": credit.order["order_id"], "line": n["line"],
                "product": n["product"], "category": CATEGORY[n["product"]], "units": n["units"], "amount": n["amount"],
                "discount": n.get("discount", 0), "cost": COST[n["product"]] * n["units"],
            })  # fmt: skip
        if not own:
            found.append({
                "month": credit.month, "agent": credit.agent, "order_id": credit.order["order_id"], "line": "0",
                "product": None, "category": None, "units": None, "amount": credit.order["amount"], "discount": 0,
                "cost": 0,
            })  # fmt: skip
    return found


def _late(credits: list[Credited]) -> list[Row]:
    """Refunds after the settlement of what counts as sales."""
    return [
        {"month": month, "agent": c.agent, "origin_month": c.month, "amount": Fraction(amount, 100),
         "order_id": c.order["order_id"]}
        for c in credits
        if c.agent is not None and c.kind == "inquiry"
        for month, amount in c.late
    ]  # fmt: skip


__all__ = ["OWN_MONEY", "Clocks", "Measured", "measured"]
