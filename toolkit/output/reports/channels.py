"""What inquiries cost by channel and hour, and how many calls were answered and resolved at once, where it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.findings import listed
from toolkit.core.text import Text
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet

if TYPE_CHECKING:
    from toolkit.output.reports.view import View
    from toolkit.studies.workload.channels import Channels

NOT_NAMED = Text("not named", "未注明")
CHANNEL = TableColumn("channel", Text("Channel", "渠道"))
EACH = TableColumn("each", Text("Cost per inquiry", "询单成本"), "money")
ANSWERED = TableColumn("answered_share", Text("Answered", "接通率"), "share")
RESOLVED = TableColumn("resolved_share", Text("Resolved at first contact", "一次解决率"), "share")
_SPENT = (
    TableColumn("spend", Text("Spend", "推广花费"), "money"),
    EACH,
    TableColumn("each_buyer", Text("Cost per buyer", "成交成本"), "money"),
)
_COUNTED = (
    TableColumn("inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("buyers", Text("Buyers", "成交人数"), "count"),
    TableColumn("conversion", Text("Conversion", "转化率"), "share"),
)
_COSTS = (CHANNEL, TableColumn("reached", Text("Inquiries of these days", "这些日期的询单"), "count"), *_SPENT)
_CALLS = (
    CHANNEL,
    TableColumn("told", Text("Contacts", "来电来访"), "count"),
    ANSWERED,
    TableColumn("closed", Text("Answered, told whether resolved", "已接通且注明是否解决"), "count"),
    RESOLVED,
)
_NO_SPEND = Text(
    "Cost per inquiry is not told: no spend on advertising is known of this month. Import a table with 日期, 店铺, "
    "渠道, 花费 (date, shop, channel, spend), and 时段 (hour) where the report has it, channels named as in the "
    "inquiries.",
    "无法计算询单成本：未导入本月的推广花费。可导入含“日期、店铺、渠道、花费”的表格（报表分时的加“时段”），渠道名称与询单一致。",
)
_NO_CALLS = Text(
    "Connect rate and first-contact resolution are not told: no list of inquiries of this month has 是否接通 "
    "(answered) or 是否一次解决 (resolved).",
    "无法计算接通率与一次解决率：本月询单明细中没有“是否接通”或“是否一次解决”。",
)


def reach(v: View, found: Channels | None) -> Html:
    """Show what inquiries cost by channel, and calls answered and resolved; say of both what is lacking."""
    if found is None:
        return join()
    by = found.by("channel").sort_values(["inquiries", "channel"], ascending=[False, True], kind="stable")
    by = named(by, v)
    notes, blocks = [], []
    if found.n_known:
        spent = by.loc[by["spend"].notna()]
        blocks.append(render_table(spent, _COSTS, Text("Cost per inquiry by channel", "各渠道询单成本"), v.lang))
    notes += _days(found, by) if found.n_known else [_NO_SPEND]
    told = by.loc[(by["told"] > 0) | (by["closed"] > 0)]
    if len(told):
        blocks.append(render_table(told, _CALLS, Text("Calls by channel", "各渠道接通与解决"), v.lang))
        notes.append(_READ)
    else:
        notes.append(_NO_CALLS)
    return join(*blocks, page.notes(notes, v.lang))


_READ = Text(
    "Answered and resolved at first contact are what the imported file says of each contact; resolved, of those that "
    "were answered.",
    "接通、一次解决以导入文件对每次来电来访的记录为准；一次解决率只按已接通的计算。",
)


def _days(found: Channels, by: pd.DataFrame) -> list[Text]:
    """Say of which days spend is known, which channels of it have no inquiries, and that its hours are not known."""
    lost = listed(by.loc[by["spend"].notna() & (by["reached"] == 0), "channel"].tolist())
    said = [
        Text(
            f"Spend is known of {found.n_known:,} of {found.n_days:,} days of a shop with inquiries; cost per inquiry "
            "is of these days only.",
            f"有询单的 {found.n_days:,} 个店铺日中，{found.n_known:,} 个有推广花费；询单成本只按这些日期计算。",
        )
    ]
    if lost:
        said.append(Text(f"No inquiry of these days names the channel {lost}.", f"这些日期没有渠道为 {lost} 的询单。"))
    if not found.by_hour_known:
        hours = "Not all spend is known by its hour, so cost is not told by hour."
        said.append(Text(hours, "推广花费并非全部分时，因此不按时段计算成本。"))
    return said


def named(rows: pd.DataFrame, v: View) -> pd.DataFrame:
    """Return rows whose channel says so where none is named."""
    return rows.assign(channel=rows["channel"].where(rows["channel"] != "", NOT_NAMED.of(v.lang)))


def of_hours(found: Channels, width: int) -> tuple[pd.DataFrame, list[TableColumn]]:
    """Return the ratios that are known by hours of the day, so many in a row, with `from`; and their columns."""
    rows = found.in_bands(width).by("hour").rename(columns={"hour": "from"})
    known = [EACH] if found.by_hour_known else []
    known += [c for c in (ANSWERED, RESOLVED) if rows[c.name].notna().any()]
    return rows, [_COUNTED[2], *known]


def sheets(v: View, found: Channels | None) -> list[WorkbookSheet]:
    """Return the sheet of channels by hour of the day; spend without its hour stands on a row of its own."""
    if found is None or found.cells.empty:
        return []
    columns = (CHANNEL, TableColumn("hour", Text("Hour", "时段"), "count"), *_COUNTED, *_SPENT, ANSWERED, RESOLVED)
    rows = named(found.by("channel", "hour"), v)
    return [WorkbookSheet(Text("Channels by hour", "渠道与时段"), rows, columns)]
