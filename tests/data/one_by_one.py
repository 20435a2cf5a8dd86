"""Credit and measures of a world of `tests.data.worlds`, worked out one by one in plain Python.

Nothing here shares code with the engine half of the toolkit: rows are dictionaries, every question is a loop.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from tests.data.worlds import DAY, MICRO, Row, World
from toolkit.data.tables.settings import Settings


@dataclass(frozen=True)
class Part:
    """One holder's part of one order."""

    order: str
    shop: str
    channel: str | None
    customer: str | None
    credit: str
    rule: str
    account: str | None
    agent: str | None
    counted: int
    inquiry: str | None
    asked_at: datetime | None
    moment: datetime
    paid_at: datetime
    earned_on: date | None
    amount: int
    netted: int
    after: int


def holders(world: World, account: str, shop: str, at: datetime | date) -> list[tuple[str, Fraction]]:
    """Return who holds an account at a moment (a day: at its noon), with weights in millionths, the largest first."""
    at = at if isinstance(at, datetime) else datetime.combine(at, time(12))
    parts: dict[str, Fraction] = {}
    for r in world.get("accounts", []):
        share = Fraction(1) if r.get("share") is None else Fraction(round(Fraction(str(r["share"])) * 10**6), 10**6)
        fits = r["account"] == account and r.get("shop") in (None, shop)
        if fits and share and _begins(r["from"]) <= at and (r.get("to") is None or at < _ends(r["to"])):
            parts[r["agent"]] = min(parts.get(r["agent"], Fraction(0)) + share, Fraction(1))
    return sorted(parts.items(), key=lambda p: (-p[1], p[0]))


def _begins(day: datetime | date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _ends(last: datetime | date) -> datetime:
    """Return the moment from which a row no longer holds: a day and 23:59 end with the day."""
    if isinstance(last, datetime) and time() < last.time() < time(23, 59):
        return last
    return datetime.combine(last.date() if isinstance(last, datetime) else last, time()) + DAY


def customer_of(row: Row) -> str | None:
    """Return a customer's name without case and blanks, None for none."""
    return (row.get("customer") or "").replace(" ", "").replace("\u3000", "").lower() or None


def largest_remainder(total: int, weights: list[Fraction]) -> list[int]:
    """Divide a total, leaving the spare units to the largest remainders, the first of equal ones."""
    exact = [abs(total) * w / sum(weights) for w in weights]
    parts = [e.numerator // e.denominator for e in exact]
    for i in sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), i))[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [p if total >= 0 else -p for p in parts]


def credits(world: World, settings: Settings, pick: str = "last") -> list[Part]:
    """Return the credit of every order that counts."""
    orders = sorted(wholes(world), key=lambda o: (_moment(settings, o), o["order_id"]))
    asked = {o["order_id"]: _decide(world, settings, pick, o) for o in orders}
    _stay_in_cycles(settings, orders, asked)
    return [part for o in orders for part in _credit(world, settings, o, *asked[o["order_id"]])]


def wholes(world: World) -> list[Row]:
    """Return the paid orders, a deposit and its final payment as one."""
    paid = [o for o in world["orders"] if o.get("paid_at") is not None]
    finals = {o["order_id"]: o for o in paid if o.get("stage") == "final"}
    deposits = {o["order_id"]: o for o in paid if o.get("stage") == "deposit"}
    pairs: dict[str, str] = {}
    for number, o in sorted(finals.items()):
        if o.get("deposit_id") in deposits and o["deposit_id"] not in pairs.values():
            pairs[number] = o["deposit_id"]
    groups: dict[tuple, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    loose = [o for o in deposits.values() if o["order_id"] not in pairs.values()]
    loose += [o for o in finals.values() if o["order_id"] not in pairs and o.get("deposit_id") is None]
    for o in loose:
        lines = [r for r in world.get("order_lines", []) if r["order_id"] == o["order_id"] and r.get("product")]
        if customer_of(o):
            key = o["shop"], customer_of(o), min((r["product"] for r in lines), default="")
            groups[key][int(o["stage"] == "final")].append(o)
    for before, after in groups.values():
        couples = list(zip(*(sorted(g, key=lambda o: (o["paid_at"], o["order_id"])) for g in (before, after)),
                           strict=False))  # fmt: skip
        if len(before) == len(after) and all(f["paid_at"] >= d["paid_at"] for d, f in couples):
            pairs |= {f["order_id"]: d["order_id"] for d, f in couples}
    return [_whole(o, deposits.get(pairs.get(o["order_id"], ""))) for o in paid if o.get("stage") != "deposit"]


def _whole(o: Row, deposit: Row | None) -> Row:
    if deposit is None:
        return o
    return o | {
        "amount": o["amount"] + deposit["amount"],
        "created_at": deposit["created_at"],
        "customer": o["customer"] if o.get("customer") is not None else deposit.get("customer"),
        "deposit_account": deposit.get("account"),
        "deposit_order": deposit["order_id"],
    }


def _moment(settings: Settings, o: Row) -> datetime:
    return o["paid_at"] if settings.crediting.judged_by == "payment_time" else o["created_at"]


Decided = tuple[str, str, str | None, str | None, list[Row]]  # credit, rule, account, agent, inquiries, the last first


def _credit(world: World, settings: Settings, o: Row, status: str, rule: str, named: str | None, agent: str | None,
            asked: list[Row]) -> list[Part]:  # fmt: skip
    moment = _moment(settings, o)
    earned = o.get(settings.clocks.earned_on + "_at")
    day = None if earned is None else (earned + settings.clocks.earned_after_days * DAY).date()
    money = _refunded(world, o, day, settings.clocks.settlement_day)
    out = []
    for i, q in enumerate(asked or [None]):
        account, credit = named or (q or {}).get("account"), status
        if q is not None and q.get("account") is None:
            credit = "untraceable"
        parts: list[tuple[str | None, Fraction]] = [(agent, Fraction(1))]
        shop = q["shop"] if q else o["shop"]
        if account is not None:
            held = holders(world, account, shop, q["asked_at"] if q else moment)
            credit, parts = (credit, held) if held else ("unmapped", parts)
        own_rule = "inquiry-without-account" if credit == "untraceable" and q else rule
        for j, (who, _) in enumerate(parts):
            mine = [
                largest_remainder(largest_remainder(m, [Fraction(1)] * max(len(asked), 1))[i], [w for _, w in parts])[j]
                for m in money
            ]
            out.append(Part(
                *(o["order_id"], shop, o.get("channel"), o.get("customer"), credit, own_rule, account, who),
                *(int(i == j == 0), (q or {}).get("inquiry_id"), (q or {}).get("asked_at"), moment, o["paid_at"], day),
                *mine,
            ))  # fmt: skip
    return out


def _decide(world: World, settings: Settings, pick: str, o: Row) -> Decided:
    rules, moment = settings.crediting, _moment(settings, o)
    explicit = "offline" if o.get("offline") else "reminder" if o.get("reminder") else "inquiry"
    both = [o.get("account"), o.get("deposit_account")]
    account = next((a for a in (both if rules.judged_by == "payment_time" else both[::-1]) if a is not None), None)
    if account is not None:
        return explicit, "explicit-account", account, None, []
    if rules.note_mark and rules.note_mark in (o.get("note") or ""):
        name = (o["note"].split(rules.note_mark, 1)[1].split() or [""])[0]
        if name:
            meant = _person(world, name)
            return explicit, "note", None if meant else name, meant, []
    if customer_of(o) is None:
        return "untraceable", "blank-customer", None, None, []
    if rules.customer_owner == "all" or (rules.customer_owner == "offline" and o.get("offline")):
        own = [
            r
            for r in world.get("customers", [])
            if customer_of(r) == customer_of(o)
            and r["from"] <= moment.date()
            and (r.get("to") is None or moment.date() <= r["to"])
        ]
        if own:
            latest = min(own, key=lambda r: (-r["from"].toordinal(), r["agent"]))
            return explicit, "customer-owner", None, latest["agent"], []
    asked = _search(world, settings, o, moment - rules.window_days * DAY, moment, pick)
    status, rule = "inquiry", "inquiry"
    if not asked and rules.judged_by == "order_first":
        asked = _search(world, settings, o, o["created_at"] + MICRO, o["paid_at"], "last")
        status, rule = "reminder", "inquiry-before-payment"
    if not asked:
        return ("untraceable" if o.get("offline") else "silent"), "no-inquiry", None, None, []
    return ("offline", "inquiry", None, None, asked) if o.get("offline") else (status, rule, None, None, asked)


def _person(world: World, name: str) -> str | None:
    if any(r["account"] == name for r in world.get("accounts", [])):
        return None
    known = {r["agent"] for r in world.get("assignments", []) if name in (r["agent"], r.get("name"))}
    return known.pop() if len(known) == 1 else None


def _search(world: World, settings: Settings, o: Row, first: datetime, last: datetime, pick: str) -> list[Row]:
    """Return the inquiries that have the order: one, or in a split the last of each account, the last one first."""
    met = [
        q
        for q in sorted(world["inquiries"], key=_in_line)
        if settings.crediting.across_shops or q["shop"] == o["shop"]
        if customer_of(q) == customer_of(o) and q.get("served_by") != "robot" and first <= q["asked_at"] <= last
    ]
    if pick == "split":
        return _lasts(met)
    return met[-1:] if pick == "last" else met[:1]


def _lasts(met: list[Row]) -> list[Row]:
    out: list[Row] = []
    for q in reversed(met):
        if q.get("account") not in [r.get("account") for r in out]:
            out.append(q)
    return out


def _in_line(q: Row) -> tuple:
    """Return the place of an inquiry: time; then, of numbers, the number (texts have no file here, and come by id)."""
    name = q["inquiry_id"]
    return q["asked_at"], (len(str(int(name))), str(int(name))) if name.isdigit() else (0, ""), name


def _stay_in_cycles(settings: Settings, orders: list[Row], asked: dict[str, Decided]) -> None:
    """Give every order of a cycle the inquiries of its first order that follows one."""
    days = settings.crediting.cycle_days
    begun: dict[tuple, datetime] = {}
    heads: dict[tuple, Decided] = {}
    for o in orders if days else []:
        _, rule, _, _, inquiries = asked[o["order_id"]]
        if rule in ("explicit-account", "note", "customer-owner") or customer_of(o) is None:
            continue
        who = (None if settings.crediting.across_shops else o["shop"], customer_of(o))
        if who not in begun:
            if not inquiries:
                continue
            begun[who] = _moment(settings, o)
        passed = (_moment(settings, o).replace(microsecond=0) - begun[who].replace(microsecond=0)) // DAY // days
        if (*who, passed) in heads:
            head = heads[*who, passed]
            kind = "offline" if o.get("offline") else head[0] if head[0] != "offline" else "inquiry"
            if kind == "inquiry" and head[1] == "inquiry-before-payment":
                kind = "reminder"
            asked[o["order_id"]] = (kind, "customer-cycle", None, None, head[4])
        elif inquiries:
            heads[*who, passed] = asked[o["order_id"]]


def _refunded(world: World, o: Row, earned: date | None, settlement_day: int) -> tuple[int, int, int]:
    """Return the amount of an order, and what was refunded of it by settlement and after, together no more than it."""
    netted = after = 0
    for r in world.get("refunds", []):
        if r["order_id"] not in (o["order_id"], o.get("deposit_order")):
            continue
        if earned is None or r.get("refunded_at") is None:
            netted += r["amount"]
            continue
        first_of_next = (earned.replace(day=1) + 31 * DAY).replace(day=1)
        if r["refunded_at"] < datetime.combine(first_of_next.replace(day=settlement_day), time()):
            netted += r["amount"]
        else:
            after += r["amount"]
    capped = min(netted, o["amount"])
    return o["amount"], capped, min(netted + after, o["amount"]) - capped


ATTRIBUTES = ("role", "team", "supervisor", "inviter", "base_pay")


def assignment(world: World, agent: str, day: date, shop: str | None) -> Row | None:
    """Return the assignment in force: of that shop, else the one begun last, then by shop name."""
    held = [
        a
        for a in world.get("assignments", [])
        if a["agent"] == agent and a["from"] <= day and (a.get("to") is None or day <= a["to"])
    ]
    return min(held, key=lambda a: (a["shop"] != shop, -a["from"].toordinal(), a["shop"]), default=None)


def last_assignment(world: World, agent: str, day: date, shop: str | None) -> Row | None:
    """Return the assignment in force, else, as it were still so on that day, the one that ended last before it."""
    over = [a for a in world.get("assignments", []) if a["agent"] == agent and a.get("to") and a["to"] < day]
    until = max((a["to"] for a in over), default=None)
    late = [a | {"to": day} for a in over if a["to"] == until]
    return assignment(world, agent, day, shop) or assignment({"assignments": late}, agent, day, shop)


class Cells:
    """The cells of one month, filled event by event."""

    def __init__(self, world: World, first: date, last: date) -> None:
        self.world, self.first, self.last = world, first, last
        self.rows: dict[tuple, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
        self.days: dict[tuple, list[date]] = defaultdict(list)

    def spell(self, agent: str | None, day: date, shop: str | None) -> tuple:
        """Return the key of the spell, and note on which days of the month its assignment stands."""
        a = last_assignment(self.world, agent, day, shop) if agent is not None else None
        where = shop if shop is not None else a["shop"]
        key = (agent, where, *((a or {}).get(x) for x in ATTRIBUTES))
        start, end = (a["from"], a.get("to") or self.last) if a else (self.first, self.last)
        self.days[key] += [max(start, self.first), min(end, self.last)]
        return key

    def add(
        self, agent: str | None, day: date, shop: str, channel: str | None, values: Row, credit: str | None = None
    ) -> None:
        """Add values to the cell of an event."""
        row = self.rows[*self.spell(agent, day, shop), channel, credit]
        for name, value in values.items():
            row[name] += value

    def of_spell(self, key: tuple) -> dict[str, Any]:
        """Return the row of a spell that holds what is known by person: its first channel, blank last."""
        mine = sorted((k for k in self.rows if k[: len(key)] == key), key=lambda k: (k[-2] is None, k[-2] or ""))
        return self.rows[mine[0] if mine else (*key, None, None)]


def measures(world: World, settings: Settings, first: date, last: date) -> dict[tuple, dict[str, Any]]:
    """Return the cells of one month whose data are events: key to values, with `from` and `to`."""
    cells = Cells(world, first, last)
    parts = credits(world, settings, settings.crediting.which)
    _ask(cells, world, settings, parts, first, last)
    _sell(cells, world, parts, first, last)
    _staff(cells, world, first, last)
    for key, row in cells.rows.items():
        row["from"], row["to"] = min(cells.days[key[:-2]]), max(cells.days[key[:-2]])
    return {key: dict(row) for key, row in cells.rows.items()}


def _agent(world: World, q: Row) -> str | None:
    held = holders(world, q["account"], q["shop"], q["asked_at"]) if q.get("account") else []
    return held[0][0] if held else None


def _unit(
    settings: Settings, agent: str | None, shop: str, customer: str | None, asked_at: datetime, inquiry: str
) -> tuple:
    customer = customer_of({"customer": customer})
    if settings.crediting.count_unit == "conversations" or customer is None:
        return agent, shop, inquiry, None
    day = asked_at.date()
    return agent, shop, customer, (day.year, day.month) if settings.crediting.count_unit == "people_by_month" else day


def _ask(cells: Cells, world: World, settings: Settings, parts: list[Part], first: date, last: date) -> None:
    limit = settings.clocks.conversion_days * DAY
    bought = {
        ("alone" if p.customer is None else "", *_unit(settings, p.agent, p.shop, p.customer, p.asked_at, p.inquiry))
        for p in parts
        if p.credit == "inquiry" and p.counted and p.inquiry and 0 * DAY <= p.paid_at - p.asked_at <= limit
    }
    seen = set()
    for q in sorted(world["inquiries"], key=lambda q: (q["asked_at"], q["inquiry_id"])):
        agent, day = _agent(world, q), q["asked_at"].date()
        if agent is None or not first <= day <= last:
            continue
        where = (agent, day, q["shop"], q.get("channel"))
        cells.add(*where, {"consultations": 1})
        if q.get("served_by") == "robot":
            continue
        reply = q.get("avg_reply_s")
        cells.add(*where, {
            "receptions": 1,
            "reply": Fraction(0) if reply is None else Fraction(str(reply)),
            "replies": int(reply is not None),
            "rated": int(q.get("satisfied") is not None),
            "satisfied": int(bool(q.get("satisfied"))),
        })  # fmt: skip
        unit = _unit(settings, agent, q["shop"], q.get("customer"), q["asked_at"], q["inquiry_id"])
        unit = ("alone" if q.get("customer") is None else "", *unit)
        if unit not in seen:
            seen.add(unit)
            cells.add(*where, {"inquiries": 1, "buyers": int(unit in bought)})


def _sell(cells: Cells, world: World, parts: list[Part], first: date, last: date) -> None:
    for p in parts:
        if p.earned_on is None or not first <= p.earned_on <= last:
            continue
        units = sum(r["units"] for r in world.get("order_lines", []) if r["order_id"] == p.order) * p.counted
        net, where = p.amount - p.netted, (p.agent, p.earned_on, p.shop, p.channel)
        if p.credit == "reminder":
            cells.add(*where, {"reminder_sales": net})
        elif p.credit == "offline":
            cells.add(*where, {"offline_sales": net, "offline_orders": p.counted})
        else:
            sold = {"orders": p.counted, "gross_sales": p.amount, "refunds": p.netted, "sales": net}
            own = p.credit == "inquiry"
            cells.add(*where, sold | ({"units": units} if own else {}), None if own else p.credit)


def _staff(cells: Cells, world: World, first: date, last: date) -> None:
    for a in world.get("assignments", []):
        start, end = max(a["from"], first), min(a.get("to") or last, last)
        if start <= end:
            key = (a["agent"], a["shop"], *(a.get(x) for x in ATTRIBUTES))
            cells.days[key] += [start, end]
            cells.of_spell(key)["on the roster"] = 1
    columns = {"scheduled_days": "scheduled_hours", "worked_days": "worked_hours", "late_days": "late_minutes"}
    for r in world.get("attendance", []):
        if first <= r["date"] <= last and assignment(world, r["agent"], r["date"], None):
            row = cells.of_spell(cells.spell(r["agent"], r["date"], None))
            for name, column in columns.items():
                if r.get(column) is not None:
                    row[name] += int(r[column] > 0)


def expected_cells(world: World, settings: Settings, first: date, last: date) -> dict[tuple, dict[str, Any]]:
    """Return the cells as the measures table shows them: 0 where there was nothing, None where nobody can know."""
    cells = measures(world, settings, first, last)
    within = {
        "asked": {q["shop"] for q in world["inquiries"] if first <= q["asked_at"].date() <= last},
        "rated": {
            q["shop"]
            for q in world["inquiries"]
            if first <= q["asked_at"].date() <= last
            and q.get("served_by") != "robot"
            and q.get("satisfied") is not None
        },
    }
    parts = credits(world, settings, settings.crediting.which)
    earned = [p for p in parts if p.earned_on and first <= p.earned_on <= last]
    made = {o["shop"] for o in world["orders"] if first <= o["created_at"].date() <= last}
    within["ordered"] = made | {p.shop for p in earned}
    lined = {r["order_id"] for r in world.get("order_lines", [])}
    within["lined"] = {p.shop for p in earned if p.counted and p.order in lined}
    within["converted"] = within["asked"] & within["ordered"]
    if not within["asked"] | within["ordered"]:
        return {}
    return {key: _shown(key, row, within, cells) for key, row in cells.items()}


KNOWN_BY = {
    **dict.fromkeys(("consultations", "receptions", "inquiries"), "asked"),
    "buyers": "converted",
    **dict.fromkeys(("orders", "gross_sales", "refunds", "sales"), "ordered"),
    **dict.fromkeys(("reminder_sales", "offline_sales", "offline_orders"), "ordered"),
    "units": "lined",
    **dict.fromkeys(("rated", "satisfied"), "rated"),
}
OF_THE_SHOP = ("orders", "gross_sales", "refunds", "sales")


def _shown(key: tuple, row: dict[str, Any], within: dict[str, set[str]], cells: dict[tuple, dict]) -> dict[str, Any]:
    agent, shop = key[0], key[1]
    out = {c: row.get(c, 0) if shop in within[why] else None for c, why in KNOWN_BY.items()}
    if agent is None:
        out = {c: v if c in OF_THE_SHOP else None for c, v in out.items()}
    out["reply_seconds"] = row["reply"] / row["replies"] if row.get("replies") else None
    for c in ("worked_days", "scheduled_days", "late_days"):
        known = agent is not None and any(c in other for k, other in cells.items() if k[0] == agent)
        out[c] = row.get(c, 0) if known else None
    return out | {"from": row["from"], "to": row["to"]}


def expected_from_days(world: World, settings: Settings, first: date, last: date) -> dict[tuple, dict[str, Any]]:
    """Return the cells of a month that every shop tells by the vendor's days, as the measures table shows them."""
    cells = Cells(world, first, last)
    for r in world["agent_days"]:
        _add_vendor_day(cells, world, r)
    parts = credits(world, settings, settings.crediting.which)
    earned = [p for p in parts if p.earned_on and first <= p.earned_on <= last]
    _sell(cells, world, [p for p in earned if p.credit not in ("inquiry", "unmapped")], first, last)
    _staff(cells, world, first, last)
    made = {o["shop"] for o in world["orders"] if first <= o["created_at"].date() <= last}
    ordered = made | {p.shop for p in earned}
    out = {}
    for key, row in cells.rows.items():
        days = cells.days[key[:-2]]
        row = dict(row) | {"from": min(days), "to": max(days)}
        out[key] = _shown_from_days(key, row, world["agent_days"], ordered, cells.rows)
    return out


VENDOR_COLUMNS = {
    **{c: c for c in ("consultations", "receptions", "inquiries", "buyers", "orders", "units", "rated", "satisfied")},
    "gross_sales": "sales",
    "refunds": "refunds",
}


def _add_vendor_day(cells: Cells, world: World, r: Row) -> None:
    held = holders(world, r["account"], r["shop"], r["date"])
    for i, (agent, _) in enumerate(held or [(None, Fraction(1))]):
        values: Row = {}
        for measure, column in VENDOR_COLUMNS.items():
            value = r.get(column)
            if measure in ("gross_sales", "refunds"):
                part = value if value is None or not held else largest_remainder(value, [w for _, w in held])[i]
                values |= {measure: part} if part is not None else {f"{measure} blank": 1}
            elif i == 0:
                values |= {measure: value} if value is not None else {f"{measure} blank": 1}
        if i == 0 and r.get("reply_seconds") is not None and r.get("receptions") is not None:
            values |= {"reply": Fraction(str(r["reply_seconds"])) * r["receptions"], "replies": r["receptions"]}
        cells.add(agent, r["date"], r["shop"], r["channel"], values, None if held else "unmapped")


def _shown_from_days(
    key: tuple, row: dict, days: list[Row], ordered: set[str], cells: dict[tuple, dict]
) -> dict[str, Any]:
    agent, shop = key[0], key[1]
    told = {m for m, c in VENDOR_COLUMNS.items() if any(r["shop"] == shop and r.get(c) is not None for r in days)}
    known = told | ({"reminder_sales", "offline_sales", "offline_orders"} if shop in ordered else set())
    out = {m: None if m not in known or row.get(f"{m} blank") else row.get(m, 0) for m in KNOWN_BY}
    gross, back = out["gross_sales"], out["refunds"]
    if "refunds" not in told:
        out["sales"] = gross
    else:
        out["sales"] = None if gross is None or back is None else gross - back
    if agent is None:
        out = {c: v if c in OF_THE_SHOP else None for c, v in out.items()}
    out["reply_seconds"] = row["reply"] / row["replies"] if row.get("replies") and agent is not None else None
    for c in ("worked_days", "scheduled_days", "late_days"):
        staffed = agent is not None and any(c in other for k, other in cells.items() if k[0] == agent)
        out[c] = row.get(c, 0) if staffed else None
    return out | {"from": row["from"], "to": row["to"]}
