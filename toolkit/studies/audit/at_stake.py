"""What the open questions of a month's data are worth in pay: the month paid again with the other figure.

Questions that together move pay by less than the workspace's `materiality` are told with their price and hold nothing
up; those with a reason written down are weighed against a share of what is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.findings import Finding, Severity, listed
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.rules.settle.payroll import pay

if TYPE_CHECKING:
    from toolkit.studies.audit.settlement import Settlement

Changes = Mapping[str, Mapping[str, int]]
"""By agent, what is added to which measure."""
CREDIT_COLUMN = {"inquiry": "sales", "reminder": "reminder_sales", "offline": "offline_sales"}


def price_findings(
    settlement: Settlement, findings: Iterable[Finding], orders: pd.DataFrame, accounts: pd.DataFrame
) -> list[Finding]:
    """Return the findings of a month, those that can be priced with `pay` in their evidence and in their sentence.

    Parameters
    ----------
    orders : the month's `credited_orders` with `note`; those credited by hand make findings of their own.
    accounts : rows of the table `accounts`.
    """
    month = str(settlement.month)
    asked = [*findings, *_credited_by_hand(orders, month)]
    return [_explained(_priced(settlement, f), accounts, settlement) if f.period == month else f for f in asked]


def at_stake(finding: Finding) -> int:
    """Return the minor units of pay a finding is worth, 0 where that is not known."""
    return abs(int(finding.evidence.get("pay", 0)))


def _priced(settlement: Settlement, finding: Finding) -> Finding:
    price = PRICES.get(finding.code)
    if price is None:
        return finding
    said, worth = price(settlement, finding)
    text = Text(f"{finding.message.en} {said.en}", f"{finding.message.zh}{said.zh}")
    return replace(finding, message=text, evidence={**finding.evidence, "pay": worth})


def _report_holds(settlement: Settlement, finding: Finding) -> tuple[Text, int]:
    """Price figures of the vendor's report in place of those counted from events."""
    changes: dict[str, dict[str, int]] = {}
    for measure, gaps in finding.evidence.items():
        for agent, gap in gaps.items():
            changes.setdefault(agent, {})[measure] = int(gap)
    gains = due_if(settlement, finding.subject, changes)
    return _said(Text("If the report's figures hold", "如以报表数字为准"), gains), int(gains.abs().sum())


def _absences(settlement: Settlement, finding: Finding) -> tuple[Text, int]:
    """Price the work of an account on days its holder was away as nobody's."""
    away = {m: -int(n) for m, n in finding.evidence["sums"].items()}
    gains = due_if(settlement, str(finding.evidence["shop"]), {finding.evidence["agent"]: away})
    return _said(Text("Without those days", "不计这些日期"), gains), int(gains.abs().sum())


def _all_of_one(settlement: Settlement, finding: Finding) -> tuple[Text, int]:
    """Price inquiries of nobody as all of one person's: of each in turn, the largest change counts."""
    cells = settlement.cells
    people = cells.loc[(cells["shop"] == finding.subject) & cells["agent"].notna(), "agent"].unique()
    gains = due_if(settlement, finding.subject, {a: {"inquiries": int(finding.evidence["n"])} for a in people})
    most = format_money(int(gains.abs().max()) if len(gains) else 0)
    return Text(
        f"Were they all one person's, that person's pay would change by {most} at most.",
        f"即使全属同一人，其薪酬最多变动 {most}。",
    ), 0


def _to_others(settlement: Settlement, finding: Finding) -> tuple[Text, int]:
    """Price orders credited by hand as if they counted for nobody."""
    gains = sum_of(
        due_if(settlement, shop, {agent: {column: -int(n) for column, n in by.items()} for agent, by in people.items()})
        for shop, people in finding.evidence["sales"].items()
    )
    return _said(Text("Without them", "如不计这些订单"), gains), int(gains.abs().sum())


PRICES: Mapping[str, Callable[[Settlement, Finding], tuple[Text, int]]] = {
    "sources-disagree": _report_holds,
    "account-used-in-absence": _absences,
    "inquiries-without-account": _all_of_one,
    "credited-by-hand": _to_others,
    "credited-by-hand-unexplained": _to_others,
}


def _said(condition: Text, gains: pd.Series) -> Text:
    gains = gains[gains != 0]
    if gains.empty:
        return Text(f"{condition.en}, nobody's pay changes.", f"{condition.zh}，所有人的薪酬不变。")
    largest = gains.loc[gains.abs().sort_values(ascending=False, kind="stable").index]
    told = [f"{agent} {'+' if n > 0 else ''}{format_money(int(n))}" for agent, n in largest.items()]
    return Text(f"{condition.en}, pay changes: {listed(told)}.", f"{condition.zh}，薪酬变动：{listed(told)}。")


def sum_of(parts: Iterable[pd.Series]) -> pd.Series:
    """Return the parts added up by agent."""
    found = [p for p in parts if len(p)]
    return pd.concat(found).groupby(level=0).sum() if found else pd.Series(dtype="int64")


def due_if(settlement: Settlement, shop: str, changes: Changes) -> pd.Series:
    """Return what people would be due more or less with other measures.

    Parameters
    ----------
    shop : in whose cells the changes are made, each in the agent's largest.
    changes : by agent and measure; nothing but net sales falls below 0, and they follow gross sales and refunds.

    Returns
    -------
    Series
        minor units by agent, those of all agents whose amount differs.
    """
    cells, month = settlement.measures.table.copy(), str(settlement.month)
    here = cells.loc[(cells["month"] == month) & (cells["shop"] == shop)]
    for agent, own in here.groupby("agent"):
        for measure, gap in _with_net(changes.get(str(agent), {})).items():
            if own[measure].notna().any():
                values = own[measure].astype("float64")
                row, largest = values.idxmax(), round(values.max())
                cells.loc[[row], measure] = largest + gap if measure == "sales" else max(0, largest + gap)
    then = pay(settlement.schemes, cells, month=month, **settlement.tables).table
    now = settlement.rows.table
    both = [t.loc[t["agent"].fillna("") != ""].groupby("agent")["amount"].sum() for t in (then, now)]
    gains = both[0].sub(both[1], fill_value=0).astype("int64")
    return gains[gains != 0]


def _with_net(change: Mapping[str, int]) -> dict[str, int]:
    net = change.get("gross_sales", 0) - change.get("refunds", 0)
    return dict(change) if "sales" in change or not net else {**change, "sales": net}


def _credited_by_hand(orders: pd.DataFrame, month: str) -> Iterator[Finding]:
    """Yield the orders that a list gives to an account while the rule of crediting decides all others.

    Those that give a reason are told with their price; those without one are looked into.
    """
    rule = orders["source_rule"] if "source_rule" in orders else pd.Series(dtype="str")
    by_hand = orders[(rule == "explicit-account") & orders["credit"].isin(["inquiry", "reminder"])]
    if len(by_hand) * 2 > len(orders):  # a vendor's list of credited orders is the rule, not the exception
        yield _credited_by_list(by_hand, len(orders), month)
        return
    reason = by_hand["note"].fillna("").str.strip() if "note" in by_hand else pd.Series("", by_hand.index)
    for code, severity, rows in (
        ("credited-by-hand", "info", by_hand[reason != ""]),
        ("credited-by-hand-unexplained", "review", by_hand[reason == ""]),
    ):
        if len(rows):
            yield _by_hand(code, severity, rows, month)  # type: ignore[arg-type]


def _credited_by_list(rows: pd.DataFrame, n: int, month: str) -> Finding:
    text = Text(
        f"{len(rows):,} of {n:,} orders name their account themselves, as a list of credited orders does: whose they "
        "are was not decided by the rule of crediting, and not compared with it.",
        f"{n:,} 笔订单中有 {len(rows):,} 笔自带归属账号（如归属清单）：其归属不是按归属规则判定的，也未与规则核对。",
    )
    return Finding("credited-by-list", "info", "orders", text, month, {"n": len(rows)})


def _by_hand(code: str, severity: Severity, rows: pd.DataFrame, month: str) -> Finding:
    net = rows.assign(net=rows["amount"] - rows["refund_netted"], column=rows["credit"].map(CREDIT_COLUMN))
    sales: dict[str, dict[str, dict[str, int]]] = {}
    for (shop, agent, column), part in net.dropna(subset=["agent"]).groupby(["shop", "agent", "column"]):
        sales.setdefault(str(shop), {}).setdefault(str(agent), {})[str(column)] = int(part["net"].sum())
    total, n = format_money(int(net["net"].sum())), len(rows)
    orders = listed(rows["order_id"].tolist(), 3)
    with_ = ("with a reason", "并注明原因") if severity == "info" else ("without a reason", "未注明原因")
    return Finding(
        code,
        severity,
        "orders",
        Text(
            f"{n} {'order' if n == 1 else 'orders'} ({total} of net sales) are credited by hand {with_[0]}: {orders}.",
            f"{n} 笔订单（净销售额 {total}）由人工指定归属，{with_[1]}：{orders}。",
        ),
        month,
        {"n": n, "amount": int(net["net"].sum()), "sales": sales, "orders": rows["order_id"].head(50).tolist()},
    )


def _explained(finding: Finding, accounts: pd.DataFrame, settlement: Settlement) -> Finding:
    """Tell a disagreement that a hand-over explains: the report cannot divide an account's days between its holders."""
    if finding.code != "sources-disagree":
        return finding
    agents = {agent for gaps in finding.evidence.values() if isinstance(gaps, Mapping) for agent in gaps}
    for account, holders in _handed_over(accounts, settlement).items():
        cancels = all(sum(gaps.values()) == 0 for gaps in finding.evidence.values() if isinstance(gaps, Mapping))
        if agents <= holders and cancels:
            said = Text(
                f"The account {account} changed hands in the month; days do not tell whose orders these are.",
                f"账号 {account} 本月换人；按日报表无法区分这些订单属于谁。",
            )
            text = Text(f"{finding.message.en} {said.en}", f"{finding.message.zh}{said.zh}")
            return replace(finding, severity="info", message=text)
    return finding


def _handed_over(accounts: pd.DataFrame, settlement: Settlement) -> dict[str, set[str]]:
    """Return the accounts that several people held in the month, with their holders."""
    first, last = pd.Timestamp(settlement.month.start), pd.Timestamp(settlement.month.last_day)
    held = accounts[(accounts["from"] <= last) & (accounts["to"].isna() | (accounts["to"] >= first))]
    holders = held.groupby("account")["agent"].agg(set)
    return {str(account): set(map(str, own)) for account, own in holders.items() if len(own) > 1}
