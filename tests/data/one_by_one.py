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


def holders(world: World, account: str, shop: str, day: date) -> list[tuple[str, Fraction]]:
    """Return who holds an account on a day, with weights in millionths, the largest first."""
    parts: dict[str, Fraction] = {}
    for r in world.get("accounts", []):
        share = Fraction(1) if r.get("share") is None else Fraction(round(Fraction(str(r["share"])) * 10**6), 10**6)
        fits = r["account"] == account and r.get("shop") in (None, shop)
        if fits and share and r["from"] <= day and (r.get("to") is None or day <= r["to"]):
            parts[r["agent"]] = min(parts.get(r["agent"], Fraction(0)) + share, Fraction(1))
    return sorted(parts.items(), key=lambda p: (-p[1], p[0]))


def largest_remainder(total: int, weights: list[Fraction]) -> list[int]:
    """Divide a total, leaving the spare units to the largest remainders, the first of equal ones."""
    exact = [abs(total) * w / sum(weights) for w in weights]
    parts = [e.numerator // e.denominator for e in exact]
    for i in sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), i))[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [p if total >= 0 else -p for p in parts]


def credits(world: World, settings: Settings, pick: str = "last") -> list[Part]:
    """Return the credit of every order that counts."""
    return [part for o in world["orders"] for part in _credit(world, settings, pick, o)]


def _credit(world: World, settings: Settings, pick: str, o: Row) -> list[Part]:
    if o.get("paid_at") is None or o.get("stage") == "deposit":
        return []
    moment = o["paid_at"] if settings.crediting.judged_by == "payment_time" else o["created_at"]
    status, rule, q = _status(world, settings, pick, o, moment)
    account = o.get("account") or (q or {}).get("account")
    parts: list[tuple[str | None, Fraction]] = [(None, Fraction(1))]
    if account is not None:
        day = moment.date() if o.get("account") else q["asked_at"].date()
        held = holders(world, account, o["shop"], day)
        status, parts = (status, held) if held else ("unmapped", parts)
    earned = o.get(settings.clocks.earned_on + "_at")
    day = None if earned is None else (earned + settings.clocks.earned_after_days * DAY).date()
    netted, after = _refunded(world, o["order_id"], day, settings.clocks.settlement_day)
    money = [largest_remainder(m, [w for _, w in parts]) for m in (o["amount"], netted, after)]
    return [
        Part(
            *(o["order_id"], o["shop"], o.get("channel"), o.get("customer"), status, rule, account, agent, int(i == 0)),
            *((q or {}).get("inquiry_id"), (q or {}).get("asked_at"), moment, o["paid_at"], day),
            *(m[i] for m in money),
        )
        for i, (agent, _) in enumerate(parts)
    ]


def _status(world: World, settings: Settings, pick: str, o: Row, moment: datetime) -> tuple[str, str, Row | None]:
    if o.get("account"):
        status = "offline" if o.get("offline") else "reminder" if o.get("reminder") else "inquiry"
        return status, "explicit-account", None
    if o.get("customer") is None:
        return "untraceable", "blank-customer", None
    q = _search(world, o, moment - settings.crediting.window_days * DAY, moment, pick)
    status, rule = "inquiry", "inquiry"
    if q is None and settings.crediting.judged_by == "order_first":
        q = _search(world, o, o["created_at"] + MICRO, o["paid_at"], "last")
        status, rule = "reminder", "inquiry-before-payment"
    if q is None:
        return ("untraceable" if o.get("offline") else "silent"), "no-inquiry", None
    if q.get("account") is None:
        return "untraceable", "inquiry-without-account", q
    return ("offline", "inquiry", q) if o.get("offline") else (status, rule, q)


def _search(world: World, o: Row, first: datetime, last: datetime, pick: str) -> Row | None:
    found = None
    for q in sorted(world["inquiries"], key=lambda q: (q["asked_at"], q["inquiry_id"]), reverse=pick == "first"):
        same = q["shop"] == o["shop"] and q.get("customer") == o["customer"] and q.get("served_by") != "robot"
        if same and first <= q["asked_at"] <= last:
            found = q
    return found


def _refunded(world: World, order: str, earned: date | None, settlement_day: int) -> tuple[int, int]:
    netted = after = 0
    for r in world.get("refunds", []):
        if r["order_id"] != order:
            continue
        if earned is None or r.get("refunded_at") is None:
            netted += r["amount"]
            continue
        first_of_next = (earned.replace(day=1) + 31 * DAY).replace(day=1)
        if r["refunded_at"] < datetime.combine(first_of_next.replace(day=settlement_day), time()):
            netted += r["amount"]
        else:
            after += r["amount"]
    return netted, after


ATTRIBUTES = ("role", "team", "supervisor", "inviter", "base_pay")


def assignment(world: World, agent: str, day: date, shop: str | None) -> Row | None:
    """Return the assignment in force: of that shop, else the one begun last, then by shop name."""
    held = [
        a
        for a in world.get("assignments", [])
        if a["agent"] == agent and a["from"] <= day and (a.get("to") is None or day <= a["to"])
    ]
    return min(held, key=lambda a: (a["shop"] != shop, -a["from"].toordinal(), a["shop"]), default=None)


class Cells:
    """The cells of one month, filled event by event."""

    def __init__(self, world: World, first: date, last: date) -> None:
        self.world, self.first, self.last = world, first, last
        self.rows: dict[tuple, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
        self.days: dict[tuple, list[date]] = defaultdict(list)

    def spell(self, agent: str | None, day: date, shop: str | None) -> tuple:
        """Return the key of the spell, and note on which days of the month its assignment stands."""
        a = assignment(self.world, agent, day, shop) if agent is not None else None
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
    parts = credits(world, settings)
    _ask(cells, world, settings, parts, first, last)
    _sell(cells, world, parts, first, last)
    _staff(cells, world, first, last)
    for key, row in cells.rows.items():
        row["from"], row["to"] = min(cells.days[key[:-2]]), max(cells.days[key[:-2]])
    return {key: dict(row) for key, row in cells.rows.items()}


def _agent(world: World, q: Row) -> str | None:
    held = holders(world, q["account"], q["shop"], q["asked_at"].date()) if q.get("account") else []
    return held[0][0] if held else None


def _unit(
    settings: Settings, agent: str | None, shop: str, customer: str | None, asked_at: datetime, inquiry: str
) -> tuple:
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
    earned = [p for p in credits(world, settings) if p.earned_on and first <= p.earned_on <= last]
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
    earned = [p for p in credits(world, settings) if p.earned_on and first <= p.earned_on <= last]
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
