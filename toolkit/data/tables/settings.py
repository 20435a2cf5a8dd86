"""What ``workspace.yaml`` says: the settings, their defaults, and the file in which each is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, PlainValidator, ValidationInfo

from toolkit.core.documents import Model, refusal, validate
from toolkit.core.errors import UsageError
from toolkit.core.period import Month
from toolkit.core.text import Lang, Text
from toolkit.core.yaml import read_yaml

JudgedBy = Literal["order_time", "payment_time", "order_first"]
Pick = Literal["last", "first", "split"]
Owner = Literal["nobody", "offline", "all"]
CountUnit = Literal["people_by_day", "people_by_month", "conversations"]
EarnedOn = Literal["paid", "shipped", "confirmed"]


def _whole(low: int, high: int) -> PlainValidator:
    def read(value: Any, info: ValidationInfo) -> int:
        if not re.fullmatch(r"\d{1,9}", str(value)) or not low <= int(value) <= high:
            message = Text(f"must be a whole number from {low} to {high}", f"应是 {low} 到 {high} 的整数")
            raise _refused(value, message, info)
        return int(value)

    return PlainValidator(read)


def _flag(value: Any, info: ValidationInfo) -> bool:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if str(value).lower() not in words:
        raise _refused(value, Text("must be yes or no", "应是 yes 或 no"), info)
    return words[str(value).lower()]


def _currency(value: Any, info: ValidationInfo) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        message = Text("must be three capital letters, like CNY", "应是三个大写字母，例如 CNY")
        raise _refused(value, message, info)
    return value


def _timezone(value: Any, info: ValidationInfo) -> str:
    if not isinstance(value, str) or value not in available_timezones():
        message = Text("must be a place of the IANA list, like Asia/Shanghai", "应是 IANA 时区名，例如 Asia/Shanghai")
        raise _refused(value, message, info)
    return value


def _month(value: Any, info: ValidationInfo) -> str:
    try:
        return str(Month.read(str(value))) if value else ""
    except UsageError as error:
        message = Text("must be a month, like 2024-07, or left blank", "应是月份，例如 2024-07，或留空")
        raise _refused(value, message, info) from error


def _name(value: Any, info: ValidationInfo) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(value, value)
    if not isinstance(value, dict) or set(value) != {"en", "zh"} or not all(isinstance(v, str) for v in value.values()):
        message = Text("must be one name, or {en: ..., zh: ...}", "应是一个名称，或 {en: ..., zh: ...}")
        raise _refused(value, message, info)
    return Text(**value)


def _names(value: Any, info: ValidationInfo) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(n, str) for n in value):
        raise _refused(value, Text("must be a list of names, like [shift]", "应是名称列表，例如 [shift]"), info)
    return tuple(value)


def _items(value: Any, info: ValidationInfo) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        message = Text("must be  item: [scheme.component, ...]", "应写成  项目: [方案.组成部分, ...]")
        raise _refused(value, message, info)
    wrong = [item for item, names in value.items() if not _are_components(names)]
    if wrong:
        named = ", ".join(map(repr, wrong))
        message = Text(f"must list scheme.component names for {named}", f"{named} 应列出 方案.组成部分")
        raise refusal("bad-setting", message, got=repr(value[wrong[0]]), path=(wrong[0],))
    return {item: tuple(names) for item, names in value.items()}


def _are_components(names: Any) -> bool:
    return isinstance(names, list | tuple) and all(isinstance(name, str) and "." in name for name in names)


def _refused(value: Any, message: Text, info: ValidationInfo) -> Exception:
    named = Text(f"{info.field_name} {message}", f"{info.field_name} {message.zh}")
    return refusal("bad-setting", named, got=repr(value))


class Crediting(Model):
    """Whose order is it; `docs/crediting.md` says what each word means.

    Parameters
    ----------
    judged_by : the judging rule.
    window_days : how old an inquiry may be.
    count_unit : what one inquiry is.
    which : the inquiry of the window that has the order; ``split`` divides it among all accounts asked.
    across_shops : whether an inquiry in another shop of the workspace counts.
    note_mark : what stands before the account or agent in an order's note; "" reads no notes.
    customer_owner : whether orders of a customer who has an owner are the owner's: of all orders, or of offline ones.
    cycle_days : a customer's orders stay with one inquiry for so many days; 0 judges each order by itself.
    upsell_hours : an order within so many hours after another one, asked about in between, is an upsell; 0 counts none.
    large_amount, large_units : orders of nobody from so much money (major units) or so many units on are listed to be
        traced by hand; 0 lists none.
    """

    judged_by: JudgedBy = "order_first"
    window_days: Annotated[int, _whole(0, 366)] = 3
    count_unit: CountUnit = "people_by_day"
    which: Pick = "last"
    across_shops: Annotated[bool, PlainValidator(_flag)] = False
    note_mark: str = ""
    customer_owner: Owner = "nobody"
    cycle_days: Annotated[int, _whole(0, 366)] = 0
    upsell_hours: Annotated[int, _whole(0, 744)] = 0
    large_amount: Annotated[int, _whole(0, 99_999_999)] = 0
    large_units: Annotated[int, _whole(0, 999_999)] = 0


class Clocks(Model):
    """The three clocks: conversion window (days), what earns and how many days later, day refunds settle."""

    conversion_days: Annotated[int, _whole(0, 366)] = 7
    earned_on: EarnedOn = "paid"
    earned_after_days: Annotated[int, _whole(0, 366)] = 0
    settlement_day: Annotated[int, _whole(1, 28)] = 8


class Materiality(Model):
    """Pay that may hang on open questions: an amount in major units; of those with a reason, a share of what is due."""

    amount: Annotated[int, _whole(0, 9999)] = 10
    percent: Annotated[int, _whole(0, 100)] = 2


class Statements(Model):
    """Whom people ask about their statement, and until which day of the month after the one earned."""

    ask: Annotated[Text, PlainValidator(_name)] = Text("whoever calculates your pay", "薪酬核算人员")
    until_day: Annotated[int, _whole(1, 28)] = 11


class Calendar(Model):
    """Days of the month after the one earned, 0 where none is stated; until when people object, `Statements` says."""

    data_day: Annotated[int, _whole(0, 28)] = 0
    shown_day: Annotated[int, _whole(0, 28)] = 0
    approve_day: Annotated[int, _whole(0, 28)] = 0
    pay_day: Annotated[int, _whole(0, 28)] = 0


class Approval(Model):
    """Whether a month is approved by somebody who neither calculated it nor adjusted it by hand."""

    two_people: Annotated[bool, PlainValidator(_flag)] = True


class Service(Model):
    """What good service is, and what one person can serve.

    Parameters
    ----------
    first_reply_s, first_reply_percent : a first reply within so many seconds, for so many of 100 inquiries.
    satisfied_percent : satisfied, of 100 who rated.
    parallel_chats : chats one person answers at a time.
    capacity_per_day : customers a day one person can serve well; 0 where none is stated.
    """

    first_reply_s: Annotated[int, _whole(1, 86400)] = 30
    first_reply_percent: Annotated[int, _whole(1, 100)] = 90
    satisfied_percent: Annotated[int, _whole(1, 100)] = 95
    parallel_chats: Annotated[int, _whole(1, 50)] = 1
    capacity_per_day: Annotated[int, _whole(0, 9999)] = 0


class UnderPerformance(Model):
    """Who is shown: below so many percent of the peers' conversion (0 shows nobody) for so many months in a row."""

    line_percent: Annotated[int, _whole(0, 100)] = 0
    in_a_row: Annotated[int, _whole(1, 12)] = 3


class Settings(Model):
    """Settings of a workspace.

    Parameters
    ----------
    name : title of the reports.
    currency : three capital letters; one currency a workspace.
    timezone : IANA name of the place whose clock the data show.
    tables : folder of the tables below the workspace, or the URL of another engine.
    small_cell : groups of fewer people are not shown in internal reports.
    groups : roster columns whose groups the audit compares, e.g. shift.
    payroll_items : payroll item to the ``scheme.component`` names it pays; to ``scheme.correction`` for what
        corrects earlier months, to ``roster.base_pay`` for the roster's base pay, to nothing where no scheme pays it.
    materiality : what open questions of the data may be worth in pay before the month waits for them.
    statements : whom people ask about what they are paid, and until when.
    calendar : by when what of a month is done.
    approval : who may approve a month.
    service : the levels of service the audit shows, and what one person can serve.
    under_performance : below which line of conversion, and for how long, the audit shows people; it decides nothing.
    first_month : the first month paid by the toolkit, ``YYYY-MM``, where opening balances stand for those before it.
    """

    name: Annotated[Text, PlainValidator(_name)] = Text("", "")
    currency: Annotated[str, PlainValidator(_currency)] = "CNY"
    timezone: Annotated[str, PlainValidator(_timezone)] = "Asia/Shanghai"
    tables: str = "data"
    crediting: Crediting = Field(default_factory=Crediting)
    clocks: Clocks = Field(default_factory=Clocks)
    small_cell: Annotated[int, _whole(1, 1000)] = 5
    groups: Annotated[tuple[str, ...], PlainValidator(_names)] = ()
    payroll_items: Annotated[Mapping[str, tuple[str, ...]], PlainValidator(_items)] = Field(default_factory=dict)
    materiality: Materiality = Field(default_factory=Materiality)
    statements: Statements = Field(default_factory=Statements)
    calendar: Calendar = Field(default_factory=Calendar)
    approval: Approval = Field(default_factory=Approval)
    service: Service = Field(default_factory=Service)
    under_performance: UnderPerformance = Field(default_factory=UnderPerformance)
    first_month: Annotated[str, PlainValidator(_month)] = ""


def parse_settings(text: str, source: str) -> Settings:
    """Read the text of a ``workspace.yaml``; what it leaves out has its default.

    Raises
    ------
    InputError
        If a key is unknown or a value is not one of those allowed; all problems at once.
    """
    return validate(Settings, read_yaml(text, source), source)


def render_settings(settings: Settings, lang: Lang = "en") -> str:
    """Return the text of a ``workspace.yaml`` that says `settings`, every setting explained in a language."""
    said: list[tuple[str, str]] = []
    for name, value in settings:
        if name == "payroll_items":
            continue
        inner = isinstance(value, Model)
        said.append((f"{name}:" if inner else f"{name}: {_written(name, value)}", name))
        said += [(f"  {part}: {_written(part, v)}", part) for part, v in (value if inner else ())]
    lines = [f"{line:<27} # {_SAYS[name].of(lang)}" for line, name in said]
    items = [f"  {_quoted(i)}: [{', '.join(n)}]" for i, n in settings.payroll_items.items()]
    last = ["payroll_items:" if items else "payroll_items: {}", *items]
    return "\n".join([f"# {_HEAD.of(lang)}", *lines, f"# {_ITEMS.of(lang)}", *last, ""])


def _written(name: str, value: object) -> str:
    """Return a value as it stands in the file: free words in quotes, flags as yes and no."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Text():
            return f"{{en: {_quoted(value.en)}, zh: {_quoted(value.zh)}}}"
        case tuple():
            return f"[{', '.join(value)}]"
        case _:
            return _quoted(str(value)) if name == "note_mark" else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_HEAD = Text(
    "Settings of this workspace. Change a value, save, and run the command again.",
    "本工作区的设置。改好数值并保存后，重新运行命令即可。",
)
_ITEMS = Text(
    "What each payroll item pays, e.g.  提成: [presales.commission]  底薪: [roster.base_pay]  餐补: []  (no scheme "
    "pays it)",
    "每个工资项目发的是什么，例如  提成: [presales.commission]（方案.组成部分）  "
    "底薪: [roster.base_pay]（花名册底薪）  餐补: []（不由方案发放）",
)
_SAYS: dict[str, Text] = {
    "name": Text("of the workspace, as reports show it", "工作区的名称，显示在报告上"),
    "currency": Text("one currency a workspace", "一个工作区只用一种货币"),
    "timezone": Text("whose clock the data show", "数据用的时区"),
    "tables": Text("a folder, or the URL of another engine", "表格所在的文件夹，或其他数据库的地址"),
    "crediting": Text("whose order it is, see docs/crediting.md", "订单归谁，见 docs/crediting.zh.md"),
    "judged_by": Text(
        "order_time | payment_time | order_first",
        "order_time 下单判定 | payment_time 付款判定 | order_first 下单优先判定",
    ),
    "window_days": Text(
        "an order follows the customer's last inquiry at most so many days before it", "订单归下单前多少天以内的询单"
    ),
    "count_unit": Text(
        "people_by_day | people_by_month | conversations",
        "询单人数怎么计：people_by_day 按天去重 | people_by_month 按月去重 | conversations 按会话",
    ),
    "which": Text(
        "last | first | split: which inquiry of the window has the order",
        "期内有多条询单时归哪条：last 最后一条 | first 第一条 | split 平分",
    ),
    "across_shops": Text("yes: an inquiry in another shop counts too", "yes：其他店铺的询单也算"),
    "note_mark": Text(
        'what stands before the account in an order\'s note, e.g. "客服:"', '订单备注中账号前面的标记，例如 "客服:"'
    ),
    "customer_owner": Text(
        "nobody | offline | all: which orders are the owner's of the customer file",
        "客户归属表管哪些订单：nobody 不用 | offline 仅线下 | all 全部",
    ),
    "cycle_days": Text(
        "a customer's orders stay with one inquiry so many days; 0: each by itself",
        "同一客户的订单在多少天内归同一条询单；0：各自判定",
    ),
    "upsell_hours": Text(
        "a further order so many hours after one, asked about in between, is upsold",
        "前一单之后多少小时内、其间有咨询的再次下单算加购",
    ),
    "large_amount": Text(
        "orders of nobody from this amount on are listed to be traced; 0: none",
        "没有归属的订单，达到此金额的列出核实；0：不列",
    ),
    "large_units": Text("... or from so many units on", "……或达到此件数的"),
    "clocks": Text("three clocks, kept apart", "三个时间口径，互不影响"),
    "conversion_days": Text(
        "an inquiry converts when its order is paid within so many days", "询单后多少天内付款算成交"
    ),
    "earned_on": Text("paid | shipped | confirmed", "何时计业绩：paid 付款 | shipped 发货 | confirmed 确认收货"),
    "earned_after_days": Text("so many days after that", "再过多少天才计"),
    "settlement_day": Text(
        "refunds before this day of the next month net in the measure", "次月几日之前的退款在当月销售额中扣减"
    ),
    "small_cell": Text(
        "groups of fewer people are not shown in internal reports", "少于此人数的分组不在内部版报告中显示"
    ),
    "groups": Text(
        "columns of the roster whose groups the audit compares, e.g. [shift]",
        "审计按花名册的哪些列分组比较，例如 [shift]",
    ),
    "materiality": Text(
        "pay that may hang on open questions before the month waits for them",
        "未决事项可能影响的工资达到多少，须先处理",
    ),
    "amount": Text("in all, in the currency above", "合计金额"),
    "statements": Text("what people are told of their month", "发给个人的工资说明"),
    "ask": Text("whom they ask", "有疑问找谁"),
    "until_day": Text("... until this day of the next month", "……截至次月几日"),
    "calendar": Text(
        "days of the next month, 0: none; incentive calendar shows them", "次月几日，0：不设；incentive calendar 可查看"
    ),
    "data_day": Text("from then the data are complete: no month is calculated before", "数据自此日起齐全，之前不计算"),
    "shown_day": Text("statements are out by then", "最迟此日公示"),
    "approve_day": Text("the month is approved by then", "最迟此日审批"),
    "pay_day": Text("it is paid, and closed by then", "此日发放，最迟此日关账"),
    "approval": Text("who may approve a month", "谁可以批准当月"),
    "two_people": Text(
        "no: who calculated or adjusted a month may approve it too, which is then said",
        "no：核算或调整的人也可以批准，报告会注明",
    ),
    "service": Text("what good service is; the audit shows how often it was met", "服务水平目标，审计报告显示达成情况"),
    "first_reply_s": Text("a first reply within so many seconds", "首次响应在多少秒内"),
    "first_reply_percent": Text("... for so many of 100 inquiries", "……达成比例（%）"),
    "satisfied_percent": Text("satisfied, of 100 who rated", "满意率目标（%）"),
    "parallel_chats": Text("chats one person answers at a time", "一人同时接待的会话数"),
    "capacity_per_day": Text(
        "customers a day one person can serve well; 0: none stated", "一人每天能接待好的人数；0：不设"
    ),
    "under_performance": Text(
        "who the audit shows as below a line of conversion; nobody is judged by it",
        "审计报告显示转化率低于线的人；不作为处理依据",
    ),
    "line_percent": Text(
        "below so many percent of the peers' conversion, e.g. 85; 0: nobody is shown",
        "低于同岗同店其他人转化率的百分之几，例如 85；0：不显示",
    ),
    "in_a_row": Text("... for so many months in a row", "……连续几个月"),
    "first_month": Text(
        "e.g. 2024-07: the first month paid here; opening balances are of the months before it",
        "启用月份，例如 2024-07：自该月起由本工具计发，期初余额属于此前的月份",
    ),
    "percent": Text("of what is due, where a reason is written down", "已注明理由的，占应发的百分比"),
}
