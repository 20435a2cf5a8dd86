"""The vendor's daily reports of agents in three wordings: old, the upload template, new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from data_samples.generator.agent_days import AgentDay
from data_samples.generator.calendar import LAST_DAY, TAKEN_ON, last_day
from data_samples.generator.company import SHOPS
from data_samples.generator.files import Row, write_xlsx, yuan_number

PENDING = "延迟统计"
OLD_UNTIL, TEMPLATE_UNTIL = "2024-06", "2024-09"
TAKEN_EARLY = {(0, "2023-09")}  # reports of a shop taken on the month's last day: the last days were still open

Cell = Callable[[AgentDay], object]


def _ratio(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "-"


def _handling(seconds: int) -> str:
    return f"{seconds // 60}分{seconds % 60}秒" if seconds else "-"


def _stars(k: int) -> Cell:
    return lambda r: r.ratings[k]


CONVERSION = {  # cells that stay open until the payment window of the day's customers has passed
    *("询单->最终付款人数", "询单->最终付款成功率", "询单->最终付款转化率"),
    *("询单人数延", "询单->最终付款人数延", "询单->最终付款成功率延"),
}
OLD: dict[str, Cell] = {
    "旺旺昵称": lambda r: r.account,
    "咨询人数": lambda r: r.consultations,
    "接待人数": lambda r: r.receptions,
    "询单人数": lambda r: r.inquiries,
    "询单->最终付款人数": lambda r: r.buyers,
    "询单->最终付款成功率": lambda r: _ratio(r.buyers, r.inquiries),
    "销售额": lambda r: yuan_number(r.sales),
    "销售量": lambda r: r.units,
    "销售人数": lambda r: r.paying,
    "订单数": lambda r: r.orders,
    "完成退款金额": lambda r: yuan_number(r.refunds),
    "平均响应（秒）": lambda r: r.reply,
    **{name: _stars(k) for k, name in enumerate(("很满意", "满意", "一般", "不满意", "很不满意"))},
    "Date": lambda r: r.day.isoformat(),
}
TEMPLATE: dict[str, Cell] = {
    "日期": lambda r: r.day.isoformat(),
    "店铺": lambda r: SHOPS[r.shop],
    "旺旺": lambda r: r.account,
    "销售额": lambda r: yuan_number(r.sales),
    "销售量": lambda r: r.units,
    "客单价修": lambda r: yuan_number(r.sales // r.paying) if r.paying else 0,
    "客件数修": lambda r: round(r.units / r.paying, 2) if r.paying else 0,
    "接待人数": lambda r: r.receptions,
    "询单人数延": lambda r: r.inquiries,
    "付款流失人数": lambda r: r.inquiries - r.buyers,
    "询单->最终付款人数延": lambda r: r.buyers,
    "询单->最终付款成功率延": lambda r: _ratio(r.buyers, r.inquiries),
    "未回复人数": lambda r: r.consultations - r.receptions,
    "平均响应(秒)": lambda r: r.reply,
    "买家消息数": lambda r: r.receptions * 4,
    "客服消息数": lambda r: r.receptions * 6,
    "答问比": lambda r: "150.00%" if r.receptions else "-",
    "成交笔数": lambda r: r.orders,
    "退款笔数": lambda r: int(r.refunds > 0),
    "完成退款金额": lambda r: yuan_number(r.refunds),
    "退款率": lambda r: _ratio(r.refunds, r.sales),
}
NEW: dict[str, Cell] = {
    "日期": lambda r: r.day.isoformat(),
    "客服昵称": lambda r: r.account,
    "聊天人数(原咨询人数)": lambda r: r.consultations,
    "接待人数": lambda r: r.receptions,
    "询单人数": lambda r: r.inquiries,
    "询单->最终付款人数": lambda r: r.buyers,
    "询单->最终付款转化率": lambda r: _ratio(r.buyers, r.inquiries),
    "销售额": lambda r: yuan_number(r.sales),
    "销售量": lambda r: r.units,
    "销售人数": lambda r: r.paying,
    "销售订单数": lambda r: r.orders,
    "完成退款金额": lambda r: yuan_number(r.refunds),
    "首次响应(秒)": lambda r: r.first_reply,
    "平均响应(秒)": lambda r: r.reply,
    "平均接待时长": lambda r: _handling(r.handling),
    **{
        f"服务满意度评价{name}": _stars(k) for k, name in enumerate(("很满意", "满意", "一般", "不满", "很不满"))
    },
}  # fmt: skip


def write_reports(folder: Path, rows: Iterable[AgentDay]) -> list[str]:
    """Write the reports: one a shop and quarter in old wording, one a month in the template, then one a shop and month.

    Returns the names of the files in which days are pending.
    """
    groups: dict[tuple[str, str], list[AgentDay]] = defaultdict(list)
    for row in rows:
        groups[_group(row)].append(row)
    pending = []
    for (kind, _), members in groups.items():
        layout = {"old": OLD, "template": TEMPLATE, "new": NEW}[kind]
        name = _name(kind, members)
        write_xlsx(folder / name, {"Sheet1": (list(layout), [*_body(layout, members), *_footers(layout, members)])})
        pending += [name] * any(_is_pending(r) for r in members)
    return pending


def _group(row: AgentDay) -> tuple[str, str]:
    month = row.day.isoformat()[:7]
    if month <= OLD_UNTIL:
        return "old", f"{row.shop} {row.day.year} {(row.day.month - 1) // 3}"
    return ("template", month) if month <= TEMPLATE_UNTIL else ("new", f"{row.shop} {month}")


def _name(kind: str, members: list[AgentDay]) -> str:
    """Return the file name: the judging rule and the range of days stand only there."""
    first, last = (d.isoformat()[:7] for d in (members[0].day, members[-1].day))
    shop = "全部店铺" if kind == "template" else SHOPS[members[0].shop]
    title = {"old": "客服数据", "template": "客服日报", "new": "客服数据新"}[kind]
    return f"自定义报表_{title}_下单优先判定_{shop}_{first}-01至{min(last_day(last), LAST_DAY)}.xlsx"


def _is_pending(row: AgentDay) -> bool:
    """Say whether the payment window of the day's customers was still open when the report was taken."""
    month = row.day.isoformat()[:7]
    taken = last_day(month) if (row.shop, month) in TAKEN_EARLY else TAKEN_ON
    return row.inquiries > 0 and row.day > taken - timedelta(days=3 if taken < TAKEN_ON else 8)


def _body(layout: dict[str, Cell], rows: list[AgentDay]) -> list[Row]:
    return [
        [PENDING if name in CONVERSION and _is_pending(r) else cell(r) for name, cell in layout.items()] for r in rows
    ]


def _footers(layout: dict[str, Cell], rows: list[AgentDay]) -> list[Row]:
    """Return the vendor's last two rows: 汇总 sums what can be summed, 均值 divides it by the number of rows."""
    labels = [name for name in layout if name not in ("Date", "日期", "店铺")]
    table = {name: [cell(r) for r in rows] for name, cell in layout.items()}
    sums = {
        name: round(sum(values), 2) if isinstance(values[0], int | float) else "-" for name, values in table.items()
    }
    means = {name: v if v == "-" else round(v / len(rows), 2) for name, v in sums.items()}
    return [
        [title if name == labels[0] else values[name] if name in labels else "" for name in layout]
        for title, values in (("汇总", sums), ("均值", means))
    ]
