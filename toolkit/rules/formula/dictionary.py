"""The measure dictionary: what each column of a measures file is, how it adds up, what else it may be called.

A column is additive, or an average that weighs by another column. Columns that are neither here nor declared in a
scheme are payee attributes: text that says who a row is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.core.errors import check_language
from toolkit.core.text import Text

Kind = Literal["count", "money", "duration", "ratio", "plain"]
KINDS: tuple[Kind, ...] = ("count", "money", "duration", "ratio", "plain")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure column.

    Parameters
    ----------
    name : column name.
    kind : count, money (minor units inside), duration (days, hours or seconds as named), ratio or plain number.
    average_by : the column an average weighs by; "" for an additive measure.
    may_be_negative : whether a value below 0 is possible.
    """

    name: str
    kind: Kind
    average_by: str = ""
    may_be_negative: bool = False


def _measures(kind: Kind, names: str, average_by: str = "", may_be_negative: bool = False) -> tuple[Measure, ...]:
    return tuple(Measure(name, kind, average_by, may_be_negative) for name in names.split())


MEASURES: tuple[Measure, ...] = (
    *_measures(
        "count",
        "consultations receptions inquiries buyers customers orders offline_orders units upsells rated satisfied "
        "deals visitors calls complaints complaints_upheld checked answer_errors note_errors",
    ),
    *_measures("money", "gross_sales refunds discount cost refunds_asked refunds_made overhead"),
    *_measures("money", "sales reminder_sales offline_sales gross_profit net_profit profit", may_be_negative=True),
    *_measures("duration", "worked_days scheduled_days late_days early_leave_days worked_hours scheduled_hours"),
    *_measures("duration", "reply_seconds first_reply_seconds handling_seconds", average_by="receptions"),
)

# Attributes that are numbers or yes/no; every other undeclared column is text.
NUMBER_ATTRIBUTES: dict[str, Kind] = {"base_pay": "money", "tenure_months": "plain", "age_months": "plain"}
FLAG_ATTRIBUTES: tuple[str, ...] = ("on_probation", "employed_at_pay_date")
TEXT_ATTRIBUTES: tuple[str, ...] = (
    *("agent", "role", "team", "shop", "supervisor", "inviter", "channel", "credit", "city"),
)
KEY_COLUMNS: tuple[str, ...] = ("month", "from", "to", "replicate")
SPELL_COLUMNS: tuple[str, ...] = ("role", "team", "shop", "supervisor", "inviter", "base_pay")
# A payee's rows in a period must agree in these, unless a component pays each spell.
FIXED_COLUMNS: tuple[str, ...] = ("role", "supervisor", "inviter", "base_pay")
# What a workspace counts unasked and a scheme may have of its own: its own definition stands in place of the column.
GIVES_WAY: tuple[str, ...] = (
    *("cost", "discount", "gross_profit", "worked_hours", "scheduled_hours"),
    *("first_reply_seconds", "handling_seconds", "complaints"),
)
LINE_MEASURES: tuple[str, ...] = ("sales", "units", "discount", "cost", "orders")

ALIASES: dict[str, str] = {
    "月份": "month",
    "客服": "agent",
    "员工": "agent",
    "姓名": "agent",
    "岗位": "role",
    "角色": "role",
    "小组": "team",
    "团队": "team",
    "店铺": "shop",
    "主管": "supervisor",
    "邀请人": "inviter",
    "渠道": "channel",
    "底薪": "base_pay",
    "开始日期": "from",
    "结束日期": "to",
    "归属": "credit",
    "城市": "city",
    "司龄": "tenure_months",
    "咨询人数": "consultations",
    "接待人数": "receptions",
    "询单人数": "inquiries",
    "付款人数": "buyers",
    "订单数": "orders",
    "件数": "units",
    "销售总额": "gross_sales",
    "退款金额": "refunds",
    "销售额": "sales",
    "催付销售额": "reminder_sales",
    "线下销售额": "offline_sales",
    "线下订单数": "offline_orders",
    "毛利": "gross_profit",
    "净利润": "net_profit",
    "利润": "profit",
    "成本": "cost",
    "优惠金额": "discount",
    "成交单数": "deals",
    "客户数": "customers",
    "访客数": "visitors",
    "平均响应时间": "reply_seconds",
    "首次响应时间": "first_reply_seconds",
    "评价数": "rated",
    "满意数": "satisfied",
    "出勤天数": "worked_days",
    "应出勤天数": "scheduled_days",
    "迟到天数": "late_days",
    "追销件数": "upsells",
}

_OTHER_WORDS = {
    "consultations": "聊天人数 进线人数",
    "receptions": "接待量 人工接待人数",
    "buyers": "成交人数 成交客户数 支付人数 支付买家数 最终付款人数 当日付款人数 销售人数 买家数 paying_customers",
    "inquiries": "询单数 询单量 当日询单人数",
    "orders": "销售订单数 成交笔数 订单量",
    "units": "销售量 销量 销售件数",
    "sales": "支付金额 付款金额 成交金额 成交额 客服销售额 店铺销售额 业绩 revenue turnover",
    "refunds": "完成退款金额 退款额",
    "rated": "收到评价数 评价量 有效评价数",
    "satisfied": "好评量 好评数 有效好评数",
    "reply_seconds": "平均响应 平均响应时长 平均人工响应时长 响应时间 响应时长",
    "first_reply_seconds": "首次响应 首次平均响应时间 首次响应时长 首响时间 首响",
    "handling_seconds": "平均接待时长 平均处理时长 接待时长",
    "scheduled_days": "应出勤",
    "worked_days": "实出勤 实出勤天数 实际出勤 实际出勤天数 上班天数",
    "late_days": "迟到次数 迟到 late_times late_count",
    "early_leave_days": "早退次数 早退天数 早退",
    "scheduled_hours": "排班工时 应出勤小时数",
    "worked_hours": "实际工时 工时 出勤小时数",
    "checked": "抽检数 质检数",
    "answer_errors": "回答错误 答错数 应答差错数",
    "note_errors": "备注错误 漏备注数 备注差错数",
    "complaints": "投诉数 投诉量 投诉次数",
    "complaints_upheld": "有责投诉 有责投诉数 成立投诉数",
    "visitors": "访客人数",
    "shop": "店铺名称 所属店铺 店铺名 店名",
    "role": "职位 职务",
    "base_pay": "基本工资",
    "inviter": "推荐人",
}
OTHER_WORDS: dict[str, str] = {word: name for name, words in _OTHER_WORDS.items() for word in words.split()}
"""Words by which files and people call a column, that are no names in a scheme: ours is told to whoever writes one.

Some are near and not the same (times late, days late), so that they are not simply taken.
"""

ROLE_WORDS: dict[str, str] = {"客服": "agent", "主管": "supervisor", "经理": "manager"}
"""Roles that a roster in Chinese and one in English call differently: either word means both."""


def other_word(column: str, text: str) -> str | None:
    """Return the other word for the same role, None where there is none."""
    if column != "role":
        return None
    back = {english: chinese for chinese, english in ROLE_WORDS.items()}
    return ROLE_WORDS.get(text) or back.get(text)


def role_word(text: str, lang: str) -> str:
    """Return a role in the reader's language, where both have a word for it."""
    back = {english: chinese for chinese, english in ROLE_WORDS.items()}
    return (back if lang == "zh" else ROLE_WORDS).get(text, text)


LABELS: dict[str, tuple[str, str]] = {
    "conversion": ("conversion", "询单转化率"),
    "revenue_per_buyer": ("revenue per buyer", "客单价"),
    "average_order_value": ("average order value", "笔单价"),
    "gross_profit_share": ("gross profit share", "毛利率"),
    "satisfaction": ("satisfaction", "满意率"),
    "reply_seconds": ("average reply time (seconds)", "平均响应时间（秒）"),
    "first_reply_seconds": ("average first reply time (seconds)", "平均首次响应时间（秒）"),
    "handling_seconds": ("average handling time (seconds)", "平均处理时长（秒）"),
    "age_months": ("age of the sale (months)", "销售月龄（月）"),
    "tenure_months": ("length of service (months)", "司龄（月）"),
    "worked_hours": ("worked hours", "出勤小时数"),
    "scheduled_hours": ("scheduled hours", "应出勤小时数"),
    "early_leave_days": ("early leave days", "早退天数"),
    "complaints": ("complaints", "投诉数"),
    "complaints_upheld": ("complaints upheld", "成立投诉数"),
    "calls": ("calls", "通话数"),
    "checked": ("checked cases", "质检数"),
    "answer_errors": ("answer errors", "应答差错数"),
    "note_errors": ("note errors", "备注差错数"),
    "refunds_asked": ("refunds asked", "申请退款金额"),
    "refunds_made": ("refunds made", "实际退款金额"),
    "overhead": ("overhead", "分摊费用"),
    "on_probation": ("on probation", "试用期"),
    "employed_at_pay_date": ("employed on pay day", "发薪日在职"),
    "minimum_wage": ("minimum wage", "最低工资"),
    "legal_share": ("share of the wage that may be taken", "可从工资中扣除的比例"),
    "score": ("score", "得分"),
    "grade": ("grade", "等级"),
    "coefficient": ("coefficient", "系数"),
}


def canonical(name: str) -> str:
    """Return the column name that `name` stands for: itself, unless it is an alias; ``target_`` may precede one."""
    if name.startswith("target_"):
        return "target_" + canonical(name.removeprefix("target_"))
    return ALIASES.get(name.strip(), name.strip())


def write_as(word: str) -> Text | None:
    """Return what to write in place of a word that is known and is no name in a scheme; None for any other."""
    name = OTHER_WORDS.get(word)
    if name is None:
        return None
    return Text(f"write {name} ({label(name, 'en')})", f"请写作 {name}（{label(name, 'zh')}）")


def label(name: str, lang: str) -> str:
    """Return what a column is called in a sentence: words for underscores, the first alias in Chinese."""
    check_language(lang)
    if name in LABELS:
        return LABELS[name][lang == "zh"]
    if name.startswith("target_"):
        return target_label(label(name.removeprefix("target_"), lang), lang)
    chinese = next((alias for alias, column in ALIASES.items() if column == name), name)
    return chinese if lang == "zh" else name.replace("_", " ")


def target_label(measure: str, lang: str) -> str:
    """Return what the target of a measure is called."""
    return f"{measure}目标" if lang == "zh" else f"target {measure}"
