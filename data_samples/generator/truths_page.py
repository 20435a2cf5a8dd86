"""The page that tells readers what was planted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from data_samples.generator.files import yuan
from data_samples.generator.gaming import SPLIT_INTO, SPLIT_ORDERS
from data_samples.generator.others import OFF_PLATFORM_SHARE

if TYPE_CHECKING:
    from data_samples.generator.truths import Truths


def render_page(t: Truths) -> str:
    """Return the page in Markdown."""
    return f"""\
# What was planted in the sample

Made by `python data_samples/generate.py --seed {t.seed}`. The toolkit never reads this page or `truths.json`; tests do.
Every name, person, order and amount is invented.

## Pay errors in the last month
Everything else in the pay sheets is right to the cent. Amounts are the sums of the item's lines.

{_errors(t)}
## People
The effect is the person's own part of the logit of conversion (sd between people {t.planted_on["agent_sd"]}); each
month adds its own part (sd {t.planted_on["agent_month_sd"]}).

{_agents(t)}
{_stories(t.planted_on)}
Bent months with order-level files (before them the gamer's daily counts are lifted likewise):

{_bent(t)}
## Defects of the files
{_defects(t.defects)}"""


def _errors(t: Truths) -> str:
    return _table(
        "class|agent|item|paid|correct|fits as well|how",
        [(e["error"], e["agent"], e["item"], yuan(e["paid"]), yuan(e["correct"]), ", ".join(e["also"]), e["how"])
         for e in t.payroll_errors],
    )  # fmt: skip


def _agents(t: Truths) -> str:
    return _table(
        "agent|name|shop|shift|effect (logit)|inquiries a day|joined|left",
        [(a | {"left": a["left"] or ""}).values() for a in t.agents],
    )


def _bent(t: Truths) -> str:
    rows = [
        (b["agent"], b["month"], f"{_ratio(b['edge']):.1%}", b["inquiries"], b["honest"], b["needed"], len(b["orders"]))
        for b in t.bent_months
    ]
    return _table("agent|month|edge|inquiries|buyers without it|buyers the edge asks for|orders added", rows)


def _stories(on: dict) -> str:
    over, wrong = on["overload"], on["misrouted"]
    return f"""\
- Overload: {over["agent"]} is sent {", ".join(map(str, over["inquiries_a_day"]))} inquiries a day in
  {", ".join(over["months"])}, each with about 1.7 receptions; each reception of a day above {over["served_well"]}
  lowers the logit by {-over["logit_per_reception_above"]}.
- Edge gamer: {on["edge_gamer"]} lifts months that end less than 5 points below a tier's edge to just above it, with
  orders of 9.90 on the last days, and has {SPLIT_ORDERS} larger orders placed as {SPLIT_INTO} small ones each.
- Refund trick: {on["refund_trick"]} does the same with ordinary amounts, sent back one to four days after settlement,
  and goes a few orders beyond the edge.
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
"""


def _defects(defects: dict[str, list[str]]) -> str:
    return f"""\
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


def _table(header: str, rows: Iterable[Iterable[object]]) -> str:
    names = header.split("|")
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in [names, ["---"] * len(names), *rows]]
    return "\n".join(lines) + "\n"
