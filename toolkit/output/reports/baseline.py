"""The blocks of the baseline report, in the order of its pages.

The first blocks of the baseline report: who really differs, what was allowed for, who lies outside, the months.

The later blocks of the baseline report: coming month, value, what moved sales, reliability, backtest, files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.core.figures import counted
from toolkit.core.findings import worst
from toolkit.core.money import round_to_step
from toolkit.core.text import Lang, Text
from toolkit.models.baseline.conversion import ConversionBaseline
from toolkit.models.baseline.counts import KNOWN_CASE_MIX
from toolkit.models.baseline.level import bin_name, tenure_table
from toolkit.models.comparison.factors import FACTOR_NAMES
from toolkit.models.outlook.backtest import Backtest
from toolkit.models.outlook.season import outlook_findings
from toolkit.models.standing.sorting import largest_shop_ratio, tipping
from toolkit.output.render import blocks as page
from toolkit.output.render.chart_data import ChartMark, Curve, Line, Point, Scale
from toolkit.output.render.charts import bridge_chart, dot_interval_chart, line_chart, plane_chart
from toolkit.output.render.html import Html, join
from toolkit.output.render.tables import TableColumn, render_table
from toolkit.output.render.workbook import WorkbookSheet
from toolkit.output.reports.files import baseline_frames
from toolkit.output.reports.view import (
    PERSON,
    by_group,
    facts,
    groups_of,
    named,
    show_findings,
    show_table,
    show_workbook,
)
from toolkit.studies.planning.baselines import BaselineStudy
from toolkit.studies.planning.outlook import NotPossible

MOST_DRAWN = 60
RATE = Scale(Text("conversion", "转化率"), "share")
INQUIRIES = Scale(Text("inquiries of the month", "当月询单"), "count")
AGENT_COLUMNS = (
    PERSON,
    TableColumn("n_inquiries", Text("Inquiries", "询单"), "count"),
    TableColumn("raw", Text("As counted", "原始转化率"), "share"),
    TableColumn("expected", Text("Average agent, same inquiries", "平均客服接同样询单"), "share"),
    TableColumn("rate", Text("Beyond luck", "剔除运气后"), "share"),
    TableColumn("rate_lower", Text("from", "下限"), "share"),
    TableColumn("rate_upper", Text("to", "上限"), "share"),
    TableColumn("shrinkage", Text("Difference kept", "差异保留"), "share", 0),
)
HIDDEN = TableColumn("hidden", Text("Hidden difference that would explain it", "可解释差异的隐藏因素"))
MEAN_COLUMN = TableColumn("mean_rate", Text("Mean of all months", "全部月份平均"), "share")


def head(study: BaselineStudy, lang: Lang) -> Html:
    """Show what the report is about."""
    title = Text(
        f"Who converts better, up to {study.history.months[-1]}", f"谁的转化更好（截至 {study.history.months[-1]}）"
    )
    return page.head(title, study.history.name, facts(study), lang)


def told_apart(conversion: ConversionBaseline) -> tuple[int, int]:
    """Return how many agents lie above and below the average agent with their whole interval."""
    return int((conversion.side > 0).sum()), int((conversion.side < 0).sum())


def verdict(study: BaselineStudy, lang: Lang) -> Html:
    """Say the one sentence, and whether somebody has to look at what was found."""
    return page.look_at(_verdict(study, lang), worst(study.findings) != "info")


def _verdict(study: BaselineStudy, lang: Lang) -> Html:
    """Say whether agents differ, and for how many it can be said."""
    conversion = study.conversion
    if isinstance(conversion, NotPossible):
        return page.verdict(conversion.why, "review", lang)
    details = [] if isinstance(study.ranking, NotPossible) else [study.ranking.naming]
    details += [part.text for part in (study.sales,) if not isinstance(part, NotPossible)]
    details += [_withheld(conversion)] if not conversion.identification.connected else []
    above, below = told_apart(conversion)
    n = len(conversion.agents)
    if above + below == 0:
        none = Text(
            f"Nobody of {counted(n, 'agent')} can be told apart from the average.",
            f"{n} 名客服中没有一人能与平均水平区分开。",
        )
        return page.verdict(none, "review", lang, details)
    where = "" if conversion.identification.connected else " of their group"
    rest = n - above - below
    words = Text(
        f"{above} of {n} agents {'converts' if above == 1 else 'convert'} more and {below} less than an average "
        f"agent{where} would with the same inquiries, beyond what luck explains; "
        f"the other {rest} cannot be told apart.",
        f"{n} 名客服中，{above} 名的转化高于、{below} 名低于平均客服{'（同组内）' if where else ''}接待同样"
        f"询单的水平，且无法用运气解释；其余 {rest} 名无法区分。",
    )
    return page.verdict(words, "good", lang, [_names_apart(conversion), *details])


MOST_NAMED = 8


def _names_apart(conversion: ConversionBaseline) -> Text:
    """Name those told apart from the average agent, those above first."""
    en, zh = list[str](), list[str]()
    for side, said, said_zh in ((1, "More", "高于"), (-1, "Less", "低于")):
        names = sorted(conversion.agents.loc[conversion.side == side, "agent"])
        if names:
            rest = len(names) - MOST_NAMED
            en.append(f"{said}: {', '.join(names[:MOST_NAMED])}{f' and {rest} others' if rest > 0 else ''}.")
            zh.append(f"{said_zh}：{'、'.join(names[:MOST_NAMED])}{f' 等 {len(names)} 人' if rest > 0 else ''}。")
    return Text(" ".join(en), "".join(zh))


def _withheld(conversion: ConversionBaseline) -> Text:
    n = int(conversion.identification.group.max()) + 1
    return Text(
        f"Comparison between {n} groups of agents is withheld: nobody worked in two of them, so a difference may be "
        "the shops' as well as the agents'.",
        f"{n} 组客服之间不作比较：没有人在两组都工作过，差异可能来自店铺，也可能来自客服。",
    )


def figures(study: BaselineStudy, lang: Lang) -> Html:
    """Show the team's rate, how many can be told apart, the chance that a month's best is best, months needed."""
    items = [_team(study)]
    if not isinstance(study.conversion, NotPossible):
        above, below = told_apart(study.conversion)
        items.append(
            page.Figure(
                Text("Told apart from average", "与平均有别"),
                f"{above + below} / {len(study.conversion.agents)}",
                Text(f"{above} above, {below} below", f"高于 {above} 人，低于 {below} 人"),
            )
        )
    if not isinstance(study.ranking, NotPossible) and study.ranking.best_is_best:
        chances, several = study.ranking.best_is_best, len(study.ranking.best_is_best) > 1
        of = " / ".join(str(group + 1) for group in chances)
        where = Text(f" in group {of}", f"（第 {of} 组）") if several else Text("", "")
        items.append(
            page.Figure(
                Text("Month's best is truly best", "当月第一真正最好"),
                " / ".join(f"{chance:.0%}" for chance in chances.values()),
                Text(
                    f"chance{where.en}, so an award to the best is partly luck",
                    f"的概率{where.zh}；排名奖有一部分靠运气",
                ),
            )
        )
    if not isinstance(study.reliability, NotPossible):
        months = study.reliability.table["months_needed"].dropna()
        enough = Text(
            f"for skill to be {study.reliability.wanted:.0%} of the differences, middle agent",
            f"才能让差异的 {study.reliability.wanted:.0%} 来自能力（中位客服）",
        )
        value = "–" if months.empty else f"{int(np.ceil(months.median()))}"
        items.append(page.Figure(Text("Months to judge by", "需要看几个月"), value, enough))
    return page.figures(items, lang)


def _team(study: BaselineStudy) -> page.Figure:
    rates = _monthly(study)
    last, label = rates.index[-1], Text("Team's conversion", "团队转化率")
    if len(rates) == 1:
        return page.Figure(label, f"{rates.iloc[-1]:.1%}", Text(f"in {last}", f"{last}"))
    points = 100 * (rates.iloc[-1] - rates.iloc[-2])
    change = Text(f"{points:+.1f} points on {rates.index[-2]}", f"比 {rates.index[-2]} {points:+.1f} 个百分点")
    return page.Figure(label, f"{rates.iloc[-1]:.1%}", change)


def _monthly(study: BaselineStudy) -> pd.Series[float]:
    sums = study.history.cells.groupby("month")[["inquiries", "buyers"]].sum().astype("float64")
    sums = sums[sums["inquiries"] > 0]
    return sums["buyers"] / sums["inquiries"]


def differences(study: BaselineStudy, lang: Lang) -> Html:
    """Show each agent's rate beyond luck with its interval, and say how two of them came about."""
    conversion = study.conversion
    if isinstance(conversion, NotPossible):
        return page.paragraph(conversion.why, lang)
    if not np.isfinite(conversion.agents["effect"]).all():
        return page.paragraph(Text("There is nobody to compare with.", "没有可比的人。"), lang)
    ratios = [f"{ratio:.2f} : 1" if np.isfinite(ratio) else "" for ratio in tipping(conversion)]
    marked = conversion.agents.assign(sure=conversion.side != 0, hidden=ratios)
    ordered = marked.sort_values("effect", ascending=False, kind="stable")
    moved = conversion.level is not None and conversion.level.moved
    shown = (*AGENT_COLUMNS, *((MEAN_COLUMN,) if moved else ()), HIDDEN)
    sure, columns = by_group(ordered, shown, groups_of(conversion))
    charts = [
        _caterpillar(rows, conversion, _where(study, conversion, group), lang) for group, rows in sure.groupby("group")
    ]
    caption = Text(
        "Agents; highlighted: told apart from the average agent, whose line their range does not reach; the order of "
        "the rows is no ranking, places are said above where they can be",
        "各客服；突出显示：与平均客服有别，其范围不含平均线；行的先后不是排名，能说的名次见上文",
    )
    moves = [f.message for f in conversion.findings if f.code in ("level-moves", "newcomers-learn")]
    smallest = ordered.sort_values("n_inquiries", kind="stable")["agent"].iloc[0]
    told = dict.fromkeys([ordered["agent"].iloc[0], smallest])
    words = page.notes([*moves, *(conversion.explain(agent) for agent in told)], lang)
    return join(
        page.paragraph(conversion.text, lang),
        *charts,
        words,
        _newcomers(conversion, lang),
        show_table(sure, columns, caption, lang, flag="sure"),
        page.paragraph(_not_seen(conversion), lang),
        _allowing_for_sorting(study, lang),
    )


def _not_seen(conversion: ConversionBaseline) -> Text:
    """Say what no table can tell: which customers somebody was given."""
    seen = largest_shop_ratio(conversion)
    en = zh = ""
    if seen is not None:
        en = f" For comparison: the largest difference between two shops is {seen:.2f} to 1."
        zh = f"作为参照：店铺之间的最大差异为 {seen:.2f} 比 1。"
    return Text(
        "Whether somebody was given easier customers within a shop cannot be seen. The last column says how different "
        "the odds of their customers would have to be to explain why an agent stands out; drawing inquiries by lot is "
        f"the only cure.{en}",
        "无法看出某人在同一店铺内是否分到更容易成交的顾客。最后一列说明：顾客的成交几率要相差多少，才能解释该客服的突出；"
        f"只有随机分配询单才能排除。{zh}",
    )


def _allowing_for_sorting(study: BaselineStudy, lang: Lang) -> Html | None:
    """Show the rates with sorting allowed for, beside those without, where agents are sorted into shops."""
    if isinstance(study.sorting, NotPossible) or study.sorting.table.empty or isinstance(study.conversion, NotPossible):
        return None
    within = study.sorting.table[["agent", "rate", "rate_lower", "rate_upper"]]
    both = within.merge(study.conversion.agents[["agent", "rate"]], on="agent", suffixes=("", "_shops"))
    columns = [
        PERSON,
        TableColumn("rate_shops", Text("Shops allowed for", "按店铺调整"), "share"),
        TableColumn("rate", Text("Sorting allowed for too", "并考虑人员分布"), "share"),
        TableColumn("rate_lower", Text("from", "下限"), "share"),
        TableColumn("rate_upper", Text("to", "上限"), "share"),
    ]
    said = [f.message for f in study.sorting.findings if f.code == "agents-sorted"]
    caption = Text("Who works where tells how good", "在哪个店铺工作与水平有关")
    table = both.sort_values(["rate", "agent"], ascending=[False, True], kind="stable")
    return join(page.notes(said, lang), show_table(table, columns, caption, lang))


def _newcomers(conversion: ConversionBaseline, lang: Lang) -> Html | None:
    """Show what newcomers convert by months since their first, where the data show that they learn."""
    curve = tenure_table(conversion.level, conversion.summary["rate"])
    if curve.empty:
        return None
    curve = curve.assign(since=[bin_name(int(b)).of(lang) for b in curve["since"]])
    columns = [
        TableColumn("since", Text("Since their first month", "入职后")),
        TableColumn("rate", Text("Conversion", "转化率"), "share"),
        TableColumn("lower", Text("from", "下限"), "share"),
        TableColumn("upper", Text("to", "上限"), "share"),
    ]
    rate = conversion.summary["rate"]
    caption = Text(f"Newcomers, where others convert {rate:.1%}", f"新人的转化率（其他人为 {rate:.1%}）")
    return render_table(curve, columns, caption, lang)


def _where(study: BaselineStudy, conversion: ConversionBaseline, group: object) -> Text:
    """Return which group of comparable agents a chart shows, with its shops where they may be told."""
    if conversion.identification.connected:
        return Text("", "")
    name = Text(f", group {int(str(group)) + 1}", f"，第 {int(str(group)) + 1} 组")
    agents = conversion.agents.loc[conversion.agents["group"] == group, "agent"]
    cells = study.history.cells
    if study.history.internal or "shop" not in cells:
        return name
    shops = sorted(cells.loc[cells["agent"].isin(agents), "shop"].dropna().unique())
    return Text(f"{name.en} ({', '.join(shops)})", f"{name.zh}（{'、'.join(shops)}）")


def _caterpillar(rows: pd.DataFrame, conversion: ConversionBaseline, where: Text, lang: Lang) -> Html:
    half = MOST_DRAWN // 2
    drawn = rows if len(rows) <= MOST_DRAWN else pd.concat([rows.head(half), rows.tail(half)])
    ends = (drawn[c].astype("float64") for c in ("rate", "rate_lower", "rate_upper"))
    marks = [ChartMark(str(a), *each) for a, *each in zip(drawn["agent"], *ends, drawn["sure"].tolist(), strict=True)]
    few = Text("", "")
    if len(drawn) < len(rows):
        few = Text(f", highest and lowest {half}", f"，最高和最低各 {half} 人")
    title = Text(
        f"Conversion on the team's mix with 95 % range; line: average agent{where.en}{few.en}",
        f"按团队构成的转化率及 95% 范围；虚线为平均客服{where.zh}{few.zh}",
    )
    reference, everybody = conversion.summary["rate"], conversion.agents
    span = (float(everybody["rate_lower"].min()), float(everybody["rate_upper"].max()))
    return dot_interval_chart(marks, title=title, kind="share", lang=lang, reference=reference, span=span)


def scope(study: BaselineStudy, lang: Lang) -> Html:
    """Say what is allowed for and what is not, and show the levels."""
    conversion = study.conversion
    mix = ("month", *study.case_mix)
    lines = [
        Text(
            f"Allowed for: {named(mix, 'en')}. A difference between them is not counted for or against anybody.",
            f"已调整：{named(mix, 'zh')}。它们之间的差异不算在客服头上。",
        )
    ]
    out = [c for c in KNOWN_CASE_MIX if c not in mix]
    if out:
        lines.append(
            Text(
                f"Not allowed for: {named(out, 'en')}. Their difference is counted as the agent's.",
                f"未调整：{named(out, 'zh')}。它们之间的差异会算到客服头上。",
            )
        )
    if isinstance(conversion, NotPossible):
        return page.notes(lines, lang)
    if not conversion.identification.connected:
        lines.append(_withheld(conversion))
    table = _levels(conversion, study.case_mix, lang)
    columns = [
        TableColumn("column", Text("What", "因素")),
        TableColumn("level", Text("Level", "类别")),
        TableColumn("n_inquiries", Text("Inquiries", "询单"), "count"),
        TableColumn("raw", Text("As counted", "原始转化率"), "share"),
        TableColumn("alike", Text("With the same agents and months", "同样客服和月份下"), "share"),
    ]
    if table.empty:
        return page.notes(lines, lang)
    return join(page.notes(lines, lang), render_table(table, columns, Text("What was allowed for", "已调整因素"), lang))


def _levels(conversion: ConversionBaseline, case_mix: Sequence[str], lang: Lang) -> pd.DataFrame:
    """Return each level of the case-mix with its rate as counted and with all else alike."""
    rows, rate = conversion.coefficients, conversion.summary["rate"]
    tables = []
    for column in case_mix:
        mine = rows[rows["term"].str.startswith(f"{column}=") & rows["status"].isin(["estimated", "reference"])]
        if len(mine) < 2:
            continue
        effect = mine["estimate"] - np.average(mine["estimate"], weights=mine["n_inquiries"])
        tables.append(
            mine.assign(
                column=named([column], lang),
                level=mine["term"].str.removeprefix(f"{column}=").replace("", "–"),
                raw=mine["buyers"] / mine["n_inquiries"],
                alike=1 / (1 + (1 - rate) / rate * np.exp(-effect)),
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def funnel(study: BaselineStudy, lang: Lang) -> Html:
    """Show who lies outside the limits that widen as volume falls."""
    found = study.funnel
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    xs = found.curve["inquiries"].tolist()
    wide, inner, lower = (found.curve[c].tolist() for c in ("lower_998", "lower_95", "chance_lower"))
    curves = [
        Curve("", xs, wide, found.curve["upper_998"].tolist()),
        Curve("", xs, inner, found.curve["upper_95"].tolist(), flagged=True),
        Curve(Text("luck alone", "仅运气"), xs, found.curve["chance_upper"].tolist()),
        Curve("", xs, lower),
    ]
    seen = found.table
    places = zip(seen["agent"], seen["inquiries"].tolist(), seen["rate"], (seen["outside"] > 0).tolist(), strict=True)
    points = [Point(str(agent), x, y, outside) for agent, x, y, outside in places]
    title = Text(
        f"Conversion by volume, {found.month}; bands: luck and the usual spread, 95 % and 99.8 %",
        f"{found.month} 转化率与询单量；色带：运气加正常差异，95% 与 99.8%",
    )
    chart = plane_chart(curves, points, title=title, scales=(INQUIRIES, RATE), lang=lang)
    return join(page.paragraph(found.text, lang), chart)


FELL_COLUMNS = (
    PERSON,
    TableColumn("inquiries", Text("Inquiries a month", "月均询单"), "count"),
    TableColumn("before", Text("Own level before", "本人此前水平"), "share"),
    TableColumn("since", Text("Fell from", "下降始于")),
    TableColumn("after", Text("Since then", "此后"), "share"),
)


def fell(study: BaselineStudy, lang: Lang) -> Html:
    """Show whose months fell below the agent's own level before, beyond what luck explains."""
    found = study.watch
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    words = page.paragraph(found.text, lang)
    if found.fallen.empty:
        return words
    table = found.fallen.assign(inquiries=found.fallen["inquiries"].round().astype("int64"))
    caption = Text("Whose months fell, on the team's mix, gravest first", "谁的月份在下降（按团队构成，最严重的在前）")
    return join(words, show_table(table, FELL_COLUMNS, caption, lang))


def season(study: BaselineStudy, lang: Lang) -> Html:
    """Show the team's months and say what the coming one is expected to be like."""
    rates = _monthly(study)
    months = list(rates.index)
    line = Line(Text("team", "团队"), months, rates.tolist(), flagged=True)
    forecast = study.forecast
    said = [forecast.why] if isinstance(forecast, NotPossible) else [forecast.text, forecast.outlook.text]
    if not isinstance(forecast, NotPossible):
        said += [f.message for f in outlook_findings(forecast.outlook) if f.code == "trend-or-season"]
    chart = line_chart([line], title=Text("Team's conversion by month", "团队各月转化率"), kind="share", lang=lang)
    apart = page.paragraph(
        Text(
            f"Campaign months, not learnt from: {', '.join(study.campaigns)}.",
            f"大促月份（不用于预测）：{'、'.join(study.campaigns)}。",
        ),
        lang,
    )
    return join(chart, page.notes(said, lang), apart if study.campaigns else None)


METHODS = {
    "baseline": Text("this baseline", "本基线"),
    "raw": Text("agent's rate so far", "客服历史转化率"),
    "last_month": Text("agent's last month", "客服上月转化率"),
    "team": Text("team's mean", "团队均值"),
}
COMING_COLUMNS = (
    PERSON,
    TableColumn("inquiries", Text("Inquiries, as lately", "询单（按近期）"), "count"),
    TableColumn("rate", Text("Conversion", "转化率"), "share"),
    TableColumn("lower", Text("from", "下限"), "share"),
    TableColumn("upper", Text("to", "上限"), "share"),
    TableColumn("buyers", Text("Buyers", "成交人数"), "number"),
    TableColumn("buyers_lower", Text("from", "下限"), "count"),
    TableColumn("buyers_upper", Text("to", "上限"), "count"),
)
SALES_COLUMNS = (
    TableColumn("sales", Text("Sales", "销售额"), "count"),
    TableColumn("sales_lower", Text("from", "下限"), "count"),
    TableColumn("sales_upper", Text("to", "上限"), "count"),
)
RANK_COLUMNS = (
    PERSON,
    TableColumn("inquiries", Text("Inquiries a month", "月均询单"), "count"),
    TableColumn("best", Text("Chance to be the best", "真正最佳的概率"), "share", 0),
    TableColumn("rank", Text("Place", "名次"), "count"),
    TableColumn("rank_lower", Text("from", "最好"), "count"),
    TableColumn("rank_upper", Text("to", "最差"), "count"),
)
MOST_RANKED = 8


def coming(study: BaselineStudy, lang: Lang) -> Html:
    """Show the coming month by agent."""
    if isinstance(study.forecast, NotPossible):
        return page.paragraph(study.forecast.why, lang)
    table = _coming(study)
    columns = [*COMING_COLUMNS, *(SALES_COLUMNS[:1] if "sales" in table else ())]
    table, columns = by_group(table, columns, groups_of(study.conversion))
    told = study.sales.why if isinstance(study.sales, NotPossible) else study.sales.text
    note = Text(
        "Conversion is the agent's own, without the luck of one month, at the agent's own mix: its order ranks nobody. "
        "Buyers and sales include that luck. All ranges hold with 95 %; those of sales are in the workbook.",
        "转化率是客服自身水平，不含单月运气，并按本人自己的构成计算，其高低不是排名；成交人数和销售额包含运气。"
        "范围均为 95%；销售额的范围见工作簿。",
    )
    caption = Text(f"Expected in {study.coming}", f"{study.coming} 预期")
    volume = study.volume.why if isinstance(study.volume, NotPossible) else study.volume.text
    return join(
        page.notes(list(dict.fromkeys([volume, told])), lang),
        show_table(table, columns, caption, lang),
        page.paragraph(note, lang),
    )


def _coming(study: BaselineStudy) -> pd.DataFrame:
    """Return the forecast's table with sales in whole major units: cents of a forecast would be false."""
    table = baseline_frames(study)["forecast.csv"]
    money = [c.name for c in SALES_COLUMNS if c.name in table]
    whole = table.assign(**{c: table[c].round().astype("int64") for c in money})
    return whole.sort_values(["rate", "agent"], ascending=[False, True], kind="stable", ignore_index=True)


def value(study: BaselineStudy, lang: Lang) -> Html:
    """Say how far agents differ in what a sale is worth, and what large orders do, cut and untouched."""
    found = study.value
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    if found.tails.empty:
        unseen = [f.message for f in found.findings if f.code == "tail-unseen"]
        return page.notes([found.text, *unseen], lang)
    sums = found.tails.groupby("month").agg(
        {found.size: "sum", "sales": "sum", "sales_winsorised": "sum", "largest": "max"}
    )
    table = sums.reset_index().assign(cut=sums["sales"].to_numpy() - sums["sales_winsorised"].to_numpy())
    columns = [
        TableColumn("month", Text("Month", "月份")),
        TableColumn(found.size, Text("Orders", "订单"), "count"),
        TableColumn("sales", Text("Sales, untouched", "销售额（原值）"), "money"),
        TableColumn("sales_winsorised", Text("Large orders cut", "截去大单后"), "money"),
        TableColumn("cut", Text("Cut", "截去"), "money"),
        TableColumn("largest", Text("Largest order", "最大一单"), "money"),
    ]
    note = Text(
        "The model cuts each order above the 99th percentile to it, so that one order cannot make anybody look better; "
        "sales and forecasts are shown with the cut part put back.",
        "模型把超过第 99 百分位的订单截到该值，避免一笔大单抬高任何人；销售额与预测均已加回截去的部分。",
    )
    shown = render_table(table, columns, Text("Sales with and without large orders", "含大单与截去大单的销售额"), lang)
    return join(page.notes([found.text, note], lang), shown)


def moved(study: BaselineStudy, lang: Lang) -> Html:
    """Split the last change in sales among its factors, without a rest."""
    found = study.change
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    names, last = dict(FACTOR_NAMES), study.history.months[-1]
    changes = [ChartMark(names.get(name, Text(name, name)), round_to_step(part)) for name, part in found.parts.items()]
    start = ChartMark(Text("Month before", "上月"), round_to_step(found.before))
    title = Text(f"Sales, from the month before to {last}", f"销售额：从上月到 {last}")
    note = Text(
        "Sales = inquiries x conversion x revenue per buyer. The split is exact and leaves no rest.",
        "销售额 = 询单量 × 转化率 × 客单价。分解精确，没有剩余。",
    )
    chart = bridge_chart(start, changes, Text(last, last), title=title, kind="money", lang=lang)
    return join(page.paragraph(found.text, lang), chart, page.paragraph(note, lang))


def month_tells(study: BaselineStudy, lang: Lang) -> Html:
    """Say how much of a month's differences is skill, and what a ranking of it is worth."""
    words = [
        Text(
            "Reliability is the share of the differences between agents' monthly conversion that is skill; the rest "
            "is luck. At 0.50 half of what a ranking shows is luck.",
            "信度是客服月度转化率差异中属于能力的比例，其余是运气。信度 0.50 意味着排名所显示的差异有一半是运气。",
        )
    ]
    words += [study.reliability.why if isinstance(study.reliability, NotPossible) else study.reliability.text]
    if isinstance(study.ranking, NotPossible):
        return page.notes(list(dict.fromkeys([*words, study.ranking.why])), lang)
    words += [text for text in (study.ranking.naming, study.ranking.month) if text.en]
    table = study.ranking.table.groupby("group", sort=False).head(MOST_RANKED)
    table, columns = by_group(table, RANK_COLUMNS, groups_of(study.conversion))
    caption = Text(
        f"Likeliest best agents of those planned for {study.coming}, this case-mix held equal; places with 95 % range",
        f"{study.coming} 在岗者中，相同构成下最可能的最佳客服；名次及 95% 范围",
    )
    return join(page.notes(words, lang), render_table(table, columns, caption, lang))


def tried(study: BaselineStudy, lang: Lang) -> Html:
    """Show what the baseline would have forecast of the history's own months."""
    found = study.backtest
    if isinstance(found, NotPossible):
        return page.paragraph(found.why, lang)
    how = Text(
        "Each month was forecast from the months before it only. The error is the mean squared distance between "
        "forecast and outcome of an inquiry, in ten-thousandths; smaller is better. Differences are means of the "
        "months, with a 95 % range.",
        "每个月只用它之前的月份来预测。误差为每个询单预测与结果之差的平方均值（万分之一），越小越好；"
        "差异是各月的均值，附 95% 范围。",
    )
    return join(page.notes([how, found.text], lang), _calibration(found, lang), _scores(found, lang))


def _calibration(found: Backtest, lang: Lang) -> Html:
    bins = found.calibration
    both = bins[["forecast", "observed"]].to_numpy()
    low, high = float(both.min()), float(both.max())
    points = [Point("", x, y) for x, y in zip(bins["forecast"], bins["observed"], strict=True)]
    line = Curve(Text("as forecast", "与预测一致"), [low, high], [low, high])
    scales = (
        Scale(Text("forecast conversion", "预测转化率"), "share"),
        Scale(Text("what came", "实际转化率"), "share"),
    )
    title = Text("Tenths of the inquiries by forecast: forecast and outcome", "按预测分十组：预测与实际")
    return plane_chart([line], points, title=title, scales=scales, lang=lang)


def _scores(found: Backtest, lang: Lang) -> Html:
    wide = found.differences[found.differences["score"] == "brier"].set_index("method")
    table = found.scores.assign(
        name=[METHODS[m].of(lang) for m in found.scores["method"]],
        brier=1e4 * found.scores["brier"],
        **{c: 1e4 * found.scores["method"].map(wide[c]) for c in ("difference", "lower", "upper")},
    )
    columns = [
        TableColumn("name", Text("Forecast by", "预测方法")),
        TableColumn("brier", Text("Error", "误差"), "number"),
        TableColumn("difference", Text("More than the baseline", "比本基线多"), "number"),
        TableColumn("lower", Text("from", "下限"), "number"),
        TableColumn("upper", Text("to", "上限"), "number"),
    ]
    caption = Text("Errors in ten-thousandths, differences with 95 % range", "误差（万分之一）及差异的 95% 范围")
    return render_table(table, columns, caption, lang)


def findings(study: BaselineStudy, lang: Lang) -> Html:
    """Show what must be known before the numbers are used."""
    return show_findings(study.findings, study.history, lang)


def workbook(study: BaselineStudy, lang: Lang, output_dir: str) -> Html:
    """Write the workbook beside the report and link it."""
    sheets, groups = [], groups_of(study.conversion)
    if not isinstance(study.conversion, NotPossible):
        agents, columns = by_group(study.conversion.agents, (*AGENT_COLUMNS, MEAN_COLUMN), groups)
        sheets.append(WorkbookSheet(Text("Agents", "客服"), agents, columns))
    if not isinstance(study.forecast, NotPossible):
        table = _coming(study)
        known = [*COMING_COLUMNS, *(c for c in SALES_COLUMNS if c.name in table)]
        sheets.append(WorkbookSheet(Text("Coming month", "下月"), *by_group(table, known, groups)))
    if not isinstance(study.ranking, NotPossible):
        sheets.append(WorkbookSheet(Text("Places", "名次"), *by_group(study.ranking.table, RANK_COLUMNS, groups)))
    if not isinstance(study.watch, NotPossible):
        sheets.append(WorkbookSheet(Text("Months that fell", "月份下降"), study.watch.table, FELL_COLUMNS))
    return show_workbook(sheets, study.findings, study.history, lang, output_dir)
