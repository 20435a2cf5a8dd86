"""What the rota does to people's chances to earn, by shift. It is arithmetic on what came, no verdict on anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.money import format_money, priced
from toolkit.core.text import Text
from toolkit.output.render import blocks as page
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports.view import PAYEE, View

if TYPE_CHECKING:
    from toolkit.studies.workload.rota import Rota

_NAMED = (
    TableColumn("shop", Text("Shop", "店铺")),
    TableColumn("role", Text("Role", "岗位")),
    TableColumn("shift", Text("Shift", "班次")),
)
_HOURS = (
    TableColumn("hours", Text("Hours", "工时"), "number", 0),
    TableColumn("hourly", Text("Inquiries an hour", "每小时询单"), "number", 2),
)
_SHIFTS = (
    TableColumn("group", Text("Shop and role", "店铺与岗位")),
    _NAMED[2],
    TableColumn("n_people", Text("People", "人数"), "count"),
    _HOURS[1],
    TableColumn("gap_shown", Text("Beside the other shifts (95 % interval)", "与其他班次相比（95% 区间）")),
    TableColumn("chance_shown", Text("Buyers an hour to expect, beside them", "每小时预计成交，与其相比")),
    TableColumn("change", Text("Change of pay at an equal rota", "同等排班时应发变化"), "change"),
)
_EACH = TableColumn("each", Text("A person, from – to", "每人（从–到）"))
_PEOPLE = (
    PAYEE,
    *_NAMED,
    *_HOURS,
    TableColumn("conversion", Text("Shop's conversion of these hours", "这些时段的店铺转化率"), "share"),
    TableColumn("chance", Text("Buyers an hour to expect", "每小时预计成交"), "number", 3),
    TableColumn("due", Text("Due", "应发"), "money"),
    TableColumn("equal", Text("Due at an equal rota", "同等排班时应发"), "money"),
    TableColumn("change", Text("Difference", "差额"), "change"),
)
_HOW = Text(
    "Of people who were in one shop and role all month. To expect are the buyers the whole shop makes in an hour, of "
    "inquiries that come at the same time of day. At an equal rota everybody has the inquiries an hour of the shop and "
    "role in their own worked hours, at their own conversion and value, paid by the same scheme (pay by single orders "
    "left as it is).",
    "只看整月同店同岗的人员。每小时预计成交：同一时段的询单按全店转化率计。同等排班：每人按实际工时得到同店同岗的平均每小时"
    "询单，转化率与金额按本人，用同一方案计算（按单计发的部分不变）。",
)
_READ = Text(
    "It is arithmetic on what came, and says nothing of how well anybody works. Who is sent more for another reason "
    "than the shift (routing, priorities) stands in it too. The interval is of the days of this month with these "
    "people; customers after midnight count on the day they came.",
    "这只是对到店询单的计算，不说明谁做得好坏。因班次以外的原因（分流、优先级）多分到询单的也在其中。"
    "区间只反映本月各天的波动（人员不变）；零点后的询单计入当日。",
)
_NO_HOURS = Text(
    "What the rota does to people's chances to earn is not told: there are no worked hours of at least two people of "
    "one shop and role. Import attendance with 实际工时 (worked_hours) by day, and 班次 (shift).",
    "无法说明排班对收入机会的影响：同店同岗至少两人的考勤中没有实际工时。可导入带“实际工时”和“班次”的每日考勤。",
)
_NO_SHIFTS = Text(
    "Attendance names no shifts that differ within a shop and role, so shifts are not compared; import it with 班次 "
    "(shift).",
    "考勤中同店同岗没有不同的班次，无法比较；可导入带“班次”的考勤。",
)


def rota(v: View, found: Rota | None) -> Html:
    """Show each shift's inquiries an hour and what pay would be at an equal rota; say what is lacking."""
    if found is None or found.people.empty:
        return page.paragraph(_NO_HOURS, v.lang)
    shown = _shown(v, found.shifts)
    if shown.empty:
        return page.paragraph(_too_few(v) if len(found.shifts) else _NO_SHIFTS, v.lang)
    columns = _SHIFTS if v.internal else (*_SHIFTS, _EACH)
    table = render_table(
        _written(v, shown), columns, Text("What the rota does to chances to earn", "排班与收入机会"), v.lang
    )
    unknown = [_unknown(found.n_unknown)] if found.n_unknown else []
    left = [_too_few(v)] if len(shown) < len(found.shifts) else []
    return join(table, page.notes([_least(v, shown), _HOW, _READ, *unknown, *left], v.lang))


def _shown(v: View, shifts: pd.DataFrame) -> pd.DataFrame:
    """Return the shifts a reader may see: in an internal report of shops and roles none of whose shifts is small."""
    least = v.audit.workspace.settings.small_cell if v.internal else 0
    return shifts.loc[shifts.groupby(["shop", "role"])["n_people"].transform("min") >= least]


def _written(v: View, shifts: pd.DataFrame) -> pd.DataFrame:
    to, rows = Text("to", "至").of(v.lang), shifts.to_dict("records")
    return shifts.assign(
        group=[f"{r['shop']} · {r['role']}" for r in rows],
        gap_shown=[
            _share(r["gap"]) + ("" if pd.isna(r["lower"]) else f" ({_share(r['lower'])} {to} {_share(r['upper'])})")
            for r in rows
        ],
        chance_shown=[_share(r["chance_gap"]) for r in rows],
        each=[f"{_money(r['least'])} {to} {_money(r['most'])}" for r in rows],
    )


def _share(gap: float) -> str:
    return "–" if pd.isna(gap) else f"{gap:+.0%}"


def _money(minor: int) -> str:
    return ("+" if minor > 0 else "") + format_money(int(minor))


def _least(v: View, shifts: pd.DataFrame) -> Text:
    """Say of the shift with the fewest inquiries an hour beside the others what it has less, and what that costs."""
    one = shifts.sort_values("gap", kind="stable").iloc[0]
    money = priced(format_money(abs(int(one["change"]))), v.audit.workspace.settings.currency)
    n = int(one["n_people"])
    more = int(one["change"]) >= 0
    low, high = _share(one["lower"]), _share(one["upper"])
    between = Text(f" (95 % interval {low} to {high})", f"（95% 区间 {low} 至 {high}）")
    between = Text("", "") if pd.isna(one["lower"]) else between
    return Text(
        f"Fewest beside the others: {one['shop']}, {one['shift']}: {-one['gap']:.0%} fewer inquiries an hour than "
        f"the other shifts{between.en}. At an equal rota {counted(n, 'person', 'people')} would be due "
        f"{money.en} {'more' if more else 'less'} in all.",
        f"相差最大：{one['shop']}“{one['shift']}”班，每小时询单比其他班次少 {-one['gap']:.0%}{between.zh}。若同等排班，"
        f"{n} 人合计应{'多' if more else '少'}发 {money.zh}。",
    )


def _unknown(n: int) -> Text:
    return Text(
        f"Left out: {counted(n, 'person', 'people')} whose hours or inquiries are not known, or who are alone in shop "
        "and role.",
        f"未计入：{n} 人，其工时或询单未知，或同店同岗仅一人。",
    )


def _too_few(v: View) -> Text:
    least = v.audit.workspace.settings.small_cell
    return Text(
        f"What the rota does to people's chances to earn: shops and roles with a shift of fewer than {least} people "
        "are not shown in this edition; they stand in the confidential one.",
        f"排班对收入机会的影响：有班次少于 {least} 人的店铺与岗位不在本版显示，见保密版。",
    )


def sheets(v: View, found: Rota | None) -> list[WorkbookSheet]:
    """Return the people behind the shifts; in the confidential edition only."""
    if found is None or found.people.empty or v.internal:
        return []
    people = v.named(found.people).sort_values(["shop", "role", "shift", "person"], kind="stable")
    return [WorkbookSheet(Text("Rota", "排班"), people, _PEOPLE)]
