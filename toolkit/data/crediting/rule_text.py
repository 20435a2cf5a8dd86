"""The rule of crediting in force, in sentences from which an outsider recomputes inquiries, buyers and sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.core.figures import counted
from toolkit.core.text import Text

if TYPE_CHECKING:
    from toolkit.data.tables.settings import Clocks, Crediting, Settings

UNITS: Mapping[str, Text] = {
    "people_by_day": Text(
        "One inquiry is one customer of one person in one shop on one calendar day, however often that customer asks; "
        "it stands on the day and in the channel of the first time. An inquiry without a customer is one of its own.",
        "询单人数按“同一客服、同一店铺、同一客户、同一自然日”计一人，当天多次咨询只计一次，归入首次咨询的日期和渠道；"
        "没有客户名的询单各计一人。",
    ),
    "people_by_month": Text(
        "One inquiry is one customer of one person in one shop in one calendar month, however often that customer "
        "asks; it stands on the day and in the channel of the first time. An inquiry without a customer is one of its "
        "own.",
        "询单人数按“同一客服、同一店铺、同一客户、同一自然月”计一人，当月多次咨询只计一次，归入首次咨询的日期和渠道；"
        "没有客户名的询单各计一人。",
    ),
    "conversations": Text(
        "One inquiry is one row of the list of inquiries (one conversation), also where one customer has several.",
        "询单数按询单明细的行数（会话数）计，同一客户的多次会话分别计数。",
    ),
}
MOMENTS: Mapping[str, Text] = {
    "order_time": Text("was made", "下单"),
    "payment_time": Text("was paid", "付款"),
    "order_first": Text("was made", "下单"),
}
WHICH: Mapping[str, Text] = {
    "last": Text("Of several such inquiries the last one has the order.", "有多条符合的，订单归最后一条。"),
    "first": Text("Of several such inquiries the first one has the order.", "有多条符合的，订单归最早一条。"),
    "split": Text(
        "Of several such inquiries each account asked has an equal part of the amount, cents left over going to those "
        "asked last; the order and the buyer count for the account asked last.",
        "有多条符合的，金额由被咨询的各账号平分，除不尽的分先给最后被咨询的账号；订单数和付款人数计给最后被咨询的账号。",
    ),
}
TIES = Text(
    "At the same second, ids that are numbers stand in the order of the numbers, others in the order of their file.",
    "同一秒的多条，编号为数字的按数字大小排先后，其他按文件中的行序。",
)
EARNED: Mapping[str, Text] = {
    "paid": Text("it is paid", "付款"),
    "shipped": Text("it is shipped", "发货"),
    "confirmed": Text("its receipt is confirmed", "确认收货"),
}


def say_rules(settings: Settings) -> list[Text]:
    """Return the sentences of the rule of crediting, in the order in which an order meets them."""
    return list(rules_of(settings).values())


def rule_behind(settings: Settings, source_rule: str) -> int:
    """Return which of `say_rules`, from 1, gives the orders that have this `source_rule`."""
    name = {"inquiry-without-account": "no-inquiry", "blank-customer": "no-inquiry"}.get(source_rule, source_rule)
    return list(rules_of(settings)).index(name) + 1


def rules_of(settings: Settings) -> dict[str, Text]:
    """Return the sentences of the rule of crediting by what they decide, a `source_rule` where they give orders."""
    c, k = settings.crediting, settings.clocks
    return {**_ROWS, **_who_asked(c), **_whom_it_names(c), **_which_inquiry(c), **_what_it_counts(c, k)}


def say_repeated(n: int) -> Text:
    """Say how many rows of the files imported were left out because the same row stood before them."""
    return Text(
        f"In all files imported {n:,} {'row repeats' if n == 1 else 'rows repeat'} an earlier row of the file and "
        f"{'was' if n == 1 else 'were'} not counted again.",
        f"全部导入文件中共有 {n:,} 行与同一文件前面的行相同，未重复计入。",
    )


_ROWS: Mapping[str, Text] = {
    "rows": Text(
        "Rows of one file that have the same number (of an order, of an inquiry) and say the same are one row: the "
        "first counts (but exports with a row for each item of an order add them up). Rows of one number that "
        "contradict each other are all rejected. Of several files that hold one row the newer speaks, by the time of "
        "export in its name, else by the end of its period; where neither is newer and they differ, that is a finding.",
        "同一文件中编号（订单号、询单号）相同且内容相同的行算一行，取第一行（每件商品一行的导出则相加）；编号相同而内容矛盾的行全部拒收。多个文件有同一行时，"
        "以较新的为准：先看文件名中的导出时间，再看数据期间的末日；分不出新旧且内容不同的，列为事项。",
    )
}


def _who_asked(c: Crediting) -> dict[str, Text]:
    return {
        "asked": Text(
            "An inquiry is a row of the list of inquiries that a person answered; those answered by a robot never "
            "count. It is whose account it was at the moment of asking, by the table of accounts; of a shared account "
            "counts go to the largest share (of equal shares to the first by id), money is divided by the shares.",
            "询单是询单明细中由人工接待的行，机器人接待的不计。按账号归属表，询单归咨询时刻持有该账号的人；"
            "共用账号的人数计给份额最大者（份额相同的按工号在前者），金额按份额分配。",
        ),
        "held": Text(
            "An account is held from its `from` on and to the end of the day `to` (to that moment, where `to` has a "
            "time of day). An inquiry of an account that nobody held then, or that the table does not have, counts for "
            "nobody; an order that names such an account or follows such an inquiry is nobody's, whatever else would "
            "give it to somebody.",
            "账号自开始日期起、到结束日期当日结束为止归持有人（结束日期写有时刻的，到该时刻为止）。当时无人持有、或账号"
            "归属表中没有的账号，其询单不计给任何人；写明这种账号或归于这种询单的订单不归任何人，也不再按其他规则归属。",
        ),
        "unit": UNITS[c.count_unit],
        "customer": Text(
            "A customer is the same customer however capital letters and blanks are written.",
            "客户名不区分大小写和空格。",
        ),
    }


def _whom_it_names(c: Crediting) -> dict[str, Text]:
    moment = MOMENTS[c.judged_by]
    said = {
        "explicit-account": Text(
            f"An account named on an order (in the order list or a list of credits) decides alone: the order is whose "
            f"account it was when the order {moment.en}; such an order adds sales but no buyer. Marked as offline or "
            "as a reminder it counts as that.",
            f"订单（订单表或订单归属表）上写明账号的，直接归该账号在{moment.zh}时刻的持有人；只计销售额，不计付款人数；"
            "标为线下或催付的，按线下或催付计。",
        )
    }
    if c.note_mark:
        said["note"] = Text(
            f"Else what follows “{c.note_mark}” in the order's note, up to a blank or comma, names the account, "
            "or the agent by id or name, in the same way.",
            f"否则，订单备注中“{c.note_mark}”之后到空格或逗号为止的内容视为写明的账号，或客服的工号、姓名，处理相同。",
        )
    if c.customer_owner != "nobody":
        en, zh = ("an offline order", "线下订单") if c.customer_owner == "offline" else ("an order", "订单")
        said["customer-owner"] = Text(
            f"Else {en} is the customer's owner's, by the table of customers on the day it {moment.en}; it adds "
            "sales but no buyer.",
            f"否则，{zh}归客户归属表中该客户在{moment.zh}当日的负责人；只计销售额，不计付款人数。",
        )
    return said


def _which_inquiry(c: Crediting) -> dict[str, Text]:
    moment = MOMENTS[c.judged_by]
    where = (
        Text(
            "in any shop of this workspace (the sale then counts in the shop of the inquiry)",
            "任一店铺（销售额计入询单所在店铺）",
        )
        if c.across_shops
        else Text("in the same shop", "同一店铺")
    )
    days = counted(c.window_days, "day")
    said = {
        "inquiry": Text(
            f"Any other order, an offline one too, follows an inquiry of its customer {where.en}, at most {days} of 24 "
            f"hours before the order {moment.en}; both ends are included, to the second. {WHICH[c.which].en} {TIES.en} "
            "Here each row is an inquiry of its own, also where several rows are counted as one.",
            f"其余订单（含线下订单）归该客户在{where.zh}、{moment.zh}前 {c.window_days} 天（每天 24 小时）以内的询单，"
            f"首尾两端均包含，精确到秒。{WHICH[c.which].zh}{TIES.zh}此处每一行都是单独的询单，即使多行只计一人。",
        )
    }
    if c.judged_by == "order_first":
        said["inquiry-before-payment"] = Text(
            "Where there is none, the last inquiry after the order was made and up to its payment has it, as a "
            "reminder (as an offline order, where it is one): its amount counts as reminder sales, and it adds no "
            "buyer.",
            "没有的，归下单之后、付款及以前的最后一条询单，作为催付成交（线下订单仍为线下）：金额计入催付销售额，不计付款人数。",
        )
    if c.cycle_days:
        said["customer-cycle"] = Text(
            f"A customer's orders are counted in cycles of {counted(c.cycle_days, 'day')} of 24 hours from the "
            "first order on that follows an inquiry: all orders of a cycle, from the first one that follows an "
            "inquiry on, follow that same inquiry.",
            f"同一客户的订单自首个有询单的订单起，按每 {c.cycle_days} 天（每天 24 小时）为一个周期："
            "周期内自首个有询单的订单起，全部订单都归该询单。",
        )
    said["no-inquiry"] = Text(
        "An order without such an inquiry is silent and nobody's. An order without a customer, an offline one "
        "without an inquiry, or one whose inquiry has no account is untraceable and nobody's.",
        "没有询单的订单为静默成交，不归任何人。没有客户名的订单、没有询单的线下订单、询单没有账号的订单为无法追溯，"
        "不归任何人。",
    )
    return said


def _what_it_counts(c: Crediting, k: Clocks) -> dict[str, Text]:
    nothing, n = Text("", ""), k.earned_after_days
    after = Text(f", {counted(n, 'day')} later", f" {n} 天后") if n else nothing
    last = Text(" (of a split order by the account asked last)", "（平分的订单只计最后被咨询的账号）")
    split = last if c.which == "split" else nothing
    return {
        "earned": Text(
            "An order counts once it is paid, whatever its state is later, in the month in which "
            f"{EARNED[k.earned_on].en}{after.en}. A deposit counts only together with its final payment, as one order "
            "made when the deposit was made and paid when the rest was: joined by the order number, else by shop, "
            "customer and product in the order of time where there are as many of both.",
            f"订单付款后即计，不论其后状态，计入{EARNED[k.earned_on].zh}{after.zh}所在月份。定金与尾款合为一单才计，"
            "下单时间取定金，付款时间取尾款：按订单号合并；没有的，同店铺、同客户、同商品的定金与尾款笔数相同时按时间先后合并。",
        ),
        "sales": Text(
            "Sales are the amounts of a person's orders less what was refunded of each, at most its amount: refunds "
            f"without a date, and those made before day {k.settlement_day}, 00:00, of the month after the one in which "
            "the order counts. Offline orders and reminders stand apart from sales, each less its refunds in the same "
            "way.",
            "销售额为本人订单金额减各单退款（每单至多扣到零）：扣减没有日期的退款，以及在订单计入月份的次月 "
            f"{k.settlement_day} 日 00:00 之前发生的退款。线下订单和催付订单另计，不在销售额内，同样各减其退款。",
        ),
        "refunds": Text(
            "The refunds of an order are those of the list of refunds. The sum of refunds beside an order in an order "
            "list counts, as a refund without a date, only where no other file brings a refund of that order.",
            "订单的退款以退款明细为准。订单表中的退款合计，仅在没有其他文件列出该订单的退款时才计，视为没有日期的退款。",
        ),
        "buyer": Text(
            "A buyer is a counted inquiry that has bought: an order that is neither offline nor a reminder follows a "
            f"row of it{split.en} and was paid at or after the moment of that row, at most "
            f"{counted(k.conversion_days, 'day')} of 24 hours later, also in the next month. Inquiries and buyers "
            "stand in the month of asking.",
            f"付款人数为已成交的询单人数：有既非线下也非催付的订单归于其中一行{split.zh}，且自该行的时刻起 "
            f"{k.conversion_days} 天（每天 24 小时）以内付款，跨月也算。询单人数和付款人数计入咨询当月。",
        ),
        "report": Text(
            "In a shop and month without a list of inquiries the vendor's daily report stands in for all of this: its "
            "inquiries, buyers, orders, sales and refunds are of whoever held the account at noon; a row of a whole "
            "month is of who alone held it in the month, and of nobody where it changed hands.",
            "没有询单明细的店铺和月份，以平台客服日报代替：询单、付款、订单、销售额和退款归当日中午持有该账号的人；"
            "整月一行的，归该月唯一持有该账号的人，月内换人的不计入任何人。",
        ),
    }
