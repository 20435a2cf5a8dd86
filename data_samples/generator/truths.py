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
from data_samples.generator.files import yuan
from data_samples.generator.gaming import SPLIT_INTO, SPLIT_ORDERS, Bent
from data_samples.generator.measures import Month
from data_samples.generator.others import OFF_PLATFORM_SHARE
from data_samples.generator.payroll import Planted
from data_samples.generator.rota import Duty
from data_samples.generator.scheme import pay

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
    (folder / PAGE).write_text(_page(truths), "utf-8")


def _json(values: dict) -> str:
    """Return JSON with one record a line."""
    parts = []
    for name, value in values.items():
        records = [json.dumps(v, ensure_ascii=False) for v in value] if isinstance(value, list) else []
        text = "[\n" + ",\n".join(records) + "]" if records else json.dumps(value, ensure_ascii=False)
        parts.append(f"{json.dumps(name)}: {text}")
    return "{" + ",\n".join(parts) + "}\n"


def _table(header: str, rows: Iterable[Iterable[object]]) -> str:
    names = header.split("|")
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in [names, ["---"] * len(names), *rows]]
    return "\n".join(lines) + "\n"


def _page(t: Truths) -> str:
    on, defects = t.planted_on, t.defects
    over, wrong = on["overload"], on["misrouted"]
    errors = _table(
        "class|agent|item|paid|correct|fits as well|how",
        [(e["error"], e["agent"], e["item"], yuan(e["paid"]), yuan(e["correct"]), ", ".join(e["also"]), e["how"])
         for e in t.payroll_errors],
    )  # fmt: skip
    bent = _table(
        "agent|month|edge|inquiries|buyers without it|buyers the edge asks for|orders added",
        [(b["agent"], b["month"], f"{float(_ratio(b['edge'])):.1%}", b["inquiries"], b["honest"], b["needed"],
          len(b["orders"])) for b in t.bent_months],
    )  # fmt: skip
    agents = _table(
        "agent|name|shop|shift|effect (logit)|inquiries a day|joined|left",
        [(*a.values(),) for a in ({**a, "left": a["left"] or ""} for a in t.agents)],
    )
    return f"""\
# What was planted in the sample

Made by `python data_samples/generate.py --seed {t.seed}`. The toolkit never reads this page or `{JSON}`; tests do.
Every name, person, order and amount is invented.

## Pay errors in the last month
Everything else in the pay sheets is right to the cent. Amounts are the sums of the item's lines.

{errors}
## People
The effect is the person's own part of the logit of conversion (sd between people {on["agent_sd"]}); each month adds
its own part (sd {on["agent_month_sd"]}).

{agents}
- Overload: {over["agent"]} is sent {", ".join(map(str, over["inquiries_a_day"]))} inquiries a day in
  {", ".join(over["months"])}, each with about 1.7 receptions; each reception of a day above {over["served_well"]}
  lowers the logit by {-over["logit_per_reception_above"]}.
- Edge gamer: {on["edge_gamer"]} lifts months that end less than 5 points below a tier's edge to just above it, with
  orders of 9.90 on the last days, and has {SPLIT_ORDERS} larger orders placed as {SPLIT_INTO} small ones each.
- Refund trick: {on["refund_trick"]} does the same with ordinary amounts, sent back one to four days after settlement.
- Off the platform: {on["off_platform"]} closes {OFF_PLATFORM_SHARE:.1%} of the inquiries by transfer (`加微信转账`).
- Misrouted shift: from {wrong["from"]} the {wrong["shift"]} shift of {wrong["shop"]} gets
  {wrong["mix"]["直播"]:.0%} of its customers from 直播 (usual {wrong["usual_mix"]["直播"]:.0%}), which lowers the
  logit by {-wrong["channel_logit"]["直播"]}.
- Transfer: {on["transfer"]["agent"]} changes shop and supervisor on {on["transfer"]["day"]}; sales paid after that day
  for orders of the old shop are a part without inquiries and so without a tier.
- Shared account: `{on["shared_account"]["account"]}` is {on["shared_account"]["agents"][0]}'s, from
  {on["shared_account"]["handover"]} {on["shared_account"]["agents"][1]}'s. The daily report cannot tell whose orders
  those are that were asked for before and paid after; the order-level files can.
- Idle account: `{on["idle_account"]}`. Joiner: {on["joiner"]}. Leaver: {on["leaver"]}.

Bent months with order-level files (before them the gamer's daily counts are lifted likewise):

{bent}
## Defects of the files
- Reports end with 汇总 and 均值 and hold a row of zeros for every account that had nothing to do.
- Pending cells (延迟统计) in: {", ".join(defects["pending"]) or "no file"}.
- {len(defects["duplicated"])} orders stand twice in their file.
- Rows that cannot be accepted: {"; ".join(defects["rejected"]) or "none"}.
- The order lists repeat in 退款金额 what `退款明细.csv` has with times; what was paid is not net of it.
- A few human inquiries lost their account; robots have none.
- The order-level files begin with the first of their months; what was asked before is not in them, so that some
  orders of the first three days look silent.
"""


def _ratio(text: str) -> float:
    part, _, whole = text.partition("/")
    return int(part) / int(whole or 1)
