"""What the audit says: the verdict, what must be decided, and what was not checked. Every number is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.studies.audit.acknowledged import NOT_KEPT, read_acknowledged
from toolkit.studies.audit.at_stake import worth
from toolkit.studies.audit.legal import POINTS, hold_against_limits, say_limits
from toolkit.studies.reconcile.causes import CLASSES

if TYPE_CHECKING:
    from toolkit.core.findings import Finding
    from toolkit.studies.audit.month import MonthAudit

Tone = Literal["good", "review", "stop"]


def conclude(audit: MonthAudit) -> tuple[Text, Tone]:
    """Return the one sentence of the audit and its tone; "good" only where every line and payee is accounted for."""
    n_people = len(audit.people)
    due = _priced(audit, audit.due)
    if audit.reconciliation is None:
        return Text(
            f"Nothing to compare yet: no payroll line is imported for {audit.month}; "
            f"the rules give {due.en} to {n_people} people.",
            f"尚无可比对的数据：{audit.month} 的工资明细未导入；按规则应发 {due.zh}，共 {n_people} 人。",
        ), "review"
    if len(audit.differences):
        return _do_not_release(audit), "stop"
    stops = [*_grave(audit.findings), *_grave(audit.open_lines)]
    agrees = Text(f"payroll agrees with the rules for all {n_people} people", f"工资与规则一致（{n_people} 人）")
    if stops:
        n = len(stops)
        matters = Text(f"{n} matter stops" if n == 1 else f"{n} matters stop", f"{n} 项问题")
        return Text(
            f"Do not release yet: {agrees.en}, but {matters.en} the month.",
            f"暂不发放：{agrees.zh}，但有{matters.zh}须先处理。",
        ), "stop"
    if audit.not_compared:
        return _not_compared([finding.subject for finding in audit.not_compared]), "stop"
    undecided = [*audit.open_lines, *audit.at_stake]
    if undecided:
        return Text(
            f"Not ready: {agrees.en} in the lines compared, but {_matters(undecided).en} must be decided first.",
            f"尚不能审批：所核对的{agrees.zh}，但须先决定：{_matters(undecided).zh}。",
        ), "review"
    if not audit.final:
        return Text(
            f"Wait: {agrees.en}, but the month is final only on {audit.final_on}. {_export_again(audit).en}",
            f"请等待：{agrees.zh}，但本月数据要到 {audit.final_on} 才最终确定。{_export_again(audit).zh}",
        ), "review"
    return Text(
        f"Ready for approval: payroll agrees with the rules for all {n_people} people, {due.en} in all.",
        f"可以审批：工资与规则全部一致，共 {n_people} 人，合计 {due.zh}。",
    ), "good"


def _export_again(audit: MonthAudit) -> Text:
    """Say how figures become final that are older than the day on which they can be."""
    until, on = audit.data_until, audit.final_on
    return Text(
        f"The exports reach {until}: export the month again on {on} or later, with that day in the file's name (lists "
        "of orders and refunds up to that day), and import it with --instead-of.",
        f"导出数据截至 {until}：请在 {on} 当天或之后重新导出本月数据（文件名中写明导出日期；订单、退款导到当天为止），"
        "并用 --instead-of 导入。",
    )


def _grave(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == "stop"]


MATTERS: Mapping[str, Text] = {
    "payroll-item-unknown": Text("what the item {} pays", "工资项目“{}”发的是什么"),
    "payees-not-checked": Text("who the payees are, without a roster", "没有花名册，领薪人是谁"),
    "fixed-pay-changed": Text("changed amounts of {}", "“{}”金额的变化"),
    "sources-disagree": Text("which figures of {} hold", "{} 以哪份数据为准"),
    "credited-by-hand-approved": Text("approved orders credited by hand", "已审批的人工归属订单"),
    "credited-by-hand": Text("orders credited by hand that nobody else approved", "没有他人审批的人工归属订单"),
    "credited-by-hand-unexplained": Text("orders credited by hand without a reason", "未注明原因的人工归属订单"),
    "rows-rejected": Text("rows of {} that were rejected", "{} 中被拒的行"),
    "account-used-in-absence": Text("who used the account of {}", "谁使用了 {} 的账号"),
}


def _matters(findings: Sequence[Finding]) -> Text:
    """Name what is to be decided, the amount beside it."""
    said: dict[str, Text] = {}
    for f in findings:
        name = MATTERS.get(f.code, Text("{}", "{}"))
        amount = format_money(abs(int(f.evidence.get("pay", f.evidence.get("amount", 0)))))
        text = Text(f"{name.en.format(f.subject)} ({amount})", f"{name.zh.format(f.subject)}（{amount}）")
        said[text.en] = text
    return Text("; ".join(t.en for t in said.values()), "；".join(t.zh for t in said.values()))


def say_beside(audit: MonthAudit) -> Text | None:
    """Say what of the pay run was not compared, by name and amount, and what open questions are worth; None if nothing.

    This stands beside the verdict, whatever that says.
    """
    if audit.reconciliation is None:
        return None
    notes = [f for f in audit.reconciliation.notes if f.code == "fixed-pay-not-compared"]
    notes += [f for f in audit.findings if f.code in ("single-source", "credited-by-list")]
    said = [f.message for f in notes]
    rejected = [f for f in audit.findings if f.code == "rows-rejected" and f.severity != "stop"]
    if rejected:
        n, files = sum(int(f.evidence["n"]) for f in rejected), len(rejected)
        said.append(
            Text(
                f"In no figure: {n} rows of {files} {'file' if files == 1 else 'files'} that were rejected at import.",
                f"未计入任何数字：导入时被拒的 {n} 行（{files} 个文件）。",
            )
        )
    priced_ = [f for f in audit.findings if worth(f) and f not in audit.at_stake]
    if priced_:
        told = _matters(priced_)
        en = f"Known, and not holding up the month, each with the pay it is worth: {told.en}."
        said.append(Text(en, f"已知但不影响审批的事项及其涉及的薪酬：{told.zh}。"))
    return Text(" ".join(t.en for t in said), "".join(t.zh for t in said)) if said else None


def _not_compared(components: Sequence[str]) -> Text:
    en, zh = ", ".join(components), "、".join(components)
    return Text(
        f"Not compared with payroll: {en}. Name the payroll items under payroll_items in workspace.yaml.",
        f"尚未与工资核对：{zh}。请在 workspace.yaml 的 payroll_items 中写明对应的工资项目。",
    )


def _priced(audit: MonthAudit, minor: int) -> Text:
    return priced(format_money(minor), audit.workspace.settings.currency)


def who_differs(audit: MonthAudit) -> Text:
    """Say for how many of the people payroll differs, and how many payees besides are on no roster."""
    strangers, wrong = len(audit.outsiders), set(audit.differences["agent"]) - audit.outsiders
    n_people, n_wrong = len(audit.people), len(wrong)
    people, payees = ("person" if n_people == 1 else "people"), ("payee is" if strangers == 1 else "payees are")
    outside = Text(f", and {strangers} {payees} not on the roster", f"，另有 {strangers} 名领薪人不在花名册")
    more = outside if strangers else Text("", "")
    return Text(
        f"{n_wrong} of {n_people} {people}{more.en}", f"{n_people} 人中有 {n_wrong} 人的工资与规则不符{more.zh}"
    )


def _do_not_release(audit: MonthAudit) -> Text:
    net, who = int(audit.differences["difference"].sum()), who_differs(audit)
    money = _priced(audit, abs(net))
    en = f"net {money.en} too {'much' if net > 0 else 'little'}" if net else "the differences cancel out"
    zh = f"净{'多' if net > 0 else '少'}付 {money.zh}" if net else "差异合计为零"
    return Text(
        f"Do not release yet: payroll differs from the rules for {who.en}; {en}.", f"暂不发放：{who.zh}；{zh}。"
    )


def say_final(audit: MonthAudit) -> Text:
    """Say whether anything can still change the month's figures."""
    until, moment = audit.data_until, f"{audit.final_on} 00:00"
    if audit.final:
        return Text(
            f"Final: from {moment} on no inquiry of the month becomes a buyer and no dated refund is taken off; the "
            f"exports reach {until}.",
            f"数据已最终确定：自 {moment} 起，本月询单不再新增付款人数，有日期的退款不再扣减；导出数据截至 {until}。",
        )
    why = _clock_waited_for(audit)
    return Text(
        f"Not final: before {moment} inquiries of the month can become buyers, and refunds be taken off ({why.en}). "
        f"{_export_again(audit).en}",
        f"数据尚未最终确定：在 {moment} 之前，本月询单仍可新增付款人数，退款仍会扣减（{why.zh}）。"
        f"{_export_again(audit).zh}",
    )


def _clock_waited_for(audit: MonthAudit) -> Text:
    """Name the setting, with its value, that keeps a month from being final longest."""
    clocks, wait = audit.workspace.settings.clocks, (audit.final_on - audit.month.end).days
    if wait == clocks.conversion_days:
        days = clocks.conversion_days
        return Text(
            f"clocks.conversion_days: {days} in workspace.yaml: payments up to {days} days after an inquiry count",
            f"由 workspace.yaml 的 clocks.conversion_days: {days} 决定：询单后 {days} 天内付款都算成交",
        )
    day = clocks.settlement_day
    return Text(
        f"clocks.settlement_day: {day} in workspace.yaml: refunds before that day of the next month are taken off",
        f"由 workspace.yaml 的 clocks.settlement_day: {day} 决定：次月 {day} 日之前的退款扣减本月",
    )


_CORRECT = Text("correct payroll or record why not", "更正工资，或注明不更正的理由")
_ENROL = Text(
    "put those who work here on the roster and import it; for the others correct payroll or record why not",
    "在职的补进花名册（姓名、岗位、入职日期）再导入；其余的更正工资，或注明不更正的理由",
)
_OR_THE_SCHEME = Text(
    "correct payroll, or the scheme (pay, rate; each difference says how) where the rule is as payroll has it, or "
    "record why not",
    "更正工资；规则本来就如工资表那样的，改方案（pay、rate，写法见各项差异的说明）；或注明不更正的理由",
)


def _to_do(cause: str, n: int, of: int) -> Text:
    """Say what may be done about differences of one class; a rule is what most are paid by, not what one is."""
    if cause == "NOT_ON_ROSTER":
        return _ENROL
    return _OR_THE_SCHEME if cause in ("BASE", "RATE", "BASE_AND_RATE") and 2 * n >= of else _CORRECT


def list_decisions(audit: MonthAudit) -> Sequence[Text]:
    """Return what somebody must decide before approval, gravest first."""
    decisions = [f.message for f in (*audit.findings, *audit.open_lines) if f.severity == "stop"]
    decisions += [f.message for f in (*audit.open_lines, *audit.at_stake) if f.severity != "stop"]
    if not audit.final:
        decisions.append(Text(f"Whether to wait for {audit.final_on}.", f"是否等到 {audit.final_on} 再确定。"))
    for name, rows in audit.differences.groupby("class", sort=False):
        net, n = int(rows["difference"].sum()), int(rows["agent"].nunique())
        total, label, sign = _priced(audit, net), CLASSES[str(name)], "+" if net > 0 else ""
        do = _to_do(str(name), n, len(audit.people))
        decisions.append(
            Text(
                f"{label.en}, {n} {'person' if n == 1 else 'people'}, net {sign}{total.en}: {do.en}.",
                f"{label.zh}，{n} 人，净额 {sign}{total.zh}：{do.zh}。",
            )
        )
    if points := [POINTS[f.code] for f in audit.findings if f.code in POINTS]:
        named = Text(", ".join(p.en for p in points), "、".join(p.zh for p in points))
        decisions.append(Text(f"For counsel (under Data): {named.en}.", f"请法务判断（见“数据”一节）：{named.zh}。"))
    other = [f for f in audit.findings if f.code not in POINTS and f not in audit.at_stake]
    reviews = sum(f.severity == "review" for f in other)
    if reviews:
        decisions.append(
            Text(
                f"Whether {reviews} {'finding' if reviews == 1 else 'findings'} to look into (under Data) "
                "touch anybody's pay.",
                f"{reviews} 项需查看的事项是否影响任何人的薪酬（见“数据”一节）。",
            )
        )
    return decisions


_LATE_REFUNDS = Text(
    "Refunds after settlement: they are not taken back in this month's figures; once months are closed, they are.",
    "结算后的退款：未在本月数字中追回；有已关账的月份后才会追回。",
)


def list_unchecked(audit: MonthAudit) -> Sequence[Text]:
    """Return what this audit does not cover."""
    items = [
        Text("Tax and social insurance: gross variable pay only.", "个税与社保：仅核对税前浮动薪酬。"),
        *say_limits(hold_against_limits(audit.workspace, audit.settlement)),
        *([NOT_KEPT] if read_acknowledged(audit.workspace, audit.month) is None else []),
        *([] if "ledger" in audit.settlement.tables else [_LATE_REFUNDS]),
        Text(
            "Whether the exports are complete: only what was imported is seen.", "导出是否完整：只能核对已导入的数据。"
        ),
    ]
    days = [s for s in audit.settlement.measures.sources if s.month == str(audit.month) and s.kind == "agent_days"]
    if days:
        shops = sorted({s.shop for s in days})
        items.append(
            Text(
                f"Single orders of {', '.join(shops)}: the vendor's daily figures were taken as they stand.",
                f"{'、'.join(shops)} 的逐单归属：直接采用报表的每日数字。",
            )
        )
    if audit.reconciliation is None:
        items.append(Text("Payroll: no line was imported.", "工资：未导入任何明细。"))
    else:
        items += [f.message for f in audit.reconciliation.notes if f.code == "other-pay-runs"]
    return [*items, *(finding.message for finding in audit.not_compared)]
