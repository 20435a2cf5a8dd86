"""What stands beside pay: people needed by hour, busy days, unequal work, months below a line. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.figures import counted, decimals
from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.models.comparison.day_load import FEWEST_AGENTS, FEWEST_DAYS
from toolkit.models.comparison.equal_work import FEWEST_INQUIRIES, FEWEST_PEOPLE, by_size
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports import rota
from toolkit.output.reports.view import PAYEE, View
from toolkit.rules.formula.dictionary import role_word
from toolkit.studies.workload.work import LOAD_MONTHS, Overload, Staffing, WorkGroup

if TYPE_CHECKING:
    from toolkit.models.comparison.day_load import LoadEffect
    from toolkit.models.comparison.equal_work import PayAndWork
    from toolkit.studies.workload.activity import Activity

MOST_PAIRS = 5
SURE = 0.05
_KINDS: Mapping[str, Text] = {
    "pay": Text("Pay differs, conversion does not", "薪酬不同，转化率相当"),
    "work": Text("Conversion differs, pay does not", "转化率不同，薪酬不高"),
}
_HOUR = TableColumn("hour", Text("Hour", "时段"))
_STAFFING = (
    TableColumn("arrivals", Text("Inquiries a day", "日均询单"), "number"),
    TableColumn("needed", Text("People needed", "需要人数"), "count"),
    TableColumn("seen", Text("People seen", "实际人数"), "number"),
    TableColumn("peak", Text("Inquiries, peak days", "高峰日询单"), "number"),
    TableColumn("needed_peak", Text("Needed, peak days", "高峰日需要人数"), "count"),
    TableColumn("seen_peak", Text("Seen, peak days", "高峰日实际人数"), "number"),
)
_SHORT = TableColumn("short", Text("Shops short, peak days", "高峰日不足的店铺"), "count")
_GROUPS = (
    TableColumn("group", Text("Shop and role", "店铺与岗位")),
    TableColumn("n", Text("People", "人数"), "count"),
    TableColumn("pay_spread", Text("Spread of pay", "薪酬差异"), "share", 0),
    TableColumn("work_spread", Text("Spread of conversion", "转化率差异"), "share", 0),
    TableColumn("luck_spread", Text("By luck alone", "纯属运气的差异"), "share", 0),
    TableColumn("by_work", Text("Pay ranks with conversion", "薪酬与转化率的等级相关")),
    TableColumn("by_volume", Text("Pay ranks with inquiries", "薪酬与询单数的等级相关")),
)
_INTERVAL = TableColumn("interval", Text("95 % interval", "95% 区间"))
_LOAD = (
    TableColumn("what", Text("On busy days", "繁忙日")),
    TableColumn("n_agents", Text("People", "人数"), "count"),
    TableColumn("n_days", Text("Their days", "人日"), "count"),
    TableColumn("usual", Text("Customers a day", "日均接待"), "number"),
    TableColumn("mean", Text("Mean", "平均")),
    TableColumn("change", Text("A tenth more", "多一成时")),
    _INTERVAL,
)
_LOADS: Mapping[str, Text] = {
    "conversion": Text("conversion (points)", "转化率（百分点）"),
    "first_reply": Text("first reply (seconds)", "首次响应（秒）"),
    "reply": Text("average reply (seconds)", "平均响应（秒）"),
}
_SHOWN: Mapping[str, tuple[Text, Text, Text]] = {
    "conversion": (
        Text("Conversion falls on busy days", "繁忙时转化率下降"),
        Text("Conversion does not fall on busy days, it rises", "繁忙时转化率没有下降，反而上升"),
        Text(
            "No fall of conversion on busy days is shown, which is not the same as none",
            "未显示繁忙时转化率下降，但不等于没有影响",
        ),
    ),
    "first_reply": (
        Text("The first reply does not take longer on busy days, it comes sooner", "繁忙时首次响应没有变慢，反而更快"),
        Text("The first reply takes longer on busy days", "繁忙时首次响应变慢"),
        Text(
            "No longer wait for the first reply on busy days is shown, which is not the same as none",
            "未显示繁忙时首次响应变慢，但不等于没有影响",
        ),
    ),
    "reply": (
        Text("Replies do not take longer on busy days, they come sooner", "繁忙时平均响应没有变慢，反而更快"),
        Text("Replies take longer on busy days", "繁忙时平均响应变慢"),
        Text(
            "No longer wait for replies on busy days is shown, which is not the same as none",
            "未显示繁忙时平均响应变慢，但不等于没有影响",
        ),
    ),
}
"""What is said where the whole interval lies below 0, above 0, and neither."""
_PAIRS = (
    TableColumn("one", Text("Person", "人员")),
    TableColumn("other", Text("Other person", "另一人")),
    TableColumn("pay", Text("Due", "应发"), "money"),
    TableColumn("other_pay", Text("Other's", "另一人应发"), "money"),
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("other_inquiries", Text("Other's", "另一人询单"), "count"),
    TableColumn("gap", Text("Gap, points", "转化率相差（百分点）"), "points"),
    _INTERVAL,
)
_BELOW = (
    PAYEE,
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("conversion", Text("Conversion", "转化率"), "share"),
    TableColumn("peers", Text("Peers, same mix", "其他人（同构成）"), "share"),
    TableColumn("line", Text("Line", "线"), "share"),
    TableColumn("luck", Text("By luck alone", "纯属运气的概率")),
)
_PEOPLE = (
    PAYEE,
    TableColumn("pay", Text("Due", "应发"), "money"),
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("conversion", Text("Conversion, group's mix", "转化率（按组内构成）"), "share"),
    TableColumn("lower", Text("95 % interval from", "95% 区间下限"), "share"),
    TableColumn("upper", Text("to", "上限"), "share"),
)


def chapter(v: View, activity: Activity) -> Html:
    """Show the parts for which there are data, and say of the others what they lack."""
    blocks = (
        staffing(v, activity.staffing),
        load(v, activity.load, activity.overload),
        rota.rota(v, activity.rota),
        groups(v, activity.groups),
        below_line(v, activity),
    )
    note = Text(
        "What stands beside pay. Nothing here decides anybody's pay or place.",
        "与薪酬相关的情况，不决定任何人的薪酬或去留。",
    )
    return join(page.section(Text("Work and pay", "工作与薪酬"), v.lang, note), *blocks)


def staffing(v: View, found: Staffing | None) -> Html:
    """Show how many people each hour needs (Erlang C), and how many were seen."""
    if found is None:
        none = Text(
            "How many people each hour needs is not told: no inquiry is known by its hour. Import a list of inquiries.",
            "没有带时间的询单，无法计算各时段需要的人数；可导入询单明细。",
        )
        return page.paragraph(none, v.lang)
    lacking = [_no_handling(found)] if found.unknown else []
    if found.hours.empty:
        return page.notes(lacking, v.lang)
    rows = found.hours
    short, short_peak = (rows[f"seen{of}"].round() < rows[f"needed{of}"] for of in ("", "_peak"))
    sums = dict.fromkeys((*(c.name for c in _STAFFING), "short"), "sum")
    table = rows.assign(short=short_peak.astype("int64")).groupby("hour", as_index=False).agg(sums)
    table = table.assign(hour=[f"{h:02d}:00–{h + 1:02d}:00" for h in table["hour"]], flagged=table["short"] > 0)
    n, usual, peak = len(rows), int(short.sum()), int(short_peak.sum())
    seen = Text(
        f"Of {n:,} hours of a shop's day {usual:,} have fewer people than needed on a usual day, {peak:,} on peak days "
        "(one day in ten). Seen is who received a customer in the hour, on average, rounded to be compared; who waited "
        "for one is not seen.",
        f"按店铺与时段共 {n:,} 个，平常日人数不足的 {usual:,} 个，高峰日（十天中最忙的一天）{peak:,} 个。"
        "实际人数为该时段接待过顾客的平均人数（取整比较），在岗但无顾客的不计。",
    )
    columns = [_HOUR, *_STAFFING, *([_SHORT] if rows["shop"].nunique() > 1 else [])]
    shown = render_table(table, columns, Text("People needed by hour", "各时段需要人数"), v.lang, flag="flagged")
    return join(shown, page.notes([_assumed(v, found), seen, *lacking], v.lang))


def _assumed(v: View, found: Staffing) -> Text:
    goals, times = v.audit.workspace.settings.service, sorted(found.handling.values())
    low, high = round(times[0]), round(times[-1])
    takes = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    return Text(
        f"People needed so that {goals.first_reply_percent} % are answered within {goals.first_reply_s} s, by Erlang "
        f"C at the arrivals of the month: a customer takes {takes} s, one person answers {goals.parallel_chats} at a "
        "time (parallel_chats in workspace.yaml), customers come at random and wait, each shop answers its own.",
        f"按 Erlang C 计算：以本月各时段到达量，使 {goals.first_reply_percent}% 在 {goals.first_reply_s} 秒内得到响应；"
        f"每位顾客接待 {takes} 秒，一人同时接待 {goals.parallel_chats} 个会话（workspace.yaml 的 parallel_chats），顾"
        "客随机到达并等待，各店各自接待。",
    )


def _no_handling(found: Staffing) -> Text:
    return Text(
        f"Handling time is not known for {', '.join(found.unknown)}, so people needed are not told there; a daily "
        "report of agents with 平均接待时长 (handling_seconds) brings it.",
        f"{'、'.join(found.unknown)} 没有平均接待时长，无法计算需要人数；可导入带“平均接待时长”的客服日报。",
    )


def load(v: View, effects: Mapping[str, LoadEffect], over: Overload | None) -> Html:
    """Say what busy days do to conversion and to replies, and what the customers above the stated capacity brought."""
    above = [] if over is None else [_over(v, over)]
    told = {name: e for name, e in effects.items() if e.change is not None}
    lacking = [_untold(effects.get("conversion"))] if "conversion" not in told else []
    lacking += [] if {"first_reply", "reply"} & told.keys() else [_NO_REPLIES]
    if not told:
        return page.notes([*lacking, *above], v.lang)
    rows = [_load_row(v, name, e) for name, e in told.items()]
    said = [_shown(name, e) for name, e in told.items()]
    shown = render_table(pd.DataFrame(rows), _LOAD, Text("What busy days do", "繁忙日的影响"), v.lang)
    return join(shown, page.notes([*said, _HELD, *lacking, *above], v.lang))


def _load_row(v: View, name: str, e: LoadEffect) -> dict[str, object]:
    times = 100 if name == "conversion" else 1
    mean = f"{e.mean:.1%}" if name == "conversion" else f"{e.mean:,.1f}"
    low, change, high = (f"{times * value:+.2f}" for value in (e.lower, e.change, e.upper) if value is not None)
    interval = Text(f"{low} to {high}", f"{low} 至 {high}").of(v.lang)
    counts = {"n_agents": e.n_agents, "n_days": e.n_days, "usual": e.usual}
    return counts | {"what": _LOADS[name].of(v.lang), "mean": mean, "change": change, "interval": interval}


def _points(v: View, low: float, high: float) -> str:
    return f"{100 * low:+.1f} {Text('to', '至').of(v.lang)} {100 * high:+.1f}"


def _untold(e: LoadEffect | None) -> Text:
    people, days = (0, 0) if e is None else (e.n_agents, e.n_days)
    return Text(
        f"Whether conversion falls on busy days cannot be told: it takes {FEWEST_AGENTS} people and {FEWEST_DAYS} "
        "days of theirs on which some, and not everybody at once, had more or fewer customers than usual; known are "
        f"{counted(people, 'person', 'people')} and {counted(days, 'day')}. Daily reports of agents or a list of "
        "inquiries bring them.",
        f"无法判断繁忙时转化率是否下降：需要至少 {FEWEST_AGENTS} 人、{FEWEST_DAYS} 个人日，且个人忙闲不同于全店；"
        f"现有 {people:,} 人、{days:,} 个人日。可导入客服日报或询单明细。",
    )


_HELD = Text(
    f"Days of {LOAD_MONTHS} months; each person is compared with oneself in the same month, beside "
    "what the day did to the whole shop: neither better people who get more customers nor campaigns count as "
    "load. What all have in common is not seen.",
    f"数据为 {LOAD_MONTHS} 个月；每人只与自己同月的其他日子比，并扣除当天对全店的影响：能力强者接待多、"
    "大促等不会被当成繁忙的影响。全店同忙的影响看不出来。",
)
_NO_REPLIES = Text(
    "Whether replies take longer on busy days cannot be told: too few days with reply times are known. Daily reports "
    "of agents or a list of inquiries with 首次响应 (first_reply) bring them.",
    "无法判断繁忙时响应是否变慢：带响应时间的人日不足；可导入带“首次响应”的客服日报或询单明细。",
)


def _shown(name: str, e: LoadEffect) -> Text:
    ends = {e.lower is not None and e.lower > 0: 1, e.upper is not None and e.upper < 0: 0}
    said = _SHOWN[name][ends.get(True, 2)]
    return Text(f"{said.en}.", f"{said.zh}。")


def _over(v: View, o: Overload) -> Text:
    money, share = priced(format_money(o.pay), v.audit.workspace.settings.currency), o.above / o.customers
    return Text(
        f"Above the stated {o.capacity:,} customers a day: {o.above:,} of {o.customers:,} customers ({share:.1%}), on "
        f"{o.n_above:,} of {o.n_days:,} days of a person. At the same conversion and value they brought {money.en} of "
        "this month's variable pay (pay by single orders left as it is).",
        f"超过设定的每天 {o.capacity:,} 人：{o.customers:,} 人中有 {o.above:,} 人（{share:.1%}），涉及 {o.n_days:,} "
        f"个人日中的 {o.n_above:,} 个。按相同的转化率与金额，这部分带来本月浮动薪酬 {money.zh}（按单计发的部分不变）。",
    )


def groups(v: View, found: tuple[WorkGroup, ...]) -> Html:
    """Show how pay and conversion spread among people of the same work, and the pairs that contradict most."""
    told = [(g, g.compared) for g in found if g.compared is not None and len(g.compared.people) >= _least(v)]
    if not told:
        few = Text(
            f"Pay and performance are not compared: it takes {FEWEST_PEOPLE} people of one role in one shop for the "
            f"whole month, each with {FEWEST_INQUIRIES} inquiries.",
            f"未比较薪酬与表现：需要同店同岗满月在岗至少 {FEWEST_PEOPLE} 人，且每人询单不少于 {FEWEST_INQUIRIES}。",
        )
        return page.paragraph(few, v.lang)
    table = pd.DataFrame(
        {
            "group": [f"{g.shop} · {role_word(str(g.role), v.lang)}" for g, _ in told],
            "n": [len(c.people) for _, c in told],
            "pay_spread": [c.pay_spread for _, c in told],
            "work_spread": [c.work_spread for _, c in told],
            "luck_spread": [c.luck_spread for _, c in told],
            "by_work": [_rank(c.by_work, v) for _, c in told],
            "by_volume": [_rank(c.by_volume, v) for _, c in told],
        }
    )
    n, left = sum(c.chance < SURE for _, c in told), len(found) - len(told)
    read = [
        Text(
            f"Conversion differs by more than luck in {n} of {counted(len(told), 'group')}. Spread is the standard "
            "deviation over the mean; ranks run from -1 to 1, with their 95 % interval.",
            f"{len(told)} 组中有 {n} 组的转化率差异超出运气。差异为标准差与均值之比；等级相关在 -1 与 1 之间，附 95% "
            "区间。",
        ),
        Text(
            "Pairs: pay is a quarter of the higher apart, conversion surely by less than a quarter; or one surely "
            "converts better, of all pairs of the group together, and is paid at most a twentieth more.",
            "两人比较：薪酬相差达较高者的四分之一而转化率确定相差不到四分之一；或一人转化率确定更高（按组内所有两人比"
            "较合并计算）而薪酬至多高二十分之一。",
        ),
        Text(
            "Performance here is the month's conversion on the group's mix of channels, nothing else: not hours, "
            "shift, products or care. Where pay differs and conversion does not, it may pay the number of inquiries "
            "one was given. It says that two figures disagree, not that anybody is paid wrongly.",
            "这里的表现只指当月按组内渠道构成的转化率，不含工时、班次、商品、服务质量。薪酬不同而转化率相当，可能是因为"
            "分到的询单多少不同。只说明两个数字不一致，不说明谁的薪酬有错。",
        ),
        *([_left_out(left, v)] if left else []),
    ]
    shown = render_table(table, _GROUPS, Text("Pay beside performance", "薪酬与表现"), v.lang)
    return join(shown, page.notes(read, v.lang), _pairs(v, told))


def _least(v: View) -> int:
    return v.audit.workspace.settings.small_cell if v.internal else 0


def _rank(found: tuple[float, float, float] | None, v: View) -> str:
    if found is None:
        return "–"
    r, low, high = found
    return f"{r:.2f} ({low:.2f} {Text('to', '至').of(v.lang)} {high:.2f})"


def _left_out(n: int, v: View) -> Text:
    return Text(
        f"Not compared: {counted(n, 'group')} of fewer than {max(FEWEST_PEOPLE, _least(v))} people who count.",
        f"另有 {n} 组可比人数少于 {max(FEWEST_PEOPLE, _least(v))} 人，未比较。",
    )


def _pairs(v: View, told: list[tuple[WorkGroup, PayAndWork]]) -> Html:
    pairs = by_size(pd.concat([c.pairs for _, c in told], ignore_index=True))
    if pairs.empty:
        none = Text(
            "No pair stands out: nobody is paid a quarter more at a conversion that is surely within a quarter, and "
            "nobody surely converts better for no more pay.",
            "没有突出的两人：没有薪酬高四分之一而转化率确定相差不到四分之一的，也没有转化率确定更高而薪酬不高的。",
        )
        return page.paragraph(none, v.lang)
    shown = pairs.assign(
        one=[v.label(a) for a in pairs["one"]],
        other=[v.label(a) for a in pairs["other"]],
        interval=[_points(v, low, high) for low, high in zip(pairs["lower"], pairs["upper"], strict=True)],
    )
    tables = []
    for kind, title in _KINDS.items():
        rows = shown.loc[shown["kind"] == kind]
        first, n = min(len(rows), MOST_PAIRS), len(rows)
        caption = Text(f"{title.en} ({first} of {counted(n, 'pair')})", f"{title.zh}（{n} 对中的 {first} 对）")
        tables += [render_table(rows.head(MOST_PAIRS), _PAIRS, caption, v.lang)] if n else []
    return join(*tables)


def below_line(v: View, activity: Activity) -> Html:
    """Show who stood below the stated line for months in a row, and what luck alone does; nothing without a line."""
    found = activity.below_line
    if found is None:
        return join()
    line, last, n = decimals(100 * found.line), v.audit.month, len(found.people)
    if not n:
        none = Text(
            f"Nobody has inquiries, and peers to compare with, in each of the {found.n_months} months to {last}.",
            f"截至 {last} 的连续 {found.n_months} 个月，没有每月都有询单且有人可比的人员。",
        )
        return page.paragraph(none, v.lang)
    below = found.people.loc[found.people["below"]].sort_values("chance", kind="stable")
    said = [
        Text(
            f"Below {line} % of the peers' conversion in each of the {found.n_months} months to {last}: {len(below)} "
            f"of {counted(n, 'person', 'people')} watched. Did all convert as their peers do, luck alone would put "
            f"at least one of them there with a chance of {_chance(found.any_by_luck)} ({found.by_luck:.2f} expected).",
            f"截至 {last} 连续 {found.n_months} 个月低于其他人转化率的 {line}%：所观察 {n} 人中有 {len(below)} 人。"
            f"即使人人与其他人水平相同，纯属运气至少有一人如此的概率为 {_chance(found.any_by_luck)}（预计 "
            f"{found.by_luck:.2f} 人）。",
        ),
        Text(
            "It decides nothing by itself: no talk, warning or pay follows from it without a person who looks for the "
            "reason. Peers are the others of the same role, on the same shop and channels; products, shifts and days "
            "that went badly for all of somebody's customers are not taken off, and each month gives luck a new "
            "chance.",
            "仅此不作任何决定：谈话、警告或薪酬都须有人查明原因。其他人指同店同岗同渠道的同事；商品、班次及个别日子的"
            "影响未扣除，且每月重看一次，运气每次都有机会。",
        ),
    ]
    if v.internal:
        return page.notes(
            [*said, Text("Who they are stands in the confidential edition.", "人员名单见保密版。")], v.lang
        )
    table = v.named(below.assign(luck=[_chance(c) for c in below["chance"]]))
    caption = Text(f"Below the line {found.n_months} months in a row", f"连续 {found.n_months} 个月低于线")
    return join(render_table(table, _BELOW, caption, v.lang) if len(below) else None, page.notes(said, v.lang))


def _chance(p: float) -> str:
    return "< 0.01%" if p < 0.0001 else f"{p:.2%}"


def sheets(v: View, activity: Activity) -> list[WorkbookSheet]:
    """Return the sheets behind the chapter: people needed by shop and hour, pay beside conversion by person."""
    found = []
    if activity.staffing is not None and len(activity.staffing.hours):
        columns = (
            TableColumn("shop", Text("Shop", "店铺")),
            TableColumn("hour", Text("Hour", "时段"), "count"),
            *_STAFFING,
        )
        found.append(WorkbookSheet(Text("People needed", "需要人数"), activity.staffing.hours, columns))
    found += rota.sheets(v, activity.rota)
    told = [g.compared.people for g in activity.groups if g.compared and len(g.compared.people) >= _least(v)]
    if told:
        people = v.named(pd.concat(told, ignore_index=True)).sort_values("pay", ascending=False, kind="stable")
        found.append(WorkbookSheet(Text("Pay and work", "薪酬与表现"), people, _PEOPLE))
    return found
