"""The month's audit: settled by the rules, held against payroll, set beside the month before.

A workspace's month as a case for reconciliation: the same measures under the rules of crediting not chosen.

`audit_month` gathers; `studies.audit.verdict` says in sentences what the figures mean. With a shop the audit is that
of the people with measures or an assignment there; somebody who worked in two shops stands in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.errors import UsageError, nearest
from toolkit.core.figures import counted
from toolkit.core.findings import Finding, attempt, by_gravity, listed, look
from toolkit.core.money import format_money
from toolkit.core.period import Month
from toolkit.core.text import Text, wording
from toolkit.data.checks.registry import check_tables
from toolkit.data.crediting.evidence import orders_with_sources
from toolkit.data.crediting.measures import (
    JUDGING_RULES,
    credit_summary,
    measure_otherwise,
    open_months,
)
from toolkit.data.crediting.rule_text import say_repeated, say_rules
from toolkit.data.importing.layers import exported_on
from toolkit.data.tables.books import read_books
from toolkit.data.tables.chain import closed_months, read_chain
from toolkit.data.tables.states import last_imports
from toolkit.data.tables.workspace import Workspace, last_day_with_data, require_data
from toolkit.rules.lint.unfed import unfed
from toolkit.rules.lint.unknown_names import unknown_names
from toolkit.rules.scheme.loading import read_scheme
from toolkit.studies.audit.acknowledged import not_acknowledged
from toolkit.studies.audit.at_stake import at_stake, price_findings
from toolkit.studies.audit.legal import legal_points
from toolkit.studies.audit.objections import ObjectionCount, count_objections, left_unpaid, undecided
from toolkit.studies.audit.opening import brought, not_brought, opening_balances, still_open
from toolkit.studies.audit.own_measures import cuts_of, measure_with_own, with_own
from toolkit.studies.audit.questions import (
    NOBODY_NEAR,
    GroupComparison,
    bridge_of_pay,
    compare_groups,
    judge_luck,
    near_an_edge,
)
from toolkit.studies.audit.settlement import Settlement, brings, settle, span, tables_beside
from toolkit.studies.audit.untold_refunds import not_taken_back
from toolkit.studies.reconcile.due import PaymentCase
from toolkit.studies.reconcile.reconcile import Reconciliation, reconcile
from toolkit.studies.reconcile.sentences import STRANGERS

if TYPE_CHECKING:
    from toolkit.core.text import Lang
    from toolkit.data.crediting.credit import Way
    from toolkit.data.crediting.measures import Months
    from toolkit.data.tables.settings import Pick
    from toolkit.rules.scheme.scheme import Scheme
    from toolkit.rules.settle.inputs import SettlementTables


RULES = {
    "order_time": Text("orders judged by the time they were placed", "按下单时间判定业绩"),
    "payment_time": Text("orders judged by the time they were paid", "按付款时间判定业绩"),
    "order_first": Text("orders judged by placing first, then by payment", "下单优先判定业绩"),
}
SHOWN = 30
ADJUSTED = ("unapproved-adjustment", "adjustment-no-row", "fund-no-value")
PICKS: Mapping[Pick, Text] = {
    "first": Text("orders given to the customer's first inquiry, not the last", "订单归客户首次而非末次咨询的客服"),
    "last": Text("orders given to the customer's last inquiry", "订单归客户末次咨询的客服"),
}


@dataclass(frozen=True, slots=True)
class OtherCreditRules:
    """The measures of a month under each rule of crediting not chosen, computed when they are asked for."""

    opened: Months
    month: Month
    schemes: tuple[Scheme, ...]

    def __iter__(self) -> Iterator[tuple[Text, pd.DataFrame]]:
        own, which = self.opened.settings.crediting.judged_by, self.opened.settings.crediting.which
        named: list[tuple[Text, Way]] = [(RULES[rule], (rule, which)) for rule in JUDGING_RULES if rule != own]
        named += [(text, (own, pick)) for pick, text in PICKS.items() if pick != which]
        tables = measure_otherwise(self.opened, self.month, [way for _, way in named], cuts_of(self.schemes))
        return iter(
            [(name, with_own(table, self.opened, self.schemes)) for (name, _), table in zip(named, tables, strict=True)]
        )


def month_case(workspace: Workspace, settlement: Settlement, opened: Months, orders: pd.DataFrame) -> PaymentCase:
    """Return what the month's payroll is judged by, while the tables are open.

    Parameters
    ----------
    orders : the month's `credited_orders`.
    """
    schemes = tuple(map(read_scheme, workspace.schemes))
    return PaymentCase(
        month=settlement.month,
        schemes=schemes,
        measures=settlement.measures.table,
        items=workspace.settings.payroll_items,
        alternatives=OtherCreditRules(opened, settlement.month, schemes) if len(orders) else (),
        orders=orders.assign(amount=orders["amount"] - orders["refund_netted"]),
        roster=roster if len(roster := workspace.table("assignments")) else None,
        tables=settlement.tables,
        books={str(month): rows for month, rows in read_books(workspace).rows.items()},
        first=workspace.settings.first_month,
    )


@dataclass(frozen=True, slots=True)
class MonthAudit:
    """Everything the audit of one month rests on.

    Parameters
    ----------
    shop : the shop audited, "" for all.
    settlement, before : what the rules give this month and the month before (None without data of that month).
    reconciliation : payroll held against the rules, its table for the people of the audit only; None without payroll.
    orders : the month's credited orders, each with the place it was read at, see `orders_with_sources`.
    credit : net sales by credit status in minor units, with `creditable` and `traced_share`.
    names : agent id to the name shown.
    groups, luck : group comparisons and sentences about awards at an edge of conversion.
    near : people whose pay one buyer would change, see `near_an_edge`.
    bridge : change of pay due since the month before by factor, minor units; None where it cannot be split.
    data_until : last day any export reaches, or its figures are as of.
    findings : about the data of this month, gravest first.
    """

    workspace: Workspace
    month: Month
    shop: str
    settlement: Settlement
    before: Settlement | None
    reconciliation: Reconciliation | None
    orders: pd.DataFrame
    credit: Mapping[str, object]
    names: Mapping[str, str]
    groups: tuple[GroupComparison, ...]
    luck: tuple[Text, ...]
    near: pd.DataFrame
    bridge: Mapping[str, int] | None
    data_until: date | None
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        people, found = counted(len(self.settlement.due), "person", "people"), counted(len(self.findings), "finding")
        return f"<Audit {self.month}: {people}, {counted(len(self.differences), 'difference')}, {found}>"

    @property
    def crediting_rule(self) -> list[Text]:
        """The sentences of the rule by which orders are credited, and how many rows were in the files twice."""
        repeated = sum(file["set_aside"].get("duplicate", 0) for file in last_imports(self.workspace).values())
        return [*say_rules(self.workspace.settings), say_repeated(repeated)]

    @property
    def objections(self) -> tuple[ObjectionCount, ...]:
        """What became of the objections to the month before, and to this one."""
        return count_objections(self.workspace, (self.month.shift(-1), self.month), self.settlement.people)

    @property
    def compared(self) -> bool:
        """Whether any amount of payroll was held against the rules."""
        return self.reconciliation is not None and len(self.reconciliation.table) > 0

    @property
    def not_compared(self) -> tuple[Finding, ...]:
        """Components that pay in this month and for which no payroll item stands."""
        notes = () if self.reconciliation is None else self.reconciliation.notes
        return tuple(note for note in notes if note.code == "component-without-item")

    @property
    def people(self) -> frozenset[str]:
        """People of the roster to whom something is due or who are paid an item compared, each once."""
        due = self.settlement.due
        paid = self._payees - self.outsiders
        return frozenset(due.index[due != 0]) | paid

    @property
    def outsiders(self) -> frozenset[str]:
        """Payees whom the roster does not know."""
        return frozenset() if self.reconciliation is None else self._of_class("NOT_ON_ROSTER")

    @property
    def _payees(self) -> frozenset[str]:
        return frozenset() if self.reconciliation is None else frozenset(self.reconciliation.table["agent"])

    def _of_class(self, cause: str) -> frozenset[str]:
        wrong = self.differences
        return frozenset(wrong.loc[wrong["class"] == cause, "agent"])

    @property
    def open_lines(self) -> tuple[Finding, ...]:
        """What payroll holds beside the lines compared and has to be decided: unknown items, changed fixed pay."""
        notes = () if self.reconciliation is None else self.reconciliation.notes
        return tuple(
            n
            for n in notes
            if n.code == "payees-not-checked" or (n.severity != "info" and n.code != "component-without-item")
        )

    @property
    def at_stake(self) -> tuple[Finding, ...]:
        """Questions of the data that together could move pay by the workspace's materiality or more.

        What has its reason written down (``info``) is weighed against a share of what is due, everything else against
        an amount.
        """
        settings = self.workspace.settings.materiality
        least = {"review": 100 * settings.amount, "info": self.due * settings.percent // 100}
        found: list[Finding] = []
        for severity, bound in least.items():
            priced = [f for f in self.findings if f.severity == severity and at_stake(f)]
            if sum(map(at_stake, priced)) >= max(bound, 1):
                found += priced
        return tuple(found)

    @property
    def paid(self) -> int:
        """Minor units payroll paid for the items compared."""
        return 0 if self.reconciliation is None else int(self.reconciliation.table["paid"].sum())

    @property
    def due(self) -> int:
        """Minor units due by the rules."""
        return int(self.settlement.due.sum())

    @property
    def differences(self) -> pd.DataFrame:
        """Rows of the reconciliation that are no MATCH, largest difference first."""
        if self.reconciliation is None:
            return pd.DataFrame(columns=["agent", "item", "paid", "recomputed", "difference", "class"])
        table = self.reconciliation.table
        wrong = table.loc[table["class"] != "MATCH"]
        return wrong.reset_index(drop=True)

    @property
    def by_person(self) -> pd.DataFrame:
        """One row a payee, largest difference first.

        Columns: agent; due, paid, difference of the items compared; other, what else the pay run pays, taken, what it
        takes off; minor units; causes, the classes of the differences.
        """
        if self.reconciliation is None:
            return pd.DataFrame(columns=["agent", "due", "paid", "difference", "other", "taken", "causes"])
        table, run = self.reconciliation.table, self.reconciliation.run
        sums = table.groupby("agent")[["recomputed", "paid", "difference"]].sum()
        pays = run.lines.assign(amount=run.lines["amount"].where(run.lines["taken"].isna(), 0))
        whole = pays.groupby("agent")[["amount", "taken"]].sum()
        known = sums.index.union(whole.index.intersection(list(self.people)))
        wrong = table.loc[table["class"] != "MATCH"].groupby("agent")["class"].unique()
        people = sums.reindex(known, fill_value=0).rename(columns={"recomputed": "due"}).astype("int64")
        people[["other", "taken"]] = whole.reindex(known, fill_value=0).astype("int64")
        people["other"] -= people["paid"]
        people["causes"] = [tuple(wrong.get(agent, ())) for agent in known]
        order = people["difference"].abs().sort_values(ascending=False, kind="stable").index
        return people.loc[order].rename_axis("agent").reset_index()

    @property
    def final_on(self) -> date:
        """First day on which neither the payment window nor the refunds of the month can change anything."""
        clocks = self.workspace.settings.clocks
        window = self.month.end + timedelta(days=clocks.conversion_days)
        return max(window, self.month.end + timedelta(days=clocks.settlement_day - 1))

    @property
    def final(self) -> bool:
        """Whether the exports reach the day before `final_on`."""
        return self.data_until is not None and self.data_until >= self.final_on - timedelta(days=1)

    def explained(self, lang: Lang) -> pd.DataFrame:
        """Return what is due to each person with the sentence of each amount in `lang`; rows that pay 0 left out."""
        rows = self.settlement.explained(lang)
        return rows.loc[rows["amount"] != 0].sort_values(["agent", "component"], kind="stable", ignore_index=True)


def audit_month(workspace: Workspace | Path | str, month: str, *, shop: str = "") -> MonthAudit:
    """Audit a month of a workspace.

    Parameters
    ----------
    month : ``YYYY-MM``.
    shop : audit the people of this shop only.

    Raises
    ------
    UsageError
        If there is no such workspace, or no measures for the month or the shop.
    InputError
        If a scheme cannot be read.
    """
    own = workspace if isinstance(workspace, Workspace) else Workspace.open(workspace)
    asked = Month.parse(month)
    require_data(own, asked)
    with open_months(own, *span(own, asked)) as opened:
        beside = tables_beside(own, opened)
        whole = settle(own, asked, measures=measure_with_own(opened, map(read_scheme, own.schemes)), tables=beside)
        roster, orders = own.table("assignments"), orders_with_sources(opened, asked)
        people = _people(whole, roster, shop)
        mine = replace(whole, people=people)
        before = _before(own, whole, beside, roster, shop)
        failed: list[Finding] = []
        least = own.settings.small_cell
        groups: tuple[GroupComparison, ...] = attempt(
            "compare_groups",
            lambda: tuple(compare_groups(mine, roster, c, small_cell=least) for c in own.settings.groups),
            (),
            failed,
        )
        luck: tuple[Text, ...] = attempt(
            "judge_luck", lambda: judge_luck(whole.measures.table, asked, whole.schemes), (), failed
        )
        near = attempt("near_an_edge", lambda: near_an_edge(mine), NOBODY_NEAR, failed)
        bridge = attempt("bridge_of_pay", lambda: None if before is None else bridge_of_pay(before, mine), None, failed)
        found = _findings(own, whole, asked)
        found += look(not_taken_back, own, whole, opened, beside)
        priced = attempt(
            "price_findings", lambda: price_findings(whole, found, orders, own.table("accounts"), opened), found, failed
        )
        return MonthAudit(
            workspace=own,
            month=asked,
            shop=shop,
            settlement=mine,
            before=before,
            reconciliation=_compared(own, whole, people, opened, orders),
            orders=orders.loc[orders["shop"] == shop] if shop else orders,
            credit=_credit(own, asked, shop, orders),
            names=_names(roster),
            groups=groups,
            luck=luck,
            near=near,
            bridge=bridge,
            data_until=_data_until(own, whole),
            findings=tuple(by_gravity([*priced, *failed])),
        )


def _data_until(workspace: Workspace, settlement: Settlement) -> date | None:
    """Return the last day the data reach; a month only the vendor reports is known up to the day before its export."""
    until, month = last_day_with_data(workspace), settlement.month
    kinds = {s.kind for s in settlement.measures.sources if s.month == str(month)}
    made = exported_on(workspace.data_dir, "agent_days", month) if kinds == {"agent_days"} else None
    return max(filter(None, (until, made and made - timedelta(days=1))), default=None)


def _before(
    workspace: Workspace, settlement: Settlement, beside: SettlementTables, roster: pd.DataFrame, shop: str
) -> Settlement | None:
    earlier = settlement.month.shift(-1)
    if str(earlier) < workspace.settings.first_month or not (settlement.measures.table["month"] == str(earlier)).any():
        return None
    before = settle(workspace, earlier, measures=settlement.measures, tables=beside)
    return replace(before, people=_people(before, roster, shop))


def _compared(
    workspace: Workspace,
    settlement: Settlement,
    people: frozenset[str] | None,
    opened: Months,
    orders: pd.DataFrame,
) -> Reconciliation | None:
    payroll = workspace.table("payroll")
    if not (payroll["earned_month"] == str(settlement.month)).any():
        return None
    whole = reconcile(month_case(workspace, settlement, opened, orders), payroll)
    if people is None:
        return whole
    here = whole.table["agent"].isin(people) | whole.table["class"].isin(STRANGERS)  # of no shop: in the report of each
    return replace(whole, table=whole.table.loc[here])


def _people(settlement: Settlement, roster: pd.DataFrame, shop: str) -> frozenset[str] | None:
    """Return the people of a shop in the month, None for everybody."""
    month, cells = settlement.month, settlement.cells
    here = cells if not shop else cells.loc[cells["shop"] == shop]
    if here.empty:
        raise UsageError(_nothing(settlement, shop))
    if not shop:
        return None
    there = (roster["from"] <= pd.Timestamp(month.last_day)) & (roster["shop"] == shop)
    there &= roster["to"].isna() | (roster["to"] >= pd.Timestamp(month.start))
    return frozenset(here["agent"].dropna()) | frozenset(roster.loc[there, "agent"])


def _nothing(settlement: Settlement, shop: str) -> Text:
    """Say that a month, or a shop in it, has no data, and which have."""
    month, cells = settlement.month, settlement.measures.table
    shops = sorted({str(s) for s in settlement.cells["shop"].dropna()})
    if shop and shops:
        hint = nearest(shop, shops) if len(shops) > SHOWN else ""
        en, zh = ", ".join(shops[:SHOWN]), "、".join(shops[:SHOWN])
        return Text(
            f"no data of shop {shop!r} in {month}; " + (wording(hint, "en") or f"shops with data: {en}"),
            f"店铺 {shop!r} 在 {month} 没有数据；" + (wording(hint, "zh") or f"有数据的店铺：{zh}"),
        )
    months = sorted({str(m) for m in cells["month"].dropna()})
    en, zh = ", ".join(months) or "none", "、".join(months) or "无"
    return Text(f"no data of {month}; months near it with data: {en}", f"{month} 没有数据；邻近有数据的月份：{zh}")


def _names(roster: pd.DataFrame) -> dict[str, str]:
    named = roster.dropna(subset=["name"])
    pairs = zip(named["agent"], named["name"], strict=True)
    return {agent: name if name == agent else f"{name} ({agent})" for agent, name in pairs}


def _credit(workspace: Workspace, month: Month, shop: str, orders: pd.DataFrame) -> dict[str, object]:
    table = credit_summary(workspace, month, orders=orders)
    rows = table.loc[table["shop"] == shop] if shop else table.loc[table["shop"].isna()]
    return {} if rows.empty else {str(k): v for k, v in rows.iloc[0].drop("shop").items()}


def _findings(workspace: Workspace, settlement: Settlement, month: Month) -> list[Finding]:
    """Return the findings of this month, and those that name no month, each once."""
    unpaid = (*look(_names_of_nobody, settlement, str(month)), *look(_without_measures, settlement))
    own = (*unpaid, *look(_single_sources, workspace, settlement))
    changed = [f for f in settlement.rows.findings if f.code in ADJUSTED]
    books = [*_of_books(workspace, settlement, str(month)), *still_open(workspace, month), *undecided(workspace)]
    if workspace.settings.first_month:
        opening = opening_balances(workspace, tuple(map(read_scheme, workspace.schemes)))
        books += not_brought(workspace, settlement.schemes, month, opening)
        books += [] if opening is None else [brought(opening, month)]
    books += [*look(not_acknowledged, workspace, settlement), *look(legal_points, workspace, settlement)]
    if settlement.book is None and (ledger := settlement.tables.get("ledger")) is not None:
        books += left_unpaid(ledger, month, workspace)
    checks = (*check_tables(workspace), *settlement.measures.findings, *own, *changed, *books)
    found = {(f.code, f.subject, f.period, f.message): f for f in checks}
    return [f for f in found.values() if f.period in ("", str(month))]


def _of_books(workspace: Workspace, settlement: Settlement, month: str) -> Iterator[Finding]:
    """Yield what is to be known of closed months: what changes this one, what was approved alone, what is not taken."""
    if len(settlement.changed):
        told = listed([f"{who} {format_money(int(n))}" for who, n in settlement.changed.items()])
        en = f"Closed, and shown as closed. What was imported since would change it: {told}; paid in the open month."
        text = Text(en, f"已关账，按关账时的数字显示。之后导入的数据会使其变动：{told}；计入未关账的月份。")
        yield Finding("closed-month-changed", "info", month, text, month)
    line = closed_months(workspace).get(settlement.month)
    if line is not None and any(one.alone for one in read_chain(workspace, settlement.month)):
        en = "Whoever approved this month also calculated or adjusted it (approval.two_people: no)."
        text = Text(en, "本月的审批人同时也是计算人或调整人（approval.two_people: no）。")
        yield Finding("approved-alone", "info", month, text, month)
    for origin, minor in settlement.unclear.items():
        money = format_money(int(minor))
        en = f"{money} of orders of {origin} was refunded after payout and is not taken back: pay by order lines is "
        en += "among that month's, and refunds do not tell of which; enter what is to be taken back as an adjustment."
        zh = f"{origin} 的订单在发放后退款 {money}，未追回：该月有按订单行计发的项目，退款未注明属于哪一项；"
        if str(origin) < workspace.settings.first_month:
            en = f"{money} of orders of {origin} was refunded after payout and is not taken back: that month was paid "
            en += "before the first one paid here; enter what is to be taken back as an adjustment."
            zh = f"{origin} 的订单在发放后退款 {money}，未追回：该月在启用月份之前，不由本工具计发；"
        text = Text(en, f"{zh}如需扣回，请录入调整。")
        yield Finding("refund-of-lines", "review", str(origin), text, month, {"amount": int(minor)})


def _names_of_nobody(settlement: Settlement, month: str) -> Iterator[Finding]:
    """Yield who the schemes pay by a name nobody has: stops, because it pays nobody without a word."""
    for scheme in settlement.schemes:
        for finding in unknown_names(scheme, settlement.measures.table):
            nobody = finding.evidence["sign"] == "=="
            yield replace(finding, period=month, severity="stop" if nobody else "review")


def _without_measures(settlement: Settlement) -> Iterator[Finding]:
    """Yield what pays nobody because what it reads has no value: stops, with the file that would bring it."""
    ledger, lines = settlement.rows.table, settlement.tables.get("lines")
    for scheme in settlement.schemes:
        yield from unfed(scheme, settlement.measures.table, settlement.month, brings, lines=lines, ledger=ledger)


def _single_sources(workspace: Workspace, settlement: Settlement) -> Iterator[Finding]:
    """Yield the shops whose inquiries and orders no report by day confirms: what is left out there shows nowhere."""
    month, days = str(settlement.month), workspace.table("agent_days")
    reported = set(days.loc[days["date"].dt.strftime("%Y-%m") == month, "shop"])
    counted = {s.shop for s in settlement.measures.sources if s.month == month and s.kind != "agent_days"}
    if alone := sorted(counted - reported):
        yield Finding(
            "single-source",
            "info",
            listed(alone),
            Text(
                f"No report by day confirms the inquiries and orders of {listed(alone)}: a row left out of their files "
                "would not show.",
                f"{listed(alone)} 的询单和订单没有日报可对照：文件里漏掉的行无法发现。",
            ),
            month,
            {"shops": alone},
        )
