"""What the open questions of a month's data are worth in pay: the month paid again with the other figure.

Questions that together move pay by less than the workspace's `materiality` are told with their price and hold nothing
up; those with a reason written down are weighed against a share of what is due. What somebody else has approved is
told with its price too, and is decided (`DECIDED`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.core.findings import Finding, Severity, listed
from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.data.crediting.credited_lines import credited_lines
from toolkit.data.crediting.evidence import decided_by_rule
from toolkit.data.crediting.measures import orders_earned
from toolkit.rules.settle.payroll import pay
from toolkit.studies.audit.own_measures import measure_with_own
from toolkit.studies.reconcile.due import stands_alone

if TYPE_CHECKING:
    from toolkit.data.crediting.measures import Months
    from toolkit.rules.settle.inputs import SettlementTables
    from toolkit.studies.audit.settlement import Settlement

DECIDED = frozenset({"credited-by-hand-approved"})
"""Findings whose decision is written down, with its reason and whose it is."""
NOBODYS = Text(
    "Were they all one person's, nobody's pay would change (each of the shop tried).",
    "即使全属同一人，任何人的薪酬都不变（已逐一试算该店每个人）。",
)
"""Of what is worth nothing whosever it is."""
NO_DAYS = Text("Without those days, nobody's pay changes.", "不计这些日期，所有人的薪酬不变。")
"""Of an account used on days that pay nobody."""
NOTHING_TO_DECIDE = (NOBODYS, NO_DAYS)
BESIDE_LINES = Text("Pay by single orders is not among this.", "按单计发的部分未计入。")
"""Of prices by measures alone, where schemes pay by order lines as well."""
Changes = Mapping[str, Mapping[str, int]]
"""By agent, what is added to which measure."""
Price = tuple[Text, int]
"""What is said of a price, and its minor units of pay."""


def price_findings(
    settlement: Settlement, findings: Iterable[Finding], orders: pd.DataFrame, accounts: pd.DataFrame, opened: Months
) -> list[Finding]:
    """Return the findings of a month, those that can be priced with `pay` in their evidence and in their sentence.

    Parameters
    ----------
    orders : the month's `credited_orders` with `note`; those credited by hand make findings of their own.
    accounts : rows of the table `accounts`.
    opened : months among which that of the settlement is.
    """
    month = str(settlement.month)
    priced = [
        _explained(_priced(settlement, f, orders), accounts, settlement) if f.period in ("", month) else f
        for f in findings
    ]
    return [*priced, *_credited_by_hand(settlement, orders, opened)]


def at_stake(finding: Finding) -> int:
    """Return the minor units of pay an open finding is worth, 0 where that is not known."""
    return 0 if finding.code in DECIDED else worth(finding)


def worth(finding: Finding) -> int:
    """Return the minor units of pay a finding is worth, decided or not, 0 where that is not known."""
    return abs(int(finding.evidence.get("pay", 0)))


def _priced(settlement: Settlement, finding: Finding, orders: pd.DataFrame) -> Finding:
    price = PRICES.get(finding.code)
    if price is None or finding.evidence.get("lost") == []:
        return finding
    found = price(settlement, finding, orders)
    if found is None:
        return finding
    said, pay_ = found
    text = Text(f"{finding.message.en} {said.en}", f"{finding.message.zh}{said.zh}")
    severity: Severity = "info" if said in NOTHING_TO_DECIDE else finding.severity
    return replace(finding, severity=severity, message=text, evidence={**finding.evidence, "pay": pay_})


def _report_holds(settlement: Settlement, finding: Finding, _: pd.DataFrame) -> Price:
    """Price figures of the vendor's report in place of those counted from events."""
    changes: dict[str, dict[str, int]] = {}
    for name, gaps in finding.evidence.items():
        for agent, gap in gaps.items():
            changes.setdefault(agent, {})[name] = int(gap)
    gains = due_if(settlement, finding.subject, changes)
    return say_gains(Text("If the report's figures hold", "如以报表数字为准"), gains), int(gains.abs().sum())


def _absences(settlement: Settlement, finding: Finding, orders: pd.DataFrame) -> Price:
    """Price the work of an account on days its holder was away as nobody's."""
    told, shop, month = finding.evidence, str(finding.evidence["shop"]), str(settlement.month)
    by_report = any((s.month, s.shop, s.kind) == (month, shop, "agent_days") for s in settlement.measures.sources)
    sums = told["sums"] if by_report else {**told["sums"], **_sums_of_days(told, orders)}
    gains = due_if(settlement, shop, {told["agent"]: {measure: -int(n) for measure, n in sums.items()}})
    if gains.empty and not _pays_by_lines(settlement):
        return NO_DAYS, 0
    said = say_gains(Text("Without those days", "不计这些日期"), gains)
    return _beside_lines(said, settlement), int(gains.abs().sum())


def _sums_of_days(told: Mapping[str, Any], orders: pd.DataFrame) -> dict[str, int]:
    """Return what the orders of an account come to that were asked for, or without that paid, on some days."""
    days = orders["asked_at"].fillna(orders["paid_at"]).dt.strftime("%Y-%m-%d").isin(told["dates"])
    own = orders[days & (orders["account"] == told["account"]) & (orders["agent"] == told["agent"])]
    money = own.groupby("credit")["amount"].sum().reindex(["inquiry", "reminder", "offline"], fill_value=0)
    asked = own[own["credit"] == "inquiry"]
    return {
        "buyers": asked["inquiry_id"].nunique(),
        "orders": asked["order_id"].nunique(),
        "gross_sales": int(money["inquiry"]),
        "refunds": int(asked["refund_netted"].sum()),
        "reminder_sales": int(money["reminder"]),
        "offline_sales": int(money["offline"]),
    }


def _refunds_of_orders(settlement: Settlement, finding: Finding, orders: pd.DataFrame) -> Price | None:
    """Price the refunds of a shop's orders that its report does not tell; None where none is known."""
    own = orders[(orders["shop"] == finding.subject) & (orders["credit"] == "inquiry") & orders["agent"].notna()]
    refunded = own.loc[own["refund_netted"] > 0]
    if refunded.empty:
        return None
    sums = refunded.groupby("agent")["refund_netted"].sum()
    gains = due_if(settlement, finding.subject, {str(a): {"refunds": int(n)} for a, n in sums.items()})
    n, money = refunded["order_id"].nunique(), format_money(int(sums.sum()))
    said = say_gains(Text("Taken off", "如予扣减"), gains)
    return Text(
        f"Of its people's orders {money} of {n} was refunded by the list of refunds and is not taken off. {said.en} "
        "Export the report again with a column of refunds and import it.",
        f"退款明细中这些客服的 {n} 笔订单退款 {money}，没有扣减。{said.zh}请在报表中加上“退款金额”列后重新导入。",
    ), int(gains.abs().sum())


def _pays_by_lines(settlement: Settlement) -> bool:
    return settlement.tables.get("lines") is not None


def _beside_lines(said: Text, settlement: Settlement) -> Text:
    if not _pays_by_lines(settlement):
        return said
    return Text(f"{said.en} {BESIDE_LINES.en}", f"{said.zh}{BESIDE_LINES.zh}")


def _all_of_one(settlement: Settlement, finding: Finding, _: pd.DataFrame) -> Price | None:
    """Price inquiries of nobody as all of one person's; whatever they are worth, they hold nothing up by it."""
    most = _if_one_persons(settlement, finding.subject, {"inquiries": int(finding.evidence["n"])})
    if most is None:
        return None
    if not most:
        return NOBODYS, 0
    told = format_money(most)
    return Text(
        f"Were they all one person's, pay would change by {told} in all at most (each of the shop tried).",
        f"即使全属同一人，薪酬合计最多变动 {told}（已逐一试算该店每个人）。",
    ), 0


_LOST = {"orders": "gross_sales", "refunds": "refunds", "agent_days": "gross_sales"}


def _rejected(settlement: Settlement, finding: Finding, _: pd.DataFrame) -> Price:
    """Price the money of rejected rows of the month, or of no known month, as all of one person's."""
    month = str(settlement.month)
    lost = [one for one in finding.evidence["lost"] if one["month"] in ("", month)]
    n, money = sum(one["rows"] for one in lost), format_money(sum(one["amount"] for one in lost))
    if not n:
        known = "Of those whose money can be read, none is of"
        return Text(f"{known} {month}.", f"金额可读的行都不属于 {month}。"), 0
    prices = [
        _if_one_persons(settlement, shop, {_LOST[one["table"]]: one["amount"]})
        for one in lost
        for shop in ([one["shop"]] if one["shop"] else sorted(settlement.cells["shop"].dropna().unique()))
    ]
    tried = [price for price in prices if price is not None]
    en = f"{n} of them {'holds' if n == 1 else 'hold'} {money} that can be read"
    zh = f"其中 {n} 行的金额可读，共 {money}"
    if not tried:
        return Text(f"{en}, of shops where nobody is paid.", f"{zh}，所属店铺无人计薪。"), 0
    most = format_money(sum(tried))
    said = Text(
        f"{en}; were it all one person's, pay would change by {most} in all at most (each tried).",
        f"{zh}；即使全属同一人，薪酬合计最多变动 {most}（已逐一试算）。",
    )
    sold = sum(one["amount"] for one in lost if one["table"] == "orders" and _pays_by_lines(settlement))
    return _beside_lines(said, settlement), sum(tried) + sold  # by lines: no order pays more than it brings


def _if_one_persons(settlement: Settlement, shop: str, change: Mapping[str, int]) -> int | None:
    """Return by how much pay changes at most, were it all one person's: each of the shop in turn, None without people.

    Where nobody's pay depends on another's, all are tried in one run.
    """
    cells = settlement.cells
    people = sorted(cells.loc[(cells["shop"] == shop) & cells["agent"].notna(), "agent"].unique())
    if all(stands_alone(scheme) for scheme in settlement.versions):
        gains = due_if(settlement, shop, dict.fromkeys(people, change))
        return int(gains.abs().max()) if len(gains) else 0 if people else None
    return max((int(due_if(settlement, shop, {one: change}).abs().sum()) for one in people), default=None)


PRICES: Mapping[str, Callable[[Settlement, Finding, pd.DataFrame], Price | None]] = {
    "sources-disagree": _report_holds,
    "account-used-in-absence": _absences,
    "inquiries-without-account": _all_of_one,
    "rows-rejected": _rejected,
    "refunds-not-reported": _refunds_of_orders,
}


def say_gains(condition: Text, gains: pd.Series) -> Text:
    """Say whose pay changes by how much on a condition."""
    gains = gains[gains != 0]
    if gains.empty:
        return Text(f"{condition.en}, nobody's pay changes.", f"{condition.zh}，所有人的薪酬不变。")
    largest = gains.loc[gains.abs().sort_values(ascending=False, kind="stable").index]
    told = [f"{agent} {'+' if n > 0 else ''}{format_money(int(n))}" for agent, n in largest.items()]
    return Text(f"{condition.en}, pay changes: {listed(told)}.", f"{condition.zh}，薪酬变动：{listed(told)}。")


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
        for name, gap in _with_net(changes.get(str(agent), {})).items():
            if own[name].notna().any():
                values = own[name].astype("float64")
                row, largest = values.idxmax(), round(values.max())
                cells.loc[[row], name] = largest + gap if name == "sales" else max(0, largest + gap)
    return _gains(settlement, cells, settlement.tables)


def due_by_rule(settlement: Settlement, opened: Months) -> pd.Series:
    """Return what people would be due more or less, were the orders of the month credited as in `opened`.

    Parameters
    ----------
    opened : the month of the settlement, see `decided_by_rule`.
    """
    month, tables = str(settlement.month), settlement.tables.copy()
    others = settlement.measures.table.loc[settlement.measures.table["month"] != month]
    credited = measure_with_own(opened, settlement.versions).table
    cells = pd.concat([others, credited.loc[credited["month"] == month]], ignore_index=True)
    if (lines := tables.get("lines")) is not None:
        tables["lines"] = pd.concat([lines.loc[lines["month"] != month], credited_lines(opened)], ignore_index=True)
    return _gains(settlement, cells, tables)


def _gains(settlement: Settlement, cells: pd.DataFrame, tables: SettlementTables) -> pd.Series:
    then = pay(settlement.versions, cells, month=str(settlement.month), **tables).table
    now = settlement.rows.table
    both = [t.loc[t["agent"].fillna("") != ""].groupby("agent")["amount"].sum() for t in (then, now)]
    gains = both[0].sub(both[1], fill_value=0).astype("int64")
    return gains[gains != 0]


def _with_net(change: Mapping[str, int]) -> dict[str, int]:
    net = change.get("gross_sales", 0) - change.get("refunds", 0)
    return dict(change) if "sales" in change or not net else {**change, "sales": net}


def credited_by_hand(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders that name an account, which decides them alone; offline ones, which must, are left out."""
    return orders[(orders["source_rule"] == "explicit-account") & orders["credit"].isin(["inquiry", "reminder"])]


def _credited_by_hand(settlement: Settlement, orders: pd.DataFrame, opened: Months) -> Iterator[Finding]:
    """Yield the orders that a list gives to an account while the rule of crediting decides all others.

    Those that give a reason are told with their price, and are decided if somebody of the roster approved them who has
    no share in them; those without a reason are looked into.
    """
    by_hand, month = credited_by_hand(orders), str(settlement.month)
    if len(by_hand) * 2 > len(orders):  # a vendor's list of credited orders is the rule, not the exception
        yield _credited_by_list(by_hand, len(orders), month)
        return
    reasoned = by_hand["note"].fillna("").str.strip() != ""
    approved = reasoned & _approved_by_another(by_hand, orders, opened.engine.read(opened.engine.table("assignments")))
    for code, rows in (
        ("credited-by-hand-approved", by_hand[approved]),
        ("credited-by-hand", by_hand[reasoned & ~approved]),
        ("credited-by-hand-unexplained", by_hand[~reasoned]),
    ):
        if len(rows):
            yield _by_hand(code, rows, settlement, opened)


def _approved_by_another(by_hand: pd.DataFrame, orders: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """Tell of each order whether people of the roster are called so, by number or name, and none has a share in it."""
    both = (roster[["agent", called]].set_axis(["agent", "called"], axis=1) for called in ("agent", "name"))
    people = pd.concat(both, ignore_index=True).dropna().map(_plain).groupby("called")["agent"].agg(frozenset)
    sharers = orders.dropna(subset=["agent"]).groupby("order_id")["agent"].agg(set)
    mine = (frozenset(map(_plain, sharers.get(order, ()))) for order in by_hand["order_id"])
    by = (people.get(name, frozenset[str]()) for name in by_hand["approved_by"].map(_plain))
    approved = [bool(who) and who.isdisjoint(own) for who, own in zip(by, mine, strict=True)]
    return pd.Series(approved, index=by_hand.index, dtype=bool)


def _plain(name: object) -> str:
    return "" if pd.isna(name) else str(name).strip().casefold()  # type: ignore[call-overload]


def _credited_by_list(rows: pd.DataFrame, n: int, month: str) -> Finding:
    text = Text(
        f"{len(rows):,} of {n:,} orders name their account themselves, as a list of credited orders does: whose they "
        "are was not decided by the rule of crediting, and not compared with it.",
        f"{n:,} 笔订单中有 {len(rows):,} 笔自带归属账号（如归属清单）：其归属不是按归属规则判定的，也未与规则核对。",
    )
    return Finding("credited-by-list", "info", "orders", text, month, {"n": len(rows)})


def _by_hand(code: str, rows: pd.DataFrame, settlement: Settlement, opened: Months) -> Finding:
    """Say which orders are credited by hand, whose the rule makes them, and what that is worth in pay."""
    names = rows["order_id"].unique().tolist()
    by_rule = decided_by_rule(opened, settlement.month, names)
    gains = due_by_rule(settlement, by_rule)
    total, n = int((rows["amount"] - rows["refund_netted"]).sum()), len(names)
    with_ = _how_told(code, rows)
    said, price = _whose(rows, orders_earned(by_rule)), say_gains(Text("So decided", "如此判定"), gains)
    en = (
        f"{n} {'order' if n == 1 else 'orders'} ({format_money(total)} of net sales) {'is' if n == 1 else 'are'} "
        f"credited by hand {with_.en}: {listed(names, 3)}. {said.en} {price.en}"
    )
    zh = (
        f"{n} 笔订单（净销售额 {format_money(total)}）由人工指定归属，{with_.zh}：{listed(names, 3)}。"
        f"{said.zh}{price.zh}"
    )
    evidence = {"n": n, "amount": total, "orders": names[:50], "pay": int(gains.abs().sum())}
    severity: Severity = "review" if code == "credited-by-hand-unexplained" else "info"
    return Finding(code, severity, "orders", Text(en, zh), str(settlement.month), evidence)


def _how_told(code: str, rows: pd.DataFrame) -> Text:
    if code == "credited-by-hand-unexplained":
        return Text("without a reason", "未注明原因")
    if code == "credited-by-hand":
        return Text("with a reason, and approved by nobody else of the roster", "注明了原因，但没有花名册中的他人审批")
    by = ", ".join(f"{who} {n}" for who, n in rows.drop_duplicates("order_id")["approved_by"].value_counts().items())
    return Text(f"with a reason, and approved ({by})", f"注明了原因，并已审批（{by}）")


def _whose(by_hand: pd.DataFrame, by_rule: pd.DataFrame) -> Text:
    """Say of orders credited by hand how many the rule gives to the same person, to another one, to nobody."""
    now = by_hand.groupby("order_id")["agent"].agg(frozenset)
    then = by_rule.loc[by_rule["order_id"].isin(now.index)].groupby("order_id")["agent"].agg(frozenset)
    nobody = then.map(lambda people: all(map(pd.isna, people)))
    same = (then == now.reindex(then.index)) & ~nobody
    n_same, n_nobody = int(same.sum()), int(nobody.sum())
    n_other = len(then) - n_same - n_nobody
    return Text(
        "If they named no account and the rest of the rule decided them, "
        f"{n_same} would stay with the same person, {n_other} would be another's and {n_nobody} nobody's.",
        f"若不看指定账号而按其余规则判定，{n_same} 笔仍归同一人，{n_other} 笔归他人，{n_nobody} 笔不归任何人。",
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
