"""What the audit says: the verdict, what must be decided, and what was not checked. Every number is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.studies.reconcile.causes import CLASSES

if TYPE_CHECKING:
    from toolkit.studies.audit.month import MonthAudit

Tone = Literal["good", "review", "stop"]


def conclude(audit: MonthAudit) -> tuple[Text, Tone]:
    """Return the one sentence of the audit and its tone."""
    stops = sum(f.severity == "stop" for f in audit.findings)
    wrong = audit.differences
    n_people = len(audit.settlement.due)
    due = _priced(audit, audit.due)
    if audit.reconciliation is None:
        return Text(
            f"Nothing to compare yet: no payroll line is imported for {audit.month}; "
            f"the rules give {due.en} to {n_people} people.",
            f"尚无可比对的数据：{audit.month} 的工资明细未导入；按规则应发 {due.zh}，共 {n_people} 人。",
        ), "review"
    if len(wrong):
        return _do_not_release(audit, int(wrong["agent"].nunique()), n_people), "stop"
    if stops:
        return Text(
            f"Do not release yet: payroll agrees with the rules for all {n_people} people, "
            f"but {stops} matters stop the month.",
            f"暂不发放：工资与规则一致（{n_people} 人），但有 {stops} 项问题须先处理。",
        ), "stop"
    if audit.not_compared:
        return _not_compared([finding.subject for finding in audit.not_compared]), "stop"
    if not audit.final:
        return Text(
            f"Wait: payroll agrees with the rules for all {n_people} people, "
            f"but the month is final only on {audit.final_on}.",
            f"请等待：工资与规则一致（{n_people} 人），但本月数据要到 {audit.final_on} 才最终确定。",
        ), "review"
    return Text(
        f"Ready for approval: payroll agrees with the rules for all {n_people} people, {due.en} in all.",
        f"可以审批：工资与规则全部一致，共 {n_people} 人，合计 {due.zh}。",
    ), "good"


def _not_compared(components: Sequence[str]) -> Text:
    en, zh = ", ".join(components), "、".join(components)
    return Text(
        f"Not compared with payroll: {en}. Name the payroll items under payroll_items in workspace.yaml.",
        f"尚未与工资核对：{zh}。请在 workspace.yaml 的 payroll_items 中写明对应的工资项目。",
    )


def _priced(audit: MonthAudit, minor: int) -> Text:
    return priced(format_money(minor), audit.workspace.settings.currency)


def _do_not_release(audit: MonthAudit, n_wrong: int, n_people: int) -> Text:
    net = int(audit.differences["difference"].sum())
    money = _priced(audit, abs(net))
    en = f"net {money.en} too {'much' if net > 0 else 'little'}" if net else "the differences cancel out"
    zh = f"净{'多' if net > 0 else '少'}付 {money.zh}" if net else "差异合计为零"
    people = "person" if n_people == 1 else "people"
    return Text(
        f"Do not release yet: payroll differs from the rules for {n_wrong} of {n_people} {people}; {en}.",
        f"暂不发放：{n_people} 人中有 {n_wrong} 人的工资与规则不符；{zh}。",
    )


def say_final(audit: MonthAudit) -> Text:
    """Say whether anything can still change the month's figures."""
    until = audit.data_until
    if audit.final:
        return Text(
            f"Final: orders paid and refunds made up to {audit.final_on} count; the exports reach {until}.",
            f"数据已最终确定：计入 {audit.final_on} 之前的付款与退款；导出数据截至 {until}。",
        )
    return Text(
        f"Not final: payments and refunds count until {audit.final_on}, the exports reach {until}.",
        f"数据尚未最终确定：付款与退款计至 {audit.final_on}，导出数据截至 {until}。",
    )


def list_decisions(audit: MonthAudit) -> Sequence[Text]:
    """Return what somebody must decide before approval, gravest first."""
    decisions = [f.message for f in audit.findings if f.severity == "stop"]
    if not audit.final:
        decisions.append(Text(f"Whether to wait for {audit.final_on}.", f"是否等到 {audit.final_on} 再确定。"))
    for name, rows in audit.differences.groupby("class", sort=False):
        net, n = int(rows["difference"].sum()), int(rows["agent"].nunique())
        total, label, sign = _priced(audit, net), CLASSES[str(name)], "+" if net > 0 else ""
        decisions.append(
            Text(
                f"{label.en}, {n} {'person' if n == 1 else 'people'}, net {sign}{total.en}: "
                "correct payroll or record why not.",
                f"{label.zh}，{n} 人，净额 {sign}{total.zh}：更正工资，或注明不更正的理由。",
            )
        )
    reviews = sum(f.severity == "review" for f in audit.findings)
    if reviews:
        decisions.append(
            Text(
                f"Whether {reviews} {'finding' if reviews == 1 else 'findings'} to look into (under Data) "
                "touch anybody's pay.",
                f"{reviews} 项需查看的事项是否影响任何人的薪酬（见“数据”一节）。",
            )
        )
    return decisions


def list_unchecked(audit: MonthAudit) -> Sequence[Text]:
    """Return what this audit does not cover."""
    items = [
        Text("Tax and social insurance: gross variable pay only.", "个税与社保：仅核对税前浮动薪酬。"),
        Text(
            "Minimum wage and legal limits on deductions: cannot be checked without a table of them.",
            "最低工资与扣款的法定上限：未提供标准表，无法核对。",
        ),
        Text(
            "Refunds after settlement: they are not taken back in this month's figures.",
            "结算后的退款：未在本月数字中追回。",
        ),
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
    return [*items, *(finding.message for finding in audit.not_compared)]
