"""What ``workspace.yaml`` says: the settings, their defaults, and the file in which each is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, PlainValidator, ValidationInfo

from toolkit.core.documents import Model, refusal, validate
from toolkit.core.text import Text
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


class Approval(Model):
    """Whether a month is approved by somebody who neither calculated it nor adjusted it by hand."""

    two_people: Annotated[bool, PlainValidator(_flag)] = True


class Settings(Model):
    """Settings of a workspace.

    Parameters
    ----------
    name : title of the reports.
    currency : three capital letters; one currency a workspace.
    timezone : IANA name of the place whose clock the data show.
    tables : folder of the tables below the workspace, or the URL of another engine.
    small_cell : groups of fewer people are not shown in shareable reports.
    groups : roster columns whose groups the audit compares, e.g. shift.
    payroll_items : payroll item to the ``scheme.component`` names it pays; to ``roster.base_pay`` for the base pay of
        the roster, to nothing for an item that no scheme pays.
    materiality : what open questions of the data may be worth in pay before the month waits for them.
    statements : whom people ask about what they are paid, and until when.
    approval : who may approve a month.
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
    approval: Approval = Field(default_factory=Approval)


def parse_settings(text: str, source: str) -> Settings:
    """Read the text of a ``workspace.yaml``; what it leaves out has its default.

    Raises
    ------
    InputError
        If a key is unknown or a value is not one of those allowed; all problems at once.
    """
    return validate(Settings, read_yaml(text, source), source)


def render_settings(settings: Settings) -> str:
    """Return the text of a ``workspace.yaml`` that says `settings`, every setting explained."""
    items = "".join(
        f"  {json.dumps(i, ensure_ascii=False)}: [{', '.join(n)}]\n" for i, n in settings.payroll_items.items()
    )
    mark = json.dumps(settings.crediting.note_mark, ensure_ascii=False)
    s, c, k = settings, settings.crediting, settings.clocks
    ask = json.dumps({"en": s.statements.ask.en, "zh": s.statements.ask.zh}, ensure_ascii=False)
    return f"""\
# Settings of this workspace. Change a value, save, and run the command again.
name: {{en: {json.dumps(s.name.en, ensure_ascii=False)}, zh: {json.dumps(s.name.zh, ensure_ascii=False)}}}
currency: {s.currency}            # one currency a workspace
timezone: {s.timezone}  # whose clock the data show
tables: {s.tables}             # a folder, or the URL of another engine
crediting:
  judged_by: {c.judged_by}    # order_time | payment_time | order_first
  window_days: {c.window_days}            # an order follows the customer's last inquiry at most so many days before it
  count_unit: {c.count_unit} # people_by_day | people_by_month | conversations
  which: {c.which}               # last | first | split: which inquiry of the window has the order
  across_shops: {"yes" if c.across_shops else "no"}          # yes: an inquiry in another shop counts too
  note_mark: {mark}             # what stands before the account in an order's note, e.g. "客服:"
  customer_owner: {c.customer_owner}    # nobody | offline | all: which orders are the owner's of the customer file
  cycle_days: {c.cycle_days}             # a customer's orders stay with one inquiry so many days; 0: each by itself
  upsell_hours: {c.upsell_hours}           # a further order so many hours after one, asked about in between, is upsold
  large_amount: {c.large_amount}           # orders of nobody from this amount on are listed to be traced; 0: none
  large_units: {c.large_units}            # ... or from so many units on
clocks:                     # three clocks, kept apart
  conversion_days: {k.conversion_days}        # an inquiry converts when its order is paid within so many days
  earned_on: {k.earned_on}           # paid | shipped | confirmed
  earned_after_days: {k.earned_after_days}      # so many days after that
  settlement_day: {k.settlement_day}         # refunds before this day of the next month net in the measure
small_cell: {s.small_cell}               # groups of fewer people are not shown in shareable reports
groups: [{", ".join(s.groups)}]                  # columns of the roster whose groups the audit compares, e.g. [shift]
materiality:                # pay that may hang on open questions before the month waits for them
  amount: {s.materiality.amount}                # in all, {s.currency}
  percent: {s.materiality.percent}               # of what is due, where a reason is written down
statements:                 # what people are told of their month
  ask: {ask}  # whom they ask
  until_day: {s.statements.until_day}             # ... until this day of the next month
approval:                   # no: who calculated or adjusted a month may approve it too, which is then said
  two_people: {"yes" if s.approval.two_people else "no"}
# What each payroll item pays, e.g.  提成: [presales.commission]  底薪: [roster.base_pay]  餐补: []  (no scheme pays it)
payroll_items:{" {}" if not items else ""}
{items}"""
