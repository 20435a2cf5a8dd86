"""Which file brings a measure: from its name to the canonical columns it is counted from, in words for people.

What no canonical column tells is brought by the workspace's own measures.
"""

from __future__ import annotations

from toolkit.core.text import Text

OWN = "own_measures"
TARGET = "target_"
FILES: dict[str, Text] = {
    "inquiries": Text("the list of inquiries", "询单明细"),
    "orders": Text("the order export", "订单报表"),
    "order_lines": Text("the order lines", "订单商品明细"),
    "refunds": Text("the list of refunds", "退款明细"),
    "agent_days": Text("the report by agent and day", "客服日报"),
    "attendance": Text("the attendance sheet", "考勤表"),
    "quality": Text("the quality checks", "质检表"),
    "assignments": Text("HR's roster", "人事花名册"),
    "targets": Text("the list of targets", "目标表"),
    "products": Text("the list of products", "商品表"),
    OWN: Text("a table of own measures (month, agent, measure, value)", "自有指标表（月份、工号、指标、数值）"),
}
_HOW = {
    "upsells": Text(
        "; upsell_hours in workspace.yaml says how soon after an order",
        "；并在 workspace.yaml 的 upsell_hours 写明时限",
    )
}


def _columns(names: str, *columns: str) -> dict[str, tuple[str, ...]]:
    """Return the canonical columns of several measures; ``*`` stands for the measure's own name."""
    return {name: tuple(c.replace("*", name) for c in columns) for name in names.split()}


COLUMNS: dict[str, tuple[str, ...]] = {
    **_columns("consultations receptions", "inquiries.inquiry_id", "agent_days.*"),
    **_columns("inquiries", "inquiries.customer", "agent_days.*"),
    **_columns("buyers", "orders.customer", "agent_days.*"),
    **_columns("orders", "orders.order_id", "agent_days.*"),
    **_columns("gross_sales sales", "orders.amount", "agent_days.sales"),
    **_columns("refunds", "refunds.amount", "agent_days.*"),
    **_columns("units", "order_lines.*", "agent_days.*"),
    **_columns("upsells", "order_lines.units"),
    **_columns("reminder_sales", "orders.reminder"),
    **_columns("offline_sales offline_orders", "orders.offline"),
    **_columns("rated satisfied", "inquiries.satisfied", "agent_days.*"),
    **_columns("reply_seconds", "inquiries.avg_reply_s", "agent_days.*"),
    **_columns("first_reply_seconds", "inquiries.first_reply_s", "agent_days.*"),
    **_columns("handling_seconds", "agent_days.*"),
    **_columns("discount", "order_lines.*"),
    **_columns("cost gross_profit", "order_lines.cost", "orders.cost"),
    **_columns("worked_days", "attendance.worked_hours"),
    **_columns("scheduled_days", "attendance.scheduled_hours"),
    **_columns("late_days", "attendance.late_minutes"),
    **_columns("early_leave_days", "attendance.early_leave_minutes"),
    **_columns("worked_hours scheduled_hours", "attendance.*"),
    **_columns("checked complaints answer_errors note_errors complaints_upheld", "quality.*"),
    **_columns("role team shop supervisor inviter city base_pay", "assignments.*"),
    **_columns("channel", "inquiries.*", "agent_days.*"),
    **_columns("product", "order_lines.*"),
    **_columns("category", "order_lines.*", "products.*"),
}
"""The canonical columns from which a measure (or an attribute, or what order lines are told apart by) is counted."""


def brought_by(name: str) -> tuple[str, ...]:
    """Return the canonical columns, ``table.column``, each of which would bring a measure, a target or an attribute."""
    return ("targets.value",) if name.startswith(TARGET) else COLUMNS.get(name, (f"{OWN}.value",))


def file_for(name: str) -> Text:
    """Return the files that would bring a measure, in words."""
    known, how = brought_by(name), _HOW.get(name, Text("", ""))
    files = [FILES[column.partition(".")[0]] for column in known]
    en, zh = " or ".join(f.en for f in files), "或".join(f.zh for f in files)
    return Text(f"{en} ({', '.join(known)}){how.en}", f"{zh}（{'、'.join(known)}）{how.zh}")
