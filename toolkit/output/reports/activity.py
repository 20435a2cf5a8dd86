"""The chapter on a month's activity: days, channels and hours, what was asked for, service, margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.money import format_money
from toolkit.core.text import Text
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import Curve, Scale
from toolkit.output.render.charts import plane_chart
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports import channels, work
from toolkit.studies.workload.activity import BAND, Activity, gather_activity

if TYPE_CHECKING:
    from toolkit.output.reports.view import View

MOST = 12
_NONE = channels.NOT_NAMED
_FIGURES = (
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("buyers", Text("Buyers", "成交人数"), "count"),
    TableColumn("conversion", Text("Conversion", "转化率"), "share"),
    TableColumn("then", Text("Inquiries, last month", "上月询单"), "count"),
    TableColumn("then_conversion", Text("Conversion, last month", "上月转化率"), "share"),
)
_WHAT: Mapping[str, TableColumn] = {
    "product": TableColumn("product", Text("Product", "商品")),
    "channel": TableColumn("channel", Text("Channel", "渠道")),
}
_DAYS = (
    TableColumn("date", Text("Day", "日期"), "date"),
    *_FIGURES[:2],
    TableColumn("orders", Text("Orders", "订单数"), "count"),
    TableColumn("sales", Text("Net sales", "净销售额"), "money"),
    TableColumn("new_customers", Text("New customers", "新客"), "count"),
)
_LEVELS: Mapping[str, Text] = {
    "first_reply": Text("First reply within {} s", "{} 秒内首次响应"),
    "satisfied": Text("Satisfied, of those who rated", "满意（占评价）"),
}


def gather(v: View, brief: bool = False) -> Activity | None:
    """Read what happened in the month of an audit; nothing for a brief report."""
    return None if brief else gather_activity(v.audit)


def chapter(v: View, activity: Activity | None) -> Html:
    """Show the whole chapter; nothing where it was left out."""
    if activity is None:
        return join()
    blocks = (days, asked, hours, reach, service, margins) if activity else (days,)
    shown = page.section(Text("The month's activity", "本月经营情况"), v.lang), *(b(v, activity) for b in blocks)
    return join(*shown, work.chapter(v, activity))


def days(v: View, activity: Activity) -> Html:
    """Show sales by day, and how many customers were new."""
    if not activity:
        return page.paragraph(
            Text("No inquiry or order of this month is known by its day.", "没有按日的询单或订单。"), v.lang
        )
    rows = activity.days
    at = rows["date"].dt.day.astype("float64").tolist()
    curve = Curve("", at, rows["sales"].astype("float64").tolist(), flagged=True)
    scales = Scale(Text("day of the month", "日"), "count"), Scale(Text("net sales", "净销售额"), "money")
    drawn = plane_chart([curve], title=Text("Net sales by day", "每日净销售额"), scales=scales, lang=v.lang)
    top = rows.sort_values("sales", kind="stable").iloc[-1]
    best, money = f"{pd.Timestamp(top['date']):%Y-%m-%d}", format_money(int(top["sales"]))
    n, n_asked, n_orders = (int(rows[c].sum()) for c in ("new_customers", "inquiries", "orders"))
    said = Text(
        f"{n_asked:,} inquiries, {n_orders:,} orders; the best day was {best} with {money} of net sales.",
        f"询单 {n_asked:,}，订单 {n_orders:,}；净销售额最高为 {best}，{money}。",
    )
    new = Text(
        f"{n:,} customers bought for the first time; orders are known from {activity.known_since} on.",
        f"新客 {n:,} 人（自 {activity.known_since} 有订单以来首次购买）。",
    )
    return join(page.notes([said, new, *_visitors(activity)], v.lang), drawn)


def _visitors(activity: Activity) -> list[Text]:
    """Say the identity of the shop: visitors, what share of them bought, what a buyer spent."""
    told = []
    for one, when in zip(activity.visitors, (("this month", "本月"), ("last month", "上月")), strict=True):
        if one is not None and one["buyers"]:
            share, each = one["buyers"] / one["visitors"], round(one["sales"] / one["buyers"])
            figures = f"{one['visitors']:,} × {share:.2%} × {format_money(each)} = {format_money(one['sales'])}"
            told.append(
                Text(
                    f"Visitors × shop conversion × sales per buyer, {when[0]}: {figures} (the shop's own figures).",
                    f"访客 × 店铺转化率 × 客单价，{when[1]}：{figures}（店铺自身口径）。",
                )
            )
    return told


def asked(v: View, activity: Activity) -> Html:
    """Show what customers asked for and by which channel, beside the month before; what moved for everybody."""
    tables = [
        _table(v, activity.products, "product", Text("What customers asked for", "顾客咨询的商品")),
        _table(v, activity.channels, "channel", Text("By channel", "按渠道")),
    ]
    return join(page.notes(_moved(activity), v.lang), *tables)


def _moved(activity: Activity) -> list[Text]:
    moved = activity.moved
    if moved is None:
        return []
    before, now, mixed = moved
    return [
        Text(
            f"Of the products asked for in both months conversion went from {before:.1%} to {now:.1%}; asked for as "
            f"last month, it would be {mixed:.1%}. What moved for everybody (product, price, stock, delivery) is "
            "nobody's merit or fault.",
            f"两个月都有人咨询的商品，转化率由 {before:.1%} 变为 {now:.1%}；若咨询构成与上月相同，则为 {mixed:.1%}。"
            "因商品、价格、库存、物流而对所有人发生的变化，不归功也不归咎于个人。",
        )
    ]


def _table(v: View, rows: pd.DataFrame, name: str, title: Text) -> Html:
    shown = rows.head(MOST)
    shown = shown.assign(**{name: shown[name].where(shown[name] != "", _NONE.of(v.lang))})
    return render_table(shown, [_WHAT[name], *_FIGURES], title, v.lang)


def hours(v: View, activity: Activity) -> Html:
    """Show at which hours inquiries came, by channel, how many bought and what is known of their cost."""
    rows = activity.hours
    names = rows.drop(columns="from").sum().sort_values(ascending=False).index[:6].tolist()
    label = [f"{h:02d}:00–{h + BAND:02d}:00" for h in rows["from"]]
    known, more = (rows[["from"]], []) if activity.reach is None else channels.of_hours(activity.reach, BAND)
    columns = [
        TableColumn("when", Text("Hours", "时段")),
        *(TableColumn(c, Text(c, c) if c else _NONE, "count") for c in names),
        TableColumn("all", Text("All", "合计"), "count"),
        *more,
    ]
    table = rows.assign(when=label, all=rows.drop(columns="from").sum(axis=1))
    table = table.merge(known[["from", *(c.name for c in more)]].dropna(subset="from"), on="from", how="left")
    return render_table(table, columns, Text("Inquiries by hour and channel", "各时段各渠道询单"), v.lang)


def reach(v: View, activity: Activity) -> Html:
    """Show what inquiries cost by channel, and how many calls were answered and resolved."""
    return channels.reach(v, activity.reach)


def service(v: View, activity: Activity) -> Html:
    """Show how often the levels of service were met."""
    levels, goals = activity.levels, v.audit.workspace.settings.service
    if levels.empty:
        none = Text("Neither reply times nor ratings of single inquiries are known.", "没有逐条询单的响应时间或评价。")
        return page.paragraph(none, v.lang)
    names = [_LEVELS[name].of(v.lang).format(goals.first_reply_s) for name in levels["level"]]
    columns = [
        TableColumn("level", Text("Level", "服务水平")),
        TableColumn("n", Text("Inquiries", "询单"), "count"),
        TableColumn("share", Text("Met", "达成"), "share"),
        TableColumn("goal", Text("Goal", "目标"), "share"),
        TableColumn("then", Text("Last month", "上月"), "share"),
    ]
    return render_table(levels.assign(level=names), columns, Text("Levels of service", "服务水平"), v.lang)


def margins(v: View, activity: Activity) -> Html:
    """Show gross profit by category, of order lines whose cost is known."""
    rows = activity.categories
    if rows.empty:
        none = "No order line tells its cost: margins are not known. Import order lines with their cost."
        return page.paragraph(Text(none, "订单行没有成本，毛利未知；可导入带成本的订单行。"), v.lang)
    shown = rows.assign(
        category=rows["category"].where(rows["category"] != "", _NONE.of(v.lang)),
        margin=rows["gross_profit"] / rows["sales"].where(rows["sales"] > 0),
    )
    columns = [
        TableColumn("category", Text("Category", "品类")),
        TableColumn("sales", Text("Sales with known cost", "有成本的销售额"), "money"),
        TableColumn("cost", Text("Cost", "成本"), "money"),
        TableColumn("gross_profit", Text("Gross profit", "毛利"), "money"),
        TableColumn("margin", Text("Margin", "毛利率"), "share"),
        TableColumn("unknown", Text("Sales without cost", "无成本的销售额"), "money"),
    ]
    return render_table(shown, columns, Text("Margin by category", "各品类毛利"), v.lang)


def sheets(v: View, activity: Activity | None) -> list[WorkbookSheet]:
    """Return the sheets behind the chapter: days; weeks by person; products."""
    if activity is None or not activity:
        return [] if activity is None else work.sheets(v, activity)
    weeks = v.named(activity.weeks).sort_values(["week", "person"], kind="stable")
    by_person = (
        TableColumn("week", Text("Week from", "周（起）"), "date"),
        TableColumn("person", Text("Person", "人员")),
        *_FIGURES[:2],
        TableColumn("sales", Text("Net sales", "净销售额"), "money"),
    )
    return [
        WorkbookSheet(Text("Days", "每日"), activity.days, _DAYS),
        WorkbookSheet(Text("Weeks", "每周"), weeks, by_person),
        WorkbookSheet(
            Text("Asked for", "咨询商品"),
            activity.products,
            (_WHAT["product"], *_FIGURES),
        ),
        *channels.sheets(v, activity.reach),
        *work.sheets(v, activity),
    ]
