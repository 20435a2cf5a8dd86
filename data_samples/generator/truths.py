"""What was planted, for tests and readers: the toolkit never reads it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from data_samples.generator import company as people
from data_samples.generator import rota
from data_samples.generator.agent_days import AgentDay
from data_samples.generator.calendar import month_of
from data_samples.generator.company import MISROUTED_FROM, SHOPS, Company
from data_samples.generator.crediting import Credit
from data_samples.generator.gaming import Bent
from data_samples.generator.measures import Month
from data_samples.generator.payroll import Planted
from data_samples.generator.rota import Duty
from data_samples.generator.scheme import pay
from data_samples.generator.truths_page import render_page

JSON, PAGE = "truths.json", "TRUTHS.md"


@dataclass(frozen=True, slots=True)
class Truths:
    """All truths as plain values, money in fen; `pay` is what the rules give, without any error."""

    seed: int
    agents: list[dict]
    planted_on: dict
    bent_months: list[dict]
    credits: list[dict]
    measures: list[dict]
    pay: list[dict]
    reports: list[dict]
    attendance: list[dict]
    payroll_errors: list[dict]
    defects: dict


@dataclass(frozen=True, slots=True)
class Facts:
    """What the truths are told from."""

    company: Company
    credits: list[Credit]
    months: dict[str, Month]
    bent: list[Bent]
    duties: list[Duty]
    rows: list[AgentDay]


def tell(seed: int, facts: Facts, planted: list[Planted], defects: dict[str, list[str]]) -> Truths:
    """Gather the truths of one sample."""
    agents = [
        {"agent": a.id, "name": a.nick, "shop": SHOPS[a.shop], "shift": a.shift, "effect": a.effect,
         "inquiries_per_day": a.per_day, "joined": str(a.joined), "left": str(a.left) if a.left else None}
        for a in facts.company.agents
    ]  # fmt: skip
    counted = Counter((month_of(c.order.paid), c.order.shop, c.status) for c in facts.credits)
    return Truths(
        seed=seed,
        agents=agents,
        planted_on=_planted_on(),
        bent_months=[asdict(b) | {"edge": str(b.edge)} for b in facts.bent],
        credits=[{"month": m, "shop": s, "credit": c, "orders": n} for (m, s, c), n in sorted(counted.items())],
        measures=list(_measures(facts.months)),
        pay=list(_pay(facts.months)),
        reports=list(_reports(facts)),
        attendance=list(_attendance(facts.duties)),
        payroll_errors=[asdict(p) for p in planted],
        defects=defects,
    )  # fmt: skip


def _planted_on() -> dict:
    return {
        "overload": {
            "agent": people.OVERLOADED,
            "months": list(people.OVERLOAD_MONTHS),
            "inquiries_a_day": list(rota.OVERLOAD_INQUIRIES.values()),
            "served_well": rota.SERVED_WELL,
            "logit_per_reception_above": rota.OVERLOAD_LOGIT,
        },
        "edge_gamer": people.GAMER,
        "refund_trick": people.REFUND_TRICK,
        "off_platform": people.OFF_PLATFORM,
        "misrouted": {
            "shop": SHOPS[people.MISROUTED_SHOP],
            "shift": people.MISROUTED_SHIFT,
            "from": MISROUTED_FROM,
            "mix": dict(zip(rota.CHANNELS, rota.MISROUTED_MIX.tolist(), strict=True)),
            "usual_mix": dict(zip(rota.CHANNELS, rota.CHANNEL_MIX.tolist(), strict=True)),
            "channel_logit": dict(zip(rota.CHANNELS, rota.CHANNEL_LOGIT.tolist(), strict=True)),
        },
        "shared_account": {
            "account": people.SHARED_ACCOUNT,
            "agents": list(people.SHARERS),
            "handover": str(people.HANDOVER_DAY),
        },
        "idle_account": people.IDLE_ACCOUNT,
        "transfer": {"agent": people.TRANSFERRED, "day": str(people.TRANSFER_DAY)},
        "joiner": people.JOINER,
        "leaver": people.LEAVER,
        "agent_month_sd": rota.AGENT_MONTH_SD,
        "agent_sd": people.AGENT_SD,
    }


def _measures(months: dict[str, Month]) -> Iterable[dict]:
    for month, measured in sorted(months.items()):
        for (agent, spell), p in sorted(measured.parts.items()):
            yield {
                "month": month, "agent": agent, "shop": spell[0], "supervisor": spell[3], "inquiries": p.inquiries,
                "buyers": p.buyers, "orders": p.orders, "gross_sales": p.gross, "refunds": p.refunds,
                "sales": p.sales, "reminder_sales": p.reminder, "offline_sales": p.offline,
                "offline_orders": p.offline_orders,
            }  # fmt: skip
        for (shop, credit), (orders, gross, refunds) in sorted(measured.nobody.items()):
            yield {
                "month": month, "agent": "", "shop": shop, "credit": credit, "orders": orders, "gross_sales": gross,
                "refunds": refunds, "sales": gross - refunds,
            }  # fmt: skip


def _pay(months: dict[str, Month]) -> Iterable[dict]:
    for month, measured in sorted(months.items()):
        for agent in sorted({a for a, _ in measured.parts}):
            for item, amount in pay(measured.of(agent).values()).items():
                yield {"month": month, "agent": agent, "item": item, "amount": amount}


def _reports(facts: Facts) -> Iterable[dict]:
    """Yield what the daily reports say of an agent's month, pending cells as they turned out.

    `reply_total` is reply seconds times receptions.
    """
    months: dict[tuple[str, str], list[AgentDay]] = defaultdict(list)
    for row in facts.rows:
        months[row.day.isoformat()[:7], facts.company.holder(row.account, row.day)].append(row)
    counts = ("consultations", "receptions", "inquiries", "buyers", "orders", "units", "sales", "refunds")
    for (month, agent), rows in sorted(months.items()):
        sums = {name: sum(getattr(row, name) for row in rows) for name in counts}
        rated, satisfied = (sum(sum(row.ratings[:k]) for row in rows) for k in (5, 2))
        reply = sum(row.reply * row.receptions for row in rows)
        yield {"month": month, "agent": agent, **sums, "rated": rated, "satisfied": satisfied, "reply_total": reply}


def _attendance(duties: list[Duty]) -> Iterable[dict]:
    months: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for duty in duties:
        months[duty.day.isoformat()[:7], duty.agent].append(duty)
    for (month, agent), own in sorted(months.items()):
        worked, late = sum(not d.leave for d in own), sum(d.late_minutes > 0 for d in own)
        yield {"month": month, "agent": agent, "scheduled_days": len(own), "worked_days": worked, "late_days": late}


def write(folder: Path, truths: Truths) -> None:
    """Write the truths for tests (JSON) and for readers (a page)."""
    (folder / JSON).write_text(_json(asdict(truths)), "utf-8")
    (folder / PAGE).write_text(render_page(truths), "utf-8")


def _json(values: dict) -> str:
    """Return JSON with one record a line."""
    parts = []
    for name, value in values.items():
        records = [json.dumps(v, ensure_ascii=False) for v in value] if isinstance(value, list) else []
        text = "[\n" + ",\n".join(records) + "]" if records else json.dumps(value, ensure_ascii=False)
        parts.append(f"{json.dumps(name)}: {text}")
    return "{" + ",\n".join(parts) + "}\n"
