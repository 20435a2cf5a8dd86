"""An invented company of three shops, seeded: everything that happened in it over some months, as plain Python.

Shop A keeps a list of inquiries and its orders; shop B has the vendor's daily report and nothing else; shop C is
after-sales, whose report tells service and no sales. Money is in cents. Nothing here knows how anybody is paid.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)
LAST_DAYS = 12
"""How many days of the month after the last are told, so that the last can be settled."""


@dataclass(eq=False)
class Company:
    """What happened. `months` are the first to the last whole month; the days after them belong to `after`.

    `serves` says by shop whom each account asks for, a day, and how many of them buy.
    """

    months: list[str]
    after: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    serves: dict[str, dict[str, tuple[int, float]]] = field(default_factory=lambda: {"A": SERVE_A, "B": SERVE_B})

    @property
    def first(self) -> date:
        return start_of(self.months[0])

    @property
    def end(self) -> date:
        """The last day that is told."""
        return start_of(self.after) + (LAST_DAYS - 1) * DAY

    def add(self, table: str, **row: Any) -> Row:
        self.tables.setdefault(table, []).append(row)
        return row

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def start_of(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def later(month: str, n: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + n
    return f"{count // 12}-{count % 12 + 1:02d}"


def days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


PRODUCTS = [  # product, category, price, cost
    ("手机壳", "A", 39_00, 12_00),
    ("贴膜", "A", 19_90, 3_30),
    ("手机", "B", 2199_00, 1800_00),
    ("平板", "B", 1599_00, 1310_00),
    ("耳机", "C", 259_00, 120_00),
    ("礼盒", "C", 888_00, 400_00),
]
PRICE = {name: price for name, _, price, _ in PRODUCTS}
SERVE_A = {"a1": (7, 0.40), "a2": (6, 0.30), "a3": (5, 0.52), "a4": (4, 0.50), "a5": (5, 0.35), "mg": (1, 0.30)}
SERVE_B = {"b1": (36, 0.42), "b2": (22, 0.30), "b3": (9, 0.48), "a5": (14, 0.36)}


def company(
    seed: int,
    first: str = "2024-03",
    n_months: int = 4,
    *,
    movers: bool = True,
    busy: float = 1.0,
    people: Callable[[Company], None] | None = None,
) -> Company:
    """Make a company of `people`, or of the usual ones; `busy` says how much there is to do.

    Of the usual ones somebody changes shop within a month where there are `movers`.
    """
    draw = random.Random(f"company-{seed}")
    months = [later(first, n) for n in range(n_months)]
    made = Company(months, later(first, n_months))
    if people is None:
        _people(made, movers)
    else:
        people(made)
    _shop_a(made, draw, busy)
    _odd_orders(made, draw)
    _refunds(made, draw)
    _shop_b(made, draw, busy)
    _shop_c(made, draw)
    _days_of_people(made, draw)
    _kept_by_hand(made, draw)
    return made


OLD = date(2021, 3, 15)


def employ(made: Company, agent: str, role: str, shop: str, team: str, supervisor: str | None, **more: Any) -> None:
    """Add a row of the roster."""
    row: Row = {"agent": agent, "name": f"员工{agent}", "role": role, "shop": shop, "team": team}
    row |= {"supervisor": supervisor, "inviter": None, "base_pay": 4000_00, "from": OLD, "to": None}
    made.add("assignments", **row | {"joined_on": more.get("from", OLD), "left_on": None, "city": "上海"} | more)


def give(made: Company, account: str, agent: str, first: Any = OLD, last: Any = None) -> None:
    """Add a row of the table of accounts; an account is called after its shop."""
    made.add("accounts", account=account, agent=agent, shop=account[0], **{"from": first, "to": last})


def _people(made: Company, movers: bool) -> None:
    old = OLD
    middle = start_of(made.months[2])
    leaves, moves = middle + 13 * DAY, middle + 15 * DAY
    joins = start_of(made.months[1]) + 9 * DAY
    made.tables["middle"] = [{"leaves": leaves, "moves": moves, "joins": joins}]
    works, holds = partial(employ, made), partial(give, made)
    works("a1", "agent", "A", "甲组", "s1")
    works("a2", "agent", "A", "甲组", "s1", inviter="a1")
    works("a3", "agent", "A", "甲组", "s1", to=leaves, left_on=leaves)
    works("a4", "agent", "A", "甲组", "s1", inviter="a2", base_pay=3500_00, **{"from": joins})
    works("a5", "agent", "A", "甲组", "s1", inviter="a1", **({"to": moves - DAY} if movers else {}))
    if movers:
        works("a5", "agent", "B", "乙组", "s1", inviter="a1", joined_on=old, **{"from": moves})
    works("s1", "supervisor", "A", "甲组", "mg", base_pay=6000_00)
    works("op1", "operations", "A", "甲组", "mg", base_pay=4500_00)
    works("op2", "operations", "A", "甲组", "mg", base_pay=4500_00)
    works("mg", "manager", "A", "甲组", None, base_pay=9000_00)
    works("b1", "agent", "B", "乙组", "s2")
    works("b2", "agent", "B", "乙组", "s2", inviter="b1")
    works("b3", "agent", "B", "乙组", "s2", inviter="a1")
    works("s2", "supervisor", "B", "乙组", "mg", base_pay=6000_00)
    works("s3", "supervisor", "C", "丙组", "mg", base_pay=6000_00)
    for name in ("c1", "c2", "c3"):
        works(name, "after-sales", "C", "丙组", "s3", base_pay=3800_00)

    over = datetime.combine(leaves, time(13))
    for agent in ("a1", "a2", "a4", "mg"):
        holds(f"A:{agent}", agent, joins if agent == "a4" else old)
    holds("A:a3", "a3", old, over)  # handed over during the day
    holds("A:a3", "a4", over)
    holds("A:a5", "a5", old, moves - DAY if movers else None)
    for agent in ("b1", "b2", "b3"):
        holds(f"B:{agent}", agent)
    if movers:
        holds("B:a5", "a5", moves)
    for agent in ("c1", "c2", "c3"):
        holds(f"C:{agent}", agent)


def holder(made: Company, account: str, when: datetime) -> str | None:
    """Who held an account at a moment; a day without a time ends with the day."""
    for row in made["accounts"]:
        first, last = row["from"], row["to"]
        if not isinstance(first, datetime):
            first = datetime.combine(first, time())
        if last is not None and not isinstance(last, datetime):
            last = datetime.combine(last + DAY, time())
        if row["account"] == account and first <= when and (last is None or when < last):
            return str(row["agent"])
    return None


def in_force(made: Company, agent: str, day: date) -> Row | None:
    """The assignment of somebody on a day; after the last one, the last."""
    own = sorted((r for r in made["assignments"] if r["agent"] == agent), key=lambda r: r["from"])
    begun = [r for r in own if r["from"] <= day]
    return begun[-1] if begun else None


def _works(made: Company, agent: str, day: date) -> bool:
    return any(
        r["agent"] == agent and r["from"] <= day and (r["to"] is None or day <= r["to"]) for r in made["assignments"]
    )


def _basket(draw: random.Random) -> list[Row]:
    """One to three lines of an order."""
    lines = []
    for product in draw.sample(list(PRICE), draw.choice([1, 1, 2, 3])):
        units = draw.choice([1, 1, 1, 2, 3])
        lines.append({"product": product, "units": units, "price": PRICE[product] - draw.choice([0, 0, 5_00, 11])})
    return lines


class _Numbers:
    def __init__(self) -> None:
        self.order, self.inquiry, self.customer = 240_000, 10_000, 0


def _order(made: Company, numbers: _Numbers, at: datetime, customer: str | None, lines: list[Row], **more: Any) -> Row:
    numbers.order += 1
    paid = more.pop("paid_at", at)
    number = str(numbers.order)
    if more.get("offline") or more.get("stage"):
        number = f"L{number}"
    row = {"order_id": number, "shop": "A", "created_at": at, "paid_at": paid, "customer": customer}
    row |= {"amount": sum(line["price"] * line["units"] for line in lines), "offline": False, "stage": None}
    row |= {"deposit_id": None, "account": None, "note": None, "approved_by": None, "reminder": False}
    row |= {"confirmed_at": None if paid is None else paid + 5 * DAY + timedelta(hours=3), "product": None} | more
    for n, line in enumerate(lines, 1):
        made.add("lines", order_id=number, line=str(n), amount=line["price"] * line["units"], **line)
    return made.add("orders", **row)


def _ask(made: Company, numbers: _Numbers, at: datetime, customer: str | None, account: str | None, draw: Any) -> Row:
    numbers.inquiry += 1
    seconds = draw.choice([12, 18, 25, 31, 40, 55, 95])
    return made.add(
        "inquiries",
        inquiry_id=f"Q{numbers.inquiry}",
        asked_at=at,
        shop="A",
        account=account,
        customer=customer,
        served_by="human",
        first_reply_s=max(3, seconds - 9),
        avg_reply_s=seconds,
        satisfied=draw.choice([None, None, True, True, True, False]),
    )


def _shop_a(made: Company, draw: random.Random, busy: float) -> None:
    numbers = _Numbers()
    made.tables["numbers"] = [{"numbers": numbers}]
    for day in days(made.first, made.end):
        for agent, (load, chance) in made.serves["A"].items():
            account = f"A:{agent}"
            for _ in range(max(1, round(load * busy * draw.uniform(0.7, 1.3)))):
                at = datetime.combine(day, time(9)) + timedelta(seconds=draw.randrange(12 * 3600))
                if holder(made, account, at) is not None:
                    _customer(made, numbers, draw, at, account, chance)
        for _ in range(3):  # bought without asking anyone; some of them reminded
            numbers.customer += 1
            at = datetime.combine(day, time(8)) + timedelta(seconds=draw.randrange(13 * 3600))
            name, paid = f"静{numbers.customer}", at + timedelta(hours=3)
            _order(made, numbers, at, name, _basket(draw), paid_at=paid)
            if draw.random() < 0.3:
                asked = at + timedelta(hours=1)
                account = f"A:{draw.choice(['a1', 'a2', 'a3'])}"
                _ask(made, numbers, asked, name, account, draw)


def _customer(made: Company, numbers: _Numbers, draw: random.Random, at: datetime, account: str, chance: float) -> None:
    """Somebody asks, perhaps again and perhaps somebody else, and perhaps buys."""
    numbers.customer += 1
    name = f"Tb {numbers.customer}"
    _ask(made, numbers, at, name, account, draw)
    if draw.random() < 0.12:
        _ask(made, numbers, at + timedelta(minutes=draw.randrange(1, 50)), name.upper().replace(" ", ""), account, draw)
    if draw.random() < 0.05:
        _ask(made, numbers, at + timedelta(hours=1), name, "A:a2", draw)
    if draw.random() < 0.04:
        robot = _ask(made, numbers, at + timedelta(hours=1, minutes=30), name, "A:a1", draw)
        robot["served_by"] = "robot"
        robot["satisfied"] = None
    roll = draw.random()
    if roll < chance:
        made_at = at + timedelta(minutes=draw.randrange(55, 200))
        paid = made_at + timedelta(minutes=draw.choice([1, 5, 30, 60 * 26]))
        if draw.random() < 0.01:
            paid = None  # never paid
        _order(made, numbers, made_at, name, _basket(draw), paid_at=paid)
        if paid is not None and draw.random() < 0.06:  # asks again and buys more
            again = paid + timedelta(minutes=30)
            if holder(made, account, again):
                _ask(made, numbers, again, name, account, draw)
                _order(made, numbers, again + timedelta(hours=1), name, _basket(draw))
    elif roll < chance + 0.03:  # on the edges of the window and of the time to pay
        edge = at + 3 * DAY + timedelta(seconds=draw.choice([0, 0, 1]))
        _order(made, numbers, edge, name, _basket(draw), paid_at=edge + draw.choice([DAY, 4 * DAY, 5 * DAY]))


def _odd_orders(made: Company, draw: random.Random) -> None:
    """Offline orders, large ones, credits by hand, orders without a customer, pre-sales."""
    numbers = made["numbers"][0]["numbers"]
    for n, month in enumerate([*made.months, made.after]):
        first = start_of(month)

        def at(day: int, hour: int = 15, of: date = first) -> datetime:
            return datetime.combine(of + (day - 1) * DAY, time(hour, draw.randrange(60), draw.randrange(60)))

        for k, (agent, day) in enumerate([("a1", 3), ("a2", 4), ("a1", 6), ("a3", 9)]):
            customer = f"线下{month}{k}"
            _ask(made, numbers, at(day, 10), customer, f"A:{agent}", draw)
            big = [{"product": "手机", "units": draw.randrange(2, 14), "price": PRICE["手机"] - 37}]
            _order(made, numbers, at(day), customer, big, offline=True)
        owned = [{"product": "礼盒", "units": 3 + n, "price": PRICE["礼盒"]}]
        _order(made, numbers, at(8), "老客", owned, offline=True)  # of a customer in the customer file
        # untraceable: offline and nobody asked, or without a customer
        _order(
            made,
            numbers,
            at(5),
            f"无主{month}",
            [{"product": "平板", "units": 140 * n + 190, "price": 1599_00}],
            offline=True,
        )
        _order(made, numbers, at(7), None, [{"product": "礼盒", "units": 2, "price": 888_00}])
        if n == len(made.months):
            continue  # the rest lies behind the days that are told
        # large ones
        customer = f"大单{month}"
        _ask(made, numbers, at(11, 10), customer, "A:a2", draw)
        _order(made, numbers, at(11), customer, [{"product": "贴膜", "units": 100 + n, "price": 15_90}])
        _ask(made, numbers, at(12, 10), customer + "B", "A:a1", draw)
        _order(made, numbers, at(12), customer + "B", [{"product": "手机", "units": 12, "price": 2100_00}])
        # credited by hand, with a reason and somebody else's approval
        for k, agent in enumerate(["a1", "a2"]):
            who = [{"product": "耳机", "units": 2 + k, "price": 259_00}]
            how = {"account": f"A:{agent}", "note": "电话成交", "approved_by": "员工mg"}
            _order(made, numbers, at(13 + k), f"手工{month}{k}", who, credited=True, **how)
        # pre-sales: the deposit in one month, the rest in the next
        for k, agent in enumerate(["a1", "a2", "a4"]):
            customer = f"预售{month}{k}"
            when = at(20 + k)
            if holder(made, f"A:{agent}", when) is None:
                continue
            _ask(made, numbers, when - timedelta(hours=2), customer, f"A:{agent}", draw)
            deposit = _order(made, numbers, when, customer, [], stage="deposit", amount=50_00, confirmed_at=None)
            rest = when + timedelta(days=15)
            other = "A:a2" if k == 0 else f"A:{agent}"
            _ask(made, numbers, rest - timedelta(hours=1), customer, other, draw)
            price = 838_00 + 10_00 * k
            _order(made, numbers, rest, customer, [], stage="final", amount=price, deposit_id=deposit["order_id"])
    middle = made["middle"][0]["leaves"]
    made.add("customers", customer="老客", agent="a3", **{"from": date(2021, 3, 15), "to": middle})
    made.add("customers", customer="老客", agent="a2", **{"from": middle + DAY, "to": None})


def _refunds(made: Company, draw: random.Random) -> None:
    """Some come back: soon, after the month is settled, in part, in whole, twice, and once too much."""
    end = datetime.combine(made.end + DAY, time())
    for order in made["orders"]:
        if order["paid_at"] is None or order["stage"] == "deposit" or draw.random() > 0.09:
            continue
        after = [draw.choice([1, 2, 4, 7, 12, 25, 38, 50, 65]) * DAY + timedelta(hours=draw.randrange(20))]
        if draw.random() < 0.1:
            after.append(after[0] + 2 * DAY)
        for n, gap in enumerate(after):
            when = order["paid_at"] + gap
            amount = order["amount"] if draw.random() < 0.5 else order["amount"] // draw.choice([2, 3, 4])
            if when < end and amount > 0:
                made.add("refunds", order_id=order["order_id"], refunded_at=when, amount=amount, kind="退款", n=n)


def _shop_b(made: Company, draw: random.Random, busy: float) -> None:
    for day in days(made.first, made.end):
        for agent, (load, chance) in made.serves["B"].items():
            account = f"B:{agent}"
            if holder(made, account, datetime.combine(day, time(12))) is None:
                continue
            inquiries = round(load * busy * draw.uniform(0.6, 1.4))
            buyers = min(inquiries, round(inquiries * chance * draw.uniform(0.8, 1.2)))
            sales = sum(draw.randrange(60_00, 420_00) for _ in range(buyers))
            rated = round(inquiries * 0.4)
            made.add(
                "days_b", date=day, account=account, receptions=inquiries + draw.randrange(6), inquiries=inquiries,
                buyers=buyers, orders=buyers, units=buyers + draw.randrange(4), sales=sales,
                refunds=min(sales, draw.choice([0, 0, 0, 45_10, 120_00])), consultations=inquiries + 8,
                reply_seconds=draw.choice([22, 30, 41, 58]), first_reply_seconds=draw.choice([8, 11, 15]),
                rated=rated, satisfied=rated - min(rated, draw.randrange(3)),
            )  # fmt: skip


def _shop_c(made: Company, draw: random.Random) -> None:
    for day in days(made.first, made.end):
        for n, agent in enumerate(("c1", "c2", "c3")):
            rated = draw.randrange(2, 9)
            made.add(
                "days_c", date=day, account=f"C:{agent}", consultations=20 + n, receptions=18 + draw.randrange(9),
                reply_seconds=[16, 44, 70][n] + draw.randrange(12), first_reply_seconds=9, rated=rated,
                satisfied=rated - (draw.random() < 0.3 * (n + 1) / 2),
            )  # fmt: skip


def everybody(made: Company) -> list[str]:
    return list(dict.fromkeys(str(row["agent"]) for row in made["assignments"]))


def _days_of_people(made: Company, draw: random.Random) -> None:
    for agent in everybody(made):
        for day in days(made.first, made.end):
            if not _works(made, agent, day):
                continue
            off = day.weekday() == 6
            absent = draw.random() < (0.03 if agent != "a1" else 0.0)
            made.add(
                "attendance", agent=agent, date=day, scheduled=0 if off else 8, worked=0 if off or absent else 8,
                late=draw.choice([0, 0, 0, 0, 0, 0, 0, 6]) if agent in ("a2", "b2") and not (off or absent) else 0,
                early=5 if agent == "b3" and day.day == 10 and not (off or absent) else 0,
            )  # fmt: skip
        for month in made.months:
            for day in (start_of(month) + 5 * DAY, start_of(month) + 20 * DAY):
                if _works(made, agent, day):
                    made.add(
                        "quality", agent=agent, date=day, checked=25, answer_errors=draw.choice([0, 0, 1, 2]),
                        note_errors=draw.choice([0, 1, 3]), complaints=draw.choice([0, 0, 0, 1]),
                        complaints_upheld=int(agent in ("c2", "b2") and day.day > 15 and draw.random() < 0.5),
                    )  # fmt: skip


OWN: dict[str, Any] = {  # what no export tells: measure -> (who, how it is drawn, by person and month)
    "overhead": ("all", lambda d: d.randrange(1500_00, 4000_00)),
    "profit": ("all", lambda d: d.randrange(-500_00, 9000_00)),
    "net_profit": ("all", lambda d: d.randrange(-100_00, 1500_00)),
    "deals": ("all", lambda d: d.randrange(1, 5)),
    "customers": ("all", lambda d: d.randrange(2, 9)),
    "list_value": ("all", lambda d: d.randrange(20_000_00, 90_000_00)),
    "report_points": ("all", lambda d: d.randrange(40, 101)),
    "absences": ("all", lambda d: d.choice([0, 0, 1, 2])),
    "shared_pictures": ("all", lambda d: d.randrange(0, 80)),
    "featured_units": ("all", lambda d: d.randrange(0, 60)),
    "presale_taken": ("agent", lambda d: d.randrange(0, 5000_00)),
    "presale_closed": ("agent", lambda d: d.randrange(0, 5000_00)),
    "refunds_asked": ("after-sales", lambda d: d.randrange(9000_00, 30000_00)),
    "refunds_made": ("after-sales", lambda d: d.randrange(2000_00, 9000_00)),
    "cases": ("after-sales", lambda d: d.randrange(100, 140)),
    "resolved": ("after-sales", lambda d: d.randrange(75, 100)),
    "rating": ("agent", lambda d: d.choice(["A", "B", "C"])),
    "shown_conversion": ("agent", lambda d: f"{d.randrange(2500, 3600) / 10000:.3f}"),
}
OWN_MONEY = ("overhead", "profit", "net_profit", "list_value", "presale_taken", "presale_closed")
OWN_MONEY += ("refunds_asked", "refunds_made", "volume", "结余", "earnings", "vouchers")


def _kept_by_hand(made: Company, draw: random.Random) -> None:
    roles = {row["agent"]: row["role"] for row in made["assignments"]}
    for month in made.months:
        for measure, (who, value) in OWN.items():
            for agent, role in roles.items():
                present = any(
                    r["agent"] == agent
                    and f"{r['from']:%Y-%m}" <= month
                    and (r["to"] is None or f"{r['to']:%Y-%m}" >= month)
                    for r in made["assignments"]
                )
                if present and who in ("all", role):
                    made.add("own", month=month, agent=agent, measure=measure, value=value(draw))
        first, last = start_of(month), start_of(later(month, 1)) - DAY
        for agent, role in roles.items():
            span = {"from": first, "to": last}
            if role == "manager":
                made.add(
                    "targets", scope="agent", subject=agent, measure="sales", value=draw.choice([9000, 20000]), **span
                )
            if role == "agent":
                made.add("targets", scope="agent", subject=agent, measure="orders", value=draw.randrange(3, 14), **span)
